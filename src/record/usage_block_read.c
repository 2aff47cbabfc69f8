#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "record/packed.h"
#include "record/usage_columns.h"

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
	if (usage_digits_begin(prefix) != prefix.length)
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
	struct str first = block->records[0].key, prefix = str_part(first, 0, usage_digits_begin(first));
	uint64_t number;

	for (size_t i = 0; i < block->count; i++) {
		struct str key = block->records[i].key;

		if (!str_starts(key, prefix) || !usage_key_number(str_part(key, prefix.length, key.length), &number))
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
			if (!usage_hex_values[(unsigned char)key.at[j]])
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
	if (usage_is_text_column((enum column)id))
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
