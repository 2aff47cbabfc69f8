/* From an entry to lines: one, or one for each transaction of a batch. */
#include "bank/camt.h"

enum { COUNTER_DIGITS_MAX = 6 };

/* A day with whatever time or offset follows it: the day as the bank wrote it. */
static bool day_of(struct camt *camt, const char *field, struct str text, day_number *day)
{
	struct str rest = str_part(text, 10, text.length);

	if (day_read(str_part(text, 0, 10), day) &&
	    (rest.length == 0 || rest.at[0] == 'T' || rest.at[0] == 'Z' || rest.at[0] == '+' || rest.at[0] == '-'))
		return true;
	return camt_refuse(camt, REFUSAL_BANK_DAY, camt->entry.line, str_of(field), text);
}

static bool party_told(const struct party *party)
{
	return party->name.length || party->account.length;
}

/* For what came in the debtor is the other side. Banks leave the parties of a returned payment as they were, so that
 * this may be ourselves: then it is the other one. */
static const struct party *other_side(struct camt *camt, const struct transaction *transaction, bool credit)
{
	const struct party *first = credit ? &transaction->debtor : &transaction->creditor;
	const struct party *second = credit ? &transaction->creditor : &transaction->debtor;
	struct str account = bank_account_packed(camt->reading->arena, first->account);

	if (party_told(second) && (str_equal(account, camt->statement.account) ||
				   (transaction->returned && !party_told(first))))
		return second;
	return first;
}

void camt_words_add(struct buf *all, struct str piece)
{
	if (piece.length && all->length)
		buf_add_char(all, ' ');
	buf_add_str(all, piece);
}

/* NtryRef, unless it only counts the entries of one statement: then another file counts otherwise. */
static struct str own_reference(const struct entry *entry)
{
	struct str reference = bank_reference_told(entry->own_reference);
	uint64_t number;

	return reference.length <= COUNTER_DIGITS_MAX && str_to_u64(reference, &number) ? STR("") : reference;
}

/* What follows the entry's own reference in a key: the ids of the transaction. */
static struct str reference_chain(struct camt *camt, struct str first, const struct transaction *transaction)
{
	const struct str parts[] = { first, transaction ? bank_reference_told(transaction->transaction_id) : STR(""),
				     transaction ? bank_reference_told(transaction->end_to_end) : STR("") };
	struct str chain = STR("");

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (parts[i].length == 0 || (i == 2 && str_equal(parts[1], parts[2])))
			continue;
		if (chain.length == 0)
			chain = parts[i];
		else
			chain = arena_format(camt->reading->arena, "%.*s/%.*s", (int)chain.length, chain.at,
					     (int)parts[i].length, parts[i].at);
	}
	return chain;
}

/* As the key's REFERENCE is described in bank.h. */
static struct str key_reference(struct camt *camt, const struct transaction *transaction, bool split)
{
	struct str of_entry = bank_reference_told(camt->entry.bank_reference);
	struct str of_transaction = transaction ? bank_reference_told(transaction->bank_reference) : STR("");

	if (split && of_transaction.length)
		return of_transaction;
	if (of_entry.length)
		return split ? reference_chain(camt, of_entry, transaction) : of_entry;
	if (of_transaction.length)
		return of_transaction;
	return reference_chain(camt, own_reference(&camt->entry), transaction);
}

static struct str first_told(struct str a, struct str b)
{
	return a.length ? a : b;
}

/* Of a return: its ids are those of what comes back. */
static struct str original_reference(const struct transaction *transaction)
{
	const struct str ids[] = { transaction->end_to_end, transaction->transaction_id, transaction->instruction_id,
				   transaction->message_id };
	struct str first = STR("");

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		first = first_told(first, bank_reference_told(ids[i]));
	return first;
}

static void line_transaction_fill(struct camt *camt, struct bank_line *line, const struct transaction *transaction)
{
	const struct party *party = other_side(camt, transaction, line->credit);
	struct str reference = bank_reference_told(transaction->bank_reference);

	line->payer_name = party->name;
	line->payer_account = bank_account_packed(camt->reading->arena, party->account);
	line->payer_bank = first_told(party->bank_code, party->bank_name);
	line->text = first_told(transaction->words, transaction->additional);
	line->end_to_end = bank_reference_told(transaction->end_to_end);
	line->bank_reference = first_told(reference, line->bank_reference);
	line->return_reason = transaction->return_reason;
	line->returned |= transaction->returned;
	if (line->returned)
		line->return_of = original_reference(transaction);
}

/* What the whole of an entry and its parts have in common. */
struct entry_facts {
	bool credit, returned, has_value_day;
	int64_t minor;
	day_number booking_day, value_day;
};

static void line_enter(struct camt *camt, const struct entry_facts *facts, const struct transaction *transaction,
		       bool credit, int64_t minor, bool split)
{
	struct bank_line *line = bank_line_add(camt->reading);
	struct str reference = bank_reference_told(camt->entry.bank_reference);

	*line = (struct bank_line){ .account = camt->statement.account,
				    .currency = camt->statement.currency,
				    .minor = minor,
				    .credit = credit,
				    .returned = facts->returned,
				    .has_value_day = facts->has_value_day,
				    .value_day = facts->value_day,
				    .booking_day = facts->booking_day,
				    .bank_reference = first_told(reference, own_reference(&camt->entry)),
				    .line = split ? transaction->line : camt->entry.line };
	if (transaction)
		line_transaction_fill(camt, line, transaction);
	if (!split)
		line->text = first_told(line->text, camt->entry.additional);
	bank_key_begin(camt->reading->arena, line, key_reference(camt, transaction, split), STR(""));
}

/* The amount of one transaction of a batch, negative where it goes against its entry; false when it tells none that
 * could be a part of the entry. */
static bool part_read(struct camt *camt, const struct transaction *transaction, bool entry_credit, int64_t *minor)
{
	bool direct = transaction->amount.number.length > 0;
	const struct amount *amount = direct ? &transaction->amount : &transaction->of_details;
	struct decimal value;

	if (!str_equal(amount->currency, camt->statement.currency) || !decimal_read(amount->number, &value) ||
	    !decimal_scaled(value, 2, minor) || *minor < 0)
		return false;
	if (transaction->direction.length == 0)
		return true;
	if (!str_is(transaction->direction, entry_credit ? "CRDT" : "DBIT"))
		*minor = -*minor;
	return true;
}

/* Whether the transactions of the entry have amounts that come to the entry's own. */
static bool entry_splits(struct camt *camt, const struct entry_facts *facts)
{
	const struct entry *entry = &camt->entry;
	wide sum = 0;

	for (size_t i = 0; i < entry->transaction_count; i++) {
		int64_t minor;

		if (!part_read(camt, &entry->transactions[i], facts->credit, &minor))
			return false;
		sum += minor;
	}
	return entry->transaction_count > 1 && sum == facts->minor;
}

static void parts_enter(struct camt *camt, const struct entry_facts *facts)
{
	for (size_t i = 0; i < camt->entry.transaction_count; i++) {
		const struct transaction *transaction = &camt->entry.transactions[i];
		int64_t minor = 0;

		if (part_read(camt, transaction, facts->credit, &minor) && minor != 0)
			line_enter(camt, facts, transaction, facts->credit == (minor > 0), minor < 0 ? -minor : minor,
				   true);
	}
}

/* One line for an entry. Several transactions that its amount does not come apart into have only their words in it. */
static void whole_enter(struct camt *camt, const struct entry_facts *facts)
{
	const struct entry *entry = &camt->entry;
	struct transaction all = { .line = entry->line };
	struct buf words;

	if (entry->transaction_count < 2) {
		line_enter(camt, facts, entry->transaction_count ? entry->transactions : NULL, facts->credit,
			   facts->minor, false);
		return;
	}
	buf_init(&words, CAMT_TEXT_BYTES_MAX);
	for (size_t i = 0; i < entry->transaction_count; i++) {
		camt_words_add(&words, entry->transactions[i].words);
		all.returned |= entry->transactions[i].returned;
	}
	all.words = arena_packed_str(camt->reading->arena, buf_str(&words));
	buf_free(&words);
	line_enter(camt, facts, &all, facts->credit, facts->minor, false);
}

static bool facts_read(struct camt *camt, struct entry_facts *facts)
{
	const struct entry *entry = &camt->entry;
	struct str booked = first_told(entry->booking_day, entry->value_day);
	bool fine = camt_direction_read(camt, entry->direction, entry->line, &facts->credit);

	fine = camt_amount_read(camt, &entry->amount, &facts->minor) && fine;
	if (booked.length == 0)
		return camt_refuse(camt, REFUSAL_BANK_DAY_MISSING, entry->line, STR("BookgDt"), STR(""));
	fine = day_of(camt, "BookgDt", booked, &facts->booking_day) && fine;
	facts->has_value_day = entry->value_day.length > 0;
	if (facts->has_value_day)
		fine = day_of(camt, "ValDt", entry->value_day, &facts->value_day) && fine;
	facts->returned = str_is(entry->reversal, "true") || str_is(entry->reversal, "1");
	return fine;
}

/* BOOK, or one of those that come again when they are booked. */
static bool status_read(struct camt *camt, bool *booked)
{
	static const char *const later[] = { "PDNG", "INFO", "FUTR" };
	struct str status = camt->entry.status;

	*booked = str_is(status, "BOOK");
	for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++)
		if (str_is(status, later[i]))
			return true;
	return *booked || camt_refuse(camt, REFUSAL_BANK_STATUS, camt->entry.line, status, STR(""));
}

static void pending_count(struct camt *camt)
{
	const struct amount *amount = &camt->entry.amount;
	struct decimal value;
	int64_t minor;

	camt->reading->file.pending_count++;
	if (decimal_read(amount->number, &value) && decimal_scaled(value, 2, &minor))
		camt->pending += str_is(camt->entry.direction, "DBIT") ? -minor : minor;
}

void camt_entry_end(struct camt *camt)
{
	struct entry_facts facts = { .credit = false };
	bool booked;

	if (!camt_statement_enter(camt, camt->entry.amount.currency) || !status_read(camt, &booked))
		return;
	if (!booked) {
		pending_count(camt);
		return;
	}
	if (!facts_read(camt, &facts))
		return;
	camt->booked += facts.credit ? facts.minor : -facts.minor;
	if (entry_splits(camt, &facts))
		parts_enter(camt, &facts);
	else if (facts.minor)
		whole_enter(camt, &facts);
}
