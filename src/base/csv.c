#include "base/csv.h"

static bool needs_quotes(struct str text)
{
	for (size_t i = 0; i < text.length; i++)
		if (text.at[i] == ',' || text.at[i] == '"' || text.at[i] == '\n' || text.at[i] == '\r')
			return true;
	return false;
}

void csv_cell_write(struct buf *out, struct str text)
{
	if (!needs_quotes(text)) {
		buf_add_str(out, text);
		return;
	}
	buf_add_char(out, '"');
	for (size_t i = 0; i < text.length; i++) {
		if (text.at[i] == '"')
			buf_add_char(out, '"');
		buf_add_char(out, text.at[i]);
	}
	buf_add_char(out, '"');
}

struct str csv_unquoted(struct arena *arena, struct str text)
{
	char *copy;
	size_t length = 0;

	if (str_find(text, '"') == text.length)
		return text;
	copy = arena_alloc(arena, text.length);
	for (size_t i = 0; i < text.length; i++) {
		copy[length++] = text.at[i];
		if (text.at[i] == '"')
			i++;
	}
	return (struct str){ copy, length };
}
