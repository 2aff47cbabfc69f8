/*
 * camt.053, BankToCustomerStatement, versions 001.01 to 001.13 (ISO 20022), read as a stream of elements. What differs
 * between versions is only where an element stands, so all versions are read by one table of places. A document type is
 * refused before anything of it is read; nothing is fetched and no entity but XML's own five is known.
 */
#include "bank/camt.h"

#include <limits.h>
#include <string.h>

#include <libxml/SAX2.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>

static size_t line_now(const struct camt *camt)
{
	int line = xmlSAX2GetLineNumber(camt->parser);

	return line > 0 ? (size_t)line : 0;
}

bool camt_refuse(struct camt *camt, enum refusal what, size_t line, struct str one, struct str two)
{
	return bank_refuse(camt->reading, what, line, one, two, STR(""), STR(""));
}

static void stop(struct camt *camt)
{
	camt->stopped = true;
	xmlStopParser(camt->parser);
}

static void base_begin(struct camt *camt, path at)
{
	struct entry *entry = &camt->entry;
	size_t line = line_now(camt);

	switch (at) {
	case P1(BkToCstmrStmt):
	case P1(BkToCstmrStmtV01):
		camt->message_open = true;
		break;
	case P1(Stmt):
		camt->statement = (struct statement_reading){ .line = line };
		camt->statements_begun++;
		break;
	case P1(Bal):
		camt->balance = (struct balance){ .amount = { .line = line }, .line = line };
		break;
	case P1(Ntry):
		*entry = (struct entry){ .transactions = entry->transactions,
					 .transaction_capacity = entry->transaction_capacity,
					 .amount = { .line = line },
					 .line = line };
		break;
	case P1(TxDtls):
		entry->transactions = arena_grown(camt->reading->arena, entry->transactions, entry->transaction_count,
						  &entry->transaction_capacity, sizeof(*entry->transactions));
		camt->transaction = &entry->transactions[entry->transaction_count++];
		*camt->transaction = (struct transaction){ .line = line };
		buf_reset(&camt->words);
		break;
	default:
		break;
	}
}

static void transaction_end(struct camt *camt)
{
	if (camt->words.overflowed)
		camt_refuse(camt, REFUSAL_BANK_TEXT_LONG, camt->transaction->line, STR("RmtInf"), STR("65536"));
	camt->transaction->words = arena_packed_str(camt->reading->arena, buf_str(&camt->words));
	camt->transaction = NULL;
}

static void base_end(struct camt *camt, path at)
{
	switch (at) {
	case P1(BkToCstmrStmt):
	case P1(BkToCstmrStmtV01):
		camt->message_open = false;
		break;
	case P1(Stmt):
		camt_statement_end(camt);
		break;
	case P1(Bal):
		camt_balance_end(camt);
		break;
	case P1(Ntry):
		camt_entry_end(camt);
		break;
	case P1(TxDtls):
		transaction_end(camt);
		break;
	case P2(TxDtls, RtrInf):
		camt->transaction->returned = true;
		break;
	default:
		break;
	}
}

/* The parser's attributes: five pointers each, of which the last two bound the value. */
static void amount_begin(struct camt *camt, struct amount *amount, int count, const xmlChar **attributes)
{
	*amount = (struct amount){ .line = line_now(camt) };
	for (int i = 0; i < count; i++) {
		const xmlChar **attribute = attributes + (ptrdiff_t)i * 5;

		if (strcmp((const char *)attribute[0], "Ccy") == 0)
			amount->currency = arena_packed_str(camt->reading->arena,
							    (struct str){ (const char *)attribute[3],
									  (size_t)(attribute[4] - attribute[3]) });
	}
}

static void format_note(struct camt *camt, const xmlChar *name_space)
{
	struct str name = str_of((const char *)name_space);
	size_t from = 0, to;

	while (from < name.length && !str_starts(str_part(name, from, name.length), STR("camt.053")))
		from++;
	for (to = from; to < name.length; to++)
		if (!strchr("camt.0123456789", name.at[to]))
			break;
	camt->reading->file.format = to > from ? arena_str(camt->reading->arena, str_part(name, from, to))
					       : STR("camt.053");
}

static void element_begin(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *name_space,
			  int name_space_count, const xmlChar **name_spaces, int attribute_count, int defaulted,
			  const xmlChar **attributes)
{
	struct camt *camt = user;
	path parent = camt->depth ? camt->paths[camt->depth - 1] : 0;
	enum tag tag = camt_tag_of(camt, name);
	struct amount *amount;
	bool base;

	(void)prefix, (void)name_space_count, (void)name_spaces, (void)defaulted;
	if (camt->depth == CAMT_DEPTH_MAX) {
		camt_refuse(camt, REFUSAL_BANK_XML, line_now(camt), STR("nested too deeply"), STR(""));
		stop(camt);
		return;
	}
	if (camt->depth < 2)
		camt->root = arena_str(camt->reading->arena, str_part(str_of((const char *)name), 0, 100));
	base = camt_is_base(camt, parent, tag);
	camt->paths[camt->depth] = base ? tag : parent << 8 | tag;
	if (base && camt_is_message(tag))
		format_note(camt, name_space);
	if (base)
		base_begin(camt, tag);
	amount = camt_amount_place(camt, camt->paths[camt->depth]);
	if (amount)
		amount_begin(camt, amount, attribute_count, attributes);
	camt->target = amount ? &amount->number : camt_text_place(camt, camt->paths[camt->depth]);
	buf_reset(&camt->text);
	camt->depth++;
}

/* Without white space around it, and with one space for each run of it within. */
static struct str squeezed(struct buf *text)
{
	struct str trimmed = str_trim(buf_str(text));
	size_t from = trimmed.length ? (size_t)(trimmed.at - text->at) : 0, length = 0;

	for (size_t i = from; i < from + trimmed.length; i++) {
		bool space = text->at[i] == ' ' || text->at[i] == '\n' || text->at[i] == '\t' || text->at[i] == '\r';

		if (!space)
			text->at[length++] = text->at[i];
		else if (text->at[length - 1] != ' ')
			text->at[length++] = ' ';
	}
	text->length = length;
	return buf_str(text);
}

static void text_end(struct camt *camt, path at)
{
	struct str text = squeezed(&camt->text);

	if (camt->text.overflowed)
		camt_refuse(camt, REFUSAL_BANK_TEXT_LONG, line_now(camt), str_of(camt_tag_names[at & 0xff]),
			    STR("65536"));
	if (camt->target == &camt->piece)
		camt_words_add(&camt->words, text);
	else if (text.length)
		*camt->target = arena_packed_str(camt->reading->arena, text);
	camt->target = NULL;
}

static void element_end(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *name_space)
{
	struct camt *camt = user;
	path at = camt->paths[--camt->depth];

	(void)name, (void)prefix, (void)name_space;
	if (camt->target)
		text_end(camt, at);
	base_end(camt, at);
}

static void characters(void *user, const xmlChar *text, int length)
{
	struct camt *camt = user;

	if (camt->target)
		buf_add(&camt->text, text, (size_t)length);
}

static void document_type(void *user, const xmlChar *name, const xmlChar *public_id, const xmlChar *system_id)
{
	struct camt *camt = user;

	(void)name, (void)public_id, (void)system_id;
	camt_refuse(camt, REFUSAL_BANK_XML_DTD, line_now(camt), STR(""), STR(""));
	stop(camt);
}

static void xml_refuse(struct camt *camt)
{
	const xmlError *error = xmlCtxtGetLastError(camt->parser);
	struct str what = error && error->message ? str_trim(str_of(error->message)) : STR("not well-formed");

	camt_refuse(camt, REFUSAL_BANK_XML, error && error->line > 0 ? (size_t)error->line : 0, what, STR(""));
}

static void parse(struct camt *camt)
{
	xmlSAXHandler *handler = camt->parser->sax;

	*handler = (xmlSAXHandler){ .initialized = XML_SAX2_MAGIC,
				    .internalSubset = document_type,
				    .startElementNs = element_begin,
				    .endElementNs = element_end,
				    .characters = characters,
				    .cdataBlock = characters };
	camt->parser->userData = camt;
	xmlCtxtUseOptions(camt->parser, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	camt_tags_prepare(camt);
	xmlParseDocument(camt->parser);
	if (camt->stopped)
		return;
	if (!camt->parser->wellFormed)
		xml_refuse(camt);
	else if (camt->reading->file.format.length == 0)
		camt_refuse(camt, REFUSAL_BANK_XML_OTHER, 1, camt->root, STR(""));
	else if (camt->statements_begun == 0)
		camt_refuse(camt, REFUSAL_BANK_NO_STATEMENT, 0, STR(""), STR(""));
	else
		camt_repeated_refuse(camt);
}

bool bank_camt_read(struct bank_reading *reading)
{
	struct camt *camt = arena_new(reading->arena, struct camt);

	if (reading->bytes.length > INT_MAX)
		return bank_refuse(reading, REFUSAL_BANK_TOO_LARGE, 0,
				   arena_format(reading->arena, "%zu", reading->bytes.length), STR("2147483647"),
				   STR(""), STR(""));
	camt->reading = reading;
	camt->parser = xmlCreateMemoryParserCtxt(reading->bytes.at, (int)reading->bytes.length);
	if (!camt->parser)
		return bank_refuse(reading, REFUSAL_BANK_XML, 0, STR("the XML parser has no memory"), STR(""), STR(""),
				   STR(""));
	buf_init(&camt->text, CAMT_TEXT_BYTES_MAX);
	buf_init(&camt->words, CAMT_TEXT_BYTES_MAX);
	parse(camt);
	buf_free(&camt->text);
	buf_free(&camt->words);
	if (camt->parser->myDoc)
		xmlFreeDoc(camt->parser->myDoc);
	xmlFreeParserCtxt(camt->parser);
	if (!reading->refused)
		bank_keys_end(reading->arena, &reading->file, NULL);
	return !reading->refused;
}
