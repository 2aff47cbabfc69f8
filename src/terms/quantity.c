#include "terms/quantity.h"

#include "base/buf.h"
#include "base/civil.h"

enum { TEXT_BYTES_MAX = 512, SHOWN_PLACES_MAX = 3 };

const struct unit units[] = {
	{ UNIT_MONTHS, "months", 1, "个月", 1 },
	{ UNIT_MONTHS, "month", 1, NULL, 0 },
	{ UNIT_MONTHS, "个月", 1, NULL, 0 },
	{ UNIT_DAYS, "days", 1, "天", 1 },
	{ UNIT_DAYS, "day", 1, NULL, 0 },
	{ UNIT_DAYS, "天", 1, NULL, 0 },
	{ UNIT_DAYS, "日", 1, NULL, 0 },
	{ UNIT_DURATION, "seconds", 1, "秒", 1 },
	{ UNIT_DURATION, "minutes", 60, "分钟", 1 },
	{ UNIT_DURATION, "hours", HOUR_SECONDS, "小时", 1 },
	{ UNIT_DURATION, "days", DAY_SECONDS, "天", 3 },
	{ UNIT_DURATION, "second", 1, NULL, 0 },
	{ UNIT_DURATION, "s", 1, NULL, 0 },
	{ UNIT_DURATION, "minute", 60, NULL, 0 },
	{ UNIT_DURATION, "min", 60, NULL, 0 },
	{ UNIT_DURATION, "hour", HOUR_SECONDS, NULL, 0 },
	{ UNIT_DURATION, "h", HOUR_SECONDS, NULL, 0 },
	{ UNIT_DURATION, "day", DAY_SECONDS, NULL, 0 },
	{ UNIT_DURATION, "秒", 1, NULL, 0 },
	{ UNIT_DURATION, "分钟", 60, NULL, 0 },
	{ UNIT_DURATION, "小时", HOUR_SECONDS, NULL, 0 },
	{ UNIT_DURATION, "天", DAY_SECONDS, NULL, 0 },
	{ UNIT_LATENCY, "ns", 1, NULL, 1 },
	{ UNIT_LATENCY, "us", 1000, NULL, 1 },
	{ UNIT_LATENCY, "ms", 1000000, NULL, 1 },
	{ UNIT_LATENCY, "s", 1000000000, NULL, 1 },
	{ UNIT_LATENCY, "µs", 1000, NULL, 0 },
	{ UNIT_LATENCY, "μs", 1000, NULL, 0 },
	{ UNIT_DATA, "B", 1, NULL, 1 },
	{ UNIT_DATA, "kB", 1000, NULL, 1 },
	{ UNIT_DATA, "MB", 1000000, NULL, 1 },
	{ UNIT_DATA, "GB", 1000000000, NULL, 1 },
	{ UNIT_DATA, "TB", 1000000000000, NULL, 1 },
	{ UNIT_DATA, "PB", 1000000000000000, NULL, 1 },
	{ UNIT_DATA, "EB", 1000000000000000000, NULL, 1 },
	{ UNIT_DATA, "KiB", 1024, NULL, 1 },
	{ UNIT_DATA, "MiB", 1048576, NULL, 1 },
	{ UNIT_DATA, "GiB", 1073741824, NULL, 1 },
	{ UNIT_DATA, "TiB", 1099511627776, NULL, 1 },
	{ UNIT_DATA, "PiB", 1125899906842624, NULL, 1 },
	{ UNIT_DATA, "EiB", 1152921504606846976, NULL, 1 },
	{ UNIT_BANDWIDTH, "bit/s", 1, NULL, 1 },
	{ UNIT_BANDWIDTH, "kbit/s", 1000, NULL, 1 },
	{ UNIT_BANDWIDTH, "Mbit/s", 1000000, NULL, 1 },
	{ UNIT_BANDWIDTH, "Gbit/s", 1000000000, NULL, 1 },
	{ UNIT_BANDWIDTH, "Tbit/s", 1000000000000, NULL, 1 },
	{ UNIT_BANDWIDTH, "Mbps", 1000000, NULL, 0 },
	{ UNIT_BANDWIDTH, "Gbps", 1000000000, NULL, 0 },
	{ UNIT_BANDWIDTH, "Tbps", 1000000000000, NULL, 0 },
	{ UNIT_FLOPS, "GFLOPS", 1000000000, NULL, 1 },
	{ UNIT_FLOPS, "TFLOPS", 1000000000000, NULL, 1 },
	{ UNIT_FLOPS, "PFLOPS", 1000000000000000, NULL, 1 },
	{ UNIT_FLOPS, "EFLOPS", 1000000000000000000, NULL, 1 },
	{ UNIT_PERCENT, "%", 1, NULL, 0 },
	{ UNIT_PERCENT_PER_DAY, "%/day", 1, NULL, 0 },
};

const size_t unit_count = sizeof(units) / sizeof(units[0]);

bool quantity_split(struct str text, struct decimal *number, struct str *unit)
{
	size_t end = 0;

	while (end < text.length && (text.at[end] == '-' || text.at[end] == '.' || text.at[end] == ',' ||
				     (text.at[end] >= '0' && text.at[end] <= '9')))
		end++;
	*unit = str_trim(str_part(text, end, text.length));
	return decimal_read(str_part(text, 0, end), number);
}

enum quantity_fault quantity_read(struct str text, enum unit_family family, wide *base_units)
{
	struct decimal number;
	struct str name;

	if (!quantity_split(text, &number, &name))
		return QUANTITY_NO_NUMBER;
	if (name.length == 0)
		return QUANTITY_NO_UNIT;
	for (size_t i = 0; i < unit_count; i++) {
		wide scaled = (wide)number.mantissa * units[i].base_units, divisor = power_of_ten(number.places);

		if (units[i].family != family || !str_is(name, units[i].name))
			continue;
		if (scaled % divisor != 0)
			return QUANTITY_TOO_FINE;
		*base_units = scaled / divisor;
		return QUANTITY_FINE;
	}
	return QUANTITY_WRONG_UNIT;
}

/* COUNT units exactly, with at most SHOWN_PLACES_MAX places. */
static bool fits_unit(wide base_units, const struct unit *unit)
{
	wide size = unit->base_units, limit = power_of_ten(SHOWN_PLACES_MAX);
	bool calendar = unit->family == UNIT_MONTHS || unit->family == UNIT_DAYS || unit->family == UNIT_DURATION;

	if (base_units < size * unit->shown_from)
		return false;
	return calendar ? base_units % size == 0 : base_units * limit % size == 0;
}

/* "0.500" as "0.5", "300.000" as "300". */
static struct str zeros_dropped(struct str digits)
{
	while (digits.at[digits.length - 1] == '0')
		digits.length--;
	if (digits.at[digits.length - 1] == '.')
		digits.length--;
	return digits;
}

struct str quantity_text(struct arena *arena, enum unit_family family, wide base_units, enum language language)
{
	const struct unit *shown = NULL;
	struct str digits, name;

	for (size_t i = 0; i < unit_count; i++)
		if (units[i].family == family && units[i].shown_from &&
		    (!shown || (fits_unit(base_units, &units[i]) && units[i].base_units > shown->base_units)))
			shown = &units[i];
	if (!shown)
		return wide_text(arena, base_units);
	digits = zeros_dropped(ratio_text(arena, base_units, shown->base_units, SHOWN_PLACES_MAX));
	name = str_of(language == LANGUAGE_CHINESE && shown->chinese ? shown->chinese : shown->name);
	if (language == LANGUAGE_ENGLISH && shown->chinese && str_is(digits, "1"))
		name.length--;   /* 1 day, not 1 days */
	return arena_format(arena, "%.*s %.*s", (int)digits.length, digits.at, (int)name.length, name.at);
}

/* Another spelling of a unit that the table has before. */
static bool is_respelling(size_t unit)
{
	for (size_t i = 0; i < unit; i++)
		if (units[i].family == units[unit].family && units[i].base_units == units[unit].base_units)
			return true;
	return false;
}

struct str quantity_units(struct arena *arena, enum unit_family family)
{
	struct buf out;
	struct str text;

	buf_init(&out, TEXT_BYTES_MAX);
	for (size_t i = 0; i < unit_count; i++) {
		if (units[i].family != family || is_respelling(i))
			continue;
		if (out.length)
			buf_add_str(&out, STR(", "));
		buf_add_str(&out, str_of(units[i].name));
	}
	text = arena_str(arena, buf_str(&out));
	buf_free(&out);
	return text;
}
