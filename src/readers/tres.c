#include "readers/tres.h"

#include <stdlib.h>
#include <string.h>

/* ---- counting ---- */

/* True when NAME is "gpu" or "gpu:TYPE", and not "gpumem" or another. */
static bool gpu_type(struct str name, struct str *type)
{
	struct str kind = str_cut(name, ':', type);

	return str_equal_ignoring_case(kind, STR("gpu"));
}

void tres_sum_add(struct tres_sum *sum, struct str name, int64_t count)
{
	struct str type;

	if (!gpu_type(name, &type))
		return;
	if (count < 0 || count > INT64_MAX / 1000 / (TRES_GPU_TYPES_MAX + 1)) {
		sum->contradicted = true;
		return;
	}
	if (type.length == 0) {
		sum->contradicted = sum->contradicted || sum->has_untyped;
		sum->has_untyped = true;
		sum->untyped = count;
		return;
	}
	for (size_t i = 0; i < sum->type_count; i++)
		if (str_equal(sum->types[i].name, type))
			sum->contradicted = true;
	if (sum->type_count == TRES_GPU_TYPES_MAX) {
		sum->contradicted = true;
		return;
	}
	sum->types[sum->type_count].name = type;
	sum->types[sum->type_count++].count = count;
}

void tres_sum_add_uncounted(struct tres_sum *sum, struct str name)
{
	struct str type;

	sum->uncounted = sum->uncounted || gpu_type(name, &type);
}

/* ---- models and profiles ---- */

static size_t digits_at(struct str text, size_t from)
{
	size_t at = from;

	while (at < text.length && text.at[at] >= '0' && text.at[at] <= '9')
		at++;
	return at - from;
}

static bool ends_or_extends(struct str text, size_t at)
{
	return at == text.length || text.at[at] == '+' || text.at[at] == '.' || text.at[at] == '-';
}

/* How much of TEXT is a MIG profile: 1g.10gb, 3g.40gb, 1g.5gb+me; 0 if it is none. */
static size_t profile_length(struct str text)
{
	size_t slices = digits_at(text, 0), memory;

	if (slices == 0 || !str_starts(str_part(text, slices, text.length), STR("g.")))
		return 0;
	memory = digits_at(text, slices + 2);
	if (memory == 0 || !str_starts(str_part(text, slices + 2 + memory, text.length), STR("gb")) ||
	    !ends_or_extends(text, slices + memory + 4))
		return 0;
	return text.length;
}

/* Cuts a type as NVML and administrators name it, "a100_1g.5gb", "1g.10gb", "nvidia_a100-sxm4-40gb". */
static void type_cut(struct str type, struct str *model, struct str *profile)
{
	*model = type;
	*profile = STR("");
	for (size_t at = 0; at < type.length; at++) {
		struct str rest = str_part(type, at, type.length);

		if ((at > 0 && type.at[at - 1] != '_' && type.at[at - 1] != '-' && type.at[at - 1] != '.') ||
		    profile_length(rest) == 0)
			continue;
		*profile = rest;
		*model = str_part(type, 0, at ? at - 1 : 0);
		return;
	}
}

static int str_order(const void *a, const void *b)
{
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

/* The different ones of NAMES, sorted, with '+' between. */
static struct str joined(struct arena *arena, struct str *names, size_t count)
{
	struct str text = STR("");

	qsort(names, count, sizeof(*names), str_order);
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && str_equal(names[i], names[i - 1]))
			continue;
		if (i == 0)
			text = names[i];
		else
			text = arena_format(arena, "%.*s+%.*s", (int)text.length, text.at, (int)names[i].length,
					    names[i].at);
	}
	return text;
}

struct kinds {
	struct str models[TRES_GPU_TYPES_MAX + 1], profiles[TRES_GPU_TYPES_MAX + 1];
	size_t model_count, profile_count;
	bool whole;
};

static int64_t kinds_of_types(const struct tres_sum *sum, struct kinds *kinds)
{
	int64_t typed = 0;

	for (size_t i = 0; i < sum->type_count; i++) {
		struct str model, profile;

		if (sum->types[i].count == 0)
			continue;
		typed += sum->types[i].count;
		type_cut(sum->types[i].name, &model, &profile);
		kinds->models[kinds->model_count++] = model;
		if (profile.length)
			kinds->profiles[kinds->profile_count++] = profile;
		else
			kinds->whole = true;
	}
	return typed;
}

bool tres_sum_gpus(struct arena *arena, const struct tres_sum *sum, struct tres_gpus *gpus)
{
	struct kinds kinds = { .model_count = 0 };
	int64_t typed = kinds_of_types(sum, &kinds);
	int64_t count = sum->has_untyped ? sum->untyped : typed;

	if (sum->contradicted || typed > count || (sum->uncounted && count == 0))
		return false;
	if (typed > 0 && typed < count) {
		kinds.models[kinds.model_count++] = STR("other");
		kinds.whole = true;
	}
	if (kinds.profile_count && kinds.whole)
		kinds.profiles[kinds.profile_count++] = STR("whole");
	*gpus = (struct tres_gpus){
		.count = count,
		.model = joined(arena, kinds.models, kinds.model_count),
		.profile = joined(arena, kinds.profiles, kinds.profile_count),
	};
	return true;
}

/* ---- AllocTRES ---- */

static bool refuse(struct problem *why, enum refusal what, const char *column, struct str text)
{
	*why = (struct problem){ .what = what, .words = { str_of(column), text } };
	return false;
}

bool tres_read(struct arena *arena, const char *column, struct str cell, struct tres_gpus *gpus, struct problem *why)
{
	struct tres_sum sum = { 0 };

	for (struct str rest = cell; rest.length;) {
		struct str entry = str_cut(rest, ',', &rest), value, name = str_cut(entry, '=', &value);
		struct str type;
		int64_t count;

		if (name.length == 0 || value.length == 0)
			return refuse(why, REFUSAL_IMPORT_TRES, column, entry);
		if (digits_at(name, 0) == name.length)
			return refuse(why, REFUSAL_IMPORT_TRES_NUMBERED, column, entry);
		if (!str_starts(name, STR("gres/")))
			continue;
		name = str_part(name, strlen("gres/"), name.length);
		if (!gpu_type(name, &type))
			continue;
		if (!str_to_i64(value, &count) || count < 0 || (type.at && type.length == 0))
			return refuse(why, REFUSAL_IMPORT_TRES, column, entry);
		tres_sum_add(&sum, name, count);
	}
	return tres_sum_gpus(arena, &sum, gpus) || refuse(why, REFUSAL_IMPORT_TRES_CONTRADICTS, column, cell);
}

/* ---- what was asked for ---- */

/* Off REST up to a comma that does not stand in brackets: gpu:P100:2(IDX:1,3) is one entry. */
static struct str entry_cut(struct str *rest)
{
	struct str whole = *rest;
	int depth = 0;

	for (size_t i = 0; i < whole.length; i++) {
		if (whole.at[i] == '(' || whole.at[i] == '[')
			depth++;
		else if (whole.at[i] == ')' || whole.at[i] == ']')
			depth--;
		else if (whole.at[i] == ',' && depth <= 0) {
			*rest = str_part(whole, i + 1, whole.length);
			return str_part(whole, 0, i);
		}
	}
	*rest = str_part(whole, whole.length, whole.length);
	return whole;
}

static bool prefix_drop(struct str *text, struct str prefix)
{
	if (!str_equal_ignoring_case(str_part(*text, 0, prefix.length), prefix))
		return false;
	*text = str_part(*text, prefix.length, text->length);
	return true;
}

static bool is_zero(struct str digits)
{
	size_t zeros = 0;

	while (zeros < digits.length && digits.at[zeros] == '0')
		zeros++;
	return zeros && zeros == digits.length;
}

/* "gpu", "gpu:2", "gpu:tesla:2(S:0-1)", "gpu=2", "gpu:tesla=0", with what releases put before it. */
static bool entry_asks(struct str entry)
{
	static const char *const prefixes[] = { "per_job:", "per_node:", "per_socket:", "per_task:",
						"gres:", "gres/" };
	struct str count;

	entry = str_trim(str_part(entry, 0, str_find(entry, '(')));
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		prefix_drop(&entry, str_of(prefixes[i]));
	if (!prefix_drop(&entry, STR("gpu")))
		return false;
	if (entry.length == 0)
		return true;
	if (entry.at[0] != ':' && entry.at[0] != '=')
		return false;
	for (count = entry; count.at && str_find(count, ':') < count.length;)
		str_cut(count, ':', &count);
	if (str_find(count, '=') < count.length)
		str_cut(count, '=', &count);
	return !is_zero(count);
}

bool tres_asks_for_gpus(struct str cell)
{
	while (cell.length)
		if (entry_asks(entry_cut(&cell)))
			return true;
	return false;
}

/* "4", "h100:1", "h100:1,h200:1"; not "0" and not "none". */
static bool gpu_list_asks(struct str list)
{
	bool asks = false;

	while (list.length) {
		struct str entry = entry_cut(&list), count = entry;

		while (str_find(count, ':') < count.length)
			str_cut(count, ':', &count);
		asks = asks || (count.length && !is_zero(count) && !str_equal_ignoring_case(count, STR("none")));
	}
	return asks;
}

struct gpu_option {
	const char *name;
	bool (*asks)(struct str value);
};

static const struct gpu_option options[] = {
	{ "--gpus", gpu_list_asks },
	{ "--gpus-per-node", gpu_list_asks },
	{ "--gpus-per-socket", gpu_list_asks },
	{ "--gpus-per-task", gpu_list_asks },
	{ "--gres", tres_asks_for_gpus },
	{ "--tres-per-job", tres_asks_for_gpus },
	{ "--tres-per-node", tres_asks_for_gpus },
	{ "--tres-per-socket", tres_asks_for_gpus },
	{ "--tres-per-task", tres_asks_for_gpus },
};

static struct str word_next(struct str *line)
{
	if (line->length == 0)
		return STR("");
	*line = str_trim(*line);
	return str_cut(*line, ' ', line);
}

static bool word_asks(struct str word, struct str rest)
{
	struct str value, name = str_cut(word, '=', &value);

	if (str_is(word, "-G"))
		return gpu_list_asks(word_next(&rest));
	if (str_starts(word, STR("-G")))
		return gpu_list_asks(str_part(word, 2, word.length));
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (str_is(name, options[i].name))
			return options[i].asks(value.at ? value : word_next(&rest));
	return false;
}

bool submit_line_asks_for_gpus(struct str line)
{
	while (line.length)
		if (word_asks(word_next(&line), line))
			return true;
	return false;
}
