/* Checking a stored chain: what is hashed, and that the table beside it says the same. */
#ifndef LEDGER_VERIFY_H
#define LEDGER_VERIFY_H

#include "record/chain_check.h"
#include "store/store.h"

/* The next fact, with its payload. NULL if it holds, else in English what does not. SCRATCH holds what is read. */
const char *stored_fact_check(struct chain_check *check, struct arena *scratch, const struct stored_fact *fact) MUST_USE;

#endif
