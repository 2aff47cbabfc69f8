#include "cli/helper_program.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ANSWER_BYTES_MAX = 1 << 30, PART_BYTES = 64 * 1024, PATH_BYTES_MAX = 4096 };

/* ---- finding it ---- */

/* The folder of this program, through symbolic links and NUL-terminated; false where /proc is not mounted. */
static bool own_folder(struct arena *arena, struct str *folder)
{
	char path[PATH_BYTES_MAX];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path));
	struct str whole = { path, length > 0 ? (size_t)length : 0 };

	if (length <= 0 || (size_t)length == sizeof(path))
		return false;
	while (whole.length > 0 && whole.at[whole.length - 1] != '/')
		whole.length--;
	*folder = arena_str(arena, str_part(whole, 0, whole.length - 1));
	return whole.length > 0;
}

/* NAME as it lies in an installation, and in a build tree: beside this program, or in its own part's folder. */
static const char *program_path(struct arena *arena, const char *name, struct problems *problems)
{
	struct str part, first = str_cut(str_of(name), '-', &part), folder;
	struct str places[3];

	if (!own_folder(arena, &folder)) {
		problem_say(problems, REFUSAL_HELPER_START, STR(""), str_of(name), STR("/proc/self/exe"), STR(""));
		return NULL;
	}
	part = part.length ? part : first;
	places[0] = arena_format(arena, "%s/%s", folder.at, name);
	places[1] = arena_format(arena, "%s/src/%.*s/%s", folder.at, (int)part.length, part.at, name);
	places[2] = arena_format(arena, "%s/../libexec/trainlease/%s", folder.at, name);
	for (size_t i = 0; i < 3; i++)
		if (access(places[i].at, X_OK) == 0)
			return places[i].at;
	problem_say(problems, REFUSAL_HELPER_MISSING, STR(""), str_of(name), places[0], places[2]);
	return NULL;
}

/* ---- running it ---- */

static bool spawn(struct helper_program *helper, const char *path, enum language language, int theirs)
{
	char *words[] = { arena_cstr(helper->arena, str_of(helper->name)), arena_cstr(helper->arena, STR("--lang")),
			  arena_cstr(helper->arena, language == LANGUAGE_CHINESE ? STR("zh") : STR("en")), NULL };
	posix_spawn_file_actions_t actions;
	int failure = posix_spawn_file_actions_init(&actions);

	if (failure) {
		errno = failure;
		return false;
	}
	failure = posix_spawn_file_actions_adddup2(&actions, theirs, STDIN_FILENO);
	if (!failure)
		failure = posix_spawn_file_actions_adddup2(&actions, theirs, STDOUT_FILENO);
	if (!failure)
		failure = posix_spawn(&helper->process, path, &actions, NULL, words, environ);
	posix_spawn_file_actions_destroy(&actions);
	errno = failure;
	return failure == 0;
}

bool helper_start(struct helper_program *helper, struct arena *arena, const char *name, enum language language,
		  unsigned answer_seconds_max, struct problems *problems)
{
	const char *path = program_path(arena, name, problems);
	bool started = false;
	int pair[2];

	*helper = (struct helper_program){ .arena = arena, .name = name, .socket = -1,
					   .answer_seconds_max = answer_seconds_max };
	buf_init(&helper->came, ANSWER_BYTES_MAX);
	if (!path)
		return false;
	/* A socket, not two pipes: send() can leave SIGPIPE out where a pipe needs the whole process to ignore it. */
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0) {
		started = spawn(helper, path, language, pair[1]);
		close(pair[1]);
		if (started)
			helper->socket = pair[0];
		else
			close(pair[0]);
	}
	return started || problem_say(problems, REFUSAL_HELPER_START, STR(""), str_of(name), str_of(strerror(errno)),
				      STR(""));
}

static bool gone(struct helper_program *helper, struct problems *problems)
{
	return problem_say(problems, REFUSAL_HELPER_GONE, STR(""), str_of(helper->name), STR(""), STR(""));
}

bool helper_send(struct helper_program *helper, struct str line, struct problems *problems)
{
	struct str rest = arena_format(helper->arena, "%.*s\n", (int)line.length, line.at);

	if (str_find(line, '\n') < line.length)
		abort();
	while (rest.length > 0) {
		ssize_t sent = send(helper->socket, rest.at, rest.length, MSG_NOSIGNAL);

		if (sent < 0 && errno != EINTR)
			return gone(helper, problems);
		rest = str_part(rest, sent > 0 ? (size_t)sent : 0, rest.length);
	}
	helper->unanswered++;
	return true;
}

/* Adds to what came in and was not taken yet; the limit is on the wait for each part. */
static bool more_read(struct helper_program *helper, struct problems *problems)
{
	struct pollfd waiting = { .fd = helper->socket, .events = POLLIN };
	char part[PART_BYTES];
	ssize_t count = -1;
	int ready;

	do
		ready = poll(&waiting, 1, (int)helper->answer_seconds_max * 1000);
	while (ready < 0 && errno == EINTR);
	if (ready == 0)
		return problem_say(problems, REFUSAL_HELPER_SILENT, STR(""), str_of(helper->name),
				   arena_format(helper->arena, "%u", helper->answer_seconds_max), STR(""));
	while (ready > 0 && (count = recv(helper->socket, part, sizeof(part), 0)) < 0 && errno == EINTR)
		continue;
	if (count <= 0)
		return gone(helper, problems);
	buf_add_str(&helper->came, (struct str){ part, (size_t)count });
	return true;
}

bool helper_read(struct helper_program *helper, struct str *line, struct problems *problems)
{
	struct str came;
	size_t end = 0, searched = 0;

	do {
		came = buf_str(&helper->came);
		end = searched + str_find(str_part(came, searched, came.length), '\n');
		searched = came.length;
	} while (end == came.length && more_read(helper, problems));
	came = buf_str(&helper->came);
	if (end >= came.length)
		return false;
	*line = arena_str(helper->arena, str_part(came, 0, end));
	memmove(helper->came.at, helper->came.at + end + 1, came.length - end - 1);
	helper->came.length -= end + 1;
	helper->unanswered--;
	return true;
}

bool helper_ask(struct helper_program *helper, struct str line, struct str *error, struct problems *problems)
{
	struct str answer;

	if (!helper_send(helper, line, problems) || !helper_read(helper, &answer, problems))
		return false;
	if (!str_is(answer, "ok") && !str_starts(answer, STR("error: ")))
		return problem_say(problems, REFUSAL_HELPER_ANSWER, STR(""), str_of(helper->name), answer, STR(""));
	*error = str_is(answer, "ok") ? STR("") : str_part(answer, sizeof("error: ") - 1, answer.length);
	return true;
}

void helper_finish(struct helper_program *helper)
{
	buf_free(&helper->came);
	if (helper->socket < 0)
		return;
	if (helper->unanswered)
		kill(helper->process, SIGTERM);
	close(helper->socket);
	helper->socket = -1;
	while (waitpid(helper->process, NULL, 0) < 0 && errno == EINTR)
		continue;
}
