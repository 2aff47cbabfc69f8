#include "import/rebuild.h"

#include <stdlib.h>

#include "ledger/verify.h"
#include "record/chain.h"
#include "record/storage_block.h"
#include "record/usage_block.h"

enum { KEYS_AT_ONCE = 262144 };

struct rebuilding {
	struct arena *arena;
	struct store *store;
	struct places places;
	struct committer committer;
	struct batch *batch;
	struct rebuild_report *report;
	struct chain_check *checks;      /* by place */
	struct key_entry *keys, *scratch;
	size_t key_count;
	struct problems *problems;
	bool failed;
};

static bool fail(struct rebuilding *r)
{
	r->failed = true;
	return false;
}

static bool keys_flush(struct rebuilding *r)
{
	key_entries_sort(r->keys, r->scratch, r->key_count);
	if (!store_keys_add(r->store, r->keys, r->key_count, r->problems))
		return fail(r);
	r->key_count = 0;
	return true;
}

static bool key_add(struct rebuilding *r, struct str key, fact_number fact)
{
	r->keys[r->key_count++] = (struct key_entry){ store_key_fingerprint(r->store, key), 0, (uint32_t)fact };
	return r->key_count < KEYS_AT_ONCE || keys_flush(r);
}

static uint32_t text_moved(struct rebuilding *r, const struct usage_block *block, uint32_t number)
{
	return text_table_number(&r->batch->texts, block->texts[number]);
}

static bool usage_rebuild(struct rebuilding *r, const struct place *place, const struct stored_fact *fact)
{
	struct usage_block block;
	const char *error = usage_block_decode(&r->batch->arena, fact->payload, &block);

	if (error)
		return problem_say(r->problems, REFUSAL_JOURNAL_BLOCK, STR(""),
				   arena_format(r->arena, "%llu", (unsigned long long)fact->seq), str_of(error), STR("")) || fail(r);
	for (size_t i = 0; i < block.count; i++) {
		struct usage_record *record = &r->batch->records[i];

		*record = block.records[i];
		record->model = text_moved(r, &block, record->model);
		record->account = text_moved(r, &block, record->account);
		r->committer.order[i] = (uint32_t)i;
		if (!(record->flags & USAGE_WITHDRAWN) && !key_add(r, record->key, fact->number))
			return false;
	}
	r->batch->count = block.count;
	r->report->records += block.count;
	return block_derived_write(&r->committer, r->batch, place, str_is(fact->kind, FACT_PARKED), fact->seq, r->problems) ||
	       fail(r);
}

static bool storage_rebuild(struct rebuilding *r, const struct place *place, const struct stored_fact *fact)
{
	struct storage_sample *samples;
	size_t count;
	const char *error = storage_block_decode(&r->batch->arena, fact->payload, &samples, &count);

	if (error)
		return problem_say(r->problems, REFUSAL_JOURNAL_BLOCK, STR(""),
				   arena_format(r->arena, "%llu", (unsigned long long)fact->seq), str_of(error), STR("")) || fail(r);
	for (size_t i = 0; i < count; i++)
		if (!storage_sample_derive(r->store, place, &samples[i], fact->seq, r->problems))
			return fail(r);
	r->report->records += count;
	return true;
}

/* What a person decided about parked records; parking.c writes it. */
static bool decision_rebuild(struct rebuilding *r, const struct stored_fact *fact)
{
	return decision_derive(&r->batch->arena, r->store, fact, r->problems) || fail(r);
}

static bool fact_rebuild(void *context, const struct stored_fact *fact, chain_number chain)
{
	struct rebuilding *r = context;
	const struct place *place = NULL;
	const char *error;

	for (size_t i = 0; i < r->places.count && !place; i++)
		if (r->places.list[i].chain == chain)
			place = &r->places.list[i];
	if (!place)
		return fail(r);
	r->report->facts++;
	batch_begin(r->batch);
	error = stored_fact_check(&r->checks[place - r->places.list], &r->batch->arena, fact);
	if (error)
		return problem_say(r->problems, REFUSAL_CHAIN_BROKEN, STR(""),
				   arena_format(r->arena, "%llu", (unsigned long long)fact->seq), str_of(error), place->id) ||
		       fail(r);
	if (str_is(fact->kind, FACT_USAGE) || str_is(fact->kind, FACT_PARKED))
		return usage_rebuild(r, place, fact);
	if (str_is(fact->kind, FACT_STORAGE))
		return storage_rebuild(r, place, fact);
	if (str_is(fact->kind, "park-decided"))
		return decision_rebuild(r, fact);
	if (str_is(fact->kind, "import"))
		return import_derive(&r->batch->arena, r->store, fact, r->problems) || fail(r);
	return true;
}

static bool all_rebuild(struct rebuilding *r, instant now)
{
	if (!places_load(r->arena, r->store, now, &r->places, r->problems) || !store_derived_clear(r->store, r->problems))
		return false;
	committer_init(&r->committer, r->arena, r->store, &r->places);
	r->checks = arena_many(r->arena, r->places.count, struct chain_check);
	for (size_t i = 0; i < r->places.count; i++)
		chain_check_begin(&r->checks[i], r->places.list[i].id,
				  r->places.list[i].lease ? r->places.list[i].lease->algorithm : DIGEST_SHA256);
	return store_facts_all_visit(r->store, fact_rebuild, r, r->problems) && !r->failed && keys_flush(r);
}

bool rebuild(struct arena *arena, struct store *store, instant now, struct rebuild_report *report,
	     struct problems *problems)
{
	struct rebuilding r = { .arena = arena, .store = store, .report = report, .problems = problems };
	bool done;

	*report = (struct rebuild_report){ 0 };
	r.batch = batch_new();
	r.keys = memory_array(NULL, KEYS_AT_ONCE, sizeof(*r.keys));
	r.scratch = memory_array(NULL, KEYS_AT_ONCE, sizeof(*r.scratch));
	done = store_begin(store, problems) && all_rebuild(&r, now) && store_commit(store, problems);
	if (!done)
		store_rollback(store);
	if (r.committer.encoder)
		committer_free(&r.committer);
	places_free(&r.places);
	batch_free(r.batch);
	free(r.keys);
	free(r.scratch);
	return done && store_keys_merge(store, problems);
}
