/*
 * The hash chain of one lease (or of the house, the lessor's own chain for what belongs to no lease).
 *
 *     head[-1] = H("trainlease-genesis-1\n" | lease id)
 *     head[n]  = H("trainlease-chain-1\n" | head[n-1] | H(envelope n))
 *
 * H is the algorithm that the chain's fact 0 names. Readers hash the stored bytes as they are.
 */
#ifndef RECORD_CHAIN_H
#define RECORD_CHAIN_H

#include "base/digest.h"

/* The id of the lessor's own chain; no agreement may have this number. */
#define HOUSE_ID "house"

struct digest chain_genesis(enum digest_algorithm algorithm, struct str lease);
struct digest chain_next(enum digest_algorithm algorithm, const struct digest *head, struct str envelope);

#endif
