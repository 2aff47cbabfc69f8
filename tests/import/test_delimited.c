/* Rows of cells, with quotation marks and without. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "readers/delimited.h"

/* Reads TEXT and writes what came: rows as [a][b] with their line before, problems by name. */
static void assert_rows(const char *text, const char *separators, bool quotes, const char *fields, const char *wanted)
{
	struct reading reading;
	struct delimited *rows;
	struct problem why;
	struct buf out;
	bool going = true;

	buf_init(&out, 1024 * 1024);
	reading_begin_text(&reading, text);
	rows = arena_new(&reading.arena, struct delimited);
	going = delimited_open(rows, reading.input, separators, quotes, "rows", &reading.problems) &&
		delimited_names(rows, &reading.arena, fields);
	while (going) {
		switch (delimited_next(rows, &why)) {
		case DELIMITED_ROW:
			buf_add_format(&out, "%zu", rows->line);
			for (size_t i = 0; i < rows->count; i++)
				buf_add_format(&out, "[%.*s]", (int)rows->cells[i].length, rows->cells[i].at);
			break;
		case DELIMITED_HEADER:
			buf_add_format(&out, "%zu header", rows->line);
			break;
		case DELIMITED_BROKEN:
			buf_add_format(&out, "%zu %s", why.line, refusal_name(why.what) + strlen("IMPORT_"));
			break;
		case DELIMITED_END:
		case DELIMITED_FAILED:
			going = false;
			continue;
		}
		buf_add_char(&out, ' ');
	}
	for (size_t i = 0; i < reading.problems.count; i++)
		buf_add_format(&out, "! %zu %s", reading.problems.list[i].line,
			       refusal_name(reading.problems.list[i].what) + strlen("IMPORT_"));
	assert_str(buf_str(&out), wanted);
	delimited_close(rows);
	buf_free(&out);
	reading_end(&reading);
}

static void test_plain(void **state)
{
	(void)state;
	assert_rows("a|b\n1|2\n\n3|\r\n", "|", false, NULL, "2[1][2] 4[3][] ");
	assert_rows("a|b\n1|2", "|", false, NULL, "2[1][2] ");
	assert_rows("\xef\xbb\xbf" "a|b\n\"1|2\"\n", "|", false, NULL, "2[\"1][2\"] ");
	assert_rows("a|b\n1|2|3\n1\n4|5\n", "|", false, NULL, "2 FIELD_COUNT 3 FIELD_COUNT 4[4][5] ");
	assert_rows("a|b\n1|2\na|b\n3|4\n", "|", false, NULL, "2[1][2] 3 header 4[3][4] ");
	assert_rows("a|b|\n1|2|\n3|4\n", "|", false, NULL, "2[1][2][] 3 FIELD_COUNT ");
}

static void test_separators(void **state)
{
	(void)state;
	assert_rows("a\x1f" "b|c\n1\x1f" "2\n", "\x1f|", false, NULL, "2[1][2] ");
	assert_rows("a;b\n1,5;2\n", ",;\t|", true, NULL, "2[1,5][2] ");
	assert_rows("a\tb\n1\t2\n", ",;\t|", true, NULL, "2[1][2] ");
	assert_rows("a\n1\n", ",;", true, NULL, "2[1] ");
}

static void test_fields(void **state)
{
	(void)state;
	assert_rows("1|2\n3|4\n", "|", false, "a|b", "1[1][2] 2[3][4] ");
	assert_rows("1|2|\n3|4|\n5|6\n", "|", false, "a|b|", "1[1][2][] 2[3][4][] 3 FIELD_COUNT ");
	assert_rows("1|2\n3|4|\n", "|", false, "a,b", "1[1][2] 2 FIELD_COUNT ");
	assert_rows("1,2\na,b\n", ",", true, "a,b", "1[1][2] 2 header ");
}

static void test_quotes(void **state)
{
	(void)state;
	assert_rows("a,b\n\"x,1\",\"say \"\"so\"\"\"\n", ",", true, NULL, "2[x,1][say \"so\"] ");
	assert_rows("a,b\n\"two\nlines\",2\n3,4\n", ",", true, NULL, "2[two\nlines][2] 4[3][4] ");
	assert_rows("a,b\n\"\",\"\"\"\"\n", ",", true, NULL, "2[][\"] ");
	assert_rows("a,b\n5\" disk,2\n", ",", true, NULL, "2[5\" disk][2] ");
	assert_rows("a,b\n\"1\"x,2\n3,4\n", ",", true, NULL, "2 QUOTE_MISPLACED 3[3][4] ");
	assert_rows("\"a\",\"b\"\r\n\"1\",2\r\n", ",", true, NULL, "2[1][2] ");
	assert_rows("a,b\n1,\"2\n3,4\n", ",", true, NULL, "! 2 QUOTE_OPEN");
}

static void test_empty(void **state)
{
	(void)state;
	assert_rows("", "|", false, NULL, "! 1 EMPTY");
	assert_rows(" \n\r\n", "|", false, NULL, "! 1 EMPTY");
	assert_rows("", "|", false, "a|b", "! 1 EMPTY");
	assert_rows("a|b\n", "|", false, NULL, "");
}

/* A row may be as long as INPUT_ROW_BYTES_MAX; a longer one ends the reading. */
static void test_long_rows(void **state)
{
	char *text = malloc(INPUT_ROW_BYTES_MAX + 100);
	struct reading reading;
	struct delimited *rows = malloc(sizeof(*rows));
	struct problem why;

	(void)state;
	for (int longer = 0; longer < 2; longer++) {
		size_t length = INPUT_ROW_BYTES_MAX - 10 + (longer ? 20 : 0);

		memset(text, 'x', INPUT_ROW_BYTES_MAX + 100);
		memcpy(text, "a,b\n1,", 6);
		memcpy(text + 4 + length, "\n3,4\n", 5);
		reading_begin(&reading, text, length + 9);
		assert_true(delimited_open(rows, reading.input, ",", true, "rows", &reading.problems));
		assert_true(delimited_names(rows, &reading.arena, NULL));
		assert_int_equal(delimited_next(rows, &why), longer ? DELIMITED_FAILED : DELIMITED_ROW);
		if (longer)
			assert_only_problem(&reading, REFUSAL_IMPORT_ROW_TOO_LONG);
		else
			assert_int_equal(delimited_next(rows, &why), DELIMITED_ROW);
		delimited_close(rows);
		reading_end(&reading);
	}
	free(rows);
	free(text);
}

static void test_too_many_columns(void **state)
{
	struct buf header;

	(void)state;
	buf_init(&header, 4096);
	for (int i = 0; i < COLUMNS_MAX + 1; i++)
		buf_add_format(&header, "c%d,", i);
	buf_add(&header, "z\n1,2\n", 7);
	assert_rows(header.at, ",", true, NULL, "! 2 TOO_MANY_COLUMNS");
	buf_free(&header);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),	   cmocka_unit_test(test_separators), cmocka_unit_test(test_fields),
		cmocka_unit_test(test_quotes),	   cmocka_unit_test(test_empty),      cmocka_unit_test(test_long_rows),
		cmocka_unit_test(test_too_many_columns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
