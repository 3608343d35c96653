#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Makes programs of the C++ blocks in README.md and docs/**/*.md, so that every block is compiled and run.

usage: doc_examples.py <source dir> <output dir>     prints the path of each program, one a line

```cpp          with "int main" in it: a whole program. Otherwise a fragment: the fragments of a page become one program, each
                in a function of its own, called in their order. assert() works in both.
```cpp global   declarations at namespace level, seen by the fragments after it
```cpp fail     a fragment that must not compile; the first error line must contain the ```text block that follows
<!-- cpp-prologue
declarations that the reader need not see; they precede all blocks of the page
-->

#include lines are moved to the top. Any other block is left alone. A program is written only if its text changed.

Programs that include the same are compiled together, each in a namespace of its own, so that the compiler reads the
headers once. None can lean on what another includes. The result prints page and line of a program before it runs it.
"""
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

BLOCK = re.compile(
    r"^(?P<fence>```+)(?P<info>[^\n`]*)\n(?P<code>.*?)^(?P=fence)[ ]*$"
    r"|^<!-- cpp-prologue[ ]*\n(?P<prologue>.*?)^-->[ ]*$",
    re.MULTILINE | re.DOTALL,
)
INCLUDE = re.compile(r"^[ ]*#[ ]*include.*$", re.MULTILINE)
KINDS = ("cpp", "cpp global", "cpp fail")

# What a program keeps for itself: options and macros, arguments of main, and what a namespace cannot hold.
ALONE = re.compile(
    r"^// compiled with|^[ ]*#(?!include|line)|\bmain\((?!\))|^namespace [\w:]+ \{|\btemplate <>|(?<![\w>])::\w", re.MULTILINE
)
# What the headers of grit include themselves where several programs include them, those of grit::llm a little more.
BROUGHT_ALONG = {"chrono", "cstdio", "cstdlib", "stdexcept", "string", "string_view", "utility"}
BROUGHT_ALONG_BY_LLM = BROUGHT_ALONG | {"array", "functional", "memory", "optional", "vector"}
MOST_TOGETHER = 12


@dataclass
class Program:
    """One translation unit in the making: includes at the top, declarations, then functions to call."""

    includes: list[str] = field(default_factory=list)
    declarations: list[str] = field(default_factory=list)
    functions: int = 0

    def declare(self, code: str, place: str) -> None:
        self.includes += [line.strip() for line in INCLUDE.findall(code) if line.strip() not in self.includes]
        self.declarations.append(f"{place}\n{INCLUDE.sub('', code)}")

    def define(self, code: str, place: str) -> None:
        self.functions += 1
        self.includes += [line.strip() for line in INCLUDE.findall(code) if line.strip() not in self.includes]
        body = INCLUDE.sub("", code)
        self.declarations.append(f"static void fragment_{self.functions}()\n{{\n{place}\n{body}}}\n")

    def copy(self) -> "Program":
        return Program(list(self.includes), list(self.declarations), self.functions)

    def text(self) -> str:
        calls = "".join(f"    fragment_{number}();\n" for number in range(1, self.functions + 1))
        return "\n".join(["#include <cassert>", *self.includes, "", *self.declarations, f"int main()\n{{\n{calls}}}\n"])


def together(programs: dict[str, str]) -> dict[str, str]:
    """Those of the programs that can be compiled together are, by file name."""
    made: dict[str, str] = {}
    groups: dict[tuple[str, ...], list[str]] = {}
    for name, text in programs.items():
        if ".fail-" in name or ALONE.search(text) or not text.rstrip().endswith("}"):
            made[name] = text
        else:
            headers = {re.sub(r".*[<\"](.*)[>\"].*", r"\1", line) for line in INCLUDE.findall(text)}
            brought = BROUGHT_ALONG_BY_LLM if headers & {"grit/llm.hpp", "grit/llm/client.hpp"} else BROUGHT_ALONG
            groups.setdefault(tuple(sorted(headers - brought)), []).append(name)
    for headers, names in groups.items():
        for first in range(0, len(names), MOST_TOGETHER):
            batch = names[first : first + MOST_TOGETHER]
            if len(batch) == 1:
                made[batch[0]] = programs[batch[0]]
            else:
                stem = re.sub(r"\W+", "-", "-".join(header.removesuffix(".hpp") for header in headers))
                made[f"together-{stem}-{first // MOST_TOGETHER + 1}.cpp"] = joined([programs[name] for name in batch])
    return made


def joined(texts: list[str]) -> str:
    """One program that runs those of the texts, which end with their main functions."""
    includes = dict.fromkeys(line.strip() for text in texts for line in INCLUDE.findall(text))
    lines = [*includes]
    calls = []
    for number, text in enumerate(texts, 1):
        body = INCLUDE.sub("", text).rstrip().removesuffix("}")
        line, page = re.search(r'^#line (\d+) (".*")$', text, re.MULTILINE).groups()
        lines.append(f"namespace program_{number} {{\n{body}return 0;\n}}\n}}")
        calls.append(f"    failed += run({page}, {line}, program_{number}::main);")
    return "\n".join([*lines, RUN, "int main()\n{\n    int failed = 0;", *calls, "    return failed;\n}\n"])


RUN = """
#include <cstdio>
static int run(char const* page, int line, int (*program)())
{
    std::fprintf(stderr, "%s:%d\\n", page, line);
    int const status = program();
    if (status != 0) std::fprintf(stderr, "main returned %d\\n", status);
    return status != 0;
}
"""


def programs(page: Path, name: str) -> dict[str, str]:
    """The programs of one page by file name."""
    markdown = page.read_text(encoding="utf-8")
    blocks = list(BLOCK.finditer(markdown))
    made: dict[str, str] = {}
    fragments = Program()
    for block in blocks:
        if page.name == "README.md" and not is_whole(block):
            sys.exit(f"{page}: a block is no program by itself; a newcomer copies what is shown: {block[0][:60]!r}")
        if block["prologue"] is not None:
            fragments.declare(block["prologue"], place_of(block, "prologue", page))
    for index, block in enumerate(blocks):
        info = (block["info"] or "").strip()
        if not re.match(r"cpp\b", info):
            continue
        where = f"{page}:{markdown[: block.start()].count(chr(10)) + 1}"
        place = place_of(block, "code", page)
        number = len(made) + 1
        if info not in KINDS:
            sys.exit(f"{where}: ```{info} is none of {', '.join(KINDS)}")
        if info == "cpp fail":
            following = blocks[index + 1] if index + 1 < len(blocks) else None
            if following is None or following["info"] is None or following["info"].strip() != "text":
                sys.exit(f"{where}: a ```text block with the error must follow a ```cpp fail block")
            sentence = re.escape(" ".join(following["code"].split()))
            failing = fragments.copy()
            failing.define(block["code"], place)
            made[f"{name}.fail-{number}.cpp"] = f"// expect-error: {sentence}\n{failing.text()}"
        elif info == "cpp global":
            fragments.declare(block["code"], place)
        elif re.search(r"\bint main\b", block["code"]):
            made[f"{name}.program-{number}.cpp"] = f"{place}\n{block['code']}"
        else:
            fragments.define(block["code"], place)
    if fragments.functions or any((block["info"] or "").strip() == "cpp global" for block in blocks):
        made[f"{name}.cpp"] = fragments.text()
    return made


def is_whole(block: re.Match[str]) -> bool:
    """False for a block of C++ that leans on another one, or on what is not shown."""
    if block["prologue"] is not None:
        return False
    return (block["info"] or "").strip() not in KINDS or re.search(r"\bint main\b", block["code"]) is not None


def place_of(block: re.Match[str], group: str, page: Path) -> str:
    line = block.string[: block.start(group)].count("\n") + 1
    return f'#line {line} "{page}"'


def main() -> None:
    source_dir, output_dir = Path(sys.argv[1]), Path(sys.argv[2])
    output_dir.mkdir(parents=True, exist_ok=True)
    pages = [source_dir / "README.md", *sorted((source_dir / "docs").rglob("*.md"))]
    made: dict[str, str] = {}
    for page in filter(Path.exists, pages):
        made |= programs(page, "-".join(page.relative_to(source_dir).with_suffix("").parts))
    for file_name, text in together(made).items():
        program = output_dir / file_name
        if not program.exists() or program.read_text(encoding="utf-8") != text:
            program.write_text(text, encoding="utf-8")
        print(program)


if __name__ == "__main__":
    main()
