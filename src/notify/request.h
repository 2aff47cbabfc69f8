/* One line of trainlease-notify's standard input: what to send, whereto, checked before anything is connected. */
#ifndef NOTIFY_REQUEST_H
#define NOTIFY_REQUEST_H

#include "base/civil.h"
#include "base/problem.h"
#include "notify/address.h"
#include "notify/target.h"

struct request {
	enum channel channel;
	struct str url;
	struct target target;
	struct str id;                     /* letters, digits, '-': the same for each try to send the same thing */
	struct str body;                   /* a mail's text, or a webhook's JSON */
	long timeout_seconds;              /* for all of it */

	struct mail_address from, to;      /* of a mail, as the next two */
	struct str subject;
	instant date;

	struct str user;                   /* empty: none */
	const char *password_file;         /* NULL: none */
	const char *ca_file;               /* NULL: the system's authorities */
};

/* {channel: "smtp" | "webhook", url, id, body, timeout_seconds?, user?, password_file?, ca_file?,
 *  from, to, subject, date (seconds since 1970)}. Texts point into LINE and ARENA. */
bool request_read(struct arena *arena, struct str line, struct request *request, struct problems *problems) MUST_USE;

#endif
