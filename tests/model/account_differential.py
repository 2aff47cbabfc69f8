"""Compares the program's account with the slow account on random histories, seed by seed.

    python3 account_differential.py --probe PATH --seeds FROM-TO

For each seed and each of its days: principal, penalty, costs, standing and the right of 8.1 of every statement, what
every payment paid, the credit held; and the book's entries add up to the balance. The last line is `N passed, N failed`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys

import slow_account
from random_account import RandomAccount

BATCH = 200


def lines_of(history, days):
    terms = history.terms
    yield f"terms {terms.late_rate} {terms.penalty_cap or '-'} {','.join(terms.order)} {terms.overdue_beyond_days} {int(terms.right_survives_payment)}"
    for s in history.statements:
        yield f"issued {s.number} {s.issued} {s.due or '-'} {s.fees_fen}"
        for c in s.corrections:
            yield f"correction {s.number} {c.of_statement} {c.delta_fen}"
    for c in history.costs:
        yield f"cost {c.statement} {c.recorded} {c.amount_fen}"
    for number, p in enumerate(sorted(history.payments, key=lambda p: p.id), 1):
        yield f"payment {number} {p.credited} {p.amount_fen} {int(p.reversed)} {','.join(map(str, p.names)) or '-'}"
    for day in days:
        yield f"day {day}"
    yield "end"


def expected(account, numbers):
    """`numbers`: the program counts payments from 1; the model's ids have gaps."""
    statements = {
        n: (s.principal_gross_fen, s.unpaid_principal_fen, s.penalty_accrued_fen, s.penalty_paid_fen, s.costs_unpaid_fen,
            s.status, str(s.right_arose) if s.right_arose else None)
        for n, s in account.statements.items()
    }
    shares = {}
    for p in account.payments.values():
        for share in p.shares:
            key = (numbers[p.id], share.statement, str(share.day))
            before = shares.get(key, (0, 0, 0))
            shares[key] = tuple(a + b for a, b in zip(before, (share.costs_fen, share.penalty_fen, share.principal_fen)))
    rest = {numbers[p.id]: p.rest_fen for p in account.payments.values() if p.rest_fen}
    return statements, shares, rest


def reported(account):
    statements = {}
    for s in account["statements"]:
        status = {"due": "issued"}.get(s["status"], s["status"])
        statements[s["number"]] = (
            s["principal_fen"], s["principal_fen"] - s["principal_paid_fen"], s["penalty_fen"], s["penalty_paid_fen"],
            s["costs_fen"] - s["costs_paid_fen"], status, s["right_8_1_from"] if s.get("right_8_1_stands") else None,
        )
    shares = {}
    for a in account["allotments"]:
        key = (a["payment"], a["statement"], a["day"])
        before = shares.get(key, (0, 0, 0))
        shares[key] = tuple(x + y for x, y in zip(before, (a["costs_fen"], a["penalty_fen"], a["principal_fen"])))
    rest = {p["number"]: p["held_fen"] for p in account["payments"] if p["held_fen"]}
    return statements, shares, rest


def compare(seed, day, history, slow, fast):
    numbers = {p.id: number for number, p in enumerate(sorted(history.payments, key=lambda p: p.id), 1)}
    for name, wanted, got in zip(("statements", "shares", "held"), expected(slow, numbers), reported(fast)):
        for key in sorted(set(wanted) | set(got), key=str):
            if wanted.get(key) != got.get(key):
                return f"seed {seed}, {day}: {name} {key}: model {wanted.get(key)}, program {got.get(key)}"
    last = fast["entries"][-1]["balance_fen"] if fast["entries"] else 0
    if last != fast["balance_fen"]:
        return f"seed {seed}, {day}: the entries add up to {last}, the balance is {fast['balance_fen']}"
    if fast["balance_fen"] != slow.owed_fen - slow.credit_held_fen:
        return f"seed {seed}, {day}: balance {fast['balance_fen']}, model {slow.owed_fen - slow.credit_held_fen}"
    return None


def run(probe, seeds):
    cases = [(seed, RandomAccount(seed)) for seed in seeds]
    text = "".join(line + "\n" for _, case in cases for line in lines_of(case.history, case.days))
    out = subprocess.run([probe], input=text, capture_output=True, text=True, check=True).stdout.splitlines()
    failed = 0
    at = 0
    for seed, case in cases:
        wrong = None
        for day in case.days:
            wrong = wrong or compare(seed, day, case.history, slow_account.account(case.history, day), json.loads(out[at]))
            at += 1
        if wrong:
            print(wrong)
            failed += 1
    return failed


def main():
    parser = argparse.ArgumentParser(description="Compare the account with the slow account.")
    parser.add_argument("--probe", required=True)
    parser.add_argument("--seeds", required=True, help="FROM-TO, both included")
    arguments = parser.parse_args()
    first, _, last = arguments.seeds.partition("-")
    seeds = range(int(first), int(last or first) + 1)
    failed = sum(run(arguments.probe, seeds[i:i + BATCH]) for i in range(0, len(seeds), BATCH))
    print(f"{len(seeds) - failed} passed, {failed} failed")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
