/*
 * Any bytes as a bank statement: no crash, a refusal with a reason and nothing taken, or lines that are lines, each
 * with a key of its own that a second reading gives again.
 */
#include <stdint.h>
#include <stdlib.h>

#include "bank/bank.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void line_check(const struct bank_line *line)
{
	must(line->minor > 0 && line->account.length && line->currency.length == 3 && line->line > 0);
	must(str_starts(line->key, line->account));
	must(line->text.length < 16 * 1024 * 1024);
}

static int key_compare(const void *left, const void *right)
{
	return str_compare(*(const struct str *)left, *(const struct str *)right);
}

static void keys_check(struct arena *arena, const struct bank_file *file)
{
	struct str *keys = arena_many(arena, file->line_count, struct str);

	for (size_t i = 0; i < file->line_count; i++)
		keys[i] = file->lines[i].key;
	if (file->line_count)
		qsort(keys, file->line_count, sizeof(*keys), key_compare);
	for (size_t i = 1; i < file->line_count; i++)
		must(!str_equal(keys[i - 1], keys[i]));
}

static void again_check(struct arena *arena, struct str bytes, const struct bank_csv_form *form,
			const struct bank_file *file, struct problems *problems)
{
	struct bank_file again = { .pending_count = 0 };

	must(bank_file_read(arena, STR("fuzz"), bytes, form, &again, problems));
	must(again.line_count == file->line_count && again.statement_count == file->statement_count);
	for (size_t i = 0; i < file->line_count; i++)
		must(str_equal(again.lines[i].key, file->lines[i].key));
}

static void fuzz_read(struct str bytes, const struct bank_csv_form *form)
{
	struct bank_file file = { .pending_count = 77 };
	struct problems problems;
	struct arena arena;
	struct buf out;

	arena_init(&arena);
	problems_init(&problems, &arena);
	if (bank_file_read(&arena, STR("fuzz"), bytes, form, &file, &problems)) {
		must(problems.worst == CLASS_ADVICE);
		for (size_t i = 0; i < file.line_count; i++)
			line_check(&file.lines[i]);
		keys_check(&arena, &file);
		again_check(&arena, bytes, form, &file, &problems);
	} else {
		must(problems.worst > CLASS_ADVICE && file.pending_count == 77 && file.line_count == 0);
	}
	buf_init(&out, 16 * 1024 * 1024);
	for (size_t i = 0; i < problems.count; i++)
		problem_write(&out, &problems.list[i], LANGUAGE_CHINESE);
	buf_free(&out);
	arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct str bytes = { (const char *)data, size };
	struct bank_csv_form form = { STR(""), STR("6222000011112222"), STR("CNY") };

	fuzz_read(bytes, &form);
	form.columns = STR("date=d,amount=a,direction=g,text=t,text=u,balance=b");
	fuzz_read(bytes, &form);
	return 0;
}
