/*
 * Rest days: weekends and holidays as really taken, with swapped working days, from a dated table (agreement.md, Five
 * kinds of deadline). A year that the table lacks is provisional: only its weekends rest.
 */
#ifndef BASE_REST_DAYS_H
#define BASE_REST_DAYS_H

#include "base/civil.h"

/* What names the table in a fact: "cn 2016-2026". */
#define REST_DAYS_VERSION "cn 2016-2026"

bool rest_day_is(day_number day);
bool rest_days_published(day_number day);     /* the table has the day's year */

/* DAY itself if it is a working day, else the next one. */
day_number working_day_from(day_number day);

#endif
