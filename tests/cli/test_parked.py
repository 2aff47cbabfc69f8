"""What is not billed and not lost: every reason for which a row is parked, and what people decide about it.
A GPU-second costs one fen in these leases."""

from __future__ import annotations

import unittest

from program import BAD_INPUT, LEASE, LATER, REFUSED_BY_AGREEMENT, Case, main, term_of

HEADER = "key,start,end,gpus,account,state,gpu_model,suspended_seconds\n"
DAY = 86400
OCTOBER_FIRST = 1506816000          # 2017-10-01T00:00:00Z
TERM_FROM = 1504224000              # 2017-09-01T00:00:00Z
TERM_TO = 1535760000                # 2018-09-01T00:00:00Z


def row(key, start=OCTOBER_FIRST, end=OCTOBER_FIRST + 10, gpus=1, account="lab", state="", model="", suspended=""):
    return f"{key},{start},{end},{gpus},{account},{state},{model},{suspended}\n"


class ParkedCase(Case):
    def setUp(self):
        super().setUp()
        self.sign(cluster__account="lab", time_zone="UTC")

    def october(self, **how):
        return self.gpu_seconds("2017-10", **how)

    def take_rows(self, *rows, **how):
        return self.take_text(HEADER + "".join(rows), **how)

    def release(self, *words, code=0, because="agreed by phone", **how):
        return self.expect(code, "park", "release", *words, "--because", because, **how)

    def dismiss(self, *words, code=0, because="own use", **how):
        return self.expect(code, "park", "dismiss", *words, "--because", because, **how)


class ReasonsTest(ParkedCase):
    """Each is parked under its reason, and nothing of it is billed."""

    def assert_parked(self, text, reason, *options, account="lab", rows=1, **how):
        summary = self.take_text(text, *options, **how)
        self.assertEqual((summary["parked"], summary["new"], summary["refused"]), (rows, 0, 0), summary)
        self.assertEqual({example["reason"] for example in summary["examples"]["parked"]}, {reason})
        self.assertEqual(self.parked_totals(), {(account, reason): rows})
        self.assertEqual(self.october(), "0")
        self.assertEqual([entry["reason"] for entry in self.parked("--account", account)], [reason] * rows)

    def test_no_lease_names_the_account(self):
        self.assert_parked(HEADER + row("a", account="nobody"), "no-lease", account="nobody")

    def test_the_row_names_no_account(self):
        summary = self.take_rows(row("a", account=""))
        self.assert_counts(summary, read=1, parked=1)
        self.assertEqual(self.parked_totals(), {("", "no-account"): 1})

    def test_no_account_column(self):
        summary = self.take_text("key,start,end,gpus\na,1506816000,1506816010,1\n")
        self.assert_counts(summary, read=1, parked=1)
        self.assertEqual(self.parked_totals(), {("", "no-account"): 1})

    def test_no_end_and_not_running(self):
        self.assert_parked(HEADER + row("a", end=""), "no-end")

    def test_no_start(self):
        self.assert_parked(HEADER + row("a", start=""), "no-start")

    def test_end_before_start(self):
        self.assert_parked(HEADER + row("a", end=OCTOBER_FIRST - 1), "end-before-start")

    def test_before_the_term(self):
        self.assert_parked(HEADER + row("a", start=TERM_FROM - 20, end=TERM_FROM - 10), "outside-term")

    def test_after_the_term(self):
        self.assert_parked(HEADER + row("a", start=TERM_TO, end=TERM_TO + 10), "outside-term")

    def test_a_gpu_model_without_a_price(self):
        self.journal = self.folder / "models.db"
        self.sign(cluster__account="lab", time_zone="UTC",
                  fees__compute=[{"gpu_model": "H200", "price": "36.00 CNY/GPU-hour"}])
        self.assert_parked(HEADER + row("a", model="B200"), "no-price")

    def test_suspended_for_longer_than_it_ran(self):
        self.assert_parked(HEADER + row("a", suspended=11), "suspended-too-long")

    def test_an_unknown_state(self):
        self.assert_parked("JobID|Account|Submit|Start|End|State|ElapsedRaw|AllocTRES\n"
                           "1|lab|1506815990|1506816000|1506816010|VANISHED|10|gres/gpu=1\n", "unknown-state")

    def test_gpus_that_the_cluster_does_not_track(self):
        self.assert_parked("JobID|Account|Submit|Start|End|State|ElapsedRaw|AllocTRES|ReqTRES\n"
                           "1|lab|1506815990|1506816000|1506816010|COMPLETED|10|cpu=8|cpu=8,gres/gpu=2\n", "untracked-gpus")

    SLICE = ("JobID|Account|Submit|Start|End|State|ElapsedRaw|AllocTRES\n"
             "1|lab|1506815990|1506816000|1506816010|COMPLETED|10|gres/gpu:1g.18gb=2,gres/gpu=2\n")

    def test_a_slice_of_a_gpu_without_a_share(self):
        self.assert_parked(self.SLICE, "no-share")

    def test_a_slice_with_a_share_is_billed(self):
        self.journal = self.folder / "shares.db"
        self.sign(cluster__account="lab", time_zone="UTC", compute__shares={"1g.18gb": "0.125"})
        self.assert_counts(self.take_text(self.SLICE), read=1, new=1)
        self.assertEqual(self.october(), "2.5")       # two eighths of a GPU for ten seconds

    def test_a_job_that_began_before_the_term_is_billed_from_the_terms_begin(self):
        self.assert_counts(self.take_rows(row("a", start=TERM_FROM - 100, end=TERM_FROM + 30, gpus=2)), read=1, new=1)
        self.assertEqual(self.gpu_seconds("2017-09"), "60")

    def test_a_job_that_ends_after_the_term_is_billed_to_the_terms_end(self):
        self.assert_counts(self.take_rows(row("a", start=TERM_TO - 40, end=TERM_TO + 30, gpus=2)), read=1, new=1)
        self.assertEqual(self.gpu_seconds("2018-08"), "80")

    def test_use_that_goes_on_after_a_term_that_ends_in_mid_month_is_shown(self):
        self.journal = self.folder / "mid.db"
        self.sign(cluster__account="lab", time_zone="UTC", **term_of("2017-09-15", "2018-09-14", 12))
        end = TERM_TO + 14 * DAY
        self.take_rows(row("a", start=end - 40, end=end + 30, gpus=2))
        statement = self.statement("2018-09")
        self.assertEqual(self.line(statement, "3.1(1)")["gpu_seconds"], "80")
        self.assertEqual(statement["outside_term_gpu_seconds"], "60")

    def test_use_that_goes_on_after_a_term_that_ends_with_a_month_is_shown_somewhere(self):
        self.take_rows(row("a", start=TERM_TO - 40, end=TERM_TO + 30, gpus=2))
        shown = [entry["gpu_seconds"] for entry in self.parked()] + [self.statement("2018-08")["outside_term_gpu_seconds"]]
        self.assertIn("60", shown)

    def test_ended_exactly_at_the_terms_begin(self):
        self.assert_parked(HEADER + row("a", start=TERM_FROM - 10, end=TERM_FROM), "outside-term")


class ListingTest(ParkedCase):
    def setUp(self):
        super().setUp()
        self.take_rows(row("a1", account="x"), row("a2", account="x", gpus=3), row("b1", account="y"),
                       row("c1", account="x", end=""), row("d1", end=OCTOBER_FIRST - 5), row("good"))

    def test_by_account_and_reason_first(self):
        self.assertEqual(self.parked_totals(), {("x", "no-lease"): 2, ("y", "no-lease"): 1, ("x", "no-end"): 1,
                                                ("lab", "end-before-start"): 1})
        hours = {(e["account"], e["reason"]): e["gpu_seconds"] for e in self.parked()}
        self.assertEqual(hours["x", "no-lease"], "40")

    def test_one_line_each_for_people(self):
        lines = self.done("parked").out.splitlines()
        self.assertEqual(len(lines), 1 + 4)
        self.assertTrue(any("x" in line and "no lease names this account" in line for line in lines))

    def test_the_rows_of_an_account(self):
        rows = self.parked("--account", "x")
        self.assertEqual([(r["key"], r["reason"], r["line"]) for r in rows],
                         [("a1", "no-lease", 2), ("a2", "no-lease", 3), ("c1", "no-end", 5)])

    def test_of_one_reason(self):
        self.assertEqual([r["key"] for r in self.parked("--account", "x", "--reason", "no-end")], ["c1"])
        self.assertEqual({e["account"] for e in self.parked("--reason", "no-lease")}, {"x", "y"})

    def test_at_most_so_many(self):
        self.assertEqual(len(self.parked("--account", "x", "--limit", "2")), 2)

    def test_nothing_for_an_account_without_any(self):
        self.assertEqual(self.parked("--account", "z"), [])

    def test_in_chinese(self):
        self.assertIn("没有租约使用该账户", self.done("parked", "--lang", "zh").out)

    def test_nothing_at_all(self):
        self.journal = self.folder / "empty.db"
        self.sign(cluster__account="lab", time_zone="UTC")
        self.assertEqual(self.parked(), [])
        self.assertIn("nothing is parked", self.done("parked").out)

    def test_a_reason_that_is_none_is_refused(self):
        self.expect(BAD_INPUT, "parked", "--reason", "no-leese")


class DecisionsTest(ParkedCase):
    def test_because_is_required(self):
        self.take_rows(row("a", account="x"))
        for decision in ("release", "dismiss"):
            for what in (("a",), ("--account", "x")):
                with self.subTest(decision=decision, what=what):
                    refused = self.expect(BAD_INPUT, "park", decision, *what)
                    self.assertIn("--because", refused.err)
        self.assertEqual(len(self.parked("--account", "x")), 1)

    def test_a_key_or_an_account_not_both_not_neither(self):
        self.take_rows(row("a", account="x"))
        self.dismiss(code=BAD_INPUT)
        self.dismiss("a", "--account", "x", code=BAD_INPUT)
        self.expect(BAD_INPUT, "park", "forget", "a", "--because", "why")
        self.assertEqual(len(self.parked("--account", "x")), 1)

    def test_what_is_not_parked(self):
        self.take_rows(row("a"))
        for words in (("a",), ("nothing",), ("--account", "x")):
            self.dismiss(*words, code=BAD_INPUT)
            self.release(*words, code=BAD_INPUT)
        self.assertEqual(self.october(), "10")

    def test_release_to_a_lease(self):
        self.take_rows(row("a", account="x"), row("b", account="x"))
        self.release("a", "--lease", LEASE)
        self.assertEqual(self.october(), "10")
        self.assertEqual([r["key"] for r in self.parked("--account", "x")], ["b"])

    def test_release_an_account_to_a_lease(self):
        self.take_rows(row("a", account="x"), row("b", account="x"), row("c", account="y"))
        self.release("--account", "x", "--lease", LEASE)
        self.assertEqual(self.october(), "20")
        self.assertEqual(self.parked_totals(), {("y", "no-lease"): 1})

    def test_release_without_a_lease_for_the_account_is_refused(self):
        self.take_rows(row("a", account="x"))
        heads = self.heads()
        self.release("a", code=REFUSED_BY_AGREEMENT)
        self.assertEqual(self.heads(), heads)

    def test_release_to_a_lease_that_is_not_there(self):
        self.take_rows(row("a", account="x"))
        self.release("a", "--lease", "TL-9", code=BAD_INPUT)

    def test_release_with_an_end(self):
        self.take_rows(row("a", end="", gpus=4))
        self.release("a", code=REFUSED_BY_AGREEMENT)
        self.release("a", "--end", "2017-10-01T00:01:00Z")
        self.assertEqual(self.october(), "240")
        self.assertEqual(self.parked(), [])

    def test_release_with_an_end_before_the_start(self):
        self.take_rows(row("a", end=""))
        self.release("a", "--end", "2017-09-30T23:59:59Z", code=REFUSED_BY_AGREEMENT)
        self.assertEqual(self.october(), "0")

    def test_a_row_that_ends_before_it_starts_gets_its_end_from_a_person(self):
        self.take_rows(row("a", end=OCTOBER_FIRST - 5))
        self.release("a", "--end", "2017-10-01T00:00:20Z")
        self.assertEqual(self.october(), "20")

    def test_an_unknown_state_is_released_on_a_persons_word(self):
        self.take_text("JobID|Account|Submit|Start|End|State|ElapsedRaw|AllocTRES\n"
                       "1|lab|1506815990|1506816000|1506816010|VANISHED|10|gres/gpu=1\n")
        self.release("-/1/1506815990")
        self.assertEqual(self.october(), "10")

    def test_use_before_the_term_released_in_a_month_that_touches_the_term(self):
        """The term begins on 15 September: what ran on the 1st is billed in September once it is released."""
        self.journal = self.folder / "mid.db"
        self.sign(cluster__account="lab", time_zone="UTC", **term_of("2017-09-15", "2018-09-14", 12))
        self.take_rows(row("a", start=TERM_FROM, end=TERM_FROM + 50, gpus=2))
        self.assertEqual(self.gpu_seconds("2017-09"), "0")

        self.release("a")

        self.assertEqual(self.gpu_seconds("2017-09"), "100")
        self.assertEqual(self.parked(), [])

    def test_use_after_the_term_released_in_a_month_that_touches_the_term(self):
        self.journal = self.folder / "mid.db"
        self.sign(cluster__account="lab", time_zone="UTC", **term_of("2017-09-15", "2018-09-14", 12))
        self.take_rows(row("a", start=TERM_TO + 20 * DAY, end=TERM_TO + 20 * DAY + 5, gpus=8))
        self.release("a")
        self.assertEqual(self.gpu_seconds("2018-09"), "40")

    def test_a_dismissed_row_that_comes_again_stays_dismissed(self):
        self.take_rows(row("a", account="x"), row("b", account="x"), name="first.csv")
        self.dismiss("a")
        self.assertEqual([r["key"] for r in self.parked("--account", "x")], ["b"])

        self.assert_counts(self.take_rows(row("a", account="x"), row("b", account="x"), row("c", account="x"), name="second.csv"),
                           read=3, known=2, parked=1)

        self.assertEqual([r["key"] for r in self.parked("--account", "x")], ["b", "c"])
        self.assertEqual(self.parked_totals(), {("x", "no-lease"): 2})

    def test_a_dismissed_account_is_off_the_list_and_its_new_rows_are_on_it(self):
        self.take_rows(row("a", account="x"), row("b", account="x"), name="first.csv")
        self.dismiss("--account", "x")
        self.assertEqual(self.parked(), [])
        self.take_rows(row("a", account="x"), row("c", account="x"), name="second.csv")
        self.assertEqual([r["key"] for r in self.parked("--account", "x")], ["c"])

    def test_a_dismissed_row_is_not_placed_by_a_later_lease(self):
        self.take_rows(row("a", account="x"), row("b", account="x"))
        self.dismiss("a")
        self.sign(agreement="X", cluster__account="x", time_zone="UTC")
        self.assertEqual(self.gpu_seconds("2017-10", "X"), "10")

    def test_a_dismissed_row_without_an_end(self):
        self.take_rows(row("a", end=""), row("b", end=OCTOBER_FIRST - 5), row("c", start=""))
        for key in "abc":
            self.dismiss(key)
        self.assertEqual(self.parked(), [])

    def test_a_decision_is_a_fact_with_its_reason(self):
        self.take_rows(row("a", account="x"))
        self.dismiss("a", because="test system, 不计费")
        fact = self.done("facts", "house", "--json").json[-1]
        self.assertEqual(fact["kind"], "park-decided")
        self.assertIn("test system, 不计费", fact["envelope"])

    def test_what_was_released_outside_the_term_stays_released_when_it_comes_again(self):
        late = row("a", start=TERM_FROM - 100, end=TERM_FROM - 50)
        self.take_rows(late, name="first.csv")
        self.release("a")
        self.take_rows(late, row("b"), name="second.csv")
        self.assertEqual(self.parked(), [])

    def test_what_was_released_stays_released_when_it_comes_again(self):
        self.take_rows(row("a", account="x"), name="first.csv")
        self.release("a", "--lease", LEASE)
        self.take_rows(row("a", account="x"), row("b"), name="second.csv")
        self.assertEqual(self.october(), "20")
        self.assertEqual(self.parked(), [])

    def test_a_corrected_row_takes_the_place_of_the_parked_one(self):
        self.take_rows(row("a", end=""), name="first.csv")
        self.take_rows(row("a"), name="second.csv")
        self.assertEqual(self.october(), "10")
        self.assertEqual(self.parked(), [])

    def test_a_refused_release_speaks_the_readers_language(self):
        self.take_rows(row("a", account="x"))
        refused = self.release("a", "--lang", "zh", code=REFUSED_BY_AGREEMENT)
        self.assertNotRegex(refused.err, "no lease names this account|sign a lease")


class SigningTest(ParkedCase):
    def test_signing_a_lease_places_what_was_parked_for_its_account(self):
        self.take_rows(row("a", account="x"), row("b", account="x", gpus=2), row("c", account="y"),
                       row("old", account="x", start=TERM_FROM - 20, end=TERM_FROM - 10), row("lost", account="x", end=""))

        self.sign(agreement="X", cluster__account="x", time_zone="UTC")

        self.assertEqual(self.gpu_seconds("2017-10", "X"), "30")
        self.assertEqual(self.parked_totals(), {("y", "no-lease"): 1, ("x", "outside-term"): 1, ("x", "no-end"): 1})

    def test_the_same_file_after_signing_adds_nothing(self):
        rows = (row("a", account="x"), row("b", account="x"))
        self.take_rows(*rows)
        self.sign(agreement="X", cluster__account="x", time_zone="UTC")
        heads = self.heads()
        self.take_rows(*rows, name="again.csv")
        self.assertEqual(self.heads(), heads)
        self.assertEqual(self.gpu_seconds("2017-10", "X"), "20")

    def test_a_successor_lease_takes_what_lay_after_the_first_ones_term(self):
        self.take_rows(row("a", start=TERM_TO + 5, end=TERM_TO + 10))
        self.assertEqual(self.parked_totals(), {("lab", "outside-term"): 1})
        self.sign(agreement="NEXT", cluster__account="lab", time_zone="UTC", **term_of("2018-09-01", "2019-08-31", 12))
        self.assertEqual(self.gpu_seconds("2018-09", "NEXT"), "5")
        self.assertEqual(self.parked(), [])

    # Known bug: the whole row goes to the lease in whose term it began; the 20 s in its successor's term are billed to
    # nobody.
    @unittest.expectedFailure
    def test_a_job_over_the_border_of_two_leases_is_billed_to_each_for_its_part(self):
        self.sign(agreement="NEXT", cluster__account="lab", time_zone="UTC", **term_of("2018-09-01", "2019-08-31", 12))
        self.take_rows(row("a", start=TERM_TO - 30, end=TERM_TO + 20))
        self.assertEqual((self.gpu_seconds("2018-08"), self.gpu_seconds("2018-09", "NEXT")), ("30", "20"))


class RunawayTest(ParkedCase):
    """A running job whose source forgets it: billed to seven days after it was last listed, then shown as a runaway."""

    def setUp(self):
        super().setUp()
        self.take_rows(row("a", end="", gpus=2, state="running"), now="2017-10-01T12:00:00Z")

    def runaways(self, now):
        return [(entry["key"], entry["billed_to"]) for entry in self.parked(now=now) if entry["reason"] == "runaway"]

    def test_no_runaway_while_it_is_young(self):
        self.assertEqual(self.runaways("2017-10-08T11:59:59Z"), [])
        self.assertEqual(self.october(now="2017-10-08T00:00:00Z"), str(2 * 7 * DAY))

    def test_after_seven_days(self):
        self.assertEqual(self.runaways("2017-10-08T12:00:01Z"), [("a", "2017-10-08T12:00:00Z")])
        self.assertEqual(self.october(now=LATER), str(2 * (7 * DAY + DAY // 2)))
        self.assertEqual(self.statement("2017-10", now=LATER)["runaway_allocations"], 1)

    def test_it_stands_in_the_list_for_people(self):
        self.assertIn("runaway", self.done("parked", now=LATER).out)

    def test_listed_again_it_goes_on(self):
        self.take_rows(row("a", end="", gpus=2, state="running"), row("b"), name="second.csv", now="2017-10-10T00:00:00Z")
        self.assertEqual(self.runaways("2017-10-16T00:00:00Z"), [])
        self.assertEqual(self.october(now="2017-10-16T00:00:00Z"), str(2 * 15 * DAY + 10))

    def test_its_end_comes_later(self):
        self.take_rows(row("a", end=OCTOBER_FIRST + 20 * DAY, gpus=2, state="completed"), name="ended.csv")
        self.assertEqual(self.october(), str(2 * 20 * DAY))
        self.assertEqual(self.parked(), [])

    def test_the_days_are_a_term(self):
        self.journal = self.folder / "two.db"
        self.sign(cluster__account="lab", time_zone="UTC", cluster__runaway_after="2 days")
        self.take_rows(row("a", end="", gpus=2, state="running"), now="2017-10-01T12:00:00Z")
        self.assertEqual(self.october(now=LATER), str(2 * (2 * DAY + DAY // 2)))

    def test_a_person_gives_its_end(self):
        self.release("a", "--end", "2017-10-20T00:00:00Z", now=LATER)
        self.assertEqual(self.october(now=LATER), str(2 * 19 * DAY))
        self.assertEqual(self.runaways(LATER), [])

    def test_it_stands_in_its_accounts_rows(self):
        self.assertEqual([entry["key"] for entry in self.parked("--account", "lab", now=LATER)], ["a"])


if __name__ == "__main__":
    main()
