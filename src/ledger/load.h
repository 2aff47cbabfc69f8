/* Folding a lease out of a store: the one place where facts become state. */
#ifndef LEDGER_LOAD_H
#define LEDGER_LOAD_H

#include "lease/lease.h"
#include "store/store.h"

/* Folds the chain ID up to and including the fact SEQ_MOST into a lease in ARENA; NULL and a problem on failure. */
const struct lease *lease_load(struct arena *arena, struct store *store, struct str id, uint64_t seq_most,
			       struct chain_head *head, struct problems *problems) MUST_USE;

/* The ids of all leases, in order, in ARENA; the house is none. */
bool lease_ids_list(struct arena *arena, struct store *store, struct str **ids, size_t *count, struct problems *problems) MUST_USE;

/* The agreement file as it was signed: the payload of the chain's fact 0, copied into ARENA. */
bool signed_file_read(struct arena *arena, struct store *store, chain_number chain, struct str *file,
		      struct problems *problems) MUST_USE;

#endif
