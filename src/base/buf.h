/*
 * Bytes that grow, up to a limit given at birth. A buffer that would pass its limit keeps what it has and remembers
 * that it overflowed; the owner asks once, at the end.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct buf {
	char *at;
	size_t length;
	size_t capacity;
	size_t limit;
	bool overflowed;
};

void buf_init(struct buf *buf, size_t limit);
void buf_free(struct buf *buf);
void buf_reset(struct buf *buf);                       /* empty again, memory kept, overflow forgotten */
bool buf_reserve(struct buf *buf, size_t more);        /* room for MORE bytes; false past the limit */
void buf_add(struct buf *buf, const void *bytes, size_t length);
void buf_add_str(struct buf *buf, struct str text);
void buf_add_char(struct buf *buf, char c);
void buf_add_format(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* TEMPLATE with {1} to {9} replaced by WORDS[0] to WORDS[8], so that each language may order its words. */
void buf_add_template(struct buf *buf, const char *template, const struct str *words);
struct str buf_str(const struct buf *buf);             /* a view, valid until the next change */

#endif
