/* What the writer and the reader of usage blocks share: the columns, the forms of keys, their limits. */
#ifndef RECORD_USAGE_COLUMNS_H
#define RECORD_USAGE_COLUMNS_H

#include "record/usage_block.h"

enum column {
	COLUMN_START = 1,
	COLUMN_LENGTH = 2,
	COLUMN_GPUS = 3,
	COLUMN_KEY = 4,
	COLUMN_MODEL = 5,
	COLUMN_SUBJECT = 6,
	COLUMN_PURPOSE = 7,
	COLUMN_NODES = 8,
	COLUMN_SUSPENDED = 9,
	COLUMN_CAUSE = 10,
	COLUMN_WITHDRAWN_SEQ = 11,
	COLUMN_WITHDRAWN_ROW = 12,
	COLUMN_LISTED = 13,
	COLUMN_STATE = 14,
	COLUMN_ACCOUNT = 15,
	COLUMN_REASON = 16,
	COLUMN_FLAGS = 17,
	COLUMN_LINE = 18,
	COLUMN_CLIPPED = 19,
	COLUMN_COUNT,
	COLUMN_SKIPPABLE_FROM = 128,
};

enum { GPUS_THOUSANDTHS = 0, GPUS_WHOLE = 1 };
enum { KEYS_TEXT = 0, KEYS_NUMBERED = 1, KEYS_HEX = 2 };
enum { KEY_DIGITS_MAX = 18, KEY_HEX_BYTES_MAX = 64, KEY_BYTES_MAX = 4096, HEADER_BYTES = 3, DIRECTORY_ENTRY_BYTES = 5 };

/* The value of a lower-case hexadecimal digit plus 1; 0 for any other byte. */
extern const uint8_t usage_hex_values[256];

/* Where the digits that end KEY begin; its length if it ends in none. */
size_t usage_digits_begin(struct str key);
/* The number that DIGITS write: no leading zero, at most KEY_DIGITS_MAX of them. */
bool usage_key_number(struct str digits, uint64_t *number) MUST_USE;
bool usage_is_text_column(enum column column);

#endif
