# SPDX-License-Identifier: BSL-1.0
"""What tools/release_check.py reads from recorded outputs, and that its page is what its data say."""
import contextlib
import io
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest.mock import patch

from tree import TOOLS

sys.path.insert(0, str(TOOLS))
import mutate  # noqa: E402
import release_check  # noqa: E402
from release_check import PARTS, Part, judged, read_bench, read_fuzz, read_mutants, read_tests, stored  # noqa: E402

CTEST = """\
    Start 116: tools/headers_check_test
4/5 Test #109: layering .........................   Passed   17.88 sec
5/5 Test #116: tools/headers_check_test .........   Passed   21.95 sec

80% tests passed, 1 tests failed out of 5

Label Time Summary:
fuzz     =   0.00 sec*proc (1 test)
peers    =   1.55 sec*proc (2 tests)
tools    =  21.95 sec*proc (1 test)

Total Test time (real) =  23.63 sec

The following tests did not run:
\t 85 - peers/compare (Skipped)
\t 86 - peers/http2 (Skipped)

The following tests FAILED:
\t 82 - fuzz/sse (Not Run)
Errors while running CTest
"""
CTEST_GOOD = """\
1/2 Test  #86: peers/http2 ......................***Skipped   0.80 sec
2/2 Test #116: tools/headers_check_test .........   Passed   20.28 sec

100% tests passed, 0 tests failed out of 2

Label Time Summary:
peers    =   0.80 sec*proc (1 test)
tools    =  20.28 sec*proc (1 test)

Total Test time (real) =  20.37 sec

The following tests did not run:
\t 86 - peers/http2 (Skipped)
"""
MUTANTS = """\
retrying/decision.hpp:42: if constexpr (Stops::Taking::size != 0) return q.ends(q.call.taken->take(q));
    -> if constexpr (Stops::Taking::size == 0) return q.ends(q.call.taken->take(q));
    stillborn by tests/retrying/decision.test.cpp
stop/after_attempt.hpp:48: constexpr bool is_count = std::is_integral_v<Count> && !std::is_same_v<Count, bool>;
    -> constexpr bool is_count = std::is_integral_v<Count> || !std::is_same_v<Count, bool>;
    survived
mutate: 18 killed, 1 stillborn, 0 explained, 0 misexplained, 1 survived
"""
FUZZ = """\
fuzz: openai_responses: 13 runs in 4 second(s)
fuzz: rate_limits: 1188 runs in 4 second(s)
fuzz: redis_answer: 34046 runs in 4 second(s)
"""
FUZZ_BREAKS = """\
fuzz: retry_after: 12962 runs in 2 second(s)
==1==ERROR: libFuzzer: deadly signal

fuzz: sse breaks; the input is in build/fuzz/fuzz
"""
BENCH = """\
without exceptions      36      4      4     0                 +48             +212
all                   1221     71     91     0                 +53            +4754         +70.16 %

without exceptions      36      3      3     0                 +11              +53
all                   1221    159    170     0                 +63            +4327         +86.61 %

"""
BENCH_WITHOUT_A_LIST = """\
all                   1221     71      0     0                 +53            +4754         +70.16 %

gcc-release, waits, WaitChain: success, may throw: 42.20 instructions, by hand 37.20, tolerated 4.00 more: MORE
230 of 2442 rows are not as they should be
"""


class Read(unittest.TestCase):
    def test_tests(self) -> None:
        self.assertEqual(read_tests(CTEST), ({"tests": 5, "passed": 2, "skipped": 2, "failed": 1}, ["fuzz/sse (Not Run)"]))
        self.assertEqual(read_tests(CTEST_GOOD), ({"tests": 2, "passed": 1, "skipped": 1, "failed": 0}, []))
        self.assertEqual(read_tests(CTEST + CTEST_GOOD), read_tests(CTEST_GOOD))
        self.assertEqual(read_tests("ninja: build stopped: subcommand failed.\n"), ({}, []))

    def test_mutants(self) -> None:
        numbers, alive = read_mutants(MUTANTS)
        self.assertEqual(numbers, {"killed": 18, "stillborn": 1, "explained": 0, "misexplained": 0, "survived": 1})
        self.assertEqual(release_check.tell_mutants(numbers), "20 mutants: 18 killed, 1 stillborn, 0 explained, 0 misexplained, 1 survived")
        is_count = "constexpr bool is_count = std::is_integral_v<Count>"
        place = f"stop/after_attempt.hpp:48: {is_count} && !std::is_same_v<Count, bool>;"
        self.assertEqual(alive, [f"`{place}` as `{is_count} || !std::is_same_v<Count, bool>;`"])

    def test_mutants_of_a_group(self) -> None:
        listed = [sys.executable, str(TOOLS / "mutate.py"), "--list"]
        of_all = subprocess.run(listed, stdout=subprocess.PIPE, text=True, check=True).stdout
        of = {group: subprocess.run([*listed, group], stdout=subprocess.PIPE, text=True, check=True).stdout for group in mutate.GROUPS}
        self.assertEqual("".join(of.values()), of_all)
        self.assertTrue(all("stop/" in place for place in of["stop"].splitlines()[::2]))

    def test_fuzz(self) -> None:
        self.assertEqual(read_fuzz(FUZZ), ({"openai_responses": 13, "rate_limits": 1188, "redis_answer": 34046}, []))
        self.assertEqual(read_fuzz(FUZZ_BREAKS), ({"retry_after": 12962}, ["sse"]))

    def test_bench(self) -> None:
        self.assertEqual(read_bench(BENCH), ({"rows": 2442, "above": 230, "known": 261}, []))
        numbers, wrong = read_bench(BENCH_WITHOUT_A_LIST)
        self.assertEqual(numbers, {"rows": 1221, "above": 71, "known": 0})
        self.assertEqual(wrong, BENCH_WITHOUT_A_LIST.splitlines()[2:3])


def part(output: str, status: int = 0, **how: object) -> Part:
    """A part whose command prints this and ends with this status."""
    return Part("what is run", ["sh"], lambda _: [["sh", "-c", 'printf "%s" "$1"; exit $2', "sh", output, str(status)]], **how)


class Run(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.tree = Path(folder.name)
        (self.tree / "data").write_text("{}")
        (self.tree / "page").write_text("Before.\n" + release_check.BEGIN + release_check.END + "After.\n")
        self.replace(DATA=self.tree / "data", PAGE=self.tree / "page", LOGS=self.tree / "logs")
        self.replace(first_line=lambda *command: " ".join(command), commit=lambda: "abc")

    def replace(self, **values: object) -> None:
        for name, value in values.items():
            patcher = patch.object(release_check, name, value)
            patcher.start()
            self.addCleanup(patcher.stop)

    def main(self, *arguments: str, **parts: Part) -> str | None:
        """What it ends with."""
        self.replace(PARTS=parts)
        said = io.StringIO()
        with (
            patch.object(sys, "argv", ["release_check.py", *arguments]),
            contextlib.redirect_stdout(said),
            contextlib.redirect_stderr(said),
        ):
            try:
                return release_check.main()
            except SystemExit as end:
                return end.code

    def page(self) -> str:
        return (self.tree / "page").read_text()

    def test_a_part_that_fails_does_not_keep_the_next_from_running(self) -> None:
        ended = self.main(bad=part(CTEST, status=8), unbuilt=part("no rule\nstopped\n", status=1), good=part(CTEST_GOOD))
        self.assertEqual(ended, "release-check: failed: bad, unbuilt")
        data = stored()
        self.assertEqual([data[name]["passed"] for name in ("bad", "unbuilt", "good")], [False, False, True])
        self.assertEqual([data[name]["wrong"] for name in ("bad", "unbuilt", "good")], [["fuzz/sse (Not Run)"], ["stopped"], []])
        self.assertIn("| bad | what is run | **failed**; 5 tests: 2 passed, 2 skipped, 1 failed | sh --version | `abc` | ", self.page())
        self.assertIn("| unbuilt | what is run | **failed**; nothing was counted | ", self.page())
        self.assertIn("| good | what is run | 2 tests: 1 passed, 1 skipped | ", self.page())
        self.assertIn("\nWhat failed:\n\n- bad: fuzz/sse (Not Run)\n- unbuilt: stopped\n", self.page())
        self.assertIn("stopped", (self.tree / "logs" / "unbuilt.log").read_text())

    def test_a_part_that_counts_nothing_has_failed(self) -> None:
        self.assertEqual(self.main(empty=part("")), "release-check: failed: empty")

    def test_one_part_leaves_what_the_others_wrote(self) -> None:
        parts = {"first": part(CTEST_GOOD), "second": part(CTEST_GOOD), "third": part(CTEST_GOOD)}
        self.assertIsNone(self.main("third", **parts))
        self.assertIn("| first | what is run | not run yet |", self.page())
        self.assertIsNone(self.main("first", **parts))
        self.assertEqual(list(stored()), ["first", "third"])
        self.assertEqual(self.page().count("2 tests"), 2)
        self.assertEqual(self.main("fourth", **parts), 2)

    def test_page_and_data_agree_while_a_part_runs(self) -> None:
        check = f"grep -q '2 tests: 1 passed' '{self.tree / 'page'}' && printf '%s' \"$1\""
        second = Part("what is run", ["sh"], lambda _: [["sh", "-c", check, "sh", CTEST_GOOD]])
        self.assertIsNone(self.main(first=part(CTEST_GOOD), second=second))

    def test_a_compiler_that_is_not_there(self) -> None:
        self.assertIsNone(self.main(odd=Part("what", ["no-such-compiler"], lambda _: [["false"]])))
        self.assertEqual(stored(), {})

    def test_fuzz_targets_share_the_minutes(self) -> None:
        (tells_seconds,) = PARTS["fuzz"].commands(8)
        targets = len([*(TOOLS.parent / "tests" / "fuzz").glob("*.fuzz.cpp")])
        self.assertEqual(tells_seconds, ["./dev", "fuzz", "--seconds", str(8 * 60 // targets)])

    def test_many_failures_are_not_all_named(self) -> None:
        lines = "".join(f"fuzz: t{i} breaks\n" for i in range(30))
        wrong = judged(part("", read=read_fuzz), lines, False)["wrong"]
        self.assertEqual((len(wrong), wrong[-1]), (21, "and 10 more"))

    def test_check_compares_page_and_data(self) -> None:
        parts = {"good": part(CTEST_GOOD)}
        self.main(**parts)
        self.assertIsNone(self.main("--check", **parts))
        (self.tree / "data").write_text("{}")
        self.assertIn("is not what", self.main("--check", **parts) or "")
        self.main("--draw", **parts)
        self.assertIsNone(self.main("--check", **parts))


class Tree(unittest.TestCase):
    def test_the_page_is_what_the_data_say(self) -> None:
        check = subprocess.run([sys.executable, TOOLS / "release_check.py", "--check"], stderr=subprocess.PIPE, text=True)
        self.assertEqual((check.returncode, check.stderr), (0, ""))

    def test_the_data_name_parts_that_there_are(self) -> None:
        self.assertLessEqual(stored().keys(), PARTS.keys())

    def test_presets_are_there(self) -> None:
        presets = (TOOLS.parent / "CMakePresets.json").read_text("utf-8")
        for each in PARTS.values():
            for command in each.commands(None) if each.read is read_tests else []:
                if command[:2] == ["./dev", "test"]:
                    self.assertIn(f'"configurePreset": "{command[2]}"', presets)


if __name__ == "__main__":
    unittest.main()
