/*
 * Samples of capacity in use. All rows of one file system at one time are one snapshot; a lease that is missing from
 * a snapshot of a file system on which it was seen uses 0 from that time (agreement.md, GB-months).
 */
#include <stdlib.h>

#include "import/job.h"
#include "import/parking.h"
#include "import/rebuild.h"
#include "record/chain.h"
#include "record/storage_block.h"

enum { ROWS_MAX = 65536 };

struct row {
	struct storage_row row;
	size_t place;
	struct str owner;          /* in the place's chain */
	int64_t bytes_before;      /* of the same owner in the same snapshot */
	bool known, replaces;
};

/* Who writes blocks of storage samples, and when. */
struct writer {
	struct store *store;
	struct str by, command;
	instant now;
};

struct storage_pass {
	struct import_job *job;
	struct writer writer;
	struct storage_reader reader;
	struct arena arena;        /* of the batch */
	struct row *rows;
	size_t count;
	struct { struct str filesystem; instant at; } *snapshots;   /* every one that the file has */
	size_t snapshot_count, snapshot_capacity;
	struct commit_counts counts;
	bool ended;
};

static bool storage_reader_for(struct storage_pass *p, struct problems *problems)
{
	struct import_job *job = p->job;

	return job->format == FORMAT_STORAGE_JSON
		       ? storage_json_reader_open(job->arena, job->input, &job->options, &p->reader, problems)
		       : storage_csv_reader_open(job->arena, job->input, &job->options, &p->reader, problems);
}

static void snapshot_note(struct storage_pass *p, struct str filesystem, instant at)
{
	for (size_t i = p->snapshot_count; i-- > 0;)
		if (p->snapshots[i].at == at && str_equal(p->snapshots[i].filesystem, filesystem))
			return;
	if (p->snapshot_count == p->snapshot_capacity) {
		p->snapshot_capacity = p->snapshot_capacity ? p->snapshot_capacity * 2 : 256;
		p->snapshots = memory_array(p->snapshots, p->snapshot_capacity, sizeof(*p->snapshots));
	}
	p->snapshots[p->snapshot_count].filesystem = arena_str(p->job->arena, filesystem);
	p->snapshots[p->snapshot_count++].at = at;
}

static bool row_refused(struct storage_pass *p, const struct problem *why)
{
	struct import_report *report = p->job->report;

	report->read++;
	report->refused++;
	if (report->refusals.count < REFUSED_KEPT)
		problem_add(&report->refusals, *why);
	return !p->job->request->strict;
}

static void row_take(struct storage_pass *p, const struct storage_row *read)
{
	struct row *row = &p->rows[p->count++];

	*row = (struct row){ .row = *read };
	row->row.account = arena_str(&p->arena, read->account);
	row->row.user = arena_str(&p->arena, read->user);
	row->row.filesystem = arena_str(&p->arena, read->filesystem.length ? read->filesystem : p->job->request->source);
	if (p->job->request->lease.length)
		places_find(&p->job->places, p->job->request->lease, &row->place);
	else
		row->place = places_of_account(&p->job->places, read->account, read->at, read->at);
	p->job->report->read++;
	snapshot_note(p, row->row.filesystem, read->at);
}

static bool rows_read(struct storage_pass *p, struct problems *problems)
{
	struct storage_row read = { 0 };

	p->count = 0;
	arena_reset(&p->arena);
	while (p->count < ROWS_MAX) {
		struct problem why = { 0 };

		switch (p->reader.next(p->reader.state, &read, &why)) {
		case ROW_USAGE:
			row_take(p, &read);
			break;
		case ROW_NOTHING:
			p->job->report->read++;
			p->job->report->nothing++;
			break;
		case ROW_REFUSED:
			if (!row_refused(p, &why))
				return problem_add(problems, why);
			break;
		case ROW_FAILED:
			return problems->total > 0 ? false : problem_add(problems, why);
		case ROW_END:
			p->ended = true;
			return true;
		}
	}
	return true;
}

/* In a lease's chain an owner is the number of the person, with the account before it where the lease has several; in
 * the house chain the account, so that a lease signed later can take its samples. */
static bool owner_find(struct storage_pass *p, struct row *row, struct problems *problems)
{
	const struct place *place = &p->job->places.list[row->place];
	struct str account = row->row.account;
	uint32_t number = 0;

	if (row->row.user.length && !store_person_number(p->job->store, place->chain, row->row.user, &number, problems))
		return false;
	if (place->lease && (account.length == 0 || str_equal(account, place->lease->terms.cluster.account)))
		account = STR("");
	row->owner = arena_format(&p->arena, "%.*s%s", (int)account.length, account.at, account.length ? "\x1f" : "");
	if (number)
		row->owner = arena_format(&p->arena, "%.*s%u", (int)row->owner.length, row->owner.at, number);
	return true;
}

/* Rows of one owner in one snapshot that stand in one file more than once replace each other: the last counts. */
static bool row_look_up(struct storage_pass *p, struct row *row, struct problems *problems)
{
	chain_number chain = p->job->places.list[row->place].chain;
	bool there;

	if (!owner_find(p, row, problems) ||
	    !store_owner_sample(p->job->store, chain, row->row.filesystem, row->row.at, row->owner, &there,
				&row->bytes_before, problems))
		return false;
	row->known = there && row->bytes_before == row->row.bytes;
	row->replaces = there && !row->known;
	return row->known || store_owner_sample_put(p->job->store, chain, row->row.filesystem, row->row.at, row->owner,
						    row->row.bytes, problems);
}

/* Between the account and the person's number in an owner: no account has it in its name. */
#define OWNER_SEPARATOR '\x1f'

/* The account of an owner in the house chain: what stands before the separator. */
static struct str house_account(struct str owner)
{
	return str_part(owner, 0, str_find(owner, OWNER_SEPARATOR));
}

bool storage_sample_derive(struct store *store, const struct place *place, const struct storage_sample *sample,
			   uint64_t seq, struct problems *problems)
{
	int64_t bytes = sample->withdrawn ? -sample->bytes : sample->bytes;

	if (sample->withdrawn ? !store_owner_sample_delete(store, place->chain, sample->filesystem, sample->at, sample->owner,
							   problems)
			      : !store_owner_sample_put(store, place->chain, sample->filesystem, sample->at, sample->owner,
							sample->bytes, problems))
		return false;
	if (place->lease)
		return store_sample_add(store, place->chain, sample->filesystem, sample->at, seq, bytes, problems);
	return store_parked_add(store, place->chain, house_account(sample->owner), sample->owner.length ? PARKED_NO_LEASE : PARKED_NO_ACCOUNT,
				sample->withdrawn ? -1 : 1, 0, sample->at, sample->at, problems);
}

static bool block_append(const struct writer *w, const struct place *place, struct storage_sample *samples, size_t count,
			 struct problems *problems)
{
	struct fact_draft draft = { .kind = STR(FACT_STORAGE), .by = w->by, .command = w->command, .happened = w->now,
				    .payload_codec = STR(STORAGE_BLOCK_CODEC) };
	struct chain_head head;
	fact_number number;
	struct buf payload;
	bool done = true;

	buf_init(&payload, SIZE_MAX / 4);
	for (size_t from = 0; done && from < count; from += STORAGE_BLOCK_SAMPLES_MAX) {
		size_t some = count - from < STORAGE_BLOCK_SAMPLES_MAX ? count - from : STORAGE_BLOCK_SAMPLES_MAX;

		buf_reset(&payload);
		storage_block_encode(samples + from, some, &payload);
		draft.payload = buf_str(&payload);
		done = store_chain_find(w->store, place->id, &head, problems) &&
		       store_fact_append(w->store, &head, place->id, w->now, &draft, &number, problems);
		for (size_t i = from; done && i < from + some; i++)
			done = storage_sample_derive(w->store, place, &samples[i], head.next_seq - 1, problems);
	}
	buf_free(&payload);
	return done;
}

static void row_count(struct storage_pass *p, const struct row *row)
{
	if (row->known)
		p->counts.known++;
	else if (row->place == PLACE_HOUSE)
		p->counts.parked++;
	else if (row->replaces)
		p->counts.corrected++;
	else
		p->counts.added++;
}

static bool place_write(struct storage_pass *p, size_t place, struct problems *problems)
{
	struct storage_sample *samples = arena_many(&p->arena, 2 * p->count, struct storage_sample);
	size_t count = 0;

	for (size_t i = 0; i < p->count; i++) {
		const struct row *row = &p->rows[i];

		if (row->place != place || row->known)
			continue;
		if (row->replaces)
			samples[count++] = (struct storage_sample){ row->row.at, row->bytes_before, row->row.filesystem, row->owner, true };
		samples[count++] = (struct storage_sample){ row->row.at, row->row.bytes, row->row.filesystem, row->owner, false };
	}
	return block_append(&p->writer, &p->job->places.list[place], samples, count, problems);
}

static bool rows_write(struct storage_pass *p, struct problems *problems)
{
	bool *touched = arena_many(&p->arena, p->job->places.count, bool);

	for (size_t i = 0; i < p->count; i++) {
		if (!row_look_up(p, &p->rows[i], problems))
			return false;
		touched[p->rows[i].place] |= !p->rows[i].known;
		row_count(p, &p->rows[i]);
	}
	for (size_t place = 0; place < p->job->places.count; place++)
		if (touched[place] && !place_write(p, place, problems))
			return false;
	return true;
}

struct absence {
	struct storage_pass *pass;
	struct storage_sample *samples;
	size_t count;
	chain_number chain;
	bool seen_on_filesystem;
};

static bool seen_visit(void *context, chain_number chain, struct str chain_id)
{
	struct absence *absence = context;

	(void)chain_id;
	absence->seen_on_filesystem |= chain == absence->chain;
	return true;
}

static bool absences_write(struct storage_pass *p, const struct place *place, struct problems *problems)
{
	struct absence absence = { .pass = p, .chain = place->chain };

	absence.samples = arena_many(&p->arena, p->snapshot_count, struct storage_sample);
	for (size_t i = 0; i < p->snapshot_count; i++) {
		bool there;

		absence.seen_on_filesystem = false;
		if (!store_filesystems_visit(p->job->store, p->snapshots[i].filesystem, seen_visit, &absence, problems) ||
		    !store_sample_exists(p->job->store, place->chain, p->snapshots[i].filesystem, p->snapshots[i].at, &there,
					 problems))
			return false;
		if (absence.seen_on_filesystem && !there)
			absence.samples[absence.count++] =
				(struct storage_sample){ .at = p->snapshots[i].at, .filesystem = p->snapshots[i].filesystem,
							 .owner = STR("") };
	}
	return block_append(&p->writer, place, absence.samples, absence.count, problems);
}

/* Once the whole file is known: every snapshot in which a lease does not stand says that it uses 0. */
static bool absent_leases_write(struct storage_pass *p, struct problems *problems)
{
	arena_reset(&p->arena);
	for (size_t place = PLACE_HOUSE + 1; place < p->job->places.count; place++)
		if (!absences_write(p, &p->job->places.list[place], problems))
			return false;
	return true;
}

static bool in_transaction(struct storage_pass *p, bool (*write)(struct storage_pass *, struct problems *),
			   struct problems *problems)
{
	if (store_begin(p->job->store, problems) && write(p, problems) && store_commit(p->job->store, problems))
		return true;
	store_rollback(p->job->store);
	return false;
}

static bool storage_pass_run(struct storage_pass *p, bool keep, struct problems *problems)
{
	while (!p->ended) {
		if (!rows_read(p, problems)) {
			for (size_t i = 0; i < p->job->reading_problems.count; i++)
				problem_add(problems, p->job->reading_problems.list[i]);
			return false;
		}
		if (p->job->report->refused && p->job->report->refused == p->job->report->read)
			return problem_add(problems, p->job->report->refusals.list[0]);
		if (keep && p->count && !in_transaction(p, rows_write, problems))
			return false;
		import_progress(p->job, !keep);
	}
	return !keep || p->job->request->lease.length || in_transaction(p, absent_leases_write, problems);
}

static bool storage_read(struct import_job *job, bool keep, struct problems *problems)
{
	struct storage_pass pass = { .job = job, .writer = { job->store, job->request->by, STR("import"), job->request->now } };
	bool done = false;

	job->report->read = job->report->nothing = job->report->refused = 0;
	problems_init(&job->report->refusals, job->arena);
	pass.rows = memory_array(NULL, ROWS_MAX, sizeof(*pass.rows));
	arena_init(&pass.arena);
	if (storage_reader_for(&pass, problems)) {
		done = storage_pass_run(&pass, keep, problems);
		pass.reader.close(pass.reader.state);
	}
	job->report->counts = pass.counts;
	free(pass.rows);
	free(pass.snapshots);
	arena_free(&pass.arena);
	return done;
}

/* Every file is looked through first: samples are few, and then nothing is half written. */
bool storage_import(struct import_job *job, struct problems *problems)
{
	size_t place;

	if (job->request->lease.length && !places_find(&job->places, job->request->lease, &place))
		return problem_say(problems, REFUSAL_LEASE_UNKNOWN, STR(""), job->request->lease, STR(""), STR(""));
	return storage_read(job, false, problems) && import_reopen(job, problems) && storage_read(job, true, problems);
}

/* ---- samples of accounts that had no lease ---- */

struct placing {
	struct arena *arena;
	const struct writer *writer;
	struct storage_pass *pass;                 /* for the snapshots that the house knows */
	const struct places *places;
	struct problems *problems;
	bool failed;
	struct moved {
		size_t place;
		struct storage_sample sample;      /* as the house has it */
	} *list;
	size_t count, capacity;
};

static bool house_sample_collect(void *context, struct str filesystem, instant at, struct str owner, int64_t bytes)
{
	struct placing *p = context;
	size_t place = places_of_account(p->places, house_account(owner), at, at);
	bool dismissed = false;

	snapshot_note(p->pass, filesystem, at);
	if (place == PLACE_HOUSE)
		return true;
	p->failed |= !store_parked_dismissed(p->writer->store, p->places->list[PLACE_HOUSE].chain, house_account(owner), STR(""),
					     0, &dismissed, p->problems);
	if (p->failed || dismissed)
		return !p->failed;
	if (p->count == p->capacity) {
		p->capacity = p->capacity ? p->capacity * 2 : 256;
		p->list = memory_array(p->list, p->capacity, sizeof(*p->list));
	}
	p->list[p->count].place = place;
	p->list[p->count++].sample = (struct storage_sample){ .at = at, .bytes = bytes, .withdrawn = true,
							      .filesystem = arena_str(p->arena, filesystem),
							      .owner = arena_str(p->arena, owner) };
	return true;
}

/* The same owner in the lease's chain: the person has another number there. */
static bool owner_moved(struct placing *p, const struct place *place, struct str owner, struct str *moved,
			struct problems *problems)
{
	const struct place *house = &p->places->list[PLACE_HOUSE];
	struct str account = house_account(owner), name;
	bool main_account = str_equal(account, place->lease->terms.cluster.account);
	uint64_t number = 0;
	uint32_t there;

	*moved = main_account ? STR("") : arena_format(p->arena, "%.*s%c", (int)account.length, account.at, OWNER_SEPARATOR);
	if (owner.length <= account.length + 1)
		return true;
	if (!str_to_u64(str_part(owner, account.length + 1, owner.length), &number) ||
	    !store_person_name(p->writer->store, p->arena, house->chain, (uint32_t)number, &name, problems) ||
	    !store_person_number(p->writer->store, place->chain, name, &there, problems))
		return false;
	*moved = main_account ? arena_format(p->arena, "%u", there)
			      : arena_format(p->arena, "%.*s%c%u", (int)account.length, account.at, OWNER_SEPARATOR, there);
	return true;
}

static bool place_fill(struct placing *p, size_t place, struct problems *problems)
{
	struct storage_sample *samples = arena_many(p->arena, p->count, struct storage_sample);
	size_t count = 0;

	for (size_t i = 0; i < p->count; i++) {
		if (p->list[i].place != place)
			continue;
		samples[count] = p->list[i].sample;
		samples[count].withdrawn = false;
		if (!owner_moved(p, &p->places->list[place], p->list[i].sample.owner, &samples[count].owner, problems))
			return false;
		count++;
	}
	return block_append(p->writer, &p->places->list[place], samples, count, problems);
}

static bool samples_move(struct placing *p, struct problems *problems)
{
	struct storage_sample *withdrawn = arena_many(p->arena, p->count, struct storage_sample);
	const struct place *house = &p->places->list[PLACE_HOUSE];

	for (size_t i = 0; i < p->count; i++)
		withdrawn[i] = p->list[i].sample;
	if (!block_append(p->writer, house, withdrawn, p->count, problems))
		return false;
	for (size_t place = PLACE_HOUSE + 1; place < p->places->count; place++)
		if (!place_fill(p, place, problems) || !absences_write(p->pass, &p->places->list[place], problems))
			return false;
	return true;
}

bool storage_place(struct arena *arena, struct store *store, struct str by, instant now, size_t *placed,
		   struct problems *problems)
{
	struct writer writer = { store, by, STR("sign"), now };
	struct import_job job = { .arena = arena, .store = store };
	struct storage_pass pass = { .job = &job, .writer = writer };
	struct placing p = { .arena = arena, .writer = &writer, .pass = &pass, .places = &job.places,
			     .problems = problems };
	bool done;

	arena_init(&pass.arena);
	done = store_begin(store, problems) && places_load(arena, store, now, &job.places, problems);
	if (done) {
		done = store_owner_samples_visit(store, job.places.list[PLACE_HOUSE].chain, house_sample_collect, &p, problems) &&
		       !p.failed && (p.count == 0 || samples_move(&p, problems)) && store_commit(store, problems);
		places_free(&job.places);
	}
	if (!done)
		store_rollback(store);
	*placed = p.count;
	free(p.list);
	free(pass.snapshots);
	arena_free(&pass.arena);
	return done;
}
