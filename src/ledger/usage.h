/* What the journal knows of a lease's use, as the lease's functions want it. */
#ifndef LEDGER_USAGE_H
#define LEDGER_USAGE_H

#include "lease/statement.h"
#include "store/store.h"

/* The context of usage_from_store, a usage_provider. */
struct usage_query {
	struct arena *arena;
	struct store *store;
	const struct lease *lease;
	chain_number chain;
	uint64_t seq;              /* as known at this fact */
	struct month_usage open;   /* the open allocations, which are the same in every month; once they were read */
	bool open_read;
};

/* Fills query->open, once. */
bool usage_open_read(struct usage_query *query, struct problems *problems) MUST_USE;

bool usage_from_store(void *query, month_number month, struct month_usage *usage, struct problems *problems) MUST_USE;

/* One record behind a line, with the part of it that the month bills. */
struct allocation {
	uint64_t fact;             /* seq, and the row in its block */
	uint32_t row;
	struct usage_record record;
	struct str model, purpose, nodes, state, user;
	instant from, to;          /* the part billed in the month */
	wide thousandths;          /* GPU x seconds of that part; negative when withdrawn */
	bool open;
};

typedef bool allocation_visitor(void *context, const struct allocation *allocation);
/* Every record that contributes to the month's compute lines, in the order of the journal, withdrawals included. */
bool usage_allocations_visit(struct usage_query *query, month_number month, instant now,
			     allocation_visitor *visit, void *context, struct problems *problems) MUST_USE;

#endif
