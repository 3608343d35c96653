#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Makes one header of grit.hpp and everything that it includes of grit.

usage: single_header.py <output dir> [source dir]     writes <output dir>/grit.hpp and <output dir>/grit/**/*.hpp

grit.hpp is a file for a release: it needs the standard library and Boost.Hana. The headers under grit/ only include it, under the
paths of those that are in it, so that a program needs no change; the adapters and grit/llm.hpp can be added from the sources.
"""
import re
import sys
from pathlib import Path

ROOT = "grit.hpp"
INCLUDE = re.compile(r"^[ ]*#[ ]*include <(grit(?:/[^>]*)?\.hpp)>\n", re.MULTILINE)
HEAD = re.compile(r"\A// SPDX[^\n]*\n#pragma once\n")


def expanded(header: str, include: Path, seen: list[str]) -> str:
    """The text of a header after those of grit that it includes, each once: also those inside an #if, since all compile alone."""
    if header in seen:
        return ""
    seen.append(header)
    text = (include / header).read_text("utf-8")
    before = "".join(expanded(other, include, seen) for other in INCLUDE.findall(text))
    return f"{before}// <{header}>\n{INCLUDE.sub('', HEAD.sub('', text))}\n"


def main() -> None:
    output = Path(sys.argv[1])
    source = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(__file__).resolve().parent.parent
    seen: list[str] = []
    body = re.sub(r"\n{3,}", "\n\n", expanded(ROOT, source / "include", seen))
    licence = "".join(f"// {line}".rstrip() + "\n" for line in (source / "LICENSE").read_text("utf-8").splitlines())
    texts = {ROOT: f"// SPDX-License-Identifier: BSL-1.0\n#pragma once\n// grit as one header, made by tools/single_header.py.\n//\n{licence}\n{body}"}
    texts |= {header: f"#pragma once\n#include <{ROOT}>\n" for header in seen if header != ROOT}
    for name, text in texts.items():
        path = output / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
    print(f"single_header: {len(seen)} headers in one")


if __name__ == "__main__":
    main()
