/* The terms in words, clause by clause, from the table of fields: what was given, and what is meant by default. */
#include <string.h>

#include "base/json.h"
#include "base/utf8.h"
#include "terms/fields.h"
#include "terms/terms.h"

enum { VALUE_BYTES_MAX = 256 * 1024, CLAUSE_COLUMNS = 10, LABEL_COLUMNS_MAX = 48 };

struct row {
	const char *clause;
	struct str key, label, value;
	bool is_fallback;
	struct row *next;
};

struct explaining {
	struct arena *arena;
	const struct terms *terms;
	enum language language;
	struct row *first, **end;
};

/* Where a value stands: in struct terms or a list's element, and in the tree. */
struct seat {
	const struct field *field;
	const char *base;
	const struct node *node;
	struct str key, label;
};

static struct str choice_text(struct explaining *e, const struct field *field, size_t number)
{
	const struct choice *choice = &field->choices[number];

	if (strcmp(choice->word, choice->says[e->language]) == 0)
		return str_of(choice->word);
	return arena_format(e->arena, e->language == LANGUAGE_CHINESE ? "%s（%s）" : "%s (%s)", choice->word,
			    choice->says[e->language]);
}

static struct str day_words(struct explaining *e, day_number day)
{
	return e->language == LANGUAGE_CHINESE ? day_text_chinese(e->arena, day) : day_text(e->arena, day);
}

static struct str chosen_text(struct explaining *e, const struct field *field, const char *member)
{
	unsigned number = 0;
	struct str word;

	switch (field->store) {
	case STORE_BOOL:
		number = *(const bool *)member;
		break;
	case STORE_WORD:
		memcpy(&word, member, sizeof(word));
		while (field->choices[number].word && !str_is(word, field->choices[number].word))
			number++;
		break;
	case STORE_USUAL:
	case STORE_WIDE:
	case STORE_NOTHING:
		memcpy(&number, member, sizeof(number));
		break;
	}
	if (field->choices[number].word)
		return choice_text(e, field, number);
	return day_words(e, e->terms->fees.one_time_day);
}

static struct str decimal_with_unit(struct explaining *e, const struct field *field, const char *member)
{
	struct decimal number;
	struct str digits, unit;

	memcpy(&number, member, sizeof(number));
	digits = decimal_text(e->arena, number);
	if (field->unit == UNIT_PERCENT_PER_DAY && e->language == LANGUAGE_CHINESE)
		return arena_format(e->arena, "每日 %.*s %%", (int)digits.length, digits.at);
	unit = field->kind == FIELD_RATE ? quantity_units(e->arena, field->unit)
					 : price_unit(e->arena, field, e->terms->currency, e->terms->storage.unit);
	return arena_format(e->arena, "%.*s %.*s", (int)digits.length, digits.at, (int)unit.length, unit.at);
}

static struct str money_with_currency(struct explaining *e, const char *member)
{
	struct money money;
	struct str digits;

	memcpy(&money, member, sizeof(money));
	digits = money_grouped(e->arena, money);
	return arena_format(e->arena, "%.*s %.*s", (int)digits.length, digits.at, (int)e->terms->currency.length,
			    e->terms->currency.at);
}

static struct str number_text(struct explaining *e, const struct field *field, const char *member)
{
	int64_t narrow;
	wide number;

	if (field->store == STORE_WIDE) {
		memcpy(&number, member, sizeof(number));
	} else {
		memcpy(&narrow, member, sizeof(narrow));
		number = narrow;
	}
	if (field->kind == FIELD_QUANTITY)
		return quantity_text(e->arena, field->unit, number, e->language);
	return grouped_text(e->arena, wide_text(e->arena, number));
}

static struct str texts_joined(struct explaining *e, const char *base, const struct field *field)
{
	struct str *list, text;
	size_t count;
	struct buf out;

	memcpy(&list, base + field->offset, sizeof(list));
	memcpy(&count, base + field->count_offset, sizeof(count));
	buf_init(&out, VALUE_BYTES_MAX);
	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_add_str(&out, e->language == LANGUAGE_CHINESE ? STR("、") : STR(", "));
		buf_add_str(&out, list[i]);
	}
	text = arena_str(e->arena, buf_str(&out));
	buf_free(&out);
	return text;
}

static struct str order_text(struct explaining *e, const struct field *field)
{
	const enum payment_part *order = e->terms->payment.order;
	const char *says[PAYMENT_PARTS];

	for (int i = 0; i < PAYMENT_PARTS; i++)
		says[i] = field->choices[order[i]].says[e->language];
	return arena_format(e->arena, e->language == LANGUAGE_CHINESE ? "%s、%s、%s" : "%s, %s, %s", says[0], says[1],
			    says[2]);
}

static struct str shares_text(struct explaining *e)
{
	struct buf out;
	struct str text;

	buf_init(&out, VALUE_BYTES_MAX);
	for (size_t i = 0; i < e->terms->compute.share_count; i++) {
		const struct gpu_share *share = &e->terms->compute.shares[i];
		struct str part = decimal_text(e->arena, (struct decimal){ share->thousandths, 3 });

		buf_add_format(&out, "%s%.*s %.*s", i ? ", " : "", (int)share->profile.length, share->profile.at,
			       (int)part.length, part.at);
	}
	text = arena_str(e->arena, buf_str(&out));
	buf_free(&out);
	return text;
}

static struct str value_text(struct explaining *e, const struct seat *seat)
{
	const struct field *field = seat->field;
	struct str text = STR("");
	const char *member;
	day_number day;

	if (field->store == STORE_NOTHING)
		return seat->node ? seat->node->text : text;
	member = seat->base + field->offset;
	switch (field->kind) {
	case FIELD_TEXT:
	case FIELD_NAME:
	case FIELD_USCC:
	case FIELD_ZONE:
		memcpy(&text, member, sizeof(text));
		break;
	case FIELD_WHOLE:
	case FIELD_QUANTITY:
		return number_text(e, field, member);
	case FIELD_RATE:
	case FIELD_PRICE:
		return decimal_with_unit(e, field, member);
	case FIELD_MONEY:
		return money_with_currency(e, member);
	case FIELD_DATE:
		memcpy(&day, member, sizeof(day));
		return day_words(e, day);
	case FIELD_CHOICE:
	case FIELD_CHOICE_OR_DATE:
		return chosen_text(e, field, member);
	case FIELD_TEXTS:
		return texts_joined(e, seat->base, field);
	case FIELD_ORDER:
		return order_text(e, field);
	case FIELD_SHARES:
		return shares_text(e);
	case FIELD_MAP:
	case FIELD_MAPS:
	case FIELD_PRICES:
		break;
	}
	return text;
}

static void row_add(struct explaining *e, const struct seat *seat)
{
	struct row *row = arena_new(e->arena, struct row);
	bool given = !node_is_blank(seat->node);
	/* A list entry's day is the one that its value holds from, given or not. */
	bool is_meant = seat->field->fallback || str_ends(str_of(seat->field->path), STR("[].from"));

	if (!given && !is_meant)
		return;
	*row = (struct row){ .clause = seat->field->clause, .key = seat->key, .label = seat->label,
			     .value = value_text(e, seat), .is_fallback = !given };
	*e->end = row;
	e->end = &row->next;
}

/* The keys of a list's entry: "data sets 2: name". */
static void entry_explain(struct explaining *e, const struct seat *list, const char *base, const struct node *node,
			  size_t number)
{
	const char *between = e->language == LANGUAGE_CHINESE ? "：" : ": ";

	for (size_t i = 0; i < field_count; i++) {
		const struct field *field = &fields[i];
		struct str key = field_key(field);
		struct seat seat = { .field = field, .base = base, .node = node_member(node, key) };

		if (!field_is_child(list->field, field))
			continue;
		seat.key = arena_format(e->arena, "%.*s[%zu].%.*s", (int)list->key.length, list->key.at, number,
					(int)key.length, key.at);
		seat.label = arena_format(e->arena, "%.*s %zu%s%s", (int)list->label.length, list->label.at, number,
					  between, field->label[e->language]);
		row_add(e, &seat);
	}
}

static void list_explain(struct explaining *e, const struct seat *list)
{
	const struct field *field = list->field;
	const char *elements = NULL;
	size_t number = 0;

	if (field->store != STORE_NOTHING)
		memcpy(&elements, list->base + field->offset, sizeof(elements));
	for (const struct node *child = list->node->first; child; child = child->next, number++)
		entry_explain(e, list, elements ? elements + number * field->element_size : NULL, child, number + 1);
}

/* One price that stands for a list of one. */
static void price_explain(struct explaining *e, const struct seat *list)
{
	struct seat seat = *list;

	memcpy(&seat.base, list->base + list->field->offset, sizeof(seat.base));
	seat.field = field_child(list->field, STR("price"));
	row_add(e, &seat);
}

static void seat_explain(struct explaining *e, const struct seat *seat)
{
	bool is_list = seat->node && seat->node->kind == NODE_LIST;

	if (seat->field->kind == FIELD_MAPS || (seat->field->kind == FIELD_PRICES && is_list)) {
		if (is_list)
			list_explain(e, seat);
	} else if (seat->field->kind == FIELD_PRICES) {
		if (!node_is_blank(seat->node))
			price_explain(e, seat);
	} else {
		row_add(e, seat);
	}
}

static bool is_in_list(const struct field *field)
{
	return str_contains(str_of(field->path), STR("[]"));
}

/* Sections that are not there have no defaults worth telling. */
static bool section_stands(const struct explaining *e, const struct field *field)
{
	struct str top;
	const struct node *section;
	const struct field *section_field;

	str_cut(str_of(field->path), '.', &top);
	top = str_part(str_of(field->path), 0, str_of(field->path).length - top.length);
	if (str_ends(top, STR(".")))
		top.length--;
	section = node_member(e->terms->source, top);
	section_field = field_child(NULL, top);
	return section || section_field == field || section_field->need == NEEDED;
}

static void rows_collect(struct explaining *e)
{
	e->end = &e->first;
	for (size_t i = 0; i < field_count; i++) {
		const struct field *field = &fields[i];
		struct seat seat = { .field = field, .base = (const char *)e->terms, .key = str_of(field->path),
				     .label = str_of(field->label[e->language]) };

		if (field->kind == FIELD_MAP || is_in_list(field) || !section_stands(e, field))
			continue;
		seat.node = node_path(e->terms->source, field->path);
		seat_explain(e, &seat);
	}
}

/* The clauses in the order of the agreement; what stands in no clause first, the cluster last. */
static const char *const clause_order[] = {
	"file", "parties", "1.1", "1.1(1)", "1.1(2)", "1.1(3)", "1.1(4)", "1.2", "2.1", "2.2",
	"3.1", "3.1(1)", "3.1(2)", "3.1(3)", "3.1(4)", "3.2", "3.3", "3.4", "4.1", "4.2",
	"6.1", "6.2", "6.3", "7.2", "7.2(1)", "7.2(3)", "7.3", "8.1", "optional", "cluster",
};

enum { CLAUSES = sizeof(clause_order) / sizeof(clause_order[0]) };

static void padded(struct buf *out, struct str text, unsigned columns)
{
	unsigned used = utf8_columns(text);

	buf_add_str(out, text);
	do
		buf_add_char(out, ' ');
	while (++used < columns);
}

static unsigned label_columns(const struct explaining *e)
{
	unsigned widest = 0;

	for (const struct row *row = e->first; row; row = row->next) {
		unsigned columns = utf8_columns(row->label) + 2;

		if (columns > widest)
			widest = columns;
	}
	return widest < LABEL_COLUMNS_MAX ? widest : LABEL_COLUMNS_MAX;
}

static bool is_number(const char *clause)
{
	return clause[0] >= '0' && clause[0] <= '9';
}

void terms_explain(const struct terms *terms, enum language language, struct buf *out)
{
	struct arena arena;
	struct explaining e = { .arena = &arena, .terms = terms, .language = language };
	unsigned columns;

	arena_init(&arena);
	rows_collect(&e);
	columns = label_columns(&e);
	for (size_t i = 0; i < CLAUSES; i++)
		for (const struct row *row = e.first; row; row = row->next) {
			const char *clause =
				is_number(row->clause) ? row->clause : clause_title(str_of(row->clause), language);

			if (strcmp(row->clause, clause_order[i]) != 0)
				continue;
			padded(out, str_of(clause), CLAUSE_COLUMNS);
			padded(out, row->label, columns);
			buf_add_str(out, row->value);
			if (row->is_fallback)
				buf_add_str(out, language == LANGUAGE_CHINESE ? STR(" [默认]") : STR(" [default]"));
			buf_add_char(out, '\n');
		}
	arena_free(&arena);
}

void terms_explain_json(const struct terms *terms, enum language language, struct buf *out)
{
	struct arena arena;
	struct explaining e = { .arena = &arena, .terms = terms, .language = language };
	struct json_writer w;

	arena_init(&arena);
	rows_collect(&e);
	json_writer_pretty(&w, out);
	json_array(&w);
	for (size_t i = 0; i < CLAUSES; i++)
		for (const struct row *row = e.first; row; row = row->next) {
			if (strcmp(row->clause, clause_order[i]) != 0)
				continue;
			json_object(&w);
			json_put_string(&w, "clause", str_of(row->clause));
			json_put_string(&w, "key", row->key);
			json_put_string(&w, "label", row->label);
			json_put_string(&w, "value", row->value);
			json_put_bool(&w, "default", row->is_fallback);
			json_object_end(&w);
		}
	json_array_end(&w);
	buf_add_char(out, '\n');
	arena_free(&arena);
}
