#include "record/packed.h"

#include <string.h>

static unsigned width_of(uint64_t bits)
{
	return bits ? 64 - (unsigned)__builtin_clzll(bits) : 0;
}

static size_t group_bytes(size_t count, unsigned width)
{
	return (count * width + 7) / 8;
}

size_t packed_bound(size_t count)
{
	return (count + PACKED_GROUP - 1) / PACKED_GROUP + count * 8 + PACKED_SLACK_BYTES;
}

static void store_le64(uint8_t *out, uint64_t value)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	value = __builtin_bswap64(value);
#endif
	memcpy(out, &value, sizeof(value));
}

static uint64_t load_le64(const uint8_t *in)
{
	uint64_t value;

	memcpy(&value, in, sizeof(value));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	value = __builtin_bswap64(value);
#endif
	return value;
}

/* May write up to 7 zero bytes beyond the group's end. */
static size_t group_write(uint8_t *out, const uint64_t *values, size_t count, unsigned width)
{
	uint64_t pending = 0;
	unsigned filled = 0;
	uint8_t *at = out;

	if (width == 0)
		return 0;
	for (size_t i = 0; i < count; i++) {
		pending |= values[i] << filled;
		filled += width;
		if (filled >= 64) {
			store_le64(at, pending);
			at += 8;
			filled -= 64;
			pending = filled ? values[i] >> (width - filled) : 0;
		}
	}
	store_le64(at, pending);
	return group_bytes(count, width);
}

size_t packed_write(uint8_t *out, const uint64_t *values, size_t count)
{
	uint8_t *at = out;

	for (size_t from = 0; from < count; from += PACKED_GROUP) {
		size_t group = count - from < PACKED_GROUP ? count - from : PACKED_GROUP;
		uint64_t any = 0;
		unsigned width;

		for (size_t i = 0; i < group; i++)
			any |= values[from + i];
		width = width_of(any);
		*at++ = (uint8_t)width;
		at += group_write(at, values + from, group, width);
	}
	return (size_t)(at - out);
}

/* One load holds any value up to 57 bits wide wherever it begins. */
static uint64_t group_read_narrow(const uint8_t *in, uint64_t *values, size_t count, unsigned width)
{
	uint64_t mask = ((uint64_t)1 << width) - 1, any = 0;

	for (size_t i = 0, bit = 0; i < count; i++, bit += width) {
		values[i] = load_le64(in + bit / 8) >> (bit % 8) & mask;
		any |= values[i];
	}
	return any;
}

static uint64_t group_read_wide(const uint8_t *in, uint64_t *values, size_t count, unsigned width)
{
	uint64_t mask = width == 64 ? UINT64_MAX : ((uint64_t)1 << width) - 1, any = 0;

	for (size_t i = 0, bit = 0; i < count; i++, bit += width) {
		unsigned shift = (unsigned)(bit % 8);
		uint64_t low = load_le64(in + bit / 8) >> shift;
		uint64_t high = shift ? (uint64_t)in[bit / 8 + 8] << (64 - shift) : 0;

		values[i] = (low | high) & mask;
		any |= values[i];
	}
	return any;
}

static bool padding_is_zero(const uint8_t *in, size_t count, unsigned width)
{
	unsigned used = (unsigned)(count * width % 8);

	return used == 0 || in[group_bytes(count, width) - 1] >> used == 0;
}

bool packed_read(const uint8_t *in, size_t length, uint64_t *values, size_t count)
{
	size_t at = 0;

	for (size_t from = 0; from < count; from += PACKED_GROUP) {
		size_t group = count - from < PACKED_GROUP ? count - from : PACKED_GROUP;
		unsigned width;
		uint64_t any;

		if (at >= length)
			return false;
		width = in[at++];
		if (width > 64 || group_bytes(group, width) > length - at)
			return false;
		any = width <= 57 ? group_read_narrow(in + at, values + from, group, width)
				  : group_read_wide(in + at, values + from, group, width);
		if (width_of(any) != width || !padding_is_zero(in + at, group, width))
			return false;
		at += group_bytes(group, width);
	}
	return at == length;
}
