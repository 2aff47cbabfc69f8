"""Papers as people get them: every kind in every form and language, read back and held against the account's JSON.

The story that most tests tell: 250,000.00 once and 100.00 of use in September, due on 10 October 2017; 40.00 of that
use turn out never to have been, so the statement of October, 40.00, credits them and carries the penalty of 24 days on
250,060.00, 3,000.72; 100,000.00 come on 20 November, after 41 days: 41 x 125.03 = 5,126.23.
"""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import unicodedata
import zipfile
from decimal import Decimal
from pathlib import Path

from program import BAD_INPUT, DONE, LEASE, REFUSED_BY_AGREEMENT, SYSTEM_FAILED, main
from test_billing import BillingCase, noon, yuan

ON = "2017-12-20"                      # the day of the account in most tests
LANGUAGES = ("zh", "en", "both")
LESSOR, LESSEE, ACCOUNT = "示例算力科技有限公司", "示例智能研究有限公司", "6222000011112222333"

#: What each kind is called with, its title in both languages, and its forms.
PAPERS = {
    "statement": ((LEASE, "2"), "结算单", "Statement", ("pdf", "xlsx", "csv", "json")),
    "correction": ((LEASE, "2"), "更正通知单", "Correction note", ("pdf", "xlsx")),
    "account": ((LEASE, "--on", ON), "租约往来账", "Account of the lease", ("pdf", "xlsx", "csv", "json")),
    "receipt": ((LEASE, "1", "--on", ON), "收款确认单", "Payment receipt", ("pdf", "xlsx")),
    "reminder": ((LEASE, "1", "--on", ON), "付款提醒", "Payment reminder", ("pdf", "xlsx")),
    "demand": ((LEASE, "1", "--on", ON), "催款函", "Demand for payment", ("pdf", "xlsx")),
}


def chinese_day(day: str) -> str:
    year, month, number = (int(part) for part in day.split("-"))
    return f"{year}年{month}月{number}日"


def tool(*words, **options) -> str:
    return subprocess.run([str(word) for word in words], capture_output=True, check=True, timeout=120,
                          **options).stdout.decode()


def squeezed(text: str) -> str:
    """Without what wrapping and grouping add; characters of one look alike are one (some fonts share their shapes)."""
    return re.sub(r"[\s,]", "", unicodedata.normalize("NFKC", text))


def recalculated(folder: Path, *books: Path) -> dict[str, list[list[str]]]:
    """The sheets after LibreOffice calculated every formula anew: what was written for them is spoilt first."""
    spoilt = folder / "spoilt"
    spoilt.mkdir()
    for book in books:
        with zipfile.ZipFile(book) as source, zipfile.ZipFile(spoilt / book.name, "w") as out:
            for name in source.namelist():
                content = source.read(name)
                if re.search(r"sheet\d+\.xml$", name):
                    content = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1<v>-77</v>", content)
                out.writestr(name, content)
    profile = folder / "profile" / "user"
    profile.mkdir(parents=True)
    (profile / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
        '<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">'
        "<value>0</value></prop></item></oor:items>")
    # at the end: numbers as they are, not as they look
    tool("soffice", f"-env:UserInstallation=file://{profile.parent}", "--headless", "--convert-to",
         "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false", "--outdir", spoilt,
         *sorted(spoilt.glob("*.xlsx")),
         env=os.environ | {"HOME": str(folder), "LC_ALL": "C.UTF-8"})
    return {book.stem: list(csv.reader((spoilt / f"{book.stem}.csv").read_text().splitlines())) for book in books}


def fen_of(cell: str) -> int:
    """An amount as a spreadsheet computed it, which is within a millionth of a fen of a whole one."""
    fen = Decimal(cell) * 100
    whole = int(fen.to_integral_value())
    assert abs(fen - whole) < Decimal("0.000001"), cell
    return whole


def columns_of(rows: list[list[str]], *labels: str) -> list[dict[str, str]]:
    """The rows below the one that holds these labels: what stands in their columns, and the whole row."""
    for at, row in enumerate(rows):
        if all(any(label in cell.split("\n") or cell == label for cell in row) for label in labels):
            places = {label: next(i for i, cell in enumerate(row) if label in cell.split("\n") or cell == label)
                      for label in labels}
            return [{label: "".join(below[places[label]:places[label] + 1])
                     for label in labels} | {"row": "|".join(below)}
                    for below in rows[at + 1:]]
    raise AssertionError(f"no row with {labels} in {rows}")


class DocumentCase(BillingCase):
    #: The journal of the story, once made, for every test of the class.
    made: dict[str, bytes] = {}

    def tell(self):
        self.sign_lab(tax=[{"clause": "3.1(1)", "rate": "6 %"}])
        self.use("2017-09", 100)
        self.issue("2017-09")
        self.use("2017-09", 60, on="2017-10-15")
        self.use("2017-10", 40)
        self.issue("2017-10")
        self.pay("100000.00", "2017-11-20")

    def setUp(self):
        super().setUp()
        made = type(self).__dict__.get("made") or {}
        for name, content in made.items():
            self.write(name, content)
        if not made:
            self.tell()
            type(self).made = {path.name: path.read_bytes() for path in self.folder.glob("journal.db*")}

    def make(self, kind, output, *options, what=None, code=DONE, now="2020-01-01T00:00:00Z", **variables):
        words, *_ = PAPERS[kind]
        result = self.expect(code, "document", kind, *(what or words), "--output", output, *options, now=now,
                             **variables)
        return self.folder / output if code == DONE else result

    def tax(self, month, output="tax.json", *options, code=DONE):
        result = self.expect(code, "tax", month, "--output", output, *options)
        return self.folder / output if code == DONE else result

    def json_of(self, kind, *options, **how):
        return self.read_json(self.make(kind, f"{kind}.json", *options, **how))

    def read_json(self, path):
        return json.loads(path.read_text())

    def pdf_text(self, path) -> str:
        return squeezed(tool("pdftotext", "-raw", path, "-"))

    def assert_says(self, text, *words):
        missing = [word for word in words if squeezed(word) not in text]
        self.assertEqual(missing, [], text)


class FormTest(DocumentCase):
    """Each kind x form x language."""

    def expected(self, kind) -> list[str]:
        """What a paper shows in every language."""
        statement, account = self.json_of("statement"), self.json_of("account")
        if kind == "statement":
            lines = statement["lines"] + statement["corrections"] + statement["penalties"]
            return ["TL-2017-0901-2", yuan(statement["total_fen"]), "人民币贰拾伍万叁仟壹佰元零柒角贰分", ACCOUNT, LESSOR, LESSEE,
                    "91350100M000100Y43", "911101080000000007", "37.74", "2.26", "-37.74", "-2.26", "1.111111",
                    *(yuan(line["amount_fen"]) for line in lines),
                    # 250,100.00 before it; 40.00 taken back, 40.00 asked for, and 24 days of 125.03 on the 250,060.00 left
                    "250,100.00", "253,100.72"]
        if kind == "correction":
            correction, = statement["corrections"]
            return ["TL-2017-0901-2", "100.00", "60.00", "-40.00", f"{correction['fact_from']}-{correction['fact_to']}"]
        if kind == "account":
            return [LEASE, yuan(account["balance_fen"]), "人民币壹拾伍万柒仟伍佰伍拾肆元捌角贰分",
                    *(yuan(abs(entry["amount_fen"])) for entry in account["entries"]),
                    *(yuan(entry["balance_fen"]) for entry in account["entries"]),
                    *(entry["day"] for entry in account["entries"]),
                    *(yuan(s[key]) for s in account["statements"]
                      for key in ("principal_fen", "principal_paid_fen", "unpaid_fen")),
                    *(s["due"] for s in account["statements"])]
        if kind == "receipt":
            return ["TL-2017-0901-P1", "TL-2017-0901-1", "100,000.00", "人民币壹拾万元整", "5,126.23", "94,873.77",
                    "2017-11-20"]
        if kind == "reminder":
            return ["TL-2017-0901-1", "157,514.02", ACCOUNT, LESSOR, LESSEE]
        first = account["statements"][0]
        # 155,186.23 x 0.05 % x 30 days
        self.assertEqual((first["unpaid_fen"], first["penalty_fen"] - first["penalty_paid_fen"]), (15751402, 232779))
        return ["TL-2017-0901-1", "155,186.23", "2,327.79", "157,514.02", "0.05", ACCOUNT, LESSOR, LESSEE]

    def dated(self, kind) -> list[str]:
        return {"statement": ["2017-10-01", "2017-10-31", "2017-11-04", "2017-11-10"], "correction": [],
                "account": [ON],
                "receipt": ["2017-11-20"], "reminder": ["2017-10-10", ON], "demand": ["2017-10-10", ON, "2017-11-10"]}[kind]

    def test_every_pdf_says_everything(self):
        for kind, (_, chinese, english, _) in PAPERS.items():
            expected = self.expected(kind)
            for language in LANGUAGES:
                with self.subTest(kind, language=language):
                    text = self.pdf_text(self.make(kind, f"{kind}-{language}.pdf", "--lang", language))
                    self.assert_says(text, *expected)
                    if language != "en":
                        self.assert_says(text, chinese, *map(chinese_day, self.dated(kind)))
                    if language != "zh":
                        self.assert_says(text, english, *self.dated(kind))
                    if language == "zh":
                        self.assertNotRegex(text, r"(?i)statement|amount|penalty|Lessor|clause|owed")
                    if language == "en":
                        self.assertNotRegex(text, r"结算单|金额|违约金|甲方|条款|应付")

    def test_a_pdf_can_be_checked_against_the_chain(self):
        """It prints the head after the fact that it is about, or the newest."""
        facts = self.done("facts", LEASE, "--json").json
        issued = [fact for fact in facts if '"statement-issued"' in fact["envelope"]]
        self.assert_says(self.pdf_text(self.make("statement", "s.pdf")), issued[1]["head"])
        self.assert_says(self.pdf_text(self.make("correction", "c.pdf")), issued[1]["head"])
        self.assert_says(self.pdf_text(self.make("account", "a.pdf")), facts[-1]["head"])

    def test_plain_forms(self):
        statement, account = self.json_of("statement"), self.json_of("account")
        issued = self.read_json_of_facts()
        self.assertEqual({key: statement[key]
                          for key in ("fees_fen", "credits_fen", "charges_fen", "penalty_fen", "total_fen")},
                         {"fees_fen": 4000, "credits_fen": -4000, "charges_fen": 0, "penalty_fen": 300072,
                          "total_fen": 300072})
        self.assertEqual(issued["total_fen"], statement["total_fen"])
        self.assertEqual(self.account(ON), account)
        rows = list(csv.DictReader(self.make("statement", "s.csv").read_text().splitlines()))
        self.assertEqual([(row["kind"], row["clause"], row["month"], row["amount"]) for row in rows],
                         [("line", "3.1(1)", "2017-10", "40.00"), ("line", "3.1(2)", "2017-10", "0.00"),
                          ("correction", "3.1(1)", "2017-09", "-40.00"), ("penalty", "3.4", "", "3000.72")])
        self.assertEqual(sum(fen_of(row["amount"]) for row in rows), statement["total_fen"])
        self.assertEqual([(row["exact"], row["net"], row["tax"]) for row in rows][0], ("4000", "37.74", "2.26"))
        rows = list(csv.DictReader(self.make("account", "a.csv").read_text().splitlines()))
        self.assertEqual([(row["day"], row["kind"], fen_of(row["amount"]), fen_of(row["balance"])) for row in rows],
                         [(e["day"], e["kind"], e["amount_fen"], e["balance_fen"]) for e in account["entries"]])
        self.assertEqual(fen_of(rows[-1]["balance"]), account["balance_fen"])

    def read_json_of_facts(self):
        return [fact["body"] for fact in self.facts() if fact["kind"] == "statement-issued"][1]

    def test_plain_forms_are_the_same_in_every_language(self):
        for kind in ("statement", "account"):
            for suffix in ("csv", "json"):
                texts = {self.make(kind, f"x.{suffix}", "--lang", language).read_bytes() for language in LANGUAGES}
                self.assertEqual(len(texts), 1)

    def test_what_is_made_on_paper_only(self):
        for kind in ("correction", "receipt", "demand"):
            for suffix in ("csv", "json"):
                refused = self.make(kind, f"x.{suffix}", code=BAD_INPUT)
                self.assert_refused(refused, f"x.{suffix}", ".pdf")
                self.assertFalse((self.folder / f"x.{suffix}").exists())

    def test_a_spreadsheet_calculates_what_was_billed(self):
        """Every cell with a formula made again by LibreOffice, and all amounts to the fen."""
        books = [self.make(kind, f"{kind}-{language}.xlsx", "--lang", language) for kind in PAPERS
                 for language in LANGUAGES]
        books.append(self.tax("2017-11", "tax.xlsx", "--lang", "en"))
        sheets = recalculated(self.folder, *books)
        statement, account = self.json_of("statement"), self.json_of("account")
        tax = self.read_json(self.tax("2017-11"))
        for name, rows in sheets.items():
            self.assertNotIn("-77", [cell for row in rows for cell in row], name)
            self.assertFalse([cell for row in rows for cell in row if cell.startswith(("Err:", "#"))], name)

        for language, amount, total, status, owed, balance in (("en", "amount", "total", "status", "owed", "balance"),
                                                               ("zh", "金额", "合计", "状态", "应付", "余额")):
            wanted = [line["amount_fen"]
                      for line in statement["lines"] + statement["corrections"] + statement["penalties"]]
            lines = columns_of(sheets[f"statement-{language}"], amount)[:len(wanted) + 1]
            self.assertEqual([fen_of(line[amount]) for line in lines], [*wanted, statement["total_fen"]])
            self.assertIn(total, lines[-1]["row"])

            listed = [fen_of(row[owed]) for row in columns_of(sheets[f"account-{language}"], status, owed)[:3]]
            self.assertEqual(listed, [*(s["unpaid_fen"] for s in account["statements"]), account["balance_fen"]])
            entries = columns_of(sheets[f"account-{language}"], balance)[:len(account["entries"])]
            self.assertEqual([fen_of(row[balance]) for row in entries],
                             [entry["balance_fen"] for entry in account["entries"]])

        correction = columns_of(sheets["correction-en"], "billed before", "right amount", "difference")[0]
        before, now, difference = (fen_of(correction[label])
                                   for label in ("billed before", "right amount", "difference"))
        self.assertEqual((before, now, difference, before + difference), (10000, 6000, -4000, now))
        paid = columns_of(sheets["receipt-en"], "costs", "penalty", "principal", "together")[0]
        self.assertEqual([fen_of(paid[label]) for label in ("costs", "penalty", "principal", "together")],
                         [0, 512623, 9487377, 10000000])
        taxed = columns_of(sheets["tax"], "net", "tax", "gross")
        wanted = [(line["net_fen"], line["tax_fen"], line["gross_fen"]) for s in tax["statements"]
                  for line in s["lines"]]
        self.assertEqual([tuple(fen_of(row[label]) for label in ("net", "tax", "gross"))
                          for row in taxed[:len(wanted) + 1]],
                         [*wanted, tuple(map(sum, zip(*wanted)))])

    def test_a_gpu_line_is_calculated_from_its_seconds(self):
        """3,000 GPU-seconds at 12.50: 10.41666... is 10.42 in the sheet as on the statement."""
        self.journal = self.folder / "plain.db"
        self.sign_gpus(fees__compute="12.50 CNY/GPU-hour")
        self.use("2017-09", 30)
        self.issue("2017-09")
        book = self.make("statement", "plain.xlsx", "--lang", "en", what=(LEASE, "1"))
        row = columns_of(recalculated(self.folder, book)["plain"], "exact quantity", "unit price", "amount")[0]
        self.assertEqual((row["exact quantity"], row["unit price"], fen_of(row["amount"])), ("3000", "12.5", 1042))


class SameBytesTest(DocumentCase):
    def papers(self, suffixes=("pdf", "xlsx", "csv", "json"), kinds=PAPERS, language="both", **how):
        made = {}
        for kind in kinds:
            for suffix in suffixes:
                if suffix in PAPERS[kind][3]:
                    made[kind, suffix] = self.make(kind, f"again.{suffix}", "--lang", language, **how).read_bytes()
        return made

    def test_made_again_in_another_zone_and_locale_and_later(self):
        first = self.papers()
        self.assertEqual(self.papers(kinds=("statement", "account")).items() - first.items(), set())
        for variables in ({"TZ": "Pacific/Kiritimati", "LC_ALL": "de_DE.UTF-8"},
                          {"TZ": "Asia/Shanghai", "LC_ALL": "zh_CN.GB18030", "LANG": "zh_CN"}):
            self.assertEqual(self.papers(now="2031-05-05T05:05:05Z", **variables), first, variables)

    def test_from_another_folder_and_umask(self):
        first = self.make("statement", "here.pdf", "--lang", "en").read_bytes()
        old = os.umask(0o077)
        self.addCleanup(os.umask, old)
        (self.folder / "there").mkdir()
        self.assertEqual(self.make("statement", "there/that.pdf", "--lang", "en").read_bytes(), first)

    def test_a_statement_after_later_facts(self):
        """Late use, the next statement, money entered late for an earlier day, and money that went back."""
        kinds = ("statement", "correction")
        first = self.papers(kinds=kinds)
        self.use("2017-09", 90, on="2017-11-25")
        self.use("2017-10", 50, on="2017-11-25")
        self.pay("7.00", "2017-10-15", known="2017-11-26")
        self.reverse(1, "2017-11-27")
        self.cost(1, "30.00", "2017-10-20")
        self.issue("2017-11")
        self.assertEqual(self.papers(kinds=kinds), first)

    def test_an_account_of_a_day_before_later_statements(self):
        """Its figures are those of the day; only the head that it can be checked against moves on."""
        first = self.json_of("account")
        self.use("2017-10", 90, on="2017-12-21")
        self.issue("2017-11", on="2018-01-04")
        self.cost(1, "30.00", "2018-01-05")
        self.assertEqual(self.json_of("account"), first)


class CorrectionTest(DocumentCase):
    def tell(self):
        """September's 100.00 become 60.00 in October and 90.00 in November; October's 40.00 become 55.00 then."""
        self.sign_gpus()
        self.use("2017-09", 100)
        self.issue("2017-09")
        self.use("2017-09", 60, on="2017-10-15")
        self.use("2017-10", 40)
        self.issue("2017-10")
        self.use("2017-09", 90, on="2017-11-15")
        self.use("2017-10", 55, on="2017-11-15")
        self.issue("2017-11")

    def test_before_and_difference_are_now(self):
        labels = ("billed before", "right amount", "difference")
        sheets = recalculated(self.folder,
                              *(self.make("correction", f"{number}.xlsx", "--lang", "en", what=(LEASE, number))
                                             for number in "23"))
        figures = {number: [tuple(yuan(fen_of(row[label])) if row[label] else "" for label in labels)
                            for row in columns_of(sheets[number], *labels)[:count]] for number,
                   count in (("2", 2), ("3", 3))}
        self.assertEqual(figures["2"], [("100.00", "60.00", "-40.00"), ("", "", "-40.00")])
        self.assertEqual(figures["3"],
                         [("60.00", "90.00", "30.00"), ("40.00", "55.00", "15.00"), ("", "", "45.00")])

    def test_what_carries_no_correction(self):
        self.assert_refused(self.make("correction", "x.pdf", what=(LEASE, "1"), code=BAD_INPUT), "TL-2017-0901-1")
        self.make("correction", "x.pdf", what=(LEASE, "9"), code=BAD_INPUT)
        self.assertFalse((self.folder / "x.pdf").exists())

    def test_what_is_owed_after_a_credit(self):
        """Before it 100.00; it takes 40.00 back, asks for 40.00, and bills 24 days of 0.03 on the 60.00 that are left."""
        text = self.pdf_text(self.make("statement", "s.pdf", "--lang", "en", what=(LEASE, "2")))
        self.assert_says(text, "balance before (below zero: paid ahead) 100.00", "total of this statement 0.72", "100.72")


class ReminderTest(DocumentCase):
    def reminder(self, on, code=DONE):
        return self.make("reminder", "r.pdf", "--lang", "both", what=(LEASE, "1", "--on", on), code=code)

    def test_before_the_due_day_and_after(self):
        for day in ("2017-10-05", "2017-10-10", "2017-12-01"):
            self.assert_says(self.pdf_text(self.reminder(day)), "付款提醒", "Payment reminder", "TL-2017-0901-1", chinese_day(day))

    def test_not_of_what_is_paid(self):
        self.pay("160000.00", "2017-12-19")
        self.reminder(ON, code=REFUSED_BY_AGREEMENT)


class DemandTest(DocumentCase):
    def demand(self, number, on, code=DONE):
        return self.make("demand", "d.pdf", "--lang", "en", what=(LEASE, str(number), "--on", on), code=code)

    def test_only_what_is_overdue(self):
        self.assert_refused(self.demand(1, "2017-10-10", code=REFUSED_BY_AGREEMENT), "TL-2017-0901-1", "2017-10-10",
                            "3.4")
        self.demand(1, "2017-10-11")
        self.demand(2, "2017-11-10", code=REFUSED_BY_AGREEMENT)
        self.assertTrue(self.demand(2, "2017-11-11").exists())

    def test_not_before_it_was_issued(self):
        self.demand(2, "2017-11-03", code=REFUSED_BY_AGREEMENT)

    def test_not_what_is_paid(self):
        self.pay("160000.00", "2017-12-19")
        self.demand(1, ON, code=REFUSED_BY_AGREEMENT)
        self.assertTrue(self.demand(1, "2017-12-18").exists())

    def test_not_what_was_not_served(self):
        self.issue("2017-11", "--not-served")
        self.demand(3, "2018-05-01", code=REFUSED_BY_AGREEMENT)

    def test_the_right_of_8_1_is_named_once_it_stands(self):
        """Beyond 30 days after 10 October: from 00:00 of 10 November."""
        self.assertNotIn("8.1", self.pdf_text(self.demand(1, "2017-11-09")))
        self.assert_says(self.pdf_text(self.demand(1, "2017-11-10")), "since 00:00 of 2017-11-10 clause 8.1")

    def test_a_statement_that_is_not_there(self):
        for number in ("9", "0", "x", ""):
            self.demand(number, ON, code=BAD_INPUT)


class ReceiptTest(DocumentCase):
    def receipt(self, number, on=ON, code=DONE):
        result = self.make("receipt", "r.pdf", "--lang", "en", what=(LEASE, str(number), "--on", on), code=code)
        return self.pdf_text(result) if code == DONE else result

    def test_what_it_paid(self):
        """Penalty first, then principal; and what is over is held."""
        self.assert_says(self.receipt(1), "amount received 100,000.00", "credited on 2017-11-20", "held as credit 0.00",
                         "TL-2017-0901-1 2017-11-20 0.00 5,126.23 94,873.77 100,000.00")
        # 155,186.23 with 15 days' 1,163.90, and 40.00 with 25 days' 0.50, leave 3,609.37 of 160,000.00
        self.pay("160000.00", "2017-12-05")
        self.assert_says(self.receipt(2), "amount received 160,000.00",
                         "TL-2017-0901-1 2017-12-05 0.00 1,163.90 155,186.23 156,350.13",
                         "TL-2017-0901-2 2017-12-05 0.00 0.50 40.00 40.50", "total 156,390.63",
                         "held as credit 3,609.37")

    def test_costs_of_enforcement(self):
        self.cost(1, "30.00", "2017-12-01")
        self.pay("50.00", "2017-12-05")
        self.assert_says(self.receipt(2), "TL-2017-0901-1 2017-12-05 30.00 20.00 0.00 50.00")

    def test_no_receipt(self):
        self.receipt(2, code=BAD_INPUT)
        self.receipt(1, on="2017-11-19", code=BAD_INPUT)
        self.reverse(1, "2017-12-01")
        self.receipt(1, code=BAD_INPUT)


class TaxTest(DocumentCase):
    """100.00 of use in October and 200.00 in November; the rate is 6 %, and 9 % from December on."""

    RATES = [{"clause": "3.1(1)", "rate": "6 %"}, {"clause": "3.1(1)", "rate": "9 %", "from": "2017-12-01"}]

    def tell(self):
        self.sign_gpus(tax=self.RATES)
        self.bill()

    def bill(self):
        self.use("2017-10", 100)
        self.use("2017-11", 200)
        for month in ("2017-09", "2017-10", "2017-11"):
            self.issue(month)

    def figures(self, month):
        """Of the only statement of a month: (rate, net, tax, gross) of each line with an amount, and of all."""
        document = self.read_json(self.tax(month))
        statement, = document["statements"]
        for line in statement["lines"]:
            self.assertEqual(line["net_fen"] + line["tax_fen"], line["gross_fen"])
        for key in ("net_fen", "tax_fen", "gross_fen"):
            self.assertEqual(sum(line[key] for line in statement["lines"]), statement[key])
        lines = [(line["tax_percent"], yuan(line["net_fen"]), yuan(line["tax_fen"]), yuan(line["gross_fen"]))
                 for line in statement["lines"] if line["gross_fen"]]
        return lines, tuple(yuan(statement[key]) for key in ("net_fen", "tax_fen", "gross_fen"))

    def test_prices_that_include_tax(self):
        """100.00 x 6 / 106 = 5.660; 200.00 x 9 / 109 = 16.513."""
        self.assertEqual(self.figures("2017-11"), ([("6", "94.34", "5.66", "100.00")], ("94.34", "5.66", "100.00")))
        self.assertEqual(self.figures("2017-12"), ([("9", "183.49", "16.51", "200.00")], ("183.49", "16.51", "200.00")))

    def test_prices_without_tax(self):
        self.journal = self.folder / "exclusive.db"
        self.sign_gpus(tax=self.RATES, tax_prices="exclusive")
        self.bill()
        self.assertEqual(self.figures("2017-11"), ([("6", "100.00", "6.00", "106.00")], ("100.00", "6.00", "106.00")))
        self.assertEqual(self.figures("2017-12"), ([("9", "200.00", "18.00", "218.00")], ("200.00", "18.00", "218.00")))
        self.assertFalse(self.read_json(self.tax("2017-12"))["statements"][0]["prices_include_tax"])

    def test_a_correction_bears_the_rate_of_its_line(self):
        """40.00 less of October's use, in January: 60.00 x 6 / 106 = 3.396, so 5.66 - 3.40 of tax go back."""
        self.use("2017-10", 60, on="2017-12-20")
        self.issue("2017-12")
        self.assertEqual(self.figures("2018-01"), ([("6", "-37.74", "-2.26", "-40.00")], ("-37.74", "-2.26", "-40.00")))
        line = [line for line in self.read_json(self.tax("2018-01"))["statements"][0]["lines"] if line["gross_fen"]][0]
        self.assertEqual((line["month"], line["corrects_statement"]), ("2017-10", 2))

    def test_what_an_invoice_needs(self):
        statement, = self.read_json(self.tax("2017-11"))["statements"]
        self.assertEqual(statement["seller"], {"name": LESSOR, "tax_number": "91350100M000100Y43",
                                               "address": "福建省福州市鼓楼区示例路1号", "bank": "示例银行福州分行", "account": ACCOUNT})
        self.assertEqual(statement["buyer"],
                         {"name": LESSEE, "tax_number": "911101080000000007", "address": "北京市海淀区示例街2号"})
        self.assertEqual((statement["statement"], statement["issued"], statement["currency"]),
                         ("TL-2017-0901-2", "2017-11-04", "CNY"))

    def test_every_lease_of_the_month(self):
        self.sign_gpus(agreement="TL-2", cluster__account="lab2")
        self.issue("2017-09", lease="TL-2", on="2017-11-20")
        self.assertEqual([s["statement"] for s in self.read_json(self.tax("2017-11"))["statements"]],
                         ["TL-2-1", "TL-2017-0901-2"])

    def test_penalty_is_no_fee_and_on_no_invoice(self):
        self.use("2017-12", 10)
        penalty = self.issue("2017-12")["penalty_fen"]
        self.assertGreater(penalty, 0)
        self.assertEqual(self.figures("2018-01")[1][2], "10.00")

    def test_a_month_without_statements(self):
        self.assertEqual(self.read_json(self.tax("2030-01")), {"month": "2030-01", "statements": []})

    def test_papers(self):
        for language in LANGUAGES:
            self.assert_says(self.pdf_text(self.tax("2017-12", "tax.pdf", "--lang", language)), "2017-12",
                             "TL-2017-0901-3", "183.49",
                             "16.51", "200.00")

    def test_refusals(self):
        for month, output in (("2017-13", "x.json"), ("x", "x.json"), ("2017-11", "x.csv"), ("2017-11", "x.txt"),
                              ("2017-11", "")):
            self.tax(month, output, code=BAD_INPUT)


class PlaceTest(DocumentCase):
    """Where papers are written, and where they cannot be."""

    def names(self):
        return sorted(path.name for path in self.folder.rglob("*") if not path.name.startswith("journal.db"))

    def test_a_journal_in_the_current_folder(self):
        for output in ("s.pdf", "s.xlsx", "s.csv", "s.json", self.folder / "absolute.pdf", "./dot.pdf"):
            self.make_with("journal.db", "statement", LEASE, "1", "--output", output)
            self.assertTrue((self.folder / output).exists())

    def make_with(self, journal, *words, code=DONE):
        return self.expect(code, "document", *words, journal=Path(journal))

    def test_a_statement_may_be_named_as_it_is_printed(self):
        self.make("statement", "whole.pdf", what=(LEASE, f"{LEASE}-1"))
        self.make("statement", "short.pdf", what=(LEASE, "1"))
        self.assertEqual((self.folder / "whole.pdf").read_bytes(), (self.folder / "short.pdf").read_bytes())

    def test_names_in_chinese(self):
        for suffix in ("pdf", "xlsx", "csv", "json"):
            self.make("statement", f"结算单 2017年10月（终稿）.{suffix}")
        (self.folder / "文件夹").mkdir()
        self.make("statement", "文件夹/账.pdf")
        self.assertTrue((self.folder / "文件夹/账.pdf").read_bytes().startswith(b"%PDF"))
        self.assertEqual(len(self.names()), 6)

    def test_it_replaces_what_was_there(self):
        for suffix in ("pdf", "xlsx", "csv", "json"):
            path = self.write(f"s.{suffix}", "before")
            self.make("statement", path.name)
            self.assertNotEqual(path.read_bytes(), b"before")
        self.assertEqual(len(self.names()), 4)

    def test_only_its_owner_can_read_it(self):
        for suffix in ("pdf", "xlsx", "csv", "json"):
            self.assertEqual(self.make("statement", f"s.{suffix}").stat().st_mode & 0o777, 0o600)

    def test_a_folder_that_cannot_be_written(self):
        self.write("file", "")
        before = self.names()
        for place in ("none", "file", "/dev/null", "/proc"):
            for suffix in ("pdf", "xlsx", "csv", "json"):
                refused = self.make("statement", f"{place}/s.{suffix}", code=SYSTEM_FAILED)
                self.assert_refused(refused, f"{place}/s.{suffix}")
                self.assertEqual(refused.out, "")
        self.assertEqual(self.names(), before)

    def test_a_folder_in_the_place_of_the_file(self):
        for suffix in ("pdf", "csv"):
            (self.folder / f"folder.{suffix}").mkdir()
            before = self.names()
            self.make("statement", f"folder.{suffix}", code=SYSTEM_FAILED)
            self.assertEqual(self.names(), before)

    def test_names_that_tell_no_form(self):
        before = self.names()
        for output in ("x.txt", "x", "pdf", "x.pdf ", "x.docx", "x.PDF.gz", ""):
            self.make("statement", output, code=BAD_INPUT)
        self.expect(BAD_INPUT, "document", "statement", LEASE, "1")
        self.assertEqual(self.names(), before)

    def test_words_that_are_no_paper(self):
        for words in (("letter", LEASE), ("statement", LEASE, "TL-2099-0001-1"), ("statement", LEASE),
                      ("account", LEASE, "1"), ("receipt", LEASE),
                      ("statement", LEASE, "x"),
                      ("statement", LEASE, "9"), ("statement", "TL-9", "1"), ("statement", LEASE, "0")):
            self.expect(BAD_INPUT, "document", *words, "--output", "x.pdf")
        self.make("account", "x.pdf", what=(LEASE, "--on", "yesterday"), code=BAD_INPUT)
        self.make("statement", "x.pdf", "--lang", "fr", code=BAD_INPUT)
        self.assertEqual(self.names(), [])


if __name__ == "__main__":
    main()
