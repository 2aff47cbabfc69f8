#include "support.h"

#include "yaml/yaml.h"

static const char example[] = "examples/agreement.yaml";
static const char every_option[] = "tests/terms/cases/good_every_option.yaml";

static day_number day(const char *text)
{
	day_number number;

	assert_true(day_read(str_of(text), &number));
	return number;
}

static void the_example_says_what_it_says(void **state)
{
	struct arena arena;
	struct terms t;

	(void)state;
	arena_init(&arena);
	agreement_read(&arena, file_bytes(&arena, example), &t);
	assert_str(t.agreement, "TL-2017-0901");
	assert_true(t.signed_given && t.signed_day == day("2017-08-25"));
	assert_str(t.lessor.uscc, "91350100M000100Y43");
	assert_int_equal(t.compute.servers, 40);
	assert_str(t.compute.performance, "300 PFLOPS");
	assert_true(t.compute.performance_flops == (wide)300 * 1000000000000000);
	assert_int_equal(t.compute.bandwidth_bits_per_second, 400000000000);
	assert_true(t.storage.capacity_bytes == (wide)500000000000000);
	assert_int_equal(t.storage.latency_ns_below, 500000);
	assert_true(t.storage.unit_bytes == 1000000000);
	assert_int_equal(t.dataset_count, 1);
	assert_int_equal(t.datasets[0].records, 12000000);
	assert_int_equal(t.software.library_count, 2);
	assert_str(t.software.libraries[1].version, "2.26.2");
	assert_int_equal(t.term.from, day("2017-09-01"));
	assert_int_equal(t.term.renewal_notice_months, 2);
	assert_int_equal(money_fen(t.fees.total), 950000000);
	assert_int_equal(t.payment.order[2], PAYS_PRINCIPAL);
	assert_int_equal(decimal_compare(t.payment.late_percent_per_day, (struct decimal){ 5, 2 }), 0);
	assert_int_equal(t.use.forbidden_count, 3);
	assert_int_equal(t.support.repair_within_seconds, 4 * HOUR_SECONDS);
	assert_int_equal(t.termination.cure_days, 15);
	assert_str(t.cluster.account, "6c71a0");
	arena_free(&arena);
}

static void the_example_has_its_prices(void **state)
{
	struct arena arena;
	struct terms t;

	(void)state;
	arena_init(&arena);
	agreement_read(&arena, file_bytes(&arena, example), &t);
	assert_true(t.fees.compute_given && t.fees.storage_given && t.fees.dataset_given && t.fees.software_given);
	assert_int_equal(t.fees.compute_count, 1);
	assert_int_equal(t.fees.compute[0].gpu_model.length, 0);
	assert_int_equal(t.fees.compute[0].from, t.term.from);
	assert_true(t.fees.compute[0].line > 0);
	assert_str(decimal_text(&arena, t.fees.compute[0].yuan_per_gpu_hour), "12.50");
	assert_str(decimal_text(&arena, t.fees.storage[0].yuan_per_unit_month), "0.35");
	assert_int_equal(money_fen(t.fees.dataset), 20000000);
	arena_free(&arena);
}

static void what_is_not_said_is_meant_by_default(void **state)
{
	struct arena arena;
	struct terms t;

	(void)state;
	arena_init(&arena);
	agreement_read(&arena, file_bytes(&arena, "tests/terms/cases/good.yaml"), &t);
	assert_false(t.signed_given);
	assert_str(t.currency, "CNY");
	assert_str(t.keys.algorithm, "ed25519");
	assert_int_equal(t.digest, DIGEST_SHA256);
	assert_int_equal(t.compute.suspended, SUSPENDED_FREE);
	assert_int_equal(t.compute.fault_scope, FAULT_NODE);
	assert_str(t.storage.unit, "GB");
	assert_int_equal(t.storage.max_gap_seconds, 48 * HOUR_SECONDS);
	assert_int_equal(t.fees.one_time_due, ONE_TIME_TERM_BEGIN);
	assert_int_equal(t.fees.total_meaning, TOTAL_ESTIMATE);
	assert_int_equal(t.payment.due_month, DUE_FOLLOWING);
	assert_int_equal(t.payment.days_to_pay, 5);
	assert_int_equal(t.payment.rest_day, REST_DAY_NEXT);
	assert_int_equal(t.payment.order[0], PAYS_COSTS);
	assert_int_equal(t.payment.order[1], PAYS_PENALTY);
	assert_int_equal(t.payment.grace_days, 3);
	assert_false(t.payment.advance_given);
	assert_int_equal(decimal_sign(t.payment.penalty_cap_percent), 0);
	assert_false(t.tax_exclusive || t.breach.suspend || t.breach.right_survives_payment);
	assert_false(t.support.planned_maintenance_excluded);
	assert_str(t.support.hours, "24x7");
	assert_int_equal(t.cluster.runaway_after_seconds, 7 * DAY_SECONDS);
	arena_free(&arena);
}

static void a_lease_without_storage_keeps_its_defaults(void **state)
{
	struct arena arena;
	struct terms t;

	(void)state;
	arena_init(&arena);
	agreement_read(&arena, file_bytes(&arena, "tests/terms/cases/good_compute_only.yaml"), &t);
	assert_false(t.fees.storage_given || t.fees.dataset_given || t.fees.software_given);
	assert_int_equal(t.fees.storage_count + t.dataset_count + t.software.library_count, 0);
	assert_true(t.storage.unit_bytes == 1000000000);
	arena_free(&arena);
}

static void every_option_is_read(void **state)
{
	struct arena arena;
	struct terms t;

	(void)state;
	arena_init(&arena);
	agreement_read(&arena, file_bytes(&arena, every_option), &t);
	assert_str(t.agreement, "沪租（2017）第12号");
	assert_int_equal(t.digest, DIGEST_SM3);
	assert_int_equal(t.compute.share_count, 3);
	assert_int_equal(t.compute.shares[0].thousandths, 125);
	assert_int_equal(t.compute.shares[2].thousandths, 1000);
	assert_int_equal(t.compute.suspended, SUSPENDED_BILLED);
	assert_int_equal(t.compute.fault_scope, FAULT_JOB);
	assert_true(t.storage.unit_bytes == (wide)1 << 30);
	assert_int_equal(t.storage.max_gap_seconds, DAY_SECONDS);
	assert_int_equal(t.fees.one_time_due, ONE_TIME_DATE);
	assert_int_equal(t.fees.one_time_day, day("2017-10-01"));
	assert_int_equal(t.fees.total_meaning, TOTAL_CAP);
	assert_int_equal(t.payment.due_month, DUE_SAME);
	assert_true(t.payment.advance_given);
	assert_int_equal(money_fen(t.payment.advance), 50000000);
	assert_int_equal(t.payment.rest_day, REST_DAY_SAME);
	assert_int_equal(t.payment.order[0], PAYS_PRINCIPAL);
	assert_int_equal(t.tax_count, 2);
	assert_str(t.tax[1].clause, "3.1(1)");
	assert_int_equal(t.tax[0].from, t.term.from);
	assert_int_equal(t.tax[1].from, day("2018-05-01"));
	assert_true(t.tax_exclusive && t.breach.suspend && t.support.planned_maintenance_excluded);
	assert_int_equal(t.cluster.more_account_count, 2);
	assert_str(t.cluster.more_accounts[1], "6c71a2");
	arena_free(&arena);
}

static void price_lists_keep_their_order(void **state)
{
	struct arena arena;
	struct terms t;

	(void)state;
	arena_init(&arena);
	agreement_read(&arena, file_bytes(&arena, every_option), &t);
	assert_int_equal(t.fees.compute_count, 3);
	assert_str(t.fees.compute[0].gpu_model, "H200");
	assert_int_equal(t.fees.compute[0].from, t.term.from);
	assert_int_equal(t.fees.compute[1].from, day("2018-03-01"));
	assert_int_equal(t.fees.compute[2].gpu_model.length, 0);
	assert_int_equal(t.fees.compute[1].line, t.fees.compute[0].line + 1);
	assert_int_equal(t.fees.storage_count, 2);
	assert_int_equal(t.fees.storage[1].from, day("2018-01-01"));
	arena_free(&arena);
}

struct term_case {
	const char *from;
	int months;
	const char *last;
};

/* The examples of agreement.md, and the ends of months. */
static const struct term_case term_cases[] = {
	{ "2023-03-01", 12, "2024-02-29" }, { "2024-01-31", 1, "2024-02-29" },  { "2024-08-30", 6, "2025-02-28" },
	{ "2017-09-15", 12, "2018-09-14" }, { "2017-09-01", 12, "2018-08-31" }, { "2024-02-29", 12, "2025-02-28" },
	{ "2023-01-30", 1, "2023-02-28" },  { "2023-01-29", 1, "2023-02-28" },  { "2023-01-28", 1, "2023-02-27" },
	{ "2023-12-01", 1, "2023-12-31" },  { "2023-05-31", 1, "2023-06-30" },  { "2017-09-01", 240, "2037-08-31" },
};

static void months_end_where_the_agreement_says(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < COUNT(term_cases); i++)
		assert_str(day_text(&arena, term_last_day(day(term_cases[i].from), term_cases[i].months)),
			   term_cases[i].last);
	arena_free(&arena);
}

static void terms_that_fit_are_accepted(void **state)
{
	struct arena arena;
	struct str base;
	struct terms t;

	(void)state;
	arena_init(&arena);
	base = file_bytes(&arena, "tests/terms/cases/good.yaml");
	for (size_t i = 0; i < COUNT(term_cases); i++) {
		struct str months = arena_format(&arena, "months: %d", term_cases[i].months);
		struct str text = replaced(&arena, base, "2017-09-01", term_cases[i].from);

		text = replaced(&arena, text, "2018-08-31", term_cases[i].last);
		text = replaced(&arena, text, "months: 12", months.at);
		text = replaced(&arena, text, "2 months", "0 months");
		agreement_read(&arena, text, &t);
		assert_int_equal(t.term.months, term_cases[i].months);
	}
	arena_free(&arena);
}

struct model_case {
	const char *agreed, *reported;
	bool matches;
};

static const struct model_case model_cases[] = {
	{ "NVIDIA H200", "h200", true }, { "H200", "NVIDIA-H200", true },
	{ "", "anything", true }, { "NVIDIA H200", "h20", false },
	{ "H20", "h200", false }, { "A100-SXM4-80GB", "a100_sxm4_80gb", true },
	{ "nvidia h200", "", false }, { "昇腾 910B", "昇腾910b", true },
	{ "MI300X", "mi300x", true },
};

static void gpu_models_are_compared_as_people_do(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(model_cases); i++)
		if (gpu_model_matches(str_of(model_cases[i].agreed), str_of(model_cases[i].reported)) !=
		    model_cases[i].matches)
			fail_msg("%s, %s", model_cases[i].agreed, model_cases[i].reported);
}

static void a_refusal_leaves_the_terms_alone(void **state)
{
	struct arena arena;
	struct problems problems;
	struct terms t = { .cluster = { .runaway_after_seconds = 17 } };
	const struct node *root;

	(void)state;
	arena_init(&arena);
	problems_init(&problems, &arena);
	root = yaml_read(&arena, STR("agreement: TL-1\n"), STR("a.yaml"), &problems);
	assert_non_null(root);
	assert_false(terms_read(&arena, root, STR("a.yaml"), &t, &problems));
	assert_int_equal(t.cluster.runaway_after_seconds, 17);
	assert_int_equal(problems.count, 12);
	assert_string_equal(refusal_name(problems.list[0].what), "KEY_MISSING");
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_example_says_what_it_says),
		cmocka_unit_test(the_example_has_its_prices),
		cmocka_unit_test(what_is_not_said_is_meant_by_default),
		cmocka_unit_test(a_lease_without_storage_keeps_its_defaults),
		cmocka_unit_test(every_option_is_read),
		cmocka_unit_test(price_lists_keep_their_order),
		cmocka_unit_test(months_end_where_the_agreement_says),
		cmocka_unit_test(terms_that_fit_are_accepted),
		cmocka_unit_test(gpu_models_are_compared_as_people_do),
		cmocka_unit_test(a_refusal_leaves_the_terms_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
