/* What the readers of bank statements share: one file being read, and the parts that no format owns. */
#ifndef BANK_READING_H
#define BANK_READING_H

#include "bank/bank.h"

struct bank_reading {
	struct arena *arena;
	struct str name;                     /* of the file, for problems */
	struct str bytes;
	const struct bank_csv_form *form;
	struct bank_file file;               /* as far as it was read */
	struct problems *problems;
	bool refused;                        /* nothing of the file will be used */
};

/* Appends a problem at LINE (0: the file as a whole); the file is refused. Always false. */
bool bank_refuse(struct bank_reading *reading, enum refusal what, size_t line, struct str one, struct str two,
		 struct str three, struct str four);

/* NUMBER as a bank writes it (a plus, no digit before or after the point, leading zeros) in hundredths, exactly; false
 * with a problem that names FIELD. Negative numbers are read. */
bool bank_minor_read(struct bank_reading *reading, size_t line, struct str field, struct str number,
		     struct str currency, int64_t *minor) MUST_USE;

struct str bank_minor_text(struct arena *arena, wide minor);     /* "-1,234.50" */

/* The text itself, or the empty one where it only says that there is none (NOTPROVIDED, NONREF, ...). */
struct str bank_reference_told(struct str text);

/* Without spaces within, as accounts are kept. */
struct str bank_account_packed(struct arena *arena, struct str text);

struct bank_line *bank_line_add(struct bank_reading *reading);

/* The key without its ordinal; REFERENCE empty: a digest of the line's content and of EVIDENCE. */
void bank_key_begin(struct arena *arena, struct bank_line *line, struct str reference, struct str evidence);
/* Adds the ordinals, once, when all lines are there. NEWEST_FIRST tells of each line whether its statement runs back in
 * time; NULL where none does. */
void bank_keys_end(struct arena *arena, struct bank_file *file, const bool *newest_first);

/* The formats. False when the file is refused. */
bool bank_camt_read(struct bank_reading *reading) MUST_USE;
bool bank_csv_read(struct bank_reading *reading) MUST_USE;

#endif
