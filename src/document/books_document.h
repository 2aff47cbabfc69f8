/*
 * The books of one or more leases as other programs read them: hledger, beancount, spreadsheets (CSV), JSON. Pure.
 *
 * The bookings of all leases stand in one list, by day, then in the order in which the leases are given. Texts of people
 * are on one line. Nothing that a person wrote can end a text or begin a directive: each format escapes what it can, and
 * what hledger cannot escape stands in its full-width form (a name with `;` has `；`).
 */
#ifndef DOCUMENT_BOOKS_DOCUMENT_H
#define DOCUMENT_BOOKS_DOCUMENT_H

#include "lease/books.h"

void books_write_hledger(struct arena *arena, const struct books *list, size_t count, enum language language, struct buf *out);
void books_write_beancount(struct arena *arena, const struct books *list, size_t count, enum language language, struct buf *out);
/* One row a posting; no row for a payment that was returned. A text that a spreadsheet would take for a formula begins
 * with an apostrophe. */
void books_write_csv(struct arena *arena, const struct books *list, size_t count, enum language language, struct buf *out);
/* [{day, kind, text, fact, lease, lessee, statement?, payment?, month?, corrects?, because?, returned_fen?, currency,
 * postings[] {account, amount_fen}}]: above 0 is a debit. */
void books_write_json(struct arena *arena, const struct books *list, size_t count, enum language language, struct buf *out);

/* The sum of an account over all leases of one currency. */
struct books_total {
	struct str currency;
	enum book_account account;
	struct money balance;
};
/* By currency, then account; accounts without a posting are left out. */
bool books_totals(struct arena *arena, const struct books *list, size_t count, struct books_total **totals, size_t *total_count,
		  struct problems *problems) MUST_USE;

/* {leases[] {lease, day, currency, accounts[] {account, balance_fen}}, totals[] {account, currency, balance_fen}} */
void balances_write_json(struct arena *arena, const struct books *list, size_t count, const struct books_total *totals,
			 size_t total_count, struct buf *out);

/* ---- for the formats ---- */

struct booking_line {
	const struct books *books;
	const struct booking *booking;
};

/* All bookings of all leases in order. */
struct booking_line *booking_lines(struct arena *arena, const struct books *list, size_t count, size_t *line_count);

/* "payment 2", with what a person wrote about it. */
struct str booking_text(struct arena *arena, const struct booking_line *line, enum language language);

/* Controls, line ends among them, as spaces; what cannot be shown as utf8_printable() has it. */
struct str text_on_one_line(struct arena *arena, struct str text);

#endif
