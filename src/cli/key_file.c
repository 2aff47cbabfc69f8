#include "cli/key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/agreement_file.h"
#include "notify/password.h"

enum { NAME_BYTES_MAX = 200, KEY_FILE_BYTES_MAX = 64 * 1024, PASSPHRASE_BYTES_LEAST = 8 };

static bool file_refuse(struct command *command, enum refusal what, struct str path, struct str word)
{
	return problem_add(&command->problems, (struct problem){ .what = what, .file = path, .words = { word } });
}

/* ---- places ---- */

static bool name_good(struct str name)
{
	for (size_t i = 0; i < name.length; i++)
		if ((unsigned char)name.at[i] < ' ' || name.at[i] == '/' || name.at[i] == 127)
			return false;
	return name.length > 0 && name.length <= NAME_BYTES_MAX && name.at[0] != '.' && name.at[0] != '-';
}

static bool folder_find(struct command *command, struct str *folder)
{
	const char *given = command_option(command, "keys"), *home = getenv("HOME");
	struct passwd *user;

	if (!given)
		given = getenv("TRAINLEASE_KEYS");
	*folder = str_of(given);
	if (folder->length)
		return true;
	if (!home || !*home)
		home = (user = getpwuid(getuid())) ? user->pw_dir : NULL;
	*folder = arena_format(&command->arena, "%s/.config/trainlease/keys", home ? home : "");
	return home || problem_say(&command->problems, REFUSAL_KEY_FOLDER, STR(""), STR(""), STR(""), STR(""));
}

bool key_path(struct command *command, struct str name, struct str *path)
{
	struct str folder;

	if (!name_good(name))
		return problem_say(&command->problems, REFUSAL_KEY_NAME, STR(""), name,
				   arena_format(&command->arena, "%d", NAME_BYTES_MAX), STR(""));
	if (!folder_find(command, &folder))
		return false;
	*path = arena_format(&command->arena, "%.*s/%.*s.pem", (int)folder.length, folder.at, (int)name.length,
			     name.at);
	return true;
}

/* Every folder above the file that is missing, for this user alone. */
static bool folders_make(struct command *command, struct str path)
{
	for (size_t i = 1; i < path.length; i++) {
		char *folder;

		if (path.at[i] != '/')
			continue;
		folder = arena_cstr(&command->arena, str_part(path, 0, i));
		if (mkdir(folder, 0700) < 0 && errno != EEXIST)
			return file_refuse(command, REFUSAL_KEY_FILE_FAILED, str_of(folder), str_of(strerror(errno)));
	}
	return true;
}

/* ---- passphrases ---- */

static bool terminal_ask(struct command *command, struct str name, bool twice, struct password *passphrase)
{
	bool chinese = command_language(command) == LANGUAGE_CHINESE;
	struct str prompt = arena_format(&command->arena, chinese ? "密钥 %.*s 的口令：" : "passphrase of the key %.*s: ",
					 (int)name.length, name.at);
	int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

	if (terminal < 0)
		return problem_say(&command->problems, REFUSAL_KEY_TERMINAL, STR(""), STR(""), STR(""), STR(""));
	close(terminal);
	return EVP_read_pw_string_min(passphrase->text, 1, (int)sizeof(passphrase->text) - 1, prompt.at, twice) == 0 ||
	       problem_say(&command->problems, REFUSAL_KEY_PASSPHRASE, STR(""), STR(""), STR(""), STR(""));
}

static bool passphrase_read(struct command *command, struct str name, bool twice, struct password *passphrase)
{
	const char *file = command_option(command, "password-file");

	return file ? password_read(file, passphrase, &command->problems)
		    : terminal_ask(command, name, twice, passphrase);
}

/* ---- making ---- */

static struct str file_text(struct command *command, const struct signing_key *key, const struct public_key *known,
			    struct str passphrase)
{
	struct str private = signing_key_lock(&command->arena, key, passphrase);
	struct str public = public_key_pem(&command->arena, known);

	if (private.length == 0 || public.length == 0)
		return STR("");
	return arena_format(&command->arena, "%.*s%.*s", (int)private.length, private.at, (int)public.length,
			    public.at);
}

/* Whole or not at all, and beside nothing of that name: linked to its place when it is on the disk. */
static bool file_make(struct command *command, struct str path, struct str text)
{
	struct str beside = arena_format(&command->arena, "%.*s.%d.tmp", (int)path.length, path.at, (int)getpid());
	int file = open(beside.at, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), error;
	bool done = file >= 0 && write(file, text.at, text.length) == (ssize_t)text.length && fsync(file) == 0 &&
		    link(beside.at, path.at) == 0;

	error = errno;
	if (file >= 0) {
		close(file);
		(void)unlink(beside.at);
	}
	return done || (error == EEXIST ? file_refuse(command, REFUSAL_KEY_EXISTS, path, STR(""))
					: file_refuse(command, REFUSAL_KEY_FILE_FAILED, path, str_of(strerror(error))));
}

static bool key_write(struct command *command, struct str path, enum signature_algorithm algorithm,
		      struct str passphrase, struct public_key *known)
{
	struct signing_key *key = signing_key_make(algorithm);
	struct str text = STR("");

	if (key) {
		*known = signing_key_public(&command->arena, key);
		text = file_text(command, key, known, passphrase);
	}
	signing_key_free(key);
	if (text.length == 0)
		return problem_say(&command->problems, REFUSAL_KEY_LIBRARY, STR(""), STR(""), STR(""), STR(""));
	return folders_make(command, path) && file_make(command, path, text);
}

bool key_file_make(struct command *command, struct str name, enum signature_algorithm algorithm, struct public_key *key)
{
	struct password passphrase;
	struct str path;
	bool done;

	if (!key_path(command, name, &path))
		return false;
	if (access(path.at, F_OK) == 0)
		return file_refuse(command, REFUSAL_KEY_EXISTS, path, STR(""));
	if (!passphrase_read(command, name, true, &passphrase))
		return false;
	if (strlen(passphrase.text) < PASSPHRASE_BYTES_LEAST)
		done = problem_say(&command->problems, REFUSAL_KEY_PASSPHRASE_SHORT, STR(""),
				   arena_format(&command->arena, "%d", PASSPHRASE_BYTES_LEAST), STR(""), STR(""));
	else
		done = key_write(command, path, algorithm, str_of(passphrase.text), key);
	password_wipe(&passphrase);
	return done;
}

/* ---- reading ---- */

static bool text_read(struct command *command, struct str name, struct str *path, struct str *text)
{
	struct stat status;

	if (!key_path(command, name, path))
		return false;
	if (stat(path->at, &status) < 0 && errno == ENOENT)
		return file_refuse(command, REFUSAL_KEY_FILE_MISSING, *path, STR(""));
	if (!file_read(command, path->at, KEY_FILE_BYTES_MAX, text))
		return false;
	return !(status.st_mode & (S_IRWXG | S_IRWXO)) || file_refuse(command, REFUSAL_KEY_OPEN, *path, *path);
}

bool key_file_public(struct command *command, struct str name, struct public_key *key)
{
	struct str path, text;

	return text_read(command, name, &path, &text) &&
	       (public_key_of_pem(&command->arena, text, key) ||
		file_refuse(command, REFUSAL_KEY_DAMAGED, path, STR("")));
}

static bool belong_together(struct command *command, struct str text, const struct signing_key *key)
{
	struct public_key shown, real = signing_key_public(&command->arena, key);

	return public_key_of_pem(&command->arena, text, &shown) && str_equal(shown.der, real.der);
}

static struct signing_key *key_file_unlock(struct command *command, struct str name)
{
	struct signing_key *key;
	struct password passphrase;
	struct str path, text;

	if (!text_read(command, name, &path, &text) || !passphrase_read(command, name, false, &passphrase))
		return NULL;
	key = signing_key_unlock(text, str_of(passphrase.text));
	password_wipe(&passphrase);
	if (!key) {
		file_refuse(command, REFUSAL_KEY_LOCKED, path, STR(""));
	} else if (!belong_together(command, text, key)) {
		file_refuse(command, REFUSAL_KEY_DAMAGED, path, STR(""));
		signing_key_free(key);
		key = NULL;
	}
	return key;
}

bool command_signer(struct command *command, struct signer *signer)
{
	const char *name = command_option(command, "key");

	*signer = (struct signer){ .unsigned_wanted = command_option(command, "unsigned") != NULL };
	if (!name)
		return true;
	if (signer->unsigned_wanted)
		return problem_say(&command->problems, REFUSAL_KEY_OR_UNSIGNED, STR(""), STR(""), STR(""), STR(""));
	signer->key = key_file_unlock(command, str_of(name));
	return signer->key != NULL;
}

void command_signer_end(struct signer *signer)
{
	signing_key_free(signer->key);
	signer->key = NULL;
}
