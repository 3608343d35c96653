#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Changes the engine, the waits and the stops in small ways, and checks that a test notices each change.

usage: mutate.py [--quick] [--compiler g++] [--jobs 2] [--list] [file or group ...]

--quick    a fixed handful of mutants in decisive lines, each of which must fail in every front: the blocking loop, the step
           API and constant evaluation (tests/mutation/fronts.cpp). Seconds.
otherwise  every mutant of the given headers (default: the core of the engine, all waits, all stops). Hours; one header takes
           minutes.

A mutant is killed by the first of its tests that fails, or does not compile because a static_assert fails. One that
survives must stand in tests/mutation/explained.txt with the reason why; such a one is shown to its own test only.
"""
import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GROUPS = {  # each takes about an hour at most
    "decision": [*(f"retrying/{name}.hpp" for name in ["decision", "groups", "judge"]), "core/query.hpp", "core/hana.hpp"],
    "engine": [f"retrying/{name}.hpp" for name in ["engine", "facts", "step"]],
    "stop": ["stop"],
    "wait": ["wait"],
}
FLAGS = ["-std=c++20", "-O0", "-w", "-I", str(ROOT / "tests")]
PRECOMPILED = ["support/catch.hpp", "chrono", "stdexcept", "string", "tuple", "variant", "vector"]  # in every test; half its time
FRONTS = ROOT / "tests" / "mutation" / "fronts.cpp"
EXPLAINED = ROOT / "tests" / "mutation" / "explained.txt"

# What is replaced by what, in code that is neither a comment, a string, a static_assert nor a template head.
OPERATORS = [
    (r">=", ">"), (r"<=(?!>)", "<"), (r"(?<= )>(?= )", ">="), (r"(?<= )<(?= )", "<="), (r"==", "!="), (r"!=", "=="),
    (r"(?<= )&&(?= |$)", "||"), (r"\|\|", "&&"), (r"\btrue\b", "false"), (r"\bfalse\b", "true"),
    (r"(?<=[(\s])!(?=[\w(])", ""), (r"(?<=[\w)]) \+ (?=[\w(])", " - "), (r"(?<=[\w)]) - (?=[\w(])", " + "),
    (r"(?<!Duration )\bshorter\(", "longer("), (r"(?<!Duration )\blonger\(", "shorter("), (r"\bsaturating_add\(q", "saturating_subtract(q"),
    (r"StopReason::(attempts|delay|deadline|cancelled|hint|custom|permanent|not_retryable)\b", "StopReason::budget"),
    (r"Verdict::(retry|permanent)\b", "Verdict::accept"), (r"Verdict::accept\b", "Verdict::retry"),
    (r"Answer::(again|sleep|done)\b", "Answer::give_up"), (r"Answer::(give_up|replace)\b", "Answer::done"),
    (r"\bif \((?=[^)])", "if (false && "),
    # Statements that are left out: a call that stands alone, a member that is set, a moment that is told.
    (r"^\s*(?!return|throw|else|if|for|decltype|static_cast|explicit|constexpr)[\w.:]*(<[^()]*>)?\(.*\);(?=[ ~]*$)", ";"),
    (r"^\s*(states|\w+_) = [^;]*;", ";"),
    (r"(?<=\) )(tell(<Event::\w+>|_end|_give_up)|[\w:]+ Watching<Event::\w+>::tell|q\.read_clock)\([^;]*;", ";"),
]  # fmt: skip
SKIPPED = re.compile(
    r"static_assert|^\s*(//|#|template|requires|using|static constexpr (char|\w+ \w+ = (true|false);)|concept|inline|class|struct)|operator==|reject"
)

# What a compiler says when constant evaluation of a test notices a change. Any other error means that the mutant is no program.
NOTICED = re.compile(r"static.assert|overflow in constant expression|constexpr' (loop iteration|evaluation depth|evaluation operation) ")

# Header, text, replacement, and the scenario that must notice it in every front.
QUICK = [
    ("stop/after_attempt.hpp", "number() >= this->get()", "number() > this->get()", "RunsOutOfAttempts"),
    ("stop/before_delay.hpp", "q.elapsed() >= limit()", "q.elapsed() > limit()", "SleepRefused"),
    ("stop/before.hpp", "now >= time_point_", "now > time_point_", "DeadlineRefuses"),
    ("wait/exponential.hpp", "Growth.num / Growth.den}, constant_maximum", "Growth.den}, constant_maximum", "SucceedsThird"),
    ("retrying/decision.hpp", "q.hint() > Waits::hint_limit", "q.hint() >= Waits::hint_limit", "HintFollowed"),
    ("retrying/decision.hpp", "q.set_wait(Waits::value(set, q, typename Waits::Indices{}));", ";", "RunsOutOfAttempts"),
    ("retrying/groups.hpp", "part<Is>(), q)), true)) ||", "part<Is>(), q)), false)) ||", "WaitByError"),
    ("retrying/engine.hpp", "if (q.ends(too_late(time))) {", "if (q.ends(StopReason::none)) {", "CancelledInSleep"),
    ("retrying/engine.hpp", "states = Waits::next(set, states, waited, typename Waits::Indices{});", ";", "RunTimeValues"),
    ("retrying/judge.hpp", "retry = !(forbidden<Ps>", "retry = (forbidden<Ps>", "SucceedsThird"),
]

# Beside its own test, what sees a header: the quickest first.
SEEN_BY = {
    "retrying/decision.hpp": ["mutation/fronts.cpp", "retrying/semantics.test.cpp"],
    "retrying/groups.hpp": ["retrying/decision.test.cpp", "retrying/waits.test.cpp", "retrying/engine.test.cpp", "retrying/loop.test.cpp"],
    "retrying/engine.hpp": ["mutation/fronts.cpp", *(f"retrying/{name}.test.cpp" for name in ["groups", "step", "loop", "semantics", "not_started"])],
    "retrying/judge.hpp": ["retrying/clauses.test.cpp", "retrying/semantics.test.cpp"],
    "retrying/facts.hpp": ["retrying/step.test.cpp", "retrying/loop.test.cpp", "retrying/semantics.test.cpp"],
    "retrying/step.hpp": ["mutation/fronts.cpp", "retrying/engine.test.cpp", "hook/on_end.test.cpp", "pipeline.test.cpp"],
    "core": ["retrying/decision.test.cpp", "mutation/fronts.cpp"],
    "stop": ["stop/all.test.cpp", "stop/any.test.cpp", "retrying/decision.test.cpp", "retrying/groups.test.cpp", "mutation/fronts.cpp"],
    "wait": ["retrying/waits.test.cpp", "mutation/fronts.cpp", "laws/waits.test.cpp"],
    "rate_limiter": ["rate_limiter/rate_limiter.test.cpp", "laws/going_down.test.cpp"],
    "bulkhead": ["bulkhead/bulkhead.test.cpp", "laws/going_down.test.cpp"],
    "concurrency_limit": ["concurrency_limit/aimd.test.cpp", "concurrency_limit/concurrency_limit.test.cpp", "laws/going_down.test.cpp"],
    "budget": ["budget/stop_over_budget.test.cpp"],
    "time": ["time/in_line.test.cpp", "bulkhead/bulkhead.test.cpp", "laws/going_down.test.cpp"],
}


@dataclass(frozen=True)
class Mutant:
    header: str
    line: int
    old: str
    new: str
    scenario: str = ""
    reason: str = ""

    @property
    def place(self) -> str:
        return f"{self.header}: {self.new.strip()}"

    def __str__(self) -> str:
        return f"{self.header}:{self.line}: {self.old.strip()}\n    -> {self.new.strip()}"


def code_only(line: str) -> str:
    """The line with strings and comments blanked, so that positions stay."""
    return re.sub(r'"(\\.|[^"\\])*"|//.*', lambda text: "~" * len(text[0]), line)


def mutants_of(header: str) -> list[Mutant]:
    found, in_assert = [], False
    for number, line in enumerate((ROOT / "include/grit" / header).read_text("utf-8").splitlines(), 1):
        code = code_only(line)
        in_assert = in_assert or "static_assert" in code or "reject<" in code
        if not in_assert and not SKIPPED.search(code):
            for pattern, replacement in OPERATORS:
                for match in re.finditer(pattern, code):
                    found.append(Mutant(header, number, line, line[: match.start()] + replacement + line[match.end() :]))
        if in_assert and code.rstrip().endswith(";"):
            in_assert = False
    return found


def tests_of(header: str) -> list[Path]:
    """The tests that see a header, its own first."""
    own = Path(header).with_suffix(".test.cpp").as_posix()
    others = SEEN_BY.get(header) or SEEN_BY.get(header.split("/")[0]) or SEEN_BY["retrying/engine.hpp"]
    return [test for test in (ROOT / "tests" / name for name in [own, *others]) if test.exists()]


class Bench:
    """Builds and runs a test against a mutated copy of the headers."""

    def __init__(self, compiler: str, work: Path) -> None:
        self.compiler, self.work = compiler, work
        self.main, self.first = work / "main.o", work / "first.hpp"

    def prepare(self) -> None:
        """Builds what every test shares."""
        shutil.copytree(ROOT / "include", self.work, dirs_exist_ok=True)
        self.first.write_text("".join(f"#include <{header}>\n" for header in PRECOMPILED))
        source = ROOT / "tests/support/catch_main.cpp"
        self.run([self.compiler, *FLAGS, "-c", str(source), "-o", str(self.main)], check=True)
        self.run([self.compiler, *FLAGS, "-x", "c++-header", str(self.first), "-o", f"{self.first}.gch"], check=True)

    def check(self, tests: list[Path]) -> None:
        """Ends the program if a test fails without a change: it would kill whatever it is shown."""
        for test in tests:
            outcome, output = self.outcome(self.work, test)
            if outcome != "passes":
                sys.exit(f"mutate: {test.relative_to(ROOT)} {outcome} with the headers as they are:\n{output}")

    @staticmethod
    def run(command: list[str], check: bool = False, timeout: int = 600) -> subprocess.CompletedProcess[str]:
        try:
            return subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=check)
        except subprocess.TimeoutExpired:
            return subprocess.CompletedProcess(command, 1, "timed out", "")

    def tree(self, mutant: Mutant, name: str) -> Path:
        tree = self.work / name
        shutil.copytree(ROOT / "include", tree)
        path = tree / "grit" / mutant.header
        lines = path.read_text("utf-8").splitlines()
        assert lines[mutant.line - 1] == mutant.old
        lines[mutant.line - 1] = mutant.new
        path.write_text("\n".join(lines) + "\n", "utf-8")
        return tree

    def outcome(self, tree: Path, test: Path, *defines: str) -> tuple[str, str]:
        """Returns: "passes", "fails", "asserts" (does not compile for a failed assertion) or "stillborn"; the output."""
        program = tree / "program"
        catch = ["-include", str(self.first), str(self.main)] if test.name.endswith(".test.cpp") else []
        options = [*FLAGS, *defines, "-I", str(tree), *catch, "-pthread"]
        build = self.run([self.compiler, *options, str(test), "-o", str(program)])
        if build.returncode != 0:
            return ("asserts" if NOTICED.search(build.stderr) else "stillborn"), build.stderr
        ran = self.run([str(program)], timeout=15)  # a mutant may loop for ever
        return ("passes" if ran.returncode == 0 else "fails"), ran.stdout


def full(bench: Bench, mutant: Mutant, number: int) -> tuple[Mutant, str]:
    tree = bench.tree(mutant, f"mutant-{number}")
    tests = tests_of(mutant.header)
    try:
        for test in tests[:1] if mutant.reason else tests:
            outcome, _ = bench.outcome(tree, test)
            if outcome != "passes":
                kind = "misexplained" if mutant.reason else "stillborn" if outcome == "stillborn" else "killed"
                return mutant, f"{kind} by {test.relative_to(ROOT)}"
        return mutant, f"explained: {mutant.reason}" if mutant.reason else "survived"
    finally:
        shutil.rmtree(tree)


def quick(bench: Bench, mutant: Mutant, number: int) -> tuple[Mutant, str]:
    tree = bench.tree(mutant, f"mutant-{number}")
    scenario = f"-DGRIT_SCENARIO={mutant.scenario}"
    outcome, output = bench.outcome(tree, FRONTS, scenario)
    seen = {"constant"} if outcome == "asserts" else set()
    if seen:  # the constants did not even compile
        outcome, output = bench.outcome(tree, FRONTS, scenario, "-DGRIT_WITHOUT_CONSTANTS")
    seen |= {line.split(":")[0] for line in output.splitlines()} if outcome == "fails" else set()
    blind = {"loop", "steps", "constant"} - seen
    return mutant, f"survived in {', '.join(sorted(blind))} ({outcome})" if blind else "killed in every front"


def explained(mutants: list[Mutant]) -> list[Mutant]:
    """The mutants with their reasons; ends the program if the list explains one of their headers that is not there, or two at once."""
    lines = [line.strip() for line in EXPLAINED.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    reasons = dict(zip(lines[::2], lines[1::2]))
    headers, places = {mutant.header for mutant in mutants}, Counter(mutant.place for mutant in mutants)
    if gone := [place for place in reasons if place.split(":")[0] in headers and place not in places]:
        sys.exit("mutate: no mutant is what explained.txt explains:\n" + "\n".join(gone))
    if unclear := [place for place in reasons if places[place] > 1]:
        sys.exit("mutate: explained.txt explains several mutants at once; tell their lines apart by a comment:\n" + "\n".join(unclear))
    return [replace(mutant, reason=reasons.get(mutant.place, "")) for mutant in mutants]


def quick_mutants() -> list[Mutant]:
    found = []
    for header, old, new, scenario in QUICK:
        lines = enumerate((ROOT / "include/grit" / header).read_text("utf-8").splitlines(), 1)
        places = [Mutant(header, number, line, line.replace(old, new), scenario) for number, line in lines if old in line]
        if len(places) != 1:
            sys.exit(f"mutate: '{old}' stands {len(places)} times in {header}: name another line in QUICK")
        found += places
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--compiler", default="g++")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("files", nargs="*", help=f"a header or folder below include/grit, or one of {', '.join(GROUPS)}")
    arguments = parser.parse_args()

    include = ROOT / "include" / "grit"
    headers = [
        path.relative_to(include).as_posix()
        for group in arguments.files or GROUPS
        for name in GROUPS.get(group, [group])
        for path in (sorted((include / name).glob("*.hpp")) if (include / name).is_dir() else [include / name])
    ]
    mutants = quick_mutants() if arguments.quick else explained([mutant for header in headers for mutant in mutants_of(header)])
    if arguments.list:
        print(*mutants, sep="\n")
        return
    counts = dict.fromkeys(["killed", "stillborn", "explained", "misexplained", "survived"], 0)
    with tempfile.TemporaryDirectory() as work, ThreadPoolExecutor(arguments.jobs) as pool:
        bench = Bench(arguments.compiler, Path(work))
        examine = quick if arguments.quick else full
        if not arguments.quick:
            bench.prepare()
            bench.check(list(dict.fromkeys(test for header in headers for test in tests_of(header))))
        for mutant, result in pool.map(examine, [bench] * len(mutants), mutants, range(len(mutants))):
            counts[result.split(":")[0].split()[0]] += 1
            if arguments.quick or not result.startswith("killed"):
                print(mutant, f"    {result}", sep="\n", flush=True)
    print("mutate: " + ", ".join(f"{count} {kind}" for kind, count in counts.items()))
    sys.exit(1 if counts["survived"] or counts["misexplained"] else 0)


if __name__ == "__main__":
    main()
