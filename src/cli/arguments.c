#include "cli/arguments.h"

#include "base/json.h"

/* One amount: far above any bill, so that sums of thousands still fit. */
#define AMOUNT_FEN_MAX ((int64_t)100000000000000)

struct actor command_actor(struct command *command, struct store *store)
{
	return (struct actor){ .arena = &command->arena, .store = store, .now = command->now, .by = command->by,
			       .command = str_of(command->verb->name) };
}

bool option_text(struct command *command, const char *name, const char *what, struct str *text)
{
	*text = str_of(command_option(command, name));
	return text->length > 0 || problem_say(&command->problems, REFUSAL_OPTION_NEEDED, STR(""), str_of(name), str_of(what), STR(""));
}

bool option_money(struct command *command, const char *name, const char *what, struct money *amount)
{
	struct decimal value;
	struct str text;

	if (!option_text(command, name, what, &text))
		return false;
	if (decimal_read(text, &value) && value.mantissa > 0 && money_of_decimal(value, amount) &&
	    money_fen(*amount) <= AMOUNT_FEN_MAX)
		return true;
	return problem_say(&command->problems, REFUSAL_PAYMENT_AMOUNT, STR(""), text, STR(""), STR(""));
}

static bool option_day_refused(struct command *command, const char *name, struct str text)
{
	return problem_say(&command->problems, REFUSAL_OPTION_DAY, STR(""), str_of(name), text, STR(""));
}

bool option_day(struct command *command, const char *name, day_number *day)
{
	struct str text;

	return option_text(command, name, "2017-11-04", &text) && (day_read(text, day) || option_day_refused(command, name, text));
}

bool option_because(struct command *command, struct str *because)
{
	*because = str_of(command_option(command, "because"));
	return because->length > 0 || problem_say(&command->problems, REFUSAL_BECAUSE_MISSING, STR(""), STR(""), STR(""), STR(""));
}

bool argument_month(struct command *command, unsigned number, month_number *month)
{
	struct str text = command_argument(command, number);

	return month_read(text, month) || problem_say(&command->problems, REFUSAL_USAGE_MONTH, STR(""), text, STR(""), STR(""));
}

bool number_read(struct command *command, struct str lease, struct str text, const char *what, const char *what_chinese,
		 int64_t *value)
{
	struct str digits = text;
	uint64_t number;

	if (lease.length && str_starts(text, lease) && text.length > lease.length && text.at[lease.length] == '-')
		digits = str_part(text, lease.length + 1, text.length);
	if (str_to_u64(digits, &number) && number > 0 && number <= INT32_MAX) {
		*value = (int64_t)number;
		return true;
	}
	return problem_add(&command->problems, (struct problem){
		.what = REFUSAL_OPTION_NUMBER, .words = { text, str_of(what), str_of(what_chinese) } });
}

bool option_statements(struct command *command, struct str lease, int64_t *numbers, size_t most, size_t *count)
{
	const char *given = command_option(command, "statement");
	struct str rest = str_of(given);

	*count = 0;
	for (bool more = given != NULL; more; more = rest.at != NULL) {
		struct str one = str_trim(str_cut(rest, ',', &rest));

		if (*count == most)
			return problem_say(&command->problems, REFUSAL_OPTION_TOO_MANY, STR(""), STR("statement"),
					   arena_format(&command->arena, "%zu", most), STR(""));
		if (!number_read(command, lease, one, "statement", "结算单", &numbers[(*count)++]))
			return false;
	}
	return true;
}

void done_print(struct command *command, const char *name, struct str text)
{
	struct json_writer w;

	if (command->json) {
		json_writer_pretty(&w, &command->out);
		json_object(&w);
		json_put_string(&w, name, text);
		json_object_end(&w);
	} else {
		buf_add_str(&command->out, text);
	}
	buf_add_char(&command->out, '\n');
}
