/* Time zones from the system's zone data (package tzdata), as data for everything below the edge. */
#ifndef READERS_ZONE_SYSTEM_H
#define READERS_ZONE_SYSTEM_H

#include "base/problem.h"
#include "base/zone.h"

/* The zone NAME with its changes from FROM to TO. Changes the C library's own zone while it works, so it is called
 * before any thread starts. False with a problem if the system does not know the name. */
bool zone_system_read(struct arena *arena, struct str name, instant from, instant to, struct zone *zone,
		      struct problems *problems) MUST_USE;

/* Version of the system's zone data, "2025b", or "unknown". */
struct str zone_system_version(struct arena *arena);

#endif
