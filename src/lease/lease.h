/*
 * The state of one lease: what the facts of its chain say. Computed by pure functions; no clock, file or global.
 *
 * Facts that the families know: agreement-signed (agreement.c) and those of billing.h. Blocks of usage and storage are not folded: their sums come
 * from the store (or are computed again from the blocks), as struct month_usage.
 */
#ifndef LEASE_LEASE_H
#define LEASE_LEASE_H

#include "base/zone.h"
#include "lease/billing.h"
#include "record/envelope.h"
#include "terms/terms.h"

#define FACT_AGREEMENT_SIGNED "agreement-signed"
#define AGREEMENT_FILE_CODEC  "agreement-file-1"   /* its payload: the signed file as it was */

/* Version of the rules that turn facts into amounts; fixed for a lease in its fact 0. */
enum { RATING_RULES = 1 };

struct lease {
	struct str id;
	bool signed_in;                    /* fact 0 was applied */
	enum digest_algorithm algorithm;
	int64_t rating_rules;
	struct terms terms;
	struct zone zone;                  /* as recorded at signing, with its changes for the term and two years more */
	struct str tzdata;                 /* version of the zone data used */
	struct str file_digest;            /* SHA-256 of the signed file, hexadecimal */
	instant term_from, term_to;        /* 00:00 of the first day; 24:00 of the last (2.1) */
	instant recorded;                  /* when it was entered */
	struct billing billing;            /* what was billed and paid */
};

/* What an agreement is entered with. */
struct agreement_draft {
	const struct node *document;
	const struct terms *terms;
	const struct zone *zone;
	struct str tzdata;
	struct digest file_digest;
};

/* The body of the fact agreement-signed, in canonical JSON. */
void agreement_body_write(const struct agreement_draft *draft, struct buf *out);

/* Applies one fact; texts that the state keeps are copied into ARENA. Kinds that no family knows are refused: a newer
 * program wrote them. */
bool lease_apply(struct arena *arena, struct lease *lease, const struct envelope *fact, struct problems *problems) MUST_USE;

/* The days that a month has in common with the term, as instants; false if there are none. */
bool lease_month_span(const struct lease *lease, month_number month, instant *from, instant *to);

#endif
