/* trainlease document: statements, corrections, accounts, receipts and demands as PDF, XLSX, CSV or JSON. */
#include "cli/document.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/csv.h"
#include "cli/arguments.h"
#include "document/account_document.h"
#include "document/paper.h"
#include "document/statement_document.h"
#include "document/tax_document.h"
#include "ledger/load.h"
#include "ledger/usage.h"

enum { LINE_BYTES_MAX = 64 * 1024 * 1024, RENDER_SECONDS_MAX = 120 };

bool renderer_start(struct command *command, struct helper_program *renderer)
{
	return helper_start(renderer, &command->arena, "trainlease-render", command_language(command), RENDER_SECONDS_MAX,
			    &command->problems);
}

bool renderer_ask(struct command *command, struct helper_program *renderer, struct str line, struct str path)
{
	struct str error;

	if (!helper_ask(renderer, line, &error, &command->problems))
		return false;
	return error.length == 0 || problem_add(&command->problems, (struct problem){
		.what = REFUSAL_DOCUMENT_FAILED, .file = path, .words = { error } });
}

/* {"document":...,"output":"..."} around what a builder writes. */
static struct str request_end(struct arena *arena, struct buf *document, struct str path)
{
	struct json_writer w;
	struct buf line;
	struct str text;

	buf_init(&line, LINE_BYTES_MAX);
	json_writer_canonical(&w, &line);
	json_object(&w);
	json_key(&w, "document");
	buf_add_str(&line, buf_str(document));
	w.key_pending = false;
	json_put_string(&w, "output", path);
	json_object_end(&w);
	text = arena_str(arena, buf_str(&line));
	buf_free(&line);
	buf_free(document);
	return text;
}

static bool head_copy(void *context, const struct stored_fact *fact)
{
	struct chain_head *head = context;

	head->head = fact->head;
	head->next_seq = fact->seq + 1;
	return false;
}

/* The head just after the fact: what a paper about that fact alone shows, whatever came later. */
static bool head_after(struct store *store, uint64_t seq, struct chain_head *head, struct problems *problems)
{
	return store_facts_visit(store, head->chain, seq, seq, FACTS_ALL, head_copy, head, problems);
}

static struct paper paper_of(struct command *command, struct arena *arena, const struct lease *lease,
			     const struct chain_head *head, struct buf *document)
{
	buf_init(document, LINE_BYTES_MAX);
	return (struct paper){ .arena = arena, .lease = lease, .chinese = command->speak != SPEAK_ENGLISH,
			       .english = command->speak != SPEAK_CHINESE, .head = digest_hex(arena, &head->head),
			       .head_seq = head->next_seq - 1, .out = document };
}

/* The account at the end of the day before issue, as known at issue, with what the statement corrects. */
static bool account_before(struct arena *arena, struct store *store, const struct lease *lease, const struct issued *issued,
			   struct account *before, struct problems *problems)
{
	struct chain_head head;
	const struct lease *then = lease_load(arena, store, lease->id, issued->seq, &head, problems);

	return then && account_compute_corrected(arena, then, issued->issued_day - 1, before, problems);
}

/* The month as it was known at issue; one without lines of its own (an advance, or after the term) has only its days. */
static bool month_then(struct arena *arena, const struct lease *lease, const struct issued *issued, struct usage_query *query,
		       struct statement *computed, struct problems *problems)
{
	bool stated = false;

	if (!issued->advance && !statement_stated(lease, issued->month, usage_from_store, query, &stated, problems))
		return false;
	if (stated)
		return statement_compute(arena, lease, issued->month, issued->issued, usage_from_store, query, computed, problems);
	*computed = (struct statement){ .month = issued->month, .from = zone_month_begin(&lease->zone, issued->month),
					.to = zone_month_begin(&lease->zone, issued->month + 1) };
	return true;
}

bool statement_request(struct command *command, struct arena *arena, struct store *store, const struct lease *lease,
		       const struct chain_head *head, const struct issued *issued, struct str path, struct str *line)
{
	struct usage_query query = { .arena = arena, .store = store, .lease = lease, .chain = head->chain, .seq = issued->known_seq };
	struct chain_head then = *head;
	struct statement computed;
	struct account before;
	struct buf document;
	struct paper paper;

	if (!head_after(store, issued->seq, &then, &command->problems) || !month_then(arena, lease, issued, &query, &computed, &command->problems) ||
	    !account_before(arena, store, lease, issued, &before, &command->problems))
		return false;
	paper = paper_of(command, arena, lease, &then, &document);
	statement_paper(&paper, issued, &computed, &before);
	*line = request_end(arena, &document, path);
	return true;
}

/* ---- one paper ---- */

struct wanted {
	struct store *store;
	const struct lease *lease;
	struct chain_head head;
	int64_t number;
	struct str path;
};

static bool csv_path(struct str path)
{
	return str_ends(path, STR(".csv"));
}

static bool suffix_check(struct command *command, struct str path)
{
	return str_ends(path, STR(".pdf")) || str_ends(path, STR(".xlsx")) || csv_path(path) || str_ends(path, STR(".json")) ||
	       problem_say(&command->problems, REFUSAL_DOCUMENT_SUFFIX, STR(""), path, STR(""), STR(""));
}

bool text_write(struct command *command, struct str path, struct str text)
{
	char *name = arena_format(&command->arena, "%.*s", (int)path.length, path.at).length ? strndup(path.at, path.length) : NULL;
	struct str beside = arena_format(&command->arena, "%.*s.%d.tmp", (int)path.length, path.at, (int)getpid());
	int fd = name ? open(beside.at, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
	bool done = fd >= 0 && write(fd, text.at, text.length) == (ssize_t)text.length && fsync(fd) == 0;

	if (fd >= 0 && close(fd) != 0)
		done = false;
	if (done && rename(beside.at, name) != 0)
		done = false;
	if (!done)
		problem_add(&command->problems, (struct problem){ .what = REFUSAL_DOCUMENT_FAILED, .file = path,
								  .words = { str_of(strerror(errno)) } });
	if (!done && fd >= 0)
		(void)unlink(beside.at);
	free(name);
	return done;
}

static bool render(struct command *command, struct str line, struct str path)
{
	struct helper_program renderer;
	bool done;

	if (!renderer_start(command, &renderer))
		return false;
	done = renderer_ask(command, &renderer, line, path);
	helper_finish(&renderer);
	return done;
}

static void csv_cell(struct buf *out, struct str text, bool last)
{
	csv_cell_write(out, text);
	buf_add_char(out, last ? '\n' : ',');
}

static void csv_line(struct arena *a, struct buf *out, const struct issued *issued, month_number month, const char *kind,
		     const struct line *line)
{
	struct str cells[] = { str_of(kind), line->clause, month_text(a, month), str_of(meter_name(line->meter)), line->gpu_model,
			       meter_exact_name(line->meter) ? line_exact_text(a, line) : STR(""), line_quantity_text(a, line), line->unit,
			       decimal_text(a, line->unit_price), line->taxed ? decimal_text(a, line->tax_percent) : STR(""),
			       money_text(a, line->net), money_text(a, line->tax), money_text(a, line->amount) };
	size_t count = sizeof(cells) / sizeof(cells[0]);

	(void)issued;
	for (size_t i = 0; i < count; i++)
		csv_cell(out, cells[i], i + 1 == count);
}

static void issued_write_csv(struct arena *a, const struct issued *issued, struct buf *out)
{
	buf_add_str(out, STR("kind,clause,month,meter,gpu_model,exact,quantity,unit,unit_price,tax_percent,net,tax,amount\n"));
	for (size_t i = 0; i < issued->line_count; i++)
		csv_line(a, out, issued, issued->month, "line", &issued->lines[i]);
	for (size_t i = 0; i < issued->correction_count; i++)
		csv_line(a, out, issued, issued->corrections[i].month, "correction", &issued->corrections[i].line);
	for (size_t i = 0; i < issued->penalty_count; i++) {
		struct str amount = money_text(a, issued->penalties[i].amount);

		buf_add_format(out, "penalty,3.4,,,,,,,,,%.*s,0.00,%.*s\n", (int)amount.length, amount.at, (int)amount.length, amount.at);
	}
}

static void entries_write_csv(struct arena *a, const struct entry *entries, size_t count, struct buf *out)
{
	buf_add_str(out, STR("day,kind,number,amount,balance\n"));
	for (size_t i = 0; i < count; i++) {
		struct str cells[] = { day_text(a, entries[i].day), str_of(entry_kind_name(entries[i].kind)),
				       arena_format(a, "%lld", (long long)entries[i].number), money_text(a, entries[i].amount),
				       money_text(a, entries[i].balance) };

		for (size_t j = 0; j < sizeof(cells) / sizeof(cells[0]); j++)
			csv_cell(out, cells[j], j + 1 == sizeof(cells) / sizeof(cells[0]));
	}
}

static bool plain_path(struct str path)
{
	return csv_path(path) || str_ends(path, STR(".json"));
}

static bool plain_write(struct command *command, const struct wanted *wanted, struct buf *text)
{
	bool done = text_write(command, wanted->path, buf_str(text));

	buf_free(text);
	return done;
}

static const struct issued *issued_wanted(struct command *command, const struct wanted *wanted)
{
	const struct issued *issued = issued_find(&wanted->lease->billing, wanted->number);

	if (!issued)
		problem_say(&command->problems, REFUSAL_BILLING_NO_STATEMENT, STR(""),
			    arena_format(&command->arena, "%lld", (long long)wanted->number), STR(""), STR(""));
	return issued;
}

static bool statement_write(struct command *command, const struct wanted *wanted)
{
	const struct issued *issued = issued_wanted(command, wanted);
	struct buf text;
	struct str line;

	if (!issued)
		return false;
	if (!plain_path(wanted->path))
		return statement_request(command, &command->arena, wanted->store, wanted->lease, &wanted->head, issued, wanted->path, &line) &&
		       render(command, line, wanted->path);
	buf_init(&text, LINE_BYTES_MAX);
	if (csv_path(wanted->path))
		issued_write_csv(&command->arena, issued, &text);
	else
		issued_write_json(&command->arena, wanted->lease, issued, &text);
	return plain_write(command, wanted, &text);
}

static bool paper_only(struct command *command, const struct wanted *wanted)
{
	return !plain_path(wanted->path) ||
	       problem_say(&command->problems, REFUSAL_DOCUMENT_PAPER_ONLY, STR(""), wanted->path, STR(""), STR(""));
}

static bool correction_write(struct command *command, const struct wanted *wanted)
{
	const struct issued *issued = issued_wanted(command, wanted);
	struct chain_head then = wanted->head;
	struct buf document;
	struct paper paper;

	if (!issued || !paper_only(command, wanted))
		return false;
	if (issued->correction_count == 0)
		return problem_say(&command->problems, REFUSAL_DOCUMENT_NO_CORRECTION, STR(""),
				   issued_number_text(&command->arena, wanted->lease->id, wanted->number), STR(""), STR(""));
	if (!head_after(wanted->store, issued->seq, &then, &command->problems))
		return false;
	paper = paper_of(command, &command->arena, wanted->lease, &then, &document);
	correction_paper(&paper, issued);
	return render(command, request_end(&command->arena, &document, wanted->path), wanted->path);
}

static bool account_on(struct command *command, const struct lease *lease, struct account *account)
{
	day_number day = zone_day(&lease->zone, command->now);

	return (!command_option(command, "on") || option_day(command, "on", &day)) &&
	       account_compute(&command->arena, lease, day, account, &command->problems);
}

static bool account_write(struct command *command, const struct wanted *wanted)
{
	struct account account;
	struct entry *entries;
	struct buf document;
	struct paper paper;
	size_t count;

	if (!account_on(command, wanted->lease, &account) || !account_entries(&account, &entries, &count, &command->problems))
		return false;
	if (plain_path(wanted->path)) {
		buf_init(&document, LINE_BYTES_MAX);
		if (csv_path(wanted->path))
			entries_write_csv(&command->arena, entries, count, &document);
		else
			account_write_json(&command->arena, &account, entries, count, &document);
		return plain_write(command, wanted, &document);
	}
	paper = paper_of(command, &command->arena, wanted->lease, &wanted->head, &document);
	account_paper(&paper, &account, entries, count);
	return render(command, request_end(&command->arena, &document, wanted->path), wanted->path);
}

/* Of itself a receipt is as of the day on which the money was there and known: the same whenever it is made. */
static bool receipt_day(struct command *command, const struct lease *lease, const struct payment *payment, struct account *account)
{
	day_number known;

	if (command_option(command, "on") || !payment)
		return account_on(command, lease, account);
	known = zone_day(&lease->zone, payment->recorded);
	return account_compute(&command->arena, lease, known > payment->credit_day ? known : payment->credit_day, account,
			       &command->problems);
}

static bool receipt_write(struct command *command, const struct wanted *wanted)
{
	const struct payment *payment = payment_find(&wanted->lease->billing, wanted->number);
	struct account account;
	struct buf document;
	struct paper paper;

	if (!paper_only(command, wanted) || !receipt_day(command, wanted->lease, payment, &account))
		return false;
	if (!payment || payment->reversed || payment->credit_day > account.day)
		return problem_say(&command->problems, REFUSAL_PAYMENT_UNKNOWN, STR(""),
				   arena_format(&command->arena, "%lld", (long long)wanted->number), STR(""), STR(""));
	paper = paper_of(command, &command->arena, wanted->lease, &wanted->head, &document);
	receipt_paper(&paper, &account, payment);
	return render(command, request_end(&command->arena, &document, wanted->path), wanted->path);
}

typedef void letter_maker(const struct paper *paper, const struct account *account, const struct owed *owed);

/* A letter about a statement with something unpaid; OVERDUE: only past its due day. */
static bool letter_write(struct command *command, const struct wanted *wanted, bool overdue, letter_maker *make)
{
	const struct owed *owed;
	struct account account;
	struct buf document;
	struct paper paper;

	if (!paper_only(command, wanted) || !issued_wanted(command, wanted) || !account_on(command, wanted->lease, &account))
		return false;
	owed = account_owed(&account, wanted->number);
	if (!owed || owed->settled || !owed->issued->served || (overdue && account.day <= owed->issued->due_day))
		return problem_say(&command->problems, overdue ? REFUSAL_DOCUMENT_NOT_OVERDUE : REFUSAL_DOCUMENT_NOTHING_OWED,
				   overdue ? STR("3.4") : STR("3.3"),
				   issued_number_text(&command->arena, wanted->lease->id, wanted->number),
				   day_text(&command->arena, account.day), STR(""));
	paper = paper_of(command, &command->arena, wanted->lease, &wanted->head, &document);
	make(&paper, &account, owed);
	return render(command, request_end(&command->arena, &document, wanted->path), wanted->path);
}

static bool reminder_write(struct command *command, const struct wanted *wanted)
{
	return letter_write(command, wanted, false, reminder_paper);
}

static bool demand_write(struct command *command, const struct wanted *wanted)
{
	return letter_write(command, wanted, true, demand_paper);
}

/* ---- tax ---- */

static bool tax_collect(struct command *command, struct store *store, struct tax_month *tax)
{
	struct str *ids;
	size_t count;

	if (!store_read_begin(store, &command->problems) || !lease_ids_list(&command->arena, store, &ids, &count, &command->problems))
		return false;
	for (size_t i = 0; i < count; i++) {
		struct chain_head head;
		const struct lease *lease = lease_load(&command->arena, store, ids[i], UINT64_MAX, &head, &command->problems);

		if (!lease)
			return false;
		tax_month_add(tax, lease);
	}
	return true;
}

static bool tax_write(struct command *command, const struct tax_month *tax, struct str path)
{
	struct buf text;
	bool done;

	buf_init(&text, LINE_BYTES_MAX);
	if (str_ends(path, STR(".json"))) {
		tax_month_json(tax, &text);
		done = text_write(command, path, buf_str(&text));
		buf_free(&text);
		return done;
	}
	tax_month_paper(tax, command->speak != SPEAK_ENGLISH, command->speak != SPEAK_CHINESE, &text);
	return render(command, request_end(&command->arena, &text, path), path);
}

bool tax_run(struct command *command)
{
	struct tax_month tax = { .arena = &command->arena };
	struct store *store;
	struct str path;
	bool done;

	if (!argument_month(command, 0, &tax.month) || !option_text(command, "output", "2017-11.json", &path) ||
	    !suffix_check(command, path))
		return false;
	if (csv_path(path))
		return problem_say(&command->problems, REFUSAL_DOCUMENT_TAX_FORM, STR(""), path, STR(""), STR(""));
	store = command_store(command, STORE_READ);
	done = store && tax_collect(command, store, &tax);
	store_close(store);
	if (!done || !tax_write(command, &tax, path))
		return false;
	done_print(command, "written", path);
	return true;
}

/* ---- the verb ---- */

static const struct {
	const char *name, *numbered, *numbered_chinese;    /* NULL: takes no number */
	bool (*write)(struct command *command, const struct wanted *wanted);
} kinds[] = {
	{ "statement", "statement", "结算单", statement_write },
	{ "correction", "statement", "结算单", correction_write },
	{ "account", NULL, NULL, account_write },
	{ "receipt", "payment", "付款", receipt_write },
	{ "reminder", "statement", "结算单", reminder_write },
	{ "demand", "statement", "结算单", demand_write },
};

bool document_run(struct command *command)
{
	struct str what = command_argument(command, 0);
	struct wanted wanted = { 0 };
	bool done = false;

	if (!option_text(command, "output", "FILE.pdf", &wanted.path) || !suffix_check(command, wanted.path))
		return false;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!str_is(what, kinds[i].name) || (kinds[i].numbered != NULL) != (command->argument_count == 3))
			continue;
		if (kinds[i].numbered && !number_read(command, command_argument(command, 1), command_argument(command, 2), kinds[i].numbered,
						      kinds[i].numbered_chinese, &wanted.number))
			return false;
		wanted.store = command_store(command, STORE_READ);
		if (!wanted.store)
			return false;
		if (store_read_begin(wanted.store, &command->problems))
			wanted.lease = lease_load(&command->arena, wanted.store, command_argument(command, 1), UINT64_MAX, &wanted.head,
						  &command->problems);
		done = wanted.lease && kinds[i].write(command, &wanted);
		store_close(wanted.store);
		if (done)
			done_print(command, "written", wanted.path);
		return done;
	}
	return problem_say(&command->problems, REFUSAL_PAYMENT_ACTION, STR(""),
			   STR("document statement|correction|reminder|demand ID STATEMENT, document receipt ID PAYMENT, document account ID"),
			   STR(""), STR(""));
}
