#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Counts the instructions of one call in an asio::awaitable with callgrind, beside coroutines written by hand.

usage: asio.py [--markdown] <build dir>...

Exits with 1 if a call through deadline, retry, limiter and breaker needs more than KNOWN above one coroutine by hand, if
it allocates more often, if the limit of an attempt needs a larger share of `op() || timer`, or if a case did not do its
work. GOAL is what is aimed at; docs/reference/performance.md says why it is not reached. The cases are in asio/main.cpp.
"""
import argparse
import sys
from pathlib import Path

from breaker import Table, instructions, show
from instructions import compiler_of

# Per cent above one coroutine by hand.
GOAL = {"success": 8.0, "two failures": 2.0, "gives up": 2.0}
KNOWN = {"success": 39.0, "two failures": 3.0, "gives up": 5.5}
# The limit of an attempt as a share of `op() || timer`.
GOAL_OF_LIMIT, KNOWN_OF_LIMIT = 1 / 6, 0.22
BY_HAND, LIBRARY = "one coroutine by hand", "grit"


def measured(build: Path) -> tuple[dict[str, float], dict[str, int]]:
    counts: dict[str, float] = {}
    allocations: dict[str, int] = {}
    for line, count in instructions(build / "benchmarks/grit.benchmarks.asio").items():
        name, times = line.split("\t")
        counts[name], allocations[name] = count, int(times)
    return counts, allocations


def problems(compiler: str, counts: dict[str, float], allocations: dict[str, int]) -> list[str]:
    found = []
    for case, goal in GOAL.items():
        by_hand, library = f"{case}: {BY_HAND}", f"{case}: {LIBRARY}"
        over = 100 * (counts[library] / counts[by_hand] - 1)
        print(f"{compiler}, {case}: {over:+.1f} % of {counts[by_hand]:.0f}, goal {goal:+.0f}, allowed {KNOWN[case]:+.1f}")
        if over > KNOWN[case]:
            found.append(f"{compiler}: {case} is {over:+.1f} % above one coroutine by hand")
        if allocations[library] > allocations[by_hand]:
            found.append(f"{compiler}: {case} allocates {allocations[library]} times, by hand {allocations[by_hand]}")
    share = counts["limit: grit"] / counts["limit: op() || timer"]
    print(f"{compiler}, limit of an attempt: {share:.2f} of op() || timer, goal {GOAL_OF_LIMIT:.2f}, "
          f"allowed {KNOWN_OF_LIMIT:.2f}")  # fmt: skip
    if share > KNOWN_OF_LIMIT:
        found.append(f"{compiler}: the limit of an attempt needs {share:.2f} of op() || timer")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("builds", nargs="+", metavar="build")
    parser.add_argument("--markdown", action="store_true", help="print the table as the documentation shows it")
    arguments = parser.parse_args()
    table: Table = {}
    found: list[str] = []
    for build in map(Path, arguments.builds):
        compiler = compiler_of(build)
        counts, allocations = measured(build)
        found += problems(compiler, counts, allocations)
        for case, count in counts.items():
            table.setdefault(case, {})[compiler] = count
            table[case][f"allocations, {compiler}"] = float(allocations[case])
    print()
    show(table, arguments.markdown)
    print(*("" for _ in found[:1]), *found, sep="\n")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
