#include "import/batch.h"

#include <stdlib.h>
#include <string.h>

enum { TEXTS_MAX = 1 << 20, TEXT_BYTES_MAX = 64 * 1024 * 1024, GPUS_MOST = 1000000 };

struct batch *batch_new(void)
{
	struct batch *batch = memory_alloc(sizeof(*batch));

	arena_init(&batch->arena);
	text_table_init(&batch->texts, &batch->arena);
	batch->records = memory_large(BATCH_RECORDS_MAX * sizeof(*batch->records));
	batch->group = memory_large(BATCH_RECORDS_MAX * sizeof(*batch->group));
	batch->lines = memory_large(BATCH_ROWS_MAX * sizeof(*batch->lines));
	batch->entries = memory_large(BATCH_ROWS_MAX * sizeof(*batch->entries));
	batch->scratch = memory_large(BATCH_ROWS_MAX * sizeof(*batch->scratch));
	return batch;
}

void batch_free(struct batch *batch)
{
	if (!batch)
		return;
	text_table_free(&batch->texts);
	arena_free(&batch->arena);
	free(batch->records);
	free(batch->group);
	free(batch->lines);
	free(batch->entries);
	free(batch->scratch);
	free(batch);
}

void batch_begin(struct batch *batch)
{
	text_table_free(&batch->texts);
	arena_reset(&batch->arena);
	text_table_init(&batch->texts, &batch->arena);
	batch->count = batch->text_bytes = 0;
	memset(&batch->rows, 0, sizeof(batch->rows));
	batch->last = batch->failed = batch->keyless = batch->any_user = false;
}

/* The key under which the journal knows the row: its own, within the source if one is named; else source and line. */
static struct str row_key(struct intake *intake, const struct usage_row *row)
{
	if (intake->source.length == 0)
		return row->key;
	buf_reset(&intake->key);
	buf_add_str(&intake->key, intake->source);
	if (row->key.length) {
		buf_add_char(&intake->key, '/');
		buf_add_str(&intake->key, row->key);
	} else {
		buf_add_format(&intake->key, "#%zu", row->line);
	}
	return buf_str(&intake->key);
}

static void record_fill(struct usage_record *record, struct batch *batch, const struct usage_row *row, struct str key,
			enum park_reason reason)
{
	int64_t length = row->has_end && row->has_start && !row->running ? row->end - row->start : 0;

	*record = (struct usage_record){
		.start = row->has_start ? row->start : row->has_end ? row->end : 0,
		.length_seconds = length < 0 ? -length : length,
		.gpus_thousandths = row->gpus_thousandths,
		.key = arena_packed_str(&batch->arena, key),
		.suspended_seconds = (uint32_t)row->suspended_seconds,
		.clipped_seconds = (uint32_t)row->clipped_seconds,
		.model = text_table_number(&batch->texts, row->model),
		.purpose = text_table_number(&batch->texts, row->purpose),
		.nodes = text_table_number(&batch->texts, row->nodes),
		.state = text_table_number(&batch->texts, row->state),
		.subject = text_table_number(&batch->texts, row->user),
		.reason = (uint8_t)reason,
		.flags = (uint8_t)((length < 0 ? USAGE_LENGTH_NEGATIVE : 0) | (row->has_start ? 0 : USAGE_START_MISSING) |
				   (row->has_end || row->running ? 0 : USAGE_END_MISSING) |
				   (row->running && row->has_start ? USAGE_OPEN : 0)),
	};
	if (record->flags & USAGE_OPEN)
		record->listed = row->listed;
	if (reason != PARKED_NOT) {
		record->account = text_table_number(&batch->texts, row->account);
		record->line = (uint32_t)row->line;
	}
}

void batch_add(struct batch *batch, const struct store *store, const struct usage_row *row, struct str key,
	       size_t place, enum park_reason reason)
{
	struct usage_record *record = &batch->records[batch->count];

	record_fill(record, batch, row, key, reason);
	batch->text_bytes += key.length + row->nodes.length + row->account.length + row->user.length + row->model.length;
	batch->any_user |= record->subject != 0;
	batch->rows.open += (record->flags & USAGE_OPEN) != 0;
	batch->group[batch->count] = (uint32_t)(place * 2 + (reason != PARKED_NOT));
	batch->lines[batch->count] = (uint32_t)row->line;
	batch->entries[batch->count] = (struct key_entry){ .fingerprint = store_key_fingerprint(store, record->key),
							   .row = (uint32_t)batch->count };
	batch->count++;
}

static bool absurd(const struct usage_row *row)
{
	return row->gpus_thousandths < 0 || row->gpus_thousandths > (int64_t)GPUS_MOST * 1000 ||
	       (row->has_start && (row->start < INSTANT_LEAST || row->start > INSTANT_MOST)) ||
	       (row->has_end && (row->end < INSTANT_LEAST || row->end > INSTANT_MOST)) ||
	       row->suspended_seconds < 0 || row->suspended_seconds > UINT32_MAX || row->clipped_seconds > UINT32_MAX;
}

static void row_add(struct batch *batch, struct intake *intake)
{
	struct usage_row *row = &intake->row;
	size_t place = intake->lease_given ? intake->lease_place
					   : places_of_account(intake->places, row->account, row->start,
								       row->has_end ? row->end : INSTANT_MOST);
	enum park_reason reason = place_park_reason(&intake->places->list[place], row);

	batch->keyless |= row->key.length == 0;
	if (row->running && !row->has_listed)
		row->listed = intake->listed;
	batch_add(batch, intake->store, row, row_key(intake, row), place, reason);
}

static void row_refused(struct batch *batch, struct intake *intake, const struct problem *why)
{
	batch->rows.refused++;
	if (intake->problems->count < REFUSED_KEPT || intake->strict)
		problem_add(intake->problems, *why);
	if (intake->strict)
		batch->failed = batch->last = true;
}

static void row_bad_if_strict(struct batch *batch, struct intake *intake)
{
	const struct usage_row *row = &intake->row;

	if (!intake->strict || row->defect == PARKED_NOT)
		return;
	problem_add(intake->problems, (struct problem){
		.what = REFUSAL_IMPORT_STRICT_ROW, .line = row->line,
		.words = { str_of(park_reason_text(row->defect, LANGUAGE_ENGLISH)),
			   str_of(park_reason_text(row->defect, LANGUAGE_CHINESE)) } });
	batch->failed = batch->last = true;
}

static void row_take(struct batch *batch, struct intake *intake)
{
	struct problem why = { 0 };

	switch (intake->reader.next(intake->reader.state, &intake->row, &why)) {
	case ROW_USAGE:
		batch->rows.read++;
		if (absurd(&intake->row)) {
			why = (struct problem){ .what = REFUSAL_IMPORT_ABSURD, .line = intake->row.line };
			row_refused(batch, intake, &why);
			return;
		}
		row_bad_if_strict(batch, intake);
		row_add(batch, intake);
		return;
	case ROW_NOTHING:
		batch->rows.read++;
		batch->rows.nothing++;
		return;
	case ROW_REFUSED:
		batch->rows.read++;
		row_refused(batch, intake, &why);
		return;
	case ROW_FAILED:
		/* Rows before it carried their zone: this one is bad, not the command. */
		if (intake->begun && why.what == REFUSAL_IMPORT_ZONE_MISSING) {
			batch->rows.read++;
			row_refused(batch, intake, &why);
			return;
		}
		if (intake->reading_problems->total == 0)
			problem_add(intake->reading_problems, why);
		batch->failed = batch->last = true;
		return;
	case ROW_END:
		batch->last = true;
		return;
	}
}

void batch_sort(struct batch *batch)
{
	key_entries_sort(batch->entries, batch->scratch, batch->count);
}

void batch_fill(struct batch *batch, struct intake *intake)
{
	batch_begin(batch);
	while (!batch->last && batch->count < BATCH_ROWS_MAX && batch->texts.count < TEXTS_MAX &&
	       batch->text_bytes < TEXT_BYTES_MAX)
		row_take(batch, intake);
	batch_sort(batch);
	intake->begun = true;
}
