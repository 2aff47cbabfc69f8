#include "lease/line_json.h"

static void put_decimal(struct json_writer *w, struct arena *scratch, const char *key, struct decimal value)
{
	json_put_string(w, key, decimal_text(scratch, value));
}

void line_write_canonical(struct json_writer *w, const struct line *line)
{
	struct arena scratch;

	arena_init(&scratch);
	json_object(w);
	json_put_integer(w, "agreement_line", (int64_t)line->agreement_line);
	json_put_integer(w, "amount_fen", money_fen(line->amount));
	json_put_string(w, "clause", line->clause);
	json_put_string(w, "exact", wide_text(&scratch, line->exact));
	json_put_string(w, "exact_per_unit", wide_text(&scratch, line->exact_per_unit));
	if (line->gpu_model.length)
		json_put_string(w, "gpu_model", line->gpu_model);
	json_put_string(w, "meter", str_of(meter_name(line->meter)));
	json_put_integer(w, "net_fen", money_fen(line->net));
	if (line->shown_only)
		json_put_bool(w, "shown_only", true);
	json_put_integer(w, "tax_fen", money_fen(line->tax));
	if (line->taxed)
		put_decimal(w, &scratch, "tax_percent", line->tax_percent);
	json_put_string(w, "unit", line->unit);
	put_decimal(w, &scratch, "unit_price", line->unit_price);
	json_object_end(w);
	arena_free(&scratch);
}

bool money_read_canonical(const struct json *json, struct money *amount)
{
	int64_t fen;

	if (!json_integer(json, &fen) && !(json_is(json, JSON_STRING) && str_to_i64(json_text(json), &fen)))
		return false;
	*amount = money_of_fen(fen);
	return true;
}

bool line_read_canonical(const struct json *json, struct line *line)
{
	const struct json *percent = json_member(json, "tax_percent");
	int64_t agreement_line;

	*line = (struct line){
		.clause = json_text(json_member(json, "clause")), .gpu_model = json_text(json_member(json, "gpu_model")),
		.unit = json_text(json_member(json, "unit")), .taxed = percent != NULL,
		.shown_only = json_is(json_member(json, "shown_only"), JSON_TRUE),
	};
	if (!json_integer(json_member(json, "agreement_line"), &agreement_line) || agreement_line < 0 ||
	    (percent && !decimal_read(json_text(percent), &line->tax_percent)))
		return false;
	line->agreement_line = (size_t)agreement_line;
	return meter_named(json_text(json_member(json, "meter")), &line->meter) &&
	       wide_read(json_text(json_member(json, "exact")), &line->exact) &&
	       wide_read(json_text(json_member(json, "exact_per_unit")), &line->exact_per_unit) && line->exact_per_unit > 0 &&
	       decimal_read(json_text(json_member(json, "unit_price")), &line->unit_price) &&
	       money_read_canonical(json_member(json, "amount_fen"), &line->amount) &&
	       money_read_canonical(json_member(json, "net_fen"), &line->net) && money_read_canonical(json_member(json, "tax_fen"), &line->tax);
}
