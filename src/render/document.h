/*
 * A document as data: what a builder says and the setters (pdf.h, xlsx.h) set. It knows nothing of leases.
 *
 * The JSON of one line of standard input:
 *
 *   { "output": "/folder/x.pdf", "document": DOCUMENT }         the suffix, .pdf or .xlsx, chooses the format
 *
 *   DOCUMENT = { "kind": "statement",
 *     "languages": ["zh","en"],        one or both; both are set Chinese first, English beside or beneath it, smaller
 *     "title": TEXT, "subtitle": TEXT?,
 *     "number": "TL-2017-0901-3", "date": "2017-11-04",         the date is also the file's, so bytes never differ
 *     "parties": [ {"role": TEXT, "lines": [TEXT, ...]}, ... ]?,  side by side, the first line of each in bold
 *     "details": [ {"label": TEXT, "value": TEXT}, ... ]?,        pairs in two columns, row by row
 *     "sections": [ SECTION, ... ]?,
 *     "verify": {"text": "what the QR code says", "head": "hexadecimal digest", "label": TEXT}?,
 *     "footer": TEXT? }
 *
 *   SECTION = {"kind":"table", "title": TEXT?,
 *       "columns": [ {"id":"amount", "label": TEXT, "type":"text|integer|decimal|money|day",
 *                     "weight": 3?, "xlsx_only": false?, "formula": "ROUND({quantity}*{price},2)"?} ],
 *       "rows": [ {"style":"normal|subtotal|total|note"?, "cells": {"amount":"1234.50", "what": TEXT}} ],
 *       "sum": ["amount"]?, "carry": ["amount"]? }
 *     | {"kind":"chart", "title": TEXT, "unit": TEXT, "bars": [ {"label":"1", "value":"123.456"} ]}
 *     | {"kind":"text", "title": TEXT?, "paragraphs": [TEXT, ...]}
 *     | {"kind":"signature", "blocks": [ {"label": TEXT, "lines": [TEXT, ...]} ]}
 *
 *   TEXT = "the same in every language" | {"zh": "...", "en": "..."} with each language asked for, neither empty
 *
 * Numbers are strings ("1234.50") or JSON numbers without exponent, of at most 9 places; days are "2017-11-04". Cells
 * that are left out or "" are empty. A weight shares out the width that numbers leave: 1 to 100, text 3 and others 1
 * if not said.
 *
 * sum: in the last row, which is a total, these columns are the sums of the normal rows (checked here, a SUM in XLSX).
 * carry: on a page break these columns' running sums of the normal rows are carried forward and brought forward.
 * formula: XLSX only, in normal rows whose own cell and cells named are filled. {id} is the cell of that column in the
 * same row; else only numbers, + - * / ( ) , < > = and ROUND ROUNDUP ROUNDDOWN SUM MIN MAX IF ABS INT.
 * In rows that are not normal a text runs on over the empty cells to its right.
 *
 * Members that are not in this list are refused, as are control characters and marks that turn the direction of
 * writing. A document without tables and charts is set as a letter, with GB/T 9704's margins; else as a form.
 */
#ifndef RENDER_DOCUMENT_H
#define RENDER_DOCUMENT_H

#include "base/civil.h"
#include "base/decimal.h"
#include "base/json.h"
#include "render/fault.h"

enum {
	PARTIES_MAX = 4,
	DETAILS_MAX = 60,
	SECTIONS_MAX = 100,
	TABLE_COLUMNS_MAX = 200,
	TABLE_ROWS_MAX = 10000,
	TABLE_CELLS_MAX = 400000,        /* of all tables together */
	BARS_MAX = 400,
	PARAGRAPHS_MAX = 2000,           /* of a section */
	BLOCKS_MAX = 4,
	BLOCK_LINES_MAX = 20,            /* of a party or a signature */
	NAME_BYTES_MAX = 60,             /* ids, number, kind, a bar's label */
	TEXT_BYTES_MAX = 2000,
	PARAGRAPH_BYTES_MAX = 20000,
	FORMULA_BYTES_MAX = 500,
	QR_BYTES_MAX = 1000,
};

/* One text in the languages asked for. */
struct text {
	struct str main;      /* Chinese if asked for, else English */
	struct str beside;    /* English where both are asked for and they differ; else empty */
};

struct text_list {
	struct text *list;
	size_t count;
};

struct block {
	struct text label;
	struct text_list lines;
};

struct block_list {
	struct block *list;
	size_t count;
};

struct detail {
	struct text label, value;
};

enum column_type {
	COLUMN_TEXT,
	COLUMN_INTEGER,
	COLUMN_DECIMAL,
	COLUMN_MONEY,
	COLUMN_DAY,
};

struct column {
	struct str id;
	struct text label;
	enum column_type type;
	unsigned weight;
	bool xlsx_only;
	struct str formula;       /* empty where there is none */
	bool sum, carry;
	unsigned places;          /* the most that a number in it has; for money at least 2 */
};

enum row_style {
	ROW_NORMAL,
	ROW_SUBTOTAL,
	ROW_TOTAL,
	ROW_NOTE,
};

/* What its column's type says; empty cells are not filled. */
struct cell {
	bool filled;
	union {
		struct text text;
		struct decimal number;
		day_number day;
	};
};

struct row {
	enum row_style style;
	struct cell *cells;       /* one for each column */
};

struct table {
	struct text title;        /* main is empty where there is none */
	struct column *columns;
	size_t column_count;
	struct row *rows;
	size_t row_count;
};

struct bar {
	struct str label;
	struct decimal value;
};

struct chart {
	struct text title, unit;
	struct bar *bars;
	size_t bar_count;
};

struct prose {
	struct text title;        /* main is empty where there is none */
	struct text_list paragraphs;
};

enum section_kind {
	SECTION_TABLE,
	SECTION_CHART,
	SECTION_TEXT,
	SECTION_SIGNATURE,
};

struct section {
	enum section_kind kind;
	union {
		struct table table;
		struct chart chart;
		struct prose prose;
		struct block_list signature;
	};
};

struct document {
	struct str kind, number;
	bool chinese, english;    /* at least one */
	day_number date;
	struct text title, subtitle, footer;   /* the last two may be empty */
	struct block_list parties;
	struct detail *details;
	size_t detail_count;
	struct section *sections;
	size_t section_count;
	bool has_verify;
	struct str verify_text, verify_head;
	struct text verify_label;
};

/* Reads DOCUMENT into ARENA; texts borrow from JSON. NULL and *FAULT, the first thing wrong, on failure. */
const struct document *document_read(struct arena *arena, const struct json *json, struct fault *fault) MUST_USE;

/* The running sum of the normal rows of TABLE's column before row END, as a whole number of 10^-places. */
wide table_sum(const struct table *table, size_t column, size_t end);

bool column_is_number(const struct column *column);

/* The text of a language pair on one line: "zh en". */
struct str text_joined(struct arena *arena, struct text text, const char *between);

#endif
