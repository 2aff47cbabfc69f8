#include "base/capitals.h"
#include "base/signature.h"
#include "document/paper_parts.h"
#include "document/statement_document.h"

static void put_what(const struct paper *paper, struct json_writer *w, struct str chinese, struct str english)
{
	put_text(paper, w, "what", chinese, english);
}

static const struct paper_column line_columns[] = {
	{ "clause", "条款", "clause", PAPER_TEXT, 2, false, NULL },
	{ "what", "项目", "what", PAPER_TEXT, 5, false, NULL },
	{ "exact", "精确数量", "exact quantity", PAPER_DECIMAL, 0, true, NULL },
	{ "per", "每单位", "per unit", PAPER_DECIMAL, 0, true, NULL },
	{ "quantity", "数量", "quantity", PAPER_DECIMAL, 3, false, NULL },
	{ "unit", "单位", "unit", PAPER_TEXT, 3, false, NULL },
	{ "price", "单价", "unit price", PAPER_DECIMAL, 2, false, NULL },
	{ "net", "不含税", "net", PAPER_MONEY, 3, false, NULL },
	{ "tax", "税额", "tax", PAPER_MONEY, 2, false, NULL },
	{ "amount", "金额", "amount", PAPER_MONEY, 3, false, NULL },
};

/* GPU-seconds over 3600; byte-seconds are too many for a spreadsheet's 15 digits: there the quantity shown serves. */
static void line_quantities(const struct paper *paper, struct json_writer *w, const struct line *line)
{
	if (!meter_exact_name(line->meter))
		return;
	if (line->meter == METER_GPU) {
		json_put_string(w, "exact", gpu_seconds_text(paper->arena, line->exact));
		json_put_string(w, "per", STR("3600"));
	}
	json_put_string(w, "quantity", line_quantity_text(paper->arena, line));
	put_text(paper, w, "unit", line_unit_text(paper->arena, line, LANGUAGE_CHINESE),
		 line_unit_text(paper->arena, line, LANGUAGE_ENGLISH));
	json_put_string(w, "price", decimal_text(paper->arena, line->unit_price));
}

static void line_amounts(const struct paper *paper, struct json_writer *w, const struct line *line, bool taxed)
{
	if (taxed) {
		json_put_string(w, "net", plain_money(paper, line->net));
		json_put_string(w, "tax", plain_money(paper, line->tax));
	}
	json_put_string(w, "amount", plain_money(paper, line->amount));
}

static void lines_rows(const struct paper *paper, struct json_writer *w, const struct issued *issued, bool taxed)
{
	for (size_t i = 0; i < issued->line_count; i++) {
		const struct line *line = &issued->lines[i];

		row_begin(w, "normal");
		json_put_string(w, "clause", line->clause);
		put_what(paper, w, line_title_text(paper->arena, line, LANGUAGE_CHINESE), line_title_text(paper->arena, line, LANGUAGE_ENGLISH));
		line_quantities(paper, w, line);
		line_amounts(paper, w, line, taxed);
		row_end(w);
	}
}

static void correction_rows(const struct paper *paper, struct json_writer *w, const struct issued *issued, bool taxed)
{
	struct arena *a = paper->arena;

	for (size_t i = 0; i < issued->correction_count; i++) {
		const struct correction *c = &issued->corrections[i];
		struct str month = month_text(a, c->month);

		row_begin(w, "normal");
		json_put_string(w, "clause", c->line.clause);
		put_what(paper, w, arena_format(a, "更正 %.*s（结算单 %lld）", (int)month.length, month.at, (long long)c->statement),
			 arena_format(a, "correction of %.*s (statement %lld)", (int)month.length, month.at, (long long)c->statement));
		line_quantities(paper, w, &c->line);
		line_amounts(paper, w, &c->line, taxed);
		row_end(w);
	}
	for (size_t i = 0; i < issued->penalty_count; i++) {
		const struct carried_penalty *p = &issued->penalties[i];

		row_begin(w, "normal");
		json_put_string(w, "clause", STR("3.4"));
		put_what(paper, w, arena_format(a, "结算单 %lld 的违约金", (long long)p->statement),
			 arena_format(a, "penalty on statement %lld", (long long)p->statement));
		if (taxed) {
			json_put_string(w, "net", plain_money(paper, p->amount));
			json_put_string(w, "tax", STR("0.00"));
		}
		json_put_string(w, "amount", plain_money(paper, p->amount));
		row_end(w);
	}
}

static bool any_taxed(const struct issued *issued)
{
	for (size_t i = 0; i < issued->line_count; i++)
		if (issued->lines[i].taxed)
			return true;
	return false;
}

static void lines_table(const struct paper *paper, struct json_writer *w, const struct issued *issued)
{
	bool taxed = any_taxed(issued);
	struct paper_column columns[sizeof(line_columns) / sizeof(line_columns[0])];
	size_t count = 0;

	for (size_t i = 0; i < sizeof(line_columns) / sizeof(line_columns[0]); i++) {
		bool of_tax = str_is(STR("net"), line_columns[i].id) || str_is(STR("tax"), line_columns[i].id);

		if (taxed || !of_tax)
			columns[count++] = line_columns[i];
	}
	columns[count - 1].formula = taxed ? "{net}+{tax}" : "ROUND({exact}*{price}/{per},2)";
	table_begin(paper, w, NULL, NULL, columns, count);
	lines_rows(paper, w, issued, taxed);
	correction_rows(paper, w, issued, taxed);
	row_begin(w, "total");
	put_what(paper, w, STR("合计"), STR("total"));
	json_put_string(w, "amount", plain_money(paper, issued->total));
	row_end(w);
	table_end(w, "amount", "amount");
}

/* What statements before it asked for on the same day: the account of the day before does not have them. */
static struct money issued_the_same_day(const struct paper *paper, const struct issued *issued)
{
	const struct billing *billing = &paper->lease->billing;
	int64_t fen = 0;

	for (int64_t number = 1; number < issued->number; number++) {
		const struct issued *earlier = issued_find(billing, number);

		if (earlier->issued_day == issued->issued_day)
			fen += money_fen(earlier->fees) + money_fen(earlier->charges);
	}
	return money_of_fen(fen);
}

/* What is to be paid now: the balance before, without the credits and penalty that stand above, and the total. It is below
 * zero where money was paid ahead, penalty before it was billed included. */
static void payable_table(const struct paper *paper, struct json_writer *w, const struct issued *issued, const struct account *before)
{
	static const struct paper_column columns[] = {
		{ "what", "应付", "payable", PAPER_TEXT, 8, false, NULL },
		{ "amount", "金额", "amount", PAPER_MONEY, 3, false, NULL },
	};
	struct money balance, payable;
	struct str capitals;

	if (!money_add(before->balance, issued_the_same_day(paper, issued), &balance) ||
	    !money_subtract(balance, issued->credits, &balance) || !money_subtract(balance, issued->penalty, &balance) ||
	    !money_add(balance, issued->total, &payable))
		return;
	capitals = capitals_write(paper->arena, payable);
	table_begin(paper, w, NULL, NULL, columns, sizeof(columns) / sizeof(columns[0]));
	row_begin(w, "normal");
	put_what(paper, w, STR("此前余额（负数为已预付）"), STR("balance before (below zero: paid ahead)"));
	json_put_string(w, "amount", plain_money(paper, balance));
	row_end(w);
	row_begin(w, "normal");
	put_what(paper, w, STR("本期合计"), STR("total of this statement"));
	json_put_string(w, "amount", plain_money(paper, issued->total));
	row_end(w);
	row_begin(w, "total");
	put_what(paper, w,
		 arena_format(paper->arena, "%s　%.*s", money_fen(payable) < 0 ? "结余（无需付款）" : "应付总额", (int)capitals.length, capitals.at),
		 arena_format(paper->arena, "%s  %.*s", money_fen(payable) < 0 ? "credit held, nothing to pay" : "payable",
			      (int)capitals.length, capitals.at));
	json_put_string(w, "amount", plain_money(paper, payable));
	row_end(w);
	table_end(w, "amount", NULL);
}

static void days_chart(const struct paper *paper, struct json_writer *w, const struct statement *computed)
{
	wide all = 0;

	for (int day = 0; day < computed->day_count; day++)
		all += computed->day_thousandths[day];
	if (all == 0)
		return;
	json_object(w);
	json_put_string(w, "kind", STR("chart"));
	put_text(paper, w, "title", STR("每日GPU小时"), STR("GPU-hours by day"));
	put_text(paper, w, "unit", STR("GPU·小时"), STR("GPU-hours"));
	json_key(w, "bars");
	json_array(w);
	for (int day = 0; day < computed->day_count; day++) {
		json_object(w);
		json_put_string(w, "label", arena_format(paper->arena, "%d", day + 1));
		json_put_string(w, "value", ratio_text(paper->arena, computed->day_thousandths[day], (wide)3600 * 1000, 3));
		json_object_end(w);
	}
	json_array_end(w);
	json_object_end(w);
}

/* 3.2: the running total against the one agreed. */
static void total_detail(const struct paper *paper, struct json_writer *w, const struct statement *computed)
{
	struct money total = paper->lease->terms.fees.total;
	struct arena *a = paper->arena;
	struct str to_date = money_grouped(a, computed->fees_to_date), agreed = money_grouped(a, total), percent;

	if (computed->lines.count == 0 || money_fen(total) <= 0)
		return;
	percent = ratio_text(a, (wide)money_fen(computed->fees_to_date) * 100, money_fen(total), 1);
	put_detail(paper, w, "累计费用／约定总额（3.2）", "fees to date / agreed total (3.2)",
		   arena_format(a, "%.*s / %.*s (%.*s %%)", (int)to_date.length, to_date.at, (int)agreed.length, agreed.at,
				(int)percent.length, percent.at));
}

static void statement_details(const struct paper *paper, struct json_writer *w, const struct issued *issued,
			      const struct statement *computed)
{
	struct arena *a = paper->arena;
	const struct zone *zone = &paper->lease->zone;
	day_number from = zone_day(zone, computed->from), to = zone_day(zone, computed->to - 1);
	struct str from_chinese = day_text_chinese(a, from), to_chinese = day_text_chinese(a, to);
	struct str from_text = day_text(a, from), to_text = day_text(a, to);

	json_key(w, "details");
	json_array(w);
	put_detail(paper, w, "协议编号", "agreement", paper->lease->id);
	put_detail_in(paper, w, "结算期间", "period",
		      arena_format(a, "%.*s 至 %.*s", (int)from_chinese.length, from_chinese.at, (int)to_chinese.length, to_chinese.at),
		      arena_format(a, "%.*s to %.*s", (int)from_text.length, from_text.at, (int)to_text.length, to_text.at));
	put_detail_in(paper, w, "出具日期", "issued", day_text_chinese(a, issued->issued_day), day_text(a, issued->issued_day));
	if (issued->served)
		put_detail_in(paper, w, "付款期限", "payable by", day_text_chinese(a, issued->due_day), day_text(a, issued->due_day));
	put_detail(paper, w, "货币", "currency", paper->lease->terms.currency);
	total_detail(paper, w, computed);
	put_detail(paper, w, "收款账户", "pay to",
		   arena_format(a, "%.*s %.*s %.*s", (int)paper->lease->terms.payment.account.name.length,
				paper->lease->terms.payment.account.name.at, (int)paper->lease->terms.payment.account.bank.length,
				paper->lease->terms.payment.account.bank.at, (int)paper->lease->terms.payment.account.number.length,
				paper->lease->terms.payment.account.number.at));
	put_detail(paper, w, "付款附言", "payment reference", issued_number_text(a, paper->lease->id, issued->number));
	if (issued->signed_by.length)
		put_detail(paper, w, "出租方签名", "signed by", fingerprint_grouped(a, issued->signed_by));
	else
		put_detail_in(paper, w, "出租方签名", "signed by", STR("未签名"), STR("not signed"));
	json_array_end(w);
}

void statement_paper(const struct paper *paper, const struct issued *issued, const struct statement *computed,
		     const struct account *before)
{
	struct arena *a = paper->arena;
	struct json_writer w = paper_begin(paper, "statement", "结算单", "Statement",
					   issued_number_text(a, paper->lease->id, issued->number), issued->issued_day);

	put_parties(paper, &w);
	statement_details(paper, &w, issued, computed);
	json_key(&w, "sections");
	json_array(&w);
	lines_table(paper, &w, issued);
	payable_table(paper, &w, issued, before);
	days_chart(paper, &w, computed);
	json_array_end(&w);
	paper_end(paper, &w);
}

void correction_paper(const struct paper *paper, const struct issued *issued)
{
	static const struct paper_column columns[] = {
		{ "clause", "条款", "clause", PAPER_TEXT, 2, false, NULL },
		{ "what", "项目", "what", PAPER_TEXT, 5, false, NULL },
		{ "facts", "依据的事实", "facts behind it", PAPER_TEXT, 3, false, NULL },
		{ "before", "已计费", "billed before", PAPER_MONEY, 3, false, NULL },
		{ "now", "应计费", "right amount", PAPER_MONEY, 3, false, NULL },
		{ "amount", "差额", "difference", PAPER_MONEY, 3, false, "{now}-{before}" },
	};
	struct arena *a = paper->arena;
	struct json_writer w = paper_begin(paper, "correction", "更正通知单", "Correction note",
					   issued_number_text(a, paper->lease->id, issued->number), issued->issued_day);
	struct money sum = money_of_fen(0);

	put_parties(paper, &w);
	json_key(&w, "sections");
	json_array(&w);
	table_begin(paper, &w, NULL, NULL, columns, sizeof(columns) / sizeof(columns[0]));
	for (size_t i = 0; i < issued->correction_count; i++) {
		const struct correction *c = &issued->corrections[i];
		const struct issued *of = issued_find(&paper->lease->billing, c->statement);
		struct billing earlier = paper->lease->billing;
		struct str month = month_text(a, c->month);
		struct money before, now;

		earlier.issued_count = (size_t)issued->number - 1;
		before = billed_of_line(&earlier, of, &c->line).amount;
		if (!money_add(before, c->line.amount, &now) || !money_add(sum, c->line.amount, &sum))
			continue;
		row_begin(&w, "normal");
		json_put_string(&w, "clause", c->line.clause);
		put_what(paper, &w, arena_format(a, "%.*s %s", (int)month.length, month.at, clause_title(c->line.clause, LANGUAGE_CHINESE)),
			 arena_format(a, "%.*s %s", (int)month.length, month.at, clause_title(c->line.clause, LANGUAGE_ENGLISH)));
		json_put_string(&w, "facts", arena_format(a, "%llu-%llu", (unsigned long long)c->fact_from, (unsigned long long)c->fact_to));
		json_put_string(&w, "before", plain_money(paper, before));
		json_put_string(&w, "now", plain_money(paper, now));
		json_put_string(&w, "amount", plain_money(paper, c->line.amount));
		row_end(&w);
	}
	row_begin(&w, "total");
	put_what(paper, &w, STR("合计"), STR("total"));
	json_put_string(&w, "amount", plain_money(paper, sum));
	row_end(&w);
	table_end(&w, "amount", "amount");
	json_object(&w);
	json_put_string(&w, "kind", STR("text"));
	json_key(&w, "paragraphs");
	json_array(&w);
	paragraph(paper, &w, STR("原因：出具之后账本记录了上列编号的事实（迟到或更正的用量），据此将各行重新计算并舍入，与已计费金额之差列于此。原结算单不作改动。"),
		  STR("Reason: the facts numbered above were recorded after issue (late or corrected use). Each line was computed and rounded "
		      "again; the difference from what was billed stands here. The earlier statement is not changed."));
	json_array_end(&w);
	json_object_end(&w);
	json_array_end(&w);
	paper_end(paper, &w);
}
