/* The JSON Schema (2020-12) of the agreement file, from the table of fields, so that editors complete and check it. It
 * checks shapes; sums, dates and check characters are the reader's. */
#include <string.h>

#include "base/json.h"
#include "terms/fields.h"
#include "terms/terms.h"

#define NUMBER_PATTERN "([0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\\.[0-9]{1,9})?"

enum { PATTERN_BYTES_MAX = 2048, LIST_MOST = 1000, TEXT_MOST = 1000 };

struct schema {
	struct arena *arena;
	struct json_writer w;
};

static void map_content(struct schema *s, const struct field *parent);

/* "type": one name, or several; null, too, where a key may be left blank. */
static void types_put(struct schema *s, const char *const types[], bool blank)
{
	json_key(&s->w, "type");
	if (!blank && !types[1]) {
		json_add_string(&s->w, str_of(types[0]));
		return;
	}
	json_array(&s->w);
	for (size_t i = 0; types[i]; i++)
		json_add_string(&s->w, str_of(types[i]));
	if (blank)
		json_add_string(&s->w, STR("null"));
	json_array_end(&s->w);
}

static void string_types(struct schema *s, bool blank)
{
	static const char *const types[] = { "string", NULL };

	types_put(s, types, blank);
}

/* Scalars are text as written, whatever other readers of YAML take them for. */
static void any_scalar_types(struct schema *s, bool blank)
{
	static const char *const types[] = { "string", "number", "boolean", NULL };

	types_put(s, types, blank);
}

static void pattern_put(struct schema *s, const char *pattern)
{
	json_put_string(&s->w, "pattern", str_of(pattern));
}

static struct str description(struct schema *s, const struct field *field)
{
	struct str clause = str_of(field->clause);
	bool numbered = clause.at[0] >= '0' && clause.at[0] <= '9';
	struct buf out;
	struct str text;

	buf_init(&out, PATTERN_BYTES_MAX);
	for (int language = LANGUAGE_ENGLISH; language <= LANGUAGE_CHINESE; language++) {
		bool chinese = language == LANGUAGE_CHINESE;

		if (chinese)
			buf_add_char(&out, '\n');
		if (numbered)
			buf_add_format(&out, chinese ? "第%s条 %s：" : "Clause %s, %s: ", field->clause,
				       clause_title(clause, (enum language)language));
		buf_add_str(&out, str_of(field->label[language]));
		buf_add_str(&out, chinese ? STR("。") : STR("."));
		if (field->least)
			buf_add_format(&out, chinese ? "%s 至 %s。" : " From %s to %s.", field->least, field->most);
		if (field->fallback)
			buf_add_format(&out, chinese ? "默认：%s。" : " Default: %s.", field->fallback);
		for (const struct choice *c = field->choices; c && c->word; c++)
			buf_add_format(&out, "%s%s: %s", c == field->choices ? chinese ? "" : " " : "; ", c->word,
				       c->says[language]);
	}
	text = arena_str(s->arena, buf_str(&out));
	buf_free(&out);
	return text;
}

static bool is_scalar(const struct field *field)
{
	switch (field->kind) {
	case FIELD_MAP:
	case FIELD_MAPS:
	case FIELD_PRICES:
	case FIELD_TEXTS:
	case FIELD_ORDER:
	case FIELD_SHARES:
		return false;
	case FIELD_TEXT:
	case FIELD_NAME:
	case FIELD_USCC:
	case FIELD_ZONE:
	case FIELD_WHOLE:
	case FIELD_QUANTITY:
	case FIELD_RATE:
	case FIELD_MONEY:
	case FIELD_PRICE:
	case FIELD_DATE:
	case FIELD_CHOICE:
	case FIELD_CHOICE_OR_DATE:
		return true;
	}
	return false;
}

static void text_of_kind(struct schema *s, const struct field *field, const char *text)
{
	struct str written = str_of(text);
	int64_t whole;

	if (str_starts(written, STR("\"")))
		written = str_part(written, 1, written.length - 1);
	if (field->kind == FIELD_WHOLE && str_to_i64(written, &whole))
		json_add_integer(&s->w, whole);
	else
		json_add_string(&s->w, written);
}

static void annotations(struct schema *s, const struct field *field)
{
	json_put_string(&s->w, "title", str_of(field->label[LANGUAGE_ENGLISH]));
	json_put_string(&s->w, "description", description(s, field));
	if (is_scalar(field) && field->fallback) {
		json_key(&s->w, "default");
		text_of_kind(s, field, field->fallback);
	}
	if (is_scalar(field) && field->example) {
		json_key(&s->w, "examples");
		json_array(&s->w);
		text_of_kind(s, field, field->example);
		json_array_end(&s->w);
	}
}

static void words_put(struct schema *s, const struct field *field, bool blank)
{
	json_key(&s->w, "enum");
	json_array(&s->w);
	for (const struct choice *c = field->choices; c->word; c++)
		json_add_string(&s->w, str_of(c->word));
	if (strcmp(field->choices[0].word, "no") == 0) {
		json_add_bool(&s->w, false);
		json_add_bool(&s->w, true);
	}
	if (blank)
		json_add_null(&s->w);
	json_array_end(&s->w);
}

static void bound_put(struct schema *s, const char *key, const char *bound)
{
	int64_t whole;

	if (str_to_i64(str_of(bound), &whole))
		json_put_integer(&s->w, key, whole);
}

static void whole_content(struct schema *s, const struct field *field, bool blank)
{
	static const char *const types[] = { "integer", "string", NULL };

	types_put(s, types, blank);
	bound_put(s, "minimum", field->least);
	bound_put(s, "maximum", field->most);
	pattern_put(s, "^([0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\\.0+)?$");
}

/* A unit's name as a regular expression. */
static void literal_add(struct buf *out, const char *name)
{
	for (const char *c = name; *c; c++) {
		if (strchr(".+*?()[]{}|^$\\/", *c))
			buf_add_char(out, '\\');
		buf_add_char(out, *c);
	}
}

static void number_and_unit_content(struct schema *s, const struct field *field, bool blank)
{
	struct buf out;
	bool first = true;

	buf_init(&out, PATTERN_BYTES_MAX);
	buf_add_format(&out, "^%s ?(", NUMBER_PATTERN);
	for (size_t i = 0; i < unit_count; i++) {
		if (units[i].family != field->unit)
			continue;
		if (!first)
			buf_add_char(&out, '|');
		literal_add(&out, units[i].name);
		first = false;
	}
	buf_add_str(&out, STR(")$"));
	string_types(s, blank);
	json_put_string(&s->w, "pattern", buf_str(&out));
	buf_free(&out);
}

static void priced_content(struct schema *s, const struct field *field, bool blank)
{
	struct buf out;

	buf_init(&out, PATTERN_BYTES_MAX);
	buf_add_format(&out, "^%s ?(", NUMBER_PATTERN);
	for (const struct choice *c = currencies; c->word; c++)
		buf_add_format(&out, "%s%s", c == currencies ? "" : "|", c->word);
	buf_add_char(&out, ')');
	switch (field->per) {
	case PER_NOTHING:
		break;
	case PER_GPU_HOUR:
		buf_add_str(&out, STR("\\/GPU-hour"));
		break;
	case PER_DATA_MONTH:
		buf_add_str(&out, STR("\\/(GB|GiB)\\/month"));
		break;
	case PER_HOUR:
		buf_add_str(&out, STR("\\/hour"));
		break;
	}
	buf_add_char(&out, '$');
	string_types(s, blank);
	json_put_string(&s->w, "pattern", buf_str(&out));
	buf_free(&out);
}

static void text_content(struct schema *s, bool blank)
{
	any_scalar_types(s, blank);
	json_put_integer(&s->w, "minLength", 1);
	json_put_integer(&s->w, "maxLength", TEXT_MOST);
	pattern_put(s, "^\\S(.*\\S)?$");
}

static void date_content(struct schema *s, bool blank)
{
	string_types(s, blank);
	pattern_put(s, "^[0-9]{4}-[0-9]{2}-[0-9]{2}$");
}

static void uscc_content(struct schema *s, bool blank)
{
	static const char *const types[] = { "string", "integer", NULL };

	types_put(s, types, blank);
	pattern_put(s, "^[0-9A-HJ-NP-RTUW-Y]{18}$");
	/* A code of digits only is a number to other readers. */
	json_key(&s->w, "minimum");
	json_add_integer(&s->w, 1);
}

static void choice_or_date_content(struct schema *s, const struct field *field, bool blank)
{
	json_key(&s->w, "anyOf");
	json_array(&s->w);
	json_object(&s->w);
	words_put(s, field, blank);
	json_object_end(&s->w);
	json_object(&s->w);
	date_content(s, false);
	json_object_end(&s->w);
	json_array_end(&s->w);
}

static void list_begin(struct schema *s, bool blank, int64_t least, int64_t most)
{
	static const char *const types[] = { "array", NULL };

	types_put(s, types, blank);
	json_put_integer(&s->w, "minItems", least);
	json_put_integer(&s->w, "maxItems", most);
}

static void items_of_maps(struct schema *s, const struct field *field, bool blank, int64_t least)
{
	static const char *const types[] = { "object", NULL };

	list_begin(s, blank, least, LIST_MOST);
	json_key(&s->w, "items");
	json_object(&s->w);
	types_put(s, types, false);
	map_content(s, field);
	json_object_end(&s->w);
}

static void prices_content(struct schema *s, const struct field *field, bool blank)
{
	json_key(&s->w, "anyOf");
	json_array(&s->w);
	json_object(&s->w);
	priced_content(s, field, blank);
	json_object_end(&s->w);
	json_object(&s->w);
	items_of_maps(s, field, false, 1);
	json_object_end(&s->w);
	json_array_end(&s->w);
}

static void texts_content(struct schema *s, const struct field *field, bool blank)
{
	list_begin(s, blank, field->need == NEEDED, LIST_MOST);
	json_put_bool(&s->w, "uniqueItems", true);
	json_key(&s->w, "items");
	json_object(&s->w);
	text_content(s, false);
	json_object_end(&s->w);
}

static void order_content(struct schema *s, const struct field *field, bool blank)
{
	list_begin(s, blank, PAYMENT_PARTS, PAYMENT_PARTS);
	json_put_bool(&s->w, "uniqueItems", true);
	json_key(&s->w, "items");
	json_object(&s->w);
	words_put(s, field, false);
	json_object_end(&s->w);
}

static void shares_content(struct schema *s, bool blank)
{
	static const char *const types[] = { "object", NULL }, *const share[] = { "number", "string", NULL };

	types_put(s, types, blank);
	json_key(&s->w, "propertyNames");
	json_object(&s->w);
	pattern_put(s, "^[A-Za-z0-9._+:-]+$");
	json_object_end(&s->w);
	json_key(&s->w, "additionalProperties");
	json_object(&s->w);
	types_put(s, share, false);
	json_put_integer(&s->w, "exclusiveMinimum", 0);
	json_put_integer(&s->w, "maximum", 1);
	pattern_put(s, "^(0\\.[0-9]{1,3}|1(\\.0{1,3})?)$");
	json_object_end(&s->w);
}

static void map_with_type(struct schema *s, const struct field *field, bool blank)
{
	static const char *const types[] = { "object", NULL };

	types_put(s, types, blank);
	map_content(s, field);
}

static void name_content(struct schema *s, bool blank)
{
	any_scalar_types(s, blank);
	pattern_put(s, "^[^-.\\s/\\\\\"'`$*?<>|&;,!{}~%][^\\s/\\\\\"'`$*?<>|&;,!{}~%]*$");
}

static void zone_content(struct schema *s, bool blank)
{
	string_types(s, blank);
	pattern_put(s, "^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z][A-Za-z0-9_+-]*)*$");
}

static void field_content(struct schema *s, const struct field *field, bool blank)
{
	switch (field->kind) {
	case FIELD_MAP:            map_with_type(s, field, blank); break;
	case FIELD_MAPS:           items_of_maps(s, field, blank, field->need == NEEDED); break;
	case FIELD_PRICES:         prices_content(s, field, blank); break;
	case FIELD_TEXT:           text_content(s, blank); break;
	case FIELD_TEXTS:          texts_content(s, field, blank); break;
	case FIELD_NAME:           name_content(s, blank); break;
	case FIELD_USCC:           uscc_content(s, blank); break;
	case FIELD_ZONE:           zone_content(s, blank); break;
	case FIELD_WHOLE:          whole_content(s, field, blank); break;
	case FIELD_QUANTITY:
	case FIELD_RATE:           number_and_unit_content(s, field, blank); break;
	case FIELD_MONEY:
	case FIELD_PRICE:          priced_content(s, field, blank); break;
	case FIELD_DATE:           date_content(s, blank); break;
	case FIELD_CHOICE:         words_put(s, field, blank); break;
	case FIELD_CHOICE_OR_DATE: choice_or_date_content(s, field, blank); break;
	case FIELD_ORDER:          order_content(s, field, blank); break;
	case FIELD_SHARES:         shares_content(s, blank); break;
	}
}

/* The keys of PARENT, those it needs, and no others. */
static void map_content(struct schema *s, const struct field *parent)
{
	json_key(&s->w, "properties");
	json_object(&s->w);
	for (size_t i = 0; i < field_count; i++) {
		if (!field_is_child(parent, &fields[i]))
			continue;
		json_key(&s->w, arena_cstr(s->arena, field_key(&fields[i])));
		json_object(&s->w);
		annotations(s, &fields[i]);
		field_content(s, &fields[i], fields[i].need == OPTIONAL);
		json_object_end(&s->w);
	}
	json_object_end(&s->w);
	json_key(&s->w, "required");
	json_array(&s->w);
	for (size_t i = 0; i < field_count; i++)
		if (field_is_child(parent, &fields[i]) && fields[i].need == NEEDED)
			json_add_string(&s->w, field_key(&fields[i]));
	json_array_end(&s->w);
	json_put_bool(&s->w, "additionalProperties", false);
}

void terms_schema(struct buf *out)
{
	struct arena arena;
	struct schema s = { .arena = &arena };

	arena_init(&arena);
	json_writer_pretty(&s.w, out);
	json_object(&s.w);
	json_put_string(&s.w, "$schema", STR("https://json-schema.org/draft/2020-12/schema"));
	json_put_string(&s.w, "title", STR("AI model training lease agreement"));
	json_put_string(&s.w, "description", STR("The agreement file of trainlease.\nAI模型训练租赁协议文件。"));
	json_put_string(&s.w, "type", STR("object"));
	map_content(&s, NULL);
	json_object_end(&s.w);
	buf_add_char(out, '\n');
	arena_free(&arena);
}
