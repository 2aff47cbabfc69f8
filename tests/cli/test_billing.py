"""A statement's life and what comes after it: issue, service, due day, corrections, payments, penalty, 8.1.

Every amount was worked out by hand.  100 GPUs for one second cost 1.00 (36.00 a GPU-hour), so `use("2017-10", 40)` is
40.00 of use in October; the penalty is 0.05 % a day.  A statement is issued, and served, on the fourth of the next
month unless a test says otherwise; days are UTC days but where a test is about the zone.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import subprocess
import time
from calendar import timegm
from datetime import date, timedelta

from program import BAD_INPUT, DONE, LEASE, REFUSED_BY_AGREEMENT, SYSTEM_FAILED, Case, environment, main, term_of

HEADER = "key,start,end,gpus,account,gpu_model,state\n"
DAY = 86400

#: 60,000.00 and 40,000.00 once: the statement of September is 100,000.00 where nothing was used.
HUNDRED_THOUSAND = {"fees__dataset": "60000.00 CNY", "fees__software": "40000.00 CNY"}
#: An agreement on GPUs alone: a statement is its use.
COMPUTE_ONLY = {key: None for key in ("storage", "datasets", "software", "fees__storage", "fees__dataset",
                                      "fees__software")}


def noon(day: str) -> str:
    return f"{day}T12:00:00Z"


def midnight(day: str) -> int:
    return timegm(date.fromisoformat(day).timetuple())


def fourth_after(month: str) -> str:
    year, number = map(int, month.split("-"))
    return f"{year + number // 12:04}-{number % 12 + 1:02}-04"


def days_after(day: str, count: int) -> str:
    return (date.fromisoformat(day) + timedelta(count)).isoformat()


def yuan(fen: int) -> str:
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100:,}.{abs(fen) % 100:02}"


def row(key, start, end, gpus=1, model="", state="", account="lab"):
    return f"{key},{start},{end},{gpus},{account},{model},{state}\n"


class BillingCase(Case):
    def sign_lab(self, **changes):
        return self.sign(**{"cluster__account": "lab", "time_zone": "UTC", "now": "2017-08-25T00:00:00Z",
                            "signed": "2017-07-25", **changes})

    def sign_gpus(self, **changes):
        return self.sign_lab(**{**COMPUTE_ONLY, **changes})

    # ---- what happens ----

    def rows(self, *rows, on):
        """What accounting says, imported on a day."""
        name = f"usage-{len(list(self.folder.glob('usage-*')))}.csv"
        return self.take_text(HEADER + "".join(rows), name=name, now=noon(on))

    def use(self, month, amount, *, key=None, on=None, day="02"):
        """So much use in a month, known on the last day of it or later; the same key again corrects it."""
        start = midnight(f"{month}-{day}")
        self.rows(row(key or f"use-{month}", start, start + amount, gpus=100), on=on or f"{month}-28")

    def issue(self, month, *options, on=None, code=DONE, lease=LEASE):
        result = self.expect(code, "issue", lease, month, "--json", *options,
                             now=f"{on or fourth_after(month)}T00:00:00Z")
        return result.json if code == DONE else result

    def issue_all(self, *uses, first="2017-09"):
        """Issues month after month, one for each amount of use given."""
        month = first
        for amount in uses:
            if amount:
                self.use(month, amount)
            self.issue(month)
            month = fourth_after(month)[:7]

    def serve(self, number, on, now=None, code=DONE):
        return self.expect(code, "serve", LEASE, number, "--on", on, now=noon(now or on))

    def pay(self, amount, on, *options, known=None, code=DONE):
        """Money credited on a day; KNOWN: the day on which somebody told the program."""
        return self.expect(code, "payment", "record", LEASE, "--amount", amount, "--on", on, *options,
                           now=noon(known or on))

    def reverse(self, number, on, code=DONE):
        return self.expect(code, "payment", "reverse", LEASE, number, "--because", "returned", now=noon(on))

    def cost(self, number, amount, on, code=DONE):
        return self.expect(code, "cost", LEASE, number, "--amount", amount, "--on", on, "--because", "court fee",
                           now=noon(on))

    def release(self, month, on, code=DONE):
        return self.expect(code, "release", LEASE, month, "--because", "the lessee agrees", now=noon(on))

    def notice(self, number, at, now=None, code=DONE):
        return self.expect(code, "notice", LEASE, number, "--served", at, now=now or at)

    # ---- what the program says ----

    def account(self, on, now="2020-01-01T00:00:00Z"):
        return self.done("account", LEASE, "--on", on, "--json", now=now).json

    def owed(self, on, **how):
        """A line a statement: what of it is unpaid at the end of the day."""
        lines = []
        for s in self.account(on, **how)["statements"]:
            parts = {part: s[f"{part}_fen"] - s[f"{part}_paid_fen"] for part in ("principal", "penalty", "costs")}
            unpaid = "".join(f" {part} {yuan(fen)}" for part, fen in parts.items() if fen)
            lines.append(f"{s['number']} {s['status']}{unpaid}")
        return lines

    def credit(self, on):
        return yuan(self.account(on)["credit_fen"])

    def penalty(self, number, on):
        return yuan(self.account(on)["statements"][number - 1]["penalty_fen"])

    def due(self, number=1, on="2020-01-01"):
        return self.account(on)["statements"][number - 1].get("due")

    def right(self, number, on):
        statement = self.account(on)["statements"][number - 1]
        return statement.get("right_8_1_from"), statement.get("right_8_1_stands")

    def facts(self, lease=LEASE):
        return [json.loads(fact["envelope"]) for fact in self.done("facts", lease, "--json").json]

    def kinds(self):
        return [fact["kind"] for fact in self.facts()]

    def corrections(self, statement):
        return [(c["statement"], c["month"], c["clause"], yuan(c["amount_fen"])) for c in statement["corrections"]]

    def penalties(self, statement):
        return [(p["statement"], yuan(p["amount_fen"])) for p in statement["penalties"]]

    def assert_refused(self, result, *words):
        for word in words:
            self.assertIn(word, result.err)


class IssueTest(BillingCase):
    """When a statement may be issued, and what it then says for ever."""

    def test_days_of_grace(self):
        self.sign_gpus()
        refused = self.expect(REFUSED_BY_AGREEMENT, "issue", LEASE, "2017-09", now="2017-10-03T23:59:59Z")
        self.assert_refused(refused, "2017-10-04 00:00:00", "payment.grace", "3.3")
        self.done("issue", LEASE, "2017-09", now="2017-10-04T00:00:00Z")

    def test_days_of_grace_are_days_of_the_agreements_zone(self):
        self.sign_gpus(time_zone="Asia/Shanghai")
        self.expect(REFUSED_BY_AGREEMENT, "issue", LEASE, "2017-09", now="2017-10-03T15:59:59Z")
        self.assertEqual(self.done("issue", LEASE, "2017-09", "--json", now="2017-10-03T16:00:00Z").json["issued"],
                         "2017-10-04")

    def test_agreed_days_of_grace(self):
        self.sign_gpus(payment__grace="0 days")
        self.issue("2017-09", on="2017-10-01")
        self.journal = self.folder / "ten.db"
        self.sign_gpus(payment__grace="10 days")
        self.issue("2017-09", on="2017-10-10", code=REFUSED_BY_AGREEMENT)
        self.issue("2017-09", on="2017-10-11")

    def test_grace_counts_from_the_months_end_though_the_term_ends_before(self):
        self.sign_gpus(**term_of("2017-09-15", "2017-10-14", 1))
        self.issue("2017-09")
        self.issue("2017-10", on="2017-11-03", code=REFUSED_BY_AGREEMENT)
        self.issue("2017-10", on="2017-11-04")

    def test_late_usage_within_the_days_of_grace_is_on_the_statement(self):
        self.sign_gpus()
        self.use("2017-09", 40, on="2017-10-03")
        self.assertEqual(self.issue("2017-09")["total_fen"], 4000)

    def test_one_statement_a_month(self):
        self.sign_gpus()
        self.issue("2017-09")
        again = self.issue("2017-09", on="2017-12-04", code=REFUSED_BY_AGREEMENT)
        self.assert_refused(again, "2017-09", "TL-2017-0901-1")
        self.assertEqual(self.kinds().count("statement-issued"), 1)

    def test_month_after_month(self):
        self.sign_gpus()
        self.assert_refused(self.issue("2017-11", code=REFUSED_BY_AGREEMENT), "2017-11", "2017-09")
        self.issue("2017-09")
        self.assert_refused(self.issue("2017-11", code=REFUSED_BY_AGREEMENT), "2017-10")
        self.assertEqual([self.issue(month)["number"] for month in ("2017-10", "2017-11")], [2, 3])

    def test_no_statement_of_a_month_outside_the_term(self):
        self.sign_gpus()
        self.pay("10,000.00", "2017-09-01")
        self.issue_all(*[1] * 12)
        for month in ("2017-08", "2018-09"):
            self.assert_refused(self.issue(month, on="2018-12-04", code=REFUSED_BY_AGREEMENT),
                                "2.1", "2017-09-01", "2018-08-31")

    def test_every_month_of_the_term(self):
        self.sign_gpus()
        self.issue_all(*range(1, 13))
        account = self.account("2018-09-04")
        self.assertEqual([s["month"] for s in account["statements"]],
                         [f"2017-{m:02}" for m in range(9, 13)] + [f"2018-{m:02}" for m in range(1, 9)])
        self.assertEqual([s["principal_fen"] for s in account["statements"]], [100 * n for n in range(1, 13)])

    def test_after_the_term_what_is_left_is_carried(self):
        """Nothing was paid: a statement after the last has no lines, but the penalty that ran meanwhile."""
        self.sign_gpus()
        self.issue_all(*range(1, 13))
        after = self.issue("2018-09", on="2018-10-04")
        self.assertEqual((after["lines"], after["fees_fen"]), ([], 0))
        self.assertEqual(after["total_fen"], sum(p["amount_fen"] for p in after["penalties"]))
        self.assertGreater(after["total_fen"], 0)

    def test_what_it_says(self):
        self.sign_lab()
        self.use("2017-09", 40)
        issued = self.issue("2017-09")
        self.assertLessEqual({"lease": LEASE, "statement": "TL-2017-0901-1", "number": 1, "month": "2017-09",
                              "currency": "CNY", "issued": "2017-10-04", "served": "2017-10-04", "due": "2017-10-10",
                              "due_provisional": False, "fees_fen": 25004000, "total_fen": 25004000}.items(),
                             issued.items())
        self.assertEqual([(line["clause"], line["amount_fen"]) for line in issued["lines"]],
                         [("3.1(1)", 4000), ("3.1(2)", 0), ("3.1(3)", 20000000), ("3.1(4)", 5000000)])
        self.assertEqual((issued["corrections"], issued["penalties"]), ([], []))

    def test_the_lines_are_those_of_the_draft(self):
        self.sign_lab()
        self.use("2017-09", 40)
        draft = self.statement("2017-09", now=noon("2017-10-04"))
        issued = self.issue("2017-09")
        self.assertEqual([(line["clause"], line["amount_fen"]) for line in issued["lines"]],
                         [(line["clause"], line["amount_fen"]) for line in draft["lines"]])

    def test_it_is_frozen(self):
        """Late accounting changes nothing that was issued: neither its fact nor the account until the next."""
        self.sign_gpus()
        self.use("2017-09", 40)
        self.issue("2017-09")
        facts, account = self.done("facts", LEASE, "--json").json, self.account("2017-11-03")

        self.use("2017-09", 100, key="late", on="2017-10-10")
        self.use("2017-09", 10, on="2017-10-11")

        self.assertEqual(self.statement("2017-09")["total_fen"], 11000)
        self.assertEqual(self.done("facts", LEASE, "--json").json[:len(facts)], facts)
        self.assertEqual(self.account("2017-11-03"), account)

    def test_a_fixed_total_bills_its_instalments(self):
        """1,200.00 for twelve months: 100.00 each, whatever was used."""
        self.sign_gpus(fees__total={"amount": "1200.00 CNY", "capitals": "壹仟贰佰元整", "meaning": "fixed"})
        self.use("2017-09", 5000)
        self.assertEqual([(line["clause"], line["amount_fen"]) for line in self.issue("2017-09")["lines"]],
                         [("3.1(1)", 0), ("3.2", 10000)])
        self.use("2017-09", 7000, key="late", on="2017-10-10")
        second = self.issue("2017-10")
        self.assertEqual((second["fees_fen"], second["corrections"]), (10000, []))

    def test_it_opens_down_to_its_jobs(self):
        """As known when it was issued: 30.00 and 10.00. As known now there is a third, which is the correction."""
        self.sign_gpus()
        self.use("2017-09", 30, key="a")
        self.use("2017-09", 10, key="b", day="20")
        self.issue("2017-09")
        self.use("2017-09", 5, key="late", on="2017-10-15")

        def jobs(*options):
            why = self.done("why", LEASE, "2017-09", "3.1(1)", "--json", *options, now=noon("2017-11-04")).json
            return {job["key"]: job["gpu_seconds"] for job in why["allocations"]}

        self.assertEqual(jobs("--as-known-on", "2017-10-04T00:00:00Z"), {"a": "3000", "b": "1000"})
        self.assertEqual(jobs(), {"a": "3000", "b": "1000", "late": "500"})
        self.assertEqual(self.issue("2017-10")["corrections"][0]["gpu_seconds"], "500")

    def test_a_clock_that_steps_back(self):
        """Whatever the second command does, a statement that it issued is in the account from its day on."""
        self.sign_gpus()
        self.use("2017-09", 100)
        self.issue("2017-09", on="2017-12-05")
        second = self.run_program("issue", LEASE, "2017-10", "--json", now=noon("2017-11-05"))
        if second.code == DONE:
            self.assertEqual([s["number"] for s in self.account(second.json["issued"])["statements"]], [1, 2])

    def test_an_advance_needs_an_agreement_that_has_one(self):
        self.sign_gpus()
        self.assert_refused(self.expect(REFUSED_BY_AGREEMENT, "advance", LEASE, "2017-09", now=noon("2017-09-01")), "3.3", "following")


class CorrectionTest(BillingCase):
    """What turns up after issue: the whole line computed again and rounded, less what was issued of it."""

    def setUp(self):
        super().setUp()
        self.sign_gpus()

    def fact_of_last_import(self):
        return max(fact["seq"] for fact in self.facts() if fact["kind"] == "usage")

    def test_late_usage(self):
        self.use("2017-09", 100)
        self.issue("2017-09")
        self.use("2017-09", 40, key="late", on="2017-10-15")
        late = self.fact_of_last_import()
        self.use("2017-10", 7)

        second = self.issue("2017-10")

        self.assertEqual(self.corrections(second), [(1, "2017-09", "3.1(1)", "40.00")])
        # September's 100.00 are unpaid since 10 October: 24 days' penalty stand on it too
        self.assertEqual((second["fees_fen"], second["charges_fen"], second["credits_fen"], second["penalty_fen"],
                          second["total_fen"]),
                         (700, 4000, 0, 120, 4820))
        correction, = second["corrections"]
        self.assertLessEqual(correction["fact_from"], late)
        self.assertGreaterEqual(correction["fact_to"], late)
        self.assertEqual(correction["fact_from"], 2)               # known were 0, the agreement, and 1, the first usage
        self.assertEqual((correction["unit_price"], correction["unit"]), ("36.00", "GPU-hour"))

    def test_the_facts_behind_a_correction_are_those_since_the_last_statement(self):
        self.issue_all(100, 100)
        self.use("2017-09", 40, key="late", on="2017-11-15")
        late, issued = self.fact_of_last_import(), [f["seq"] for f in self.facts() if f["kind"] == "statement-issued"]
        correction, = self.issue("2017-11")["corrections"]
        self.assertLess(issued[0], correction["fact_from"])
        self.assertTrue(correction["fact_from"] <= late <= correction["fact_to"])

    def test_it_is_not_charged_twice(self):
        self.issue_all(100)
        self.use("2017-09", 40, key="late", on="2017-10-15")
        self.assertEqual(len(self.issue("2017-10")["corrections"]), 1)
        self.assertEqual(self.issue("2017-11")["corrections"], [])

    def test_a_charge_is_owed_with_the_statement_that_carries_it(self):
        """It bears penalty from that one's due day: 147.00 x 0.05 % = 0.0735 on 11 November."""
        self.issue_all(0)
        self.use("2017-09", 140, key="late", on="2017-10-15")
        self.issue_all(7, first="2017-10")
        self.assertEqual(self.owed("2017-11-10"), ["1 paid", "2 due principal 147.00"])
        self.assertEqual(self.owed("2017-11-11"), ["1 paid", "2 overdue principal 147.00 penalty 0.07"])

    def test_a_corrected_row_that_costs_less_lowers_the_earlier_statement(self):
        """100.00 due on 10 October and unpaid; on 4 November 40.00 of it turn out never to have been owed."""
        self.issue_all(100)
        self.assertEqual(self.owed("2017-11-03"), ["1 overdue principal 100.00 penalty 1.20"])     # 24 days x 0.05

        self.use("2017-09", 60, on="2017-10-15")
        second = self.issue("2017-10")

        self.assertEqual(self.corrections(second), [(1, "2017-09", "3.1(1)", "-40.00")])
        self.assertEqual((second["charges_fen"], second["credits_fen"]), (0, -4000))
        # from the first day of penalty on it ran on 60.00: 25 days x 0.03
        self.assertEqual(self.owed("2017-11-04"), ["1 overdue principal 60.00 penalty 0.75", "2 paid"])

    def test_what_was_overpaid_is_credit_from_the_day_the_money_came(self):
        """September's 100.00 were paid on 9 October; in December 40.00 of them are credited. The money was there when
        October was issued, so 40.00 of October were paid on that day and bore no penalty."""
        self.issue_all(100)
        self.pay("100.00", "2017-10-09")
        self.issue_all(100, first="2017-10")
        # 23 days x 0.05
        self.assertEqual(self.owed("2017-12-03"), ["1 paid", "2 overdue principal 100.00 penalty 1.15"])

        self.use("2017-09", 60, on="2017-11-20")
        self.issue("2017-11")

        # 24 x 0.03
        self.assertEqual(self.owed("2017-12-04"), ["1 paid", "2 overdue principal 60.00 penalty 0.72", "3 paid"])

    def test_credit_given_back_pays_the_statement_that_carries_it(self):
        self.issue_all(100)
        self.pay("100.00", "2017-10-09")
        self.use("2017-09", 60, on="2017-10-15")
        self.issue_all(50, first="2017-10")
        self.assertEqual(self.owed("2017-11-04"), ["1 paid", "2 part-paid principal 10.00"])
        self.assertEqual(self.credit("2017-11-04"), "0.00")

    def test_credit_given_back_beyond_what_is_owed_is_held(self):
        self.issue_all(100)
        self.pay("100.00", "2017-10-09")
        self.use("2017-09", 60, on="2017-10-15")
        self.issue_all(10, first="2017-10")
        self.assertEqual((self.owed("2017-11-04"), self.credit("2017-11-04")), (["1 paid", "2 paid"], "30.00"))
        self.assertEqual(self.account("2017-11-04")["balance_fen"], -3000)

    def test_up_and_down_again(self):
        """The charge of October is taken back in November: it lowers the statement that carried it."""
        self.issue_all(100)
        self.use("2017-09", 40, key="late", on="2017-10-15")
        self.issue("2017-10")
        self.use("2017-09", 0, key="late", on="2017-11-15")
        third = self.issue("2017-11")
        self.assertEqual(self.corrections(third), [(1, "2017-09", "3.1(1)", "-40.00")])
        principals = [s["principal_fen"] for s in self.account("2017-12-04")["statements"]]
        self.assertEqual(sum(principals), 10000)

    def test_the_line_is_rounded_whole_not_the_difference(self):
        """0.4 of a GPU-second is 0.4 fen: nothing was billed. With 0.4 more it is 0.8: one fen is."""
        start = midnight("2017-09-02")
        self.rows(row("a", start, start + 1, gpus="0.4"), on="2017-09-28")
        self.assertEqual(self.issue("2017-09")["total_fen"], 0)
        self.rows(row("b", start, start + 1, gpus="0.4"), on="2017-10-15")
        self.assertEqual(self.issue("2017-10")["total_fen"], 1)

    def test_a_difference_that_rounds_to_nothing_is_none(self):
        start = midnight("2017-09-02")
        self.use("2017-09", 1)
        self.issue("2017-09")
        self.rows(row("b", start, start + 1, gpus="0.4"), on="2017-10-15")
        self.assertEqual(self.issue("2017-10")["corrections"], [])

    def test_a_released_row_is_a_correction_and_a_dismissed_one_is_not(self):
        start = midnight("2017-09-02")
        self.rows(row("a", start, "", gpus=100), row("b", start, "", gpus=100), on="2017-09-28")   # no end: parked
        self.issue_all(0)
        self.done("park", "dismiss", "a", "--because", "a test of ours", now=noon("2017-10-15"))
        self.done("park", "release", "b", "--end", "2017-09-02T00:00:40Z", "--because", "seen in the log",
                  now=noon("2017-10-15"))
        self.assertEqual(self.corrections(self.issue("2017-10")), [(1, "2017-09", "3.1(1)", "40.00")])

    def test_a_job_over_the_months_end_that_arrives_late(self):
        """A minute before and two after midnight, on 100 GPUs: 60.00 are September's, 120.00 October's."""
        self.issue_all(0)
        october = midnight("2017-10-01")
        self.rows(row("long", october - 60, october + 120, gpus=100), on="2017-10-15")
        second = self.issue("2017-10")
        self.assertEqual(self.corrections(second), [(1, "2017-09", "3.1(1)", "60.00")])
        self.assertEqual((second["fees_fen"], second["total_fen"]), (12000, 18000))

    def test_months_are_corrected_side_by_side(self):
        self.issue_all(100, 100)
        self.use("2017-09", 60, on="2017-11-15")
        self.use("2017-10", 130, on="2017-11-15")
        third = self.issue("2017-11")
        self.assertEqual(self.corrections(third), [(1, "2017-09", "3.1(1)", "-40.00"),
                                                   (2, "2017-10", "3.1(1)", "30.00")])
        self.assertEqual((third["charges_fen"], third["credits_fen"], third["total_fen"] - third["penalty_fen"]),
                         (3000, -4000, -1000))


class CorrectionTermsTest(BillingCase):
    """Corrections where the agreement has prices by model, storage, tax, a total that caps."""

    def test_each_price_is_its_own_line(self):
        self.sign_gpus(fees__compute=[{"gpu_model": "H200", "price": "72.00 CNY/GPU-hour"},
                                      {"gpu_model": "A100", "price": "36.00 CNY/GPU-hour"}])
        start = midnight("2017-09-02")
        self.rows(row("a", start, start + 10, model="H200"), row("b", start, start + 10, model="A100"), on="2017-09-28")
        self.assertEqual(self.issue("2017-09")["total_fen"], 30)
        self.rows(row("a", start, start + 10, model="A100"), on="2017-10-15")      # it was the cheaper one
        second = self.issue("2017-10")
        self.assertEqual([(c["gpu_model"], c["unit_price"], c["amount_fen"]) for c in second["corrections"]],
                         [("A100", "36.00", 10), ("H200", "72.00", -20)])
        self.assertEqual((second["charges_fen"], second["credits_fen"], second["total_fen"]), (10, -20, -10))

    def test_storage(self):
        """30,000 GB over all of September's 30 days at 0.35: 10,500.00; the samples come in October."""
        self.sign_lab(**HUNDRED_THOUSAND, storage__max_gap="800 h", payment__grace="1 days")
        self.issue("2017-09", on="2017-10-02")
        self.take_text(f"time,bytes,account\n2017-09-01T00:00:00Z,{30_000 * 10 ** 9},lab\n2017-10-01T00:00:00Z,0,lab\n",
                       "--format", "storage-csv", name="storage.csv", now=noon("2017-10-15"))
        self.assertEqual(self.corrections(self.issue("2017-10")), [(1, "2017-09", "3.1(2)", "10,500.00")])

    def test_the_corrected_lines_tax_rate(self):
        """6 % in September, 9 % from November on; 106.00 of late use in September are 100.00 and 6.00."""
        self.sign_gpus(tax=[{"clause": "3.1(1)", "rate": "6 %"},
                            {"clause": "3.1(1)", "rate": "9 %", "from": "2017-11-01"}])
        self.issue_all(212)
        self.use("2017-09", 106, key="late", on="2017-10-15")
        self.use("2017-10", 109)
        second = self.issue("2017-10")
        self.assertEqual([(line["tax_percent"], line["net_fen"], line["tax_fen"])
                          for line in second["lines"] + second["corrections"]],
                         [("9", 10000, 900), ("6", 10000, 600)])
        self.assertEqual((second["fees_fen"], second["charges_fen"]), (10900, 10600))

    def test_tax_on_top_is_owed_and_bears_penalty(self):
        """10,000.00 and 6 % tax: 10,600.00 are owed; a day late 5.30."""
        self.sign_gpus(tax=[{"clause": "3.1(1)", "rate": "6 %"}], tax_prices="exclusive")
        self.issue_all(10000)
        self.assertEqual(self.owed("2017-10-11"), ["1 overdue principal 10,600.00 penalty 5.30"])

    def test_the_tax_of_a_line_taken_whole_and_rounded(self):
        """0.53 net at 6 % is 0.0318; with 0.53 more 0.0636: tax 0.03, then 0.06."""
        self.sign_gpus(tax=[{"clause": "3.1(1)", "rate": "6 %"}], tax_prices="exclusive")
        start = midnight("2017-09-02")
        self.rows(row("a", start, start + 53), on="2017-09-28")
        self.assertEqual(self.issue("2017-09")["tax_fen"], 3)
        self.rows(row("b", start, start + 53), on="2017-10-15")
        correction, = self.issue("2017-10")["corrections"]
        self.assertEqual((correction["net_fen"], correction["tax_fen"], correction["amount_fen"]), (53, 3, 56))

    def test_under_a_cap_late_use_moves_between_the_months(self):
        """100.00 in all. September 90.00; October 30.00 less 20.00 over the cap. Then 10.00 more of September turn up:
        September was 100.00, so nothing of October is left, and nothing more is owed."""
        self.sign_gpus(fees__total={"amount": "100.00 CNY", "capitals": "壹佰元整", "meaning": "cap"})
        self.issue_all(90, 30)
        self.assertEqual([s["principal_fen"] for s in self.account("2017-11-04")["statements"]], [9000, 1000])
        self.use("2017-09", 10, key="late", on="2017-11-15")
        third = self.issue("2017-11")
        self.assertEqual(self.corrections(third), [(1, "2017-09", "3.1(1)", "10.00"), (2, "2017-10", "3.2", "-10.00")])
        self.assertEqual(third["total_fen"] - third["penalty_fen"], 0)
        self.assertEqual(sum(s["principal_fen"] for s in self.account("2017-12-04")["statements"]), 10000)

    def test_the_cap_ends_billing(self):
        self.sign_gpus(fees__total={"amount": "100.00 CNY", "capitals": "壹佰元整", "meaning": "cap"})
        self.issue_all(90, 30, 50)
        self.assertEqual([s["principal_fen"] for s in self.account("2017-12-04")["statements"]], [9000, 1000, 0])


class BoundsTest(BillingCase):
    """Billing that looks wrong is parked until a person says why it is right."""

    def parks(self, month, words, **how):
        refused = self.issue(month, code=REFUSED_BY_AGREEMENT, **how)
        self.assert_refused(refused, words, f"trainlease release {LEASE} {month} --because")
        self.assertNotIn("statement-issued", self.kinds()[-1:])

    def test_more_use_than_the_leased_gpus_allow(self):
        """One GPU in September's 2,592,000 seconds; one GPU-second more cannot be."""
        self.sign_gpus(compute__servers="1", compute__gpus_per_server="1")
        start = midnight("2017-09-01")
        self.rows(row("all", start, midnight("2017-10-01")), row("one more", start, start + 1), on="2017-09-30")
        self.parks("2017-09", "more GPU-time than the leased GPUs have in the month")
        self.release("2017-09", "2017-10-05")
        self.assertEqual(self.issue("2017-09")["total_fen"], 2592001)

    def test_as_much_as_they_have(self):
        self.sign_gpus(compute__servers="1", compute__gpus_per_server="1")
        self.rows(row("all", midnight("2017-09-01"), midnight("2017-10-01")), on="2017-10-01")
        self.assertEqual(self.issue("2017-09")["total_fen"], 2592000)

    def test_a_part_month_has_fewer_seconds(self):
        self.sign_gpus(compute__servers="1", compute__gpus_per_server="1", **term_of("2017-09-15", "2018-09-14", 12))
        start = midnight("2017-09-15")
        self.rows(row("all", start, midnight("2017-10-01")), row("one more", start, start + 1), on="2017-09-30")
        self.parks("2017-09", "more GPU-time")

    def test_ten_times_last_months_fees(self):
        self.sign_gpus()
        self.issue_all(10, 100)
        self.use("2017-11", 1000)
        start = midnight("2017-11-05")
        self.rows(row("a fen more", start, start + 1), on="2017-11-28")
        self.parks("2017-11", "fees more than ten times last month's")
        self.release("2017-11", "2017-12-05")
        self.assertEqual(self.issue("2017-11", on="2017-12-05")["fees_fen"], 100001)

    def test_nothing_is_ten_times_nothing(self):
        self.sign_gpus()
        self.issue_all(0, 100_000)

    def test_a_job_without_a_price(self):
        self.sign_gpus(fees__compute=[{"gpu_model": "H200", "price": "36.00 CNY/GPU-hour"}])
        start = midnight("2017-09-02")
        self.rows(row("a", start, start + 10, model="H200"), row("b", start, start + 10, model="B200"), on="2017-09-28")
        self.parks("2017-09", "no price")
        self.done("park", "dismiss", "b", "--because", "ours", now=noon("2017-10-05"))
        self.assertEqual(self.issue("2017-09", on="2017-10-05")["total_fen"], 10)

    def test_a_runaway_job(self):
        """Running since 2 September and not listed again for more than 7 days."""
        self.sign_gpus()
        self.rows(row("lost", midnight("2017-09-02"), "", state="RUNNING"), on="2017-09-03")
        self.parks("2017-09", "has not listed for too long")
        self.rows(row("lost", midnight("2017-09-02"), midnight("2017-09-02") + 60), on="2017-10-05")
        self.assertEqual(self.issue("2017-09", on="2017-10-05")["total_fen"], 60)

    def test_several_bounds_are_named_together(self):
        self.sign_gpus(compute__servers="1", compute__gpus_per_server="1")
        start = midnight("2017-09-02")
        self.rows(row("wide", start, start + 100_000, gpus=100), row("lost", start, "", state="RUNNING"),
                  on="2017-09-03")
        refused = self.issue("2017-09", code=REFUSED_BY_AGREEMENT)
        self.assert_refused(refused, "more GPU-time", "; ", "has not listed")

    def test_parked_once_said_each_time(self):
        self.sign_gpus(compute__servers="1", compute__gpus_per_server="1")
        self.use("2017-09", 100_000)
        for _ in range(3):
            self.parks("2017-09", "more GPU-time")
        self.assertEqual(self.kinds().count("billing-parked"), 1)

    def test_another_bound_parks_again_after_a_release(self):
        self.sign_gpus(compute__servers="1", compute__gpus_per_server="1")
        self.use("2017-09", 100_000)
        self.parks("2017-09", "more GPU-time")
        self.release("2017-09", "2017-10-04")
        self.rows(row("lost", midnight("2017-09-02"), "", state="RUNNING"), on="2017-09-30")
        self.parks("2017-09", "has not listed", on="2017-10-20")
        self.assertNotIn("GPU-time", self.issue("2017-09", on="2017-10-20", code=REFUSED_BY_AGREEMENT).err)
        self.release("2017-09", "2017-10-20")
        self.issue("2017-09", on="2017-10-20")

    def test_a_release_is_for_its_month(self):
        self.sign_gpus(compute__servers="1", compute__gpus_per_server="1")
        self.use("2017-09", 100_000)
        self.parks("2017-09", "more GPU-time")
        self.release("2017-09", "2017-10-04")
        self.issue("2017-09")
        self.use("2017-10", 100_000)
        self.parks("2017-10", "more GPU-time")

    def test_a_release_says_why_and_what_is_not_parked_is_not_released(self):
        self.sign_gpus(compute__servers="1", compute__gpus_per_server="1")
        self.assert_refused(self.release("2017-09", "2017-10-05", code=REFUSED_BY_AGREEMENT), "not parked")
        self.use("2017-09", 100_000)
        self.parks("2017-09", "more GPU-time")
        self.assert_refused(self.expect(BAD_INPUT, "release", LEASE, "2017-09"), "--because")
        self.release("2017-09", "2017-10-05")
        self.release("2017-09", "2017-10-05", code=REFUSED_BY_AGREEMENT)
        self.assertIn("the lessee agrees", json.dumps(self.facts()[-1], ensure_ascii=False))

    def test_in_chinese(self):
        self.sign_gpus(compute__servers="1", compute__gpus_per_server="1")
        self.use("2017-09", 100_000)
        refused = self.issue("2017-09", "--lang", "zh", code=REFUSED_BY_AGREEMENT)
        self.assert_refused(refused, "用量超过租用GPU在当月的总时长", "trainlease release")
        self.assertNotIn("more GPU-time", refused.err)


class DueDayTest(BillingCase):
    """The later of the agreed day and the fifth day after service, moved off a rest day."""

    def due_of(self, month, served, term=("2017-09-01", "2018-08-31", 12), **payment):
        """The due day of the first statement of a term beginning in MONTH."""
        self.journal = self.folder / f"{len(list(self.folder.iterdir()))}.db"
        first, last, months = term
        self.sign_gpus(**term_of(first, last, months) | {f"payment__{key}": value for key, value in payment.items()},
                       now=noon(first))
        self.issue(month, "--not-served", on=served)
        self.serve(1, served)
        statement, = self.account(days_after(served, 60))["statements"]
        return statement["due"]

    TERMS = {"2017-08": ("2017-08-01", "2018-07-31", 12), "2017-10": ("2017-10-01", "2018-09-30", 12),
             "2018-01": ("2018-01-01", "2018-12-31", 12), "2023-12": ("2023-12-01", "2024-11-30", 12)}

    def test_the_agreed_day(self):
        self.assertEqual(self.due_of("2017-09", "2017-10-04", due_day="10"), "2017-10-10")

    def test_a_day_that_the_month_lacks_is_its_last(self):
        self.assertEqual(self.due_of("2017-10", "2017-11-04", self.TERMS["2017-10"], due_day="31"), "2017-11-30")
        self.assertEqual(self.due_of("2018-01", "2018-02-04", self.TERMS["2018-01"], due_day="31"), "2018-02-28")
        self.assertEqual(self.due_of("2018-01", "2018-02-04", self.TERMS["2018-01"], due_day="29"), "2018-02-28")

    def test_the_day_before_a_leap_day_is_not_the_last(self):
        """January 2024 is due in February, which has 29 days: a Thursday."""
        term = ("2024-01-01", "2024-12-31", 12)
        self.assertEqual(self.due_of("2024-01", "2024-02-04", term, due_day="30"), "2024-02-29")
        self.assertEqual(self.due_of("2024-01", "2024-02-04", term, due_day="28"), "2024-02-28")

    def test_a_weekend(self):
        """11 November 2017 was a Saturday."""
        self.assertEqual(self.due_of("2017-10", "2017-11-04", self.TERMS["2017-10"], due_day="11"), "2017-11-13")
        self.assertEqual(self.due_of("2017-10", "2017-11-04", self.TERMS["2017-10"], due_day="12"), "2017-11-13")

    def test_the_holidays_of_national_day(self):
        """1 to 8 October 2017, weekdays too: payable until Monday, 9 October."""
        for due_day in range(1, 10):
            with self.subTest(due_day):
                self.assertEqual(self.due_of("2017-09", "2017-10-01", due_day=str(due_day), grace="0 days",
                                             days_to_pay="1"),
                                 "2017-10-09")

    def test_a_saturday_that_was_worked(self):
        """30 September 2017, for the holidays; the Saturday before it was none."""
        self.assertEqual(self.due_of("2017-08", "2017-09-04", self.TERMS["2017-08"], due_day="30"), "2017-09-30")
        self.assertEqual(self.due_of("2017-08", "2017-09-04", self.TERMS["2017-08"], due_day="23"), "2017-09-25")

    def test_december_is_due_in_january(self):
        self.assertEqual(self.due_of("2023-12", "2024-01-04", self.TERMS["2023-12"], due_day="10"), "2024-01-10")

    def test_over_the_years_end(self):
        """31 December 2017 was a Sunday and 1 January a holiday."""
        term = ("2017-11-01", "2018-10-31", 12)
        self.assertEqual(self.due_of("2017-11", "2017-12-04", term, due_day="31"), "2018-01-02")

    def test_a_late_service_moves_it(self):
        """The fifth day after service: served on Friday 20 October, payable until Wednesday."""
        self.assertEqual(self.due_of("2017-09", "2017-10-20", due_day="10"), "2017-10-25")
        self.assertEqual(self.due_of("2017-09", "2017-10-09", due_day="10"), "2017-10-16")      # the 14th is a Saturday
        self.assertEqual(self.due_of("2017-09", "2017-10-20", due_day="10", days_to_pay="10"), "2017-10-30")

    def test_the_fifth_day_itself_is_the_agreed_day(self):
        self.assertEqual(self.due_of("2017-10", "2017-11-05", self.TERMS["2017-10"], due_day="10"), "2017-11-10")
        self.assertEqual(self.due_of("2017-10", "2017-11-06", self.TERMS["2017-10"], due_day="10"), "2017-11-13")

    def test_rest_days_that_the_parties_do_not_mind(self):
        self.assertEqual(self.due_of("2017-10", "2017-11-04", self.TERMS["2017-10"], due_day="11", rest_day="same"),
                         "2017-11-11")
        self.assertEqual(self.due_of("2017-09", "2017-10-01", due_day="7", grace="0 days", rest_day="same"),
                         "2017-10-07")

    def test_a_year_whose_holidays_are_not_published(self):
        """10 January 2027 is a Sunday; whether the Monday is worked is not yet known."""
        self.sign_gpus(**term_of("2026-12-01", "2027-11-30", 12), now=noon("2026-12-01"))
        issued = self.issue("2026-12")
        self.assertEqual((issued["due"], issued["due_provisional"]), ("2027-01-11", True))
        fact = next(f for f in self.facts() if f["kind"] == "statement-served")
        self.assertTrue(fact["body"]["provisional"])

    def test_a_published_year_is_certain(self):
        self.sign_gpus(**term_of("2025-12-01", "2026-11-30", 12), now=noon("2025-12-01"))
        issued = self.issue("2025-12")
        self.assertEqual((issued["due"], issued["due_provisional"]), ("2026-01-12", False))     # the 10th is a Saturday

    def test_nothing_is_provisional_where_rest_days_do_not_count(self):
        self.sign_gpus(**term_of("2026-12-01", "2027-11-30", 12), payment__rest_day="same", now=noon("2026-12-01"))
        issued = self.issue("2026-12")
        self.assertEqual((issued["due"], issued["due_provisional"]), ("2027-01-10", False))

    def test_the_fact_holds_the_day_and_the_version_of_the_table(self):
        self.sign_gpus()
        issued = self.issue("2017-09")
        body = next(f for f in self.facts() if f["kind"] == "statement-served")["body"]
        self.assertEqual((body["due"], body["served"], body["number"]), ("2017-10-10", "2017-10-04", 1))
        self.assertEqual(body["rest_days"], issued["rest_days"])
        self.assertRegex(body["rest_days"], r"^cn \d{4}-\d{4}$")


class ServiceTest(BillingCase):
    def setUp(self):
        super().setUp()
        self.sign_gpus()
        self.use("2017-09", 100_000)
        self.issue("2017-09", "--not-served")

    def test_what_was_not_served_is_not_due(self):
        self.assertEqual(self.owed("2019-12-31"), ["1 issued principal 100,000.00"])
        self.assertEqual((self.due(), self.right(1, "2019-12-31")), (None, (None, None)))

    def test_service_fixes_the_due_day_once(self):
        self.serve(1, "2017-10-20")
        self.assertEqual(self.due(), "2017-10-25")
        again = self.serve(1, "2017-10-21", code=REFUSED_BY_AGREEMENT)
        self.assert_refused(again, "2017-10-20", "fixed")
        self.assertEqual(self.due(), "2017-10-25")

    def test_service_recorded_later_than_it_was(self):
        self.serve(1, "2017-10-20", now="2018-03-01")
        self.assertEqual(self.due(), "2017-10-25")
        self.assertEqual(self.penalty(1, "2017-10-26"), "50.00")

    def test_on_the_day_of_issue(self):
        self.serve(1, "2017-10-04", now="2017-10-20")
        self.assertEqual(self.due(), "2017-10-10")

    def test_not_before_it_was_issued_nor_in_the_future(self):
        self.assert_refused(self.serve(1, "2017-10-03", now="2017-10-20", code=BAD_INPUT), "2017-10-04")
        self.assert_refused(self.serve(1, "2017-10-21", now="2017-10-20", code=BAD_INPUT), "2017-10-21", "future")
        self.assertEqual(self.due(), None)

    def test_a_statement_that_is_not_there(self):
        self.assert_refused(self.serve(2, "2017-10-20", code=BAD_INPUT), "no statement 2", "trainlease account")

    def test_money_may_come_before_service(self):
        self.pay("100,000.00", "2017-10-06")
        self.serve(1, "2017-10-20")
        self.assertEqual(self.owed("2017-12-31"), ["1 paid"])

    def test_what_is_served_later_was_not_due_before(self):
        """Two statements, the second served first: money of that time paid it. That the first was served too, later,
        changes nothing of what was paid before."""
        self.journal = self.folder / "two.db"
        self.sign_gpus(payment__due_day="25")
        self.use("2017-09", 100)
        self.issue("2017-09", "--not-served")
        self.use("2017-10", 100)
        self.issue("2017-10")                           # payable until 27 November
        self.pay("100.00", "2017-11-06")
        before = self.owed("2017-11-06")
        self.assertEqual(before, ["1 issued principal 100.00", "2 paid"])
        self.serve(1, "2017-11-08")                     # payable until 13 November
        self.assertEqual(self.owed("2017-11-06"), before)


class PenaltyTest(BillingCase):
    """0.05 % a day of 100,000.00 that were due on 10 October 2017: 50.00 a day."""

    def live(self, **changes):
        self.sign_lab(**HUNDRED_THOUSAND, **changes)
        self.issue("2017-09")

    def test_the_example_of_the_agreement(self):
        """40,000.00 credited on 20 October pay 500.00 and 39,500.00 of principal; 605.00 more by 9 November."""
        self.live()
        self.assertEqual(self.owed("2017-10-10"), ["1 due principal 100,000.00"])
        self.pay("40,000.00", "2017-10-20")
        self.assertEqual(self.account("2017-10-20")["allotments"],
                         [{"payment": 1, "statement": 1, "day": "2017-10-20", "costs_fen": 0, "penalty_fen": 50000,
                           "principal_fen": 3950000}])
        self.assertEqual(self.owed("2017-10-20"), ["1 overdue principal 60,500.00"])
        self.assertEqual(self.owed("2017-11-09"), ["1 overdue principal 60,500.00 penalty 605.00"])

    def test_from_the_day_after_the_due_day(self):
        self.live()
        self.assertEqual([self.penalty(1, f"2017-10-{day:02}") for day in (9, 10, 11, 12)],
                         ["0.00", "0.00", "50.00", "100.00"])

    def test_every_calendar_day_counts(self):
        """Weekends and holidays too, over a year's end and a leap day: 10 October 2017 to 9 March 2018 are 150 days."""
        self.live()
        self.assertEqual(self.penalty(1, "2018-03-09"), yuan(150 * 5000))

    def test_paid_on_the_due_day(self):
        self.live()
        self.pay("100,000.00", "2017-10-10")
        self.assertEqual(self.owed("2018-10-10"), ["1 paid"])

    def test_the_day_of_payment_is_included(self):
        self.live()
        self.pay("100,000.00", "2017-10-11")
        self.assertEqual(self.owed("2017-10-11"), ["1 overdue principal 50.00"])
        self.pay("50.00", "2017-10-11")
        self.assertEqual(self.owed("2018-10-11"), ["1 paid"])

    def test_the_day_is_that_of_crediting_not_of_recording(self):
        self.live()
        self.pay("100,000.00", "2017-10-10", known="2017-12-24")
        self.assertEqual(self.owed("2018-10-11"), ["1 paid"])

    def test_it_runs_on_after_a_part_payment(self):
        """Day 10 pays the penalty, 500.00, and 49,500.00; on the rest, 50,500.00, it runs on at 25.25 a day."""
        self.live()
        self.pay("50,000.00", "2017-10-20")
        self.assertEqual([self.owed(f"2017-10-{day}") for day in (20, 21, 22)],
                         [["1 overdue principal 50,500.00"], ["1 overdue principal 50,500.00 penalty 25.25"],
                          ["1 overdue principal 50,500.00 penalty 50.50"]])

    def test_it_is_not_lost_when_the_principal_is_paid(self):
        self.live(payment__order=["principal", "penalty", "costs"])
        self.pay("100,000.00", "2017-10-20")
        for day in ("2017-10-20", "2017-10-21", "2019-12-31"):
            self.assertEqual(self.owed(day), ["1 part-paid penalty 500.00"])
        self.pay("500.00", "2017-12-31")
        self.assertEqual(self.owed("2017-12-31"), ["1 paid"])

    def test_it_is_simple_and_not_on_penalty_or_costs(self):
        self.live()
        self.cost(1, "1,000.00", "2017-10-15")
        self.issue_all(0, 0, 0, first="2017-10")
        self.assertEqual(self.penalty(1, "2018-01-18"), yuan(100 * 5000))

    def test_it_runs_on_after_the_term_until_paid(self):
        self.live()
        self.assertEqual(self.penalty(1, "2027-10-10"), yuan(3652 * 5000))

    def test_a_cap(self):
        """10 % of the statement's fees: reached on the 200th day."""
        self.live(payment__penalty_cap="10 %")
        self.assertEqual([self.penalty(1, days_after("2017-10-10", days)) for days in (199, 200, 201, 2000)],
                         ["9,950.00", "10,000.00", "10,000.00", "10,000.00"])

    def test_the_cap_is_for_the_penalty_paid_and_unpaid_together(self):
        self.live(payment__penalty_cap="1 %")
        self.pay("500.00", "2017-10-20")                      # ten days: all of it penalty
        self.assertEqual(self.owed("2018-10-10"), ["1 overdue principal 100,000.00 penalty 500.00"])

    def test_another_rate(self):
        self.live(payment__late_rate="0.03 %/day", breach__late_rate="0.03 %/day")
        self.assertEqual(self.penalty(1, "2017-10-20"), "300.00")

    def test_rounded_only_as_a_running_total(self):
        """3.00 bear 0.15 fen a day. Day 4: 0.6, so one fen, and it is paid. Day 8: 1.2, so one fen, and none is left;
        rounded by itself the second span would have made another."""
        self.sign_gpus()
        self.issue_all(3)
        self.assertEqual([self.penalty(1, days_after("2017-10-10", days)) for days in range(1, 12)],
                         ["0.00"] * 3 + ["0.01"] * 6 + ["0.02"] * 2)
        self.pay("0.01", days_after("2017-10-10", 4))
        self.assertEqual(self.owed(days_after("2017-10-10", 8)), ["1 overdue principal 3.00"])
        self.assertEqual(self.owed(days_after("2017-10-10", 10)), ["1 overdue principal 3.00 penalty 0.01"])

    def test_half_a_fen_is_rounded_up(self):
        self.sign_gpus()
        self.issue_all(10)                                    # 10.00 bear half a fen a day
        self.assertEqual([self.penalty(1, days_after("2017-10-10", days)) for days in (1, 2, 3)],
                         ["0.01", "0.01", "0.02"])

    def test_each_statement_has_its_own(self):
        self.sign_gpus()
        self.issue_all(100_000, 50_000)                       # due 10 October and 10 November
        self.assertEqual(self.owed("2017-11-20"), ["1 overdue principal 100,000.00 penalty 2,050.00",
                                                   "2 overdue principal 50,000.00 penalty 250.00"])

    def test_nothing_unpaid_no_penalty(self):
        self.sign_gpus()
        self.issue_all(0)
        self.assertEqual(self.owed("2019-10-10"), ["1 paid"])


class CarriedPenaltyTest(BillingCase):
    """What ran until the day before a statement's issue stands on it."""

    def test_the_next_statement_carries_it(self):
        """100,000.00 due on 10 October: 24 days to 3 November, then 30 to 3 December."""
        self.sign_gpus()
        self.use("2017-09", 100_000)
        self.issue("2017-09")
        second, third = self.issue("2017-10"), self.issue("2017-11")
        self.assertEqual((self.penalties(second), self.penalties(third)), ([(1, "1,200.00")], [(1, "1,500.00")]))
        self.assertEqual((second["fees_fen"], second["penalty_fen"], second["total_fen"]), (0, 120000, 120000))

    def test_carried_it_is_neither_fees_nor_owed_twice(self):
        self.sign_gpus()
        self.issue_all(100_000, 0)
        self.assertEqual(self.owed("2017-11-04"), ["1 overdue principal 100,000.00 penalty 1,250.00", "2 paid"])
        entries = self.account("2017-11-05")["entries"]
        self.assertEqual([(e["day"], e["kind"], yuan(e["amount_fen"]), yuan(e["balance_fen"])) for e in entries],
                         [("2017-10-04", "statement", "100,000.00", "100,000.00"),
                          ("2017-11-04", "penalty", "1,200.00", "101,200.00"),
                          ("2017-11-05", "penalty-running", "100.00", "101,300.00")])

    def test_what_was_paid_with_a_payment_is_carried_for_information(self):
        """500.00 on the day of payment, then 60,500.00 for 14 days: the statement shows all 923.50 that ran."""
        self.sign_gpus()
        self.issue_all(100_000)
        self.pay("40,000.00", "2017-10-20")
        self.assertEqual(self.penalties(self.issue("2017-10")), [(1, "923.50")])
        self.assertEqual(self.owed("2017-11-03"), ["1 overdue principal 60,500.00 penalty 423.50"])

    def test_it_is_withdrawn_after_a_credit(self):
        """November's statement brings 40,000.00 of September back; the penalty on them falls away."""
        self.sign_gpus()
        self.issue_all(100_000, 0)                                    # carried: 24 days x 50.00
        self.use("2017-09", 60_000, on="2017-11-15")
        # and 30 days x 50.00, as known before this statement
        third = self.issue("2017-11")
        self.assertEqual(self.corrections(third), [(1, "2017-09", "3.1(1)", "-40,000.00")])
        self.assertEqual(self.penalty(1, "2017-12-04"), yuan(55 * 3000))
        fourth = self.issue("2017-12")                                # 85 days x 30.00 are right; 2,700.00 were carried
        carried = sum(p["amount_fen"] for s in (third, fourth) for p in s["penalties"]) + 120000
        self.assertEqual(carried, 85 * 3000)

    def test_withdrawn_penalty_that_was_paid_is_credit(self):
        """101,200.00 paid all on 3 November; then 40,000.00 and their 480.00 of penalty turn out never to be owed."""
        self.sign_gpus()
        self.issue_all(100_000)
        self.pay("101,200.00", "2017-11-03")
        self.assertEqual(self.owed("2017-11-03"), ["1 paid"])
        self.use("2017-09", 60_000, on="2017-11-02")
        self.issue("2017-10")
        self.assertEqual((self.owed("2017-11-04"), self.credit("2017-11-04")), (["1 paid", "2 paid"], "40,480.00"))


class SameWheneverTest(BillingCase):
    """The account of a day is the same whenever it is asked for, and however often."""

    DAYS = [days_after("2017-10-01", 7 * week) for week in range(20)]

    def test_computed_then_and_later_and_after_more_facts(self):
        self.sign_gpus()
        self.issue_all(100_000)
        self.pay("40,000.00", "2017-10-20")
        self.use("2017-10", 5000)
        self.issue("2017-10")
        self.cost(1, "300.00", "2017-11-20")
        then = {day: self.account(day, now=noon(day)) for day in self.DAYS if day <= "2017-11-26"}

        # What happens later concerns later days only.
        self.pay("10,000.00", "2017-12-01", "--statement", "2")
        self.cost(2, "50.00", "2017-12-02")
        self.use("2017-09", 150_000, on="2017-12-03")
        self.issue("2017-11")
        self.notice(1, "2017-12-05T00:00:00Z")

        for now in ("2017-12-31T00:00:00Z", "2020-01-01T00:00:00Z", "2035-06-30T23:59:59Z"):
            for day, account in then.items():
                self.assertEqual(self.account(day, now=now) | {"payments": []}, account | {"payments": []}, (day, now))

    def test_asked_daily_and_never(self):
        self.sign_gpus()
        self.issue_all(100_000)
        once = self.journal.read_bytes()
        for day in range(11, 31):
            self.account(f"2017-10-{day}", now=noon(f"2017-10-{day}"))
        self.assertEqual(self.journal.read_bytes(), once)
        self.assertEqual(self.penalty(1, "2017-10-30"), "1,000.00")

    def test_a_payment_entered_late_counts_from_its_day(self):
        """Two journals: one was told of the money on the day, the other half a year after."""
        accounts = []
        for known in ("2017-10-20", "2018-04-20"):
            self.journal = self.folder / f"{known}.db"
            self.sign_gpus()
            self.issue_all(100_000)
            self.pay("40,000.00", "2017-10-20", known=known)
            accounts.append([self.account(day) for day in self.DAYS])
        self.assertEqual(*accounts)

    def test_the_order_of_entering_does_not_matter(self):
        """Of one statement, so that only the days decide."""
        accounts = []
        for order in ((1, 2, 3), (3, 1, 2), (2, 3, 1)):
            self.journal = self.folder / f"{order}.db"
            self.sign_gpus()
            self.issue_all(100_000)
            for n in order:
                self.pay(f"{n},000.00", f"2017-10-{11 + 3 * n}", known="2017-11-03")
            accounts.append([self.owed(day) for day in self.DAYS])
        self.assertEqual(accounts[0], accounts[1])
        self.assertEqual(accounts[0], accounts[2])

    def test_in_any_zone_and_locale_of_the_machine(self):
        self.sign_gpus(time_zone="Asia/Shanghai")
        self.issue_all(1000)
        outs = {self.done("account", LEASE, "--on", "2017-11-01", "--json", TZ=zone, LC_ALL=locale).out
                for zone in ("UTC", "Asia/Shanghai", "America/St_Johns")
                for locale in ("C", "de_DE.UTF-8", "zh_CN.UTF-8")}
        self.assertEqual(len(outs), 1)

    def test_today_is_the_agreements_day(self):
        """16:00 UTC is midnight in Shanghai: the day after the due day has begun."""
        self.sign_gpus(time_zone="Asia/Shanghai")
        self.issue_all(100_000)
        self.assertEqual([self.done("account", LEASE, "--json", now=now).json["statements"][0]["penalty_fen"]
                          for now in ("2017-10-10T15:59:59Z", "2017-10-10T16:00:00Z")], [0, 5000])


class NothingIsLostTest(BillingCase):
    """Credits that find little to lower: the account, its entries and the books still say the same."""

    def agree(self, day, owed_fen):
        account = self.account(day)
        posted = sum(e["amount_fen"] for e in account["entries"] if e["kind"] != "penalty-running")
        books = {t["account"]: t["balance_fen"] for t in self.done("balance", LEASE, "--on", day, "--json").json["totals"]}
        self.assertEqual(account["balance_fen"], owed_fen)
        self.assertEqual(account["entries"][-1]["balance_fen"], owed_fen)
        self.assertEqual(books["Assets:Receivable:Billed"] + books.get("Liabilities:Credit", 0), posted)

    def test_a_fen_below_zero_by_the_tax_of_a_cap(self):
        """Three models use 0.03 each, no tax after rounding; the cap takes 0.09 off, and 0.01 of tax."""
        self.sign_gpus(fees__total={"amount": "0.01 CNY", "capitals": "壹分", "meaning": "cap"},
                       tax=[{"clause": "3.1(1)", "rate": "10 %"}], tax_prices="exclusive",
                       fees__compute=[{"gpu_model": model, "price": "36.00 CNY/GPU-hour"} for model in "ABC"])
        start = midnight("2017-10-05")
        self.rows(*(row(f"k{n}", start, start + seconds, gpus=1, model=model)
                    for n, (model, seconds) in enumerate((("A", 3), ("B", 3), ("C", 3)))), on="2017-10-28")
        start = midnight("2017-09-05")
        self.rows(row("first", start, start + 1, gpus=1, model="A"), on="2017-10-28")
        self.issue("2017-09")
        self.issue("2017-10")
        self.agree("2017-11-06", 0)

    def test_two_months_issued_on_one_day_take_penalty_back_once(self):
        """Closed late: the first credits the fee and its penalty, the second has no more to say of it."""
        self.sign_gpus()
        self.use("2017-09", 1000, key="a")
        self.issue("2017-09")
        self.issue("2017-10")
        self.use("2017-09", 1, key="a", on="2017-12-01")
        first, second = self.issue("2017-11", on="2018-01-05"), self.issue("2017-12", on="2018-01-05")
        self.assertLess(first["penalty_fen"], 0)
        self.assertEqual(second["penalties"], [])
        self.agree("2018-01-05", self.account("2018-01-05")["balance_fen"])


class AdvanceTest(BillingCase):
    """due_month: same: 100.00 a month in advance, 0.05 % a day; the term is September 2017 to August 2018."""

    def setUp(self):
        super().setUp()
        self.sign_gpus(payment__due_month="same", payment__advance="100.00 CNY")

    def advance(self, month, on, code=DONE):
        return self.expect(code, "advance", LEASE, month, "--json", now=noon(on))

    def test_payable_by_the_months_own_due_day(self):
        asked = self.advance("2017-09", "2017-09-01").json
        self.assertEqual((asked["due"], asked["total_fen"], asked["advance"]), ("2017-09-11", 10000, True))   # the 10th: Sunday
        self.assertEqual(self.account("2017-09-21")["statements"][0]["penalty_fen"], 50)          # ten days

    def test_the_statement_deducts_it_and_the_rest_is_due_as_usual(self):
        self.advance("2017-09", "2017-09-01")
        self.pay("100.00", "2017-09-05")
        self.use("2017-09", 250)
        issued = self.issue("2017-09")
        self.assertEqual([(line["clause"], line["amount_fen"]) for line in issued["lines"]], [("3.1(1)", 25000), ("3.3", -10000)])
        self.assertEqual((issued["total_fen"], issued["due"]), (15000, "2017-10-10"))
        self.assertEqual(self.account("2017-10-10")["balance_fen"], 15000)

    def test_what_the_month_did_not_use_lowers_the_advance(self):
        """100.00 asked for and unpaid, 40.00 used: 40.00 are owed since 11 September, and penalty on no more."""
        self.advance("2017-09", "2017-09-01")
        self.use("2017-09", 40)
        issued = self.issue("2017-09", on="2017-10-04")
        self.assertEqual(issued["total_fen"] - issued["penalty_fen"], -6000)
        self.assertEqual(issued["penalty_fen"], 44)                       # 40.00 x 0.05 % x 22 days, to 3 October
        advance, statement = self.account("2017-10-04")["statements"]
        self.assertEqual((advance["principal_fen"], statement["principal_fen"], statement["status"]), (4000, 0, "paid"))

    def test_paid_too_much_is_credit(self):
        self.advance("2017-09", "2017-09-01")
        self.pay("100.00", "2017-09-05")
        self.use("2017-09", 40)
        self.issue("2017-09")
        self.assertEqual(self.account("2017-10-10")["credit_fen"], 6000)

    def test_late_use_is_corrected_as_ever(self):
        self.advance("2017-09", "2017-09-01")
        self.use("2017-09", 150)
        self.issue("2017-09")
        self.use("2017-09", 10, key="late", on="2017-10-20", day="05")
        corrections = self.issue("2017-10")["corrections"]
        self.assertEqual([(c["month"], c["clause"], c["amount_fen"]) for c in corrections], [("2017-09", "3.1(1)", 1000)])

    def test_once_and_in_time(self):
        self.assert_refused(self.advance("2017-11", "2017-09-15", code=REFUSED_BY_AGREEMENT), "2017-10")
        self.advance("2017-09", "2017-08-20")
        self.assert_refused(self.advance("2017-09", "2017-09-02", code=REFUSED_BY_AGREEMENT), "2017-09")
        self.assert_refused(self.advance("2018-09", "2018-08-20", code=REFUSED_BY_AGREEMENT), "2.1")

    def test_close_asks_for_the_next(self):
        closed = self.expect(DONE, "close", "2017-09", "--json", now=noon("2017-10-04")).json
        self.assertEqual([(row["month"], row["result"]) for row in closed["leases"]],
                         [("2017-09", "issued"), ("2017-10", "advance")])


class PaymentTest(BillingCase):
    """Three statements: 100.00 due 10 October, 200.00 due 10 November, 300.00 due 11 December."""

    def setUp(self):
        super().setUp()
        self.sign_gpus()

    def three(self):
        self.issue_all(100, 200, 300)

    def principals(self, on):
        return [yuan(s["principal_fen"] - s["principal_paid_fen"]) for s in self.account(on)["statements"]]

    def test_the_earliest_due_first(self):
        """On 4 December the first bears 55 days x 0.05 = 2.75, the second 24 x 0.10 = 2.40."""
        self.three()
        self.pay("150.00", "2017-12-04")
        self.assertEqual(self.owed("2017-12-04"), ["1 paid", "2 overdue principal 155.15", "3 issued principal 300.00"])
        self.assertEqual([(a["statement"], a["penalty_fen"], a["principal_fen"])
                          for a in self.account("2017-12-04")["allotments"]],
                         [(1, 275, 10000), (2, 240, 4485)])

    def test_the_earliest_due_is_not_always_the_lowest_number(self):
        self.use("2017-09", 100)
        self.issue("2017-09", "--not-served")
        self.use("2017-10", 200)
        self.issue("2017-10")                                  # due 10 November
        self.serve(1, "2017-11-08")                            # due 13 November
        self.pay("200.00", "2017-11-09")
        self.assertEqual(self.owed("2017-11-09"), ["1 issued principal 100.00", "2 paid"])

    def test_of_those_due_on_one_day_the_lowest_number(self):
        self.use("2017-09", 100)
        self.issue("2017-09", "--not-served")
        self.use("2017-10", 200)
        self.issue("2017-10", "--not-served")
        for number in (2, 1):
            self.serve(number, "2017-11-20")
        self.pay("100.00", "2017-11-21")
        self.assertEqual(self.principals("2017-11-21"), ["0.00", "200.00"])

    def test_the_statement_that_the_payer_names(self):
        self.three()
        self.pay("200.00", "2017-12-04", "--statement", "3")
        self.assertEqual(self.principals("2017-12-04"), ["100.00", "200.00", "100.00"])

    def test_it_may_be_named_as_it_is_printed(self):
        self.three()
        self.pay("200.00", "2017-12-04", "--statement", "TL-2017-0901-3")
        self.assertEqual(self.principals("2017-12-04"), ["100.00", "200.00", "100.00"])

    def test_a_statement_of_another_lease_is_not_this_ones(self):
        self.three()
        self.pay("200.00", "2017-12-04", "--statement", "TL-2099-0001-3", code=BAD_INPUT)
        self.assertEqual(self.kinds()[-1], "statement-served")

    def test_what_is_over_goes_to_the_earliest_due(self):
        self.three()
        self.pay("310.00", "2017-12-04", "--statement", "3")
        self.assertEqual(self.principals("2017-12-04"), ["92.75", "200.00", "0.00"])

    def test_several_in_the_order_named(self):
        """The second with its 2.40, then the third; nothing is left for the first."""
        self.three()
        self.pay("302.40", "2017-12-04", "--statement", "2,3")
        self.assertEqual(self.principals("2017-12-04"), ["100.00", "0.00", "200.00"])
        self.reverse(1, "2017-12-05")
        self.pay("402.40", "2017-12-04", "--statement", "3,2", known="2017-12-05")
        self.assertEqual(self.principals("2017-12-04"), ["100.00", "100.00", "0.00"])

    def test_one_payment_for_all(self):
        self.three()
        self.pay("605.15", "2017-12-04")
        self.assertEqual((self.owed("2017-12-31"), self.credit("2017-12-31")), (["1 paid", "2 paid", "3 paid"], "0.00"))

    def test_several_for_one(self):
        self.issue_all(100)
        for day in (5, 6, 9):
            self.pay("30.00", f"2017-10-0{day}")
        self.assertEqual(self.owed("2017-10-09"), ["1 part-paid principal 10.00"])
        self.pay("10.00", "2017-10-10")
        self.assertEqual(self.owed("2017-12-31"), ["1 paid"])

    def test_the_same_amount_on_the_same_day_twice_is_two_payments(self):
        self.issue_all(100)
        self.pay("50.00", "2017-10-05", "--payer", "a")
        self.pay("50.00", "2017-10-05", "--payer", "a")
        self.assertEqual(self.owed("2017-10-05"), ["1 paid"])

    def test_too_little(self):
        self.issue_all(100)
        self.pay("99.99", "2017-10-05")
        self.assertEqual(self.owed("2017-10-05"), ["1 part-paid principal 0.01"])

    def test_too_much_stays_as_credit_and_pays_at_issue(self):
        self.issue_all(100)
        self.pay("150.00", "2017-10-05")
        self.assertEqual((self.credit("2017-10-05"), self.account("2017-10-05")["balance_fen"]), ("50.00", -5000))
        self.issue_all(200, first="2017-10")
        self.assertEqual(self.owed("2017-11-04"), ["1 paid", "2 part-paid principal 150.00"])
        self.assertEqual((self.credit("2017-11-03"), self.credit("2017-11-04")), ("50.00", "0.00"))
        last = self.account("2017-11-04")["allotments"][-1]
        self.assertEqual((last["payment"], last["statement"], last["day"], last["principal_fen"]),
                         (1, 2, "2017-11-04", 5000))

    def test_money_before_the_first_statement(self):
        self.pay("1,000.00", "2017-09-05")
        self.assertEqual((self.owed("2017-09-05"), self.credit("2017-09-05")), ([], "1,000.00"))
        self.three()
        self.assertEqual((self.owed("2018-12-31"), self.credit("2018-12-31")),
                         (["1 paid", "2 paid", "3 paid"], "400.00"))

    def test_the_oldest_credit_pays_first(self):
        """Entered the other way round; the second statement takes what is left of both."""
        self.pay("60.00", "2017-09-20")
        self.pay("60.00", "2017-09-10", known="2017-09-21")
        self.issue_all(100)
        self.assertEqual([(p["number"], p["held_fen"]) for p in self.account("2017-10-04")["payments"]],
                         [(1, 2000), (2, 0)])

    def test_credit_pays_when_issued_though_not_served(self):
        self.pay("100.00", "2017-09-20")
        self.use("2017-09", 100)
        self.issue("2017-09", "--not-served")
        self.assertEqual(self.owed("2017-10-04"), ["1 paid"])

    def test_a_named_statement_that_is_not_there(self):
        self.issue_all(100)
        heads = self.heads()
        refused = self.pay("50.00", "2017-10-05", "--statement", "1,2", code=BAD_INPUT)
        self.assert_refused(refused, "no statement 2")
        self.assertEqual(self.heads(), heads)

    def test_a_payment_on_a_day_to_come(self):
        self.issue_all(100)
        self.assert_refused(self.pay("50.00", "2017-10-06", known="2017-10-05", code=BAD_INPUT), "2017-10-06", "future")

    def test_a_lease_that_is_not_there(self):
        self.expect(BAD_INPUT, "payment", "record", "TL-9", "--amount", "1.00", "--on", "2017-10-05")

    def test_a_returned_transfer_never_happened(self):
        self.issue_all(100_000)
        without = [self.owed(day) for day in SameWheneverTest.DAYS]
        self.pay("100,000.00", "2017-10-10")
        self.assertEqual(self.owed("2017-12-04"), ["1 paid"])
        self.reverse(1, "2017-10-25")
        self.assertEqual([self.owed(day) for day in SameWheneverTest.DAYS], without)
        payment, = self.account("2017-12-04")["payments"]
        self.assertEqual((payment["reversed_because"], payment["held_fen"]), ("returned", 0))

    def test_what_a_returned_transfer_leaves_to_the_others(self):
        """The second transfer had found nothing to pay; without the first it pays from its own day on."""
        self.issue_all(100_000)
        self.pay("100,000.00", "2017-10-10")
        self.pay("100,000.00", "2017-10-12")
        self.assertEqual(self.credit("2017-10-12"), "100,000.00")
        self.reverse(1, "2017-10-25")
        self.assertEqual((self.owed("2017-10-12"), self.credit("2017-10-12")), (["1 overdue principal 100.00"], "0.00"))

    def test_a_transfer_is_returned_once(self):
        self.issue_all(100)
        self.pay("100.00", "2017-10-05")
        self.reverse(1, "2017-10-25")
        self.assert_refused(self.reverse(1, "2017-10-26", code=REFUSED_BY_AGREEMENT), "reversed already", "returned")
        self.assert_refused(self.reverse(2, "2017-10-26", code=BAD_INPUT), "no payment 2")

    def test_the_payers_words_are_kept_beside_the_fact(self):
        """What names a person must be erasable: it is a payload, not part of the hashed envelope."""
        self.issue_all(100)
        self.pay("100.00", "2017-10-05", "--payer", "王五", "--because", "told by phone")
        fact = self.facts()[-1]
        self.assertEqual(fact["kind"], "payment")
        self.assertNotIn("王五", json.dumps(fact, ensure_ascii=False))
        self.assertGreater(fact["payload"]["bytes"], 0)

    def test_the_proofs_digest_is_kept(self):
        self.issue_all(100)
        proof = self.write("回单.pdf", b"%PDF what the bank gave")
        self.pay("100.00", "2017-10-05", "--proof", proof)
        self.assertEqual(self.account("2017-10-05")["payments"][0]["proof"],
                         hashlib.sha256(proof.read_bytes()).hexdigest())

    def test_a_proof_that_cannot_be_read(self):
        self.issue_all(100)
        self.assert_refused(self.pay("100.00", "2017-10-05", "--proof", self.folder / "nowhere.pdf", code=BAD_INPUT),
                            "nowhere.pdf")
        self.assertEqual(self.account("2017-12-31")["payments"], [])


class OrderTest(BillingCase):
    """100,000.00 due on 10 October; on the 20th there are 500.00 of penalty and 300.00 of costs; 700.00 come in."""

    def paid(self, *order):
        self.journal = self.folder / f"{'-'.join(order)}.db"
        self.sign_lab(**HUNDRED_THOUSAND, **({"payment__order": list(order)} if order else {}))
        self.issue("2017-09")
        self.cost(1, "300.00", "2017-10-15")
        self.pay("700.00", "2017-10-20")
        allotment, = self.account("2017-10-20")["allotments"]
        return [yuan(allotment[f"{part}_fen"]) for part in ("costs", "penalty", "principal")]

    def test_costs_then_penalty_then_principal(self):
        self.assertEqual(self.paid(), ["300.00", "400.00", "0.00"])
        self.assertEqual(self.paid("costs", "penalty", "principal"), ["300.00", "400.00", "0.00"])

    def test_as_agreed(self):
        self.assertEqual(self.paid("penalty", "costs", "principal"), ["200.00", "500.00", "0.00"])
        self.assertEqual(self.paid("principal", "penalty", "costs"), ["0.00", "0.00", "700.00"])
        self.assertEqual(self.paid("costs", "principal", "penalty"), ["300.00", "0.00", "400.00"])


class CostTest(BillingCase):
    def setUp(self):
        super().setUp()
        self.sign_gpus()
        self.issue_all(100_000)

    def test_costs_are_owed_with_the_statement_from_their_day(self):
        self.cost(1, "300.00", "2017-10-15")
        self.cost(1, "200.00", "2017-10-16")
        self.assertEqual(self.owed("2017-10-14"), ["1 overdue principal 100,000.00 penalty 200.00"])
        self.assertEqual(self.owed("2017-10-16"), ["1 overdue principal 100,000.00 penalty 300.00 costs 500.00"])

    def test_costs_after_payment_open_the_statement_again_without_penalty(self):
        self.pay("100,000.00", "2017-10-10")
        self.cost(1, "300.00", "2017-10-15")
        self.assertEqual(self.owed("2018-10-15"), ["1 part-paid costs 300.00"])
        self.pay("300.00", "2018-10-16")
        self.assertEqual(self.owed("2018-10-16"), ["1 paid"])

    def test_refusals(self):
        self.assert_refused(self.cost(2, "300.00", "2017-10-15", code=BAD_INPUT), "no statement 2")
        self.assert_refused(self.expect(BAD_INPUT, "cost", LEASE, "1", "--amount", "300", "--on", "2017-10-16",
                                        "--because", "x",
                                        now=noon("2017-10-15")), "future")
        self.assert_refused(self.expect(BAD_INPUT, "cost", LEASE, "1", "--amount", "300", "--on", "2017-10-15"),
                            "--because")
        self.assertNotIn("cost-recorded", self.kinds())


class RightTest(BillingCase):
    """8.1: due 10 October 2017, over 30 days: from 00:00 of 10 November in the agreement's zone."""

    SECOND_BEFORE, SECOND = "2017-11-09T15:59:59Z", "2017-11-09T16:00:00Z"

    def live(self, **changes):
        self.sign_gpus(time_zone="Asia/Shanghai", **changes)
        self.issue_all(100_000)

    def test_the_day(self):
        self.live()
        self.assertEqual(self.right(1, "2017-11-09"), (None, None))
        self.assertEqual(self.right(1, "2017-11-10"), ("2017-11-10", True))
        self.assertEqual(self.right(1, "2018-11-10"), ("2017-11-10", True))

    def test_the_second(self):
        self.live()
        refused = self.notice(1, self.SECOND_BEFORE, code=REFUSED_BY_AGREEMENT)
        self.assert_refused(refused, "8.1", "00:00 of 2017-11-10")
        self.assertNotIn("notice-served", self.kinds())
        self.notice(1, self.SECOND)
        fact = self.facts()[-1]
        self.assertEqual((fact["kind"], fact["happened"], fact["body"]),
                         ("notice-served", midnight("2017-11-10") - 8 * 3600, {"clause": "8.1", "statement": 1}))

    def test_a_rest_day_does_not_move_it(self):
        """October is due on Friday 10 November: the 31st day after is Monday 11 December, the 29th Saturday the 9th."""
        self.sign_gpus()
        self.issue_all(0, 100)
        self.assertEqual(self.right(2, "2017-12-11"), ("2017-12-11", True))
        self.journal = self.folder / "other.db"
        self.sign_gpus(breach__overdue_beyond="28 days")
        self.issue_all(0, 100)
        self.assertEqual(self.right(2, "2017-12-11"), ("2017-12-09", True))

    def test_paid_before(self):
        self.live()
        self.pay("101,500.00", "2017-11-09")                  # with 30 days of penalty
        self.assertEqual(self.right(1, "2017-11-10"), (None, None))
        self.assert_refused(self.notice(1, "2017-11-10T12:00:00Z", code=REFUSED_BY_AGREEMENT),
                            "paid in full on 2017-11-09")

    def test_part_payment_does_not_keep_it_away(self):
        self.live()
        self.pay("101,499.99", "2017-11-09")
        self.assertEqual(self.right(1, "2017-11-10"), ("2017-11-10", True))

    def test_unpaid_penalty_alone_gives_no_right(self):
        self.live(payment__order=["principal", "penalty", "costs"])
        self.pay("100,000.00", "2017-11-09")
        self.assertEqual(self.owed("2017-11-10"), ["1 part-paid penalty 1,500.00"])
        self.assertEqual(self.right(1, "2017-11-10"), (None, None))

    def test_full_payment_before_the_notice_ends_it(self):
        self.live()
        self.pay("102,000.00", "2017-11-15")
        self.assertEqual(self.right(1, "2017-11-14"), ("2017-11-10", True))
        self.assertEqual(self.right(1, "2017-11-15"), ("2017-11-10", False))
        self.assert_refused(self.notice(1, "2017-11-16T00:00:00Z", code=REFUSED_BY_AGREEMENT),
                            "paid in full on 2017-11-15")

    def test_full_payment_after_the_notice_does_not(self):
        self.live()
        self.notice(1, "2017-11-12T00:00:00Z")
        self.pay("102,000.00", "2017-11-15")
        self.assertEqual(self.right(1, "2017-12-31"), ("2017-11-10", True))

    def test_a_right_that_survives_payment(self):
        self.live(breach__right_survives_payment="yes")
        self.pay("102,000.00", "2017-11-15")
        self.assertEqual(self.right(1, "2017-11-15"), ("2017-11-10", True))
        self.notice(1, "2017-11-16T00:00:00Z")

    def test_it_survives_only_once_it_arose(self):
        self.live(breach__right_survives_payment="yes")
        self.pay("101,500.00", "2017-11-09")
        self.notice(1, "2017-11-16T00:00:00Z", code=REFUSED_BY_AGREEMENT)

    def test_a_returned_transfer_did_not_end_it(self):
        self.live()
        self.pay("102,000.00", "2017-11-15")
        self.reverse(1, "2017-11-20")
        self.assertEqual(self.right(1, "2017-11-20"), ("2017-11-10", True))

    def test_the_notice_may_be_recorded_later(self):
        self.live()
        self.notice(1, self.SECOND, now="2018-01-01T00:00:00Z")

    def test_a_notice_is_not_served_in_the_future(self):
        self.live()
        for at in ("2017-11-13T00:00:00Z", "2017-11-12T12:00:01Z"):
            self.assert_refused(self.notice(1, at, now="2017-11-12T12:00:00Z", code=BAD_INPUT), "future")

    def test_a_statement_not_served_or_not_there(self):
        self.sign_gpus()
        self.use("2017-09", 100)
        self.issue("2017-09", "--not-served")
        self.assert_refused(self.notice(1, "2018-01-01T00:00:00Z", code=REFUSED_BY_AGREEMENT), "not served")
        self.assert_refused(self.notice(2, "2018-01-01T00:00:00Z", code=BAD_INPUT), "no statement 2")

    def test_it_says_so_in_both_languages(self):
        self.live()
        self.assertIn("from 00:00 of 2017-11-10 the lessor may rescind",
                      self.done("account", LEASE, "--on", "2017-11-10", "--lang", "en").out)
        self.assertIn("自 2017-11-10 零时起出租方有权单方解除",
                      self.done("account", LEASE, "--on", "2017-11-10", "--lang", "zh").out)
        self.assertIn("本金未付清的", self.expect(REFUSED_BY_AGREEMENT, "notice", LEASE, "1", "--lang", "zh",
                                             now=self.SECOND_BEFORE).err)


class StrangeMonthsTest(BillingCase):
    """Use outside the term that a person released has a statement of its own month."""

    def release_row(self, key, on):
        self.done("park", "release", key, "--because", "agreed", now=noon(on))

    def test_use_after_the_term(self):
        self.sign_gpus(**term_of("2017-09-01", "2017-10-31", 2))
        self.issue_all(100, 100)
        start = midnight("2017-11-05")
        self.rows(row("late", start, start + 40, gpus=100), on="2017-11-06")
        self.release_row("late", "2017-11-07")
        self.assertEqual(self.issue("2017-11")["fees_fen"], 4000)

    def test_use_before_the_term_does_not_stop_the_months_after(self):
        """September is issued; then use of August is released. Whatever becomes of August, October must be possible."""
        self.sign_gpus()
        self.issue_all(100)
        start = midnight("2017-08-20")
        self.rows(row("early", start, start + 40, gpus=100), on="2017-10-06")
        self.release_row("early", "2017-10-07")
        self.run_program("issue", LEASE, "2017-08", now=noon("2017-10-08"))
        self.issue("2017-10")


class InputTest(BillingCase):
    """What is refused says what would be right; nothing is written."""

    def setUp(self):
        super().setUp()
        self.sign_gpus()
        self.issue_all(100)
        self.before = self.heads()

    def refused(self, *words, code=BAD_INPUT, says=()):
        with self.subTest(words=words):
            result = self.expect(code, *words, now="2018-01-01T00:00:00Z")
            self.assert_refused(result, *([says] if isinstance(says, str) else says))
            self.assertEqual(self.heads(), self.before)

    def test_months(self):
        for month in ("2017-13", "2017-9", "October", "", "2017-10-01", "2017/10"):
            self.refused("issue", LEASE, month, says="2017-10")
            self.refused("release", LEASE, month, "--because", "x", says="2017-10")

    def test_days(self):
        for day in ("2017-10-32", "10.10.2017", "yesterday", "2017-02-29", "20171010", "2017-10-10T00:00:00Z"):
            for verb in (("serve", LEASE, "1"), ("account", LEASE),
                         ("cost", LEASE, "1", "--amount", "1", "--because", "x"),
                         ("payment", "record", LEASE, "--amount", "1")):
                self.refused(*verb, "--on", day, says=("--on", day, "2017-11-04"))

    def test_the_day_is_needed(self):
        for verb in (("serve", LEASE, "1"), ("payment", "record", LEASE, "--amount", "1"),
                     ("cost", LEASE, "1", "--amount", "1", "--because", "x")):
            self.refused(*verb, says=("--on is needed", "2017-11-04"))

    def test_amounts(self):
        for amount in ("0", "0.00", "-5", "1.001", "1e3", "abc", "12,00", "1,0000.00", "１００", "99999999999999999999",
                       "NaN", "5 CNY"):
            self.refused("payment", "record", LEASE, "--amount", amount, "--on", "2017-10-05",
                         says=(amount, "above 0", "two decimal places"))
            self.refused("cost", LEASE, "1", "--amount", amount, "--on", "2017-10-05", "--because", "x", says=amount)

    def test_an_amount_is_needed(self):
        self.refused("payment", "record", LEASE, "--on", "2017-10-05", says=("--amount is needed", "12,000.00"))
        self.refused("cost", LEASE, "1", "--on", "2017-10-05", "--because", "x", says=("--amount is needed", "300.00"))

    def test_amounts_as_people_write_them(self):
        for amount, fen in (("1", 100), ("1.5", 150), ("1,234.56", 123456), ("1234.50", 123450), ("0.01", 1)):
            self.done("payment", "record", LEASE, "--amount", amount, "--on", "2017-10-05")
            self.assertEqual(self.account("2018-01-01")["payments"][-1]["amount_fen"], fen)

    def test_numbers_of_statements_and_payments(self):
        for number in ("0", "x", "", "1.5", "99999999999999999999"):
            self.refused("serve", LEASE, number, "--on", "2017-10-05", says=number)
            self.refused("notice", LEASE, number, says=number)
            self.refused("cost", LEASE, number, "--amount", "1", "--on", "2017-10-05", "--because", "x", says=number)
            self.refused("payment", "reverse", LEASE, number, "--because", "x", says=number)
        for list_of_them in ("x", "1,x", "1,,1", "0", "-1"):
            self.refused("payment", "record", LEASE, "--amount", "1", "--on", "2017-10-05", "--statement", list_of_them)

    def test_no_named_statement_is_forgotten(self):
        """Beyond what can be taken it says so: the hundredth here does not exist."""
        self.refused("payment", "record", LEASE, "--amount", "1", "--on", "2017-10-05", "--statement", "1," * 99 + "2")

    def test_reasons_are_needed(self):
        self.refused("payment", "reverse", LEASE, "1", says="--because")
        self.refused("release", LEASE, "2017-10", says="--because")
        self.refused("cost", LEASE, "1", "--amount", "1", "--on", "2017-10-05", says="--because")

    def test_what_a_payment_verb_is(self):
        for words in (("forget", LEASE), ("record", LEASE, "1"), ("reverse", LEASE)):
            self.refused("payment", *words, "--because", "x", says=("payment record ID", "payment reverse ID"))

    def test_times(self):
        self.refused("notice", LEASE, "1", "--served", "soon", says=("--served", "2017-10-01T00:00:00Z"))

    def test_too_few_and_too_many_words(self):
        for words in (("issue", LEASE), ("serve", LEASE), ("release", LEASE), ("notice", LEASE), ("account",),
                      ("cost", LEASE),
                      ("issue", LEASE, "2017-10", "2017-11"), ("account", LEASE, "1"), ("aging", LEASE)):
            self.refused(*words, says="trainlease help")

    def test_options_of_other_verbs(self):
        self.refused("issue", LEASE, "2017-10", "--on", "2017-11-04", says="--on")
        self.refused("account", LEASE, "--amount", "1", says="--amount")

    def test_a_lease_that_is_not_there(self):
        for words in (("issue", "TL-9", "2017-10"), ("serve", "TL-9", "1", "--on", "2017-10-05"), ("account", "TL-9"),
                      ("release", "TL-9", "2017-10", "--because", "x"), ("notice", "TL-9", "1"),
                      ("cost", "TL-9", "1", "--amount", "1", "--on", "2017-10-05", "--because", "x"),
                      ("payment", "reverse", "TL-9", "1", "--because", "x")):
            self.refused(*words, says="TL-9")

    def test_a_journal_that_is_not_there(self):
        nowhere = self.folder / "nowhere" / "j.db"
        for words in (("issue", LEASE, "2017-10"), ("account", LEASE), ("aging",), ("aging", "--json"),
                      ("payment", "record", LEASE, "--amount", "1", "--on", "2017-10-05")):
            result = self.run_program(*words, journal=nowhere)
            self.assertIn(result.code, (BAD_INPUT, SYSTEM_FAILED), result)
            self.assertNotEqual(result.err, "")
        self.assertFalse(nowhere.exists())

    def test_refused_nothing_is_printed(self):
        for words in (("issue", LEASE, "2017-09", "--json"), ("account", LEASE, "--on", "x", "--json"),
                      ("aging", "--on", "x", "--json")):
            self.assertEqual(self.run_program(*words, now="2018-01-01T00:00:00Z").out, "", words)

    def test_words_with_everything_in_them(self):
        words = 'a "quote", a \\ and 王五\u2028\t🙂'
        self.done("payment", "record", LEASE, "--amount", "1", "--on", "2017-10-05", "--payer", words,
                  now=noon("2017-10-06"))
        self.done("payment", "reverse", LEASE, "1", "--because", words, now=noon("2017-10-07"))
        self.assertEqual(self.account("2018-01-01")["payments"][0]["reversed_because"], words)

    def test_amounts_at_the_end_of_the_range(self):
        """Whatever is taken, the account can still be told afterwards."""
        for _ in range(2):
            self.run_program("payment", "record", LEASE, "--amount", "92233720368547758.07", "--on", "2017-10-05")
            self.run_program("cost", LEASE, "1", "--amount", "92233720368547758.07", "--on", "2017-10-05",
                             "--because", "x")
        self.done("account", LEASE)


class OutputTest(BillingCase):
    def setUp(self):
        super().setUp()
        self.sign_gpus()
        self.use("2017-09", 1000)

    def both(self, *words, now):
        english = self.done(*words, "--lang", "en", now=now).out
        chinese = self.done(*words, "--lang", "zh", now=now).out
        return english, chinese

    def test_json_of_every_verb(self):
        now = noon("2017-12-24")

        def parsed(*words):
            return self.done(*words, "--json", now=now).json

        self.assertEqual(parsed("issue", LEASE, "2017-09", "--not-served")["total_fen"], 100000)
        self.assertEqual(parsed("serve", LEASE, "1", "--on", "2017-12-24"), {"served": "2017-12-24"})
        self.assertEqual(parsed("cost", LEASE, "1", "--amount", "3", "--on", "2017-12-24", "--because", "x"),
                         {"cost": "3.00"})
        self.assertEqual(parsed("payment", "record", LEASE, "--amount", "3", "--on", "2017-12-24"), {"payment": "1"})
        self.assertEqual(parsed("payment", "reverse", LEASE, "1", "--because", "x"), {"reversed": "1"})
        self.assertEqual(parsed("account", LEASE)["balance_fen"], 100300)
        self.assertEqual(parsed("aging")[0]["owed_fen"], 100300)
        self.assertEqual(self.done("notice", LEASE, "1", "--json", now="2018-06-01T00:00:00Z").json,
                         {"served": "2018-06-01T00:00:00Z"})
        self.rows(row("wide", midnight("2017-10-02"), midnight("2017-10-30"), gpus=400), on="2017-12-24")
        self.issue("2017-10", on="2017-12-24", code=REFUSED_BY_AGREEMENT)
        self.assertEqual(parsed("release", LEASE, "2017-10", "--because", "x"), {"released": "2017-10"})

    def test_a_statement_in_words(self):
        english = self.done("issue", LEASE, "2017-09", "--lang", "en", now=noon("2017-10-04")).out
        for words in ("TL-2017-0901-1", "served 2017-10-04", "payable until 24:00 of 2017-10-10", "compute fee",
                      "1,000.00"):
            self.assertIn(words, english)
        self.use("2017-09", 1500, on="2017-10-15")
        chinese = self.done("issue", LEASE, "2017-10", "--not-served", "--lang", "zh", now=noon("2017-11-04")).out
        for words in ("结算单", "尚未送达", "更正结算单 1", "500.00", "结算单 1 的违约金", "12.00", "合计", "512.00"):
            self.assertIn(words, chinese)
        self.assertNotRegex(chinese, r"statement|penalty|correction")

    def test_a_provisional_due_day_says_so(self):
        self.journal = self.folder / "2026.db"
        self.sign_gpus(**term_of("2026-12-01", "2027-11-30", 12), now=noon("2026-12-01"))
        self.assertIn("provisional", self.done("issue", LEASE, "2026-12", "--lang", "en", now=noon("2027-01-04")).out)

    def test_an_account_in_words(self):
        self.issue("2017-09")
        self.pay("400.00", "2017-10-10")
        english, chinese = self.both("account", LEASE, "--on", "2017-10-20", now=noon("2017-10-20"))
        for words in ("account of TL-2017-0901 at 24:00 of 2017-10-20", "overdue", "600.00", "3.00", "payment",
                      "owed 603.00"):
            self.assertIn(words, english)
        for words in ("截至 2017-10-20", "逾期", "600.00", "3.00", "付款", "应付 603.00"):
            self.assertIn(words, chinese)
        self.assertNotRegex(chinese, r"overdue|payment|statement")

    def test_columns_line_up(self):
        """Chinese characters are two columns wide."""
        self.issue("2017-09")
        for text in self.both("account", LEASE, "--on", "2017-10-20", now=noon("2017-10-20")):
            widths = {sum(2 if ord(c) > 0x2e80 else 1 for c in line) for line in text.split("\n\n")[2].splitlines()}
            self.assertEqual(len(widths), 1, text)

    def test_the_book_ends_with_the_balance(self):
        self.issue("2017-09")
        self.pay("400.00", "2017-10-20")
        self.cost(1, "30.00", "2017-10-25")
        for day in ("2017-10-10", "2017-10-20", "2017-12-31"):
            account = self.account(day)
            self.assertEqual(account["entries"][-1]["balance_fen"], account["balance_fen"])
            self.assertEqual(sum(e["amount_fen"] for e in account["entries"]), account["balance_fen"])

    def test_standing(self):
        self.issue("2017-09")
        status = [self.account(f"2017-10-{day:02}")["statements"][0]["status"] for day in (4, 9, 10, 11)]
        self.assertEqual(status, ["issued", "issued", "due", "overdue"])

    def test_aging(self):
        """100.00 each, due 10 October, 10 November, 11 December, 10 January: 104, 73, 42, 12 days before 22 January."""
        self.journal = self.folder / "aging.db"
        self.sign_gpus(payment__late_rate="0 %/day", breach__late_rate="0 %/day")
        self.sign(agreement="TL-9", cluster__account="other", time_zone="UTC")
        self.issue_all(100, 100, 100, 100)
        self.pay("0.50", "2018-01-10")
        first, second = self.done("aging", "--on", "2018-01-22", "--json").json
        self.assertEqual({key: first[key] for key in first if key.endswith("fen")},
                         {"not_due_fen": 0, "to_30_fen": 10000, "to_60_fen": 10000, "to_90_fen": 10000,
                          "over_90_fen": 9950,
                          "owed_fen": 39950, "credit_fen": 0})
        self.assertEqual((second["lease"], second["owed_fen"]), ("TL-9", 0))
        # 11 December + 30 is the last day of the first bucket, + 31 the first of the second
        thirty, thirty_one = (self.done("aging", "--on", day, "--json").json[0] for day in ("2018-01-10", "2018-01-11"))
        self.assertEqual([(a["not_due_fen"], a["to_30_fen"], a["to_60_fen"]) for a in (thirty, thirty_one)],
                         [(10000, 10000, 0), (0, 10000, 10000)])

    def test_aging_in_words(self):
        self.issue("2017-09")
        english, chinese = self.both("aging", "--on", "2017-10-20", now=noon("2017-10-20"))
        self.assertIn("1-30 days", english)
        self.assertIn("逾期1-30天", chinese)
        for text in (english, chinese):
            self.assertIn("1,005.00", text)

    def test_aging_of_an_empty_journal(self):
        self.journal = self.folder / "one.db"
        self.sign_gpus()
        self.assertEqual([a["owed_fen"] for a in self.done("aging", "--json").json], [0])


class ProcessTest(BillingCase):
    """Several at once, and one that dies."""

    def setUp(self):
        super().setUp()
        self.sign_gpus()
        self.use("2017-09", 100)

    def start(self, *words):
        return subprocess.Popen(self.command(*words, now=noon("2017-12-24")), stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, cwd=self.folder, env=environment())

    def whole(self):
        """The chain verifies and no act is half there: statements are served here in the act that issues them."""
        self.done("facts", LEASE, "--verify")
        kinds = self.kinds()
        self.assertEqual(kinds.count("statement-issued"), kinds.count("statement-served"))
        return kinds

    def test_two_issue_at_once(self):
        running = [self.start("issue", LEASE, "2017-09") for _ in range(6)]
        codes = sorted((process.communicate(), process.returncode)[1] for process in running)
        self.assertEqual(codes, [DONE] + [REFUSED_BY_AGREEMENT] * 5)
        self.assertEqual(self.whole().count("statement-issued"), 1)

    def test_payments_at_once_are_all_kept(self):
        self.issue("2017-09")
        running = [self.start("payment", "record", LEASE, "--amount", "10", "--on", "2017-10-05") for _ in range(8)]
        numbers = sorted(process.communicate()[0].decode().split()[1].strip(":") for process in running)
        self.assertEqual([process.returncode for process in running], [DONE] * 8)
        self.assertEqual(numbers, [str(n) for n in range(1, 9)])
        self.assertEqual(self.owed("2017-10-05"), ["1 part-paid principal 20.00"])

    def seconds_to_issue(self):
        copy = self.folder / "copy.db"
        shutil.copy(self.journal, copy)
        begin = time.monotonic()
        self.done("issue", LEASE, "2017-09", journal=copy, now=noon("2017-12-24"))
        return time.monotonic() - begin

    def test_a_process_killed_at_any_moment(self):
        """A little later each time, until it gets through."""
        seconds, killed = self.seconds_to_issue(), 0
        for attempt in range(200):
            process = self.start("issue", LEASE, "2017-09")
            time.sleep(seconds * attempt / 40)
            process.kill()
            process.communicate()
            kinds = self.whole()
            if "statement-issued" in kinds:
                break
            killed += 1
        self.assertIn("statement-issued", kinds)
        self.assertGreater(killed, 0)
        self.assertEqual(self.owed("2017-12-24"), ["1 issued principal 100.00"])

    def test_a_process_killed_while_it_waits(self):
        other = sqlite3.connect(self.journal, isolation_level=None)
        self.addCleanup(other.close)
        other.execute("BEGIN IMMEDIATE")
        process = self.start("issue", LEASE, "2017-09")
        time.sleep(0.2)
        self.assertIsNone(process.poll())
        process.kill()
        process.communicate()
        other.execute("ROLLBACK")
        self.assertNotIn("statement-issued", self.whole())
        self.issue("2017-09")
        self.assertEqual(self.whole().count("statement-issued"), 1)


if __name__ == "__main__":
    main()
