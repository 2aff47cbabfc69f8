/* What the tests of terms share: agreements from files and literals, and problems as short text. */
#ifndef TESTS_TERMS_SUPPORT_H
#define TESTS_TERMS_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/problem.h"
#include "terms/terms.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The bytes of a file below the source root, which the tests run in. */
struct str file_bytes(struct arena *arena, const char *path);

/* "24:3 YAML_DUPLICATE_KEY; 31:1 KEY_MISSING", in the order of the file. */
const char *problems_text(struct arena *arena, struct problems *problems);

/* Reads an agreement that must be accepted. */
void agreement_read(struct arena *arena, struct str yaml, struct terms *terms);

/* TEXT with the first OLD replaced; OLD must be in it. */
struct str replaced(struct arena *arena, struct str text, const char *old, const char *new);

void assert_str(struct str got, const char *expected);

#endif
