"""Compares the program with the slow model on random histories, seed by seed.

    python3 differential.py --binary PATH --seeds FROM-TO [--keep DIR]

For each seed the history is written into a folder, signed and imported by the program, and each month's
statement is asked for at several instants and compared with the model's: clause, exact quantity, unit
price and amount of every line, the total in figures and in capitals.  A month outside the term must be
refused.  The first difference of a seed is printed with the model's working; the last line is
`N passed, N failed`.  With --keep the folders stay, each with the commands in `replay.sh`.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import subprocess
import sys
import tempfile
from datetime import datetime, timezone
from fractions import Fraction
from pathlib import Path

import slow_model
from random_agreement import ZONES
from random_history import Lease, RandomHistory, write_history
from slow_model import Line, Month, Statement

DONE, REFUSED_BY_AGREEMENT, BAD_INPUT = 0, 1, 2
TIMEOUT_SECONDS = 120
WORKING_LINES_AT_MOST = 40


class Difference(Exception):
    """What the program did otherwise than the model says."""


class Program:
    """The binary, run in one folder on one journal; every command is also written to `replay.sh`."""

    def __init__(self, binary: Path, folder: Path, seed: int):
        self.binary = binary
        self.folder = folder
        # The machine's own time zone must not matter.
        self.environment = os.environ | {"TZ": ZONES[seed % len(ZONES)]}
        (folder / "replay.sh").write_text(f"rm -f journal.db\nexport TZ={self.environment['TZ']}\n")

    def run(self, now: int, *arguments: str) -> subprocess.CompletedProcess:
        command = [str(self.binary), "--journal", "journal.db", "--now", str(now), *arguments]
        with open(self.folder / "replay.sh", "a") as replay:
            replay.write(shlex.join(command) + "\n")
        try:
            return subprocess.run(
                command, cwd=self.folder, env=self.environment, capture_output=True, text=True,
                timeout=TIMEOUT_SECONDS, stdin=subprocess.DEVNULL,
            )
        except subprocess.TimeoutExpired:
            raise Difference(f"{shlex.join(arguments)} ran for more than {TIMEOUT_SECONDS} s") from None

    def run_expecting(self, exit_codes: set[int], now: int, *arguments: str) -> str:
        result = self.run(now, *arguments)
        if result.returncode not in exit_codes:
            raise Difference(
                f"{shlex.join(arguments)}\n    exit code {result.returncode}, not {sorted(exit_codes)}\n"
                f"    stderr: {result.stderr.strip()[:1000]}"
            )
        return result.stdout


def utc(instant: int) -> str:
    return datetime.fromtimestamp(instant, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


# ---------------------------------------------------------------------------------------------------
# One statement against the other


def as_compared(lines: list[Line]) -> list[Line]:
    """In one order; a 3.2 line of 0 fen is the same as none."""
    kept = [line for line in lines if not (line.clause == "3.2" and line.amount_fen == 0)]
    return sorted(kept, key=lambda line: (
        line.clause, line.unit_price or 0, line.gpu_seconds or 0, line.byte_seconds or 0, line.amount_fen))


def line_of_json(fields: dict) -> Line:
    return Line(
        fields["clause"], fields["meter"], fields["amount_fen"],
        unit_price=Fraction(fields["unit_price"]) if fields.get("unit_price") is not None else None,
        gpu_seconds=Fraction(fields["gpu_seconds"]) if fields.get("gpu_seconds") is not None else None,
        byte_seconds=int(fields["byte_seconds"]) if fields.get("byte_seconds") is not None else None,
        gpu_model=fields.get("gpu_model"),
    )


def line_text(line: Line) -> str:
    text = f"{line.clause} {line.meter}"
    if line.gpu_model is not None:
        text += f" [{line.gpu_model}]"
    if line.gpu_seconds is not None:
        text += f"  gpu_seconds {decimal_text(line.gpu_seconds)}"
    if line.byte_seconds is not None:
        text += f"  byte_seconds {line.byte_seconds}"
    if line.unit_price is not None:
        text += f"  unit_price {decimal_text(line.unit_price)}"
    return text + f"  amount_fen {line.amount_fen}"


def decimal_text(value: Fraction) -> str:
    """A figure of at most six places."""
    whole, millionths = divmod(int(value * 10**6), 10**6)
    return f"{whole}.{millionths:06d}".rstrip("0").rstrip(".")


def same_line(model: Line, program: Line) -> bool:
    """Unit prices of one-time fees and 3.2 lines are left to the program."""
    return (
        model.clause == program.clause
        and model.amount_fen == program.amount_fen
        and model.gpu_seconds == program.gpu_seconds
        and model.byte_seconds == program.byte_seconds
        and model.unit_price in (None, program.unit_price)
    )


def compare_statement(model: Statement, output: str) -> None:
    try:
        program = json.loads(output)
        program_lines = as_compared([line_of_json(fields) for fields in program["lines"]])
        heading = (program["lease"], program["month"])
        totals = (program["total_fen"], program["total_capitals"])
    except (ValueError, KeyError, TypeError) as error:
        raise Difference(f"the statement can't be read: {error!r}\n    {output[:500]}") from None

    if heading != (model.lease, str(model.month)):
        raise Difference(f"a statement of {heading}, not of {(model.lease, str(model.month))}")
    model_lines = as_compared(model.lines)
    for number in range(max(len(model_lines), len(program_lines))):
        ours = model_lines[number] if number < len(model_lines) else None
        theirs = program_lines[number] if number < len(program_lines) else None
        if ours is None or theirs is None or not same_line(ours, theirs):
            raise Difference(
                f"model:   {line_text(ours) if ours else 'no such line'}\n"
                f"    program: {line_text(theirs) if theirs else 'no such line'}"
            )
    if totals != (model.total_fen, model.total_capitals):
        raise Difference(
            f"model:   total {model.total_fen} {model.total_capitals}\n    program: total {totals[0]} {totals[1]}")


# ---------------------------------------------------------------------------------------------------
# One seed


def sign_and_import(program: Program, history: RandomHistory) -> None:
    for lease in history.leases:
        program.run_expecting({DONE}, history.sign_now, "sign", f"{lease.id}.yaml")
    for file in history.files:
        exit_codes = import_exit_codes(history, file.imported)
        program.run_expecting(exit_codes, file.imported.now, "import", file.name, *file.arguments)


def import_exit_codes(history: RandomHistory, imported: slow_model.ImportedFile) -> set[int]:
    """A file in which a row is set aside may be reported as such; its other rows must be imported."""
    something_parked = any(
        slow_model.read_usage(lease.agreement, [imported]).parked for lease in history.leases)
    return {DONE, REFUSED_BY_AGREEMENT, BAD_INPUT} if something_parked else {DONE}


def compare_lease(program: Program, history: RandomHistory, lease: Lease) -> None:
    """Every month that has begun, at each instant; and the months beside the term."""
    agreement = lease.agreement
    months = slow_model.months_of_term(agreement)
    for now in history.statement_nows:
        of_model = slow_model.statements(agreement, history.history(), now)
        for month in months:
            if slow_model.month_begin(month, agreement["time_zone"]) > now:
                continue
            try:
                output = program.run_expecting({DONE}, now, "statement", lease.id, str(month), "--json")
                compare_statement(of_model[month], output)
            except Difference as difference:
                raise Difference(
                    f"{lease.id}, month {month}, now {utc(now)}\n    {difference}\n"
                    + working(agreement, history, month, now)
                ) from None
    for outside in (months[0].previous(), months[-1].next()):
        program.run_expecting(
            {REFUSED_BY_AGREEMENT}, history.statement_nows[-1], "statement", lease.id, str(outside), "--json")


def working(agreement: dict, history: RandomHistory, month: Month, now: int) -> str:
    """The allocations from which the model counts the month, for a person to check."""
    usage = slow_model.read_usage(agreement, history.history())
    prices = slow_model.price_list(agreement)
    days = slow_model.days_of_month_in_term(agreement, month)
    lines = []
    for span in slow_model.metered_allocations(agreement, usage, now):
        gpu_seconds = sum(use for day in days for _, use in slow_model.use_on_day(agreement, [span], day))
        if gpu_seconds > 0:
            allocation = span.allocation
            lines.append(
                f"      {'/'.join(map(str, allocation.key))}: {utc(span.begin)} to {utc(span.end)}"
                f"{' (running)' if allocation.end is None else ''}, {decimal_text(allocation.gpus)} GPUs"
                f" {allocation.gpu_model or 'of no model'}: {decimal_text(Fraction(gpu_seconds))} GPU-seconds"
                f"{'' if slow_model.price_on(days[0], allocation.gpu_model, prices) else ', no price'}"
            )
    more = len(lines) - WORKING_LINES_AT_MOST
    lines = lines[:WORKING_LINES_AT_MOST] + ([f"      and {more} more"] if more > 0 else [])
    return "\n".join([f"    the model's allocations of this month ({agreement['time_zone']}):"] + lines)


def check_seed(binary: Path, seed: int, folder: Path) -> str | None:
    """The first difference, or None."""
    history = RandomHistory(seed)
    write_history(history, folder)
    program = Program(binary, folder, seed)
    try:
        sign_and_import(program, history)
        for lease in history.leases:
            compare_lease(program, history, lease)
    except Difference as difference:
        return str(difference)
    return None


def main() -> int:
    parser = argparse.ArgumentParser(description="Compare trainlease with the slow model on random histories.")
    parser.add_argument("--binary", required=True, type=Path)
    parser.add_argument("--seeds", required=True, help="FROM-TO, both included, or one seed")
    parser.add_argument("--keep", type=Path, help="a folder in which each seed's files stay")
    arguments = parser.parse_args()
    first, _, last = arguments.seeds.partition("-")
    binary = arguments.binary.resolve()

    passed = failed = 0
    for seed in range(int(first), int(last or first) + 1):
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
