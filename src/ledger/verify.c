#include "ledger/verify.h"

#include "record/chain.h"

void chain_check_begin(struct chain_check *check, struct str id, enum digest_algorithm algorithm)
{
	*check = (struct chain_check){ .id = id, .algorithm = algorithm, .head = chain_genesis(algorithm, id),
				       .recorded = INSTANT_LEAST };
}

static const char *payload_check(const struct chain_check *check, const struct envelope *envelope,
				 const struct stored_fact *fact)
{
	struct digest digest;

	if (!envelope->payload.codec.length)
		return fact->has_payload ? "it has a payload that its envelope does not name" : NULL;
	if (!fact->has_payload)
		return "its payload is missing";
	digest = digest_of(check->algorithm, &fact->payload, 1);
	if (fact->payload.length != envelope->payload.bytes || !digest_equal(&digest, &envelope->payload.digest))
		return "its payload is not the one that was recorded";
	return NULL;
}

static const char *envelope_check(const struct chain_check *check, const struct envelope *envelope,
				  const struct stored_fact *fact)
{
	if (envelope->seq != check->next_seq || fact->seq != check->next_seq)
		return "its number does not follow the one before";
	if (!str_equal(envelope->lease, check->id))
		return "it belongs to another chain";
	if (!str_equal(envelope->kind, fact->kind) || envelope->recorded != fact->recorded)
		return "its kind or time stands otherwise in the table than in what is hashed";
	if (envelope->recorded < check->recorded)
		return "it was recorded before the one before it";
	return NULL;
}

const char *chain_check_fact(struct chain_check *check, struct arena *scratch, const struct stored_fact *fact)
{
	struct digest head = chain_next(check->algorithm, &check->head, fact->envelope);
	struct envelope envelope;
	struct problems problems;
	const char *error;

	problems_init(&problems, scratch);
	if (!envelope_read(scratch, fact->envelope, &envelope, &problems))
		return "its envelope cannot be read";
	error = envelope_check(check, &envelope, fact);
	if (error)
		return error;
	if (!digest_equal(&head, &fact->head))
		return "its head is not the hash of what stands before it and in it";
	error = payload_check(check, &envelope, fact);
	if (error)
		return error;
	check->head = head;
	check->recorded = envelope.recorded;
	check->next_seq++;
	return NULL;
}
