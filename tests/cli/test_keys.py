"""Keys and signatures: made and shown, at issue and close, found out when tampered with, checked by OpenSSL alone."""

from __future__ import annotations

import hashlib
import json
import os
import pty
import re
import shutil
import signal
import sqlite3
import stat
import subprocess
import termios
import time

import program
from program import BAD_INPUT, DONE, LEASE, REFUSED_BY_AGREEMENT, ROOT, SYSTEM_FAILED, environment, main
from test_billing import BillingCase

PASSPHRASE = "correct horse battery"
OCTOBER = "2017-10-04T00:00:00Z"


class KeyCase(BillingCase):
    def setUp(self):
        super().setUp()
        self.keys = self.folder / "keys"
        self.password = self.secret("password", PASSPHRASE)

    def secret(self, name, text):
        path = self.write(name, text + "\n")
        path.chmod(0o600)
        return path

    def with_keys(self, *words):
        return (*words, "--keys", self.keys, "--password-file", self.password)

    def key_new(self, name, algorithm="ed25519"):
        return self.done(*self.with_keys("key", "new", name, "--algorithm", algorithm, "--json")).json

    def signed_by(self, name):
        """Options to sign with."""
        return self.with_keys("--key", name)

    def sign_keyed(self, key, **changes):
        return self.sign_gpus(keys__algorithm=key["algorithm"], keys__lessor=key["fingerprint"], **changes)

    def verify(self, lease=LEASE, code=DONE, journal=None):
        result = self.expect(code, "facts", lease, "--verify", "--json", journal=journal)
        return result.json if code == DONE else result

    def openssl(self, *words, code=0, **options):
        done = subprocess.run(["openssl", *map(str, words)], capture_output=True, cwd=self.folder, **options)
        self.assertEqual(done.returncode, code, done.stderr.decode())
        return done.stdout

    def on_terminal(self, *words, answers):
        """Runs the program with a terminal of its own and answers its questions; (exit code, all that it showed)."""
        child, terminal = pty.fork()
        if child == 0:
            os.chdir(self.folder)
            os.execve(program.binary, self.command(*words), environment())
        shown, waiting = b"", list(answers)
        while True:
            try:
                piece = os.read(terminal, 4096)
            except OSError:
                break
            if not piece:
                break
            shown += piece
            if waiting and shown.rstrip(b" ").endswith((b":", "：".encode())):
                # the question stands there just before the terminal stops echoing
                while termios.tcgetattr(terminal)[3] & termios.ECHO:
                    time.sleep(0.001)
                os.write(terminal, waiting.pop(0).encode() + b"\n")
        os.close(terminal)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), shown.decode()


class KeyTest(KeyCase):
    """`key new` and `key show`."""

    def test_made_and_shown(self):
        for algorithm, digest in (("ed25519", "sha256"), ("sm2", "sm3")):
            with self.subTest(algorithm):
                made = self.key_new(algorithm, algorithm)
                shown = self.done("key", "show", algorithm, "--keys", self.keys, "--json").json
                self.assertEqual(made, shown)
                self.assertEqual((made["name"], made["algorithm"]), (algorithm, algorithm))
                der = self.openssl("pkey", "-pubin", "-outform", "DER", input=made["public_key"].encode())
                print_of = self.openssl("dgst", f"-{digest}", "-r", input=der).split()[0].decode()
                self.assertEqual(made["fingerprint"], print_of)

    def test_in_words(self):
        made = self.key_new("lessor")
        groups = " ".join(re.findall("....", made["fingerprint"]))
        for language, word in (("en", "fingerprint"), ("zh", "指纹")):
            text = self.done("key", "show", "lessor", "--keys", self.keys, "--lang", language).out
            for part in (word, groups, made["public_key"], "ed25519"):
                self.assertIn(part, text)

    def test_the_file(self):
        previous = os.umask(0)
        try:
            made = self.key_new("lessor")
        finally:
            os.umask(previous)
        path = self.keys / "lessor.pem"
        self.assertEqual(made["file"], str(path))
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(self.keys.stat().st_mode), 0o700)
        self.assertEqual([file.name for file in self.keys.iterdir()], ["lessor.pem"])
        parsed = self.openssl("asn1parse", "-in", path).decode()
        for part in ("PBES2", "scrypt", "aes-256-cbc"):
            self.assertIn(part, parsed)
        # OpenSSL opens it with the passphrase, and with no other
        public = self.openssl("pkey", "-in", path, "-passin", f"pass:{PASSPHRASE}", "-pubout").decode()
        self.assertEqual(public, made["public_key"])
        self.openssl("pkey", "-in", path, "-passin", "pass:another one", "-noout", code=1)
        self.assertNotIn(b"BEGIN PRIVATE KEY", path.read_bytes())

    def test_it_is_not_replaced(self):
        self.key_new("lessor")
        before = (self.keys / "lessor.pem").read_bytes()
        refused = self.expect(BAD_INPUT, *self.with_keys("key", "new", "lessor"))
        self.assert_refused(refused, "lessor.pem", "not replaced")
        self.assertEqual((self.keys / "lessor.pem").read_bytes(), before)

    def test_where_keys_are(self):
        home, named = self.folder / "home", self.folder / "named"
        words = ("key", "new", "a", "--password-file", self.password)
        self.done(*words, HOME=str(home))
        self.assertTrue((home / ".config" / "trainlease" / "keys" / "a.pem").exists())
        self.done(*words, HOME=str(home), TRAINLEASE_KEYS=str(named))
        self.assertTrue((named / "a.pem").exists())
        self.done(*self.with_keys(*words[:3]), TRAINLEASE_KEYS=str(named))
        self.assertTrue((self.keys / "a.pem").exists())

    def test_names(self):
        self.key_new("出租方 2026")
        for name in ("", ".", "..", ".hidden", "../a", "a/b", "a\nb", "x" * 201):
            with self.subTest(name):
                self.assert_refused(self.expect(BAD_INPUT, *self.with_keys("key", "new", name)), "names no key")

    def test_what_is_not_there(self):
        refused = self.expect(BAD_INPUT, "key", "show", "nobody", "--keys", self.keys)
        self.assert_refused(refused, "nobody.pem", "no such key")

    def test_a_key_that_others_can_read_is_not_used(self):
        self.key_new("lessor")
        (self.keys / "lessor.pem").chmod(0o640)
        self.assert_refused(self.expect(BAD_INPUT, "key", "show", "lessor", "--keys", self.keys), "chmod 600")

    def test_passphrases(self):
        words = ("key", "new", "a", "--keys", self.keys, "--password-file")
        self.assert_refused(self.expect(BAD_INPUT, *words, self.secret("short", "1234567")), "8 bytes")
        open_to_all = self.write("open", PASSPHRASE)
        open_to_all.chmod(0o644)
        self.assert_refused(self.expect(BAD_INPUT, *words, open_to_all), "chmod")
        self.expect(BAD_INPUT, *words, self.folder / "nothing")
        self.assertFalse(self.keys.exists())

    def test_without_a_terminal_nothing_is_asked(self):
        done = subprocess.run(self.command("key", "new", "a", "--keys", self.keys), input=b"12345678\n12345678\n",
                              capture_output=True, env=environment(), start_new_session=True, timeout=60)
        self.assertEqual(done.returncode, BAD_INPUT)
        self.assertIn(b"--password-file", done.stderr)

    def test_asked_twice_without_an_echo(self):
        code, shown = self.on_terminal("key", "new", "a", "--keys", self.keys, answers=[PASSPHRASE, PASSPHRASE])
        self.assertEqual(code, DONE, shown)
        self.assertEqual(shown.count("passphrase of the key a"), 2)
        self.assertNotIn(PASSPHRASE, shown)
        self.openssl("pkey", "-in", self.keys / "a.pem", "-passin", f"pass:{PASSPHRASE}", "-noout")

    def test_not_the_same_twice(self):
        code, shown = self.on_terminal("key", "new", "a", "--keys", self.keys, answers=[PASSPHRASE, "another"])
        self.assertEqual(code, BAD_INPUT, shown)
        self.assertFalse((self.keys / "a.pem").exists())

    def test_input(self):
        for words in (("key",), ("key", "new"), ("key", "old", "a"), ("key", "new", "a", "b"),
                      ("key", "message", LEASE), ("key", "new", "a", "--algorithm", "rsa")):
            with self.subTest(" ".join(words)):
                self.expect(BAD_INPUT, *self.with_keys(*words))


class IssueTest(KeyCase):
    def test_where_the_agreement_prints_a_key_it_signs(self):
        key = self.key_new("lessor")
        self.sign_keyed(key)
        issued = self.issue("2017-09", *self.signed_by("lessor"))
        self.assertEqual(issued["signed_by"], key["fingerprint"])
        issued_fact, signed_fact, served_fact = self.facts()[1:]
        self.assertEqual([fact["kind"] for fact in (issued_fact, signed_fact, served_fact)],
                         ["statement-issued", "statement-signed", "statement-served"])
        body = signed_fact["body"]
        self.assertEqual(sorted(body), ["algorithm", "number", "public_key", "signature"])
        self.assertEqual((body["algorithm"], body["number"]), ("ed25519", 1))
        self.assertEqual(hashlib.sha256(bytes.fromhex(body["public_key"])).hexdigest(), key["fingerprint"])
        self.assertEqual(self.verify()["signatures"], 1)
        self.assertIn("signed statements: 1", self.done("facts", LEASE, "--verify").out)
        self.done("rebuild")

    def test_as_people_write_a_fingerprint(self):
        key = self.key_new("lessor")
        groups = re.findall("....", key["fingerprint"].upper())
        for number, separator in enumerate(" :-"):
            self.journal = self.folder / f"{number}.db"
            self.sign_gpus(keys__lessor=separator.join(groups))
            self.issue("2017-09", *self.signed_by("lessor"))
            self.assertEqual(self.verify()["signatures"], 1)

    def test_no_other_key(self):
        self.sign_keyed(self.key_new("lessor"))
        other = self.key_new("other")
        refused = self.issue("2017-09", *self.signed_by("other"), code=REFUSED_BY_AGREEMENT)
        self.assert_refused(refused, "3.3", other["fingerprint"][:4])
        self.key_new("sm2", "sm2")
        refused = self.issue("2017-09", *self.signed_by("sm2"), code=REFUSED_BY_AGREEMENT)
        self.assert_refused(refused, "3.3", "ed25519", "sm2")
        self.assertEqual(self.kinds(), ["agreement-signed"])

    def test_without_one_only_when_that_is_said(self):
        self.sign_keyed(self.key_new("lessor"))
        self.assert_refused(self.issue("2017-09", code=REFUSED_BY_AGREEMENT), "3.3", "--key", "--unsigned")
        self.assertEqual(self.kinds(), ["agreement-signed"])
        self.assertIsNone(self.issue("2017-09", "--unsigned")["signed_by"])
        self.assertEqual(self.verify()["signatures"], 0)
        self.issue("2017-10", *self.signed_by("lessor"))
        self.assertEqual(self.verify()["signatures"], 1)

    def test_where_it_prints_none_signing_is_free(self):
        key = self.key_new("any")
        self.sign_gpus()
        self.assertIsNone(self.issue("2017-09")["signed_by"])
        self.assertEqual(self.issue("2017-10", *self.signed_by("any"))["signed_by"], key["fingerprint"])
        self.assertIn("not signed", self.done("issue", LEASE, "2017-11", now="2017-12-04T00:00:00Z").out)
        self.assertIn("出租方签名", self.done("issue", LEASE, "2017-12", *self.signed_by("any"), "--lang", "zh",
                                         now="2018-01-04T00:00:00Z").out)

    def test_not_served_and_parked_signs_too(self):
        key = self.key_new("lessor")
        self.sign_keyed(key)
        self.issue("2017-09", "--not-served", *self.signed_by("lessor"))
        self.assertEqual(self.kinds()[1:], ["statement-issued", "statement-signed"])
        self.verify()

    def test_an_advance_is_signed(self):
        key = self.key_new("lessor")
        self.sign_keyed(key, payment__due_month="same", payment__advance="100.00 CNY")
        words = ("advance", LEASE, "2017-09")
        self.expect(REFUSED_BY_AGREEMENT, *words, now="2017-09-01T00:00:00Z")
        said = self.done(*words, *self.signed_by("lessor"), "--json", now="2017-09-01T00:00:00Z").json
        self.assertEqual(said["signed_by"], key["fingerprint"])
        self.assertEqual(self.verify()["signatures"], 1)

    def test_the_wrong_passphrase(self):
        self.sign_keyed(self.key_new("lessor"))
        self.password = self.secret("wrong", "another passphrase")
        refused = self.issue("2017-09", *self.signed_by("lessor"), code=BAD_INPUT)
        self.assert_refused(refused, "lessor.pem", "passphrase")
        self.assertEqual(self.kinds(), ["agreement-signed"])

    def test_a_damaged_key(self):
        self.sign_keyed(self.key_new("lessor"))
        other = self.key_new("other")
        path = self.keys / "lessor.pem"
        whole = path.read_text()
        private = whole[:whole.index("-----BEGIN PUBLIC")]
        for text in ("", "x", whole[:200], private, private + other["public_key"], other["public_key"]):
            with self.subTest(text[:30] + text[-30:]):
                path.write_text(text)
                self.issue("2017-09", *self.signed_by("lessor"), code=BAD_INPUT)
        self.assertEqual(self.kinds(), ["agreement-signed"])

    def test_key_or_unsigned(self):
        self.sign_keyed(self.key_new("lessor"))
        self.issue("2017-09", "--unsigned", *self.signed_by("lessor"), code=BAD_INPUT)

    def test_papers_say_it(self):
        key = self.key_new("lessor")
        self.sign_keyed(key)
        self.issue("2017-09", *self.signed_by("lessor"))
        self.issue("2017-10", "--unsigned")
        groups = " ".join(re.findall("....", key["fingerprint"]))
        for number, words in ((1, [groups, "signed by"]), (2, ["未签名", "not signed"])):
            data, paper = self.folder / f"{number}.json", self.folder / f"{number}.pdf"
            self.done("document", "statement", LEASE, number, "--output", data)
            self.assertEqual(json.loads(data.read_text())["signed_by"], key["fingerprint"] if number == 1 else None)
            self.done("document", "statement", LEASE, number, "--lang", "both", "--output", paper)
            text = subprocess.run(["pdftotext", "-raw", paper, "-"], capture_output=True, check=True).stdout.decode()
            squeezed = "".join(text.split())
            for word in words:
                self.assertIn(word.replace(" ", ""), squeezed)

    def test_nothing_secret_is_written(self):
        self.sign_keyed(self.key_new("lessor"))
        said = self.run_program("issue", LEASE, "2017-09", *self.signed_by("lessor"), now=OCTOBER)
        private = self.openssl("pkey", "-in", self.keys / "lessor.pem", "-passin", f"pass:{PASSPHRASE}", "-outform",
                               "DER")[-32:]
        for path in self.folder.glob("journal.db*"):
            content = path.read_bytes()
            for secret in (private, private.hex().encode(), PASSPHRASE.encode()):
                self.assertNotIn(secret, content)
        self.assertNotIn(PASSPHRASE, said.out + said.err)


class CloseTest(KeyCase):
    LEASES = (LEASE, "TL-2", "TL-3")

    def sign_three(self):
        key = self.key_new("lessor")
        for number, lease in enumerate(self.LEASES):
            self.sign_keyed(key, agreement=lease, cluster__account=f"lab{number}")
        return key

    def test_every_lease(self):
        key = self.sign_three()
        self.done("close", "2017-10", *self.signed_by("lessor"), now="2017-11-04T00:00:00Z")
        for lease in self.LEASES:
            self.assertEqual(self.verify(lease)["signatures"], 2)
            bodies = [fact["body"] for fact in self.facts(lease) if fact["kind"] == "statement-signed"]
            self.assertEqual({hashlib.sha256(bytes.fromhex(body["public_key"])).hexdigest() for body in bodies},
                             {key["fingerprint"]})

    def test_asks_once(self):
        self.sign_three()
        code, shown = self.on_terminal("close", "2017-10", "--keys", self.keys, "--key", "lessor",
                                       answers=[PASSPHRASE] * 3)
        self.assertEqual(code, DONE, shown)
        self.assertEqual(shown.count("passphrase of the key"), 1)
        self.assertEqual([self.verify(lease)["signatures"] for lease in self.LEASES], [2, 2, 2])

    def test_interrupted_while_asked_the_journal_is_free(self):
        self.sign_three()
        words = self.command("close", "2017-10", "--keys", self.keys, "--key", "lessor")
        child, terminal = pty.fork()
        if child == 0:
            os.chdir(self.folder)
            os.execve(program.binary, words, environment())
        while b":" not in os.read(terminal, 4096):
            time.sleep(0.01)
        self.done("close", "2017-09", *self.signed_by("lessor"), now=OCTOBER)
        os.kill(child, signal.SIGINT)
        self.assertNotEqual(os.waitpid(child, 0)[1], 0)
        os.close(terminal)

    def test_leases_that_it_does_not_suit_are_listed(self):
        key = self.key_new("lessor")
        self.sign_keyed(key)
        self.sign_gpus(agreement="TL-2", cluster__account="lab2", keys__lessor=self.key_new("other")["fingerprint"])
        self.sign_gpus(agreement="TL-3", cluster__account="lab3", keys__algorithm="sm2")
        said = self.expect(REFUSED_BY_AGREEMENT, "close", "2017-09", "--json", *self.signed_by("lessor"),
                           now=OCTOBER).json
        self.assertEqual({line["lease"] for line in said["leases"] if line["result"] == "issued"}, {LEASE})
        self.assertEqual((said["issued"], said["refused"]), (1, 2))
        said = self.expect(REFUSED_BY_AGREEMENT, "close", "2017-09", "--json", now=OCTOBER).json
        self.assertEqual((said["issued"], said["before"], said["refused"]), (1, 1, 1))
        self.done("close", "2017-09", "--unsigned", now=OCTOBER)

    def test_an_advance_that_it_does_not_suit_is_listed(self):
        key = self.key_new("lessor")
        self.sign_keyed(key, payment__due_month="same", payment__advance="100.00 CNY")
        self.sign_gpus(agreement="TL-2", cluster__account="lab2")
        self.issue("2017-09", *self.signed_by("lessor"))
        said = self.expect(REFUSED_BY_AGREEMENT, "close", "2017-09", "--json", now=OCTOBER).json
        self.assertEqual({line["lease"]: line["result"] == "issued" for line in said["leases"]},
                         {LEASE: False, "TL-2": True})
        said = self.done("close", "2017-09", "--json", *self.signed_by("lessor"), now=OCTOBER).json
        self.assertEqual([line["result"] for line in said["leases"]], ["advance"])
        self.verify()


class CheckedElsewhereTest(KeyCase):
    def issued_with(self, algorithm):
        key = self.key_new("lessor", algorithm)
        self.sign_keyed(key)
        self.use("2017-09", 40)
        self.issue("2017-09", *self.signed_by("lessor"))
        return key

    def test_openssl_alone(self):
        for algorithm, digest in (("ed25519", "sha256"), ("sm2", "sm3")):
            with self.subTest(algorithm):
                self.journal = self.folder / f"{algorithm}.db"
                self.keys = self.folder / f"{algorithm}-keys"
                key = self.issued_with(algorithm)
                said = self.done("key", "message", LEASE, 1, "--output", "s1", "--json").json
                self.assertEqual(said["fingerprint"], key["fingerprint"])
                check = subprocess.run(["bash", "-c", said["check"]], cwd=self.folder, capture_output=True, text=True)
                self.assertEqual((check.returncode, check.stdout.strip()), (0, "Signature Verified Successfully"))
                # what was signed is the fact's body, as docs/journal-format.md says
                envelope = self.done("facts", LEASE, "--json").json[2]["envelope"]
                body = re.match(r'\{"body":(.*),"by":', envelope).group(1)
                message = (self.folder / "s1.message").read_bytes()
                self.assertEqual(message, f"trainlease-statement-1\n{LEASE}\n{body}".encode())
                self.assertEqual((self.folder / "s1.pem").read_text(), key["public_key"])
                self.write("s1.message", message.replace(b'"amount_fen":4000', b'"amount_fen":4001'))
                self.assertNotEqual(message, (self.folder / "s1.message").read_bytes())
                check = subprocess.run(["bash", "-c", said["check"]], cwd=self.folder, capture_output=True)
                self.assertNotEqual(check.returncode, 0)

    def test_the_recipe_of_the_documents(self):
        """The block of docs/payments.md under its heading, as it stands there."""
        text = (ROOT / "docs" / "payments.md").read_text()
        recipe = re.search(r"## Signatures.*?^```\n(.*?)^```", text, re.DOTALL | re.MULTILINE).group(1)
        key = self.issued_with("ed25519")
        tools = self.folder / "bin"
        tools.mkdir()
        (tools / "trainlease").symlink_to(program.binary)
        variables = environment(PATH=f"{tools}:{environment()['PATH']}", TRAINLEASE_JOURNAL=str(self.journal))
        done = subprocess.run(["bash", "-ec", recipe], cwd=self.folder, capture_output=True, text=True, env=variables)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("Signature Verified Successfully", done.stdout)
        self.assertIn(key["fingerprint"], done.stdout)

    def test_an_sm2_lease_has_an_sm3_chain(self):
        self.issued_with("sm2")
        said = self.verify()
        self.assertEqual(said["signatures"], 1)
        head = hashlib.new("sm3", b"trainlease-genesis-1\n" + LEASE.encode()).digest()
        for fact in self.done("facts", LEASE, "--json").json:
            inner = hashlib.new("sm3", fact["envelope"].encode()).digest()
            head = hashlib.new("sm3", b"trainlease-chain-1\n" + head + inner).digest()
        self.assertEqual(said["head"], head.hex())

    def test_what_is_not_signed(self):
        self.sign_gpus()
        self.issue("2017-09")
        self.assert_refused(self.expect(BAD_INPUT, "key", "message", LEASE, 1, "--output", "s1"), "not signed")
        self.expect(BAD_INPUT, "key", "message", LEASE, 2, "--output", "s1")
        self.expect(BAD_INPUT, "key", "message", LEASE, 1)
        self.expect(BAD_INPUT, "key", "message", "TL-9", 1, "--output", "s1")


class TamperedTest(KeyCase):
    """A chain whose every hash was computed anew: only the signatures tell."""

    def setUp(self):
        super().setUp()
        self.key = self.key_new("lessor")
        self.sign_keyed(self.key)
        self.use("2017-09", 40)
        self.issue("2017-09", *self.signed_by("lessor"))
        self.issue("2017-10", *self.signed_by("lessor"))

    def tampered(self, change):
        """A copy of the journal in which CHANGE(envelopes) was made, the chain written as if it had always been so."""
        copy = self.folder / "tampered.db"
        copy.unlink(missing_ok=True)
        with sqlite3.connect(self.journal) as source, sqlite3.connect(copy) as target:
            source.backup(target)
        database = sqlite3.connect(copy, isolation_level=None)
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        chain, = database.execute("SELECT number FROM chain WHERE id = ?", (LEASE,)).fetchone()
        rows = database.execute("SELECT number, envelope FROM fact WHERE chain = ? ORDER BY seq", (chain,)).fetchall()
        as_text = isinstance(rows[0][1], str)
        facts = [json.loads(envelope) for _, envelope in rows]
        change(facts)
        head = hashlib.sha256(b"trainlease-genesis-1\n" + LEASE.encode()).digest()
        for (number, _), fact in zip(rows, facts):
            envelope = json.dumps(fact, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            head = hashlib.sha256(b"trainlease-chain-1\n" + head + hashlib.sha256(envelope.encode()).digest()).digest()
            database.execute("UPDATE fact SET envelope = ?, head = ? WHERE number = ?",
                             (envelope if as_text else envelope.encode(), head, number))
        database.close()
        return copy

    def assert_found(self, change, fact, *words):
        refused = self.verify(code=SYSTEM_FAILED, journal=self.tampered(change))
        self.assert_refused(refused, f"fact {fact} ", *words)

    def of_kind(self, facts, kind):
        return [fact for fact in facts if fact["kind"] == kind]

    def test_untouched_the_copy_holds(self):
        self.assertEqual(self.verify(journal=self.tampered(lambda facts: None))["signatures"], 2)

    def test_another_day(self):
        def change(facts):
            self.of_kind(facts, "statement-issued")[0]["body"]["issued"] = "2017-10-05"
        self.assert_found(change, 3, "not of the statement before it")

    def test_a_flipped_bit_of_the_signature(self):
        def change(facts):
            body = self.of_kind(facts, "statement-signed")[1]["body"]
            body["signature"] = f"{int(body['signature'], 16) ^ 1:0128x}"
        self.assert_found(change, 6, "not of the statement before it")

    def test_the_signature_of_another_statement(self):
        def change(facts):
            first, second = self.of_kind(facts, "statement-signed")
            second["body"]["signature"] = first["body"]["signature"]
        self.assert_found(change, 6, "not of the statement before it")

    def test_the_number_of_another_statement(self):
        def change(facts):
            self.of_kind(facts, "statement-signed")[1]["body"]["number"] = 1
        self.assert_found(change, 6, "does not follow")

    def test_signed_again_by_somebody_else(self):
        other = self.key_new("other")

        def change(facts):
            issued, signed = (self.of_kind(facts, kind)[0]["body"] for kind in ("statement-issued", "statement-signed"))
            issued["issued"] = "2017-10-05"
            canonical = json.dumps(issued, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            self.write("message", f"trainlease-statement-1\n{LEASE}\n{canonical}")
            signature = self.openssl("pkeyutl", "-sign", "-inkey", self.keys / "other.pem", "-passin",
                                     f"pass:{PASSPHRASE}", "-rawin", "-in", "message")
            public = self.openssl("pkey", "-pubin", "-outform", "DER", input=other["public_key"].encode())
            signed["signature"], signed["public_key"] = signature.hex(), public.hex()
        self.assert_found(change, 3, "another than the lessor's")

    def test_what_cannot_be_read(self):
        for name, value in (("algorithm", "rsa"), ("public_key", "zz"), ("signature", 7), ("public_key", "")):
            def change(facts):
                self.of_kind(facts, "statement-signed")[0]["body"][name] = value
            with self.subTest(name):
                self.assert_found(change, 3, "cannot be read")
                # nor does the fold take it
                self.expect(SYSTEM_FAILED, "account", LEASE, journal=self.folder / "tampered.db")

    def test_a_signature_of_nothing(self):
        def change(facts):
            served, signed = self.of_kind(facts, "statement-served")[0], self.of_kind(facts, "statement-signed")[0]
            for name in ("kind", "body"):
                served[name], signed[name] = signed[name], served[name]

        copy = self.tampered(change)
        database = sqlite3.connect(copy, isolation_level=None)
        for seq, kind in ((3, "statement-served"), (4, "statement-signed")):
            database.execute("UPDATE fact SET kind = ? WHERE seq = ? AND "
                             "chain = (SELECT number FROM chain WHERE id = ?)", (kind, seq, LEASE))
        database.close()
        self.assert_refused(self.verify(code=SYSTEM_FAILED, journal=copy), "fact 4 ", "does not follow")
        self.expect(SYSTEM_FAILED, "account", LEASE, journal=copy)


if __name__ == "__main__":
    if shutil.which("openssl") is None:
        raise SystemExit("openssl is not installed")
    main()
