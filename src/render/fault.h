/*
 * Why a document could not be set: the first thing found, with the place in its JSON ("sections[0].rows[3].cells.fee").
 *
 * The kinds stand in one table, faults.def, with their text in English and Chinese; {1} and {2} stand for the words.
 * Nothing below main.c prints.
 */
#ifndef RENDER_FAULT_H
#define RENDER_FAULT_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

enum fault_kind {
#define FAULT(name, class, english, chinese) FAULT_##name,
#include "render/faults.def"
#undef FAULT
	FAULT_COUNT
};

/* Exit codes of the program: the highest class among the faults decides. */
enum fault_class {
	FAULT_CLASS_NONE = 0,
	FAULT_CLASS_INPUT = 2,    /* the line is no JSON or no document */
	FAULT_CLASS_OUTPUT = 3,   /* the document cannot be set in this format, or the file not be written */
};

enum fault_language {
	FAULT_ENGLISH,
	FAULT_CHINESE,
};

enum { FAULT_WORDS = 2 };

struct fault {
	struct arena *arena;      /* set at birth; place and words are made in it */
	enum fault_kind what;
	struct str place;         /* empty where there is none */
	struct str words[FAULT_WORDS];
};

/* Notes what is wrong; always returns false, so that `return fault_say(...)` reads as a refusal. */
bool fault_say(struct fault *fault, enum fault_kind what, struct str place, struct str one, struct str two);

enum fault_class fault_class(const struct fault *fault);

/* `place: what is wrong`, in one line of printable characters. */
void fault_write(struct buf *out, const struct fault *fault, enum fault_language language);

#endif
