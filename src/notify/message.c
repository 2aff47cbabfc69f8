#include "notify/message.h"

#include "base/utf8.h"

enum {
	ENCODED_WORD_BYTES = 39,   /* of the text: 52 of base64, and `Subject: =?UTF-8?B?` and `?=` fit RFC 2047's 76 */
	PLAIN_BYTES_MAX = 60,
	BASE64_LINE_BYTES = 57,    /* 76 of base64 */
	MESSAGE_BYTES_MAX = 1 << 26,
};

static void base64_write(struct buf *out, struct str bytes)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < bytes.length; i += 3) {
		size_t count = bytes.length - i < 3 ? bytes.length - i : 3;
		uint32_t group = 0;

		for (size_t j = 0; j < 3; j++)
			group = group << 8 | (j < count ? (unsigned char)bytes.at[i + j] : 0);
		buf_add_char(out, digits[group >> 18]);
		buf_add_char(out, digits[group >> 12 & 63]);
		buf_add_char(out, count > 1 ? digits[group >> 6 & 63] : '=');
		buf_add_char(out, count > 2 ? digits[group & 63] : '=');
	}
}

/* ---- headers ---- */

/* Needs no encoding, even as a name that stands before an address. */
static bool plain(struct str text)
{
	for (size_t i = 0; i < text.length; i++)
		if (text.at[i] < ' ' || text.at[i] > '~' || str_find(STR("()<>[]:;@\\,.\"=?"), text.at[i]) < 15)
			return false;
	return text.length <= PLAIN_BYTES_MAX;
}

/* Encoded words, each of whole characters, folded one to a line. */
static void encoded_write(struct buf *out, struct str text)
{
	while (text.length > 0) {
		struct str rest = text;
		size_t taken = 0;

		while (rest.length > 0) {
			utf8_next(&rest);
			if (text.length - rest.length > ENCODED_WORD_BYTES)
				break;
			taken = text.length - rest.length;
		}
		buf_add_str(out, STR("=?UTF-8?B?"));
		base64_write(out, str_part(text, 0, taken));
		buf_add_str(out, STR("?="));
		text = str_part(text, taken, text.length);
		if (text.length > 0)
			buf_add_str(out, STR("\r\n "));
	}
}

static void words_write(struct buf *out, struct str text)
{
	if (plain(text))
		buf_add_str(out, text);
	else
		encoded_write(out, text);
}

static void address_write(struct buf *out, const char *header, const struct mail_address *address)
{
	buf_add_format(out, "%s: ", header);
	if (address->name.length) {
		words_write(out, address->name);
		buf_add_str(out, STR("\r\n "));
	}
	buf_add_format(out, "<%.*s>\r\n", (int)address->address.length, address->address.at);
}

struct str message_date_text(struct arena *arena, instant at)
{
	static const char days[7][4] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
	static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	day_number day = day_of_instant_utc(at);
	struct civil_date date = civil_of_day(day);
	int second = (int)(at - (instant)day * DAY_SECONDS);

	return arena_format(arena, "%s, %02d %s %04d %02d:%02d:%02d +0000", days[weekday_of_day(day)], date.day,
			    months[date.month - 1], date.year, second / HOUR_SECONDS, second / 60 % 60, second % 60);
}

static void headers_write(struct arena *arena, const struct request *request, struct buf *out)
{
	struct str date = message_date_text(arena, request->date);

	buf_add_format(out, "Date: %.*s\r\n", (int)date.length, date.at);
	address_write(out, "From", &request->from);
	address_write(out, "To", &request->to);
	buf_add_str(out, STR("Subject: "));
	words_write(out, request->subject);
	buf_add_format(out, "\r\nMessage-ID: <trainlease-%.*s@%.*s>\r\n", (int)request->id.length, request->id.at,
		       (int)request->from.domain.length, request->from.domain.at);
	/* RFC 3834: no vacation notice answers it. */
	buf_add_str(out, STR("Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
			     "Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"));
}

/* ---- the text ---- */

void message_write(struct arena *arena, const struct request *request, struct buf *out)
{
	struct buf text;

	headers_write(arena, request, out);
	buf_init(&text, MESSAGE_BYTES_MAX);
	for (size_t i = 0; i < request->body.length; i++) {
		if (request->body.at[i] == '\n')
			buf_add_char(&text, '\r');
		if (request->body.at[i] != '\r')
			buf_add_char(&text, request->body.at[i]);
	}
	for (size_t i = 0; i < text.length; i += BASE64_LINE_BYTES) {
		base64_write(out, str_part(buf_str(&text), i, i + BASE64_LINE_BYTES));
		buf_add_str(out, STR("\r\n"));
	}
	buf_free(&text);
}
