/* What the files about parked records share. */
#ifndef IMPORT_PARKING_INTERNAL_H
#define IMPORT_PARKING_INTERNAL_H

#include "import/parking.h"

struct chain_entry {
	struct str id;
	chain_number chain;
};

struct chain_entries {
	struct arena *arena;
	struct chain_entry *list;
	size_t count, capacity;
};

/* A visitor of parked totals that lists their chains in a struct chain_entries, each once. The list is freed with free(). */
bool parked_chain_collect(void *context, const struct parked_total *total);

/* What a dismissal took off the list: replayed by decision_derive. */
struct dismissed {
	struct str chain_id, account;
	uint64_t through_seq;
	enum park_reason reason;
	int64_t gpu_thousandth_seconds;
	instant start;
};

/* The fact park-decided, and what its dismissals change in the derived tables. Within a transaction. */
bool decision_write(struct store *store, const struct parking_request *request, const char *decision,
		    const struct dismissed *dismissed, size_t dismissed_count, struct problems *problems) MUST_USE;

#endif
