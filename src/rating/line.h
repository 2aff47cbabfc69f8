/*
 * A line of a statement: one clause x one price x one tax rate x one month. Its exact quantities are summed first,
 * then multiplied and rounded once, half away from zero (agreement.md, Money). Totals add rounded lines.
 */
#ifndef RATING_LINE_H
#define RATING_LINE_H

#include "base/arena.h"
#include "base/money.h"
#include "base/problem.h"

enum meter {
	METER_GPU,           /* exact quantity: thousandths of a GPU x seconds */
	METER_STORAGE,       /* exact quantity: bytes x seconds */
	METER_DATASET,       /* once */
	METER_SOFTWARE,      /* once */
	METER_CAP,           /* 3.2: what the total cuts off */
	METER_INSTALMENT,    /* 3.2: a part of a fixed total */
	METER_ADVANCE,       /* 3.3: a month's advance, asked for or deducted; no fee */
	METER_COUNT
};

struct line {
	struct str clause;             /* 3.1(1) */
	enum meter meter;
	struct str gpu_model;          /* of the price, where it names one */
	wide exact;                    /* quantity in the meter's exact unit */
	wide exact_per_unit;           /* so many make one unit of the price: 3,600,000 for a GPU-hour */
	struct str unit;               /* GPU-hour, GB-month, once */
	struct decimal unit_price;
	bool shown_only;               /* fixed total: use is shown, not billed */
	size_t agreement_line;         /* where the price stands in the agreement file; 0: nowhere */

	struct decimal tax_percent;
	bool taxed;
	struct money net, tax, amount; /* net + tax = amount; what is payable */
};

const char *meter_name(enum meter meter);                  /* "gpu" */
bool meter_named(struct str name, enum meter *meter) MUST_USE;

/* Whether two lines are one clause x one price x one tax rate: what a correction compares. */
bool line_same(const struct line *a, const struct line *b);

enum { LINES_MAX = 512 };

struct lines {
	struct line *list;
	size_t count, capacity;
	struct arena *arena;
};

struct line *lines_add(struct lines *lines, struct line line);

/* Multiplies and rounds: price x exact / exact_per_unit, then tax (inclusive: gross rounded, tax = round(gross x r /
 * (1 + r)); exclusive: net rounded, tax = round(net x r)). False with a problem when an amount leaves 64 bits. */
bool line_rate(struct line *line, bool tax_exclusive, struct problems *problems) MUST_USE;

/* The same split for an amount that is already money, in the prices' tax sense. */
bool line_set_amount(struct line *line, struct money amount, bool tax_exclusive, struct problems *problems) MUST_USE;

bool lines_total(const struct lines *lines, struct money *net, struct money *tax, struct money *total,
		 struct problems *problems) MUST_USE;

/* The quantity in the price's unit, for reading: at most 6 places, rounded; the exact one is line->exact. */
struct str line_quantity_text(struct arena *arena, const struct line *line);

/* Thousandths of a GPU x seconds as GPU-seconds with up to 3 places: "1675774", "0.125". */
struct str gpu_seconds_text(struct arena *arena, wide thousandths);

#endif
