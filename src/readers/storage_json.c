/*
 * Samples of capacity in use as JSON: an array of objects, or an object with one array. The keys are time, bytes,
 * account, user and filesystem, or what --columns names for them; a name with points is a path into nested objects.
 */
#include "readers/columns.h"
#include "readers/json_stream.h"
#include "readers/values.h"

enum field { FIELD_TIME, FIELD_BYTES, FIELD_ACCOUNT, FIELD_USER, FIELD_FILESYSTEM, FIELD_COUNT };

static const struct column_name names[FIELD_COUNT] = {
	[FIELD_TIME] = { "time", true },
	[FIELD_BYTES] = { "bytes", true },
	[FIELD_ACCOUNT] = { "account", false },
	[FIELD_USER] = { "user", false },
	[FIELD_FILESYSTEM] = { "filesystem", false },
};

struct storage_json {
	struct json_stream samples;
	struct arena texts;              /* of the row */
	struct problems *problems;
	struct reader_options options;
	const char *keys[FIELD_COUNT];
};

/* A string or a number of the sample, as text; empty if it is absent or null. */
static bool text_of(const struct storage_json *storage, const struct json *sample, enum field field, struct str *text,
		    struct problem *why)
{
	const struct json *value = json_path(sample, storage->keys[field]);
	bool told = value && !json_is(value, JSON_NULL);

	*text = str_trim(json_text(value));
	if (!told && names[field].required) {
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

static enum row_result time_fill(const struct storage_json *storage, struct str text, struct storage_row *row,
				 struct problem *why)
{
	switch (value_instant(&storage->options, storage->keys[FIELD_TIME], text, &row->at, why)) {
	case VALUE_READ:
		return ROW_USAGE;
	case VALUE_NONE:
		*why = (struct problem){ .what = REFUSAL_IMPORT_TIME_MISSING,
					 .words = { str_of(storage->keys[FIELD_TIME]) } };
		return ROW_REFUSED;
	case VALUE_REFUSED:
		return ROW_REFUSED;
	case VALUE_NO_ZONE:
		return ROW_FAILED;
	}
	return ROW_REFUSED;
}

static enum row_result sample_read(const struct storage_json *storage, const struct json *sample,
				   struct storage_row *row, struct problem *why)
{
	struct str time, bytes;
	enum row_result result;

	if (!json_is(sample, JSON_OBJECT)) {
		*why = (struct problem){ .what = REFUSAL_IMPORT_JSON_KIND, .words = { STR("[]"), STR("object") } };
		return ROW_REFUSED;
	}
	if (!text_of(storage, sample, FIELD_TIME, &time, why) || !text_of(storage, sample, FIELD_BYTES, &bytes, why) ||
	    !text_of(storage, sample, FIELD_ACCOUNT, &row->account, why) ||
	    !text_of(storage, sample, FIELD_USER, &row->user, why) ||
	    !text_of(storage, sample, FIELD_FILESYSTEM, &row->filesystem, why))
		return ROW_REFUSED;
	result = time_fill(storage, time, row, why);
	if (result == ROW_USAGE && value_bytes(storage->keys[FIELD_BYTES], bytes, &row->bytes, why) != VALUE_READ)
		result = ROW_REFUSED;
	return result;
}

static enum row_result storage_json_next(void *state, struct storage_row *row, struct problem *why)
{
	struct storage_json *storage = state;
	enum row_result result = ROW_REFUSED;
	const struct json *sample;
	struct json_error error;
	struct json_place place;
	struct str element;

	arena_reset(&storage->texts);
	switch (json_stream_next(&storage->samples, &element)) {
	case JSON_STREAM_ELEMENT:
		break;
	case JSON_STREAM_END:
		return ROW_END;
	case JSON_STREAM_FAILED:
		return ROW_FAILED;
	}
	place = storage->samples.place;
	*row = (struct storage_row){ .line = place.line };
	sample = json_read(&storage->texts, element, &error);
	if (sample) {
		result = sample_read(storage, sample, row, why);
	} else {
		place = json_stream_place(&storage->samples, element, error.offset);
		*why = (struct problem){ .what = REFUSAL_IMPORT_JSON, .words = { str_of(error.what) } };
	}
	if (result != ROW_USAGE) {
		why->file = input_name(storage->samples.input);
		why->line = place.line;
		why->column = place.column;
	}
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
	struct str keys[FIELD_COUNT];

	if (!columns_keys(names, FIELD_COUNT, options->columns, keys, problems))
		return false;
	if (!json_stream_open(&storage->samples, input, NULL, "[{time, bytes}, ...]", problems)) {
		json_stream_close(&storage->samples);
		return false;
	}
	for (size_t i = 0; i < FIELD_COUNT; i++)
		storage->keys[i] = arena_cstr(arena, keys[i]);
	storage->problems = problems;
	storage->options = *options;
	arena_init(&storage->texts);
	*reader = (struct storage_reader){ storage, storage_json_next, storage_json_close };
	return true;
}
