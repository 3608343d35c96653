#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Checks the direction of every #include in include/, and prints the offending chain.

usage: layering.py [source dir]

A header includes only lower layers or its own folder, there are no cycles, and heavy headers stay where they are needed.
"""
import re
import sys
from pathlib import Path, PurePosixPath

# From the lowest layer up; folders that stand on one layer never include each other. X.hpp beside X/ belongs to X. The
# folders inside X are named one by one, if it has any; X itself, above them, is then X.hpp.
LAYERS = [
    ["version"],
    ["core"],
    ["time"],
    ["stop", "wait", "retry_if", "hook"],
    ["retrying", "circuit_breaker", "timeout", "fallback", "rate_limiter", "bulkhead",
     "concurrency_limit", "budget", "chaos"],
    ["pipeline"],
    ["hedge", "measure"],  # a hedge judges as a retry does; listeners know what they listen to
    ["async"],
    ["fleet"],
    ["grit"],
    ["adapter"],
    ["llm/http"],
    ["llm/error"],
    ["llm/chat"],
    ["llm/data"],
    ["llm/transport", "llm/dialect"],
    ["llm/client"],
    ["llm/batch", "llm/service"],
    ["llm"],
]
# Headers that stand beside the folder of another name.
FOLDER_OF = {"grit.hpp": "grit", "grit/retry.hpp": "retrying"}

# Who alone may include what, by the beginning of the included path.
CONFINED = {
    "boost/hana": ["grit/core/hana.hpp"],
    "nlohmann/": ["grit/llm/dialect/json_value.hpp"],
    "curl/": [
        "grit/adapter/curl.hpp",
        "grit/llm/asio.hpp",
        *(f"grit/llm/transport/{part}.hpp" for part in ("curl", "curl_channel", "curl_exchange", "curl_failure", "curl_many")),
    ],
}
# What nothing in a folder may reach, however long the way.
WITHOUT = {
    "llm/transport": ["nlohmann/"],
    "llm/dialect": ["curl/"],
    "llm/client": ["nlohmann/", "curl/"],
}
# What a user of grit/retry.hpp must not have to compile, and the headers that may include it all the same.
LEAN = "grit/retry.hpp"
HEAVY: dict[str, list[str]] = {
    "random": [],
    "functional": [],
    "iostream": [],
    "regex": [],
    "stop_token": [],
    "thread": ["grit/time/steady.hpp"],
    "mutex": [],
    "condition_variable": [],
}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*[<"]([^>"]+)[>"]', re.MULTILINE)


class Tree:
    """The headers under include/ and what each of them includes, all named as in an #include."""

    def __init__(self, root: Path) -> None:
        self.includes: dict[str, list[str]] = {}
        for path in sorted(root.rglob("*.hpp")):
            name = path.relative_to(root).as_posix()
            included = INCLUDE.findall(path.read_text(encoding="utf-8"))
            beside = (Path(name).parent / header for header in included)
            self.includes[name] = [
                other.as_posix() if (root / other).exists() else header for header, other in zip(included, beside)
            ]

    def chains(self, start: str) -> dict[str, list[str]]:
        """For everything that `start` reaches, the shortest way to it."""
        chains = {start: [start]}
        queue = [start]
        for header in queue:
            for included in self.includes.get(header, []):
                if included not in chains:
                    chains[included] = [*chains[header], included]
                    queue.append(included)
        return chains


def folder(header: str) -> str:
    if header in FOLDER_OF:
        return FOLDER_OF[header]
    path = PurePosixPath(header).relative_to("grit")
    beside = path.with_suffix("").as_posix()
    known = path.parent == PurePosixPath() or any(beside in folders for folders in LAYERS)
    return beside if known else path.parent.as_posix()


def layer(header: str) -> int | None:
    return next((rank for rank, folders in enumerate(LAYERS, 1) if folder(header) in folders), None)


def wrong_directions(tree: Tree) -> list[str]:
    problems = [f"{header} stands on no layer: name its folder in tools/layering.py" for header in tree.includes if not layer(header)]
    for header, included in tree.includes.items():
        for other in included:
            if other.startswith("grit") and other not in tree.includes:
                problems.append(f"{header} includes {other}, which does not exist")
            elif other in tree.includes and layer(header) and layer(other) and folder(header) != folder(other):
                if layer(other) >= layer(header):
                    problems.append(
                        f"{header} ({folder(header)}, layer {layer(header)})"
                        f" -> {other} ({folder(other)}, layer {layer(other)}): only lower layers may be included"
                    )
    return problems


def cycles(tree: Tree) -> list[str]:
    found = {}
    for header, included in tree.includes.items():
        for other in included:
            chain = tree.chains(other).get(header)
            if chain:
                found.setdefault(frozenset(chain), " -> ".join([header, *chain]) + ": a cycle")
    return list(found.values())


def escaped(tree: Tree) -> list[str]:
    problems = []
    for header, included in tree.includes.items():
        for other in included:
            for prefix, allowed in CONFINED.items():
                if other.startswith(prefix) and header not in allowed:
                    problems.append(f"{header} -> {other}: only {', '.join(allowed)} may include it")
    for header in filter(lambda name: folder(name) in WITHOUT, tree.includes):
        for other, chain in tree.chains(header).items():
            if other.startswith(tuple(WITHOUT[folder(header)])):
                problems.append(f"{' -> '.join(chain)}: {folder(header)} does without it")
    chains = tree.chains(LEAN)
    for header in filter(tree.includes.__contains__, chains):
        for other in tree.includes[header]:
            if other in HEAVY and header not in HEAVY[other]:
                problems.append(f"{' -> '.join([*chains[header], other])}: too heavy for {LEAN}")
    return problems


def main() -> None:
    source_dir = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    tree = Tree(source_dir / "include")
    problems = wrong_directions(tree) + cycles(tree) + escaped(tree)
    print(*problems, sep="\n", end="\n" if problems else "")
    if problems:
        sys.exit(1)
    print(f"layering: {len(tree.includes)} headers, every include points down")


if __name__ == "__main__":
    main()
