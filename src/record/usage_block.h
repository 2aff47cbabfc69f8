/*
 * The codec of usage blocks, "usage-1": 1 to 4,096 records as columns.
 *
 *     u16 records | u8 columns | columns x (u8 id, u32 length) | the columns' bytes in the same order
 *
 * All integers little-endian, ids ascending, no byte between or after. Columns 1 to 4 are always there; any other is
 * there only if one of its values is not 0. A reader refuses an id it does not know below 128 and skips one above.
 *
 *      1 start      packed, zigzag of the difference to the record before (the first: to 0)
 *      2 length     packed, seconds
 *      3 GPUs       u8 SCALE, packed: SCALE 1 holds whole GPUs, SCALE 0 thousandths (only if one is not whole)
 *      4 key        u8 FORM ...
 *                     1: varint n, n bytes common prefix (ending in no digit), packed zigzag differences of the
 *                        decimal numbers that follow it (no leading zero, at most 18 digits)
 *                     2: u8 n, records x n bytes: keys that are 2n lower-case hexadecimal digits each
 *                     0: packed lengths shared with the key before, packed lengths of the rest, the rests' bytes;
 *                     the first form that fits all keys, in the order 1, 2, 0
 *      5 model, 7 purpose, 8 nodes, 14 state, 15 account
 *                   u16 texts, each varint length and bytes, in order of first appearance; packed numbers, 0 is none
 *      6 subject    packed
 *      9 suspended  packed, seconds
 *     10 cause      packed (enum usage_cause)
 *     11 withdrawn fact, 12 withdrawn row   packed
 *     13 listed     packed, zigzag of listed - start (open records only)
 *     16 reason     packed (enum park_reason)
 *     17 flags      packed (enum usage_flag)
 *     18 line       packed
 *     19 clipped    packed, seconds
 *
 * The encoding of given records is unique; the reader refuses every other.
 */
#ifndef RECORD_USAGE_BLOCK_H
#define RECORD_USAGE_BLOCK_H

#include "base/buf.h"
#include "record/text_table.h"
#include "record/usage_record.h"

enum { USAGE_BLOCK_RECORDS_MAX = 4096 };
#define USAGE_BLOCK_CODEC "usage-1"

/* Working memory of the encoder, kept between blocks. */
struct usage_encoder;
struct usage_encoder *usage_encoder_new(void);
void usage_encoder_free(struct usage_encoder *encoder);

/* Appends to OUT the block of the COUNT records RECORDS[ORDER[i]], whose texts are numbered in TEXTS. */
void usage_block_encode(struct usage_encoder *encoder, const struct usage_record *records, const uint32_t *order,
			size_t count, const struct text_table *texts, struct buf *out);

/* A decoded block: its records, and its own texts in which they number theirs. Keys lie in ARENA. */
struct usage_block {
	size_t count;
	struct usage_record *records;
	struct str *texts;            /* texts[0] is empty */
	size_t text_count;
};

/* Decodes PAYLOAD into ARENA; NULL, or in English why the bytes are no block. */
const char *usage_block_decode(struct arena *arena, struct str payload, struct usage_block *block) MUST_USE;

#endif
