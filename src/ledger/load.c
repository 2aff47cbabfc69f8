#include "ledger/load.h"

#include "record/chain.h"

struct fold {
	struct arena *arena;
	struct lease *lease;
	struct problems *problems;
	bool failed;
};

static bool fact_fold(void *context, const struct stored_fact *stored)
{
	struct fold *fold = context;
	struct envelope fact;

	if (!envelope_read(fold->arena, arena_str(fold->arena, stored->envelope), &fact, fold->problems) ||
	    !lease_apply(fold->arena, fold->lease, &fact, fold->problems))
		fold->failed = true;
	return !fold->failed;
}

struct nearest {
	struct arena *arena;
	struct str wanted, id;
	unsigned distance;
};

static bool nearest_visit(void *context, struct str id, const struct chain_head *head)
{
	struct nearest *nearest = context;
	unsigned distance = str_distance(nearest->wanted, id, nearest->distance);

	(void)head;
	if (distance < nearest->distance) {
		nearest->distance = distance;
		nearest->id = arena_str(nearest->arena, id);
	}
	return true;
}

static void unknown_lease(struct arena *arena, struct store *store, struct str id, struct problems *problems)
{
	struct nearest nearest = { .arena = arena, .wanted = id, .distance = 5 };
	struct str hint = STR("");

	if (store_chains_visit(store, nearest_visit, &nearest, problems) && nearest.id.length)
		hint = arena_format(arena, " (%.*s ?)", (int)nearest.id.length, nearest.id.at);
	problem_say(problems, REFUSAL_LEASE_UNKNOWN, STR(""), id, hint, STR(""));
}

const struct lease *lease_load(struct arena *arena, struct store *store, struct str id, uint64_t seq_most,
			       struct chain_head *head, struct problems *problems)
{
	struct lease *lease = arena_new(arena, struct lease);
	struct fold fold = { arena, lease, problems, false };
	size_t before = problems->total;

	if (!store_chain_find(store, id, head, problems)) {
		if (problems->total == before)
			unknown_lease(arena, store, id, problems);
		return NULL;
	}
	if (!store_facts_visit(store, head->chain, 0, seq_most, FACTS_ACTS, fact_fold, &fold, problems) || fold.failed)
		return NULL;
	if (!lease->signed_in) {
		problem_say(problems, REFUSAL_LEASE_UNKNOWN, STR(""), id, STR(""), STR(""));
		return NULL;
	}
	return lease;
}

struct id_list {
	struct arena *arena;
	struct str *ids;
	size_t count, capacity;
};

static bool id_collect(void *context, struct str id, const struct chain_head *head)
{
	struct id_list *list = context;

	(void)head;
	if (str_is(id, HOUSE_ID))
		return true;
	list->ids = arena_grown(list->arena, list->ids, list->count, &list->capacity, sizeof(*list->ids));
	list->ids[list->count++] = arena_str(list->arena, id);
	return true;
}

bool lease_ids_list(struct arena *arena, struct store *store, struct str **ids, size_t *count, struct problems *problems)
{
	struct id_list list = { .arena = arena };
	bool done = store_chains_visit(store, id_collect, &list, problems);

	*ids = list.ids;
	*count = list.count;
	return done;
}

struct file_copy {
	struct arena *arena;
	struct str *file;
};

static bool file_copy(void *context, const struct stored_fact *fact)
{
	struct file_copy *copy = context;

	*copy->file = arena_str(copy->arena, fact->payload);
	return false;
}

bool signed_file_read(struct arena *arena, struct store *store, chain_number chain, struct str *file,
		      struct problems *problems)
{
	struct file_copy copy = { arena, file };

	*file = STR("");
	return store_facts_visit(store, chain, 0, 0, FACTS_ALL_WITH_PAYLOADS, file_copy, &copy, problems);
}
