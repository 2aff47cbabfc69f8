/*
 * Texts that repeat, numbered from 1 in order of appearance; 0 is no text. Used for what a batch of records shares:
 * GPU models, purposes, node sets, accounts, users.
 */
#ifndef RECORD_TEXT_TABLE_H
#define RECORD_TEXT_TABLE_H

#include "base/arena.h"
#include "base/str.h"

struct text_table {
	struct arena *arena;          /* the texts are copied into it */
	struct str *texts;            /* texts[number]; texts[0] is empty */
	uint32_t count;               /* numbers given, 0 included */
	uint32_t capacity;
	uint32_t *slots;              /* open addressing over the texts' hashes */
	uint32_t slot_count;
	struct str last;              /* the text asked for last: rows come in runs */
	uint32_t last_number;
};

void text_table_init(struct text_table *table, struct arena *arena);
void text_table_free(struct text_table *table);     /* not the arena */

uint32_t text_table_give(struct text_table *table, struct str text);     /* TEXT not empty */

/* The number of TEXT, given now if it has none; 0 for the empty text. */
static inline uint32_t text_table_number(struct text_table *table, struct str text)
{
	return text.length ? text_table_give(table, text) : 0;
}

/* The number of TEXT, or 0 if it has none. */
uint32_t text_table_find(const struct text_table *table, struct str text);
struct str text_table_text(const struct text_table *table, uint32_t number);

/* A fast hash of bytes, keyed; not for anything that a hash must resist beyond slow lookups. */
uint64_t bytes_hash(const void *bytes, size_t length, uint64_t key);

#endif
