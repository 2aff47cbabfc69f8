/* The optional term `tax`: which rate a line bears. The rate is that of the tax point, the earlier of the day on which
 * the statement is issued (grace days after the month) and its due day, or that of the month's advance. */
#include "lease/statement.h"

static day_number tax_point(const struct lease *lease, month_number month)
{
	day_number issued = month_first_day(month + 1) + (day_number)lease->terms.payment.grace_days;
	day_number due = month_first_day(month + 1) + (day_number)lease->terms.payment.due_day - 1;

	/* An advance is received, as agreed, in the month itself. */
	if (lease->terms.payment.due_month == DUE_SAME)
		due = month_first_day(month) + (day_number)lease->terms.payment.due_day - 1;
	return issued < due ? issued : due;
}

/* The lines of 3.2 stand in for compute use and bear its rate. */
static struct str taxed_clause(struct str clause)
{
	return str_is(clause, "3.2") ? STR("3.1(1)") : clause;
}

void tax_apply(const struct lease *lease, month_number month, struct line *line)
{
	day_number point = tax_point(lease, month);
	const struct tax_rate *best = NULL;

	for (size_t i = 0; i < lease->terms.tax_count; i++) {
		const struct tax_rate *rate = &lease->terms.tax[i];

		if (rate->from <= point && str_equal(rate->clause, taxed_clause(line->clause)) &&
		    (!best || rate->from >= best->from))
			best = rate;
	}
	line->taxed = best != NULL;
	if (best)
		line->tax_percent = best->percent;
}
