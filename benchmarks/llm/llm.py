#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Compares grit's LLM client with a bare loop over libcurl and with the official Node SDK, on one local server.

usage: llm.py BUILD_DIR [--requests N] [--rounds N] [--batch N] [--in-flight N] [--batch-rounds N]

The server is a process of its own, so the processor time of a client is its own. The rounds of all clients alternate, and
a figure is the best of its rounds, the one that the rest of the machine disturbed least. Fails if the server did not see
exactly the requests that were made, or if grit makes less than 0.9 of the completions of the bare loop.

The batch is measured against a server that answers after 35 ms. Its figures are those of whole processes, their start
included: processor time and peak memory as the kernel counts them, the latter looked at every 10 ms.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

PEERS = Path(__file__).resolve().parents[2] / "tests" / "peers"
AIM = 0.9
SDK = "Node SDK `openai`"
SDK_EVERY = 5  # rounds: Node's compiler wants long runs instead


def run(*command: object) -> dict[str, float]:
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, timeout=300, check=True)
    return json.loads(done.stdout)


def posts(url: str) -> int:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never through a proxy
    return int(opener.open(f"{url}/count", timeout=10).read())


def serve(folder: Path, *arguments: object) -> tuple[subprocess.Popen[bytes], str]:
    server = subprocess.Popen([folder / "grit.benchmarks.llm.server", *map(str, arguments)],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    return server, f"http://127.0.0.1:{int(server.stdout.readline())}/v1"


def stop(server: subprocess.Popen[bytes]) -> None:
    server.stdin.close()
    server.wait(timeout=10)


def peak_memory(pid: int) -> int:
    """Returns: the most bytes that a process had in memory so far; 0 once it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), 0)


def whole(command: list[object]) -> dict[str, float]:
    """Runs a process to its end. Returns: its seconds, its processor time, its peak memory."""
    start = time.monotonic()
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL)
    memory = 0
    while True:
        memory = max(memory, peak_memory(process.pid))
        pid, status, used = os.wait4(process.pid, os.WNOHANG)
        if pid != 0:
            break
        time.sleep(0.01)
    if status != 0:
        raise SystemExit(f"WRONG {command[0]} ended with {os.waitstatus_to_exitcode(status)}")
    return {"seconds": time.monotonic() - start, "cpu": used.ru_utime + used.ru_stime, "memory": memory}


def batches(program: Path, url: str, requests: int, in_flight: int, scratch: Path) -> dict[str, list[object]]:
    commands: dict[str, list[object]] = {
        "grit, `complete_all`, one thread": [program, "batch", url, in_flight, requests],
        f"grit, {in_flight} threads, one client": [program, "shared", url, in_flight, requests // in_flight],
    }
    if shutil.which("curl"):
        body = json.dumps({"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Why?"}]})
        lines = [f'url = "{url}/chat/completions"\ndata = {json.dumps(body)}\nheader = "Content-Type: application/json"\n'
                 f'output = "{scratch}/answer"\nnext\n'] * requests
        (scratch / "curl").write_text("".join(lines).removesuffix("next\n"))
        commands["`curl --parallel`"] = ["curl", "-s", "--no-progress-meter", "--noproxy", "*", "--parallel",
                                         "--parallel-max", in_flight, "-K", scratch / "curl"]
    if shutil.which("node") and (PEERS / "node_modules" / "openai").exists():
        commands[SDK] = ["node", Path(__file__).with_name("sdk.mjs"), PEERS, url, requests, in_flight]
    return commands


def compare_batches(folder: Path, requests: int, in_flight: int, rounds: int) -> bool:
    """Prints what a batch costs. Returns: whether the server saw what was sent."""
    server, url = serve(folder, 35)
    results: dict[str, list[dict[str, float]]] = {}
    try:
        with tempfile.TemporaryDirectory() as scratch:
            commands = batches(folder / "grit.benchmarks.llm.client", url, requests, in_flight, Path(scratch))
            for _ in range(rounds):
                for name, command in commands.items():
                    before = posts(url)
                    results.setdefault(name, []).append(whole(command))
                    # The threads warm up.
                    expected = requests // in_flight * in_flight + 100 * in_flight if "threads" in name else requests
                    results[name][-1]["sent"] = expected
                    if posts(url) - before != expected:
                        print(f"WRONG {name}: {expected} requests, of which the server saw {posts(url) - before}")
                        return False
    finally:
        stop(server)
    print(f"\n| a batch of {requests}, {in_flight} in flight, answers after 35 ms | requests per second | "
          "µs of processor per request | peak memory, MB |\n|---|---:|---:|---:|")
    for name, ran in results.items():
        per_second = max(r["sent"] / r["seconds"] for r in ran)
        cpu = min(r["cpu"] / r["sent"] for r in ran) * 1e6
        memory = min(r["memory"] for r in ran) / 1e6
        print(f"| {name} | {per_second:,.0f} | {cpu:.0f} | {memory:.1f} |")
    return True


def clients(program: Path, url: str, requests: int) -> dict[str, list[object]]:
    each = requests // 8
    commands: dict[str, list[object]] = {
        "libcurl and nlohmann_json by hand": [program, "bare", url, 1, requests],
        "grit": [program, "own", url, 1, requests],
        "8 threads by hand, a handle each": [program, "bare", url, 8, each],
        "grit, 8 threads, a client each": [program, "own", url, 8, each],
        "grit, 8 threads, one client": [program, "shared", url, 8, each],
    }
    if shutil.which("node") and (PEERS / "node_modules" / "openai").exists():
        sdk = Path(__file__).with_name("sdk.mjs")
        commands[SDK] = ["node", sdk, PEERS, url, requests * 2]
    else:
        print("The official SDK is left out: it needs node and, in tests/peers, npm ci --ignore-scripts.")
    return commands


def main() -> int:
    arguments = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].removeprefix("usage: "))
    arguments.add_argument("build", type=Path)
    arguments.add_argument("--requests", type=int, default=4000)
    arguments.add_argument("--rounds", type=int, default=15)
    arguments.add_argument("--batch", type=int, default=5000)
    arguments.add_argument("--in-flight", type=int, default=64)
    arguments.add_argument("--batch-rounds", type=int, default=3)
    given = arguments.parse_args()
    folder = given.build / "benchmarks"
    program = folder / "grit.benchmarks.llm.client"

    results: dict[str, list[dict[str, float]]] = {}
    server, url = serve(folder)
    try:
        commands = clients(program, url, given.requests)
        for number in range(given.rounds):
            for name, command in commands.items():
                if name == SDK and number % SDK_EVERY != 0:
                    continue
                before = posts(url)
                result = run(*command)
                seen = posts(url) - before
                if seen != result["sent"]:
                    print(f"WRONG {name}: {result['sent']} requests, of which the server saw {seen}")
                    return 1
                results.setdefault(name, []).append(result)
    finally:
        stop(server)

    per_second = {name: max(r["measured"] / r["seconds"] for r in rounds) for name, rounds in results.items()}
    cpu = {name: min(r["cpu"] / r["measured"] * 1e6 for r in rounds) for name, rounds in results.items()}
    by_hand, grit = list(per_second)[:2]
    ratio = {name: rate / per_second[by_hand] for name, rate in per_second.items()}

    print("| client | completions per second | beside the loop by hand | µs of processor per completion |\n|---|---:|---:|---:|")
    for name in results:
        print(f"| {name} | {per_second[name]:,.0f} | {ratio[name]:.2f} | {cpu[name]:.0f} |")
    rates = run(program, "sse")
    print("\n| of a stream of events | GB per second |\n|---|---:|")
    for name, what in [("memcpy", "`memcpy`"), ("decoder", "grit's decoder"), ("parse", "nlohmann_json's parse of its data")]:
        print(f"| {what} | {rates[name] / 1e9:.2f} |")
    print(f"\n{given.rounds} rounds of {given.requests} requests; the server saw each.")
    if not compare_batches(folder, given.batch, given.in_flight, given.batch_rounds):
        return 1
    if ratio[grit] < AIM:
        print(f"WRONG grit makes {ratio[grit]:.3f} of the completions of the loop by hand; the aim is {AIM}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
