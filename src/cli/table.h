/* Tables for people: columns as wide as their widest cell, wide characters counted as two, numbers to the right. */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/problem.h"

enum { TABLE_COLUMNS_MAX = 12 };

struct table_column {
	const char *title, *title_chinese;
	bool right;
};

struct table {
	struct arena *arena;
	const struct table_column *columns;    /* ends with a column without a title */
	size_t column_count;
	enum language language;
	struct str (*rows)[TABLE_COLUMNS_MAX];
	size_t row_count, row_capacity;
};

void table_init(struct table *table, struct arena *arena, const struct table_column *columns, enum language language);
void table_row(struct table *table, const struct str *cells);
void table_write(const struct table *table, struct buf *out);

#endif
