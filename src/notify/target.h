/*
 * Where a message goes: the parts of a URL that decide about it. Strict on purpose: what this reads in only one way,
 * no library behind it reads in another.
 */
#ifndef NOTIFY_TARGET_H
#define NOTIFY_TARGET_H

#include "base/arena.h"

enum channel { CHANNEL_SMTP, CHANNEL_WEBHOOK };

struct target {
	struct str place;        /* smtp://mail.example.com:587: without path and query, which may be secret */
	bool encrypted;          /* smtps, https: from the first byte on */
	bool loopback;           /* on this machine: nothing goes over a wire */
};

/* smtp:// and smtps://, or http:// and https://; a host of ASCII letters, digits, dots and hyphens, or an address in
 * brackets. False also with a user or password in the URL. */
bool target_read(enum channel channel, struct str url, struct target *target) MUST_USE;

const char *channel_name(enum channel channel);   /* "smtp", "webhook" */

#endif
