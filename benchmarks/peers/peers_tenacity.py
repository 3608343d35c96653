# SPDX-License-Identifier: BSL-1.0
"""What peers.py measures of Python: a loop by hand, and tenacity."""
import json
import time
from importlib.metadata import version

import tenacity

calls = 0
left = 0


def ask() -> int:
    global calls, left
    calls += 1
    if left > 0:
        left -= 1
        raise RuntimeError("no answer")
    return 1


def by_hand() -> int:
    attempt = 1
    while True:
        try:
            return ask()
        except Exception:
            if attempt >= 5:
                raise
        attempt += 1


def run(failures: int, n: int, call) -> int:
    global calls, left
    calls = 0
    begin = time.perf_counter_ns()
    for _ in range(n):
        left = failures
        call()
    took = time.perf_counter_ns() - begin
    if calls != n * (failures + 1):
        raise SystemExit(f"the operation was called {calls} times")
    return took


retrying = tenacity.Retrying(stop=tenacity.stop_after_attempt(5), wait=tenacity.wait_none(), reraise=True)
contenders = {"loop by hand": by_hand, f"tenacity {version('tenacity')}": lambda: retrying(ask)}
for name, failures in (("success", 0), ("two failures", 2)):
    best = dict.fromkeys(contenders, float("inf"))
    for _ in range(15):  # rounds, which alternate
        for who, call in contenders.items():
            best[who] = min(best[who], run(failures, 5000, call) / 5000)
    for who, ns in best.items():
        print(json.dumps({"row": name, "who": who, "ns": ns}), flush=True)
