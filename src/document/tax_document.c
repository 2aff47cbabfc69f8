#include "document/tax_document.h"

#include "document/paper_parts.h"
#include "document/statement_document.h"

void tax_month_add(struct tax_month *tax, const struct lease *lease)
{
	for (size_t i = 0; i < lease->billing.issued_count; i++) {
		if (month_of_day(lease->billing.issued[i].issued_day) != tax->month || lease->billing.issued[i].advance)
			continue;
		tax->entries = arena_grown(tax->arena, tax->entries, tax->count, &tax->capacity, sizeof(*tax->entries));
		tax->entries[tax->count++] = (struct tax_entry){ lease, &lease->billing.issued[i] };
	}
}

/* ---- JSON ---- */

static void party_json(struct json_writer *w, const char *key, const struct party *party)
{
	json_key(w, key);
	json_object(w);
	json_put_string(w, "name", party->name);
	json_put_string(w, "tax_number", party->uscc);
	json_put_string(w, "address", party->address);
}

static void line_json(struct arena *arena, struct json_writer *w, const struct line *line, month_number month, int64_t corrects)
{
	json_object(w);
	json_put_string(w, "clause", line->clause);
	json_put_string(w, "item", str_of(clause_title(line->clause, LANGUAGE_CHINESE)));
	json_put_string(w, "month", month_text(arena, month));
	if (corrects)
		json_put_integer(w, "corrects_statement", corrects);
	json_put_string(w, "quantity", line_quantity_text(arena, line));
	json_put_string(w, "unit", line_unit_text(arena, line, LANGUAGE_CHINESE));
	json_put_string(w, "unit_price", decimal_text(arena, line->unit_price));
	if (line->taxed)
		json_put_string(w, "tax_percent", decimal_text(arena, line->tax_percent));
	json_put_integer(w, "net_fen", money_fen(line->net));
	json_put_integer(w, "tax_fen", money_fen(line->tax));
	json_put_integer(w, "gross_fen", money_fen(line->amount));
	json_object_end(w);
}

struct tax_sums {
	int64_t net, tax, gross;
};

static void sums_add(struct tax_sums *sums, const struct line *line)
{
	sums->net += money_fen(line->net);
	sums->tax += money_fen(line->tax);
	sums->gross += money_fen(line->amount);
}

static void entry_json(struct arena *arena, struct json_writer *w, const struct tax_entry *entry)
{
	const struct terms *terms = &entry->lease->terms;
	struct tax_sums sums = { 0 };

	json_object(w);
	json_put_string(w, "statement", issued_number_text(arena, entry->lease->id, entry->issued->number));
	json_put_string(w, "issued", day_text(arena, entry->issued->issued_day));
	json_put_string(w, "currency", terms->currency);
	json_put_bool(w, "prices_include_tax", !terms->tax_exclusive);
	party_json(w, "seller", &terms->lessor);
	json_put_string(w, "bank", terms->payment.account.bank);
	json_put_string(w, "account", terms->payment.account.number);
	json_object_end(w);
	party_json(w, "buyer", &terms->lessee);
	json_object_end(w);
	json_key(w, "lines");
	json_array(w);
	for (size_t i = 0; i < entry->issued->line_count; i++) {
		if (entry->issued->lines[i].meter == METER_ADVANCE)
			continue;
		line_json(arena, w, &entry->issued->lines[i], entry->issued->month, 0);
		sums_add(&sums, &entry->issued->lines[i]);
	}
	for (size_t i = 0; i < entry->issued->correction_count; i++) {
		const struct correction *c = &entry->issued->corrections[i];

		line_json(arena, w, &c->line, c->month, c->statement);
		sums_add(&sums, &c->line);
	}
	json_array_end(w);
	json_put_integer(w, "net_fen", sums.net);
	json_put_integer(w, "tax_fen", sums.tax);
	json_put_integer(w, "gross_fen", sums.gross);
	json_object_end(w);
}

void tax_month_json(const struct tax_month *tax, struct buf *out)
{
	struct json_writer w;

	json_writer_pretty(&w, out);
	json_object(&w);
	json_put_string(&w, "month", month_text(tax->arena, tax->month));
	json_key(&w, "statements");
	json_array(&w);
	for (size_t i = 0; i < tax->count; i++)
		entry_json(tax->arena, &w, &tax->entries[i]);
	json_array_end(&w);
	json_object_end(&w);
	buf_add_char(out, '\n');
}

/* ---- the table ---- */

static void line_row(const struct paper *paper, struct json_writer *w, const struct tax_entry *entry, const struct line *line,
		     struct tax_sums *sums)
{
	struct arena *a = paper->arena;

	row_begin(w, "normal");
	json_put_string(w, "statement", issued_number_text(a, entry->lease->id, entry->issued->number));
	json_put_string(w, "issued", day_text(a, entry->issued->issued_day));
	json_put_string(w, "seller", entry->lease->terms.lessor.uscc);
	json_put_string(w, "buyer", entry->lease->terms.lessee.name);
	json_put_string(w, "buyer_number", entry->lease->terms.lessee.uscc);
	put_text(paper, w, "item", str_of(clause_title(line->clause, LANGUAGE_CHINESE)), str_of(clause_title(line->clause, LANGUAGE_ENGLISH)));
	json_put_string(w, "net", money_text(a, line->net));
	if (line->taxed)
		json_put_string(w, "rate", decimal_text(a, line->tax_percent));
	json_put_string(w, "tax", money_text(a, line->tax));
	json_put_string(w, "gross", money_text(a, line->amount));
	row_end(w);
	sums_add(sums, line);
}

void tax_month_paper(const struct tax_month *tax, bool chinese, bool english, struct buf *out)
{
	static const struct paper_column columns[] = {
		{ "statement", "结算单", "statement", PAPER_TEXT, 4, false, NULL },
		{ "issued", "出具日期", "issued", PAPER_DAY, 2, false, NULL },
		{ "seller", "销售方税号", "seller's tax no.", PAPER_TEXT, 4, false, NULL },
		{ "buyer", "购买方名称", "buyer", PAPER_TEXT, 5, false, NULL },
		{ "buyer_number", "购买方税号", "buyer's tax no.", PAPER_TEXT, 4, false, NULL },
		{ "item", "项目", "item", PAPER_TEXT, 3, false, NULL },
		{ "net", "不含税金额", "net", PAPER_MONEY, 3, false, NULL },
		{ "rate", "税率%", "rate %", PAPER_DECIMAL, 1, false, NULL },
		{ "tax", "税额", "tax", PAPER_MONEY, 2, false, NULL },
		{ "gross", "价税合计", "gross", PAPER_MONEY, 3, false, "{net}+{tax}" },
	};
	struct paper paper = { .arena = tax->arena, .chinese = chinese, .english = english, .out = out };
	struct json_writer w = paper_begin(&paper, "tax", "开票数据", "Data for invoices", month_text(tax->arena, tax->month),
					   month_first_day(tax->month));
	struct tax_sums sums = { 0 };

	json_key(&w, "sections");
	json_array(&w);
	table_begin(&paper, &w, NULL, NULL, columns, sizeof(columns) / sizeof(columns[0]));
	for (size_t i = 0; i < tax->count; i++) {
		const struct issued *issued = tax->entries[i].issued;

		for (size_t j = 0; j < issued->line_count; j++)
			if (issued->lines[j].meter != METER_ADVANCE)
				line_row(&paper, &w, &tax->entries[i], &issued->lines[j], &sums);
		for (size_t j = 0; j < issued->correction_count; j++)
			line_row(&paper, &w, &tax->entries[i], &issued->corrections[j].line, &sums);
	}
	row_begin(&w, "total");
	put_text(&paper, &w, "statement", STR("合计"), STR("total"));
	json_put_string(&w, "net", money_text(tax->arena, money_of_fen(sums.net)));
	json_put_string(&w, "tax", money_text(tax->arena, money_of_fen(sums.tax)));
	json_put_string(&w, "gross", money_text(tax->arena, money_of_fen(sums.gross)));
	row_end(&w);
	json_array_end(&w);
	json_key(&w, "sum");
	json_array(&w);
	json_add_string(&w, STR("net"));
	json_add_string(&w, STR("tax"));
	json_add_string(&w, STR("gross"));
	json_array_end(&w);
	json_object_end(&w);
	json_array_end(&w);
	json_object_end(&w);
}
