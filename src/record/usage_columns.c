#include "record/usage_columns.h"

const uint8_t usage_hex_values[256] = {
	['0'] = 1, ['1'] = 2, ['2'] = 3, ['3'] = 4, ['4'] = 5, ['5'] = 6, ['6'] = 7, ['7'] = 8, ['8'] = 9, ['9'] = 10,
	['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
};

size_t usage_digits_begin(struct str key)
{
	size_t at = key.length;

	while (at && key.at[at - 1] >= '0' && key.at[at - 1] <= '9')
		at--;
	return at;
}

bool usage_key_number(struct str digits, uint64_t *number)
{
	return digits.length <= KEY_DIGITS_MAX && (digits.length <= 1 || digits.at[0] != '0') && str_digits(digits, number);
}

bool usage_is_text_column(enum column column)
{
	return column == COLUMN_MODEL || column == COLUMN_PURPOSE || column == COLUMN_NODES || column == COLUMN_STATE ||
	       column == COLUMN_ACCOUNT;
}
