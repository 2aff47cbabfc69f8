#include "base/problem.h"

#include "base/utf8.h"

static const struct {
	const char *name;
	enum refusal_class class;
	const char *text[2];
} table[] = {
#define REFUSAL(name, class, english, chinese) { #name, CLASS_##class, { english, chinese } },
#include "base/refusals.def"
#undef REFUSAL
};

void problems_init(struct problems *problems, struct arena *arena)
{
	*problems = (struct problems){ .arena = arena };
}

bool problem_add(struct problems *problems, struct problem problem)
{
	if (refusal_class(problem.what) > problems->worst)
		problems->worst = refusal_class(problem.what);
	problems->total++;
	if (problems->count == PROBLEMS_KEPT)
		return false;
	problems->list = arena_grown(problems->arena, problems->list, problems->count, &problems->capacity,
				     sizeof(*problems->list));
	problem.file = arena_str(problems->arena, problem.file);
	problem.clause = arena_str(problems->arena, problem.clause);
	for (int i = 0; i < PROBLEM_WORDS; i++)
		problem.words[i] = arena_str(problems->arena, problem.words[i]);
	problems->list[problems->count++] = problem;
	return false;
}

bool problem_say(struct problems *problems, enum refusal what, struct str clause, struct str one, struct str two,
		 struct str three)
{
	return problem_add(problems, (struct problem){ .what = what, .clause = clause, .words = { one, two, three } });
}

enum refusal_class refusal_class(enum refusal what)
{
	return table[what].class;
}

const char *refusal_name(enum refusal what)
{
	return table[what].name;
}

const char *refusal_text(enum refusal what, enum language language)
{
	return table[what].text[language];
}

/* Words come from files: what would move the cursor or end the line is shown as '?'. */
static void word_write(struct buf *out, struct str word)
{
	size_t valid = utf8_valid_length(word);

	if (valid < word.length) {
		word_write(out, str_part(word, 0, valid));
		buf_add_str(out, STR("?"));
		word = str_part(word, valid + 1, word.length);
		word_write(out, word);
		return;
	}
	for (size_t i = 0; i < word.length; i++) {
		unsigned char c = (unsigned char)word.at[i];

		buf_add_char(out, c < 0x20 || c == 0x7f ? '?' : (char)c);
	}
}

void problem_write(struct buf *out, const struct problem *problem, enum language language)
{
	if (problem->file.length) {
		word_write(out, problem->file);
		if (problem->line)
			buf_add_format(out, ":%zu", problem->line);
		if (problem->column)
			buf_add_format(out, ":%zu", problem->column);
		buf_add_str(out, STR(": "));
	}
	if (problem->clause.length)
		buf_add_format(out, language == LANGUAGE_CHINESE ? "第%.*s条：" : "clause %.*s: ",
			       (int)problem->clause.length, problem->clause.at);
	for (const char *c = refusal_text(problem->what, language); *c; c++) {
		if (c[0] == '{' && c[1] >= '1' && c[1] < '1' + PROBLEM_WORDS && c[2] == '}') {
			word_write(out, problem->words[c[1] - '1']);
			c += 2;
		} else {
			buf_add_char(out, *c);
		}
	}
}
