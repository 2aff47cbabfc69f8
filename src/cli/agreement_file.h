/* Reading an agreement file from the command line. */
#ifndef CLI_AGREEMENT_FILE_H
#define CLI_AGREEMENT_FILE_H

#include "base/zone.h"
#include "cli/command.h"
#include "terms/terms.h"

struct agreement_file {
	struct str bytes;
	const struct node *document;
	struct terms terms;
	struct zone zone;            /* with its changes for the term and two years more on both sides */
};

/* Reads and checks the verb's first argument. False with every problem that the file has. */
bool agreement_file_read(struct command *command, struct agreement_file *file);

/* The command's problems as JSON: {"file", "right", "problems": [{file, line, column, clause, kind, message}]}. They
 * are then not printed again. */
void problems_write_json(struct command *command, bool right);

/* A whole file of at most LIMIT bytes. */
bool file_read(struct command *command, const char *path, size_t limit, struct str *bytes);

#endif
