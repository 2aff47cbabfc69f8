/*
 * What was billed and paid under one lease (articles 3.1 to 3.4 and 8.1): the slice of its state that statements,
 * payments, costs, reminders and notices make, and the facts that make it. Nothing here passes with time: what does
 * (a due day that is over, penalty) is computed by lease/account.h.
 */
#ifndef LEASE_BILLING_H
#define LEASE_BILLING_H

#include "base/buf.h"
#include "rating/line.h"
#include "record/envelope.h"

#define FACT_STATEMENT_ISSUED "statement-issued"
#define FACT_STATEMENT_SERVED "statement-served"
#define FACT_BILLING_PARKED   "billing-parked"
#define FACT_BILLING_RELEASED "billing-released"
#define FACT_PAYMENT          "payment"
#define FACT_PAYMENT_REVERSED "payment-reversed"
#define FACT_COST             "cost-recorded"
#define FACT_REMINDER         "reminder-sent"
#define FACT_NOTICE           "notice-served"

/* A line of an earlier statement computed again and rounded, minus what was issued of it. */
struct correction {
	month_number month;
	int64_t statement;                 /* that month's */
	uint64_t fact_from, fact_to;       /* the facts that were not known when the line was last billed */
	struct line line;                  /* exact, net, tax and amount are differences */
};

struct carried_penalty {               /* penalty of an earlier statement, since it was last carried */
	int64_t statement;
	struct money amount;               /* below zero: penalty withdrawn */
};

struct issued {
	int64_t number;                    /* 1, 2 ... within the lease */
	month_number month;
	bool advance;                      /* asks for the month's advance (3.3), not for its fees */
	instant issued;
	day_number issued_day;             /* in the lease's zone */
	uint64_t seq;                      /* of the fact */
	uint64_t known_seq;                /* what was known: the facts up to this one */
	struct line *lines;
	size_t line_count;
	struct correction *corrections;
	size_t correction_count;
	struct carried_penalty *penalties;
	size_t penalty_count;
	struct money net, tax, fees;       /* of the lines */
	struct money charges, credits;     /* corrections above and below zero */
	struct money penalty;
	struct money total;                /* fees + charges + credits + penalty */

	bool served;
	day_number served_day, due_day;
	struct str rest_days;              /* version of the table that fixed the due day */
	bool provisional;                  /* the table lacked the year */
	struct str signed_by;              /* fingerprint of the lessor's key; empty: not signed */
};

struct payment {
	int64_t number;                    /* 1, 2 ... within the lease */
	day_number credit_day;
	struct money amount;
	int64_t *statements;               /* that the payer names */
	size_t statement_count;
	struct str bank_key;               /* of the bank's line; empty: by hand */
	struct str proof;                  /* SHA-256 of the document attached; empty: none */
	uint64_t seq;
	instant recorded;
	bool reversed;                     /* returned: it never happened */
	struct str reversed_because;
};

struct cost {                          /* of enforcement */
	int64_t statement;
	day_number day;
	struct money amount;
	struct str because;
	uint64_t seq;
};

struct billing_hold {                  /* a sanity bound was passed */
	month_number month;
	struct str *reasons;
	size_t reason_count;
	bool released;
	struct str because;                /* of the release */
	uint64_t seq;
};

struct reminder {
	int64_t statement;
	struct str stage, channel;
	struct str to;                     /* when it is recorded; the state keeps only the digest */
	struct digest to_digest;           /* of the erasable payload */
	instant sent;
	uint64_t seq;
};

struct notice {
	struct str clause;
	int64_t statement;
	instant served;
	uint64_t seq;
};

struct billing {
	struct issued *issued;             /* in order of number */
	size_t issued_count, issued_capacity;
	struct payment *payments;
	size_t payment_count, payment_capacity;
	struct cost *costs;
	size_t cost_count, cost_capacity;
	struct billing_hold *holds;
	size_t hold_count, hold_capacity;
	struct reminder *reminders;
	size_t reminder_count, reminder_capacity;
	struct notice *notices;
	size_t notice_count, notice_capacity;
};

/* Applies a fact of these kinds. *KNOWN: the kind is one of them. */
bool billing_apply(struct arena *arena, struct billing *billing, const struct envelope *fact, bool *known,
		   struct problems *problems) MUST_USE;

/* What the facts of a payment and of its reversal do to the state; NUMBER must be there. */
void payment_add(struct arena *arena, struct billing *billing, const struct payment *payment);
void payment_take_back(struct billing *billing, int64_t number, struct str because);

/* NULL if there is none of that number or month. */
const struct issued *issued_find(const struct billing *billing, int64_t number);
const struct issued *issued_of_month(const struct billing *billing, month_number month);
/* The statement that asks for the advance of MONTH; NULL if there is none. */
const struct issued *advance_of_month(const struct billing *billing, month_number month);
/* What a statement asks for or deducts as advance; 0 for most. */
struct money issued_advance(const struct issued *issued);
const struct payment *payment_find(const struct billing *billing, int64_t number);
/* The latest hold of a month, released or not. */
const struct billing_hold *hold_find(const struct billing *billing, month_number month);

/* What was billed so far of a line like LINE of the statement of MONTH: its own line and every correction of it. */
struct line billed_of_line(const struct billing *billing, const struct issued *of, const struct line *line);

/* "TL-2017-0901-3" */
struct str issued_number_text(struct arena *arena, struct str lease, int64_t number);

/* ---- the bodies of the facts, in canonical JSON ---- */

void issued_body_write(const struct issued *issued, struct buf *out);
void served_body_write(const struct issued *issued, struct buf *out);
void hold_body_write(month_number month, const struct str *reasons, size_t count, struct buf *out);
void release_body_write(month_number month, struct str because, struct buf *out);
void payment_body_write(const struct payment *payment, struct buf *out);
void reversal_body_write(int64_t payment, struct str because, struct buf *out);
void cost_body_write(const struct cost *cost, struct buf *out);
void reminder_body_write(const struct reminder *reminder, struct buf *out);
void notice_body_write(const struct notice *notice, struct buf *out);

#endif
