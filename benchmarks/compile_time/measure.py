#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Measures what grit costs a compiler.

usage: measure.py instructions [--compilers g++ clang++-19]  of the compiler: the include, and a hundred policies
       measure.py times [--compilers g++ clang++-19]         the same in CPU seconds
       measure.py instantiations [--clang clang++-19] [--update]   counts, the same on every machine

`instructions` and `times` compare including grit/retry.hpp with including <chrono>, and a hundred distinct Retrying of
five policies with a hundred loops written by hand, at -O2: the whole files, then what one more of each costs, without
the includes. Above a limit they fail. Instructions, by valgrind, are the same in every run; seconds vary, by a tenth
and more, so that their difference has no limit.
`instantiations` counts what Clang instantiates in corpus.cpp and compares it with baseline.json: more than 3 % above
fails; --update writes the new counts, which are then reviewed.
"""
import argparse
import json
import os
import re
import resource
import shlex
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
INCLUDE = HERE.parent.parent / "include"
BASELINE = HERE / "baseline.json"
MOST_INCLUDE, MOST_POLICIES, MOST_GROWTH = 1.5, 5.0, 0.03
POLICIES = 100
FLAGS = ["-std=c++20", f"-I{INCLUDE}"]

DISTINCT = """\
struct Error{n} : std::exception {{}};
int operation{n}();
void hook{n}() noexcept;
"""
LIBRARY = """\
int call{n}() {{
    return grit::Retrying<grit::StopAfterAttempt<{attempts}>, grit::WaitExponential<{first}ms, 10s>, grit::RetryIf<Error{n}>,
                          grit::BeforeSleep<hook{n}>, grit::Time<Clock>>{{}}(operation{n});
}}
"""
BY_HAND = """\
int call{n}() {{
    std::chrono::nanoseconds wait = {first}ms;
    for (int n = 1;; ++n) {{
        try {{
            return operation{n}();
        }} catch (Error{n} const&) {{
            if (n == {attempts}) throw;
            hook{n}();
        }}
        sleep_for(wait);
        wait = std::min<std::chrono::nanoseconds>(2 * wait, 10s);
    }}
}}
"""


def program(loop: str, head: str, count: int) -> str:
    names = [{"n": i, "attempts": 3 + i % 8, "first": 100 + i} for i in range(count)]
    return head + "".join(DISTINCT.format(**name) + loop.format(**name) for name in names)


LIBRARY_HEAD = """\
#include <grit/retry.hpp>
#include <exception>
using namespace std::chrono_literals;
void sleep_for(std::chrono::nanoseconds);
struct Clock {
    grit::TimePoint now() const noexcept { return {}; }
    void sleep(grit::Duration d) const { sleep_for(d); }
};
"""
BY_HAND_HEAD = """\
#include <algorithm>
#include <chrono>
#include <exception>
using namespace std::chrono_literals;
void sleep_for(std::chrono::nanoseconds);
"""


def cpu_seconds(command: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run = subprocess.run(command, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if run.returncode != 0:
        sys.exit(" ".join(command) + "\n" + run.stderr[:4000])
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def millions_of_instructions(command: list[str]) -> float:
    """What the compiler proper executes: the driver tells how it calls it."""
    told = subprocess.run([*command, "-###"], capture_output=True, text=True, check=True).stderr
    proper = next(call for call in map(shlex.split, told.splitlines()) if call and ("cc1plus" in call[0] or "-cc1" in call))
    with tempfile.TemporaryDirectory() as scratch:
        run = subprocess.run(
            ["valgrind", "--tool=cachegrind", "--cache-sim=no", f"--cachegrind-out-file={scratch}/out", *proper],
            capture_output=True, text=True,
        )
    if run.returncode != 0:
        sys.exit(" ".join(command) + "\n" + run.stderr[:4000])
    return int(re.search(r"I +refs: +([\d,]+)", run.stderr)[1].replace(",", "")) / 1e6


def least(cost, commands: list[list[str]], rounds: int) -> list[float]:
    """The least cost of each command; they take turns, so that a busy machine harms all alike."""
    best = [float("inf")] * len(commands)
    for _ in range(rounds):
        best = [min(old, cost(command)) for old, command in zip(best, commands)]
    return best


def compare(compilers: list[str], cost, unit: str, rounds: int) -> bool:
    good = True
    with tempfile.TemporaryDirectory() as scratch:
        sources = {
            "chrono": "#include <chrono>\n",
            "retry": "#include <grit/retry.hpp>\n",
            "by_hand": program(BY_HAND, BY_HAND_HEAD, POLICIES),
            "library": program(LIBRARY, LIBRARY_HEAD, POLICIES),
            "one_by_hand": program(BY_HAND, BY_HAND_HEAD, 1),
            "one": program(LIBRARY, LIBRARY_HEAD, 1),
        }
        for name, text in sources.items():
            Path(scratch, name + ".cpp").write_text(text, encoding="utf-8")
        print(f"{'compiler':12} {'what, in ' + unit:34} {'without':>9} {'with grit':>9} {'ratio':>6} {'limit':>6}")
        for compiler in compilers:
            def command(name: str, *flags: str) -> list[str]:
                return [compiler, *FLAGS, *flags, "-c", str(Path(scratch, name + ".cpp")), "-o", os.devnull]

            chrono, retry = least(cost, [command(n, "-fsyntax-only") for n in ("chrono", "retry")], rounds)
            optimised = ("-O2", "-DNDEBUG")
            names = ("by_hand", "library", "one_by_hand", "one")
            by_hand, library, one_by_hand, one = least(cost, [command(n, *optimised) for n in names], rounds)
            more = POLICIES - 1
            most_of_one = MOST_POLICIES if cost is millions_of_instructions else None
            for what, without, grit, limit in (
                ("<chrono>, <grit/retry.hpp>", chrono, retry, MOST_INCLUDE),
                (f"{POLICIES} loops, {POLICIES} Retrying, -O2", by_hand, library, MOST_POLICIES),
                ("one more of each", (by_hand - one_by_hand) / more, (library - one) / more, most_of_one),
            ):
                ratio = grit / without
                good = good and (limit is None or ratio <= limit)
                print(f"{compiler:12} {what:34} {without:9.3f} {grit:9.3f} {ratio:6.2f} {limit or '':>6}", flush=True)
    return good


def count(clang: str) -> dict[str, int]:
    with tempfile.TemporaryDirectory() as scratch:
        result = Path(scratch, "corpus.o")
        subprocess.run(
            [clang, *FLAGS, "-c", "-O0", "-ftime-trace", "-ftime-trace-granularity=0", HERE / "corpus.cpp", "-o", result],
            check=True,
        )
        events = json.loads(result.with_suffix(".json").read_text(encoding="utf-8"))["traceEvents"]
    kinds = Counter(event["name"] for event in events)
    hana = sum("hana" in event.get("args", {}).get("detail", "") for event in events if event["name"].startswith("Inst"))
    return {
        "classes": kinds["InstantiateClass"],
        "functions": kinds["InstantiateFunction"],
        "in Boost.Hana": hana,
    }


def instantiations(clang: str, update: bool) -> bool:
    now = count(clang)
    if update:
        BASELINE.write_text(json.dumps(now, indent=2) + "\n", encoding="utf-8")
    before = json.loads(BASELINE.read_text(encoding="utf-8"))
    good = True
    for what, least in before.items():
        grown = now[what] / least - 1
        good = good and grown <= MOST_GROWTH
        print(f"instantiations, {what:14} {now[what]:7} baseline {least:7} {100 * grown:+.1f} %")
    return good


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["instructions", "times", "instantiations"])
    parser.add_argument("--compilers", nargs="+", default=["g++", "clang++-19"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--clang", default="clang++-19")
    parser.add_argument("--update", action="store_true")
    arguments = parser.parse_args()
    if arguments.what == "instructions":
        good = compare(arguments.compilers, millions_of_instructions, "10^6", 1)
    elif arguments.what == "times":
        good = compare(arguments.compilers, cpu_seconds, "s", arguments.rounds)
    else:
        good = instantiations(arguments.clang, arguments.update)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
