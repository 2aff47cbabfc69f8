#include <string.h>

#include "record/chain.h"
#include "store/internal.h"

enum { ENVELOPE_BYTES_MAX = 64 * 1024 * 1024 };

static void head_read(sqlite3_stmt *statement, int column, struct chain_head *head, struct str id)
{
	struct str bytes = column_str(statement, column + 1);

	if (sqlite3_column_type(statement, column) == SQLITE_NULL) {
		head->next_seq = 0;
		head->head = chain_genesis(head->algorithm, id);
		head->recorded = INSTANT_LEAST;
		return;
	}
	head->next_seq = (uint64_t)sqlite3_column_int64(statement, column) + 1;
	memcpy(head->head.bytes, bytes.at, bytes.length == DIGEST_BYTES ? DIGEST_BYTES : 0);
	head->recorded = sqlite3_column_int64(statement, column + 2);
}

bool store_chain_find(struct store *store, struct str id, struct chain_head *head, struct problems *problems)
{
	sqlite3_stmt *statement = store_statement(store,
		"SELECT chain.number, algorithm, seq, head, recorded FROM chain LEFT JOIN fact ON fact.chain = chain.number"
		" AND seq = (SELECT max(seq) FROM fact WHERE chain = chain.number) WHERE id = ?", problems);
	bool failed = false;

	if (!statement)
		return false;
	bind_str(statement, 1, id);
	if (!store_step(store, statement, &failed, problems))
		return false;
	head->chain = sqlite3_column_int64(statement, 0);
	head->algorithm = (enum digest_algorithm)sqlite3_column_int(statement, 1);
	head_read(statement, 2, head, id);
	sqlite3_reset(statement);
	return true;
}

bool store_chain_create(struct store *store, struct str id, enum digest_algorithm algorithm, struct chain_head *head,
			struct problems *problems)
{
	sqlite3_stmt *statement = store_statement(store, "INSERT INTO chain (id, algorithm) VALUES (?, ?)", problems);

	if (!statement)
		return false;
	bind_str(statement, 1, id);
	sqlite3_bind_int(statement, 2, (int)algorithm);
	return store_run(store, statement, problems) && store_chain_find(store, id, head, problems);
}

bool store_chains_visit(struct store *store, chain_visitor *visit, void *context, struct problems *problems)
{
	sqlite3_stmt *statement = store_statement(store,
		"SELECT chain.number, algorithm, seq, head, recorded, id FROM chain LEFT JOIN fact ON"
		" fact.chain = chain.number AND seq = (SELECT max(seq) FROM fact WHERE chain = chain.number) ORDER BY id",
		problems);
	bool failed = false;

	while (statement && store_step(store, statement, &failed, problems)) {
		struct chain_head head = { .chain = sqlite3_column_int64(statement, 0) };
		struct str id = column_str(statement, 5);

		head.algorithm = (enum digest_algorithm)sqlite3_column_int(statement, 1);
		head_read(statement, 2, &head, id);
		if (!visit(context, id, &head))
			break;
	}
	if (statement)
		sqlite3_reset(statement);
	return statement && !failed;
}

static bool payload_insert(struct store *store, fact_number number, const struct fact_draft *draft,
			   struct problems *problems)
{
	sqlite3_stmt *statement = store_statement(store, "INSERT INTO payload VALUES (?, ?, ?)", problems);

	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, number);
	sqlite3_bind_int(statement, 2, draft->payload_erasable);
	bind_blob(statement, 3, draft->payload);
	return store_run(store, statement, problems);
}

static bool fact_insert(struct store *store, const struct chain_head *head, const struct envelope *envelope,
			struct str text, const struct digest *next, fact_number *number, struct problems *problems)
{
	sqlite3_stmt *statement = store_statement(store,
		"INSERT INTO fact (chain, seq, kind, recorded, envelope, head) VALUES (?, ?, ?, ?, ?, ?)", problems);

	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, head->chain);
	sqlite3_bind_int64(statement, 2, (sqlite3_int64)envelope->seq);
	bind_str(statement, 3, envelope->kind);
	sqlite3_bind_int64(statement, 4, envelope->recorded);
	bind_blob(statement, 5, text);
	bind_blob(statement, 6, (struct str){ (const char *)next->bytes, DIGEST_BYTES });
	if (!store_run(store, statement, problems))
		return false;
	*number = sqlite3_last_insert_rowid(store->db);
	return true;
}

/* What is hashed stays for ever: it is read back before it is kept. */
static bool envelope_proper(const struct buf *text, const struct envelope *meant, struct problems *problems)
{
	struct problems found;
	struct envelope read;
	struct arena scratch;
	bool proper;

	arena_init(&scratch);
	problems_init(&found, &scratch);
	proper = !text->overflowed && envelope_read(&scratch, buf_str(text), &read, &found) && read.seq == meant->seq &&
		 str_equal(read.kind, meant->kind) && str_equal(read.body, meant->body);
	arena_free(&scratch);
	return proper || problem_say(problems, REFUSAL_JOURNAL_FACT_IMPROPER, STR(""), meant->kind, STR(""), STR(""));
}

bool store_fact_append(struct store *store, struct chain_head *head, struct str chain_id, instant now,
		       const struct fact_draft *draft, fact_number *number, struct problems *problems)
{
	struct envelope envelope = {
		.version = ENVELOPE_VERSION, .lease = chain_id, .seq = head->next_seq, .kind = draft->kind,
		.happened = draft->happened, .recorded = now > head->recorded ? now : head->recorded,
		.by = draft->by, .command = draft->command, .body = draft->body,
	};
	struct buf text;
	struct digest next;
	bool done;

	if (draft->payload_codec.length) {
		envelope.payload.codec = draft->payload_codec;
		envelope.payload.bytes = draft->payload.length;
		envelope.payload.digest = digest_of(head->algorithm, &draft->payload, 1);
	}
	buf_init(&text, ENVELOPE_BYTES_MAX);
	envelope_write(&envelope, &text);
	next = chain_next(head->algorithm, &head->head, buf_str(&text));
	done = envelope_proper(&text, &envelope, problems) && fact_insert(store, head, &envelope, buf_str(&text), &next, number, problems) &&
	       (draft->payload_codec.length == 0 || payload_insert(store, *number, draft, problems));
	buf_free(&text);
	if (!done)
		return false;
	head->head = next;
	head->next_seq++;
	head->recorded = envelope.recorded;
	return true;
}

static void stored_fact_read(sqlite3_stmt *statement, struct stored_fact *fact)
{
	struct str head = column_str(statement, 4);

	*fact = (struct stored_fact){
		.number = sqlite3_column_int64(statement, 0),
		.seq = (uint64_t)sqlite3_column_int64(statement, 1),
		.kind = column_str(statement, 2),
		.envelope = column_str(statement, 3),
		.payload = column_str(statement, 5),
		.has_payload = sqlite3_column_type(statement, 5) != SQLITE_NULL,
		.recorded = sqlite3_column_int64(statement, 6),
	};
	memcpy(fact->head.bytes, head.at, head.length == DIGEST_BYTES ? DIGEST_BYTES : 0);
}

static const char *facts_sql(enum facts_wanted wanted)
{
	switch (wanted) {
	case FACTS_ACTS:
		return "SELECT number, seq, kind, envelope, head, NULL, recorded FROM fact WHERE chain = ? AND seq BETWEEN ? AND ?"
		       " AND kind NOT IN ('usage', 'parked', 'storage') ORDER BY seq";
	case FACTS_ALL:
		return "SELECT number, seq, kind, envelope, head, NULL, recorded FROM fact WHERE chain = ? AND seq BETWEEN ? AND ?"
		       " ORDER BY seq";
	case FACTS_ALL_WITH_PAYLOADS:
		return "SELECT number, seq, kind, envelope, head, bytes, recorded FROM fact LEFT JOIN payload ON fact = number"
		       " WHERE chain = ? AND seq BETWEEN ? AND ? ORDER BY seq";
	case FACTS_USAGE_BLOCKS:
		return "SELECT number, seq, kind, envelope, head, bytes, recorded FROM fact LEFT JOIN payload ON fact = number"
		       " WHERE chain = ? AND seq BETWEEN ? AND ? AND kind = 'usage' ORDER BY seq";
	case FACTS_PARKED_BLOCKS:
		return "SELECT number, seq, kind, envelope, head, bytes, recorded FROM fact LEFT JOIN payload ON fact = number"
		       " WHERE chain = ? AND seq BETWEEN ? AND ? AND kind = 'parked' ORDER BY seq";
	}
	return NULL;
}

bool store_facts_visit(struct store *store, chain_number chain, uint64_t from_seq, uint64_t to_seq,
		       enum facts_wanted wanted, fact_visitor *visit, void *context, struct problems *problems)
{
	sqlite3_stmt *statement = store_statement(store, facts_sql(wanted), problems);
	bool failed = false;

	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, chain);
	sqlite3_bind_int64(statement, 2, (sqlite3_int64)from_seq);
	sqlite3_bind_int64(statement, 3, to_seq > INT64_MAX ? INT64_MAX : (sqlite3_int64)to_seq);
	while (store_step(store, statement, &failed, problems)) {
		struct stored_fact fact;

		stored_fact_read(statement, &fact);
		if (!visit(context, &fact))
			break;
	}
	sqlite3_reset(statement);
	return !failed;
}

bool store_facts_all_visit(struct store *store, all_fact_visitor *visit, void *context, struct problems *problems)
{
	sqlite3_stmt *statement = store_statement(store,
		"SELECT number, seq, kind, envelope, head, bytes, recorded, chain FROM fact LEFT JOIN payload ON fact = number"
		" ORDER BY number", problems);
	bool failed = false;

	if (!statement)
		return false;
	while (store_step(store, statement, &failed, problems)) {
		struct stored_fact fact;

		stored_fact_read(statement, &fact);
		if (!visit(context, &fact, sqlite3_column_int64(statement, 7)))
			break;
	}
	sqlite3_reset(statement);
	return !failed;
}

bool store_fact_read(struct store *store, struct arena *arena, fact_number number, chain_number *chain,
		     struct stored_fact *fact, struct problems *problems)
{
	sqlite3_stmt *statement = store_statement(store,
		"SELECT number, seq, kind, envelope, head, bytes, recorded, chain FROM fact LEFT JOIN payload ON fact = number"
		" WHERE number = ?", problems);
	bool failed = false;

	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, number);
	if (!store_step(store, statement, &failed, problems)) {
		if (!failed)
			problem_say(problems, REFUSAL_JOURNAL_FACT_MISSING, STR(""),
				    arena_format(problems->arena, "%lld", (long long)number), STR(""), STR(""));
		return false;
	}
	stored_fact_read(statement, fact);
	fact->kind = arena_str(arena, fact->kind);
	fact->envelope = arena_str(arena, fact->envelope);
	fact->payload = arena_str(arena, fact->payload);
	*chain = sqlite3_column_int64(statement, 7);
	sqlite3_reset(statement);
	return true;
}

bool store_seq_known_at(struct store *store, chain_number chain, instant at, uint64_t *seq, struct problems *problems)
{
	/* `recorded` never goes back along a chain, so the last one at or before AT is found from the end. */
	sqlite3_stmt *statement = store_statement(store,
		"SELECT seq FROM fact WHERE chain = ? AND recorded <= ? ORDER BY seq DESC LIMIT 1", problems);
	bool failed = false, found;

	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, chain);
	sqlite3_bind_int64(statement, 2, at);
	found = store_step(store, statement, &failed, problems);
	if (found)
		*seq = (uint64_t)sqlite3_column_int64(statement, 0);
	sqlite3_reset(statement);
	return found;
}

bool store_person_number(struct store *store, chain_number chain, struct str name, uint32_t *number,
			 struct problems *problems)
{
	sqlite3_stmt *find = store_statement(store, "SELECT number FROM person WHERE chain = ? AND name = ?", problems);
	sqlite3_stmt *add;
	bool failed = false;

	if (!find)
		return false;
	sqlite3_bind_int64(find, 1, chain);
	bind_str(find, 2, name);
	if (store_step(store, find, &failed, problems)) {
		*number = (uint32_t)sqlite3_column_int64(find, 0);
		sqlite3_reset(find);
		return true;
	}
	add = failed ? NULL : store_statement(store,
		"INSERT INTO person SELECT ?1, coalesce(max(number), 0) + 1, ?2 FROM person WHERE chain = ?1"
		" RETURNING number", problems);
	if (!add)
		return false;
	sqlite3_bind_int64(add, 1, chain);
	bind_str(add, 2, name);
	if (!store_step(store, add, &failed, problems))
		return false;
	*number = (uint32_t)sqlite3_column_int64(add, 0);
	return store_run(store, add, problems);
}

bool store_person_name(struct store *store, struct arena *arena, chain_number chain, uint32_t number, struct str *name,
		       struct problems *problems)
{
	sqlite3_stmt *statement = store_statement(store, "SELECT name FROM person WHERE chain = ? AND number = ?", problems);
	bool failed = false;

	if (!statement)
		return false;
	*name = STR("");
	if (number == 0)
		return true;
	sqlite3_bind_int64(statement, 1, chain);
	sqlite3_bind_int64(statement, 2, number);
	if (store_step(store, statement, &failed, problems))
		*name = arena_str(arena, column_str(statement, 0));
	else
		*name = arena_format(arena, "#%u", number);
	sqlite3_reset(statement);
	return !failed;
}
