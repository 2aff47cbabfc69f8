"""docs/clauses.md names commands, sources and tests; each must exist, and every clause must have a row."""
import os
import re
import subprocess
import sys
import unittest

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
CLAUSES = ["parties", "recital", "1.1(1)", "1.1(2)", "1.1(3)", "1.1(4)", "1.2", "2.1", "2.2", "3.1(1)", "3.1(2)", "3.1(3)",
           "3.1(4)", "3.2", "3.3", "3.4", "4.1", "4.2", "5.1", "5.2", "5.3", "6.1", "6.2", "6.3", "7.1", "7.2", "7.3", "8.1"]
BINARY = None


def rows():
    """The table's rows as lists of cells, without its head."""
    with open(os.path.join(ROOT, "docs", "clauses.md"), encoding="utf-8") as file:
        lines = [line for line in file if line.startswith("|")]
    return [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines[2:]]


class Clauses(unittest.TestCase):
    def test_every_clause_has_a_row(self):
        named = [row[0].split()[0] for row in rows()]
        for clause in CLAUSES:
            self.assertIn(clause, named)

    def test_every_command_exists(self):
        verbs = subprocess.run([BINARY, "help", "--lang", "en"], capture_output=True, text=True, check=True).stdout
        for row in rows():
            for command in re.findall(r"`([a-z-]+)`", row[1]):
                self.assertRegex(verbs, rf"(?m)^  {command} ", row[0])

    def test_every_file_exists(self):
        for row in rows():
            for cell in row[2:4]:
                for path in filter(None, (part.strip() for part in cell.split(","))):
                    self.assertTrue(os.path.exists(os.path.join(ROOT, path)), f"{row[0]}: {path}")

    def test_what_works_has_a_test_and_what_does_not_says_so(self):
        for row in rows():
            self.assertTrue(row[3] or "not yet" in row[4], row[0])

    def test_sources_named_in_the_documents_exist(self):
        for name in ("architecture.md", "billing.md", "journal-format.md", "clauses.md"):
            with open(os.path.join(ROOT, "docs", name), encoding="utf-8") as file:
                for path in re.findall(r"\b(?:src|tests|examples|docs)/[\w./-]+\.(?:c|h|py|def|md|yaml|json)\b", file.read()):
                    self.assertTrue(os.path.exists(os.path.join(ROOT, path)), f"{name}: {path}")


if __name__ == "__main__":
    BINARY = os.path.abspath(sys.argv[sys.argv.index("--binary") + 1])
    unittest.main(argv=sys.argv[:1])
