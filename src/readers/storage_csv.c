/*
 * Samples of capacity in use as CSV: `time,bytes` and optional account, user and filesystem, anybody's names by
 * --columns. A sample says what an owner held at that time; adding up and time-weighting are not done here.
 */
#include "readers/columns.h"
#include "readers/delimited.h"
#include "readers/values.h"

enum field { FIELD_TIME, FIELD_BYTES, FIELD_ACCOUNT, FIELD_USER, FIELD_FILESYSTEM, FIELD_COUNT };

static const struct column_name names[FIELD_COUNT] = {
	[FIELD_TIME] = { "time", true },
	[FIELD_BYTES] = { "bytes", true },
	[FIELD_ACCOUNT] = { "account", false },
	[FIELD_USER] = { "user", false },
	[FIELD_FILESYSTEM] = { "filesystem", false },
};

struct storage_csv {
	struct delimited rows;
	struct problems *problems;
	struct reader_options options;
	int column_of[FIELD_COUNT];
};

static struct str cell(const struct storage_csv *csv, enum field field)
{
	int column = csv->column_of[field];

	return column < 0 ? STR("") : str_trim(csv->rows.cells[column]);
}

static enum row_result time_fill(const struct storage_csv *csv, struct storage_row *row, struct problem *why)
{
	switch (value_instant(&csv->options, names[FIELD_TIME].name, cell(csv, FIELD_TIME), &row->at, why)) {
	case VALUE_READ:
		return ROW_USAGE;
	case VALUE_NONE:
		*why = (struct problem){ .what = REFUSAL_IMPORT_TIME_MISSING,
					 .words = { str_of(names[FIELD_TIME].name) } };
		return ROW_REFUSED;
	case VALUE_REFUSED:
		return ROW_REFUSED;
	case VALUE_NO_ZONE:
		return ROW_FAILED;
	}
	return ROW_REFUSED;
}

static enum row_result row_read(const struct storage_csv *csv, struct storage_row *row, struct problem *why)
{
	enum row_result result;

	for (enum field field = FIELD_ACCOUNT; field < FIELD_COUNT; field++)
		if (!value_text(names[field].name, cell(csv, field), why))
			return ROW_REFUSED;
	row->account = cell(csv, FIELD_ACCOUNT);
	row->user = cell(csv, FIELD_USER);
	row->filesystem = cell(csv, FIELD_FILESYSTEM);
	result = time_fill(csv, row, why);
	if (result == ROW_USAGE &&
	    value_bytes(names[FIELD_BYTES].name, cell(csv, FIELD_BYTES), &row->bytes, why) != VALUE_READ)
		result = ROW_REFUSED;
	return result;
}

static enum row_result storage_csv_next(void *state, struct storage_row *row, struct problem *why)
{
	struct storage_csv *csv = state;
	enum row_result result;

	switch (delimited_next(&csv->rows, why)) {
	case DELIMITED_ROW:
		break;
	case DELIMITED_HEADER:
		row->line = csv->rows.line;
		return ROW_NOTHING;
	case DELIMITED_BROKEN:
		return ROW_REFUSED;
	case DELIMITED_END:
		return ROW_END;
	case DELIMITED_FAILED:
		return ROW_FAILED;
	}
	*row = (struct storage_row){ .line = csv->rows.line };
	result = row_read(csv, row, why);
	if (result != ROW_USAGE) {
		why->file = input_name(csv->rows.input);
		why->line = csv->rows.line;
	}
	if (result == ROW_FAILED)
		problem_add(csv->problems, *why);
	return result;
}

static void storage_csv_close(void *state)
{
	struct storage_csv *csv = state;

	delimited_close(&csv->rows);
}

bool storage_csv_reader_open(struct arena *arena, struct input *input, const struct reader_options *options,
			     struct storage_reader *reader, struct problems *problems)
{
	struct storage_csv *csv = arena_new(arena, struct storage_csv);

	if (!delimited_open(&csv->rows, input, ",;\t|", true, "CSV: time,bytes", problems))
		return false;
	csv->problems = problems;
	csv->options = *options;
	if (!delimited_names(&csv->rows, arena, options->fields) ||
	    !columns_map(names, FIELD_COUNT, csv->rows.names, csv->rows.name_count, options->columns,
			 input_name(input), csv->column_of, problems)) {
		storage_csv_close(csv);
		return false;
	}
	*reader = (struct storage_reader){ csv, storage_csv_next, storage_csv_close };
	return true;
}
