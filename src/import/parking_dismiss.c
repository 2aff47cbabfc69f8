/* What a person decides about parked records, as a fact; and the records that are never billed. */
#include "import/parking_internal.h"

#include <stdlib.h>

#include "import/rebuild.h"
#include "ledger/house.h"

enum { BODY_BYTES_MAX = 1 << 20 };

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

bool decision_write(struct store *store, const struct parking_request *request, const char *decision,
		    const struct dismissed *dismissed, size_t dismissed_count, struct problems *problems)
{
	struct fact_draft draft = { .kind = STR("park-decided"), .by = request->by, .command = STR("park"),
				    .happened = request->now };
	struct json_writer w;
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
	done = house_fact_append(store, request->now, &draft, problems);
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

	if (!store_parked_visit(d->store, 0, total_count, d, d->problems))
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
