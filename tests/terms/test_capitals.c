#include "support.h"

#include "base/capitals.h"

struct written {
	int64_t fen;
	const char *capitals;
};

/* The first seven are agreement.md's; the next those of the banks' and accountants' rules. */
static const struct written table[] = {
	{ 140950, "人民币壹仟肆佰零玖元伍角整" },
	{ 600714, "人民币陆仟零柒元壹角肆分" },
	{ 10700053, "人民币壹拾万柒仟元零伍角叁分" },
	{ 1640902, "人民币壹万陆仟肆佰零玖元零贰分" },
	{ 32504, "人民币叁佰贰拾伍元零肆分" },
	{ 50, "人民币伍角整" },
	{ 5, "人民币伍分" },
	{ 0, "人民币零元整" },
	{ -140950, "人民币负壹仟肆佰零玖元伍角整" },
	{ 168032, "人民币壹仟陆佰捌拾元零叁角贰分" },
	{ 950000000, "人民币玖佰伍拾万元整" },
	{ 1000, "人民币壹拾元整" },
	{ 10000000000, "人民币壹亿元整" },
	{ 10000000100, "人民币壹亿零壹元整" },
	{ 10010000000, "人民币壹亿零壹拾万元整" },
	{ 100100000, "人民币壹佰万壹仟元整" },
	{ 1001000, "人民币壹万零壹拾元整" },
	{ 100000000000000, "人民币壹万亿元整" },
};

static void amounts_are_written(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < COUNT(table); i++) {
		struct money read;

		assert_str(capitals_write(&arena, money_of_fen(table[i].fen)), table[i].capitals);
		assert_true(capitals_read(&arena, str_of(table[i].capitals), &read));
		assert_true(money_fen(read) == table[i].fen);
	}
	arena_free(&arena);
}

static const struct written other_forms[] = {
	{ 950000000, "玖佰伍拾万元整" },       { 950000000, " 人民币玖佰伍拾万圆正 " }, { 140950, "壹仟肆佰零玖元伍角" },
	{ 10700053, "壹拾万零柒仟元伍角叁分" }, { 10700053, "壹拾万柒仟元伍角叁分" },   { 0, "零元" },
	{ 100100000, "壹佰万零壹仟元整" },      { 32504, "叁佰贰拾伍元肆分" },          { 168032, "壹仟陆佰捌拾元叁角贰分" },
};

static void every_form_is_read(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < COUNT(other_forms); i++) {
		struct money read;

		if (!capitals_read(&arena, str_of(other_forms[i].capitals), &read) ||
		    money_fen(read) != other_forms[i].fen)
			fail_msg("%s", other_forms[i].capitals);
	}
	arena_free(&arena);
}

static void what_is_no_amount_is_refused(void **state)
{
	static const char *const refused[] = { "", "元整", "950万元", "一百元整", "壹佰", "人民币", "壹元贰", "伍分壹元", "拾",
					       "壹佰元整元整", "玖佰伍拾萬元整x", "壹亿亿亿亿元整" };
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < COUNT(refused); i++) {
		struct money read;

		if (capitals_read(&arena, str_of(refused[i]), &read))
			fail_msg("%s was read", refused[i]);
	}
	arena_free(&arena);
}

/* Every amount comes back from its capitals, over all lengths and patterns of zeros. */
static void what_is_written_is_read_back(void **state)
{
	uint64_t seed = 1;
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (int i = 0; i < 20000; i++) {
		struct money read;
		int64_t fen;

		seed = seed * 6364136223846793005u + 1442695040888963407u;
		fen = (int64_t)(seed >> 20) / power_of_ten((unsigned)(seed % 13));
		if (i % 3 == 0)
			fen = fen / 10000 * 10000;
		if (!capitals_read(&arena, capitals_write(&arena, money_of_fen(fen)), &read) || money_fen(read) != fen)
			fail_msg("%lld", (long long)fen);
		arena_reset(&arena);
	}
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(amounts_are_written),
		cmocka_unit_test(every_form_is_read),
		cmocka_unit_test(what_is_no_amount_is_refused),
		cmocka_unit_test(what_is_written_is_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
