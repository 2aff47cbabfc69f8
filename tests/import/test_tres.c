/* GPUs among trackable resources: what was held, and whether some were asked for. */
#include "support.h"

#include "readers/tres.h"

static void assert_gpus(const char *cell, int64_t count, const char *model, const char *profile)
{
	struct problem why;
	struct tres_gpus gpus;
	struct arena arena;

	arena_init(&arena);
	if (!tres_read(&arena, "AllocTRES", str_of(cell), &gpus, &why))
		fail_msg("%s refused: %s", cell, refusal_name(why.what));
	assert_int_equal(gpus.count, count);
	assert_str(gpus.model, model);
	assert_str(gpus.profile, profile);
	arena_free(&arena);
}

static void assert_refused(const char *cell, enum refusal what)
{
	struct tres_gpus gpus = { .count = 7 };
	struct problem why;
	struct arena arena;

	arena_init(&arena);
	assert_false(tres_read(&arena, "AllocTRES", str_of(cell), &gpus, &why));
	assert_string_equal(refusal_name(why.what), refusal_name(what));
	assert_int_equal(gpus.count, 7);
	arena_free(&arena);
}

static void test_counts(void **state)
{
	(void)state;
	assert_gpus("", 0, "", "");
	assert_gpus("billing=256,cpu=256,mem=8000M,node=8", 0, "", "");
	assert_gpus("billing=256,cpu=256,gres/gpu=16,mem=8000M,node=8", 16, "", "");
	assert_gpus("billing=8,cpu=2,gres/gpu:h200=8,gres/gpu=8,mem=200M,node=2", 8, "h200", "");
	assert_gpus("cpu=2,gres/gpu:h200=8", 8, "h200", "");
	assert_gpus("cpu=2,gres/gpu=0", 0, "", "");
	assert_gpus("cpu=2,energy=18446744073709551614,gres/gpu=1", 1, "", "");
	assert_gpus("gres/gpumem=40G,gres/gpuutil=90,gres/shard=4,gres/nic=1", 0, "", "");
}

static void test_types(void **state)
{
	(void)state;
	assert_gpus("gres/gpu:h200=4,gres/gpu:a100=2,gres/gpu=6", 6, "a100+h200", "");
	assert_gpus("gres/gpu:h200=4,gres/gpu:a100=2", 6, "a100+h200", "");
	assert_gpus("gres/gpu:h200=4,gres/gpu:a100=0,gres/gpu=4", 4, "h200", "");
	/* Only some types are tracked by name: the rest must not be sold as h200. */
	assert_gpus("gres/gpu:h200=4,gres/gpu=6", 6, "h200+other", "");
}

static void test_slices(void **state)
{
	(void)state;
	assert_gpus("gres/gpu:1g.10gb=3", 3, "", "1g.10gb");
	assert_gpus("gres/gpu:a100_1g.5gb=2,gres/gpu=2", 2, "a100", "1g.5gb");
	assert_gpus("gres/gpu:nvidia_h100_80gb_hbm3_3g.40gb=1", 1, "nvidia_h100_80gb_hbm3", "3g.40gb");
	assert_gpus("gres/gpu:a100_1g.10gb+me=1", 1, "a100", "1g.10gb+me");
	assert_gpus("gres/gpu:a100_1g.5gb=2,gres/gpu:a100_2g.10gb=1", 3, "a100", "1g.5gb+2g.10gb");
	assert_gpus("gres/gpu:a100=1,gres/gpu:a100_1g.5gb=2,gres/gpu=3", 3, "a100", "1g.5gb+whole");
	assert_gpus("gres/gpu:nvidia_a100-sxm4-40gb=2", 2, "nvidia_a100-sxm4-40gb", "");
	assert_gpus("gres/gpu:11g.gb=1", 1, "11g.gb", "");
}

static void test_malformed(void **state)
{
	(void)state;
	assert_refused("cpu=1,gres/gpu=two", REFUSAL_IMPORT_TRES);
	assert_refused("gres/gpu=-1", REFUSAL_IMPORT_TRES);
	assert_refused("gres/gpu=1.5", REFUSAL_IMPORT_TRES);
	assert_refused("gres/gpu=2K", REFUSAL_IMPORT_TRES);
	assert_refused("gres/gpu=", REFUSAL_IMPORT_TRES);
	assert_refused("gres/gpu", REFUSAL_IMPORT_TRES);
	assert_refused("gres/gpu:=1", REFUSAL_IMPORT_TRES);
	assert_refused("cpu=1,,gres/gpu=1", REFUSAL_IMPORT_TRES);
	assert_refused("gres/gpu=18446744073709551614", REFUSAL_IMPORT_TRES);
	assert_refused("gres/gpu=9223372036854775807", REFUSAL_IMPORT_TRES_CONTRADICTS);
	assert_refused("gres/gpu=2,gres/gpu=2", REFUSAL_IMPORT_TRES_CONTRADICTS);
	assert_refused("gres/gpu:h200=2,gres/gpu:h200=2", REFUSAL_IMPORT_TRES_CONTRADICTS);
	assert_refused("gres/gpu:h200=4,gres/gpu=2", REFUSAL_IMPORT_TRES_CONTRADICTS);
	assert_refused("1=2,2=100,1001=8", REFUSAL_IMPORT_TRES_NUMBERED);
}

static void test_uncounted(void **state)
{
	struct tres_sum sum = { 0 };
	struct tres_gpus gpus;
	struct arena arena;

	(void)state;
	arena_init(&arena);
	tres_sum_add_uncounted(&sum, STR("shard"));
	assert_true(tres_sum_gpus(&arena, &sum, &gpus));
	tres_sum_add_uncounted(&sum, STR("gpu"));
	assert_false(tres_sum_gpus(&arena, &sum, &gpus));
	tres_sum_add(&sum, STR("gpu:h200"), 2);
	assert_true(tres_sum_gpus(&arena, &sum, &gpus));
	assert_int_equal(gpus.count, 2);
	arena_free(&arena);
}

/* The spellings of ReqGRES in a real project's fixtures, each beside the AllocTRES that Slurm made of it. */
static void test_spellings(void **state)
{
	struct arena arena;
	struct str rest;
	size_t rows = 0;

	(void)state;
	arena_init(&arena);
	rest = data_text(&arena, "sacct/accounting-logs-with-gpu-gres.2020-05-08.log");
	while (rest.length) {
		struct str row = str_cut(rest, '\n', &rest), asked = { NULL, 0 }, allocated = { NULL, 0 };
		struct tres_gpus gpus;
		struct problem why;

		for (int field = 1; field <= 23; field++) {
			struct str cell = str_cut(row, '|', &row);

			if (field == 21)
				asked = cell;
			if (field == 23)
				allocated = cell;
		}
		assert_true(tres_read(&arena, "AllocTRES", allocated, &gpus, &why));
		assert_int_equal(tres_asks_for_gpus(asked), gpus.count > 0);
		rows++;
	}
	assert_int_equal(rows, 24);
	arena_free(&arena);
}

static void test_asked(void **state)
{
	static const char *const asking[] = {
		"gpu",
		"gpu:2",
		"gpu:tesla:2(S:0-1)",
		"gres:gpu:1",
		"gres/gpu=2",
		"gres/gpu:h200=2",
		"PER_NODE:gpu:1",
		"billing=2,cpu=1,gres/gpu=2,mem=100M,node=1",
		"gpu:h200",
		"hbm:0,gpu:P100:2(IDX:1,3)",
		"gpu:10",
		"gres:gpu:h100:2(IDX:0-1),gres:nic:0",
	};
	static const char *const not_asking[] = {
		"",          "gpu:0", "gpu:0(IDX:N/A)", "gpu:V100:0", "gres/gpu=0", "cpu=2,mem=4G",
		"gpumem:4G", "hbm:4", "craynetwork:1",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(asking) / sizeof(asking[0]); i++)
		if (!tres_asks_for_gpus(str_of(asking[i])))
			fail_msg("%s asks", asking[i]);
	for (size_t i = 0; i < sizeof(not_asking) / sizeof(not_asking[0]); i++)
		if (tres_asks_for_gpus(str_of(not_asking[i])))
			fail_msg("%s asks not", not_asking[i]);
}

static void test_submit_lines(void **state)
{
	static const char *const asking[] = {
		"sbatch --time 1 --wrap sleep 30 && true --partition gpu --gpus 4",
		"sbatch --gpus=4 x.sh",
		"srun -G 2 x",
		"srun -G2 x",
		"sbatch --gres gpu:4 x.sh",
		"sbatch --gres=gpu x.sh",
		"sbatch --gres=nic:1,gpu:h100:2 x.sh",
		"sbatch --gpus-per-node h100:1,h200:1 x",
		"sbatch --gpus-per-task 2 --ntasks 2",
		"sbatch --gpus-per-socket=2",
		"sbatch --tres-per-task=gres/gpu:1 x",
		"salloc --gpus h100:1",
	};
	static const char *const not_asking[] = {
		"",
		"sbatch --time 2 --wrap sleep 30",
		"sbatch --gpus=0 x",
		"sbatch --gres=none x",
		"srun -G 0 x",
		"sbatch --gres=gpu:0 x",
		"sbatch --gpu-bind=closest x",
		"sbatch --cpus-per-gpu=4 x",
		"sbatch --mem-per-gpu 4G x",
		"sbatch --gpus",
		"sbatch -g 4",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(asking) / sizeof(asking[0]); i++)
		if (!submit_line_asks_for_gpus(str_of(asking[i])))
			fail_msg("%s asks", asking[i]);
	for (size_t i = 0; i < sizeof(not_asking) / sizeof(not_asking[0]); i++)
		if (submit_line_asks_for_gpus(str_of(not_asking[i])))
			fail_msg("%s asks not", not_asking[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts),    cmocka_unit_test(test_types),        cmocka_unit_test(test_slices),
		cmocka_unit_test(test_malformed), cmocka_unit_test(test_uncounted),    cmocka_unit_test(test_spellings),
		cmocka_unit_test(test_asked),     cmocka_unit_test(test_submit_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
