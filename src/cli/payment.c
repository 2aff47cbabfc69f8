/* trainlease payment, cost, notice: what a person records by hand. */
#include "base/json.h"
#include "cli/agreement_file.h"
#include "cli/arguments.h"
#include "ledger/billing.h"
#include "ledger/load.h"

enum { STATEMENTS_NAMED_MOST = 64, PROOF_BYTES_MAX = 64 * 1024 * 1024 };

/* The document's SHA-256 is the fact; the document itself stays where it is. */
static bool proof_read(struct command *command, struct str *hex)
{
	const char *path = command_option(command, "proof");
	struct digest digest;
	struct str bytes;

	*hex = STR("");
	if (!path)
		return true;
	if (!file_read(command, path, PROOF_BYTES_MAX, &bytes))
		return false;
	digest = digest_of(DIGEST_SHA256, &bytes, 1);
	*hex = digest_hex(&command->arena, &digest);
	return true;
}

static struct str payer_json(struct command *command)
{
	const char *payer = command_option(command, "payer"), *because = command_option(command, "because");
	struct json_writer w;
	struct buf out;
	struct str text;

	if (!payer && !because)
		return STR("");
	buf_init(&out, 1 << 20);
	json_writer_canonical(&w, &out);
	json_object(&w);
	json_put_string(&w, "because", str_of(because));
	json_put_string(&w, "payer", str_of(payer));
	json_object_end(&w);
	text = arena_str(&command->arena, buf_str(&out));
	buf_free(&out);
	return text;
}

static void paid_print(struct command *command, const struct account *account, const struct payment *payment)
{
	bool chinese = command_language(command) == LANGUAGE_CHINESE;
	struct arena *a = &command->arena;

	buf_add_template(&command->out, chinese ? "付款 {1}：{2}，入账日 {3}\n" : "payment {1}: {2} credited on {3}\n",
			 (struct str[]){ arena_format(a, "%lld", (long long)payment->number), money_grouped(a, payment->amount),
					 day_text(a, payment->credit_day) });
	for (size_t i = 0; i < account->allotment_count; i++) {
		const struct allotment *al = &account->allotments[i];

		if (al->payment == payment->number)
			buf_add_template(&command->out, chinese ? "  结算单 {1}：本金 {2}，违约金 {3}，费用 {4}\n"
								: "  statement {1}: principal {2}, penalty {3}, costs {4}\n",
					 (struct str[]){ arena_format(a, "%lld", (long long)al->statement), money_grouped(a, al->principal),
							 money_grouped(a, al->penalty), money_grouped(a, al->costs) });
	}
	if (money_fen(account->held[payment->number - 1]))
		buf_add_template(&command->out, chinese ? "  作为预存款保留 {1}\n" : "  held as credit {1}\n",
				 (struct str[]){ money_grouped(a, account->held[payment->number - 1]) });
}

/* What it paid, as the account is now. */
static bool payment_print(struct command *command, struct store *store, int64_t number)
{
	struct chain_head head;
	struct account account;
	const struct lease *lease;

	if (command->json) {
		done_print(command, "payment", arena_format(&command->arena, "%lld", (long long)number));
		return true;
	}
	lease = lease_load(&command->arena, store, command_argument(command, 1), UINT64_MAX, &head, &command->problems);
	if (!lease || !account_compute(&command->arena, lease, zone_day(&lease->zone, command->now), &account, &command->problems))
		return false;
	paid_print(command, &account, payment_find(&lease->billing, number));
	return true;
}

static bool record(struct command *command, struct store *store)
{
	struct actor actor = command_actor(command, store);
	struct payment payment = { .statements = arena_many(&command->arena, STATEMENTS_NAMED_MOST, int64_t) };

	if (!option_money(command, "amount", "12,000.00", &payment.amount) || !option_day(command, "on", &payment.credit_day) ||
	    !option_statements(command, command_argument(command, 1), payment.statements, STATEMENTS_NAMED_MOST, &payment.statement_count) || !proof_read(command, &payment.proof) ||
	    !payment_record(&actor, command_argument(command, 1), &payment, payer_json(command), &command->problems))
		return false;
	return payment_print(command, store, payment.number);
}

static bool reverse(struct command *command, struct store *store)
{
	struct actor actor = command_actor(command, store);
	struct str because;
	int64_t number;

	if (!number_read(command, STR(""), command_argument(command, 2), "payment", "付款", &number) || !option_because(command, &because) ||
	    !payment_reverse(&actor, command_argument(command, 1), number, because, &command->problems))
		return false;
	done_print(command, "reversed", arena_format(&command->arena, "%lld", (long long)number));
	return true;
}

bool payment_run(struct command *command)
{
	struct str what = command_argument(command, 0);
	bool recording = str_is(what, "record") && command->argument_count == 2;
	struct store *store;
	bool done;

	if (!recording && (!str_is(what, "reverse") || command->argument_count != 3))
		return problem_say(&command->problems, REFUSAL_PAYMENT_ACTION, STR(""),
				   STR("payment record ID --amount A --on DAY, payment reverse ID NUMBER --because TEXT"), STR(""), STR(""));
	store = command_store(command, STORE_WRITE);
	done = store && (recording ? record(command, store) : reverse(command, store));
	store_close(store);
	return done;
}

bool cost_run(struct command *command)
{
	struct cost cost = { 0 };
	struct store *store;
	struct actor actor;
	bool done;

	if (!number_read(command, command_argument(command, 0), command_argument(command, 1), "statement", "结算单", &cost.statement) ||
	    !option_money(command, "amount", "300.00", &cost.amount) || !option_day(command, "on", &cost.day) ||
	    !option_because(command, &cost.because) || !(store = command_store(command, STORE_WRITE)))
		return false;
	actor = command_actor(command, store);
	done = cost_record(&actor, command_argument(command, 0), &cost, &command->problems);
	store_close(store);
	if (done)
		done_print(command, "cost", money_text(&command->arena, cost.amount));
	return done;
}

bool notice_run(struct command *command)
{
	instant at = command->now;
	struct store *store;
	struct actor actor;
	int64_t number;
	bool done;

	if (!number_read(command, command_argument(command, 0), command_argument(command, 1), "statement", "结算单", &number) ||
	    !command_time(command, "served", &at) || !(store = command_store(command, STORE_WRITE)))
		return false;
	actor = command_actor(command, store);
	done = notice_serve(&actor, command_argument(command, 0), number, at, &command->problems);
	store_close(store);
	if (done)
		done_print(command, "served", instant_text(&command->arena, at));
	return done;
}
