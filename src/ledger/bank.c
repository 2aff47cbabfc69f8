#include "ledger/bank.h"

#include "bank/line_json.h"
#include "lease/line_json.h"
#include "record/chain.h"
#include "record/text_table.h"

/* The house's bank as its facts tell it. */

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

struct house_line *bank_line_add(struct house_bank *bank, const struct bank_line *line)
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

void bank_posting_add(struct house_bank *bank, struct house_line *line, const struct bank_posting *posting)
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
		bank_line_add(bank, &line);
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

		bank_line_add(bank, &line)->dismissed = true;
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
	bank_posting_add(bank, line, &posting);
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

day_number bank_credit_day(const struct bank_line *line)
{
	return line->has_value_day ? line->value_day : line->booking_day;
}
