#include "ledger/act.h"

#include "ledger/load.h"

bool act_begin(struct act *act, const struct actor *actor, struct str lease, struct problems *problems)
{
	*act = (struct act){ .arena = actor->arena, .store = actor->store, .now = actor->now, .by = actor->by,
			     .command = actor->command, .signer = actor->signer, .problems = problems };
	if (!store_begin(act->store, problems))
		return false;
	act->lease = lease_load(act->arena, act->store, lease, UINT64_MAX, &act->head, problems);
	if (!act->lease)
		act_cancel(act);
	return act->lease != NULL;
}

bool act_append(struct act *act, const char *kind, instant happened, struct str body, struct str payload_codec,
		struct str payload)
{
	struct fact_draft draft = { .kind = str_of(kind), .by = act->by, .command = act->command, .body = body,
				    .happened = happened, .payload_codec = payload_codec, .payload = payload,
				    .payload_erasable = payload_codec.length > 0 };
	fact_number number;

	return store_fact_append(act->store, &act->head, act->lease->id, act->now, &draft, &number, act->problems);
}

bool act_reload(struct act *act)
{
	act->lease = lease_load(act->arena, act->store, act->lease->id, UINT64_MAX, &act->head, act->problems);
	return act->lease != NULL;
}

bool act_commit(struct act *act)
{
	if (store_commit(act->store, act->problems))
		return true;
	store_rollback(act->store);
	return false;
}

void act_cancel(struct act *act)
{
	store_rollback(act->store);
}
