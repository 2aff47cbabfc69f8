#include <locale.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/utf8.h"
#include "cli/command.h"

enum { OUTPUT_BYTES_MAX = 1 << 30, OPTION_BYTES_MAX = 16384 };

static void memory_gone(void)
{
	static const char text[] = "trainlease: out of memory; nothing of this command was kept\n";

	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		_exit(CLASS_SYSTEM);
	_exit(CLASS_SYSTEM);
}

static bool usage_problem(struct command *command, struct str what)
{
	return problem_say(&command->problems, REFUSAL_USAGE, STR(""), what,
			   command->verb ? arena_format(&command->arena, " %s", command->verb->name) : STR(""), STR(""));
}

const char *command_option(const struct command *command, const char *name)
{
	for (unsigned i = command->option_count; i-- > 0;)
		if (strcmp(command->options[i].option->name, name) == 0)
			return command->options[i].value ? command->options[i].value : "";
	return NULL;
}

struct str command_argument(const struct command *command, unsigned number)
{
	return number < command->argument_count ? str_of(command->arguments[number]) : STR("");
}

enum language command_language(const struct command *command)
{
	return command->speak == SPEAK_CHINESE ? LANGUAGE_CHINESE : LANGUAGE_ENGLISH;
}

unsigned command_languages(const struct command *command)
{
	return command->speak == SPEAK_BOTH && !command->json ? 2 : 1;
}

void command_speak(struct command *command, unsigned i)
{
	if (command_languages(command) == 2)
		command->speak = SPEAK_CHINESE;
	if (i == 0)
		return;
	command->speak = SPEAK_ENGLISH;
	buf_add_char(&command->out, '\n');
}

struct store *command_store(struct command *command, enum store_access access)
{
	return store_open(command->journal, access, &command->problems);
}

bool command_flush(struct command *command)
{
	struct str text = buf_str(&command->out);
	bool written = fwrite(text.at, 1, text.length, stdout) == text.length && fflush(stdout) == 0;

	buf_reset(&command->out);
	return written || problem_say(&command->problems, REFUSAL_OUTPUT, STR(""), STR(""), STR(""), STR(""));
}

bool command_time(struct command *command, const char *option, instant *at)
{
	const char *text = command_option(command, option);
	struct time_text time;

	if (!text)
		return true;
	if (!time_read(str_of(text), &time) || !time.has_offset)
		return problem_say(&command->problems, REFUSAL_USAGE_TIME, STR(""), str_of(option), str_of(text), STR(""));
	*at = time.local_seconds - time.offset_seconds;
	return true;
}

/* ---- reading the command line ---- */

static const struct option *option_in(const struct option *options, struct str name)
{
	for (; options && options->name; options++)
		if (str_is(name, options->name))
			return options;
	return NULL;
}

static const struct option *option_find(const struct command *command, struct str name)
{
	const struct option *option = option_in(global_options, name);

	return option || !command->verb ? option : option_in(command->verb->options, name);
}

static struct str option_nearest(struct command *command, struct str name)
{
	const struct option *lists[] = { global_options, command->verb ? command->verb->options : NULL };
	unsigned least = 3;
	struct str hint = STR("");

	for (unsigned i = 0; i < 2; i++)
		for (const struct option *option = lists[i]; option && option->name; option++) {
			unsigned distance = str_distance(name, str_of(option->name), least);

			if (distance < least) {
				least = distance;
				hint = arena_format(&command->arena, "; did you mean --%s", option->name);
			}
		}
	return hint;
}

static bool option_take(struct command *command, char **words, int count, int *at)
{
	struct str value, name = str_cut(str_of(words[*at] + 2), '=', &value);
	const struct option *option = option_find(command, name);

	if (!option) {
		struct str hint = option_nearest(command, name);

		return usage_problem(command, arena_format(&command->arena, "unknown option --%.*s%.*s", (int)name.length,
							   name.at, (int)hint.length, hint.at));
	}
	if (command->option_count == OPTIONS_MAX)
		return usage_problem(command, STR("too many options"));
	if (!option->value && value.at)
		return usage_problem(command, arena_format(&command->arena, "--%s takes no value", option->name));
	if (option->value && !value.at) {
		if (*at + 1 >= count)
			return usage_problem(command, arena_format(&command->arena, "--%s needs a value: %s", option->name,
								   option->value));
		value = str_of(words[++*at]);
	}
	if (value.at && (utf8_valid_length(value) != value.length || value.length > OPTION_BYTES_MAX) &&
	    strcmp(option->name, "journal") != 0)
		return usage_problem(command, arena_format(&command->arena, "--%s: the text is not UTF-8, or longer than %d bytes",
							   option->name, OPTION_BYTES_MAX));
	command->options[command->option_count].option = option;
	command->options[command->option_count++].value = option->value ? value.at : NULL;
	return true;
}

static bool verb_unknown(struct command *command, const char *word)
{
	const char *nearest = NULL;
	unsigned least = 3;

	for (size_t i = 0; i < verb_count; i++) {
		unsigned distance = str_distance(str_of(word), str_of(verbs[i].name), least);

		if (distance < least) {
			least = distance;
			nearest = verbs[i].name;
		}
	}
	return usage_problem(command, arena_format(&command->arena, "there is no verb `%s`%s%s%s", word,
						   nearest ? "; did you mean `" : "", nearest ? nearest : "", nearest ? "`" : ""));
}

/* The verb is the first word that is no option; global options may stand before it. */
static bool verb_take(struct command *command, char **words, int count)
{
	for (int i = 1; i < count; i++) {
		const struct option *option;
		struct str value, name;

		if (strcmp(words[i], "-h") == 0)
			break;
		if (strncmp(words[i], "--", 2) != 0) {
			command->verb = verb_find(str_of(words[i]));
			return command->verb || verb_unknown(command, words[i]);
		}
		name = str_cut(str_of(words[i] + 2), '=', &value);
		option = option_in(global_options, name);
		if (option && option->value && !value.at)
			i++;
	}
	command->verb = verb_find(STR("help"));
	return true;
}

static bool words_read(struct command *command, char **words, int count)
{
	bool verb_seen = false, options_end = false;

	if (!verb_take(command, words, count))
		return false;
	for (int i = 1; i < count; i++) {
		if (!options_end && strcmp(words[i], "--") == 0) {
			options_end = true;
		} else if (!options_end && strncmp(words[i], "--", 2) == 0) {
			if (!option_take(command, words, count, &i))
				return false;
		} else if (!verb_seen) {
			verb_seen = true;
		} else if (command->argument_count == ARGUMENTS_MAX) {
			return usage_problem(command, STR("too many arguments"));
		} else {
			command->arguments[command->argument_count++] = words[i];
		}
	}
	return true;
}

/* --help and --version wherever they stand, as people type them. */
static void verb_switch(struct command *command)
{
	if (command_option(command, "version"))
		command->verb = verb_find(STR("version"));
	if (command_option(command, "help")) {
		command->arguments[0] = command->verb->name;
		command->argument_count = strcmp(command->verb->name, "help") != 0;
		command->verb = verb_find(STR("help"));
	}
}

static enum language_wanted language_of_environment(void)
{
	static const char *const variables[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

	for (unsigned i = 0; i < 3; i++) {
		const char *value = getenv(variables[i]);

		if (value && *value)
			return strncmp(value, "zh", 2) == 0 ? SPEAK_CHINESE : SPEAK_ENGLISH;
	}
	return SPEAK_ENGLISH;
}

static bool language_read(struct command *command)
{
	const char *wanted = command_option(command, "lang");

	command->speak = language_of_environment();
	if (!wanted)
		return true;
	if (strcmp(wanted, "zh") == 0)
		command->speak = SPEAK_CHINESE;
	else if (strcmp(wanted, "en") == 0)
		command->speak = SPEAK_ENGLISH;
	else if (strcmp(wanted, "both") == 0)
		command->speak = SPEAK_BOTH;
	else
		return usage_problem(command, STR("--lang is zh, en or both"));
	return true;
}

static struct str user_name(struct command *command)
{
	const char *given = command_option(command, "by");
	struct passwd *user = given ? NULL : getpwuid(getuid());

	return arena_str(&command->arena, str_of(given ? given : user ? user->pw_name : "unknown"));
}

/* The one place that reads the clock. */
static bool surroundings_read(struct command *command)
{
	const char *journal = command_option(command, "journal");

	command->now = (instant)time(NULL);
	command->json = command_option(command, "json") != NULL;
	command->journal = journal ? journal : getenv("TRAINLEASE_JOURNAL");
	if (!command->journal || !*command->journal)
		command->journal = "trainlease.db";
	command->by = user_name(command);
	return language_read(command) && command_time(command, "now", &command->now);
}

static bool arguments_check(struct command *command)
{
	const struct verb *verb = command->verb;

	if (command->argument_count >= verb->arguments_least && command->argument_count <= verb->arguments_most)
		return true;
	return usage_problem(command, arena_format(&command->arena, "%s takes: trainlease %s %s",
						   verb->name, verb->name, verb->arguments));
}

/* ---- telling what went wrong ---- */

static void problems_print(struct command *command)
{
	struct buf text;

	buf_init(&text, OUTPUT_BYTES_MAX);
	for (size_t i = 0; i < command->problems.count; i++) {
		if (command->problems.list[i].file.length == 0)
			buf_add_str(&text, STR("trainlease: "));
		problem_write(&text, &command->problems.list[i], command_language(command));
		buf_add_char(&text, '\n');
	}
	if (command->problems.total > command->problems.count)
		buf_add_format(&text, "... %zu\n", command->problems.total - command->problems.count);
	if (text.length)
		fwrite(text.at, 1, text.length, stderr);
	buf_free(&text);
}

int main(int count, char **words)
{
	struct command command = { 0 };
	int status;

	memory_on_exhausted(memory_gone);
	arena_init(&command.arena);
	problems_init(&command.problems, &command.arena);
	buf_init(&command.out, OUTPUT_BYTES_MAX);
	if (words_read(&command, words, count)) {
		verb_switch(&command);
		if (surroundings_read(&command) && arguments_check(&command) && command.verb->run(&command))
			command_flush(&command);
		else if (command.out.length && command.problems.worst < CLASS_SYSTEM)
			command_flush(&command);
	} else {
		language_read(&command);
	}
	problems_print(&command);
	status = (int)command.problems.worst;
	buf_free(&command.out);
	arena_free(&command.arena);
	return status;
}
