#include "readers/json_stream.h"

static bool fail(struct json_stream *stream, enum refusal what, struct str one, struct str two)
{
	stream->state = STREAM_OVER;
	return problem_add(stream->problems, (struct problem){ .what = what,
							       .file = input_name(stream->input),
							       .line = stream->next_place.line,
							       .column = stream->next_place.column,
							       .words = { one, two } });
}

static bool fail_json(struct json_stream *stream, const char *what)
{
	return fail(stream, REFUSAL_IMPORT_JSON, str_of(what), STR(""));
}

static void place_pass(struct json_place *place, struct str text)
{
	for (size_t i = 0; i < text.length; i++) {
		place->column++;
		if (text.at[i] == '\n') {
			place->line++;
			place->column = 1;
		}
	}
}

static void take(struct json_stream *stream, struct str window, size_t length)
{
	place_pass(&stream->next_place, str_part(window, 0, length));
	input_take(stream->input, length);
}

/* The next byte that is no white space; -1 at the end of the file, -2 when it cannot be read. */
static int byte_next(struct json_stream *stream)
{
	struct str window;

	for (;;) {
		size_t spaces = 0;

		if (!input_peek(stream->input, 1, &window)) {
			stream->state = STREAM_OVER;
			return -2;
		}
		if (window.length == 0)
			return -1;
		while (spaces < window.length && (window.at[spaces] == ' ' || window.at[spaces] == '\n' ||
						  window.at[spaces] == '\t' || window.at[spaces] == '\r'))
			spaces++;
		take(stream, window, spaces);
		if (spaces < window.length)
			return (unsigned char)window.at[spaces];
	}
}

static void byte_take(struct json_stream *stream)
{
	stream->next_place.column++;
	input_take(stream->input, 1);
}

static bool byte_expect(struct json_stream *stream, int byte, const char *what)
{
	int next = byte_next(stream);

	if (next == -2)
		return false;
	if (next == -1)
		return fail(stream, REFUSAL_IMPORT_JSON_CUT, STR(""), STR(""));
	if (next != byte)
		return fail_json(stream, what);
	byte_take(stream);
	return true;
}

/* How far a search for the end of a value has come. */
struct scan {
	size_t at;
	size_t depth;
	bool in_string, escaped;
};

static bool ends_scalar(char c)
{
	return c == ',' || c == ']' || c == '}' || c == ':' || c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* True when the value that begins the window ends at SCAN->at. */
static bool value_end_scan(struct str window, struct scan *scan)
{
	for (; scan->at < window.length; scan->at++) {
		char c = window.at[scan->at];

		if (scan->in_string) {
			bool closes = c == '"' && !scan->escaped;

			scan->escaped = c == '\\' && !scan->escaped;
			scan->in_string = !closes;
			if (!closes || scan->depth)
				continue;
			scan->at++;
			return true;
		}
		if (scan->depth == 0 && ends_scalar(c))
			return true;
		if (c == '"') {
			/* A quotation mark within a number or word: what stands before it is the value, and wrong. */
			if (scan->depth == 0 && scan->at)
				return true;
			scan->in_string = true;
		} else if (c == '{' || c == '[') {
			scan->depth++;
		} else if ((c == '}' || c == ']') && --scan->depth == 0) {
			scan->at++;
			return true;
		}
	}
	return false;
}

/* The text of the value at the window's beginning. */
static bool value_find(struct json_stream *stream, struct str *value)
{
	struct scan scan = { .at = 0 };
	struct str window;
	size_t wanted = 1;

	for (;;) {
		if (!input_peek(stream->input, wanted, &window)) {
			stream->state = STREAM_OVER;
			return false;
		}
		if (value_end_scan(window, &scan) && scan.at <= INPUT_ROW_BYTES_MAX)
			break;
		if (window.length < wanted)
			return fail(stream, REFUSAL_IMPORT_JSON_CUT, STR(""), STR(""));
		if (scan.at >= INPUT_ROW_BYTES_MAX)
			return fail(stream, REFUSAL_IMPORT_ROW_TOO_LONG, STR("4194304"), STR(""));
		wanted = window.length + 1;
	}
	if (scan.at == 0)
		return fail_json(stream, "value expected");
	*value = str_part(window, 0, scan.at);
	return true;
}

/* ---- the members around the array ---- */

/* Reads a whole value, for checking it. */
static const struct json *value_read(struct json_stream *stream)
{
	struct json_error error;
	const struct json *value;
	struct str text;

	if (!value_find(stream, &text))
		return NULL;
	value = json_read(&stream->scratch, arena_str(&stream->scratch, text), &error);
	if (!value) {
		place_pass(&stream->next_place, str_part(text, 0, error.offset));
		fail_json(stream, error.what);
		return NULL;
	}
	take(stream, text, text.length);
	return value;
}

static bool errors_refuse(struct json_stream *stream, const struct json *errors)
{
	struct str what = json_text(json_member(errors->first, "description"));

	if (what.length == 0)
		what = json_text(json_member(errors->first, "error"));
	return fail(stream, REFUSAL_IMPORT_JSON_ERRORS, what.length ? what : STR("errors"), STR(""));
}

/* Whether the array whose bracket comes next is the one to stream: the named one, or one with something in it. */
static bool array_wanted(struct json_stream *stream, struct str key, bool *wanted)
{
	struct str window;

	*wanted = stream->key && str_is(key, stream->key);
	if (stream->key)
		return true;
	for (size_t at = 1, sought = 2;; sought = at + 1) {
		if (!input_peek(stream->input, sought, &window)) {
			stream->state = STREAM_OVER;
			return false;
		}
		while (at < window.length && ends_scalar(window.at[at]) && window.at[at] != ']' && window.at[at] != ',')
			at++;
		if (at < window.length || window.length < sought || at >= INPUT_ROW_BYTES_MAX)
			break;
	}
	window = str_trim(str_part(window, 1, window.length));
	*wanted = window.length && window.at[0] != ']';
	return true;
}

/* One member, its key being next. *BEGINS tells that it was the array, whose bracket has been taken. */
static bool member_pass(struct json_stream *stream, bool *begins)
{
	const struct json *key, *value;
	bool wanted = false;
	int next;

	arena_reset(&stream->scratch);
	key = value_read(stream);
	if (!key || (!json_is(key, JSON_STRING) && !fail_json(stream, "key expected")) ||
	    !byte_expect(stream, ':', "':' expected"))
		return false;
	next = byte_next(stream);
	if (next == -2 || (next == '[' && !array_wanted(stream, key->text, &wanted)))
		return false;
	if (wanted && stream->found.at)
		return fail(stream, REFUSAL_IMPORT_JSON_ARRAYS, stream->found, key->text);
	if (wanted) {
		stream->found = arena_str(stream->problems->arena, key->text);
		byte_take(stream);
		*begins = true;
		return true;
	}
	if (next == -1)
		return fail(stream, REFUSAL_IMPORT_JSON_CUT, STR(""), STR(""));
	value = value_read(stream);
	if (value && json_is(value, JSON_ARRAY) && value->first && str_is(key->text, "errors"))
		return errors_refuse(stream, value);
	return value != NULL;
}

/* The members up to the array, or to the object's end. FIRST: none has come yet. */
static bool members_pass(struct json_stream *stream, bool first, bool *begins)
{
	*begins = false;
	for (; !*begins; first = false) {
		int next = byte_next(stream);

		if (next == -2)
			return false;
		if (next == '}') {
			byte_take(stream);
			return true;
		}
		if (!first && !byte_expect(stream, ',', "',' or '}' expected"))
			return false;
		next = byte_next(stream);
		if (next == -1)
			return fail(stream, REFUSAL_IMPORT_JSON_CUT, STR(""), STR(""));
		if (next != '"')
			return next == -2 ? false : fail_json(stream, "key expected");
		if (!member_pass(stream, begins))
			return false;
	}
	return true;
}

static bool document_end(struct json_stream *stream)
{
	int next;

	stream->state = STREAM_OVER;
	next = byte_next(stream);
	return next == -1 || (next != -2 && fail(stream, REFUSAL_IMPORT_JSON_TAIL, STR(""), STR("")));
}

/* ---- the array ---- */

static bool object_open(struct json_stream *stream, const char *what)
{
	struct str name = stream->key ? str_of(stream->key) : STR("");
	bool begins;

	byte_take(stream);
	stream->in_object = true;
	if (!members_pass(stream, true, &begins))
		return false;
	if (begins) {
		stream->state = STREAM_FIRST;
		return true;
	}
	if (stream->key)
		return fail(stream, REFUSAL_IMPORT_JSON_NO_ARRAY, name, str_of(what));
	return document_end(stream);
}

bool json_stream_open(struct json_stream *stream, struct input *input, const char *key, const char *what,
		      struct problems *problems)
{
	struct str window;
	int next;

	*stream = (struct json_stream){ .input = input, .problems = problems, .key = key, .next_place = { 1, 1 } };
	arena_init(&stream->scratch);
	if (!input_peek(input, 3, &window))
		return false;
	if (str_starts(window, STR("\xef\xbb\xbf")))
		input_take(input, 3);
	next = byte_next(stream);
	if (next == '{')
		return object_open(stream, what);
	if (next == '[') {
		byte_take(stream);
		stream->state = STREAM_FIRST;
		return true;
	}
	if (next == -1)
		return fail(stream, REFUSAL_IMPORT_EMPTY, str_of(what), STR(""));
	return next != -2 && fail(stream, REFUSAL_IMPORT_JSON_WANTED, str_of(what), STR(""));
}

void json_stream_close(struct json_stream *stream)
{
	arena_free(&stream->scratch);
}

static enum json_stream_result array_end(struct json_stream *stream)
{
	bool begins = false;

	byte_take(stream);
	if (stream->in_object && !members_pass(stream, false, &begins))
		return JSON_STREAM_FAILED;
	return document_end(stream) ? JSON_STREAM_END : JSON_STREAM_FAILED;
}

enum json_stream_result json_stream_next(struct json_stream *stream, struct str *element)
{
	struct str window;
	int next;

	if (stream->state == STREAM_OVER)
		return JSON_STREAM_END;
	if (stream->untaken) {
		if (!input_peek(stream->input, stream->untaken, &window))
			return JSON_STREAM_FAILED;
		take(stream, window, stream->untaken);
		stream->untaken = 0;
	}
	next = byte_next(stream);
	if (next == ']')
		return array_end(stream);
	if (stream->state == STREAM_WITHIN && next >= 0) {
		if (!byte_expect(stream, ',', "',' or ']' expected"))
			return JSON_STREAM_FAILED;
		next = byte_next(stream);
	}
	if (next == -1)
		fail(stream, REFUSAL_IMPORT_JSON_CUT, STR(""), STR(""));
	if (next < 0 || !value_find(stream, element))
		return JSON_STREAM_FAILED;
	stream->state = STREAM_WITHIN;
	stream->place = stream->next_place;
	stream->untaken = element->length;
	return JSON_STREAM_ELEMENT;
}

struct json_place json_stream_place(const struct json_stream *stream, struct str element, size_t offset)
{
	struct json_place place = stream->place;

	place_pass(&place, str_part(element, 0, offset));
	return place;
}

static void blame(const struct json_stream *stream, struct json_place place, struct problem *why)
{
	why->file = input_name(stream->input);
	why->line = place.line;
	why->column = place.column;
}

void json_stream_blame(const struct json_stream *stream, struct problem *why)
{
	blame(stream, stream->place, why);
}

enum json_stream_result json_stream_parse(struct json_stream *stream, struct arena *arena, const struct json **json,
					  struct problem *why)
{
	struct json_error error;
	struct str element;
	enum json_stream_result result;

	arena_reset(arena);
	*json = NULL;
	result = json_stream_next(stream, &element);
	if (result != JSON_STREAM_ELEMENT)
		return result;
	*json = json_read(arena, element, &error);
	if (!*json) {
		*why = (struct problem){ .what = REFUSAL_IMPORT_JSON, .words = { str_of(error.what) } };
		blame(stream, json_stream_place(stream, element, error.offset), why);
	}
	return result;
}
