#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Makes programs of the C++ blocks in README.md and docs/**/*.md, so that every block is compiled and run.

usage: doc_examples.py <source dir> <output dir>     prints the path of each program, one a line

```cpp          with "int main" in it: a whole program. Otherwise a fragment: the fragments of a page become one program, each
                in a function of its own, called in their order. assert() works in both.
```cpp global   declarations at namespace level, seen by the fragments after it
```cpp fail     a fragment that must not compile; the first error line must contain the ```text block that follows

A block holds what its reader needs, as he sees nothing else: a program that names std::array, or calls assert(), includes
its header; a fragment is content with the include of a block above it. Nothing is added, and nothing can be hidden.

#include lines are moved to the top. Any other block is left alone. A program is written only if its text changed.

Programs are compiled together where each includes all that those before it include, themselves or through headers of grit:
each in a namespace of its own, below its own includes, so that the compiler reads the headers once. So none can lean on what
another includes. The result prints page and line of a program before it runs it.
"""
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

BLOCK = re.compile(
    r"^(?P<fence>```+)(?P<info>[^\n`]*)\n(?P<code>.*?)^(?P=fence)[ ]*$",
    re.MULTILINE | re.DOTALL,
)
INCLUDE = re.compile(r"^[ ]*#[ ]*include.*$", re.MULTILINE)
KINDS = ("cpp", "cpp global", "cpp fail")
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
NO_CODE = re.compile(r"//[^\n]*|/\*.*?\*/|R\"(\w*)\(.*?\)\1\"|\"(?:\\.|[^\"\\\n])*\"", re.DOTALL)  # comments and texts

# What a reader's program must include for a name, where no header of grit is certain to bring it along.
HEADERS_OF_NAMES = {
    "algorithm": "all_of any_of clamp copy count_if equal fill find find_if is_sorted max min sort transform",
    "array": "array to_array",
    "atomic": "atomic atomic_ref",
    "cmath": "abs pow sqrt",
    "condition_variable": "condition_variable condition_variable_any",
    "coroutine": "coroutine_handle noop_coroutine suspend_always suspend_never",
    "cstdint": "int64_t uint16_t uint32_t uint64_t uint8_t",
    "deque": "deque",
    "exception": "current_exception exception_ptr rethrow_exception",
    "filesystem": "filesystem",
    "fstream": "ifstream ofstream",
    "functional": "cref function ref",
    "future": "async future promise",
    "iostream": "cerr cin clog cout",
    "limits": "numeric_limits",
    "map": "map multimap",
    "memory": "make_shared make_unique shared_ptr unique_ptr",
    "mutex": "lock_guard mutex scoped_lock unique_lock",
    "numeric": "accumulate",
    "optional": "nullopt optional",
    "random": "mt19937 mt19937_64 random_device uniform_int_distribution",
    "set": "set",
    "span": "span",
    "sstream": "istringstream ostringstream stringstream",
    "stop_token": "stop_callback stop_source stop_token",
    "system_error": "errc error_category error_code generic_category make_error_code system_error",
    "thread": "jthread this_thread thread",
    "unordered_map": "unordered_map",
    "variant": "get_if holds_alternative monostate variant visit",
    "vector": "vector",
}
HEADER_OF = {f"std::{name}": header for header, names in HEADERS_OF_NAMES.items() for name in names.split()}
ALSO_IN = {"stop_token": {"thread"}, "exception": {"stdexcept"}, "thread": {"future"}}
NAME = re.compile(r"\bstd::\w+|(?<![\w:.])assert(?=\()")

# What a program keeps for itself: options and macros, arguments of main, and what a namespace cannot hold.
ALONE = re.compile(
    r"^// compiled with|^[ ]*#(?!include|line)|\bmain\((?!\))|^namespace [\w:]+ \{|\btemplate <>|(?<![\w>])::\w", re.MULTILINE
)
# What the headers of grit include themselves where several programs include them.
BROUGHT_ALONG = {"chrono", "cstdio", "cstdlib", "stdexcept", "string", "string_view", "utility"}
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
        return "\n".join([*self.includes, "", *self.declarations, f"int main()\n{{\n{calls}}}\n"])


def headers_of(text: str) -> list[str]:
    return [re.sub(r".*[<\"](.*)[>\"].*", r"\1", line) for line in INCLUDE.findall(text)]


def all_headers_of(text: str, include: Path, seen: dict[str, frozenset[str]]) -> frozenset[str]:
    """The headers that a text includes, and those that headers of grit include for it; each read once."""
    found: set[str] = set()
    for header in headers_of(text):
        if header not in seen:
            seen[header] = frozenset({header})
            if (include / header).exists():
                seen[header] |= all_headers_of((include / header).read_text(encoding="utf-8"), include, seen)
        found |= seen[header]
    return frozenset(found)


def libraries_of(headers: frozenset[str]) -> frozenset[str]:
    """What a machine may lack, of what the headers belong to: a program that needs less is not held up by it."""
    return frozenset(
        re.sub(r"^(boost/\w+|grit/llm|\w+).*", r"\1", header)
        for header in headers
        if ("/" in header and not header.startswith("grit/")) or header.startswith("grit/llm") or header.endswith(".h")
    )


def together(programs: dict[str, str], include: Path) -> dict[str, str]:
    """Those of the programs that can be compiled together are, by file name."""
    made: dict[str, str] = {}
    seen: dict[str, frozenset[str]] = {}
    headers: dict[str, frozenset[str]] = {}
    for name, text in programs.items():
        if ".fail-" in name or ALONE.search(text) or not text.rstrip().endswith("}"):
            made[name] = text
        else:
            headers[name] = all_headers_of(text, include, seen) - BROUGHT_ALONG
    chains: list[list[str]] = []
    for name in sorted(headers, key=lambda name: len(headers[name])):
        libraries = libraries_of(headers[name])
        fitting = [
            chain
            for chain in chains
            if headers[chain[-1]] <= headers[name]
            and libraries_of(headers[chain[-1]]) == libraries
            and len(chain) < MOST_TOGETHER
        ]
        if fitting:
            max(fitting, key=lambda chain: len(headers[chain[-1]])).append(name)
        else:
            chains.append([name])
    for chain in chains:
        if len(chain) == 1:
            made[chain[0]] = programs[chain[0]]
        else:
            made[f"together-{chain[0]}"] = joined([programs[name] for name in chain])
    return made


def joined(texts: list[str]) -> str:
    """One program that runs those of the texts, which end with their main functions."""
    lines: list[str] = []
    calls: list[str] = []
    for number, text in enumerate(texts, 1):
        body = INCLUDE.sub("", text).rstrip().removesuffix("}")
        line, page = re.search(r'^#line (\d+) (".*")$', text, re.MULTILINE).groups()
        lines += [include for line_ in INCLUDE.findall(text) if (include := line_.strip()) not in lines]
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
    for index, block in enumerate(blocks):
        info = block["info"].strip()
        if not re.match(r"cpp\b", info):
            continue
        place = place_of(block, page)
        number = len(made) + 1
        if info == "cpp fail":
            failing = fragments.copy()
            failing.define(block["code"], place)
            sentence = re.escape(" ".join(blocks[index + 1]["code"].split()))
            made[f"{name}.fail-{number}.cpp"] = f"// expect-error: {sentence}\n{failing.text()}"
        elif info == "cpp global":
            fragments.declare(block["code"], place)
        elif is_whole(block["code"]):
            made[f"{name}.program-{number}.cpp"] = f"{place}\n{block['code']}"
        else:
            fragments.define(block["code"], place)
    if fragments.functions or fragments.declarations:
        made[f"{name}.cpp"] = fragments.text()
    return made


def problems(page: Path) -> list[str]:
    """What keeps a reader from compiling what a page shows him, one sentence each with its line."""
    markdown = page.read_text(encoding="utf-8")
    found: list[tuple[int, str]] = []
    blocks = list(BLOCK.finditer(markdown))
    prose = BLOCK.sub(lambda block: "\n" * block[0].count("\n"), markdown)
    for comment in COMMENT.finditer(prose):
        if "#include" in comment[0] or "cpp" in comment[0].split("\n")[0]:
            line = prose[: comment.start()].count("\n") + 1
            found.append((line, "this comment holds C++ that no reader sees; show it, in a ```cpp global block"))
    above: set[str] = set()  # the headers that the fragments so far include
    for index, block in enumerate(blocks):
        info, code = block["info"].strip(), block["code"]
        line = markdown[: block.start()].count("\n") + 1
        following = blocks[index + 1]["info"].strip() if index + 1 < len(blocks) else ""
        if not re.match(r"cpp\b", info):
            continue
        if info not in KINDS:
            found.append((line, f"```{info} is none of {', '.join(KINDS)}"))
        if info == "cpp fail" and following != "text":
            found.append((line, "a ```text block with the error must follow a ```cpp fail block"))
        whole = info == "cpp" and is_whole(code)
        if not whole and page.name == "README.md":
            found.append((line, "this block has no main(), and a newcomer copies what README shows; make it a whole program"))
        own = set(headers_of(code))
        included = own if whole else own | above
        if not whole:
            above |= own
        for name, header in missing_includes(code, included).items():
            where = "it" if whole else "this block, or one above it,"
            found.append((line, f"{name} is used, and {where} does not include <{header}>; a reader compiles what is shown"))
    return [f"{page}:{line}: {sentence}" for line, sentence in sorted(found)]


def missing_includes(code: str, included: set[str]) -> dict[str, str]:
    """The standard names in the code whose header is not among the included ones, with that header."""
    names = dict.fromkeys(NAME.findall(NO_CODE.sub("", code)))
    headers = {name: "cassert" if name == "assert" else HEADER_OF.get(name) for name in names}
    return {
        name: header
        for name, header in headers.items()
        if header is not None and not ({header} | ALSO_IN.get(header, set())) & included
    }


def is_whole(code: str) -> bool:
    """Whether a block is a program by itself; a comment that says main is none."""
    return re.search(r"\bint main\b", NO_CODE.sub("", code)) is not None


def place_of(block: re.Match[str], page: Path) -> str:
    line = block.string[: block.start("code")].count("\n") + 1
    return f'#line {line} "{page}"'


def main() -> None:
    source_dir, output_dir = Path(sys.argv[1]), Path(sys.argv[2])
    output_dir.mkdir(parents=True, exist_ok=True)
    pages = [source_dir / "README.md", *sorted((source_dir / "docs").rglob("*.md"))]
    pages = [page for page in pages if page.exists()]
    unseen = [problem for page in pages for problem in problems(page)]
    if unseen:
        sys.exit("\n".join(unseen))
    made: dict[str, str] = {}
    for page in pages:
        made |= programs(page, "-".join(page.relative_to(source_dir).with_suffix("").parts))
    for file_name, text in together(made, source_dir / "include").items():
        program = output_dir / file_name
        if not program.exists() or program.read_text(encoding="utf-8") != text:
            program.write_text(text, encoding="utf-8")
        print(program)


if __name__ == "__main__":
    main()
