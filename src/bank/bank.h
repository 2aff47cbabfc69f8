/*
 * What a bank says of an account: the booked lines of one statement file, as camt.053 or a bank's own CSV. Knows
 * nothing of leases. Pure: from bytes in memory to lines; every line carries what is needed to know it again and to
 * match it.
 *
 * Sources: ISO 20022 camt.053.001.01 to .13 (BankToCustomerStatement); the exports of Chinese banks' e-banking.
 */
#ifndef BANK_BANK_H
#define BANK_BANK_H

#include "base/arena.h"
#include "base/civil.h"
#include "base/money.h"
#include "base/problem.h"

/* One transaction: an entry, or one of the transactions that a batch entry was made of. */
struct bank_line {
	struct str key;                /* the same for the same transaction in every file: see bank_file_read */
	struct str account;            /* ours: number or IBAN, without spaces */
	struct str currency;           /* ISO 4217 */
	int64_t minor;                 /* hundredths of the currency, whatever decimals it has; above 0 */
	bool credit;                   /* money came in */
	bool returned;                 /* a reversal or return of an earlier transaction */
	bool has_value_day;
	day_number value_day, booking_day;
	struct str payer_name, payer_account, payer_bank;   /* of the other side; empty where not told */
	struct str text;               /* remittance information: the payer's words, all of them, joined by spaces */
	struct str end_to_end;         /* references; empty where there is none or NOTPROVIDED */
	struct str bank_reference;
	struct str return_of;          /* of a return: the reference of what comes back, where told */
	struct str return_reason;
	size_t line;                   /* in the file */
};

/* One account in one file: a Stmt of camt.053 (its pages joined), or all rows of an account and currency in a CSV. */
struct bank_statement {
	struct str account, currency, id;
	struct str holder;                       /* the account's owner, where told */
	bool has_opening, has_closing;
	int64_t opening_minor, closing_minor;    /* booked balances; negative when overdrawn */
};

struct bank_file {
	struct str format;             /* "camt.053.001.08", "csv" */
	struct bank_statement *statements;
	size_t statement_count, statement_capacity;
	struct bank_line *lines;       /* in the order of the file */
	size_t line_count, line_capacity;
	size_t pending_count;          /* entries not booked yet: read past, they come again */
};

/*
 * How a bank's CSV names its columns. Ours are date, value_date, amount, debit, credit, direction, currency, balance,
 * payer_name, payer_account, payer_bank, text (may be given several times), reference and account. An empty text means
 * that the usual names of Chinese banks are tried.
 */
struct bank_csv_form {
	struct str columns;            /* "date=交易日期,credit=贷方发生额,..." */
	struct str account, currency;  /* ours, where the file does not tell it */
};

/*
 * Reads BYTES (XML by content, else CSV; UTF-8, UTF-16 or GB18030) into *FILE, whose texts lie in ARENA or BYTES.
 * False when the file cannot be taken as a whole: *FILE is untouched then, and the problems say with line what is wrong.
 * Every statement that tells its balances must add up, line by line where each line has one. FORM is asked for an
 * account and a currency only where a CSV tells none; without either the file is refused.
 *
 * The key of a line is `ACCOUNT DAY SIGNED-MINOR+CURRENCY REFERENCE ORDINAL`, with single spaces between:
 *
 *     DE89370400440532013000 2017-10-20 +123450EUR ref:2017102000042 1
 *
 * DAY is the booking day and REFERENCE the best that the bank gives:
 * - camt.053: `ref:` the transaction's AcctSvcrRef, else the entry's with TxId or EndToEndId where the entry was split;
 *   else NtryRef (unless it is a mere counter of one statement: up to 6 digits), TxId and EndToEndId as far as given,
 *   joined by `/`. A reference of NOTPROVIDED, NONREF or the like is none.
 * - CSV: `ref:` the bank's serial number (流水号). A voucher or the customer's own number is no such reference.
 * - without these `sha256:` and the digest of the line's content: other side, text, references, value day and, in a
 *   CSV, time of day and balance.
 * ORDINAL counts, from 1 and in order of time, lines of the file that are the same in all of this. So overlapping or
 * re-issued files of one format give a transaction the same key, and two transfers that are alike in everything have
 * two keys. The same transaction read once from camt.053 and once from CSV has two keys: keep an account to one format.
 *
 * Entries of amount zero move nothing and are left out.
 */
bool bank_file_read(struct arena *arena, struct str name, struct str bytes, const struct bank_csv_form *form,
		    struct bank_file *file, struct problems *problems) MUST_USE;

#endif
