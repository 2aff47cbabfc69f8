#include "ledger/payers.h"

#include <stdlib.h>
#include <string.h>

#include "ledger/load.h"

static void index_add(struct payers *payers, struct lease_index *index, struct str text, size_t lease)
{
	uint32_t number = text_table_number(&index->texts, text);
	struct lease_numbers *numbers;

	if (number == 0)
		return;
	while (number >= index->capacity) {
		size_t capacity = index->capacity ? 2 * index->capacity : 256;
		struct lease_numbers *grown = arena_many(payers->arena, capacity, struct lease_numbers);

		if (index->capacity)
			memcpy(grown, index->leases, index->capacity * sizeof(*grown));
		index->leases = grown;
		index->capacity = capacity;
	}
	numbers = &index->leases[number];
	for (size_t i = 0; i < numbers->count; i++)
		if (numbers->list[i] == lease)
			return;
	numbers->list = arena_grown(payers->arena, numbers->list, numbers->count, &numbers->capacity, sizeof(*numbers->list));
	numbers->list[numbers->count++] = (uint32_t)lease;
}

static const struct lease_numbers *index_find(const struct lease_index *index, struct str text)
{
	static const struct lease_numbers none = { 0 };
	uint32_t number = text_table_find(&index->texts, text);

	return number ? &index->leases[number] : &none;
}

/* The name as party_name_equal compares it. */
static struct str name_key(struct arena *arena, struct str name)
{
	char *key = arena_alloc(arena, name.length + 1);

	return (struct str){ key, party_name_key(name, key) };
}

static void id_length_add(struct payers *payers, size_t length)
{
	size_t at = 0;

	while (at < payers->id_length_count && payers->id_lengths[at] != length)
		at++;
	if (at == payers->id_length_count)
		payers->id_lengths[payers->id_length_count++] = length;
}

struct payer *payer_find(struct payers *payers, struct str lease)
{
	const struct lease_numbers *found = index_find(&payers->by_id, lease);

	return found->count ? &payers->list[found->list[0]] : NULL;
}

static bool returned_by_bank(const struct house_bank *bank, const struct bank_posting *posting)
{
	for (size_t i = 0; i < bank->count; i++)
		for (size_t j = 0; j < bank->lines[i].posting_count; j++) {
			const struct bank_posting *other = &bank->lines[i].postings[j];

			if (other->reversal && other->payment == posting->payment && str_equal(other->lease, posting->lease))
				return true;
		}
	return false;
}

/* What a posting proves: that the payer's account pays the lease. One that a person took back proves nothing, and the
 * line is to be decided again; one that the bank took back is settled. */
static void posting_look(struct payers *payers, const struct house_bank *bank, struct house_line *line,
			 const struct bank_posting *posting)
{
	const struct payer *payer = payer_find(payers, posting->lease);
	const struct payment *payment = payer ? payment_find(&payer->lease->billing, posting->payment) : NULL;

	if (posting->reversal || !payment)
		return;
	if (!payment->reversed)
		index_add(payers, &payers->by_account, line->line.payer_account, (size_t)(payer - payers->list));
	else if (!returned_by_bank(bank, posting))
		line->rest = money_of_fen(money_fen(line->rest) + money_fen(posting->amount));
}

bool payers_load(struct arena *arena, struct store *store, struct house_bank *bank, struct payers *payers,
		 struct problems *problems)
{
	struct str *ids;
	size_t count;

	*payers = (struct payers){ .arena = arena };
	text_table_init(&payers->by_id.texts, arena);
	text_table_init(&payers->by_name.texts, arena);
	text_table_init(&payers->by_account.texts, arena);
	if (!lease_ids_list(arena, store, &ids, &count, problems))
		return false;
	payers->list = arena_array(arena, count, sizeof(*payers->list));
	payers->id_lengths = arena_many(arena, count, size_t);
	for (; payers->count < count; payers->count++) {
		struct payer *payer = &payers->list[payers->count];
		const struct lease *lease = lease_load(arena, store, ids[payers->count], UINT64_MAX, &payer->head, problems);

		if (!lease)
			return false;
		payer->lease = arena_new(arena, struct lease);
		*payer->lease = *lease;
		id_length_add(payers, lease->id.length);
		index_add(payers, &payers->by_id, lease->id, payers->count);
		index_add(payers, &payers->by_name, name_key(arena, lease->terms.lessee.name), payers->count);
	}
	for (size_t i = 0; i < bank->count; i++)
		for (size_t j = 0; j < bank->lines[i].posting_count; j++)
			posting_look(payers, bank, &bank->lines[i], &bank->lines[i].postings[j]);
	return true;
}

void payers_free(struct payers *payers)
{
	text_table_free(&payers->by_id.texts);
	text_table_free(&payers->by_name.texts);
	text_table_free(&payers->by_account.texts);
}

static struct incoming incoming_of(const struct house_line *line)
{
	return (struct incoming){
		.account = line->line.account, .currency = line->line.currency, .payer_name = line->line.payer_name, .payer_account = line->line.payer_account,
		.texts = { line->line.text, line->line.end_to_end, line->line.bank_reference }, .amount = line->rest,
		.day = bank_credit_day(&line->line) };
}

struct weighing {
	struct arena *arena;
	struct payers *payers;
	struct incoming incoming;
	const struct lease_numbers *paid_before;
	struct candidate *candidates;
	size_t count, capacity;
	struct problems *problems;
};

static bool weigh(struct weighing *w, uint32_t number)
{
	static const unsigned speaking = EVIDENCE_STATEMENT | EVIDENCE_LEASE | EVIDENCE_PAYER_NAME | EVIDENCE_PAYER_ACCOUNT;
	struct payer *payer = &w->payers->list[number];
	struct account account;
	bool paid_before = false;

	if (payer->asked == w->payers->asked)
		return true;
	payer->asked = w->payers->asked;
	for (size_t i = 0; i < w->paid_before->count; i++)
		paid_before |= w->paid_before->list[i] == number;
	if (!account_compute(w->arena, payer->lease, w->incoming.day, &account, w->problems))
		return false;
	w->candidates = arena_grown(w->arena, w->candidates, w->count, &w->capacity, sizeof(*w->candidates));
	w->candidates[w->count] = (struct candidate){ .lease = number };
	candidate_weigh(&account, &w->incoming, paid_before, &w->candidates[w->count]);
	/* An id can be the beginning of a longer number, which then names nobody. */
	w->count += (w->candidates[w->count].evidence & speaking) != 0;
	return true;
}

static bool weigh_all(struct weighing *w, const struct lease_numbers *leases)
{
	for (size_t i = 0; i < leases->count; i++)
		if (!weigh(w, leases->list[i]))
			return false;
	return true;
}

/* Ids of leases anywhere in a text: every part of it that is as long as one. */
static bool weigh_named(struct weighing *w, struct str text)
{
	for (size_t i = 0; i < w->payers->id_length_count; i++)
		for (size_t from = 0, length = w->payers->id_lengths[i]; from + length <= text.length; from++)
			if (!weigh_all(w, index_find(&w->payers->by_id, str_part(text, from, from + length))))
				return false;
	return true;
}

static int candidate_order(const void *left, const void *right)
{
	const struct candidate *a = left, *b = right;

	return a->lease < b->lease ? -1 : a->lease > b->lease;
}

/* Only leases that the words or the payer point to are computed. */
bool line_weigh(struct arena *arena, struct payers *payers, const struct house_line *line,
		struct candidate **candidates, size_t *count, struct problems *problems)
{
	struct weighing w = { .arena = arena, .payers = payers, .incoming = incoming_of(line), .problems = problems,
			      .paid_before = index_find(&payers->by_account, line->line.payer_account) };

	payers->asked++;
	for (size_t i = 0; i < sizeof(w.incoming.texts) / sizeof(w.incoming.texts[0]); i++)
		if (!weigh_named(&w, w.incoming.texts[i]))
			return false;
	if (!weigh_all(&w, w.paid_before) ||
	    !weigh_all(&w, index_find(&payers->by_name, name_key(arena, w.incoming.payer_name))))
		return false;
	if (w.count)
		qsort(w.candidates, w.count, sizeof(*w.candidates), candidate_order);
	*candidates = w.candidates;
	*count = w.count;
	return true;
}

void payers_remember(struct payers *payers, struct str account, size_t lease)
{
	index_add(payers, &payers->by_account, account, lease);
}
