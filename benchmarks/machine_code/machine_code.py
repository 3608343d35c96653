#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Shows the machine code that a successful call runs, by the library beside by hand, on docs/explanation/machine_code.md.

usage: machine_code.py                        writes what the page shows, for every compiler that is here
       machine_code.py --check [gcc|clang]    fails if that is not what the page shows

The functions are those of pairs.cpp, optimised. Callgrind tells which of their instructions one call runs, objdump what these
are. A compiler is compared with the page only in the version that the page names: where there is none to compare, the
exit code is 77. What no version may do is to take one of the functions for cold: it would optimise it for size.
"""
import argparse
import difflib
import itertools
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PAGE = ROOT / "docs" / "explanation" / "machine_code.md"
COMPILERS = {"gcc": "g++", "clang": "clang++-19"}
OPTIONS = ["-std=c++20", "-O2", "-fno-pie"]  # and linked with -no-pie, so that callgrind's addresses are objdump's
SIDES = ("_by_hand()", "_library()")
OPERATIONS = {"ask()", "poll()"}
SKIPPED = 77
MADE = re.compile(r"(<!-- made: (.*?) -->\n).*?(<!-- end -->)", re.DOTALL)
PAIR = re.compile(r"^// (retry.*|breaker.*)\n", re.MULTILINE)


def said(*command: str | Path) -> str:
    return subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, text=True, check=True).stdout


def sources() -> dict[str, str]:
    """What pairs.cpp has under each of its headings, such as "retry by result"."""
    parts = PAIR.split((HERE / "pairs.cpp").read_text("utf-8"))
    return {name: text.strip() + "\n" for name, text in zip(parts[1::2], parts[2::2])}


def version_of(compiler: str) -> str:
    macros = said(compiler, *OPTIONS[:1], "-dM", "-E", "-include", "version", "-x", "c++", "/dev/null")
    library = re.search(r"_GLIBCXX_RELEASE (\d+)", macros)
    first = said(compiler, "--version").splitlines()[0]
    return f"{first}, libstdc++ {library[1] if library else '?'}, {said(compiler, '-dumpmachine').strip()}"


@dataclass
class Instruction:
    address: int
    text: str  # as objdump writes it


class Program:
    """pairs.cpp as a compiler makes it, and what of it ran."""

    def __init__(self, compiler: str, folder: Path) -> None:
        built = folder / "pairs"
        objects = [folder / "pairs.o", folder / "main.o"]
        for made in objects:
            said(compiler, *OPTIONS, f"-I{ROOT / 'include'}", "-c", HERE / f"{made.stem}.cpp", "-o", made)
        said(compiler, "-no-pie", *objects, "-o", built)
        symbols = re.findall(r" F (\S+)\s+\w+ +(.*)$", said("objdump", "-tC", objects[0]), re.MULTILINE)
        self.sections = {name: section for section, name in symbols}
        variables = re.findall(r"^(\w+) .* O \S+\s+\w+ +(\w+)$", said("objdump", "-tC", built), re.MULTILINE)
        self.variables = {int(address, 16): name for address, name in variables}
        self.code = self.read_code(said("objdump", "-dC", "-M", "intel", "--no-show-raw-insn", built))
        self.ran = self.run(built, folder / "counts")

    @staticmethod
    def read_code(text: str) -> dict[str, list[Instruction]]:
        code: dict[str, list[Instruction]] = {}
        for line in text.splitlines():
            head = re.match(r"[0-9a-f]+ <(.*)>:$", line)
            one = re.match(r" *([0-9a-f]+):\t(.*)", line)
            if head:
                function = code.setdefault(head[1], [])
            elif one:
                function.append(Instruction(int(one[1], 16), one[2].strip()))
        return code

    @staticmethod
    def run(program: Path, out: Path) -> dict[str, dict[int, int]]:
        """How often each instruction of each function ran, by its address; and -1 where it called another function."""
        subprocess.run(
            ["valgrind", "--tool=callgrind", "--dump-instr=yes", "--compress-pos=no", "--compress-strings=no",
             f"--callgrind-out-file={out}", str(program)], stderr=subprocess.DEVNULL, check=True)  # fmt: skip
        ran: dict[str, dict[int, int]] = {}
        callee = ""
        for line in out.read_text("utf-8").splitlines():
            if line.startswith("fn="):
                function = line[3:]
            elif line.startswith("cfn="):
                callee = line[4:]
            elif line.startswith("0x") and callee:  # what the callee took
                if function.endswith(SIDES) and callee not in OPERATIONS:
                    sys.exit(f"{function} calls {callee}, which is not shown; write the pair so that it is inlined on both sides")
                callee = ""
            elif line.startswith("0x"):
                address, _, times = line.split()
                ran.setdefault(function, {})[int(address, 16)] = int(times)
        return ran

    def path_of(self, function: str) -> list[str]:
        """The instructions that one call ran, in the order of the code, with a mark where others stand between them."""
        ran = self.ran[function]
        if set(ran.values()) != {1}:
            sys.exit(f"{function} runs some of its instructions more than once")
        lines: list[str] = []
        skipped = False
        for one in self.code[function]:
            if one.address not in ran:
                skipped = bool(lines)
                continue
            if skipped:
                lines.append("...")
            skipped = False
            lines.append(self.cleaned(one, ran))
        return lines

    def cleaned(self, one: Instruction, ran: dict[int, int]) -> str:
        """Without addresses that change from build to build, and without where a jump that is not taken would lead."""
        text = re.sub(r"\[rip\+0x\w+\]\s+# \w+ <(.*)>", r"[\1]", one.text)
        jump = re.match(r"(j\w+)\s+(\w+) <", text)
        if jump:
            return f"{jump[1]:6} " + ("below" if int(jump[2], 16) in ran else "elsewhere")
        text = re.sub(r"^call\s+\w+ <(.*)>", r"call   \1", text)
        return re.sub(r"\b0x(\w+)\b", self.number, text)

    def number(self, found: re.Match) -> str:
        """Decimal, or the name of the variable that is there."""
        n = int(found[1], 16)
        return f"OFFSET {self.variables[n]}" if n in self.variables else str(n)


def count(path: list[str]) -> int:
    return sum(line != "..." for line in path)


def beside(left: list[str], right: list[str]) -> str:
    """Two columns; what is the same kind of instruction stands on one line where that is possible."""
    rows = [(f"by hand: {count(left)} instructions", f"library: {count(right)} instructions"), ("", "")]
    calls = [next(i for i, line in enumerate(side) if line.startswith("call")) for side in (left, right)]
    for sides in ((left[: calls[0]], right[: calls[1]]), (left[calls[0] :], right[calls[1] :])):
        kinds = [[line.split()[0] for line in side] for side in sides]
        for _, a, b, c, d in difflib.SequenceMatcher(None, *kinds, autojunk=False).get_opcodes():
            rows += itertools.zip_longest(sides[0][a:b], sides[1][c:d], fillvalue="")
    width = max(len(line) for line, _ in rows) + 2
    return "".join(f"{a:{width}}│ {b}".rstrip() + "\n" for a, b in rows)


def parts_of(name: str, compiler: str) -> dict[str, str]:
    """What the page shows of a compiler, by the names of its markers."""
    with tempfile.TemporaryDirectory() as folder:
        program = Program(compiler, Path(folder))
    parts, rows = {}, []
    for pair in sources():
        functions = [pair.replace(" ", "_") + side for side in SIDES]
        cold = [function for function in functions if program.sections[function].startswith(".text.unlikely")]
        if cold:
            sys.exit(f"{compiler} takes {' and '.join(cold)} for cold: what it always runs must not look as if it seldom ran")
        paths = [program.path_of(function) for function in functions]
        counts = [count(path) for path in paths]
        parts[f"{pair}, {name}"] = f"\n```text\n{beside(*paths)}```\n\n"
        rows.append(f"| {pair} | {counts[0]} | {counts[1]} | {counts[1] - counts[0]:+d} |\n")
    head = f"\n{version_of(compiler)}:\n\n| instructions of a success | by hand | library | difference |\n|---|---:|---:|---:|\n"
    parts[f"counts, {name}"] = head + "".join(rows) + "\n"
    return parts


def version_on(page: str, name: str) -> str:
    return re.search(rf"<!-- made: counts, {name} -->\n\n(.*):\n", page)[1]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", nargs="?", choices=[*COMPILERS, "all"], const="all", help="compare with the page, and leave it as it is")
    check = parser.parse_args().check
    page = PAGE.read_text("utf-8")
    parts = {f"{name}, C++": f"\n```c++\n{text}```\n\n" for name, text in sources().items()}
    names = [check] if check in COMPILERS else list(COMPILERS)
    compared = 0
    for name in names:
        compiler = COMPILERS[name]
        lacking = [tool for tool in (compiler, "valgrind", "objdump") if shutil.which(tool) is None]
        if lacking:
            print(f"{name} is skipped: {' and '.join(lacking)} is not installed")
        elif check and version_of(compiler) != version_on(page, name):
            parts_of(name, compiler)  # still nothing is cold
            print(f"{name} is skipped: the page shows {version_on(page, name)}, here is {version_of(compiler)}")
        else:
            parts |= parts_of(name, compiler)
            compared += 1
    made = MADE.sub(lambda part: part[1] + parts.get(part[2], part[0][len(part[1]) : -len(part[3])]) + part[3], page)
    missing = parts.keys() - {part[2] for part in MADE.finditer(page)}
    if missing:
        sys.exit(f"{PAGE} has no place for: " + "; ".join(sorted(missing)))
    if not check:
        PAGE.write_text(made, "utf-8")
    elif made != page:
        print("".join(difflib.unified_diff(page.splitlines(True), made.splitlines(True), "the page", "made now")))
        sys.exit(f"{PAGE} is not what the compiler makes now; if that is right, run {Path(__file__).relative_to(ROOT)} and read its text again")
    return SKIPPED if check in COMPILERS and not compared else 0


if __name__ == "__main__":
    sys.exit(main())
