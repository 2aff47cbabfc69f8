"""The slow account against examples computed by hand: the terms, what happened, the expected account.

The lease of most examples: 0.05 % a day, statement 1 of 100,000.00 issued 2017-10-04 and due 2017-10-10.
At the end random histories check what must hold in every account.
"""

import itertools
import unittest
from dataclasses import replace
from datetime import date
from fractions import Fraction

from random_account import RandomAccount
from slow_account import (
    DAY, Account, Correction, Cost, History, Payment, Refused, Share, Statement, Terms, account, as_known,
    fraction_of_percent, round_half_up,
)

AGREED = Terms(late_rate="0.05")
SEEDS = range(1, 2001)


def day(text: str) -> date:
    return date.fromisoformat(text)


def fen(yuan: str) -> int:
    """'100,000.00' is 10000000."""
    whole, _, rest = yuan.replace(",", "").partition(".")
    return int(whole + rest.ljust(2, "0"))


def statement(number: int, issued: str, due: str | None, fees: str, *corrections: tuple[int, str]) -> Statement:
    return Statement(
        number, day(issued), None if due is None else day(due), fen(fees),
        tuple(Correction(of_statement, fen(delta)) for of_statement, delta in corrections))


def cost(of_statement: int, recorded: str, amount: str) -> Cost:
    return Cost(of_statement, day(recorded), fen(amount))


def payment(id: int, credited: str, amount: str, names: tuple[int, ...] = (), reversed: bool = False) -> Payment:
    return Payment(id, day(credited), fen(amount), names, reversed)


OCTOBER = statement(1, "2017-10-04", "2017-10-10", "100,000.00")
NOVEMBER = statement(2, "2017-11-04", "2017-11-10", "50,000.00")


def history(*events: Statement | Cost | Payment, terms: Terms = AGREED) -> History:
    return History(
        terms,
        tuple(event for event in events if isinstance(event, Statement)),
        tuple(event for event in events if isinstance(event, Cost)),
        tuple(event for event in events if isinstance(event, Payment)))


def share(text_day: str, of_statement: int, costs: str = "0", penalty: str = "0", principal: str = "0") -> Share:
    return Share(day(text_day), of_statement, fen(costs), fen(penalty), fen(principal))


class AccountCase(unittest.TestCase):
    maxDiff = None

    def expect(self, drawn_up: Account, number: int, **figures: str | None) -> None:
        """Figures in yuan by the names of StatementAccount without `_fen`; also status and right_arose."""
        one = drawn_up.statements[number]
        for name, expected in figures.items():
            if name in ("status", "right_arose"):
                found = str(getattr(one, name))
                self.assertEqual(found, str(expected), name)
            else:
                self.assertEqual(getattr(one, name + "_fen"), fen(expected), name)

    def expect_shares(self, drawn_up: Account, payment_id: int, *shares: Share, rest: str = "0") -> None:
        self.assertEqual(drawn_up.payments[payment_id].shares, shares)
        self.assertEqual(drawn_up.payments[payment_id].rest_fen, fen(rest))


class TheExampleOfTheSpecification(AccountCase):
    """'0.05 % a day: 100,000.00 due 2017-10-10; 40,000.00 credited 2017-10-20 pays 500.00 penalty and 39,500.00
    principal; by 2017-11-09 60,500.00 + 605.00 are owed.'"""

    events = history(OCTOBER, payment(1, "2017-10-20", "40,000.00"))

    def test_on_the_day_of_the_payment(self):
        now = account(self.events, day("2017-10-20"))
        self.expect_shares(now, 1, share("2017-10-20", 1, penalty="500.00", principal="39,500.00"))
        self.expect(now, 1, unpaid_principal="60,500.00", penalty_accrued="500.00", penalty_unpaid="0",
                    status="overdue")

    def test_twenty_days_later(self):
        now = account(self.events, day("2017-11-09"))
        self.expect(now, 1, principal_gross="100,000.00", unpaid_principal="60,500.00", penalty_accrued="1,105.00",
                    penalty_paid="500.00", penalty_unpaid="605.00", owed="61,105.00")


class DaysOfPenalty(AccountCase):
    """'for every calendar day from the day after the due day to the day the money is credited, both included'"""

    def expect_penalty(self, due: str, until: str, days: int) -> None:
        """200.00 at 0.05 % is 0.10 a day."""
        one = statement(1, due, due, "200.00")
        now = account(history(one), day(until))
        self.assertEqual(now.statements[1].penalty_accrued_fen, 10 * days, f"{due} to {until}")

    def test_none_until_the_end_of_the_due_day_then_each_day(self):
        self.expect_penalty("2017-10-10", "2017-10-10", 0)
        self.expect_penalty("2017-10-10", "2017-10-11", 1)
        self.expect_penalty("2017-10-10", "2017-10-12", 2)

    def test_month_ends(self):
        self.expect_penalty("2017-10-31", "2017-11-01", 1)
        self.expect_penalty("2017-11-30", "2017-12-01", 1)
        self.expect_penalty("2017-12-31", "2018-01-01", 1)
        self.expect_penalty("2017-10-31", "2018-03-31", 151)

    def test_february(self):
        self.expect_penalty("2017-02-28", "2017-03-01", 1)
        self.expect_penalty("2024-02-28", "2024-02-29", 1)
        self.expect_penalty("2024-02-28", "2024-03-01", 2)
        self.expect_penalty("2024-02-29", "2024-03-01", 1)
        self.expect_penalty("2000-02-28", "2000-03-01", 2)
        self.expect_penalty("2100-02-28", "2100-03-01", 1)

    def test_years(self):
        self.expect_penalty("2017-10-10", "2018-10-10", 365)
        self.expect_penalty("2019-10-10", "2020-10-10", 366)
        self.expect_penalty("2017-10-10", "2027-10-10", 3652)

    def test_paid_on_the_due_day_or_before(self):
        for credited in ("2017-10-05", "2017-10-10"):
            now = account(history(OCTOBER, payment(1, credited, "100,000.00")), day("2017-12-01"))
            self.expect(now, 1, penalty_accrued="0", owed="0", status="paid")

    def test_paid_the_day_after(self):
        now = account(history(OCTOBER, payment(1, "2017-10-11", "100,000.00")), day("2017-10-11"))
        self.expect_shares(now, 1, share("2017-10-11", 1, penalty="50.00", principal="99,950.00"))
        self.expect(now, 1, unpaid_principal="50.00")

    def test_it_starts_again_on_what_a_part_payment_leaves(self):
        now = account(history(OCTOBER, payment(1, "2017-10-20", "40,500.00"), payment(2, "2017-10-30", "30,300.00")),
                      day("2017-11-09"))
        self.expect_shares(now, 1, share("2017-10-20", 1, penalty="500.00", principal="40,000.00"))
        self.expect_shares(now, 2, share("2017-10-30", 1, penalty="300.00", principal="30,000.00"))
        self.expect(now, 1, unpaid_principal="30,000.00", penalty_unpaid="150.00", penalty_accrued="950.00")

    def test_it_stays_owed_when_the_principal_is_paid(self):
        principal_first = replace(AGREED, order=("principal", "penalty", "costs"))
        paid = history(OCTOBER, payment(1, "2017-10-20", "100,000.00"), terms=principal_first)
        for until in ("2017-10-20", "2018-10-20"):
            self.expect(account(paid, day(until)), 1, unpaid_principal="0", penalty_unpaid="500.00", status="part-paid")

    def test_none_without_a_due_day(self):
        now = account(history(statement(1, "2017-10-04", None, "100,000.00")), day("2018-10-04"))
        self.expect(now, 1, penalty_accrued="0", unpaid_principal="100,000.00", status="issued", right_arose=None)


class WhenItIsComputed(AccountCase):
    """'Interest computed only when a letter is printed ... added every hour; the number of days ignored; run twice
    in a day or not for a week, with another result.'"""

    events = history(
        replace(OCTOBER, fees_fen=fen("33,333.33")),
        payment(1, "2017-10-29", "123.45"), payment(2, "2018-02-28", "7,000.00"))
    end = day("2027-10-10")

    def booked_until_the_end(self, step_days: int) -> int:
        """The sum of the bookings of somebody who books what was added, every so many days and on the last one."""
        bookings_fen: list[int] = []
        at = day("2017-10-04")
        while at < self.end:
            bookings_fen.append(account(self.events, at).statements[1].penalty_accrued_fen - sum(bookings_fen))
            at += step_days * DAY
        bookings_fen.append(account(self.events, self.end).statements[1].penalty_accrued_fen - sum(bookings_fen))
        self.assertGreaterEqual(min(bookings_fen), 0)
        return sum(bookings_fen)

    def test_weekly_monthly_and_once_after_ten_years(self):
        # 33,333.33 bears 316.67 in 19 days, so 123.45 pays penalty only. It bears 2,349.999765 in 141 days, so
        # 7,000.00 pays 2,350.00 - 123.45 = 2,226.55 penalty and 4,773.45 principal. What is left, 28,559.88,
        # bears 50,136.86934 in 3,511 days.
        once = account(self.events, self.end).statements[1]
        self.assertEqual(once.penalty_accrued_fen, fen("52,486.87"))
        self.assertEqual(once.unpaid_principal_fen, fen("28,559.88"))
        for step_days in (7, 30, 365):
            self.assertEqual(self.booked_until_the_end(step_days), fen("52,486.87"))

    def test_each_day_of_a_year(self):
        before_fen = 0
        at = day("2017-10-11")
        while at <= day("2018-10-10"):
            now_fen = account(history(OCTOBER), at).statements[1].penalty_accrued_fen
            self.assertEqual(now_fen - before_fen, fen("50.00"))
            before_fen = now_fen
            at += DAY

    def test_twice_on_one_day(self):
        self.assertEqual(account(self.events, self.end), account(self.events, self.end))

    def test_the_order_of_import_does_not_matter(self):
        turned = replace(self.events, payments=self.events.payments[::-1])
        self.assertEqual(account(turned, self.end), account(self.events, self.end))


class Rounding(AccountCase):
    """'Rounded only as a running total per statement: round(exact to date) less what was rounded before'"""

    ten_yuan = statement(1, "2017-10-10", "2017-10-10", "10.00")  # bears half a fen a day

    def test_half_goes_up(self):
        for exact, rounded in [("0", 0), ("0.4999", 0), ("0.5", 1), ("1.4999", 1), ("1.5", 2), ("2.5", 3)]:
            self.assertEqual(round_half_up(Fraction(exact)), rounded)

    def test_the_running_total_is_rounded_not_the_day(self):
        for until, total_fen in [("10-11", 1), ("10-12", 1), ("10-13", 2), ("10-14", 2), ("10-15", 3)]:
            now = account(history(self.ten_yuan), day(f"2017-{until}"))
            self.assertEqual(now.statements[1].penalty_accrued_fen, total_fen)

    def test_what_was_rounded_up_and_paid_is_owed_less_afterwards(self):
        # To date it is exactly 0.5 fen, 1 fen, 1.4995 fen (on 9.99) and 1.9985 fen (on 9.98).
        events = history(
            self.ten_yuan, payment(1, "2017-10-11", "0.01"), payment(2, "2017-10-12", "0.01"),
            payment(3, "2017-10-13", "0.01"), payment(4, "2017-10-14", "0.01"))
        now = account(events, day("2017-10-14"))
        self.expect_shares(now, 1, share("2017-10-11", 1, penalty="0.01"))
        self.expect_shares(now, 2, share("2017-10-12", 1, principal="0.01"))
        self.expect_shares(now, 3, share("2017-10-13", 1, principal="0.01"))
        self.expect_shares(now, 4, share("2017-10-14", 1, penalty="0.01"))

    def test_a_fen(self):
        one_fen = statement(1, "2017-10-10", "2017-10-10", "0.01")
        for days, total_fen in [(1, 0), (999, 0), (1000, 1), (2999, 1), (3000, 2)]:
            now = account(history(one_fen), day("2017-10-10") + days * DAY)
            self.assertEqual(now.statements[1].penalty_accrued_fen, total_fen)

    def test_a_rate_of_six_places(self):
        now = account(history(OCTOBER, terms=Terms(late_rate="0.000001")), day("2017-10-15"))
        self.assertEqual(now.statements[1].penalty_accrued_fen, 1)  # 0.1 fen a day


class Payments(AccountCase):
    """'One transfer for two statements, two for one, too much, too little, reversed ...'"""

    def test_a_returned_transfer_never_happened(self):
        returned = payment(1, "2017-10-20", "40,000.00", reversed=True)
        now = account(history(OCTOBER, returned), day("2017-11-09"))
        self.assertEqual(now, account(history(OCTOBER), day("2017-11-09")))
        self.expect(now, 1, unpaid_principal="100,000.00", penalty_accrued="1,500.00")
        self.assertEqual(now.payments, {})

    def test_after_a_returned_transfer_the_others_are_allocated_as_without_it(self):
        now = account(history(
            OCTOBER, payment(1, "2017-10-10", "100,000.00", reversed=True), payment(2, "2017-10-20", "40,000.00")),
            day("2017-10-20"))
        self.expect_shares(now, 2, share("2017-10-20", 1, penalty="500.00", principal="39,500.00"))

    def test_a_payment_counts_from_its_day_on(self):
        events = history(OCTOBER, payment(1, "2017-10-20", "40,000.00"))
        now = account(events, day("2017-10-19"))
        self.expect(now, 1, unpaid_principal="100,000.00", penalty_unpaid="450.00")
        self.assertEqual(now.payments, {})

    def test_an_overpayment_is_held_and_pays_at_the_next_issue(self):
        events = history(OCTOBER, NOVEMBER, payment(1, "2017-10-10", "120,000.00"))
        before = account(events, day("2017-11-03"))
        self.expect_shares(before, 1, share("2017-10-10", 1, principal="100,000.00"), rest="20,000.00")
        self.assertEqual(before.credit_held_fen, fen("20,000.00"))
        after = account(events, day("2017-11-04"))
        self.expect_shares(after, 1, share("2017-10-10", 1, principal="100,000.00"),
                           share("2017-11-04", 2, principal="20,000.00"))
        self.expect(after, 2, unpaid_principal="30,000.00", status="part-paid")
        self.assertEqual(after.credit_held_fen, 0)

    def test_a_prepayment_is_held_until_the_first_issue(self):
        events = history(OCTOBER, payment(1, "2017-09-01", "130,000.00"))
        before = account(events, day("2017-10-03"))
        self.assertEqual((before.statements, before.credit_held_fen), ({}, fen("130,000.00")))
        after = account(events, day("2017-10-04"))
        self.expect_shares(after, 1, share("2017-10-04", 1, principal="100,000.00"), rest="30,000.00")
        self.expect(after, 1, status="paid", penalty_accrued="0")

    def test_the_oldest_held_payment_pays_first(self):
        now = account(history(
            OCTOBER, payment(9, "2017-09-01", "60,000.00"), payment(2, "2017-09-02", "60,000.00"),
            payment(1, "2017-09-03", "60,000.00")), day("2017-10-04"))
        self.expect_shares(now, 9, share("2017-10-04", 1, principal="60,000.00"))
        self.expect_shares(now, 2, share("2017-10-04", 1, principal="40,000.00"), rest="20,000.00")
        self.expect_shares(now, 1, rest="60,000.00")

    def test_one_payment_for_two_statements(self):
        now = account(history(OCTOBER, NOVEMBER, payment(1, "2017-11-20", "130,000.00")), day("2017-11-20"))
        # 41 days of 50.00 on the first, 10 days of 25.00 on the second
        self.expect_shares(now, 1, share("2017-11-20", 1, penalty="2,050.00", principal="100,000.00"),
                           share("2017-11-20", 2, penalty="250.00", principal="27,700.00"))

    def test_two_payments_for_one_statement_on_one_day(self):
        now = account(history(OCTOBER, payment(8, "2017-10-20", "300.00"), payment(7, "2017-10-20", "400.00")),
                      day("2017-10-20"))
        self.expect_shares(now, 7, share("2017-10-20", 1, penalty="400.00"))
        self.expect_shares(now, 8, share("2017-10-20", 1, penalty="100.00", principal="200.00"))

    def test_exactly_the_penalty(self):
        now = account(history(OCTOBER, payment(1, "2017-10-20", "500.00")), day("2017-10-20"))
        self.expect_shares(now, 1, share("2017-10-20", 1, penalty="500.00"))
        self.expect(now, 1, unpaid_principal="100,000.00", penalty_unpaid="0")

    def test_on_one_day_statements_are_issued_before_payments_are_credited(self):
        now = account(history(OCTOBER, payment(1, "2017-10-04", "100,000.00")), day("2017-10-04"))
        self.expect_shares(now, 1, share("2017-10-04", 1, principal="100,000.00"))

    def test_held_credit_pays_before_a_payment_of_the_day_of_issue(self):
        now = account(history(
            OCTOBER, payment(1, "2017-10-04", "100,000.00"), payment(2, "2017-09-04", "1.00")), day("2017-10-04"))
        self.expect_shares(now, 2, share("2017-10-04", 1, principal="1.00"))
        self.expect_shares(now, 1, share("2017-10-04", 1, principal="99,999.00"), rest="1.00")


class WhichStatementIsPaid(AccountCase):
    """'The statement that the payer names (art. 560); any rest the earliest due, then the lowest number.'"""

    def paid(self, *events: Statement, names: tuple[int, ...] = (), amount: str = "60,000.00") -> list[tuple[int, int]]:
        """(statement, fen of principal) of a payment on 2017-12-05, when no example has borne penalty."""
        money = payment(1, "2017-12-05", amount, names)
        now = account(history(*events, money), day("2017-12-05"))
        return [(one.statement, one.principal_fen) for one in now.payments[1].shares]

    def setUp(self):
        self.first = statement(1, "2017-12-04", "2017-12-20", "50,000.00")
        self.second = statement(2, "2017-12-04", "2017-12-15", "40,000.00")
        self.third = statement(3, "2017-12-04", "2017-12-15", "30,000.00")

    def test_the_earliest_due_then_the_lowest_number(self):
        paid = self.paid(self.third, self.second, self.first, amount="80,000.00")
        self.assertEqual(paid, [(2, fen("40,000.00")), (3, fen("30,000.00")), (1, fen("10,000.00"))])

    def test_the_named_one_then_the_earliest_due(self):
        paid = self.paid(self.first, self.second, self.third, names=(1,))
        self.assertEqual(paid, [(1, fen("50,000.00")), (2, fen("10,000.00"))])

    def test_two_named_in_the_order_named(self):
        self.assertEqual(self.paid(self.first, self.second, self.third, names=(3, 1)),
                         [(3, fen("30,000.00")), (1, fen("30,000.00"))])
        self.assertEqual(self.paid(self.first, self.second, self.third, names=(1, 3)),
                         [(1, fen("50,000.00")), (3, fen("10,000.00"))])

    def test_without_a_due_day_it_comes_last(self):
        unserved = replace(self.second, due=None)
        self.assertEqual(self.paid(self.first, unserved), [(1, fen("50,000.00")), (2, fen("10,000.00"))])
        self.assertEqual(self.paid(self.first, unserved, names=(2,)), [(2, fen("40,000.00")), (1, fen("20,000.00"))])

    def test_a_named_one_that_is_not_issued_yet_gets_nothing(self):
        later = statement(4, "2017-12-06", "2017-12-06", "5,000.00")
        self.assertEqual(self.paid(self.first, later, names=(4,), amount="20.00"), [(1, fen("20.00"))])
        self.assertEqual(self.paid(later, names=(4,)), [])

    def test_held_credit_knows_no_names(self):
        events = history(self.first, self.second, payment(1, "2017-11-01", "45,000.00", names=(1,)))
        now = account(events, day("2017-12-04"))
        self.expect_shares(now, 1, share("2017-12-04", 2, principal="40,000.00"),
                           share("2017-12-04", 1, principal="5,000.00"))


class OrderOfPayment(AccountCase):
    """'Within a statement: recorded costs of enforcement, penalty to the credit day (billed or not), principal
    (`payment.order`...)'"""

    costs_of_enforcement = cost(1, "2017-10-15", "800.00")

    def test_all_six_orders(self):
        # Owed on 2017-10-20: costs 800.00, penalty 500.00, principal 100,000.00.
        for order, amount, costs, penalty, principal in [
            (("costs", "penalty", "principal"), "1,000.00", "800.00", "200.00", "0"),
            (("costs", "principal", "penalty"), "1,000.00", "800.00", "0", "200.00"),
            (("penalty", "costs", "principal"), "1,000.00", "500.00", "500.00", "0"),
            (("penalty", "principal", "costs"), "1,000.00", "0", "500.00", "500.00"),
            (("principal", "costs", "penalty"), "101,000.00", "800.00", "200.00", "100,000.00"),
            (("principal", "penalty", "costs"), "101,000.00", "500.00", "500.00", "100,000.00"),
        ]:
            events = history(OCTOBER, self.costs_of_enforcement, payment(1, "2017-10-20", amount),
                             terms=replace(AGREED, order=order))
            now = account(events, day("2017-10-20"))
            self.expect_shares(now, 1, share("2017-10-20", 1, costs, penalty, principal))

    def test_one_statement_is_paid_whole_before_the_next_one_gets_anything(self):
        now = account(history(OCTOBER, NOVEMBER, cost(2, "2017-11-20", "9.00"), payment(1, "2017-11-20", "102,050.00")),
                      day("2017-11-20"))
        self.expect(now, 1, owed="0", status="paid")
        self.expect(now, 2, costs_unpaid="9.00", penalty_unpaid="250.00", unpaid_principal="50,000.00")


class Costs(AccountCase):
    def test_they_bear_no_penalty(self):
        now = account(history(OCTOBER, cost(1, "2017-10-15", "800.00")), day("2017-10-20"))
        self.expect(now, 1, costs_unpaid="800.00", penalty_accrued="500.00", owed="101,300.00")

    def test_they_are_owed_from_the_day_they_are_recorded(self):
        events = history(OCTOBER, cost(1, "2017-10-15", "800.00"), payment(1, "2017-10-14", "200.00"))
        self.expect(account(events, day("2017-10-14")), 1, costs_unpaid="0", unpaid_principal="100,000.00")
        self.expect(account(events, day("2017-10-15")), 1, costs_unpaid="800.00")

    def test_a_payment_of_the_same_day_pays_them(self):
        events = history(OCTOBER, cost(1, "2017-10-05", "800.00"), payment(1, "2017-10-05", "800.00"))
        now = account(events, day("2017-10-05"))
        self.expect(now, 1, costs_unpaid="0", unpaid_principal="100,000.00")

    def test_held_credit_that_pays_at_an_issue_pays_those_of_that_day(self):
        now = account(history(OCTOBER, cost(1, "2017-10-04", "800.00"), payment(1, "2017-09-04", "1,000.00")),
                      day("2017-10-04"))
        self.expect_shares(now, 1, share("2017-10-04", 1, costs="800.00", principal="200.00"))

    def test_of_a_statement_paid_before_they_wait_for_money_or_the_next_issue(self):
        events = history(OCTOBER, NOVEMBER, cost(1, "2017-10-20", "800.00"), payment(1, "2017-10-10", "110,000.00"))
        waiting = account(events, day("2017-11-03"))
        self.expect(waiting, 1, costs_unpaid="800.00", status="part-paid")
        self.assertEqual(waiting.credit_held_fen, fen("10,000.00"))
        settled = account(events, day("2017-11-04"))
        self.expect(settled, 1, costs_unpaid="0", status="paid")
        self.expect(settled, 2, unpaid_principal="40,800.00")


class Cap(AccountCase):
    """'a cap if the terms set one': here 1 % of 100,000.00, which 20 days reach."""

    capped = Terms(late_rate="0.05", penalty_cap="1")

    def test_reached_and_never_passed(self):
        for until, penalty in [("2017-10-29", "950.00"), ("2017-10-30", "1,000.00"), ("2017-10-31", "1,000.00"),
                               ("2027-10-31", "1,000.00")]:
            now = account(history(OCTOBER, terms=self.capped), day(until))
            self.expect(now, 1, penalty_accrued=penalty)

    def test_what_is_paid_uses_it_up(self):
        now = account(history(OCTOBER, payment(1, "2017-10-25", "750.00"), terms=self.capped), day("2018-10-10"))
        self.expect(now, 1, penalty_accrued="1,000.00", penalty_paid="750.00", penalty_unpaid="250.00")

    def test_it_is_of_the_fees_not_of_what_is_unpaid(self):
        now = account(history(OCTOBER, payment(1, "2017-10-10", "90,000.00"), terms=self.capped), day("2018-10-10"))
        self.expect(now, 1, penalty_accrued="1,000.00")

    def test_it_is_of_the_fees_after_credits(self):
        credited = statement(2, "2018-01-04", "2018-01-10", "0", (1, "-40,000.00"))
        now = account(history(OCTOBER, credited, terms=self.capped), day("2018-10-10"))
        self.expect(now, 1, penalty_accrued="600.00")

    def test_it_is_exact_and_rounded_afterwards(self):
        for fees, penalty_fen in [("0.49", 0), ("0.50", 1), ("1.49", 1), ("1.50", 2)]:
            small = statement(1, "2017-10-10", "2017-10-10", fees)
            now = account(history(small, terms=self.capped), day("2018-10-10"))
            self.assertEqual(now.statements[1].penalty_accrued_fen, penalty_fen)


class Corrections(AccountCase):
    """'A charge bears penalty only from the due day of the statement that carries it; a credit lowers the corrected
    statement from that statement's own due day, penalty on the excess is withdrawn, and what was overpaid is credit
    from the day the money came.'"""

    carries_credit = statement(2, "2017-11-04", "2017-11-10", "50,000.00", (1, "-20,000.00"))
    carries_charge = statement(2, "2017-11-04", "2017-11-10", "50,000.00", (1, "20,000.00"))

    def test_a_charge_belongs_to_the_statement_that_carries_it(self):
        now = account(history(OCTOBER, self.carries_charge), day("2017-11-20"))
        self.expect(now, 1, principal_gross="100,000.00", penalty_accrued="2,050.00")
        self.expect(now, 2, principal_gross="70,000.00", penalty_accrued="350.00")

    def test_a_credit_lowers_the_corrected_statement_from_its_own_due_day(self):
        events = history(OCTOBER, self.carries_credit)
        self.expect(account(events, day("2017-11-03")), 1, principal_gross="100,000.00", penalty_accrued="1,200.00")
        now = account(events, day("2017-11-04"))
        self.expect(now, 1, principal_gross="80,000.00", unpaid_principal="80,000.00", penalty_accrued="1,000.00")
        self.expect(now, 2, principal_gross="50,000.00")

    def test_penalty_on_the_excess_is_withdrawn_though_it_was_paid(self):
        # On 2017-10-20 500.00 penalty was taken; of 80,000.00 it is 400.00, so 100.00 more went to principal.
        events = history(OCTOBER, self.carries_credit, payment(1, "2017-10-20", "40,000.00"))
        before = account(events, day("2017-11-03"))
        self.expect_shares(before, 1, share("2017-10-20", 1, penalty="500.00", principal="39,500.00"))
        after = account(events, day("2017-11-09"))
        self.expect_shares(after, 1, share("2017-10-20", 1, penalty="400.00", principal="39,600.00"))
        self.expect(after, 1, unpaid_principal="40,400.00", penalty_accrued="804.00", penalty_paid="400.00")

    def test_of_a_statement_paid_long_ago_the_money_is_credit_and_pays_at_the_issue(self):
        events = history(OCTOBER, self.carries_credit, payment(1, "2017-10-10", "100,000.00"))
        self.assertEqual(account(events, day("2017-11-03")).credit_held_fen, 0)
        now = account(events, day("2017-11-04"))
        self.expect_shares(now, 1, share("2017-10-10", 1, principal="80,000.00"),
                           share("2017-11-04", 2, principal="20,000.00"))
        self.expect(now, 1, status="paid", unpaid_principal="0")
        self.expect(now, 2, unpaid_principal="30,000.00")

    def test_what_was_overpaid_is_credit_from_the_day_the_money_came(self):
        # The credit of December frees 20,000.00 of October, which would have paid November before it was due.
        events = history(OCTOBER, NOVEMBER, payment(1, "2017-10-10", "100,000.00"),
                         statement(3, "2017-12-04", "2017-12-10", "30,000.00", (1, "-20,000.00")))
        self.expect(account(events, day("2017-12-03")), 2, unpaid_principal="50,000.00", penalty_accrued="575.00")
        now = account(events, day("2017-12-04"))
        self.expect_shares(now, 1, share("2017-10-10", 1, principal="80,000.00"),
                           share("2017-11-04", 2, principal="20,000.00"))
        self.expect(now, 2, unpaid_principal="30,000.00", penalty_accrued="360.00")

    def test_a_credit_of_everything(self):
        events = history(OCTOBER, statement(2, "2018-11-04", "2018-11-10", "0", (1, "-100,000.00")))
        self.expect(account(events, day("2018-11-03")), 1, status="overdue", right_arose="2017-11-10")
        self.expect(account(events, day("2018-11-04")), 1, principal_gross="0", owed="0", penalty_accrued="0",
                    status="paid", right_arose=None)

    def test_credits_on_several_statements_add_up_and_charges_do_not_offset_them(self):
        second = statement(2, "2017-11-04", "2017-11-10", "50,000.00", (1, "-20,000.00"))
        third = statement(3, "2017-12-04", "2017-12-10", "30,000.00",
                          (1, "-10,000.00"), (2, "7,000.00"), (2, "-1,000.00"))
        now = account(history(OCTOBER, second, third), day("2017-12-04"))
        gross_fen = [now.statements[number].principal_gross_fen for number in (1, 2, 3)]
        self.assertEqual(gross_fen, [fen("70,000.00"), fen("49,000.00"), fen("37,000.00")])

    def test_a_charge_carried_can_be_credited_on_its_carrier(self):
        third = statement(3, "2017-12-04", "2017-12-10", "0", (2, "-70,000.00"))
        now = account(history(OCTOBER, self.carries_charge, third), day("2017-12-04"))
        self.expect(now, 2, principal_gross="0", status="paid")


class RightOfClause81(AccountCase):
    """'The right arises as (b) above while principal of that statement is unpaid: due 10 October, n = 30: 10 November
    00:00. Full payment before the notice is served ends it (`right_survives_payment: no`).'"""

    surviving = replace(AGREED, right_survives_payment=True)

    def right(self, *events: Statement | Payment, until: str, terms: Terms = AGREED) -> str:
        return str(account(history(OCTOBER, *events, terms=terms), day(until)).statements[1].right_arose)

    def test_it_arises_at_the_begin_of_the_day_after_the_last_day(self):
        self.assertEqual(self.right(until="2017-11-09"), "None")
        self.assertEqual(self.right(until="2017-11-10"), "2017-11-10")
        self.assertEqual(self.right(until="2027-11-10"), "2017-11-10")

    def test_a_fen_of_principal_is_enough(self):
        almost = payment(1, "2017-11-09", "101,499.99")  # 1,500.00 penalty for 30 days
        self.assertEqual(self.right(almost, until="2017-11-10"), "2017-11-10")

    def test_paid_on_the_last_day_it_never_arises(self):
        for terms in (AGREED, self.surviving):
            full = payment(1, "2017-11-09", "101,500.00")
            self.assertEqual(self.right(full, until="2017-12-10", terms=terms), "None")

    def test_paid_on_the_day_it_arose(self):
        full = payment(1, "2017-11-10", "101,550.00")
        self.assertEqual(self.right(full, until="2017-11-10"), "None")
        self.assertEqual(self.right(full, until="2017-11-10", terms=self.surviving), "2017-11-10")

    def test_part_payment_does_not_end_it(self):
        part = payment(1, "2017-11-20", "100,000.00")
        self.assertEqual(self.right(part, until="2017-12-10"), "2017-11-10")

    def test_penalty_alone_gives_no_right(self):
        principal_first = replace(AGREED, order=("principal", "penalty", "costs"))
        full = payment(1, "2017-11-09", "100,000.00")
        self.assertEqual(self.right(full, until="2017-12-10", terms=principal_first), "None")

    def test_a_credit_of_what_was_unpaid_takes_it_back(self):
        most = payment(1, "2017-10-10", "80,000.00")
        credited = statement(2, "2017-12-04", "2017-12-10", "0", (1, "-20,000.00"))
        self.assertEqual(self.right(most, credited, until="2017-12-03", terms=self.surviving), "2017-11-10")
        self.assertEqual(self.right(most, credited, until="2017-12-04", terms=self.surviving), "None")

    def test_beyond_no_days(self):
        at_once = replace(AGREED, overdue_beyond_days=0)
        self.assertEqual(self.right(until="2017-10-10", terms=at_once), "None")
        self.assertEqual(self.right(until="2017-10-11", terms=at_once), "2017-10-11")

    def test_over_a_leap_day(self):
        one = statement(1, "2024-01-30", "2024-01-30", "1.00")
        for until, right in [("2024-02-29", None), ("2024-03-01", "2024-03-01")]:
            self.expect(account(history(one), day(until)), 1, right_arose=right)


class Status(AccountCase):
    def test_in_the_course_of_time(self):
        events = history(OCTOBER, payment(1, "2017-10-06", "1.00"), payment(2, "2017-10-20", "100,000.00"),
                         payment(3, "2017-10-21", "1,000.00"))
        for until, expected in [("2017-10-04", "issued"), ("2017-10-06", "part-paid"), ("2017-10-10", "part-paid"),
                                ("2017-10-11", "overdue"), ("2017-10-20", "overdue"), ("2017-10-21", "paid")]:
            self.expect(account(events, day(until)), 1, status=expected)

    def test_before_its_issue_it_is_not_in_the_account(self):
        self.assertEqual(account(history(OCTOBER), day("2017-10-03")).statements, {})

    def test_a_statement_of_nothing_is_paid(self):
        nothing = statement(1, "2017-10-04", "2017-10-10", "0")
        self.expect(account(history(nothing), day("2018-10-10")), 1, status="paid", owed="0", right_arose=None)


class Refusals(unittest.TestCase):
    def refused(self, *events: Statement | Cost | Payment, terms: Terms = AGREED) -> None:
        with self.assertRaises(Refused):
            account(history(*events, terms=terms), day("2018-01-01"))

    def test_terms(self):
        self.refused(OCTOBER, terms=Terms(late_rate="1/20"))
        self.refused(OCTOBER, terms=Terms(late_rate="-0.05"))
        self.refused(OCTOBER, terms=Terms(late_rate="0.05", penalty_cap="5e1"))
        self.refused(terms=replace(AGREED, order=("costs", "principal", "principal")))
        self.refused(terms=replace(AGREED, overdue_beyond_days=-1))

    def test_statements(self):
        self.refused(OCTOBER, OCTOBER)
        self.refused(statement(1, "2017-10-04", "2017-10-03", "1.00"))
        self.refused(statement(1, "2017-10-04", "2017-10-10", "-1.00"))

    def test_corrections(self):
        self.refused(statement(1, "2017-10-04", "2017-10-10", "5.00", (1, "-1.00")))
        self.refused(statement(1, "2017-10-04", "2017-10-10", "5.00", (2, "-1.00")))
        self.refused(statement(1, "2017-10-04", "2017-10-10", "5.00", (2, "1.00")), NOVEMBER)
        self.refused(OCTOBER, statement(2, "2017-11-04", "2017-11-10", "5.00", (1, "-100,000.01")))

    def test_costs_and_payments(self):
        self.refused(OCTOBER, cost(2, "2017-10-15", "1.00"))
        self.refused(OCTOBER, cost(1, "2017-10-03", "1.00"))
        self.refused(OCTOBER, cost(1, "2017-10-15", "-1.00"))
        self.refused(payment(1, "2017-10-15", "0"))
        self.refused(payment(1, "2017-10-15", "1.00"), payment(1, "2017-10-16", "1.00"))


# ---------------------------------------------------------------------------------------------------
# What holds in every account


def unpaid_spans(drawn_up: Account, of: Statement) -> list[tuple[date, int]]:
    """(first day, unpaid principal in the morning of it and the days after), from the due day's morrow on."""
    unpaid_fen = of.fees_fen
    spans = [(of.due + DAY, unpaid_fen)]
    shares = [one for money in drawn_up.payments.values() for one in money.shares if one.statement == of.number]
    for one in sorted(shares, key=lambda one: one.day):
        unpaid_fen -= one.principal_fen
        spans.append((max(one.day, of.due) + DAY, unpaid_fen))
    return spans


def penalty_by_spans_fen(drawn_up: Account, of: Statement, terms: Terms) -> int:
    """Another way to the penalty: from what was paid when, the days of each span counted at once."""
    if of.due is None or drawn_up.day <= of.due:
        return 0
    spans = unpaid_spans(drawn_up, of)
    ends = [begin for begin, _ in spans[1:]] + [drawn_up.day + DAY]
    fen_days = sum(unpaid_fen * (end - begin).days for (begin, unpaid_fen), end in zip(spans, ends))
    exact = fen_days * Fraction(terms.late_rate) / 100
    if terms.penalty_cap is not None:
        exact = min(exact, of.fees_fen * Fraction(terms.penalty_cap) / 100)
    return round_half_up(exact)


class RandomHistories(unittest.TestCase):
    """Each seed's accounts, at days between the events and long after them."""

    def test_what_must_hold(self):
        for seed in SEEDS:
            drawn = RandomAccount(seed)
            for until in drawn.days:
                with self.subTest(seed=seed, until=until):
                    self.check_account(account(drawn.history, until), as_known(drawn.history, until))

    def check_account(self, now: Account, known: History) -> None:
        self.check_payments(now, known)
        paid_fen = dict.fromkeys(now.statements, 0)
        for money in now.payments.values():
            for one in money.shares:
                self.assertGreaterEqual(min(one.costs_fen, one.penalty_fen, one.principal_fen), 0)
                paid_fen[one.statement] += one.principal_fen
        self.assertEqual(list(now.statements), sorted(one.number for one in known.statements))
        for one in known.statements:
            self.check_statement(now, one, known, paid_fen[one.number])

    def check_payments(self, now: Account, known: History) -> None:
        """Every fen of every payment is somewhere, and none went anywhere before it came."""
        self.assertEqual(list(now.payments), sorted(one.id for one in known.payments))
        for one in known.payments:
            money = now.payments[one.id]
            spent_fen = sum(part.costs_fen + part.penalty_fen + part.principal_fen for part in money.shares)
            self.assertEqual(spent_fen + money.rest_fen, one.amount_fen)
            self.assertGreaterEqual(money.rest_fen, 0)
            self.assertTrue(all(one.credited <= part.day <= now.day for part in money.shares))

    def check_statement(self, now: Account, of: Statement, known: History, principal_paid_fen: int) -> None:
        one = now.statements[of.number]
        self.assertEqual(one.unpaid_principal_fen, of.fees_fen - principal_paid_fen)
        self.assertEqual(one.penalty_accrued_fen, penalty_by_spans_fen(now, of, known.terms))
        self.assertGreaterEqual(min(one.unpaid_principal_fen, one.penalty_unpaid_fen, one.costs_unpaid_fen), 0)
        if now.credit_held_fen > 0:  # costs may wait for the next issue, principal never
            self.assertEqual(one.unpaid_principal_fen, 0)
        if one.right_arose is not None:
            self.assertEqual(one.right_arose, of.due + (known.terms.overdue_beyond_days + 1) * DAY)
            self.assertLessEqual(one.right_arose, now.day)

    def test_the_account_of_each_day_builds_on_that_of_the_day_before(self):
        """The first 150 days of some histories, with the corrections that are known in the end."""
        for seed in SEEDS[::40]:
            drawn = RandomAccount(seed)
            known = as_known(drawn.history, drawn.days[-1])
            at = min(one.issued for one in known.statements)
            before = account(known, at)
            for _ in range(150):
                at += DAY
                now = account(known, at)
                with self.subTest(seed=seed, until=at):
                    self.check_next_day(before, now, known)
                before = now

    def check_next_day(self, before: Account, now: Account, known: History) -> None:
        for of in known.statements:
            if of.number not in before.statements:
                continue
            accrued_fen = now.statements[of.number].penalty_accrued_fen
            self.assertEqual(accrued_fen, penalty_by_spans_fen(now, of, known.terms))
            self.assertGreaterEqual(accrued_fen, before.statements[of.number].penalty_accrued_fen)
        for id, money in before.payments.items():
            self.assertEqual(now.payments[id].shares[:len(money.shares)], money.shares)


def situations(drawn: RandomAccount) -> set[str]:
    """What the accounts of one seed show."""
    found = set()
    for until in drawn.days:
        now = account(drawn.history, until)
        known = as_known(drawn.history, until)
        found |= {one.status for one in now.statements.values()}
        found |= {"right stands" for one in now.statements.values() if one.right_arose is not None}
        found |= {"credit held" for money in now.payments.values() if 0 < money.rest_fen}
        found |= {"several statements by one payment" for money in now.payments.values()
                  if len({one.statement for one in money.shares}) > 1}
        found |= {"costs, penalty and principal at once" for money in now.payments.values() for one in money.shares
                  if min(one.costs_fen, one.penalty_fen, one.principal_fen) > 0}
        found |= {"held credit paid" for money in known.payments for one in now.payments[money.id].shares
                  if one.day > money.credited}
        found |= situations_of_terms(now, known.terms)
    return found | situations_of_corrections(drawn) | situations_of_payments(drawn.history)


def situations_of_terms(now: Account, terms: Terms) -> set[str]:
    found = set()
    for one in now.statements.values():
        if terms.penalty_cap is not None and one.principal_gross_fen > 0:
            cap_fen = round_half_up(one.principal_gross_fen * fraction_of_percent(terms.penalty_cap))
            found |= {"cap reached"} if one.penalty_accrued_fen == cap_fen > 0 else set()
        if one.right_arose is not None and one.unpaid_principal_fen == 0:
            found.add("right survived payment")
    return found


def situations_of_corrections(drawn: RandomAccount) -> set[str]:
    """What a credit does to what stood the evening before."""
    found = set()
    for one in drawn.history.statements:
        before = account(drawn.history, one.issued - DAY)
        after = account(drawn.history, one.issued)
        for number, statement_before in before.statements.items():
            if after.statements[number].penalty_paid_fen < statement_before.penalty_paid_fen:
                found.add("paid penalty withdrawn")
            if after.statements[number].right_arose != statement_before.right_arose is not None:
                found.add("right taken back by a credit")
        for id, money in before.payments.items():
            if after.payments[id].shares[:len(money.shares)] != money.shares:
                found.add("payment allocated anew")
    return found


def situations_of_payments(events: History) -> set[str]:
    issued = {one.number: one.issued for one in events.statements}
    due_days = {one.due for one in events.statements}
    found = set()
    for money in events.payments:
        found |= {"reversed"} if money.reversed else set()
        found |= {"names one not issued"} if any(issued[name] > money.credited for name in money.names) else set()
        found |= {"on the due day"} if money.credited in due_days else set()
        found |= {"on the day after"} if money.credited - DAY in due_days else set()
        found |= {"on a leap day"} if (money.credited.month, money.credited.day) == (2, 29) else set()
    return found | ({"not served"} if None in due_days else set())


class TheGenerator(unittest.TestCase):
    def test_a_seed_gives_the_same_history(self):
        self.assertEqual(RandomAccount(7).history, RandomAccount(7).history)
        self.assertNotEqual(RandomAccount(7).history, RandomAccount(8).history)

    def test_it_reaches_every_situation_often(self):
        times: dict[str, int] = {}
        for seed in SEEDS[:400]:
            for situation in situations(RandomAccount(seed)):
                times[situation] = times.get(situation, 0) + 1
        for situation in [
            "issued", "part-paid", "paid", "overdue", "right stands", "right survived payment", "credit held",
            "right taken back by a credit", "held credit paid", "several statements by one payment",
            "costs, penalty and principal at once", "cap reached", "paid penalty withdrawn", "payment allocated anew",
            "reversed", "names one not issued", "on the due day", "on the day after", "on a leap day", "not served",
        ]:
            self.assertGreaterEqual(times.get(situation, 0), 4, situation)


if __name__ == "__main__":
    unittest.main()
