/*
 * trainlease remind: payment reminders that are due, by mail or to a webhook. A reminder is recorded only after the
 * server has accepted it: a crash between the two sends it a second time, under the same Message-ID or Idempotency-Key.
 */
#include "base/json.h"
#include "cli/agreement_file.h"
#include "cli/arguments.h"
#include "cli/helper_program.h"
#include "cli/table.h"
#include "document/reminder_document.h"
#include "ledger/billing.h"
#include "ledger/load.h"
#include "notify/address.h"
#include "notify/target.h"

enum {
	TIMEOUT_SECONDS = 60, TIMEOUT_SECONDS_MAX = 600, ANSWER_SECONDS_MORE = 30,
	URL_FILE_BYTES_MAX = 4096, LINE_BYTES_MAX = 1 << 22, DIGEST_DIGITS = 12,
};

/* How reminders leave, as the options say. */
struct delivery {
	bool given;
	enum channel channel;
	struct str url, from, to, user, password_file, ca_file;
	int64_t timeout_seconds;
	struct reminder_receiver receiver;
};

struct reminding {
	struct command *command;
	struct store *store;
	struct delivery delivery;
	bool dry_run;
	struct helper_program helper;
	bool helper_started, helper_missing;
	struct table table;
	struct json_writer json;
	int64_t sent, failed, due;
};

/* One lease as it is now. */
struct lease_view {
	struct str id;
	const struct lease *lease;
	struct account account;
};

/* ---- options ---- */

static bool address_read(struct command *command, const char *name, struct str *text, struct mail_address *address)
{
	return option_text(command, name, "billing@example.com", text) &&
	       (mail_address_read(*text, address) ||
		problem_say(&command->problems, REFUSAL_NOTIFY_ADDRESS, STR(""), str_of(name), *text, STR("")));
}

/* A URL that is a secret is read from a file, @FILE, so that the list of processes does not show it. */
static bool url_read(struct command *command, const char *name, struct delivery *delivery, struct target *target)
{
	struct str text = str_of(command_option(command, name));

	if (str_starts(text, STR("@"))) {
		if (!file_read(command, text.at + 1, URL_FILE_BYTES_MAX, &text))
			return false;
		text = str_trim(text);
	}
	delivery->url = text;
	return target_read(delivery->channel, text, target) ||
	       problem_say(&command->problems, REFUSAL_NOTIFY_URL, STR(""), str_of(name), STR(""), STR(""));
}

/* The fact names a webhook's host, and a digest of the rest of its URL, which may be a secret. */
static struct str webhook_receiver(struct arena *arena, struct str url, struct str place)
{
	struct digest digest = digest_of(DIGEST_SHA256, &url, 1);
	struct str hex = digest_hex(arena, &digest);

	return arena_format(arena, "%.*s#%.*s", (int)place.length, place.at, DIGEST_DIGITS, hex.at);
}

static bool receiver_read(struct command *command, struct delivery *delivery)
{
	struct mail_address from, to;
	struct target target;

	if (!url_read(command, channel_name(delivery->channel), delivery, &target))
		return false;
	delivery->receiver.channel = str_of(channel_name(delivery->channel));
	if (delivery->channel == CHANNEL_WEBHOOK) {
		delivery->receiver.to = webhook_receiver(&command->arena, delivery->url, target.place);
		return true;
	}
	if (!address_read(command, "from", &delivery->from, &from) || !address_read(command, "to", &delivery->to, &to))
		return false;
	delivery->receiver.to = to.address;
	return true;
}

static bool timeout_read(struct command *command, struct delivery *delivery)
{
	const char *given = command_option(command, "timeout");
	struct str text = str_of(given);

	delivery->timeout_seconds = TIMEOUT_SECONDS;
	return !given || (str_to_i64(text, &delivery->timeout_seconds) && delivery->timeout_seconds >= 1 &&
			  delivery->timeout_seconds <= TIMEOUT_SECONDS_MAX) ||
	       problem_say(&command->problems, REFUSAL_REMIND_TIMEOUT, STR(""), text,
			   arena_format(&command->arena, "%d", TIMEOUT_SECONDS_MAX), STR(""));
}

static bool refuse(struct command *command, enum refusal what)
{
	return problem_say(&command->problems, what, STR(""), STR(""), STR(""), STR(""));
}

static bool delivery_read(struct command *command, bool dry_run, struct delivery *delivery)
{
	bool smtp = command_option(command, "smtp"), webhook = command_option(command, "webhook");
	bool password = command_option(command, "password-file"), user = command_option(command, "user");

	*delivery = (struct delivery){ .given = smtp || webhook, .channel = smtp ? CHANNEL_SMTP : CHANNEL_WEBHOOK,
				       .user = str_of(command_option(command, "user")),
				       .password_file = str_of(command_option(command, "password-file")),
				       .ca_file = str_of(command_option(command, "ca-file")) };
	if (smtp && webhook)
		return refuse(command, REFUSAL_REMIND_CHANNEL);
	if (!delivery->given)
		return dry_run || refuse(command, REFUSAL_REMIND_CHANNEL);
	if (user ? !password : password && smtp)
		return refuse(command, REFUSAL_REMIND_PASSWORD);
	return timeout_read(command, delivery) && receiver_read(command, delivery);
}

/* ---- telling ---- */

static void table_begin(struct reminding *reminding)
{
	static const struct table_column columns[] = {
		{ "statement", "结算单", false }, { "stage", "阶段", false }, { "due", "到期日", false }, { "", "", false },
		{ "owed", "应付", true }, { "result", "结果", false }, { 0 },
	};
	struct command *command = reminding->command;

	table_init(&reminding->table, &command->arena, columns, command_language(command));
	json_writer_pretty(&reminding->json, &command->out);
	if (command->json) {
		json_object(&reminding->json);
		json_key(&reminding->json, "reminders");
		json_array(&reminding->json);
	}
}

/* ERROR: why it failed, else empty. */
static void reminder_tell(struct reminding *reminding, const struct account *account, const struct due_reminder *due,
			  const char *result, const char *result_chinese, struct str error)
{
	struct command *command = reminding->command;
	struct json_writer *w = &reminding->json;
	struct arena *a = &command->arena;

	if (command->json) {
		json_object(w);
		reminder_put_members(account, due, w);
		json_put_string(w, "result", str_of(result));
		if (error.length)
			json_put_string(w, "error", error);
		json_object_end(w);
		return;
	}
	table_row(&reminding->table, (struct str[]){
		issued_number_text(a, account->lease->id, due->owed->issued->number), due->name,
		day_text(a, due->owed->issued->due_day), account->lease->terms.currency,
		money_grouped(a, due->owed->unpaid),
		str_of(command_language(command) == LANGUAGE_CHINESE ? result_chinese : result) });
}

static void table_end(struct reminding *reminding)
{
	struct command *command = reminding->command;
	struct json_writer *w = &reminding->json;

	if (command->json) {
		json_array_end(w);
		json_put_integer(w, "sent", reminding->sent);
		json_put_integer(w, "failed", reminding->failed);
		json_put_integer(w, "due", reminding->due);
		json_object_end(w);
		buf_add_char(&command->out, '\n');
	} else if (reminding->table.row_count) {
		table_write(&reminding->table, &command->out);
	} else {
		buf_add_str(&command->out, command_language(command) == LANGUAGE_CHINESE ? STR("无到期提醒\n")
											 : STR("no reminder is due\n"));
	}
}

/* ---- sending ---- */

static struct str request_line(struct reminding *reminding, const struct account *account,
			       const struct due_reminder *due)
{
	const struct delivery *delivery = &reminding->delivery;
	struct str id = reminder_id(account, due, &delivery->receiver), line;
	struct buf out, body;
	struct json_writer w = { .out = &out };

	buf_init(&out, LINE_BYTES_MAX);
	buf_init(&body, LINE_BYTES_MAX);
	json_object(&w);
	json_put_string(&w, "channel", delivery->receiver.channel);
	json_put_string(&w, "url", delivery->url);
	json_put_string(&w, "id", id);
	json_put_string(&w, "user", delivery->user);
	json_put_string(&w, "password_file", delivery->password_file);
	json_put_string(&w, "ca_file", delivery->ca_file);
	json_put_integer(&w, "timeout_seconds", delivery->timeout_seconds);
	if (delivery->channel == CHANNEL_SMTP) {
		json_put_string(&w, "from", delivery->from);
		json_put_string(&w, "to", delivery->to);
		json_put_string(&w, "subject", reminder_subject(account, due));
		json_put_integer(&w, "date", reminding->command->now);
		reminder_write_text(account, due, &body);
	} else {
		reminder_write_json(account, due, id, &body);
	}
	json_put_string(&w, "body", buf_str(&body));
	json_object_end(&w);
	line = arena_str(&reminding->command->arena, buf_str(&out));
	buf_free(&body);
	buf_free(&out);
	return line;
}

/* One that failed to answer is started anew for the next reminder; one that is not there is not looked for again. */
static bool helper_ready(struct reminding *reminding)
{
	unsigned seconds = (unsigned)reminding->delivery.timeout_seconds + ANSWER_SECONDS_MORE;
	struct command *command = reminding->command;

	if (!reminding->helper_started && !reminding->helper_missing) {
		reminding->helper_started = helper_start(&reminding->helper, &command->arena, "trainlease-notify",
							 command_language(command), seconds, &command->problems);
		reminding->helper_missing = !reminding->helper_started;
	}
	return reminding->helper_started;
}

/* Says what has become of one reminder; always false. */
static bool reminder_problem(struct command *command, enum refusal what, const struct account *account,
			     const struct due_reminder *due, struct str error)
{
	struct str number = issued_number_text(&command->arena, account->lease->id, due->owed->issued->number);

	return problem_say(&command->problems, what, STR(""), number, due->name, error);
}

static bool server_accepts(struct reminding *reminding, const struct account *account, const struct due_reminder *due,
			   struct str *error)
{
	struct command *command = reminding->command;

	*error = command_language(command) == LANGUAGE_CHINESE ? STR("trainlease-notify 未作答")
								: STR("no answer of trainlease-notify");
	if (!helper_ready(reminding))
		return false;
	if (!helper_ask(&reminding->helper, request_line(reminding, account, due), error, &command->problems)) {
		helper_finish(&reminding->helper);
		reminding->helper_started = false;
		return false;
	}
	return error->length == 0 || reminder_problem(command, REFUSAL_REMINDER_NOT_SENT, account, due, *error);
}

static bool fact_append(struct reminding *reminding, const struct account *account, const struct due_reminder *due)
{
	const struct reminder_receiver *receiver = &reminding->delivery.receiver;
	struct command *command = reminding->command;
	struct actor actor = command_actor(command, reminding->store);
	struct reminder reminder = { .statement = due->owed->issued->number, .stage = due->name,
				     .channel = receiver->channel, .to = receiver->to };

	return reminder_record(&actor, account->lease->id, &reminder, &command->problems) ||
	       reminder_problem(command, REFUSAL_REMINDER_NOT_RECORDED, account, due, STR(""));
}

static void reminder_take(struct reminding *reminding, const struct account *account, const struct due_reminder *due)
{
	struct str error = STR("");

	if (reminding->dry_run) {
		reminding->due++;
		reminder_tell(reminding, account, due, "due", "待发送", error);
	} else if (!server_accepts(reminding, account, due, &error)) {
		reminding->failed++;
		reminder_tell(reminding, account, due, "failed", "失败", error);
	} else if (!fact_append(reminding, account, due)) {
		reminding->failed++;
		reminder_tell(reminding, account, due, "sent, not recorded", "已发送，未登记", error);
	} else {
		reminding->sent++;
		reminder_tell(reminding, account, due, "sent", "已发送", error);
	}
}

/* ---- what is due ---- */

static bool view_load(struct reminding *reminding, struct lease_view *view)
{
	struct command *command = reminding->command;
	struct chain_head head;

	if (!store_read_begin(reminding->store, &command->problems))
		return false;
	view->lease = lease_load(&command->arena, reminding->store, view->id, UINT64_MAX, &head, &command->problems);
	store_read_end(reminding->store);
	return view->lease && account_compute(&command->arena, view->lease, zone_day(&view->lease->zone, command->now),
					      &view->account, &command->problems);
}

/* The lease is read again before each but the first that is sent: a mail takes its time, and money may come in it. */
static bool lease_remind(struct reminding *reminding, struct str id)
{
	struct lease_view view = { .id = id };
	bool fresh = true;

	if (!view_load(reminding, &view))
		return false;
	for (size_t i = 0; i < view.account.owed_count; i++) {
		const struct reminder_receiver *receiver = &reminding->delivery.receiver;
		struct due_reminder due;

		if (!reminder_due(&view.account, &view.account.owed[i], receiver, &due))
			continue;
		if (!fresh && !view_load(reminding, &view))
			return false;
		if (!fresh && !reminder_due(&view.account, &view.account.owed[i], receiver, &due))
			continue;
		reminder_take(reminding, &view.account, &due);
		fresh = reminding->dry_run;
	}
	return true;
}

/* A lease that cannot be read does not keep the others from being reminded. */
static bool leases_remind(struct reminding *reminding)
{
	struct command *command = reminding->command;
	struct str one = command_argument(command, 0), *ids = &one;
	size_t count = 1;
	bool done = true;

	if (command->argument_count == 0) {
		if (!store_read_begin(reminding->store, &command->problems))
			return false;
		done = lease_ids_list(&command->arena, reminding->store, &ids, &count, &command->problems);
		store_read_end(reminding->store);
	}
	for (size_t i = 0; done && i < count; i++)
		if (!lease_remind(reminding, ids[i]) && command->argument_count)
			done = false;
	return done;
}

bool remind_run(struct command *command)
{
	struct reminding reminding = { .command = command, .dry_run = command_option(command, "dry-run") != NULL };
	bool done;

	if (!delivery_read(command, reminding.dry_run, &reminding.delivery))
		return false;
	reminding.store = command_store(command, reminding.dry_run ? STORE_READ : STORE_WRITE);
	if (!reminding.store)
		return false;
	table_begin(&reminding);
	done = leases_remind(&reminding);
	if (reminding.helper_started)
		helper_finish(&reminding.helper);
	store_close(reminding.store);
	if (done)
		table_end(&reminding);
	else
		buf_reset(&command->out);
	return done;
}
