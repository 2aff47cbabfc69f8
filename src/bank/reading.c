#include "bank/reading.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"

enum { NUMBER_BYTES_MAX = 64 };

bool bank_refuse(struct bank_reading *reading, enum refusal what, size_t line, struct str one, struct str two,
		 struct str three, struct str four)
{
	reading->refused = true;
	return problem_add(reading->problems, (struct problem){ .what = what,
								.file = reading->name,
								.line = line,
								.words = { one, two, three, four } });
}

/* What a message shows of a text that may be long. */
static struct str shown(struct str text)
{
	return str_part(text, 0, NUMBER_BYTES_MAX);
}

/* NUMBER in the form that decimal_read takes: no plus, a digit on both sides of the point. */
static struct str number_usual(struct str number, char *room)
{
	size_t length = 0;
	struct str rest = number;

	if (rest.length && (rest.at[0] == '+' || rest.at[0] == '-')) {
		if (rest.at[0] == '-')
			room[length++] = '-';
		rest = str_part(rest, 1, rest.length);
	}
	if (rest.length && rest.at[0] == '.' && rest.length > 1)
		room[length++] = '0';
	memcpy(room + length, rest.at, rest.length);
	length += rest.length;
	if (rest.length > 1 && room[length - 1] == '.')
		length--;
	return (struct str){ room, length };
}

bool bank_minor_read(struct bank_reading *reading, size_t line, struct str field, struct str number,
		     struct str currency, int64_t *minor)
{
	char room[NUMBER_BYTES_MAX + 2];
	struct decimal value;

	if (number.length == 0)
		return bank_refuse(reading, REFUSAL_BANK_AMOUNT_MISSING, line, field, STR(""), STR(""), STR(""));
	if (number.length > NUMBER_BYTES_MAX || (number.length > 1 && number.at[0] == '+' && number.at[1] == '-') ||
	    !decimal_read(number_usual(number, room), &value))
		return bank_refuse(reading, REFUSAL_BANK_AMOUNT, line, field, shown(number), STR(""), STR(""));
	if (!decimal_scaled(value, 2, minor))
		return bank_refuse(reading, REFUSAL_BANK_AMOUNT_FINE, line, field, number, currency, STR(""));
	return true;
}

struct str bank_minor_text(struct arena *arena, wide minor)
{
	return grouped_text(arena, ratio_text(arena, minor, 100, 2));
}

struct str bank_reference_told(struct str text)
{
	static const char *const none[] = { "NOTPROVIDED", "NOT PROVIDED", "NONREF", "NOTAVAILABLE", "NOREF", "NONE",
					    "NULL", "N/A" };
	size_t blanks = 0;

	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		if (str_equal_ignoring_case(text, str_of(none[i])))
			return STR("");
	while (blanks < text.length && (text.at[blanks] == '0' || text.at[blanks] == '-'))
		blanks++;
	return blanks < text.length ? text : STR("");
}

struct str bank_account_packed(struct arena *arena, struct str text)
{
	char *packed;
	size_t length = 0;

	if (str_find(text, ' ') == text.length)
		return text;
	packed = arena_alloc(arena, text.length);
	for (size_t i = 0; i < text.length; i++)
		if (text.at[i] != ' ')
			packed[length++] = text.at[i];
	return (struct str){ packed, length };
}

struct bank_line *bank_line_add(struct bank_reading *reading)
{
	struct bank_file *file = &reading->file;

	file->lines = arena_grown(reading->arena, file->lines, file->line_count, &file->line_capacity,
				  sizeof(*file->lines));
	file->lines[file->line_count] = (struct bank_line){ .key = STR("") };
	return &file->lines[file->line_count++];
}

/* ---- keys ---- */

/* Fields one after the other with their lengths, so that no two contents give the same bytes. */
static struct str content_digest(struct arena *arena, const struct bank_line *line, struct str evidence)
{
	const struct str fields[] = { line->payer_name, line->payer_account, line->payer_bank,    line->text,
				      line->end_to_end, line->return_of,     line->return_reason, evidence };
	struct buf content;
	struct digest digest;
	struct str bytes;

	buf_init(&content, SIZE_MAX / 4);
	if (line->has_value_day)
		buf_add_format(&content, "%d", line->value_day);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		buf_add_format(&content, "|%zu:", fields[i].length);
		buf_add_str(&content, fields[i]);
	}
	bytes = buf_str(&content);
	digest = digest_of(DIGEST_SHA256, &bytes, 1);
	buf_free(&content);
	return digest_hex(arena, &digest);
}

void bank_key_begin(struct arena *arena, struct bank_line *line, struct str reference, struct str evidence)
{
	struct civil_date day = civil_of_day(line->booking_day);
	bool referred = reference.length > 0;

	if (!referred)
		reference = content_digest(arena, line, evidence);
	line->key = arena_format(arena, "%.*s %04d-%02d-%02d %c%lld%.*s %s%.*s", (int)line->account.length,
				 line->account.at, day.year, day.month, day.day, line->credit ? '+' : '-',
				 (long long)line->minor, (int)line->currency.length, line->currency.at,
				 referred ? "ref:" : "sha256:", (int)reference.length, reference.at);
}

struct keyed {
	struct str key;
	size_t order;          /* in time, among lines of the same key */
	size_t index;
};

static int keyed_compare(const void *left, const void *right)
{
	const struct keyed *a = left, *b = right;
	int order = str_compare(a->key, b->key);

	return order ? order : (a->order > b->order) - (a->order < b->order);
}

void bank_keys_end(struct arena *arena, struct bank_file *file, const bool *newest_first)
{
	struct keyed *sorted = arena_many(arena, file->line_count, struct keyed);
	size_t ordinal = 0;

	for (size_t i = 0; i < file->line_count; i++)
		sorted[i] = (struct keyed){ file->lines[i].key,
					    newest_first && newest_first[i] ? file->line_count - i : i, i };
	if (file->line_count)
		qsort(sorted, file->line_count, sizeof(*sorted), keyed_compare);
	for (size_t i = 0; i < file->line_count; i++) {
		bool again = i > 0 && str_equal(sorted[i - 1].key, sorted[i].key);

		ordinal = again ? ordinal + 1 : 1;
		file->lines[sorted[i].index].key = arena_format(arena, "%.*s %zu", (int)sorted[i].key.length,
								sorted[i].key.at, ordinal);
	}
}
