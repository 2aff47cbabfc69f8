/*
 * The lessor's books of one lease: every booking with its debits and credits, from the facts. A view, as the account is.
 *
 * - Fees: net, on the last day of the month of use, as unbilled; on the day of issue, which is the tax point, they become
 *   billed with their tax.
 * - A correction, up or down, is booked on the day of the statement that carries it, in the month that is open then, and
 *   names what it corrects. What a credit changes about penalty and payments of the past is booked on that day too: no
 *   earlier booking is changed by a statement that comes later.
 * - Penalty: at issue or payment, whichever is first, as account_entries() posts it; what runs since is not booked.
 * - A payment: on the credit day; what it does not pay yet is held for the lessee.
 * - A payment that was returned never happened: it is listed without a posting.
 *
 * At the end of any day Billed less Credit is the sum of the account's entries to that day, running penalty left out.
 */
#ifndef LEASE_BOOKS_H
#define LEASE_BOOKS_H

#include "lease/account.h"

enum book_account {
	BOOK_BANK,
	BOOK_BILLED,
	BOOK_UNBILLED,
	BOOK_ADVANCES,                     /* asked for, not earned yet */
	BOOK_COSTS,                        /* of enforcement, recovered */
	BOOK_FEES_COMPUTE,
	BOOK_FEES_STORAGE,
	BOOK_FEES_DATASET,
	BOOK_FEES_SOFTWARE,
	BOOK_FEES_TOTAL,                   /* 3.2: cap and instalments */
	BOOK_PENALTY,
	BOOK_CREDIT,                       /* money held for the lessee */
	BOOK_TAX,
	BOOK_ACCOUNTS
};

enum booking_kind {                        /* in the order of one day */
	BOOKING_FEES,
	BOOKING_STATEMENT,
	BOOKING_CORRECTION,
	BOOKING_PENALTY,
	BOOKING_COST,
	BOOKING_OVERPAID,                  /* a credit lowered what an earlier payment had paid */
	BOOKING_CREDIT_PAYS,               /* held credit, at issue */
	BOOKING_PAYMENT,
	BOOKING_REVERSED,                  /* without a posting */
	BOOKING_KINDS
};

struct posting {
	enum book_account account;
	struct money amount;               /* above 0: debit; never 0 */
};

struct booking {
	day_number day;
	enum booking_kind kind;
	uint64_t seq;                      /* of the fact behind it */
	int64_t statement, payment;        /* numbers; 0: none */
	int64_t corrects;                  /* the statement that a correction corrects; 0: none */
	month_number month;                /* of use; of a correction: the month that it corrects */
	bool month_given;
	struct money reversed;             /* what was returned */
	struct str because;                /* of costs and reversals */
	struct posting *postings;          /* their amounts add up to 0 */
	size_t posting_count, posting_capacity;
	size_t order;                      /* among the bookings as they were made */
};

struct books {
	const struct lease *lease;
	day_number day;                    /* as of the end of this day */
	struct booking *list;              /* by day, kind, fact */
	size_t count, capacity;
	struct money balances[BOOK_ACCOUNTS];    /* above 0: debit */
	bool posted[BOOK_ACCOUNTS];        /* the account has a posting */
	day_number opened[BOOK_ACCOUNTS];  /* its first one's */
	struct arena *arena;
};

bool books_compute(struct arena *arena, const struct lease *lease, day_number day, struct books *books,
		   struct problems *problems) MUST_USE;

/* "Assets:Receivable:Billed" */
const char *book_account_name(enum book_account account);

/* The same with the lease as its last part: "Assets:Receivable:Billed:TL-2017-0901". The part holds only what hledger and
 * beancount take: an id with anything else (or that could be taken for such a one) has it replaced by `-` and ends in
 * `-X` and eight digits of its SHA-256, so that two leases never share an account. */
struct str book_account_text(struct arena *arena, enum book_account account, struct str lease);

const char *booking_kind_name(enum booking_kind kind);

#endif
