#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

const struct reader_options options_utc = { .zone = &zone_utc, .zone_given = true, .source = { "", 0 } };
const struct reader_options options_no_zone = { .zone = &zone_utc, .source = { "", 0 } };

static void begin(struct reading *reading, const char *path)
{
	arena_init(&reading->arena);
	problems_init(&reading->problems, &reading->arena);
	reading->input = input_open(path, &reading->problems);
	assert_non_null(reading->input);
}

void reading_begin(struct reading *reading, const void *bytes, size_t length)
{
	char path[64];

	reading->descriptor = memfd_create("reading", MFD_CLOEXEC);
	assert_true(reading->descriptor >= 0);
	for (size_t written = 0; written < length;) {
		ssize_t step = write(reading->descriptor, (const char *)bytes + written, length - written);

		assert_true(step > 0);
		written += (size_t)step;
	}
	snprintf(path, sizeof(path), "/proc/self/fd/%d", reading->descriptor);
	begin(reading, path);
}

void reading_begin_text(struct reading *reading, const char *text)
{
	reading_begin(reading, text, strlen(text));
}

char *json_written(struct arena *arena, const char *text)
{
	char *json = arena_cstr(arena, str_of(text));

	for (char *c = json; *c; c++)
		if (*c == '\'')
			*c = '"';
	return json;
}

void reading_begin_json(struct reading *reading, const char *text)
{
	struct arena arena;

	arena_init(&arena);
	reading_begin_text(reading, json_written(&arena, text));
	arena_free(&arena);
}

void reading_begin_data(struct reading *reading, const char *name)
{
	const char *folder = getenv("TEST_DATA");
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", folder ? folder : "tests/data", name);
	reading->descriptor = -1;
	begin(reading, path);
}

void reading_end(struct reading *reading)
{
	input_close(reading->input);
	if (reading->descriptor >= 0)
		close(reading->descriptor);
	arena_free(&reading->arena);
}

struct str data_text(struct arena *arena, const char *name)
{
	struct reading reading;
	struct str window, text;
	struct buf all;

	buf_init(&all, 64 * 1024 * 1024);
	reading_begin_data(&reading, name);
	for (;;) {
		assert_true(input_peek(reading.input, 1, &window));
		if (window.length == 0)
			break;
		buf_add_str(&all, window);
		input_take(reading.input, window.length);
	}
	text = arena_str(arena, buf_str(&all));
	buf_free(&all);
	reading_end(&reading);
	return text;
}

/* Room for one more thing of SIZE bytes in LIST, which has COUNT of them: doubled at each power of two. */
static void *grown(struct arena *arena, void *list, size_t count, size_t size)
{
	void *larger;

	if (count & (count - 1) || count == 0) {
		if (count)
			return list;
		return arena_array(arena, 1, size);
	}
	larger = arena_array(arena, count * 2, size);
	memcpy(larger, list, count * size);
	return larger;
}

static struct problem problem_copied(struct arena *arena, struct problem problem)
{
	problem.file = arena_str(arena, problem.file);
	for (size_t i = 0; i < PROBLEM_WORDS; i++)
		problem.words[i] = arena_str(arena, problem.words[i]);
	return problem;
}

static struct usage_row usage_copied(struct arena *arena, struct usage_row row)
{
	struct str *texts[] = { &row.key, &row.account, &row.user, &row.model, &row.purpose, &row.nodes, &row.state,
				&row.profile };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		*texts[i] = arena_str(arena, *texts[i]);
	return row;
}

static struct storage_row storage_copied(struct arena *arena, struct storage_row row)
{
	row.account = arena_str(arena, row.account);
	row.user = arena_str(arena, row.user);
	row.filesystem = arena_str(arena, row.filesystem);
	return row;
}

struct usage_rows usage_read(struct reading *reading, usage_open *open, const struct reader_options *options)
{
	struct arena *arena = &reading->arena;
	struct usage_rows rows = { 0 };
	struct reader reader;
	struct usage_row row;
	struct problem why;
	enum row_result result;

	if (!open(arena, reading->input, options, &reader, &reading->problems)) {
		rows.failed = true;
		return rows;
	}
	while ((result = reader.next(reader.state, &row, &why)) != ROW_END && result != ROW_FAILED) {
		if (result == ROW_USAGE) {
			rows.rows = grown(arena, rows.rows, rows.count, sizeof(row));
			rows.rows[rows.count++] = usage_copied(arena, row);
		} else if (result == ROW_REFUSED) {
			rows.refusals = grown(arena, rows.refusals, rows.refused, sizeof(why));
			rows.refusals[rows.refused++] = problem_copied(arena, why);
		} else {
			rows.nothing++;
		}
	}
	rows.failed = result == ROW_FAILED;
	reader.close(reader.state);
	return rows;
}

struct storage_rows storage_read(struct reading *reading, storage_open *open, const struct reader_options *options)
{
	struct arena *arena = &reading->arena;
	struct storage_rows rows = { 0 };
	struct storage_reader reader;
	struct storage_row row;
	struct problem why;
	enum row_result result;

	if (!open(arena, reading->input, options, &reader, &reading->problems)) {
		rows.failed = true;
		return rows;
	}
	while ((result = reader.next(reader.state, &row, &why)) != ROW_END && result != ROW_FAILED) {
		if (result == ROW_USAGE) {
			rows.rows = grown(arena, rows.rows, rows.count, sizeof(row));
			rows.rows[rows.count++] = storage_copied(arena, row);
		} else if (result == ROW_REFUSED) {
			rows.refusals = grown(arena, rows.refusals, rows.refused, sizeof(why));
			rows.refusals[rows.refused++] = problem_copied(arena, why);
		} else {
			rows.nothing++;
		}
	}
	rows.failed = result == ROW_FAILED;
	reader.close(reader.state);
	return rows;
}

void assert_str(struct str is, const char *wanted)
{
	if (!str_is(is, wanted))
		fail_msg("\"%.*s\" where \"%s\" was wanted", (int)is.length, is.at ? is.at : "", wanted);
}

void assert_refusal(const struct problem *problem, enum refusal wanted, size_t line)
{
	assert_string_equal(refusal_name(problem->what), refusal_name(wanted));
	assert_int_equal(problem->line, line);
}

void assert_only_problem(const struct reading *reading, enum refusal wanted)
{
	assert_int_equal(reading->problems.count, 1);
	assert_string_equal(refusal_name(reading->problems.list[0].what), refusal_name(wanted));
}
