/*
 * Any bytes as an agreement file: no crash, and what is accepted survives its canonical form, whose tree gives the same
 * terms and the same canonical bytes.
 */
#include <stdlib.h>

#include "terms/terms.h"
#include "yaml/yaml.h"

enum { TEXT_BYTES_MAX = 16 * 1024 * 1024 };

const char *__lsan_default_suppressions(void);

/* libfyaml 0.7.12 itself forgets a kilobyte of a document that is nothing but quotation marks. */
const char *__lsan_default_suppressions(void)
{
	return "leak:libfyaml";
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void explained(const struct terms *terms, struct buf *out)
{
	buf_init(out, TEXT_BYTES_MAX);
	terms_explain_json(terms, LANGUAGE_CHINESE, out);
	terms_explain(terms, LANGUAGE_ENGLISH, out);
}

static void round_trip(struct arena *arena, const struct node *root, const struct terms *terms,
		       struct problems *problems)
{
	struct buf canonical, again, explanation, explanation_again;
	const struct node *tree;
	struct terms terms_again;

	buf_init(&canonical, TEXT_BYTES_MAX);
	buf_init(&again, TEXT_BYTES_MAX);
	document_write_canonical(root, &canonical);
	tree = document_read_canonical(arena, buf_str(&canonical), problems);
	must(tree && terms_read(arena, tree, STR("canonical"), &terms_again, problems));
	document_write_canonical(tree, &again);
	must(str_equal(buf_str(&canonical), buf_str(&again)));
	explained(terms, &explanation);
	explained(&terms_again, &explanation_again);
	must(str_equal(buf_str(&explanation), buf_str(&explanation_again)));
	must(!canonical.overflowed && !explanation.overflowed);
	buf_free(&canonical);
	buf_free(&again);
	buf_free(&explanation);
	buf_free(&explanation_again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct arena arena;
	struct problems problems;
	struct terms terms;
	struct buf out;
	const struct node *root;
	bool accepted;

	arena_init(&arena);
	problems_init(&problems, &arena);
	root = yaml_read(&arena, (struct str){ (const char *)bytes, length }, STR("fuzz"), &problems);
	accepted = root && terms_read(&arena, root, STR("fuzz"), &terms, &problems);
	must(accepted ? problems.worst == CLASS_ADVICE : problems.worst > CLASS_ADVICE);
	if (accepted)
		round_trip(&arena, root, &terms, &problems);
	buf_init(&out, TEXT_BYTES_MAX);
	for (size_t i = 0; i < problems.count; i++)
		problem_write(&out, &problems.list[i], LANGUAGE_CHINESE);
	buf_free(&out);
	arena_free(&arena);
	return 0;
}
