#include "ledger/bank_post.h"

#include "base/json.h"
#include "ledger/billing.h"
#include "ledger/house.h"

#define BANK_LINES_CODEC "bank-lines-1"

bool bank_fact_append(const struct actor *actor, const char *kind, struct buf *body, struct str payload,
		      struct problems *problems)
{
	struct fact_draft draft = { .kind = str_of(kind), .by = actor->by, .command = actor->command, .body = buf_str(body),
				    .happened = actor->now, .payload = payload, .payload_erasable = payload.length > 0,
				    .payload_codec = payload.length ? STR(BANK_LINES_CODEC) : STR("") };
	bool done = house_fact_append(actor->store, actor->now, &draft, problems);

	buf_free(body);
	return done;
}

static bool posted_append(const struct actor *actor, struct house_bank *bank, struct house_line *line,
			  const struct bank_posting *posting, struct problems *problems)
{
	struct json_writer w;
	struct buf body;

	buf_init(&body, BANK_BODY_BYTES_MAX);
	json_writer_canonical(&w, &body);
	json_object(&w);
	json_put_integer(&w, "amount_fen", money_fen(posting->amount));
	json_put_string(&w, "key", line->line.key);
	json_put_string(&w, "lease", posting->lease);
	json_put_integer(&w, "payment", posting->payment);
	if (posting->reversal)
		json_put_bool(&w, "reversal", true);
	json_object_end(&w);
	bank_posting_add(bank, line, posting);
	return bank_fact_append(actor, FACT_BANK_POSTED, &body, STR(""), problems);
}

static struct act act_on(const struct actor *actor, const struct payer *payer, struct problems *problems)
{
	return (struct act){ .arena = actor->arena, .store = actor->store, .lease = payer->lease, .head = payer->head,
			     .now = actor->now, .by = actor->by, .command = actor->command, .problems = problems };
}

bool bank_payment_post(const struct actor *actor, struct house_bank *bank, struct payer *payer, struct house_line *line,
		       struct money amount, const int64_t *statements, size_t statement_count, struct problems *problems)
{
	struct act act = act_on(actor, payer, problems);
	struct payment payment = { .credit_day = bank_credit_day(&line->line), .amount = amount, .bank_key = line->line.key,
				   .seq = payer->head.next_seq, .recorded = actor->now };
	struct bank_posting posting = { .lease = payer->lease->id, .amount = amount };

	payment.statements = arena_many(actor->arena, statement_count, int64_t);
	for (size_t i = 0; i < statement_count; i++)
		payment.statements[payment.statement_count++] = statements[i];
	if (!payment_append(&act, &payment, STR("")))
		return false;
	payer->head = act.head;
	payment_add(actor->arena, &payer->lease->billing, &payment);
	posting.payment = payment.number;
	return posted_append(actor, bank, line, &posting, problems);
}

bool bank_payment_return(const struct actor *actor, struct house_bank *bank, struct payer *payer, struct house_line *line,
			 int64_t number, struct str because, struct problems *problems)
{
	struct act act = act_on(actor, payer, problems);
	struct bank_posting posting = { .lease = payer->lease->id, .payment = number, .reversal = true };

	if (!reversal_append(&act, number, because))
		return false;
	payer->head = act.head;
	payment_take_back(&payer->lease->billing, number, because);
	posting.amount = payment_find(&payer->lease->billing, number)->amount;
	return posted_append(actor, bank, line, &posting, problems);
}
