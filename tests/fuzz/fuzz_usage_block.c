/* Blocks: whatever bytes are accepted are the one encoding of the records that they give. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "record/storage_block.h"
#include "record/usage_block.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool has_skipped_column(const uint8_t *data)
{
	for (int i = 0; i < data[2]; i++)
		if (data[3 + 5 * i] >= 128)
			return true;
	return false;
}

static void texts_renumber(struct text_table *texts, struct usage_block *block)
{
	for (size_t i = 0; i < block->count; i++) {
		struct usage_record *r = &block->records[i];

		r->model = text_table_number(texts, block->texts[r->model]);
		r->purpose = text_table_number(texts, block->texts[r->purpose]);
		r->nodes = text_table_number(texts, block->texts[r->nodes]);
		r->state = text_table_number(texts, block->texts[r->state]);
		r->account = text_table_number(texts, block->texts[r->account]);
	}
}

static void usage_again(struct arena *arena, struct usage_block *block, const uint8_t *data, size_t size)
{
	struct usage_encoder *encoder = usage_encoder_new();
	uint32_t *order = arena_many(arena, block->count, uint32_t);
	struct text_table texts;
	struct buf again;

	text_table_init(&texts, arena);
	texts_renumber(&texts, block);
	for (uint32_t i = 0; i < block->count; i++)
		order[i] = i;
	buf_init(&again, SIZE_MAX / 4);
	usage_block_encode(encoder, block->records, order, block->count, &texts, &again);
	if (again.length != size || memcmp(again.at, data, size) != 0)
		abort();
	buf_free(&again);
	text_table_free(&texts);
	usage_encoder_free(encoder);
}

static void storage_again(struct storage_sample *samples, size_t count, const uint8_t *data, size_t size)
{
	struct buf again;

	buf_init(&again, SIZE_MAX / 4);
	storage_block_encode(samples, count, &again);
	if (again.length != size || memcmp(again.at, data, size) != 0)
		abort();
	buf_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str payload = { (const char *)data, size };
	struct storage_sample *samples;
	struct usage_block block;
	struct arena arena;
	size_t count;

	arena_init(&arena);
	if (!usage_block_decode(&arena, payload, &block) && !has_skipped_column(data))
		usage_again(&arena, &block, data, size);
	if (!storage_block_decode(&arena, payload, &samples, &count))
		storage_again(samples, count, data, size);
	arena_free(&arena);
	return 0;
}
