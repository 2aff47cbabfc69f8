/* Times, lengths of time, numbers of bytes. */
#include "support.h"

#include "readers/values.h"

/* A zone whose clocks went from 02:00 to 03:00 on 2017-03-12 and from 02:00 back to 01:00 on 2017-11-05. */
static struct zone_change changes[] = { { 1489312800, -7 * 3600 }, { 1509872400, -8 * 3600 } };
static const struct zone pacific = {
	.name = { "Pacific", 7 }, .offset_first_seconds = -8 * 3600, .changes = changes, .change_count = 2
};
static const struct reader_options options_pacific = { .zone = &pacific, .zone_given = true };

static void assert_instant(const struct reader_options *options, const char *text, instant wanted)
{
	struct problem why;
	instant at = 0;

	assert_int_equal(value_instant(options, "Start", str_of(text), &at, &why), VALUE_READ);
	assert_int_equal(at, wanted);
}

static void test_instants(void **state)
{
	(void)state;
	assert_instant(&options_utc, "2026-11-23T20:53:53", 1795467233);
	assert_instant(&options_utc, "2026-11-23 20:53:53.7", 1795467233);
	assert_instant(&options_no_zone, "1795467233", 1795467233);
	assert_instant(&options_no_zone, "1795467233.25", 1795467233);
	assert_instant(&options_no_zone, "2026-11-23T20:53:53Z", 1795467233);
	assert_instant(&options_no_zone, "2026-11-24T04:53:53+08:00", 1795467233);
	assert_instant(&options_pacific, "2026-11-24T04:53:53+08:00", 1795467233);
}

static void test_clock_changes(void **state)
{
	struct problem why;
	instant at = 7;

	(void)state;
	assert_instant(&options_pacific, "2017-11-05T01:30:00", 1509870600); /* the first pass */
	assert_instant(&options_pacific, "2017-11-05T02:00:00", 1509876000);
	assert_instant(&options_pacific, "2017-03-12T01:59:59", 1489312799);
	assert_int_equal(value_instant(&options_pacific, "Start", STR("2017-03-12T02:30:00"), &at, &why),
			 VALUE_REFUSED);
	assert_int_equal(why.what, REFUSAL_IMPORT_TIME_SKIPPED);
	assert_str(why.words[2], "Pacific");
	assert_int_equal(at, 7);
}

static void test_no_instants(void **state)
{
	static const char *const none[] = { "",        "Unknown", "None",       "N/A",        "0",
					    "unknown", "-2",      "4294967294", "4294967295", "18446744073709551614",
					    " None " };
	static const char *const wrong[] = { "yesterday", "2026-02-30T00:00:00", "2026-11-23T25:00:00",
					     "12:00",     "2026-11-23T",         "99999999999999" };
	struct problem why;
	instant at = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_int_equal(value_instant(&options_utc, "End", str_of(none[i]), &at, &why), VALUE_NONE);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(value_instant(&options_utc, "End", str_of(wrong[i]), &at, &why), VALUE_REFUSED);
		assert_int_equal(why.what, REFUSAL_IMPORT_TIME);
		assert_str(why.words[1], wrong[i]);
	}
	assert_int_equal(value_instant(&options_no_zone, "End", STR("2026-11-23T20:53:53"), &at, &why), VALUE_NO_ZONE);
	assert_int_equal(why.what, REFUSAL_IMPORT_ZONE_NEEDED);
	assert_int_equal(at, 7);
}

static void test_durations(void **state)
{
	static const struct {
		const char *text;
		int64_t seconds;
	} right[] = {
		{ "66", 66 },
		{ "66.0", 66 },
		{ "00:00:08", 8 },
		{ "14:00:49", 50449 },
		{ "10-13:27:06", 912426 },
		{ "0-00:00:01", 1 },
		{ "02:03.500", 123 },
		{ "1-00:00:00.999", 86400 },
		{ "100:00:00", 360000 },
		{ "0", 0 },
	};
	static const char *const wrong[] = {
		"1:2:3", "00:60:00", "1-5", "-5", "1-2-3:00:00", "00:00:00:01",     "abc",
		"5.",    "1.x",      ":",   "-",  "1-",          "999999999999999", "00:00:61"
	};
	struct problem why;
	int64_t seconds = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
		assert_int_equal(value_duration("Elapsed", str_of(right[i].text), &seconds, &why), VALUE_READ);
		assert_int_equal(seconds, right[i].seconds);
	}
	seconds = 7;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (value_duration("Elapsed", str_of(wrong[i]), &seconds, &why) != VALUE_REFUSED)
			fail_msg("%s is no duration", wrong[i]);
	assert_int_equal(value_duration("Elapsed", STR(""), &seconds, &why), VALUE_NONE);
	assert_int_equal(value_duration("Elapsed", STR("INVALID"), &seconds, &why), VALUE_NONE);
	assert_int_equal(seconds, 7);
}

static void test_bytes(void **state)
{
	static const char *const wrong[] = { "",      "-1", "1.5", "1.", "1e9", "0x10", "1,000", "99999999999999999999",
					     "1.0.0", ".0" };
	struct problem why;
	int64_t bytes = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (value_bytes("bytes", str_of(wrong[i]), &bytes, &why) != VALUE_REFUSED)
			fail_msg("%s is no number of bytes", wrong[i]);
	assert_int_equal(bytes, 7);
	assert_int_equal(value_bytes("bytes", STR(" 491007360000 "), &bytes, &why), VALUE_READ);
	assert_int_equal(bytes, 491007360000);
	assert_int_equal(value_bytes("bytes", STR("66.00"), &bytes, &why), VALUE_READ);
	assert_int_equal(bytes, 66);
}

static void test_texts(void **state)
{
	struct problem why;

	(void)state;
	assert_true(value_text("Account", STR("训练"), &why));
	assert_false(value_text("Account", STR("\xe8\xae"), &why));
	assert_int_equal(why.what, REFUSAL_IMPORT_NOT_UTF8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_instants),    cmocka_unit_test(test_clock_changes),
		cmocka_unit_test(test_no_instants), cmocka_unit_test(test_durations),
		cmocka_unit_test(test_bytes),       cmocka_unit_test(test_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
