/*
 * Every key of the agreement file, once. The reader, its messages, the explanation of the terms and the JSON Schema are
 * all made from this table, so none can know a key that another does not.
 *
 * Refuses to do: rules between keys. Those are in the check_*.c files, by subject.
 */
#ifndef TERMS_FIELDS_H
#define TERMS_FIELDS_H

#include <stddef.h>

#include "base/problem.h"
#include "base/str.h"
#include "terms/quantity.h"

enum field_kind {
	FIELD_MAP,             /* keys of its own */
	FIELD_MAPS,            /* a list of such */
	FIELD_PRICES,          /* one price, or a list of maps whose `price` is one */
	FIELD_TEXT,
	FIELD_TEXTS,           /* a list of different texts */
	FIELD_NAME,            /* a text that other programs take too: no white space, quotes or slashes */
	FIELD_USCC,
	FIELD_ZONE,            /* Area/City; whether the system knows it is checked at the edge */
	FIELD_WHOLE,
	FIELD_QUANTITY,        /* of a unit family whose base units are counted whole */
	FIELD_RATE,            /* a decimal: percent, percent per day */
	FIELD_MONEY,           /* 200000.00 CNY */
	FIELD_PRICE,           /* 12.50 CNY/GPU-hour: `per` says which */
	FIELD_DATE,
	FIELD_CHOICE,          /* one of the words */
	FIELD_CHOICE_OR_DATE,
	FIELD_ORDER,           /* a list of all the words, in the order that is meant */
	FIELD_SHARES,          /* a map from any profile to a fraction of one, up to three places */
};

enum field_need {
	OPTIONAL,
	NEEDED,                /* where what it belongs to is there */
};

/* How a member of struct terms holds a value, where its kind alone does not say. */
enum field_store {
	STORE_USUAL,
	STORE_WIDE,            /* FIELD_QUANTITY: wide instead of int64_t */
	STORE_WORD,            /* FIELD_CHOICE: the word itself, a struct str, instead of its number as an enum */
	STORE_BOOL,            /* FIELD_CHOICE: whether it is the second word */
	STORE_NOTHING,         /* checked, kept in the tree and the chain, used by nothing yet */
};

enum price_per {
	PER_NOTHING,
	PER_GPU_HOUR,          /* CNY/GPU-hour */
	PER_DATA_MONTH,        /* CNY/GB/month, by storage.unit */
	PER_HOUR,              /* CNY/hour */
};

struct choice {
	const char *word;
	const char *says[2];   /* by enum language */
};

struct field {
	const char *path;              /* datasets[].name */
	const char *clause;            /* "3.1(1)"; "parties", "file" or "cluster" for what stands in no clause */
	enum field_kind kind;
	enum field_need need;
	const char *label[2];          /* by enum language */
	const char *example;           /* as in the file; of a map: NULL */
	const char *least, *most;      /* bounds as in the file, without a currency */
	const char *fallback;          /* what is meant where the key is absent, as in the file */
	const struct choice *choices;  /* ends with a word NULL */
	enum unit_family unit;
	enum price_per per;
	enum field_store store;
	size_t offset;                 /* into struct terms; below [] into the list's element */
	size_t count_offset;           /* of a list: where its count is, as a size_t */
	size_t element_size;           /* of a list of maps */
};

extern const struct field fields[];
extern const size_t field_count;

enum { FIELDS_MAX = 160 };

size_t field_number(const struct field *field);

/* The key itself: "name" of datasets[].name. */
struct str field_key(const struct field *field);

/* The field whose path is PARENT's and KEY; PARENT NULL is the file. NULL where there is none. */
const struct field *field_child(const struct field *parent, struct str key);
bool field_is_child(const struct field *parent, const struct field *child);

/* By its whole path, which must be in the table. */
const struct field *field_of(const char *path);

/* The unit of a price, "CNY/GB/month", or the currency for money; DATA_UNIT is storage.unit. */
struct str price_unit(struct arena *arena, const struct field *field, struct str currency, struct str data_unit);

extern const struct choice currencies[];

#endif
