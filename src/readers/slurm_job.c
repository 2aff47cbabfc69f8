#include "readers/slurm_job.h"

enum phase {
	PHASE_UNTOLD,
	PHASE_MARK,        /* a flag that says nothing about holding GPUs */
	PHASE_PENDING,
	PHASE_ENDED,
	PHASE_RUNNING,     /* holds its allocation, running, suspended or on its way in or out */
	PHASE_UNKNOWN,
};

/* Slurm's job states and state flags, slurm.h of 22.05 to 25.11. */
static const struct {
	const char *name;
	enum phase phase;
} states[] = {
	{ "COMPLETED", PHASE_ENDED },       { "RUNNING", PHASE_RUNNING },       { "PENDING", PHASE_PENDING },
	{ "CANCELLED", PHASE_ENDED },       { "FAILED", PHASE_ENDED },          { "TIMEOUT", PHASE_ENDED },
	{ "OUT_OF_MEMORY", PHASE_ENDED },   { "NODE_FAIL", PHASE_ENDED },       { "PREEMPTED", PHASE_ENDED },
	{ "BOOT_FAIL", PHASE_ENDED },       { "DEADLINE", PHASE_ENDED },        { "SUSPENDED", PHASE_RUNNING },
	{ "COMPLETING", PHASE_RUNNING },    { "CONFIGURING", PHASE_RUNNING },   { "STOPPED", PHASE_RUNNING },
	{ "SIGNALING", PHASE_RUNNING },     { "STAGE_OUT", PHASE_RUNNING },     { "REQUEUED", PHASE_ENDED },
	{ "RESIZING", PHASE_ENDED },        { "REVOKED", PHASE_ENDED },         { "SPECIAL_EXIT", PHASE_ENDED },
	{ "REQUEUE_HOLD", PHASE_ENDED },    { "REQUEUE_FED", PHASE_ENDED },     { "LAUNCH_FAILED", PHASE_ENDED },
	{ "RESV_DEL_HOLD", PHASE_PENDING }, { "RECONFIG_FAIL", PHASE_MARK },    { "UPDATE_DB", PHASE_MARK },
	{ "POWER_UP_NODE", PHASE_MARK },    { "EXPEDITING", PHASE_MARK },
};

static enum phase state_phase(struct str name)
{
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (str_equal_ignoring_case(name, str_of(states[i].name)))
			return states[i].phase;
	return PHASE_UNKNOWN;
}

/* The phase of several states at once is that of the latest in enum phase's order. */
static enum phase states_phase(struct str text)
{
	enum phase phase = PHASE_UNTOLD;

	while (text.length) {
		enum phase one = state_phase(str_trim(str_cut(text, ',', &text)));

		if (one > phase)
			phase = one;
	}
	return phase;
}

/* "CANCELLED by 123" tells who; who is no part of the state. */
static struct str state_name(struct str text)
{
	return str_starts(text, STR("CANCELLED by ")) ? str_part(text, 0, 9) : text;
}

static struct str job_key(const struct slurm_job *job, struct arena *arena)
{
	/* Without its submission a job is told from an earlier one of the same number by its start, which does not
	 * change while it runs, as its end does. */
	instant since = job->has_submit ? job->submit : job->has_start ? job->start : 0;
	struct str cluster = job->cluster.length ? job->cluster : STR("-");

	return arena_format(arena, "%.*s/%.*s/%lld", (int)cluster.length, cluster.at, (int)job->id.length, job->id.at,
			    (long long)since);
}

/* A resized job goes on as a new row whose submission is the time of the resize but whose start is again that of the
 * first row, which has counted the time in between (Slurm's own reports count it twice). No other job starts before
 * it was submitted. Nothing is clipped beyond the end. */
static void clip(const struct slurm_job *job, struct usage_row *row)
{
	instant from = job->submit;

	if (!job->has_submit || !row->has_start || job->start >= job->submit)
		return;
	if (row->has_end && from > row->end)
		from = row->end;
	if (row->has_listed && from > row->listed)
		from = row->listed;
	if (from <= row->start)
		return;
	row->clipped_seconds = from - row->start;
	row->start = from;
}

static bool ran(const struct slurm_job *job, const struct usage_row *row)
{
	if (row->running || !job->has_end)
		return job->has_elapsed && job->elapsed_seconds > 0;
	return job->end > job->start;
}

/* A cluster that doesn't track GPUs shows none in its allocations, and its jobs would be free without a word. Of a
 * running job whose allocation has not reached the accounting yet nothing can be said. */
static bool untracked(const struct slurm_job *job, const struct usage_row *row)
{
	return job->gpus.count == 0 && job->gpus_asked_for && job->has_start && ran(job, row) &&
	       (job->allocation_told || !row->running);
}

static enum park_reason defect_of(const struct slurm_job *job, const struct usage_row *row, enum phase phase)
{
	if (phase == PHASE_UNKNOWN)
		return PARKED_UNKNOWN_STATE;
	if (!row->has_start)
		return PARKED_NO_START;
	if (!row->running && !row->has_end)
		return PARKED_NO_END;
	if (row->has_end && row->end < row->start)
		return PARKED_END_BEFORE_START;
	return untracked(job, row) ? PARKED_UNTRACKED_GPUS : PARKED_NOT;
}

/* Pending, or over before it ever began. A source that lists no start but time spent contradicts itself: that row is
 * kept for a person to look at. */
static bool never_started(const struct slurm_job *job, enum phase phase)
{
	if (phase == PHASE_PENDING)
		return !job->has_start || !job->has_elapsed || job->elapsed_seconds == 0;
	if (job->has_start || phase == PHASE_UNKNOWN || phase == PHASE_RUNNING)
		return false;
	return !job->has_elapsed || job->elapsed_seconds == 0;
}

static void times_fill(const struct slurm_job *job, enum phase phase, struct usage_row *row)
{
	/* A job that the accounting calls pending, with a start and time spent, is just being started. */
	row->running = phase == PHASE_RUNNING || (phase == PHASE_PENDING && !job->has_end);
	row->has_start = job->has_start;
	row->start = job->has_start ? job->start : 0;
	row->has_end = job->has_end && !row->running;
	row->end = row->has_end ? job->end : 0;
	row->has_listed = row->running && job->has_start && job->has_elapsed;
	if (row->has_listed)
		row->listed = job->start + job->elapsed_seconds + job->suspended_seconds;
}

enum row_result slurm_job_row(const struct slurm_job *job, struct arena *arena, struct usage_row *row,
			      struct problem *why)
{
	struct str state = state_name(job->state);
	enum phase phase = states_phase(state);

	if (never_started(job, phase))
		return ROW_NOTHING;
	if (!job->has_submit && str_contains(state, STR("RESIZING"))) {
		*why = (struct problem){ .what = REFUSAL_IMPORT_RESIZED_NO_SUBMIT };
		return ROW_REFUSED;
	}
	row->key = job_key(job, arena);
	row->account = job->account;
	row->user = job->user;
	row->model = job->gpus.model;
	row->profile = job->gpus.profile;
	row->purpose = job->purpose;
	row->nodes = job->nodes;
	row->state = state;
	row->gpus_thousandths = job->gpus.count * 1000;
	row->suspended_seconds = job->suspended_seconds;
	times_fill(job, phase, row);
	row->defect = defect_of(job, row, phase);
	if (row->defect != PARKED_END_BEFORE_START)
		clip(job, row);
	return ROW_USAGE;
}

struct str slurm_wckey(struct str wckey)
{
	return str_starts(wckey, STR("*")) ? str_part(wckey, 1, wckey.length) : wckey;
}

struct str slurm_nodes(struct str nodes)
{
	return str_equal_ignoring_case(nodes, STR("None assigned")) || str_is(nodes, "(null)") ? STR("") : nodes;
}
