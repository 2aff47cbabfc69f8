/*
 * Where a row of usage belongs: to the lease that names its account at that time, or to the house chain, parked.
 */
#ifndef IMPORT_PLACES_H
#define IMPORT_PLACES_H

#include "lease/statement.h"
#include "readers/reader.h"
#include "record/text_table.h"
#include "store/store.h"

enum { PLACE_HOUSE = 0 };

struct place {
	struct str id;                   /* of the chain */
	chain_number chain;
	const struct lease *lease;       /* NULL for the house */
	instant term_from, term_to;      /* of the lease; here because every row asks */
	bool priced_always;              /* no row of the lease can lack a price */
};

/* One account of one lease. */
struct account_place {
	uint32_t account;                /* its number in places.accounts */
	uint32_t place;
	instant term_from, term_to;      /* of that place */
};

struct places {
	struct arena *arena;
	struct place *list;              /* list[PLACE_HOUSE] is the house */
	size_t count;
	struct text_table accounts;      /* the accounts that leases name */
	struct account_place *by_account;   /* sorted */
	size_t by_account_count;
	uint32_t *account_begin;         /* where each account's places begin, by account number */
};

/* Reads every lease of the journal; makes the house chain if there is none. Within a transaction. */
bool places_load(struct arena *arena, struct store *store, instant now, struct places *places,
		 struct problems *problems) MUST_USE;
void places_free(struct places *places);

/* The place of a lease's id, or false. */
bool places_find(const struct places *places, struct str id, size_t *place);
/* The lease that names ACCOUNT and whose term holds FROM; else one whose term the span FROM to TO reaches into; else one
 * that names it at all; else the house. */
size_t places_of_account(const struct places *places, struct str account, instant from, instant to);

/* Why ROW, in PLACE, cannot be billed; PARKED_NOT if it can. Sets ROW's GPUs to thousandths where it is a slice. */
enum park_reason place_park_reason(const struct place *place, struct usage_row *row);

/* English or Chinese words for a reason. */
const char *park_reason_text(enum park_reason reason, enum language language);
const char *park_reason_name(enum park_reason reason);   /* no-lease, outside-term ... */

#endif
