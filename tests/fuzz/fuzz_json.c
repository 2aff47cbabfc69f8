/* JSON and envelopes: never beyond the text, and an envelope that is read is written again the same or refused. */
#include <stdint.h>
#include <stdlib.h>

#include "base/json.h"
#include "record/envelope.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct problems problems;
	struct json_error error;
	struct envelope envelope;
	struct arena arena;
	struct buf again;

	arena_init(&arena);
	problems_init(&problems, &arena);
	if (!json_read(&arena, text, &error) && error.offset > size)
		abort();
	if (envelope_read(&arena, text, &envelope, &problems)) {
		buf_init(&again, SIZE_MAX / 4);
		envelope_write(&envelope, &again);
		if (!envelope_read(&arena, arena_str(&arena, buf_str(&again)), &envelope, &problems))
			abort();
		buf_free(&again);
	}
	arena_free(&arena);
	return 0;
}
