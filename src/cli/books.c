/* trainlease books, balance: the lessor's books, for other programs and for a look. */
#include "cli/arguments.h"
#include "cli/table.h"
#include "document/books_document.h"
#include "ledger/load.h"

struct all_books {
	struct books *list;
	size_t count;
};

static bool lease_books(struct command *command, struct store *store, struct str id, struct books *books)
{
	struct chain_head head;
	const struct lease *lease = lease_load(&command->arena, store, id, UINT64_MAX, &head, &command->problems);
	day_number day;

	if (!lease)
		return false;
	day = zone_day(&lease->zone, command->now);
	return (!command_option(command, "on") || option_day(command, "on", &day)) &&
	       books_compute(&command->arena, lease, day, books, &command->problems);
}

/* Of the lease that was named, or of all. */
static bool books_load(struct command *command, struct store *store, struct all_books *all)
{
	struct str one = command_argument(command, 0), *ids = &one;
	size_t count = 1;

	if (!store_read_begin(store, &command->problems) ||
	    (!one.length && !lease_ids_list(&command->arena, store, &ids, &count, &command->problems)))
		return false;
	all->list = arena_many(&command->arena, count, struct books);
	for (all->count = 0; all->count < count; all->count++)
		if (!lease_books(command, store, ids[all->count], &all->list[all->count]))
			return false;
	return true;
}

static bool books_open(struct command *command, struct all_books *all)
{
	struct store *store = command_store(command, STORE_READ);
	bool done = store && books_load(command, store, all);

	store_close(store);
	return done;
}

/* ---- books ---- */

typedef void books_writer(struct arena *arena, const struct books *list, size_t count, enum language language, struct buf *out);

static books_writer *writer_named(struct str name)
{
	static const struct { const char *name; books_writer *write; } writers[] = {
		{ "hledger", books_write_hledger }, { "beancount", books_write_beancount }, { "csv", books_write_csv },
	};

	for (size_t i = 0; i < sizeof(writers) / sizeof(writers[0]); i++)
		if (str_is(name, writers[i].name))
			return writers[i].write;
	return NULL;
}

bool books_run(struct command *command)
{
	const char *format = command_option(command, "format");
	books_writer *write = writer_named(format ? str_of(format) : STR("hledger"));
	struct all_books all;

	if (!write)
		return problem_say(&command->problems, REFUSAL_USAGE, STR(""), STR("the formats are hledger, beancount and csv"),
				   STR(" books"), STR(""));
	if (!books_open(command, &all))
		return false;
	(command->json ? books_write_json : write)(&command->arena, all.list, all.count, command_language(command), &command->out);
	return true;
}

/* ---- balance ---- */

static void balance_row(struct command *command, struct table *table, struct str lease, enum book_account account,
			struct money balance, struct str currency)
{
	table_row(table, (struct str[]){ lease, str_of(book_account_name(account)), money_grouped(&command->arena, balance), currency });
}

static void balances_print(struct command *command, const struct all_books *all, const struct books_total *totals, size_t count)
{
	static const struct table_column columns[] = {
		{ "lease", "租约", false }, { "account", "科目", false }, { "balance", "余额", true }, { "currency", "货币", false }, { 0 },
	};
	struct table table;

	table_init(&table, &command->arena, columns, command_language(command));
	for (size_t i = 0; i < all->count; i++)
		for (int account = 0; account < BOOK_ACCOUNTS; account++)
			if (all->list[i].posted[account])
				balance_row(command, &table, all->list[i].lease->id, (enum book_account)account,
					    all->list[i].balances[account], all->list[i].lease->terms.currency);
	for (size_t i = 0; i < count; i++)
		balance_row(command, &table, command_language(command) == LANGUAGE_CHINESE ? STR("合计") : STR("total"),
			    totals[i].account, totals[i].balance, totals[i].currency);
	table_write(&table, &command->out);
}

bool balance_run(struct command *command)
{
	struct all_books all;
	struct books_total *totals;
	size_t count;

	if (!books_open(command, &all) || !books_totals(&command->arena, all.list, all.count, &totals, &count, &command->problems))
		return false;
	if (command->json)
		balances_write_json(&command->arena, all.list, all.count, totals, count, &command->out);
	else
		balances_print(command, &all, totals, count);
	return true;
}
