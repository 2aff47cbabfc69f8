/*
 * What invoices need, a month at a time: every statement issued in it (the tax point) with seller's and buyer's data, and
 * each taxed line and correction as net + tax = gross. Penalty is no line of an invoice here: the agreement taxes fees.
 */
#ifndef DOCUMENT_TAX_DOCUMENT_H
#define DOCUMENT_TAX_DOCUMENT_H

#include "lease/lease.h"

struct tax_entry {
	const struct lease *lease;
	const struct issued *issued;
};

struct tax_month {
	struct arena *arena;
	month_number month;
	struct tax_entry *entries;
	size_t count, capacity;
};

/* Adds the lease's statements whose day of issue lies in the month. */
void tax_month_add(struct tax_month *tax, const struct lease *lease);

void tax_month_json(const struct tax_month *tax, struct buf *out);
/* As a document for the renderer: one line of JSON. */
void tax_month_paper(const struct tax_month *tax, bool chinese, bool english, struct buf *out);

#endif
