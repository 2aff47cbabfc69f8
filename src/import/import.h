/*
 * Importing a file of usage or of storage samples: reader, placement, key check, journal, and the account of what
 * became of every row. An import commits in batches; its last fact says that it is complete. Interrupted, the same
 * command finishes it.
 */
#ifndef IMPORT_IMPORT_H
#define IMPORT_IMPORT_H

#include "import/commit.h"

enum import_format {
	FORMAT_BY_CONTENT,
	FORMAT_CSV,
	FORMAT_SACCT,
	FORMAT_SACCT_JSON,
	FORMAT_STORAGE_CSV,
	FORMAT_STORAGE_JSON,
	FORMAT_COUNT
};

const char *import_format_name(enum import_format format);
bool import_format_named(struct str name, enum import_format *format);

struct import_progress {
	uint64_t bytes_read, bytes_total;    /* total 0: unknown */
	size_t rows;
	bool checking;                       /* the first of two passes */
};

struct import_request {
	const char *path;                    /* "-": standard input */
	enum import_format format;
	const char *columns, *fields;
	struct str zone;                     /* empty: times must carry their own */
	struct str lease;                    /* empty: the account column decides */
	struct str source;
	bool strict;
	bool replace_source;
	struct str because;                  /* with replace_source */
	instant listed;                      /* when the source listed its rows; by default now */
	bool listed_given;                   /* then the same bytes listed later are another import */
	instant now;
	struct str by;
	unsigned threads;                    /* 1 or 2 */
	void (*progress)(void *context, const struct import_progress *progress);
	void *context;
};

struct import_report {
	enum import_format format;
	size_t read, nothing, refused, open;
	struct commit_counts counts;
	struct import_examples examples[IMPORT_OUTCOMES];
	wide added_thousandths;
	struct problems refusals;            /* the first refused rows */
	bool known_file;                     /* imported whole before, with the same options: nothing was read */
	struct digest digest;
	uint64_t bytes;
};

bool import_run(struct arena *arena, struct store *store, const struct import_request *request,
		struct import_report *report, struct problems *problems) MUST_USE;

/* Storage samples: storage.c. */
struct import_job;
bool storage_import(struct import_job *job, struct problems *problems) MUST_USE;

#endif
