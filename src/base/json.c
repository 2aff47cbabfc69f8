#include "base/json.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

struct reader {
	struct arena *arena;
	struct str text;
	size_t at;
	unsigned depth;
	struct json_error *error;
};

static bool fail(struct reader *r, const char *what)
{
	*r->error = (struct json_error){ r->at, what };
	return false;
}

static int peek(const struct reader *r)
{
	return r->at < r->text.length ? (unsigned char)r->text.at[r->at] : -1;
}

static void skip_space(struct reader *r)
{
	int c;

	while ((c = peek(r)) == ' ' || c == '\t' || c == '\n' || c == '\r')
		r->at++;
}

static bool hex4(struct reader *r, uint32_t *value)
{
	*value = 0;
	for (int i = 0; i < 4; i++, r->at++) {
		int c = peek(r), digit;

		if (c >= '0' && c <= '9')
			digit = c - '0';
		else if (c >= 'a' && c <= 'f')
			digit = c - 'a' + 10;
		else if (c >= 'A' && c <= 'F')
			digit = c - 'A' + 10;
		else
			return fail(r, "four hexadecimal digits expected after \\u");
		*value = *value << 4 | (uint32_t)digit;
	}
	return true;
}

static void utf8_append(char *out, size_t *length, uint32_t c)
{
	if (c < 0x80) {
		out[(*length)++] = (char)c;
	} else if (c < 0x800) {
		out[(*length)++] = (char)(0xc0 | c >> 6);
		out[(*length)++] = (char)(0x80 | (c & 0x3f));
	} else if (c < 0x10000) {
		out[(*length)++] = (char)(0xe0 | c >> 12);
		out[(*length)++] = (char)(0x80 | (c >> 6 & 0x3f));
		out[(*length)++] = (char)(0x80 | (c & 0x3f));
	} else {
		out[(*length)++] = (char)(0xf0 | c >> 18);
		out[(*length)++] = (char)(0x80 | (c >> 12 & 0x3f));
		out[(*length)++] = (char)(0x80 | (c >> 6 & 0x3f));
		out[(*length)++] = (char)(0x80 | (c & 0x3f));
	}
}

static bool escape_read(struct reader *r, char *out, size_t *length)
{
	static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
	int c = peek(r);
	const char *name = c > 0 ? strchr(names, c) : NULL;
	uint32_t high, low;

	if (name) {
		out[(*length)++] = values[name - names];
		r->at++;
		return true;
	}
	if (c != 'u')
		return fail(r, "unknown escape");
	r->at++;
	if (!hex4(r, &high))
		return false;
	if (high >= 0xd800 && high <= 0xdbff) {
		if (!str_starts(str_part(r->text, r->at, r->text.length), STR("\\u")))
			return fail(r, "half of a surrogate pair");
		r->at += 2;
		if (!hex4(r, &low))
			return false;
		if (low < 0xdc00 || low > 0xdfff)
			return fail(r, "half of a surrogate pair");
		high = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
	} else if (high >= 0xdc00 && high <= 0xdfff) {
		return fail(r, "half of a surrogate pair");
	}
	utf8_append(out, length, high);
	return true;
}

/* The raw length of a string up to its closing quote, and whether it needs unescaping. */
static bool string_extent(struct reader *r, size_t *end, bool *escaped)
{
	*escaped = false;
	for (size_t i = r->at; i < r->text.length; i++) {
		unsigned char c = (unsigned char)r->text.at[i];

		if (c == '"') {
			*end = i;
			return true;
		}
		if (c < 0x20) {
			r->at = i;
			return fail(r, "control character in a string");
		}
		if (c == '\\') {
			*escaped = true;
			i++;
		}
	}
	return fail(r, "string without an end");
}

static bool string_read(struct reader *r, struct str *text)
{
	size_t end, length = 0;
	struct str raw;
	bool escaped;
	char *out;

	r->at++;
	if (!string_extent(r, &end, &escaped))
		return false;
	raw = str_part(r->text, r->at, end);
	if (utf8_valid_length(raw) != raw.length) {
		r->at += utf8_valid_length(raw);
		return fail(r, "not UTF-8");
	}
	if (!escaped) {
		*text = raw;
		r->at = end + 1;
		return true;
	}
	out = arena_alloc(r->arena, raw.length + 1);
	while (r->at < end) {
		char c = r->text.at[r->at++];

		if (c != '\\')
			out[length++] = c;
		else if (!escape_read(r, out, &length))
			return false;
	}
	r->at = end + 1;
	*text = (struct str){ out, length };
	return true;
}

static size_t digits_skip(struct reader *r)
{
	size_t from = r->at;

	while (peek(r) >= '0' && peek(r) <= '9')
		r->at++;
	return r->at - from;
}

static bool number_read(struct reader *r, struct str *text)
{
	size_t from = r->at;

	if (peek(r) == '-')
		r->at++;
	if (peek(r) == '0')
		r->at++;
	else if (digits_skip(r) == 0)
		return fail(r, "value expected");
	if (peek(r) == '.') {
		r->at++;
		if (digits_skip(r) == 0)
			return fail(r, "digit expected");
	}
	if (peek(r) == 'e' || peek(r) == 'E') {
		r->at++;
		if (peek(r) == '+' || peek(r) == '-')
			r->at++;
		if (digits_skip(r) == 0)
			return fail(r, "digit expected");
	}
	*text = str_part(r->text, from, r->at);
	return true;
}

static bool value_read(struct reader *r, struct json *value);

/* Objects with many members are sorted once at their end instead. */
enum { MEMBERS_COMPARED_MAX = 32 };

static int member_order(const void *left, const void *right)
{
	const struct json *const *a = left, *const *b = right;

	return str_compare((*a)->key, (*b)->key);
}

static bool duplicate_among_many(struct reader *r, const struct json *object, size_t count)
{
	const struct json **members;
	size_t at = 0;

	if (count <= MEMBERS_COMPARED_MAX)
		return false;
	members = arena_many(r->arena, count, const struct json *);
	for (const struct json *member = object->first; member; member = member->next)
		members[at++] = member;
	qsort(members, count, sizeof(*members), member_order);
	for (size_t i = 1; i < count; i++)
		if (str_equal(members[i - 1]->key, members[i]->key))
			return true;
	return false;
}

static bool duplicate_key(const struct json *object, const struct json *member)
{
	for (const struct json *other = object->first; other && other != member; other = other->next)
		if (str_equal(other->key, member->key))
			return true;
	return false;
}

static bool member_key_read(struct reader *r, struct json *object, struct json *member, size_t before)
{
	if (peek(r) != '"')
		return fail(r, "key expected");
	if (!string_read(r, &member->key))
		return false;
	if (before < MEMBERS_COMPARED_MAX && duplicate_key(object, member))
		return fail(r, "the same key twice");
	skip_space(r);
	if (peek(r) != ':')
		return fail(r, "':' expected");
	r->at++;
	return true;
}

/* The children of an array or object, after its opening bracket. */
static bool children_read(struct reader *r, struct json *parent, int closing)
{
	struct json **end = &parent->first;
	size_t count = 0;

	r->at++;
	skip_space(r);
	if (peek(r) == closing) {
		r->at++;
		return true;
	}
	for (;;) {
		struct json *child = arena_new(r->arena, struct json);

		skip_space(r);
		*end = child;
		if (parent->kind == JSON_OBJECT && !member_key_read(r, parent, child, count))
			return false;
		if (!value_read(r, child))
			return false;
		end = &child->next;
		count++;
		skip_space(r);
		if (peek(r) == closing) {
			r->at++;
			return closing == ']' || !duplicate_among_many(r, parent, count) || fail(r, "the same key twice");
		}
		if (peek(r) != ',')
			return fail(r, closing == '}' ? "',' or '}' expected" : "',' or ']' expected");
		r->at++;
	}
}

static bool word_read(struct reader *r, struct json *value, const char *word, enum json_kind kind)
{
	if (!str_starts(str_part(r->text, r->at, r->text.length), str_of(word)))
		return fail(r, "value expected");
	r->at += strlen(word);
	value->kind = kind;
	return true;
}

static bool nested_read(struct reader *r, struct json *value, enum json_kind kind, int closing)
{
	bool read;

	if (r->depth == JSON_DEPTH_MAX)
		return fail(r, "nested too deeply");
	value->kind = kind;
	r->depth++;
	read = children_read(r, value, closing);
	r->depth--;
	return read;
}

static bool value_read(struct reader *r, struct json *value)
{
	skip_space(r);
	value->offset = r->at;
	switch (peek(r)) {
	case '{':
		return nested_read(r, value, JSON_OBJECT, '}');
	case '[':
		return nested_read(r, value, JSON_ARRAY, ']');
	case '"':
		value->kind = JSON_STRING;
		return string_read(r, &value->text);
	case 't':
		return word_read(r, value, "true", JSON_TRUE);
	case 'f':
		return word_read(r, value, "false", JSON_FALSE);
	case 'n':
		return word_read(r, value, "null", JSON_NULL);
	default:
		value->kind = JSON_NUMBER;
		return number_read(r, &value->text);
	}
}

const struct json *json_read(struct arena *arena, struct str text, struct json_error *error)
{
	struct reader r = { .arena = arena, .text = text, .error = error };
	struct json *value = arena_new(arena, struct json);

	if (!value_read(&r, value))
		return NULL;
	skip_space(&r);
	if (r.at < text.length) {
		fail(&r, "something after the end of the value");
		return NULL;
	}
	return value;
}

const struct json *json_member(const struct json *object, const char *key)
{
	if (!object || object->kind != JSON_OBJECT)
		return NULL;
	for (const struct json *member = object->first; member; member = member->next)
		if (str_is(member->key, key))
			return member;
	return NULL;
}

const struct json *json_path(const struct json *object, const char *path)
{
	struct str rest = str_of(path);

	while (object && rest.length) {
		struct str key = str_cut(rest, '.', &rest);
		const struct json *member = object->kind == JSON_OBJECT ? object->first : NULL;

		while (member && !str_equal(member->key, key))
			member = member->next;
		object = member;
	}
	return object;
}

struct str json_text(const struct json *value)
{
	return value && (value->kind == JSON_STRING || value->kind == JSON_NUMBER) ? value->text : STR("");
}

/* A nested value ends where its brackets are balanced again. */
struct str json_extent(struct str text, const struct json *value)
{
	size_t end = value->offset;
	unsigned depth = 0;
	bool quoted = false;

	for (; end < text.length; end++) {
		char c = text.at[end];

		if (quoted) {
			if (c == '\\')
				end++;
			else if (c == '"')
				quoted = false;
		} else if (c == '"') {
			quoted = true;
		} else if (c == '{' || c == '[') {
			depth++;
		} else if ((c == '}' || c == ']') && --depth == 0) {
			break;
		}
	}
	return str_part(text, value->offset, end + 1);
}

bool json_is(const struct json *value, enum json_kind kind)
{
	return value && value->kind == kind;
}

bool json_integer(const struct json *value, int64_t *integer)
{
	return json_is(value, JSON_NUMBER) && str_to_i64(value->text, integer);
}

void json_writer_canonical(struct json_writer *w, struct buf *out)
{
	*w = (struct json_writer){ .out = out, .canonical = true };
}

void json_writer_pretty(struct json_writer *w, struct buf *out)
{
	*w = (struct json_writer){ .out = out, .indent = 2 };
}

static void line_begin(struct json_writer *w)
{
	if (w->indent == 0)
		return;
	buf_add_char(w->out, '\n');
	for (unsigned i = 0; i < w->depth * w->indent; i++)
		buf_add_char(w->out, ' ');
}

/* What stands before a value: nothing after its key; else a comma and a new line. */
static void value_begin(struct json_writer *w)
{
	if (w->key_pending) {
		w->key_pending = false;
		return;
	}
	if (w->depth == 0)
		return;
	if (w->filled[w->depth - 1])
		buf_add_char(w->out, ',');
	w->filled[w->depth - 1] = true;
	line_begin(w);
}

static void nest(struct json_writer *w, char bracket)
{
	value_begin(w);
	buf_add_char(w->out, bracket);
	if (w->depth == JSON_DEPTH_MAX)
		abort();
	w->filled[w->depth] = false;
	w->last_key[w->depth] = (struct str){ NULL, 0 };
	w->depth++;
}

static void unnest(struct json_writer *w, char bracket)
{
	w->depth--;
	if (w->filled[w->depth])
		line_begin(w);
	buf_add_char(w->out, bracket);
}

void json_object(struct json_writer *w)
{
	nest(w, '{');
}

void json_object_end(struct json_writer *w)
{
	unnest(w, '}');
}

void json_array(struct json_writer *w)
{
	nest(w, '[');
}

void json_array_end(struct json_writer *w)
{
	unnest(w, ']');
}

static void string_write(struct buf *out, struct str text)
{
	static const char escapes[] = "btn?fr";

	buf_add_char(out, '"');
	for (size_t i = 0; i < text.length; i++) {
		unsigned char c = (unsigned char)text.at[i];

		if (c == '"' || c == '\\') {
			buf_add_char(out, '\\');
			buf_add_char(out, (char)c);
		} else if (c >= 0x20) {
			buf_add_char(out, (char)c);
		} else if (c >= 8 && c <= 13 && c != 11) {
			buf_add_char(out, '\\');
			buf_add_char(out, escapes[c - 8]);
		} else {
			buf_add_format(out, "\\u%04x", c);
		}
	}
	buf_add_char(out, '"');
}

void json_key(struct json_writer *w, const char *key)
{
	struct str name = str_of(key);

	value_begin(w);
	if (w->canonical) {
		struct str *last = &w->last_key[w->depth - 1];

		if (last->at && str_compare(*last, name) >= 0)
			abort();
		*last = name;
	}
	string_write(w->out, name);
	buf_add_str(w->out, w->indent ? STR(": ") : STR(":"));
	w->key_pending = true;
}

void json_add_string(struct json_writer *w, struct str text)
{
	value_begin(w);
	string_write(w->out, text);
}

void json_add_integer(struct json_writer *w, int64_t value)
{
	bool exact = value >= -((int64_t)1 << 53) && value <= (int64_t)1 << 53;

	value_begin(w);
	buf_add_format(w->out, exact ? "%lld" : "\"%lld\"", (long long)value);
}

void json_add_bool(struct json_writer *w, bool value)
{
	value_begin(w);
	buf_add_str(w->out, value ? STR("true") : STR("false"));
}

void json_add_null(struct json_writer *w)
{
	value_begin(w);
	buf_add_str(w->out, STR("null"));
}

void json_put_string(struct json_writer *w, const char *key, struct str text)
{
	json_key(w, key);
	json_add_string(w, text);
}

void json_put_integer(struct json_writer *w, const char *key, int64_t value)
{
	json_key(w, key);
	json_add_integer(w, value);
}

void json_put_bool(struct json_writer *w, const char *key, bool value)
{
	json_key(w, key);
	json_add_bool(w, value);
}
