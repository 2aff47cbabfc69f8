/* The text of sacct: small cases by hand, and real clusters' accounting. */
#include "support.h"

#include <string.h>

/* Three layouts of files without a header; the second has no column JobIDRaw. */
#define FIELDS_OF_PEOPLE \
	"Account|Group|GID|User|UID|Submit|Eligible|Start|End|Elapsed|ExitCode|State|NNodes|NCPUS|ReqCPUS|ReqMem|"
#define FIELDS_OF_TRES "ReqTRES|AllocTRES|Timelimit|NodeList|JobName"

static const char xdmod_fields[] = "JobID|JobIDRaw|Cluster|Partition|QOS|" FIELDS_OF_PEOPLE FIELDS_OF_TRES;
static const char no_raw_fields[] = "JobID|Raw|Cluster|Partition|QOS|" FIELDS_OF_PEOPLE FIELDS_OF_TRES;
static const char older_fields[] =
	"JobID|JobIDRaw|Cluster|Partition|" FIELDS_OF_PEOPLE "ReqGRES|" FIELDS_OF_TRES;

static const char header[] =
	"JobIDRaw|Cluster|Account|User|Submit|Start|End|State|ElapsedRaw|Suspended|AllocTRES|ReqTRES\n";

struct one {
	struct reading reading;
	struct usage_rows rows;
};

static void read_text(struct one *one, const char *first, const char *second, const struct reader_options *options)
{
	struct buf text;

	buf_init(&text, 65536);
	buf_add_str(&text, str_of(first));
	buf_add_str(&text, str_of(second));
	reading_begin(&one->reading, text.at, text.length);
	one->rows = usage_read(&one->reading, sacct_reader_open, options);
	buf_free(&text);
}

/* One row of usage under HEADER, in UTC. */
static struct usage_row *row_of(struct one *one, const char *row)
{
	read_text(one, header, row, &options_utc);
	assert_false(one->rows.failed);
	assert_int_equal(one->rows.count, 1);
	return one->rows.rows;
}

static void assert_nothing(const char *row)
{
	struct one one;

	read_text(&one, header, row, &options_utc);
	assert_int_equal(one.rows.nothing, 1);
	assert_int_equal(one.rows.count + one.rows.refused, 0);
	reading_end(&one.reading);
}

static void assert_row_refused(const char *row, enum refusal what)
{
	struct one one;

	read_text(&one, header, row, &options_utc);
	assert_int_equal(one.rows.refused, 1);
	assert_int_equal(one.rows.count + one.rows.nothing, 0);
	assert_refusal(one.rows.refusals, what, 2);
	reading_end(&one.reading);
}

static void test_a_job(void **state)
{
	struct one one;
	struct usage_row *row = row_of(&one, "12|hpc|lab-a|alice|2026-11-01T00:00:00|2026-11-01T00:00:10|"
					     "2026-11-01T01:00:10|CANCELLED by 1001|3590|00:00:10|"
					     "cpu=4,gres/gpu:h200=2,gres/gpu=2|gres/gpu=2");

	(void)state;
	assert_str(row->key, "hpc/12/1793491200");
	assert_str(row->account, "lab-a");
	assert_str(row->user, "alice");
	assert_str(row->model, "h200");
	assert_str(row->state, "CANCELLED");
	assert_int_equal(row->start, 1793491210);
	assert_int_equal(row->end, 1793494810);
	assert_int_equal(row->gpus_thousandths, 2000);
	assert_int_equal(row->suspended_seconds, 10);
	assert_int_equal(row->clipped_seconds, 0);
	assert_int_equal(row->defect, PARKED_NOT);
	assert_true(row->has_start && row->has_end && !row->running);
	assert_int_equal(row->line, 2);
	reading_end(&one.reading);
}

static void assert_state(const char *name, bool running, enum park_reason defect)
{
	char text[256];
	struct one one;
	struct usage_row *row;

	strcpy(text, "12|c|a|u|1000|1000|2000|");
	strcat(text, name);
	strcat(text, "|1000||gres/gpu=1|");
	row = row_of(&one, text);
	assert_int_equal(row->running, running);
	assert_int_equal(row->has_end, !running);
	assert_int_equal(row->defect, defect);
	reading_end(&one.reading);
}

static void test_states(void **state)
{
	static const char *const ended[] = { "COMPLETED", "FAILED",    "TIMEOUT",   "CANCELLED",    "CANCELLED by 123",
					     "NODE_FAIL", "PREEMPTED", "BOOT_FAIL", "DEADLINE",     "OUT_OF_MEMORY",
					     "REQUEUED",  "RESIZING",  "REVOKED",   "SPECIAL_EXIT", "" };
	static const char *const running[] = { "RUNNING", "SUSPENDED", "COMPLETING", "CONFIGURING",
					       "RUNNING,RESIZING" };

	(void)state;
	for (size_t i = 0; i < sizeof(ended) / sizeof(ended[0]); i++)
		assert_state(ended[i], false, PARKED_NOT);
	for (size_t i = 0; i < sizeof(running) / sizeof(running[0]); i++)
		assert_state(running[i], true, PARKED_NOT);
	assert_state("FOO", false, PARKED_UNKNOWN_STATE);
	assert_state("CANCELLED at last", false, PARKED_UNKNOWN_STATE);
}

static void test_never_started(void **state)
{
	(void)state;
	assert_nothing("12|c|a|u|1000|Unknown|Unknown|PENDING|0|||gres/gpu=1");
	assert_nothing("12|c|a|u|1000|None|2000|CANCELLED by 0|0|||gres/gpu=1");
	assert_nothing("12|c|a|u|1000||2000|FAILED|0|||");
	assert_nothing("12|c|a|u|1000|4294967294|2000|CANCELLED|0|||");
	assert_nothing("12|c|a|u|1000|0|2000|CANCELLED|0|||");
	assert_nothing("12_[1-3]|c|a|u|1000|Unknown|Unknown|PENDING|0|||");
}

static void test_steps(void **state)
{
	(void)state;
	assert_nothing("12.batch|c|a|u|1000|1000|2000|COMPLETED|1000||gres/gpu=1|");
	assert_nothing("12.0|c|a|u|1000|1000|2000|COMPLETED|1000||gres/gpu=1|");
	assert_nothing("12_3.extern|c|a|u|1000|1000|2000|COMPLETED|1000||gres/gpu=1|");
	assert_nothing("12+1.0|c|a|u|1000|1000|2000|FOO|1000||gres/gpu=1|");
}

static void assert_defect(const char *row, enum park_reason defect)
{
	struct one one;

	assert_int_equal(row_of(&one, row)->defect, defect);
	reading_end(&one.reading);
}

static void test_parked(void **state)
{
	struct one one;
	struct usage_row *row;

	(void)state;
	assert_defect("12|c|a|u|1000|1000|Unknown|COMPLETED|5||gres/gpu=1|", PARKED_NO_END);
	assert_defect("12|c|a|u|1000|1000|Unknown||5||gres/gpu=1|", PARKED_NO_END);
	assert_defect("12|c|a|u|1000|Unknown|Unknown|RUNNING|5||gres/gpu=1|", PARKED_NO_START);
	assert_defect("12|c|a|u|1000|Unknown|2000|COMPLETED|5||gres/gpu=1|", PARKED_NO_START);
	assert_defect("12|c|a|u|1000|Unknown|Unknown|BAR|0|||", PARKED_UNKNOWN_STATE);
	row = row_of(&one, "12|c|a|u|1000|3000|2000|COMPLETED|0||gres/gpu=1|");
	assert_int_equal(row->defect, PARKED_END_BEFORE_START);
	assert_int_equal(row->start, 3000);
	assert_int_equal(row->end, 2000);
	reading_end(&one.reading);
}

static void test_untracked_gpus(void **state)
{
	(void)state;
	assert_defect("12|c|a|u|1000|1000|2000|COMPLETED|5||cpu=1|gres/gpu=1", PARKED_UNTRACKED_GPUS);
	assert_defect("12|c|a|u|1000|1000|2000|COMPLETED|5|||gres/gpu=1", PARKED_UNTRACKED_GPUS);
	assert_defect("12|c|a|u|1000|1000|Unknown|RUNNING|5||cpu=1|gres/gpu=1", PARKED_UNTRACKED_GPUS);
	assert_defect("12|c|a|u|1000|1000|Unknown|RUNNING|5|||gres/gpu=1", PARKED_NOT); /* not yet told */
	assert_defect("12|c|a|u|1000|1000|Unknown|RUNNING|0||cpu=1|gres/gpu=1", PARKED_NOT);
	assert_defect("12|c|a|u|1000|1000|1000|FAILED|0|||gres/gpu=9", PARKED_NOT);
	assert_defect("12|c|a|u|1000|1000|2000|COMPLETED|5||cpu=1|cpu=1", PARKED_NOT);
	assert_defect("12|c|a|u|1000|1000|2000|COMPLETED|5||gres/gpu=8|cpu=1", PARKED_NOT); /* --exclusive */
}

static void test_running(void **state)
{
	struct one one;
	struct usage_row *row = row_of(&one, "12|c|a|u|1000|1100|Unknown|SUSPENDED|300|00:01:40|gres/gpu=1|");

	(void)state;
	assert_true(row->running && row->has_listed);
	assert_int_equal(row->listed, 1500);
	reading_end(&one.reading);
	row = row_of(&one, "12|c|a|u|1000|1100|Unknown|RUNNING|||gres/gpu=1|");
	assert_true(row->running && !row->has_listed);
	reading_end(&one.reading);
}

static void assert_clipped(const char *text, instant start, int64_t clipped)
{
	struct one one;
	struct usage_row *row = row_of(&one, text);

	assert_int_equal(row->start, start);
	assert_int_equal(row->clipped_seconds, clipped);
	reading_end(&one.reading);
}

static void test_resized(void **state)
{
	(void)state;
	assert_clipped("31|c|a|u|1000|1100|1500|RESIZING|400||gres/gpu=8|", 1100, 0);
	assert_clipped("31|c|a|u|1500|1100|2000|COMPLETED|900||gres/gpu=4|", 1500, 400);
	assert_clipped("31|c|a|u|2500|1100|2000|COMPLETED|900||gres/gpu=4|", 2000, 900); /* not beyond the end */
	assert_clipped("31|c|a|u|1500|1100|Unknown|RUNNING|900||gres/gpu=4|", 1500, 400);
	assert_clipped("31|c|a|u|1500|3000|2000|COMPLETED|0||gres/gpu=4|", 3000, 0);
}

static void test_without_submit(void **state)
{
	struct one one;

	(void)state;
	read_text(&one, "JobID|Start|End|State|AllocTRES\n",
		  "9_1|1100|2000|COMPLETED|gres/gpu=1\n"
		  "9_2|1100|2000|RESIZING|gres/gpu=1\n"
		  "9_[3-4]|Unknown|Unknown|PENDING|\n",
		  &options_utc);
	assert_int_equal(one.rows.count, 1);
	assert_str(one.rows.rows[0].key, "-/9_1/1100");
	assert_int_equal(one.rows.nothing, 1);
	assert_int_equal(one.rows.refused, 1);
	assert_refusal(one.rows.refusals, REFUSAL_IMPORT_RESIZED_NO_SUBMIT, 3);
	reading_end(&one.reading);
}

static void test_source_stands_for_cluster(void **state)
{
	struct reader_options options = options_utc;
	struct one one;

	(void)state;
	options.source = STR("north");
	read_text(&one, "JobIDRaw|Submit|Start|End|AllocTRES\n", "9|1000|1100|2000|gres/gpu=1\n", &options);
	assert_str(one.rows.rows[0].key, "north/9/1000");
	reading_end(&one.reading);
}

static void test_purposes(void **state)
{
	struct reader_options options = options_utc;
	static const char wckeys[] = "JobIDRaw|Start|End|AllocTRES|WCKey|Comment\n";
	static const char rows[] = "9|1100|2000||*grant3|paper\n10|1100|2000||grant1|\n11|1100|2000||*|\n";
	struct one one;

	(void)state;
	read_text(&one, wckeys, rows, &options);
	assert_str(one.rows.rows[0].purpose, "grant3");
	assert_str(one.rows.rows[1].purpose, "grant1");
	assert_str(one.rows.rows[2].purpose, "");
	reading_end(&one.reading);
	options.columns = "purpose=comment";
	read_text(&one, wckeys, rows, &options);
	assert_str(one.rows.rows[0].purpose, "paper");
	assert_str(one.rows.rows[1].purpose, "");
	reading_end(&one.reading);
}

static void test_renamed_columns(void **state)
{
	struct reader_options options = options_utc;
	struct one one;

	(void)state;
	options.columns = "JobID=id,Start=begin,AllocTRES=tres";
	read_text(&one, "id|begin|end|tres\n", "9|1100|2000|gres/gpu=3\n", &options);
	assert_false(one.rows.failed);
	assert_int_equal(one.rows.rows[0].gpus_thousandths, 3000);
	reading_end(&one.reading);
}

static void test_header_refused(void **state)
{
	struct one one;

	(void)state;
	read_text(&one, "JobIDRaw|Start|End|State\n", "", &options_utc);
	assert_true(one.rows.failed);
	assert_only_problem(&one.reading, REFUSAL_IMPORT_COLUMN_MISSING);
	assert_str(one.reading.problems.list[0].words[0], "AllocTRES");
	reading_end(&one.reading);
	read_text(&one, "Start|End|State|AllocTRES\n", "", &options_utc);
	assert_true(one.rows.failed);
	assert_only_problem(&one.reading, REFUSAL_IMPORT_COLUMN_MISSING);
	assert_str(one.reading.problems.list[0].words[0], "JobIDRaw");
	reading_end(&one.reading);
	read_text(&one, "1|2|3\n", "", &options_utc);
	assert_only_problem(&one.reading, REFUSAL_IMPORT_NAMES_UNKNOWN);
	reading_end(&one.reading);
}

static void test_refused(void **state)
{
	(void)state;
	assert_row_refused("12|c|a|u|1000|1000|2000|COMPLETED|5||gres/gpu=1\n", REFUSAL_IMPORT_FIELD_COUNT);
	assert_row_refused("12|c|a|u|1000|1000|2000|COMPLETED|5||gres/gpu=1||\n", REFUSAL_IMPORT_FIELD_COUNT);
	assert_row_refused("12|c|a|u|1000|soon|2000|COMPLETED|5||gres/gpu=1|", REFUSAL_IMPORT_TIME);
	assert_row_refused("12|c|a|u|1000|1000|2000|COMPLETED|5||gres/gpu=x|", REFUSAL_IMPORT_TRES);
	assert_row_refused("12|c|a|u|1000|1000|2000|COMPLETED|5|a while|gres/gpu=1|", REFUSAL_IMPORT_DURATION);
	assert_row_refused("12|c|a|u|1000|1000|2000|COMPLETED|x||gres/gpu=1|", REFUSAL_IMPORT_DURATION);
	assert_row_refused("12|c|\xff|u|1000|1000|2000|COMPLETED|5||gres/gpu=1|", REFUSAL_IMPORT_NOT_UTF8);
	assert_row_refused("total|c|a|u|1000|1000|2000|COMPLETED|5||gres/gpu=1|", REFUSAL_IMPORT_JOB_ID);
}

/* A comment with a line break makes two rows of one; neither is taken for a whole one. */
static void test_broken_rows(void **state)
{
	struct one one;

	(void)state;
	read_text(&one, "JobIDRaw|Comment|Start|End|AllocTRES\n",
		  "1|fine|1000|2000|gres/gpu=1\n"
		  "2|two\nlines|1000|2000|gres/gpu=1\n"
		  "3|a|b|1000|2000|gres/gpu=1\n"
		  "4||1000|2000|gres/gpu=1\n",
		  &options_utc);
	assert_int_equal(one.rows.count, 2);
	assert_int_equal(one.rows.rows[1].line, 6);
	assert_int_equal(one.rows.refused, 3);
	assert_refusal(&one.rows.refusals[0], REFUSAL_IMPORT_FIELD_COUNT, 3);
	assert_refusal(&one.rows.refusals[1], REFUSAL_IMPORT_FIELD_COUNT, 4);
	assert_refusal(&one.rows.refusals[2], REFUSAL_IMPORT_FIELD_COUNT, 5);
	reading_end(&one.reading);
}

static void test_zone_needed(void **state)
{
	struct one one;

	(void)state;
	read_text(&one, header,
		  "12|c|a|u|1000|1000|2000|COMPLETED|5||gres/gpu=1|\n"
		  "13|c|a|u|1000|2026-11-01T00:00:00|2000|COMPLETED|5||gres/gpu=1|\n",
		  &options_no_zone);
	assert_true(one.rows.failed);
	assert_int_equal(one.rows.count, 1);
	assert_only_problem(&one.reading, REFUSAL_IMPORT_ZONE_NEEDED);
	assert_int_equal(one.reading.problems.list[0].line, 3);
	reading_end(&one.reading);
}

/* ---- real accounting ---- */

static struct usage_rows data_rows(struct reading *reading, const char *name, const char *fields,
				   const struct reader_options *options)
{
	struct reader_options with_fields = *options;
	struct usage_rows rows;

	with_fields.fields = fields;
	reading_begin_data(reading, name);
	rows = usage_read(reading, sacct_reader_open, &with_fields);
	assert_false(rows.failed);
	assert_int_equal(reading->problems.worst, CLASS_ADVICE);
	return rows;
}

static int64_t gpu_seconds(const struct usage_row *row, instant from, instant to)
{
	instant begin = row->start > from ? row->start : from, end = row->end < to ? row->end : to;

	return end > begin ? row->gpus_thousandths * (end - begin) : 0;
}

static void test_university_cluster(void **state)
{
	static const struct zone new_york = { .name = { "New York", 8 }, .offset_first_seconds = -5 * 3600 };
	static const struct reader_options options = { .zone = &new_york, .zone_given = true };
	const instant new_year = 1483246800; /* 2017-01-01 00:00 there */
	int64_t december = 0, january = 0;
	struct reading reading;
	struct usage_rows rows;
	size_t with_gpus = 0, zero = 0, clipped = 0, defects = 0;

	(void)state;
	rows = data_rows(&reading, "phillips/phillips.log.gz", xdmod_fields, &options);
	assert_int_equal(rows.count, 4285);
	assert_int_equal(rows.nothing + rows.refused, 0);
	for (size_t i = 0; i < rows.count; i++) {
		const struct usage_row *row = &rows.rows[i];

		december += gpu_seconds(row, 0, new_year);
		january += gpu_seconds(row, new_year, INT64_MAX);
		with_gpus += row->gpus_thousandths > 0;
		zero += row->end == row->start;
		clipped += row->clipped_seconds > 0;
		defects += row->defect != PARKED_NOT || row->running;
		if (row->gpus_thousandths)
			assert_str(row->account, "chaff");
	}
	assert_int_equal(december, 1675774000);
	assert_int_equal(january, 149112000);
	assert_int_equal(with_gpus, 2);
	assert_int_equal(zero, 261);
	assert_int_equal(clipped, 0);
	assert_int_equal(defects, 0);
	reading_end(&reading);
}

static void test_array_jobs(void **state)
{
	struct reading reading;
	struct usage_rows rows =
		data_rows(&reading, "sacct/accounting-logs-with-job-arrays.log", xdmod_fields, &options_utc);

	(void)state;
	/* Started, whatever their ids look like. This project's copies all have one JobIDRaw. */
	assert_int_equal(rows.count, 6);
	for (size_t i = 0; i < rows.count; i++)
		assert_str(rows.rows[i].key, "ub-hpc/4103947/1435327020");
	reading_end(&reading);
}

static void test_array_ids_alone(void **state)
{
	struct reading reading;
	struct usage_rows rows =
		data_rows(&reading, "sacct/accounting-logs-with-job-arrays.log", no_raw_fields, &options_utc);

	(void)state;
	assert_int_equal(rows.count, 6);
	assert_str(rows.rows[0].key, "ub-hpc/4103947_100/1435327020");
	assert_str(rows.rows[5].key, "ub-hpc/4103947_[9-11,13,16-20]/1435327020");
	reading_end(&reading);
}

static void test_small_fixtures(void **state)
{
	struct reading reading;
	struct usage_rows rows = data_rows(&reading, "sacct/accounting-logs.log", xdmod_fields, &options_utc);

	(void)state;
	assert_int_equal(rows.count, 4);
	assert_str(rows.rows[1].state, "CANCELLED");
	assert_int_equal(rows.rows[1].start, 1435504489);
	assert_int_equal(rows.rows[1].end, 1435756673);
	assert_int_equal(rows.rows[3].gpus_thousandths, 2000);
	assert_int_equal(rows.rows[3].start, rows.rows[3].end);
	reading_end(&reading);

	rows = data_rows(&reading, "sacct/utf8-multibyte-chars.log", xdmod_fields, &options_utc);
	assert_int_equal(rows.count, 1);
	reading_end(&reading);
}

static void test_unended_and_unknown(void **state)
{
	struct reading reading;
	struct usage_rows rows = data_rows(&reading, "sacct/non-ended-job-state.log", xdmod_fields, &options_utc);

	(void)state;
	assert_int_equal(rows.count, 1);
	assert_int_equal(rows.nothing, 1);
	assert_true(rows.rows[0].running && !rows.rows[0].has_end);
	assert_int_equal(rows.rows[0].listed, rows.rows[0].start + 81142);
	reading_end(&reading);

	rows = data_rows(&reading, "sacct/unknown-job-state.log", xdmod_fields, &options_utc);
	assert_int_equal(rows.count, 2);
	assert_int_equal(rows.rows[0].defect, PARKED_UNKNOWN_STATE);
	assert_int_equal(rows.rows[1].defect, PARKED_UNKNOWN_STATE);
	assert_false(rows.rows[1].has_start);
	reading_end(&reading);
}

static void test_gpu_spellings(void **state)
{
	static const int gpus[] = { 0, 1, 2, 16, 20, 128, 0, 1, 2, 32, 4, 4, 4, 0, 0, 2, 2, 2, 2, 2, 2, 2, 2, 2 };
	struct reading reading;
	struct usage_rows rows =
		data_rows(&reading, "sacct/accounting-logs-with-gpu-gres.2020-05-08.log", older_fields, &options_utc);

	(void)state;
	assert_int_equal(rows.count, 24);
	for (size_t i = 0; i < rows.count; i++) {
		assert_int_equal(rows.rows[i].gpus_thousandths, gpus[i] * 1000);
		assert_int_equal(rows.rows[i].defect, PARKED_NOT);
	}
	reading_end(&reading);
}

static const struct usage_row *row_keyed(const struct usage_rows *rows, const char *key)
{
	for (size_t i = 0; i < rows->count; i++)
		if (str_is(rows->rows[i].key, key))
			return &rows->rows[i];
	fail_msg("no row %s", key);
	return NULL;
}

/* Our own Slurm 22.05: requeued, suspended, resized, failed nodes, arrays, a heterogeneous job. */
static void test_our_cluster(void **state)
{
	struct reading reading;
	struct usage_rows rows = data_rows(&reading, "slurm/sacct-D-parsable2.txt", NULL, &options_utc);

	(void)state;
	assert_int_equal(rows.count, 35);
	assert_int_equal(rows.nothing, 37); /* steps, and two cancelled before they began */
	assert_int_equal(rows.refused, 1);
	assert_refusal(rows.refusals, REFUSAL_IMPORT_FIELD_COUNT, 8);
	assert_int_equal(row_keyed(&rows, "billtest/12/1795467344")->end, 1795467349);
	assert_int_equal(row_keyed(&rows, "billtest/12/1795467349")->start, 1795467355);
	assert_int_equal(row_keyed(&rows, "billtest/13/1795467344")->suspended_seconds, 8);
	assert_int_equal(row_keyed(&rows, "billtest/19/1795467345")->gpus_thousandths, 8000); /* --exclusive */
	assert_int_equal(row_keyed(&rows, "billtest/18/1795467345")->gpus_thousandths, 2000); /* 17+1 */
	assert_int_equal(row_keyed(&rows, "billtest/31/1795467414")->clipped_seconds, 0);
	assert_int_equal(row_keyed(&rows, "billtest/31/1795467417")->clipped_seconds, 2);
	assert_int_equal(row_keyed(&rows, "billtest/31/1795467417")->start, 1795467417);
	assert_true(row_keyed(&rows, "billtest/35/1795467535")->running);
	for (size_t i = 0; i < rows.count; i++) {
		assert_int_equal(rows.rows[i].defect, PARKED_NOT);
		if (!str_is(rows.rows[i].key, "billtest/31/1795467417"))
			assert_int_equal(rows.rows[i].clipped_seconds, 0);
	}
	reading_end(&reading);
}

static void test_other_samples(void **state)
{
	struct reading reading;
	struct usage_rows rows = data_rows(&reading, "slurm/sacct-array-pending.txt", NULL, &options_utc);

	(void)state;
	assert_int_equal(rows.count, 2);
	assert_int_equal(rows.nothing, 1);
	assert_str(rows.rows[0].key, "-/2503/1795469518");
	assert_int_equal(rows.rows[0].defect, PARKED_NOT);
	reading_end(&reading);

	/* Job 1 twice: a controller that lost its state began again at 1. */
	rows = data_rows(&reading, "slurm/sacct-late-cases.txt", NULL, &options_utc);
	assert_int_equal(rows.count, 14);
	row_keyed(&rows, "-/1/1795467233");
	row_keyed(&rows, "-/1/1795468083");
	reading_end(&reading);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_job),
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_never_started),
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_parked),
		cmocka_unit_test(test_untracked_gpus),
		cmocka_unit_test(test_running),
		cmocka_unit_test(test_resized),
		cmocka_unit_test(test_without_submit),
		cmocka_unit_test(test_source_stands_for_cluster),
		cmocka_unit_test(test_purposes),
		cmocka_unit_test(test_renamed_columns),
		cmocka_unit_test(test_header_refused),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_broken_rows),
		cmocka_unit_test(test_zone_needed),
		cmocka_unit_test(test_university_cluster),
		cmocka_unit_test(test_array_jobs),
		cmocka_unit_test(test_array_ids_alone),
		cmocka_unit_test(test_small_fixtures),
		cmocka_unit_test(test_unended_and_unknown),
		cmocka_unit_test(test_gpu_spellings),
		cmocka_unit_test(test_our_cluster),
		cmocka_unit_test(test_other_samples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
