#include "cli/arguments.h"

#include "base/json.h"

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
	if (decimal_read(text, &value) && value.mantissa > 0 && money_of_decimal(value, amount))
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

bool number_read(struct command *command, struct str text, const char *what, const char *what_chinese, int64_t *value)
{
	size_t from = text.length;

	while (from > 0 && text.at[from - 1] >= '0' && text.at[from - 1] <= '9')
		from--;
	if (str_to_i64(str_part(text, from, text.length), value) && *value > 0 && (from == 0 || text.at[from - 1] == '-'))
		return true;
	return problem_add(&command->problems, (struct problem){
		.what = REFUSAL_OPTION_NUMBER, .words = { text, str_of(what), str_of(what_chinese) } });
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
