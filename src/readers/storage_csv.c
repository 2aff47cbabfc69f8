/*
 * Samples of capacity in use as CSV: `time,bytes` and optional account, user and filesystem, anybody's names by
 * --columns. A sample says what an owner held at that time; adding up and time-weighting are not done here.
 */
#include "readers/delimited.h"
#include "readers/storage_sample.h"

struct storage_csv {
	struct delimited rows;
	struct reader_options options;
	int column_of[STORAGE_VALUES];
};

static enum row_result row_read(const struct storage_csv *csv, struct storage_row *row, struct problem *why)
{
	const char *called[STORAGE_VALUES];
	struct str texts[STORAGE_VALUES];

	for (int value = 0; value < STORAGE_VALUES; value++) {
		int column = csv->column_of[value];

		called[value] = storage_names[value].name;
		texts[value] = column < 0 ? STR("") : str_trim(csv->rows.cells[column]);
	}
	return storage_sample_read(&csv->options, called, texts, row, why);
}

static enum row_result storage_csv_next(void *state, struct storage_row *row, struct problem *why)
{
	struct storage_csv *csv = state;
	enum row_result result;
	bool begun = delimited_row_begin(&csv->rows, &result, why);

	*row = (struct storage_row){ .line = csv->rows.line };
	return begun ? delimited_row_end(&csv->rows, row_read(csv, row, why), why) : result;
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
	csv->options = *options;
	if (!delimited_names(&csv->rows, arena, options->fields) ||
	    !columns_map(storage_names, STORAGE_VALUES, csv->rows.names, csv->rows.name_count, options->columns,
			 input_name(input), csv->column_of, problems)) {
		storage_csv_close(csv);
		return false;
	}
	*reader = (struct storage_reader){ csv, storage_csv_next, storage_csv_close };
	return true;
}
