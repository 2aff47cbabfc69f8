/*
 * The values in a row as sources write them: times, lengths of time, whole numbers, texts.
 *
 * Each reads TEXT of the column or key COLUMN. On refusal *WHY gets what is wrong and its words; the caller adds file
 * and line. The words point into TEXT, COLUMN and the zone's name.
 */
#ifndef READERS_VALUES_H
#define READERS_VALUES_H

#include "readers/reader.h"

enum value_result {
	VALUE_READ,
	VALUE_NONE,       /* the source says that there is none */
	VALUE_REFUSED,    /* *why says what */
	VALUE_NO_ZONE,    /* a time without a zone, and no --zone; *why says so. Every other row would say the same */
};

/* A time, in the zone of OPTIONS where it carries none; the first pass of an hour that a zone repeats. None: empty,
 * Unknown, None, N/A, and what Slurm writes for no value: 0, 4294967294, 18446744073709551614 and their like. */
enum value_result value_instant(const struct reader_options *options, const char *column, struct str text,
				instant *at, struct problem *why) MUST_USE;

/* Seconds, or [D-]HH:MM:SS or MM:SS; fractions of a second are dropped. None: empty, Unknown, INVALID. */
enum value_result value_duration(const char *column, struct str text, int64_t *seconds, struct problem *why) MUST_USE;

/* A number of bytes: whole, not negative; 66.0 is whole. */
enum value_result value_bytes(const char *column, struct str text, int64_t *bytes, struct problem *why) MUST_USE;

/* False and *WHY when TEXT is not UTF-8. */
bool value_text(const char *column, struct str text, struct problem *why) MUST_USE;

/* NO_VAL, INFINITE of 32 and 64 bits, written as numbers; negative ones are for the caller. */
bool value_is_slurm_none(struct str number);

#endif
