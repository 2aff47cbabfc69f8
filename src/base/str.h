/*
 * Text that somebody else owns: a pointer and a length, never NUL-terminated by contract. A view is valid as long as
 * the arena, file or buffer it points into. All comparisons are of bytes; no locale is ever consulted.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/must_use.h"

struct str {
	const char *at;
	size_t length;
};

/* A view of a string literal. */
#define STR(literal) ((struct str){ (literal), sizeof(literal) - 1 })

struct str str_of(const char *text);                        /* NULL gives the empty view */
struct str str_part(struct str s, size_t from, size_t to);  /* bytes [from, to); bounds are clamped */
bool str_equal(struct str a, struct str b);
bool str_is(struct str s, const char *text);
bool str_equal_ignoring_case(struct str a, struct str b);   /* ASCII letters only */
int str_compare(struct str a, struct str b);                /* order of bytes, shorter first: <0, 0, >0 */
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
struct str str_trim(struct str s);                          /* without ASCII white space at either end */

/* Cuts S at the first SEPARATOR: the part before it is returned and *REST is what follows; without one, all of S and
 * an empty *REST whose `at` is NULL. */
struct str str_cut(struct str s, char separator, struct str *rest);

/* The offset of the first C in S, or S.length. */
size_t str_find(struct str s, char c);
bool str_contains(struct str s, struct str part);

/* Decimal digits only, whole of S, no sign, 1 to DIGITS_MAX of them: more quickly than str_to_u64. */
enum { DIGITS_MAX = 19 };
bool str_digits(struct str s, uint64_t *value) MUST_USE;
/* Decimal digits only, whole of S, no sign, no more than 64 bits. */
bool str_to_u64(struct str s, uint64_t *value) MUST_USE;
/* The same with an optional leading '-'. */
bool str_to_i64(struct str s, int64_t *value) MUST_USE;

/* How many insertions, deletions, replacements and swaps of neighbours turn A into B; LIMIT + 1 when more than LIMIT.
 * Names longer than 63 bytes count as LIMIT + 1. */
unsigned str_distance(struct str a, struct str b, unsigned limit);

#endif
