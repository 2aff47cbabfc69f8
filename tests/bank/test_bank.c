/* Bank statements: what each bank's file says, how lines are known again, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bank/bank.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct reading {
	struct arena arena;
	struct problems problems;
	struct bank_file file;
	bool taken;
};

static const struct bank_csv_form no_form = { { "", 0 }, { "", 0 }, { "", 0 } };
static const struct bank_csv_form ours = { { "", 0 }, { "6222000011112222", 16 }, { "CNY", 3 } };

static void reading_begin(struct reading *reading)
{
	arena_init(&reading->arena);
	problems_init(&reading->problems, &reading->arena);
	reading->file = (struct bank_file){ .pending_count = 77 };
}

/* A refused file leaves nothing behind and says why; an accepted one says nothing. */
static void reading_take(struct reading *reading, struct str bytes, const struct bank_csv_form *form)
{
	reading->taken = bank_file_read(&reading->arena, STR("statement"), bytes, form, &reading->file,
					&reading->problems);
	assert_int_equal(reading->taken, reading->problems.total == 0);
	if (!reading->taken)
		assert_true(reading->file.pending_count == 77 && reading->file.line_count == 0);
}

static void reading_end(struct reading *reading)
{
	arena_free(&reading->arena);
}

static struct str data_bytes(struct arena *arena, const char *name)
{
	const char *folder = getenv("TEST_DATA");
	struct str path = arena_format(arena, "%s/bank/%s", folder ? folder : "tests/data", name);
	FILE *file = fopen(path.at, "rb");
	char *bytes = arena_alloc(arena, 65536);
	size_t length;

	if (!file)
		fail_msg("no file %s", path.at);
	length = fread(bytes, 1, 65536, file);
	fclose(file);
	return (struct str){ bytes, length };
}

static const char *problems_text(struct reading *reading)
{
	struct buf text;
	struct str copy;

	buf_init(&text, 1 << 20);
	for (size_t i = 0; i < reading->problems.count; i++) {
		const struct problem *problem = &reading->problems.list[i];

		buf_add_format(&text, "%s%zu %s", i ? "; " : "", problem->line, refusal_name(problem->what));
	}
	copy = arena_str(&reading->arena, buf_str(&text));
	buf_free(&text);
	return copy.at;
}

static void part_add(struct buf *text, const char *before, struct str part)
{
	if (part.length) {
		buf_add_str(text, str_of(before));
		buf_add_str(text, part);
	}
}

static void line_describe(struct arena *arena, struct buf *text, const struct bank_line *line)
{
	buf_add_format(text, "%zu: %c", line->line, line->credit ? '+' : '-');
	buf_add_str(text, money_text(arena, money_of_fen(line->minor)));
	part_add(text, " ", line->currency);
	part_add(text, " on ", day_text(arena, line->booking_day));
	if (line->has_value_day)
		part_add(text, " value ", day_text(arena, line->value_day));
	part_add(text, line->credit ? " from " : " to ", line->payer_name);
	part_add(text, " account ", line->payer_account);
	part_add(text, " at ", line->payer_bank);
	part_add(text, " for ", line->text);
	part_add(text, " e2e ", line->end_to_end);
	part_add(text, " ref ", line->bank_reference);
	if (line->returned)
		buf_add_str(text, STR(" RETURNED"));
	part_add(text, " of ", line->return_of);
	part_add(text, " because ", line->return_reason);
	buf_add_char(text, '\n');
}

/* "account currency [holder] opening..closing", then a line for each line. */
static const char *file_text(struct reading *reading)
{
	struct arena *arena = &reading->arena;
	struct buf text;
	struct str copy;

	buf_init(&text, 1 << 20);
	for (size_t i = 0; i < reading->file.statement_count; i++) {
		const struct bank_statement *statement = &reading->file.statements[i];

		part_add(&text, "", statement->account);
		part_add(&text, " ", statement->currency);
		part_add(&text, " of ", statement->holder);
		if (statement->has_opening)
			part_add(&text, " from ", money_text(arena, money_of_fen(statement->opening_minor)));
		if (statement->has_closing)
			part_add(&text, " to ", money_text(arena, money_of_fen(statement->closing_minor)));
		buf_add_char(&text, '\n');
	}
	for (size_t i = 0; i < reading->file.line_count; i++)
		line_describe(arena, &text, &reading->file.lines[i]);
	copy = arena_str(arena, buf_str(&text));
	buf_free(&text);
	return copy.at;
}

/* ---- files of real shapes ---- */

struct data_case {
	const char *name, *format;
	size_t pending;
	const char *says;
};

static const struct data_case data_cases[] = {
	{ "icbc.csv", "csv", 0,
	  "0200001009012345678 CNY from 2000000.00 to 3035532.80\n"
	  "3: +1234567.80 CNY on 2017-10-09 from 北京智算科技有限公司 account 1100000000000093 at 105100000017 "
	  "for 2017年9月算力租赁费 结算单 L2017001-09\n"
	  "4: -35.00 CNY on 2017-10-09 for 手续费 对公跨行手续费\n"
	  "5: -200000.00 CNY on 2017-10-20 to 上海深度学习有限公司 account 6230200000000012345 at 308100005019 "
	  "for 退保证金 退还履约保证金 合同 L2017002 ref 23881\n"
	  "6: +500.00 CNY on 2017-10-20 from 北京智算科技有限公司 account 1100000000000093 at 105100000017 for 违约金\n"
	  "7: +500.00 CNY on 2017-10-20 from 北京智算科技有限公司 account 1100000000000093 at 105100000017 for 违约金\n" },
	{ "ccb.csv", "csv", 0,
	  "53001905038050540001 CNY of 云上算力有限公司 from 1000000.00 to 1047262.67\n"
	  "2: +88000.00 CNY on 2017-10-20 from 杭州图像智能有限公司 account 33001617227050000002 at 中国建设银行杭州分行 "
	  "for 电子汇入 9月费用 L2017003 ref 1352-AB0000000001\n"
	  "3: -40737.33 CNY on 2017-10-23 to 滇池机房服务有限公司 account 2001 at 中国农业银行昆明分行 for 电子转账 电费 "
	  "ref 1353-AB0000000002\n" },
	{ "abc.csv", "csv", 0,
	  "10234501040001234 CNY of 云上算力有限公司 from 0.00 to 9500.50\n"
	  "5: -1000.00 CNY on 2017-10-31 for 账户管理费\n"
	  "6: +5000.50 CNY on 2017-10-20 from 成都语音技术有限公司 account 22800101040000001 at 中国农业银行成都分行 "
	  "for 租赁费 L2017004\n"
	  "7: +5500.00 CNY on 2017-10-09 from 成都语音技术有限公司 account 22800101040000001 at 中国农业银行成都分行 "
	  "for 租赁费 L2017004\n" },
	{ "boc.txt", "csv", 0,
	  "232500470001 USD from 432428.32 to 162051.92\n"
	  "7: -400000.00 USD on 2017-11-01 value 2017-11-01 ref 109585237086\n"
	  "8: +129646.38 USD on 2017-11-08 value 2017-11-09 from DESERT VISION LLC account AE070331234567890123456 "
	  "for L2017005 OCT USAGE FEE /RFB/214526016// ref 75783669085\n"
	  "9: -22.78 USD on 2017-11-24 value 2017-11-24 for 国际电讯费 ref 118992092061\n" },
	{ "cmb.csv", "csv", 0,
	  "531900012310401 CNY of 云上算力有限公司 from 112000.00 to 112000.00\n"
	  "5: +12000.00 CNY on 2017-10-31 value 2017-10-31 from 武汉推荐算法有限公司 account 127900001510801 at 招商银行武汉分行 "
	  "for 退汇 户名不符 ref C0123G300061QPZ RETURNED\n"
	  "6: -12000.00 CNY on 2017-10-30 value 2017-10-30 to 武汉推荐算法有限公司 account 127900001510801 at 招商银行武汉分行 "
	  "for 退款 L2017006 ref C0123G300051QPY\n" },
	{ "camt.053.001.01.xml", "camt.053.001.01", 0,
	  "0098765 EUR from 10.00 to 15.00\n"
	  "8: +5.00 EUR on 2008-01-02 from Müller for RF18539007547034 e2e E-0\n" },
	{ "camt.053.001.02.xml", "camt.053.001.02", 1,
	  "DE89370400440532013000 EUR of Cloud Compute GmbH from -149.87 to 2319.63\n"
	  "32: +1234.50 EUR on 2017-10-20 value 2017-10-21 from Muster & Söhne AG account DE02120300000000202051 "
	  "at BYLADEM1001 for Statement L2017001-09 September <2017> e2e L2017001-09 ref 2017102000042\n"
	  "54: -35.00 EUR on 2017-10-20 value 2017-10-20 for Charges 3rd quarter\n"
	  "65: +1270.00 EUR on 2017-10-20 from Closed Account Ltd account GB33BUKB20201555555555 ref 2017102000043 "
	  "RETURNED of T-77 because AC04\n" },
	{ "camt.053.001.04.xml", "camt.053.001.04", 0,
	  "CH9300762011623852957 CHF from 1000.00 to 1630.05\n"
	  "23: +329.55 CHF on 2017-10-20 value 2017-10-20 from Vision AG for 210000000003139471430009017 e2e E-1 ref TX-1\n"
	  "29: +100.00 CHF on 2017-10-20 value 2017-10-20 from Speech AG e2e E-2 ref BATCH-9\n"
	  "36: +200.50 CHF on 2017-10-20 for first half second half\n" },
	{ "camt.053.001.08.xml", "camt.053.001.08", 1,
	  "7001234567 JPY of Cloud Compute KK from 0.00 to 100.00\n"
	  "KW81CBKU0000000000001234560101 KWD from 10.00 to 6.88\n"
	  "10: +100.00 JPY on 2023-02-28 value 2023-02-28 from 東京視覚株式会社 account 1234567 at BOTKJPJT for L2023001 "
	  "e2e E-8\n"
	  "37: -3.12 KWD on 2023-02-28 ref 0012345678 RETURNED of I-9\n" },
};

static const struct bank_csv_form cny = { { "", 0 }, { "", 0 }, { "CNY", 3 } };

static void statements_of_many_banks_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(data_cases); i++) {
		struct reading reading;

		reading_begin(&reading);
		reading_take(&reading, data_bytes(&reading.arena, data_cases[i].name), &cny);
		assert_string_equal(problems_text(&reading), "");
		assert_string_equal(file_text(&reading), data_cases[i].says);
		assert_int_equal(reading.file.pending_count, data_cases[i].pending);
		assert_true(str_is(reading.file.format, data_cases[i].format));
		reading_end(&reading);
	}
}

/* The same text in another encoding of Unicode. */
static struct str encoded(struct arena *arena, struct str text, const char *encoding)
{
	size_t room = text.length * 4 + 8, left = room;
	char *out = arena_alloc(arena, room), *to = out, *from = arena_cstr(arena, text);
	iconv_t conversion = iconv_open(encoding, "UTF-8");

	assert_true(conversion != (iconv_t)-1);
	assert_true(iconv(conversion, &from, &text.length, &to, &left) != (size_t)-1);
	iconv_close(conversion);
	return (struct str){ out, room - left };
}

static void encodings_do_not_matter(void **state)
{
	static const char *const encodings[] = { "UTF-8", "UTF-16", "UTF-16BE", "UTF-16LE", "GB18030" };
	static const char *const text = "\xef\xbb\xbf"
					"日期;收入;支出;对方户名\n2017-10-20;1,000.00;;北京〇䶮公司\n";
	const char *expected = "6222000011112222 CNY\n2: +1000.00 CNY on 2017-10-20 from 北京〇䶮公司\n";

	(void)state;
	for (size_t i = 0; i < COUNT(encodings); i++) {
		struct str source = str_of(text);
		struct reading reading;

		if (strcmp(encodings[i], "GB18030") == 0 || strcmp(encodings[i], "UTF-16") == 0)
			source = str_part(source, 3, source.length);
		reading_begin(&reading);
		reading_take(&reading, encoded(&reading.arena, source, encodings[i]), &ours);
		assert_string_equal(problems_text(&reading), "");
		assert_string_equal(file_text(&reading), expected);
		reading_end(&reading);
	}
}

static void camt_in_utf16_is_read(void **state)
{
	struct reading reading;
	struct str text;

	(void)state;
	reading_begin(&reading);
	text = data_bytes(&reading.arena, "camt.053.001.08.xml");
	text = str_part(text, str_find(text, '>') + 2, text.length);       /* without the declaration of UTF-8 */
	reading_take(&reading, encoded(&reading.arena, text, "UTF-16"), &no_form);
	assert_string_equal(problems_text(&reading), "");
	assert_int_equal(reading.file.line_count, 2);
	assert_true(str_is(reading.file.lines[0].payer_name, "東京視覚株式会社"));
	reading_end(&reading);
}

/* ---- keys ---- */

static const char csv_head[] = "日期,收入,支出,对方户名,流水号\n";

static const char *keys_text(struct reading *reading, const char *head, const char *rows)
{
	struct buf text;
	struct str copy;

	reading_begin(reading);
	reading_take(reading, arena_format(&reading->arena, "%s%s", head, rows), &ours);
	assert_string_equal(problems_text(reading), "");
	buf_init(&text, 1 << 20);
	for (size_t i = 0; i < reading->file.line_count; i++) {
		buf_add_str(&text, reading->file.lines[i].key);
		buf_add_char(&text, '\n');
	}
	copy = arena_str(&reading->arena, buf_str(&text));
	buf_free(&text);
	return copy.at;
}

static void keys_are_as_documented(void **state)
{
	struct reading reading;

	(void)state;
	assert_string_equal(keys_text(&reading, csv_head, "20171020,1.00,,甲,S1\n20171020,,2.00,乙,S2\n"),
			    "6222000011112222 2017-10-20 +100CNY ref:S1 1\n"
			    "6222000011112222 2017-10-20 -200CNY ref:S2 1\n");
	reading_end(&reading);
}

static void overlapping_files_give_the_same_keys(void **state)
{
	struct reading early, late, back;
	const char *first, *second, *third;

	(void)state;
	first = keys_text(&early, csv_head, "20171019,1.00,,甲,\n20171020,1.00,,甲,\n20171020,1.00,,甲,\n");
	second = keys_text(&late, csv_head, "20171020,1.00,,甲,\n20171020,1.00,,甲,\n20171021,1.00,,甲,\n");
	assert_true(str_equal(early.file.lines[1].key, late.file.lines[0].key));
	assert_true(str_equal(early.file.lines[2].key, late.file.lines[1].key));
	assert_false(str_equal(early.file.lines[1].key, early.file.lines[2].key));
	assert_string_not_equal(first, second);
	third = keys_text(&back, csv_head, "20171020,1.00,,甲,\n20171020,1.00,,甲,\n20171019,1.00,,甲,\n");
	assert_true(str_equal(back.file.lines[0].key, early.file.lines[2].key));       /* newest first: the second one */
	assert_true(str_ends(str_of(third), STR(" 1\n")));
	reading_end(&early);
	reading_end(&late);
	reading_end(&back);
}

/* How amounts are written, and what else stands in the header, does not change a key. */
static void keys_survive_another_export(void **state)
{
	struct reading plain, rich;

	(void)state;
	keys_text(&plain, "日期,收入,支出,余额,摘要\n", "20171020,1000,,5000,费用\n");
	keys_text(&rich, "序号,日期,收入,支出,余额,摘要\n", "17,2017-10-20,\"1,000.00\",0.00,\"¥5,000.00\",费用\n");
	assert_true(str_equal(plain.file.lines[0].key, rich.file.lines[0].key));
	reading_end(&plain);
	reading_end(&rich);
}

/* ---- camt.053 made for a test ---- */

static struct str camt(struct arena *arena, const char *entries)
{
	return arena_format(arena,
			    "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\">\n<BkToCstmrStmt>\n<Stmt>\n"
			    "<Id>1</Id><Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Ccy>EUR</Ccy></Acct>\n"
			    "%s\n</Stmt></BkToCstmrStmt></Document>",
			    entries);
}

#define AMOUNT(number) "<Amt Ccy=\"EUR\">" number "</Amt>"
#define CREDIT "<CdtDbtInd>CRDT</CdtDbtInd>"
#define DEBIT  "<CdtDbtInd>DBIT</CdtDbtInd>"
#define BOOKED "<Sts><Cd>BOOK</Cd></Sts>"
#define DAY    "<BookgDt><Dt>2017-10-20</Dt></BookgDt>"
#define ENTRY(number, rest) "<Ntry>" AMOUNT(number) CREDIT BOOKED DAY rest "</Ntry>"
#define BALANCE(kind, number) \
	"<Bal><Tp><CdOrPrtry><Cd>" kind "</Cd></CdOrPrtry></Tp>" AMOUNT(number) CREDIT "</Bal>"
#define DETAILS(inside) "<NtryDtls><TxDtls>" inside "</TxDtls></NtryDtls>"

struct camt_case {
	const char *inside;
	const char *says;      /* the lines, or what is refused */
};

static const struct camt_case camt_cases[] = {
	/* amounts, exactly */
	{ ENTRY("+12.50000", ""), "5: +12.50 EUR on 2017-10-20\n" },
	{ ENTRY(".5", ""), "5: +0.50 EUR on 2017-10-20\n" },
	{ ENTRY("5.", ""), "5: +5.00 EUR on 2017-10-20\n" },
	{ ENTRY("000000000000149.87", ""), "5: +149.87 EUR on 2017-10-20\n" },
	{ ENTRY("92233720368547758.07", ""), "5: +92233720368547758.07 EUR on 2017-10-20\n" },
	{ ENTRY("0.00", ""), "" },
	{ ENTRY("92233720368547758.08", ""), "5 BANK_AMOUNT" },
	{ ENTRY("1.005", ""), "5 BANK_AMOUNT_FINE" },
	{ ENTRY("-1", ""), "5 BANK_AMOUNT_NEGATIVE" },
	{ ENTRY("NaN", ""), "5 BANK_AMOUNT" },
	{ ENTRY("1e3", ""), "5 BANK_AMOUNT" },
	{ ENTRY("+-1", ""), "5 BANK_AMOUNT" },
	{ ENTRY("", ""), "5 BANK_AMOUNT_MISSING" },
	{ "<Ntry>" CREDIT BOOKED DAY "</Ntry>", "5 BANK_AMOUNT_MISSING" },
	{ "<Ntry><Amt>1</Amt>" CREDIT BOOKED DAY "</Ntry>", "5 BANK_CURRENCY_OTHER" },
	{ "<Ntry><Amt Ccy=\"USD\">1</Amt>" CREDIT BOOKED DAY "</Ntry>", "5 BANK_CURRENCY_OTHER" },
	/* the rest of an entry */
	{ "<Ntry>" AMOUNT("1") BOOKED DAY "</Ntry>", "5 BANK_DIRECTION" },
	{ "<Ntry>" AMOUNT("1") CREDIT DAY "</Ntry>", "5 BANK_STATUS" },
	{ "<Ntry>" AMOUNT("1") CREDIT "<Sts>DONE</Sts>" DAY "</Ntry>", "5 BANK_STATUS" },
	{ "<Ntry>" AMOUNT("1") CREDIT BOOKED "</Ntry>", "5 BANK_DAY_MISSING" },
	{ "<Ntry>" AMOUNT("1") CREDIT BOOKED "<ValDt><Dt>2017-10-21Z</Dt></ValDt></Ntry>",
	  "5: +1.00 EUR on 2017-10-21 value 2017-10-21\n" },
	{ "<Ntry>" AMOUNT("1") CREDIT BOOKED "<BookgDt><Dt>2017-02-29</Dt></BookgDt></Ntry>", "5 BANK_DAY" },
	{ ENTRY("1", "<RvslInd>1</RvslInd>"), "5: +1.00 EUR on 2017-10-20 RETURNED\n" },
	/* foreign elements of the same names mean nothing */
	{ ENTRY("1", "<SplmtryData><Envlp><Ntry>" AMOUNT("7") "</Ntry><Sts>PDNG</Sts></Envlp></SplmtryData>"),
	  "5: +1.00 EUR on 2017-10-20\n" },
	{ ENTRY("1", DETAILS("<X><BkToCstmrStmt><Stmt>" ENTRY("7", DETAILS("")) "</Stmt></BkToCstmrStmt></X>")),
	  "5: +1.00 EUR on 2017-10-20\n" },
	/* batches */
	{ ENTRY("10", DETAILS(AMOUNT("7") CREDIT "<Refs><TxId>A</TxId></Refs>")
		DETAILS(AMOUNT("4") CREDIT) DETAILS(AMOUNT("1") DEBIT)),
	  "5: +7.00 EUR on 2017-10-20\n5: +4.00 EUR on 2017-10-20\n5: -1.00 EUR on 2017-10-20\n" },
	{ ENTRY("10", DETAILS(AMOUNT("7")) DETAILS(AMOUNT("4"))), "5: +10.00 EUR on 2017-10-20\n" },
	{ ENTRY("10", DETAILS(AMOUNT("7")) DETAILS("<Amt Ccy=\"USD\">3</Amt>")), "5: +10.00 EUR on 2017-10-20\n" },
	{ ENTRY("10", DETAILS(AMOUNT("9"))), "5: +10.00 EUR on 2017-10-20\n" },
	/* balances */
	{ BALANCE("OPBD", "1") BALANCE("CLBD", "3") ENTRY("2", ""), "5: +2.00 EUR on 2017-10-20\n" },
	{ BALANCE("OPBD", "1") BALANCE("CLBD", "4") ENTRY("2", ""), "3 BANK_BALANCE_SUM" },
	{ BALANCE("PRCD", "9") BALANCE("OPBD", "1") BALANCE("CLBD", "3") BALANCE("CLAV", "8") ENTRY("2", ""),
	  "5: +2.00 EUR on 2017-10-20\n" },
	{ BALANCE("OPBD", "1") BALANCE("CLBD", "8") ENTRY("2", "") "<Ntry>" AMOUNT("5") CREDIT "<Sts>PDNG</Sts></Ntry>",
	  "5: +2.00 EUR on 2017-10-20\n" },
	{ "<StmtPgntn><PgNb>2</PgNb><LastPgInd>true</LastPgInd></StmtPgntn>" BALANCE("OPBD", "1") BALANCE("CLBD", "9"), "" },
	{ BALANCE("OPBD", "x"), "5 BANK_AMOUNT" },
};

static void entries_are_read_or_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(camt_cases); i++) {
		struct reading reading;
		struct str lines;

		reading_begin(&reading);
		reading_take(&reading, camt(&reading.arena, camt_cases[i].inside), &no_form);
		lines = str_of(file_text(&reading));
		str_cut(lines, '\n', &lines);
		if (!str_is(reading.taken ? lines : str_of(problems_text(&reading)), camt_cases[i].says))
			fail_msg("%s\n gave %s%s", camt_cases[i].inside, file_text(&reading), problems_text(&reading));
		reading_end(&reading);
	}
}

static const char *camt_key(struct reading *reading, const char *inside)
{
	reading_begin(reading);
	reading_take(reading, camt(&reading->arena, inside), &no_form);
	assert_int_equal(reading->file.line_count, 1);
	return arena_cstr(&reading->arena, reading->file.lines[0].key);
}

/* A re-issued statement counts its entries anew; what the bank calls them stays. */
static void entries_are_known_again(void **state)
{
	struct reading first, second;
	const char *key;

	(void)state;
	key = camt_key(&first, ENTRY("1", "<NtryRef>3</NtryRef>" DETAILS("<RmtInf><Ustrd>a</Ustrd></RmtInf>")));
	assert_string_equal(key, camt_key(&second, ENTRY("1", "<NtryRef>17</NtryRef>"
							      DETAILS("<RmtInf><Ustrd>a\n </Ustrd></RmtInf>"))));
	assert_non_null(strstr(key, " sha256:"));
	reading_end(&second);
	assert_string_not_equal(key, camt_key(&second, ENTRY("1", DETAILS("<RmtInf><Ustrd>b</Ustrd></RmtInf>"))));
	reading_end(&second);
	assert_string_equal(camt_key(&second, ENTRY("1", "<NtryRef>20171020-000017</NtryRef>"
							 DETAILS("<Refs><EndToEndId>E</EndToEndId><TxId>T</TxId></Refs>"))),
			    "DE89370400440532013000 2017-10-20 +100EUR ref:20171020-000017/T/E 1");
	reading_end(&second);
	assert_string_equal(camt_key(&second, ENTRY("1", DETAILS("<Refs><AcctSvcrRef>R</AcctSvcrRef></Refs>"))),
			    "DE89370400440532013000 2017-10-20 +100EUR ref:R 1");
	reading_end(&second);
	reading_end(&first);
}

/* TEXT with its first %s replaced. */
static struct str replaced(struct arena *arena, const char *text, const char *word)
{
	const char *at = strstr(text, "%s");

	assert_non_null(at);
	return arena_format(arena, "%.*s%s%s", (int)(at - text), text, word, at + 2);
}

/* Pages of one statement add up together. */
static void pages_are_joined(void **state)
{
	struct reading reading;
	struct str page;

	(void)state;
	reading_begin(&reading);
	page = STR("<Stmt><Id>1</Id><StmtPgntn><PgNb>1</PgNb><LastPgInd>false</LastPgInd></StmtPgntn><Acct><Id><IBAN>X</IBAN></Id>"
		   "<Ccy>EUR</Ccy></Acct>" BALANCE("OPBD", "1") ENTRY("2", "") "</Stmt>"
		   "<Stmt><Id>1</Id><StmtPgntn><PgNb>2</PgNb><LastPgInd>true</LastPgInd></StmtPgntn><Acct><Id><IBAN>X</IBAN></Id>"
		   "<Ccy>EUR</Ccy></Acct>" BALANCE("CLBD", "9") ENTRY("5", "") "</Stmt>");
	reading_take(&reading, arena_format(&reading.arena, "<Document><BkToCstmrStmt>%s</BkToCstmrStmt></Document>", page.at),
		     &no_form);
	assert_string_equal(problems_text(&reading), "1 BANK_BALANCE_SUM");       /* 1 + 2 + 5 is not 9 */
	reading_end(&reading);
}

static void a_statement_stands_once(void **state)
{
	const char *statement = "<Stmt><Id>%s</Id><Acct><Id><IBAN>X123</IBAN></Id><Ccy>EUR</Ccy></Acct>" BALANCE("OPBD", "1")
		BALANCE("CLBD", "3") ENTRY("2", "") "</Stmt>\n";
	struct reading reading;
	struct str one, other;

	(void)state;
	reading_begin(&reading);
	one = replaced(&reading.arena, statement, "7");
	other = replaced(&reading.arena, statement, "8");
	reading_take(&reading, arena_format(&reading.arena, "<Document><BkToCstmrStmt>%s%s%s</BkToCstmrStmt></Document>",
					    one.at, other.at, one.at), &no_form);
	assert_string_equal(problems_text(&reading), "3 BANK_STATEMENT_TWICE");
	reading_end(&reading);
}

/* ---- CSV made for a test ---- */

struct csv_case {
	const char *text, *columns;
	const char *says;
};

static const struct csv_case csv_cases[] = {
	/* ways to tell an amount */
	{ "日期,金额\n2017-10-20,-5\n", "", "2: -5.00 CNY on 2017-10-20\n" },
	{ "日期,金额,收支\n2017-10-20,5,支出\n2017-10-20,-5,支出\n2017-10-20,5,贷\n", "",
	  "2: -5.00 CNY on 2017-10-20\n3: -5.00 CNY on 2017-10-20\n4: +5.00 CNY on 2017-10-20\n" },
	{ "日期,借方发生额(元),贷方发生额(元)\n2017-10-20,0.00,５．００元\n", "", "2: +5.00 CNY on 2017-10-20\n" },
	{ "日期,收入金额\n2017-10-20,5\n", "", "2: +5.00 CNY on 2017-10-20\n" },
	{ "日期,收入,支出\n2017-10-20,0,0\n", "", "" },
	{ "日期,收入,支出\n2017-10-20,,\n", "", "2 BANK_AMOUNT_MISSING" },
	{ "日期,收入,支出\n2017-10-20,1,2\n", "", "2 BANK_AMOUNT_TWICE" },
	{ "日期,收入,支出\n2017-10-20,1.005,\n", "", "2 BANK_AMOUNT_FINE" },
	{ "日期,收入,支出\n2017-10-20,NaN,\n2017-10-20,10,00,\n", "", "2 BANK_AMOUNT; 3 BANK_CSV_CELLS" },
	{ "日期,收入,支出\n2017-10-20,99999999999999999999,\n", "", "2 BANK_AMOUNT" },
	{ "日期,收入,支出\n2017-10-20,-5,\n", "", "2 BANK_AMOUNT_NEGATIVE" },
	{ "日期,收入,支出,余额\n2017-10-20,5,,5\n2017-10-20,-5,,0\n", "",
	  "2: +5.00 CNY on 2017-10-20\n3: -5.00 CNY on 2017-10-20 RETURNED\n" },
	{ "日期,收入,支出,余额\n2017-10-20,5,,5\n2017-10-20,,-2,3\n", "", "3 BANK_BALANCE_BREAK" },
	{ "日期,金额\n2017-10-20,5\n2017-10-20,6\n", "", "1 BANK_CSV_DIRECTION_MISSING" },
	{ "日期,金额\n2017-10-20,5\n2017-10-20,6\n", "credit=金额", "2: +5.00 CNY on 2017-10-20\n3: +6.00 CNY on 2017-10-20\n" },
	{ "日期,金额,余额\n2017-10-20,5,5\n2017-10-20,6,11\n", "", "2: +5.00 CNY on 2017-10-20\n3: +6.00 CNY on 2017-10-20\n" },
	{ "日期,金额,借/贷\n2017-10-20,5,?\n", "", "2 BANK_DIRECTION" },
	{ "日期,金额,收入\n2017-10-20,5,5\n", "", "1 BANK_CSV_AMOUNTS" },
	/* days */
	{ "交易日期,收入\n20171020 08:00:00,1\n2017年1月2日,2\n2017/1/2 3:04,3\n20171020030405,4\n2017-10-20-10.22.33.123456,5\n", "",
	  "2: +1.00 CNY on 2017-10-20\n3: +2.00 CNY on 2017-01-02\n4: +3.00 CNY on 2017-01-02\n"
	  "5: +4.00 CNY on 2017-10-20\n6: +5.00 CNY on 2017-10-20\n" },
	{ "日期,收入\n2017-02-29,1\n10/20/2017,2\n2017-10/20,3\n,4\nsoon,5\n2017-10-201,6\n", "",
	  "2 BANK_DAY; 3 BANK_DAY; 4 BANK_DAY; 5 BANK_DAY_MISSING; 6 BANK_DAY; 7 BANK_DAY" },
	{ "交易日,起息日,收入\n20171020,2017102,1\n", "", "2 BANK_DAY" },
	/* what is above, between and below */
	{ "中国某银行\n\n账　号： 6222 0000 1111 9999\n日期\t收入\t支出\n\n2017-10-20\t1\t\n小计\t1\t\n日期\t收入\t支出\n2017-10-21\t\t2\n"
	  "合计\t1\t2\n以上共 2 笔\n", "",
	  "6: +1.00 CNY on 2017-10-20\n9: -2.00 CNY on 2017-10-21\n" },
	{ "日期,收入,支出,余额,摘要\n2017-10-20,,,100,期初余额\n2017-10-20,1,,101,租金\n", "", "3: +1.00 CNY on 2017-10-20 for 租金\n" },
	/* quotes */
	{ "日期,收入,摘要\n2017-10-20,\"1,000\",\"他说\"\"好\"\"\n第二行\"\n2017-10-21,2,x\n", "",
	  "2: +1000.00 CNY on 2017-10-20 for 他说\"好\"\n第二行\n4: +2.00 CNY on 2017-10-21 for x\n" },
	{ "日期,收入,摘要\n2017-10-20,1,\"never closed\n2017-10-21,2,x\n", "", "2 IMPORT_QUOTE_OPEN" },
	{ "日期,收入,摘要\n2017-10-20,1,\"a\" b\n", "", "2 IMPORT_QUOTE_MISPLACED" },
	/* running balances, in either order */
	{ "日期,收入,支出,余额\n2017-10-20,5,,105\n2017-10-21,,1,104\n2017-10-22,2,,107\n", "", "4 BANK_BALANCE_BREAK" },
	{ "日期,收入,支出,余额\n2017-10-22,2,,106\n2017-10-21,,1,104\n2017-10-20,5,,106\n", "", "4 BANK_BALANCE_BREAK" },
	{ "日期,收入,支出,余额\n2017-10-22,2,,106\n2017-10-21,,1,\n2017-10-20,5,,105\n", "",
	  "2: +2.00 CNY on 2017-10-22\n3: -1.00 CNY on 2017-10-21\n4: +5.00 CNY on 2017-10-20\n" },
	{ "账号,日期,收入,支出,余额\nA1111,2017-10-20,5,,5\nB2222,2017-10-20,7,,70\nA1111,2017-10-20,,2,3\nB2222,2017-10-20,1,,71\n", "",
	  "B2222 CNY from 63.00 to 71.00\n2: +5.00 CNY on 2017-10-20\n3: +7.00 CNY on 2017-10-20\n4: -2.00 CNY on 2017-10-20\n"
	  "5: +1.00 CNY on 2017-10-20\n" },
	/* accounts and currencies */
	{ "日期,收入,账号\n2017-10-20,1,6.22848E+18\n", "", "2 BANK_ACCOUNT_ROUNDED" },
	{ "日期,收入,币种\n2017-10-20,1,美元\n", "", "2: +1.00 USD on 2017-10-20\n" },
	{ "日期,收入,币种\n2017-10-20,1,贝壳\n", "", "2 BANK_CURRENCY" },
	/* --columns */
	{ "Tag,Eingang,Wer\n2017-10-20,1,甲\n", "date=Tag,credit=Eingang,payer_name=Wer", "2: +1.00 CNY on 2017-10-20 from 甲\n" },
	{ "Tag,Eingang,Wer\n2017-10-20,1,甲\n", "", "1 BANK_CSV_NO_HEADER" },
	{ "交易日期,记账日期,收入\n2017-10-20,2017-10-21,1\n", "date=交易日期,value_date=记账日期",
	  "2: +1.00 CNY on 2017-10-20 value 2017-10-21\n" },
	{ "日期,收入\n2017-10-20,1\n", "text=没有", "1 IMPORT_RENAME_ABSENT" },
	{ "日期,收入\n2017-10-20,1\n", "payee=没有", "0 IMPORT_RENAME_UNKNOWN" },
	{ "日期,收入\n2017-10-20,1\n", "date", "0 IMPORT_RENAME_FORM" },
	{ "日期,收入\n2017-10-20,1\n", "date=日期,date=收入", "0 IMPORT_RENAME_TWICE" },
	{ "日期,收入,收入\n2017-10-20,1,2\n", "", "1 BANK_CSV_AMBIGUOUS" },
	{ "日期,收入,甲,乙\n2017-10-20,1,a,b\n", "text=乙,text=甲", "2: +1.00 CNY on 2017-10-20 for b a\n" },
	/* no statement at all */
	{ "", "", "0 BANK_EMPTY" },
	{ "\xef\xbb\xbf \n", "", "0 BANK_CSV_NO_HEADER" },
	{ "PK\x03\x04 and so on", "", "0 BANK_NOT_TEXT" },
	{ "日期,收入\n2017-10-20,1\n\xff\xff", "", "3 BANK_ENCODING" },
};

static void rows_are_read_or_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(csv_cases); i++) {
		struct bank_csv_form form = ours;
		struct reading reading;
		struct str lines;

		form.columns = str_of(csv_cases[i].columns);
		reading_begin(&reading);
		reading_take(&reading, str_of(csv_cases[i].text), &form);
		lines = str_of(file_text(&reading));
		str_cut(lines, '\n', &lines);
		if (!str_is(reading.taken ? lines : str_of(problems_text(&reading)), csv_cases[i].says))
			fail_msg("%s\n gave %s%s", csv_cases[i].text, file_text(&reading), problems_text(&reading));
		reading_end(&reading);
	}
}

static void account_and_currency_must_be_told(void **state)
{
	struct reading reading;

	(void)state;
	reading_begin(&reading);
	reading_take(&reading, STR("日期,收入,币种\n2017-10-20,1,CNY\n2017-10-20,1,CNY\n"), &no_form);
	assert_string_equal(problems_text(&reading), "2 BANK_ACCOUNT_MISSING");
	reading_end(&reading);
	reading_begin(&reading);
	reading_take(&reading, STR("账号,日期,收入\n62220001,2017-10-20,1\n"), &no_form);
	assert_string_equal(problems_text(&reading), "2 BANK_CURRENCY_MISSING");
	reading_end(&reading);
}

/* ---- files that mean harm, or were cut ---- */

struct hostile_case {
	const char *text, *says;
};

static const struct hostile_case hostile_cases[] = {
	{ "<!DOCTYPE a [<!ENTITY b \"x\"><!ENTITY c \"&b;&b;&b;&b;\">]><a>&c;</a>", "1 BANK_XML_DTD" },
	{ "<?xml version=\"1.0\"?>\n<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>", "2 BANK_XML_DTD" },
	{ "<a>&undefined;</a>", "1 BANK_XML" },
	{ "<a>\n<b></a>", "2 BANK_XML" },
	{ "<a/>", "1 BANK_XML_OTHER" },
	{ "<html><table></table></html>", "1 BANK_XML_OTHER" },
	{ "<Document><BkToCstmrDbtCdtNtfctn><Ntfctn/></BkToCstmrDbtCdtNtfctn></Document>", "1 BANK_XML_OTHER" },
	{ "<Document><BkToCstmrStmt/></Document>", "0 BANK_NO_STATEMENT" },
	{ "<Document><BkToCstmrStmt><Stmt><Id>1</Id></Stmt></BkToCstmrStmt></Document>", "1 BANK_ACCOUNT_MISSING" },
	{ "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a>\xff</a>", "2 BANK_XML" },
	{ "<?xml version=\"1.0\" encoding=\"klingon\"?><a/>", "1 BANK_XML" },
};

static void hostile_xml_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(hostile_cases); i++) {
		struct reading reading;

		reading_begin(&reading);
		reading_take(&reading, str_of(hostile_cases[i].text), &no_form);
		if (strcmp(problems_text(&reading), hostile_cases[i].says) != 0)
			fail_msg("%s gave %s", hostile_cases[i].text, problems_text(&reading));
		reading_end(&reading);
	}
}

/* BEFORE, COUNT times PIECE, AFTER. */
static struct str repeated(struct arena *arena, const char *before, const char *piece, size_t count, const char *after)
{
	struct buf text;
	struct str copy;

	buf_init(&text, SIZE_MAX / 4);
	buf_add_str(&text, str_of(before));
	for (size_t i = 0; i < count; i++)
		buf_add_str(&text, str_of(piece));
	buf_add_str(&text, str_of(after));
	copy = arena_str(arena, buf_str(&text));
	buf_free(&text);
	return copy;
}

static void endless_things_are_refused(void **state)
{
	static const struct { const char *before, *piece; size_t count; const char *after, *says; } cases[] = {
		{ "<Document a=\"", "0123456789", 1200000, "\"/>", "1 BANK_XML" },
		{ "", "<a>", 100000, "", "1 BANK_XML" },
		{ "<Document><BkToCstmrStmt><Stmt><Id>", "0123456789", 100000, "</Id></Stmt></BkToCstmrStmt></Document>",
		  "1 BANK_TEXT_LONG; 1 BANK_ACCOUNT_MISSING" },
		{ "日期,收入", ",x", 1000, "\n2017-10-20,1\n", "" },
		{ "日期,收入\n2017-10-20,1", ",x", 1000, "\n", "2 BANK_CSV_WIDE" },
		{ "日期,收入\n2017-10-20,1", ",", 1000, "\n", "" },
		{ "日期,收入\n2017-10-20,", "1", 1000, "\n", "2 BANK_AMOUNT" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct reading reading;

		reading_begin(&reading);
		reading_take(&reading, repeated(&reading.arena, cases[i].before, cases[i].piece, cases[i].count,
						cases[i].after), &ours);
		assert_string_equal(problems_text(&reading), cases[i].says);
		reading_end(&reading);
	}
}

static void cut_files_are_refused_or_whole_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(data_cases); i++) {
		struct arena arena;
		struct str whole;
		bool xml = strstr(data_cases[i].name, ".xml") != NULL;

		arena_init(&arena);
		whole = data_bytes(&arena, data_cases[i].name);
		for (size_t length = 0; length < whole.length; length += 1 + length / 100) {
			struct str part = { memcpy(arena_alloc(&arena, length + 1), whole.at, length), length };
			struct reading reading;

			reading_begin(&reading);
			reading_take(&reading, part, &cny);
			if (xml && str_trim(whole).length > length)
				assert_false(reading.taken);
			reading_end(&reading);
		}
		arena_free(&arena);
	}
}

/* Bytes changed at random: whatever comes of it, no line is without what makes it a line. */
static void damaged_files_do_no_harm(void **state)
{
	unsigned long seed = 20171020;

	(void)state;
	for (size_t round = 0; round < 2000; round++) {
		struct reading reading;
		struct str bytes;

		reading_begin(&reading);
		bytes = data_bytes(&reading.arena, data_cases[round % COUNT(data_cases)].name);
		for (size_t i = 0; i < 4; i++) {
			seed = seed * 6364136223846793005UL + 1442695040888963407UL;
			((char *)(uintptr_t)bytes.at)[(seed >> 20) % bytes.length] = (char)(seed >> 50);
		}
		reading_take(&reading, bytes, &cny);
		for (size_t i = 0; i < reading.file.line_count; i++) {
			const struct bank_line *line = &reading.file.lines[i];

			assert_true(line->minor > 0 && line->account.length && line->currency.length == 3);
			assert_true(str_starts(line->key, line->account) && line->line > 0);
		}
		reading_end(&reading);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(statements_of_many_banks_are_read),
		cmocka_unit_test(encodings_do_not_matter),
		cmocka_unit_test(camt_in_utf16_is_read),
		cmocka_unit_test(keys_are_as_documented),
		cmocka_unit_test(overlapping_files_give_the_same_keys),
		cmocka_unit_test(keys_survive_another_export),
		cmocka_unit_test(entries_are_read_or_refused),
		cmocka_unit_test(entries_are_known_again),
		cmocka_unit_test(pages_are_joined),
		cmocka_unit_test(a_statement_stands_once),
		cmocka_unit_test(rows_are_read_or_refused),
		cmocka_unit_test(account_and_currency_must_be_told),
		cmocka_unit_test(hostile_xml_is_refused),
		cmocka_unit_test(endless_things_are_refused),
		cmocka_unit_test(cut_files_are_refused_or_whole_lines),
		cmocka_unit_test(damaged_files_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
