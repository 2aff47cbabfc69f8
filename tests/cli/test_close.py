"""A month closed over all leases, what is to come, what is old, and why a penalty is what it is.

100 GPUs for one second cost 1.00, the penalty is 0.05 % a day; statements are issued and served on the fourth.
"""

from __future__ import annotations

import csv
import io
import random
import subprocess
import time
from fractions import Fraction
from pathlib import Path

from program import BAD_INPUT, DONE, LEASE, REFUSED_BY_AGREEMENT, SYSTEM_FAILED, environment, main, term_of
from test_billing import HEADER, BillingCase, days_after, midnight, noon, row, yuan

FULL, PARKED, IDLE, LATER = LEASE, "TL-2017-0902", "TL-2017-0903", "TL-2018-0101"


def half_up(value: Fraction) -> int:
    return int(value + Fraction(1, 2))


class CloseCase(BillingCase):
    def close(self, month, *options, on="2017-12-04", code=DONE):
        return self.expect(code, "close", month, "--json", *options, now=f"{on}T00:00:00Z")

    def results(self, month, *options, **how):
        """(lease, month, result) of each line, and the counts."""
        said = self.close(month, *options, **how).json
        return ([(line["lease"], line["month"], line["result"]) for line in said["leases"]],
                {name: said[name] for name in ("issued", "before", "refused", "pdfs")})

    def four_leases(self):
        """One used, one used more than its GPUs can be, one not used, and one whose term has not begun."""
        self.sign_gpus()
        self.sign_gpus(agreement=PARKED, cluster__account="lab2")
        self.sign_gpus(agreement=IDLE, cluster__account="lab3")
        self.sign_gpus(agreement=LATER, cluster__account="lab4", **term_of("2018-01-01", "2018-12-31", 12),
                       now="2017-08-25T00:00:00Z")
        self.use("2017-09", 100)
        start = midnight("2017-09-02")
        self.rows(row("too much", start, start + 20 * 86400, gpus=640, account="lab2"), on="2017-09-28")

    def accounts(self, *leases, on="2018-03-01"):
        return {lease: self.done("account", lease, "--on", on, "--json").json for lease in leases}


class SeveralTest(CloseCase):
    def setUp(self):
        super().setUp()
        self.four_leases()

    def test_what_can_be_issued_is_and_the_rest_is_listed(self):
        lines, counts = self.results("2017-09", on="2017-10-04", code=REFUSED_BY_AGREEMENT)
        self.assertEqual([line[:2] for line in lines], [(FULL, "2017-09"), (PARKED, "2017-09"), (IDLE, "2017-09")])
        self.assertEqual([line[2] for line in lines][::2], ["issued", "issued"])
        self.assertIn("3.1", lines[1][2])
        self.assertEqual(counts, {"issued": 2, "before": 0, "refused": 1, "pdfs": 0})
        accounts = self.accounts(FULL, PARKED, IDLE, LATER)
        self.assertEqual({lease: [s["principal_fen"] for s in accounts[lease]["statements"]] for lease in accounts},
                         {FULL: [10000], PARKED: [], IDLE: [0], LATER: []})

    def test_released_it_is_issued_the_next_time(self):
        self.close("2017-09", on="2017-10-04", code=REFUSED_BY_AGREEMENT)
        self.done("release", PARKED, "2017-09", "--because", "a benchmark", now=noon("2017-10-04"))
        lines, counts = self.results("2017-09", on="2017-10-05")
        self.assertEqual((lines, counts),
                         ([(PARKED, "2017-09", "issued")], {"issued": 1, "before": 2, "refused": 0, "pdfs": 0}))
        # 640 GPUs x 20 days x 24 h x 36.00
        self.assertEqual(self.accounts(PARKED)[PARKED]["statements"][0]["principal_fen"], 640 * 20 * 24 * 3600)

    def test_repeated_nothing_changes(self):
        self.close("2017-09", on="2017-10-04", code=REFUSED_BY_AGREEMENT)
        heads = self.heads()
        lines, counts = self.results("2017-09", on="2017-10-05", code=REFUSED_BY_AGREEMENT)
        self.assertEqual(([line[0] for line in lines], counts),
                         ([PARKED], {"issued": 0, "before": 2, "refused": 1, "pdfs": 0}))
        self.assertEqual(self.heads(), heads)

    def test_months_that_were_left_out(self):
        lines, counts = self.results("2017-11", on="2017-12-04", code=REFUSED_BY_AGREEMENT)
        self.assertEqual([(lease, month) for lease, month, result in lines if result == "issued"],
                         [(lease, month) for lease in (FULL, IDLE) for month in ("2017-09", "2017-10", "2017-11")])
        self.assertEqual(counts, {"issued": 6, "before": 0, "refused": 1, "pdfs": 0})

    def test_too_early(self):
        lines, counts = self.results("2017-09", on="2017-10-03", code=REFUSED_BY_AGREEMENT)
        self.assertEqual((len(lines), counts["refused"], counts["issued"]), (3, 3, 0))
        self.assertEqual(self.accounts(FULL)[FULL]["statements"], [])

    def test_before_and_after_every_term(self):
        self.assertEqual(self.results("2017-08"), ([], {"issued": 0, "before": 0, "refused": 0, "pdfs": 0}))
        self.close("2017-09", on="2017-10-04", code=REFUSED_BY_AGREEMENT)
        self.done("release", PARKED, "2017-09", "--because", "a benchmark", now=noon("2017-10-04"))
        lines, counts = self.results("2019-06", on="2019-07-04")
        # eleven months more of two leases, twelve of the one released and of the one of 2018
        self.assertEqual((counts["issued"], counts["refused"], len(lines)), (11 + 11 + 12 + 12, 0, 46))
        self.assertEqual(self.results("2019-06", on="2019-07-04")[1]["issued"], 0)

    def test_the_same_statements_as_issued_one_by_one(self):
        self.close("2017-10", on="2017-11-04", code=REFUSED_BY_AGREEMENT)
        closed = self.accounts(FULL, IDLE)
        self.journal = self.folder / "one.db"
        self.four_leases()
        for lease in (FULL, IDLE):
            for month in ("2017-09", "2017-10"):
                self.issue(month, lease=lease, on="2017-11-04")
        self.assertEqual(self.accounts(FULL, IDLE), closed)

    def test_in_words(self):
        english = self.expect(REFUSED_BY_AGREEMENT, "close", "2017-09", now=noon("2017-10-04"))
        for words in ("TL-2017-0901-1", "100.00", "issued", "2 issued, 0 before, 1 refused, 0 PDFs, total 100.00"):
            self.assertIn(words, english.out)
        self.assertIn("1 of 4 leases", english.err)
        chinese = self.expect(REFUSED_BY_AGREEMENT, "close", "2017-09", "--lang", "zh", now=noon("2017-10-04"))
        self.assertIn("新出 0，此前已出 2，未出 1", chinese.out)
        self.assertIn("4 份租约中有 1 份", chinese.err)

    def test_input(self):
        for month in ("2017-13", "2017-9", "x", "", "2017-09-01"):
            self.assertEqual(self.expect(BAD_INPUT, "close", month, "--json").out, "")
        self.expect(BAD_INPUT, "close")
        nowhere = self.expect(BAD_INPUT, "close", "2017-09", "--json", journal=self.folder / "nowhere.db")
        self.assertEqual(nowhere.out, "")
        self.assertFalse((self.folder / "nowhere.db").exists())


class PaperTest(CloseCase):
    """close --pdf: each statement once."""

    def setUp(self):
        super().setUp()
        self.four_leases()
        self.papers = self.folder / "papers"

    def pdfs(self):
        return {path.name: path.read_bytes() for path in self.papers.iterdir()}

    def close_pdf(self, month, on, code=REFUSED_BY_AGREEMENT):
        return self.results(month, "--pdf", self.papers, on=on, code=code)[1]["pdfs"]

    def test_each_once(self):
        self.assertEqual(self.close_pdf("2017-09", "2017-10-04"), 2)
        made = self.pdfs()
        self.assertEqual(set(made), {f"{FULL}-1.pdf", f"{IDLE}-1.pdf"})
        self.assertTrue(all(content.startswith(b"%PDF") for content in made.values()))
        stamps = {path: path.stat().st_mtime_ns for path in self.papers.iterdir()}
        self.assertEqual(self.close_pdf("2017-09", "2017-10-05"), 0)
        self.assertEqual({path: path.stat().st_mtime_ns for path in self.papers.iterdir()}, stamps)

    def test_they_are_those_of_document(self):
        self.close_pdf("2017-09", "2017-10-04")
        self.done("document", "statement", FULL, "1", "--output", "that.pdf")
        self.assertEqual((self.folder / "that.pdf").read_bytes(), self.pdfs()[f"{FULL}-1.pdf"])

    def test_one_that_is_missing_is_made_again(self):
        self.close_pdf("2017-09", "2017-10-04")
        made = self.pdfs()
        (self.papers / f"{FULL}-1.pdf").unlink()
        self.assertEqual(self.close_pdf("2017-09", "2017-10-20"), 1)
        self.assertEqual(self.pdfs(), made)

    def test_a_folder_for_each_month(self):
        """Nothing of the months before comes along."""
        self.close_pdf("2017-09", "2017-10-04")
        self.papers = self.folder / "october"
        self.assertEqual(self.close_pdf("2017-10", "2017-11-04"), 2)
        self.assertEqual(set(self.pdfs()), {f"{FULL}-2.pdf", f"{IDLE}-2.pdf"})

    def test_months_closed_together(self):
        self.assertEqual(self.close_pdf("2017-10", "2017-11-04"), 4)
        for path in self.papers.iterdir():
            path.unlink()
        self.assertEqual(self.close_pdf("2017-10", "2017-11-04"), 4)

    def test_what_was_issued_without_papers(self):
        self.close("2017-09", on="2017-10-04", code=REFUSED_BY_AGREEMENT)
        self.assertEqual(self.close_pdf("2017-09", "2017-10-04"), 2)

    def test_a_folder_that_cannot_be(self):
        before = self.heads()
        self.write("file", "")
        for folder in ("none/deeper", "/proc/papers"):
            self.expect(SYSTEM_FAILED, "close", "2017-09", "--pdf", folder, now=noon("2017-10-04"))
        self.assertEqual(self.heads(), before)

    def test_a_lease_with_a_chinese_number(self):
        self.sign_gpus(agreement="租约2017第1号", cluster__account="lab9")
        self.close_pdf("2017-09", "2017-10-04")
        self.assertIn("租约2017第1号-1.pdf", self.pdfs())


class KilledTest(CloseCase):
    LEASES = [f"TL-{n}" for n in range(1, 13)]

    def setUp(self):
        super().setUp()
        start = midnight("2017-09-02")
        for n, lease in enumerate(self.LEASES):
            self.sign_gpus(agreement=lease, cluster__account=f"lab{n}")
        self.rows(*(row(f"k{n}", start, start + 10 * n, gpus=100, account=f"lab{n}") for n in range(len(self.LEASES))),
                  on="2017-09-28")
        self.rows(*(row(f"o{n}", start + 40 * 86400, start + 40 * 86400 + n, gpus=100, account=f"lab{n}")
                    for n in range(len(self.LEASES))), on="2017-10-28")
        self.begin = {path.name: path.read_bytes() for path in self.folder.glob("journal.db*")}

    def start(self, papers):
        return subprocess.Popen(self.command("close", "2017-10", "--pdf", papers, now="2017-11-04T00:00:00Z"),
                                stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.folder, env=environment())

    def whole(self, papers):
        made = {path.name: path.read_bytes() for path in papers.glob("*.pdf")}
        return self.accounts(*self.LEASES), made, self.heads()

    def test_killed_at_any_moment_and_run_again(self):
        """Two months of twelve leases, each round killed twice on the way: the end is that of a run in peace."""
        papers = self.folder / "undisturbed"
        began = time.monotonic()
        process = self.start(papers)
        process.communicate()
        seconds = time.monotonic() - began
        undisturbed = self.whole(papers)
        self.assertEqual((process.returncode, len(undisturbed[1])), (DONE, 24))
        chance, cut_short = random.Random(20171104), 0
        for attempt in range(4):
            self.journal = self.folder / f"round{attempt}.db"
            for name, content in self.begin.items():
                self.write(name.replace("journal.db", self.journal.name), content)
            papers = self.folder / f"papers{attempt}"
            for _ in range(2):
                process = self.start(papers)
                time.sleep(seconds * chance.uniform(0.02, 0.5))
                process.kill()
                process.communicate()
                cut_short += process.returncode != 0
                for lease in self.LEASES[:3]:
                    self.done("facts", lease, "--verify")
            process = self.start(papers)
            process.communicate()
            self.assertEqual(process.returncode, DONE)
            again = self.whole(papers)
            for then, now in zip(undisturbed, again):
                self.assertEqual(now, then, f"round {attempt}")
        self.assertGreater(cut_short, 4)

    def test_two_at_once(self):
        papers = self.folder / "both"
        running = [self.start(papers) for _ in range(2)]
        for process in running:
            process.communicate()
        kinds = [[fact["kind"] for fact in self.facts(lease)] for lease in self.LEASES]
        self.assertEqual({kind.count("statement-issued") for kind in kinds}, {2})
        self.assertEqual(len(list(papers.glob("*.pdf"))), 24)
        self.assertEqual([path.name for path in papers.iterdir() if path.suffix != ".pdf"], [])


class ForecastTest(CloseCase):
    """100.00, 40.00, 70.00 and 100.00 from September on, due on 10 October, 10 November, 11 December, 10 January."""

    def setUp(self):
        super().setUp()
        self.sign_gpus(payment__late_rate="0 %/day", breach__late_rate="0 %/day", fees__total={
            "amount": "700.00 CNY", "capitals": "柒佰元整", "meaning": "estimate"})
        self.issue_all(100, 40, 70, 100)

    def forecast(self, on, lease=LEASE):
        said, = self.done("forecast", lease, "--on", on, "--json").json
        return said, [(m["month"], yuan(m["billed_fen"]), yuan(m["expected_fen"])) for m in said["months"]]

    def test_cash_by_month(self):
        """The mean of 40.00, 70.00 and 100.00 is 70.00, each month from January's statement, due in February, on."""
        said, months = self.forecast("2018-01-04")
        self.assertEqual((yuan(said["overdue_fen"]), yuan(said["mean_fees_fen"])), ("210.00", "70.00"))
        self.assertEqual(months,
                         [("2018-01", "100.00", "0.00")] + [(f"2018-{m:02}", "0.00", "70.00") for m in range(2, 7)])

    def test_what_is_paid_is_not_expected(self):
        self.pay("250.00", "2018-01-02")
        said, months = self.forecast("2018-01-04")
        self.assertEqual((said["overdue_fen"], months[0]), (0, ("2018-01", "60.00", "0.00")))

    def test_on_the_due_day_it_is_not_overdue(self):
        self.assertEqual(yuan(self.forecast("2018-01-10")[0]["overdue_fen"]), "210.00")
        self.assertEqual(yuan(self.forecast("2018-01-11")[0]["overdue_fen"]), "310.00")

    def test_when_the_total_is_reached(self):
        """310.00 of 700.00 are 44.3 %; 70.00 a month: 380, 450, 520, 590, 660 and in June 730.00."""
        said, _ = self.forecast("2018-01-04")
        self.assertEqual((yuan(said["fees_to_date_fen"]), said["percent_of_total"], said["total_reached"]),
                         ("310.00", "44.3", "2018-06"))
        text = self.done("forecast", "--on", "2018-01-04").out
        self.assertIn("310.00 billed, 44.3 % of the agreed total; at the recent mean it is reached in 2018-06", text)
        self.assertIn("已计费 310.00，占约定总额 44.3 %；按近期均值，2018-06 达到总额",
                      self.done("forecast", "--on", "2018-01-04", "--lang", "zh").out)

    def test_not_within_the_term(self):
        self.journal = self.folder / "large.db"
        self.sign_gpus(fees__total={"amount": "10000.00 CNY", "capitals": "壹万元整", "meaning": "estimate"})
        self.issue_all(100)
        self.assertNotIn("total_reached", self.forecast("2017-10-04")[0])

    def test_the_last_months_of_the_term(self):
        """Nothing is expected beyond August's statement, due in September."""
        self.issue_all(*[70] * 6, first="2018-01")
        said, months = self.forecast("2018-07-04")
        self.assertEqual([month[2] for month in months], ["0.00", "70.00", "70.00", "0.00", "0.00", "0.00"])

    def test_one_time_fees_do_not_come_again(self):
        self.journal = self.folder / "once.db"
        self.sign_lab()
        self.use("2017-09", 30)
        self.issue("2017-09")
        said, months = self.forecast("2017-10-04")
        self.assertEqual((yuan(said["fees_to_date_fen"]), yuan(said["mean_fees_fen"])), ("250,030.00", "30.00"))
        self.assertEqual(months[:3],
                         [("2017-10", "250,030.00", "0.00"), ("2017-11", "0.00", "30.00"),
                          ("2017-12", "0.00", "30.00")])

    def test_corrections_count_towards_the_total(self):
        self.use("2017-12", 80, on="2018-01-20")
        self.issue("2018-01", on="2018-02-04")
        self.assertEqual(yuan(self.forecast("2018-02-04")[0]["fees_to_date_fen"]), "290.00")

    def test_before_any_statement(self):
        said, months = self.forecast("2017-09-30")
        self.assertEqual((said["mean_fees_fen"], said["fees_to_date_fen"], {month[1:] for month in months}),
                         (0, 0, {("0.00", "0.00")}))

    def test_all_leases_and_their_sum(self):
        self.sign_gpus(agreement="TL-9", cluster__account="other")
        start = midnight("2017-09-02")
        self.rows(row("other", start, start + 8, gpus=100, account="other"), on="2017-09-28")
        self.issue("2017-09", lease="TL-9", on="2018-01-04")
        self.assertEqual([f["lease"] for f in self.done("forecast", "--on", "2018-01-05", "--json").json],
                         [LEASE, "TL-9"])
        total = next(line for line in self.done("forecast", "--on", "2018-01-05").out.splitlines()
                     if line.startswith("total"))
        # January: December's 100.00, 8.00 served on the 4th, and 8.00 for each of three months that could be served
        # today; February: one month's mean of each lease, 70.00 and 8.00
        self.assertEqual(total.split()[:4], ["total", "210.00", "132.00", "78.00"])

    def test_input(self):
        for words in (("TL-77",), ("--on", "x"), (LEASE, LEASE)):
            self.assertEqual(self.expect(BAD_INPUT, "forecast", *words, "--json").out, "")


class AgingTest(CloseCase):
    def test_by_hand(self):
        """5 February 2018: 100.00 due 10 October (118 days) less 30.00 paid in time, 40.00 due 10 November (87), and
        another lease's 70.00 due 10 January (26) and 5.00 not due yet."""
        self.sign_gpus()
        self.issue_all(100, 40)
        self.pay("30.00", "2017-10-10")
        self.sign_gpus(agreement="TL-9", cluster__account="other", **term_of("2017-12-01", "2018-11-30", 12),
                       now="2017-08-25T00:00:00Z")
        for month, amount in (("2017-12", 70), ("2018-01", 5)):
            start = midnight(f"{month}-02")
            self.rows(row(month, start, start + amount, gpus=100, account="other"), on=f"{month}-28")
            self.issue(month, lease="TL-9")
        first, second = self.done("aging", "--on", "2018-02-05", "--json").json
        figures = ("not_due_fen", "to_30_fen", "to_60_fen", "to_90_fen", "over_90_fen", "owed_fen")
        # 118 days: 70.00 + 70.00 x 118 x 0.0005; 87 days: 40.00 + 40.00 x 87 x 0.0005
        self.assertEqual([yuan(first[name]) for name in figures], ["0.00", "0.00", "0.00", "41.74", "74.13", "115.87"])
        # 26 days: 70.00 + 70.00 x 26 x 0.0005
        self.assertEqual([yuan(second[name]) for name in figures], ["5.00", "70.91", "0.00", "0.00", "0.00", "75.91"])


class WhyPenaltyTest(CloseCase):
    def setUp(self):
        super().setUp()
        self.sign_gpus(payment__late_rate="0.037 %/day", breach__late_rate="0.037 %/day")
        self.issue_all(333)

    def days(self, on, month="2017-09"):
        text = self.done("why", LEASE, month, "3.4", "--csv", "--on", on).out
        return list(csv.DictReader(io.StringIO(text)))

    def assert_adds_up(self, on):
        """Each day's principal at the rate, summed exactly and rounded to date, stands there and in the account."""
        days, exact = self.days(on), Fraction(0)
        for number, day in enumerate(days):
            self.assertEqual(day["day"], days_after("2017-10-11", number))
            self.assertEqual(day["percent_per_day"], "0.037")
            exact += Fraction(day["principal"]) * 100 * Fraction(day["percent_per_day"]) / 100
            self.assertEqual(Fraction(day["penalty_to_date"]) * 100, half_up(exact), day)
        statement = self.account(on)["statements"][0]
        self.assertEqual(half_up(exact), statement["penalty_fen"])
        self.assertEqual(self.done("why", LEASE, "2017-09", "3.4", "--json", "--on", on).json["penalty_fen"],
                         statement["penalty_fen"])
        return days

    def test_day_by_day(self):
        days = self.assert_adds_up("2017-12-31")
        self.assertEqual((len(days), days[-1]["day"]), (82, "2017-12-31"))

    def test_with_payments_in_between(self):
        """The day of payment still bears the principal before it."""
        self.pay("100.00", "2017-10-20")
        self.pay("50.00", "2017-11-05")
        days = self.assert_adds_up("2017-11-30")
        principals = {day["day"]: day["principal"] for day in days}
        # 333.00 x 10 days = 1.2321, so 98.77 are principal
        self.assertEqual((principals["2017-10-20"], principals["2017-10-21"]), ("333.00", "234.23"))
        self.assertNotEqual(principals["2017-11-06"], principals["2017-11-05"])

    def test_paid_it_ends(self):
        self.pay("400.00", "2017-10-20")
        self.assertEqual(self.assert_adds_up("2017-12-31")[-1]["day"], "2017-10-20")

    def test_returned_it_never_ended(self):
        self.pay("400.00", "2017-10-20")
        self.reverse(1, "2017-11-01")
        self.assertEqual(len(self.assert_adds_up("2017-12-31")), 82)

    def test_corrected_the_days_bear_what_was_right(self):
        self.use("2017-09", 133, on="2017-10-20")
        self.issue("2017-10")
        days = self.assert_adds_up("2017-11-30")
        self.assertEqual({day["principal"] for day in days}, {"133.00"})

    def test_not_overdue_there_are_no_days(self):
        self.assertEqual(self.days("2017-10-10"), [])

    def test_in_words_and_spans(self):
        self.pay("100.00", "2017-10-20")
        english = self.done("why", LEASE, "2017-09", "3.4", "--on", "2017-11-30").out
        for words in ("3.4 statement TL-2017-0901-1, due 2017-10-10", "2017-10-11  2017-10-20",
                      "2017-10-21  2017-11-30", "333.00", "234.23",
                      "paid 1.23"):
            self.assertIn(words, english)
        self.assertIn("违约金", self.done("why", LEASE, "2017-09", "3.4", "--on", "2017-11-30", "--lang", "zh").out)

    def test_input(self):
        self.expect(BAD_INPUT, "why", LEASE, "2017-13", "3.4")
        self.expect(BAD_INPUT, "why", "TL-9", "2017-09", "3.4")
        self.assertNotEqual(self.run_program("why", LEASE, "2017-10", "3.4").code, DONE)
        self.assertNotEqual(self.run_program("why", LEASE, "2017-09", "3.4", "--on", "2017-10-03").code, DONE)


if __name__ == "__main__":
    main()
