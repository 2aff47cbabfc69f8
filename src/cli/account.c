/* trainlease account, aging: what is owed, by statement and by lease. */
#include "cli/arguments.h"
#include "cli/table.h"
#include "document/account_document.h"
#include "ledger/load.h"

static bool day_wanted(struct command *command, const struct lease *lease, day_number *day)
{
	*day = zone_day(&lease->zone, command->now);
	return !command_option(command, "on") || option_day(command, "on", day);
}

static void statements_print(struct command *command, const struct account *account)
{
	static const struct table_column columns[] = {
		{ "statement", "结算单", false }, { "month", "月份", false }, { "due", "到期日", false }, { "status", "状态", false },
		{ "principal", "本金", true }, { "paid", "已付", true }, { "penalty", "违约金", true }, { "paid", "已付", true },
		{ "costs", "费用", true }, { "owed", "应付", true }, { 0 },
	};
	struct arena *a = &command->arena;
	struct table table;

	table_init(&table, a, columns, command_language(command));
	for (size_t i = 0; i < account->owed_count; i++) {
		const struct owed *owed = &account->owed[i];

		table_row(&table, (struct str[]){
			arena_format(a, "%lld", (long long)owed->issued->number), month_text(a, owed->issued->month),
			owed->issued->served && owed->issued->served_day <= account->day ? day_text(a, owed->issued->due_day) : STR("-"),
			str_of(standing_text(owed->standing, command_language(command))), money_grouped(a, owed->principal),
			money_grouped(a, owed->principal_paid), money_grouped(a, owed->penalty), money_grouped(a, owed->penalty_paid),
			money_grouped(a, money_of_fen(money_fen(owed->costs) - money_fen(owed->costs_paid))),
			money_grouped(a, owed->unpaid) });
	}
	table_write(&table, &command->out);
}

static void rights_print(struct command *command, const struct account *account)
{
	bool chinese = command_language(command) == LANGUAGE_CHINESE;

	for (size_t i = 0; i < account->owed_count; i++) {
		const struct owed *owed = &account->owed[i];
		struct str words[] = { arena_format(&command->arena, "%lld", (long long)owed->issued->number),
				       day_text(&command->arena, owed->right_day), day_text(&command->arena, owed->issued->due_day) };

		if (!owed->right_arose)
			continue;
		buf_add_template(&command->out,
				 owed->right_stands ? (chinese ? "8.1：结算单 {1} 到期日 {3}，自 {2} 零时起出租方有权单方解除\n"
							       : "8.1: statement {1}, due {3}: from 00:00 of {2} the lessor may rescind by notice\n")
						    : (chinese ? "8.1：结算单 {1} 的权利自 {2} 产生，因付清而消灭\n"
							       : "8.1: the right on statement {1} arose on {2} and ended with full payment\n"),
				 words);
	}
}

static void entries_print(struct command *command, const struct entry *entries, size_t count)
{
	static const struct table_column columns[] = {
		{ "day", "日期", false }, { "entry", "摘要", false }, { "no.", "编号", true }, { "debit", "借方", true },
		{ "credit", "贷方", true }, { "balance", "余额", true }, { 0 },
	};
	struct arena *a = &command->arena;
	struct table table;

	table_init(&table, a, columns, command_language(command));
	for (size_t i = 0; i < count; i++) {
		int64_t fen = money_fen(entries[i].amount);
		struct str amount = money_grouped(a, money_of_fen(fen < 0 ? -fen : fen));

		table_row(&table, (struct str[]){
			day_text(a, entries[i].day), str_of(entry_kind_text(entries[i].kind, command_language(command))),
			arena_format(a, "%lld", (long long)entries[i].number), fen > 0 ? amount : STR(""), fen < 0 ? amount : STR(""),
			money_grouped(a, entries[i].balance) });
	}
	table_write(&table, &command->out);
}

static void account_print(struct command *command, const struct account *account, const struct entry *entries, size_t count)
{
	bool chinese = command_language(command) == LANGUAGE_CHINESE;

	if (command->json) {
		account_write_json(&command->arena, account, entries, count, &command->out);
		return;
	}
	buf_add_template(&command->out, chinese ? "租约 {1} 截至 {2} 24时的账户（{3}）\n\n" : "account of {1} at 24:00 of {2}, {3}\n\n",
			 (struct str[]){ account->lease->id, day_text(&command->arena, account->day), account->lease->terms.currency });
	statements_print(command, account);
	buf_add_char(&command->out, '\n');
	entries_print(command, entries, count);
	if (money_fen(account->balance) <= 0)
		buf_add_template(&command->out, chinese ? "\n无应付款，预存款 {1}\n" : "\nnothing is owed; {1} is held as credit\n",
				 (struct str[]){ money_grouped(&command->arena, account->credit) });
	else
		buf_add_template(&command->out, chinese ? "\n应付 {1}，其中已扣除预存款 {2}\n" : "\nowed {1}, after {2} of credit held\n",
				 (struct str[]){ money_grouped(&command->arena, account->balance),
						 money_grouped(&command->arena, account->credit) });
	rights_print(command, account);
}

bool account_run(struct command *command)
{
	struct store *store = command_store(command, STORE_READ);
	struct chain_head head;
	const struct lease *lease;
	struct account account;
	struct entry *entries;
	size_t count;
	day_number day;
	bool done;

	if (!store)
		return false;
	lease = store_read_begin(store, &command->problems)
			? lease_load(&command->arena, store, command_argument(command, 0), UINT64_MAX, &head, &command->problems)
			: NULL;
	store_close(store);
	done = lease && day_wanted(command, lease, &day) &&
	       account_compute(&command->arena, lease, day, &account, &command->problems) &&
	       account_entries(&account, &entries, &count, &command->problems);
	for (unsigned i = 0; done && i < command_languages(command); i++) {
		command_speak(command, i);
		account_print(command, &account, entries, count);
	}
	return done;
}

/* ---- all leases ---- */

enum { BUCKETS = 5 };

static const day_number bucket_days[BUCKETS] = { 0, 30, 60, 90, INT32_MAX };

struct aging {
	struct money buckets[BUCKETS];     /* not due; overdue to 30, 60, 90 days; longer */
	struct money owed, credit;
};

static bool aging_add(struct aging *aging, const struct account *account)
{
	bool fits = money_add(aging->credit, account->credit, &aging->credit);

	for (size_t i = 0; i < account->owed_count && fits; i++) {
		const struct owed *owed = &account->owed[i];
		day_number overdue = owed->issued->served ? account->day - owed->issued->due_day : 0;
		int bucket = 0;

		while (overdue > bucket_days[bucket])
			bucket++;
		fits = money_add(aging->buckets[bucket], owed->unpaid, &aging->buckets[bucket]) &&
		       money_add(aging->owed, owed->unpaid, &aging->owed);
	}
	return fits;
}

static void aging_row(struct command *command, struct table *table, struct json_writer *w, struct str lease, struct str lessee,
		      const struct aging *aging)
{
	static const char *const names[BUCKETS] = { "not_due_fen", "to_30_fen", "to_60_fen", "to_90_fen", "over_90_fen" };
	struct arena *a = &command->arena;

	if (command->json) {
		json_object(w);
		json_put_string(w, "lease", lease);
		json_put_string(w, "lessee", lessee);
		for (int i = 0; i < BUCKETS; i++)
			json_put_integer(w, names[i], money_fen(aging->buckets[i]));
		json_put_integer(w, "owed_fen", money_fen(aging->owed));
		json_put_integer(w, "credit_fen", money_fen(aging->credit));
		json_object_end(w);
		return;
	}
	table_row(table, (struct str[]){ lease, lessee, money_grouped(a, aging->buckets[0]), money_grouped(a, aging->buckets[1]),
					 money_grouped(a, aging->buckets[2]), money_grouped(a, aging->buckets[3]),
					 money_grouped(a, aging->buckets[4]), money_grouped(a, aging->owed),
					 money_grouped(a, aging->credit) });
}

/* Of all leases of one lessee. */
struct lessee_aging {
	struct str name, uscc;
	struct aging aging;
	size_t leases;
};

struct lessees {
	struct lessee_aging *list;
	size_t count, capacity;
};

static struct lessee_aging *lessee_find(struct arena *arena, struct lessees *lessees, const struct party *lessee)
{
	for (size_t i = 0; i < lessees->count; i++)
		if (str_equal(lessees->list[i].uscc, lessee->uscc))
			return &lessees->list[i];
	lessees->list = arena_grown(arena, lessees->list, lessees->count, &lessees->capacity, sizeof(*lessees->list));
	lessees->list[lessees->count] = (struct lessee_aging){ .name = lessee->name, .uscc = lessee->uscc };
	return &lessees->list[lessees->count++];
}

static bool lease_age(struct command *command, struct store *store, struct str id, struct table *table, struct json_writer *w,
		      struct lessees *lessees, struct aging *all)
{
	struct aging aging = { 0 };
	struct chain_head head;
	const struct lease *lease = lease_load(&command->arena, store, id, UINT64_MAX, &head, &command->problems);
	struct account account;
	day_number day;
	bool fits = true;

	if (!lease || !day_wanted(command, lease, &day) ||
	    !account_compute(&command->arena, lease, day, &account, &command->problems))
		return false;
	fits = aging_add(all, &account);
	if (command_option(command, "lessees")) {
		struct lessee_aging *lessee = lessee_find(&command->arena, lessees, &lease->terms.lessee);

		fits = fits && aging_add(&lessee->aging, &account);
		lessee->leases++;
	} else {
		fits = fits && aging_add(&aging, &account);
		aging_row(command, table, w, id, lease->terms.lessee.name, &aging);
	}
	return fits || problem_say(&command->problems, REFUSAL_RATING_OVERFLOW, STR("3.3"), STR(""), STR(""), STR(""));
}

bool aging_run(struct command *command)
{
	static const struct table_column columns[] = {
		{ "lease", "租约", false }, { "lessee", "承租方", false }, { "not due", "未到期", true }, { "1-30 days", "逾期1-30天", true },
		{ "31-60", "31-60天", true }, { "61-90", "61-90天", true }, { "over 90", "90天以上", true }, { "owed", "应付", true },
		{ "credit", "预存", true }, { 0 },
	};
	struct store *store = command_store(command, STORE_READ);
	struct lessees lessees = { 0 };
	struct aging all = { 0 };
	struct table table;
	struct json_writer w;
	struct str *ids;
	size_t count = 0;
	bool done;

	table_init(&table, &command->arena, columns, command_language(command));
	json_writer_pretty(&w, &command->out);
	if (command->json)
		json_array(&w);
	done = store && store_read_begin(store, &command->problems) &&
	       lease_ids_list(&command->arena, store, &ids, &count, &command->problems);
	for (size_t i = 0; done && i < count; i++)
		done = lease_age(command, store, ids[i], &table, &w, &lessees, &all);
	for (size_t i = 0; done && i < lessees.count; i++)
		aging_row(command, &table, &w, arena_format(&command->arena, "(%zu)", lessees.list[i].leases), lessees.list[i].name,
			  &lessees.list[i].aging);
	store_close(store);
	if (!done) {
		buf_reset(&command->out);
	} else if (command->json) {
		json_array_end(&w);
		buf_add_char(&command->out, '\n');
	} else {
		aging_row(command, &table, &w, command_language(command) == LANGUAGE_CHINESE ? STR("合计") : STR("total"), STR(""), &all);
		table_write(&table, &command->out);
	}
	return done;
}
