#include "ledger/usage.h"

#include "record/usage_block.h"

struct collection {
	const struct usage_query *query;
	struct month_usage *usage;
	size_t class_capacity, open_capacity, sample_capacity;
};

static bool class_collect(void *context, struct price_class class, const struct month_sums *sums)
{
	struct collection *c = context;

	c->usage->classes = arena_grown(c->query->arena, c->usage->classes, c->usage->class_count, &c->class_capacity,
				 sizeof(*c->usage->classes));
	c->usage->classes[c->usage->class_count++] = (struct class_usage){
		arena_str(c->query->arena, class.model), class.outside_term, *sums };
	return true;
}

static bool open_collect(void *context, const struct open_allocation *open)
{
	struct collection *c = context;

	c->usage->open = arena_grown(c->query->arena, c->usage->open, c->usage->open_count, &c->open_capacity,
			      sizeof(*c->usage->open));
	c->usage->open[c->usage->open_count++] = (struct open_usage){
		arena_str(c->query->arena, open->key), arena_str(c->query->arena, open->model), open->start, open->listed,
		open->gpus_thousandths, open->suspended_seconds, open->opened_seq };
	return true;
}

static bool sample_collect(void *context, struct str filesystem, instant at, int64_t bytes)
{
	struct collection *c = context;

	c->usage->samples = arena_grown(c->query->arena, c->usage->samples, c->usage->sample_count, &c->sample_capacity,
				 sizeof(*c->usage->samples));
	c->usage->samples[c->usage->sample_count++] =
		(struct sample_usage){ arena_str(c->query->arena, filesystem), at, bytes };
	return true;
}

bool usage_open_read(struct usage_query *q, struct problems *problems)
{
	struct collection c = { .query = q, .usage = &q->open };

	if (!q->open_read)
		q->open_read = store_open_visit(q->store, q->chain, q->seq, open_collect, &c, problems);
	return q->open_read;
}

bool usage_from_store(void *context, month_number month, struct month_usage *usage, struct problems *problems)
{
	struct usage_query *q = context;
	struct collection c = { .query = q, .usage = usage };
	instant from = zone_month_begin(&q->lease->zone, month), to = zone_month_begin(&q->lease->zone, month + 1);

	if (!usage_open_read(q, problems))
		return false;
	*usage = q->open;
	return store_month_read(q->store, q->chain, month, q->seq, class_collect, &c, problems) &&
	       store_samples_visit(q->store, q->chain, from, to, q->seq, sample_collect, &c, problems);
}

/* ---- the records themselves ---- */

struct listing {
	const struct usage_query *query;
	struct arena scratch;
	instant from, to;                /* the month's days in the term */
	instant month_from, month_to;    /* all its days: for use that was released although outside the term */
	instant now;
	allocation_visitor *visit;
	void *context;
	struct problems *problems;
	bool failed, stopped;
};

/* Of several facts that listed an allocation as running, the last one counts. */
static bool still_open(const struct listing *l, struct str key, uint64_t seq)
{
	for (size_t i = 0; i < l->query->open.open_count; i++)
		if (l->query->open.open[i].opened_seq == seq && str_equal(l->query->open.open[i].key, key))
			return true;
	return false;
}

static instant billed_end(const struct listing *l, const struct usage_record *record)
{
	const struct lease *lease = l->query->lease;
	struct open_usage open = { .start = record->start, .listed = record->listed,
				   .suspended_seconds = record->suspended_seconds };
	bool runaway;

	if (record->flags & USAGE_OPEN)
		return open_billed_end(lease, &open, l->now, &runaway);
	return usage_billed_end(record, lease->terms.compute.suspended == SUSPENDED_BILLED);
}

static bool record_list(struct listing *l, const struct stored_fact *fact, const struct usage_block *block, uint32_t row)
{
	const struct usage_record *record = &block->records[row];
	struct allocation a = { .fact = fact->seq, .row = row, .record = *record, .open = record->flags & USAGE_OPEN };
	instant end = billed_end(l, record);

	a.from = record->flags & USAGE_OUTSIDE_TERM_BILLED ? l->month_from : l->from;
	a.to = record->flags & USAGE_OUTSIDE_TERM_BILLED ? l->month_to : l->to;
	a.from = record->start > a.from ? record->start : a.from;
	a.to = end < a.to ? end : a.to;
	if (a.from >= a.to)
		return true;
	/* An open record counts while it is open; its withdrawal took nothing away. */
	if (a.open && (record->flags & USAGE_WITHDRAWN || !still_open(l, record->key, fact->seq)))
		return true;
	a.thousandths = (wide)(a.to - a.from) * record->gpus_thousandths * (record->flags & USAGE_WITHDRAWN ? -1 : 1);
	a.model = block->texts[record->model];
	a.purpose = block->texts[record->purpose];
	a.nodes = block->texts[record->nodes];
	a.state = block->texts[record->state];
	l->failed = !store_person_name(l->query->store, &l->scratch, l->query->chain, record->subject, &a.user, l->problems);
	l->stopped = l->failed || !l->visit(l->context, &a);
	return !l->stopped;
}

static bool fact_list(void *context, const struct stored_fact *fact)
{
	struct listing *l = context;
	struct usage_block block;
	const char *error;

	arena_reset(&l->scratch);
	error = usage_block_decode(&l->scratch, fact->payload, &block);
	if (error) {
		l->failed = true;
		return problem_say(l->problems, REFUSAL_JOURNAL_BLOCK, STR(""),
				   arena_format(l->problems->arena, "%llu", (unsigned long long)fact->seq), str_of(error), STR(""));
	}
	for (uint32_t row = 0; row < block.count; row++)
		if (!record_list(l, fact, &block, row))
			return false;
	return true;
}

bool usage_allocations_visit(struct usage_query *query, month_number month, instant now,
			     allocation_visitor *visit, void *context, struct problems *problems)
{
	struct listing l = { .query = query, .now = now, .visit = visit, .context = context, .problems = problems };
	bool done;

	l.month_from = zone_month_begin(&query->lease->zone, month);
	l.month_to = zone_month_begin(&query->lease->zone, month + 1);
	lease_month_span(query->lease, month, &l.from, &l.to);
	if (!usage_open_read(query, problems))
		return false;
	arena_init(&l.scratch);
	done = store_facts_visit(query->store, query->chain, 0, query->seq, FACTS_USAGE_BLOCKS, fact_list, &l, problems);
	arena_free(&l.scratch);
	return done && !l.failed;
}
