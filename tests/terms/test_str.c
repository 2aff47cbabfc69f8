#include "support.h"

#include <string.h>

#include "base/str.h"

/* Every length that str_digits takes apart otherwise, and every byte next to the digits at every place. */
static void digits_are_read_as_the_slow_reader_reads_them(void **state)
{
	static const char around[] = "/:0159 aA\xb0\xff\x00";
	char digits[DIGITS_MAX + 1];

	(void)state;
	for (size_t length = 0; length <= DIGITS_MAX + 1; length++)
		for (size_t place = 0; place < (length ? length : 1); place++)
			for (size_t other = 0; other < sizeof(around) - 1; other++) {
				struct str text = { digits, length };
				uint64_t value = 7, expected = 7;
				bool read;

				memcpy(digits, "98765432101234567890", length);
				if (length)
					digits[place] = around[other];
				read = str_digits(text, &value);
				if (length > DIGITS_MAX) {
					assert_false(read);
					continue;
				}
				assert_int_equal(read, str_to_u64(text, &expected));
				assert_true(value == expected);
			}
}

static void texts_are_equal_byte_by_byte(void **state)
{
	char one[24], two[24];

	(void)state;
	for (size_t length = 0; length <= sizeof(one); length++)
		for (size_t place = 0; place < length; place++) {
			memset(one, 'k', sizeof(one));
			memset(two, 'k', sizeof(two));
			assert_true(str_equal((struct str){ one, length }, (struct str){ two, length }));
			assert_false(str_equal((struct str){ one, length }, (struct str){ two, length - 1 }));
			two[place] = 'K';
			assert_false(str_equal((struct str){ one, length }, (struct str){ two, length }));
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digits_are_read_as_the_slow_reader_reads_them),
		cmocka_unit_test(texts_are_equal_byte_by_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
