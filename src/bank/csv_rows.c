#include "bank/csv.h"

#include <string.h>

#include "bank/cells.h"
#include "base/csv.h"

enum { HEADER_LINES_MAX = 200 };

/* ---- rows ---- */

/* A cell in quotation marks; CSV->at is behind the second one then. */
static bool quoted_cell(struct csv *csv, struct str *cell)
{
	struct str text = csv->text;
	size_t from = csv->at + 1, end = from;

	while (end < text.length && (text.at[end] != '"' || (end + 1 < text.length && text.at[end + 1] == '"'))) {
		csv->line_next += text.at[end] == '\n';
		end += text.at[end] == '"' ? 2 : 1;
	}
	if (end >= text.length)
		return csv_refuse(csv, REFUSAL_IMPORT_QUOTE_OPEN, csv->line, STR(""), STR(""));
	*cell = csv_unquoted(csv->reading->arena, str_part(text, from, end));
	csv->at = end + 1;
	while (csv->at < text.length && (text.at[csv->at] == ' ' || text.at[csv->at] == '\r'))
		csv->at++;
	if (csv->at < text.length && text.at[csv->at] != csv->separator && text.at[csv->at] != '\n')
		return csv_refuse(csv, REFUSAL_IMPORT_QUOTE_MISPLACED, csv->line, STR(""), STR(""));
	return true;
}

static void plain_cell(struct csv *csv, struct str *cell)
{
	size_t from = csv->at;

	while (csv->at < csv->text.length && csv->text.at[csv->at] != csv->separator && csv->text.at[csv->at] != '\n')
		csv->at++;
	*cell = str_part(csv->text, from, csv->at);
}

static bool cell_keep(struct csv *csv, size_t index, struct str cell)
{
	cell = cell_clean(cell);
	if (index < BANK_COLUMNS_MAX)
		csv->cells[index] = cell;
	else if (cell.length)
		return csv_refuse(csv, REFUSAL_BANK_CSV_WIDE, csv->line, STR("128"), STR(""));
	if (cell.length)
		csv->cell_count = index + 1;
	return true;
}

bool csv_row_cut(struct csv *csv)
{
	csv->line = csv->line_next;
	csv->cell_count = 0;
	memset(csv->cells, 0, sizeof(csv->cells));
	for (size_t index = 0;; index++) {
		struct str cell = STR("");
		bool ended;

		if (csv->at < csv->text.length && csv->text.at[csv->at] == '"') {
			if (!quoted_cell(csv, &cell))
				return false;
		} else {
			plain_cell(csv, &cell);
		}
		if (!cell_keep(csv, index, cell))
			return false;
		csv->width = index + 1;
		ended = csv->at == csv->text.length || csv->text.at[csv->at] == '\n';
		csv->at += csv->at < csv->text.length;
		if (ended)
			break;
	}
	csv->line_next++;
	return true;
}

/* ---- the header ---- */

static size_t line_cut(struct str line, char separator, struct str *cells)
{
	size_t count = 0;

	while (line.at && count < BANK_COLUMNS_MAX) {
		struct str cell = str_cut(line, separator, &line);
		bool quoted = cell.length >= 2 && cell.at[0] == '"' && cell.at[cell.length - 1] == '"';

		cells[count++] = quoted ? str_part(cell, 1, cell.length - 1) : cell;
	}
	return count;
}

/* Whether LINE is the header by one of the usual separators. *NEAREST is kept as the line that comes nearest. */
static bool header_try(struct csv *csv, struct str line, size_t number, struct bank_columns *nearest,
		       size_t *nearest_line)
{
	static const char separators[] = { ',', '\t', ';', '|' };
	struct str cells[BANK_COLUMNS_MAX];

	for (size_t i = 0; i < sizeof(separators); i++) {
		size_t count = line_cut(line, separators[i], cells);

		bank_columns_map(csv->reading->arena, &csv->renames, cells, count, &csv->columns);
		csv->separator = separators[i];
		if (bank_columns_usable(&csv->columns))
			return true;
		if (csv->columns.recognised > nearest->recognised || *nearest_line == 0 ||
		    (nearest->recognised == 0 && csv->columns.count > nearest->count)) {
			*nearest = csv->columns;
			*nearest_line = number;
		}
	}
	return false;
}

bool csv_header_find(struct csv *csv)
{
	struct bank_columns *nearest = arena_new(csv->reading->arena, struct bank_columns);
	size_t nearest_line = 0, number = 0;
	struct str rest = csv->text;

	while (rest.at && number < HEADER_LINES_MAX) {
		struct str line = str_trim(str_cut(rest, '\n', &rest));

		number++;
		if (line.length == 0 || !header_try(csv, line, number, nearest, &nearest_line))
			continue;
		csv->header_line = number;
		csv->preamble = bank_preamble_read(csv->reading->arena,
						   str_part(csv->text, 0, (size_t)(line.at - csv->text.at)));
		csv->at = rest.at ? (size_t)(rest.at - csv->text.at) : csv->text.length;
		csv->line_next = number + 1;
		return bank_columns_check(csv->reading, &csv->renames, &csv->columns, number);
	}
	return csv_refuse(csv, REFUSAL_BANK_CSV_NO_HEADER, nearest_line,
		      bank_columns_listed(csv->reading->arena, nearest->names, nearest->count), STR(""));
}
