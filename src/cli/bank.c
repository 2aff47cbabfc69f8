/* trainlease bank: the lessor's bank statements taken in, matched, and decided about. */
#include "cli/arguments.h"
#include "cli/helper_program.h"
#include "cli/table.h"
#include "bank/line_json.h"
#include "ledger/bank_acts.h"
#include "ledger/load.h"

enum { READING_SECONDS_MAX = 600 };

/* ---- import ---- */

static struct str request_line(struct command *command, const struct bank_form *form)
{
	struct json_writer w;
	struct buf out;
	struct str text;

	buf_init(&out, 1 << 20);
	json_writer_canonical(&w, &out);
	json_object(&w);
	json_put_string(&w, "account", form->account);
	json_put_string(&w, "columns", form->columns);
	json_put_string(&w, "currency", form->currency);
	json_put_string(&w, "file", command_argument(command, 1));
	json_put_string(&w, "lang", command_language(command) == LANGUAGE_CHINESE ? STR("zh") : STR("en"));
	json_object_end(&w);
	text = arena_str(&command->arena, buf_str(&out));
	buf_free(&out);
	return text;
}

static bool refused_by_reader(struct command *command, const struct json *problems)
{
	for (const struct json *item = problems->first; item; item = item->next)
		problem_say(&command->problems, REFUSAL_BANK_FILE_REFUSED, STR(""), json_text(item), STR(""), STR(""));
	return false;
}

static bool lines_read(struct command *command, const struct json *list, struct bank_line **lines, size_t *count)
{
	size_t capacity = 0;

	*lines = NULL;
	*count = 0;
	for (const struct json *item = list->first; item; item = item->next) {
		*lines = arena_grown(&command->arena, *lines, *count, &capacity, sizeof(**lines));
		if (!bank_line_read(item, &(*lines)[(*count)++]))
			return problem_say(&command->problems, REFUSAL_HELPER_FAILED, STR(""), STR("trainlease-bank"),
					   STR("its answer holds no bank line"), STR(""));
	}
	return true;
}

static bool file_lines_read(struct command *command, const struct bank_form *form, struct bank_line **lines, size_t *count)
{
	struct helper_program reader;
	struct json_error error;
	const struct json *answer;
	struct str line;
	bool done;

	if (!helper_start(&reader, &command->arena, "trainlease-bank", command_language(command), READING_SECONDS_MAX,
			  &command->problems))
		return false;
	done = helper_send(&reader, request_line(command, form), &command->problems) &&
	       helper_read(&reader, &line, &command->problems);
	helper_finish(&reader);
	if (!done)
		return false;
	answer = json_read(&command->arena, line, &error);
	if (json_is(json_member(answer, "problems"), JSON_ARRAY))
		return refused_by_reader(command, json_member(answer, "problems"));
	if (!json_is(json_member(answer, "lines"), JSON_ARRAY))
		return problem_say(&command->problems, REFUSAL_HELPER_FAILED, STR(""), STR("trainlease-bank"),
				   STR("its answer is no list of lines"), STR(""));
	return lines_read(command, json_member(answer, "lines"), lines, count);
}

static void report_print(struct command *command, const struct bank_report *report)
{
	static const struct { const char *name, *english, *chinese; size_t offset; } rows[] = {
		{ "read", "lines read", "读取行数", offsetof(struct bank_report, read) },
		{ "new", "new", "新增", offsetof(struct bank_report, added) },
		{ "known", "already known", "此前已有", offsetof(struct bank_report, known) },
		{ "posted", "posted: full matches", "已入账：完全匹配", offsetof(struct bank_report, posted) },
		{ "reversed", "payments reversed: returned", "已冲销：退回", offsetof(struct bank_report, reversed) },
		{ "open", "to be decided: `trainlease bank list`", "待处理：`trainlease bank list`", offsetof(struct bank_report, open) },
		{ "foreign", "in a currency of no lease", "币种不属任何租约", offsetof(struct bank_report, foreign) },
		{ "outgoing", "outgoing", "付出款", offsetof(struct bank_report, outgoing) },
	};
	struct json_writer w;

	json_writer_pretty(&w, &command->out);
	if (command->json)
		json_object(&w);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t count = *(const size_t *)(const void *)((const char *)report + rows[i].offset);

		if (command->json)
			json_put_integer(&w, rows[i].name, (int64_t)count);
		else
			buf_add_format(&command->out, "%8zu  %s\n", count,
				       command_language(command) == LANGUAGE_CHINESE ? rows[i].chinese : rows[i].english);
	}
	if (!command->json)
		return;
	json_put_integer(&w, "posted_fen", money_fen(report->posted_amount));
	json_object_end(&w);
	buf_add_char(&command->out, '\n');
}

/* A bank's columns are given once and kept under its name. */
static bool form_find(struct command *command, struct store *store, struct bank_form *form)
{
	struct house_bank bank;
	const struct bank_form *kept;

	*form = (struct bank_form){ str_of(command_option(command, "bank")), str_of(command_option(command, "columns")),
				    str_of(command_option(command, "account")), str_of(command_option(command, "currency")) };
	if (form->bank.length == 0)
		return true;
	if (!store_read_begin(store, &command->problems) || !bank_load(&command->arena, store, &bank, &command->problems))
		return false;
	store_read_end(store);
	kept = bank_form_find(&bank, form->bank);
	if (!kept)
		return true;
	form->columns = form->columns.length ? form->columns : kept->columns;
	form->account = form->account.length ? form->account : kept->account;
	form->currency = form->currency.length ? form->currency : kept->currency;
	return true;
}

static bool import(struct command *command, struct store *store)
{
	struct actor actor = command_actor(command, store);
	struct bank_report report;
	struct bank_line *lines = NULL;
	struct bank_form form;
	size_t count = 0;

	if (!form_find(command, store, &form) || !file_lines_read(command, &form, &lines, &count) ||
	    !bank_take(&actor, command_argument(command, 1), lines, count, &form, &report, &command->problems))
		return false;
	report_print(command, &report);
	return true;
}

/* ---- list ---- */

struct listing {
	struct command *command;
	struct house_bank bank;
	struct payers payers;
	struct table table;
	struct json_writer w;
};

static struct str reasons(struct command *command, unsigned evidence)
{
	struct str text = STR("");

	for (unsigned bit = 1; bit < 1u << EVIDENCE_COUNT; bit <<= 1)
		if (evidence & bit)
			text = arena_format(&command->arena, "%.*s%s%s", (int)text.length, text.at,
					    text.length == 0 ? "" : command_language(command) == LANGUAGE_CHINESE ? "；" : "; ",
					    evidence_text((enum evidence)bit, command_language(command)));
	return text;
}

static struct str line_day(struct arena *arena, const struct bank_line *line)
{
	return day_text(arena, line->has_value_day ? line->value_day : line->booking_day);
}

/* Said where no lease could be proposed at all. */
static struct str nobody_proposed(struct listing *l, const struct house_line *line)
{
	bool chinese = command_language(l->command) == LANGUAGE_CHINESE;

	for (size_t i = 0; i < l->payers.count; i++)
		if (str_equal(l->payers.list[i].lease->terms.currency, line->line.currency))
			return chinese ? STR("未知付款人") : STR("unknown payer");
	return arena_format(&l->command->arena, chinese ? "没有以 %.*s 支付的租约" : "no lease is paid in %.*s",
			    (int)line->line.currency.length, line->line.currency.at);
}

static struct str proposal_text(struct listing *l, const struct house_line *line, const struct candidate *candidates, size_t count)
{
	struct arena *a = &l->command->arena;
	struct str text = count ? STR("") : line->line.credit && !line->line.returned ? nobody_proposed(l, line) : STR("");

	for (size_t i = 0; i < count; i++) {
		struct str id = l->payers.list[candidates[i].lease].lease->id, why = reasons(l->command, candidates[i].evidence);

		text = arena_format(a, "%.*s%s%.*s (%.*s)", (int)text.length, text.at, i ? " | " : "", (int)id.length, id.at,
				    (int)why.length, why.at);
	}
	return text;
}

static void candidates_json(struct listing *l, const struct candidate *candidates, size_t count)
{
	json_key(&l->w, "proposals");
	json_array(&l->w);
	for (size_t i = 0; i < count; i++) {
		json_object(&l->w);
		json_put_string(&l->w, "lease", l->payers.list[candidates[i].lease].lease->id);
		json_key(&l->w, "statements");
		json_array(&l->w);
		for (size_t j = 0; j < candidates[i].statement_count; j++)
			json_add_integer(&l->w, candidates[i].statements[j]);
		json_array_end(&l->w);
		json_put_integer(&l->w, "owed_fen", money_fen(candidates[i].owed));
		json_put_string(&l->w, "reasons", reasons(l->command, candidates[i].evidence));
		json_object_end(&l->w);
	}
	json_array_end(&l->w);
}

static const char *line_state(const struct house_line *line)
{
	if (line->dismissed)
		return "dismissed";
	if (money_fen(line->rest) == 0)
		return "posted";
	return line->line.credit || line->line.returned ? "open" : "outgoing";
}

static struct str state_text(const struct listing *l, const struct house_line *line)
{
	static const struct { const char *state, *chinese; } states[] = {
		{ "posted", "已入账" }, { "dismissed", "已驳回" }, { "outgoing", "付出款" } };
	struct str state = str_of(line_state(line));

	for (size_t i = 0; command_language(l->command) == LANGUAGE_CHINESE && i < sizeof(states) / sizeof(states[0]); i++)
		if (str_is(state, states[i].state))
			return str_of(states[i].chinese);
	return state;
}

/* Payments of the same amount that a returned transfer may take back: a person says which. */
static struct str returns_text(struct listing *l, const struct house_line *line)
{
	bool chinese = command_language(l->command) == LANGUAGE_CHINESE;
	struct arena *a = &l->command->arena;
	struct str text = STR("");

	for (size_t i = 0; i < l->payers.count; i++) {
		const struct lease *lease = l->payers.list[i].lease;

		for (size_t j = 0; j < lease->billing.payment_count; j++) {
			const struct payment *payment = &lease->billing.payments[j];
			struct str day = day_text(a, payment->credit_day);

			if (payment->reversed || money_compare(payment->amount, line->rest) != 0)
				continue;
			text = arena_format(a, chinese ? "%.*s%s%.*s 付款 %lld（%.*s 同额入账；--reverse %lld）"
						       : "%.*s%s%.*s payment %lld (the same amount on %.*s; --reverse %lld)",
					    (int)text.length, text.at, text.length ? " | " : "", (int)lease->id.length, lease->id.at,
					    (long long)payment->number, (int)day.length, day.at, (long long)payment->number);
		}
	}
	if (text.length)
		return text;
	return chinese ? STR("退回；没有同额的付款") : STR("returned; no payment has that amount");
}

static struct str open_text(struct listing *l, const struct house_line *line, const struct candidate *candidates, size_t count)
{
	return line->line.returned ? returns_text(l, line) : proposal_text(l, line, candidates, count);
}

static bool line_print(struct listing *l, const struct house_line *line)
{
	struct arena *a = &l->command->arena;
	struct candidate *candidates = NULL;
	size_t count = 0;
	bool open = str_is(str_of(line_state(line)), "open");

	if (open && line->line.credit && !line->line.returned &&
	    !line_weigh(a, &l->payers, line, &candidates, &count, &l->command->problems))
		return false;
	if (!l->command->json) {
		struct str rest = money_grouped(a, line->rest);

		table_row(&l->table, (struct str[]){
			arena_format(a, "%lld", (long long)line->number), line_day(a, &line->line),
			arena_format(a, "%s%.*s", (line->line.credit && !line->line.returned) || money_fen(line->rest) == 0 ? "" : "-", (int)rest.length, rest.at),
			line->line.currency, line->line.payer_name, line->line.text, open ? open_text(l, line, candidates, count) : state_text(l, line) });
		return true;
	}
	json_object(&l->w);
	json_put_integer(&l->w, "number", line->number);
	json_put_string(&l->w, "state", str_of(line_state(line)));
	json_put_string(&l->w, "day", line_day(a, &line->line));
	json_put_bool(&l->w, "credit", line->line.credit && !line->line.returned);
	json_put_integer(&l->w, "amount_fen", line->line.minor);
	json_put_integer(&l->w, "rest_fen", money_fen(line->rest));
	json_put_string(&l->w, "currency", line->line.currency);
	json_put_string(&l->w, "payer", line->line.payer_name);
	json_put_string(&l->w, "text", line->line.text);
	json_put_string(&l->w, "key", line->line.key);
	candidates_json(l, candidates, count);
	if (open && line->line.returned)
		json_put_string(&l->w, "reason", returns_text(l, line));
	else if (open && count == 0)
		json_put_string(&l->w, "reason", nobody_proposed(l, line));
	json_object_end(&l->w);
	return true;
}

static bool lines_print(struct listing *l)
{
	static const struct table_column columns[] = {
		{ "no.", "编号", true }, { "day", "日期", false }, { "left", "未入账", true }, { "cur", "币种", false },
		{ "payer", "付款人", false }, { "text", "附言", false }, { "proposal", "建议", false }, { 0 },
	};
	struct command *command = l->command;
	bool all = command_option(command, "all") != NULL;

	table_init(&l->table, &command->arena, columns, command_language(command));
	json_writer_pretty(&l->w, &command->out);
	if (command->json)
		json_array(&l->w);
	for (size_t i = 0; i < l->bank.count; i++)
		if ((all || str_is(str_of(line_state(&l->bank.lines[i])), "open")) && !line_print(l, &l->bank.lines[i]))
			return false;
	if (command->json) {
		json_array_end(&l->w);
		buf_add_char(&command->out, '\n');
	} else if (l->table.row_count) {
		table_write(&l->table, &command->out);
	} else {
		buf_add_str(&command->out, command_language(command) == LANGUAGE_CHINESE ? STR("没有待处理的流水\n") : STR("nothing is to be decided\n"));
	}
	return true;
}

static bool list(struct command *command, struct store *store)
{
	struct listing l = { .command = command };
	bool done = store_read_begin(store, &command->problems) &&
		    bank_load(&command->arena, store, &l.bank, &command->problems) &&
		    payers_load(&command->arena, store, &l.bank, &l.payers, &command->problems) && lines_print(&l);

	payers_free(&l.payers);
	if (!done)
		buf_reset(&command->out);
	return done;
}

/* ---- match, dismiss ---- */

static bool line_number_read(struct command *command, int64_t *number)
{
	return number_read(command, STR(""), command_argument(command, 1), "bank line", "银行流水", number);
}

static bool decision_read(struct command *command, struct bank_decision *decision)
{
	struct str reverse = str_of(command_option(command, "reverse"));

	if (!line_number_read(command, &decision->line) || !option_text(command, "lease", "TL-2017-0901", &decision->lease))
		return false;
	if (command_option(command, "amount") && !option_money(command, "amount", "40,000.00", &decision->amount))
		return false;
	if (reverse.length && (!number_read(command, STR(""), reverse, "payment", "付款", &decision->reversed_payment) ||
			       !option_because(command, &decision->because)))
		return false;
	return option_statements(command, decision->lease, decision->statements, CANDIDATE_STATEMENTS_MOST, &decision->statement_count);
}

static bool match(struct command *command, struct store *store)
{
	struct actor actor = command_actor(command, store);
	struct bank_decision decision = { 0 };

	if (!decision_read(command, &decision) || !bank_match(&actor, &decision, &command->problems))
		return false;
	done_print(command, decision.reversed_payment ? "reversed" : "posted", decision.lease);
	return true;
}

static bool dismiss(struct command *command, struct store *store)
{
	struct actor actor = command_actor(command, store);
	struct str because;
	int64_t number;

	if (!line_number_read(command, &number) || !option_because(command, &because) ||
	    !bank_dismiss(&actor, number, because, &command->problems))
		return false;
	done_print(command, "dismissed", arena_format(&command->arena, "%lld", (long long)number));
	return true;
}

bool bank_run(struct command *command)
{
	static const struct { const char *name; unsigned arguments; enum store_access access; bool (*run)(struct command *, struct store *); } acts[] = {
		{ "import", 2, STORE_WRITE, import }, { "list", 1, STORE_READ, list }, { "match", 2, STORE_WRITE, match },
		{ "dismiss", 2, STORE_WRITE, dismiss },
	};
	struct store *store;
	bool done;

	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
		if (!str_is(command_argument(command, 0), acts[i].name) || command->argument_count != acts[i].arguments)
			continue;
		store = command_store(command, acts[i].access);
		done = store && acts[i].run(command, store);
		store_close(store);
		return done;
	}
	return problem_say(&command->problems, REFUSAL_PAYMENT_ACTION, STR(""),
			   STR("bank import FILE, bank list, bank match LINE --lease ID, bank dismiss LINE --because TEXT"), STR(""), STR(""));
}
