#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Counts the instructions of every retry loop and of its twin written by hand, with callgrind, and compares them.

usage: instructions.py <build dir>... [--markdown]

Prints one table for all build directories. Exits with 1 if the library needs more than its twin beyond the tolerance of
the case, or if a loop did not do the work it should. The cases are in instructions/cases.cpp.
"""
import argparse
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

PROGRAM = Path("benchmarks/grit.benchmarks.instructions")
TOLERANCES = ["none", "per_failed_result", "both_channels", "two_percent", "published"]  # as in cases.hpp


@dataclass
class Row:
    compiler: str
    case: str
    tolerance: str
    failures: int
    by_hand: float  # instructions per call, with those of operation and driver
    library: float

    @property
    def allowed(self) -> float:
        return {
            "none": 0,
            "per_failed_result": self.failures,
            "both_channels": self.failures + 1,
            "two_percent": 0.02 * self.by_hand,
            "published": float("inf"),
        }[self.tolerance]

    @property
    def difference(self) -> str:
        over = self.library - self.by_hand
        if self.by_hand > 1000:
            return f"{100 * over / self.by_hand:+.2f} %"
        return f"{round(over):+d}"

    @property
    def good(self) -> bool:
        return self.library - self.by_hand <= self.allowed + 0.5  # the loop of the driver is not exactly the same

    @property
    def verdict(self) -> str:
        if self.tolerance == "published":
            return "published"
        return "ok" if self.good else "MORE"


def compiler_of(build: Path) -> str:
    for file in sorted(build.glob("CMakeFiles/*/CMakeCXXCompiler.cmake")):
        text = file.read_text(encoding="utf-8")
        name = re.search(r'CMAKE_CXX_COMPILER_ID "(.*?)"', text)
        version = re.search(r'CMAKE_CXX_COMPILER_VERSION "(\d+)', text)
        if name and version:
            return {"GNU": "GCC"}.get(name[1], name[1]) + " " + version[1]
    return build.name


def totals(folder: Path) -> list[int]:
    """The instruction counts of callgrind's dumps, in the order they were made."""
    found = []
    for file in folder.glob("out.*"):
        head = file.read_text(encoding="utf-8")
        part = int(re.search(r"^part: (\d+)", head, re.MULTILINE)[1])
        trigger = re.search(r"^desc: Trigger: (.*)", head, re.MULTILINE)[1]
        summary = re.search(r"^(?:summary|totals): (\d+)", head, re.MULTILINE)
        if "grit_measurement_ends" in trigger and summary:
            found.append((part, int(summary[1])))
    return [count for _, count in sorted(found)]


def measure(build: Path) -> list[Row]:
    with tempfile.TemporaryDirectory() as scratch:
        run = subprocess.run(
            [
                "valgrind", "--tool=callgrind", f"--callgrind-out-file={scratch}/out",
                "--zero-before=grit_measurement_begins", "--dump-before=grit_measurement_ends",
                str(build / PROGRAM),
            ],
            capture_output=True, text=True, env={"LD_BIND_NOW": "1", "PATH": "/usr/bin:/bin"},
        )  # fmt: skip
        if run.returncode != 0:
            sys.exit(f"{build / PROGRAM} failed:\n{run.stderr}")
        counts = totals(Path(scratch))
    lines = [line.split("\t") for line in run.stdout.splitlines()]
    if len(counts) != 2 * len(lines):
        sys.exit(f"{len(lines)} cases gave {len(counts)} measurements, not two for each:\n{run.stderr}")
    rows = []
    for (case, tolerance, failures, rounds), by_hand, library in zip(lines, counts[::2], counts[1::2]):
        rows.append(
            Row(
                compiler_of(build), case, TOLERANCES[int(tolerance)], int(failures),
                by_hand / int(rounds), library / int(rounds),
            )  # fmt: skip
        )
    return rows


def plain_table(rows: list[Row]) -> str:
    lines = [f"{'case':42} {'compiler':9} {'by hand':>8} {'library':>8} {'difference':>10}"]
    for row in rows:
        lines.append(
            f"{row.case:42} {row.compiler:9} {row.by_hand:8.0f} {row.library:8.0f} {row.difference:>10}  {row.verdict}"
        )
    return "\n".join(lines)


def markdown_table(rows: list[Row]) -> str:
    compilers = list(dict.fromkeys(row.compiler for row in rows))
    lines = ["| case |" + "".join(f" {c}: by hand | library | difference |" for c in compilers)]
    lines.append("|---|" + "---:|---:|---:|" * len(compilers))
    for case in dict.fromkeys(row.case for row in rows):
        cells = [row for row in rows if row.case == case]
        lines.append(f"| {case} |" + "".join(f" {r.by_hand:.0f} | {r.library:.0f} | {r.difference} |" for r in cells))
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("builds", nargs="+", type=Path)
    parser.add_argument("--markdown", action="store_true", help="print the table as the documentation shows it")
    arguments = parser.parse_args()
    rows = [row for build in arguments.builds for row in measure(build)]
    order = {row.case: i for i, row in reversed(list(enumerate(rows)))}
    rows.sort(key=lambda row: order[row.case])
    print((markdown_table if arguments.markdown else plain_table)(rows))
    bad = [row for row in rows if not row.good]
    for row in bad:
        print(
            f"{row.compiler}, {row.case}: {row.library:.2f} instructions, by hand {row.by_hand:.2f}, "
            f"tolerated {row.allowed:.2f} more",
            file=sys.stderr,
        )
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
