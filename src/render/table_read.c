#include "render/reading.h"

#include <string.h>

bool column_is_number(const struct column *column)
{
	return column->type == COLUMN_INTEGER || column->type == COLUMN_DECIMAL || column->type == COLUMN_MONEY;
}

static int column_index(const struct table *table, struct str id)
{
	for (size_t i = 0; i < table->column_count; i++)
		if (str_equal(table->columns[i].id, id))
			return (int)i;
	return -1;
}

/* ---- formulas ---- */

static size_t span_of(struct str text, size_t at, const char *characters)
{
	size_t from = at;

	while (at < text.length && text.at[at] && strchr(characters, text.at[at]))
		at++;
	return at - from;
}

static bool function_known(struct str name)
{
	static const char *const known[] = { "ROUND", "ROUNDUP", "ROUNDDOWN", "SUM", "MIN", "MAX", "IF", "ABS", "INT" };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (str_is(name, known[i]))
			return true;
	return false;
}

/* The length of what stands at AT of FORMULA; 0 where it has no business there. */
static size_t formula_token(const struct table *table, struct str formula, size_t at)
{
	size_t length;

	if (formula.at[at] == '{') {
		length = str_find(str_part(formula, at, formula.length), '}');
		if (at + length >= formula.length || column_index(table, str_part(formula, at + 1, at + length)) < 0)
			return 0;
		return length + 1;
	}
	length = span_of(formula, at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
	if (length)
		return function_known(str_part(formula, at, at + length)) ? length : 0;
	return span_of(formula, at, "0123456789.+-*/(),<>= ");
}

bool formula_check(struct reading *r, const struct place *place, const struct table *table, struct str formula)
{
	for (size_t at = 0, length; at < formula.length; at += length) {
		length = formula_token(table, formula, at);
		if (length == 0)
			return refuse(r, place, FAULT_FORMULA, arena_format(r->arena, "%zu", at + 1), STR(""));
	}
	return true;
}

/* ---- columns ---- */

static bool id_valid(struct str id)
{
	return id.length && id.length <= NAME_BYTES_MAX &&
	       span_of(id, 0, "abcdefghijklmnopqrstuvwxyz0123456789_") == id.length;
}

static bool weight_take(struct reading *r, const struct place *place, const struct json *json, struct column *column)
{
	const struct json *weight = json_member(json, "weight");
	struct place at = place_member(place, "weight");
	int64_t value;

	column->weight = column->type == COLUMN_TEXT ? 3 : 1;
	if (!weight)
		return true;
	if (!json_integer(weight, &value) || value < 1 || value > 100)
		return refuse_plainly(r, &at, FAULT_NOT_WEIGHT);
	column->weight = (unsigned)value;
	return true;
}

static bool column_read(struct reading *r, const struct place *place, const struct json *json,
			const struct table *before, struct column *column)
{
	struct place at = place_member(place, "id");
	unsigned type = COLUMN_TEXT;

	*column = (struct column){ .formula = STR("") };
	if (!object_check(r, place, json, "id label type weight xlsx_only formula") ||
	    !string_take(r, place, json, "id", NEEDED, NAME_BYTES_MAX, &column->id) ||
	    (!id_valid(column->id) && !refuse_plainly(r, &at, FAULT_NOT_NAME)) ||
	    (column_index(before, column->id) >= 0 && !refuse(r, &at, FAULT_TWICE, column->id, STR(""))) ||
	    !text_take(r, place, json, "label", NEEDED, TEXT_BYTES_MAX, &column->label) ||
	    !choice_take(r, place, json, "type", NEEDED, "text integer decimal money day", &type) ||
	    !boolean_take(r, place, json, "xlsx_only", &column->xlsx_only) ||
	    !string_take(r, place, json, "formula", OPTIONAL, FORMULA_BYTES_MAX, &column->formula))
		return false;
	column->type = (enum column_type)type;
	column->places = column->type == COLUMN_MONEY ? 2 : 0;
	return weight_take(r, place, json, column);
}

static bool columns_read(struct reading *r, const struct place *place, const struct json *json, struct table *table)
{
	struct place at = place_member(place, "columns");
	const struct json *element;
	size_t count;

	if (!array_take(r, place, json, "columns", NEEDED, TABLE_COLUMNS_MAX, &element, &count))
		return false;
	table->columns = arena_many(r->arena, count, struct column);
	for (size_t i = 0; i < count; i++, element = element->next) {
		struct place column = place_element(&at, i);

		if (!column_read(r, &column, element, table, &table->columns[i]))
			return false;
		table->column_count++;
	}
	return true;
}

static bool formulas_check(struct reading *r, const struct place *place, const struct table *table)
{
	struct place columns = place_member(place, "columns");

	for (size_t i = 0; i < table->column_count; i++) {
		struct place column = place_element(&columns, i), at = place_member(&column, "formula");

		if (table->columns[i].formula.length == 0)
			continue;
		if (!column_is_number(&table->columns[i]))
			return refuse(r, &at, FAULT_COLUMN_NOT_NUMBER, table->columns[i].id, STR(""));
		if (!formula_check(r, &at, table, table->columns[i].formula))
			return false;
	}
	return true;
}

/* ---- rows ---- */

static bool cell_read(struct reading *r, const struct place *place, const struct json *json, struct column *column,
		      struct cell *cell)
{
	if (json_is(json, JSON_STRING) && json->text.length == 0)
		return true;
	cell->filled = true;
	if (column->type == COLUMN_TEXT)
		return text_read(r, place, json, TEXT_BYTES_MAX, &cell->text);
	if (column->type == COLUMN_DAY)
		return day_take(r, place, json, &cell->day);
	if (!number_read(r, place, json, &cell->number))
		return false;
	if (column->type == COLUMN_INTEGER && cell->number.places)
		return refuse(r, place, FAULT_NOT_INTEGER, json->text, STR(""));
	if (cell->number.places > column->places)
		column->places = cell->number.places;
	return true;
}

static bool row_read(struct reading *r, const struct place *place, const struct json *json, struct table *table,
		     struct row *row)
{
	const struct json *cells = json_member(json, "cells");
	struct place at = place_member(place, "cells");
	unsigned style = ROW_NORMAL;

	if (!object_check(r, place, json, "style cells") ||
	    !choice_take(r, place, json, "style", OPTIONAL, "normal subtotal total note", &style))
		return false;
	if (!cells)
		return refuse_plainly(r, &at, FAULT_MISSING);
	if (!json_is(cells, JSON_OBJECT))
		return refuse_plainly(r, &at, FAULT_NOT_OBJECT);
	row->style = (enum row_style)style;
	row->cells = arena_many(r->arena, table->column_count, struct cell);
	for (const struct json *member = cells->first; member; member = member->next) {
		struct place cell = { .up = &at, .name = member->key.length ? member->key : STR("?") };
		int index = column_index(table, member->key);

		if (index < 0)
			return refuse(r, &cell, FAULT_NO_COLUMN, member->key, STR(""));
		if (!cell_read(r, &cell, member, &table->columns[index], &row->cells[index]))
			return false;
	}
	return true;
}

static bool rows_read(struct reading *r, const struct place *place, const struct json *json, struct table *table)
{
	struct place at = place_member(place, "rows");
	const struct json *element;
	size_t count;

	if (!array_take(r, place, json, "rows", OPTIONAL, TABLE_ROWS_MAX, &element, &count))
		return false;
	r->cell_count += count * table->column_count;
	if (r->cell_count > TABLE_CELLS_MAX)
		return refuse(r, &at, FAULT_TOO_MANY, arena_format(r->arena, "%d", TABLE_CELLS_MAX), STR(""));
	table->rows = arena_many(r->arena, count, struct row);
	for (size_t i = 0; i < count; i++, element = element->next) {
		struct place row = place_element(&at, i);

		if (!row_read(r, &row, element, table, &table->rows[i]))
			return false;
		table->row_count++;
	}
	return true;
}

/* ---- sums ---- */

/* The columns that the array NAME names, marked at OFFSET of each. */
static bool marks_read(struct reading *r, const struct place *place, const struct json *json, const char *name,
		       struct table *table, size_t offset)
{
	struct place at = place_member(place, name);
	const struct json *element;
	size_t count;

	if (!array_take(r, place, json, name, OPTIONAL, TABLE_COLUMNS_MAX, &element, &count))
		return false;
	for (size_t i = 0; i < count; i++, element = element->next) {
		struct place mark = place_element(&at, i);
		int index = json_is(element, JSON_STRING) ? column_index(table, element->text) : -1;

		if (index < 0)
			return refuse(r, &mark, FAULT_NO_COLUMN, json_text(element), STR(""));
		if (!column_is_number(&table->columns[index]))
			return refuse(r, &mark, FAULT_COLUMN_NOT_NUMBER, element->text, STR(""));
		*((bool *)((char *)&table->columns[index] + offset)) = true;
	}
	return true;
}

static wide scaled(struct decimal number, unsigned places)
{
	return (wide)number.mantissa * power_of_ten(places - number.places);
}

wide table_sum(const struct table *table, size_t column, size_t end)
{
	wide sum = 0;

	for (size_t i = 0; i < end; i++)
		if (table->rows[i].style == ROW_NORMAL && table->rows[i].cells[column].filled)
			sum += scaled(table->rows[i].cells[column].number, table->columns[column].places);
	return sum;
}

static bool total_check(struct reading *r, const struct place *place, const struct table *table, size_t index)
{
	const struct column *column = &table->columns[index];
	const struct cell *cell = &table->rows[table->row_count - 1].cells[index];
	struct place rows = place_member(place, "rows"), row = place_element(&rows, table->row_count - 1);
	struct place cells = place_member(&row, "cells"), at = { .up = &cells, .name = column->id };
	wide sum = table_sum(table, index, table->row_count);

	if (!cell->filled)
		return refuse_plainly(r, &at, FAULT_MISSING);
	if (scaled(cell->number, column->places) == sum)
		return true;
	return refuse(r, &at, FAULT_TOTAL_DIFFERS, decimal_text(r->arena, cell->number),
		      ratio_text(r->arena, sum, power_of_ten(column->places), column->places));
}

static bool sums_check(struct reading *r, const struct place *place, const struct table *table)
{
	struct place sum = place_member(place, "sum"), carry = place_member(place, "carry");
	bool carries = false, labelled = false;

	for (size_t i = 0; i < table->column_count; i++) {
		carries = carries || table->columns[i].carry;
		labelled = labelled || (!table->columns[i].carry && !table->columns[i].xlsx_only);
		if (!table->columns[i].sum)
			continue;
		if (table->row_count == 0 || table->rows[table->row_count - 1].style != ROW_TOTAL)
			return refuse_plainly(r, &sum, FAULT_NO_TOTAL);
		if (!total_check(r, place, table, i))
			return false;
	}
	return !carries || labelled || refuse_plainly(r, &carry, FAULT_NO_LABEL_COLUMN);
}

bool table_read(struct reading *r, const struct place *place, const struct json *json, struct table *table)
{
	return object_check(r, place, json, "kind title columns rows sum carry") &&
	       text_take(r, place, json, "title", OPTIONAL, TEXT_BYTES_MAX, &table->title) &&
	       columns_read(r, place, json, table) && formulas_check(r, place, table) &&
	       rows_read(r, place, json, table) &&
	       marks_read(r, place, json, "sum", table, offsetof(struct column, sum)) &&
	       marks_read(r, place, json, "carry", table, offsetof(struct column, carry)) &&
	       sums_check(r, place, table);
}
