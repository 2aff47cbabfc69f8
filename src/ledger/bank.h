/*
 * The lessor's bank on the house chain: lines taken from statement files, which of them became payments, and what a
 * person decided about the rest. Facts: bank-imported (its payload, erasable, is an array of lines), bank-posted,
 * bank-dismissed, bank-form (how a bank's CSV names its columns).
 */
#ifndef LEDGER_BANK_H
#define LEDGER_BANK_H

#include "bank/bank.h"
#include "lease/matching.h"
#include "ledger/act.h"
#include "record/text_table.h"

struct bank_posting {
	struct str lease;
	int64_t payment;
	struct money amount;
	bool reversal;                     /* the payment was returned */
};

struct house_line {
	struct bank_line line;
	int64_t number;                    /* 1, 2 ... in the order they were taken */
	bool dismissed;
	struct str because;
	struct bank_posting *postings;
	size_t posting_count, posting_capacity;
	struct money rest;                 /* not posted yet */
};

struct house_bank {
	struct arena *arena;
	struct house_line *lines;
	size_t count, capacity;
	uint32_t *slots;                   /* number of line, by hash of its key */
	size_t slot_count;
	struct bank_form *forms;
	size_t form_count, form_capacity;
};

struct bank_form {
	struct str bank, columns, account, currency;
};

/* Folds the house chain; an empty bank where there is none yet. */
bool bank_load(struct arena *arena, struct store *store, struct house_bank *bank, struct problems *problems) MUST_USE;
struct house_line *bank_line_find(struct house_bank *bank, struct str key);
/* The latest form under that name; NULL if none. */
const struct bank_form *bank_form_find(const struct house_bank *bank, struct str name);

/* Leases by a text: an id, a lessee's name, a payer's account. */
struct lease_index {
	struct text_table texts;
	struct lease_numbers { uint32_t *list; size_t count, capacity; } *leases;   /* by number of the text */
	size_t capacity;
};

/* Every lease, loaded once, to be paid while lines are matched. */
struct payers {
	struct arena *arena;
	struct payer {
		struct lease *lease;
		struct chain_head head;
		uint32_t asked;            /* the number of the line that last asked for it */
	} *list;
	size_t count;
	struct lease_index by_id, by_name, by_account;   /* of the payer: what paid before */
	size_t *id_lengths, id_length_count;             /* that occur */
	uint32_t asked;
};
/* Also reopens the lines whose payments a person reversed. */
bool payers_load(struct arena *arena, struct store *store, struct house_bank *bank, struct payers *payers,
		 struct problems *problems) MUST_USE;
void payers_free(struct payers *payers);

/* What speaks for whom; CANDIDATES in ARENA, only leases for which something besides the amount speaks. */
bool line_weigh(struct arena *arena, struct payers *payers, const struct house_line *line,
		struct candidate **candidates, size_t *count, struct problems *problems) MUST_USE;

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
