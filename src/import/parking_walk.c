/* Walking through the parked records that no later fact withdrew or dismissed. */
#include "import/parking_internal.h"

#include <stdlib.h>

#include "record/usage_block.h"

struct withdrawn {
	uint64_t seq;
	uint32_t row;
};

struct walk;

/* What is done with each record of a block; false ends the walk. */
typedef bool row_use(struct walk *walk, const struct stored_fact *fact, const struct usage_block *block, uint32_t row);

struct walk {
	row_use *use;
	struct arena *arena;
	struct store *store;
	struct str account, key, chain_id;
	chain_number chain;
	struct withdrawn *withdrawn;
	size_t withdrawn_count, withdrawn_capacity;
	struct arena scratch;
	parked_record_visitor *visit;
	void *context;
	struct problems *problems;
	bool failed, stopped;
};

static bool block_walk(void *context, const struct stored_fact *fact)
{
	struct walk *walk = context;
	struct usage_block block;
	const char *error;

	arena_reset(&walk->scratch);
	error = usage_block_decode(&walk->scratch, fact->payload, &block);
	if (error) {
		walk->failed = true;
		return problem_say(walk->problems, REFUSAL_JOURNAL_BLOCK, STR(""),
				   arena_format(walk->arena, "%llu", (unsigned long long)fact->seq), str_of(error), STR(""));
	}
	for (uint32_t row = 0; row < block.count; row++)
		if (!walk->use(walk, fact, &block, row))
			return false;
	return true;
}

static bool blocks_walk(struct walk *walk, row_use *use)
{
	walk->use = use;
	return store_facts_visit(walk->store, walk->chain, 0, UINT64_MAX, FACTS_PARKED_BLOCKS, block_walk, walk,
				 walk->problems) && !walk->failed;
}

static bool withdrawn_collect(struct walk *walk, const struct stored_fact *fact, const struct usage_block *block, uint32_t row)
{
	const struct usage_record *record = &block->records[row];

	(void)fact;
	if (!(record->flags & USAGE_WITHDRAWN))
		return true;
	if (walk->withdrawn_count == walk->withdrawn_capacity) {
		walk->withdrawn_capacity = walk->withdrawn_capacity ? walk->withdrawn_capacity * 2 : 256;
		walk->withdrawn = memory_array(walk->withdrawn, walk->withdrawn_capacity, sizeof(*walk->withdrawn));
	}
	walk->withdrawn[walk->withdrawn_count++] = (struct withdrawn){ record->withdrawn_seq, record->withdrawn_row };
	return true;
}

static int withdrawn_order(const void *left, const void *right)
{
	const struct withdrawn *a = left, *b = right;

	if (a->seq != b->seq)
		return a->seq < b->seq ? -1 : 1;
	return a->row < b->row ? -1 : a->row > b->row;
}

static bool is_withdrawn(const struct walk *walk, uint64_t seq, uint32_t row)
{
	struct withdrawn wanted = { seq, row };

	return walk->withdrawn_count && bsearch(&wanted, walk->withdrawn, walk->withdrawn_count, sizeof(wanted), withdrawn_order);
}

static bool record_visit(struct walk *walk, const struct stored_fact *fact, const struct usage_block *block, uint32_t row)
{
	const struct usage_record *record = &block->records[row];
	struct parked_record parked = {
		.chain_id = walk->chain_id, .chain = walk->chain, .seq = fact->seq, .row = row, .record = *record,
		.account = block->texts[record->account], .model = block->texts[record->model],
		.purpose = block->texts[record->purpose], .nodes = block->texts[record->nodes], .state = block->texts[record->state],
	};
	bool dismissed;

	if (record->flags & USAGE_WITHDRAWN || (walk->account.length && !str_equal(parked.account, walk->account)) ||
	    (walk->key.length && !str_equal(record->key, walk->key)) || is_withdrawn(walk, fact->seq, row))
		return true;
	if (!store_parked_dismissed(walk->store, walk->chain, parked.account, record->key, fact->seq, &dismissed,
				    walk->problems) ||
	    !store_person_name(walk->store, &walk->scratch, walk->chain, record->subject, &parked.user, walk->problems)) {
		walk->failed = true;
		return false;
	}
	walk->stopped = !dismissed && !walk->visit(walk->context, &parked);
	return !walk->stopped;
}

static bool chain_walk(struct walk *walk)
{
	walk->withdrawn_count = 0;
	if (!blocks_walk(walk, withdrawn_collect))
		return false;
	if (walk->withdrawn_count)
		qsort(walk->withdrawn, walk->withdrawn_count, sizeof(*walk->withdrawn), withdrawn_order);
	return blocks_walk(walk, record_visit);
}

/* Chains that have something parked (for the account). */
bool parked_chain_collect(void *context, const struct parked_total *total)
{
	struct chain_entries *chains = context;

	for (size_t i = 0; i < chains->count; i++)
		if (chains->list[i].chain == total->chain)
			return true;
	if (chains->count == chains->capacity) {
		chains->capacity = chains->capacity ? chains->capacity * 2 : 16;
		chains->list = memory_array(chains->list, chains->capacity, sizeof(*chains->list));
	}
	chains->list[chains->count++] = (struct chain_entry){ arena_str(chains->arena, total->chain_id), total->chain };
	return true;
}

bool parking_visit(struct arena *arena, struct store *store, struct str account, struct str key,
		   parked_record_visitor *visit, void *context, struct problems *problems)
{
	struct walk walk = { .arena = arena, .store = store, .account = account, .key = key, .visit = visit,
			     .context = context, .problems = problems };
	struct chain_entries chains = { .arena = arena };
	bool done = store_parked_visit(store, 0, parked_chain_collect, &chains, problems);

	arena_init(&walk.scratch);
	for (size_t i = 0; done && !walk.stopped && i < chains.count; i++) {
		walk.chain = chains.list[i].chain;
		walk.chain_id = chains.list[i].id;
		done = chain_walk(&walk);
	}
	arena_free(&walk.scratch);
	free(walk.withdrawn);
	free(chains.list);
	return done;
}
