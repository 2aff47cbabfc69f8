/* Signatures hold for what was signed and nothing else; the vectors are those of RFC 8032 and GB/T 32918.5. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/hex.h"
#include "base/signature.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct arena arena;

static int begin(void **state)
{
	(void)state;
	arena_init(&arena);
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static struct str bytes_of(const char *hex)
{
	struct str bytes;

	assert_true(hex_read(&arena, str_of(hex), &bytes));
	return bytes;
}

static struct str joined(struct str a, struct str b)
{
	char *text = arena_alloc(&arena, a.length + b.length + 1);

	if (a.length)
		memcpy(text, a.at, a.length);
	if (b.length)
		memcpy(text + a.length, b.at, b.length);
	return (struct str){ text, a.length + b.length };
}

/* S with one bit of the byte AT flipped. */
static struct str flipped(struct str s, size_t at)
{
	char *text = arena_cstr(&arena, s);

	text[at] = (char)(text[at] ^ 1);
	return (struct str){ text, s.length };
}

/* SubjectPublicKeyInfo: what stands before the key's own bytes (RFC 8410; RFC 5480 with the curve of GB/T 32918.5). */
#define ED25519_PREFIX "302a300506032b6570032100"
#define SM2_PREFIX "3059301306072a8648ce3d020106082a811ccf5501822d03420004"

static struct public_key key_of(enum signature_algorithm algorithm, const char *hex)
{
	const char *prefix = algorithm == SIGNATURE_SM2 ? SM2_PREFIX : ED25519_PREFIX;

	return (struct public_key){ algorithm, joined(bytes_of(prefix), bytes_of(hex)) };
}

static const struct {
	enum signature_algorithm algorithm;
	const char *public_key, *message, *signature;
} vectors[] = {
	/* RFC 8032, 7.1: TEST 1, 2, 3 and SHA(abc) */
	{ SIGNATURE_ED25519, "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
	  "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
	  "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b" },
	{ SIGNATURE_ED25519, "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
	  "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
	  "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00" },
	{ SIGNATURE_ED25519, "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
	  "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
	  "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a" },
	{ SIGNATURE_ED25519, "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
	  "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
	  "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
	  "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
	  "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704" },
	/* GB/T 32918.5, annex A: "message digest" signed under the id 1234567812345678 */
	{ SIGNATURE_SM2, "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
			 "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13",
	  "6d65737361676520646967657374",
	  "3046022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
	  "022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa" },
};

static struct public_key vector_key(size_t i)
{
	return key_of(vectors[i].algorithm, vectors[i].public_key);
}

static void vectors_hold(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(vectors); i++) {
		struct public_key key = vector_key(i);

		if (!signature_holds(&key, bytes_of(vectors[i].message), bytes_of(vectors[i].signature)))
			fail_msg("vector %zu", i);
	}
}

static void every_byte_counts(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(vectors); i++) {
		struct str message = bytes_of(vectors[i].message), signature = bytes_of(vectors[i].signature);
		struct public_key key = vector_key(i), other = key;

		for (size_t at = 0; at < message.length; at++)
			assert_false(signature_holds(&key, flipped(message, at), signature));
		for (size_t at = 0; at < signature.length; at++)
			assert_false(signature_holds(&key, message, flipped(signature, at)));
		for (size_t at = 0; at < key.der.length; at++) {
			other.der = flipped(key.der, at);
			assert_false(signature_holds(&other, message, signature));
		}
	}
}

static void lengths_count(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(vectors); i++) {
		struct str message = bytes_of(vectors[i].message), signature = bytes_of(vectors[i].signature);
		struct public_key key = vector_key(i), other = key;

		assert_false(signature_holds(&key, joined(message, STR("x")), signature));
		assert_false(signature_holds(&key, message, joined(signature, STR("x"))));
		assert_false(signature_holds(&key, message, STR("")));
		other.der = joined(key.der, STR("x"));
		assert_false(signature_holds(&other, message, signature));
		for (size_t length = 0; length < key.der.length; length++) {
			other.der = str_part(key.der, 0, length);
			assert_false(signature_holds(&other, message, signature));
		}
	}
}

static void the_algorithm_is_part_of_the_key(void **state)
{
	struct public_key ed25519 = vector_key(0), sm2 = vector_key(COUNT(vectors) - 1);

	(void)state;
	ed25519.algorithm = SIGNATURE_SM2;
	assert_false(signature_holds(&ed25519, STR(""), bytes_of(vectors[0].signature)));
	sm2.algorithm = SIGNATURE_ED25519;
	assert_false(signature_holds(&sm2, STR("message digest"), bytes_of(vectors[COUNT(vectors) - 1].signature)));
}

static void signed_with_a_new_key(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct signing_key *key = signing_key_make((enum signature_algorithm)i);
		struct signing_key *other = signing_key_make((enum signature_algorithm)i);
		struct public_key known, unlike;
		struct str signature;

		assert_non_null(key);
		assert_non_null(other);
		known = signing_key_public(&arena, key);
		unlike = signing_key_public(&arena, other);
		assert_int_equal(known.algorithm, i);
		assert_true(signing_key_sign(&arena, key, STR("a statement"), &signature));
		assert_true(signature_holds(&known, STR("a statement"), signature));
		assert_false(signature_holds(&known, STR("A statement"), signature));
		assert_false(signature_holds(&unlike, STR("a statement"), signature));
		signing_key_free(key);
		signing_key_free(other);
	}
}

static void locked_a_key_opens_with_its_passphrase_alone(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct signing_key *key = signing_key_make((enum signature_algorithm)i), *again;
		struct public_key known = signing_key_public(&arena, key);
		struct str text = signing_key_lock(&arena, key, STR("correct horse")), signature;

		assert_true(str_starts(text, STR("-----BEGIN ENCRYPTED PRIVATE KEY-----\n")));
		assert_null(signing_key_unlock(text, STR("correct hors")));
		assert_null(signing_key_unlock(text, STR("")));
		assert_null(signing_key_unlock(str_part(text, 0, text.length / 2), STR("correct horse")));
		again = signing_key_unlock(text, STR("correct horse"));
		assert_non_null(again);
		assert_true(signing_key_sign(&arena, again, STR("x"), &signature));
		assert_true(signature_holds(&known, STR("x"), signature));
		assert_false(str_equal(text, signing_key_lock(&arena, key, STR("correct horse"))));
		signing_key_free(again);
		signing_key_free(key);
	}
}

static void public_keys_are_read_as_pem(void **state)
{
	struct public_key read;

	(void)state;
	for (size_t i = 0; i < COUNT(vectors); i++) {
		struct public_key vector = vector_key(i);
		struct str pem = joined(STR("something before\n"), public_key_pem(&arena, &vector));

		assert_true(public_key_of_pem(&arena, pem, &read));
		assert_int_equal(read.algorithm, vector.algorithm);
		assert_true(str_equal(read.der, vector.der));
	}
	assert_false(public_key_of_pem(&arena, STR(""), &read));
	assert_false(public_key_of_pem(&arena, STR("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"),
				       &read));
}

/* `openssl dgst -sha256` and `-sm3` of the DER */
static void fingerprints(void **state)
{
	struct public_key ed25519 = vector_key(0), sm2 = vector_key(COUNT(vectors) - 1);
	struct str print = fingerprint_of(&arena, &ed25519);

	(void)state;
	assert_string_equal(print.at, "06e3fd8fda29bb60ab59557de61edb0aecdb231134be30e75b455f8e1b792fa9");
	assert_string_equal(fingerprint_of(&arena, &sm2).at,
			    "d94a2fcb88a63e824c32120f09f843778b6a29434a37f9d83e207e5da8806075");
	assert_string_equal(fingerprint_grouped(&arena, print).at,
			    "06e3 fd8f da29 bb60 ab59 557d e61e db0a "
			    "ecdb 2311 34be 30e7 5b45 5f8e 1b79 2fa9");
}

static void a_printed_fingerprint_is_read_as_people_write_it(void **state)
{
	struct public_key key = vector_key(0);
	struct str print = fingerprint_of(&arena, &key), grouped = fingerprint_grouped(&arena, print);
	char *capitals = arena_cstr(&arena, grouped);

	(void)state;
	for (size_t i = 0; i < grouped.length; i++)
		if (capitals[i] >= 'a')
			capitals[i] = (char)(capitals[i] - 'a' + 'A');
	assert_true(fingerprint_printed_is(print, print));
	assert_true(fingerprint_printed_is(grouped, print));
	assert_true(fingerprint_printed_is(str_of(capitals), print));
	assert_false(fingerprint_printed_is(STR(""), print));
	assert_false(fingerprint_printed_is(STR("  "), print));
	assert_false(fingerprint_printed_is(str_part(print, 0, 63), print));
	assert_false(fingerprint_printed_is(joined(print, STR("0")), print));
	assert_false(fingerprint_printed_is(flipped(print, 40), print));
}

static void hexadecimal_has_one_form(void **state)
{
	struct str bytes;

	(void)state;
	assert_true(hex_read(&arena, STR("00ff7f"), &bytes));
	assert_int_equal(bytes.length, 3);
	assert_memory_equal(bytes.at, "\x00\xff\x7f", 3);
	assert_string_equal(hex_text(&arena, bytes).at, "00ff7f");
	assert_true(hex_read(&arena, STR(""), &bytes));
	assert_int_equal(bytes.length, 0);
	assert_false(hex_read(&arena, STR("0"), &bytes));
	assert_false(hex_read(&arena, STR("0A"), &bytes));
	assert_false(hex_read(&arena, STR("0g"), &bytes));
	assert_false(hex_read(&arena, STR(" 0"), &bytes));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vectors_hold),
		cmocka_unit_test(every_byte_counts),
		cmocka_unit_test(lengths_count),
		cmocka_unit_test(the_algorithm_is_part_of_the_key),
		cmocka_unit_test(signed_with_a_new_key),
		cmocka_unit_test(locked_a_key_opens_with_its_passphrase_alone),
		cmocka_unit_test(public_keys_are_read_as_pem),
		cmocka_unit_test(fingerprints),
		cmocka_unit_test(a_printed_fingerprint_is_read_as_people_write_it),
		cmocka_unit_test(hexadecimal_has_one_form),
	};

	return cmocka_run_group_tests_name("signature", tests, begin, end);
}
