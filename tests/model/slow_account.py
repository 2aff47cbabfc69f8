"""The slow account: who owes what on a lease at the end of a day, computed with exact fractions, day by day.

It is the second opinion on the C program's money after billing: penalty, payments, credits, costs and
the right of clause 8.1.  It shares no code with it and was written from the specification alone;
sentences of the specification stand in the docstrings, in quotation marks, above the code that obeys them.

What goes in
    history     a `History`: the agreed terms, the issued statements, recorded costs, payments
    day         the `datetime.date` at whose end the account is drawn up

What comes out
    `account(history, day)`: an `Account`.

The whole account is made again from nothing for each day that is asked for: a book is opened on the day
of the first event and goes through every single day.  Nothing is carried over from an account drawn up
before, so it can't matter when, or how often, somebody asked.

One day in the book (`live_through_day`):
    1. in the morning each overdue statement bears this day's penalty, and the right of 8.1 may arise;
    2. statements are issued, costs are recorded;
    3. if a statement was issued, held credit pays;
    4. payments are credited, in order of their ids.

The model refuses to guess: changes of the rate, insolvency (penalty ends before acceptance), taxes,
deposits and damages are not in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from math import floor

DAY = timedelta(days=1)
KINDS = ("costs", "penalty", "principal")


class Refused(Exception):
    """A history that can't have happened, or terms that can't be agreed."""


# ---------------------------------------------------------------------------------------------------
# What goes in


@dataclass(frozen=True)
class Terms:
    """The agreed terms that the account needs."""

    late_rate: str  # percent a day, as the agreement writes it: "0.05"
    penalty_cap: str | None = None  # percent of a statement's fees
    order: tuple[str, str, str] = KINDS  # in which a payment pays what is owed on one statement
    overdue_beyond_days: int = 30  # 8.1
    right_survives_payment: bool = False  # 8.1


@dataclass(frozen=True)
class Correction:
    """A line of an earlier statement computed again, 'minus the line issued': a charge above 0, a credit below."""

    of_statement: int
    delta_fen: int


@dataclass(frozen=True)
class Statement:
    """`fees_fen` is the gross of its own lines; the corrections that it carries come on top, or off others."""

    number: int
    issued: date
    due: date | None  # None: not served yet
    fees_fen: int
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True)
class Cost:
    """A recorded cost of enforcing one statement."""

    statement: int
    recorded: date
    amount_fen: int


@dataclass(frozen=True)
class Payment:
    """`credited` is the bank's day, whenever it was imported.  `reversed`: the bank returned the transfer."""

    id: int
    credited: date
    amount_fen: int
    names: tuple[int, ...] = ()  # the statements that the payer names, in his order
    reversed: bool = False


@dataclass(frozen=True)
class History:
    terms: Terms
    statements: tuple[Statement, ...] = ()
    costs: tuple[Cost, ...] = ()
    payments: tuple[Payment, ...] = ()


# ---------------------------------------------------------------------------------------------------
# What comes out


@dataclass(frozen=True)
class Share:
    """What one payment paid on one statement on one day: that of its credit, or the issue that held credit met."""

    day: date
    statement: int
    costs_fen: int
    penalty_fen: int
    principal_fen: int


@dataclass(frozen=True)
class StatementAccount:
    number: int
    principal_gross_fen: int  # fees and charges, after credits
    unpaid_principal_fen: int
    penalty_accrued_fen: int
    penalty_paid_fen: int
    costs_unpaid_fen: int
    status: str  # issued, part-paid, paid or overdue
    right_arose: date | None  # 8.1: at 00:00 of this day

    @property
    def penalty_unpaid_fen(self) -> int:
        return self.penalty_accrued_fen - self.penalty_paid_fen

    @property
    def owed_fen(self) -> int:
        return self.unpaid_principal_fen + self.penalty_unpaid_fen + self.costs_unpaid_fen


@dataclass(frozen=True)
class PaymentAccount:
    id: int
    shares: tuple[Share, ...]
    rest_fen: int  # held as credit


@dataclass(frozen=True)
class Account:
    """As of the end of `day`, by statement number and by payment id."""

    day: date
    statements: dict[int, StatementAccount]
    payments: dict[int, PaymentAccount]

    @property
    def credit_held_fen(self) -> int:
        return sum(payment.rest_fen for payment in self.payments.values())

    @property
    def owed_fen(self) -> int:
        return sum(statement.owed_fen for statement in self.statements.values())


# ---------------------------------------------------------------------------------------------------
# Figures


def fraction_of_percent(text: str) -> Fraction:
    """'0.05' is 5 in 10,000."""
    if not re.fullmatch(r"\d+(\.\d+)?", text):
        raise Refused(f"{text} is no decimal")
    return Fraction(text) / 100


def round_half_up(value: Fraction) -> int:
    return floor(value + Fraction(1, 2))


# ---------------------------------------------------------------------------------------------------
# What can't be


def refuse_if(wrong: bool, why: str) -> None:
    if wrong:
        raise Refused(why)


def check_terms(terms: Terms) -> None:
    refuse_if(sorted(terms.order) != sorted(KINDS), "the order of payment names costs, penalty and principal once each")
    refuse_if(terms.overdue_beyond_days < 0, "overdue beyond a negative number of days")


def check_statements(statements: tuple[Statement, ...]) -> None:
    by_number = {statement.number: statement for statement in statements}
    refuse_if(len(by_number) != len(statements), "two statements with one number")
    for statement in statements:
        refuse_if(statement.fees_fen < 0, "negative fees")
        refuse_if(statement.due is not None and statement.due < statement.issued, "due before it is issued")
        for correction in statement.corrections:
            corrected = by_number.get(correction.of_statement)
            refuse_if(corrected is None or corrected.issued > statement.issued or corrected is statement,
                      "a correction of a statement not issued before")
        refuse_if(principal_gross_fen(statement, statements) < 0, "credits above what the statement bears")


def check(history: History) -> None:
    check_terms(history.terms)
    check_statements(history.statements)
    issued = {statement.number: statement.issued for statement in history.statements}
    for cost in history.costs:
        refuse_if(cost.statement not in issued or cost.recorded < issued[cost.statement], "costs before the statement")
        refuse_if(cost.amount_fen < 0, "negative costs")
    refuse_if(len({payment.id for payment in history.payments}) != len(history.payments), "two payments with one id")
    refuse_if(any(payment.amount_fen <= 0 for payment in history.payments), "a payment of nothing")


# ---------------------------------------------------------------------------------------------------
# What is known at a day


def charges_carried_fen(statement: Statement) -> int:
    """'A charge bears penalty only from the due day of the statement that carries it'"""
    return sum(correction.delta_fen for correction in statement.corrections if correction.delta_fen > 0)


def credits_given_fen(statement: Statement, statements: tuple[Statement, ...]) -> int:
    """'a credit lowers the corrected statement'"""
    return -sum(
        correction.delta_fen
        for carrier in statements
        for correction in carrier.corrections
        if correction.of_statement == statement.number and correction.delta_fen < 0)


def principal_gross_fen(statement: Statement, statements: tuple[Statement, ...]) -> int:
    return statement.fees_fen + charges_carried_fen(statement) - credits_given_fen(statement, statements)


def as_known(history: History, day: date) -> History:
    """The history that a person knows at the end of `day`, with each correction put where it belongs.

    'a credit lowers the corrected statement from that statement's own due day, penalty on the excess is
    withdrawn, and what was overpaid is credit from the day the money came': so the statement is as if it
    had been issued with the lower sum.  'A returned transfer never happened.'
    """
    issued = tuple(statement for statement in history.statements if statement.issued <= day)
    return replace(
        history,
        statements=tuple(
            replace(statement, fees_fen=principal_gross_fen(statement, issued), corrections=())
            for statement in issued),
        costs=tuple(cost for cost in history.costs if cost.recorded <= day),
        payments=tuple(
            payment for payment in history.payments if payment.credited <= day and not payment.reversed),
    )


# ---------------------------------------------------------------------------------------------------
# The book: what stands at one moment


@dataclass
class Debt:
    """All that is owed because of one statement, and what was paid on it."""

    number: int
    due: date | None
    principal_gross_fen: int
    costs_recorded_fen: int = 0
    overdue_fen_days: int = 0  # the unpaid principal of each day that bore penalty, added up
    paid_fen: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    right_arose: date | None = None


@dataclass
class Money:
    """One payment: where it went, and what is left of it."""

    id: int
    rest_fen: int
    shares: list[Share] = field(default_factory=list)


@dataclass
class Book:
    terms: Terms
    debts: dict[int, Debt] = field(default_factory=dict)
    money: list[Money] = field(default_factory=list)  # oldest first


def unpaid_principal_fen(debt: Debt) -> int:
    return debt.principal_gross_fen - debt.paid_fen["principal"]


def penalty_exact_fen(terms: Terms, debt: Debt) -> Fraction:
    """'Simple, per statement, on its unpaid gross fees ... a cap if the terms set one'"""
    exact = debt.overdue_fen_days * fraction_of_percent(terms.late_rate)
    if terms.penalty_cap is None:
        return exact
    return min(exact, debt.principal_gross_fen * fraction_of_percent(terms.penalty_cap))


def penalty_accrued_fen(terms: Terms, debt: Debt) -> int:
    """'Rounded only as a running total per statement: round(exact to date) less what was rounded before'"""
    return round_half_up(penalty_exact_fen(terms, debt))


def owed_fen(terms: Terms, debt: Debt) -> dict[str, int]:
    return {
        "costs": debt.costs_recorded_fen - debt.paid_fen["costs"],
        "penalty": penalty_accrued_fen(terms, debt) - debt.paid_fen["penalty"],
        "principal": unpaid_principal_fen(debt),
    }


def earliest_due_first(debt: Debt) -> tuple:
    """'the earliest due, then the lowest number'; a statement that nobody was served with yet comes last."""
    return (debt.due or date.max, debt.number)


# ---------------------------------------------------------------------------------------------------
# What happens in the course of a day


def bear_penalty(debt: Debt, day: date) -> None:
    """'for every calendar day from the day after the due day to the day the money is credited, both included'

    It is done in the morning, before this day's payments, so that the day on which money comes still counts.
    """
    if debt.due is not None and day > debt.due:
        debt.overdue_fen_days += unpaid_principal_fen(debt)


def let_right_arise(terms: Terms, debt: Debt, day: date) -> None:
    """8.1: 'due 10 October, n = 30: 10 November 00:00', 'while principal of that statement is unpaid'"""
    if debt.due is None or unpaid_principal_fen(debt) == 0:
        return
    if day == debt.due + terms.overdue_beyond_days * DAY + DAY:
        debt.right_arose = day


def pay_statement(terms: Terms, money: Money, debt: Debt, day: date) -> None:
    """'Within a statement: recorded costs of enforcement, penalty to the credit day (billed or not), principal
    (`payment.order`...)'"""
    paid_now = {}
    for kind in terms.order:
        paid_now[kind] = min(money.rest_fen, owed_fen(terms, debt)[kind])
        debt.paid_fen[kind] += paid_now[kind]
        money.rest_fen -= paid_now[kind]
    if any(paid_now.values()):
        share = Share(day, debt.number, paid_now["costs"], paid_now["penalty"], paid_now["principal"])
        money.shares.append(share)


def pay(book: Book, money: Money, names: tuple[int, ...], day: date) -> None:
    """'The statement that the payer names (art. 560); any rest the earliest due, then the lowest number. ...
    What is over stays as credit.'

    A named statement that isn't issued yet gets nothing.
    """
    named = [book.debts[number] for number in names if number in book.debts]
    for debt in named + sorted(book.debts.values(), key=earliest_due_first):
        pay_statement(book.terms, money, debt, day)


def pay_with_held_credit(book: Book, day: date) -> None:
    """'Credit that is held pays at issue': the oldest payment first."""
    for money in book.money:
        pay(book, money, (), day)


def credit(book: Book, payment: Payment) -> None:
    money = Money(payment.id, payment.amount_fen)
    book.money.append(money)
    pay(book, money, payment.names, payment.credited)


def live_through_day(book: Book, history: History, day: date) -> None:
    for debt in book.debts.values():
        bear_penalty(debt, day)
        let_right_arise(book.terms, debt, day)

    issued_today = [statement for statement in history.statements if statement.issued == day]
    for statement in issued_today:
        book.debts[statement.number] = Debt(statement.number, statement.due, statement.fees_fen)
    for cost in history.costs:
        if cost.recorded == day:
            book.debts[cost.statement].costs_recorded_fen += cost.amount_fen
    if issued_today:
        pay_with_held_credit(book, day)

    credited_today = [payment for payment in history.payments if payment.credited == day]
    for payment in sorted(credited_today, key=lambda payment: payment.id):
        credit(book, payment)


def book_at_end_of(day: date, known: History) -> Book:
    book = Book(known.terms)
    beginnings = [statement.issued for statement in known.statements]
    beginnings += [payment.credited for payment in known.payments]
    today = min(beginnings, default=day)
    while today <= day:
        live_through_day(book, known, today)
        today += DAY
    return book


# ---------------------------------------------------------------------------------------------------
# The account


def status(terms: Terms, debt: Debt, day: date) -> str:
    """Paid: nothing is owed on it.  Overdue: principal is unpaid, which was 'payable until 24:00' of the due day."""
    if sum(owed_fen(terms, debt).values()) == 0:
        return "paid"
    if unpaid_principal_fen(debt) > 0 and debt.due is not None and day > debt.due:
        return "overdue"
    return "part-paid" if sum(debt.paid_fen.values()) > 0 else "issued"


def right_that_stands(terms: Terms, debt: Debt) -> date | None:
    """'Full payment before the notice is served ends it (`right_survives_payment: no`)'"""
    if unpaid_principal_fen(debt) == 0 and not terms.right_survives_payment:
        return None
    return debt.right_arose


def statement_account(terms: Terms, debt: Debt, day: date) -> StatementAccount:
    return StatementAccount(
        number=debt.number,
        principal_gross_fen=debt.principal_gross_fen,
        unpaid_principal_fen=unpaid_principal_fen(debt),
        penalty_accrued_fen=penalty_accrued_fen(terms, debt),
        penalty_paid_fen=debt.paid_fen["penalty"],
        costs_unpaid_fen=owed_fen(terms, debt)["costs"],
        status=status(terms, debt, day),
        right_arose=right_that_stands(terms, debt),
    )


def account(history: History, day: date) -> Account:
    """The account at the end of `day`, from what is known by then."""
    check(history)
    book = book_at_end_of(day, as_known(history, day))
    return Account(
        day=day,
        statements={number: statement_account(book.terms, debt, day) for number, debt in sorted(book.debts.items())},
        payments={
            money.id: PaymentAccount(money.id, tuple(money.shares), money.rest_fen)
            for money in sorted(book.money, key=lambda money: money.id)},
    )
