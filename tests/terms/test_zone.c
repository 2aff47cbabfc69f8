#include "support.h"

#include "base/zone.h"

/* Los Angeles in 2018: summer time from 11 March 10:00 UTC to 4 November 09:00 UTC. */
static struct zone_change los_angeles_changes[] = { { 1520762400, -25200 }, { 1541322000, -28800 } };
static const struct zone los_angeles = { .name = { "America/Los_Angeles", 19 }, .offset_first_seconds = -28800,
					 .changes = los_angeles_changes, .change_count = 2 };

/* Sao Paulo in 2018: midnight of 4 November is skipped. */
static struct zone_change sao_paulo_changes[] = { { 1541300400, -7200 } };
static const struct zone sao_paulo = { .name = { "America/Sao_Paulo", 17 }, .offset_first_seconds = -10800,
				       .changes = sao_paulo_changes, .change_count = 1 };

static int64_t local(const char *text)
{
	struct time_text time;

	assert_true(time_read(str_of(text), &time));
	return time.local_seconds;
}

static void offsets_change_at_their_second(void **state)
{
	(void)state;
	assert_int_equal(zone_offset_seconds(&los_angeles, 1520762399), -28800);
	assert_int_equal(zone_offset_seconds(&los_angeles, 1520762400), -25200);
	assert_int_equal(zone_offset_seconds(&los_angeles, 1541322000), -28800);
	assert_int_equal(zone_offset_seconds(&zone_utc, 0), 0);
}

static void repeated_and_skipped_hours(void **state)
{
	instant at;

	(void)state;
	assert_int_equal(zone_instant(&los_angeles, local("2018-07-01T00:00:00"), &at), LOCAL_ONCE);
	assert_int_equal(at, 1530428400);
	assert_int_equal(zone_instant(&los_angeles, local("2018-11-04T01:30:00"), &at), LOCAL_TWICE);
	assert_int_equal(at, 1541320200);
	assert_int_equal(zone_instant(&los_angeles, local("2018-03-11T02:30:00"), &at), LOCAL_NEVER);
	assert_int_equal(at, 1520762400);
}

static void a_day_begins_even_where_midnight_is_skipped(void **state)
{
	day_number day;

	(void)state;
	assert_true(day_read(STR("2018-11-04"), &day));
	assert_int_equal(zone_day_begin(&sao_paulo, day), 1541300400);
	assert_int_equal(zone_day(&sao_paulo, 1541300399), day - 1);
	assert_int_equal(zone_day(&sao_paulo, 1541300400), day);
	assert_int_equal(zone_day_begin(&sao_paulo, day + 1) - zone_day_begin(&sao_paulo, day), 23 * HOUR_SECONDS);
}

static void months_and_spans(void **state)
{
	struct arena arena;
	month_number month;
	struct zone_span span = zone_span_at(&los_angeles, 1530428400);

	(void)state;
	arena_init(&arena);
	assert_true(month_read(STR("2018-07"), &month));
	assert_int_equal(zone_month_begin(&los_angeles, month), 1530428400);
	assert_int_equal(span.from, 1520762400);
	assert_int_equal(span.to, 1541322000);
	assert_int_equal(span.offset_seconds, -25200);
	assert_str(zone_text(&arena, &los_angeles, 1530428400), "2018-07-01 00:00:00");
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(offsets_change_at_their_second),
		cmocka_unit_test(repeated_and_skipped_hours),
		cmocka_unit_test(a_day_begins_even_where_midnight_is_skipped),
		cmocka_unit_test(months_and_spans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
