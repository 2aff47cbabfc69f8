/* Clause 3.2, the total: an estimate, a cap on the fees, or the fixed price itself. */
#include "lease/statement.h"

static struct money smaller(struct money a, struct money b)
{
	return money_compare(a, b) < 0 ? a : b;
}

static bool cap_line(const struct lease *lease, struct statement *statement, struct problems *problems)
{
	const struct terms *terms = &lease->terms;
	struct money to_date = smaller(terms->fees.total, statement->fees_to_date), cut;
	struct money before = smaller(terms->fees.total, statement->fees_before);
	struct line line = { .clause = STR("3.2"), .meter = METER_CAP, .unit = STR("once"), .exact_per_unit = 1,
			     .agreement_line = terms->fees.total_line };

	/* (billed to date - billed before) - (fees to date - fees before) */
	if (!money_subtract(to_date, statement->fees_to_date, &cut) || !money_add(cut, statement->fees_before, &cut) ||
	    !money_subtract(cut, before, &cut))
		return problem_say(problems, REFUSAL_RATING_OVERFLOW, STR("3.2"), STR(""), STR(""), STR(""));
	if (money_fen(cut) == 0)
		return true;
	line.exact = 1;
	line.unit_price = (struct decimal){ money_fen(cut), 2 };
	tax_apply(lease, statement->month, &line);
	return line_set_amount(lines_add(&statement->lines, line), cut, terms->tax_exclusive, problems);
}

/* Total less one-time fees in n = months instalments on the first n statements, each rounded down, the remainder in
 * the last. */
static bool instalment_line(const struct lease *lease, struct statement *statement, struct problems *problems)
{
	const struct terms *terms = &lease->terms;
	int64_t number = statement->month - month_of_day(terms->term.from), months = terms->term.months;
	int64_t rest = money_fen(terms->fees.total) - (terms->fees.dataset_given ? money_fen(terms->fees.dataset) : 0) -
		       (terms->fees.software_given ? money_fen(terms->fees.software) : 0);
	struct line line = { .clause = STR("3.2"), .meter = METER_INSTALMENT, .unit = STR("once"), .exact = 1,
			     .exact_per_unit = 1, .agreement_line = terms->fees.total_line };
	int64_t instalment;

	if (number < 0 || number >= months)
		return true;
	if (rest < 0)
		return problem_say(problems, REFUSAL_LEASE_FIXED_BELOW_FEES, STR("3.2"), STR(""), STR(""), STR(""));
	instalment = number + 1 < months ? rest / months : rest - rest / months * (months - 1);
	line.unit_price = (struct decimal){ instalment, 2 };
	tax_apply(lease, statement->month, &line);
	return line_set_amount(lines_add(&statement->lines, line), money_of_fen(instalment), terms->tax_exclusive, problems);
}

bool total_lines(const struct lease *lease, struct statement *statement, struct problems *problems)
{
	switch (lease->terms.fees.total_meaning) {
	case TOTAL_ESTIMATE:
		return true;
	case TOTAL_CAP:
		return cap_line(lease, statement, problems);
	case TOTAL_FIXED:
		return instalment_line(lease, statement, problems);
	}
	return false;
}
