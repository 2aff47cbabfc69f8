/* Which column is what. */
#include "support.h"

#include "readers/columns.h"

static const struct column_name names[] = {
	{ "key", false }, { "start", true }, { "end", true }, { "Account", false }
};

enum { NAMES = sizeof(names) / sizeof(names[0]), CELLS_MAX = 300 };

struct mapping {
	struct arena arena;
	struct problems problems;
	struct str cells[CELLS_MAX];
	size_t count;
	int index[NAMES];
	bool mapped;
};

static void map(struct mapping *m, const char *header, const char *renames)
{
	struct str rest = str_of(header);

	*m = (struct mapping){ .count = 0 };
	arena_init(&m->arena);
	problems_init(&m->problems, &m->arena);
	while (rest.at)
		m->cells[m->count++] = str_cut(rest, '|', &rest);
	m->mapped = columns_map(names, NAMES, m->cells, m->count, renames, STR("f.csv"), m->index, &m->problems);
}

static void assert_maps(const char *header, const char *renames, int key, int start, int end, int account)
{
	struct mapping m;

	map(&m, header, renames);
	assert_true(m.mapped);
	assert_int_equal(m.problems.total, 0);
	assert_int_equal(m.index[0], key);
	assert_int_equal(m.index[1], start);
	assert_int_equal(m.index[2], end);
	assert_int_equal(m.index[3], account);
	arena_free(&m.arena);
}

static void assert_refused(const char *header, const char *renames, enum refusal what, const char *one,
			   const char *three)
{
	struct mapping m;

	map(&m, header, renames);
	assert_false(m.mapped);
	assert_int_equal(m.problems.count, 1);
	assert_string_equal(refusal_name(m.problems.list[0].what), refusal_name(what));
	assert_str(m.problems.list[0].words[0], one);
	assert_str(m.problems.list[0].words[2], three);
	arena_free(&m.arena);
}

static void test_names(void **state)
{
	(void)state;
	assert_maps("key|start|end|account", NULL, 0, 1, 2, 3);
	assert_maps("END|other|Start|", NULL, -1, 2, 0, -1);
	assert_maps("\xef\xbb\xbfstart| end |x|x", NULL, -1, 0, 1, -1);
	assert_maps("START|start|end", NULL, -1, 1, 2, -1);
}

static void test_renames(void **state)
{
	(void)state;
	assert_maps("timestamp|done|cluster", "start=timestamp,end=done,account=cluster", -1, 0, 1, 2);
	assert_maps("start|timestamp|end", "Start = Timestamp", -1, 1, 2, -1);
	assert_maps("start|end|id", "key=id,account=id", 2, 0, 1, 2);
	assert_maps("start|end", "", -1, 0, 1, -1);
}

static void test_refused(void **state)
{
	struct mapping m;

	(void)state;
	assert_refused("key|start", NULL, REFUSAL_IMPORT_COLUMN_MISSING, "end", "");
	assert_refused("key|strat|end", NULL, REFUSAL_IMPORT_COLUMN_MISSING_NEAR, "start", "strat");
	assert_refused("start|end|Start|END|start", NULL, REFUSAL_IMPORT_COLUMN_TWICE, "start", "");
	assert_refused("start|end", "key=id", REFUSAL_IMPORT_RENAME_ABSENT, "key", "start, end");
	assert_refused("start|end", "quay=end", REFUSAL_IMPORT_RENAME_UNKNOWN, "quay", "");
	assert_refused("start|end", "key=start,key=end", REFUSAL_IMPORT_RENAME_TWICE, "key", "");
	assert_refused("start|end", "key", REFUSAL_IMPORT_RENAME_FORM, "key", "");
	assert_refused("start|end", "key=", REFUSAL_IMPORT_RENAME_FORM, "key=", "");
	assert_refused("1|2|3", NULL, REFUSAL_IMPORT_NAMES_UNKNOWN, "key, start, end, Account", "");
	map(&m, "start|end", NULL);
	assert_false(columns_map(names, NAMES, m.cells, COLUMNS_MAX + 1, NULL, STR("f"), m.index, &m.problems));
	assert_int_equal(m.problems.list[0].what, REFUSAL_IMPORT_TOO_MANY_COLUMNS);
	arena_free(&m.arena);
}

static void test_every_problem_at_once(void **state)
{
	struct mapping m;

	(void)state;
	map(&m, "key|x", "quay=x,account=y");
	assert_false(m.mapped);
	assert_int_equal(m.problems.count, 4);
	arena_free(&m.arena);
}

static void test_keys(void **state)
{
	struct problems problems;
	struct arena arena;
	struct str keys[NAMES];

	(void)state;
	arena_init(&arena);
	problems_init(&problems, &arena);
	assert_true(columns_keys(names, NAMES, "start=dt,account=pi", keys, &problems));
	assert_str(keys[0], "key");
	assert_str(keys[1], "dt");
	assert_str(keys[3], "pi");
	assert_false(columns_keys(names, NAMES, "begin=dt", keys, &problems));
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),   cmocka_unit_test(test_renames),
		cmocka_unit_test(test_refused), cmocka_unit_test(test_every_problem_at_once),
		cmocka_unit_test(test_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
