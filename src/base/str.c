#include "base/str.h"

#include <string.h>

struct str str_of(const char *text)
{
	return text ? (struct str){ text, strlen(text) } : (struct str){ "", 0 };
}

struct str str_part(struct str s, size_t from, size_t to)
{
	if (to > s.length)
		to = s.length;
	if (from > to)
		from = to;
	return (struct str){ s.at ? s.at + from : NULL, to - from };
}

static uint64_t load64(const char *at)
{
	uint64_t bytes;

	memcpy(&bytes, at, sizeof(bytes));
	return bytes;
}

/* Keys and accounts are mostly of 8 to 16 bytes: two loads that overlap, without a call. */
bool str_equal(struct str a, struct str b)
{
	if (a.length != b.length)
		return false;
	if (a.length >= 8 && a.length <= 16)
		return ((load64(a.at) ^ load64(b.at)) | (load64(a.at + a.length - 8) ^ load64(b.at + b.length - 8))) == 0;
	return a.length == 0 || memcmp(a.at, b.at, a.length) == 0;
}

bool str_is(struct str s, const char *text)
{
	return str_equal(s, str_of(text));
}

static char ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool str_equal_ignoring_case(struct str a, struct str b)
{
	if (a.length != b.length)
		return false;
	for (size_t i = 0; i < a.length; i++)
		if (ascii_lower(a.at[i]) != ascii_lower(b.at[i]))
			return false;
	return true;
}

int str_compare(struct str a, struct str b)
{
	size_t shared = a.length < b.length ? a.length : b.length;
	int order = shared ? memcmp(a.at, b.at, shared) : 0;

	if (order)
		return order;
	return (a.length > b.length) - (a.length < b.length);
}

bool str_starts(struct str s, struct str prefix)
{
	return s.length >= prefix.length && str_equal(str_part(s, 0, prefix.length), prefix);
}

bool str_ends(struct str s, struct str suffix)
{
	return s.length >= suffix.length && str_equal(str_part(s, s.length - suffix.length, s.length), suffix);
}

static bool ascii_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str str_trim(struct str s)
{
	while (s.length && ascii_space(s.at[0]))
		s = str_part(s, 1, s.length);
	while (s.length && ascii_space(s.at[s.length - 1]))
		s.length--;
	return s;
}

size_t str_find(struct str s, char c)
{
	const char *hit = s.length ? memchr(s.at, c, s.length) : NULL;

	return hit ? (size_t)(hit - s.at) : s.length;
}

struct str str_cut(struct str s, char separator, struct str *rest)
{
	size_t at = str_find(s, separator);

	*rest = at < s.length ? str_part(s, at + 1, s.length) : (struct str){ NULL, 0 };
	return str_part(s, 0, at);
}

bool str_contains(struct str s, struct str part)
{
	return part.length == 0 || (s.length && memmem(s.at, s.length, part.at, part.length) != NULL);
}

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
/* Eight digits at once: neighbours are joined to pairs, pairs to fours, fours to eight. */
static bool eight_digits(const char *at, uint64_t *value)
{
	const uint64_t zeros = 0x3030303030303030u, tops = 0x8080808080808080u, above_nine = 0x7676767676767676u;
	uint64_t digits = load64(at) ^ zeros;

	if ((digits | (digits + above_nine)) & tops)
		return false;
	digits = digits * 10 + (digits >> 8);
	*value = ((digits & 0x000000ff000000ffu) * (100 + (1000000ull << 32)) +
		  (digits >> 16 & 0x000000ff000000ffu) * (1 + (10000ull << 32))) >> 32;
	return true;
}
#else
static bool eight_digits(const char *at, uint64_t *value)
{
	return str_to_u64((struct str){ at, 8 }, value);
}
#endif

bool str_digits(struct str s, uint64_t *value)
{
	uint64_t sum = 0, eight;
	size_t i = 0;

	if (s.length == 0 || s.length > DIGITS_MAX)
		return false;
	for (; s.length - i >= 8; i += 8) {
		if (!eight_digits(s.at + i, &eight))
			return false;
		sum = sum * 100000000 + eight;
	}
	for (; i < s.length; i++) {
		unsigned digit = (unsigned char)s.at[i] - (unsigned)'0';

		if (digit > 9)
			return false;
		sum = sum * 10 + digit;
	}
	*value = sum;
	return true;
}

bool str_to_u64(struct str s, uint64_t *value)
{
	uint64_t sum = 0;

	if (s.length == 0)
		return false;
	for (size_t i = 0; i < s.length; i++) {
		unsigned digit = (unsigned char)s.at[i] - (unsigned)'0';

		if (digit > 9 || __builtin_mul_overflow(sum, (uint64_t)10, &sum) ||
		    __builtin_add_overflow(sum, (uint64_t)digit, &sum))
			return false;
	}
	*value = sum;
	return true;
}

bool str_to_i64(struct str s, int64_t *value)
{
	bool negative = s.length && s.at[0] == '-';
	uint64_t magnitude;

	if (!str_to_u64(negative ? str_part(s, 1, s.length) : s, &magnitude) || magnitude > INT64_MAX)
		return false;
	*value = negative ? -(int64_t)magnitude : (int64_t)magnitude;
	return true;
}

static unsigned smallest(unsigned a, unsigned b, unsigned c)
{
	unsigned least = a < b ? a : b;

	return least < c ? least : c;
}

unsigned str_distance(struct str a, struct str b, unsigned limit)
{
	enum { LONGEST = 63 };
	unsigned before[LONGEST + 1], previous[LONGEST + 1], row[LONGEST + 1];

	if (a.length > LONGEST || b.length > LONGEST)
		return limit + 1;
	for (unsigned j = 0; j <= b.length; j++)
		previous[j] = j;
	for (unsigned i = 1; i <= a.length; i++) {
		row[0] = i;
		for (unsigned j = 1; j <= b.length; j++) {
			unsigned replace = previous[j - 1] + (a.at[i - 1] != b.at[j - 1]);

			row[j] = smallest(previous[j] + 1, row[j - 1] + 1, replace);
			if (i > 1 && j > 1 && a.at[i - 1] == b.at[j - 2] && a.at[i - 2] == b.at[j - 1] &&
			    before[j - 2] + 1 < row[j])
				row[j] = before[j - 2] + 1;
		}
		memcpy(before, previous, sizeof(before));
		memcpy(previous, row, sizeof(previous));
	}
	return previous[b.length] > limit ? limit + 1 : previous[b.length];
}
