/*
 * Mail addresses as people write them: billing@example.com, or NAME <billing@example.com>. Strict on purpose: ASCII
 * addresses in their common form (RFC 5322's dot-atom; no quoted local part, comment, group or list), and nothing in a
 * name that could end a header line. What is refused here can't be sent.
 */
#ifndef NOTIFY_ADDRESS_H
#define NOTIFY_ADDRESS_H

#include "base/str.h"

struct mail_address {
	struct str name;         /* UTF-8, may be empty */
	struct str address;
	struct str domain;       /* of the address */
};

/* Views into TEXT. */
bool mail_address_read(struct str text, struct mail_address *address) MUST_USE;

/* No line break or other control character, and UTF-8: fit for one line of a header. */
bool header_text_valid(struct str text);

#endif
