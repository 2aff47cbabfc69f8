/* trainlease sign, leases, facts: what stands in the journal. */
#include <stdlib.h>

#include "cli/agreement_file.h"
#include "cli/table.h"
#include "import/parking.h"
#include "lease/statement_signature.h"
#include "ledger/load.h"
#include "ledger/sign.h"
#include "ledger/verify.h"
#include "readers/zone_system.h"
#include "record/chain.h"

static bool rows_place(struct command *command, struct store *store, struct parking_report *report)
{
	struct parking_request request = { .action = PARKING_PLACE, .by = command->by, .now = command->now };
	size_t samples;

	if (!parking_move(&command->arena, store, &request, report, &command->problems) ||
	    !storage_place(&command->arena, store, command->by, command->now, &samples, &command->problems))
		return false;
	report->placed += samples;
	return true;
}

static void signed_print(struct command *command, const struct agreement_file *file, const struct parking_report *placed)
{
	const struct terms *terms = &file->terms;
	struct arena *a = &command->arena;
	bool chinese = command_language(command) == LANGUAGE_CHINESE;
	struct str from = day_text(a, terms->term.from), to = day_text(a, terms->term.to);
	struct json_writer w;

	if (command->json) {
		json_writer_pretty(&w, &command->out);
		json_object(&w);
		json_put_string(&w, "lease", terms->agreement);
		json_put_string(&w, "from", from);
		json_put_string(&w, "to", to);
		json_put_integer(&w, "placed", (int64_t)placed->placed);
		json_object_end(&w);
		buf_add_char(&command->out, '\n');
		return;
	}
	buf_add_template(&command->out, chinese ? "租约 {1} 已登记：{2}，{3} 至 {4}\n" : "lease {1} entered: {2}, {3} to {4}\n",
			 (struct str[]){ terms->agreement, terms->lessee.name, from, to });
	if (placed->placed)
		buf_add_format(&command->out, chinese ? "已归入 %zu 条搁置记录\n" : "%zu parked records placed\n", placed->placed);
}

bool sign_run(struct command *command)
{
	struct signature_request request = { .by = command->by, .now = command->now };
	struct parking_report placed;
	struct agreement_file file;
	struct store *store;
	bool done;

	if (!agreement_file_read(command, &file))
		return false;
	request.draft = (struct agreement_draft){ file.document, &file.terms, &file.zone, zone_system_version(&command->arena),
						  digest_of(DIGEST_SHA256, &file.bytes, 1) };
	request.file = file.bytes;
	store = command_store(command, STORE_CREATE);
	done = store && lease_sign(&command->arena, store, &request, &command->problems);
	/* Also when it was signed before: a signing that was cut short is finished by giving it again. */
	if (store && (done || command->problems.worst <= CLASS_AGREEMENT) && !rows_place(command, store, &placed))
		done = false;
	store_close(store);
	if (done)
		signed_print(command, &file, &placed);
	return done;
}

/* ---- leases ---- */

static void lease_row(struct command *command, struct table *table, struct json_writer *w, const struct lease *lease,
		      const struct chain_head *head)
{
	struct arena *a = &command->arena;
	const struct terms *terms = &lease->terms;

	if (command->json) {
		json_object(w);
		json_put_string(w, "lease", lease->id);
		json_put_string(w, "lessor", terms->lessor.name);
		json_put_string(w, "lessee", terms->lessee.name);
		json_put_string(w, "from", day_text(a, terms->term.from));
		json_put_string(w, "to", day_text(a, terms->term.to));
		json_put_string(w, "account", terms->cluster.account);
		json_put_integer(w, "facts", (int64_t)head->next_seq);
		json_put_string(w, "head", digest_hex(a, &head->head));
		json_object_end(w);
		return;
	}
	table_row(table, (struct str[]){ lease->id, terms->lessee.name, day_text(a, terms->term.from),
					 day_text(a, terms->term.to), terms->cluster.account,
					 arena_format(a, "%llu", (unsigned long long)head->next_seq),
					 str_part(digest_hex(a, &head->head), 0, 16) });
}

static bool leases_print(struct command *command, struct store *store, const struct str *ids, size_t count)
{
	static const struct table_column columns[] = {
		{ "lease", "租约", false }, { "lessee", "承租方", false }, { "from", "自", false }, { "to", "至", false },
		{ "account", "账户", false }, { "facts", "事实", true }, { "head", "链头", false }, { 0 },
	};
	struct table table;
	struct json_writer w;
	bool done = true;

	table_init(&table, &command->arena, columns, command_language(command));
	json_writer_pretty(&w, &command->out);
	if (command->json)
		json_array(&w);
	for (size_t i = 0; done && i < count; i++) {
		struct chain_head head;
		const struct lease *lease = lease_load(&command->arena, store, ids[i], UINT64_MAX, &head, &command->problems);

		done = lease != NULL;
		if (done)
			lease_row(command, &table, &w, lease, &head);
	}
	if (command->json) {
		json_array_end(&w);
		buf_add_char(&command->out, '\n');
	} else {
		table_write(&table, &command->out);
	}
	return done;
}

bool leases_run(struct command *command)
{
	struct store *store = command_store(command, STORE_READ);
	struct str *ids;
	size_t count;
	bool done = store && store_read_begin(store, &command->problems) &&
		    lease_ids_list(&command->arena, store, &ids, &count, &command->problems) &&
		    leases_print(command, store, ids, count);

	store_close(store);
	return done;
}

/* ---- facts ---- */

struct fact_listing {
	struct command *command;
	struct str id;
	struct table table;
	struct json_writer w;
	bool verify, failed;
	struct chain_check check;
	struct signature_check signatures;
	struct arena scratch;
};

static bool fact_verify(struct fact_listing *l, const struct stored_fact *fact)
{
	const char *error = stored_fact_check(&l->check, &l->scratch, fact);
	struct envelope envelope;

	if (!error && !envelope_read(&l->scratch, fact->envelope, &envelope, &l->command->problems))
		return false;
	if (!error)
		error = signature_check_fact(&l->signatures, &l->scratch, &envelope);
	if (!error)
		return true;
	l->failed = true;
	return problem_say(&l->command->problems, REFUSAL_CHAIN_BROKEN, STR(""),
			   arena_format(&l->command->arena, "%llu", (unsigned long long)fact->seq), str_of(error), l->id);
}

static void fact_json(struct fact_listing *l, const struct stored_fact *fact, const struct envelope *envelope)
{
	struct json_writer *w = &l->w;

	json_object(w);
	json_put_integer(w, "seq", (int64_t)fact->seq);
	json_put_string(w, "kind", envelope->kind);
	json_put_string(w, "happened", instant_text(&l->scratch, envelope->happened));
	json_put_string(w, "recorded", instant_text(&l->scratch, envelope->recorded));
	json_put_string(w, "by", envelope->by);
	json_put_string(w, "command", envelope->command);
	json_put_string(w, "head", digest_hex(&l->scratch, &fact->head));
	if (envelope->payload.codec.length) {
		json_put_string(w, "payload_codec", envelope->payload.codec);
		json_put_integer(w, "payload_bytes", (int64_t)envelope->payload.bytes);
		json_put_string(w, "payload_digest", digest_hex(&l->scratch, &envelope->payload.digest));
	}
	json_put_string(w, "envelope", fact->envelope);
	json_object_end(w);
}

static bool fact_list(void *context, const struct stored_fact *fact)
{
	struct fact_listing *l = context;
	struct arena *a = &l->command->arena;
	struct envelope envelope;

	arena_reset(&l->scratch);
	if (l->verify)
		return fact_verify(l, fact);
	if (!envelope_read(&l->scratch, fact->envelope, &envelope, &l->command->problems)) {
		l->failed = true;
		return false;
	}
	if (l->command->json) {
		fact_json(l, fact, &envelope);
		return true;
	}
	table_row(&l->table, (struct str[]){
		arena_format(a, "%llu", (unsigned long long)fact->seq), instant_text(a, envelope.recorded),
		arena_str(a, envelope.kind), arena_str(a, envelope.by),
		envelope.payload.codec.length ? arena_format(a, "%llu", (unsigned long long)envelope.payload.bytes) : STR(""),
		str_part(digest_hex(a, &fact->head), 0, 16) });
	return true;
}

static void facts_end(struct fact_listing *l)
{
	struct command *command = l->command;
	bool chinese = command_language(command) == LANGUAGE_CHINESE;
	struct str head = digest_hex(&command->arena, &l->check.head);

	if (l->verify && command->json) {
		json_object(&l->w);
		json_put_string(&l->w, "lease", l->id);
		json_put_integer(&l->w, "facts", (int64_t)l->check.next_seq);
		json_put_integer(&l->w, "signatures", (int64_t)l->signatures.holding);
		json_put_string(&l->w, "head", head);
		json_object_end(&l->w);
	} else if (l->verify) {
		buf_add_format(&command->out, chinese ? "%.*s：%llu 个事实校验无误，链头 %s\n" : "%.*s: %llu facts verify, head %s\n",
			       (int)l->id.length, l->id.at, (unsigned long long)l->check.next_seq, head.at);
		if (l->signatures.holding)
			buf_add_format(&command->out, chinese ? "%llu 份结算单的签名有效\n" : "signed statements: %llu, every signature holds\n",
				       (unsigned long long)l->signatures.holding);
		return;
	} else if (command->json) {
		json_array_end(&l->w);
	} else {
		table_write(&l->table, &command->out);
		return;
	}
	buf_add_char(&command->out, '\n');
}

static bool facts_of(struct fact_listing *l, struct store *store)
{
	struct command *command = l->command;
	size_t before = command->problems.total;
	struct str from_text = str_of(command_option(command, "from") ? command_option(command, "from") : "0");
	struct chain_head head;
	uint64_t from;

	if (!str_to_u64(from_text, &from))
		return problem_say(&command->problems, REFUSAL_USAGE, STR(""), STR("--from takes a number"), STR(" facts"), STR(""));
	if (!store_chain_find(store, l->id, &head, &command->problems)) {
		if (command->problems.total == before)
			problem_say(&command->problems, REFUSAL_LEASE_UNKNOWN, STR(""), l->id, STR(""), STR(""));
		return false;
	}
	if (head.algorithm != DIGEST_SHA256 && head.algorithm != DIGEST_SM3)
		return problem_say(&command->problems, REFUSAL_CHAIN_BROKEN, STR(""), STR("0"), STR("its algorithm is unknown"), l->id);
	chain_check_begin(&l->check, l->id, head.algorithm);
	if (command->json && !l->verify)
		json_array(&l->w);
	if (!store_facts_visit(store, head.chain, l->verify ? 0 : from, UINT64_MAX,
			       l->verify ? FACTS_ALL_WITH_PAYLOADS : FACTS_ALL, fact_list, l, &command->problems) || l->failed)
		return false;
	facts_end(l);
	return true;
}

bool facts_run(struct command *command)
{
	static const struct table_column columns[] = {
		{ "seq", "序号", true }, { "recorded", "记录时间", false }, { "kind", "种类", false }, { "by", "记录人", false },
		{ "payload bytes", "载荷字节", true }, { "head", "链头", false }, { 0 },
	};
	struct fact_listing l = { .command = command, .id = command_argument(command, 0),
				  .verify = command_option(command, "verify") != NULL };
	struct store *store = command_store(command, STORE_READ);
	bool done;

	table_init(&l.table, &command->arena, columns, command_language(command));
	json_writer_pretty(&l.w, &command->out);
	arena_init(&l.scratch);
	signature_check_begin(&l.signatures);
	done = store && store_read_begin(store, &command->problems) && facts_of(&l, store);
	signature_check_end(&l.signatures);
	arena_free(&l.scratch);
	store_close(store);
	return done;
}
