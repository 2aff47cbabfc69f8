/*
 * Keys as files: FOLDER/NAME.pem, mode 0600, holds the encrypted private key and after it the public one, so that
 * `openssl pkey` reads it too. A passphrase comes from a file or the terminal, never from arguments or the environment.
 */
#ifndef CLI_KEY_FILE_H
#define CLI_KEY_FILE_H

#include "base/signature.h"
#include "cli/command.h"
#include "ledger/act.h"

/* Where the key NAME is kept: in --keys, $TRAINLEASE_KEYS or ~/.config/trainlease/keys. */
bool key_path(struct command *command, struct str name, struct str *path) MUST_USE;
/* Makes a key under a passphrase that is asked for; never replaces one. */
bool key_file_make(struct command *command, struct str name, enum signature_algorithm algorithm,
		   struct public_key *key) MUST_USE;
/* The public half, which needs no passphrase. */
bool key_file_public(struct command *command, struct str name, struct public_key *key) MUST_USE;

/* What --key and --unsigned ask for; the passphrase is asked for now. End it with command_signer_end. */
bool command_signer(struct command *command, struct signer *signer) MUST_USE;
void command_signer_end(struct signer *signer);

#endif
