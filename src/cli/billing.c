/* trainlease issue, serve, release, close: a statement's life. */
#include "cli/arguments.h"
#include "cli/key_file.h"
#include "cli/table.h"
#include "document/account_document.h"
#include "document/statement_document.h"
#include "ledger/billing.h"
#include "ledger/load.h"

static void issued_rows(struct command *command, const struct issued *issued, struct table *table)
{
	enum language language = command_language(command);
	struct arena *a = &command->arena;

	for (size_t i = 0; i < issued->line_count; i++) {
		const struct line *line = &issued->lines[i];

		table_row(table, (struct str[]){ line->clause, line_title_text(a, line, language), month_text(a, issued->month),
						 grouped_text(a, line_quantity_text(a, line)), line_unit_text(a, line, language),
						 money_grouped(a, line->amount) });
	}
	for (size_t i = 0; i < issued->correction_count; i++) {
		const struct correction *c = &issued->corrections[i];

		table_row(table, (struct str[]){
			c->line.clause,
			arena_format(a, language == LANGUAGE_CHINESE ? "更正结算单 %lld（事实 %llu-%llu）" : "correction of %lld (facts %llu-%llu)",
				     (long long)c->statement, (unsigned long long)c->fact_from, (unsigned long long)c->fact_to),
			month_text(a, c->month), grouped_text(a, line_quantity_text(a, &c->line)),
			line_unit_text(a, &c->line, language), money_grouped(a, c->line.amount) });
	}
	for (size_t i = 0; i < issued->penalty_count; i++)
		table_row(table, (struct str[]){
			STR("3.4"), arena_format(a, language == LANGUAGE_CHINESE ? "结算单 %lld 的违约金" : "penalty on statement %lld",
						 (long long)issued->penalties[i].statement),
			STR(""), STR(""), STR(""), money_grouped(a, issued->penalties[i].amount) });
}

static void issued_print(struct command *command, const struct lease *lease, const struct issued *issued)
{
	static const struct table_column columns[] = {
		{ "clause", "条款", false }, { "what", "项目", false }, { "month", "月份", false }, { "quantity", "数量", true },
		{ "unit", "单位", false }, { "amount", "金额", true }, { 0 },
	};
	struct arena *a = &command->arena;
	bool chinese = command_language(command) == LANGUAGE_CHINESE;
	struct table table;

	if (command->json) {
		issued_write_json(a, lease, issued, &command->out);
		return;
	}
	buf_add_template(&command->out, chinese ? "结算单 {1}，{2}，出具于 {3}" : "statement {1} of {2}, issued {3}",
			 (struct str[]){ issued_number_text(a, lease->id, issued->number), month_text(a, issued->month),
					 day_text(a, issued->issued_day) });
	if (issued->served)
		buf_add_template(&command->out, chinese ? "，送达于 {1}，付款期限至 {2} 24时\n" : ", served {1}, payable until 24:00 of {2}\n",
				 (struct str[]){ day_text(a, issued->served_day), day_text(a, issued->due_day) });
	else
		buf_add_str(&command->out, chinese ? STR("，尚未送达\n") : STR(", not served yet\n"));
	if (issued->provisional)
		buf_add_str(&command->out, chinese ? STR("该年节假日安排尚未公布，付款期限暂定\n")
						   : STR("the due day is provisional: that year's rest days are not published\n"));
	if (issued->signed_by.length)
		buf_add_template(&command->out, chinese ? "出租方签名 {1}\n" : "signed by {1}\n",
				 (struct str[]){ fingerprint_grouped(a, issued->signed_by) });
	else
		buf_add_str(&command->out, chinese ? STR("未签名\n") : STR("not signed\n"));
	table_init(&table, a, columns, command_language(command));
	issued_rows(command, issued, &table);
	table_row(&table, (struct str[]){ STR(""), chinese ? STR("合计") : STR("total"), STR(""), STR(""), lease->terms.currency,
					  money_grouped(a, issued->total) });
	table_write(&table, &command->out);
}

static void result_print(struct command *command, const struct issue_result *result)
{
	for (unsigned i = 0; i < command_languages(command); i++) {
		command_speak(command, i);
		issued_print(command, result->lease, result->issued);
	}
}

bool issue_run(struct command *command)
{
	struct issue_result result;
	struct actor actor;
	struct signer signer;
	month_number month;
	bool done;

	if (!argument_month(command, 1, &month) || !command_signer(command, &signer))
		return false;
	actor = command_actor(command, command_store(command, STORE_WRITE));
	actor.signer = signer;
	done = actor.store && billing_issue(&actor, command_argument(command, 0), month, !command_option(command, "not-served"),
					    &result, &command->problems);
	store_close(actor.store);
	command_signer_end(&signer);
	if (done)
		result_print(command, &result);
	return done;
}

bool advance_run(struct command *command)
{
	struct issue_result result;
	struct actor actor;
	struct signer signer;
	month_number month;
	bool done;

	if (!argument_month(command, 1, &month) || !command_signer(command, &signer))
		return false;
	actor = command_actor(command, command_store(command, STORE_WRITE));
	actor.signer = signer;
	done = actor.store && billing_advance(&actor, command_argument(command, 0), month, &result, &command->problems);
	store_close(actor.store);
	command_signer_end(&signer);
	if (done)
		result_print(command, &result);
	return done;
}

bool serve_run(struct command *command)
{
	struct store *store;
	struct actor actor;
	int64_t number;
	day_number day;
	bool done;

	if (!number_read(command, command_argument(command, 0), command_argument(command, 1), "statement", "结算单", &number) ||
	    !(store = command_store(command, STORE_WRITE)))
		return false;
	actor = command_actor(command, store);
	done = option_day(command, "on", &day) &&
	       billing_serve(&actor, command_argument(command, 0), number, day, &command->problems);
	store_close(store);
	if (done)
		done_print(command, "served", day_text(&command->arena, day));
	return done;
}

bool release_run(struct command *command)
{
	struct store *store;
	struct actor actor;
	month_number month;
	struct str because;
	bool done;

	if (!argument_month(command, 1, &month) || !option_because(command, &because) ||
	    !(store = command_store(command, STORE_WRITE)))
		return false;
	actor = command_actor(command, store);
	done = billing_release(&actor, command_argument(command, 0), month, because, &command->problems);
	store_close(store);
	if (done)
		done_print(command, "released", month_text(&command->arena, month));
	return done;
}
