#include "base/json.h"
#include "ledger/bank_acts.h"
#include "ledger/bank_post.h"
#include "ledger/billing.h"
#include "ledger/house.h"

struct deciding {
	struct house_bank bank;
	struct payers payers;
	struct house_line *line;
};

static bool line_done(int64_t number, struct problems *problems)
{
	return problem_say(problems, REFUSAL_BANK_LINE_DONE, STR(""), arena_format(problems->arena, "%lld", (long long)number), STR(""),
			   STR(""));
}

static bool deciding_begin(const struct actor *actor, int64_t number, struct deciding *d, struct problems *problems)
{
	chain_number house;

	if (!store_begin(actor->store, problems))
		return false;
	if (!house_open(actor->store, actor->now, &house, problems) || !bank_load(actor->arena, actor->store, &d->bank, problems) ||
	    !payers_load(actor->arena, actor->store, &d->bank, &d->payers, problems))
		return false;
	if (number < 1 || (uint64_t)number > d->bank.count)
		return problem_say(problems, REFUSAL_BANK_LINE_UNKNOWN, STR(""), arena_format(problems->arena, "%lld", (long long)number),
				   STR(""), STR(""));
	d->line = &d->bank.lines[number - 1];
	return money_fen(d->line->rest) > 0 || line_done(number, problems);
}

static bool deciding_end(const struct actor *actor, struct deciding *d, bool done, struct problems *problems)
{
	payers_free(&d->payers);
	if (done && store_commit(actor->store, problems))
		return true;
	store_rollback(actor->store);
	return false;
}

static bool return_decide(const struct actor *actor, struct deciding *d, struct payer *payer,
			  const struct bank_decision *decision, struct problems *problems)
{
	const struct payment *payment = payment_reversible(payer->lease, decision->reversed_payment, problems);

	if (!payment)
		return false;
	if (d->line->line.credit)
		return problem_say(problems, REFUSAL_BANK_NOT_RETURN, STR(""), STR(""), STR(""), STR(""));
	if (money_compare(payment->amount, d->line->rest) != 0)
		return problem_say(problems, REFUSAL_BANK_RETURN_AMOUNT, STR(""), money_grouped(actor->arena, payment->amount),
				   money_grouped(actor->arena, d->line->rest), STR(""));
	return bank_payment_return(actor, &d->bank, payer, d->line, decision->reversed_payment, decision->because, problems);
}

static bool match_decide(const struct actor *actor, struct deciding *d, const struct bank_decision *decision,
			 struct problems *problems)
{
	struct payer *payer = payer_find(&d->payers, decision->lease);
	struct money amount = money_fen(decision->amount) ? decision->amount : d->line->rest;

	if (!payer)
		return problem_say(problems, REFUSAL_LEASE_UNKNOWN, STR(""), decision->lease, STR(""), STR(""));
	if (!str_equal(payer->lease->terms.currency, d->line->line.currency))
		return problem_say(problems, REFUSAL_PAYMENT_CURRENCY, STR("3.3"), payer->lease->terms.currency,
				   d->line->line.currency, STR(""));
	if (decision->reversed_payment)
		return return_decide(actor, d, payer, decision, problems);
	if (!d->line->line.credit || d->line->line.returned)
		return problem_say(problems, REFUSAL_BANK_NOT_INCOMING, STR(""), STR(""), STR(""), STR(""));
	if (money_compare(amount, d->line->rest) > 0)
		return problem_say(problems, REFUSAL_BANK_TOO_MUCH, STR(""), money_grouped(actor->arena, d->line->rest), STR(""), STR(""));
	return bank_payment_post(actor, &d->bank, payer, d->line, amount, decision->statements, decision->statement_count, problems);
}

bool bank_match(const struct actor *actor, const struct bank_decision *decision, struct problems *problems)
{
	struct deciding d = { .line = NULL };
	bool done = deciding_begin(actor, decision->line, &d, problems) && match_decide(actor, &d, decision, problems);

	return deciding_end(actor, &d, done, problems);
}

bool bank_dismiss(const struct actor *actor, int64_t number, struct str because, struct problems *problems)
{
	struct deciding d = { .line = NULL };
	struct json_writer w;
	struct buf body;

	if (!deciding_begin(actor, number, &d, problems))
		return deciding_end(actor, &d, false, problems);
	if (d.line->dismissed)
		return deciding_end(actor, &d, line_done(number, problems), problems);
	buf_init(&body, BANK_BODY_BYTES_MAX);
	json_writer_canonical(&w, &body);
	json_object(&w);
	json_put_string(&w, "because", because);
	json_put_string(&w, "key", d.line->line.key);
	json_object_end(&w);
	return deciding_end(actor, &d, bank_fact_append(actor, FACT_BANK_DISMISSED, &body, STR(""), problems), problems);
}
