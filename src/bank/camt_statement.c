/* Accounts, pages and balances: whether a statement is whole. */
#include "bank/camt.h"

#include <stdlib.h>

bool camt_direction_read(struct camt *camt, struct str text, size_t line, bool *credit)
{
	if (!str_is(text, "CRDT") && !str_is(text, "DBIT"))
		return bank_refuse(camt->reading, REFUSAL_BANK_DIRECTION, line, STR("CdtDbtInd"), text,
				   STR("CRDT / DBIT"), STR(""));
	*credit = str_is(text, "CRDT");
	return true;
}

static bool currency_valid(struct str currency)
{
	for (size_t i = 0; i < currency.length; i++)
		if (currency.at[i] < 'A' || currency.at[i] > 'Z')
			return false;
	return currency.length == 3;
}

static struct bank_statement *statement_now(struct camt *camt)
{
	return &camt->reading->file.statements[camt->reading->file.statement_count - 1];
}

static bool is_later_page(struct str page)
{
	return page.length && !str_is(page, "1");
}

/* A page that continues the statement before it. */
static bool statement_continues(const struct camt *camt)
{
	const struct bank_file *file = &camt->reading->file;
	const struct bank_statement *before;

	if (!is_later_page(camt->statement.page) || file->statement_count == 0)
		return false;
	before = &file->statements[file->statement_count - 1];
	return str_equal(before->id, camt->statement.id) && str_equal(before->account, camt->statement.account) &&
	       !before->has_closing;
}

bool camt_statement_enter(struct camt *camt, struct str currency)
{
	struct statement_reading *statement = &camt->statement;
	struct bank_file *file = &camt->reading->file;

	if (statement->known)
		return statement->account.length > 0;
	statement->known = true;
	statement->account = bank_account_packed(camt->reading->arena, statement->account);
	if (statement->account.length == 0)
		return camt_refuse(camt, REFUSAL_BANK_ACCOUNT_MISSING, statement->line, STR(""), STR(""));
	if (statement->currency.length == 0)
		statement->currency = currency;
	if (!currency_valid(statement->currency))
		camt_refuse(camt, REFUSAL_BANK_CURRENCY, statement->line, STR("Acct/Ccy"), statement->currency);
	statement->continues = statement_continues(camt);
	if (statement->continues)
		return true;
	file->statements = arena_grown(camt->reading->arena, file->statements, file->statement_count,
				       &file->statement_capacity, sizeof(*file->statements));
	file->statements[file->statement_count++] = (struct bank_statement){ .account = statement->account,
									     .currency = statement->currency,
									     .id = statement->id,
									     .holder = statement->holder };
	camt->booked = camt->pending = 0;
	camt->opening_exact = false;
	return true;
}

bool camt_amount_read(struct camt *camt, const struct amount *amount, int64_t *minor)
{
	struct str currency = camt->statement.currency;

	if (amount->number.length && !str_equal(amount->currency, currency))
		return bank_refuse(camt->reading, REFUSAL_BANK_CURRENCY_OTHER, amount->line, STR("Amt"),
				   amount->currency, currency, STR(""));
	if (!bank_minor_read(camt->reading, amount->line, STR("Amt"), amount->number, currency, minor))
		return false;
	if (*minor < 0)
		return camt_refuse(camt, REFUSAL_BANK_AMOUNT_NEGATIVE, amount->line, STR("Amt"), amount->number);
	return true;
}

/* ---- balances ---- */

void camt_balance_end(struct camt *camt)
{
	const struct balance *balance = &camt->balance;
	bool exact = str_is(balance->kind, "OPBD");
	bool opens = exact || str_is(balance->kind, "PRCD"), closes = str_is(balance->kind, "CLBD");
	struct bank_statement *statement;
	int64_t minor = 0;
	bool credit = false;

	if ((!opens && !closes) || !camt_statement_enter(camt, balance->amount.currency) ||
	    !str_equal(balance->amount.currency, camt->statement.currency))
		return;
	statement = statement_now(camt);
	if (!camt_direction_read(camt, balance->direction, balance->line, &credit) ||
	    !camt_amount_read(camt, &balance->amount, &minor))
		return;
	if (!credit)
		minor = -minor;
	if (opens && (!statement->has_opening || (exact && !camt->opening_exact))) {
		statement->has_opening = true;
		statement->opening_minor = minor;
		camt->opening_exact = exact;
	} else if (closes) {
		statement->has_closing = true;
		statement->closing_minor = minor;
	}
}

static bool says_no(struct str text)
{
	return str_is(text, "false") || str_is(text, "0");
}

/* A page of a statement whose other pages are elsewhere cannot add up alone. */
static bool statement_partial(const struct camt *camt)
{
	const struct statement_reading *statement = &camt->statement;

	return says_no(camt->message_pages.last) || is_later_page(camt->message_pages.page) ||
	       says_no(statement->last_page) || (is_later_page(statement->page) && !statement->continues);
}

static int seen_compare(const void *left, const void *right)
{
	const struct statement_seen *a = left, *b = right;
	int order = str_compare(a->account, b->account);

	if (order == 0)
		order = str_compare(a->id, b->id);
	if (order == 0)
		order = (a->opening_minor > b->opening_minor) - (a->opening_minor < b->opening_minor);
	return order ? order : (a->closing_minor > b->closing_minor) - (a->closing_minor < b->closing_minor);
}

void camt_repeated_refuse(struct camt *camt)
{
	if (camt->seen_count)
		qsort(camt->seen, camt->seen_count, sizeof(*camt->seen), seen_compare);
	for (size_t i = 1; i < camt->seen_count; i++) {
		const struct statement_seen *a = &camt->seen[i - 1], *b = &camt->seen[i];

		if (seen_compare(a, b) == 0)
			camt_refuse(camt, REFUSAL_BANK_STATEMENT_TWICE, a->line > b->line ? a->line : b->line,
				    b->account, b->id);
	}
}

static void statement_remember(struct camt *camt, const struct bank_statement *statement)
{
	if (statement->id.length == 0 || camt->booked == 0)
		return;
	camt->seen = arena_grown(camt->reading->arena, camt->seen, camt->seen_count, &camt->seen_capacity,
				 sizeof(*camt->seen));
	camt->seen[camt->seen_count++] = (struct statement_seen){ .account = statement->account,
								  .id = statement->id,
								  .opening_minor = statement->opening_minor,
								  .closing_minor = statement->closing_minor,
								  .line = camt->statement.line };
}

void camt_statement_end(struct camt *camt)
{
	struct arena *arena = camt->reading->arena;
	const struct bank_statement *statement;
	wide expected;

	if (!camt_statement_enter(camt, camt->statement.currency))
		return;
	statement = statement_now(camt);
	if (!statement->has_opening || !statement->has_closing || statement_partial(camt))
		return;
	statement_remember(camt, statement);
	expected = statement->opening_minor + camt->booked;
	if (expected == statement->closing_minor || expected + camt->pending == statement->closing_minor)
		return;
	if (camt->reading->refused)
		return;          /* entries that could not be read are missing from the sum */
	bank_refuse(camt->reading, REFUSAL_BANK_BALANCE_SUM, camt->statement.line, statement->account,
		    bank_minor_text(arena, statement->opening_minor), bank_minor_text(arena, camt->booked),
		    bank_minor_text(arena, statement->closing_minor));
}
