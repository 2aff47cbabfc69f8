#include "document/reminder_document.h"

enum { WORDS = 9 };

/* {1} statement, {2} month, {3} due day, {4} time since it, {5} day of the right, {6} days of 8.1 */
static const struct {
	const char *subject[2], *standing[2];
} stages[] = {
	[REMINDER_BEFORE_DUE] = {
		{ "payment reminder: statement {1} is due on {3}", "付款提醒：结算单 {1} 将于{3}到期" },
		{ "Statement {1} of {2} is payable until 24:00 of {3} (clause 3.3).",
		  "{2}结算单 {1} 的付款期限至{3}24时届满（第3.3条），特此提醒。" } },
	[REMINDER_DUE_DAY] = {
		{ "payment reminder: statement {1} is due today, {3}", "付款提醒：结算单 {1} 今日（{3}）到期" },
		{ "Statement {1} of {2} is payable until 24:00 of today, {3} (clause 3.3).",
		  "{2}结算单 {1} 的付款期限至今日（{3}）24时届满（第3.3条），特此提醒。" } },
	[REMINDER_OVERDUE] = {
		{ "overdue: statement {1} was due on {3}", "逾期提醒：结算单 {1} 已于{3}到期" },
		{ "Statement {1} of {2} was payable until 24:00 of {3} (clause 3.3); payment is now {4} overdue. "
		  "Please pay without further delay.",
		  "{2}结算单 {1} 的付款期限已于{3}24时届满（第3.3条），现已逾期 {4}。敬请尽快付款。" } },
	[REMINDER_RIGHT] = {
		{ "right of clause 8.1 arisen: statement {1} was due on {3}", "第8.1条权利已产生：结算单 {1} 已于{3}到期" },
		{ "Statement {1} of {2} was payable until 24:00 of {3} (clause 3.3); its principal has been overdue "
		  "for more than {6} days. Since 00:00 of {5} the lessor has the right of clause 8.1 to rescind the "
		  "agreement unilaterally by written notice. This reminder is not that notice.",
		  "{2}结算单 {1} 的付款期限已于{3}24时届满（第3.3条），其本金逾期已超过 {6} 日。依第8.1条，自{5}零时起，"
		  "出租方有权以书面通知单方解除协议。本提醒并非解除通知。" } },
};

static const char *const right_ends[2] = {
	"Payment of the principal in full before such notice is served ends this right.",
	"在该通知送达之前付清本金的，该权利消灭。" };
static const char *const suspension[2] = {
	"Under the agreement the lessor may then also suspend the service.", "依协议约定，届时出租方亦可暂停服务。" };

static struct str day_in(struct arena *arena, day_number day, enum language language)
{
	return language == LANGUAGE_CHINESE ? day_text_chinese(arena, day) : day_text(arena, day);
}

static struct str month_in(struct arena *arena, month_number month, enum language language)
{
	if (language == LANGUAGE_ENGLISH)
		return month_text(arena, month);
	return arena_format(arena, "%d年%d月", month / 12, month % 12 + 1);
}

static void words_fill(const struct account *account, const struct due_reminder *due, enum language language,
		       struct str words[WORDS])
{
	const struct issued *issued = due->owed->issued;
	day_number overdue = account->day - issued->due_day;
	struct arena *a = account->arena;

	words[0] = issued_number_text(a, account->lease->id, issued->number);
	words[1] = month_in(a, issued->month, language);
	words[2] = day_in(a, issued->due_day, language);
	words[3] = arena_format(a, language == LANGUAGE_CHINESE ? "%d 日" : overdue == 1 ? "%d day" : "%d days",
				overdue);
	words[4] = due->owed->right_arose ? day_in(a, due->owed->right_day, language) : STR("");
	words[5] = arena_format(a, "%lld", (long long)account->lease->terms.breach.overdue_beyond_days);
}

static void line_add(struct buf *out, const char *template, const struct str *words)
{
	buf_add_template(out, template, words);
	buf_add_char(out, '\n');
}

struct str reminder_subject(const struct account *account, const struct due_reminder *due)
{
	struct str words[WORDS] = { 0 }, text;
	struct buf out;

	buf_init(&out, 1 << 16);
	words_fill(account, due, LANGUAGE_CHINESE, words);
	buf_add_template(&out, stages[due->stage].subject[LANGUAGE_CHINESE], words);
	buf_add_str(&out, STR(" / "));
	words_fill(account, due, LANGUAGE_ENGLISH, words);
	buf_add_template(&out, stages[due->stage].subject[LANGUAGE_ENGLISH], words);
	text = arena_str(account->arena, buf_str(&out));
	buf_free(&out);
	return text;
}

struct reminder_amounts reminder_amounts(const struct owed *owed)
{
	struct reminder_amounts left;

	left.penalty = money_of_fen(money_fen(owed->penalty) - money_fen(owed->penalty_paid));
	left.costs = money_of_fen(money_fen(owed->costs) - money_fen(owed->costs_paid));
	left.principal = money_of_fen(money_fen(owed->unpaid) - money_fen(left.penalty) - money_fen(left.costs));
	return left;
}

static void amounts_write(const struct account *account, const struct owed *owed, enum language language,
			  struct buf *out)
{
	static const char *const lines[4][2] = {
		{ "  principal (fees)      {1} {2}", "  本金（费用）　{1} {2}" },
		{ "  penalty (clause 3.4)  {1} {2}", "  违约金（第3.4条）　{1} {2}" },
		{ "  costs of enforcement  {1} {2}", "  实现债权的费用　{1} {2}" },
		{ "  to pay                {1} {2}", "  应付合计　{1} {2}" },
	};
	struct reminder_amounts left = reminder_amounts(owed);
	struct money amounts[4] = { left.principal, left.penalty, left.costs, owed->unpaid };
	struct str day = day_in(account->arena, account->day, language);

	line_add(out, language == LANGUAGE_CHINESE ? "截至{1}终了，尚应支付："
						   : "Still to be paid at the end of {1}:", &day);
	for (size_t i = 0; i < 4; i++)
		if (i != 2 || money_fen(left.costs) > 0)
			line_add(out, lines[i][language], (struct str[]){ account->lease->terms.currency,
									  money_grouped(account->arena, amounts[i]) });
}

/* What goes on by the day, and what the right of 8.1 brings. */
static void consequences_write(const struct account *account, const struct due_reminder *due, enum language language,
			       struct buf *out)
{
	const struct terms *terms = &account->lease->terms;
	struct str rate = decimal_text(account->arena, decimal_trimmed(terms->payment.late_percent_per_day, 0));
	bool chinese = language == LANGUAGE_CHINESE;

	if (!due->owed->principal_settled && due->stage >= REMINDER_OVERDUE)
		line_add(out, chinese ? "未付本金按每日 {1}% 继续计收违约金，直至付清之日（第3.4条）。"
				      : "Penalty runs on at {1} % of the unpaid principal a day until the day of "
					"payment (clause 3.4).", &rate);
	else if (due->stage < REMINDER_OVERDUE)
		line_add(out, chinese ? "逾期未付的，按未付本金每日 {1}% 计收违约金（第3.4条）。"
				      : "What is paid late bears a penalty of {1} % of the unpaid principal a day "
					"(clause 3.4).", &rate);
	if (due->stage == REMINDER_RIGHT && !terms->breach.right_survives_payment)
		line_add(out, right_ends[language], NULL);
	if (due->stage == REMINDER_RIGHT && terms->breach.suspend)
		line_add(out, suspension[language], NULL);
	if (due->owed->issued->provisional)
		line_add(out, chinese ? "该年节假日安排在送达时尚未公布，付款期限据当时所知确定。"
				      : "The year's rest days were not yet published when the statement was served; "
					"the due day was fixed by what was known.", NULL);
}

static void account_to_pay_write(const struct account *account, const struct due_reminder *due, enum language language,
				 struct buf *out)
{
	const struct terms *terms = &account->lease->terms;
	struct str words[] = { terms->payment.account.name, terms->payment.account.bank, terms->payment.account.number,
			       issued_number_text(account->arena, account->lease->id, due->owed->issued->number) };

	line_add(out, language == LANGUAGE_CHINESE ?
			      "请付至：\n  户名　　{1}\n  开户行　{2}\n  账号　　{3}\n  附言　　{4}" :
			      "Please pay to:\n  account name  {1}\n  bank          {2}\n  number        {3}\n"
			      "  reference     {4}",
		 words);
}

static void language_write(const struct account *account, const struct due_reminder *due, enum language language,
			   struct buf *out)
{
	const struct terms *terms = &account->lease->terms;
	struct str names[] = { terms->lessee.name, terms->lessor.name, account->lease->id };
	bool chinese = language == LANGUAGE_CHINESE;
	struct str words[WORDS] = { 0 };

	words_fill(account, due, language, words);
	line_add(out, chinese ? "致{1}：\n\n协议编号：{3}\n" : "To {1}\n\nAgreement {3}\n", names);
	line_add(out, stages[due->stage].standing[language], words);
	buf_add_char(out, '\n');
	amounts_write(account, due->owed, language, out);
	buf_add_char(out, '\n');
	consequences_write(account, due, language, out);
	buf_add_char(out, '\n');
	account_to_pay_write(account, due, language, out);
	line_add(out, chinese ? "\n如款项已经付出，请无须理会本提醒；对结算单如有疑问，请与我方联系。\n\n{2}"
			      : "\nIf the payment is already on its way, please disregard this reminder. If anything "
				"in the statement is unclear, please contact us.\n\n{2}", names);
}

void reminder_write_text(const struct account *account, const struct due_reminder *due, struct buf *out)
{
	language_write(account, due, LANGUAGE_CHINESE, out);
	buf_add_str(out, STR("\n--------\n\n"));
	language_write(account, due, LANGUAGE_ENGLISH, out);
}
