/* Tells the formats apart by their content, and makes text of every encoding UTF-8 before a CSV is read. */
#include "bank/reading.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

#include "base/utf8.h"

/* Files that people send by mistake, by their first bytes. */
static const struct {
	struct str begins;
	const char *what;
} not_texts[] = {
	{ { "PK\x03\x04", 4 }, "a spreadsheet or archive (ZIP)" },
	{ { "\xd0\xcf\x11\xe0", 4 }, "an Excel workbook (.xls)" },
	{ { "%PDF", 4 }, "a PDF" },
	{ { "\x1f\x8b", 2 }, "gzip data" },
	{ { "\x28\xb5\x2f\xfd", 4 }, "zstd data" },
};

static bool refuse(struct bank_reading *reading, enum refusal what, size_t line, struct str word)
{
	return bank_refuse(reading, what, line, word, STR(""), STR(""), STR(""));
}

static size_t line_of(struct str bytes, size_t offset)
{
	size_t line = 1;

	for (size_t i = 0; i < offset; i++)
		line += bytes.at[i] == '\n';
	return line;
}

static const char *utf16_order(struct str bytes)
{
	if (str_starts(bytes, STR("\xff\xfe")))
		return "UTF-16LE";
	return str_starts(bytes, STR("\xfe\xff")) ? "UTF-16BE" : NULL;
}

/* The bytes in UTF-8, which writes in three what takes two in either encoding, and in four what takes four. */
static bool converted(struct bank_reading *reading, const char *encoding, struct str bytes, struct str *text)
{
	size_t room = bytes.length + bytes.length / 2 + 4, left = bytes.length, filled = room;
	char *out = arena_alloc(reading->arena, room), *to = out;
	char *from = (char *)(uintptr_t)bytes.at;          /* iconv does not write here, whatever its type says */
	iconv_t conversion = iconv_open("UTF-8", encoding);
	bool fine;

	if (conversion == (iconv_t)-1)
		return refuse(reading, REFUSAL_BANK_ENCODING, 0, STR(""));
	fine = iconv(conversion, &from, &left, &to, &filled) != (size_t)-1;
	iconv_close(conversion);
	if (!fine)
		return refuse(reading, REFUSAL_BANK_ENCODING, line_of(bytes, bytes.length - left), STR(""));
	*text = (struct str){ out, (size_t)(to - out) };
	return true;
}

/* The file as UTF-8 without a byte order mark. Text that is valid UTF-8 hardly ever is anything else. */
static bool text_of(struct bank_reading *reading, struct str *text)
{
	struct str bytes = reading->bytes;
	const char *utf16 = utf16_order(bytes);
	size_t nul;

	if (utf16) {
		if (!converted(reading, utf16, str_part(bytes, 2, bytes.length), text))
			return false;
	} else if (str_starts(bytes, STR("\xef\xbb\xbf"))) {
		*text = str_part(bytes, 3, bytes.length);
		if (utf8_valid_length(*text) < text->length)
			return refuse(reading, REFUSAL_BANK_ENCODING, line_of(*text, utf8_valid_length(*text)),
				      STR(""));
	} else if (utf8_valid_length(bytes) == bytes.length) {
		*text = bytes;
	} else if (!converted(reading, "GB18030", bytes, text)) {
		return false;
	}
	nul = str_find(*text, '\0');
	return nul == text->length || refuse(reading, REFUSAL_BANK_ENCODING, line_of(*text, nul), STR(""));
}

/* XML begins with an angle bracket, in whatever encoding. */
static bool is_xml(struct str bytes)
{
	static const struct str marks[] = { { "\xef\xbb\xbf", 3 }, { "\xff\xfe", 2 }, { "\xfe\xff", 2 } };

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (str_starts(bytes, marks[i]))
			bytes = str_part(bytes, marks[i].length, bytes.length);
	for (size_t i = 0; i < bytes.length; i++)
		if (!strchr(" \t\r\n", bytes.at[i]))         /* a NUL byte too: half of a space in UTF-16 */
			return bytes.at[i] == '<';
	return false;
}

static bool read_by_content(struct bank_reading *reading)
{
	struct str text;

	if (str_trim(reading->bytes).length == 0)
		return refuse(reading, REFUSAL_BANK_EMPTY, 0, STR(""));
	for (size_t i = 0; i < sizeof(not_texts) / sizeof(not_texts[0]); i++)
		if (str_starts(reading->bytes, not_texts[i].begins))
			return refuse(reading, REFUSAL_BANK_NOT_TEXT, 0, str_of(not_texts[i].what));
	if (is_xml(reading->bytes))
		return bank_camt_read(reading);
	if (!text_of(reading, &text))
		return false;
	reading->bytes = text;
	return bank_csv_read(reading);
}

bool bank_file_read(struct arena *arena, struct str name, struct str bytes, const struct bank_csv_form *form,
		    struct bank_file *file, struct problems *problems)
{
	struct bank_reading reading = { .arena = arena,
					.name = name,
					.bytes = bytes,
					.form = form,
					.problems = problems };

	if (!read_by_content(&reading))
		return false;
	*file = reading.file;
	return true;
}
