/* Rules between the parties: a lease has two. */
#include "terms/reading.h"

static void different(struct reading *r, enum refusal what, const char *lessor_path, struct str lessor,
		      const char *lessee_path, struct str lessee)
{
	if (field_good(r, lessor_path) && field_good(r, lessee_path) && str_equal(lessor, lessee))
		path_report(r, what, lessee_path, lessee, str_of(lessor_path), STR(""), STR(""));
}

void check_parties(struct reading *r)
{
	const struct terms *t = r->terms;

	different(r, REFUSAL_PARTIES_SAME_NAME, "lessor.name", t->lessor.name, "lessee.name", t->lessee.name);
	different(r, REFUSAL_PARTIES_SAME_USCC, "lessor.uscc", t->lessor.uscc, "lessee.uscc", t->lessee.uscc);
	different(r, REFUSAL_PARTIES_SAME_KEY, "keys.lessor", t->keys.lessor, "keys.lessee", t->keys.lessee);
}
