/*
 * What the parts of the camt.053 reader share: the names and places of elements, and a statement while it is read.
 * camt.c is the stream, camt_places.c knows where each text stands, camt_statement.c checks accounts and balances, and
 * camt_entry.c makes lines of entries.
 */
#ifndef BANK_CAMT_H
#define BANK_CAMT_H

#include "bank/reading.h"

#include <libxml/parser.h>

/* The elements that mean something here, by their local names. */
#define TAGS(X) \
	X(BkToCstmrStmt) X(BkToCstmrStmtV01) X(GrpHdr) X(MsgPgntn) X(Stmt) X(StmtPgntn) X(PgNb) X(LastPgInd) X(Id) \
	X(Acct) X(IBAN) X(BBAN) X(Othr) X(PrtryAcct) X(Ccy) X(Nm) X(Ownr) X(Bal) X(Tp) X(Cd) X(CdOrPrtry) X(Prtry) \
	X(Amt) X(CdtDbtInd) X(Ntry) X(RvslInd) X(Sts) X(BookgDt) X(ValDt) X(Dt) X(DtTm) X(AcctSvcrRef) X(NtryRef) \
	X(NtryDtls) X(TxDtls) X(AmtDtls) X(TxAmt) X(Refs) X(EndToEndId) X(TxId) X(InstrId) X(MsgId) X(RltdPties) \
	X(Dbtr) X(Cdtr) X(Pty) X(DbtrAcct) X(CdtrAcct) X(RltdAgts) X(DbtrAgt) X(CdtrAgt) X(FinInstnId) X(BIC) \
	X(BICFI) X(CmbndId) X(NmAndAdr) X(RmtInf) X(Ustrd) X(Strd) X(CdtrRefInf) X(CdtrRef) X(Ref) X(RtrInf) X(Rsn) \
	X(RtrRsn) X(AddtlTxInf) X(AddtlNtryInf)

enum tag {
	TAG_NONE,
#define TAG_ENUM(name) TAG_##name,
	TAGS(TAG_ENUM)
	TAG_COUNT,
	TAG_OTHER = 0xff,
};

/* Where an element stands: the tags from a base on (Stmt, Bal, Ntry, TxDtls, GrpHdr), a byte each. */
typedef uint64_t path;

#define P1(a) ((path)TAG_##a)
#define P2(a, b) (P1(a) << 8 | TAG_##b)
#define P3(a, b, c) (P2(a, b) << 8 | TAG_##c)
#define P4(a, b, c, d) (P3(a, b, c) << 8 | TAG_##d)
#define P5(a, b, c, d, e) (P4(a, b, c, d) << 8 | TAG_##e)
#define P6(a, b, c, d, e, f) (P5(a, b, c, d, e) << 8 | TAG_##f)
#define P7(a, b, c, d, e, f, g) (P6(a, b, c, d, e, f) << 8 | TAG_##g)

enum { CAMT_DEPTH_MAX = 256, CAMT_TEXT_BYTES_MAX = 64 * 1024, CAMT_TAG_SLOTS = 1024 };

struct amount {
	struct str number, currency;
	size_t line;
};

struct party {
	struct str name, account, bank_code, bank_name;
};

struct transaction {
	struct amount amount, of_details;      /* Amt of newer versions; AmtDtls/TxAmt */
	struct str direction;
	struct str bank_reference, end_to_end, transaction_id, instruction_id, message_id;
	struct party debtor, creditor;
	struct str words, additional;
	struct str return_reason;
	bool returned;
	size_t line;
};

struct entry {
	struct amount amount;
	struct str direction, reversal, status, booking_day, value_day;
	struct str bank_reference, own_reference, additional;
	struct transaction *transactions;
	size_t transaction_count, transaction_capacity;
	size_t line;
};

struct balance {
	struct amount amount;
	struct str kind, direction;
	size_t line;
};

/* A Stmt while it is read. */
struct statement_reading {
	struct str id, account, currency, holder, page, last_page;
	bool known;                            /* stands in the file's list; refused if its account is not told */
	bool continues;                        /* the page of the statement before it */
	size_t line;
};

/* A statement that was read, to know it if it stands in the file again. */
struct statement_seen {
	struct str account, id;
	int64_t opening_minor, closing_minor;
	size_t line;
};

struct page_turn {
	struct str page, last;
};

struct camt {
	struct bank_reading *reading;
	xmlParserCtxtPtr parser;
	struct { const xmlChar *name; enum tag tag; } slots[CAMT_TAG_SLOTS];   /* the parser's own names, by address */
	path paths[CAMT_DEPTH_MAX];
	size_t depth;
	struct str *target;                    /* where the text of the open element goes; NULL: nowhere */
	struct buf text;
	struct str piece;                      /* a target for one of several texts */
	struct buf words;
	struct str root;
	struct page_turn message_pages;
	struct statement_reading statement;
	bool message_open;
	bool opening_exact;                    /* OPBD, not PRCD */
	size_t statements_begun;
	struct statement_seen *seen;
	size_t seen_count, seen_capacity;
	wide booked, pending;                  /* sums of the statement, signed */
	struct entry entry;
	struct transaction *transaction;       /* the open one */
	struct balance balance;
	bool stopped;
};

bool camt_refuse(struct camt *camt, enum refusal what, size_t line, struct str one, struct str two);

/* ---- camt_places.c ---- */

extern const char *const camt_tag_names[TAG_COUNT];

/* The parser keeps one copy of each name, so a name is known by its address. */
void camt_tags_prepare(struct camt *camt);
enum tag camt_tag_of(const struct camt *camt, const xmlChar *name);

bool camt_is_message(enum tag tag);

/* Whether an element begins a part that is read on its own. A message within a message, in a supplement, does not. */
bool camt_is_base(const struct camt *camt, path parent, enum tag tag);

/* Where an amount, or any other text, that stands at AT goes; NULL: nowhere. */
struct amount *camt_amount_place(struct camt *camt, path at);
struct str *camt_text_place(struct camt *camt, path at);

/* ---- camt_statement.c ---- */

/* Enters the open Stmt into the file's list when the first thing that needs it comes, in CURRENCY where the account
 * tells none. False when the account is not told. */
bool camt_statement_enter(struct camt *camt, struct str currency) MUST_USE;

bool camt_direction_read(struct camt *camt, struct str text, size_t line, bool *credit) MUST_USE;

/* The amount of an entry or balance: zero or above, in the account's currency. */
bool camt_amount_read(struct camt *camt, const struct amount *amount, int64_t *minor) MUST_USE;

void camt_balance_end(struct camt *camt);
void camt_statement_end(struct camt *camt);

/* The same statement twice in a file would count every entry twice: entries are told apart by their ordinals. */
void camt_repeated_refuse(struct camt *camt);

/* ---- camt_entry.c ---- */

/* Makes lines of the open entry, or counts it as pending. */
void camt_entry_end(struct camt *camt);

void camt_words_add(struct buf *all, struct str piece);

#endif
