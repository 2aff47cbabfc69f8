/* trainlease key: the parties' keys, and what a signature under a statement is checked with elsewhere. */
#include <string.h>

#include "cli/arguments.h"
#include "cli/document.h"
#include "cli/key_file.h"
#include "ledger/load.h"
#include "ledger/statement_signing.h"

static void key_print(struct command *command, struct str name, const struct public_key *key, struct str path)
{
	struct arena *a = &command->arena;
	struct str fingerprint = fingerprint_of(a, key), pem = public_key_pem(a, key);
	bool chinese = command_language(command) == LANGUAGE_CHINESE;
	struct json_writer w;

	if (!command->json) {
		buf_add_template(&command->out,
				 chinese ? "密钥 {1}（{2}），{3}\n指纹，写入协议的 keys：\n{4}\n{5}"
					 : "key {1} ({2}), {3}\nfingerprint, for keys: of the agreement\n{4}\n{5}",
				 (struct str[]){ name, str_of(signature_algorithm_name(key->algorithm)), path,
						 fingerprint_grouped(a, fingerprint), pem });
		return;
	}
	json_writer_pretty(&w, &command->out);
	json_object(&w);
	json_put_string(&w, "name", name);
	json_put_string(&w, "algorithm", str_of(signature_algorithm_name(key->algorithm)));
	json_put_string(&w, "fingerprint", fingerprint);
	json_put_string(&w, "public_key", pem);
	json_put_string(&w, "file", path);
	json_object_end(&w);
	buf_add_char(&command->out, '\n');
}

static bool key_new(struct command *command)
{
	const char *wanted = command_option(command, "algorithm");
	struct str name = command_argument(command, 1), path;
	enum signature_algorithm algorithm = SIGNATURE_ED25519;
	struct public_key key;

	if (wanted && !signature_algorithm_named(str_of(wanted), &algorithm))
		return problem_say(&command->problems, REFUSAL_KEY_ALGORITHM, STR(""), str_of(wanted), STR(""),
				   STR(""));
	if (!key_file_make(command, name, algorithm, &key) || !key_path(command, name, &path))
		return false;
	key_print(command, name, &key, path);
	return true;
}

static bool key_show(struct command *command)
{
	struct str name = command_argument(command, 1), path;
	struct public_key key;

	if (!key_file_public(command, name, &key) || !key_path(command, name, &path))
		return false;
	key_print(command, name, &key, path);
	return true;
}

/* ---- a signed statement for others ---- */

static struct str suffixed(struct arena *arena, struct str path, const char *suffix)
{
	return arena_format(arena, "%.*s%s", (int)path.length, path.at, suffix);
}

/* A word of a shell, whatever it holds. */
static struct str quoted(struct arena *arena, struct str word)
{
	char *text = arena_alloc(arena, 4 * word.length + 3);
	size_t length = 0;

	text[length++] = '\'';
	for (size_t i = 0; i < word.length; i++) {
		if (word.at[i] == '\'') {
			memcpy(text + length, "'\\'", 3);
			length += 3;
		}
		text[length++] = word.at[i];
	}
	text[length++] = '\'';
	return (struct str){ text, length };
}

/* The command by which OpenSSL alone checks what was written. */
static struct str openssl_command(struct arena *arena, const struct public_key *key, struct str path)
{
	return arena_format(arena, "openssl pkeyutl -verify -pubin -inkey %s -rawin -in %s -sigfile %s%s",
			    quoted(arena, suffixed(arena, path, ".pem")).at,
			    quoted(arena, suffixed(arena, path, ".message")).at,
			    quoted(arena, suffixed(arena, path, ".signature")).at,
			    key->algorithm == SIGNATURE_SM2 ? " -digest sm3 -pkeyopt distid:1234567812345678" : "");
}

static void message_print(struct command *command, const struct public_key *key, struct str path)
{
	struct arena *a = &command->arena;
	struct str fingerprint = fingerprint_of(a, key), check = openssl_command(a, key, path);
	struct json_writer w;

	if (!command->json) {
		buf_add_template(&command->out, "{1}\n{2}\n",
				 (struct str[]){ fingerprint_grouped(a, fingerprint), check });
		return;
	}
	json_writer_pretty(&w, &command->out);
	json_object(&w);
	json_put_string(&w, "algorithm", str_of(signature_algorithm_name(key->algorithm)));
	json_put_string(&w, "fingerprint", fingerprint);
	json_put_string(&w, "message", suffixed(a, path, ".message"));
	json_put_string(&w, "signature", suffixed(a, path, ".signature"));
	json_put_string(&w, "public_key", suffixed(a, path, ".pem"));
	json_put_string(&w, "check", check);
	json_object_end(&w);
	buf_add_char(&command->out, '\n');
}

static bool message_read(struct command *command, struct store *store, struct str id, int64_t number,
			 struct signed_statement *found)
{
	struct chain_head head;
	const struct lease *lease;
	const struct issued *issued;

	if (!store_read_begin(store, &command->problems))
		return false;
	lease = lease_load(&command->arena, store, id, UINT64_MAX, &head, &command->problems);
	if (!lease)
		return false;
	issued = issued_find(&lease->billing, number);
	if (!issued)
		return problem_say(&command->problems, REFUSAL_BILLING_NO_STATEMENT, STR(""),
				   arena_format(&command->arena, "%lld", (long long)number), STR(""), STR(""));
	return signed_statement_read(&command->arena, store, head.chain, id, issued, found, &command->problems);
}

static bool key_message(struct command *command)
{
	struct str id = command_argument(command, 1), path;
	struct arena *a = &command->arena;
	struct signed_statement found;
	struct store *store;
	int64_t number;
	bool done;

	if (!number_read(command, id, command_argument(command, 2), "statement", "结算单", &number) ||
	    !option_text(command, "output", "NAME", &path) || !(store = command_store(command, STORE_READ)))
		return false;
	done = message_read(command, store, id, number, &found);
	store_close(store);
	if (!done || !text_write(command, suffixed(a, path, ".message"), found.message) ||
	    !text_write(command, suffixed(a, path, ".signature"), found.signature.signature) ||
	    !text_write(command, suffixed(a, path, ".pem"), public_key_pem(a, &found.signature.key)))
		return false;
	message_print(command, &found.signature.key, path);
	return true;
}

bool key_run(struct command *command)
{
	static const struct {
		const char *name;
		unsigned arguments;
		bool (*run)(struct command *command);
	} actions[] = { { "new", 2, key_new }, { "show", 2, key_show }, { "message", 3, key_message } };

	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		if (str_is(command_argument(command, 0), actions[i].name) &&
		    command->argument_count == actions[i].arguments)
			return actions[i].run(command);
	return problem_say(&command->problems, REFUSAL_KEY_ACTION, STR(""), STR(""), STR(""), STR(""));
}
