#include "cli/table.h"

#include "base/utf8.h"

void table_init(struct table *table, struct arena *arena, const struct table_column *columns, enum language language)
{
	*table = (struct table){ .arena = arena, .columns = columns, .language = language };
	while (columns[table->column_count].title)
		table->column_count++;
}

void table_row(struct table *table, const struct str *cells)
{
	table->rows = arena_grown(table->arena, table->rows, table->row_count, &table->row_capacity, sizeof(*table->rows));
	for (size_t column = 0; column < table->column_count; column++)
		table->rows[table->row_count][column] = utf8_printable(table->arena, cells[column]);
	table->row_count++;
}

static struct str title(const struct table *table, size_t column)
{
	return str_of(table->language == LANGUAGE_CHINESE ? table->columns[column].title_chinese : table->columns[column].title);
}

static void cell_write(struct buf *out, struct str cell, unsigned width, bool right, bool last)
{
	unsigned columns = utf8_columns(cell);

	for (unsigned i = columns; right && i < width; i++)
		buf_add_char(out, ' ');
	buf_add_str(out, cell);
	for (unsigned i = columns; !right && !last && i < width; i++)
		buf_add_char(out, ' ');
	buf_add_str(out, last ? STR("\n") : STR("  "));
}

void table_write(const struct table *table, struct buf *out)
{
	unsigned widths[TABLE_COLUMNS_MAX];

	for (size_t column = 0; column < table->column_count; column++) {
		widths[column] = utf8_columns(title(table, column));
		for (size_t row = 0; row < table->row_count; row++) {
			unsigned columns = utf8_columns(table->rows[row][column]);

			widths[column] = columns > widths[column] ? columns : widths[column];
		}
	}
	for (size_t row = 0; row <= table->row_count; row++)
		for (size_t column = 0; column < table->column_count; column++)
			cell_write(out, row ? table->rows[row - 1][column] : title(table, column), widths[column],
				   table->columns[column].right, column + 1 == table->column_count);
}
