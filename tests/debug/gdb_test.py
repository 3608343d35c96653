# SPDX-License-Identifier: BSL-1.0
"""GDB shows values by debug/grit_gdb.py: gdb_test.py <printers> <program of values.cpp>"""
import subprocess
import sys

printers, program = sys.argv[1:]
EXPECTED = {
    "healthy": "closed, epoch 0",
    "broken": "open, epoch 1, 1 openings in a row",
    "probing": "half_open, epoch 2, 1 openings in a row, probes: 1 under way, 0 succeeded, 0 failed",
    "half": "1500ms",
    "minute": "60s",
    "constant": "250us",
}
commands = [f"source {printers}", "break look_at", "run", "up", *(f"print {name}" for name in EXPECTED)]
command = ["gdb", "--batch", "--nx", *(part for line in commands for part in ("-ex", line)), program]
said = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout
shown = [line.partition(" = ")[2] for line in said.splitlines() if line.startswith("$")]
if shown != list(EXPECTED.values()):
    sys.exit(said)
