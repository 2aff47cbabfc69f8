#include "bank/csv.h"

/* How the balances of one statement follow from row to row, read down or up. */
struct chain {
	size_t told, breaks;
	size_t break_line;
	wide break_balance, break_expected;
	wide end;                    /* the balance before the first row (down), or after it (up) */
};

/* Down: each balance holds its own row and those above it. Up: those above it, later in time, are not in it. */
static struct chain chain_walk(const struct csv *csv, size_t statement, bool up)
{
	const struct bank_file *file = &csv->reading->file;
	struct chain chain = { .told = 0 };
	wide sum = 0, end = 0;

	for (size_t i = 0; i < file->line_count; i++) {
		const struct row_note *note = &csv->notes[i];
		wide moved = file->lines[i].credit ? file->lines[i].minor : -(wide)file->lines[i].minor, before;

		if (note->statement != statement)
			continue;
		before = sum;
		sum += up ? -moved : moved;
		if (!note->has_balance)
			continue;
		if (chain.told++ && note->balance_minor != end + (up ? before : sum) && chain.breaks++ == 0) {
			chain.break_line = file->lines[i].line;
			chain.break_balance = note->balance_minor;
			chain.break_expected = end + (up ? before : sum);
		}
		end = note->balance_minor - (up ? before : sum);
		if (chain.told == 1)
			chain.end = end;
	}
	return chain;
}

/* Whether the statement's last row is earlier in time than its first. */
static bool runs_back(const struct csv *csv, size_t statement)
{
	const struct bank_file *file = &csv->reading->file;
	size_t first = file->line_count, last = 0;

	for (size_t i = 0; i < file->line_count; i++) {
		if (csv->notes[i].statement != statement)
			continue;
		first = first == file->line_count ? i : first;
		last = i;
	}
	if (file->lines[first].booking_day != file->lines[last].booking_day)
		return file->lines[first].booking_day > file->lines[last].booking_day;
	return str_compare(csv->notes[first].time, csv->notes[last].time) > 0;
}

static wide moved_in_all(const struct csv *csv, size_t statement)
{
	const struct bank_file *file = &csv->reading->file;
	wide sum = 0;

	for (size_t i = 0; i < file->line_count; i++)
		if (csv->notes[i].statement == statement)
			sum += file->lines[i].credit ? file->lines[i].minor : -(wide)file->lines[i].minor;
	return sum;
}

static void break_refuse(struct csv *csv, const struct bank_statement *statement, const struct chain *chain)
{
	struct arena *arena = csv->reading->arena;

	bank_refuse(csv->reading, REFUSAL_BANK_BALANCE_BREAK, chain->break_line, statement->account,
		    bank_minor_text(arena, chain->break_balance), bank_minor_text(arena, chain->break_expected),
		    STR(""));
}

/* Amounts below zero, or without any sign of their direction, are only understood because the balances agree. */
static void signs_check(struct csv *csv, size_t statement, const struct chain *chain)
{
	const struct bank_file *file = &csv->reading->file;
	bool two = csv->columns.at[ROLE_DEBIT] >= 0 || csv->columns.at[ROLE_CREDIT] >= 0;

	if (chain->told > 1)
		return;
	if (!two && csv->columns.at[ROLE_DIRECTION] < 0 && !csv->sign_told)
		csv_refuse(csv, REFUSAL_BANK_CSV_DIRECTION_MISSING, csv->header_line, csv_column(csv, ROLE_AMOUNT),
		       bank_columns_listed(csv->reading->arena, csv->columns.names, csv->columns.count));
	for (size_t i = 0; i < file->line_count; i++)
		if (csv->notes[i].statement == statement && csv->notes[i].negative)
			csv_refuse(csv, REFUSAL_BANK_AMOUNT_NEGATIVE, file->lines[i].line,
			       csv_column(csv, two ? file->lines[i].credit ? ROLE_DEBIT : ROLE_CREDIT : ROLE_AMOUNT),
			       bank_minor_text(csv->reading->arena, -(wide)file->lines[i].minor));
}

static void balances_keep(struct csv *csv, size_t index, const struct chain *chain, bool up)
{
	struct bank_statement *statement = &csv->reading->file.statements[index];
	wide moved = moved_in_all(csv, index);
	wide opening = up ? chain->end - moved : chain->end, closing = opening + moved;

	if (opening != (int64_t)opening || closing != (int64_t)closing) {
		csv_refuse(csv, REFUSAL_BANK_BALANCE_LARGE, 0, statement->account, STR(""));
		return;
	}
	statement->has_opening = statement->has_closing = true;
	statement->opening_minor = (int64_t)opening;
	statement->closing_minor = (int64_t)closing;
}

/* *UP tells whether the statement's newest row stands first. */
static void statement_check(struct csv *csv, size_t index, bool *up)
{
	struct chain down_chain = chain_walk(csv, index, false), up_chain = chain_walk(csv, index, true);
	const struct chain *chain;

	*up = runs_back(csv, index);
	if (down_chain.breaks != up_chain.breaks)
		*up = up_chain.breaks < down_chain.breaks;
	chain = *up ? &up_chain : &down_chain;
	signs_check(csv, index, chain);
	if (chain->breaks)
		break_refuse(csv, &csv->reading->file.statements[index], chain);
	else if (chain->told)
		balances_keep(csv, index, chain, *up);
}

void csv_balances_check(struct csv *csv)
{
	struct bank_file *file = &csv->reading->file;
	bool *newest_first = arena_many(csv->reading->arena, file->line_count, bool);
	bool up[CSV_ACCOUNTS_MAX];

	for (size_t i = 0; i < file->statement_count; i++)
		statement_check(csv, i, &up[i]);
	for (size_t i = 0; i < file->line_count; i++)
		newest_first[i] = up[csv->notes[i].statement];
	bank_keys_end(csv->reading->arena, file, newest_first);
}
