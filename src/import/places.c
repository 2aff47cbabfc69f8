#include "import/places.h"

#include <stdlib.h>

#include "ledger/house.h"
#include "ledger/load.h"
#include "record/chain.h"

static void account_add(struct places *places, struct str account, size_t place)
{
	const struct place *at = &places->list[place];

	places->by_account = memory_array(places->by_account, places->by_account_count + 1, sizeof(*places->by_account));
	places->by_account[places->by_account_count++] = (struct account_place){
		text_table_number(&places->accounts, account), (uint32_t)place, at->term_from, at->term_to };
}

static int account_order(const void *left, const void *right)
{
	const struct account_place *a = left, *b = right;

	if (a->account != b->account)
		return a->account < b->account ? -1 : 1;
	return a->place < b->place ? -1 : a->place > b->place;
}

static void accounts_index(struct places *places)
{
	for (size_t i = PLACE_HOUSE + 1; i < places->count; i++) {
		const struct terms *terms = &places->list[i].lease->terms;

		account_add(places, terms->cluster.account, i);
		for (size_t j = 0; j < terms->cluster.more_account_count; j++)
			account_add(places, terms->cluster.more_accounts[j], i);
	}
	if (places->by_account_count)
		qsort(places->by_account, places->by_account_count, sizeof(*places->by_account), account_order);
	places->account_begin = arena_many(places->arena, places->accounts.count + 1, uint32_t);
	for (uint32_t i = (uint32_t)places->by_account_count; i-- > 0;)
		places->account_begin[places->by_account[i].account] = i;
}

bool places_load(struct arena *arena, struct store *store, instant now, struct places *places, struct problems *problems)
{
	struct str *ids;
	size_t count;

	*places = (struct places){ .arena = arena };
	text_table_init(&places->accounts, arena);
	if (!lease_ids_list(arena, store, &ids, &count, problems))
		return false;
	places->list = arena_many(arena, count + 1, struct place);
	places->count = 1;
	places->list[PLACE_HOUSE].id = STR(HOUSE_ID);
	if (!house_open(store, now, &places->list[PLACE_HOUSE].chain, problems))
		return false;
	for (size_t i = 0; i < count; i++) {
		struct place *place = &places->list[places->count];
		struct chain_head head;

		place->id = ids[i];
		place->lease = lease_load(arena, store, place->id, UINT64_MAX, &head, problems);
		if (!place->lease)
			return false;
		place->chain = head.chain;
		place->term_from = place->lease->term_from;
		place->term_to = place->lease->term_to;
		place->priced_always = compute_priced_always(&place->lease->terms);
		places->count++;
	}
	accounts_index(places);
	return true;
}

void places_free(struct places *places)
{
	text_table_free(&places->accounts);
	free(places->by_account);
}

bool places_find(const struct places *places, struct str id, size_t *place)
{
	for (size_t i = PLACE_HOUSE + 1; i < places->count; i++)
		if (str_equal(places->list[i].id, id)) {
			*place = i;
			return true;
		}
	return false;
}

size_t places_of_account(const struct places *places, struct str account, instant from, instant to)
{
	uint32_t number = text_table_find(&places->accounts, account);
	size_t any = PLACE_HOUSE;
	bool reached = false;

	if (number == 0)
		return PLACE_HOUSE;
	for (size_t i = places->account_begin[number]; i < places->by_account_count && places->by_account[i].account == number; i++) {
		const struct account_place *at = &places->by_account[i];

		if (from >= at->term_from && from < at->term_to)
			return at->place;
		if (reached)
			continue;
		any = at->place;
		reached = from < at->term_to && to > at->term_from;
	}
	return any;
}

static bool share_apply(const struct terms *terms, struct usage_row *row)
{
	for (size_t i = 0; i < terms->compute.share_count; i++)
		if (str_equal_ignoring_case(terms->compute.shares[i].profile, row->profile)) {
			row->gpus_thousandths = row->gpus_thousandths / 1000 * terms->compute.shares[i].thousandths;
			return true;
		}
	return false;
}

static bool outside_term(const struct place *place, const struct usage_row *row)
{
	if (row->start >= place->term_to)
		return true;
	if (row->running)
		return false;
	return row->end < place->term_from || (row->end == place->term_from && row->start < row->end);
}

/* Prices only ever begin: what has one on its first day in the term has one on every later day. */
static bool priced_at_start(const struct place *place, const struct usage_row *row)
{
	instant from = row->start > place->term_from ? row->start : place->term_from;
	size_t price;

	return place->priced_always ||
	       compute_price_on(&place->lease->terms, row->model, zone_day(&place->lease->zone, from), &price);
}

enum park_reason place_park_reason(const struct place *place, struct usage_row *row)
{
	if (row->defect != PARKED_NOT)
		return row->defect;
	if (!place->lease)
		return row->account.length ? PARKED_NO_LEASE : PARKED_NO_ACCOUNT;
	if (row->profile.length && !share_apply(&place->lease->terms, row))
		return PARKED_NO_SHARE;
	if (outside_term(place, row))
		return PARKED_OUTSIDE_TERM;
	if (row->gpus_thousandths && !priced_at_start(place, row))
		return PARKED_NO_PRICE;
	if (!row->running && row->suspended_seconds > row->end - row->start)
		return PARKED_SUSPENDED_TOO_LONG;
	return PARKED_NOT;
}

static const struct { const char *name, *text[2]; } reasons[PARK_REASON_COUNT] = {
	[PARKED_NOT] = { "none", { "not parked", "未搁置" } },
	[PARKED_NO_LEASE] = { "no-lease", { "no lease names this account", "没有租约使用该账户" } },
	[PARKED_NO_ACCOUNT] = { "no-account", { "the row names no account", "该行没有账户" } },
	[PARKED_NO_END] = { "no-end", { "no end, and not running", "没有结束时间且不在运行" } },
	[PARKED_END_BEFORE_START] = { "end-before-start", { "ends before it starts", "结束早于开始" } },
	[PARKED_OUTSIDE_TERM] = { "outside-term", { "outside the term (2.1)", "不在租赁期内（2.1）" } },
	[PARKED_NO_PRICE] = { "no-price", { "the agreement has no price for this GPU model (3.1(1))", "协议未对该GPU型号定价（3.1(1)）" } },
	[PARKED_UNKNOWN_STATE] = { "unknown-state", { "its state is not one of Slurm's", "作业状态未知" } },
	[PARKED_UNTRACKED_GPUS] = { "untracked-gpus", { "asked for GPUs, but the cluster records none as allocated "
							"(AccountingStorageTRES lacks gres/gpu)",
							"申请了GPU，但集群未记录分配（AccountingStorageTRES 缺少 gres/gpu）" } },
	[PARKED_NO_SHARE] = { "no-share", { "a slice of a GPU without a share in compute.shares", "GPU切片在 compute.shares 中没有份额" } },
	[PARKED_SUSPENDED_TOO_LONG] = { "suspended-too-long", { "suspended for longer than it ran", "挂起时间长于运行时间" } },
	[PARKED_NO_START] = { "no-start", { "no start", "没有开始时间" } },
};

const char *park_reason_text(enum park_reason reason, enum language language)
{
	return reasons[reason].text[language];
}

const char *park_reason_name(enum park_reason reason)
{
	return reasons[reason].name;
}
