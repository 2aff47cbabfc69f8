/*
 * Papers of a lease as documents for the renderer (render/document.h describes the JSON): what they say, not how they are
 * set. Pure: the same facts give the same bytes.
 */
#ifndef DOCUMENT_PAPER_H
#define DOCUMENT_PAPER_H

#include "lease/entries.h"
#include "lease/statement.h"

struct paper {
	struct arena *arena;
	const struct lease *lease;
	bool chinese, english;             /* the languages wanted; one at least */
	struct str head;                   /* of the chain, hexadecimal: what the paper can be checked against */
	uint64_t head_seq;
	struct buf *out;                   /* one line of JSON */
};

/*
 * An issued statement; COMPUTED is the month as it was known then, for the daily chart; BEFORE the account at the end of the
 * day before, as known at issue, what the statement corrects included.
 */
void statement_paper(const struct paper *paper, const struct issued *issued, const struct statement *computed,
		     const struct account *before);
/* The corrections that a statement carries, line by line: what was issued, what is right, the difference. */
void correction_paper(const struct paper *paper, const struct issued *issued);
void account_paper(const struct paper *paper, const struct account *account, const struct entry *entries, size_t count);
/* What a payment paid, as of the account's day. */
void receipt_paper(const struct paper *paper, const struct account *account, const struct payment *payment);
/* A friendly word that statement OWED is due, or will be: what is unpaid on the account's day, and where to pay. */
void reminder_paper(const struct paper *paper, const struct account *account, const struct owed *owed);
/* A demand for what statement OWED has unpaid on the account's day (3.4), with what 8.1 says of it. */
void demand_paper(const struct paper *paper, const struct account *account, const struct owed *owed);

#endif
