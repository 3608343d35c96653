#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Checks that a figure in the tree is what its program draws, and that the table of a page is what it prints.

usage: docs_figure.py <program> <figure.svg>      compares
       docs_figure.py --draw <program> <figure>   draws it anew
       docs_figure.py <program> <page.md>         the page has the table that `<program> --table` prints
"""
import subprocess
import sys
from pathlib import Path


def main() -> None:
    program, figure = sys.argv[-2], Path(sys.argv[-1])
    if figure.suffix == ".md":
        table = subprocess.run([program, "--table"], stdout=subprocess.PIPE, check=True).stdout
        if table not in figure.read_bytes():
            sys.exit(f"{figure} does not have the table that {program} --table prints now:\n{table.decode()}")
        return
    drawn = subprocess.run([program], stdout=subprocess.PIPE, check=True).stdout
    if "--draw" in sys.argv:
        figure.write_bytes(drawn)
    elif not figure.exists() or figure.read_bytes() != drawn:
        draw = f"{sys.argv[0]} --draw {program} {figure}"
        sys.exit(f"{figure} is not what its program draws now; if that is right: {draw}")


if __name__ == "__main__":
    main()
