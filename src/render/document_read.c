#include "render/reading.h"

#include <string.h>

static bool languages_take(struct reading *r, const struct json *json)
{
	struct place at = place_member(NULL, "languages");
	const struct json *element;
	size_t count;

	if (!array_take(r, NULL, json, "languages", NEEDED, 2, &element, &count))
		return false;
	for (; element; element = element->next) {
		bool chinese = json_is(element, JSON_STRING) && str_is(element->text, "zh");
		bool english = json_is(element, JSON_STRING) && str_is(element->text, "en");

		if ((!chinese && !english) || (chinese && r->chinese) || (english && r->english))
			return refuse_plainly(r, &at, FAULT_LANGUAGES);
		r->chinese = r->chinese || chinese;
		r->english = r->english || english;
	}
	return true;
}

static bool texts_take(struct reading *r, const struct place *at, const struct json *object, const char *name,
		       size_t most, size_t bytes_max, struct text_list *texts)
{
	struct place place = place_member(at, name);
	const struct json *element;
	size_t count;

	if (!array_take(r, at, object, name, NEEDED, most, &element, &count))
		return false;
	texts->list = arena_many(r->arena, count, struct text);
	for (size_t i = 0; i < count; i++, element = element->next) {
		struct place text = place_element(&place, i);

		if (!text_read(r, &text, element, bytes_max, &texts->list[i]))
			return false;
		texts->count++;
	}
	return true;
}

/* An array of blocks, each a label called LABEL and its lines. */
static bool blocks_take(struct reading *r, const struct place *at, const struct json *object, const char *name,
			enum need need, const char *label, struct block_list *blocks)
{
	struct str known = arena_format(r->arena, "%s lines", label);
	struct place place = place_member(at, name);
	const struct json *element;
	size_t count;

	if (!array_take(r, at, object, name, need, BLOCKS_MAX, &element, &count))
		return false;
	blocks->list = arena_many(r->arena, count, struct block);
	for (size_t i = 0; i < count; i++, element = element->next) {
		struct place block = place_element(&place, i);

		if (!object_check(r, &block, element, arena_cstr(r->arena, known)) ||
		    !text_take(r, &block, element, label, NEEDED, TEXT_BYTES_MAX, &blocks->list[i].label) ||
		    !texts_take(r, &block, element, "lines", BLOCK_LINES_MAX, TEXT_BYTES_MAX, &blocks->list[i].lines))
			return false;
		blocks->count++;
	}
	return true;
}

static bool details_take(struct reading *r, const struct json *json, struct document *document)
{
	struct place place = place_member(NULL, "details");
	const struct json *element;
	size_t count;

	if (!array_take(r, NULL, json, "details", OPTIONAL, DETAILS_MAX, &element, &count))
		return false;
	document->details = arena_many(r->arena, count, struct detail);
	for (size_t i = 0; i < count; i++, element = element->next) {
		struct place at = place_element(&place, i);
		struct detail *detail = &document->details[i];

		if (!object_check(r, &at, element, "label value") ||
		    !text_take(r, &at, element, "label", NEEDED, TEXT_BYTES_MAX, &detail->label) ||
		    !text_take(r, &at, element, "value", NEEDED, TEXT_BYTES_MAX, &detail->value))
			return false;
		document->detail_count++;
	}
	return true;
}

static bool bar_read(struct reading *r, const struct place *place, const struct json *json, struct bar *bar)
{
	const struct json *value = json_member(json, "value");
	struct place at = place_member(place, "value");

	if (!object_check(r, place, json, "label value") ||
	    !string_take(r, place, json, "label", NEEDED, NAME_BYTES_MAX, &bar->label))
		return false;
	if (!value)
		return refuse_plainly(r, &at, FAULT_MISSING);
	return number_read(r, &at, value, &bar->value);
}

static bool chart_read(struct reading *r, const struct place *place, const struct json *json, struct chart *chart)
{
	struct place bars = place_member(place, "bars");
	const struct json *element;
	size_t count;

	if (!object_check(r, place, json, "kind title unit bars") ||
	    !text_take(r, place, json, "title", NEEDED, TEXT_BYTES_MAX, &chart->title) ||
	    !text_take(r, place, json, "unit", NEEDED, NAME_BYTES_MAX, &chart->unit) ||
	    !array_take(r, place, json, "bars", NEEDED, BARS_MAX, &element, &count))
		return false;
	chart->bars = arena_many(r->arena, count, struct bar);
	for (size_t i = 0; i < count; i++, element = element->next) {
		struct place bar = place_element(&bars, i);

		if (!bar_read(r, &bar, element, &chart->bars[i]))
			return false;
		chart->bar_count++;
	}
	return true;
}

static bool section_read(struct reading *r, const struct place *place, const struct json *json,
			 struct section *section)
{
	unsigned kind = SECTION_TABLE;

	if (!json_is(json, JSON_OBJECT))
		return refuse_plainly(r, place, FAULT_NOT_OBJECT);
	if (!choice_take(r, place, json, "kind", NEEDED, "table chart text signature", &kind))
		return false;
	section->kind = (enum section_kind)kind;
	switch (section->kind) {
	case SECTION_TABLE:
		return table_read(r, place, json, &section->table);
	case SECTION_CHART:
		return chart_read(r, place, json, &section->chart);
	case SECTION_TEXT:
		return object_check(r, place, json, "kind title paragraphs") &&
		       text_take(r, place, json, "title", OPTIONAL, TEXT_BYTES_MAX, &section->prose.title) &&
		       texts_take(r, place, json, "paragraphs", PARAGRAPHS_MAX, PARAGRAPH_BYTES_MAX,
				  &section->prose.paragraphs);
	case SECTION_SIGNATURE:
		return object_check(r, place, json, "kind blocks") &&
		       blocks_take(r, place, json, "blocks", NEEDED, "label", &section->signature);
	}
	return false;
}

static bool sections_take(struct reading *r, const struct json *json, struct document *document)
{
	struct place place = place_member(NULL, "sections");
	const struct json *element;
	size_t count;

	if (!array_take(r, NULL, json, "sections", OPTIONAL, SECTIONS_MAX, &element, &count))
		return false;
	document->sections = arena_many(r->arena, count, struct section);
	for (size_t i = 0; i < count; i++, element = element->next) {
		struct place section = place_element(&place, i);

		if (!section_read(r, &section, element, &document->sections[i]))
			return false;
		document->section_count++;
	}
	return true;
}

static bool is_hexadecimal(struct str text)
{
	for (size_t i = 0; i < text.length; i++)
		if (!text.at[i] || !strchr("0123456789abcdefABCDEF", text.at[i]))
			return false;
	return text.length >= 16 && text.length <= 128;
}

static bool verify_take(struct reading *r, const struct json *json, struct document *document)
{
	struct place place = place_member(NULL, "verify"), head = place_member(&place, "head");
	const struct json *verify = json_member(json, "verify");

	if (!verify)
		return true;
	document->has_verify = true;
	return object_check(r, &place, verify, "text head label") &&
	       string_take(r, &place, verify, "text", NEEDED, QR_BYTES_MAX, &document->verify_text) &&
	       string_take(r, &place, verify, "head", NEEDED, TEXT_BYTES_MAX, &document->verify_head) &&
	       (is_hexadecimal(document->verify_head) || refuse_plainly(r, &head, FAULT_NOT_HEX)) &&
	       text_take(r, &place, verify, "label", NEEDED, TEXT_BYTES_MAX, &document->verify_label);
}

static bool date_take(struct reading *r, const struct json *json, day_number *date)
{
	struct place place = place_member(NULL, "date");
	const struct json *value = json_member(json, "date");

	return value ? day_take(r, &place, value, date) : refuse_plainly(r, &place, FAULT_MISSING);
}

const struct document *document_read(struct arena *arena, const struct json *json, struct fault *fault)
{
	struct reading r = { .arena = arena, .fault = fault };
	struct place whole = place_member(NULL, "document");
	struct document *document = arena_new(arena, struct document);

	if (!object_check(&r, json_is(json, JSON_OBJECT) ? NULL : &whole, json,
			  "kind languages title subtitle number date parties details sections verify footer") ||
	    !languages_take(&r, json))
		return NULL;
	document->chinese = r.chinese;
	document->english = r.english;
	if (!string_take(&r, NULL, json, "kind", NEEDED, NAME_BYTES_MAX, &document->kind) ||
	    !text_take(&r, NULL, json, "title", NEEDED, TEXT_BYTES_MAX, &document->title) ||
	    !text_take(&r, NULL, json, "subtitle", OPTIONAL, TEXT_BYTES_MAX, &document->subtitle) ||
	    !string_take(&r, NULL, json, "number", NEEDED, NAME_BYTES_MAX, &document->number) ||
	    !date_take(&r, json, &document->date) ||
	    !blocks_take(&r, NULL, json, "parties", OPTIONAL, "role", &document->parties) ||
	    !details_take(&r, json, document) || !sections_take(&r, json, document) ||
	    !verify_take(&r, json, document) ||
	    !text_take(&r, NULL, json, "footer", OPTIONAL, TEXT_BYTES_MAX, &document->footer))
		return NULL;
	return document;
}

struct str text_joined(struct arena *arena, struct text text, const char *between)
{
	if (text.beside.length == 0)
		return text.main;
	return arena_format(arena, "%.*s%s%.*s", (int)text.main.length, text.main.at, between, (int)text.beside.length,
			    text.beside.at);
}
