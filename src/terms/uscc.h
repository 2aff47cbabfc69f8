/*
 * The unified social credit code of an organisation: GB 32100-2015, with the organisation code of GB 11714 inside
 * (characters 9 to 17). Both carry a check character; either alone lets some slips through.
 */
#ifndef TERMS_USCC_H
#define TERMS_USCC_H

#include "base/str.h"

enum { USCC_LENGTH = 18, USCC_FAULTS_MAX = USCC_LENGTH };

enum uscc_fault_kind {
	USCC_WRONG_LENGTH,              /* position: how many characters there are */
	USCC_WRONG_CHARACTER,           /* not one of 0-9A-Z without I O Z S V; right: the one probably meant, or 0 */
	USCC_WRONG_ORGANISATION_CHECK,  /* the 17th character, by characters 9 to 16 */
	USCC_WRONG_CHECK,               /* the 18th character, by the first 17 */
};

struct uscc_fault {
	enum uscc_fault_kind kind;
	unsigned position;              /* from 1 */
	char found, right;              /* found: '?' for what is not ASCII */
};

/* Every fault of CODE, which must be UTF-8, into FAULTS; 0 when it is right. When the 17th character is wrong, the
 * 18th is judged by the right one, so one slip is told once. */
unsigned uscc_faults(struct str code, struct uscc_fault faults[USCC_FAULTS_MAX]);

#endif
