/* trainlease statement. */
#include "cli/statement.h"

#include "document/statement_document.h"
#include "ledger/load.h"

static bool known_on(struct command *command, struct store *store, struct str id, uint64_t *seq)
{
	struct chain_head head;
	instant at = command->now;
	size_t before = command->problems.total;

	*seq = (uint64_t)INT64_MAX;
	if (!command_option(command, "as-known-on"))
		return true;
	if (!command_time(command, "as-known-on", &at))
		return false;
	if (!store_chain_find(store, id, &head, &command->problems))
		return command->problems.total == before;   /* lease_load says what is missing */
	if (store_seq_known_at(store, head.chain, at, seq, &command->problems))
		return true;
	return problem_say(&command->problems, REFUSAL_NOT_KNOWN_THEN, STR(""), id, instant_text(&command->arena, at), STR(""));
}

bool month_open(struct command *command, struct store *store, struct month_view *view)
{
	struct str id = command_argument(command, 0), month = command_argument(command, 1);
	struct chain_head head;

	*view = (struct month_view){ 0 };
	if (!month_read(month, &view->month))
		return problem_say(&command->problems, REFUSAL_USAGE_MONTH, STR(""), month, STR(""), STR(""));
	if (!known_on(command, store, id, &view->query.seq))
		return false;
	view->lease = lease_load(&command->arena, store, id, view->query.seq, &head, &command->problems);
	if (!view->lease)
		return false;
	view->query.arena = &command->arena;
	view->query.store = store;
	view->query.lease = view->lease;
	view->query.chain = head.chain;
	return statement_compute(&command->arena, view->lease, view->month, command->now, usage_from_store, &view->query,
				 &view->statement, &command->problems);
}

bool statement_run(struct command *command)
{
	struct store *store = command_store(command, STORE_READ);
	struct month_view view;
	bool done = store && store_read_begin(store, &command->problems) && month_open(command, store, &view);

	store_close(store);
	if (!done)
		return false;
	if (command->json) {
		statement_write_json(&command->arena, view.lease, &view.statement, &command->out);
		return true;
	}
	for (int language = LANGUAGE_CHINESE; language >= LANGUAGE_ENGLISH; language--) {
		if (command->speak != SPEAK_BOTH && language != (int)command_language(command))
			continue;
		statement_write_text(&command->arena, view.lease, &view.statement, (enum language)language, &command->out);
		if (command->speak == SPEAK_BOTH && language == LANGUAGE_CHINESE)
			buf_add_char(&command->out, '\n');
	}
	return true;
}
