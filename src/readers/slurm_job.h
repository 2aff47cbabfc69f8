/*
 * One job as Slurm's accounting tells it, in text or JSON, and the row of usage that it makes. Whatever form a job
 * comes in, it has the same key and the same figures.
 *
 * The key is CLUSTER/JOBIDRAW/SUBMIT: job numbers begin again at 1 when a controller loses its state, and a requeued
 * or resized job is several rows of one number that differ in the time of their submission.
 */
#ifndef READERS_SLURM_JOB_H
#define READERS_SLURM_JOB_H

#include "readers/reader.h"
#include "readers/tres.h"

struct slurm_job {
	struct str cluster, id;
	struct str state;             /* as written; several with commas between; empty: not told */
	struct str account, user, nodes, purpose;
	instant submit, start, end;
	bool has_submit, has_start, has_end;
	int64_t elapsed_seconds;      /* without what was suspended, as Slurm counts */
	bool has_elapsed;
	int64_t suspended_seconds;
	struct tres_gpus gpus;
	bool allocation_told;         /* something stands in AllocTRES */
	bool gpus_asked_for;
};

/* ROW_USAGE, ROW_NOTHING or ROW_REFUSED. ROW's texts are views of JOB's and of ARENA. */
enum row_result slurm_job_row(const struct slurm_job *job, struct arena *arena, struct usage_row *row,
			      struct problem *why) MUST_USE;

/* A default wckey is marked by a '*' before it. */
struct str slurm_wckey(struct str wckey);
/* "None assigned" and the like are no nodes. */
struct str slurm_nodes(struct str nodes);

#endif
