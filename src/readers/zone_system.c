#include "readers/zone_system.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { CHANGES_MAX = 1024, STEP_SECONDS = 6 * HOUR_SECONDS };

static const char zone_folder[] = "/usr/share/zoneinfo";

static bool name_plain(struct str name)
{
	if (name.length == 0 || name.length > 64 || name.at[0] == '/' || str_contains(name, STR("..")))
		return false;
	for (size_t i = 0; i < name.length; i++) {
		char c = name.at[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("/_+-", c)))
			return false;
	}
	return true;
}

static bool zone_file_exists(struct arena *arena, struct str name)
{
	struct str path = arena_format(arena, "%s/%.*s", zone_folder, (int)name.length, name.at);
	struct stat status;

	return name_plain(name) && stat(path.at, &status) == 0 && S_ISREG(status.st_mode);
}

static int32_t offset_at(instant at)
{
	time_t time = (time_t)at;
	struct tm local = { 0 };

	return localtime_r(&time, &local) ? (int32_t)local.tm_gmtoff : 0;
}

/* The first instant in (from, to] with the offset of TO. */
static instant change_between(instant from, instant to)
{
	int32_t after = offset_at(to);

	while (to - from > 1) {
		instant middle = from + (to - from) / 2;

		if (offset_at(middle) == after)
			to = middle;
		else
			from = middle;
	}
	return to;
}

static void changes_collect(struct arena *arena, instant from, instant to, struct zone *zone)
{
	zone->changes = arena_many(arena, CHANGES_MAX, struct zone_change);
	zone->offset_first_seconds = offset_at(from);
	for (instant at = from; at < to && zone->change_count < CHANGES_MAX; at += STEP_SECONDS) {
		instant next = at + STEP_SECONDS;

		if (offset_at(at) == offset_at(next))
			continue;
		zone->changes[zone->change_count].at = change_between(at, next);
		zone->changes[zone->change_count++].offset_seconds = offset_at(next);
	}
}

static void zone_set(const char *name)
{
	if (name)
		setenv("TZ", name, 1);
	else
		unsetenv("TZ");
	tzset();
}

bool zone_system_read(struct arena *arena, struct str name, instant from, instant to, struct zone *zone,
		      struct problems *problems)
{
	struct zone read = { .name = arena_str(arena, name) };
	const char *before = getenv("TZ");
	char *kept = before ? strdup(before) : NULL;

	if (!zone_file_exists(arena, name)) {
		free(kept);
		return problem_say(problems, REFUSAL_LEASE_ZONE_UNKNOWN, STR(""), name, STR(""), STR(""));
	}
	zone_set(arena_format(arena, ":%s/%.*s", zone_folder, (int)name.length, name.at).at);
	changes_collect(arena, from, to, &read);
	zone_set(kept);
	free(kept);
	*zone = read;
	return true;
}

struct str zone_system_version(struct arena *arena)
{
	char line[64] = { 0 };
	FILE *file = fopen("/usr/share/zoneinfo/tzdata.zi", "re");
	struct str version = STR("unknown");

	if (!file)
		return version;
	if (fgets(line, sizeof(line), file) && str_starts(str_of(line), STR("# version ")))
		version = arena_str(arena, str_trim(str_of(line + strlen("# version "))));
	fclose(file);
	return version;
}
