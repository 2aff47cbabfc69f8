/* What the files of one import share. */
#ifndef IMPORT_JOB_H
#define IMPORT_JOB_H

#include "import/import.h"

struct import_job {
	struct arena *arena;
	struct store *store;
	const struct import_request *request;
	struct import_report *report;
	struct places places;
	struct zone zone;
	struct reader_options options;
	enum import_format format;
	struct input *input;
	struct arena reading;                /* what the reading thread alone uses */
	struct problems reading_problems;    /* likewise; told to the command when the reading failed */
	int spool_descriptor;                /* of standard input, kept for a second reading; -1: none */
	const char *path;                    /* of the input; a spool file when standard input is read twice */
	struct digest signature;             /* of the file and the options that matter */
};

void import_progress(const struct import_job *job, bool checking);
/* Opens the input again from its beginning. */
bool import_reopen(struct import_job *job, struct problems *problems) MUST_USE;

#endif
