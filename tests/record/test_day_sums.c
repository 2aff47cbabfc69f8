/* Days of a lease's zone: a job over midnights, month ends and changes of clocks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "record/day_sums.h"

/* New York in 2017: summer time ended on 5 November at 06:00 UTC. */
static struct zone_change new_york_changes[] = { { 1489302000, -4 * 3600 }, { 1509861600, -5 * 3600 } };
static const struct zone new_york = { .name = { "America/New_York", 16 }, .offset_first_seconds = -5 * 3600,
				      .changes = new_york_changes, .change_count = 2 };

struct months {
	struct month_sums list[4];
	size_t count;
};

static struct month_sums *find(void *context, month_number month)
{
	struct months *months = context;

	for (size_t i = 0; i < months->count; i++)
		if (months->list[i].month == month)
			return &months->list[i];
	months->list[months->count].month = month;
	return &months->list[months->count++];
}

static void the_day_on_which_summer_time_ends_has_25_hours(void **state)
{
	struct day_cutter cutter;
	struct months months = { 0 };
	instant from = zone_day_begin(&new_york, day_of_civil((struct civil_date){ 2017, 11, 4 }));
	instant to = zone_day_begin(&new_york, day_of_civil((struct civil_date){ 2017, 11, 7 }));

	(void)state;
	day_cutter_init(&cutter, &new_york);
	assert_true(day_sums_add(&cutter, from, to, 1000, false, find, &months));
	assert_int_equal(months.count, 1);
	assert_int_equal(months.list[0].days[3], 24 * 3600 * 1000LL);
	assert_int_equal(months.list[0].days[4], 25 * 3600 * 1000LL);
	assert_int_equal(months.list[0].days[5], 24 * 3600 * 1000LL);
}

static void a_job_over_a_months_end_is_split_to_the_second(void **state)
{
	struct day_cutter cutter;
	struct months months = { 0 };
	instant end = zone_month_begin(&new_york, 2017 * 12 + 9);   /* 1 October */

	(void)state;
	day_cutter_init(&cutter, &new_york);
	assert_true(day_sums_add(&cutter, end - 16, end + 14, 4000, false, find, &months));
	assert_int_equal(find(&months, 2017 * 12 + 8)->days[29], 16 * 4000);
	assert_int_equal(find(&months, 2017 * 12 + 9)->days[0], 14 * 4000);
}

static void a_withdrawal_takes_everything_back(void **state)
{
	static const struct month_sums nothing;
	struct day_cutter cutter;
	struct months months = { 0 };
	instant from = 1506000000;

	(void)state;
	day_cutter_init(&cutter, &new_york);
	assert_true(day_sums_add(&cutter, from, from + 5000000, 8000, false, find, &months));
	assert_true(day_sums_add(&cutter, from, from + 5000000, 8000, true, find, &months));
	for (size_t i = 0; i < months.count; i++)
		assert_memory_equal(months.list[i].days, nothing.days, sizeof(nothing.days));
}

static void an_overflow_is_an_error_never_a_wrap(void **state)
{
	struct day_cutter cutter;
	struct months months = { 0 };

	(void)state;
	day_cutter_init(&cutter, &new_york);
	assert_false(day_sums_add(&cutter, 1506000000, 1506080000, INT64_MAX / 2, false, find, &months));
}

static void sums_are_written_and_read_again(void **state)
{
	struct month_sums sums = { .month = 24213 }, back = { 0 };
	struct buf bytes;

	(void)state;
	buf_init(&bytes, 4096);
	sums.days[2] = 1;
	sums.days[17] = INT64_MAX;
	sums.days[30] = -5;
	month_sums_write(&sums, &bytes);
	assert_true(month_sums_read(buf_str(&bytes), &back));
	assert_memory_equal(sums.days, back.days, sizeof(sums.days));
	assert_false(month_sums_read(str_part(buf_str(&bytes), 0, bytes.length - 1), &back) &&
		     memcmp(sums.days, back.days, sizeof(sums.days)) == 0);
	buf_free(&bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_day_on_which_summer_time_ends_has_25_hours),
		cmocka_unit_test(a_job_over_a_months_end_is_split_to_the_second),
		cmocka_unit_test(a_withdrawal_takes_everything_back),
		cmocka_unit_test(an_overflow_is_an_error_never_a_wrap),
		cmocka_unit_test(sums_are_written_and_read_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
