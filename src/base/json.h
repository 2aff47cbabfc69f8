/*
 * JSON: one strict reader (RFC 8259, UTF-8, no duplicate key, no depth beyond JSON_DEPTH_MAX) and one writer.
 *
 * Canonical JSON, which is hashed, is RFC 8785's: keys in ascending order of their UTF-16 code units (all keys of this
 * project are ASCII, so bytes), no white space, the shortest escapes. Integers within 2^53; larger ones and every
 * fraction are strings. The writer refuses, by abort, keys out of order: that is a bug of the caller.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

enum { JSON_DEPTH_MAX = 64 };

enum json_kind {
	JSON_NULL,
	JSON_FALSE,
	JSON_TRUE,
	JSON_NUMBER,   /* text: as written */
	JSON_STRING,   /* text: unescaped */
	JSON_ARRAY,
	JSON_OBJECT,
};

struct json {
	enum json_kind kind;
	struct str key;            /* of a member of an object */
	struct str text;
	struct json *first;        /* of the children */
	struct json *next;         /* sibling */
	size_t offset;             /* of the value's first byte in the text */
};

struct json_error {
	size_t offset;
	const char *what;          /* English, static */
};

/* Parses the whole of TEXT into ARENA. Strings without escapes point into TEXT. NULL and *ERROR on failure. */
const struct json *json_read(struct arena *arena, struct str text, struct json_error *error) MUST_USE;

const struct json *json_member(const struct json *object, const char *key);   /* NULL if absent or no object */
/* A path of keys, "time.start"; NULL where any is absent. */
const struct json *json_path(const struct json *object, const char *path);
struct str json_text(const struct json *value);          /* of a string or number; else empty */
/* The bytes of an array or object as they stand in the text that it was read from. */
struct str json_extent(struct str text, const struct json *value);
bool json_is(const struct json *value, enum json_kind kind);
bool json_integer(const struct json *value, int64_t *integer) MUST_USE;   /* a JSON_NUMBER without fraction or exponent */

struct json_writer {
	struct buf *out;
	unsigned depth;
	unsigned indent;                        /* spaces a level; 0 writes no white space at all */
	bool canonical;                         /* keys must ascend */
	bool filled[JSON_DEPTH_MAX];            /* something was written at this depth */
	struct str last_key[JSON_DEPTH_MAX];
	bool key_pending;
};

void json_writer_canonical(struct json_writer *w, struct buf *out);
void json_writer_pretty(struct json_writer *w, struct buf *out);

void json_object(struct json_writer *w);
void json_object_end(struct json_writer *w);
void json_array(struct json_writer *w);
void json_array_end(struct json_writer *w);
void json_key(struct json_writer *w, const char *key);
void json_add_string(struct json_writer *w, struct str text);     /* TEXT must be UTF-8 */
void json_add_integer(struct json_writer *w, int64_t value);      /* beyond 2^53: as a string */
void json_add_bool(struct json_writer *w, bool value);
void json_add_null(struct json_writer *w);

/* A key and its value in one line. */
void json_put_string(struct json_writer *w, const char *key, struct str text);
void json_put_integer(struct json_writer *w, const char *key, int64_t value);
void json_put_bool(struct json_writer *w, const char *key, bool value);

#endif
