#include "support.h"

#include "yaml/yaml.h"

enum { TEXT_BYTES_MAX = 1024 * 1024 };

static const char *canonical(struct arena *arena, const struct node *root)
{
	struct buf out;
	char *text;

	buf_init(&out, TEXT_BYTES_MAX);
	document_write_canonical(root, &out);
	text = arena_cstr(arena, buf_str(&out));
	buf_free(&out);
	return text;
}

static const struct node *yaml(struct arena *arena, struct str text)
{
	struct problems problems;
	const struct node *root;

	problems_init(&problems, arena);
	root = yaml_read(arena, text, STR("a.yaml"), &problems);
	assert_non_null(root);
	return root;
}

static void keys_are_sorted_and_blanks_left_out(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena);
	assert_string_equal(
		canonical(&arena, yaml(&arena, STR("b: no\na: 0o17\nc:\nd: ''\ne: { z: 1, y: [2, 甲] }\nB: x\n"))),
		"{\"B\":\"x\",\"a\":\"0o17\",\"b\":\"no\",\"d\":\"\",\"e\":{\"y\":[\"2\",\"甲\"],\"z\":\"1\"}}");
	arena_free(&arena);
}

/* What was signed is read back to the same terms, so the same explanation, and to the same bytes. */
static void canonical_form_says_the_same(const char *path)
{
	struct arena arena;
	struct problems problems;
	struct terms written, read;
	const struct node *root, *tree;
	const char *json;
	struct buf before, after;

	arena_init(&arena);
	problems_init(&problems, &arena);
	root = yaml(&arena, file_bytes(&arena, path));
	json = canonical(&arena, root);
	tree = document_read_canonical(&arena, str_of(json), &problems);
	assert_non_null(tree);
	assert_true(terms_read(&arena, root, STR("a.yaml"), &written, &problems));
	assert_true(terms_read(&arena, tree, STR("canonical"), &read, &problems));
	assert_string_equal(canonical(&arena, tree), json);
	buf_init(&before, TEXT_BYTES_MAX);
	buf_init(&after, TEXT_BYTES_MAX);
	terms_explain(&written, LANGUAGE_CHINESE, &before);
	terms_explain(&read, LANGUAGE_CHINESE, &after);
	assert_true(before.length > 0 && str_equal(buf_str(&before), buf_str(&after)));
	buf_free(&before);
	buf_free(&after);
	arena_free(&arena);
}

static void agreements_survive_their_canonical_form(void **state)
{
	(void)state;
	canonical_form_says_the_same("examples/agreement.yaml");
	canonical_form_says_the_same("tests/terms/cases/good.yaml");
	canonical_form_says_the_same("tests/terms/cases/good_compute_only.yaml");
	canonical_form_says_the_same("tests/terms/cases/good_every_option.yaml");
}

static void what_is_no_tree_of_texts_is_refused(void **state)
{
	static const char *const refused[] = {
		"", "[]", "\"a\"", "{\"a\":1}", "{\"a\":[null]}", "{\"a\":true}", "{\"a\":\"b\""
	};
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < COUNT(refused); i++) {
		struct problems problems;

		problems_init(&problems, &arena);
		if (document_read_canonical(&arena, str_of(refused[i]), &problems) || problems.count != 1)
			fail_msg("%s", refused[i]);
	}
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_sorted_and_blanks_left_out),
		cmocka_unit_test(agreements_survive_their_canonical_form),
		cmocka_unit_test(what_is_no_tree_of_texts_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
