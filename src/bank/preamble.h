/* What a bank's CSV says above its table: whose account it is, and of which currency. */
#ifndef BANK_PREAMBLE_H
#define BANK_PREAMBLE_H

#include "base/arena.h"
#include "base/str.h"

struct bank_preamble {
	struct str account, currency, holder;      /* empty where not told */
};

/* TEXT is all above the header. "账号：6222...", "账号,6222...", "#账号:[6222...] 币种:[人民币]", in the midst of a title
 * or alone. What is told twice counts as first told. */
struct bank_preamble bank_preamble_read(struct arena *arena, struct str text);

#endif
