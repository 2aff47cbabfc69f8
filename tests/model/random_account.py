"""Random leases with random money: everything follows from one seed, so a seed replays a whole failure.

`RandomAccount(seed)` holds a `history` and the `days` at whose end accounts are to be drawn up. Days and
amounts are chosen to be awkward: payments on the due day and the day after, on the day on which the right
of 8.1 arises, of exactly the penalty, of a fen less; credits that take back what is long paid; 29 February;
somebody who asks again ten years later.

Run alone it prints one history and its accounts for a person to look at:  python3 random_account.py SEED

What stays out, because the specification leaves it open: credits above what the corrected statement bears.
"""

from __future__ import annotations

import calendar
import random
import sys
from datetime import date, timedelta

from slow_account import (
    DAY, KINDS, Account, Correction, Cost, History, Payment, Statement, Terms, account, principal_gross_fen,
)

TEN_YEARS = timedelta(days=3653)
LATE_RATES = ["0.05", "0.05", "0.05", "0.03", "0.0333", "0.1", "0.021", "0.000001", "1", "3.65"]
PENALTY_CAPS = [None, None, None, None, "0.01", "1", "5", "10", "24", "30", "100", "12.345678"]
OVERDUE_BEYOND_DAYS = [1, 2, 5, 15, 30, 30, 30, 60, 90, 400]
AWKWARD_FEN = [1, 1, 2, 3, 99, 100, 999, 1000, 1001, 1999, 2000, 10_000_000, 33_333_333, 950_000_000, 10**12 + 1]


def random_fen(rng: random.Random, at_most: int = 10**12 + 1) -> int:
    """At least 1 fen: an awkward amount, or any amount of a random size."""
    if rng.random() < 0.5:
        return min(at_most, rng.choice(AWKWARD_FEN))
    return min(at_most, rng.randint(1, 10 ** rng.randint(1, 9)))


# ---------------------------------------------------------------------------------------------------
# Terms


def random_order(rng: random.Random) -> tuple[str, ...]:
    return KINDS if rng.random() < 0.5 else tuple(rng.sample(KINDS, len(KINDS)))


def random_terms(rng: random.Random) -> Terms:
    return Terms(
        late_rate=rng.choice(LATE_RATES),
        penalty_cap=rng.choice(PENALTY_CAPS),
        order=random_order(rng),
        overdue_beyond_days=rng.choice(OVERDUE_BEYOND_DAYS),
        right_survives_payment=rng.random() < 0.3,
    )


# ---------------------------------------------------------------------------------------------------
# Statements, their due days and corrections


def random_first_month(rng: random.Random) -> tuple[int, int]:
    """Often one whose first statements fall due around the end of a February, with or without its 29th."""
    if rng.random() < 0.4:
        return rng.choice([(2016, 1), (2017, 1), (2020, 1), (2023, 12), (2024, 1), (2000, 1), (2100, 1)])
    return rng.randint(2014, 2031), rng.randint(1, 12)


def next_month(year: int, month: int) -> tuple[int, int]:
    return year + month // 12, month % 12 + 1


def day_of_month(year: int, month: int, day: int) -> date:
    """'a day that the month lacks is its last day'"""
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def random_due(rng: random.Random, issued: date, payment_day: int, dues_before: list[date]) -> date | None:
    """Mostly the agreed day of the month of issue, or later; sometimes another statement's, or not served yet."""
    kind = rng.random()
    if kind < 0.08:
        return None
    if kind < 0.16:
        return issued
    if kind < 0.30 and dues_before and dues_before[-1] >= issued:
        return rng.choice([due for due in dues_before if due >= issued])
    if kind < 0.40:
        return issued + rng.randint(1, 80) * DAY
    return max(day_of_month(issued.year, issued.month, payment_day), issued + 5 * DAY)


def random_correction(rng: random.Random, before: list[Statement]) -> Correction:
    """A charge, or a credit of at most what the corrected statement still bears."""
    corrected = rng.choice(before)
    bears_fen = principal_gross_fen(corrected, tuple(before))
    if rng.random() < 0.35 or bears_fen == 0:
        return Correction(corrected.number, random_fen(rng, 10**7))
    credit_fen = rng.choice([1, bears_fen, (bears_fen + 1) // 2, random_fen(rng, bears_fen)])
    return Correction(corrected.number, -credit_fen)


def random_corrections(rng: random.Random, before: list[Statement]) -> tuple[Correction, ...]:
    """At most one for each statement, so that each can take all that is left of its statement."""
    if not before or rng.random() < 0.55:
        return ()
    drawn = [random_correction(rng, before) for _ in range(rng.randint(1, 3))]
    return tuple({correction.of_statement: correction for correction in drawn}.values())


def random_statements(rng: random.Random) -> tuple[Statement, ...]:
    """A statement a month, issued after the days of grace; now and then two on one day, or none for long."""
    year, month = random_first_month(rng)
    payment_day = rng.choice([5, 10, 10, 15, 28, 29, 30, 31])
    grace_days = rng.randint(0, 5)
    statements: list[Statement] = []
    for number in range(1, rng.choice([1, 2, 3, 3, 4, 5, 6]) + 1):
        if rng.random() < 0.85:
            year, month = next_month(year, month)
        if rng.random() < 0.06:
            year += rng.randint(1, 4)
        issued = date(year, month, 1) + grace_days * DAY
        dues = [statement.due for statement in statements if statement.due is not None]
        statements.append(Statement(
            number=number,
            issued=issued,
            due=random_due(rng, issued, payment_day, sorted(dues)),
            fees_fen=0 if rng.random() < 0.05 else random_fen(rng),
            corrections=random_corrections(rng, statements),
        ))
    return tuple(statements)


# ---------------------------------------------------------------------------------------------------
# Costs and payments


def awkward_days(rng: random.Random, terms: Terms, statements: tuple[Statement, ...]) -> list[date]:
    """The days at which an error of one day shows, and a few others."""
    first = min(statement.issued for statement in statements)
    last = max(statement.due or statement.issued for statement in statements)
    days = [first + rng.randint(-30, (last - first).days + 120) * DAY for _ in range(6)]
    for statement in statements:
        days += [statement.issued - DAY, statement.issued, statement.issued + DAY]
        if statement.due is not None:
            overdue_beyond = statement.due + terms.overdue_beyond_days * DAY
            days += [statement.due, statement.due + DAY, overdue_beyond, overdue_beyond + DAY]
    leap_years = [year for year in range(first.year, last.year + 2) if calendar.isleap(year)]
    days += [date(year, 2, 29) for year in leap_years]
    return days


def random_costs(rng: random.Random, statements: tuple[Statement, ...], days: list[date]) -> tuple[Cost, ...]:
    costs = []
    for _ in range(rng.choice([0, 0, 0, 1, 2, 3])):
        statement = rng.choice(statements)
        recorded = max(statement.issued, rng.choice(days))
        costs.append(Cost(statement.number, recorded, random_fen(rng, 100_000)))
    return tuple(costs)


def random_amount_fen(rng: random.Random, history: History, so_far: Account) -> int:
    """Of what is owed on the day of the payment: all of it, its penalty, a fen more or less; or of any statement."""
    owed_fen = so_far.owed_fen
    amounts = [owed_fen, owed_fen + random_fen(rng, 10**6), random_fen(rng, 2 * owed_fen + 1)]
    amounts.append(rng.choice(history.statements).fees_fen)
    for statement in so_far.statements.values():
        amounts += [statement.owed_fen, statement.unpaid_principal_fen, statement.unpaid_principal_fen // 2]
        amounts += [statement.penalty_unpaid_fen, statement.penalty_unpaid_fen + statement.costs_unpaid_fen] * 2
    return max(1, rng.choice(amounts) + rng.choice([0, 0, 0, 0, 1, -1]))


def random_names(rng: random.Random, statements: tuple[Statement, ...]) -> tuple[int, ...]:
    """Often none; a statement that the payer names may be issued long after."""
    how_many = min(len(statements), rng.choice([0, 0, 0, 1, 1, 2]))
    return tuple(statement.number for statement in rng.sample(statements, how_many))


def add_payments(rng: random.Random, history: History, days: list[date]) -> History:
    """Payments one after the other, each of an amount that the account so far suggests."""
    how_many = rng.choice([0, 1, 2, 3, 4, 5, 6, 8])
    ids = rng.sample(range(1, 100), how_many)
    payment_days = sorted(rng.choice(days) for _ in range(how_many))
    if rng.random() < 0.15 and payment_days:
        payment_days[-1] += TEN_YEARS
    payments: list[Payment] = []
    for id, day in zip(ids, payment_days):
        so_far = account(History(history.terms, history.statements, history.costs, tuple(payments)), day)
        payments.append(Payment(
            id=id,
            credited=day,
            amount_fen=random_amount_fen(rng, history, so_far),
            names=random_names(rng, history.statements),
            reversed=rng.random() < 0.12,
        ))
    rng.shuffle(payments)
    return History(history.terms, history.statements, history.costs, tuple(payments))


class RandomAccount:
    """One lease's money, and the days at which accounts are to be compared, the last one after every event."""

    def __init__(self, seed: int) -> None:
        rng = random.Random(f"account {seed}")
        terms = random_terms(rng)
        statements = random_statements(rng)
        days = awkward_days(rng, terms, statements)
        costs = random_costs(rng, statements, days)
        self.seed = seed
        self.history = add_payments(rng, History(terms, statements, costs), days)
        last = max(days + [payment.credited for payment in self.history.payments])
        if rng.random() < 0.3:
            last += TEN_YEARS
        self.days = sorted({*rng.sample(days, 4), last + rng.randint(1, 40) * DAY})


def print_account(history: History, day: date) -> None:
    drawn_up = account(history, day)
    print(f"\nend of {day}: owed {drawn_up.owed_fen} fen, credit held {drawn_up.credit_held_fen} fen")
    for part in (*drawn_up.statements.values(), *drawn_up.payments.values()):
        print(f"  {part}")


if __name__ == "__main__":
    drawn = RandomAccount(int(sys.argv[1]))
    print(drawn.history.terms)
    for event in drawn.history.statements + drawn.history.costs + drawn.history.payments:
        print(f"  {event}")
    for day in drawn.days:
        print_account(drawn.history, day)
