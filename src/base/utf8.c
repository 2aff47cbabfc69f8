#include "base/utf8.h"

static unsigned sequence_length(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first <= 0xdf)
		return 2;
	if (first >= 0xe0 && first <= 0xef)
		return 3;
	if (first >= 0xf0 && first <= 0xf4)
		return 4;
	return 0;
}

/* The second byte's range excludes overlong forms, surrogates and what is above U+10FFFF. */
static bool second_byte_fits(unsigned char first, unsigned char second)
{
	switch (first) {
	case 0xe0: return second >= 0xa0 && second <= 0xbf;
	case 0xed: return second >= 0x80 && second <= 0x9f;
	case 0xf0: return second >= 0x90 && second <= 0xbf;
	case 0xf4: return second >= 0x80 && second <= 0x8f;
	default:   return (second & 0xc0) == 0x80;
	}
}

static bool sequence_valid(const unsigned char *bytes, unsigned length)
{
	if (length >= 2 && !second_byte_fits(bytes[0], bytes[1]))
		return false;
	for (unsigned i = 2; i < length; i++)
		if ((bytes[i] & 0xc0) != 0x80)
			return false;
	return true;
}

size_t utf8_valid_length(struct str s)
{
	const unsigned char *bytes = (const unsigned char *)s.at;
	size_t at = 0;

	while (at < s.length) {
		unsigned length = sequence_length(bytes[at]);

		if (length == 0 || length > s.length - at || !sequence_valid(bytes + at, length))
			break;
		at += length;
	}
	return at;
}

uint32_t utf8_next(struct str *rest)
{
	static const unsigned char first_bits[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	const unsigned char *bytes = (const unsigned char *)rest->at;
	unsigned length = sequence_length(bytes[0]);
	uint32_t character = bytes[0] & first_bits[length];

	for (unsigned i = 1; i < length; i++)
		character = character << 6 | (bytes[i] & 0x3fu);
	*rest = str_part(*rest, length ? length : 1, rest->length);
	return character;
}

static unsigned character_columns(uint32_t c)
{
	if (c < 0x20 || (c >= 0x300 && c <= 0x36f) || (c >= 0x200b && c <= 0x200f) || c == 0xfeff)
		return 0;
	if ((c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) || (c >= 0xac00 && c <= 0xd7a3) ||
	    (c >= 0xf900 && c <= 0xfaff) || (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
	    (c >= 0xffe0 && c <= 0xffe6) || (c >= 0x1f300 && c <= 0x1faff) || (c >= 0x20000 && c <= 0x3fffd))
		return 2;
	return 1;
}

unsigned utf8_columns(struct str s)
{
	unsigned columns = 0;

	s.length = utf8_valid_length(s);
	while (s.length)
		columns += character_columns(utf8_next(&s));
	return columns;
}

struct str utf8_fit(struct str s, unsigned columns)
{
	struct str rest = str_part(s, 0, utf8_valid_length(s));
	struct str fitting = { s.at, 0 };
	unsigned used = 0;

	while (rest.length) {
		used += character_columns(utf8_next(&rest));
		if (used > columns)
			break;
		fitting.length = (size_t)(rest.at - s.at);
	}
	return fitting;
}

static bool turns_or_controls(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x200e && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069);
}

struct str utf8_printable(struct arena *arena, struct str text)
{
	char *shown = arena_alloc(arena, text.length + 1);
	size_t length = 0;

	while (text.length) {
		struct str before = text, whole = str_part(text, 0, text.length < 4 ? text.length : 4);
		size_t valid = utf8_valid_length(whole), taken;
		uint32_t c = '?';

		if (valid > 0) {
			c = utf8_next(&text);
			taken = before.length - text.length;
		} else {
			taken = 1;
			text = str_part(text, 1, text.length);
		}
		if (valid == 0 || turns_or_controls(c)) {
			shown[length++] = '?';
			continue;
		}
		for (size_t i = 0; i < taken; i++)
			shown[length++] = before.at[i];
	}
	return (struct str){ shown, length };
}
