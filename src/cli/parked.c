/* trainlease parked, park: what is not billed, and what a person decides about it. */
#include <string.h>

#include "base/json.h"
#include "cli/command.h"
#include "cli/table.h"
#include "import/parking.h"
#include "rating/line.h"

struct parked_print {
	struct command *command;
	struct table table;
	struct json_writer w;
	struct str reason, account;
	size_t limit, shown;
	wide thousandths;
	int64_t rows;
};

static struct str hours_text(struct arena *arena, wide thousandths)
{
	return grouped_text(arena, ratio_text(arena, thousandths, (wide)HOUR_SECONDS * 1000, 2));
}

static bool reason_wanted(const struct parked_print *p, enum park_reason reason)
{
	return p->reason.length == 0 || str_is(p->reason, park_reason_name(reason));
}

/* The names that --reason takes. */
static bool reason_check(struct command *command, const char *reason)
{
	struct buf names;

	if (!reason || strcmp(reason, "runaway") == 0)
		return true;
	buf_init(&names, 1 << 12);
	for (int i = PARKED_NOT + 1; i < PARK_REASON_COUNT; i++) {
		if (strcmp(reason, park_reason_name((enum park_reason)i)) == 0) {
			buf_free(&names);
			return true;
		}
		buf_add_format(&names, "%s, ", park_reason_name((enum park_reason)i));
	}
	buf_add_str(&names, STR("runaway"));
	problem_say(&command->problems, REFUSAL_PARK_NO_SUCH_REASON, STR(""), str_of(reason), buf_str(&names), STR(""));
	buf_free(&names);
	return false;
}

static bool total_print(void *context, const struct parked_total *total)
{
	struct parked_print *p = context;
	struct arena *a = &p->command->arena;
	wide thousandths = 0;

	if (!reason_wanted(p, total->reason))
		return true;
	if (!wide_read(total->gpu_thousandth_seconds, &thousandths))
		return false;
	p->rows += total->rows;
	p->thousandths += thousandths;
	if (p->command->json) {
		json_object(&p->w);
		json_put_string(&p->w, "account", total->account);
		json_put_string(&p->w, "reason", str_of(park_reason_name(total->reason)));
		json_put_string(&p->w, "chain", total->chain_id);
		json_put_integer(&p->w, "rows", total->rows);
		json_put_string(&p->w, "gpu_seconds", gpu_seconds_text(a, thousandths));
		json_put_string(&p->w, "first", instant_text(a, total->first));
		json_put_string(&p->w, "last", instant_text(a, total->last));
		json_object_end(&p->w);
		return true;
	}
	table_row(&p->table, (struct str[]){
		arena_str(a, total->account.length ? total->account : STR("-")),
		str_of(park_reason_text(total->reason, command_language(p->command))),
		grouped_text(a, arena_format(a, "%lld", (long long)total->rows)), hours_text(a, thousandths),
		instant_text(a, total->first), instant_text(a, total->last) });
	return true;
}

static bool runaway_print(void *context, const struct runaway *runaway)
{
	struct parked_print *p = context;
	struct arena *a = &p->command->arena;

	if (p->reason.length && !str_is(p->reason, "runaway"))
		return true;
	if (p->command->json) {
		json_object(&p->w);
		json_put_string(&p->w, "reason", STR("runaway"));
		json_put_string(&p->w, "chain", runaway->lease);
		json_put_string(&p->w, "key", runaway->key);
		json_put_string(&p->w, "start", instant_text(a, runaway->start));
		json_put_string(&p->w, "listed", instant_text(a, runaway->listed));
		json_put_string(&p->w, "billed_to", instant_text(a, runaway->billed_to));
		json_object_end(&p->w);
		return true;
	}
	table_row(&p->table, (struct str[]){
		arena_str(a, runaway->lease),
		arena_format(a, command_language(p->command) == LANGUAGE_CHINESE
					? "失控：%.*s 久未列出，计费至 %.*s"
					: "runaway: %.*s not listed for too long, billed to %.*s",
			     (int)runaway->key.length, runaway->key.at, 20, instant_text(a, runaway->billed_to).at),
		STR("1"), STR(""), instant_text(a, runaway->start), instant_text(a, runaway->listed) });
	return true;
}

static bool record_print(void *context, const struct parked_record *parked)
{
	struct parked_print *p = context;
	struct arena *a = &p->command->arena;
	const struct usage_record *r = &parked->record;
	bool no_end = r->flags & USAGE_END_MISSING;
	instant end = r->start + (r->flags & USAGE_LENGTH_NEGATIVE ? -r->length_seconds : r->length_seconds);
	struct str start_text = r->flags & USAGE_START_MISSING ? STR("-") : instant_text(a, r->start);
	struct str end_text = no_end ? STR("-") : r->flags & USAGE_OPEN ? STR("...") : instant_text(a, end);

	if (!reason_wanted(p, (enum park_reason)r->reason))
		return true;
	if (p->command->json) {
		json_object(&p->w);
		json_put_string(&p->w, "key", r->key);
		json_put_string(&p->w, "account", parked->account);
		json_put_string(&p->w, "reason", str_of(park_reason_name((enum park_reason)r->reason)));
		json_put_string(&p->w, "chain", parked->chain_id);
		json_put_integer(&p->w, "fact", (int64_t)parked->seq);
		json_put_integer(&p->w, "row", parked->row);
		json_put_integer(&p->w, "line", r->line);
		json_put_string(&p->w, "start", start_text);
		json_put_string(&p->w, "end", end_text);
		json_put_string(&p->w, "gpus", gpu_seconds_text(a, r->gpus_thousandths));
		json_put_string(&p->w, "gpu_model", parked->model);
		json_put_string(&p->w, "state", parked->state);
		json_put_string(&p->w, "user", parked->user);
		json_object_end(&p->w);
	} else {
		table_row(&p->table, (struct str[]){
			arena_str(a, r->key), str_of(park_reason_text((enum park_reason)r->reason, command_language(p->command))),
			start_text, end_text, gpu_seconds_text(a, r->gpus_thousandths), arena_str(a, parked->model),
			arena_format(a, "%u", r->line) });
	}
	return ++p->shown < p->limit;
}

static bool totals_list(struct parked_print *p, struct store *store)
{
	static const struct table_column columns[] = {
		{ "account", "账户", false }, { "reason", "原因", false }, { "rows", "行数", true }, { "GPU-hours", "GPU小时", true },
		{ "first", "最早", false }, { "last", "最晚", false }, { 0 },
	};
	struct command *command = p->command;

	table_init(&p->table, &command->arena, columns, command_language(command));
	if (!store_parked_visit(store, 0, total_print, p, &command->problems) ||
	    !runaways_visit(&command->arena, store, command->now, runaway_print, p, &command->problems))
		return false;
	if (command->json)
		return true;
	if (p->table.row_count == 0)
		buf_add_str(&command->out, command_language(command) == LANGUAGE_CHINESE ? STR("没有搁置的记录\n") : STR("nothing is parked\n"));
	else
		table_write(&p->table, &command->out);
	return true;
}

/* A runaway among the rows of its lease's account. */
static bool runaway_row_print(void *context, const struct runaway *runaway)
{
	struct parked_print *p = context;
	struct arena *a = &p->command->arena;

	if (!str_equal(runaway->account, p->account))
		return true;
	if (p->command->json)
		return runaway_print(context, runaway);
	if (p->reason.length == 0 || str_is(p->reason, "runaway"))
		table_row(&p->table, (struct str[]){
			runaway->key, str_of(command_language(p->command) == LANGUAGE_CHINESE ? "失控" : "runaway"),
			instant_text(a, runaway->start), STR("..."), gpu_seconds_text(a, runaway->gpus_thousandths), STR(""), STR("") });
	return true;
}

static bool records_list(struct parked_print *p, struct store *store, const char *account)
{
	static const struct table_column columns[] = {
		{ "key", "键", false }, { "reason", "原因", false }, { "start", "开始", false }, { "end", "结束", false },
		{ "GPUs", "GPU数", true }, { "model", "型号", false }, { "line", "行", true }, { 0 },
	};
	struct command *command = p->command;

	table_init(&p->table, &command->arena, columns, command_language(command));
	p->account = str_of(account);
	if (!parking_visit(&command->arena, store, p->account, STR(""), record_print, p, &command->problems) ||
	    !runaways_visit(&command->arena, store, command->now, runaway_row_print, p, &command->problems))
		return false;
	if (!command->json)
		table_write(&p->table, &command->out);
	return true;
}

bool parked_run(struct command *command)
{
	const char *account = command_option(command, "account"), *limit = command_option(command, "limit");
	const char *reason = command_option(command, "reason");
	struct parked_print p = { .command = command, .reason = str_of(reason ? reason : ""),
				  .limit = command->json ? SIZE_MAX : 100 };
	struct store *store;
	uint64_t number;
	bool done;

	if (limit && !str_to_u64(str_of(limit), &number))
		return problem_say(&command->problems, REFUSAL_USAGE, STR(""), STR("--limit takes a number"), STR(" parked"), STR(""));
	if (limit)
		p.limit = number;
	if (!reason_check(command, reason))
		return false;
	store = command_store(command, STORE_READ);
	json_writer_pretty(&p.w, &command->out);
	if (command->json)
		json_array(&p.w);
	done = store && store_read_begin(store, &command->problems) &&
	       (account ? records_list(&p, store, account) : totals_list(&p, store));
	store_close(store);
	if (command->json) {
		json_array_end(&p.w);
		buf_add_char(&command->out, '\n');
	}
	return done;
}

/* ---- park ---- */

static bool request_read(struct command *command, struct parking_request *request)
{
	const char *account = command_option(command, "account"), *lease = command_option(command, "lease");
	const char *because = command_option(command, "because");

	*request = (struct parking_request){
		.action = PARKING_RELEASE, .key = command_argument(command, 1), .account = str_of(account ? account : ""),
		.lease = str_of(lease ? lease : ""), .has_end = command_option(command, "end") != NULL,
		.because = str_of(because ? because : ""), .by = command->by, .now = command->now,
	};
	if ((request->key.length > 0) == (account != NULL) || (account && !*account))
		return problem_say(&command->problems, REFUSAL_PARK_WHAT, STR(""), STR(""), STR(""), STR(""));
	if (request->because.length == 0)
		return problem_say(&command->problems, REFUSAL_BECAUSE_MISSING, STR(""), STR(""), STR(""), STR(""));
	return command_time(command, "end", &request->end);
}

static void counted_print(struct command *command, const char *name, const char *english, const char *chinese, size_t count)
{
	struct json_writer w;

	if (!command->json) {
		buf_add_format(&command->out, "%zu %s\n", count, command_language(command) == LANGUAGE_CHINESE ? chinese : english);
		return;
	}
	json_writer_pretty(&w, &command->out);
	json_object(&w);
	json_put_integer(&w, name, (int64_t)count);
	json_object_end(&w);
	buf_add_char(&command->out, '\n');
}

static bool release(struct command *command, struct store *store, const struct parking_request *request)
{
	struct parking_report report;

	if (!parking_move(&command->arena, store, request, &report, &command->problems))
		return false;
	if (report.found == 0)
		return problem_say(&command->problems, request->key.length ? REFUSAL_PARK_UNKNOWN_KEY : REFUSAL_PARK_UNKNOWN_ACCOUNT,
				   STR(""), request->key.length ? request->key : request->account, STR(""), STR(""));
	for (size_t i = 0; i < report.refused.count; i++)
		problem_add(&command->problems, report.refused.list[i]);
	counted_print(command, "released", "released", "条已放行", report.placed);
	return true;
}

static bool dismiss(struct command *command, struct store *store, const struct parking_request *request)
{
	size_t rows;

	if (!parking_dismiss(&command->arena, store, request, &rows, &command->problems))
		return false;
	counted_print(command, "dismissed", "dismissed", "条已驳回", rows);
	return true;
}

bool park_run(struct command *command)
{
	struct str what = command_argument(command, 0);
	struct parking_request request;
	struct store *store;
	bool done;

	if (!str_is(what, "release") && !str_is(what, "dismiss"))
		return problem_say(&command->problems, REFUSAL_USAGE, STR(""), STR("park takes release or dismiss"), STR(" park"), STR(""));
	if (!request_read(command, &request))
		return false;
	store = command_store(command, STORE_WRITE);
	done = store && (str_is(what, "release") ? release(command, store, &request) : dismiss(command, store, &request));
	store_close(store);
	return done;
}
