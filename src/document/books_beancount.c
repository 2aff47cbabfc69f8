/* The books for beancount: accounts opened on the day of their first posting, in their currency only. */
#include "document/books_document.h"

static void quoted(struct arena *arena, struct str text, struct buf *out)
{
	struct str line = text_on_one_line(arena, text);

	buf_add_char(out, '"');
	for (size_t i = 0; i < line.length; i++) {
		if (line.at[i] == '"' || line.at[i] == '\\')
			buf_add_char(out, '\\');
		buf_add_char(out, line.at[i]);
	}
	buf_add_char(out, '"');
}

static void metadata(struct arena *arena, const char *key, struct str text, struct buf *out)
{
	buf_add_format(out, "  %s: ", key);
	quoted(arena, text, out);
	buf_add_char(out, '\n');
}

static void metadata_write(struct arena *arena, const struct booking_line *line, struct buf *out)
{
	const struct booking *booking = line->booking;
	struct str id = line->books->lease->id;

	metadata(arena, "fact", arena_format(arena, "%llu", (unsigned long long)booking->seq), out);
	metadata(arena, "lease", id, out);
	if (booking->statement)
		metadata(arena, "statement", arena_format(arena, "%lld", (long long)booking->statement), out);
	if (booking->payment)
		metadata(arena, "payment", arena_format(arena, "%lld", (long long)booking->payment), out);
	if (booking->month_given)
		metadata(arena, "month", month_text(arena, booking->month), out);
	if (booking->corrects)
		metadata(arena, "corrects", arena_format(arena, "%lld", (long long)booking->corrects), out);
}

static void accounts_open(struct arena *arena, const struct books *books, struct buf *out)
{
	struct str currency = books->lease->terms.currency;

	for (int account = 0; account < BOOK_ACCOUNTS; account++) {
		struct str day, text;

		if (!books->posted[account])
			continue;
		day = day_text(arena, books->opened[account]);
		text = book_account_text(arena, (enum book_account)account, books->lease->id);
		buf_add_format(out, "%.*s open %.*s %.*s\n", (int)day.length, day.at, (int)text.length, text.at,
			       (int)currency.length, currency.at);
	}
}

static void currencies_write(const struct books *list, size_t count, struct buf *out)
{
	for (size_t i = 0; i < count; i++) {
		struct str currency = list[i].lease->terms.currency;
		bool before = false;

		for (size_t j = 0; j < i; j++)
			before = before || str_equal(list[j].lease->terms.currency, currency);
		if (!before)
			buf_add_format(out, "option \"operating_currency\" \"%.*s\"\n", (int)currency.length, currency.at);
	}
}

static void line_write(struct arena *arena, const struct booking_line *line, enum language language, struct buf *out)
{
	const struct booking *booking = line->booking;
	struct str day = day_text(arena, booking->day), currency = line->books->lease->terms.currency;

	buf_add_format(out, "\n%s%.*s * ", booking->kind == BOOKING_REVERSED ? "; " : "", (int)day.length, day.at);
	quoted(arena, line->books->lease->terms.lessee.name, out);
	buf_add_char(out, ' ');
	quoted(arena, booking_text(arena, line, language), out);
	buf_add_char(out, '\n');
	if (booking->kind == BOOKING_REVERSED)
		return;
	metadata_write(arena, line, out);
	for (size_t i = 0; i < booking->posting_count; i++) {
		struct str account = book_account_text(arena, booking->postings[i].account, line->books->lease->id);
		struct str amount = money_text(arena, booking->postings[i].amount);

		buf_add_format(out, "  %.*s  %.*s %.*s\n", (int)account.length, account.at, (int)amount.length, amount.at,
			       (int)currency.length, currency.at);
	}
}

void books_write_beancount(struct arena *arena, const struct books *list, size_t count, enum language language, struct buf *out)
{
	size_t line_count;
	struct booking_line *lines = booking_lines(arena, list, count, &line_count);

	currencies_write(list, count, out);
	for (size_t i = 0; i < count; i++)
		accounts_open(arena, &list[i], out);
	for (size_t i = 0; i < line_count; i++)
		line_write(arena, &lines[i], language, out);
}
