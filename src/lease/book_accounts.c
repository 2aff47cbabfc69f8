/* The names of the books' accounts. */
#include "base/utf8.h"
#include "lease/books.h"

enum { MARK_DIGITS = 8, MARK_LENGTH = MARK_DIGITS + 2 };

static const char *const accounts[BOOK_ACCOUNTS] = {
	[BOOK_BANK] = "Assets:Bank",
	[BOOK_BILLED] = "Assets:Receivable:Billed",
	[BOOK_UNBILLED] = "Assets:Receivable:Unbilled",
	[BOOK_ADVANCES] = "Liabilities:Advances",
	[BOOK_COSTS] = "Income:Costs",
	[BOOK_FEES_COMPUTE] = "Income:Fees:3-1-1-Compute",
	[BOOK_FEES_STORAGE] = "Income:Fees:3-1-2-Storage",
	[BOOK_FEES_DATASET] = "Income:Fees:3-1-3-Dataset",
	[BOOK_FEES_SOFTWARE] = "Income:Fees:3-1-4-Software",
	[BOOK_FEES_TOTAL] = "Income:Fees:3-2-Total",
	[BOOK_PENALTY] = "Income:Penalty",
	[BOOK_CREDIT] = "Liabilities:Credit",
	[BOOK_TAX] = "Liabilities:Tax",
};

static const char *const kinds[BOOKING_KINDS] = {
	[BOOKING_FEES] = "fees", [BOOKING_STATEMENT] = "statement", [BOOKING_CORRECTION] = "correction",
	[BOOKING_PENALTY] = "penalty", [BOOKING_COST] = "cost", [BOOKING_OVERPAID] = "overpaid",
	[BOOKING_CREDIT_PAYS] = "credit-pays", [BOOKING_PAYMENT] = "payment", [BOOKING_REVERSED] = "payment-reversed",
};

const char *book_account_name(enum book_account account)
{
	return accounts[account];
}

const char *booking_kind_name(enum booking_kind kind)
{
	return kinds[kind];
}

static bool may_begin(uint32_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Letters to both programs; of those beyond ASCII only Chinese characters, which are letters in every version. */
static bool may_stand(uint32_t c)
{
	return may_begin(c) || (c >= 'a' && c <= 'z') || c == '-' || (c >= 0x4e00 && c <= 0x9fff);
}

static bool marked(struct str id)
{
	struct str mark;

	if (id.length < MARK_LENGTH)
		return false;
	mark = str_part(id, id.length - MARK_LENGTH, id.length);
	if (!str_starts(mark, STR("-X")))
		return false;
	for (size_t i = 2; i < mark.length; i++)
		if (!(mark.at[i] >= '0' && mark.at[i] <= '9') && !(mark.at[i] >= 'a' && mark.at[i] <= 'f'))
			return false;
	return true;
}

static struct str leaf(struct arena *arena, struct str id)
{
	char *bytes = arena_alloc(arena, id.length + 1);
	bool begins = id.length > 0 && may_begin((unsigned char)id.at[0]), plain = begins && !marked(id);
	struct digest digest = digest_of(DIGEST_SHA256, &id, 1);
	size_t length = 0;

	for (struct str rest = id; rest.length;) {
		struct str before = rest;

		if (may_stand(utf8_next(&rest))) {
			for (size_t i = 0; i < before.length - rest.length; i++)
				bytes[length++] = before.at[i];
		} else {
			bytes[length++] = '-';
			plain = false;
		}
	}
	if (plain)
		return id;
	return arena_format(arena, "%s%.*s-X%.*s", begins ? "" : "L", (int)length, bytes, MARK_DIGITS,
			    digest_hex(arena, &digest).at);
}

struct str book_account_text(struct arena *arena, enum book_account account, struct str lease)
{
	struct str part = leaf(arena, lease);

	return arena_format(arena, "%s:%.*s", accounts[account], (int)part.length, part.at);
}
