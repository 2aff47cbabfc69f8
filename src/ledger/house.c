#include "ledger/house.h"

#include "record/chain.h"

bool house_fact_append(struct store *store, instant now, const struct fact_draft *draft, struct problems *problems)
{
	struct chain_head head;
	fact_number number;

	return store_chain_find(store, STR(HOUSE_ID), &head, problems) &&
	       store_fact_append(store, &head, STR(HOUSE_ID), now, draft, &number, problems);
}

bool house_open(struct store *store, instant now, chain_number *chain, struct problems *problems)
{
	struct fact_draft opened = { .kind = STR("house-opened"), .by = STR("trainlease"), .command = STR("trainlease"),
				     .body = STR("{\"algorithm\":\"sha256\"}"), .happened = now };
	struct chain_head head;
	size_t before = problems->total;

	if (!store_chain_find(store, STR(HOUSE_ID), &head, problems)) {
		if (problems->total > before)
			return false;
		if (!store_chain_create(store, STR(HOUSE_ID), DIGEST_SHA256, &head, problems) ||
		    !house_fact_append(store, now, &opened, problems))
			return false;
	}
	*chain = head.chain;
	return true;
}
