#include "record/text_table.h"

#include <stdlib.h>
#include <string.h>

static uint64_t load64(const unsigned char *bytes)
{
	uint64_t value;

	memcpy(&value, bytes, sizeof(value));
	return value;
}

static uint64_t load32(const unsigned char *bytes)
{
	uint32_t value;

	memcpy(&value, bytes, sizeof(value));
	return value;
}

/* Up to eight bytes by loads that overlap, so that no byte needs a loop. */
static uint64_t load_tail(const unsigned char *bytes, size_t length)
{
	if (length >= 4)
		return load32(bytes) << 32 | load32(bytes + length - 4);
	if (length == 0)
		return 0;
	return (uint64_t)bytes[0] << 16 | (uint64_t)bytes[length / 2] << 8 | bytes[length - 1];
}

static uint64_t mix(uint64_t a, uint64_t b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Multiply and fold, eight bytes at a time, as wyhash does; the odd constants are hexadecimal digits of pi. */
uint64_t bytes_hash(const void *bytes, size_t length, uint64_t key)
{
	const uint64_t odd_1 = 0x243f6a8885a308d3u, odd_2 = 0x13198a2e03707345u;
	const unsigned char *at = bytes;
	uint64_t hash = key ^ odd_1;

	for (; length > 8; at += 8, length -= 8)
		hash = mix(hash ^ load64(at), odd_2);
	hash = mix(hash ^ load_tail(at, length), odd_2 ^ (length + 1));
	return mix(hash, odd_1 ^ key);
}

void text_table_init(struct text_table *table, struct arena *arena)
{
	*table = (struct text_table){ .arena = arena, .count = 1, .capacity = 64, .last = STR("") };
	table->texts = memory_array(NULL, table->capacity, sizeof(*table->texts));
	table->texts[0] = STR("");
}

void text_table_free(struct text_table *table)
{
	free(table->texts);
	free(table->slots);
	*table = (struct text_table){ 0 };
}

static uint32_t *slot_of(const struct text_table *table, struct str text)
{
	uint32_t mask = table->slot_count - 1;
	uint32_t at = (uint32_t)bytes_hash(text.at, text.length, 0) & mask;

	while (table->slots[at] && !str_equal(table->texts[table->slots[at]], text))
		at = (at + 1) & mask;
	return &table->slots[at];
}

static void slots_grow(struct text_table *table)
{
	free(table->slots);
	table->slot_count = table->slot_count ? table->slot_count * 2 : 64;
	table->slots = memory_alloc(table->slot_count * sizeof(*table->slots));
	for (uint32_t number = 1; number < table->count; number++)
		*slot_of(table, table->texts[number]) = number;
}

uint32_t text_table_give(struct text_table *table, struct str text)
{
	uint32_t *slot;

	if (str_equal(text, table->last))
		return table->last_number;
	if (table->count * 2 >= table->slot_count)
		slots_grow(table);
	slot = slot_of(table, text);
	if (*slot == 0) {
		if (table->count == table->capacity) {
			table->capacity = table->capacity ? table->capacity * 2 : 64;
			table->texts = memory_array(table->texts, table->capacity, sizeof(*table->texts));
		}
		table->texts[table->count] = arena_str(table->arena, text);
		*slot = table->count++;
	}
	table->last = table->texts[*slot];
	table->last_number = *slot;
	return *slot;
}

uint32_t text_table_find(const struct text_table *table, struct str text)
{
	return text.length && table->slot_count ? *slot_of(table, text) : 0;
}

struct str text_table_text(const struct text_table *table, uint32_t number)
{
	return number < table->count ? table->texts[number] : STR("");
}
