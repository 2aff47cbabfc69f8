/* What document_read.c and table_read.c share: one member of an object, read and checked, or a fault with its place. */
#ifndef RENDER_READING_H
#define RENDER_READING_H

#include "render/document.h"

struct reading {
	struct arena *arena;
	struct fault *fault;
	bool chinese, english;
	size_t cell_count;          /* of the tables read so far */
};

/* Where in the document: a member by its name, or an element by its index under `up`. */
struct place {
	const struct place *up;
	struct str name;
	size_t index;               /* used where name is empty */
};

enum need {
	NEEDED,
	OPTIONAL,
};

struct place place_member(const struct place *up, const char *name);
struct place place_element(const struct place *up, size_t index);

bool refuse(struct reading *r, const struct place *place, enum fault_kind what, struct str one, struct str two);
bool refuse_plainly(struct reading *r, const struct place *place, enum fault_kind what);

/* JSON is an object with no members but those in KNOWN, names parted by spaces. */
bool object_check(struct reading *r, const struct place *place, const struct json *json, const char *known) MUST_USE;

/* The member NAME of OBJECT. An optional one that is absent leaves *VALUE as it was. */
bool string_take(struct reading *r, const struct place *at, const struct json *object, const char *name,
		 enum need need, size_t bytes_max, struct str *value) MUST_USE;
bool text_take(struct reading *r, const struct place *at, const struct json *object, const char *name,
	       enum need need, size_t bytes_max, struct text *value) MUST_USE;
bool boolean_take(struct reading *r, const struct place *at, const struct json *object, const char *name,
		  bool *value) MUST_USE;
/* An array of 0 to MOST elements; *FIRST is NULL and *COUNT 0 where it is absent. */
bool array_take(struct reading *r, const struct place *at, const struct json *object, const char *name,
		enum need need, size_t most, const struct json **first, size_t *count) MUST_USE;
/* The index in CHOICES, parted by spaces, of the string. */
bool choice_take(struct reading *r, const struct place *at, const struct json *object, const char *name,
		 enum need need, const char *choices, unsigned *choice) MUST_USE;

/* Values by themselves. An empty string gives an empty text. */
bool text_read(struct reading *r, const struct place *place, const struct json *json, size_t bytes_max,
	       struct text *value) MUST_USE;
bool number_read(struct reading *r, const struct place *place, const struct json *json,
		 struct decimal *value) MUST_USE;
bool day_take(struct reading *r, const struct place *place, const struct json *json, day_number *day) MUST_USE;

bool table_read(struct reading *r, const struct place *place, const struct json *json, struct table *table) MUST_USE;

/* Refuses what is neither a column of TABLE nor a number, operator or known function. */
bool formula_check(struct reading *r, const struct place *place, const struct table *table,
		   struct str formula) MUST_USE;

#endif
