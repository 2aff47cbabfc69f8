#include "ledger/bank.h"

#include <stdlib.h>
#include <string.h>

#include "bank/line_json.h"
#include "ledger/billing.h"
#include "lease/line_json.h"
#include "ledger/house.h"
#include "ledger/load.h"
#include "record/chain.h"
#include "record/text_table.h"

#define FACT_BANK_IMPORTED  "bank-imported"
#define FACT_BANK_POSTED    "bank-posted"
#define FACT_BANK_DISMISSED "bank-dismissed"
#define FACT_BANK_FORM      "bank-form"
#define BANK_LINES_CODEC    "bank-lines-1"

enum { LINES_A_FACT = 4096, BODY_BYTES_MAX = 256 * 1024 * 1024 };

/* ---- the house's bank as its facts tell it ---- */

static size_t slot_of(const struct house_bank *bank, struct str key)
{
	size_t at = (size_t)bytes_hash(key.at, key.length, 0) & (bank->slot_count - 1);

	while (bank->slots[at] && !str_equal(bank->lines[bank->slots[at] - 1].line.key, key))
		at = (at + 1) & (bank->slot_count - 1);
	return at;
}

struct house_line *bank_line_find(struct house_bank *bank, struct str key)
{
	uint32_t number = bank->slot_count ? bank->slots[slot_of(bank, key)] : 0;

	return number ? &bank->lines[number - 1] : NULL;
}

static void slots_grow(struct house_bank *bank)
{
	bank->slot_count = bank->slot_count ? 2 * bank->slot_count : 1024;
	bank->slots = arena_many(bank->arena, bank->slot_count, uint32_t);
	for (size_t i = 0; i < bank->count; i++)
		bank->slots[slot_of(bank, bank->lines[i].line.key)] = (uint32_t)i + 1;
}

static struct house_line *line_append(struct house_bank *bank, const struct bank_line *line)
{
	struct house_line *added;

	if (2 * (bank->count + 1) > bank->slot_count)
		slots_grow(bank);
	bank->lines = arena_grown(bank->arena, bank->lines, bank->count, &bank->capacity, sizeof(*bank->lines));
	added = &bank->lines[bank->count];
	*added = (struct house_line){ .line = *line, .number = (int64_t)bank->count + 1, .rest = money_of_fen(line->minor) };
	bank->slots[slot_of(bank, line->key)] = (uint32_t)++bank->count;
	return added;
}

static void posting_append(struct house_bank *bank, struct house_line *line, const struct bank_posting *posting)
{
	line->postings = arena_grown(bank->arena, line->postings, line->posting_count, &line->posting_capacity, sizeof(*posting));
	line->postings[line->posting_count++] = *posting;
	line->rest = money_of_fen(money_fen(line->rest) - money_fen(posting->amount));
}

static bool imported_apply(struct house_bank *bank, struct str payload)
{
	struct json_error error;
	const struct json *lines = json_read(bank->arena, arena_str(bank->arena, payload), &error);

	if (!json_is(lines, JSON_ARRAY))
		return false;
	for (const struct json *item = lines->first; item; item = item->next) {
		struct bank_line line;

		if (!bank_line_read(item, &line))
			return false;
		line_append(bank, &line);
	}
	return true;
}

/* Of lines whose texts were erased the keys are left: they are known again, and nothing more can be decided of them. */
static bool erased_apply(struct house_bank *bank, const struct json *body)
{
	const struct json *keys = json_member(body, "keys");

	if (!json_is(keys, JSON_ARRAY))
		return false;
	for (const struct json *item = keys->first; item; item = item->next) {
		struct bank_line line = { .key = json_text(item), .text = STR("(erased)"), .booking_day = 0 };

		line_append(bank, &line)->dismissed = true;
	}
	return true;
}

static bool posted_apply(struct house_bank *bank, const struct json *body)
{
	struct house_line *line = bank_line_find(bank, json_text(json_member(body, "key")));
	struct bank_posting posting = { .lease = json_text(json_member(body, "lease")),
					.reversal = json_is(json_member(body, "reversal"), JSON_TRUE) };

	if (!line || !json_integer(json_member(body, "payment"), &posting.payment) ||
	    !money_read_canonical(json_member(body, "amount_fen"), &posting.amount))
		return false;
	line->dismissed = false;
	posting_append(bank, line, &posting);
	return true;
}

static bool dismissed_apply(struct house_bank *bank, const struct json *body)
{
	struct house_line *line = bank_line_find(bank, json_text(json_member(body, "key")));

	if (!line)
		return false;
	line->dismissed = true;
	line->because = json_text(json_member(body, "because"));
	return true;
}

static bool form_apply(struct house_bank *bank, const struct json *body)
{
	bank->forms = arena_grown(bank->arena, bank->forms, bank->form_count, &bank->form_capacity, sizeof(*bank->forms));
	bank->forms[bank->form_count++] = (struct bank_form){
		json_text(json_member(body, "bank")), json_text(json_member(body, "columns")),
		json_text(json_member(body, "account")), json_text(json_member(body, "currency")) };
	return true;
}

struct bank_fold {
	struct house_bank *bank;
	struct store *store;
	struct problems *problems;
	bool failed;
};

static bool bank_fact_apply(struct bank_fold *fold, const struct stored_fact *stored, const struct json *body)
{
	struct stored_fact whole;
	chain_number chain;

	if (str_is(stored->kind, FACT_BANK_IMPORTED))
		return store_fact_read(fold->store, fold->bank->arena, stored->number, &chain, &whole, fold->problems) &&
		       (whole.has_payload ? imported_apply(fold->bank, whole.payload) : erased_apply(fold->bank, body));
	if (str_is(stored->kind, FACT_BANK_POSTED))
		return posted_apply(fold->bank, body);
	if (str_is(stored->kind, FACT_BANK_DISMISSED))
		return dismissed_apply(fold->bank, body);
	return !str_is(stored->kind, FACT_BANK_FORM) || form_apply(fold->bank, body);
}

static bool bank_fact(void *context, const struct stored_fact *stored)
{
	struct bank_fold *fold = context;
	struct arena *arena = fold->bank->arena;
	struct envelope envelope;
	struct json_error error;

	if (!str_starts(stored->kind, STR("bank-")))
		return true;
	if (!envelope_read(arena, arena_str(arena, stored->envelope), &envelope, fold->problems) ||
	    !bank_fact_apply(fold, stored, json_read(arena, envelope.body, &error)))
		fold->failed = !problem_say(fold->problems, REFUSAL_LEASE_FACT_UNREADABLE, STR(""), stored->kind, STR(""), STR(""));
	return !fold->failed;
}

bool bank_load(struct arena *arena, struct store *store, struct house_bank *bank, struct problems *problems)
{
	struct bank_fold fold = { bank, store, problems, false };
	struct chain_head head;
	size_t before = problems->total;

	*bank = (struct house_bank){ .arena = arena };
	if (!store_chain_find(store, STR(HOUSE_ID), &head, problems))
		return problems->total == before;
	return store_facts_visit(store, head.chain, 0, UINT64_MAX, FACTS_ACTS, bank_fact, &fold, problems) && !fold.failed;
}

const struct bank_form *bank_form_find(const struct house_bank *bank, struct str name)
{
	for (size_t i = bank->form_count; i-- > 0;)
		if (str_equal(bank->forms[i].bank, name))
			return &bank->forms[i];
	return NULL;
}

/* ---- payers ---- */

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

static struct payer *payer_find(struct payers *payers, struct str lease)
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

static day_number credit_day(const struct bank_line *line)
{
	return line->has_value_day ? line->value_day : line->booking_day;
}

static struct incoming incoming_of(const struct house_line *line)
{
	return (struct incoming){
		.account = line->line.account, .currency = line->line.currency, .payer_name = line->line.payer_name, .payer_account = line->line.payer_account,
		.texts = { line->line.text, line->line.end_to_end, line->line.bank_reference }, .amount = line->rest,
		.day = credit_day(&line->line) };
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

/* ---- writing ---- */

struct taking {
	const struct actor *actor;
	struct arena scratch;
	struct house_bank bank;
	struct payers payers;
	struct bank_report *report;
	struct problems *problems;
};

static bool house_append(const struct actor *actor, const char *kind, struct buf *body, struct str payload,
			 struct problems *problems)
{
	struct fact_draft draft = { .kind = str_of(kind), .by = actor->by, .command = actor->command, .body = buf_str(body),
				    .happened = actor->now, .payload = payload, .payload_erasable = payload.length > 0,
				    .payload_codec = payload.length ? STR(BANK_LINES_CODEC) : STR("") };
	bool done = house_fact_append(actor->store, actor->now, &draft, problems);

	buf_free(body);
	return done;
}

static bool posted_append(const struct actor *actor, struct house_bank *bank, struct house_line *line,
			  const struct bank_posting *posting, struct problems *problems)
{
	struct json_writer w;
	struct buf body;

	buf_init(&body, BODY_BYTES_MAX);
	json_writer_canonical(&w, &body);
	json_object(&w);
	json_put_integer(&w, "amount_fen", money_fen(posting->amount));
	json_put_string(&w, "key", line->line.key);
	json_put_string(&w, "lease", posting->lease);
	json_put_integer(&w, "payment", posting->payment);
	if (posting->reversal)
		json_put_bool(&w, "reversal", true);
	json_object_end(&w);
	posting_append(bank, line, posting);
	return house_append(actor, FACT_BANK_POSTED, &body, STR(""), problems);
}

static bool lease_append(const struct actor *actor, struct payer *payer, const char *kind, instant happened, struct buf *body,
			 struct problems *problems)
{
	struct act act = { .arena = actor->arena, .store = actor->store, .lease = payer->lease, .head = payer->head,
			   .now = actor->now, .by = actor->by, .command = actor->command, .problems = problems };
	bool done = act_append(&act, kind, happened, buf_str(body), STR(""), STR(""));

	payer->head = act.head;
	buf_free(body);
	return done;
}

/* The lease's state grows by the payment as folding the fact would make it. */
static bool payment_post(const struct actor *actor, struct house_bank *bank, struct payer *payer, struct house_line *line,
			 struct money amount, const int64_t *statements, size_t statement_count, struct problems *problems)
{
	struct billing *billing = &payer->lease->billing;
	struct payment payment = { .number = (int64_t)billing->payment_count + 1, .credit_day = credit_day(&line->line),
				   .amount = amount, .bank_key = line->line.key, .seq = payer->head.next_seq, .recorded = actor->now };
	struct bank_posting posting = { .lease = payer->lease->id, .payment = payment.number, .amount = amount };
	struct buf body;

	payment.statements = arena_many(actor->arena, statement_count, int64_t);
	for (size_t i = 0; i < statement_count; i++)
		payment.statements[payment.statement_count++] = statements[i];
	buf_init(&body, BODY_BYTES_MAX);
	payment_body_write(&payment, &body);
	if (!lease_append(actor, payer, FACT_PAYMENT, zone_day_begin(&payer->lease->zone, payment.credit_day), &body, problems))
		return false;
	billing->payments = arena_grown(actor->arena, billing->payments, billing->payment_count, &billing->payment_capacity,
					sizeof(payment));
	billing->payments[billing->payment_count++] = payment;
	return posted_append(actor, bank, line, &posting, problems);
}

static bool payment_return(const struct actor *actor, struct house_bank *bank, struct payer *payer, struct house_line *line,
			   int64_t number, struct str because, struct problems *problems)
{
	struct payment *payment = &payer->lease->billing.payments[number - 1];
	struct bank_posting posting = { .lease = payer->lease->id, .payment = number, .amount = payment->amount, .reversal = true };
	struct buf body;

	buf_init(&body, BODY_BYTES_MAX);
	reversal_body_write(number, because, &body);
	if (!lease_append(actor, payer, FACT_PAYMENT_REVERSED, actor->now, &body, problems))
		return false;
	payment->reversed = true;
	payment->reversed_because = because;
	return posted_append(actor, bank, line, &posting, problems);
}

/* ---- taking a file ---- */

static bool returns(const struct house_line *back, const struct house_line *line)
{
	struct str of = back->line.return_of;

	return !back->line.credit && line->line.credit && !line->line.returned && line->posting_count == 1 && !line->postings[0].reversal &&
	       line->line.minor == back->line.minor && str_equal(line->line.account, back->line.account) &&
	       str_equal(line->line.currency, back->line.currency) && of.length &&
	       (str_equal(of, line->line.end_to_end) || str_equal(of, line->line.bank_reference));
}

/* A transfer that came back: its payment is reversed when the bank's words name it and one alone fits. */
static bool return_take(struct taking *t, struct house_line *back)
{
	const struct house_line *found = NULL;
	const struct payment *payment;
	struct payer *payer;

	for (size_t i = 0; i < t->bank.count; i++) {
		if (!returns(back, &t->bank.lines[i]))
			continue;
		if (found) {
			t->report->open++;
			return true;
		}
		found = &t->bank.lines[i];
	}
	payer = found ? payer_find(&t->payers, found->postings[0].lease) : NULL;
	payment = payer ? payment_find(&payer->lease->billing, found->postings[0].payment) : NULL;
	if (!payment || payment->reversed) {
		t->report->open++;
		return true;
	}
	t->report->reversed++;
	return payment_return(t->actor, &t->bank, payer, back, found->postings[0].payment,
			      back->line.return_reason.length ? back->line.return_reason : STR("returned by the bank"), t->problems);
}

static bool foreign(const struct payers *payers, const struct house_line *line)
{
	for (size_t i = 0; i < payers->count; i++)
		if (str_equal(payers->list[i].lease->terms.currency, line->line.currency))
			return false;
	return true;
}

/* Money may have been recorded by hand with a later day: what was owed on the day of credit must be owed now too. */
static bool owed_today(struct taking *t, const struct payer *payer, struct money amount, bool *owed)
{
	struct account account;

	if (!account_compute(&t->scratch, payer->lease, zone_day(&payer->lease->zone, t->actor->now), &account, t->problems))
		return false;
	*owed = money_compare(amount, account.balance) <= 0;
	return true;
}

static bool credit_take(struct taking *t, struct house_line *line)
{
	struct candidate *candidates;
	const struct candidate *match;
	struct payer *payer;
	size_t count;
	bool owed;

	if (foreign(&t->payers, line)) {
		t->report->foreign++;
		return true;
	}
	arena_reset(&t->scratch);
	if (!line_weigh(&t->scratch, &t->payers, line, &candidates, &count, t->problems))
		return false;
	match = match_full(candidates, count);
	payer = match ? &t->payers.list[match->lease] : NULL;
	if (!payer || credit_day(&line->line) > zone_day(&payer->lease->zone, t->actor->now)) {
		t->report->open++;
		return true;
	}
	if (!owed_today(t, payer, line->rest, &owed))
		return false;
	if (!owed) {
		t->report->open++;
		return true;
	}
	t->report->posted++;
	index_add(&t->payers, &t->payers.by_account, line->line.payer_account, match->lease);
	return money_add(t->report->posted_amount, line->rest, &t->report->posted_amount) &&
	       payment_post(t->actor, &t->bank, payer, line, line->rest, match->statements, match->statement_count, t->problems);
}

static bool line_take(struct taking *t, size_t index)
{
	struct house_line *line = &t->bank.lines[index];

	if (line->line.credit && !line->line.returned)
		return credit_take(t, line);
	if (line->line.returned)
		return return_take(t, line);
	t->report->outgoing++;
	return true;
}

static bool facts_append(struct taking *t, struct str file, size_t from)
{
	for (size_t at = from; at < t->bank.count;) {
		size_t to = at + LINES_A_FACT < t->bank.count ? at + LINES_A_FACT : t->bank.count;
		struct buf payload, body;
		struct json_writer w;
		bool done;

		buf_init(&payload, BODY_BYTES_MAX);
		json_writer_canonical(&w, &payload);
		json_array(&w);
		for (size_t i = at; i < to; i++)
			bank_line_write(&w, &t->bank.lines[i].line);
		json_array_end(&w);
		buf_init(&body, BODY_BYTES_MAX);
		json_writer_canonical(&w, &body);
		json_object(&w);
		json_put_string(&w, "file", file);
		json_key(&w, "keys");
		json_array(&w);
		for (size_t i = at; i < to; i++)
			json_add_string(&w, t->bank.lines[i].line.key);
		json_array_end(&w);
		json_object_end(&w);
		if (payload.overflowed || body.overflowed) {
			buf_free(&payload);
			buf_free(&body);
			return problem_say(t->problems, REFUSAL_BANK_FILE_REFUSED, STR(""), STR("its texts are too long"), STR(""), STR(""));
		}
		done = house_append(t->actor, FACT_BANK_IMPORTED, &body, buf_str(&payload), t->problems);
		buf_free(&payload);
		if (!done)
			return false;
		at = to;
	}
	return true;
}

static bool form_append(struct taking *t, const struct bank_form *form)
{
	const struct bank_form *before = form->bank.length ? bank_form_find(&t->bank, form->bank) : NULL;
	struct json_writer w;
	struct buf body;

	if (form->bank.length == 0 || (before && str_equal(before->columns, form->columns) &&
				       str_equal(before->account, form->account) && str_equal(before->currency, form->currency)))
		return true;
	buf_init(&body, BODY_BYTES_MAX);
	json_writer_canonical(&w, &body);
	json_object(&w);
	json_put_string(&w, "account", form->account);
	json_put_string(&w, "bank", form->bank);
	json_put_string(&w, "columns", form->columns);
	json_put_string(&w, "currency", form->currency);
	json_object_end(&w);
	return house_append(t->actor, FACT_BANK_FORM, &body, STR(""), t->problems);
}

static bool take_in_transaction(struct taking *t, struct str file, const struct bank_line *lines, size_t count,
				const struct bank_form *form)
{
	chain_number house;
	size_t before;

	if (!house_open(t->actor->store, t->actor->now, &house, t->problems) ||
	    !bank_load(t->actor->arena, t->actor->store, &t->bank, t->problems) ||
	    !payers_load(t->actor->arena, t->actor->store, &t->bank, &t->payers, t->problems))
		return false;
	before = t->bank.count;
	for (size_t i = 0; i < count; i++) {
		if (bank_line_find(&t->bank, lines[i].key))
			t->report->known++;
		else
			line_append(&t->bank, &lines[i]);
	}
	t->report->read = count;
	t->report->added = t->bank.count - before;
	if (!form_append(t, form) || !facts_append(t, file, before))
		return false;
	for (size_t i = before; i < t->bank.count; i++)
		if (!line_take(t, i))
			return false;
	return true;
}

bool bank_take(const struct actor *actor, struct str file, const struct bank_line *lines, size_t count,
	       const struct bank_form *form, struct bank_report *report, struct problems *problems)
{
	struct taking t = { .actor = actor, .report = report, .problems = problems };
	bool done;

	*report = (struct bank_report){ 0 };
	arena_init(&t.scratch);
	done = store_begin(actor->store, problems) && take_in_transaction(&t, file, lines, count, form) &&
	       store_commit(actor->store, problems);
	if (!done)
		store_rollback(actor->store);
	payers_free(&t.payers);
	arena_free(&t.scratch);
	return done;
}

/* ---- a person decides ---- */

struct deciding {
	struct house_bank bank;
	struct payers payers;
	struct house_line *line;
};

static bool deciding_begin(const struct actor *actor, int64_t number, struct deciding *d, struct problems *problems)
{
	chain_number house;

	if (!store_begin(actor->store, problems))
		return false;
	if (!house_open(actor->store, actor->now, &house, problems) || !bank_load(actor->arena, actor->store, &d->bank, problems) ||
	    !payers_load(actor->arena, actor->store, &d->bank, &d->payers, problems))
		return false;
	if (number < 1 || (uint64_t)number > d->bank.count)
		return problem_say(problems, REFUSAL_BANK_LINE_UNKNOWN, STR(""), arena_format(problems->arena, "%lld", (long long)number),
				   STR(""), STR(""));
	d->line = &d->bank.lines[number - 1];
	if (money_fen(d->line->rest) <= 0)
		return problem_say(problems, REFUSAL_BANK_LINE_DONE, STR(""), arena_format(problems->arena, "%lld", (long long)number),
				   STR(""), STR(""));
	return true;
}

static bool deciding_end(const struct actor *actor, struct deciding *d, bool done, struct problems *problems)
{
	payers_free(&d->payers);
	if (done && store_commit(actor->store, problems))
		return true;
	store_rollback(actor->store);
	return false;
}

static bool return_decide(const struct actor *actor, struct deciding *d, struct payer *payer,
			  const struct bank_decision *decision, struct problems *problems)
{
	const struct payment *payment = payment_find(&payer->lease->billing, decision->reversed_payment);
	struct str number = arena_format(actor->arena, "%lld", (long long)decision->reversed_payment);

	if (!payment)
		return problem_say(problems, REFUSAL_PAYMENT_UNKNOWN, STR(""), number, STR(""), STR(""));
	if (payment->reversed)
		return problem_say(problems, REFUSAL_PAYMENT_REVERSED_ALREADY, STR(""), number, payment->reversed_because, STR(""));
	if (d->line->line.credit)
		return problem_say(problems, REFUSAL_BANK_NOT_RETURN, STR(""), STR(""), STR(""), STR(""));
	if (money_compare(payment->amount, d->line->rest) != 0)
		return problem_say(problems, REFUSAL_BANK_RETURN_AMOUNT, STR(""), money_grouped(actor->arena, payment->amount),
				   money_grouped(actor->arena, d->line->rest), STR(""));
	return payment_return(actor, &d->bank, payer, d->line, decision->reversed_payment, decision->because, problems);
}

static bool match_decide(const struct actor *actor, struct deciding *d, const struct bank_decision *decision,
			 struct problems *problems)
{
	struct payer *payer = payer_find(&d->payers, decision->lease);
	struct money amount = money_fen(decision->amount) ? decision->amount : d->line->rest;

	if (!payer)
		return problem_say(problems, REFUSAL_LEASE_UNKNOWN, STR(""), decision->lease, STR(""), STR(""));
	if (!str_equal(payer->lease->terms.currency, d->line->line.currency))
		return problem_say(problems, REFUSAL_PAYMENT_CURRENCY, STR("3.3"), payer->lease->terms.currency,
				   d->line->line.currency, STR(""));
	if (decision->reversed_payment)
		return return_decide(actor, d, payer, decision, problems);
	if (!d->line->line.credit || d->line->line.returned)
		return problem_say(problems, REFUSAL_BANK_NOT_INCOMING, STR(""), STR(""), STR(""), STR(""));
	if (money_compare(amount, d->line->rest) > 0)
		return problem_say(problems, REFUSAL_BANK_TOO_MUCH, STR(""), money_grouped(actor->arena, d->line->rest), STR(""), STR(""));
	for (size_t i = 0; i < decision->statement_count; i++)
		if (!issued_find(&payer->lease->billing, decision->statements[i]))
			return problem_say(problems, REFUSAL_BILLING_NO_STATEMENT, STR(""),
					   arena_format(actor->arena, "%lld", (long long)decision->statements[i]), STR(""), STR(""));
	if (credit_day(&d->line->line) > zone_day(&payer->lease->zone, actor->now))
		return problem_say(problems, REFUSAL_BILLING_FUTURE, STR(""), day_text(actor->arena, credit_day(&d->line->line)), STR(""),
				   STR(""));
	return payment_post(actor, &d->bank, payer, d->line, amount, decision->statements, decision->statement_count, problems);
}

bool bank_match(const struct actor *actor, const struct bank_decision *decision, struct problems *problems)
{
	struct deciding d = { .line = NULL };
	bool done = deciding_begin(actor, decision->line, &d, problems) && match_decide(actor, &d, decision, problems);

	return deciding_end(actor, &d, done, problems);
}

bool bank_dismiss(const struct actor *actor, int64_t number, struct str because, struct problems *problems)
{
	struct deciding d = { .line = NULL };
	struct json_writer w;
	struct buf body;

	if (!deciding_begin(actor, number, &d, problems))
		return deciding_end(actor, &d, false, problems);
	if (d.line->dismissed) {
		problem_say(problems, REFUSAL_BANK_LINE_DONE, STR(""), arena_format(problems->arena, "%lld", (long long)number), STR(""),
			    STR(""));
		return deciding_end(actor, &d, false, problems);
	}
	buf_init(&body, BODY_BYTES_MAX);
	json_writer_canonical(&w, &body);
	json_object(&w);
	json_put_string(&w, "because", because);
	json_put_string(&w, "key", d.line->line.key);
	json_object_end(&w);
	return deciding_end(actor, &d, house_append(actor, FACT_BANK_DISMISSED, &body, STR(""), problems), problems);
}
