/* A file that replaces another whole: written beside it, flushed to the disk, then renamed over it. Mode 0600. */
#ifndef RENDER_OUTPUT_H
#define RENDER_OUTPUT_H

#include "render/fault.h"

struct output {
	const char *path;
	char *temporary;
	int file;
};

bool output_begin(struct output *output, struct str path, struct fault *fault) MUST_USE;
bool output_write(struct output *output, struct str bytes, struct fault *fault) MUST_USE;
/* Ends it either way: KEEP puts the file in its place, else nothing is left of it. */
bool output_end(struct output *output, bool keep, struct fault *fault) MUST_USE;

#endif
