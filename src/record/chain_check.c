#include "record/chain_check.h"

#include "record/chain.h"

void chain_check_begin(struct chain_check *check, struct str id, enum digest_algorithm algorithm)
{
	*check = (struct chain_check){ .id = id, .algorithm = algorithm, .head = chain_genesis(algorithm, id),
				       .recorded = INSTANT_LEAST };
}

const char *chain_check_envelope(const struct chain_check *check, struct arena *scratch, struct str text,
				 struct envelope *envelope)
{
	struct problems problems;

	problems_init(&problems, scratch);
	if (!envelope_read(scratch, text, envelope, &problems))
		return "its envelope cannot be read";
	if (envelope->seq != check->next_seq)
		return "its number does not follow the one before";
	if (!str_equal(envelope->lease, check->id))
		return "it belongs to another chain";
	if (envelope->recorded < check->recorded)
		return "it was recorded before the one before it";
	return NULL;
}

/* Codecs of payloads that name people: one may be gone, and the proof holds. */
static bool payload_erasable(struct str codec)
{
	static const char *const codecs[] = { "payer-1", "recipient-1", "bank-lines-1" };

	for (size_t i = 0; i < sizeof(codecs) / sizeof(codecs[0]); i++)
		if (str_is(codec, codecs[i]))
			return true;
	return false;
}

const char *chain_check_payload(const struct chain_check *check, const struct envelope *envelope, struct str payload,
				bool given)
{
	struct digest digest;

	if (!envelope->payload.codec.length)
		return given ? "it has a payload that its envelope does not name" : NULL;
	if (!given)
		return payload_erasable(envelope->payload.codec) ? NULL : "its payload is missing";
	digest = digest_of(check->algorithm, &payload, 1);
	if (payload.length != envelope->payload.bytes || !digest_equal(&digest, &envelope->payload.digest))
		return "its payload is not the one that was recorded";
	return NULL;
}

void chain_check_accept(struct chain_check *check, const struct envelope *envelope, struct str text)
{
	check->head = chain_next(check->algorithm, &check->head, text);
	check->recorded = envelope->recorded;
	check->next_seq++;
}
