#include "record/storage_block.h"

#include <string.h>

#include "base/utf8.h"
#include "record/packed.h"
#include "record/text_table.h"

static void add_le(struct buf *out, uint64_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++, value >>= 8)
		buf_add_char(out, (char)(value & 0xff));
}

static void add_column(struct buf *out, const uint64_t *values, size_t count)
{
	size_t length_at = out->length, length;

	add_le(out, 0, 4);
	buf_reserve(out, packed_bound(count));
	length = packed_write((uint8_t *)out->at + out->length, values, count);
	for (unsigned i = 0; i < 4; i++)
		out->at[length_at + i] = (char)(length >> (8 * i) & 0xff);
	out->length += length;
}

static void add_texts(struct buf *out, const struct text_table *texts)
{
	add_le(out, texts->count - 1, 2);
	for (uint32_t number = 1; number < texts->count; number++) {
		struct str text = text_table_text(texts, number);
		uint64_t length = text.length;

		for (; length >= 0x80; length >>= 7)
			buf_add_char(out, (char)(length | 0x80));
		buf_add_char(out, (char)length);
		buf_add_str(out, text);
	}
}

void storage_block_encode(const struct storage_sample *samples, size_t count, struct buf *out)
{
	struct arena arena;
	struct text_table texts;
	uint64_t *filesystems, *owners, *values;
	instant before = 0;

	arena_init(&arena);
	text_table_init(&texts, &arena);
	filesystems = arena_many(&arena, count, uint64_t);
	owners = arena_many(&arena, count, uint64_t);
	values = arena_many(&arena, count, uint64_t);
	for (size_t i = 0; i < count; i++)
		filesystems[i] = text_table_number(&texts, samples[i].filesystem);
	for (size_t i = 0; i < count; i++)
		owners[i] = text_table_number(&texts, samples[i].owner);
	add_le(out, count, 2);
	for (size_t i = 0; i < count; before = samples[i++].at)
		values[i] = zigzag(samples[i].at - before);
	add_column(out, values, count);
	for (size_t i = 0; i < count; i++)
		values[i] = (uint64_t)samples[i].bytes;
	add_column(out, values, count);
	add_texts(out, &texts);
	add_column(out, filesystems, count);
	add_column(out, owners, count);
	for (size_t i = 0; i < count; i++)
		values[i] = samples[i].withdrawn;
	add_column(out, values, count);
	text_table_free(&texts);
	arena_free(&arena);
}

struct decoder {
	struct arena *arena;
	struct str rest;
	size_t count;
	uint64_t *values;
	struct str *texts;
	size_t text_count, texts_seen;
};

static bool le_take(struct decoder *d, unsigned bytes, uint64_t *value)
{
	if (d->rest.length < bytes)
		return false;
	*value = 0;
	for (unsigned i = 0; i < bytes; i++)
		*value |= (uint64_t)(unsigned char)d->rest.at[i] << (8 * i);
	d->rest = str_part(d->rest, bytes, d->rest.length);
	return true;
}

static bool column_take(struct decoder *d)
{
	uint64_t length;

	if (!le_take(d, 4, &length) || length > d->rest.length)
		return false;
	if (!packed_read((const uint8_t *)d->rest.at, length, d->values, d->count))
		return false;
	d->rest = str_part(d->rest, length, d->rest.length);
	return true;
}

static bool text_take(struct decoder *d, struct str *text)
{
	uint64_t length = 0;

	for (unsigned shift = 0;; shift += 7) {
		uint64_t byte;

		if (shift > 28 || !le_take(d, 1, &byte))
			return false;
		length |= (byte & 0x7f) << shift;
		if (!(byte & 0x80)) {
			if (byte == 0 && shift)
				return false;
			break;
		}
	}
	if (length == 0 || length > d->rest.length)
		return false;
	*text = str_part(d->rest, 0, length);
	d->rest = str_part(d->rest, length, d->rest.length);
	return true;
}

/* A text stands once, and is UTF-8. */
static bool texts_proper(struct decoder *d)
{
	struct text_table table;
	bool proper = true;

	text_table_init(&table, d->arena);
	for (size_t i = 1; proper && i < d->text_count; i++) {
		proper = utf8_valid_length(d->texts[i]) == d->texts[i].length && text_table_find(&table, d->texts[i]) == 0;
		text_table_number(&table, d->texts[i]);
	}
	text_table_free(&table);
	return proper;
}

static bool texts_take(struct decoder *d)
{
	uint64_t count;

	if (!le_take(d, 2, &count))
		return false;
	d->text_count = count + 1;
	d->texts = arena_many(d->arena, d->text_count, struct str);
	d->texts[0] = STR("");
	for (size_t i = 1; i < d->text_count; i++)
		if (!text_take(d, &d->texts[i]))
			return false;
	return texts_proper(d);
}

/* Numbers appear in ascending order: file systems first, then owners. */
static bool number_text(struct decoder *d, uint64_t number, struct str *text)
{
	if (number > d->texts_seen + 1 || number >= d->text_count)
		return false;
	if (number == d->texts_seen + 1)
		d->texts_seen++;
	*text = d->texts[number];
	return true;
}

static bool samples_take(struct decoder *d, struct storage_sample *samples)
{
	instant at = 0;

	if (!column_take(d))
		return false;
	for (size_t i = 0; i < d->count; i++) {
		if (__builtin_add_overflow(at, zigzag_back(d->values[i]), &at) || at < INSTANT_LEAST || at > INSTANT_MOST)
			return false;
		samples[i].at = at;
	}
	if (!column_take(d))
		return false;
	for (size_t i = 0; i < d->count; i++) {
		if (d->values[i] > INT64_MAX)
			return false;
		samples[i].bytes = (int64_t)d->values[i];
	}
	if (!texts_take(d) || !column_take(d))
		return false;
	for (size_t i = 0; i < d->count; i++)
		if (!number_text(d, d->values[i], &samples[i].filesystem))
			return false;
	if (!column_take(d))
		return false;
	for (size_t i = 0; i < d->count; i++)
		if (!number_text(d, d->values[i], &samples[i].owner))
			return false;
	if (!column_take(d))
		return false;
	for (size_t i = 0; i < d->count; i++) {
		samples[i].withdrawn = d->values[i] == 1;
		if (d->values[i] > 1)
			return false;
	}
	return d->texts_seen + 1 == d->text_count && d->rest.length == 0;
}

const char *storage_block_decode(struct arena *arena, struct str payload, struct storage_sample **samples, size_t *count)
{
	struct decoder d = { .arena = arena };
	char *copy = arena_alloc(arena, payload.length + PACKED_SLACK_BYTES);
	uint64_t rows;

	memcpy(copy, payload.at, payload.length);
	d.rest = (struct str){ copy, payload.length };
	if (!le_take(&d, 2, &rows) || rows == 0 || rows > STORAGE_BLOCK_SAMPLES_MAX)
		return "its header is impossible";
	d.count = rows;
	d.values = arena_many(arena, rows, uint64_t);
	*samples = arena_many(arena, rows, struct storage_sample);
	*count = rows;
	return samples_take(&d, *samples) ? NULL : "it is not in its one encoding";
}
