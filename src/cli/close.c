/* trainlease close: a month closed over all leases, resumable: what was issued before is left as it is. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/arguments.h"
#include "cli/document.h"
#include "cli/key_file.h"
#include "cli/table.h"
#include "ledger/load.h"

struct closing {
	struct command *command;
	struct store *store;
	struct signer signer;
	month_number month;
	struct str folder;                 /* empty: no PDFs */
	struct helper_program renderer;
	struct table table;
	struct json_writer w;
	size_t issued, before, refused, papers;
	struct money total;
	month_number last_of_lease;
};

static void row_print(struct closing *c, struct str lease, struct str month, struct str number, struct str total, struct str what)
{
	struct arena *a = &c->command->arena;

	if (!c->command->json) {
		table_row(&c->table, (struct str[]){ arena_str(a, lease), arena_str(a, month), arena_str(a, number), arena_str(a, total),
						     arena_str(a, what) });
		return;
	}
	json_object(&c->w);
	json_put_string(&c->w, "lease", lease);
	json_put_string(&c->w, "month", month);
	json_put_string(&c->w, "statement", number);
	json_put_string(&c->w, "total", total);
	json_put_string(&c->w, "result", what);
	json_object_end(&c->w);
}

static void refusal_print(struct closing *c, struct str lease, struct str month, const struct problems *problems)
{
	struct problem bare = problems->count ? problems->list[0] : (struct problem){ 0 };
	struct buf text;

	bare.file = STR("");
	buf_init(&text, 1 << 16);
	problem_write(&text, &bare, command_language(c->command));
	row_print(c, lease, month, STR(""), STR(""), buf_str(&text));
	buf_free(&text);
	c->refused++;
}

/* A lease's number may hold what no file name should. */
static struct str file_name(struct arena *arena, struct str folder, struct str number)
{
	char *name = arena_alloc(arena, number.length + 1);

	for (size_t i = 0; i < number.length; i++)
		name[i] = number.at[i] == '/' || number.at[i] == '\\' || (i == 0 && number.at[i] == '.') ? '_' : number.at[i];
	return arena_format(arena, "%.*s/%s.pdf", (int)folder.length, folder.at, name);
}

/* One that is there stays. A paper that cannot be set is said at the end and keeps no other lease from being closed. */
static bool paper_write(struct closing *c, struct arena *scratch, const struct lease *lease, const struct issued *issued)
{
	struct chain_head head;
	struct str path, line;

	if (c->folder.length == 0)
		return true;
	path = file_name(scratch, c->folder, issued_number_text(scratch, lease->id, issued->number));
	if (access(path.at, F_OK) == 0)
		return true;
	if (!store_chain_find(c->store, lease->id, &head, &c->command->problems) ||
	    !statement_request(c->command, scratch, c->store, lease, &head, issued, path, &line))
		return false;
	c->papers += renderer_ask(c->command, &c->renderer, line, path);
	return true;
}

/*
 * Statements up to the month that were issued when the month could be closed: those of a run that was cut short, of
 * months closed belatedly together with it too, but none of an earlier closing.
 */
static bool papers_write(struct closing *c, struct arena *scratch, const struct lease *lease)
{
	day_number closes = month_first_day(c->month + 1) + (day_number)lease->terms.payment.grace_days;

	for (size_t i = 0; i < lease->billing.issued_count; i++) {
		const struct issued *issued = &lease->billing.issued[i];

		if (issued->month <= c->month && issued->issued_day >= closes && !paper_write(c, scratch, lease, issued))
			return false;
	}
	return true;
}

/* Listed, and the other leases go on; false where the system failed. */
static bool refused(struct closing *c, struct str id, struct str month, const struct problems *problems)
{
	if (problems->worst < CLASS_SYSTEM) {
		refusal_print(c, id, month, problems);
		return true;
	}
	for (size_t i = 0; i < problems->count; i++)
		problem_add(&c->command->problems, problems->list[i]);
	return false;
}

static bool month_close(struct closing *c, struct arena *scratch, struct str id, month_number month, bool *stopped)
{
	struct actor actor = command_actor(c->command, c->store);
	struct issue_result result;
	struct problems problems;

	actor.arena = scratch;
	actor.signer = c->signer;
	problems_init(&problems, scratch);
	*stopped = !billing_issue(&actor, id, month, true, &result, &problems);
	if (*stopped && month > c->last_of_lease && problems.count == 1 && problems.list[0].what == REFUSAL_LEASE_OUTSIDE_TERM)
		return true;   /* after the term, and nothing is left to carry */
	if (*stopped)
		return refused(c, id, month_text(scratch, month), &problems);
	c->issued++;
	row_print(c, id, month_text(scratch, month), issued_number_text(scratch, id, result.issued->number),
		  money_grouped(scratch, result.issued->total), STR("issued"));
	return money_add(c->total, result.issued->total, &c->total) && paper_write(c, scratch, result.lease, result.issued);
}

/* Where the agreement has advances, that of the next month is asked for with the close. */
static bool advance_ask(struct closing *c, struct arena *scratch, const struct lease *lease)
{
	struct actor actor = command_actor(c->command, c->store);
	month_number month = c->month + 1;
	struct issue_result result;
	struct problems problems;
	instant from, to;

	if (lease->terms.payment.due_month != DUE_SAME || advance_of_month(&lease->billing, month) ||
	    issued_of_month(&lease->billing, month) || !lease_month_span(lease, month, &from, &to))
		return true;
	actor.arena = scratch;
	actor.signer = c->signer;
	problems_init(&problems, scratch);
	if (!billing_advance(&actor, lease->id, month, &result, &problems))
		return refused(c, lease->id, month_text(scratch, month), &problems);
	row_print(c, lease->id, month_text(scratch, month), issued_number_text(scratch, lease->id, result.issued->number),
		  money_grouped(scratch, result.issued->total), STR("advance"));
	return paper_write(c, scratch, result.lease, result.issued);
}

/* Every month of the lease up to the one that is closed. */
static bool lease_close(struct closing *c, struct arena *scratch, struct str id)
{
	struct chain_head head;
	const struct lease *lease = lease_load(scratch, c->store, id, UINT64_MAX, &head, &c->command->problems);
	month_number next;
	bool stopped = false;

	if (!lease)
		return false;
	if (!papers_write(c, scratch, lease))
		return false;
	if (issued_of_month(&lease->billing, c->month)) {
		c->before++;
		return advance_ask(c, scratch, lease);
	}
	c->last_of_lease = month_of_day(lease->terms.term.to);
	if (issue_next_month(lease, &next))
		for (; next <= c->month && next <= c->last_of_lease && !stopped; next++)
			if (!issued_of_month(&lease->billing, next) && !month_close(c, scratch, id, next, &stopped))
				return false;
	if (!stopped && c->month > c->last_of_lease && !month_close(c, scratch, id, c->month, &stopped))
		return false;
	return stopped || advance_ask(c, scratch, lease);
}

static void progress(struct closing *c, size_t at, size_t count)
{
	if (isatty(STDERR_FILENO) && !c->command->json)
		fprintf(stderr, "\r%zu / %zu%s", at, count, at == count ? "\r\033[K" : "");
}

static void summary_print(struct closing *c)
{
	bool chinese = command_language(c->command) == LANGUAGE_CHINESE;

	buf_add_format(&c->command->out, chinese ? "\n新出 %zu，此前已出 %zu，未出 %zu，PDF %zu，合计 " : "\n%zu issued, %zu before, %zu refused, %zu PDFs, total ",
		       c->issued, c->before, c->refused, c->papers);
	buf_add_str(&c->command->out, money_grouped(&c->command->arena, c->total));
	buf_add_char(&c->command->out, '\n');
}

static void result_print(struct closing *c)
{
	if (!c->command->json) {
		if (c->table.row_count)
			table_write(&c->table, &c->command->out);
		summary_print(c);
		return;
	}
	json_array_end(&c->w);
	json_put_integer(&c->w, "issued", (int64_t)c->issued);
	json_put_integer(&c->w, "before", (int64_t)c->before);
	json_put_integer(&c->w, "refused", (int64_t)c->refused);
	json_put_integer(&c->w, "pdfs", (int64_t)c->papers);
	json_put_integer(&c->w, "total_fen", money_fen(c->total));
	json_object_end(&c->w);
	buf_add_char(&c->command->out, '\n');
}

static bool leases_close(struct closing *c)
{
	struct arena scratch;
	struct str *ids;
	size_t count;
	bool done;

	if (!lease_ids_list(&c->command->arena, c->store, &ids, &count, &c->command->problems))
		return false;
	arena_init(&scratch);
	done = true;
	for (size_t i = 0; i < count && done; i++) {
		arena_reset(&scratch);
		done = lease_close(c, &scratch, ids[i]);
		progress(c, i + 1, count);
	}
	arena_free(&scratch);
	if (done && c->refused)
		problem_say(&c->command->problems, REFUSAL_CLOSE_PROBLEMS, STR("3.3"), arena_format(&c->command->arena, "%zu", c->refused),
			    arena_format(&c->command->arena, "%zu", count), STR(""));
	return done;
}

static bool folder_make(struct command *command, struct str folder)
{
	return folder.length == 0 || mkdir(folder.at, 0700) == 0 || errno == EEXIST ||
	       problem_add(&command->problems, (struct problem){ .what = REFUSAL_DOCUMENT_FAILED, .file = folder,
								 .words = { str_of(strerror(errno)) } });
}

bool close_run(struct command *command)
{
	static const struct table_column columns[] = {
		{ "lease", "租约", false }, { "month", "月份", false }, { "statement", "结算单", false }, { "total", "合计", true },
		{ "result", "结果", false }, { 0 },
	};
	struct closing c = { .command = command, .folder = str_of(command_option(command, "pdf")) };
	bool done;

	if (!argument_month(command, 0, &c.month) || !folder_make(command, c.folder) || !command_signer(command, &c.signer))
		return false;
	if (c.folder.length && !renderer_start(command, &c.renderer)) {
		command_signer_end(&c.signer);
		return false;
	}
	table_init(&c.table, &command->arena, columns, command_language(command));
	json_writer_pretty(&c.w, &command->out);
	if (command->json) {
		json_object(&c.w);
		json_key(&c.w, "leases");
		json_array(&c.w);
	}
	c.store = command_store(command, STORE_WRITE);
	done = c.store && leases_close(&c);
	store_close(c.store);
	command_signer_end(&c.signer);
	if (c.folder.length)
		helper_finish(&c.renderer);
	if (c.store)
		result_print(&c);
	else
		buf_reset(&command->out);
	return done && c.refused == 0;
}
