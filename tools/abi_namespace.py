#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Puts every name of include/ into the inline namespace of the version, GRIT_ABI of grit/version.hpp.

usage: abi_namespace.py [--check] [source dir]

Two versions in one program then share no functions. Nothing else spells the namespace: users and tests write grit::Retrying. A header
that includes none of grit gets <grit/version.hpp>. --check changes nothing and fails where a header would change.
"""
import re
import sys
from pathlib import Path

OPENED = re.compile(r"^namespace grit((?:::[a-z_]+)*) \{", re.MULTILINE)
CLOSED = re.compile(r"^\} // namespace grit((?:::[a-z_]+)*)$", re.MULTILINE)
HEAD = re.compile(r"(// SPDX[^\n]*\n#pragma once\n(?://[^\n]*\n)+\n)((?:#include <[^>]*>\n)*)")


def versioned(text: str, header: str) -> str:
    changed = OPENED.sub(r"namespace grit::inline GRIT_ABI\1 {", text)
    changed = CLOSED.sub(r"} // namespace grit::inline GRIT_ABI\1", changed)
    if "GRIT_ABI" in changed and "#include <grit" not in changed and header != "grit/version.hpp":
        changed = HEAD.sub(lambda head: f"{head[1]}{head[2]}" + "\n" * bool(head[2]) + "#include <grit/version.hpp>\n"
                           + "\n" * (not head[2]), changed, count=1)  # fmt: skip
    return changed


def main() -> None:
    arguments = [argument for argument in sys.argv[1:] if argument != "--check"]
    include = (Path(arguments[0]) if arguments else Path(__file__).resolve().parent.parent) / "include"
    headers = {path: path.read_text("utf-8") for path in sorted(include.rglob("*.hpp"))}
    changes = {path: versioned(text, path.relative_to(include).as_posix()) for path, text in headers.items()}
    changes = {path: text for path, text in changes.items() if text != headers[path]}
    if "--check" in sys.argv:
        for path in changes:
            print(f"{path.relative_to(include)}: not in the namespace of the version; run tools/abi_namespace.py")
        sys.exit(1 if changes else 0)
    for path, text in changes.items():
        path.write_text(text, "utf-8")
    print(f"abi_namespace: {len(changes)} headers changed")


if __name__ == "__main__":
    main()
