#include "base/civil.h"

/* Days from civil and back after Howard Hinnant's "chrono-compatible low-level date algorithms" (public domain). */
day_number day_of_civil(struct civil_date date)
{
	int year = date.month <= 2 ? date.year - 1 : date.year;
	int era = (year >= 0 ? year : year - 399) / 400;
	int year_of_era = year - era * 400;
	int day_of_year = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
	int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * 146097 + day_of_era - 719468;
}

struct civil_date civil_of_day(day_number day)
{
	int shifted = day + 719468;
	int era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
	int day_of_era = shifted - era * 146097;
	int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int shifted_month = (5 * day_of_year + 2) / 153;
	int month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;

	return (struct civil_date){
		.year = year_of_era + era * 400 + (month <= 2),
		.month = month,
		.day = day_of_year - (153 * shifted_month + 2) / 5 + 1,
	};
}

month_number month_of_day(day_number day)
{
	struct civil_date date = civil_of_day(day);

	return date.year * 12 + date.month - 1;
}

day_number month_first_day(month_number month)
{
	return day_of_civil((struct civil_date){ month / 12, month % 12 + 1, 1 });
}

int month_length_days(month_number month)
{
	return month_first_day(month + 1) - month_first_day(month);
}

int weekday_of_day(day_number day)
{
	int weekday = (day + 3) % 7;

	return weekday < 0 ? weekday + 7 : weekday;
}

day_number day_of_instant_utc(instant at)
{
	return (day_number)(at >= 0 ? at / DAY_SECONDS : -((-at + DAY_SECONDS - 1) / DAY_SECONDS));
}

day_number day_months_later(day_number day, int months)
{
	month_number month = month_of_day(day) + months;
	int wanted = civil_of_day(day).day, length = month_length_days(month);

	return month_first_day(month) + (wanted < length ? wanted : length) - 1;
}

bool civil_valid(struct civil_date date)
{
	return date.year >= 1 && date.year <= 9999 && date.month >= 1 && date.month <= 12 && date.day >= 1 &&
	       date.day <= month_length_days(date.year * 12 + date.month - 1);
}

/* Exactly COUNT digits at *REST's beginning, taken off it. */
static bool digits_take(struct str *rest, unsigned count, int *value)
{
	int sum = 0;

	if (rest->length < count)
		return false;
	for (unsigned i = 0; i < count; i++) {
		int digit = rest->at[i] - '0';

		if (digit < 0 || digit > 9)
			return false;
		sum = sum * 10 + digit;
	}
	*rest = str_part(*rest, count, rest->length);
	*value = sum;
	return true;
}

static bool char_take(struct str *rest, char c)
{
	if (rest->length == 0 || rest->at[0] != c)
		return false;
	*rest = str_part(*rest, 1, rest->length);
	return true;
}

static bool date_take(struct str *rest, day_number *day)
{
	struct civil_date date;

	if (!digits_take(rest, 4, &date.year) || !char_take(rest, '-') || !digits_take(rest, 2, &date.month) ||
	    !char_take(rest, '-') || !digits_take(rest, 2, &date.day) || !civil_valid(date))
		return false;
	*day = day_of_civil(date);
	return true;
}

bool day_read(struct str text, day_number *day)
{
	day_number read;

	if (!date_take(&text, &read) || text.length)
		return false;
	*day = read;
	return true;
}

bool month_read(struct str text, month_number *month)
{
	int year, number;

	if (!digits_take(&text, 4, &year) || !char_take(&text, '-') || !digits_take(&text, 2, &number) || text.length ||
	    year < 1 || number < 1 || number > 12)
		return false;
	*month = year * 12 + number - 1;
	return true;
}

struct str day_text(struct arena *arena, day_number day)
{
	struct civil_date date = civil_of_day(day);

	return arena_format(arena, "%04d-%02d-%02d", date.year, date.month, date.day);
}

struct str day_text_chinese(struct arena *arena, day_number day)
{
	struct civil_date date = civil_of_day(day);

	return arena_format(arena, "%d年%d月%d日", date.year, date.month, date.day);
}

struct str month_text(struct arena *arena, month_number month)
{
	return arena_format(arena, "%04d-%02d", month / 12, month % 12 + 1);
}

struct str instant_text(struct arena *arena, instant at)
{
	day_number day = day_of_instant_utc(at);
	struct civil_date date = civil_of_day(day);
	int second = (int)(at - (instant)day * DAY_SECONDS);

	return arena_format(arena, "%04d-%02d-%02dT%02d:%02d:%02dZ", date.year, date.month, date.day, second / 3600,
			    second / 60 % 60, second % 60);
}

static bool fraction_skip(struct str *rest)
{
	size_t digits = 0;

	if (!char_take(rest, '.'))
		return true;
	while (digits < rest->length && rest->at[digits] >= '0' && rest->at[digits] <= '9')
		digits++;
	*rest = str_part(*rest, digits, rest->length);
	return digits > 0;
}

static bool clock_take(struct str *rest, int64_t *seconds)
{
	int hour, minute, second = 0;

	if (!digits_take(rest, 2, &hour) || !char_take(rest, ':') || !digits_take(rest, 2, &minute))
		return false;
	if (char_take(rest, ':') && (!digits_take(rest, 2, &second) || !fraction_skip(rest)))
		return false;
	if (hour > 23 || minute > 59 || second > 59)
		return false;
	*seconds = hour * 3600 + minute * 60 + second;
	return true;
}

/* Z, +08:00, +0800 or nothing. */
static bool offset_take(struct str *rest, struct time_text *time)
{
	bool west;
	int hours, minutes = 0;

	if (rest->length == 0)
		return true;
	time->has_offset = true;
	if (char_take(rest, 'Z'))
		return true;
	west = rest->at[0] == '-';
	if (!char_take(rest, '+') && !char_take(rest, '-'))
		return false;
	if (!digits_take(rest, 2, &hours))
		return false;
	char_take(rest, ':');
	if (rest->length && !digits_take(rest, 2, &minutes))
		return false;
	if (hours > 18 || minutes > 59)
		return false;
	time->offset_seconds = (west ? -1 : 1) * (hours * 3600 + minutes * 60);
	return true;
}

static bool epoch_read(struct str text, struct time_text *time)
{
	struct str whole = text;
	int64_t seconds;

	whole.length = str_find(text, '.');
	text = str_part(text, whole.length, text.length);
	if (!fraction_skip(&text) || text.length || !str_to_i64(whole, &seconds) || seconds > INSTANT_MOST ||
	    seconds < INSTANT_LEAST)
		return false;
	*time = (struct time_text){ .local_seconds = seconds, .has_offset = true };
	return true;
}

/* One or two digits. */
static bool short_number_take(struct str *rest, int *value)
{
	return digits_take(rest, 2, value) || digits_take(rest, 1, value);
}

/* 2026/10/5 8:00, as spreadsheets in China and Japan write it. */
static bool spreadsheet_read(struct str text, struct time_text *time)
{
	struct civil_date date;
	int hour = 0, minute = 0, second = 0;

	if (!digits_take(&text, 4, &date.year) || !char_take(&text, '/') || !short_number_take(&text, &date.month) ||
	    !char_take(&text, '/') || !short_number_take(&text, &date.day) || !civil_valid(date))
		return false;
	if (text.length && (!char_take(&text, ' ') || !short_number_take(&text, &hour) || !char_take(&text, ':') ||
			    !digits_take(&text, 2, &minute) ||
			    (char_take(&text, ':') && !digits_take(&text, 2, &second))))
		return false;
	if (text.length || hour > 23 || minute > 59 || second > 59)
		return false;
	*time = (struct time_text){ .local_seconds = (int64_t)day_of_civil(date) * DAY_SECONDS + hour * 3600 + minute * 60 + second };
	return true;
}

bool time_read(struct str text, struct time_text *time)
{
	struct time_text read = { 0 };
	struct str rest = text;
	int64_t clock = 0;
	day_number day;

	if (text.length < 5 || (text.at[4] != '-' && text.at[4] != '/'))
		return epoch_read(text, time);
	if (text.at[4] == '/')
		return spreadsheet_read(text, time);
	if (!date_take(&rest, &day))
		return false;
	if (rest.length && ((!char_take(&rest, 'T') && !char_take(&rest, ' ')) || !clock_take(&rest, &clock)))
		return false;
	if (!offset_take(&rest, &read) || rest.length)
		return false;
	read.local_seconds = (int64_t)day * DAY_SECONDS + clock;
	*time = read;
	return true;
}
