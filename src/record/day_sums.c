#include "record/day_sums.h"

#include <string.h>

#include "record/packed.h"

void day_cutter_init(struct day_cutter *cutter, const struct zone *zone)
{
	*cutter = (struct day_cutter){ .zone = zone };
}

static struct cut_day *slot_of_day(struct day_cutter *cutter, day_number day)
{
	return &cutter->days[(uint32_t)day % CUT_DAYS_KEPT];
}

static const struct cut_day *day_find(struct day_cutter *cutter, instant at)
{
	struct cut_day *cut = slot_of_day(cutter, day_of_instant_utc(at + cutter->offset_seconds));
	day_number day;

	if (at >= cut->from && at < cut->to)
		return cut;
	cutter->offset_seconds = zone_offset_seconds(cutter->zone, at);
	day = day_of_instant_utc(at + cutter->offset_seconds);
	cut = slot_of_day(cutter, day);
	cut->from = zone_day_begin(cutter->zone, day);
	cut->to = zone_day_begin(cutter->zone, day + 1);
	cut->month = month_of_day(day);
	cut->day_of_month = day - month_first_day(cut->month);
	return cut;
}

bool day_sums_add(struct day_cutter *cutter, instant from, instant to, int64_t thousandths, bool withdrawn,
		  month_finder *month_of, void *context)
{
	while (from < to) {
		const struct cut_day *cut = day_find(cutter, from);
		instant end = to < cut->to ? to : cut->to;
		int64_t *day = &month_of(context, cut->month)->days[cut->day_of_month], add;

		if (__builtin_mul_overflow(end - from, thousandths, &add) ||
		    __builtin_add_overflow(*day, withdrawn ? -add : add, day))
			return false;
		from = end;
	}
	return true;
}

void month_sums_write(const struct month_sums *sums, struct buf *out)
{
	int first = 0, last = MONTH_DAYS_MAX - 1;

	while (first < MONTH_DAYS_MAX && sums->days[first] == 0)
		first++;
	while (last >= first && sums->days[last] == 0)
		last--;
	buf_add_char(out, (char)first);
	for (int day = first; day <= last; day++) {
		uint64_t value = zigzag(sums->days[day]);

		for (; value >= 0x80; value >>= 7)
			buf_add_char(out, (char)(value | 0x80));
		buf_add_char(out, (char)value);
	}
}

bool month_sums_read(struct str bytes, struct month_sums *sums)
{
	size_t at = 1;
	unsigned day;

	memset(sums->days, 0, sizeof(sums->days));
	if (bytes.length == 0)
		return false;
	for (day = (unsigned char)bytes.at[0]; at < bytes.length; day++) {
		uint64_t value = 0;
		unsigned shift = 0;
		unsigned char byte;

		do {
			if (at == bytes.length || shift > 63)
				return false;
			byte = (unsigned char)bytes.at[at++];
			value |= (uint64_t)(byte & 0x7f) << shift;
			shift += 7;
		} while (byte & 0x80);
		if (day >= MONTH_DAYS_MAX)
			return false;
		sums->days[day] = zigzag_back(value);
	}
	return true;
}
