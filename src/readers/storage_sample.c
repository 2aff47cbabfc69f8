#include "readers/storage_sample.h"

#include "readers/values.h"

const struct column_name storage_names[STORAGE_VALUES] = {
	[STORAGE_TIME] = { "time", true },
	[STORAGE_BYTES] = { "bytes", true },
	[STORAGE_ACCOUNT] = { "account", false },
	[STORAGE_USER] = { "user", false },
	[STORAGE_FILESYSTEM] = { "filesystem", false },
};

static enum row_result time_read_into(const struct reader_options *options, const char *called, struct str text,
				      instant *at, struct problem *why)
{
	switch (value_instant(options, called, text, at, why)) {
	case VALUE_READ:
		return ROW_USAGE;
	case VALUE_NONE:
		*why = (struct problem){ .what = REFUSAL_IMPORT_TIME_MISSING, .words = { str_of(called) } };
		return ROW_REFUSED;
	case VALUE_REFUSED:
		return ROW_REFUSED;
	case VALUE_NO_ZONE:
		return ROW_FAILED;
	}
	return ROW_REFUSED;
}

enum row_result storage_sample_read(const struct reader_options *options, const char *const *called,
				    const struct str *texts, struct storage_row *row, struct problem *why)
{
	enum row_result result;

	for (int value = STORAGE_ACCOUNT; value < STORAGE_VALUES; value++)
		if (!value_text(called[value], texts[value], why))
			return ROW_REFUSED;
	row->account = texts[STORAGE_ACCOUNT];
	row->user = texts[STORAGE_USER];
	row->filesystem = texts[STORAGE_FILESYSTEM];
	result = time_read_into(options, called[STORAGE_TIME], texts[STORAGE_TIME], &row->at, why);
	if (result == ROW_USAGE && value_bytes(called[STORAGE_BYTES], texts[STORAGE_BYTES], &row->bytes, why) != VALUE_READ)
		return ROW_REFUSED;
	return result;
}
