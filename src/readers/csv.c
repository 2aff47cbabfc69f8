/*
 * Usage as CSV: `key,start,end,gpus` and optional columns, anybody's names by --columns. The hot path of large imports:
 * rows without quotes are cut where they lie, 64 bytes at a time; a row with a quote takes the careful way.
 */
#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/decimal.h"
#include "base/utf8.h"
#include "readers/columns.h"
#include "readers/reader.h"

enum field {
	FIELD_KEY, FIELD_START, FIELD_END, FIELD_DURATION, FIELD_GPUS, FIELD_ACCOUNT, FIELD_USER, FIELD_JOB, FIELD_GPU_MODEL,
	FIELD_PURPOSE, FIELD_STATE, FIELD_SUSPENDED, FIELD_NODE, FIELD_LISTED, FIELD_COUNT
};

static const struct column_name names[FIELD_COUNT] = {
	[FIELD_KEY] = { "key", false },           [FIELD_START] = { "start", true },
	[FIELD_END] = { "end", false },           [FIELD_DURATION] = { "duration", false },
	[FIELD_GPUS] = { "gpus", true },          [FIELD_ACCOUNT] = { "account", false },
	[FIELD_USER] = { "user", false },         [FIELD_JOB] = { "job", false },
	[FIELD_GPU_MODEL] = { "gpu_model", false }, [FIELD_PURPOSE] = { "purpose", false },
	[FIELD_STATE] = { "state", false },       [FIELD_SUSPENDED] = { "suspended_seconds", false },
	[FIELD_NODE] = { "node", false },         [FIELD_LISTED] = { "listed", false },
};

enum { GPUS_MOST = 1000000, WINDOW_BYTES = 1024 * 1024, BLOCK = 64, KEY_BYTES_MAX = 1024 };
enum { TEXT_FIELD_BYTES_MAX = 512 };

struct csv {
	struct input *input;
	const struct reader_options *options;
	struct arena *arena;
	char delimiter;
	size_t column_count;
	int column_of[FIELD_COUNT];
	struct str cells[COLUMNS_MAX];
	struct arena scratch;            /* of the row that is being refused */
	struct buf unquoted;             /* the bytes of a row that has quotes */
	size_t line;                     /* of the next row */

	struct str window;               /* what input_peek gave */
	size_t at;                       /* of the next row in the window */
	size_t block;                    /* the block that MASK describes */
	uint64_t mask;                   /* delimiters, line ends and quotes of the block not yet passed */

	struct { int64_t from, to; int32_t offset_seconds; } local_span;   /* wall clocks that convert without a doubt */
};

/* ---- cutting ---- */

static uint64_t mask_of_bytes(const char *bytes, char delimiter)
{
	uint64_t mask = 0;

#if defined(__SSE2__)
	const __m128i delimiters = _mm_set1_epi8(delimiter), ends = _mm_set1_epi8('\n'), quotes = _mm_set1_epi8('"');

	for (int i = 0; i < BLOCK / 16; i++) {
		__m128i part = _mm_loadu_si128((const __m128i *)(const void *)(bytes + 16 * i));
		__m128i hits = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(part, delimiters), _mm_cmpeq_epi8(part, ends)),
					    _mm_cmpeq_epi8(part, quotes));

		mask |= (uint64_t)(uint32_t)_mm_movemask_epi8(hits) << (16 * i);
	}
#else
	for (int i = 0; i < BLOCK; i++)
		mask |= (uint64_t)(bytes[i] == delimiter || bytes[i] == '\n' || bytes[i] == '"') << i;
#endif
	return mask;
}

static uint64_t block_mask(const struct csv *csv, size_t block)
{
	char tail[BLOCK] = { 0 };

	if (csv->window.length - block >= BLOCK)
		return mask_of_bytes(csv->window.at + block, csv->delimiter);
	memcpy(tail, csv->window.at + block, csv->window.length - block);
	return mask_of_bytes(tail, csv->delimiter);
}

static void scan_from(struct csv *csv, size_t at)
{
	csv->block = at / BLOCK * BLOCK;
	csv->mask = csv->block < csv->window.length ? block_mask(csv, csv->block) & UINT64_MAX << (at % BLOCK) : 0;
}

/* The place of the next delimiter, line end or quote; the window's length when there is none. */
static inline size_t scan_next(struct csv *csv)
{
	size_t at;

	while (!csv->mask) {
		csv->block += BLOCK;
		if (csv->block >= csv->window.length)
			return csv->window.length;
		csv->mask = block_mask(csv, csv->block);
	}
	at = csv->block + (size_t)__builtin_ctzll(csv->mask);
	csv->mask &= csv->mask - 1;
	return at;
}

/* More of the file, with the unfinished row at the window's beginning. *ENDED: the file has no more. */
static bool window_more(struct csv *csv, bool *ended)
{
	size_t kept = csv->window.length - csv->at;

	input_take(csv->input, csv->at);
	csv->at = 0;
	if (!input_peek(csv->input, kept + WINDOW_BYTES, &csv->window))
		return false;
	*ended = csv->window.length == kept;
	scan_from(csv, 0);
	return true;
}

enum cut { CUT_ROW, CUT_END, CUT_QUOTED, CUT_TOO_MANY, CUT_FAILED };

static struct str without_carriage_return(struct str cell)
{
	return cell.length && cell.at[cell.length - 1] == '\r' ? str_part(cell, 0, cell.length - 1) : cell;
}

/* Cuts the next row into cells. CUT_QUOTED leaves the row where it is, for the careful way. */
static enum cut row_cut(struct csv *csv, size_t *cells)
{
	bool ended = false;

	for (;;) {
		const char *bytes = csv->window.at;
		size_t from = csv->at, count = 0;

		for (;;) {
			size_t to = scan_next(csv);

			if (to == csv->window.length && !ended)
				break;
			if (to == csv->window.length && from == to && count == 0)
				return CUT_END;
			if (to < csv->window.length && bytes[to] == '"')
				return CUT_QUOTED;
			if (count == COLUMNS_MAX)
				return CUT_TOO_MANY;
			csv->cells[count++] = (struct str){ bytes + from, to - from };
			from = to + 1;
			if (to == csv->window.length || bytes[to] == '\n') {
				csv->cells[count - 1] = without_carriage_return(csv->cells[count - 1]);
				csv->at = to == csv->window.length ? to : to + 1;
				*cells = count;
				return CUT_ROW;
			}
		}
		if (csv->window.length - csv->at > INPUT_ROW_BYTES_MAX || !window_more(csv, &ended))
			return CUT_FAILED;
	}
}

/* Where the row's bytes end; false when the window ends before the row does. Only a quotation mark that begins a cell
 * opens a quotation, so that one inside a cell spoils no row but its own. */
static bool quoted_extent(const struct csv *csv, size_t *end)
{
	bool quoted = false, cell_begins = true;

	for (size_t i = csv->at; i < csv->window.length; i++) {
		char c = csv->window.at[i];

		if (c == '"' && (quoted || cell_begins)) {
			quoted = !quoted;
			cell_begins = quoted ? false : i + 1 < csv->window.length && csv->window.at[i + 1] == '"';
			continue;
		}
		if (c == '\n' && !quoted) {
			*end = i;
			return true;
		}
		cell_begins = c == csv->delimiter;
	}
	*end = csv->window.length;
	return false;
}

/* One cell of a row with quotes: RFC 4180. Appends its text to csv->unquoted. */
static bool cell_unquote(struct csv *csv, struct str row, size_t *at)
{
	if (*at < row.length && row.at[*at] == '"') {
		for ((*at)++; *at < row.length; (*at)++) {
			if (row.at[*at] != '"')
				buf_add_char(&csv->unquoted, row.at[*at]);
			else if (*at + 1 < row.length && row.at[*at + 1] == '"')
				buf_add_char(&csv->unquoted, row.at[(*at)++]);
			else
				break;
		}
		if (*at == row.length)
			return false;
		(*at)++;
		return *at == row.length || row.at[*at] == csv->delimiter;
	}
	while (*at < row.length && row.at[*at] != csv->delimiter) {
		if (row.at[*at] == '"')
			return false;
		buf_add_char(&csv->unquoted, row.at[(*at)++]);
	}
	return true;
}

static enum cut quoted_row_cut(struct csv *csv, size_t *cells, size_t *lines, bool *well_formed)
{
	size_t ends[COLUMNS_MAX], end, at = 0, from = 0, count = 0;
	bool ended = false;
	struct str row;

	while (!quoted_extent(csv, &end) && !ended)
		if (csv->window.length - csv->at > INPUT_ROW_BYTES_MAX || !window_more(csv, &ended))
			return CUT_FAILED;
	row = without_carriage_return(str_part(csv->window, csv->at, end));
	*lines = 1;
	for (size_t i = 0; i < row.length; i++)
		*lines += row.at[i] == '\n';
	csv->at = end < csv->window.length ? end + 1 : end;
	scan_from(csv, csv->at);
	buf_reset(&csv->unquoted);
	for (;;) {
		*well_formed = count < COLUMNS_MAX && cell_unquote(csv, row, &at);
		if (!*well_formed)
			return CUT_ROW;
		ends[count++] = csv->unquoted.length;
		if (at >= row.length)
			break;
		at++;
	}
	for (size_t i = 0; i < count; from = ends[i++])
		csv->cells[i] = str_part(buf_str(&csv->unquoted), from, ends[i]);
	*cells = count;
	return CUT_ROW;
}

/* ---- reading cells ---- */

static struct str cell_of(const struct csv *csv, enum field field)
{
	return csv->column_of[field] < 0 ? STR("") : csv->cells[csv->column_of[field]];
}

static bool digits_read(struct str text, size_t digits_most, int64_t *value)
{
	uint64_t digits;

	if (text.length > digits_most || !str_digits(text, &digits))
		return false;
	*value = (int64_t)digits;
	return true;
}

/* A wall clock in the zone of --zone. Conversions within a span of one offset, a day from its edges, are sums. */
static bool local_to_instant(struct csv *csv, int64_t local_seconds, instant *at)
{
	struct zone_span span;
	enum local_pass pass;

	if (local_seconds >= csv->local_span.from && local_seconds < csv->local_span.to) {
		*at = local_seconds - csv->local_span.offset_seconds;
		return true;
	}
	pass = zone_instant(csv->options->zone, local_seconds, at);
	span = zone_span_at(csv->options->zone, *at);
	csv->local_span.offset_seconds = span.offset_seconds;
	csv->local_span.from = span.from < INSTANT_LEAST ? INSTANT_LEAST : span.from + 2 * DAY_SECONDS;
	csv->local_span.to = span.to > INSTANT_MOST ? INSTANT_MOST : span.to - 2 * DAY_SECONDS;
	return pass != LOCAL_NEVER;
}

static bool refused(const struct csv *csv, struct problem *why, enum refusal what, enum field field)
{
	*why = (struct problem){ .what = what, .file = input_name(csv->input), .line = csv->line,
				 .words = { str_of(names[field].name), str_part(cell_of(csv, field), 0, 80),
					   csv->options->zone->name } };
	return false;
}

static bool instant_read(struct csv *csv, enum field field, instant *at, struct problem *why)
{
	struct str text = cell_of(csv, field);
	struct time_text time;

	if (digits_read(text, 11, at))
		return true;
	if (!time_read(str_trim(text), &time))
		return refused(csv, why, REFUSAL_IMPORT_TIME, field);
	if (time.has_offset) {
		*at = time.local_seconds - time.offset_seconds;
		return true;
	}
	if (!csv->options->zone_given)
		return refused(csv, why, REFUSAL_IMPORT_ZONE_MISSING, field);
	return local_to_instant(csv, time.local_seconds, at) || refused(csv, why, REFUSAL_IMPORT_TIME_SKIPPED, field);
}

/* Whole seconds; a fraction is dropped. */
static bool seconds_read(struct csv *csv, enum field field, int64_t *seconds, struct problem *why)
{
	struct str text = str_trim(cell_of(csv, field));
	struct decimal value;

	if (digits_read(text, 12, seconds))
		return true;
	if (!decimal_read(text, &value) || value.mantissa < 0 || value.mantissa / power_of_ten(value.places) > INSTANT_MOST)
		return refused(csv, why, REFUSAL_IMPORT_BAD_NUMBER, field);
	*seconds = value.mantissa / power_of_ten(value.places);
	return true;
}

static bool gpus_read(struct csv *csv, int64_t *thousandths, struct problem *why)
{
	struct str text = cell_of(csv, FIELD_GPUS);
	struct decimal value;

	if (digits_read(text, 6, thousandths)) {
		*thousandths *= 1000;
		return true;
	}
	if (!decimal_read(str_trim(text), &value) || !decimal_scaled(value, 3, thousandths) || *thousandths < 0 ||
	    *thousandths > (int64_t)GPUS_MOST * 1000)
		return refused(csv, why, REFUSAL_IMPORT_BAD_GPUS, FIELD_GPUS);
	return true;
}

static bool text_read(struct csv *csv, enum field field, struct str *text, struct problem *why)
{
	if (csv->column_of[field] < 0)
		return true;
	*text = str_trim(cell_of(csv, field));
	if (text->length > TEXT_FIELD_BYTES_MAX || utf8_valid_length(*text) != text->length)
		return refused(csv, why, REFUSAL_IMPORT_BAD_TEXT, field);
	return true;
}

static bool key_read(struct csv *csv, struct usage_row *row, struct problem *why)
{
	if (csv->column_of[FIELD_KEY] < 0)
		return true;
	row->key = cell_of(csv, FIELD_KEY);
	if (row->key.length == 0)
		return refused(csv, why, REFUSAL_IMPORT_KEY_EMPTY, FIELD_KEY);
	for (size_t i = 0; i < row->key.length; i++)
		if ((unsigned char)row->key.at[i] <= ' ' || (unsigned char)row->key.at[i] >= 0x7f) {
			row->key = str_trim(row->key);
			if (row->key.length && utf8_valid_length(row->key) == row->key.length)
				break;
			return refused(csv, why, REFUSAL_IMPORT_BAD_TEXT, FIELD_KEY);
		}
	return row->key.length <= KEY_BYTES_MAX || refused(csv, why, REFUSAL_IMPORT_BAD_TEXT, FIELD_KEY);
}

static bool is_running(struct str state)
{
	return str_equal_ignoring_case(state, STR("running")) || str_equal_ignoring_case(state, STR("open"));
}

/* A row that says it is running has no end yet, whatever stands in that column (sacct writes the time of asking). */
static bool end_read(struct csv *csv, struct usage_row *row, struct problem *why)
{
	int64_t duration;

	row->running = is_running(row->state);
	row->has_end = false;
	if (row->running)
		return true;
	if (csv->column_of[FIELD_END] >= 0 && cell_of(csv, FIELD_END).length > 0) {
		row->has_end = true;
		return instant_read(csv, FIELD_END, &row->end, why);
	}
	if (csv->column_of[FIELD_DURATION] >= 0 && cell_of(csv, FIELD_DURATION).length > 0) {
		if (!seconds_read(csv, FIELD_DURATION, &duration, why))
			return false;
		row->has_end = true;
		row->end = row->start + duration;
		return true;
	}
	row->defect = PARKED_NO_END;
	return true;
}

/* The columns beyond key, account, start, end and GPUs; most large files have none of them. */
static bool rare_cells_read(struct csv *csv, struct usage_row *row, struct problem *why)
{
	if (!text_read(csv, FIELD_USER, &row->user, why) || !text_read(csv, FIELD_GPU_MODEL, &row->model, why) ||
	    !text_read(csv, FIELD_PURPOSE, &row->purpose, why) || !text_read(csv, FIELD_STATE, &row->state, why) ||
	    !text_read(csv, FIELD_NODE, &row->nodes, why))
		return false;
	row->suspended_seconds = 0;
	if (cell_of(csv, FIELD_SUSPENDED).length && !seconds_read(csv, FIELD_SUSPENDED, &row->suspended_seconds, why))
		return false;
	row->has_listed = cell_of(csv, FIELD_LISTED).length > 0;
	return !row->has_listed || instant_read(csv, FIELD_LISTED, &row->listed, why);
}

static bool cells_read(struct csv *csv, struct usage_row *row, struct problem *why)
{
	row->line = csv->line;
	row->defect = PARKED_NOT;
	row->has_start = cell_of(csv, FIELD_START).length > 0;
	row->account = cell_of(csv, FIELD_ACCOUNT);
	if (!rare_cells_read(csv, row, why) || !key_read(csv, row, why) || !gpus_read(csv, &row->gpus_thousandths, why))
		return false;
	if (row->has_start ? !instant_read(csv, FIELD_START, &row->start, why) : (row->start = 0, false))
		return false;
	if (!end_read(csv, row, why))
		return false;
	if (!row->has_start)
		row->defect = PARKED_NO_START;
	else if (row->has_end && !row->running && row->end < row->start)
		row->defect = PARKED_END_BEFORE_START;
	return true;
}

static bool row_blank(const struct csv *csv, size_t cells)
{
	return cells == 1 && str_trim(csv->cells[0]).length == 0;
}

static enum row_result csv_next(void *state, struct usage_row *row, struct problem *why)
{
	struct csv *csv = state;

	for (;;) {
		size_t cells = 0, lines = 1;
		bool well_formed = true;
		enum cut cut = row_cut(csv, &cells);
		enum row_result result;

		if (cut == CUT_QUOTED)
			cut = quoted_row_cut(csv, &cells, &lines, &well_formed);
		if (cut == CUT_END)
			return ROW_END;
		if (cut == CUT_FAILED || cut == CUT_TOO_MANY) {
			*why = (struct problem){ .what = REFUSAL_IMPORT_ROW_TOO_LONG, .file = input_name(csv->input),
						 .line = csv->line };
			return ROW_FAILED;
		}
		if (well_formed && row_blank(csv, cells)) {
			csv->line += lines;
			continue;
		}
		result = ROW_USAGE;
		if (!well_formed || cells != csv->column_count) {
			*why = (struct problem){ .what = well_formed ? REFUSAL_IMPORT_CELL_COUNT : REFUSAL_IMPORT_BAD_QUOTES,
						 .file = input_name(csv->input), .line = csv->line };
			arena_reset(&csv->scratch);
			why->words[0] = arena_format(&csv->scratch, "%zu", cells);
			why->words[1] = arena_format(&csv->scratch, "%zu", csv->column_count);
			row->line = csv->line;
			result = ROW_REFUSED;
		} else if (!cells_read(csv, row, why)) {
			row->line = csv->line;
			result = why->what == REFUSAL_IMPORT_ZONE_MISSING ? ROW_FAILED : ROW_REFUSED;
		}
		csv->line += lines;
		return result;
	}
}

static void csv_close(void *state)
{
	struct csv *csv = state;

	buf_free(&csv->unquoted);
	arena_free(&csv->scratch);
}

/* ---- opening ---- */

static char delimiter_guess(struct str header)
{
	static const char candidates[] = ",;\t|";
	size_t best_count = 0;
	char best = ',';

	header = str_part(header, 0, str_find(header, '\n'));
	for (const char *c = candidates; *c; c++) {
		size_t count = 0;

		for (size_t i = 0; i < header.length; i++)
			count += header.at[i] == *c;
		if (count > best_count) {
			best = *c;
			best_count = count;
		}
	}
	return best;
}

static bool header_read(struct csv *csv, struct str *header, size_t *count, struct problems *problems)
{
	size_t lines = 1;
	bool well_formed = true;
	enum cut cut = row_cut(csv, count);

	if (cut == CUT_QUOTED)
		cut = quoted_row_cut(csv, count, &lines, &well_formed);
	if (cut != CUT_ROW || !well_formed)
		return problem_add(problems, (struct problem){ .what = REFUSAL_IMPORT_NO_HEADER, .line = 1,
							       .file = input_name(csv->input) });
	for (size_t i = 0; i < *count; i++)
		header[i] = arena_str(csv->arena, str_trim(csv->cells[i]));
	csv->line += lines;
	return true;
}

static size_t fields_split(struct arena *arena, const char *fields, struct str *header)
{
	struct str rest = str_of(fields);
	char delimiter = str_find(rest, '|') < rest.length ? '|' : ',';
	size_t count = 0;

	while (rest.at && count < COLUMNS_MAX)
		header[count++] = arena_str(arena, str_trim(str_cut(rest, delimiter, &rest)));
	return count;
}

static bool columns_complete(const struct csv *csv, struct problems *problems)
{
	if (csv->column_of[FIELD_END] < 0 && csv->column_of[FIELD_DURATION] < 0)
		return problem_add(problems, (struct problem){ .what = REFUSAL_IMPORT_NO_END_COLUMN, .line = 1,
							       .file = input_name(csv->input) });
	if (csv->column_of[FIELD_KEY] < 0 && csv->options->source.length == 0)
		return problem_add(problems, (struct problem){ .what = REFUSAL_IMPORT_SOURCE_MISSING, .line = 1,
							       .file = input_name(csv->input) });
	return true;
}

static bool columns_find(struct csv *csv, struct problems *problems)
{
	struct str *header = arena_many(csv->arena, COLUMNS_MAX, struct str), name = input_name(csv->input);
	bool ended;

	if (!window_more(csv, &ended))
		return problem_add(problems, (struct problem){ .what = REFUSAL_IMPORT_NO_HEADER, .line = 1,
							       .file = name });
	if (str_starts(csv->window, STR("\xef\xbb\xbf")))
		csv->at = 3;
	csv->delimiter = delimiter_guess(str_part(csv->window, csv->at, csv->window.length));
	scan_from(csv, csv->at);
	if (csv->options->fields)
		csv->column_count = fields_split(csv->arena, csv->options->fields, header);
	else if (!header_read(csv, header, &csv->column_count, problems))
		return false;
	return columns_map(names, FIELD_COUNT, header, csv->column_count, csv->options->columns, name, csv->column_of,
			   problems) && columns_complete(csv, problems);
}

bool csv_reader_open(struct arena *arena, struct input *input, const struct reader_options *options,
		     struct reader *reader, struct problems *problems)
{
	struct csv *csv = arena_new(arena, struct csv);

	csv->input = input;
	csv->options = options;
	csv->arena = arena;
	csv->line = 1;
	buf_init(&csv->unquoted, INPUT_ROW_BYTES_MAX);
	arena_init(&csv->scratch);
	if (!columns_find(csv, problems)) {
		csv_close(csv);
		return false;
	}
	*reader = (struct reader){ csv, csv_next, csv_close };
	return true;
}
