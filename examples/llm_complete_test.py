#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Runs llm_complete as its users do, against servers of its own on 127.0.0.1.

usage: llm_complete_test.py <path of llm_complete>
"""
import json
import os
import pty
import signal
import subprocess
import sys
import threading
import time
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PROGRAM = ""
KEY = "sk-0123456789"


def completion(text):
    return {
        "id": "chatcmpl-1",
        "model": "m-1",
        "choices": [{"message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 9, "completion_tokens": 12, "total_tokens": 21},
    }


def failure(kind, code, message):
    return {"error": {"type": kind, "code": code, "message": message, "param": None}}


def events(pieces, done=True):
    lines = [{"model": "m-1", "choices": [{"delta": {"content": piece}}]} for piece in pieces]
    lines.append({"choices": [], "usage": {"total_tokens": 21}})
    text = "".join(f"data: {json.dumps(line)}\n\n" for line in lines)
    return text + ("data: [DONE]\n\n" if done else "")


class Http(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_):  # a client that went away
        pass


class Server:
    """Answers with (status, headers, body or text), or what a function returns of the request; a body of None is never sent."""

    def __init__(self, *script, port=0):
        self.requests, self.connections, self.script = [], set(), list(script)
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # head and body in one packet

            def log_message(self, *_):
                pass

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.connections.add(self.client_address)
                step = outer.script[min(len(outer.requests), len(outer.script) - 1)]
                outer.requests.append((self.path, dict(self.headers), body))
                status, headers, answer = step(body) if callable(step) else step
                if answer is None:
                    time.sleep(10)
                    return
                content = (answer if isinstance(answer, str) else json.dumps(answer)).encode()
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(content))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

        self.http = Http(("127.0.0.1", port), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}/v1"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def close(self):
        """Returns: the port, where nobody listens any more."""
        self.http.shutdown()
        self.http.server_close()
        return self.http.server_address[1]

    def bodies(self):
        return [body for _, _, body in self.requests]


OK = (200, {}, completion("Hello"))
BROKEN = (500, {"retry-after-ms": "1"}, failure("server_error", None, "try again"))
QUOTA = (429, {}, failure("insufficient_quota", "insufficient_quota", "You exceeded your current quota."))


def environment(**more):
    kept = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy") and not k.endswith(("_API_KEY", "_BASE_URL", "_ENDPOINT"))}
    return {**kept, "OPENAI_API_KEY": KEY, "ANTHROPIC_API_KEY": KEY, **more}


def run(*arguments, given="", **more):
    return subprocess.run(
        [PROGRAM, *arguments], input=given, capture_output=True, text=True, timeout=30, env=environment(**more), check=False
    )


def one(*arguments, **more):
    result = run("--json", *arguments, **more)
    lines = result.stdout.splitlines()
    assert len(lines) == 1, result
    return result.returncode, json.loads(lines[0])


class Plain(unittest.TestCase):
    def test_an_answer_is_printed(self):
        server = Server(OK)
        result = run("--base-url", server.url, "--system", "Be brief.", "Say", "hello")
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, "Hello\n", ""))
        path, headers, body = server.requests[0]
        self.assertEqual(path, "/v1/chat/completions")
        self.assertEqual(headers["Authorization"], "Bearer " + KEY)
        self.assertEqual(body["messages"], [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Say hello"}])

    def test_the_prompt_may_come_from_standard_input(self):
        server = Server(OK)
        self.assertEqual(run("--base-url", server.url, "--model", "x", given="From a pipe\n").stdout, "Hello\n")
        self.assertEqual(server.bodies()[0]["messages"][0]["content"], "From a pipe\n")
        self.assertEqual(server.bodies()[0]["model"], "x")

    def test_a_failure_goes_to_standard_error(self):
        result = run("--base-url", Server(QUOTA).url, "hello")
        self.assertEqual((result.returncode, result.stdout), (1, ""))
        self.assertIn("InsufficientQuotaError", result.stderr)

    def test_a_stream_is_printed_as_a_whole_line(self):
        result = run("--base-url", Server((200, {}, events(["Hel", "lo"]))).url, "--stream", "hello")
        self.assertEqual((result.returncode, result.stdout), (0, "Hello\n"))

    def test_wrong_usage_has_a_status_of_its_own(self):
        for wrong in (
            ["--provider", "other", "x"],
            ["--base-url", "ftp://x", "x"],
            ["--max-attempts", "0", "x"],
            ["--max-attempts", "many", "x"],
            ["--deadline", "soon", "x"],
            ["--deadline", "0", "x"],
            ["--json", "--jsonl"],
            ["--jsonl", "x"],
            ["--no-such-option", "x"],
            [],
            ["--json"],
        ):
            with self.subTest(wrong):
                result = run(*wrong)
                self.assertEqual((result.returncode, result.stdout), (2, ""), result)
                self.assertTrue(result.stderr)
        self.assertEqual(run("--help").returncode, 0)

    def test_a_key_with_a_line_end_is_refused_and_not_shown(self):
        result = run("--base-url", Server(OK).url, "x", OPENAI_API_KEY="sk-secret\n")
        self.assertEqual(result.returncode, 1)
        self.assertNotIn("secret", result.stderr)


class Json(unittest.TestCase):
    def test_success(self):
        status, result = one("--base-url", Server(BROKEN, OK).url, "hello")
        self.assertEqual(status, 0)
        self.assertEqual({k: result[k] for k in ("success", "content", "tokens", "model")},
                         {"success": True, "content": "Hello", "tokens": 21, "model": "m-1"})
        first, second = result["attempts"]
        self.assertEqual((first["error_type"], first["category"]), ("InternalServerError", "retryable"))
        self.assertGreater(first["wait"], 0)
        self.assertEqual((second["error"], second["category"], second["wait"]), (None, None, 0))

    def test_failure(self):
        status, result = one("--base-url", Server(QUOTA).url, "hello")
        self.assertEqual(status, 1)
        self.assertEqual((result["success"], result["error_type"], result["category"]), (False, "InsufficientQuotaError", "billing"))
        self.assertIn("quota", result["error"])
        self.assertEqual(len(result["attempts"]), 1)

    def test_attempts_are_limited(self):
        server = Server(BROKEN)
        status, result = one("--base-url", server.url, "--max-attempts", "2", "hello")
        self.assertEqual((status, len(server.requests), result["error_type"]), (1, 2, "InternalServerError"))

    def test_fallback_to_another_model(self):
        server = Server(QUOTA, OK)
        status, result = one("--base-url", server.url, "--model", "a", "--fallback-model", "b", "hello")
        self.assertEqual(status, 0)
        self.assertEqual([body["model"] for body in server.bodies()], ["a", "b"])
        self.assertEqual([attempt["category"] for attempt in result["attempts"]], ["billing", None])

    def test_fallback_to_another_server(self):
        second = Server(OK)
        status, result = one("--base-url", "http://127.0.0.1:1/v1", "--max-attempts", "1", "--fallback-base-url", second.url, "hello")
        self.assertEqual(status, 0)
        self.assertEqual([attempt["endpoint"] for attempt in result["attempts"]], ["http://127.0.0.1:1/v1", second.url])

    def test_time_limits(self):
        for option in (["--deadline", "300ms"], ["--first-token-timeout", "0.3", "--max-attempts", "1"]):
            with self.subTest(option):
                start = time.monotonic()
                status, result = one("--base-url", Server((200, {}, None)).url, *option, "hello")
                self.assertEqual((status, result["error_type"]), (1, "APITimeoutError"))
                self.assertLess(time.monotonic() - start, 3)

    def test_streams(self):
        status, result = one("--base-url", Server((200, {}, events(["Hel", "lo"]))).url, "--stream", "hello")
        self.assertEqual((status, result["content"], result["tokens"]), (0, "Hello", 21))
        status, result = one("--base-url", Server((200, {}, events(["Hel"], done=False))).url, "--stream", "hello")
        self.assertEqual((status, result["error_type"], len(result["attempts"])), (1, "StreamError", 1))

    def test_anthropic(self):
        server = Server((200, {}, {"model": "c-1", "content": [{"type": "text", "text": "Hi"}], "usage": {"input_tokens": 1, "output_tokens": 2}}))
        status, result = one("--provider", "anthropic", "--base-url", server.url, "hello")
        self.assertEqual((status, result["content"], result["tokens"]), (0, "Hi", 3))
        self.assertEqual(server.requests[0][0], "/v1/messages")
        self.assertEqual(server.requests[0][1]["x-api-key"], KEY)

    def test_what_is_known_of_an_answer_is_told(self):
        calls = completion(None)
        calls["choices"][0] = {"finish_reason": "tool_calls", "message": {"role": "assistant", "content": None, "tool_calls": [
            {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]}}
        _, result = one("--base-url", Server((200, {"x-request-id": "r-1"}, calls)).url, "x")
        self.assertEqual((result["success"], result["finish_reason"], result["request_id"]), (True, "tool_calls", "r-1"))
        self.assertEqual(result["tool_calls"], [{"id": "c1", "name": "f", "arguments": "{}"}])
        self.assertEqual((result["usage"]["prompt_tokens"], result["usage"]["completion_tokens"]), (9, 12))

    def test_an_answer_that_was_cut_is_shown_and_is_an_error(self):
        cut = completion("half")
        cut["choices"][0]["finish_reason"] = "length"
        url = Server((200, {}, cut)).url
        result = run("--base-url", url, "x")
        self.assertEqual((result.returncode, result.stdout), (1, "half\n"))
        self.assertIn("cut", result.stderr)
        _, told = one("--base-url", url, "x")
        self.assertEqual((told["success"], told["content"], told["finish_reason"]), (False, "half", "length"))

    def test_an_echoed_key_is_not_shown(self):
        status, result = one("--base-url", Server((401, {}, failure("x", KEY, "wrong key " + KEY))).url, "hello")
        self.assertEqual(status, 1)
        self.assertNotIn("0123456789", json.dumps(result))


class Lines(unittest.TestCase):
    def test_each_line_is_answered_in_order_over_one_connection(self):
        server = Server(OK, QUOTA, BROKEN, OK)
        given = "\n".join([
            '{"prompt": "a", "id": 1}',
            '{"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "b"}], "id": "two"}',
            "",
            "not json",
            '{"prompt": "c", "model": "other", "temperature": 0.5, "max_tokens": 7, "max_attempts": 2}',
        ])
        result = run("--jsonl", "--base-url", server.url, given=given)
        lines = [json.loads(line) for line in result.stdout.splitlines()]
        self.assertEqual([line["success"] for line in lines], [True, False, False, True])
        self.assertEqual([line.get("id") for line in lines], [1, "two", None, None])
        self.assertEqual([line.get("category") for line in lines], [None, "billing", "user_error", None])
        self.assertEqual(len(lines[3]["attempts"]), 2)
        self.assertEqual(result.returncode, 1)
        self.assertEqual(len(server.connections), 1)
        last = server.bodies()[-1]
        self.assertEqual((last["model"], last["temperature"], last["max_tokens"]), ("other", 0.5, 7))

    def test_wrong_lines_are_answered_too(self):
        server = Server(OK)
        wrong = ["7", "{}", '{"prompt": 7}', '{"prompt": "a", "messages": []}', '{"prompt": "a", "colour": 1}',
                 '{"prompt": "a", "deadline": "soon"}', '{"prompt": "a", "max_attempts": 0}',
                 '{"messages": [{"role": "x", "content": "a"}]}', '{"messages": [7]}', '{"prompt": "a", "max_attempts": 1e99}']
        result = run("--jsonl", "--base-url", server.url, given="\n".join(wrong) + "\n")
        lines = [json.loads(line) for line in result.stdout.splitlines()]
        self.assertEqual([(line["success"], line["category"]) for line in lines], [(False, "user_error")] * len(wrong))
        self.assertEqual(server.requests, [])

    def test_each_answer_is_flushed_before_the_next_line(self):
        server = Server(OK)
        with subprocess.Popen([PROGRAM, "--jsonl", "--base-url", server.url], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              text=True, bufsize=1, env=environment()) as process:
            for _ in range(3):
                process.stdin.write('{"prompt": "a"}\n')
                process.stdin.flush()
                self.assertTrue(json.loads(process.stdout.readline())["success"])
            process.stdin.close()
            self.assertEqual(process.wait(10), 0)
        self.assertEqual(len(server.connections), 1)


class Interrupts(unittest.TestCase):
    def end(self, arguments, number, given=None):
        server = Server((200, {}, None))
        process = subprocess.Popen([PROGRAM, "--base-url", server.url, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True, env=environment())
        if given:
            process.stdin.write(given)
            process.stdin.flush()
        limit = time.monotonic() + 10
        while not server.requests and ("--jsonl" not in arguments or given) and time.monotonic() < limit:
            time.sleep(0.01)
        if not given:
            time.sleep(0.3)  # in --jsonl it waits for a line by now
        start = time.monotonic()
        process.send_signal(number)
        process.wait(10)  # with its input open: a closed one would end it too
        self.assertLess(time.monotonic() - start, 2)
        out, err = process.communicate()
        self.assertEqual(process.returncode, 1, (out, err))
        return out

    def test_a_call_ends_at_once_and_says_so(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            result = json.loads(self.end(["--json", "hello"], number))
            self.assertEqual(result["error_type"], "APIUserAbortError")

    def test_a_line_that_is_being_answered_gets_its_answer(self):
        result = json.loads(self.end(["--jsonl"], signal.SIGINT, '{"prompt": "a"}\n'))
        self.assertEqual(result["error_type"], "APIUserAbortError")

    def test_waiting_for_a_line_ends_at_once(self):
        self.assertEqual(self.end(["--jsonl"], signal.SIGINT), "")


class Endpoints(unittest.TestCase):
    def test_each_endpoint_gets_its_own_key(self):
        down, up = Server(QUOTA), Server(OK)
        given = ["--endpoint", f"a=openai,{down.url},big,KEY_A", "--endpoint", f"b=anthropic,{up.url},small,KEY_B"]
        anthropic = {"model": "c-1", "content": [{"type": "text", "text": "Hi"}], "stop_reason": "end_turn", "usage": {"input_tokens": 1, "output_tokens": 2}}
        up.script = [(200, {}, anthropic)]
        status, result = one(*given, "hello", KEY_A="sk-aaaaaaaa", KEY_B="sk-bbbbbbbb")
        self.assertEqual((status, result["content"]), (0, "Hi"))
        self.assertEqual([attempt["endpoint"] for attempt in result["attempts"]], [down.url, up.url])
        self.assertEqual((down.requests[0][1]["Authorization"], down.bodies()[0]["model"]), ("Bearer sk-aaaaaaaa", "big"))
        self.assertEqual((up.requests[0][1]["x-api-key"], up.bodies()[0]["model"]), ("sk-bbbbbbbb", "small"))
        self.assertNotIn("sk-aaaaaaaa", str(up.requests))

    def test_a_key_is_never_sent_to_another_host(self):
        first, second = Server(QUOTA), Server(OK)
        other = second.url.replace("127.0.0.1", "localhost")
        result = run("--base-url", first.url, "--fallback-base-url", other, "x")
        self.assertEqual(result.returncode, 2)
        self.assertIn("--fallback-key-variable", result.stderr)
        self.assertEqual(run("--fallback-base-url", second.url, "x").returncode, 2)
        self.assertEqual((first.requests, second.requests), ([], []))
        status, _ = one("--base-url", first.url, "--fallback-base-url", other, "--fallback-key-variable", "OTHER", "x", OTHER="sk-other")
        self.assertEqual((status, second.requests[0][1]["Authorization"]), (0, "Bearer sk-other"))

    def test_a_key_is_never_sent_to_another_vendor(self):
        for wrong in (["--base-url", "https://api.anthropic.com/v1"], ["--provider", "anthropic", "--base-url", "https://API.openai.com/v1"],
                      ["--endpoint", "a=openai,https://api.anthropic.com/v1,m,OPENAI_API_KEY"]):
            result = run(*wrong, "x")
            self.assertEqual(result.returncode, 2)
            self.assertIn("another vendor", result.stderr)

    def test_the_environment_names_an_endpoint(self):
        server = Server(OK)
        self.assertEqual(run("x", OPENAI_BASE_URL=server.url).stdout, "Hello\n")
        self.assertEqual(run("x", OPENAI_BASE_URL="https://api.anthropic.com/v1").returncode, 1)
        result = run("--fallback-base-url", server.url.replace("127.0.0.1", "localhost"), "x", OPENAI_BASE_URL=server.url)
        self.assertEqual(result.returncode, 2)
        self.assertEqual(len(server.requests), 1)

    def test_wrong_descriptions_are_refused(self):
        for wrong in (["--endpoint", "a"], ["--endpoint", "a=openai,http://h,m"], ["--endpoint", "=openai,http://h,m,"],
                      ["--endpoint", "a=x,http://h,m,"], ["--endpoint", "a=openai,h,m,"], ["--endpoints", "/no/such"],
                      ["--endpoint", "a=openai,http://h,m,", "--endpoint", "a=openai,http://h,m,"],
                      ["--endpoint", "a=openai,http://h,m,", "--model", "m"], ["--fallback-key-variable", "X"]):
            with self.subTest(wrong):
                result = run(*wrong, "x")
                self.assertEqual((result.returncode, result.stdout), (2, ""), result)
                self.assertTrue(result.stderr.startswith("llm_complete: "), result)

    def test_a_wrong_or_missing_key_is_told_in_json(self):
        for mode in ("--json", "--jsonl"):
            for more in ({"OPENAI_API_KEY": "sk-secret\n"}, {"OPENAI_API_KEY": ""}):
                result = run(mode, *(["x"] if mode == "--json" else []), **more)
                told = json.loads(result.stdout)
                self.assertEqual((result.returncode, told["success"], told["category"]), (1, False, "fatal"))
                self.assertIn("OPENAI_API_KEY", told["error"])
                self.assertNotIn("secret", result.stdout + result.stderr)

    def test_a_password_of_an_address_is_never_shown(self):
        base = "http://alice:pass%2Fword@127.0.0.1:1/v1?token=hidden"
        for mode in ([], ["--json"]):
            result = run(*mode, "--base-url", base, "--max-attempts", "1", "x")
            self.assertEqual(result.returncode, 1)
            self.assertIn("refused", result.stdout + result.stderr)
            for secret in ("alice", "word", "hidden"):
                self.assertNotIn(secret, result.stdout + result.stderr)
        result = run("--base-url", "ftp://user:password@h", "x")
        self.assertNotIn("password", result.stderr)


class Hostile(unittest.TestCase):
    def lines(self, server, *given):
        data = b"\n".join(line if isinstance(line, bytes) else line.encode() for line in given)
        result = subprocess.run([PROGRAM, "--jsonl", "--base-url", server.url], input=data, capture_output=True, timeout=30,
                                env=environment(), check=False)
        return [json.loads(line) for line in result.stdout.decode().split("\n")[:-1]]

    def test_hostile_lines_are_bad_lines(self):
        deep = "[" * 100_000
        good = '{"prompt": "a", "id": 9}'
        told = self.lines(Server(OK), deep, '{"id": 1, "prompt": ' + deep + "]" * 100_000 + "}", '{"prompt": "a", "id": 2, "temperature": -1e999}',
                          '{"prompt": "a", "id": 3, "max_tokens": 99999999999999999999}', b'{"prompt": "\xff"}', b'{"prompt": "a\x00"}',
                          '{"messages": [{"role": "user", "content": "a", "colour": 1}], "id": 4}', '{"prompt": "' + "a" * (9 << 20) + '"}', good)
        self.assertEqual([line["success"] for line in told], [False] * 8 + [True])
        self.assertEqual([line.get("id") for line in told], [None, None, 2, 3, None, None, 4, None, 9])
        self.assertEqual({line["category"] for line in told[:-1]}, {"user_error"})

    def test_a_header_line_of_100_kb_is_an_error_of_that_line(self):
        server = Server((200, {"X-Long": "a" * 110_000}, completion("Hello")), OK)
        told = self.lines(server, '{"prompt": "a", "max_attempts": 1}', '{"prompt": "b"}')
        self.assertEqual([line["success"] for line in told], [False, True])
        self.assertEqual(told[0]["error_type"], "APIConnectionError")

    def test_deep_json_in_an_answer_is_an_error_of_its_line(self):
        told = self.lines(Server((200, {}, "[" * 100_000), OK), '{"prompt": "a", "max_attempts": 1}', '{"prompt": "b"}')
        self.assertEqual([line["success"] for line in told], [False, True])

    def test_nothing_commands_a_terminal(self):
        text = "a\x1b[2Jb\x07c\u009bd\x00e\x7f"
        for mode in ([], ["--stream"], ["--json"]):
            for status, answer in ((200, events([text]) if mode == ["--stream"] else completion(text)), (400, failure("x", "y", text))):
                ours, theirs = pty.openpty()
                with subprocess.Popen([PROGRAM, *mode, "--base-url", Server((status, {}, answer)).url, "x"], stdout=theirs, stderr=theirs,
                                      env=environment()) as process:
                    os.close(theirs)
                    shown = b""
                    try:
                        while piece := os.read(ours, 65536):
                            shown += piece
                    except OSError:  # the end
                        pass
                    process.wait(10)
                os.close(ours)
                self.assertIn("a", shown.decode())
                self.assertFalse([c for c in shown.decode() if (ord(c) < 32 and c not in "\r\n") or 127 <= ord(c) < 160], shown)


class Streams(unittest.TestCase):
    def test_a_closed_standard_input_is_an_error(self):
        for mode in ([], ["--jsonl"], ["--json"]):
            result = subprocess.run([PROGRAM, *mode, "--base-url", Server(OK).url], capture_output=True, text=True, timeout=10,
                                    env=environment(), preexec_fn=lambda: os.close(0), check=False)
            self.assertEqual(result.returncode, 1, result)
            self.assertIn("standard input cannot be read", result.stderr)

    def test_an_output_that_cannot_be_written_is_an_error(self):
        for mode in ([], ["--json"], ["--stream"]):
            server = Server((200, {}, events(["Hello"])) if mode == ["--stream"] else OK)
            with open("/dev/full", "w", encoding="utf-8") as full:
                result = subprocess.run([PROGRAM, *mode, "--base-url", server.url, "x"], stdout=full, stderr=subprocess.PIPE, text=True, timeout=10,
                                        env=environment(), check=False)
            self.assertEqual(result.returncode, 1, result)
            self.assertIn("standard output cannot be written", result.stderr)

    def test_a_signal_ends_it_while_nobody_reads_its_output(self):
        server = Server((200, {}, completion("x" * 50_000)))
        with subprocess.Popen([PROGRAM, "--jsonl", "--base-url", server.url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment()) as process:
            process.stdin.write(b'{"prompt": "a"}\n' * 20)
            process.stdin.flush()
            seen = -1
            while len(server.requests) != seen or seen < 1:
                seen = len(server.requests)
                time.sleep(0.2)
            self.assertLess(seen, 20)
            start = time.monotonic()
            process.send_signal(signal.SIGTERM)
            self.assertEqual(process.wait(10), 1)
            self.assertLess(time.monotonic() - start, 2)


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=1)
