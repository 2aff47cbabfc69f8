/*
 * One record of usage: a signed contribution of one allocation, with the source's own figures.
 *
 * A plain record adds GPUs x (length - suspended) to its lease. A withdrawn record takes the same away again and names
 * the record it withdraws (block and row) and why; what replaces it follows as a plain record. So every total is a
 * sum over records, and the history stays.
 */
#ifndef RECORD_USAGE_RECORD_H
#define RECORD_USAGE_RECORD_H

#include "base/civil.h"
#include "base/str.h"

/* Why a record stands here. Stored: values never change meaning, new ones are appended. */
enum usage_cause {
	CAUSE_REPORTED = 0,      /* the source reported it */
	CAUSE_CORRECTED = 1,     /* the source reported other figures under the same key */
	CAUSE_MOVED = 2,         /* the key now belongs to another account */
	CAUSE_RELEASED = 3,      /* parked; a person let it in */
	CAUSE_PLACED = 5,        /* parked; a lease for its account was signed (4 was never written) */
	CAUSE_COUNT
};

/* Why a record is parked: kept, shown, never billed until a person decides. Stored likewise. */
enum park_reason {
	PARKED_NOT = 0,
	PARKED_NO_LEASE = 1,          /* no lease names the account */
	PARKED_NO_ACCOUNT = 2,        /* the row names no account */
	PARKED_NO_END = 3,            /* no end, and not running */
	PARKED_END_BEFORE_START = 4,
	PARKED_OUTSIDE_TERM = 5,
	PARKED_NO_PRICE = 6,          /* the agreement has no price for its GPU model */
	PARKED_UNKNOWN_STATE = 7,
	PARKED_UNTRACKED_GPUS = 8,    /* GPUs asked for, none in the allocation: the cluster does not track them */
	PARKED_NO_SHARE = 9,          /* a slice of a GPU whose part of the GPU no term gives */
	PARKED_SUSPENDED_TOO_LONG = 10,
	PARKED_NO_START = 11,
	PARK_REASON_COUNT
};

enum usage_flag {
	USAGE_WITHDRAWN = 1,
	USAGE_OPEN = 2,               /* still running when the source last listed it; length is 0 */
	USAGE_LENGTH_NEGATIVE = 4,    /* parked: the end lies length seconds before the start */
	USAGE_START_MISSING = 8,
	USAGE_END_MISSING = 16,
	USAGE_OUTSIDE_TERM_BILLED = 32,   /* released although outside the term */
	USAGE_FLAGS_ALL = 63,
};

struct usage_record {
	instant start;
	int64_t length_seconds;       /* never negative */
	int64_t gpus_thousandths;
	struct str key;
	instant listed;               /* of an open record: when the source last listed it as running */
	uint64_t withdrawn_seq;       /* of a withdrawn record: the fact and row that it withdraws */
	uint32_t withdrawn_row;
	uint32_t suspended_seconds;
	uint32_t clipped_seconds;     /* the source's start lies so much before `start`: a resized job's earlier row
	                               * already counts that time */
	uint32_t model, purpose, nodes, state, account;   /* numbers in the block's or batch's text table; 0: none */
	uint32_t subject;             /* number of the person in this chain; 0: none */
	uint32_t line;                /* of a parked record: its line in the file */
	uint8_t cause;                /* enum usage_cause */
	uint8_t reason;               /* enum park_reason */
	uint8_t flags;                /* enum usage_flag */
};

/* The end of what is billed of a closed record: suspended seconds come off its last seconds (agreement.md, GPU-hours
 * used) unless the agreement bills them. */
static inline instant usage_billed_end(const struct usage_record *record, bool suspended_billed)
{
	return record->start + record->length_seconds - (suspended_billed ? 0 : (int64_t)record->suspended_seconds);
}

#endif
