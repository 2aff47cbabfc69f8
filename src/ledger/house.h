/* The house chain: the lessor's own, for what belongs to no lease. */
#ifndef LEDGER_HOUSE_H
#define LEDGER_HOUSE_H

#include "store/store.h"

/* The number of the house chain, which is made if there is none. Within a transaction. */
bool house_open(struct store *store, instant now, chain_number *chain, struct problems *problems) MUST_USE;

/* Appends to the house chain, which must be there. Within a transaction. */
bool house_fact_append(struct store *store, instant now, const struct fact_draft *draft, struct problems *problems) MUST_USE;

#endif
