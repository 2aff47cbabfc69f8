/* What xlsx.c and xlsx_table.c share: the sheet, the row that comes next, and formats by what they are for. */
#ifndef RENDER_SHEET_H
#define RENDER_SHEET_H

#include <xlsxwriter.h>

#include "render/document.h"

struct sheet {
	struct arena *arena;
	const struct document *document;
	lxw_workbook *book;
	lxw_worksheet *page;
	lxw_row_t row;               /* the next */
	lxw_col_t last_column;       /* of the widest table */
	double widths[TABLE_COLUMNS_MAX];   /* of the columns, in characters */
	lxw_error error;             /* the first */
	lxw_format *plain, *wrapped, *bold, *title, *grey;
};

/* Keeps the first error. */
void sheet_note(struct sheet *sheet, lxw_error error);
void sheet_string(struct sheet *sheet, lxw_row_t row, lxw_col_t column, struct str text, lxw_format *format);

/* VALUE as the nearest double: what a spreadsheet holds. */
double decimal_double(struct arena *arena, struct decimal value);

/* Title, head and rows from the next row on. */
void sheet_table(struct sheet *sheet, const struct table *table);

/* Widens the sheet's columns to what TABLE needs. */
void sheet_table_widths(struct sheet *sheet, const struct table *table);

/* Gives the row LINES lines: not every program finds out by itself. */
void sheet_row_lines(struct sheet *sheet, lxw_row_t row, double lines);

/* "#,##0.00" */
const char *number_format(struct arena *arena, unsigned places);

#endif
