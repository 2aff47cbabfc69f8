/* terms_read: walks the tree by the table of fields, then has the rules between keys checked. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "terms/reading.h"
#include "terms/value.h"

enum { LIST_MOST = 1000, KEYS_BYTES_MAX = 2048, NEAR_DISTANCE_MAX = 3 };

/* Problems name clauses by number; what stands in no clause names none. */
static struct str clause_of(const struct field *field)
{
	bool numbered = field && field->clause[0] >= '0' && field->clause[0] <= '9';

	return str_of(numbered ? field->clause : "");
}

static bool report_at(struct reading *r, enum refusal what, const struct field *field, size_t line, size_t column,
		      const struct str words[PROBLEM_WORDS])
{
	struct problem problem = {
		.what = what, .file = r->file, .line = line, .column = column, .clause = clause_of(field),
		.words = { words[0], words[1], words[2], words[3] },
	};

	if (refusal_class(what) != CLASS_ADVICE) {
		r->failed = true;
		if (field)
			r->wrong[field_number(field)] = true;
	}
	return problem_add(r->problems, problem);
}

/* What was wrong with a broken node was told by who read the file. */
static void broken_note(struct reading *r, const struct field *field)
{
	r->failed = true;
	r->wrong[field_number(field)] = true;
}

bool spot_report(struct reading *r, enum refusal what, const struct spot *spot, struct str one, struct str two,
		 struct str three)
{
	const struct str words[PROBLEM_WORDS] = { spot->path, one, two, three };

	return report_at(r, what, spot->field, spot->node ? spot->node->line : 0, spot->node ? spot->node->column : 0,
			 words);
}

bool node_report(struct reading *r, enum refusal what, const char *path, const struct node *node, struct str one,
		 struct str two, struct str three, struct str four)
{
	const struct str words[PROBLEM_WORDS] = { one, two, three, four };

	/* A section is told by its key; what is in it begins lines later. */
	if (node && node->kind != NODE_TEXT && node->key_line)
		return report_at(r, what, field_of(path), node->key_line, node->key_column, words);
	return report_at(r, what, field_of(path), node ? node->line : 0, node ? node->column : 0, words);
}

bool path_report(struct reading *r, enum refusal what, const char *path, struct str one, struct str two,
		 struct str three, struct str four)
{
	struct str rest = str_of(path);
	const struct node *node = r->root;

	while (rest.length) {
		const struct node *member = node_member(node, str_cut(rest, '.', &rest));

		if (!member)
			break;
		node = member;
	}
	return node_report(r, what, path, node, one, two, three, four);
}

static bool is_within(struct str path, const struct field *field)
{
	struct str below = str_of(field->path);

	return str_starts(below, path) &&
	       (below.length == path.length || below.at[path.length] == '.' || below.at[path.length] == '[');
}

bool field_given(const struct reading *r, const char *path)
{
	return r->given[field_number(field_of(path))];
}

bool field_good(const struct reading *r, const char *path)
{
	const struct field *field = field_of(path);

	for (size_t i = 0; i < field_count; i++)
		if (r->wrong[i] && (is_within(str_of(path), &fields[i]) || is_within(str_of(fields[i].path), field)))
			return false;
	return r->given[field_number(field)] || field->fallback;
}

static struct spot spot_of_child(struct reading *r, const struct spot *parent, const struct field *field,
				 const struct node *node)
{
	struct str key = field_key(field);
	struct spot spot = { .field = field, .path = key, .node = node };

	if (parent->path.length)
		spot.path = arena_format(r->arena, "%.*s.%.*s", (int)parent->path.length, parent->path.at,
					 (int)key.length, key.at);
	return spot;
}

static struct spot spot_of_element(struct reading *r, const struct spot *list, size_t number, const struct node *node)
{
	return (struct spot){
		.field = list->field, .node = node,
		.path = arena_format(r->arena, "%.*s[%zu]", (int)list->path.length, list->path.at, number),
	};
}

/* "name, representative, address, uscc": the keys that FIELD takes, or only those it needs. */
static struct str child_keys(struct reading *r, const struct field *field, bool needed_only)
{
	struct buf out;
	struct str text;

	buf_init(&out, KEYS_BYTES_MAX);
	for (size_t i = 0; i < field_count; i++) {
		if (!field_is_child(field, &fields[i]) || (needed_only && fields[i].need != NEEDED))
			continue;
		if (out.length)
			buf_add_str(&out, STR(", "));
		buf_add_str(&out, field_key(&fields[i]));
	}
	text = arena_str(r->arena, buf_str(&out));
	buf_free(&out);
	return text;
}

/* A slip of at most a third of the key, or the key's name in either language instead of the key. */
static const struct field *nearest_sibling(const struct field *parent, struct str key)
{
	unsigned limit = key.length / 3 < NEAR_DISTANCE_MAX ? (unsigned)key.length / 3 : NEAR_DISTANCE_MAX,
		 best = limit + 1;
	const struct field *nearest = NULL;

	for (size_t i = 0; i < field_count; i++) {
		unsigned distance;

		if (!field_is_child(parent, &fields[i]))
			continue;
		if (str_is(key, fields[i].label[LANGUAGE_CHINESE]) || str_is(key, fields[i].label[LANGUAGE_ENGLISH]) ||
		    str_equal_ignoring_case(key, field_key(&fields[i])))
			return &fields[i];
		distance = str_distance(key, field_key(&fields[i]), limit);
		if (distance < best) {
			best = distance;
			nearest = &fields[i];
		}
	}
	return nearest;
}

/* The key as it stands elsewhere in the form; NULL where it does not, or where several places have it. */
static const struct field *elsewhere(struct str key)
{
	const struct field *found = NULL;

	for (size_t i = 0; i < field_count; i++) {
		if (!str_equal(field_key(&fields[i]), key))
			continue;
		if (found)
			return NULL;
		found = &fields[i];
	}
	return found;
}

static void unknown_report(struct reading *r, const struct spot *parent, const struct node *member)
{
	const struct field *nearest = nearest_sibling(parent->field, member->key);
	struct str key = parent->path.length ? arena_format(r->arena, "%.*s.%.*s", (int)parent->path.length,
							    parent->path.at, (int)member->key.length, member->key.at)
					     : member->key;
	struct str words[PROBLEM_WORDS] = { key };
	enum refusal what = REFUSAL_KEY_UNKNOWN;

	if (r->problems->total >= PROBLEMS_KEPT) {
		r->failed = true;
		return;
	}
	if (nearest) {
		r->misspelt_in[field_number(nearest)] = parent->node;
		what = REFUSAL_KEY_UNKNOWN_NEAR;
		words[1] = field_key(nearest);
	} else if (elsewhere(member->key)) {
		what = REFUSAL_KEY_ELSEWHERE;
		words[1] = str_of(elsewhere(member->key)->path);
	} else {
		words[1] = child_keys(r, parent->field, false);
	}
	report_at(r, what, parent->field, member->key_line, member->key_column, words);
}

/* A missing key may be one that is there misspelt, or unreadable: that was told already. */
static bool may_be_there(const struct reading *r, const struct spot *parent, const struct field *field)
{
	if (r->misspelt_in[field_number(field)] == parent->node)
		return true;
	for (const struct node *member = parent->node->first; member; member = member->next)
		if (member->broken && !field_child(parent->field, member->key))
			return true;
	return false;
}

/* A key that is needed and absent, or there and blank. */
static void missing_report(struct reading *r, const struct spot *parent, const struct spot *spot)
{
	const struct node *place = spot->node ? spot->node : parent->node;
	bool has_key = place->key_line > 0;
	struct str words[PROBLEM_WORDS] = { spot->path }, key = field_key(spot->field);
	enum refusal what = spot->node ? REFUSAL_KEY_BLANK : REFUSAL_KEY_MISSING;

	if (!spot->node && may_be_there(r, parent, spot->field)) {
		broken_note(r, spot->field);
		return;
	}
	if (spot->field->example) {
		words[1] = arena_format(r->arena, "%.*s: %s", (int)key.length, key.at, spot->field->example);
	} else {
		what = REFUSAL_SECTION_MISSING;
		words[1] = child_keys(r, spot->field, true);
	}
	report_at(r, what, spot->field, has_key ? place->key_line : place->line,
		  has_key ? place->key_column : place->column, words);
}

static void fallback_apply(struct reading *r, const struct field *field, void *base)
{
	const struct spot spot = { .field = field, .path = str_of(field->path) };
	struct value value;

	if (field->kind == FIELD_ORDER) {
		for (unsigned i = 0; i < PAYMENT_PARTS; i++)
			r->terms->payment.order[i] = (enum payment_part)i;
	} else {
		if (!value_read(r, &spot, str_of(field->fallback), &value))
			abort();
		value_store(field, &value, base);
	}
}

/* The fallbacks of FIELD and of all that stands below it, except in lists. */
static void fallbacks_apply(struct reading *r, const struct field *field, void *base)
{
	for (size_t i = 0; i < field_count; i++)
		if (fields[i].fallback && is_within(str_of(field->path), &fields[i]))
			fallback_apply(r, &fields[i], base);
}

static void map_read(struct reading *r, const struct spot *parent, void *base);

static void scalar_read(struct reading *r, const struct spot *spot, void *base)
{
	struct value value;

	if (spot->node->kind != NODE_TEXT)
		spot_report(r, REFUSAL_WANT_VALUE, spot, str_of(spot->field->example), STR(""), STR(""));
	else if (value_read(r, spot, spot->node->text, &value))
		value_store(spot->field, &value, base);
}

/* Whether SPOT's node is a list of a sensible length. */
static bool list_check(struct reading *r, const struct spot *spot)
{
	size_t count = node_count(spot->node);
	struct str form = str_of(spot->field->example);

	if (spot->field->kind == FIELD_MAPS)
		form = arena_format(r->arena, "- { %s: ... }", arena_cstr(r->arena, child_keys(r, spot->field, true)));
	if (spot->node->kind != NODE_LIST)
		return spot_report(r, REFUSAL_WANT_LIST, spot, form, STR(""), STR(""));
	if (count > LIST_MOST)
		return spot_report(r, REFUSAL_LIST_LONG, spot, arena_format(r->arena, "%zu", count),
				   arena_format(r->arena, "%d", LIST_MOST), STR(""));
	if (count == 0 && spot->field->need == NEEDED)
		return spot_report(r, REFUSAL_LIST_EMPTY, spot, form, STR(""), STR(""));
	return true;
}

static void list_store(struct reading *r, const struct field *field, const void *list, size_t count)
{
	if (field->store == STORE_NOTHING)
		return;
	memcpy((char *)r->terms + field->offset, &list, sizeof(list));
	memcpy((char *)r->terms + field->count_offset, &count, sizeof(count));
}

/* The elements of a list of maps, each with its own base. */
static void maps_read(struct reading *r, const struct spot *spot)
{
	const struct field *field = spot->field;
	size_t size = field->element_size ? field->element_size : 1, count = node_count(spot->node), number = 0;
	char *list = arena_array(r->arena, count, size);

	for (const struct node *child = spot->node->first; child; child = child->next, number++) {
		struct spot element = spot_of_element(r, spot, number + 1, child);

		if (child->broken)
			broken_note(r, field);
		else if (child->kind != NODE_MAP)
			spot_report(r, REFUSAL_WANT_MAP, &element, child_keys(r, field, true), STR(""), STR(""));
		else
			map_read(r, &element, list + number * size);
	}
	list_store(r, field, list, count);
}

/* One price stands for a list of one. */
static void prices_read(struct reading *r, const struct spot *spot)
{
	struct spot one = { .field = field_child(spot->field, STR("price")), .path = spot->path, .node = spot->node };
	char *list;

	if (spot->node->kind == NODE_LIST) {
		if (spot->node->first && list_check(r, spot))
			maps_read(r, spot);
		else if (!spot->node->first)
			spot_report(r, REFUSAL_LIST_EMPTY, spot, str_of(spot->field->example), STR(""), STR(""));
		return;
	}
	list = arena_alloc(r->arena, spot->field->element_size);
	scalar_read(r, &one, list);
	list_store(r, spot->field, list, 1);
}

static void repeated_report(struct reading *r, const struct spot *element, const struct node *first)
{
	spot_report(r, REFUSAL_ENTRY_REPEATED, element, first->text, arena_format(r->arena, "%zu", first->line),
		    STR(""));
}

static bool text_element_read(struct reading *r, const struct spot *list, const struct spot *element,
			      struct value *value)
{
	if (element->node->broken) {
		broken_note(r, list->field);
		return false;
	}
	if (element->node->kind != NODE_TEXT)
		return spot_report(r, REFUSAL_WANT_VALUE, element, str_of(list->field->example), STR(""), STR(""));
	if (!value_read(r, element, element->node->text, value))
		return false;
	for (const struct node *other = list->node->first; other != element->node; other = other->next)
		if (other->kind == NODE_TEXT && str_equal(other->text, element->node->text)) {
			repeated_report(r, element, other);
			return false;
		}
	return true;
}

static void texts_read(struct reading *r, const struct spot *spot)
{
	size_t count = node_count(spot->node), number = 0;
	struct str *list;

	if (!list_check(r, spot))
		return;
	list = arena_many(r->arena, count, struct str);
	for (const struct node *child = spot->node->first; child; child = child->next, number++) {
		struct spot element = spot_of_element(r, spot, number + 1, child);
		struct value value;

		if (text_element_read(r, spot, &element, &value))
			list[number] = value.text;
	}
	list_store(r, spot->field, list, count);
}

static void order_read(struct reading *r, const struct spot *spot)
{
	size_t number = 0;

	if (!list_check(r, spot))
		return;
	if (node_count(spot->node) != PAYMENT_PARTS) {
		spot_report(r, REFUSAL_ORDER_INCOMPLETE, spot, str_of(spot->field->example), STR(""), STR(""));
		return;
	}
	for (const struct node *child = spot->node->first; child; child = child->next, number++) {
		struct spot element = spot_of_element(r, spot, number + 1, child);
		struct value value;

		if (text_element_read(r, spot, &element, &value))
			r->terms->payment.order[number] = (enum payment_part)value.choice;
	}
}

/* Profiles are names that a cluster gives: 1g.10gb. */
static bool profile_check(struct reading *r, const struct spot *element, struct str profile)
{
	for (size_t i = 0; i < profile.length; i++) {
		char c = profile.at[i];
		bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			    (c && strchr("._+-:", c));

		if (!fits)
			return spot_report(r, REFUSAL_NAME_CHARACTER, element, STR("?"), STR("1g.10gb"), STR(""));
	}
	return profile.length > 0 ||
	       spot_report(r, REFUSAL_TEXT_EMPTY, element, STR("1g.10gb: 0.125"), STR(""), STR(""));
}

static void shares_read(struct reading *r, const struct spot *spot)
{
	size_t count = node_count(spot->node), number = 0;
	struct gpu_share *list;

	if (spot->node->kind != NODE_MAP) {
		spot_report(r, REFUSAL_WANT_MAP, spot, STR("1g.10gb"), STR(""), STR(""));
		return;
	}
	if (count > LIST_MOST) {
		spot_report(r, REFUSAL_LIST_LONG, spot, arena_format(r->arena, "%zu", count),
			    arena_format(r->arena, "%d", LIST_MOST), STR(""));
		return;
	}
	list = arena_many(r->arena, count, struct gpu_share);
	for (const struct node *child = spot->node->first; child; child = child->next, number++) {
		struct spot element = { .field = spot->field, .node = child };

		element.path = arena_format(r->arena, "%.*s.%.*s", (int)spot->path.length, spot->path.at,
					    (int)child->key.length, child->key.at);
		if (child->broken)
			broken_note(r, spot->field);
		else if (child->kind != NODE_TEXT)
			spot_report(r, REFUSAL_WANT_VALUE, &element, STR("0.125"), STR(""), STR(""));
		else if (profile_check(r, &element, child->key) &&
			 share_read(r, &element, child->text, &list[number].thousandths))
			list[number].profile = child->key;
	}
	list_store(r, spot->field, list, count);
}

/* What stands at a key that is filled in. */
static void filled_read(struct reading *r, const struct spot *spot, void *base)
{
	switch (spot->field->kind) {
	case FIELD_MAP:
		if (spot->node->kind == NODE_MAP) {
			map_read(r, spot, base);
		} else {
			spot_report(r, REFUSAL_WANT_MAP, spot, child_keys(r, spot->field, true), STR(""), STR(""));
			fallbacks_apply(r, spot->field, base);
		}
		break;
	case FIELD_MAPS:
		if (list_check(r, spot))
			maps_read(r, spot);
		break;
	case FIELD_PRICES:
		prices_read(r, spot);
		break;
	case FIELD_TEXTS:
		texts_read(r, spot);
		break;
	case FIELD_ORDER:
		order_read(r, spot);
		break;
	case FIELD_SHARES:
		shares_read(r, spot);
		break;
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
		scalar_read(r, spot, base);
		break;
	}
}

static bool is_empty_list(const struct node *node)
{
	return node && node->kind == NODE_LIST && !node->first;
}

static void child_read(struct reading *r, const struct spot *parent, const struct field *field, void *base)
{
	struct spot spot = spot_of_child(r, parent, field, node_member(parent->node, field_key(field)));

	if (spot.node && spot.node->broken) {
		broken_note(r, field);
		fallbacks_apply(r, field, base);
	} else if (node_is_blank(spot.node)) {
		if (field->need == NEEDED)
			missing_report(r, parent, &spot);
		fallbacks_apply(r, field, base);
	} else {
		if (field->fallback && field->kind != FIELD_ORDER)
			fallback_apply(r, field, base);
		r->given[field_number(field)] = field->need == NEEDED || !is_empty_list(spot.node);
		filled_read(r, &spot, base);
	}
}

static void map_read(struct reading *r, const struct spot *parent, void *base)
{
	for (const struct node *member = parent->node->first; member; member = member->next) {
		if (member->broken)
			r->failed = true;
		else if (!field_child(parent->field, member->key))
			unknown_report(r, parent, member);
	}
	for (size_t i = 0; i < field_count; i++)
		if (field_is_child(parent->field, &fields[i]))
			child_read(r, parent, &fields[i], base);
}

/* Members of struct terms that follow from others. */
static void derive(struct reading *r)
{
	struct terms *t = r->terms;
	const struct node *performance = node_path(r->root, "compute.performance");

	t->signed_given = field_given(r, "signed");
	t->digest = str_is(t->keys.algorithm, "sm2") ? DIGEST_SM3 : DIGEST_SHA256;
	if (performance && performance->kind == NODE_TEXT)
		t->compute.performance = performance->text;
	t->storage.unit_bytes = str_is(t->storage.unit, "GiB") ? (wide)1 << 30 : (wide)1000000000;
	t->payment.advance_given = field_given(r, "payment.advance");
}

/* The first of the problems at the end of the list that are this file's: those of its reader come before ours. */
static size_t first_of_file(const struct problems *problems, struct str file)
{
	size_t first = problems->count;

	while (first > 0 && str_equal(problems->list[first - 1].file, file))
		first--;
	return first;
}

bool terms_read(struct arena *arena, const struct node *root, struct str file, struct terms *terms,
		struct problems *problems)
{
	struct terms read = { .source = root };
	struct reading r = { .arena = arena, .file = file, .problems = problems, .root = root, .terms = &read };
	const struct spot top = { .node = root };
	size_t first = first_of_file(problems, file);

	r.failed = root->broken;
	if (root->kind != NODE_MAP) {
		const struct str words[PROBLEM_WORDS] = { child_keys(&r, NULL, true) };

		return report_at(&r, REFUSAL_AGREEMENT_NO_KEYS, NULL, root->line, root->column, words);
	}
	map_read(&r, &top, &read);
	derive(&r);
	check_parties(&r);
	check_resources(&r);
	check_term(&r);
	check_fees(&r);
	check_payment(&r);
	problems_in_order(problems, first);
	if (!r.failed)
		*terms = read;
	return !r.failed;
}
