/*
 * A batch of rows on their way from a reader to the journal: read and sorted without the write lock, then committed
 * whole. Two batches let one thread read while another writes.
 */
#ifndef IMPORT_BATCH_H
#define IMPORT_BATCH_H

#include "import/places.h"

enum {
	BATCH_ROWS_MAX = 262144,
	BATCH_RECORDS_MAX = 2 * BATCH_ROWS_MAX,    /* each row may also withdraw one record */
	REFUSED_KEPT = 20,
};

struct batch {
	struct arena arena;                /* keys and texts */
	struct text_table texts;
	struct usage_record *records;      /* the rows' records; in a commit also withdrawals */
	uint32_t *group;                   /* of each record: place x 2 + (1 if parked) */
	uint32_t *lines;                   /* of each row, in the file */
	size_t count;
	struct key_entry *entries, *scratch;
	struct { size_t read, nothing, refused, open; } rows;
	size_t text_bytes;                 /* of all texts of its rows: a batch is also full when these are many */
	bool any_user;                     /* a row names a user */
	bool keyless;                      /* a row had no key of its own */
	bool last;                         /* the file ended with this batch */
	bool failed;                       /* or broke off: problems say why */
};

struct batch *batch_new(void);
void batch_free(struct batch *batch);

/* What rows are placed with; the same for a whole import. */
struct intake {
	const struct places *places;
	struct reader reader;
	struct usage_row row;              /* kept between rows: a reader sets what its columns give */
	const struct store *store;         /* for fingerprints only */
	bool lease_given;
	size_t lease_place;                /* --lease */
	struct str source;                 /* --source */
	instant listed;                    /* of open rows that do not tell */
	struct buf key;                    /* the key that is being made */
	struct problems *problems;         /* refused rows, the first REFUSED_KEPT */
	struct problems *reading_problems; /* what ends the reading */
	bool strict;                       /* the first bad row ends the reading */
	bool begun;                        /* a batch was filled before: the file's form is known to be right */
};

/* The steps of batch_fill, for rows that come from elsewhere: parked ones. */
void batch_begin(struct batch *batch);
void batch_add(struct batch *batch, const struct store *store, const struct usage_row *row, struct str key,
	       size_t place, enum park_reason reason);
void batch_sort(struct batch *batch);

/* Reads until the batch is full or the file ends; sorts the entries. */
void batch_fill(struct batch *batch, struct intake *intake);

#endif
