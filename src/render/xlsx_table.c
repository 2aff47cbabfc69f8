#include "render/sheet.h"

#include <math.h>

#include "base/utf8.h"

enum {
	FORMULA_CHARACTERS_MAX = 8000,
	SUM_PARTS_MAX = 250,
	TEXT_WIDTH_MAX = 44,
	SERIAL_OF_1970 = 25569,        /* days since the end of 1899, as spreadsheets count them */
	SERIAL_LEAST = 61,             /* 1900-03-01: before it, spreadsheets count a day that never was */
};

const char *number_format(struct arena *arena, unsigned places)
{
	return arena_cstr(arena, arena_format(arena, "#,##0%s%.*s", places ? "." : "", (int)places, "000000000"));
}

static double larger(double a, double b)
{
	return a > b ? a : b;
}

/* ---- formats ---- */

static bool is_strong(enum row_style style)
{
	return style == ROW_TOTAL || style == ROW_SUBTOTAL;
}

static lxw_format *cell_format(struct sheet *sheet, const struct column *column, enum row_style style)
{
	lxw_format *format = workbook_add_format(sheet->book);

	format_set_align(format, LXW_ALIGN_VERTICAL_TOP);
	if (column_is_number(column))
		format_set_num_format(format, number_format(sheet->arena, column->places));
	if (column->type == COLUMN_DAY)
		format_set_num_format(format, "yyyy-mm-dd");
	if (column->type == COLUMN_DAY)
		format_set_align(format, LXW_ALIGN_LEFT);
	if (column->type == COLUMN_TEXT && style == ROW_NORMAL)
		format_set_text_wrap(format);
	if (is_strong(style))
		format_set_bold(format);
	if (style == ROW_NOTE)
		format_set_font_color(format, 0x666666);
	if (style == ROW_TOTAL)
		format_set_bottom(format, LXW_BORDER_MEDIUM);
	if (is_strong(style))
		format_set_top(format, style == ROW_TOTAL ? LXW_BORDER_MEDIUM : LXW_BORDER_THIN);
	return format;
}

static lxw_format *head_format(struct sheet *sheet, const struct column *column)
{
	lxw_format *format = workbook_add_format(sheet->book);

	format_set_bold(format);
	format_set_text_wrap(format);
	format_set_align(format, LXW_ALIGN_VERTICAL_BOTTOM);
	format_set_align(format, column_is_number(column) ? LXW_ALIGN_RIGHT : LXW_ALIGN_LEFT);
	format_set_top(format, LXW_BORDER_MEDIUM);
	format_set_bottom(format, LXW_BORDER_THIN);
	return format;
}

/* ---- formulas ---- */

static struct str cell_name(struct arena *arena, lxw_row_t row, size_t column)
{
	char name[LXW_MAX_CELL_NAME_LENGTH];

	lxw_rowcol_to_cell(name, row, (lxw_col_t)column);
	return arena_str(arena, str_of(name));
}

static size_t column_named(const struct table *table, struct str id)
{
	size_t index = 0;

	while (!str_equal(table->columns[index].id, id))
		index++;
	return index;
}

/* {id} becomes a cell of AT; false where that cell is empty, which would count as 0 there. */
static bool formula_fill(struct arena *arena, const struct table *table, const struct row *row, struct str formula,
			 lxw_row_t at, struct buf *out)
{
	buf_add_char(out, '=');
	while (formula.length) {
		size_t index, length = str_find(formula, '{');

		buf_add_str(out, str_part(formula, 0, length));
		formula = str_part(formula, length, formula.length);
		if (formula.length == 0)
			break;
		length = str_find(formula, '}');
		index = column_named(table, str_part(formula, 1, length));
		if (!row->cells[index].filled)
			return false;
		buf_add_str(out, cell_name(arena, at, index));
		formula = str_part(formula, length + 1, formula.length);
	}
	return !out->overflowed;
}

/* The normal rows stand in runs, parted by subtotals and notes. */
static bool sum_fill(struct arena *arena, const struct table *table, size_t column, lxw_row_t first, struct buf *out)
{
	unsigned parts = 0;

	buf_add_str(out, STR("=SUM("));
	for (size_t from = 0, to; from < table->row_count; from = to + 1) {
		struct str begins, ends;

		for (to = from; to < table->row_count && table->rows[to].style == ROW_NORMAL; to++)
			;
		if (to == from)
			continue;
		begins = cell_name(arena, first + (lxw_row_t)from, column);
		ends = cell_name(arena, first + (lxw_row_t)to - 1, column);
		buf_add_str(out, parts++ ? STR(",") : STR(""));
		buf_add_format(out, "%.*s:%.*s", (int)begins.length, begins.at, (int)ends.length, ends.at);
	}
	buf_add_char(out, ')');
	return parts > 0 && parts <= SUM_PARTS_MAX && !out->overflowed;
}

/* ---- cells ---- */

/* A table whose first row is FIRST on its way into the sheet. */
struct entry {
	struct sheet *sheet;
	const struct table *table;
	lxw_row_t first;
	size_t row, column;
};

static void number_put(struct entry *e, const struct cell *cell, lxw_format *format)
{
	const struct column *column = &e->table->columns[e->column];
	const struct row *row = &e->table->rows[e->row];
	double value = decimal_double(e->sheet->arena, cell->number);
	lxw_row_t at = e->first + (lxw_row_t)e->row;
	struct buf formula;
	bool live = false;
	lxw_error error;

	buf_init(&formula, FORMULA_CHARACTERS_MAX);
	if (column->sum && e->row == e->table->row_count - 1)
		live = sum_fill(e->sheet->arena, e->table, e->column, e->first, &formula);
	else if (column->formula.length && row->style == ROW_NORMAL)
		live = formula_fill(e->sheet->arena, e->table, row, column->formula, at, &formula);
	if (live)
		error = worksheet_write_formula_num(e->sheet->page, at, (lxw_col_t)e->column,
						    arena_cstr(e->sheet->arena, buf_str(&formula)), format, value);
	else
		error = worksheet_write_number(e->sheet->page, at, (lxw_col_t)e->column, value, format);
	sheet_note(e->sheet, error);
	buf_free(&formula);
}

static void day_put(struct entry *e, const struct cell *cell, lxw_format *format)
{
	lxw_row_t at = e->first + (lxw_row_t)e->row;

	if (cell->day + SERIAL_OF_1970 < SERIAL_LEAST)
		sheet_string(e->sheet, at, (lxw_col_t)e->column, day_text(e->sheet->arena, cell->day), format);
	else
		sheet_note(e->sheet, worksheet_write_number(e->sheet->page, at, (lxw_col_t)e->column,
							    cell->day + SERIAL_OF_1970, format));
}

static void cell_put(struct entry *e, lxw_format *format)
{
	const struct column *column = &e->table->columns[e->column];
	const struct cell *cell = &e->table->rows[e->row].cells[e->column];
	lxw_row_t at = e->first + (lxw_row_t)e->row;

	if (!cell->filled)
		sheet_note(e->sheet, worksheet_write_blank(e->sheet->page, at, (lxw_col_t)e->column, format));
	else if (column_is_number(column))
		number_put(e, cell, format);
	else if (column->type == COLUMN_DAY)
		day_put(e, cell, format);
	else
		sheet_string(e->sheet, at, (lxw_col_t)e->column, text_joined(e->sheet->arena, cell->text, " "), format);
}

static double lines_of(const struct sheet *sheet, struct str text, size_t column)
{
	return ceil(utf8_columns(text) / (sheet->widths[column] - 1));
}

static void head_lines_set(struct sheet *sheet, const struct table *table)
{
	double most = 1;

	for (size_t i = 0; i < table->column_count; i++) {
		struct text label = table->columns[i].label;

		most = larger(most, lines_of(sheet, label.main, i) + lines_of(sheet, label.beside, i));
	}
	sheet_row_lines(sheet, sheet->row, most);
}

/* Texts of normal rows wrap; those of others run on. */
static void row_lines_set(struct entry *e)
{
	const struct row *row = &e->table->rows[e->row];
	double most = 1;

	for (size_t i = 0; i < e->table->column_count && row->style == ROW_NORMAL; i++) {
		const struct cell *cell = &row->cells[i];

		if (cell->filled && e->table->columns[i].type == COLUMN_TEXT)
			most = larger(most, lines_of(e->sheet, text_joined(e->sheet->arena, cell->text, " "), i));
	}
	if (most > 1)
		sheet_row_lines(e->sheet, e->first + (lxw_row_t)e->row, most);
}

void sheet_table(struct sheet *sheet, const struct table *table)
{
	struct entry e = { .sheet = sheet, .table = table };

	if (table->title.main.length)
		sheet_string(sheet, sheet->row++, 0, text_joined(sheet->arena, table->title, " "), sheet->bold);
	head_lines_set(sheet, table);
	for (size_t i = 0; i < table->column_count; i++)
		sheet_string(sheet, sheet->row, (lxw_col_t)i, text_joined(sheet->arena, table->columns[i].label, "\n"),
			     head_format(sheet, &table->columns[i]));
	e.first = ++sheet->row;
	for (e.row = 0; e.row < table->row_count; e.row++)
		row_lines_set(&e);
	for (e.column = 0; e.column < table->column_count; e.column++) {
		lxw_format *formats[] = {
			[ROW_NORMAL] = cell_format(sheet, &table->columns[e.column], ROW_NORMAL),
			[ROW_SUBTOTAL] = cell_format(sheet, &table->columns[e.column], ROW_SUBTOTAL),
			[ROW_TOTAL] = cell_format(sheet, &table->columns[e.column], ROW_TOTAL),
			[ROW_NOTE] = cell_format(sheet, &table->columns[e.column], ROW_NOTE),
		};

		for (e.row = 0; e.row < table->row_count; e.row++)
			cell_put(&e, formats[table->rows[e.row].style]);
	}
	sheet->row += (lxw_row_t)table->row_count;
}

/* ---- widths ---- */

static double cell_columns(struct arena *arena, const struct column *column, const struct cell *cell)
{
	if (column_is_number(column)) {
		size_t length = grouped_text(arena, decimal_text(arena, cell->number)).length;

		return (double)(length + column->places - cell->number.places + 2);
	}
	if (column->type == COLUMN_DAY)
		return 11;
	return utf8_columns(text_joined(arena, cell->text, " ")) + 2;
}

void sheet_table_widths(struct sheet *sheet, const struct table *table)
{
	for (size_t i = 0; i < table->column_count; i++) {
		const struct column *column = &table->columns[i];
		double widest = larger(utf8_columns(column->label.main), utf8_columns(column->label.beside)) + 2;

		widest = widest > 16 ? 16 : widest;
		for (size_t j = 0; j < table->row_count; j++) {
			const struct cell *cell = &table->rows[j].cells[i];

			if (cell->filled && (table->rows[j].style == ROW_NORMAL || column_is_number(column)))
				widest = larger(widest, cell_columns(sheet->arena, column, cell));
		}
		widest = widest > TEXT_WIDTH_MAX ? TEXT_WIDTH_MAX : widest;
		sheet->widths[i] = larger(sheet->widths[i], widest);
	}
}
