#include "import/commit.h"

#include <stdlib.h>
#include <string.h>

#include "import/sums.h"
#include "record/usage_block.h"

enum { RECORDS_AHEAD = 12 };   /* fetched ahead of their turn: a group's records lie scattered over the batch */

/* What becomes of a row. */
enum fate {
	FATE_NEW,
	FATE_KNOWN,         /* the journal has these figures */
	FATE_CORRECTED,     /* replaces what the journal has */
	FATE_DROPPED,       /* a later row of the same batch has its key */
};

/* The live record of a key that a row has too. */
struct prior {
	const struct usage_record *record;
	const struct usage_block *block;      /* whose texts the record numbers */
	chain_number chain;
	uint64_t seq;
	uint32_t row;
	bool parked;
	bool dismissed;
};

void committer_init(struct committer *c, struct arena *keep, struct store *store, const struct places *places)
{
	*c = (struct committer){ .store = store, .places = places, .keep = keep };
	c->encoder = usage_encoder_new();
	c->sums = sums_table_new();
	buf_init(&c->payload, SIZE_MAX / 4);
	arena_init(&c->scratch);
	c->order = memory_large(BATCH_RECORDS_MAX * sizeof(*c->order));
	c->fact_of = memory_large(BATCH_ROWS_MAX * sizeof(*c->fact_of));
	c->group_begin = memory_array(NULL, 2 * places->count + 1, sizeof(*c->group_begin));
	c->fate = memory_large(BATCH_RECORDS_MAX * sizeof(*c->fate));
}

void committer_free(struct committer *c)
{
	usage_encoder_free(c->encoder);
	sums_table_free(c->sums);
	buf_free(&c->payload);
	arena_free(&c->scratch);
	free(c->order);
	free(c->fact_of);
	free(c->group_begin);
	free(c->fate);
}

/* ---- what is known already ---- */

static bool same_key(const struct batch *batch, size_t a, size_t b)
{
	return batch->entries[a].fingerprint == batch->entries[b].fingerprint &&
	       str_equal(batch->records[batch->entries[a].row].key, batch->records[batch->entries[b].row].key);
}

/* The source said when it ended: a list that still shows it running is older. */
static bool has_ended(const struct usage_record *record)
{
	return !(record->flags & (USAGE_OPEN | USAGE_END_MISSING | USAGE_LENGTH_NEGATIVE | USAGE_START_MISSING));
}

/* Of rows with one key the last in the file counts; but "still running" never replaces an end. */
static void rows_of_one_key(struct committer *c, struct batch *batch, size_t first, size_t last)
{
	size_t winner = first;

	for (size_t i = first + 1; i <= last; i++) {
		const struct usage_record *before = &batch->records[batch->entries[winner].row];
		const struct usage_record *record = &batch->records[batch->entries[i].row];

		if (!same_key(batch, winner, i))
			continue;
		if (record->flags & USAGE_OPEN && has_ended(before)) {
			c->fate[batch->entries[i].row] = FATE_DROPPED;
			continue;
		}
		c->fate[batch->entries[winner].row] = FATE_DROPPED;
		winner = i;
	}
}

static void batch_own_duplicates(struct committer *c, struct batch *batch)
{
	memset(c->fate, FATE_NEW, batch->count);
	for (size_t first = 0, last; first < batch->count; first = last + 1) {
		for (last = first; last + 1 < batch->count &&
				   batch->entries[last + 1].fingerprint == batch->entries[first].fingerprint; last++)
			;
		/* Different keys with one fingerprint are so rare that each is simply looked at as a first. */
		for (size_t i = first; i < last; i++)
			if (c->fate[batch->entries[i].row] != FATE_DROPPED)
				rows_of_one_key(c, batch, i, last);
	}
}

struct key_slots {
	uint16_t *slots;          /* record number + 1 by hash of its key */
	uint32_t mask;
};

static struct key_slots block_keys(struct arena *arena, const struct usage_block *block)
{
	struct key_slots keys = { .mask = 64 };

	while (keys.mask < 2 * block->count)
		keys.mask *= 2;
	keys.slots = arena_many(arena, keys.mask, uint16_t);
	keys.mask--;
	for (size_t i = 0; i < block->count; i++) {
		uint32_t at = (uint32_t)bytes_hash(block->records[i].key.at, block->records[i].key.length, 1) & keys.mask;

		if (block->records[i].flags & USAGE_WITHDRAWN)
			continue;
		while (keys.slots[at])
			at = (at + 1) & keys.mask;
		keys.slots[at] = (uint16_t)(i + 1);
	}
	return keys;
}

static bool block_find(const struct usage_block *block, const struct key_slots *keys, struct str key, uint32_t *row)
{
	uint32_t at = (uint32_t)bytes_hash(key.at, key.length, 1) & keys->mask;

	for (; keys->slots[at]; at = (at + 1) & keys->mask)
		if (str_equal(block->records[keys->slots[at] - 1].key, key)) {
			*row = (uint32_t)keys->slots[at] - 1;
			return true;
		}
	return false;
}

static int hit_by_fact(const void *left, const void *right)
{
	const struct key_hit *a = left, *b = right;

	if (a->fact != b->fact)
		return a->fact < b->fact ? -1 : 1;
	return a->entry < b->entry ? -1 : a->entry > b->entry;
}

static bool block_read(struct committer *c, fact_number number, chain_number *chain, struct stored_fact *fact,
		       struct usage_block *block, struct problems *problems)
{
	const char *error;

	if (!store_fact_read(c->store, &c->scratch, number, chain, fact, problems))
		return false;
	error = usage_block_decode(&c->scratch, fact->payload, block);
	if (error)
		return problem_say(problems, REFUSAL_JOURNAL_BLOCK, STR(""),
				   arena_format(problems->arena, "%lld", (long long)number), str_of(error), STR(""));
	return true;
}

/* Facts are read in ascending order, so the latest record of a key is the one that stays in priors[]. */
static bool priors_find(struct committer *c, const struct batch *batch, struct key_hits *hits, struct problems *problems)
{
	struct usage_block *block = NULL;
	struct key_slots keys = { 0 };
	struct stored_fact fact = { 0 };
	chain_number chain = 0;

	qsort(hits->list, hits->count, sizeof(*hits->list), hit_by_fact);
	for (size_t i = 0; i < hits->count; i++) {
		uint32_t row = batch->entries[hits->list[i].entry].row, at;

		if (c->fate[row] == FATE_DROPPED)
			continue;
		if (!block || fact.number != hits->list[i].fact) {
			block = arena_new(&c->scratch, struct usage_block);
			if (!block_read(c, hits->list[i].fact, &chain, &fact, block, problems))
				return false;
			keys = block_keys(&c->scratch, block);
		}
		if (block_find(block, &keys, batch->records[row].key, &at))
			c->priors[row] = (struct prior){ &block->records[at], block, chain, fact.seq, at,
							 str_is(fact.kind, FACT_PARKED), false };
	}
	return true;
}

static struct str text_in(const struct text_table *texts, uint32_t number)
{
	return text_table_text(texts, number);
}

static bool same_figures(const struct batch *batch, const struct usage_record *record, const struct prior *prior)
{
	const struct usage_record *old = prior->record;
	struct str purpose = text_in(&batch->texts, record->purpose), old_purpose = prior->block->texts[old->purpose];

	if (record->start != old->start || record->length_seconds != old->length_seconds ||
	    record->gpus_thousandths != old->gpus_thousandths || record->suspended_seconds != old->suspended_seconds ||
	    (record->flags & ~USAGE_OUTSIDE_TERM_BILLED) != (old->flags & ~USAGE_OUTSIDE_TERM_BILLED))
		return false;
	if (record->flags & USAGE_OPEN && record->listed > old->listed)
		return false;
	if (purpose.length && old_purpose.length && !str_equal(purpose, old_purpose))
		return false;
	return str_equal(text_in(&batch->texts, record->model), prior->block->texts[old->model]);
}

static enum fate row_fate(struct committer *c, const struct batch *batch, uint32_t row)
{
	const struct usage_record *record = &batch->records[row];
	const struct prior *prior = &c->priors[row];
	bool same_place = c->places->list[batch->group[row] / 2].chain == prior->chain;
	bool parked = batch->group[row] % 2;

	if (record->flags & USAGE_OPEN && has_ended(prior->record))
		return FATE_KNOWN;
	/* So is an older list of running jobs, and a row that a person let in although it could not be billed. */
	if (record->flags & prior->record->flags & USAGE_OPEN && record->listed < prior->record->listed)
		return FATE_KNOWN;
	if (parked && !prior->parked && prior->record->cause == CAUSE_RELEASED)
		return FATE_KNOWN;
	if (!same_figures(batch, record, prior))
		return FATE_CORRECTED;
	if (prior->dismissed)
		return FATE_KNOWN;
	if (prior->parked && parked && (!same_place || record->reason != prior->record->reason))
		return FATE_CORRECTED;
	/* What a person released stays released: the same figures do not park it again. */
	if (!prior->parked && parked && same_place)
		return FATE_KNOWN;
	return same_place && prior->parked == parked ? FATE_KNOWN : FATE_CORRECTED;
}

static bool fates_decide(struct committer *c, struct batch *batch, struct problems *problems)
{
	for (uint32_t row = 0; row < batch->count; row++) {
		struct prior *prior = &c->priors[row];

		if (c->fate[row] == FATE_DROPPED || !prior->record)
			continue;
		if (prior->parked && !store_parked_dismissed(c->store, prior->chain, prior->block->texts[prior->record->account],
							     prior->record->key, prior->seq, &prior->dismissed, problems))
			return false;
		c->fate[row] = (uint8_t)row_fate(c, batch, row);
	}
	return true;
}

static bool known_find(struct committer *c, struct batch *batch, struct problems *problems)
{
	struct key_hits hits = { 0 };
	bool done;

	batch_own_duplicates(c, batch);
	c->priors = NULL;
	if (!store_keys_probe(c->store, batch->entries, batch->count, &hits, problems))
		return false;
	done = true;
	if (hits.count) {
		c->priors = arena_many(&c->scratch, batch->count, struct prior);
		done = priors_find(c, batch, &hits, problems) && fates_decide(c, batch, problems);
	}
	key_hits_free(&hits);
	return done;
}

/* ---- withdrawing ---- */

static bool place_of_chain(const struct committer *c, chain_number chain, size_t *place, struct problems *problems)
{
	for (*place = 0; *place < c->places->count; (*place)++)
		if (c->places->list[*place].chain == chain)
			return true;
	return problem_say(problems, REFUSAL_IMPORT_LEASES_CHANGED, STR(""), STR(""), STR(""), STR(""));
}

/* Appends to the batch a record that takes PRIOR back, in full. */
static bool withdrawal_add(struct committer *c, struct batch *batch, const struct prior *prior, enum usage_cause cause,
			   size_t *records, struct problems *problems)
{
	struct usage_record *record = &batch->records[*records];
	struct str *texts = prior->block->texts;
	size_t place;

	if (!place_of_chain(c, prior->chain, &place, problems))
		return false;
	*record = *prior->record;
	record->key = arena_str(&batch->arena, record->key);
	record->model = text_table_number(&batch->texts, texts[record->model]);
	record->purpose = text_table_number(&batch->texts, texts[record->purpose]);
	record->nodes = text_table_number(&batch->texts, texts[record->nodes]);
	record->state = text_table_number(&batch->texts, texts[record->state]);
	record->account = text_table_number(&batch->texts, texts[record->account]);
	record->flags |= USAGE_WITHDRAWN;
	record->cause = (uint8_t)cause;
	record->withdrawn_seq = prior->seq;
	record->withdrawn_row = prior->row;
	batch->group[*records] = (uint32_t)(place * 2 + prior->parked);
	c->fate[(*records)++] = FATE_NEW;
	c->counts.withdrawn++;
	return true;
}

static bool withdrawals_add(struct committer *c, struct batch *batch, enum usage_cause cause, size_t *records,
			    struct problems *problems)
{
	*records = batch->count;
	for (uint32_t row = 0; row < batch->count; row++) {
		enum usage_cause why = cause;

		if (c->fate[row] != FATE_CORRECTED)
			continue;
		if (why == CAUSE_CORRECTED && c->places->list[batch->group[row] / 2].chain != c->priors[row].chain)
			why = CAUSE_MOVED;
		batch->records[row].cause = (uint8_t)why;
		if (!c->priors[row].dismissed && !withdrawal_add(c, batch, &c->priors[row], why, records, problems))
			return false;
	}
	return true;
}

/* ---- writing ---- */

/* Orders the records that are kept by group (place, then billed before parked), in the order of the file. */
static void records_order(struct committer *c, const struct batch *batch, size_t records)
{
	size_t groups = 2 * c->places->count;
	uint32_t *begin = c->group_begin;

	memset(begin, 0, (groups + 1) * sizeof(*begin));
	for (size_t i = 0; i < records; i++)
		if (c->fate[i] == FATE_NEW || c->fate[i] == FATE_CORRECTED)
			begin[batch->group[i] + 1]++;
	for (size_t g = 0; g < groups; g++)
		begin[g + 1] += begin[g];
	for (size_t i = 0; i < records; i++)
		if (c->fate[i] == FATE_NEW || c->fate[i] == FATE_CORRECTED)
			c->order[begin[batch->group[i]]++] = (uint32_t)i;
	for (size_t g = groups; g > 0; g--)
		begin[g] = begin[g - 1];
	begin[0] = 0;
}

/* The users of a group become numbers of people in its chain. */
static bool subjects_number(struct committer *c, struct batch *batch, const struct place *place, const uint32_t *order,
			    size_t count, struct problems *problems)
{
	uint32_t *persons = NULL;

	if (!batch->any_user)
		return true;
	for (size_t i = 0; i < count; i++) {
		struct usage_record *record = &batch->records[order[i]];

		if (record->subject == 0 || order[i] >= batch->count)
			continue;
		if (!persons)
			persons = arena_many(&c->scratch, batch->texts.count, uint32_t);
		if (persons[record->subject] == 0 &&
		    !store_person_number(c->store, place->chain, text_table_text(&batch->texts, record->subject),
					 &persons[record->subject], problems))
			return false;
		record->subject = persons[record->subject];
	}
	return true;
}

static int64_t billed_thousandths(const struct place *place, const struct usage_record *record)
{
	bool suspended_billed = place->lease && place->lease->terms.compute.suspended == SUSPENDED_BILLED;
	int64_t seconds = usage_billed_end(record, suspended_billed) - record->start, product;

	if (seconds < 0 || __builtin_mul_overflow(seconds, record->gpus_thousandths, &product))
		return 0;
	return record->flags & USAGE_WITHDRAWN ? -product : product;
}

static bool open_write(struct committer *c, const struct batch *batch, const struct place *place,
		       const struct usage_record *record, uint64_t seq, struct problems *problems)
{
	struct open_allocation open = {
		.key = record->key, .model = text_table_text(&batch->texts, record->model), .start = record->start,
		.listed = record->listed, .gpus_thousandths = record->gpus_thousandths,
		.suspended_seconds = record->suspended_seconds, .opened_seq = seq,
	};

	if (record->flags & USAGE_WITHDRAWN)
		return store_open_close(c->store, place->chain, record->key, record->withdrawn_seq, seq, problems);
	return store_open_add(c->store, place->chain, &open, problems);
}

/* What billed records of one block change in the derived tables. */
static bool block_derive(struct committer *c, struct batch *batch, const struct place *place, const uint32_t *order,
			 size_t count, uint64_t seq, struct problems *problems)
{
	for (size_t i = 0; i < count; i++) {
		const struct usage_record *record = &batch->records[order[i]];

		if (i + RECORDS_AHEAD < count) {
			__builtin_prefetch(&batch->records[order[i + RECORDS_AHEAD]]);
			__builtin_prefetch(&batch->records[order[i + RECORDS_AHEAD]].flags);
		}
		if (record->flags & USAGE_OPEN) {
			if (!open_write(c, batch, place, record, seq, problems))
				return false;
			continue;
		}
		c->added_thousandths += billed_thousandths(place, record);
		if (!sums_table_add(c->sums, place, record->model, record))
			return problem_say(problems, REFUSAL_JOURNAL_OVERFLOW, STR("3.1(1)"), STR(""), STR(""), STR(""));
	}
	return true;
}

/* Parked records of one block, summed by account and reason while they are alike. */
static bool block_park(struct committer *c, struct batch *batch, const struct place *place, const uint32_t *order,
		       size_t count, struct problems *problems)
{
	for (size_t i = 0, next; i < count; i = next) {
		const struct usage_record *first = &batch->records[order[i]];
		int64_t rows = 0, thousandths = 0;
		instant least = first->start, most = first->start;

		for (next = i; next < count; next++) {
			const struct usage_record *record = &batch->records[order[next]];
			int64_t sign = record->flags & USAGE_WITHDRAWN ? -1 : 1, sum;

			if (record->account != first->account || record->reason != first->reason)
				break;
			if (__builtin_add_overflow(thousandths, billed_thousandths(place, record), &sum))
				break;
			thousandths = sum;
			rows += sign;
			least = record->start < least ? record->start : least;
			most = record->start > most ? record->start : most;
		}
		if (!store_parked_add(c->store, place->chain, text_table_text(&batch->texts, first->account),
				      (enum park_reason)first->reason, rows, thousandths, least, most, problems))
			return false;
		next += next == i;
	}
	return true;
}

bool block_derived_write(struct committer *c, struct batch *batch, const struct place *place, bool parked, uint64_t seq,
			 struct problems *problems)
{
	if (parked)
		return block_park(c, batch, place, c->order, batch->count, problems);
	sums_table_clear(c->sums);
	return block_derive(c, batch, place, c->order, batch->count, seq, problems) &&
	       sums_table_write(c->sums, c->store, place, &batch->texts, seq, problems);
}

static bool block_write(struct committer *c, struct batch *batch, const struct place *place, bool parked,
			const uint32_t *order, size_t count, struct chain_head *head, struct problems *problems)
{
	struct fact_draft draft = {
		.kind = parked ? STR(FACT_PARKED) : STR(FACT_USAGE), .by = c->by, .command = c->command, .happened = c->now,
		.payload_codec = STR(USAGE_BLOCK_CODEC),
	};
	fact_number number;

	buf_reset(&c->payload);
	usage_block_encode(c->encoder, batch->records, order, count, &batch->texts, &c->payload);
	draft.payload = buf_str(&c->payload);
	draft.body = arena_format(&c->scratch, "{\"format\":\"%.*s\"}", (int)c->format.length, c->format.at);
	if (!store_fact_append(c->store, head, place->id, c->now, &draft, &number, problems))
		return false;
	for (size_t i = 0; i < count; i++)
		if (order[i] < batch->count)
			c->fact_of[order[i]] = (uint32_t)number;
	return parked ? block_park(c, batch, place, order, count, problems)
		      : block_derive(c, batch, place, order, count, head->next_seq - 1, problems);
}

static bool group_write(struct committer *c, struct batch *batch, size_t group, struct problems *problems)
{
	const struct place *place = &c->places->list[group / 2];
	const uint32_t *order = c->order + c->group_begin[group];
	size_t count = c->group_begin[group + 1] - c->group_begin[group];
	struct chain_head head;

	if (count == 0)
		return true;
	if (!store_chain_find(c->store, place->id, &head, problems) ||
	    !subjects_number(c, batch, place, order, count, problems))
		return false;
	sums_table_clear(c->sums);
	for (size_t from = 0; from < count; from += USAGE_BLOCK_RECORDS_MAX) {
		size_t records = count - from < USAGE_BLOCK_RECORDS_MAX ? count - from : USAGE_BLOCK_RECORDS_MAX;

		if (!block_write(c, batch, place, group % 2, order + from, records, &head, problems))
			return false;
	}
	return sums_table_write(c->sums, c->store, place, &batch->texts, head.next_seq - 1, problems);
}

/* The index learns of every record that now lives under its key. */
static bool keys_write(struct committer *c, struct batch *batch, struct problems *problems)
{
	size_t kept = 0;

	for (size_t i = 0; i < batch->count; i++) {
		struct key_entry entry = batch->entries[i];

		if (c->fate[entry.row] != FATE_NEW && c->fate[entry.row] != FATE_CORRECTED)
			continue;
		entry.fact = c->fact_of[entry.row];
		batch->scratch[kept++] = entry;
	}
	return store_keys_add(c->store, batch->scratch, kept, problems);
}

static bool examples_full(const struct committer *c, enum import_outcome outcome)
{
	return c->examples[outcome].count == IMPORT_EXAMPLES;
}

static void example_add(struct committer *c, const struct batch *batch, size_t row, enum import_outcome outcome)
{
	struct import_examples *examples = &c->examples[outcome];

	examples->list[examples->count++] = (struct import_example){
		.line = batch->lines[row], .key = arena_str(c->keep, batch->records[row].key),
		.reason = (enum park_reason)batch->records[row].reason };
}

static void rows_count(struct committer *c, const struct batch *batch)
{
	static const enum import_outcome outcomes[] = { [FATE_NEW] = IMPORT_NEW, [FATE_KNOWN] = IMPORT_KNOWN,
							[FATE_CORRECTED] = IMPORT_CORRECTED, [FATE_DROPPED] = IMPORT_KNOWN };

	for (size_t row = 0; row < batch->count; row++) {
		bool parked = batch->group[row] % 2;

		enum import_outcome outcome = parked && (c->fate[row] == FATE_NEW || c->fate[row] == FATE_CORRECTED)
						      ? IMPORT_PARKED
						      : outcomes[c->fate[row]];

		if (!examples_full(c, outcome))
			example_add(c, batch, row, outcome);
		if (batch->rows.open && batch->records[row].flags & USAGE_OPEN && !examples_full(c, IMPORT_OPEN))
			example_add(c, batch, row, IMPORT_OPEN);
		switch ((enum fate)c->fate[row]) {
		case FATE_NEW:
			c->counts.added += !parked;
			c->counts.parked += parked;
			break;
		case FATE_CORRECTED:
			c->counts.corrected += !parked;
			c->counts.parked += parked;
			break;
		case FATE_KNOWN:
		case FATE_DROPPED:
			c->counts.known++;
			break;
		}
	}
}

bool batch_write(struct committer *c, struct batch *batch, enum usage_cause cause, struct problems *problems)
{
	size_t records;

	arena_reset(&c->scratch);
	if (!known_find(c, batch, problems) || !withdrawals_add(c, batch, cause, &records, problems))
		return false;
	records_order(c, batch, records);
	for (size_t group = 0; group < 2 * c->places->count; group++)
		if (!group_write(c, batch, group, problems))
			return false;
	if (!keys_write(c, batch, problems))
		return false;
	rows_count(c, batch);
	return true;
}

bool batch_conflict(struct committer *c, struct batch *batch, size_t *line, struct problems *problems)
{
	arena_reset(&c->scratch);
	*line = 0;
	if (!known_find(c, batch, problems))
		return false;
	for (size_t row = 0; row < batch->count && *line == 0; row++)
		if (c->fate[row] == FATE_CORRECTED && !same_figures(batch, &batch->records[row], &c->priors[row]))
			*line = batch->lines[row];
	return true;
}

bool batch_commit(struct committer *c, struct batch *batch, struct problems *problems)
{
	if (batch->count == 0)
		return true;
	if (!store_begin(c->store, problems) || !batch_write(c, batch, CAUSE_CORRECTED, problems) ||
	    !store_commit(c->store, problems)) {
		store_rollback(c->store);
		return false;
	}
	return store_keys_merge(c->store, problems);
}
