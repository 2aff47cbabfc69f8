#include "support.h"

#include <string.h>

#include "base/json.h"
#include "base/utf8.h"

enum { TEXT_BYTES_MAX = 1024 * 1024 };

static const char *explanation(struct arena *arena, const char *path, enum language language)
{
	struct terms terms;
	struct buf out;
	char *text;

	agreement_read(arena, file_bytes(arena, path), &terms);
	buf_init(&out, TEXT_BYTES_MAX);
	terms_explain(&terms, language, &out);
	text = arena_cstr(arena, buf_str(&out));
	buf_free(&out);
	return text;
}

static void assert_line(const char *text, const char *line)
{
	if (!strstr(text, line))
		fail_msg("no line `%s` in\n%s", line, text);
}

static void every_term_has_its_clause_in_english(void **state)
{
	struct arena arena;
	const char *text;

	(void)state;
	arena_init(&arena);
	text = explanation(&arena, "examples/agreement.yaml", LANGUAGE_ENGLISH);
	assert_line(text, "1.1(1)    servers                                        40\n");
	assert_line(text, "3.1(1)    compute fee                                    12.50 CNY/GPU-hour\n");
	assert_line(text, "3.1(2)    longest gap between measurements               48 hours [default]\n");
	assert_line(text, "3.3       wait for late accounting after a month's end   3 days\n");
	assert_line(text, "8.1       the lessor may suspend                         no\n");
	arena_free(&arena);
}

static void every_term_has_its_clause_in_chinese(void **state)
{
	struct arena arena;
	const char *text;

	(void)state;
	arena_init(&arena);
	text = explanation(&arena, "examples/agreement.yaml", LANGUAGE_CHINESE);
	assert_line(text, "1.1(1)    服务器数量                      40\n");
	assert_line(text, "2.1       起始日（0时起）                 2017年9月1日\n");
	assert_line(text, "3.4       逾期付款违约金                  每日 0.05 %\n");
	assert_line(text, "挂起时间                        free（不计费） [默认]\n");
	arena_free(&arena);
}

static void clauses_stand_in_the_order_of_the_agreement(void **state)
{
	static const char *const order[] = { "\nparties ", "\n1.1(1)", "\n1.1(2)", "\n2.1", "\n3.1(1)", "\n3.2",
					     "\n3.4", "\n6.2", "\n7.2(3)", "\n8.1", "\noptional", "\ncluster" };
	struct arena arena;
	const char *text;

	(void)state;
	arena_init(&arena);
	text = explanation(&arena, "tests/terms/cases/good_every_option.yaml", LANGUAGE_ENGLISH);
	for (size_t i = 0; i < COUNT(order); i++) {
		text = strstr(text, order[i]);
		if (!text)
			fail_msg("%s is not where it belongs", order[i]);
	}
	arena_free(&arena);
}

static void lists_are_told_entry_by_entry(void **state)
{
	struct arena arena;
	const char *text;

	(void)state;
	arena_init(&arena);
	text = explanation(&arena, "tests/terms/cases/good_every_option.yaml", LANGUAGE_ENGLISH);
	assert_line(text, "compute fee 2: from ");
	assert_line(text, "2018-03-01\n");
	assert_line(text, "service credit 2: availability below ");
	assert_line(text, "1g.10gb 0.125, 2g.20gb 0.250, 7g.80gb 1.000\n");
	arena_free(&arena);
}

static void values_stand_in_one_column(void **state)
{
	struct arena arena;
	struct str rest;
	unsigned column = 0;

	(void)state;
	arena_init(&arena);
	rest = str_of(explanation(&arena, "examples/agreement.yaml", LANGUAGE_CHINESE));
	while (rest.length) {
		struct str line = str_cut(rest, '\n', &rest), value = line;

		while (str_contains(value, STR("  ")))
			value = str_part(value, 1, value.length);
		value = str_trim(value);
		if (!column)
			column = utf8_columns(line) - utf8_columns(value);
		assert_int_equal(utf8_columns(line) - utf8_columns(value), column);
	}
	arena_free(&arena);
}

static void json_has_the_same_terms(void **state)
{
	struct arena arena;
	struct terms terms;
	struct buf out;
	struct json_error error;
	const struct json *list;
	bool found = false;

	(void)state;
	arena_init(&arena);
	agreement_read(&arena, file_bytes(&arena, "examples/agreement.yaml"), &terms);
	buf_init(&out, TEXT_BYTES_MAX);
	terms_explain_json(&terms, LANGUAGE_ENGLISH, &out);
	list = json_read(&arena, buf_str(&out), &error);
	assert_true(json_is(list, JSON_ARRAY));
	for (const struct json *term = list->first; term; term = term->next) {
		assert_true(json_text(json_member(term, "label")).length > 0);
		if (!str_is(json_text(json_member(term, "key")), "storage.max_gap"))
			continue;
		found = true;
		assert_str(json_text(json_member(term, "clause")), "3.1(2)");
		assert_str(json_text(json_member(term, "value")), "48 hours");
		assert_true(json_is(json_member(term, "default"), JSON_TRUE));
	}
	assert_true(found);
	buf_free(&out);
	arena_free(&arena);
}

static void clauses_have_titles(void **state)
{
	(void)state;
	assert_string_equal(clause_title(STR("3.1(1)"), LANGUAGE_ENGLISH), "compute fee");
	assert_string_equal(clause_title(STR("3.1(1)"), LANGUAGE_CHINESE), "计算资源租赁费");
	assert_string_equal(clause_title(STR("9.9"), LANGUAGE_ENGLISH), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_term_has_its_clause_in_english),
		cmocka_unit_test(every_term_has_its_clause_in_chinese),
		cmocka_unit_test(clauses_stand_in_the_order_of_the_agreement),
		cmocka_unit_test(lists_are_told_entry_by_entry),
		cmocka_unit_test(values_stand_in_one_column),
		cmocka_unit_test(json_has_the_same_terms),
		cmocka_unit_test(clauses_have_titles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
