#include "cli/why_penalty.h"

#include "cli/arguments.h"
#include "cli/table.h"
#include "lease/account.h"
#include "ledger/load.h"

struct penalty_why {
	struct command *command;
	const struct lease *lease;
	const struct issued *issued;
	struct account account;
	struct penalty_day *days;
	size_t count;
};

static void days_csv(const struct penalty_why *why)
{
	struct arena *a = &why->command->arena;

	buf_add_str(&why->command->out, STR("day,principal,percent_per_day,penalty_to_date\n"));
	for (size_t i = 0; i < why->count; i++) {
		struct str day = day_text(a, why->days[i].from), principal = money_text(a, why->days[i].principal);
		struct str rate = decimal_text(a, why->lease->terms.payment.late_percent_per_day);
		struct str penalty = money_text(a, why->days[i].penalty);

		buf_add_format(&why->command->out, "%.*s,%.*s,%.*s,%.*s\n", (int)day.length, day.at, (int)principal.length, principal.at,
			       (int)rate.length, rate.at, (int)penalty.length, penalty.at);
	}
}

static void days_json(const struct penalty_why *why)
{
	const struct owed *owed = account_owed(&why->account, why->issued->number);
	struct arena *a = &why->command->arena;
	struct json_writer w;

	json_writer_pretty(&w, &why->command->out);
	json_object(&w);
	json_put_string(&w, "clause", STR("3.4"));
	json_put_string(&w, "statement", issued_number_text(a, why->lease->id, why->issued->number));
	json_put_string(&w, "percent_per_day", decimal_text(a, why->lease->terms.payment.late_percent_per_day));
	json_key(&w, "days");
	json_array(&w);
	for (size_t i = 0; i < why->count; i++) {
		json_object(&w);
		json_put_string(&w, "day", day_text(a, why->days[i].from));
		json_put_integer(&w, "principal_fen", money_fen(why->days[i].principal));
		json_put_integer(&w, "penalty_to_date_fen", money_fen(why->days[i].penalty));
		json_object_end(&w);
	}
	json_array_end(&w);
	json_put_integer(&w, "penalty_fen", money_fen(owed->penalty));
	json_put_integer(&w, "penalty_paid_fen", money_fen(owed->penalty_paid));
	json_object_end(&w);
	buf_add_char(&why->command->out, '\n');
}

static void days_table(const struct penalty_why *why)
{
	static const struct table_column columns[] = {
		{ "from", "自", false }, { "to", "至", false }, { "days", "天数", true }, { "unpaid principal", "未付本金", true },
		{ "% a day", "每日比例%", true }, { "penalty to date", "累计违约金", true }, { 0 },
	};
	struct command *command = why->command;
	struct arena *a = &command->arena;
	struct table table;

	table_init(&table, a, columns, command_language(command));
	for (size_t i = 0; i < why->count; i++) {
		const struct penalty_day *span = &why->days[i];

		table_row(&table, (struct str[]){ day_text(a, span->from), day_text(a, span->to),
						  arena_format(a, "%d", span->to - span->from + 1), money_grouped(a, span->principal),
						  decimal_text(a, why->lease->terms.payment.late_percent_per_day),
						  money_grouped(a, span->penalty) });
	}
	table_write(&table, &command->out);
}

static void why_print(const struct penalty_why *why)
{
	struct command *command = why->command;
	const struct owed *owed = account_owed(&why->account, why->issued->number);
	bool chinese = command_language(command) == LANGUAGE_CHINESE;
	struct arena *a = &command->arena;

	buf_add_template(&command->out,
			 chinese ? "3.4 结算单 {1}，到期日 {2}：自次日起至入账日止，每日按未付本金的 {3} % 计，累计后舍入一次\n\n"
				 : "3.4 statement {1}, due {2}: each day from the next to the day of credit, {3} % of the unpaid principal; "
				   "the running total is rounded\n\n",
			 (struct str[]){ issued_number_text(a, why->lease->id, why->issued->number),
					 why->issued->served ? day_text(a, why->issued->due_day) : STR("-"),
					 decimal_text(a, why->lease->terms.payment.late_percent_per_day) });
	if (why->count)
		days_table(why);
	buf_add_template(&command->out, chinese ? "\n截至 {1}：违约金 {2}，已付 {3}\n" : "\nto {1}: penalty {2}, paid {3}\n",
			 (struct str[]){ day_text(a, why->account.day), money_grouped(a, owed->penalty),
					 money_grouped(a, owed->penalty_paid) });
}

static bool why_open(struct penalty_why *why, struct store *store)
{
	struct command *command = why->command;
	struct chain_head head;
	month_number month;
	day_number day;
	bool each = command->json || command_option(command, "csv");

	if (!argument_month(command, 1, &month) || !store_read_begin(store, &command->problems))
		return false;
	why->lease = lease_load(&command->arena, store, command_argument(command, 0), UINT64_MAX, &head, &command->problems);
	if (!why->lease)
		return false;
	why->issued = issued_of_month(&why->lease->billing, month);
	day = zone_day(&why->lease->zone, command->now);
	if (command_option(command, "on") && !option_day(command, "on", &day))
		return false;
	if (!why->issued || why->issued->issued_day > day)
		return problem_say(&command->problems, REFUSAL_BILLING_NOT_ISSUED, STR("3.4"), command_argument(command, 1), STR(""), STR(""));
	return account_compute(&command->arena, why->lease, day, &why->account, &command->problems) &&
	       account_penalty_days(&command->arena, why->lease, why->issued->number, day, each, &why->days, &why->count,
				    &command->problems);
}

bool why_penalty_run(struct command *command)
{
	struct store *store = command_store(command, STORE_READ);
	struct penalty_why why = { .command = command };
	bool done = store && why_open(&why, store);

	store_close(store);
	if (!done)
		return false;
	if (command->json)
		days_json(&why);
	else if (command_option(command, "csv"))
		days_csv(&why);
	else
		why_print(&why);
	return true;
}
