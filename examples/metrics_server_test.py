#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Runs metrics_server, lets a real Prometheus scrape it, and asks that for every query of grafana_dashboard.json.

usage: metrics_server_test.py <path of metrics_server>

Ends with 77 where no prometheus is installed (Debian: the package prometheus).
"""
import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request
from contextlib import ExitStack
from pathlib import Path

SKIPPED = 77
LONGEST = 40.0  # seconds, for all of it
DASHBOARD = Path(__file__).with_name("grafana_dashboard.json")
CONFIGURATION = """
global: {scrape_interval: 500ms, scrape_timeout: 400ms}
scrape_configs: [{job_name: grit, static_configs: [{targets: ["TARGET"]}]}]
"""


def get(url):
    """The body, or None while there is no answer."""
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return response.read().decode()
    except urllib.error.HTTPError as error:
        text = error.read().decode()  # Prometheus says there what is wrong with a query
        return None if error.code == 503 else text  # it is not ready
    except (urllib.error.URLError, OSError):
        return None


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def end(process):
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def queries():
    """Each query of each panel, with what Grafana would put in the place of its variables."""
    for panel in json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]:
        for target in panel["targets"]:
            expression = target["expr"].replace("$__rate_interval", "5s").replace("$name", ".*")
            yield f'{panel["title"]} {target["refId"]}', expression


class Dashboard(unittest.TestCase):
    def setUp(self):
        self.until = time.monotonic() + LONGEST
        stack = ExitStack()
        self.addCleanup(stack.close)
        self.server = subprocess.Popen([PROGRAM, "0", str(int(LONGEST) + 10)], stdout=subprocess.PIPE, text=True)
        stack.callback(self.server.stdout.close)
        stack.callback(end, self.server)
        self.metrics = re.match(r"http://(\S+)/metrics", self.server.stdout.readline())
        self.assertIsNotNone(self.metrics)
        data = stack.enter_context(tempfile.TemporaryDirectory())
        configuration = Path(data, "prometheus.yml")
        configuration.write_text(CONFIGURATION.replace("TARGET", self.metrics[1]), encoding="utf-8")
        port = free_port()
        self.prometheus = f"http://127.0.0.1:{port}"
        prometheus = subprocess.Popen(
            [
                "prometheus",
                f"--config.file={configuration}",
                f"--storage.tsdb.path={data}/data",
                f"--web.listen-address=127.0.0.1:{port}",
                "--log.level=warn",
            ]
        )
        stack.callback(end, prometheus)

    def ask(self, expression):
        return get(f"{self.prometheus}/api/v1/query?" + urllib.parse.urlencode({"query": expression}))

    def wait_for(self, what, ask):
        while True:
            answer = ask()
            if answer:
                return answer
            self.assertIsNone(self.server.poll(), "the server has ended")
            self.assertLess(time.monotonic(), self.until, f"in {LONGEST} s there was no {what}")
            time.sleep(0.1)

    def data_of(self, expression):
        """What Prometheus has for it now: the values, which may be none yet. A query that it cannot read fails."""
        text = self.ask(expression)
        if text is None:
            return []
        answer = json.loads(text)
        self.assertEqual(answer["status"], "success", f"{expression}: {answer.get('error')}")
        return [one for one in answer["data"]["result"] if one["value"][1] not in ("NaN", "+Inf", "-Inf")]

    def test_every_query_has_data(self):
        self.wait_for("answer of Prometheus", lambda: get(self.prometheus + "/-/ready"))
        self.wait_for("scrape", lambda: self.data_of('up{job="grit"} == 1'))
        asked = 0
        for title, expression in queries():
            with self.subTest(title):
                self.wait_for(f"data for {expression}", lambda e=expression: self.data_of(e))
                asked += 1
        self.assertGreater(asked, 12)
        # What happens is seen, not only that there are series.
        for expression in (
            'grit_calls_total{outcome="ok"} > 0',
            "grit_retry_retries_total > 0",
            'grit_circuit_breaker_transitions_total{to="open",reason="tripped"} > 0',
            'grit_circuit_breaker_rejections_total{state="open"} > 0',
            'grit_circuit_breaker_outcomes_total{outcome="failure"} > 0',
            "grit_rate_limiter_rejections_total > 0",
            "sum(grit_circuit_breaker_state) == 1",
            'histogram_quantile(0.5, sum by (le) (rate(grit_call_duration_seconds_bucket{outcome="ok"}[5s]))) > 0.001',
        ):
            with self.subTest(expression):
                self.wait_for(expression, lambda e=expression: self.data_of(e))

    def test_the_text_is_well_formed(self):
        text = get(f"http://{self.metrics[1]}/metrics")
        self.assertIn("# TYPE grit_call_duration_seconds histogram\n", text)
        self.assertEqual(get(f"http://{self.metrics[1]}/nothing"), "")
        checked = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, check=False)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)


if __name__ == "__main__":
    if shutil.which("prometheus") is None or shutil.which("promtool") is None:
        print("skipped: there is no prometheus here; install it, on Debian by: apt-get install prometheus")
        sys.exit(SKIPPED)
    PROGRAM = sys.argv.pop(1)
    unittest.main()
