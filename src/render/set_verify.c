/*
 * How to check the document against the journal: a QR code with the head's beginning beneath it, and words. A form has
 * the code in its head and the words at its end; a letter has both at its end.
 */
#include "render/flow.h"

#include <errno.h>
#include <string.h>

#include <qrencode.h>

static const struct type type_head = { FACE_SANS, INK_BLACK, 5.6, 5.6, 0.9 };
static const struct type type_label = { FACE_SANS, INK_BLACK, 8, 7, 0.9 };

enum { HEAD_DIGITS = 16, MODULE_DARK = 1 };

/* Dark modules beside each other are one rectangle, all rectangles one path, so that no seams show. */
static void show_code(struct flow *flow, const QRcode *code, double left, double top)
{
	double module = CODE_SIDE / code->width, colour[3];

	if (!flow->paper)
		return;
	ink_colour(INK_BLACK, colour);
	cairo_set_source_rgb(flow->paper, colour[0], colour[1], colour[2]);
	for (int row = 0; row < code->width; row++)
		for (int from = 0, to; from < code->width; from = to + 1) {
			const unsigned char *modules = code->data + row * code->width;

			for (to = from; to < code->width && (modules[to] & MODULE_DARK); to++)
				;
			if (to > from)
				cairo_rectangle(flow->paper, left + from * module, top + row * module,
						(to - from) * module, module);
		}
	cairo_fill(flow->paper);
}

/* In fours, as people compare digits. */
static struct str head_shown(struct flow *flow)
{
	const char *head = flow->document->verify_head.at;

	return arena_format(flow->arena, "%.4s %.4s %.4s %.4s", head, head + 4, head + 8, head + 12);
}

bool set_verify_code(struct flow *flow, double x, double y, double *height)
{
	struct str text = flow->document->verify_text;
	QRcode *code = QRcode_encodeData((int)text.length, (const unsigned char *)text.at, 0, QR_ECLEVEL_M);

	if (!code)
		return fault_say(flow->fault, FAULT_QR, STR("verify.text"), str_of(strerror(errno)), STR(""));
	show_code(flow, code, x, y);
	QRcode_free(code);
	*height = CODE_SIDE + 0.8 * MM + press_lay_line(flow->press, head_shown(flow), &type_head);
	flow_show(flow, x + (CODE_SIDE - press_width(flow->press)) / 2, y + CODE_SIDE + 0.8 * MM);
	return true;
}

/* The label, and what the code says for those who have no camera; the height. */
static double words_set(struct flow *flow, double left)
{
	struct text said = { flow->document->verify_text, STR("") };
	double label, height;

	label = press_lay(flow->press, flow->document->verify_label, &type_label, PAIR_FITTING, flow->right - left,
			  ALIGN_LEFT);
	flow_show(flow, left, flow->y);
	label += 0.6 * MM;
	height = press_lay(flow->press, said, &type_small, PAIR_BESIDE, flow->right - left, ALIGN_LEFT);
	flow_show(flow, left, flow->y + label);
	return label + height;
}

static double words_height(struct flow *flow, double left)
{
	cairo_t *paper = flow->paper;
	double height;

	flow->paper = NULL;
	height = words_set(flow, left);
	flow->paper = paper;
	return height;
}

bool set_verify(struct flow *flow)
{
	double left = flow->letter ? flow->left + CODE_SIDE + 6 * MM : flow->left;
	double height = words_height(flow, left), code_height = flow->letter ? CODE_SIDE + 4 * MM : 0;

	flow->place = STR("verify");
	height = height > code_height ? height : code_height;
	if (!flow_need(flow, height + 4 * MM))
		return false;
	flow_skip(flow, 4 * MM);
	if (flow->letter && !set_verify_code(flow, flow->left, flow->y, &code_height))
		return false;
	words_set(flow, left);
	flow->y += height;
	return true;
}
