/* The bytes of a file: plain and packed, whole and damaged. */
#include "support.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

/* LENGTH bytes that packing does not make vanish. */
static char *pattern(struct arena *arena, size_t length)
{
	char *bytes = arena_alloc(arena, length + 1);
	uint32_t state = 12345;

	for (size_t i = 0; i < length; i++) {
		state = state * 1664525 + 1013904223;
		bytes[i] = (char)("0123456789,\nabc"[state >> 28 & 14]);
	}
	return bytes;
}

static struct str gzip_packed(struct arena *arena, struct str text)
{
	size_t room = text.length + text.length / 100 + 100;
	char *packed = arena_alloc(arena, room);
	z_stream stream = { 0 };

	assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	stream.next_in = (Bytef *)text.at;
	stream.avail_in = (uInt)text.length;
	stream.next_out = (Bytef *)packed;
	stream.avail_out = (uInt)room;
	assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
	room -= stream.avail_out;
	deflateEnd(&stream);
	return (struct str){ packed, room };
}

static struct str zstd_packed(struct arena *arena, struct str text)
{
	size_t room = ZSTD_compressBound(text.length), length;
	char *packed = arena_alloc(arena, room);
	ZSTD_CCtx *context = ZSTD_createCCtx();

	ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
	length = ZSTD_compress2(context, packed, room, text.at, text.length);
	assert_false(ZSTD_isError(length));
	ZSTD_freeCCtx(context);
	return (struct str){ packed, length };
}

static struct str together(struct arena *arena, struct str a, struct str b)
{
	char *all = arena_alloc(arena, a.length + b.length + 1);

	memcpy(all, a.at, a.length);
	memcpy(all + a.length, b.at, b.length);
	return (struct str){ all, a.length + b.length };
}

/* Reads BYTES as a file to its end; the result is in READING's arena. */
static bool read_all(struct reading *reading, struct str bytes, size_t wanted, struct buf *all)
{
	struct str window;

	reading_begin(reading, bytes.at, bytes.length);
	for (;;) {
		if (!input_peek(reading->input, wanted, &window))
			return false;
		if (window.length == 0)
			return true;
		buf_add_str(all, window);
		input_take(reading->input, window.length);
	}
}

static void assert_reads(struct str bytes, struct str wanted)
{
	struct digest on_disk = digest_of(DIGEST_SHA256, &bytes, 1), found;
	struct reading reading;
	struct buf all;

	buf_init(&all, SIZE_MAX / 4);
	assert_true(read_all(&reading, bytes, 1, &all));
	assert_true(str_equal(buf_str(&all), wanted));
	found = input_digest(reading.input);
	assert_true(digest_equal(&found, &on_disk));
	found = input_digest(reading.input);
	assert_true(digest_equal(&found, &on_disk));
	assert_int_equal(input_packed_bytes(reading.input), bytes.length);
	assert_int_equal(input_file_bytes(reading.input), bytes.length);
	reading_end(&reading);
	buf_free(&all);
}

static void test_plain(void **state)
{
	struct arena arena;
	struct str text;

	(void)state;
	arena_init(&arena);
	for (size_t length = 0; length < 9 * 1024 * 1024; length = length * 5 + 1) {
		text = (struct str){ pattern(&arena, length), length };
		assert_reads(text, text);
	}
	arena_free(&arena);
}

static void test_windows(void **state)
{
	struct reading reading;
	struct arena arena;
	struct str window, text;
	size_t at = 0;

	(void)state;
	arena_init(&arena);
	text = (struct str){ pattern(&arena, 12 * 1024 * 1024), 12 * 1024 * 1024 };
	reading_begin(&reading, text.at, text.length);
	for (size_t step = 1; at < text.length; step = step * 3 % 4999999) {
		size_t rest = text.length - at, least = step < INPUT_ROW_BYTES_MAX ? step : INPUT_ROW_BYTES_MAX;

		assert_true(input_peek(reading.input, step, &window));
		assert_true(window.length >= (least < rest ? least : rest));
		assert_true(window.length <= INPUT_ROW_BYTES_MAX + 1024 * 1024);
		assert_memory_equal(window.at, text.at + at, window.length);
		if (step > window.length)
			step = window.length;
		input_take(reading.input, step);
		at += step;
	}
	assert_true(input_peek(reading.input, 1, &window));
	assert_int_equal(window.length, 0);
	reading_end(&reading);
	arena_free(&arena);
}

static void test_archives(void **state)
{
	static const size_t lengths[] = { 0, 1, 100, 300000, 5000000 };
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct str text = { pattern(&arena, lengths[i]), lengths[i] }, twice = together(&arena, text, text);
		struct str gzip = gzip_packed(&arena, text), zstd = zstd_packed(&arena, text);
		struct str skippable = { "\x5a\x2a\x4d\x18\x03\x00\x00\x00xyz", 11 };
		struct str zeros = { arena_alloc(&arena, 3000000), 3000000 };

		assert_reads(gzip, text);
		assert_reads(together(&arena, gzip, gzip), twice);
		assert_reads(together(&arena, gzip, zeros), text);
		assert_reads(zstd, text);
		assert_reads(together(&arena, zstd, zstd), twice);
		assert_reads(together(&arena, skippable, zstd), text);
		assert_reads(together(&arena, zstd, skippable), text);
	}
	arena_free(&arena);
}

static void assert_fails(struct str bytes, enum refusal wanted)
{
	struct reading reading;
	struct str window;
	struct buf all;

	buf_init(&all, SIZE_MAX / 4);
	assert_false(read_all(&reading, bytes, 1, &all));
	assert_only_problem(&reading, wanted);
	assert_false(input_peek(reading.input, 1, &window));
	assert_int_equal(reading.problems.count, 1);
	reading_end(&reading);
	buf_free(&all);
}

static void test_truncated(void **state)
{
	struct arena arena;
	struct str text, gzip, zstd;

	(void)state;
	arena_init(&arena);
	text = (struct str){ pattern(&arena, 2000), 2000 };
	gzip = gzip_packed(&arena, text);
	zstd = zstd_packed(&arena, text);
	for (size_t length = 2; length < gzip.length; length++)
		assert_fails(str_part(gzip, 0, length), REFUSAL_IMPORT_TRUNCATED);
	for (size_t length = 4; length < zstd.length; length++)
		assert_fails(str_part(zstd, 0, length), REFUSAL_IMPORT_TRUNCATED);
	assert_fails(together(&arena, gzip, str_part(gzip, 0, gzip.length / 2)), REFUSAL_IMPORT_TRUNCATED);
	assert_fails(together(&arena, zstd, str_part(zstd, 0, zstd.length / 2)), REFUSAL_IMPORT_TRUNCATED);
	arena_free(&arena);
}

static void test_truncation_tells_how_much(void **state)
{
	struct reading reading;
	struct arena arena;
	struct str text, packed;
	uint64_t said;
	struct buf all;

	(void)state;
	arena_init(&arena);
	buf_init(&all, SIZE_MAX / 4);
	text = (struct str){ pattern(&arena, 3000000), 3000000 };
	packed = gzip_packed(&arena, text);
	assert_false(read_all(&reading, str_part(packed, 0, packed.length - 1000), 1, &all));
	assert_str(reading.problems.list[0].words[0], "gzip");
	assert_true(str_to_u64(reading.problems.list[0].words[1], &said));
	assert_true(said > 2900000 && said < 3000000);
	reading_end(&reading);
	buf_free(&all);
	arena_free(&arena);
}

static void test_damaged(void **state)
{
	struct arena arena;
	struct str text, gzip, zstd;
	char *broken;

	(void)state;
	arena_init(&arena);
	text = (struct str){ pattern(&arena, 200000), 200000 };
	gzip = gzip_packed(&arena, text);
	zstd = zstd_packed(&arena, text);
	broken = arena_cstr(&arena, gzip);
	broken[gzip.length - 6] ^= 1;   /* its checksum */
	assert_fails((struct str){ broken, gzip.length }, REFUSAL_IMPORT_CORRUPT);
	broken = arena_cstr(&arena, zstd);
	broken[zstd.length - 1] ^= 1;
	assert_fails((struct str){ broken, zstd.length }, REFUSAL_IMPORT_CORRUPT);
	assert_fails(together(&arena, zstd, STR("more")), REFUSAL_IMPORT_CORRUPT);
	assert_fails(together(&arena, gzip, STR("more")), REFUSAL_IMPORT_ARCHIVE_TAIL);
	arena_free(&arena);
}

static void test_other_formats(void **state)
{
	(void)state;
	assert_fails((struct str){ "\xfd\x37zXZ\0\0", 7 }, REFUSAL_IMPORT_OTHER_FORMAT);
	assert_fails((struct str){ "PK\x03\x04 and so on", 14 }, REFUSAL_IMPORT_OTHER_FORMAT);
	assert_fails((struct str){ "\xff\xfek\0e\0y\0", 8 }, REFUSAL_IMPORT_OTHER_FORMAT);
	assert_fails(STR("BZh91AY&SY"), REFUSAL_IMPORT_OTHER_FORMAT);
}

static void assert_cannot_open(const char *path)
{
	struct problems problems;
	struct arena arena;

	arena_init(&arena);
	problems_init(&problems, &arena);
	assert_null(input_open(path, &problems));
	assert_int_equal(problems.count, 1);
	assert_int_equal(problems.list[0].what, REFUSAL_IMPORT_CANNOT_OPEN);
	arena_free(&arena);
}

static void test_cannot_open(void **state)
{
	(void)state;
	assert_cannot_open("/nonexistent/file");
	assert_cannot_open("/");
}

static void test_standard_input(void **state)
{
	struct problems problems;
	struct input *input;
	struct arena arena;
	struct str window;
	int ends[2], kept = dup(STDIN_FILENO);

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "some,text\n", 10), 10);
	close(ends[1]);
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
	arena_init(&arena);
	problems_init(&problems, &arena);
	input = input_open("-", &problems);
	assert_non_null(input);
	assert_str(input_name(input), "standard input");
	assert_int_equal(input_file_bytes(input), 0);
	assert_true(input_peek(input, 100, &window));
	assert_str(window, "some,text\n");
	input_close(input);
	arena_free(&arena);
	if (kept >= 0) {
		dup2(kept, STDIN_FILENO);
		close(kept);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_windows),
		cmocka_unit_test(test_archives),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_truncation_tells_how_much),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_other_formats),
		cmocka_unit_test(test_cannot_open),
		cmocka_unit_test(test_standard_input),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
