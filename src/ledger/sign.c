#include "ledger/sign.h"

#include "ledger/load.h"
#include "record/chain.h"

enum { BODY_BYTES_MAX = 16 * 1024 * 1024 };

struct account_check {
	struct arena *arena;
	struct store *store;
	const struct terms *terms;
	instant term_from, term_to;
	struct problems *problems;
};

static bool names_account(const struct terms *terms, struct str account)
{
	if (str_equal(terms->cluster.account, account))
		return true;
	for (size_t i = 0; i < terms->cluster.more_account_count; i++)
		if (str_equal(terms->cluster.more_accounts[i], account))
			return true;
	return false;
}

static bool account_free(const struct account_check *check, const struct lease *other, struct str account)
{
	if (!names_account(&other->terms, account) || other->term_from >= check->term_to ||
	    other->term_to <= check->term_from)
		return true;
	return problem_say(check->problems, REFUSAL_LEASE_ACCOUNT_TAKEN, STR("1.1(1)"), account, other->id, STR(""));
}

/* Whether fact 0 of a lease can name one of the accounts at all: a look at its bytes spares reading its terms. */
struct mention {
	const struct terms *terms;
	bool found;
};

static bool mentions(struct str envelope, struct str account)
{
	return str_find(account, '"') < account.length || str_find(account, '\\') < account.length ||
	       str_contains(envelope, account);
}

static bool mention_look(void *context, const struct stored_fact *fact)
{
	struct mention *mention = context;

	mention->found = mentions(fact->envelope, mention->terms->cluster.account);
	for (size_t i = 0; i < mention->terms->cluster.more_account_count; i++)
		mention->found |= mentions(fact->envelope, mention->terms->cluster.more_accounts[i]);
	return false;
}

static bool may_take(const struct account_check *check, struct str id, bool *may)
{
	struct mention mention = { check->terms, false };
	struct chain_head head;

	*may = false;
	if (!store_chain_find(check->store, id, &head, check->problems) ||
	    !store_facts_visit(check->store, head.chain, 0, 0, FACTS_ACTS, mention_look, &mention, check->problems))
		return false;
	*may = mention.found;
	return true;
}

static bool accounts_free(struct account_check *check)
{
	struct str *ids;
	size_t count;

	if (!lease_ids_list(check->arena, check->store, &ids, &count, check->problems))
		return false;
	for (size_t i = 0; i < count; i++) {
		struct chain_head head;
		const struct lease *other;
		bool may;

		if (!may_take(check, ids[i], &may))
			return false;
		if (!may)
			continue;
		other = lease_load(check->arena, check->store, ids[i], 0, &head, check->problems);
		if (!other || !account_free(check, other, check->terms->cluster.account))
			return false;
		for (size_t j = 0; j < check->terms->cluster.more_account_count; j++)
			if (!account_free(check, other, check->terms->cluster.more_accounts[j]))
				return false;
	}
	return true;
}

static bool agreement_append(struct store *store, const struct signature_request *request, struct problems *problems)
{
	const struct terms *terms = request->draft.terms;
	struct fact_draft draft = { .kind = STR(FACT_AGREEMENT_SIGNED), .by = request->by, .command = STR("sign"),
				    .payload_codec = STR(AGREEMENT_FILE_CODEC), .payload = request->file };
	struct chain_head head;
	fact_number number;
	struct buf body;
	bool done;

	buf_init(&body, BODY_BYTES_MAX);
	agreement_body_write(&request->draft, &body);
	draft.body = buf_str(&body);
	draft.happened = zone_day_begin(request->draft.zone, terms->signed_given ? terms->signed_day : terms->term.from);
	done = store_chain_create(store, terms->agreement, terms->digest, &head, problems) &&
	       store_fact_append(store, &head, terms->agreement, request->now, &draft, &number, problems);
	buf_free(&body);
	return done;
}

static bool sign_in_transaction(struct arena *arena, struct store *store, const struct signature_request *request,
				struct problems *problems)
{
	struct account_check check = { .arena = arena, .store = store, .terms = request->draft.terms, .problems = problems };
	struct chain_head head;
	size_t before = problems->total;

	if (str_is(request->draft.terms->agreement, HOUSE_ID))
		return problem_say(problems, REFUSAL_LEASE_ID_TAKEN, STR(""), request->draft.terms->agreement, STR(""), STR(""));
	check.term_from = zone_day_begin(request->draft.zone, check.terms->term.from);
	check.term_to = zone_day_begin(request->draft.zone, check.terms->term.to + 1);
	if (store_chain_find(store, request->draft.terms->agreement, &head, problems))
		return problem_say(problems, REFUSAL_LEASE_EXISTS, STR(""), request->draft.terms->agreement, STR(""), STR(""));
	return problems->total == before && accounts_free(&check) && agreement_append(store, request, problems);
}

bool lease_sign(struct arena *arena, struct store *store, const struct signature_request *request,
		struct problems *problems)
{
	if (store_begin(store, problems) && sign_in_transaction(arena, store, request, problems) &&
	    store_commit(store, problems))
		return true;
	store_rollback(store);
	return false;
}
