/*
 * What is to come, as far as the past tells: cash by month, and the month in which 3.2's total is reached. A forecast
 * is no claim: fees of months to come are the mean of the last three statements' own lines, one-time fees left out.
 */
#ifndef LEASE_FORECAST_H
#define LEASE_FORECAST_H

#include "lease/account.h"

enum { FORECAST_MONTHS = 6, FORECAST_MEAN_OF = 3 };

struct forecast {
	struct money overdue;                    /* due before the account's day and unpaid */
	month_number first;
	struct money billed[FORECAST_MONTHS];    /* unpaid statements, by month of their due day */
	struct money expected[FORECAST_MONTHS];  /* of months not billed yet, by month of their due day */
	struct money mean_fees;                  /* a month; 0 while there is no statement */
	struct money fees_to_date, total;        /* 3.2 */
	bool reaches_total;                      /* within the term, at that mean */
	month_number reached;
};

/* FIRST: the month that the buckets begin with. */
bool forecast_compute(const struct account *account, month_number first, struct forecast *forecast, struct problems *problems) MUST_USE;

#endif
