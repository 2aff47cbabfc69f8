#include "lease/issue.h"

instant issue_earliest(const struct lease *lease, month_number month)
{
	return zone_day_begin(&lease->zone, month_first_day(month + 1) + (day_number)lease->terms.payment.grace_days);
}

bool issue_next_month(const struct lease *lease, month_number *month)
{
	month_number last = month_of_day(lease->terms.term.to);

	*month = month_of_day(lease->terms.term.from);
	while (*month <= last && issued_of_month(&lease->billing, *month))
		(*month)++;
	return *month <= last;
}

/* A clock that steps back must not date a statement before the one before it. */
static bool after_the_last(struct arena *arena, const struct lease *lease, const struct issue_query *query, struct problems *problems)
{
	const struct issued *last = issued_find(&lease->billing, (int64_t)lease->billing.issued_count);

	if (!last || zone_day(&lease->zone, query->now) >= last->issued_day)
		return true;
	return problem_say(problems, REFUSAL_BILLING_CLOCK, STR("3.3"), issued_number_text(arena, lease->id, last->number),
			   day_text(arena, last->issued_day), day_text(arena, zone_day(&lease->zone, query->now)));
}

/* Statements follow each other month by month; what came after the term has its own only if use was released there. */
static bool in_turn(struct arena *arena, const struct lease *lease, const struct issue_query *query, struct problems *problems)
{
	const struct issued *there = issued_of_month(&lease->billing, query->month);
	month_number next;

	if (there)
		return problem_say(problems, REFUSAL_BILLING_ISSUED_ALREADY, STR("3.3"), month_text(arena, query->month),
				   issued_number_text(arena, lease->id, there->number), STR(""));
	if (issue_next_month(lease, &next) && query->month > next)
		return problem_say(problems, REFUSAL_BILLING_NOT_IN_TURN, STR("3.3"), month_text(arena, query->month),
				   month_text(arena, next), STR(""));
	if (query->now < issue_earliest(lease, query->month))
		return problem_say(problems, REFUSAL_BILLING_GRACE, STR("3.3"), month_text(arena, query->month),
				   zone_text(arena, &lease->zone, issue_earliest(lease, query->month)), STR(""));
	return after_the_last(arena, lease, query, problems);
}

/* ---- a month's own lines ---- */

/* After the term a statement may have no lines of its own: it carries what is corrected and what penalty ran. */
static bool month_compute(struct arena *arena, const struct lease *lease, const struct issue_query *query, month_number month,
			  struct statement *statement, struct problems *problems)
{
	bool stated;

	if (!statement_stated(lease, month, query->provide, query->context, &stated, problems))
		return false;
	if (stated || month < month_of_day(lease->terms.term.from))
		return statement_compute(arena, lease, month, query->now, query->provide, query->context, statement, problems);
	*statement = (struct statement){
		.lease = lease->id, .month = month, .currency = lease->terms.currency, .lines = { .arena = arena }, .complete = true,
		.from = zone_month_begin(&lease->zone, month), .to = zone_month_begin(&lease->zone, month + 1),
		.day_count = month_length_days(month), .taxed = lease->terms.tax_count > 0 };
	return true;
}

/* ---- corrections ---- */

static bool beyond_capacity(const struct lease *lease, const struct statement *statement)
{
	wide used = 0, gpus = (wide)lease->terms.compute.servers * lease->terms.compute.gpus_per_server;

	for (int day = 0; day < statement->day_count; day++)
		used += statement->day_thousandths[day];
	return gpus > 0 && used > gpus * 1000 * (statement->to - statement->from);
}

struct corrections {
	struct arena *arena;
	const struct lease *lease;
	const struct issue_query *query;
	struct correction *list;
	size_t count, capacity;
	bool beyond_capacity;              /* a month as corrected has more use than the leased GPUs allow */
};

static bool line_difference(const struct line *now, const struct line *billed, struct line *difference)
{
	*difference = *now;
	difference->exact = now->exact - billed->exact;
	return money_subtract(now->net, billed->net, &difference->net) &&
	       money_subtract(now->tax, billed->tax, &difference->tax) &&
	       money_subtract(now->amount, billed->amount, &difference->amount);
}

/* The first fact that was not known when the statement was last billed or corrected. */
static uint64_t fact_from(const struct billing *billing, const struct issued *of)
{
	uint64_t known = of->known_seq;

	for (size_t i = 0; i < billing->issued_count; i++)
		if (!billing->issued[i].advance && billing->issued[i].known_seq > known)
			known = billing->issued[i].known_seq;
	return known + 1;
}

static bool correction_add(struct corrections *c, const struct issued *of, const struct line *now, struct problems *problems)
{
	const struct billing *billing = &c->lease->billing;
	struct line billed = billed_of_line(billing, of, now), difference;

	if (!line_difference(now, &billed, &difference))
		return problem_say(problems, REFUSAL_RATING_OVERFLOW, now->clause, STR(""), STR(""), STR(""));
	if (money_fen(difference.net) == 0 && money_fen(difference.tax) == 0 && money_fen(difference.amount) == 0)
		return true;
	c->list = arena_grown(c->arena, c->list, c->count, &c->capacity, sizeof(*c->list));
	c->list[c->count++] = (struct correction){
		.month = of->month, .statement = of->number, .fact_from = fact_from(billing, of),
		.fact_to = c->query->known_seq, .line = difference };
	return true;
}

static bool in_lines(const struct lines *lines, const struct line *line)
{
	for (size_t i = 0; i < lines->count; i++)
		if (line_same(&lines->list[i], line))
			return true;
	return false;
}

/* A line that was billed, by the statement or a correction of it, and that the month has no longer. */
static bool vanished_add(struct corrections *c, const struct issued *of, const struct lines *lines, const struct line *billed,
			 struct problems *problems)
{
	struct line none = *billed;

	for (size_t i = 0; i < c->count; i++)
		if (c->list[i].statement == of->number && line_same(&c->list[i].line, billed))
			return true;
	if (in_lines(lines, billed))
		return true;
	none.exact = 0;
	none.net = none.tax = none.amount = money_of_fen(0);
	return correction_add(c, of, &none, problems);
}

static bool statement_correct(struct corrections *c, const struct issued *of, struct problems *problems)
{
	const struct billing *billing = &c->lease->billing;
	size_t before = c->count;
	struct statement now;

	if (!month_compute(c->arena, c->lease, c->query, of->month, &now, problems))
		return false;
	for (size_t i = 0; i < now.lines.count; i++)
		if (!correction_add(c, of, &now.lines.list[i], problems))
			return false;
	for (size_t i = 0; i < of->line_count; i++)
		if (of->lines[i].meter != METER_ADVANCE && !vanished_add(c, of, &now.lines, &of->lines[i], problems))
			return false;
	for (size_t i = 0; i < billing->issued_count; i++)
		for (size_t j = 0; j < billing->issued[i].correction_count; j++) {
			const struct correction *earlier = &billing->issued[i].corrections[j];

			if (earlier->statement == of->number && !vanished_add(c, of, &now.lines, &earlier->line, problems))
				return false;
		}
	c->beyond_capacity |= c->count > before && beyond_capacity(c->lease, &now);
	return true;
}

static bool corrections_find(struct arena *arena, const struct lease *lease, const struct issue_query *query,
			     struct issue_draft *draft, struct problems *problems)
{
	struct corrections c = { .arena = arena, .lease = lease, .query = query };

	for (size_t i = 0; i < lease->billing.issued_count; i++)
		if (!lease->billing.issued[i].advance && !statement_correct(&c, &lease->billing.issued[i], problems))
			return false;
	draft->issued.corrections = c.list;
	draft->issued.correction_count = c.count;
	draft->correction_beyond_capacity = c.beyond_capacity;
	return true;
}

/* ---- penalty ---- */

static bool carried_before(const struct billing *billing, int64_t number, struct money *sum)
{
	*sum = money_of_fen(0);
	for (size_t i = 0; i < billing->issued_count; i++)
		for (size_t j = 0; j < billing->issued[i].penalty_count; j++)
			if (billing->issued[i].penalties[j].statement == number &&
			    !money_add(*sum, billing->issued[i].penalties[j].amount, sum))
				return false;
	return true;
}

/* The lease with the statement in it: penalty on what it takes back, from whomever, is not billed. */
static const struct lease *with_draft(struct arena *arena, const struct lease *lease, const struct issued *issued)
{
	struct lease *with = arena_new(arena, struct lease);
	struct issued *list = arena_many(arena, lease->billing.issued_count + 1, struct issued);

	*with = *lease;
	for (size_t i = 0; i < lease->billing.issued_count; i++)
		list[i] = lease->billing.issued[i];
	list[lease->billing.issued_count] = *issued;
	with->billing.issued = list;
	with->billing.issued_count++;
	return with;
}

/* Penalty to the day before the statement's, less what earlier statements carried of it. */
static bool penalties_find(struct arena *arena, const struct lease *lease, struct issued *issued,
			   struct problems *problems)
{
	struct account account;

	if (!account_compute_corrected(arena, with_draft(arena, lease, issued), issued->issued_day - 1, &account,
				       problems))
		return false;
	issued->penalties = arena_many(arena, account.owed_count, struct carried_penalty);
	for (size_t i = 0; i < account.owed_count; i++) {
		struct carried_penalty *penalty = &issued->penalties[issued->penalty_count];
		struct money before;

		penalty->statement = account.owed[i].issued->number;
		if (!carried_before(&lease->billing, penalty->statement, &before) ||
		    !money_subtract(account.owed[i].penalty, before, &penalty->amount) ||
		    !money_add(issued->penalty, penalty->amount, &issued->penalty))
			return problem_say(problems, REFUSAL_RATING_OVERFLOW, STR("3.4"), STR(""), STR(""), STR(""));
		issued->penalty_count += money_fen(penalty->amount) != 0;
	}
	return money_add(issued->total, issued->penalty, &issued->total) ||
	       problem_say(problems, REFUSAL_RATING_OVERFLOW, STR("3.4"), STR(""), STR(""), STR(""));
}

/* ---- bounds ---- */

static bool released(const struct lease *lease, month_number month, struct str reason)
{
	for (size_t i = 0; i < lease->billing.hold_count; i++) {
		const struct billing_hold *hold = &lease->billing.holds[i];

		for (size_t j = 0; hold->month == month && hold->released && j < hold->reason_count; j++)
			if (str_equal(hold->reasons[j], reason))
				return true;
	}
	return false;
}

static void hold_add(const struct lease *lease, struct issue_draft *draft, bool passed, const char *reason)
{
	if (passed && !released(lease, draft->issued.month, str_of(reason)))
		draft->holds[draft->hold_count++] = str_of(reason);
}

static bool many_times_last(const struct lease *lease, const struct issued *issued)
{
	wide last = 0, now = (wide)money_fen(issued->fees) - money_fen(issued_advance(issued));

	for (size_t i = 0; i < lease->billing.issued_count; i++)
		if (!lease->billing.issued[i].advance)
			last = (wide)money_fen(lease->billing.issued[i].fees) - money_fen(issued_advance(&lease->billing.issued[i]));
	return last > 0 && now > last * TOTAL_TIMES_LAST;
}

static void holds_find(const struct lease *lease, const struct issue_query *query, struct issue_draft *draft)
{
	hold_add(lease, draft, draft->correction_beyond_capacity || beyond_capacity(lease, &draft->statement),
		 HOLD_BEYOND_CAPACITY);
	hold_add(lease, draft, many_times_last(lease, &draft->issued), HOLD_MANY_TIMES);
	hold_add(lease, draft, query->unpriced > 0, HOLD_NO_PRICE);
	hold_add(lease, draft, draft->statement.runaway_count > 0, HOLD_RUNAWAY);
}

const char *hold_text(struct str reason, enum language language)
{
	static const struct { const char *reason, *text[2]; } texts[HOLDS_MOST] = {
		{ HOLD_BEYOND_CAPACITY, { "more GPU-time than the leased GPUs have in the month", "用量超过租用GPU在当月的总时长" } },
		{ HOLD_MANY_TIMES, { "fees more than ten times last month's", "费用超过上月的十倍" } },
		{ HOLD_NO_PRICE, { "there are jobs for which the agreement has no price", "有协议未定价的作业" } },
		{ HOLD_RUNAWAY, { "there are running jobs that their source has not listed for too long", "有来源久未列出的运行中作业" } },
	};

	for (int i = 0; i < HOLDS_MOST; i++)
		if (str_is(reason, texts[i].reason))
			return texts[i].text[language];
	return "";
}

/* ---- advances ---- */

static struct line advance_line(const struct lease *lease, struct money amount)
{
	return (struct line){ .clause = STR("3.3"), .meter = METER_ADVANCE, .unit = STR("once"), .exact = 1, .exact_per_unit = 1,
			      .unit_price = { money_fen(lease->terms.payment.advance), 2 }, .net = amount, .amount = amount };
}

/* The month's statement deducts the advance that was asked for, paid or not. */
static bool advance_deduct(const struct lease *lease, struct issue_draft *draft, struct problems *problems)
{
	const struct issued *advance = advance_of_month(&lease->billing, draft->issued.month);
	struct lines *lines = &draft->statement.lines;

	if (!advance)
		return true;
	lines_add(lines, advance_line(lease, money_of_fen(-money_fen(advance->fees))));
	return lines_total(lines, &draft->statement.net, &draft->statement.tax, &draft->statement.total, problems);
}

static bool advance_allowed(struct arena *arena, const struct lease *lease, month_number month, instant now, struct problems *problems)
{
	const struct terms *terms = &lease->terms;
	const struct issued *there = advance_of_month(&lease->billing, month);
	instant from, to;

	if (terms->payment.due_month != DUE_SAME)
		return problem_say(problems, REFUSAL_ADVANCE_NONE, STR("3.3"), STR(""), STR(""), STR(""));
	if (!lease_month_span(lease, month, &from, &to))
		return problem_say(problems, REFUSAL_LEASE_OUTSIDE_TERM, STR("2.1"), month_text(arena, month),
				   day_text(arena, terms->term.from), day_text(arena, terms->term.to));
	if (there || issued_of_month(&lease->billing, month))
		return problem_say(problems, REFUSAL_ADVANCE_LATE, STR("3.3"), month_text(arena, month), STR(""), STR(""));
	if (now < zone_month_begin(&lease->zone, month - 1))
		return problem_say(problems, REFUSAL_ADVANCE_EARLY, STR("3.3"), month_text(arena, month), month_text(arena, month - 1), STR(""));
	return true;
}

bool advance_prepare(struct arena *arena, const struct lease *lease, month_number month, instant now, struct issued *issued,
		     struct problems *problems)
{
	struct issue_query query = { .month = month, .now = now };

	if (!advance_allowed(arena, lease, month, now, problems) || !after_the_last(arena, lease, &query, problems))
		return false;
	*issued = (struct issued){
		.number = (int64_t)lease->billing.issued_count + 1, .month = month, .advance = true, .issued = now,
		.issued_day = zone_day(&lease->zone, now), .lines = arena_new(arena, struct line), .line_count = 1,
		.net = lease->terms.payment.advance, .fees = lease->terms.payment.advance, .total = lease->terms.payment.advance };
	issued->lines[0] = advance_line(lease, lease->terms.payment.advance);
	return true;
}

/* ---- together ---- */

/* All but penalty. */
static bool fees_fill(struct issue_draft *draft, struct problems *problems)
{
	struct issued *issued = &draft->issued;
	bool fits = true;

	issued->lines = draft->statement.lines.list;
	issued->line_count = draft->statement.lines.count;
	issued->net = draft->statement.net;
	issued->tax = draft->statement.tax;
	issued->fees = draft->statement.total;
	for (size_t i = 0; i < issued->correction_count; i++) {
		struct money amount = issued->corrections[i].line.amount;

		fits = fits && money_add(money_fen(amount) > 0 ? issued->charges : issued->credits, amount,
					 money_fen(amount) > 0 ? &issued->charges : &issued->credits);
	}
	return (fits && money_add(issued->fees, issued->charges, &issued->total) &&
		money_add(issued->total, issued->credits, &issued->total)) ||
	       problem_say(problems, REFUSAL_RATING_OVERFLOW, STR("3.2"), STR(""), STR(""), STR(""));
}

/* After the term there is a statement only if it has something to say. */
static bool anything_to_bill(struct arena *arena, const struct lease *lease, const struct issue_draft *draft,
			     struct problems *problems)
{
	if (draft->issued.line_count || draft->issued.correction_count || draft->issued.penalty_count)
		return true;
	return problem_say(problems, REFUSAL_LEASE_OUTSIDE_TERM, STR("2.1"), month_text(arena, draft->issued.month),
			   day_text(arena, lease->terms.term.from), day_text(arena, lease->terms.term.to));
}

bool issue_prepare(struct arena *arena, const struct lease *lease, const struct issue_query *query,
		   struct issue_draft *draft, struct problems *problems)
{
	*draft = (struct issue_draft){ .issued = {
		.number = (int64_t)lease->billing.issued_count + 1, .month = query->month, .issued = query->now,
		.issued_day = zone_day(&lease->zone, query->now), .known_seq = query->known_seq } };
	if (!in_turn(arena, lease, query, problems) ||
	    !month_compute(arena, lease, query, query->month, &draft->statement, problems) ||
	    !advance_deduct(lease, draft, problems) ||
	    !corrections_find(arena, lease, query, draft, problems) ||
	    !fees_fill(draft, problems) || !penalties_find(arena, lease, &draft->issued, problems) ||
	    !anything_to_bill(arena, lease, draft, problems))
		return false;
	holds_find(lease, query, draft);
	return true;
}
