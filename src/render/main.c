/*
 * trainlease-render: a document as JSON on each line of standard input -> PDF or XLSX; `ok` or `error: what` on a line
 * of standard output for each. One process sets any number of documents, so that fonts are loaded once.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "helper/request_line.h"
#include "render/output.h"
#include "render/pdf.h"
#include "render/xlsx.h"
#include "version.h"

enum { LINE_BYTES_MAX = 1 << 26, REPLY_BYTES_MAX = 8192 };

#if defined(__SANITIZE_ADDRESS__)
/* What cairo and fontconfig keep in caches of their own until the process ends. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_options(void);

const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\nleak:libcairo\nleak:libpango\nleak:libglib\n";
}

const char *__lsan_default_options(void)
{
	return "print_suppressions=0";
}
#endif

struct program {
	struct press press;
	bool press_ready;
	enum fault_language language;
	struct buf line, file, reply;
	struct arena arena;            /* of one document */
	enum fault_class worst;
};

static void memory_gone(void)
{
	static const char text[] = "trainlease-render: out of memory\n";

	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		_exit(FAULT_CLASS_OUTPUT);
	_exit(FAULT_CLASS_OUTPUT);
}

static bool pdf_write(struct program *program, const struct document *document, struct output *output,
		      struct fault *fault)
{
	if (!program->press_ready)
		press_init(&program->press);
	program->press_ready = true;
	buf_reset(&program->file);
	return pdf_make(&program->press, &program->arena, document, &program->file, fault) &&
	       output_write(output, buf_str(&program->file), fault);
}

static bool document_write(struct program *program, const struct document *document, struct str path,
			   struct fault *fault)
{
	bool is_pdf = str_ends(path, STR(".pdf")), made;
	struct output output;

	if (!is_pdf && !str_ends(path, STR(".xlsx")))
		return fault_say(fault, FAULT_SUFFIX, STR("output"), STR(""), STR(""));
	if (!output_begin(&output, path, fault))
		return false;
	made = is_pdf ? pdf_write(program, document, &output, fault) :
			xlsx_make(&program->arena, document, output.temporary, fault);
	return output_end(&output, made, fault) && made;
}

static bool line_render(struct program *program, struct fault *fault)
{
	struct json_error error = { 0, "" };
	const struct document *document;
	const struct json *json;
	struct str path;

	if (program->line.overflowed)
		return fault_say(fault, FAULT_LINE_TOO_LONG, STR(""),
				 arena_format(&program->arena, "%d", LINE_BYTES_MAX), STR(""));
	json = json_read(&program->arena, buf_str(&program->line), &error);
	if (!json)
		return fault_say(fault, FAULT_JSON, STR(""), arena_format(&program->arena, "%zu", error.offset + 1),
				 str_of(error.what));
	path = json_text(json_member(json, "output"));
	if (path.length == 0 || memchr(path.at, '\0', path.length))
		return fault_say(fault, FAULT_MISSING, STR("output"), STR(""), STR(""));
	document = document_read(&program->arena, json_member(json, "document"), fault);
	return document && document_write(program, document, path, fault);
}

static bool line_answer(struct program *program)
{
	struct fault fault = { .arena = &program->arena };
	struct str reply;

	buf_reset(&program->reply);
	if (line_render(program, &fault)) {
		buf_add_str(&program->reply, STR("ok"));
	} else {
		buf_add_str(&program->reply, STR("error: "));
		fault_write(&program->reply, &fault, program->language);
		if (fault_class(&fault) > program->worst)
			program->worst = fault_class(&fault);
	}
	buf_add_char(&program->reply, '\n');
	reply = buf_str(&program->reply);
	arena_reset(&program->arena);
	return fwrite(reply.at, 1, reply.length, stdout) == reply.length && fflush(stdout) == 0;
}

static int run(struct program *program)
{
	bool answered = true;

	arena_init(&program->arena);
	buf_init(&program->line, LINE_BYTES_MAX);
	buf_init(&program->file, FILE_BYTES_MAX);
	buf_init(&program->reply, REPLY_BYTES_MAX);
	while (answered && request_line_next(&program->line))
		answered = line_answer(program);
	buf_free(&program->line);
	buf_free(&program->file);
	buf_free(&program->reply);
	arena_free(&program->arena);
	if (program->press_ready)
		press_free(&program->press);
	return answered && !ferror(stdin) ? (int)program->worst : FAULT_CLASS_OUTPUT;
}

static int usage(void)
{
	fputs("usage: trainlease-render [--lang en|zh] < documents.jsonl\n"
	      "Each line {\"output\": \"x.pdf\", \"document\": {...}} gives a file, and a line `ok` or\n"
	      "`error: what`.\n",
	      stderr);
	return FAULT_CLASS_INPUT;
}

int main(int argc, char **argv)
{
	struct program program = { .language = FAULT_ENGLISH };

	if (argc == 2 && strcmp(argv[1], "--version") == 0)
		return puts("trainlease-render " TRAINLEASE_VERSION) == EOF ? FAULT_CLASS_OUTPUT : 0;
	if (argc == 3 && strcmp(argv[1], "--lang") == 0 && strcmp(argv[2], "zh") == 0)
		program.language = FAULT_CHINESE;
	else if (argc != 1 && (argc != 3 || strcmp(argv[1], "--lang") != 0 || strcmp(argv[2], "en") != 0))
		return usage();
	memory_on_exhausted(memory_gone);
	umask(077);
	unsetenv("PANGO_LANGUAGE");
	return run(&program);
}
