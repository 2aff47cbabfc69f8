/*
 * Committing a batch: which rows are new, which are known, which replace what is there; blocks, key index and sums
 * in one transaction. Also used for what a person decides about parked records.
 */
#ifndef IMPORT_COMMIT_H
#define IMPORT_COMMIT_H

#include "import/batch.h"

enum import_outcome {
	IMPORT_NEW,
	IMPORT_KNOWN,
	IMPORT_CORRECTED,
	IMPORT_OPEN,
	IMPORT_PARKED,
	IMPORT_OUTCOMES
};

enum { IMPORT_EXAMPLES = 3 };

struct import_example {
	size_t line;
	struct str key;
	enum park_reason reason;
};

struct import_examples {
	struct import_example list[IMPORT_EXAMPLES];
	size_t count;
};

struct commit_counts {
	size_t added;        /* new records that are billed */
	size_t known;        /* rows whose figures the journal has already */
	size_t corrected;    /* rows that replace other figures under their key */
	size_t parked;       /* new records that are kept and not billed */
	size_t withdrawn;    /* records taken back, by whatever cause */
};

struct committer {
	struct store *store;
	const struct places *places;
	struct str by, command;
	instant now;
	struct str format;                 /* said in each block's fact */
	struct commit_counts counts;       /* over all batches */
	struct import_examples examples[IMPORT_OUTCOMES];
	struct arena *keep;                /* the examples' texts */
	wide added_thousandths;            /* GPU x seconds that new billed records add */

	struct usage_encoder *encoder;     /* working memory, kept between batches */
	struct buf payload;
	struct arena scratch;
	struct sums_table *sums;
	uint32_t *order, *fact_of, *group_begin;
	struct prior *priors;
	uint8_t *fate;
};

void committer_init(struct committer *committer, struct arena *keep, struct store *store, const struct places *places);
void committer_free(struct committer *committer);

/* The line of the first row whose figures differ from those that the journal has under its key; 0 if there is none. */
bool batch_conflict(struct committer *committer, struct batch *batch, size_t *line, struct problems *problems) MUST_USE;

/* One transaction of its own; also merges the key index when it has grown. False: nothing of the batch was kept. */
bool batch_commit(struct committer *committer, struct batch *batch, struct problems *problems) MUST_USE;

/* The same within the caller's transaction. CAUSE is why what is replaced is withdrawn. */
bool batch_write(struct committer *committer, struct batch *batch, enum usage_cause cause, struct problems *problems) MUST_USE;

/* What one block that stands in the journal as fact SEQ of PLACE changes in the derived tables, but for the key index:
 * its records are the batch's, in the order of committer->order. */
bool block_derived_write(struct committer *committer, struct batch *batch, const struct place *place, bool parked,
			 uint64_t seq, struct problems *problems) MUST_USE;

#endif
