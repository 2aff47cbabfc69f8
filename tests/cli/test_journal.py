"""The journal as evidence: the database itself refuses changes, tampering is found, derived tables can be made again."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess

import program
from program import (BAD_INPUT, DONE, LATER, LEASE, REFUSED_BY_AGREEMENT, SYSTEM_FAILED, Case, agreement, environment, main,
                     term_of)

HEADER = "key,start,end,gpus,account,state,user\n"
OCTOBER_FIRST = 1506816000
NOBODY = 65534


def row(key, seconds=10, gpus=1, account="lab", start=OCTOBER_FIRST, state="", user=""):
    end = "" if seconds is None else start + seconds
    return f"{key},{start},{end},{gpus},{account},{state},{user}\n"


class JournalCase(Case):
    """A lease with a bit of everything: corrections, a release, a dismissal, a running job, storage."""

    def setUp(self):
        super().setUp()
        self.sign(cluster__account="lab", time_zone="UTC", now="2017-08-25T00:00:00Z")
        self.sign(agreement="OTHER", cluster__account="other", time_zone="UTC", now="2017-08-26T00:00:00Z")

    def live_a_little(self):
        rows = [row(f"k{n}", n % 97, n % 8, user=f"user{n % 5}") for n in range(5000)]
        self.take_text(HEADER + "".join(rows), now="2017-10-05T00:00:00Z")
        changed = [row(f"k{n}", n % 89, n % 7, account=("lab", "other", "x")[n % 3]) for n in range(1000)]
        odd = [row("late", account="x"), row("gone", account="x"), row("run", None, 2, state="running"), row("lost", None)]
        self.take_text(HEADER + "".join(changed + odd), name="second.csv", now="2017-10-06T00:00:00Z")
        self.done("park", "release", "late", "--lease", LEASE, "--because", "agreed", now="2017-10-07T00:00:00Z")
        self.done("park", "dismiss", "gone", "--because", "a test", now="2017-10-08T00:00:00Z")
        self.take_text("time,bytes,account\n2017-10-01T00:00:00Z,1000000000000,lab\n2017-10-02T00:00:00Z,5,lab\n",
                       name="storage.csv", now="2017-10-09T00:00:00Z")

    def database(self) -> sqlite3.Connection:
        database = sqlite3.connect(self.journal, isolation_level=None)
        self.addCleanup(database.close)
        return database


class RefusedByTheDatabaseTest(JournalCase):
    CHANGES = {
        "fact": ("UPDATE fact SET envelope = x'7b7d'", "UPDATE fact SET head = zeroblob(32) WHERE number = 1",
                 "UPDATE OR REPLACE fact SET seq = 0", "DELETE FROM fact", "DELETE FROM fact WHERE number = 2"),
        "chain": ("UPDATE chain SET id = 'mine'", "DELETE FROM chain"),
        "payload": ("UPDATE payload SET bytes = x'00'", "UPDATE payload SET erasable = 1", "DELETE FROM payload"),
    }

    def test_updates_and_deletes(self):
        self.live_a_little()
        database = self.database()
        for table, statements in self.CHANGES.items():
            before = database.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
            self.assertTrue(before)
            for statement in statements:
                with self.subTest(statement):
                    with self.assertRaises(sqlite3.DatabaseError):
                        database.execute(statement)
                    self.assertEqual(database.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall(), before)

    def test_insert_or_replace(self):
        database = self.database()
        before = database.execute("SELECT * FROM fact ORDER BY 1").fetchall()
        try:
            database.execute("INSERT OR REPLACE INTO fact SELECT number, chain, seq, kind, recorded, x'7b7d', head "
                             "FROM fact WHERE number = 1")
        except sqlite3.DatabaseError:
            pass
        self.assertEqual(database.execute("SELECT * FROM fact ORDER BY 1").fetchall(), before)


class NotAJournalTest(JournalCase):
    VERBS = (("statement", LEASE, "2017-10"), ("leases",), ("facts", LEASE), ("parked",), ("rebuild",),
             ("why", LEASE, "2017-10"))

    def every_verb(self, code):
        file = self.write("usage.csv", HEADER + row("new"))
        signed = self.write("another.yaml", agreement(agreement="ANOTHER", cluster__account="another"))
        for words in (*self.VERBS, ("import", file), ("sign", signed)):
            with self.subTest(" ".join(map(str, words))):
                yield self.expect(code, *words)

    def test_a_newer_schema_is_refused_and_left_alone(self):
        database = self.database()
        database.execute("PRAGMA user_version = 99")
        database.close()
        for result in self.every_verb(BAD_INPUT):
            self.assertIn("99", result.err)
        self.assertEqual(self.database().execute("PRAGMA user_version").fetchone(), (99,))

    def test_a_text_file(self):
        self.journal = self.write("notes.txt", "not a journal\n" * 1000)
        before = self.journal.read_bytes()
        for result in self.every_verb_but_class():
            self.assertIn("notes.txt", result.err)
        self.assertEqual(self.journal.read_bytes(), before)

    def every_verb_but_class(self):
        """Bad input by the design; a reader may call it the system's failure, but never succeed."""
        for words in self.VERBS:
            with self.subTest(" ".join(words)):
                result = self.run_program(*words)
                self.assertIn(result.code, (BAD_INPUT, SYSTEM_FAILED), result)
                yield result

    def test_a_text_file_is_bad_input(self):
        self.journal = self.write("notes.txt", "not a journal\n" * 1000)
        self.expect(BAD_INPUT, "leases")

    def test_another_programs_database(self):
        self.journal = self.folder / "other.db"
        other = sqlite3.connect(self.journal)
        other.execute("CREATE TABLE invoices (number INTEGER)")
        other.commit()
        other.close()
        for _ in self.every_verb(BAD_INPUT):
            pass
        self.assertEqual(self.database().execute("SELECT name FROM sqlite_master").fetchall(), [("invoices",)])

    def test_another_programs_database_is_left_alone(self):
        self.journal = self.folder / "other.db"
        other = sqlite3.connect(self.journal)
        other.execute("CREATE TABLE invoices (number INTEGER)")
        other.commit()
        other.close()
        before = self.journal.read_bytes()
        self.expect(BAD_INPUT, "import", self.write("usage.csv", HEADER + row("new")))
        self.assertEqual(self.journal.read_bytes(), before)

    def test_no_journal(self):
        self.journal = self.folder / "missing.db"
        file = self.write("usage.csv", HEADER + row("new"))
        for words in (*self.VERBS, ("import", file), ("park", "dismiss", "a", "--because", "b")):
            with self.subTest(" ".join(map(str, words))):
                self.expect(BAD_INPUT, *words)
                self.assertFalse(self.journal.exists(), "it must not be made in passing")

    def test_a_folder_that_is_not_there(self):
        self.journal = self.folder / "nowhere" / "journal.db"
        result = self.run_program("sign", self.write("a.yaml", agreement()))
        self.assertEqual(result.code, SYSTEM_FAILED, result)

    def test_a_journal_that_may_only_be_read(self):
        self.live_a_little()
        if os.geteuid() != 0:
            self.skipTest("needs to become another user")
        tool = self.folder / "trainlease"
        shutil.copy(program.binary, tool)
        tool.chmod(0o755)
        file = self.write("usage.csv", HEADER + row("new"))
        for path in self.folder.glob("journal.db*"):
            path.chmod(0o444)
        self.folder.chmod(0o555)
        before = self.journal.read_bytes()

        def as_nobody(*words):
            return subprocess.run([tool, "--journal", self.journal, "--now", LATER, *map(str, words)], user=NOBODY,
                                  group=NOBODY, extra_groups=[], capture_output=True, env=environment(), cwd="/")

        for words in (("import", file), ("rebuild",), ("park", "dismiss", "lost", "--because", "x")):
            with self.subTest(" ".join(map(str, words))):
                refused = as_nobody(*words)
                self.assertEqual(refused.returncode, SYSTEM_FAILED, refused)
                self.assertIn(b"journal.db", refused.stderr)
        self.assertIn(as_nobody("leases").returncode, (DONE, SYSTEM_FAILED))
        self.assertEqual(self.journal.read_bytes(), before)
        self.folder.chmod(0o755)

    def test_the_environment_names_the_journal(self):
        done = subprocess.run([program.binary, "leases", "--json"], capture_output=True, text=True, cwd=self.folder,
                              env=environment(TRAINLEASE_JOURNAL=str(self.journal)))
        self.assertIn(LEASE, done.stdout)

    def test_without_a_name_it_is_here(self):
        shutil.copy(self.journal, self.folder / "trainlease.db")
        done = subprocess.run([program.binary, "leases", "--json"], capture_output=True, text=True, cwd=self.folder,
                              env=environment())
        self.assertIn(LEASE, done.stdout)


class TamperingTest(JournalCase):
    """Somebody with the file and sqlite3: triggers dropped, history edited."""

    def setUp(self):
        super().setUp()
        self.live_a_little()

    def tamper(self, *statements):
        database = self.database()
        for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            database.execute(statement)
        database.close()

    def assert_found(self, chain=LEASE):
        found = self.expect(SYSTEM_FAILED, "facts", "--verify", chain)
        self.assertIn("chain breaks", found.err)

    def of_lease(self, seq):
        return f"(SELECT number FROM fact JOIN chain ON chain.number = fact.chain WHERE id = '{LEASE}' AND seq = {seq})".replace(
            "SELECT number", "SELECT fact.number")

    def test_an_untouched_chain_verifies(self):
        for chain in (LEASE, "OTHER", "house"):
            self.done("facts", "--verify", chain)

    def test_an_envelope(self):
        self.tamper(f"UPDATE fact SET envelope = CAST(replace(CAST(envelope AS TEXT), 'import', 'Import') AS BLOB) "
                    f"WHERE number = {self.of_lease(1)}")
        self.assert_found()

    def test_a_price_in_the_signed_terms(self):
        self.tamper(f"UPDATE fact SET envelope = CAST(replace(CAST(envelope AS TEXT), '36.00', '16.00') AS BLOB) "
                    f"WHERE number = {self.of_lease(0)}")
        self.assert_found()

    def test_the_signed_file(self):
        self.tamper(f"UPDATE payload SET bytes = CAST(replace(CAST(bytes AS TEXT), '36.00', '16.00') AS BLOB) "
                    f"WHERE fact = {self.of_lease(0)}")
        self.assert_found()

    def test_a_head(self):
        self.tamper(f"UPDATE fact SET head = zeroblob(32) WHERE number = {self.of_lease(1)}")
        self.assert_found()

    def test_the_last_head(self):
        self.tamper("UPDATE fact SET head = zeroblob(32) WHERE number = (SELECT fact.number FROM fact JOIN chain "
                    f"ON chain.number = fact.chain WHERE id = '{LEASE}' ORDER BY seq DESC LIMIT 1)")
        self.assert_found()

    def test_one_byte_of_a_usage_block(self):
        self.tamper(f"UPDATE payload SET bytes = CAST(substr(bytes, 1, 99) || x'5a5a' || substr(bytes, 102) AS BLOB) "
                    f"WHERE fact = {self.of_lease(1)}")
        self.assert_found()

    def test_a_payload_that_is_gone(self):
        self.tamper(f"DELETE FROM payload WHERE fact = {self.of_lease(1)}")
        self.assert_found()

    def test_a_fact_taken_out_of_the_middle(self):
        self.tamper(f"DELETE FROM payload WHERE fact = {self.of_lease(1)}", f"DELETE FROM fact WHERE number = {self.of_lease(1)}")
        self.assert_found()

    def test_two_facts_exchanged(self):
        one, other = self.of_lease(1), self.of_lease(2)
        database = self.database()
        numbers = [database.execute(f"SELECT {place}").fetchone()[0] for place in (one, other)]
        database.close()
        self.tamper(f"UPDATE fact SET seq = 1000 WHERE number = {numbers[0]}", f"UPDATE fact SET seq = 1 WHERE number = {numbers[1]}",
                    f"UPDATE fact SET seq = 2 WHERE number = {numbers[0]}")
        self.assert_found()

    def test_a_kind_or_time_beside_the_envelope(self):
        self.tamper(f"UPDATE fact SET kind = 'parked' WHERE number = {self.of_lease(1)}")
        self.assert_found()

    def test_the_house_chain(self):
        self.tamper("UPDATE fact SET envelope = CAST(replace(CAST(envelope AS TEXT), 'a test', 'a jest') AS BLOB) "
                    "WHERE kind = 'park-decided'")
        self.assert_found("house")

    def test_the_other_chains_still_verify(self):
        self.tamper(f"UPDATE fact SET head = zeroblob(32) WHERE number = {self.of_lease(1)}")
        self.done("facts", "--verify", "OTHER")

    def test_rebuild_refuses_a_broken_chain(self):
        self.tamper(f"UPDATE payload SET bytes = CAST(substr(bytes, 1, 99) || x'5a5a' || substr(bytes, 102) AS BLOB) "
                    f"WHERE fact = {self.of_lease(1)}")
        self.expect(SYSTEM_FAILED, "rebuild")


class RebuildTest(JournalCase):
    DERIVED = ("key_run", "key_chunk", "usage_month", "usage_open", "storage_sample", "storage_owner", "parked_total",
               "parked_dismissed", "import_done", "source")

    def documents(self):
        """Everything a person can ask for, byte for byte."""
        asked = [("statement", lease, month, *form) for lease in (LEASE, "OTHER") for month in ("2017-09", "2017-10", "2017-11")
                 for form in ((), ("--json",), ("--as-known-on", "2017-10-05T12:00:00Z", "--json"))]
        asked += [("parked",), ("parked", "--json"), ("parked", "--account", "x"), ("parked", "--account", "lab", "--json"),
                  ("why", LEASE, "2017-10", "--csv"), ("leases",), ("facts", LEASE, "--json"), ("facts", "house")]
        return {words: self.done(*words).out for words in asked}

    def test_statements_and_parked_lists_are_byte_identical(self):
        self.live_a_little()
        before = self.documents()
        self.done("rebuild")
        self.assertEqual(self.documents(), before)

    def test_derived_tables_emptied_by_hand_come_back(self):
        self.live_a_little()
        before = self.documents()
        database = self.database()
        for table in self.DERIVED:
            database.execute(f"DELETE FROM {table}")
        database.close()
        self.done("rebuild")
        self.assertEqual(self.documents(), before)

    def test_keys_are_known_and_dismissals_hold_after_a_rebuild(self):
        self.live_a_little()
        self.done("rebuild")
        heads = self.heads()
        summary = self.take_text(HEADER + row("k1500", 1500 % 97, 1500 % 8, user="user0") + row("gone", account="x"), name="third.csv")
        self.assert_counts(summary, read=2, known=2)
        self.assertEqual(self.heads(), heads)

    def test_a_source_without_keys_is_remembered(self):
        rows = "start,end,gpus,account\n1506816000,1506816010,1,lab\n"
        self.take_text(rows, "--source", "s")
        self.done("rebuild")
        self.take_text(rows.replace("10,1", "11,1"), "--source", "s", name="changed.csv", code=REFUSED_BY_AGREEMENT)

    def test_twice_is_once(self):
        self.live_a_little()
        self.done("rebuild")
        before = self.documents()
        self.done("rebuild")
        self.assertEqual(self.documents(), before)


class FilesTest(JournalCase):
    def test_only_the_owner_may_read_it(self):
        previous = os.umask(0)
        try:
            self.journal = self.folder / "open.db"
            self.sign(cluster__account="lab", time_zone="UTC")
            self.live_nothing()
        finally:
            os.umask(previous)
        for path in self.folder.glob("open.db*"):
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600, path.name)

    def live_nothing(self):
        self.take_text(HEADER + row("a"))

    def test_wal_and_full_synchronisation(self):
        self.assertEqual(self.database().execute("PRAGMA journal_mode").fetchone(), ("wal",))

    def test_it_says_what_it_is(self):
        self.assertEqual(self.database().execute("PRAGMA application_id").fetchone(), (0x746c6561,))


class SigningTest(JournalCase):
    def sign_again(self, code, **changes):
        heads = self.heads()
        result = self.expect(code, "sign", self.write("again.yaml", agreement(**changes)))
        self.assertEqual(self.heads(), heads)
        return result

    def test_twice_is_refused(self):
        refused = self.sign_again(REFUSED_BY_AGREEMENT, cluster__account="lab", time_zone="UTC")
        self.assertIn(LEASE, refused.err)

    def test_the_same_number_with_other_terms_is_refused(self):
        self.sign_again(REFUSED_BY_AGREEMENT, cluster__account="third", time_zone="UTC", fees__compute="1.00 CNY/GPU-hour")

    def test_two_leases_with_one_account_at_one_time_are_refused(self):
        refused = self.sign_again(REFUSED_BY_AGREEMENT, agreement="NEW", cluster__account="lab", time_zone="UTC")
        self.assertIn("lab", refused.err)

    def test_one_day_of_overlap_is_enough(self):
        self.sign_again(REFUSED_BY_AGREEMENT, agreement="NEW", cluster__account="lab", time_zone="UTC",
                        **term_of("2018-08-31", "2019-08-30", 12))

    def test_the_day_after_is_free(self):
        self.sign(agreement="NEW", cluster__account="lab", time_zone="UTC", **term_of("2018-09-01", "2019-08-31", 12))

    def test_an_overlap_by_zones_is_refused(self):
        """Shanghai's 1 September begins eight hours before UTC's 31 August ends."""
        self.sign_again(REFUSED_BY_AGREEMENT, agreement="NEW", cluster__account="lab", time_zone="Asia/Shanghai",
                        **term_of("2018-09-01", "2019-08-31", 12))

    def test_further_accounts_count_too(self):
        self.sign_again(REFUSED_BY_AGREEMENT, agreement="NEW", cluster__account="fourth", cluster__accounts=["fifth", "other"],
                        time_zone="UTC")

    def test_further_accounts_are_billed_to_their_lease(self):
        self.sign(agreement="NEW", cluster__account="fourth", cluster__accounts=["fifth"], time_zone="UTC")
        self.take_text(HEADER + row("a", account="fourth") + row("b", account="fifth", gpus=2))
        self.assertEqual(self.gpu_seconds("2017-10", "NEW"), "30")

    def test_the_houses_name_is_taken(self):
        self.expect_refused(agreement="house", cluster__account="sixth")

    def expect_refused(self, **changes):
        result = self.run_program("sign", self.write("again.yaml", agreement(**changes)))
        self.assertIn(result.code, (REFUSED_BY_AGREEMENT, BAD_INPUT), result)

    def test_a_file_with_problems_is_not_signed(self):
        self.sign_again(BAD_INPUT, agreement="NEW", cluster__account="fourth", term__months="13")

    def test_a_missing_file(self):
        self.expect(BAD_INPUT, "sign", self.folder / "nowhere.yaml")

    def test_a_refused_first_signature_leaves_no_lease(self):
        self.journal = self.folder / "new.db"
        self.expect(BAD_INPUT, "sign", self.write("bad.yaml", "agreement: [\n"))
        if self.journal.exists():
            self.assertEqual(self.done("leases", "--json").json, [])


if __name__ == "__main__":
    main()
