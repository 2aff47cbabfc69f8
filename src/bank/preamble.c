#include "bank/preamble.h"

#include <string.h>

#include "bank/cells.h"

static const char *const account_labels[] = { "查询账号", "查询帐号", "本方账号", "本方帐号", "账号", "帐号", "卡号" };
static const char *const holder_labels[] = { "账户名称", "帐户名称", "账号名称", "客户名称", "户名" };
static const char *const currency_labels[] = { "币种", "币别", "货币" };

static bool is_letter_or_digit(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* What follows a label, from its first byte; false when the label is only part of a word or title. */
static bool label_value(struct str line, size_t after, struct str *value)
{
	struct str rest = str_part(line, after, line.length);

	if (rest.length && rest.at[0] == '[')
		rest = str_part(rest, str_find(rest, ']') + 1, rest.length);
	rest = str_trim(rest);
	if (rest.length == 0 || !strchr(":,|;\t\"", rest.at[0]))
		return false;
	while (rest.length && strchr(":,|;\t\" ['=", rest.at[0]))
		rest = str_part(rest, 1, rest.length);
	*value = rest;
	return rest.length > 0;
}

static bool label_find(struct str line, const char *label, struct str *value)
{
	struct str name = str_of(label);

	for (size_t at = 0; at + name.length <= line.length; at++) {
		bool begins = at == 0 || (unsigned char)line.at[at - 1] < 0x80;

		if (begins && str_starts(str_part(line, at, line.length), name) &&
		    label_value(line, at + name.length, value))
			return true;
	}
	return false;
}

/* An account's letters and digits, in groups or not. */
static struct str account_of(struct arena *arena, struct str value)
{
	char *account = arena_alloc(arena, value.length + 1);
	size_t length = 0;

	for (size_t i = 0; i < value.length; i++) {
		struct str next = str_part(value, i + 1, i + 2);
		bool gap = value.at[i] == ' ' && next.length && next.at[0] >= '0' && next.at[0] <= '9';

		if (is_letter_or_digit(value.at[i]) || value.at[i] == '*')
			account[length++] = value.at[i];
		else if (!gap && value.at[i] != '-')
			break;
	}
	return length >= 4 ? (struct str){ account, length } : STR("");
}

static struct str word_of(struct str value, const char *ends)
{
	size_t length = 0;

	while (length < value.length && !strchr(ends, value.at[length]))
		length++;
	return str_trim(str_part(value, 0, length));
}

static void line_read(struct arena *arena, struct str line, struct bank_preamble *preamble)
{
	struct str value;

	for (size_t i = 0; i < sizeof(account_labels) / sizeof(account_labels[0]) && !preamble->account.length; i++)
		if (label_find(line, account_labels[i], &value))
			preamble->account = account_of(arena, value);
	for (size_t i = 0; i < sizeof(holder_labels) / sizeof(holder_labels[0]) && !preamble->holder.length; i++)
		if (label_find(line, holder_labels[i], &value))
			preamble->holder = word_of(value, ",|;\t\"] ");
	for (size_t i = 0; i < sizeof(currency_labels) / sizeof(currency_labels[0]) && !preamble->currency.length; i++)
		if (label_find(line, currency_labels[i], &value) &&
		    !cell_currency(arena, word_of(value, ",|;\t\"] ("), &preamble->currency))
			preamble->currency = STR("");
}

struct bank_preamble bank_preamble_read(struct arena *arena, struct str text)
{
	struct bank_preamble preamble = { STR(""), STR(""), STR("") };

	while (text.at && text.length) {
		struct str line = str_cut(text, '\n', &text);

		line_read(arena, cell_narrow(arena, line), &preamble);
	}
	return preamble;
}
