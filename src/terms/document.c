#include "terms/document.h"

#include <stdlib.h>

#include "base/json.h"

struct node *node_member(const struct node *map, struct str key)
{
	if (!map || map->kind != NODE_MAP)
		return NULL;
	for (struct node *member = map->first; member; member = member->next)
		if (str_equal(member->key, key))
			return member;
	return NULL;
}

const struct node *node_path(const struct node *root, const char *path)
{
	struct str rest = str_of(path);

	while (root && rest.length) {
		struct str key = str_cut(rest, '.', &rest);

		root = node_member(root, key);
	}
	return root;
}

size_t node_count(const struct node *parent)
{
	size_t count = 0;

	for (const struct node *child = parent ? parent->first : NULL; child; child = child->next)
		count++;
	return count;
}

bool node_is_blank(const struct node *node)
{
	return !node || (node->kind == NODE_TEXT && !node->quoted && !node->broken && node->text.length == 0);
}

static int member_compare(const void *left, const void *right)
{
	const struct node *const *a = left, *const *b = right;

	return str_compare((*a)->key, (*b)->key);
}

static void node_write(struct arena *arena, const struct node *node, struct json_writer *w);

static void map_write(struct arena *arena, const struct node *map, struct json_writer *w)
{
	size_t count = node_count(map), filled = 0;
	const struct node **members = arena_many(arena, count, const struct node *);

	for (const struct node *member = map->first; member; member = member->next)
		if (!node_is_blank(member))
			members[filled++] = member;
	qsort(members, filled, sizeof(*members), member_compare);
	json_object(w);
	for (size_t i = 0; i < filled; i++) {
		json_key(w, arena_cstr(arena, members[i]->key));
		node_write(arena, members[i], w);
	}
	json_object_end(w);
}

static void node_write(struct arena *arena, const struct node *node, struct json_writer *w)
{
	switch (node->kind) {
	case NODE_TEXT:
		json_add_string(w, node->text);
		break;
	case NODE_LIST:
		json_array(w);
		for (const struct node *child = node->first; child; child = child->next)
			node_write(arena, child, w);
		json_array_end(w);
		break;
	case NODE_MAP:
		map_write(arena, node, w);
		break;
	}
}

void document_write_canonical(const struct node *root, struct buf *out)
{
	struct arena arena;
	struct json_writer w;

	arena_init(&arena);
	json_writer_canonical(&w, out);
	node_write(&arena, root, &w);
	arena_free(&arena);
}

static struct node *node_of_json(struct arena *arena, const struct json *value)
{
	struct node *node = arena_new(arena, struct node), **end = &node->first;

	node->key = value->key;
	switch (value->kind) {
	case JSON_STRING:
		node->kind = NODE_TEXT;
		node->text = value->text;
		node->quoted = true;
		return node;
	case JSON_ARRAY:
		node->kind = NODE_LIST;
		break;
	case JSON_OBJECT:
		node->kind = NODE_MAP;
		break;
	case JSON_NULL:
	case JSON_FALSE:
	case JSON_TRUE:
	case JSON_NUMBER:
		return NULL;
	}
	for (const struct json *child = value->first; child; child = child->next) {
		*end = node_of_json(arena, child);
		if (!*end)
			return NULL;
		end = &(*end)->next;
	}
	return node;
}

const struct node *document_read_canonical(struct arena *arena, struct str json, struct problems *problems)
{
	struct json_error error = { 0 };
	const struct json *value = json_read(arena, arena_str(arena, json), &error);
	const struct node *root = value && value->kind == JSON_OBJECT ? node_of_json(arena, value) : NULL;

	if (!value)
		problem_say(problems, REFUSAL_TERMS_NOT_JSON, STR(""), str_of(error.what),
			    arena_format(arena, "%zu", error.offset + 1), STR(""));
	else if (!root)
		problem_say(problems, REFUSAL_TERMS_NOT_TEXTS, STR(""), STR(""), STR(""), STR(""));
	return root;
}

struct ordered {
	struct problem problem;
	size_t number;
};

static int ordered_compare(const void *left, const void *right)
{
	const struct ordered *a = left, *b = right;

	if (a->problem.line != b->problem.line)
		return a->problem.line < b->problem.line ? -1 : 1;
	if (a->problem.column != b->problem.column)
		return a->problem.column < b->problem.column ? -1 : 1;
	return a->number < b->number ? -1 : 1;
}

void problems_in_order(struct problems *problems, size_t first)
{
	size_t count = problems->count > first ? problems->count - first : 0;
	struct ordered *list = arena_many(problems->arena, count, struct ordered);

	for (size_t i = 0; i < count; i++)
		list[i] = (struct ordered){ problems->list[first + i], i };
	qsort(list, count, sizeof(*list), ordered_compare);
	for (size_t i = 0; i < count; i++)
		problems->list[first + i] = list[i].problem;
}
