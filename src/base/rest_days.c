#include "base/rest_days.h"

#include <string.h>

struct rest_year {
	int year;
	const char *rest, *work;      /* "MMDD MMDD ..." */
};

static const struct rest_year years[] = {
#define REST_YEAR(year, rest, work) { year, rest, work },
#include "base/rest_days_cn.def"
#undef REST_YEAR
};

enum { SATURDAY = 5, STEP = sizeof("MMDD ") - 1 };

static const struct rest_year *year_find(int year)
{
	for (size_t i = 0; i < sizeof(years) / sizeof(years[0]); i++)
		if (years[i].year == year)
			return &years[i];
	return NULL;
}

static bool listed(const char *days, struct civil_date date)
{
	const char wanted[] = { (char)('0' + date.month / 10), (char)('0' + date.month % 10),
				(char)('0' + date.day / 10), (char)('0' + date.day % 10) };

	for (size_t length = strlen(days), at = 0; at + sizeof(wanted) <= length; at += STEP)
		if (memcmp(days + at, wanted, sizeof(wanted)) == 0)
			return true;
	return false;
}

bool rest_day_is(day_number day)
{
	struct civil_date date = civil_of_day(day);
	const struct rest_year *year = year_find(date.year);
	bool weekend = weekday_of_day(day) >= SATURDAY;

	if (!year)
		return weekend;
	return weekend ? !listed(year->work, date) : listed(year->rest, date);
}

bool rest_days_published(day_number day)
{
	return year_find(civil_of_day(day).year) != NULL;
}

day_number working_day_from(day_number day)
{
	while (rest_day_is(day))
		day++;
	return day;
}
