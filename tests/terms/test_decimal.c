#include "support.h"

#include "base/decimal.h"
#include "base/money.h"

struct read_case {
	const char *text;
	bool fits;
	int64_t mantissa;
	unsigned places;
};

static const struct read_case read_cases[] = {
	{ "12.50", true, 1250, 2 },
	{ "0", true, 0, 0 },
	{ "-3", true, -3, 0 },
	{ "1,000,000.00", true, 100000000, 2 },
	{ "0.000000001", true, 1, 9 },
	{ "9223372036854775807", true, INT64_MAX, 0 },
	{ "", false, 0, 0 },
	{ "+1", false, 0, 0 },
	{ "1e3", false, 0, 0 },
	{ ".5", false, 0, 0 },
	{ "5.", false, 0, 0 },
	{ "10,00", false, 0, 0 },
	{ ",100", false, 0, 0 },
	{ "1.000,0", false, 0, 0 },
	{ "0.0000000001", false, 0, 0 },
	{ "9223372036854775808", false, 0, 0 },
	{ " 1", false, 0, 0 },
	{ "1.2.3", false, 0, 0 },
};

static void decimals_are_read_exactly(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(read_cases); i++) {
		struct decimal value = { 77, 1 };
		bool fits = decimal_read(str_of(read_cases[i].text), &value);

		if (fits != read_cases[i].fits)
			fail_msg("`%s`", read_cases[i].text);
		assert_int_equal(value.mantissa, fits ? read_cases[i].mantissa : 77);
		assert_int_equal(value.places, fits ? read_cases[i].places : 1);
	}
}

static void decimals_are_compared_by_value(void **state)
{
	(void)state;
	assert_int_equal(decimal_compare((struct decimal){ 125, 1 }, (struct decimal){ 1250, 2 }), 0);
	assert_true(decimal_compare((struct decimal){ -1, 0 }, (struct decimal){ 1, 9 }) < 0);
	assert_true(decimal_compare((struct decimal){ INT64_MAX, 0 }, (struct decimal){ INT64_MAX, 9 }) > 0);
	assert_true(decimal_is_whole((struct decimal){ 1200, 2 }));
	assert_false(decimal_is_whole((struct decimal){ 1201, 2 }));
}

static void decimals_are_scaled_or_refused(void **state)
{
	int64_t scaled = 0;

	(void)state;
	assert_true(decimal_scaled((struct decimal){ 125, 3 }, 3, &scaled) && scaled == 125);
	assert_true(decimal_scaled((struct decimal){ 5, 1 }, 3, &scaled) && scaled == 500);
	assert_false(decimal_scaled((struct decimal){ 1255, 4 }, 3, &scaled));
	assert_false(decimal_scaled((struct decimal){ INT64_MAX, 0 }, 1, &scaled));
}

static void ratios_are_rounded_half_away_from_zero(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena);
	assert_str(ratio_text(&arena, 1, 8, 2), "0.13");
	assert_str(ratio_text(&arena, -1, 8, 2), "-0.13");
	assert_str(ratio_text(&arena, 2, 3, 3), "0.667");
	assert_str(ratio_text(&arena, 7200, 3600, 0), "2");
	assert_str(grouped_text(&arena, STR("1234567.5")), "1,234,567.5");
	assert_str(grouped_text(&arena, STR("-123")), "-123");
	assert_str(decimal_text(&arena, decimal_trimmed((struct decimal){ 125000, 4 }, 2)), "12.50");
	arena_free(&arena);
}

static void lines_of_money_are_rounded_once(void **state)
{
	struct decimal price = { 1250, 2 };
	struct money amount;

	(void)state;
	assert_true(money_of_price(price, 3600, 3600, &amount));
	assert_true(money_fen(amount) == 1250);
	assert_true(money_of_price(price, 1, 2500, &amount));
	assert_true(money_fen(amount) == 1);          /* half a fen goes up */
	assert_true(money_of_price(price, -1, 2500, &amount));
	assert_true(money_fen(amount) == -1);
	assert_true(money_of_price(price, 1, 2501, &amount));
	assert_true(money_fen(amount) == 0);
	assert_false(money_of_price(price, (wide)1 << 100, 1, &amount));
	assert_false(money_of_decimal((struct decimal){ 1005, 3 }, &amount));
	assert_false(money_add(money_of_fen(INT64_MAX), money_of_fen(1), &amount));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decimals_are_read_exactly),
		cmocka_unit_test(decimals_are_compared_by_value),
		cmocka_unit_test(decimals_are_scaled_or_refused),
		cmocka_unit_test(ratios_are_rounded_half_away_from_zero),
		cmocka_unit_test(lines_of_money_are_rounded_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
