#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "store/internal.h"

enum { APPLICATION_ID = 0x746c6561 /* "tlea" */, CACHE_KIB = 8192 };

/* The schema, as the steps that lead to it: only ever appended to. Step n makes schema version n + 1. */
static const char *const migrations[] = {
	/* 1: truth */
	"CREATE TABLE chain (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, algorithm INTEGER NOT NULL);"
	"CREATE TABLE fact (number INTEGER PRIMARY KEY, chain INTEGER NOT NULL REFERENCES chain(number),"
	"  seq INTEGER NOT NULL, kind TEXT NOT NULL, recorded INTEGER NOT NULL, envelope BLOB NOT NULL,"
	"  head BLOB NOT NULL, UNIQUE (chain, seq));"
	"CREATE INDEX fact_act ON fact (chain, seq) WHERE kind NOT IN ('usage', 'parked', 'storage');"
	"CREATE TABLE payload (fact INTEGER PRIMARY KEY REFERENCES fact(number), erasable INTEGER NOT NULL,"
	"  bytes BLOB NOT NULL);"
	"CREATE TABLE person (chain INTEGER NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL,"
	"  PRIMARY KEY (chain, number));"
	"CREATE INDEX person_name ON person (chain, name);"
	"CREATE TABLE secret (fingerprint_key INTEGER NOT NULL);"
	"CREATE TRIGGER chain_no_update BEFORE UPDATE ON chain BEGIN SELECT RAISE(ABORT, 'chains are never changed'); END;"
	"CREATE TRIGGER chain_no_delete BEFORE DELETE ON chain BEGIN SELECT RAISE(ABORT, 'chains are never deleted'); END;"
	"CREATE TRIGGER chain_no_replace BEFORE INSERT ON chain WHEN EXISTS (SELECT 1 FROM chain WHERE number = new.number"
	"  OR id = new.id) BEGIN SELECT RAISE(ABORT, 'chains are never replaced'); END;"
	"CREATE TRIGGER fact_no_replace BEFORE INSERT ON fact WHEN EXISTS (SELECT 1 FROM fact WHERE number = new.number)"
	"  OR EXISTS (SELECT 1 FROM fact WHERE chain = new.chain AND seq = new.seq)"
	"  BEGIN SELECT RAISE(ABORT, 'facts are never replaced'); END;"
	"CREATE TRIGGER payload_no_replace BEFORE INSERT ON payload WHEN EXISTS (SELECT 1 FROM payload WHERE fact = new.fact)"
	"  BEGIN SELECT RAISE(ABORT, 'payloads are never replaced'); END;"
	"CREATE TRIGGER fact_no_update BEFORE UPDATE ON fact BEGIN SELECT RAISE(ABORT, 'facts are never changed'); END;"
	"CREATE TRIGGER fact_no_delete BEFORE DELETE ON fact BEGIN SELECT RAISE(ABORT, 'facts are never deleted'); END;"
	"CREATE TRIGGER payload_no_update BEFORE UPDATE ON payload"
	"  BEGIN SELECT RAISE(ABORT, 'payloads are never changed'); END;"
	"CREATE TRIGGER payload_no_delete BEFORE DELETE ON payload WHEN old.erasable = 0"
	"  BEGIN SELECT RAISE(ABORT, 'this payload is evidence and never deleted'); END;",
	/* 2: derived */
	"CREATE TABLE key_run (run INTEGER PRIMARY KEY, level INTEGER NOT NULL, entries INTEGER NOT NULL,"
	"  live INTEGER NOT NULL);"
	"CREATE TABLE key_chunk (run INTEGER NOT NULL, first INTEGER NOT NULL, entries BLOB NOT NULL,"
	"  PRIMARY KEY (run, first)) WITHOUT ROWID;"
	"CREATE TABLE usage_month (chain INTEGER NOT NULL, month INTEGER NOT NULL, model TEXT NOT NULL,"
	"  outside_term INTEGER NOT NULL, seq INTEGER NOT NULL, totals BLOB NOT NULL,"
	"  PRIMARY KEY (chain, month, model, outside_term, seq)) WITHOUT ROWID;"
	"CREATE TABLE usage_open (chain INTEGER NOT NULL, key TEXT NOT NULL, opened_seq INTEGER NOT NULL,"
	"  closed_seq INTEGER, model TEXT NOT NULL, start INTEGER NOT NULL, listed INTEGER NOT NULL,"
	"  gpus_thousandths INTEGER NOT NULL, suspended INTEGER NOT NULL,"
	"  PRIMARY KEY (chain, key, opened_seq)) WITHOUT ROWID;"
	"CREATE TABLE storage_sample (chain INTEGER NOT NULL, filesystem TEXT NOT NULL, at INTEGER NOT NULL,"
	"  seq INTEGER NOT NULL, bytes INTEGER NOT NULL, PRIMARY KEY (chain, filesystem, at, seq)) WITHOUT ROWID;"
	"CREATE TABLE parked_total (chain INTEGER NOT NULL, account TEXT NOT NULL, reason INTEGER NOT NULL,"
	"  rows INTEGER NOT NULL, seconds_high INTEGER NOT NULL, seconds_low INTEGER NOT NULL,"
	"  first INTEGER NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (chain, account, reason)) WITHOUT ROWID;"
	"CREATE TABLE parked_dismissed (chain INTEGER NOT NULL, account TEXT NOT NULL, key TEXT NOT NULL,"
	"  through_seq INTEGER NOT NULL, PRIMARY KEY (chain, account, key)) WITHOUT ROWID;"
	"CREATE TABLE storage_owner (chain INTEGER NOT NULL, filesystem TEXT NOT NULL, at INTEGER NOT NULL,"
	"  owner TEXT NOT NULL, bytes INTEGER NOT NULL, PRIMARY KEY (chain, filesystem, at, owner)) WITHOUT ROWID;"
	"CREATE TABLE import_done (signature BLOB PRIMARY KEY, bytes INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE source (name TEXT PRIMARY KEY) WITHOUT ROWID;",
};

enum { SCHEMA_VERSION = sizeof(migrations) / sizeof(migrations[0]) };

/* Adds the problem that the last SQLite call of the store had; returns false. */
static bool store_failed(struct store *store, struct problems *problems)
{
	int code = sqlite3_errcode(store->db);
	enum refusal what = REFUSAL_JOURNAL_FAILED;

	if (code == SQLITE_NOTADB)
		what = REFUSAL_JOURNAL_NOT_ONE;
	else if (code == SQLITE_CORRUPT)
		what = REFUSAL_JOURNAL_DAMAGED;
	else if (code == SQLITE_FULL)
		what = REFUSAL_JOURNAL_DISK_FULL;
	else if (code == SQLITE_READONLY || code == SQLITE_PERM || code == SQLITE_CANTOPEN)
		what = REFUSAL_JOURNAL_READ_ONLY;
	else if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
		what = REFUSAL_JOURNAL_BUSY;
	return problem_add(problems, (struct problem){ .what = what, .file = str_of(store->path),
						       .words = { str_of(sqlite3_errmsg(store->db)) } });
}

sqlite3_stmt *store_statement(struct store *store, const char *sql, struct problems *problems)
{
	sqlite3_stmt *statement;

	for (size_t i = 0; i < store->statement_count; i++)
		if (store->statements[i].sql == sql) {
			sqlite3_reset(store->statements[i].statement);
			sqlite3_clear_bindings(store->statements[i].statement);
			return store->statements[i].statement;
		}
	if (store->statement_count == STATEMENTS_MAX)
		abort();
	if (sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK) {
		store_failed(store, problems);
		return NULL;
	}
	store->statements[store->statement_count].sql = sql;
	store->statements[store->statement_count++].statement = statement;
	return statement;
}

bool store_run(struct store *store, sqlite3_stmt *statement, struct problems *problems)
{
	int code;

	if (!statement)
		return false;
	code = sqlite3_step(statement);
	if (code != SQLITE_DONE && code != SQLITE_ROW)
		return store_failed(store, problems);
	sqlite3_reset(statement);
	return true;
}

bool store_step(struct store *store, sqlite3_stmt *statement, bool *failed, struct problems *problems)
{
	int code = statement ? sqlite3_step(statement) : SQLITE_MISUSE;

	if (code == SQLITE_ROW)
		return true;
	if (code != SQLITE_DONE) {
		*failed = true;
		if (statement)
			store_failed(store, problems);
	} else {
		sqlite3_reset(statement);
	}
	return false;
}

bool store_execute(struct store *store, const char *sql, struct problems *problems)
{
	if (sqlite3_exec(store->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return store_failed(store, problems);
	return true;
}

void bind_str(sqlite3_stmt *statement, int index, struct str text)
{
	sqlite3_bind_text(statement, index, text.length ? text.at : "", (int)text.length, SQLITE_STATIC);
}

void bind_blob(sqlite3_stmt *statement, int index, struct str bytes)
{
	sqlite3_bind_blob(statement, index, bytes.length ? bytes.at : "", (int)bytes.length, SQLITE_STATIC);
}

struct str column_str(sqlite3_stmt *statement, int index)
{
	const void *bytes = sqlite3_column_blob(statement, index);

	return (struct str){ bytes ? bytes : "", (size_t)sqlite3_column_bytes(statement, index) };
}

static bool pragma_integer(struct store *store, const char *sql, int64_t *value, struct problems *problems)
{
	sqlite3_stmt *statement;
	bool failed = false;

	if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) != SQLITE_OK)
		return store_failed(store, problems);
	*value = store_step(store, statement, &failed, problems) ? sqlite3_column_int64(statement, 0) : 0;
	sqlite3_finalize(statement);
	return !failed;
}

static bool migrate(struct store *store, int64_t from, struct problems *problems)
{
	uint64_t secret;
	char sql[96];

	if (!store_begin(store, problems))
		return false;
	if (!pragma_integer(store, "PRAGMA user_version", &from, problems))
		return false;
	for (int64_t version = from; version < SCHEMA_VERSION; version++)
		if (!store_execute(store, migrations[version], problems))
			return false;
	if (from == 0) {
		if (getrandom(&secret, sizeof(secret), 0) != (ssize_t)sizeof(secret))
			return problem_say(problems, REFUSAL_JOURNAL_FAILED, STR(""), STR("getrandom"), STR(""), STR(""));
		sqlite3_snprintf(sizeof(sql), sql, "INSERT INTO secret VALUES (%lld)", (sqlite3_int64)secret);
		if (!store_execute(store, sql, problems))
			return false;
	}
	sqlite3_snprintf(sizeof(sql), sql, "PRAGMA application_id=%d; PRAGMA user_version=%d", APPLICATION_ID, SCHEMA_VERSION);
	return store_execute(store, sql, problems) && store_commit(store, problems);
}

/* Asked before anything is changed, even the file's journal mode. */
static bool is_journal(struct store *store, enum store_access access, struct problems *problems)
{
	int64_t application = 0, tables = 0;

	if (!pragma_integer(store, "PRAGMA application_id", &application, problems) ||
	    !pragma_integer(store, "SELECT count(*) FROM sqlite_schema", &tables, problems))
		return false;
	return application == APPLICATION_ID || (tables == 0 && access == STORE_CREATE) ||
	       problem_add(problems, (struct problem){ .what = REFUSAL_JOURNAL_NOT_ONE, .file = str_of(store->path) });
}

static bool schema_check(struct store *store, struct problems *problems)
{
	int64_t version = 0, secret = 0;

	if (!pragma_integer(store, "PRAGMA user_version", &version, problems))
		return false;
	if (version < 0)
		return problem_add(problems, (struct problem){ .what = REFUSAL_JOURNAL_NOT_ONE, .file = str_of(store->path) });
	if (version > SCHEMA_VERSION)
		return problem_add(problems, (struct problem){
			.what = REFUSAL_JOURNAL_NEWER, .file = str_of(store->path),
			.words = { arena_format(problems->arena, "%lld", (long long)version),
				   arena_format(problems->arena, "%d", SCHEMA_VERSION) } });
	if (version < SCHEMA_VERSION && !migrate(store, version, problems)) {
		store_rollback(store);
		return false;
	}
	if (!pragma_integer(store, "SELECT fingerprint_key FROM secret", &secret, problems))
		return false;
	store->secret = (uint64_t)secret;
	return true;
}

static bool file_create(const char *path, struct problems *problems)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return problem_add(problems, (struct problem){ .what = REFUSAL_JOURNAL_CANNOT_CREATE, .file = str_of(path),
							       .words = { str_of(strerror(errno)) } });
	close(fd);
	return true;
}

static bool database_open(struct store *store, enum store_access access, struct problems *problems)
{
	int flags = access == STORE_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
	char sql[160];

	if (access == STORE_CREATE && !file_create(store->path, problems))
		return false;
	if (sqlite3_open_v2(store->path, &store->db, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
		return store_failed(store, problems);
	sqlite3_extended_result_codes(store->db, 0);
	sqlite3_busy_timeout(store->db, STORE_WAIT_SECONDS * 1000);
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_snprintf(sizeof(sql), sql, "PRAGMA page_size=16384; PRAGMA cache_size=-%d; PRAGMA trusted_schema=OFF",
			 CACHE_KIB);
	if (!store_execute(store, sql, problems) || !is_journal(store, access, problems))
		return false;
	if (access != STORE_READ &&
	    !store_execute(store, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
				  "PRAGMA wal_autocheckpoint=4000; PRAGMA journal_size_limit=67108864", problems))
		return false;
	return schema_check(store, problems);
}

struct store *store_open(const char *path, enum store_access access, struct problems *problems)
{
	struct store *store;

	if (path[0] == ':') {   /* SQLite's own names for databases that are no files */
		problem_add(problems, (struct problem){ .what = REFUSAL_JOURNAL_NOT_ONE, .file = str_of(path) });
		return NULL;
	}
	if (access != STORE_CREATE && faccessat(AT_FDCWD, path, F_OK, 0) != 0) {
		problem_add(problems, (struct problem){ .what = REFUSAL_JOURNAL_MISSING, .file = str_of(path) });
		return NULL;
	}
	store = memory_alloc(sizeof(*store));
	store->lock_fd = -1;
	store->path = strdup(path);
	if (store->path && database_open(store, access, problems))
		return store;
	store_close(store);
	return NULL;
}

void store_close(struct store *store)
{
	if (!store)
		return;
	store_rollback(store);
	for (size_t i = 0; i < store->statement_count; i++)
		sqlite3_finalize(store->statements[i].statement);
	sqlite3_close(store->db);
	if (store->lock_fd >= 0)
		close(store->lock_fd);
	key_filter_free(store->filter);
	free(store->path);
	free(store);
}

static void alarm_arrived(int signal_number)
{
	(void)signal_number;
}

/* flock() queues fairly, which SQLite's own busy handler does not; a timer's signal ends the wait. */
static int lock_wait(int fd)
{
	struct sigaction action = { .sa_handler = alarm_arrived }, before;
	struct itimerval timer = { .it_value = { .tv_sec = STORE_WAIT_SECONDS } }, none = { 0 };
	int result, error;

	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	sigaction(SIGALRM, &action, &before);
	setitimer(ITIMER_REAL, &timer, NULL);
	result = flock(fd, LOCK_EX);
	error = errno;
	setitimer(ITIMER_REAL, &none, NULL);
	sigaction(SIGALRM, &before, NULL);
	errno = error;
	return result;
}

static bool lock_take(struct store *store, struct problems *problems)
{
	if (store->lock_fd < 0) {
		char *path = sqlite3_mprintf("%s.lock", store->path);

		store->lock_fd = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
		sqlite3_free(path);
		if (store->lock_fd < 0)
			return problem_add(problems, (struct problem){
				.what = REFUSAL_JOURNAL_READ_ONLY, .file = str_of(store->path),
				.words = { str_of(strerror(errno)) } });
	}
	if (lock_wait(store->lock_fd) != 0)
		return problem_add(problems, (struct problem){ .what = REFUSAL_JOURNAL_BUSY, .file = str_of(store->path) });
	return true;
}

/* A statement that was left in the middle holds on to what it saw: the next transaction would start from there. */
static void statements_reset(struct store *store)
{
	for (size_t i = 0; i < store->statement_count; i++)
		sqlite3_reset(store->statements[i].statement);
}

bool store_begin(struct store *store, struct problems *problems)
{
	if (!lock_take(store, problems))
		return false;
	store->writing = true;
	statements_reset(store);
	return store_execute(store, "BEGIN IMMEDIATE", problems);
}

bool store_commit(struct store *store, struct problems *problems)
{
	statements_reset(store);
	if (!store_execute(store, "COMMIT", problems))
		return false;
	store->writing = false;
	flock(store->lock_fd, LOCK_UN);
	return true;
}

void store_rollback(struct store *store)
{
	statements_reset(store);
	if (store->db && !sqlite3_get_autocommit(store->db))
		sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
	if (store->writing)
		flock(store->lock_fd, LOCK_UN);
	store->writing = false;
	key_filter_free(store->filter);
	store->filter = NULL;
}

bool store_read_begin(struct store *store, struct problems *problems)
{
	return store_execute(store, "BEGIN", problems);
}

void store_read_end(struct store *store)
{
	store_rollback(store);
}
