/* Parties, recital, term: the signed agreement (clauses 2.1 and the whole of the terms) as fact 0 of a lease. */
#include "lease/lease.h"

static void zone_write(struct json_writer *w, const struct agreement_draft *draft)
{
	json_object(w);
	json_key(w, "changes");
	json_array(w);
	for (size_t i = 0; i < draft->zone->change_count; i++) {
		json_array(w);
		json_add_integer(w, draft->zone->changes[i].at);
		json_add_integer(w, draft->zone->changes[i].offset_seconds);
		json_array_end(w);
	}
	json_array_end(w);
	json_put_integer(w, "first", draft->zone->offset_first_seconds);
	json_put_string(w, "name", draft->zone->name);
	json_put_string(w, "tzdata", draft->tzdata);
	json_object_end(w);
}

void agreement_body_write(const struct agreement_draft *draft, struct buf *out)
{
	struct json_writer w;
	struct arena scratch;

	arena_init(&scratch);
	json_writer_canonical(&w, out);
	json_object(&w);
	json_put_string(&w, "algorithm", str_of(digest_name(draft->terms->digest)));
	json_put_string(&w, "file_digest", digest_hex(&scratch, &draft->file_digest));
	json_put_integer(&w, "rating_rules", RATING_RULES);
	json_key(&w, "terms");
	document_write_canonical(draft->document, out);
	w.key_pending = false;
	json_key(&w, "zone");
	zone_write(&w, draft);
	json_object_end(&w);
	arena_free(&scratch);
}

static bool zone_read(struct arena *arena, const struct json *json, struct zone *zone)
{
	const struct json *changes = json_member(json, "changes");
	struct zone read = { .name = arena_str(arena, json_text(json_member(json, "name"))) };
	int64_t offset;
	size_t count = 0;

	if (!json_is(changes, JSON_ARRAY) || !json_integer(json_member(json, "first"), &offset))
		return false;
	read.offset_first_seconds = (int32_t)offset;
	for (const struct json *change = changes->first; change; change = change->next)
		count++;
	read.changes = arena_many(arena, count, struct zone_change);
	for (const struct json *change = changes->first; change; change = change->next) {
		struct zone_change *to = &read.changes[read.change_count];

		if (!json_is(change, JSON_ARRAY) || !change->first || !json_integer(change->first, &to->at) ||
		    !json_integer(change->first->next, &offset) || offset < -2 * DAY_SECONDS || offset > 2 * DAY_SECONDS ||
		    (read.change_count && to[-1].at >= to->at))
			return false;
		to->offset_seconds = (int32_t)offset;
		read.change_count++;
	}
	*zone = read;
	return true;
}

/* Advice about the terms was given when they were signed; only what makes them unreadable matters now. */
static bool signed_terms_read(struct arena *arena, struct str json, struct str id, struct terms *terms,
			      struct problems *problems)
{
	struct problems found;
	const struct node *document;

	problems_init(&found, arena);
	document = document_read_canonical(arena, json, &found);
	if (document && terms_read(arena, document, id, terms, &found))
		return true;
	for (size_t i = 0; i < found.count; i++)
		problem_add(problems, found.list[i]);
	return false;
}

static bool agreement_apply(struct arena *arena, struct lease *lease, const struct envelope *fact,
			    struct problems *problems)
{
	struct str body = arena_str(arena, fact->body);
	struct json_error error;
	const struct json *root = json_read(arena, body, &error), *terms = json_member(root, "terms");

	if (!json_is(terms, JSON_OBJECT) || !json_integer(json_member(root, "rating_rules"), &lease->rating_rules) ||
	    !digest_named(json_text(json_member(root, "algorithm")), &lease->algorithm) ||
	    !zone_read(arena, json_member(root, "zone"), &lease->zone))
		return problem_say(problems, REFUSAL_LEASE_FACT_UNREADABLE, STR(""), fact->kind, STR(""), STR(""));
	if (lease->rating_rules != RATING_RULES)
		return problem_say(problems, REFUSAL_LEASE_RULES_UNKNOWN, STR(""),
				   arena_format(arena, "%lld", (long long)lease->rating_rules), STR(""), STR(""));
	if (!signed_terms_read(arena, json_extent(body, terms), fact->lease, &lease->terms, problems))
		return false;
	lease->id = arena_str(arena, fact->lease);
	lease->tzdata = json_text(json_path(root, "zone.tzdata"));
	lease->file_digest = json_text(json_member(root, "file_digest"));
	lease->recorded = fact->recorded;
	lease->term_from = zone_day_begin(&lease->zone, lease->terms.term.from);
	lease->term_to = zone_day_begin(&lease->zone, lease->terms.term.to + 1);
	lease->signed_in = true;
	return true;
}

bool lease_apply(struct arena *arena, struct lease *lease, const struct envelope *fact, struct problems *problems)
{
	bool known;

	if (str_is(fact->kind, FACT_AGREEMENT_SIGNED) && !lease->signed_in)
		return agreement_apply(arena, lease, fact, problems);
	if (!billing_apply(arena, &lease->billing, fact, &known, problems))
		return false;
	return known || problem_say(problems, REFUSAL_LEASE_FACT_UNKNOWN, STR(""), fact->kind, STR(""), STR(""));
}

bool lease_month_span(const struct lease *lease, month_number month, instant *from, instant *to)
{
	instant begin = zone_month_begin(&lease->zone, month), end = zone_month_begin(&lease->zone, month + 1);

	*from = begin > lease->term_from ? begin : lease->term_from;
	*to = end < lease->term_to ? end : lease->term_to;
	return *from < *to;
}
