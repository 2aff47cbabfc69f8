/* A POST of JSON. The Idempotency-Key is the same for every try, so that the receiver can drop a second one. */
#include "notify/transport.h"
#include "version.h"

static bool header_add(struct transport *transport, const char *line)
{
	struct curl_slist *longer = curl_slist_append(transport->lines, line);

	if (longer)
		transport->lines = longer;
	return longer != NULL;
}

CURLcode webhook_set_up(struct transport *transport, struct arena *arena, const struct request *request)
{
	struct str key = arena_format(arena, "Idempotency-Key: %.*s", (int)request->id.length, request->id.at);
	CURL *curl = transport->curl;
	int code = CURLE_OK;

	if (!header_add(transport, "Content-Type: application/json") || !header_add(transport, "Expect:") ||
	    !header_add(transport, key.at))
		return CURLE_OUT_OF_MEMORY;
	code |= (int)curl_easy_setopt(curl, CURLOPT_USERAGENT, "trainlease/" TRAINLEASE_VERSION);
	code |= (int)curl_easy_setopt(curl, CURLOPT_HTTPHEADER, transport->lines);
	code |= (int)curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.length);
	code |= (int)curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body.at);
	return (CURLcode)code;
}
