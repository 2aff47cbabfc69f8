#include "bank/camt.h"

const char *const camt_tag_names[TAG_COUNT] = {
	"",
#define TAG_NAME(name) #name,
	TAGS(TAG_NAME)
};

static size_t slot_of(const xmlChar *name)
{
	return ((uintptr_t)name >> 2 ^ (uintptr_t)name >> 11) % CAMT_TAG_SLOTS;
}

void camt_tags_prepare(struct camt *camt)
{
	for (enum tag tag = TAG_NONE + 1; tag < TAG_COUNT; tag++) {
		const xmlChar *name = xmlDictLookup(camt->parser->dict, (const xmlChar *)camt_tag_names[tag], -1);
		size_t slot = slot_of(name);

		while (camt->slots[slot].name)
			slot = (slot + 1) % CAMT_TAG_SLOTS;
		camt->slots[slot].name = name;
		camt->slots[slot].tag = tag;
	}
}

enum tag camt_tag_of(const struct camt *camt, const xmlChar *name)
{
	for (size_t slot = slot_of(name); camt->slots[slot].name; slot = (slot + 1) % CAMT_TAG_SLOTS)
		if (camt->slots[slot].name == name)
			return camt->slots[slot].tag;
	return TAG_OTHER;
}

bool camt_is_message(enum tag tag)
{
	return tag == TAG_BkToCstmrStmt || tag == TAG_BkToCstmrStmtV01;
}

bool camt_is_base(const struct camt *camt, path parent, enum tag tag)
{
	switch (parent) {
	case P1(BkToCstmrStmt):
	case P1(BkToCstmrStmtV01): return tag == TAG_Stmt || tag == TAG_GrpHdr;
	case P1(Stmt):             return tag == TAG_Bal || tag == TAG_Ntry;
	case P1(Ntry):
	case P2(Ntry, NtryDtls):   return tag == TAG_TxDtls;
	default:                   return camt_is_message(tag) && !camt->message_open;
	}
}

/* ---- where texts go ---- */

static struct str *statement_place(struct camt *camt, path at)
{
	struct statement_reading *statement = &camt->statement;

	switch (at) {
	case P2(Stmt, Id):                      return &statement->id;
	case P3(Stmt, StmtPgntn, PgNb):         return &statement->page;
	case P3(Stmt, StmtPgntn, LastPgInd):    return &statement->last_page;
	case P4(Stmt, Acct, Id, IBAN):
	case P4(Stmt, Acct, Id, BBAN):
	case P5(Stmt, Acct, Id, Othr, Id):
	case P5(Stmt, Acct, Id, PrtryAcct, Id): return &statement->account;
	case P3(Stmt, Acct, Ccy):               return &statement->currency;
	case P4(Stmt, Acct, Ownr, Nm):          return &statement->holder;
	case P3(GrpHdr, MsgPgntn, PgNb):        return &camt->message_pages.page;
	case P3(GrpHdr, MsgPgntn, LastPgInd):   return &camt->message_pages.last;
	case P4(Bal, Tp, CdOrPrtry, Cd):
	case P4(Bal, Tp, CdOrPrtry, Prtry):
	case P3(Bal, Tp, Cd):                   return &camt->balance.kind;
	case P2(Bal, CdtDbtInd):                return &camt->balance.direction;
	default:                                return NULL;
	}
}

static struct str *entry_place(struct entry *entry, path at)
{
	switch (at) {
	case P2(Ntry, CdtDbtInd):     return &entry->direction;
	case P2(Ntry, RvslInd):       return &entry->reversal;
	case P2(Ntry, Sts):
	case P3(Ntry, Sts, Cd):
	case P3(Ntry, Sts, Prtry):    return &entry->status;
	case P3(Ntry, BookgDt, Dt):
	case P3(Ntry, BookgDt, DtTm): return &entry->booking_day;
	case P3(Ntry, ValDt, Dt):
	case P3(Ntry, ValDt, DtTm):   return &entry->value_day;
	case P2(Ntry, AcctSvcrRef):   return &entry->bank_reference;
	case P2(Ntry, NtryRef):       return &entry->own_reference;
	case P2(Ntry, AddtlNtryInf):  return &entry->additional;
	default:                      return NULL;
	}
}

static struct str *debtor_place(struct party *party, path at)
{
	switch (at) {
	case P4(TxDtls, RltdPties, Dbtr, Nm):
	case P5(TxDtls, RltdPties, Dbtr, Pty, Nm):                   return &party->name;
	case P5(TxDtls, RltdPties, DbtrAcct, Id, IBAN):
	case P5(TxDtls, RltdPties, DbtrAcct, Id, BBAN):
	case P6(TxDtls, RltdPties, DbtrAcct, Id, Othr, Id):
	case P6(TxDtls, RltdPties, DbtrAcct, Id, PrtryAcct, Id):     return &party->account;
	case P5(TxDtls, RltdAgts, DbtrAgt, FinInstnId, BIC):
	case P5(TxDtls, RltdAgts, DbtrAgt, FinInstnId, BICFI):
	case P6(TxDtls, RltdAgts, DbtrAgt, FinInstnId, CmbndId, BIC): return &party->bank_code;
	case P5(TxDtls, RltdAgts, DbtrAgt, FinInstnId, Nm):
	case P6(TxDtls, RltdAgts, DbtrAgt, FinInstnId, NmAndAdr, Nm):
	case P6(TxDtls, RltdAgts, DbtrAgt, FinInstnId, CmbndId, Nm): return &party->bank_name;
	default:                                                     return NULL;
	}
}

static struct str *creditor_place(struct party *party, path at)
{
	switch (at) {
	case P4(TxDtls, RltdPties, Cdtr, Nm):
	case P5(TxDtls, RltdPties, Cdtr, Pty, Nm):                   return &party->name;
	case P5(TxDtls, RltdPties, CdtrAcct, Id, IBAN):
	case P5(TxDtls, RltdPties, CdtrAcct, Id, BBAN):
	case P6(TxDtls, RltdPties, CdtrAcct, Id, Othr, Id):
	case P6(TxDtls, RltdPties, CdtrAcct, Id, PrtryAcct, Id):     return &party->account;
	case P5(TxDtls, RltdAgts, CdtrAgt, FinInstnId, BIC):
	case P5(TxDtls, RltdAgts, CdtrAgt, FinInstnId, BICFI):
	case P6(TxDtls, RltdAgts, CdtrAgt, FinInstnId, CmbndId, BIC): return &party->bank_code;
	case P5(TxDtls, RltdAgts, CdtrAgt, FinInstnId, Nm):
	case P6(TxDtls, RltdAgts, CdtrAgt, FinInstnId, NmAndAdr, Nm):
	case P6(TxDtls, RltdAgts, CdtrAgt, FinInstnId, CmbndId, Nm): return &party->bank_name;
	default:                                                     return NULL;
	}
}

static struct str *transaction_place(struct camt *camt, struct transaction *transaction, path at)
{
	struct str *place = debtor_place(&transaction->debtor, at);

	if (!place)
		place = creditor_place(&transaction->creditor, at);
	if (place)
		return place;
	switch (at) {
	case P2(TxDtls, CdtDbtInd):                   return &transaction->direction;
	case P3(TxDtls, Refs, AcctSvcrRef):           return &transaction->bank_reference;
	case P3(TxDtls, Refs, EndToEndId):            return &transaction->end_to_end;
	case P3(TxDtls, Refs, TxId):                  return &transaction->transaction_id;
	case P3(TxDtls, Refs, InstrId):               return &transaction->instruction_id;
	case P3(TxDtls, Refs, MsgId):                 return &transaction->message_id;
	case P3(TxDtls, RmtInf, Ustrd):
	case P4(TxDtls, RmtInf, Strd, CdtrRef):
	case P5(TxDtls, RmtInf, Strd, CdtrRefInf, Ref):
	case P5(TxDtls, RmtInf, Strd, CdtrRefInf, CdtrRef): return &camt->piece;
	case P4(TxDtls, RtrInf, Rsn, Cd):
	case P4(TxDtls, RtrInf, Rsn, Prtry):
	case P4(TxDtls, RtrInf, RtrRsn, Cd):
	case P4(TxDtls, RtrInf, RtrRsn, Prtry):       return &transaction->return_reason;
	case P2(TxDtls, AddtlTxInf):                  return &transaction->additional;
	default:                                      return NULL;
	}
}

struct amount *camt_amount_place(struct camt *camt, path at)
{
	switch (at) {
	case P2(Bal, Amt):                    return &camt->balance.amount;
	case P2(Ntry, Amt):                   return &camt->entry.amount;
	case P2(TxDtls, Amt):                 return camt->transaction ? &camt->transaction->amount : NULL;
	case P4(TxDtls, AmtDtls, TxAmt, Amt): return camt->transaction ? &camt->transaction->of_details : NULL;
	default:                              return NULL;
	}
}

struct str *camt_text_place(struct camt *camt, path at)
{
	struct str *place = statement_place(camt, at);

	if (!place)
		place = entry_place(&camt->entry, at);
	return place || !camt->transaction ? place : transaction_place(camt, camt->transaction, at);
}
