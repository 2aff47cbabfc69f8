/*
 * The lessor's signature under an issued statement: what is signed, the fact that keeps it, and checking it along a
 * chain. The fold (billing.c) takes signatures as they stand; only `facts --verify` and libtrainlease check them.
 *
 * Signed is "trainlease-statement-1\n", the lease's id, "\n" and the body of the fact statement-issued as it is hashed.
 * The fact statement-signed follows that fact at once; {algorithm, number, public_key, signature}, the last two in
 * hexadecimal digits.
 */
#ifndef LEASE_STATEMENT_SIGNATURE_H
#define LEASE_STATEMENT_SIGNATURE_H

#include "base/buf.h"
#include "base/signature.h"
#include "record/envelope.h"

#define FACT_STATEMENT_SIGNED "statement-signed"

struct statement_signature {
	int64_t number;                    /* of the statement */
	struct public_key key;
	struct str signature;
};

struct str statement_message(struct arena *arena, struct str lease, struct str body);

void statement_signature_write(const struct statement_signature *signature, struct buf *out);
/* BODY: of a fact statement-signed, parsed. */
bool statement_signature_read(struct arena *arena, const struct json *body,
			      struct statement_signature *signature) MUST_USE;

/* What an agreement says of keys. */
struct agreed_key {
	enum signature_algorithm algorithm;
	struct str lessor;                 /* fingerprint as printed; empty: none is */
};

/* NULL if a lessor whose agreement prints AGREED may sign with KEY, else in English why not. */
const char *agreed_key_refusal(const struct agreed_key *agreed, const struct public_key *key);

/* Along one chain from its first fact on; begin, each fact, end. */
struct signature_check {
	struct arena arena;                /* of AGREED */
	struct agreed_key agreed;
	struct buf issued;                 /* body of the fact before, if that issued a statement; else empty */
	uint64_t holding;                  /* signatures that were checked and hold */
};

void signature_check_begin(struct signature_check *check);
void signature_check_end(struct signature_check *check);
/* The next fact. NULL if it is no signature or one that holds, else in English what does not. */
const char *signature_check_fact(struct signature_check *check, struct arena *scratch,
				 const struct envelope *fact) MUST_USE;

#endif
