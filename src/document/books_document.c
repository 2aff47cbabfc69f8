#include "document/books_document.h"

#include <stdlib.h>

#include "base/utf8.h"

static int line_order(const void *left, const void *right)
{
	const struct booking_line *a = left, *b = right;

	if (a->booking->day != b->booking->day)
		return a->booking->day < b->booking->day ? -1 : 1;
	if (a->books != b->books)
		return a->books < b->books ? -1 : 1;
	return a->booking < b->booking ? -1 : a->booking > b->booking;
}

struct booking_line *booking_lines(struct arena *arena, const struct books *list, size_t count, size_t *line_count)
{
	struct booking_line *lines;
	size_t most = 0;

	for (size_t i = 0; i < count; i++)
		most += list[i].count;
	lines = arena_many(arena, most, struct booking_line);
	*line_count = 0;
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < list[i].count; j++)
			lines[(*line_count)++] = (struct booking_line){ &list[i], &list[i].list[j] };
	if (most)
		qsort(lines, most, sizeof(*lines), line_order);
	return lines;
}

struct str text_on_one_line(struct arena *arena, struct str text)
{
	char *bytes = arena_alloc(arena, text.length + 1);

	for (size_t i = 0; i < text.length; i++)
		bytes[i] = (unsigned char)text.at[i] < 0x20 ? ' ' : text.at[i];
	return utf8_printable(arena, (struct str){ bytes, text.length });
}

/* {1} statement, {2} month, {3} the statement corrected, {4} payment, {5} amount returned, {6} why */
static const char *const templates[BOOKING_KINDS][2] = {
	[BOOKING_FEES] = { "fees of {2}", "{2} 费用" },
	[BOOKING_STATEMENT] = { "statement {1} of {2}", "{2} 结算单 {1}" },
	[BOOKING_CORRECTION] = { "correction of {2}, statement {3}, on statement {1}", "更正 {2}（结算单 {3}），列于结算单 {1}" },
	[BOOKING_PENALTY] = { "penalty (3.4) on statement {1}", "结算单 {1} 违约金（3.4）" },
	[BOOKING_COST] = { "costs of enforcement on statement {1}: {6}", "结算单 {1} 实现债权费用：{6}" },
	[BOOKING_OVERPAID] = { "payment {4}: left over after a correction", "付款 {4}：更正后多付" },
	[BOOKING_CREDIT_PAYS] = { "credit held of payment {4} pays", "付款 {4} 的预存款抵付" },
	[BOOKING_PAYMENT] = { "payment {4}", "付款 {4}" },
	[BOOKING_REVERSED] = { "payment {4} of {5} was returned: {6}", "付款 {4}（{5}）已退回：{6}" },
};

struct str booking_text(struct arena *arena, const struct booking_line *line, enum language language)
{
	const struct booking *booking = line->booking;
	struct str words[9] = {
		issued_number_text(arena, line->books->lease->id, booking->statement),
		booking->month_given ? month_text(arena, booking->month) : STR(""),
		issued_number_text(arena, line->books->lease->id, booking->corrects),
		arena_format(arena, "%lld", (long long)booking->payment),
		money_text(arena, booking->reversed),
		text_on_one_line(arena, booking->because),
	};
	struct buf out;
	struct str text;

	buf_init(&out, 1 << 20);
	buf_add_template(&out, templates[booking->kind][language], words);
	text = arena_str(arena, buf_str(&out));
	buf_free(&out);
	return text;
}

/* ---- totals ---- */

static struct money *total_of(struct books_total *totals, size_t *count, struct str currency, enum book_account account)
{
	for (size_t i = 0; i < *count; i++)
		if (totals[i].account == account && str_equal(totals[i].currency, currency))
			return &totals[i].balance;
	totals[*count] = (struct books_total){ .currency = currency, .account = account };
	return &totals[(*count)++].balance;
}

static int total_order(const void *left, const void *right)
{
	const struct books_total *a = left, *b = right;
	int order = str_compare(a->currency, b->currency);

	return order ? order : a->account < b->account ? -1 : a->account > b->account;
}

bool books_totals(struct arena *arena, const struct books *list, size_t count, struct books_total **totals, size_t *total_count,
		  struct problems *problems)
{
	bool fits = true;

	*totals = arena_many(arena, count * BOOK_ACCOUNTS, struct books_total);
	*total_count = 0;
	for (size_t i = 0; i < count; i++)
		for (int account = 0; account < BOOK_ACCOUNTS; account++) {
			struct money *sum;

			if (!list[i].posted[account])
				continue;
			sum = total_of(*totals, total_count, list[i].lease->terms.currency, (enum book_account)account);
			fits = money_add(*sum, list[i].balances[account], sum) && fits;
		}
	if (*total_count)
		qsort(*totals, *total_count, sizeof(**totals), total_order);
	return fits || problem_say(problems, REFUSAL_RATING_OVERFLOW, STR("3.3"), STR(""), STR(""), STR(""));
}
