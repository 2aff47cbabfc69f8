#include "bank/line_json.h"

static void put_day(struct json_writer *w, const char *key, day_number day)
{
	struct arena scratch;

	arena_init(&scratch);
	json_put_string(w, key, day_text(&scratch, day));
	arena_free(&scratch);
}

static void put_text(struct json_writer *w, const char *key, struct str text)
{
	if (text.length)
		json_put_string(w, key, text);
}

void bank_line_write(struct json_writer *w, const struct bank_line *line)
{
	json_object(w);
	json_put_string(w, "account", line->account);
	put_text(w, "bank_reference", line->bank_reference);
	put_day(w, "booked", line->booking_day);
	json_put_bool(w, "credit", line->credit);
	json_put_string(w, "currency", line->currency);
	put_text(w, "end_to_end", line->end_to_end);
	json_put_string(w, "key", line->key);
	json_put_integer(w, "line", (int64_t)line->line);
	json_put_integer(w, "minor", line->minor);
	put_text(w, "payer_account", line->payer_account);
	put_text(w, "payer_bank", line->payer_bank);
	put_text(w, "payer_name", line->payer_name);
	put_text(w, "return_of", line->return_of);
	put_text(w, "return_reason", line->return_reason);
	json_put_bool(w, "returned", line->returned);
	put_text(w, "text", line->text);
	if (line->has_value_day)
		put_day(w, "value", line->value_day);
	json_object_end(w);
}

static bool minor_read(const struct json *json, int64_t *minor)
{
	return json_integer(json, minor) || (json_is(json, JSON_STRING) && str_to_i64(json_text(json), minor));
}

bool bank_line_read(const struct json *json, struct bank_line *line)
{
	const struct json *value = json_member(json, "value");
	int64_t number;

	*line = (struct bank_line){
		.key = json_text(json_member(json, "key")), .account = json_text(json_member(json, "account")),
		.currency = json_text(json_member(json, "currency")), .credit = json_is(json_member(json, "credit"), JSON_TRUE),
		.returned = json_is(json_member(json, "returned"), JSON_TRUE), .has_value_day = value != NULL,
		.payer_name = json_text(json_member(json, "payer_name")),
		.payer_account = json_text(json_member(json, "payer_account")),
		.payer_bank = json_text(json_member(json, "payer_bank")), .text = json_text(json_member(json, "text")),
		.end_to_end = json_text(json_member(json, "end_to_end")),
		.bank_reference = json_text(json_member(json, "bank_reference")),
		.return_of = json_text(json_member(json, "return_of")),
		.return_reason = json_text(json_member(json, "return_reason")),
	};
	if (!json_integer(json_member(json, "line"), &number) || number < 0 || line->key.length == 0 ||
	    (value && !day_read(json_text(value), &line->value_day)))
		return false;
	line->line = (size_t)number;
	return minor_read(json_member(json, "minor"), &line->minor) && line->minor > 0 &&
	       day_read(json_text(json_member(json, "booked")), &line->booking_day);
}
