#include "record/chain.h"

struct digest chain_genesis(enum digest_algorithm algorithm, struct str lease)
{
	struct str parts[] = { STR("trainlease-genesis-1\n"), lease };

	return digest_of(algorithm, parts, 2);
}

struct digest chain_next(enum digest_algorithm algorithm, const struct digest *head, struct str envelope)
{
	struct digest inner = digest_of(algorithm, &envelope, 1);
	struct str parts[] = {
		STR("trainlease-chain-1\n"),
		{ (const char *)head->bytes, DIGEST_BYTES },
		{ (const char *)inner.bytes, DIGEST_BYTES },
	};

	return digest_of(algorithm, parts, 3);
}
