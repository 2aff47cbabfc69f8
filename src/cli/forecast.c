/* trainlease forecast: cash by month and when 3.2's total is reached, over the leases. */
#include "cli/arguments.h"
#include "cli/table.h"
#include "ledger/load.h"
#include "lease/forecast.h"

struct forecasting {
	struct command *command;
	struct store *store;
	struct table cash;
	struct json_writer w;
	struct forecast all;
	struct buf totals;
	size_t leases;
	month_number first;
};

static struct str percent_text(struct arena *arena, const struct forecast *f)
{
	return money_fen(f->total) > 0 ? ratio_text(arena, (wide)money_fen(f->fees_to_date) * 100, money_fen(f->total), 1) : STR("0");
}

static void json_write(struct forecasting *g, struct str lease, const struct forecast *f)
{
	struct arena *a = &g->command->arena;

	json_object(&g->w);
	json_put_string(&g->w, "lease", lease);
	json_put_integer(&g->w, "overdue_fen", money_fen(f->overdue));
	json_key(&g->w, "months");
	json_array(&g->w);
	for (int i = 0; i < FORECAST_MONTHS; i++) {
		json_object(&g->w);
		json_put_string(&g->w, "month", month_text(a, f->first + i));
		json_put_integer(&g->w, "billed_fen", money_fen(f->billed[i]));
		json_put_integer(&g->w, "expected_fen", money_fen(f->expected[i]));
		json_object_end(&g->w);
	}
	json_array_end(&g->w);
	json_put_integer(&g->w, "mean_fees_fen", money_fen(f->mean_fees));
	json_put_integer(&g->w, "fees_to_date_fen", money_fen(f->fees_to_date));
	json_put_integer(&g->w, "agreed_total_fen", money_fen(f->total));
	json_put_string(&g->w, "percent_of_total", percent_text(a, f));
	if (f->reaches_total)
		json_put_string(&g->w, "total_reached", month_text(a, f->reached));
	json_object_end(&g->w);
}

static void row_write(struct forecasting *g, struct str name, const struct forecast *f)
{
	struct arena *a = &g->command->arena;
	struct str cells[TABLE_COLUMNS_MAX] = { name, money_grouped(a, f->overdue) };

	for (int i = 0; i < FORECAST_MONTHS; i++)
		cells[2 + i] = money_grouped(a, money_of_fen(money_fen(f->billed[i]) + money_fen(f->expected[i])));
	table_row(&g->cash, cells);
}

static void total_write(struct forecasting *g, struct str lease, const struct forecast *f)
{
	bool chinese = command_language(g->command) == LANGUAGE_CHINESE;
	struct arena *a = &g->command->arena;
	struct str words[] = { lease, percent_text(a, f), money_grouped(a, f->fees_to_date), f->reaches_total ? month_text(a, f->reached) : STR("") };

	buf_add_template(&g->totals, chinese ? "3.2 {1}：已计费 {3}，占约定总额 {2} %" : "3.2 {1}: {3} billed, {2} % of the agreed total", words);
	if (f->reaches_total)
		buf_add_template(&g->totals, chinese ? "；按近期均值，{4} 达到总额" : "; at the recent mean it is reached in {4}", words);
	buf_add_char(&g->totals, '\n');
}

static bool all_add(struct forecast *all, const struct forecast *f)
{
	bool fits = money_add(all->overdue, f->overdue, &all->overdue);

	all->first = f->first;
	for (int i = 0; i < FORECAST_MONTHS && fits; i++)
		fits = money_add(all->billed[i], f->billed[i], &all->billed[i]) && money_add(all->expected[i], f->expected[i], &all->expected[i]);
	return fits;
}

static bool lease_forecast(struct forecasting *g, struct str id)
{
	struct command *command = g->command;
	struct chain_head head;
	const struct lease *lease = lease_load(&command->arena, g->store, id, UINT64_MAX, &head, &command->problems);
	struct forecast forecast;
	struct account account;
	day_number day;

	if (!lease)
		return false;
	day = zone_day(&lease->zone, command->now);
	if ((command_option(command, "on") && !option_day(command, "on", &day)) ||
	    !account_compute(&command->arena, lease, day, &account, &command->problems) ||
	    !forecast_compute(&account, g->first, &forecast, &command->problems))
		return false;
	g->leases++;
	if (command->json) {
		json_write(g, id, &forecast);
		return true;
	}
	row_write(g, id, &forecast);
	total_write(g, id, &forecast);
	return all_add(&g->all, &forecast) || problem_say(&command->problems, REFUSAL_RATING_OVERFLOW, STR("3.2"), STR(""), STR(""), STR(""));
}

static bool leases_forecast(struct forecasting *g)
{
	struct command *command = g->command;
	struct str *ids;
	size_t count;

	if (command->argument_count)
		return lease_forecast(g, command_argument(command, 0));
	if (!lease_ids_list(&command->arena, g->store, &ids, &count, &command->problems))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!lease_forecast(g, ids[i]))
			return false;
	return true;
}

/* The months stand in the heads of the columns. */
static void columns_make(struct forecasting *g, struct table_column columns[TABLE_COLUMNS_MAX], month_number first)
{
	columns[0] = (struct table_column){ "lease", "租约", false };
	columns[1] = (struct table_column){ "overdue", "逾期", true };
	for (int i = 0; i < FORECAST_MONTHS; i++) {
		const char *month = month_text(&g->command->arena, first + i).at;

		columns[2 + i] = (struct table_column){ month, month, true };
	}
	columns[2 + FORECAST_MONTHS] = (struct table_column){ 0 };
}

static void result_print(struct forecasting *g)
{
	struct command *command = g->command;

	if (command->json) {
		json_array_end(&g->w);
		buf_add_char(&command->out, '\n');
		return;
	}
	if (g->leases > 1)
		row_write(g, command_language(command) == LANGUAGE_CHINESE ? STR("合计") : STR("total"), &g->all);
	table_write(&g->cash, &command->out);
	buf_add_char(&command->out, '\n');
	buf_add_str(&command->out, buf_str(&g->totals));
}

bool forecast_run(struct command *command)
{
	struct forecasting g = { .command = command };
	struct table_column columns[TABLE_COLUMNS_MAX];
	day_number day = day_of_instant_utc(command->now);
	bool done;

	if (command_option(command, "on") && !option_day(command, "on", &day))
		return false;
	g.first = month_of_day(day);
	columns_make(&g, columns, g.first);
	table_init(&g.cash, &command->arena, columns, command_language(command));
	buf_init(&g.totals, 1 << 26);
	json_writer_pretty(&g.w, &command->out);
	if (command->json)
		json_array(&g.w);
	g.store = command_store(command, STORE_READ);
	done = g.store && store_read_begin(g.store, &command->problems) && leases_forecast(&g);
	store_close(g.store);
	if (done)
		result_print(&g);
	else
		buf_reset(&command->out);
	buf_free(&g.totals);
	return done;
}
