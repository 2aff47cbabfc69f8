/*
 * What the parts of terms_read share while one agreement is read: where they are, what was good, and how they report.
 * Only for the files of terms/ that read and check.
 */
#ifndef TERMS_READING_H
#define TERMS_READING_H

#include "terms/fields.h"
#include "terms/terms.h"

struct reading {
	struct arena *arena;
	struct str file;
	struct problems *problems;
	const struct node *root;
	struct terms *terms;
	bool failed;
	bool given[FIELDS_MAX];    /* the file has it, filled in */
	bool wrong[FIELDS_MAX];    /* a problem was found in it; below a list: in any of its elements */
	const struct node *misspelt_in[FIELDS_MAX]; /* the map where an unknown key was told to be this one probably */
};

/* A value in the file: which key, which of a list, where. */
struct spot {
	const struct field *field;
	struct str path;           /* datasets[2].name, counted from 1 */
	const struct node *node;   /* NULL: the fallback, which stands in no file */
};

/* Reports a problem at SPOT; the first word is its path, ONE to THREE follow. Always false. */
bool spot_report(struct reading *r, enum refusal what, const struct spot *spot, struct str one, struct str two,
		 struct str three);

/* For rules across keys, by whole paths of the table. */
bool field_given(const struct reading *r, const char *path);
bool field_good(const struct reading *r, const char *path);   /* given or by fallback, and nothing wrong with it */
/* Reports at PATH's value, or where it should stand; the words are ONE to FOUR. Always false. */
bool path_report(struct reading *r, enum refusal what, const char *path, struct str one, struct str two,
		 struct str three, struct str four);
/* The same at a node of a list below PATH. */
bool node_report(struct reading *r, enum refusal what, const char *path, const struct node *node, struct str one,
		 struct str two, struct str three, struct str four);

/* Rules between keys, by subject; each reports all it finds. */
void check_parties(struct reading *r);
void check_resources(struct reading *r);
void check_term(struct reading *r);
void check_fees(struct reading *r);
void check_payment(struct reading *r);

#endif
