#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Compares grit's LLM client with a bare loop over libcurl and with the official Node SDK, on one local server.

usage: llm.py BUILD_DIR [--requests N] [--rounds N]

The server is a process of its own, so the processor time of a client is its own. The rounds of all clients alternate, and
a figure is the best of its rounds, the one that the rest of the machine disturbed least. Fails if the server did not see
exactly the requests that were made, or if grit makes less than 0.9 of the completions of the bare loop.
"""
import argparse
import json
import shutil
import subprocess
import sys
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
    given = arguments.parse_args()
    folder = given.build / "benchmarks"
    program = folder / "grit.benchmarks.llm.client"

    results: dict[str, list[dict[str, float]]] = {}
    server = subprocess.Popen([folder / "grit.benchmarks.llm.server"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        url = f"http://127.0.0.1:{int(server.stdout.readline())}/v1"
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
        server.stdin.close()
        server.wait(timeout=10)

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
    if ratio[grit] < AIM:
        print(f"WRONG grit makes {ratio[grit]:.3f} of the completions of the loop by hand; the aim is {AIM}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
