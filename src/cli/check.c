/* trainlease check, schema: the agreement file before it is signed. */
#include "cli/agreement_file.h"

bool check_run(struct command *command)
{
	struct agreement_file file;
	bool explain = command_option(command, "explain") != NULL, right = agreement_file_read(command, &file);

	if (command->json && !(explain && right)) {
		problems_write_json(command, right);
		return right;
	}
	if (!right)
		return false;
	if (explain && command->json) {
		terms_explain_json(&file.terms, command_language(command), &command->out);
		return true;
	}
	if (!explain) {
		buf_add_format(&command->out, command_language(command) == LANGUAGE_CHINESE ? "%s：无误\n" : "%s: no problems\n",
			       command->arguments[0]);
		return true;
	}
	for (int language = 0; language < 2; language++)
		if (command->speak == SPEAK_BOTH || language == (int)command_language(command))
			terms_explain(&file.terms, (enum language)language, &command->out);
	return true;
}

bool schema_run(struct command *command)
{
	terms_schema(&command->out);
	return true;
}
