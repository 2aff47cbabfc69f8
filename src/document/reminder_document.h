/*
 * A payment reminder as people and programs read it: one text in Chinese and then in English, and JSON. It states what
 * is owed at the end of the account's day, the due day, the account to pay to and the clauses. Pure.
 */
#ifndef DOCUMENT_REMINDER_DOCUMENT_H
#define DOCUMENT_REMINDER_DOCUMENT_H

#include "base/buf.h"
#include "base/json.h"
#include "lease/reminders.h"

/* One line, in both languages. */
struct str reminder_subject(const struct account *account, const struct due_reminder *due);
void reminder_write_text(const struct account *account, const struct due_reminder *due, struct buf *out);

/* What is left to pay of a statement, part by part; together they are its `unpaid`. */
struct reminder_amounts {
	struct money principal, penalty, costs;
};
struct reminder_amounts reminder_amounts(const struct owed *owed);

/* Members of an object that the caller began: lease, statement, number, month, stage, due, day, currency, and
 * costs_fen, penalty_fen, principal_fen, owed_fen. */
void reminder_put_members(const struct account *account, const struct due_reminder *due, struct json_writer *w);

/* What a webhook gets: the members above with id, subject, text, clause, lessor, lessee and account. */
void reminder_write_json(const struct account *account, const struct due_reminder *due, struct str id, struct buf *out);

#endif
