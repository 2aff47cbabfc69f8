/* What all papers are made of: texts in two languages, parties, tables, the mark to verify by. */
#ifndef DOCUMENT_PAPER_PARTS_H
#define DOCUMENT_PAPER_PARTS_H

#include "base/json.h"
#include "document/paper.h"

enum column_kind { PAPER_TEXT, PAPER_DECIMAL, PAPER_MONEY, PAPER_DAY, PAPER_INTEGER };

struct paper_column {
	const char *id, *chinese, *english;
	enum column_kind kind;
	int weight;                        /* 0: the renderer's own */
	bool xlsx_only;
	const char *formula;               /* NULL: none */
};

struct json_writer paper_begin(const struct paper *paper, const char *kind, const char *chinese, const char *english,
			       struct str number, day_number date);
void paper_end(const struct paper *paper, struct json_writer *w);

void put_text(const struct paper *paper, struct json_writer *w, const char *key, struct str chinese, struct str english);
void put_parties(const struct paper *paper, struct json_writer *w);
void put_detail(const struct paper *paper, struct json_writer *w, const char *chinese, const char *english, struct str value);
void put_detail_in(const struct paper *paper, struct json_writer *w, const char *chinese, const char *english,
		   struct str value_chinese, struct str value_english);

/* A table: begin, rows, end. SUM and CARRY name columns; empty: none. */
void table_begin(const struct paper *paper, struct json_writer *w, const char *chinese, const char *english,
		 const struct paper_column *columns, size_t count);
void row_begin(struct json_writer *w, const char *style);
void row_end(struct json_writer *w);
void table_end(struct json_writer *w, const char *sum, const char *carry);
void paragraph(const struct paper *paper, struct json_writer *w, struct str chinese, struct str english);

struct str plain_money(const struct paper *paper, struct money amount);

#endif
