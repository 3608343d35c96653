#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Counts the instructions of one call through a circuit breaker with callgrind, beside breakers written by hand.

usage: breaker.py <build dir>...

Exits with 1 if a healthy call under OpenAfterFailures needs more than 3 instructions above the atomic breaker by hand.
The cases are in breaker/cases.cpp.
"""
import subprocess
import sys
import tempfile
from pathlib import Path

from instructions import compiler_of, totals

PROGRAM = Path("benchmarks/grit.benchmarks.breaker")
BY_HAND, LIBRARY, ALLOWED = "atomic breaker by hand", "OpenAfterFailures, healthy", 3


def measure(build: Path) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as scratch:
        run = subprocess.run(
            [
                "valgrind", "--tool=callgrind", f"--callgrind-out-file={scratch}/out",
                "--zero-before=grit_measurement_begins", "--dump-before=grit_measurement_ends", str(build / PROGRAM),
            ],
            capture_output=True, text=True, env={"LD_BIND_NOW": "1", "PATH": "/usr/bin:/bin"},
        )  # fmt: skip
        if run.returncode != 0:
            sys.exit(f"{build / PROGRAM} failed:\n{run.stderr}")
        counts = totals(Path(scratch))
    names = run.stdout.splitlines()
    if len(names) != len(counts):
        sys.exit(f"{len(names)} cases gave {len(counts)} measurements:\n{run.stderr}")
    return {name: count / 100 for name, count in zip(names, counts)}


def main() -> None:
    bad = False
    for build in map(Path, sys.argv[1:]):
        counts = measure(build)
        print(f"{compiler_of(build)}, instructions per call, with those of operation and driver")
        for name, count in counts.items():
            print(f"  {name:44} {count:8.1f}")
        over = counts[LIBRARY] - counts[BY_HAND]
        print(f"  above the atomic breaker by hand: {over:+.1f}, allowed {ALLOWED:+d}")
        bad |= over > ALLOWED + 0.5
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
