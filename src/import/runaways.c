/* Open allocations whose source has not listed them for too long. */
#include "import/parking.h"
#include "ledger/load.h"
#include "ledger/usage.h"

/* *STOPPED when VISIT wants no more. */
static bool lease_runaways(struct usage_query *query, instant now, runaway_visitor *visit, void *context, bool *stopped,
			   struct problems *problems)
{
	if (!usage_open_read(query, problems))
		return false;
	for (size_t i = 0; !*stopped && i < query->open.open_count; i++) {
		const struct open_usage *open = &query->open.open[i];
		bool is_runaway;
		struct runaway runaway = {
			.lease = query->lease->id, .account = query->lease->terms.cluster.account, .key = open->key,
			.start = open->start, .listed = open->listed, .gpus_thousandths = open->gpus_thousandths,
			.billed_to = open_billed_end(query->lease, open, now, &is_runaway),
		};

		*stopped = is_runaway && !visit(context, &runaway);
	}
	return true;
}

bool runaways_visit(struct arena *arena, struct store *store, instant now, runaway_visitor *visit, void *context,
		    struct problems *problems)
{
	bool stopped = false;
	struct str *ids;
	size_t count;

	if (!lease_ids_list(arena, store, &ids, &count, problems))
		return false;
	for (size_t i = 0; !stopped && i < count; i++) {
		struct usage_query query = { .arena = arena, .store = store, .seq = (uint64_t)INT64_MAX };
		struct chain_head head;

		query.lease = lease_load(arena, store, ids[i], UINT64_MAX, &head, problems);
		query.chain = head.chain;
		if (!query.lease || !lease_runaways(&query, now, visit, context, &stopped, problems))
			return false;
	}
	return true;
}
