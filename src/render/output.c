#include "render/output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool refuse(const struct output *output, struct fault *fault)
{
	return fault_say(fault, FAULT_FILE, STR("output"), str_of(output->path), str_of(strerror(errno)));
}

bool output_begin(struct output *output, struct str path, struct fault *fault)
{
	output->path = arena_cstr(fault->arena, path);
	output->temporary = arena_cstr(fault->arena, arena_format(fault->arena, "%s.XXXXXX", output->path));
	output->file = mkstemp(output->temporary);
	return output->file >= 0 || refuse(output, fault);
}

bool output_write(struct output *output, struct str bytes, struct fault *fault)
{
	while (bytes.length) {
		ssize_t written = write(output->file, bytes.at, bytes.length);

		if (written < 0 && errno != EINTR)
			return refuse(output, fault);
		if (written > 0)
			bytes = str_part(bytes, (size_t)written, bytes.length);
	}
	return true;
}

bool output_end(struct output *output, bool keep, struct fault *fault)
{
	bool kept = keep && (fdatasync(output->file) == 0 || refuse(output, fault));

	if (close(output->file) && kept)
		kept = refuse(output, fault);
	if (kept && rename(output->temporary, output->path))
		kept = refuse(output, fault);
	if (!kept)
		unlink(output->temporary);
	return kept;
}
