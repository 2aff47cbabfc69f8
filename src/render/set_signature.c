/*
 * Blocks to sign and seal, side by side, a single one at the right, never divided. A line that ends in a colon is one
 * to write on.
 */
#include "render/flow.h"

static const struct type type_label = { FACE_SANS_BOLD, INK_BLACK, 9.5, 8, 0.9 };
static const struct type type_line = { FACE_SANS, INK_BLACK, 8.5, 7.2, 0.9 };

#define BLOCK_GAP  (12 * MM)
#define LINE_LEAD  (3.5 * MM)
#define SEAL_ROOM  (13 * MM)

static bool is_to_fill(struct text line)
{
	return str_ends(line.main, STR("：")) || str_ends(line.main, STR(":"));
}

static double line_set(struct flow *flow, struct text line, double x, double y, double width)
{
	double height = press_lay(flow->press, line, &type_line, PAIR_FITTING, width, ALIGN_LEFT);
	double from = x + press_width(flow->press) + 2 * MM, baseline = y + press_last_baseline(flow->press);

	flow_show(flow, x, y);
	if (is_to_fill(line) && from < x + width)
		flow_rule(flow, from, x + width, baseline + 1.5, 0.4, INK_GREY);
	return height + LINE_LEAD;
}

/* The block's height, painted from the current place on where PAINT says so. */
static double block_set(struct flow *flow, const struct block *block, double x, double y, double width)
{
	double from = y;

	y += press_lay(flow->press, block->label, &type_label, PAIR_FITTING, width, ALIGN_LEFT);
	flow_show(flow, x, from);
	y += SEAL_ROOM;
	for (size_t i = 0; i < block->lines.count; i++)
		y += line_set(flow, block->lines.list[i], x, y, width);
	return y - from;
}

bool set_signature(struct flow *flow, const struct block_list *blocks)
{
	double places = blocks->count > 1 ? (double)blocks->count : 2, tallest = 0;
	double width = (flow_width(flow) - BLOCK_GAP * (places - 1)) / places;
	double left = flow->right - width - (double)(blocks->count - 1) * (width + BLOCK_GAP);
	cairo_t *paper = flow->paper;

	flow->paper = NULL;
	for (size_t i = 0; i < blocks->count; i++) {
		double height = block_set(flow, &blocks->list[i], 0, 0, width);

		tallest = height > tallest ? height : tallest;
	}
	flow->paper = paper;
	if (!flow_need(flow, tallest))
		return false;
	for (size_t i = 0; i < blocks->count; i++)
		block_set(flow, &blocks->list[i], left + (double)i * (width + BLOCK_GAP), flow->y, width);
	flow->y += tallest - LINE_LEAD;
	return true;
}
