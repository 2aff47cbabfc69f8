/* `why ID MONTH 3.4`: the penalty on a statement, day by day. */
#ifndef CLI_WHY_PENALTY_H
#define CLI_WHY_PENALTY_H

#include "cli/command.h"

bool why_penalty_run(struct command *command);

#endif
