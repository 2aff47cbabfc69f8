/* Bytes of a fuzzer as a file that the readers can open. */
#ifndef FUZZ_FILE_H
#define FUZZ_FILE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "readers/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline struct input *fuzz_file(const uint8_t *data, size_t size, struct problems *problems)
{
	static int descriptor = -1;
	char path[64];

	if (descriptor < 0)
		descriptor = memfd_create("fuzz", MFD_CLOEXEC);
	if (descriptor < 0 || ftruncate(descriptor, 0) != 0 || pwrite(descriptor, data, size, 0) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", descriptor);
	return input_open(path, problems);
}

/* What every reader of usage promises of a row, whatever the file. */
static inline void fuzz_usage_row(const struct usage_row *row)
{
	if (row->key.length == 0 || row->line == 0 || row->gpus_thousandths < 0 || row->suspended_seconds < 0 ||
	    row->clipped_seconds < 0 || (row->running && row->has_end))
		abort();
	if (row->defect != PARKED_END_BEFORE_START && row->defect != PARKED_UNKNOWN_STATE && row->has_start &&
	    row->has_end && row->end < row->start)
		abort();
}

typedef bool fuzz_usage_open(struct arena *arena, struct input *input, const struct reader_options *options,
			     struct reader *reader, struct problems *problems);

static inline void fuzz_usage(const uint8_t *data, size_t size, fuzz_usage_open *open,
			      const struct reader_options *options)
{
	struct arena arena;
	struct problems problems;
	struct input *input;
	struct reader reader;
	struct usage_row row = { 0 };
	struct problem why;
	enum row_result result = ROW_FAILED;

	arena_init(&arena);
	problems_init(&problems, &arena);
	input = fuzz_file(data, size, &problems);
	if (open(&arena, input, options, &reader, &problems)) {
		while ((result = reader.next(reader.state, &row, &why)) != ROW_END && result != ROW_FAILED)
			if (result == ROW_USAGE)
				fuzz_usage_row(&row);
		reader.close(reader.state);
		if ((result == ROW_FAILED) != (problems.worst > CLASS_ADVICE))
			abort();
	}
	input_close(input);
	arena_free(&arena);
}

#endif
