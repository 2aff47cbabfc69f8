/*
 * Which column of a file holds what: header names, renaming by --columns, names given by --fields.
 */
#ifndef READERS_COLUMNS_H
#define READERS_COLUMNS_H

#include "base/problem.h"

enum { COLUMNS_MAX = 256 };

/* The names a reader knows, with the header's own spelling; matched without case. */
struct column_name {
	const char *name;
	bool required;
};

/* For each of the COUNT names the index of its column among HEADER's cells, or -1. RENAMES is --columns or NULL:
 * "start=timestamp,gpus=num_gpus". Problems: a required column that is missing (with the header's nearest name), a
 * rename of an unknown name or to an absent column, the same column name twice. */
bool columns_map(const struct column_name *names, size_t count, const struct str *header, size_t header_count,
		 const char *renames, struct str file, int *index, struct problems *problems) MUST_USE;

/* The same for objects, which have no header: KEYS[i] is the key that holds NAMES[i], renamed or its own; a view of
 * RENAMES or of the name. Problems: a rename of an unknown name, or of one name twice. */
bool columns_keys(const struct column_name *names, size_t count, const char *renames, struct str *keys,
		  struct problems *problems) MUST_USE;

#endif
