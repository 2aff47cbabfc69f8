#include "lease/account.h"

#include <stdlib.h>

#include "base/rest_days.h"

/* A rate in percent of P places makes hundred x 10^P units of penalty out of a fen. */
static wide units_per_fen(const struct terms *terms)
{
	return (wide)100 * power_of_ten(terms->payment.late_percent_per_day.places);
}

/* No sum of money reaches 2^53 fen. What does is a mistake: it is refused, and up to there nothing here can wrap. */
#define FEN_MOST (INT64_C(1) << 53)

static int64_t fen_of_units(wide units, wide per_fen)
{
	wide fen = (units + per_fen / 2) / per_fen;

	return fen < FEN_MOST ? (int64_t)fen : FEN_MOST;
}

static bool within_range(struct money amount)
{
	return money_fen(amount) < FEN_MOST && money_fen(amount) > -FEN_MOST;
}

/* The exact penalty, at most the cap. */
static wide penalty_units(const struct lease *lease, const struct owed *owed)
{
	const struct decimal cap = lease->terms.payment.penalty_cap_percent;
	wide most;

	if (cap.mantissa == 0)
		return owed->penalty_exact;
	/* Both sides in units x 100 x 10^places of the cap, so that nothing is divided. */
	most = (wide)money_fen(owed->principal) * cap.mantissa * units_per_fen(&lease->terms);
	return owed->penalty_exact * 100 * power_of_ten(cap.places) > most ? most / (100 * power_of_ten(cap.places))
									   : owed->penalty_exact;
}

static int64_t less(struct money a, struct money b)
{
	return money_fen(a) - money_fen(b);
}

static int64_t part_owed(const struct owed *owed, enum payment_part part)
{
	int64_t fen = 0;

	switch (part) {
	case PAYS_COSTS:     fen = less(owed->costs, owed->costs_paid); break;
	case PAYS_PENALTY:   fen = less(owed->penalty, owed->penalty_paid); break;
	case PAYS_PRINCIPAL: fen = less(owed->principal, owed->principal_paid); break;
	case PAYMENT_PARTS:  break;
	}
	return fen > 0 ? fen : 0;
}

/* Penalty runs from the day after the due day to the day of payment, both included (3.4). */
static void accrue(const struct lease *lease, struct owed *owed, day_number to)
{
	day_number from = owed->accrued_to;

	if (!owed->issued->served)
		return;
	if (from < owed->issued->due_day)
		from = owed->issued->due_day;
	if (to <= from)
		return;
	owed->penalty_exact += (wide)part_owed(owed, PAYS_PRINCIPAL) * (to - from) *
			       lease->terms.payment.late_percent_per_day.mantissa;
	owed->accrued_to = to;
	owed->penalty = money_of_fen(fen_of_units(penalty_units(lease, owed), units_per_fen(&lease->terms)));
}

/* ---- principal ---- */

static int64_t smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Which charges still stand: of each statement, for each one that it corrects. */
struct charges {
	int64_t *fen;
	size_t count;
};

static int64_t *charge_of(const struct charges *charges, size_t by, size_t of)
{
	return &charges->fen[by * charges->count + of];
}

static int64_t lower(struct owed *owed, int64_t fen)
{
	int64_t part = smaller(fen, money_fen(owed->principal) > 0 ? money_fen(owed->principal) : 0);

	owed->principal = money_of_fen(money_fen(owed->principal) - part);
	return part;
}

/* The advance that the month of a statement deducts, or NULL. */
static struct owed *advance_of(struct account *account, size_t of)
{
	const struct issued *advance = advance_of_month(&account->lease->billing, account->owed[of].issued->month);

	return advance && (uint64_t)advance->number <= account->owed_count ? &account->owed[advance->number - 1] : NULL;
}

/* A credit on statement BY lowers the statement that it corrects. What that one does not bear lowers those that carried
 * charges for it, the latest first: a line that went up and then down again; then the month's advance. A rest is left
 * where another month's credit took what was billed here: it lowers what still stands. None after BY is lowered, or a
 * later charge would take over an old credit and leave its penalty behind. */
static void credit_lowers(struct account *account, const struct charges *charges, size_t by, size_t of, int64_t fen)
{
	struct owed *owed = account->owed, *advance = advance_of(account, of);

	fen -= lower(&owed[of], fen);
	for (size_t i = by; i > of && fen > 0; i--) {
		int64_t part = lower(&owed[i], smaller(fen, *charge_of(charges, i, of)));

		*charge_of(charges, i, of) -= part;
		fen -= part;
	}
	if (advance)
		fen -= lower(advance, fen);
	for (size_t i = by + 1; i-- > 0 && fen > 0;)
		fen -= lower(&owed[i], fen);
}

/* Charges belong to the statement that carries them. A month that used less than its advance lowers the advance. */
static void principal_fill(struct account *account, const struct charges *charges, size_t by)
{
	const struct issued *issued = account->owed[by].issued;
	struct owed *advance = money_fen(issued->fees) < 0 ? advance_of(account, by) : NULL;
	struct money *own = advance ? &advance->principal : &account->owed[by].principal;

	account->owed[by].principal = issued->charges;
	*own = money_of_fen(money_fen(*own) + money_fen(issued->fees));
	for (size_t j = 0; j < issued->correction_count; j++) {
		int64_t fen = money_fen(issued->corrections[j].line.amount);

		if (fen > 0)
			*charge_of(charges, by, (size_t)issued->corrections[j].statement - 1) += fen;
	}
	for (size_t j = 0; j < issued->correction_count; j++) {
		int64_t fen = money_fen(issued->corrections[j].line.amount);

		if (fen < 0)
			credit_lowers(account, charges, by, (size_t)issued->corrections[j].statement - 1, -fen);
	}
}

/* A statement below zero, as the rounding of a cap's tax may make it by a fen, is money of the lessee: it lowers the
 * statements before it, the latest first, else those after it. */
static void below_zero_lowers(struct account *account, size_t index)
{
	struct owed *owed = account->owed;
	int64_t fen = -money_fen(owed[index].principal);

	if (fen <= 0)
		return;
	for (size_t i = index; i-- > 0 && fen > 0;)
		fen -= lower(&owed[i], fen);
	for (size_t i = index + 1; i < account->owed_count && fen > 0; i++)
		fen -= lower(&owed[i], fen);
	owed[index].principal = money_of_fen(-fen);
}

static bool principals_fill(struct account *account, struct problems *problems)
{
	size_t count = account->owed_count;
	struct charges charges = { arena_many(account->arena, count * count, int64_t), count };

	for (size_t i = 0; i < count; i++) {
		const struct issued *issued = account->owed[i].issued;
		struct money sum;

		if (!money_add(issued->fees, issued->charges, &sum) || !within_range(sum) || !within_range(issued->credits))
			return problem_say(problems, REFUSAL_RATING_OVERFLOW, STR("3.2"), STR(""), STR(""), STR(""));
	}
	for (size_t i = 0; i < count; i++)
		principal_fill(account, &charges, i);
	for (size_t i = 0; i < count; i++)
		below_zero_lowers(account, i);
	return true;
}

/* ---- paying ---- */

struct event {
	day_number day;
	enum { EVENT_ISSUE, EVENT_COST, EVENT_CREDIT, EVENT_PAYMENT } kind;   /* in the order of one day */
	size_t index;
};

static int event_order(const void *left, const void *right)
{
	const struct event *a = left, *b = right;

	if (a->day != b->day)
		return a->day < b->day ? -1 : 1;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return a->index < b->index ? -1 : a->index > b->index;
}

static int64_t all_owed(const struct owed *owed)
{
	return part_owed(owed, PAYS_COSTS) + part_owed(owed, PAYS_PENALTY) + part_owed(owed, PAYS_PRINCIPAL);
}

static void part_pay(struct owed *owed, struct allotment *allotment, enum payment_part part, int64_t fen)
{
	struct money *paid[PAYMENT_PARTS] = { &owed->costs_paid, &owed->penalty_paid, &owed->principal_paid };
	struct money *of_payment[PAYMENT_PARTS] = { &allotment->costs, &allotment->penalty, &allotment->principal };

	*paid[part] = money_of_fen(money_fen(*paid[part]) + fen);
	*of_payment[part] = money_of_fen(money_fen(*of_payment[part]) + fen);
}

static void statement_pay(struct account *account, struct owed *owed, const struct payment *payment, day_number day)
{
	struct money *held = &account->held[payment->number - 1];
	struct allotment allotment = { .payment = payment->number, .statement = owed->issued->number, .day = day };
	int64_t before = money_fen(*held), rest = before;

	accrue(account->lease, owed, day);
	for (int i = 0; i < PAYMENT_PARTS; i++) {
		enum payment_part part = account->lease->terms.payment.order[i];
		int64_t wanted = part_owed(owed, part), fen = wanted < rest ? wanted : rest;

		part_pay(owed, &allotment, part, fen);
		rest -= fen;
	}
	if (rest == before)
		return;
	allotment.accrued = owed->penalty;
	if (!owed->principal_settled && part_owed(owed, PAYS_PRINCIPAL) == 0) {
		owed->principal_settled = true;
		owed->settled_day = day;
	}
	*held = money_of_fen(rest);
	account->allotments = arena_grown(account->arena, account->allotments, account->allotment_count,
					  &account->allotment_capacity, sizeof(allotment));
	account->allotments[account->allotment_count++] = allotment;
}

/* Earliest due day first, those not served by DAY last, then the lowest number. */
static bool owed_before(const struct owed *a, const struct owed *b, day_number day)
{
	bool a_served = a->issued->served && a->issued->served_day <= day;
	bool b_served = b->issued->served && b->issued->served_day <= day;

	if (a_served != b_served)
		return a_served;
	if (a_served && a->issued->due_day != b->issued->due_day)
		return a->issued->due_day < b->issued->due_day;
	return a->issued->number < b->issued->number;
}

static struct owed *next_open(struct account *account, day_number day)
{
	struct owed *next = NULL;

	for (size_t i = 0; i < account->owed_count; i++) {
		struct owed *owed = &account->owed[i];

		if (owed->issued->issued_day > day)
			continue;
		accrue(account->lease, owed, day);
		if (all_owed(owed) > 0 && (!next || owed_before(owed, next, day)))
			next = owed;
	}
	return next;
}

/* The earliest due, as long as there is money. */
static void open_pay(struct account *account, const struct payment *payment, day_number day)
{
	struct owed *owed;

	while (money_fen(account->held[payment->number - 1]) > 0 && (owed = next_open(account, day)) != NULL)
		statement_pay(account, owed, payment, day);
}

/* The statements that the payer names come first (art. 560). */
static void payment_take(struct account *account, const struct payment *payment, day_number day)
{
	struct money *held = &account->held[payment->number - 1];

	*held = payment->amount;
	for (size_t i = 0; i < payment->statement_count; i++) {
		int64_t number = payment->statements[i];

		if (money_fen(*held) > 0 && number >= 1 && (uint64_t)number <= account->owed_count &&
		    account->owed[number - 1].issued->issued_day <= day)
			statement_pay(account, &account->owed[number - 1], payment, day);
	}
	open_pay(account, payment, day);
}

static bool counted(const struct payment *payment, day_number day)
{
	return !payment->reversed && payment->credit_day <= day;
}

/* Credit that is held pays at issue. */
static void credit_pays(struct account *account, day_number day)
{
	const struct billing *billing = &account->lease->billing;
	size_t *order = arena_many(account->arena, billing->payment_count, size_t), count = 0;

	for (size_t i = 0; i < billing->payment_count; i++) {
		size_t at = count;

		if (money_fen(account->held[i]) <= 0)
			continue;
		while (at > 0 && billing->payments[order[at - 1]].credit_day > billing->payments[i].credit_day) {
			order[at] = order[at - 1];
			at--;
		}
		order[at] = i;
		count++;
	}
	for (size_t i = 0; i < count; i++)
		open_pay(account, &billing->payments[order[i]], day);
}

static size_t events_list(const struct account *account, struct event *events)
{
	const struct billing *billing = &account->lease->billing;
	size_t count = 0;

	for (size_t i = 0; i < account->owed_count; i++) {
		events[count++] = (struct event){ account->owed[i].issued->issued_day, EVENT_ISSUE, i };
		events[count++] = (struct event){ account->owed[i].issued->issued_day, EVENT_CREDIT, i };
	}
	for (size_t i = 0; i < billing->cost_count; i++)
		if (billing->costs[i].day <= account->day && (uint64_t)billing->costs[i].statement <= account->owed_count)
			events[count++] = (struct event){ billing->costs[i].day, EVENT_COST, i };
	for (size_t i = 0; i < billing->payment_count; i++)
		if (counted(&billing->payments[i], account->day))
			events[count++] = (struct event){ billing->payments[i].credit_day, EVENT_PAYMENT, i };
	if (count)
		qsort(events, count, sizeof(*events), event_order);
	return count;
}

static void event_take(struct account *account, const struct event *event)
{
	const struct billing *billing = &account->lease->billing;
	const struct cost *cost;
	struct money *costs;

	switch (event->kind) {
	case EVENT_ISSUE:
		if (money_fen(account->owed[event->index].principal) <= 0) {
			account->owed[event->index].principal_settled = true;
			account->owed[event->index].settled_day = event->day;
		}
		break;
	case EVENT_CREDIT:
		credit_pays(account, event->day);
		break;
	case EVENT_COST:
		cost = &billing->costs[event->index];
		costs = &account->owed[cost->statement - 1].costs;
		*costs = money_of_fen(money_fen(*costs) + money_fen(cost->amount));
		break;
	case EVENT_PAYMENT:
		payment_take(account, &billing->payments[event->index], event->day);
		break;
	}
}

/* ---- the result ---- */

/* Overdue is unpaid principal; penalty that is left alone keeps a statement part paid. */
static enum standing standing_of(const struct account *account, const struct owed *owed)
{
	bool principal_unpaid = part_owed(owed, PAYS_PRINCIPAL) > 0;

	if (owed->settled)
		return STANDING_PAID;
	if (principal_unpaid && owed->issued->served && account->day > owed->issued->due_day)
		return STANDING_OVERDUE;
	if (money_fen(owed->principal_paid) > 0 || money_fen(owed->penalty_paid) > 0 || money_fen(owed->costs_paid) > 0)
		return STANDING_PART_PAID;
	return owed->issued->served && account->day == owed->issued->due_day ? STANDING_DUE : STANDING_ISSUED;
}

/* 8.1: at 00:00 of day n + 1 after the due day, while principal is unpaid; full payment ends it, unless the terms say
 * otherwise or the notice was served before. */
static void right_find(const struct account *account, struct owed *owed)
{
	const struct lease *lease = account->lease;
	day_number day = owed->issued->due_day + (day_number)lease->terms.breach.overdue_beyond_days + 1;

	if (!owed->issued->served || account->day < day)
		return;
	if (owed->principal_settled && owed->settled_day < day)
		return;
	owed->right_arose = true;
	owed->right_day = day;
	owed->right_stands = !owed->principal_settled || lease->terms.breach.right_survives_payment;
	for (size_t i = 0; i < lease->billing.notice_count; i++) {
		const struct notice *notice = &lease->billing.notices[i];

		if (notice->statement == owed->issued->number && str_is(notice->clause, "8.1") &&
		    (!owed->principal_settled || zone_day(&lease->zone, notice->served) <= owed->settled_day))
			owed->right_stands = true;
	}
}

static bool result_fill(struct account *account, struct problems *problems)
{
	bool fits = true;

	for (size_t i = 0; i < account->owed_count; i++) {
		struct owed *owed = &account->owed[i];

		accrue(account->lease, owed, account->day);
		owed->unpaid = money_of_fen(all_owed(owed));
		owed->settled = money_fen(owed->unpaid) == 0;
		owed->standing = standing_of(account, owed);
		right_find(account, owed);
		fits = fits && within_range(owed->penalty) && money_add(account->balance, owed->unpaid, &account->balance);
	}
	for (size_t i = 0; i < account->lease->billing.payment_count; i++)
		fits = fits && money_add(account->credit, account->held[i], &account->credit);
	return (fits && money_subtract(account->balance, account->credit, &account->balance)) ||
	       problem_say(problems, REFUSAL_RATING_OVERFLOW, STR("3.3"), STR(""), STR(""), STR(""));
}

static bool costs_fit(const struct billing *billing, struct problems *problems)
{
	struct money sum = money_of_fen(0);

	for (size_t i = 0; i < billing->cost_count; i++)
		if (!money_add(sum, billing->costs[i].amount, &sum) || !within_range(sum))
			return problem_say(problems, REFUSAL_RATING_OVERFLOW, STR("3.3"), STR(""), STR(""), STR(""));
	return true;
}

static size_t issued_by(const struct billing *billing, day_number day)
{
	size_t count = 0;

	while (count < billing->issued_count && billing->issued[count].issued_day <= day)
		count++;
	return count;
}

/* Principals come from the first KNOWN statements and their corrections; what happens, from those issued by DAY. */
static bool compute_knowing(struct arena *arena, const struct lease *lease, day_number day, size_t known,
			    struct account *account, struct problems *problems)
{
	const struct billing *billing = &lease->billing;
	struct event *events;
	size_t count;

	*account = (struct account){ .lease = lease, .day = day, .owed_count = known, .arena = arena };
	account->owed = arena_many(arena, known, struct owed);
	account->held = arena_many(arena, billing->payment_count, struct money);
	for (size_t i = 0; i < known; i++)
		account->owed[i].issued = &billing->issued[i];
	if (!principals_fill(account, problems) || !costs_fit(billing, problems))
		return false;
	account->owed_count = issued_by(billing, day);
	events = arena_many(arena, 2 * account->owed_count + billing->cost_count + billing->payment_count, struct event);
	count = events_list(account, events);
	for (size_t i = 0; i < count; i++)
		event_take(account, &events[i]);
	return result_fill(account, problems);
}

bool account_compute(struct arena *arena, const struct lease *lease, day_number day, struct account *account,
		     struct problems *problems)
{
	return compute_knowing(arena, lease, day, issued_by(&lease->billing, day), account, problems);
}

bool account_compute_corrected(struct arena *arena, const struct lease *lease, day_number day, struct account *account,
			       struct problems *problems)
{
	return compute_knowing(arena, lease, day, lease->billing.issued_count, account, problems);
}

const struct owed *account_owed(const struct account *account, int64_t number)
{
	return number >= 1 && (uint64_t)number <= account->owed_count ? &account->owed[number - 1] : NULL;
}

/* ---- penalty day by day ---- */

static struct money principal_at(const struct account *account, const struct owed *owed, day_number day)
{
	int64_t fen = money_fen(owed->principal);

	for (size_t i = 0; i < account->allotment_count; i++)
		if (account->allotments[i].statement == owed->issued->number && account->allotments[i].day < day)
			fen -= money_fen(account->allotments[i].principal);
	return money_of_fen(fen > 0 ? fen : 0);
}

bool account_penalty_days(struct arena *arena, const struct lease *lease, int64_t number, day_number day, bool each,
			  struct penalty_day **days, size_t *count, struct problems *problems)
{
	struct account account;
	const struct owed *owed;
	struct owed running;
	size_t capacity = 0;

	*days = NULL;
	*count = 0;
	if (!account_compute(arena, lease, day, &account, problems))
		return false;
	owed = account_owed(&account, number);
	if (!owed || !owed->issued->served)
		return true;
	running = (struct owed){ .issued = owed->issued, .principal = owed->principal };
	for (day_number at = owed->issued->due_day + 1; at <= day; at++) {
		struct money principal = principal_at(&account, owed, at);
		struct penalty_day *last = *count ? &(*days)[*count - 1] : NULL;

		if (money_fen(principal) == 0)
			break;
		running.principal_paid = money_of_fen(money_fen(owed->principal) - money_fen(principal));
		accrue(lease, &running, at);
		if (!last || each || money_compare(last->principal, principal) != 0) {
			*days = arena_grown(arena, *days, *count, &capacity, sizeof(**days));
			last = &(*days)[(*count)++];
			*last = (struct penalty_day){ .from = at, .principal = principal };
		}
		last->to = at;
		last->penalty = running.penalty;
	}
	return true;
}

/* ---- when it is due ---- */

day_number statement_due_day(const struct terms *terms, month_number month, bool advance, day_number served, bool *provisional)
{
	month_number due_month = advance ? month : month + 1;
	day_number first = month_first_day(due_month);
	int length = month_length_days(due_month);
	day_number due = first + (day_number)(terms->payment.due_day < length ? terms->payment.due_day : length) - 1;
	day_number after_service = served + (day_number)terms->payment.days_to_pay;

	due = due > after_service ? due : after_service;
	*provisional = terms->payment.rest_day == REST_DAY_NEXT && !rest_days_published(due);
	return terms->payment.rest_day == REST_DAY_NEXT ? working_day_from(due) : due;
}

static const struct { const char *name, *text[2]; } standings[STANDING_COUNT] = {
	[STANDING_ISSUED] = { "issued", { "issued", "已出单" } },
	[STANDING_DUE] = { "due", { "due today", "今日到期" } },
	[STANDING_PART_PAID] = { "part-paid", { "part paid", "部分支付" } },
	[STANDING_PAID] = { "paid", { "paid", "已付清" } },
	[STANDING_OVERDUE] = { "overdue", { "overdue", "逾期" } },
};

const char *standing_name(enum standing standing)
{
	return standings[standing].name;
}

const char *standing_text(enum standing standing, enum language language)
{
	return standings[standing].text[language];
}
