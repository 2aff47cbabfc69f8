#include "notify/transport.h"

#include <string.h>

#include "base/utf8.h"
#include "notify/password.h"

enum { CONNECT_SECONDS_MAX = 15, MESSAGE_BYTES_MAX = 1 << 26 };

bool transport_init(struct transport *transport)
{
	*transport = (struct transport){ 0 };
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return false;
	transport->curl = curl_easy_init();
	buf_init(&transport->message, MESSAGE_BYTES_MAX);
	return transport->curl != NULL;
}

void transport_free(struct transport *transport)
{
	curl_easy_cleanup(transport->curl);
	curl_slist_free_all(transport->lines);
	buf_free(&transport->message);
	curl_global_cleanup();
}

/* ---- what the server says ---- */

static bool tells_why(enum channel channel, struct str line)
{
	if (channel == CHANNEL_WEBHOOK)
		return str_starts(line, STR("HTTP/"));
	return line.length > 0 && (line.at[0] == '4' || line.at[0] == '5');
}

static size_t reply_take(char *bytes, size_t size, size_t count, void *context)
{
	struct transport *transport = context;
	struct str line = str_trim((struct str){ bytes, size * count });

	if (!tells_why(transport->channel, line))
		return size * count;
	transport->reply_length = line.length < REPLY_BYTES_MAX ? line.length : REPLY_BYTES_MAX;
	memcpy(transport->reply, line.at, transport->reply_length);
	return size * count;
}

static size_t body_ignore(char *bytes, size_t size, size_t count, void *context)
{
	(void)bytes;
	(void)context;
	return size * count;
}

/* ---- setting up ---- */

/* A password goes over encrypted connections only, or stays on this machine. */
static bool wire_safe(const struct request *request, struct problems *problems)
{
	if (!request->password_file || request->channel == CHANNEL_SMTP || request->target.encrypted ||
	    request->target.loopback)
		return true;
	return problem_say(problems, REFUSAL_NOTIFY_UNENCRYPTED, STR(""), request->target.place, STR(""), STR(""));
}

static CURLcode credentials_set(CURL *curl, struct arena *arena, const struct request *request,
				const struct password *password)
{
	int code = CURLE_OK;

	if (request->user.length) {
		code |= (int)curl_easy_setopt(curl, CURLOPT_USERNAME, arena_cstr(arena, request->user));
		code |= (int)curl_easy_setopt(curl, CURLOPT_PASSWORD, password->text);
		if (request->channel == CHANNEL_WEBHOOK)
			code |= (int)curl_easy_setopt(curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
	} else {
		code |= (int)curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, password->text);
		code |= (int)curl_easy_setopt(curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_BEARER);
	}
	return (CURLcode)code;
}

static CURLcode bounds_set(struct transport *transport, const struct request *request)
{
	CURL *curl = transport->curl;
	long seconds = request->timeout_seconds;
	int code = CURLE_OK;

	code |= (int)curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, transport->error);
	code |= (int)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	code |= (int)curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT,
				      seconds < CONNECT_SECONDS_MAX ? seconds : CONNECT_SECONDS_MAX);
	code |= (int)curl_easy_setopt(curl, CURLOPT_TIMEOUT, seconds);
	code |= (int)curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, seconds);
	code |= (int)curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, reply_take);
	code |= (int)curl_easy_setopt(curl, CURLOPT_HEADERDATA, transport);
	code |= (int)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, body_ignore);
	return (CURLcode)code;
}

static CURLcode target_set(struct transport *transport, struct arena *arena, const struct request *request)
{
	CURL *curl = transport->curl;
	int code = CURLE_OK;

	code |= (int)curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR,
				      request->channel == CHANNEL_SMTP ? "smtp,smtps" : "http,https");
	code |= (int)curl_easy_setopt(curl, CURLOPT_URL, arena_cstr(arena, request->url));
	if (request->target.loopback)
		code |= (int)curl_easy_setopt(curl, CURLOPT_PROXY, "");
	if (request->ca_file)
		code |= (int)curl_easy_setopt(curl, CURLOPT_CAINFO, request->ca_file);
	return (CURLcode)code;
}

static bool set_up(struct transport *transport, struct arena *arena, const struct request *request,
		   struct problems *problems)
{
	struct password password;
	int code;

	curl_easy_reset(transport->curl);
	transport->error[0] = '\0';
	transport->reply_length = 0;
	transport->channel = request->channel;
	if (!wire_safe(request, problems) ||
	    (request->password_file && !password_read(request->password_file, &password, problems)))
		return false;
	code = (int)bounds_set(transport, request) | (int)target_set(transport, arena, request);
	if (request->password_file) {
		code |= (int)credentials_set(transport->curl, arena, request, &password);
		password_wipe(&password);
	}
	code |= (int)(request->channel == CHANNEL_SMTP ? mail_set_up : webhook_set_up)(transport, arena, request);
	return code == CURLE_OK || problem_say(problems, REFUSAL_NOTIFY_LIBRARY, STR(""), STR(""), STR(""), STR(""));
}

/* ---- sending ---- */

static bool answer_judge(struct transport *transport, struct arena *arena, const struct request *request, CURLcode code,
			 struct problems *problems)
{
	struct str error = str_of(transport->error[0] ? transport->error : curl_easy_strerror(code));
	struct str reply = utf8_printable(arena, (struct str){ transport->reply, transport->reply_length });
	long status = 0;

	if (code != CURLE_OK)
		return problem_say(problems, reply.length ? REFUSAL_NOTIFY_REFUSED : REFUSAL_NOTIFY_TRANSFER, STR(""),
				   request->target.place, utf8_printable(arena, error), reply);
	curl_easy_getinfo(transport->curl, CURLINFO_RESPONSE_CODE, &status);
	return status / 100 == 2 ||
	       problem_say(problems, REFUSAL_NOTIFY_STATUS, STR(""), request->target.place, reply, STR(""));
}

bool transport_send(struct transport *transport, struct arena *arena, const struct request *request,
		    struct problems *problems)
{
	bool accepted = set_up(transport, arena, request, problems) &&
			answer_judge(transport, arena, request, curl_easy_perform(transport->curl), problems);

	curl_slist_free_all(transport->lines);
	transport->lines = NULL;
	return accepted;
}
