/*
 * The account of a lease on a day: what each payment paid, what each statement still owes, penalty to the day (clauses
 * 3.3, 3.4 and 8.1, and agreement.md: Penalty, What a payment pays). A view: the whole history is taken again from
 * the facts, so computed daily, monthly or ten years later it is the same.
 *
 * Order of events: by day; on one day statements are issued, then costs recorded, then held credit pays, the oldest
 * payment first, then payments are credited, each in order of number.
 */
#ifndef LEASE_ACCOUNT_H
#define LEASE_ACCOUNT_H

#include "lease/lease.h"

enum standing { STANDING_ISSUED, STANDING_DUE, STANDING_PART_PAID, STANDING_PAID, STANDING_OVERDUE, STANDING_COUNT };

/* One statement on the day. */
struct owed {
	const struct issued *issued;
	struct money principal;            /* fees and charges, less the credits that correct this statement */
	struct money principal_paid;
	wide penalty_exact;                /* to the day; of PENALTY_UNITS a fen; cap applied by penalty() */
	struct money penalty;              /* to the day, rounded */
	struct money penalty_paid;
	struct money costs, costs_paid;
	struct money unpaid;               /* all of it; never below zero */
	enum standing standing;
	bool settled;                      /* nothing is owed */
	day_number settled_day;            /* when the principal was last paid in full, if it is */
	bool principal_settled;

	bool right_arose;                  /* 8.1 */
	day_number right_day;              /* at whose 00:00 */
	bool right_stands;                 /* it arose and was not ended by full payment */

	day_number accrued_to;             /* the last day whose penalty is in it */
};

/* What one payment paid of one statement. */
struct allotment {
	int64_t payment, statement;        /* numbers */
	day_number day;                    /* of crediting, or of issue where held credit paid */
	struct money costs, penalty, principal;
	struct money accrued;              /* penalty of the statement to that day, rounded */
};

struct account {
	const struct lease *lease;
	day_number day;                    /* as of the end of this day */
	struct owed *owed;                 /* by number of statement; those issued by then */
	size_t owed_count;
	struct allotment *allotments;      /* in order of events */
	size_t allotment_count, allotment_capacity;
	struct money *held;                /* of each payment: what is left as credit */
	struct money credit;               /* of all */
	struct money balance;              /* owed less credit: what the lessee has still to pay */
	struct arena *arena;
};

bool account_compute(struct arena *arena, const struct lease *lease, day_number day, struct account *account,
		     struct problems *problems) MUST_USE;
/* The same with what statements issued after DAY correct: each principal is what is known to be right. */
bool account_compute_corrected(struct arena *arena, const struct lease *lease, day_number day, struct account *account,
			       struct problems *problems) MUST_USE;

/* Statement NUMBER, or NULL. */
const struct owed *account_owed(const struct account *account, int64_t number);

/* Penalty in one day: what `why` shows. */
struct penalty_day {
	day_number from, to;               /* days with one principal, both included */
	struct money principal;            /* unpaid on them */
	struct money penalty;              /* rounded running total at the end of TO */
};
/* The days on which penalty of statement NUMBER ran, in order, to DAY: each alone, or days of one principal together. */
bool account_penalty_days(struct arena *arena, const struct lease *lease, int64_t number, day_number day, bool each,
			  struct penalty_day **days, size_t *count, struct problems *problems) MUST_USE;

/* 3.3: payable until 24:00 of this day when served on SERVED (agreement.md, Due); an ADVANCE in its own month. */
day_number statement_due_day(const struct terms *terms, month_number month, bool advance, day_number served, bool *provisional);

const char *standing_name(enum standing standing);
const char *standing_text(enum standing standing, enum language language);

#endif
