/* The books as CSV (RFC 4180) for spreadsheets and other ledgers. */
#include <string.h>

#include "base/csv.h"
#include "document/books_document.h"

static void cell(struct buf *out, struct str text)
{
	csv_cell_write(out, text);
	buf_add_char(out, ',');
}

/* What a person wrote, which must not become a formula. */
static void text_cell(struct arena *arena, struct buf *out, struct str text)
{
	struct str line = text_on_one_line(arena, text);
	bool formula = line.length > 0 && line.at[0] && strchr("=+-@", line.at[0]) != NULL;

	cell(out, formula ? arena_format(arena, "'%.*s", (int)line.length, line.at) : line);
}

static void number_cell(struct arena *arena, struct buf *out, int64_t number)
{
	cell(out, number ? arena_format(arena, "%lld", (long long)number) : STR(""));
}

static void posting_write(struct arena *arena, const struct booking_line *line, const struct posting *posting,
			  enum language language, struct buf *out)
{
	const struct booking *booking = line->booking;
	const struct lease *lease = line->books->lease;
	struct str amount = money_text(arena, posting->amount);
	bool debit = money_fen(posting->amount) > 0;

	cell(out, day_text(arena, booking->day));
	cell(out, str_of(booking_kind_name(booking->kind)));
	cell(out, arena_format(arena, "%llu", (unsigned long long)booking->seq));
	text_cell(arena, out, lease->id);
	text_cell(arena, out, lease->terms.lessee.name);
	text_cell(arena, out, booking_text(arena, line, language));
	number_cell(arena, out, booking->statement);
	number_cell(arena, out, booking->payment);
	cell(out, booking->month_given ? month_text(arena, booking->month) : STR(""));
	number_cell(arena, out, booking->corrects);
	cell(out, book_account_text(arena, posting->account, lease->id));
	cell(out, debit ? amount : STR(""));
	cell(out, debit ? STR("") : str_part(amount, 1, amount.length));
	buf_add_str(out, lease->terms.currency);
	buf_add_str(out, STR("\r\n"));
}

void books_write_csv(struct arena *arena, const struct books *list, size_t count, enum language language, struct buf *out)
{
	size_t line_count;
	struct booking_line *lines = booking_lines(arena, list, count, &line_count);
	int64_t entry = 0;

	buf_add_str(out, STR("entry,day,kind,fact,lease,lessee,text,statement,payment,month,corrects,account,debit,credit,currency\r\n"));
	for (size_t i = 0; i < line_count; i++) {
		if (lines[i].booking->posting_count)
			entry++;
		for (size_t j = 0; j < lines[i].booking->posting_count; j++) {
			number_cell(arena, out, entry);
			posting_write(arena, &lines[i], &lines[i].booking->postings[j], language, out);
		}
	}
}
