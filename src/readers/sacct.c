/*
 * The text of `sacct --parsable2 --duplicates --allocations`: a header, rows, and a separator that nothing escapes. A
 * row with more or fewer fields than the header is refused: its fields may have shifted.
 */
#include "readers/columns.h"
#include "readers/delimited.h"
#include "readers/slurm_job.h"
#include "readers/values.h"

enum field {
	FIELD_JOB_ID_RAW, FIELD_JOB_ID, FIELD_CLUSTER, FIELD_ACCOUNT, FIELD_USER, FIELD_SUBMIT, FIELD_START, FIELD_END,
	FIELD_STATE, FIELD_ELAPSED_RAW, FIELD_ELAPSED, FIELD_SUSPENDED, FIELD_ALLOC_TRES, FIELD_REQ_TRES,
	FIELD_REQ_GRES, FIELD_SUBMIT_LINE, FIELD_NODE_LIST, FIELD_WCKEY, FIELD_PURPOSE, FIELD_COUNT
};

static const struct column_name names[FIELD_COUNT] = {
	[FIELD_JOB_ID_RAW] = { "JobIDRaw", false },   [FIELD_JOB_ID] = { "JobID", false },
	[FIELD_CLUSTER] = { "Cluster", false },       [FIELD_ACCOUNT] = { "Account", false },
	[FIELD_USER] = { "User", false },             [FIELD_SUBMIT] = { "Submit", false },
	[FIELD_START] = { "Start", true },            [FIELD_END] = { "End", true },
	[FIELD_STATE] = { "State", false },           [FIELD_ELAPSED_RAW] = { "ElapsedRaw", false },
	[FIELD_ELAPSED] = { "Elapsed", false },       [FIELD_SUSPENDED] = { "Suspended", false },
	[FIELD_ALLOC_TRES] = { "AllocTRES", true },   [FIELD_REQ_TRES] = { "ReqTRES", false },
	[FIELD_REQ_GRES] = { "ReqGRES", false },      [FIELD_SUBMIT_LINE] = { "SubmitLine", false },
	[FIELD_NODE_LIST] = { "NodeList", false },    [FIELD_WCKEY] = { "WCKey", false },
	[FIELD_PURPOSE] = { "Purpose", false },
};

/* `|`, and what people give to --delimiter so that no comment can hold it. */
static const char separators[] = "|\x1f\x1e\x01\t;";

struct sacct {
	struct delimited rows;
	struct arena texts;                  /* of the row */
	struct reader_options options;
	int column_of[FIELD_COUNT];
};

/* ---- a row ---- */

static struct str cell(const struct sacct *sacct, enum field field)
{
	int column = sacct->column_of[field];

	return column < 0 ? STR("") : sacct->rows.cells[column];
}

static bool instant_fill(const struct sacct *sacct, enum field field, instant *at, bool *has, enum row_result *result,
			 struct problem *why)
{
	switch (value_instant(&sacct->options, names[field].name, cell(sacct, field), at, why)) {
	case VALUE_READ:
		*has = true;
		return true;
	case VALUE_NONE:
		*has = false;
		return true;
	case VALUE_REFUSED:
		*result = ROW_REFUSED;
		return false;
	case VALUE_NO_ZONE:
		*result = ROW_FAILED;
		return false;
	}
	return false;
}

static bool times_fill(const struct sacct *sacct, struct slurm_job *job, enum row_result *result, struct problem *why)
{
	return instant_fill(sacct, FIELD_START, &job->start, &job->has_start, result, why) &&
	       instant_fill(sacct, FIELD_END, &job->end, &job->has_end, result, why) &&
	       instant_fill(sacct, FIELD_SUBMIT, &job->submit, &job->has_submit, result, why);
}

static bool durations_fill(const struct sacct *sacct, struct slurm_job *job, struct problem *why)
{
	enum field field = sacct->column_of[FIELD_ELAPSED_RAW] >= 0 ? FIELD_ELAPSED_RAW : FIELD_ELAPSED;
	enum value_result elapsed = value_duration(names[field].name, cell(sacct, field), &job->elapsed_seconds, why);
	enum value_result suspended = elapsed == VALUE_REFUSED ?
		VALUE_NONE : value_duration("Suspended", cell(sacct, FIELD_SUSPENDED), &job->suspended_seconds, why);

	job->has_elapsed = elapsed == VALUE_READ;
	return elapsed != VALUE_REFUSED && suspended != VALUE_REFUSED;
}

static bool texts_are_utf8(const struct sacct *sacct, struct problem *why)
{
	static const enum field kept[] = { FIELD_JOB_ID_RAW, FIELD_JOB_ID, FIELD_CLUSTER, FIELD_ACCOUNT, FIELD_USER,
					   FIELD_STATE, FIELD_ALLOC_TRES, FIELD_NODE_LIST, FIELD_WCKEY, FIELD_PURPOSE };

	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if (!value_text(names[kept[i]].name, cell(sacct, kept[i]), why))
			return false;
	return true;
}

static void texts_fill(const struct sacct *sacct, struct slurm_job *job)
{
	bool purposed = sacct->column_of[FIELD_PURPOSE] >= 0;

	job->cluster = cell(sacct, FIELD_CLUSTER);
	if (job->cluster.length == 0)
		job->cluster = sacct->options.source;
	job->state = cell(sacct, FIELD_STATE);
	job->account = cell(sacct, FIELD_ACCOUNT);
	job->user = cell(sacct, FIELD_USER);
	job->nodes = slurm_nodes(cell(sacct, FIELD_NODE_LIST));
	job->purpose = purposed ? cell(sacct, FIELD_PURPOSE) : slurm_wckey(cell(sacct, FIELD_WCKEY));
	job->allocation_told = cell(sacct, FIELD_ALLOC_TRES).length > 0;
	job->gpus_asked_for = tres_asks_for_gpus(cell(sacct, FIELD_REQ_TRES)) ||
			      tres_asks_for_gpus(cell(sacct, FIELD_REQ_GRES)) ||
			      submit_line_asks_for_gpus(cell(sacct, FIELD_SUBMIT_LINE));
}

/* Job numbers begin with a digit: 12, 12_3, 12_[4-9%2], 12+1. What follows a point is a step. */
static bool job_id_fill(const struct sacct *sacct, struct slurm_job *job, struct problem *why)
{
	enum field field = sacct->column_of[FIELD_JOB_ID_RAW] >= 0 ? FIELD_JOB_ID_RAW : FIELD_JOB_ID;

	job->id = str_trim(cell(sacct, field));
	if (job->id.length && job->id.at[0] >= '0' && job->id.at[0] <= '9')
		return true;
	*why = (struct problem){ .what = REFUSAL_IMPORT_JOB_ID, .words = { str_of(names[field].name), job->id } };
	return false;
}

static enum row_result row_read(struct sacct *sacct, struct usage_row *row, struct problem *why)
{
	struct slurm_job job = { .elapsed_seconds = 0 };
	enum row_result result = ROW_REFUSED;

	if (!texts_are_utf8(sacct, why) || !job_id_fill(sacct, &job, why))
		return ROW_REFUSED;
	if (str_find(job.id, '.') < job.id.length)
		return ROW_NOTHING;
	texts_fill(sacct, &job);
	if (!times_fill(sacct, &job, &result, why))
		return result;
	if (!durations_fill(sacct, &job, why) ||
	    !tres_read(&sacct->texts, names[FIELD_ALLOC_TRES].name, cell(sacct, FIELD_ALLOC_TRES), &job.gpus, why))
		return ROW_REFUSED;
	return slurm_job_row(&job, &sacct->texts, row, why);
}

/* ---- the file ---- */

static enum row_result sacct_next(void *state, struct usage_row *row, struct problem *why)
{
	struct sacct *sacct = state;
	enum row_result result;
	bool begun;

	arena_reset(&sacct->texts);
	begun = delimited_row_begin(&sacct->rows, &result, why);
	*row = (struct usage_row){ .line = sacct->rows.line };
	return begun ? delimited_row_end(&sacct->rows, row_read(sacct, row, why), why) : result;
}

static void sacct_close(void *state)
{
	struct sacct *sacct = state;

	delimited_close(&sacct->rows);
	arena_free(&sacct->texts);
}

static bool map(struct sacct *sacct)
{
	static const struct column_name either = { "JobIDRaw", true };
	const struct delimited *rows = &sacct->rows;
	struct str file = input_name(rows->input);
	bool mapped = columns_map(names, FIELD_COUNT, rows->names, rows->name_count, sacct->options.columns, file,
				  sacct->column_of, sacct->rows.problems);
	int absent;

	if (!mapped || sacct->column_of[FIELD_JOB_ID_RAW] >= 0 || sacct->column_of[FIELD_JOB_ID] >= 0)
		return mapped;
	return columns_map(&either, 1, rows->names, rows->name_count, NULL, file, &absent, sacct->rows.problems);
}

bool sacct_reader_open(struct arena *arena, struct input *input, const struct reader_options *options,
		       struct reader *reader, struct problems *problems)
{
	struct sacct *sacct = arena_new(arena, struct sacct);

	if (!delimited_open(&sacct->rows, input, separators, false, "sacct --parsable2", problems))
		return false;
	sacct->options = *options;
	arena_init(&sacct->texts);
	if (!delimited_names(&sacct->rows, arena, options->fields) || !map(sacct)) {
		sacct_close(sacct);
		return false;
	}
	if (sacct->column_of[FIELD_CLUSTER] < 0 && options->source.length == 0)
		problem_add(problems, (struct problem){ .what = REFUSAL_IMPORT_NO_CLUSTER, .file = input_name(input) });
	*reader = (struct reader){ sacct, sacct_next, sacct_close };
	return true;
}
