/* trainlease rebuild: everything derived, computed again from the facts. */
#include "base/json.h"
#include "cli/command.h"
#include "import/rebuild.h"

bool rebuild_run(struct command *command)
{
	struct store *store = command_store(command, STORE_WRITE);
	struct rebuild_report report;
	struct json_writer w;
	bool done = store && rebuild(&command->arena, store, command->now, &report, &command->problems);

	store_close(store);
	if (!done)
		return false;
	if (!command->json) {
		buf_add_format(&command->out, command_language(command) == LANGUAGE_CHINESE
						      ? "由 %zu 个事实、%zu 条记录重新计算\n"
						      : "computed again from %zu facts, %zu records\n",
			       report.facts, report.records);
		return true;
	}
	json_writer_pretty(&w, &command->out);
	json_object(&w);
	json_put_integer(&w, "facts", (int64_t)report.facts);
	json_put_integer(&w, "records", (int64_t)report.records);
	json_object_end(&w);
	buf_add_char(&command->out, '\n');
	return true;
}
