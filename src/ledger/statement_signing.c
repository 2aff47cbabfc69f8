#include "ledger/statement_signing.h"

enum { SIGNATURE_BODY_BYTES_MAX = 64 * 1024 };

static struct agreed_key agreed_of(const struct lease *lease)
{
	struct agreed_key agreed = { .lessor = lease->terms.keys.lessor };

	agreed.algorithm = lease->terms.digest == DIGEST_SM3 ? SIGNATURE_SM2 : SIGNATURE_ED25519;
	return agreed;
}

bool signer_check(struct act *act)
{
	struct agreed_key agreed = agreed_of(act->lease);
	struct public_key key;

	if (!act->signer.key)
		return agreed.lessor.length == 0 || act->signer.unsigned_wanted ||
		       problem_say(act->problems, REFUSAL_KEY_NEEDED, STR("3.3"), agreed.lessor, STR(""), STR(""));
	key = signing_key_public(act->arena, act->signer.key);
	if (key.algorithm != agreed.algorithm)
		return problem_say(act->problems, REFUSAL_KEY_OTHER_ALGORITHM, STR("3.3"),
				   str_of(signature_algorithm_name(agreed.algorithm)),
				   str_of(signature_algorithm_name(key.algorithm)), STR(""));
	return !agreed_key_refusal(&agreed, &key) ||
	       problem_say(act->problems, REFUSAL_KEY_OTHER, STR("3.3"), agreed.lessor,
			   fingerprint_grouped(act->arena, fingerprint_of(act->arena, &key)), STR(""));
}

bool statement_sign(struct act *act, int64_t number, struct str body)
{
	struct statement_signature signature = { .number = number };
	struct str message = statement_message(act->arena, act->lease->id, body);
	struct buf out;
	bool done;

	if (!act->signer.key)
		return true;
	signature.key = signing_key_public(act->arena, act->signer.key);
	if (!signing_key_sign(act->arena, act->signer.key, message, &signature.signature))
		return problem_say(act->problems, REFUSAL_KEY_LIBRARY, STR(""), STR(""), STR(""), STR(""));
	buf_init(&out, SIGNATURE_BODY_BYTES_MAX);
	statement_signature_write(&signature, &out);
	done = act_append(act, FACT_STATEMENT_SIGNED, act->now, buf_str(&out), STR(""), STR(""));
	buf_free(&out);
	return done;
}

/* ---- for others ---- */

struct reading {
	struct arena *arena;
	struct str lease;
	struct signed_statement *result;
	struct problems *problems;
	bool done;
};

static bool fact_take(void *context, const struct stored_fact *fact)
{
	struct reading *reading = context;
	struct envelope envelope;
	struct json_error error;

	if (!envelope_read(reading->arena, arena_str(reading->arena, fact->envelope), &envelope, reading->problems))
		return false;
	if (str_is(envelope.kind, FACT_STATEMENT_ISSUED)) {
		reading->result->message = statement_message(reading->arena, reading->lease, envelope.body);
		return true;
	}
	reading->done = statement_signature_read(reading->arena, json_read(reading->arena, envelope.body, &error),
						 &reading->result->signature) ||
			problem_say(reading->problems, REFUSAL_LEASE_FACT_UNREADABLE, STR(""), envelope.kind, STR(""),
				    STR(""));
	return false;
}

bool signed_statement_read(struct arena *arena, struct store *store, chain_number chain, struct str lease,
			   const struct issued *issued, struct signed_statement *result, struct problems *problems)
{
	struct reading reading = { .arena = arena, .lease = lease, .result = result, .problems = problems };

	if (issued->signed_by.length == 0)
		return problem_say(problems, REFUSAL_KEY_NOT_SIGNED, STR(""),
				   arena_format(arena, "%lld", (long long)issued->number), STR(""), STR(""));
	return store_facts_visit(store, chain, issued->seq, issued->seq + 1, FACTS_ALL, fact_take, &reading,
				 problems) && reading.done;
}
