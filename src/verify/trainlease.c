#include "trainlease.h"

#include <stdlib.h>
#include <string.h>

#include "base/capitals.h"
#include "base/decimal.h"
#include "lease/lease.h"
#include "lease/statement_signature.h"
#include "record/chain_check.h"
#include "record/storage_block.h"
#include "record/usage_block.h"
#include "version.h"

struct trainlease_chain {
	struct arena arena;            /* lives as long as the chain */
	struct arena scratch;          /* of one fact */
	struct chain_check check;
	struct signature_check signatures;
	struct lease lease;            /* of a lease's chain: its fold */
	wide thousandths;              /* GPU x seconds */
	const char *broken;
};

const char *trainlease_version(void)
{
	return TRAINLEASE_VERSION;
}

size_t trainlease_capitals(int64_t fen, char *text, size_t capacity)
{
	struct arena arena;
	struct str capitals;

	arena_init(&arena);
	capitals = capitals_write(&arena, money_of_fen(fen));
	if (capitals.length >= capacity)
		capitals.length = 0;
	else
		memcpy(text, capitals.at, capitals.length + 1);
	arena_free(&arena);
	return capitals.length;
}

struct trainlease_chain *trainlease_chain_begin(const char *id, int sm3)
{
	struct trainlease_chain *chain = memory_alloc(sizeof(*chain));

	arena_init(&chain->arena);
	arena_init(&chain->scratch);
	signature_check_begin(&chain->signatures);
	chain_check_begin(&chain->check, arena_str(&chain->arena, str_of(id)), sm3 ? DIGEST_SM3 : DIGEST_SHA256);
	return chain;
}

void trainlease_chain_end(struct trainlease_chain *chain)
{
	if (!chain)
		return;
	signature_check_end(&chain->signatures);
	arena_free(&chain->arena);
	arena_free(&chain->scratch);
	free(chain);
}

static void record_count(struct trainlease_chain *chain, const struct usage_record *record)
{
	bool suspended_billed = chain->lease.terms.compute.suspended == SUSPENDED_BILLED;
	wide added = (wide)(usage_billed_end(record, suspended_billed) - record->start) * record->gpus_thousandths;

	if (!(record->flags & USAGE_OPEN))
		chain->thousandths += record->flags & USAGE_WITHDRAWN ? -added : added;
}

static const char *block_check(struct trainlease_chain *chain, const struct envelope *envelope, struct str payload)
{
	struct storage_sample *samples;
	struct usage_block block;
	const char *error;
	size_t count;

	if (str_is(envelope->payload.codec, STORAGE_BLOCK_CODEC))
		return storage_block_decode(&chain->scratch, payload, &samples, &count);
	if (!str_is(envelope->payload.codec, USAGE_BLOCK_CODEC))
		return NULL;
	error = usage_block_decode(&chain->scratch, payload, &block);
	for (size_t i = 0; !error && str_is(envelope->kind, "usage") && i < block.count; i++)
		record_count(chain, &block.records[i]);
	return error;
}

static const char *fact_check(struct trainlease_chain *chain, struct str text, struct str payload, bool given)
{
	struct problems problems;
	struct envelope envelope;
	const char *error = chain_check_envelope(&chain->check, &chain->scratch, text, &envelope);

	if (!error)
		error = chain_check_payload(&chain->check, &envelope, payload, given);
	if (!error)
		error = block_check(chain, &envelope, payload);
	if (!error)
		error = signature_check_fact(&chain->signatures, &chain->scratch, &envelope);
	if (error)
		return error;
	problems_init(&problems, &chain->scratch);
	if (str_is(envelope.kind, FACT_AGREEMENT_SIGNED) &&
	    !lease_apply(&chain->arena, &chain->lease, &envelope, &problems))
		return "its agreement cannot be read";
	chain_check_accept(&chain->check, &envelope, text);
	return NULL;
}

const char *trainlease_chain_add(struct trainlease_chain *chain, const void *envelope, size_t envelope_bytes,
				 const void *payload, size_t payload_bytes)
{
	struct str text = { envelope, envelope_bytes };
	struct str bytes = payload ? (struct str){ payload, payload_bytes } : STR("");

	if (chain->broken)
		return chain->broken;
	arena_reset(&chain->scratch);
	chain->broken = fact_check(chain, text, bytes, payload != NULL);
	return chain->broken;
}

uint64_t trainlease_chain_facts(const struct trainlease_chain *chain)
{
	return chain->check.next_seq;
}

void trainlease_chain_head(const struct trainlease_chain *chain, unsigned char head[TRAINLEASE_DIGEST_BYTES])
{
	memcpy(head, chain->check.head.bytes, DIGEST_BYTES);
}

void trainlease_chain_usage(const struct trainlease_chain *chain, uint64_t *gpu_seconds, unsigned *thousandths)
{
	wide total = chain->thousandths > 0 ? chain->thousandths : 0;

	*gpu_seconds = (uint64_t)(total / 1000);
	*thousandths = (unsigned)(total % 1000);
}
