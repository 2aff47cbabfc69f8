/*
 * libcurl, as both channels use it: only the protocols of the channel, certificates checked, bounded in time, no
 * redirection, no .netrc, and no password on a wire that is not encrypted. A connection is kept for the next request.
 */
#ifndef NOTIFY_TRANSPORT_H
#define NOTIFY_TRANSPORT_H

#include <curl/curl.h>

#include "notify/request.h"

enum { REPLY_BYTES_MAX = 300 };

struct transport {
	CURL *curl;
	char error[CURL_ERROR_SIZE];
	enum channel channel;
	char reply[REPLY_BYTES_MAX];       /* the server's last line that tells why: SMTP's 4xx or 5xx, HTTP's status */
	size_t reply_length;
	struct buf message;                /* of a mail */
	size_t message_sent;
	struct curl_slist *lines;          /* receivers of a mail, headers of a webhook */
};

/* Once a process; false when libcurl cannot be used. */
bool transport_init(struct transport *transport) MUST_USE;
void transport_free(struct transport *transport);

/* Sends one request by its channel and returns when the server has accepted it. */
bool transport_send(struct transport *transport, struct arena *arena, const struct request *request,
		    struct problems *problems) MUST_USE;

/* What the channels add; they return the worst of libcurl's codes. */
CURLcode mail_set_up(struct transport *transport, struct arena *arena, const struct request *request);
CURLcode webhook_set_up(struct transport *transport, struct arena *arena, const struct request *request);

#endif
