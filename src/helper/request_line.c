#include "helper/request_line.h"

#include <stdio.h>

bool request_line_next(struct buf *line)
{
	int c;

	buf_reset(line);
	while ((c = getc_unlocked(stdin)) != EOF && c != '\n')
		buf_add_char(line, (char)c);
	return c != EOF || line->length || line->overflowed;
}
