#include "base/money.h"

struct money money_of_fen(int64_t fen)
{
	return (struct money){ fen };
}

int64_t money_fen(struct money amount)
{
	return amount.fen;
}

bool money_of_decimal(struct decimal yuan, struct money *amount)
{
	return decimal_scaled(yuan, 2, &amount->fen);
}

bool money_add(struct money a, struct money b, struct money *sum)
{
	return !__builtin_add_overflow(a.fen, b.fen, &sum->fen);
}

bool money_subtract(struct money a, struct money b, struct money *difference)
{
	return !__builtin_sub_overflow(a.fen, b.fen, &difference->fen);
}

int money_compare(struct money a, struct money b)
{
	return (a.fen > b.fen) - (a.fen < b.fen);
}

bool money_of_price(struct decimal price, wide numerator, wide denominator, struct money *amount)
{
	wide above, below, fen, rest;

	if (__builtin_mul_overflow((wide)price.mantissa * 100, numerator, &above) ||
	    __builtin_mul_overflow(denominator, (wide)power_of_ten(price.places), &below))
		return false;
	fen = above / below;
	rest = above % below;
	if (rest < 0)
		rest = -rest;
	if (rest >= below - rest)
		fen += above < 0 ? -1 : 1;
	if (fen > INT64_MAX || fen < -INT64_MAX)
		return false;
	amount->fen = (int64_t)fen;
	return true;
}

struct str money_text(struct arena *arena, struct money amount)
{
	return decimal_text(arena, (struct decimal){ amount.fen, 2 });
}

struct str money_grouped(struct arena *arena, struct money amount)
{
	return grouped_text(arena, money_text(arena, amount));
}
