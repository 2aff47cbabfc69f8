/* trainlease why: a statement's line opened down to the records behind it. */
#include <string.h>

#include "base/csv.h"
#include "base/json.h"
#include "cli/statement.h"
#include "cli/table.h"
#include "cli/why_penalty.h"
#include "document/statement_document.h"
#include "ledger/load.h"
#include "yaml/yaml.h"

struct why {
	struct command *command;
	struct store *store;
	struct month_view view;
	enum language language;
	struct str file;               /* the signed agreement file */
	struct str clause;             /* of the lines wanted; empty: all */
	struct table table;
	struct json_writer w;
	size_t limit, listed;
	wide thousandths;
	bool csv, flush_failed;
};

static const char *say(const struct why *why, const char *english, const char *chinese)
{
	return why->language == LANGUAGE_CHINESE ? chinese : english;
}

static bool line_wanted(const struct why *why, const struct line *line)
{
	return why->clause.length == 0 || str_equal(why->clause, line->clause);
}

/* The line of the signed agreement file in which the price stands, without its comment. */
static struct str agreement_words(const struct why *why, const struct line *line)
{
	struct str rest = why->file, words = STR("");

	for (size_t number = 0; number < line->agreement_line && rest.at; number++)
		words = str_cut(rest, '\n', &rest);
	return str_trim(str_part(words, 0, str_find(words, '#')));
}

/* The fold reads the terms from the fact's canonical JSON, which has no lines; the signed file beside it has. */
static bool agreement_lines_find(struct why *why)
{
	struct arena *a = &why->command->arena;
	struct terms *terms = arena_new(a, struct terms);
	struct lease *lease = arena_new(a, struct lease);
	const struct node *document;

	if (!signed_file_read(a, why->store, why->view.query.chain, &why->file, &why->command->problems))
		return false;
	document = yaml_read(a, why->file, why->view.lease->id, &why->command->problems);
	if (!document || !terms_read(a, document, why->view.lease->id, terms, &why->command->problems))
		return false;
	why->command->problems.count = why->command->problems.total = 0;   /* advice was given at signing */
	*lease = *why->view.lease;
	lease->terms = *terms;
	why->view.lease = why->view.query.lease = lease;
	return statement_compute(a, lease, why->view.month, why->command->now, usage_from_store, &why->view.query,
				 &why->view.statement, &why->command->problems);
}

static struct str fill(const struct why *why, const char *template, const struct str *words)
{
	struct buf text;
	struct str filled;

	buf_init(&text, 1 << 16);
	buf_add_template(&text, template, words);
	filled = arena_str(&why->command->arena, buf_str(&text));
	buf_free(&text);
	return filled;
}

/* What price x quantity gives: the net amount where prices leave tax out. */
static struct money priced(const struct why *why, const struct line *line)
{
	return why->view.lease->terms.tax_exclusive ? line->net : line->amount;
}

static struct str storage_formula(const struct why *why, const struct line *line)
{
	struct arena *a = &why->command->arena;
	wide unit_bytes = why->view.lease->terms.storage.unit_bytes;

	return fill(why, "{1} B·s ÷ ({2} B × {3} s) × {4} = {5}",
		    (struct str[]){ grouped_text(a, line_exact_text(a, line)), wide_text(a, unit_bytes),
				    wide_text(a, line->exact_per_unit / unit_bytes), decimal_text(a, line->unit_price),
				    money_grouped(a, priced(why, line)) });
}

static struct str cap_formula(const struct why *why, const struct line *line)
{
	struct arena *a = &why->command->arena;

	return fill(why, say(why, "min(total {1}, fees to date {2}) - min(total, fees before {3}) - fees of this month = {4}",
			     "min(总额 {1}, 累计费用 {2}) - min(总额, 此前费用 {3}) - 本月费用 = {4}"),
		    (struct str[]){ money_grouped(a, why->view.lease->terms.fees.total),
				    money_grouped(a, why->view.statement.fees_to_date),
				    money_grouped(a, why->view.statement.fees_before), money_grouped(a, priced(why, line)) });
}

static struct str formula(const struct why *why, const struct line *line)
{
	struct arena *a = &why->command->arena;

	if (line->shown_only)
		return str_of(say(why, "shown only: the total of 3.2 is fixed", "仅列示：3.2 的总额固定"));
	switch (line->meter) {
	case METER_GPU:
		return fill(why, "{1} GPU·s ÷ 3600 × {2} = {3}",
			    (struct str[]){ grouped_text(a, line_exact_text(a, line)), decimal_text(a, line->unit_price),
					    money_grouped(a, priced(why, line)) });
	case METER_STORAGE:
		return storage_formula(why, line);
	case METER_DATASET:
	case METER_SOFTWARE:
		return fill(why, say(why, "{1} once", "{1} 一次性"), (struct str[]){ money_grouped(a, priced(why, line)) });
	case METER_CAP:
		return cap_formula(why, line);
	case METER_INSTALMENT:
		return fill(why, say(why, "(total {1} - one-time fees) ÷ {2} months, rounded down, the remainder last = {3}",
				     "（总额 {1} - 一次性费用）÷ {2} 个月，向下取整，余数计入末期 = {3}"),
			    (struct str[]){ money_grouped(a, why->view.lease->terms.fees.total),
					    wide_text(a, why->view.lease->terms.term.months), money_grouped(a, priced(why, line)) });
	case METER_ADVANCE:   /* stands on issued statements only */
	case METER_COUNT:
		break;
	}
	return STR("");
}

static struct str rounding(const struct why *why, const struct line *line)
{
	wide above = (wide)line->unit_price.mantissa * line->exact;
	wide below = line->exact_per_unit * power_of_ten(line->unit_price.places);

	if (!meter_exact_name(line->meter) || line->shown_only)
		return STR("");
	return fill(why, say(why, "{1}, rounded once to whole fen, half away from zero", "{1}，一次舍入到分，四舍五入（远离零）"),
		    (struct str[]){ ratio_text(&why->command->arena, above, below, 8) });
}

static void line_text(struct why *why, const struct line *line)
{
	struct arena *a = &why->command->arena;
	struct buf *out = &why->command->out;
	struct str round = rounding(why, line);

	buf_add_template(out, "{1} {2}\n", (struct str[]){ line->clause, str_of(clause_title(line->clause, why->language)) });
	buf_add_template(out, say(why, "  agreement  line {1}: {2}\n", "  协议　　第 {1} 行：{2}\n"),
			 (struct str[]){ wide_text(a, (wide)line->agreement_line), agreement_words(why, line) });
	buf_add_template(out, say(why, "  formula    {1}\n", "  公式　　{1}\n"), (struct str[]){ formula(why, line) });
	if (round.length)
		buf_add_template(out, say(why, "  rounding   {1}\n", "  舍入　　{1}\n"), &round);
	if (line->taxed)
		buf_add_template(out, say(why, "  tax        {1} %: net {2} + tax {3}\n", "  税　　　{1} %：不含税 {2} + 税额 {3}\n"),
				 (struct str[]){ decimal_text(a, line->tax_percent), money_grouped(a, line->net),
						 money_grouped(a, line->tax) });
	buf_add_char(out, '\n');
}

static struct str local_time(const struct why *why, instant at)
{
	return zone_text(&why->command->arena, &why->view.lease->zone, at);
}

/* ---- storage ---- */

static bool wants_samples(const struct why *why)
{
	return why->view.lease->terms.fees.storage_count > 0 && (why->clause.length == 0 || str_is(why->clause, "3.1(2)"));
}

typedef void sample_show(struct why *why, const struct sample_usage *sample, instant from, instant to);

/* Each sample with the time that it holds; *TOTAL is what the line's byte-seconds add up to. */
static bool samples_show(struct why *why, sample_show *show, wide *total, size_t *count)
{
	struct month_usage usage;

	*total = 0;
	*count = 0;
	if (!usage_from_store(&why->view.query, why->view.month, &usage, &why->command->problems))
		return false;
	for (size_t i = 0; i < usage.sample_count; i++) {
		instant from, to;

		if (!storage_sample_held(why->view.lease, &why->view.statement, &usage, i, why->command->now, &from, &to))
			continue;
		show(why, &usage.samples[i], from, to);
		*total += (wide)usage.samples[i].bytes * (to - from);
		(*count)++;
	}
	return true;
}

static void sample_row(struct why *why, const struct sample_usage *sample, instant from, instant to)
{
	struct arena *a = &why->command->arena;

	if (why->table.row_count < why->limit)
		table_row(&why->table, (struct str[]){ sample->filesystem, local_time(why, from), local_time(why, to),
						       grouped_text(a, wide_text(a, sample->bytes)),
						       grouped_text(a, wide_text(a, (wide)sample->bytes * (to - from))) });
}

static void sample_json(struct why *why, const struct sample_usage *sample, instant from, instant to)
{
	struct arena *a = &why->command->arena;

	json_object(&why->w);
	json_put_string(&why->w, "filesystem", sample->filesystem);
	json_put_string(&why->w, "from", instant_text(a, from));
	json_put_string(&why->w, "to", instant_text(a, to));
	json_put_integer(&why->w, "bytes", sample->bytes);
	json_put_string(&why->w, "byte_seconds", wide_text(a, (wide)sample->bytes * (to - from)));
	json_object_end(&why->w);
}

static bool samples_text(struct why *why)
{
	static const struct table_column columns[] = {
		{ "file system", "文件系统", false }, { "held from", "采样自", false }, { "to", "至", false }, { "bytes", "字节", true },
		{ "byte-seconds", "字节·秒", true }, { 0 },
	};
	struct arena *a = &why->command->arena;
	size_t count;
	wide total;

	table_init(&why->table, a, columns, why->language);
	if (!samples_show(why, sample_row, &total, &count))
		return false;
	if (count == 0)
		return true;
	table_write(&why->table, &why->command->out);
	buf_add_template(&why->command->out, say(why, "\n{1} samples held, {2} byte-seconds in all\n\n", "\n共 {1} 个有效采样，{2} 字节·秒\n\n"),
			 (struct str[]){ wide_text(a, (wide)count), grouped_text(a, wide_text(a, total)) });
	return true;
}

static void allocation_json(struct why *why, const struct allocation *a)
{
	struct arena *arena = &why->command->arena;
	struct json_writer *w = &why->w;

	json_object(w);
	json_put_string(w, "key", a->record.key);
	json_put_integer(w, "fact", (int64_t)a->fact);
	json_put_integer(w, "row", a->row);
	json_put_bool(w, "withdrawn", a->record.flags & USAGE_WITHDRAWN);
	json_put_bool(w, "open", a->open);
	json_put_string(w, "start", instant_text(arena, a->record.start));
	json_put_integer(w, "length_seconds", a->record.length_seconds);
	json_put_integer(w, "suspended_seconds", a->record.suspended_seconds);
	json_put_string(w, "gpus", gpu_seconds_text(arena, a->record.gpus_thousandths));
	json_put_string(w, "gpu_model", a->model);
	json_put_string(w, "user", a->user);
	json_put_string(w, "purpose", a->purpose);
	json_put_string(w, "nodes", a->nodes);
	json_put_string(w, "state", a->state);
	json_put_string(w, "billed_from", instant_text(arena, a->from));
	json_put_string(w, "billed_to", instant_text(arena, a->to));
	json_put_string(w, "gpu_seconds", gpu_seconds_text(arena, a->thousandths));
	json_object_end(w);
}

static void csv_cell(struct buf *out, struct str text, bool last)
{
	csv_cell_write(out, text);
	buf_add_char(out, last ? '\n' : ',');
}

static void allocation_csv(struct why *why, const struct allocation *a)
{
	struct arena *arena = &why->command->arena;
	struct buf *out = &why->command->out;

	csv_cell(out, a->record.key, false);
	csv_cell(out, instant_text(arena, a->from), false);
	csv_cell(out, instant_text(arena, a->to), false);
	csv_cell(out, gpu_seconds_text(arena, a->record.gpus_thousandths), false);
	csv_cell(out, gpu_seconds_text(arena, a->thousandths), false);
	csv_cell(out, a->model, false);
	csv_cell(out, a->user, false);
	csv_cell(out, a->purpose, false);
	csv_cell(out, a->nodes, false);
	csv_cell(out, a->state, false);
	csv_cell(out, a->record.flags & USAGE_WITHDRAWN ? STR("withdrawn") : a->open ? STR("open") : STR(""), false);
	csv_cell(out, arena_format(arena, "%llu", (unsigned long long)a->fact), false);
	csv_cell(out, arena_format(arena, "%u", a->row), true);
}

static void allocation_row(struct why *why, const struct allocation *a)
{
	struct arena *arena = &why->command->arena;

	if (why->listed >= why->limit)
		return;
	table_row(&why->table, (struct str[]){
		arena_str(arena, a->record.key), local_time(why, a->from), local_time(why, a->to),
		gpu_seconds_text(arena, a->record.gpus_thousandths), grouped_text(arena, gpu_seconds_text(arena, a->thousandths)),
		arena_str(arena, a->model),
		a->record.flags & USAGE_WITHDRAWN ? str_of(say(why, "withdrawn", "撤回")) : a->open ? str_of(say(why, "open", "未结束")) : STR(""),
		arena_format(arena, "%llu:%u", (unsigned long long)a->fact, a->row) });
}

/* Long lists leave memory as they go. */
static bool allocation_list(void *context, const struct allocation *a)
{
	struct why *why = context;
	enum { FLUSH_BYTES = 1 << 16 };

	if (why->command->json)
		allocation_json(why, a);
	else if (why->csv)
		allocation_csv(why, a);
	else
		allocation_row(why, a);
	why->listed++;
	why->thousandths += a->thousandths;
	if ((why->command->json || why->csv) && why->command->out.length > FLUSH_BYTES)
		why->flush_failed = !command_flush(why->command);
	return !why->flush_failed;
}

static bool allocations(struct why *why)
{
	return usage_allocations_visit(&why->view.query, why->view.month, why->command->now, allocation_list, why,
				       &why->command->problems) && !why->flush_failed;
}

static bool wants_allocations(const struct why *why)
{
	return why->clause.length == 0 || str_is(why->clause, "3.1(1)");
}

static bool why_csv(struct why *why)
{
	buf_add_str(&why->command->out, STR("key,billed_from,billed_to,gpus,gpu_seconds,gpu_model,user,purpose,nodes,state,note,"
					    "fact,row\n"));
	return !wants_allocations(why) || allocations(why);
}

static void line_json(struct why *why, const struct line *line)
{
	struct arena *a = &why->command->arena;
	const char *exact = meter_exact_name(line->meter);

	json_object(&why->w);
	json_put_string(&why->w, "clause", line->clause);
	json_put_string(&why->w, "title", str_of(clause_title(line->clause, why->language)));
	json_put_integer(&why->w, "agreement_line", (int64_t)line->agreement_line);
	json_put_string(&why->w, "agreement_words", agreement_words(why, line));
	if (exact)
		json_put_string(&why->w, exact, line_exact_text(a, line));
	json_put_string(&why->w, "unit_price", decimal_text(a, line->unit_price));
	json_put_string(&why->w, "formula", formula(why, line));
	json_put_string(&why->w, "rounding", rounding(why, line));
	json_put_integer(&why->w, "amount_fen", money_fen(line->amount));
	json_object_end(&why->w);
}

static bool why_json(struct why *why)
{
	const struct lines *lines = &why->view.statement.lines;
	size_t count;
	wide total;
	bool done;

	json_writer_pretty(&why->w, &why->command->out);
	json_object(&why->w);
	json_put_string(&why->w, "lease", why->view.lease->id);
	json_put_string(&why->w, "month", month_text(&why->command->arena, why->view.month));
	json_key(&why->w, "lines");
	json_array(&why->w);
	for (size_t i = 0; i < lines->count; i++)
		if (line_wanted(why, &lines->list[i]))
			line_json(why, &lines->list[i]);
	json_array_end(&why->w);
	json_key(&why->w, "samples");
	json_array(&why->w);
	if (wants_samples(why) && !samples_show(why, sample_json, &total, &count))
		return false;
	json_array_end(&why->w);
	json_key(&why->w, "allocations");
	json_array(&why->w);
	done = !wants_allocations(why) || allocations(why);
	json_array_end(&why->w);
	json_put_string(&why->w, "allocations_gpu_seconds", gpu_seconds_text(&why->command->arena, why->thousandths));
	json_object_end(&why->w);
	buf_add_char(&why->command->out, '\n');
	return done;
}

static bool why_text(struct why *why)
{
	static const struct table_column columns[] = {
		{ "key", "键", false }, { "billed from", "计费自", false }, { "to", "至", false }, { "GPUs", "GPU数", true },
		{ "GPU-seconds", "GPU秒", true }, { "model", "型号", false }, { "note", "备注", false }, { "fact:row", "事实:行", true },
		{ 0 },
	};
	const struct lines *lines = &why->view.statement.lines;
	struct buf *out = &why->command->out;

	for (size_t i = 0; i < lines->count; i++)
		if (line_wanted(why, &lines->list[i]))
			line_text(why, &lines->list[i]);
	if (wants_samples(why) && !samples_text(why))
		return false;
	if (!wants_allocations(why))
		return true;
	table_init(&why->table, &why->command->arena, columns, why->language);
	if (!allocations(why))
		return false;
	table_write(&why->table, out);
	buf_add_template(out, say(why, "\n{1} allocations, {2} GPU-seconds in all", "\n共 {1} 项分配，{2} GPU秒"),
			 (struct str[]){ wide_text(&why->command->arena, (wide)why->listed),
					 grouped_text(&why->command->arena, gpu_seconds_text(&why->command->arena, why->thousandths)) });
	if (why->listed > why->limit)
		buf_add_format(out, say(why, "; %zu shown, all of them with --csv or --json", "；显示 %zu 项，--csv 或 --json 给出全部"), why->limit);
	buf_add_char(out, '\n');
	return true;
}

static bool clause_check(struct why *why)
{
	const struct lines *lines = &why->view.statement.lines;

	if (why->clause.length == 0)
		return true;
	for (size_t i = 0; i < lines->count; i++)
		if (line_wanted(why, &lines->list[i]))
			return true;
	return problem_say(&why->command->problems, REFUSAL_NO_SUCH_LINE, STR(""), why->clause,
			   month_text(&why->command->arena, why->view.month), STR(""));
}

bool why_run(struct command *command)
{
	struct why why = { .command = command, .language = command_language(command), .limit = 20,
			   .clause = command_argument(command, 2), .csv = command_option(command, "csv") != NULL };
	const char *limit = command_option(command, "limit");
	uint64_t number;
	bool done;

	if (limit && !str_to_u64(str_of(limit), &number))
		return problem_say(&command->problems, REFUSAL_USAGE, STR(""), STR("--limit takes a number"), STR(" why"), STR(""));
	if (limit)
		why.limit = number;
	if (str_is(why.clause, "3.4"))
		return why_penalty_run(command);
	why.store = command_store(command, STORE_READ);
	done = why.store && store_read_begin(why.store, &command->problems) && month_open(command, why.store, &why.view) &&
	       agreement_lines_find(&why) && clause_check(&why) && (command->json ? why_json(&why) : why.csv ? why_csv(&why) : why_text(&why));
	store_close(why.store);
	return done;
}
