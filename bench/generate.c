/*
 * Writes usage for the benchmark: ROWS rows `key,account,start,end,gpus` of LEASES accounts over MONTHS months from
 * 2017-09-01, jobs in the order of their start, lengths from a second to six days. KEYS is `integer` or `hex` (16
 * random digits). The same arguments write the same bytes. To the file SUMS it writes `account,month,gpu_seconds`, cut
 * at the ends of months in Asia/Shanghai: what the statements must say. Month 0 is 2017-09, month 12 is all that
 * follows the term.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MONTHS = 12, LEASES_MAX = 1000 };

static const int month_days[MONTHS] = { 30, 31, 30, 31, 31, 28, 31, 30, 31, 30, 31, 31 };
static int64_t month_begin[MONTHS + 1];
static uint64_t sums[LEASES_MAX][MONTHS + 1];      /* GPU seconds */
static uint64_t state;

/* splitmix64, by Sebastiano Vigna (public domain). */
static uint64_t next_random(void)
{
	uint64_t z = state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static void months_begin(int64_t begin)
{
	month_begin[0] = begin;
	for (int i = 0; i < MONTHS; i++)
		month_begin[i + 1] = month_begin[i] + month_days[i] * 86400;
}

/* Adds a job to the months that it touches. */
static void sums_add(uint64_t lease, int64_t start, int64_t end, int gpus)
{
	for (int i = MONTHS; i >= 0 && end > start; i--) {
		int64_t from = start > month_begin[i] ? start : month_begin[i];

		if (end <= from)
			continue;
		sums[lease][i] += (uint64_t)(end - from) * (uint64_t)gpus;
		end = from;
	}
}

static int sums_write(const char *path, uint64_t leases)
{
	FILE *file = fopen(path, "w");

	if (!file)
		return 0;
	for (uint64_t lease = 0; lease < leases; lease++)
		for (int i = 0; i <= MONTHS; i++)
			fprintf(file, "bench-%03" PRIu64 ",%d,%" PRIu64 "\n", lease, i, sums[lease][i]);
	return fclose(file) == 0;
}

int main(int count, char **words)
{
	const int64_t begin = 1504195200;   /* 2017-09-01 in Asia/Shanghai */
	uint64_t rows, leases, months;
	int hex;

	if (count != 6) {
		fputs("usage: generate ROWS LEASES MONTHS integer|hex SUMS\n", stderr);
		return 2;
	}
	rows = strtoull(words[1], NULL, 10);
	leases = strtoull(words[2], NULL, 10);
	months = strtoull(words[3], NULL, 10);
	hex = strcmp(words[4], "hex") == 0;
	if (rows == 0 || leases == 0 || leases > LEASES_MAX || months == 0 || months > MONTHS)
		return 2;
	months_begin(begin);
	state = 20170901;
	puts("key,account,start,end,gpus");
	for (uint64_t i = 0; i < rows; i++) {
		uint64_t random = next_random(), key = hex ? next_random() : 1000000 + i;
		int64_t start = begin + (int64_t)((unsigned __int128)i * (months * 30 * 86400) / rows) + (int64_t)(random % 60);
		int64_t length = (int64_t)((random >> 8 & 0xfff) << (random >> 20 & 7)) + 1;
		uint64_t lease = (random >> 32) % leases;
		int gpus = 1 << (random >> 44 & 3);

		printf(hex ? "%016" PRIx64 ",bench-%03" PRIu64 ",%" PRId64 ",%" PRId64 ",%d\n"
			   : "%" PRIu64 ",bench-%03" PRIu64 ",%" PRId64 ",%" PRId64 ",%d\n",
		       key, lease, start, start + length, gpus);
		sums_add(lease, start, start + length, gpus);
	}
	return fflush(stdout) != 0 || ferror(stdout) || !sums_write(words[5], leases);
}
