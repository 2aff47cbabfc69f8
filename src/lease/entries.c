#include "lease/entries.h"

#include <stdlib.h>

struct book {
	const struct account *account;
	struct entry *list;
	size_t count, capacity;
	struct money *posted;              /* penalty of each statement */
};

static void post(struct book *book, day_number day, enum entry_kind kind, int64_t number, int64_t fen)
{
	if (fen == 0)
		return;
	book->list = arena_grown(book->account->arena, book->list, book->count, &book->capacity, sizeof(*book->list));
	book->list[book->count++] = (struct entry){ .day = day, .kind = kind, .number = number, .amount = money_of_fen(fen) };
}

/* A moment at which penalty of a statement becomes a book entry. */
struct penalty_moment {
	day_number day;
	int64_t statement;
	struct money to_date;
	bool carried;                      /* by a statement, which may also take some back */
};

static int moment_order(const void *left, const void *right)
{
	const struct penalty_moment *a = left, *b = right;

	if (a->day != b->day)
		return a->day < b->day ? -1 : 1;
	return a->carried > b->carried ? -1 : a->carried < b->carried;
}

static bool moments_list(const struct account *account, struct penalty_moment **moments, size_t *count)
{
	size_t most = account->allotment_count;
	struct money *carried = arena_many(account->arena, account->owed_count, struct money);

	for (size_t i = 0; i < account->owed_count; i++)
		most += account->owed[i].issued->penalty_count;
	*moments = arena_many(account->arena, most, struct penalty_moment);
	*count = 0;
	for (size_t i = 0; i < account->owed_count; i++) {
		const struct issued *issued = account->owed[i].issued;

		for (size_t j = 0; j < issued->penalty_count; j++) {
			int64_t statement = issued->penalties[j].statement;
			struct money *to_date = &carried[statement - 1];

			if (!money_add(*to_date, issued->penalties[j].amount, to_date))
				return false;
			(*moments)[(*count)++] = (struct penalty_moment){ issued->issued_day, statement, *to_date, true };
		}
	}
	for (size_t i = 0; i < account->allotment_count; i++) {
		const struct allotment *a = &account->allotments[i];

		if (money_fen(a->penalty) > 0)
			(*moments)[(*count)++] = (struct penalty_moment){ a->day, a->statement, a->accrued, false };
	}
	if (*count)
		qsort(*moments, *count, sizeof(**moments), moment_order);
	return true;
}

static bool penalty_post(struct book *book, day_number day, enum entry_kind kind, int64_t statement, struct money to_date)
{
	struct money *posted = &book->posted[statement - 1], amount;

	if (!money_subtract(to_date, *posted, &amount))
		return false;
	post(book, day, kind, statement, money_fen(amount));
	*posted = to_date;
	return true;
}

static bool penalties_post(struct book *book)
{
	struct penalty_moment *moments;
	size_t count;

	if (!moments_list(book->account, &moments, &count))
		return false;
	for (size_t i = 0; i < count; i++) {
		const struct penalty_moment *m = &moments[i];

		if (!m->carried && money_compare(m->to_date, book->posted[m->statement - 1]) <= 0)
			continue;
		if (!penalty_post(book, m->day, ENTRY_PENALTY, m->statement, m->to_date))
			return false;
	}
	for (size_t i = 0; i < book->account->owed_count; i++)
		if (!penalty_post(book, book->account->day, ENTRY_PENALTY_RUNNING, (int64_t)i + 1, book->account->owed[i].penalty))
			return false;
	return true;
}

static int entry_order(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;

	if (a->day != b->day)
		return a->day < b->day ? -1 : 1;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return a->number < b->number ? -1 : a->number > b->number;
}

bool account_entries(const struct account *account, struct entry **entries, size_t *count, struct problems *problems)
{
	const struct billing *billing = &account->lease->billing;
	struct book book = { .account = account, .posted = arena_many(account->arena, account->owed_count, struct money) };
	struct money balance = money_of_fen(0);

	for (size_t i = 0; i < account->owed_count; i++) {
		const struct issued *issued = account->owed[i].issued;

		post(&book, issued->issued_day, ENTRY_STATEMENT, issued->number, money_fen(issued->fees) + money_fen(issued->charges));
		post(&book, issued->issued_day, ENTRY_CREDIT, issued->number, money_fen(issued->credits));
	}
	if (!penalties_post(&book))
		return problem_say(problems, REFUSAL_RATING_OVERFLOW, STR("3.4"), STR(""), STR(""), STR(""));
	for (size_t i = 0; i < billing->cost_count; i++)
		if (billing->costs[i].day <= account->day)
			post(&book, billing->costs[i].day, ENTRY_COST, billing->costs[i].statement, money_fen(billing->costs[i].amount));
	for (size_t i = 0; i < billing->payment_count; i++)
		if (!billing->payments[i].reversed && billing->payments[i].credit_day <= account->day)
			post(&book, billing->payments[i].credit_day, ENTRY_PAYMENT, billing->payments[i].number,
			     -money_fen(billing->payments[i].amount));
	if (book.count)
		qsort(book.list, book.count, sizeof(*book.list), entry_order);
	for (size_t i = 0; i < book.count; i++) {
		if (!money_add(balance, book.list[i].amount, &balance))
			return problem_say(problems, REFUSAL_RATING_OVERFLOW, STR("3.3"), STR(""), STR(""), STR(""));
		book.list[i].balance = balance;
	}
	*entries = book.list;
	*count = book.count;
	return true;
}

static const struct { const char *name, *text[2]; } kinds[ENTRY_KINDS] = {
	[ENTRY_STATEMENT] = { "statement", { "statement", "结算单" } },
	[ENTRY_CREDIT] = { "credit", { "credit of a correction", "更正贷记" } },
	[ENTRY_PENALTY] = { "penalty", { "penalty (3.4)", "违约金（3.4）" } },
	[ENTRY_PENALTY_RUNNING] = { "penalty-running", { "penalty running (3.4)", "应计未出账违约金（3.4）" } },
	[ENTRY_COST] = { "cost", { "costs of enforcement", "实现债权费用" } },
	[ENTRY_PAYMENT] = { "payment", { "payment", "付款" } },
};

const char *entry_kind_name(enum entry_kind kind)
{
	return kinds[kind].name;
}

const char *entry_kind_text(enum entry_kind kind, enum language language)
{
	return kinds[kind].text[language];
}
