/* Facts that a bank's line leads to: on the lease's chain what happened to its money, on the house chain to which line. */
#ifndef LEDGER_BANK_POST_H
#define LEDGER_BANK_POST_H

#include "base/buf.h"
#include "ledger/act.h"
#include "ledger/payers.h"

enum { BANK_BODY_BYTES_MAX = 256 * 1024 * 1024 };

/* Appends to the house chain and frees BODY; PAYLOAD, an array of lines, may be erased one day. */
bool bank_fact_append(const struct actor *actor, const char *kind, struct buf *body, struct str payload,
		      struct problems *problems) MUST_USE;

/* AMOUNT of the line pays the lease, first the statements named. */
bool bank_payment_post(const struct actor *actor, struct house_bank *bank, struct payer *payer, struct house_line *line,
		       struct money amount, const int64_t *statements, size_t statement_count, struct problems *problems) MUST_USE;
/* The line returns payment NUMBER of the lease, which must not have been reversed. */
bool bank_payment_return(const struct actor *actor, struct house_bank *bank, struct payer *payer, struct house_line *line,
			 int64_t number, struct str because, struct problems *problems) MUST_USE;

#endif
