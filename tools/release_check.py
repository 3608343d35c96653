#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Runs what a release needs beyond .ci/run, and makes docs/explanation/release_check.md of what came out.

usage: release_check.py [--minutes N] [PART...]     runs these parts, or all, and makes the page
       release_check.py --draw                      makes the page from the data
       release_check.py --check                     fails if the page is not what the data say

{parts}

A part that fails does not keep the next from running. Each writes what came out into tools/release_check.json at once, in the place of what it wrote
before; what it printed is in build/release-check. --minutes is what the fuzz targets share (60).
"""
import argparse
import json
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import mutate

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "tools" / "release_check.json"
PAGE = ROOT / "docs" / "explanation" / "release_check.md"
LOGS = ROOT / "build" / "release-check"
BEGIN, END = "<!-- came out: begin -->\n", "<!-- came out: end -->\n"
MINUTES_OF_FUZZING = 60
MOST_NAMED = 20  # of what failed in a part
POLICIES = ["stop", "wait", "retry_if", "hook"]

Numbers = dict[str, int]
Found = tuple[Numbers, list[str]]  # what was counted, and the names of what failed
Commands = list[list[str]]


def read_tests(output: str) -> Found:
    """From the output of ctest; it counts a skipped test among those that passed."""
    summary = re.findall(r"^\d+% tests passed, (\d+) tests? failed out of (\d+)$", output, re.MULTILINE)
    if not summary:
        return {}, []
    failed, tests = map(int, summary[-1])
    named = re.findall(r"^\s+\d+ - (.*) \(([^()]+)\)$", output[output.rindex("tests passed, "):], re.MULTILINE)
    skipped = sum(how == "Skipped" for _, how in named)
    numbers = {"tests": tests, "passed": tests - failed - skipped, "skipped": skipped, "failed": failed}
    return numbers, [f"{name} ({how})" for name, how in named if how not in ("Skipped", "Disabled")]


def tell_tests(numbers: Numbers) -> str:
    told = f"{numbers['tests']:,} tests: {numbers['passed']:,} passed"
    return told + "".join(f", {numbers[kind]:,} {kind}" for kind in ("skipped", "failed") if numbers[kind])


def read_mutants(output: str) -> Found:
    """From the output of tools/mutate.py, which ends with its counts."""
    counts = re.findall(r"^mutate: (\d+ killed, .*)$", output, re.MULTILINE)
    numbers = {kind: int(count) for line in counts for count, kind in (each.split() for each in line.split(", "))}
    alive = re.findall(r"^(\S+:\d+: .*)\n {4}-> (.*)\n {4}(?:survived|misexplained)\b", output, re.MULTILINE)
    return numbers, [f"`{place}` as `{now}`" for place, now in alive]


def tell_mutants(numbers: Numbers) -> str:
    return f"{sum(numbers.values()):,} mutants: " + ", ".join(f"{count:,} {kind}" for kind, count in numbers.items())


def read_fuzz(output: str) -> Found:
    """From the output of tests/fuzz/run.py, a line for each target."""
    numbers = {name: int(runs) for name, runs in re.findall(r"^fuzz: (\w+): (\d+) runs in \d+ second", output, re.MULTILINE)}
    return numbers, re.findall(r"^fuzz: (\w+) breaks", output, re.MULTILINE)


def tell_fuzz(numbers: Numbers) -> str:
    return f"{sum(numbers.values()):,} inputs: " + ", ".join(f"{name} {runs:,}" for name, runs in numbers.items())


def read_bench(output: str) -> Found:
    """From the output of ./dev bench: its summaries of instructions, one for each compiler."""
    numbers: Counter[str] = Counter()
    for rows, above, known in re.findall(r"^all +(\d+) +(\d+) +(\d+) +\d+ ", output, re.MULTILINE):
        numbers.update(rows=int(rows), above=int(above), known=int(known))
    return dict(numbers), re.findall(r"^(.*: \d+\.\d+ instructions, by hand .*)$", output, re.MULTILINE)


def tell_bench(numbers: Numbers) -> str:
    return f"{numbers['rows']:,} rows beside the loop by hand: {numbers['above']:,} above their bound, {numbers['known']:,} listed as such"


@dataclass(frozen=True)
class Part:
    what: str
    compilers: list[str]
    commands: Callable[[int | None], Commands]  # for so many minutes
    read: Callable[[str], Found] = read_tests
    tell: Callable[[Numbers], str] = tell_tests


def preset(name: str, what: str, compiler: str) -> Part:
    return Part(f"all tests{what}: `./dev test {name}`", [compiler], lambda _: [["./dev", "test", name]])


def older(compiler: str, what: str, folders: list[str]) -> Part:
    build = f"build/{compiler}"
    unset = ["-DCMAKE_COMPILE_WARNING_AS_ERROR=OFF", "-DGRIT_DOCS=OFF", "-DGRIT_EXAMPLES=OFF"]
    commands = [
        ["cmake", "--preset", "gcc-debug", "-B", build, f"-DCMAKE_CXX_COMPILER={compiler}", *unset],
        ["cmake", "--build", build, "--target", *(f"grit.tests.{folder}" for folder in folders)],
        ["ctest", "--test-dir", build, "-R", f"^({'|'.join(folders)})/", "--no-tests=error", "--output-on-failure"],
    ]
    return Part(f"the tests of {what}", [compiler], lambda _: commands)


def mutants(group: str) -> Part:
    return Part(f"every mutant of the {group}: `./dev mutate {group}`", ["g++"], lambda _: [["./dev", "mutate", group]], read_mutants, tell_mutants)


def fuzz(minutes: int | None) -> Commands:
    targets = len([*(ROOT / "tests" / "fuzz").glob("*.fuzz.cpp")])
    return [["./dev", "fuzz", "--seconds", str((minutes or MINUTES_OF_FUZZING) * 60 // targets)]]


CLONE = "build/release-check/clone"
PARTS = {
    "gcc": preset("gcc-debug", "", "g++"),
    "clang": preset("clang-debug", "", "clang++-19"),
    "libcxx": preset("clang-libcxx", ", with libc++", "clang++-19"),
    "asan": preset("clang-asan", " under the sanitizers for addresses and undefined behaviour", "clang++-19"),
    "tsan": preset("gcc-tsan", " under the sanitizer for threads", "g++"),
    "gcc-11": older("g++-11", "policies and pipelines", [*POLICIES, "pipeline"]),
    "clang-16": older("clang++-16", "policies but waits, of breakers, pipelines and coroutines",
                      [*(folder for folder in POLICIES if folder != "wait"), "time", "circuit_breaker", "pipeline", "async"]),
    **{f"mutants-{group}": mutants(group) for group in mutate.GROUPS},
    "fuzz": Part("the parsers, with inputs at random: `./dev fuzz`", ["clang++-19"], fuzz, read_fuzz, tell_fuzz),
    "bench": Part("bounds of instructions and template instantiations: `./dev bench`", ["g++", "clang++-19"], lambda _: [["./dev", "bench"]],
                  read_bench, tell_bench),
    "clone": Part("what a change must pass, in a fresh clone: `.ci/run`", ["g++"],
                  lambda _: [["sh", "-c", f"rm -rf {CLONE} && git clone --quiet . {CLONE} && cd {CLONE} && .ci/run"]]),
}  # fmt: skip


def first_line(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout.split("\n")[0].strip()


def commit() -> str:
    """The commit of the tree, with a + if a file of it has changed since, other than what this program writes."""
    own = [f":!{path.relative_to(ROOT)}" for path in (DATA, PAGE)]
    changed = first_line("git", "status", "--porcelain", "--untracked-files=no", "--", ".", *own)
    return first_line("git", "rev-parse", "--short=10", "HEAD") + ("+" if changed else "")


def run(name: str, minutes: int | None) -> dict:
    """Runs a part. Returns: what came out, for the data."""
    part = PARTS[name]
    record = {"date": date.today().isoformat(), "commit": commit(), "compilers": [first_line(c, "--version") for c in part.compilers]}
    log = LOGS / f"{name}.log"
    print(f"== {name}: {part.what}; its output is in {log}", flush=True)
    begun, good = time.monotonic(), True
    with log.open("w", encoding="utf-8") as output:
        for command in part.commands(minutes):
            good = subprocess.run(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT).returncode == 0 and good
    took = time.monotonic() - begun
    return record | {"minutes": round(took / 60, 1)} | judged(part, log.read_text(encoding="utf-8", errors="replace"), good)


def judged(part: Part, output: str, good: bool) -> dict:
    numbers, wrong = part.read(output)
    good = good and bool(numbers)
    if not good and not wrong:
        wrong = output.strip().splitlines()[-1:]
    more = [f"and {len(wrong) - MOST_NAMED} more"] * (len(wrong) > MOST_NAMED)
    return {"passed": good, "numbers": numbers, "wrong": wrong[:MOST_NAMED] + more}


def table(data: dict) -> str:
    lines = ["| part | what is run | what came out | compiler | commit | date | minutes |", "|---|---|---|---|---|---|---:|"]
    wrong = []
    for name, part in PARTS.items():
        if name not in data:
            lines.append(f"| {name} | {part.what} | not run yet | | | | |")
            continue
        it = data[name]
        told = part.tell(it["numbers"]) if it["numbers"] else "nothing was counted"
        told = told if it["passed"] else f"**failed**; {told}"
        lines.append(f"| {name} | {part.what} | {told} | {'; '.join(it['compilers'])} | `{it['commit']}` | {it['date']} | {it['minutes']:g} |")
        wrong += [f"- {name}: {each}" for each in it["wrong"]]
    return "\n".join(lines + ["", "What failed:", "", *wrong] * bool(wrong)) + "\n"


def drawn(data: dict) -> str:
    page = PAGE.read_text(encoding="utf-8")
    before, rest = page.split(BEGIN)
    return before + BEGIN + "\n" + table(data) + "\n" + END + rest.split(END)[1]


def stored() -> dict:
    return json.loads(DATA.read_text(encoding="utf-8"))


def store(name: str, record: dict) -> None:
    data = stored() | {name: record}
    DATA.write_text(json.dumps({part: data[part] for part in PARTS if part in data}, indent=1) + "\n", encoding="utf-8")
    draw()  # at once: the tests that the next part runs compare page and data


def draw() -> None:
    PAGE.write_text(drawn(stored()), encoding="utf-8")


def main() -> None:
    listed = "\n".join(f"  {name:18}{part.what}" for name, part in PARTS.items())
    parser = argparse.ArgumentParser(usage=(__doc__ or "").split("usage: ")[1].format(parts=listed).rstrip())
    parser.add_argument("--draw", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--minutes", type=int)
    parser.add_argument("parts", nargs="*")
    arguments = parser.parse_intermixed_args()
    if unknown := [name for name in arguments.parts if name not in PARTS]:
        parser.error(f"no part {', '.join(unknown)}")
    if arguments.check:
        sys.exit(None if PAGE.read_text(encoding="utf-8") == drawn(stored()) else f"{PAGE} is not what {DATA} says; write: {sys.argv[0]} --draw")
    failed = []
    LOGS.mkdir(parents=True, exist_ok=True)
    for name in [] if arguments.draw else arguments.parts or PARTS:
        if missing := [compiler for compiler in PARTS[name].compilers if not shutil.which(compiler)]:
            print(f"== {name}: there is no {' and no '.join(missing)}", flush=True)
            continue
        record = run(name, arguments.minutes)
        store(name, record)
        failed += [name] * (not record["passed"])
        print("\n".join([f"   {'passed' if record['passed'] else 'failed'} after {record['minutes']:g} minutes", *record["wrong"]]), flush=True)
    if arguments.draw:
        draw()
    sys.exit(f"release-check: failed: {', '.join(failed)}" if failed else None)


if __name__ == "__main__":
    main()
