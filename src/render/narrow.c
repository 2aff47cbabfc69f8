#include "render/narrow.h"

#include <fcntl.h>
#include <hb-subset.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/str.h"

enum {
	/* Cairo keeps up to 256 fonts that nobody uses any more, the latest; a name comes again after twice as many. */
	NAMES = 512,
	NAME_LEAST = 64,
	PATH_BYTES_MAX = 64,
};

/* FAMILY is one of the named FAMILIES; what stands for the last, generic one may be anything. */
static bool family_listed(const char *family, const char *families)
{
	struct str rest = str_of(families);

	while (rest.length) {
		struct str name = str_cut(rest, ',', &rest);

		if (rest.length && str_is(name, family))
			return true;
	}
	return false;
}

static FcPattern *pattern_match(const char *families, int weight)
{
	FcPattern *wanted = FcPatternCreate(), *matched;
	struct str rest = str_of(families);
	FcResult result;

	while (rest.length) {
		struct str name = str_cut(rest, ',', &rest);
		char family[PATH_BYTES_MAX];

		snprintf(family, sizeof(family), "%.*s", (int)name.length, name.at);
		FcPatternAddString(wanted, FC_FAMILY, (const FcChar8 *)family);
	}
	FcPatternAddInteger(wanted, FC_WEIGHT, weight);
	FcConfigSubstitute(NULL, wanted, FcMatchPattern);
	FcDefaultSubstitute(wanted);
	matched = FcFontMatch(NULL, wanted, &result);
	FcPatternDestroy(wanted);
	return matched;
}

static bool family_matched(FcPattern *matched, const char *families)
{
	FcChar8 *family;

	for (int i = 0; FcPatternGetString(matched, FC_FAMILY, i, &family) == FcResultMatch; i++)
		if (family_listed((const char *)family, families))
			return true;
	return false;
}

void whole_face_find(struct whole_face *whole, const char *families, int weight)
{
	FcPattern *matched = pattern_match(families, weight);
	FcChar8 *file;
	int index;

	*whole = (struct whole_face){ .covered = hb_set_create(), .used = hb_set_create() };
	/* The upper half of the index is an instance of a variable font. */
	if (matched && family_matched(matched, families) &&
	    FcPatternGetString(matched, FC_FILE, 0, &file) == FcResultMatch &&
	    FcPatternGetInteger(matched, FC_INDEX, 0, &index) == FcResultMatch && index >> 16 == 0) {
		hb_blob_t *blob = hb_blob_create_from_file((const char *)file);

		whole->face = hb_face_create(blob, (unsigned)index);
		hb_face_collect_unicodes(whole->face, whole->covered);
		hb_blob_destroy(blob);
	}
	if (matched)
		FcPatternDestroy(matched);
}

void whole_face_free(struct whole_face *whole)
{
	hb_face_destroy(whole->face);
	hb_set_destroy(whole->covered);
	hb_set_destroy(whole->used);
}

bool whole_face_covers(const struct whole_face *whole)
{
	return whole->face && hb_set_is_subset(whole->used, whole->covered);
}

static hb_face_t *face_cut(const struct whole_face *whole)
{
	hb_subset_input_t *input = hb_subset_input_create_or_fail();
	hb_face_t *cut;

	if (!input)
		return NULL;
	hb_subset_input_set_flags(input, HB_SUBSET_FLAGS_DESUBROUTINIZE);
	hb_set_union(hb_subset_input_unicode_set(input), whole->used);
	hb_set_add(hb_subset_input_set(input, HB_SUBSET_SETS_LAYOUT_FEATURE_TAG), HB_TAG('p', 'w', 'i', 'd'));
	cut = hb_subset_or_fail(whole->face, input);
	hb_subset_input_destroy(input);
	return cut;
}

/* A file in memory at the descriptor that SERIAL names, or the next that is free; -1 on failure. */
static int file_open(unsigned serial)
{
	int any = memfd_create("font", MFD_CLOEXEC), named;

	if (any < 0)
		return -1;
	named = fcntl(any, F_DUPFD_CLOEXEC, (int)(NAME_LEAST + serial % NAMES));
	close(any);
	return named;
}

static bool bytes_write(int file, const char *bytes, size_t length)
{
	while (length) {
		ssize_t written = write(file, bytes, length);

		if (written <= 0)
			return false;
		bytes += written;
		length -= (size_t)written;
	}
	return true;
}

bool narrow_face_add(const struct whole_face *whole, FcConfig *config, unsigned serial, int *file)
{
	hb_face_t *cut = face_cut(whole);
	char path[PATH_BYTES_MAX];
	hb_blob_t *blob;
	const char *bytes;
	unsigned length;
	bool added;

	if (!cut)
		return false;
	blob = hb_face_reference_blob(cut);
	bytes = hb_blob_get_data(blob, &length);
	*file = file_open(serial);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", *file);
	added = *file >= 0 && bytes_write(*file, bytes, length) &&
		FcConfigAppFontAddFile(config, (const FcChar8 *)path);
	hb_blob_destroy(blob);
	hb_face_destroy(cut);
	return added;
}
