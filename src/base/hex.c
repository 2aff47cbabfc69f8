#include "base/hex.h"

struct str hex_text(struct arena *arena, struct str bytes)
{
	static const char digits[] = "0123456789abcdef";
	char *text = arena_alloc(arena, 2 * bytes.length + 1);

	for (size_t i = 0; i < bytes.length; i++) {
		text[2 * i] = digits[(unsigned char)bytes.at[i] >> 4];
		text[2 * i + 1] = digits[(unsigned char)bytes.at[i] & 15];
	}
	return (struct str){ text, 2 * bytes.length };
}

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool hex_read(struct arena *arena, struct str hex, struct str *bytes)
{
	char *read = arena_alloc(arena, hex.length / 2 + 1);

	if (hex.length % 2)
		return false;
	for (size_t i = 0; i < hex.length; i += 2) {
		int high = digit_value(hex.at[i]), low = digit_value(hex.at[i + 1]);

		if (high < 0 || low < 0)
			return false;
		read[i / 2] = (char)(high << 4 | low);
	}
	*bytes = (struct str){ read, hex.length / 2 };
	return true;
}
