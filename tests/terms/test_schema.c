/* docs/agreement.schema.json is what the table of keys says. UPDATE_SCHEMA in the environment writes it anew. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>

enum { TEXT_BYTES_MAX = 1024 * 1024 };

static const char path[] = "docs/agreement.schema.json";

static void update(struct str schema)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(schema.at, 1, schema.length, file), schema.length);
	assert_int_equal(fclose(file), 0);
}

static void the_published_schema_is_the_tables(void **state)
{
	struct arena arena;
	struct buf out;

	(void)state;
	arena_init(&arena);
	buf_init(&out, TEXT_BYTES_MAX);
	terms_schema(&out);
	assert_false(out.overflowed);
	if (getenv("UPDATE_SCHEMA"))
		update(buf_str(&out));
	if (!str_equal(buf_str(&out), file_bytes(&arena, path)))
		fail_msg("%s is old: run this test with UPDATE_SCHEMA=1", path);
	buf_free(&out);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_published_schema_is_the_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
