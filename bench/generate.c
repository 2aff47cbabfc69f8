/*
 * Writes usage for the benchmark: ROWS rows `key,account,start,end,gpus` of LEASES accounts over MONTHS months from
 * 2017-09-01, jobs in the order of their start, lengths from seconds to weeks. KEYS is `integer` or `hex` (16 random
 * digits). The same arguments write the same bytes.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state;

/* splitmix64, by Sebastiano Vigna (public domain). */
static uint64_t next_random(void)
{
	uint64_t z = state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

int main(int count, char **words)
{
	const int64_t begin = 1504195200;   /* 2017-09-01 in Asia/Shanghai */
	uint64_t rows, leases, months;
	int hex;

	if (count != 5) {
		fputs("usage: generate ROWS LEASES MONTHS integer|hex\n", stderr);
		return 2;
	}
	rows = strtoull(words[1], NULL, 10);
	leases = strtoull(words[2], NULL, 10);
	months = strtoull(words[3], NULL, 10);
	hex = strcmp(words[4], "hex") == 0;
	if (rows == 0 || leases == 0 || months == 0 || months > 12)
		return 2;
	state = 20170901;
	puts("key,account,start,end,gpus");
	for (uint64_t i = 0; i < rows; i++) {
		uint64_t random = next_random(), key = hex ? next_random() : 1000000 + i;
		int64_t start = begin + (int64_t)((unsigned __int128)i * (months * 30 * 86400) / rows) + (int64_t)(random % 60);
		int64_t length = (int64_t)((random >> 8 & 0xfff) << (random >> 20 & 7)) + 1;

		printf(hex ? "%016" PRIx64 ",bench-%03" PRIu64 ",%" PRId64 ",%" PRId64 ",%d\n"
			   : "%" PRIu64 ",bench-%03" PRIu64 ",%" PRId64 ",%" PRId64 ",%d\n",
		       key, (random >> 32) % leases, start, start + length, 1 << (random >> 44 & 3));
	}
	return ferror(stdout) != 0;
}
