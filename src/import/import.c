#include "import/job.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"
#include "import/rebuild.h"
#include "ledger/house.h"
#include "readers/zone_system.h"

enum { SNIFF_BYTES = 4096, REFUSED_LINES_KEPT = 100, BODY_BYTES_MAX = 1024 * 1024 };

static const char *const format_names[FORMAT_COUNT] = {
	"by content", "csv", "sacct", "sacct-json", "storage-csv", "storage-json",
};

const char *import_format_name(enum import_format format)
{
	return format_names[format];
}

bool import_format_named(struct str name, enum import_format *format)
{
	for (int i = FORMAT_CSV; i < FORMAT_COUNT; i++)
		if (str_is(name, format_names[i])) {
			*format = (enum import_format)i;
			return true;
		}
	return false;
}

/* ---- the input ---- */

static enum import_format format_guess(struct str beginning, const struct import_request *request)
{
	struct str first = str_part(beginning, 0, str_find(beginning, '\n')), trimmed = str_trim(beginning);
	bool storage = str_contains(first, STR("bytes")) ||
		       (request->columns && str_contains(str_of(request->columns), STR("bytes=")));

	if (trimmed.length && (trimmed.at[0] == '{' || trimmed.at[0] == '['))
		return storage ? FORMAT_STORAGE_JSON : FORMAT_SACCT_JSON;
	if (str_find(first, '|') < first.length)
		return FORMAT_SACCT;
	return storage ? FORMAT_STORAGE_CSV : FORMAT_CSV;
}

static bool spool_failed(int error, struct problems *problems)
{
	return problem_say(problems, REFUSAL_IMPORT_SPOOL, STR(""), str_of(strerror(error)), STR(""), STR(""));
}

/* Standard input can be read only once; it gets a file without a name, which goes with the process. */
static bool spool(struct import_job *job, struct problems *problems)
{
	const char *folder = getenv("TMPDIR");
	char *path = arena_cstr(job->arena, arena_format(job->arena, "%s/trainlease-XXXXXX", folder && *folder ? folder : "/tmp"));
	char bytes[65536];
	ssize_t got;

	job->spool_descriptor = mkostemp(path, O_CLOEXEC);
	if (job->spool_descriptor < 0)
		return spool_failed(errno, problems);
	unlink(path);
	while ((got = read(STDIN_FILENO, bytes, sizeof(bytes))) > 0)
		if (write(job->spool_descriptor, bytes, (size_t)got) != got)
			return spool_failed(errno ? errno : ENOSPC, problems);
	if (got < 0)
		return spool_failed(errno, problems);
	job->path = arena_format(job->arena, "/proc/self/fd/%d", job->spool_descriptor).at;
	return true;
}

/* What ended the reading becomes the command's problem. */
static bool reading_failed(struct import_job *job, struct problems *problems)
{
	for (size_t i = 0; i < job->reading_problems.count; i++)
		problem_add(problems, job->reading_problems.list[i]);
	job->reading_problems.count = job->reading_problems.total = 0;
	return false;
}

bool import_reopen(struct import_job *job, struct problems *problems)
{
	input_close(job->input);
	job->input = input_open(job->path, &job->reading_problems);
	return job->input != NULL || reading_failed(job, problems);
}

static bool input_begin(struct import_job *job, struct problems *problems)
{
	struct str window;

	job->path = job->request->path;
	if (strcmp(job->path, "-") == 0 && !spool(job, problems))
		return false;
	if (!import_reopen(job, problems))
		return false;
	job->format = job->request->format;
	if (job->format == FORMAT_BY_CONTENT) {
		if (!input_peek(job->input, SNIFF_BYTES, &window))
			return reading_failed(job, problems);
		job->format = format_guess(window, job->request);
	}
	job->report->format = job->format;
	return true;
}

void import_progress(const struct import_job *job, bool checking)
{
	struct import_progress progress = {
		input_packed_bytes(job->input), input_file_bytes(job->input), job->report->read, checking,
	};

	if (job->request->progress)
		job->request->progress(job->request->context, &progress);
}

/* ---- knowing a file again ---- */

static struct str optional_text(const char *text)
{
	return text ? str_of(text) : STR("");
}

/* The same bytes read in the same way are the same import. */
static struct digest signature_of(const struct import_job *job, const struct digest *file)
{
	const struct import_request *r = job->request;
	struct str newline = STR("\n");
	struct str listed = r->listed_given ? instant_text(job->arena, r->listed) : STR("");
	struct str parts[] = {
		{ (const char *)file->bytes, DIGEST_BYTES }, str_of(import_format_name(job->format)), newline,
		optional_text(r->columns), newline, optional_text(r->fields), newline, r->zone, newline, r->lease, newline,
		r->source, newline, listed,
	};

	return digest_of(DIGEST_SHA256, parts, sizeof(parts) / sizeof(parts[0]));
}

/* A file that may have been imported before is digested before it is read: the same file again adds nothing. */
static bool file_known(struct import_job *job, bool *known, struct problems *problems)
{
	struct digest file;
	struct str window;
	bool sized;

	if (!store_import_sized(job->store, input_file_bytes(job->input), &sized, problems))
		return false;
	if (!sized)
		return true;
	for (;;) {
		if (!input_peek(job->input, 1, &window))
			return reading_failed(job, problems);
		if (window.length == 0)
			break;
		input_take(job->input, window.length);
	}
	file = input_digest(job->input);
	job->signature = signature_of(job, &file);
	job->report->digest = file;
	return store_import_known(job->store, &job->signature, known, problems) && import_reopen(job, problems);
}

/* ---- reading ---- */

static bool reader_open(struct import_job *job, struct reader *reader, struct problems *problems)
{
	switch (job->format) {
	case FORMAT_SACCT:
		return sacct_reader_open(&job->reading, job->input, &job->options, reader, problems);
	case FORMAT_SACCT_JSON:
		return sacct_json_reader_open(&job->reading, job->input, &job->options, reader, problems);
	case FORMAT_CSV:
	case FORMAT_BY_CONTENT:
	case FORMAT_STORAGE_CSV:
	case FORMAT_STORAGE_JSON:
	case FORMAT_COUNT:
		break;
	}
	return csv_reader_open(&job->reading, job->input, &job->options, reader, problems);
}

static bool intake_open(struct import_job *job, struct intake *intake, struct problems *problems)
{
	*intake = (struct intake){
		.places = &job->places, .store = job->store, .lease_given = job->request->lease.length > 0,
		.source = job->format == FORMAT_CSV ? job->request->source : STR(""), .listed = job->request->listed, .problems = &job->report->refusals,
		.strict = job->request->strict,
	};
	if (intake->lease_given && !places_find(&job->places, job->request->lease, &intake->lease_place))
		return problem_say(problems, REFUSAL_LEASE_UNKNOWN, STR(""), job->request->lease, STR(""), STR(""));
	intake->reading_problems = &job->reading_problems;
	problems_init(&job->report->refusals, &job->reading);
	buf_init(&intake->key, INPUT_ROW_BYTES_MAX);
	return reader_open(job, &intake->reader, &job->reading_problems) || reading_failed(job, problems);
}

static void rows_report(struct import_job *job, const struct batch *batch)
{
	job->report->read += batch->rows.read;
	job->report->nothing += batch->rows.nothing;
	job->report->refused += batch->rows.refused;
	job->report->open += batch->rows.open;
}

/* A file of which not one row can be read is not what its format says. */
static bool nothing_readable(const struct import_job *job)
{
	return job->report->refused > 0 && job->report->refused == job->report->read;
}

typedef bool batch_use(struct import_job *job, struct committer *committer, struct batch *batch,
		       struct problems *problems);

static bool batch_keep(struct import_job *job, struct committer *committer, struct batch *batch,
		       struct problems *problems)
{
	(void)job;
	return batch_commit(committer, batch, problems);
}

static bool batch_check(struct import_job *job, struct committer *committer, struct batch *batch,
			struct problems *problems)
{
	size_t line;

	if (!batch->keyless || job->request->replace_source)
		return true;
	if (!batch_conflict(committer, batch, &line, problems))
		return false;
	if (line == 0)
		return true;
	return problem_add(problems, (struct problem){ .what = REFUSAL_IMPORT_SOURCE_CHANGED, .line = line,
						       .file = input_name(job->input), .words = { job->request->source } });
}

/* One thread fills a batch while the other uses the one before. */
struct filler {
	struct batch *batch;
	struct intake *intake;
};

static void *fill_in_thread(void *argument)
{
	struct filler *filler = argument;

	batch_fill(filler->batch, filler->intake);
	return NULL;
}

static bool batch_done(struct import_job *job, struct committer *committer, struct batch *batch, batch_use *use,
		       struct problems *problems)
{
	rows_report(job, batch);
	if (batch->failed || nothing_readable(job)) {
		if (job->report->refusals.count && (!batch->failed || job->request->strict))
			problem_add(problems, job->report->refusals.list[job->report->refusals.count - 1]);
		return reading_failed(job, problems);
	}
	return use(job, committer, batch, problems);
}

static bool batches_run(struct import_job *job, struct intake *intake, struct committer *committer, batch_use *use,
			bool checking, struct problems *problems)
{
	bool threaded = job->request->threads > 1, done = true, last = false;
	struct batch *first = batch_new(), *second = threaded ? batch_new() : NULL;
	struct batch *batches[2] = { first, threaded ? second : first };
	pthread_t thread;

	batch_fill(batches[0], intake);
	for (unsigned turn = 0; done && !last; turn++) {
		struct batch *batch = batches[turn % 2];
		struct filler filler = { batches[(turn + 1) % 2], intake };
		bool started;

		last = batch->last;
		started = !last && threaded && pthread_create(&thread, NULL, fill_in_thread, &filler) == 0;
		done = batch_done(job, committer, batch, use, problems);
		if (started)
			pthread_join(thread, NULL);
		else if (!last && done)
			fill_in_thread(&filler);
		import_progress(job, checking);
	}
	batch_free(first);
	batch_free(second);
	return done;
}

static void committer_for(struct import_job *job, struct committer *committer)
{
	committer_init(committer, job->arena, job->store, &job->places);
	committer->by = job->request->by;
	committer->command = STR("import");
	committer->now = job->request->now;
	committer->format = str_of(import_format_name(job->format));
}

/* What the reader said of the header, once. */
static void advice_tell(struct import_job *job, bool checking, struct problems *problems)
{
	for (size_t i = 0; !checking && i < job->reading_problems.count; i++)
		problem_add(problems, job->reading_problems.list[i]);
	job->reading_problems.count = job->reading_problems.total = 0;
}

static bool pass(struct import_job *job, batch_use *use, bool checking, struct problems *problems)
{
	struct committer committer;
	struct intake intake;
	bool done = false;

	job->report->read = job->report->nothing = job->report->refused = job->report->open = 0;
	committer_for(job, &committer);
	if (intake_open(job, &intake, problems)) {
		advice_tell(job, checking, problems);
		done = batches_run(job, &intake, &committer, use, checking, problems);
		intake.reader.close(intake.reader.state);
		buf_free(&intake.key);
	}
	job->report->counts = committer.counts;
	job->report->added_thousandths = committer.added_thousandths;
	memcpy(job->report->examples, committer.examples, sizeof(committer.examples));
	committer_free(&committer);
	return done;
}

/* What may fail after its first batch, or must not begin before all of it was seen, is read twice. */
static bool needs_check(struct import_job *job, bool *needed, struct problems *problems)
{
	struct str window;
	bool known = false;

	if (!input_peek(job->input, 1, &window))
		return reading_failed(job, problems);
	if (job->request->source.length && !store_source_known(job->store, job->request->source, &known, problems))
		return false;
	*needed = job->request->strict || (known && !job->request->replace_source) || job->format == FORMAT_SACCT_JSON ||
		  input_is_packed(job->input);
	return true;
}

static bool usage_import(struct import_job *job, struct problems *problems)
{
	bool check;

	if (!needs_check(job, &check, problems))
		return false;
	if (check && (!pass(job, batch_check, true, problems) || !import_reopen(job, problems)))
		return false;
	return pass(job, batch_keep, false, problems);
}

/* ---- the last fact ---- */

static void counts_write(struct json_writer *w, const struct import_job *job)
{
	const struct import_report *r = job->report;
	struct arena *arena = job->arena;

	json_object(w);
	if (job->request->replace_source)
		json_put_string(w, "because", job->request->because);
	json_put_integer(w, "bytes", (int64_t)r->bytes);
	json_put_integer(w, "corrected", (int64_t)r->counts.corrected);
	json_put_string(w, "digest", digest_hex(arena, &r->digest));
	json_put_string(w, "file", utf8_printable(arena, input_name(job->input)));
	json_put_string(w, "format", str_of(import_format_name(job->format)));
	json_put_integer(w, "known", (int64_t)r->counts.known);
	json_put_integer(w, "new", (int64_t)r->counts.added);
	json_put_integer(w, "nothing", (int64_t)r->nothing);
	json_put_integer(w, "open", (int64_t)r->open);
	json_put_integer(w, "parked", (int64_t)r->counts.parked);
	json_put_integer(w, "read", (int64_t)r->read);
	json_put_integer(w, "refused", (int64_t)r->refused);
	json_key(w, "refused_lines");
	json_array(w);
	for (size_t i = 0; i < r->refusals.count && i < REFUSED_LINES_KEPT; i++)
		json_add_integer(w, (int64_t)r->refusals.list[i].line);
	json_array_end(w);
	json_put_string(w, "repeated_hour", STR("first"));
	json_put_string(w, "signature", digest_hex(arena, &job->signature));
	json_put_string(w, "source", job->request->source);
	json_put_string(w, "zone", job->request->zone);
	json_object_end(w);
}

static bool import_known_put(struct store *store, const struct digest *signature, uint64_t bytes, struct str source,
			     struct problems *problems)
{
	return store_import_add(store, signature, bytes, problems) &&
	       (source.length == 0 || store_source_add(store, source, problems));
}

bool import_derive(struct arena *arena, struct store *store, const struct stored_fact *fact, struct problems *problems)
{
	struct envelope envelope;
	struct digest signature;
	struct json_error error;
	const struct json *body;
	int64_t bytes;

	if (!envelope_read(arena, arena_str(arena, fact->envelope), &envelope, problems))
		return false;
	body = json_read(arena, envelope.body, &error);
	if (!json_integer(json_member(body, "bytes"), &bytes) ||
	    !digest_from_hex(json_text(json_member(body, "signature")), &signature))
		return problem_say(problems, REFUSAL_LEASE_FACT_UNREADABLE, STR(""), envelope.kind, STR(""), STR(""));
	return import_known_put(store, &signature, (uint64_t)bytes, json_text(json_member(body, "source")), problems);
}

static bool complete_write(struct import_job *job, struct problems *problems)
{
	struct fact_draft draft = { .kind = STR("import"), .by = job->request->by, .command = STR("import"),
				    .happened = job->request->now };
	struct json_writer w;
	struct buf body;
	bool done;

	buf_init(&body, BODY_BYTES_MAX);
	json_writer_canonical(&w, &body);
	counts_write(&w, job);
	draft.body = buf_str(&body);
	done = house_fact_append(job->store, job->request->now, &draft, problems) &&
	       import_known_put(job->store, &job->signature, job->report->bytes, job->request->source, problems);
	buf_free(&body);
	return done;
}

/* A file with refused rows is not imported whole: it is read again when it comes again, but is put down only once. */
static bool refusals_new(struct import_job *job, bool *new, struct problems *problems)
{
	struct str parts[] = { STR("refused\n"), { (const char *)job->signature.bytes, DIGEST_BYTES } };
	bool known;

	job->signature = digest_of(DIGEST_SHA256, parts, 2);
	if (!store_import_known(job->store, &job->signature, &known, problems))
		return false;
	*new = !known;
	return true;
}

/* The fact that the import is complete, with counts and digest; none when nothing was new. */
static bool import_complete(struct import_job *job, struct problems *problems)
{
	const struct commit_counts *counts = &job->report->counts;
	bool refusals = false;

	job->report->digest = input_digest(job->input);
	job->report->bytes = input_packed_bytes(job->input);
	job->signature = signature_of(job, &job->report->digest);
	if (job->report->refused && !refusals_new(job, &refusals, problems))
		return false;
	if (counts->added + counts->corrected + counts->parked + counts->withdrawn == 0 && !refusals)
		return true;
	if (store_begin(job->store, problems) && complete_write(job, problems) && store_commit(job->store, problems))
		return true;
	store_rollback(job->store);
	return false;
}

/* ---- the whole ---- */

static bool places_ready(struct import_job *job, struct problems *problems)
{
	bool done = store_begin(job->store, problems) && store_keys_check(job->store, problems) &&
		    places_load(job->arena, job->store, job->request->now, &job->places, problems) &&
		    store_commit(job->store, problems);

	if (!done)
		store_rollback(job->store);
	return done;
}

static bool options_ready(struct import_job *job, struct problems *problems)
{
	const struct import_request *r = job->request;
	static const instant from = 0, to = (instant)4102444800;   /* 1970 to 2100 */

	job->options = (struct reader_options){ .columns = r->columns, .fields = r->fields, .source = r->source,
						.zone = &job->zone, .zone_given = r->zone.length > 0 };
	job->zone = zone_utc;
	return r->zone.length == 0 || zone_system_read(job->arena, r->zone, from, to, &job->zone, problems);
}

static bool job_run(struct import_job *job, struct problems *problems)
{
	bool storage;

	if (!input_begin(job, problems) || !file_known(job, &job->report->known_file, problems))
		return false;
	if (job->report->known_file)
		return true;
	storage = job->format == FORMAT_STORAGE_CSV || job->format == FORMAT_STORAGE_JSON;
	if (storage ? !storage_import(job, problems) : !usage_import(job, problems))
		return false;
	return import_complete(job, problems);
}

/* The refusals outlive the arena of the reading. */
static void refusals_keep(struct arena *arena, struct problems *refusals)
{
	struct problems kept;

	problems_init(&kept, arena);
	for (size_t i = 0; i < refusals->count; i++)
		problem_add(&kept, refusals->list[i]);
	*refusals = kept;
}

bool import_run(struct arena *arena, struct store *store, const struct import_request *request,
		struct import_report *report, struct problems *problems)
{
	struct import_job job = { .arena = arena, .store = store, .request = request, .report = report,
				  .spool_descriptor = -1 };
	bool done;

	*report = (struct import_report){ 0 };
	problems_init(&report->refusals, arena);
	arena_init(&job.reading);
	problems_init(&job.reading_problems, &job.reading);
	if (!options_ready(&job, problems) || !places_ready(&job, problems))
		return false;
	done = job_run(&job, problems);
	places_free(&job.places);
	input_close(job.input);
	if (job.spool_descriptor >= 0)
		close(job.spool_descriptor);
	refusals_keep(arena, &report->refusals);
	arena_free(&job.reading);
	return done;
}
