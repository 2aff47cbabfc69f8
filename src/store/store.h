/*
 * The journal on disk: what a store must be able to do, whatever keeps it. Today that is one SQLite database
 * (database.c, journal.c, key_index.c, derived.c); nothing above this header knows.
 *
 * Truth: chains, facts, payloads. They are only ever appended; the database itself refuses to change them.
 * Derived: key index, day sums, storage samples, open allocations, parked totals. They are written in the transaction
 * that writes their facts, and can be computed again from the facts.
 *
 * Every call that changes anything stands between store_begin and store_commit. After a failure the caller must
 * store_rollback; the journal is then as it was before store_begin.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/decimal.h"
#include "base/problem.h"
#include "record/day_sums.h"
#include "record/envelope.h"
#include "record/usage_record.h"

struct store;

enum store_access {
	STORE_READ,      /* the file must be there */
	STORE_WRITE,     /* likewise, and may be written */
	STORE_CREATE,    /* made when missing, with mode 0600 */
};

/* NULL and a problem: not there, not a journal, of a newer schema, locked, no permission. */
struct store *store_open(const char *path, enum store_access access, struct problems *problems) MUST_USE;
void store_close(struct store *store);

/* One writer at a time, in the order of asking, across processes; gives up after STORE_WAIT_SECONDS. */
enum { STORE_WAIT_SECONDS = 60 };
bool store_begin(struct store *store, struct problems *problems) MUST_USE;
/* Durable when it returns true. */
bool store_commit(struct store *store, struct problems *problems) MUST_USE;
void store_rollback(struct store *store);

/* Readers see one moment of the journal between these two. */
bool store_read_begin(struct store *store, struct problems *problems) MUST_USE;
void store_read_end(struct store *store);

/* ---- chains and facts ---- */

typedef int64_t chain_number;      /* of a chain in this store; never hashed */
typedef int64_t fact_number;       /* of a fact in this store, in order of recording over all chains */

struct chain_head {
	chain_number chain;
	enum digest_algorithm algorithm;
	uint64_t next_seq;
	struct digest head;
	instant recorded;          /* of the last fact */
};

/* False if there is no chain of that id (no problem is added), or on failure (one is). */
bool store_chain_find(struct store *store, struct str id, struct chain_head *head, struct problems *problems) MUST_USE;
bool store_chain_create(struct store *store, struct str id, enum digest_algorithm algorithm, struct chain_head *head,
			struct problems *problems) MUST_USE;

typedef bool chain_visitor(void *context, struct str id, const struct chain_head *head);
bool store_chains_visit(struct store *store, chain_visitor *visit, void *context, struct problems *problems) MUST_USE;

struct fact_draft {
	struct str kind, by, command;
	struct str body;           /* canonical JSON, or empty */
	instant happened;
	struct str payload_codec;  /* empty: no payload */
	struct str payload;
	bool payload_erasable;     /* names people: may be erased later, the proof holds */
};

/* Appends to the chain and moves *HEAD. RECORDED is now; the chain's time never goes back. */
bool store_fact_append(struct store *store, struct chain_head *head, struct str chain_id, instant now,
		       const struct fact_draft *draft, fact_number *number, struct problems *problems) MUST_USE;

struct stored_fact {
	fact_number number;
	uint64_t seq;
	struct str kind, envelope;
	instant recorded;          /* as the table says; the envelope is what is hashed */
	struct digest head;
	struct str payload;
	bool has_payload;          /* false also when an erasable payload was erased */
};

enum facts_wanted {
	FACTS_ACTS,                /* all but blocks of usage and storage: what the fold reads */
	FACTS_ALL,
	FACTS_ALL_WITH_PAYLOADS,
	FACTS_USAGE_BLOCKS,        /* with payloads; other facts' payloads are not read */
	FACTS_PARKED_BLOCKS,       /* likewise */
};

typedef bool fact_visitor(void *context, const struct stored_fact *fact);
/* In order of seq, from FROM_SEQ to TO_SEQ; stops when VISIT returns false. Views are valid during the visit. */
bool store_facts_visit(struct store *store, chain_number chain, uint64_t from_seq, uint64_t to_seq,
		       enum facts_wanted wanted, fact_visitor *visit, void *context, struct problems *problems) MUST_USE;
/* Every fact of every chain with its payload, in the order of recording. */
typedef bool all_fact_visitor(void *context, const struct stored_fact *fact, chain_number chain);
bool store_facts_all_visit(struct store *store, all_fact_visitor *visit, void *context, struct problems *problems) MUST_USE;
/* One fact with its payload, copied into ARENA. */
bool store_fact_read(struct store *store, struct arena *arena, fact_number number, chain_number *chain,
		     struct stored_fact *fact, struct problems *problems) MUST_USE;
/* The seq of the last fact of the chain that was recorded at or before AT; false if none was. */
bool store_seq_known_at(struct store *store, chain_number chain, instant at, uint64_t *seq, struct problems *problems) MUST_USE;

/* Kinds of facts whose payloads are blocks. */
#define FACT_USAGE   "usage"       /* usage-1: billed */
#define FACT_PARKED  "parked"      /* usage-1: kept, not billed */
#define FACT_STORAGE "storage"     /* storage-1 */

/* People: numbers in order of appearance in a chain; the names can be erased. */
bool store_person_number(struct store *store, chain_number chain, struct str name, uint32_t *number,
			 struct problems *problems) MUST_USE;
/* The name, or "#12" when it was erased. */
bool store_person_name(struct store *store, struct arena *arena, chain_number chain, uint32_t number, struct str *name,
		       struct problems *problems) MUST_USE;

/* ---- key index: which fact holds the live record of a key ---- */

struct key_entry {
	uint64_t fingerprint;      /* of the key, keyed with the store's secret */
	uint32_t row;              /* the caller's own number */
	uint32_t fact;             /* fact_number; filled in by the caller before key_index_add */
};

uint64_t store_key_fingerprint(const struct store *store, struct str key);
/* Sorts by fingerprint, then by row. SCRATCH has room for COUNT entries. */
void key_entries_sort(struct key_entry *entries, struct key_entry *scratch, size_t count);

struct key_hit {
	size_t entry;              /* index into the probed entries */
	fact_number fact;          /* may hold a record of that key: the fingerprint is the same */
};

struct key_hits {
	struct key_hit *list;      /* by entry, and for one entry the latest fact first */
	size_t count, capacity;
};

void key_hits_free(struct key_hits *hits);

/* False with a problem when the index lacks a part of what was written to it: nothing may be imported then. */
bool store_keys_check(struct store *store, struct problems *problems) MUST_USE;

/* Every fact that may hold one of the sorted ENTRIES. What is not hit is new for certain. */
bool store_keys_probe(struct store *store, const struct key_entry *entries, size_t count, struct key_hits *hits,
		      struct problems *problems) MUST_USE;
bool store_keys_add(struct store *store, const struct key_entry *sorted, size_t count, struct problems *problems) MUST_USE;
/* Merges runs that have grown to a level's number, in transactions of their own, a bounded piece at a time. */
bool store_keys_merge(struct store *store, struct problems *problems) MUST_USE;

/* ---- derived sums and lists ---- */

/* What is priced alike and summed together within a lease. */
struct price_class {
	struct str model;          /* as reported; "" where the source names none */
	bool outside_term;         /* released although outside the term */
};

/* Adds ADDED to the running totals of the month, valid from the fact SEQ on. */
bool store_month_add(struct store *store, chain_number chain, struct price_class class, uint64_t seq,
		     const struct month_sums *added, struct problems *problems) MUST_USE;

typedef bool month_visitor(void *context, struct price_class class, const struct month_sums *sums);
/* The running totals of one month as known at fact SEQ, class by class, in order of model. */
bool store_month_read(struct store *store, chain_number chain, month_number month, uint64_t seq, month_visitor *visit,
		      void *context, struct problems *problems) MUST_USE;

struct open_allocation {
	struct str key, model;
	instant start, listed;
	int64_t gpus_thousandths;
	uint32_t suspended_seconds;
	uint64_t opened_seq;       /* the fact that says so */
};

bool store_open_add(struct store *store, chain_number chain, const struct open_allocation *open,
		    struct problems *problems) MUST_USE;
/* From fact CLOSED_SEQ on, the allocation that OPENED_SEQ opened under KEY is open no longer. */
bool store_open_close(struct store *store, chain_number chain, struct str key, uint64_t opened_seq, uint64_t closed_seq,
		      struct problems *problems) MUST_USE;
typedef bool open_visitor(void *context, const struct open_allocation *open);
bool store_open_visit(struct store *store, chain_number chain, uint64_t seq, open_visitor *visit, void *context,
		      struct problems *problems) MUST_USE;

/* Capacity in use: the running total of one file system at one time, valid from the fact SEQ on. */
bool store_sample_add(struct store *store, chain_number chain, struct str filesystem, instant at, uint64_t seq,
		      int64_t bytes_added, struct problems *problems) MUST_USE;
typedef bool sample_visitor(void *context, struct str filesystem, instant at, int64_t bytes);
/* In order of file system and time, as known at fact SEQ: those in [FROM, TO) and, of each file system, the last
 * one before FROM. */
bool store_samples_visit(struct store *store, chain_number chain, instant from, instant to, uint64_t seq,
			 sample_visitor *visit, void *context, struct problems *problems) MUST_USE;
/* What an owner was last reported to use in a snapshot; *KNOWN is false when nothing was reported. */
bool store_owner_sample(struct store *store, chain_number chain, struct str filesystem, instant at, struct str owner,
			bool *known, int64_t *bytes, struct problems *problems) MUST_USE;
bool store_owner_sample_put(struct store *store, chain_number chain, struct str filesystem, instant at,
			    struct str owner, int64_t bytes, struct problems *problems) MUST_USE;
bool store_owner_sample_delete(struct store *store, chain_number chain, struct str filesystem, instant at,
			       struct str owner, struct problems *problems) MUST_USE;
typedef bool owner_sample_visitor(void *context, struct str filesystem, instant at, struct str owner, int64_t bytes);
bool store_owner_samples_visit(struct store *store, chain_number chain, owner_sample_visitor *visit, void *context,
			       struct problems *problems) MUST_USE;
bool store_sample_exists(struct store *store, chain_number chain, struct str filesystem, instant at, bool *exists,
			 struct problems *problems) MUST_USE;
bool store_filesystems_visit(struct store *store, struct str filesystem,
			     bool (*visit)(void *context, chain_number chain, struct str chain_id), void *context,
			     struct problems *problems) MUST_USE;

/* Parked records by account and reason. */
struct parked_total {
	chain_number chain;
	struct str chain_id, account;
	enum park_reason reason;
	int64_t rows;
	struct str gpu_thousandth_seconds;    /* a whole number in digits: it may pass 64 bits */
	instant first, last;                  /* of their starts */
};

bool store_parked_add(struct store *store, chain_number chain, struct str account, enum park_reason reason,
		      int64_t rows, int64_t gpu_thousandth_seconds, instant first, instant last,
		      struct problems *problems) MUST_USE;
typedef bool parked_visitor(void *context, const struct parked_total *total);
/* Of one chain, or with CHAIN 0 of all. */
bool store_parked_visit(struct store *store, chain_number chain, parked_visitor *visit, void *context, struct problems *problems) MUST_USE;
/* From now on what is parked under ACCOUNT (with KEY empty), or under KEY alone, up to fact THROUGH_SEQ is dismissed. */
bool store_parked_dismiss(struct store *store, chain_number chain, struct str account, struct str key,
			  uint64_t through_seq, struct problems *problems) MUST_USE;
bool store_parked_dismissed(struct store *store, chain_number chain, struct str account, struct str key, uint64_t seq,
			    bool *dismissed, struct problems *problems) MUST_USE;
/* Takes every parked total of the account off the list. */
bool store_parked_clear(struct store *store, chain_number chain, struct str account, struct problems *problems) MUST_USE;

/* Files that were imported whole: their signature (digest and options), and for a source without keys its lines. */
bool store_import_known(struct store *store, const struct digest *signature, bool *known, struct problems *problems) MUST_USE;
/* Whether any file of that size was: only then is a file's digest worth computing before it is read. */
bool store_import_sized(struct store *store, uint64_t bytes, bool *any, struct problems *problems) MUST_USE;
bool store_import_add(struct store *store, const struct digest *signature, uint64_t bytes, struct problems *problems) MUST_USE;
bool store_source_known(struct store *store, struct str source, bool *known, struct problems *problems) MUST_USE;
bool store_source_add(struct store *store, struct str source, struct problems *problems) MUST_USE;

/* Throws every derived table away, except the store's secret. */
bool store_derived_clear(struct store *store, struct problems *problems) MUST_USE;

#endif
