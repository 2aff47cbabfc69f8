/*
 * The key index: which fact holds the record of a key. Immutable sorted runs of (64-bit keyed fingerprint, fact
 * number), 12 bytes an entry, in chunks; FANOUT runs of one level are merged into one of the next.
 *
 * chunk = count x u64 fingerprint, then count x u32 fact number, little-endian; equal fingerprints never lie in two
 * chunks of one run. key_chunk.first is the chunk's first fingerprint with its top bit flipped, so that SQL's signed
 * order is the fingerprints' own.
 *
 * A large import keeps a filter in memory (a split-block Bloom filter of 32 bits a key, so that false alarms, each of
 * which may load a chunk of every run, stay rare): what it does not contain is new without a look at the runs. Small probes search the runs, and load only the chunks that they need.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "record/text_table.h"
#include "store/internal.h"

enum {
	FANOUT = 64,
	CHUNK_ENTRIES = 16384,
	ENTRY_BYTES = 12,
	MERGE_RANGE_ENTRIES = 262144,
	FILTER_LEAST_PROBE = 16384,          /* smaller probes search the runs */
	FILTER_LEAST_CAPACITY = 4 * 1024 * 1024,
	FILTER_KEYS_PER_BLOCK = 8,           /* of 256 bits */
	PREFETCH_AHEAD = 24,
	RADIX_BITS = 11,
	RADIX_SIZE = 1 << RADIX_BITS,
	SORT_BY_INSERTION = 64,
};

uint64_t store_key_fingerprint(const struct store *store, struct str key)
{
	return bytes_hash(key.at, key.length, store->secret);
}

/* ---- sorting ---- */

static void insertion_sort(struct key_entry *entries, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct key_entry moving = entries[i];
		size_t at = i;

		while (at && entries[at - 1].fingerprint > moving.fingerprint) {
			entries[at] = entries[at - 1];
			at--;
		}
		entries[at] = moving;
	}
}

static void radix_pass(const struct key_entry *from, struct key_entry *to, size_t count, unsigned shift)
{
	uint32_t starts[RADIX_SIZE] = { 0 };
	uint32_t sum = 0;

	for (size_t i = 0; i < count; i++)
		starts[from[i].fingerprint >> shift & (RADIX_SIZE - 1)]++;
	for (unsigned bucket = 0; bucket < RADIX_SIZE; bucket++) {
		uint32_t entries = starts[bucket];

		starts[bucket] = sum;
		sum += entries;
	}
	for (size_t i = 0; i < count; i++)
		to[starts[from[i].fingerprint >> shift & (RADIX_SIZE - 1)]++] = from[i];
}

/* Three stable passes order the top 33 bits; the few that still stand wrong are neighbours. */
void key_entries_sort(struct key_entry *entries, struct key_entry *scratch, size_t count)
{
	if (count > SORT_BY_INSERTION) {
		radix_pass(entries, scratch, count, 64 - 3 * RADIX_BITS);
		radix_pass(scratch, entries, count, 64 - 2 * RADIX_BITS);
		radix_pass(entries, scratch, count, 64 - RADIX_BITS);
		memcpy(entries, scratch, count * sizeof(*entries));
	}
	insertion_sort(entries, count);
}

/* ---- the filter ---- */

struct key_filter {
	uint32_t (*blocks)[8];
	uint64_t block_count;
	uint64_t entries, capacity;
	int64_t newest_run;          /* all runs up to this one are in it */
};

static const uint32_t salts[8] = { 0x47b6137bu, 0x44974d91u, 0x8824ad5bu, 0xa2b7289du,
				   0x705495c7u, 0x2df1424bu, 0x9efc4947u, 0x5c6bfb31u };

static uint32_t *filter_block(const struct key_filter *filter, uint64_t fingerprint)
{
	return filter->blocks[(fingerprint >> 32) * filter->block_count >> 32];
}

static void filter_insert(struct key_filter *filter, uint64_t fingerprint)
{
	uint32_t *block = filter_block(filter, fingerprint);

	for (int i = 0; i < 8; i++)
		block[i] |= (uint32_t)1 << ((uint32_t)fingerprint * salts[i] >> 27);
	filter->entries++;
}

static bool filter_contains(const struct key_filter *filter, uint64_t fingerprint)
{
	const uint32_t *block = filter_block(filter, fingerprint);
	uint32_t missing = 0;

	for (int i = 0; i < 8; i++)
		missing |= ~block[i] & (uint32_t)1 << ((uint32_t)fingerprint * salts[i] >> 27);
	return missing == 0;
}

void key_filter_free(struct key_filter *filter)
{
	if (!filter)
		return;
	free(filter->blocks);
	free(filter);
}

static struct key_filter *filter_new(uint64_t entries)
{
	struct key_filter *filter = memory_alloc(sizeof(*filter));
	uint64_t capacity = FILTER_LEAST_CAPACITY;

	while (capacity < entries)
		capacity *= 2;
	filter->capacity = capacity;
	filter->block_count = capacity / FILTER_KEYS_PER_BLOCK;
	filter->blocks = memory_large(filter->block_count * sizeof(*filter->blocks));
	filter->newest_run = -1;
	return filter;
}

/* ---- chunks ---- */

static int64_t flipped(uint64_t fingerprint)
{
	return (int64_t)(fingerprint ^ (uint64_t)1 << 63);
}

struct chunk {
	const char *bytes;
	size_t count;
};

static uint64_t chunk_fingerprint(struct chunk chunk, size_t i)
{
	uint64_t fingerprint;

	memcpy(&fingerprint, chunk.bytes + i * sizeof(fingerprint), sizeof(fingerprint));
	return fingerprint;
}

static uint32_t chunk_fact(struct chunk chunk, size_t i)
{
	uint32_t fact;

	memcpy(&fact, chunk.bytes + chunk.count * sizeof(uint64_t) + i * sizeof(fact), sizeof(fact));
	return fact;
}

static struct chunk chunk_of(struct str bytes)
{
	return (struct chunk){ bytes.at, bytes.length / ENTRY_BYTES };
}

static size_t chunk_lower_bound(struct chunk chunk, size_t low, uint64_t fingerprint)
{
	size_t high = low, step = 1;

	while (high < chunk.count && chunk_fingerprint(chunk, high) < fingerprint) {
		low = high + 1;
		high += step;
		step *= 2;
	}
	if (high > chunk.count)
		high = chunk.count;
	while (low < high) {
		size_t middle = (low + high) / 2;

		if (chunk_fingerprint(chunk, middle) < fingerprint)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool chunk_insert(struct store *store, int64_t run, const struct key_entry *entries, size_t count,
			 struct buf *bytes, struct problems *problems)
{
	sqlite3_stmt *statement = store_statement(store, "INSERT INTO key_chunk VALUES (?, ?, ?)", problems);
	char *facts;

	if (!statement)
		return false;
	buf_reset(bytes);
	buf_reserve(bytes, count * ENTRY_BYTES);
	facts = bytes->at + count * sizeof(uint64_t);
	for (size_t i = 0; i < count; i++) {
		memcpy(bytes->at + i * sizeof(uint64_t), &entries[i].fingerprint, sizeof(uint64_t));
		memcpy(facts + i * sizeof(uint32_t), &entries[i].fact, sizeof(uint32_t));
	}
	bytes->length = count * ENTRY_BYTES;
	sqlite3_bind_int64(statement, 1, run);
	sqlite3_bind_int64(statement, 2, flipped(entries[0].fingerprint));
	bind_blob(statement, 3, buf_str(bytes));
	return store_run(store, statement, problems);
}

static bool chunks_insert(struct store *store, int64_t run, const struct key_entry *sorted, size_t count,
			  struct problems *problems)
{
	struct buf bytes;
	bool done = true;

	buf_init(&bytes, SIZE_MAX / 4);
	for (size_t from = 0, to; done && from < count; from = to) {
		to = from + CHUNK_ENTRIES < count ? from + CHUNK_ENTRIES : count;
		while (to < count && sorted[to].fingerprint == sorted[to - 1].fingerprint)
			to++;
		done = chunk_insert(store, run, sorted + from, to - from, &bytes, problems);
	}
	buf_free(&bytes);
	return done;
}

/* The chunk of RUN that would hold FINGERPRINT; false if it would lie before the run's first. */
static bool chunk_find(struct store *store, int64_t run, uint64_t fingerprint, struct chunk *chunk, bool *failed,
		       struct problems *problems)
{
	sqlite3_stmt *statement = store_statement(store,
		"SELECT entries FROM key_chunk WHERE run = ? AND first <= ? ORDER BY first DESC LIMIT 1", problems);

	if (!statement) {
		*failed = true;
		return false;
	}
	sqlite3_bind_int64(statement, 1, run);
	sqlite3_bind_int64(statement, 2, flipped(fingerprint));
	if (!store_step(store, statement, failed, problems))
		return false;
	*chunk = chunk_of(column_str(statement, 0));
	return true;
}

/* ---- runs ---- */

struct runs {
	int64_t *list;
	size_t count, capacity;
	uint64_t entries;
};

/* Live runs newer than NEWER_THAN, of one LEVEL or (-1) all. */
static bool runs_list(struct store *store, int64_t newer_than, int level, struct runs *runs, struct problems *problems)
{
	sqlite3_stmt *statement = store_statement(store,
		"SELECT run, entries FROM key_run WHERE live = 1 AND run > ?1 AND (?2 < 0 OR level = ?2) ORDER BY run", problems);
	bool failed = false;

	*runs = (struct runs){ 0 };
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, newer_than);
	sqlite3_bind_int(statement, 2, level);
	while (store_step(store, statement, &failed, problems)) {
		if (runs->count == runs->capacity) {
			runs->capacity = runs->capacity ? runs->capacity * 2 : 64;
			runs->list = memory_array(runs->list, runs->capacity, sizeof(*runs->list));
		}
		runs->list[runs->count++] = sqlite3_column_int64(statement, 0);
		runs->entries += (uint64_t)sqlite3_column_int64(statement, 1);
	}
	return !failed;
}

static bool run_create(struct store *store, int level, size_t entries, bool live, int64_t *run,
		       struct problems *problems)
{
	sqlite3_stmt *statement = store_statement(store,
		"INSERT INTO key_run (level, entries, live) VALUES (?, ?, ?)", problems);

	if (!statement)
		return false;
	sqlite3_bind_int(statement, 1, level);
	sqlite3_bind_int64(statement, 2, (sqlite3_int64)entries);
	sqlite3_bind_int(statement, 3, live);
	if (!store_run(store, statement, problems))
		return false;
	*run = sqlite3_last_insert_rowid(store->db);
	return true;
}

bool store_keys_add(struct store *store, const struct key_entry *sorted, size_t count, struct problems *problems)
{
	int64_t run;

	if (count == 0)
		return true;
	if (!run_create(store, 0, count, true, &run, problems) || !chunks_insert(store, run, sorted, count, problems))
		return false;
	if (store->filter) {
		for (size_t i = 0; i < count; i++) {
			if (i + PREFETCH_AHEAD < count)
				__builtin_prefetch(filter_block(store->filter, sorted[i + PREFETCH_AHEAD].fingerprint), 1);
			filter_insert(store->filter, sorted[i].fingerprint);
		}
		store->filter->newest_run = run;
	}
	return true;
}

/* ---- probing ---- */

bool store_keys_check(struct store *store, struct problems *problems)
{
	/* A run says how many entries it has; blocks of usage without any run have lost theirs. */
	sqlite3_stmt *statement = store_statement(store,
		"SELECT EXISTS (SELECT 1 FROM key_run WHERE live = 1 AND entries * 12 <> (SELECT coalesce(sum(length(entries)), 0)"
		" FROM key_chunk WHERE key_chunk.run = key_run.run)) OR (NOT EXISTS (SELECT 1 FROM key_run WHERE live = 1) AND"
		" EXISTS (SELECT 1 FROM fact WHERE kind IN ('usage', 'parked'))) OR (SELECT count(*) FROM secret) <> 1", problems);
	bool failed = false, damaged;

	if (!statement)
		return false;
	damaged = store_step(store, statement, &failed, problems) && sqlite3_column_int(statement, 0) != 0;
	sqlite3_reset(statement);
	if (damaged)
		return problem_say(problems, REFUSAL_JOURNAL_DERIVED, STR(""), STR("key_run"), STR(""), STR(""));
	return !failed;
}

void key_hits_free(struct key_hits *hits)
{
	free(hits->list);
	*hits = (struct key_hits){ 0 };
}

static void hit_add(struct key_hits *hits, size_t entry, fact_number fact)
{
	if (hits->count == hits->capacity) {
		hits->capacity = hits->capacity ? hits->capacity * 2 : 1024;
		hits->list = memory_array(hits->list, hits->capacity, sizeof(*hits->list));
	}
	hits->list[hits->count++] = (struct key_hit){ entry, fact };
}

static int hit_order(const void *left, const void *right)
{
	const struct key_hit *a = left, *b = right;

	if (a->entry != b->entry)
		return a->entry < b->entry ? -1 : 1;
	return a->fact > b->fact ? -1 : a->fact < b->fact;
}

/* Probes with the CANDIDATES, which number some of the sorted ENTRIES. */
static bool run_probe(struct store *store, int64_t run, const struct key_entry *entries, const uint32_t *candidates,
		      size_t count, struct key_hits *hits, struct problems *problems)
{
	bool failed = false;

	for (size_t i = 0; i < count;) {
		struct chunk chunk;
		size_t at = 0;
		uint64_t last;

		if (!chunk_find(store, run, entries[candidates[i]].fingerprint, &chunk, &failed, problems)) {
			if (failed)
				return false;
			i++;
			continue;
		}
		last = chunk_fingerprint(chunk, chunk.count - 1);
		do {
			uint64_t wanted = entries[candidates[i]].fingerprint;

			at = chunk_lower_bound(chunk, at, wanted);
			for (size_t j = at; j < chunk.count && chunk_fingerprint(chunk, j) == wanted; j++)
				hit_add(hits, candidates[i], chunk_fact(chunk, j));
			i++;
		} while (i < count && entries[candidates[i]].fingerprint <= last);
	}
	return true;
}

static bool filter_insert_run(struct store *store, int64_t run, struct problems *problems)
{
	sqlite3_stmt *statement = store_statement(store, "SELECT entries FROM key_chunk WHERE run = ?", problems);
	bool failed = false;

	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, run);
	while (store_step(store, statement, &failed, problems)) {
		struct chunk chunk = chunk_of(column_str(statement, 0));

		for (size_t i = 0; i < chunk.count; i++) {
			if (i + PREFETCH_AHEAD < chunk.count)
				__builtin_prefetch(filter_block(store->filter, chunk_fingerprint(chunk, i + PREFETCH_AHEAD)), 1);
			filter_insert(store->filter, chunk_fingerprint(chunk, i));
		}
	}
	return !failed;
}

/* Brings the filter up to date with the runs, also those that other processes added; makes it anew when too small. */
static bool filter_update(struct store *store, size_t probed, struct problems *problems)
{
	struct runs runs;
	bool done = true;

	if (store->filter && store->filter->entries + probed > store->filter->capacity) {
		key_filter_free(store->filter);
		store->filter = NULL;
	}
	if (!runs_list(store, store->filter ? store->filter->newest_run : -1, -1, &runs, problems))
		return false;
	if (!store->filter)
		store->filter = filter_new(2 * (runs.entries + probed));
	for (size_t i = 0; done && i < runs.count; i++) {
		done = filter_insert_run(store, runs.list[i], problems);
		store->filter->newest_run = runs.list[i];
	}
	free(runs.list);
	return done;
}

bool store_keys_probe(struct store *store, const struct key_entry *entries, size_t count, struct key_hits *hits,
		      struct problems *problems)
{
	uint32_t *candidates = memory_array(NULL, count, sizeof(*candidates));
	struct runs runs = { 0 };
	size_t candidate_count = 0;
	bool large = count >= FILTER_LEAST_PROBE, done;

	hits->count = 0;
	done = (!large || filter_update(store, count, problems)) && runs_list(store, -1, -1, &runs, problems);
	for (size_t i = 0; done && i < count; i++) {
		if (large && i + PREFETCH_AHEAD < count)
			__builtin_prefetch(filter_block(store->filter, entries[i + PREFETCH_AHEAD].fingerprint));
		if (!large || filter_contains(store->filter, entries[i].fingerprint))
			candidates[candidate_count++] = (uint32_t)i;
	}
	for (size_t i = 0; done && i < runs.count; i++)
		done = run_probe(store, runs.list[i], entries, candidates, candidate_count, hits, problems);
	if (done && hits->count)
		qsort(hits->list, hits->count, sizeof(*hits->list), hit_order);
	free(runs.list);
	free(candidates);
	return done;
}

/* ---- merging ---- */

struct merge {
	struct store *store;
	struct runs sources;
	int level;                  /* of the result */
	int64_t run;
	struct key_entry *entries, *scratch;
	size_t count, capacity;
};

/* Appends the source's entries whose fingerprints lie in [from, to]. */
static bool merge_collect(struct merge *merge, int64_t source, uint64_t from, uint64_t to, struct problems *problems)
{
	sqlite3_stmt *statement = store_statement(merge->store,
		"SELECT entries FROM key_chunk WHERE run = ?1 AND first <= ?3 AND first >="
		" coalesce((SELECT max(first) FROM key_chunk WHERE run = ?1 AND first <= ?2), ?2) ORDER BY first", problems);
	bool failed = false;

	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, source);
	sqlite3_bind_int64(statement, 2, flipped(from));
	sqlite3_bind_int64(statement, 3, flipped(to));
	while (store_step(merge->store, statement, &failed, problems)) {
		struct chunk chunk = chunk_of(column_str(statement, 0));

		for (size_t i = chunk_lower_bound(chunk, 0, from); i < chunk.count; i++) {
			uint64_t fingerprint = chunk_fingerprint(chunk, i);

			if (fingerprint > to)
				break;
			if (merge->count == merge->capacity) {
				merge->capacity = merge->capacity ? merge->capacity * 2 : 2 * MERGE_RANGE_ENTRIES;
				merge->entries = memory_array(merge->entries, merge->capacity, sizeof(*merge->entries));
				merge->scratch = memory_array(merge->scratch, merge->capacity, sizeof(*merge->scratch));
			}
			merge->entries[merge->count++] = (struct key_entry){ fingerprint, 0, chunk_fact(chunk, i) };
		}
	}
	return !failed;
}

/* One range of fingerprints, in one transaction. */
static bool merge_range(struct merge *merge, uint64_t from, uint64_t to, struct problems *problems)
{
	merge->count = 0;
	for (size_t i = 0; i < merge->sources.count; i++)
		if (!merge_collect(merge, merge->sources.list[i], from, to, problems))
			return false;
	key_entries_sort(merge->entries, merge->scratch, merge->count);
	return store_begin(merge->store, problems) &&
	       chunks_insert(merge->store, merge->run, merge->entries, merge->count, problems) &&
	       store_commit(merge->store, problems);
}

static bool run_delete(struct store *store, int64_t run, struct problems *problems)
{
	sqlite3_stmt *chunks = store_statement(store, "DELETE FROM key_chunk WHERE run = ?", problems), *self;

	if (!chunks)
		return false;
	sqlite3_bind_int64(chunks, 1, run);
	if (!store_run(store, chunks, problems))
		return false;
	self = store_statement(store, "DELETE FROM key_run WHERE run = ?", problems);
	if (!self)
		return false;
	sqlite3_bind_int64(self, 1, run);
	return store_run(store, self, problems);
}

/* The result goes live in the transaction that deletes its sources. */
static bool merge_finish(struct merge *merge, struct problems *problems)
{
	sqlite3_stmt *live;

	if (!store_begin(merge->store, problems))
		return false;
	for (size_t i = 0; i < merge->sources.count; i++)
		if (!run_delete(merge->store, merge->sources.list[i], problems))
			return false;
	live = store_statement(merge->store, "UPDATE key_run SET live = 1 WHERE run = ?", problems);
	if (!live)
		return false;
	sqlite3_bind_int64(live, 1, merge->run);
	if (!store_run(merge->store, live, problems) || !store_commit(merge->store, problems))
		return false;
	if (merge->store->filter && merge->store->filter->newest_run < merge->run)
		merge->store->filter->newest_run = merge->run;
	return true;
}

static bool merge_run(struct merge *merge, struct problems *problems)
{
	uint64_t ranges = merge->sources.entries / MERGE_RANGE_ENTRIES + 1, width = UINT64_MAX / ranges;

	if (!store_begin(merge->store, problems) ||
	    !run_create(merge->store, merge->level, merge->sources.entries, false, &merge->run, problems) ||
	    !store_commit(merge->store, problems))
		return false;
	for (uint64_t i = 0; i < ranges; i++)
		if (!merge_range(merge, i * width, i + 1 == ranges ? UINT64_MAX : (i + 1) * width - 1, problems))
			return false;
	return merge_finish(merge, problems);
}

/* What a merge that was killed left behind. */
static bool dead_runs_delete(struct store *store, struct problems *problems)
{
	return store_begin(store, problems) &&
	       store_execute(store, "DELETE FROM key_chunk WHERE run IN (SELECT run FROM key_run WHERE live = 0);"
				    "DELETE FROM key_run WHERE live = 0", problems) &&
	       store_commit(store, problems);
}

static bool level_full(struct store *store, int *level, bool *failed, struct problems *problems)
{
	sqlite3_stmt *statement = store_statement(store,
		"SELECT level FROM key_run WHERE live = 1 GROUP BY level HAVING count(*) >= ? ORDER BY level LIMIT 1", problems);
	bool found;

	if (!statement) {
		*failed = true;
		return false;
	}
	sqlite3_bind_int(statement, 1, FANOUT);
	found = store_step(store, statement, failed, problems);
	if (found)
		*level = sqlite3_column_int(statement, 0);
	sqlite3_reset(statement);
	return found;
}

static bool levels_merge(struct store *store, struct problems *problems)
{
	bool failed = false;
	int level;

	while (!failed && level_full(store, &level, &failed, problems)) {
		struct merge merge = { .store = store, .level = level + 1 };

		failed = !dead_runs_delete(store, problems) || !runs_list(store, -1, level, &merge.sources, problems) ||
			 !merge_run(&merge, problems);
		free(merge.sources.list);
		free(merge.entries);
		free(merge.scratch);
	}
	return !failed;
}

bool store_keys_merge(struct store *store, struct problems *problems)
{
	bool failed = false, done;
	int level, fd;
	char *path;

	if (!level_full(store, &level, &failed, problems))
		return !failed;
	path = sqlite3_mprintf("%s.merge", store->path);
	fd = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
	sqlite3_free(path);
	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) != 0) {
		if (fd >= 0)
			close(fd);
		return true;   /* another process merges */
	}
	done = levels_merge(store, problems);
	close(fd);
	return done;
}
