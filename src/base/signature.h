/*
 * Signatures by OpenSSL's libcrypto: Ed25519 (RFC 8032) over the bytes themselves, and SM2 with SM3 (GB/T 32918.2; the
 * signer's id is the default of GB/T 35276, 1234567812345678; the signature in DER). A public key is the DER of its
 * SubjectPublicKeyInfo, and only the one encoding that libcrypto writes is taken. No file is read or written here.
 */
#ifndef BASE_SIGNATURE_H
#define BASE_SIGNATURE_H

#include "base/arena.h"
#include "base/str.h"

enum signature_algorithm { SIGNATURE_ED25519, SIGNATURE_SM2 };

const char *signature_algorithm_name(enum signature_algorithm algorithm);      /* "ed25519", "sm2" */
bool signature_algorithm_named(struct str name, enum signature_algorithm *algorithm) MUST_USE;

/* What anybody may know of a key. */
struct public_key {
	enum signature_algorithm algorithm;
	struct str der;
};

/* SIGNATURE was made over MESSAGE with the private half of KEY; false also where either cannot be read. */
bool signature_holds(const struct public_key *key, struct str message, struct str signature) MUST_USE;

/* The first PUBLIC KEY block in TEXT; false if there is none, or of another algorithm. */
bool public_key_of_pem(struct arena *arena, struct str text, struct public_key *key) MUST_USE;
struct str public_key_pem(struct arena *arena, const struct public_key *key);

/* SHA-256 of the DER, SM3 for an SM2 key: 64 hexadecimal digits. */
struct str fingerprint_of(struct arena *arena, const struct public_key *key);
/* In groups of four, as it is shown to people and printed in an agreement. */
struct str fingerprint_grouped(struct arena *arena, struct str fingerprint);
/* What an agreement prints, in capitals or not, with spaces, colons or hyphens between digits, is FINGERPRINT. */
bool fingerprint_printed_is(struct str printed, struct str fingerprint);

/* ---- private keys ---- */

struct signing_key;

/* A new key; NULL when libcrypto cannot make one. */
struct signing_key *signing_key_make(enum signature_algorithm algorithm);
void signing_key_free(struct signing_key *key);
struct public_key signing_key_public(struct arena *arena, const struct signing_key *key);
/* Signs MESSAGE: bytes in ARENA; false only when libcrypto fails. */
bool signing_key_sign(struct arena *arena, const struct signing_key *key, struct str message,
		      struct str *signature) MUST_USE;

/* The key as PEM of an encrypted PKCS#8 (AES-256-CBC, key by scrypt with N 2^14, r 8, p 5), which `openssl pkey` reads
 * too; empty when libcrypto fails. */
struct str signing_key_lock(struct arena *arena, const struct signing_key *key, struct str passphrase);
/* Reads that; NULL when the passphrase is another, or TEXT is damaged or holds no encrypted key of these algorithms. */
struct signing_key *signing_key_unlock(struct str text, struct str passphrase);

#endif
