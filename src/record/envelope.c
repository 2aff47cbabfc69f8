#include "record/envelope.h"

void envelope_write(const struct envelope *envelope, struct buf *out)
{
	struct json_writer w;
	struct arena scratch;

	arena_init(&scratch);
	json_writer_canonical(&w, out);
	json_object(&w);
	if (envelope->body.length) {
		json_key(&w, "body");
		buf_add_str(out, envelope->body);
		w.key_pending = false;
	}
	json_put_string(&w, "by", envelope->by);
	json_put_string(&w, "command", envelope->command);
	json_put_integer(&w, "happened", envelope->happened);
	json_put_string(&w, "kind", envelope->kind);
	json_put_string(&w, "lease", envelope->lease);
	if (envelope->payload.codec.length) {
		json_key(&w, "payload");
		json_object(&w);
		json_put_integer(&w, "bytes", (int64_t)envelope->payload.bytes);
		json_put_string(&w, "codec", envelope->payload.codec);
		json_put_string(&w, "digest", digest_hex(&scratch, &envelope->payload.digest));
		json_object_end(&w);
	}
	json_put_integer(&w, "recorded", envelope->recorded);
	json_put_integer(&w, "seq", (int64_t)envelope->seq);
	json_put_integer(&w, "v", envelope->version);
	json_object_end(&w);
	arena_free(&scratch);
}

static bool payload_read(const struct json *payload, struct payload_reference *reference)
{
	int64_t bytes;

	if (!payload)
		return true;
	if (!json_integer(json_member(payload, "bytes"), &bytes) || bytes < 0 ||
	    !digest_from_hex(json_text(json_member(payload, "digest")), &reference->digest))
		return false;
	reference->bytes = (uint64_t)bytes;
	reference->codec = json_text(json_member(payload, "codec"));
	return reference->codec.length > 0;
}

bool envelope_read(struct arena *arena, struct str text, struct envelope *envelope, struct problems *problems)
{
	struct json_error error;
	const struct json *root = json_read(arena, text, &error), *body = json_member(root, "body");
	struct envelope read = { 0 };
	int64_t seq = 0;

	read.by = json_text(json_member(root, "by"));
	read.command = json_text(json_member(root, "command"));
	read.kind = json_text(json_member(root, "kind"));
	read.lease = json_text(json_member(root, "lease"));
	if (!root || !json_integer(json_member(root, "v"), &read.version) || read.version != ENVELOPE_VERSION ||
	    !json_integer(json_member(root, "seq"), &seq) || seq < 0 ||
	    !json_integer(json_member(root, "happened"), &read.happened) ||
	    !json_integer(json_member(root, "recorded"), &read.recorded) || read.kind.length == 0 ||
	    read.lease.length == 0 || (body && body->kind != JSON_OBJECT) || !payload_read(json_member(root, "payload"), &read.payload))
		return problem_say(problems, REFUSAL_JOURNAL_ENVELOPE, STR(""), str_part(text, 0, 80), STR(""), STR(""));
	read.seq = (uint64_t)seq;
	if (body)
		read.body = json_extent(text, body);
	*envelope = read;
	return true;
}
