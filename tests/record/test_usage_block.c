/* Usage blocks: every shape of record comes back; a block has one encoding. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "record/usage_block.h"

struct fixture {
	struct arena arena;
	struct text_table texts;
	struct usage_encoder *encoder;
	struct buf payload;
	struct usage_record records[USAGE_BLOCK_RECORDS_MAX];
	uint32_t order[USAGE_BLOCK_RECORDS_MAX];
};

static int begin(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	arena_init(&f->arena);
	text_table_init(&f->texts, &f->arena);
	f->encoder = usage_encoder_new();
	buf_init(&f->payload, SIZE_MAX / 4);
	for (uint32_t i = 0; i < USAGE_BLOCK_RECORDS_MAX; i++)
		f->order[i] = i;
	*state = f;
	return 0;
}

static int end(void **state)
{
	struct fixture *f = *state;

	usage_encoder_free(f->encoder);
	buf_free(&f->payload);
	text_table_free(&f->texts);
	arena_free(&f->arena);
	free(f);
	return 0;
}

static struct usage_record plain(struct fixture *f, unsigned i, const char *key_format)
{
	char key[64];

	snprintf(key, sizeof(key), key_format, i);
	return (struct usage_record){ .start = 1504195200 + (instant)i * 37, .length_seconds = 60 + i % 1000,
				      .gpus_thousandths = 1000 * (1 + i % 8), .key = arena_str(&f->arena, str_of(key)) };
}

static struct usage_block encoded(struct fixture *f, size_t count)
{
	struct usage_block block;

	buf_reset(&f->payload);
	usage_block_encode(f->encoder, f->records, f->order, count, &f->texts, &f->payload);
	assert_null(usage_block_decode(&f->arena, buf_str(&f->payload), &block));
	assert_int_equal(block.count, count);
	return block;
}

static void assert_same(struct fixture *f, const struct usage_block *block, size_t i)
{
	const struct usage_record *a = &f->records[i], *b = &block->records[i];

	assert_int_equal(a->start, b->start);
	assert_int_equal(a->length_seconds, b->length_seconds);
	assert_int_equal(a->gpus_thousandths, b->gpus_thousandths);
	assert_true(str_equal(a->key, b->key));
	assert_true(str_equal(text_table_text(&f->texts, a->model), block->texts[b->model]));
	assert_true(str_equal(text_table_text(&f->texts, a->account), block->texts[b->account]));
	assert_int_equal(a->flags, b->flags);
	assert_int_equal(a->listed, b->listed);
	assert_int_equal(a->suspended_seconds, b->suspended_seconds);
	assert_int_equal(a->clipped_seconds, b->clipped_seconds);
	assert_int_equal(a->withdrawn_seq, b->withdrawn_seq);
	assert_int_equal(a->withdrawn_row, b->withdrawn_row);
	assert_int_equal(a->reason, b->reason);
	assert_int_equal(a->cause, b->cause);
}

static void keys_of_every_form_come_back(void **state)
{
	static const char *const formats[] = { "%u", "philly#%u", "%016x", "hpc/%u/1700000000x", "0%u", "job %u of ü" };
	struct fixture *f = *state;

	for (size_t form = 0; form < sizeof(formats) / sizeof(*formats); form++)
		for (size_t count = 1; count <= USAGE_BLOCK_RECORDS_MAX; count = count * 5 + 3) {
			struct usage_block block;

			for (unsigned i = 0; i < count; i++)
				f->records[i] = plain(f, i, formats[form]);
			block = encoded(f, count);
			for (size_t i = 0; i < count; i++)
				assert_same(f, &block, i);
		}
}

static void every_optional_column_comes_back(void **state)
{
	struct fixture *f = *state;
	struct usage_block block;

	for (unsigned i = 0; i < 200; i++) {
		struct usage_record r = plain(f, i, "k%u");

		r.model = i % 3 ? text_table_number(&f->texts, i % 3 == 1 ? STR("h200") : STR("a100")) : 0;
		r.account = i % 5 ? 0 : text_table_number(&f->texts, STR("h200"));
		r.suspended_seconds = i % 7;
		r.clipped_seconds = i % 11;
		r.reason = (uint8_t)(i % PARK_REASON_COUNT);
		r.flags = i % 4 == 1 ? USAGE_OPEN : i % 4 == 2 ? USAGE_WITHDRAWN : 0;
		r.listed = i % 4 == 1 ? r.start + i - 10 : 0;
		r.length_seconds = i % 4 == 1 ? 0 : r.length_seconds;
		r.withdrawn_seq = i % 4 == 2 ? 12345678901u : 0;
		r.withdrawn_row = i % 4 == 2 ? i : 0;
		r.cause = i % 4 == 2 ? CAUSE_MOVED : CAUSE_REPORTED;
		f->records[i] = r;
	}
	block = encoded(f, 200);
	for (size_t i = 0; i < 200; i++)
		assert_same(f, &block, i);
}

static void a_plain_record_takes_few_bytes(void **state)
{
	struct fixture *f = *state;

	for (unsigned i = 0; i < USAGE_BLOCK_RECORDS_MAX; i++)
		f->records[i] = plain(f, i, "%u");
	encoded(f, USAGE_BLOCK_RECORDS_MAX);
	assert_true(f->payload.length < 8 * (size_t)USAGE_BLOCK_RECORDS_MAX);
}

/* A column that this version does not know and may skip. */
static bool has_skipped_column(const char *bytes)
{
	for (int i = 0; i < (unsigned char)bytes[2]; i++)
		if ((unsigned char)bytes[3 + 5 * i] >= 128)
			return true;
	return false;
}

/* Each flipped bit gives either a refusal or other records, encoded as they stand: never the same records twice. */
static void no_other_bytes_mean_the_same_records(void **state)
{
	struct fixture *f = *state;
	struct usage_block block;
	char *bytes;

	for (unsigned i = 0; i < 40; i++) {
		f->records[i] = plain(f, i, "k%u");
		f->records[i].model = text_table_number(&f->texts, STR("h200"));
	}
	encoded(f, 40);
	bytes = arena_alloc(&f->arena, f->payload.length);
	memcpy(bytes, f->payload.at, f->payload.length);
	for (size_t bit = 0; bit < 8 * f->payload.length; bit++) {
		struct text_table texts;
		struct buf again;

		bytes[bit / 8] ^= (char)(1 << bit % 8);
		if (!usage_block_decode(&f->arena, (struct str){ bytes, f->payload.length }, &block) &&
		    !has_skipped_column(bytes)) {
			text_table_init(&texts, &f->arena);
			buf_init(&again, SIZE_MAX / 4);
			for (size_t i = 0; i < block.count; i++) {
				block.records[i].model = text_table_number(&texts, block.texts[block.records[i].model]);
				block.records[i].purpose = text_table_number(&texts, block.texts[block.records[i].purpose]);
				block.records[i].nodes = text_table_number(&texts, block.texts[block.records[i].nodes]);
				block.records[i].state = text_table_number(&texts, block.texts[block.records[i].state]);
				block.records[i].account = text_table_number(&texts, block.texts[block.records[i].account]);
			}
			usage_block_encode(f->encoder, block.records, f->order, block.count, &texts, &again);
			assert_int_equal(again.length, f->payload.length);
			assert_memory_equal(again.at, bytes, again.length);
			text_table_free(&texts);
			buf_free(&again);
		}
		bytes[bit / 8] ^= (char)(1 << bit % 8);
	}
}

static void cut_blocks_are_refused(void **state)
{
	struct fixture *f = *state;
	struct usage_block block;

	for (unsigned i = 0; i < 30; i++)
		f->records[i] = plain(f, i, "k%u");
	encoded(f, 30);
	for (size_t length = 0; length < f->payload.length; length++)
		assert_non_null(usage_block_decode(&f->arena, str_part(buf_str(&f->payload), 0, length), &block));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(keys_of_every_form_come_back, begin, end),
		cmocka_unit_test_setup_teardown(every_optional_column_comes_back, begin, end),
		cmocka_unit_test_setup_teardown(a_plain_record_takes_few_bytes, begin, end),
		cmocka_unit_test_setup_teardown(no_other_bytes_mean_the_same_records, begin, end),
		cmocka_unit_test_setup_teardown(cut_blocks_are_refused, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
