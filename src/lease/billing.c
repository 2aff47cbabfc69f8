#include "lease/billing.h"

#include "lease/line_json.h"
#include "lease/statement_signature.h"

/* Clauses 3.1 to 3.4 as acts: statements issued and served, holds, payments, costs, reminders, notices. */

const struct issued *issued_find(const struct billing *billing, int64_t number)
{
	return number >= 1 && (uint64_t)number <= billing->issued_count ? &billing->issued[number - 1] : NULL;
}

const struct issued *issued_of_month(const struct billing *billing, month_number month)
{
	for (size_t i = 0; i < billing->issued_count; i++)
		if (billing->issued[i].month == month && !billing->issued[i].advance)
			return &billing->issued[i];
	return NULL;
}

const struct issued *advance_of_month(const struct billing *billing, month_number month)
{
	for (size_t i = 0; i < billing->issued_count; i++)
		if (billing->issued[i].month == month && billing->issued[i].advance)
			return &billing->issued[i];
	return NULL;
}

struct money issued_advance(const struct issued *issued)
{
	int64_t fen = 0;

	for (size_t i = 0; i < issued->line_count; i++)
		if (issued->lines[i].meter == METER_ADVANCE)
			fen += money_fen(issued->lines[i].amount);
	return money_of_fen(fen);
}

const struct payment *payment_find(const struct billing *billing, int64_t number)
{
	return number >= 1 && (uint64_t)number <= billing->payment_count ? &billing->payments[number - 1] : NULL;
}

void payment_add(struct arena *arena, struct billing *billing, const struct payment *payment)
{
	billing->payments = arena_grown(arena, billing->payments, billing->payment_count, &billing->payment_capacity,
					sizeof(*payment));
	billing->payments[billing->payment_count++] = *payment;
}

void payment_take_back(struct billing *billing, int64_t number, struct str because)
{
	billing->payments[number - 1].reversed = true;
	billing->payments[number - 1].reversed_because = because;
}

const struct billing_hold *hold_find(const struct billing *billing, month_number month)
{
	for (size_t i = billing->hold_count; i-- > 0;)
		if (billing->holds[i].month == month)
			return &billing->holds[i];
	return NULL;
}

struct str issued_number_text(struct arena *arena, struct str lease, int64_t number)
{
	return arena_format(arena, "%.*s-%lld", (int)lease.length, lease.at, (long long)number);
}

static void line_add(struct line *sum, const struct line *line)
{
	sum->exact += line->exact;
	/* Each was part of a total that fitted; a sum of differences of it does too. */
	if (!money_add(sum->net, line->net, &sum->net) || !money_add(sum->tax, line->tax, &sum->tax) ||
	    !money_add(sum->amount, line->amount, &sum->amount))
		sum->exact = 0;
}

struct line billed_of_line(const struct billing *billing, const struct issued *of, const struct line *line)
{
	struct line sum = *line;

	sum.exact = 0;
	sum.net = sum.tax = sum.amount = money_of_fen(0);
	for (size_t i = 0; i < of->line_count; i++)
		if (line_same(&of->lines[i], line))
			line_add(&sum, &of->lines[i]);
	for (size_t i = 0; i < billing->issued_count; i++)
		for (size_t j = 0; j < billing->issued[i].correction_count; j++) {
			const struct correction *correction = &billing->issued[i].corrections[j];

			if (correction->statement == of->number && line_same(&correction->line, line))
				line_add(&sum, &correction->line);
		}
	return sum;
}

/* ---- writing ---- */

static void put_month(struct json_writer *w, month_number month)
{
	struct arena scratch;

	arena_init(&scratch);
	json_put_string(w, "month", month_text(&scratch, month));
	arena_free(&scratch);
}

static void put_day(struct json_writer *w, const char *key, day_number day)
{
	struct arena scratch;

	arena_init(&scratch);
	json_put_string(w, key, day_text(&scratch, day));
	arena_free(&scratch);
}

static void correction_write(struct json_writer *w, const struct correction *correction)
{
	json_object(w);
	json_put_integer(w, "fact_from", (int64_t)correction->fact_from);
	json_put_integer(w, "fact_to", (int64_t)correction->fact_to);
	json_key(w, "line");
	line_write_canonical(w, &correction->line);
	put_month(w, correction->month);
	json_put_integer(w, "statement", correction->statement);
	json_object_end(w);
}

void issued_body_write(const struct issued *issued, struct buf *out)
{
	struct json_writer w;

	json_writer_canonical(&w, out);
	json_object(&w);
	if (issued->advance)
		json_put_bool(&w, "advance", true);
	json_key(&w, "corrections");
	json_array(&w);
	for (size_t i = 0; i < issued->correction_count; i++)
		correction_write(&w, &issued->corrections[i]);
	json_array_end(&w);
	put_day(&w, "issued", issued->issued_day);
	json_put_integer(&w, "known_seq", (int64_t)issued->known_seq);
	json_key(&w, "lines");
	json_array(&w);
	for (size_t i = 0; i < issued->line_count; i++)
		line_write_canonical(&w, &issued->lines[i]);
	json_array_end(&w);
	put_month(&w, issued->month);
	json_put_integer(&w, "number", issued->number);
	json_key(&w, "penalties");
	json_array(&w);
	for (size_t i = 0; i < issued->penalty_count; i++) {
		json_object(&w);
		json_put_integer(&w, "amount_fen", money_fen(issued->penalties[i].amount));
		json_put_integer(&w, "statement", issued->penalties[i].statement);
		json_object_end(&w);
	}
	json_array_end(&w);
	json_put_integer(&w, "total_fen", money_fen(issued->total));
	json_object_end(&w);
}

void served_body_write(const struct issued *issued, struct buf *out)
{
	struct json_writer w;

	json_writer_canonical(&w, out);
	json_object(&w);
	put_day(&w, "due", issued->due_day);
	json_put_integer(&w, "number", issued->number);
	json_put_bool(&w, "provisional", issued->provisional);
	json_put_string(&w, "rest_days", issued->rest_days);
	put_day(&w, "served", issued->served_day);
	json_object_end(&w);
}

void hold_body_write(month_number month, const struct str *reasons, size_t count, struct buf *out)
{
	struct json_writer w;

	json_writer_canonical(&w, out);
	json_object(&w);
	put_month(&w, month);
	json_key(&w, "reasons");
	json_array(&w);
	for (size_t i = 0; i < count; i++)
		json_add_string(&w, reasons[i]);
	json_array_end(&w);
	json_object_end(&w);
}

void release_body_write(month_number month, struct str because, struct buf *out)
{
	struct json_writer w;

	json_writer_canonical(&w, out);
	json_object(&w);
	json_put_string(&w, "because", because);
	put_month(&w, month);
	json_object_end(&w);
}

void payment_body_write(const struct payment *payment, struct buf *out)
{
	struct json_writer w;

	json_writer_canonical(&w, out);
	json_object(&w);
	json_put_integer(&w, "amount_fen", money_fen(payment->amount));
	if (payment->bank_key.length)
		json_put_string(&w, "bank_key", payment->bank_key);
	put_day(&w, "credited", payment->credit_day);
	json_put_integer(&w, "number", payment->number);
	if (payment->proof.length)
		json_put_string(&w, "proof", payment->proof);
	json_key(&w, "statements");
	json_array(&w);
	for (size_t i = 0; i < payment->statement_count; i++)
		json_add_integer(&w, payment->statements[i]);
	json_array_end(&w);
	json_object_end(&w);
}

void reversal_body_write(int64_t payment, struct str because, struct buf *out)
{
	struct json_writer w;

	json_writer_canonical(&w, out);
	json_object(&w);
	json_put_string(&w, "because", because);
	json_put_integer(&w, "payment", payment);
	json_object_end(&w);
}

void cost_body_write(const struct cost *cost, struct buf *out)
{
	struct json_writer w;

	json_writer_canonical(&w, out);
	json_object(&w);
	json_put_integer(&w, "amount_fen", money_fen(cost->amount));
	json_put_string(&w, "because", cost->because);
	put_day(&w, "day", cost->day);
	json_put_integer(&w, "statement", cost->statement);
	json_object_end(&w);
}

void reminder_body_write(const struct reminder *reminder, struct buf *out)
{
	struct json_writer w;

	json_writer_canonical(&w, out);
	json_object(&w);
	json_put_string(&w, "channel", reminder->channel);
	json_put_string(&w, "stage", reminder->stage);
	json_put_integer(&w, "statement", reminder->statement);
	json_object_end(&w);
}

void notice_body_write(const struct notice *notice, struct buf *out)
{
	struct json_writer w;

	json_writer_canonical(&w, out);
	json_object(&w);
	json_put_string(&w, "clause", notice->clause);
	json_put_integer(&w, "statement", notice->statement);
	json_object_end(&w);
}

/* ---- applying ---- */

static size_t count_of(const struct json *array)
{
	size_t count = 0;

	for (const struct json *item = array ? array->first : NULL; item; item = item->next)
		count++;
	return count;
}

static bool day_member(const struct json *body, const char *key, day_number *day)
{
	return day_read(json_text(json_member(body, key)), day);
}

static bool month_member(const struct json *body, month_number *month)
{
	return month_read(json_text(json_member(body, "month")), month);
}

static bool seq_member(const struct json *body, const char *key, uint64_t *seq)
{
	int64_t value;

	if (!json_integer(json_member(body, key), &value) || value < 0)
		return false;
	*seq = (uint64_t)value;
	return true;
}

static bool correction_read(const struct json *json, struct correction *correction)
{
	return seq_member(json, "fact_from", &correction->fact_from) && seq_member(json, "fact_to", &correction->fact_to) &&
	       line_read_canonical(json_member(json, "line"), &correction->line) && month_member(json, &correction->month) &&
	       json_integer(json_member(json, "statement"), &correction->statement);
}

static bool sums_make(struct issued *issued)
{
	bool fits = true;

	for (size_t i = 0; i < issued->line_count; i++)
		fits = fits && money_add(issued->fees, issued->lines[i].amount, &issued->fees) &&
		       money_add(issued->net, issued->lines[i].net, &issued->net) &&
		       money_add(issued->tax, issued->lines[i].tax, &issued->tax);
	for (size_t i = 0; i < issued->correction_count; i++) {
		struct money amount = issued->corrections[i].line.amount;
		struct money *sum = money_fen(amount) > 0 ? &issued->charges : &issued->credits;

		fits = fits && money_add(*sum, amount, sum);
	}
	for (size_t i = 0; i < issued->penalty_count; i++)
		fits = fits && money_add(issued->penalty, issued->penalties[i].amount, &issued->penalty);
	return fits && money_add(issued->fees, issued->charges, &issued->total) &&
	       money_add(issued->total, issued->credits, &issued->total) &&
	       money_add(issued->total, issued->penalty, &issued->total);
}

static bool issued_lists_read(struct arena *arena, const struct json *body, struct issued *issued)
{
	const struct json *lines = json_member(body, "lines"), *corrections = json_member(body, "corrections");
	const struct json *penalties = json_member(body, "penalties");

	if (!json_is(lines, JSON_ARRAY) || !json_is(corrections, JSON_ARRAY) || !json_is(penalties, JSON_ARRAY))
		return false;
	issued->lines = arena_many(arena, count_of(lines), struct line);
	for (const struct json *item = lines->first; item; item = item->next)
		if (!line_read_canonical(item, &issued->lines[issued->line_count++]))
			return false;
	issued->corrections = arena_many(arena, count_of(corrections), struct correction);
	for (const struct json *item = corrections->first; item; item = item->next)
		if (!correction_read(item, &issued->corrections[issued->correction_count++]))
			return false;
	issued->penalties = arena_many(arena, count_of(penalties), struct carried_penalty);
	for (const struct json *item = penalties->first; item; item = item->next) {
		struct carried_penalty *penalty = &issued->penalties[issued->penalty_count++];

		if (!json_integer(json_member(item, "statement"), &penalty->statement) ||
		    !money_read_canonical(json_member(item, "amount_fen"), &penalty->amount))
			return false;
	}
	return true;
}

/* Corrections and penalty are of statements that were issued before. */
static bool refers_back(const struct billing *billing, const struct issued *issued)
{
	for (size_t i = 0; i < issued->correction_count; i++)
		if (!issued_find(billing, issued->corrections[i].statement))
			return false;
	for (size_t i = 0; i < issued->penalty_count; i++)
		if (!issued_find(billing, issued->penalties[i].statement))
			return false;
	return true;
}

static bool issued_apply(struct arena *arena, struct billing *billing, const struct envelope *fact, const struct json *body)
{
	struct issued issued = { .issued = fact->happened, .seq = fact->seq,
				 .advance = json_is(json_member(body, "advance"), JSON_TRUE) };
	struct money total;

	if (!issued_lists_read(arena, body, &issued) || !day_member(body, "issued", &issued.issued_day) ||
	    !month_member(body, &issued.month) || !seq_member(body, "known_seq", &issued.known_seq) ||
	    !json_integer(json_member(body, "number"), &issued.number) ||
	    !money_read_canonical(json_member(body, "total_fen"), &total) || !sums_make(&issued))
		return false;
	if (issued.number != (int64_t)billing->issued_count + 1 || money_compare(total, issued.total) != 0 ||
	    !refers_back(billing, &issued))
		return false;
	billing->issued = arena_grown(arena, billing->issued, billing->issued_count, &billing->issued_capacity, sizeof(issued));
	billing->issued[billing->issued_count++] = issued;
	return true;
}

/* Of the statement just issued. Whether it holds is not asked here: that is `facts --verify`. */
static bool signature_apply(struct arena *arena, struct billing *billing, const struct envelope *fact, const struct json *body)
{
	struct issued *last = billing->issued_count ? &billing->issued[billing->issued_count - 1] : NULL;
	struct statement_signature signature;

	if (!statement_signature_read(arena, body, &signature) || !last || last->number != signature.number ||
	    fact->seq != last->seq + 1)
		return false;
	last->signed_by = fingerprint_of(arena, &signature.key);
	return true;
}

static bool served_apply(struct billing *billing, const struct json *body)
{
	struct issued *issued;
	int64_t number;

	if (!json_integer(json_member(body, "number"), &number) || !issued_find(billing, number))
		return false;
	issued = &billing->issued[number - 1];
	issued->served = true;
	issued->rest_days = json_text(json_member(body, "rest_days"));
	issued->provisional = json_is(json_member(body, "provisional"), JSON_TRUE);
	return day_member(body, "due", &issued->due_day) && day_member(body, "served", &issued->served_day);
}

static bool hold_apply(struct arena *arena, struct billing *billing, const struct envelope *fact, const struct json *body)
{
	const struct json *reasons = json_member(body, "reasons");
	struct billing_hold hold = { .seq = fact->seq };

	if (!month_member(body, &hold.month) || !json_is(reasons, JSON_ARRAY))
		return false;
	hold.reasons = arena_many(arena, count_of(reasons), struct str);
	for (const struct json *item = reasons->first; item; item = item->next)
		hold.reasons[hold.reason_count++] = json_text(item);
	billing->holds = arena_grown(arena, billing->holds, billing->hold_count, &billing->hold_capacity, sizeof(hold));
	billing->holds[billing->hold_count++] = hold;
	return true;
}

static bool release_apply(struct billing *billing, const struct json *body)
{
	month_number month;
	struct billing_hold *hold;

	if (!month_member(body, &month) || !hold_find(billing, month))
		return false;
	hold = &billing->holds[hold_find(billing, month) - billing->holds];
	hold->released = true;
	hold->because = json_text(json_member(body, "because"));
	return true;
}

static bool payment_apply(struct arena *arena, struct billing *billing, const struct envelope *fact, const struct json *body)
{
	const struct json *statements = json_member(body, "statements");
	struct payment payment = { .seq = fact->seq, .recorded = fact->recorded,
				   .bank_key = json_text(json_member(body, "bank_key")),
				   .proof = json_text(json_member(body, "proof")) };

	if (!json_integer(json_member(body, "number"), &payment.number) || !json_is(statements, JSON_ARRAY) ||
	    payment.number != (int64_t)billing->payment_count + 1 || !day_member(body, "credited", &payment.credit_day) ||
	    !money_read_canonical(json_member(body, "amount_fen"), &payment.amount) || money_fen(payment.amount) <= 0)
		return false;
	payment.statements = arena_many(arena, count_of(statements), int64_t);
	for (const struct json *item = statements->first; item; item = item->next)
		if (!json_integer(item, &payment.statements[payment.statement_count++]))
			return false;
	payment_add(arena, billing, &payment);
	return true;
}

static bool reversal_apply(struct billing *billing, const struct json *body)
{
	int64_t number;

	if (!json_integer(json_member(body, "payment"), &number) || !payment_find(billing, number))
		return false;
	payment_take_back(billing, number, json_text(json_member(body, "because")));
	return true;
}

static bool cost_apply(struct arena *arena, struct billing *billing, const struct envelope *fact, const struct json *body)
{
	struct cost cost = { .seq = fact->seq, .because = json_text(json_member(body, "because")) };

	if (!json_integer(json_member(body, "statement"), &cost.statement) || !issued_find(billing, cost.statement) ||
	    !day_member(body, "day", &cost.day) || !money_read_canonical(json_member(body, "amount_fen"), &cost.amount) ||
	    money_fen(cost.amount) <= 0)
		return false;
	billing->costs = arena_grown(arena, billing->costs, billing->cost_count, &billing->cost_capacity, sizeof(cost));
	billing->costs[billing->cost_count++] = cost;
	return true;
}

static bool reminder_apply(struct arena *arena, struct billing *billing, const struct envelope *fact, const struct json *body)
{
	struct reminder reminder = { .seq = fact->seq, .sent = fact->happened, .to_digest = fact->payload.digest, .stage = json_text(json_member(body, "stage")),
				     .channel = json_text(json_member(body, "channel")) };

	if (!json_integer(json_member(body, "statement"), &reminder.statement))
		return false;
	billing->reminders = arena_grown(arena, billing->reminders, billing->reminder_count, &billing->reminder_capacity,
					 sizeof(reminder));
	billing->reminders[billing->reminder_count++] = reminder;
	return true;
}

static bool notice_apply(struct arena *arena, struct billing *billing, const struct envelope *fact, const struct json *body)
{
	struct notice notice = { .seq = fact->seq, .served = fact->happened, .clause = json_text(json_member(body, "clause")) };

	if (!json_integer(json_member(body, "statement"), &notice.statement))
		return false;
	billing->notices = arena_grown(arena, billing->notices, billing->notice_count, &billing->notice_capacity, sizeof(notice));
	billing->notices[billing->notice_count++] = notice;
	return true;
}

bool billing_apply(struct arena *arena, struct billing *billing, const struct envelope *fact, bool *known,
		   struct problems *problems)
{
	struct json_error error;
	const struct json *body = json_read(arena, arena_str(arena, fact->body), &error);
	bool applied = true;

	*known = true;
	if (str_is(fact->kind, FACT_STATEMENT_ISSUED))
		applied = issued_apply(arena, billing, fact, body);
	else if (str_is(fact->kind, FACT_STATEMENT_SIGNED))
		applied = signature_apply(arena, billing, fact, body);
	else if (str_is(fact->kind, FACT_STATEMENT_SERVED))
		applied = served_apply(billing, body);
	else if (str_is(fact->kind, FACT_BILLING_PARKED))
		applied = hold_apply(arena, billing, fact, body);
	else if (str_is(fact->kind, FACT_BILLING_RELEASED))
		applied = release_apply(billing, body);
	else if (str_is(fact->kind, FACT_PAYMENT))
		applied = payment_apply(arena, billing, fact, body);
	else if (str_is(fact->kind, FACT_PAYMENT_REVERSED))
		applied = reversal_apply(billing, body);
	else if (str_is(fact->kind, FACT_COST))
		applied = cost_apply(arena, billing, fact, body);
	else if (str_is(fact->kind, FACT_REMINDER))
		applied = reminder_apply(arena, billing, fact, body);
	else if (str_is(fact->kind, FACT_NOTICE))
		applied = notice_apply(arena, billing, fact, body);
	else
		*known = false;
	return applied || problem_say(problems, REFUSAL_LEASE_FACT_UNREADABLE, STR(""), fact->kind, STR(""), STR(""));
}
