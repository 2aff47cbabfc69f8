/* A bank's line in canonical JSON: what the reading program hands over and what the house chain keeps. */
#ifndef BANK_LINE_JSON_H
#define BANK_LINE_JSON_H

#include "bank/bank.h"
#include "base/json.h"

void bank_line_write(struct json_writer *w, const struct bank_line *line);
/* False when JSON is no line. Texts point into the JSON. */
bool bank_line_read(const struct json *json, struct bank_line *line) MUST_USE;

#endif
