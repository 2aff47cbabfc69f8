/* Rules of clauses 3.1 and 3.2 and of tax: a price at every moment, one at a time, and a total that says one sum. */
#include "base/capitals.h"
#include "terms/reading.h"

/* The entry of a price list, or the one price itself. */
static const struct node *entry_node(const struct node *fee, size_t number)
{
	const struct node *entry = fee;

	if (fee && fee->kind == NODE_LIST)
		for (entry = fee->first; entry && number; number--)
			entry = entry->next;
	return entry;
}

static const struct node *entry_member(const struct node *fee, size_t number, struct str key)
{
	const struct node *entry = entry_node(fee, number), *member = node_member(entry, key);

	return node_is_blank(member) ? NULL : member;
}

static size_t node_line(const struct node *node)
{
	return node ? node->line : 0;
}

/* Where an entry says no day, its price holds from the term's first. */
static void froms_filled(struct reading *r)
{
	struct terms *t = r->terms;
	const struct node *compute = node_path(r->root, "fees.compute"), *storage = node_path(r->root, "fees.storage");
	const struct node *tax = node_path(r->root, "tax");

	for (size_t i = 0; i < t->fees.compute_count; i++) {
		t->fees.compute[i].line = node_line(entry_node(compute, i));
		if (!entry_member(compute, i, STR("from")))
			t->fees.compute[i].from = t->term.from;
	}
	for (size_t i = 0; i < t->fees.storage_count; i++) {
		t->fees.storage[i].line = node_line(entry_node(storage, i));
		if (!entry_member(storage, i, STR("from")))
			t->fees.storage[i].from = t->term.from;
	}
	for (size_t i = 0; i < t->tax_count; i++)
		if (!entry_member(tax, i, STR("from")))
			t->tax[i].from = t->term.from;
}

static void fees_derived(struct reading *r)
{
	struct terms *t = r->terms;

	t->fees.compute_given = t->fees.compute_count > 0;
	t->fees.storage_given = t->fees.storage_count > 0;
	t->fees.dataset_given = field_given(r, "fees.dataset");
	t->fees.software_given = field_given(r, "fees.software");
	t->fees.dataset_line = node_line(node_path(r->root, "fees.dataset"));
	t->fees.software_line = node_line(node_path(r->root, "fees.software"));
	t->fees.total_line = node_line(node_path(r->root, "fees.total"));
}

/* Two entries for one model from one day: which would be the price? */
static bool same_model(struct str a, struct str b)
{
	if (a.length == 0 || b.length == 0)
		return a.length == b.length;
	return gpu_model_matches(a, b);
}

static void from_in_term(struct reading *r, const char *fee_path, const struct node *from, day_number day)
{
	const struct terms *t = r->terms;

	/* A price in force since before the term is an ordinary price; one that begins after it never is. */
	if (day > t->term.to)
		node_report(r, REFUSAL_PRICE_OUTSIDE_TERM, fee_path, from, str_of(fee_path), day_text(r->arena, day),
			    day_text(r->arena, t->term.from), day_text(r->arena, t->term.to));
}

static void repeated_price(struct reading *r, const char *fee_path, size_t number, size_t first_line, day_number day)
{
	node_report(r, REFUSAL_PRICE_REPEATED, fee_path, entry_node(node_path(r->root, fee_path), number),
		    str_of(fee_path), day_text(r->arena, day), arena_format(r->arena, "%zu", first_line), STR(""));
}

static void check_compute_prices(struct reading *r)
{
	const struct terms *t = r->terms;
	const struct node *fee = node_path(r->root, "fees.compute");
	bool begun = false;

	if (!field_good(r, "fees.compute") || !field_good(r, "term.from") || !field_good(r, "term.to"))
		return;
	for (size_t i = 0; i < t->fees.compute_count; i++) {
		const struct gpu_price *price = &t->fees.compute[i];

		from_in_term(r, "fees.compute", entry_member(fee, i, STR("from")), price->from);
		for (size_t k = 0; k < i; k++)
			if (t->fees.compute[k].from == price->from &&
			    same_model(t->fees.compute[k].gpu_model, price->gpu_model)) {
				repeated_price(r, "fees.compute", i, t->fees.compute[k].line, price->from);
				break;
			}
		begun = begun ||
			(price->from <= t->term.from && gpu_model_matches(price->gpu_model, t->compute.gpu_model));
	}
	if (!begun && field_good(r, "compute.gpu_model"))
		path_report(r, REFUSAL_PRICE_LACKING_FOR_MODEL, "fees.compute", t->compute.gpu_model,
			    day_text(r->arena, t->term.from), STR(""), STR(""));
}

static void check_storage_prices(struct reading *r)
{
	const struct terms *t = r->terms;
	const struct node *fee = node_path(r->root, "fees.storage");
	bool begun = t->fees.storage_count == 0;

	if (!field_good(r, "fees.storage") || !field_good(r, "term.from") || !field_good(r, "term.to"))
		return;
	for (size_t i = 0; i < t->fees.storage_count; i++) {
		day_number from = t->fees.storage[i].from;

		from_in_term(r, "fees.storage", entry_member(fee, i, STR("from")), from);
		for (size_t k = 0; k < i; k++)
			if (t->fees.storage[k].from == from) {
				repeated_price(r, "fees.storage", i, t->fees.storage[k].line, from);
				break;
			}
		begun = begun || from <= t->term.from;
	}
	if (!begun)
		path_report(r, REFUSAL_PRICE_LACKING, "fees.storage", day_text(r->arena, t->term.from), STR(""),
			    STR(""), STR(""));
}

static void check_capitals(struct reading *r)
{
	const struct terms *t = r->terms;
	const struct node *node = node_path(r->root, "fees.total.capitals");
	struct str right = capitals_write(r->arena, t->fees.total);
	struct money said;

	if (!field_good(r, "fees.total.amount") || !field_good(r, "fees.total.capitals"))
		return;
	if (!str_is(t->currency, "CNY")) {
		right = str_part(right, STR("人民币").length, right.length);
		if (str_starts(node->text, STR("人民币"))) {
			path_report(r, REFUSAL_CAPITALS_CURRENCY, "fees.total.capitals", node->text, t->currency, right,
				    STR(""));
			return;
		}
	}
	if (!capitals_read(r->arena, node->text, &said))
		path_report(r, REFUSAL_CAPITALS_UNREADABLE, "fees.total.capitals", node->text, right, STR(""), STR(""));
	else if (money_compare(said, t->fees.total) != 0)
		path_report(r, REFUSAL_CAPITALS_DIFFER, "fees.total.capitals", node->text,
			    money_grouped(r->arena, said), money_grouped(r->arena, t->fees.total), right);
}

/* Instalments of 3.2 divide the total less the one-time fees: that must leave something to divide. */
static void check_total(struct reading *r)
{
	const struct terms *t = r->terms;
	struct money once;

	if (!field_good(r, "fees.total.amount") || !field_good(r, "fees.total.meaning") ||
	    !money_add(t->fees.dataset, t->fees.software, &once) || money_compare(once, t->fees.total) <= 0)
		return;
	path_report(r, t->fees.total_meaning != TOTAL_FIXED ? REFUSAL_TOTAL_BELOW_ONE_TIME : REFUSAL_TOTAL_TOO_SMALL,
		    "fees.total.amount", money_grouped(r->arena, t->fees.total), money_grouped(r->arena, once), STR(""),
		    STR(""));
}

static void check_one_time_due(struct reading *r)
{
	const struct node *due = node_path(r->root, "fees.due");

	if (!field_good(r, "fees.due"))
		return;
	if (r->terms->fees.one_time_due == ONE_TIME_SIGNING && node_is_blank(node_path(r->root, "signed")))
		path_report(r, REFUSAL_DUE_AT_SIGNING_UNKNOWN, "fees.due", STR(""), STR(""), STR(""), STR(""));
	if (r->terms->fees.one_time_due == ONE_TIME_DATE && !day_read(due->text, &r->terms->fees.one_time_day))
		r->failed = true;
}

static void check_tax(struct reading *r)
{
	const struct terms *t = r->terms;
	const struct node *list = node_path(r->root, "tax");

	if (!field_good(r, "tax") || !field_good(r, "term.from") || !field_good(r, "term.to"))
		return;
	for (size_t i = 0; i < t->tax_count; i++) {
		if (t->tax[i].from > t->term.to)
			node_report(r, REFUSAL_TAX_AFTER_TERM, "tax", entry_member(list, i, STR("from")),
				    day_text(r->arena, t->tax[i].from), day_text(r->arena, t->term.to), STR(""),
				    STR(""));
		for (size_t k = 0; k < i; k++)
			if (t->tax[k].from == t->tax[i].from && str_equal(t->tax[k].clause, t->tax[i].clause)) {
				node_report(r, REFUSAL_TAX_REPEATED, "tax", entry_node(list, i), t->tax[i].clause,
					    day_text(r->arena, t->tax[i].from),
					    arena_format(r->arena, "%zu", node_line(entry_node(list, k))), STR(""));
				break;
			}
	}
}

void check_fees(struct reading *r)
{
	froms_filled(r);
	fees_derived(r);
	check_compute_prices(r);
	check_storage_prices(r);
	check_capitals(r);
	check_total(r);
	check_one_time_due(r);
	check_tax(r);
}
