#include "cli/agreement_file.h"

#include <errno.h>
#include <string.h>

#include "base/json.h"
#include "readers/zone_system.h"
#include "yaml/yaml.h"

enum { AGREEMENT_BYTES_MAX = 1024 * 1024, ZONE_MARGIN_DAYS = 2 * 366 };

bool file_read(struct command *command, const char *path, size_t limit, struct str *bytes)
{
	FILE *file = fopen(path, "re");
	char *text = arena_alloc(&command->arena, limit + 1);
	struct problem problem = { .file = str_of(path) };
	size_t length = 0;

	if (file) {
		length = fread(text, 1, limit + 1, file);
		problem.what = REFUSAL_FILE_TOO_LARGE;
		problem.words[0] = arena_format(&command->arena, "%zu", limit);
	}
	if (!file || ferror(file)) {
		problem.what = REFUSAL_FILE_READ;
		problem.words[0] = str_of(strerror(errno));
		length = limit + 1;
	}
	if (file)
		fclose(file);
	*bytes = (struct str){ text, length };
	return length <= limit || problem_add(&command->problems, problem);
}

bool agreement_file_read(struct command *command, struct agreement_file *file)
{
	const char *path = command->arguments[0];

	*file = (struct agreement_file){ 0 };
	if (!file_read(command, path, AGREEMENT_BYTES_MAX, &file->bytes))
		return false;
	file->document = yaml_read(&command->arena, file->bytes, str_of(path), &command->problems);
	if (!file->document || !terms_read(&command->arena, file->document, str_of(path), &file->terms, &command->problems))
		return false;
	return zone_system_read(&command->arena, file->terms.time_zone,
				(instant)(file->terms.term.from - ZONE_MARGIN_DAYS) * DAY_SECONDS,
				(instant)(file->terms.term.to + ZONE_MARGIN_DAYS) * DAY_SECONDS, &file->zone,
				&command->problems);
}

static void problem_write_json(struct command *command, struct json_writer *w, const struct problem *problem)
{
	struct problem bare = *problem;
	struct buf message;

	bare.file = bare.clause = STR("");
	buf_init(&message, 1 << 16);
	problem_write(&message, &bare, command_language(command));
	json_object(w);
	json_put_string(w, "file", problem->file);
	json_put_integer(w, "line", (int64_t)problem->line);
	json_put_integer(w, "column", (int64_t)problem->column);
	json_put_string(w, "clause", problem->clause);
	json_put_string(w, "kind", str_of(refusal_name(problem->what)));
	json_put_string(w, "message", buf_str(&message));
	json_object_end(w);
	buf_free(&message);
}

void problems_write_json(struct command *command, bool right)
{
	struct json_writer w;

	json_writer_pretty(&w, &command->out);
	json_object(&w);
	json_put_string(&w, "file", command_argument(command, 0));
	json_put_bool(&w, "right", right);
	json_key(&w, "problems");
	json_array(&w);
	for (size_t i = 0; i < command->problems.count; i++)
		problem_write_json(command, &w, &command->problems.list[i]);
	json_array_end(&w);
	json_object_end(&w);
	buf_add_char(&command->out, '\n');
	command->problems.count = 0;
	command->problems.total = 0;
}
