#include "document/paper_parts.h"

void put_text(const struct paper *paper, struct json_writer *w, const char *key, struct str chinese, struct str english)
{
	if (key)
		json_key(w, key);
	json_object(w);
	if (paper->english)
		json_put_string(w, "en", english);
	if (paper->chinese)
		json_put_string(w, "zh", chinese);
	json_object_end(w);
}

struct str plain_money(const struct paper *paper, struct money amount)
{
	return money_text(paper->arena, amount);
}

struct json_writer paper_begin(const struct paper *paper, const char *kind, const char *chinese, const char *english,
			       struct str number, day_number date)
{
	struct json_writer w = { .out = paper->out };

	json_object(&w);
	json_put_string(&w, "kind", str_of(kind));
	json_key(&w, "languages");
	json_array(&w);
	if (paper->chinese)
		json_add_string(&w, STR("zh"));
	if (paper->english)
		json_add_string(&w, STR("en"));
	json_array_end(&w);
	put_text(paper, &w, "title", str_of(chinese), str_of(english));
	json_put_string(&w, "number", number);
	json_put_string(&w, "date", day_text(paper->arena, date));
	return w;
}

/* The head of the chain is what either side can check the paper against, offline. */
void paper_end(const struct paper *paper, struct json_writer *w)
{
	struct arena *a = paper->arena;

	json_key(w, "verify");
	json_object(w);
	json_put_string(w, "text", arena_format(a, "trainlease:%.*s:%llu:%.*s", (int)paper->lease->id.length, paper->lease->id.at,
						(unsigned long long)paper->head_seq, (int)paper->head.length, paper->head.at));
	json_put_string(w, "head", paper->head);
	put_text(paper, w, "label", arena_format(a, "事实 %llu 的链头", (unsigned long long)paper->head_seq),
		 arena_format(a, "head at fact %llu", (unsigned long long)paper->head_seq));
	json_object_end(w);
	put_text(paper, w, "footer", arena_format(a, "租约 %.*s", (int)paper->lease->id.length, paper->lease->id.at),
		 arena_format(a, "lease %.*s", (int)paper->lease->id.length, paper->lease->id.at));
	json_object_end(w);
}

static void put_party(const struct paper *paper, struct json_writer *w, const char *chinese, const char *english,
		      const struct party *party)
{
	struct arena *a = paper->arena;

	json_object(w);
	put_text(paper, w, "role", str_of(chinese), str_of(english));
	json_key(w, "lines");
	json_array(w);
	json_add_string(w, party->name);
	put_text(paper, w, NULL, arena_format(a, "统一社会信用代码 %.*s", (int)party->uscc.length, party->uscc.at),
		 arena_format(a, "USCC %.*s", (int)party->uscc.length, party->uscc.at));
	if (party->address.length)
		json_add_string(w, party->address);
	json_array_end(w);
	json_object_end(w);
}

void put_parties(const struct paper *paper, struct json_writer *w)
{
	json_key(w, "parties");
	json_array(w);
	put_party(paper, w, "甲方（出租方）", "Lessor", &paper->lease->terms.lessor);
	put_party(paper, w, "乙方（承租方）", "Lessee", &paper->lease->terms.lessee);
	json_array_end(w);
}

void put_detail_in(const struct paper *paper, struct json_writer *w, const char *chinese, const char *english,
		   struct str value_chinese, struct str value_english)
{
	json_object(w);
	put_text(paper, w, "label", str_of(chinese), str_of(english));
	put_text(paper, w, "value", value_chinese, value_english);
	json_object_end(w);
}

void put_detail(const struct paper *paper, struct json_writer *w, const char *chinese, const char *english, struct str value)
{
	json_object(w);
	put_text(paper, w, "label", str_of(chinese), str_of(english));
	json_put_string(w, "value", value);
	json_object_end(w);
}

void table_begin(const struct paper *paper, struct json_writer *w, const char *chinese, const char *english,
		 const struct paper_column *columns, size_t count)
{
	static const char *const kinds[] = { [PAPER_TEXT] = "text", [PAPER_DECIMAL] = "decimal", [PAPER_MONEY] = "money",
					     [PAPER_DAY] = "day", [PAPER_INTEGER] = "integer" };

	json_object(w);
	json_put_string(w, "kind", STR("table"));
	if (chinese)
		put_text(paper, w, "title", str_of(chinese), str_of(english));
	json_key(w, "columns");
	json_array(w);
	for (size_t i = 0; i < count; i++) {
		json_object(w);
		json_put_string(w, "id", str_of(columns[i].id));
		put_text(paper, w, "label", str_of(columns[i].chinese), str_of(columns[i].english));
		json_put_string(w, "type", str_of(kinds[columns[i].kind]));
		if (columns[i].weight)
			json_put_integer(w, "weight", columns[i].weight);
		if (columns[i].xlsx_only)
			json_put_bool(w, "xlsx_only", true);
		if (columns[i].formula)
			json_put_string(w, "formula", str_of(columns[i].formula));
		json_object_end(w);
	}
	json_array_end(w);
	json_key(w, "rows");
	json_array(w);
}

void row_begin(struct json_writer *w, const char *style)
{
	json_object(w);
	json_put_string(w, "style", str_of(style));
	json_key(w, "cells");
	json_object(w);
}

void row_end(struct json_writer *w)
{
	json_object_end(w);
	json_object_end(w);
}

static void put_column_list(struct json_writer *w, const char *key, const char *column)
{
	if (!column)
		return;
	json_key(w, key);
	json_array(w);
	json_add_string(w, str_of(column));
	json_array_end(w);
}

void table_end(struct json_writer *w, const char *sum, const char *carry)
{
	json_array_end(w);
	put_column_list(w, "sum", sum);
	put_column_list(w, "carry", carry);
	json_object_end(w);
}

void paragraph(const struct paper *paper, struct json_writer *w, struct str chinese, struct str english)
{
	put_text(paper, w, NULL, chinese, english);
}
