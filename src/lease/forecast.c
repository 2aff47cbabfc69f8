#include "lease/forecast.h"

static bool month_add(const struct forecast *forecast, struct money months[FORECAST_MONTHS], month_number month, struct money amount)
{
	if (month < forecast->first || month >= forecast->first + FORECAST_MONTHS)
		return true;
	return money_add(months[month - forecast->first], amount, &months[month - forecast->first]);
}

static bool billed_fill(const struct account *account, struct forecast *forecast)
{
	for (size_t i = 0; i < account->owed_count; i++) {
		const struct owed *owed = &account->owed[i];

		if (owed->issued->served && owed->issued->due_day < account->day) {
			if (!money_add(forecast->overdue, owed->unpaid, &forecast->overdue))
				return false;
		} else if (!month_add(forecast, forecast->billed,
				      owed->issued->served ? month_of_day(owed->issued->due_day) : forecast->first, owed->unpaid)) {
			return false;
		}
	}
	return true;
}

/* What comes each month: use and storage, and what 3.2 makes of them. */
static bool monthly(const struct line *line)
{
	return line->meter != METER_DATASET && line->meter != METER_SOFTWARE;
}

static bool fees_fill(const struct account *account, struct forecast *forecast)
{
	bool exclusive = account->lease->terms.tax_exclusive, fits = true;
	wide sum = 0;
	size_t months = 0;

	for (size_t i = account->owed_count; i-- > 0;) {
		const struct issued *issued = account->owed[i].issued;

		months += i + FORECAST_MEAN_OF >= account->owed_count;
		for (size_t j = 0; j < issued->line_count; j++) {
			const struct line *line = &issued->lines[j];

			if (line->meter == METER_ADVANCE)
				continue;
			fits = fits && money_add(forecast->fees_to_date, exclusive ? line->net : line->amount, &forecast->fees_to_date);
			if (i + FORECAST_MEAN_OF >= account->owed_count && monthly(line))
				sum += money_fen(line->amount);
		}
		for (size_t j = 0; j < issued->correction_count; j++)
			fits = fits && money_add(forecast->fees_to_date, exclusive ? issued->corrections[j].line.net
										 : issued->corrections[j].line.amount,
						 &forecast->fees_to_date);
	}
	forecast->mean_fees = money_of_fen(months ? (int64_t)(sum / (wide)months) : 0);
	return fits;
}

static bool expected_fill(const struct account *account, struct forecast *forecast)
{
	const struct terms *terms = &account->lease->terms;
	month_number month = account->owed_count ? account->owed[account->owed_count - 1].issued->month + 1
						 : month_of_day(terms->term.from);
	wide to_date = money_fen(forecast->fees_to_date);

	for (; month <= month_of_day(terms->term.to); month++) {
		day_number earliest = month_first_day(month + 1) + (day_number)terms->payment.grace_days, due;
		bool provisional;

		/* A month that could have been billed long ago is served today at the earliest. */
		due = statement_due_day(terms, month, false, earliest > account->day ? earliest : account->day, &provisional);

		to_date += money_fen(forecast->mean_fees);
		if (!forecast->reaches_total && money_fen(forecast->mean_fees) > 0 && to_date >= money_fen(terms->fees.total)) {
			forecast->reaches_total = true;
			forecast->reached = month;
		}
		if (!month_add(forecast, forecast->expected, month_of_day(due), forecast->mean_fees))
			return false;
	}
	return true;
}

bool forecast_compute(const struct account *account, month_number first, struct forecast *forecast, struct problems *problems)
{
	*forecast = (struct forecast){ .first = first, .total = account->lease->terms.fees.total };
	return (billed_fill(account, forecast) && fees_fill(account, forecast) && expected_fill(account, forecast)) ||
	       problem_say(problems, REFUSAL_RATING_OVERFLOW, STR("3.2"), STR(""), STR(""), STR(""));
}
