/*
 * `sacct --json` of Slurm 22.05 and later, and slurmdbd's REST answers, which have the same jobs. Releases differ in
 * small things: a state is a word or an array of words; a number is plain or {set, infinite, number}; what has no value
 * is null, 0, -2 or the largest numbers. Steps stand within their job and are passed over.
 */
#include "readers/columns.h"
#include "readers/json_stream.h"
#include "readers/slurm_job.h"
#include "readers/values.h"

enum field { FIELD_ACCOUNT, FIELD_USER, FIELD_PURPOSE, FIELD_COUNT };

static const struct column_name names[FIELD_COUNT] = {
	[FIELD_ACCOUNT] = { "account", false },
	[FIELD_USER] = { "user", false },
	[FIELD_PURPOSE] = { "purpose", false },
};

struct sacct_json {
	struct json_stream jobs;
	struct arena texts;                  /* of the row */
	struct reader_options options;
	const char *keys[FIELD_COUNT];       /* paths: comment.job */
	bool purpose_renamed;
};

static bool refuse(struct problem *why, enum refusal what, const char *path, const char *kind)
{
	*why = (struct problem){ .what = what, .words = { str_of(path), str_of(kind) } };
	return false;
}

static bool refuse_number(struct problem *why, const char *path)
{
	return refuse(why, REFUSAL_IMPORT_JSON_NUMBER, path, "");
}

/* ---- numbers ---- */

/* False only when VALUE is no number at all. */
static bool number_read(const struct json *value, int64_t *number, bool *has)
{
	*has = false;
	if (!value || json_is(value, JSON_NULL))
		return true;
	if (json_is(value, JSON_OBJECT)) {
		const struct json *inner = json_member(value, "number");

		if (json_is(json_member(value, "set"), JSON_FALSE) ||
		    json_is(json_member(value, "infinite"), JSON_TRUE))
			return true;
		return json_is(inner, JSON_NUMBER) && number_read(inner, number, has);
	}
	if (!json_is(value, JSON_NUMBER))
		return false;
	if (value_is_slurm_none(value->text) || str_is(value->text, "-1") || str_is(value->text, "-2"))
		return true;
	*has = json_integer(value, number);
	return *has;
}

static bool number_fill(const struct json *job, const char *path, int64_t *number, bool *has, struct problem *why)
{
	int64_t read = 0;

	if (!number_read(json_path(job, path), &read, has) || read < 0)
		return refuse_number(why, path);
	if (*has)
		*number = read;
	return true;
}

static bool instant_fill(const struct json *job, const char *path, instant *at, bool *has, struct problem *why)
{
	if (!number_fill(job, path, at, has, why))
		return false;
	if (*has && *at > INSTANT_MOST)
		return refuse_number(why, path);
	*has = *has && *at > 0;
	return true;
}

static bool duration_fill(const struct json *job, const char *path, int64_t *seconds, bool *has, struct problem *why)
{
	if (!number_fill(job, path, seconds, has, why))
		return false;
	return !*has || *seconds <= INSTANT_MOST || refuse_number(why, path);
}

static bool times_fill(const struct json *json, struct slurm_job *job, struct problem *why)
{
	bool has_suspended;

	if (!json_is(json_member(json, "time"), JSON_OBJECT))
		return refuse(why, REFUSAL_IMPORT_JSON_NO_JOB, "time", "");
	return instant_fill(json, "time.submission", &job->submit, &job->has_submit, why) &&
	       instant_fill(json, "time.start", &job->start, &job->has_start, why) &&
	       instant_fill(json, "time.end", &job->end, &job->has_end, why) &&
	       duration_fill(json, "time.elapsed", &job->elapsed_seconds, &job->has_elapsed, why) &&
	       duration_fill(json, "time.suspended", &job->suspended_seconds, &has_suspended, why);
}

/* ---- resources ---- */

static bool is_gres(const struct json *entry)
{
	return str_is(json_text(json_member(entry, "type")), "gres");
}

static bool gpus_fill(const struct json *allocated, struct arena *arena, struct slurm_job *job, struct problem *why)
{
	struct tres_sum sum = { 0 };
	int64_t count;
	bool has;

	if (!json_is(allocated, JSON_ARRAY))
		return refuse(why, REFUSAL_IMPORT_JSON_KIND, "tres.allocated", "array");
	job->allocation_told = allocated->first != NULL;
	for (const struct json *entry = allocated->first; entry; entry = entry->next) {
		struct str name = json_text(json_member(entry, "name"));

		if (!is_gres(entry))
			continue;
		if (!number_read(json_member(entry, "count"), &count, &has))
			return refuse_number(why, "tres.allocated.count");
		if (has)
			tres_sum_add(&sum, name, count);
		else
			tres_sum_add_uncounted(&sum, name);
	}
	if (tres_sum_gpus(arena, &sum, &job->gpus))
		return true;
	*why = (struct problem){ .what = REFUSAL_IMPORT_TRES_CONTRADICTS,
				 .words = { STR("tres.allocated"), STR("gres/gpu") } };
	return false;
}

static bool gpus_asked_for(const struct json *json)
{
	const struct json *requested = json_path(json, "tres.requested");
	int64_t count;
	bool has;

	if (json_is(requested, JSON_ARRAY))
		for (const struct json *entry = requested->first; entry; entry = entry->next)
			if (is_gres(entry) && tres_asks_for_gpus(json_text(json_member(entry, "name"))) &&
			    number_read(json_member(entry, "count"), &count, &has) && has && count > 0)
				return true;
	return submit_line_asks_for_gpus(json_text(json_member(json, "submit_line")));
}

/* ---- a job ---- */

static struct str first_told(struct str one, struct str other)
{
	return one.length ? one : other;
}

static bool state_fill(const struct json *json, struct arena *arena, struct slurm_job *job, struct problem *why)
{
	const struct json *current = json_path(json, "state.current");

	job->state = json_text(current);
	if (!current || json_is(current, JSON_STRING) || json_is(current, JSON_NULL))
		return true;
	if (!json_is(current, JSON_ARRAY))
		return refuse(why, REFUSAL_IMPORT_JSON_KIND, "state.current", "array, string");
	for (const struct json *word = current->first; word; word = word->next) {
		struct str text = json_text(word);

		if (job->state.length == 0)
			job->state = text;
		else
			job->state = arena_format(arena, "%.*s,%.*s", (int)job->state.length, job->state.at,
						  (int)text.length, text.at);
	}
	return true;
}

static struct str purpose_of(const struct sacct_json *sacct, const struct json *json)
{
	const struct json *wckey = json_member(json, "wckey");
	struct str mapped = json_text(json_path(json, sacct->keys[FIELD_PURPOSE]));

	if (sacct->purpose_renamed || mapped.length)
		return mapped;
	return slurm_wckey(json_text(json_is(wckey, JSON_OBJECT) ? json_member(wckey, "wckey") : wckey));
}

static bool texts_fill(struct sacct_json *sacct, const struct json *json, struct slurm_job *job, struct problem *why)
{
	bool has;
	int64_t id;

	if (!number_fill(json, "job_id", &id, &has, why))
		return false;
	if (!has)
		return refuse_number(why, "job_id");
	job->id = arena_format(&sacct->texts, "%lld", (long long)id);
	job->cluster = first_told(json_text(json_member(json, "cluster")),
				  json_text(json_path(json, "association.cluster")));
	job->cluster = first_told(job->cluster, sacct->options.source);
	job->account = first_told(json_text(json_path(json, sacct->keys[FIELD_ACCOUNT])),
				  json_text(json_path(json, "association.account")));
	job->user = first_told(json_text(json_path(json, sacct->keys[FIELD_USER])),
			       json_text(json_path(json, "association.user")));
	job->nodes = slurm_nodes(json_text(json_member(json, "nodes")));
	job->purpose = purpose_of(sacct, json);
	job->gpus_asked_for = gpus_asked_for(json);
	return true;
}

static enum row_result job_read(struct sacct_json *sacct, const struct json *json, struct usage_row *row,
				struct problem *why)
{
	struct slurm_job job = { .elapsed_seconds = 0 };

	if (!json_is(json, JSON_OBJECT)) {
		refuse(why, REFUSAL_IMPORT_JSON_NO_JOB, "time", "");
		return ROW_REFUSED;
	}
	if (!times_fill(json, &job, why) || !texts_fill(sacct, json, &job, why) ||
	    !state_fill(json, &sacct->texts, &job, why) ||
	    !gpus_fill(json_path(json, "tres.allocated"), &sacct->texts, &job, why))
		return ROW_REFUSED;
	return slurm_job_row(&job, &sacct->texts, row, why);
}

static enum row_result sacct_json_next(void *state, struct usage_row *row, struct problem *why)
{
	struct sacct_json *sacct = state;
	const struct json *json;
	enum row_result result;

	switch (json_stream_parse(&sacct->jobs, &sacct->texts, &json, why)) {
	case JSON_STREAM_ELEMENT:
		break;
	case JSON_STREAM_END:
		return ROW_END;
	case JSON_STREAM_FAILED:
		return ROW_FAILED;
	}
	*row = (struct usage_row){ .line = sacct->jobs.place.line };
	if (!json)
		return ROW_REFUSED;
	result = job_read(sacct, json, row, why);
	if (result == ROW_REFUSED)
		json_stream_blame(&sacct->jobs, why);
	return result;
}

static void sacct_json_close(void *state)
{
	struct sacct_json *sacct = state;

	json_stream_close(&sacct->jobs);
	arena_free(&sacct->texts);
}

bool sacct_json_reader_open(struct arena *arena, struct input *input, const struct reader_options *options,
			    struct reader *reader, struct problems *problems)
{
	struct sacct_json *sacct = arena_new(arena, struct sacct_json);
	struct str keys[FIELD_COUNT];

	if (!columns_keys(names, FIELD_COUNT, options->columns, keys, problems))
		return false;
	if (!json_stream_open(&sacct->jobs, input, "jobs", "sacct --json", problems)) {
		json_stream_close(&sacct->jobs);
		return false;
	}
	for (size_t i = 0; i < FIELD_COUNT; i++)
		sacct->keys[i] = arena_cstr(arena, keys[i]);
	sacct->options = *options;
	sacct->purpose_renamed = !str_is(keys[FIELD_PURPOSE], names[FIELD_PURPOSE].name);
	arena_init(&sacct->texts);
	*reader = (struct reader){ sacct, sacct_json_next, sacct_json_close };
	return true;
}
