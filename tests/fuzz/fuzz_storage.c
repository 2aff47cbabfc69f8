/* Samples of storage, as CSV and as JSON. */
#include "fuzz_file.h"

typedef bool storage_open(struct arena *arena, struct input *input, const struct reader_options *options,
			  struct storage_reader *reader, struct problems *problems);

static void fuzz_open(const uint8_t *data, size_t size, const struct reader_options *options, storage_open *open)
{
	struct arena arena;
	struct problems problems;
	struct input *input;
	struct storage_reader reader;
	struct storage_row row;
	struct problem why;
	enum row_result result = ROW_FAILED;

	arena_init(&arena);
	problems_init(&problems, &arena);
	input = fuzz_file(data, size, &problems);
	if (open(&arena, input, options, &reader, &problems)) {
		while ((result = reader.next(reader.state, &row, &why)) != ROW_END && result != ROW_FAILED)
			if (result == ROW_USAGE && (row.bytes < 0 || row.line == 0))
				abort();
		reader.close(reader.state);
		if ((result == ROW_FAILED) != (problems.total > 0))
			abort();
	}
	input_close(input);
	arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct reader_options options = { .zone = &zone_utc, .zone_given = true, .source = { "", 0 } };

	fuzz_open(data, size, &options, storage_csv_reader_open);
	fuzz_open(data, size, &options, storage_json_reader_open);
	return 0;
}
