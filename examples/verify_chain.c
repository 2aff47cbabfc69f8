/*
 * Checks a lease's chain with libtrainlease alone: verify_chain JOURNAL LEASE
 * cc -o verify_chain verify_chain.c $(pkg-config --cflags --libs trainlease sqlite3)
 */
#include <sqlite3.h>
#include <stdio.h>
#include <trainlease.h>

static int chain_check(struct trainlease_chain *chain, sqlite3_stmt *facts)
{
	while (sqlite3_step(facts) == SQLITE_ROW) {
		const void *payload = sqlite3_column_type(facts, 1) == SQLITE_NULL ? NULL : sqlite3_column_blob(facts, 1);
		const char *error = trainlease_chain_add(chain, sqlite3_column_blob(facts, 0),
							 (size_t)sqlite3_column_bytes(facts, 0), payload,
							 (size_t)sqlite3_column_bytes(facts, 1));

		if (error) {
			printf("fact %llu: %s\n", (unsigned long long)trainlease_chain_facts(chain), error);
			return 1;
		}
	}
	return 0;
}

static void result_print(const struct trainlease_chain *chain)
{
	unsigned char head[TRAINLEASE_DIGEST_BYTES];
	uint64_t seconds;
	unsigned thousandths;

	trainlease_chain_head(chain, head);
	trainlease_chain_usage(chain, &seconds, &thousandths);
	printf("%llu facts hold, %llu.%03u GPU-seconds, head ", (unsigned long long)trainlease_chain_facts(chain),
	       (unsigned long long)seconds, thousandths);
	for (int i = 0; i < TRAINLEASE_DIGEST_BYTES; i++)
		printf("%02x", head[i]);
	putchar('\n');
}

int main(int count, char **words)
{
	static const char sql[] = "SELECT envelope, bytes FROM fact JOIN chain ON chain.number = fact.chain"
				  " LEFT JOIN payload ON payload.fact = fact.number WHERE chain.id = ? ORDER BY seq";
	struct trainlease_chain *chain;
	sqlite3_stmt *facts = NULL;
	sqlite3 *journal = NULL;
	int broken = 2;

	if (count != 3 || sqlite3_open_v2(words[1], &journal, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(journal, sql, -1, &facts, NULL) != SQLITE_OK) {
		fprintf(stderr, "usage: verify_chain JOURNAL LEASE\n");
		sqlite3_close(journal);
		return broken;
	}
	sqlite3_bind_text(facts, 1, words[2], -1, SQLITE_STATIC);
	chain = trainlease_chain_begin(words[2], 0);
	broken = chain_check(chain, facts);
	if (!broken)
		result_print(chain);
	trainlease_chain_end(chain);
	sqlite3_finalize(facts);
	sqlite3_close(journal);
	return broken;
}
