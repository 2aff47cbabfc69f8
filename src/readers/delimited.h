/*
 * Rows of cells: text with a separator, as RFC 4180 writes it with quotation marks, or as sacct does without any. For
 * readers whose speed does not matter; csv.c has its own way for the large files.
 */
#ifndef READERS_DELIMITED_H
#define READERS_DELIMITED_H

#include "readers/columns.h"
#include "readers/input.h"
#include "readers/reader.h"

enum delimited_result {
	DELIMITED_ROW,
	DELIMITED_HEADER,    /* the header once more: files put together with cat have it in the middle */
	DELIMITED_BROKEN,    /* one row that cannot be cut or has more or fewer cells than the header; *why says what */
	DELIMITED_END,
	DELIMITED_FAILED,    /* no further row can be read; the problems say why */
};

struct delimited {
	struct input *input;
	struct problems *problems;
	struct arena texts;                 /* of the row: cells that had doubled quotation marks */
	char separator;
	bool quotes;                        /* quotation marks mean something */
	size_t line;                        /* where the row begins, from 1 */
	size_t count;                       /* of the row's cells; those beyond COLUMNS_MAX are counted, not kept */
	struct str cells[COLUMNS_MAX];      /* valid until the next row */
	size_t next_line;
	size_t untaken;                     /* bytes of the row that the window still holds */
	struct str *names;                  /* of the columns; NULL until delimited_names */
	size_t name_count;
	size_t width;                       /* cells of each row; 0: the first row settles it */
};

/* The separator is the first of SEPARATORS that stands in the file's first line; its first one if none does. A byte
 * order mark is skipped. False with a problem if the file is empty, where WHAT was expected, or cannot be read. */
bool delimited_open(struct delimited *rows, struct input *input, const char *separators, bool quotes, const char *what,
		    struct problems *problems) MUST_USE;
void delimited_close(struct delimited *rows);

/* Settles the columns' names, copied into ARENA: FIELDS (--fields, `A|B` or `A,B`), or the header row if that is NULL.
 * From here on every row has as many cells; with FIELDS, the first row settles whether rows end with a separator. */
bool delimited_names(struct delimited *rows, struct arena *arena, const char *fields) MUST_USE;

/* The next row that is not empty. */
enum delimited_result delimited_next(struct delimited *rows, struct problem *why) MUST_USE;

/* The two ends of a reader's `next`. The first: true when there is a row to read, false when *RESULT already says what
 * the file gave. The second: what reading that row came to, with file and line in *WHY where it was not read; a failure
 * is told to the file's problems. */
bool delimited_row_begin(struct delimited *rows, enum row_result *result, struct problem *why) MUST_USE;
enum row_result delimited_row_end(struct delimited *rows, enum row_result result, struct problem *why);

#endif
