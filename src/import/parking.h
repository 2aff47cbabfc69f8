/*
 * What becomes of parked records: placed when a lease for their account is signed, released or dismissed by a person.
 */
#ifndef IMPORT_PARKING_H
#define IMPORT_PARKING_H

#include "import/commit.h"

enum parking_action {
	PARKING_PLACE,       /* a lease now names their account */
	PARKING_RELEASE,     /* a person lets them in */
};

struct parking_request {
	enum parking_action action;
	struct str key;          /* one record; or */
	struct str account;      /* all of an account */
	struct str lease;        /* where they go; empty: to the lease that names their account */
	instant end;             /* with has_end: the end of a record that has none */
	bool has_end;
	struct str because, by;
	instant now;
};

struct parking_report {
	size_t found, placed;
	struct problems refused;     /* records that cannot be billed, and why */
};

/* Moves what can be billed. Each batch is a transaction; what is left can be moved by the same call again. */
bool parking_move(struct arena *arena, struct store *store, const struct parking_request *request,
		  struct parking_report *report, struct problems *problems) MUST_USE;

/* Storage samples of accounts that a lease names by now go to its chain. One transaction; storage.c. */
bool storage_place(struct arena *arena, struct store *store, struct str by, instant now, size_t *placed,
		   struct problems *problems) MUST_USE;

/* Decides that a key or an account is never billed. */
bool parking_dismiss(struct arena *arena, struct store *store, const struct parking_request *request, size_t *rows,
		     struct problems *problems) MUST_USE;

/* One parked record that no later fact withdrew or dismissed. */
struct parked_record {
	struct str chain_id;
	chain_number chain;
	uint64_t seq;
	uint32_t row;
	struct usage_record record;
	struct str account, model, purpose, nodes, state, user;
};

typedef bool parked_record_visitor(void *context, const struct parked_record *record);
bool parking_visit(struct arena *arena, struct store *store, struct str account, struct str key,
		   parked_record_visitor *visit, void *context, struct problems *problems) MUST_USE;

/* An open allocation whose source has not listed it for too long. */
struct runaway {
	struct str lease, account, key;
	instant start, listed, billed_to;
	int64_t gpus_thousandths;
};
typedef bool runaway_visitor(void *context, const struct runaway *runaway);
bool runaways_visit(struct arena *arena, struct store *store, instant now, runaway_visitor *visit, void *context,
		    struct problems *problems) MUST_USE;

#endif
