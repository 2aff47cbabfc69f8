/* sacct --json and slurmdbd's REST answers, of every release that we have samples of. */
#include "support.h"

#include <stdio.h>
#include <string.h>

static struct usage_rows rows_of(struct reading *reading, const char *text, const struct reader_options *options)
{
	reading_begin_json(reading, text);
	return usage_read(reading, sacct_json_reader_open, options);
}

static struct usage_rows data_rows(struct reading *reading, const char *name)
{
	reading_begin_data(reading, name);
	return usage_read(reading, sacct_json_reader_open, &options_no_zone);
}

/* A job of which only MEMBERS are told. */
static struct usage_rows job_of(struct reading *reading, const char *members)
{
	struct buf text;
	struct usage_rows rows;

	buf_init(&text, 65536);
	buf_add_format(&text, "{'jobs': [\n{'job_id': 7, 'cluster': 'c', %s}]}", members);
	buf_add_char(&text, '\0');
	reading_begin_json(reading, text.at);
	rows = usage_read(reading, sacct_json_reader_open, &options_no_zone);
	buf_free(&text);
	return rows;
}

#define TIMES "'time': {'submission': 1000, 'start': 1100, 'end': 2000, 'elapsed': 900, 'suspended': 0}"
#define ENDED "'state': {'current': ['COMPLETED']}"
#define GPUS "'tres': {'allocated': [{'type': 'gres', 'name': 'gpu', 'count': 2}], 'requested': []}"

static void test_a_job(void **state)
{
	struct reading reading;
	struct usage_rows rows = job_of(&reading, TIMES ", " ENDED ", " GPUS ", 'account': 'a', 'nodes': 'gpu[1-2]', "
						  "'association': {'user': 'u'}, 'wckey': '*w'");

	(void)state;
	assert_int_equal(rows.count, 1);
	assert_str(rows.rows[0].key, "c/7/1000");
	assert_str(rows.rows[0].account, "a");
	assert_str(rows.rows[0].user, "u");
	assert_str(rows.rows[0].nodes, "gpu[1-2]");
	assert_str(rows.rows[0].purpose, "w");
	assert_int_equal(rows.rows[0].gpus_thousandths, 2000);
	assert_int_equal(rows.rows[0].line, 2);
	reading_end(&reading);
}

static void test_numbers(void **state)
{
	struct reading reading;
	struct usage_rows rows;

	(void)state;
	rows = job_of(&reading, "'time': {'submission': {'set': true, 'infinite': false, 'number': 1000}, "
				"'start': {'set': true, 'number': 1100}, 'end': {'set': false, 'number': 0}, "
				"'elapsed': 900, 'suspended': 5}, "
				"'state': {'current': ['RUNNING', 'COMPLETING']}, " GPUS);
	assert_int_equal(rows.count, 1);
	assert_true(rows.rows[0].running && rows.rows[0].has_listed);
	assert_int_equal(rows.rows[0].listed, 2005);
	assert_str(rows.rows[0].state, "RUNNING,COMPLETING");
	reading_end(&reading);

	rows = job_of(&reading, "'time': {'submission': 1000, 'start': 4294967294, 'end': 2000, 'elapsed': 0}, "
				"'state': {'current': 'CANCELLED'}, 'tres': {'allocated': []}");
	assert_int_equal(rows.nothing, 1);
	reading_end(&reading);

	rows = job_of(&reading, TIMES ", " ENDED ", "
				"'tres': {'allocated': [{'type': 'energy', 'name': '', 'count': -2}, "
				"{'type': 'gres', 'name': 'gpu:h200', 'count': 3}, "
				"{'type': 'gres', 'name': 'gpu', 'count': 18446744073709551614}]}");
	assert_int_equal(rows.count, 1);
	assert_int_equal(rows.rows[0].gpus_thousandths, 3000);
	assert_str(rows.rows[0].model, "h200");
	reading_end(&reading);
}

static void assert_job_refused(const char *members, enum refusal what)
{
	struct reading reading;
	struct usage_rows rows = job_of(&reading, members);

	assert_false(rows.failed);
	assert_int_equal(rows.refused, 1);
	assert_refusal(rows.refusals, what, 2);
	reading_end(&reading);
}

static void test_refused(void **state)
{
	struct reading reading;
	struct usage_rows rows;

	(void)state;
	assert_job_refused(ENDED ", " GPUS, REFUSAL_IMPORT_JSON_NO_JOB);
	assert_job_refused(TIMES ", " ENDED, REFUSAL_IMPORT_JSON_KIND);
	assert_job_refused("'time': {'submission': 1000, 'start': 1.5}, " ENDED ", " GPUS,
			   REFUSAL_IMPORT_JSON_NUMBER);
	assert_job_refused("'time': {'submission': -1000}, " ENDED ", " GPUS, REFUSAL_IMPORT_JSON_NUMBER);
	assert_job_refused("'time': {'submission': 99999999999999}, " ENDED ", " GPUS, REFUSAL_IMPORT_JSON_NUMBER);
	assert_job_refused(TIMES ", 'state': {'current': 3}, " GPUS, REFUSAL_IMPORT_JSON_KIND);
	assert_job_refused(TIMES ", " ENDED ", 'tres': {'allocated': [{'type': 'gres', 'name': 'gpu', 'count': null}]}",
			   REFUSAL_IMPORT_TRES_CONTRADICTS);
	assert_job_refused(TIMES ", 'job_id': 8", REFUSAL_IMPORT_JSON);
	rows = rows_of(&reading, "{'jobs': [\n3,\n{'time': {}}]}", &options_utc);
	assert_int_equal(rows.refused, 2);
	assert_refusal(&rows.refusals[1], REFUSAL_IMPORT_JSON_NUMBER, 3);
	reading_end(&reading);
}

static void test_files_refused(void **state)
{
	struct reading reading;

	(void)state;
	assert_true(rows_of(&reading, "JobID|Start\n", &options_utc).failed);
	assert_only_problem(&reading, REFUSAL_IMPORT_JSON_WANTED);
	reading_end(&reading);
	assert_true(rows_of(&reading, "{'nodes': []}", &options_utc).failed);
	assert_only_problem(&reading, REFUSAL_IMPORT_JSON_NO_ARRAY);
	reading_end(&reading);
	assert_true(
		rows_of(&reading, "{'jobs': [], 'errors': [{'error': 'no slurmdbd'}]}", &options_utc).failed);
	assert_only_problem(&reading, REFUSAL_IMPORT_JSON_ERRORS);
	assert_str(reading.problems.list[0].words[0], "no slurmdbd");
	reading_end(&reading);
}

static void test_purpose_by_path(void **state)
{
	struct reader_options options = options_utc;
	struct reading reading;
	struct usage_rows rows;

	(void)state;
	options.columns = "purpose=comment.administrator,account=association.account";
	reading_begin_data(&reading, "slurm/sacct-D.json");
	rows = usage_read(&reading, sacct_json_reader_open, &options);
	assert_int_equal(rows.count, 36);
	assert_str(rows.rows[0].purpose, "lua:seen uid=1001 account=lab-a");
	assert_str(rows.rows[0].account, "lab-a");
	reading_end(&reading);
}

/* ---- the same jobs as text ---- */

static const struct usage_row *row_keyed(const struct usage_rows *rows, struct str key)
{
	for (size_t i = 0; i < rows->count; i++)
		if (str_equal(rows->rows[i].key, key))
			return &rows->rows[i];
	return NULL;
}

static void assert_same(const struct usage_row *text, const struct usage_row *json)
{
	assert_true(str_equal(text->account, json->account));
	assert_true(str_equal(text->user, json->user));
	assert_true(str_equal(text->model, json->model));
	assert_true(str_equal(text->purpose, json->purpose));
	assert_true(str_equal(text->nodes, json->nodes));
	assert_true(str_equal(text->state, json->state));
	assert_int_equal(text->start, json->start);
	assert_int_equal(text->end, json->end);
	assert_int_equal(text->running, json->running);
	assert_int_equal(text->gpus_thousandths, json->gpus_thousandths);
	assert_int_equal(text->suspended_seconds, json->suspended_seconds);
	assert_int_equal(text->clipped_seconds, json->clipped_seconds);
	assert_int_equal(text->defect, json->defect);
	/* The text was taken 32 seconds earlier. */
	assert_int_equal(text->listed + (text->running ? 32 : 0), json->listed);
}

static void test_same_as_text(void **state)
{
	struct reading reading, text_reading;
	struct usage_rows json = data_rows(&reading, "slurm/sacct-D.json"), text;

	(void)state;
	reading_begin_data(&text_reading, "slurm/sacct-D-parsable2.txt");
	text = usage_read(&text_reading, sacct_reader_open, &options_utc);
	assert_int_equal(json.count, 36);
	assert_int_equal(json.nothing, 2);
	assert_int_equal(json.refused, 0);
	assert_int_equal(text.count, 35);
	for (size_t i = 0; i < json.count; i++) {
		const struct usage_row *same = row_keyed(&text, json.rows[i].key);

		if (same)
			assert_same(same, &json.rows[i]);
		else
			assert_str(json.rows[i].key, "billtest/4/1795467279"); /* its comment breaks the text's row */
	}
	reading_end(&reading);
	reading_end(&text_reading);
}

static void test_other_samples(void **state)
{
	struct reading reading;
	struct usage_rows rows = data_rows(&reading, "slurm/sacct-array.json");

	(void)state;
	assert_int_equal(rows.count, 2);
	assert_int_equal(rows.nothing, 1);
	assert_true(rows.rows[0].running);
	reading_end(&reading);

	rows = data_rows(&reading, "slurm/restd-slurmdb_v0.0.38_jobs.json");
	assert_int_equal(rows.count, 35);
	assert_int_equal(rows.refused + rows.nothing, 0);
	reading_end(&reading);

	rows = data_rows(&reading, "slurm/squeue.json");
	assert_int_equal(rows.count, 0);
	assert_int_equal(rows.refused, 3);
	assert_refusal(rows.refusals, REFUSAL_IMPORT_JSON_NO_JOB, 19);
	reading_end(&reading);
}

/* ---- 180 answers of slurmdbd, each with what it must give ---- */

enum { WORDS = 8 };

static struct str rows_told(struct arena *arena, struct str name, struct str asked, const struct usage_rows *rows)
{
	const struct usage_row *row = rows->rows;
	char end[24] = "-", listed[24] = "-";

	if (rows->failed || rows->refused || rows->count + rows->nothing > 1)
		return STR("wrong");
	if (rows->nothing || rows->count == 0)
		return arena_format(arena, "%.*s %s", (int)name.length, name.at, rows->nothing ? "nothing" : "none");
	if (row->has_end)
		snprintf(end, sizeof(end), "%lld", (long long)row->end);
	if (row->has_listed)
		snprintf(listed, sizeof(listed), "%lld", (long long)row->listed);
	return arena_format(arena, "%.*s %s %.*s %lld %s %s %.*s %s", (int)name.length, name.at,
			    row->running ? "open" : "closed", (int)row->key.length, row->key.at, (long long)row->start,
			    end, listed, (int)asked.length, asked.at,
			    row->defect == PARKED_UNTRACKED_GPUS ? "untracked" : "-");
}

static void test_slurmdbd_answers(void **state)
{
	struct arena arena;
	struct str rest;
	size_t files = 0;

	(void)state;
	arena_init(&arena);
	rest = data_text(&arena, "slurmdb-json/expected.txt");
	for (; rest.length; files++) {
		struct str line = str_cut(rest, '\n', &rest), words[WORDS] = { 0 }, left = line;
		struct reading reading;
		struct usage_rows rows;
		struct str told;

		for (size_t i = 0; i < WORDS && left.at; i++)
			words[i] = str_cut(left, ' ', &left);
		rows = data_rows(&reading,
				 arena_format(&arena, "slurmdb-json/%.*s", (int)words[0].length, words[0].at).at);
		told = rows_told(&arena, words[0], words[6], &rows);
		if (!str_equal(told, line))
			fail_msg("%.*s\nwhere wanted\n%.*s", (int)told.length, told.at, (int)line.length, line.at);
		if (rows.count)
			assert_true(rows.rows[0].defect == PARKED_NOT || rows.rows[0].defect == PARKED_UNTRACKED_GPUS);
		reading_end(&reading);
	}
	assert_int_equal(files, 180);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_job),           cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_refused),         cmocka_unit_test(test_files_refused),
		cmocka_unit_test(test_purpose_by_path), cmocka_unit_test(test_same_as_text),
		cmocka_unit_test(test_other_samples),   cmocka_unit_test(test_slurmdbd_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
