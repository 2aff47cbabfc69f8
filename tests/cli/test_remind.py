"""Reminders, sent to a real SMTP server and a real HTTP server on loopback."""

from __future__ import annotations

import contextlib
import email
import email.policy
import http.server
import json
import re
import shlex
import socket
import sqlite3
import ssl
import subprocess
import tempfile
import threading
from email.header import decode_header

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

import program
from program import BAD_INPUT, DONE, LEASE, ROOT, SYSTEM_FAILED, Case, main

SENDER, RECEIVER = "billing@example.com", "lessee@example.org"
ACCOUNT = "6222000011112222333"

# The statement of September is served on 5 October and due on 10 October; n of 8.1 is 30 days.
BEFORE, BEFORE_DUE, DUE_DAY, OVERDUE = "2017-10-06", "2017-10-07", "2017-10-10", "2017-10-11"
OVERDUE_30, RIGHT, OVERDUE_60 = "2017-11-09", "2017-11-10", "2017-12-09"

#: 200,000.00 and 50,000.00 once, and nothing used.
FEES_FEN = 25_000_000
DAILY_PENALTY_FEN = 12_500              # 0.05 %


def noon(day):
    return f"{day}T12:00:00+08:00"


def free_port():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


class MailServer:
    """aiosmtpd with a list of what it accepted; `refuse_rcpt` and `refuse_data` are its answers instead of 250."""

    def __init__(self, port=None, **options):
        self.port, self.options = port or free_port(), options
        self.accepted, self.sessions = [], []
        self.refuse_rcpt = self.refuse_data = None

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.sessions.append(session)
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if self.refuse_rcpt:
            return self.refuse_rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.refuse_data:
            return self.refuse_data
        encrypted = session.ssl is not None
        self.accepted.append((envelope.mail_from, envelope.rcpt_tos, envelope.original_content, encrypted))
        return "250 accepted"

    def __enter__(self):
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port, **self.options)
        self.controller.start()
        return self

    def __exit__(self, *failure):
        self.controller.stop()

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def texts(self):
        return [message.get_content().replace("\r\n", "\n") for message in self.messages]

    @property
    def messages(self):
        return [email.message_from_bytes(content, policy=email.policy.default) for _, _, content, _ in self.accepted]


class Webhook(http.server.ThreadingHTTPServer):
    """Answers `status` and keeps the requests."""

    def __init__(self):
        self.requests, self.status = [], 200
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                server.requests.append((self.path, dict(self.headers), json.loads(body)))
                self.send_response(server.status)
                if server.status == 302:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *words):
                pass

        super().__init__(("127.0.0.1", 0), Handler)

    def __enter__(self):
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *failure):
        self.shutdown()
        self.server_close()

    def handle_error(self, request, client_address):
        """A kept connection that its owner closed is no error."""

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/hook?token=secret"


class RemindCase(Case):
    def setUp(self):
        super().setUp()
        self.sign(now=noon("2017-08-25"))
        self.done("issue", LEASE, "2017-09", now=noon("2017-10-05"))

    def second_lease(self, **changes):
        self.sign(now=noon("2017-08-25"), agreement="TL-2", cluster__account="second", **changes)
        self.done("issue", "TL-2", "2017-09", now=noon("2017-10-05"))

    def pay(self, yuan, day):
        self.done("payment", "record", LEASE, "--amount", yuan, "--on", day, now=noon(day))

    def remind(self, day, *options, code=DONE):
        return self.expect(code, "remind", *options, "--timeout", 5, "--json", now=noon(day)).json

    def mail(self, day, server, *options, code=DONE):
        url = server if isinstance(server, str) else server.url
        return self.remind(day, "--smtp", url, "--from", SENDER, "--to", RECEIVER, *options, code=code)

    def facts(self):
        return [json.loads(fact["envelope"])["body"] for fact in self.done("facts", LEASE, "--json").json
                if fact["kind"] == "reminder-sent"]

    def stages(self, told):
        return [(reminder["statement"], reminder["stage"]) for reminder in told["reminders"]]


class MailTest(RemindCase):
    def setUp(self):
        super().setUp()
        self.server = MailServer().__enter__()
        self.addCleanup(self.server.__exit__)

    def test_each_stage_once_on_its_day(self):
        days = [(BEFORE, None), (BEFORE_DUE, "before-due"), ("2017-10-08", None), (DUE_DAY, "due-day"),
                (OVERDUE, "overdue"), ("2017-11-08", None), (OVERDUE_30, "overdue-30"), (RIGHT, "right-8-1"),
                ("2017-11-11", None), ("2017-12-08", None), (OVERDUE_60, "overdue-60"), ("2018-01-08", "overdue-90")]
        for day, stage in days:
            with self.subTest(day):
                told = self.mail(day, self.server)
                self.assertEqual(self.stages(told), [(1, stage)] if stage else [])
                self.assertEqual((told["sent"], told["failed"], told["due"]), (1 if stage else 0, 0, 0))
                self.assertEqual(self.mail(day, self.server)["reminders"], [])
        stages = [stage for _, stage in days if stage]
        self.assertEqual(len(self.server.accepted), len(stages))
        self.assertEqual(len(self.facts()), len(stages))
        self.assertEqual(len({message["Message-ID"] for message in self.server.messages}), len(stages))
        self.done("facts", LEASE, "--verify")

    def test_the_message(self):
        self.mail(OVERDUE_30, self.server, "--from", f"示例算力 账务 <{SENDER}>", "--to", f"Lessee's desk <{RECEIVER}>")
        (sender, receivers, content, _), = self.server.accepted
        self.assertEqual((sender, receivers), (SENDER, [RECEIVER]))
        for line in content.split(b"\r\n"):
            self.assertLessEqual(len(line), 78)
            self.assertTrue(line.isascii())
        self.assertNotIn(b"\n", content.replace(b"\r\n", b""))
        message, = self.server.messages
        self.assertEqual(message["From"].addresses[0].display_name, "示例算力 账务")
        self.assertEqual(message["To"].addresses[0].addr_spec, RECEIVER)
        self.assertEqual(message["To"].addresses[0].display_name, "Lessee's desk")
        self.assertEqual(message["Date"], "Thu, 09 Nov 2017 04:00:00 +0000")
        self.assertEqual(message["Auto-Submitted"], "auto-generated")
        self.assertRegex(message["Message-ID"], r"^<trainlease-[0-9a-f]{32}@example\.com>$")
        self.assertEqual(message.get_content_type(), "text/plain")
        self.assertFalse(message.defects)
        self.assertEqual(str(message["Subject"]), f"逾期提醒：结算单 {LEASE}-1 已于2017年10月10日到期 / "
                                                  f"overdue: statement {LEASE}-1 was due on 2017-10-10")
        # what readers without python's leniency make of it
        raw = email.message_from_bytes(content)
        words = [part.decode(charset) for part, charset in decode_header(raw["Subject"])]
        self.assertEqual("".join(words), message["Subject"])

    def test_the_text_in_both_languages(self):
        self.mail(OVERDUE_30, self.server)
        chinese, english = self.server.texts[0].split("\n--------\n")
        for words in ("示例智能研究有限公司", f"结算单 {LEASE}-1", "2017年9月", "2017年10月10日24时", "逾期 30 日",
                      "第3.3条", "第3.4条", "CNY 250,000.00", "CNY 3,750.00", "CNY 253,750.00", "每日 0.05%",
                      ACCOUNT, "示例银行福州分行"):
            self.assertIn(words, chinese)
        for words in (f"Statement {LEASE}-1", "2017-09", "24:00 of 2017-10-10", "30 days overdue",
                      "clause 3.3", "clause 3.4", "CNY 250,000.00", "CNY 3,750.00", "CNY 253,750.00", "0.05 %",
                      ACCOUNT, "示例银行福州分行"):
            self.assertIn(words, english)
        self.assertNotIn("8.1", chinese + english)

    def test_what_each_stage_says(self):
        said = {}
        for day in (BEFORE_DUE, DUE_DAY, OVERDUE, RIGHT):
            self.mail(day, self.server)
            said[day] = self.server.texts[-1]
        self.assertIn("is payable until 24:00 of 2017-10-10", said[BEFORE_DUE])
        self.assertIn("将于2017年10月10日到期", str(self.server.messages[0]["Subject"]))
        self.assertIn("today, 2017-10-10", said[DUE_DAY])
        self.assertIn("今日（2017年10月10日）", said[DUE_DAY])
        self.assertIn("now 1 day overdue", said[OVERDUE])
        self.assertIn("CNY 125.00", said[OVERDUE])
        self.assertIn("Since 00:00 of 2017-11-10", said[RIGHT])
        self.assertIn("自2017年11月10日零时起", said[RIGHT])
        self.assertIn("本提醒并非解除通知", said[RIGHT])
        self.assertNotIn("suspend", said[RIGHT])
        for day in (BEFORE_DUE, DUE_DAY, OVERDUE):
            self.assertNotIn("8.1", said[day])

    def test_the_amounts_are_those_of_the_account(self):
        self.pay("40,000.00", "2017-10-20")
        told = self.mail(OVERDUE_30, self.server)["reminders"][0]
        account = self.done("account", LEASE, "--json", now=noon(OVERDUE_30)).json
        self.assertEqual(told["owed_fen"], account["balance_fen"])
        self.assertEqual(told["owed_fen"], told["principal_fen"] + told["penalty_fen"] + told["costs_fen"])
        # 10 days' penalty was paid first: 1,250.00
        self.assertEqual(told["principal_fen"], FEES_FEN - 4_000_000 + 10 * DAILY_PENALTY_FEN)

    def test_costs_are_named(self):
        day = "2017-11-01"
        self.done("cost", LEASE, 1, "--amount", "300.00", "--on", day, "--because", "court fee", now=noon(day))
        self.mail(OVERDUE_30, self.server)
        self.assertIn("实现债权的费用　CNY 300.00", self.server.texts[0])

    def test_a_stage_that_was_missed(self):
        """Late only what still says something: the latest overdue stage, and the right of 8.1."""
        for day, stages in (("2017-10-09", ["before-due"]), ("2017-10-15", ["overdue"]), ("2017-11-05", []),
                            ("2017-11-20", ["right-8-1"]), ("2017-11-21", []), ("2018-03-01", ["overdue-120"])):
            with self.subTest(day):
                self.assertEqual([stage for _, stage in self.stages(self.mail(day, self.server))], stages)

    def test_what_was_paid_is_not_reminded_of(self):
        self.mail(BEFORE_DUE, self.server)
        self.pay("250,000.00", "2017-10-09")
        for day in (DUE_DAY, OVERDUE, OVERDUE_30, RIGHT):
            self.assertEqual(self.mail(day, self.server)["reminders"], [])
        self.assertEqual(len(self.server.accepted), 1)

    def test_a_returned_payment_is_owed_again(self):
        self.pay("250,000.00", "2017-10-09")
        self.assertEqual(self.mail(OVERDUE, self.server)["reminders"], [])
        self.done("payment", "reverse", LEASE, 1, "--because", "returned", now=noon("2017-10-12"))
        self.assertEqual(self.stages(self.mail("2017-10-13", self.server)), [(1, "overdue")])

    def test_paid_but_for_the_penalty(self):
        """The right of 8.1 is about principal; the penalty is still owed."""
        self.second_lease(payment__order=["principal", "costs", "penalty"])
        self.done("payment", "record", "TL-2", "--amount", "250,000.00", "--on", "2017-10-20", now=noon("2017-10-20"))
        told = self.remind("2017-11-12", "TL-2", "--smtp", self.server.url, "--from", SENDER, "--to", RECEIVER)
        self.assertEqual(self.stages(told), [(1, "overdue-30")])
        reminder = told["reminders"][0]
        self.assertEqual((reminder["principal_fen"], reminder["penalty_fen"]), (0, 10 * DAILY_PENALTY_FEN))

    def test_a_statement_not_served_is_not_due(self):
        self.done("issue", LEASE, "2017-10", "--not-served", now=noon("2017-11-05"))
        told = self.mail("2018-01-20", self.server)
        self.assertEqual([number for number, _ in self.stages(told)], [1])

    def test_after_the_notice_the_right_needs_no_reminder(self):
        self.done("notice", LEASE, 1, now=noon("2017-11-12"))
        self.assertEqual(self.stages(self.mail("2017-11-13", self.server)), [(1, "overdue-30")])

    def test_every_lease_and_one(self):
        self.second_lease()
        one = self.remind(DUE_DAY, "TL-2", "--smtp", self.server.url, "--from", SENDER, "--to", RECEIVER)
        self.assertEqual([reminder["lease"] for reminder in one["reminders"]], ["TL-2"])
        rest = self.mail(DUE_DAY, self.server)
        self.assertEqual([reminder["lease"] for reminder in rest["reminders"]], [LEASE])
        self.expect(BAD_INPUT, "remind", "TL-9", "--dry-run")

    def test_each_receiver_has_its_own(self):
        self.mail(DUE_DAY, self.server)
        told = self.remind(DUE_DAY, "--smtp", self.server.url, "--from", SENDER, "--to", "other@example.org")
        self.assertEqual(told["sent"], 1)
        self.assertEqual(len(self.facts()), 2)
        with contextlib.closing(sqlite3.connect(self.journal)) as journal:
            stored = journal.execute("SELECT bytes, erasable FROM payload ORDER BY fact DESC LIMIT 2").fetchall()
            envelopes = " ".join(row[0] if isinstance(row[0], str) else row[0].decode()
                                 for row in journal.execute("SELECT envelope FROM fact"))
        self.assertEqual(sorted(stored), [(RECEIVER.encode(), 1), (b"other@example.org", 1)])
        self.assertNotIn(RECEIVER, envelopes)
        self.assertNotEqual(*(message["Message-ID"] for message in self.server.messages))

    def test_many_go_over_one_connection(self):
        for number in range(2, 6):
            self.sign(now=noon("2017-08-25"), agreement=f"TL-{number}", cluster__account=f"account-{number}")
            self.done("issue", f"TL-{number}", "2017-09", now=noon("2017-10-05"))
        self.assertEqual(self.mail(DUE_DAY, self.server)["sent"], 5)
        self.assertEqual((len(self.server.accepted), len(self.server.sessions)), (5, 1))

    def test_the_table(self):
        words = ("remind", "--smtp", self.server.url, "--from", SENDER, "--to", RECEIVER)
        table = self.done(*words, now=noon(DUE_DAY)).out
        self.assertRegex(table, rf"{LEASE}-1 +due-day +2017-10-10 +CNY +250,000\.00 +sent\n$")
        self.assertEqual(self.done(*words, now=noon(DUE_DAY)).out, "no reminder is due\n")
        self.assertEqual(self.done(*words, "--lang", "zh", now=noon(DUE_DAY)).out, "无到期提醒\n")


class FailureTest(RemindCase):
    def test_a_server_that_is_away_is_tried_at_the_next_run(self):
        port = free_port()
        told = self.mail(DUE_DAY, f"smtp://127.0.0.1:{port}", code=SYSTEM_FAILED)
        self.assertEqual((told["sent"], told["failed"], told["reminders"][0]["result"]), (0, 1, "failed"))
        self.assertIn(f"127.0.0.1:{port}", told["reminders"][0]["error"])
        self.assertEqual(self.facts(), [])
        with MailServer(port) as server:
            self.assertEqual(self.mail(DUE_DAY, server)["sent"], 1)
            self.assertEqual(self.mail(DUE_DAY, server)["sent"], 0)
            self.assertEqual(len(server.accepted), 1)

    def test_refusals_for_now_and_for_good(self):
        with MailServer() as server:
            for where, answer in (("refuse_rcpt", "451 4.3.0 try again"), ("refuse_data", "451 4.3.0 try again"),
                                  ("refuse_rcpt", "550 5.1.1 no such user"), ("refuse_data", "550 5.7.1 not wanted")):
                with self.subTest(where=where, answer=answer):
                    setattr(server, where, answer)
                    told = self.mail(DUE_DAY, server, code=SYSTEM_FAILED)
                    self.assertIn(answer, told["reminders"][0]["error"])
                    self.assertEqual((self.facts(), server.accepted), ([], []))
                    setattr(server, where, None)
            self.assertEqual(self.mail(DUE_DAY, server)["sent"], 1)

    def test_it_goes_on_after_a_failure(self):
        self.second_lease()
        with MailServer() as server:
            answers = iter(["451 later", None])
            taken = server.handle_RCPT

            async def handle_RCPT(*words):
                server.refuse_rcpt = next(answers, None)
                return await taken(*words)

            server.handle_RCPT = handle_RCPT
            told = self.mail(DUE_DAY, server, code=SYSTEM_FAILED)
            self.assertEqual((told["sent"], told["failed"]), (1, 1))
            self.assertEqual(self.mail(DUE_DAY, server)["sent"], 1)
            self.assertEqual(len(server.accepted), 2)

    def test_paid_during_the_outage(self):
        self.mail(OVERDUE, f"smtp://127.0.0.1:{free_port()}", code=SYSTEM_FAILED)
        self.pay("260,000.00", "2017-10-12")
        with MailServer() as server:
            self.assertEqual(self.mail("2017-10-12", server)["reminders"], [])
            self.assertEqual(server.accepted, [])

    def test_a_second_try_has_the_same_message_id(self):
        """As after a crash between sending and recording: the journal knows nothing of the first."""
        before = self.folder / "before.db"
        before.write_bytes(self.journal.read_bytes())
        with MailServer() as server:
            self.mail(DUE_DAY, server)
            for left in self.folder.glob("journal.db*"):
                left.unlink()
            before.rename(self.journal)
            self.mail(DUE_DAY, server)
            first, second = server.accepted
            self.assertEqual(first[2], second[2])

    def test_a_server_that_never_answers(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            url = f"smtp://127.0.0.1:{silent.getsockname()[1]}"
            told = self.mail(DUE_DAY, url, "--timeout", 1, code=SYSTEM_FAILED)
            self.assertEqual(told["failed"], 1)

    def test_what_was_sent_but_not_recorded_says_so(self):
        refusing = "BEGIN SELECT RAISE(ABORT, 'a test: the disk is full'); END"
        with MailServer() as server, sqlite3.connect(self.journal) as journal:
            journal.execute(f"CREATE TRIGGER full BEFORE INSERT ON fact WHEN new.kind = 'reminder-sent' {refusing}")
            journal.commit()
            told = self.mail(DUE_DAY, server, code=SYSTEM_FAILED)
            self.assertEqual(told["reminders"][0]["result"], "sent, not recorded")
            self.assertEqual((told["sent"], told["failed"]), (0, 1))
            journal.execute("DROP TRIGGER full")
            journal.commit()
            self.assertEqual(self.mail(DUE_DAY, server)["sent"], 1)
            first, second = server.messages
            self.assertEqual(first["Message-ID"], second["Message-ID"])


class DryRunTest(RemindCase):
    def test_it_lists_and_sends_nothing(self):
        told = self.remind(DUE_DAY, "--dry-run")
        self.assertEqual((self.stages(told), told["due"], told["sent"]), ([(1, "due-day")], 1, 0))
        self.assertEqual(told["reminders"][0]["result"], "due")
        with MailServer() as server:
            self.assertEqual(self.mail(DUE_DAY, server, "--dry-run")["due"], 1)
            self.assertEqual((server.accepted, server.sessions, self.facts()), ([], [], []))
            self.mail(DUE_DAY, server)
        self.assertEqual(self.remind(DUE_DAY, "--dry-run")["reminders"], [])

    def test_it_writes_nothing(self):
        before = self.journal.read_bytes()
        self.remind(DUE_DAY, "--dry-run")
        self.assertEqual(self.journal.read_bytes(), before)


class WebhookTest(RemindCase):
    def setUp(self):
        super().setUp()
        self.server = Webhook().__enter__()
        self.addCleanup(self.server.__exit__)

    def hook(self, day, *options, code=DONE):
        return self.remind(day, "--webhook", self.server.url, *options, code=code)

    def test_the_fields(self):
        self.assertEqual(self.hook(RIGHT)["sent"], 1)
        self.assertEqual(self.hook(RIGHT)["sent"], 0)
        (path, headers, body), = self.server.requests
        self.assertEqual((path, headers["Content-Type"]), ("/hook?token=secret", "application/json"))
        self.assertEqual(headers["Idempotency-Key"], body["id"])
        self.assertEqual(body["account"], {"bank": "示例银行福州分行", "name": "示例算力科技有限公司", "number": ACCOUNT})
        wanted = {"lease": LEASE, "statement": 1, "number": f"{LEASE}-1", "month": "2017-09", "stage": "right-8-1",
                  "due": "2017-10-10", "day": RIGHT, "currency": "CNY", "costs_fen": 0, "principal_fen": FEES_FEN,
                  "penalty_fen": 31 * DAILY_PENALTY_FEN, "owed_fen": FEES_FEN + 31 * DAILY_PENALTY_FEN, "clause": "8.1",
                  "right_from": RIGHT, "lessee": "示例智能研究有限公司", "lessor": "示例算力科技有限公司"}
        self.assertEqual({name: body[name] for name in wanted}, wanted)
        self.assertIn("单方解除协议", body["text"])

    def test_500_is_tried_again_under_the_same_key(self):
        for status in (500, 503, 404, 302):
            self.server.status = status
            told = self.hook(DUE_DAY, code=SYSTEM_FAILED)
            self.assertIn(str(status), told["reminders"][0]["error"])
        self.server.status = 204
        self.assertEqual(self.hook(DUE_DAY)["sent"], 1)
        self.assertEqual(len({headers["Idempotency-Key"] for _, headers, _ in self.server.requests}), 1)
        self.assertEqual([path for path, _, _ in self.server.requests], ["/hook?token=secret"] * 5)

    def test_the_secret_part_of_the_url_is_nowhere(self):
        secret = self.write("webhook.url", self.server.url + "\n")
        self.server.status = 500
        result = self.expect(SYSTEM_FAILED, "remind", "--webhook", f"@{secret}", "--json", now=noon(DUE_DAY))
        self.assertNotIn("secret", result.out + result.err)
        self.server.status = 200
        self.assertEqual(self.remind(DUE_DAY, "--webhook", f"@{secret}")["sent"], 1)
        self.assertEqual(self.hook(DUE_DAY)["sent"], 0)
        self.assertNotIn(b"token=secret", self.journal.read_bytes())

    def test_a_bearer_token_and_a_password(self):
        token = self.write("token", "s3cret\n")
        token.chmod(0o600)
        self.hook(DUE_DAY, "--password-file", token)
        self.hook(OVERDUE, "--password-file", token, "--user", "me")
        given = [headers["Authorization"] for _, headers, _ in self.server.requests]
        self.assertEqual(given, ["Bearer s3cret", "Basic bWU6czNjcmV0"])

    def test_mail_and_webhook_have_each_their_own(self):
        self.hook(DUE_DAY)
        with MailServer() as mail:
            self.assertEqual(self.mail(DUE_DAY, mail)["sent"], 1)


class EncryptionTest(RemindCase):
    @classmethod
    def setUpClass(cls):
        cls.keys = tempfile.TemporaryDirectory(prefix="trainlease-test-")
        cls.addClassCleanup(cls.keys.cleanup)
        key, cls.certificate = f"{cls.keys.name}/key.pem", f"{cls.keys.name}/certificate.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
                        "-keyout", key, "-out", cls.certificate], check=True, capture_output=True)
        cls.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        cls.context.load_cert_chain(cls.certificate, key)

    def authenticate(self, server, session, envelope, mechanism, data):
        self.seen = (data.login, data.password)
        return AuthResult(success=data.password == b"right", handled=False)

    def test_starttls_with_a_password(self):
        right, wrong = self.write("right", "right\n"), self.write("wrong", "wrong-secret\n")
        right.chmod(0o600)
        wrong.chmod(0o600)
        with MailServer(tls_context=self.context, authenticator=self.authenticate, auth_required=True) as server:
            words = ("--ca-file", self.certificate, "--user", "billing", "--password-file")
            result = self.expect(SYSTEM_FAILED, "remind", "--smtp", server.url, "--from", SENDER, "--to", RECEIVER,
                                 *words, wrong, now=noon(DUE_DAY))
            self.assertNotIn("wrong-secret", result.out + result.err)
            self.assertEqual(self.mail(DUE_DAY, server, *words, right)["sent"], 1)
            self.assertEqual(self.seen, (b"billing", b"right"))
            self.assertTrue(server.accepted[0][3], "not encrypted")

    def test_smtps_checks_the_certificate(self):
        with MailServer(ssl_context=self.context) as server:
            url = server.url.replace("smtp:", "smtps:")
            told = self.mail(DUE_DAY, url, code=SYSTEM_FAILED)
            self.assertIn("certificate", told["reminders"][0]["error"])
            self.assertEqual(self.mail(DUE_DAY, url, "--ca-file", self.certificate)["sent"], 1)
            self.assertEqual(len(server.accepted), 1)

    def test_starttls_is_demanded_with_an_authority(self):
        with MailServer() as server:
            self.mail(DUE_DAY, server, "--ca-file", self.certificate, code=SYSTEM_FAILED)
            self.assertEqual(server.accepted, [])

    def test_no_password_in_clear_to_another_machine(self):
        password = self.write("password", "x\n")
        password.chmod(0o600)
        told = self.remind(DUE_DAY, "--webhook", "http://192.0.2.1/hook", "--password-file", password,
                           code=SYSTEM_FAILED)
        self.assertIn("unencrypted", told["reminders"][0]["error"])

    def test_a_password_that_everybody_can_read(self):
        password = self.write("password", "x\n")
        password.chmod(0o644)
        told = self.remind(DUE_DAY, "--webhook", "http://127.0.0.1:9/hook", "--password-file", password,
                           code=SYSTEM_FAILED)
        self.assertIn("everybody can read", told["reminders"][0]["error"])


class UsageTest(RemindCase):
    MAIL = {"--smtp": "smtp://127.0.0.1:9", "--from": SENDER, "--to": RECEIVER}

    def refused(self, *more, **changes):
        given = self.MAIL | {f"--{name}": value for name, value in changes.items()}
        words = [word for pair in given.items() if pair[1] is not None for word in pair]
        return self.expect(BAD_INPUT, "remind", *words, *more, now=noon(DUE_DAY)).err

    def test_what_is_missing(self):
        self.expect(BAD_INPUT, "remind", now=noon(DUE_DAY))
        self.refused("--webhook", "http://127.0.0.1/")
        self.refused(**{"from": None})
        self.refused("--user", "billing")
        self.refused("--password-file", "x")
        self.refused("--timeout", "0")

    def test_addresses_that_are_none(self):
        for address in ("", "nobody", "a@", "@b", "a b@example.com", "a@b@c", "a@exa mple.com", "a@-example.com",
                        "a..b@example.com", "a@example.com\nBcc: x@example.com", "a@example.com\r\nBcc: x@example.com",
                        "X\nBcc: y@example.com <a@example.com>", "X\r <a@example.com>", "X <a@example.com> y",
                        "<a@example.com", "a@example.com, b@example.com", "X <a@example.com>, <b@example.com>",
                        "账户@example.com", "a@例.com", "\x1b[1m <a@example.com>", f"{'a' * 65}@example.com"):
            with self.subTest(address=address):
                for name in ("from", "to"):
                    self.refused(**{name: address})

    def test_urls_that_are_none(self):
        for url in ("", "127.0.0.1", "http://127.0.0.1", "smtp://", "smtp://user:pass@127.0.0.1", "smtp://a b",
                    "smtp://host:0", "smtp://host:99999", "smtp://[::1", "file:///etc/passwd", "smtp://h\n",
                    "smtp://h\\@x", "@nowhere"):
            with self.subTest(url=url):
                self.assertNotIn("pass@", self.refused(smtp=url))


class HelperTest(RemindCase):
    """trainlease-notify by itself: one answer for each line, whatever the line is."""

    MAIL = {"channel": "smtp", "id": "abc-1", "from": SENDER, "to": RECEIVER, "subject": "x", "body": "y", "date": 1}

    def program(self):
        folder = program.binary.parent
        places = (folder, folder / "src/notify", folder.parent / "libexec/trainlease")
        found = [place / "trainlease-notify" for place in places if (place / "trainlease-notify").exists()]
        self.assertTrue(found, "trainlease-notify is not built")
        return found[0]

    def ask(self, *requests, code=None):
        text = "".join((request if isinstance(request, str) else json.dumps(request)) + "\n" for request in requests)
        done = subprocess.run([self.program()], input=text.encode(), capture_output=True, timeout=60)
        self.assertEqual(done.stderr, b"")
        if code is not None:
            self.assertEqual(done.returncode, code)
        answers = done.stdout.decode().splitlines()
        self.assertEqual(len(answers), len(requests), answers)
        return answers

    def test_header_injection(self):
        with MailServer() as server:
            good = self.MAIL | {"url": server.url}
            changes = [{"subject": "x\r\nBcc: victim@example.com"}, {"subject": "x\nBcc: victim@example.com"},
                       {"subject": "x\x00y"}, {"from": "a <a@example.com>\r\n"},
                       {"from": "a\r\nBcc: b@c <a@example.com>"},
                       {"to": "a@example.com>\r\nRCPT TO:<v@example.com"}, {"id": "x>\r\nBcc: v@example.com"},
                       {"id": ""},
                       {"date": "now"}, {"date": 1e30}, {"channel": "fax"}, {"url": "smtp://h\r\nx"},
                       {"url": "file:///etc/passwd"}, {"user": "u\nv", "password_file": "/dev/null"},
                       {"user": "u"}, {"password_file": "a\x00b"}, {"timeout_seconds": 0}, {"timeout_seconds": 1 << 40}]
            answers = self.ask(*(good | change for change in changes), good)
            for change, answer in zip(changes, answers):
                self.assertTrue(answer.startswith("error: "), f"{change}: {answer}")
            self.assertEqual(answers[-1], "ok")
            self.assertEqual(len(server.accepted), 1)

    def test_lines_that_are_no_request(self):
        for line in ("", "{}", "[]", "nonsense", '"x"', "{" * 100, "null", '{"channel":"smtp"}'):
            answer, = self.ask(line, code=BAD_INPUT)
            self.assertTrue(answer.startswith("error: "), line)

    def test_texts_of_every_kind_arrive_as_they_are(self):
        texts = ["a", ".", "\n.\n..\nend\n", "é" * 500, "结" * 400 + "\n" + "x" * 2000, "QUIT\nDATA\n",
                 "\t=?UTF-8?B?x?= \n"]
        subjects = ["plain", "=?utf-8?q?trick?=", "结算单" * 60, "a" * 300, " leading", "🙂 x" * 20, "x, y: <z>"]
        with MailServer() as server:
            requests = [self.MAIL | {"url": server.url, "body": body, "subject": subject}
                        for body, subject in zip(texts, subjects)]
            self.assertEqual(self.ask(*requests, code=0), ["ok"] * len(requests))
            for content, body, subject in zip(server.accepted, texts, subjects):
                message = email.message_from_bytes(content[2])
                self.assertEqual(message.get_payload(decode=True).decode().replace("\r\n", "\n"), body)
                parts = decode_header(message["Subject"])
                self.assertEqual("".join(part if isinstance(part, str) else part.decode(charset or "ascii")
                                         for part, charset in parts).strip(), subject.strip())
                self.assertTrue(all(len(line) <= 78 for line in content[2].split(b"\r\n")))

    def test_it_is_found_beside_the_program_only(self):
        """Not by PATH: a copy of the program alone says what is missing."""
        alone = self.folder / "alone"
        alone.mkdir()
        (alone / "trainlease").write_bytes(program.binary.read_bytes())
        (alone / "trainlease").chmod(0o700)
        command = self.command("remind", *sum(UsageTest.MAIL.items(), ()), now=noon(DUE_DAY))
        words = [str(alone / "trainlease"), *command[1:]]
        path = f"{self.program().parent}:{program.environment()['PATH']}"
        missing = subprocess.run(words, capture_output=True, text=True, env=program.environment(PATH=path))
        self.assertEqual(missing.returncode, SYSTEM_FAILED)
        self.assertIn("trainlease-notify is not installed", missing.stderr)
        for script, said in (("#!/bin/sh\nexit 0\n", "ended without an answer"),
                             ("#!/bin/sh\nread line\necho hello\n", "`hello`")):
            (alone / "trainlease-notify").write_text(script)
            (alone / "trainlease-notify").chmod(0o700)
            done = subprocess.run(words, capture_output=True, text=True, env=program.environment())
            self.assertEqual(done.returncode, SYSTEM_FAILED)
            self.assertIn(said, done.stderr)
        self.assertEqual(self.facts(), [])


class PageTest(Case):
    def test_its_commands_name_options_that_exist(self):
        text = (ROOT / "docs" / "reminders.md").read_text()
        blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
        lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
        commands = [line for line in lines if line.startswith("trainlease remind")]
        self.assertGreaterEqual(len(commands), 3)
        for command in commands:
            with self.subTest(command):
                self.done(*shlex.split(command)[1:], "--help", now=None)


if __name__ == "__main__":
    main()
