#include <stdlib.h>
#include <string.h>

#include "record/packed.h"
#include "record/usage_columns.h"

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

static bool add_numbered_keys(struct usage_encoder *e)
{
	struct str first = e->keys[0], prefix = str_part(first, 0, usage_digits_begin(first));
	uint64_t before = 0, number;

	for (size_t i = 0; i < e->count; i++) {
		struct str key = e->keys[i];

		if (!str_starts(key, prefix) || !usage_key_number(str_part(key, prefix.length, key.length), &number))
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
			unsigned high = usage_hex_values[key[2 * j]], low = usage_hex_values[key[2 * j + 1]];

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
	if (usage_is_text_column(column))
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
