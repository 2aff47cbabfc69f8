#include "record/usage_block.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "record/packed.h"

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

/* ---- writing ---- */

struct usage_encoder {
	const struct usage_record *records;
	const uint32_t *order;
	size_t count;
	const struct text_table *texts;
	struct buf columns;                              /* the columns' bytes */
	uint32_t lengths[COLUMN_COUNT];                  /* 0: the column is absent */
	uint64_t starts[USAGE_BLOCK_RECORDS_MAX];        /* gathered from the records in one pass */
	uint64_t lengths_seconds[USAGE_BLOCK_RECORDS_MAX];
	uint64_t gpus_thousandths[USAGE_BLOCK_RECORDS_MAX];
	struct str keys[USAGE_BLOCK_RECORDS_MAX];
	bool any_optional;                               /* some record has more than the four required columns */
	uint64_t values[USAGE_BLOCK_RECORDS_MAX];
	uint64_t more_values[USAGE_BLOCK_RECORDS_MAX];
	uint32_t *local_numbers;                         /* batch text number -> block text number */
	uint32_t local_capacity;
};

struct usage_encoder *usage_encoder_new(void)
{
	struct usage_encoder *encoder = memory_alloc(sizeof(*encoder));

	buf_init(&encoder->columns, SIZE_MAX / 4);
	return encoder;
}

void usage_encoder_free(struct usage_encoder *encoder)
{
	if (!encoder)
		return;
	buf_free(&encoder->columns);
	free(encoder->local_numbers);
	free(encoder);
}

static const struct usage_record *record_at(const struct usage_encoder *e, size_t i)
{
	return &e->records[e->order[i]];
}

static void add_packed(struct buf *out, const uint64_t *values, size_t count)
{
	buf_reserve(out, packed_bound(count));
	out->length += packed_write((uint8_t *)out->at + out->length, values, count);
}

static void add_varint(struct buf *out, uint64_t value)
{
	for (; value >= 0x80; value >>= 7)
		buf_add_char(out, (char)(value | 0x80));
	buf_add_char(out, (char)value);
}

static void add_le(struct buf *out, uint64_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++, value >>= 8)
		buf_add_char(out, (char)(value & 0xff));
}

/* The records lie scattered over a batch: each is fetched once, ahead of its turn. */
static void gather(struct usage_encoder *e)
{
	enum { AHEAD = 16, KEY_AHEAD = 8, CACHE_LINE_BYTES = 64 };
	instant before = 0;
	uint64_t any = 0;

	for (size_t i = 0; i < e->count; i++) {
		const struct usage_record *r = record_at(e, i);

		if (i + AHEAD < e->count) {
			__builtin_prefetch(record_at(e, i + AHEAD));
			__builtin_prefetch((const char *)record_at(e, i + AHEAD) + CACHE_LINE_BYTES);
		}
		if (i + KEY_AHEAD < e->count)
			__builtin_prefetch(record_at(e, i + KEY_AHEAD)->key.at);
		e->starts[i] = zigzag(r->start - before);
		before = r->start;
		e->lengths_seconds[i] = (uint64_t)r->length_seconds;
		e->gpus_thousandths[i] = (uint64_t)r->gpus_thousandths;
		e->keys[i] = r->key;
		any |= r->model | r->purpose | r->nodes | r->state | r->account | r->subject | r->suspended_seconds |
		       r->cause | r->reason | r->flags | r->line | r->clipped_seconds;
	}
	e->any_optional = any != 0;
}

static void add_gpus(struct usage_encoder *e)
{
	bool whole = true;

	for (size_t i = 0; i < e->count; i++) {
		e->values[i] = e->gpus_thousandths[i] / 1000;
		whole &= e->values[i] * 1000 == e->gpus_thousandths[i];
	}
	buf_add_char(&e->columns, whole ? GPUS_WHOLE : GPUS_THOUSANDTHS);
	add_packed(&e->columns, whole ? e->values : e->gpus_thousandths, e->count);
}

/* Where the digits that end KEY begin; its length if it ends in none. */
static size_t digits_begin(struct str key)
{
	size_t at = key.length;

	while (at && key.at[at - 1] >= '0' && key.at[at - 1] <= '9')
		at--;
	return at;
}

static bool key_number(struct str digits, uint64_t *number)
{
	uint64_t sum = 0;

	if (digits.length == 0 || digits.length > KEY_DIGITS_MAX || (digits.length > 1 && digits.at[0] == '0'))
		return false;
	for (size_t i = 0; i < digits.length; i++) {
		unsigned digit = (unsigned char)digits.at[i] - (unsigned)'0';

		if (digit > 9)
			return false;
		sum = sum * 10 + digit;
	}
	*number = sum;
	return true;
}

static bool add_numbered_keys(struct usage_encoder *e)
{
	struct str first = e->keys[0], prefix = str_part(first, 0, digits_begin(first));
	uint64_t before = 0, number;

	for (size_t i = 0; i < e->count; i++) {
		struct str key = e->keys[i];

		if (!str_starts(key, prefix) || !key_number(str_part(key, prefix.length, key.length), &number))
			return false;
		e->values[i] = zigzag((int64_t)number - (int64_t)before);
		before = number;
	}
	buf_add_char(&e->columns, KEYS_NUMBERED);
	add_varint(&e->columns, prefix.length);
	buf_add_str(&e->columns, prefix);
	add_packed(&e->columns, e->values, e->count);
	return true;
}

static const uint8_t hex_values[256] = {
	['0'] = 1, ['1'] = 2, ['2'] = 3, ['3'] = 4, ['4'] = 5, ['5'] = 6, ['6'] = 7, ['7'] = 8, ['8'] = 9, ['9'] = 10,
	['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
};

static bool add_hex_keys(struct usage_encoder *e)
{
	size_t length = e->keys[0].length, begin = e->columns.length;

	if (length == 0 || length % 2 || length / 2 > KEY_HEX_BYTES_MAX)
		return false;
	buf_add_char(&e->columns, KEYS_HEX);
	buf_add_char(&e->columns, (char)(length / 2));
	buf_reserve(&e->columns, e->count * length / 2);
	for (size_t i = 0; i < e->count; i++) {
		const unsigned char *key = (const unsigned char *)e->keys[i].at;
		unsigned char *out = (unsigned char *)e->columns.at + e->columns.length;
		bool fits = e->keys[i].length == length;

		for (size_t j = 0; fits && j < length / 2; j++) {
			unsigned high = hex_values[key[2 * j]], low = hex_values[key[2 * j + 1]];

			fits = high && low;
			out[j] = (unsigned char)((high - 1) << 4 | ((low - 1) & 15));
		}
		if (!fits) {
			e->columns.length = begin;
			return false;
		}
		e->columns.length += length / 2;
	}
	return true;
}

static size_t shared_length(struct str a, struct str b)
{
	size_t i = 0;

	while (i < a.length && i < b.length && a.at[i] == b.at[i])
		i++;
	return i;
}

static void add_text_keys(struct usage_encoder *e)
{
	struct str before = STR("");

	for (size_t i = 0; i < e->count; i++) {
		struct str key = e->keys[i];

		e->values[i] = shared_length(before, key);
		e->more_values[i] = key.length - e->values[i];
		before = key;
	}
	buf_add_char(&e->columns, KEYS_TEXT);
	add_packed(&e->columns, e->values, e->count);
	add_packed(&e->columns, e->more_values, e->count);
	for (size_t i = 0; i < e->count; i++) {
		struct str key = e->keys[i];

		buf_add_str(&e->columns, str_part(key, e->values[i], key.length));
	}
}

static void add_keys(struct usage_encoder *e)
{
	if (!add_numbered_keys(e) && !add_hex_keys(e))
		add_text_keys(e);
}

static uint32_t text_number(const struct usage_record *record, enum column column)
{
	switch ((int)column) {
	case COLUMN_MODEL:   return record->model;
	case COLUMN_PURPOSE: return record->purpose;
	case COLUMN_NODES:   return record->nodes;
	case COLUMN_STATE:   return record->state;
	case COLUMN_ACCOUNT: return record->account;
	default:             abort();
	}
}

static uint64_t plain_value(const struct usage_record *record, enum column column)
{
	switch ((int)column) {
	case COLUMN_SUBJECT:       return record->subject;
	case COLUMN_SUSPENDED:     return record->suspended_seconds;
	case COLUMN_CAUSE:         return record->cause;
	case COLUMN_WITHDRAWN_SEQ: return record->withdrawn_seq;
	case COLUMN_WITHDRAWN_ROW: return record->withdrawn_row;
	case COLUMN_LISTED:        return record->flags & USAGE_OPEN ? zigzag(record->listed - record->start) : 0;
	case COLUMN_REASON:        return record->reason;
	case COLUMN_FLAGS:         return record->flags;
	case COLUMN_LINE:          return record->line;
	case COLUMN_CLIPPED:       return record->clipped_seconds;
	default:                   abort();
	}
}

static bool is_text_column(enum column column)
{
	return column == COLUMN_MODEL || column == COLUMN_PURPOSE || column == COLUMN_NODES || column == COLUMN_STATE ||
	       column == COLUMN_ACCOUNT;
}

static void local_numbers_clear(struct usage_encoder *e)
{
	if (e->local_capacity < e->texts->count) {
		free(e->local_numbers);
		e->local_capacity = e->texts->count * 2;
		e->local_numbers = memory_alloc(e->local_capacity * sizeof(*e->local_numbers));
	}
	for (size_t i = 0; i < e->texts->count; i++)
		e->local_numbers[i] = 0;
}

static void add_text_column(struct usage_encoder *e, enum column column)
{
	uint64_t any = 0;
	uint32_t given = 0;
	size_t count_at;

	for (size_t i = 0; i < e->count; i++)
		any |= text_number(record_at(e, i), column);
	if (!any)
		return;
	local_numbers_clear(e);
	count_at = e->columns.length;
	add_le(&e->columns, 0, 2);
	for (size_t i = 0; i < e->count; i++) {
		uint32_t number = text_number(record_at(e, i), column);
		struct str text = text_table_text(e->texts, number);

		if (number && !e->local_numbers[number]) {
			e->local_numbers[number] = ++given;
			add_varint(&e->columns, text.length);
			buf_add_str(&e->columns, text);
		}
		e->values[i] = number ? e->local_numbers[number] : 0;
	}
	e->columns.at[count_at] = (char)(given & 0xff);
	e->columns.at[count_at + 1] = (char)(given >> 8);
	add_packed(&e->columns, e->values, e->count);
}

static void add_plain_column(struct usage_encoder *e, enum column column)
{
	uint64_t any = 0;

	for (size_t i = 0; i < e->count; i++) {
		e->values[i] = plain_value(record_at(e, i), column);
		any |= e->values[i];
	}
	if (any)
		add_packed(&e->columns, e->values, e->count);
}

static void add_column(struct usage_encoder *e, enum column column)
{
	switch ((int)column) {
	case COLUMN_START:  add_packed(&e->columns, e->starts, e->count); return;
	case COLUMN_LENGTH: add_packed(&e->columns, e->lengths_seconds, e->count); return;
	case COLUMN_GPUS:   add_gpus(e); return;
	case COLUMN_KEY:    add_keys(e); return;
	default:            break;
	}
	if (is_text_column(column))
		add_text_column(e, column);
	else
		add_plain_column(e, column);
}

void usage_block_encode(struct usage_encoder *e, const struct usage_record *records, const uint32_t *order,
			size_t count, const struct text_table *texts, struct buf *out)
{
	unsigned present = 0;
	enum column last;

	e->records = records;
	e->order = order;
	e->count = count;
	e->texts = texts;
	buf_reset(&e->columns);
	memset(e->lengths, 0, sizeof(e->lengths));
	gather(e);
	last = e->any_optional ? COLUMN_COUNT - 1 : COLUMN_KEY;
	for (enum column column = COLUMN_START; column <= last; column++) {
		size_t before = e->columns.length;

		add_column(e, column);
		e->lengths[column] = (uint32_t)(e->columns.length - before);
		present += e->columns.length > before;
	}
	add_le(out, count, 2);
	add_le(out, present, 1);
	for (enum column column = COLUMN_START; column <= last; column++) {
		if (!e->lengths[column])
			continue;
		add_le(out, column, 1);
		add_le(out, e->lengths[column], 4);
	}
	buf_add_str(out, buf_str(&e->columns));
}

/* ---- reading ---- */

struct decoder {
	struct arena *arena;
	struct usage_block *block;
	uint64_t *values, *more_values;
	size_t text_capacity;
	const char *error;
};

static const char *const broken_column = "a column is not in its one encoding";

static uint64_t le_at(const uint8_t *bytes, unsigned count)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < count; i++)
		value |= (uint64_t)bytes[i] << (8 * i);
	return value;
}

/* One encoding: no more bytes than needed. */
static bool varint_take(struct str *rest, uint64_t *value)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < rest->length && i < 9; i++) {
		unsigned char byte = (unsigned char)rest->at[i];

		sum |= (uint64_t)(byte & 0x7f) << (7 * i);
		if (!(byte & 0x80)) {
			*rest = str_part(*rest, i + 1, rest->length);
			*value = sum;
			return byte || i == 0;
		}
	}
	return false;
}

static bool take_packed(struct str column, uint64_t *values, size_t count)
{
	return packed_read((const uint8_t *)column.at, column.length, values, count);
}

/* Two packed columns lie one after the other: the first one's length follows from its widths. */
static size_t packed_length(struct str bytes, size_t count)
{
	size_t at = 0;

	for (size_t from = 0; from < count && at < bytes.length; from += PACKED_GROUP) {
		size_t group = count - from < PACKED_GROUP ? count - from : PACKED_GROUP;

		at += 1 + (group * (unsigned char)bytes.at[at] + 7) / 8;
	}
	return at;
}

static bool read_start(struct decoder *d, struct str column)
{
	instant start = 0;

	if (!take_packed(column, d->values, d->block->count))
		return false;
	for (size_t i = 0; i < d->block->count; i++) {
		if (__builtin_add_overflow(start, zigzag_back(d->values[i]), &start) || start < INSTANT_LEAST ||
		    start > INSTANT_MOST)
			return false;
		d->block->records[i].start = start;
	}
	return true;
}

static bool read_length(struct decoder *d, struct str column)
{
	if (!take_packed(column, d->values, d->block->count))
		return false;
	for (size_t i = 0; i < d->block->count; i++) {
		if (d->values[i] > (uint64_t)(INSTANT_MOST - INSTANT_LEAST))
			return false;
		d->block->records[i].length_seconds = (int64_t)d->values[i];
	}
	return true;
}

static bool read_gpus(struct decoder *d, struct str column)
{
	bool whole, any_fraction = false;

	if (column.length == 0 || (unsigned char)column.at[0] > GPUS_WHOLE)
		return false;
	whole = column.at[0] == GPUS_WHOLE;
	if (!take_packed(str_part(column, 1, column.length), d->values, d->block->count))
		return false;
	for (size_t i = 0; i < d->block->count; i++) {
		if (d->values[i] > INT64_MAX / 1000)
			return false;
		d->block->records[i].gpus_thousandths = (int64_t)d->values[i] * (whole ? 1000 : 1);
		any_fraction |= d->values[i] % 1000 != 0;
	}
	return whole || any_fraction;
}

static bool read_numbered_keys(struct decoder *d, struct str rest)
{
	uint64_t prefix_length;
	int64_t number = 0;
	struct str prefix;

	if (!varint_take(&rest, &prefix_length) || prefix_length > rest.length || prefix_length > KEY_BYTES_MAX)
		return false;
	prefix = str_part(rest, 0, prefix_length);
	if (digits_begin(prefix) != prefix.length)
		return false;
	if (!take_packed(str_part(rest, prefix_length, rest.length), d->values, d->block->count))
		return false;
	for (size_t i = 0; i < d->block->count; i++) {
		if (__builtin_add_overflow(number, zigzag_back(d->values[i]), &number) || number < 0 ||
		    number >= (int64_t)1000000000000000000)
			return false;
		d->block->records[i].key = arena_format(d->arena, "%.*s%lld", (int)prefix.length, prefix.at,
							(long long)number);
	}
	return true;
}

static bool all_numbered(const struct usage_block *block)
{
	struct str first = block->records[0].key, prefix = str_part(first, 0, digits_begin(first));
	uint64_t number;

	for (size_t i = 0; i < block->count; i++) {
		struct str key = block->records[i].key;

		if (!str_starts(key, prefix) || !key_number(str_part(key, prefix.length, key.length), &number))
			return false;
	}
	return true;
}

static bool all_hex(const struct usage_block *block)
{
	size_t length = block->records[0].key.length;

	if (length == 0 || length % 2 || length / 2 > KEY_HEX_BYTES_MAX)
		return false;
	for (size_t i = 0; i < block->count; i++) {
		struct str key = block->records[i].key;

		if (key.length != length)
			return false;
		for (size_t j = 0; j < length; j++)
			if (!hex_values[(unsigned char)key.at[j]])
				return false;
	}
	return true;
}

static bool read_hex_keys(struct decoder *d, struct str rest)
{
	static const char digits[] = "0123456789abcdef";
	size_t bytes;
	char *keys;

	if (rest.length == 0)
		return false;
	bytes = (unsigned char)rest.at[0];
	rest = str_part(rest, 1, rest.length);
	if (bytes == 0 || bytes > KEY_HEX_BYTES_MAX || rest.length != bytes * d->block->count)
		return false;
	keys = arena_alloc(d->arena, 2 * rest.length);
	for (size_t i = 0; i < rest.length; i++) {
		keys[2 * i] = digits[(unsigned char)rest.at[i] >> 4];
		keys[2 * i + 1] = digits[(unsigned char)rest.at[i] & 15];
	}
	for (size_t i = 0; i < d->block->count; i++)
		d->block->records[i].key = (struct str){ keys + 2 * bytes * i, 2 * bytes };
	return !all_numbered(d->block);
}

static bool read_text_keys(struct decoder *d, struct str rest)
{
	size_t count = d->block->count, first = packed_length(rest, count), second;
	struct str before = STR("");

	if (first > rest.length || !take_packed(str_part(rest, 0, first), d->values, count))
		return false;
	rest = str_part(rest, first, rest.length);
	second = packed_length(rest, count);
	if (second > rest.length || !take_packed(str_part(rest, 0, second), d->more_values, count))
		return false;
	rest = str_part(rest, second, rest.length);
	for (size_t i = 0; i < count; i++) {
		size_t shared = d->values[i], own = d->more_values[i];
		char *key;

		if (shared > before.length || own > rest.length || shared + own > KEY_BYTES_MAX)
			return false;
		key = arena_alloc(d->arena, shared + own + 1);
		memcpy(key, before.at, shared);
		memcpy(key + shared, rest.at, own);
		if (shared < before.length && own && before.at[shared] == key[shared])
			return false;
		rest = str_part(rest, own, rest.length);
		before = d->block->records[i].key = (struct str){ key, shared + own };
	}
	return rest.length == 0 && !all_numbered(d->block) && !all_hex(d->block);
}

static bool read_keys(struct decoder *d, struct str column)
{
	struct str rest = str_part(column, 1, column.length);

	if (column.length == 0)
		return false;
	switch ((unsigned char)column.at[0]) {
	case KEYS_NUMBERED: return read_numbered_keys(d, rest);
	case KEYS_HEX:      return read_hex_keys(d, rest);
	case KEYS_TEXT:     return read_text_keys(d, rest);
	default:            return false;
	}
}

static bool block_text_add(struct decoder *d, struct str text)
{
	struct usage_block *block = d->block;

	if (block->text_count == d->text_capacity) {
		struct str *texts = arena_many(d->arena, d->text_capacity * 2, struct str);

		memcpy(texts, block->texts, block->text_count * sizeof(*texts));
		block->texts = texts;
		d->text_capacity *= 2;
	}
	block->texts[block->text_count++] = text;
	return text.length > 0;
}

static void text_number_set(struct usage_record *record, enum column column, uint32_t number)
{
	switch ((int)column) {
	case COLUMN_MODEL:   record->model = number; return;
	case COLUMN_PURPOSE: record->purpose = number; return;
	case COLUMN_NODES:   record->nodes = number; return;
	case COLUMN_STATE:   record->state = number; return;
	case COLUMN_ACCOUNT: record->account = number; return;
	default:             abort();
	}
}

/* A text stands once in its column, and is UTF-8. */
static bool texts_proper(struct decoder *d, size_t from)
{
	struct text_table table;
	bool proper = true;

	text_table_init(&table, d->arena);
	for (size_t i = from; proper && i < d->block->text_count; i++) {
		struct str text = d->block->texts[i];

		proper = utf8_valid_length(text) == text.length && text_table_find(&table, text) == 0;
		text_table_number(&table, text);
	}
	text_table_free(&table);
	return proper;
}

static bool read_text_column(struct decoder *d, enum column column, struct str rest)
{
	uint64_t texts, length, seen = 0;
	uint32_t first = (uint32_t)d->block->text_count - 1;

	if (rest.length < 2)
		return false;
	texts = le_at((const uint8_t *)rest.at, 2);
	rest = str_part(rest, 2, rest.length);
	for (uint64_t i = 0; i < texts; i++) {
		if (!varint_take(&rest, &length) || length > rest.length)
			return false;
		if (!block_text_add(d, str_part(rest, 0, length)))
			return false;
		rest = str_part(rest, length, rest.length);
	}
	if (texts == 0 || !texts_proper(d, first + 1) || !take_packed(rest, d->values, d->block->count))
		return false;
	for (size_t i = 0; i < d->block->count; i++) {
		if (d->values[i] > seen + 1)
			return false;
		if (d->values[i] == seen + 1)
			seen++;
		text_number_set(&d->block->records[i], column, d->values[i] ? first + (uint32_t)d->values[i] : 0);
	}
	return seen == texts;
}

static bool plain_value_set(struct usage_record *r, enum column column, uint64_t value)
{
	if (column == COLUMN_LISTED) {
		r->listed = value ? r->start + zigzag_back(value) : 0;
		return true;
	}
	if (column == COLUMN_WITHDRAWN_SEQ) {
		r->withdrawn_seq = value;
		return value < UINT64_MAX / 2;
	}
	if (value > UINT32_MAX)
		return false;
	switch ((int)column) {
	case COLUMN_SUBJECT:       r->subject = (uint32_t)value; return true;
	case COLUMN_SUSPENDED:     r->suspended_seconds = (uint32_t)value; return true;
	case COLUMN_WITHDRAWN_ROW: r->withdrawn_row = (uint32_t)value; return value < USAGE_BLOCK_RECORDS_MAX;
	case COLUMN_LINE:          r->line = (uint32_t)value; return true;
	case COLUMN_CLIPPED:       r->clipped_seconds = (uint32_t)value; return true;
	case COLUMN_CAUSE:         r->cause = (uint8_t)value; return value < CAUSE_COUNT;
	case COLUMN_REASON:        r->reason = (uint8_t)value; return value < PARK_REASON_COUNT;
	case COLUMN_FLAGS:         r->flags = (uint8_t)value; return value <= USAGE_FLAGS_ALL;
	default:                   abort();
	}
}

static bool read_plain_column(struct decoder *d, enum column column, struct str bytes)
{
	uint64_t any = 0;

	if (!take_packed(bytes, d->values, d->block->count))
		return false;
	for (size_t i = 0; i < d->block->count; i++) {
		any |= d->values[i];
		if (!plain_value_set(&d->block->records[i], column, d->values[i]))
			return false;
	}
	return any != 0;
}

static bool read_column(struct decoder *d, unsigned id, struct str bytes)
{
	switch (id) {
	case COLUMN_START:  return read_start(d, bytes);
	case COLUMN_LENGTH: return read_length(d, bytes);
	case COLUMN_GPUS:   return read_gpus(d, bytes);
	case COLUMN_KEY:    return read_keys(d, bytes);
	default:            break;
	}
	if (id >= COLUMN_SKIPPABLE_FROM)
		return true;
	if (id >= COLUMN_COUNT)
		return false;
	if (is_text_column((enum column)id))
		return read_text_column(d, (enum column)id, bytes);
	return read_plain_column(d, (enum column)id, bytes);
}

/* An open record's listed time may equal its start, which is coded like "no time". */
static bool records_consistent(struct usage_block *block)
{
	for (size_t i = 0; i < block->count; i++) {
		struct usage_record *r = &block->records[i];

		if (r->flags & USAGE_OPEN)
			r->listed = r->listed ? r->listed : r->start;
		else if (r->listed)
			return false;
		if (r->flags & USAGE_OPEN && r->length_seconds)
			return false;
		if (!(r->flags & USAGE_WITHDRAWN) && (r->withdrawn_seq || r->withdrawn_row))
			return false;
	}
	return true;
}

static const char *columns_read(struct decoder *d, const uint8_t *directory, unsigned columns, struct str rest)
{
	unsigned id_before = 0;

	for (unsigned i = 0; i < columns; i++, directory += DIRECTORY_ENTRY_BYTES) {
		unsigned id = directory[0];
		size_t length = le_at(directory + 1, 4);

		if (id <= id_before || (i < COLUMN_KEY && id != i + 1))
			return "its columns are not in order, or a required one is missing";
		if (length > rest.length)
			return "it is cut short";
		if (!read_column(d, id, str_part(rest, 0, length)))
			return broken_column;
		rest = str_part(rest, length, rest.length);
		id_before = id;
	}
	return rest.length ? "something follows its last column" : NULL;
}

const char *usage_block_decode(struct arena *arena, struct str payload, struct usage_block *block)
{
	struct decoder d = { .arena = arena, .block = block, .text_capacity = 16 };
	char *copy = arena_alloc(arena, payload.length + PACKED_SLACK_BYTES);
	const uint8_t *bytes = (const uint8_t *)copy;
	const char *error;
	unsigned columns;
	size_t header;

	memcpy(copy, payload.at, payload.length);
	if (payload.length < HEADER_BYTES)
		return "it is cut short";
	*block = (struct usage_block){ .count = le_at(bytes, 2), .text_count = 1 };
	columns = bytes[2];
	header = HEADER_BYTES + (size_t)columns * DIRECTORY_ENTRY_BYTES;
	if (block->count == 0 || block->count > USAGE_BLOCK_RECORDS_MAX || columns < COLUMN_KEY || header > payload.length)
		return "its header is impossible";
	block->records = arena_many(arena, block->count, struct usage_record);
	block->texts = arena_many(arena, d.text_capacity, struct str);
	block->texts[0] = STR("");
	d.values = arena_many(arena, block->count, uint64_t);
	d.more_values = arena_many(arena, block->count, uint64_t);
	error = columns_read(&d, bytes + HEADER_BYTES, columns,
			     (struct str){ copy + header, payload.length - header });
	if (error)
		return error;
	return records_consistent(block) ? NULL : "a record contradicts itself";
}
