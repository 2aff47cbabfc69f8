"""The books: what hledger and beancount make of them, to the fen, on random histories of random leases.

    python3 tests/cli/test_books.py --binary PATH [--seeds 1-25] [arguments of unittest]

A seed makes one journal: leases with random terms are signed, usage is imported, months are issued, rows come late or
are corrected, payments come and go back, costs arise.  Everything is done by the program itself.
"""

from __future__ import annotations

import csv
import io
import json
import random
import re
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta

import program
from program import BAD_INPUT, LEASE, REFUSED_BY_AGREEMENT, ROOT, Case, environment, main, term_of

HEADER = "key,start,end,gpus,account,gpu_model,state\n"
DAY = timedelta(days=1)
EPOCH = date(1970, 1, 1)

IDS = ["TL-2017", "tl.2_a", "租约-3号", "A:B(c)[2017-01-01]", "Ω#7=x", "2017-X0123abcd", "K^@+"]
NAMES = ["示例智能研究有限公司", "A; B | C", 'The "Best" \\ Company', "=1+1", "2017-01-01 * (1) x", "(a) {b} ; date:never", "-", '"""',
         "payee  two  spaces", "account Assets:Bank", "@home 'co'", "* starred"]
REASONS = ["court fee", "line one\nline two", '=HYPERLINK("x")', "a;b|c", "\t2017-01-01 open X", "date:never, [2017-99-99]", '"', "\\"]
TOTALS = [("100.00", "壹佰元整"), ("5000.00", "伍仟元整"), ("9500000.00", "玖佰伍拾万元整")]

seeds = range(1, 26)


def at(day: date) -> str:
    return f"{day}T08:00:00Z"


def first_of(month: date) -> date:
    return month.replace(day=1)


def next_month(month: date) -> date:
    return first_of(first_of(month) + 32 * DAY)


def yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def fen(text: str) -> int:
    """Of "-12.34" or "-12.34 CNY"; hledger writes zero without decimals."""
    number = text.split()[0].replace(",", "")
    if "." not in number:
        return int(number) * 100
    whole, rest = number.split(".")
    assert len(rest) == 2, text
    return int(whole + rest)


# ---------------------------------------------------------------------------------------------------
# Random histories


class RandomLease:
    def __init__(self, rng: random.Random, number: int):
        self.id = f"{rng.choice(IDS)}-{number}" if rng.random() < 0.8 else f"X{number}"
        self.account = f"lab{number}"
        self.currency = rng.choice(["CNY", "CNY", "USD"])
        self.months = rng.randint(2, 4)
        self.first = rng.choice([date(2017, 9, 1), date(2017, 9, 15), date(2017, 11, 30), date(2024, 1, 31)])
        last_month = self.first
        for _ in range(self.months):
            last_month = next_month(last_month)
        lacks = (next_month(last_month) - last_month).days < self.first.day
        self.last = next_month(last_month) - DAY if lacks else last_month.replace(day=self.first.day) - DAY
        self.next_month = first_of(self.first)       # to be issued
        self.rows: dict[str, tuple[int, int, int]] = {}
        self.issued: list[dict] = []
        self.payments = 0
        self.unserved: list[int] = []
        self.open_payments: list[int] = []
        self.changes = self.terms(rng)

    def terms(self, rng: random.Random) -> dict:
        currency = self.currency
        amount, capitals = rng.choice(TOTALS)
        meaning = rng.choice(["estimate", "estimate", "cap", "fixed"])
        one_time = {"fees__dataset": f"{yuan(rng.randint(1, 4000))} {currency}", "fees__software": f"0.00 {currency}"}
        if rng.random() < 0.5:
            one_time = {"fees__dataset": f"0.00 {currency}", "fees__software": f"{yuan(rng.randint(1, 4000))} {currency}"}
        rate = rng.choice(["0.05", "0.3", "1", "0.0333"])
        changes = {
            "agreement": self.id, "cluster__account": self.account, "currency": currency, "time_zone": rng.choice(["UTC", "Asia/Shanghai"]),
            "lessee__name": rng.choice(NAMES), **term_of(str(self.first), str(self.last), self.months), **one_time,
            "fees__compute": f"{rng.choice(['36.00', '12.50', '0.333333'])} {currency}/GPU-hour",
            "fees__storage": f"{rng.choice(['0.35', '0'])} {currency}/GB/month",
            "fees__total": {"amount": f"{amount} {currency}", "capitals": capitals, "meaning": meaning},
            "payment__late_rate": f"{rate} %/day", "breach__late_rate": f"{rate} %/day",
            "payment__due_day": str(rng.choice([5, 10, 31])), "payment__order": rng.sample(["costs", "penalty", "principal"], 3),
        }
        if rng.random() < 0.6:
            clauses = rng.sample(["3.1(1)", "3.1(2)", "3.1(3)", "3.1(4)"], rng.randint(1, 4))
            changes["tax"] = [{"clause": clause, "rate": f"{rng.choice(['6', '13', '0.5'])} %"} for clause in clauses]
            changes["tax_prices"] = rng.choice(["inclusive", "exclusive"])
        if rng.random() < 0.3:
            changes["payment__penalty_cap"] = f"{rng.choice(['1', '10'])} %"
        return changes


class RandomBooks(Case):
    def setUp(self):
        super().setUp()
        self.rng = random.Random("books")

    def live(self, seed: int) -> None:
        """One history; afterwards `leases` and `today` tell how it ended."""
        self.rng = random.Random(f"books {seed}")
        self.leases = [RandomLease(self.rng, number) for number in range(self.rng.choice([1, 1, 2, 3]))]
        self.today = min(lease.first for lease in self.leases) - DAY
        for lease in self.leases:
            self.sign(now=at(self.today), **lease.changes)
        while unfinished := [lease for lease in self.leases if lease.next_month <= lease.last]:
            self.live_through(min(unfinished, key=lambda lease: (lease.next_month, lease.id)))
        for lease in self.leases:
            self.random_acts(lease, self.rng.randint(0, 3))
        self.today += self.rng.randint(0, 40) * DAY

    def later(self, day: date) -> None:
        self.today = max(self.today, day)

    def live_through(self, lease: RandomLease) -> None:
        month = lease.next_month
        self.usage(lease, month)
        self.later(next_month(month) + 3 * DAY + self.rng.randint(0, 20) * DAY)
        before = self.bookings(lease, self.today - DAY)
        self.issue(lease, month)
        self.a_statement_changes_no_earlier_booking(lease, before, month)
        lease.next_month = next_month(month)
        self.random_acts(lease, self.rng.randint(0, 4))

    # ---- usage ----

    def usage(self, lease: RandomLease, month: date) -> None:
        """New rows of the month, late ones of months before, and some of the old ones with other figures."""
        rng = self.rng
        for _ in range(rng.randint(0, 4)):
            of = month if rng.random() < 0.7 else rng.choice([month, first_of(lease.first)])
            begin = (max(of, lease.first) - EPOCH).days * 86400
            days = (min(next_month(of) - DAY, lease.last) - max(of, lease.first)).days
            start = begin + rng.randint(0, max(0, days * 86400))
            lease.rows[f"{lease.account}-{len(lease.rows)}"] = (start, rng.choice([1, 10, 3601, rng.randint(1, 80000)]), rng.randint(1, 8))
        for key in rng.sample(sorted(lease.rows), len(lease.rows) // 3):
            start, seconds, gpus = lease.rows[key]
            lease.rows[key] = (start, rng.choice([1, seconds * 2, max(1, seconds // 3)]), gpus)
        told = [f"{key},{start},{start + seconds},{gpus},{lease.account},,\n" for key, (start, seconds, gpus) in lease.rows.items()]
        self.later(next_month(month))
        if told:
            self.take_text(HEADER + "".join(told), now=at(self.today))
        if rng.random() < 0.5:
            samples = "".join(f"{(month - EPOCH).days * 86400 + rng.randint(0, 27 * 86400)},{rng.randint(0, 10**12)}\n" for _ in range(3))
            self.take_text("time,bytes\n" + samples, "--format", "storage-csv", "--lease", lease.id, "--source", "fs",
                           name="storage.csv", now=at(self.today))

    # ---- billing ----

    def issue(self, lease: RandomLease, month: date) -> None:
        words = ["issue", lease.id, f"{month:%Y-%m}", "--json"] + (["--not-served"] if self.rng.random() < 0.2 else [])
        result = self.run_program(*words, now=at(self.today))
        if result.code == REFUSED_BY_AGREEMENT and "parked" in result.err:
            self.done("release", lease.id, f"{month:%Y-%m}", "--because", "looked at", now=at(self.today))
            result = self.done(*words, now=at(self.today))
        self.assertEqual(result.code, 0, str(result))
        lease.issued.append(result.json)
        if "--not-served" in words:
            lease.unserved.append(len(lease.issued))

    def random_acts(self, lease: RandomLease, how_many: int) -> None:
        for _ in range(how_many):
            self.later(self.today + self.rng.randint(0, 12) * DAY)
            act = self.rng.choice([self.pay, self.pay, self.pay, self.take_back, self.cost, self.serve])
            act(lease)

    def pay(self, lease: RandomLease) -> None:
        rng, now = self.rng, at(self.today)
        account = self.done("account", lease.id, "--json", now=now).json
        owed = sum(statement["unpaid_fen"] for statement in account["statements"])
        amount = max(1, rng.choice([owed, owed // 2, owed + rng.randint(0, 5000), 1, rng.randint(1, 2 * owed + 1)]))
        credited = max(lease.first - DAY, self.today - rng.choice([0, 0, 1, 5, 25]) * DAY)
        named = ["--statement", str(rng.randint(1, len(lease.issued)))] if rng.random() < 0.3 else []
        self.done("payment", "record", lease.id, "--amount", yuan(amount), "--on", credited, *named, now=now)
        lease.payments += 1
        lease.open_payments.append(lease.payments)

    def take_back(self, lease: RandomLease) -> None:
        if lease.open_payments:
            payment = lease.open_payments.pop(self.rng.randrange(len(lease.open_payments)))
            self.done("payment", "reverse", lease.id, payment, "--because", self.rng.choice(REASONS), now=at(self.today))

    def cost(self, lease: RandomLease) -> None:
        self.done("cost", lease.id, self.rng.randint(1, len(lease.issued)), "--amount", yuan(self.rng.randint(1, 50000)),
                  "--on", self.today, "--because", self.rng.choice(REASONS), now=at(self.today))

    def serve(self, lease: RandomLease) -> None:
        if lease.unserved:
            self.done("serve", lease.id, lease.unserved.pop(), "--on", self.today, now=at(self.today))

    # ---- what the program says ----

    def bookings(self, lease: RandomLease, day: date) -> list[dict]:
        return self.done("books", lease.id, "--json", "--on", day, now=at(self.today)).json

    def balances(self, day: date) -> tuple[Counter, Counter]:
        """By (account, currency): of each lease's accounts, and the totals."""
        balance = self.done("balance", "--json", "--on", day, now=at(self.today)).json
        by_lease = Counter({(account["account"], lease["currency"]): account["balance_fen"]
                            for lease in balance["leases"] for account in lease["accounts"]})
        return by_lease, Counter({(total["account"], total["currency"]): total["balance_fen"] for total in balance["totals"]})

    def books(self, format: str, day: date, *words) -> str:
        return self.done("books", "--format", format, "--on", day, *words, now=at(self.today)).out

    def tool(self, *words) -> str:
        done = subprocess.run(list(map(str, words)), capture_output=True, text=True, env=environment(), cwd=self.folder)
        self.assertEqual((done.returncode, done.stderr), (0, ""), f"{words}\n{done.stdout[-2000:]}")
        return done.stdout

    # ---- what must hold ----

    def a_statement_changes_no_earlier_booking(self, lease: RandomLease, before: list[dict], month: date) -> None:
        """But for the fees of its own month, which were earned by the month's end."""
        after = self.bookings(lease, self.today - DAY)
        own = [entry for entry in after if entry["kind"] == "fees" and entry["month"] == f"{month:%Y-%m}"]
        self.assertEqual([entry for entry in after if entry not in own], before)

    def agrees_with_hledger(self, day: date) -> None:
        journal = self.write("books.journal", self.books("hledger", day, "--lang", self.rng.choice(["en", "zh"])))
        self.tool("hledger", "-f", journal, "check", "--strict", "ordereddates", "payees")
        self.assertEqual(self.of_hledger(journal), self.without_currency(day))
        earlier = day - self.rng.randint(0, 150) * DAY
        mine = {account: balance for account, balance in self.without_currency(earlier).items() if balance}
        theirs = self.of_hledger(journal, "-e", earlier + DAY)
        self.assertEqual({account: balance for account, balance in theirs.items() if balance}, mine)

    def of_hledger(self, journal, *words) -> Counter:
        """It writes zero without a currency."""
        out = self.tool("hledger", "-f", journal, "balance", "--flat", "-N", "-E", "-O", "csv", *words)
        return Counter({row["account"]: fen(row["balance"]) for row in csv.DictReader(io.StringIO(out))})

    def without_currency(self, day: date) -> Counter:
        return Counter({account: balance for (account, _), balance in self.balances(day)[0].items()})

    def agrees_with_beancount(self, day: date) -> None:
        ledger = self.write("books.beancount", self.books("beancount", day))
        self.tool("bean-check", ledger)
        out = self.tool("bean-query", "-q", "-f", "csv", ledger, "SELECT account, currency, sum(number) GROUP BY account, currency")
        rows = csv.DictReader(io.StringIO(out), skipinitialspace=True)
        theirs = Counter({(row["account"].strip(), row["currency"].strip()): fen(row["sum_number"]) for row in rows})
        self.assertEqual(theirs, self.balances(day)[0])

    def agrees_with_csv(self, day: date) -> None:
        sums, entries = Counter(), Counter()
        for row in csv.DictReader(io.StringIO(self.books("csv", day), newline="")):
            amount = fen(row["debit"]) if row["debit"] else -fen(row["credit"])
            self.assertNotEqual(amount, 0)
            sums[row["account"], row["currency"]] += amount
            entries[row["entry"]] += amount
        self.assertEqual(sums, self.balances(day)[0])
        self.assertEqual(set(entries.values()), {0})

    def totals_add_up(self, day: date) -> None:
        by_lease, totals = self.balances(day)
        sums = Counter()
        for (account, currency), balance in by_lease.items():
            sums[account.rsplit(":", 1)[0], currency] += balance
        self.assertEqual(sums, totals)
        self.assertEqual(sum(totals.values()), 0)

    def agrees_with_account(self, lease: RandomLease, day: date) -> None:
        account = self.done("account", lease.id, "--json", "--on", day, now=at(self.today)).json
        entries = Counter()
        for entry in account["entries"]:
            entries[entry["kind"]] += entry["amount_fen"]
        balance = self.done("balance", lease.id, "--json", "--on", day, now=at(self.today)).json["totals"]
        books = Counter({total["account"]: total["balance_fen"] for total in balance})
        booked = sum(entries.values()) - entries["penalty-running"]
        self.assertEqual(books["Assets:Receivable:Billed"] + books["Liabilities:Credit"], booked)
        self.assertEqual(-books["Liabilities:Credit"], account["credit_fen"])
        self.assertEqual(-books["Income:Penalty"], entries["penalty"])
        self.assertEqual(-books["Income:Costs"], entries["cost"])
        self.assertEqual(-books["Assets:Bank"], entries["payment"])

    def agrees_with_statements(self, lease: RandomLease) -> None:
        """Income by clause and tax are those of the statements, corrections included; all of it is billed."""
        expected, tax = Counter(), 0
        for statement in lease.issued:
            for line in statement["lines"] + statement["corrections"]:
                expected[line["clause"]] -= line.get("net_fen", line["amount_fen"])
                tax -= line.get("tax_fen", 0)
        balance = self.done("balance", lease.id, "--json", now=at(self.today)).json["totals"]
        books = Counter({total["account"]: total["balance_fen"] for total in balance})
        names = {"3.1(1)": "3-1-1-Compute", "3.1(2)": "3-1-2-Storage", "3.1(3)": "3-1-3-Dataset", "3.1(4)": "3-1-4-Software",
                 "3.2": "3-2-Total"}
        self.assertEqual({clause: books[f"Income:Fees:{names[clause]}"] for clause in expected}, dict(expected))
        self.assertEqual(books["Liabilities:Tax"], tax)
        self.assertEqual(books["Assets:Receivable:Unbilled"], 0)

    def days(self, lease: RandomLease) -> list[date]:
        bookings = self.bookings(lease, self.today)
        days = sorted({date.fromisoformat(entry["day"]) for entry in bookings})
        near = {day + DAY * shift for day in days for shift in (-1, 0, 1)}
        return self.rng.sample(sorted(near), min(len(near), 3)) + [self.today]


class RandomHistoriesTest(RandomBooks):
    def test_random_histories(self):
        seen = Counter()
        for seed in seeds:
            with self.subTest(seed=seed):
                for left in self.folder.glob("journal.db*"):
                    left.unlink()
                self.live(seed)
                self.agrees_with_hledger(self.today)
                self.agrees_with_beancount(self.today)
                self.agrees_with_csv(self.today)
                self.totals_add_up(self.today)
                for lease in self.leases:
                    self.agrees_with_statements(lease)
                    for day in self.days(lease):
                        self.agrees_with_account(lease, day)
                    seen.update(entry["kind"] for entry in self.bookings(lease, self.today))
        if len(seeds) >= 25:
            self.assertEqual(set(seen), {"fees", "statement", "correction", "penalty", "cost", "overpaid", "credit-pays",
                                         "payment", "payment-reversed"})


# ---------------------------------------------------------------------------------------------------
# One history by hand


class BooksTest(RandomBooks):
    """36.00 a GPU-hour, tax included: a GPU-second is a fen."""

    def setUp(self):
        super().setUp()
        self.today = date(2018, 1, 1)
        self.sign(cluster__account="lab", time_zone="UTC", now="2017-08-25T00:00:00Z", fees__dataset="0.00 CNY", fees__software="0.00 CNY",
                  tax=[{"clause": "3.1(1)", "rate": "6 %"}])
        self.use(a=1060000)
        self.done("issue", LEASE, "2017-09", now="2017-10-05T08:00:00Z")

    def use(self, now="2017-10-01T00:00:00Z", **seconds):
        start = 1504224000
        self.take_text(HEADER + "".join(f"{key},{start},{start + length},1,lab,,\n" for key, length in seconds.items()), now=now)

    def entries(self, on="2018-01-01"):
        """(day, kind, {account without lease: fen}) of each booking."""
        return [(entry["day"], entry["kind"], {posting["account"].rsplit(":", 1)[0]: posting["amount_fen"] for posting in entry["postings"]})
                for entry in self.done("books", LEASE, "--json", "--on", on).json]

    def test_fees_by_month_and_tax_at_issue(self):
        fees = ("2017-09-30", "fees", {"Assets:Receivable:Unbilled": 1000000, "Income:Fees:3-1-1-Compute": -1000000})
        statement = ("2017-10-05", "statement", {"Assets:Receivable:Billed": 1060000, "Assets:Receivable:Unbilled": -1000000,
                                                 "Liabilities:Tax": -60000})
        self.assertEqual(self.entries(), [fees, statement])
        self.assertEqual(self.entries(on="2017-10-04"), [fees])
        self.assertEqual(self.entries(on="2017-09-29"), [])

    def test_penalty_when_a_payment_comes_first(self):
        # 10,600.00 due 10 October, 0.05 % a day, 10 days: 53.00
        self.done("payment", "record", LEASE, "--amount", "1053.00", "--on", "2017-10-20")
        self.assertEqual(self.entries()[2:], [
            ("2017-10-20", "penalty", {"Assets:Receivable:Billed": 5300, "Income:Penalty": -5300}),
            ("2017-10-20", "payment", {"Assets:Bank": 105300, "Assets:Receivable:Billed": -105300})])

    def test_a_correction_stands_in_the_open_month_and_names_the_other(self):
        self.done("payment", "record", LEASE, "--amount", "10600.00", "--on", "2017-10-10")
        self.use(a=954000, now="2017-11-01T00:00:00Z")
        self.done("issue", LEASE, "2017-10", now="2017-11-05T08:00:00Z")
        self.assertEqual(self.entries()[3:], [
            ("2017-11-05", "correction", {"Assets:Receivable:Billed": -106000, "Income:Fees:3-1-1-Compute": 100000, "Liabilities:Tax": 6000}),
            ("2017-11-05", "overpaid", {"Assets:Receivable:Billed": 106000, "Liabilities:Credit": -106000})])
        correction = self.done("books", LEASE, "--json").json[3]
        self.assertEqual((correction["month"], correction["corrects"], correction["statement"]), ("2017-09", 1, 2))
        self.assertIn("month:2017-09, corrects:1", self.done("books", LEASE).out)
        self.assertIn("correction of 2017-09, statement TL-2017-0901-1, on statement TL-2017-0901-2", self.done("books", LEASE).out)

    def test_a_returned_payment_is_a_comment(self):
        self.done("payment", "record", LEASE, "--amount", "1.00", "--on", "2017-10-20")
        self.done("payment", "reverse", LEASE, "1", "--because", "line\n2017-01-01 * x")
        self.assertEqual(self.entries()[2:], [("2017-10-20", "payment-reversed", {})])
        for format in ("hledger", "beancount"):
            line = self.books(format, self.today).splitlines()[-1]
            self.assertRegex(line, r"^; 2017-10-20 .*payment 1 of 1\.00 was returned: line 2017-01-01 \* x")
        self.assertNotIn("returned", self.books("csv", self.today))

    def test_the_code_is_the_fact(self):
        self.done("payment", "record", LEASE, "--amount", "1.00", "--on", "2017-10-08")
        payment = [fact for fact in self.done("facts", LEASE, "--json").json if fact["kind"] == "payment"][0]
        self.assertRegex(self.done("books", LEASE).out, rf"2017-10-08 \* \({payment['seq']}\) .* \| payment 1\n")

    def test_the_same_bytes_again(self):
        for format in ("hledger", "beancount", "csv"):
            self.assertEqual(self.books(format, self.today), self.books(format, self.today))

    def test_balance_for_people(self):
        self.assertRegex(self.done("balance").out, r"TL-2017-0901  Assets:Receivable:Billed +10,600\.00  CNY\n")
        self.assertRegex(self.done("balance", "--lang", "zh").out, r"合计 +Liabilities:Tax +-600\.00  CNY\n")

    def test_what_is_refused(self):
        self.assertIn("hledger, beancount and csv", self.expect(BAD_INPUT, "books", "--format", "xlsx").err)
        self.expect(BAD_INPUT, "books", LEASE, "--on", "yesterday")
        self.assertIn(LEASE, self.expect(BAD_INPUT, "balance", LEASE[:-1] + "2").err)


class NamesTest(RandomBooks):
    def setUp(self):
        super().setUp()
        self.today = date(2018, 1, 1)

    def enter(self, id: str, name: str = NAMES[0]) -> None:
        account = f"lab{len(list(self.folder.glob('*.yaml')))}"
        self.sign(agreement=id, cluster__account=account, lessee__name=name, now="2017-08-25T00:00:00Z")
        self.done("issue", id, "2017-09", now="2017-10-05T08:00:00Z")

    def accounts(self) -> list[str]:
        return [account["account"].split(":")[-1] for lease in self.done("balance", "--json").json["leases"]
                for account in lease["accounts"] if account["account"].startswith("Assets:Receivable:Billed")]

    def test_no_two_leases_share_an_account(self):
        plain = "A-B"
        self.enter(plain)
        self.enter("A.B")
        taken = next(account for account in self.accounts() if account != plain)
        self.assertRegex(taken, r"^A-B-X[0-9a-f]{8}$")
        self.enter(taken)
        for id in ("A_B", "a-b", "租约-1", "2017年", "Ä-1"):
            self.enter(id)
        accounts = self.accounts()
        self.assertEqual(len(set(accounts)), 8, accounts)
        self.assertIn("2017年", accounts)
        for account in accounts:
            self.assertRegex(account, r"^[A-Z0-9][A-Za-z0-9\u4e00-\u9fff-]*$")
        self.agrees_with_hledger(self.today)
        self.agrees_with_beancount(self.today)

    def test_any_name_is_only_a_name(self):
        for number, name in enumerate(NAMES):
            self.enter(f"N-{number}", name)
        self.agrees_with_hledger(self.today)
        self.agrees_with_beancount(self.today)
        rows = list(csv.DictReader(io.StringIO(self.books("csv", self.today), newline="")))
        self.assertEqual({row["lessee"] for row in rows}, {"'" + name if name[0] in "=+-@" else name for name in NAMES})
        shown = json.loads(self.tool("hledger", "-f", self.folder / "books.journal", "print", "-O", "json"))
        self.assertEqual(len(shown), 2 * len(NAMES))
        payees = {transaction["tdescription"].split(" | ")[0] for transaction in shown}
        self.assertEqual(payees, {name.replace(";", "；").replace("|", "｜").replace('"', "＂") for name in NAMES})

    def test_no_lease_and_no_statement(self):
        self.enter("A")
        for day in (date(2017, 9, 1), self.today):
            self.agrees_with_hledger(day)
        self.sign(agreement="B", cluster__account="other", now="2017-08-25T00:00:00Z")
        self.assertEqual(self.done("balance", "B", "--json").json["totals"], [])
        self.assertEqual(self.done("books", "B", "--json").json, [])


class DocumentTest(RandomBooks):
    def test_every_command_of_the_page_runs(self):
        page = (ROOT / "docs" / "books.md").read_text()
        script = "".join(re.findall(r"^```sh\n(.*?)^```", page, re.DOTALL | re.MULTILINE))
        self.assertIn("hledger", script)
        (self.folder / "trainlease").symlink_to(program.binary)
        (self.folder / "examples").symlink_to(ROOT / "examples")
        path = f"{self.folder}:{environment()['PATH']}"
        done = subprocess.run(["bash", "-euxc", "trainlease sign examples/agreement.yaml\n" + script], cwd=self.folder,
                              env=environment(PATH=path), capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_the_page_names_every_account(self):
        page = (ROOT / "docs" / "books.md").read_text()
        source = (ROOT / "src" / "lease" / "book_accounts.c").read_text()
        accounts = re.findall(r'"((?:Assets|Income|Liabilities):[^"]+)"', source)
        self.assertEqual(len(accounts), 13)
        for account in accounts:
            self.assertIn(f"`{account}`", page)


if __name__ == "__main__":
    if "--seeds" in sys.argv:
        place = sys.argv.index("--seeds")
        first, last = map(int, sys.argv[place + 1].split("-"))
        seeds = range(first, last + 1)
        del sys.argv[place:place + 2]
    main()
