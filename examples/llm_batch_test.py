#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Runs llm_batch as its users do, against servers of its own on 127.0.0.1.

usage: llm_batch_test.py <path of llm_batch> [--lines N] [--kills N] [--seed N] [unittest arguments]

--lines and --kills are for the test that kills the program: by default 20 times in a batch of 300 lines.
"""
import argparse
import json
import os
import pty
import random
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from llm_complete_test import QUOTA, Server, completion, environment, failure

ARGUMENTS = argparse.Namespace()


def echo(body):
    return (200, {}, completion("to " + body["messages"][-1]["content"]))


def prompts(count):
    return "".join(json.dumps({"id": f"id-{i}", "prompt": f"p{i}"}) + "\n" for i in range(count))


class Gate:
    """Answers so many requests; the others wait until it is open."""

    def __init__(self):
        self.changed, self.left, self.is_open = threading.Condition(), 0, True

    def let_through(self, count):
        with self.changed:
            self.left, self.is_open = count, False

    def wait(self):
        """Waits until all of them are through and another has come."""
        with self.changed:
            assert self.changed.wait_for(lambda: self.left < 0, timeout=30)

    def open(self):
        with self.changed:
            self.is_open = True
            self.changed.notify_all()

    def pass_some(self, body):
        with self.changed:
            if not self.is_open:
                self.left -= 1
                self.changed.notify_all()
                if self.left < 0:
                    self.changed.wait_for(lambda: self.is_open, timeout=30)
        return echo(body)


class Case(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.output = self.path("out.jsonl")

    def path(self, name, content=None):
        path = os.path.join(self.directory.name, name)
        if content is not None:
            with open(path, "w", encoding="utf-8", newline="") as file:
                file.write(content)
        return path

    def command(self, server, *arguments, output=None):
        to = [] if server is None else ["--base-url", server.url]
        return [ARGUMENTS.program, "--output", output or self.output, *to, *arguments]

    def batch(self, server, *arguments, given=None, output=None, closed=False, most=None, **more):
        def prepare():
            if closed:
                os.close(0)
            if most:
                resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

        data = given.encode() if isinstance(given, str) else given
        done = subprocess.run(self.command(server, *arguments, output=output), input=data, capture_output=True, timeout=50,
                              env=environment(**more), preexec_fn=prepare, check=False)
        done.stdout, done.stderr = done.stdout.decode(), done.stderr.decode()
        return done

    def answers(self):
        with open(self.output, encoding="utf-8") as file:
            return [json.loads(line) for line in file.read().split("\n")[:-1]]

    def by_index(self):
        lines = self.answers()
        found = {line["index"]: line for line in lines}
        self.assertEqual(len(found), len(lines), "a line is answered twice")
        return found


class Lines(Case):
    def test_each_line_is_answered_with_its_index_and_id(self):
        server = Server(echo)
        done = self.batch(server, "--input", self.path("in.jsonl", prompts(50)))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        found = self.by_index()
        self.assertEqual(sorted(found), list(range(50)))
        for index, line in found.items():
            self.assertEqual((line["success"], line["id"], line["content"], line["tokens"]), (True, f"id-{index}", f"to p{index}", 21))
        self.assertEqual(len(server.requests), 50)

    def test_input_may_be_a_pipe_with_any_line_ends_and_none_at_the_last(self):
        done = self.batch(Server(echo), given='{"prompt": "a"}\r\n\r\n\n{"prompt": "b", "id": 7}')
        self.assertEqual(done.returncode, 0, done)
        found = self.by_index()
        self.assertEqual({index: (line["content"], line.get("id")) for index, line in found.items()}, {0: ("to a", None), 3: ("to b", 7)})

    def test_a_line_of_a_pipe_is_answered_before_the_next_comes(self):
        with subprocess.Popen(self.command(Server(echo)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment()) as process:
            for count in range(1, 4):
                process.stdin.write(b'{"prompt": "a"}\n')
                process.stdin.flush()
                limit = time.monotonic() + 10
                while not (os.path.exists(self.output) and len(self.answers()) == count) and time.monotonic() < limit:
                    time.sleep(0.01)
                self.assertEqual(len(self.answers()), count)
            process.stdin.close()
            self.assertEqual(process.wait(10), 0)

    def test_bad_lines_are_answered_as_bad_lines_and_end_nothing(self):
        deep = "[" * 100_000
        bad = ["no json", "7", "{}", '{"prompt": 7}', '{"prompt": "a", "colour": 1}', deep, '{"id": 1, "prompt": "a", "extra": ' + deep,
               '{"prompt": "a", "max_attempts": 2}', '{"prompt": "a", "temperature": 1e999, "id": "kept"}',
               '{"id": "kept", "prompt": "a", "max_tokens": 99999999999999999999999}',
               '{"messages": [{"role": "user", "content": "a", "colour": 1}]}', '{"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}',
               '{"messages": 7}', '{"messages": []}', '{"prompt": "\\ud800"}', '{"prompt": "' + "a" * (9 << 20) + '"}']
        given = "\n".join(bad).encode() + b'\n{"prompt": "\xff"}\n{"prompt": "a\x00b"}\n{"prompt": "good"}\n'
        server = Server(echo)
        done = self.batch(server, given=given)
        self.assertEqual(done.returncode, 1, done)
        found = self.by_index()
        count = len(bad) + 2
        self.assertEqual(sorted(found), list(range(count + 1)))
        self.assertEqual({(line["success"], line.get("category")) for index, line in found.items() if index < count}, {(False, "user_error")})
        self.assertEqual([found[8]["id"], found[9]["id"]], ["kept", "kept"])
        self.assertTrue(found[count]["success"])
        self.assertEqual(len(server.requests), 1)
        summary = json.loads(done.stdout)
        self.assertEqual((summary["succeeded"], summary["failed"], summary["failed_by_category"]), (1, count, {"user_error": count}))

    def test_content_may_be_an_array_of_text_parts(self):
        server = Server(echo)
        self.batch(server, given='{"messages": [{"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}]}\n')
        self.assertEqual(server.bodies()[0]["messages"][0]["content"], "ab")

    def test_an_output_line_is_one_line_whatever_the_model_says(self):
        text = "a\nb\u2028c\u0085d\u009be\x7ff\x00g\x1b[2Jh\r"
        self.batch(Server((200, {}, completion(text))), given=prompts(1))
        with open(self.output, encoding="utf-8") as file:
            content = file.read()
        self.assertEqual(len(content.splitlines()), 1)
        self.assertFalse([c for c in content[:-1] if ord(c) < 32 or 127 <= ord(c) < 160])
        self.assertEqual(json.loads(content)["content"], text)


class Resume(Case):
    def test_an_output_is_not_overwritten_but_gone_on_with(self):
        server, input_file = Server(echo), self.path("in.jsonl", prompts(6))
        self.assertEqual(self.batch(server, "--input", input_file).returncode, 0)
        again = self.batch(server, "--input", input_file)
        self.assertEqual(again.returncode, 2)
        self.assertIn("--resume", again.stderr)
        self.assertEqual(self.batch(server, "--input", input_file, "--resume").returncode, 0)
        self.assertEqual(len(server.requests), 6)
        self.path("in.jsonl", prompts(8))  # two more at its end
        self.assertEqual(self.batch(server, "--input", input_file, "--resume").returncode, 0)
        self.assertEqual([body["messages"][0]["content"] for body in server.bodies()[6:]], ["p6", "p7"])
        self.assertEqual(len(self.by_index()), 8)

    def test_a_torn_last_line_is_cut_off(self):
        server = Server(echo)
        self.batch(server, given=prompts(3))
        for cut in (1, 9, 30):
            with open(self.output, "r+b") as file:
                file.truncate(os.path.getsize(self.output) - cut)
            self.assertEqual(self.batch(server, "--resume", given=prompts(3)).returncode, 0)
            self.assertEqual(sorted(self.by_index()), [0, 1, 2])
        self.assertEqual(len(server.requests), 6)
        with open(self.output, "r+b") as file:
            file.truncate(5)
        self.assertEqual(self.batch(server, "--resume", given=prompts(3)).returncode, 0)
        self.assertEqual(sorted(self.by_index()), [0, 1, 2])

    def test_the_output_of_another_input_is_refused(self):
        server = Server(echo)
        self.batch(server, given=prompts(3))
        for other in ('{"prompt": "x"}\n', prompts(2), "\n" + prompts(3), ""):
            done = self.batch(server, "--resume", given=other)
            self.assertEqual(done.returncode, 2, done)
            self.assertIn("give the input that it belongs to", done.stderr)
        self.assertEqual(len(server.requests), 3)

    def test_a_file_that_is_no_output_is_refused_and_kept(self):
        for content in ("my notes\n", "my notes", '{"index": 1}\n', prompts(2)):
            self.path("out.jsonl", content)
            done = self.batch(Server(echo), "--resume", given=prompts(3))
            self.assertEqual(done.returncode, 2, done)
            with open(self.output, encoding="utf-8") as file:
                self.assertEqual(file.read(), content)
        self.assertEqual(self.batch(Server(echo), "--resume", "--input", self.output).returncode, 2)

    def test_a_failure_of_before_still_counts(self):
        self.assertEqual(self.batch(Server(QUOTA), given=prompts(1)).returncode, 1)
        done = self.batch(Server(echo), "--resume", given=prompts(2))
        self.assertEqual(done.returncode, 1)
        self.assertEqual(json.loads(done.stdout)["answered_before"], {"succeeded": 0, "failed": 1})

    def test_kill_at_any_point_loses_nothing_and_asks_nothing_twice(self):
        lines, kills = ARGUMENTS.lines, ARGUMENTS.kills
        chance = random.Random(ARGUMENTS.seed)
        gate = Gate()
        server = Server(gate.pass_some)
        input_file = self.path("in.jsonl", prompts(lines))
        command = self.command(server, "--input", input_file, "--resume", "--in-flight", "8")
        before = {}
        for left in range(kills, 0, -1):
            asked_before = len(server.requests)
            remaining = lines - len(before)
            gate.let_through(chance.randrange(0, min(2 * remaining // left + 1, remaining)))  # so that it never ends by itself
            with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment()) as process:
                gate.wait()
                time.sleep(chance.random() * 0.004)
                process.kill()
                self.assertEqual(process.wait(), -signal.SIGKILL)
            gate.open()
            asked = [int(body["messages"][0]["content"][1:]) for body in server.bodies()[asked_before:]]
            self.assertFalse(set(asked) & set(before), "a line was asked again after its answer was written")
            before = self.whole_lines(before)
        asked_before = len(server.requests)
        done = self.batch(server, "--input", input_file, "--resume")
        self.assertEqual(done.returncode, 0, done)
        asked = [int(body["messages"][0]["content"][1:]) for body in server.bodies()[asked_before:]]
        self.assertFalse(set(asked) & set(before))
        found = self.by_index()
        self.assertEqual({index: line["content"] for index, line in found.items()}, {index: f"to p{index}" for index in range(lines)})
        print(f"killed {kills} times, {len(server.requests)} requests for {lines} lines", file=sys.stderr)

    def whole_lines(self, before):
        if not os.path.exists(self.output):
            return before
        with open(self.output, "rb") as file:
            found = [json.loads(line) for line in file.read().split(b"\n")[:-1]]
        now = {line["index"]: line["content"] for line in found}
        self.assertEqual(len(now), len(found), "a line is answered twice")
        self.assertFalse(set(before) - set(now), "an answer was lost")
        return now


class Ends(Case):
    def test_an_output_that_cannot_be_written_is_an_error(self):
        done = self.batch(Server(echo), output="/dev/full", given=prompts(3))
        self.assertEqual(done.returncode, 3, done)
        self.assertIn("'/dev/full' cannot be written: No space left on device", done.stderr)
        done = self.batch(Server(echo), output=self.path("no/such/directory"), given=prompts(3))
        self.assertEqual(done.returncode, 3, done)

    def test_a_full_disk_ends_the_run_and_resume_goes_on(self):
        server = Server(echo)
        done = self.batch(server, given=prompts(100), most=3000)
        self.assertEqual(done.returncode, 3, done)
        self.assertIn("cannot be written", done.stderr)
        self.assertEqual(os.path.getsize(self.output), 3000)
        self.assertEqual(self.batch(server, "--resume", given=prompts(100)).returncode, 0)
        self.assertEqual(len(self.by_index()), 100)

    def test_a_closed_standard_input_is_an_error(self):
        done = self.batch(Server(echo), closed=True)
        self.assertIn(done.returncode, (2, 3), done)
        self.assertIn("standard input cannot be read", done.stderr)

    def stop(self, process, number=signal.SIGTERM):
        start = time.monotonic()
        process.send_signal(number)
        status = process.wait(10)
        self.assertLess(time.monotonic() - start, 2)
        return status

    def test_a_signal_ends_it_at_once_and_resume_goes_on(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            server = Server((200, {}, completion("x")), (200, {}, None))
            with subprocess.Popen(self.command(server, "--resume", "--in-flight", "1"), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, env=environment()) as process:
                process.stdin.write(prompts(4).encode())
                process.stdin.flush()
                self.wait_for(lambda: len(server.requests) >= 2)
                self.assertEqual(self.stop(process, number), 3)
                summary = json.loads(process.stdout.read())
                self.assertEqual((summary["finished"], summary["interrupted"], summary["succeeded"], summary["failed"]), (False, True, 1, 0))
        self.assertEqual(len(self.answers()), 2)
        self.assertEqual(self.batch(Server(echo), "--resume", given=prompts(4)).returncode, 0)
        self.assertEqual(sorted(self.by_index()), [0, 1, 2, 3])

    def test_waiting_for_input_ends_at_once(self):
        with subprocess.Popen(self.command(Server(echo)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment()) as process:
            self.wait_for(lambda: os.path.exists(self.output))
            self.assertEqual(self.stop(process), 3)

    def test_a_signal_ends_it_also_while_nobody_reads_its_output(self):
        server = Server((200, {}, completion("x" * 50_000)))
        with subprocess.Popen(self.command(server, "--input", self.path("in.jsonl", prompts(30)), output="/dev/stdout"),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()) as process:
            self.wait_for(lambda: len(server.requests) >= 5)
            self.assertEqual(self.stop(process), 3)

    def wait_for(self, condition):
        limit = time.monotonic() + 10
        while not condition() and time.monotonic() < limit:
            time.sleep(0.01)
        self.assertTrue(condition())


class Limits(Case):
    def test_so_many_are_in_flight(self):
        now, most, lock = [0], [0], threading.Lock()

        def counted(body):
            with lock:
                now[0] += 1
                most[0] = max(most[0], now[0])
            time.sleep(0.05)
            with lock:
                now[0] -= 1
            return echo(body)

        start = time.monotonic()
        done = self.batch(Server(counted), "--in-flight", "16", given=prompts(64))
        self.assertEqual(done.returncode, 0, done)
        self.assertEqual(len(self.by_index()), 64)
        self.assertTrue(4 < most[0] <= 16, most)
        self.assertLess(time.monotonic() - start, 64 * 0.05)

    def test_an_outage_of_three_seconds_fails_no_line(self):
        port = Server(echo).close()
        later = []
        timer = threading.Timer(3, lambda: later.append(Server(echo, port=port)))
        timer.start()
        done = self.batch(None, "--base-url", f"http://127.0.0.1:{port}/v1", "--in-flight", "8", given=prompts(200))
        timer.join()
        self.assertEqual(done.returncode, 0, done)
        self.assertEqual(len(self.by_index()), 200)
        self.assertEqual(len(later[0].requests), 200)

    def test_a_server_that_always_asks_to_wait_is_left_alone(self):
        server = Server((429, {"Retry-After": "90"}, failure("rate_limit", "rate_limit_exceeded", "slow down")))
        done = self.batch(server, "--in-flight", "4", "--deadline", "2", given=prompts(1000))
        self.assertEqual(done.returncode, 3, done)
        self.assertIn("the deadline is over; --resume goes on", done.stderr)
        self.assertLessEqual(len(server.requests), 4)
        self.assertEqual(self.answers(), [])
        summary = json.loads(done.stdout)
        self.assertEqual((summary["finished"], summary["interrupted"], summary["failed"], summary["unanswered"]), (False, False, 0, 4))

    def test_a_wait_that_the_server_asks_for_costs_no_attempt(self):
        wait = (429, {"Retry-After-Ms": "100"}, failure("rate_limit", "rate_limit_exceeded", "slow down"))
        done = self.batch(Server(*[wait] * 8, echo), "--max-attempts", "1", "--in-flight", "2", given=prompts(6))
        self.assertEqual(done.returncode, 0, done)

    def test_requests_a_minute_are_kept(self):
        server, start = Server(echo), time.monotonic()
        self.assertEqual(self.batch(server, "--rpm", "600", given=prompts(11)).returncode, 0)
        self.assertGreater(time.monotonic() - start, 0.9)

    @unittest.skipUnless(shutil.which("redis-server"), "there is no redis-server; install Debian's package redis-server")
    def test_two_runs_of_one_account_stay_under_one_limit(self):
        # 600 a minute are ten a second, and ten at once. Each run alone would be through in four seconds.
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        redis = subprocess.Popen(["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
                                 stdout=subprocess.DEVNULL, cwd=self.directory.name)
        self.addCleanup(redis.wait, 10)
        self.addCleanup(redis.terminate)
        times = []
        server = Server(lambda body: (times.append(time.monotonic()), echo(body))[1])
        runs = [subprocess.Popen(self.command(server, "--rpm", "600", "--redis", f"127.0.0.1:{port}", "--account", "acme",
                                              "--input", self.path("in.jsonl", prompts(40)), output=self.path(f"out{i}.jsonl")),
                                 stdout=subprocess.DEVNULL, env=environment()) for i in range(2)]
        self.assertEqual([run.wait(timeout=40) for run in runs], [0, 0])
        self.assertEqual(len(times), 80)
        times.sort()
        for first in range(len(times)):
            for last in range(first, len(times)):
                # The burst, the rate with what is late, and what the two runs hold.
                self.assertLessEqual(last - first + 1, 10 + 10 * (times[last] - times[first] + 0.5) + 2 * 3)
        self.assertGreater(times[-1] - times[0], (80 - 10 - 2 * 3) / 10 - 0.5)

    def test_limits_cannot_be_shared_where_there_are_none(self):
        done = self.batch(Server(echo), "--redis", "127.0.0.1:1", given=prompts(1))
        self.assertEqual(done.returncode, 2, done)
        self.assertIn("--rpm or --tpm", done.stderr)

    def test_a_redis_that_is_away_ends_nothing(self):
        done = self.batch(Server(echo), "--redis", "127.0.0.1:1", "--rpm", "6000", given=prompts(5))
        self.assertEqual(done.returncode, 0, done)
        self.assertIn("keeps to its share", done.stderr)

    def test_what_timed_out_after_it_was_sent_is_counted(self):
        def hang(body):
            time.sleep(1.5)
            return echo(body)

        for more, sent in ((["--max-attempts", "2"], 2), (["--max-attempts", "2", "--no-resend-after-timeout"], 1)):
            server = Server(hang)
            done = self.batch(server, "--first-token-timeout", "0.3", *more, given=prompts(1), output=self.path(f"{sent}.jsonl"))
            self.assertEqual((done.returncode, len(server.requests)), (1, sent), done)
            self.assertEqual(json.loads(done.stdout)["timed_out_after_sending"], sent)


class Told(Case):
    def test_the_summary_counts_and_prices(self):
        def some(body):
            return QUOTA if body["messages"][0]["content"] in ("p1", "p2") else echo(body)

        prices = self.path("prices.json", '{"m-1": {"input": 1000000, "output": 2000000}}')
        summary_file = self.path("summary.json")
        done = self.batch(Server(some), "--prices", prices, "--summary", summary_file, given=prompts(5) + "bad\n")
        self.assertEqual((done.returncode, done.stdout), (1, ""), done)
        with open(summary_file, encoding="utf-8") as file:
            summary = json.load(file)
        self.assertEqual((summary["succeeded"], summary["failed"], summary["failed_by_category"]), (3, 3, {"billing": 2, "user_error": 1}))
        self.assertEqual((summary["attempts"], summary["tokens"]["total"], summary["cost"], summary["answers_without_price"]), (5, 63, 99, 0))
        self.assertTrue(summary["finished"])

    def test_cached_tokens_have_a_price_of_their_own_and_a_model_without_price_is_counted(self):
        cached = completion("x")
        cached["usage"] = {"prompt_tokens": 1000, "completion_tokens": 10, "total_tokens": 1010, "prompt_tokens_details": {"cached_tokens": 400}}
        prices = self.path("prices.json", '{"asked": {"input": 1000, "output": 0, "cached_input": 100}}')
        given = '{"prompt": "a", "model": "asked"}\n{"prompt": "b", "model": "other"}\n'
        done = self.batch(Server((200, {}, cached)), "--prices", prices, given=given)
        summary = json.loads(done.stdout)
        self.assertAlmostEqual(summary["cost"], 0.64)
        self.assertEqual((summary["answers_without_price"], summary["tokens"]["cached"]), (1, 800))

    def test_an_answer_that_was_cut_is_no_success(self):
        cut = completion("half")
        cut["choices"][0]["finish_reason"] = "length"
        done = self.batch(Server((200, {}, cut)), given=prompts(1))
        line = self.answers()[0]
        self.assertEqual((done.returncode, line["success"], line["content"], line["finish_reason"]), (1, False, "half", "length"))

    def test_wrong_usage_has_a_status_of_its_own(self):
        bad = self.path("bad.json", '{"m": {"input": "much"}}')
        for wrong in (["--in-flight", "0"], ["--rpm", "0"], ["--deadline", "soon"], ["--prices", bad], ["--prices", "/no/such"], ["x"],
                      ["--input", "/no/such"], ["--input", "/"], ["--endpoint", "a=openai"], ["--no-such-option"]):
            with self.subTest(wrong):
                done = self.batch(None, *wrong, given="")
                self.assertEqual((done.returncode, done.stdout), (2, ""), done)
                self.assertTrue(done.stderr.startswith("llm_batch: "), done)
        self.assertEqual(self.batch(None, "--help", given="").returncode, 0)

    def test_progress_is_shown_on_a_terminal_alone(self):
        ours, theirs = pty.openpty()
        with subprocess.Popen(self.command(Server(echo), "--input", self.path("in.jsonl", prompts(5))), stdout=subprocess.PIPE, stderr=theirs,
                              env=environment()) as process:
            os.close(theirs)
            self.assertEqual(process.wait(20), 0)
        shown = os.read(ours, 100_000).decode()
        os.close(ours)
        self.assertRegex(shown, r"\d done, 0 failed, 0 retried, .*/s, \d+ tokens")


class Endpoints(Case):
    def test_each_endpoint_gets_its_own_key(self):
        down, up = Server(QUOTA), Server(echo)
        listed = self.path("endpoints.json", json.dumps([
            {"name": "a", "provider": "openai", "url": down.url, "model": "big", "key_variable": "KEY_A", "headers": {"X-Team": "red"},
             "rpm": 6000, "timeouts": {"connect": "2s"}},
            {"name": "b", "provider": "openai", "url": up.url, "model": "small", "key_variable": "KEY_B"}]))
        given = [["--endpoint", f"a=openai,{down.url},big,KEY_A", "--endpoint", f"b=openai,{up.url},small,KEY_B"], ["--endpoints", listed]]
        for i, arguments in enumerate(given):
            done = self.batch(None, *arguments, given=prompts(1), output=self.path(f"{i}.jsonl"), KEY_A="sk-aaaaaaaa", KEY_B="sk-bbbbbbbb")
            self.assertEqual(done.returncode, 0, done)
        for server, key, model in ((down, "sk-aaaaaaaa", "big"), (up, "sk-bbbbbbbb", "small")):
            self.assertEqual({headers["Authorization"] for _, headers, _ in server.requests}, {"Bearer " + key})
            self.assertEqual({body["model"] for body in server.bodies()}, {model})
        self.assertEqual(down.requests[1][1]["X-Team"], "red")

    def test_wrong_descriptions_are_refused(self):
        for text in ('{}', '[]', '[{"name": "a", "provider": "x"}]', '[{"name": "a", "provider": "openai", "key": "sk-secret"}]',
                     '[{"name": "a", "provider": "openai", "colour": 1}]', "[" * 100_000,
                     '[{"name": "a", "provider": "openai", "url": "http://h", "headers": {"a b": "c"}}]',
                     '[{"name": "a", "provider": "openai", "url": "http://h"}, {"name": "a", "provider": "openai", "url": "http://h"}]',
                     '[{"name": "a", "provider": "openai", "key_variable": "NO_SUCH_KEY"}]'):
            with self.subTest(text[:80]):
                done = self.batch(None, "--endpoints", self.path("e.json", text), given=prompts(1))
                self.assertEqual(done.returncode, 2, done)
                self.assertNotIn("secret", done.stderr)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--lines", type=int, default=300)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    ARGUMENTS, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0], *rest], verbosity=1)
