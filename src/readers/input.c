#include "readers/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

enum { CHUNK_BYTES = 1024 * 1024, SMALL_REST_BYTES = 16 * 1024, MAGIC_BYTES = 6 };

enum packing { PACKING_UNKNOWN, PACKING_NONE, PACKING_GZIP, PACKING_ZSTD };

struct bytes {
	char *at;
	size_t from, to;         /* what is not yet taken */
	size_t capacity;
};

struct input {
	int descriptor;
	char *name;
	struct problems *problems;
	struct digest_stream *stream;
	struct digest digest;
	uint64_t packed_bytes, file_bytes, unpacked_bytes;
	struct bytes window;
	struct bytes packed;     /* of an archive: what is read and not yet unpacked */
	enum packing packing;
	bool file_ended, ended, failed;
	bool inside;             /* of an archive: within a gzip member or a zstd frame */
	z_stream gzip;
	ZSTD_DStream *zstd;
};

static bool fail(struct input *input, enum refusal what, struct str one, struct str two, struct str three)
{
	input->failed = true;
	return problem_add(input->problems,
			   (struct problem){ .what = what, .file = str_of(input->name), .words = { one, two, three } });
}

static bool fail_unpacking(struct input *input, enum refusal what, const char *why)
{
	struct str count = arena_format(input->problems->arena, "%llu", (unsigned long long)input->unpacked_bytes);

	return fail(input, what, input->packing == PACKING_GZIP ? STR("gzip") : STR("zstd"), count, str_of(why));
}

static bool fail_reading(struct input *input, int error)
{
	struct str count = arena_format(input->problems->arena, "%llu", (unsigned long long)input->packed_bytes);

	return fail(input, REFUSAL_IMPORT_CANNOT_READ, count, str_of(strerrordesc_np(error)), STR(""));
}

static struct input *cannot_open(const char *path, const char *why, struct problems *problems)
{
	problem_add(problems, (struct problem){ .what = REFUSAL_IMPORT_CANNOT_OPEN,
						.file = str_of(path),
						.words = { str_of(why) } });
	return NULL;
}

struct input *input_open(const char *path, struct problems *problems)
{
	bool standard = strcmp(path, "-") == 0;
	int descriptor = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct input *input;
	struct stat about;

	if (descriptor < 0)
		return cannot_open(path, strerrordesc_np(errno), problems);
	if (fstat(descriptor, &about) != 0 || S_ISDIR(about.st_mode)) {
		if (!standard)
			close(descriptor);
		return cannot_open(path, strerrordesc_np(EISDIR), problems);
	}
	input = memory_alloc(sizeof(*input));
	input->descriptor = descriptor;
	input->name = memory_array(NULL, strlen(standard ? "standard input" : path) + 1, 1);
	strcpy(input->name, standard ? "standard input" : path);
	input->problems = problems;
	input->stream = digest_begin(DIGEST_SHA256);
	input->file_bytes = S_ISREG(about.st_mode) ? (uint64_t)about.st_size : 0;
	posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);
	return input;
}

void input_close(struct input *input)
{
	if (!input)
		return;
	if (input->stream)
		digest_end(input->stream);
	if (input->packing == PACKING_GZIP)
		inflateEnd(&input->gzip);
	ZSTD_freeDStream(input->zstd);
	if (input->descriptor != STDIN_FILENO)
		close(input->descriptor);
	free(input->window.at);
	free(input->packed.at);
	free(input->name);
	free(input);
}

/* Room for a chunk after what is not yet taken, which moves to the beginning. */
static void bytes_make_room(struct bytes *bytes)
{
	size_t kept = bytes->to - bytes->from;

	/* A small rest always moves: reading into the same place again and again keeps it in the cache. */
	if (kept > SMALL_REST_BYTES && bytes->capacity - bytes->to >= CHUNK_BYTES)
		return;
	if (kept && bytes->from)
		memmove(bytes->at, bytes->at + bytes->from, kept);
	bytes->from = 0;
	bytes->to = kept;
	if (bytes->capacity - kept >= CHUNK_BYTES)
		return;
	bytes->capacity = kept * 2 > 2 * CHUNK_BYTES ? kept * 2 : 2 * CHUNK_BYTES;
	if (bytes->capacity > INPUT_ROW_BYTES_MAX + CHUNK_BYTES)
		bytes->capacity = INPUT_ROW_BYTES_MAX + CHUNK_BYTES;
	if (bytes->capacity < kept + CHUNK_BYTES)
		bytes->capacity = kept + CHUNK_BYTES;
	bytes->at = memory_array(bytes->at, bytes->capacity, 1);
}

/* One read(2) from the file itself, hashed while it is in the cache. */
static bool file_read(struct input *input, struct bytes *into)
{
	ssize_t length;

	bytes_make_room(into);
	do
		length = read(input->descriptor, into->at + into->to, CHUNK_BYTES);
	while (length < 0 && errno == EINTR);
	if (length < 0)
		return fail_reading(input, errno);
	if (length == 0) {
		input->file_ended = true;
		return true;
	}
	digest_add(input->stream, into->at + into->to, (size_t)length);
	into->to += (size_t)length;
	input->packed_bytes += (uint64_t)length;
	return true;
}

/* What people give by mistake, by its first bytes. */
static bool other_format_refuse(struct input *input, struct str start)
{
	static const struct {
		struct str magic;
		const char *what, *instead;
	} others[] = {
		{ { "\xfd\x37zXZ", 5 }, "xz", "gzip, zstd" },
		{ { "BZh", 3 }, "bzip2", "gzip, zstd" },
		{ { "PK\x03\x04", 4 }, "zip, xlsx, ods", "CSV (UTF-8)" },
		{ { "PAR1", 4 }, "Parquet", "CSV (UTF-8)" },
		{ { "SQLite", 6 }, "SQLite", "CSV (UTF-8)" },
		{ { "\xff\xfe", 2 }, "UTF-16", "UTF-8" },
		{ { "\xfe\xff", 2 }, "UTF-16", "UTF-8" },
	};

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (str_starts(start, others[i].magic))
			return fail(input, REFUSAL_IMPORT_OTHER_FORMAT, str_of(others[i].what),
				    str_of(others[i].instead), STR(""));
	return true;
}

static bool is_zstd(struct str start)
{
	bool skippable = start.length >= 4 && ((unsigned char)start.at[0] & 0xf0) == 0x50 &&
			 str_equal(str_part(start, 1, 4), STR("\x2a\x4d\x18"));

	return str_starts(start, STR("\x28\xb5\x2f\xfd")) || skippable;
}

static void unpacking_begin(struct input *input, enum packing packing)
{
	input->packing = packing;
	input->packed = input->window;
	input->window = (struct bytes){ 0 };
	if (packing == PACKING_ZSTD) {
		input->zstd = ZSTD_createDStream();
		if (!input->zstd)
			abort();
	} else if (inflateInit2(&input->gzip, 15 + 16) != Z_OK) {
		abort();
	}
}

static bool packing_recognise(struct input *input)
{
	struct str start;

	while (!input->file_ended && input->window.to - input->window.from < MAGIC_BYTES)
		if (!file_read(input, &input->window))
			return false;
	start = (struct str){ input->window.at, input->window.to };
	if (str_starts(start, STR("\x1f\x8b")))
		unpacking_begin(input, PACKING_GZIP);
	else if (is_zstd(start))
		unpacking_begin(input, PACKING_ZSTD);
	else
		input->packing = PACKING_NONE;
	return input->packing != PACKING_NONE || other_format_refuse(input, start);
}

/* Between two gzip members: another one begins, or zeros pad to the end as tapes do, or the data ends. */
static bool gzip_next_member(struct input *input)
{
	struct bytes *packed = &input->packed;

	while (!input->file_ended && packed->to - packed->from < 2)
		if (!file_read(input, packed))
			return false;
	if (packed->to - packed->from >= 2 && memcmp(packed->at + packed->from, "\x1f\x8b", 2) == 0) {
		inflateReset(&input->gzip);
		input->inside = true;
		return true;
	}
	while (packed->from < packed->to) {
		if (packed->at[packed->from] != 0)
			return fail_unpacking(input, REFUSAL_IMPORT_ARCHIVE_TAIL, "");
		packed->from++;
		if (packed->from == packed->to && !input->file_ended && !file_read(input, packed))
			return false;
	}
	input->ended = true;
	return true;
}

static bool gzip_unpack(struct input *input)
{
	struct bytes *packed = &input->packed, *window = &input->window;
	int result;

	input->gzip.next_in = (Bytef *)packed->at + packed->from;
	input->gzip.avail_in = (uInt)(packed->to - packed->from);
	input->gzip.next_out = (Bytef *)window->at + window->to;
	input->gzip.avail_out = CHUNK_BYTES;
	result = inflate(&input->gzip, Z_NO_FLUSH);
	packed->from = packed->to - input->gzip.avail_in;
	window->to += CHUNK_BYTES - input->gzip.avail_out;
	input->unpacked_bytes += CHUNK_BYTES - input->gzip.avail_out;
	if (result == Z_STREAM_END)
		input->inside = false;
	else if (result == Z_MEM_ERROR)
		abort();
	else if (result != Z_OK && result != Z_BUF_ERROR)
		return fail_unpacking(input, REFUSAL_IMPORT_CORRUPT,
				      input->gzip.msg ? input->gzip.msg : "damaged data");
	return true;
}

static bool zstd_unpack(struct input *input)
{
	struct bytes *packed = &input->packed, *window = &input->window;
	ZSTD_inBuffer in = { packed->at, packed->to, packed->from };
	ZSTD_outBuffer out = { window->at + window->to, CHUNK_BYTES, 0 };
	size_t result = ZSTD_decompressStream(input->zstd, &out, &in);

	packed->from = in.pos;
	window->to += out.pos;
	input->unpacked_bytes += out.pos;
	if (ZSTD_isError(result))
		return fail_unpacking(input, REFUSAL_IMPORT_CORRUPT, ZSTD_getErrorName(result));
	input->inside = result != 0;
	return true;
}

/* Unpacks a step further: some bytes into the window, or the end of a member, or the end. */
static bool unpack(struct input *input)
{
	struct bytes *packed = &input->packed;

	if (input->packing == PACKING_GZIP && !input->inside)
		return gzip_next_member(input);
	bytes_make_room(&input->window);
	if (packed->from == packed->to && !input->file_ended && !file_read(input, packed))
		return false;
	if (packed->from == packed->to) {
		size_t before = input->window.to;

		/* What the unpacker still holds back when its input has ended. */
		if (input->inside && !(input->packing == PACKING_GZIP ? gzip_unpack(input) : zstd_unpack(input)))
			return false;
		if (input->inside && input->window.to == before)
			return fail_unpacking(input, REFUSAL_IMPORT_TRUNCATED, "");
		input->ended = !input->inside && input->packing == PACKING_ZSTD;
		return true;
	}
	return input->packing == PACKING_GZIP ? gzip_unpack(input) : zstd_unpack(input);
}

static bool window_fill(struct input *input)
{
	if (input->packing == PACKING_UNKNOWN)
		return packing_recognise(input);
	if (input->packing != PACKING_NONE)
		return unpack(input);
	if (!input->file_ended && !file_read(input, &input->window))
		return false;
	input->ended = input->file_ended;
	return true;
}

bool input_peek(struct input *input, size_t wanted, struct str *window)
{
	if (wanted > INPUT_ROW_BYTES_MAX)
		wanted = INPUT_ROW_BYTES_MAX;
	if (input->failed)
		return false;
	while (input->window.to - input->window.from < wanted && !input->ended)
		if (!window_fill(input))
			return false;
	*window = (struct str){ input->window.at ? input->window.at + input->window.from : "",
				input->window.to - input->window.from };
	return true;
}

void input_take(struct input *input, size_t length)
{
	if (length > input->window.to - input->window.from)
		abort();
	input->window.from += length;
}

struct str input_name(const struct input *input)
{
	return str_of(input->name);
}

uint64_t input_packed_bytes(const struct input *input)
{
	return input->packed_bytes;
}

uint64_t input_file_bytes(const struct input *input)
{
	return input->file_bytes;
}

struct digest input_digest(struct input *input)
{
	if (input->stream) {
		input->digest = digest_end(input->stream);
		input->stream = NULL;
	}
	return input->digest;
}

bool input_is_packed(const struct input *input)
{
	return input->packing == PACKING_GZIP || input->packing == PACKING_ZSTD;
}
