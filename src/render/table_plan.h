/* A table measured once: which columns are shown, how wide they are, how tall each row is. */
#ifndef RENDER_TABLE_PLAN_H
#define RENDER_TABLE_PLAN_H

#include "render/flow.h"

struct shown_column {
	size_t index;            /* in the table's columns */
	double x, width;         /* of the cell with its padding; texts, not cells, begin at the margin */
};

struct table_plan {
	const struct table *table;
	struct shown_column *columns;
	size_t count;
	struct type text, strong, note, label;
	double padding;          /* at a cell's left and right */
	double ascent;           /* from a row's upper edge to its first baseline */
	double line_height;      /* of a row with one line */
	double digit, point, comma, minus;
	double head_height;
	double *heights;         /* of each row */
};

/* In FLOW's arena; NULL and a fault where the table does not fit the page's width. */
struct table_plan *table_plan_make(struct flow *flow, const struct table *table) MUST_USE;

/* What a filled cell shows; numbers are grouped. */
struct text cell_shown(struct arena *arena, const struct column *column, const struct cell *cell);

/* How far left of its column's right edge a number ends, so that decimal points stand above each other. */
double number_inset(const struct table_plan *plan, const struct column *column, struct str shown);

const struct type *cell_type(const struct table_plan *plan, enum row_style style);

/* The width of the cell at POSITION of ROW: texts of other than normal rows run on over empty cells to the right. */
double cell_width(const struct table_plan *plan, const struct row *row, size_t position);

#endif
