#include "render/fault.h"

#include "base/utf8.h"

static const struct {
	enum fault_class class;
	const char *text[2];
} table[] = {
#define FAULT(name, class, english, chinese) { FAULT_CLASS_##class, { english, chinese } },
#include "render/faults.def"
#undef FAULT
};

enum { WORD_COLUMNS_MAX = 100 };

bool fault_say(struct fault *fault, enum fault_kind what, struct str place, struct str one, struct str two)
{
	fault->what = what;
	fault->place = place;
	fault->words[0] = arena_str(fault->arena, utf8_fit(one, WORD_COLUMNS_MAX));
	fault->words[1] = arena_str(fault->arena, utf8_fit(two, WORD_COLUMNS_MAX));
	return false;
}

enum fault_class fault_class(const struct fault *fault)
{
	return table[fault->what].class;
}

void fault_write(struct buf *out, const struct fault *fault, enum fault_language language)
{
	struct str words[FAULT_WORDS];

	for (int i = 0; i < FAULT_WORDS; i++)
		words[i] = utf8_printable(fault->arena, fault->words[i]);
	if (fault->place.length) {
		buf_add_str(out, utf8_printable(fault->arena, fault->place));
		buf_add_str(out, language == FAULT_CHINESE ? STR("：") : STR(": "));
	}
	buf_add_template(out, table[fault->what].text[language], words);
}
