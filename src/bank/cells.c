#include "bank/cells.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct str wide_space = { "\xe3\x80\x80", 3 }, hard_space = { "\xc2\xa0", 2 };
static const struct str mark_first = { "\xef\xbb\xbf", 3 };

static struct str without_first(struct str text, size_t length)
{
	return str_part(text, length, text.length);
}

static struct str trimmed(struct str text)
{
	const struct str spaces[] = { wide_space, hard_space, mark_first };
	size_t before;

	do {
		text = str_trim(text);
		before = text.length;
		for (size_t i = 0; i < COUNT(spaces); i++) {
			if (str_starts(text, spaces[i]))
				text = without_first(text, spaces[i].length);
			if (str_ends(text, spaces[i]))
				text.length -= spaces[i].length;
		}
	} while (text.length < before);
	return text;
}

static bool only(struct str text, char c)
{
	for (size_t i = 0; i < text.length; i++)
		if (text.at[i] != c)
			return false;
	return true;
}

struct str cell_clean(struct str cell)
{
	cell = trimmed(cell);
	if (cell.length >= 3 && str_starts(cell, STR("=\"")) && cell.at[cell.length - 1] == '"')
		cell = trimmed(str_part(cell, 2, cell.length - 1));
	else if (cell.length && (cell.at[0] == '\'' || cell.at[0] == '`'))
		cell = trimmed(without_first(cell, 1));
	return only(cell, '-') ? STR("") : cell;
}

static bool has_wide(struct str text)
{
	for (size_t i = 0; i < text.length; i++)
		if ((unsigned char)text.at[i] == 0xef || (unsigned char)text.at[i] == 0xe3)
			return true;
	return false;
}

/* U+FF01 to U+FF5E are U+0021 to U+007E, in three bytes: EF BC 81 to EF BD 9E. */
static size_t narrow_one(struct str rest, char *out)
{
	unsigned char second = rest.length > 2 ? (unsigned char)rest.at[1] : 0;
	unsigned char third = rest.length > 2 ? (unsigned char)rest.at[2] : 0;

	*out = rest.at[0];
	if (str_starts(rest, wide_space))
		*out = ' ';
	else if ((unsigned char)rest.at[0] == 0xef && second == 0xbc && third >= 0x81)
		*out = (char)(third - 0x81 + 0x21);
	else if ((unsigned char)rest.at[0] == 0xef && second == 0xbd && third <= 0x9e)
		*out = (char)(third - 0x80 + 0x60);
	else
		return 1;
	return 3;
}

struct str cell_narrow(struct arena *arena, struct str cell)
{
	char *narrow;
	size_t length = 0;

	if (!has_wide(cell))
		return cell;
	narrow = arena_alloc(arena, cell.length);
	for (size_t i = 0; i < cell.length;)
		i += narrow_one(without_first(cell, i), &narrow[length++]);
	return (struct str){ narrow, length };
}

struct str cell_name(struct arena *arena, struct str cell)
{
	static const struct str old_form = { "帐", 3 }, new_form = { "账", 3 };
	struct str text = cell_narrow(arena, trimmed(cell)), left = str_part(text, 0, str_find(text, '['));
	char *name = arena_alloc(arena, text.length + 1);
	size_t length = 0;

	if (left.length)
		text = left;
	for (size_t i = 0; i < text.length; i++) {
		char c = text.at[i];

		if (str_starts(without_first(text, i), old_form)) {
			memcpy(name + length, new_form.at, new_form.length);
			length += new_form.length;
			i += old_form.length - 1;
		} else if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
			name[length++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
		}
	}
	return (struct str){ name, length };
}

struct str cell_number(struct arena *arena, struct str cell)
{
	static const struct str marks[] = { { "¥", 2 }, { "￥", 3 }, { "元", 3 }, { "CNY", 3 }, { "RMB", 3 } };
	struct str text = cell_narrow(arena, cell_clean(cell));
	char *number = arena_alloc(arena, text.length + 1);
	size_t length = 0;

	for (size_t i = 0; i < text.length;) {
		size_t skipped = text.at[i] == ' ';

		for (size_t mark = 0; mark < COUNT(marks) && !skipped; mark++)
			if (str_starts(without_first(text, i), marks[mark]))
				skipped = marks[mark].length;
		if (!skipped)
			number[length++] = text.at[i];
		i += skipped ? skipped : 1;
	}
	return (struct str){ number, length };
}

/* ---- days ---- */

/* One or two digits (or just COUNT of them) off REST's beginning. */
static bool digits_take(struct str *rest, size_t least, size_t most, int *value)
{
	size_t count = 0;

	*value = 0;
	while (count < most && count < rest->length && rest->at[count] >= '0' && rest->at[count] <= '9')
		*value = *value * 10 + (rest->at[count++] - '0');
	*rest = without_first(*rest, count);
	return count >= least;
}

/* What stands between the parts of a day: 年 and 月, or the same sign twice. */
static bool part_take(struct str *rest, const char *word, char *sign)
{
	if (str_starts(*rest, str_of(word)) && (!*sign || *sign == 'w')) {
		*sign = 'w';
		*rest = without_first(*rest, strlen(word));
		return true;
	}
	if (rest->length == 0 || !strchr("-/.", rest->at[0]) || (*sign && *sign != rest->at[0]))
		return false;
	*sign = rest->at[0];
	*rest = without_first(*rest, 1);
	return true;
}

/* Digits of the time in *TIME, nothing else than what times are written with beside them. */
static bool time_rest(struct arena *arena, struct str rest, struct str *time)
{
	static const struct str words[] = { { "时", 3 }, { "分", 3 }, { "秒", 3 } };
	char *digits = arena_alloc(arena, rest.length + 1);
	size_t length = 0;

	for (size_t i = 0; i < rest.length;) {
		size_t word = 0;

		for (size_t w = 0; w < COUNT(words); w++)
			if (str_starts(without_first(rest, i), words[w]))
				word = words[w].length;
		if (rest.at[i] >= '0' && rest.at[i] <= '9')
			digits[length++] = rest.at[i];
		else if (!word && !strchr(" :.-T+Z", rest.at[i]))
			return false;
		i += word ? word : 1;
	}
	*time = (struct str){ digits, length };
	return true;
}

bool cell_day(struct arena *arena, struct str cell, day_number *day, struct str *time)
{
	struct str rest = cell_narrow(arena, cell_clean(cell));
	struct civil_date date = { 0, 0, 0 };
	bool compact;
	char sign = 0;

	if (!digits_take(&rest, 4, 4, &date.year) || rest.length == 0)
		return false;
	compact = rest.at[0] >= '0' && rest.at[0] <= '9';
	if (compact ? !digits_take(&rest, 2, 2, &date.month) || !digits_take(&rest, 2, 2, &date.day)
		    : !part_take(&rest, "年", &sign) || !digits_take(&rest, 1, 2, &date.month) ||
			      !part_take(&rest, "月", &sign) || !digits_take(&rest, 1, 2, &date.day))
		return false;
	if (str_starts(rest, STR("日")) && (sign == 'w' || !sign))
		rest = without_first(rest, 3);
	else if (sign && rest.length && rest.at[0] >= '0' && rest.at[0] <= '9')
		return false;
	if (!civil_valid(date) || !time_rest(arena, rest, time))
		return false;
	*day = day_of_civil(date);
	return true;
}

/* ---- words ---- */

struct word {
	const char *name, *means;
};

bool cell_currency(struct arena *arena, struct str cell, struct str *currency)
{
	static const struct word words[] = {
		{ "人民币", "CNY" }, { "人民币元", "CNY" }, { "元", "CNY" },     { "rmb", "CNY" },  { "156", "CNY" },
		{ "美元", "USD" },   { "港币", "HKD" },     { "港元", "HKD" },   { "欧元", "EUR" }, { "日元", "JPY" },
		{ "日圆", "JPY" },   { "英镑", "GBP" },     { "澳元", "AUD" },   { "加元", "CAD" }, { "瑞士法郎", "CHF" },
		{ "新加坡元", "SGD" }, { "新币", "SGD" },   { "澳大利亚元", "AUD" }, { "加拿大元", "CAD" }, { "澳门元", "MOP" },
	};
	struct str name = cell_name(arena, cell);
	char *letters;

	for (size_t i = 0; i < COUNT(words); i++) {
		if (str_is(name, words[i].name)) {
			*currency = str_of(words[i].means);
			return true;
		}
	}
	if (name.length != 3)
		return false;
	letters = arena_alloc(arena, 3);
	for (size_t i = 0; i < 3; i++) {
		if (name.at[i] < 'a' || name.at[i] > 'z')
			return false;
		letters[i] = (char)(name.at[i] - 'a' + 'A');
	}
	*currency = (struct str){ letters, 3 };
	return true;
}

bool cell_direction(struct arena *arena, struct str cell, bool *credit)
{
	static const char *const out[] = { "借", "借方", "借记", "支出", "支", "付", "付款", "付出", "出", "出账", "转出",
					   "往账", "支取", "d", "dr", "dbit", "debit", "-" };
	static const char *const in[] = { "贷", "贷方", "贷记", "收入", "收", "收款", "存入", "入", "入账", "转入", "来账",
					  "c", "cr", "crdt", "credit", "+" };
	struct str name = cell_name(arena, cell);

	for (size_t i = 0; i < COUNT(out); i++) {
		if (str_is(name, out[i])) {
			*credit = false;
			return true;
		}
	}
	for (size_t i = 0; i < COUNT(in); i++) {
		if (str_is(name, in[i])) {
			*credit = true;
			return true;
		}
	}
	return false;
}

bool cell_rounded(struct str cell)
{
	size_t digits = 0;

	while (digits < cell.length && ((cell.at[digits] >= '0' && cell.at[digits] <= '9') || cell.at[digits] == '.'))
		digits++;
	return digits > 0 && cell.length > digits + 2 && (cell.at[digits] == 'E' || cell.at[digits] == 'e') &&
	       cell.at[digits + 1] == '+' && str_find(cell, '.') < digits;
}
