/* Which column of a bank's CSV holds what, by the usual names or by --columns. */
#ifndef BANK_COLUMNS_H
#define BANK_COLUMNS_H

#include "bank/reading.h"

enum role {
	ROLE_DATE, ROLE_VALUE_DATE, ROLE_AMOUNT, ROLE_DEBIT, ROLE_CREDIT, ROLE_DIRECTION, ROLE_CURRENCY, ROLE_BALANCE,
	ROLE_PAYER_NAME, ROLE_PAYER_ACCOUNT, ROLE_PAYER_BANK, ROLE_TEXT, ROLE_REFERENCE, ROLE_ACCOUNT,
	ROLE_NAMED_COUNT,                       /* those above can be named with --columns */
	/* Both sides told, ours being one of them: the Bank of China's form. */
	ROLE_DEBTOR_NAME = ROLE_NAMED_COUNT, ROLE_DEBTOR_ACCOUNT, ROLE_DEBTOR_BANK,
	ROLE_CREDITOR_NAME, ROLE_CREDITOR_ACCOUNT, ROLE_CREDITOR_BANK,
	ROLE_HOLDER, ROLE_TIME, ROLE_WEAK_REFERENCE, ROLE_REVERSAL,
	ROLE_COUNT,
};

enum { BANK_COLUMNS_MAX = 128, BANK_TEXTS_MAX = 16, BANK_RENAMES_MAX = 32 };

struct bank_columns {
	int at[ROLE_COUNT];                     /* -1: no such column; of ROLE_TEXT the first */
	int texts[BANK_TEXTS_MAX];              /* all columns of the payer's words, in the order of the file */
	size_t text_count;
	size_t count;                           /* of the header's cells, trailing empty ones not counted */
	struct str names[BANK_COLUMNS_MAX];     /* as in the file */
	size_t recognised;
};

struct bank_renames {
	struct { enum role role; struct str name, shown; } list[BANK_RENAMES_MAX];
	size_t count;
};

/* --columns: "date=交易日期,credit=贷方发生额". */
bool bank_renames_read(struct bank_reading *reading, struct str columns, struct bank_renames *renames) MUST_USE;

/* Finds a place for each role among CELLS; never fails. */
void bank_columns_map(struct arena *arena, const struct bank_renames *renames, const struct str *cells, size_t count,
		      struct bank_columns *columns);

/* Whether a row with these names is the header: it names days and amounts. */
bool bank_columns_usable(const struct bank_columns *columns);

/* Refuses what is ambiguous, and renames of columns that are not there. */
bool bank_columns_check(struct bank_reading *reading, const struct bank_renames *renames,
			const struct bank_columns *columns, size_t line) MUST_USE;

struct str bank_columns_listed(struct arena *arena, const struct str *cells, size_t count);

#endif
