#include "yaml/bytes.h"

#include "base/arena.h"
#include "base/utf8.h"
#include "yaml/yaml.h"

enum { TABS_REPORTED_MAX = 20 };

void bytes_place(struct str bytes, size_t offset, size_t *line, size_t *column)
{
	*line = *column = 1;
	for (size_t i = 0; i < offset && i < bytes.length; i++) {
		if (bytes.at[i] == '\n') {
			++*line;
			*column = 1;
		} else if (((unsigned char)bytes.at[i] & 0xc0) != 0x80) {
			++*column;
		}
	}
}

static void report(struct problems *problems, enum refusal what, struct str file, struct str bytes, size_t offset)
{
	struct problem problem = { .what = what, .file = file };
	unsigned byte = offset < bytes.length ? (unsigned char)bytes.at[offset] : 0;

	bytes_place(bytes, offset, &problem.line, &problem.column);
	problem.words[0] = arena_format(problems->arena, "%zu", offset + 1);
	problem.words[1] = arena_format(problems->arena, "0x%02X", byte);
	problem_add(problems, problem);
}

/* GB 18030's byte pairs and fours. Text in it is hardly ever well-formed UTF-8, nor the other way round. */
static bool looks_like_gbk(struct str bytes)
{
	const unsigned char *b = (const unsigned char *)bytes.at;

	for (size_t i = 0; i < bytes.length;) {
		size_t left = bytes.length - i;

		if (b[i] < 0x80) {
			i++;
		} else if (b[i] == 0x80 || b[i] == 0xff || left < 2) {
			return false;
		} else if (b[i + 1] >= 0x40 && b[i + 1] <= 0xfe && b[i + 1] != 0x7f) {
			i += 2;
		} else if (b[i + 1] >= 0x30 && b[i + 1] <= 0x39 && left >= 4) {
			i += 4;
		} else {
			return false;
		}
	}
	return true;
}

static bool encoding_check(struct str bytes, struct str file, struct problems *problems)
{
	size_t valid = utf8_valid_length(bytes), nul = str_find(bytes, '\0');

	if (str_starts(bytes, STR("\xff\xfe")) || str_starts(bytes, STR("\xfe\xff"))) {
		report(problems, REFUSAL_AGREEMENT_UTF16, file, bytes, 0);
		return false;
	}
	if (valid < bytes.length)
		report(problems, looks_like_gbk(bytes) ? REFUSAL_AGREEMENT_GBK : REFUSAL_AGREEMENT_NOT_UTF8, file,
		       bytes, valid);
	if (nul < bytes.length)
		report(problems, REFUSAL_AGREEMENT_NUL, file, bytes, nul);
	return valid == bytes.length && nul == bytes.length;
}

static bool control_check(struct str bytes, struct str file, struct problems *problems)
{
	for (size_t i = 0; i < bytes.length; i++) {
		unsigned char c = (unsigned char)bytes.at[i];

		if ((c < 0x20 && c != '\n' && c != '\r' && c != '\t') || c == 0x7f) {
			report(problems, REFUSAL_AGREEMENT_CONTROL, file, bytes, i);
			return false;
		}
	}
	return true;
}

bool line_has_tab(struct str line, size_t *offset)
{
	for (size_t i = 0; i < line.length; i++) {
		bool begins_word = i == 0 || line.at[i - 1] == ' ' || line.at[i - 1] == '\t';

		if (line.at[i] == '#' && begins_word)
			return false;
		if (line.at[i] == '\t') {
			struct str rest = str_trim(str_part(line, i, line.length));

			*offset = i;
			return rest.length > 0 && rest.at[0] != '#';
		}
	}
	return false;
}

/* Every line with a tab or a directive, up to a bound: a file indented with tabs has one on each. */
static bool lines_check(struct str bytes, struct str file, struct problems *problems)
{
	unsigned reported = 0;

	for (size_t at = 0; at < bytes.length && reported < TABS_REPORTED_MAX;) {
		size_t end = at + str_find(str_part(bytes, at, bytes.length), '\n'), tab;
		struct str line = str_part(bytes, at, end);

		if (line_has_tab(line, &tab)) {
			report(problems, REFUSAL_AGREEMENT_TAB, file, bytes, at + tab);
			reported++;
		}
		if (line.length && line.at[0] == '%') {
			report(problems, REFUSAL_YAML_DIRECTIVE, file, bytes, at);
			reported++;
		}
		at = end + 1;
	}
	return reported == 0;
}

enum bytes_verdict bytes_check(struct str *bytes, struct str file, struct problems *problems)
{
	enum bytes_verdict verdict = BYTES_FINE;

	if (bytes->length > YAML_BYTES_MAX) {
		struct str size = arena_format(problems->arena, "%zu", bytes->length);

		problem_add(problems,
			    (struct problem){ .what = REFUSAL_AGREEMENT_TOO_LARGE, .file = file, .words = { size } });
		return BYTES_UNREADABLE;
	}
	if (str_starts(*bytes, STR("\xef\xbb\xbf"))) {
		report(problems, REFUSAL_AGREEMENT_BOM, file, *bytes, 0);
		*bytes = str_part(*bytes, 3, bytes->length);
		verdict = BYTES_DAMAGED;
	}
	if (!encoding_check(*bytes, file, problems) || !control_check(*bytes, file, problems))
		return BYTES_UNREADABLE;
	if (!lines_check(*bytes, file, problems))
		verdict = BYTES_DAMAGED;
	return verdict;
}
