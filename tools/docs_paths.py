#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Draws the happy and the unhappy path of each strategy from docs/figures/paths/paths.json, as <strategy>-<path>.svg beside it.

usage: docs_paths.py          checks that the figures are what the file says
       docs_paths.py --draw   draws them anew

A step is a text: "a > b: message" is an arrow from the lane a to the lane b, "a x b: message" the arrow of a failure, and "a: text"
something that happens in a. Figures are drawn for a light page; the style sheet of the site inverts them on a dark one.
"""
import json
import re
import sys
from pathlib import Path
from xml.sax.saxutils import escape

PATHS = Path(__file__).resolve().parent.parent / "docs" / "figures" / "paths" / "paths.json"
WIDTH, TOP, ROW, MARGIN = 440, 34, 30, 12
STEP = re.compile(r"(\w+)(?: ([>x]) (\w+))?: (.+)")
STYLE = (
    "text { font: 12px system-ui, sans-serif; fill: #1b2a2f; text-anchor: middle } .lane { font-weight: 600 } "
    ".line { stroke: #90a4ae; stroke-dasharray: 3 3 } .call { stroke: #00695c; stroke-width: 1.5 } .head { fill: #00695c } "
    ".fail { stroke: #bf360c; stroke-width: 1.5; stroke-dasharray: 6 2 } .failhead { fill: #bf360c } text.bad { fill: #a02c08 } "
    ".note { fill: #fff3d6; stroke: #8d6e3f } .lanebox { fill: #d6efe9; stroke: #546e7a }"
)


def drawn(name: str, path: str, lanes: list[str], steps: list[str]) -> str:
    height = TOP + ROW * len(steps) + 2 * MARGIN
    wide = (WIDTH - 2 * MARGIN) / len(lanes)
    at = {lane: MARGIN + wide * (number + 0.5) for number, lane in enumerate(lanes)}
    told = "; ".join(steps).replace(" x ", " fails to ").replace(" > ", " to ")
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img" aria-labelledby="title">',
        "<!-- SPDX-License-Identifier: BSL-1.0, drawn by tools/docs_paths.py -->",
        f'<title id="title">{escape(f"{name}, {path} path: {told}")}</title>',
        f"<style>{STYLE}</style>",
    ]
    for lane, x in at.items():
        lines.append(f'<path class="line" d="M{x:g} {TOP}V{height - MARGIN}"/>')
        lines.append(f'<rect class="lanebox" x="{x - wide / 2 + 4:g}" y="6" width="{wide - 8:g}" height="22" rx="4"/>')
        lines.append(f'<text class="lane" x="{x:g}" y="21">{escape(lane)}</text>')
    for number, step in enumerate(steps):
        found = STEP.fullmatch(step)
        if not found or any(lane not in at for lane in (found[1], found[3] or found[1])):
            sys.exit(f"{PATHS.name}: {name}, {path}: {step!r} is no step between {', '.join(lanes)}")
        y = TOP + ROW * (number + 1)
        if found[2] is None:
            half = 3.6 * len(found[4]) + 8
            x = min(max(at[found[1]], MARGIN + half), WIDTH - MARGIN - half)
            lines.append(f'<rect class="note" x="{x - half:g}" y="{y - 16:g}" width="{2 * half:g}" height="21" rx="4"/>')
            lines.append(f'<text x="{x:g}" y="{y - 1:g}">{escape(found[4])}</text>')
            continue
        start, end, bad = at[found[1]], at[found[3]], found[2] == "x"
        back = 8 if end > start else -8
        lines.append(f'<path class="{"fail" if bad else "call"}" d="M{start:g} {y}H{end - back:g}"/>')
        lines.append(f'<path class="{"failhead" if bad else "head"}" d="M{end:g} {y}l{-back} -4v8z"/>')
        half = 3.4 * len(found[4])
        x = min(max((start + end) / 2, MARGIN + half), WIDTH - MARGIN - half)
        lines.append(f'<text{" class=" + chr(34) + "bad" + chr(34) if bad else ""} x="{x:g}" y="{y - 5}">{escape(found[4])}</text>')
    return "\n".join([*lines, "</svg>", ""])


def main() -> None:
    strategies = json.loads(PATHS.read_text("utf-8"))
    stale = []
    figures = {
        PATHS.parent / f"{name}-{path}.svg": drawn(name, path, strategy["lanes"], strategy[path])
        for name, strategy in strategies.items()
        for path in ("happy", "unhappy")
    }
    for figure, text in figures.items():
        if "--draw" in sys.argv:
            figure.write_text(text, "utf-8")
        elif not figure.exists() or figure.read_text("utf-8") != text:
            stale.append(f"{figure.name} is not what {PATHS.name} says")
    stale += [f"{figure.name} is no path of {PATHS.name}" for figure in sorted(PATHS.parent.glob("*.svg")) if figure not in figures]
    if stale:
        sys.exit("\n".join([*stale, "draw them with tools/docs_paths.py --draw"]))


if __name__ == "__main__":
    main()
