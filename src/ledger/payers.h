/*
 * Who pays: every lease, found by what a bank says of a transfer - an id in its words, the payer's name, an account that
 * paid before - and weighed as lease/matching.h does.
 */
#ifndef LEDGER_PAYERS_H
#define LEDGER_PAYERS_H

#include "lease/matching.h"
#include "ledger/bank.h"
#include "record/text_table.h"

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

/* NULL if there is no such lease. */
struct payer *payer_find(struct payers *payers, struct str lease);
/* From now on the account is one that paid for the lease. */
void payers_remember(struct payers *payers, struct str account, size_t lease);

/* What speaks for whom; CANDIDATES in ARENA, only leases for which something besides the amount speaks. */
bool line_weigh(struct arena *arena, struct payers *payers, const struct house_line *line,
		struct candidate **candidates, size_t *count, struct problems *problems) MUST_USE;

#endif
