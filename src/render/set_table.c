/* A table over any number of pages: its head on each, no row divided, sums carried over where the document says so. */
#include "render/table_plan.h"

/* A table on its way down the page. */
struct descent {
	struct flow *flow;
	const struct table_plan *plan;
	bool carries;
	wide *sums;              /* of the normal rows so far, by shown column */
};

static void show_head(struct descent *d)
{
	const struct table_plan *plan = d->plan;
	struct flow *flow = d->flow;

	flow_rule(flow, flow->left, flow->right, flow->y, 0.9, INK_ACCENT);
	for (size_t i = 0; i < plan->count && flow->paper; i++) {
		const struct shown_column *shown = &plan->columns[i];
		const struct column *column = &plan->table->columns[shown->index];
		double height = press_lay(flow->press, column->label, &plan->label, PAIR_BENEATH,
					  shown->width - 2 * plan->padding,
					  column_is_number(column) ? ALIGN_RIGHT : ALIGN_LEFT);

		flow_show(flow, flow->left + shown->x + plan->padding,
			  flow->y + plan->head_height - height - plan->text.size * 0.35);
	}
	flow->y += plan->head_height;
	flow_rule(flow, flow->left, flow->right, flow->y, 0.5, INK_ACCENT);
}

static void show_number(struct descent *d, size_t position, struct str shown, const struct type *type)
{
	const struct shown_column *at = &d->plan->columns[position];
	struct flow *flow = d->flow;
	double right = flow->left + at->x + at->width - d->plan->padding;

	press_lay_line(flow->press, shown, type);
	right -= number_inset(d->plan, &d->plan->table->columns[at->index], shown) + press_width(flow->press);
	flow_show(flow, right, flow->y + d->plan->ascent - press_baseline(flow->press));
}

static void show_text(struct descent *d, size_t position, struct text text, double width, const struct type *type)
{
	struct flow *flow = d->flow;

	press_lay(flow->press, text, type, PAIR_FITTING, width - 2 * d->plan->padding, ALIGN_LEFT);
	flow_show(flow, flow->left + d->plan->columns[position].x + d->plan->padding,
		  flow->y + d->plan->ascent - press_baseline(flow->press));
}

static void show_cells(struct descent *d, const struct row *row)
{
	const struct type *type = cell_type(d->plan, row->style);

	for (size_t i = 0; i < d->plan->count && d->flow->paper; i++) {
		const struct column *column = &d->plan->table->columns[d->plan->columns[i].index];
		const struct cell *cell = &row->cells[d->plan->columns[i].index];
		struct text shown;

		if (!cell->filled)
			continue;
		shown = cell_shown(d->flow->arena, column, cell);
		if (column_is_number(column))
			show_number(d, i, shown.main, type);
		else
			show_text(d, i, shown, cell_width(d->plan, row, i), type);
	}
}

/* The rule above a row: none under the head, a heavier one above sums. */
static void show_rule_above(struct descent *d, const struct row *row, bool first)
{
	struct flow *flow = d->flow;

	if (row->style == ROW_TOTAL)
		flow_rule(flow, flow->left, flow->right, flow->y, 0.9, INK_ACCENT);
	else if (row->style == ROW_SUBTOTAL)
		flow_rule(flow, flow->left, flow->right, flow->y, 0.5, INK_GREY);
	else if (!first)
		flow_rule(flow, flow->left, flow->right, flow->y, 0.25, INK_PALE);
}

/* ---- carrying ---- */

static void sums_add(struct descent *d, size_t row)
{
	const struct table *table = d->plan->table;

	if (table->rows[row].style != ROW_NORMAL)
		return;
	for (size_t i = 0; i < d->plan->count; i++) {
		size_t index = d->plan->columns[i].index;
		const struct cell *cell = &table->rows[row].cells[index];

		if (table->columns[index].carry && cell->filled)
			d->sums[i] += (wide)cell->number.mantissa *
				      power_of_ten(table->columns[index].places - cell->number.places);
	}
}

/* The label stands in the first column that is not carried and runs on to the next that is. */
static void show_carry_label(struct descent *d, enum word word)
{
	const struct table_plan *plan = d->plan;
	double width;
	size_t from = 0, to;

	while (plan->table->columns[plan->columns[from].index].carry)
		from++;
	width = plan->columns[from].width;
	for (to = from + 1; to < plan->count && !plan->table->columns[plan->columns[to].index].carry; to++)
		width += plan->columns[to].width;
	show_text(d, from, flow_word(d->flow, word, STR(""), STR("")), width, &plan->note);
}

static void carry_set(struct descent *d, enum word word)
{
	const struct table_plan *plan = d->plan;
	struct flow *flow = d->flow;

	if (!d->carries)
		return;
	if (word == WORD_CARRIED_FORWARD)
		flow_rule(flow, flow->left, flow->right, flow->y, 0.5, INK_GREY);
	show_carry_label(d, word);
	for (size_t i = 0; i < plan->count; i++) {
		const struct column *column = &plan->table->columns[plan->columns[i].index];

		if (column->carry)
			show_number(d, i, grouped_text(flow->arena, ratio_text(flow->arena, d->sums[i],
									       power_of_ten(column->places),
									       column->places)), &plan->text);
	}
	flow->y += plan->line_height;
	if (word == WORD_BROUGHT_FORWARD)
		flow_rule(flow, flow->left, flow->right, flow->y, 0.5, INK_GREY);
}

static double carry_height(const struct descent *d)
{
	return d->carries ? d->plan->line_height : 0;
}

static void page_turn(struct descent *d)
{
	struct flow *flow = d->flow;

	carry_set(d, WORD_CARRIED_FORWARD);
	flow_rule(flow, flow->left, flow->right, flow->y, 0.5, INK_ACCENT);
	flow_break(flow);
	show_head(d);
	carry_set(d, WORD_BROUGHT_FORWARD);
}

/* ---- rows ---- */

/* What row FROM needs on its page: itself and the sums that follow it, and room to carry unless the table ends. */
static double height_kept(const struct descent *d, size_t from)
{
	const struct table *table = d->plan->table;
	double height = d->plan->heights[from];
	size_t next = from + 1;

	while (next < table->row_count && table->rows[next].style != ROW_NORMAL && next - from < 4)
		height += d->plan->heights[next++];
	return next < table->row_count ? height + carry_height(d) : height;
}

static double row_needs(const struct descent *d, size_t row)
{
	double page = d->flow->bottom - d->flow->top - d->plan->head_height - carry_height(d);
	double kept = height_kept(d, row);

	return kept <= page ? kept : d->plan->heights[row] + carry_height(d);
}

/* The head and the first row; a row that no page holds is row_set's to refuse. */
static double height_begun(const struct descent *d)
{
	double head = d->plan->head_height, row = d->plan->table->row_count ? row_needs(d, 0) : 0;

	return head + row < 0.8 * (d->flow->bottom - d->flow->top) ? head + row : head;
}

static bool row_set(struct descent *d, size_t index)
{
	const struct row *row = &d->plan->table->rows[index];
	struct flow *flow = d->flow;
	bool turns = !flow_fits(flow, row_needs(d, index));

	if (turns)
		page_turn(d);
	if (turns && !flow_fits(flow, d->plan->heights[index] + carry_height(d))) {
		struct str place = arena_format(flow->arena, "%.*s.rows[%zu]", (int)flow->place.length,
						flow->place.at, index);

		return fault_say(flow->fault, FAULT_TOO_TALL, place, STR(""), STR(""));
	}
	show_rule_above(d, row, index == 0 || turns);
	show_cells(d, row);
	sums_add(d, index);
	flow->y += d->plan->heights[index];
	return true;
}

bool set_table(struct flow *flow, const struct table *table)
{
	struct table_plan *plan = flow->plans[flow->section];
	struct descent d = { .flow = flow };

	if (!plan)
		plan = flow->plans[flow->section] = table_plan_make(flow, table);
	if (!plan)
		return false;
	d.plan = plan;
	d.sums = arena_many(flow->arena, plan->count, wide);
	for (size_t i = 0; i < plan->count; i++)
		d.carries = d.carries || table->columns[plan->columns[i].index].carry;
	if (!set_heading(flow, table->title, height_begun(&d)))
		return false;
	show_head(&d);
	for (size_t i = 0; i < table->row_count; i++)
		if (!row_set(&d, i))
			return false;
	flow_rule(flow, flow->left, flow->right, flow->y, 0.9, INK_ACCENT);
	return true;
}
