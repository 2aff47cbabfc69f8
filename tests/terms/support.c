#include "support.h"

#include <stdio.h>
#include <string.h>

#include "yaml/yaml.h"

struct str file_bytes(struct arena *arena, const char *path)
{
	FILE *file = fopen(path, "rb");
	char *bytes = arena_alloc(arena, YAML_BYTES_MAX);
	size_t length;

	if (!file)
		fail_msg("%s: run the tests in the source root", path);
	length = fread(bytes, 1, YAML_BYTES_MAX, file);
	fclose(file);
	return (struct str){ bytes, length };
}

const char *problems_text(struct arena *arena, struct problems *problems)
{
	struct buf out;
	char *text;

	problems_in_order(problems, 0);
	buf_init(&out, YAML_BYTES_MAX);
	for (size_t i = 0; i < problems->count; i++) {
		const struct problem *problem = &problems->list[i];

		buf_add_format(&out, "%s%zu:%zu %s", i ? "; " : "", problem->line, problem->column,
			       refusal_name(problem->what));
	}
	text = arena_cstr(arena, buf_str(&out));
	buf_free(&out);
	return text;
}

void agreement_read(struct arena *arena, struct str yaml, struct terms *terms)
{
	struct problems problems;
	const struct node *root;

	problems_init(&problems, arena);
	root = yaml_read(arena, yaml, STR("agreement.yaml"), &problems);
	if (!root || !terms_read(arena, root, STR("agreement.yaml"), terms, &problems))
		fail_msg("%s", problems_text(arena, &problems));
}

struct str replaced(struct arena *arena, struct str text, const char *old, const char *new)
{
	const char *hit = memmem(text.at, text.length, old, strlen(old));
	size_t at;

	if (!hit)
		fail_msg("no `%s` in the text", old);
	at = (size_t)(hit - text.at);
	return arena_format(arena, "%.*s%s%.*s", (int)at, text.at, new, (int)(text.length - at - strlen(old)),
			    hit + strlen(old));
}

void assert_str(struct str got, const char *expected)
{
	if (!str_is(got, expected))
		fail_msg("got `%.*s`, expected `%s`", (int)got.length, got.at, expected);
}
