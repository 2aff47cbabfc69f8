#include "yaml/yaml.h"

#include <libfyaml.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "yaml/bytes.h"

enum { SECTIONS_MAX = 200, QUOTE_SHOWN_MAX = 60 };

/* One run of libfyaml's parser over one part of the file. */
struct loader {
	struct arena *arena;
	struct str file;
	struct problems *problems;
	struct fy_diag *diag;
	struct fy_parser *parser;
	size_t lines_before;      /* of the file, before the part */
	bool too_deep;
};

struct place {
	size_t line, column;
};

static bool say(struct loader *l, enum refusal what, struct place place, struct str one, struct str two)
{
	return problem_add(l->problems, (struct problem){
		.what = what, .file = l->file, .line = place.line, .column = place.column, .words = { one, two } });
}

/* libfyaml puts no mark on values that are not there; its marks of quoted texts and aliases are behind their sign. */
static struct place event_place(const struct loader *l, struct fy_event *event, struct place otherwise)
{
	const struct fy_mark *mark = fy_event_start_mark(event);
	struct place place;

	if (!mark || mark->line < 0 || mark->column < 0)
		return otherwise;
	place = (struct place){ l->lines_before + (size_t)mark->line + 1, (size_t)mark->column + 1 };
	if (event->type == FYET_SCALAR && place.column > 1) {
		enum fy_scalar_style style = fy_scalar_token_get_style(event->scalar.value);

		place.column -= style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED;
	}
	if (event->type == FYET_ALIAS && place.column > 1)
		place.column--;
	return place;
}

static struct str token_text(struct arena *arena, struct fy_token *token)
{
	size_t length = 0;
	const char *text = token ? fy_token_get_text(token, &length) : NULL;

	return arena_str(arena, (struct str){ text, text ? length : 0 });
}

/* Anchors and tags change what a value is by what stands elsewhere: the value is refused, its places stay. */
static void properties_check(struct loader *l, struct fy_event *event, struct node *node)
{
	struct place place = { node->line, node->column };
	struct fy_token *anchor = fy_event_get_anchor_token(event), *tag = fy_event_get_tag_token(event);

	if (event->type == FYET_ALIAS)
		say(l, REFUSAL_YAML_ALIAS, place, token_text(l->arena, event->alias.anchor), STR(""));
	else if (anchor)
		say(l, REFUSAL_YAML_ANCHOR, place, token_text(l->arena, anchor), STR(""));
	else if (tag)
		say(l, REFUSAL_YAML_TAG, place, token_text(l->arena, tag), STR(""));
	else
		return;
	node->broken = true;
}

/* A plain scalar without text has no style of its own. */
static bool is_quoted(struct fy_event *event)
{
	enum fy_scalar_style style = fy_scalar_token_get_style(event->scalar.value);

	return style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED || style == FYSS_LITERAL ||
	       style == FYSS_FOLDED;
}

static void scalar_load(struct loader *l, struct fy_event *event, struct node *node)
{
	node->text = token_text(l->arena, event->scalar.value);
	node->quoted = is_quoted(event);
	if (utf8_valid_length(node->text) == node->text.length && str_find(node->text, '\0') == node->text.length)
		return;
	say(l, REFUSAL_YAML_ESCAPE, (struct place){ node->line, node->column }, STR(""), STR(""));
	node->text = STR("");
	node->broken = true;
}

static struct node *node_load(struct loader *l, struct fy_event *event, struct place otherwise, unsigned depth);

static bool list_load(struct loader *l, struct node *list, unsigned depth)
{
	struct node **end = &list->first;
	struct fy_event *event;

	while ((event = fy_parser_parse(l->parser)) && event->type != FYET_SEQUENCE_END) {
		*end = node_load(l, event, (struct place){ list->line, list->column }, depth);
		if (!*end)
			return false;
		end = &(*end)->next;
	}
	fy_parser_event_free(l->parser, event);
	return event != NULL;
}

/* A member from its key's node and the event of its value. */
static struct node *member_load(struct loader *l, struct node *key, unsigned depth)
{
	struct fy_event *event = fy_parser_parse(l->parser);
	struct place place = { key->line, key->column };
	struct node *member = event ? node_load(l, event, place, depth) : NULL;

	if (!member)
		return NULL;
	member->key = key->text;
	member->key_line = key->line;
	member->key_column = key->column;
	if (key->kind != NODE_TEXT && !key->broken)
		say(l, REFUSAL_YAML_KEY_TEXT, place, STR(""), STR(""));
	else if (str_is(key->text, "<<") && !key->quoted)
		say(l, REFUSAL_YAML_MERGE, place, STR(""), STR(""));
	else if (!key->broken)
		return member;
	member->broken = true;
	return member;
}

static bool map_load(struct loader *l, struct node *map, unsigned depth)
{
	struct node **end = &map->first;
	struct fy_event *event;

	while ((event = fy_parser_parse(l->parser)) && event->type != FYET_MAPPING_END) {
		struct node *key = node_load(l, event, (struct place){ map->line, map->column }, depth);

		*end = key ? member_load(l, key, depth) : NULL;
		if (!*end)
			return false;
		end = &(*end)->next;
	}
	fy_parser_event_free(l->parser, event);
	return event != NULL;
}

/* Takes EVENT and those that belong to it; NULL after a syntax error or too deep a nesting. */
static struct node *node_load(struct loader *l, struct fy_event *event, struct place otherwise, unsigned depth)
{
	struct place place = event_place(l, event, otherwise);
	struct node *node = arena_new(l->arena, struct node);
	enum fy_event_type type = event->type;
	bool whole = true;

	node->line = place.line;
	node->column = place.column;
	properties_check(l, event, node);
	if (type == FYET_SCALAR)
		scalar_load(l, event, node);
	fy_parser_event_free(l->parser, event);
	if (type != FYET_SEQUENCE_START && type != FYET_MAPPING_START)
		return node;
	if (depth == YAML_DEPTH_MAX) {
		l->too_deep = true;
		say(l, REFUSAL_YAML_DEEP, place, STR(""), STR(""));
		return NULL;
	}
	node->kind = type == FYET_MAPPING_START ? NODE_MAP : NODE_LIST;
	whole = type == FYET_MAPPING_START ? map_load(l, node, depth + 1) : list_load(l, node, depth + 1);
	return whole ? node : NULL;
}

struct syntax_kind {
	const char *sign;         /* part of libfyaml's message */
	enum refusal what;
};

static enum refusal syntax_kind(const char *message)
{
	static const struct syntax_kind kinds[] = {
		{ "tab character", REFUSAL_AGREEMENT_TAB },
		{ "closing brac", REFUSAL_YAML_BRACKET },
		{ "comma", REFUSAL_YAML_BRACKET },
		{ "-quoted", REFUSAL_YAML_QUOTE },
		{ "same line", REFUSAL_YAML_ONE_LINE },
		{ "multiline plain key", REFUSAL_YAML_RUNS_ON },
		{ "expected ':'", REFUSAL_YAML_KEY_VALUE },
		{ "invalid value after mapping", REFUSAL_YAML_KEY_VALUE },
		{ "indendation", REFUSAL_YAML_INDENTATION },
		{ "indentation", REFUSAL_YAML_INDENTATION },
		{ "cannot start with", REFUSAL_YAML_FIRST_CHARACTER },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strstr(message, kinds[i].sign))
			return kinds[i].what;
	return REFUSAL_YAML_SYNTAX;
}

/* libfyaml stops at its first error and may add lesser ones about the same place: the first is told. */
static void syntax_report(struct loader *l)
{
	void *at = NULL;
	struct fy_diag_error *error = fy_diag_errors_iterate(l->diag, &at);
	struct place place = { l->lines_before + 1, 1 };

	if (error && error->line > 0 && error->column > 0)
		place = (struct place){ l->lines_before + (size_t)error->line, (size_t)error->column };
	say(l, error && error->msg ? syntax_kind(error->msg) : REFUSAL_YAML_SYNTAX, place,
	    str_of(error && error->msg ? error->msg : "unreadable"), STR(""));
}

static bool loader_open(struct loader *l, struct str part)
{
	struct fy_diag_cfg diag;
	struct fy_parse_cfg parse = { .flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_JSON_NONE |
					       FYPCF_DEFAULT_VERSION_1_2 };

	fy_diag_cfg_default(&diag);
	diag.fp = NULL;
	l->diag = fy_diag_create(&diag);
	if (!l->diag)
		return false;
	fy_diag_set_collect_errors(l->diag, true);
	parse.diag = l->diag;
	l->parser = fy_parser_create(&parse);
	return l->parser && fy_parser_set_string(l->parser, part.at, part.length) == 0;
}

static void loader_close(struct loader *l)
{
	if (l->parser)
		fy_parser_destroy(l->parser);
	if (l->diag)
		fy_diag_destroy(l->diag);
}

/* What follows the first document's content: nothing, or a second document. */
static bool ending_load(struct loader *l, struct node *root)
{
	struct place place = { root->line, root->column };
	bool second = false;
	struct fy_event *event;

	while ((event = fy_parser_parse(l->parser)) && event->type != FYET_STREAM_END) {
		place = event_place(l, event, place);
		second = second || event->type == FYET_DOCUMENT_START;
		if (second && event->type != FYET_DOCUMENT_START)
			break;
		fy_parser_event_free(l->parser, event);
	}
	if (second) {
		say(l, REFUSAL_YAML_DOCUMENTS, place, STR(""), STR(""));
		root->broken = true;
	}
	fy_parser_event_free(l->parser, event);
	return event != NULL;
}

/* The content of a part. *ROOT is NULL where there is none; false after a syntax error. */
static bool part_load(struct loader *l, struct node **root)
{
	struct place first = { l->lines_before + 1, 1 };
	struct fy_event *event;
	enum fy_event_type type;

	*root = NULL;
	while ((event = fy_parser_parse(l->parser))) {
		type = event->type;
		if (type != FYET_STREAM_START && type != FYET_DOCUMENT_START)
			break;
		fy_parser_event_free(l->parser, event);
	}
	if (!event)
		return false;
	if (type == FYET_STREAM_END) {
		fy_parser_event_free(l->parser, event);
		return true;
	}
	*root = node_load(l, event, first, 0);
	return *root && ending_load(l, *root);
}

static int member_compare(const void *left, const void *right)
{
	const struct node *const *a = left, *const *b = right;
	int order = str_compare((*a)->key, (*b)->key);

	if (order)
		return order;
	if ((*a)->key_line != (*b)->key_line)
		return (*a)->key_line < (*b)->key_line ? -1 : 1;
	return (*a)->key_column < (*b)->key_column ? -1 : 1;
}

static void duplicate_say(struct loader *l, const struct node *first, struct node *again)
{
	struct str place = arena_format(l->arena, "%zu:%zu", first->key_line, first->key_column);

	say(l, REFUSAL_YAML_DUPLICATE_KEY, (struct place){ again->key_line, again->key_column }, again->key, place);
	again->broken = true;
}

static void duplicates_check(struct loader *l, const struct node *parent)
{
	size_t count = node_count(parent), filled = 0;
	struct node **members = arena_many(l->arena, count, struct node *), *first = NULL;

	for (struct node *child = parent->first; child; child = child->next) {
		duplicates_check(l, child);
		if (parent->kind == NODE_MAP && child->key.length)
			members[filled++] = child;
	}
	qsort(members, filled, sizeof(struct node *), member_compare);
	for (size_t i = 0; i < filled; i++) {
		if (first && str_equal(first->key, members[i]->key))
			duplicate_say(l, first, members[i]);
		else
			first = members[i];
	}
}

/* What the parser says about one part; false after a syntax error, which is reported unless QUIET. */
static bool part_read(struct loader *l, struct str part, bool quiet, struct node **root)
{
	bool whole = loader_open(l, part) && part_load(l, root);

	if (!whole && !l->too_deep && !quiet)
		syntax_report(l);
	loader_close(l);
	l->parser = NULL;
	l->diag = NULL;
	return whole;
}

/* A line that may begin a section: text at the left margin that is no comment, list item or closing bracket. */
static bool section_begins(struct str line)
{
	return line.length && !strchr(" \t\r\n#-]}%.", line.at[0]);
}

static struct node *section_broken(struct loader *l, struct str part)
{
	struct node *node = arena_new(l->arena, struct node);
	struct str line = str_part(part, 0, str_find(part, '\n'));

	node->key = arena_str(l->arena, str_trim(str_part(line, 0, str_find(line, ':'))));
	node->key_line = node->line = l->lines_before + 1;
	node->key_column = node->column = 1;
	node->broken = true;
	return node;
}

/* The members of one section, appended at *END. */
static struct node **section_read(struct loader *l, struct str part, struct node **end)
{
	struct node *root = NULL;
	size_t tab;
	bool tabs = false, whole;

	for (struct str rest = part, line; rest.length && !tabs;) {
		line = str_cut(rest, '\n', &rest);
		tabs = line_has_tab(line, &tab);
	}
	whole = part_read(l, part, tabs, &root);
	if (whole && root && root->kind == NODE_MAP && !root->broken) {
		*end = root->first;
	} else {
		if (whole && !tabs && (!root || !root->broken))
			say(l, REFUSAL_YAML_KEY_VALUE, (struct place){ l->lines_before + 1, 1 }, STR(""), STR(""));
		*end = section_broken(l, part);
	}
	while (*end)
		end = &(*end)->next;
	return end;
}

static struct node *sections_read(struct loader *l, struct str bytes)
{
	struct node *root = arena_new(l->arena, struct node), **end = &root->first;
	size_t begin = bytes.length, begin_line = 0, line_number = 0, sections = 0;

	*root = (struct node){ .kind = NODE_MAP, .line = 1, .column = 1, .broken = true };
	for (size_t at = 0; at < bytes.length && sections < SECTIONS_MAX; line_number++) {
		size_t next = at + str_find(str_part(bytes, at, bytes.length), '\n') + 1;

		if (section_begins(str_part(bytes, at, next))) {
			begin = at;
			begin_line = line_number;
		}
		if (begin < bytes.length &&
		    (next >= bytes.length || section_begins(str_part(bytes, next, bytes.length)))) {
			l->lines_before = begin_line;
			end = section_read(l, str_part(bytes, begin, next), end);
			begin = bytes.length;
			sections++;
		}
		at = next;
	}
	return root->first ? root : NULL;
}

static struct node *empty_report(struct loader *l)
{
	say(l, REFUSAL_AGREEMENT_EMPTY, (struct place){ 1, 1 }, STR(""), STR(""));
	return NULL;
}

const struct node *yaml_read(struct arena *arena, struct str bytes, struct str file, struct problems *problems)
{
	enum bytes_verdict verdict = bytes_check(&bytes, file, problems);
	struct problems found;
	struct loader l = { .arena = arena, .file = file, .problems = &found };
	struct node *root = NULL;

	if (verdict == BYTES_UNREADABLE)
		return NULL;
	problems_init(&found, arena);
	/* What is said while the whole is read is forgotten when it is read again by sections. */
	if (!part_read(&l, bytes, false, &root) && !l.too_deep) {
		struct problems whole = found;

		problems_init(&found, arena);
		root = sections_read(&l, bytes);
		if (found.count == 0 && verdict == BYTES_FINE)
			found = whole;
	} else if (!root && !l.too_deep) {
		root = empty_report(&l);
	}
	if (root && l.too_deep)
		root = NULL;
	if (root) {
		root->broken = root->broken || verdict == BYTES_DAMAGED;
		duplicates_check(&l, root);
	}
	for (size_t i = 0; i < found.count; i++)
		problem_add(problems, found.list[i]);
	return root;
}
