/* Rules of clauses 1.1 and 4.1 and of the cluster: nothing twice, and no resource without its fee. */
#include "terms/reading.h"

/* Names that differ in letter case only are one thing to whoever reads the paper. */
static void names_differ(struct reading *r, const char *list_path)
{
	const struct node *list = node_path(r->root, list_path);

	if (!field_good(r, list_path) || !field_given(r, list_path))
		return;
	for (const struct node *entry = list->first; entry; entry = entry->next) {
		const struct node *name = node_member(entry, STR("name"));

		for (const struct node *other = list->first; other != entry; other = other->next) {
			const struct node *first = node_member(other, STR("name"));

			if (str_equal_ignoring_case(name->text, first->text)) {
				node_report(r, REFUSAL_LISTED_TWICE, list_path, name, str_of(list_path), name->text,
					    arena_format(r->arena, "%zu", first->line), STR(""));
				break;
			}
		}
	}
}

static void purposes_permitted(struct reading *r)
{
	const struct terms *t = r->terms;
	const struct node *entry = node_path(r->root, "datasets");

	if (!field_good(r, "datasets") || !field_given(r, "datasets") || !field_good(r, "use.purposes"))
		return;
	entry = entry->first;
	for (size_t i = 0; i < t->dataset_count; i++, entry = entry->next) {
		bool permitted = false;

		for (size_t k = 0; k < t->use.purpose_count; k++)
			permitted = permitted || str_equal(t->use.purposes[k], t->datasets[i].purpose);
		if (!permitted)
			node_report(r, REFUSAL_PURPOSE_NOT_PERMITTED, "datasets[].purpose",
				    node_member(entry, STR("purpose")), t->datasets[i].purpose, t->datasets[i].name,
				    STR(""), STR(""));
	}
}

static bool stands(const struct reading *r, const char *path)
{
	const struct node *node = node_path(r->root, path);

	return !node_is_blank(node) && (node->broken || node->kind != NODE_LIST || node->first);
}

/* A section of 1.1 and its fee of 3.1 stand together or not at all. */
static void fee_pairs(struct reading *r)
{
	static const char *const pairs[][2] = {
		{ "storage", "fees.storage" }, { "datasets", "fees.dataset" }, { "software", "fees.software" },
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		const char *resource = pairs[i][0], *fee = pairs[i][1];
		const struct node *fees = node_path(r->root, "fees");

		if (node_is_blank(fees) || fees->broken)
			return;
		if (stands(r, resource) && !stands(r, fee))
			path_report(r, REFUSAL_RESOURCE_WITHOUT_FEE, resource, str_of(resource), str_of(fee),
				    str_of(field_of(fee)->example), STR(""));
		if (!stands(r, resource) && stands(r, fee))
			path_report(r, REFUSAL_FEE_WITHOUT_RESOURCE, fee, str_of(fee), str_of(resource), STR(""),
				    STR(""));
	}
}

static void accounts_differ(struct reading *r)
{
	const struct node *list = node_path(r->root, "cluster.accounts");

	if (!field_good(r, "cluster.account") || !field_good(r, "cluster.accounts"))
		return;
	for (const struct node *entry = list->first; entry; entry = entry->next)
		if (str_equal(entry->text, r->terms->cluster.account))
			node_report(r, REFUSAL_ACCOUNT_TWICE, "cluster.accounts", entry, entry->text, STR(""), STR(""),
				    STR(""));
}

void check_resources(struct reading *r)
{
	names_differ(r, "datasets");
	names_differ(r, "software.libraries");
	purposes_permitted(r);
	fee_pairs(r);
	accounts_differ(r);
}
