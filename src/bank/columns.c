#include "bank/columns.h"

#include "bank/cells.h"

enum { LISTED_BYTES_MAX = 400 };

static const char *const role_names[ROLE_NAMED_COUNT] = {
	"date", "value_date", "amount", "debit", "credit", "direction", "currency", "balance",
	"payer_name", "payer_account", "payer_bank", "text", "reference", "account",
};

/* The usual names, as cell_name gives them, best first within a role. A name stands for itself with an ending in
 * brackets too: 借方发生额(支取), 交易金额(元). */
static const struct {
	enum role role;
	const char *name;
} usual[] = {
	{ ROLE_DATE, "记账日期" }, { ROLE_DATE, "记账日" }, { ROLE_DATE, "交易日期" }, { ROLE_DATE, "交易日" },
	{ ROLE_DATE, "交易时间" }, { ROLE_DATE, "交易日期时间" }, { ROLE_DATE, "交易时间戳" }, { ROLE_DATE, "记账时间" },
	{ ROLE_DATE, "入账日期" }, { ROLE_DATE, "入账时间" }, { ROLE_DATE, "发生日期" }, { ROLE_DATE, "业务日期" },
	{ ROLE_DATE, "日期" }, { ROLE_DATE, "bookingdate" }, { ROLE_DATE, "transactiondate" }, { ROLE_DATE, "date" },
	{ ROLE_VALUE_DATE, "起息日" }, { ROLE_VALUE_DATE, "起息日期" }, { ROLE_VALUE_DATE, "入账日期" },
	{ ROLE_VALUE_DATE, "入账时间" }, { ROLE_VALUE_DATE, "valuedate" },
	{ ROLE_TIME, "交易时间" }, { ROLE_TIME, "记账时间" }, { ROLE_TIME, "时间" },
	{ ROLE_DEBIT, "借方发生额" }, { ROLE_DEBIT, "借方金额" }, { ROLE_DEBIT, "支出金额" }, { ROLE_DEBIT, "转出金额" },
	{ ROLE_DEBIT, "付款金额" }, { ROLE_DEBIT, "支取金额" }, { ROLE_DEBIT, "借方" }, { ROLE_DEBIT, "支出" },
	{ ROLE_DEBIT, "转出" }, { ROLE_DEBIT, "支取" }, { ROLE_DEBIT, "debit" }, { ROLE_DEBIT, "debitamount" },
	{ ROLE_CREDIT, "贷方发生额" }, { ROLE_CREDIT, "贷方金额" }, { ROLE_CREDIT, "收入金额" }, { ROLE_CREDIT, "转入金额" },
	{ ROLE_CREDIT, "收款金额" }, { ROLE_CREDIT, "存入金额" }, { ROLE_CREDIT, "贷方" }, { ROLE_CREDIT, "收入" },
	{ ROLE_CREDIT, "转入" }, { ROLE_CREDIT, "存入" }, { ROLE_CREDIT, "credit" }, { ROLE_CREDIT, "creditamount" },
	{ ROLE_AMOUNT, "交易金额" }, { ROLE_AMOUNT, "发生额" }, { ROLE_AMOUNT, "金额" }, { ROLE_AMOUNT, "amount" },
	{ ROLE_DIRECTION, "借贷标志" }, { ROLE_DIRECTION, "收支标志" }, { ROLE_DIRECTION, "借贷标识" },
	{ ROLE_DIRECTION, "收付标志" }, { ROLE_DIRECTION, "借贷方向" }, { ROLE_DIRECTION, "收支方向" },
	{ ROLE_DIRECTION, "交易方向" }, { ROLE_DIRECTION, "收支类型" }, { ROLE_DIRECTION, "借贷类型" },
	{ ROLE_DIRECTION, "借/贷" }, { ROLE_DIRECTION, "收/支" }, { ROLE_DIRECTION, "收/付" }, { ROLE_DIRECTION, "借贷" },
	{ ROLE_DIRECTION, "收支" }, { ROLE_DIRECTION, "收付" }, { ROLE_DIRECTION, "direction" },
	{ ROLE_CURRENCY, "币种" }, { ROLE_CURRENCY, "币别" }, { ROLE_CURRENCY, "货币" }, { ROLE_CURRENCY, "交易货币" },
	{ ROLE_CURRENCY, "交易币种" }, { ROLE_CURRENCY, "currency" },
	{ ROLE_BALANCE, "余额" }, { ROLE_BALANCE, "账户余额" }, { ROLE_BALANCE, "本次余额" }, { ROLE_BALANCE, "交易后余额" },
	{ ROLE_BALANCE, "当前余额" }, { ROLE_BALANCE, "联机余额" }, { ROLE_BALANCE, "balance" },
	{ ROLE_PAYER_NAME, "对方户名" }, { ROLE_PAYER_NAME, "对方账户名称" }, { ROLE_PAYER_NAME, "对方账号名称" },
	{ ROLE_PAYER_NAME, "对方单位名称" }, { ROLE_PAYER_NAME, "对方单位" }, { ROLE_PAYER_NAME, "对方名称" },
	{ ROLE_PAYER_NAME, "对方账户名" }, { ROLE_PAYER_NAME, "对方姓名" }, { ROLE_PAYER_NAME, "收/付方名称" },
	{ ROLE_PAYER_NAME, "收(付)方名称" }, { ROLE_PAYER_NAME, "收付方名称" }, { ROLE_PAYER_NAME, "对手户名" },
	{ ROLE_PAYER_ACCOUNT, "对方账号" }, { ROLE_PAYER_ACCOUNT, "对方账户" }, { ROLE_PAYER_ACCOUNT, "对方卡号" },
	{ ROLE_PAYER_ACCOUNT, "对方卡号/账号" }, { ROLE_PAYER_ACCOUNT, "对方账号/卡号" },
	{ ROLE_PAYER_ACCOUNT, "收/付方账号" }, { ROLE_PAYER_ACCOUNT, "收(付)方账号" }, { ROLE_PAYER_ACCOUNT, "收付方账号" },
	{ ROLE_PAYER_BANK, "对方开户行" }, { ROLE_PAYER_BANK, "对方行名" }, { ROLE_PAYER_BANK, "对方开户行名" },
	{ ROLE_PAYER_BANK, "对方开户行名称" }, { ROLE_PAYER_BANK, "对方开户机构" }, { ROLE_PAYER_BANK, "对方账号开户行" },
	{ ROLE_PAYER_BANK, "对方银行" }, { ROLE_PAYER_BANK, "收/付方开户行名" }, { ROLE_PAYER_BANK, "收(付)方开户行名" },
	{ ROLE_PAYER_BANK, "交易行名" }, { ROLE_PAYER_BANK, "对方行号" },
	{ ROLE_TEXT, "摘要" }, { ROLE_TEXT, "用途" }, { ROLE_TEXT, "附言" }, { ROLE_TEXT, "备注" }, { ROLE_TEXT, "交易附言" },
	{ ROLE_TEXT, "交易摘要" }, { ROLE_TEXT, "交易用途" }, { ROLE_TEXT, "交易备注" }, { ROLE_TEXT, "客户附言" },
	{ ROLE_TEXT, "业务摘要" }, { ROLE_TEXT, "其它摘要" }, { ROLE_TEXT, "其他摘要" }, { ROLE_TEXT, "扩展摘要" },
	{ ROLE_TEXT, "转账附言" }, { ROLE_TEXT, "个性化信息" }, { ROLE_TEXT, "回单个性化信息" }, { ROLE_TEXT, "交易地点/附言" },
	{ ROLE_TEXT, "摘要备注" }, { ROLE_TEXT, "text" },
	{ ROLE_REFERENCE, "交易流水号" }, { ROLE_REFERENCE, "账户明细编号-交易流水号" }, { ROLE_REFERENCE, "核心流水号" },
	{ ROLE_REFERENCE, "核心唯一流水号" }, { ROLE_REFERENCE, "流水号" }, { ROLE_REFERENCE, "银行流水号" },
	{ ROLE_REFERENCE, "主机流水号" }, { ROLE_REFERENCE, "回单编号" }, { ROLE_REFERENCE, "reference" },
	{ ROLE_WEAK_REFERENCE, "凭证号" }, { ROLE_WEAK_REFERENCE, "凭证号码" }, { ROLE_WEAK_REFERENCE, "企业流水号" },
	{ ROLE_WEAK_REFERENCE, "业务参考号" },
	{ ROLE_ACCOUNT, "本方账号" }, { ROLE_ACCOUNT, "账号" }, { ROLE_ACCOUNT, "账户" }, { ROLE_ACCOUNT, "卡号" },
	{ ROLE_ACCOUNT, "查询账号" }, { ROLE_ACCOUNT, "account" },
	{ ROLE_DEBTOR_NAME, "付款人名称" }, { ROLE_DEBTOR_NAME, "付款方名称" }, { ROLE_DEBTOR_NAME, "付款方户名" },
	{ ROLE_DEBTOR_ACCOUNT, "付款人账号" }, { ROLE_DEBTOR_ACCOUNT, "付款方账号" },
	{ ROLE_DEBTOR_BANK, "付款人开户行名" }, { ROLE_DEBTOR_BANK, "付款方开户行" },
	{ ROLE_CREDITOR_NAME, "收款人名称" }, { ROLE_CREDITOR_NAME, "收款方名称" }, { ROLE_CREDITOR_NAME, "收款方户名" },
	{ ROLE_CREDITOR_ACCOUNT, "收款人账号" }, { ROLE_CREDITOR_ACCOUNT, "收款方账号" },
	{ ROLE_CREDITOR_BANK, "收款人开户行名" }, { ROLE_CREDITOR_BANK, "收款方开户行" },
	{ ROLE_HOLDER, "账户名称" }, { ROLE_HOLDER, "本方户名" }, { ROLE_HOLDER, "账户名" }, { ROLE_HOLDER, "户名" },
	{ ROLE_REVERSAL, "冲账标志" }, { ROLE_REVERSAL, "冲正标志" }, { ROLE_REVERSAL, "被冲标志" },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool refuse(struct bank_reading *reading, enum refusal what, size_t line, struct str one, struct str two,
		   struct str three)
{
	return bank_refuse(reading, what, line, one, two, three, STR(""));
}

struct str bank_columns_listed(struct arena *arena, const struct str *cells, size_t count)
{
	struct buf list;
	struct str text;

	buf_init(&list, LISTED_BYTES_MAX * 2);
	for (size_t i = 0; i < count; i++) {
		if (list.length + cells[i].length > LISTED_BYTES_MAX) {
			buf_add_str(&list, STR(" ..."));
			break;
		}
		if (cells[i].length && list.length)
			buf_add_str(&list, STR(", "));
		buf_add_str(&list, cells[i]);
	}
	text = arena_str(arena, buf_str(&list));
	buf_free(&list);
	return text;
}

/* ---- --columns ---- */

static bool role_named(struct str name, enum role *role)
{
	for (size_t i = 0; i < ROLE_NAMED_COUNT; i++) {
		if (str_is(name, role_names[i])) {
			*role = (enum role)i;
			return true;
		}
	}
	return false;
}

static bool role_renamed(const struct bank_renames *renames, enum role role)
{
	for (size_t i = 0; i < renames->count; i++)
		if (renames->list[i].role == role)
			return true;
	return false;
}

static bool rename_read(struct bank_reading *reading, struct str entry, struct bank_renames *renames)
{
	struct str theirs, ours = str_trim(str_cut(entry, '=', &theirs));
	enum role role;

	theirs = cell_clean(theirs);
	if (ours.length == 0 || theirs.length == 0 || renames->count == BANK_RENAMES_MAX)
		return refuse(reading, REFUSAL_IMPORT_RENAME_FORM, 0, entry, STR(""), STR(""));
	if (!role_named(ours, &role)) {
		struct str names[ROLE_NAMED_COUNT];

		for (size_t i = 0; i < ROLE_NAMED_COUNT; i++)
			names[i] = str_of(role_names[i]);
		return refuse(reading, REFUSAL_IMPORT_RENAME_UNKNOWN, 0, ours,
			      bank_columns_listed(reading->arena, names, ROLE_NAMED_COUNT), STR(""));
	}
	if (role != ROLE_TEXT && role_renamed(renames, role))
		return refuse(reading, REFUSAL_IMPORT_RENAME_TWICE, 0, ours, STR(""), STR(""));
	renames->list[renames->count].role = role;
	renames->list[renames->count].shown = theirs;
	renames->list[renames->count++].name = cell_name(reading->arena, theirs);
	return true;
}

bool bank_renames_read(struct bank_reading *reading, struct str columns, struct bank_renames *renames)
{
	struct str rest = columns;
	bool fine = true;

	renames->count = 0;
	while (rest.length) {
		struct str entry = str_trim(str_cut(rest, ',', &rest));

		fine = rename_read(reading, entry, renames) && fine;
	}
	return fine;
}

/* ---- the header ---- */

/* Without an ending in brackets; the name itself where it has none. */
static struct str name_short(struct str name)
{
	size_t from = name.length;

	if (!str_ends(name, STR(")")))
		return name;
	while (from > 0 && name.at[from - 1] != '(')
		from--;
	return from > 1 ? str_part(name, 0, from - 1) : name;
}

/* A role whose columns --columns has named takes no other. Amounts are named in one way or the other. */
static bool role_closed(const struct bank_renames *renames, enum role role)
{
	bool both = role_renamed(renames, ROLE_DEBIT) || role_renamed(renames, ROLE_CREDIT);

	switch (role) {
	case ROLE_AMOUNT:
	case ROLE_DEBIT:
	case ROLE_CREDIT:
		return role_renamed(renames, ROLE_AMOUNT) || both;
	case ROLE_DIRECTION:
		return role_renamed(renames, ROLE_DIRECTION) || both;
	case ROLE_DEBTOR_NAME:
	case ROLE_CREDITOR_NAME:
		return role_renamed(renames, ROLE_PAYER_NAME);
	case ROLE_DEBTOR_BANK:
	case ROLE_CREDITOR_BANK:
		return role_renamed(renames, ROLE_PAYER_BANK);
	case ROLE_WEAK_REFERENCE:
		return role_renamed(renames, ROLE_REFERENCE);
	default:
		return role_renamed(renames, role);
	}
}

static void place(struct bank_columns *columns, bool *taken, enum role role, size_t column)
{
	if (columns->at[role] < 0)
		columns->at[role] = (int)column;
	if (role == ROLE_TEXT && columns->text_count < BANK_TEXTS_MAX)
		columns->texts[columns->text_count++] = (int)column;
	taken[column] = true;
	columns->recognised++;
}

static bool is_usual(struct str name, const char *wanted)
{
	return str_is(name, wanted) || str_is(name_short(name), wanted);
}

static void texts_map(struct bank_columns *columns, bool *taken, const struct str *names)
{
	for (size_t column = 0; column < columns->count; column++)
		for (size_t i = 0; i < COUNT(usual) && !taken[column]; i++)
			if (usual[i].role == ROLE_TEXT && is_usual(names[column], usual[i].name))
				place(columns, taken, ROLE_TEXT, column);
}

void bank_columns_map(struct arena *arena, const struct bank_renames *renames, const struct str *cells, size_t count,
		      struct bank_columns *columns)
{
	struct str names[BANK_COLUMNS_MAX];
	bool taken[BANK_COLUMNS_MAX] = { false };

	*columns = (struct bank_columns){ .count = count < BANK_COLUMNS_MAX ? count : BANK_COLUMNS_MAX };
	for (size_t role = 0; role < ROLE_COUNT; role++)
		columns->at[role] = -1;
	while (columns->count && cell_clean(cells[columns->count - 1]).length == 0)
		columns->count--;
	for (size_t column = 0; column < columns->count; column++) {
		columns->names[column] = cell_clean(cells[column]);
		names[column] = cell_name(arena, columns->names[column]);
	}
	for (size_t i = 0; i < renames->count; i++)
		for (size_t column = 0; column < columns->count; column++)
			if (str_equal(names[column], renames->list[i].name)) {
				place(columns, taken, renames->list[i].role, column);
				break;
			}
	for (size_t i = 0; i < COUNT(usual); i++) {
		enum role role = usual[i].role;

		if (role == ROLE_TEXT || columns->at[role] >= 0 || role_closed(renames, role))
			continue;
		for (size_t column = 0; column < columns->count && columns->at[role] < 0; column++)
			if (!taken[column] && is_usual(names[column], usual[i].name))
				place(columns, taken, role, column);
	}
	if (!role_closed(renames, ROLE_TEXT))
		texts_map(columns, taken, names);
}

bool bank_columns_usable(const struct bank_columns *columns)
{
	return columns->at[ROLE_DATE] >= 0 &&
	       (columns->at[ROLE_AMOUNT] >= 0 || columns->at[ROLE_DEBIT] >= 0 || columns->at[ROLE_CREDIT] >= 0);
}

static bool renames_present(struct bank_reading *reading, const struct bank_renames *renames,
			    const struct bank_columns *columns, size_t line)
{
	bool fine = true;

	for (size_t i = 0; i < renames->count; i++) {
		bool found = false;

		for (size_t column = 0; column < columns->count && !found; column++)
			found = str_equal(cell_name(reading->arena, columns->names[column]), renames->list[i].name);
		if (!found)
			fine = refuse(reading, REFUSAL_IMPORT_RENAME_ABSENT, line,
				      str_of(role_names[renames->list[i].role]), renames->list[i].shown,
				      bank_columns_listed(reading->arena, columns->names, columns->count));
	}
	return fine;
}

/* The column of a role by a name that stands twice in the header: which one is meant is anybody's guess. */
static bool twice(struct arena *arena, const struct bank_columns *columns, enum role role)
{
	size_t same = 0;

	if (columns->at[role] < 0 || role == ROLE_TEXT)
		return false;
	for (size_t column = 0; column < columns->count; column++)
		same += str_equal(cell_name(arena, columns->names[column]),
				  cell_name(arena, columns->names[columns->at[role]]));
	return same > 1;
}

bool bank_columns_check(struct bank_reading *reading, const struct bank_renames *renames,
			const struct bank_columns *columns, size_t line)
{
	struct str listed = bank_columns_listed(reading->arena, columns->names, columns->count);
	bool fine = renames_present(reading, renames, columns, line);

	for (size_t role = 0; role < ROLE_NAMED_COUNT; role++)
		if (twice(reading->arena, columns, (enum role)role))
			fine = refuse(reading, REFUSAL_BANK_CSV_AMBIGUOUS, line, str_of(role_names[role]), listed,
				      STR(""));
	if (columns->at[ROLE_AMOUNT] >= 0 && (columns->at[ROLE_DEBIT] < 0) != (columns->at[ROLE_CREDIT] < 0))
		fine = refuse(reading, REFUSAL_BANK_CSV_AMOUNTS, line, listed, STR(""), STR(""));
	return fine;
}
