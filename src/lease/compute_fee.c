/* Clause 3.1(1), the compute fee: yuan per GPU-hour, by the GPU-hours really used. */
#include "lease/statement.h"

bool compute_price_on(const struct terms *terms, struct str model, day_number day, size_t *price)
{
	bool found = false, named = false;

	for (size_t i = 0; i < terms->fees.compute_count; i++) {
		const struct gpu_price *entry = &terms->fees.compute[i];
		bool names = entry->gpu_model.length > 0;

		if (entry->from > day || !gpu_model_matches(entry->gpu_model, model) || (named && !names))
			continue;
		if (found && named == names && terms->fees.compute[*price].from > entry->from)
			continue;
		*price = i;
		found = true;
		named = names;
	}
	return found;
}

bool compute_priced_always(const struct terms *terms)
{
	return terms->fees.compute_count == 1 && terms->fees.compute[0].gpu_model.length == 0 &&
	       terms->fees.compute[0].from <= terms->term.from;
}

static struct line *line_of_price(struct lines *lines, const struct lease *lease, month_number month, size_t price)
{
	const struct gpu_price *entry = &lease->terms.fees.compute[price];
	struct line line = {
		.clause = STR("3.1(1)"), .meter = METER_GPU, .gpu_model = entry->gpu_model, .unit = STR("GPU-hour"),
		.exact_per_unit = (wide)HOUR_SECONDS * 1000, .unit_price = entry->yuan_per_gpu_hour,
		.agreement_line = entry->line, .shown_only = lease->terms.fees.total_meaning == TOTAL_FIXED,
	};

	tax_apply(lease, month, &line);
	return lines_add(lines, line);
}

/* The uses of one month gathered by price; lines come in the order of the agreement's prices. */
struct gathering {
	const struct lease *lease;
	struct statement *statement;
	wide *exact;           /* by price */
	bool *used;
	struct problems *problems;
};

/* A price that returns after a change is the same price: its uses in one month are one line. */
static size_t line_of_same_price(const struct terms *terms, size_t price)
{
	const struct gpu_price *entry = &terms->fees.compute[price];

	for (size_t i = 0; i < price; i++)
		if (str_equal(terms->fees.compute[i].gpu_model, entry->gpu_model) &&
		    decimal_compare(terms->fees.compute[i].yuan_per_gpu_hour, entry->yuan_per_gpu_hour) == 0)
			return i;
	return price;
}

static bool day_add(struct gathering *g, const struct class_usage *class, day_number day, int64_t thousandths)
{
	bool in_term = day >= g->lease->terms.term.from && day <= g->lease->terms.term.to;
	size_t price = 0;

	if (thousandths == 0)
		return true;
	if (!in_term && !class->outside_term) {
		g->statement->outside_term_thousandths += thousandths;
		return true;
	}
	if (!compute_price_on(&g->lease->terms, class->model, in_term ? day : g->lease->terms.term.to, &price))
		return problem_say(g->problems, REFUSAL_LEASE_NO_PRICE, STR("3.1(1)"), class->model,
				   day_text(g->problems->arena, day), STR(""));
	price = line_of_same_price(&g->lease->terms, price);
	g->exact[price] += thousandths;
	g->used[price] = true;
	g->statement->day_thousandths[day - month_first_day(g->statement->month)] += thousandths;
	return true;
}

static bool class_add(struct gathering *g, const struct class_usage *class)
{
	day_number first = month_first_day(g->statement->month);

	for (int i = 0; i < month_length_days(g->statement->month); i++)
		if (!day_add(g, class, first + i, class->sums.days[i]))
			return false;
	return true;
}

instant open_billed_end(const struct lease *lease, const struct open_usage *open, instant now, bool *runaway)
{
	instant limit = open->listed + lease->terms.cluster.runaway_after_seconds;
	bool billed = lease->terms.compute.suspended == SUSPENDED_BILLED;

	*runaway = now > limit;
	return (*runaway ? limit : now) - (billed ? 0 : open->suspended_seconds);
}

/* Only this month's part of an open allocation goes into SUMS. */
struct one_month {
	struct month_sums sums, elsewhere;
};

static struct month_sums *one_month_find(void *context, month_number month)
{
	struct one_month *one = context;

	return month == one->sums.month ? &one->sums : &one->elsewhere;
}

void compute_outside_add(const struct lease *lease, const struct month_usage *usage, month_number month, instant now,
			 struct statement *statement)
{
	instant from = zone_month_begin(&lease->zone, month), to = zone_month_begin(&lease->zone, month + 1);

	for (size_t i = 0; i < usage->class_count; i++)
		for (int day = 0; !usage->classes[i].outside_term && day < MONTH_DAYS_MAX; day++)
			statement->outside_term_thousandths += usage->classes[i].sums.days[day];
	for (size_t i = 0; i < usage->open_count; i++) {
		const struct open_usage *open = &usage->open[i];
		bool runaway;
		instant end = open_billed_end(lease, open, now, &runaway);
		instant begin = open->start > from ? open->start : from;

		end = end < to ? end : to;
		if (begin < end)
			statement->outside_term_thousandths += (wide)(end - begin) * open->gpus_thousandths;
	}
}

static bool open_add(struct gathering *g, const struct open_usage *open, instant now)
{
	instant from = zone_month_begin(&g->lease->zone, g->statement->month);
	instant to = zone_month_begin(&g->lease->zone, g->statement->month + 1);
	struct class_usage class = { .model = open->model };
	struct one_month one = { .sums = { .month = g->statement->month } };
	struct day_cutter cutter;
	bool runaway;
	instant end = open_billed_end(g->lease, open, now, &runaway);

	from = open->start > from ? open->start : from;
	to = end < to ? end : to;
	g->statement->runaway_count += runaway && from < zone_month_begin(&g->lease->zone, g->statement->month + 1);
	if (from >= to)
		return true;
	g->statement->open_count++;
	day_cutter_init(&cutter, &g->lease->zone);
	if (!day_sums_add(&cutter, from, to, open->gpus_thousandths, false, one_month_find, &one))
		return problem_say(g->problems, REFUSAL_RATING_OVERFLOW, STR("3.1(1)"), STR(""), STR(""), STR(""));
	class.sums = one.sums;
	return class_add(g, &class);
}

/* The price that a month without use shows: of those in force on the first day that the statement covers (a newer price
 * of its own model has not replaced it), the one that stands first in the agreement. */
static size_t price_shown(const struct terms *terms, day_number day)
{
	size_t price = 0;

	for (size_t i = 0; i < terms->fees.compute_count; i++)
		if (compute_price_on(terms, terms->fees.compute[i].gpu_model, day, &price) && price == i)
			return i;
	return 0;
}

static bool lines_write(const struct gathering *g)
{
	size_t prices = g->lease->terms.fees.compute_count;
	day_number first = zone_day(&g->lease->zone, g->statement->from);
	bool any = false;

	for (size_t i = 0; i < prices; i++)
		any |= g->used[i];
	if (!any)
		g->used[price_shown(&g->lease->terms, first)] = true;
	for (size_t i = 0; i < prices; i++) {
		struct line *line;

		if (!g->used[i])
			continue;
		line = line_of_price(&g->statement->lines, g->lease, g->statement->month, i);
		line->exact = g->exact[i];
		if (!line_rate(line, g->lease->terms.tax_exclusive, g->problems))
			return false;
	}
	return true;
}

bool compute_fee_lines(struct arena *arena, const struct lease *lease, const struct month_usage *usage, instant now,
		       struct statement *statement, struct problems *problems)
{
	size_t prices = lease->terms.fees.compute_count;
	struct gathering g = { .lease = lease, .statement = statement, .problems = problems };

	if (prices == 0)
		return true;
	g.exact = arena_many(arena, prices, wide);
	g.used = arena_many(arena, prices, bool);
	for (size_t i = 0; i < usage->class_count; i++)
		if (!class_add(&g, &usage->classes[i]))
			return false;
	for (size_t i = 0; i < usage->open_count; i++)
		if (!open_add(&g, &usage->open[i], now))
			return false;
	return lines_write(&g);
}
