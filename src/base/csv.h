/* One cell of CSV (RFC 4180), out and in. */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include "base/arena.h"
#include "base/buf.h"

/* TEXT, in quotation marks where it holds a comma, a quotation mark or a line end. */
void csv_cell_write(struct buf *out, struct str text);

/* What stands between quotation marks, the doubled ones halved; TEXT itself where there are none. */
struct str csv_unquoted(struct arena *arena, struct str text);

#endif
