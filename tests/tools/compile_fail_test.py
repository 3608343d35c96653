# SPDX-License-Identifier: BSL-1.0
import json
import unittest

from tree import run

SAYS = "// expect-error: grit: 'A' needs\n"
FIRST = "a.cpp:3:1: error: static assertion failed: grit: 'A' needs a stop\n"
OTHER = "a.cpp:2:1: error: expected ';'\n"


def compile_fail(source: str, status: int, output: str) -> tuple[int, str]:
    """Runs the tool with a compiler that prints `output` and exits with `status`."""
    command = "sh {tree}/compiler -c {tree}/a.cpp -o a.o"
    files = {
        "a.cpp": source,
        "compiler": f"cat <<'END'\n{output}END\nexit {status}\n",
        "compile_commands.json": json.dumps([{"directory": "{tree}", "file": "{tree}/a.cpp", "command": command}]),
    }
    return run("compile_fail.py", files, "{tree}/compile_commands.json", "{tree}/a.cpp")


class CompileFail(unittest.TestCase):
    def test_right_error(self) -> None:
        status, output = compile_fail(SAYS, 1, "a.cpp: In function f:\n" + FIRST + OTHER)
        self.assertEqual(status, 0, output)

    def test_file_that_compiles(self) -> None:
        status, output = compile_fail(SAYS, 0, "")
        self.assertEqual(status, 1)
        self.assertIn("compiles, but must not", output)

    def test_only_the_first_error_counts(self) -> None:
        status, output = compile_fail(SAYS, 1, OTHER + FIRST)
        self.assertEqual(status, 1)
        self.assertIn("fails for another reason", output)

    def test_failure_without_error(self) -> None:
        self.assertEqual(compile_fail(SAYS, 139, "killed\n")[0], 1)

    def test_no_expectation(self) -> None:
        self.assertIn("does not say what to expect", compile_fail("int i;\n", 1, OTHER)[1])


unittest.main()
