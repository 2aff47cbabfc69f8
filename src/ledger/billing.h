/* Billing and payment as acts on the journal: each decides, appends its facts, and is one transaction. */
#ifndef LEDGER_BILLING_H
#define LEDGER_BILLING_H

#include "lease/issue.h"
#include "ledger/act.h"

struct issue_result {
	const struct lease *lease;         /* as it is afterwards */
	const struct issued *issued;       /* NULL when billing was parked instead */
	struct statement statement;        /* as computed */
};

/* Issues the statement of MONTH and, unless SERVE is false, records that it was served now. A bound that was passed parks
 * the month's billing instead: a fact, and a refusal. */
bool billing_issue(const struct actor *actor, struct str lease, month_number month, bool serve,
		   struct issue_result *result, struct problems *problems) MUST_USE;
/* Asks for the advance of MONTH (3.3); it counts as served now. */
bool billing_advance(const struct actor *actor, struct str lease, month_number month, struct issue_result *result,
		     struct problems *problems) MUST_USE;
bool billing_serve(const struct actor *actor, struct str lease, int64_t number, day_number served,
		   struct problems *problems) MUST_USE;
bool billing_release(const struct actor *actor, struct str lease, month_number month, struct str because,
		     struct problems *problems) MUST_USE;

/* PAYMENT's number is filled in. WORDS: what the bank or the person says of the payer, kept as an erasable payload. */
bool payment_record(const struct actor *actor, struct str lease, struct payment *payment, struct str words,
		    struct problems *problems) MUST_USE;
bool payment_reverse(const struct actor *actor, struct str lease, int64_t number, struct str because,
		     struct problems *problems) MUST_USE;
bool cost_record(const struct actor *actor, struct str lease, const struct cost *cost, struct problems *problems) MUST_USE;

/* The notice of 8.1 served at AT; refused unless the right stands then. */
bool notice_serve(const struct actor *actor, struct str lease, int64_t number, instant at, struct problems *problems) MUST_USE;
bool reminder_record(const struct actor *actor, struct str lease, const struct reminder *reminder,
		     struct problems *problems) MUST_USE;

/* Payment NUMBER if it can still be reversed, else NULL and a problem. */
const struct payment *payment_reversible(const struct lease *lease, int64_t number, struct problems *problems) MUST_USE;

/* The same within an act that the caller began: for one transaction over several chains. The state in ACT stays as it
 * was; payment_add() and payment_take_back() of lease/billing.h make it follow. */
bool payment_append(struct act *act, struct payment *payment, struct str words) MUST_USE;
bool reversal_append(struct act *act, int64_t number, struct str because) MUST_USE;

#endif
