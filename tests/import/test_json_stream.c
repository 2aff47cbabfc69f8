/* The elements of one array in a JSON file. */
#include "support.h"

#include <string.h>

#include "readers/json_stream.h"

/* Reads TEXT, with ' for ", and writes what came: `line:column element` for each, and the problems by name with their
 * place. */
static void assert_stream(const char *text, const char *key, const char *wanted)
{
	struct json_stream stream;
	struct reading reading;
	struct str element;
	struct buf out;

	buf_init(&out, 1024 * 1024);
	reading_begin_json(&reading, text);
	if (json_stream_open(&stream, reading.input, key, "rows", &reading.problems))
		while (json_stream_next(&stream, &element) == JSON_STREAM_ELEMENT)
			buf_add_format(&out, "%zu:%zu %.*s ", stream.place.line, stream.place.column,
				       (int)element.length, element.at);
	for (size_t i = 0; i < reading.problems.count; i++)
		buf_add_format(&out, "! %zu:%zu %s", reading.problems.list[i].line, reading.problems.list[i].column,
			       refusal_name(reading.problems.list[i].what) + strlen("IMPORT_"));
	assert_str(buf_str(&out), json_written(&reading.arena, wanted));
	json_stream_close(&stream);
	buf_free(&out);
	reading_end(&reading);
}

static void test_arrays(void **state)
{
	(void)state;
	assert_stream("[]", NULL, "");
	assert_stream(" [ ] \n", "jobs", "");
	assert_stream("[1,\n {'a': [2, ']\\'']} , 'x']", NULL, "1:2 1 2:2 {'a': [2, ']\\'']} 2:22 'x' ");
	assert_stream("\xef\xbb\xbf[true]", NULL, "1:2 true ");
}

static void test_objects(void **state)
{
	(void)state;
	assert_stream("{'meta': {'jobs': [9]}, 'jobs': [1, 2], 'errors': []}", "jobs", "1:34 1 1:37 2 ");
	assert_stream("{'errors': [ ],\n'jobs': []}", "jobs", "");
	assert_stream("{'none': [ ], 'samples': [1], 'more': []}", NULL, "1:27 1 ");
	assert_stream("{}", NULL, "");
	assert_stream("{'a': []}", NULL, "");
}

static void test_not_ours(void **state)
{
	(void)state;
	assert_stream("{'a': 1}", "jobs", "! 1:9 JSON_NO_ARRAY");
	assert_stream("{'jobs': {}}", "jobs", "! 1:13 JSON_NO_ARRAY");
	assert_stream("{'a': [1], 'b': [2]}", NULL, "1:8 1 ! 1:17 JSON_ARRAYS");
	assert_stream("{'jobs': [1], 'jobs': [2]}", "jobs", "1:11 1 ! 1:23 JSON_ARRAYS");
	assert_stream("", "jobs", "! 1:1 EMPTY");
	assert_stream("key,start\n", "jobs", "! 1:1 JSON_WANTED");
	assert_stream("{'jobs': [1], 'errors': [{'description': 'slurmdbd down'}]}", "jobs",
		      "1:11 1 ! 1:59 JSON_ERRORS");
}

static void test_cut(void **state)
{
	static const char whole[] = "{'meta': {'x': [1, '\\'']}, 'jobs': [{'a': 1}, {'b': ']'}], 'errors': []}";
	struct json_stream stream;
	struct reading reading;
	struct arena arena;
	struct str element;
	char *json;

	(void)state;
	arena_init(&arena);
	json = json_written(&arena, whole);
	for (size_t length = 1; length < sizeof(whole) - 1; length++) {
		enum json_stream_result result = JSON_STREAM_FAILED;

		reading_begin(&reading, json, length);
		if (json_stream_open(&stream, reading.input, "jobs", "rows", &reading.problems))
			while ((result = json_stream_next(&stream, &element)) == JSON_STREAM_ELEMENT)
				continue;
		assert_int_equal(result, JSON_STREAM_FAILED);
		assert_only_problem(&reading, REFUSAL_IMPORT_JSON_CUT);
		json_stream_close(&stream);
		reading_end(&reading);
	}
	arena_free(&arena);
}

static void test_garbage(void **state)
{
	(void)state;
	assert_stream("[1] x", NULL, "1:2 1 ! 1:5 JSON_TAIL");
	assert_stream("[1][2]", NULL, "1:2 1 ! 1:4 JSON_TAIL");
	assert_stream("{'jobs': [1]}\n{'jobs': [2]}", "jobs", "1:11 1 ! 2:1 JSON_TAIL");
	assert_stream("[1 2]", NULL, "1:2 1 ! 1:4 JSON");
	assert_stream("[1,,2]", NULL, "1:2 1 ! 1:4 JSON");
	assert_stream("[1,]", NULL, "1:2 1 ! 1:4 JSON");
	assert_stream("[,1]", NULL, "! 1:2 JSON");
	assert_stream("[1}", NULL, "1:2 1 ! 1:3 JSON");
	assert_stream("{'a' 1}", "jobs", "! 1:6 JSON");
	assert_stream("{a: 1}", "jobs", "! 1:2 JSON");
	assert_stream("{'a': nul, 'jobs': [1]}", "jobs", "! 1:7 JSON");
	assert_stream("{'jobs': [1] 'x': 2}", "jobs", "1:11 1 ! 1:14 JSON");
	assert_stream("{'jobs': [1], }", "jobs", "1:11 1 ! 1:15 JSON");
	assert_stream("{'jobs': [1], 'x': 01}", "jobs", "1:11 1 ! 1:21 JSON");
	assert_stream("[1'x']", NULL, "1:2 1 ! 1:3 JSON");
}

/* Elements of many sizes, over the edges of every window, and one that is too long. */
static void test_large(void **state)
{
	struct json_stream stream;
	struct reading reading;
	struct str element;
	struct buf text;
	size_t count = 0;

	(void)state;
	buf_init(&text, 64 * 1024 * 1024);
	buf_add_char(&text, '[');
	for (size_t length = 1; length < INPUT_ROW_BYTES_MAX; length = length * 2 + 1, count++) {
		buf_add_str(&text, count ? STR(",\n\"") : STR("\""));
		for (size_t i = 0; i < length - 1; i++)
			buf_add_char(&text, "abc,]}{["[i % 8]);
		buf_add_char(&text, '"');
	}
	buf_add_char(&text, ']');
	reading_begin(&reading, text.at, text.length);
	assert_true(json_stream_open(&stream, reading.input, NULL, "rows", &reading.problems));
	for (size_t i = 0, length = 1; i < count; i++, length = length * 2 + 1) {
		assert_int_equal(json_stream_next(&stream, &element), JSON_STREAM_ELEMENT);
		assert_int_equal(element.length, length + 1);
		assert_int_equal(stream.place.line, i + 1);
	}
	assert_int_equal(json_stream_next(&stream, &element), JSON_STREAM_END);
	assert_int_equal(json_stream_next(&stream, &element), JSON_STREAM_END);
	json_stream_close(&stream);
	reading_end(&reading);

	memset(text.at, 'x', text.length);
	memcpy(text.at, "[\"", 2);
	reading_begin(&reading, text.at, text.length);
	assert_true(json_stream_open(&stream, reading.input, NULL, "rows", &reading.problems));
	assert_int_equal(json_stream_next(&stream, &element), JSON_STREAM_FAILED);
	assert_only_problem(&reading, REFUSAL_IMPORT_ROW_TOO_LONG);
	json_stream_close(&stream);
	reading_end(&reading);
	buf_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arrays), cmocka_unit_test(test_objects), cmocka_unit_test(test_not_ours),
		cmocka_unit_test(test_cut),    cmocka_unit_test(test_garbage), cmocka_unit_test(test_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
