/*
 * Exact decimal numbers as people write prices, rates and quantities: a whole mantissa over a power of ten.
 *
 * Shape: value = mantissa / 10^places, 0 <= places <= DECIMAL_PLACES_MAX. The places written are kept ("12.50" has
 * two) and only matter for printing. No operation loses a digit or wraps: what does not fit is an error.
 */
#ifndef BASE_DECIMAL_H
#define BASE_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

enum { DECIMAL_PLACES_MAX = 9 };

typedef __int128 wide;

struct decimal {
	int64_t mantissa;
	unsigned places;
};

/* "12.50", "-3", "1,000,000.00" (commas only between groups of three); no exponent, no plus, no space. False when
 * TEXT is anything else, has more than DECIMAL_PLACES_MAX places or does not fit. *VALUE is untouched on failure. */
bool decimal_read(struct str text, struct decimal *value) MUST_USE;

struct decimal decimal_of(int64_t whole);
int decimal_compare(struct decimal a, struct decimal b);   /* by value: 12.5 equals 12.50 */
int decimal_sign(struct decimal value);
bool decimal_is_whole(struct decimal value);

/* VALUE x 10^PLACES, exactly; false when that is no whole number or does not fit. */
bool decimal_scaled(struct decimal value, unsigned places, int64_t *scaled) MUST_USE;

struct str decimal_text(struct arena *arena, struct decimal value);          /* with the places it has */
struct decimal decimal_trimmed(struct decimal value, unsigned places_least); /* trailing zeros beyond that dropped */

int64_t power_of_ten(unsigned exponent);   /* exponent <= 18 */

/* NUMERATOR / DENOMINATOR as decimal text with PLACES places, rounded half away from zero, for showing only. */
struct str ratio_text(struct arena *arena, wide numerator, wide denominator, unsigned places);
struct str wide_text(struct arena *arena, wide value);
bool wide_read(struct str text, wide *value) MUST_USE;

/* "1234567.5" as "1,234,567.5": for people only. */
struct str grouped_text(struct arena *arena, struct str number);

#endif
