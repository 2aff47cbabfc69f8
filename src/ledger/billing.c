#include "ledger/billing.h"

#include "base/rest_days.h"
#include "ledger/statement_signing.h"
#include "ledger/usage.h"

enum { BODY_BYTES_MAX = 16 * 1024 * 1024 };

/* Of one lease together: a mistake of many zeros is refused while it can be. */
#define COSTS_FEN_MAX ((int64_t)1000000000000000)

#define PAYER_CODEC     "payer-1"       /* what is known of a payer, in JSON */
#define RECIPIENT_CODEC "recipient-1"   /* where a reminder went, as text */

static bool body_append(struct act *act, const char *kind, instant happened, struct buf *body)
{
	bool done = act_append(act, kind, happened, buf_str(body), STR(""), STR(""));

	buf_free(body);
	return done;
}

static bool end(struct act *act, bool done)
{
	if (done)
		return act_commit(act);
	act_cancel(act);
	return false;
}

/* ---- issuing ---- */

struct unpriced {
	int64_t rows;
};

static bool unpriced_count(void *context, const struct parked_total *total)
{
	struct unpriced *unpriced = context;

	if (total->reason == PARKED_NO_PRICE)
		unpriced->rows += total->rows;
	return true;
}

/* Months are computed several times for one statement: each is read once. */
struct months_read {
	struct usage_query query;
	struct { month_number month; struct month_usage usage; } *list;
	size_t count, capacity;
};

static bool month_from_memory(void *context, month_number month, struct month_usage *usage, struct problems *problems)
{
	struct months_read *read = context;

	for (size_t i = 0; i < read->count; i++)
		if (read->list[i].month == month) {
			*usage = read->list[i].usage;
			return true;
		}
	if (!usage_from_store(&read->query, month, usage, problems))
		return false;
	read->list = arena_grown(read->query.arena, read->list, read->count, &read->capacity, sizeof(*read->list));
	read->list[read->count].month = month;
	read->list[read->count++].usage = *usage;
	return true;
}

static struct str reasons_text(struct arena *arena, const struct issue_draft *draft, enum language language)
{
	struct str text = STR("");

	for (size_t i = 0; i < draft->hold_count; i++) {
		const char *reason = hold_text(draft->holds[i], language);

		text = arena_format(arena, "%.*s%s%s", (int)text.length, text.at, i == 0 ? "" : language == LANGUAGE_CHINESE ? "；" : "; ",
				    reason);
	}
	return text;
}

static bool same_reasons(const struct billing_hold *hold, const struct issue_draft *draft)
{
	if (!hold || hold->released || hold->reason_count != draft->hold_count)
		return false;
	for (size_t i = 0; i < draft->hold_count; i++)
		if (!str_equal(hold->reasons[i], draft->holds[i]))
			return false;
	return true;
}

/* Recorded once; said each time. */
static bool park(struct act *act, const struct issue_draft *draft)
{
	month_number month = draft->issued.month;
	struct buf body;
	bool done = true;

	if (!same_reasons(hold_find(&act->lease->billing, month), draft)) {
		buf_init(&body, BODY_BYTES_MAX);
		hold_body_write(month, draft->holds, draft->hold_count, &body);
		done = body_append(act, FACT_BILLING_PARKED, act->now, &body);
	}
	if (!end(act, done))
		return false;
	return problem_add(act->problems, (struct problem){
		.what = REFUSAL_BILLING_PARKED, .clause = STR("3.1"),
		.words = { month_text(act->arena, month), reasons_text(act->arena, draft, LANGUAGE_ENGLISH),
			   reasons_text(act->arena, draft, LANGUAGE_CHINESE), act->lease->id } });
}

static bool served_append(struct act *act, int64_t number, month_number month, bool advance, day_number served)
{
	struct issued issued = { .number = number, .served_day = served, .rest_days = STR(REST_DAYS_VERSION) };
	struct buf body;

	issued.due_day = statement_due_day(&act->lease->terms, month, advance, served, &issued.provisional);
	buf_init(&body, BODY_BYTES_MAX);
	served_body_write(&issued, &body);
	return body_append(act, FACT_STATEMENT_SERVED, zone_day_begin(&act->lease->zone, served), &body);
}

static bool issued_append(struct act *act, const struct issued *issued, bool serve)
{
	struct buf body;
	bool done;

	buf_init(&body, BODY_BYTES_MAX);
	issued_body_write(issued, &body);
	done = signer_check(act) && act_append(act, FACT_STATEMENT_ISSUED, act->now, buf_str(&body), STR(""), STR("")) &&
	       statement_sign(act, issued->number, buf_str(&body));
	buf_free(&body);
	return done &&
	       (!serve || served_append(act, issued->number, issued->month, issued->advance, issued->issued_day)) &&
	       act_reload(act);
}

static bool issue_in_act(struct act *act, month_number month, struct issue_draft *draft)
{
	struct months_read read = { .query = { .arena = act->arena, .store = act->store, .lease = act->lease,
					       .chain = act->head.chain, .seq = act->head.next_seq - 1 } };
	struct issue_query query = { .month = month, .now = act->now, .known_seq = act->head.next_seq - 1,
				     .provide = month_from_memory, .context = &read };
	struct unpriced unpriced = { 0 };

	if (!store_parked_visit(act->store, act->head.chain, unpriced_count, &unpriced, act->problems))
		return false;
	query.unpriced = (size_t)unpriced.rows;
	return issue_prepare(act->arena, act->lease, &query, draft, act->problems);
}

bool billing_issue(const struct actor *actor, struct str lease, month_number month, bool serve,
		   struct issue_result *result, struct problems *problems)
{
	struct issue_draft draft;
	struct act act;

	if (!act_begin(&act, actor, lease, problems))
		return false;
	if (!issue_in_act(&act, month, &draft))
		return end(&act, false);
	if (draft.hold_count)
		return park(&act, &draft);
	if (!end(&act, issued_append(&act, &draft.issued, serve)))
		return false;
	*result = (struct issue_result){ .lease = act.lease, .statement = draft.statement,
					 .issued = issued_find(&act.lease->billing, draft.issued.number) };
	return true;
}

bool billing_advance(const struct actor *actor, struct str lease, month_number month, struct issue_result *result,
		     struct problems *problems)
{
	struct issued issued;
	struct act act;

	if (!act_begin(&act, actor, lease, problems))
		return false;
	if (!end(&act, advance_prepare(act.arena, act.lease, month, act.now, &issued, problems) && issued_append(&act, &issued, true)))
		return false;
	*result = (struct issue_result){ .lease = act.lease, .issued = issued_find(&act.lease->billing, issued.number) };
	return true;
}

static bool no_statement(struct problems *problems, int64_t number)
{
	return problem_say(problems, REFUSAL_BILLING_NO_STATEMENT, STR(""),
			   arena_format(problems->arena, "%lld", (long long)number), STR(""), STR(""));
}

static bool not_in_future(struct act *act, day_number day)
{
	return day <= zone_day(&act->lease->zone, act->now) ||
	       problem_say(act->problems, REFUSAL_BILLING_FUTURE, STR(""), day_text(act->arena, day), STR(""), STR(""));
}

static bool serve_in_act(struct act *act, int64_t number, day_number served)
{
	const struct issued *issued = issued_find(&act->lease->billing, number);
	struct str text = arena_format(act->arena, "%lld", (long long)number);

	if (!issued)
		return no_statement(act->problems, number);
	if (issued->served)
		return problem_say(act->problems, REFUSAL_BILLING_SERVED_ALREADY, STR("3.3"), text,
				   day_text(act->arena, issued->served_day), STR(""));
	if (served < issued->issued_day)
		return problem_say(act->problems, REFUSAL_BILLING_SERVED_EARLY, STR("3.3"), text,
				   day_text(act->arena, issued->issued_day), STR(""));
	return not_in_future(act, served) && served_append(act, number, issued->month, issued->advance, served);
}

bool billing_serve(const struct actor *actor, struct str lease, int64_t number, day_number served, struct problems *problems)
{
	struct act act;

	return act_begin(&act, actor, lease, problems) && end(&act, serve_in_act(&act, number, served));
}

static bool release_in_act(struct act *act, month_number month, struct str because)
{
	const struct billing_hold *hold = hold_find(&act->lease->billing, month);
	struct buf body;

	if (!hold || hold->released)
		return problem_say(act->problems, REFUSAL_BILLING_NOT_PARKED, STR(""), month_text(act->arena, month), STR(""), STR(""));
	buf_init(&body, BODY_BYTES_MAX);
	release_body_write(month, because, &body);
	return body_append(act, FACT_BILLING_RELEASED, act->now, &body);
}

bool billing_release(const struct actor *actor, struct str lease, month_number month, struct str because,
		     struct problems *problems)
{
	struct act act;

	return act_begin(&act, actor, lease, problems) && end(&act, release_in_act(&act, month, because));
}

/* ---- payments ---- */

bool payment_append(struct act *act, struct payment *payment, struct str words)
{
	struct buf body;
	bool done;

	if (!not_in_future(act, payment->credit_day))
		return false;
	for (size_t i = 0; i < payment->statement_count; i++)
		if (!issued_find(&act->lease->billing, payment->statements[i]))
			return no_statement(act->problems, payment->statements[i]);
	payment->number = (int64_t)act->lease->billing.payment_count + 1;
	buf_init(&body, BODY_BYTES_MAX);
	payment_body_write(payment, &body);
	done = act_append(act, FACT_PAYMENT, zone_day_begin(&act->lease->zone, payment->credit_day), buf_str(&body),
			  words.length ? STR(PAYER_CODEC) : STR(""), words);
	buf_free(&body);
	return done;
}

bool payment_record(const struct actor *actor, struct str lease, struct payment *payment, struct str words,
		    struct problems *problems)
{
	struct act act;

	return act_begin(&act, actor, lease, problems) && end(&act, payment_append(&act, payment, words));
}

const struct payment *payment_reversible(const struct lease *lease, int64_t number, struct problems *problems)
{
	const struct payment *payment = payment_find(&lease->billing, number);
	struct str text = arena_format(problems->arena, "%lld", (long long)number);

	if (payment && !payment->reversed)
		return payment;
	if (payment)
		problem_say(problems, REFUSAL_PAYMENT_REVERSED_ALREADY, STR(""), text, payment->reversed_because, STR(""));
	else
		problem_say(problems, REFUSAL_PAYMENT_UNKNOWN, STR(""), text, STR(""), STR(""));
	return NULL;
}

bool reversal_append(struct act *act, int64_t number, struct str because)
{
	struct buf body;

	if (!payment_reversible(act->lease, number, act->problems))
		return false;
	buf_init(&body, BODY_BYTES_MAX);
	reversal_body_write(number, because, &body);
	return body_append(act, FACT_PAYMENT_REVERSED, act->now, &body);
}

bool payment_reverse(const struct actor *actor, struct str lease, int64_t number, struct str because, struct problems *problems)
{
	struct act act;

	return act_begin(&act, actor, lease, problems) && end(&act, reversal_append(&act, number, because));
}

static bool cost_in_act(struct act *act, const struct cost *cost)
{
	struct money sum = cost->amount;
	struct buf body;

	if (!issued_find(&act->lease->billing, cost->statement))
		return no_statement(act->problems, cost->statement);
	if (cost->day < issued_find(&act->lease->billing, cost->statement)->issued_day)
		return problem_say(act->problems, REFUSAL_COST_EARLY, STR("3.4"), day_text(act->arena, cost->day),
				   day_text(act->arena, issued_find(&act->lease->billing, cost->statement)->issued_day), STR(""));
	for (size_t i = 0; i < act->lease->billing.cost_count; i++)
		if (!money_add(sum, act->lease->billing.costs[i].amount, &sum))
			break;
	if (money_fen(sum) > COSTS_FEN_MAX)
		return problem_say(act->problems, REFUSAL_COST_SUM, STR("3.4"), money_grouped(act->arena, sum), STR(""), STR(""));
	if (!not_in_future(act, cost->day))
		return false;
	buf_init(&body, BODY_BYTES_MAX);
	cost_body_write(cost, &body);
	return body_append(act, FACT_COST, zone_day_begin(&act->lease->zone, cost->day), &body);
}

bool cost_record(const struct actor *actor, struct str lease, const struct cost *cost, struct problems *problems)
{
	struct act act;

	return act_begin(&act, actor, lease, problems) && end(&act, cost_in_act(&act, cost));
}

/* ---- notices and reminders ---- */

static bool right_missing(struct act *act, const struct owed *owed)
{
	const struct terms *terms = &act->lease->terms;
	struct str day = day_text(act->arena, owed->issued->due_day + (day_number)terms->breach.overdue_beyond_days + 1);
	struct str settled = day_text(act->arena, owed->settled_day);

	if (!owed->issued->served)
		return problem_say(act->problems, REFUSAL_RIGHT_NOT_GIVEN, STR("8.1"), STR("the statement was not served yet"),
				   STR("结算单尚未送达"), STR(""));
	if (owed->principal_settled)
		return problem_say(act->problems, REFUSAL_RIGHT_NOT_GIVEN, STR("8.1"),
				   arena_format(act->arena, "it was paid in full on %.*s", (int)settled.length, settled.at),
				   arena_format(act->arena, "本金已于 %.*s 付清", (int)settled.length, settled.at), STR(""));
	return problem_say(act->problems, REFUSAL_RIGHT_NOT_GIVEN, STR("8.1"),
			   arena_format(act->arena, "it arises at 00:00 of %.*s while principal is unpaid", (int)day.length, day.at),
			   arena_format(act->arena, "本金未付清的，该权利自 %.*s 零时起产生", (int)day.length, day.at), STR(""));
}

static bool notice_in_act(struct act *act, int64_t number, instant at)
{
	struct notice notice = { .clause = STR("8.1"), .statement = number };
	const struct owed *owed;
	struct account account;
	struct buf body;

	if (at > act->now)
		return problem_say(act->problems, REFUSAL_BILLING_FUTURE, STR("8.1"), instant_text(act->arena, at), STR(""), STR(""));
	if (!account_compute(act->arena, act->lease, zone_day(&act->lease->zone, at), &account, act->problems))
		return false;
	owed = account_owed(&account, number);
	if (!owed)
		return no_statement(act->problems, number);
	if (!owed->right_stands)
		return right_missing(act, owed);
	buf_init(&body, BODY_BYTES_MAX);
	notice_body_write(&notice, &body);
	return body_append(act, FACT_NOTICE, at, &body);
}

bool notice_serve(const struct actor *actor, struct str lease, int64_t number, instant at, struct problems *problems)
{
	struct act act;

	return act_begin(&act, actor, lease, problems) && end(&act, notice_in_act(&act, number, at));
}

/* Whom it was sent to may be erased one day; that it was sent stays. */
bool reminder_record(const struct actor *actor, struct str lease, const struct reminder *reminder, struct problems *problems)
{
	struct act act;
	struct buf body;
	bool done;

	if (!act_begin(&act, actor, lease, problems))
		return false;
	buf_init(&body, BODY_BYTES_MAX);
	reminder_body_write(reminder, &body);
	done = act_append(&act, FACT_REMINDER, act.now, buf_str(&body), STR(RECIPIENT_CODEC), reminder->to);
	buf_free(&body);
	return end(&act, done);
}
