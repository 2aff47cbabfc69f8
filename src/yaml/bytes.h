/*
 * What is wrong with the bytes of an agreement file before any YAML is read: size, encoding, control characters, tabs.
 */
#ifndef YAML_BYTES_H
#define YAML_BYTES_H

#include "base/problem.h"
#include "base/str.h"

enum bytes_verdict {
	BYTES_FINE,
	BYTES_DAMAGED,      /* problems reported; the rest can still be read for more */
	BYTES_UNREADABLE,   /* problems reported; nothing else can be said */
};

/* Reports every problem of *BYTES. A byte order mark is taken off *BYTES, so columns count from what follows it. */
enum bytes_verdict bytes_check(struct str *bytes, struct str file, struct problems *problems);

/* The place of a byte: line and column from 1, the column counted in characters. */
void bytes_place(struct str bytes, size_t offset, size_t *line, size_t *column);

/* Whether a tab stands in LINE outside a comment; *OFFSET is its place in LINE. */
bool line_has_tab(struct str line, size_t *offset);

#endif
