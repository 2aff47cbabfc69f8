/*
 * One invocation of the program: its verb, options and arguments, where it writes, what went wrong. Only cli/ prints.
 * Data goes to standard output, talk to standard error.
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdio.h>

#include "base/civil.h"
#include "cli/verbs.h"
#include "store/store.h"

enum language_wanted { SPEAK_ENGLISH, SPEAK_CHINESE, SPEAK_BOTH };

struct command {
	struct arena arena;
	struct problems problems;
	const struct verb *verb;
	const char *arguments[ARGUMENTS_MAX];
	unsigned argument_count;
	struct { const struct option *option; const char *value; } options[OPTIONS_MAX];
	unsigned option_count;

	instant now;                 /* the clock, read once, or --now */
	enum language_wanted speak;
	bool json;
	const char *journal;
	struct str by;               /* --by, or the user's name */
	struct buf out;              /* standard output, written at the end or by command_flush */
};

/* The value of --NAME, "" for a switch that was given, NULL if it was not. */
const char *command_option(const struct command *command, const char *name);
struct str command_argument(const struct command *command, unsigned number);
enum language command_language(const struct command *command);
/* How often something is printed: twice with --lang both, but once as JSON. */
unsigned command_languages(const struct command *command);
/* Before the I-th time: of two, Chinese first, and a line between them. */
void command_speak(struct command *command, unsigned i);

/* Opens the journal that the command works on; NULL and a problem. */
struct store *command_store(struct command *command, enum store_access access);

/* Writes what is in OUT to standard output. False (and a problem) when that fails, as on a full disk. */
bool command_flush(struct command *command);

/* A time given by a person: ISO with Z or offset, or epoch seconds. */
bool command_time(struct command *command, const char *option, instant *at);

/* The verbs, one file a subject. */
bool check_run(struct command *command);
bool sign_run(struct command *command);
bool leases_run(struct command *command);
bool facts_run(struct command *command);
bool import_command_run(struct command *command);
bool parked_run(struct command *command);
bool park_run(struct command *command);
bool statement_run(struct command *command);
bool why_run(struct command *command);
bool rebuild_run(struct command *command);
bool help_run(struct command *command);
bool version_run(struct command *command);
bool completion_run(struct command *command);
bool manual_run(struct command *command);
bool schema_run(struct command *command);
bool key_run(struct command *command);
bool issue_run(struct command *command);
bool serve_run(struct command *command);
bool advance_run(struct command *command);
bool release_run(struct command *command);
bool payment_run(struct command *command);
bool cost_run(struct command *command);
bool notice_run(struct command *command);
bool account_run(struct command *command);
bool aging_run(struct command *command);
bool tax_run(struct command *command);
bool forecast_run(struct command *command);
bool remind_run(struct command *command);
bool document_run(struct command *command);
bool close_run(struct command *command);
bool bank_run(struct command *command);
bool books_run(struct command *command);
bool balance_run(struct command *command);

#endif
