"""Statements and what stands behind them.  Every amount here was worked out by hand."""

from __future__ import annotations

import csv
import io
from fractions import Fraction

from program import BAD_INPUT, LEASE, REFUSED_BY_AGREEMENT, Case, main, term_of

HEADER = "key,start,end,gpus,account,gpu_model,state\n"
SEPTEMBER_FIRST, OCTOBER_FIRST, NOVEMBER_FIRST = 1504224000, 1506816000, 1509494400
DAY = 86400

#: A lease small enough to count in the head: 50.00 once, 36.00 a GPU-hour, 100.00 in all.
SMALL = {"fees__dataset": "30.00 CNY", "fees__software": "20.00 CNY"}


def total(meaning):
    return {"fees__total": {"amount": "100.00 CNY", "capitals": "壹佰元整", "meaning": meaning}}


def row(key, seconds=10, gpus=1, start=OCTOBER_FIRST, account="lab", model="", state=""):
    end = "" if seconds is None else start + seconds
    return f"{key},{start},{end},{gpus},{account},{model},{state}\n"


class StatementCase(Case):
    def sign_lab(self, **changes):
        return self.sign(**{"cluster__account": "lab", "time_zone": "UTC", "now": "2017-08-25T00:00:00Z", **changes})

    def take_rows(self, *rows, **how):
        return self.take_text(HEADER + "".join(rows), **how)

    def amounts(self, month, **how):
        return [(line["clause"], line["amount_fen"]) for line in self.statement(month, **how)["lines"]]


class FormTest(StatementCase):
    def setUp(self):
        super().setUp()
        self.sign_lab(fees__compute="12.50 CNY/GPU-hour")
        self.take_rows(row("a", 1000, 3))
        # 3000 GPU-seconds / 3600 x 12.50 = 10.41666...

    def test_json_names_everything_as_agreed(self):
        statement = self.statement("2017-10")
        self.assertLessEqual({"lease", "month", "currency", "lines", "total_fen", "total_capitals"}, statement.keys())
        self.assertEqual((statement["lease"], statement["month"], statement["currency"]), (LEASE, "2017-10", "CNY"))
        compute, storage = statement["lines"]
        self.assertEqual(compute, {"clause": "3.1(1)", "meter": "gpu", "gpu_seconds": "3000", "quantity": "0.833333",
                                   "unit": "GPU-hour", "unit_price": "12.50", "amount_fen": 1042})
        self.assertEqual(storage, {"clause": "3.1(2)", "meter": "storage", "byte_seconds": "0", "quantity": "0",
                                   "unit": "GB-month", "unit_price": "0.35", "amount_fen": 0})
        self.assertEqual(statement["total_fen"], 1042)
        self.assertEqual(statement["total_capitals"], "人民币壹拾元零肆角贰分")

    def test_days_add_up_to_the_line(self):
        days = self.statement("2017-10")["daily_gpu_seconds"]
        self.assertEqual(days, ["3000"] + ["0"] * 30)

    def test_english_text(self):
        text = self.done("statement", LEASE, "2017-10", "--lang", "en").out
        for words in ("Statement 2017-10 of lease TL-2017-0901", "Lessor", "compute fee", "10.42", "人民币壹拾元零肆角贰分"):
            self.assertIn(words, text)

    def test_chinese_text(self):
        text = self.done("statement", LEASE, "2017-10", "--lang", "zh").out
        for words in ("结算单", "甲方", "计算资源租赁费", "10.42", "人民币壹拾元零肆角贰分", "2017年10月1日"):
            self.assertIn(words, text)
        self.assertNotIn("Statement", text)

    def test_both_languages(self):
        self.assertEqual(self.done("statement", LEASE, "2017-10", "--lang", "both").out,
                         self.done("statement", LEASE, "2017-10", "--lang", "zh").out + "\n"
                         + self.done("statement", LEASE, "2017-10", "--lang", "en").out)

    def test_the_language_of_the_environment(self):
        self.assertIn("结算单", self.done("statement", LEASE, "2017-10", LC_ALL="zh_CN.UTF-8").out)
        self.assertIn("Statement", self.done("statement", LEASE, "2017-10", LC_ALL="", LANG="en_GB.UTF-8").out)

    def test_another_language_is_refused(self):
        self.expect(BAD_INPUT, "statement", LEASE, "2017-10", "--lang", "fr")

    def test_the_same_bytes_each_time_in_any_zone_and_locale(self):
        texts = {self.done("statement", LEASE, "2017-10", "--json", TZ=zone, LC_ALL=locale).out
                 for zone in ("UTC", "Asia/Shanghai", "America/St_Johns") for locale in ("C", "C.UTF-8", "de_DE.UTF-8", "zh_CN.UTF-8")}
        self.assertEqual(len(texts), 1)

    def test_a_month_outside_the_term(self):
        for month in ("2017-08", "2018-09", "2030-01"):
            refused = self.expect(REFUSED_BY_AGREEMENT, "statement", LEASE, month)
            self.assertIn("2.1", refused.err)

    def test_what_is_no_month(self):
        for month in ("2017-13", "2017-00", "2017-1", "October", "2017-10-01", "", "2017/10", "-"):
            with self.subTest(month):
                self.expect(BAD_INPUT, "statement", LEASE, month)

    def test_a_lease_that_is_not_there(self):
        self.expect(BAD_INPUT, "statement", "TL-9", "2017-10")

    def test_a_refused_statement_prints_nothing(self):
        self.assertEqual(self.expect(REFUSED_BY_AGREEMENT, "statement", LEASE, "2018-09", "--json").out, "")

    def test_a_month_that_is_not_over_says_so(self):
        statement = self.statement("2017-10", now="2017-10-20T00:00:00Z")
        self.assertFalse(statement["complete"])
        self.assertTrue(self.statement("2017-10", now="2017-11-01T00:00:00Z")["complete"])

    def test_a_one_time_fee_belongs_to_the_first_month_only(self):
        self.assertEqual(self.amounts("2017-09"), [("3.1(1)", 0), ("3.1(2)", 0), ("3.1(3)", 20000000), ("3.1(4)", 5000000)])
        for month in ("2017-10", "2018-08"):
            self.assertEqual([clause for clause, _ in self.amounts(month)], ["3.1(1)", "3.1(2)"])


class ExactnessTest(StatementCase):
    """At 36.00 a GPU-hour one GPU-second costs one fen."""

    def amount(self, month="2017-10"):
        return self.line(self.statement(month), "3.1(1)")["amount_fen"]

    def billed(self, *gpus):
        self.journal = self.folder / f"{len(list(self.folder.iterdir()))}.db"
        self.sign_lab()
        self.take_rows(*(row(f"k{n}", 1, gpu) for n, gpu in enumerate(gpus)))
        return self.amount()

    def test_half_a_fen_goes_away_from_zero(self):
        self.assertEqual([self.billed(g) for g in ("0.499", "0.5", "1.5", "2.499", "2.5")], [0, 1, 2, 2, 3])

    def test_rounded_once_not_job_by_job(self):
        self.assertEqual(self.billed("0.4", "0.4", "0.4"), 1)
        self.assertEqual(self.billed("0.5", "0.5", "0.5"), 2)

    def test_a_price_with_six_places(self):
        self.sign_lab(fees__compute="0.000001 CNY/GPU-hour")
        # 50,000,000 GPU-hours would be needed for 50 CNY; here 18,000,000 GPU-seconds = 5000 GPU-hours = 0.005 CNY
        self.take_rows(row("a", 18_000, 1000))
        self.assertEqual(self.amount(), 1)
        self.take_rows(row("a", 17_999, 1000), name="less.csv")
        self.assertEqual(self.amount(), 0)

    def test_more_than_a_float_can_hold(self):
        # 1,000,000 GPUs for 30 days of 86,400 s = 2,592,000,000,000 GPU-seconds; and one thousandth of a second more
        self.sign_lab()
        self.take_rows(row("a", 30 * DAY, 1000000), row("b", 1, "0.001"))
        line = self.line(self.statement("2017-10"), "3.1(1)")
        self.assertEqual((line["gpu_seconds"], line["amount_fen"]), ("2592000000000.001", 2592000000000))

    def test_capitals(self):
        words = {140950: "人民币壹仟肆佰零玖元伍角整", 600714: "人民币陆仟零柒元壹角肆分",
                 10700053: "人民币壹拾万柒仟元零伍角叁分", 1640902: "人民币壹万陆仟肆佰零玖元零贰分",
                 32504: "人民币叁佰贰拾伍元零肆分", 50: "人民币伍角整", 5: "人民币伍分"}
        rows = []
        for fen in words:
            self.sign_lab(agreement=f"L{fen}", cluster__account=f"a{fen}")
            thousands, rest = divmod(fen, 1000)
            rows += [row(f"t{fen}", 1000, thousands, account=f"a{fen}"), row(f"r{fen}", rest, 1, account=f"a{fen}")]
        self.take_rows(*rows)
        for fen, capitals in words.items():
            statement = self.statement("2017-10", f"L{fen}")
            self.assertEqual((statement["total_fen"], statement["total_capitals"]), (fen, capitals))

    def test_nothing_in_capitals(self):
        self.sign_lab()
        self.assertEqual(self.statement("2017-10")["total_capitals"], "人民币零元整")

    def test_the_months_are_those_of_the_agreements_zone(self):
        self.sign_lab(time_zone="Asia/Shanghai")
        # from 23:59:50 on 30 September to 00:00:20 on 1 October in Shanghai
        self.take_rows(row("a", 30, 2, start=OCTOBER_FIRST - 8 * 3600 - 10))
        self.assertEqual((self.amount("2017-09"), self.amount("2017-10")), (20, 40))

    def test_a_term_from_mid_month_bills_part_months(self):
        self.sign_lab(**term_of("2017-09-15", "2018-09-14", 12))
        self.take_rows(row("a", 20, 1, start=SEPTEMBER_FIRST + 14 * DAY - 5))
        self.assertEqual(self.amount("2017-09"), 15)
        self.assertEqual(self.amounts("2017-09")[2:], [("3.1(3)", 20000000), ("3.1(4)", 5000000)])

    def test_gibibytes(self):
        self.sign_lab(storage__unit="GiB", fees__storage="0.35 CNY/GiB/month")
        # 2^30 bytes x 1000 for 48 hours, of October's 744: 1000 x 48/744 x 0.35 = 22.5806...
        self.take_text(f"time,bytes,account\n2017-10-01T00:00:00Z,{1000 * 2 ** 30},lab\n2017-10-03T00:00:00Z,0,lab\n",
                       "--format", "storage-csv")
        line = self.line(self.statement("2017-10"), "3.1(2)")
        self.assertEqual((line["byte_seconds"], line["amount_fen"]), (str(1000 * 2 ** 30 * 172800), 2258))


class PricesTest(StatementCase):
    ELEVENTH = OCTOBER_FIRST + 10 * DAY

    def compute_lines(self, month="2017-10"):
        return [(line.get("gpu_model", ""), line["unit_price"], line["gpu_seconds"], line["amount_fen"])
                for line in self.statement(month)["lines"] if line["clause"] == "3.1(1)"]

    def test_a_price_that_changes_in_mid_month_splits_the_job(self):
        self.sign_lab(fees__compute=[{"price": "36.00 CNY/GPU-hour"}, {"price": "72.00 CNY/GPU-hour", "from": "2017-10-11"}])
        # ten seconds before midnight at 36.00, twenty after it at 72.00
        self.take_rows(row("a", 30, 1, start=self.ELEVENTH - 10), row("b", 5, 2))
        self.assertEqual(self.compute_lines(), [("", "36.00", "20", 20), ("", "72.00", "20", 40)])

    def test_the_change_lies_at_local_midnight(self):
        self.sign_lab(time_zone="Asia/Shanghai",
                      fees__compute=[{"price": "36.00 CNY/GPU-hour"}, {"price": "72.00 CNY/GPU-hour", "from": "2017-10-11"}])
        self.take_rows(row("a", 30, 1, start=self.ELEVENTH - 8 * 3600 - 10))
        self.assertEqual(self.compute_lines(), [("", "36.00", "10", 10), ("", "72.00", "20", 40)])

    def test_before_and_after_the_month_of_the_change_there_is_one_line(self):
        self.sign_lab(fees__compute=[{"price": "36.00 CNY/GPU-hour"}, {"price": "72.00 CNY/GPU-hour", "from": "2017-10-11"}])
        self.take_rows(row("a", 10, 1, start=SEPTEMBER_FIRST), row("b", 10, 1, start=NOVEMBER_FIRST))
        self.assertEqual((self.compute_lines("2017-09"), self.compute_lines("2017-11")),
                         ([("", "36.00", "10", 10)], [("", "72.00", "10", 20)]))

    def test_prices_by_model(self):
        self.sign_lab(fees__compute=[{"gpu_model": "H200", "price": "72.00 CNY/GPU-hour"},
                                     {"gpu_model": "A100", "price": "36.00 CNY/GPU-hour"}])
        self.take_rows(row("a", 10, 1, model="H200"), row("b", 10, 3, model="A100"), row("c", 5, 1, model="H200"))
        self.assertEqual(sorted(self.compute_lines()), [("A100", "36.00", "30", 30), ("H200", "72.00", "15", 30)])


class TotalTest(StatementCase):
    """3.2 with a total of 100.00: 50.00 once in September; 40.00 of use in September, 30.00 in October, 5.00 in November."""

    def live(self, meaning):
        self.sign_lab(**SMALL, **total(meaning))
        self.take_rows(row("s", 4000, start=SEPTEMBER_FIRST), row("o", 3000), row("n", 500, start=NOVEMBER_FIRST))

    def total(self, month):
        return self.statement(month)["total_fen"]

    def test_an_estimate_bills_all(self):
        self.live("estimate")
        self.assertEqual([self.total(month) for month in ("2017-09", "2017-10", "2017-11")], [9000, 3000, 500])

    def test_an_estimate_warns(self):
        self.live("estimate")
        result = self.done("statement", LEASE, "2017-09")
        self.assertRegex(result.out + result.err, "80 %|90 %|3\\.2")

    def test_a_cap_takes_back_what_is_over(self):
        self.live("cap")
        self.assertEqual(self.total("2017-09"), 9000)
        self.assertEqual(self.amounts("2017-10"), [("3.1(1)", 3000), ("3.1(2)", 0), ("3.2", -2000)])
        self.assertEqual(self.total("2017-10"), 1000)
        self.assertEqual(self.amounts("2017-11"), [("3.1(1)", 500), ("3.1(2)", 0), ("3.2", -500)])
        self.assertEqual(self.total("2017-11"), 0)

    def test_a_fixed_total_is_paid_in_instalments(self):
        self.live("fixed")
        # (100.00 - 50.00) / 12 = 4.16, rounded down; the last 50.00 - 11 x 4.16 = 4.24
        months = [f"2017-{m:02}" for m in range(9, 13)] + [f"2018-{m:02}" for m in range(1, 9)]
        totals = [self.total(month) for month in months]
        self.assertEqual(totals, [5000 + 416] + [416] * 10 + [424])
        self.assertEqual(sum(totals), 10000)

    def test_a_fixed_total_shows_use_without_billing_it(self):
        self.live("fixed")
        line = self.line(self.statement("2017-10"), "3.1(1)")
        self.assertEqual((line["gpu_seconds"], line["shown_only"]), ("3000", True))


class TaxTest(StatementCase):
    def taxed(self, seconds, **changes):
        self.sign_lab(tax=[{"clause": "3.1(1)", "rate": "6 %"}, {"clause": "3.1(3)", "rate": "13 %"}], **SMALL, **changes)
        self.take_rows(row("a", seconds, start=SEPTEMBER_FIRST))
        statement = self.statement("2017-09")
        for line in statement["lines"]:
            if "tax_fen" in line:
                self.assertEqual(line["net_fen"] + line["tax_fen"], line["amount_fen"], line)
        self.assertEqual(statement["net_fen"] + statement["tax_fen"], statement["total_fen"])
        return statement

    def figures(self, statement, clause):
        line = self.line(statement, clause)
        return line["net_fen"], line["tax_fen"], line["amount_fen"]

    def test_prices_that_include_tax(self):
        statement = self.taxed(4000)
        # 40.00 x 6/106 = 2.2641..., 30.00 x 13/113 = 3.4513...
        self.assertEqual(self.figures(statement, "3.1(1)"), (3774, 226, 4000))
        self.assertEqual(self.figures(statement, "3.1(3)"), (2655, 345, 3000))
        self.assertEqual(statement["total_fen"], 9000)

    def test_prices_that_exclude_tax(self):
        statement = self.taxed(4075, tax_prices="exclusive")
        # 40.75 x 6 % = 2.445, half away from zero 2.45; 30.00 x 13 % = 3.90; software without tax
        self.assertEqual(self.figures(statement, "3.1(1)"), (4075, 245, 4320))
        self.assertEqual(self.figures(statement, "3.1(3)"), (3000, 390, 3390))
        self.assertEqual(statement["total_fen"], 4320 + 3390 + 2000)

    def test_text_names_net_and_tax(self):
        self.taxed(4000)
        self.assertIn("net 37.74, tax 6 % 2.26", self.done("statement", LEASE, "2017-09").out)
        self.assertIn("不含税 37.74", self.done("statement", LEASE, "2017-09", "--lang", "zh").out)


class AsKnownOnTest(StatementCase):
    def setUp(self):
        super().setUp()
        self.sign_lab()                                                                  # 25 August
        self.take_rows(row("a", 10), row("b", 5), name="first.csv", now="2017-11-05T00:00:00Z")
        self.take_rows(row("a", 3), row("c", 100), name="second.csv", now="2017-12-05T00:00:00Z")

    def known_on(self, time):
        return self.gpu_seconds("2017-10", LEASE, "--as-known-on", time)

    def test_before_between_and_after_the_imports(self):
        self.assertEqual(self.known_on("2017-11-04T23:59:59Z"), "0")
        self.assertEqual(self.known_on("2017-11-05T00:00:00Z"), "15")
        self.assertEqual(self.known_on("2017-12-04T23:59:59Z"), "15")
        self.assertEqual(self.known_on("2017-12-05T00:00:00Z"), "108")
        self.assertEqual(self.gpu_seconds("2017-10"), "108")

    def test_the_text_then_is_the_text_as_known_on(self):
        now = self.done("statement", LEASE, "2017-10", "--as-known-on", "2017-11-10T00:00:00Z").out
        self.journal = self.folder / "then.db"
        self.sign_lab()
        self.take_text((self.folder / "first.csv").read_text(), name="first.csv", now="2017-11-05T00:00:00Z")
        self.assertEqual(now, self.done("statement", LEASE, "2017-10").out)

    def test_before_the_lease_was_signed(self):
        self.expect(BAD_INPUT, "statement", LEASE, "2017-10", "--as-known-on", "2017-08-24T00:00:00Z")

    def test_a_time_without_a_zone_is_refused(self):
        self.expect(BAD_INPUT, "statement", LEASE, "2017-10", "--as-known-on", "2017-11-05T00:00:00")

    def test_a_job_that_ran_then(self):
        self.take_rows(row("r", None, 2, state="running"), name="third.csv", now="2017-12-06T00:00:00Z")
        self.take_rows(row("r", 20, 2), name="fourth.csv", now="2017-12-08T00:00:00Z")
        self.assertEqual(self.known_on("2017-12-09T00:00:00Z"), str(108 + 40))
        # on 7 December it was thought to run: all of October, two GPUs, 31 days
        self.assertEqual(self.known_on("2017-12-07T00:00:00Z"), str(108 + 2 * 31 * DAY))

    def test_why_as_known_on(self):
        opened = self.done("why", LEASE, "2017-10", "3.1(1)", "--json", "--as-known-on", "2017-11-10T00:00:00Z").json
        self.assertEqual([(a["key"], a["gpu_seconds"]) for a in opened["allocations"]], [("a", "10"), ("b", "5")])


class WhyTest(StatementCase):
    def setUp(self):
        super().setUp()
        self.sign_lab(**SMALL, **total("cap"))
        self.take_rows(*(row(f"k{n}", n % 50, n % 9, start=OCTOBER_FIRST - 200 + n) for n in range(600)), name="first.csv")
        self.take_rows(*(row(f"k{n}", n % 40, "0.125", start=OCTOBER_FIRST - 200 + n) for n in range(100, 300)),
                       row("run", None, "1.5", state="running", start=NOVEMBER_FIRST - 3600), name="second.csv",
                       now="2017-11-01T00:00:00Z")

    def test_csv_adds_up_to_the_statement(self):
        for month in ("2017-09", "2017-10", "2017-11"):
            rows = list(csv.DictReader(io.StringIO(self.done("why", LEASE, month, "--csv").out)))
            self.assertEqual(sum(Fraction(r["gpu_seconds"]) for r in rows), Fraction(self.gpu_seconds(month)), month)
            self.assertTrue(rows)

    def test_a_job_listed_as_running_twice_is_one_allocation(self):
        self.take_rows(row("run", None, "1.5", state="running", start=NOVEMBER_FIRST - 3600), name="third.csv",
                       now="2017-11-02T00:00:00Z")
        rows = list(csv.DictReader(io.StringIO(self.done("why", LEASE, "2017-10", "--csv").out)))
        self.assertEqual([r["gpu_seconds"] for r in rows if r["key"] == "run"], ["5400"])
        self.test_csv_adds_up_to_the_statement()

    def test_the_sum_by_hand(self):
        """October: each span clipped to the month, the corrected figures for k100 to k299, and the running job's hour."""
        expected = Fraction(3600) * Fraction(3, 2)
        for n in range(600):
            seconds, gpus = (n % 40, Fraction(1, 8)) if 100 <= n < 300 else (n % 50, Fraction(n % 9))
            begin = -200 + n
            expected += gpus * max(0, begin + seconds - max(begin, 0))
        self.assertEqual(Fraction(self.gpu_seconds("2017-10")), expected)

    def test_json_adds_up_and_gives_the_formula(self):
        opened = self.done("why", LEASE, "2017-10", "3.1(1)", "--json").json
        line = self.line(opened, "3.1(1)")
        self.assertEqual(line["agreement_words"], "compute: 36.00 CNY/GPU-hour")
        self.assertEqual(line["gpu_seconds"], self.gpu_seconds("2017-10"))
        self.assertEqual(opened["allocations_gpu_seconds"], self.gpu_seconds("2017-10"))
        self.assertEqual(sum(Fraction(a["gpu_seconds"]) for a in opened["allocations"]), Fraction(self.gpu_seconds("2017-10")))
        file = (self.folder / f"{LEASE}.yaml").read_text().splitlines()
        self.assertIn(line["agreement_words"], file[line["agreement_line"] - 1])

    def test_every_clause_in_both_languages(self):
        wanted = {"3.1(1)": ("compute: 36.00 CNY/GPU-hour", "计算"), "3.1(2)": ("storage: 0.35 CNY/GB/month", "存储"),
                  "3.1(3)": ("dataset: 30.00 CNY", "数据集"), "3.1(4)": ("software: 20.00 CNY", "软件")}
        for clause, (words, title) in wanted.items():
            with self.subTest(clause):
                english = self.done("why", LEASE, "2017-09", clause).out
                self.assertIn(words, english)
                self.assertIn("formula", english)
                chinese = self.done("why", LEASE, "2017-09", clause, "--lang", "zh").out
                self.assertIn(words, chinese)
                self.assertIn(title, chinese)
                self.assertEqual(self.done("why", LEASE, "2017-09", clause, "--json").json["lines"][0]["clause"], clause)

    def test_the_cap(self):
        text = self.done("why", LEASE, "2017-11", "3.2").out
        self.assertIn("min(total 100.00", text)

    def test_only_compute_has_allocations(self):
        self.assertEqual(self.done("why", LEASE, "2017-09", "3.1(3)", "--json").json["allocations"], [])

    def test_a_clause_without_a_line(self):
        for clause in ("3.1(3)", "9.9", "3.1"):
            self.expect(BAD_INPUT, "why", LEASE, "2017-10", clause)

    def test_a_limit_for_the_terminal(self):
        text = self.done("why", LEASE, "2017-10", "3.1(1)", "--limit", "5").out
        self.assertEqual(sum(line.startswith("k") for line in text.splitlines()) - ("key" in text), 5)

    def test_of_a_month_outside_the_term(self):
        self.expect(REFUSED_BY_AGREEMENT, "why", LEASE, "2018-09")


if __name__ == "__main__":
    main()
