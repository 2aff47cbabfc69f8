"""Accounting of real clusters, imported as it was published: every total to the second.

The totals of Philly and phillips stand in the traces' own description, where two separate programs counted them.  The
figures of our Slurm captures and of the storage snapshots are worked out here, by hand, beside each test.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import datetime, timezone

from program import BAD_INPUT, DATA, LEASE, Case, main, term_of

PHILLY_COLUMNS = "start=timestamp,gpus=num_gpus,duration=duration,account=cluster"
PHILLY_OPTIONS = ("--format", "csv", "--columns", PHILLY_COLUMNS, "--source", "philly", "--zone", "America/Los_Angeles")
MONTHS = ("2017-09", "2017-10", "2017-11", "2017-12")

#: account: jobs, then GPU-seconds of each month, cut in America/Los_Angeles
PHILLY = {
    "0e4a51": (1435, 416658, 174771622, 87808513, 16205910),
    "103959": (1934, 9451285, 51447789, 64707879, 28761968),
    "11cb48": (16091, 2458798, 24542033, 59925603, 14249029),
    "23dbec": (8, 563626, 0, 0, 0),
    "2869ce": (422, 18359552, 140905322, 116465719, 14771925),
    "51b7ef": (4, 0, 0, 42868, 901),
    "6214e9": (41226, 42858343, 152131436, 109484350, 45391232),
    "6c71a0": (9953, 13718260, 169844524, 80982997, 31385945),
    "795a4c": (3, 0, 0, 18326, 0),
    "7f04ca": (723, 111039288, 360600150, 89163938, 32946978),
    "925e2b": (3, 0, 0, 152, 10399),
    "b436b2": (7423, 196039169, 116931146, 69738734, 69953151),
    "e13805": (374, 5542635, 11760717, 20421725, 11083210),
    "ed69ec": (1137, 1544890, 23444719, 4739991, 2445255),
    "ee9e8c": (1511, 86112781, 365063948, 361666028, 109161085),
}
PHILLY_BY_MONTH = (488105285, 1591443406, 1065166823, 376366988)
PHILLY_JOBS, PHILLY_GPU_SECONDS = 82247, 3521082502

PHILLIPS_FIELDS = ("JobID|JobIDRaw|Cluster|Partition|QOS|Account|Group|GID|User|UID|Submit|Eligible|Start|End|Elapsed|"
                   "ExitCode|State|NNodes|NCPUS|ReqCPUS|ReqMem|ReqTRES|AllocTRES|Timelimit|NodeList|JobName")
OLDER_FIELDS = PHILLIPS_FIELDS.replace("QOS|", "").replace("ReqMem|", "ReqMem|ReqGRES|")


class PhillyTest(Case):
    """15 groups of Microsoft's Philly as 15 leases."""

    def setUp(self):
        super().setUp()
        for account in PHILLY:
            self.sign(agreement=f"PHILLY-{account}", cluster__account=account, time_zone="America/Los_Angeles")

    def month_totals(self):
        return {account: tuple(int(self.gpu_seconds(month, f"PHILLY-{account}")) for month in MONTHS) for account in PHILLY}

    def test_every_month_of_every_account_to_the_second(self):
        self.assertEqual(sum(sum(row[1:]) for row in PHILLY.values()), PHILLY_GPU_SECONDS)   # the table is copied right

        summary = self.take(DATA / "philly" / "philly.csv.zst", *PHILLY_OPTIONS)

        self.assert_counts(summary, read=PHILLY_JOBS, new=PHILLY_JOBS)
        totals = self.month_totals()
        self.assertEqual(totals, {account: row[1:] for account, row in PHILLY.items()})
        self.assertEqual(tuple(map(sum, zip(*totals.values()))), PHILLY_BY_MONTH)
        for account in PHILLY:
            self.assertEqual(self.gpu_seconds("2018-01", f"PHILLY-{account}"), "0", "nothing ran after December")

    def test_every_job_stands_behind_its_line(self):
        self.take(DATA / "philly" / "philly.csv.zst", *PHILLY_OPTIONS)

        for account in ("23dbec", "ee9e8c", "11cb48"):
            keys = set()
            for month in MONTHS:
                opened = self.done("why", f"PHILLY-{account}", month, "3.1(1)", "--json").json
                keys |= {allocation["key"] for allocation in opened["allocations"]}
            # zero-length jobs lie in no month, so there may be fewer, never more
            self.assertLessEqual(len(keys), PHILLY[account][0])
            self.assertGreater(len(keys), PHILLY[account][0] * 9 // 10)

    def test_imported_again_nothing_is_added(self):
        self.take(DATA / "philly" / "philly.csv.zst", *PHILLY_OPTIONS)
        heads = self.heads()

        summary = self.take(DATA / "philly" / "philly.csv.zst", *PHILLY_OPTIONS)

        self.assertEqual(summary["new"], 0)
        self.assertEqual(self.heads(), heads)

    def test_the_same_rows_under_another_name_and_packing_add_nothing(self):
        self.take(DATA / "philly" / "philly.csv.zst", *PHILLY_OPTIONS)
        heads = self.heads()
        unpacked = self.done_shell("zstd", "-dc", DATA / "philly" / "philly.csv.zst")

        summary = self.take(self.write("other-name.csv", unpacked + b"\n"), *PHILLY_OPTIONS)

        self.assert_counts(summary, read=PHILLY_JOBS, known=PHILLY_JOBS)
        self.assertEqual(self.heads(), heads)

    def test_signed_after_the_import_the_parked_rows_are_placed(self):
        # the other order: first the accounting, then the leases
        self.journal = self.folder / "second.db"
        self.sign(agreement="OTHER", cluster__account="nobody", time_zone="America/Los_Angeles")
        summary = self.take(DATA / "philly" / "philly.csv.zst", *PHILLY_OPTIONS)
        self.assert_counts(summary, read=PHILLY_JOBS, parked=PHILLY_JOBS)
        self.assertEqual(self.parked_totals(), {(account, "no-lease"): row[0] for account, row in PHILLY.items()})

        for account in PHILLY:
            self.sign(agreement=f"PHILLY-{account}", cluster__account=account, time_zone="America/Los_Angeles")

        self.assertEqual(self.parked(), [])
        self.assertEqual(self.month_totals(), {account: row[1:] for account, row in PHILLY.items()})

    def done_shell(self, *words) -> bytes:
        if shutil.which(words[0]) is None:
            self.skipTest(f"{words[0]} is not here")
        return subprocess.run(list(map(str, words)), check=True, capture_output=True).stdout


class PhillipsTest(Case):
    """A university's cluster, sacct without a header: two jobs with GPUs among 4,285."""

    OPTIONS = ("--format", "sacct", "--fields", PHILLIPS_FIELDS, "--zone", "America/New_York")

    def test_gpu_seconds_over_the_new_year(self):
        self.sign(cluster__account="chaff", time_zone="America/New_York", **term_of("2016-12-01", "2017-11-30", 12))

        summary = self.take(DATA / "phillips" / "phillips.log.gz", *self.OPTIONS)

        self.assert_counts(summary, read=4285, new=31, parked=4254)
        self.assertEqual(self.gpu_seconds("2016-12"), "1675774")
        self.assertEqual(self.gpu_seconds("2017-01"), "149112")
        self.assertEqual(self.gpu_seconds("2017-02"), "0")
        self.assertEqual(self.parked_totals(), {("taifl", "no-lease"): 4238, ("aytinis", "no-lease"): 16})

    def test_without_the_zone_nothing_is_imported(self):
        self.sign(cluster__account="chaff", time_zone="America/New_York", **term_of("2016-12-01", "2017-11-30", 12))
        heads = self.heads()

        refused = self.take(DATA / "phillips" / "phillips.log.gz", "--format", "sacct", "--fields", PHILLIPS_FIELDS,
                            code=BAD_INPUT)

        self.assertIn("--zone", refused.err)
        self.assertEqual(self.heads(), heads)

    def test_again_adds_nothing(self):
        self.sign(cluster__account="chaff", time_zone="America/New_York", **term_of("2016-12-01", "2017-11-30", 12))
        self.take(DATA / "phillips" / "phillips.log.gz", *self.OPTIONS)
        heads = self.heads()

        self.take(DATA / "phillips" / "phillips.log.gz", *self.OPTIONS)

        self.assertEqual(self.heads(), heads)


class SacctFixturesTest(Case):
    """Small samples of sacct with what is odd in them."""

    def take_fixture(self, name, fields=PHILLIPS_FIELDS, **how):
        return self.take(DATA / "sacct" / name, "--format", "sacct", "--fields", fields, "--zone", "UTC", "--lease", LEASE,
                         **how)

    def sign_for(self, first, last, months):
        self.sign(time_zone="UTC", **term_of(first, last, months))

    def test_ended_jobs_without_gpus_are_free(self):
        self.sign_for("2015-06-01", "2017-05-31", 24)
        summary = self.take_fixture("accounting-logs.log")
        # the fourth asked for two GPUs and had them for no time at all
        self.assert_counts(summary, read=4, new=4)
        for month in ("2015-06", "2015-07", "2016-08"):
            self.assertEqual(self.gpu_seconds(month), "0")

    def test_array_notations_of_one_job_are_one_allocation(self):
        self.sign_for("2015-06-01", "2017-05-31", 24)
        summary = self.take_fixture("accounting-logs-with-job-arrays.log")
        # six spellings of JobID; JobIDRaw and Submit are the same in all
        self.assert_counts(summary, read=6, new=1, known=5)

    def test_a_running_job_is_open_and_a_pending_one_is_nothing(self):
        self.sign_for("2020-06-01", "2021-05-31", 12)
        summary = self.take_fixture("non-ended-job-state.log")
        self.assert_counts(summary, read=2, new=1, open=1, nothing=1)

    def test_unknown_states_are_parked(self):
        self.sign_for("2020-06-01", "2021-05-31", 12)
        summary = self.take_fixture("unknown-job-state.log")
        self.assert_counts(summary, read=2, parked=2)
        self.assertEqual({entry["reason"] for entry in self.parked()}, {"unknown-state"})

    def test_multi_byte_names(self):
        self.sign_for("2015-06-01", "2017-05-31", 24)
        self.assert_counts(self.take_fixture("utf8-multibyte-chars.log"), read=1, new=1)

    def test_24_spellings_of_gpus(self):
        """AllocTRES counts, whatever ReqGRES says.  One second each, with
        0+1+2+16+20+128 + 0+1+2+32 + 4+4+4 + 0+0 + 9 x 2 = 232 GPUs."""
        self.sign_for("2020-01-01", "2020-12-31", 12)
        text = (DATA / "sacct" / "accounting-logs-with-gpu-gres.2020-05-08.log").read_text()
        # all 24 rows carry job number 2; here each is a job of its own
        rows = []
        for number, row in enumerate(text.splitlines(), start=1):
            cells = row.split("|")
            cells[1] = str(number)
            rows.append("|".join(cells))

        summary = self.take_text("\n".join(rows) + "\n", "--format", "sacct", "--fields", OLDER_FIELDS, "--zone", "UTC",
                                 "--lease", LEASE)

        self.assert_counts(summary, read=24, new=24)
        self.assertEqual(self.gpu_seconds("2020-01"), "232")

    def test_24_rows_with_one_number_are_one_allocation(self):
        self.sign_for("2020-01-01", "2020-12-31", 12)
        summary = self.take_fixture("accounting-logs-with-gpu-gres.2020-05-08.log", fields=OLDER_FIELDS)
        self.assert_counts(summary, read=24, new=1, known=23)
        self.assertEqual(self.gpu_seconds("2020-01"), "2")      # the last row counts


class SlurmdbJsonTest(Case):
    """slurmdbd's REST answers of Slurm 24.05 to 25.11: each is new, nothing, or parked for a stated reason."""

    def test_every_file_is_read_or_parked_for_a_reason(self):
        self.sign(time_zone="UTC", **term_of("2025-01-01", "2025-12-31", 12))
        signed = self.journal
        expected = [line.split(" ", 6) for line in (DATA / "slurmdb-json" / "expected.txt").read_text().splitlines()]
        self.assertEqual({words[0] for words in expected},
                         {str(path.relative_to(DATA / "slurmdb-json")) for path in (DATA / "slurmdb-json").glob("*/*.json")})
        for number, words in enumerate(expected):
            with self.subTest(file=words[0]):
                self.journal = self.folder / f"{number}.db"
                shutil.copy(signed, self.journal)
                self.one_file(*words)
                self.journal.unlink()

    def one_file(self, name, result, key="-", start="-", end="-", listed="-", rest="- -"):
        summary = self.take(DATA / "slurmdb-json" / name, "--lease", LEASE, now="2025-12-01T00:00:00Z")
        defect = rest.split()[-1]
        if result == "none":
            return self.assert_counts(summary, read=0)
        if result == "nothing":
            return self.assert_counts(summary, read=1, nothing=1)
        if defect == "untracked":
            self.assert_counts(summary, read=1, parked=1, open=summary["open"])
            self.assertEqual(self.parked_totals(now="2025-12-01T00:00:00Z").popitem()[0][1], "untracked-gpus")
            example = summary["examples"]["parked"][0]
            self.assertEqual((example["key"], example["reason"]), (key, "untracked-gpus"))
            return None
        self.assertIn(result, ("closed", "open"))
        self.assert_counts(summary, read=1, new=1, open=int(result == "open"))
        self.assertEqual(summary["examples"]["new"][0]["key"], key)
        return None


class SlurmCaptureTest(Case):
    """A Slurm 22.05 of our own, whose jobs were resized, requeued, suspended and lost with their nodes.

    GPU-seconds of lab-a, allocation by allocation:
        3: 2x1  4: 3x1  10: 1x1  11: 4x3  9_1 to 9_6: 1x2 each  16: 1x88  17+0: 1x4  17+1: 2x4  28: 1x8  29: 1x1
        30: 2x1, requeued, 2x30   31: 8x2, resized, 4 from 20:56:57 (not from :55 again) to 20:57:20 = 4x23
        32: 1x6  34: 3x87  35: 1x87, and running since 20:59:01
    of lab-b:
        5: 1x1  6: 1x1  8: none  12: 2x3, requeued, 2x44   13: 2x(12-8 suspended)  19: 8x3  20: 4x3
        26: 8x(8-5 suspended)  33: 1x1  36: 2x3
    """

    LAB_A = 2 + 3 + 1 + 12 + 6 * 2 + 88 + 4 + 8 + 8 + 1 + 2 + 60 + 16 + 92 + 6 + 261 + 87
    LAB_B = 1 + 1 + 6 + 88 + 8 + 24 + 12 + 24 + 1 + 6
    JOB_4 = 3                                  # its comment holds a `|`, so its row of text is refused
    A_MINUTE_ON = "2026-11-23T21:00:01Z"       # job 35 has run for 60 s by now
    MONTH = "2026-11"

    def setUp(self):
        super().setUp()
        self.assertEqual((self.LAB_A, self.LAB_B), (663, 171))
        for lab in ("lab-a", "lab-b", "lab-c"):
            self.sign(agreement=lab, cluster__account=lab, time_zone="UTC", now="2026-11-01T00:00:00Z",
                      **term_of("2026-11-01", "2027-10-31", 12))

    def take_text_form(self):
        return self.take(DATA / "slurm" / "sacct-D-parsable2.txt", "--zone", "UTC", now=self.A_MINUTE_ON)

    def take_json_form(self):
        return self.take(DATA / "slurm" / "sacct-D.json", now=self.A_MINUTE_ON)

    def lab(self, name, now=None):
        return int(self.gpu_seconds(self.MONTH, name, now=now or self.A_MINUTE_ON))

    def allocations(self, lab, number):
        """(from, to, GPU-seconds) of each allocation of a job."""
        opened = self.done("why", lab, self.MONTH, "3.1(1)", "--json", now=self.A_MINUTE_ON).json
        return sorted((a["billed_from"][11:19], a["billed_to"][11:19], a["gpus"], a["gpu_seconds"])
                      for a in opened["allocations"] if a["key"].split("/")[1] == str(number) and not a["withdrawn"])

    def test_text(self):
        summary = self.take_text_form()

        # 73 rows: 35 steps, 2 jobs that never started, root's two without a lease, job 4 refused in line 9
        self.assert_counts(summary, read=73, nothing=37, parked=2, refused=1, new=33, open=1)
        self.assertEqual(self.line_of_job_4(), summary["examples"]["refused"][0]["line"])
        self.assertEqual(self.lab("lab-a"), self.LAB_A - self.JOB_4 + 60)
        self.assertEqual(self.lab("lab-b"), self.LAB_B)
        self.assertEqual(self.parked_totals(), {("root", "no-lease"): 2})

    def line_of_job_4(self):
        rows = (DATA / "slurm" / "sacct-D-parsable2.txt").read_text().splitlines()
        return next(number for number, row in enumerate(rows, start=1) if row.startswith("4|4|"))

    def test_json(self):
        self.assert_counts(self.take_json_form(), read=38, nothing=2, parked=2, new=34, open=1)
        self.assertEqual(self.lab("lab-a"), self.LAB_A + 60)
        self.assertEqual(self.lab("lab-b"), self.LAB_B)

    def test_text_after_json_adds_nothing(self):
        self.take_json_form()
        heads = self.heads()
        readable = (DATA / "slurm" / "sacct-D-parsable2.txt").read_text().replace("é|pipe", "é pipe")

        summary = self.take_text(readable, "--zone", "UTC", now=self.A_MINUTE_ON)

        self.assert_counts(summary, read=73, nothing=37, known=36, open=1)
        self.assertEqual(self.heads(), heads)

    def test_json_after_text_adds_what_the_text_could_not_say(self):
        self.take_text_form()

        summary = self.take_json_form()

        # job 4, and half a minute more of the running job 35
        self.assert_counts(summary, read=38, nothing=2, new=1, corrected=1, open=1, known=34)
        self.assertEqual(self.lab("lab-a"), self.LAB_A + 60)
        self.assertEqual(self.lab("lab-b"), self.LAB_B)

    def test_rest_answer_of_the_same_jobs_adds_no_second_of_ended_jobs(self):
        self.take_json_form()
        summary = self.take(DATA / "slurm" / "restd-slurmdb_v0.0.38_jobs.json", now=self.A_MINUTE_ON)
        # it gives jobs 7 and 27, cancelled before they began, a start at their end: two allocations of no length;
        # job 35 still runs, listed later
        self.assert_counts(summary, read=35, new=2, known=32, corrected=1, open=1)
        self.assertEqual(self.lab("lab-a"), self.LAB_A + 60)
        self.assertEqual(self.lab("lab-b"), self.LAB_B)

    def test_a_resized_jobs_overlap_counts_once(self):
        self.take_json_form()
        self.assertEqual(self.allocations("lab-a", 31), [("20:56:55", "20:56:57", "8", "16"),
                                                         ("20:56:57", "20:57:20", "4", "92")])

    def test_a_requeued_job_is_two_allocations(self):
        self.take_json_form()
        self.assertEqual(self.allocations("lab-b", 12), [("20:55:46", "20:55:49", "2", "6"),
                                                         ("20:55:55", "20:56:39", "2", "88")])

    def test_suspended_seconds_come_off_the_end(self):
        self.take_json_form()
        self.assertEqual(self.allocations("lab-b", 13), [("20:55:46", "20:55:50", "2", "8")])     # not to :58
        self.assertEqual(self.allocations("lab-b", 26), [("20:56:39", "20:56:42", "8", "24")])    # not to :47

    def test_suspended_time_is_billed_where_the_terms_say_so(self):
        self.journal = self.folder / "billed.db"
        self.sign(agreement="lab-b", cluster__account="lab-b", time_zone="UTC", compute__suspended="billed",
                  **term_of("2026-11-01", "2027-10-31", 12))
        self.take_json_form()
        self.assertEqual(self.lab("lab-b"), self.LAB_B + 2 * 8 + 8 * 5)

    def test_the_running_job_is_billed_to_now_and_at_most_seven_days_after_it_was_listed(self):
        self.take_text_form()
        ended = self.LAB_A - self.JOB_4
        self.assertEqual(self.lab("lab-a", now="2026-11-23T20:59:11Z"), ended + 10)
        self.assertEqual(self.lab("lab-a", now="2026-11-24T20:59:01Z"), ended + 86400)
        # listed 21 s after its start; the seventh day ends on 30 November, 20:59:22
        self.assertEqual(self.lab("lab-a", now="2026-12-24T00:00:00Z"), ended + 21 + 7 * 86400)

    def test_job_numbers_that_start_again_are_other_jobs(self):
        """A controller that lost its state: job 1 of root, later job 1 of bob."""
        summary = self.take(DATA / "slurm" / "sacct-late-cases.txt", "--zone", "UTC", now=self.A_MINUTE_ON)
        self.assert_counts(summary, read=14, new=13, parked=1)
        # lab-c: 37: 4x93  40: 1x1; lab-b: 41: 4x28  42: 1x1  43: 2x3  44: none  1: 2x1  the array's tasks: 0 s
        self.assertEqual(self.lab("lab-c"), 373)
        self.assertEqual(self.lab("lab-b"), 121)

    def test_an_arrays_running_tasks_are_open_and_its_rest_is_nothing(self):
        summary = self.take(DATA / "slurm" / "sacct-array.json", now="2026-11-23T21:32:08Z")
        self.assert_counts(summary, read=3, nothing=1, new=2, open=2)
        # two tasks with a GPU each since 21:31:58
        self.assertEqual(self.lab("lab-b", now="2026-11-23T21:32:08Z"), 20)

    def test_the_output_of_another_command_is_refused(self):
        heads = self.heads()
        self.take(DATA / "slurm" / "squeue.json", code=BAD_INPUT)
        self.assertEqual(self.heads(), heads)


def at(text: str) -> int:
    return int(datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc).timestamp())


class StorageTest(Case):
    """Ten daily snapshots of a file system: use weighted by time, a snapshot holding until the next, at most 48 h."""

    COLUMNS = ("--columns", "time=dt,bytes=logical_usage,account=pi,user=user,filesystem=mountpoint")
    HOURS_48 = 48 * 3600

    #: magwa's bytes, copied from the files
    MAGWA = [
        ("2018-12-27T11:12:22Z", 17505628032000), ("2018-12-28T12:12:13Z", 17921053824000),
        ("2018-12-29T13:12:08Z", 18024812544000), ("2018-12-30T09:12:43Z", 18114090752000),
        ("2018-12-31T13:12:41Z", 18132494464000), ("2019-01-01T12:01:01Z", 18162174336000),
        ("2019-01-02T13:01:36Z", 18254786560000), ("2019-01-03T13:01:28Z", 17296789376000),
        ("2019-01-04T10:01:19Z", 17623511680000), ("2019-01-05T12:01:30Z", 17666970880000),
    ]
    MONTH_ENDS = {"2018-12": ("2018-12-01T00:00:00Z", "2019-01-01T00:00:00Z"),
                  "2019-01": ("2019-01-01T00:00:00Z", "2019-02-01T00:00:00Z")}

    def sign_for(self, account, **changes):
        self.sign(cluster__account=account, time_zone="UTC", **term_of("2018-12-01", "2019-11-30", 12), **changes)

    def take_all(self, without=()):
        for path in sorted((DATA / "storage").glob("*.json")):
            if path.stem[5:] not in without:
                self.take(path, "--format", "storage-json", *self.COLUMNS)

    def byte_seconds(self, month):
        return int(self.line(self.statement(month), "3.1(2)")["byte_seconds"])

    def expected(self, samples, month):
        """Sum of bytes x seconds in the month; the last sample holds for 48 h."""
        first, last = map(at, self.MONTH_ENDS[month])
        total = 0
        for number, (time, size) in enumerate(samples):
            begin = at(time)
            end = at(samples[number + 1][0]) if number + 1 < len(samples) else begin + self.HOURS_48
            end = min(end, begin + self.HOURS_48)
            total += size * max(0, min(end, last) - max(begin, first))
        return total

    def test_one_group_over_the_new_year(self):
        self.sign_for("magwa")
        self.take_all()
        for month in self.MONTH_ENDS:
            self.assertEqual(self.byte_seconds(month), self.expected(self.MAGWA, month))

    def test_the_same_by_hand(self):
        """December, magwa:
        27th 11:12:22 to 28th 12:12:13: 89991 s x 17505628032000 = 1575348972227712000
        28th 12:12:13 to 29th 13:12:08: 89995 s x 17921053824000 = 1612805238890880000
        29th 13:12:08 to 30th 09:12:43: 72035 s x 18024812544000 = 1298417371607040000
        30th 09:12:43 to 31st 13:12:41: 100798 s x 18114090752000 = 1825864119620096000
        31st 13:12:41 to 24:00: 38839 s x 18132494464000 = 704247952487296000
        """
        self.sign_for("magwa")
        self.take_all()
        december = self.line(self.statement("2018-12"), "3.1(2)")
        self.assertEqual(december["byte_seconds"],
                         str(1575348972227712000 + 1612805238890880000 + 1298417371607040000 + 1825864119620096000
                             + 704247952487296000))
        # 7016683654833024000 B.s / (10^9 B x 2678400 s) = 2619.73... GB-months, x 0.35 = 916.9057... CNY
        self.assertEqual(december["amount_fen"], 91691)

    def test_several_users_of_one_group_add_up(self):
        self.sign_for("fulma")
        self.take_all()
        samples = []
        for path in sorted((DATA / "storage").glob("*.json")):
            rows = [row for row in json.loads(path.read_text()) if row["pi"] == "fulma"]
            self.assertGreater(len(rows), 1)
            samples.append((rows[0]["dt"], sum(row["logical_usage"] for row in rows)))
        for month in self.MONTH_ENDS:
            self.assertEqual(self.byte_seconds(month), self.expected(samples, month))

    def test_a_gap_beyond_48_hours_is_not_billed_and_is_shown(self):
        self.sign_for("magwa")
        self.take_all(without=("2018-12-29", "2018-12-30"))
        kept = [sample for sample in self.MAGWA if sample[0][:10] not in ("2018-12-29", "2018-12-30")]

        # 28th 12:12:13 to 31st 13:12:41 is 73 h: only the first 48 h count
        self.assertEqual(self.byte_seconds("2018-12"), self.expected(kept, "2018-12"))
        gaps = self.statement("2018-12")["storage_gaps"]
        self.assertIn(("2018-12-30T12:12:13Z", "2018-12-31T13:12:41Z"), [(gap["from"], gap["to"]) for gap in gaps])

    def test_exactly_48_hours_is_no_gap(self):
        self.sign_for("lab")
        self.take_text("time,bytes,account\n2019-01-01T00:00:00Z,1000,lab\n2019-01-03T00:00:00Z,0,lab\n",
                       "--format", "storage-csv")
        self.assertEqual(self.byte_seconds("2019-01"), 1000 * 172800)
        self.assertNotIn("2019-01-03T00:00:00Z", [gap["to"] for gap in self.statement("2019-01")["storage_gaps"]])

    def test_max_gap_is_a_term(self):
        self.sign_for("magwa", storage__max_gap="96 h")
        self.take_all(without=("2018-12-29", "2018-12-30"))
        kept = [sample for sample in self.MAGWA if sample[0][:10] not in ("2018-12-29", "2018-12-30")]
        self.HOURS_48 = 96 * 3600
        self.assertEqual(self.byte_seconds("2018-12"), self.expected(kept, "2018-12"))

    def test_in_any_order_and_again(self):
        self.sign_for("magwa")
        for path in sorted((DATA / "storage").glob("*.json"), reverse=True):
            self.take(path, "--format", "storage-json", *self.COLUMNS)
        heads = self.heads()
        self.take_all()
        self.assertEqual(self.heads(), heads)
        self.assertEqual(self.byte_seconds("2019-01"), self.expected(self.MAGWA, "2019-01"))

    def test_an_owner_missing_from_a_snapshot_uses_nothing(self):
        self.sign_for("lab")
        self.take_text("time,bytes,account\n"
                       "2019-01-01T00:00:00Z,1000,lab\n2019-01-01T00:00:00Z,5,other\n"
                       "2019-01-01T10:00:00Z,7,other\n"
                       "2019-01-01T20:00:00Z,3000,lab\n2019-01-02T20:00:00Z,0,lab\n", "--format", "storage-csv")
        # 1000 bytes for 10 hours, nothing for 10, 3000 for 24
        self.assertEqual(self.byte_seconds("2019-01"), 1000 * 36000 + 3000 * 86400)


if __name__ == "__main__":
    main()
