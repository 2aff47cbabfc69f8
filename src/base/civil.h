/*
 * The proleptic Gregorian calendar: days, months, and nothing about zones or clocks.
 *
 * A day is the number of days since 1970-01-01; a month is year x 12 + (month - 1); an instant is UTC seconds since
 * 1970-01-01T00:00:00Z, leap seconds not counted, as Unix and Slurm count.
 */
#ifndef BASE_CIVIL_H
#define BASE_CIVIL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

typedef int64_t instant;
typedef int32_t day_number;
typedef int32_t month_number;

enum { DAY_SECONDS = 86400, HOUR_SECONDS = 3600 };

/* Years 0001 to 9999: what has four digits and can be printed again. */
#define INSTANT_LEAST ((instant)-62135596800)
#define INSTANT_MOST  ((instant)253402300799)

struct civil_date {
	int year;
	int month;   /* 1 to 12 */
	int day;     /* 1 to 31 */
};

day_number day_of_civil(struct civil_date date);
struct civil_date civil_of_day(day_number day);
month_number month_of_day(day_number day);
day_number month_first_day(month_number month);
int month_length_days(month_number month);
int weekday_of_day(day_number day);   /* 0 Monday to 6 Sunday */
day_number day_of_instant_utc(instant at);

/* The day of the same number MONTHS on, or that month's last day where it lacks the number (agreement.md, Term). */
day_number day_months_later(day_number day, int months);

bool civil_valid(struct civil_date date);
bool day_read(struct str text, day_number *day) MUST_USE;               /* 2017-09-01 */
bool month_read(struct str text, month_number *month) MUST_USE;         /* 2017-09 */
struct str day_text(struct arena *arena, day_number day);               /* 2017-09-01 */
struct str day_text_chinese(struct arena *arena, day_number day);       /* 2017年9月1日 */
struct str month_text(struct arena *arena, month_number month);         /* 2017-09 */
struct str instant_text(struct arena *arena, instant at);               /* 2017-09-01T08:00:00Z */

/* A time as accounting and people write it: seconds since 1970 (with a fraction, dropped: an instant counts from its
 * whole second), or YYYY-MM-DD with optional [T ]HH:MM[:SS[.fraction]] and optional Z or +HH:MM, or a spreadsheet's
 * YYYY/M/D [H:MM[:SS]]. LOCAL_SECONDS is the
 * wall clock as if it were UTC; HAS_OFFSET tells that OFFSET_SECONDS was written (Z, offset, or an epoch). */
struct time_text {
	int64_t local_seconds;
	int32_t offset_seconds;
	bool has_offset;
};
bool time_read(struct str text, struct time_text *time) MUST_USE;

#endif
