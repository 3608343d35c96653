#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Checks that every policy has all that belongs to it.

usage: policies_check.py [source dir]

A policy is a class of namespace grit, in a header of one of FOLDERS, that names its family or is a stage, or that derives from a
class that does. It needs a test of the header's path, a page of the header's path that names it, a rule that names it in
docs/reference/semantics.md, and a case that names it in tests/compile_fail.
"""
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDERS = ["stop", "wait", "retry_if", "hook", "circuit_breaker", "timeout"]
FOLDERS += ["fallback", "rate_limiter", "bulkhead", "concurrency_limit", "hedge", "budget", "chaos", "measure"]
IS_POLICY = re.compile(r"\bFamily family =|\brun\(Next\b|\bcall\(Attempt const&")
STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')
RULE = re.compile(r"^[ ]*(?:[-*]|\d+\.) \*\*R-\d+\*\*.*(?:\n  .*)*", re.MULTILINE)
# As clang-format leaves it: what begins a line is in a namespace, and in no class.
DECLARATION = re.compile(
    r"^(?:inline )?namespace (?P<opened>[\w: ]+) \{|^\} // namespace (?P<closed>[\w: ]+)"
    r"|^(?:class|struct) (?P<type>\w+)(?P<head>[^;{]*)(?P<body>\{[^\n]*\};|\{.*?^\};)"
    r"|^using (?P<alias>\w+) =(?P<stands_for>[^;]*);",
    re.MULTILINE | re.DOTALL,
)


@dataclass
class Class:
    header: Path  # in include/grit, without its suffix
    name: str
    is_public: bool
    is_policy: bool
    bases: set[str]  # of an alias, all names in it


def without_arguments(text: str) -> str:
    while (shorter := re.sub(r"<[^<>]*>", "", text)) != text:
        text = shorter
    return text


def classes_of(header: Path, text: str) -> Iterator[Class]:
    namespaces: list[str] = []
    for found in DECLARATION.finditer(STRING.sub('""', text)):
        is_public = "detail" not in "::".join(namespaces).split("::")
        if found["opened"]:
            namespaces.append(found["opened"])
        elif found["closed"]:
            namespaces.pop()
        elif found["type"]:
            bases = without_arguments(found["head"]).replace("::", " ").partition(":")[2]
            is_policy = bool(IS_POLICY.search(found["body"]))
            yield Class(header, found["type"], is_public, is_policy, set(re.findall(r"\w+", bases)))
        else:
            yield Class(header, found["alias"], is_public, False, set(re.findall(r"\w+", found["stands_for"])))


def policies_of(include: Path) -> list[Class]:
    headers = [path for folder in FOLDERS for path in sorted((include / folder).rglob("*.hpp"))]
    classes = [c for path in headers for c in classes_of(path.relative_to(include).with_suffix(""), path.read_text("utf-8"))]
    names: set[str] = set()
    while new := {c.name for c in classes if c.is_policy or c.bases & names} - names:
        names |= new
    return [c for c in classes if c.is_public and c.name in names]


def lacks_of(source_dir: Path) -> tuple[int, list[str]]:
    def text_of(path: Path) -> str:
        return path.read_text(encoding="utf-8") if path.exists() else ""

    rules = "\n".join(RULE.findall(text_of(source_dir / "docs" / "reference" / "semantics.md")))
    misuses = "\n".join(map(text_of, sorted((source_dir / "tests" / "compile_fail").glob("*.cpp"))))
    policies = list(dict.fromkeys((policy.header, policy.name) for policy in policies_of(source_dir / "include" / "grit")))
    lacks = []
    for header in dict.fromkeys(header for header, _ in policies):
        test, page = Path("tests", f"{header}.test.cpp"), Path("docs", "reference", f"{header}.md")
        if not (source_dir / test).exists():
            lacks.append(f"include/grit/{header}.hpp lacks the test {test}")
        for name in (name for other, name in policies if other == header):
            namers = {
                f"a page {page} that names it": text_of(source_dir / page),
                "a rule in docs/reference/semantics.md that names it": rules,
                "a case in tests/compile_fail that names it": misuses,
            }
            named = re.compile(rf"\b{name}\b")
            lacks += [f"include/grit/{header}.hpp: {name} lacks {what}" for what, text in namers.items() if not named.search(text)]
    return len(policies), lacks


def main() -> None:
    source_dir = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    count, lacks = lacks_of(source_dir)
    print(*lacks, sep="\n", end="\n" if lacks else "")
    if lacks:
        sys.exit(1)
    print(f"policies_check: {count} policies have their tests, pages, rules and misuses")


if __name__ == "__main__":
    main()
