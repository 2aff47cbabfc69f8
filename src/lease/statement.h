/*
 * The statement of one month: the lines of 3.1(1) to (4), what 3.2 makes of them, and the total. Pure: from the state
 * of a lease, what is known of its use, and now.
 */
#ifndef LEASE_STATEMENT_H
#define LEASE_STATEMENT_H

#include "lease/lease.h"
#include "rating/line.h"
#include "record/day_sums.h"

/* GPU-time that is priced alike. */
struct class_usage {
	struct str model;
	bool outside_term;             /* released by a person although outside the term */
	struct month_sums sums;
};

struct open_usage {
	struct str key, model;
	instant start, listed;
	int64_t gpus_thousandths;
	int64_t suspended_seconds;
	uint64_t opened_seq;           /* the fact that says so */
};

struct sample_usage {                  /* by file system, then by time */
	struct str filesystem;
	instant at;
	int64_t bytes;
};

/* What is known of the use in one month. */
struct month_usage {
	struct class_usage *classes;
	size_t class_count;
	struct open_usage *open;       /* every allocation that was last seen running, whenever it began */
	size_t open_count;
	struct sample_usage *samples;  /* of the month, and of each file system the last one before it */
	size_t sample_count;
};

/* The use of a month, for as many months as 3.2 needs; false with a problem when it cannot be had. */
typedef bool usage_provider(void *context, month_number month, struct month_usage *usage, struct problems *problems);

struct storage_gap {                   /* no sample for longer than the agreement lets one hold */
	struct str filesystem;
	instant from, to;
};

struct statement {
	struct str lease;
	month_number month;
	struct str currency;
	instant from, to;              /* the days of the month that the statement covers */
	bool complete;                 /* `now` lies after the month's end */
	struct lines lines;
	struct money net, tax, total;
	bool taxed;
	wide day_thousandths[MONTH_DAYS_MAX];    /* GPU-time billed or shown, by day */
	int day_count;

	struct money fees_before, fees_to_date;  /* of 3.1 since the term began, in the prices' tax sense */
	size_t open_count;             /* running jobs that are billed so far */
	size_t runaway_count;          /* running jobs that their source has not listed for too long */
	wide outside_term_thousandths; /* use on days outside the term, of this month and, at the term's first or last month,
	                                * of all before or after: shown, not billed */
	struct storage_gap *gaps;
	size_t gap_count, gap_capacity;
	bool storage_unsampled;        /* there is a storage price and not one sample */
};

bool statement_compute(struct arena *arena, const struct lease *lease, month_number month, instant now,
		       usage_provider *provide, void *context, struct statement *statement, struct problems *problems) MUST_USE;

/* Whether MONTH has lines: a day of it lies in the term, or a person released use outside it. */
bool statement_stated(const struct lease *lease, month_number month, usage_provider *provide, void *context, bool *stated,
		      struct problems *problems) MUST_USE;

/* When an open allocation ceases to be billed, as known: the earlier of NOW and the runaway limit, less its suspended
 * seconds. *RUNAWAY tells that the limit was reached. */
instant open_billed_end(const struct lease *lease, const struct open_usage *open, instant now, bool *runaway);

/* ---- the families, one file each ---- */

/* 3.1(1): compute_fee.c */
bool compute_fee_lines(struct arena *arena, const struct lease *lease, const struct month_usage *usage, instant now,
		       struct statement *statement, struct problems *problems) MUST_USE;
/* Adds the use of a month in which no day lies in the term to the statement's outside_term_thousandths. */
void compute_outside_add(const struct lease *lease, const struct month_usage *usage, month_number month, instant now,
			 struct statement *statement);
/* The price of a GPU model on a day, as an index into terms.fees.compute; false if there is none. */
bool compute_price_on(const struct terms *terms, struct str model, day_number day, size_t *price);
/* Whether one price covers every model from the term's first day on. */
bool compute_priced_always(const struct terms *terms);

/* 3.1(2): storage_fee.c */
bool storage_fee_lines(struct arena *arena, const struct lease *lease, const struct month_usage *usage, instant now,
		       struct statement *statement, struct problems *problems) MUST_USE;

/* The part of the statement's days that the sample I holds its bytes for; false if there is none. */
bool storage_sample_held(const struct lease *lease, const struct statement *statement, const struct month_usage *usage,
			 size_t i, instant now, instant *from, instant *to);

/* 3.1(3), 3.1(4): one_time_fee.c */
bool one_time_fee_lines(const struct lease *lease, struct statement *statement, struct problems *problems) MUST_USE;

/* 3.2: total.c. Turns the fees of this month and of those before into what is billed. */
bool total_lines(const struct lease *lease, struct statement *statement, struct problems *problems) MUST_USE;

/* The rate of a line: tax.c (optional term `tax`). */
void tax_apply(const struct lease *lease, month_number month, struct line *line);

#endif
