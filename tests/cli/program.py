"""What the end-to-end tests share: the program, run on a journal of its own, and agreements to sign.

    python3 tests/cli/test_X.py --binary PATH [arguments of unittest]

A test is a `Case`: it has a folder, a journal in it, and words for what people do with the program: `sign`, `take`
(import), `statement`, `parked`.  Times are UTC unless a test says otherwise; nothing depends on the machine's clock or
zone, because every command is given its --now.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "agreement.yaml"
DATA = Path(os.environ.get("TEST_DATA", ROOT / "tests" / "data"))

DONE, REFUSED_BY_AGREEMENT, BAD_INPUT, SYSTEM_FAILED = 0, 1, 2, 3
LEASE = "TL-2017-0901"                # the example's number
TIMEOUT_SECONDS = 300

#: Two years after the example's term: everything has happened.
LATER = "2020-01-01T00:00:00Z"

binary = Path(os.environ.get("TRAINLEASE", ROOT / "build" / "trainlease"))


@dataclass
class Result:
    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)

    def __str__(self):
        return f"exit code {self.code}\nstdout: {self.out[-3000:]}\nstderr: {self.err[-3000:]}"


def environment(**variables: str) -> dict[str, str]:
    """The tests' environment: none of the caller's language, zone or journal."""
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith(("LC_", "TRAINLEASE")) and name not in ("LANG", "LANGUAGE", "TZ")}
    return kept | {"LC_ALL": "C.UTF-8"} | variables


def agreement(**changes) -> str:
    """The example agreement as YAML text with some keys changed.

    `cluster__account="lab-a"` sets the key `account` of `cluster`; None removes a key.  Scalars stay as people wrote
    them.  The default price is 36.00 CNY/GPU-hour, so that one GPU-second costs one fen.
    """
    document = yaml.load(EXAMPLE.read_text(), yaml.BaseLoader)
    for path, value in {"fees__compute": "36.00 CNY/GPU-hour", **changes}.items():
        *parents, key = path.split("__")
        place = document
        for parent in parents:
            place = place.setdefault(parent, {})
        if value is None:
            place.pop(key, None)
        else:
            place[key] = value
    return yaml.dump(document, Dumper=_Plain, allow_unicode=True, sort_keys=False, default_flow_style=False, width=1000)


class _Plain(yaml.SafeDumper):
    """Numbers and dates without quotation marks, as a person writes them."""


_Plain.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text))


def term_of(first: str, last: str, months: int) -> dict:
    """Changes of an agreement for another term."""
    return {"term__from": first, "term__to": last, "term__months": str(months), "signed": first}


class Case(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="trainlease-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.journal = self.folder / "journal.db"

    # ---- running ----

    def command(self, *words, now: str | None = LATER, journal: Path | None = None) -> list[str]:
        given = ["--now", now] if now else []
        return [str(binary), "--journal", str(journal or self.journal), *given, *map(str, words)]

    def run_program(self, *words, now: str | None = LATER, stdin: bytes | str | None = None, journal: Path | None = None,
                    **variables: str) -> Result:
        if isinstance(stdin, str):
            stdin = stdin.encode()
        done = subprocess.run(self.command(*words, now=now, journal=journal), input=stdin if stdin is not None else b"",
                              capture_output=True, cwd=self.folder, env=environment(**variables), timeout=TIMEOUT_SECONDS)
        return Result(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))

    def expect(self, code: int, *words, **options) -> Result:
        """Runs and wants this exit code; what is refused must also say why."""
        result = self.run_program(*words, **options)
        self.assertEqual(result.code, code, f"\n{' '.join(map(str, words))}\n{result}")
        if code != DONE:
            self.assertNotEqual(result.err.strip(), "", "refused without a word")
        return result

    def done(self, *words, **options) -> Result:
        return self.expect(DONE, *words, **options)

    # ---- what people do ----

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content)
        return path

    def sign(self, now: str = LATER, **changes) -> str:
        """Signs an agreement; returns the lease's id."""
        text = agreement(**changes)
        lease = changes.get("agreement", LEASE)
        self.done("sign", self.write(f"{lease}.yaml", text), now=now)
        return lease

    def take(self, file, *options, code: int = DONE, now: str = LATER, stdin=None):
        """Imports a file and returns the summary; with another exit code than 0 the result."""
        result = self.expect(code, "import", file, *options, "--json", now=now, stdin=stdin)
        return result.json if code == DONE else result

    def take_text(self, text: str | bytes, *options, name: str = "usage.csv", **how):
        return self.take(self.write(name, text), *options, **how)

    def statement(self, month: str, lease: str = LEASE, *options, now: str = LATER) -> dict:
        return self.done("statement", lease, month, "--json", *options, now=now).json

    def gpu_seconds(self, month: str, lease: str = LEASE, *options, now: str = LATER) -> str:
        """GPU-seconds of all lines of 3.1(1), as text; exactly as the statement prints them if there is one line."""
        lines = [line for line in self.statement(month, lease, *options, now=now)["lines"] if line["clause"] == "3.1(1)"]
        if len(lines) == 1:
            return lines[0]["gpu_seconds"]
        return str(sum(int(line["gpu_seconds"]) for line in lines))

    def line(self, statement: dict, clause: str) -> dict:
        lines = [line for line in statement["lines"] if line["clause"] == clause]
        self.assertEqual(len(lines), 1, f"{clause} in {statement['lines']}")
        return lines[0]

    def parked(self, *options, now: str = LATER) -> list[dict]:
        return self.done("parked", "--json", *options, now=now).json

    def parked_totals(self, **options) -> dict[tuple[str, str], int]:
        """Rows parked by (account, reason)."""
        return {(entry.get("account", ""), entry["reason"]): entry.get("rows", 1) for entry in self.parked(**options)}

    # ---- the journal from outside ----

    def heads(self) -> dict[str, str]:
        """The head of every chain: equal heads, equal facts."""
        leases = self.done("leases", "--json").json
        heads = {lease["lease"]: lease["head"] for lease in leases}
        facts = self.done("facts", "house", "--json").json
        return heads | {"house": facts[-1]["head"] if facts else ""}

    def assert_counts(self, summary: dict, **expected: int):
        """Of a summary of an import: these counts; new, known, corrected, open, parked, nothing, refused are else 0."""
        names = ("new", "known", "corrected", "open", "parked", "nothing", "refused")
        wanted = {name: expected.get(name, 0) for name in names} | expected
        self.assertEqual({name: summary[name] for name in wanted}, wanted, json.dumps(summary, indent=1)[:3000])


def main():
    """Takes --binary off the arguments and leaves the rest to unittest."""
    global binary
    words = sys.argv[1:]
    for at, word in enumerate(words):
        if word == "--binary":
            chosen = words[at + 1]
            del words[at:at + 2]
        elif word.startswith("--binary="):
            chosen = word.split("=", 1)[1]
            del words[at]
        else:
            continue
        sys.modules["program"].binary = Path(chosen).resolve()
        break
    if "__main__" in sys.modules and not sys.modules["program"].binary.exists():
        sys.exit(f"there is no program {sys.modules['program'].binary}: build it, or give --binary PATH")
    unittest.main(module="__main__", argv=[sys.argv[0], *words], verbosity=1)
