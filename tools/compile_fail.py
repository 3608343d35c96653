#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Checks that a file fails to compile, for the reason that it states.

usage: compile_fail.py <compile_commands.json> <file>

The file says "// expect-error: <regex>"; the first line of the compiler's output that holds an error must match. A file
that compiles, or that fails for another reason, is an error.
"""
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path


def expectation(source: Path) -> str:
    for line in source.read_text(encoding="utf-8").splitlines():
        if line.startswith("// expect-error: "):
            return line.removeprefix("// expect-error: ").strip()
    sys.exit(f"{source} does not say what to expect: // expect-error: <regex>")


def compiler_command(database: Path, source: Path) -> tuple[list[str], str]:
    for entry in json.loads(database.read_text(encoding="utf-8")):
        if Path(entry["file"]) == source:
            command = shlex.split(entry["command"])
            del command[command.index("-o") : command.index("-o") + 2]
            return [*command, "-fsyntax-only"], entry["directory"]
    sys.exit(f"{source} is not in {database}")


def main() -> None:
    database, source = Path(sys.argv[1]), Path(sys.argv[2])
    expected = expectation(source)
    command, directory = compiler_command(database, source)
    compiled = subprocess.run(command, cwd=directory, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if compiled.returncode == 0:
        sys.exit(f"{source} compiles, but must not; expected: {expected}")
    errors = [line for line in compiled.stdout.splitlines() if re.search(r"\b(fatal )?error: ", line)]
    if not errors or not re.search(expected, errors[0]):
        print(compiled.stdout)
        sys.exit(f"{source} fails for another reason\nexpected:    {expected}\nfirst error: {(errors or ['none'])[0]}")
    print(errors[0])


if __name__ == "__main__":
    main()
