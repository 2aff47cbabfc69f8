#include "ledger/verify.h"

const char *stored_fact_check(struct chain_check *check, struct arena *scratch, const struct stored_fact *fact)
{
	struct chain_check next = *check;
	struct envelope envelope;
	const char *error = chain_check_envelope(check, scratch, fact->envelope, &envelope);

	if (error)
		return error;
	if (fact->seq != envelope.seq)
		return "its number does not follow the one before";
	if (!str_equal(envelope.kind, fact->kind) || envelope.recorded != fact->recorded)
		return "its kind or time stands otherwise in the table than in what is hashed";
	chain_check_accept(&next, &envelope, fact->envelope);
	if (!digest_equal(&next.head, &fact->head))
		return "its head is not the hash of what stands before it and in it";
	error = chain_check_payload(check, &envelope, fact->payload, fact->has_payload);
	if (!error)
		*check = next;
	return error;
}
