/*
 * GPUs among Slurm's trackable resources.
 *
 * AllocTRES says what a job held: `gres/gpu=8` counts its GPUs; `gres/gpu:h200=8` counts those of one type, and they
 * are the same devices, never to be added to the first. Shards and GPU memory are not GPUs. ReqTRES and ReqGRES say
 * what was asked for, which is never billed.
 */
#ifndef READERS_TRES_H
#define READERS_TRES_H

#include "base/arena.h"
#include "base/problem.h"

enum { TRES_GPU_TYPES_MAX = 16 };

struct tres_gpus {
	int64_t count;           /* GPUs; of MIG: slices */
	/* The type: empty if none is told. Several are sorted and joined by '+', so that such a row only has a price
	 * where one price holds for every model; GPUs of which no type is told count as the type `other`. */
	struct str model;
	struct str profile;      /* of MIG slices, 1g.10gb; several, or slices beside whole GPUs, are joined likewise */
};

/* Adds up the entries of one job; begins zeroed. */
struct tres_sum {
	int64_t untyped;
	bool has_untyped;
	bool uncounted;          /* an entry of GPUs had no count */
	bool contradicted;       /* the same entry twice, or an absurd count */
	size_t type_count;
	struct {
		struct str name;
		int64_t count;
	} types[TRES_GPU_TYPES_MAX];
};

/* One entry of the kind gres, by its name: "gpu", "gpu:h200", "shard". NAME must stay until tres_sum_gpus. */
void tres_sum_add(struct tres_sum *sum, struct str name, int64_t count);
/* The same for an entry whose count the source leaves out. */
void tres_sum_add_uncounted(struct tres_sum *sum, struct str name);
/* False when the entries contradict each other or count nothing although GPUs are named. */
bool tres_sum_gpus(struct arena *arena, const struct tres_sum *sum, struct tres_gpus *gpus) MUST_USE;

/* Reads a cell of AllocTRES; COLUMN is its name. False with *WHY on what is malformed. */
bool tres_read(struct arena *arena, const char *column, struct str cell, struct tres_gpus *gpus,
	       struct problem *why) MUST_USE;

/* Whether ReqTRES or ReqGRES, in any release's spelling, asks for at least one GPU. */
bool tres_asks_for_gpus(struct str cell);
/* Whether a command line of sbatch, salloc or srun does. A program's own option --gpus looks the same and counts:
 * this only ever decides that a person should look. */
bool submit_line_asks_for_gpus(struct str line);

#endif
