/*
 * Type: fonts loaded once for all documents, and one layout at a time in them. Points are 1/72 inch.
 *
 * A text in two languages is one layout: the main language in its type's size, weight and ink, the
 * other smaller, paler and never bold.
 */
#ifndef RENDER_PRESS_H
#define RENDER_PRESS_H

#include <pango/pangocairo.h>

#include "render/document.h"
#include "render/narrow.h"

enum face {
	FACE_SANS,
	FACE_SANS_BOLD,
	FACE_SERIF,
	FACE_SERIF_BOLD,
	FACE_COUNT,
};

enum ink {
	INK_BLACK,
	INK_GREY,
	INK_PALE,       /* hairlines and grids */
	INK_ACCENT,
	INK_BAR,
	INK_COUNT,
};

struct type {
	enum face face;
	enum ink ink;
	double size;          /* of the main language */
	double beside_size;   /* of the other */
	double leading;       /* of the fonts' own line height */
};

enum pairing {
	PAIR_BESIDE,          /* in one run, parted by a space */
	PAIR_BENEATH,         /* on lines of its own */
	PAIR_FITTING,         /* beside where both fit one line, else beneath */
};

enum alignment {
	ALIGN_LEFT,
	ALIGN_RIGHT,
	ALIGN_CENTRE,
	ALIGN_JUSTIFIED,
};

/* Fonts and the layout made with them. */
struct type_case {
	PangoFontMap *map;
	PangoContext *context;
	PangoLayout *layout;
};

struct press {
	struct type_case whole;      /* the system's fonts */
	struct type_case narrow;     /* the document's characters only; NULLs where it has none */
	FcConfig *narrow_config;
	int narrow_files[FACE_COUNT];
	unsigned narrow_serial;
	PangoLayout *layout;         /* of the case in use */
	PangoFontDescription *faces[FACE_COUNT];
	struct whole_face whole_faces[FACE_COUNT];
};

void press_init(struct press *press);
void press_free(struct press *press);

/* A document begins: it is laid out in the system's fonts, and the characters it uses are noted. */
void press_begin(struct press *press);
/* From now on the same document again, in fonts with just these characters and ASCII, where the system's fonts have
 * them all; else in the system's, which takes longer and makes large files. */
bool press_narrow(struct press *press) MUST_USE;
void press_end(struct press *press);

/* Lays TEXT out within WIDTH points, or on one line for WIDTH_FREE; the height. What was laid out before is gone. */
#define WIDTH_FREE (-1.0)
double press_lay(struct press *press, struct text text, const struct type *type, enum pairing pairing, double width,
		 enum alignment alignment);
double press_lay_line(struct press *press, struct str text, const struct type *type);

/* Of what was laid out last. */
double press_width(const struct press *press);
double press_baseline(const struct press *press);          /* of the first line, from the top */
double press_last_baseline(const struct press *press);

/* The width of the widest part of TEXT that no line break divides. */
double press_word_width(struct press *press, struct text text, const struct type *type);

/* Red, green and blue, 0 to 1. */
void ink_colour(enum ink ink, double *colour);

#endif
