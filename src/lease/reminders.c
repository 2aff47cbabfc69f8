#include "lease/reminders.h"

enum { BEFORE_DUE_DAYS = 3, OVERDUE_EVERY_DAYS = 30, ID_BYTES = 16 };

static bool mine(const struct account *account, const struct reminder *reminder, const struct owed *owed,
		 const struct reminder_receiver *receiver)
{
	struct digest to = digest_of(account->lease->algorithm, &receiver->to, 1);

	if (reminder->statement != owed->issued->number)
		return false;
	return receiver->channel.length == 0 ||
	       (str_equal(reminder->channel, receiver->channel) && digest_equal(&reminder->to_digest, &to));
}

static bool sent(const struct account *account, const struct due_reminder *due,
		 const struct reminder_receiver *receiver)
{
	const struct billing *billing = &account->lease->billing;

	for (size_t i = 0; i < billing->reminder_count; i++)
		if (mine(account, &billing->reminders[i], due->owed, receiver) &&
		    str_equal(billing->reminders[i].stage, due->name))
			return true;
	return false;
}

/* Any reminder since the stage's day has said as much. */
static bool sent_since(const struct account *account, const struct due_reminder *due,
		       const struct reminder_receiver *receiver)
{
	const struct billing *billing = &account->lease->billing;

	for (size_t i = 0; i < billing->reminder_count; i++)
		if (mine(account, &billing->reminders[i], due->owed, receiver) &&
		    zone_day(&account->lease->zone, billing->reminders[i].sent) >= due->day)
			return true;
	return false;
}

static bool notice_served(const struct lease *lease, int64_t statement)
{
	for (size_t i = 0; i < lease->billing.notice_count; i++)
		if (lease->billing.notices[i].statement == statement && str_is(lease->billing.notices[i].clause, "8.1"))
			return true;
	return false;
}

/* The stage of the 8.1 right, or of the days to and after the due day; false before any. */
static bool right_reached(const struct account *account, struct due_reminder *due)
{
	const struct owed *owed = due->owed;

	if (!owed->right_stands || owed->principal_settled || notice_served(account->lease, owed->issued->number))
		return false;
	due->stage = REMINDER_RIGHT;
	due->day = owed->right_day;
	due->name = STR("right-8-1");
	return true;
}

static bool stage_reached(const struct account *account, struct due_reminder *due)
{
	day_number overdue = account->day - due->owed->issued->due_day;
	day_number spans = overdue / OVERDUE_EVERY_DAYS * OVERDUE_EVERY_DAYS;

	if (overdue < -BEFORE_DUE_DAYS)
		return false;
	if (overdue <= 0) {
		due->stage = overdue < 0 ? REMINDER_BEFORE_DUE : REMINDER_DUE_DAY;
		due->day = due->owed->issued->due_day - (overdue < 0 ? BEFORE_DUE_DAYS : 0);
		due->name = overdue < 0 ? STR("before-due") : STR("due-day");
		return true;
	}
	due->stage = REMINDER_OVERDUE;
	due->day = due->owed->issued->due_day + (spans ? spans : 1);
	due->name = spans ? arena_format(account->arena, "overdue-%d", spans) : STR("overdue");
	return true;
}

bool reminder_due(const struct account *account, const struct owed *owed, const struct reminder_receiver *receiver,
		  struct due_reminder *due)
{
	*due = (struct due_reminder){ .owed = owed };
	if (!owed->issued->served || owed->settled)
		return false;
	if (right_reached(account, due) && !sent(account, due, receiver))
		return true;
	if (!stage_reached(account, due) || sent(account, due, receiver))
		return false;
	return due->stage != REMINDER_OVERDUE || !sent_since(account, due, receiver);
}

struct str reminder_id(const struct account *account, const struct due_reminder *due,
		       const struct reminder_receiver *receiver)
{
	struct str parts[] = {
		STR("trainlease-reminder-1\n"), account->lease->id,
		arena_format(account->arena, "\n%lld\n", (long long)due->owed->issued->number), due->name, STR("\n"),
		receiver->channel, STR("\n"), receiver->to,
	};
	struct digest digest = digest_of(DIGEST_SHA256, parts, sizeof(parts) / sizeof(parts[0]));

	return str_part(digest_hex(account->arena, &digest), 0, 2 * ID_BYTES);
}
