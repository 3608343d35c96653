#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Checks the first lines of every C++ file, the names of the tests, and that umbrella headers are complete.

usage: headers_check.py [source dir]

A header begins with the SPDX line, #pragma once and a caption; a source file with the SPDX line. The first that a header
includes is not Asio, which asks what the standard library has without including it: files of one program would differ.
X.hpp beside X/ reaches every header in X/ and its folders but those in OPT_IN, grit/retry.hpp the whole engine, and
grit.hpp all that needs only the standard library and Hana.
The name of a test has no semicolon, because CTest takes it for the end of the name.
"""
import re
import sys
from pathlib import Path

from layering import FOLDER_OF, LAYERS, Tree, folder

SPDX = "// SPDX-License-Identifier: BSL-1.0"
ENGINE = ["stop", "wait", "retry_if", "hook", "retrying"]
# Left out of the umbrella of their folder and of grit/retry.hpp, since few need what they cost; grit.hpp reaches them.
OPT_IN = {"grit/time/interruptible.hpp", "grit/time/bell.hpp", "grit/time/in_line.hpp", "grit/time/max_wait.hpp",
          "grit/time/places.hpp",
          *(f"grit/llm/{part}.hpp" for part in ("batch", "transport/alarms", "transport/curl_many", "transport/manual_loop",
                                                "transport/task", "compiled", "compiled_source", "asio")),
          *(f"grit/llm/batch/{part}.hpp" for part in ("account_limit", "call", "fleet_limit", "within_account", "complete_all", "options", "pace"))}
BELOW_GRIT = [name for layer in LAYERS[: LAYERS.index(["grit"])] for name in layer]


def wrong_heads(source_dir: Path) -> list[str]:
    problems = []
    for part in ("include", "tests", "examples", "benchmarks"):
        for path in sorted((source_dir / part).rglob("*.[ch]pp")):
            name = path.relative_to(source_dir)
            lines = [*path.read_text(encoding="utf-8").splitlines(), "", "", ""]
            is_misuse = name.parts[:2] == ("tests", "compile_fail")  # its first line is what it expects
            if lines[0] != SPDX and not (is_misuse and SPDX in lines):
                problems.append(f"{name}:1: the first line must be {SPDX}")
            if path.suffix == ".hpp" and lines[1] != "#pragma once":
                problems.append(f"{name}:2: the second line must be #pragma once")
            if path.suffix == ".hpp" and not lines[2].startswith("// "):
                problems.append(f"{name}:3: the third line must say what the header is for")
            first = next((line for line in lines if line.startswith("#include")), "")
            if path.suffix == ".hpp" and first.startswith("#include <asio/"):
                problems.append(f"{name}:{lines.index(first) + 1}: Asio is included before the standard library; include <version> first")
    return problems


TEST_NAME = re.compile(r'\bTEST_CASE\([^"()]*"([^"]*)"')


def wrong_test_names(source_dir: Path) -> list[str]:
    return [
        f"{path.relative_to(source_dir)}: a semicolon ends the name of a test for CTest: {name!r}"
        for path in sorted((source_dir / "tests").rglob("*.[ch]pp"))
        for name in TEST_NAME.findall(path.read_text(encoding="utf-8"))
        if ";" in name
    ]


def incomplete_umbrellas(tree: Tree) -> list[str]:
    contents = {
        umbrella: [header for header in tree.includes if Path(umbrella).with_suffix("") in Path(header).parents]
        for umbrella in tree.includes
        if umbrella not in FOLDER_OF
    }
    for umbrella, folders in {"grit/retry.hpp": ENGINE, "grit.hpp": BELOW_GRIT}.items():
        contents[umbrella] = [header for header in tree.includes if folder(header) in folders]
    return [
        f"{umbrella} does not reach {header}"
        for umbrella, headers in contents.items()
        for header in headers
        if header not in tree.chains(umbrella) and not (header in OPT_IN and umbrella != "grit.hpp")
    ]


def main() -> None:
    source_dir = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    tree = Tree(source_dir / "include")
    problems = wrong_heads(source_dir) + wrong_test_names(source_dir) + incomplete_umbrellas(tree)
    print(*problems, sep="\n", end="\n" if problems else "")
    if problems:
        sys.exit(1)
    print(f"headers_check: {len(tree.includes)} headers, every head and every umbrella is complete")


if __name__ == "__main__":
    main()
