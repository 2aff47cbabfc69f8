/*
 * Amounts of money, in whole fen (or the currency's hundredth). Its member is touched in money.c only.
 *
 * Every operation that can pass the range of 64 bits says so; none wraps.
 * Rounding: half away from zero, once, where agreement.md's "Money" says a line is rounded.
 */
#ifndef BASE_MONEY_H
#define BASE_MONEY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/decimal.h"
#include "base/str.h"

struct money {
	int64_t fen;
};

struct money money_of_fen(int64_t fen);
int64_t money_fen(struct money amount);
bool money_of_decimal(struct decimal yuan, struct money *amount) MUST_USE;   /* false: more than two places, too large */

bool money_add(struct money a, struct money b, struct money *sum) MUST_USE;
bool money_subtract(struct money a, struct money b, struct money *difference) MUST_USE;
int money_compare(struct money a, struct money b);

/* PRICE x NUMERATOR / DENOMINATOR in yuan, rounded half away from zero to whole fen; DENOMINATOR above 0. */
bool money_of_price(struct decimal price, wide numerator, wide denominator, struct money *amount) MUST_USE;

struct str money_text(struct arena *arena, struct money amount);      /* "-1234.50" */
struct str money_grouped(struct arena *arena, struct money amount);   /* "-1,234.50" */

#endif
