#include "render/reading.h"

#include "base/utf8.h"

struct place place_member(const struct place *up, const char *name)
{
	return (struct place){ .up = up, .name = str_of(name) };
}

struct place place_element(const struct place *up, size_t index)
{
	return (struct place){ .up = up, .index = index };
}

static void place_write(struct buf *out, const struct place *place)
{
	if (!place)
		return;
	place_write(out, place->up);
	if (place->name.length == 0) {
		buf_add_format(out, "[%zu]", place->index);
		return;
	}
	if (out->length)
		buf_add_char(out, '.');
	buf_add_str(out, utf8_fit(place->name, NAME_BYTES_MAX));
}

bool refuse(struct reading *r, const struct place *place, enum fault_kind what, struct str one, struct str two)
{
	struct buf text;

	buf_init(&text, 4096);
	place_write(&text, place);
	fault_say(r->fault, what, arena_str(r->arena, buf_str(&text)), one, two);
	buf_free(&text);
	return false;
}

bool refuse_plainly(struct reading *r, const struct place *place, enum fault_kind what)
{
	return refuse(r, place, what, STR(""), STR(""));
}

static bool refuse_above(struct reading *r, const struct place *place, enum fault_kind what, size_t most)
{
	return refuse(r, place, what, arena_format(r->arena, "%zu", most), STR(""));
}

/* The index of WORD in LIST, words parted by spaces; -1 where it is none of them. */
static int word_index(struct str word, const char *list)
{
	struct str rest = str_of(list);

	for (int index = 0; rest.length; index++)
		if (str_equal(str_cut(rest, ' ', &rest), word))
			return index;
	return -1;
}

bool object_check(struct reading *r, const struct place *place, const struct json *json, const char *known)
{
	if (!json_is(json, JSON_OBJECT))
		return refuse_plainly(r, place, FAULT_NOT_OBJECT);
	for (const struct json *member = json->first; member; member = member->next) {
		struct place at = { .up = place, .name = member->key.length ? member->key : STR("?") };

		if (word_index(member->key, known) < 0)
			return refuse_plainly(r, &at, FAULT_UNKNOWN);
	}
	return true;
}

static bool string_check(struct reading *r, const struct place *place, struct str text, size_t bytes_max)
{
	if (text.length > bytes_max)
		return refuse_above(r, place, FAULT_TOO_LONG, bytes_max);
	if (!str_equal(utf8_printable(r->arena, text), text) || str_contains(text, STR("\ufeff")) ||
	    str_contains(text, STR("\uffff")) || str_contains(text, STR("\ufffe")))
		return refuse_plainly(r, place, FAULT_CONTROL);
	return true;
}

bool string_take(struct reading *r, const struct place *at, const struct json *object, const char *name,
		 enum need need, size_t bytes_max, struct str *value)
{
	const struct json *json = json_member(object, name);
	struct place place = place_member(at, name);

	if (!json)
		return need == OPTIONAL || refuse_plainly(r, &place, FAULT_MISSING);
	if (!json_is(json, JSON_STRING))
		return refuse_plainly(r, &place, FAULT_NOT_STRING);
	if (json->text.length == 0)
		return refuse_plainly(r, &place, FAULT_EMPTY);
	if (!string_check(r, &place, json->text, bytes_max))
		return false;
	*value = json->text;
	return true;
}

static bool text_languages(struct reading *r, const struct place *place, const struct json *json, size_t bytes_max,
			   struct text *value)
{
	struct str chinese = { "", 0 }, english = { "", 0 };

	if (!object_check(r, place, json, "zh en") ||
	    !string_take(r, place, json, "zh", r->chinese ? NEEDED : OPTIONAL, bytes_max, &chinese) ||
	    !string_take(r, place, json, "en", r->english ? NEEDED : OPTIONAL, bytes_max, &english))
		return false;
	value->main = r->chinese ? chinese : english;
	value->beside = r->chinese && r->english && !str_equal(chinese, english) ? english : STR("");
	return true;
}

bool text_read(struct reading *r, const struct place *place, const struct json *json, size_t bytes_max,
	       struct text *value)
{
	if (json_is(json, JSON_OBJECT))
		return text_languages(r, place, json, bytes_max, value);
	if (!json_is(json, JSON_STRING))
		return refuse_plainly(r, place, FAULT_NOT_TEXT);
	if (!string_check(r, place, json->text, bytes_max))
		return false;
	*value = (struct text){ json->text, STR("") };
	return true;
}

bool text_take(struct reading *r, const struct place *at, const struct json *object, const char *name,
	       enum need need, size_t bytes_max, struct text *value)
{
	const struct json *json = json_member(object, name);
	struct place place = place_member(at, name);

	if (!json)
		return need == OPTIONAL || refuse_plainly(r, &place, FAULT_MISSING);
	if (!text_read(r, &place, json, bytes_max, value))
		return false;
	return value->main.length || need == OPTIONAL || refuse_plainly(r, &place, FAULT_EMPTY);
}

bool boolean_take(struct reading *r, const struct place *at, const struct json *object, const char *name, bool *value)
{
	const struct json *json = json_member(object, name);
	struct place place = place_member(at, name);

	if (!json)
		return true;
	if (!json_is(json, JSON_TRUE) && !json_is(json, JSON_FALSE))
		return refuse_plainly(r, &place, FAULT_NOT_BOOLEAN);
	*value = json_is(json, JSON_TRUE);
	return true;
}

bool array_take(struct reading *r, const struct place *at, const struct json *object, const char *name,
		enum need need, size_t most, const struct json **first, size_t *count)
{
	const struct json *json = json_member(object, name);
	struct place place = place_member(at, name);

	*first = NULL;
	*count = 0;
	if (!json)
		return need == OPTIONAL || refuse_plainly(r, &place, FAULT_MISSING);
	if (!json_is(json, JSON_ARRAY))
		return refuse_plainly(r, &place, FAULT_NOT_ARRAY);
	for (const struct json *element = json->first; element; element = element->next)
		if (++*count > most)
			return refuse_above(r, &place, FAULT_TOO_MANY, most);
	if (*count == 0 && need == NEEDED)
		return refuse_plainly(r, &place, FAULT_EMPTY);
	*first = json->first;
	return true;
}

bool choice_take(struct reading *r, const struct place *at, const struct json *object, const char *name,
		 enum need need, const char *choices, unsigned *choice)
{
	struct place place = place_member(at, name);
	struct str word = { "", 0 };
	int index;

	if (!string_take(r, at, object, name, need, NAME_BYTES_MAX, &word))
		return false;
	if (word.length == 0)
		return true;
	index = word_index(word, choices);
	if (index < 0)
		return refuse(r, &place, FAULT_NO_CHOICE, word, str_of(choices));
	*choice = (unsigned)index;
	return true;
}

bool number_read(struct reading *r, const struct place *place, const struct json *json, struct decimal *value)
{
	struct str text = json_text(json);

	if (!json_is(json, JSON_STRING) && !json_is(json, JSON_NUMBER))
		return refuse_plainly(r, place, FAULT_NOT_STRING);
	return decimal_read(text, value) || refuse(r, place, FAULT_NOT_NUMBER, text, STR(""));
}

bool day_take(struct reading *r, const struct place *place, const struct json *json, day_number *day)
{
	if (!json_is(json, JSON_STRING))
		return refuse_plainly(r, place, FAULT_NOT_STRING);
	return day_read(json->text, day) || refuse(r, place, FAULT_NOT_DAY, json->text, STR(""));
}
