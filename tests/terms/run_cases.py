#!/usr/bin/python3
"""Agreement files with one mistake each, and what `check` must say about them.

Beside each NAME.yaml stands NAME.expected: the problems as printed, each with its line, in order, and the exit status.
--update writes them anew, for review.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys

CASES = pathlib.Path(__file__).resolve().parent / "cases"


def observed(binary, case):
    """The problems that `check` prints about CASE, and its exit status."""
    environment = dict(os.environ, LC_ALL="C.UTF-8", LANG="C.UTF-8", LANGUAGE="")
    run = subprocess.run([binary, "check", case.name], cwd=CASES, env=environment, stdin=subprocess.DEVNULL,
                         capture_output=True, timeout=60, check=False)
    text = (run.stderr + run.stdout).decode("utf-8")
    problems = [line for line in text.splitlines() if re.match(re.escape(case.name) + r":[0-9]+:", line)]
    return "".join(line + "\n" for line in problems + [f"exit {run.returncode}"])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", default="build/trainlease")
    parser.add_argument("--update", action="store_true")
    options = parser.parse_args()
    binary = str(pathlib.Path(options.binary).resolve())
    passed = failed = 0
    for case in sorted(CASES.glob("*.yaml")):
        expected = case.with_suffix(".expected")
        said = observed(binary, case)
        if options.update:
            expected.write_text(said, encoding="utf-8")
        wanted = expected.read_text(encoding="utf-8") if expected.exists() else "(no expectation)\n"
        if said == wanted:
            passed += 1
            continue
        failed += 1
        print(f"{case.name}\n--- expected\n{wanted}+++ observed\n{said}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
