#!/usr/bin/python3
"""Holds the program against read_journal.py, the independent reader of its journal.

    test_read_journal.py --binary PATH

Journals of many shapes are made through the program; the reader must accept each, and agree with the program on heads,
GPU-seconds and byte-seconds. Then copies are damaged, and both must notice. The last line is `N passed, N failed`.
"""

import argparse
import io
import json
import os
import random
import sqlite3
import struct
import subprocess
import sys
import tempfile
import traceback
from decimal import Decimal
from fractions import Fraction

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import read_journal  # noqa: E402

EXAMPLE = os.path.join(HERE, "..", "..", "examples", "agreement.yaml")
LEASE = "TL-2017-0901"
ACCOUNT = "6c71a0"
END = "2018-12-01T00:00:00Z"
HEADER = "key,account,start,end,gpus,user,gpu_model,purpose,state,suspended_seconds,node"
STORAGE_HEADER = "time,bytes,account,user,filesystem"


class Tally:
    """Counts checks and says which failed."""

    def __init__(self):
        self.passed = 0
        self.failed = 0

    def note(self, holds, name):
        """Not a check: what the program lets pass and the document does not oblige it to notice."""
        if not holds:
            print("note   %s" % name)

    def check(self, holds, name, detail=""):
        """One check."""
        if holds:
            self.passed += 1
        else:
            self.failed += 1
            print("FAILED %s%s" % (name, ": " + str(detail) if detail != "" else ""))


class Journal:
    """A journal that the program writes, in a folder of its own."""

    def __init__(self, binary, folder, name):
        self.binary = binary
        self.folder = folder
        self.name = name
        self.path = os.path.join(folder, name + ".db")
        self.files = 0
        self.leases = []

    def run(self, *arguments, now=None):
        """The program's answer, whatever it is."""
        command = [self.binary, "--journal", self.path] + list(arguments) + (["--now", now] if now else [])
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                              env={**os.environ, "TZ": "UTC", "LC_ALL": "C.UTF-8"})

    def must(self, *arguments, now=None):
        """The program's answer, which must be `done`."""
        done = self.run(*arguments, now=now)
        if done.returncode != 0:
            raise AssertionError("%s: %s exited %d: %s" % (self.name, arguments, done.returncode, done.stderr.decode()))
        return done.stdout.decode()

    def json(self, *arguments, now=None):
        """The same, read as JSON."""
        return json.loads(self.must(*arguments, "--json", now=now))

    def write(self, lines):
        """A new file with these lines."""
        self.files += 1
        path = os.path.join(self.folder, "%s-%d.csv" % (self.name, self.files))
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        return path

    def sign(self, *changes, now="2017-08-25T00:00:00Z"):
        """Sign the example with pieces of it replaced."""
        with open(EXAMPLE, encoding="utf-8") as file:
            text = file.read()
        number = LEASE
        for old, new in changes:
            if old not in text:
                raise AssertionError("the example has no %r" % old)
            text = text.replace(old, new)
            number = new if old == LEASE else number
        self.must("sign", self.write([text]), now=now)
        self.leases.append(number)

    def usage(self, rows, now, *options):
        """Import rows of usage; returns the program's counts."""
        return self.json("import", self.write([HEADER] + rows), "--format", "csv", *options, now=now)

    def storage(self, rows, now):
        """Import samples of storage."""
        return self.json("import", self.write([STORAGE_HEADER] + rows), "--format", "storage-csv", now=now)

    def read(self, now):
        """What the reader makes of it."""
        return read_journal.read_journal(self.path, read_journal.read_instant(now))


def row(key, start="2017-09-05T00:00:00Z", end="2017-09-05T01:00:00Z", gpus="8", account=ACCOUNT, user="alice", model="",
        purpose="", state="COMPLETED", suspended="0", node=""):
    """One row of usage."""
    return ",".join((key, account, start, end, gpus, user, model, purpose, state, suspended, node))


def instant(second):
    """Seconds since 2017-09-01T00:00:00Z as text."""
    moment = read_journal.datetime.datetime(2017, 9, 1) + read_journal.datetime.timedelta(seconds=second)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


# ------------------------------------------------------------------------------------------------------ comparisons

def outside_shown_with(outside, month, months):
    """Use outside the term that one statement shows: of its own month, and with the term's first (last) month what was
    used in all months before (after) it."""
    shown = [value for other, value in outside.items()
             if other == month or (month == months[0] and other < month) or (month == months[-1] and other > month)]
    total = sum(Decimal(value) for value in shown)
    return format(total.normalize(), "f") if total else "0"


def months_between(terms):
    """All months that the term touches."""
    year, month = map(int, terms["from"].split("-")[:2])
    names = []
    while "%04d-%02d" % (year, month) <= terms["to"][:7]:
        names.append("%04d-%02d" % (year, month))
        year, month = read_journal.next_month((year, month))
    return names


def compare_lease(tally, journal, lease, report, now):
    """Head, count of facts and the months of one lease."""
    facts = journal.json("facts", lease, "--verify")
    name = "%s %s %s" % (journal.name, lease, now)
    tally.check(facts["head"] == report["head"], name + " head", (facts["head"], report["head"]))
    tally.check(facts["facts"] == report["facts"], name + " facts", (facts["facts"], report["facts"]))
    envelope = sqlite3.connect(journal.path).execute(
        "SELECT envelope FROM fact WHERE seq = 0 AND chain = (SELECT number FROM chain WHERE id = ?)", (lease,)).fetchone()
    months = months_between(json.loads(envelope[0])["body"]["terms"]["term"])
    stated = 0
    for month in months:
        answer = journal.run("statement", lease, month, "--json", now=now)
        if answer.returncode != 0:
            continue
        stated += 1
        statement = json.loads(answer.stdout)
        compare_line(tally, name + " " + month, statement, "3.1(1)", "gpu_seconds", report["gpu_seconds"].get(month, "0"))
        outside = outside_shown_with(report["outside_term_gpu_seconds"], month, months)
        tally.check(statement["outside_term_gpu_seconds"] == outside, "%s %s outside the term" % (name, month),
                    (statement["outside_term_gpu_seconds"], outside))
        compare_line(tally, name + " " + month, statement, "3.1(2)", "byte_seconds",
                     report["storage_byte_seconds"].get(month, "0"))
    tally.check(stated > 0, name + " has statements")
    tally.note(set(report["gpu_seconds"]) <= set(months), name + " has billed use in a month that no statement shows")


def compare_line(tally, name, statement, clause, key, ours):
    """The sum over the lines of a clause."""
    theirs = sum(round(1000 * exactly(line[key])) for line in statement["lines"] if line["clause"] == clause)
    tally.check(read_journal.thousandths(theirs) == ours, "%s %s" % (name, key), (read_journal.thousandths(theirs), ours))


def exactly(text):
    """A decimal, exactly."""
    return Fraction(text)


def compare(tally, journal, now=END):
    """The whole journal."""
    try:
        report = journal.read(now)
    except read_journal.Refused as why:
        tally.check(False, "%s: the reader accepts the journal" % journal.name, why)
        return None
    tally.check(True, "")
    house = journal.json("facts", "house", "--verify")
    tally.check(house["head"] == report["house"]["head"], journal.name + " head of the house")
    tally.check(sorted(report) == sorted(journal.leases + ["house"]), journal.name + " chains", sorted(report))
    for lease in journal.leases:
        compare_lease(tally, journal, lease, report[lease], now)
    return report


def compare_after_rebuild(tally, journal, now=END):
    """`rebuild` makes derived tables again and leaves the truth alone."""
    before = journal.read(now)
    journal.must("rebuild", now=now)
    tally.check(journal.read(now) == before, journal.name + " is the same after rebuild")
    compare(tally, journal, now)


# ----------------------------------------------------------------------------------------------------------- shapes

def key_shapes():
    """Blocks of keys that lead to each key form, and to the edges between them."""
    many = ["%d" % number for number in range(500000, 500300)]
    return [
        ["1", "2", "3"], ["0", "5"], ["00", "01"], ["abc", "def"], ["abc1", "abc01"], ["z1", "z2", "z0"], ["z11", "zz2"],
        ["p00", "p02"], ["123456789012345678", "6"], ["1234567890123456789", "1234567890123456790"],
        ["1234567890123456789"], ["a1234567890123456789", "a1234567890123456790"], ["abcd"], ["ABCD"], ["ab13", "ab14"],
        ["ab1c", "ab1d"], ["00ff"], ["é1", "è2"], ["x y"], ["q_", "qq_"], ["0a", "09"], ["18446744073709551616"],
        ["a" * 128], ["b" * 130], ["c" * 300], ["w1", "w", "w2"], ["job/7", "job/10", "job/9"], ["job-3.0", "job-3.1"],
        many, ["%06x" % (7 * number) for number in range(300)], ["n%04d" % number for number in range(300)],
        ["user%d/job%d" % (number % 7, number) for number in range(200)], ["作业1", "作业2"], ["-1", "-2"], ["999999999999999999",
                                                                                                   "1000000000000000000"],
    ]


def make_keys(binary, folder):
    """One block for each shape of keys."""
    journal = Journal(binary, folder, "keys")
    journal.sign()
    for keys in key_shapes():
        journal.usage([row(key) for key in keys], "2017-10-01T00:00:00Z")
    return journal


def random_rows(generator, count, first):
    """Rows of every sort."""
    rows = []
    for number in range(first, first + count):
        start = generator.randrange(-86400 * 3, 86400 * 360)
        length = generator.choice((0, 1, 59, 3600, 86400, generator.randrange(86400 * 40)))
        suspended = generator.choice((0, 0, 0, generator.randrange(length + 1), length))
        gpus = generator.choice(("1", "2", "8", "64", "2500", "0.5", "0.001", "1.125", "320"))
        rows.append(row("k%d" % number, instant(start), instant(start + length), gpus,
                        generator.choice((ACCOUNT, ACCOUNT, ACCOUNT, "other", "")),
                        generator.choice(("alice", "bob", "张三", "")), generator.choice(("", "NVIDIA H200")),
                        generator.choice(("", "llm-pretraining", "evaluation")),
                        generator.choice(("COMPLETED", "FAILED", "TIMEOUT", "CANCELLED by 12", "STRANGE")), str(suspended),
                        generator.choice(("", "n1", "n[1-3]"))))
    return rows


def corrected(generator, line):
    """The same row with another end, number of GPUs, account or user."""
    parts = line.split(",")
    which = generator.randrange(4)
    if which == 0:
        parts[4] = generator.choice(("3", "0.25", "7.5"))
    elif which == 1:
        parts[1] = generator.choice((ACCOUNT, "other", "third"))
    elif which == 2:
        parts[5] = "carol"
    else:
        parts[9] = "0"
        parts[3] = instant(86400 * 361)
    return ",".join(parts)


def make_random(binary, folder, seed, *changes):
    """Random rows, several corrections, an import again, and a large block."""
    generator = random.Random(seed)
    journal = Journal(binary, folder, "random-%d" % seed)
    journal.sign(*changes)
    rows = random_rows(generator, 900, 0)
    journal.usage(rows[:300], "2018-10-01T00:00:00Z")
    journal.usage(rows[200:], "2018-10-02T00:00:00Z")
    journal.usage([corrected(generator, line) for line in generator.sample(rows, 400)], "2018-10-03T00:00:00Z")
    journal.usage(generator.sample(rows, 200), "2018-10-04T00:00:00Z")
    return journal


def make_many(binary, folder):
    """More than 4096 rows, so several blocks; then every seventh corrected, some twice in one file."""
    journal = Journal(binary, folder, "many")
    journal.sign()
    rows = [row(str(number), instant(97 * number), instant(97 * number + 5000), str(1 + number % 8), node="n%d" % (number % 50))
            for number in range(10000)]
    journal.usage(rows, "2018-10-01T00:00:00Z")
    journal.usage([row(str(number), instant(97 * number), instant(97 * number + 5001), "0.5") for number in range(0, 10000, 7)],
                  "2018-10-02T00:00:00Z")
    journal.usage([row(str(number), instant(97 * number), instant(97 * number + extra), "2")
                   for number in range(0, 10000, 70) for extra in (10, 20, 30)], "2018-10-03T00:00:00Z")
    return journal


def make_open(binary, folder):
    """Running rows: closed, kept, left alone until they run away, and across the end of the term."""
    journal = Journal(binary, folder, "open")
    journal.sign()
    running = [row("r%d" % number, instant(3600 * number), "", str(number % 3 + 0.5), state="RUNNING",
                   suspended=str(100 * (number % 4))) for number in range(40)]
    journal.usage(running, "2017-09-03T00:00:00Z")
    journal.usage(running[:30], "2017-09-04T00:00:00Z")
    journal.usage([row("r%d" % number, instant(3600 * number), instant(3600 * number + 200000)) for number in range(20)],
                  "2017-09-06T00:00:00Z")
    journal.usage([row("late", "2018-08-31T00:00:00Z", "", "4", state="RUNNING")], "2018-08-31T08:00:00Z")
    journal.usage([row("r50", end="", account="unknown", state="RUNNING")], "2018-09-01T00:00:00Z")
    journal.usage([row("r50", account="unknown"), row("r51", end="", account="", state="RUNNING")], "2018-09-02T00:00:00Z")
    return journal


def make_resized(binary, folder):
    """Jobs whose resizing left rows that overlap, by sacct."""
    journal = Journal(binary, folder, "resized")
    journal.sign()
    lines = ["JobIDRaw|JobID|Account|User|Start|End|Submit|AllocTRES|State|Suspended|NodeList"]
    for job in range(60):
        starts = ("00:00:00", ("00:00:00", "01:00:00", "01:30:00", "02:00:00")[job % 4])
        ends = (("01:30:00", "02:00:00", "03:00:00")[job % 3], "03:00:00")
        submits = ("2017-09-04T23:00:00", "2017-09-05T" + ("01:30:00", starts[1])[job % 2])
        for part, gpus in enumerate((8, 1 + job % 9)):
            lines.append("%d|%d|%s|u|2017-09-05T%s|2017-09-05T%s|%s|gres/gpu=%d|%s|00:00:00|n1" % (
                job, job, ACCOUNT, starts[part], ends[part], submits[part], gpus, ("RESIZING", "COMPLETED")[part]))
    journal.must("import", journal.write(lines), "--format", "sacct", "--zone", "UTC", now="2017-10-01T00:00:00Z")
    journal.must("import", journal.write(lines[:1] + lines[20:40:3] + lines[41:60:2]), "--format", "sacct", "--zone", "UTC",
                 now="2017-10-02T00:00:00Z")
    return journal


def make_philly(binary, folder):
    """The accounting of Philly, where the tree has it."""
    source = os.path.join(HERE, "..", "data", "philly", "philly.csv.zst")
    journal = Journal(binary, folder, "philly")
    journal.sign(("from: 2017-09-01", "from: 2017-08-28"), ("to: 2018-08-31", "to: 2018-08-27"))
    if os.path.exists(source):
        journal.must("import", source, "--source", "philly", "--zone", "America/Los_Angeles", "--lease", LEASE, "--columns",
                     "start=timestamp,gpus=num_gpus,duration=duration,account=cluster", now="2018-09-01T00:00:00Z")
    return journal


def make_parked(binary, folder):
    """Every reason to park, and the decisions."""
    journal = Journal(binary, folder, "parked")
    journal.sign()
    journal.usage([row("1", account="unknown"), row("2", account=""), row("3", end=""),
                   row("4", end="2017-09-04T00:00:00Z"), row("5", "2018-10-01T00:00:00Z", "2018-10-01T05:00:00Z"),
                   row("6", suspended="4000"), row("7", start=""), row("8", gpus=""), row("9", state="ODD"),
                   row("10", model="NVIDIA A100"), row("11", "2018-08-31T10:00:00Z", "2018-08-31T20:00:00Z", suspended="7000"),
                   row("12", "2017-08-31T10:00:00Z", "2017-08-31T20:00:00Z", suspended="7000"),
                   row("13", end=""), row("14", end="2017-09-04T00:00:00Z")], "2018-10-05T00:00:00Z")
    for arguments in (("release", "1", "--lease", LEASE), ("release", "5", "--lease", LEASE),
                      ("release", "3", "--lease", LEASE, "--end", "2017-09-06T00:00:00Z"), ("dismiss", "4"),
                      ("dismiss", "--account", "unknown")):
        journal.run("park", *arguments, "--because", "a test", now="2018-10-06T00:00:00Z")
    return journal


def make_part_month(binary, folder):
    """A term from the middle of a month; allocations of the same month before it, parked and then billed."""
    journal = Journal(binary, folder, "part-month")
    journal.sign(("from: 2017-09-01", "from: 2017-09-15"), ("to: 2018-08-31", "to: 2018-09-14"))
    journal.usage([row("1"), row("2", "2017-09-14T10:00:00Z", "2017-09-14T20:00:00Z", gpus="1.5"),
                   row("3", "2018-09-14T10:00:00Z", "2018-09-14T20:00:00Z"),
                   row("4", "2018-09-14T18:00:00Z", "2018-09-14T20:00:00Z", suspended="60")], "2018-10-05T00:00:00Z")
    for key in ("1", "4"):
        journal.must("park", "release", key, "--lease", LEASE, "--because", "a test", now="2018-10-06T00:00:00Z")
    return journal


def make_late(binary, folder):
    """Rows first, the lease afterwards: they are placed at signing; and a second lease."""
    journal = Journal(binary, folder, "late")
    journal.sign((LEASE, "TL-A"), (ACCOUNT, "first"))
    journal.usage([row("s%d" % number, instant(1000 * number), instant(1000 * number + 7777), "1.5")
                   for number in range(500)] + [row("f%d" % number, account="first") for number in range(5)],
                  "2017-10-01T00:00:00Z")
    journal.storage(storage_rows(random.Random(4), ACCOUNT, "first"), "2017-10-01T00:00:00Z")
    journal.sign((LEASE, "TL-B"), now="2017-10-02T00:00:00Z")
    journal.usage([row("s%d" % number, instant(1000 * number), instant(1000 * number + 7778), "1.5",
                       account=("first", ACCOUNT)[number % 2]) for number in range(0, 500, 3)], "2017-10-03T00:00:00Z")
    return journal


def storage_rows(generator, *accounts):
    """Samples of a few file systems over two months, with gaps and owners that come and go."""
    rows = []
    for filesystem in ("lustre", "gpfs", "", "1"):
        moment = -86400 * 3
        while moment < 86400 * 70:
            moment += generator.choice((3600, 7200, 86400, 86400 * 3))
            for account in accounts:
                for user in ("alice", "bob", ""):
                    if generator.random() < 0.6:
                        rows.append("%s,%d,%s,%s,%s" % (instant(moment), generator.randrange(10 ** 15), account, user,
                                                        filesystem))
    generator.shuffle(rows)
    return rows


def make_storage(binary, folder):
    """Samples, corrected samples, samples of others."""
    generator = random.Random(9)
    journal = Journal(binary, folder, "storage")
    journal.sign()
    rows = storage_rows(generator, ACCOUNT, "stranger")
    journal.storage(rows[:len(rows) // 2], "2017-12-01T00:00:00Z")
    journal.storage(rows[len(rows) // 3:], "2017-12-02T00:00:00Z")
    changed = [line.split(",") for line in generator.sample(rows, 60)]
    journal.storage([",".join([parts[0], str(int(parts[1]) // 2)] + parts[2:]) for parts in changed], "2017-12-03T00:00:00Z")
    journal.storage(["%s,%d,%s,alice,lustre" % ("2018-08-31T00:00:00Z", 10 ** 14, ACCOUNT)], "2018-09-02T00:00:00Z")
    return journal


def make_accounts(binary, folder):
    """A lease with several accounts, whose suspended time is billed, with another limit for runaways and gaps."""
    journal = Journal(binary, folder, "accounts")
    journal.sign(("  account: 6c71a0  ", "  accounts: [second, third]\n  runaway_after: 36 hours\n  account: 6c71a0  "),
                 ("  servers: 40\n", "  servers: 40\n  suspended: billed\n"),
                 ("  capacity: 500 TB\n", "  capacity: 500 TB\n  max_gap: 30 minutes\n"))
    accounts = (ACCOUNT, "second", "third", "fourth")
    journal.usage([row("a%d" % number, instant(5000 * number), instant(5000 * number + 9000), "3", accounts[number % 4],
                       suspended=str(number)) for number in range(300)] +
                  [row("open", instant(0), "", "1", suspended="50", state="RUNNING")], "2017-10-01T00:00:00Z")
    journal.storage(storage_rows(random.Random(3), *accounts), "2017-12-01T00:00:00Z")
    return journal


def make_zone(binary, folder, zone):
    """Another zone, with rows about its changes and about the ends of months."""
    journal = Journal(binary, folder, "zone-" + zone.replace("/", "-"))
    journal.sign(("Asia/Shanghai", zone))
    rows = []
    for number in range(900):
        start = number * 9000
        rows.append(row("z%d" % number, instant(start), instant(start + (3601, 86399, 12345)[number % 3]), "1.001"))
    journal.usage(rows, "2018-10-01T00:00:00Z")
    journal.usage([row("long", instant(-86400 * 9), instant(86400 * 380), "1")], "2018-10-02T00:00:00Z")
    return journal


def make_doubled_midnight(binary, folder):
    """A zone that, on 2009-11-01 at 00:01, went back to 23:01 of the day before: local midnight came twice. One
    allocation a minute, each with its own number of GPUs, shows where the month ends."""
    journal = Journal(binary, folder, "doubled-midnight")
    journal.sign(("Asia/Shanghai", "America/St_Johns"), ("2017-09-01", "2009-09-01"), ("2018-08-31", "2010-08-31"),
                 now="2009-08-25T00:00:00Z")
    rows = [row("m%d" % minute, "2009-11-01T%02d:%02d:00Z" % (2 + minute // 60, minute % 60),
                "2009-11-01T%02d:%02d:59Z" % (2 + minute // 60, minute % 60), "%d" % (1 + minute)) for minute in range(120)]
    journal.usage(rows, "2010-10-01T00:00:00Z")
    return journal


def make_sm3(binary, folder):
    """A chain of SM3."""
    journal = Journal(binary, folder, "sm3")
    journal.sign(("algorithm: ed25519 ", "algorithm: sm2 "))
    journal.usage([row("h%d" % number, instant(60 * number), instant(60 * number + 61)) for number in range(100)],
                  "2017-10-01T00:00:00Z")
    return journal


# ---------------------------------------------------------------------------------------------------------- tampering

def copy_without_triggers(journal, name):
    """A copy of the journal that lets itself be changed: (its path, a connection)."""
    path = os.path.join(journal.folder, name + ".db")
    if os.path.exists(path):
        os.remove(path)
    source, target = sqlite3.connect(journal.path), sqlite3.connect(path)
    source.backup(target)
    source.close()
    for (trigger,) in target.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        target.execute('DROP TRIGGER "%s"' % trigger)
    return path, target


def refused_by_reader(path):
    """The reader's reason, or nothing."""
    try:
        read_journal.read_journal(path, read_journal.read_instant(END))
    except read_journal.Refused as why:
        return str(why)
    return None


def refused_by_program(journal, path, ids, *verb):
    """Whether the program notices, with the verb or with facts --verify on one of the chains."""
    damaged = Journal(journal.binary, journal.folder, "damaged")
    damaged.path = path
    if verb:
        return damaged.run(*verb).returncode != 0
    return any(damaged.run("facts", chain, "--verify").returncode != 0 for chain in ids)


def expect_noticed(tally, journal, name, damage, program=Tally.check):
    """Damage a copy; both must notice (program: Tally.note where the program need not, None where it cannot)."""
    path, database = copy_without_triggers(journal, "tampered")
    damage(database)
    database.commit()
    database.close()
    tally.check(refused_by_reader(path) is not None, "tampered: the reader notices: " + name)
    if program:
        program(tally, refused_by_program(journal, path, journal.leases + ["house"]),
                "tampered: facts --verify notices: " + name)


def flipped(data, at, bit=0):
    """The bytes with one bit turned."""
    return data[:at] + bytes([data[at] ^ (1 << bit)]) + data[at + 1:]


def flip_tests(tally, journal, generator):
    """One bit anywhere in envelopes, heads and payloads."""
    database = sqlite3.connect(journal.path)
    cells = {"envelope": database.execute("SELECT number, envelope FROM fact").fetchall(),
             "head": database.execute("SELECT number, head FROM fact").fetchall(),
             "bytes": database.execute("SELECT fact, bytes FROM payload").fetchall()}
    database.close()
    for column, rows in cells.items():
        table, key = ("payload", "fact") if column == "bytes" else ("fact", "number")
        for number, data in rows:
            at = generator.randrange(len(data))
            statement = "UPDATE %s SET %s = ? WHERE %s = ?" % (table, column, key)
            changed = flipped(data, at, generator.randrange(8))
            expect_noticed(tally, journal, "a bit of %s of fact %d" % (column, number),
                           lambda base: base.execute(statement, (changed, number)))


def swap(database, table, column, key, one, other):
    """Exchange a column of two rows."""
    read = "SELECT %s FROM %s WHERE %s = ?" % (column, table, key)
    left, right = (database.execute(read, (number,)).fetchone()[0] for number in (one, other))
    for number, value in ((one, right), (other, left)):
        database.execute("UPDATE %s SET %s = ? WHERE %s = ?" % (table, column, key), (value, number))


def swap_seq(database, one, other):
    """Exchange the places of two facts."""
    left, right = (database.execute("SELECT seq FROM fact WHERE number = ?", (number,)).fetchone()[0]
                   for number in (one, other))
    database.execute("UPDATE fact SET seq = -1 WHERE number = ?", (one,))
    database.execute("UPDATE fact SET seq = ? WHERE number = ?", (left, other))
    database.execute("UPDATE fact SET seq = ? WHERE number = ?", (right, one))


def drop_fact(database, number, close_gap=False):
    """Remove a fact with its payload; perhaps move those after it up."""
    chain, seq = database.execute("SELECT chain, seq FROM fact WHERE number = ?", (number,)).fetchone()
    database.execute("DELETE FROM payload WHERE fact = ?", (number,))
    database.execute("DELETE FROM fact WHERE number = ?", (number,))
    if close_gap:
        rows = database.execute("SELECT number FROM fact WHERE chain = ? AND seq > ? ORDER BY seq", (chain, seq)).fetchall()
        for (later,) in rows:
            database.execute("UPDATE fact SET seq = seq - 1 WHERE number = ?", (later,))


def structure_tests(tally, journal):
    """Facts dropped, swapped, moved; columns changed."""
    database = sqlite3.connect(journal.path)
    usage = [number for (number,) in database.execute("SELECT number FROM fact WHERE kind = 'usage' ORDER BY number")]
    database.close()
    first, second, third = usage[0], usage[1], usage[-1]

    def note(name, statement, *values, **options):
        expect_noticed(tally, journal, name, lambda base: base.execute(statement, values), **options)

    expect_noticed(tally, journal, "a fact is dropped", lambda base: drop_fact(base, second))
    expect_noticed(tally, journal, "a fact is dropped and the gap closed", lambda base: drop_fact(base, second, True))
    expect_noticed(tally, journal, "the first fact is dropped", lambda base: drop_fact(base, 1))
    # A chain cannot tell that its last fact is gone; the numbers over all chains can, while a later one is there.
    expect_noticed(tally, journal, "the last fact of the lease is dropped", lambda base: drop_fact(base, third), program=None)
    expect_noticed(tally, journal, "two facts swap places", lambda base: swap_seq(base, first, second))
    for column in ("envelope", "head"):
        expect_noticed(tally, journal, "two facts swap their " + column,
                       lambda base: swap(base, "fact", column, "number", first, second))
    expect_noticed(tally, journal, "two facts swap their payloads",
                   lambda base: swap(base, "payload", "bytes", "fact", first, second))
    note("a payload is gone", "DELETE FROM payload WHERE fact = ?", second)
    note("a payload is empty", "UPDATE payload SET bytes = x'' WHERE fact = ?", second)
    note("a payload is longer", "UPDATE payload SET bytes = CAST(bytes || x'00' AS BLOB) WHERE fact = ?", second)
    note("a payload is shorter", "UPDATE payload SET bytes = substr(bytes, 1, length(bytes) - 1) WHERE fact = ?", second)
    note("an envelope gets a space", "UPDATE fact SET envelope = CAST(envelope || ' ' AS BLOB) WHERE number = ?", second)
    note("a head is shorter", "UPDATE fact SET head = substr(head, 1, 31) WHERE number = ?", second)
    note("the kind's column differs", "UPDATE fact SET kind = 'parked' WHERE number = ?", second)
    note("the recorded column differs", "UPDATE fact SET recorded = recorded + 1 WHERE number = ?", second)
    note("the algorithm differs", "UPDATE chain SET algorithm = 1 - algorithm WHERE id = ?", journal.leases[0])
    note("the house's algorithm differs", "UPDATE chain SET algorithm = 1 WHERE id = 'house'")
    note("the algorithm is unknown", "UPDATE chain SET algorithm = 2 WHERE id = ?", journal.leases[0])
    note("a fact moves to another chain", "UPDATE fact SET chain = (SELECT number FROM chain WHERE id = 'house'), seq = 99 "
         "WHERE number = ?", second)
    note("a chain is renamed", "UPDATE chain SET id = 'TL-X' WHERE id = ?", journal.leases[0])
    note("a stray payload", "INSERT INTO payload SELECT number, 0, x'00' FROM fact WHERE kind = 'import' LIMIT 1",
         program=Tally.note)


# ------------------------------------------------------------------------------------------ well hashed, badly written

def rehash(database, chain_id):
    """Make every digest, length and head of a chain right again."""
    number, algorithm = database.execute("SELECT number, algorithm FROM chain WHERE id = ?", (chain_id,)).fetchone()
    digest = read_journal.ALGORITHMS[algorithm][1]
    head = read_journal.genesis(chain_id, digest)
    rows = database.execute("SELECT f.number, f.envelope, p.bytes FROM fact f LEFT JOIN payload p ON p.fact = f.number "
                            "WHERE chain = ? ORDER BY seq", (number,)).fetchall()
    for fact, envelope, payload in rows:
        if payload is not None and digest(payload).hex().encode() not in envelope.lower():
            fields = json.loads(envelope)
            fields["payload"].update(bytes=len(payload), digest=digest(payload).hex())
            envelope = read_journal.canonical_json(fields).encode()
        head = read_journal.next_head(head, envelope, digest)
        database.execute("UPDATE fact SET envelope = ?, head = ? WHERE number = ?", (envelope, head, fact))


def packed(*values, wider=0):
    """The document's packed integers; perhaps wider than they may be."""
    out = b""
    for first in range(0, len(values), 64):
        group = values[first:first + 64]
        width = max(group).bit_length() + wider
        bits = sum(value << (width * place) for place, value in enumerate(group))
        out += bytes([width]) + bits.to_bytes((len(group) * width + 7) // 8, "little")
    return out


def usage_block(count, **changed):
    """A block of usage-1 with the smallest columns; each named one replaced (None: left out)."""
    start = 2 * 1504224000
    columns = {"c1": packed(*([start] + [0] * (count - 1))), "c2": packed(*[3600] * count), "c3": b"\1" + packed(*[1] * count),
               "c4": b"\1\4key/" + packed(*([200] + [2] * (count - 1)))}
    columns.update(changed)
    present = [(int(name[1:]), data) for name, data in columns.items() if data is not None]
    present.sort(key=lambda column: column[0])
    out = struct.pack("<HB", count, len(present))
    for number, data in present:
        out += struct.pack("<BI", number, len(data))
    return out + b"".join(data for _, data in present)


def texts(table, *numbers):
    """A column of texts."""
    return struct.pack("<H", len(table)) + b"".join(bytes([len(text)]) + text for text in table) + packed(*numbers)


def good_blocks():
    """Blocks that the document allows; the bad ones differ from them in one point."""
    return {
        "smallest": usage_block(1),
        "two": usage_block(2),
        "with a column from 128 on": usage_block(2, c200=b"anything"),
        "texts": usage_block(3, c5=texts([b"NVIDIA H200"], 0, 1, 1)),
        "hexadecimal keys": usage_block(1, c4=b"\2\2\xab\xcd"),
        "plain keys": usage_block(2, c4=b"\0" + packed(0, 1) + packed(2, 1) + b"xyz"),
        "thousandths": usage_block(1, c3=b"\0" + packed(1500)),
        "flag 32": usage_block(1, c17=packed(32)),
        "70 records": usage_block(70),
    }


NOT_DEMANDED = {"a withdrawal of nothing", "suspended too long"}  # a matter of applying records, not of the format


def bad_blocks():
    """Blocks that the document forbids."""
    smallest = usage_block(1)
    return {
        "no record": struct.pack("<H", 0) + smallest[2:],
        "4097 records": usage_block(4097),
        "a byte too many": smallest + b"\0",
        "a byte too few": smallest[:-1],
        "a column's bytes left over": usage_block(1, c2=packed(3600) + b"\0"),
        "column 0": usage_block(1, c0=packed(1)),
        "column 20": usage_block(1, c20=packed(1)),
        "column 127": usage_block(1, c127=packed(1)),
        "column 1 missing": usage_block(1, c1=None),
        "column 4 missing": usage_block(1, c4=None),
        "columns descend": swap_directory(usage_block(1, c9=packed(1), c17=packed(32))),
        "a column of zeros": usage_block(1, c9=packed(0)),
        "texts that none has": usage_block(1, c5=texts([], 0)),
        "a width too wide": usage_block(1, c2=packed(3600, wider=1)),
        "a width of zeros": usage_block(1, c2=b"\1\0"),
        "a width of 65": usage_block(1, c2=b"\x41" + bytes(8) + b"\1"),
        "padding": usage_block(1, c2=flipped(packed(3600), 2, 7)),
        "second group too wide": usage_block(70, c2=packed(*[3600] * 64) + packed(*[3600] * 6, wider=1)),
        "GPU scale 2": usage_block(1, c3=b"\2" + packed(1)),
        "whole GPUs as thousandths": usage_block(1, c3=b"\0" + packed(2000)),
        "key form 3": usage_block(1, c4=b"\3\1\xab"),
        "a prefix with a digit": usage_block(1, c4=b"\1\5key/1" + packed(200)),
        "a negative number in a key": usage_block(1, c4=b"\1\4key/" + packed(199)),
        "a key's number of 19 digits": usage_block(1, c4=b"\1\4key/" + packed(2 * 10 ** 18)),
        "a prefix length too long": usage_block(1, c4=b"\1\x84\0key/" + packed(200)),
        "hexadecimal where numbers fit": usage_block(1, c4=b"\2\2\x12\x34"),
        "hexadecimal of no digits": usage_block(1, c4=b"\2\0"),
        "hexadecimal of 65 bytes": usage_block(1, c4=b"\2\x41" + b"\xab" * 65),
        "plain where numbers fit": usage_block(1, c4=b"\0" + packed(0) + packed(2) + b"x1"),
        "plain where hexadecimal fits": usage_block(1, c4=b"\0" + packed(0) + packed(2) + b"ab"),
        "plain shares too little": usage_block(2, c4=b"\0" + packed(0, 0) + packed(2, 2) + b"xyxz"),
        "plain shares too much": usage_block(2, c4=b"\0" + packed(0, 3) + packed(2, 2) + b"xyxz"),
        "first key shares": usage_block(1, c4=b"\0" + packed(1) + packed(2) + b"xy"),
        "texts out of order": usage_block(2, c5=texts([b"NVIDIA H200", b"x"], 2, 1)),
        "a text unused": usage_block(1, c7=texts([b"evaluation", b"x"], 1)),
        "a text twice": usage_block(2, c7=texts([b"x", b"x"], 1, 2)),
        "a text empty": usage_block(2, c7=texts([b"x", b""], 1, 2)),
        "a text that is no UTF-8": usage_block(1, c7=texts([b"\xff"], 1)),
        "a text's number too large": usage_block(1, c7=texts([b"x"], 2)),
        "cause 6": usage_block(1, c10=packed(6)),
        "flag 64": usage_block(1, c17=packed(64)),
        "an open record with a length": usage_block(1, c17=packed(2)),
        "a withdrawal of nothing": usage_block(1, c11=packed(1), c17=packed(1)),
        "suspended too long": usage_block(1, c9=packed(3601)),
    }


def swap_directory(block):
    """The block with its last two columns named in the wrong order (they are as long as each other)."""
    count = block[2]
    one, other = 3 + 5 * (count - 2), 3 + 5 * (count - 1)
    return block[:one] + block[other:other + 1] + block[one + 1:other] + block[one:one + 1] + block[other + 1:]


def replace_last_usage(database, block):
    """Put the block in place of the lease's last payload of usage, and hash again."""
    fact = database.execute("SELECT max(number) FROM fact WHERE kind = 'usage'").fetchone()[0]
    database.execute("UPDATE payload SET bytes = ? WHERE fact = ?", (block, fact))
    rehash(database, LEASE)


def strict_block_tests(tally, journal):
    """Rightly hashed blocks: reader and program (rebuild) take the good and refuse the bad."""
    for good, blocks in ((True, good_blocks()), (False, bad_blocks())):
        for name, block in blocks.items():
            path, database = copy_without_triggers(journal, "rehashed")
            replace_last_usage(database, block)
            database.commit()
            database.close()
            why = refused_by_reader(path)
            tally.check((why is None) == good, "block, reader: %s" % name, why)
            tally.check(not refused_by_program(journal, path, journal.leases), "block, rightly hashed: %s" % name)
            refused = refused_by_program(journal, path, (), "rebuild")
            verdict = tally.note if name in NOT_DEMANDED else tally.check
            verdict(refused != good, "block, rebuild %s it: %s" % ("takes" if good else "refuses", name))


def storage_block(times, in_use, table, filesystems, owners, flags):
    """A block of storage-1."""
    def measured(data):
        return struct.pack("<I", len(data)) + data
    return (struct.pack("<H", len(in_use)) + measured(packed(*times)) + measured(packed(*in_use)) +
            struct.pack("<H", len(table)) + b"".join(bytes([len(text)]) + text for text in table) +
            measured(packed(*filesystems)) + measured(packed(*owners)) + measured(packed(*flags)))


def strict_storage_tests(tally, journal):
    """The same for storage-1."""
    at = 2 * 1504224000
    cases = [
        (True, "plain", storage_block([at, 2], [5, 6], [b"fs", b"1"], [1, 1], [2, 2], [0, 0])),
        (True, "no texts", storage_block([at], [5], [], [0], [0], [0])),
        (True, "one text for both", storage_block([at], [5], [b"1"], [1], [1], [0])),
        (False, "flags 2", storage_block([at], [5], [b"fs"], [1], [0], [2])),
        (False, "owners first", storage_block([at], [5], [b"1", b"fs"], [2], [1], [0])),
        (False, "a text unused", storage_block([at], [5], [b"fs", b"1"], [1], [0], [0])),
        (False, "a text twice", storage_block([at], [5], [b"1", b"1"], [1], [2], [0])),
        (False, "a withdrawal of nothing", storage_block([at], [5], [b"fs", b"1"], [1], [2], [1])),
        (False, "a byte too many", storage_block([at], [5], [b"fs", b"1"], [1], [2], [0]) + b"\0"),
    ]
    for good, name, block in cases:
        path, database = copy_without_triggers(journal, "rehashed")
        fact = database.execute("SELECT max(number) FROM fact WHERE kind = 'storage' AND chain = 1").fetchone()[0]
        database.execute("UPDATE payload SET bytes = ? WHERE fact = ?", (block, fact))
        rehash(database, journal.leases[0])
        database.commit()
        database.close()
        why = refused_by_reader(path)
        tally.check((why is None) == good, "storage block, reader: %s" % name, why)
        refused = refused_by_program(journal, path, (), "rebuild")
        verdict = tally.note if name in NOT_DEMANDED else tally.check
        verdict(refused != good, "storage block, rebuild %s it: %s" % ("takes" if good else "refuses", name))


def rewrite_envelope(database, change):
    """Change the last usage fact's envelope as text and hash again."""
    fact, envelope = database.execute("SELECT number, envelope FROM fact WHERE kind = 'usage' ORDER BY number DESC").fetchone()
    changed = change(envelope)
    if changed == envelope:
        raise AssertionError("the envelope did not change")
    database.execute("UPDATE fact SET envelope = ? WHERE number = ?", (changed, fact))
    rehash(database, LEASE)


def strict_envelope_tests(tally, journal):
    """Envelopes that hash right and are not canonical, or say what they must not."""
    cases = {
        "white space": lambda text: text.replace(b'"v":1', b'"v": 1'),
        "a final newline": lambda text: text + b"\n",
        "keys not sorted": lambda text: b'{"v":1,' + text[1:].replace(b',"v":1', b""),
        "a key twice": lambda text: text.replace(b'"v":1', b'"v":1,"v":1'),
        "a fraction": lambda text: text.replace(b'"v":1', b'"v":1.0'),
        "an exponent": lambda text: text.replace(b'"v":1', b'"v":1e0'),
        "an escape without need": lambda text: text.replace(b'"usage"', b'"\\u0075sage"'),
        "an escaped solidus": lambda text: text.replace(b'"by":"', b'"by":"\\/'),
        "an upper-case escape": lambda text: text.replace(b'"by":"', b'"by":"\\u001F'),
        "a long escape": lambda text: text.replace(b'"by":"', b'"by":"\\u000a'),
        "no UTF-8": lambda text: text.replace(b'"by":"', b'"by":"\xff'),
        "a large number": lambda text: text.replace(b'"happened":', b'"happened":90071992547'),
        "version 2": lambda text: text.replace(b'"v":1', b'"v":2'),
        "another lease": lambda text: text.replace(LEASE.encode(), b"TL-2017-0902"),
        "another seq": lambda text: text.replace(b'"seq":', b'"seq":1'),
        "an unknown kind": lambda text: text.replace(b'"usage"', b'"usagf"'),
        "an unknown key": lambda text: text.replace(b'"v":1', b'"v":1,"w":1'),
        "an upper-case digest": lambda text: upper_digest(text),
    }
    for name, change in cases.items():
        expect_noticed(tally, journal, "rightly hashed, envelope with " + name,
                       lambda base: rewrite_envelope(base, change), program=Tally.note)


def upper_digest(text):
    """The envelope with the payload's digest in upper case."""
    digest = json.loads(text)["payload"]["digest"]
    return text.replace(digest.encode(), digest.upper().encode())


# ----------------------------------------------------------------------------------------------------------- the run

def shape_tests(tally, binary, folder):
    """Journals of every shape; returns one for tampering."""
    makers = [make_keys, make_many, make_open, make_resized, make_philly, make_parked, make_part_month, make_late,
              make_storage, make_accounts, make_sm3, make_doubled_midnight]
    makers += [lambda where, place, seed=seed: make_random(where, place, seed) for seed in (1, 2, 3)]
    makers += [lambda where, place: make_random(where, place, 5, ("  servers: 40\n", "  servers: 40\n  suspended: billed\n"))]
    makers += [lambda where, place, zone=zone: make_zone(where, place, zone)
               for zone in ("America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Kathmandu")]
    journals = {}
    for maker in makers:
        try:
            journal = maker(binary, folder)
            compare(tally, journal)
            compare_after_rebuild(tally, journal)
            journals[journal.name] = journal
        except AssertionError as why:
            tally.check(False, "a journal can be made", why)
    for now in ("2017-09-03T00:00:00Z", "2017-09-08T12:34:56Z", "2017-09-12T00:00:00Z", "2017-10-01T00:00:00Z",
                "2018-08-31T12:00:00Z", "2018-08-31T16:00:00Z"):
        for name in ("open", "accounts", "storage"):
            if name in journals:
                compare(tally, journals[name], now)
    return journals


def make_small(binary, folder):
    """A small journal of every kind of fact, for damage."""
    journal = Journal(binary, folder, "small")
    journal.sign()
    journal.usage([row("1"), row("2", gpus="0.5"), row("3", account="unknown")], "2017-10-01T00:00:00Z")
    journal.usage([row("1", gpus="7"), row("x9z", account="unknown")], "2017-10-02T00:00:00Z")
    journal.storage(["2017-09-01T00:00:00Z,5000,%s,alice,fs" % ACCOUNT], "2017-10-03T00:00:00Z")
    journal.must("park", "dismiss", "3", "--because", "a test", now="2017-10-03T00:00:00Z")
    journal.usage([row("4"), row("5")], "2017-10-04T00:00:00Z")
    return journal


def sm3_tests(tally):
    """The standard's two examples, and hashlib where it knows SM3."""
    tally.check(read_journal.sm3_pure(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
                "SM3 of abc")
    tally.check(read_journal.sm3_pure(b"abcd" * 16).hex() == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732",
                "SM3 of 64 bytes")
    for size in (0, 1, 55, 56, 63, 64, 119, 120, 4000):
        tally.check(read_journal.sm3_pure(bytes(size)) == read_journal.sm3(bytes(size)), "SM3 of %d bytes" % size)


def main():
    """The command."""
    parser = argparse.ArgumentParser(description="hold the program against the independent reader of its journal")
    parser.add_argument("--binary", required=True)
    binary = os.path.abspath(parser.parse_args().binary)
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        for tests in (lambda: sm3_tests(tally), lambda: shape_tests(tally, binary, folder)):
            run_guarded(tally, tests)
        try:
            small = make_small(binary, folder)
        except AssertionError as why:
            tally.check(False, "the small journal can be made", why)
        else:
            compare(tally, small)
            for tests in (lambda: flip_tests(tally, small, random.Random(1)), lambda: structure_tests(tally, small),
                          lambda: strict_block_tests(tally, small), lambda: strict_storage_tests(tally, small),
                          lambda: strict_envelope_tests(tally, small)):
                run_guarded(tally, tests)
    print("%d passed, %d failed" % (tally.passed, tally.failed))
    return 1 if tally.failed else 0


def run_guarded(tally, tests):
    """A crash of a test is a failure, not the end."""
    try:
        tests()
    except Exception:  # noqa: BLE001
        trace = io.StringIO()
        traceback.print_exc(file=trace)
        tally.check(False, "crash", trace.getvalue())


if __name__ == "__main__":
    sys.exit(main())
