/* Rules of clauses 2.1 and 2.2: dates and number of months say the same, and no lease is longer than 20 years. */
#include "terms/reading.h"

enum { TERM_MONTHS_MOST = 240 };   /* Civil Code art. 705 */

day_number term_last_day(day_number from, int months)
{
	month_number month = month_of_day(from) + months;
	int day = civil_of_day(from).day, length = month_length_days(month);

	return month_first_day(month) + (day > length ? length : day - 1) - 1;
}

/* How many months the dates are; 0 when they are no whole number. */
static int whole_months(day_number from, day_number to)
{
	int difference = month_of_day(to) - month_of_day(from);

	for (int months = difference > 0 ? difference : 1; months <= difference + 1; months++)
		if (term_last_day(from, months) == to)
			return months;
	return 0;
}

static void months_fit(struct reading *r)
{
	const struct terms *t = r->terms;
	int whole = whole_months(t->term.from, t->term.to);
	struct str from = day_text(r->arena, t->term.from), to = day_text(r->arena, t->term.to);
	struct str months = arena_format(r->arena, "%lld", (long long)t->term.months);
	struct str last = day_text(r->arena, term_last_day(t->term.from, (int)t->term.months));

	if (whole == t->term.months)
		return;
	if (whole)
		path_report(r, REFUSAL_TERM_MONTHS_COUNT, "term.months", months, arena_format(r->arena, "%d", whole),
			    last,
			    arena_format(r->arena, "%.*s - %.*s", (int)from.length, from.at, (int)to.length, to.at));
	else
		path_report(r, REFUSAL_TERM_NOT_WHOLE, "term.to", from, to, months, last);
}

static void length_allowed(struct reading *r)
{
	const struct terms *t = r->terms;
	day_number last = term_last_day(t->term.from, TERM_MONTHS_MOST);

	if (t->term.to > last)
		path_report(r, REFUSAL_TERM_TOO_LONG, "term.to", day_text(r->arena, t->term.to),
			    day_text(r->arena, last), STR(""), STR(""));
}

void check_term(struct reading *r)
{
	const struct terms *t = r->terms;

	if (field_good(r, "term.from") && field_good(r, "term.to") && t->term.to < t->term.from) {
		path_report(r, REFUSAL_TERM_ORDER, "term.to", day_text(r->arena, t->term.to),
			    day_text(r->arena, t->term.from), STR(""), STR(""));
	} else if (field_good(r, "term.from") && field_good(r, "term.to")) {
		length_allowed(r);
		if (field_good(r, "term.months"))
			months_fit(r);
	}
	if (field_good(r, "term.months") && field_good(r, "term.renewal_notice") &&
	    t->term.renewal_notice_months >= t->term.months)
		path_report(r, REFUSAL_NOTICE_LONGER_THAN_TERM, "term.renewal_notice",
			    arena_format(r->arena, "%lld", (long long)t->term.renewal_notice_months),
			    arena_format(r->arena, "%lld", (long long)t->term.months), STR(""), STR(""));
	if (field_given(r, "signed") && field_good(r, "signed") && field_good(r, "term.from") &&
	    t->signed_day > t->term.from)
		path_report(r, REFUSAL_SIGNED_LATE, "signed", day_text(r->arena, t->signed_day),
			    day_text(r->arena, t->term.from), STR(""), STR(""));
}
