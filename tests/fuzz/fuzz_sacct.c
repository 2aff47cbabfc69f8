/* The text of sacct, with a header and with named fields. */
#include "fuzz_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reader_options options = { .zone = &zone_utc, .zone_given = true, .source = { "", 0 } };

	fuzz_usage(data, size, sacct_reader_open, &options);
	options.fields = "JobIDRaw|Start|End|State|AllocTRES|ReqTRES|Elapsed";
	fuzz_usage(data, size, sacct_reader_open, &options);
	return 0;
}
