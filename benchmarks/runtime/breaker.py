#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Counts the instructions of one call through a circuit breaker with callgrind, beside breakers written by hand.

usage: breaker.py [times] [--markdown] <build dir>...

Exits with 1 if a healthy call under OpenAfterFailures needs more than 3 instructions above the atomic breaker by hand, or
if a case did not run its operation as often as it should. `times` measures nanoseconds instead, with one thread and with
two: an illustration, which fails only on a wrong number of calls. The cases are in breaker/cases.cpp.
"""
import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from instructions import compiler_of, totals

BY_HAND, LIBRARY, ALLOWED = "atomic breaker by hand", "OpenAfterFailures", 3
ROUNDS = 100  # as in breaker/main.cpp and asio/main.cpp
Table = dict[str, dict[str, float]]  # case, column


def run(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, env={"LD_BIND_NOW": "1", "PATH": "/usr/bin:/bin"})
    if done.returncode != 0:
        sys.exit(f"{command[-1]} failed:\n{done.stderr}")
    return done.stdout


def instructions(program: Path) -> dict[str, float]:
    """By the line that the program prints for a case, the instructions of one of its rounds."""
    with tempfile.TemporaryDirectory() as scratch:
        lines = run([
            "valgrind", "--tool=callgrind", f"--callgrind-out-file={scratch}/out",
            "--zero-before=grit_measurement_begins", "--dump-before=grit_measurement_ends", str(program),
        ]).splitlines()  # fmt: skip
        counts = totals(Path(scratch))
    if len(lines) != len(counts):
        sys.exit(f"{len(lines)} cases gave {len(counts)} measurements")
    return {line: count / ROUNDS for line, count in zip(lines, counts)}


def nanoseconds(build: Path) -> dict[int, dict[str, float]]:
    """By threads and case, the least of several runs: the processor time of one call, without what a thread waits."""
    program = str(build / "benchmarks/grit.benchmarks.breaker_times")
    listed = [line.split("/real_time")[0] for line in run([program, "--benchmark_list_tests"]).splitlines()]
    output = run([
        program, "--benchmark_format=json", "--benchmark_repetitions=9", "--benchmark_min_time=0.03",
        "--benchmark_enable_random_interleaving=true",
    ])  # fmt: skip
    least: dict[int, dict[str, float]] = {1: dict.fromkeys(listed, float("inf")), 2: {}}
    for one in json.loads(output)["benchmarks"]:
        if one.get("error_occurred"):
            sys.exit(f"{one['name']}: {one['error_message']}")
        if one["run_type"] == "iteration":
            name = one["run_name"].split("/real_time")[0]
            of_threads = least[one["threads"]]
            of_threads[name] = min(one["cpu_time"], of_threads.get(name, float("inf")))
    return least


def show(table: Table, markdown: bool) -> None:
    columns = list(dict.fromkeys(column for row in table.values() for column in row))
    if markdown:
        print("| case |" + "".join(f" {column} |" for column in columns))
        print("|---|" + "---:|" * len(columns))
    else:
        print(f"{'case':52}" + "".join(f" {column:>16}" for column in columns))
    for case, row in table.items():
        cells = [f"{row[c]:.1f}" if row.get(c, 1000) < 100 and "ns" in c else f"{row[c]:.0f}" if c in row else ""
                 for c in columns]  # fmt: skip
        if markdown:
            print(f"| {case} |" + "".join(f" {cell} |" for cell in cells))
        else:
            print(f"{case:52}" + "".join(f" {cell:>16}" for cell in cells))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("builds", nargs="+", metavar="[times] build")
    parser.add_argument("--markdown", action="store_true", help="print the table as the documentation shows it")
    arguments = parser.parse_intermixed_args()  # `times`, options and folders in any order
    times = arguments.builds[0] == "times"
    table: Table = {}
    bad = False
    for build in map(Path, arguments.builds[times:]):
        compiler = compiler_of(build)
        if times:
            columns = {f"{compiler}, ns" + ("" if n == 1 else " of 2"): t for n, t in nanoseconds(build).items()}
        else:
            columns = {compiler: instructions(build / "benchmarks/grit.benchmarks.breaker")}
            bad |= columns[compiler][LIBRARY] - columns[compiler][BY_HAND] > ALLOWED + 0.5
        for column, cases in columns.items():
            for case, figure in cases.items():
                table.setdefault(case, {})[column] = figure
    show(table, arguments.markdown)
    if not times:
        over = {column: table[LIBRARY][column] - table[BY_HAND][column] for column in table[LIBRARY]}
        print(f"\n{LIBRARY} above {BY_HAND}, allowed {ALLOWED:+d}: "
              + ", ".join(f"{column} {difference:+.0f}" for column, difference in over.items()))  # fmt: skip
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
