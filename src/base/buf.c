#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

void buf_init(struct buf *buf, size_t limit)
{
	*buf = (struct buf){ .limit = limit };
}

void buf_free(struct buf *buf)
{
	free(buf->at);
	buf_init(buf, buf->limit);
}

void buf_reset(struct buf *buf)
{
	buf->length = 0;
	buf->overflowed = false;
}

bool buf_reserve(struct buf *buf, size_t more)
{
	size_t capacity = buf->capacity ? buf->capacity : 256;

	if (more <= buf->capacity - buf->length)
		return true;
	if (more > buf->limit || buf->length > buf->limit - more) {
		buf->overflowed = true;
		return false;
	}
	while (capacity < buf->length + more)
		capacity *= 2;
	buf->at = memory_array(buf->at, capacity, 1);
	buf->capacity = capacity;
	return true;
}

void buf_add(struct buf *buf, const void *bytes, size_t length)
{
	if (length == 0 || !buf_reserve(buf, length))
		return;
	memcpy(buf->at + buf->length, bytes, length);
	buf->length += length;
}

void buf_add_str(struct buf *buf, struct str text)
{
	buf_add(buf, text.at, text.length);
}

void buf_add_char(struct buf *buf, char c)
{
	buf_add(buf, &c, 1);
}

void buf_add_format(struct buf *buf, const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (length < 0 || !buf_reserve(buf, (size_t)length + 1))
		return;
	va_start(arguments, format);
	vsnprintf(buf->at + buf->length, (size_t)length + 1, format, arguments);
	va_end(arguments);
	buf->length += (size_t)length;
}

void buf_add_template(struct buf *buf, const char *template, const struct str *words)
{
	for (const char *c = template; *c; c++) {
		if (c[0] == '{' && c[1] >= '1' && c[1] <= '9' && c[2] == '}') {
			buf_add_str(buf, words[c[1] - '1']);
			c += 2;
		} else {
			buf_add_char(buf, *c);
		}
	}
}

struct str buf_str(const struct buf *buf)
{
	return buf->length ? (struct str){ buf->at, buf->length } : (struct str){ "", 0 };
}
