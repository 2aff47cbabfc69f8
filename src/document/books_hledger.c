/* The books as an hledger journal: accounts, commodities and payees declared, so that `hledger check --strict` holds. */
#include "base/utf8.h"
#include "document/books_document.h"

enum { AMOUNT_COLUMNS = 18 };

/* hledger has no escapes: `;` would begin a comment, `|` ends the payee, `"` encloses names. */
static struct str plain(struct arena *arena, struct str text)
{
	static const struct { char narrow; const char *full; } forms[] = { { ';', "；" }, { '|', "｜" }, { '"', "＂" } };
	struct str line = text_on_one_line(arena, text), result;
	struct buf out;

	buf_init(&out, 1 << 20);
	for (size_t i = 0; i < line.length; i++) {
		const char *full = NULL;

		for (size_t j = 0; j < sizeof(forms) / sizeof(forms[0]); j++)
			if (line.at[i] == forms[j].narrow)
				full = forms[j].full;
		if (full)
			buf_add_str(&out, str_of(full));
		else
			buf_add_char(&out, line.at[i]);
	}
	result = arena_str(arena, str_trim(buf_str(&out)));
	buf_free(&out);
	return result;
}

static bool said_before(const struct books *list, size_t i, struct str (*of)(const struct books *books))
{
	for (size_t j = 0; j < i; j++)
		if (str_equal(of(&list[j]), of(&list[i])))
			return true;
	return false;
}

static struct str currency_of(const struct books *books)
{
	return books->lease->terms.currency;
}

static struct str payee_of(const struct books *books)
{
	return books->lease->terms.lessee.name;
}

static void declare(struct arena *arena, const struct books *list, size_t count, struct buf *out)
{
	for (size_t i = 0; i < count; i++)
		if (!said_before(list, i, currency_of))
			buf_add_format(out, "commodity 1000.00 %.*s\n", (int)currency_of(&list[i]).length, currency_of(&list[i]).at);
	for (size_t i = 0; i < count; i++)
		if (!said_before(list, i, payee_of)) {
			struct str payee = plain(arena, payee_of(&list[i]));

			buf_add_format(out, "payee %.*s\n", (int)payee.length, payee.at);
		}
	for (size_t i = 0; i < count; i++)
		for (int account = 0; account < BOOK_ACCOUNTS; account++) {
			struct str text;

			if (!list[i].posted[account])
				continue;
			text = book_account_text(arena, (enum book_account)account, list[i].lease->id);
			buf_add_format(out, "account %.*s\n", (int)text.length, text.at);
		}
}

static unsigned account_columns_most(struct arena *arena, const struct books *list, size_t count)
{
	unsigned most = 0;

	for (size_t i = 0; i < count; i++)
		for (int account = 0; account < BOOK_ACCOUNTS; account++) {
			unsigned columns = list[i].posted[account]
						   ? utf8_columns(book_account_text(arena, (enum book_account)account,
										    list[i].lease->id))
						   : 0;

			most = columns > most ? columns : most;
		}
	return most;
}

static void tags_write(struct arena *arena, const struct booking_line *line, struct buf *out)
{
	const struct booking *booking = line->booking;
	struct str id = line->books->lease->id;

	buf_add_format(out, "    ; lease:%.*s", (int)id.length, id.at);
	if (booking->statement)
		buf_add_format(out, ", statement:%lld", (long long)booking->statement);
	if (booking->payment)
		buf_add_format(out, ", payment:%lld", (long long)booking->payment);
	if (booking->month_given)
		buf_add_format(out, ", month:%s", arena_cstr(arena, month_text(arena, booking->month)));
	if (booking->corrects)
		buf_add_format(out, ", corrects:%lld", (long long)booking->corrects);
	buf_add_char(out, '\n');
}

static void posting_write(struct arena *arena, const struct booking_line *line, const struct posting *posting,
			  unsigned columns, struct buf *out)
{
	struct str account = book_account_text(arena, posting->account, line->books->lease->id);
	struct str amount = money_text(arena, posting->amount), currency = currency_of(line->books);

	buf_add_format(out, "    %.*s%*s%*s %.*s\n", (int)account.length, account.at, (int)(columns - utf8_columns(account)), "",
		       AMOUNT_COLUMNS, arena_cstr(arena, amount), (int)currency.length, currency.at);
}

static void line_write(struct arena *arena, const struct booking_line *line, enum language language, unsigned columns,
		       struct buf *out)
{
	const struct booking *booking = line->booking;
	struct str text = plain(arena, booking_text(arena, line, language)), payee = plain(arena, payee_of(line->books));
	struct str day = day_text(arena, booking->day);

	buf_add_format(out, "\n%s%.*s * (%llu) %.*s | %.*s\n", booking->kind == BOOKING_REVERSED ? "; " : "", (int)day.length,
		       day.at, (unsigned long long)booking->seq, (int)payee.length, payee.at, (int)text.length, text.at);
	if (booking->kind == BOOKING_REVERSED)
		return;
	tags_write(arena, line, out);
	for (size_t i = 0; i < booking->posting_count; i++)
		posting_write(arena, line, &booking->postings[i], columns, out);
}

void books_write_hledger(struct arena *arena, const struct books *list, size_t count, enum language language, struct buf *out)
{
	unsigned columns = account_columns_most(arena, list, count);
	size_t line_count;
	struct booking_line *lines = booking_lines(arena, list, count, &line_count);

	declare(arena, list, count, out);
	for (size_t i = 0; i < line_count; i++)
		line_write(arena, &lines[i], language, columns, out);
}
