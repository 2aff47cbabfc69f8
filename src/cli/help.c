/* Help, manual page and completion, all from the table of verbs. */
#include "base/json.h"
#include "base/utf8.h"
#include "cli/command.h"
#include "version.h"

enum { NAME_COLUMNS = 14, OPTION_COLUMNS = 26, LINE_COLUMNS = 100 };

static void pad(struct buf *out, struct str text, unsigned columns)
{
	buf_add_str(out, text);
	for (unsigned used = utf8_columns(text); used < columns; used++)
		buf_add_char(out, ' ');
	if (utf8_columns(text) >= columns)
		buf_add_char(out, ' ');
}

/* Where a line of at most LINE_COLUMNS columns may end: at a space, or between wide characters. */
static size_t line_length(struct str text, unsigned indent)
{
	struct str fitting = utf8_fit(text, LINE_COLUMNS - indent);
	size_t at = fitting.length;

	if (fitting.length == text.length)
		return text.length;
	while (at && text.at[at] != ' ' && (unsigned char)text.at[at - 1] < 0x80 && text.at[at - 1] != ' ')
		at--;
	return at ? at : fitting.length;
}

static void paragraph(struct buf *out, struct str text, unsigned indent)
{
	while (text.length) {
		size_t length = line_length(text, indent);

		buf_add_format(out, "%*s", (int)indent, "");
		buf_add_str(out, str_part(text, 0, length));
		buf_add_char(out, '\n');
		text = str_trim(str_part(text, length, text.length));
	}
}

static void options_write(struct buf *out, struct arena *arena, const struct option *options, enum language language)
{
	for (; options && options->name; options++) {
		buf_add_str(out, STR("  "));
		pad(out, arena_format(arena, "--%s%s%s", options->name, options->value ? " " : "",
				      options->value ? options->value : ""),
		    OPTION_COLUMNS);
		buf_add_format(out, "%s\n", options->text[language]);
	}
}

static void verb_help(struct command *command, const struct verb *verb, enum language language)
{
	struct buf *out = &command->out;
	struct str rest = str_of(verb->examples);

	buf_add_format(out, "trainlease %s %s\n\n", verb->name, verb->arguments);
	paragraph(out, str_of(verb->summary[language]), 2);
	if (verb->description[language][0]) {
		buf_add_char(out, '\n');
		paragraph(out, str_of(verb->description[language]), 2);
	}
	if (verb->options->name) {
		buf_add_str(out, language == LANGUAGE_CHINESE ? STR("\n选项：\n") : STR("\nOptions:\n"));
		options_write(out, &command->arena, verb->options, language);
	}
	buf_add_str(out, language == LANGUAGE_CHINESE ? STR("\n通用选项：\n") : STR("\nOptions of every verb:\n"));
	options_write(out, &command->arena, global_options, language);
	buf_add_str(out, language == LANGUAGE_CHINESE ? STR("\n示例：\n") : STR("\nExamples:\n"));
	while (rest.at) {
		struct str line = str_cut(rest, '\n', &rest);

		buf_add_format(out, "  %.*s\n", (int)line.length, line.at);
	}
}

static void overview(struct command *command, enum language language)
{
	struct buf *out = &command->out;

	paragraph(out, language == LANGUAGE_CHINESE
			       ? STR("trainlease 按书面协议运行AI训练资源租赁：核对协议、登记用量、精确计费。")
			       : STR("trainlease runs a lease of AI-training resources as it is written: checks the agreement, enters "
				     "usage exactly once, bills to the fen."),
		  0);
	buf_add_str(out, language == LANGUAGE_CHINESE ? STR("\n命令：\n") : STR("\nVerbs:\n"));
	for (size_t i = 0; i < verb_count; i++) {
		buf_add_str(out, STR("  "));
		pad(out, str_of(verbs[i].name), NAME_COLUMNS);
		buf_add_format(out, "%s\n", verbs[i].summary[language]);
	}
	buf_add_str(out, language == LANGUAGE_CHINESE ? STR("\n通用选项：\n") : STR("\nOptions of every verb:\n"));
	options_write(out, &command->arena, global_options, language);
	buf_add_str(out, language == LANGUAGE_CHINESE
				 ? STR("\n退出码：0 完成；1 被协议拒绝；2 输入或用法有误；3 系统故障。\n")
				 : STR("\nExit codes: 0 done; 1 refused by the agreement; 2 bad input or usage; 3 the system failed.\n"));
}

bool help_run(struct command *command)
{
	struct str name = command_argument(command, 0);
	const struct verb *verb = name.length ? verb_find(name) : NULL;

	if (name.length && !verb)
		return problem_say(&command->problems, REFUSAL_USAGE, STR(""),
				   arena_format(&command->arena, "there is no verb `%.*s`", (int)name.length, name.at), STR(""),
				   STR(""));
	for (int language = 0; language < 2; language++) {
		if (command->speak != SPEAK_BOTH && language != (int)command_language(command))
			continue;
		if (verb)
			verb_help(command, verb, (enum language)language);
		else
			overview(command, (enum language)language);
	}
	return true;
}

bool version_run(struct command *command)
{
	struct json_writer w;

	if (!command->json) {
		buf_add_format(&command->out, "trainlease %s\n", TRAINLEASE_VERSION);
		return true;
	}
	json_writer_pretty(&w, &command->out);
	json_object(&w);
	json_put_string(&w, "version", STR(TRAINLEASE_VERSION));
	json_object_end(&w);
	buf_add_char(&command->out, '\n');
	return true;
}

/* ---- the manual page ---- */

static void roff_text(struct buf *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\\')
			buf_add_str(out, STR("\\e"));
		else if (*text == '-')
			buf_add_str(out, STR("\\-"));
		else
			buf_add_char(out, *text);
	}
	buf_add_char(out, '\n');
}

static void roff_options(struct buf *out, const struct option *options, enum language language)
{
	for (; options->name; options++) {
		buf_add_format(out, ".TP\n\\fB\\-\\-%s\\fR%s%s\n", options->name, options->value ? " " : "",
			       options->value ? options->value : "");
		roff_text(out, options->text[language]);
	}
}

bool manual_run(struct command *command)
{
	struct buf *out = &command->out;
	enum language language = command_language(command);

	buf_add_format(out, ".TH TRAINLEASE 1 \"\" \"trainlease %s\"\n.SH NAME\ntrainlease \\- run a lease of AI\\-training "
			    "resources as it is written\n.SH SYNOPSIS\n\\fBtrainlease\\fR VERB [OPTIONS] [ARGUMENTS]\n.SH VERBS\n",
		       TRAINLEASE_VERSION);
	for (size_t i = 0; i < verb_count; i++) {
		buf_add_format(out, ".SS \"%s %s\"\n", verbs[i].name, verbs[i].arguments);
		roff_text(out, verbs[i].summary[language]);
		if (verbs[i].description[language][0]) {
			buf_add_str(out, STR(".PP\n"));
			roff_text(out, verbs[i].description[language]);
		}
		roff_options(out, verbs[i].options, language);
	}
	buf_add_str(out, STR(".SH OPTIONS OF EVERY VERB\n"));
	roff_options(out, global_options, language);
	buf_add_str(out, STR(".SH EXIT STATUS\n0 done; 1 refused by the agreement; 2 bad input or usage; 3 the system failed.\n"
			     ".SH REFUSALS\n"));
	for (int i = 0; i < REFUSAL_COUNT; i++) {
		buf_add_format(out, ".TP\n\\fB%s\\fR (%d)\n", refusal_name((enum refusal)i), (int)refusal_class((enum refusal)i));
		roff_text(out, refusal_text((enum refusal)i, language));
	}
	return true;
}

/* ---- completion ---- */

static void bash_completion(struct buf *out)
{
	buf_add_str(out, STR("_trainlease() {\n\tlocal word=${COMP_WORDS[COMP_CWORD]} verb=${COMP_WORDS[1]} options=\n"
			     "\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n\t\tCOMPREPLY=($(compgen -W \""));
	for (size_t i = 0; i < verb_count; i++)
		buf_add_format(out, "%s%s", i ? " " : "", verbs[i].name);
	buf_add_str(out, STR("\" -- \"$word\"))\n\t\treturn\n\tfi\n\tcase $verb in\n"));
	for (size_t i = 0; i < verb_count; i++) {
		buf_add_format(out, "\t%s) options=\"", verbs[i].name);
		for (const struct option *option = verbs[i].options; option->name; option++)
			buf_add_format(out, "--%s ", option->name);
		buf_add_str(out, STR("\" ;;\n"));
	}
	buf_add_str(out, STR("\tesac\n\tcase $word in\n\t-*) COMPREPLY=($(compgen -W \"$options"));
	for (size_t i = 0; i < global_option_count; i++)
		buf_add_format(out, " --%s", global_options[i].name);
	buf_add_str(out, STR("\" -- \"$word\")) ;;\n\t*) COMPREPLY=($(compgen -f -- \"$word\")) ;;\n\tesac\n}\n"
			     "complete -o filenames -F _trainlease trainlease\n"));
}

static void fish_completion(struct buf *out)
{
	for (size_t i = 0; i < verb_count; i++) {
		buf_add_format(out, "complete -c trainlease -n __fish_use_subcommand -a %s -d \"%s\"\n", verbs[i].name,
			       verbs[i].summary[LANGUAGE_ENGLISH]);
		for (const struct option *option = verbs[i].options; option->name; option++)
			buf_add_format(out, "complete -c trainlease -n '__fish_seen_subcommand_from %s' -l %s%s\n", verbs[i].name,
				       option->name, option->value ? " -r" : "");
	}
	for (size_t i = 0; i < global_option_count; i++)
		buf_add_format(out, "complete -c trainlease -l %s%s\n", global_options[i].name,
			       global_options[i].value ? " -r" : "");
}

bool completion_run(struct command *command)
{
	struct str shell = command_argument(command, 0);

	if (str_is(shell, "bash") || str_is(shell, "zsh")) {
		if (str_is(shell, "zsh"))
			buf_add_str(&command->out, STR("autoload -U +X bashcompinit && bashcompinit\n"));
		bash_completion(&command->out);
		return true;
	}
	if (str_is(shell, "fish")) {
		fish_completion(&command->out);
		return true;
	}
	return problem_say(&command->problems, REFUSAL_USAGE, STR(""), STR("the shells are bash, zsh and fish"),
			   STR(" completion"), STR(""));
}
