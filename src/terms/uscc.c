#include "terms/uscc.h"

#include <string.h>

#include "base/utf8.h"

static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";

enum { ALPHABET_LENGTH = 31, ORGANISATION_FIRST = 8, ORGANISATION_CHECK = 16, LAST = 17 };

/* The character probably meant by one that the alphabet lacks: lower case, or a letter left out because it looks like
 * another. 0 where there is none. */
static char probably_meant(char c)
{
	static const char mistaken[] = "IOZSV", meant[] = "1025U";
	const char *hit;

	if (c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	if (c && strchr(alphabet, c))
		return c;
	hit = c ? strchr(mistaken, c) : NULL;
	return hit ? meant[hit - mistaken] : '\0';
}

/* GB 32100-2015, 4.2: weights 3^(i-1) mod 31 over the first 17 characters. */
static char check_character(const char *code)
{
	unsigned sum = 0, weight = 1;

	for (int i = 0; i < LAST; i++) {
		sum += (unsigned)(strchr(alphabet, code[i]) - alphabet) * weight;
		weight = weight * 3 % ALPHABET_LENGTH;
	}
	return alphabet[(ALPHABET_LENGTH - sum % ALPHABET_LENGTH) % ALPHABET_LENGTH];
}

/* GB 11714: letters count from A = 10; 10 is written X, 11 is written 0. */
static char organisation_check_character(const char *code)
{
	static const unsigned weights[] = { 3, 7, 9, 10, 5, 8, 4, 2 };
	unsigned sum = 0, check;

	for (unsigned i = 0; i < 8; i++) {
		char c = code[ORGANISATION_FIRST + i];

		sum += (unsigned)(c <= '9' ? c - '0' : c - 'A' + 10) * weights[i];
	}
	check = 11 - sum % 11;
	return check == 10 ? 'X' : check == 11 ? '0' : (char)('0' + check);
}

static bool is_digit_of_code(char c)
{
	return c && strchr(alphabet, c);
}

/* How many characters CODE has; the first USCC_LENGTH of them, what is not ASCII as '?'. */
static unsigned characters_read(struct str code, char found[USCC_LENGTH])
{
	unsigned count = 0;

	for (; code.length; count++) {
		uint32_t c = utf8_next(&code);

		if (count < USCC_LENGTH)
			found[count] = c < 0x80 ? (char)c : '?';
	}
	return count;
}

static unsigned character_faults(const char *code, unsigned count, struct uscc_fault faults[USCC_FAULTS_MAX])
{
	unsigned found = 0;

	for (unsigned i = 0; i < count; i++)
		if (!is_digit_of_code(code[i]))
			faults[found++] =
				(struct uscc_fault){ USCC_WRONG_CHARACTER, i + 1, code[i], probably_meant(code[i]) };
	return found;
}

unsigned uscc_faults(struct str code, struct uscc_fault faults[USCC_FAULTS_MAX])
{
	char right[USCC_LENGTH];
	unsigned length = characters_read(code, right), count = 0;
	char check;

	if (length != USCC_LENGTH) {
		faults[0] = (struct uscc_fault){ .kind = USCC_WRONG_LENGTH, .position = length };
		return 1;
	}
	if (character_faults(right, ORGANISATION_CHECK, faults))
		return character_faults(right, USCC_LENGTH, faults);
	check = organisation_check_character(right);
	if (right[ORGANISATION_CHECK] != check)
		faults[count++] =
			(struct uscc_fault){ USCC_WRONG_ORGANISATION_CHECK, 17, right[ORGANISATION_CHECK], check };
	right[ORGANISATION_CHECK] = check;
	check = check_character(right);
	if (right[LAST] != check)
		faults[count++] = (struct uscc_fault){ USCC_WRONG_CHECK, 18, right[LAST], check };
	return count;
}
