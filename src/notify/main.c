/*
 * trainlease-notify: a message as JSON on each line of standard input -> SMTP or a webhook; `ok` (the server has
 * accepted it) or `error: what` on a line of standard output for each. A program of its own, so that `trainlease` links
 * no libcurl.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "helper/request_line.h"
#include "notify/transport.h"
#include "version.h"

enum { LINE_BYTES_MAX = 1 << 24, ANSWER_BYTES_MAX = 8192 };

struct program {
	struct transport transport;
	enum language language;
	struct buf line, answer;
	struct arena arena;                /* of one message */
	enum refusal_class worst;
};

static void memory_gone(void)
{
	static const char text[] = "trainlease-notify: out of memory\n";

	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		_exit(CLASS_SYSTEM);
	_exit(CLASS_SYSTEM);
}

static bool line_send(struct program *program, struct problems *problems)
{
	struct request request;

	if (program->line.overflowed)
		return problem_say(problems, REFUSAL_NOTIFY_JSON, STR(""),
				   arena_format(&program->arena, "%d", LINE_BYTES_MAX), STR("the line is too long"),
				   STR(""));
	return request_read(&program->arena, buf_str(&program->line), &request, problems) &&
	       transport_send(&program->transport, &program->arena, &request, problems);
}

static bool line_answer(struct program *program)
{
	struct problems problems;
	struct str answer;

	problems_init(&problems, &program->arena);
	buf_reset(&program->answer);
	if (line_send(program, &problems)) {
		buf_add_str(&program->answer, STR("ok"));
	} else {
		buf_add_str(&program->answer, STR("error: "));
		problem_write(&program->answer, &problems.list[0], program->language);
		program->worst = problems.worst > program->worst ? problems.worst : program->worst;
	}
	buf_add_char(&program->answer, '\n');
	answer = buf_str(&program->answer);
	arena_reset(&program->arena);
	return fwrite(answer.at, 1, answer.length, stdout) == answer.length && fflush(stdout) == 0;
}

static int run(struct program *program)
{
	bool answered = transport_init(&program->transport);

	arena_init(&program->arena);
	buf_init(&program->line, LINE_BYTES_MAX);
	buf_init(&program->answer, ANSWER_BYTES_MAX);
	while (answered && request_line_next(&program->line))
		answered = line_answer(program);
	buf_free(&program->line);
	buf_free(&program->answer);
	arena_free(&program->arena);
	transport_free(&program->transport);
	return answered && !ferror(stdin) ? (int)program->worst : CLASS_SYSTEM;
}

static int usage(void)
{
	fputs("usage: trainlease-notify [--lang en|zh] < messages.jsonl\n"
	      "Each line {\"channel\": \"smtp\", \"url\": ...} is sent, and gives a line `ok` or `error: what`.\n",
	      stderr);
	return CLASS_INPUT;
}

int main(int argc, char **argv)
{
	struct program program = { .language = LANGUAGE_ENGLISH };

	if (argc == 2 && strcmp(argv[1], "--version") == 0)
		return puts("trainlease-notify " TRAINLEASE_VERSION) == EOF ? CLASS_SYSTEM : 0;
	if (argc == 3 && strcmp(argv[1], "--lang") == 0 && strcmp(argv[2], "zh") == 0)
		program.language = LANGUAGE_CHINESE;
	else if (argc != 1 && (argc != 3 || strcmp(argv[1], "--lang") != 0 || strcmp(argv[2], "en") != 0))
		return usage();
	memory_on_exhausted(memory_gone);
	return run(&program);
}
