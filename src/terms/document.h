/*
 * An agreement file as a tree of texts with places, whatever it was written in: yaml/ makes it from the file that
 * people write, document.c from the canonical JSON that the journal keeps. Everything that understands terms reads
 * this tree, so there is one reader of terms.
 */
#ifndef TERMS_DOCUMENT_H
#define TERMS_DOCUMENT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/problem.h"
#include "base/str.h"

enum node_kind {
	NODE_TEXT,       /* a scalar, as written, without quotes */
	NODE_LIST,
	NODE_MAP,
};

struct node {
	enum node_kind kind;
	struct str key;              /* of a member of a map */
	size_t key_line, key_column; /* from 1; 0 where unknown */
	size_t line, column;         /* of the value */
	struct str text;
	bool quoted;                 /* the text stood in quotes: "" is a text, an empty plain scalar is a blank */
	bool broken;                 /* a problem was told of it while the file was read: its value means nothing */
	struct node *first;          /* children in order */
	struct node *next;
};

struct node *node_member(const struct node *map, struct str key);   /* NULL if absent or no map */
/* "payment.account.name", from the root; NULL where any is absent. */
const struct node *node_path(const struct node *root, const char *path);
size_t node_count(const struct node *parent);
/* Nothing was filled in: no node at all, or a plain scalar without text, as `address:` leaves it. */
bool node_is_blank(const struct node *node);

/* The tree as canonical JSON: keys sorted, every scalar a string, texts as given, blank members left out. This is what
 * is hashed and signed; it is stored once and never written again. The tree is one that terms_read accepted. */
void document_write_canonical(const struct node *root, struct buf *out);

/* The tree of such a JSON text, without lines and columns: its places are in the file that was signed, not in it. NULL
 * and a problem if it is not that. */
const struct node *document_read_canonical(struct arena *arena, struct str json, struct problems *problems) MUST_USE;

/* Puts the problems from the FIRST-th on in the order of their lines and columns, as a reader goes through the file. */
void problems_in_order(struct problems *problems, size_t first);

#endif
