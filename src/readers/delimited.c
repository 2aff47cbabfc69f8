#include "readers/delimited.h"

#include <string.h>

#include "base/csv.h"

static bool say(struct delimited *rows, enum refusal what, struct str one, struct str two)
{
	return problem_add(rows->problems, (struct problem){ .what = what,
							     .file = input_name(rows->input),
							     .line = rows->next_line,
							     .words = { one, two } });
}

static bool too_many(struct delimited *rows)
{
	return say(rows, REFUSAL_IMPORT_TOO_MANY_COLUMNS,
		   arena_format(rows->problems->arena, "%zu", rows->name_count),
		   arena_format(rows->problems->arena, "%d", COLUMNS_MAX));
}

bool delimited_open(struct delimited *rows, struct input *input, const char *separators, bool quotes, const char *what,
		    struct problems *problems)
{
	struct str window, first;

	*rows = (struct delimited){ .input = input, .problems = problems, .quotes = quotes, .next_line = 1 };
	arena_init(&rows->texts);
	if (!input_peek(input, 64 * 1024, &window))
		return false;
	if (str_starts(window, STR("\xef\xbb\xbf"))) {
		input_take(input, 3);
		window = str_part(window, 3, window.length);
	}
	if (str_trim(window).length == 0)
		return say(rows, REFUSAL_IMPORT_EMPTY, str_of(what), STR(""));
	first = str_part(window, 0, str_find(window, '\n'));
	rows->separator = separators[0];
	for (const char *separator = separators; *separator; separator++) {
		if (str_find(first, *separator) < first.length) {
			rows->separator = *separator;
			break;
		}
	}
	return true;
}

void delimited_close(struct delimited *rows)
{
	arena_free(&rows->texts);
}

/* How far a scan for the end of a row has come. */
struct scan {
	size_t at;
	bool cell_begins, cell_quoted, open;
};

/* True when the end of the row was found: at SCAN->at. Within quotation marks a line end is part of the text. */
static bool row_end_scan(const struct delimited *rows, struct str window, struct scan *scan)
{
	if (!rows->quotes) {
		scan->at += str_find(str_part(window, scan->at, window.length), '\n');
		return scan->at < window.length;
	}
	for (; scan->at < window.length; scan->at++) {
		char c = window.at[scan->at];

		if (scan->cell_begins)
			scan->cell_quoted = c == '"';
		scan->cell_begins = !scan->open && c == rows->separator;
		if (c == '"' && scan->cell_quoted)
			scan->open = !scan->open;
		else if (c == '\n' && !scan->open)
			return true;
	}
	return false;
}

static enum delimited_result row_find(struct delimited *rows, struct str *row)
{
	struct scan scan = { .cell_begins = true };
	struct str window;
	size_t wanted = 1;

	for (;;) {
		bool ended;

		if (!input_peek(rows->input, wanted, &window))
			return DELIMITED_FAILED;
		ended = row_end_scan(rows, window, &scan) || window.length < wanted;
		if (ended && scan.at <= INPUT_ROW_BYTES_MAX)
			break;
		if (scan.at >= INPUT_ROW_BYTES_MAX) {
			say(rows, REFUSAL_IMPORT_ROW_TOO_LONG, STR("4194304"), STR(""));
			return DELIMITED_FAILED;
		}
		wanted = window.length + 1;
	}
	if (scan.open) {
		say(rows, REFUSAL_IMPORT_QUOTE_OPEN, STR(""), STR(""));
		return DELIMITED_FAILED;
	}
	*row = str_part(window, 0, scan.at);
	rows->untaken = scan.at < window.length ? scan.at + 1 : scan.at;
	return rows->untaken ? DELIMITED_ROW : DELIMITED_END;
}

/* A cell in quotation marks, off REST's beginning. False when something else than a separator follows it. */
static bool quoted_cell_cut(struct delimited *rows, struct str *rest, struct str *cell)
{
	size_t end = 1;

	while (end < rest->length && (rest->at[end] != '"' || (end + 1 < rest->length && rest->at[end + 1] == '"')))
		end += rest->at[end] == '"' ? 2 : 1;
	*cell = csv_unquoted(&rows->texts, str_part(*rest, 1, end));
	end++;
	if (end < rest->length && rest->at[end] != rows->separator)
		return false;
	*rest = end < rest->length ? str_part(*rest, end + 1, rest->length) : (struct str){ NULL, 0 };
	return true;
}

static bool row_cut(struct delimited *rows, struct str row)
{
	rows->count = 0;
	for (struct str rest = row; rest.at;) {
		struct str cell;

		if (!rows->quotes || rest.length == 0 || rest.at[0] != '"')
			cell = str_cut(rest, rows->separator, &rest);
		else if (!quoted_cell_cut(rows, &rest, &cell))
			return false;
		if (rows->count < COLUMNS_MAX)
			rows->cells[rows->count] = cell;
		rows->count++;
	}
	return true;
}

static size_t line_ends(struct str text)
{
	size_t count = 0;

	while (text.at) {
		str_cut(text, '\n', &text);
		count += text.at != NULL;
	}
	return count;
}

/* The next row that is not empty, cut into cells. */
static enum delimited_result row_next(struct delimited *rows, struct problem *why)
{
	struct str row;

	arena_reset(&rows->texts);
	do {
		enum delimited_result found;

		input_take(rows->input, rows->untaken);
		rows->untaken = 0;
		found = row_find(rows, &row);
		if (found != DELIMITED_ROW)
			return found;
		rows->line = rows->next_line;
		rows->next_line += 1 + (rows->quotes ? line_ends(row) : 0);
		if (row.length && row.at[row.length - 1] == '\r')
			row.length--;
	} while (row.length == 0);
	if (row_cut(rows, row))
		return DELIMITED_ROW;
	*why = (struct problem){ .what = REFUSAL_IMPORT_QUOTE_MISPLACED };
	return DELIMITED_BROKEN;
}

static bool header_again(const struct delimited *rows)
{
	if (rows->count != rows->name_count || rows->count < 2)
		return false;
	for (size_t i = 0; i < rows->count; i++)
		if (!str_equal(rows->cells[i], rows->names[i]))
			return false;
	return true;
}

/* Whether rows end with a separator, as --parsable writes them, is settled once for the whole file and never row by
 * row: a text that ends with a separator would else shift what follows it. */
static bool width_fits(struct delimited *rows, struct problem *why)
{
	if (rows->width == 0) {
		bool trailing = rows->count == rows->name_count + 1 && rows->count <= COLUMNS_MAX &&
				rows->cells[rows->count - 1].length == 0;

		rows->width = rows->name_count + trailing;
	}
	if (rows->count == rows->width)
		return true;
	*why = (struct problem){ .what = REFUSAL_IMPORT_FIELD_COUNT,
				 .words = { arena_format(&rows->texts, "%zu", rows->count),
					    arena_format(&rows->texts, "%zu", rows->width) } };
	return false;
}

enum delimited_result delimited_next(struct delimited *rows, struct problem *why)
{
	enum delimited_result result = row_next(rows, why);

	if (result == DELIMITED_ROW && header_again(rows))
		return DELIMITED_HEADER;
	if (result == DELIMITED_ROW && !width_fits(rows, why))
		result = DELIMITED_BROKEN;
	if (result == DELIMITED_BROKEN) {
		why->file = input_name(rows->input);
		why->line = rows->line;
	}
	return result;
}

bool delimited_row_begin(struct delimited *rows, enum row_result *result, struct problem *why)
{
	switch (delimited_next(rows, why)) {
	case DELIMITED_ROW:
		return true;
	case DELIMITED_HEADER:
		*result = ROW_NOTHING;
		break;
	case DELIMITED_BROKEN:
		*result = ROW_REFUSED;
		break;
	case DELIMITED_END:
		*result = ROW_END;
		break;
	case DELIMITED_FAILED:
		*result = ROW_FAILED;
		break;
	}
	return false;
}

enum row_result delimited_row_end(struct delimited *rows, enum row_result result, struct problem *why)
{
	if (result == ROW_REFUSED || result == ROW_FAILED) {
		why->file = input_name(rows->input);
		why->line = rows->line;
	}
	if (result == ROW_FAILED)
		problem_add(rows->problems, *why);
	return result;
}

static void fields_cut(struct delimited *rows, struct arena *arena, const char *fields)
{
	struct str rest = str_trim(arena_str(arena, str_of(fields)));
	char separator = str_find(rest, '|') < rest.length ? '|' : ',';

	if (str_ends(rest, STR("|")))
		rest.length--;
	for (; rest.at; rows->name_count++) {
		struct str name = str_cut(rest, separator, &rest);

		if (rows->name_count < COLUMNS_MAX)
			rows->names[rows->name_count] = name;
	}
}

bool delimited_names(struct delimited *rows, struct arena *arena, const char *fields)
{
	struct problem why;

	rows->names = arena_many(arena, COLUMNS_MAX, struct str);
	if (fields) {
		fields_cut(rows, arena, fields);
		return rows->name_count <= COLUMNS_MAX || too_many(rows);
	}
	switch (row_next(rows, &why)) {
	case DELIMITED_ROW:
	case DELIMITED_HEADER:
		break;
	case DELIMITED_BROKEN:
		why.file = input_name(rows->input);
		why.line = rows->line;
		return problem_add(rows->problems, why);
	case DELIMITED_END:
	case DELIMITED_FAILED:
		return false;
	}
	rows->name_count = rows->width = rows->count;
	if (rows->count > COLUMNS_MAX)
		return too_many(rows);
	for (size_t i = 0; i < rows->count; i++)
		rows->names[i] = arena_str(arena, rows->cells[i]);
	return true;
}
