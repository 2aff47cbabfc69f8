#include "base/digest.h"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

struct digest_stream {
	EVP_MD_CTX *context;
};

/* libcrypto fails here only without memory or without the algorithm, which Debian's always has. */
static void must(int succeeded)
{
	if (succeeded != 1)
		abort();
}

struct digest_stream *digest_begin(enum digest_algorithm algorithm)
{
	struct digest_stream *stream = memory_alloc(sizeof(*stream));

	stream->context = EVP_MD_CTX_new();
	must(stream->context != NULL);
	must(EVP_DigestInit_ex(stream->context, algorithm == DIGEST_SM3 ? EVP_sm3() : EVP_sha256(), NULL));
	return stream;
}

void digest_add(struct digest_stream *stream, const void *bytes, size_t length)
{
	must(EVP_DigestUpdate(stream->context, bytes, length));
}

struct digest digest_end(struct digest_stream *stream)
{
	struct digest digest;

	must(EVP_DigestFinal_ex(stream->context, digest.bytes, NULL));
	EVP_MD_CTX_free(stream->context);
	free(stream);
	return digest;
}

struct digest digest_of(enum digest_algorithm algorithm, const struct str *parts, size_t count)
{
	struct digest_stream *stream;
	struct digest digest;

	if (algorithm == DIGEST_SHA256 && count == 1) {
		SHA256((const unsigned char *)parts->at, parts->length, digest.bytes);
		return digest;
	}
	stream = digest_begin(algorithm);
	for (size_t i = 0; i < count; i++)
		digest_add(stream, parts[i].at, parts[i].length);
	return digest_end(stream);
}

bool digest_equal(const struct digest *a, const struct digest *b)
{
	return memcmp(a->bytes, b->bytes, DIGEST_BYTES) == 0;
}

struct str digest_hex(struct arena *arena, const struct digest *digest)
{
	static const char digits[] = "0123456789abcdef";
	char *text = arena_alloc(arena, 2 * DIGEST_BYTES + 1);

	for (size_t i = 0; i < DIGEST_BYTES; i++) {
		text[2 * i] = digits[digest->bytes[i] >> 4];
		text[2 * i + 1] = digits[digest->bytes[i] & 15];
	}
	return (struct str){ text, 2 * DIGEST_BYTES };
}

static int nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool digest_from_hex(struct str hex, struct digest *digest)
{
	struct digest read;

	if (hex.length != 2 * DIGEST_BYTES)
		return false;
	for (size_t i = 0; i < DIGEST_BYTES; i++) {
		int high = nibble(hex.at[2 * i]), low = nibble(hex.at[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		read.bytes[i] = (uint8_t)(high << 4 | low);
	}
	*digest = read;
	return true;
}

const char *digest_name(enum digest_algorithm algorithm)
{
	return algorithm == DIGEST_SM3 ? "sm3" : "sha256";
}

bool digest_named(struct str name, enum digest_algorithm *algorithm)
{
	if (!str_is(name, "sha256") && !str_is(name, "sm3"))
		return false;
	*algorithm = str_is(name, "sm3") ? DIGEST_SM3 : DIGEST_SHA256;
	return true;
}
