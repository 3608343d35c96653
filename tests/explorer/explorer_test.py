#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Compares what docs/explorer.js computes with what the library does.

usage: explorer_test.py <program of explorer.cpp> <explorer.js> <explorer.md>

In Chromium without a window where there is one, which also opens the page and looks at what it shows; else in Node.
Where tenacity is installed, what the page spells for it is run and waits as long.
"""
import contextlib
import functools
import html
import importlib.util
import json
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

COMPARE = r"""
const problems = [], pages = [];
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
for (const line of lines) {
    const page = Explorer.explore(line.choices);
    pages.push(page);
    const limit = page.choices.limit * 1e6;
    const worst = limit ? Math.min(line.worst, limit) : line.worst;
    if (!same(page.low, line.low)) problems.push(`${line.choices}: shortest ${page.low}, in C++ ${line.low}`);
    if (!same(page.high, line.high)) problems.push(`${line.choices}: longest ${page.high}, in C++ ${line.high}`);
    if (page.worst !== worst) problems.push(`${line.choices}: worst case ${page.worst}, in C++ ${worst}`);
    if (line.spelling && page.grit !== line.spelling) problems.push(`${line.choices}: ${page.grit}, in C++ ${line.spelling}`);
}
const report = `${lines.length} policies compared, ${problems.length} problems\n${problems.slice(0, 20).join("\n")}\npages: ${JSON.stringify(pages)}\n`;
"""


def in_chromium(browser: str, page: str, choices: str = "") -> str:
    """The document after its scripts have run."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        file.write_text(page, "utf-8")
        command = [browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile",
                   "--virtual-time-budget=5000", "--dump-dom", f"file://{file}{choices}"]  # fmt: skip
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=120, check=True)
    return done.stdout


def shown(dom: str, name: str) -> str:
    found = re.search(rf'id="explorer-{name}"[^>]*>(.*?)</(?:code|span|tbody|div)>', dom, re.DOTALL)
    return found[1].replace("&lt;", "<").replace("&gt;", ">") if found else ""


def check_page(browser: str, script: str, markdown: str) -> None:
    """The page follows the choices of its address, and shows what belongs to them."""
    inline = markdown.replace('<script src="explorer.js"></script>', f"<script>{script}</script>")
    page = f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>{inline}</body></html>'
    dom = in_chromium(browser, page, "#attempts=4&wait=exponential&jitter=none&first=1000&cap=60000&limit=0")
    expected = {
        "worst": "7 s of waiting in all, 4 attempts at most",
        "grit": "using Robust = grit::Retrying<grit::StopAfterAttempt<4>, grit::WaitExponential<1s, 60s>>;",
        "rows": "<tr><td>1</td><td>1 s</td><td>1 s</td></tr><tr><td>2</td><td>2 s</td><td>2 s</td></tr>"
        "<tr><td>3</td><td>4 s</td><td>4 s</td></tr>",
    }
    for name, text in expected.items():
        if shown(dom, name) != text:
            sys.exit(f"the page shows {shown(dom, name)!r} as {name}, which is {text!r}")
    if not all(word in dom for word in ("stop_after_attempt(4)", "MaxRetryAttempts = 3", ".maxAttempts(4)", 'class="band"')):
        sys.exit("the page lacks a spelling or the chart")
    limited = in_chromium(browser, page, "#attempts=9&wait=fixed&jitter=none&first=1000&limit=2500")
    if "less than 2.5 s" not in shown(limited, "worst") or shown(limited, "rows").count("<tr>") != 2:
        sys.exit(f"the page forgets the limit: {shown(limited, 'worst')}")


def check_brackets(pages: list[dict]) -> None:
    """No comment hides the end of what stands before it: a copy is whole."""
    for page in pages:
        for name in ["grit", "tenacity", "polly", "resilience4j"]:
            code = re.sub(r"(//|#).*", "", page[name]).replace("=>", "").replace("->", "")
            left = re.sub(r"[^][(){}<>]", "", code)
            while (less := re.sub(r"\(\)|\[\]|\{\}|<>", "", left)) != left:
                left = less
            if left:
                sys.exit(f"{page['choices']}: brackets do not match in {page[name]}")


def waits_of_tenacity(spelling: str, high: bool) -> list[float]:
    """Runs the decorator that is spelled, without sleeping, on a function that always fails. Each draw is the least or the most."""
    import tenacity

    waits: list[float] = []

    @dataclass
    class Drawn:  # in the place of the module, for tenacity and for the lambdas that are spelled
        part: float

        def random(self) -> float:
            return self.part

        def uniform(self, least: float, most: float) -> float:
            return least + self.part * (most - least)

    drawn = Drawn(float(high))
    names = {name: getattr(tenacity, name) for name in dir(tenacity)} | {"random": drawn}
    decorate = eval(spelling.removeprefix("@"), names | {"retry": functools.partial(tenacity.retry, sleep=waits.append)})

    @decorate
    def fails() -> None:
        raise OSError

    with mock.patch("tenacity.wait.random", drawn), contextlib.suppress(OSError):
        fails()
    return waits


def check_tenacity(pages: list[dict]) -> str:
    """Returns: how many spellings were run."""
    import tenacity

    counted = 0
    for page in pages:
        choices, spelling = page["choices"], page["tenacity"]
        if "..." in spelling or ("stop_before_delay" in spelling and not hasattr(tenacity, "stop_before_delay")):
            continue
        counted += 1
        for which in ["low", "high"]:
            if which == "low" and "no jitter at max" in spelling:
                continue
            ours = [wait / 1e9 for wait in page[which]]
            theirs = waits_of_tenacity(spelling, which == "high")
            if len(ours) != len(theirs) or any(abs(a - b) > 1e-6 for a, b in zip(ours, theirs)):
                sys.exit(f"{choices}: {which} {ours}, in tenacity {theirs}, by {spelling}")
    return f"{counted} spellings of tenacity run"


def main() -> None:
    program, script, page = sys.argv[1], Path(sys.argv[2]).read_text("utf-8"), Path(sys.argv[3]).read_text("utf-8")
    printed = subprocess.run([program], stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    lines = f"const lines = [{','.join(printed)}];"
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser:
        tell = 'document.body.textContent = report + "end of report"'
        dom = in_chromium(browser, f"<!DOCTYPE html><body><script>{script}\n{lines}{COMPARE}{tell};</script></body>")
        found = re.search(r"<body>(\d+ policies compared, .*)end of report", dom, re.DOTALL)
        report = html.unescape(found[1]) if found else dom[-2000:]
        check_page(browser, script, page)
    else:
        node = shutil.which("node") or sys.exit("neither Chromium nor Node is here")
        text = f"{script}\n{lines}{COMPARE}console.log(report)"
        report = subprocess.run([node, "-"], input=text, stdout=subprocess.PIPE, text=True, check=True).stdout
    report, _, told = report.partition("\npages: ")
    print("in", browser or "Node", "·", report)
    if len(printed) < 1000 or ", 0 problems" not in report:
        sys.exit(1)
    pages = json.loads(told)
    check_brackets(pages)
    if importlib.util.find_spec("tenacity"):
        print(check_tenacity(pages))


if __name__ == "__main__":
    main()
