#include "readers/values.h"

#include "base/utf8.h"

static bool is_any(struct str text, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (str_equal_ignoring_case(text, str_of(words[i])))
			return true;
	return false;
}

bool value_is_slurm_none(struct str number)
{
	static const char *const none[] = {
		"4294967294", "4294967295", "18446744073709551614", "18446744073709551615",
	};

	return is_any(number, none, sizeof(none) / sizeof(none[0]));
}

static bool says_none(struct str text)
{
	static const char *const none[] = { "Unknown", "None", "N/A", "INVALID" };

	return text.length == 0 || is_any(text, none, sizeof(none) / sizeof(none[0]));
}

static bool is_epoch(struct str text)
{
	return text.length < 5 || text.at[4] != '-';
}

static enum value_result instant_in_zone(const struct reader_options *options, const char *column, struct str text,
					 int64_t local_seconds, instant *at, struct problem *why)
{
	instant found;

	if (!options->zone_given) {
		*why = (struct problem){ .what = REFUSAL_IMPORT_ZONE_NEEDED, .words = { str_of(column), text } };
		return VALUE_NO_ZONE;
	}
	if (zone_instant(options->zone, local_seconds, &found) == LOCAL_NEVER) {
		*why = (struct problem){ .what = REFUSAL_IMPORT_TIME_SKIPPED,
					 .words = { str_of(column), text, options->zone->name } };
		return VALUE_REFUSED;
	}
	*at = found;
	return VALUE_READ;
}

enum value_result value_instant(const struct reader_options *options, const char *column, struct str text,
				instant *at, struct problem *why)
{
	struct time_text time;

	text = str_trim(text);
	if (says_none(text) || value_is_slurm_none(text))
		return VALUE_NONE;
	if (!time_read(text, &time)) {
		*why = (struct problem){ .what = REFUSAL_IMPORT_TIME, .words = { str_of(column), text } };
		return VALUE_REFUSED;
	}
	if (is_epoch(text) && time.local_seconds <= 0)
		return VALUE_NONE;
	if (!time.has_offset)
		return instant_in_zone(options, column, text, time.local_seconds, at, why);
	*at = time.local_seconds - time.offset_seconds;
	return VALUE_READ;
}

/* A fraction of a second is digits after a point; it is cut off TEXT. */
static bool fraction_drop(struct str *text)
{
	struct str fraction, whole = str_cut(*text, '.', &fraction);

	for (size_t i = 0; i < fraction.length; i++)
		if (fraction.at[i] < '0' || fraction.at[i] > '9')
			return false;
	*text = whole;
	return !fraction.at || fraction.length;
}

/* HH:MM:SS, MM:SS or SS: only the first part may pass 59. */
static bool clock_read(struct str text, int64_t *seconds)
{
	int64_t sum = 0;

	for (int parts = 0; text.at; parts++) {
		struct str part = str_cut(text, ':', &text);
		int64_t value;

		if (parts == 3 || part.length > 15 || !str_to_i64(part, &value) || value < 0 ||
		    (parts > 0 && (part.length != 2 || value > 59)))
			return false;
		sum = sum * 60 + value;
	}
	*seconds = sum;
	return true;
}

static bool duration_read(struct str text, int64_t *seconds)
{
	size_t dash = str_find(text, '-');
	int64_t days = 0, clock;

	if (!fraction_drop(&text))
		return false;
	if (dash < text.length) {
		if (dash > 9 || !str_to_i64(str_part(text, 0, dash), &days))
			return false;
		text = str_part(text, dash + 1, text.length);
		if (str_find(text, ':') == text.length)
			return false;
	}
	if (!clock_read(text, &clock))
		return false;
	*seconds = days * DAY_SECONDS + clock;
	return true;
}

enum value_result value_duration(const char *column, struct str text, int64_t *seconds, struct problem *why)
{
	int64_t read;

	text = str_trim(text);
	if (says_none(text) || value_is_slurm_none(text))
		return VALUE_NONE;
	if (duration_read(text, &read) && read <= INSTANT_MOST) {
		*seconds = read;
		return VALUE_READ;
	}
	*why = (struct problem){ .what = REFUSAL_IMPORT_DURATION, .words = { str_of(column), text } };
	return VALUE_REFUSED;
}

enum value_result value_bytes(const char *column, struct str text, int64_t *bytes, struct problem *why)
{
	struct str fraction, whole = str_cut(str_trim(text), '.', &fraction);
	bool zeros = !fraction.at || fraction.length;
	int64_t value;

	for (size_t i = 0; i < fraction.length; i++)
		zeros = zeros && fraction.at[i] == '0';
	if (zeros && str_to_i64(whole, &value) && value >= 0) {
		*bytes = value;
		return VALUE_READ;
	}
	*why = (struct problem){ .what = REFUSAL_IMPORT_BYTES, .words = { str_of(column), text } };
	return VALUE_REFUSED;
}

bool value_text(const char *column, struct str text, struct problem *why)
{
	if (utf8_valid_length(text) == text.length)
		return true;
	*why = (struct problem){ .what = REFUSAL_IMPORT_NOT_UTF8, .words = { str_of(column) } };
	return false;
}
