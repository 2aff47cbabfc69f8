/* The lessor signs statements as they are issued, within the act that issues them. */
#ifndef LEDGER_STATEMENT_SIGNING_H
#define LEDGER_STATEMENT_SIGNING_H

#include "lease/statement_signature.h"
#include "ledger/act.h"

/* Whether the act's signer may issue under this agreement: where it prints the lessor's key, that key and no other, and
 * none only when that is wanted. */
bool signer_check(struct act *act) MUST_USE;
/* Appends the signature of the statement whose fact, with BODY, was appended just now; nothing without a key. */
bool statement_sign(struct act *act, int64_t number, struct str body) MUST_USE;

struct signed_statement {
	struct str message;                /* the bytes that were signed */
	struct statement_signature signature;
};

/* What stands in the journal of a statement that was signed: for whoever checks it elsewhere. */
bool signed_statement_read(struct arena *arena, struct store *store, chain_number chain, struct str lease,
			   const struct issued *issued, struct signed_statement *result,
			   struct problems *problems) MUST_USE;

#endif
