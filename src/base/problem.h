/*
 * What is wrong, where, by which clause, and what would be right: the one form of every refusal and error.
 *
 * The kinds stand in one table, refusals.def, with their text in English and Chinese; {1} to {4} stand for the
 * problem's words. Functions below the edge append problems and return false; only the edge prints them.
 */
#ifndef BASE_PROBLEM_H
#define BASE_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

enum refusal {
#define REFUSAL(name, class, english, chinese) REFUSAL_##name,
#include "base/refusals.def"
#undef REFUSAL
	REFUSAL_COUNT
};

/* Exit codes of the program: the highest class among the problems decides. */
enum refusal_class {
	CLASS_ADVICE = 0,      /* said, but nothing is refused */
	CLASS_AGREEMENT = 1,   /* refused by the agreement */
	CLASS_INPUT = 2,       /* bad input or usage */
	CLASS_SYSTEM = 3,      /* the system failed */
};

enum language {
	LANGUAGE_ENGLISH,
	LANGUAGE_CHINESE,
};

enum { PROBLEM_WORDS = 4, PROBLEMS_KEPT = 1000 };

struct problem {
	enum refusal what;
	struct str file;                   /* empty where there is none */
	size_t line, column;               /* from 1; 0 where there is none */
	struct str clause;                 /* "3.2", or empty */
	struct str words[PROBLEM_WORDS];
};

struct problems {
	struct arena *arena;               /* the words are copied into it */
	struct problem *list;
	size_t count;                      /* those kept */
	size_t capacity;
	size_t total;                      /* those that occurred; only PROBLEMS_KEPT are kept */
	enum refusal_class worst;
};

void problems_init(struct problems *problems, struct arena *arena);

/* Appends a copy; always returns false, so that `return problem_add(...)` reads as a refusal. */
bool problem_add(struct problems *problems, struct problem problem);

/* The commonest form: a refusal with up to three words and no place. */
bool problem_say(struct problems *problems, enum refusal what, struct str clause, struct str one, struct str two,
		 struct str three);

enum refusal_class refusal_class(enum refusal what);
const char *refusal_name(enum refusal what);

/* `file:line:column: clause 3.2: what is wrong and what would be right` */
void problem_write(struct buf *out, const struct problem *problem, enum language language);

/* The table's own text with its placeholders, for the manual and its test. */
const char *refusal_text(enum refusal what, enum language language);

#endif
