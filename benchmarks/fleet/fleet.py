#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Measures how many calls a second go through one limit of a fleet, by the permits of a lease and the processes.

usage: fleet.py [--seconds N] <build dir>

Each process has one thread that calls and one for its agent; the limit itself holds nobody up. A redis-server is started
on a free port and ended by its process id. Prints a table in Markdown: calls a second, and steps of the store a second.
"""
import argparse
import os
import re
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

LEASES, PROCESSES = (1, 10, 100, 1000), (1, 4, 16)
RATE = 2_000_000_000


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def steps(port: int) -> int:
    """How many scripts the store ran so far."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(b"INFO commandstats\r\n")
        text = connection.recv(1 << 20).decode()
    return sum(int(calls) for calls in re.findall(r"cmdstat_eval(?:sha)?:calls=(\d+)", text))


def measure(program: Path, port: int, lease: int, processes: int, seconds: float) -> tuple[float, float]:
    start = time.monotonic_ns() + 500_000_000
    end = start + int(seconds * 1e9)
    arguments = [str(n) for n in (port, RATE, RATE, lease, 200, 0, start, end)]
    running = [subprocess.Popen([program, *arguments], stdout=subprocess.PIPE) for _ in range(processes)]
    time.sleep(max(0.0, (start - time.monotonic_ns()) / 1e9))
    before = steps(port)
    time.sleep(max(0.0, (end - time.monotonic_ns()) / 1e9))
    after = steps(port)
    outputs = [process.communicate(timeout=60)[0] for process in running]
    calls = sum(struct.unpack_from("qqq", output)[1] for output in outputs)
    return calls / seconds, (after - before) / seconds


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("build", type=Path)
    given = parser.parse_args()
    program = given.build / "benchmarks/grit.benchmarks.fleet_process"
    if not program.exists():
        sys.exit(f"{program} was not built: hiredis was not found")
    port = free_port()
    server = subprocess.Popen(
        ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
        stdout=subprocess.DEVNULL,
    )
    try:
        for _ in range(100):
            try:
                steps(port)
                break
            except OSError:
                time.sleep(0.05)
        print(f"{os.cpu_count()} processors; calls a second (steps of the store a second)\n")
        print("| |" + "".join(f" lease of {lease} |" for lease in LEASES))
        print("|---|" + "---|" * len(LEASES))
        for processes in PROCESSES:
            cells = [measure(program, port, lease, processes, given.seconds) for lease in LEASES]
            row = "".join(f" {calls:,.0f} ({evaluations:,.0f}) |" for calls, evaluations in cells)
            print(f"| {processes} process{'es' if processes > 1 else ''} |{row}", flush=True)
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
