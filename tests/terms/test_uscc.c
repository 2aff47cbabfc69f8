#include "support.h"

#include "terms/uscc.h"

struct uscc_case {
	const char *code;
	unsigned faults;
	enum uscc_fault_kind kind;      /* of the first */
	unsigned position;
	char right;
};

static const struct uscc_case cases[] = {
	{ "91350100M000100Y43", 0, 0, 0, 0 },
	{ "911101080000000007", 0, 0, 0, 0 },
	{ "91350100M000100Y4Z", 1, USCC_WRONG_CHECK, 18, '3' },
	{ "91350100M000100Y44", 1, USCC_WRONG_CHECK, 18, '3' },
	{ "91350100M000100Y53", 1, USCC_WRONG_ORGANISATION_CHECK, 17, '4' },
	{ "91350100M000100Y55", 2, USCC_WRONG_ORGANISATION_CHECK, 17, '4' },
	{ "91350100M000100YX3", 1, USCC_WRONG_ORGANISATION_CHECK, 17, '4' },
	{ "9135O100M000100Y43", 1, USCC_WRONG_CHARACTER, 5, '0' },
	{ "9I35O100M000100Y43", 2, USCC_WRONG_CHARACTER, 2, '1' },
	{ "91350100m000100Y43", 1, USCC_WRONG_CHARACTER, 9, 'M' },
	{ "91350100M000100 43", 1, USCC_WRONG_CHARACTER, 16, 0 },
	{ "91350100甲000100Y43", 1, USCC_WRONG_CHARACTER, 9, 0 },
	{ "91350100M000100Y4", 1, USCC_WRONG_LENGTH, 17, 0 },
	{ "91350100M000100Y433", 1, USCC_WRONG_LENGTH, 19, 0 },
	{ "", 1, USCC_WRONG_LENGTH, 0, 0 },
};

static void faults_are_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct uscc_fault faults[USCC_FAULTS_MAX];
		unsigned count = uscc_faults(str_of(cases[i].code), faults);

		if (count != cases[i].faults)
			fail_msg("%s: %u faults, expected %u", cases[i].code, count, cases[i].faults);
		if (count && (faults[0].kind != cases[i].kind || faults[0].position != cases[i].position ||
			      faults[0].right != cases[i].right))
			fail_msg("%s: fault %d at %u, right '%c'", cases[i].code, (int)faults[0].kind,
				 faults[0].position, faults[0].right);
	}
}

/* Every other character in every place of a right code is told. */
static void every_single_slip_is_told(void **state)
{
	static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
	char code[] = "91350100M000100Y43";

	(void)state;
	for (size_t place = 0; place < USCC_LENGTH; place++) {
		char right = code[place];

		for (const char *c = alphabet; *c; c++) {
			struct uscc_fault faults[USCC_FAULTS_MAX];

			code[place] = *c;
			assert_int_equal(uscc_faults(str_of(code), faults) == 0, *c == right);
		}
		code[place] = right;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(faults_are_told),
		cmocka_unit_test(every_single_slip_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
