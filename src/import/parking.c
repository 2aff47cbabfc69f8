#include "import/parking.h"

#include <stdlib.h>
#include <string.h>

#include "ledger/load.h"
#include "ledger/usage.h"
#include "import/rebuild.h"
#include "record/chain.h"
#include "record/usage_block.h"

enum { BODY_BYTES_MAX = 1 << 16 };

/* ---- walking through what is parked ---- */

struct withdrawn {
	uint64_t seq;
	uint32_t row;
};

struct walk {
	struct arena *arena;
	struct store *store;
	struct str account, key, chain_id;
	chain_number chain;
	struct withdrawn *withdrawn;
	size_t withdrawn_count, withdrawn_capacity;
	struct arena scratch;
	parked_record_visitor *visit;
	void *context;
	struct problems *problems;
	bool failed, stopped;
};

static bool block_of(struct walk *walk, const struct stored_fact *fact, struct usage_block *block)
{
	const char *error;

	arena_reset(&walk->scratch);
	error = usage_block_decode(&walk->scratch, fact->payload, block);
	if (!error)
		return true;
	walk->failed = true;
	return problem_say(walk->problems, REFUSAL_JOURNAL_BLOCK, STR(""),
			   arena_format(walk->arena, "%llu", (unsigned long long)fact->seq), str_of(error), STR(""));
}

static bool withdrawn_collect(void *context, const struct stored_fact *fact)
{
	struct walk *walk = context;
	struct usage_block block;

	if (!str_is(fact->kind, FACT_PARKED))
		return true;
	if (!block_of(walk, fact, &block))
		return false;
	for (size_t i = 0; i < block.count; i++) {
		if (!(block.records[i].flags & USAGE_WITHDRAWN))
			continue;
		if (walk->withdrawn_count == walk->withdrawn_capacity) {
			walk->withdrawn_capacity = walk->withdrawn_capacity ? walk->withdrawn_capacity * 2 : 256;
			walk->withdrawn = memory_array(walk->withdrawn, walk->withdrawn_capacity, sizeof(*walk->withdrawn));
		}
		walk->withdrawn[walk->withdrawn_count++] =
			(struct withdrawn){ block.records[i].withdrawn_seq, block.records[i].withdrawn_row };
	}
	return true;
}

static int withdrawn_order(const void *left, const void *right)
{
	const struct withdrawn *a = left, *b = right;

	if (a->seq != b->seq)
		return a->seq < b->seq ? -1 : 1;
	return a->row < b->row ? -1 : a->row > b->row;
}

static bool is_withdrawn(const struct walk *walk, uint64_t seq, uint32_t row)
{
	struct withdrawn wanted = { seq, row };

	return walk->withdrawn_count && bsearch(&wanted, walk->withdrawn, walk->withdrawn_count, sizeof(wanted), withdrawn_order);
}

static bool record_visit(struct walk *walk, const struct stored_fact *fact, const struct usage_block *block, uint32_t row)
{
	const struct usage_record *record = &block->records[row];
	struct parked_record parked = {
		.chain_id = walk->chain_id, .chain = walk->chain, .seq = fact->seq, .row = row, .record = *record,
		.account = block->texts[record->account], .model = block->texts[record->model],
		.purpose = block->texts[record->purpose], .nodes = block->texts[record->nodes], .state = block->texts[record->state],
	};
	bool dismissed;

	if (record->flags & USAGE_WITHDRAWN || (walk->account.length && !str_equal(parked.account, walk->account)) ||
	    (walk->key.length && !str_equal(record->key, walk->key)) || is_withdrawn(walk, fact->seq, row))
		return true;
	if (!store_parked_dismissed(walk->store, walk->chain, parked.account, record->key, fact->seq, &dismissed,
				    walk->problems) ||
	    !store_person_name(walk->store, &walk->scratch, walk->chain, record->subject, &parked.user, walk->problems)) {
		walk->failed = true;
		return false;
	}
	walk->stopped = !dismissed && !walk->visit(walk->context, &parked);
	return !walk->stopped;
}

static bool fact_visit(void *context, const struct stored_fact *fact)
{
	struct walk *walk = context;
	struct usage_block block;

	if (!str_is(fact->kind, FACT_PARKED))
		return true;
	if (!block_of(walk, fact, &block))
		return false;
	for (uint32_t row = 0; row < block.count; row++)
		if (!record_visit(walk, fact, &block, row))
			return false;
	return true;
}

static bool chain_walk(struct walk *walk)
{
	walk->withdrawn_count = 0;
	if (!store_facts_visit(walk->store, walk->chain, 0, UINT64_MAX, FACTS_ALL_WITH_PAYLOADS, withdrawn_collect, walk,
			       walk->problems) || walk->failed)
		return false;
	if (walk->withdrawn_count)
		qsort(walk->withdrawn, walk->withdrawn_count, sizeof(*walk->withdrawn), withdrawn_order);
	return store_facts_visit(walk->store, walk->chain, 0, UINT64_MAX, FACTS_ALL_WITH_PAYLOADS, fact_visit, walk,
				 walk->problems) && !walk->failed;
}

struct chain_entry {
	struct str id;
	chain_number chain;
};

struct chain_entries {
	struct arena *arena;
	struct chain_entry *list;
	size_t count, capacity;
};

/* Chains that have something parked (for the account). */
static bool parked_chain_collect(void *context, const struct parked_total *total)
{
	struct chain_entries *chains = context;

	for (size_t i = 0; i < chains->count; i++)
		if (chains->list[i].chain == total->chain)
			return true;
	if (chains->count == chains->capacity) {
		chains->capacity = chains->capacity ? chains->capacity * 2 : 16;
		chains->list = memory_array(chains->list, chains->capacity, sizeof(*chains->list));
	}
	chains->list[chains->count++] = (struct chain_entry){ arena_str(chains->arena, total->chain_id), total->chain };
	return true;
}

bool parking_visit(struct arena *arena, struct store *store, struct str account, struct str key,
		   parked_record_visitor *visit, void *context, struct problems *problems)
{
	struct walk walk = { .arena = arena, .store = store, .account = account, .key = key, .visit = visit,
			     .context = context, .problems = problems };
	struct chain_entries chains = { .arena = arena };
	bool done = store_parked_visit(store, parked_chain_collect, &chains, problems);

	arena_init(&walk.scratch);
	for (size_t i = 0; done && !walk.stopped && i < chains.count; i++) {
		walk.chain = chains.list[i].chain;
		walk.chain_id = chains.list[i].id;
		done = chain_walk(&walk);
	}
	arena_free(&walk.scratch);
	free(walk.withdrawn);
	free(chains.list);
	return done;
}

/* ---- moving ---- */

struct move {
	struct arena *arena;
	struct store *store;
	const struct parking_request *request;
	struct parking_report *report;
	struct places places;
	struct committer committer;
	struct batch *batch;
	bool lease_given;
	size_t lease_place;
	bool full;
	struct problems *problems;
};

static bool refuse(struct move *move, const struct parked_record *parked, enum park_reason reason, const char *advice[2])
{
	struct str english = arena_format(move->arena, "%s; %s", park_reason_text(reason, LANGUAGE_ENGLISH), advice[0]);
	struct str chinese = arena_format(move->arena, "%s；%s", park_reason_text(reason, LANGUAGE_CHINESE), advice[1]);

	if (move->report->refused.count < REFUSED_KEPT)
		problem_add(&move->report->refused, (struct problem){ .what = REFUSAL_PARK_CANNOT_RELEASE,
								      .words = { parked->record.key, english, chinese } });
	return true;
}

static struct usage_row row_of(const struct move *move, const struct parked_record *parked)
{
	const struct usage_record *r = &parked->record;
	bool running = r->flags & USAGE_OPEN && !move->request->has_end;
	struct usage_row row = {
		.line = r->line, .key = r->key, .account = parked->account, .user = parked->user, .model = parked->model,
		.purpose = parked->purpose, .nodes = parked->nodes, .state = parked->state, .start = r->start,
		.has_start = !(r->flags & USAGE_START_MISSING), .running = running, .listed = r->listed, .has_listed = running,
		.gpus_thousandths = r->gpus_thousandths, .suspended_seconds = r->suspended_seconds,
		.clipped_seconds = r->clipped_seconds,
	};

	row.has_end = !(r->flags & (USAGE_END_MISSING | USAGE_OPEN));
	row.end = r->start + (r->flags & USAGE_LENGTH_NEGATIVE ? -r->length_seconds : r->length_seconds);
	if (move->request->has_end && (!row.has_end || r->flags & USAGE_LENGTH_NEGATIVE)) {
		row.end = move->request->end;
		row.has_end = true;
	}
	/* A person's word stands against an unknown state; figures that are missing or impossible do not mend themselves. */
	if (!row.has_start)
		row.defect = PARKED_NO_START;
	else if (!row.has_end && !running)
		row.defect = PARKED_NO_END;
	else if (row.has_end && row.end < row.start)
		row.defect = PARKED_END_BEFORE_START;
	else if (r->reason == PARKED_UNTRACKED_GPUS || r->reason == PARKED_NO_SHARE)
		row.defect = (enum park_reason)r->reason;
	return row;
}

static const char **advice_for(enum park_reason reason)
{
	static const char *end[2] = { "give --end TIME", "请给出 --end 时间" };
	static const char *lease[2] = { "give --lease ID, or sign a lease for the account", "请给出 --lease 编号，或为该账户签署租约" };
	static const char *terms[2] = { "amend the agreement", "请修改协议" };
	static const char *source[2] = { "have the source corrected and import it again, or dismiss it",
					 "请更正来源后重新导入，或予以驳回" };

	switch (reason) {
	case PARKED_NO_END:
	case PARKED_END_BEFORE_START:
		return end;
	case PARKED_NO_LEASE:
	case PARKED_NO_ACCOUNT:
		return lease;
	case PARKED_NO_PRICE:
	case PARKED_NO_SHARE:
		return terms;
	case PARKED_NOT:
	case PARKED_OUTSIDE_TERM:
	case PARKED_UNKNOWN_STATE:
	case PARKED_UNTRACKED_GPUS:
	case PARKED_SUSPENDED_TOO_LONG:
	case PARKED_NO_START:
	case PARK_REASON_COUNT:
		break;
	}
	return source;
}

static bool record_take(void *context, const struct parked_record *parked)
{
	struct move *move = context;
	struct usage_row row = row_of(move, parked);
	size_t place = move->lease_given ? move->lease_place : places_of_account(&move->places, row.account, row.start,
								       row.has_end ? row.end : INSTANT_MOST);
	bool release = move->request->action == PARKING_RELEASE;
	enum park_reason reason;

	if (!release && place == PLACE_HOUSE)
		return true;
	move->report->found++;
	reason = place_park_reason(&move->places.list[place], &row);
	if (!release && (reason == parked->record.reason || row.defect != PARKED_NOT))
		return true;
	if (release && reason == PARKED_OUTSIDE_TERM && row.running)
		return refuse(move, parked, reason, advice_for(PARKED_NO_END));
	if (release && reason == PARKED_OUTSIDE_TERM) {
		batch_add(move->batch, move->store, &row, row.key, place, PARKED_NOT);
		move->batch->records[move->batch->count - 1].flags |= USAGE_OUTSIDE_TERM_BILLED;
	} else if (release && reason != PARKED_NOT) {
		return refuse(move, parked, reason, advice_for(reason));
	} else {
		batch_add(move->batch, move->store, &row, row.key, place, reason);
	}
	move->full = move->batch->count == BATCH_ROWS_MAX;
	return !move->full;
}

/* What a dismissal took off the list: replayed by decision_derive. */
struct dismissed {
	struct str chain_id, account;
	uint64_t through_seq;
	enum park_reason reason;
	int64_t gpu_thousandth_seconds;
	instant start;
};

static void dismissed_write(struct json_writer *w, const struct dismissed *d)
{
	json_object(w);
	json_put_string(w, "account", d->account);
	json_put_string(w, "chain", d->chain_id);
	json_put_integer(w, "gpu_thousandth_seconds", d->gpu_thousandth_seconds);
	json_put_integer(w, "reason", (int64_t)d->reason);
	json_put_integer(w, "start", d->start);
	json_put_integer(w, "through", (int64_t)d->through_seq);
	json_object_end(w);
}

static bool dismissed_apply(struct store *store, const struct dismissed *d, struct str key, struct problems *problems)
{
	struct chain_head head;

	if (!store_chain_find(store, d->chain_id, &head, problems) ||
	    !store_parked_dismiss(store, head.chain, d->account, key, d->through_seq, problems))
		return false;
	return key.length ? store_parked_add(store, head.chain, d->account, d->reason, -1, -d->gpu_thousandth_seconds, d->start,
					     d->start, problems)
			  : store_parked_clear(store, head.chain, d->account, problems);
}

static bool decision_write(struct store *store, const struct parking_request *request, const char *decision,
			   const struct dismissed *dismissed, size_t dismissed_count, struct problems *problems)
{
	struct fact_draft draft = { .kind = STR("park-decided"), .by = request->by, .command = STR("park"),
				    .happened = request->now };
	struct chain_head head;
	struct json_writer w;
	fact_number number;
	struct buf body;
	bool done;

	buf_init(&body, BODY_BYTES_MAX);
	json_writer_canonical(&w, &body);
	json_object(&w);
	json_put_string(&w, "account", request->account);
	json_put_string(&w, "because", request->because);
	json_put_string(&w, "decision", str_of(decision));
	json_key(&w, "dismissed");
	json_array(&w);
	for (size_t i = 0; i < dismissed_count; i++)
		dismissed_write(&w, &dismissed[i]);
	json_array_end(&w);
	json_put_string(&w, "key", request->key);
	json_object_end(&w);
	draft.body = buf_str(&body);
	done = store_chain_find(store, STR(HOUSE_ID), &head, problems) &&
	       store_fact_append(store, &head, STR(HOUSE_ID), request->now, &draft, &number, problems);
	for (size_t i = 0; done && i < dismissed_count; i++)
		done = dismissed_apply(store, &dismissed[i], request->key, problems);
	buf_free(&body);
	return done;
}

static bool dismissed_read(const struct json *json, struct dismissed *d)
{
	int64_t through, reason;

	d->account = json_text(json_member(json, "account"));
	d->chain_id = json_text(json_member(json, "chain"));
	if (!json_integer(json_member(json, "through"), &through) || !json_integer(json_member(json, "reason"), &reason) ||
	    !json_integer(json_member(json, "start"), &d->start) || reason < 0 || reason >= PARK_REASON_COUNT)
		return false;
	if (!json_integer(json_member(json, "gpu_thousandth_seconds"), &d->gpu_thousandth_seconds) &&
	    !str_to_i64(json_text(json_member(json, "gpu_thousandth_seconds")), &d->gpu_thousandth_seconds))
		return false;
	d->through_seq = (uint64_t)through;
	d->reason = (enum park_reason)reason;
	return true;
}

bool decision_derive(struct arena *arena, struct store *store, const struct stored_fact *fact, struct problems *problems)
{
	struct envelope envelope;
	struct json_error error;
	const struct json *body, *list;

	if (!envelope_read(arena, arena_str(arena, fact->envelope), &envelope, problems))
		return false;
	body = json_read(arena, envelope.body, &error);
	list = json_member(body, "dismissed");
	for (const struct json *item = list ? list->first : NULL; item; item = item->next) {
		struct dismissed d;

		if (!dismissed_read(item, &d))
			return problem_say(problems, REFUSAL_LEASE_FACT_UNREADABLE, STR(""), envelope.kind, STR(""), STR(""));
		if (!dismissed_apply(store, &d, json_text(json_member(body, "key")), problems))
			return false;
	}
	return true;
}

/* An allocation that is still open is not parked; with an end, a person can close it. */
static bool open_close(struct move *move, struct problems *problems)
{
	for (size_t place = PLACE_HOUSE + 1; place < move->places.count; place++) {
		const struct place *at = &move->places.list[place];
		struct usage_query query = { .arena = move->arena, .store = move->store, .lease = at->lease, .chain = at->chain,
					     .seq = (uint64_t)INT64_MAX };
		struct month_usage usage;

		if (!usage_from_store(&query, month_of_day(at->lease->terms.term.from), &usage, problems))
			return false;
		for (size_t i = 0; i < usage.open_count; i++) {
			const struct open_usage *open = &usage.open[i];
			struct usage_row row = { .key = open->key, .model = open->model, .start = open->start, .has_start = true,
						 .end = move->request->end, .has_end = true,
						 .gpus_thousandths = open->gpus_thousandths,
						 .suspended_seconds = open->suspended_seconds };

			if (!str_equal(open->key, move->request->key) || row.end < row.start)
				continue;
			batch_add(move->batch, move->store, &row, row.key, place, PARKED_NOT);
			move->report->found++;
		}
	}
	return true;
}

static bool batch_move(struct move *move, struct problems *problems)
{
	enum usage_cause cause = move->request->action == PARKING_RELEASE ? CAUSE_RELEASED : CAUSE_PLACED;

	batch_begin(move->batch);
	move->full = false;
	if (!parking_visit(move->arena, move->store, move->request->account, move->request->key, record_take, move, problems))
		return false;
	if (move->report->found == 0 && cause == CAUSE_RELEASED && move->request->has_end && move->request->key.length &&
	    !open_close(move, problems))
		return false;
	batch_sort(move->batch);
	if (move->batch->count == 0)
		return true;
	move->report->placed += move->batch->count;
	return batch_write(&move->committer, move->batch, cause, problems) &&
	       (cause == CAUSE_PLACED || decision_write(move->store, move->request, "release", NULL, 0, problems));
}

static bool move_begin(struct move *move, struct problems *problems)
{
	if (!store_begin(move->store, problems) ||
	    !places_load(move->arena, move->store, move->request->now, &move->places, problems) ||
	    !store_commit(move->store, problems)) {
		store_rollback(move->store);
		return false;
	}
	move->lease_given = move->request->lease.length > 0;
	if (move->lease_given && !places_find(&move->places, move->request->lease, &move->lease_place))
		return problem_say(problems, REFUSAL_LEASE_UNKNOWN, STR(""), move->request->lease, STR(""), STR(""));
	committer_init(&move->committer, move->arena, move->store, &move->places);
	move->committer.by = move->request->by;
	move->committer.command = move->request->action == PARKING_RELEASE ? STR("park") : STR("sign");
	move->committer.now = move->request->now;
	move->committer.format = STR("parked");
	move->batch = batch_new();
	return true;
}

bool parking_move(struct arena *arena, struct store *store, const struct parking_request *request,
		  struct parking_report *report, struct problems *problems)
{
	struct move move = { .arena = arena, .store = store, .request = request, .report = report, .problems = problems };
	bool done;

	*report = (struct parking_report){ 0 };
	problems_init(&report->refused, arena);
	if (!move_begin(&move, problems)) {
		places_free(&move.places);
		return false;
	}
	do {
		done = store_begin(store, problems) && batch_move(&move, problems) && store_commit(store, problems);
	} while (done && move.full);
	store_rollback(store);
	committer_free(&move.committer);
	batch_free(move.batch);
	places_free(&move.places);
	return done && store_keys_merge(store, problems);
}

/* ---- dismissing ---- */

struct dismissal {
	struct arena *arena;
	struct store *store;
	const struct parking_request *request;
	size_t rows;
	struct parked_record one;
	struct chain_entries chains;
	struct problems *problems;
};

static bool one_found(void *context, const struct parked_record *parked)
{
	struct dismissal *d = context;

	d->one = *parked;
	d->one.account = arena_str(d->arena, parked->account);
	d->one.chain_id = arena_str(d->arena, parked->chain_id);
	d->rows++;
	return false;
}

static bool total_count(void *context, const struct parked_total *total)
{
	struct dismissal *d = context;

	if (!str_equal(total->account, d->request->account))
		return true;
	d->rows += (size_t)total->rows;
	return parked_chain_collect(&d->chains, total);
}

static bool key_dismiss(struct dismissal *d)
{
	const struct parked_record *one = &d->one;
	struct dismissed dismissed;

	if (!parking_visit(d->arena, d->store, STR(""), d->request->key, one_found, d, d->problems))
		return false;
	if (d->rows == 0)
		return problem_say(d->problems, REFUSAL_PARK_UNKNOWN_KEY, STR(""), d->request->key, STR(""), STR(""));
	dismissed = (struct dismissed){
		.chain_id = one->chain_id, .account = one->account, .through_seq = one->seq,
		.reason = (enum park_reason)one->record.reason, .start = one->record.start,
		.gpu_thousandth_seconds = (one->record.length_seconds - one->record.suspended_seconds) * one->record.gpus_thousandths,
	};
	return decision_write(d->store, d->request, "dismiss", &dismissed, 1, d->problems);
}

static bool account_dismiss(struct dismissal *d)
{
	struct dismissed *dismissed;

	if (!store_parked_visit(d->store, total_count, d, d->problems))
		return false;
	if (d->rows == 0)
		return problem_say(d->problems, REFUSAL_PARK_UNKNOWN_ACCOUNT, STR(""), d->request->account, STR(""), STR(""));
	dismissed = arena_many(d->arena, d->chains.count, struct dismissed);
	for (size_t i = 0; i < d->chains.count; i++) {
		struct chain_head head;

		if (!store_chain_find(d->store, d->chains.list[i].id, &head, d->problems))
			return false;
		dismissed[i] = (struct dismissed){ .chain_id = d->chains.list[i].id, .account = d->request->account,
						   .through_seq = head.next_seq - 1 };
	}
	return decision_write(d->store, d->request, "dismiss", dismissed, d->chains.count, d->problems);
}

bool parking_dismiss(struct arena *arena, struct store *store, const struct parking_request *request, size_t *rows,
		     struct problems *problems)
{
	struct dismissal d = { .arena = arena, .store = store, .request = request, .chains = { .arena = arena },
			       .problems = problems };
	bool done = store_begin(store, problems) && (request->key.length ? key_dismiss(&d) : account_dismiss(&d)) &&
		    store_commit(store, problems);

	if (!done)
		store_rollback(store);
	free(d.chains.list);
	*rows = d.rows;
	return done;
}

/* ---- runaways ---- */

struct runaway_search {
	struct arena *arena;
	struct store *store;
	instant now;
	runaway_visitor *visit;
	void *context;
	struct problems *problems;
	bool failed;
};

static bool lease_runaways(void *context, struct str id, const struct chain_head *head)
{
	struct runaway_search *s = context;
	struct usage_query query = { .arena = s->arena, .store = s->store, .chain = head->chain, .seq = UINT64_MAX >> 1 };
	struct month_usage usage;
	struct chain_head loaded;

	if (str_is(id, HOUSE_ID))
		return true;
	query.lease = lease_load(s->arena, s->store, arena_str(s->arena, id), UINT64_MAX, &loaded, s->problems);
	s->failed = !query.lease ||
		    !usage_from_store(&query, month_of_day(query.lease->terms.term.from), &usage, s->problems);
	for (size_t i = 0; !s->failed && i < usage.open_count; i++) {
		const struct open_usage *open = &usage.open[i];
		struct runaway runaway = { query.lease->id, query.lease->terms.cluster.account, open->key, open->start, open->listed, 0, open->gpus_thousandths };
		bool is_runaway;

		runaway.billed_to = open_billed_end(query.lease, open, s->now, &is_runaway);
		if (is_runaway && !s->visit(s->context, &runaway))
			return false;
	}
	return !s->failed;
}

static bool id_collect(void *context, struct str id, const struct chain_head *head)
{
	struct parked_total total = { .chain = head->chain, .chain_id = id };

	return parked_chain_collect(context, &total);
}

bool runaways_visit(struct arena *arena, struct store *store, instant now, runaway_visitor *visit, void *context,
		    struct problems *problems)
{
	struct runaway_search search = { arena, store, now, visit, context, problems, false };
	struct chain_entries chains = { .arena = arena };
	bool done = store_chains_visit(store, id_collect, &chains, problems);

	for (size_t i = 0; done && i < chains.count; i++) {
		struct chain_head head = { .chain = chains.list[i].chain };

		if (!lease_runaways(&search, chains.list[i].id, &head))
			break;
	}
	free(chains.list);
	return done && !search.failed;
}
