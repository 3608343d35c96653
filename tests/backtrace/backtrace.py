#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Counts the functions of the library between a call of a user and the operation, as a debugger shows them.

usage: backtrace.py <gdb> <program>...

Each program is calls.cpp, compiled in some way. Exits with 1 if a call shows more functions than it may, or if a call is
missing; with 77, which means skipped, if gdb cannot run a program here.
"""
import re
import subprocess
import sys

# What a user named, and how many functions of the library may stand between it and the operation.
MOST = {
    "user_retry": 2,
    "user_retry_of_a_result": 2,
    "user_breaker": 3,
    "user_breaker_that_names": 3,
    "user_breaker_of_a_class": 3,
    "user_limiter": 3,
    "user_wrapped": 3,  # and wrap() itself
    "user_pipeline_of_2": 5,
    "user_pipeline_of_3": 6,
    "user_pipeline_of_4": 7,
}


def frames(gdb: str, program: str) -> dict[str, list[str]]:
    """The functions between stop() and each user_*, the innermost first; all of them have inlined ones, too."""
    commands = ["set width 0", "set print frame-arguments none", "break stop", "run"]
    for _ in MOST:
        commands += ["backtrace -no-filters", "continue"]
    found: dict[str, list[str]] = {}
    done = subprocess.run(
        [gdb, "-nx", "-batch", *(word for command in commands for word in ("-ex", command)), program],
        capture_output=True, text=True, timeout=120, check=False,
    )
    inside: list[str] = []
    for line in done.stdout.splitlines():
        frame = re.match(r"#(\d+)\s+(?:0x[0-9a-f]+ in )?(.*)", line)
        if not frame:
            continue
        if frame[1] == "0":
            inside = []
        user = re.match(r"(user_\w+) ", frame[2])
        if user:
            found[user[1]] = inside[1:]
        else:
            inside.append(frame[2])
    if not found and "Breakpoint 1, " not in done.stdout:
        print(f"gdb cannot run {program}:\n{done.stdout}{done.stderr}")
        sys.exit(77)
    return found


def is_of_library(frame: str) -> bool:
    """Not the lambda that a user wrote, which stands in the source of the test."""
    return "/backtrace/calls.cpp:" not in frame


def main() -> int:
    gdb, *programs = sys.argv[1:]
    wrong = 0
    for program in programs:
        found = frames(gdb, program)
        for user, most in MOST.items():
            if user not in found:
                print(f"{program}: {user} was not seen")
                wrong += 1
                continue
            between = [frame for frame in found[user] if is_of_library(frame)]
            print(f"{len(between):3} of {most:2}  {user}")
            if len(between) > most:
                wrong += 1
                print(*(f"        {frame[:150]}" for frame in between), sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
