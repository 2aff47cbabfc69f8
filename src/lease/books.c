#include "lease/books.h"

#include <stdlib.h>

#include "lease/entries.h"

struct booker {
	struct books *books;
	const struct billing *billing;
	day_number *issued_days;           /* of each statement: on which the account first has it */
	struct money *penalty;             /* of each statement: booked so far */
	struct money *held;                /* of each payment: booked as held so far */
	struct arena scratch;              /* of one day */
	struct account account;            /* at the end of the day that is booked */
	struct problems *problems;
	bool fits;
};

static bool too_large(struct booker *b)
{
	return problem_say(b->problems, REFUSAL_RATING_OVERFLOW, STR("3.3"), STR(""), STR(""), STR(""));
}

static struct money difference(struct booker *b, struct money a, struct money minus)
{
	struct money result = money_of_fen(0);

	b->fits = money_subtract(a, minus, &result) && b->fits;
	return result;
}

static void debit(struct booker *b, struct booking *booking, enum book_account account, struct money amount)
{
	if (money_fen(amount) == 0)
		return;
	booking->postings = arena_grown(b->books->arena, booking->postings, booking->posting_count, &booking->posting_capacity,
					sizeof(*booking->postings));
	booking->postings[booking->posting_count++] = (struct posting){ account, amount };
}

static void credit(struct booker *b, struct booking *booking, enum book_account account, struct money amount)
{
	debit(b, booking, account, difference(b, money_of_fen(0), amount));
}

/* What has no posting is not booked, but for a payment that was returned. A booking that does not balance comes from a
 * fact that contradicts itself. */
static bool book(struct booker *b, struct booking *booking)
{
	struct books *books = b->books;
	struct money sum = money_of_fen(0);

	for (size_t i = 0; i < booking->posting_count; i++)
		b->fits = money_add(sum, booking->postings[i].amount, &sum) && b->fits;
	if (!b->fits)
		return too_large(b);
	if (money_fen(sum) != 0)
		return problem_say(b->problems, REFUSAL_LEASE_FACT_UNREADABLE, STR(""), STR(FACT_STATEMENT_ISSUED), STR(""), STR(""));
	if (booking->posting_count == 0 && booking->kind != BOOKING_REVERSED)
		return true;
	booking->order = books->count;
	books->list = arena_grown(books->arena, books->list, books->count, &books->capacity, sizeof(*books->list));
	books->list[books->count++] = *booking;
	return true;
}

/* ---- fees ---- */

static enum book_account fees_account(enum meter meter)
{
	switch (meter) {
	case METER_GPU:        return BOOK_FEES_COMPUTE;
	case METER_STORAGE:    return BOOK_FEES_STORAGE;
	case METER_DATASET:    return BOOK_FEES_DATASET;
	case METER_SOFTWARE:   return BOOK_FEES_SOFTWARE;
	case METER_CAP:        return BOOK_FEES_TOTAL;
	case METER_INSTALMENT: return BOOK_FEES_TOTAL;
	case METER_ADVANCE:    return BOOK_ADVANCES;
	case METER_COUNT:      break;
	}
	return BOOK_ACCOUNTS;
}

static struct booking of_statement(const struct issued *issued, enum booking_kind kind, day_number day)
{
	return (struct booking){ .day = day, .kind = kind, .seq = issued->seq, .statement = issued->number,
				 .month = issued->month, .month_given = true };
}

/* Also those of a statement that is issued later: by the end of its month the fees were earned. */
static bool months_book(struct booker *b)
{
	for (size_t i = 0; i < b->billing->issued_count; i++) {
		const struct issued *issued = &b->billing->issued[i];
		struct booking fees = of_statement(issued, BOOKING_FEES, month_first_day(issued->month + 1) - 1);

		if (fees.day > b->books->day)
			continue;
		debit(b, &fees, BOOK_UNBILLED, difference(b, issued->net, issued_advance(issued)));
		for (size_t j = 0; j < issued->line_count; j++)
			if (issued->lines[j].meter != METER_ADVANCE)
				credit(b, &fees, fees_account(issued->lines[j].meter), issued->lines[j].net);
		if (!book(b, &fees))
			return false;
	}
	return true;
}

static bool correction_book(struct booker *b, const struct issued *issued, const struct correction *correction)
{
	struct booking booking = of_statement(issued, BOOKING_CORRECTION, b->account.day);

	booking.month = correction->month;
	booking.corrects = correction->statement;
	debit(b, &booking, BOOK_BILLED, correction->line.amount);
	credit(b, &booking, fees_account(correction->line.meter), correction->line.net);
	credit(b, &booking, BOOK_TAX, correction->line.tax);
	return book(b, &booking);
}

static bool statement_book(struct booker *b, const struct issued *issued)
{
	struct booking booking = of_statement(issued, BOOKING_STATEMENT, b->account.day);

	debit(b, &booking, BOOK_BILLED, issued->fees);
	credit(b, &booking, BOOK_UNBILLED, difference(b, issued->net, issued_advance(issued)));
	credit(b, &booking, BOOK_ADVANCES, issued_advance(issued));
	credit(b, &booking, BOOK_TAX, issued->tax);
	if (!book(b, &booking))
		return false;
	for (size_t i = 0; i < issued->correction_count; i++)
		if (!correction_book(b, issued, &issued->corrections[i]))
			return false;
	return true;
}

static bool statements_book(struct booker *b)
{
	for (size_t i = 0; i < b->account.owed_count; i++)
		if (b->issued_days[i] == b->account.day && !statement_book(b, &b->billing->issued[i]))
			return false;
	return true;
}

/* ---- penalty and costs ---- */

/* The last statement issued on the day, or NULL. */
static const struct issued *issued_today(const struct booker *b)
{
	for (size_t i = b->account.owed_count; i-- > 0;)
		if (b->issued_days[i] == b->account.day)
			return &b->billing->issued[i];
	return NULL;
}

/* The statement that carries the penalty, else the payment that paid it, else the statement whose credits or held credit
 * changed it. */
static uint64_t penalty_seq(const struct booker *b, int64_t statement)
{
	const struct issued *today = issued_today(b);

	for (size_t i = 0; today && i < today->penalty_count; i++)
		if (today->penalties[i].statement == statement)
			return today->seq;
	for (size_t i = 0; i < b->account.allotment_count; i++) {
		const struct allotment *a = &b->account.allotments[i];
		const struct payment *payment = payment_find(b->billing, a->payment);

		if (a->day == b->account.day && payment->credit_day == a->day && a->statement == statement && money_fen(a->penalty))
			return payment->seq;
	}
	return today ? today->seq : b->billing->issued[statement - 1].seq;
}

static bool penalties_book(struct booker *b)
{
	struct money *sums = arena_many(&b->scratch, b->account.owed_count, struct money);
	struct entry *entries;
	size_t count;

	if (!account_entries(&b->account, &entries, &count, b->problems))
		return false;
	for (size_t i = 0; i < count; i++)
		if (entries[i].kind == ENTRY_PENALTY)
			b->fits = money_add(sums[entries[i].number - 1], entries[i].amount, &sums[entries[i].number - 1]) && b->fits;
	for (size_t i = 0; i < b->account.owed_count; i++) {
		struct money amount = difference(b, sums[i], b->penalty[i]);
		struct booking booking = { .day = b->account.day, .kind = BOOKING_PENALTY, .statement = (int64_t)i + 1 };

		booking.seq = penalty_seq(b, booking.statement);
		debit(b, &booking, BOOK_BILLED, amount);
		credit(b, &booking, BOOK_PENALTY, amount);
		if (!book(b, &booking))
			return false;
		b->penalty[i] = sums[i];
	}
	return true;
}

static bool costs_book(struct booker *b)
{
	for (size_t i = 0; i < b->billing->cost_count; i++) {
		const struct cost *cost = &b->billing->costs[i];
		struct booking booking = { .day = cost->day, .kind = BOOKING_COST, .seq = cost->seq, .statement = cost->statement,
					   .because = cost->because };

		if (cost->day != b->account.day)
			continue;
		debit(b, &booking, BOOK_BILLED, cost->amount);
		credit(b, &booking, BOOK_COSTS, cost->amount);
		if (!book(b, &booking))
			return false;
	}
	return true;
}

/* ---- payments ---- */

static bool payment_book(struct booker *b, const struct payment *payment, struct money held)
{
	struct booking booking = { .day = payment->credit_day, .kind = BOOKING_PAYMENT, .seq = payment->seq,
				   .payment = payment->number };

	debit(b, &booking, BOOK_BANK, payment->amount);
	credit(b, &booking, BOOK_BILLED, difference(b, payment->amount, held));
	credit(b, &booking, BOOK_CREDIT, held);
	return book(b, &booking);
}

/* An earlier payment: held credit has paid, or a correction left more of it over. Both come with a statement. */
static bool held_book(struct booker *b, const struct payment *payment, struct money held)
{
	const struct issued *today = issued_today(b);
	struct money paid = difference(b, b->held[payment->number - 1], held);
	struct booking booking = { .day = b->account.day, .kind = money_fen(paid) > 0 ? BOOKING_CREDIT_PAYS : BOOKING_OVERPAID,
				   .seq = today ? today->seq : payment->seq, .statement = today ? today->number : 0,
				   .payment = payment->number };

	debit(b, &booking, BOOK_CREDIT, paid);
	credit(b, &booking, BOOK_BILLED, paid);
	return book(b, &booking);
}

static bool payments_book(struct booker *b)
{
	for (size_t i = 0; i < b->billing->payment_count; i++) {
		const struct payment *payment = &b->billing->payments[i];
		struct money held = b->account.held[i];

		if (payment->reversed || payment->credit_day > b->account.day)
			continue;
		if (!(payment->credit_day == b->account.day ? payment_book(b, payment, held) : held_book(b, payment, held)))
			return false;
		b->held[i] = held;
	}
	return true;
}

static bool reversed_book(struct booker *b)
{
	for (size_t i = 0; i < b->billing->payment_count; i++) {
		const struct payment *payment = &b->billing->payments[i];
		struct booking booking = { .day = payment->credit_day, .kind = BOOKING_REVERSED, .seq = payment->seq,
					   .payment = payment->number, .reversed = payment->amount,
					   .because = payment->reversed_because };

		if (payment->reversed && payment->credit_day <= b->books->day && !book(b, &booking))
			return false;
	}
	return true;
}

/* ---- day by day ---- */

static int day_order(const void *left, const void *right)
{
	const day_number *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

/* The days on which something happens, each once, in order. */
static size_t days_list(const struct booker *b, day_number *days)
{
	const struct billing *billing = b->billing;
	size_t count = 0, kept = 0;

	for (size_t i = 0; i < billing->issued_count; i++)
		days[count++] = b->issued_days[i];
	for (size_t i = 0; i < billing->cost_count; i++)
		days[count++] = billing->costs[i].day;
	for (size_t i = 0; i < billing->payment_count; i++)
		if (!billing->payments[i].reversed)
			days[count++] = billing->payments[i].credit_day;
	if (count)
		qsort(days, count, sizeof(*days), day_order);
	for (size_t i = 0; i < count; i++)
		if (days[i] <= b->books->day && (kept == 0 || days[kept - 1] != days[i]))
			days[kept++] = days[i];
	return kept;
}

static bool day_book(struct booker *b, day_number day)
{
	arena_reset(&b->scratch);
	return account_compute(&b->scratch, b->books->lease, day, &b->account, b->problems) && statements_book(b) &&
	       penalties_book(b) && costs_book(b) && payments_book(b);
}

static bool days_book(struct booker *b)
{
	const struct billing *billing = b->billing;
	day_number *days = arena_many(b->books->arena, billing->issued_count + billing->cost_count + billing->payment_count,
				      day_number);
	size_t count = days_list(b, days);

	for (size_t i = 0; i < count; i++)
		if (!day_book(b, days[i]))
			return false;
	return true;
}

/* An account takes statements in the order of their numbers. */
static void issued_days_fill(struct booker *b)
{
	for (size_t i = 0; i < b->billing->issued_count; i++) {
		b->issued_days[i] = b->billing->issued[i].issued_day;
		if (i > 0 && b->issued_days[i] < b->issued_days[i - 1])
			b->issued_days[i] = b->issued_days[i - 1];
	}
}

static int booking_order(const void *left, const void *right)
{
	const struct booking *a = left, *b = right;

	if (a->day != b->day)
		return a->day < b->day ? -1 : 1;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

static bool balances_fill(struct booker *b)
{
	struct books *books = b->books;

	if (books->count)
		qsort(books->list, books->count, sizeof(*books->list), booking_order);
	for (size_t i = 0; i < books->count; i++)
		for (size_t j = 0; j < books->list[i].posting_count; j++) {
			const struct posting *posting = &books->list[i].postings[j];
			struct money *balance = &books->balances[posting->account];

			if (!books->posted[posting->account])
				books->opened[posting->account] = books->list[i].day;
			books->posted[posting->account] = true;
			if (!money_add(*balance, posting->amount, balance))
				return too_large(b);
		}
	return true;
}

bool books_compute(struct arena *arena, const struct lease *lease, day_number day, struct books *books,
		   struct problems *problems)
{
	const struct billing *billing = &lease->billing;
	struct booker b = { .books = books, .billing = billing, .problems = problems, .fits = true,
			    .issued_days = arena_many(arena, billing->issued_count, day_number),
			    .penalty = arena_many(arena, billing->issued_count, struct money),
			    .held = arena_many(arena, billing->payment_count, struct money) };
	bool done;

	*books = (struct books){ .lease = lease, .day = day, .arena = arena };
	issued_days_fill(&b);
	arena_init(&b.scratch);
	done = months_book(&b) && days_book(&b) && reversed_book(&b) && balances_fill(&b);
	arena_free(&b.scratch);
	return done;
}
