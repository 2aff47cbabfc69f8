/*
 * What the tests of the readers share: bytes as files, and the rows that a reader makes of them.
 */
#ifndef TEST_IMPORT_SUPPORT_H
#define TEST_IMPORT_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "readers/reader.h"

/* One file being read, and everything that was said about it. */
struct reading {
	struct arena arena;
	struct problems problems;
	struct input *input;
	int descriptor;
};

void reading_begin(struct reading *reading, const void *bytes, size_t length);   /* a file of these bytes */
void reading_begin_text(struct reading *reading, const char *text);
void reading_begin_json(struct reading *reading, const char *text);              /* with ' where JSON has " */
void reading_begin_data(struct reading *reading, const char *name);              /* a file of the tests' data */
void reading_end(struct reading *reading);

/* TEXT with " for each ', so that JSON can be read in a test. */
char *json_written(struct arena *arena, const char *text);

/* The whole of a data file, unpacked. */
struct str data_text(struct arena *arena, const char *name);

struct usage_rows {
	struct usage_row *rows;       /* of ROW_USAGE, texts copied */
	size_t count;
	size_t nothing, refused;
	struct problem *refusals;     /* of ROW_REFUSED */
	bool failed;                  /* ended by ROW_FAILED, or not opened */
};

typedef bool usage_open(struct arena *arena, struct input *input, const struct reader_options *options,
			struct reader *reader, struct problems *problems);
struct usage_rows usage_read(struct reading *reading, usage_open *open, const struct reader_options *options);

struct storage_rows {
	struct storage_row *rows;
	size_t count;
	size_t nothing, refused;
	struct problem *refusals;
	bool failed;
};

typedef bool storage_open(struct arena *arena, struct input *input, const struct reader_options *options,
			  struct storage_reader *reader, struct problems *problems);
struct storage_rows storage_read(struct reading *reading, storage_open *open, const struct reader_options *options);

void assert_str(struct str is, const char *wanted);
void assert_refusal(const struct problem *problem, enum refusal wanted, size_t line);
/* The only problem said so far. */
void assert_only_problem(const struct reading *reading, enum refusal wanted);

extern const struct reader_options options_utc;       /* --zone UTC */
extern const struct reader_options options_no_zone;   /* no --zone */

#endif
