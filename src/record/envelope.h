/*
 * A fact's envelope: who says that what happened when, in canonical JSON, which the chain hashes.
 *
 *     {"body":{...},"by":"...","command":"...","happened":N,"kind":"...","lease":"...",
 *      "payload":{"bytes":N,"codec":"...","digest":"hex"},"recorded":N,"seq":N,"v":1}
 *
 * `body` and `payload` are left out where there is none. `happened` and `recorded` are UTC seconds; `recorded` never
 * goes back along a chain. `by` is who acted, `command` the verb they used.
 */
#ifndef RECORD_ENVELOPE_H
#define RECORD_ENVELOPE_H

#include "base/civil.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/problem.h"

enum { ENVELOPE_VERSION = 1 };

struct payload_reference {
	struct str codec;          /* empty: the fact has no payload */
	uint64_t bytes;
	struct digest digest;
};

struct envelope {
	int64_t version;
	struct str lease;          /* id of the chain */
	uint64_t seq;              /* from 0 */
	struct str kind;
	instant happened, recorded;
	struct str by, command;
	struct str body;           /* canonical JSON, or empty */
	struct payload_reference payload;
};

void envelope_write(const struct envelope *envelope, struct buf *out);

/* Reads what envelope_write writes; texts point into TEXT or ARENA. False with a problem if it is anything else. */
bool envelope_read(struct arena *arena, struct str text, struct envelope *envelope, struct problems *problems) MUST_USE;

#endif
