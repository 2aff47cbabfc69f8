#include "support.h"

#include <string.h>

#include "yaml/yaml.h"

enum { OUTLINE_BYTES_MAX = 64 * 1024 };

/* One node a line: place of the key, key, place of the value, value. */
static void outline(struct buf *out, const struct node *node, unsigned depth)
{
	for (const struct node *child = node->first; child; child = child->next) {
		buf_add_format(out, "%*s", (int)depth * 2, "");
		if (node->kind == NODE_MAP)
			buf_add_format(out, "%zu:%zu %.*s ", child->key_line, child->key_column, (int)child->key.length,
				       child->key.at);
		buf_add_format(out, "%zu:%zu", child->line, child->column);
		if (child->broken)
			buf_add_str(out, STR(" broken"));
		else if (child->kind == NODE_TEXT)
			buf_add_format(out, child->quoted ? " '%.*s'" : " %.*s", (int)child->text.length,
				       child->text.at);
		buf_add_char(out, '\n');
		outline(out, child, depth + 1);
	}
}

static void assert_outline(const char *yaml, const char *expected)
{
	struct arena arena;
	struct problems problems;
	const struct node *root;
	struct buf out;

	arena_init(&arena);
	problems_init(&problems, &arena);
	root = yaml_read(&arena, str_of(yaml), STR("a.yaml"), &problems);
	if (!root || problems.count)
		fail_msg("%s", problems_text(&arena, &problems));
	buf_init(&out, OUTLINE_BYTES_MAX);
	outline(&out, root, 0);
	assert_string_equal(arena_cstr(&arena, buf_str(&out)), expected);
	buf_free(&out);
	arena_free(&arena);
}

static void places_are_lines_and_columns_of_characters(void **state)
{
	(void)state;
	assert_outline("名称: 示例 # 注\n表: {甲: 1, 乙: }\n项:\n  - 一\n  -   二\n",
		       "1:1 名称 1:5 示例\n"
		       "2:1 表 2:4\n"
		       "  2:5 甲 2:8 1\n"
		       "  2:11 乙 2:11 \n"
		       "3:1 项 4:3\n"
		       "  4:5 一\n"
		       "  5:7 二\n");
}

static void scalars_are_text_as_written(void **state)
{
	(void)state;
	assert_outline("a: 103959\nb: 0o17\nc: no\nd: ~\ne: null\nf: 1.50\ng: 2017-09-01\nh: 6e7100\ni: =\n",
		       "1:1 a 1:4 103959\n2:1 b 2:4 0o17\n3:1 c 3:4 no\n4:1 d 4:4 ~\n5:1 e 5:4 null\n6:1 f 6:4 1.50\n"
		       "7:1 g 7:4 2017-09-01\n8:1 h 8:4 6e7100\n9:1 i 9:4 =\n");
	assert_outline("a: \"x\\ty\"\nb: 'it''s'\nc: ''\nd:\n",
		       "1:1 a 1:4 'x\ty'\n2:1 b 2:4 'it's'\n3:1 c 3:4 ''\n4:1 d 4:1 \n");
	assert_outline("a: |\n  x\n  y\nb: >-\n  p\n  q\n", "1:1 a 2:1 'x\ny\n'\n4:1 b 5:1 'p q'\n");
}

static void line_ends_and_document_marks_do_not_matter(void **state)
{
	(void)state;
	assert_outline("a: 1\r\nb: 2\r\n", "1:1 a 1:4 1\n2:1 b 2:4 2\n");
	assert_outline("---\na: 1\n...\n", "2:1 a 2:4 1\n");
	assert_outline("a: 1", "1:1 a 1:4 1\n");
	assert_outline("a: 1\t# a tab before a comment\n", "1:1 a 1:4 1\n");
	assert_outline("a: x#y\nb: 'k: v'\n", "1:1 a 1:4 x#y\n2:1 b 2:4 'k: v'\n");
}

struct refused_case {
	const char *yaml;
	const char *problems;
	bool readable;       /* a tree comes out nevertheless */
};

static const struct refused_case refused_cases[] = {
	{ "", "1:1 AGREEMENT_EMPTY", false },
	{ "# only a comment\n", "1:1 AGREEMENT_EMPTY", false },
	{ "\xef\xbb\xbf" "a: 1\n", "1:1 AGREEMENT_BOM", true },
	{ "\xff\xfe" "a\n", "1:1 AGREEMENT_UTF16", false },
	{ "a: caf\xe9 x\n", "1:7 AGREEMENT_NOT_UTF8", false },
	{ "a: \xca\xbe\xc0\xfd\n", "1:5 AGREEMENT_GBK", false },
	{ "a: \x07\n", "1:4 AGREEMENT_CONTROL", false },
	{ "a:\n\tb: 1\n", "2:1 AGREEMENT_TAB", true },
	{ "a:\tb\n", "1:3 AGREEMENT_TAB", true },
	{ "a: 1\nb: 2\na: 3\na: 4\n", "3:1 YAML_DUPLICATE_KEY; 4:1 YAML_DUPLICATE_KEY", true },
	{ "a: { x: 1, x: 2 }\n", "1:12 YAML_DUPLICATE_KEY", true },
	{ "a: 1\n---\nb: 2\n", "3:1 YAML_DOCUMENTS", true },
	{ "a: 1\n...\nb: 2\n", "3:1 YAML_DOCUMENTS", true },
	{ "%YAML 1.2\n---\na: 1\n", "1:1 YAML_DIRECTIVE", true },
	{ "a: &x 1\n", "1:7 YAML_ANCHOR", true },
	{ "a: *x\n", "1:4 YAML_ALIAS", true },
	{ "a: !t 1\n", "1:7 YAML_TAG", true },
	{ "<<: { a: 1 }\n", "1:1 YAML_MERGE", true },
	{ "[a]: 1\nb: 2\n", "1:1 YAML_KEY_TEXT", true },
	{ "a: [1, 2\n", "2:1 YAML_BRACKET", true },
	{ "a: 'x\n", "1:5 YAML_QUOTE", true },
	{ "a: \"x\" y\n", "1:8 YAML_QUOTE", true },
	{ "a: \"\\0\"\n", "1:4 YAML_ESCAPE", true },
	{ "a: b: c\n", "1:5 YAML_ONE_LINE", true },
	{ "a: - b\n", "1:4 YAML_ONE_LINE", true },
	{ "a: @x\n", "1:4 YAML_FIRST_CHARACTER", true },
	{ "a:\n  b: 1\n c: 2\n", "3:2 YAML_INDENTATION", true },
	{ "a: 1\n  b: 2\n", "1:4 YAML_RUNS_ON", true },
	{ "a: 1\nb 2\nc: 3\n", "2:1 YAML_KEY_VALUE", true },
	{ "a: @x\nb: 1\nc: 'x\nd: 2\n", "1:4 YAML_FIRST_CHARACTER; 3:5 YAML_QUOTE", true },
};

static void every_refusal_has_its_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(refused_cases); i++) {
		struct arena arena;
		struct problems problems;
		const struct node *root;
		const char *got;

		arena_init(&arena);
		problems_init(&problems, &arena);
		root = yaml_read(&arena, str_of(refused_cases[i].yaml), STR("a.yaml"), &problems);
		got = problems_text(&arena, &problems);
		if (strcmp(got, refused_cases[i].problems) != 0 || (root != NULL) != refused_cases[i].readable)
			fail_msg("%s: got %s, %s, expected %s", refused_cases[i].yaml, got, root ? "a tree" : "none",
				 refused_cases[i].problems);
		arena_free(&arena);
	}
}

static void size_and_depth_have_limits(void **state)
{
	struct arena arena;
	struct problems problems;
	char *bytes;

	(void)state;
	arena_init(&arena);
	problems_init(&problems, &arena);
	bytes = arena_alloc(&arena, YAML_BYTES_MAX + 1);
	memset(bytes, '#', YAML_BYTES_MAX + 1);
	memcpy(bytes, "a: 1\n", 5);
	assert_non_null(yaml_read(&arena, (struct str){ bytes, YAML_BYTES_MAX }, STR("a.yaml"), &problems));
	assert_null(yaml_read(&arena, (struct str){ bytes, YAML_BYTES_MAX + 1 }, STR("a.yaml"), &problems));
	assert_string_equal(problems_text(&arena, &problems), "0:0 AGREEMENT_TOO_LARGE");
	problems_init(&problems, &arena);
	assert_non_null(yaml_read(&arena, STR("a: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[x]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"),
				  STR("a.yaml"), &problems));
	assert_null(yaml_read(&arena, STR("a: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[x]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"),
			      STR("a.yaml"), &problems));
	assert_string_equal(problems_text(&arena, &problems), "1:35 YAML_DEEP");
	arena_free(&arena);
}

static void a_nul_is_told_with_its_byte(void **state)
{
	struct arena arena;
	struct problems problems;

	(void)state;
	arena_init(&arena);
	problems_init(&problems, &arena);
	assert_null(yaml_read(&arena, STR("a: 1\nb: \0\n"), STR("a.yaml"), &problems));
	assert_string_equal(problems_text(&arena, &problems), "2:4 AGREEMENT_NUL");
	assert_str(problems.list[0].words[0], "9");
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_are_lines_and_columns_of_characters),
		cmocka_unit_test(scalars_are_text_as_written),
		cmocka_unit_test(line_ends_and_document_marks_do_not_matter),
		cmocka_unit_test(every_refusal_has_its_place),
		cmocka_unit_test(size_and_depth_have_limits),
		cmocka_unit_test(a_nul_is_told_with_its_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
