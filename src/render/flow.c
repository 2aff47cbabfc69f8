#include "render/flow.h"

#define PAPER_WIDTH  (210 * MM)
#define PAPER_HEIGHT (297 * MM)

static const struct type type_running = { FACE_SANS, INK_GREY, 7.5, 7, 0.9 };
const struct type type_heading = { FACE_SANS_BOLD, INK_BLACK, 10.5, 8, 0.9 };
const struct type type_small = { FACE_SANS, INK_GREY, 7.5, 6.5, 0.9 };
const struct type type_body = { FACE_SERIF, INK_BLACK, 9.5, 8.5, 1.0 };

static const struct {
	const char *chinese, *english;
} word_table[] = {
#define WORD(name, chinese, english) { chinese, english },
#include "render/words.def"
#undef WORD
};

static struct str word_filled(const struct flow *flow, const char *template, struct str one, struct str two)
{
	struct str words[] = { one, two }, text;
	struct buf filled;

	buf_init(&filled, 1024);
	buf_add_template(&filled, template, words);
	text = arena_str(flow->arena, buf_str(&filled));
	buf_free(&filled);
	return text;
}

struct text flow_word(const struct flow *flow, enum word word, struct str one, struct str two)
{
	struct str chinese = word_filled(flow, word_table[word].chinese, one, two);
	struct str english = word_filled(flow, word_table[word].english, one, two);

	if (!flow->document->chinese)
		return (struct text){ english, STR("") };
	return (struct text){ chinese, flow->document->english ? english : STR("") };
}

double flow_width(const struct flow *flow)
{
	return flow->right - flow->left;
}

bool flow_at_top(const struct flow *flow)
{
	return flow->y <= flow->top;
}

bool flow_fits(const struct flow *flow, double height)
{
	return flow->y + height <= flow->bottom + 0.01;
}

bool flow_need(struct flow *flow, double height)
{
	if (height > flow->bottom - flow->top)
		return fault_say(flow->fault, FAULT_TOO_TALL, flow->place, STR(""), STR(""));
	if (!flow_fits(flow, height))
		flow_break(flow);
	return true;
}

void flow_skip(struct flow *flow, double height)
{
	if (!flow_at_top(flow))
		flow->y += height;
}

static void ink_take(struct flow *flow, enum ink ink)
{
	double colour[3];

	ink_colour(ink, colour);
	cairo_set_source_rgb(flow->paper, colour[0], colour[1], colour[2]);
}

void flow_show(struct flow *flow, double x, double y)
{
	if (!flow->paper)
		return;
	cairo_move_to(flow->paper, x, y);
	pango_cairo_show_layout(flow->paper, flow->press->layout);
}

void flow_rule(struct flow *flow, double from, double to, double y, double thickness, enum ink ink)
{
	if (!flow->paper)
		return;
	ink_take(flow, ink);
	cairo_set_line_width(flow->paper, thickness);
	cairo_move_to(flow->paper, from, y);
	cairo_line_to(flow->paper, to, y);
	cairo_stroke(flow->paper);
}

void flow_fill(struct flow *flow, double x, double y, double width, double height, enum ink ink)
{
	if (!flow->paper)
		return;
	ink_take(flow, ink);
	cairo_rectangle(flow->paper, x, y, width, height);
	cairo_fill(flow->paper);
}

/* ---- what stands on every page ---- */

static void show_page_number(struct flow *flow, double y)
{
	struct str page = arena_format(flow->arena, "%u", flow->page);
	struct str pages = arena_format(flow->arena, "%u", flow->pages);
	struct text label = flow_word(flow, WORD_PAGE, page, pages);

	if (label.beside.length)
		label = (struct text){ arena_format(flow->arena, "%.*s /", (int)label.main.length, label.main.at),
				       label.beside };
	press_lay(flow->press, label, &type_running, PAIR_BESIDE, WIDTH_FREE, ALIGN_LEFT);
	flow_show(flow, flow->right - press_width(flow->press), y);
}

static double footer_lay(struct flow *flow)
{
	return press_lay(flow->press, flow->document->footer, &type_running, PAIR_FITTING, flow_width(flow),
			 ALIGN_LEFT);
}

static void show_foot(struct flow *flow)
{
	double y = flow->bottom + 5 * MM;

	flow_rule(flow, flow->left, flow->right, y, 0.4, INK_PALE);
	y += 1.2 * MM;
	press_lay_line(flow->press, flow->document->number, &type_running);
	flow_show(flow, flow->left, y);
	show_page_number(flow, y);
	if (flow->document->footer.main.length == 0)
		return;
	y += 4 * MM;
	footer_lay(flow);
	flow_show(flow, flow->left, y);
}

/* From the second page on: what the loose sheet belongs to. */
static void show_running_head(struct flow *flow)
{
	struct str date = day_text(flow->arena, flow->document->date);
	double y = flow->top - 8 * MM;

	press_lay_line(flow->press, date, &type_running);
	flow_show(flow, flow->right - press_width(flow->press), y);
	press_lay(flow->press, flow->document->title, &type_running, PAIR_BESIDE, flow_width(flow) - 25 * MM,
		  ALIGN_LEFT);
	pango_layout_set_height(flow->press->layout, -1);
	pango_layout_set_ellipsize(flow->press->layout, PANGO_ELLIPSIZE_END);
	flow_show(flow, flow->left, y);
	pango_layout_set_ellipsize(flow->press->layout, PANGO_ELLIPSIZE_NONE);
	flow_rule(flow, flow->left, flow->right, y + 4.6 * MM, 0.4, INK_PALE);
}

static void page_begin(struct flow *flow)
{
	flow->page++;
	flow->y = flow->top;
	if (flow->page > 1)
		show_running_head(flow);
	show_foot(flow);
}

void flow_break(struct flow *flow)
{
	if (flow->paper)
		cairo_show_page(flow->paper);
	page_begin(flow);
}

/* ---- the whole ---- */

bool set_heading(struct flow *flow, struct text title, double kept_with)
{
	double height;

	if (title.main.length == 0)
		return flow_need(flow, kept_with);
	height = press_lay(flow->press, title, &type_heading, PAIR_FITTING, flow_width(flow), ALIGN_LEFT);
	if (!flow_need(flow, height + 1.2 * MM + kept_with))
		return false;
	press_lay(flow->press, title, &type_heading, PAIR_FITTING, flow_width(flow), ALIGN_LEFT);
	flow_show(flow, flow->left, flow->y);
	flow->y += height + 1.2 * MM;
	return true;
}

static double section_gap(const struct flow *flow, const struct section *section)
{
	if (!flow->letter)
		return 4.4 * MM;
	return section->kind == SECTION_SIGNATURE ? 12 * MM : 3 * MM;
}

static bool section_set(struct flow *flow, const struct section *section)
{
	flow_skip(flow, section_gap(flow, section));
	switch (section->kind) {
	case SECTION_TABLE:
		return set_table(flow, &section->table);
	case SECTION_CHART:
		return set_chart(flow, &section->chart);
	case SECTION_TEXT:
		return set_prose(flow, &section->prose);
	case SECTION_SIGNATURE:
		return set_signature(flow, &section->signature);
	}
	return false;
}

static bool is_letter(const struct document *document)
{
	for (size_t i = 0; i < document->section_count; i++)
		if (document->sections[i].kind == SECTION_TABLE || document->sections[i].kind == SECTION_CHART)
			return false;
	return true;
}

/* Letters have GB/T 9704's margins; forms need the width. The foot takes what it needs of the lower one. */
static void margins_set(struct flow *flow)
{
	double foot_room;

	flow->letter = is_letter(flow->document);
	flow->left = (flow->letter ? 28 : 20) * MM;
	flow->right = PAPER_WIDTH - (flow->letter ? 26 : 20) * MM;
	flow->top = (flow->letter ? 37 : 19) * MM;
	flow->bottom = PAPER_HEIGHT - (flow->letter ? 35 : 21) * MM;
	if (flow->document->footer.main.length == 0)
		return;
	foot_room = PAPER_HEIGHT - 9 * MM - 10.2 * MM - footer_lay(flow);
	if (flow->bottom > foot_room)
		flow->bottom = foot_room;
}

bool flow_document(struct flow *flow)
{
	const struct document *document = flow->document;

	margins_set(flow);
	if (flow->bottom - flow->top < 100 * MM)
		return fault_say(flow->fault, FAULT_TOO_TALL, STR("footer"), STR(""), STR(""));
	flow->page = 0;
	page_begin(flow);
	if (!set_head(flow))
		return false;
	for (size_t i = 0; i < document->section_count; i++) {
		flow->section = i;
		flow->place = arena_format(flow->arena, "sections[%zu]", i);
		if (!section_set(flow, &document->sections[i]))
			return false;
	}
	return !document->has_verify || set_verify(flow);
}
