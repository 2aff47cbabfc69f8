/* The key index against a plain list: runs, merges, several facts under one fingerprint. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "store/store.h"

enum { ROUNDS = 130, KEYS_A_ROUND = 200, KEYS_LARGE = 40000 };

struct fixture {
	struct arena arena;
	struct problems problems;
	char path[64];
	struct store *store;
	struct key_entry *scratch;
};

static int begin(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	arena_init(&f->arena);
	problems_init(&f->problems, &f->arena);
	snprintf(f->path, sizeof(f->path), "/tmp/trainlease-test-%d.db", (int)getpid());
	unlink(f->path);
	f->store = store_open(f->path, STORE_CREATE, &f->problems);
	f->scratch = calloc(KEYS_LARGE, sizeof(*f->scratch));
	*state = f;
	return f->store ? 0 : -1;
}

static int end(void **state)
{
	static const char *const endings[] = { "", "-wal", "-shm", ".lock", ".merge" };
	struct fixture *f = *state;
	char path[80];

	store_close(f->store);
	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++) {
		snprintf(path, sizeof(path), "%s%s", f->path, endings[i]);
		unlink(path);
	}
	free(f->scratch);
	arena_free(&f->arena);
	free(f);
	return 0;
}

static struct key_entry entry_of(struct fixture *f, unsigned key, uint32_t fact)
{
	char text[32];

	snprintf(text, sizeof(text), "job-%u", key);
	return (struct key_entry){ store_key_fingerprint(f->store, str_of(text)), key, fact };
}

static void add(struct fixture *f, struct key_entry *entries, size_t count)
{
	key_entries_sort(entries, f->scratch, count);
	for (size_t i = 1; i < count; i++)
		assert_true(entries[i - 1].fingerprint <= entries[i].fingerprint);
	assert_true(store_begin(f->store, &f->problems));
	assert_true(store_keys_add(f->store, entries, count, &f->problems));
	assert_true(store_commit(f->store, &f->problems));
	assert_true(store_keys_merge(f->store, &f->problems));
}

/* Round r adds the keys [r x 200, r x 200 + 200) as fact r + 1, and key 7 again each time. */
static void rounds_add(struct fixture *f)
{
	struct key_entry entries[KEYS_A_ROUND + 1];

	for (unsigned round = 0; round < ROUNDS; round++) {
		for (unsigned i = 0; i < KEYS_A_ROUND; i++)
			entries[i] = entry_of(f, round * KEYS_A_ROUND + i, round + 1);
		entries[KEYS_A_ROUND] = entry_of(f, 7, round + 1);
		add(f, entries, round ? KEYS_A_ROUND + 1 : KEYS_A_ROUND);
	}
}

static void assert_found(struct fixture *f, struct key_entry *probes, size_t count)
{
	struct key_hits hits = { 0 };
	size_t at = 0;

	key_entries_sort(probes, f->scratch, count);
	assert_true(store_keys_probe(f->store, probes, count, &hits, &f->problems));
	for (size_t i = 0; i < count; i++) {
		unsigned key = probes[i].row;

		if (key >= ROUNDS * KEYS_A_ROUND)
			continue;
		if (key == 7) {
			for (unsigned round = ROUNDS; round > 0; round--, at++) {
				assert_int_equal(hits.list[at].entry, i);
				assert_int_equal(hits.list[at].fact, round);
			}
			continue;
		}
		assert_true(at < hits.count);
		assert_int_equal(hits.list[at].entry, i);
		assert_int_equal(hits.list[at++].fact, key / KEYS_A_ROUND + 1);
	}
	assert_int_equal(at, hits.count);
	key_hits_free(&hits);
}

static void few_keys_are_found_in_all_runs_latest_first(void **state)
{
	struct fixture *f = *state;
	struct key_entry probes[5];
	static const unsigned keys[5] = { 7, 0, 25999, 13003, 1000000 };

	rounds_add(f);
	for (size_t i = 0; i < 5; i++)
		probes[i] = entry_of(f, keys[i], 0);
	assert_found(f, probes, 5);
}

static void many_keys_are_found_through_the_filter(void **state)
{
	struct fixture *f = *state;
	struct key_entry *probes = calloc(KEYS_LARGE, sizeof(*probes));

	rounds_add(f);
	for (unsigned i = 0; i < KEYS_LARGE; i++)
		probes[i] = entry_of(f, i, 0);
	assert_found(f, probes, KEYS_LARGE);
	free(probes);
}

static void another_process_sees_and_adds_keys(void **state)
{
	struct fixture *f = *state;
	struct key_entry *probes = calloc(KEYS_LARGE, sizeof(*probes)), one;
	struct key_hits hits = { 0 };
	struct store *other;

	rounds_add(f);
	for (unsigned i = 0; i < KEYS_LARGE; i++)
		probes[i] = entry_of(f, 5000000 + i, 0);
	key_entries_sort(probes, f->scratch, KEYS_LARGE);
	assert_true(store_keys_probe(f->store, probes, KEYS_LARGE, &hits, &f->problems));
	assert_int_equal(hits.count, 0);
	other = store_open(f->path, STORE_WRITE, &f->problems);
	assert_non_null(other);
	one = probes[KEYS_LARGE / 2];
	one.fact = 99;
	assert_true(store_begin(other, &f->problems) && store_keys_add(other, &one, 1, &f->problems) &&
		    store_commit(other, &f->problems));
	store_close(other);
	assert_true(store_keys_probe(f->store, probes, KEYS_LARGE, &hits, &f->problems));
	assert_int_equal(hits.count, 1);
	assert_int_equal(hits.list[0].fact, 99);
	key_hits_free(&hits);
	free(probes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(few_keys_are_found_in_all_runs_latest_first, begin, end),
		cmocka_unit_test_setup_teardown(many_keys_are_found_through_the_filter, begin, end),
		cmocka_unit_test_setup_teardown(another_process_sees_and_adds_keys, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
