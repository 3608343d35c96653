#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Measures grit and its peers beside loops by hand, each in its own language, and draws what was measured.

usage: peers.py BUILD_DIR     runs every program, prints the table, writes the data and draws table and figure from it
       peers.py --draw        draws table and figure from the data
       peers.py --check       fails if the page or the figure is not what the data say

A figure is the best of several rounds, which alternate: the one that the rest of the machine disturbed least. Each program checks how often the
operation was called. What counts is the ratio to the loop by hand in the same language and run: nanoseconds of different
languages say what the language costs.
"""
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
DOCS = HERE.parents[1] / "docs"
DATA = HERE / "measured.json"
PAGE = DOCS / "explanation" / "peers_measured.md"
FIGURE = DOCS / "figures" / "peers_measured.svg"
BEGIN, END = "<!-- measured: begin -->\n", "<!-- measured: end -->\n"
HAND = "loop by hand"


def version_of(*command: str) -> str:
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.split("\n")[0].strip()


def measure(build: Path) -> dict:
    programs = [
        ("C++", version_of("g++", "--version"), [str(build / "benchmarks" / "grit.benchmarks.peers")]),
        ("JavaScript", "Node " + version_of("node", "--version"), ["node", str(HERE / "peers.mjs")]),
        ("Python", version_of("/usr/bin/python3", "--version"), ["/usr/bin/python3", str(HERE / "peers_tenacity.py")]),
    ]
    rows = []
    for language, version, command in programs:
        print(f"== {language}: {version}", file=sys.stderr)
        said = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=600, check=True).stdout
        rows += [{"language": language, **json.loads(line)} for line in said.splitlines()]
    return {"date": date.today().isoformat(),
            "versions": {language: version for language, version, _ in programs},
            "rows": [{**row, "ns": round(row["ns"], 2)} for row in rows]}


def with_ratios(data: dict) -> list[dict]:
    """The rows of a peer, each with its ratio to the loop by hand that stands before it."""
    hand = {(row["language"], row["row"]): row["ns"] for row in data["rows"] if row["who"] == HAND}
    return [{**row, "ratio": row["ns"] / hand[row["language"], row["row"]]} for row in data["rows"] if row["who"] != HAND]


def ratio_text(ratio: float) -> str:
    return f"{ratio:.2f}" if ratio < 10 else f"{ratio:.0f}"


def table(data: dict) -> str:
    hand = {(row["language"], row["row"]): row["ns"] for row in data["rows"] if row["who"] == HAND}
    lines = ["| what | who | times the loop by hand | ns | ns by hand | language |", "|---|---|---:|---:|---:|---|"]
    rows = with_ratios(data)
    order = list(dict.fromkeys(row["row"] for row in data["rows"]))
    for row in sorted(rows, key=lambda row: order.index(row["row"])):
        lines.append(f"| {row['row']} | {row['who']} | {ratio_text(row['ratio'])} | {row['ns']:,.1f} | "
                     f"{hand[row['language'], row['row']]:,.1f} | {row['language']} |")
    versions = "; ".join(data["versions"].values())
    return "\n".join(lines) + f"\n\nMeasured on {data['date']} with {versions}.\n"


def figure(data: dict) -> str:
    """Bars on a scale of powers of two: a call beside the loop by hand."""
    import math
    rows = [row for row in with_ratios(data) if row["row"] in ("success", "closed breaker", "pipeline")]
    order = ["success", "closed breaker", "pipeline"]
    rows.sort(key=lambda row: order.index(row["row"]))
    left, width, bar, gap = 280, 400, 18, 8
    most = math.log2(max(row["ratio"] for row in rows)) + 0.3
    least = min(0.0, math.log2(min(row["ratio"] for row in rows)) - 0.3)

    def x(ratio: float) -> float:
        return left + (math.log2(ratio) - least) / (most - least) * width

    parts, y, last = [], 30, None
    for row in rows:
        if row["row"] != last:
            y += 20
            parts.append(f'<text x="8" y="{y - 4}" class="head">{row["row"]}</text>')
            last = row["row"]
        a, b = sorted((x(1), x(row["ratio"])))
        kind = "grit" if row["who"] == "grit" else "peer"
        name = row["who"] if row["language"] == "C++" else f'{row["who"]}, {row["language"]}'
        parts.append(f'<text x="{left - 10}" y="{y + 13}" class="name">{name}</text>')
        parts.append(f'<rect x="{a:.1f}" y="{y}" width="{max(b - a, 2):.1f}" height="{bar}" class="{kind}"/>')
        parts.append(f'<text x="{b + 6:.1f}" y="{y + 13}" class="value">{ratio_text(row["ratio"])}</text>')
        y += bar + gap
    height = y + 16
    parts.append(f'<line x1="{x(1):.1f}" y1="24" x2="{x(1):.1f}" y2="{height - 8}" class="one"/>')
    # On paper of its own: where it is shown, nobody knows whether the page behind it is dark.
    style = ("text{font:13px sans-serif;fill:#24292f}.head{font-weight:bold}.name{text-anchor:end}.grit{fill:#00796b}"
             ".peer{fill:#8c959f}.one{stroke:#24292f;stroke-dasharray:3 3}.paper{fill:#fff}")
    size = f'width="{left + width + 60}" height="{height}"'
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + width + 60} {height}" {size} role="img">'
            f'<title>A call beside the loop by hand in the same language; less is better</title><style>{style}</style>'
            f'<rect {size} rx="6" class="paper"/>'
            f'<text x="8" y="18">Times the loop by hand in the same language (logarithmic; less is better)</text>'
            + "".join(parts) + "</svg>\n")


def drawn(data: dict) -> dict[Path, str]:
    page = PAGE.read_text(encoding="utf-8")
    before, rest = page.split(BEGIN)
    return {PAGE: before + BEGIN + "\n" + table(data) + "\n" + END + rest.split(END)[1], FIGURE: figure(data)}


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    if sys.argv[1] not in ("--draw", "--check"):
        data = measure(Path(sys.argv[1]))
        DATA.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
        print(table(data))
    for path, text in drawn(json.loads(DATA.read_text(encoding="utf-8"))).items():
        if sys.argv[1] != "--check":
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            sys.exit(f"{path} is not what {DATA} says; write: {sys.argv[0]} --draw")


if __name__ == "__main__":
    main()
