/*
 * Readers of usage: each turns one format into the same rows. A reader knows nothing of leases, terms or the journal.
 *
 * Nothing is dropped in silence: every row of the file comes out as ROW_USAGE, ROW_NOTHING or ROW_REFUSED.
 */
#ifndef READERS_READER_H
#define READERS_READER_H

#include "base/zone.h"
#include "readers/input.h"
#include "record/usage_record.h"

/* One allocation as its source reports it. Texts are valid until the next row is read. */
struct usage_row {
	size_t line;                 /* where the row begins, from 1; of JSON the line of the job's opening brace */
	struct str key;              /* unique among all rows of all files: see each reader; empty: the row has none */
	struct str account, user, model, purpose, nodes, state;
	instant start, end;
	bool has_start, has_end;
	bool running;                /* the source lists it as running: `end` is not yet known */
	instant listed;              /* when the source listed it, if the row tells (start + elapsed + suspended) */
	bool has_listed;
	int64_t gpus_thousandths;
	int64_t suspended_seconds;
	int64_t clipped_seconds;     /* see struct usage_record; `start` is after clipping */
	enum park_reason defect;     /* what the reader already knows forbids billing it; PARKED_NOT if nothing */
	struct str profile;          /* of a MIG slice: its profile, with gpus_thousandths = 1000 x number of slices */
};

enum row_result {
	ROW_USAGE,
	ROW_NOTHING,     /* a row that is no allocation: pending, never started, a job step */
	ROW_REFUSED,     /* not readable; *why says what, with line and column */
	ROW_END,
	ROW_FAILED,      /* the file cannot be read on: problems say why */
};

struct reader_options {
	const char *columns;         /* --columns ours=theirs,...; NULL if not given */
	const char *fields;          /* --fields A|B|...: the names of a file without a header; NULL if not given */
	const struct zone *zone;     /* of times that carry none */
	bool zone_given;             /* false: a time without a zone is refused, saying so */
	struct str source;           /* --source NAME, or empty */
};

/* What a format's reader does; `state` is its own. The row is zeroed once, before the first call, and given again with
 * each: a reader sets what its columns give. */
struct reader {
	void *state;
	enum row_result (*next)(void *state, struct usage_row *row, struct problem *why);
	void (*close)(void *state);
};

/* Each opens a reader over INPUT, which must outlive it. False with problems if the header or beginning is wrong. */
bool csv_reader_open(struct arena *arena, struct input *input, const struct reader_options *options,
		     struct reader *reader, struct problems *problems) MUST_USE;
bool sacct_reader_open(struct arena *arena, struct input *input, const struct reader_options *options,
		       struct reader *reader, struct problems *problems) MUST_USE;
bool sacct_json_reader_open(struct arena *arena, struct input *input, const struct reader_options *options,
			    struct reader *reader, struct problems *problems) MUST_USE;

/* One sample of capacity in use. */
struct storage_row {
	size_t line;
	instant at;
	int64_t bytes;
	struct str account, user, filesystem;
};

struct storage_reader {
	void *state;
	enum row_result (*next)(void *state, struct storage_row *row, struct problem *why);
	void (*close)(void *state);
};

bool storage_csv_reader_open(struct arena *arena, struct input *input, const struct reader_options *options,
			     struct storage_reader *reader, struct problems *problems) MUST_USE;
bool storage_json_reader_open(struct arena *arena, struct input *input, const struct reader_options *options,
			      struct storage_reader *reader, struct problems *problems) MUST_USE;

#endif
