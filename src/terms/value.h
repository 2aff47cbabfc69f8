/*
 * One value of the agreement file: from its text, by its field's kind, within its field's bounds, into its member of
 * struct terms. Every way in which a text can fail to be such a value is reported with what would be right.
 */
#ifndef TERMS_VALUE_H
#define TERMS_VALUE_H

#include "terms/reading.h"

struct value {
	struct str text;            /* as written */
	wide whole;                 /* FIELD_WHOLE, FIELD_QUANTITY: in base units */
	struct decimal decimal;     /* FIELD_RATE, FIELD_PRICE, FIELD_MONEY: the number as written */
	struct money money;
	day_number day;
	unsigned choice;            /* the number of the word; of FIELD_CHOICE_OR_DATE, past the last for a date */
	bool is_date;
};

/* False, and reported, where SPOT's text is no such value. */
bool value_read(struct reading *r, const struct spot *spot, struct str text, struct value *value) MUST_USE;

/* Puts VALUE into the member of BASE (struct terms, or a list's element) that FIELD names. */
void value_store(const struct field *field, const struct value *value, void *base);

/* A text that may stand in a document: no control or invisible character, no space at either end, not too long. */
bool text_check(struct reading *r, const struct spot *spot, struct str text) MUST_USE;

/* A fraction of one in thousandths, "0.125" as 125; reported where it is none. */
bool share_read(struct reading *r, const struct spot *spot, struct str text, int64_t *thousandths) MUST_USE;

#endif
