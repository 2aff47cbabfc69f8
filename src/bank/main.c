/*
 * trainlease-bank: reads bank statement files for trainlease, apart from it because it links libxml2.
 *
 * One request a line on standard input, {"account","columns","currency","file","lang"}; one answer a line on standard
 * output: {"format","lines":[...],"pending"} or {"problems":[...]}. Ends with its input.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bank/line_json.h"
#include "helper/request_line.h"

enum { FILE_BYTES_MAX = 1 << 30, REQUEST_BYTES_MAX = 1 << 20, PROBLEMS_SAID = 20 };

static bool file_take(struct arena *arena, const char *path, struct str *bytes, struct problems *problems)
{
	FILE *file = fopen(path, "re");
	struct buf content;

	if (!file)
		return problem_add(problems, (struct problem){ .what = REFUSAL_FILE_READ, .file = str_of(path),
							       .words = { str_of(strerror(errno)) } });
	buf_init(&content, FILE_BYTES_MAX);
	for (char part[65536];;) {
		size_t length = fread(part, 1, sizeof(part), file);

		if (length == 0)
			break;
		buf_add_str(&content, (struct str){ part, length });
		if (content.overflowed)
			break;
	}
	if (ferror(file) || content.overflowed)
		problem_add(problems, (struct problem){ .what = ferror(file) ? REFUSAL_FILE_READ : REFUSAL_FILE_TOO_LARGE,
							.file = str_of(path), .words = { str_of(strerror(errno)) } });
	fclose(file);
	*bytes = arena_str(arena, buf_str(&content));
	buf_free(&content);
	return problems->total == 0;
}

static void problems_answer(const struct problems *problems, enum language language, struct json_writer *w)
{
	struct buf text;

	json_key(w, "problems");
	json_array(w);
	for (size_t i = 0; i < problems->count && i < PROBLEMS_SAID; i++) {
		buf_init(&text, 1 << 16);
		problem_write(&text, &problems->list[i], language);
		json_add_string(w, buf_str(&text));
		buf_free(&text);
	}
	json_array_end(w);
}

static void lines_answer(const struct bank_file *file, struct json_writer *w)
{
	json_put_string(w, "format", file->format);
	json_key(w, "lines");
	json_array(w);
	for (size_t i = 0; i < file->line_count; i++)
		bank_line_write(w, &file->lines[i]);
	json_array_end(w);
	json_put_integer(w, "pending", (int64_t)file->pending_count);
}

static void answer(struct arena *arena, const struct json *request, struct buf *out)
{
	struct bank_csv_form form = { json_text(json_member(request, "columns")), json_text(json_member(request, "account")),
				      json_text(json_member(request, "currency")) };
	struct str name = json_text(json_member(request, "file")), bytes;
	enum language language = str_is(json_text(json_member(request, "lang")), "zh") ? LANGUAGE_CHINESE : LANGUAGE_ENGLISH;
	struct bank_file file = { 0 };
	struct problems problems;
	struct json_writer w;

	problems_init(&problems, arena);
	json_writer_canonical(&w, out);
	json_object(&w);
	if (file_take(arena, arena_format(arena, "%.*s", (int)name.length, name.at).at, &bytes, &problems) &&
	    bank_file_read(arena, name, bytes, &form, &file, &problems))
		lines_answer(&file, &w);
	else
		problems_answer(&problems, language, &w);
	json_object_end(&w);
	buf_add_char(out, '\n');
}

int main(void)
{
	struct buf line;
	int status = 0;

	buf_init(&line, REQUEST_BYTES_MAX);
	while (request_line_next(&line)) {
		struct json_error error;
		const struct json *request;
		struct arena arena;
		struct buf out;

		arena_init(&arena);
		buf_init(&out, SIZE_MAX / 4);
		request = line.overflowed ? NULL : json_read(&arena, buf_str(&line), &error);
		if (json_is(request, JSON_OBJECT))
			answer(&arena, request, &out);
		else
			buf_add_str(&out, STR("{\"problems\":[\"the request is no JSON object\"]}\n"));
		if (fwrite(out.at, 1, out.length, stdout) != out.length || fflush(stdout) != 0)
			status = CLASS_SYSTEM;
		buf_free(&out);
		arena_free(&arena);
	}
	buf_free(&line);
	return status;
}
