/*
 * A document as a workbook of one sheet, "Document": numbers are numbers, sums and formulas are live with their values
 * beside them, texts are never formulas. The same document gives the same bytes.
 *
 * The head of the table stays in view where there is one table and it begins in the first FROZEN_ROWS_MAX rows.
 */
#ifndef RENDER_XLSX_H
#define RENDER_XLSX_H

#include "render/document.h"

enum { FROZEN_ROWS_MAX = 24 };

/* Writes the file at PATH. Scratch memory comes from ARENA. */
bool xlsx_make(struct arena *arena, const struct document *document, const char *path, struct fault *fault) MUST_USE;

#endif
