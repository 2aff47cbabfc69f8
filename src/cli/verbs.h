/*
 * The one table of verbs: it drives dispatch, option reading, help, manual pages and shell completion, so none of them
 * can drift from the others.
 */
#ifndef CLI_VERBS_H
#define CLI_VERBS_H

#include "base/problem.h"

enum { OPTIONS_MAX = 24, ARGUMENTS_MAX = 16 };

struct option {
	const char *name;            /* "format", used as --format */
	const char *value;           /* placeholder of its value, NULL for a switch */
	const char *text[2];         /* by language */
};

struct command;

struct verb {
	const char *name;
	const char *arguments;       /* "ID MONTH" */
	unsigned arguments_least, arguments_most;
	const char *summary[2];      /* one line, by language */
	const char *description[2];  /* paragraphs for help and manual */
	const struct option *options;
	const char *examples;        /* one command a line */
	bool (*run)(struct command *command);
};

extern const struct verb verbs[];
extern const struct option global_options[];
extern const size_t verb_count, global_option_count;

const struct verb *verb_find(struct str name);

#endif
