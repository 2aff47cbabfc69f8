/*
 * Deciding on a statement: whether it may be issued now, what stands on it besides the month's lines (corrections of
 * earlier statements, penalty since the last one), and what must be looked at by a person first.
 */
#ifndef LEASE_ISSUE_H
#define LEASE_ISSUE_H

#include "lease/account.h"
#include "lease/statement.h"

/* Bounds that a person must lift (traps.md, Billing): names as they stand in the fact. */
#define HOLD_BEYOND_CAPACITY "usage-beyond-leased-gpus"   /* more GPU-time than the leased GPUs have in the month */
#define HOLD_MANY_TIMES      "total-many-times-last-month"
#define HOLD_NO_PRICE        "jobs-without-a-price"
#define HOLD_RUNAWAY         "runaway-jobs"

enum { HOLDS_MOST = 4, TOTAL_TIMES_LAST = 10 };

struct issue_query {
	month_number month;
	instant now;
	uint64_t known_seq;                /* the last fact of the chain */
	size_t unpriced;                   /* parked rows of the lease that lack a price */
	usage_provider *provide;
	void *context;
};

struct issue_draft {
	struct issued issued;
	struct statement statement;
	bool correction_beyond_capacity;   /* an earlier month, as corrected, has more use than the leased GPUs allow */
	struct str holds[HOLDS_MOST];      /* bounds passed that nobody has released yet */
	size_t hold_count;
};

/* False: refused, with the clause and when it would be possible. Bounds do not refuse here: see hold_count. */
bool issue_prepare(struct arena *arena, const struct lease *lease, const struct issue_query *query,
		   struct issue_draft *draft, struct problems *problems) MUST_USE;

/* The statement that asks for the advance of a month (3.3, due_month: same): once, from the month before on. */
bool advance_prepare(struct arena *arena, const struct lease *lease, month_number month, instant now, struct issued *issued,
		     struct problems *problems) MUST_USE;

/* From when on the statement of a month may be issued: 00:00 after the days of grace. */
instant issue_earliest(const struct lease *lease, month_number month);

/* The first month of the term that has no statement yet; false when each has one. */
bool issue_next_month(const struct lease *lease, month_number *month);

const char *hold_text(struct str reason, enum language language);

#endif
