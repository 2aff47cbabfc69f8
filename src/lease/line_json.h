/* A line in canonical JSON, as the fact of an issued statement keeps it. */
#ifndef LEASE_LINE_JSON_H
#define LEASE_LINE_JSON_H

#include "base/json.h"
#include "rating/line.h"

void line_write_canonical(struct json_writer *w, const struct line *line);
/* False when JSON is no line. Texts point into the JSON. */
bool line_read_canonical(const struct json *json, struct line *line) MUST_USE;

/* An amount in fen: an integer, or a string where it is beyond 2^53. */
bool money_read_canonical(const struct json *json, struct money *amount) MUST_USE;

#endif
