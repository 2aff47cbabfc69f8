/* Computing the derived tables again from the facts, in the order in which they were recorded. */
#ifndef IMPORT_REBUILD_H
#define IMPORT_REBUILD_H

#include "import/commit.h"
#include "record/storage_block.h"

struct rebuild_report {
	size_t facts, records;
};

/* One transaction: the tables are either all as before or all new. */
bool rebuild(struct arena *arena, struct store *store, instant now, struct rebuild_report *report,
	     struct problems *problems) MUST_USE;

/* What single facts change in the derived tables; each stands where its fact is written. */
bool storage_sample_derive(struct store *store, const struct place *place, const struct storage_sample *sample,
			   uint64_t seq, struct problems *problems) MUST_USE;      /* storage.c */
bool decision_derive(struct arena *arena, struct store *store, const struct stored_fact *fact,
		     struct problems *problems) MUST_USE;                          /* parking.c */
bool import_derive(struct arena *arena, struct store *store, const struct stored_fact *fact,
		   struct problems *problems) MUST_USE;                            /* import.c */

#endif
