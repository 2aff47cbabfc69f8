/*
 * A program of libexec/trainlease/ that does what this one does not link (mail, PDF): one JSON object a line goes in,
 * `ok` or `error: what` a line comes back. It is found beside this program in a build tree, else in
 * ../libexec/trainlease/ of this program's folder; never by PATH. No shell stands between.
 *
 *	struct helper_program helper;
 *
 *	if (!helper_start(&helper, &arena, "trainlease-notify", language, 90, problems))
 *		return false;
 *	done = helper_ask(&helper, line, &error, problems);
 *	helper_finish(&helper);
 */
#ifndef CLI_HELPER_PROGRAM_H
#define CLI_HELPER_PROGRAM_H

#include <sys/types.h>

#include "base/buf.h"
#include "base/problem.h"

struct helper_program {
	struct arena *arena;
	const char *name;
	pid_t process;
	int socket;                  /* its standard input and output */
	unsigned answer_seconds_max;
	unsigned unanswered;
	struct buf came;             /* what was read and not taken yet */
};

/* Starts NAME with `--lang en` or `--lang zh`, in this environment and folder. An answer that takes longer than
 * ANSWER_SECONDS_MAX is a failure. */
bool helper_start(struct helper_program *helper, struct arena *arena, const char *name, enum language language,
		  unsigned answer_seconds_max, struct problems *problems) MUST_USE;

/* LINE without its end; it holds no line break, as the writer of canonical JSON writes none. */
bool helper_send(struct helper_program *helper, struct str line, struct problems *problems) MUST_USE;
/* The next line without its end, in the helper's arena. */
bool helper_read(struct helper_program *helper, struct str *line, struct problems *problems) MUST_USE;

/* Sends LINE and reads its answer: *ERROR is empty for `ok`, else what stands after `error: `. False and a problem when
 * there was no such answer. */
bool helper_ask(struct helper_program *helper, struct str line, struct str *error, struct problems *problems) MUST_USE;

/* Ends its input and waits for its end; one that still owes an answer is stopped. Also after any failure. */
void helper_finish(struct helper_program *helper);

#endif
