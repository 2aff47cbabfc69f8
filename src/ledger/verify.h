/* Checking a stored chain, fact by fact, from the bytes that are hashed. */
#ifndef LEDGER_VERIFY_H
#define LEDGER_VERIFY_H

#include "store/store.h"

struct chain_check {
	struct str id;
	enum digest_algorithm algorithm;
	struct digest head;          /* after the facts checked so far */
	uint64_t next_seq;
	instant recorded;
};

void chain_check_begin(struct chain_check *check, struct str id, enum digest_algorithm algorithm);

/* The next fact, with its payload. NULL if it holds, else in English what does not. SCRATCH holds what is read. */
const char *chain_check_fact(struct chain_check *check, struct arena *scratch, const struct stored_fact *fact) MUST_USE;

#endif
