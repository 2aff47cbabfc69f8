/*
 * Reads account histories, a line a fact, and prints the program's account for each `day` line: the other side of
 * account_differential.py. A history ends with `end`.
 *
 *     terms RATE CAP|- ORDER,ORDER,ORDER BEYOND_DAYS SURVIVES(0|1)
 *     issued NUMBER DAY DUE|- FEES_FEN          correction CARRIED_BY OF_STATEMENT FEN
 *     cost STATEMENT DAY FEN                    payment NUMBER DAY FEN REVERSED(0|1) NAME,NAME|-
 *     day DAY
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "document/account_document.h"

enum { MOST = 512, LINE_BYTES = 4096 };

struct history {
	struct arena arena;
	struct problems problems;
	struct lease lease;
};

static void fail(const char *line)
{
	fprintf(stderr, "account_probe: cannot take: %s\n", line);
	exit(2);
}

static day_number day_of(const char *text)
{
	day_number day;

	if (!day_read(str_of(text), &day))
		fail(text);
	return day;
}

static void history_begin(struct history *h)
{
	arena_init(&h->arena);
	problems_init(&h->problems, &h->arena);
	h->lease = (struct lease){ .id = STR("probe"), .zone = zone_utc };
	h->lease.terms.currency = STR("CNY");
	h->lease.billing.issued = arena_many(&h->arena, MOST, struct issued);
	h->lease.billing.payments = arena_many(&h->arena, MOST, struct payment);
	h->lease.billing.costs = arena_many(&h->arena, MOST, struct cost);
}

static void terms_take(struct history *h, char **words)
{
	struct terms *terms = &h->lease.terms;
	struct str order = str_of(words[3]);

	if (!decimal_read(str_of(words[1]), &terms->payment.late_percent_per_day) ||
	    (strcmp(words[2], "-") != 0 && !decimal_read(str_of(words[2]), &terms->payment.penalty_cap_percent)))
		fail(words[1]);
	for (int i = 0; i < PAYMENT_PARTS; i++) {
		struct str part = str_cut(order, ',', &order);

		terms->payment.order[i] = str_is(part, "costs") ? PAYS_COSTS : str_is(part, "penalty") ? PAYS_PENALTY : PAYS_PRINCIPAL;
	}
	terms->breach.overdue_beyond_days = atoi(words[4]);
	terms->breach.right_survives_payment = atoi(words[5]) != 0;
}

static void issued_take(struct history *h, char **words)
{
	struct issued *issued = &h->lease.billing.issued[h->lease.billing.issued_count++];

	*issued = (struct issued){ .number = atoll(words[1]), .issued_day = day_of(words[2]),
				   .served = strcmp(words[3], "-") != 0, .fees = money_of_fen(atoll(words[4])) };
	if (issued->served)
		issued->due_day = day_of(words[3]);
	issued->corrections = arena_many(&h->arena, MOST, struct correction);
}

static void correction_take(struct history *h, char **words)
{
	struct issued *issued = &h->lease.billing.issued[atoi(words[1]) - 1];
	struct correction *correction = &issued->corrections[issued->correction_count++];
	struct money *sum;

	correction->statement = atoll(words[2]);
	correction->line.amount = money_of_fen(atoll(words[3]));
	sum = money_fen(correction->line.amount) > 0 ? &issued->charges : &issued->credits;
	*sum = money_of_fen(money_fen(*sum) + money_fen(correction->line.amount));
}

static void payment_take(struct history *h, char **words)
{
	struct payment *payment = &h->lease.billing.payments[h->lease.billing.payment_count++];
	struct str names = strcmp(words[5], "-") ? str_of(words[5]) : STR("");

	*payment = (struct payment){ .number = atoll(words[1]), .credit_day = day_of(words[2]),
				     .amount = money_of_fen(atoll(words[3])), .reversed = atoi(words[4]) != 0 };
	payment->statements = arena_many(&h->arena, MOST, int64_t);
	for (; names.at && names.length;)
		if (!str_to_i64(str_cut(names, ',', &names), &payment->statements[payment->statement_count++]))
			fail(words[5]);
}

static void day_print(struct history *h, char **words)
{
	struct account account;
	struct entry *entries;
	size_t count;
	struct buf out;

	buf_init(&out, SIZE_MAX / 4);
	if (!account_compute(&h->arena, &h->lease, day_of(words[1]), &account, &h->problems) ||
	    !account_entries(&account, &entries, &count, &h->problems))
		fail(words[1]);
	account_write_json(&h->arena, &account, entries, count, &out);
	for (size_t i = 0; i < out.length; i++)
		putchar(out.at[i] == '\n' ? ' ' : out.at[i]);
	putchar('\n');
	buf_free(&out);
}

static void line_take(struct history *h, char **words)
{
	if (strcmp(words[0], "terms") == 0)
		terms_take(h, words);
	else if (strcmp(words[0], "issued") == 0)
		issued_take(h, words);
	else if (strcmp(words[0], "correction") == 0)
		correction_take(h, words);
	else if (strcmp(words[0], "cost") == 0)
		h->lease.billing.costs[h->lease.billing.cost_count++] = (struct cost){
			.statement = atoll(words[1]), .day = day_of(words[2]), .amount = money_of_fen(atoll(words[3])) };
	else if (strcmp(words[0], "payment") == 0)
		payment_take(h, words);
	else if (strcmp(words[0], "day") == 0)
		day_print(h, words);
	else
		fail(words[0]);
}

int main(void)
{
	char line[LINE_BYTES], *words[8];
	struct history history;

	history_begin(&history);
	while (fgets(line, sizeof(line), stdin)) {
		int count = 0;

		memset(words, 0, sizeof(words));
		for (char *word = strtok(line, " \n"); word && count < 8; word = strtok(NULL, " \n"))
			words[count++] = word;
		if (count && strcmp(words[0], "end") == 0) {
			arena_free(&history.arena);
			history_begin(&history);
		} else if (count) {
			line_take(&history, words);
		}
	}
	arena_free(&history.arena);
	return 0;
}
