/*
 * libtrainlease: checking a lease's journal without the program that wrote it, and without trusting it.
 *
 * Hand over the facts of one chain in order; the library recomputes every hash, checks every envelope and block for its
 * one encoding, and adds up what the billed records contribute. docs/journal-format.md describes the bytes.
 *
 * No global state: any number of chains may be checked at once, each from one thread at a time. Out of memory aborts.
 * Link with `pkg-config --libs trainlease`.
 */
#ifndef TRAINLEASE_H
#define TRAINLEASE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TRAINLEASE_DIGEST_BYTES 32

#if defined(__GNUC__)
#pragma GCC visibility push(default)
#endif

/* "0.1.0" */
const char *trainlease_version(void);

/* An amount in fen as Chinese capitals (支付结算办法 annex 1), UTF-8, NUL-terminated: 140950 gives
 * 人民币壹仟肆佰零玖元伍角整. Returns the length, or 0 if CAPACITY (with the NUL) is too small. */
size_t trainlease_capitals(int64_t fen, char *text, size_t capacity);

struct trainlease_chain;

/* A chain to be checked: ID is the lease's number; SM3 chooses the algorithm (0: SHA-256). */
struct trainlease_chain *trainlease_chain_begin(const char *id, int sm3);

/* The next fact: its envelope, and its payload or NULL where it has none (or where an erasable one was erased).
 * NULL if it holds; else in English what is wrong, valid until the chain is ended. After a failure the chain takes no
 * more facts. */
const char *trainlease_chain_add(struct trainlease_chain *chain, const void *envelope, size_t envelope_bytes,
				 const void *payload, size_t payload_bytes);

uint64_t trainlease_chain_facts(const struct trainlease_chain *chain);
void trainlease_chain_head(const struct trainlease_chain *chain, unsigned char head[TRAINLEASE_DIGEST_BYTES]);

/* What the billed records of the chain add up to so far, open ones not counted: whole GPU-seconds, and the rest in
 * thousandths. The days of the term are not cut here. */
void trainlease_chain_usage(const struct trainlease_chain *chain, uint64_t *gpu_seconds, unsigned *thousandths);

void trainlease_chain_end(struct trainlease_chain *chain);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#ifdef __cplusplus
}
#endif

#endif
