/* Clause 3.1(2), the storage fee: yuan per GB and month, by the capacity really used, weighted by time. */
#include "lease/statement.h"

struct span {
	instant from, to;
};

static struct span overlap(struct span a, struct span b)
{
	return (struct span){ a.from > b.from ? a.from : b.from, a.to < b.to ? a.to : b.to };
}

static bool price_span(const struct lease *lease, size_t price, struct span *span)
{
	const struct terms *terms = &lease->terms;
	day_number end = terms->term.to + 1;

	for (size_t i = 0; i < terms->fees.storage_count; i++)
		if (terms->fees.storage[i].from > terms->fees.storage[price].from && terms->fees.storage[i].from < end)
			end = terms->fees.storage[i].from;
	*span = (struct span){ zone_day_begin(&lease->zone, terms->fees.storage[price].from), zone_day_begin(&lease->zone, end) };
	return span->from < span->to;
}

static void gap_add(struct arena *arena, struct statement *statement, struct str filesystem, struct span gap)
{
	statement->gaps = arena_grown(arena, statement->gaps, statement->gap_count, &statement->gap_capacity,
				      sizeof(*statement->gaps));
	statement->gaps[statement->gap_count++] = (struct storage_gap){ filesystem, gap.from, gap.to };
}

/* What one snapshot holds: from its time to the next one of its file system, at most max_gap. */
static struct span snapshot_span(const struct lease *lease, const struct month_usage *usage, size_t i, instant now,
				 struct span *gap)
{
	const struct sample_usage *sample = &usage->samples[i], *next = sample + 1;
	bool followed = i + 1 < usage->sample_count && str_equal(next->filesystem, sample->filesystem);
	instant until = followed ? next->at : now, held = sample->at + lease->terms.storage.max_gap_seconds;

	*gap = (struct span){ held, until };
	return (struct span){ sample->at, until < held ? until : held };
}

bool storage_sample_held(const struct lease *lease, const struct statement *statement, const struct month_usage *usage,
			 size_t i, instant now, instant *from, instant *to)
{
	struct span gap, days = { statement->from, statement->to < now ? statement->to : now };
	struct span held = overlap(snapshot_span(lease, usage, i, now, &gap), days);

	*from = held.from;
	*to = held.to;
	return held.from < held.to;
}

static bool price_lines(struct arena *arena, const struct lease *lease, const struct month_usage *usage, instant now,
			size_t price, struct span covered, struct statement *statement, struct problems *problems)
{
	const struct storage_price *entry = &lease->terms.fees.storage[price];
	instant month_from = zone_month_begin(&lease->zone, statement->month);
	instant month_to = zone_month_begin(&lease->zone, statement->month + 1);
	struct line line = {
		.clause = STR("3.1(2)"), .meter = METER_STORAGE, .unit_price = entry->yuan_per_unit_month,
		.unit = arena_format(arena, "%.*s-month", (int)lease->terms.storage.unit.length, lease->terms.storage.unit.at),
		.exact_per_unit = lease->terms.storage.unit_bytes * (month_to - month_from), .agreement_line = entry->line,
		.shown_only = lease->terms.fees.total_meaning == TOTAL_FIXED,
	};

	for (size_t i = 0; i < usage->sample_count; i++) {
		struct span gap, held = overlap(snapshot_span(lease, usage, i, now, &gap), covered);
		wide product;

		gap = overlap(gap, covered);
		if (gap.from < gap.to && usage->samples[i].bytes > 0)
			gap_add(arena, statement, usage->samples[i].filesystem, gap);
		if (held.from < held.to && (__builtin_mul_overflow((wide)usage->samples[i].bytes, (wide)(held.to - held.from), &product) ||
					    __builtin_add_overflow(line.exact, product, &line.exact)))
			return problem_say(problems, REFUSAL_RATING_OVERFLOW, STR("3.1(2)"), STR(""), STR(""), STR(""));
	}
	tax_apply(lease, statement->month, &line);
	return line_rate(lines_add(&statement->lines, line), lease->terms.tax_exclusive, problems);
}

bool storage_fee_lines(struct arena *arena, const struct lease *lease, const struct month_usage *usage, instant now,
		       struct statement *statement, struct problems *problems)
{
	struct span month = { statement->from, statement->to < now ? statement->to : now };

	statement->storage_unsampled = lease->terms.fees.storage_count > 0 && usage->sample_count == 0;

	for (size_t price = 0; price < lease->terms.fees.storage_count; price++) {
		struct span whole, in_force, covered;

		if (!price_span(lease, price, &in_force))
			continue;
		whole = overlap((struct span){ statement->from, statement->to }, in_force);
		covered = overlap(month, in_force);
		if (whole.from < whole.to &&
		    !price_lines(arena, lease, usage, now, price, covered, statement, problems))
			return false;
	}
	return true;
}
