#include "base/capitals.h"
#include "base/json.h"
#include "document/statement_document.h"

const char *meter_exact_name(enum meter meter)
{
	switch (meter) {
	case METER_GPU:        return "gpu_seconds";
	case METER_STORAGE:    return "byte_seconds";
	case METER_DATASET:
	case METER_SOFTWARE:
	case METER_CAP:
	case METER_INSTALMENT:
	case METER_ADVANCE:
	case METER_COUNT:      break;
	}
	return NULL;
}

struct str line_exact_text(struct arena *arena, const struct line *line)
{
	return line->meter == METER_GPU ? gpu_seconds_text(arena, line->exact) : wide_text(arena, line->exact);
}

static void line_json(struct arena *arena, struct json_writer *w, const struct line *line)
{
	const char *exact = meter_exact_name(line->meter);

	json_object(w);
	json_put_string(w, "clause", line->clause);
	json_put_string(w, "meter", str_of(meter_name(line->meter)));
	if (line->gpu_model.length)
		json_put_string(w, "gpu_model", line->gpu_model);
	if (exact)
		json_put_string(w, exact, line_exact_text(arena, line));
	json_put_string(w, "quantity", line_quantity_text(arena, line));
	json_put_string(w, "unit", line->unit);
	json_put_string(w, "unit_price", decimal_text(arena, line->unit_price));
	if (line->taxed) {
		json_put_string(w, "tax_percent", decimal_text(arena, line->tax_percent));
		json_put_integer(w, "net_fen", money_fen(line->net));
		json_put_integer(w, "tax_fen", money_fen(line->tax));
	}
	if (line->shown_only)
		json_put_bool(w, "shown_only", true);
	json_put_integer(w, "amount_fen", money_fen(line->amount));
	json_object_end(w);
}

static void days_json(struct arena *arena, struct json_writer *w, const struct statement *s)
{
	json_key(w, "daily_gpu_seconds");
	json_array(w);
	for (int day = 0; day < s->day_count; day++)
		json_add_string(w, gpu_seconds_text(arena, s->day_thousandths[day]));
	json_array_end(w);
}

static void gaps_json(struct arena *arena, struct json_writer *w, const struct statement *s)
{
	json_key(w, "storage_gaps");
	json_array(w);
	for (size_t i = 0; i < s->gap_count; i++) {
		json_object(w);
		json_put_string(w, "filesystem", s->gaps[i].filesystem);
		json_put_string(w, "from", instant_text(arena, s->gaps[i].from));
		json_put_string(w, "to", instant_text(arena, s->gaps[i].to));
		json_object_end(w);
	}
	json_array_end(w);
}

void statement_write_json(struct arena *arena, const struct lease *lease, const struct statement *s, struct buf *out)
{
	struct json_writer w;

	json_writer_pretty(&w, out);
	json_object(&w);
	json_put_string(&w, "lease", s->lease);
	json_put_string(&w, "month", month_text(arena, s->month));
	json_put_string(&w, "currency", s->currency);
	json_put_string(&w, "from", instant_text(arena, s->from));
	json_put_string(&w, "to", instant_text(arena, s->to));
	json_put_bool(&w, "complete", s->complete);
	json_key(&w, "lines");
	json_array(&w);
	for (size_t i = 0; i < s->lines.count; i++)
		line_json(arena, &w, &s->lines.list[i]);
	json_array_end(&w);
	if (s->taxed) {
		json_put_integer(&w, "net_fen", money_fen(s->net));
		json_put_integer(&w, "tax_fen", money_fen(s->tax));
	}
	json_put_integer(&w, "total_fen", money_fen(s->total));
	json_put_string(&w, "total_capitals", capitals_write(arena, s->total));
	json_put_integer(&w, "fees_to_date_fen", money_fen(s->fees_to_date));
	json_put_integer(&w, "agreed_total_fen", money_fen(lease->terms.fees.total));
	json_put_string(&w, "lessor", lease->terms.lessor.name);
	json_put_string(&w, "lessee", lease->terms.lessee.name);
	json_put_integer(&w, "open_allocations", (int64_t)s->open_count);
	json_put_integer(&w, "runaway_allocations", (int64_t)s->runaway_count);
	json_put_string(&w, "outside_term_gpu_seconds", gpu_seconds_text(arena, s->outside_term_thousandths));
	gaps_json(arena, &w, s);
	days_json(arena, &w, s);
	json_object_end(&w);
	buf_add_char(out, '\n');
}
