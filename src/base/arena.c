#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_BYTES = 64 * 1024, ALIGNMENT = 16 };

struct arena_chunk {
	struct arena_chunk *next;
	size_t size;
	size_t used;
	size_t unused_for_alignment;
	char bytes[];
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

void arena_free(struct arena *arena)
{
	for (struct arena_chunk *chunk = arena->chunks, *next; chunk; chunk = next) {
		next = chunk->next;
		free(chunk);
	}
	arena_init(arena);
}

void arena_reset(struct arena *arena)
{
	struct arena_chunk *kept = arena->chunks;

	if (!kept)
		return;
	for (struct arena_chunk *chunk = kept->next, *next; chunk; chunk = next) {
		next = chunk->next;
		free(chunk);
	}
	kept->next = NULL;
	kept->used = 0;
	arena->used_bytes = 0;
}

static struct arena_chunk *chunk_add(struct arena *arena, size_t at_least)
{
	size_t size = at_least > CHUNK_BYTES ? at_least : CHUNK_BYTES;
	struct arena_chunk *chunk;

	if (size > SIZE_MAX - sizeof(*chunk))
		exhausted();
	chunk = malloc(sizeof(*chunk) + size);
	if (!chunk)
		exhausted();
	*chunk = (struct arena_chunk){ .next = arena->chunks, .size = size };
	arena->chunks = chunk;
	return chunk;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	struct arena_chunk *chunk = arena->chunks;
	size_t rounded = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	void *memory;

	if (rounded < size)
		exhausted();
	if (!chunk || chunk->size - chunk->used < rounded)
		chunk = chunk_add(arena, rounded);
	memory = chunk->bytes + chunk->used;
	chunk->used += rounded;
	arena->used_bytes += rounded;
	return memset(memory, 0, size);
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes))
		exhausted();
	return arena_alloc(arena, bytes);
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
