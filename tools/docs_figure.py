#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Checks that a figure in the tree is what its program draws.

usage: docs_figure.py <program> <figure.svg>      compares
       docs_figure.py --draw <program> <figure>   draws it anew
"""
import subprocess
import sys
from pathlib import Path


def main() -> None:
    program, figure = sys.argv[-2], Path(sys.argv[-1])
    drawn = subprocess.run([program], stdout=subprocess.PIPE, check=True).stdout
    if "--draw" in sys.argv:
        figure.write_bytes(drawn)
    elif not figure.exists() or figure.read_bytes() != drawn:
        draw = f"{sys.argv[0]} --draw {program} {figure}"
        sys.exit(f"{figure} is not what its program draws now; if that is right: {draw}")


if __name__ == "__main__":
    main()
