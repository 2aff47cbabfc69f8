"""The slow model against examples computed by hand, most of them the specification's own."""

import csv
import io
import unittest
from datetime import date
from fractions import Fraction

import differential
import random_agreement
from random_history import RandomHistory
from slow_model import (
    ImportedFile, Line, Month, Refused, Statement, capitals, day_begin, fen, last_day_of_term, model_as_compared,
    month_seconds, months_fit, months_of_term, read_alloc_tres, read_instant, read_slurm_duration, read_usage,
    round_half_away_from_zero, statement, statements,
)

SEPTEMBER, OCTOBER, NOVEMBER = Month(2017, 9), Month(2017, 10), Month(2017, 11)
LONG_AFTER = read_instant("2030-01-01T00:00:00Z", None)


def lease(first="2017-09-01", last="2017-11-30", months=3, zone="Asia/Shanghai", **fees) -> dict:
    """A lease of three months in Shanghai at 12.50 yuan per GPU-hour, without other fees unless given."""
    return {
        "agreement": "TL-1",
        "time_zone": zone,
        "compute": {},
        "storage": {"unit": "GB"},
        "term": {"from": date.fromisoformat(first), "to": date.fromisoformat(last), "months": months},
        "fees": {"compute": "12.50 CNY/GPU-hour", "total": {"amount": "9500000.00 CNY", "meaning": "estimate"}} | fees,
        "cluster": {"account": "6c71a0"},
    }


def total_of(amount: str, meaning: str) -> dict:
    return {"amount": f"{amount} CNY", "meaning": meaning}


def csv_file(text: str, format: str = "csv", now: int = LONG_AFTER, **options) -> ImportedFile:
    """A file in the account 6c71a0 unless its text has an account column; times are Shanghai's."""
    rows = [{"account": "6c71a0"} | row for row in csv.DictReader(io.StringIO(text))]
    return ImportedFile(now, format, rows, zone="Asia/Shanghai", **options)


def usage(*lines: str, columns: str = "key,start,end,gpus", **options) -> ImportedFile:
    return csv_file("\n".join([columns, *lines]), **options)


def snapshots(*lines: str, columns: str = "time,bytes,filesystem", **options) -> ImportedFile:
    return csv_file("\n".join([columns, *lines]), format="storage-csv", **options)


def sacct(*lines: str, columns: str = "JobIDRaw|Submit|Start|End|State|AllocTRES") -> ImportedFile:
    rows = [dict(zip(columns.split("|"), line.split("|"))) for line in lines]
    rows = [{"Cluster": "billtest", "Account": "6c71a0"} | row for row in rows]
    return ImportedFile(LONG_AFTER, "sacct", rows, zone="Asia/Shanghai")


def compute_of(agreement: dict, history: list[ImportedFile], month: Month, now: int = LONG_AFTER) -> list[tuple]:
    """(unit price, GPU-seconds, fen) of each compute line."""
    lines = statement(agreement, history, month, now).lines
    return [
        (float(line.unit_price), float(line.gpu_seconds), line.amount_fen) for line in lines if line.clause == "3.1(1)"]


def gpu_seconds_of(history: list[ImportedFile], month=SEPTEMBER, now=LONG_AFTER, agreement=None) -> float:
    return sum(gpu_seconds for _, gpu_seconds, _ in compute_of(agreement or lease(), history, month, now))


def amounts_of(one: Statement) -> list[tuple[str, int]]:
    return [(line.clause, line.amount_fen) for line in one.lines]


class Capitals(unittest.TestCase):
    def test_examples_of_the_specification(self):
        for amount_fen, text in [
            (140950, "人民币壹仟肆佰零玖元伍角整"),
            (600714, "人民币陆仟零柒元壹角肆分"),
            (10700053, "人民币壹拾万柒仟元零伍角叁分"),
            (1640902, "人民币壹万陆仟肆佰零玖元零贰分"),
            (32504, "人民币叁佰贰拾伍元零肆分"),
            (50, "人民币伍角整"),
            (5, "人民币伍分"),
            (0, "人民币零元整"),
        ]:
            self.assertEqual(capitals(amount_fen), text)

    def test_zeros_between_groups(self):
        for yuan, text in [
            (10, "壹拾元整"),
            (9500000, "玖佰伍拾万元整"),
            (100001, "壹拾万零壹元整"),
            (100000000, "壹亿元整"),
            (100000001, "壹亿零壹元整"),
            (100001000, "壹亿零壹仟元整"),
            (100010000, "壹亿零壹万元整"),
            (110000000, "壹亿壹仟万元整"),
            (1000101000, "壹拾亿零壹拾万壹仟元整"),
            (1000000000000, "壹万亿元整"),
        ]:
            self.assertEqual(capitals(yuan * 100), "人民币" + text)

    def test_jiao_and_fen_after_a_zero(self):
        self.assertEqual(capitals(168032), "人民币壹仟陆佰捌拾元零叁角贰分")
        self.assertEqual(capitals(1005), "人民币壹拾元零伍分")
        self.assertEqual(capitals(55), "人民币伍角伍分")

    def test_negative(self):
        self.assertEqual(capitals(-123), "人民币负壹元贰角叁分")


class Rounding(unittest.TestCase):
    def test_half_goes_away_from_zero(self):
        for value, rounded in [
            ("0.5", 1), ("1.5", 2), ("2.5", 3), ("2.499999", 2), ("-0.5", -1), ("-2.5", -3), ("-2.4", -2),
        ]:
            self.assertEqual(round_half_away_from_zero(Fraction(value)), rounded)

    def test_yuan_to_fen(self):
        self.assertEqual(fen(Fraction("12.345")), 1235)

    def test_an_hour_at_half_a_fen(self):
        history = [usage("a,2017-09-02 00:00:00,2017-09-02 01:00:00,1")]
        agreement = lease(compute="1.005 CNY/GPU-hour")
        self.assertEqual(compute_of(agreement, history, SEPTEMBER), [(1.005, 3600, 101)])

    def test_quantities_are_summed_before_the_one_rounding(self):
        """A second costs 0.347 fen: each alone rounds to nothing, three together to 1 fen."""
        history = [usage(*[f"{key},2017-09-02 00:00:00,2017-09-02 00:00:01,1" for key in "abc"])]
        self.assertEqual(compute_of(lease(), history, SEPTEMBER), [(12.5, 3, 1)])


class Calendar(unittest.TestCase):
    def test_months_that_fit(self):
        for first, months, last in [
            ("2023-03-01", 12, "2024-02-29"),
            ("2024-01-31", 1, "2024-02-29"),
            ("2024-08-30", 6, "2025-02-28"),
            ("2017-09-15", 12, "2018-09-14"),
            ("2017-12-01", 1, "2017-12-31"),
        ]:
            self.assertEqual(last_day_of_term(date.fromisoformat(first), months), date.fromisoformat(last))
        self.assertFalse(months_fit(date(2023, 3, 1), date(2024, 2, 28), 12))
        self.assertTrue(months_fit(date(2017, 9, 1), date(2018, 8, 31), 12))

    def test_lengths_of_months(self):
        for zone, month, seconds in [
            ("Asia/Shanghai", Month(2024, 3), 31 * 86400),
            ("Europe/Berlin", Month(2024, 3), 31 * 86400 - 3600),
            ("Europe/Berlin", Month(2024, 10), 31 * 86400 + 3600),
            ("Australia/Lord_Howe", Month(2024, 4), 30 * 86400 + 1800),
            ("America/New_York", Month(2024, 2), 29 * 86400),
            ("Asia/Shanghai", Month(2023, 12), 31 * 86400),
        ]:
            self.assertEqual(month_seconds(month, zone), seconds, f"{zone} {month}")

    def test_a_midnight_that_the_clocks_skip_or_repeat(self):
        skipped = day_begin(date(2017, 10, 15), "America/Sao_Paulo")  # 00:00 to 01:00 at 03:00Z
        self.assertEqual(skipped, read_instant("2017-10-15T03:00:00Z", None))
        repeated = day_begin(date(2015, 11, 1), "America/Havana")  # 01:00 back to 00:00 at 05:00Z
        self.assertEqual(repeated, read_instant("2015-11-01T04:00:00Z", None))

    def test_months_of_a_term_that_starts_in_mid_month(self):
        agreement = lease(first="2017-12-15", last="2018-02-14", months=2)
        self.assertEqual([str(month) for month in months_of_term(agreement)], ["2017-12", "2018-01", "2018-02"])

    def test_month_outside_the_term_is_refused(self):
        for month in (Month(2017, 8), Month(2017, 12)):
            with self.assertRaises(Refused):
                statement(lease(), [], month, LONG_AFTER)


class Cells(unittest.TestCase):
    def test_instants(self):
        for text in ["1504195200", "1504195200.999", "2017-08-31T16:00:00Z", "2017-09-01T00:00:00+08:00",
                     "2017-09-01T00:00:00", "2017-09-01 00:00:00.75"]:
            self.assertEqual(read_instant(text, "Asia/Shanghai"), 1504195200, text)

    def test_a_repeated_hour_is_read_as_its_first_pass(self):
        self.assertEqual(
            read_instant("2017-11-05T01:30:00", "America/Los_Angeles"), read_instant("2017-11-05T08:30:00Z", None))

    def test_durations_of_slurm(self):
        self.assertEqual(read_slurm_duration("00:00:08"), 8)
        self.assertEqual(read_slurm_duration("10-13:27:06"), 912426)

    def test_gpus_of_alloc_tres(self):
        for text, gpus, model in [
            ("billing=2,cpu=1,gres/gpu:h200=2,gres/gpu=2,mem=100M", 2, "h200"),
            ("gres/gpu=3", 3, ""),
            ("gres/gpu:h200=3", 3, "h200"),
            ("cpu=1,node=1", 0, ""),
            ("", 0, ""),
        ]:
            self.assertEqual(read_alloc_tres(text), (gpus, model))

    def test_models_that_are_equal(self):
        for name in ("NVIDIA H200", "h200", "nvidia_h200", "H-200"):
            self.assertEqual(model_as_compared(name), "h200")
        self.assertNotEqual(model_as_compared("H200 NVL"), "h200")


class Compute(unittest.TestCase):
    def test_split_at_the_months_end(self):
        """8 GPUs: one hour in September, two in October."""
        history = [usage("a,2017-09-30 23:00:00,2017-10-01 02:00:00,8")]
        self.assertEqual(compute_of(lease(), history, SEPTEMBER), [(12.5, 28800, 10000)])
        self.assertEqual(compute_of(lease(), history, OCTOBER), [(12.5, 57600, 20000)])

    def test_only_the_term_is_billed(self):
        history = [usage("a,2017-08-31 22:00:00,2017-09-01 00:00:05,1", "b,2017-08-01 00:00:00,2017-08-02 00:00:00,1")]
        self.assertEqual(gpu_seconds_of(history), 5)
        history = [usage("a,2017-11-30 23:59:58,2017-12-02 00:00:00,1")]
        self.assertEqual(gpu_seconds_of(history, NOVEMBER), 2)

    def test_thousandths_of_a_gpu(self):
        self.assertEqual(gpu_seconds_of([usage("a,2017-09-02 00:00:00,2017-09-02 00:00:10,0.125")]), 1.25)

    def test_no_use_is_one_line_of_nothing(self):
        self.assertEqual(compute_of(lease(), [], SEPTEMBER), [(12.5, 0, 0)])

    def test_no_use_stands_at_the_price_of_the_first_day(self):
        prices = [{"price": "9 CNY/GPU-hour", "from": date(2017, 9, 20)}, {"price": "8 CNY/GPU-hour"}]
        self.assertEqual(compute_of(lease(compute=prices), [], SEPTEMBER), [(8, 0, 0)])
        self.assertEqual(compute_of(lease(compute=prices), [], OCTOBER), [(9, 0, 0)])

    def test_a_price_changes_at_local_midnight(self):
        prices = [{"price": "10 CNY/GPU-hour"}, {"price": "20 CNY/GPU-hour", "from": date(2017, 9, 20)}]
        history = [usage("a,2017-09-19 23:00:00,2017-09-20 02:00:00,1")]
        self.assertEqual(compute_of(lease(compute=prices), history, SEPTEMBER), [(10, 3600, 1000), (20, 7200, 4000)])

    def test_a_price_that_names_the_model_beats_one_that_does_not(self):
        prices = [
            {"gpu_model": "NVIDIA H200", "price": "10 CNY/GPU-hour"},
            {"price": "5 CNY/GPU-hour", "from": date(2017, 9, 10)},
        ]
        history = [usage(
            "a,2017-09-19 00:00:00,2017-09-19 01:00:00,1,h200", "b,2017-09-19 00:00:00,2017-09-19 01:00:00,1,b200",
            columns="key,start,end,gpus,gpu_model")]
        self.assertEqual(compute_of(lease(compute=prices), history, SEPTEMBER), [(10, 3600, 1000), (5, 3600, 500)])

    def test_a_model_without_a_price_is_not_billed(self):
        prices = [{"gpu_model": "NVIDIA H200", "price": "10 CNY/GPU-hour"}]
        history = [usage("a,2017-09-19 00:00:00,2017-09-19 01:00:00,1,v100", columns="key,start,end,gpus,gpu_model")]
        self.assertEqual(compute_of(lease(compute=prices), history, SEPTEMBER), [(10, 0, 0)])

    def test_suspended_seconds_come_off_the_end(self):
        """Of the hour over the month's end the last 40 minutes are off: nothing is left for October."""
        history = [usage(
            "a,2017-09-30 23:30:00,2017-10-01 00:30:00,1,2400", columns="key,start,end,gpus,suspended_seconds")]
        self.assertEqual(gpu_seconds_of(history), 1200)
        self.assertEqual(gpu_seconds_of(history, OCTOBER), 0)
        agreement = lease()
        agreement["compute"]["suspended"] = "billed"
        self.assertEqual(gpu_seconds_of(history, OCTOBER, agreement=agreement), 1800)


class RowsThatReplaceOthers(unittest.TestCase):
    def test_the_same_file_twice_counts_once(self):
        file = usage("a,2017-09-02 00:00:00,2017-09-02 00:00:10,1")
        self.assertEqual(gpu_seconds_of([file, file]), 10)

    def test_the_last_row_wins(self):
        first = usage("a,2017-09-02 00:00:00,2017-09-02 00:00:10,1", "a,2017-09-02 00:00:00,2017-09-02 00:00:20,1")
        later = usage("a,2017-09-02 00:00:00,2017-09-02 00:00:05,1")
        self.assertEqual(gpu_seconds_of([first]), 20)
        self.assertEqual(gpu_seconds_of([first, later]), 5)

    def test_a_running_row_never_replaces_an_ended_one(self):
        columns = "key,start,end,gpus,state"
        running, ended = "a,2017-09-02 00:00:00,,1,RUNNING", "a,2017-09-02 00:00:00,2017-09-02 00:00:10,1,COMPLETED"
        self.assertEqual(gpu_seconds_of([usage(ended, running, columns=columns)]), 10)
        self.assertEqual(gpu_seconds_of([usage(running, columns=columns), usage(ended, columns=columns)]), 10)

    def test_a_running_row_is_billed_to_now_and_at_most_7_days_after_its_listing(self):
        listed = read_instant("2017-09-02T12:00:00", "Asia/Shanghai")
        history = [usage("a,2017-09-02 00:00:00,,1,RUNNING", columns="key,start,end,gpus,state", now=listed)]
        self.assertEqual(gpu_seconds_of(history, now=listed), 12 * 3600)
        self.assertEqual(gpu_seconds_of(history, now=listed + 100), 12 * 3600 + 100)
        self.assertEqual(gpu_seconds_of(history, now=LONG_AFTER), 7 * 86400 + 12 * 3600)

    def test_sacct_lists_a_running_row_at_start_plus_elapsed_plus_suspended(self):
        """One hour elapsed, half an hour suspended; the half hour comes off the end of the 7 days."""
        history = [sacct(
            "7|2017-09-02T00:00:00|2017-09-02T00:00:00|Unknown|RUNNING|gres/gpu=1|01:00:00|00:30:00",
            columns="JobIDRaw|Submit|Start|End|State|AllocTRES|Elapsed|Suspended")]
        self.assertEqual(gpu_seconds_of(history), 7 * 86400 + 3600)

    def test_a_row_moves_with_its_account(self):
        columns = "key,start,end,gpus,account"
        ours = usage("a,2017-09-02 00:00:00,2017-09-02 00:00:10,1,6c71a0", columns=columns)
        others = usage("a,2017-09-02 00:00:00,2017-09-02 00:00:10,1,b436b2", columns=columns)
        self.assertEqual(gpu_seconds_of([ours, others]), 0)
        self.assertEqual(gpu_seconds_of([others, ours]), 10)

    def test_lease_option(self):
        row = "a,2017-09-02 00:00:00,2017-09-02 00:00:10,1"
        self.assertEqual(gpu_seconds_of([usage(row, lease="TL-1")]), 10)
        self.assertEqual(gpu_seconds_of([usage(row, lease="TL-2")]), 0)

    def test_a_requeued_job_is_two_allocations(self):
        history = [sacct(
            "30|2017-09-23T20:56:50|2017-09-23T20:56:51|2017-09-23T20:56:52|NODE_FAIL|gres/gpu=2",
            "30|2017-09-23T20:56:52|2017-09-23T20:56:58|2017-09-23T20:57:28|COMPLETED|gres/gpu=2")]
        self.assertEqual(gpu_seconds_of(history), 62)

    def test_the_overlap_of_a_resized_job_counts_once(self):
        """8 GPUs for 2 s, then 4 GPUs for 23 s, though the second row starts again at the first one's start."""
        history = [sacct(
            "31|2017-09-23T20:56:54|2017-09-23T20:56:55|2017-09-23T20:56:57|RESIZING|gres/gpu=8",
            "31|2017-09-23T20:56:57|2017-09-23T20:56:55|2017-09-23T20:57:20|COMPLETED|gres/gpu=4")]
        self.assertEqual(gpu_seconds_of(history), 8 * 2 + 4 * 23)

    def test_steps_and_pending_jobs_have_no_gpus_of_their_own(self):
        history = [sacct(
            "1|2017-09-23T20:00:00|2017-09-23T20:00:00|2017-09-23T20:00:05|COMPLETED|gres/gpu=2",
            "1.batch|2017-09-23T20:00:00|2017-09-23T20:00:00|2017-09-23T20:00:05|COMPLETED|gres/gpu=2",
            "2|2017-09-23T20:00:00|Unknown|Unknown|PENDING|")]
        self.assertEqual(gpu_seconds_of(history), 10)
        self.assertEqual(read_usage(lease(), history).parked, [])

    def test_rows_that_are_parked(self):
        history = [usage(
            "reversed,2017-09-02 00:00:10,2017-09-02 00:00:00,1,COMPLETED,0",
            "endless,2017-09-02 00:00:00,,1,COMPLETED,0",
            "suspended,2017-09-02 00:00:00,2017-09-02 00:00:10,1,COMPLETED,11",
            "negative,2017-09-02 00:00:00,2017-09-02 00:00:10,-1,COMPLETED,0",
            "absurd,2017-09-02 00:00:00,2017-09-02 00:00:10,1000001,COMPLETED,0",
            "good,2017-09-02 00:00:00,2017-09-02 00:00:10,1,COMPLETED,0",
            columns="key,start,end,gpus,state,suspended_seconds")]
        self.assertEqual(gpu_seconds_of(history), 10)
        self.assertEqual([row for _, row, _ in read_usage(lease(), history).parked], [1, 2, 3, 4, 5])


class Storage(unittest.TestCase):
    def line(self, history, month=SEPTEMBER, now=LONG_AFTER, max_gap="48 h", unit="GB", price="0.35") -> Line:
        agreement = lease(storage=f"{price} CNY/{unit}/month")
        agreement["storage"] = {"unit": unit, "max_gap": max_gap}
        return next(line for line in statement(agreement, history, month, now).lines if line.clause == "3.1(2)")

    def test_a_whole_month(self):
        """1000 GB for September at 0.35 is 350.00."""
        history = [snapshots(f"2017-09-01 00:00:00,{10**12},/data")]
        self.assertEqual(self.line(history, max_gap="720 h").amount_fen, 35000)

    def test_gib(self):
        history = [snapshots(f"2017-09-01 00:00:00,{1000 * 2**30},/data")]
        self.assertEqual(self.line(history, max_gap="720 h", unit="GiB").amount_fen, 35000)

    def test_half_a_fen_goes_up(self):
        history = [snapshots(f"2017-09-01 00:00:00,{10**9},/data")]
        self.assertEqual(self.line(history, max_gap="720 h", price="0.005").amount_fen, 1)

    def test_a_snapshot_holds_48_hours_at_most(self):
        history = [snapshots("2017-09-01 00:00:00,7,/data", "2017-09-20 00:00:00,1,/data")]
        self.assertEqual(self.line(history).byte_seconds, 8 * 48 * 3600)

    def test_a_snapshot_holds_over_the_months_end_and_into_the_term(self):
        history = [snapshots(
            "2017-08-31 12:00:00,5,/data", "2017-09-01 12:00:00,0,/data", "2017-09-30 12:00:00,3,/data")]
        self.assertEqual(self.line(history).byte_seconds, 5 * 43200 + 3 * 43200)
        self.assertEqual(self.line(history, OCTOBER).byte_seconds, 3 * 36 * 3600)

    def test_up_to_now(self):
        history = [snapshots("2017-09-02 00:00:00,5,/data")]
        self.assertEqual(self.line(history, now=read_instant("2017-09-02T00:01:00", "Asia/Shanghai")).byte_seconds, 300)

    def test_users_and_file_systems_add_up(self):
        history = [snapshots(
            "2017-09-02 00:00:00,1,ann,/a", "2017-09-02 00:00:00,2,bob,/a", "2017-09-02 00:00:00,4,ann,/b",
            columns="time,bytes,user,filesystem")]
        self.assertEqual(self.line(history, max_gap="1 h").byte_seconds, 7 * 3600)

    def test_an_owner_missing_from_a_snapshot_uses_nothing(self):
        columns = "time,bytes,user,account,filesystem"
        history = [snapshots(
            "2017-09-02 00:00:00,1,ann,6c71a0,/a", "2017-09-02 00:00:00,2,bob,6c71a0,/a",
            "2017-09-02 00:00:10,2,bob,6c71a0,/a", "2017-09-02 00:00:30,9,eve,b436b2,/a", columns=columns)]
        self.assertEqual(self.line(history).byte_seconds, 3 * 10 + 2 * 20)

    def test_a_snapshot_from_before_the_account_was_known_ends_nothing(self):
        columns = "time,bytes,account,filesystem"
        early = snapshots("2017-09-02 00:00:10,9,b436b2,/a", columns=columns)
        late = snapshots("2017-09-02 00:00:00,1,6c71a0,/a", columns=columns)
        self.assertEqual(self.line([early, late], max_gap="1 h").byte_seconds, 3600)
        self.assertEqual(self.line([late, early], max_gap="1 h").byte_seconds, 10)

    def test_a_corrected_sample_replaces_the_first(self):
        history = [snapshots("2017-09-02 00:00:00,1,/a"), snapshots("2017-09-02 00:00:00,3,/a")]
        self.assertEqual(self.line(history, max_gap="1 h").byte_seconds, 3 * 3600)

    def test_the_month_has_its_true_length(self):
        """1000 GB held for the whole of March 2024 in Berlin, an hour short of 31 days."""
        agreement = lease("2024-03-01", "2024-03-31", 1, "Europe/Berlin", storage="0.35 CNY/GB/month")
        agreement["storage"]["max_gap"] = "1000 h"
        history = [snapshots(f"2024-02-29T23:00:00Z,{10**12},/data")]
        line = statement(agreement, history, Month(2024, 3), LONG_AFTER).lines[1]
        self.assertEqual((line.byte_seconds, line.amount_fen), (10**12 * 2674800, 35000))


class Totals(unittest.TestCase):
    ONE_TIME = {"dataset": "200.00 CNY", "software": "50.00 CNY"}
    USE = [usage(  # 600.00 in each of three months
        "a,2017-09-02 00:00:00,2017-09-04 00:00:00,1", "b,2017-10-02 00:00:00,2017-10-04 00:00:00,1",
        "c,2017-11-02 00:00:00,2017-11-04 00:00:00,1")]

    def test_one_time_fees_stand_on_the_first_statement(self):
        agreement = lease(**self.ONE_TIME)
        september = statement(agreement, self.USE, SEPTEMBER, LONG_AFTER)
        self.assertEqual(amounts_of(september), [("3.1(1)", 60000), ("3.1(3)", 20000), ("3.1(4)", 5000)])
        self.assertEqual((september.total_fen, september.total_capitals), (85000, "人民币捌佰伍拾元整"))
        self.assertEqual(amounts_of(statement(agreement, self.USE, OCTOBER, LONG_AFTER)), [("3.1(1)", 60000)])

    def test_cap(self):
        """600.00 a month under a cap of 1000.00: 600.00, 400.00, nothing."""
        result = statements(lease(total=total_of("1000.00", "cap")), self.USE, LONG_AFTER)
        self.assertEqual([one.total_fen for one in result.values()], [60000, 40000, 0])
        self.assertEqual(amounts_of(result[SEPTEMBER]), [("3.1(1)", 60000)])
        self.assertEqual(amounts_of(result[OCTOBER]), [("3.1(1)", 60000), ("3.2", -20000)])
        self.assertEqual(amounts_of(result[NOVEMBER]), [("3.1(1)", 60000), ("3.2", -60000)])

    def test_fixed(self):
        """1250.00 less 250.00 in three instalments; use is shown with its quantity and costs nothing."""
        agreement = lease(total=total_of("1250.00", "fixed"), **self.ONE_TIME)
        result = statements(agreement, self.USE, LONG_AFTER)
        self.assertEqual([one.lines[-1].amount_fen for one in result.values()], [33333, 33333, 33334])
        self.assertEqual([one.total_fen for one in result.values()], [58333, 33333, 33334])
        self.assertEqual(compute_of(agreement, self.USE, SEPTEMBER), [(12.5, 172800, 0)])

    def test_fixed_when_the_statements_are_more_than_the_months(self):
        """Two months from 15 September touch three calendar months: the third has no instalment."""
        agreement = lease("2017-09-15", "2017-11-14", 2, total=total_of("100.01", "fixed"))
        result = statements(agreement, [], LONG_AFTER)
        self.assertEqual([one.total_fen for one in result.values()], [5000, 5001, 0])


class RandomHistories(unittest.TestCase):
    def test_check_characters_of_the_credit_code(self):
        self.assertEqual(random_agreement.organisation_check("M000100Y"), "4")
        self.assertEqual(random_agreement.uscc_check("91350100M000100Y4"), "3")

    def test_a_seed_always_makes_the_same_history(self):
        one, other = RandomHistory(7), RandomHistory(7)
        self.assertEqual([file.text for file in one.files], [file.text for file in other.files])
        self.assertEqual([known.yaml_text for known in one.leases], [known.yaml_text for known in other.leases])

    def test_the_terms_fit(self):
        for seed in range(30):
            term = RandomHistory(seed).leases[0].agreement["term"]
            self.assertTrue(months_fit(term["from"], term["to"], term["months"]), term)

    def test_statements_add_up(self):
        """Over a term a cap is never passed and fixed instalments bring exactly the total."""
        for seed in range(10):
            history = RandomHistory(seed)
            agreement = history.leases[0].agreement
            result = statements(agreement, history.history(), history.statement_nows[-1])
            billed = sum(one.total_fen for one in result.values())
            total = fen(Fraction(agreement["fees"]["total"]["amount"].split()[0]))
            if agreement["fees"]["total"]["meaning"] == "cap":
                self.assertLessEqual(billed, total)
            if agreement["fees"]["total"]["meaning"] == "fixed":
                self.assertEqual(billed, total)


class Comparison(unittest.TestCase):
    """The differential test must see what is wrong and nothing else."""

    MODEL = statement(lease(), [usage("a,2017-09-02 00:00:00,2017-09-02 00:00:10,0.125")], SEPTEMBER, LONG_AFTER)

    def output(self, amount=0, gpu_seconds="1.250", total=0, words="人民币零元整") -> str:
        return (
            '{"lease": "TL-1", "month": "2017-09", "currency": "CNY", '
            '"lines": [{"clause": "3.1(1)", "meter": "compute", '
            f'"gpu_seconds": "{gpu_seconds}", "quantity": "0.000347222", "unit": "GPU-hour", "unit_price": "12.5", '
            f'"amount_fen": {amount}}}], "total_fen": {total}, "total_capitals": "{words}"}}'
        )

    def test_the_same(self):
        differential.compare_statement(self.MODEL, self.output())

    def test_differences(self):
        for other in (
            self.output(amount=1), self.output(gpu_seconds="1.25000000000000001"), self.output(total=1),
            self.output(words="人民币壹元整"), self.output().replace("2017-09", "2017-10"),
            self.output().replace('"12.5"', '"12.51"'), "not JSON",
        ):
            with self.assertRaises(differential.Difference):
                differential.compare_statement(self.MODEL, other)


if __name__ == "__main__":
    unittest.main()
