#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Runs the fuzz targets of a build with GRIT_FUZZ=ON, one after the other; the first property broken fails.

usage: run.py BUILD_DIR [--seconds N] [--keep] [TARGET...]

A search starts from tests/fuzz/corpus/<target> and what earlier searches found, which stays in BUILD_DIR/fuzz/<target>.
An input that breaks a property is written to BUILD_DIR/fuzz; copied into the corpus, it is a test from then on.
--keep adds the found inputs that reach new code to the corpus in the tree.
"""
import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
LIMITS = ["-max_len=4096", "-timeout=10", "-rss_limit_mb=2048"]


def main() -> int:
    arguments = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].removeprefix("usage: "))
    arguments.add_argument("build", type=Path)
    arguments.add_argument("--seconds", type=int, default=10)
    arguments.add_argument("--keep", action="store_true")
    arguments.add_argument("targets", nargs="*")
    given = arguments.parse_args()
    known = sorted(path.name.removesuffix(".fuzz.cpp") for path in HERE.glob("*.fuzz.cpp"))
    unknown = set(given.targets) - set(known)
    if unknown:
        arguments.error(f"no target {', '.join(sorted(unknown))}; there are {', '.join(known)}")

    for name in given.targets or known:
        program = given.build / "tests" / "fuzz" / f"grit.fuzz.{name}"
        corpus = HERE / "corpus" / name
        found = given.build / "fuzz" / name
        found.mkdir(parents=True, exist_ok=True)
        command = [str(program), f"-max_total_time={given.seconds}", f"-artifact_prefix={found.parent}/{name}-", *LIMITS]
        run = subprocess.run([*command, str(found), str(corpus)], stderr=subprocess.PIPE, text=True, check=False)
        if run.returncode != 0:
            print(run.stderr[-8000:])
            print(f"fuzz: {name} breaks; the input is in {found.parent}")
            return 1
        last = [line for line in run.stderr.splitlines() if line.startswith("Done ")]
        print(f"fuzz: {name}: {last[-1].removeprefix('Done ') if last else 'no runs'}", flush=True)
        if given.keep:
            subprocess.run([str(program), "-merge=1", *LIMITS, str(corpus), str(found)], capture_output=True, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
