/* Packed columns: what is written is read again, and nothing else is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "record/packed.h"

enum { VALUES_MAX = 300 };

static uint64_t seed = 1;

static uint64_t next_random(void)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return seed >> 1;
}

static void values_of_width(uint64_t *values, size_t count, unsigned width)
{
	for (size_t i = 0; i < count; i++)
		values[i] = width == 0 ? 0 : (next_random() << 1 ^ next_random()) >> (64 - width);
}

static void every_width_and_length_comes_back(void **state)
{
	uint8_t bytes[VALUES_MAX * 8 + 64];
	uint64_t values[VALUES_MAX], back[VALUES_MAX];

	(void)state;
	for (unsigned width = 0; width <= 64; width++)
		for (size_t count = 1; count < VALUES_MAX; count += 37) {
			size_t length;

			values_of_width(values, count, width);
			length = packed_write(bytes, values, count);
			assert_true(length <= packed_bound(count));
			assert_true(packed_read(bytes, length, back, count));
			assert_memory_equal(values, back, count * sizeof(*values));
		}
}

static void a_wider_group_than_needed_is_refused(void **state)
{
	uint8_t bytes[64] = { 2, 0x05 };   /* 1, 1 in two bits each: one bit would do */
	uint64_t back[2];

	(void)state;
	assert_false(packed_read(bytes, 2, back, 2));
	bytes[0] = 1;
	bytes[1] = 0x03;
	assert_true(packed_read(bytes, 2, back, 2));
	assert_int_equal(back[0], 1);
	assert_int_equal(back[1], 1);
}

static void bits_after_the_last_value_must_be_zero(void **state)
{
	uint8_t bytes[64] = { 1, 0x07 };   /* two values, three bits set */
	uint64_t back[2];

	(void)state;
	assert_false(packed_read(bytes, 2, back, 2));
}

static void cut_and_longer_columns_are_refused(void **state)
{
	uint8_t bytes[VALUES_MAX * 8 + 64];
	uint64_t values[VALUES_MAX], back[VALUES_MAX];
	size_t length;

	(void)state;
	values_of_width(values, 100, 13);
	length = packed_write(bytes, values, 100);
	for (size_t cut = 0; cut < length; cut++)
		assert_false(packed_read(bytes, cut, back, 100));
	bytes[length] = 0;
	assert_false(packed_read(bytes, length + 1, back, 100));
}

static void zigzag_goes_both_ways(void **state)
{
	static const int64_t values[] = { 0, -1, 1, -2, 2, INT64_MAX, INT64_MIN };

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
		assert_int_equal(zigzag_back(zigzag(values[i])), values[i]);
	assert_int_equal(zigzag(-1), 1);
	assert_int_equal(zigzag(1), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_width_and_length_comes_back),
		cmocka_unit_test(a_wider_group_than_needed_is_refused),
		cmocka_unit_test(bits_after_the_last_value_must_be_zero),
		cmocka_unit_test(cut_and_longer_columns_are_refused),
		cmocka_unit_test(zigzag_goes_both_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
