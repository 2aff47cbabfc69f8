/*
 * Samples of capacity in use as JSON: an array of objects, or an object with one array. The keys are time, bytes,
 * account, user and filesystem, or what --columns names for them; a name with points is a path into nested objects.
 */
#include "readers/json_stream.h"
#include "readers/storage_sample.h"

struct storage_json {
	struct json_stream samples;
	struct arena texts;              /* of the row */
	struct problems *problems;
	struct reader_options options;
	const char *keys[STORAGE_VALUES];
};

/* A string or a number of the sample, as text; empty if it is absent or null. */
static bool text_of(const struct storage_json *storage, const struct json *sample, int field, struct str *text,
		    struct problem *why)
{
	const struct json *value = json_path(sample, storage->keys[field]);
	bool told = value && !json_is(value, JSON_NULL);

	*text = str_trim(json_text(value));
	if (!told && storage_names[field].required) {
		*why = (struct problem){ .what = REFUSAL_IMPORT_JSON_KEY_MISSING,
					 .words = { str_of(storage->keys[field]) } };
		return false;
	}
	if (!told || json_is(value, JSON_STRING) || json_is(value, JSON_NUMBER))
		return true;
	*why = (struct problem){ .what = REFUSAL_IMPORT_JSON_KIND,
				 .words = { str_of(storage->keys[field]), STR("string, number") } };
	return false;
}

static enum row_result sample_read(const struct storage_json *storage, const struct json *sample,
				   struct storage_row *row, struct problem *why)
{
	struct str texts[STORAGE_VALUES];

	if (!json_is(sample, JSON_OBJECT)) {
		*why = (struct problem){ .what = REFUSAL_IMPORT_JSON_KIND, .words = { STR("[]"), STR("object") } };
		return ROW_REFUSED;
	}
	for (int value = 0; value < STORAGE_VALUES; value++)
		if (!text_of(storage, sample, value, &texts[value], why))
			return ROW_REFUSED;
	return storage_sample_read(&storage->options, storage->keys, texts, row, why);
}

static enum row_result storage_json_next(void *state, struct storage_row *row, struct problem *why)
{
	struct storage_json *storage = state;
	enum row_result result;
	const struct json *sample;

	switch (json_stream_parse(&storage->samples, &storage->texts, &sample, why)) {
	case JSON_STREAM_ELEMENT:
		break;
	case JSON_STREAM_END:
		return ROW_END;
	case JSON_STREAM_FAILED:
		return ROW_FAILED;
	}
	*row = (struct storage_row){ .line = storage->samples.place.line };
	if (!sample)
		return ROW_REFUSED;
	result = sample_read(storage, sample, row, why);
	if (result != ROW_USAGE)
		json_stream_blame(&storage->samples, why);
	if (result == ROW_FAILED)
		problem_add(storage->problems, *why);
	return result;
}

static void storage_json_close(void *state)
{
	struct storage_json *storage = state;

	json_stream_close(&storage->samples);
	arena_free(&storage->texts);
}

bool storage_json_reader_open(struct arena *arena, struct input *input, const struct reader_options *options,
			      struct storage_reader *reader, struct problems *problems)
{
	struct storage_json *storage = arena_new(arena, struct storage_json);
	struct str keys[STORAGE_VALUES];

	if (!columns_keys(storage_names, STORAGE_VALUES, options->columns, keys, problems))
		return false;
	if (!json_stream_open(&storage->samples, input, NULL, "[{time, bytes}, ...]", problems)) {
		json_stream_close(&storage->samples);
		return false;
	}
	for (size_t i = 0; i < STORAGE_VALUES; i++)
		storage->keys[i] = arena_cstr(arena, keys[i]);
	storage->problems = problems;
	storage->options = *options;
	arena_init(&storage->texts);
	*reader = (struct storage_reader){ storage, storage_json_next, storage_json_close };
	return true;
}
