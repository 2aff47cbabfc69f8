/* A document as PDF: A4, text as text, fonts embedded; the same document gives the same bytes. */
#ifndef RENDER_PDF_H
#define RENDER_PDF_H

#include "render/press.h"

enum { FILE_BYTES_MAX = 1 << 28 };

/* Appends the file to OUT. Scratch memory comes from ARENA. */
bool pdf_make(struct press *press, struct arena *arena, const struct document *document, struct buf *out,
	      struct fault *fault) MUST_USE;

#endif
