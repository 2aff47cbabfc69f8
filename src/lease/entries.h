/*
 * The account of a lease as a book: every debit and credit in order of day, with the running balance. Fees post when the
 * statement is issued, credits of a correction too, penalty at issue or payment, whichever is first, and what ran since
 * then on the account's day; payments on the day of credit.
 */
#ifndef LEASE_ENTRIES_H
#define LEASE_ENTRIES_H

#include "lease/account.h"

enum entry_kind { ENTRY_STATEMENT, ENTRY_CREDIT, ENTRY_PENALTY, ENTRY_PENALTY_RUNNING, ENTRY_COST, ENTRY_PAYMENT, ENTRY_KINDS };

struct entry {
	day_number day;
	enum entry_kind kind;
	int64_t number;                    /* of the statement or payment */
	struct money amount;               /* above 0: the lessee owes more */
	struct money balance;              /* after it */
};

bool account_entries(const struct account *account, struct entry **entries, size_t *count, struct problems *problems) MUST_USE;

const char *entry_kind_name(enum entry_kind kind);
const char *entry_kind_text(enum entry_kind kind, enum language language);

#endif
