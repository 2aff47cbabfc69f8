/*
 * Quantities as people write them, a number and a unit, read exactly: `400 Gbit/s`, `2 PB`, `0.5 ms`, `48 h`.
 *
 * Shape: a whole number of the family's base unit; what is finer than the base unit is refused, never rounded.
 * Prefixes are decimal (k M G T P E) except in the data units that say binary (KiB ... EiB). Units are
 * case-sensitive: a bit is no byte.
 */
#ifndef TERMS_QUANTITY_H
#define TERMS_QUANTITY_H

#include "base/arena.h"
#include "base/decimal.h"
#include "base/problem.h"
#include "base/str.h"

enum unit_family {
	UNIT_NONE,
	UNIT_MONTHS,             /* base: month */
	UNIT_DAYS,               /* base: day */
	UNIT_DURATION,           /* base: second */
	UNIT_LATENCY,            /* base: nanosecond */
	UNIT_DATA,               /* base: byte */
	UNIT_BANDWIDTH,          /* base: bit per second */
	UNIT_FLOPS,              /* base: floating-point operation per second */
	UNIT_PERCENT,            /* a decimal, not whole: 6 % */
	UNIT_PERCENT_PER_DAY,    /* a decimal: 0.05 %/day */
	UNIT_FAMILIES
};

struct unit {
	enum unit_family family;
	const char *name;
	int64_t base_units;
	const char *chinese;     /* for showing: "4 小时"; NULL: as the name, or never shown */
	unsigned shown_from;     /* quantity_text uses it from this many on; 0: only read, never shown */
};

/* All units, family by family; the first of a family is its base unit, or the smallest that is shown. */
extern const struct unit units[];
extern const size_t unit_count;

enum quantity_fault {
	QUANTITY_FINE,
	QUANTITY_NO_NUMBER,      /* no number at the beginning */
	QUANTITY_NO_UNIT,        /* a number alone */
	QUANTITY_WRONG_UNIT,     /* a unit of none, or of another family */
	QUANTITY_TOO_FINE,       /* not a whole number of base units */
};

/* "12.50 CNY/GPU-hour" into 12.50 and "CNY/GPU-hour"; the unit is empty where there is none. */
bool quantity_split(struct str text, struct decimal *number, struct str *unit) MUST_USE;

enum quantity_fault quantity_read(struct str text, enum unit_family family, wide *base_units) MUST_USE;

/* The same quantity in the largest unit that keeps it short and exact: "300 PFLOPS". */
struct str quantity_text(struct arena *arena, enum unit_family family, wide base_units, enum language language);

/* "ns, us, ms, s": the units of a family, one name each, for messages. */
struct str quantity_units(struct arena *arena, enum unit_family family);

#endif
