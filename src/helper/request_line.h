/* What the programs of libexec/trainlease/ share: requests come line by line on standard input. */
#ifndef HELPER_REQUEST_LINE_H
#define HELPER_REQUEST_LINE_H

#include "base/buf.h"

/* The next line without its end; false at the end of the input. One longer than LINE may hold is read to its end and
 * leaves line->overflowed. */
bool request_line_next(struct buf *line);

#endif
