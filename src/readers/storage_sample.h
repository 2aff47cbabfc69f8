/* One sample of capacity in use, whatever it was written in: the names of its values, and their reading. */
#ifndef READERS_STORAGE_SAMPLE_H
#define READERS_STORAGE_SAMPLE_H

#include "readers/columns.h"
#include "readers/reader.h"

enum storage_value {
	STORAGE_TIME,
	STORAGE_BYTES,
	STORAGE_ACCOUNT,
	STORAGE_USER,
	STORAGE_FILESYSTEM,
	STORAGE_VALUES
};

extern const struct column_name storage_names[STORAGE_VALUES];

/* Reads TEXTS, by storage_value, into ROW; ROW's texts are views of them. CALLED says what the file calls each value.
 * ROW_USAGE, ROW_REFUSED, or ROW_FAILED where no row can be read without --zone. */
enum row_result storage_sample_read(const struct reader_options *options, const char *const *called,
				    const struct str *texts, struct storage_row *row, struct problem *why) MUST_USE;

#endif
