#include "base/capitals.h"
#include "base/utf8.h"
#include "document/statement_document.h"

enum { PLOT_ROWS = 6, PLOT_LABEL_COLUMNS = 9, RULE_COLUMNS = 92 };
enum { CLAUSE_COLUMNS = 8, TITLE_COLUMNS = 24, QUANTITY_COLUMNS = 20, UNIT_COLUMNS = 10, PRICE_COLUMNS = 12, AMOUNT_COLUMNS = 16 };

static const char *pick(enum language language, const char *english, const char *chinese)
{
	return language == LANGUAGE_CHINESE ? chinese : english;
}

static void pad_right(struct buf *out, struct str text, unsigned columns)
{
	text = utf8_fit(text, columns);
	buf_add_str(out, text);
	for (unsigned i = utf8_columns(text); i < columns; i++)
		buf_add_char(out, ' ');
}

static void pad_left(struct buf *out, struct str text, unsigned columns)
{
	for (unsigned i = utf8_columns(text); i < columns; i++)
		buf_add_char(out, ' ');
	buf_add_str(out, text);
}

static void rule(struct buf *out)
{
	for (int i = 0; i < RULE_COLUMNS; i++)
		buf_add_str(out, STR("─"));
	buf_add_char(out, '\n');
}

struct str line_unit_text(struct arena *arena, const struct line *line, enum language language)
{
	if (language == LANGUAGE_ENGLISH)
		return line->meter == METER_CAP || line->meter == METER_INSTALMENT || line->meter == METER_ADVANCE ? STR("") : line->unit;
	switch (line->meter) {
	case METER_GPU:
		return STR("GPU·小时");
	case METER_STORAGE:
		return arena_format(arena, "%.*s·月", (int)str_find(line->unit, '-'), line->unit.at);
	case METER_DATASET:
	case METER_SOFTWARE:
		return STR("一次性");
	case METER_CAP:
	case METER_INSTALMENT:
	case METER_ADVANCE:
	case METER_COUNT:
		break;
	}
	return STR("");
}

struct str line_title_text(struct arena *arena, const struct line *line, enum language language)
{
	const char *title = clause_title(line->clause, language);

	if (line->meter == METER_CAP)
		title = pick(language, "beyond the total", "超出总额部分扣减");
	if (line->meter == METER_INSTALMENT)
		title = pick(language, "instalment", "分期款");
	if (line->meter == METER_ADVANCE)
		title = money_fen(line->amount) < 0 ? pick(language, "advance deducted", "扣除预付款") : pick(language, "advance", "预付款");
	if (line->gpu_model.length == 0)
		return str_of(title);
	return arena_format(arena, "%s %.*s", title, (int)line->gpu_model.length, line->gpu_model.at);
}

static void columns_write(struct buf *out, enum language language)
{
	pad_right(out, str_of(pick(language, "clause", "条款")), CLAUSE_COLUMNS);
	pad_right(out, str_of(pick(language, "what", "项目")), TITLE_COLUMNS);
	pad_left(out, str_of(pick(language, "quantity", "数量")), QUANTITY_COLUMNS);
	buf_add_str(out, STR("  "));
	pad_right(out, str_of(pick(language, "unit", "单位")), UNIT_COLUMNS);
	pad_left(out, str_of(pick(language, "price", "单价")), PRICE_COLUMNS);
	pad_left(out, str_of(pick(language, "amount", "金额")), AMOUNT_COLUMNS);
	buf_add_char(out, '\n');
}

/* Never cut: two GPU models may differ at the end. */
static void title_write(struct buf *out, struct str title)
{
	buf_add_str(out, title);
	for (unsigned i = utf8_columns(title); i < TITLE_COLUMNS; i++)
		buf_add_char(out, ' ');
}

static void line_write(struct arena *arena, const struct line *line, enum language language, struct buf *out)
{
	bool measured = meter_exact_name(line->meter) != NULL;

	pad_right(out, line->clause, CLAUSE_COLUMNS);
	title_write(out, line_title_text(arena, line, language));
	pad_left(out, measured ? grouped_text(arena, line_quantity_text(arena, line)) : STR(""), QUANTITY_COLUMNS);
	buf_add_str(out, STR("  "));
	pad_right(out, line_unit_text(arena, line, language), UNIT_COLUMNS);
	pad_left(out, measured ? decimal_text(arena, line->unit_price) : STR(""), PRICE_COLUMNS);
	pad_left(out, money_grouped(arena, line->amount), AMOUNT_COLUMNS);
	if (line->shown_only)
		buf_add_str(out, str_of(pick(language, "  (shown, not billed)", "  （仅列示，不计费）")));
	buf_add_char(out, '\n');
	if (line->taxed) {
		pad_right(out, STR(""), CLAUSE_COLUMNS);
		buf_add_template(out, pick(language, "net {1}, tax {2} % {3}\n", "不含税 {1}，税率 {2} % 税额 {3}\n"),
				 (struct str[]){ money_grouped(arena, line->net), decimal_text(arena, line->tax_percent),
						 money_grouped(arena, line->tax) });
	}
}

static wide highest_day(const struct statement *s)
{
	wide highest = 0;

	for (int day = 0; day < s->day_count; day++)
		highest = s->day_thousandths[day] > highest ? s->day_thousandths[day] : highest;
	return highest;
}

/* One bar a day, in eighths of a row; three columns a day leave room for the numbers beneath. */
static void plot_write(struct arena *arena, const struct statement *s, enum language language, struct buf *out)
{
	static const char *const eighths[] = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	wide highest = highest_day(s);

	if (highest == 0)
		return;
	buf_add_format(out, "\n%s\n", pick(language, "GPU-hours by day", "每日GPU·小时"));
	for (int row = PLOT_ROWS - 1; row >= 0; row--) {
		bool small = highest < (wide)10 * HOUR_SECONDS * 1000;
		struct str label = row == PLOT_ROWS - 1
					   ? grouped_text(arena, ratio_text(arena, highest, (wide)HOUR_SECONDS * 1000, small ? 2 : 0))
					   : STR("");

		pad_left(out, label, PLOT_LABEL_COLUMNS);
		buf_add_str(out, STR(" │"));
		for (int day = 0; day < s->day_count; day++) {
			wide filled = s->day_thousandths[day] * PLOT_ROWS * 8 / highest - (wide)row * 8;
			const char *bar = eighths[filled < 0 ? 0 : filled > 8 ? 8 : (int)filled];

			buf_add_format(out, " %s%s", bar, bar);
		}
		while (out->at[out->length - 1] == ' ')
			out->length--;
		buf_add_char(out, '\n');
	}
	pad_left(out, STR("0"), PLOT_LABEL_COLUMNS);
	buf_add_str(out, STR(" └"));
	for (int day = 0; day < s->day_count; day++)
		buf_add_str(out, STR("───"));
	buf_add_char(out, '\n');
	pad_left(out, STR(""), PLOT_LABEL_COLUMNS + 2);
	for (int day = 1; day <= s->day_count; day++)
		buf_add_format(out, "%3d", day);
	buf_add_char(out, '\n');
}

/* Clause 3.2: where the fees stand against the total, from 80 % on. */
static void total_note_write(struct arena *arena, const struct lease *lease, const struct statement *s, enum language language,
			     struct buf *out)
{
	int64_t total = money_fen(lease->terms.fees.total), fees = money_fen(s->fees_to_date);
	const char *text = fees >= total ? pick(language, "3.2: fees to date {1} have reached the total of {2} ({3} %).\n",
						"3.2：累计费用 {1} 已达总额 {2}（{3} %）。\n")
					 : pick(language, "3.2: fees to date {1} have passed 80 % of the total of {2} ({3} %).\n",
						"3.2：累计费用 {1} 已超过总额 {2} 的 80 %（{3} %）。\n");

	if (lease->terms.fees.total_meaning == TOTAL_FIXED || total <= 0 || (wide)fees * 100 < (wide)total * 80)
		return;
	buf_add_template(out, text, (struct str[]){ money_grouped(arena, s->fees_to_date),
						    money_grouped(arena, lease->terms.fees.total),
						    ratio_text(arena, (wide)fees * 100, total, 1) });
}

static void notes_write(struct arena *arena, const struct lease *lease, const struct statement *s, enum language language,
			struct buf *out)
{
	const struct issued *issued = issued_of_month(&lease->billing, s->month);

	if (issued)
		buf_add_template(out, pick(language, "Issued as {1} on {2}, fees {3}; above is the month as it is known now, corrections come on the next.\n",
					   "已于 {2} 以 {1} 出具，费用 {3}；以上为按目前所知计算的该月数字，差异在下一期更正。\n"),
				 (struct str[]){ issued_number_text(arena, lease->id, issued->number), day_text(arena, issued->issued_day),
						 money_grouped(arena, issued->fees) });
	if (!s->complete)
		buf_add_str(out, str_of(pick(language, "The month is not over: these are the figures so far.\n", "本月尚未结束：以上为截至目前的数字。\n")));
	if (s->storage_unsampled)
		buf_add_str(out, str_of(pick(language, "No storage sample covers this month: the storage fee is 0 (3.1(2)).\n",
					     "本月没有任何存储采样：存储费为 0（3.1(2)）。\n")));
	if (s->open_count)
		buf_add_format(out, pick(language, "%zu running jobs are billed so far; what they add later comes later.\n",
					 "%zu 个运行中的作业计费至今；其后用量随后计入。\n"), s->open_count);
	if (s->runaway_count)
		buf_add_format(out, pick(language, "%zu running jobs were not listed by their source for too long and are parked.\n",
					 "%zu 个运行中的作业久未被来源列出，已搁置。\n"), s->runaway_count);
	if (s->outside_term_thousandths)
		buf_add_template(out, pick(language, "Not billed: {1} GPU-seconds on days outside the term (2.1).\n",
					   "未计费：租赁期外（2.1）{1} GPU秒。\n"),
				 (struct str[]){ gpu_seconds_text(arena, s->outside_term_thousandths) });
	for (size_t i = 0; i < s->gap_count; i++)
		buf_add_template(out, pick(language, "Not billed: no storage sample{1} held from {2} to {3} (longer than storage.max_gap).\n",
					   "未计费：{2} 至 {3} 无有效存储采样{1}（超过用量采样最长间隔）。\n"),
				 (struct str[]){ s->gaps[i].filesystem.length
								 ? arena_format(arena, " (%.*s)", (int)s->gaps[i].filesystem.length,
										s->gaps[i].filesystem.at)
								 : STR(""),
						 zone_text(arena, &lease->zone, s->gaps[i].from),
						 zone_text(arena, &lease->zone, s->gaps[i].to) });
}

static void heading_write(struct arena *arena, const struct lease *lease, const struct statement *s, enum language language,
			  struct buf *out)
{
	const struct terms *terms = &lease->terms;
	day_number from = zone_day(&lease->zone, s->from), to = zone_day(&lease->zone, s->to) - 1;
	bool chinese = language == LANGUAGE_CHINESE;

	buf_add_template(out, pick(language, "Statement {1} of lease {2}\n", "{3}年{4}月结算单　协议编号 {2}\n"),
			 (struct str[]){ month_text(arena, s->month), terms->agreement, wide_text(arena, s->month / 12),
					 wide_text(arena, s->month % 12 + 1) });
	rule(out);
	buf_add_template(out, pick(language, "Lessor  {1}  {2}\nLessee  {3}  {4}\n", "甲方（出租方）{1}　统一社会信用代码 {2}\n乙方（承租方）{3}　统一社会信用代码 {4}\n"),
			 (struct str[]){ terms->lessor.name, terms->lessor.uscc, terms->lessee.name, terms->lessee.uscc });
	buf_add_template(out, pick(language, "Days    {1} to {2}, {3}\n\n", "结算期间　{1} 至 {2}，时区 {3}\n\n"),
			 (struct str[]){ chinese ? day_text_chinese(arena, from) : day_text(arena, from),
					 chinese ? day_text_chinese(arena, to) : day_text(arena, to), terms->time_zone });
}

/* The total stands beneath the amounts; the capitals beneath the total. */
static void total_write(struct arena *arena, const struct statement *s, enum language language, struct buf *out)
{
	struct str label = arena_format(arena, "%s %.*s", pick(language, "Total", "合计（小写）"), (int)s->currency.length, s->currency.at);

	pad_right(out, label, RULE_COLUMNS - AMOUNT_COLUMNS);
	pad_left(out, money_grouped(arena, s->total), AMOUNT_COLUMNS);
	buf_add_template(out, pick(language, "\nIn capitals {1}\n", "\n合计（大写） {1}\n"),
			 (struct str[]){ capitals_write(arena, s->total) });
}

void statement_write_text(struct arena *arena, const struct lease *lease, const struct statement *s,
			  enum language language, struct buf *out)
{
	heading_write(arena, lease, s, language, out);
	columns_write(out, language);
	for (size_t i = 0; i < s->lines.count; i++)
		line_write(arena, &s->lines.list[i], language, out);
	rule(out);
	if (s->taxed)
		buf_add_template(out, pick(language, "Net {1}, tax {2}\n", "不含税合计 {1}，税额合计 {2}\n"),
				 (struct str[]){ money_grouped(arena, s->net), money_grouped(arena, s->tax) });
	total_write(arena, s, language, out);
	plot_write(arena, s, language, out);
	buf_add_char(out, '\n');
	total_note_write(arena, lease, s, language, out);
	notes_write(arena, lease, s, language, out);
	if (str_ends(buf_str(out), STR("\n\n")))
		out->length--;
}
