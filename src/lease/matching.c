#include "lease/matching.h"

/* ---- references ---- */

static bool part_of_number(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static void statement_add(struct candidate *candidate, int64_t number)
{
	for (size_t i = 0; i < candidate->statement_count; i++)
		if (candidate->statements[i] == number)
			return;
	if (candidate->statement_count < CANDIDATE_STATEMENTS_MOST)
		candidate->statements[candidate->statement_count++] = number;
}

/* What follows the lease's id: nothing more of a number, or "-3". */
static bool suffix_read(const struct lease *lease, struct str rest, struct candidate *candidate)
{
	size_t digits = 1;
	int64_t number;

	if (rest.length == 0 || (!part_of_number(rest.at[0]) && rest.at[0] != '-'))
		return true;
	if (rest.at[0] != '-')
		return false;
	while (digits < rest.length && rest.at[digits] >= '0' && rest.at[digits] <= '9')
		digits++;
	if (digits == 1 || (digits < rest.length && part_of_number(rest.at[digits])))
		return digits == 1;
	if (str_to_i64(str_part(rest, 1, digits), &number) && issued_find(&lease->billing, number))
		statement_add(candidate, number);
	else
		candidate->names_unknown = true;
	return true;
}

void reference_read(const struct lease *lease, struct str text, struct candidate *candidate, bool *named)
{
	for (size_t at = 0; at + lease->id.length <= text.length; at++) {
		struct str rest = str_part(text, at, text.length);

		if (rest.at[0] != lease->id.at[0] || !str_starts(rest, lease->id) || (at > 0 && part_of_number(text.at[at - 1])))
			continue;
		if (suffix_read(lease, str_part(rest, lease->id.length, rest.length), candidate))
			*named = true;
	}
}

/* ---- names ---- */

/* The next character that counts; 0 at the end. Full-width brackets U+FF08 and U+FF09 count as ( and ). */
static unsigned char name_next(struct str *name)
{
	while (name->length && (name->at[0] == ' ' || name->at[0] == '\t'))
		*name = str_part(*name, 1, name->length);
	if (name->length == 0)
		return 0;
	if (str_starts(*name, STR("（")) || str_starts(*name, STR("）"))) {
		unsigned char bracket = str_starts(*name, STR("（")) ? '(' : ')';

		*name = str_part(*name, sizeof("（") - 1, name->length);
		return bracket;
	}
	if (str_starts(*name, STR("\xe3\x80\x80"))) {   /* ideographic space */
		*name = str_part(*name, 3, name->length);
		return name_next(name);
	}
	*name = str_part(*name, 1, name->length);
	return (unsigned char)name->at[-1];
}

bool party_name_equal(struct str a, struct str b)
{
	unsigned char of_a, of_b;

	do {
		of_a = name_next(&a);
		of_b = name_next(&b);
	} while (of_a == of_b && of_a);
	return of_a == of_b;
}

size_t party_name_key(struct str name, char *key)
{
	size_t length = 0;

	for (unsigned char next; (next = name_next(&name)) != 0;)
		key[length++] = (char)next;
	return length;
}

/* ---- weighing ---- */

static int64_t owed_by_named(const struct account *account, const struct candidate *candidate)
{
	int64_t fen = 0;

	for (size_t i = 0; i < candidate->statement_count; i++) {
		const struct owed *owed = account_owed(account, candidate->statements[i]);

		fen += owed ? money_fen(owed->unpaid) : 0;
	}
	return fen;
}

static int64_t owed_by_earliest(const struct account *account)
{
	const struct owed *earliest = NULL;

	for (size_t i = 0; i < account->owed_count; i++) {
		const struct owed *owed = &account->owed[i];

		if (owed->settled || !owed->issued->served)
			continue;
		if (!earliest || owed->issued->due_day < earliest->issued->due_day)
			earliest = owed;
	}
	return earliest ? money_fen(earliest->unpaid) : 0;
}

static unsigned amount_evidence(const struct account *account, int64_t amount, struct candidate *candidate)
{
	int64_t all = money_fen(account->balance), named = owed_by_named(account, candidate);

	candidate->owed = money_of_fen(candidate->statement_count ? named : all);
	if (candidate->statement_count)
		return amount == named ? EVIDENCE_AMOUNT : amount < named ? EVIDENCE_LESS : EVIDENCE_MORE;
	if (amount == all || (amount == owed_by_earliest(account) && amount > 0))
		return EVIDENCE_AMOUNT;
	return amount < all ? EVIDENCE_LESS : EVIDENCE_MORE;
}

void candidate_weigh(const struct account *account, const struct incoming *incoming, bool account_known,
		     struct candidate *candidate)
{
	const struct lease *lease = account->lease;
	bool named = false;

	for (size_t i = 0; i < sizeof(incoming->texts) / sizeof(incoming->texts[0]); i++)
		reference_read(lease, incoming->texts[i], candidate, &named);
	if (candidate->statement_count)
		candidate->evidence |= EVIDENCE_STATEMENT;
	else if (named)
		candidate->evidence |= EVIDENCE_LEASE;
	if (incoming->payer_name.length && party_name_equal(incoming->payer_name, lease->terms.lessee.name))
		candidate->evidence |= EVIDENCE_PAYER_NAME;
	if (account_known)
		candidate->evidence |= EVIDENCE_PAYER_ACCOUNT;
	/* Agreements print account numbers in groups. */
	if (incoming->account.length && !party_name_equal(incoming->account, lease->terms.payment.account.number))
		candidate->evidence |= EVIDENCE_OTHER_ACCOUNT;
	if (str_equal(incoming->currency, lease->terms.currency))
		candidate->evidence |= amount_evidence(account, money_fen(incoming->amount), candidate);
	else
		candidate->evidence |= EVIDENCE_OTHER_CURRENCY;
}

static bool full(const struct candidate *candidate)
{
	return !candidate->names_unknown && candidate->evidence & EVIDENCE_AMOUNT && !(candidate->evidence & EVIDENCE_OTHER_ACCOUNT) &&
	       candidate->evidence & (EVIDENCE_PAYER_NAME | EVIDENCE_PAYER_ACCOUNT);
}

const struct candidate *match_full(const struct candidate *candidates, size_t count)
{
	const struct candidate *found = NULL;
	size_t referred = 0;

	for (size_t i = 0; i < count; i++)
		referred += (candidates[i].evidence & (EVIDENCE_STATEMENT | EVIDENCE_LEASE)) != 0;
	for (size_t i = 0; i < count; i++) {
		/* Words that name a lease bind: then only that one can match. */
		if (!full(&candidates[i]) ||
		    (referred && !(candidates[i].evidence & (EVIDENCE_STATEMENT | EVIDENCE_LEASE))))
			continue;
		if (found || referred > 1)
			return NULL;
		found = &candidates[i];
	}
	return found;
}

const char *evidence_text(enum evidence evidence, enum language language)
{
	static const struct { enum evidence evidence; const char *text[2]; } texts[EVIDENCE_COUNT] = {
		{ EVIDENCE_STATEMENT, { "the reference names its statement", "附言写明其结算单" } },
		{ EVIDENCE_LEASE, { "the reference names the lease", "附言写明该租约" } },
		{ EVIDENCE_PAYER_NAME, { "the payer is the lessee", "付款人即承租方" } },
		{ EVIDENCE_PAYER_ACCOUNT, { "this account paid for it before", "该账号曾为其付款" } },
		{ EVIDENCE_AMOUNT, { "the amount is what is owed", "金额等于应付" } },
		{ EVIDENCE_LESS, { "the amount is less than owed", "金额少于应付" } },
		{ EVIDENCE_MORE, { "the amount is more than owed", "金额多于应付" } },
		{ EVIDENCE_OTHER_ACCOUNT, { "it came to another account than agreed", "收款账号并非约定账号" } },
		{ EVIDENCE_OTHER_CURRENCY, { "the lease is paid in another currency", "租约币种不同" } },
	};

	for (int i = 0; i < EVIDENCE_COUNT; i++)
		if (texts[i].evidence == evidence)
			return texts[i].text[language];
	return "";
}
