/*
 * Message digests by OpenSSL's libcrypto: SHA-256 (FIPS 180-4) and SM3 (GB/T 32905), both 32 bytes.
 */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

enum digest_algorithm { DIGEST_SHA256, DIGEST_SM3 };   /* stored: values never change meaning */

enum { DIGEST_BYTES = 32 };

struct digest {
	uint8_t bytes[DIGEST_BYTES];
};

/* The digest of PARTS one after the other. */
struct digest digest_of(enum digest_algorithm algorithm, const struct str *parts, size_t count);
bool digest_equal(const struct digest *a, const struct digest *b);
struct str digest_hex(struct arena *arena, const struct digest *digest);
bool digest_from_hex(struct str hex, struct digest *digest) MUST_USE;
const char *digest_name(enum digest_algorithm algorithm);   /* "sha256", "sm3" */
bool digest_named(struct str name, enum digest_algorithm *algorithm) MUST_USE;

/* A digest of bytes that come piece by piece. */
struct digest_stream;
struct digest_stream *digest_begin(enum digest_algorithm algorithm);
void digest_add(struct digest_stream *stream, const void *bytes, size_t length);
struct digest digest_end(struct digest_stream *stream);     /* frees STREAM */

#endif
