/* The beginning of the first page: title, number and date, the parties side by side, the details in two columns. */
#include "render/flow.h"

static const struct type type_title = { FACE_SANS_BOLD, INK_BLACK, 18, 10.5, 0.82 };
static const struct type type_letter_title = { FACE_SERIF_BOLD, INK_BLACK, 18, 11, 0.9 };
static const struct type type_subtitle = { FACE_SANS, INK_GREY, 9.5, 8, 0.9 };
static const struct type type_mark = { FACE_SANS, INK_BLACK, 8.5, 8.5, 0.9 };
static const struct type type_role = { FACE_SANS, INK_ACCENT, 7.5, 7, 0.9 };
static const struct type type_party_name = { FACE_SANS_BOLD, INK_BLACK, 9.5, 7.5, 0.86 };
static const struct type type_party_line = { FACE_SANS, INK_BLACK, 8, 6.8, 0.86 };
static const struct type type_label = { FACE_SANS, INK_GREY, 8, 6.8, 0.9 };
static const struct type type_value = { FACE_SANS, INK_BLACK, 8.5, 7, 0.9 };

#define COLUMN_GAP (8 * MM)

/* Sets TEXT at the current place if the page has room; else on the next. */
static bool line_set(struct flow *flow, struct text text, const struct type *type, enum alignment alignment)
{
	double height = press_lay(flow->press, text, type, PAIR_BENEATH, flow_width(flow), alignment);

	if (!flow_need(flow, height))
		return false;
	press_lay(flow->press, text, type, PAIR_BENEATH, flow_width(flow), alignment);
	flow_show(flow, flow->left, flow->y);
	flow->y += height;
	return true;
}

/* `编号 No. TL-2017-0901-3`, its right end at RIGHT and its baseline at BASELINE. */
static void mark_set(struct flow *flow, enum word word, struct str value, double right, double baseline)
{
	struct text label = flow_word(flow, word, STR(""), STR(""));
	double x;

	press_lay_line(flow->press, value, &type_mark);
	x = right - press_width(flow->press);
	flow_show(flow, x, baseline - press_baseline(flow->press));
	press_lay(flow->press, label, &type_label, PAIR_BESIDE, WIDTH_FREE, ALIGN_LEFT);
	flow_show(flow, x - 2 * MM - press_width(flow->press), baseline - press_baseline(flow->press));
}

static void marks_set(struct flow *flow, double right, double last_baseline)
{
	mark_set(flow, WORD_NUMBER, flow->document->number, right, last_baseline - 5 * MM);
	mark_set(flow, WORD_DATE, day_text(flow->arena, flow->document->date), right, last_baseline);
}

/* Title and subtitle within WIDTH, one beneath the other; the last baseline. They must fit the first page. */
static bool titles_set(struct flow *flow, double width, double *last_baseline)
{
	const struct document *document = flow->document;
	double height = press_lay(flow->press, document->title, &type_title, PAIR_BENEATH, width, ALIGN_LEFT);

	flow->place = STR("title");
	if (!flow_fits(flow, height))
		return fault_say(flow->fault, FAULT_TOO_TALL, flow->place, STR(""), STR(""));
	flow_show(flow, flow->left, flow->y);
	*last_baseline = flow->y + press_last_baseline(flow->press);
	flow->y += height;
	if (document->subtitle.main.length == 0)
		return true;
	height = press_lay(flow->press, document->subtitle, &type_subtitle, PAIR_FITTING, width, ALIGN_LEFT);
	flow->place = STR("subtitle");
	if (!flow_fits(flow, height + 30 * MM))
		return fault_say(flow->fault, FAULT_TOO_TALL, flow->place, STR(""), STR(""));
	flow->y += 0.8 * MM;
	flow_show(flow, flow->left, flow->y);
	*last_baseline = flow->y + press_last_baseline(flow->press);
	flow->y += height;
	return true;
}

/* A form's title stands at the left, the code to verify it at the right, number and date between, a rule beneath. */
static bool form_title_set(struct flow *flow)
{
	double right = flow->right, top = flow->y, last_baseline = top, code_height = 0;

	if (flow->document->has_verify) {
		if (!set_verify_code(flow, flow->right - CODE_SIDE, top, &code_height))
			return false;
		right -= CODE_SIDE + 7 * MM;
	}
	if (!titles_set(flow, right - 50 * MM - flow->left, &last_baseline))
		return false;
	marks_set(flow, right, last_baseline > top + 9 * MM ? last_baseline : top + 9 * MM);
	flow->y += 2 * MM;
	if (flow->y < top + 11 * MM)
		flow->y = top + 11 * MM;
	if (flow->y < top + code_height + 2 * MM)
		flow->y = top + code_height + 2 * MM;
	flow_rule(flow, flow->left, flow->right, flow->y, 1.4, INK_ACCENT);
	flow->y += 3.5 * MM;
	return true;
}

static bool letter_title_set(struct flow *flow)
{
	const struct document *document = flow->document;

	marks_set(flow, flow->right, flow->y);
	flow->y += 12 * MM;
	flow->place = STR("title");
	if (!line_set(flow, document->title, &type_letter_title, ALIGN_CENTRE))
		return false;
	flow->place = STR("subtitle");
	if (document->subtitle.main.length && !line_set(flow, document->subtitle, &type_subtitle, ALIGN_CENTRE))
		return false;
	flow->y += 8 * MM;
	return true;
}

/* ---- parties ---- */

/* The block's height when set at X, Y within WIDTH; drawn where PAINT says so. */
static double party_set(struct flow *flow, const struct block *party, double x, double y, double width, bool paint)
{
	double from = y;

	y += press_lay(flow->press, party->label, &type_role, PAIR_FITTING, width, ALIGN_LEFT);
	if (paint)
		flow_show(flow, x, from);
	y += 0.8 * MM;
	for (size_t i = 0; i < party->lines.count; i++) {
		const struct type *type = i == 0 ? &type_party_name : &type_party_line;
		double height = press_lay(flow->press, party->lines.list[i], type, PAIR_BENEATH, width, ALIGN_LEFT);

		if (paint)
			flow_show(flow, x, y);
		y += height + 0.3 * MM;
	}
	return y - from;
}

static bool parties_set(struct flow *flow)
{
	const struct block_list *parties = &flow->document->parties;
	double count = (double)parties->count, tallest = 0;
	double width = (flow_width(flow) - COLUMN_GAP * (count - 1)) / count;

	flow->place = STR("parties");
	for (size_t i = 0; i < parties->count; i++) {
		double height = party_set(flow, &parties->list[i], 0, 0, width, false);

		tallest = height > tallest ? height : tallest;
	}
	if (!flow_need(flow, tallest))
		return false;
	for (size_t i = 0; i < parties->count; i++)
		party_set(flow, &parties->list[i], flow->left + (double)i * (width + COLUMN_GAP), flow->y, width, true);
	flow->y += tallest + 2.5 * MM;
	return true;
}

/* ---- details ---- */

/* A pair's height; the value's first baseline is the label's. */
static double detail_set(struct flow *flow, const struct detail *detail, double x, double label_width, double width,
			 bool paint)
{
	double label, value, baseline;

	label = press_lay(flow->press, detail->label, &type_label, PAIR_FITTING, label_width, ALIGN_LEFT);
	baseline = press_baseline(flow->press);
	if (paint)
		flow_show(flow, x, flow->y);
	width -= label_width + 3 * MM;
	value = press_lay(flow->press, detail->value, &type_value, PAIR_FITTING, width, ALIGN_LEFT);
	value += baseline - press_baseline(flow->press);
	if (paint)
		flow_show(flow, x + label_width + 3 * MM, flow->y + baseline - press_baseline(flow->press));
	return label > value ? label : value;
}

/* The labels of one column of pairs share a width: the widest label's, within reason. */
static double label_width(struct flow *flow, size_t column, double width)
{
	double widest = 0;

	for (size_t i = column; i < flow->document->detail_count; i += 2) {
		press_lay(flow->press, flow->document->details[i].label, &type_label, PAIR_BESIDE, WIDTH_FREE,
			  ALIGN_LEFT);
		if (press_width(flow->press) > widest)
			widest = press_width(flow->press);
	}
	return widest < width * 0.45 ? widest + 0.1 : width * 0.45;
}

static bool details_set(struct flow *flow)
{
	const struct document *document = flow->document;
	double width = (flow_width(flow) - COLUMN_GAP) / 2;
	double labels[] = { label_width(flow, 0, width), label_width(flow, 1, width) };

	flow_rule(flow, flow->left, flow->right, flow->y, 0.4, INK_PALE);
	flow->y += 1.6 * MM;
	for (size_t i = 0; i < document->detail_count; i += 2) {
		size_t end = i + 2 < document->detail_count ? i + 2 : document->detail_count;
		double tallest = 0;

		flow->place = arena_format(flow->arena, "details[%zu]", i);
		for (size_t j = i; j < end; j++) {
			double height = detail_set(flow, &document->details[j], 0, labels[j - i], width, false);

			tallest = height > tallest ? height : tallest;
		}
		if (!flow_need(flow, tallest + 2 * MM))
			return false;
		for (size_t j = i; j < end; j++)
			detail_set(flow, &document->details[j], flow->left + (double)(j - i) * (width + COLUMN_GAP),
				   labels[j - i], width, true);
		flow->y += tallest + 0.6 * MM;
	}
	flow->y += 1.0 * MM;
	flow_rule(flow, flow->left, flow->right, flow->y, 0.4, INK_PALE);
	return true;
}

bool set_head(struct flow *flow)
{
	if (!(flow->letter ? letter_title_set(flow) : form_title_set(flow)))
		return false;
	if (flow->document->parties.count && !parties_set(flow))
		return false;
	return flow->document->detail_count == 0 || details_set(flow);
}
