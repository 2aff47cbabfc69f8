#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { CHUNK_BYTES_LEAST = 64 * 1024, CHUNK_BYTES_MOST = 8 * 1024 * 1024, ALIGNMENT = 16, GROWN_LEAST = 16, LARGE_PAGE_BYTES = 2 * 1024 * 1024 };

struct arena_chunk {
	struct arena_chunk *next;
	size_t size;
	size_t used;
	_Alignas(16) char bytes[];
};

/* The one replaceable thing below the edge; set once at start, before any thread. */
static void (*exhausted_handler)(void) = abort;

void memory_on_exhausted(void (*handler)(void))
{
	exhausted_handler = handler;
}

static void exhausted(void)
{
	exhausted_handler();
	abort();
}

void *memory_alloc(size_t size)
{
	void *memory = calloc(1, size ? size : 1);

	if (!memory)
		exhausted();
	return memory;
}

void *memory_array(void *old, size_t count, size_t size)
{
	void *memory = reallocarray(old, count ? count : 1, size);

	if (!memory)
		exhausted();
	return memory;
}

void arena_init(struct arena *arena)
{
	*arena = (struct arena){ 0 };
}

/* calloc leaves pages that come fresh from the system untouched, so what is never used costs nothing. */
void *memory_large(size_t size)
{
	char *memory = memory_alloc(size);
	size_t before = (LARGE_PAGE_BYTES - (uintptr_t)memory % LARGE_PAGE_BYTES) % LARGE_PAGE_BYTES;

	/* Only advice: the program is right without it. */
	if (size > before + LARGE_PAGE_BYTES)
		(void)madvise(memory + before, (size - before) / LARGE_PAGE_BYTES * LARGE_PAGE_BYTES, MADV_HUGEPAGE);
	return memory;
}

static void chunks_free(struct arena_chunk *chunk)
{
	for (struct arena_chunk *next; chunk; chunk = next) {
		next = chunk->next;
		free(chunk);
	}
}

void arena_free(struct arena *arena)
{
	chunks_free(arena->chunks);
	chunks_free(arena->spare);
	arena_init(arena);
}

void arena_reset(struct arena *arena)
{
	for (struct arena_chunk *chunk = arena->chunks, *next; chunk; chunk = next) {
		next = chunk->next;
		chunk->used = 0;
		chunk->next = arena->spare;
		arena->spare = chunk;
	}
	arena->chunks = NULL;
}

/* Each chunk is twice the one before, so that a large arena has few. */
static size_t chunk_size(const struct arena *arena, size_t at_least)
{
	size_t size = arena->chunks ? arena->chunks->size * 2 : CHUNK_BYTES_LEAST;

	if (size > CHUNK_BYTES_MOST)
		size = CHUNK_BYTES_MOST;
	return size > at_least ? size : at_least;
}

static struct arena_chunk *chunk_add(struct arena *arena, size_t at_least)
{
	struct arena_chunk *chunk = arena->spare;

	if (chunk && chunk->size >= at_least) {
		arena->spare = chunk->next;
	} else {
		size_t size = chunk_size(arena, at_least);

		if (size > SIZE_MAX - sizeof(*chunk))
			exhausted();
		chunk = malloc(sizeof(*chunk) + size);
		if (!chunk)
			exhausted();
		chunk->size = size;
	}
	chunk->used = 0;
	chunk->next = arena->chunks;
	arena->chunks = chunk;
	return chunk;
}

/* SIZE bytes that begin at a multiple of ALIGNMENT (a power of two), not zeroed. */
static void *take(struct arena *arena, size_t size, size_t alignment)
{
	struct arena_chunk *chunk = arena->chunks;
	size_t from = chunk ? (chunk->used + alignment - 1) & ~(alignment - 1) : 0;

	if (!chunk || from > chunk->size || chunk->size - from < size) {
		chunk = chunk_add(arena, size);
		from = 0;
	}
	chunk->used = from + size;
	return chunk->bytes + from;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	return memset(take(arena, size, ALIGNMENT), 0, size);
}

struct str arena_packed_str(struct arena *arena, struct str text)
{
	if (text.length == 0)
		return (struct str){ "", 0 };
	return (struct str){ memcpy(take(arena, text.length, 1), text.at, text.length), text.length };
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes))
		exhausted();
	return arena_alloc(arena, bytes);
}

void *arena_grown(struct arena *arena, void *list, size_t count, size_t *capacity, size_t size)
{
	void *grown;

	if (count < *capacity)
		return list;
	*capacity = *capacity ? *capacity * 2 : GROWN_LEAST;
	grown = arena_array(arena, *capacity, size);
	return count ? memcpy(grown, list, count * size) : grown;
}

struct str arena_str(struct arena *arena, struct str text)
{
	return (struct str){ arena_cstr(arena, text), text.length };
}

char *arena_cstr(struct arena *arena, struct str text)
{
	char *copy = arena_alloc(arena, text.length + 1);

	if (text.length)
		memcpy(copy, text.at, text.length);
	return copy;
}

struct str arena_format(struct arena *arena, const char *format, ...)
{
	va_list arguments;
	int length;
	char *text;

	va_start(arguments, format);
	length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (length < 0)
		return (struct str){ "", 0 };
	text = arena_alloc(arena, (size_t)length + 1);
	va_start(arguments, format);
	vsnprintf(text, (size_t)length + 1, format, arguments);
	va_end(arguments);
	return (struct str){ text, (size_t)length };
}
