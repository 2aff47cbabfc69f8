#include "import/sums.h"

#include <stdlib.h>
#include <string.h>

struct entry {
	uint32_t model;
	bool outside_term;
	struct month_sums sums;
};

/* One place at a time is summed, so the table holds few entries: its classes x the months it touches. */
struct sums_table {
	const struct place *place;
	struct day_cutter cutter;
	struct entry *entries;
	size_t count, capacity;
	size_t last;                  /* the entry found last: records come in runs */
	uint32_t model;               /* of the record that is being added */
	bool outside_term;
};

struct sums_table *sums_table_new(void)
{
	return memory_alloc(sizeof(struct sums_table));
}

void sums_table_free(struct sums_table *table)
{
	if (table)
		free(table->entries);
	free(table);
}

void sums_table_clear(struct sums_table *table)
{
	table->count = table->last = 0;
	table->place = NULL;
}

static bool entry_is(const struct sums_table *table, size_t i, month_number month)
{
	const struct entry *entry = &table->entries[i];

	return entry->sums.month == month && entry->model == table->model && entry->outside_term == table->outside_term;
}

static struct month_sums *month_find(void *context, month_number month)
{
	struct sums_table *table = context;
	struct entry *entry;

	if (table->last < table->count && entry_is(table, table->last, month))
		return &table->entries[table->last].sums;
	for (size_t i = 0; i < table->count; i++)
		if (entry_is(table, i, month)) {
			table->last = i;
			return &table->entries[i].sums;
		}
	if (table->count == table->capacity) {
		table->capacity = table->capacity ? table->capacity * 2 : 64;
		table->entries = memory_array(table->entries, table->capacity, sizeof(*table->entries));
	}
	table->last = table->count;
	entry = &table->entries[table->count++];
	memset(entry, 0, sizeof(*entry));
	entry->model = table->model;
	entry->outside_term = table->outside_term;
	entry->sums.month = month;
	return &entry->sums;
}

bool sums_table_add(struct sums_table *table, const struct place *place, uint32_t model,
		    const struct usage_record *record)
{
	bool suspended_billed = place->lease->terms.compute.suspended == SUSPENDED_BILLED;

	if (table->place != place) {
		sums_table_clear(table);
		table->place = place;
		day_cutter_init(&table->cutter, &place->lease->zone);
	}
	table->model = model;
	table->outside_term = (record->flags & USAGE_OUTSIDE_TERM_BILLED) != 0;
	return day_sums_add(&table->cutter, record->start, usage_billed_end(record, suspended_billed),
			    record->gpus_thousandths, record->flags & USAGE_WITHDRAWN, month_find, table);
}

bool sums_table_write(struct sums_table *table, struct store *store, const struct place *place,
		      const struct text_table *texts, uint64_t seq, struct problems *problems)
{
	if (table->place != place)
		return true;
	for (size_t i = 0; i < table->count; i++) {
		struct price_class class = { text_table_text(texts, table->entries[i].model), table->entries[i].outside_term };

		if (!store_month_add(store, place->chain, class, seq, &table->entries[i].sums, problems))
			return false;
	}
	sums_table_clear(table);
	return true;
}
