/*
 * Whose money it is: what speaks for each lease when a transfer comes in, and whether that is a full and unambiguous
 * match. Nothing is posted on a guess: whatever is not full stays a proposal with its reasons.
 */
#ifndef LEASE_MATCHING_H
#define LEASE_MATCHING_H

#include "lease/account.h"

enum evidence {
	EVIDENCE_STATEMENT = 1,            /* the reference names statements of the lease */
	EVIDENCE_LEASE = 2,                /* or the lease itself */
	EVIDENCE_PAYER_NAME = 4,           /* the payer's name is the lessee's */
	EVIDENCE_PAYER_ACCOUNT = 8,        /* the payer's account paid this lease before */
	EVIDENCE_AMOUNT = 16,              /* exactly what the statements named, else the earliest due, else all, owe */
	EVIDENCE_LESS = 32,                /* less than that */
	EVIDENCE_MORE = 64,                /* more than the lease owes in all */
	EVIDENCE_OTHER_ACCOUNT = 128,      /* it came to an account that the agreement does not name */
	EVIDENCE_OTHER_CURRENCY = 256,     /* the lease is paid in another currency: no amount is compared */
	EVIDENCE_COUNT = 9
};

struct incoming {
	struct str account, currency;      /* ours that it came to */
	struct str payer_name, payer_account;
	struct str texts[3];               /* references, in the payer's and the banks' words */
	struct money amount;
	day_number day;                    /* of credit */
};

enum { CANDIDATE_STATEMENTS_MOST = 16 };

struct candidate {
	size_t lease;                      /* the caller's number */
	unsigned evidence;
	int64_t statements[CANDIDATE_STATEMENTS_MOST];   /* that the reference names */
	size_t statement_count;
	bool names_unknown;                /* and one that there is not (yet) */
	struct money owed;                 /* by those named, else by the whole lease, on the day */
};

/* The statements of LEASE that a text names: every TL-2017-0901-3 in it. *NAMED tells that it names the lease at all. */
void reference_read(const struct lease *lease, struct str text, struct candidate *candidate, bool *named);

/* What speaks for the lease of ACCOUNT, computed at the day of credit without this money. */
void candidate_weigh(const struct account *account, const struct incoming *incoming, bool account_known,
		     struct candidate *candidate);

/* The one candidate that is a full match; NULL when there is none, or more than one that something speaks for alike. */
const struct candidate *match_full(const struct candidate *candidates, size_t count);

/* Names of firms as they compare: without spaces, full-width brackets as half-width. */
bool party_name_equal(struct str a, struct str b);
/* Writes to KEY, which has room for NAME, what compares; returns its length. */
size_t party_name_key(struct str name, char *key);

const char *evidence_text(enum evidence evidence, enum language language);

#endif
