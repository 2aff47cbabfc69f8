#include "render/table_plan.h"

static const double sizes[] = { 8.5, 8, 7.5, 7, 6.5, 6, 5.5 };

/* Above and below a cell's text, of its size. */
#define CELL_WHITE 0.24

enum { SIZE_COUNT = sizeof(sizes) / sizeof(sizes[0]) };

static void types_set(struct table_plan *plan, double size)
{
	double small = size < 7 ? size : size - 1.3;

	plan->text = (struct type){ FACE_SANS, INK_BLACK, size, small, 0.86 };
	plan->strong = (struct type){ FACE_SANS_BOLD, INK_BLACK, size, small, 0.86 };
	plan->note = (struct type){ FACE_SANS, INK_GREY, size - 0.8, small, 0.86 };
	plan->label = (struct type){ FACE_SANS, INK_GREY, size - 0.7, size < 7 ? size - 0.7 : size - 1.7, 0.86 };
	plan->padding = size * 0.45;
}

static double width_of(struct flow *flow, const char *text, const struct type *type)
{
	press_lay_line(flow->press, str_of(text), type);
	return press_width(flow->press);
}

/* Bold digits may be wider; totals are bold. */
static void metrics_set(struct flow *flow, struct table_plan *plan)
{
	plan->digit = width_of(flow, "00000", &plan->strong) / 5;
	plan->point = width_of(flow, "0.0", &plan->strong) - 2 * plan->digit;
	plan->comma = width_of(flow, "0,0", &plan->strong) - 2 * plan->digit;
	plan->minus = width_of(flow, "-0", &plan->strong) - plan->digit;
	plan->line_height = press_lay_line(flow->press, STR("0"), &plan->text);
	plan->ascent = press_baseline(flow->press) + plan->text.size * CELL_WHITE;
	plan->line_height += 2 * plan->text.size * CELL_WHITE;
}

/* ---- what cells show ---- */

static struct str number_shown(struct arena *arena, const struct column *column, struct decimal number)
{
	if (column->type == COLUMN_MONEY && number.places < 2)
		return grouped_text(arena, ratio_text(arena, number.mantissa, power_of_ten(number.places), 2));
	return grouped_text(arena, decimal_text(arena, number));
}

struct text cell_shown(struct arena *arena, const struct column *column, const struct cell *cell)
{
	switch (column->type) {
	case COLUMN_TEXT:
		return cell->text;
	case COLUMN_DAY:
		return (struct text){ day_text(arena, cell->day), STR("") };
	case COLUMN_INTEGER:
	case COLUMN_DECIMAL:
	case COLUMN_MONEY:
		return (struct text){ number_shown(arena, column, cell->number), STR("") };
	}
	return (struct text){ STR(""), STR("") };
}

double number_inset(const struct table_plan *plan, const struct column *column, struct str shown)
{
	size_t point = str_find(shown, '.'), places = point < shown.length ? shown.length - point - 1 : 0;
	double inset = (double)(column->places - places) * plan->digit;

	return places == 0 && column->places ? inset + plan->point : inset;
}

static double number_width(const struct table_plan *plan, const struct column *column, struct str shown)
{
	double width = number_inset(plan, column, shown);

	for (size_t i = 0; i < shown.length; i++)
		switch (shown.at[i]) {
		case '.':
			width += plan->point;
			break;
		case ',':
			width += plan->comma;
			break;
		case '-':
			width += plan->minus;
			break;
		default:
			width += plan->digit;
		}
	return width;
}

const struct type *cell_type(const struct table_plan *plan, enum row_style style)
{
	switch (style) {
	case ROW_NORMAL:
		return &plan->text;
	case ROW_SUBTOTAL:
	case ROW_TOTAL:
		return &plan->strong;
	case ROW_NOTE:
		return &plan->note;
	}
	return &plan->text;
}

double cell_width(const struct table_plan *plan, const struct row *row, size_t position)
{
	double width = plan->columns[position].width;

	if (row->style == ROW_NORMAL || plan->table->columns[plan->columns[position].index].type != COLUMN_TEXT)
		return width;
	while (++position < plan->count && !row->cells[plan->columns[position].index].filled)
		width += plan->columns[position].width;
	return width;
}

/* ---- widths ---- */

static double larger(double a, double b)
{
	return a > b ? a : b;
}

static double numbers_width(struct flow *flow, const struct table_plan *plan, size_t index)
{
	const struct table *table = plan->table;
	const struct column *column = &table->columns[index];
	double widest = 0;

	for (size_t i = 0; i < table->row_count; i++)
		if (table->rows[i].cells[index].filled) {
			struct str shown = number_shown(flow->arena, column, table->rows[i].cells[index].number);

			widest = larger(widest, number_width(plan, column, shown));
		}
	if (column->carry) {
		struct str sum = ratio_text(flow->arena, table_sum(table, index, table->row_count),
					    power_of_ten(column->places), column->places);

		widest = larger(widest, number_width(plan, column, grouped_text(flow->arena, sum)));
	}
	return widest;
}

/* The least a column needs: its numbers or day whole, its label's words whole, and some characters of a text. */
static double column_least(struct flow *flow, const struct table_plan *plan, size_t index)
{
	const struct column *column = &plan->table->columns[index];
	struct text main = { column->label.main, STR("") };
	double label = press_word_width(flow->press, column->label, &plan->label), least = 0;

	press_lay(flow->press, main, &plan->label, PAIR_BESIDE, WIDTH_FREE, ALIGN_LEFT);
	label = larger(label, press_width(flow->press) < 5 * plan->label.size ? press_width(flow->press) : 0);
	switch (column->type) {
	case COLUMN_TEXT:
		least = 4 * plan->text.size;
		break;
	case COLUMN_DAY:
		least = 8 * plan->digit + 2 * plan->minus;
		break;
	case COLUMN_INTEGER:
	case COLUMN_DECIMAL:
	case COLUMN_MONEY:
		least = numbers_width(flow, plan, index);
		break;
	}
	return larger(label, least) + 2 * plan->padding + 0.5;
}

static double column_weight(const struct table_plan *plan, size_t position)
{
	return plan->table->columns[plan->columns[position].index].weight;
}

/* By weight; columns that this leaves too narrow take what they need from the others. Widths of 0 are not yet given. */
static void widths_share(const struct table_plan *plan, const double *least, double available)
{
	for (bool settled = false; !settled;) {
		double room = available, weights = 0;

		settled = true;
		for (size_t i = 0; i < plan->count; i++) {
			room -= plan->columns[i].width;
			if (plan->columns[i].width <= 0)
				weights += column_weight(plan, i);
		}
		for (size_t i = 0; i < plan->count && settled; i++) {
			double share = room / weights * column_weight(plan, i);

			if (plan->columns[i].width > 0 || share >= least[i])
				continue;
			plan->columns[i].width = least[i];
			settled = false;
		}
		for (size_t i = 0; i < plan->count && settled; i++)
			if (plan->columns[i].width <= 0)
				plan->columns[i].width = room / weights * column_weight(plan, i);
	}
}

/* False where the columns' least widths are more than AVAILABLE at this size of type. */
static bool widths_set(struct flow *flow, struct table_plan *plan, double size, double available)
{
	double *least = arena_many(flow->arena, plan->count, double), needed = 0, x = 0;

	types_set(plan, size);
	metrics_set(flow, plan);
	for (size_t i = 0; i < plan->count; i++) {
		plan->columns[i].width = 0;
		least[i] = column_least(flow, plan, plan->columns[i].index);
		needed += least[i];
	}
	available += 2 * plan->padding;
	if (needed > available)
		return false;
	widths_share(plan, least, available);
	x = -plan->padding;
	for (size_t i = 0; i < plan->count; i++) {
		plan->columns[i].x = x;
		x += plan->columns[i].width;
	}
	return true;
}

/* ---- heights ---- */

static double row_height(struct flow *flow, const struct table_plan *plan, const struct row *row)
{
	double tallest = plan->line_height;

	for (size_t i = 0; i < plan->count; i++) {
		const struct cell *cell = &row->cells[plan->columns[i].index];
		double width = cell_width(plan, row, i) - 2 * plan->padding, height;

		if (!cell->filled || plan->table->columns[plan->columns[i].index].type != COLUMN_TEXT)
			continue;
		height = press_lay(flow->press, cell->text, cell_type(plan, row->style), PAIR_FITTING, width,
				   ALIGN_LEFT);
		height += plan->ascent - press_baseline(flow->press) + plan->text.size * CELL_WHITE;
		tallest = larger(tallest, height);
	}
	return tallest;
}

static void heights_set(struct flow *flow, struct table_plan *plan)
{
	const struct table *table = plan->table;

	for (size_t i = 0; i < plan->count; i++) {
		double width = plan->columns[i].width - 2 * plan->padding;
		struct text label = table->columns[plan->columns[i].index].label;
		double height = press_lay(flow->press, label, &plan->label, PAIR_BENEATH, width, ALIGN_LEFT);

		plan->head_height = larger(plan->head_height, height + plan->text.size * 0.7);
	}
	plan->heights = arena_many(flow->arena, table->row_count, double);
	for (size_t i = 0; i < table->row_count; i++)
		plan->heights[i] = row_height(flow, plan, &table->rows[i]);
}

struct table_plan *table_plan_make(struct flow *flow, const struct table *table)
{
	struct table_plan *plan = arena_new(flow->arena, struct table_plan);

	plan->table = table;
	plan->columns = arena_many(flow->arena, table->column_count, struct shown_column);
	for (size_t i = 0; i < table->column_count; i++)
		if (!table->columns[i].xlsx_only)
			plan->columns[plan->count++].index = i;
	for (int i = 0; i < SIZE_COUNT && plan->count; i++)
		if (widths_set(flow, plan, sizes[i], flow_width(flow))) {
			heights_set(flow, plan);
			return plan;
		}
	fault_say(flow->fault, plan->count ? FAULT_TABLE_TOO_WIDE : FAULT_NOTHING_SHOWN, flow->place, STR(""), STR(""));
	return NULL;
}
