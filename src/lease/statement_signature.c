#include "lease/statement_signature.h"

#include "base/hex.h"
#include "lease/lease.h"

#define SIGNED_FORM "trainlease-statement-1\n"

enum { MESSAGE_BYTES_MAX = 64 * 1024 * 1024 };

struct str statement_message(struct arena *arena, struct str lease, struct str body)
{
	struct buf out;
	struct str message;

	buf_init(&out, MESSAGE_BYTES_MAX);
	buf_add_str(&out, STR(SIGNED_FORM));
	buf_add_str(&out, lease);
	buf_add_char(&out, '\n');
	buf_add_str(&out, body);
	message = arena_str(arena, buf_str(&out));
	buf_free(&out);
	return message;
}

void statement_signature_write(const struct statement_signature *signature, struct buf *out)
{
	struct json_writer w;
	struct arena scratch;

	arena_init(&scratch);
	json_writer_canonical(&w, out);
	json_object(&w);
	json_put_string(&w, "algorithm", str_of(signature_algorithm_name(signature->key.algorithm)));
	json_put_integer(&w, "number", signature->number);
	json_put_string(&w, "public_key", hex_text(&scratch, signature->key.der));
	json_put_string(&w, "signature", hex_text(&scratch, signature->signature));
	json_object_end(&w);
	arena_free(&scratch);
}

bool statement_signature_read(struct arena *arena, const struct json *body, struct statement_signature *signature)
{
	struct statement_signature read;

	if (!signature_algorithm_named(json_text(json_member(body, "algorithm")), &read.key.algorithm) ||
	    !json_integer(json_member(body, "number"), &read.number) ||
	    !hex_read(arena, json_text(json_member(body, "public_key")), &read.key.der) ||
	    !hex_read(arena, json_text(json_member(body, "signature")), &read.signature) || read.key.der.length == 0)
		return false;
	*signature = read;
	return true;
}

const char *agreed_key_refusal(const struct agreed_key *agreed, const struct public_key *key)
{
	const char *refusal = NULL;
	struct arena scratch;

	if (key->algorithm != agreed->algorithm)
		return "its key is of another algorithm than the agreement's";
	arena_init(&scratch);
	if (agreed->lessor.length && !fingerprint_printed_is(agreed->lessor, fingerprint_of(&scratch, key)))
		refusal = "its key is another than the lessor's that the agreement prints";
	arena_free(&scratch);
	return refusal;
}

/* ---- checking ---- */

void signature_check_begin(struct signature_check *check)
{
	*check = (struct signature_check){ 0 };
	arena_init(&check->arena);
	buf_init(&check->issued, MESSAGE_BYTES_MAX);
}

void signature_check_end(struct signature_check *check)
{
	buf_free(&check->issued);
	arena_free(&check->arena);
}

/* The keys as they stand in fact 0; an agreement without them takes the default. */
static const char *agreed_take(struct signature_check *check, const struct json *body)
{
	struct str algorithm = json_text(json_path(body, "terms.keys.algorithm"));

	if (algorithm.length && !signature_algorithm_named(algorithm, &check->agreed.algorithm))
		return "its agreement's algorithm of keys is unknown";
	check->agreed.lessor = arena_str(&check->arena, json_text(json_path(body, "terms.keys.lessor")));
	return NULL;
}

static const char *signature_take(struct signature_check *check, struct arena *scratch, const struct envelope *fact,
				  const struct json *body)
{
	struct str issued = arena_str(scratch, buf_str(&check->issued));
	struct statement_signature signature;
	struct json_error error;
	const char *refusal;
	int64_t number;

	if (!statement_signature_read(scratch, body, &signature))
		return "its signature cannot be read";
	if (!json_integer(json_member(json_read(scratch, issued, &error), "number"), &number) ||
	    number != signature.number)
		return "its signature does not follow the statement that it names";
	refusal = agreed_key_refusal(&check->agreed, &signature.key);
	if (refusal)
		return refusal;
	if (!signature_holds(&signature.key, statement_message(scratch, fact->lease, issued), signature.signature))
		return "its signature is not of the statement before it";
	check->holding++;
	return NULL;
}

static const char *fact_take(struct signature_check *check, struct arena *scratch, const struct envelope *fact)
{
	struct json_error error;
	const struct json *body = json_read(scratch, arena_str(scratch, fact->body), &error);

	return fact->seq == 0 ? agreed_take(check, body) : signature_take(check, scratch, fact, body);
}

const char *signature_check_fact(struct signature_check *check, struct arena *scratch, const struct envelope *fact)
{
	const char *error = NULL;

	if (str_is(fact->kind, FACT_STATEMENT_SIGNED) || (fact->seq == 0 && str_is(fact->kind, FACT_AGREEMENT_SIGNED)))
		error = fact_take(check, scratch, fact);
	buf_reset(&check->issued);
	if (str_is(fact->kind, FACT_STATEMENT_ISSUED))
		buf_add_str(&check->issued, fact->body);
	return error;
}
