#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Makes sources of the headers, so that the compiler finds each that does not include what it needs.

usage: header_chains.py <include dir> <output dir> <header>...     prints the path of each source, one a line

The headers of a source are a chain: each includes those before it, itself or through others. So it sees what it includes and
nothing else, as it would alone, and the compiler reads what they share once. Only an #include at the head of a header counts,
outside of #if.

A source is written only if its text changed; one that is no longer made is removed.
"""
import re
import sys
from functools import cache
from pathlib import Path

LINE = re.compile(
    r"^[ ]*(?:#[ ]*(?P<word>include|if|endif)\w*\b[ ]*(?:[<\"](?P<header>[^>\"]*))?|(?P<code>namespace\b))", re.MULTILINE
)


def included_by(text: str) -> list[str]:
    """What the head of a header includes whatever the machine."""
    found = []
    depth = 0
    for line in LINE.finditer(text):
        if line["code"]:
            break
        if line["word"] == "include" and depth == 0:
            found.append(line["header"])
        depth += {"if": 1, "endif": -1}.get(line["word"], 0)
    return found


def chains_of(headers: list[str], include: Path) -> list[list[str]]:
    @cache
    def below(header: str) -> frozenset[str]:
        path = include / header
        inner = included_by(path.read_text(encoding="utf-8")) if path.exists() else []
        return frozenset(inner).union(*map(below, inner))

    chains: list[list[str]] = []
    for header in sorted(headers, key=lambda header: (len(below(header)), header)):
        fitting = [chain for chain in chains if chain[-1] in below(header)]
        if fitting:
            max(fitting, key=lambda chain: len(below(chain[-1]))).append(header)
        else:
            chains.append([header])
    return chains


def main() -> None:
    include, output = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
    output.mkdir(parents=True, exist_ok=True)
    headers = [str(Path(header).resolve().relative_to(include)) for header in sys.argv[3:]]
    made = set()
    for chain in chains_of(headers, include):
        source = output / f"{re.sub(r'[/.]', '-', chain[-1].removesuffix('.hpp'))}.cpp"
        text = "".join(f"#include <{header}>\n" for header in chain)
        if not source.exists() or source.read_text(encoding="utf-8") != text:
            source.write_text(text, encoding="utf-8")
        made.add(source)
        print(source)
    for source in set(output.glob("*.cpp")) - made:
        source.unlink()


if __name__ == "__main__":
    main()
