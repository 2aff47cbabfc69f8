/*
 * Which payment reminders are due on a day (clauses 3.3, 3.4 and 8.1). A view of the account; what was sent is a fact
 * (FACT_REMINDER) and is never due again. Stages of a statement that was served and is not paid in full:
 *
 *	before-due	from 3 days before the due day to the day before it
 *	due-day		on the due day
 *	overdue		from the day after it; overdue-30, overdue-60 ... so many days after the due day
 *	right-8-1	from the day at whose 00:00 the right of 8.1 arises, while principal is unpaid and no notice
 *			of it was served
 *
 * A stage whose day passed unseen is due late only while it still says something: never before-due or due-day; of the
 * overdue stages the latest only, and not when any reminder of the statement was sent since its day. So at most one
 * reminder of a statement is due, of right-8-1 and overdue the former.
 */
#ifndef LEASE_REMINDERS_H
#define LEASE_REMINDERS_H

#include "lease/account.h"

enum reminder_stage { REMINDER_BEFORE_DUE, REMINDER_DUE_DAY, REMINDER_OVERDUE, REMINDER_RIGHT };

/* By whom it is got; both empty: what anybody was sent counts as sent. */
struct reminder_receiver {
	struct str channel, to;
};

struct due_reminder {
	const struct owed *owed;
	enum reminder_stage stage;
	struct str name;                   /* "overdue-30", as the fact calls it */
	day_number day;                    /* when the stage began */
};

/* The reminder that is due of OWED on the account's day; false if none is. */
bool reminder_due(const struct account *account, const struct owed *owed, const struct reminder_receiver *receiver,
		  struct due_reminder *due);

/* What marks every try to send this reminder to this receiver: 32 hexadecimal digits, a digest of the fact's words. */
struct str reminder_id(const struct account *account, const struct due_reminder *due,
		       const struct reminder_receiver *receiver);

#endif
