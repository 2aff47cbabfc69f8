#include "document/reminder_document.h"

enum { TEXT_BYTES_MAX = 1 << 20 };

void reminder_put_members(const struct account *account, const struct due_reminder *due, struct json_writer *w)
{
	const struct issued *issued = due->owed->issued;
	struct reminder_amounts left = reminder_amounts(due->owed);
	struct arena *a = account->arena;

	json_put_string(w, "lease", account->lease->id);
	json_put_integer(w, "statement", issued->number);
	json_put_string(w, "number", issued_number_text(a, account->lease->id, issued->number));
	json_put_string(w, "month", month_text(a, issued->month));
	json_put_string(w, "stage", due->name);
	json_put_string(w, "due", day_text(a, issued->due_day));
	json_put_string(w, "day", day_text(a, account->day));
	json_put_string(w, "currency", account->lease->terms.currency);
	json_put_integer(w, "costs_fen", money_fen(left.costs));
	json_put_integer(w, "penalty_fen", money_fen(left.penalty));
	json_put_integer(w, "principal_fen", money_fen(left.principal));
	json_put_integer(w, "owed_fen", money_fen(due->owed->unpaid));
}

static void account_put(const struct terms *terms, struct json_writer *w)
{
	json_key(w, "account");
	json_object(w);
	json_put_string(w, "bank", terms->payment.account.bank);
	json_put_string(w, "name", terms->payment.account.name);
	json_put_string(w, "number", terms->payment.account.number);
	json_object_end(w);
}

void reminder_write_json(const struct account *account, const struct due_reminder *due, struct str id, struct buf *out)
{
	const struct terms *terms = &account->lease->terms;
	struct json_writer w = { .out = out };
	struct buf text;

	buf_init(&text, TEXT_BYTES_MAX);
	reminder_write_text(account, due, &text);
	json_object(&w);
	json_put_string(&w, "id", id);
	reminder_put_members(account, due, &w);
	json_put_string(&w, "clause", due->stage == REMINDER_RIGHT ? STR("8.1") : STR("3.3"));
	if (due->stage == REMINDER_RIGHT)
		json_put_string(&w, "right_from", day_text(account->arena, due->owed->right_day));
	json_put_string(&w, "lessor", terms->lessor.name);
	json_put_string(&w, "lessee", terms->lessee.name);
	account_put(terms, &w);
	json_put_string(&w, "subject", reminder_subject(account, due));
	json_put_string(&w, "text", buf_str(&text));
	json_object_end(&w);
	buf_free(&text);
}
