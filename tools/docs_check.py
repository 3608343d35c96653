#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Checks that documentation, headers and tests name each other.

usage: docs_check.py [source dir]

Every header has a reference page of the same path, unless it declares nothing for users (an umbrella, or only
grit::detail) or is a part of several adapters, whose pages tell of it; every page has a header, relative links lead somewhere, and every rule of docs/reference/semantics.md (a list item that begins with **R-12**) has a
test that carries [R-12], as every [R-12] in a test is a rule. Every difference of docs/reference/differences.md (a row that begins with D-12) has
its proof in docs/explanation/differences_from_tenacity.md (a heading that does). What keeps a reader from compiling the
blocks of a page as they are shown, tools/doc_examples.py finds. README's table of headers says which need Boost.Hana.
docs/index.md lists every page that is no reference, once. No page holds the marks of a merge that was not finished.
"""
import re
import sys
from pathlib import Path

import doc_examples

WITHOUT_HEADER = {"index", "semantics", "differences", "performance"}
IN_ORDER = ("tutorial", "how_to", "coming_from", "explanation", "decisions")
PARTS = {"adapter/asio_limit", "adapter/asio_coroutine", "adapter/asio_invoke", "adapter/asio_library",
         "adapter/asio_channel", "adapter/asio_race", "adapter/asio_handlers",
         "adapter/redis_session", "adapter/redis_wire"}
LINK = re.compile(r"\]\(([^)\s#]*)(?:#([^)\s]*))?\)")
CODE = re.compile(r"^(```+).*?^\1[ ]*$|`[^`\n]+`", re.MULTILINE | re.DOTALL)
FOR_USERS = re.compile(r"^(inline )?namespace grit(?!(::inline \w+)?(::\w+)?::detail\b)", re.MULTILINE)
RULE = re.compile(r"^[ ]*(?:[-*]|\d+\.) \*\*(R-\d+)\*\*", re.MULTILINE)
INCLUDED = re.compile(r"^[ ]*#[ ]*include <((?:grit|boost/hana)[^>]*)>", re.MULTILINE)
RULE_OF_TEST = re.compile(r"\[(R-\d+)\]")
OF_A_MERGE = re.compile(r"^(?:<{7}|>{7})(?: |$)", re.MULTILINE)


def pages_of(source_dir: Path) -> list[Path]:
    return sorted([*source_dir.glob("*.md"), *(source_dir / "docs").rglob("*.md")])


def unmatched_pages(source_dir: Path) -> list[str]:
    include, reference = source_dir / "include" / "grit", source_dir / "docs" / "reference"
    headers = {path.relative_to(include).with_suffix(""): path.read_text("utf-8") for path in include.rglob("*.hpp")}
    headers = {header: text for header, text in headers.items() if header.as_posix() not in PARTS}
    for_users = {header for header, text in headers.items() if FOR_USERS.search(text)}
    pages = {path.relative_to(reference).with_suffix("") for path in reference.rglob("*.md")}
    others = {page for page in pages if page.as_posix() in WITHOUT_HEADER}
    return [
        *(f"docs/reference/{header}.md is missing" for header in sorted(for_users - pages)),
        *(f"docs/reference/{page}.md has no header" for page in sorted(pages - headers.keys() - others)),
    ]


def anchors(page: Path) -> set[str]:
    text = CODE.sub(lambda code: "" if code[1] else code[0], page.read_text("utf-8"))  # code spans stay in headings
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(source_dir: Path) -> list[str]:
    problems = []
    for page in pages_of(source_dir):
        for target, anchor in LINK.findall(CODE.sub("", page.read_text(encoding="utf-8"))):
            other = page.parent / target if target else page
            if re.match(r"[a-z]+:", target):
                continue
            if not other.exists():
                problems.append(f"{page.relative_to(source_dir)}: the link {target} leads nowhere")
            elif anchor and other.suffix == ".md" and anchor not in anchors(other):
                problems.append(f"{page.relative_to(source_dir)}: the link {target}#{anchor} names no heading")
    return problems


def contents(index: Path) -> dict[str, str]:
    """The pages that a list of docs/index.md links, in their order, each with the third-level heading above it."""
    group, found = "", {}
    for line in CODE.sub("", index.read_text("utf-8")).splitlines():
        if line.startswith("#"):
            group = line.removeprefix("### ") if line.startswith("### ") else ""
        if line.startswith("- "):
            found |= {path: group for path, _ in LINK.findall(line)[:1] if path.endswith(".md")}
    return found


def unlisted_pages(source_dir: Path) -> list[str]:
    """Pages to read in order that docs/index.md, of which the site makes its navigation, does not list once."""
    docs = source_dir / "docs"
    index = docs / "index.md"
    if not index.exists():
        return []
    lines = [line for line in CODE.sub("", index.read_text("utf-8")).splitlines() if line.startswith("- ")]
    listed = [link[0] for line in lines for link in LINK.findall(line)[:1]]
    pages = [page.relative_to(docs).as_posix() for folder in IN_ORDER for page in sorted((docs / folder).glob("*.md"))]
    counted = ((page, listed.count(page)) for page in pages)
    return [f"docs/index.md lists {page} {times} times; give it one line, where it is to be read" for page, times in counted if times != 1]


def unmatched_rules(source_dir: Path) -> list[str]:
    semantics = source_dir / "docs" / "reference" / "semantics.md"
    rules = RULE.findall(semantics.read_text(encoding="utf-8")) if semantics.exists() else []
    tests = [path.read_text(encoding="utf-8") for path in sorted((source_dir / "tests").rglob("*.[ch]pp"))]
    tested = {rule for text in tests for rule in RULE_OF_TEST.findall(text)}

    def in_order(found: set[str]) -> list[str]:
        return sorted(found, key=lambda rule: int(rule.removeprefix("R-")))

    return [
        *(f"semantics.md: two rules are called {rule}" for rule in in_order({r for r in rules if rules.count(r) > 1})),
        *(f"semantics.md: no test carries [{rule}]" for rule in in_order(set(rules) - tested)),
        *(f"a test carries [{rule}], which semantics.md does not know" for rule in in_order(tested - set(rules))),
    ]


def unproved_differences(source_dir: Path) -> list[str]:
    def found(page: str, begins: str) -> list[str]:
        path = source_dir / "docs" / page
        return re.findall(rf"^{begins} (D-\d+)\b", path.read_text("utf-8"), re.MULTILINE) if path.exists() else []

    listed, proved = found("reference/differences.md", r"\|"), found("explanation/differences_from_tenacity.md", "#+")
    return [
        *(f"differences.md: {number} is listed twice" for number in sorted({n for n in listed if listed.count(n) > 1})),
        *(f"differences.md: {number} has no proof" for number in sorted(set(listed) - set(proved))),
        *(f"differences_from_tenacity.md: {number} is no difference" for number in sorted(set(proved) - set(listed))),
    ]


def wrong_needs(source_dir: Path) -> list[str]:
    """The rows of README's table of headers that claim to need Boost.Hana and do not, or the other way round."""

    def reached(header: str, seen: set[str]) -> set[str]:
        for other in INCLUDED.findall((source_dir / "include" / header).read_text("utf-8")):
            if other not in seen:
                seen.add(other)
                if (source_dir / "include" / other).exists():
                    reached(other, seen)
        return seen

    readme, problems = source_dir / "README.md", []
    for line in readme.read_text("utf-8").splitlines() if readme.exists() else []:
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        headers = re.findall(r"`<(grit[^>]*\.hpp)>`", cells[1]) if len(cells) == 3 else []
        missing = [header for header in headers if not (source_dir / "include" / header).exists()]
        problems += [f"README.md: there is no header {header}" for header in missing]
        for header in sorted(set(headers) - set(missing)):
            needs = any(other.startswith("boost/hana") for other in reached(header, set()))
            if needs != ("Hana" in cells[2]):
                said = "does not say so" if needs else "claims so"
                problems.append(f"README.md: {header} {'includes' if needs else 'does not include'} Boost.Hana, and its row {said}")
    return problems


def unfinished_merges(source_dir: Path) -> list[str]:
    pages = [page for page in pages_of(source_dir) if OF_A_MERGE.search(page.read_text("utf-8"))]
    return [f"{page.relative_to(source_dir)}: a merge left its marks in it" for page in pages]


def unseen_code(source_dir: Path) -> list[str]:
    pages = [source_dir / "README.md", *sorted((source_dir / "docs").rglob("*.md"))]
    found = [problem for page in pages if page.exists() for problem in doc_examples.problems(page)]
    return [problem.removeprefix(f"{source_dir}/") for problem in found]


def main() -> None:
    source_dir = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    problems = [
        *unmatched_pages(source_dir),
        *broken_links(source_dir),
        *unfinished_merges(source_dir),
        *unlisted_pages(source_dir),
        *unmatched_rules(source_dir),
        *unproved_differences(source_dir),
        *wrong_needs(source_dir),
        *unseen_code(source_dir),
    ]
    print(*problems, sep="\n", end="\n" if problems else "")
    if problems:
        sys.exit(1)
    print(f"docs_check: {len(pages_of(source_dir))} pages agree with headers and tests")


if __name__ == "__main__":
    main()
