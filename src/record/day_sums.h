/*
 * GPU-time by day: what the records of one lease add to each local day of one month. Derived from the journal, never
 * hashed; a statement multiplies these sums by prices, which change only at local midnights.
 *
 * Unit: thousandths of a GPU x seconds. One GPU for one hour is 3,600,000.
 */
#ifndef RECORD_DAY_SUMS_H
#define RECORD_DAY_SUMS_H

#include "base/buf.h"
#include "base/zone.h"

enum { MONTH_DAYS_MAX = 31 };

struct month_sums {
	month_number month;
	int64_t days[MONTH_DAYS_MAX];     /* by day of the month, from 0 */
};

/* Where the contributions of a span go: adds THOUSANDTHS x seconds of each local day of [from, to), negated if
 * WITHDRAWN. month_of() gives the month's sums to add to. False when a sum leaves the range of 64 bits. */
typedef struct month_sums *month_finder(void *context, month_number month);

/* Remembers days that were cut lately, so that most records cost no search of the zone. */
struct cut_day {
	instant from, to;                 /* equal at first */
	month_number month;
	int day_of_month;                 /* from 0 */
};

enum { CUT_DAYS_KEPT = 64 };

struct day_cutter {
	const struct zone *zone;
	int32_t offset_seconds;           /* of the day cut last: a guess for the next */
	struct cut_day days[CUT_DAYS_KEPT];   /* by day modulo CUT_DAYS_KEPT */
};

void day_cutter_init(struct day_cutter *cutter, const struct zone *zone);
bool day_sums_add(struct day_cutter *cutter, instant from, instant to, int64_t thousandths, bool withdrawn,
		  month_finder *month_of, void *context) MUST_USE;

/* The sums as bytes: from the first day that is not 0, u8 day and then zigzag varints up to the last that is not 0. */
void month_sums_write(const struct month_sums *sums, struct buf *out);
bool month_sums_read(struct str bytes, struct month_sums *sums) MUST_USE;

#endif
