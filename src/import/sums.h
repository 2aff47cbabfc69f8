/* The day sums that one commit adds, by lease, price class and month, until they are written to the store. */
#ifndef IMPORT_SUMS_H
#define IMPORT_SUMS_H

#include "import/places.h"

struct sums_table;

struct sums_table *sums_table_new(void);
void sums_table_free(struct sums_table *table);
void sums_table_clear(struct sums_table *table);

/* Adds what a billed record contributes in PLACE; MODEL numbers the batch's texts. False when a sum overflows. */
bool sums_table_add(struct sums_table *table, const struct place *place, uint32_t model,
		    const struct usage_record *record) MUST_USE;

/* Writes what was added for one place, valid from the fact SEQ on, and forgets it. */
bool sums_table_write(struct sums_table *table, struct store *store, const struct place *place,
		      const struct text_table *texts, uint64_t seq, struct problems *problems) MUST_USE;

#endif
