/* sacct --json. */
#include "fuzz_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct reader_options options = { .zone = &zone_utc, .source = { "", 0 } };

	fuzz_usage(data, size, sacct_json_reader_open, &options);
	return 0;
}
