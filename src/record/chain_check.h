/*
 * Checking a chain fact by fact from the bytes that are hashed, wherever they come from: a store, or a stranger's file.
 *
 * For each fact: chain_check_envelope, chain_check_payload, then chain_check_accept. The first two return NULL if what
 * they look at holds, else in English what does not; after a failure the chain is broken and takes no more facts.
 */
#ifndef RECORD_CHAIN_CHECK_H
#define RECORD_CHAIN_CHECK_H

#include "record/envelope.h"

struct chain_check {
	struct str id;
	enum digest_algorithm algorithm;
	struct digest head;          /* after the facts accepted so far */
	uint64_t next_seq;
	instant recorded;            /* of the last fact */
};

void chain_check_begin(struct chain_check *check, struct str id, enum digest_algorithm algorithm);

/* Reads TEXT into *ENVELOPE (with SCRATCH) and checks that it follows the fact before it. */
const char *chain_check_envelope(const struct chain_check *check, struct arena *scratch, struct str text,
				 struct envelope *envelope) MUST_USE;
/* Checks the payload, if one was GIVEN, against what the envelope says of it. */
const char *chain_check_payload(const struct chain_check *check, const struct envelope *envelope, struct str payload,
				bool given) MUST_USE;
void chain_check_accept(struct chain_check *check, const struct envelope *envelope, struct str text);

#endif
