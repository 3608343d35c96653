#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Checks the site that ./dev docs builds.

usage: docs_site_check.py <site dir> <docs dir>

Every link and every anchor in it leads somewhere, nothing is fetched from another machine when a page is read, every
page of docs/ is in the site and in the navigation, and no code block has lost its fence.
"""
import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

FETCHED = {"script": "src", "img": "src", "iframe": "src", "source": "src"}  # and <link> that is no mere mention
MENTIONS = {"canonical", "prev", "next", "alternate"}


class Page(HTMLParser):
    """The ids, links and fetched resources of one page, its navigation, and the text outside code."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.navigation: set[str] = set()
        self.text: list[str] = []
        self.code = 0
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attributes}
        self.ids |= {values[name] for name in ("id", "name") if name in values}
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
            if "md-nav__link" in values.get("class", ""):
                self.navigation.add(values["href"])
        if tag == "link" and not MENTIONS & set(values.get("rel", "").split()):
            self.fetched.append(values.get("href", ""))
        if FETCHED.get(tag) in values:
            self.fetched.append(values[FETCHED[tag]])
        self.code += tag in ("pre", "code", "script", "style")

    def handle_endtag(self, tag: str) -> None:
        self.code -= tag in ("pre", "code", "script", "style")

    def handle_data(self, data: str) -> None:
        if not self.code:
            self.text.append(data)


def problems_of(site: Path, docs: Path) -> list[str]:
    pages = {path: Page(path) for path in sorted(site.rglob("*.html"))}
    problems = []
    for path, page in pages.items():
        if path.name == "404.html":  # its links are relative to wherever it is shown
            continue
        name = path.relative_to(site)
        for link in page.links + page.fetched:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if target.is_dir():
                target /= "index.html"
            if not target.is_file():
                problems.append(f"{name}: {link} leads nowhere")
            elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].ids:
                problems.append(f"{name}: {link} names no anchor")
        away = [link for link in page.fetched if urlsplit(link).netloc]
        problems += [f"{name}: {link} is fetched from another machine" for link in away]
        problems += [f"{name}: a code block is shown as text" for text in page.text if "```" in text]
    for style in site.rglob("*.css"):
        away = re.findall(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//[^)\"';]*", style.read_text("utf-8"))
        problems += [f"{style.relative_to(site)}: {link} is fetched from another machine" for link in away]
    index = pages[site / "index.html"]
    reached = {(site / urlsplit(link).path).resolve() for link in index.navigation}
    for page in sorted(docs.rglob("*.md")):
        made = site / page.relative_to(docs).with_suffix(".html")
        if not made.is_file():
            problems.append(f"{page.relative_to(docs)} is not in the site")
        elif page != docs / "index.md" and made.resolve() not in reached:
            problems.append(f"{page.relative_to(docs)} is not in the navigation")
    print(f"docs_site: {len(pages)} pages, {sum(len(page.links) for page in pages.values())} links")
    return problems


def main() -> None:
    problems = problems_of(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
    print(*problems, sep="\n", end="\n" if problems else "")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
