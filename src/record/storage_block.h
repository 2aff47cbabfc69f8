/*
 * The codec of storage blocks, "storage-1": 1 to 4,096 samples of capacity in use, as columns.
 *
 *     u16 samples | packed zigzag differences of the times | packed bytes, low 64 bits | u16 texts, each varint length
 *     and bytes | packed numbers of the file systems | packed numbers of the owners | packed flags (0 or 1)
 *
 * Each packed column is preceded by its length as u32. Integers little-endian; texts in order of first appearance,
 * file systems before owners. Flag 1 withdraws a sample that a later one replaces.
 */
#ifndef RECORD_STORAGE_BLOCK_H
#define RECORD_STORAGE_BLOCK_H

#include "base/buf.h"
#include "base/civil.h"

#define STORAGE_BLOCK_CODEC "storage-1"
enum { STORAGE_BLOCK_SAMPLES_MAX = 4096 };

struct storage_sample {
	instant at;
	int64_t bytes;               /* never negative */
	struct str filesystem;       /* "" where the source names none */
	struct str owner;            /* number of the person in the chain, in digits; "" where the source names none */
	bool withdrawn;
};

void storage_block_encode(const struct storage_sample *samples, size_t count, struct buf *out);

/* Decodes PAYLOAD into ARENA; NULL, or in English why the bytes are no block. */
const char *storage_block_decode(struct arena *arena, struct str payload, struct storage_sample **samples,
				 size_t *count) MUST_USE;

#endif
