/* What a person wrote on the command line, as values; each says what would be right when it is none. */
#ifndef CLI_ARGUMENTS_H
#define CLI_ARGUMENTS_H

#include "base/money.h"
#include "base/zone.h"
#include "cli/command.h"
#include "ledger/act.h"

struct actor command_actor(struct command *command, struct store *store);

/* Options that must be there; WHAT says what for. */
bool option_text(struct command *command, const char *name, const char *what, struct str *text) MUST_USE;
bool option_money(struct command *command, const char *name, const char *what, struct money *amount) MUST_USE;
bool option_day(struct command *command, const char *name, day_number *day) MUST_USE;
bool option_because(struct command *command, struct str *because) MUST_USE;

bool argument_month(struct command *command, unsigned number, month_number *month) MUST_USE;
/* A whole number above 0, also behind the LEASE's id: TL-2017-0901-3. WHAT: "statement", 结算单. */
bool number_read(struct command *command, struct str lease, struct str text, const char *what, const char *what_chinese,
		 int64_t *value) MUST_USE;
/* --statement 3,4: the numbers of statements of LEASE, at most MOST. Without the option none. */
bool option_statements(struct command *command, struct str lease, int64_t *numbers, size_t most, size_t *count) MUST_USE;

/* Prints {"NAME": "TEXT"} with --json, else TEXT alone. */
void done_print(struct command *command, const char *name, struct str text);

#endif
