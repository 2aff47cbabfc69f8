/*
 * The elements of one array in a JSON file of any size, one after the other. The array is the whole document, or the
 * value of a key of the document's object.
 *
 * What stands around the elements is checked as strictly as base/json.h does; an element's own text is given as it is,
 * with its brackets balanced at most, for the caller to parse. A cut file, garbage between elements and anything after
 * the document's end are problems.
 */
#ifndef READERS_JSON_STREAM_H
#define READERS_JSON_STREAM_H

#include "base/json.h"
#include "readers/input.h"

enum json_stream_result {
	JSON_STREAM_ELEMENT,
	JSON_STREAM_END,       /* the array and the document are complete */
	JSON_STREAM_FAILED,    /* the problems say why */
};

struct json_place {
	size_t line, column;   /* from 1 */
};

struct json_stream {
	struct input *input;
	struct problems *problems;
	struct arena scratch;
	const char *key;               /* NULL: the only array that holds something, under whatever key */
	struct str found;              /* the key whose array was taken */
	enum { STREAM_BEGINS, STREAM_FIRST, STREAM_WITHIN, STREAM_OVER } state;
	bool in_object;
	struct json_place place;       /* of the element given last */
	struct json_place next_place;  /* of the first byte not yet taken */
	size_t untaken;                /* bytes of the element that the window still holds */
};

/* KEY and WHAT, which says what the file should be, must stay as long as the stream. False with problems if no such
 * array begins. A member `errors` of the object that is not empty is a problem: Slurm says by it that its answer
 * lacks something. */
bool json_stream_open(struct json_stream *stream, struct input *input, const char *key, const char *what,
		      struct problems *problems) MUST_USE;
void json_stream_close(struct json_stream *stream);

/* The next element's text, valid until the next call. */
enum json_stream_result json_stream_next(struct json_stream *stream, struct str *element) MUST_USE;

/* The next element parsed into ARENA, which is reset first. *JSON is NULL where the element is no JSON: *WHY then says
 * what is wrong and where. */
enum json_stream_result json_stream_parse(struct json_stream *stream, struct arena *arena, const struct json **json,
					  struct problem *why) MUST_USE;
/* Adds the file, and the place where the element given last begins, to *WHY. */
void json_stream_blame(const struct json_stream *stream, struct problem *why);

/* Where in the file the byte at OFFSET of the element given last stands. */
struct json_place json_stream_place(const struct json_stream *stream, struct str element, size_t offset);

#endif
