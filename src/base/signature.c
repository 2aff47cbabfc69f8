#include "base/signature.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"

/* GB/T 35276: the signer's id where the parties agreed on none. */
#define SM2_SIGNER_ID "1234567812345678"

enum { PUBLIC_BYTES_MAX = 4096, SIGNATURE_BYTES_MAX = 256 };
enum { SCRYPT_N = 1 << 14, SCRYPT_R = 8, SCRYPT_P = 5, SCRYPT_SALT_BYTES = 16 };

struct signing_key {
	enum signature_algorithm algorithm;
	EVP_PKEY *pkey;
};

static const struct {
	const char *name, *libcrypto_name;
	enum digest_algorithm digest;
} algorithms[] = {
	[SIGNATURE_ED25519] = { "ed25519", "ED25519", DIGEST_SHA256 },
	[SIGNATURE_SM2] = { "sm2", "SM2", DIGEST_SM3 },
};

enum { ALGORITHM_COUNT = sizeof(algorithms) / sizeof(algorithms[0]) };

const char *signature_algorithm_name(enum signature_algorithm algorithm)
{
	return algorithms[algorithm].name;
}

bool signature_algorithm_named(struct str name, enum signature_algorithm *algorithm)
{
	for (int i = 0; i < ALGORITHM_COUNT; i++)
		if (str_is(name, algorithms[i].name)) {
			*algorithm = (enum signature_algorithm)i;
			return true;
		}
	return false;
}

static bool algorithm_of(const EVP_PKEY *pkey, enum signature_algorithm *algorithm)
{
	for (int i = 0; pkey && i < ALGORITHM_COUNT; i++)
		if (EVP_PKEY_is_a(pkey, algorithms[i].libcrypto_name)) {
			*algorithm = (enum signature_algorithm)i;
			return true;
		}
	return false;
}

/* ---- public keys ---- */

static struct str der_of(struct arena *arena, const EVP_PKEY *pkey)
{
	unsigned char *der = NULL;
	int length = i2d_PUBKEY(pkey, &der);
	struct str copy = STR("");

	if (length > 0)
		copy = arena_str(arena, (struct str){ (const char *)der, (size_t)length });
	OPENSSL_free(der);
	return copy;
}

/* A second encoding of the same key would have another fingerprint. */
static bool only_encoding(const EVP_PKEY *pkey, struct str der)
{
	struct arena scratch;
	bool same;

	arena_init(&scratch);
	same = str_equal(der_of(&scratch, pkey), der);
	arena_free(&scratch);
	return same;
}

/* NULL for anything but the one encoding of a key of a known algorithm. */
static EVP_PKEY *public_read(struct str der, enum signature_algorithm *algorithm)
{
	const unsigned char *at = (const unsigned char *)der.at;
	EVP_PKEY *pkey = der.length <= PUBLIC_BYTES_MAX ? d2i_PUBKEY(NULL, &at, (long)der.length) : NULL;

	if (algorithm_of(pkey, algorithm) && only_encoding(pkey, der))
		return pkey;
	EVP_PKEY_free(pkey);
	ERR_clear_error();
	return NULL;
}

/* The reader of PEM keys in libcrypto would ask for the passphrase of a private key that stands before. */
static struct str public_block(struct arena *arena, BIO *in)
{
	char *name = NULL, *header = NULL;
	unsigned char *bytes = NULL;
	struct str der = STR("");
	long length = 0;

	while (der.length == 0 && in && PEM_read_bio(in, &name, &header, &bytes, &length) == 1) {
		if (str_is(str_of(name), PEM_STRING_PUBLIC))
			der = arena_str(arena, (struct str){ (const char *)bytes, (size_t)length });
		OPENSSL_free(name);
		OPENSSL_free(header);
		OPENSSL_free(bytes);
	}
	return der;
}

bool public_key_of_pem(struct arena *arena, struct str text, struct public_key *key)
{
	BIO *in = BIO_new_mem_buf(text.at, (int)text.length);
	struct public_key read = { .der = public_block(arena, in) };
	EVP_PKEY *pkey = public_read(read.der, &read.algorithm);

	if (pkey)
		*key = read;
	EVP_PKEY_free(pkey);
	BIO_free(in);
	ERR_clear_error();
	return pkey != NULL;
}

static struct str bio_take(struct arena *arena, BIO *out)
{
	char *bytes;
	long length = BIO_get_mem_data(out, &bytes);

	return arena_str(arena, (struct str){ bytes, (size_t)length });
}

struct str public_key_pem(struct arena *arena, const struct public_key *key)
{
	BIO *out = BIO_new(BIO_s_mem());
	const unsigned char *der = (const unsigned char *)key->der.at;
	struct str text = STR("");

	if (out && PEM_write_bio(out, PEM_STRING_PUBLIC, "", der, (long)key->der.length) > 0)
		text = bio_take(arena, out);
	BIO_free(out);
	return text;
}

/* ---- fingerprints ---- */

struct str fingerprint_of(struct arena *arena, const struct public_key *key)
{
	struct digest digest = digest_of(algorithms[key->algorithm].digest, &key->der, 1);

	return digest_hex(arena, &digest);
}

struct str fingerprint_grouped(struct arena *arena, struct str fingerprint)
{
	char *text = arena_alloc(arena, 2 * fingerprint.length + 1);
	size_t length = 0;

	for (size_t i = 0; i < fingerprint.length; i++) {
		if (i > 0 && i % 4 == 0)
			text[length++] = ' ';
		text[length++] = fingerprint.at[i];
	}
	return (struct str){ text, length };
}

bool fingerprint_printed_is(struct str printed, struct str fingerprint)
{
	size_t at = 0;

	for (size_t i = 0; i < printed.length; i++) {
		char c = printed.at[i];

		if (c == ' ' || c == ':' || c == '-')
			continue;
		if (c >= 'A' && c <= 'F')
			c = (char)(c - 'A' + 'a');
		if (at == fingerprint.length || c != fingerprint.at[at++])
			return false;
	}
	return at > 0 && at == fingerprint.length;
}

/* ---- signing and checking ---- */

typedef int digest_init(EVP_MD_CTX *context, EVP_PKEY_CTX **key_context, const EVP_MD *digest, ENGINE *engine,
			EVP_PKEY *pkey);

/* Ed25519 hashes by itself; SM2 takes SM3 and the signer's id, which is hashed before the message. */
static EVP_MD_CTX *context_begin(digest_init *init, enum signature_algorithm algorithm, EVP_PKEY *pkey)
{
	const EVP_MD *digest = algorithm == SIGNATURE_SM2 ? EVP_sm3() : NULL;
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	EVP_PKEY_CTX *key_context = NULL;

	if (context && init(context, &key_context, digest, NULL, pkey) == 1 &&
	    (algorithm != SIGNATURE_SM2 ||
	     EVP_PKEY_CTX_set1_id(key_context, SM2_SIGNER_ID, (int)strlen(SM2_SIGNER_ID)) == 1))
		return context;
	EVP_MD_CTX_free(context);
	return NULL;
}

bool signature_holds(const struct public_key *key, struct str message, struct str signature)
{
	enum signature_algorithm algorithm;
	EVP_PKEY *pkey = public_read(key->der, &algorithm);
	bool same = pkey && algorithm == key->algorithm;
	EVP_MD_CTX *context = same ? context_begin(EVP_DigestVerifyInit, algorithm, pkey) : NULL;
	bool holds = context && EVP_DigestVerify(context, (const unsigned char *)signature.at, signature.length,
						 (const unsigned char *)message.at, message.length) == 1;

	EVP_MD_CTX_free(context);
	EVP_PKEY_free(pkey);
	ERR_clear_error();
	return holds;
}

bool signing_key_sign(struct arena *arena, const struct signing_key *key, struct str message, struct str *signature)
{
	EVP_MD_CTX *context = context_begin(EVP_DigestSignInit, key->algorithm, key->pkey);
	unsigned char bytes[SIGNATURE_BYTES_MAX];
	size_t length = sizeof(bytes);
	bool made = context && EVP_DigestSign(context, bytes, &length, (const unsigned char *)message.at,
					      message.length) == 1;

	EVP_MD_CTX_free(context);
	ERR_clear_error();
	if (made)
		*signature = arena_str(arena, (struct str){ (const char *)bytes, length });
	return made;
}

/* ---- private keys ---- */

static struct signing_key *key_take(EVP_PKEY *pkey)
{
	enum signature_algorithm algorithm;
	struct signing_key *key;

	if (!algorithm_of(pkey, &algorithm)) {
		EVP_PKEY_free(pkey);
		ERR_clear_error();
		return NULL;
	}
	key = memory_alloc(sizeof(*key));
	*key = (struct signing_key){ algorithm, pkey };
	return key;
}

struct signing_key *signing_key_make(enum signature_algorithm algorithm)
{
	return key_take(EVP_PKEY_Q_keygen(NULL, NULL, algorithms[algorithm].libcrypto_name));
}

void signing_key_free(struct signing_key *key)
{
	if (key)
		EVP_PKEY_free(key->pkey);
	free(key);
}

struct public_key signing_key_public(struct arena *arena, const struct signing_key *key)
{
	return (struct public_key){ key->algorithm, der_of(arena, key->pkey) };
}

static X509_SIG *encrypt(const struct signing_key *key, struct str passphrase)
{
	PKCS8_PRIV_KEY_INFO *plain = EVP_PKEY2PKCS8(key->pkey);
	X509_ALGOR *how = PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), NULL, SCRYPT_SALT_BYTES, NULL, SCRYPT_N, SCRYPT_R,
						SCRYPT_P);
	X509_SIG *encrypted = plain && how ? PKCS8_set0_pbe(passphrase.at, (int)passphrase.length, plain, how) : NULL;

	if (!encrypted)
		X509_ALGOR_free(how);
	PKCS8_PRIV_KEY_INFO_free(plain);
	return encrypted;
}

struct str signing_key_lock(struct arena *arena, const struct signing_key *key, struct str passphrase)
{
	X509_SIG *encrypted = encrypt(key, passphrase);
	BIO *out = BIO_new(BIO_s_mem());
	struct str text = STR("");

	if (encrypted && out && PEM_write_bio_PKCS8(out, encrypted) == 1)
		text = bio_take(arena, out);
	BIO_free(out);
	X509_SIG_free(encrypted);
	ERR_clear_error();
	return text;
}

struct signing_key *signing_key_unlock(struct str text, struct str passphrase)
{
	BIO *in = BIO_new_mem_buf(text.at, (int)text.length);
	X509_SIG *encrypted = in ? PEM_read_bio_PKCS8(in, NULL, NULL, NULL) : NULL;
	PKCS8_PRIV_KEY_INFO *plain = encrypted ? PKCS8_decrypt(encrypted, passphrase.at, (int)passphrase.length) : NULL;
	EVP_PKEY *pkey = plain ? EVP_PKCS82PKEY(plain) : NULL;

	PKCS8_PRIV_KEY_INFO_free(plain);
	X509_SIG_free(encrypted);
	BIO_free(in);
	ERR_clear_error();
	return key_take(pkey);
}
