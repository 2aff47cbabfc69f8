/* An issued statement and the account of a lease as JSON. Pure. */
#ifndef DOCUMENT_ACCOUNT_DOCUMENT_H
#define DOCUMENT_ACCOUNT_DOCUMENT_H

#include "lease/entries.h"

/* {lease, number, month, issued, served, due, signed_by (fingerprint or null), lines[], corrections[], penalties[], fees_fen, ..., total_fen} */
void issued_write_json(struct arena *arena, const struct lease *lease, const struct issued *issued, struct buf *out);

/* {lease, day, statements[], payments[], allotments[], entries[], credit_fen, balance_fen} */
void account_write_json(struct arena *arena, const struct account *account, const struct entry *entries, size_t count,
			struct buf *out);

#endif
