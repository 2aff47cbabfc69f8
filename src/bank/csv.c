/*
 * Chinese banks' CSV: rows below a header that stands somewhere near the top, columns by name, footers passed over.
 * What it refuses to do: guess. A row that looks like a transaction and cannot be read refuses the file, and so does a
 * balance that does not follow from the row before.
 */
#include "bank/csv.h"

#include "bank/cells.h"

bool csv_refuse(struct csv *csv, enum refusal what, size_t line, struct str one, struct str two)
{
	return bank_refuse(csv->reading, what, line, one, two, STR(""), STR(""));
}

struct str csv_cell(const struct csv *csv, enum role role)
{
	int column = csv->columns.at[role];

	return column < 0 ? STR("") : csv->cells[column];
}

struct str csv_column(const struct csv *csv, enum role role)
{
	int column = csv->columns.at[role];

	return column < 0 ? STR("") : csv->columns.names[column];
}

/* An amount of the row; *TOLD says whether the cell had one. */
static bool minor_of(struct csv *csv, enum role role, struct str currency, int64_t *minor, bool *told)
{
	struct str number = cell_number(csv->reading->arena, csv_cell(csv, role));

	*minor = 0;
	*told = number.length > 0;
	if (!*told)
		return true;
	csv->sign_told |= role == ROLE_AMOUNT && (number.at[0] == '-' || number.at[0] == '+');
	return bank_minor_read(csv->reading, csv->line, csv_column(csv, role), number, currency, minor);
}

static bool amounts_told(const struct csv *csv)
{
	return csv_cell(csv, ROLE_AMOUNT).length || csv_cell(csv, ROLE_DEBIT).length ||
	       csv_cell(csv, ROLE_CREDIT).length;
}

static bool any_starts(struct str cell, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (str_starts(cell, str_of(words[i])))
			return true;
	return false;
}

/* Totals between or below the transactions. A row with a day is none, whatever it begins with. */
static bool row_is_total(const struct csv *csv)
{
	static const char *const totals[] = { "合计", "总计", "小计", "共计", "本页", "本日", "本月", "累计", "总笔数", "总金额",
					      "借方合计", "贷方合计", "收入合计", "支出合计", "total", "Total", "#" };
	struct str first = STR("");

	for (size_t i = 0; i < csv->cell_count && first.length == 0; i++)
		first = csv->cells[i];
	return any_starts(first, totals, sizeof(totals) / sizeof(totals[0]));
}

/* A balance without a transaction: what a page begins or ends with. */
static bool row_is_carried(const struct csv *csv)
{
	static const char *const carried[] = { "期初余额", "期末余额", "上期余额", "上页余额", "承前页", "过次页" };

	for (size_t i = 0; i < csv->cell_count; i++)
		if (any_starts(csv->cells[i], carried, sizeof(carried) / sizeof(carried[0])))
			return !amounts_told(csv);
	return false;
}

/* ---- one transaction ---- */

static bool two_columns_read(struct csv *csv, struct bank_line *line, bool *negative)
{
	int64_t debit, credit;
	bool debit_told, credit_told;

	if (!minor_of(csv, ROLE_DEBIT, line->currency, &debit, &debit_told) ||
	    !minor_of(csv, ROLE_CREDIT, line->currency, &credit, &credit_told))
		return false;
	if (!debit_told && !credit_told)
		return csv_refuse(csv, REFUSAL_BANK_AMOUNT_MISSING, csv->line,
			      csv_column(csv, csv->columns.at[ROLE_CREDIT] < 0 ? ROLE_DEBIT : ROLE_CREDIT), STR(""));
	if (debit && credit)
		return csv_refuse(csv, REFUSAL_BANK_AMOUNT_TWICE, csv->line, csv_column(csv, ROLE_DEBIT),
			      csv_column(csv, ROLE_CREDIT));
	line->credit = credit != 0;
	line->minor = credit ? credit : debit;
	*negative = line->minor < 0;
	return true;
}

static bool one_column_read(struct csv *csv, struct bank_line *line, bool *negative)
{
	bool told;

	if (!minor_of(csv, ROLE_AMOUNT, line->currency, &line->minor, &told))
		return false;
	if (!told)
		return csv_refuse(csv, REFUSAL_BANK_AMOUNT_MISSING, csv->line, csv_column(csv, ROLE_AMOUNT), STR(""));
	if (csv->columns.at[ROLE_DIRECTION] < 0) {
		line->credit = line->minor > 0;
		line->minor = line->minor < 0 ? -line->minor : line->minor;
		return true;
	}
	if (!cell_direction(csv->reading->arena, csv_cell(csv, ROLE_DIRECTION), &line->credit))
		return bank_refuse(csv->reading, REFUSAL_BANK_DIRECTION, csv->line, csv_column(csv, ROLE_DIRECTION),
				   csv_cell(csv, ROLE_DIRECTION), STR("借 / 贷, 支出 / 收入"), STR(""));
	if (!line->credit && line->minor < 0)
		line->minor = -line->minor;          /* a payment out, its sign said twice */
	*negative = line->minor < 0;
	return true;
}

static bool amount_read(struct csv *csv, struct bank_line *line, bool *negative)
{
	bool two = csv->columns.at[ROLE_DEBIT] >= 0 || csv->columns.at[ROLE_CREDIT] >= 0;

	*negative = false;
	if (!(two ? two_columns_read(csv, line, negative) : one_column_read(csv, line, negative)))
		return false;
	if (*negative) {
		line->credit = !line->credit;
		line->minor = -line->minor;
		line->returned = true;
	}
	return true;
}

static bool currency_read(struct csv *csv, struct bank_line *line)
{
	struct str told = csv_cell(csv, ROLE_CURRENCY);

	if (told.length)
		return cell_currency(csv->reading->arena, told, &line->currency) ||
		       csv_refuse(csv, REFUSAL_BANK_CURRENCY, csv->line, csv_column(csv, ROLE_CURRENCY), told);
	line->currency = csv->preamble.currency.length ? csv->preamble.currency : csv->reading->form->currency;
	if (line->currency.length)
		return true;
	if (!csv->currency_refused)
		csv_refuse(csv, REFUSAL_BANK_CURRENCY_MISSING, csv->line, STR(""), STR(""));
	csv->currency_refused = true;
	return false;
}

static bool account_read(struct csv *csv, struct bank_line *line)
{
	enum role own_side = line->credit ? ROLE_CREDITOR_ACCOUNT : ROLE_DEBTOR_ACCOUNT;
	enum role told = csv_cell(csv, ROLE_ACCOUNT).length ? ROLE_ACCOUNT : own_side;
	struct str account = csv_cell(csv, told);

	if (told != ROLE_ACCOUNT && csv->preamble.account.length)
		account = csv->preamble.account;
	if (account.length == 0)
		account = csv->reading->form->account;
	if (cell_rounded(account))
		return csv_refuse(csv, REFUSAL_BANK_ACCOUNT_ROUNDED, csv->line, csv_column(csv, told), account);
	line->account = bank_account_packed(csv->reading->arena, cell_narrow(csv->reading->arena, account));
	if (line->account.length)
		return true;
	if (!csv->account_refused)
		csv_refuse(csv, REFUSAL_BANK_ACCOUNT_MISSING, csv->line, STR(""), STR(""));
	csv->account_refused = true;
	return false;
}

static struct str other_side(const struct csv *csv, const struct bank_line *line, enum role named, enum role debtor,
			     enum role creditor)
{
	struct str told = csv_cell(csv, named);

	return told.length ? told : csv_cell(csv, line->credit ? debtor : creditor);
}

static bool piece_known(const struct csv *csv, size_t index)
{
	struct str piece = csv->cells[csv->columns.texts[index]];

	for (size_t i = 0; i < index; i++)
		if (str_equal(csv->cells[csv->columns.texts[i]], piece))
			return true;
	return piece.length == 0;
}

/* The payer's words: all columns of text, what stands in two of them once. */
static struct str words_of(const struct csv *csv)
{
	struct str words = STR("");

	for (size_t i = 0; i < csv->columns.text_count; i++) {
		struct str piece = csv->cells[csv->columns.texts[i]];

		if (piece_known(csv, i))
			continue;
		words = words.length == 0 ? piece
					  : arena_format(csv->reading->arena, "%.*s %.*s", (int)words.length, words.at,
							 (int)piece.length, piece.at);
	}
	return words;
}

static void parties_read(struct csv *csv, struct bank_line *line)
{
	struct arena *arena = csv->reading->arena;
	struct str account = other_side(csv, line, ROLE_PAYER_ACCOUNT, ROLE_DEBTOR_ACCOUNT, ROLE_CREDITOR_ACCOUNT);

	line->payer_name = other_side(csv, line, ROLE_PAYER_NAME, ROLE_DEBTOR_NAME, ROLE_CREDITOR_NAME);
	line->payer_bank = other_side(csv, line, ROLE_PAYER_BANK, ROLE_DEBTOR_BANK, ROLE_CREDITOR_BANK);
	if (!cell_rounded(account))
		line->payer_account = bank_account_packed(arena, cell_narrow(arena, account));
}

static bool says_yes(struct arena *arena, struct str cell)
{
	static const char *const yes[] = { "是", "y", "yes", "1", "true", "冲账", "冲正", "已冲账", "已冲正", "被冲" };
	struct str name = cell_name(arena, cell);

	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		if (str_is(name, yes[i]))
			return true;
	return false;
}

static struct str digits_of(struct arena *arena, struct str cell)
{
	struct str text = cell_narrow(arena, cell);
	char *digits = arena_alloc(arena, text.length + 1);
	size_t length = 0;

	for (size_t i = 0; i < text.length; i++)
		if (text.at[i] >= '0' && text.at[i] <= '9')
			digits[length++] = text.at[i];
	return (struct str){ digits, length };
}

static bool days_read(struct csv *csv, struct bank_line *line, struct str *time)
{
	struct str value = csv_cell(csv, ROLE_VALUE_DATE), unused;
	struct str told = csv_cell(csv, ROLE_DATE);

	if (told.length == 0)
		return csv_refuse(csv, REFUSAL_BANK_DAY_MISSING, csv->line, csv_column(csv, ROLE_DATE), STR(""));
	if (!cell_day(csv->reading->arena, told, &line->booking_day, time))
		return csv_refuse(csv, REFUSAL_BANK_DAY, csv->line, csv_column(csv, ROLE_DATE), told);
	if (csv_cell(csv, ROLE_TIME).length)
		*time = digits_of(csv->reading->arena, csv_cell(csv, ROLE_TIME));
	line->has_value_day = value.length > 0;
	if (line->has_value_day && !cell_day(csv->reading->arena, value, &line->value_day, &unused))
		return csv_refuse(csv, REFUSAL_BANK_DAY, csv->line, csv_column(csv, ROLE_VALUE_DATE), value);
	return true;
}

static bool is_statement(const struct csv *csv, size_t index, const struct bank_line *line)
{
	const struct bank_statement *statement = &csv->reading->file.statements[index];

	return str_equal(statement->account, line->account) && str_equal(statement->currency, line->currency);
}

/* The account and currency that LINE belongs to, entered if new. */
static bool statement_find(struct csv *csv, const struct bank_line *line)
{
	struct bank_file *file = &csv->reading->file;
	struct str holder;

	if (csv->statement < file->statement_count && is_statement(csv, csv->statement, line))
		return true;
	for (csv->statement = 0; csv->statement < file->statement_count; csv->statement++)
		if (is_statement(csv, csv->statement, line))
			return true;
	if (file->statement_count == CSV_ACCOUNTS_MAX)
		return csv_refuse(csv, REFUSAL_BANK_CSV_ACCOUNTS, csv->line, STR("256"), STR(""));
	file->statements = arena_grown(csv->reading->arena, file->statements, file->statement_count,
				       &file->statement_capacity, sizeof(*file->statements));
	holder = csv_cell(csv, ROLE_HOLDER).length ? csv_cell(csv, ROLE_HOLDER) : csv->preamble.holder;
	file->statements[file->statement_count++] = (struct bank_statement){ .account = line->account,
									     .currency = line->currency,
									     .id = STR(""),
									     .holder = holder };
	return true;
}

static void reference_read(struct csv *csv, struct bank_line *line, const struct row_note *note)
{
	struct arena *arena = csv->reading->arena;
	struct str strong = bank_reference_told(csv_cell(csv, ROLE_REFERENCE));
	struct str weak = bank_reference_told(csv_cell(csv, ROLE_WEAK_REFERENCE)), evidence = STR("");

	if (cell_rounded(strong))
		strong = STR("");
	line->bank_reference = strong.length ? strong : weak;
	if (strong.length == 0)
		evidence = arena_format(arena, "%.*s|%.*s|%s%lld", (int)weak.length, weak.at, (int)note->time.length,
					note->time.at, note->has_balance ? "=" : "", (long long)note->balance_minor);
	bank_key_begin(arena, line, strong, evidence);
}

static void line_enter(struct csv *csv, const struct bank_line *line, const struct row_note *note)
{
	size_t index = csv->reading->file.line_count;

	csv->notes = arena_grown(csv->reading->arena, csv->notes, index, &csv->note_capacity, sizeof(*csv->notes));
	csv->notes[index] = *note;
	csv->notes[index].statement = csv->statement;
	*bank_line_add(csv->reading) = *line;
}

/* Rows may end with empty cells that the header lacks, but all alike: a separator too many or too few moves what
 * follows it into other columns. */
static bool width_fits(struct csv *csv)
{
	struct arena *arena = csv->reading->arena;
	size_t wanted = csv->width_usual ? csv->width_usual : csv->width;

	csv->width_usual = wanted;
	if (csv->cell_count > csv->columns.count)
		return csv_refuse(csv, REFUSAL_BANK_CSV_CELLS, csv->line, arena_format(arena, "%zu", csv->cell_count),
			      arena_format(arena, "%zu", csv->columns.count));
	return csv->width == wanted || csv_refuse(csv, REFUSAL_BANK_CSV_CELLS, csv->line,
					      arena_format(arena, "%zu", csv->width),
					      arena_format(arena, "%zu", wanted));
}

static void transaction_read(struct csv *csv)
{
	struct bank_line line = { .line = csv->line };
	struct row_note note = { .has_balance = false };

	if (!width_fits(csv))
		return;
	if (!days_read(csv, &line, &note.time) || !currency_read(csv, &line) ||
	    !amount_read(csv, &line, &note.negative) || !account_read(csv, &line) ||
	    !minor_of(csv, ROLE_BALANCE, line.currency, &note.balance_minor, &note.has_balance))
		return;
	if (line.minor == 0 || !statement_find(csv, &line))
		return;
	parties_read(csv, &line);
	line.text = words_of(csv);
	line.end_to_end = line.return_of = line.return_reason = STR("");
	line.returned |= says_yes(csv->reading->arena, csv_cell(csv, ROLE_REVERSAL));
	reference_read(csv, &line, &note);
	line_enter(csv, &line, &note);
}

/* A row that is no transaction: empty, the header once more, a total, or a remark without day and amount. */
static bool row_passed_over(struct csv *csv)
{
	struct str day = csv_cell(csv, ROLE_DATE), time;
	day_number number;

	if (csv->cell_count == 0 || str_equal(day, csv_column(csv, ROLE_DATE)) || row_is_carried(csv))
		return true;
	if (cell_day(csv->reading->arena, day, &number, &time))
		return false;
	return row_is_total(csv) || !amounts_told(csv);
}

bool bank_csv_read(struct bank_reading *reading)
{
	struct csv *csv = arena_new(reading->arena, struct csv);

	csv->reading = reading;
	csv->text = reading->bytes;
	reading->file.format = STR("csv");
	if (!bank_renames_read(reading, reading->form->columns, &csv->renames) || !csv_header_find(csv))
		return false;
	while (csv->at < csv->text.length) {
		if (!csv_row_cut(csv))
			return false;
		if (!row_passed_over(csv))
			transaction_read(csv);
	}
	if (reading->refused)
		return false;
	csv_balances_check(csv);
	return !reading->refused;
}
