/* Rules of clauses 3.3, 3.4 and 8.1: whose account, what is due in the month itself, and one penalty rate, not two. */
#include "terms/reading.h"

void check_payment(struct reading *r)
{
	const struct terms *t = r->terms;

	if (field_good(r, "payment.account.name") && field_good(r, "lessor.name") &&
	    !str_equal(t->payment.account.name, t->lessor.name))
		path_report(r, REFUSAL_ACCOUNT_NOT_LESSOR, "payment.account.name", t->payment.account.name,
			    t->lessor.name, STR(""), STR(""));
	if (field_good(r, "payment.late_rate") && field_good(r, "breach.late_rate") &&
	    decimal_compare(t->payment.late_percent_per_day, t->breach.late_percent_per_day) != 0)
		path_report(r, REFUSAL_LATE_RATES_DIFFER, "breach.late_rate",
			    decimal_text(r->arena, t->breach.late_percent_per_day),
			    decimal_text(r->arena, t->payment.late_percent_per_day), STR(""), STR(""));
	if (!field_good(r, "payment.due_month"))
		return;
	if (t->payment.due_month == DUE_SAME && node_is_blank(node_path(r->root, "payment.advance")))
		path_report(r, REFUSAL_DUE_SAME_WITHOUT_ADVANCE, "payment.due_month",
			    str_of(field_of("payment.advance")->example), STR(""), STR(""), STR(""));
	if (t->payment.due_month == DUE_FOLLOWING && field_good(r, "payment.advance"))
		path_report(r, REFUSAL_ADVANCE_WITHOUT_DUE_SAME, "payment.advance", STR(""), STR(""), STR(""), STR(""));
}
