/* What becomes of a bank's lines: taken from a file and matched, or decided about by a person. One transaction each. */
#ifndef LEDGER_BANK_ACTS_H
#define LEDGER_BANK_ACTS_H

#include "ledger/act.h"
#include "ledger/payers.h"

struct bank_report {
	size_t read, added, known, posted, reversed, open, outgoing, foreign;
	struct money posted_amount;
};

/* Takes the lines that are new, posts full matches, reverses payments whose transfers came back; one transaction. */
bool bank_take(const struct actor *actor, struct str file, const struct bank_line *lines, size_t count,
	       const struct bank_form *form, struct bank_report *report, struct problems *problems) MUST_USE;

/* A person's decisions. AMOUNT 0: all that is left of the line. */
struct bank_decision {
	int64_t line;
	struct str lease;
	int64_t statements[CANDIDATE_STATEMENTS_MOST];
	size_t statement_count;
	struct money amount;
	int64_t reversed_payment;          /* above 0: the line returns that payment */
	struct str because;
};
bool bank_match(const struct actor *actor, const struct bank_decision *decision, struct problems *problems) MUST_USE;
bool bank_dismiss(const struct actor *actor, int64_t line, struct str because, struct problems *problems) MUST_USE;

#endif
