#include "base/decimal.h"

#include <string.h>

int64_t power_of_ten(unsigned exponent)
{
	int64_t power = 1;

	while (exponent--)
		power *= 10;
	return power;
}

/* Commas may stand only every third digit before the point: 1,000 yes, 10,00 no. */
static bool commas_fit(struct str whole)
{
	size_t since_comma = 0, commas = 0;

	for (size_t i = whole.length; i-- > 0;) {
		if (whole.at[i] == ',') {
			if (since_comma != 3 || i == 0)
				return false;
			since_comma = 0;
			commas++;
		} else {
			since_comma++;
		}
	}
	return commas == 0 || since_comma <= 3;
}

static bool digits_add(struct str digits, int64_t *mantissa)
{
	for (size_t i = 0; i < digits.length; i++) {
		int digit = digits.at[i] - '0';

		if (digits.at[i] == ',')
			continue;
		if (digit < 0 || digit > 9 || __builtin_mul_overflow(*mantissa, (int64_t)10, mantissa) ||
		    __builtin_add_overflow(*mantissa, (int64_t)digit, mantissa))
			return false;
	}
	return true;
}

bool decimal_read(struct str text, struct decimal *value)
{
	bool negative = text.length && text.at[0] == '-';
	struct str fraction, whole = str_cut(negative ? str_part(text, 1, text.length) : text, '.', &fraction);
	int64_t mantissa = 0;

	if (whole.length == 0 || !commas_fit(whole) || (fraction.at && fraction.length == 0) ||
	    fraction.length > DECIMAL_PLACES_MAX || str_find(fraction, ',') < fraction.length)
		return false;
	if (!digits_add(whole, &mantissa) || !digits_add(fraction, &mantissa))
		return false;
	*value = (struct decimal){ negative ? -mantissa : mantissa, (unsigned)fraction.length };
	return true;
}

struct decimal decimal_of(int64_t whole)
{
	return (struct decimal){ whole, 0 };
}

int decimal_compare(struct decimal a, struct decimal b)
{
	wide left = (wide)a.mantissa * power_of_ten(b.places);
	wide right = (wide)b.mantissa * power_of_ten(a.places);

	return (left > right) - (left < right);
}

int decimal_sign(struct decimal value)
{
	return (value.mantissa > 0) - (value.mantissa < 0);
}

bool decimal_is_whole(struct decimal value)
{
	return value.mantissa % power_of_ten(value.places) == 0;
}

bool decimal_scaled(struct decimal value, unsigned places, int64_t *scaled)
{
	wide result = (wide)value.mantissa * power_of_ten(places);

	if (result % power_of_ten(value.places) != 0)
		return false;
	result /= power_of_ten(value.places);
	if (result > INT64_MAX || result < INT64_MIN)
		return false;
	*scaled = (int64_t)result;
	return true;
}

struct decimal decimal_trimmed(struct decimal value, unsigned places_least)
{
	while (value.places > places_least && value.mantissa % 10 == 0) {
		value.mantissa /= 10;
		value.places--;
	}
	return value;
}

struct str wide_text(struct arena *arena, wide value)
{
	char digits[48];
	size_t at = sizeof(digits);
	unsigned __int128 rest = value < 0 ? -(unsigned __int128)value : (unsigned __int128)value;

	do {
		digits[--at] = (char)('0' + (int)(rest % 10));
		rest /= 10;
	} while (rest);
	if (value < 0)
		digits[--at] = '-';
	return arena_str(arena, (struct str){ digits + at, sizeof(digits) - at });
}

bool wide_read(struct str text, wide *value)
{
	bool negative = text.length && text.at[0] == '-';
	struct str digits = negative ? str_part(text, 1, text.length) : text;
	wide sum = 0;

	if (digits.length == 0)
		return false;
	for (size_t i = 0; i < digits.length; i++) {
		int digit = digits.at[i] - '0';

		if (digit < 0 || digit > 9 || __builtin_mul_overflow(sum, (wide)10, &sum) ||
		    __builtin_add_overflow(sum, (wide)digit, &sum))
			return false;
	}
	*value = negative ? -sum : sum;
	return true;
}

/* Puts a point PLACES digits from the right of a whole number written out. */
static struct str point_placed(struct arena *arena, struct str number, unsigned places)
{
	bool negative = number.at[0] == '-';
	struct str digits = negative ? str_part(number, 1, number.length) : number;
	struct str sign = negative ? STR("-") : STR("");
	size_t zeros = digits.length <= places ? places + 1 - digits.length : 0;
	char padding[64] = { 0 };
	struct str padded;

	if (places == 0)
		return number;
	memset(padding, '0', zeros);
	padded = arena_format(arena, "%s%.*s", padding, (int)digits.length, digits.at);
	return arena_format(arena, "%.*s%.*s.%s", (int)sign.length, sign.at, (int)(padded.length - places), padded.at,
			    padded.at + padded.length - places);
}

struct str decimal_text(struct arena *arena, struct decimal value)
{
	return point_placed(arena, wide_text(arena, value.mantissa), value.places);
}

struct str ratio_text(struct arena *arena, wide numerator, wide denominator, unsigned places)
{
	bool negative = (numerator < 0) != (denominator < 0) && numerator != 0;
	wide above = numerator < 0 ? -numerator : numerator, below = denominator < 0 ? -denominator : denominator;
	wide whole = above / below, rest = above % below;

	for (unsigned i = 0; i < places; i++) {
		whole = whole * 10 + rest * 10 / below;
		rest = rest * 10 % below;
	}
	if (rest * 2 >= below)
		whole++;
	return point_placed(arena, wide_text(arena, negative ? -whole : whole), places);
}

struct str grouped_text(struct arena *arena, struct str number)
{
	bool negative = number.length && number.at[0] == '-';
	struct str rest = negative ? str_part(number, 1, number.length) : number;
	size_t whole = str_find(rest, '.');
	char *text = arena_alloc(arena, number.length + whole / 3 + 1);
	size_t length = 0;

	if (negative)
		text[length++] = '-';
	for (size_t i = 0; i < rest.length; i++) {
		if (i > 0 && i < whole && (whole - i) % 3 == 0)
			text[length++] = ',';
		text[length++] = rest.at[i];
	}
	return (struct str){ text, length };
}
