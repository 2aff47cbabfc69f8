/* A month of a lease as a command asked for it: ID MONTH [--as-known-on TIME] [--now TIME]. */
#ifndef CLI_STATEMENT_H
#define CLI_STATEMENT_H

#include "cli/command.h"
#include "lease/statement.h"
#include "ledger/usage.h"

struct month_view {
	const struct lease *lease;
	month_number month;
	struct usage_query query;
	struct statement statement;
};

/* Within a read of STORE, which must stay open while the query is used. */
bool month_open(struct command *command, struct store *store, struct month_view *view);

#endif
