#include "base/json.h"
#include "document/account_document.h"
#include "document/statement_document.h"

static void put_day(struct arena *arena, struct json_writer *w, const char *key, day_number day)
{
	json_put_string(w, key, day_text(arena, day));
}

static void put_money(struct json_writer *w, const char *key, struct money amount)
{
	json_put_integer(w, key, money_fen(amount));
}

static void line_members(struct arena *arena, struct json_writer *w, const struct line *line)
{
	json_put_string(w, "clause", line->clause);
	json_put_string(w, "meter", str_of(meter_name(line->meter)));
	if (line->gpu_model.length)
		json_put_string(w, "gpu_model", line->gpu_model);
	if (meter_exact_name(line->meter))
		json_put_string(w, meter_exact_name(line->meter), line_exact_text(arena, line));
	json_put_string(w, "quantity", line_quantity_text(arena, line));
	json_put_string(w, "unit", line->unit);
	json_put_string(w, "unit_price", decimal_text(arena, line->unit_price));
	if (line->taxed) {
		json_put_string(w, "tax_percent", decimal_text(arena, line->tax_percent));
		put_money(w, "net_fen", line->net);
		put_money(w, "tax_fen", line->tax);
	}
	put_money(w, "amount_fen", line->amount);
}

static void lists_write(struct arena *arena, struct json_writer *w, const struct issued *issued)
{
	json_key(w, "lines");
	json_array(w);
	for (size_t i = 0; i < issued->line_count; i++) {
		json_object(w);
		line_members(arena, w, &issued->lines[i]);
		json_object_end(w);
	}
	json_array_end(w);
	json_key(w, "corrections");
	json_array(w);
	for (size_t i = 0; i < issued->correction_count; i++) {
		const struct correction *c = &issued->corrections[i];

		json_object(w);
		json_put_integer(w, "statement", c->statement);
		json_put_string(w, "month", month_text(arena, c->month));
		json_put_integer(w, "fact_from", (int64_t)c->fact_from);
		json_put_integer(w, "fact_to", (int64_t)c->fact_to);
		line_members(arena, w, &c->line);
		json_object_end(w);
	}
	json_array_end(w);
	json_key(w, "penalties");
	json_array(w);
	for (size_t i = 0; i < issued->penalty_count; i++) {
		json_object(w);
		json_put_integer(w, "statement", issued->penalties[i].statement);
		put_money(w, "amount_fen", issued->penalties[i].amount);
		json_object_end(w);
	}
	json_array_end(w);
}

void issued_write_json(struct arena *arena, const struct lease *lease, const struct issued *issued, struct buf *out)
{
	struct json_writer w;

	json_writer_pretty(&w, out);
	json_object(&w);
	json_put_string(&w, "lease", lease->id);
	json_put_string(&w, "statement", issued_number_text(arena, lease->id, issued->number));
	json_put_integer(&w, "number", issued->number);
	json_put_string(&w, "month", month_text(arena, issued->month));
	json_put_string(&w, "currency", lease->terms.currency);
	if (issued->advance)
		json_put_bool(&w, "advance", true);
	put_day(arena, &w, "issued", issued->issued_day);
	if (issued->served) {
		put_day(arena, &w, "served", issued->served_day);
		put_day(arena, &w, "due", issued->due_day);
		json_put_string(&w, "rest_days", issued->rest_days);
		json_put_bool(&w, "due_provisional", issued->provisional);
	}
	json_key(&w, "signed_by");
	if (issued->signed_by.length)
		json_add_string(&w, issued->signed_by);
	else
		json_add_null(&w);
	lists_write(arena, &w, issued);
	put_money(&w, "fees_fen", issued->fees);
	put_money(&w, "net_fen", issued->net);
	put_money(&w, "tax_fen", issued->tax);
	put_money(&w, "charges_fen", issued->charges);
	put_money(&w, "credits_fen", issued->credits);
	put_money(&w, "penalty_fen", issued->penalty);
	put_money(&w, "total_fen", issued->total);
	json_object_end(&w);
	buf_add_char(out, '\n');
}

/* ---- the account ---- */

static void owed_write(struct arena *arena, struct json_writer *w, const struct owed *owed, day_number day)
{
	json_object(w);
	json_put_integer(w, "number", owed->issued->number);
	json_put_string(w, "month", month_text(arena, owed->issued->month));
	put_day(arena, w, "issued", owed->issued->issued_day);
	if (owed->issued->served && owed->issued->served_day <= day)
		put_day(arena, w, "due", owed->issued->due_day);
	json_put_string(w, "status", str_of(standing_name(owed->standing)));
	put_money(w, "principal_fen", owed->principal);
	put_money(w, "principal_paid_fen", owed->principal_paid);
	put_money(w, "penalty_fen", owed->penalty);
	put_money(w, "penalty_paid_fen", owed->penalty_paid);
	put_money(w, "costs_fen", owed->costs);
	put_money(w, "costs_paid_fen", owed->costs_paid);
	put_money(w, "unpaid_fen", owed->unpaid);
	if (owed->right_arose) {
		put_day(arena, w, "right_8_1_from", owed->right_day);
		json_put_bool(w, "right_8_1_stands", owed->right_stands);
	}
	json_object_end(w);
}

static void payments_write(struct arena *arena, struct json_writer *w, const struct account *account)
{
	json_key(w, "payments");
	json_array(w);
	for (size_t i = 0; i < account->lease->billing.payment_count; i++) {
		const struct payment *payment = &account->lease->billing.payments[i];

		if (payment->credit_day > account->day)
			continue;
		json_object(w);
		json_put_integer(w, "number", payment->number);
		put_day(arena, w, "credited", payment->credit_day);
		put_money(w, "amount_fen", payment->amount);
		put_money(w, "held_fen", account->held[i]);
		if (payment->bank_key.length)
			json_put_string(w, "bank_key", payment->bank_key);
		if (payment->proof.length)
			json_put_string(w, "proof", payment->proof);
		if (payment->reversed)
			json_put_string(w, "reversed_because", payment->reversed_because);
		json_object_end(w);
	}
	json_array_end(w);
	json_key(w, "allotments");
	json_array(w);
	for (size_t i = 0; i < account->allotment_count; i++) {
		const struct allotment *a = &account->allotments[i];

		json_object(w);
		json_put_integer(w, "payment", a->payment);
		json_put_integer(w, "statement", a->statement);
		put_day(arena, w, "day", a->day);
		put_money(w, "costs_fen", a->costs);
		put_money(w, "penalty_fen", a->penalty);
		put_money(w, "principal_fen", a->principal);
		json_object_end(w);
	}
	json_array_end(w);
}

void account_write_json(struct arena *arena, const struct account *account, const struct entry *entries, size_t count,
			struct buf *out)
{
	struct json_writer w;

	json_writer_pretty(&w, out);
	json_object(&w);
	json_put_string(&w, "lease", account->lease->id);
	put_day(arena, &w, "day", account->day);
	json_put_string(&w, "currency", account->lease->terms.currency);
	json_key(&w, "statements");
	json_array(&w);
	for (size_t i = 0; i < account->owed_count; i++)
		owed_write(arena, &w, &account->owed[i], account->day);
	json_array_end(&w);
	payments_write(arena, &w, account);
	json_key(&w, "entries");
	json_array(&w);
	for (size_t i = 0; i < count; i++) {
		json_object(&w);
		put_day(arena, &w, "day", entries[i].day);
		json_put_string(&w, "kind", str_of(entry_kind_name(entries[i].kind)));
		json_put_integer(&w, "number", entries[i].number);
		put_money(&w, "amount_fen", entries[i].amount);
		put_money(&w, "balance_fen", entries[i].balance);
		json_object_end(&w);
	}
	json_array_end(&w);
	put_money(&w, "credit_fen", account->credit);
	put_money(&w, "balance_fen", account->balance);
	json_object_end(&w);
	buf_add_char(out, '\n');
}
