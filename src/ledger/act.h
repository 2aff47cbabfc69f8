/*
 * An act on one lease: its state is loaded, something is decided, facts are appended, in one transaction. Whoever begins
 * one ends it with act_commit or act_cancel.
 */
#ifndef LEDGER_ACT_H
#define LEDGER_ACT_H

#include "base/signature.h"
#include "lease/lease.h"
#include "store/store.h"

/* What the lessor signs statements with. */
struct signer {
	struct signing_key *key;           /* NULL: none */
	bool unsigned_wanted;              /* issue without, although the agreement prints a key */
};

struct act {
	struct arena *arena;
	struct store *store;
	const struct lease *lease;
	struct chain_head head;
	instant now;
	struct str by, command;
	struct signer signer;
	struct problems *problems;
};

/* Who acts, when and by which verb; the same for every act of one command. */
struct actor {
	struct arena *arena;
	struct store *store;
	instant now;
	struct str by, command;
	struct signer signer;
};

bool act_begin(struct act *act, const struct actor *actor, struct str lease, struct problems *problems) MUST_USE;
/* Appends a fact with BODY, and PAYLOAD (erasable: it names people) where its codec is not empty. */
bool act_append(struct act *act, const char *kind, instant happened, struct str body, struct str payload_codec,
		struct str payload) MUST_USE;
/* Loads the lease again as it is after the facts that were appended. */
bool act_reload(struct act *act) MUST_USE;
bool act_commit(struct act *act) MUST_USE;
void act_cancel(struct act *act);

#endif
