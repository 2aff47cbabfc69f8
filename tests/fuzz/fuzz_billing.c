/*
 * Facts of billing, whatever their bodies say: a line is a kind, a space and a body. What billing_apply accepts is a
 * history whose account can be taken on any day: no money is made or lost between payments, allotments and credit, and
 * the same day gives the same account again.
 */
#include <stdint.h>
#include <stdlib.h>

#include "document/account_document.h"

enum { FACTS_MOST = 64, TEXT_BYTES_MAX = 16 * 1024 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void lease_init(struct lease *lease)
{
	*lease = (struct lease){ .id = STR("TL-2017-0901"), .zone = zone_utc };
	lease->terms.currency = STR("CNY");
	lease->terms.payment.late_percent_per_day = (struct decimal){ 5, 2 };
	lease->terms.payment.penalty_cap_percent = decimal_of(20);
	lease->terms.payment.order[0] = PAYS_COSTS;
	lease->terms.payment.order[1] = PAYS_PENALTY;
	lease->terms.payment.order[2] = PAYS_PRINCIPAL;
	lease->terms.breach.overdue_beyond_days = 30;
}

/* A chain's first fact that cannot be read ends it: nothing after it is applied. */
static void facts_apply(struct arena *arena, struct lease *lease, struct str text, struct problems *problems)
{
	for (uint64_t seq = 1; text.at && text.length && seq <= FACTS_MOST; seq++) {
		struct str body, line = str_cut(text, '\n', &text), kind = str_cut(line, ' ', &body);
		struct envelope fact = { .seq = seq, .kind = kind, .body = body, .happened = 1507161600 + (instant)seq * DAY_SECONDS };
		bool known;

		if (!billing_apply(arena, &lease->billing, &fact, &known, problems))
			return;
	}
}

/* An arena hides a look beside a list: what a fact refers to must have been there before it. */
static void references_check(const struct billing *billing)
{
	for (size_t i = 0; i < billing->issued_count; i++) {
		const struct issued *issued = &billing->issued[i];

		for (size_t j = 0; j < issued->correction_count; j++)
			must(issued->corrections[j].statement >= 1 && issued->corrections[j].statement < issued->number);
		for (size_t j = 0; j < issued->penalty_count; j++)
			must(issued->penalties[j].statement >= 1 && issued->penalties[j].statement < issued->number);
	}
	for (size_t i = 0; i < billing->cost_count; i++)
		must(issued_find(billing, billing->costs[i].statement) && money_fen(billing->costs[i].amount) > 0);
}

static void payments_check(const struct account *account)
{
	const struct billing *billing = &account->lease->billing;
	int64_t *paid = arena_many(account->arena, billing->payment_count, int64_t);

	for (size_t i = 0; i < account->allotment_count; i++) {
		const struct allotment *a = &account->allotments[i];

		must(account_owed(account, a->statement) && payment_find(billing, a->payment));
		must(money_fen(a->costs) >= 0 && money_fen(a->penalty) >= 0 && money_fen(a->principal) >= 0);
		paid[a->payment - 1] += money_fen(a->costs) + money_fen(a->penalty) + money_fen(a->principal);
	}
	for (size_t i = 0; i < billing->payment_count; i++) {
		const struct payment *payment = &billing->payments[i];
		bool counts = !payment->reversed && payment->credit_day <= account->day;

		must(money_fen(account->held[i]) >= 0);
		must(paid[i] + money_fen(account->held[i]) == (counts ? money_fen(payment->amount) : 0));
	}
}

static void statements_check(struct arena *arena, const struct account *account, struct problems *problems)
{
	for (size_t i = 0; i < account->owed_count; i++) {
		const struct owed *owed = &account->owed[i];
		struct penalty_day *days;
		size_t count;

		must(money_fen(owed->unpaid) >= 0 && owed->settled == (money_fen(owed->unpaid) == 0));
		if (account->day - owed->issued->due_day < 4000)
			must(account_penalty_days(arena, account->lease, owed->issued->number, account->day, false, &days, &count, problems));
	}
}

static bool day_write(struct arena *arena, const struct lease *lease, day_number day, struct buf *out, struct problems *problems)
{
	struct account account;
	struct entry *entries;
	size_t count;

	buf_init(out, TEXT_BYTES_MAX);
	if (!account_compute(arena, lease, day, &account, problems) || !account_entries(&account, &entries, &count, problems))
		return false;
	payments_check(&account);
	statements_check(arena, &account, problems);
	account_write_json(arena, &account, entries, count, out);
	return true;
}

static void day_take(struct arena *arena, const struct lease *lease, day_number day, struct problems *problems)
{
	struct buf once, again;
	bool taken = day_write(arena, lease, day, &once, problems);

	must(day_write(arena, lease, day, &again, problems) == taken);
	must(str_equal(buf_str(&once), buf_str(&again)));
	buf_free(&once);
	buf_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct civil_date days[] = { { 2017, 10, 10 }, { 2017, 11, 9 }, { 2018, 12, 31 }, { 2399, 12, 31 } };
	struct problems problems;
	struct arena arena;
	struct lease lease;

	arena_init(&arena);
	problems_init(&problems, &arena);
	lease_init(&lease);
	facts_apply(&arena, &lease, (struct str){ (const char *)data, size }, &problems);
	references_check(&lease.billing);
	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++)
		day_take(&arena, &lease, day_of_civil(days[i]), &problems);
	arena_free(&arena);
	return 0;
}
