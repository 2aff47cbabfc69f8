/* Papers of a lease written to files by the renderer; `document` makes one, `close` many. */
#ifndef CLI_DOCUMENT_H
#define CLI_DOCUMENT_H

#include "cli/command.h"
#include "cli/helper_program.h"
#include "ledger/billing.h"

/* One line for the renderer: the statement ISSUED of LEASE as a document for the file PATH. */
bool statement_request(struct command *command, struct arena *arena, struct store *store, const struct lease *lease,
		       const struct chain_head *head, const struct issued *issued, struct str path, struct str *line) MUST_USE;

bool renderer_start(struct command *command, struct helper_program *renderer) MUST_USE;
/* Sends one line; a refusal of the renderer is a problem that names PATH. */
bool renderer_ask(struct command *command, struct helper_program *renderer, struct str line, struct str path) MUST_USE;

/* A file written whole or not at all: beside, then renamed over. */
bool text_write(struct command *command, struct str path, struct str text) MUST_USE;

#endif
