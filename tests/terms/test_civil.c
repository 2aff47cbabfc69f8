#include "support.h"

#include "base/civil.h"

static day_number day(const char *text)
{
	day_number number;

	assert_true(day_read(str_of(text), &number));
	return number;
}

/* An independent walk through the calendar, a day at a time, over the years that instants have. */
static void days_and_dates_agree(void **state)
{
	static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	struct civil_date date = { 1, 1, 1 };
	day_number number = -719162;

	(void)state;
	for (; date.year <= 9999; number++) {
		bool leap = (date.year % 4 == 0 && date.year % 100 != 0) || date.year % 400 == 0;
		struct civil_date back = civil_of_day(number);
		int length = lengths[date.month - 1] + (leap && date.month == 2);

		if (day_of_civil(date) != number || back.year != date.year || back.month != date.month ||
		    back.day != date.day)
			fail_msg("%d-%d-%d", date.year, date.month, date.day);
		if (date.day == 1)
			assert_int_equal(month_length_days(month_of_day(number)), length);
		if (++date.day > length) {
			date.day = 1;
			date.month++;
		}
		if (date.month > 12) {
			date.month = 1;
			date.year++;
		}
	}
}

static void weekdays(void **state)
{
	(void)state;
	assert_int_equal(weekday_of_day(day("2017-09-01")), 4);
	assert_int_equal(weekday_of_day(day("1970-01-01")), 3);
	assert_int_equal(weekday_of_day(day("1969-12-29")), 0);
}

static void months_later(void **state)
{
	(void)state;
	assert_int_equal(day_months_later(day("2024-01-31"), 1), day("2024-02-29"));
	assert_int_equal(day_months_later(day("2024-03-31"), -1), day("2024-02-29"));
	assert_int_equal(day_months_later(day("2024-02-29"), 12), day("2025-02-28"));
	assert_int_equal(day_months_later(day("2017-12-15"), 1), day("2018-01-15"));
}

static void what_is_no_day_is_refused(void **state)
{
	static const char *const refused[] = { "2017-02-29", "2017-13-01", "2017-00-10", "2017-1-1", "17-01-01",
					       "2017-09-01 ", "2017/09/01", "", "0000-01-01", "2017-04-31" };
	day_number number;

	(void)state;
	for (size_t i = 0; i < COUNT(refused); i++)
		if (day_read(str_of(refused[i]), &number))
			fail_msg("%s was read", refused[i]);
}

static void days_are_written(void **state)
{
	struct arena arena;
	month_number month;

	(void)state;
	arena_init(&arena);
	assert_str(day_text(&arena, day("2017-09-01")), "2017-09-01");
	assert_str(day_text_chinese(&arena, day("2017-09-01")), "2017年9月1日");
	assert_true(month_read(STR("2017-09"), &month));
	assert_str(month_text(&arena, month), "2017-09");
	assert_false(month_read(STR("2017-13"), &month));
	assert_str(instant_text(&arena, 1504224000), "2017-09-01T00:00:00Z");
	assert_str(instant_text(&arena, -1), "1969-12-31T23:59:59Z");
	arena_free(&arena);
}

struct time_case {
	const char *text;
	bool fits;
	int64_t local_seconds;
	bool has_offset;
	int32_t offset_seconds;
};

static const struct time_case time_cases[] = {
	{ "2017-09-01T08:00:00", true, 1504252800, false, 0 },
	{ "2017-09-01 08:00:00.999", true, 1504252800, false, 0 },
	{ "2017-09-01T08:00:00Z", true, 1504252800, true, 0 },
	{ "2017-09-01T08:00:00+08:00", true, 1504252800, true, 28800 },
	{ "2017-09-01", true, 1504224000, false, 0 },
	{ "1504224000", true, 1504224000, true, 0 },
	{ "1504224000.5", true, 1504224000, true, 0 },
	{ "2017-09-01T25:00:00", false, 0, false, 0 },
	{ "2017-02-29T00:00:00", false, 0, false, 0 },
	{ "Unknown", false, 0, false, 0 },
	{ "", false, 0, false, 0 },
};

static void times_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(time_cases); i++) {
		const struct time_case *c = &time_cases[i];
		struct time_text time = { 0 };

		if (time_read(str_of(c->text), &time) != c->fits)
			fail_msg("%s", c->text);
		if (c->fits && (time.local_seconds != c->local_seconds || time.has_offset != c->has_offset ||
				time.offset_seconds != c->offset_seconds))
			fail_msg("%s: %lld", c->text, (long long)time.local_seconds);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_and_dates_agree),
		cmocka_unit_test(weekdays),
		cmocka_unit_test(months_later),
		cmocka_unit_test(what_is_no_day_is_refused),
		cmocka_unit_test(days_are_written),
		cmocka_unit_test(times_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
