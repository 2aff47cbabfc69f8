#include "terms/value.h"

#include <string.h>

#include "base/utf8.h"
#include "terms/uscc.h"

enum { TEXT_BYTES_MAX = 1000, NAME_BYTES_MAX = 100, WORDS_BYTES_MAX = 1024, PRICE_PLACES_MAX = 6 };

static struct str example_of(const struct spot *spot)
{
	return str_of(spot->field->example);
}

/* Characters that cannot be seen, or that turn the direction of what can: two texts that look alike must be alike. */
static bool is_hidden(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0xad || (c >= 0x200b && c <= 0x200f) ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c & 0xfffe) == 0xfffe;
}

static bool is_space(uint32_t c)
{
	return c == ' ' || c == 0xa0 || c == 0x3000 || (c >= 0x2000 && c <= 0x200a);
}

bool text_check(struct reading *r, const struct spot *spot, struct str text)
{
	uint32_t first = 0, last = 0;

	if (text.length == 0)
		return spot_report(r, REFUSAL_TEXT_EMPTY, spot, example_of(spot), STR(""), STR(""));
	if (text.length > TEXT_BYTES_MAX)
		return spot_report(r, REFUSAL_TEXT_LONG, spot, arena_format(r->arena, "%zu", text.length),
				   arena_format(r->arena, "%d", TEXT_BYTES_MAX), STR(""));
	for (struct str rest = text; rest.length;) {
		last = utf8_next(&rest);
		if (first == 0)
			first = last;
		if (is_hidden(last))
			return spot_report(r, REFUSAL_TEXT_HIDDEN, spot, arena_format(r->arena, "U+%04X", last),
					   STR(""), STR(""));
	}
	if (is_space(first) || is_space(last))
		return spot_report(r, REFUSAL_TEXT_SPACE, spot, text, STR(""), STR(""));
	return true;
}

static bool name_check(struct reading *r, const struct spot *spot, struct str text)
{
	if (!text_check(r, spot, text))
		return false;
	if (text.length > NAME_BYTES_MAX)
		return spot_report(r, REFUSAL_TEXT_LONG, spot, arena_format(r->arena, "%zu", text.length),
				   arena_format(r->arena, "%d", NAME_BYTES_MAX), STR(""));
	if (text.at[0] == '-' || text.at[0] == '.')
		return spot_report(r, REFUSAL_NAME_CHARACTER, spot, str_part(text, 0, 1), example_of(spot), STR(""));
	for (struct str rest = text; rest.length;) {
		struct str before = rest;
		uint32_t c = utf8_next(&rest);

		if (is_space(c) || (c < 0x80 && strchr("/\\\"'`$*?<>|&;,!{}~%", (int)c)))
			return spot_report(r, REFUSAL_NAME_CHARACTER, spot,
					   str_part(before, 0, before.length - rest.length), example_of(spot), STR(""));
	}
	return true;
}

static void uscc_report(struct reading *r, const struct spot *spot, struct str text, struct uscc_fault fault)
{
	struct str position = arena_format(r->arena, "%u", fault.position);
	struct str found = arena_format(r->arena, "%c", fault.found), right = arena_format(r->arena, "%c", fault.right);

	switch (fault.kind) {
	case USCC_WRONG_LENGTH:
		spot_report(r, REFUSAL_USCC_LENGTH, spot, text, position, STR(""));
		break;
	case USCC_WRONG_CHARACTER:
		spot_report(r, fault.right ? REFUSAL_USCC_CHARACTER_MEANT : REFUSAL_USCC_CHARACTER, spot, position,
			    found, right);
		break;
	case USCC_WRONG_ORGANISATION_CHECK:
		spot_report(r, REFUSAL_USCC_ORGANISATION_CHECK, spot, found, right, text);
		break;
	case USCC_WRONG_CHECK:
		spot_report(r, REFUSAL_USCC_CHECK, spot, found, right, text);
		break;
	}
}

static bool uscc_read(struct reading *r, const struct spot *spot, struct str text)
{
	struct uscc_fault faults[USCC_FAULTS_MAX];
	unsigned count;

	if (!text_check(r, spot, text))
		return false;
	count = uscc_faults(text, faults);
	for (unsigned i = 0; i < count; i++)
		uscc_report(r, spot, text, faults[i]);
	return count == 0;
}

/* UTC, Asia/Shanghai, America/Argentina/Ushuaia, Etc/GMT+8. */
static bool zone_shape(struct str text)
{
	bool part_begins = true;

	if (text.length == 0 || text.length > NAME_BYTES_MAX)
		return false;
	for (size_t i = 0; i < text.length; i++) {
		char c = text.at[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

		if (!letter && (part_begins || (c != '/' && c != '_' && c != '-' && c != '+' && (c < '0' || c > '9'))))
			return false;
		part_begins = c == '/';
	}
	return !part_begins;
}

static bool bounds_report(struct reading *r, const struct spot *spot, struct str text, struct str unit)
{
	const struct field *field = spot->field;
	const char *gap = unit.length ? " " : "";

	return spot_report(r, REFUSAL_OUT_OF_BOUNDS, spot, text,
			   arena_format(r->arena, "%s%s%.*s", field->least, gap, (int)unit.length, unit.at),
			   arena_format(r->arena, "%s%s%.*s", field->most, gap, (int)unit.length, unit.at));
}

static bool whole_read(struct reading *r, const struct spot *spot, struct str text, struct value *value)
{
	struct decimal number, least, most;

	if (!decimal_read(text, &number) || !decimal_is_whole(number))
		return spot_report(r, REFUSAL_NUMBER_WHOLE, spot, text, example_of(spot), STR(""));
	if (!decimal_read(str_of(spot->field->least), &least) || !decimal_read(str_of(spot->field->most), &most) ||
	    decimal_compare(number, least) < 0 || decimal_compare(number, most) > 0)
		return bounds_report(r, spot, text, STR(""));
	value->whole = number.mantissa / power_of_ten(number.places);
	return true;
}

static bool quantity_fault_report(struct reading *r, const struct spot *spot, struct str text,
				  enum quantity_fault fault)
{
	struct str unit = STR(""), units_right = quantity_units(r->arena, spot->field->unit);
	struct decimal number;

	switch (fault) {
	case QUANTITY_FINE:
		return true;
	case QUANTITY_NO_NUMBER:
		return spot_report(r, REFUSAL_QUANTITY_FORM, spot, text, example_of(spot), STR(""));
	case QUANTITY_NO_UNIT:
		return spot_report(r, REFUSAL_UNIT_MISSING, spot, text, units_right, example_of(spot));
	case QUANTITY_WRONG_UNIT:
		if (!quantity_split(text, &number, &unit))
			unit = text;
		return spot_report(r, REFUSAL_UNIT_WRONG, spot, unit, units_right, example_of(spot));
	case QUANTITY_TOO_FINE:
		return spot_report(r, REFUSAL_QUANTITY_TOO_FINE, spot, text, units_right, STR(""));
	}
	return false;
}

static bool quantity_value_read(struct reading *r, const struct spot *spot, struct str text, struct value *value)
{
	const struct field *field = spot->field;
	wide least, most;
	enum quantity_fault fault = quantity_read(text, field->unit, &value->whole);

	if (fault != QUANTITY_FINE)
		return quantity_fault_report(r, spot, text, fault);
	if (quantity_read(str_of(field->least), field->unit, &least) != QUANTITY_FINE ||
	    quantity_read(str_of(field->most), field->unit, &most) != QUANTITY_FINE || value->whole < least ||
	    value->whole > most)
		return bounds_report(r, spot, text, STR(""));
	return true;
}

/* "CNY / GPU-hour" is "CNY/GPU-hour". */
static struct str without_spaces(struct arena *arena, struct str text)
{
	char *bytes = arena_alloc(arena, text.length + 1);
	size_t length = 0;

	for (size_t i = 0; i < text.length; i++)
		if (text.at[i] != ' ')
			bytes[length++] = text.at[i];
	return (struct str){ bytes, length };
}

/* A unit of price that differs from the right one only in its currency, or only in its unit of storage, is told so. */
/* 950万 CNY is 9500000 CNY: the advice must not lose the 万. False when UNIT has none. */
static bool myriads_report(struct reading *r, const struct spot *spot, struct str text, struct decimal number,
			   struct str unit, struct str right)
{
	int64_t factor = str_starts(unit, STR("万")) ? power_of_ten(4) : str_starts(unit, STR("亿")) ? power_of_ten(8) : 1;
	struct decimal whole = { .places = number.places };

	if (factor == 1 || __builtin_mul_overflow(number.mantissa, factor, &whole.mantissa))
		return false;
	spot_report(r, REFUSAL_PRICE_IN_MYRIADS, spot, text, decimal_text(r->arena, decimal_trimmed(whole, 0)), right);
	return true;
}

static bool price_unit_report(struct reading *r, const struct spot *spot, struct str text, struct str unit,
			      struct str right)
{
	struct decimal number;
	struct str written, currency, rest, right_rest, number_text;

	if (!quantity_split(text, &number, &written))
		return false;
	if (myriads_report(r, spot, text, number, unit, right))
		return false;
	number_text = str_trim(str_part(text, 0, text.length - written.length));
	right = arena_format(r->arena, "%.*s %.*s", (int)number_text.length, number_text.at, (int)right.length,
			     right.at);
	if (unit.length == 0)
		return spot_report(r, REFUSAL_PRICE_UNIT_MISSING, spot, text, right, STR(""));
	currency = str_cut(unit, '/', &rest);
	str_cut(str_part(right, number_text.length + 1, right.length), '/', &right_rest);
	if (str_equal(rest, right_rest))
		return spot_report(r, REFUSAL_CURRENCY_WRONG, spot, currency, r->terms->currency, right);
	if (spot->field->per == PER_DATA_MONTH && (str_is(rest, "GB/month") || str_is(rest, "GiB/month")))
		return spot_report(r, REFUSAL_STORAGE_UNIT_WRONG, spot, unit, r->terms->storage.unit, right);
	return spot_report(r, REFUSAL_PRICE_UNIT_WRONG, spot, unit, right, STR(""));
}

static bool decimal_bounds(struct reading *r, const struct spot *spot, struct str text, struct decimal number,
			   struct str unit)
{
	struct decimal least, most;

	if (!decimal_read(str_of(spot->field->least), &least) || !decimal_read(str_of(spot->field->most), &most) ||
	    decimal_compare(number, least) < 0 || decimal_compare(number, most) > 0)
		return bounds_report(r, spot, text, unit);
	return true;
}

static bool places_check(struct reading *r, const struct spot *spot, struct str text, struct decimal number)
{
	unsigned most = spot->field->kind == FIELD_MONEY ? 2 : PRICE_PLACES_MAX;

	if (decimal_trimmed(number, 0).places <= most)
		return true;
	return spot_report(r, REFUSAL_TOO_MANY_PLACES, spot, text, arena_format(r->arena, "%u", most), STR(""));
}

static bool priced_read(struct reading *r, const struct spot *spot, struct str text, struct value *value)
{
	struct str unit, right = price_unit(r->arena, spot->field, r->terms->currency, r->terms->storage.unit);

	if (!quantity_split(text, &value->decimal, &unit))
		return spot_report(r, REFUSAL_QUANTITY_FORM, spot, text, example_of(spot), STR(""));
	unit = without_spaces(r->arena, unit);
	if (!str_equal(unit, right))
		return price_unit_report(r, spot, text, unit, right);
	if (!places_check(r, spot, text, value->decimal) || !decimal_bounds(r, spot, text, value->decimal, right))
		return false;
	return spot->field->kind != FIELD_MONEY || money_of_decimal(value->decimal, &value->money);
}

static bool rate_read(struct reading *r, const struct spot *spot, struct str text, struct value *value)
{
	struct str unit, right = quantity_units(r->arena, spot->field->unit);

	if (!quantity_split(text, &value->decimal, &unit))
		return spot_report(r, REFUSAL_QUANTITY_FORM, spot, text, example_of(spot), STR(""));
	unit = without_spaces(r->arena, unit);
	if (unit.length == 0)
		return spot_report(r, REFUSAL_UNIT_MISSING, spot, text, right, example_of(spot));
	if (!str_equal(unit, right))
		return spot_report(r, REFUSAL_UNIT_WRONG, spot, unit, right, example_of(spot));
	return places_check(r, spot, text, value->decimal) && decimal_bounds(r, spot, text, value->decimal, right);
}

static bool date_shape(struct str text)
{
	if (text.length != 10)
		return false;
	for (size_t i = 0; i < text.length; i++) {
		bool hyphen = i == 4 || i == 7;

		if (hyphen ? text.at[i] != '-' : text.at[i] < '0' || text.at[i] > '9')
			return false;
	}
	return true;
}

static bool date_read(struct reading *r, const struct spot *spot, struct str text, struct value *value)
{
	day_number least, most;
	month_number month;

	if (!date_shape(text))
		return spot_report(r, REFUSAL_DATE_FORM, spot, text, STR(""), STR(""));
	if (!day_read(text, &value->day)) {
		if (!month_read(str_part(text, 0, 7), &month))
			return spot_report(r, REFUSAL_DATE_FORM, spot, text, STR(""), STR(""));
		return spot_report(r, REFUSAL_DATE_NO_SUCH_DAY, spot, text,
				   day_text(r->arena, month_first_day(month) + month_length_days(month) - 1), STR(""));
	}
	if (!day_read(str_of(spot->field->least), &least) || !day_read(str_of(spot->field->most), &most) ||
	    value->day < least || value->day > most)
		return bounds_report(r, spot, text, STR(""));
	value->is_date = true;
	return true;
}

static struct str choice_words(struct reading *r, const struct field *field)
{
	struct buf out;
	struct str text;

	buf_init(&out, WORDS_BYTES_MAX);
	for (const struct choice *c = field->choices; c->word; c++)
		buf_add_format(&out, "%s%s", c == field->choices ? "" : ", ", c->word);
	text = arena_str(r->arena, buf_str(&out));
	buf_free(&out);
	return text;
}

static bool choice_find(const struct field *field, struct str text, unsigned *choice)
{
	for (*choice = 0; field->choices[*choice].word; ++*choice)
		if (str_is(text, field->choices[*choice].word))
			return true;
	return false;
}

static bool choice_read(struct reading *r, const struct spot *spot, struct str text, struct value *value)
{
	if (choice_find(spot->field, text, &value->choice))
		return true;
	/* What editors and other readers of YAML make of yes and no. */
	if (str_is(str_of(spot->field->choices[0].word), "no") && (str_is(text, "true") || str_is(text, "false"))) {
		value->choice = str_is(text, "true");
		return true;
	}
	return spot_report(r, REFUSAL_CHOICE_UNKNOWN, spot, text, choice_words(r, spot->field), STR(""));
}

static bool choice_or_date_read(struct reading *r, const struct spot *spot, struct str text, struct value *value)
{
	if (choice_find(spot->field, text, &value->choice))
		return true;
	if (!date_shape(text))
		return spot_report(r, REFUSAL_CHOICE_OR_DATE_UNKNOWN, spot, text, choice_words(r, spot->field),
				   STR(""));
	return date_read(r, spot, text, value);
}

bool share_read(struct reading *r, const struct spot *spot, struct str text, int64_t *thousandths)
{
	struct decimal share;

	if (!decimal_read(text, &share) || !decimal_scaled(share, 3, thousandths) || *thousandths < 1 ||
	    *thousandths > 1000)
		return spot_report(r, REFUSAL_SHARE_WRONG, spot, text, STR(""), STR(""));
	return true;
}

bool value_read(struct reading *r, const struct spot *spot, struct str text, struct value *value)
{
	*value = (struct value){ .text = text };
	switch (spot->field->kind) {
	case FIELD_TEXT:
	case FIELD_TEXTS:
		return text_check(r, spot, text);
	case FIELD_NAME:
		return name_check(r, spot, text);
	case FIELD_USCC:
		return uscc_read(r, spot, text);
	case FIELD_ZONE:
		return zone_shape(text) || spot_report(r, REFUSAL_ZONE_SHAPE, spot, text, STR(""), STR(""));
	case FIELD_WHOLE:
		return whole_read(r, spot, text, value);
	case FIELD_QUANTITY:
		return quantity_value_read(r, spot, text, value);
	case FIELD_RATE:
		return rate_read(r, spot, text, value);
	case FIELD_MONEY:
	case FIELD_PRICE:
	case FIELD_PRICES:
		return priced_read(r, spot, text, value);
	case FIELD_DATE:
		return date_read(r, spot, text, value);
	case FIELD_CHOICE:
	case FIELD_ORDER:
		return choice_read(r, spot, text, value);
	case FIELD_CHOICE_OR_DATE:
		return choice_or_date_read(r, spot, text, value);
	case FIELD_MAP:
	case FIELD_MAPS:
	case FIELD_SHARES:
		break;
	}
	return false;
}

static void choice_store(const struct field *field, const struct value *value, void *member)
{
	struct str word = str_of(field->choices[value->choice].word);

	switch (field->store) {
	case STORE_WORD:
		memcpy(member, &word, sizeof(word));
		break;
	case STORE_BOOL:
		memcpy(member, &(bool){ value->choice == 1 }, sizeof(bool));
		break;
	case STORE_USUAL:
	case STORE_WIDE:
	case STORE_NOTHING:
		memcpy(member, &value->choice, sizeof(value->choice));
		break;
	}
}

void value_store(const struct field *field, const struct value *value, void *base)
{
	char *member = (char *)base + field->offset;
	int64_t whole = (int64_t)value->whole;

	if (field->store == STORE_NOTHING)
		return;
	switch (field->kind) {
	case FIELD_TEXT:
	case FIELD_NAME:
	case FIELD_USCC:
	case FIELD_ZONE:
		memcpy(member, &value->text, sizeof(value->text));
		break;
	case FIELD_WHOLE:
	case FIELD_QUANTITY:
		if (field->store == STORE_WIDE)
			memcpy(member, &value->whole, sizeof(value->whole));
		else
			memcpy(member, &whole, sizeof(whole));
		break;
	case FIELD_RATE:
	case FIELD_PRICE:
		memcpy(member, &value->decimal, sizeof(value->decimal));
		break;
	case FIELD_MONEY:
		memcpy(member, &value->money, sizeof(value->money));
		break;
	case FIELD_DATE:
		memcpy(member, &value->day, sizeof(value->day));
		break;
	case FIELD_CHOICE:
	case FIELD_CHOICE_OR_DATE:
		choice_store(field, value, member);
		break;
	case FIELD_MAP:
	case FIELD_MAPS:
	case FIELD_PRICES:
	case FIELD_TEXTS:
	case FIELD_ORDER:
	case FIELD_SHARES:
		break;
	}
}
