/* UTF-8 as the Unicode Standard defines it: no overlong forms, no surrogates, nothing above U+10FFFF. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

/* The offset of the first byte that is not part of well-formed UTF-8; S.length if all of it is. */
size_t utf8_valid_length(struct str s);

/* Takes the first character off *REST, which must be well-formed and not empty. */
uint32_t utf8_next(struct str *rest);

/* TEXT fit to be shown: control characters, marks that turn the direction of writing, and what is not UTF-8 as '?'. */
struct str utf8_printable(struct arena *arena, struct str text);

/* Columns on a terminal: East Asian wide characters count two, combining marks none. */
unsigned utf8_columns(struct str s);

/* The longest beginning of S, whole characters only, that fits COLUMNS columns. */
struct str utf8_fit(struct str s, unsigned columns);

#endif
