/* Samples of capacity in use, as CSV and as JSON. */
#include "support.h"

#include <stdio.h>

static struct storage_rows csv_rows(struct reading *reading, const char *text, const struct reader_options *options)
{
	reading_begin_text(reading, text);
	return storage_read(reading, storage_csv_reader_open, options);
}

static struct storage_rows json_rows(struct reading *reading, const char *text, const struct reader_options *options)
{
	reading_begin_json(reading, text);
	return storage_read(reading, storage_json_reader_open, options);
}

static void test_csv(void **state)
{
	struct reading reading;
	struct storage_rows rows = csv_rows(&reading,
					    "time,bytes,account,user,filesystem\n"
					    "2018-12-27T11:12:22Z,491007360000,lab-a,alice,/data\n"
					    "1545909142,66.0,\"lab, b\",,/scratch\n",
					    &options_no_zone);

	(void)state;
	assert_int_equal(rows.count, 2);
	assert_int_equal(rows.rows[0].at, 1545909142);
	assert_int_equal(rows.rows[0].bytes, 491007360000);
	assert_str(rows.rows[0].account, "lab-a");
	assert_str(rows.rows[0].user, "alice");
	assert_str(rows.rows[0].filesystem, "/data");
	assert_int_equal(rows.rows[1].bytes, 66);
	assert_str(rows.rows[1].account, "lab, b");
	assert_int_equal(rows.rows[1].line, 3);
	reading_end(&reading);
}

static void test_csv_named_otherwise(void **state)
{
	struct reader_options options = options_utc;
	struct reading reading;
	struct storage_rows rows;

	(void)state;
	options.columns = "time=dt,bytes=logical_usage,account=pi";
	rows = csv_rows(&reading, "pi;dt;logical_usage\nibech;2018-12-27 11:12:22;5\n", &options);
	assert_int_equal(rows.count, 1);
	assert_int_equal(rows.rows[0].at, 1545909142);
	assert_str(rows.rows[0].account, "ibech");
	reading_end(&reading);
	options = options_utc;
	options.fields = "time,bytes,user";
	rows = csv_rows(&reading, "1545909142,7,x\n", &options);
	assert_int_equal(rows.count, 1);
	assert_str(rows.rows[0].user, "x");
	reading_end(&reading);
}

static void assert_csv_refused(const char *row, enum refusal what)
{
	struct reading reading;
	struct storage_rows rows;
	char text[256];

	snprintf(text, sizeof(text), "time,bytes,account\n%s\n1545909142,1,a\n", row);
	rows = csv_rows(&reading, text, &options_utc);
	assert_int_equal(rows.count, 1);
	assert_int_equal(rows.refused, 1);
	assert_refusal(rows.refusals, what, 2);
	reading_end(&reading);
}

static void test_csv_refused(void **state)
{
	struct reading reading;
	struct storage_rows rows;

	(void)state;
	assert_csv_refused("1545909142,-5,a", REFUSAL_IMPORT_BYTES);
	assert_csv_refused("1545909142,5.5,a", REFUSAL_IMPORT_BYTES);
	assert_csv_refused("1545909142,,a", REFUSAL_IMPORT_BYTES);
	assert_csv_refused("1545909142,5 GB,a", REFUSAL_IMPORT_BYTES);
	assert_csv_refused("never,5,a", REFUSAL_IMPORT_TIME);
	assert_csv_refused(",5,a", REFUSAL_IMPORT_TIME_MISSING);
	assert_csv_refused("1545909142,5", REFUSAL_IMPORT_FIELD_COUNT);
	assert_csv_refused("1545909142,5,\"a\"b", REFUSAL_IMPORT_QUOTE_MISPLACED);
	assert_csv_refused("1545909142,5,\xff", REFUSAL_IMPORT_NOT_UTF8);
	rows = csv_rows(&reading, "time,bytes\n2018-12-27T11:12:22,5\n", &options_no_zone);
	assert_true(rows.failed);
	assert_only_problem(&reading, REFUSAL_IMPORT_ZONE_NEEDED);
	reading_end(&reading);
	rows = csv_rows(&reading, "time,byte\n", &options_utc);
	assert_true(rows.failed);
	assert_only_problem(&reading, REFUSAL_IMPORT_COLUMN_MISSING_NEAR);
	reading_end(&reading);
}

static void test_json(void **state)
{
	struct reading reading;
	struct storage_rows rows;

	(void)state;
	rows = json_rows(&reading,
			 "{'site': 'x', 'errors': [], 'samples': [\n"
			 "{'time': 1545909142, 'bytes': '12'},\n"
			 "{'time': '2018-12-27T11:12:22Z', 'bytes': 13, 'account': 'a', 'user': null}]}",
			 &options_no_zone);
	assert_false(rows.failed);
	assert_int_equal(rows.count, 2);
	assert_int_equal(rows.rows[0].bytes, 12);
	assert_int_equal(rows.rows[1].at, 1545909142);
	assert_str(rows.rows[1].account, "a");
	assert_str(rows.rows[1].user, "");
	assert_int_equal(rows.rows[1].line, 3);
	reading_end(&reading);
}

static void assert_json_refused(const char *sample, enum refusal what)
{
	struct reading reading;
	struct storage_rows rows;
	char text[256];

	snprintf(text, sizeof(text), "[\n%s,\n{'time': 1, 'bytes': 1}]", sample);
	rows = json_rows(&reading, text, &options_utc);
	assert_int_equal(rows.count, 1);
	assert_int_equal(rows.refused, 1);
	assert_refusal(rows.refusals, what, 2);
	reading_end(&reading);
}

static void test_json_refused(void **state)
{
	struct reading reading;
	struct storage_rows rows;

	(void)state;
	assert_json_refused("{'time': 1, 'bytes': -1}", REFUSAL_IMPORT_BYTES);
	assert_json_refused("{'time': 1, 'bytes': 1.5}", REFUSAL_IMPORT_BYTES);
	assert_json_refused("{'time': 1, 'bytes': 1e3}", REFUSAL_IMPORT_BYTES);
	assert_json_refused("{'time': 1, 'bytes': true}", REFUSAL_IMPORT_JSON_KIND);
	assert_json_refused("{'time': 1}", REFUSAL_IMPORT_JSON_KEY_MISSING);
	assert_json_refused("{'bytes': 1}", REFUSAL_IMPORT_JSON_KEY_MISSING);
	assert_json_refused("{'time': '', 'bytes': 1}", REFUSAL_IMPORT_TIME_MISSING);
	assert_json_refused("{'time': 1, 'bytes': 1, 'user': {}}", REFUSAL_IMPORT_JSON_KIND);
	assert_json_refused("7", REFUSAL_IMPORT_JSON_KIND);
	assert_json_refused("{'time': 1, 'time': 2}", REFUSAL_IMPORT_JSON);
	rows = json_rows(&reading, "[{'time': '2018-12-27T11:12:22', 'bytes': 1}]", &options_no_zone);
	assert_true(rows.failed);
	assert_only_problem(&reading, REFUSAL_IMPORT_ZONE_NEEDED);
	reading_end(&reading);
	rows = json_rows(&reading, "[{'time': 1, 'bytes': 1}", &options_no_zone);
	assert_true(rows.failed);
	assert_only_problem(&reading, REFUSAL_IMPORT_JSON_CUT);
	reading_end(&reading);
}

/* Ten daily snapshots of a real file system. */
static void test_real_snapshots(void **state)
{
	static const char *const days[] = { "2018-12-27", "2018-12-28", "2018-12-29", "2018-12-30", "2018-12-31",
					    "2019-01-01", "2019-01-02", "2019-01-03", "2019-01-04", "2019-01-05" };
	struct reader_options options = options_no_zone;
	int64_t sum = 0;

	(void)state;
	options.columns = "time=dt,bytes=logical_usage,account=pi,user=user,filesystem=mountpoint";
	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		struct reading reading;
		struct storage_rows rows;
		char name[64];

		snprintf(name, sizeof(name), "storage/data-%s.json", days[i]);
		reading_begin_data(&reading, name);
		rows = storage_read(&reading, storage_json_reader_open, &options);
		assert_false(rows.failed);
		assert_int_equal(rows.count, 10);
		for (size_t row = 0; row < rows.count; row++) {
			assert_int_equal(rows.rows[row].at, rows.rows[0].at);
			assert_str(rows.rows[row].filesystem, "/data");
			sum += rows.rows[row].bytes;
		}
		reading_end(&reading);
	}
	assert_int_equal(sum, 794085429632000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_csv),          cmocka_unit_test(test_csv_named_otherwise),
		cmocka_unit_test(test_csv_refused),  cmocka_unit_test(test_json),
		cmocka_unit_test(test_json_refused), cmocka_unit_test(test_real_snapshots),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
