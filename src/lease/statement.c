#include "lease/statement.h"

/* So far beyond the term's ends use is looked for: no job starts a year before a lease. */
enum { MONTHS_BEFORE = 12, MONTHS_AFTER = 60 };

/* Use outside the term is billed only where a person released it; then its month has a statement too. */
static bool released_use(const struct month_usage *usage)
{
	for (size_t i = 0; i < usage->class_count; i++)
		for (int day = 0; usage->classes[i].outside_term && day < MONTH_DAYS_MAX; day++)
			if (usage->classes[i].sums.days[day])
				return true;
	return false;
}

static bool span_find(struct arena *arena, const struct lease *lease, const struct month_usage *usage,
		      struct statement *statement, struct problems *problems)
{
	if (lease_month_span(lease, statement->month, &statement->from, &statement->to))
		return true;
	if (!released_use(usage))
		return problem_say(problems, REFUSAL_LEASE_OUTSIDE_TERM, STR("2.1"), month_text(arena, statement->month),
				   day_text(arena, lease->terms.term.from), day_text(arena, lease->terms.term.to));
	statement->from = zone_month_begin(&lease->zone, statement->month);
	statement->to = zone_month_begin(&lease->zone, statement->month + 1);
	return true;
}

/* The lines of 3.1 for one month; what 3.2 makes of them comes later. */
static bool fees_compute(struct arena *arena, const struct lease *lease, month_number month, instant now,
			 usage_provider *provide, void *context, struct statement *statement, struct problems *problems)
{
	struct month_usage usage = { 0 };

	*statement = (struct statement){
		.lease = lease->id, .month = month, .currency = lease->terms.currency, .lines = { .arena = arena },
		.day_count = month_length_days(month), .taxed = lease->terms.tax_count > 0,
	};
	if (!provide(context, month, &usage, problems) || !span_find(arena, lease, &usage, statement, problems))
		return false;
	statement->complete = now >= statement->to;
	return compute_fee_lines(arena, lease, &usage, now, statement, problems) &&
	       storage_fee_lines(arena, lease, &usage, now, statement, problems) &&
	       one_time_fee_lines(lease, statement, problems);
}

/* The fees of 3.1, in the prices' tax sense: what 3.2 compares with the total. */
static bool fees_add(const struct lease *lease, const struct lines *lines, struct money *sum, struct problems *problems)
{
	for (size_t i = 0; i < lines->count; i++) {
		const struct line *line = &lines->list[i];

		if (!money_add(*sum, lease->terms.tax_exclusive ? line->net : line->amount, sum))
			return problem_say(problems, REFUSAL_RATING_OVERFLOW, line->clause, STR(""), STR(""), STR(""));
	}
	return true;
}

/* A job may reach over the term's ends: what it used there is reported with the first and the last month (art. 734). */
static bool outside_use(const struct lease *lease, month_number month, instant now, usage_provider *provide, void *context,
			struct statement *statement, struct problems *problems)
{
	month_number first = month_of_day(lease->terms.term.from), last = month_of_day(lease->terms.term.to);
	month_number from = month == first ? first - MONTHS_BEFORE : month, to = month == last ? last + MONTHS_AFTER : month;
	month_number present = month_of_day(zone_day(&lease->zone, now));

	for (month_number m = from; m <= to && m <= present; m++) {
		struct month_usage usage;

		if (m >= first && m <= last)
			continue;
		if (!provide(context, m, &usage, problems))
			return false;
		compute_outside_add(lease, &usage, m, now, statement);
	}
	return true;
}

bool statement_stated(const struct lease *lease, month_number month, usage_provider *provide, void *context, bool *stated,
		      struct problems *problems)
{
	struct month_usage usage;
	instant from, to;

	*stated = lease_month_span(lease, month, &from, &to);
	if (*stated)
		return true;
	if (!provide(context, month, &usage, problems))
		return false;
	*stated = released_use(&usage);
	return true;
}

static bool fees_of_months_before(struct arena *arena, const struct lease *lease, month_number month, instant now,
				  usage_provider *provide, void *context, struct money *sum, struct problems *problems)
{
	*sum = money_of_fen(0);
	for (month_number m = month_of_day(lease->terms.term.from) - MONTHS_BEFORE; m < month; m++) {
		struct statement statement;
		bool stated;

		if (!statement_stated(lease, m, provide, context, &stated, problems))
			return false;
		if (!stated)
			continue;
		if (!fees_compute(arena, lease, m, now, provide, context, &statement, problems) ||
		    !fees_add(lease, &statement.lines, sum, problems))
			return false;
	}
	return true;
}

bool statement_compute(struct arena *arena, const struct lease *lease, month_number month, instant now,
		       usage_provider *provide, void *context, struct statement *statement, struct problems *problems)
{
	struct money before = money_of_fen(0), to_date;

	if (!fees_compute(arena, lease, month, now, provide, context, statement, problems))
		return false;
	if (!outside_use(lease, month, now, provide, context, statement, problems))
		return false;
	if (!fees_of_months_before(arena, lease, month, now, provide, context, &before, problems))
		return false;
	to_date = before;
	if (!fees_add(lease, &statement->lines, &to_date, problems))
		return false;
	statement->fees_before = before;
	statement->fees_to_date = to_date;
	return total_lines(lease, statement, problems) &&
	       lines_total(&statement->lines, &statement->net, &statement->tax, &statement->total, problems);
}
