/* Paragraphs: one language after the other, divided between lines where a page ends, no line left alone. */
#include "render/flow.h"

struct manner {
	struct type main, beside;
	double between;          /* paragraphs */
	bool indented;           /* the first line of a Chinese paragraph, by two characters */
};

static const struct manner manner_letter = {
	.main = { FACE_SERIF, INK_BLACK, 12, 12, 1.12 },
	.beside = { FACE_SERIF, INK_BLACK, 10, 10, 1.0 },
	.between = 2.6 * MM,
	.indented = true,
};

static const struct manner manner_form = {
	.main = { FACE_SERIF, INK_BLACK, 9, 9, 1.0 },
	.beside = { FACE_SERIF, INK_BLACK, 8, 8, 0.94 },
	.between = 1.4 * MM,
};

static double line_height(PangoLayoutIter *iter)
{
	PangoRectangle extents;

	pango_layout_iter_get_line_extents(iter, NULL, &extents);
	return (double)extents.height / PANGO_SCALE;
}

/* The line's upper edge goes to the current place. */
static void line_set(struct flow *flow, PangoLayoutIter *iter)
{
	PangoRectangle extents;

	pango_layout_iter_get_line_extents(iter, NULL, &extents);
	if (flow->paper) {
		double baseline = (double)(pango_layout_iter_get_baseline(iter) - extents.y) / PANGO_SCALE;

		cairo_move_to(flow->paper, flow->left + (double)extents.x / PANGO_SCALE, flow->y + baseline);
		pango_cairo_show_layout_line(flow->paper, pango_layout_iter_get_line_readonly(iter));
	}
	flow->y += (double)extents.height / PANGO_SCALE;
}

/* The first two lines stay together, and so do the last two. */
static void paragraph_set(struct flow *flow, struct str text, const struct type *type, bool indented)
{
	PangoLayout *layout;
	PangoLayoutIter *iter;
	int lines;

	press_lay(flow->press, (struct text){ text, STR("") }, type, PAIR_BESIDE, flow_width(flow), ALIGN_JUSTIFIED);
	layout = pango_layout_copy(flow->press->layout);
	if (indented)
		pango_layout_set_indent(layout, (int)(2 * type->size * PANGO_SCALE));
	lines = pango_layout_get_line_count(layout);
	iter = pango_layout_get_iter(layout);
	for (int i = 0; i < lines; i++, pango_layout_iter_next_line(iter)) {
		bool pair_begins = lines > 1 && (i == 0 || i == lines - 2);

		if (!flow_fits(flow, line_height(iter) * (pair_begins ? 2 : 1)))
			flow_break(flow);
		line_set(flow, iter);
	}
	pango_layout_iter_free(iter);
	g_object_unref(layout);
}

bool set_prose(struct flow *flow, const struct prose *prose)
{
	const struct manner *manner = flow->letter ? &manner_letter : &manner_form;

	if (!set_heading(flow, prose->title, 3 * manner->main.size * 1.5))
		return false;
	for (size_t i = 0; i < prose->paragraphs.count; i++) {
		const struct text *text = &prose->paragraphs.list[i];

		if (i > 0)
			flow_skip(flow, manner->between);
		paragraph_set(flow, text->main, &manner->main, manner->indented && flow->document->chinese);
		if (text->beside.length == 0)
			continue;
		flow_skip(flow, manner->between * 0.4);
		paragraph_set(flow, text->beside, &manner->beside, false);
	}
	return true;
}
