#include "base/json.h"
#include "document/books_document.h"

static void put_account(struct arena *arena, struct json_writer *w, enum book_account account, struct str lease)
{
	json_put_string(w, "account", book_account_text(arena, account, lease));
}

static void line_members(struct arena *arena, struct json_writer *w, const struct booking_line *line, enum language language)
{
	const struct booking *booking = line->booking;
	const struct lease *lease = line->books->lease;

	json_put_string(w, "day", day_text(arena, booking->day));
	json_put_string(w, "kind", str_of(booking_kind_name(booking->kind)));
	json_put_string(w, "text", booking_text(arena, line, language));
	json_put_integer(w, "fact", (int64_t)booking->seq);
	json_put_string(w, "lease", lease->id);
	json_put_string(w, "lessee", lease->terms.lessee.name);
	if (booking->statement)
		json_put_integer(w, "statement", booking->statement);
	if (booking->payment)
		json_put_integer(w, "payment", booking->payment);
	if (booking->month_given)
		json_put_string(w, "month", month_text(arena, booking->month));
	if (booking->corrects)
		json_put_integer(w, "corrects", booking->corrects);
	if (booking->because.length)
		json_put_string(w, "because", booking->because);
	if (booking->kind == BOOKING_REVERSED)
		json_put_integer(w, "returned_fen", money_fen(booking->reversed));
	json_put_string(w, "currency", lease->terms.currency);
}

void books_write_json(struct arena *arena, const struct books *list, size_t count, enum language language, struct buf *out)
{
	size_t line_count;
	struct booking_line *lines = booking_lines(arena, list, count, &line_count);
	struct json_writer w;

	json_writer_pretty(&w, out);
	json_array(&w);
	for (size_t i = 0; i < line_count; i++) {
		const struct booking *booking = lines[i].booking;

		json_object(&w);
		line_members(arena, &w, &lines[i], language);
		json_key(&w, "postings");
		json_array(&w);
		for (size_t j = 0; j < booking->posting_count; j++) {
			json_object(&w);
			put_account(arena, &w, booking->postings[j].account, lines[i].books->lease->id);
			json_put_integer(&w, "amount_fen", money_fen(booking->postings[j].amount));
			json_object_end(&w);
		}
		json_array_end(&w);
		json_object_end(&w);
	}
	json_array_end(&w);
	buf_add_char(out, '\n');
}

static void lease_balances(struct arena *arena, struct json_writer *w, const struct books *books)
{
	json_object(w);
	json_put_string(w, "lease", books->lease->id);
	json_put_string(w, "day", day_text(arena, books->day));
	json_put_string(w, "currency", books->lease->terms.currency);
	json_key(w, "accounts");
	json_array(w);
	for (int account = 0; account < BOOK_ACCOUNTS; account++) {
		if (!books->posted[account])
			continue;
		json_object(w);
		put_account(arena, w, (enum book_account)account, books->lease->id);
		json_put_integer(w, "balance_fen", money_fen(books->balances[account]));
		json_object_end(w);
	}
	json_array_end(w);
	json_object_end(w);
}

void balances_write_json(struct arena *arena, const struct books *list, size_t count, const struct books_total *totals,
			 size_t total_count, struct buf *out)
{
	struct json_writer w;

	json_writer_pretty(&w, out);
	json_object(&w);
	json_key(&w, "leases");
	json_array(&w);
	for (size_t i = 0; i < count; i++)
		lease_balances(arena, &w, &list[i]);
	json_array_end(&w);
	json_key(&w, "totals");
	json_array(&w);
	for (size_t i = 0; i < total_count; i++) {
		json_object(&w);
		json_put_string(&w, "account", str_of(book_account_name(totals[i].account)));
		json_put_string(&w, "currency", totals[i].currency);
		json_put_integer(&w, "balance_fen", money_fen(totals[i].balance));
		json_object_end(&w);
	}
	json_array_end(&w);
	json_object_end(&w);
	buf_add_char(out, '\n');
}
