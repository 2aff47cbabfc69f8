/*
 * Columns of unsigned integers, packed: groups of 64 values, each group as one byte WIDTH (0 to 64) and then its
 * values in WIDTH bits each, least significant bit first; the last group holds what is left. A group takes
 * 1 + ceil(count x WIDTH / 8) bytes; the bits after the last value are 0.
 *
 * One encoding only: WIDTH is the smallest that holds the group's largest value. The reader refuses any other.
 * Signed values are zigzag-coded first (0, -1, 1, -2 ... become 0, 1, 2, 3 ...).
 */
#ifndef RECORD_PACKED_H
#define RECORD_PACKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/must_use.h"

enum { PACKED_GROUP = 64 };

/* Room that packed_write may need for COUNT values, and that packed_read may look at beyond the end of its input. */
size_t packed_bound(size_t count);
enum { PACKED_SLACK_BYTES = 16 };

/* Writes COUNT values to OUT (packed_bound(COUNT) bytes at least) and returns the bytes used. */
size_t packed_write(uint8_t *out, const uint64_t *values, size_t count);

/* Reads COUNT values from exactly the bytes [in, in + length); false if they are anything but the one encoding.
 * Up to PACKED_SLACK_BYTES beyond LENGTH may be read (and ignored): the owner of the bytes keeps that room. */
bool packed_read(const uint8_t *in, size_t length, uint64_t *values, size_t count) MUST_USE;

static inline uint64_t zigzag(int64_t value)
{
	return (uint64_t)value << 1 ^ (uint64_t)(value >> 63);
}

static inline int64_t zigzag_back(uint64_t coded)
{
	return (int64_t)(coded >> 1) ^ -(int64_t)(coded & 1);
}

#endif
