#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Counts the instructions of every retry loop and of its twin written by hand, with callgrind, and compares them.

usage: instructions.py <build dir>... [--only TEXT] [--brief | --markdown]

Prints a table and a summary for each compiler; with --brief only the rows that are not "ok", with --markdown the tables
of the documentation. --only takes the rows whose family, policy and plan, as in "waits: WaitFixed: success, result",
contain TEXT. The rows are in the files of instructions/. Of what counts in a word that threads share it also tells how
often a call reads and writes that in one step.

Exits with 1 if the library needs more than its bound, if it writes a shared word more than twice in a call, or if a loop
did not do the work of its twin. What is known to be above its bound stands with a reason in
instructions/known_excess.txt; it may not grow, and what is within its bound again must be taken out.
"""
import argparse
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

PROGRAM = Path("benchmarks/grit.benchmarks.instructions")
KNOWN = Path(__file__).parent / "instructions" / "known_excess.txt"
ENDS = ["success", "result", "exception"]  # as in rows.hpp
FORMS = ["retrying", "report", "breaker", "pipeline of 2", "pipeline of 3", "pipeline of 5", "shared word", "own draws"]
LEAST = {"report": 30, "pipeline of 2": 20, "pipeline of 3": 40, "pipeline of 5": 80, "shared word": 60}  # what is always allowed
MOST_WRITES = 2  # of a word that threads share, by one call


def bound(ends: str, form: str, by_hand: float) -> float:
    """How many instructions more than by hand the library may need: see docs/reference/performance.md."""
    least = LEAST.get(form, 4)
    if ends == "success":
        return least
    if ends == "exception":
        return max(0.03 * by_hand, LEAST.get(form, 0))
    return max((1 if form == "breaker" else 0.25) * by_hand, least)


@dataclass
class Row:
    compiler: str
    family: str
    name: str
    ends: str
    form: str
    by_hand: float  # instructions per call, with those of operation and driver
    by_library: float
    writes: float  # read-modify-writes per call by the library
    other_work: str  # what the loops did not do alike
    known: "Excess | None" = None

    @property
    def over(self) -> float:
        return self.by_library - self.by_hand

    @property
    def bound(self) -> float:
        return bound(self.ends, self.form, self.by_hand)

    def text_of(self, instructions: float) -> str:
        if self.ends == "exception":
            return f"{100 * instructions / self.by_hand:+.2f} %"
        return f"{round(instructions):+d}"

    @property
    def slack(self) -> float:
        # The loop of the driver is not exactly the same. The unwinder searches tables of the whole program: where exceptions
        # are thrown, rows move by up to 1.2 % when anything else in the program changes.
        return 0.015 * self.by_hand if self.ends == "exception" else 0.5

    @property
    def within(self) -> bool:
        return self.over <= self.bound + self.slack

    @property
    def good(self) -> bool:
        if self.known and not self.other_work:
            may_be_within = self.ends == "exception"  # such rows move when anything else in the program changes
            return (may_be_within or not self.within) and self.over <= self.known.most + self.slack
        return self.within and self.shares_well and not self.other_work

    @property
    def shares_well(self) -> bool:
        return self.form != "shared word" or self.writes <= MOST_WRITES

    @property
    def shared(self) -> str:
        if self.form != "shared word":
            return ""
        return f"; {self.by_library / self.by_hand:.1f} times, {self.writes:.1f} read-modify-writes"

    @property
    def verdict(self) -> str:
        if self.other_work:
            return f"OTHER WORK, by hand / library: {self.other_work}"
        if not self.shares_well:
            return f"MORE than {MOST_WRITES} read-modify-writes"
        if self.within:
            return "within its bound, REMOVE it from the known" if self.known else "ok"
        if self.known is None:
            return "MORE"
        return f"known: {self.known.reason}" if self.good else f"MORE than known: {self.known.most:+.0f}"


@dataclass
class Excess:
    most: float
    reason: str


def known_excess() -> dict[tuple[str, str, str], Excess]:
    """Lines of: compiler | family | row | most instructions more | reason."""
    found = {}
    for number, line in enumerate(KNOWN.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) != 5 or not cells[4]:
            sys.exit(f"{KNOWN}:{number}: a line is: compiler | family | row | most instructions more | reason")
        found[tuple(cells[:3])] = Excess(float(cells[3]), cells[4])
    return found


def compiler_of(build: Path) -> str:
    for file in sorted(build.glob("CMakeFiles/*/CMakeCXXCompiler.cmake")):
        text = file.read_text(encoding="utf-8")
        name = re.search(r'CMAKE_CXX_COMPILER_ID "(.*?)"', text)
        version = re.search(r'CMAKE_CXX_COMPILER_VERSION "(\d+)', text)
        if name and version:
            return {"GNU": "GCC"}.get(name[1], name[1]) + " " + version[1]
    return build.name


def events(folder: Path) -> list[list[int]]:
    """The counts of callgrind's dumps, in the order they were made: instructions, and read-modify-writes if collected."""
    found = []
    for file in folder.glob("out.*"):
        head = file.read_text(encoding="utf-8")
        part = int(re.search(r"^part: (\d+)", head, re.MULTILINE)[1])
        trigger = re.search(r"^desc: Trigger: (.*)", head, re.MULTILINE)[1]
        summary = re.search(r"^(?:summary|totals): (.*)", head, re.MULTILINE)
        if "grit_measurement_ends" in trigger and summary:
            found.append((part, [*map(int, summary[1].split()), 0]))  # a zero at the end is left out
    return [counts for _, counts in sorted(found)]


def totals(folder: Path) -> list[int]:
    """The instructions alone."""
    return [counts[0] for counts in events(folder)]


def measure(build: Path, only: list[str]) -> list[Row]:
    with tempfile.TemporaryDirectory() as scratch:
        run = subprocess.run(
            [
                "valgrind", "--tool=callgrind", "--collect-bus=yes", f"--callgrind-out-file={scratch}/out",
                "--zero-before=grit_measurement_begins", "--dump-before=grit_measurement_ends",
                str(build / PROGRAM), *only,
            ],
            capture_output=True, text=True, env={"LD_BIND_NOW": "1", "PATH": "/usr/bin:/bin"},
        )  # fmt: skip
        if run.returncode != 0:
            sys.exit(f"{build / PROGRAM} failed:\n{run.stderr}")
        counts = events(Path(scratch))
    lines = [line.split("\t") for line in run.stdout.splitlines()]
    if not lines or len(counts) != 2 * len(lines):
        sys.exit(f"{len(lines)} rows gave {len(counts)} measurements, not two for each:\n{run.stderr}")
    compiler = compiler_of(build)
    known = known_excess()
    rows = []
    for (family, name, ends, form, rounds, other_work), by_hand, library in zip(lines, counts[::2], counts[1::2]):
        rows.append(
            Row(
                compiler, family, name, ENDS[int(ends)], FORMS[int(form)], by_hand[0] / int(rounds),
                library[0] / int(rounds), library[1] / int(rounds), other_work,
                known.pop((compiler, family, name), None),
            )  # fmt: skip
        )
    unused = [key for key in known if key[0] == compiler]
    if unused and not only:
        sys.exit(f"{KNOWN}: there is no such row: " + "; ".join(" | ".join(key) for key in unused))
    return rows


def plain_table(rows: list[Row]) -> str:
    lines = []
    for row in rows:
        if not lines or row.family != family:
            family = row.family
            lines.append(f"{family:68} {'by hand':>8} {'library':>8} {'difference':>10} {'bound':>8}")
        lines.append(
            f"  {row.name:66} {row.by_hand:8.0f} {row.by_library:8.0f} {row.text_of(row.over):>10} "
            f"{row.text_of(row.bound):>8}  {row.verdict}{row.shared}"
        )
    return "\n".join(lines)


def summary(rows: list[Row]) -> str:
    """For each family and each end: how many rows, how many above their bound, and the most that one needs more."""
    lines = [f"{'':20} {'rows':>5} {'above':>6} {'known':>6} {'work':>5}   " + "".join(f"{e + ', most':>17}" for e in ENDS)]
    for family in [*dict.fromkeys(row.family for row in rows), "all"]:
        some = [row for row in rows if family in (row.family, "all")]
        most = []
        for ends in ENDS:
            of_end = [row for row in some if row.ends == ends]
            worst = max(of_end, key=lambda r: r.over / (r.by_hand if r.ends == "exception" else 1), default=None)
            most.append(worst.text_of(worst.over) if worst else "")
        lines.append(
            f"{family:20} {len(some):5} {sum(not r.within for r in some):6} {sum(r.known is not None for r in some):6} "
            f"{sum(bool(r.other_work) for r in some):5}   " + "".join(f"{text:>17}" for text in most)
        )
    return "\n".join(lines)


def markdown_tables(rows: list[Row]) -> str:
    """One table for each family, with three columns for each compiler."""
    compilers = list(dict.fromkeys(row.compiler for row in rows))
    lines = []
    for family in dict.fromkeys(row.family for row in rows):
        lines.append(f"\n| {family} |" + "".join(f" {c}: by hand | library | difference |" for c in compilers))
        lines.append("|---|" + "---:|---:|---:|" * len(compilers))
        some = [row for row in rows if row.family == family]
        for name in dict.fromkeys(row.name for row in some):
            cells = [row for row in some if row.name == name]
            lines.append(
                f"| {name.replace('|', '&#124;')} |"
                + "".join(f" {r.by_hand:.0f} | {r.by_library:.0f} | {r.text_of(r.over)} |" for r in cells)
            )
    return "\n".join(lines).lstrip()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("builds", nargs="+", type=Path)
    parser.add_argument("--only", metavar="TEXT", help="only the rows that contain this")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--brief", action="store_true", help="print only the rows that are not ok")
    form.add_argument("--markdown", action="store_true", help="print the tables as the documentation shows them")
    arguments = parser.parse_args()
    only = [arguments.only] if arguments.only else []
    rows = [row for build in arguments.builds for row in measure(build, only)]
    if arguments.markdown:
        print(markdown_tables(rows))
    for compiler in dict.fromkeys(row.compiler for row in rows) if not arguments.markdown else []:
        some = [row for row in rows if row.compiler == compiler]
        shown = [row for row in some if row.verdict != "ok"] if arguments.brief else some
        print(f"{compiler}\n" + (plain_table(shown) + "\n" if shown else "") + "\n" + summary(some) + "\n")
    bad = [row for row in rows if not row.good]
    for row in bad if not arguments.brief else []:
        print(
            f"{row.compiler}, {row.family}, {row.name}: {row.by_library:.2f} instructions, by hand {row.by_hand:.2f}, "
            f"tolerated {row.bound:.2f} more: {row.verdict}",
            file=sys.stderr,
        )
    if bad:
        print(f"{len(bad)} of {len(rows)} rows are not as they should be", file=sys.stderr)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
