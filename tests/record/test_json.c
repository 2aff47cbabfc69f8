/* The JSON reader is strict, the canonical writer has one form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/json.h"

static bool reads(const char *text)
{
	struct arena arena;
	struct json_error error;
	bool read;

	arena_init(&arena);
	read = json_read(&arena, str_of(text), &error) != NULL;
	arena_free(&arena);
	return read;
}

static void what_is_json_is_read(void **state)
{
	static const char *const texts[] = { "{}", "[]", " [1, -0, 2.5e10, \"a\\u00e9\\ud83d\\ude00\\n\"] ", "true", "null",
					     "{\"a\":{\"b\":[{}]}}", "\"\xe4\xb8\xad\"", "0" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		assert_true(reads(texts[i]));
}

static void what_is_not_is_refused(void **state)
{
	static const char *const texts[] = {
		"", "{", "[1,]", "{\"a\":1,}", "{\"a\":1,\"a\":2}", "01", "+1", "1.", ".5", "1e", "'a'", "\"\\x\"", "\"\\ud800\"",
		"\"\\udc00\"", "\"\t\"", "\"\xff\"", "\"\xc0\x80\"", "tru", "[1 2]", "{\"a\" 1}", "{a:1}", "1 2", "\"", "nul", "-",
		"\"\xed\xa0\x80\"", "[", "]", "NaN", "Infinity", "\xef\xbb\xbf{}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		assert_false(reads(texts[i]));
}

static void depth_is_bounded(void **state)
{
	char text[2 * JSON_DEPTH_MAX + 8];

	(void)state;
	memset(text, '[', JSON_DEPTH_MAX);
	memset(text + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
	text[2 * JSON_DEPTH_MAX] = 0;
	assert_true(reads(text));
	memset(text, '[', JSON_DEPTH_MAX + 1);
	memset(text + JSON_DEPTH_MAX + 1, ']', JSON_DEPTH_MAX + 1);
	text[2 * JSON_DEPTH_MAX + 2] = 0;
	assert_false(reads(text));
}

static void a_key_twice_among_many_is_refused(void **state)
{
	struct buf text;

	(void)state;
	buf_init(&text, 1 << 20);
	buf_add_char(&text, '{');
	for (int i = 0; i < 20000; i++)
		buf_add_format(&text, "\"k%d\":0,", i);
	buf_add_format(&text, "\"k%d\":0}", 20000);
	buf_add_char(&text, 0);
	assert_true(reads(text.at));
	text.length -= 2;
	buf_add_format(&text, ",\"k7\":0}");
	buf_add_char(&text, 0);
	assert_false(reads(text.at));
	buf_free(&text);
}

static void the_canonical_form_escapes_as_little_as_possible(void **state)
{
	struct json_writer w;
	struct buf out;

	(void)state;
	buf_init(&out, 1000);
	json_writer_canonical(&w, &out);
	json_object(&w);
	json_put_integer(&w, "a", (int64_t)1 << 53);
	json_put_integer(&w, "b", ((int64_t)1 << 53) + 1);
	json_put_string(&w, "c", STR("\x01\t\"\\/\xe4\xb8\xad"));
	json_key(&w, "d");
	json_array(&w);
	json_add_bool(&w, true);
	json_add_null(&w);
	json_array_end(&w);
	json_object_end(&w);
	buf_add_char(&out, 0);
	assert_string_equal(out.at, "{\"a\":9007199254740992,\"b\":\"9007199254740993\",\"c\":\"\\u0001\\t\\\"\\\\/\xe4\xb8\xad\","
				    "\"d\":[true,null]}");
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_json_is_read), cmocka_unit_test(what_is_not_is_refused),
		cmocka_unit_test(depth_is_bounded), cmocka_unit_test(a_key_twice_among_many_is_refused),
		cmocka_unit_test(the_canonical_form_escapes_as_little_as_possible),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
