/* Entering a signed agreement: the first fact of a lease's chain. */
#ifndef LEDGER_SIGN_H
#define LEDGER_SIGN_H

#include "lease/lease.h"
#include "store/store.h"

struct signature_request {
	struct agreement_draft draft;
	struct str file;           /* the signed file as it is */
	struct str by;
	instant now;
};

/* One transaction. Refused when the lease is there, or when another lease has the account in that time. */
bool lease_sign(struct arena *arena, struct store *store, const struct signature_request *request,
		struct problems *problems) MUST_USE;

#endif
