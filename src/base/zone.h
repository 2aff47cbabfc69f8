/*
 * A time zone as data: its name and the instants at which its offset changes. Where the data comes from (the system's
 * tzdata, or the fact that a lease was signed with) is not this file's business, so the same lease is cut into the
 * same days on every machine.
 */
#ifndef BASE_ZONE_H
#define BASE_ZONE_H

#include "base/civil.h"

struct zone_change {
	instant at;
	int32_t offset_seconds;   /* east of Greenwich, from AT on */
};

struct zone {
	struct str name;                 /* Asia/Shanghai */
	int32_t offset_first_seconds;    /* before the first change */
	struct zone_change *changes;     /* ascending */
	size_t change_count;
};

enum local_pass {
	LOCAL_ONCE,     /* the wall clock showed it once */
	LOCAL_TWICE,    /* an hour repeated; the first pass is taken */
	LOCAL_NEVER,    /* an hour skipped */
};

int32_t zone_offset_seconds(const struct zone *zone, instant at);
day_number zone_day(const struct zone *zone, instant at);

/* The instant at which wall clocks showed LOCAL_SECONDS (a wall clock counted as if it were UTC). *AT is the first
 * pass of a repeated hour, and the moment of the change for a skipped one. */
enum local_pass zone_instant(const struct zone *zone, int64_t local_seconds, instant *at);

/* The first instant of a day: 00:00, or the end of the gap where the zone skips midnight. */
instant zone_day_begin(const struct zone *zone, day_number day);
instant zone_month_begin(const struct zone *zone, month_number month);

/* 2017-09-01 08:00:00 on the zone's wall clock. */
struct str zone_text(struct arena *arena, const struct zone *zone, instant at);

/* A span over which the offset does not change, so that many conversions cost one search. */
struct zone_span {
	instant from;             /* included */
	instant to;               /* excluded */
	int32_t offset_seconds;
};
struct zone_span zone_span_at(const struct zone *zone, instant at);

extern const struct zone zone_utc;

#endif
