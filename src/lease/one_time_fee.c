/* Clauses 3.1(3) and 3.1(4), the data-set fee and the software fee: whole, once, used or not. */
#include "lease/statement.h"

/* The month on whose statement one-time fees stand. `acceptance` waits for a fact that says so. */
static bool one_time_month(const struct lease *lease, month_number *month)
{
	const struct terms *terms = &lease->terms;

	switch (terms->fees.one_time_due) {
	case ONE_TIME_TERM_BEGIN:
		*month = month_of_day(terms->term.from);
		return true;
	case ONE_TIME_SIGNING:
		*month = month_of_day(terms->signed_day > terms->term.from ? terms->signed_day : terms->term.from);
		return true;
	case ONE_TIME_DATE:
		*month = month_of_day(terms->fees.one_time_day);
		return true;
	case ONE_TIME_ACCEPTANCE:
		return false;
	}
	return false;
}

static bool fee_add(const struct lease *lease, struct str clause, enum meter meter, struct money fee, size_t agreement_line,
		    struct statement *statement, struct problems *problems)
{
	struct line line = {
		.clause = clause, .meter = meter, .exact = 1, .exact_per_unit = 1, .unit = STR("once"),
		.unit_price = { money_fen(fee), 2 }, .agreement_line = agreement_line,
	};

	tax_apply(lease, statement->month, &line);
	return line_rate(lines_add(&statement->lines, line), lease->terms.tax_exclusive, problems);
}

bool one_time_fee_lines(const struct lease *lease, struct statement *statement, struct problems *problems)
{
	const struct terms *terms = &lease->terms;
	month_number month;

	if (!one_time_month(lease, &month) || month != statement->month)
		return true;
	if (terms->fees.dataset_given && !fee_add(lease, STR("3.1(3)"), METER_DATASET, terms->fees.dataset,
						  terms->fees.dataset_line, statement, problems))
		return false;
	return !terms->fees.software_given || fee_add(lease, STR("3.1(4)"), METER_SOFTWARE, terms->fees.software,
						      terms->fees.software_line, statement, problems);
}
