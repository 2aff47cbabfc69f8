/* Bytes as lower-case hexadecimal digits, the one form in which facts hold them. */
#ifndef BASE_HEX_H
#define BASE_HEX_H

#include "base/arena.h"
#include "base/str.h"

struct str hex_text(struct arena *arena, struct str bytes);
/* The bytes, in ARENA; false for upper case, an odd number of digits, or anything else. */
bool hex_read(struct arena *arena, struct str hex, struct str *bytes) MUST_USE;

#endif
