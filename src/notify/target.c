#include "notify/target.h"

enum { URL_BYTES_MAX = 2048 };

static const struct { const char *name, *plain, *encrypted; } channels[] = {
	[CHANNEL_SMTP] = { "smtp", "smtp://", "smtps://" },
	[CHANNEL_WEBHOOK] = { "webhook", "http://", "https://" },
};

const char *channel_name(enum channel channel)
{
	return channels[channel].name;
}

static bool only(struct str text, const char *characters)
{
	for (size_t i = 0; i < text.length; i++)
		if (str_find(str_of(characters), text.at[i]) == str_of(characters).length)
			return false;
	return text.length > 0;
}

static bool port_valid(struct str port)
{
	uint64_t number;

	return port.length == 0 || (port.at[0] == ':' && str_to_u64(str_part(port, 1, port.length), &number) &&
				    number > 0 && number < 65536);
}

/* HOST[:PORT]; *HOST without brackets. */
static bool authority_read(struct str authority, struct str *host)
{
	size_t end = str_find(authority, ':');

	if (authority.length && authority.at[0] == '[') {
		end = str_find(authority, ']');
		*host = str_part(authority, 1, end);
		return end < authority.length && only(*host, "0123456789ABCDEFabcdef:.") &&
		       port_valid(str_part(authority, end + 1, authority.length));
	}
	*host = str_part(authority, 0, end);
	return only(*host, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.-_") &&
	       port_valid(str_part(authority, end, authority.length));
}

static bool loopback(struct str host)
{
	return str_equal_ignoring_case(host, STR("localhost")) || str_is(host, "::1") ||
	       (str_starts(host, STR("127.")) && only(host, "0123456789."));
}

bool target_read(enum channel channel, struct str url, struct target *target)
{
	bool encrypted = str_starts(url, str_of(channels[channel].encrypted));
	struct str scheme = str_of(encrypted ? channels[channel].encrypted : channels[channel].plain), host;
	size_t end = scheme.length;

	if (!str_starts(url, scheme) || url.length > URL_BYTES_MAX)
		return false;
	for (size_t i = 0; i < url.length; i++)
		if (url.at[i] <= ' ' || url.at[i] > '~' || url.at[i] == '\\')
			return false;
	while (end < url.length && str_find(STR("/?#"), url.at[end]) == 3)
		end++;
	if (!authority_read(str_part(url, scheme.length, end), &host))
		return false;
	*target = (struct target){ .place = str_part(url, 0, end), .encrypted = encrypted, .loopback = loopback(host) };
	return true;
}
