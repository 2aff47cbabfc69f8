/* A statement as people and programs read it. Pure: from the computed statement to text. */
#ifndef DOCUMENT_STATEMENT_DOCUMENT_H
#define DOCUMENT_STATEMENT_DOCUMENT_H

#include "base/buf.h"
#include "lease/statement.h"

/* For a terminal, in one language. */
void statement_write_text(struct arena *arena, const struct lease *lease, const struct statement *statement,
			  enum language language, struct buf *out);

/* {lease, month, currency, lines[] {clause, meter, gpu_seconds | byte_seconds, quantity, unit, unit_price, amount_fen},
 * total_fen, total_capitals, ...}: exact quantities and prices are strings, amounts integers. */
void statement_write_json(struct arena *arena, const struct lease *lease, const struct statement *statement,
			  struct buf *out);

/* What a line's exact quantity is called in JSON, and its text; empty for what has none. */
const char *meter_exact_name(enum meter meter);
struct str line_exact_text(struct arena *arena, const struct line *line);
/* What a line is for: "compute fee NVIDIA H200", "advance". */
struct str line_title_text(struct arena *arena, const struct line *line, enum language language);
struct str line_unit_text(struct arena *arena, const struct line *line, enum language language);

#endif
