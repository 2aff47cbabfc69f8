/*
 * The lessor's bank on the house chain: lines taken from statement files, which of them became payments, and what a
 * person decided about the rest. Facts: bank-imported (its payload, erasable, is an array of lines), bank-posted,
 * bank-dismissed, bank-form (how a bank's CSV names its columns).
 */
#ifndef LEDGER_BANK_H
#define LEDGER_BANK_H

#include "bank/bank.h"
#include "store/store.h"

#define FACT_BANK_IMPORTED  "bank-imported"
#define FACT_BANK_POSTED    "bank-posted"
#define FACT_BANK_DISMISSED "bank-dismissed"
#define FACT_BANK_FORM      "bank-form"

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

/* What folding a fact does, for lines and postings whose facts are being written. */
struct house_line *bank_line_add(struct house_bank *bank, const struct bank_line *line);
void bank_posting_add(struct house_bank *bank, struct house_line *line, const struct bank_posting *posting);

/* The value day, else the booking day. */
day_number bank_credit_day(const struct bank_line *line);

#endif
