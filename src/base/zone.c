#include "base/zone.h"

const struct zone zone_utc = { .name = { "UTC", 3 } };

/* How many changes lie at or before AT. */
static size_t changes_until(const struct zone *zone, instant at)
{
	size_t low = 0, high = zone->change_count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (zone->changes[middle].at <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int32_t offset_after(const struct zone *zone, size_t changes)
{
	return changes ? zone->changes[changes - 1].offset_seconds : zone->offset_first_seconds;
}

struct zone_span zone_span_at(const struct zone *zone, instant at)
{
	size_t changes = changes_until(zone, at);

	return (struct zone_span){
		.from = changes ? zone->changes[changes - 1].at : INT64_MIN,
		.to = changes < zone->change_count ? zone->changes[changes].at : INT64_MAX,
		.offset_seconds = offset_after(zone, changes),
	};
}

int32_t zone_offset_seconds(const struct zone *zone, instant at)
{
	return offset_after(zone, changes_until(zone, at));
}

day_number zone_day(const struct zone *zone, instant at)
{
	return day_of_instant_utc(at + zone_offset_seconds(zone, at));
}

enum local_pass zone_instant(const struct zone *zone, int64_t local_seconds, instant *at)
{
	/* No offset is beyond a day, so only changes that near to LOCAL_SECONDS matter. */
	size_t first = changes_until(zone, local_seconds - DAY_SECONDS);
	size_t last = changes_until(zone, local_seconds + DAY_SECONDS);
	unsigned passes = 0;

	for (size_t changes = first; changes <= last; changes++) {
		instant candidate = local_seconds - offset_after(zone, changes);
		bool begun = changes == 0 || zone->changes[changes - 1].at <= candidate;
		bool ended = changes < zone->change_count && zone->changes[changes].at <= candidate;

		if (!begun || ended)
			continue;
		if (passes++ == 0)
			*at = candidate;
	}
	if (passes)
		return passes == 1 ? LOCAL_ONCE : LOCAL_TWICE;
	for (size_t changes = first; changes < last; changes++) {
		instant change = zone->changes[changes].at;

		if (change + offset_after(zone, changes) <= local_seconds &&
		    change + offset_after(zone, changes + 1) > local_seconds)
			*at = change;
	}
	return LOCAL_NEVER;
}

instant zone_day_begin(const struct zone *zone, day_number day)
{
	instant at = (int64_t)day * DAY_SECONDS;

	zone_instant(zone, (int64_t)day * DAY_SECONDS, &at);
	return at;
}

instant zone_month_begin(const struct zone *zone, month_number month)
{
	return zone_day_begin(zone, month_first_day(month));
}

struct str zone_text(struct arena *arena, const struct zone *zone, instant at)
{
	struct str utc = instant_text(arena, at + zone_offset_seconds(zone, at));

	return arena_format(arena, "%.10s %.8s", utc.at, utc.at + 11);
}
