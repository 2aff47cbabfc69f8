#include <string.h>

#include "store/internal.h"

enum { TOTALS_BYTES_MAX = 4096 };

static void class_bind(sqlite3_stmt *statement, chain_number chain, month_number month, struct price_class class)
{
	sqlite3_bind_int64(statement, 1, chain);
	sqlite3_bind_int64(statement, 2, month);
	bind_str(statement, 3, class.model);
	sqlite3_bind_int(statement, 4, class.outside_term);
}

static bool sums_accumulate(struct month_sums *sums, const struct month_sums *added)
{
	for (int day = 0; day < MONTH_DAYS_MAX; day++)
		if (__builtin_add_overflow(sums->days[day], added->days[day], &sums->days[day]))
			return false;
	return true;
}

static bool totals_damaged(struct problems *problems)
{
	return problem_say(problems, REFUSAL_JOURNAL_DERIVED, STR(""), STR("usage_month"), STR(""), STR(""));
}

bool store_month_add(struct store *store, chain_number chain, struct price_class class, uint64_t seq,
		     const struct month_sums *added, struct problems *problems)
{
	sqlite3_stmt *last = store_statement(store,
		"SELECT totals FROM usage_month WHERE chain = ? AND month = ? AND model = ? AND outside_term = ?"
		" ORDER BY seq DESC LIMIT 1", problems);
	sqlite3_stmt *put = store_statement(store, "INSERT OR REPLACE INTO usage_month VALUES (?, ?, ?, ?, ?, ?)", problems);
	struct month_sums sums = { .month = added->month };
	bool failed = false, done;
	struct buf totals;

	if (!last || !put)
		return false;
	class_bind(last, chain, added->month, class);
	if (store_step(store, last, &failed, problems) && !month_sums_read(column_str(last, 0), &sums))
		return totals_damaged(problems);
	sqlite3_reset(last);
	if (failed)
		return false;
	if (!sums_accumulate(&sums, added))
		return problem_say(problems, REFUSAL_JOURNAL_OVERFLOW, STR("3.1(1)"), STR(""), STR(""), STR(""));
	buf_init(&totals, TOTALS_BYTES_MAX);
	month_sums_write(&sums, &totals);
	class_bind(put, chain, added->month, class);
	sqlite3_bind_int64(put, 5, (sqlite3_int64)seq);
	bind_blob(put, 6, buf_str(&totals));
	done = store_run(store, put, problems);
	buf_free(&totals);
	return done;
}

bool store_month_read(struct store *store, chain_number chain, month_number month, uint64_t seq, month_visitor *visit,
		      void *context, struct problems *problems)
{
	/* The newest total of each class: with max(seq), SQLite takes the other columns from the row that has it. */
	sqlite3_stmt *statement = store_statement(store,
		"SELECT model, outside_term, totals, max(seq) FROM usage_month WHERE chain = ? AND month = ? AND seq <= ?"
		" GROUP BY model, outside_term ORDER BY model, outside_term", problems);
	bool failed = false;

	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, chain);
	sqlite3_bind_int64(statement, 2, month);
	sqlite3_bind_int64(statement, 3, (sqlite3_int64)seq);
	while (store_step(store, statement, &failed, problems)) {
		struct price_class class = { column_str(statement, 0), sqlite3_column_int(statement, 1) != 0 };
		struct month_sums sums = { .month = month };

		if (!month_sums_read(column_str(statement, 2), &sums))
			return totals_damaged(problems);
		if (!visit(context, class, &sums))
			break;
	}
	sqlite3_reset(statement);
	return !failed;
}

bool store_open_add(struct store *store, chain_number chain, const struct open_allocation *open,
		    struct problems *problems)
{
	sqlite3_stmt *statement = store_statement(store,
		"INSERT INTO usage_open VALUES (?, ?, ?, NULL, ?, ?, ?, ?, ?)", problems);

	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, chain);
	bind_str(statement, 2, open->key);
	sqlite3_bind_int64(statement, 3, (sqlite3_int64)open->opened_seq);
	bind_str(statement, 4, open->model);
	sqlite3_bind_int64(statement, 5, open->start);
	sqlite3_bind_int64(statement, 6, open->listed);
	sqlite3_bind_int64(statement, 7, open->gpus_thousandths);
	sqlite3_bind_int64(statement, 8, open->suspended_seconds);
	return store_run(store, statement, problems);
}

bool store_open_close(struct store *store, chain_number chain, struct str key, uint64_t opened_seq, uint64_t closed_seq,
		      struct problems *problems)
{
	sqlite3_stmt *statement = store_statement(store,
		"UPDATE usage_open SET closed_seq = ? WHERE chain = ? AND key = ? AND opened_seq = ?", problems);

	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, (sqlite3_int64)closed_seq);
	sqlite3_bind_int64(statement, 2, chain);
	bind_str(statement, 3, key);
	sqlite3_bind_int64(statement, 4, (sqlite3_int64)opened_seq);
	return store_run(store, statement, problems);
}

bool store_open_visit(struct store *store, chain_number chain, uint64_t seq, open_visitor *visit, void *context,
		      struct problems *problems)
{
	sqlite3_stmt *statement = store_statement(store,
		"SELECT key, opened_seq, model, start, listed, gpus_thousandths, suspended FROM usage_open WHERE chain = ?1"
		" AND opened_seq <= ?2 AND (closed_seq IS NULL OR closed_seq > ?2) ORDER BY key", problems);
	bool failed = false;

	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, chain);
	sqlite3_bind_int64(statement, 2, (sqlite3_int64)seq);
	while (store_step(store, statement, &failed, problems)) {
		struct open_allocation open = {
			.key = column_str(statement, 0),
			.opened_seq = (uint64_t)sqlite3_column_int64(statement, 1),
			.model = column_str(statement, 2),
			.start = sqlite3_column_int64(statement, 3),
			.listed = sqlite3_column_int64(statement, 4),
			.gpus_thousandths = sqlite3_column_int64(statement, 5),
			.suspended_seconds = (uint32_t)sqlite3_column_int64(statement, 6),
		};

		if (!visit(context, &open))
			break;
	}
	sqlite3_reset(statement);
	return !failed;
}

bool store_sample_add(struct store *store, chain_number chain, struct str filesystem, instant at, uint64_t seq,
		      int64_t bytes_added, struct problems *problems)
{
	sqlite3_stmt *last = store_statement(store,
		"SELECT bytes FROM storage_sample WHERE chain = ? AND filesystem = ? AND at = ? ORDER BY seq DESC LIMIT 1", problems);
	sqlite3_stmt *put = store_statement(store, "INSERT OR REPLACE INTO storage_sample VALUES (?, ?, ?, ?, ?)", problems);
	int64_t bytes = 0;
	bool failed = false;

	if (!last || !put)
		return false;
	sqlite3_bind_int64(last, 1, chain);
	bind_str(last, 2, filesystem);
	sqlite3_bind_int64(last, 3, at);
	if (store_step(store, last, &failed, problems))
		bytes = sqlite3_column_int64(last, 0);
	sqlite3_reset(last);
	if (failed)
		return false;
	if (__builtin_add_overflow(bytes, bytes_added, &bytes))
		return problem_say(problems, REFUSAL_JOURNAL_OVERFLOW, STR("3.1(2)"), STR(""), STR(""), STR(""));
	sqlite3_bind_int64(put, 1, chain);
	bind_str(put, 2, filesystem);
	sqlite3_bind_int64(put, 3, at);
	sqlite3_bind_int64(put, 4, (sqlite3_int64)seq);
	sqlite3_bind_int64(put, 5, bytes);
	return store_run(store, put, problems);
}

bool store_samples_visit(struct store *store, chain_number chain, instant from, instant to, uint64_t seq,
			 sample_visitor *visit, void *context, struct problems *problems)
{
	sqlite3_stmt *statement = store_statement(store,
		"SELECT filesystem, at, bytes, max(seq) FROM storage_sample AS s WHERE chain = ?1 AND seq <= ?4 AND at < ?3"
		" AND at >= coalesce((SELECT max(at) FROM storage_sample WHERE chain = ?1 AND filesystem = s.filesystem"
		" AND seq <= ?4 AND at <= ?2), ?2) GROUP BY filesystem, at ORDER BY filesystem, at", problems);
	bool failed = false;

	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, chain);
	sqlite3_bind_int64(statement, 2, from);
	sqlite3_bind_int64(statement, 3, to);
	sqlite3_bind_int64(statement, 4, (sqlite3_int64)seq);
	while (store_step(store, statement, &failed, problems))
		if (!visit(context, column_str(statement, 0), sqlite3_column_int64(statement, 1),
			   sqlite3_column_int64(statement, 2)))
			break;
	sqlite3_reset(statement);
	return !failed;
}

static bool exists(struct store *store, sqlite3_stmt *statement, bool *known, struct problems *problems)
{
	bool failed = false;

	*known = store_step(store, statement, &failed, problems);
	sqlite3_reset(statement);
	return !failed;
}

static void owner_bind(sqlite3_stmt *statement, chain_number chain, struct str filesystem, instant at, struct str owner)
{
	sqlite3_bind_int64(statement, 1, chain);
	bind_str(statement, 2, filesystem);
	sqlite3_bind_int64(statement, 3, at);
	bind_str(statement, 4, owner);
}

bool store_owner_sample(struct store *store, chain_number chain, struct str filesystem, instant at, struct str owner,
			bool *known, int64_t *bytes, struct problems *problems)
{
	sqlite3_stmt *statement = store_statement(store,
		"SELECT bytes FROM storage_owner WHERE chain = ? AND filesystem = ? AND at = ? AND owner = ?", problems);
	bool failed = false;

	if (!statement)
		return false;
	owner_bind(statement, chain, filesystem, at, owner);
	*known = store_step(store, statement, &failed, problems);
	if (*known)
		*bytes = sqlite3_column_int64(statement, 0);
	sqlite3_reset(statement);
	return !failed;
}

bool store_owner_sample_put(struct store *store, chain_number chain, struct str filesystem, instant at,
			    struct str owner, int64_t bytes, struct problems *problems)
{
	sqlite3_stmt *statement = store_statement(store, "INSERT OR REPLACE INTO storage_owner VALUES (?, ?, ?, ?, ?)", problems);

	if (!statement)
		return false;
	owner_bind(statement, chain, filesystem, at, owner);
	sqlite3_bind_int64(statement, 5, bytes);
	return store_run(store, statement, problems);
}

bool store_owner_sample_delete(struct store *store, chain_number chain, struct str filesystem, instant at,
			       struct str owner, struct problems *problems)
{
	sqlite3_stmt *statement = store_statement(store,
		"DELETE FROM storage_owner WHERE chain = ? AND filesystem = ? AND at = ? AND owner = ?", problems);

	if (!statement)
		return false;
	owner_bind(statement, chain, filesystem, at, owner);
	return store_run(store, statement, problems);
}

bool store_owner_samples_visit(struct store *store, chain_number chain, owner_sample_visitor *visit, void *context,
			       struct problems *problems)
{
	sqlite3_stmt *statement = store_statement(store,
		"SELECT filesystem, at, owner, bytes FROM storage_owner WHERE chain = ? ORDER BY filesystem, at, owner", problems);
	bool failed = false;

	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, chain);
	while (store_step(store, statement, &failed, problems))
		if (!visit(context, column_str(statement, 0), sqlite3_column_int64(statement, 1), column_str(statement, 2),
			   sqlite3_column_int64(statement, 3)))
			break;
	sqlite3_reset(statement);
	return !failed;
}

bool store_sample_exists(struct store *store, chain_number chain, struct str filesystem, instant at, bool *there,
			 struct problems *problems)
{
	sqlite3_stmt *statement = store_statement(store,
		"SELECT 1 FROM storage_sample WHERE chain = ? AND filesystem = ? AND at = ?", problems);

	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, chain);
	bind_str(statement, 2, filesystem);
	sqlite3_bind_int64(statement, 3, at);
	return exists(store, statement, there, problems);
}

bool store_filesystems_visit(struct store *store, struct str filesystem,
			     bool (*visit)(void *context, chain_number chain, struct str chain_id), void *context,
			     struct problems *problems)
{
	sqlite3_stmt *statement = store_statement(store,
		"SELECT number, id FROM chain WHERE EXISTS (SELECT 1 FROM storage_sample WHERE chain = chain.number"
		" AND filesystem = ?) ORDER BY number", problems);
	bool failed = false;

	if (!statement)
		return false;
	bind_str(statement, 1, filesystem);
	while (store_step(store, statement, &failed, problems))
		if (!visit(context, sqlite3_column_int64(statement, 0), column_str(statement, 1)))
			break;
	sqlite3_reset(statement);
	return !failed;
}

/* Seconds of parked rows may pass 64 bits: kept as high and low parts of 10^15. */
static const int64_t part = 1000000000000000;

bool store_parked_add(struct store *store, chain_number chain, struct str account, enum park_reason reason,
		      int64_t rows, int64_t gpu_thousandth_seconds, instant first, instant last,
		      struct problems *problems)
{
	sqlite3_stmt *statement = store_statement(store,
		"INSERT INTO parked_total VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET rows = rows + excluded.rows,"
		" seconds_high = seconds_high + excluded.seconds_high, seconds_low = seconds_low + excluded.seconds_low,"
		" first = min(first, excluded.first), last = max(last, excluded.last)", problems);

	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, chain);
	bind_str(statement, 2, account);
	sqlite3_bind_int(statement, 3, (int)reason);
	sqlite3_bind_int64(statement, 4, rows);
	sqlite3_bind_int64(statement, 5, gpu_thousandth_seconds / part);
	sqlite3_bind_int64(statement, 6, gpu_thousandth_seconds % part);
	sqlite3_bind_int64(statement, 7, first);
	sqlite3_bind_int64(statement, 8, last);
	return store_run(store, statement, problems);
}

bool store_parked_visit(struct store *store, chain_number chain, parked_visitor *visit, void *context, struct problems *problems)
{
	sqlite3_stmt *statement = store_statement(store,
		"SELECT chain, id, account, reason, rows, seconds_high, seconds_low, first, last FROM parked_total"
		" JOIN chain ON chain.number = parked_total.chain WHERE rows > 0 AND (?1 = 0 OR chain = ?1) ORDER BY account, reason, id", problems);
	bool failed = false;
	struct arena scratch;

	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, chain);
	arena_init(&scratch);
	while (store_step(store, statement, &failed, problems)) {
		wide seconds = (wide)sqlite3_column_int64(statement, 5) * part + sqlite3_column_int64(statement, 6);
		struct parked_total total = {
			.chain = sqlite3_column_int64(statement, 0),
			.chain_id = column_str(statement, 1),
			.account = column_str(statement, 2),
			.reason = (enum park_reason)sqlite3_column_int(statement, 3),
			.rows = sqlite3_column_int64(statement, 4),
			.gpu_thousandth_seconds = wide_text(&scratch, seconds),
			.first = sqlite3_column_int64(statement, 7),
			.last = sqlite3_column_int64(statement, 8),
		};

		if (!visit(context, &total))
			break;
	}
	sqlite3_reset(statement);
	arena_free(&scratch);
	return !failed;
}

bool store_parked_dismiss(struct store *store, chain_number chain, struct str account, struct str key,
			  uint64_t through_seq, struct problems *problems)
{
	sqlite3_stmt *statement = store_statement(store, "INSERT OR REPLACE INTO parked_dismissed VALUES (?, ?, ?, ?)", problems);

	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, chain);
	bind_str(statement, 2, account);
	bind_str(statement, 3, key);
	sqlite3_bind_int64(statement, 4, (sqlite3_int64)through_seq);
	return store_run(store, statement, problems);
}

bool store_parked_dismissed(struct store *store, chain_number chain, struct str account, struct str key, uint64_t seq,
			    bool *dismissed, struct problems *problems)
{
	sqlite3_stmt *statement = store_statement(store,
		"SELECT 1 FROM parked_dismissed WHERE chain = ?1 AND account = ?2 AND key IN ('', ?3) AND through_seq >= ?4",
		problems);

	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, chain);
	bind_str(statement, 2, account);
	bind_str(statement, 3, key);
	sqlite3_bind_int64(statement, 4, (sqlite3_int64)seq);
	return exists(store, statement, dismissed, problems);
}

bool store_parked_clear(struct store *store, chain_number chain, struct str account, struct problems *problems)
{
	sqlite3_stmt *statement = store_statement(store, "DELETE FROM parked_total WHERE chain = ? AND account = ?", problems);

	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, chain);
	bind_str(statement, 2, account);
	return store_run(store, statement, problems);
}

bool store_import_known(struct store *store, const struct digest *signature, bool *known, struct problems *problems)
{
	sqlite3_stmt *statement = store_statement(store, "SELECT 1 FROM import_done WHERE signature = ?", problems);

	if (!statement)
		return false;
	bind_blob(statement, 1, (struct str){ (const char *)signature->bytes, DIGEST_BYTES });
	return exists(store, statement, known, problems);
}

bool store_import_sized(struct store *store, uint64_t bytes, bool *any, struct problems *problems)
{
	sqlite3_stmt *statement = store_statement(store, "SELECT 1 FROM import_done WHERE bytes = ?", problems);

	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, (sqlite3_int64)bytes);
	return exists(store, statement, any, problems);
}

bool store_import_add(struct store *store, const struct digest *signature, uint64_t bytes, struct problems *problems)
{
	sqlite3_stmt *statement = store_statement(store, "INSERT OR IGNORE INTO import_done VALUES (?, ?)", problems);

	if (!statement)
		return false;
	bind_blob(statement, 1, (struct str){ (const char *)signature->bytes, DIGEST_BYTES });
	sqlite3_bind_int64(statement, 2, (sqlite3_int64)bytes);
	return store_run(store, statement, problems);
}

bool store_source_known(struct store *store, struct str source, bool *known, struct problems *problems)
{
	sqlite3_stmt *statement = store_statement(store, "SELECT 1 FROM source WHERE name = ?", problems);

	if (!statement)
		return false;
	bind_str(statement, 1, source);
	return exists(store, statement, known, problems);
}

bool store_source_add(struct store *store, struct str source, struct problems *problems)
{
	sqlite3_stmt *statement = store_statement(store, "INSERT OR IGNORE INTO source VALUES (?)", problems);

	if (!statement)
		return false;
	bind_str(statement, 1, source);
	return store_run(store, statement, problems);
}

bool store_derived_clear(struct store *store, struct problems *problems)
{
	return store_execute(store, "DELETE FROM key_run; DELETE FROM key_chunk; DELETE FROM usage_month;"
				    "DELETE FROM usage_open; DELETE FROM storage_sample; DELETE FROM parked_total; DELETE FROM parked_dismissed; DELETE FROM storage_owner;"
				    "DELETE FROM import_done; DELETE FROM source", problems);
}
