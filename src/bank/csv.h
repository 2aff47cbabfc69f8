/*
 * What the parts of the CSV reader share. csv_rows.c finds the header and cuts rows, csv.c makes lines of them, and
 * csv_balances.c checks that each balance follows from the row before.
 */
#ifndef BANK_CSV_H
#define BANK_CSV_H

#include "bank/columns.h"
#include "bank/preamble.h"

enum { CSV_ACCOUNTS_MAX = 256 };

/* What a row tells beside its line. */
struct row_note {
	size_t statement;
	bool has_balance;
	bool negative;               /* its column had an amount below zero: a reversal, if the balances agree */
	int64_t balance_minor;
	struct str time;
};

struct csv {
	struct bank_reading *reading;
	struct bank_renames renames;
	struct bank_columns columns;
	struct bank_preamble preamble;
	struct str text;             /* UTF-8 */
	char separator;
	size_t at, line_next;        /* where the next row begins */
	size_t header_line;
	size_t line;                 /* of the row being read */
	struct str cells[BANK_COLUMNS_MAX];
	size_t cell_count;           /* to the last that is not empty */
	size_t width, width_usual;   /* cells of the row with all empty ones; of the first transaction */
	struct row_note *notes;      /* beside the file's lines */
	size_t note_capacity;
	size_t statement;            /* where the last row went */
	bool sign_told;              /* some amount had a sign */
	bool account_refused, currency_refused;
};

bool csv_refuse(struct csv *csv, enum refusal what, size_t line, struct str one, struct str two);

/* Finds the header and reads what is above it; CSV->at is below it then. */
bool csv_header_find(struct csv *csv) MUST_USE;

/* The row at CSV->at, which is before the end of the text. */
bool csv_row_cut(struct csv *csv) MUST_USE;

/* The row's cell of a role, and what the file calls that column; empty where there is none. */
struct str csv_cell(const struct csv *csv, enum role role);
struct str csv_column(const struct csv *csv, enum role role);

/* Checks and keeps the balances of every account, and settles the keys, when all rows are read. */
void csv_balances_check(struct csv *csv);

#endif
