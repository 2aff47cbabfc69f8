/*
 * Memory that is freed together: one arena per command, request or batch. Nothing in it is freed alone.
 *
 * Running out of memory is the one failure that is not a return value: memory_exhausted() runs, which the edge may
 * replace; by default it aborts. No transaction is committed by then, so the journal is as it was.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/str.h"

struct arena_chunk;

struct arena {
	struct arena_chunk *chunks;   /* in use, newest first */
	struct arena_chunk *spare;    /* kept by arena_reset for the next round */
};

void arena_init(struct arena *arena);
void arena_free(struct arena *arena);

/* Forgets everything handed out and keeps the memory for the next round. */
void arena_reset(struct arena *arena);

/* SIZE zeroed bytes, aligned for any type; never NULL. */
void *arena_alloc(struct arena *arena, size_t size) __attribute__((malloc, alloc_size(2), returns_nonnull));
void *arena_array(struct arena *arena, size_t count, size_t size) __attribute__((returns_nonnull));

#define arena_new(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define arena_many(arena, count, type) ((type *)arena_array((arena), (count), sizeof(type)))

/* LIST of COUNT elements with room for at least one more: itself, or twice as large a copy; *CAPACITY is kept up. */
void *arena_grown(struct arena *arena, void *list, size_t count, size_t *capacity, size_t size);

struct str arena_str(struct arena *arena, struct str text);            /* a copy, NUL after its end */
struct str arena_packed_str(struct arena *arena, struct str text);     /* a copy, packed: for many short texts */
char *arena_cstr(struct arena *arena, struct str text);                /* a copy, NUL-terminated */
struct str arena_format(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* For the few things that outlive an arena: as malloc, calloc, realloc, but never NULL for a size above 0. */
void *memory_alloc(size_t size) __attribute__((malloc, returns_nonnull));
void *memory_array(void *old, size_t count, size_t size) __attribute__((returns_nonnull));

/* SIZE zero bytes for tables that are walked at random: on large pages where the system has them. Freed with free(). */
void *memory_large(size_t size) __attribute__((malloc, returns_nonnull));

/* Called when the system has no memory left; must not return. */
void memory_on_exhausted(void (*handler)(void));

#endif
