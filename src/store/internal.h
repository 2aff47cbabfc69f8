/* What the files of the SQLite store share. */
#ifndef STORE_INTERNAL_H
#define STORE_INTERNAL_H

#include <sqlite3.h>

#include "store/store.h"

enum { STATEMENTS_MAX = 64 };

struct key_filter;

struct store {
	sqlite3 *db;
	char *path;
	int lock_fd;                                   /* of PATH.lock, -1 until the first write */
	bool writing;
	uint64_t secret;                               /* keys the fingerprints */
	struct { const char *sql; sqlite3_stmt *statement; } statements[STATEMENTS_MAX];
	size_t statement_count;
	struct key_filter *filter;                     /* of the key index, while a large import runs */
};

/* The prepared statement of a string literal, reset and unbound; prepared once a store. NULL and a problem on
 * failure. */
sqlite3_stmt *store_statement(struct store *store, const char *sql, struct problems *problems) MUST_USE;
/* Runs a statement that gives no rows. */
bool store_run(struct store *store, sqlite3_stmt *statement, struct problems *problems) MUST_USE;
/* SQLITE_ROW: true; SQLITE_DONE: false; anything else: false, a problem, and *FAILED. */
bool store_step(struct store *store, sqlite3_stmt *statement, bool *failed, struct problems *problems);
bool store_execute(struct store *store, const char *sql, struct problems *problems) MUST_USE;

void bind_str(sqlite3_stmt *statement, int index, struct str text);
void bind_blob(sqlite3_stmt *statement, int index, struct str bytes);
struct str column_str(sqlite3_stmt *statement, int index);     /* text or blob; valid until the next step */

void key_filter_free(struct key_filter *filter);

#endif
