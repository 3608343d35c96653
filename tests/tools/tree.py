# SPDX-License-Identifier: BSL-1.0
"""A source tree of a few files, on which a tool of tools/ is run."""
import subprocess
import sys
import tempfile
from pathlib import Path

TOOLS = Path(__file__).resolve().parents[2] / "tools"
HEAD = "// SPDX-License-Identifier: BSL-1.0\n#pragma once\n// A header.\n"


def run(tool: str, files: dict[str, str], *arguments: str) -> tuple[int, str]:
    """The exit status and output of a tool for a tree of these files; {tree} in a text or an argument is the tree."""
    with tempfile.TemporaryDirectory() as directory:
        for name, text in files.items():
            path = Path(directory) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.replace("{tree}", directory), encoding="utf-8")
        command = [sys.executable, str(TOOLS / tool), *(arg.replace("{tree}", directory) for arg in arguments or ["{tree}"])]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return done.returncode, done.stdout
