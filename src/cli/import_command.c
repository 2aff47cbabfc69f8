/* trainlease import: the command line around import_run, its progress and its summary. */
#include <inttypes.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/json.h"
#include "base/utf8.h"
#include "cli/command.h"
#include "import/import.h"

enum { PROGRESS_EVERY_MS = 200 };

struct meter_line {
	struct timespec begun, shown;
	bool visible;
};

static int64_t ms_between(struct timespec from, struct timespec to)
{
	return (to.tv_sec - from.tv_sec) * 1000 + (to.tv_nsec - from.tv_nsec) / 1000000;
}

/* Rate and time left, on a terminal only. */
static void progress_show(void *context, const struct import_progress *progress)
{
	struct meter_line *line = context;
	struct timespec now;
	int64_t ms;

	if (!line->visible)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	ms = ms_between(line->begun, now);
	if (ms_between(line->shown, now) < PROGRESS_EVERY_MS || ms == 0)
		return;
	line->shown = now;
	fprintf(stderr, "\r%s%zu rows, %" PRId64 " rows/s", progress->checking ? "checking: " : "", progress->rows,
		(int64_t)progress->rows * 1000 / ms);
	if (progress->bytes_total && progress->bytes_read && progress->bytes_read <= progress->bytes_total)
		fprintf(stderr, ", %d %%, %" PRId64 " s left", (int)(progress->bytes_read * 100 / progress->bytes_total),
			ms * (int64_t)((progress->bytes_total - progress->bytes_read) >> 10) /
				(int64_t)((progress->bytes_read >> 10) + 1) / 1000);
	fprintf(stderr, "\033[K");
}

static struct str option_text(const struct command *command, const char *name)
{
	const char *value = command_option(command, name);

	return value ? str_of(value) : STR("");
}

static bool request_read(struct command *command, struct import_request *request)
{
	struct str threads = option_text(command, "threads");

	*request = (struct import_request){
		.path = command->arguments[0], .columns = command_option(command, "columns"),
		.fields = command_option(command, "fields"), .zone = option_text(command, "zone"),
		.lease = option_text(command, "lease"), .source = option_text(command, "source"),
		.strict = command_option(command, "strict") != NULL,
		.replace_source = command_option(command, "replace-source") != NULL,
		.because = option_text(command, "because"), .listed = command->now, .now = command->now, .by = command->by,
		.threads = sysconf(_SC_NPROCESSORS_ONLN) > 1 ? 2 : 1,
	};
	for (size_t i = 0; i < request->source.length; i++)
		if ((unsigned char)request->source.at[i] <= ' ' || request->source.at[i] == '/' || request->source.at[i] == '#')
			return problem_say(&command->problems, REFUSAL_USAGE, STR(""),
					   STR("--source: a name has no space, `/` or `#`"), STR(" import"), STR(""));
	if (threads.length && !str_is(threads, "1") && !str_is(threads, "2"))
		return problem_say(&command->problems, REFUSAL_USAGE, STR(""), STR("--threads is 1 or 2"), STR(" import"), STR(""));
	if (threads.length)
		request->threads = str_is(threads, "1") ? 1 : 2;
	if (request->replace_source && request->because.length == 0)
		return problem_say(&command->problems, REFUSAL_BECAUSE_MISSING, STR(""), STR(""), STR(""), STR(""));
	if (command_option(command, "format") && !import_format_named(option_text(command, "format"), &request->format))
		return problem_say(&command->problems, REFUSAL_USAGE_FORMAT, STR(""), option_text(command, "format"), STR(""), STR(""));
	request->listed_given = command_option(command, "listed") != NULL;
	return command_time(command, "listed", &request->listed);
}

static const struct { const char *name, *text[2]; } outcomes[IMPORT_OUTCOMES] = {
	[IMPORT_NEW] = { "new", { "new", "新增" } },
	[IMPORT_KNOWN] = { "known", { "already known", "已知" } },
	[IMPORT_CORRECTED] = { "corrected", { "corrected", "更正" } },
	[IMPORT_OPEN] = { "open", { "of these open (still running)", "其中未结束（仍在运行）" } },
	[IMPORT_PARKED] = { "parked", { "parked", "搁置" } },
};

static size_t outcome_count(const struct import_report *report, enum import_outcome outcome)
{
	switch (outcome) {
	case IMPORT_NEW:       return report->counts.added;
	case IMPORT_KNOWN:     return report->counts.known;
	case IMPORT_CORRECTED: return report->counts.corrected;
	case IMPORT_OPEN:      return report->open;
	case IMPORT_PARKED:    return report->counts.parked;
	case IMPORT_OUTCOMES:  break;
	}
	return 0;
}

static struct str refusal_message(struct command *command, const struct problem *problem)
{
	struct problem bare = *problem;
	struct buf text;
	struct str message;

	bare.file = STR("");
	buf_init(&text, 1 << 16);
	problem_write(&text, &bare, command_language(command));
	message = arena_str(&command->arena, buf_str(&text));
	buf_free(&text);
	return message;
}

static void outcome_print(struct command *command, const struct import_report *report, enum import_outcome outcome)
{
	enum language language = command_language(command);
	const struct import_examples *examples = &report->examples[outcome];
	struct buf *out = &command->out;

	buf_add_format(out, language == LANGUAGE_CHINESE ? "  %10zu  %s" : "  %10zu  %s", outcome_count(report, outcome),
		       outcomes[outcome].text[language]);
	for (size_t i = 0; i < examples->count; i++) {
		const struct import_example *e = &examples->list[i];
		struct str shown = utf8_printable(&command->arena, e->key);

		buf_add_format(out, language == LANGUAGE_CHINESE ? "%s第 %zu 行 %.*s" : "%sline %zu %.*s", i ? "; " : "  (", e->line,
			       (int)utf8_fit(shown, 40).length, shown.at);
		if (outcome == IMPORT_PARKED)
			buf_add_format(out, ": %s", park_reason_text(e->reason, language));
	}
	buf_add_str(out, examples->count ? STR(")\n") : STR("\n"));
}

static void report_print(struct command *command, const struct import_report *report)
{
	enum language language = command_language(command);
	bool chinese = language == LANGUAGE_CHINESE;
	struct buf *out = &command->out;

	if (report->known_file) {
		buf_add_format(out, chinese ? "%s：该文件曾以相同选项完整导入；未新增任何内容\n"
					    : "%s: this file was imported whole before, in the same way; nothing was added\n",
			       command->arguments[0]);
		return;
	}
	buf_add_format(out, "%s (%s)\n  %10zu  %s\n",
		       utf8_printable(&command->arena, command_argument(command, 0)).at, import_format_name(report->format), report->read,
		       chinese ? "读取行数" : "rows read");
	for (int outcome = 0; outcome < IMPORT_OUTCOMES; outcome++)
		outcome_print(command, report, (enum import_outcome)outcome);
	buf_add_format(out, "  %10zu  %s\n", report->nothing,
		       chinese ? "非分配（等待中、从未开始、作业步）" : "no allocation (pending, never started, job steps)");
	buf_add_format(out, "  %10zu  %s\n", report->refused, chinese ? "拒绝（无法读取）" : "refused (not readable)");
	for (size_t i = 0; i < report->refusals.count && i < IMPORT_EXAMPLES; i++) {
		struct str message = refusal_message(command, &report->refusals.list[i]);

		buf_add_format(out, chinese ? "              第 %zu 行：%.*s\n" : "              line %zu: %.*s\n",
			       report->refusals.list[i].line, (int)message.length, message.at);
	}
	if (report->counts.parked || report->refused)
		buf_add_str(out, chinese ? STR("`trainlease parked` 可查看搁置的内容\n") : STR("`trainlease parked` shows what is parked\n"));
}

static void report_json(struct command *command, const struct import_report *report)
{
	struct json_writer w;

	json_writer_pretty(&w, &command->out);
	json_object(&w);
	json_put_string(&w, "file", utf8_printable(&command->arena, command_argument(command, 0)));
	json_put_string(&w, "format", str_of(import_format_name(report->format)));
	json_put_bool(&w, "known_file", report->known_file);
	json_put_integer(&w, "read", (int64_t)report->read);
	for (int i = 0; i < IMPORT_OUTCOMES; i++)
		json_put_integer(&w, outcomes[i].name, (int64_t)outcome_count(report, (enum import_outcome)i));
	json_put_integer(&w, "nothing", (int64_t)report->nothing);
	json_put_integer(&w, "refused", (int64_t)report->refused);
	json_key(&w, "examples");
	json_object(&w);
	for (int i = 0; i < IMPORT_OUTCOMES; i++) {
		json_key(&w, outcomes[i].name);
		json_array(&w);
		for (size_t j = 0; j < report->examples[i].count; j++) {
			const struct import_example *e = &report->examples[i].list[j];

			json_object(&w);
			json_put_integer(&w, "line", (int64_t)e->line);
			json_put_string(&w, "key", e->key);
			if (i == IMPORT_PARKED)
				json_put_string(&w, "reason", str_of(park_reason_name(e->reason)));
			json_object_end(&w);
		}
		json_array_end(&w);
	}
	json_key(&w, "refused");
	json_array(&w);
	for (size_t i = 0; i < report->refusals.count; i++) {
		json_object(&w);
		json_put_integer(&w, "line", (int64_t)report->refusals.list[i].line);
		json_put_string(&w, "why", refusal_message(command, &report->refusals.list[i]));
		json_object_end(&w);
	}
	json_array_end(&w);
	json_object_end(&w);
	json_object_end(&w);
	buf_add_char(&command->out, '\n');
}

bool import_command_run(struct command *command)
{
	struct import_request request;
	struct import_report report;
	struct meter_line line = { .visible = isatty(STDERR_FILENO) };
	struct store *store;
	bool done;

	if (!request_read(command, &request))
		return false;
	clock_gettime(CLOCK_MONOTONIC, &line.begun);
	line.shown = line.begun;
	request.progress = progress_show;
	request.context = &line;
	store = command_store(command, STORE_WRITE);
	done = store && import_run(&command->arena, store, &request, &report, &command->problems);
	store_close(store);
	if (line.visible)
		fprintf(stderr, "\r\033[K");
	if (done && command->json)
		report_json(command, &report);
	else if (done)
		report_print(command, &report);
	return done;
}
