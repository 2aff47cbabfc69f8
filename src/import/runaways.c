/* Open allocations whose source has not listed them for too long. */
#include "import/parking_internal.h"

#include <stdlib.h>

#include "ledger/load.h"
#include "ledger/usage.h"
#include "record/chain.h"

struct runaway_search {
	struct arena *arena;
	struct store *store;
	instant now;
	runaway_visitor *visit;
	void *context;
	struct problems *problems;
	bool failed;
};

static bool lease_runaways(void *context, struct str id, const struct chain_head *head)
{
	struct runaway_search *s = context;
	struct usage_query query = { .arena = s->arena, .store = s->store, .chain = head->chain, .seq = UINT64_MAX >> 1 };
	struct month_usage usage;
	struct chain_head loaded;

	if (str_is(id, HOUSE_ID))
		return true;
	query.lease = lease_load(s->arena, s->store, arena_str(s->arena, id), UINT64_MAX, &loaded, s->problems);
	s->failed = !query.lease ||
		    !usage_from_store(&query, month_of_day(query.lease->terms.term.from), &usage, s->problems);
	for (size_t i = 0; !s->failed && i < usage.open_count; i++) {
		const struct open_usage *open = &usage.open[i];
		struct runaway runaway = { query.lease->id, query.lease->terms.cluster.account, open->key, open->start, open->listed, 0, open->gpus_thousandths };
		bool is_runaway;

		runaway.billed_to = open_billed_end(query.lease, open, s->now, &is_runaway);
		if (is_runaway && !s->visit(s->context, &runaway))
			return false;
	}
	return !s->failed;
}

static bool id_collect(void *context, struct str id, const struct chain_head *head)
{
	struct parked_total total = { .chain = head->chain, .chain_id = id };

	return parked_chain_collect(context, &total);
}

bool runaways_visit(struct arena *arena, struct store *store, instant now, runaway_visitor *visit, void *context,
		    struct problems *problems)
{
	struct runaway_search search = { arena, store, now, visit, context, problems, false };
	struct chain_entries chains = { .arena = arena };
	bool done = store_chains_visit(store, id_collect, &chains, problems);

	for (size_t i = 0; done && i < chains.count; i++) {
		struct chain_head head = { .chain = chains.list[i].chain };

		if (!lease_runaways(&search, chains.list[i].id, &head))
			break;
	}
	free(chains.list);
	return done && !search.failed;
}
