#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Checks that wrong programs fail to compile, each for the reason that it states.

usage: compile_fail.py <compile_commands.json> <file>

The file says "// expect-error: <regex>"; the first line of the compiler's output that holds an error must match. A file
that compiles, or that fails for another reason, is an error.

A table holds many such programs, its cases, and the compiler is called once. A case is a namespace with the expectation in
the line above it, and ends where the next one begins:

    // expect-error: grit: 'WaitFixed' was given a negative wait
    namespace wait_fixed {
    constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitFixed<-1s>> retrying;
    }

An error belongs to the case whose lines it names, be it where it stands, where the template that it stands in was
instantiated, or in its notes; of each case the first error must match. A sentence of a template comes once for each
specialisation, so that every case needs types of its own: one that gets no error fails. So does an error of no case.
"""
import json
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

EXPECTATION = "// expect-error: "
ERROR = re.compile(r"\b(fatal )?error: ")
# file:line:column: text. GCC writes where a template was instantiated above the error, Clang in notes below it.
PLACE = re.compile(r"(?P<file>[^\s:][^:]*):(?P<line>\d+):(?:\d+:)?\s+(?P<text>.*)")
# Clang compiles coroutines at the end and then does not say for whom, but it names their lambdas by their places.
LAMBDA = re.compile(r"\(lambda at (?P<file>[^():]+):(?P<line>\d+):\d+\)")


@dataclass
class Case:
    name: str
    expected: str
    lines: range


@dataclass
class Error:
    """What the compiler says for one error, and the places that it names, from the error outwards."""

    text: str
    output: list[str]
    places: list[tuple[str, int]] = field(default_factory=list)


def is_table(lines: list[str]) -> bool:
    return any(a.startswith(EXPECTATION) and b.startswith("namespace ") for a, b in zip(lines, lines[1:]))


def expectation(source: Path, lines: list[str]) -> str:
    for line in lines:
        if line.startswith(EXPECTATION):
            return line.removeprefix(EXPECTATION).strip()
    sys.exit(f"{source} does not say what to expect: {EXPECTATION}<regex>")


def cases_of(source: Path, lines: list[str]) -> list[Case]:
    begins = [number for number, line in enumerate(lines, 1) if line.startswith(EXPECTATION)]
    cases = []
    for begin, end in zip(begins, [*begins[1:], len(lines) + 1]):
        head = re.fullmatch(r"namespace (\w+) \{", (lines[begin:] or [""])[0])
        if not head:
            sys.exit(f"{source}:{begin}: the line below an expectation of a table must begin a namespace")
        if head[1] in (case.name for case in cases):
            sys.exit(f"{source}:{begin}: two cases are called {head[1]}")
        cases.append(Case(head[1], lines[begin - 1].removeprefix(EXPECTATION).strip(), range(begin, end)))
    return cases


def compiler_command(database: Path, source: Path) -> tuple[list[str], str]:
    for entry in json.loads(database.read_text(encoding="utf-8")):
        if Path(entry["file"]) == source:
            command = shlex.split(entry["command"])
            del command[command.index("-o") : command.index("-o") + 2]
            return [*command, "-fsyntax-only"], entry["directory"]
    sys.exit(f"{source} is not in {database}")


def run(command: list[str], directory: str) -> tuple[int, str]:
    done = subprocess.run(command, cwd=directory, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout


def errors_of(output: str) -> Iterator[Error]:
    """The errors of an output, each with its lines; a warning is taken for one, lest its notes go to an error, and left out."""
    error, above = None, []
    for line in output.splitlines():
        if error and not above and line.startswith(" "):
            error.output.append(line)  # the code that the error is about
            continue
        place = PLACE.match(line)
        text = place["text"] if place else line
        above.append(line)
        if ERROR.search(line) or text.startswith("warning: "):
            if error and ERROR.search(error.text):
                yield error
            error = Error(line, [])
        elif not (error and text.startswith("note: ")):
            continue
        error.output += above
        for mention in filter(None, map(PLACE.match, [above[-1], *above[:-1]])):
            error.places.append((mention["file"], int(mention["line"])))
        above = []
    if error and ERROR.search(error.text):
        yield error


def check_single(source: Path, lines: list[str], command: list[str], directory: str) -> None:
    expected = expectation(source, lines)
    status, output = run(command, directory)
    if status == 0:
        sys.exit(f"{source} compiles, but must not; expected: {expected}")
    errors = [line for line in output.splitlines() if ERROR.search(line)]
    if not errors or not re.search(expected, errors[0]):
        print(output)
        sys.exit(f"{source} fails for another reason\nexpected:    {expected}\nfirst error: {(errors or ['none'])[0]}")
    print(errors[0])


def alone(case: Case, source: Path, lines: list[str], command: list[str], directory: str) -> str:
    """What the compiler says for a case without the others."""
    head = next(number for number, line in enumerate(lines) if line.startswith(EXPECTATION))
    kept = [line if number <= head or number in case.lines else "" for number, line in enumerate(lines, 1)]
    with tempfile.NamedTemporaryFile("w", suffix=source.suffix, encoding="utf-8") as file:
        file.write("\n".join([*kept, ""]))
        file.flush()
        status, output = run([file.name if part == str(source) else part for part in command], directory)
    first = next(errors_of(output), None)
    if status == 0 or not first:
        return "it compiles, but must not"
    if re.search(case.expected, first.text):
        return "it fails as it must: it shares a template with another case; give it types of its own"
    return f"it fails, too, with {first.text}"


def check_table(source: Path, lines: list[str], command: list[str], directory: str) -> None:
    cases = cases_of(source, lines)
    status, output = run(command, directory)
    first: dict[str, Error] = {}
    problems, last = [], ""
    for error in errors_of(output):
        lambdas = [(found["file"], int(found["line"])) for found in LAMBDA.finditer(error.text)]
        mentioned = [line for file, line in error.places if Path(directory, file) == source]
        mentioned = mentioned or [line for file, line in lambdas if Path(directory, file) == source]
        named = list(dict.fromkeys(case.name for line in mentioned for case in cases if line in case.lines))
        if not mentioned and last:
            named = [last]  # GCC does not repeat where a template was instantiated if the error before has said so
        if len(named) == 1:
            last = named[0]
            first.setdefault(last, error)
        else:
            whose = f"of several cases, {' and '.join(named)}" if named else "of no case"
            problems.append("\n".join([f"an error {whose}:", *error.output]))
    for case in cases:
        error = first.get(case.name)
        if error and re.search(case.expected, error.text):
            continue
        said = "fails for another reason" if error else "gets no error"
        problem = [
            f"{case.name} {said}",
            f"expected:    {case.expected}",
            f"first error: {error.text if error else 'none'}",
            f"alone:       {alone(case, source, lines, command, directory)}",
        ]
        problems.append("\n".join([*problem, *(error.output if error else [])]))
    if status == 0 and not problems:
        problems.append("the compiler succeeds, for all its errors")
    if problems:
        print(*problems, sep="\n\n", end="\n\n")
        sys.exit(f"{source}: {len(problems)} problems in {len(cases)} cases")
    print(*(f"{name}: {error.text}" for name, error in first.items()), sep="\n")


def main() -> None:
    database, source = Path(sys.argv[1]), Path(sys.argv[2])
    lines = source.read_text(encoding="utf-8").splitlines()
    check = check_table if is_table(lines) else check_single
    check(source, lines, *compiler_command(database, source))


if __name__ == "__main__":
    main()
