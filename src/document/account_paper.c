#include "base/capitals.h"
#include "document/paper_parts.h"

static void account_details(const struct paper *paper, struct json_writer *w, const struct account *account)
{
	struct arena *a = paper->arena;

	json_key(w, "details");
	json_array(w);
	put_detail(paper, w, "协议编号", "agreement", paper->lease->id);
	put_detail_in(paper, w, "截至", "at the end of", day_text_chinese(a, account->day), day_text(a, account->day));
	put_detail(paper, w, "货币", "currency", paper->lease->terms.currency);
	put_detail(paper, w, "预存款", "credit held", money_grouped(a, account->credit));
	put_detail(paper, w, money_fen(account->balance) < 0 ? "结余（无需付款）" : "应付余额", money_fen(account->balance) < 0 ? "credit" : "owed",
		   money_grouped(a, account->balance));
	put_detail(paper, w, "应付余额（大写）", "owed, in capitals", capitals_write(a, account->balance));
	json_array_end(w);
}

static void entries_table(const struct paper *paper, struct json_writer *w, const struct entry *entries, size_t count)
{
	static const struct paper_column columns[] = {
		{ "day", "日期", "day", PAPER_DAY, 2, false, NULL },
		{ "what", "摘要", "entry", PAPER_TEXT, 5, false, NULL },
		{ "number", "编号", "no.", PAPER_INTEGER, 1, false, NULL },
		{ "debit", "借方", "debit", PAPER_MONEY, 3, false, NULL },
		{ "credit", "贷方", "credit", PAPER_MONEY, 3, false, NULL },
		{ "balance", "余额", "balance", PAPER_MONEY, 3, false, NULL },
	};
	struct arena *a = paper->arena;

	table_begin(paper, w, "往来明细", "Debits and credits", columns, sizeof(columns) / sizeof(columns[0]));
	for (size_t i = 0; i < count; i++) {
		int64_t fen = money_fen(entries[i].amount);

		row_begin(w, "normal");
		json_put_string(w, "day", day_text(a, entries[i].day));
		put_text(paper, w, "what", str_of(entry_kind_text(entries[i].kind, LANGUAGE_CHINESE)),
			 str_of(entry_kind_text(entries[i].kind, LANGUAGE_ENGLISH)));
		json_put_integer(w, "number", entries[i].number);
		json_put_string(w, fen > 0 ? "debit" : "credit", plain_money(paper, money_of_fen(fen > 0 ? fen : -fen)));
		json_put_string(w, "balance", plain_money(paper, entries[i].balance));
		row_end(w);
	}
	json_array_end(w);
	json_key(w, "carry");
	json_array(w);
	json_add_string(w, STR("debit"));
	json_add_string(w, STR("credit"));
	json_array_end(w);
	json_object_end(w);
}

static void statements_table(const struct paper *paper, struct json_writer *w, const struct account *account)
{
	static const struct paper_column columns[] = {
		{ "number", "结算单", "statement", PAPER_TEXT, 3, false, NULL },
		{ "due", "到期日", "due", PAPER_DAY, 2, false, NULL },
		{ "status", "状态", "status", PAPER_TEXT, 2, false, NULL },
		{ "principal", "本金", "principal", PAPER_MONEY, 3, false, NULL },
		{ "paid", "已付本金", "principal paid", PAPER_MONEY, 3, false, NULL },
		{ "penalty", "未付违约金", "penalty unpaid", PAPER_MONEY, 3, false, NULL },
		{ "owed", "应付", "owed", PAPER_MONEY, 3, false, NULL },
	};
	struct arena *a = paper->arena;
	struct money sum = money_of_fen(0);

	table_begin(paper, w, "各期结算单", "Statements", columns, sizeof(columns) / sizeof(columns[0]));
	for (size_t i = 0; i < account->owed_count; i++) {
		const struct owed *owed = &account->owed[i];

		row_begin(w, "normal");
		json_put_string(w, "number", issued_number_text(a, paper->lease->id, owed->issued->number));
		if (owed->issued->served)
			json_put_string(w, "due", day_text(a, owed->issued->due_day));
		put_text(paper, w, "status", str_of(standing_text(owed->standing, LANGUAGE_CHINESE)),
			 str_of(standing_text(owed->standing, LANGUAGE_ENGLISH)));
		json_put_string(w, "principal", plain_money(paper, owed->principal));
		json_put_string(w, "paid", plain_money(paper, owed->principal_paid));
		json_put_string(w, "penalty", plain_money(paper, money_of_fen(money_fen(owed->penalty) - money_fen(owed->penalty_paid))));
		json_put_string(w, "owed", plain_money(paper, owed->unpaid));
		row_end(w);
		sum = money_of_fen(money_fen(sum) + money_fen(owed->unpaid));
	}
	row_begin(w, "total");
	put_text(paper, w, "number", STR("合计"), STR("total"));
	json_put_string(w, "owed", plain_money(paper, sum));
	row_end(w);
	table_end(w, "owed", NULL);
}

void account_paper(const struct paper *paper, const struct account *account, const struct entry *entries, size_t count)
{
	struct json_writer w = paper_begin(paper, "account", "租约往来账", "Account of the lease", paper->lease->id, account->day);

	put_parties(paper, &w);
	account_details(paper, &w, account);
	json_key(&w, "sections");
	json_array(&w);
	if (account->owed_count)
		statements_table(paper, &w, account);
	if (count)
		entries_table(paper, &w, entries, count);
	json_array_end(&w);
	paper_end(paper, &w);
}

/* ---- receipt ---- */

void receipt_paper(const struct paper *paper, const struct account *account, const struct payment *payment)
{
	static const struct paper_column columns[] = {
		{ "statement", "结算单", "statement", PAPER_TEXT, 4, false, NULL },
		{ "day", "日期", "day", PAPER_DAY, 2, false, NULL },
		{ "costs", "费用", "costs", PAPER_MONEY, 2, false, NULL },
		{ "penalty", "违约金", "penalty", PAPER_MONEY, 3, false, NULL },
		{ "principal", "本金", "principal", PAPER_MONEY, 3, false, NULL },
		{ "amount", "合计", "together", PAPER_MONEY, 3, false, "{costs}+{penalty}+{principal}" },
	};
	struct arena *a = paper->arena;
	struct json_writer w = paper_begin(paper, "receipt", "收款确认单", "Payment receipt",
					   arena_format(a, "%.*s-P%lld", (int)paper->lease->id.length, paper->lease->id.at,
							(long long)payment->number), account->day);
	int64_t sum = 0;

	put_parties(paper, &w);
	json_key(&w, "details");
	json_array(&w);
	put_detail(paper, &w, "收款金额", "amount received", money_grouped(a, payment->amount));
	put_detail_in(paper, &w, "入账日", "credited on", day_text_chinese(a, payment->credit_day), day_text(a, payment->credit_day));
	put_detail(paper, &w, "大写", "in capitals", capitals_write(a, payment->amount));
	put_detail(paper, &w, "作为预存款保留", "held as credit", money_grouped(a, account->held[payment->number - 1]));
	json_array_end(&w);
	json_key(&w, "sections");
	json_array(&w);
	table_begin(paper, &w, "清偿明细", "What it paid", columns, sizeof(columns) / sizeof(columns[0]));
	for (size_t i = 0; i < account->allotment_count; i++) {
		const struct allotment *al = &account->allotments[i];
		int64_t together = money_fen(al->costs) + money_fen(al->penalty) + money_fen(al->principal);

		if (al->payment != payment->number)
			continue;
		row_begin(&w, "normal");
		json_put_string(&w, "statement", issued_number_text(a, paper->lease->id, al->statement));
		json_put_string(&w, "day", day_text(a, al->day));
		json_put_string(&w, "costs", plain_money(paper, al->costs));
		json_put_string(&w, "penalty", plain_money(paper, al->penalty));
		json_put_string(&w, "principal", plain_money(paper, al->principal));
		json_put_string(&w, "amount", plain_money(paper, money_of_fen(together)));
		row_end(&w);
		sum += together;
	}
	row_begin(&w, "total");
	put_text(paper, &w, "statement", STR("合计"), STR("total"));
	json_put_string(&w, "amount", plain_money(paper, money_of_fen(sum)));
	row_end(&w);
	table_end(&w, "amount", NULL);
	json_array_end(&w);
	paper_end(paper, &w);
}

/* ---- demand ---- */

static void demand_text(const struct paper *paper, struct json_writer *w, const struct account *account, const struct owed *owed)
{
	struct arena *a = paper->arena;
	const struct terms *terms = &paper->lease->terms;
	struct str number = issued_number_text(a, paper->lease->id, owed->issued->number);
	struct str due_chinese = day_text_chinese(a, owed->issued->due_day), due = day_text(a, owed->issued->due_day);
	struct str day_chinese = day_text_chinese(a, account->day), day = day_text(a, account->day);
	struct str all = money_grouped(a, owed->unpaid), rate = decimal_text(a, terms->payment.late_percent_per_day);
	struct str principal = money_grouped(a, money_of_fen(money_fen(owed->principal) - money_fen(owed->principal_paid)));
	struct str penalty = money_grouped(a, money_of_fen(money_fen(owed->penalty) - money_fen(owed->penalty_paid)));
	struct str right_chinese = day_text_chinese(a, owed->right_day), right = day_text(a, owed->right_day);

	json_object(w);
	json_put_string(w, "kind", STR("text"));
	json_key(w, "paragraphs");
	json_array(w);
	paragraph(paper, w, arena_format(a, "%.*s：", (int)terms->lessee.name.length, terms->lessee.name.at),
		  arena_format(a, "To %.*s:", (int)terms->lessee.name.length, terms->lessee.name.at));
	paragraph(paper, w,
		  arena_format(a, "贵方依据协议第3.3条应于%.*s终了前支付结算单 %.*s。截至%.*s终了，尚欠本金 %.*s 元，依第3.4条按日 %.*s%% 计算的违约金 %.*s 元，合计 %.*s 元。",
			       (int)due_chinese.length, due_chinese.at, (int)number.length, number.at, (int)day_chinese.length, day_chinese.at,
			       (int)principal.length, principal.at, (int)rate.length, rate.at, (int)penalty.length, penalty.at,
			       (int)all.length, all.at),
		  arena_format(a, "Under clause 3.3 statement %.*s was payable by %.*s. At the end of %.*s principal of %.*s is unpaid, and penalty "
			       "under clause 3.4 at %.*s %% a day of %.*s: together %.*s.",
			       (int)number.length, number.at, (int)due.length, due.at, (int)day.length, day.at, (int)principal.length,
			       principal.at, (int)rate.length, rate.at, (int)penalty.length, penalty.at, (int)all.length, all.at));
	paragraph(paper, w,
		  arena_format(a, "请即付至：%.*s，%.*s，账号 %.*s，附言 %.*s。违约金计至实际付款之日。",
			       (int)terms->payment.account.name.length, terms->payment.account.name.at,
			       (int)terms->payment.account.bank.length, terms->payment.account.bank.at,
			       (int)terms->payment.account.number.length, terms->payment.account.number.at, (int)number.length, number.at),
		  arena_format(a, "Please pay at once to %.*s, %.*s, account %.*s, reference %.*s. Penalty runs until the day of payment.",
			       (int)terms->payment.account.name.length, terms->payment.account.name.at,
			       (int)terms->payment.account.bank.length, terms->payment.account.bank.at,
			       (int)terms->payment.account.number.length, terms->payment.account.number.at, (int)number.length, number.at));
	if (owed->right_stands)
		paragraph(paper, w,
			  arena_format(a, "逾期已超过 %lld 日，自%.*s零时起，我方依第8.1条享有单方解除协议的权利。",
				       (long long)terms->breach.overdue_beyond_days, (int)right_chinese.length, right_chinese.at),
			  arena_format(a, "It is overdue beyond %lld days: since 00:00 of %.*s clause 8.1 gives us the right to rescind the agreement.",
				       (long long)terms->breach.overdue_beyond_days, (int)right.length, right.at));
	json_array_end(w);
	json_object_end(w);
}

static void reminder_text(const struct paper *paper, struct json_writer *w, const struct account *account, const struct owed *owed)
{
	struct arena *a = paper->arena;
	const struct terms *terms = &paper->lease->terms;
	struct str number = issued_number_text(a, paper->lease->id, owed->issued->number), all = money_grouped(a, owed->unpaid);
	struct str due_chinese = day_text_chinese(a, owed->issued->due_day), due = day_text(a, owed->issued->due_day);
	struct str day_chinese = day_text_chinese(a, account->day), day = day_text(a, account->day);

	json_object(w);
	json_put_string(w, "kind", STR("text"));
	json_key(w, "paragraphs");
	json_array(w);
	paragraph(paper, w, arena_format(a, "%.*s：", (int)terms->lessee.name.length, terms->lessee.name.at),
		  arena_format(a, "To %.*s:", (int)terms->lessee.name.length, terms->lessee.name.at));
	paragraph(paper, w,
		  arena_format(a, "谨此提醒：结算单 %.*s 依据协议第3.3条的付款期限为%.*s终了。截至%.*s终了，尚应支付 %.*s 元（%.*s）。如已付款，请忽略本函。",
			       (int)number.length, number.at, (int)due_chinese.length, due_chinese.at, (int)day_chinese.length, day_chinese.at,
			       (int)all.length, all.at, (int)terms->currency.length, terms->currency.at),
		  arena_format(a, "This is to remind you that statement %.*s is payable by the end of %.*s (clause 3.3). At the end of %.*s %.*s %.*s "
			       "is unpaid. Please disregard this letter if you have paid meanwhile.",
			       (int)number.length, number.at, (int)due.length, due.at, (int)day.length, day.at,
			       (int)terms->currency.length, terms->currency.at, (int)all.length, all.at));
	paragraph(paper, w,
		  arena_format(a, "收款账户：%.*s，%.*s，账号 %.*s；附言请写 %.*s。", (int)terms->payment.account.name.length,
			       terms->payment.account.name.at, (int)terms->payment.account.bank.length, terms->payment.account.bank.at,
			       (int)terms->payment.account.number.length, terms->payment.account.number.at, (int)number.length, number.at),
		  arena_format(a, "Pay to %.*s, %.*s, account %.*s, reference %.*s.", (int)terms->payment.account.name.length,
			       terms->payment.account.name.at, (int)terms->payment.account.bank.length, terms->payment.account.bank.at,
			       (int)terms->payment.account.number.length, terms->payment.account.number.at, (int)number.length, number.at));
	json_array_end(w);
	json_object_end(w);
}

typedef void letter_text(const struct paper *paper, struct json_writer *w, const struct account *account, const struct owed *owed);

static void letter_paper(const struct paper *paper, const struct account *account, const struct owed *owed, const char *kind,
			 const char *chinese, const char *english, letter_text *text)
{
	struct arena *a = paper->arena;
	struct json_writer w = paper_begin(paper, kind, chinese, english,
					   issued_number_text(a, paper->lease->id, owed->issued->number), account->day);
	const struct party *lessor = &paper->lease->terms.lessor;

	json_key(&w, "sections");
	json_array(&w);
	text(paper, &w, account, owed);
	json_object(&w);
	json_put_string(&w, "kind", STR("signature"));
	json_key(&w, "blocks");
	json_array(&w);
	json_object(&w);
	put_text(paper, &w, "label", STR("甲方（出租方）"), STR("Lessor"));
	json_key(&w, "lines");
	json_array(&w);
	json_add_string(&w, lessor->name);
	put_text(paper, &w, NULL, day_text_chinese(a, account->day), day_text(a, account->day));
	json_array_end(&w);
	json_object_end(&w);
	json_array_end(&w);
	json_object_end(&w);
	json_array_end(&w);
	paper_end(paper, &w);
}

void reminder_paper(const struct paper *paper, const struct account *account, const struct owed *owed)
{
	letter_paper(paper, account, owed, "reminder", "付款提醒", "Payment reminder", reminder_text);
}

void demand_paper(const struct paper *paper, const struct account *account, const struct owed *owed)
{
	letter_paper(paper, account, owed, "demand", "催款函", "Demand for payment", demand_text);
}
