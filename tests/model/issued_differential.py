"""Lives through random leases from signature to long after the term, and checks all that was issued on the way.

    python3 issued_differential.py --binary PATH --seeds FROM-TO[,SEED...] [--keep DIR]

For each seed a random history is signed and imported as in differential.py.  Between the imports and after them the
months are issued in their turn, early or late, some of them served later, and money comes in, goes back and costs
arise; long after the term one or two statements more carry what is left.  Compared are

    at each issue     lines and corrections with the slow model of that instant, less what was billed before;
                      the due day with one counted here; carried penalty with the slow account of the day before
    now and then      the account, as known then, with the slow account
    at the end        what was issued and its corrections, line by line, with the months as they are now; issued
                      statements with what they said at first; the account on several days; the books; the chains;
                      accounts and statements again after `rebuild`

The first difference of a seed is printed; the last line is `N passed, N failed`.  With --keep the folders stay, each
with the commands in `replay.sh` and what the program refused or parked on the way in `refused.txt`.

What stays out: a cap on prices without tax (which rate the cut bears is not agreed), use outside the term that a person
releases, costs before their statement, a statement that is served after the next one was issued.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import random
import re
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import account_differential
import slow_account
import slow_model
from differential import DONE, REFUSED_BY_AGREEMENT, Difference, Program, decimal_text, import_exit_codes, utc
from random_history import Lease, RandomHistory, write_history
from slow_account import KINDS, Correction, Cost, Payment, round_half_up
from slow_model import DAY, FEN_PER_YUAN, Month, day_begin, round_half_away_from_zero

ROOT = Path(__file__).resolve().parents[2]
WHOLE_DAY = 86400
AT_MOST = 5  # days, months and documents of a lease, drawn by chance, that the program is asked for at the end
METERS = {"gpu": "compute"}  # as the program and as the model call them
SERVICE = ("served", "due", "rest_days", "due_provisional")  # what an issued statement learns later


# ---------------------------------------------------------------------------------------------------
# What the parties agreed about payment and tax


@dataclass(frozen=True)
class TaxRate:
    clause: str
    percent: str
    since: date | None = None


@dataclass(frozen=True)
class Terms:
    """The blanks of 3.3, 3.4, 8.1 and of tax, as they are written into the agreement file."""

    due_day: int
    days_to_pay: int
    rest_day: str
    order: tuple[str, ...]
    late_rate: str
    penalty_cap: str | None
    grace_days: int
    overdue_beyond_days: int
    right_survives_payment: bool
    tax: tuple[TaxRate, ...]
    tax_exclusive: bool

    def of_account(self) -> slow_account.Terms:
        return slow_account.Terms(
            self.late_rate, self.penalty_cap, self.order, self.overdue_beyond_days, self.right_survives_payment)


def random_tax(rng: random.Random, agreement: dict) -> tuple[TaxRate, ...]:
    """No tax, or rates of some clauses, one of which changes on the first day of a month."""
    if rng.random() < 0.4:
        return ()
    clauses = rng.sample(["3.1(1)", "3.1(2)", "3.1(3)", "3.1(4)"], rng.randrange(1, 5))
    rates = [TaxRate(clause, rng.choice(["6", "13", "0.5", "0", "3.25"])) for clause in clauses]
    month = rng.choice(slow_model.months_of_term(agreement))
    if rng.random() < 0.5 and agreement["term"]["from"] < month.first_day():
        rates.append(TaxRate(rates[0].clause, rng.choice(["9", "6", "0"]), month.first_day()))
    return tuple(rates)


def random_terms(rng: random.Random, agreement: dict) -> Terms:
    return Terms(
        due_day=rng.choice([1, 5, 10, 10, 15, 28, 30, 31]),
        days_to_pay=rng.choice([0, 1, 5, 5, 10]),
        rest_day=rng.choice(["next", "next", "same"]),
        order=tuple(rng.choice([KINDS, rng.sample(KINDS, 3)])),
        late_rate=rng.choice(["0.05", "0.05", "0.3", "1", "0.0333", "0.1", "0.000001"]),
        penalty_cap=rng.choice([None, None, None, "10", "1", "0.333"]),
        grace_days=rng.choice([0, 3, 3, 10]),
        overdue_beyond_days=rng.choice([30, 30, 1, 7]),
        right_survives_payment=rng.random() < 0.3,
        tax=random_tax(rng, agreement),
        tax_exclusive=agreement["fees"]["total"]["meaning"] != "cap" and rng.random() < 0.5,
    )


def with_terms(yaml_text: str, terms: Terms) -> str:
    """The agreement file with these blanks; each is there to be replaced, once or, for the late rate, twice."""
    cap = f"  penalty_cap: {terms.penalty_cap} %\n" if terms.penalty_cap is not None else ""
    survives = "  right_survives_payment: yes\n" if terms.right_survives_payment else ""
    for old, new, times in (
        ("  due_day: 10\n", f"  due_day: {terms.due_day}\n", 1),
        ("  days_to_pay: 5\n", f"  days_to_pay: {terms.days_to_pay}\n", 1),
        ("  rest_day: next\n", f"  rest_day: {terms.rest_day}\n{cap}", 1),
        ("  order: [costs, penalty, principal]\n", f"  order: [{', '.join(terms.order)}]\n", 1),
        ("  late_rate: 0.05 %/day\n", f"  late_rate: {terms.late_rate} %/day\n", 2),
        ("  grace: 3 days\n", f"  grace: {terms.grace_days} days\n", 1),
        ("  overdue_beyond: 30 days\n", f"  overdue_beyond: {terms.overdue_beyond_days} days\n{survives}", 1),
    ):
        if yaml_text.count(old) != times:
            raise ValueError(f"the agreement file has not {times} x {old!r}")
        yaml_text = yaml_text.replace(old, new)
    return yaml_text + tax_yaml(terms)


def tax_yaml(terms: Terms) -> str:
    if not terms.tax:
        return ""
    lines = ["tax:"]
    for rate in terms.tax:
        since = f", from: {rate.since}" if rate.since else ""
        lines.append(f"  - {{ clause: 3.1({rate.clause[4]}), rate: {rate.percent} %{since} }}")
    return "\n".join(lines) + f"\ntax_prices: {'exclusive' if terms.tax_exclusive else 'inclusive'}\n"


# ---------------------------------------------------------------------------------------------------
# When a statement is due


def read_rest_days() -> dict[int, tuple[set[str], set[str]]]:
    """Of each published year the weekdays that were rest days and the weekend days that were worked, as MMDD."""
    text = (ROOT / "src" / "base" / "rest_days_cn.def").read_text()
    years = re.findall(r'REST_YEAR\(\s*(\d+),\s*"([^"]*)",\s*"([^"]*)"\s*\)', text)
    return {int(year): (set(rest.split()), set(work.split())) for year, rest, work in years}


REST_DAYS = read_rest_days()


def is_rest_day(day: date) -> bool:
    """'Rest days are weekends and holidays as really taken, with swapped working days, from a dated table'"""
    rest, work = REST_DAYS.get(day.year, (set(), set()))
    return f"{day:%m%d}" not in work if day.weekday() >= 5 else f"{day:%m%d}" in rest


def due_day(terms: Terms, month: Month, served: date) -> tuple[date, bool]:
    """The due day, and whether it is provisional.

    'payable until 24:00 of the later of that day and the 5th day after the statement was served (`days_to_pay`); a day
    that the month lacks is its last day; a rest day moves it to the next working day (`rest_day: next`, or `same`)'
    'a year not yet published is marked provisional'
    """
    following = month.next()
    last = following.next().first_day() - DAY
    agreed = following.first_day() + DAY * (min(terms.due_day, last.day) - 1)
    due = max(agreed, served + DAY * terms.days_to_pay)
    if terms.rest_day == "same":
        return due, False
    provisional = due.year not in REST_DAYS
    while is_rest_day(due):
        due += DAY
    return due, provisional or due.year not in REST_DAYS


# ---------------------------------------------------------------------------------------------------
# Lines


class LineKey(NamedTuple):
    """'A line is one clause x one price x one tax rate x one month'.  What 3.2 makes has no price, nor have fees that
    are paid once."""

    clause: str
    meter: str
    gpu_model: str | None
    unit_price: Fraction | None
    tax_percent: Fraction | None

    def __str__(self) -> str:
        parts = [self.clause, self.meter]
        parts += [f"[{self.gpu_model}]"] if self.gpu_model is not None else []
        parts += [f"at {decimal_text(self.unit_price)}"] if self.unit_price is not None else []
        parts += [f"tax {decimal_text(self.tax_percent)} %"] if self.tax_percent is not None else []
        return " ".join(parts)


@dataclass(frozen=True)
class Figures:
    """GPU-seconds or byte-seconds; fen."""

    exact: Fraction = Fraction(0)
    net_fen: int = 0
    tax_fen: int = 0
    amount_fen: int = 0

    def money(self) -> tuple[int, int, int]:
        return self.net_fen, self.tax_fen, self.amount_fen

    def plus(self, other: Figures, sign: int = 1) -> Figures:
        return Figures(
            self.exact + sign * other.exact, self.net_fen + sign * other.net_fen,
            self.tax_fen + sign * other.tax_fen, self.amount_fen + sign * other.amount_fen)

    def __str__(self) -> str:
        return f"quantity {decimal_text(self.exact)}, net {self.net_fen} + tax {self.tax_fen} = {self.amount_fen} fen"


NONE = Figures()
Lines = dict[LineKey, Figures]


def percent_of(terms: Terms, clause: str, month: Month) -> Fraction | None:
    """'The rate is that of the tax point', which lies in the month after: no rate changes in the midst of a month.
    Lines of 3.2 stand in for compute use and bear its rate."""
    taxed = "3.1(1)" if clause == "3.2" else clause
    begun = [rate for rate in terms.tax
             if rate.clause == taxed and (rate.since is None or rate.since <= month.next().first_day())]
    newest = max(begun, key=lambda rate: rate.since or date.min, default=None)
    return None if newest is None else Fraction(newest.percent)


def taxed_figures(terms: Terms, exact: Fraction, priced_fen: int, percent: Fraction | None) -> Figures:
    """'Inclusive prices: gross rounded, tax = round(gross x r / (1 + r)), net = gross - tax. Exclusive: net rounded,
    tax = round(net x r), gross = net + tax.'"""
    rate = (percent or Fraction(0)) / 100
    if terms.tax_exclusive:
        tax = round_half_away_from_zero(priced_fen * rate)
        return Figures(exact, priced_fen, tax, priced_fen + tax)
    tax = round_half_away_from_zero(priced_fen * rate / (1 + rate))
    return Figures(exact, priced_fen - tax, tax, priced_fen)


def lines_of_model(terms: Terms, statement: slow_model.Statement) -> Lines:
    lines: Lines = {}
    for line in statement.lines:
        percent = percent_of(terms, line.clause, statement.month)
        key = LineKey(line.clause, line.meter, line.gpu_model, line.unit_price, percent)
        exact = line.gpu_seconds if line.gpu_seconds is not None else Fraction(line.byte_seconds or 0)
        lines[key] = taxed_figures(terms, exact, line.amount_fen, percent)
    return lines


def key_of_json(line: dict) -> LineKey:
    priced = line["meter"] in ("gpu", "storage")
    return LineKey(
        line["clause"], METERS.get(line["meter"], line["meter"]),
        slow_model.model_as_compared(line["gpu_model"]) if "gpu_model" in line else None,
        Fraction(line["unit_price"]) if priced else None,
        Fraction(line["tax_percent"]) if "tax_percent" in line else None)


def figures_of_json(line: dict) -> Figures:
    exact = Fraction(line.get("gpu_seconds", line.get("byte_seconds", 0)))
    amount = line["amount_fen"]
    return Figures(exact, line.get("net_fen", amount), line.get("tax_fen", 0), amount)


def lines_of_json(lines: list[dict]) -> Lines:
    read: Lines = {}
    for line in lines:
        key = key_of_json(line)
        if key in read:
            raise Difference(f"two lines of {key} in one month")
        read[key] = figures_of_json(line)
    return read


def compare_lines(what: str, model: Lines, program: Lines) -> None:
    for key in sorted(set(model) | set(program), key=str):
        ours, theirs = model.get(key, NONE), program.get(key, NONE)
        if ours != theirs:
            raise Difference(f"{what}: {key}\n    model:   {ours}\n    program: {theirs}")


# ---------------------------------------------------------------------------------------------------
# Who bears a correction


@dataclass
class Borne:
    """The principal of each statement once every correction is where it belongs."""

    principal: dict[int, int] = field(default_factory=dict)
    charges: Counter = field(default_factory=Counter)  # by carrier and corrected statement: what still stands
    charged: Counter = field(default_factory=Counter)  # by carrier
    credits: list[tuple[int, int, int]] = field(default_factory=list)  # carrier, who is lowered, fen

    def corrections_of(self, carrier: int) -> tuple[Correction, ...]:
        """As the slow account takes them: what a statement charges and takes back at once is neither."""
        charged = self.charged[carrier] - sum(fen for by, lowered, fen in self.credits if by == carrier == lowered)
        charges = [Correction(carrier - 1, charged)] if charged > 0 else []
        return (*charges, *(Correction(lowered, -fen) for by, lowered, fen in self.credits if by == carrier != lowered))

    def own_lines_of(self, statement: dict) -> int:
        """Its fees, less what its own credits took of them: lines of one month that took the place of another's."""
        number = statement["number"]
        lowered = sum(fen for by, lowered, fen in self.credits if by == number == lowered)
        return statement["fees_fen"] - max(0, lowered - self.charged[number])


def who_bears(issued: list[dict]) -> Borne:
    """'A charge bears penalty only from the due day of the statement that carries it; a credit lowers the corrected
    statement'.  What that one does not bear lowers those that carried charges for it, the latest first: a line that
    went up and then down again.  Is there a rest, because another month's credit took those charges, it lowers what
    still stands, the latest first.  Only statements up to the one that gives the credit are lowered: nothing that
    comes later changes who was.
    """
    borne = Borne()
    for statement in issued:
        carrier = statement["number"]
        charges = [(c["statement"], c["amount_fen"]) for c in statement["corrections"] if c["amount_fen"] > 0]
        borne.charged[carrier] = sum(fen for _, fen in charges)
        borne.principal[carrier] = statement["fees_fen"] + borne.charged[carrier]
        for of, fen in charges:
            borne.charges[carrier, of] += fen
        for correction in statement["corrections"]:
            if correction["amount_fen"] < 0:
                lower(borne, carrier, correction["statement"], -correction["amount_fen"])
    return borne


def lower(borne: Borne, carrier: int, of: int, fen: int) -> None:
    latest_first = range(carrier, 0, -1)
    fen -= lower_one(borne, carrier, of, fen)
    for number in latest_first:
        part = lower_one(borne, carrier, number, min(fen, borne.charges[number, of]))
        borne.charges[number, of] -= part
        fen -= part
    for number in latest_first:
        fen -= lower_one(borne, carrier, number, fen)
    if fen > 0:
        raise Difference(f"{fen} fen of a credit of statement {of} on statement {carrier} lower nothing")


def lower_one(borne: Borne, carrier: int, number: int, fen: int) -> int:
    part = min(fen, borne.principal[number])
    if part > 0:
        borne.principal[number] -= part
        borne.credits.append((carrier, number, part))
    return max(part, 0)


# ---------------------------------------------------------------------------------------------------
# One lease and what happened on it so far


@dataclass
class Billed:
    """One lease: the statements as they were printed when issued, and what people recorded."""

    lease: Lease
    terms: Terms
    issued: list[dict] = field(default_factory=list)
    lines: list[Lines] = field(default_factory=list)  # of each statement, with its corrections to date
    served: dict[int, date] = field(default_factory=dict)
    payments: list[Payment] = field(default_factory=list)
    costs: list[Cost] = field(default_factory=list)
    carried: Counter = field(default_factory=Counter)  # penalty, by statement that it is for
    next_month: Month = None
    issue_at: int = 0

    @property
    def id(self) -> str:
        return self.lease.id

    @property
    def zone(self) -> str:
        return self.lease.agreement["time_zone"]

    @property
    def months(self) -> list[Month]:
        return slow_model.months_of_term(self.lease.agreement)

    def day(self, instant: int) -> date:
        return datetime.fromtimestamp(instant, ZoneInfo(self.zone)).date()

    def earliest(self, month: Month) -> int:
        """'Issued at 00:00 after `grace` days (default 3) from the month's end'"""
        return day_begin(month.next().first_day() + DAY * self.terms.grace_days, self.zone)

    def issued_day(self, number: int) -> date:
        return date.fromisoformat(self.issued[number - 1]["issued"])

    def month(self, number: int) -> Month:
        year, month = self.issued[number - 1]["month"].split("-")
        return Month(int(year), int(month))

    def due(self, number: int) -> date | None:
        return due_day(self.terms, self.month(number), self.served[number])[0] if number in self.served else None

    def unserved(self) -> int | None:
        """At most one: the next statement is issued only when this one was served."""
        return len(self.issued) if self.issued and len(self.issued) not in self.served else None

    def history(self) -> slow_account.History:
        borne = who_bears(self.issued)
        statements = tuple(
            slow_account.Statement(
                s["number"], self.issued_day(s["number"]), self.due(s["number"]), borne.own_lines_of(s),
                borne.corrections_of(s["number"]))
            for s in self.issued)
        return slow_account.History(self.terms.of_account(), statements, tuple(self.costs), tuple(self.payments))

    def history_before(self, draft: dict) -> slow_account.History:
        """The history with every correction, the draft's too, as if it had been known always."""
        borne = who_bears(self.issued + [draft])
        history = self.history()
        return replace(history, statements=tuple(
            replace(s, fees_fen=borne.principal[s.number], corrections=()) for s in history.statements))


# ---------------------------------------------------------------------------------------------------
# One issued statement against the other


def compare_issue(billed: Billed, draft: dict, model: dict[Month, slow_model.Statement]) -> None:
    """Lines and corrections: 'the whole line computed again and rounded, minus the line issued'."""
    month, number = billed.next_month, draft["number"]
    if (number, draft["month"]) != (len(billed.issued) + 1, str(month)):
        raise Difference(f"issued as number {number}, month {draft['month']}")
    wanted = lines_of_model(billed.terms, model[month]) if month in model else {}
    compare_lines("line", wanted, lines_of_json(draft["lines"]))
    for of, before in enumerate(billed.lines, 1):
        now = lines_of_model(billed.terms, model[billed.month(of)]) if billed.month(of) in model else {}
        differences = {key: now.get(key, NONE).plus(before.get(key, NONE), -1) for key in set(now) | set(before)}
        due = {key: figures for key, figures in differences.items() if figures.money() != (0, 0, 0)}
        given = lines_of_json([c for c in draft["corrections"] if c["statement"] == of])
        compare_lines(f"correction of statement {of}", due, given)
    if any(c["statement"] >= number or c["month"] != str(billed.month(c["statement"])) for c in draft["corrections"]):
        raise Difference("a correction of a statement that was not issued before, or of another month")


def compare_totals(draft: dict) -> None:
    lines = [figures_of_json(line) for line in draft["lines"]]
    corrections = [c["amount_fen"] for c in draft["corrections"]]
    wanted = {
        "fees_fen": sum(line.amount_fen for line in lines), "net_fen": sum(line.net_fen for line in lines),
        "tax_fen": sum(line.tax_fen for line in lines), "charges_fen": sum(fen for fen in corrections if fen > 0),
        "credits_fen": sum(fen for fen in corrections if fen < 0),
        "penalty_fen": sum(penalty["amount_fen"] for penalty in draft["penalties"])}
    wanted["total_fen"] = sum(wanted[name] for name in ("fees_fen", "charges_fen", "credits_fen", "penalty_fen"))
    for name, fen in wanted.items():
        if draft[name] != fen:
            raise Difference(f"{name} is {draft[name]}, but its parts add up to {fen}")
    for line in lines + [figures_of_json(c) for c in draft["corrections"]]:
        if line.net_fen + line.tax_fen != line.amount_fen:
            raise Difference(f"net and tax are not the amount: {line}")


def compare_service(billed: Billed, number: int, statement: dict) -> None:
    """The due day 'fixed as a fact when the statement is served'."""
    if number not in billed.served:
        if any(name in statement for name in SERVICE):
            raise Difference(f"statement {number} was not served, yet it says when")
        return
    due, provisional = due_day(billed.terms, billed.month(number), billed.served[number])
    wanted = (str(billed.served[number]), str(due), provisional)
    if (statement["served"], statement["due"], statement["due_provisional"]) != wanted:
        raise Difference(
            f"statement {number}: served, due and provisional are {wanted} here, "
            f"{statement['served'], statement['due'], statement['due_provisional']} in the program")


def compare_penalty(billed: Billed, draft: dict) -> None:
    """What statements carried so far is the penalty at the end of the day before this issue, as known now."""
    day = date.fromisoformat(draft["issued"]) - DAY
    account = slow_account.account(billed.history_before(draft), day)
    carried = billed.carried + Counter()
    carried.update({number: 0 for number in billed.carried})
    for penalty in draft["penalties"]:
        carried[penalty["statement"]] += penalty["amount_fen"]
    for number in range(1, draft["number"]):
        statement = account.statements.get(number)
        wanted = statement.penalty_accrued_fen if statement else 0
        if carried[number] != wanted:
            raise Difference(
                f"penalty on statement {number} to {day}: {wanted} fen in the model; the program carried "
                f"{carried[number]}, of them {carried[number] - billed.carried[number]} now")


# ---------------------------------------------------------------------------------------------------
# A life


class Life:
    """One seed: what happens, in order of time, and the checks on the way."""

    def __init__(self, program: Program, history: RandomHistory):
        self.program = program
        self.history = history
        self.rng = random.Random(f"issued {history.seed}")
        self.now = history.sign_now
        self.files_known = 0
        self.refused: list[str] = []
        self.leases: list[Billed] = []
        for lease in history.leases:
            billed = Billed(lease, random_terms(self.rng, lease.agreement))
            billed.next_month = billed.months[0]
            self.leases.append(billed)

    # -- running -----------------------------------------------------------------------------------

    def done(self, *words: str) -> str:
        return self.program.run_expecting({DONE}, self.now, *words)

    def asked(self, *words: str) -> dict:
        return json.loads(self.done(*words, "--json"))

    def model(self, billed: Billed) -> dict[Month, slow_model.Statement]:
        files = self.history.history()[:self.files_known]
        return slow_model.statements(billed.lease.agreement, files, self.now)

    # -- in order of time --------------------------------------------------------------------------

    def live(self) -> None:
        self.sign()
        for billed in self.leases:
            self.plan(billed)
        while self.next_event() is not None:
            self.live_until_next_event()
        self.live_on_after_the_term()

    def sign(self) -> None:
        for billed in self.leases:
            file = self.program.folder / f"{billed.id}.yaml"
            file.write_text(with_terms(billed.lease.yaml_text, billed.terms), encoding="utf-8")
            self.done("sign", file.name)

    def plan(self, billed: Billed) -> None:
        """The next issue: at the first second, a little later, or months later, so that several go out on a day."""
        rng, earliest = self.rng, billed.earliest(billed.next_month)
        delays = [0, 0, 0, 1, rng.randrange(WHOLE_DAY), rng.randrange(12 * WHOLE_DAY)]
        if self.now <= earliest:
            delays += [rng.randrange(40 * WHOLE_DAY), rng.randrange(130 * WHOLE_DAY)]
        billed.issue_at = max(self.now, earliest) + rng.choice(delays)

    def next_event(self) -> tuple[int, Billed | None] | None:
        """An import or an issue within the term; None when all have been."""
        events = [(billed.issue_at, number, billed) for number, billed in enumerate(self.leases)
                  if billed.next_month <= billed.months[-1]]
        if self.files_known < len(self.history.files):
            events.append((self.history.files[self.files_known].imported.now, -1, None))
        if not events:
            return None
        at, _, billed = min(events, key=lambda event: event[:2])
        return at, billed

    def live_until_next_event(self) -> None:
        at, billed = self.next_event()
        self.act_at_random(at)
        self.now = max(self.now, at)
        if billed is None:
            self.take_next_file()
        else:
            self.issue(billed)
            billed.next_month = billed.next_month.next()
            self.plan(billed)

    def take_next_file(self) -> None:
        file = self.history.files[self.files_known]
        exit_codes = import_exit_codes(self.history, file.imported)
        self.program.run_expecting(exit_codes, file.imported.now, "import", file.name, *file.arguments)
        self.files_known += 1

    def live_on_after_the_term(self) -> None:
        """Long after, so that nothing runs any more: one statement carries what is left, sometimes another."""
        end = max(slow_model.term_end(billed.lease.agreement) for billed in self.leases)
        self.act_at_random(max(self.now, end) + self.rng.randrange(60, 200) * WHOLE_DAY)
        for _ in range(self.rng.choice([1, 1, 2])):
            for billed in self.leases:
                self.act_at_random(max(self.now, billed.earliest(billed.next_month)))
                self.issue(billed)
                billed.next_month = billed.next_month.next()
            self.act_at_random(self.now + self.rng.randrange(60) * WHOLE_DAY)

    # -- issuing -----------------------------------------------------------------------------------

    def issue(self, billed: Billed) -> None:
        self.serve_if_open(billed)
        month = billed.next_month
        self.refuse_early(billed)
        not_served = ["--not-served"] if self.rng.random() < 0.25 else []
        words = ["issue", billed.id, str(month), "--json", *not_served]
        try:
            output = self.issued_or_released(billed, words)
            if output is not None:
                self.take_issued(billed, json.loads(output), not not_served)
        except Difference as difference:
            raise Difference(f"{billed.id}, {month} issued at {utc(self.now)}\n    {difference}") from None

    def refuse_early(self, billed: Billed) -> None:
        earliest = billed.earliest(billed.next_month)
        if self.now == earliest and self.rng.random() < 0.5:
            self.program.run_expecting({REFUSED_BY_AGREEMENT}, earliest - 1, "issue", billed.id, str(billed.next_month))

    def issued_or_released(self, billed: Billed, words: list[str]) -> str | None:
        """What is parked is released.  None: after the term there may be nothing to say."""
        result = self.program.run(self.now, *words)
        if result.returncode == REFUSED_BY_AGREEMENT and "trainlease release" in result.stderr:
            self.refused.append(result.stderr.strip())
            self.done("release", billed.id, str(billed.next_month), "--because", "looked at")
            result = self.program.run(self.now, *words)
        if result.returncode == DONE:
            return result.stdout
        if billed.next_month in billed.months or "2.1" not in result.stderr:
            raise Difference(f"refused with exit code {result.returncode}: {result.stderr.strip()[:1000]}")
        self.refused.append(result.stderr.strip())
        self.nothing_is_left(billed)
        return None

    def nothing_is_left(self, billed: Billed) -> None:
        """A statement that would be empty: no line changed, and all penalty was carried."""
        empty = {"number": len(billed.issued) + 1, "month": str(billed.next_month), "fees_fen": 0,
                 "issued": str(billed.day(self.now)), "lines": [], "corrections": [], "penalties": []}
        compare_issue(billed, empty, self.model(billed))
        compare_penalty(billed, empty)

    def take_issued(self, billed: Billed, draft: dict, served: bool) -> None:
        number = draft["number"]
        if draft["issued"] != str(billed.day(self.now)):
            raise Difference(f"issued on {draft['issued']}, not on {billed.day(self.now)}")
        compare_issue(billed, draft, self.model(billed))
        compare_totals(draft)
        compare_penalty(billed, draft)
        billed.issued.append(draft)
        billed.lines.append(lines_of_json(draft["lines"]))
        for correction in draft["corrections"]:
            lines, key = billed.lines[correction["statement"] - 1], key_of_json(correction)
            lines[key] = lines.get(key, NONE).plus(figures_of_json(correction))
        for penalty in draft["penalties"]:
            billed.carried[penalty["statement"]] += penalty["amount_fen"]
        if served:
            billed.served[number] = billed.day(self.now)
        compare_service(billed, number, draft)

    def serve_if_open(self, billed: Billed) -> None:
        number = billed.unserved()
        if number is None:
            return
        days = (billed.day(self.now) - billed.issued_day(number)).days
        day = billed.issued_day(number) + DAY * self.rng.choice([0, days, self.rng.randrange(days + 1)])
        self.done("serve", billed.id, str(number), "--on", str(day))
        billed.served[number] = day

    # -- what people record ------------------------------------------------------------------------

    def act_at_random(self, until: int) -> None:
        """Some acts between now and then."""
        rng = self.rng
        acts = [self.pay, self.pay, self.pay, self.take_back, self.record_cost, self.serve_if_open, self.ask]
        for at in sorted(rng.randrange(self.now, until + 1) for _ in range(rng.choice([0, 0, 1, 1, 2]))):
            self.now = at
            rng.choice(acts)(rng.choice(self.leases))
        self.now = max(self.now, until)

    def pay(self, billed: Billed) -> None:
        """What is owed, a part of it, more, or a fen; on this day or an earlier one, which may be before any issue."""
        rng, today = self.rng, billed.day(self.now)
        credited = today - DAY * rng.choice([0, 0, 1, 5, 30, rng.randrange(90)])
        account = slow_account.account(billed.history(), credited)
        owed = [statement.owed_fen for statement in account.statements.values() if statement.owed_fen > 0]
        amount = rng.choice([
            account.owed_fen, account.owed_fen, account.owed_fen // 2, account.owed_fen + rng.randrange(1, 10**6), 1,
            rng.choice(owed or [1]), rng.randrange(1, 2 * account.owed_fen + 2)])
        names = rng.sample(range(1, len(billed.issued) + 1), min(len(billed.issued), rng.choice([0, 0, 0, 1, 1, 2])))
        payment = Payment(len(billed.payments) + 1, credited, max(amount, 1), tuple(names))
        named = ["--statement", ",".join(map(str, names))] if names else []
        self.done("payment", "record", billed.id, "--amount", yuan(payment.amount_fen), "--on", str(credited), *named)
        billed.payments.append(payment)

    def take_back(self, billed: Billed) -> None:
        standing = [payment for payment in billed.payments if not payment.reversed]
        if standing:
            payment = self.rng.choice(standing)
            self.done("payment", "reverse", billed.id, str(payment.id), "--because", "returned")
            billed.payments[payment.id - 1] = replace(payment, reversed=True)

    def record_cost(self, billed: Billed) -> None:
        if billed.issued:
            number = self.rng.randrange(1, len(billed.issued) + 1)
            days = (billed.day(self.now) - billed.issued_day(number)).days
            day = billed.issued_day(number) + DAY * self.rng.choice([days, self.rng.randrange(days + 1)])
            cost = Cost(number, day, self.rng.choice([1, 30000, self.rng.randrange(1, 10**6)]))
            self.done("cost", billed.id, str(number), "--amount", yuan(cost.amount_fen), "--on", str(day),
                      "--because", "court fee")
            billed.costs.append(cost)

    def ask(self, billed: Billed) -> None:
        """The account of a day, as known now."""
        today = billed.day(self.now)
        self.compare_account(billed, self.rng.choice([today, today - DAY * self.rng.randrange(60)]))

    # -- checks ------------------------------------------------------------------------------------

    def compare_account(self, billed: Billed, day: date) -> None:
        history = billed.history()
        program = self.asked("account", billed.id, "--on", str(day))
        difference = account_differential.compare(
            self.history.seed, day, history, slow_account.account(history, day), program)
        dues = [str(billed.due(s["number"])) if billed.served.get(s["number"], date.max) <= day else None
                for s in program["statements"]]
        if difference is None and [s.get("due") for s in program["statements"]] != dues:
            difference = f"due days {[s.get('due') for s in program['statements']]}, not {dues}"
        if difference is not None:
            raise Difference(f"{billed.id}, account on {day} asked at {utc(self.now)}\n    {difference}")

    def check(self) -> None:
        for billed in self.leases:
            self.compare_months(billed)
            self.compare_documents(billed)
            for day in self.days_to_compare(billed):
                self.compare_account(billed, day)
        self.compare_books()
        self.compare_rebuilt()
        for chain in [billed.id for billed in self.leases] + ["house"]:
            self.done("facts", "--verify", chain)

    def some(self, population: list) -> list:
        return self.rng.sample(population, min(len(population), AT_MOST))

    def compare_months(self, billed: Billed) -> None:
        """Issued lines and corrections add up to the month as it is now; only a quantity that changes no amount may
        be corrected no further."""
        model = {month: lines_of_model(billed.terms, statement) for month, statement in self.model(billed).items()}
        for number, lines in enumerate(billed.lines, 1):
            month = billed.month(number)
            what = f"{billed.id}, {month} issued and corrected"
            compare_lines(what, amounts(model.get(month, {})), amounts(lines))
        for month in self.some(billed.months):
            now = self.asked("statement", billed.id, str(month))
            compare_lines(f"{billed.id}, {month} now", model[month], lines_of_json(now["lines"]))
            if now["total_fen"] != sum(line.amount_fen for line in model[month].values()):
                raise Difference(f"{billed.id}, {month} now: total {now['total_fen']}")

    def compare_documents(self, billed: Billed) -> None:
        """Nothing issued ever changed; only service was added."""
        for draft in self.some(billed.issued):
            number = draft["number"]
            file = self.program.folder / f"{billed.id}-{number}.json"
            self.done("document", "statement", billed.id, str(number), "--output", file.name)
            document = json.loads(file.read_text(encoding="utf-8"))
            compare_service(billed, number, document)
            if {**draft, **dict.fromkeys(SERVICE)} != {**document, **dict.fromkeys(SERVICE)}:
                raise Difference(f"{billed.id}: statement {number} is not what was issued")

    def days_to_compare(self, billed: Billed) -> list[date]:
        """Where mistakes live; the day of all knowledge; often ten years on."""
        days = set()
        for number in range(1, len(billed.issued) + 1):
            days.add(billed.issued_day(number))
            if due := billed.due(number):
                days |= {due, due + DAY * billed.terms.overdue_beyond_days}
        days |= {payment.credited for payment in billed.payments} | {cost.recorded for cost in billed.costs}
        near = sorted(day + DAY * shift for day in days for shift in (-1, 0, 1))
        today = billed.day(self.now)
        later = [today + DAY * 3653] if self.rng.random() < 0.3 else []
        return self.some(near) + [today] + later

    def compare_books(self) -> None:
        """Every booking balances; fees and tax are those of the statements."""
        entries, accounts = Counter(), Counter()
        for row in csv.DictReader(io.StringIO(self.done("books", "--format", "csv"), newline="")):
            fen = fen_of(row["debit"]) - fen_of(row["credit"])
            entries[row["lease"], row["entry"], row["day"], row["kind"]] += fen
            accounts[row["account"].split(":")[0], row["account"].split(":")[1]] += fen
        if any(entries.values()):
            raise Difference(f"bookings do not balance: {[key for key, fen in entries.items() if fen][:5]}")
        net = tax = 0
        for figures in (f for billed in self.leases for lines in billed.lines for f in lines.values()):
            net, tax = net - figures.net_fen, tax - figures.tax_fen
        if (accounts["Income", "Fees"], accounts["Liabilities", "Tax"]) != (net, tax):
            raise Difference(f"the books have fees of {-accounts['Income', 'Fees']} and tax of "
                             f"{-accounts['Liabilities', 'Tax']}, the statements {-net} and {-tax}")

    def compare_rebuilt(self) -> None:
        words = [("account", billed.id) for billed in self.leases]
        words += [("statement", billed.id, str(month)) for billed in self.leases for month in billed.months]
        chosen = self.some(words)
        before = [self.done(*command, "--json") for command in chosen]
        self.done("rebuild")
        for command, output in zip(chosen, before):
            if self.done(*command, "--json") != output:
                raise Difference(f"`rebuild` changes what `{' '.join(command)}` says")


def amounts(lines: Lines) -> Lines:
    """Without quantities, and without lines of nothing."""
    return {key: replace(figures, exact=Fraction(0)) for key, figures in lines.items()
            if figures.money() != (0, 0, 0)}


def yuan(fen: int) -> str:
    return f"{fen // FEN_PER_YUAN}.{fen % FEN_PER_YUAN:02d}"


def fen_of(text: str) -> int:
    return round_half_up(Fraction(text or "0") * FEN_PER_YUAN)


# ---------------------------------------------------------------------------------------------------
# Seeds


def check_seed(binary: Path, seed: int, folder: Path) -> str | None:
    """The first difference, or None."""
    history = RandomHistory(seed)
    write_history(history, folder)
    life = Life(Program(binary, folder, seed), history)
    try:
        life.live()
        life.check()
    except Difference as difference:
        return str(difference)
    finally:
        (folder / "refused.txt").write_text("".join(f"{words}\n" for words in life.refused), encoding="utf-8")
    return None


def seeds_of(text: str) -> list[int]:
    """'1-25,52'"""
    seeds: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        seeds += range(int(first), int(last or first) + 1)
    return seeds


def main() -> int:
    parser = argparse.ArgumentParser(description="Compare what trainlease issues with the slow models.")
    parser.add_argument("--binary", required=True, type=Path)
    parser.add_argument("--seeds", required=True, help="FROM-TO, both included, or seeds, with commas between")
    parser.add_argument("--keep", type=Path, help="a folder in which each seed's files stay")
    arguments = parser.parse_args()
    binary = arguments.binary.resolve()

    passed = failed = 0
    for seed in seeds_of(arguments.seeds):
        with tempfile.TemporaryDirectory() as temporary:
            folder = arguments.keep / f"seed-{seed}" if arguments.keep else Path(temporary)
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "journal.db").unlink(missing_ok=True)
            difference = check_seed(binary, seed, folder)
        if difference is None:
            passed += 1
        else:
            failed += 1
            print(f"seed {seed}: {difference}", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
