#include "readers/columns.h"

enum { NEAR_ENOUGH = 3, LISTED_BYTES_MAX = 300 };

struct rename {
	struct str ours, theirs;
};

/* Texts that a spreadsheet writes begin with a byte order mark, which is no part of the first name. */
static struct str cell_name(struct str cell)
{
	if (str_starts(cell, STR("\xef\xbb\xbf")))
		cell = str_part(cell, 3, cell.length);
	return str_trim(cell);
}

static struct str names_listed(struct arena *arena, const struct str *header, size_t count)
{
	struct buf list;
	struct str text;

	buf_init(&list, LISTED_BYTES_MAX * 2);
	for (size_t i = 0; i < count && list.length < LISTED_BYTES_MAX; i++) {
		struct str name = cell_name(header[i]);

		if (list.length + name.length > LISTED_BYTES_MAX) {
			buf_add_str(&list, STR(", ..."));
			break;
		}
		if (i)
			buf_add_str(&list, STR(", "));
		buf_add_str(&list, name);
	}
	text = arena_str(arena, buf_str(&list));
	buf_free(&list);
	return text;
}

static struct str names_known(struct arena *arena, const struct column_name *names, size_t count)
{
	struct str list[COLUMNS_MAX];
	size_t listed = count < COLUMNS_MAX ? count : COLUMNS_MAX;

	for (size_t i = 0; i < listed; i++)
		list[i] = str_of(names[i].name);
	return names_listed(arena, list, listed);
}

static bool refuse(struct problems *problems, enum refusal what, struct str file, struct str one, struct str two,
		   struct str three)
{
	return problem_add(problems,
			   (struct problem){ .what = what, .file = file, .words = { one, two, three } });
}

static bool rename_known(const struct column_name *names, size_t count, struct str ours, size_t *which)
{
	for (size_t i = 0; i < count; i++) {
		if (str_equal_ignoring_case(str_of(names[i].name), ours)) {
			*which = i;
			return true;
		}
	}
	return false;
}

/* THEIRS[i] becomes the name that --columns gives to NAMES[i]; those not renamed are left alone. */
static bool renames_read(const struct column_name *names, size_t count, const char *renames, struct str *theirs,
			 struct problems *problems)
{
	struct str rest = str_of(renames);
	bool fine = true;

	while (rest.length) {
		struct str entry = str_trim(str_cut(rest, ',', &rest)), name, ours = str_cut(entry, '=', &name);
		size_t which;

		ours = str_trim(ours);
		name = str_trim(name);
		if (ours.length == 0 || name.length == 0)
			fine = refuse(problems, REFUSAL_IMPORT_RENAME_FORM, STR(""), entry, STR(""), STR(""));
		else if (!rename_known(names, count, ours, &which))
			fine = refuse(problems, REFUSAL_IMPORT_RENAME_UNKNOWN, STR(""), ours,
				      names_known(problems->arena, names, count), STR(""));
		else if (theirs[which].at)
			fine = refuse(problems, REFUSAL_IMPORT_RENAME_TWICE, STR(""), ours, STR(""), STR(""));
		else
			theirs[which] = name;
	}
	return fine;
}

/* How many columns are called NAME, and the last of them: as it is written, else with other capitals. */
static size_t header_find(const struct str *header, size_t count, struct str name, int *found)
{
	size_t exact = 0, alike = 0;
	int alike_at = -1;

	*found = -1;
	for (size_t i = 0; i < count; i++) {
		struct str cell = cell_name(header[i]);

		if (str_equal(cell, name)) {
			exact++;
			*found = (int)i;
		} else if (str_equal_ignoring_case(cell, name)) {
			alike++;
			alike_at = (int)i;
		}
	}
	if (exact)
		return exact;
	*found = alike_at;
	return alike;
}

static struct str header_nearest(const struct str *header, size_t count, struct str name)
{
	struct str nearest = { NULL, 0 };
	unsigned least = NEAR_ENOUGH;

	for (size_t i = 0; i < count; i++) {
		struct str cell = cell_name(header[i]);
		unsigned distance = str_distance(cell, name, NEAR_ENOUGH);

		if (distance < least && distance < cell.length) {
			least = distance;
			nearest = cell;
		}
	}
	return nearest;
}

static bool refuse_missing(struct problems *problems, struct str file, const struct str *header, size_t count,
			   struct str name)
{
	struct str nearest = header_nearest(header, count, name);

	return refuse(problems, nearest.at ? REFUSAL_IMPORT_COLUMN_MISSING_NEAR : REFUSAL_IMPORT_COLUMN_MISSING, file,
		      name, names_listed(problems->arena, header, count), nearest);
}

bool columns_map(const struct column_name *names, size_t count, const struct str *header, size_t header_count,
		 const char *renames, struct str file, int *index, struct problems *problems)
{
	struct str theirs[COLUMNS_MAX] = { 0 };
	size_t known = 0, missing = 0;
	bool fine;

	if (header_count > COLUMNS_MAX)
		return refuse(problems, REFUSAL_IMPORT_TOO_MANY_COLUMNS, file,
			      arena_format(problems->arena, "%zu", header_count),
			      arena_format(problems->arena, "%d", COLUMNS_MAX), STR(""));
	fine = renames_read(names, count, renames, theirs, problems);
	for (size_t i = 0; i < count; i++) {
		struct str name = theirs[i].at ? theirs[i] : str_of(names[i].name);

		known += header_find(header, header_count, name, &index[i]) > 0 || theirs[i].at;
		missing += index[i] < 0 && names[i].required;
	}
	if (known == 0 && missing > 1)
		return refuse(problems, REFUSAL_IMPORT_NAMES_UNKNOWN, file, names_known(problems->arena, names, count),
			      names_listed(problems->arena, header, header_count), STR(""));
	for (size_t i = 0; i < count; i++) {
		struct str ours = str_of(names[i].name), name = theirs[i].at ? theirs[i] : ours;
		size_t found = header_find(header, header_count, name, &index[i]);

		if (found > 1)
			fine = refuse(problems, REFUSAL_IMPORT_COLUMN_TWICE, file, name, STR(""), STR(""));
		else if (found == 0 && theirs[i].at)
			fine = refuse(problems, REFUSAL_IMPORT_RENAME_ABSENT, file, ours, name,
				      names_listed(problems->arena, header, header_count));
		else if (found == 0 && names[i].required)
			fine = refuse_missing(problems, file, header, header_count, ours);
	}
	return fine;
}

bool columns_keys(const struct column_name *names, size_t count, const char *renames, struct str *keys,
		  struct problems *problems)
{
	struct str theirs[COLUMNS_MAX] = { 0 };

	if (!renames_read(names, count, renames, theirs, problems))
		return false;
	for (size_t i = 0; i < count; i++)
		keys[i] = theirs[i].at ? theirs[i] : str_of(names[i].name);
	return true;
}
