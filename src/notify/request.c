#include "notify/request.h"

#include "base/json.h"

enum { ID_BYTES_MAX = 64, SUBJECT_BYTES_MAX = 1000, TIMEOUT_SECONDS = 60, TIMEOUT_SECONDS_MAX = 600 };

static bool refuse(struct problems *problems, const char *key)
{
	return problem_say(problems, REFUSAL_NOTIFY_REQUEST, STR(""), str_of(key), STR(""), STR(""));
}

static bool text_read(const struct json *json, const char *key, struct str *text, struct problems *problems)
{
	const struct json *member = json_member(json, key);

	*text = json_text(member);
	return (json_is(member, JSON_STRING) && text->length > 0) || refuse(problems, key);
}

static bool channel_read(struct str name, enum channel *channel)
{
	*channel = str_is(name, "smtp") ? CHANNEL_SMTP : CHANNEL_WEBHOOK;
	return str_is(name, channel_name(*channel));
}

/* It becomes a part of headers. */
static bool id_valid(struct str id)
{
	for (size_t i = 0; i < id.length; i++)
		if (str_find(STR("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-"), id.at[i]) == 63)
			return false;
	return id.length <= ID_BYTES_MAX;
}

/* NULL where it is not given; a NUL inside ends the name before its time, so it is refused. */
static bool path_read(struct arena *arena, const struct json *json, const char *key, const char **path,
		      struct problems *problems)
{
	struct str text = json_text(json_member(json, key));

	*path = text.length ? arena_cstr(arena, text) : NULL;
	return str_find(text, '\0') == text.length || refuse(problems, key);
}

static bool address_read(const struct json *json, const char *key, struct mail_address *address,
			 struct problems *problems)
{
	struct str text;

	if (!text_read(json, key, &text, problems))
		return false;
	return mail_address_read(text, address) ||
	       problem_say(problems, REFUSAL_NOTIFY_ADDRESS, STR(""), str_of(key), text, STR(""));
}

static bool mail_read(const struct json *json, struct request *request, struct problems *problems)
{
	if (!address_read(json, "from", &request->from, problems) ||
	    !address_read(json, "to", &request->to, problems) ||
	    !text_read(json, "subject", &request->subject, problems))
		return false;
	if (!header_text_valid(request->subject) || request->subject.length > SUBJECT_BYTES_MAX)
		return refuse(problems, "subject");
	if (!json_integer(json_member(json, "date"), &request->date) || request->date < INSTANT_LEAST ||
	    request->date > INSTANT_MOST)
		return refuse(problems, "date");
	return true;
}

static bool credentials_read(struct arena *arena, const struct json *json, struct request *request,
			     struct problems *problems)
{
	request->user = json_text(json_member(json, "user"));
	if (!header_text_valid(request->user))
		return refuse(problems, "user");
	if (!path_read(arena, json, "password_file", &request->password_file, problems) ||
	    !path_read(arena, json, "ca_file", &request->ca_file, problems))
		return false;
	if (request->user.length && !request->password_file)
		return refuse(problems, "password_file");
	if (request->password_file && request->channel == CHANNEL_SMTP && !request->user.length)
		return refuse(problems, "user");
	return true;
}

static bool timeout_read(const struct json *json, struct request *request, struct problems *problems)
{
	int64_t seconds = TIMEOUT_SECONDS;
	const struct json *member = json_member(json, "timeout_seconds");

	if (member && (!json_integer(member, &seconds) || seconds < 1 || seconds > TIMEOUT_SECONDS_MAX))
		return refuse(problems, "timeout_seconds");
	request->timeout_seconds = (long)seconds;
	return true;
}

bool request_read(struct arena *arena, struct str line, struct request *request, struct problems *problems)
{
	struct json_error error = { 0, "" };
	const struct json *json = json_read(arena, line, &error);
	struct request read = { 0 };
	struct str channel;

	if (!json)
		return problem_say(problems, REFUSAL_NOTIFY_JSON, STR(""), arena_format(arena, "%zu", error.offset + 1),
				   str_of(error.what), STR(""));
	if (!text_read(json, "channel", &channel, problems) || !text_read(json, "url", &read.url, problems) ||
	    !text_read(json, "id", &read.id, problems) || !text_read(json, "body", &read.body, problems))
		return false;
	if (!channel_read(channel, &read.channel))
		return refuse(problems, "channel");
	if (!target_read(read.channel, read.url, &read.target))
		return problem_say(problems, REFUSAL_NOTIFY_URL, STR(""), channel, STR(""), STR(""));
	if (!id_valid(read.id))
		return refuse(problems, "id");
	if (!timeout_read(json, &read, problems) || !credentials_read(arena, json, &read, problems) ||
	    (read.channel == CHANNEL_SMTP && !mail_read(json, &read, problems)))
		return false;
	*request = read;
	return true;
}
