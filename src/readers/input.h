/*
 * The bytes of a file that is imported: a path or standard input, gzip and zstd unpacked by content, read once from
 * front to back through a window. The memory used does not depend on the file's size.
 */
#ifndef READERS_INPUT_H
#define READERS_INPUT_H

#include "base/digest.h"
#include "base/problem.h"

/* No row, line or JSON value may be longer. */
enum { INPUT_ROW_BYTES_MAX = 4 * 1024 * 1024 };

struct input;

/* PATH "-" is standard input. NULL and a problem if it cannot be opened. */
struct input *input_open(const char *path, struct problems *problems) MUST_USE;
void input_close(struct input *input);

/* The bytes that are there to be looked at; at least WANTED of them unless the file ends before. The view is valid
 * until the next call. Empty at the end. False with a problem when reading or unpacking fails. */
bool input_peek(struct input *input, size_t wanted, struct str *window) MUST_USE;
/* Takes LENGTH bytes, all of which were seen by input_peek. */
void input_take(struct input *input, size_t length);

struct str input_name(const struct input *input);        /* as given; "standard input" for "-" */
uint64_t input_packed_bytes(const struct input *input);  /* read so far from the file itself */
uint64_t input_file_bytes(const struct input *input);    /* its size, 0 when unknown */
/* Whether it is unpacked while it is read; known once something was looked at. */
bool input_is_packed(const struct input *input);
/* SHA-256 of the file as it lies on disk, once its end has been reached. */
struct digest input_digest(struct input *input);

#endif
