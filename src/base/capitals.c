#include "base/capitals.h"

#include "base/buf.h"
#include "base/utf8.h"

static const char *const digit_names[] = { "零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖" };
static const char *const place_names[] = { "", "拾", "佰", "仟" };
static const char *const group_names[] = { "", "万", "亿", "万亿", "亿亿" };

enum { TEXT_BYTES_MAX = 1024, GROUPS_MAX = 5 };

/* One group of four digits: 7005 is 柒仟零伍. */
static void group_write(struct buf *out, unsigned group)
{
	unsigned divisor = 1000;
	bool zero_owed = false, begun = false;

	for (int place = 3; place >= 0; place--, divisor /= 10) {
		unsigned digit = group / divisor % 10;

		if (digit == 0) {
			zero_owed = begun;
			continue;
		}
		if (zero_owed)
			buf_add_str(out, STR("零"));
		buf_add_str(out, str_of(digit_names[digit]));
		buf_add_str(out, str_of(place_names[place]));
		zero_owed = false;
		begun = true;
	}
}

static void whole_write(struct buf *out, uint64_t yuan)
{
	unsigned groups[GROUPS_MAX];
	bool begun = false, zero_owed = false;

	for (int i = 0; i < GROUPS_MAX; i++, yuan /= 10000)
		groups[i] = (unsigned)(yuan % 10000);
	for (int i = GROUPS_MAX - 1; i >= 0; i--) {
		if (groups[i] == 0) {
			zero_owed = begun;
			continue;
		}
		if (begun && (zero_owed || groups[i] < 1000))
			buf_add_str(out, STR("零"));
		group_write(out, groups[i]);
		buf_add_str(out, str_of(i == 3 && groups[2] ? "万" : group_names[i]));
		zero_owed = false;
		begun = true;
	}
}

static void fraction_write(struct buf *out, uint64_t yuan, unsigned jiao, unsigned fen)
{
	if (yuan && ((jiao && yuan % 10 == 0) || (!jiao && fen)))
		buf_add_str(out, STR("零"));
	if (jiao) {
		buf_add_str(out, str_of(digit_names[jiao]));
		buf_add_str(out, STR("角"));
	}
	if (fen) {
		buf_add_str(out, str_of(digit_names[fen]));
		buf_add_str(out, STR("分"));
	} else {
		buf_add_str(out, STR("整"));
	}
}

struct str capitals_write(struct arena *arena, struct money amount)
{
	int64_t signed_fen = money_fen(amount);
	uint64_t fen = signed_fen < 0 ? -(uint64_t)signed_fen : (uint64_t)signed_fen;
	struct buf out;
	struct str text;

	buf_init(&out, TEXT_BYTES_MAX);
	buf_add_str(&out, STR("人民币"));
	if (signed_fen < 0)
		buf_add_str(&out, STR("负"));
	whole_write(&out, fen / 100);
	if (fen >= 100)
		buf_add_str(&out, STR("元"));
	if (fen == 0)
		buf_add_str(&out, STR("零元整"));
	else
		fraction_write(&out, fen / 100, (unsigned)(fen / 10 % 10), (unsigned)(fen % 10));
	text = arena_str(arena, buf_str(&out));
	buf_free(&out);
	return text;
}

static int digit_value(struct str character)
{
	for (int i = 0; i < 10; i++)
		if (str_is(character, digit_names[i]))
			return i;
	return -1;
}

/* What a sum of capitals is made of while it is read from left to right: 壹拾 | 贰万 | 叁亿 ... */
struct reading {
	uint64_t total_fen;    /* closed by 元, 角, 分 */
	uint64_t whole;        /* closed by 万 or 亿 */
	uint64_t group;        /* closed by 拾, 佰, 仟 */
	uint64_t digit;
};

static bool reading_take(struct reading *r, struct str c)
{
	static const struct { const char *name; uint64_t value; } places[] = { { "拾", 10 }, { "佰", 100 }, { "仟", 1000 } };
	static const struct { const char *name; uint64_t fen; } closings[] = { { "角", 10 }, { "分", 1 } };
	int digit = digit_value(c);

	if (digit >= 0) {
		r->digit = (uint64_t)digit;
		return true;
	}
	for (size_t i = 0; i < 3; i++)
		if (str_is(c, places[i].name)) {
			r->group += r->digit * places[i].value;
			r->digit = 0;
			return true;
		}
	for (size_t i = 0; i < 2; i++)
		if (str_is(c, closings[i].name)) {
			r->total_fen += r->digit * closings[i].fen;
			r->digit = 0;
			return true;
		}
	if (str_is(c, "万")) {
		r->whole += (r->group + r->digit) * 10000;
	} else if (str_is(c, "亿")) {
		r->whole = (r->whole + r->group + r->digit) * 100000000;
	} else if (str_is(c, "元") || str_is(c, "圆")) {
		r->total_fen += (r->whole + r->group + r->digit) * 100;
		r->whole = 0;
	} else {
		return str_is(c, "整") || str_is(c, "正");
	}
	r->group = r->digit = 0;
	return r->total_fen < INT64_MAX / 2 && r->whole < INT64_MAX / 1000000;
}

/* The form without what may be left out or written otherwise; two amounts are the same text when these agree. */
static struct str bare(struct arena *arena, struct str text)
{
	struct buf out;
	struct str result;

	buf_init(&out, TEXT_BYTES_MAX);
	while (text.length) {
		struct str before = text, c;

		utf8_next(&text);
		c = str_part(before, 0, before.length - text.length);
		if (str_is(c, "零") || str_is(c, "整") || str_is(c, "正"))
			continue;
		buf_add_str(&out, str_is(c, "圆") ? STR("元") : c);
	}
	result = arena_str(arena, buf_str(&out));
	buf_free(&out);
	return str_starts(result, STR("元")) ? str_part(result, STR("元").length, result.length) : result;
}

bool capitals_read(struct arena *arena, struct str text, struct money *amount)
{
	struct reading reading = { 0 };
	struct str rest, written;
	bool negative;
	int64_t fen;

	text = str_trim(text);
	if (str_starts(text, STR("人民币")))
		text = str_trim(str_part(text, STR("人民币").length, text.length));
	negative = str_starts(text, STR("负"));
	if (negative)
		text = str_part(text, STR("负").length, text.length);
	if (text.length == 0 || text.length > TEXT_BYTES_MAX || utf8_valid_length(text) != text.length)
		return false;
	for (rest = text; rest.length;) {
		struct str before = rest;

		utf8_next(&rest);
		if (!reading_take(&reading, str_part(before, 0, before.length - rest.length)))
			return false;
	}
	if (reading.whole || reading.group || reading.digit)
		return false;
	fen = (int64_t)reading.total_fen;
	written = capitals_write(arena, money_of_fen(fen));
	written = str_part(written, STR("人民币").length, written.length);
	if (!str_equal(bare(arena, text), bare(arena, written)) || (fen == 0 && !str_starts(text, STR("零"))))
		return false;
	*amount = money_of_fen(negative ? -fen : fen);
	return true;
}
