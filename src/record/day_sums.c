#include "record/day_sums.h"

#include <string.h>

#include "record/packed.h"

void day_cutter_init(struct day_cutter *cutter, const struct zone *zone)
{
	*cutter = (struct day_cutter){ .zone = zone };
}

static void day_cutter_move(struct day_cutter *cutter, instant at)
{
	if (at == cutter->day_to && cutter->day_to > cutter->day_from)
		cutter->day++;
	else
		cutter->day = zone_day(cutter->zone, at);
	cutter->day_from = zone_day_begin(cutter->zone, cutter->day);
	cutter->day_to = zone_day_begin(cutter->zone, cutter->day + 1);
}

bool day_sums_add(struct day_cutter *cutter, instant from, instant to, int64_t thousandths, bool withdrawn,
		  month_finder *month_of, void *context)
{
	while (from < to) {
		struct civil_date date;
		struct month_sums *sums;
		int64_t *day, add;
		instant end;

		if (from < cutter->day_from || from >= cutter->day_to)
			day_cutter_move(cutter, from);
		end = to < cutter->day_to ? to : cutter->day_to;
		date = civil_of_day(cutter->day);
		sums = month_of(context, date.year * 12 + date.month - 1);
		day = &sums->days[date.day - 1];
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
