#include "support.h"

#include "terms/quantity.h"

struct quantity_case {
	enum unit_family family;
	const char *text;
	enum quantity_fault fault;
	const char *base_units;
	const char *shown;
};

static const struct quantity_case cases[] = {
	{ UNIT_BANDWIDTH, "400 Gbit/s", QUANTITY_FINE, "400000000000", "400 Gbit/s" },
	{ UNIT_BANDWIDTH, "0.4 Tbit/s", QUANTITY_FINE, "400000000000", "400 Gbit/s" },
	{ UNIT_BANDWIDTH, "400Gbps", QUANTITY_FINE, "400000000000", "400 Gbit/s" },
	{ UNIT_BANDWIDTH, "400 GB/s", QUANTITY_WRONG_UNIT, NULL, NULL },
	{ UNIT_BANDWIDTH, "400 gbit/s", QUANTITY_WRONG_UNIT, NULL, NULL },
	{ UNIT_DATA, "2 PB", QUANTITY_FINE, "2000000000000000", "2 PB" },
	{ UNIT_DATA, "500 TB", QUANTITY_FINE, "500000000000000", "500 TB" },
	{ UNIT_DATA, "1 TiB", QUANTITY_FINE, "1099511627776", "1 TiB" },
	{ UNIT_DATA, "9.5 EB", QUANTITY_FINE, "9500000000000000000", "9.5 EB" },
	{ UNIT_DATA, "10 EB", QUANTITY_FINE, "10000000000000000000", "10 EB" },
	{ UNIT_DATA, "0.5 B", QUANTITY_TOO_FINE, NULL, NULL },
	{ UNIT_DATA, "500", QUANTITY_NO_UNIT, NULL, NULL },
	{ UNIT_DATA, "TB", QUANTITY_NO_NUMBER, NULL, NULL },
	{ UNIT_DATA, "1e3 TB", QUANTITY_WRONG_UNIT, NULL, NULL },
	{ UNIT_DATA, "1,000 TB", QUANTITY_FINE, "1000000000000000", "1 PB" },
	{ UNIT_DATA, "10,00 TB", QUANTITY_NO_NUMBER, NULL, NULL },
	{ UNIT_LATENCY, "0.5 ms", QUANTITY_FINE, "500000", "500 us" },
	{ UNIT_LATENCY, "80 µs", QUANTITY_FINE, "80000", "80 us" },
	{ UNIT_LATENCY, "0.5 MS", QUANTITY_WRONG_UNIT, NULL, NULL },
	{ UNIT_FLOPS, "300 PFLOPS", QUANTITY_FINE, "300000000000000000", "300 PFLOPS" },
	{ UNIT_FLOPS, "1000000 EFLOPS", QUANTITY_FINE, "1000000000000000000000000", "1000000 EFLOPS" },
	{ UNIT_MONTHS, "2 months", QUANTITY_FINE, "2", "2 months" },
	{ UNIT_MONTHS, "1 month", QUANTITY_FINE, "1", "1 month" },
	{ UNIT_MONTHS, "2 个月", QUANTITY_FINE, "2", "2 months" },
	{ UNIT_MONTHS, "60 days", QUANTITY_WRONG_UNIT, NULL, NULL },
	{ UNIT_DAYS, "3 days", QUANTITY_FINE, "3", "3 days" },
	{ UNIT_DAYS, "1.5 days", QUANTITY_TOO_FINE, NULL, NULL },
	{ UNIT_DAYS, "-3 days", QUANTITY_FINE, "-3", "-3 days" },
	{ UNIT_DURATION, "4 hours", QUANTITY_FINE, "14400", "4 hours" },
	{ UNIT_DURATION, "48 h", QUANTITY_FINE, "172800", "48 hours" },
	{ UNIT_DURATION, "7 days", QUANTITY_FINE, "604800", "7 days" },
	{ UNIT_DURATION, "1.5 h", QUANTITY_FINE, "5400", "90 minutes" },
	{ UNIT_DURATION, "1 minute", QUANTITY_FINE, "60", "1 minute" },
};

static void quantities_are_read_exactly(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct quantity_case *c = &cases[i];
		wide value = -1;
		enum quantity_fault fault = quantity_read(str_of(c->text), c->family, &value);

		if (fault != c->fault)
			fail_msg("%s: fault %d, expected %d", c->text, (int)fault, (int)c->fault);
		if (fault != QUANTITY_FINE) {
			assert_true(value == -1);
			continue;
		}
		assert_str(wide_text(&arena, value), c->base_units);
		assert_str(quantity_text(&arena, c->family, value, LANGUAGE_ENGLISH), c->shown);
	}
	arena_free(&arena);
}

static void quantities_are_shown_in_chinese(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena);
	assert_str(quantity_text(&arena, UNIT_MONTHS, 2, LANGUAGE_CHINESE), "2 个月");
	assert_str(quantity_text(&arena, UNIT_DURATION, 14400, LANGUAGE_CHINESE), "4 小时");
	assert_str(quantity_text(&arena, UNIT_DATA, 2000000000, LANGUAGE_CHINESE), "2 GB");
	arena_free(&arena);
}

static void prices_are_split(void **state)
{
	struct decimal number;
	struct str unit;

	(void)state;
	assert_true(quantity_split(STR("12.50 CNY/GPU-hour"), &number, &unit));
	assert_int_equal(number.mantissa, 1250);
	assert_str(unit, "CNY/GPU-hour");
	assert_true(quantity_split(STR("0.05 %/day"), &number, &unit));
	assert_str(unit, "%/day");
	assert_true(quantity_split(STR("7"), &number, &unit));
	assert_int_equal(unit.length, 0);
	assert_false(quantity_split(STR("CNY 7"), &number, &unit));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quantities_are_read_exactly),
		cmocka_unit_test(quantities_are_shown_in_chinese),
		cmocka_unit_test(prices_are_split),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
