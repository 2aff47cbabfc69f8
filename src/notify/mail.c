/* SMTP: with STARTTLS where the server offers it; wanted of it where a password or an authority's file is given. */
#include <string.h>

#include "notify/message.h"
#include "notify/transport.h"

static size_t message_give(char *bytes, size_t size, size_t count, void *context)
{
	struct transport *transport = context;
	size_t left = transport->message.length - transport->message_sent;
	size_t given = size * count < left ? size * count : left;

	memcpy(bytes, transport->message.at + transport->message_sent, given);
	transport->message_sent += given;
	return given;
}

/* libcurl begins again on a new connection where the one it kept has died. */
static int message_seek(void *context, curl_off_t offset, int origin)
{
	struct transport *transport = context;

	if (origin != SEEK_SET || offset < 0 || (size_t)offset > transport->message.length)
		return CURL_SEEKFUNC_FAIL;
	transport->message_sent = (size_t)offset;
	return CURL_SEEKFUNC_OK;
}

/* On this machine a mail server's certificate is mostly one that nobody signed, and nothing listens on the way. */
static long encryption_of(const struct request *request)
{
	if (request->ca_file || (request->password_file && !request->target.loopback))
		return CURLUSESSL_ALL;
	return request->target.loopback && !request->target.encrypted ? CURLUSESSL_NONE : CURLUSESSL_TRY;
}

static const char *envelope_address(struct arena *arena, const struct mail_address *address)
{
	return arena_format(arena, "<%.*s>", (int)address->address.length, address->address.at).at;
}

CURLcode mail_set_up(struct transport *transport, struct arena *arena, const struct request *request)
{
	CURL *curl = transport->curl;
	int code = CURLE_OK;

	buf_reset(&transport->message);
	transport->message_sent = 0;
	message_write(arena, request, &transport->message);
	transport->lines = curl_slist_append(NULL, envelope_address(arena, &request->to));
	if (!transport->lines || transport->message.overflowed)
		return CURLE_OUT_OF_MEMORY;
	code |= (int)curl_easy_setopt(curl, CURLOPT_USE_SSL, encryption_of(request));
	code |= (int)curl_easy_setopt(curl, CURLOPT_MAIL_FROM, envelope_address(arena, &request->from));
	code |= (int)curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, transport->lines);
	code |= (int)curl_easy_setopt(curl, CURLOPT_READFUNCTION, message_give);
	code |= (int)curl_easy_setopt(curl, CURLOPT_READDATA, transport);
	code |= (int)curl_easy_setopt(curl, CURLOPT_SEEKFUNCTION, message_seek);
	code |= (int)curl_easy_setopt(curl, CURLOPT_SEEKDATA, transport);
	code |= (int)curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)transport->message.length);
	code |= (int)curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	return (CURLcode)code;
}
