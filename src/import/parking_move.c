/* Parked records that are let in: placed when a lease is signed, released by a person. */
#include "import/parking_internal.h"

#include <stdlib.h>

#include "ledger/usage.h"
#include "record/chain.h"

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

/* An allocation that is still open is not parked; with an end, a person can close it. */
static bool open_close(struct move *move, struct problems *problems)
{
	for (size_t place = PLACE_HOUSE + 1; place < move->places.count; place++) {
		const struct place *at = &move->places.list[place];
		struct usage_query query = { .arena = move->arena, .store = move->store, .lease = at->lease, .chain = at->chain,
					     .seq = (uint64_t)INT64_MAX };

		if (!usage_open_read(&query, problems))
			return false;
		for (size_t i = 0; i < query.open.open_count; i++) {
			const struct open_usage *open = &query.open.open[i];
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
