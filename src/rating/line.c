#include "rating/line.h"

enum { QUANTITY_PLACES = 6, GPU_THOUSANDTHS_PLACES = 3 };

static const char *const meter_names[METER_COUNT] = {
	[METER_GPU] = "gpu", [METER_STORAGE] = "storage", [METER_DATASET] = "dataset", [METER_SOFTWARE] = "software",
	[METER_CAP] = "cap", [METER_INSTALMENT] = "instalment", [METER_ADVANCE] = "advance",
};

const char *meter_name(enum meter meter)
{
	return meter_names[meter];
}

bool meter_named(struct str name, enum meter *meter)
{
	for (int i = 0; i < METER_COUNT; i++)
		if (str_is(name, meter_names[i])) {
			*meter = (enum meter)i;
			return true;
		}
	return false;
}

/* What 3.2 makes is one line a month, whatever its price: cap and instalment are computed, not multiplied. */
bool line_same(const struct line *a, const struct line *b)
{
	if (a->meter != b->meter || !str_equal(a->clause, b->clause) || a->taxed != b->taxed ||
	    (a->taxed && decimal_compare(a->tax_percent, b->tax_percent) != 0))
		return false;
	if (a->meter == METER_CAP || a->meter == METER_INSTALMENT)
		return true;
	return str_equal(a->gpu_model, b->gpu_model) && decimal_compare(a->unit_price, b->unit_price) == 0;
}

struct line *lines_add(struct lines *lines, struct line line)
{
	lines->list = arena_grown(lines->arena, lines->list, lines->count, &lines->capacity, sizeof(*lines->list));
	lines->list[lines->count] = line;
	return &lines->list[lines->count++];
}

static bool too_large(const struct line *line, struct problems *problems)
{
	return problem_say(problems, REFUSAL_RATING_OVERFLOW, line->clause, STR(""), STR(""), STR(""));
}

/* percent = p means r = p / 100. */
static bool tax_split(struct line *line, bool tax_exclusive, struct problems *problems)
{
	wide hundred_percent = (wide)100 * power_of_ten(line->tax_percent.places), percent = line->tax_percent.mantissa;
	struct decimal one_yuan = decimal_of(1);
	wide base = money_fen(tax_exclusive ? line->net : line->amount);
	wide below = tax_exclusive ? hundred_percent : hundred_percent + percent;

	if (!money_of_price(one_yuan, base * percent, below * 100, &line->tax))
		return too_large(line, problems);
	if (tax_exclusive ? !money_add(line->net, line->tax, &line->amount)
			  : !money_subtract(line->amount, line->tax, &line->net))
		return too_large(line, problems);
	return true;
}

bool line_set_amount(struct line *line, struct money amount, bool tax_exclusive, struct problems *problems)
{
	line->net = line->amount = amount;
	line->tax = money_of_fen(0);
	return !line->taxed || tax_split(line, tax_exclusive, problems);
}

bool line_rate(struct line *line, bool tax_exclusive, struct problems *problems)
{
	struct money amount = money_of_fen(0);

	if (!line->shown_only && !money_of_price(line->unit_price, line->exact, line->exact_per_unit, &amount))
		return too_large(line, problems);
	return line_set_amount(line, amount, tax_exclusive, problems);
}

bool lines_total(const struct lines *lines, struct money *net, struct money *tax, struct money *total,
		 struct problems *problems)
{
	*net = *tax = *total = money_of_fen(0);
	for (size_t i = 0; i < lines->count; i++)
		if (!money_add(*net, lines->list[i].net, net) || !money_add(*tax, lines->list[i].tax, tax) ||
		    !money_add(*total, lines->list[i].amount, total))
			return too_large(&lines->list[i], problems);
	return true;
}

/* Without zeros at the end of the fraction. */
static struct str trimmed(struct str number)
{
	if (str_find(number, '.') == number.length)
		return number;
	while (number.at[number.length - 1] == '0')
		number.length--;
	if (number.at[number.length - 1] == '.')
		number.length--;
	return number;
}

struct str line_quantity_text(struct arena *arena, const struct line *line)
{
	return trimmed(ratio_text(arena, line->exact, line->exact_per_unit, QUANTITY_PLACES));
}

struct str gpu_seconds_text(struct arena *arena, wide thousandths)
{
	return trimmed(ratio_text(arena, thousandths, 1000, GPU_THOUSANDTHS_PLACES));
}
