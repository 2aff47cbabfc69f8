#include "bank/line_json.h"
#include "ledger/bank_acts.h"
#include "ledger/bank_post.h"
#include "ledger/house.h"

enum { LINES_A_FACT = 4096 };

struct taking {
	const struct actor *actor;
	struct arena scratch;
	struct house_bank bank;
	struct payers payers;
	struct bank_report *report;
	struct problems *problems;
};

static bool returns(const struct house_line *back, const struct house_line *line)
{
	struct str of = back->line.return_of;

	return !back->line.credit && line->line.credit && !line->line.returned && line->posting_count == 1 && !line->postings[0].reversal &&
	       line->line.minor == back->line.minor && str_equal(line->line.account, back->line.account) &&
	       str_equal(line->line.currency, back->line.currency) && of.length &&
	       (str_equal(of, line->line.end_to_end) || str_equal(of, line->line.bank_reference));
}

/* A transfer that came back: its payment is reversed when the bank's words name it and one alone fits. */
static bool return_take(struct taking *t, struct house_line *back)
{
	const struct house_line *found = NULL;
	const struct payment *payment;
	struct payer *payer;

	for (size_t i = 0; i < t->bank.count; i++) {
		if (!returns(back, &t->bank.lines[i]))
			continue;
		if (found) {
			t->report->open++;
			return true;
		}
		found = &t->bank.lines[i];
	}
	payer = found ? payer_find(&t->payers, found->postings[0].lease) : NULL;
	payment = payer ? payment_find(&payer->lease->billing, found->postings[0].payment) : NULL;
	if (!payment || payment->reversed) {
		t->report->open++;
		return true;
	}
	t->report->reversed++;
	return bank_payment_return(t->actor, &t->bank, payer, back, found->postings[0].payment,
			      back->line.return_reason.length ? back->line.return_reason : STR("returned by the bank"), t->problems);
}

static bool foreign(const struct payers *payers, const struct house_line *line)
{
	for (size_t i = 0; i < payers->count; i++)
		if (str_equal(payers->list[i].lease->terms.currency, line->line.currency))
			return false;
	return true;
}

/* Money may have been recorded by hand with a later day: what was owed on the day of credit must be owed now too. */
static bool owed_today(struct taking *t, const struct payer *payer, struct money amount, bool *owed)
{
	struct account account;

	if (!account_compute(&t->scratch, payer->lease, zone_day(&payer->lease->zone, t->actor->now), &account, t->problems))
		return false;
	*owed = money_compare(amount, account.balance) <= 0;
	return true;
}

static bool credit_take(struct taking *t, struct house_line *line)
{
	struct candidate *candidates;
	const struct candidate *match;
	struct payer *payer;
	size_t count;
	bool owed;

	if (foreign(&t->payers, line)) {
		t->report->foreign++;
		return true;
	}
	arena_reset(&t->scratch);
	if (!line_weigh(&t->scratch, &t->payers, line, &candidates, &count, t->problems))
		return false;
	match = match_full(candidates, count);
	payer = match ? &t->payers.list[match->lease] : NULL;
	if (!payer || bank_credit_day(&line->line) > zone_day(&payer->lease->zone, t->actor->now)) {
		t->report->open++;
		return true;
	}
	if (!owed_today(t, payer, line->rest, &owed))
		return false;
	if (!owed) {
		t->report->open++;
		return true;
	}
	t->report->posted++;
	payers_remember(&t->payers, line->line.payer_account, match->lease);
	return money_add(t->report->posted_amount, line->rest, &t->report->posted_amount) &&
	       bank_payment_post(t->actor, &t->bank, payer, line, line->rest, match->statements, match->statement_count, t->problems);
}

static bool line_take(struct taking *t, size_t index)
{
	struct house_line *line = &t->bank.lines[index];

	if (line->line.credit && !line->line.returned)
		return credit_take(t, line);
	if (line->line.returned)
		return return_take(t, line);
	t->report->outgoing++;
	return true;
}

static bool facts_append(struct taking *t, struct str file, size_t from)
{
	for (size_t at = from; at < t->bank.count;) {
		size_t to = at + LINES_A_FACT < t->bank.count ? at + LINES_A_FACT : t->bank.count;
		struct buf payload, body;
		struct json_writer w;
		bool done;

		buf_init(&payload, BANK_BODY_BYTES_MAX);
		json_writer_canonical(&w, &payload);
		json_array(&w);
		for (size_t i = at; i < to; i++)
			bank_line_write(&w, &t->bank.lines[i].line);
		json_array_end(&w);
		buf_init(&body, BANK_BODY_BYTES_MAX);
		json_writer_canonical(&w, &body);
		json_object(&w);
		json_put_string(&w, "file", file);
		json_key(&w, "keys");
		json_array(&w);
		for (size_t i = at; i < to; i++)
			json_add_string(&w, t->bank.lines[i].line.key);
		json_array_end(&w);
		json_object_end(&w);
		if (payload.overflowed || body.overflowed) {
			buf_free(&payload);
			buf_free(&body);
			return problem_say(t->problems, REFUSAL_BANK_FILE_REFUSED, STR(""), STR("its texts are too long"), STR(""), STR(""));
		}
		done = bank_fact_append(t->actor, FACT_BANK_IMPORTED, &body, buf_str(&payload), t->problems);
		buf_free(&payload);
		if (!done)
			return false;
		at = to;
	}
	return true;
}

static bool form_append(struct taking *t, const struct bank_form *form)
{
	const struct bank_form *before = form->bank.length ? bank_form_find(&t->bank, form->bank) : NULL;
	struct json_writer w;
	struct buf body;

	if (form->bank.length == 0 || (before && str_equal(before->columns, form->columns) &&
				       str_equal(before->account, form->account) && str_equal(before->currency, form->currency)))
		return true;
	buf_init(&body, BANK_BODY_BYTES_MAX);
	json_writer_canonical(&w, &body);
	json_object(&w);
	json_put_string(&w, "account", form->account);
	json_put_string(&w, "bank", form->bank);
	json_put_string(&w, "columns", form->columns);
	json_put_string(&w, "currency", form->currency);
	json_object_end(&w);
	return bank_fact_append(t->actor, FACT_BANK_FORM, &body, STR(""), t->problems);
}

static bool take_in_transaction(struct taking *t, struct str file, const struct bank_line *lines, size_t count,
				const struct bank_form *form)
{
	chain_number house;
	size_t before;

	if (!house_open(t->actor->store, t->actor->now, &house, t->problems) ||
	    !bank_load(t->actor->arena, t->actor->store, &t->bank, t->problems) ||
	    !payers_load(t->actor->arena, t->actor->store, &t->bank, &t->payers, t->problems))
		return false;
	before = t->bank.count;
	for (size_t i = 0; i < count; i++) {
		if (bank_line_find(&t->bank, lines[i].key))
			t->report->known++;
		else
			bank_line_add(&t->bank, &lines[i]);
	}
	t->report->read = count;
	t->report->added = t->bank.count - before;
	if (!form_append(t, form) || !facts_append(t, file, before))
		return false;
	for (size_t i = before; i < t->bank.count; i++)
		if (!line_take(t, i))
			return false;
	return true;
}

bool bank_take(const struct actor *actor, struct str file, const struct bank_line *lines, size_t count,
	       const struct bank_form *form, struct bank_report *report, struct problems *problems)
{
	struct taking t = { .actor = actor, .report = report, .problems = problems };
	bool done;

	*report = (struct bank_report){ 0 };
	arena_init(&t.scratch);
	done = store_begin(actor->store, problems) && take_in_transaction(&t, file, lines, count, form) &&
	       store_commit(actor->store, problems);
	if (!done)
		store_rollback(actor->store);
	payers_free(&t.payers);
	arena_free(&t.scratch);
	return done;
}
