#include "notify/address.h"

#include "base/utf8.h"

enum { LOCAL_BYTES_MAX = 64, ADDRESS_BYTES_MAX = 254, NAME_BYTES_MAX = 256 };   /* RFC 5321, 4.5.3.1 */

static bool letter_or_digit(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Parts of PUNCTUATION, letters and digits, with single dots between them. */
static bool dotted(struct str text, struct str punctuation)
{
	bool dot = true;

	for (size_t i = 0; i < text.length; i++) {
		char c = text.at[i];

		if (c == '.' ? dot : !letter_or_digit(c) && str_find(punctuation, c) == punctuation.length)
			return false;
		dot = c == '.';
	}
	return !dot;
}

static bool address_valid(struct str address, struct str *domain)
{
	struct str local = str_cut(address, '@', domain);

	return address.length <= ADDRESS_BYTES_MAX && local.length <= LOCAL_BYTES_MAX &&
	       dotted(local, STR("!#$%&'*+-/=?^_`{|}~")) && dotted(*domain, STR("-")) && domain->at[0] != '-' &&
	       domain->at[domain->length - 1] != '-';
}

bool header_text_valid(struct str text)
{
	for (size_t i = 0; i < text.length; i++)
		if ((unsigned char)text.at[i] < 0x20 || text.at[i] == 0x7f)
			return false;
	return utf8_valid_length(text) == text.length;
}

static bool name_read(struct str text, struct str *name)
{
	*name = str_trim(text);
	if (name->length >= 2 && name->at[0] == '"' && name->at[name->length - 1] == '"')
		*name = str_part(*name, 1, name->length - 1);
	return name->length <= NAME_BYTES_MAX && str_find(*name, '"') == name->length &&
	       str_find(*name, '\\') == name->length && str_find(*name, '<') == name->length;
}

bool mail_address_read(struct str text, struct mail_address *address)
{
	struct mail_address read = { .name = STR(""), .address = text };

	if (!header_text_valid(text))
		return false;
	if (str_ends(text, STR(">"))) {
		size_t from = text.length;

		while (from > 0 && text.at[from - 1] != '<')
			from--;
		if (from == 0 || !name_read(str_part(text, 0, from - 1), &read.name))
			return false;
		read.address = str_part(text, from, text.length - 1);
	}
	if (!address_valid(read.address, &read.domain))
		return false;
	*address = read;
	return true;
}
