/* CSV: with a header of its own, and with anybody's names. Rows without quotes and rows with them must agree. */
#include "fuzz_file.h"

static bool open_csv(struct arena *arena, struct input *input, const struct reader_options *options,
		     struct reader *reader, struct problems *problems)
{
	return csv_reader_open(arena, input, options, reader, problems);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reader_options options = { .zone = &zone_utc, .zone_given = true, .source = { "", 0 } };

	fuzz_usage(data, size, open_csv, &options);
	options.fields = "key|start|duration|gpus|account|user|state|suspended_seconds|listed";
	fuzz_usage(data, size, open_csv, &options);
	return 0;
}
