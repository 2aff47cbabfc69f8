"""trainlease-render: what stands in the PDF and the workbook, page by page and cell by cell; bytes that never differ; refusals.

    python3 tests/render/test_render.py --binary PATH [arguments of unittest]

PDFs are read back with poppler's tools, workbooks with zipfile and with LibreOffice, which calculates them again.
"""

from __future__ import annotations

import copy
import csv
import hashlib
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest
import zipfile
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

sys.path.insert(0, str(Path(__file__).resolve().parent))
import samples

DONE, BAD_INPUT, FAILED = 0, 2, 3
binary = Path("build/src/render/trainlease-render")
SHEET = {"s": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def grouped(number) -> str:
    return f"{Decimal(number):,}"


class Case(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="trainlease-render-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def run_lines(self, *lines: str | bytes, arguments=(), **variables: str):
        """The exit code, and the answer to each line."""
        text = b"".join((line if isinstance(line, bytes) else line.encode()) + b"\n" for line in lines)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LC_") and name not in ("LANG", "TZ")}
        done = subprocess.run([binary, *arguments], input=text, capture_output=True, timeout=60, cwd=self.folder,
                              env=kept | {"LC_ALL": "C.UTF-8"} | variables)
        self.assertEqual(done.stderr.decode(), "")
        return done.returncode, done.stdout.decode().splitlines()

    def line(self, document, name: str) -> str:
        return json.dumps({"output": str(self.folder / name), "document": document}, ensure_ascii=False)

    def render(self, document, name: str, **variables: str) -> Path:
        self.assertEqual(self.run_lines(self.line(document, name), **variables), (DONE, ["ok"]))
        return self.folder / name

    def refused(self, document, name: str = "x.pdf", code: int = BAD_INPUT) -> str:
        """What is said; nothing may be left behind."""
        result, answers = self.run_lines(self.line(document, name))
        self.assertEqual(result, code, answers)
        self.assertEqual(len(answers), 1)
        self.assertTrue(answers[0].startswith("error: "), answers)
        self.assertEqual(list(self.folder.iterdir()), [])
        return answers[0].removeprefix("error: ")


def tool(*words, **options) -> str:
    return subprocess.run([str(word) for word in words], capture_output=True, check=True, timeout=60, **options).stdout.decode()


def pages(path: Path) -> list[str]:
    return tool("pdftotext", "-layout", path, "-").split("\f")[:-1]


def info(path: Path) -> dict[str, str]:
    return dict(re.split(r":\s+", line, maxsplit=1) for line in tool("pdfinfo", path).splitlines() if re.search(r":\s+\S", line))


def texts_of(value) -> list[str]:
    """Every text that a document shows, without what only names or chooses."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [text for element in value for text in texts_of(element)]
    if isinstance(value, dict):
        hidden = ("kind", "id", "type", "style", "formula", "date", "languages", "sum", "carry", "head", "weight", "xlsx_only")
        return [text for name, element in value.items() if name not in hidden for text in texts_of(element)]
    return []


def squeezed(text: str) -> str:
    """Without white space and commas, which wrapping and grouping add; dots of either width alike."""
    return re.sub(r"[\s,]", "", text)


class PdfTest(Case):
    def test_every_text_is_there(self):
        for name in ("statement", "letter"):
            document = getattr(samples, name)()
            # Columns interleave in layout order; raw order keeps a cell's lines together.
            shown = squeezed(tool("pdftotext", "-raw", self.render(document, f"{name}.pdf"), "-"))
            for text in texts_of({key: value for key, value in document.items() if key != "sections"} |
                                 {"sections": [part for part in document["sections"] if part["kind"] != "chart"]}):
                with self.subTest(name, text=text):
                    self.assertIn(squeezed(text), shown)

    def test_one_statement_is_one_page_and_says_what_it_is(self):
        path = self.render(samples.statement(), "statement.pdf")
        self.assertEqual(info(path)["Pages"], "1")
        self.assertEqual(info(path)["Page size"], "595.276 x 841.89 pts (A4)")
        self.assertEqual(info(path)["Title"], "算力租赁费用结算单 Statement of Compute Lease Fees")
        self.assertEqual(info(path)["Author"], "北京北岭算力科技有限公司 Beijing Beiling Compute Technology Co., Ltd.")
        self.assertEqual(info(path)["Subject"], "statement TL-2017-0901-3")
        self.assertIn("Nov  4 00:00:00 2017", tool("pdfinfo", path, env=os.environ | {"TZ": "UTC"}))
        text = pages(path)[0]
        self.assertRegex(text, r"第 1 页 共 1 页\s*/\s*page 1 of 1")
        self.assertIn("8d2c 5b7e 90f1 a346", text)
        self.assertRegex(text, r"GPU 计算费 +GPU compute +23,456\.789 +卡时 +GPU-hour +12\.50 +293,209\.86")
        self.assertRegex(text, r"合计 +Total +339,626\.91")

    def test_fonts_are_embedded_subsets(self):
        for name in ("statement", "letter"):
            fonts = tool("pdffonts", self.render(getattr(samples, name)(), f"{name}.pdf")).splitlines()[2:]
            self.assertGreaterEqual(len(fonts), 2)
            for font in fonts:
                self.assertRegex(font, r" yes yes yes +\d+ +\d+$")
        self.assertTrue(any("NotoSerifCJKsc" in font for font in fonts), fonts)

    def test_only_what_is_used_is_embedded(self):
        """Some characters together once brought in every outline of the font: 1 MB a face."""
        self.assertLess(self.render(samples.statement(), "statement.pdf").stat().st_size, 120_000)

    def test_characters_that_the_font_lacks_come_from_others(self):
        document = samples.letter()
        document["sections"][0]["paragraphs"] = ["ĄĆĘ Łódź 𠮷野 ☃ 龘"]
        shown = "".join(pages(self.render(document, "x.pdf")))
        self.assertIn("龘", shown)
        self.assertIn("Notice of Late Payment", shown)

    def test_chart_is_drawn_and_labelled(self):
        text = pages(self.render(samples.statement(), "statement.pdf"))[0]
        self.assertIn("单位：卡时", text)
        self.assertIn("1,204.25", text)        # the peak's value
        self.assertRegex(text, r"\b1 +2 +3 +4 +5 .* 30 +31\b")

    def test_chart_takes_any_numbers(self):
        for values in (["0"], ["-5", "3"], ["0.000000001"], ["9223372036854775807"], ["-9223372036854775807", "1"], ["0", "0", "0.5"]):
            document = samples.letter()
            document["sections"] = [{"kind": "chart", "title": "t", "unit": "u",
                                     "bars": [{"label": str(i), "value": value} for i, value in enumerate(values)]}]
            with self.subTest(values=values):
                self.render(document, "x.pdf")

    def test_sums_are_carried_over_pages(self):
        rows = 200
        document = samples.account(rows)
        sheets = pages(self.render(document, "account.pdf"))
        self.assertGreater(len(sheets), 3)
        entries, number, carried = document["sections"][0]["rows"], 0, None
        for index, text in enumerate(sheets):
            self.assertRegex(text, rf"第 {index + 1} 页 共 {len(sheets)} 页\s*/\s*page {index + 1} of {len(sheets)}")
            self.assertRegex(text, r"日期 +摘要 +卡时 +金额", "the head stands on every page")
            brought = re.findall(r"承前页 +brought forward +(\S+) +(\S+)", text)
            self.assertEqual(brought, [carried] if carried else [])
            while number < rows and re.search(rf"^ *{entries[number]['cells']['day']} .* {re.escape(grouped(entries[number]['cells']['hours']))} "
                                              rf"+{re.escape(grouped(entries[number]['cells']['amount']))}$", text, re.M):
                number += 1
            last = index == len(sheets) - 1
            found = re.findall(r"转下页 +carried forward +(\S+) +(\S+)", text)
            before = entries[:number]
            carried = tuple(grouped(sum(Decimal(row["cells"][name]) for row in before)) for name in ("hours", "amount"))
            self.assertEqual(found, [] if last else [carried])
        self.assertEqual(number, rows)
        self.assertRegex(sheets[-1], rf"合计 +Total +{re.escape(carried[0])} +{re.escape(carried[1])}")

    def test_one_language(self):
        for language, other, page in (("zh", "Account", "第 1 页"), ("en", "对账单", "page 1 of")):
            text = "".join(pages(self.render(samples.account(10, [language]), "x.pdf")))
            self.assertIn(squeezed(page), squeezed(text))
            self.assertNotIn(other, text)

    def test_letter_breaks_between_lines(self):
        document = samples.letter()
        document["sections"][0]["paragraphs"] *= 8
        shown = pages(self.render(document, "x.pdf"))
        self.assertGreater(len(shown), 2)
        self.assertEqual(sum(page.count("特此函告。") for page in shown), 8)

    def test_wide_tables_shrink_then_refuse(self):
        def wide(columns):
            document = samples.letter()
            document["sections"] = [{"kind": "table", "columns": [samples.column(f"c{i}", "money", "m") for i in range(columns)],
                                     "rows": [{"cells": {f"c{i}": "1234567.89" for i in range(columns)}}]}]
            return document
        self.assertEqual(pages(self.render(wide(12), "x.pdf"))[0].count("1,234,567.89"), 12)
        (self.folder / "x.pdf").unlink()
        self.assertIn("too wide", self.refused(wide(60), code=FAILED))

    def test_row_taller_than_a_page(self):
        document = samples.letter()
        document["sections"] = [{"kind": "table", "columns": [samples.column("a", "text", "a", weight=1), samples.column("b", "text", "b", weight=100)],
                                 "rows": [{"cells": {"a": "字" * 600, "b": "b"}}]}]
        self.assertEqual(self.refused(document, code=FAILED), "sections[0].rows[0]: is taller than a page")

    def test_xlsx_only_columns_are_not_set(self):
        document = samples.account(3)
        document["sections"][0]["columns"].append(samples.column("hidden", "text", "hidden label", xlsx_only=True))
        self.assertNotIn("hidden label", "".join(pages(self.render(document, "x.pdf"))))


class SameBytesTest(Case):
    def test_same_bytes_in_any_zone_language_and_company(self):
        documents = [samples.statement(), samples.account(60), samples.letter()]
        for suffix in ("pdf", "xlsx"):
            digests = set()
            for attempt, variables in enumerate(({}, {"TZ": "America/New_York", "LANG": "ja_JP.UTF-8", "LC_ALL": "ja_JP.UTF-8"},
                                                 {"TZ": "Pacific/Auckland", "LANG": "zh_TW", "LC_ALL": "", "PANGO_LANGUAGE": "ja"})):
                # Another order and company: what a process set before must not show.
                order = documents if attempt % 2 == 0 else documents[::-1]
                lines = [self.line(document, f"{attempt}-{document['kind']}.{suffix}") for document in order]
                self.assertEqual(self.run_lines(*lines, **variables), (DONE, ["ok"] * 3))
                digests.add(tuple(hashlib.sha256((self.folder / f"{attempt}-{document['kind']}.{suffix}").read_bytes()).hexdigest()
                                  for document in documents))
            self.assertEqual(len(digests), 1, suffix)

    def test_workbook_has_no_clock_in_it(self):
        with zipfile.ZipFile(self.render(samples.statement(), "x.xlsx")) as book:
            self.assertEqual({entry.date_time for entry in book.infolist()}, {(1980, 1, 1, 0, 0, 0)})
            self.assertIn("2017-11-04T12:00:00Z", book.read("docProps/core.xml").decode())


def workbook(path: Path) -> dict[str, tuple[str, object]]:
    """Cells by name: (kind, value), where kind is `text`, `number` or the formula."""
    with zipfile.ZipFile(path) as book:
        shared = ["".join(element.itertext()) for element in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))]
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    cells = {}
    for cell in sheet.iterfind(".//s:c", SHEET):
        value, formula = cell.find("s:v", SHEET), cell.find("s:f", SHEET)
        if value is None:
            continue
        if cell.get("t") == "s":
            cells[cell.get("r")] = ("text", shared[int(value.text)])
        else:
            cells[cell.get("r")] = ("number" if formula is None else "=" + formula.text, Decimal(value.text))
    return cells


class XlsxTest(Case):
    def values(self, cells, kind=None):
        return [value for what, value in cells.values() if kind is None or what == kind]

    def test_cells_have_their_types(self):
        cells = workbook(self.render(samples.statement(), "x.xlsx"))
        texts = self.values(cells, "text")
        for expected in ("算力租赁费用结算单", "TL-2017-0901-3", "协议编号 Agreement", "金额（元）\nAmount", "GPU 计算费 GPU compute"):
            self.assertIn(expected, texts)
        self.assertIn(Decimal("23456.789"), self.values(cells, "number"))
        name, (formula, value) = next((name, cell) for name, cell in cells.items() if str(cell[0]).startswith("=ROUND"))
        row = name[1:]
        self.assertEqual((name[0], formula, value), ("F", f"=ROUND(C{row}*E{row},2)", Decimal("293209.86")))

    def test_sums_leave_subtotals_out(self):
        document = samples.account(4)
        rows = document["sections"][0]["rows"]
        rows.insert(2, {"style": "subtotal", "cells": {"what": "half", "amount": "2.74"}})
        cells = workbook(self.render(document, "x.xlsx"))
        formulas = [kind for kind, _ in cells.values() if str(kind).startswith("=SUM")]
        self.assertEqual(len(formulas), 2)
        first = re.match(r"=SUM\(C(\d+):C\d+,", formulas[0])
        begin = int(first.group(1))
        self.assertEqual(formulas[1], f"=SUM(D{begin}:D{begin + 1},D{begin + 3}:D{begin + 4})")
        self.assertIn(Decimal(42979), self.values(cells, "number"), "2017-09-01 as a spreadsheet counts days")

    def test_sheet_is_set_for_printing(self):
        with zipfile.ZipFile(self.render(samples.account(30), "x.xlsx")) as book:
            sheet = book.read("xl/worksheets/sheet1.xml").decode()
            self.assertRegex(sheet, r'<pane ySplit="\d+"[^>]*state="frozen"')
            self.assertIn('paperSize="9"', sheet)
            self.assertIn('fitToHeight="0"', sheet)
            self.assertIn('formatCode="#,##0.00"', book.read("xl/styles.xml").decode())
            self.assertIn('<sheet name="Document"', book.read("xl/workbook.xml").decode())

    def test_texts_are_never_formulas(self):
        document = samples.account(3)
        hostile = ["=HYPERLINK(\"http://x\",\"y\")", "+1+1", "-2+3", "@SUM(A1)", "{=1}", "'=1"]
        document["sections"][0]["rows"][0]["cells"]["what"] = hostile[0]
        document["parties"] = [{"role": hostile[1], "lines": hostile}]
        document["details"] = [{"label": text, "value": text} for text in hostile]
        document["title"] = hostile[0]
        cells = workbook(self.render(document, "x.xlsx"))
        self.assertLessEqual(set(hostile), set(self.values(cells, "text")))
        self.assertTrue(all(kind in ("text", "number") or kind.startswith("=SUM(") for kind, _ in cells.values()))

    def test_recalculation_gives_the_values_written(self):
        document = samples.statement()
        document["sections"].append(samples.account(50)["sections"][0])
        path = self.render(document, "x.xlsx")
        cached = {name: value for name, (kind, value) in workbook(path).items() if kind.startswith("=")}
        self.assertEqual(len(cached), 6)
        shown = self.recalculated(path)
        for name, value in cached.items():
            self.assertEqual(Decimal(shown[name].replace(",", "")), value, name)

    def recalculated(self, path: Path) -> dict[str, str]:
        """Cells after LibreOffice calculated the sheet anew; the values written are spoilt first."""
        spoilt = self.folder / "spoilt.xlsx"
        with zipfile.ZipFile(path) as book, zipfile.ZipFile(spoilt, "w") as out:
            for entry in book.infolist():
                content = book.read(entry)
                if entry.filename.endswith("sheet1.xml"):
                    content, spoils = re.subn(rb"(</f>)<v>[^<]*</v>", rb"\1<v>-77</v>", content)
                    self.assertGreater(spoils, 0)
                out.writestr(entry, content)
        profile = self.folder / "profile"
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(
            '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
            '<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">'
            "<value>0</value></prop></item></oor:items>")
        tool("soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76",
             "--outdir", self.folder, spoilt, env=os.environ | {"HOME": str(self.folder), "LC_ALL": "C.UTF-8"})
        rows = list(csv.reader((self.folder / "spoilt.csv").read_text().splitlines()))
        return {f"{chr(65 + column)}{row + 1}": text for row, cells in enumerate(rows) for column, text in enumerate(cells)}

    def test_numbers_that_xlsx_would_round_are_refused(self):
        document = samples.account(1)
        for row in document["sections"][0]["rows"]:
            row["cells"]["amount"] = "12345678901234.56"
        self.assertIn("more than 15 digits", self.refused(document, "x.xlsx", FAILED))


class RefusalTest(Case):
    def changed(self, *path, value=None):
        """The statement with the member at PATH replaced, or removed."""
        document = samples.statement()
        place = document
        for step in path[:-1]:
            place = place[step]
        if value is None:
            del place[path[-1]]
        else:
            place[path[-1]] = value
        return document

    def test_bad_json(self):
        for line in (b"", b"{", b"[]", b"\xff", b"nonsense", b'{"output":"x.pdf"}', b'{"output":"x.pdf","document":{}}', b'{"output":"x.pdf","document":[]}',
                     b"[" * 100000, b'{"output":3,"document":{}}', b'{"output":"a\\u0000.pdf","document":{}}'):
            with self.subTest(line=line[:40]):
                code, answers = self.run_lines(line)
                self.assertEqual((code, len(answers)), (BAD_INPUT, 1))
                self.assertTrue(answers[0].startswith("error: "))

    def test_missing_members_are_named(self):
        for path in (("title",), ("number",), ("date",), ("kind",), ("languages",), ("title", "en"), ("parties", 0, "role"), ("parties", 1, "lines"),
                     ("details", 2, "value"), ("sections", 0, "columns"), ("sections", 0, "columns", 1, "label"), ("sections", 0, "rows", 0, "cells"),
                     ("sections", 1, "bars", 4, "value"), ("sections", 2, "paragraphs"), ("sections", 3, "blocks", 0, "label"), ("verify", "head")):
            name = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")
            with self.subTest(name):
                self.assertEqual(self.refused(self.changed(*path)), f"{name}: missing")

    def test_wrong_values_are_named(self):
        cell = ("sections", 0, "rows", 0, "cells")
        for path, value, said in (
                (("title",), 7, "title: a string, or an object"), (("title",), "", "title: is empty"), (("title",), "a\tb", "title: has a control"),
                (("title",), "a\x00b", "title: has a control"), (("title",), "a\u202eb", "title: has a control"), (("title",), "a\u2028b", "title: has a control"),
                (("title",), "x" * 3000, "title: is longer"), (("titel",), "x", "titel: there is no such member"), (("date",), "2017-02-30", "date: `2017-02-30` is no day"),
                (("languages",), ["fr"], "languages: zh, en or both"), (("languages",), ["zh", "zh"], "languages: zh, en or both"), (("languages",), [], "languages: is empty"),
                (("sections", 0, "kind"), "sonnet", "sections[0].kind: `sonnet` is none of"), (("details",), {}, "details: an array"),
                (("details",), [{"label": "a", "value": "b"}] * 61, "details: more than 60"), (("sections", 0, "columns", 0, "weight"), 0, "sections[0].columns[0].weight: a whole"),
                (("sections", 0, "columns", 1, "id"), "clause", "sections[0].columns[1].id: `clause` stands there twice"),
                (("sections", 0, "columns", 1, "id"), "a b", "sections[0].columns[1].id: 1 to 60 characters"),
                ((*cell, "amount"), "1e5", "sections[0].rows[0].cells.amount: `1e5` is no number"), ((*cell, "amount"), "NaN", "sections[0].rows[0].cells.amount: `NaN`"),
                ((*cell, "amount"), ["1"], "sections[0].rows[0].cells.amount: a string"), ((*cell, "nope"), "1", "sections[0].rows[0].cells.nope: there is no column"),
                (("sections", 0, "rows", 0, "style"), "loud", "sections[0].rows[0].style: `loud` is none of"), (("sections", 0, "rows"), [{"cells": {}}] * 10001, "sections[0].rows: more than 10000"),
                (("sections", 0, "sum"), ["price"], "sections[0].sum: sums need a last row"), (("sections", 0, "carry"), ["what"], "sections[0].carry[0]: column `what` holds no numbers"),
                (("sections", 0, "carry"), ["nope"], "sections[0].carry[0]: there is no column `nope`"), (("verify", "head"), "xyz", "verify.head: 16 to 128"),
                (("sections", 0, "columns", 5, "formula"), "WEBSERVICE({price})", "sections[0].columns[5].formula: the formula"),
                (("sections", 0, "columns", 5, "formula"), "{nope}+1", "sections[0].columns[5].formula: the formula"), (("sections", 0, "columns", 5, "formula"), "{price", "sections[0].columns[5].formula: the formula"),
                (("sections", 0, "columns", 5, "formula"), "cmd|' /C calc'!A0", "sections[0].columns[5].formula: the formula")):
            with self.subTest(said):
                self.assertTrue(self.refused(self.changed(*path, value=value)).startswith(said))

    def test_wrong_total(self):
        document = samples.account(5)
        document["sections"][0]["rows"][-1]["cells"]["amount"] = "1.00"
        self.assertEqual(self.refused(document), "sections[0].rows[5].cells.amount: the total says 1.00, the rows add up to 16.85")

    def test_too_many_cells(self):
        document = samples.letter()
        table = {"kind": "table", "columns": [samples.column(f"c{i}", "text", "x") for i in range(200)], "rows": [{"cells": {}}] * 2001}
        document["sections"] = [table]
        self.assertIn("more than 400000", self.refused(document, "x.xlsx"))

    def test_suffix_and_folder(self):
        self.assertIn("neither in .pdf nor in .xlsx", self.refused(samples.letter(), "x.doc"))
        self.assertIn("No such file or directory", self.refused(samples.letter(), "nowhere/x.pdf", FAILED))

    def test_lines_after_a_bad_one_are_still_set(self):
        good = self.line(samples.letter(), "good.pdf")
        code, answers = self.run_lines(good, "{", good, self.line(samples.letter(), "none/x.pdf"), good)
        self.assertEqual([answer.split(":")[0] for answer in answers], ["ok", "error", "ok", "error", "ok"])
        self.assertEqual(code, FAILED)
        self.assertEqual([path.name for path in self.folder.iterdir()], ["good.pdf"])

    def test_chinese_refusals(self):
        self.assertEqual(self.run_lines("{}", arguments=["--lang", "zh"]), (BAD_INPUT, ["error: output：缺失"]))

    def test_files_are_private_and_replaced_whole(self):
        (self.folder / "x.pdf").write_text("old")
        (self.folder / "x.pdf").chmod(0o644)
        for name in ("x.pdf", "x.xlsx"):
            path = self.render(samples.letter(), name)
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        self.assertTrue((self.folder / "x.pdf").read_bytes().startswith(b"%PDF-"))
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["x.pdf", "x.xlsx"])

    def test_mutations_never_crash(self):
        """Each member of the statement in turn gone, or of another kind: an answer each, and the process lives on."""
        def places(value, path=()):
            items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
            for key, element in items:
                yield (*path, key)
                yield from places(element, (*path, key))
        document = samples.statement()
        del document["sections"][1]["bars"][2:]
        lines = []
        for path in places(document):
            for value in (None, [], {}, "x", 7, [[]]):
                mutant = copy.deepcopy(document)
                place = mutant
                for step in path[:-1]:
                    place = place[step]
                place[path[-1]] = value
                lines.append(self.line(mutant, "m.xlsx"))
        code, answers = self.run_lines(*lines)
        self.assertEqual(len(answers), len(lines))
        self.assertIn(code, (BAD_INPUT, FAILED))
        self.assertTrue(all(answer == "ok" or answer.startswith("error: ") for answer in answers))


def main():
    global binary
    words = sys.argv[1:]
    if "--binary" in words:
        at = words.index("--binary")
        binary = Path(words[at + 1])
        del words[at:at + 2]
    binary = binary.resolve()
    if not binary.exists():
        sys.exit(f"there is no program {binary}: build it, or give --binary PATH")
    unittest.main(module="__main__", argv=[sys.argv[0], *words], verbosity=1)


if __name__ == "__main__":
    main()
