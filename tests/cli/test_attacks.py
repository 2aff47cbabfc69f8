"""What a hostile or clumsy user tried once and must not achieve again: one case a fault, named by what was wrong."""

import os
import signal
import sqlite3
import subprocess
import time
import unittest

import program
from program import BAD_INPUT, DONE, LEASE, REFUSED_BY_AGREEMENT, SYSTEM_FAILED, Case, term_of

HEADER = "key,account,start,end,gpus\n"
DAY = 86400
OCTOBER = 1506787200     # 2017-10-01T00:00 in Shanghai


class AttackCase(Case):
    def row(self, key, start=OCTOBER, seconds=10, gpus=1, account="6c71a0", more=""):
        return f"{key},{account},{start},{start + seconds},{gpus}{more}\n"

    def lines(self, month, lease=LEASE):
        return {line["clause"]: line for line in self.statement(month, lease)["lines"]}

    def unsealed(self):
        """The journal as somebody with sqlite3 in hand sees it."""
        return sqlite3.connect(self.journal)


class UnreadableFactsTest(AttackCase):
    def setUp(self):
        super().setUp()
        self.sign()

    def assert_readable(self):
        self.done("rebuild")
        self.done("facts", "--verify", "house")

    def test_a_file_name_in_another_encoding(self):
        path = os.path.join(os.fsencode(self.folder), b"\xd3\xc3.csv")
        with open(path, "wb") as file:
            file.write((HEADER + self.row("a")).encode())
        done = subprocess.run([os.fsencode(word) for word in self.command("import")] + [path], capture_output=True)
        self.assertEqual(done.returncode, DONE, done.stderr)
        self.assert_readable()

    def test_options_in_another_encoding(self):
        usage = self.write("usage.csv", HEADER + self.row("a"))
        for option in ("--by", "--source", "--zone"):
            done = subprocess.run([*self.command("import"), str(usage), option, b"\xff"], capture_output=True)
            self.assertEqual(done.returncode, BAD_INPUT, option)
        self.assert_readable()

    def test_a_reason_without_end(self):
        self.take_text(HEADER + self.row("a", account="x"))
        self.expect(BAD_INPUT, "park", "dismiss", "a", "--because", "x" * 70000)
        self.assert_readable()

    def test_an_agreement_called_house(self):
        text = program.agreement(agreement="house", cluster__account="other")
        self.expect(BAD_INPUT, "sign", self.write("house.yaml", text))


class CutShortTest(AttackCase):
    def test_a_signing_that_was_killed_is_finished_by_giving_it_again(self):
        self.sign()
        self.take_text(HEADER + "".join(self.row(f"k{n}", account="stray") for n in range(120_000)))
        text = self.write("stray.yaml", program.agreement(agreement="STRAY", cluster__account="stray"))
        signing = subprocess.Popen(self.command("sign", text), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.05)
        signing.send_signal(signal.SIGKILL)
        signing.wait()
        again = self.run_program("sign", text)
        self.assertIn(again.code, (DONE, REFUSED_BY_AGREEMENT))
        self.assertEqual(self.lines("2017-10", "STRAY")["3.1(1)"]["gpu_seconds"], "1200000")


class BordersOfLeasesTest(AttackCase):
    def setUp(self):
        super().setUp()
        self.sign(time_zone="UTC")

    def test_a_renewal_does_not_unbill_what_began_before_the_first_lease(self):
        rows = self.row("a", start=1504137600, seconds=2 * DAY)     # 31 August and 1 September 2017
        self.take_text(HEADER + rows, name="first.csv")
        self.assertEqual(self.lines("2017-09")["3.1(1)"]["gpu_seconds"], str(DAY))
        self.sign(agreement="NEXT", time_zone="UTC", **term_of("2018-09-01", "2019-08-31", 12))
        self.take_text(HEADER + rows + self.row("b", start=OCTOBER + DAY), name="second.csv")
        self.assertEqual(self.lines("2017-09")["3.1(1)"]["gpu_seconds"], str(DAY))


class DecisionsLastTest(AttackCase):
    def setUp(self):
        super().setUp()
        self.sign()

    def test_a_released_row_without_an_end_comes_again(self):
        header, row = "key,account,start,end,gpus,state\n", f"a,6c71a0,{OCTOBER},,8,FAILED\n"
        self.take_text(header + row, name="first.csv")
        self.done("park", "release", "a", "--end", str(OCTOBER + 100), "--because", "it ended then")
        self.take_text(header + row + f"b,6c71a0,{OCTOBER},{OCTOBER + 1},1,COMPLETED\n", name="second.csv")
        self.assertEqual(self.lines("2017-10")["3.1(1)"]["gpu_seconds"], "801")

    def test_an_older_list_of_running_jobs(self):
        header = "key,account,start,end,gpus,state,suspended_seconds,listed\n"
        newer = f"a,6c71a0,{OCTOBER},,8,RUNNING,3600,{OCTOBER + 19 * DAY}\n"
        older = f"a,6c71a0,{OCTOBER},,8,RUNNING,0,{OCTOBER + DAY}\n"
        self.take_text(header + newer, name="newer.csv")
        self.take_text(header + older, name="older.csv")
        statement = self.done("statement", LEASE, "2017-10", "--json", now="2017-10-21T16:00:00Z").json
        self.assertEqual(statement["lines"][0]["gpu_seconds"], str(8 * (21 * DAY - 3600)))

    def test_an_empty_account_is_no_account(self):
        self.take_text(HEADER + self.row("a", account="x") + self.row("b", account="y"))
        self.expect(BAD_INPUT, "park", "release", "--account", "", "--lease", LEASE, "--because", "oops")
        self.assertEqual(len(self.done("parked", "--json").json), 2)

    def test_a_running_row_outside_the_term_needs_an_end(self):
        self.take_text("key,account,start,end,gpus,state\nr,6c71a0,2018-10-01T00:00:00Z,,8,RUNNING\n")
        self.expect(REFUSED_BY_AGREEMENT, "park", "release", "r", "--because", "x")
        self.done("park", "release", "r", "--end", "2018-10-01T00:01:00Z", "--because", "x")
        self.assertEqual(self.lines("2018-10")["3.1(1)"]["gpu_seconds"], "480")


class StorageTest(AttackCase):
    TIMES = ("2017-09-30T16:00:00Z", "2017-10-01T16:00:00Z")

    def samples(self, *rows):
        return "time,bytes,account,user,filesystem\n" + "".join(",".join(map(str, row)) + "\n" for row in rows)

    def byte_seconds(self, lease=LEASE):
        return self.lines("2017-10", lease)["3.1(2)"]["byte_seconds"]

    def test_one_owner_twice_in_a_snapshot_counts_once_and_last(self):
        self.sign()
        self.take_text(self.samples((self.TIMES[0], 10, "6c71a0", "", "fs"), (self.TIMES[0], 20, "6c71a0", "", "fs"),
                                    (self.TIMES[1], 0, "6c71a0", "", "fs")), "--format", "storage-csv")
        self.assertEqual(self.byte_seconds(), str(20 * DAY))
        self.done("rebuild")
        self.assertEqual(self.byte_seconds(), str(20 * DAY))

    def test_dismissed_samples_stay_dismissed_when_a_lease_is_signed(self):
        self.sign()
        self.take_text(self.samples((self.TIMES[0], 10, "dd", "", "fs")), "--format", "storage-csv")
        self.done("park", "dismiss", "--account", "dd", "--because", "never")
        self.sign(agreement="DD", cluster__account="dd")
        self.assertEqual(self.byte_seconds("DD"), "0")

    def test_an_account_with_a_slash_is_not_another_account(self):
        self.sign()
        self.take_text(self.samples((self.TIMES[0], 10, "proj/12", "", "fs")), "--format", "storage-csv")
        self.sign(agreement="PROJ", cluster__account="proj")
        self.assertEqual(self.byte_seconds("PROJ"), "0")

    def test_sums_beyond_64_bits_are_refused(self):
        self.sign()
        most = 2**63 - 1
        self.take_text(self.samples((self.TIMES[0], most, "6c71a0", "u", "fs"), (self.TIMES[0], most, "6c71a0", "v", "fs")),
                       "--format", "storage-csv", code=BAD_INPUT)
        self.assertEqual(self.byte_seconds(), "0")


class PricesTest(AttackCase):
    def test_a_model_whose_price_begins_later_is_parked_before(self):
        self.sign(fees__compute=[{"price": "36.00 CNY/GPU-hour", "gpu_model": "NVIDIA H200"},
                                 {"price": "20.00 CNY/GPU-hour", "gpu_model": "B200", "from": "2018-03-01"}])
        self.take_text("key,account,start,end,gpus,gpu_model\n" + self.row("old", more=",B200") + self.row("h", more=",h200")
                       + self.row("new", start=OCTOBER + 200 * DAY, more=",B200"))
        self.assertEqual(self.lines("2017-10")["3.1(1)"]["gpu_seconds"], "10")
        self.assertEqual(self.done("parked", "--json").json[0]["reason"], "no-price")

    def test_a_cap_holds_over_use_released_before_the_term(self):
        self.sign(fees__total__amount="250001.00 CNY", fees__total__capitals="贰拾伍万零壹元整", fees__total__meaning="cap")
        self.take_text(HEADER + self.row("before", start=1500000000, seconds=100) + self.row("in", seconds=100))
        self.done("park", "release", "before", "--because", "agreed by both")
        billed = sum(self.statement(month)["total_fen"] for month in ("2017-07", "2017-09", "2017-10"))
        self.assertEqual(billed, 25000100)


class DamagedTest(AttackCase):
    def test_an_index_without_its_chunks_takes_nothing(self):
        self.sign()
        self.take_text(HEADER + self.row("a"), name="first.csv")
        journal = self.unsealed()
        journal.execute("DELETE FROM key_chunk")
        journal.commit()
        journal.close()
        self.take_text(HEADER + self.row("a") + self.row("b"), name="second.csv", code=SYSTEM_FAILED)
        self.done("rebuild")
        self.take_text(HEADER + self.row("a") + self.row("b"), name="second.csv")
        self.assertEqual(self.lines("2017-10")["3.1(1)"]["gpu_seconds"], "20")

    def test_a_negative_schema_version(self):
        journal = self.unsealed()
        journal.executescript("PRAGMA application_id=1953260897; PRAGMA user_version=-5; CREATE TABLE x (a);")
        journal.close()
        self.expect(BAD_INPUT, "sign", program.EXAMPLE)

    def test_a_journal_that_is_no_file(self):
        self.journal = ":memory:"
        self.expect(BAD_INPUT, "sign", program.EXAMPLE)

    def test_no_escape_sequence_reaches_the_screen(self):
        self.sign()
        file = self.write("f\x1b[31m.csv", HEADER + self.row("k\x1b[31m1") + self.row("k\u202e2", account="\x1b[2Jx"))
        for shown in (self.done("import", file), self.done("parked"), self.done("why", LEASE, "2017-10")):
            self.assertNotIn("\x1b", shown.out + shown.err)
            self.assertNotIn("\u202e", shown.out + shown.err)


if __name__ == "__main__":
    program.main()
