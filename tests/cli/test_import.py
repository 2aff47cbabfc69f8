"""What becomes of every row: new, known, corrected, parked or refused, whatever the file looks like and whatever
interrupts the import.  A GPU-second costs one fen in these leases, so that amounts and seconds are the same figures."""

from __future__ import annotations

import gzip
import io
import os
import random
import shutil
import signal
import subprocess
import time
import unittest

import program
from program import BAD_INPUT, DATA, DONE, LEASE, REFUSED_BY_AGREEMENT, Case, environment, main

HEADER = "key,start,end,gpus,account\n"
OCTOBER_FIRST = 1506816000          # 2017-10-01T00:00:00Z


def job(key, gpus=1, seconds=10, account="lab", start=OCTOBER_FIRST):
    """One row; `gpus` x `seconds` GPU-seconds of October 2017."""
    return f"{key},{start},{start + seconds},{gpus},{account}\n"


class UsageCase(Case):
    """One lease, account `lab`, in UTC."""

    def setUp(self):
        super().setUp()
        self.sign(cluster__account="lab", time_zone="UTC")

    def october(self, *options, **how):
        return self.gpu_seconds("2017-10", LEASE, *options, **how)


class BadRowsTest(UsageCase):
    THREE_ROWS = HEADER + job("a") + "b,not a time,1506816010,1,lab\n" + job("c")

    def test_a_bad_row_does_not_stop_the_others_and_is_counted_with_its_line(self):
        summary = self.take_text(self.THREE_ROWS)
        self.assert_counts(summary, read=3, new=2, refused=1)
        (refusal,) = summary["examples"]["refused"]
        self.assertEqual(refusal["line"], 3)
        self.assertIn("not a time", refusal["why"])
        self.assertEqual(self.october(), "20")

    def test_the_summary_for_people_names_the_line_too(self):
        result = self.done("import", self.write("usage.csv", self.THREE_ROWS))
        self.assertRegex(result.out, r"line 3.*not a time")

    def test_strict_writes_nothing(self):
        heads = self.heads()
        refused = self.take_text(self.THREE_ROWS, "--strict", code=BAD_INPUT)
        self.assertRegex(refused.err, r"\b3\b")
        self.assertEqual(self.heads(), heads)
        self.assertEqual(self.october(), "0")

    def test_strict_writes_nothing_of_a_long_file_whose_last_row_is_bad(self):
        heads = self.heads()
        rows = HEADER + "".join(job(f"k{n}") for n in range(300_000)) + "last,1506816000,1506816010,many,lab\n"
        refused = self.take_text(rows, "--strict", code=BAD_INPUT)
        self.assertIn("300002", refused.err)
        self.assertEqual(self.heads(), heads)

    def test_strict_of_a_good_file_imports_it(self):
        self.assert_counts(self.take_text(HEADER + job("a") + job("b"), "--strict"), read=2, new=2)

    def test_what_a_row_may_not_say(self):
        bad = {
            "gpus below zero": "a,1506816000,1506816010,-1,lab",
            "gpus in words": "a,1506816000,1506816010,two,lab",
            "gpus finer than thousandths": "a,1506816000,1506816010,0.0001,lab",
            "gpus without end": "a,1506816000,1506816010,1e400,lab",
            "gpus missing": "a,1506816000,1506816010,,lab",
            "no such day": "a,2017-02-29T00:00:00Z,1506816010,1,lab",
            "no such hour": "a,2017-10-01T24:30:00Z,1506816010,1,lab",
            "no key": ",1506816000,1506816010,1,lab",
            "a cell too many": "a,1506816000,1506816010,1,lab,more",
            "a cell too few": "a,1506816000,1506816010,1",
            "not UTF-8": b"a\xff,1506816000,1506816010,1,lab",
        }
        for number, (name, row) in enumerate(bad.items()):
            with self.subTest(name):
                row = row if isinstance(row, bytes) else row.encode()
                text = HEADER.encode() + job(f"good{number}").encode() + row + b"\n" + job(f"fine{number}").encode()
                summary = self.take_text(text)
                self.assert_counts(summary, read=3, new=2, refused=1)
                self.assertEqual(summary["examples"]["refused"][0]["line"], 3)
        self.assertEqual(self.october(), str(20 * len(bad)))

    def test_a_quotation_mark_inside_a_cell_spoils_its_own_row_only(self):
        summary = self.take_text(HEADER + job("a") + 'b,1506816000,1506816010,1,4.7"\n' + job("c") + job("d"))
        self.assert_counts(summary, read=4, new=3, refused=1)

    def test_absurd_numbers_never_wrap(self):
        for number, row in enumerate(("a,1506816000,99999999999999999999,1,lab", "a,-9223372036854775808,1506816010,1,lab",
                                      "a,1506816000,1506816010,999999999999,lab", "a,9223372036854775807,9223372036854775807,1,lab")):
            with self.subTest(row):
                summary = self.take_text(HEADER + job(f"good{number}") + row + "\n")
                self.assertEqual(summary["new"], 1, summary)
        self.assertEqual(self.october(), "40")


class NotThisFormatTest(UsageCase):
    """A file that is not what its format says is refused with exit code 2, and the journal stays as it was."""

    def assert_refused(self, content, *options, name="usage.csv", says=""):
        heads = self.heads()
        refused = self.take_text(content, *options, name=name, code=BAD_INPUT)
        self.assertIn(says, refused.err)
        self.assertEqual(self.heads(), heads)

    def test_an_empty_file(self):
        self.assert_refused("")

    def test_a_file_that_is_not_there(self):
        heads = self.heads()
        self.take(self.folder / "nowhere.csv", code=BAD_INPUT)
        self.assertEqual(self.heads(), heads)

    def test_a_folder(self):
        self.expect_input_or_system("import", self.folder)

    def expect_input_or_system(self, *words):
        result = self.run_program(*words)
        self.assertIn(result.code, (BAD_INPUT, 3), result)

    def test_prose(self):
        self.assert_refused("Dear all,\nplease find the usage below.\n")

    def test_random_bytes(self):
        self.assert_refused(random.Random(1).randbytes(50_000))

    def test_another_programs_table_says_what_is_missing(self):
        self.assert_refused("id,began,finished\n1,2,3\n", says="--columns")

    def test_no_end_and_no_duration(self):
        self.assert_refused("key,start,gpus,account\na,1506816000,1,lab\n", says="duration")

    def test_an_unknown_format(self):
        self.assert_refused(HEADER + job("a"), "--format", "xlsx", says="xlsx")

    def test_csv_called_sacct_json(self):
        self.assert_refused(HEADER + job("a"), "--format", "sacct-json")

    def test_csv_called_sacct(self):
        self.assert_refused(HEADER + job("a"), "--format", "sacct")

    def test_json_called_csv(self):
        self.assert_refused('{"jobs": []}\n', "--format", "csv")

    def test_cut_json(self):
        whole = (DATA / "slurm" / "sacct-D.json").read_text()
        self.assert_refused(whole[:len(whole) // 2], name="cut.json")

    def test_a_file_without_a_key_needs_a_source(self):
        self.assert_refused("start,end,gpus,account\n1506816000,1506816010,1,lab\n", says="--source")

    def test_columns_that_are_not_there(self):
        self.assert_refused(HEADER + job("a"), "--columns", "start=began", says="began")

    def test_columns_that_nothing_is_called(self):
        self.assert_refused(HEADER + job("a"), "--columns", "begin=start", says="begin")

    def test_columns_that_rename_nothing(self):
        self.assert_refused(HEADER + job("a"), "--columns", "start", says="start")

    def test_a_zone_that_is_not_there(self):
        self.assert_refused(HEADER + job("a"), "--zone", "Asia/Atlantis", says="Asia/Atlantis")

    def test_a_lease_that_is_not_there(self):
        self.assert_refused(HEADER + job("a"), "--lease", "TL-9", says="TL-9")

    def test_replace_source_without_because(self):
        self.assert_refused(HEADER + job("a"), "--source", "s", "--replace-source", says="--because")

    def test_a_workbook(self):
        self.assert_refused(b"PK\x03\x04" + bytes(200), name="usage.xlsx")


class PackedTest(UsageCase):
    ROWS = HEADER + "".join(job(f"k{n:06}", account="lab") for n in range(20_000))

    def zstd(self, content: bytes) -> bytes:
        if shutil.which("zstd") is None:
            self.skipTest("zstd is not here")
        return subprocess.run(["zstd", "-q", "-c"], input=content, stdout=subprocess.PIPE, check=True).stdout

    def test_gzip_by_content_whatever_the_name(self):
        self.take_text(gzip.compress(self.ROWS.encode()), name="usage.csv")
        self.assertEqual(self.october(), "200000")

    def test_gzip_in_several_members(self):
        half = len(self.ROWS) // 2
        packed = gzip.compress(self.ROWS[:half].encode()) + gzip.compress(self.ROWS[half:].encode())
        self.assert_counts(self.take_text(packed), read=20_000, new=20_000)

    def test_zstd(self):
        self.assert_counts(self.take_text(self.zstd(self.ROWS.encode())), read=20_000, new=20_000)

    def test_zstd_in_several_frames(self):
        half = len(self.ROWS) // 2
        packed = self.zstd(self.ROWS[:half].encode()) + self.zstd(self.ROWS[half:].encode())
        self.assert_counts(self.take_text(packed), read=20_000, new=20_000)

    def test_an_archive_that_was_cut_is_refused_whole(self):
        for name, packed in (("gzip", gzip.compress(self.ROWS.encode())), ("zstd", self.zstd(self.ROWS.encode()))):
            for kept in (4, len(packed) // 3, len(packed) - 9, len(packed) - 1):
                with self.subTest(archive=name, kept=kept):
                    heads = self.heads()
                    self.take_text(packed[:kept], name="cut", code=BAD_INPUT)
                    self.assertEqual(self.heads(), heads)

    def test_a_damaged_archive_is_refused_whole(self):
        packed = bytearray(gzip.compress(self.ROWS.encode()))
        packed[len(packed) // 2] ^= 0xff
        heads = self.heads()
        self.take_text(bytes(packed), name="damaged", code=BAD_INPUT)
        self.assertEqual(self.heads(), heads)

    def test_the_whole_file_after_the_cut_one(self):
        packed = gzip.compress(self.ROWS.encode())
        self.take_text(packed[:len(packed) // 2], code=BAD_INPUT)
        self.take_text(packed)
        self.assertEqual(self.october(), "200000")


class FormsTest(UsageCase):
    """Anybody's CSV."""

    ONE_HOUR_OF_TWO_GPUS = "7200"

    def assert_billed(self, text, gpu_seconds, *options, **how):
        summary = self.take_text(text, *options, **how)
        self.assertEqual(summary["refused"] + summary["parked"], 0, summary)
        self.assertEqual(self.october(), gpu_seconds)

    def test_standard_input(self):
        summary = self.take("-", stdin=HEADER + job("a") + job("b"))
        self.assert_counts(summary, read=2, new=2)
        self.assert_counts(self.take("-", stdin=HEADER + job("b") + job("c")), read=2, new=1, known=1)
        self.assertEqual(self.october(), "30")

    def test_packed_standard_input(self):
        self.assert_counts(self.take("-", stdin=gzip.compress((HEADER + job("a")).encode())), read=1, new=1)

    def test_empty_standard_input(self):
        self.take("-", stdin="", code=BAD_INPUT)

    def test_any_order_of_columns_and_columns_that_nobody_needs(self):
        self.assert_billed("account,colour,gpus,end,key,start\nlab,red,2,1506819600,a,1506816000\n", self.ONE_HOUR_OF_TWO_GPUS)

    def test_renamed_columns_and_duration(self):
        self.assert_billed("id,began,took,cards,team\na,1506816000,3600.0,2.0,lab\n", self.ONE_HOUR_OF_TWO_GPUS,
                           "--columns", "key=id,start=began,duration=took,gpus=cards,account=team")

    def test_no_header(self):
        self.assert_billed("lab,2,a,1506816000,1506819600\n", self.ONE_HOUR_OF_TWO_GPUS, "--fields", "account|gpus|key|start|end")

    def test_no_header_and_other_names(self):
        self.assert_billed("lab,2,a,1506816000,3600\n", self.ONE_HOUR_OF_TWO_GPUS, "--fields", "team|cards|id|began|took",
                           "--columns", "key=id,start=began,duration=took,gpus=cards,account=team")

    def test_byte_order_mark(self):
        self.assert_billed(b"\xef\xbb\xbf" + (HEADER + job("a", 2, 3600)).encode(), self.ONE_HOUR_OF_TWO_GPUS)

    def test_windows_line_ends(self):
        self.assert_billed((HEADER + job("a", 2, 3600)).replace("\n", "\r\n"), self.ONE_HOUR_OF_TWO_GPUS)

    def test_no_line_end_at_the_end_and_empty_lines(self):
        self.assert_billed(HEADER + "\n" + job("a", 1, 3600) + "\n\n" + job("b", 1, 3600).rstrip("\n"),
                           self.ONE_HOUR_OF_TWO_GPUS)

    def test_semicolons_and_tabs(self):
        for number, separator in enumerate(";\t"):
            self.take_text((HEADER + job(f"a{number}", 1, 1800 * (number + 1))).replace(",", separator), "--format", "csv")
        self.assertEqual(self.october(), str(1800 + 3600))

    def test_quotes(self):
        summary = self.take_text('key,start,end,gpus,account,user\n'
                                 '"a","1506816000","1506819600","2","lab","Li, ""Xiaoming"""\n')
        self.assert_counts(summary, read=1, new=1)
        opened = self.done("why", LEASE, "2017-10", "--json").json["allocations"]
        self.assertEqual([(a["key"], a["user"], a["gpu_seconds"]) for a in opened], [("a", 'Li, "Xiaoming"', "7200")])

    def test_a_line_end_inside_quotes_keeps_the_count_of_lines(self):
        summary = self.take_text('key,start,end,gpus,account,job\n'
                                 'a,1506816000,1506819600,2,lab,"two\nlines"\n'
                                 'b,never,1506819600,2,lab,x\n')
        self.assert_counts(summary, read=2, new=1, refused=1)
        self.assertEqual(summary["examples"]["refused"][0]["line"], 4)

    def test_a_quotation_mark_that_is_never_closed_swallows_no_rows_in_silence(self):
        rows = 'key,start,end,gpus,account,user\na,1506816000,1506816010,1,lab,"open\n' + "".join(
            f"k{n},1506816000,1506816010,1,lab,x\n" for n in range(10))
        result = self.run_program("import", self.write("open.csv", rows), "--json")
        if result.code == DONE:
            self.assertGreater(result.json["refused"], 0)
        else:
            self.assertEqual(result.code, BAD_INPUT)
            self.assertEqual(self.october(), "0")

    def test_times_as_people_write_them(self):
        times = [("2017-10-01T00:00:00Z", "2017-10-01T00:00:10Z"), ("2017-10-01T08:00:00+08:00", "2017-10-01T00:00:10Z"),
                 ("1506816000", "1506816010"), ("2017-10-01 00:00:00Z", "2017-10-01 00:00:10Z"),
                 ("2017-10-01T00:00:00.9Z", "2017-10-01T00:00:10.2Z")]      # a fraction counts from its whole second
        text = HEADER + "".join(f"k{n},{start},{end},1,lab\n" for n, (start, end) in enumerate(times))
        self.assert_billed(text, str(10 * len(times)))

    def test_fractions_of_gpus(self):
        # 0.125 x 10 + 1.5 x 10 + 0.001 x 10 + 66.0 x 10 = 676.26
        self.assert_billed(HEADER + job("a", "0.125") + job("b", "1.5") + job("c", "0.001") + job("d", "66.0"), "676.26")

    def test_thousandths_are_summed_exactly(self):
        self.assert_billed(HEADER + "".join(job(f"k{n}", "0.333", 1) for n in range(1000)), "333")

    def test_a_job_without_gpus_costs_nothing(self):
        self.assert_counts(self.take_text(HEADER + job("a", 0)), read=1, new=1)
        self.assertEqual(self.statement("2017-10")["total_fen"], 0)

    def test_suspended_seconds(self):
        self.assert_billed("key,start,end,gpus,account,suspended_seconds\na,1506816000,1506816100,2,lab,30\n", "140")

    def test_two_identical_rows_without_a_key_are_two_jobs(self):
        row = "1506816000,1506816010,1,lab\n"
        self.assert_billed("start,end,gpus,account\n" + row + row, "20", "--source", "cluster-a")

    def test_two_rows_with_one_key_are_one_job_and_the_later_one_counts(self):
        self.assert_billed(HEADER + job("a", 1, 10) + job("a", 1, 25), "25")

    def test_the_sources_keys_are_its_own(self):
        self.take_text(HEADER + job("a"), "--source", "cluster-a")
        self.take_text(HEADER + job("a", 1, 5), "--source", "cluster-b")
        self.assertEqual(self.october(), "15")

    def test_a_given_lease_wins_over_the_account(self):
        self.assert_billed(HEADER + job("a", account="somebody"), "10", "--lease", LEASE)

    def test_text_in_any_language(self):
        self.assert_billed("key,start,end,gpus,account,user\n任务一,1506816000,1506816010,1,lab,李四\n", "10")

    def test_one_thread_and_two_give_one_result(self):
        rows = HEADER + "".join(job(f"k{n * 7919 % 400_009}", n % 8 + 1, n % 97) for n in range(400_000))
        file = self.write("rows.csv", rows)
        totals = []
        for threads in "12":
            self.journal = self.folder / f"threads{threads}.db"
            self.sign(cluster__account="lab", time_zone="UTC")
            self.take(file, "--threads", threads)
            totals.append(self.october())
        expected = sum((n % 8 + 1) * (n % 97) for n in range(400_000))
        self.assertEqual(totals, [str(expected)] * 2)


class ZoneTest(UsageCase):
    """America/New_York: 2018-03-11 02:00 to 03:00 was skipped, 2017-11-05 01:00 to 02:00 came twice."""

    NEW_YORK = ("--zone", "America/New_York")

    def test_times_without_a_zone_are_refused_and_name_the_option(self):
        heads = self.heads()
        refused = self.take_text(HEADER + "a,2017-10-01T00:00:00,2017-10-01T01:00:00,1,lab\n", code=BAD_INPUT)
        self.assertIn("--zone", refused.err)
        self.assertEqual(self.heads(), heads)

    def test_even_after_rows_that_carry_one(self):
        heads = self.heads()
        refused = self.take_text(HEADER + job("a") + "b,2017-10-01T00:00:00,2017-10-01T01:00:00,1,lab\n", code=BAD_INPUT)
        self.assertIn("--zone", refused.err)
        self.assertEqual(self.heads(), heads)

    def test_after_a_whole_batch_of_rows_that_carry_one_it_is_that_row_which_is_bad(self):
        rows = HEADER + "".join(job(f"k{n}") for n in range(300_000)) + "b,2017-10-01T00:00:00,2017-10-01T01:00:00,1,lab\n"
        summary = self.take_text(rows)
        self.assert_counts(summary, read=300_001, new=300_000, refused=1)
        self.assertIn("--zone", summary["examples"]["refused"][0]["why"])

    def test_an_offset_in_the_file_wins(self):
        self.take_text(HEADER + "a,2017-10-01T00:00:00+00:00,2017-10-01T00:00:10Z,1,lab\n", *self.NEW_YORK)
        self.assertEqual(self.october(), "10")

    def test_a_wall_clock_day_with_25_hours(self):
        self.take_text(HEADER + "a,2017-11-05T00:00:00,2017-11-06T00:00:00,1,lab\n", *self.NEW_YORK)
        self.assertEqual(self.gpu_seconds("2017-11"), str(25 * 3600))

    def test_a_wall_clock_day_with_23_hours(self):
        self.take_text(HEADER + "a,2018-03-11T00:00:00,2018-03-12T00:00:00,1,lab\n", *self.NEW_YORK)
        self.assertEqual(self.gpu_seconds("2018-03"), str(23 * 3600))

    def test_of_the_repeated_hour_the_first_pass_is_taken(self):
        self.take_text(HEADER + "a,2017-11-05T01:30:00,2017-11-05T07:30:00Z,1,lab\n", *self.NEW_YORK)
        # 01:30 EDT is 05:30Z, two hours before; the second pass would be 06:30Z
        self.assertEqual(self.gpu_seconds("2017-11"), "7200")

    def test_the_repeated_hour_as_an_end(self):
        self.take_text(HEADER + "a,2017-11-05T00:30:00,2017-11-05T01:30:00,1,lab\n", *self.NEW_YORK)
        self.assertEqual(self.gpu_seconds("2017-11"), "3600")

    def test_the_skipped_hour_is_refused_with_its_line(self):
        summary = self.take_text(HEADER + job("a") + "b,2018-03-11T02:30:00,2018-03-11T04:00:00,1,lab\n", *self.NEW_YORK)
        self.assert_counts(summary, read=2, new=1, refused=1)
        self.assertEqual(summary["examples"]["refused"][0]["line"], 3)

    def test_the_machines_own_zone_does_not_matter(self):
        text = self.write("a.csv", HEADER + "a,2017-10-01T00:00:00,2017-10-01T01:00:00,1,lab\n")
        for number, zone in enumerate(("Asia/Shanghai", "America/St_Johns", "Pacific/Apia")):
            self.journal = self.folder / f"{number}.db"
            self.sign(cluster__account="lab", time_zone="UTC")
            self.done("import", text, "--zone", "UTC", TZ=zone)
            self.assertEqual(self.done("statement", LEASE, "2017-10", "--json", TZ=zone).json["lines"][0]["gpu_seconds"], "3600")

    def test_a_job_over_midnight_of_the_month_is_split_there(self):
        # 23:59:50 on 31 October to 00:00:25 on 1 November
        self.take_text(HEADER + job("a", 4, 35, start=OCTOBER_FIRST + 31 * 86400 - 10))
        self.assertEqual((self.october(), self.gpu_seconds("2017-11")), ("40", "100"))


class AgainTest(UsageCase):
    """The same file again, overlapping files, corrected rows, rows that move."""

    def test_the_same_file_twice(self):
        rows = HEADER + job("a") + job("b")
        self.take_text(rows)
        heads = self.heads()
        self.assertEqual(self.take_text(rows)["new"], 0)
        self.assertEqual(self.heads(), heads)

    def test_the_same_rows_in_another_order_under_another_name(self):
        self.take_text(HEADER + job("a") + job("b"))
        heads = self.heads()
        self.assert_counts(self.take_text(HEADER + job("b") + job("a"), name="again.csv"), read=2, known=2)
        self.assertEqual(self.heads(), heads)

    def test_overlapping_files(self):
        self.take_text(HEADER + "".join(job(n) for n in range(0, 60)), name="first.csv")
        self.assert_counts(self.take_text(HEADER + "".join(job(n) for n in range(40, 100)), name="second.csv"),
                           read=60, known=20, new=40)
        self.assertEqual(self.october(), "1000")

    def test_rows_that_come_late_with_an_older_end(self):
        self.take_text(HEADER + job("late", start=OCTOBER_FIRST + 86400), name="first.csv")
        self.take_text(HEADER + job("early"), name="second.csv")
        self.assertEqual(self.october(), "20")

    def test_a_correction_replaces_the_figures(self):
        self.take_text(HEADER + job("a", 1, 10) + job("b"), name="first.csv")
        self.assert_counts(self.take_text(HEADER + job("a", 8, 3), name="second.csv"), read=1, corrected=1)
        self.assertEqual(self.october(), str(24 + 10))

    def test_a_correction_into_another_month(self):
        self.take_text(HEADER + job("a", 1, 10), name="first.csv")
        self.take_text(HEADER + job("a", 1, 10, start=OCTOBER_FIRST + 31 * 86400), name="second.csv")
        self.assertEqual((self.october(), self.gpu_seconds("2017-11")), ("0", "10"))

    def test_corrected_many_times_over(self):
        for seconds in (10, 7, 31, 2, 19):
            self.take_text(HEADER + job("a", 3, seconds), name=f"{seconds}.csv")
        self.assertEqual(self.october(), str(3 * 19))

    def test_ten_thousand_corrections_at_once(self):
        self.take_text(HEADER + "".join(job(f"k{n}") for n in range(10_000)), name="first.csv")
        summary = self.take_text(HEADER + "".join(job(f"k{n}", seconds=11) for n in range(10_000)), name="second.csv")
        self.assert_counts(summary, read=10_000, corrected=10_000)
        self.assertEqual(self.october(), "110000")

    def test_a_key_that_moves_to_another_account(self):
        self.sign(agreement="OTHER", cluster__account="other", time_zone="UTC")
        self.take_text(HEADER + job("a") + job("b"), name="first.csv")
        self.assert_counts(self.take_text(HEADER + job("a", account="other"), name="second.csv"), read=1, corrected=1)
        self.assertEqual((self.october(), self.gpu_seconds("2017-10", "OTHER")), ("10", "10"))
        # and back
        self.take_text(HEADER + job("a"), name="third.csv")
        self.assertEqual((self.october(), self.gpu_seconds("2017-10", "OTHER")), ("20", "0"))

    def test_a_key_that_moves_to_an_account_without_a_lease_is_parked(self):
        self.take_text(HEADER + job("a"), name="first.csv")
        self.assert_counts(self.take_text(HEADER + job("a", account="nobody"), name="second.csv"), read=1, parked=1)
        self.assertEqual(self.october(), "0")
        self.assertEqual(self.parked_totals(), {("nobody", "no-lease"): 1})

    def test_running_then_ended_then_an_old_list(self):
        header = "key,start,end,gpus,account,state\n"
        running, ended = "a,1506816000,,2,lab,running\n", "a,1506816000,1506816100,2,lab,completed\n"
        self.assert_counts(self.take_text(header + running, now="2017-10-01T00:00:40Z"), read=1, new=1, open=1)
        self.assertEqual(self.october(now="2017-10-01T00:00:50Z"), "100")

        self.assert_counts(self.take_text(header + ended, name="ended.csv", now="2017-10-01T00:05:00Z"), read=1, corrected=1)
        self.assertEqual(self.october(now="2017-10-02T00:00:00Z"), "200")

        # yesterday's list, found again: it can't bring an ended job back to life
        self.take_text(header + running + job("b").rstrip("\n") + ",completed\n", name="old.csv", now="2017-10-03T00:00:00Z")
        self.assertEqual(self.october(now="2017-10-04T00:00:00Z"), "210")

    def test_a_list_that_shows_the_job_running_and_ended(self):
        header = "key,start,end,gpus,account,state\n"
        running, ended = "a,1506816000,,2,lab,running\n", "a,1506816000,1506816100,2,lab,completed\n"
        self.take_text(header + ended + running, now="2017-10-02T00:00:00Z")
        self.assertEqual(self.october(now="2017-10-03T00:00:00Z"), "200")

    def test_the_same_list_of_running_jobs_listed_later_keeps_them_running(self):
        """A CSV of running jobs is byte for byte the same each day as long as no job ends: --listed tells them apart."""
        rows = "key,start,end,gpus,account,state\na,2017-10-01T00:00:00Z,,1,lab,running\n"
        self.take_text(rows, now="2017-10-01T12:00:00Z")
        self.take_text(rows, "--listed", "2017-10-07T12:00:00Z", now="2017-10-07T12:00:00Z")
        # listed on the 7th: on the 12th it is not forgotten
        self.assertEqual(self.october(now="2017-10-12T00:00:00Z"), str(11 * 86400))

    def test_running_over_the_months_end(self):
        rows = "key,start,end,gpus,account,state\na,2017-10-31T23:00:00Z,,1,lab,running\n"
        self.take_text(rows, now="2017-11-01T01:00:00Z")
        self.assertEqual((self.october(now="2017-11-01T02:00:00Z"), self.gpu_seconds("2017-11", now="2017-11-01T02:00:00Z")),
                         ("3600", "7200"))


class KeylessSourceTest(UsageCase):
    """A file without keys is known by its source and lines; such a source only grows."""

    HEADER = "start,end,gpus,account\n"

    def rows(self, *seconds):
        return self.HEADER + "".join(f"1506816000,{OCTOBER_FIRST + s},1,lab\n" for s in seconds)

    def take_source(self, *seconds, code=DONE, name=None, options=()):
        return self.take_text(self.rows(*seconds), "--source", "cluster-a", *options, code=code,
                              name=name or f"{len(seconds)}.csv")

    def test_it_grows(self):
        self.take_source(10, 20)
        self.assert_counts(self.take_source(10, 20, 30), read=3, known=2, new=1)
        self.assertEqual(self.october(), "60")

    def test_a_shorter_file_adds_nothing(self):
        self.take_source(10, 20, 30)
        heads = self.heads()
        self.assert_counts(self.take_source(10, 20), read=2, known=2)
        self.assertEqual(self.heads(), heads)

    def test_a_changed_line_refuses_the_file_and_is_named(self):
        self.take_source(10, 20, 30)
        heads = self.heads()
        refused = self.take_source(10, 21, 30, 40, name="changed.csv", code=REFUSED_BY_AGREEMENT)
        self.assertRegex(refused.err, r"\b3\b")
        self.assertIn("--replace-source", refused.err)
        self.assertEqual(self.heads(), heads)

    def test_a_line_put_in_between_refuses_the_file(self):
        self.take_source(10, 20, 30)
        self.take_source(10, 15, 20, 30, code=REFUSED_BY_AGREEMENT)
        self.assertEqual(self.october(), "60")

    def test_a_line_changed_after_the_first_batch_refuses_the_whole_file(self):
        many = [10] * 270_000
        self.take_source(*many)
        heads = self.heads()
        refused = self.take_source(*many[:-1], 11, 12, name="changed.csv", code=REFUSED_BY_AGREEMENT)
        self.assertIn("270001", refused.err)
        self.assertEqual(self.heads(), heads)

    def test_a_person_says_that_it_was_corrected(self):
        self.take_source(10, 20, 30)
        summary = self.take_source(10, 21, 30, name="changed.csv", options=("--replace-source", "--because", "audited"))
        self.assert_counts(summary, read=3, known=2, corrected=1)
        self.assertEqual(self.october(), "61")
        reasons = [fact["envelope"] for fact in self.done("facts", "house", "--json").json if fact["kind"] == "import"]
        self.assertIn("audited", reasons[-1])

    def test_another_source_is_another_cluster(self):
        self.take_source(10, 20)
        self.take_text(self.rows(10, 20), "--source", "cluster-b")
        self.assertEqual(self.october(), "60")


class InterruptedTest(UsageCase):
    ROWS = 600_000
    SECONDS = sum(n % 50 for n in range(ROWS))

    def rows_file(self):
        buffer = io.StringIO()
        buffer.write(HEADER)
        for n in range(self.ROWS):
            buffer.write(f"{n * 48271 % 2147483647:x},{OCTOBER_FIRST},{OCTOBER_FIRST + n % 50},1,lab\n")
        return self.write("rows.csv", buffer.getvalue())

    def start(self, *words):
        return subprocess.Popen(self.command("import", *words), env=environment(), cwd=self.folder,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def test_killed_at_any_instant_the_same_command_finishes_it(self):
        file = self.rows_file()
        instants = random.Random(20171001)
        killed = 0
        for _ in range(8):
            running = self.start(file)
            time.sleep(instants.uniform(0.01, 0.45))
            running.send_signal(signal.SIGKILL)
            running.communicate()
            killed += running.returncode == -signal.SIGKILL
            self.done("facts", LEASE, "--verify")
        self.assertGreater(killed, 0, "every import was faster than the shortest wait")

        self.take(file)

        self.assertEqual(self.october(), str(self.SECONDS))
        allocations = self.done("why", LEASE, "2017-10", "--csv").out.splitlines()[1:]
        self.assertEqual(sum(int(row.split(",")[4]) for row in allocations), self.SECONDS)
        self.done("facts", LEASE, "--verify")
        self.done("facts", "house", "--verify")

    def test_a_killed_import_without_keys_is_finished_too(self):
        rows = "start,end,gpus,account\n" + "".join(
            f"{OCTOBER_FIRST},{OCTOBER_FIRST + n % 50},1,lab\n" for n in range(self.ROWS))
        file = self.write("rows.csv", rows)
        for wait in (0.05, 0.15, 0.25):
            running = self.start(file, "--source", "s")
            time.sleep(wait)
            running.kill()
            running.communicate()
        self.take(file, "--source", "s")
        self.assertEqual(self.october(), str(self.SECONDS))

    def all_at_once(self, files):
        running = [self.start(file) for file in files]
        ends = [(one.communicate(timeout=120)[1].decode(), one.returncode) for one in running]
        self.assertEqual([end for end in ends if end[1] != DONE], [])

    def fresh_journals(self, count):
        for number in range(count):
            self.journal = self.folder / f"round{number}.db"
            self.sign(cluster__account="lab", time_zone="UTC")
            yield number

    def test_two_imports_of_one_file_at_once(self):
        file = self.rows_file()
        for _ in self.fresh_journals(6):
            self.all_at_once([file, file])
            self.assertEqual(self.october(), str(self.SECONDS))
            self.done("facts", LEASE, "--verify")

    def test_many_imports_of_different_files_at_once(self):
        files = [self.write(f"{part}.csv", HEADER + "".join(job(f"{part}-{n}") for n in range(5000))) for part in range(8)]
        for _ in self.fresh_journals(3):
            self.all_at_once(files)
            self.assertEqual(self.october(), str(8 * 5000 * 10))

    def test_whatever_two_imports_at_once_say_the_same_commands_again_give_each_row_once(self):
        file = self.rows_file()
        both = [self.start(file), self.start(file)]
        for running in both:
            running.communicate(timeout=120)
        self.take(file)
        self.assertEqual(self.october(), str(self.SECONDS))
        self.done("facts", LEASE, "--verify")

    def test_statements_while_an_import_runs(self):
        file = self.rows_file()
        running = self.start(file)
        seen = []
        while running.poll() is None:
            seen.append(int(self.october()))
        running.communicate()
        self.assertEqual(running.returncode, DONE)
        self.assertEqual(seen, sorted(seen), "what is billed only grows")
        self.assertEqual(self.october(), str(self.SECONDS))

    def test_a_lease_signed_while_an_import_runs_loses_no_row(self):
        rows = HEADER + "".join(job(f"k{n}", account=("lab", "new")[n % 2]) for n in range(self.ROWS))
        file = self.write("rows.csv", rows)
        running = self.start(file)
        time.sleep(0.1)
        new = self.write("NEW.yaml", program.agreement(agreement="NEW", cluster__account="new", time_zone="UTC"))
        signed = self.run_program("sign", new)
        running.communicate()
        if signed.code != DONE:              # it may have waited too long; asked again it must do it
            self.done("sign", new)
        if running.returncode != DONE:       # it may ask for the same command again
            self.take(file)
        half = self.ROWS // 2 * 10
        placed = int(self.gpu_seconds("2017-10", "NEW"))
        waiting = sum(int(entry["gpu_seconds"]) for entry in self.parked())
        self.assertEqual((int(self.october()), placed + waiting), (half, half))


class MemoryTest(UsageCase):
    """Ten times the rows take not much more memory."""

    def peak_kilobytes(self, rows):
        path = self.folder / f"{rows}.csv"
        with path.open("w") as file:
            file.write(HEADER)
            for n in range(rows):
                file.write(f"{n},{OCTOBER_FIRST + n},{OCTOBER_FIRST + n + 60},1,lab\n")
        journal = self.folder / f"{rows}.db"
        shutil.copy(self.journal, journal)
        process = subprocess.Popen(self.command("import", path, journal=journal), env=environment(),
                                   stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(process.returncode, DONE)
        path.unlink()
        return usage.ru_maxrss

    def setUp(self):
        super().setUp()
        if b"__asan_init" in program.binary.read_bytes():
            self.skipTest("a sanitizer's shadow memory is no measure")

    def test_two_million_rows_take_not_much_more_than_two_hundred_thousand(self):
        few, many = self.peak_kilobytes(200_000), self.peak_kilobytes(2_000_000)
        self.assertLess(many, few * 2 + 32 * 1024)
        self.assertLess(many, 256 * 1024)


if __name__ == "__main__":
    main()
