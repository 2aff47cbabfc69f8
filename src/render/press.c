#include "render/press.h"

#include <pango/pangofc-fontmap.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"

enum { ELLIPSIS = 0x2026 };   /* where a text is cut short */

static const struct {
	const char *families;
	PangoWeight weight;
} face_table[FACE_COUNT] = {
	[FACE_SANS] = { "Noto Sans CJK SC,Source Han Sans SC,Noto Sans SC,sans-serif", PANGO_WEIGHT_NORMAL },
	[FACE_SANS_BOLD] = { "Noto Sans CJK SC,Source Han Sans SC,Noto Sans SC,sans-serif", PANGO_WEIGHT_BOLD },
	[FACE_SERIF] = { "Noto Serif CJK SC,Source Han Serif SC,Noto Serif SC,serif", PANGO_WEIGHT_NORMAL },
	[FACE_SERIF_BOLD] = { "Noto Serif CJK SC,Source Han Serif SC,Noto Serif SC,serif", PANGO_WEIGHT_BOLD },
};

static const double ink_table[INK_COUNT][3] = {
	[INK_BLACK] = { 0.08, 0.08, 0.10 },
	[INK_GREY] = { 0.40, 0.41, 0.44 },
	[INK_PALE] = { 0.80, 0.81, 0.83 },
	[INK_ACCENT] = { 0.13, 0.25, 0.41 },
	[INK_BAR] = { 0.42, 0.54, 0.69 },
};

void ink_colour(enum ink ink, double *colour)
{
	memcpy(colour, ink_table[ink], sizeof(ink_table[ink]));
}

/* Glyphs stand where the design puts them: a printer has no pixels to fit them to. */
static void context_set_exact(PangoContext *context)
{
	cairo_font_options_t *options = cairo_font_options_create();

	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
	pango_cairo_context_set_font_options(context, options);
	cairo_font_options_destroy(options);
	pango_context_set_round_glyph_positions(context, FALSE);
}

/* The language is fixed: it chooses between the Chinese and Japanese shapes of a character, whatever the locale. */
static void case_open(struct type_case *open, FcConfig *config)
{
	open->map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
	pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(open->map), 72);
	if (config)
		pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(open->map), config);
	open->context = pango_font_map_create_context(open->map);
	pango_context_set_language(open->context, pango_language_from_string("zh-cn"));
	pango_context_set_base_dir(open->context, PANGO_DIRECTION_LTR);
	context_set_exact(open->context);
	open->layout = pango_layout_new(open->context);
	pango_layout_set_auto_dir(open->layout, FALSE);
}

static void case_close(struct type_case *open)
{
	g_object_unref(open->layout);
	g_object_unref(open->context);
	g_object_unref(open->map);
	*open = (struct type_case){ .map = NULL };
}

void press_init(struct press *press)
{
	*press = (struct press){ .narrow_serial = 0 };
	case_open(&press->whole, NULL);
	press->layout = press->whole.layout;
	for (int i = 0; i < FACE_COUNT; i++) {
		press->faces[i] = pango_font_description_new();
		pango_font_description_set_family_static(press->faces[i], face_table[i].families);
		pango_font_description_set_weight(press->faces[i], face_table[i].weight);
		whole_face_find(&press->whole_faces[i], face_table[i].families,
				face_table[i].weight == PANGO_WEIGHT_BOLD ? FC_WEIGHT_BOLD : FC_WEIGHT_REGULAR);
		press->narrow_files[i] = -1;
	}
}

void press_free(struct press *press)
{
	for (int i = 0; i < FACE_COUNT; i++) {
		pango_font_description_free(press->faces[i]);
		whole_face_free(&press->whole_faces[i]);
	}
	case_close(&press->whole);
}

/* ---- the characters of one document ---- */

void press_begin(struct press *press)
{
	for (int i = 0; i < FACE_COUNT; i++)
		hb_set_clear(press->whole_faces[i].used);
	press->layout = press->whole.layout;
}

/* A character that the narrow fonts lack would show as another or as a box: a bug, and worse than none. */
static void characters_note(struct press *press, enum face face, struct str text)
{
	hb_set_t *used = press->whole_faces[face].used;
	bool narrow = press->layout == press->narrow.layout;

	if (hb_set_is_empty(used)) {
		hb_set_add_range(used, ' ', '~');
		hb_set_add(used, ELLIPSIS);
	}
	while (text.length) {
		uint32_t character = utf8_next(&text);

		if (narrow && !hb_set_has(used, character))
			abort();
		hb_set_add(used, character);
	}
}

static bool press_covers(const struct press *press)
{
	for (int i = 0; i < FACE_COUNT; i++)
		if (!hb_set_is_empty(press->whole_faces[i].used) && !whole_face_covers(&press->whole_faces[i]))
			return false;
	return true;
}

bool press_narrow(struct press *press)
{
	if (!press_covers(press))
		return true;
	press->narrow_config = FcConfigCreate();
	for (int i = 0; i < FACE_COUNT; i++)
		if (!hb_set_is_empty(press->whole_faces[i].used) &&
		    !narrow_face_add(&press->whole_faces[i], press->narrow_config, press->narrow_serial++,
				     &press->narrow_files[i]))
			return false;
	case_open(&press->narrow, press->narrow_config);
	press->layout = press->narrow.layout;
	return true;
}

void press_end(struct press *press)
{
	press->layout = press->whole.layout;
	if (press->narrow.map)
		case_close(&press->narrow);
	if (press->narrow_config)
		FcConfigDestroy(press->narrow_config);
	press->narrow_config = NULL;
	for (int i = 0; i < FACE_COUNT; i++) {
		if (press->narrow_files[i] >= 0)
			close(press->narrow_files[i]);
		press->narrow_files[i] = -1;
	}
}

/* ---- laying out ---- */

static void span_add(PangoAttrList *list, PangoAttribute *attribute, size_t from, size_t to)
{
	attribute->start_index = (guint)from;
	attribute->end_index = (guint)to;
	pango_attr_list_insert(list, attribute);
}

static void ink_add(PangoAttrList *list, enum ink ink, size_t from, size_t to)
{
	const double *colour = ink_table[ink];

	span_add(list, pango_attr_foreground_new((guint16)(colour[0] * 65535), (guint16)(colour[1] * 65535),
						 (guint16)(colour[2] * 65535)), from, to);
}

static enum face face_regular(enum face face)
{
	return face == FACE_SANS_BOLD ? FACE_SANS : face == FACE_SERIF_BOLD ? FACE_SERIF : face;
}

/* Whether TEXT has no character of an East Asian script. */
static bool is_western(struct str text)
{
	while (text.length)
		if (utf8_next(&text) >= 0x2e80)
			return false;
	return true;
}

/* Quotation marks and dashes are a whole character wide in Chinese; in English they take their own width. */
static void western_add(PangoAttrList *list, struct str text, size_t from)
{
	if (is_western(text))
		span_add(list, pango_attr_font_features_new("pwid=1"), from, from + text.length);
}

static void pair_set(struct press *press, struct text text, const struct type *type, const char *between)
{
	size_t gap = text.beside.length ? strlen(between) : 0, beside = text.main.length + gap;
	size_t length = beside + text.beside.length;
	PangoAttrList *list = pango_attr_list_new();
	struct buf joined;

	characters_note(press, type->face, text.main);
	if (text.beside.length)
		characters_note(press, face_regular(type->face), text.beside);
	buf_init(&joined, length + 1);
	buf_add_str(&joined, text.main);
	buf_add(&joined, between, gap);
	buf_add_str(&joined, text.beside);
	ink_add(list, type->ink, 0, text.main.length);
	western_add(list, text.main, 0);
	span_add(list, pango_attr_line_height_new(type->leading), 0, length);
	/* A number broken over two lines must not gain a hyphen. */
	span_add(list, pango_attr_insert_hyphens_new(FALSE), 0, length);
	if (text.beside.length) {
		span_add(list, pango_attr_letter_spacing_new((int)(type->size * 0.2 * PANGO_SCALE)), text.main.length,
			 beside);
		span_add(list, pango_attr_size_new((int)(type->beside_size * PANGO_SCALE)), text.main.length, length);
		span_add(list, pango_attr_weight_new(PANGO_WEIGHT_NORMAL), text.main.length, length);
		ink_add(list, type->ink == INK_BLACK ? INK_GREY : type->ink, beside, length);
		western_add(list, text.beside, beside);
	}
	pango_layout_set_text(press->layout, buf_str(&joined).at, (int)length);
	pango_layout_set_attributes(press->layout, list);
	pango_attr_list_unref(list);
	buf_free(&joined);
}

static double points(int units)
{
	return (double)units / PANGO_SCALE;
}

double press_width(const struct press *press)
{
	int width;

	pango_layout_get_size(press->layout, &width, NULL);
	return points(width);
}

static double press_height(const struct press *press)
{
	int height;

	pango_layout_get_size(press->layout, NULL, &height);
	return points(height);
}

double press_baseline(const struct press *press)
{
	return points(pango_layout_get_baseline(press->layout));
}

double press_last_baseline(const struct press *press)
{
	PangoLayoutIter *iter = pango_layout_get_iter(press->layout);
	double baseline;

	while (pango_layout_iter_next_line(iter))
		;
	baseline = points(pango_layout_iter_get_baseline(iter));
	pango_layout_iter_free(iter);
	return baseline;
}

static void layout_prepare(struct press *press, const struct type *type, double width, enum alignment alignment)
{
	static const PangoAlignment sides[] = {
		[ALIGN_LEFT] = PANGO_ALIGN_LEFT,
		[ALIGN_RIGHT] = PANGO_ALIGN_RIGHT,
		[ALIGN_CENTRE] = PANGO_ALIGN_CENTER,
		[ALIGN_JUSTIFIED] = PANGO_ALIGN_LEFT,
	};
	PangoFontDescription *face = press->faces[type->face];

	pango_font_description_set_size(face, (int)(type->size * PANGO_SCALE));
	pango_layout_set_font_description(press->layout, face);
	pango_layout_set_width(press->layout, width < 0 ? -1 : (int)(width * PANGO_SCALE));
	pango_layout_set_wrap(press->layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_alignment(press->layout, sides[alignment]);
	pango_layout_set_justify(press->layout, alignment == ALIGN_JUSTIFIED);
	pango_layout_set_indent(press->layout, 0);
}

double press_lay(struct press *press, struct text text, const struct type *type, enum pairing pairing, double width,
		 enum alignment alignment)
{
	bool paired = text.beside.length > 0;

	layout_prepare(press, type, paired && pairing == PAIR_FITTING ? WIDTH_FREE : width, alignment);
	pair_set(press, text, type, pairing == PAIR_BENEATH ? "\n" : " ");
	if (paired && pairing == PAIR_FITTING) {
		bool fits = width < 0 || press_width(press) <= width;

		pango_layout_set_width(press->layout, width < 0 ? -1 : (int)(width * PANGO_SCALE));
		if (!fits)
			pair_set(press, text, type, "\n");
	}
	return press_height(press);
}

double press_lay_line(struct press *press, struct str text, const struct type *type)
{
	return press_lay(press, (struct text){ text, STR("") }, type, PAIR_BESIDE, WIDTH_FREE, ALIGN_LEFT);
}

double press_word_width(struct press *press, struct text text, const struct type *type)
{
	layout_prepare(press, type, 0, ALIGN_LEFT);
	pango_layout_set_wrap(press->layout, PANGO_WRAP_WORD);
	pair_set(press, text, type, "\n");
	return press_width(press);
}
