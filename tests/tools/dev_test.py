# SPDX-License-Identifier: BSL-1.0
"""./dev in a tree of a few files, with tools in place of the real ones that note how they are called."""
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOLS = {
    "cmake": 'echo "cmake $*" >>calls',
    "ninja": 'printf "%s: phony\\n" grit.tests.stop grit.tests.hook tests/fuzz/all examples/all',
    "ctest": """case "$*" in
*-N) printf "  Test #1: %s\\n" fuzz/sse layering grit.tests.hook_NOT_BUILT ;;
*) echo "ctest $*" >>calls ;;
esac""",
}
FILES = {
    "tests/stop/any.test.cpp": 'TEST_CASE("the first stop wins") {}\n',
    "tests/hook/after.test.cpp": 'TEST_CASE("a hook that is "\n          "called last") {}\n',
    "tests/fuzz/CMakeLists.txt": "",
    "tests/pipeline.test.cpp": "",
}


def dev(*arguments: str) -> tuple[int, str, list[str]]:
    """Exit status, output, and the calls of the tools, but for those that configure."""
    with tempfile.TemporaryDirectory() as directory:
        tree = Path(directory)
        for name in ("dev", "CMakePresets.json"):
            shutil.copy(ROOT / name, tree / name)
        for name, text in FILES.items():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            (tree / name).write_text(text)
        for name, text in TOOLS.items():
            tool = tree / "bin" / name
            tool.parent.mkdir(exist_ok=True)
            tool.write_text(f"#!/bin/sh\n{text}\n")
            tool.chmod(0o755)
        for preset in ("gcc-debug", "clang-asan"):
            (tree / "build" / preset).mkdir(parents=True)
        environment = os.environ | {"GRIT_PACKAGES": "present", "PATH": f"{tree / 'bin'}:{os.environ['PATH']}"}
        done = subprocess.run(
            ["./dev", *arguments], cwd=tree, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        calls = (tree / "calls").read_text().splitlines() if (tree / "calls").exists() else []
        return done.returncode, done.stdout, [call for call in calls if not call.startswith("cmake --preset")]


class Dev(unittest.TestCase):
    def check_calls(self, arguments: list[str], *expected: str) -> None:
        status, output, calls = dev("test", *arguments)
        self.assertEqual(status, 0, output)
        cores = os.sysconf("SC_NPROCESSORS_ONLN")
        calls = [" ".join(call.replace(f" --parallel {cores}", "").split()) for call in calls]
        self.assertEqual(calls, [*expected])

    def test_everything(self) -> None:
        self.check_calls([], "cmake --build --preset gcc-debug", "ctest --preset gcc-debug")
        self.check_calls(
            ["clang-asan", "gcc-debug"],
            "cmake --build --preset clang-asan",
            "ctest --preset clang-asan",
            "cmake --build --preset gcc-debug",
            "ctest --preset gcc-debug",
        )

    def test_a_folder(self) -> None:
        for name in ("stop", "tests/stop", "tests/stop/", "stop/any.test.cpp"):
            self.check_calls(
                [name],
                "cmake --build --preset gcc-debug --target grit.tests.stop",
                "ctest --preset gcc-debug -R ^stop(/|$) -E _NOT_BUILT$",
            )
        self.check_calls(["pipeline"], "ctest --preset gcc-debug -R ^pipeline(/|$) -E _NOT_BUILT$")

    def test_several_folders_of_a_preset(self) -> None:
        self.check_calls(
            ["fuzz", "clang-asan", "examples"],
            "cmake --build --preset clang-asan --target tests/fuzz/all examples/all",
            "ctest --preset clang-asan -R ^fuzz(/|$)|^examples(/|$) -E _NOT_BUILT$",
        )

    def test_text(self) -> None:
        for text, target in (
            ("first", "grit.tests.stop"),
            ("^hook/.*is called last$", "grit.tests.hook"),
            ("sse", "tests/fuzz/all"),
        ):
            self.check_calls(
                ["-R", text],
                f"cmake --build --preset gcc-debug --target {target}",
                f"ctest --preset gcc-debug -R {text} -E _NOT_BUILT$",
            )
        self.check_calls(["-R", "layering"], "ctest --preset gcc-debug -R layering -E _NOT_BUILT$")

    def test_what_does_not_exist(self) -> None:
        for arguments in (["stops"], [""], ["/"], ["-R"], ["demo"], ["stop", "-x"]):
            status, output, calls = dev("test", *arguments)
            self.assertEqual((status, calls), (2, []), arguments)
            self.assertIn("is no folder of tests/, no preset", output)

    def test_help(self) -> None:
        _, output, calls = dev("help")
        self.assertEqual(calls, [])
        for command in ("demo", "test", "bench", "fuzz", "peers", "mutate", "release-check", "docs", "format", "check", "help"):
            self.assertRegex(output, rf"(?m)^  {command}\b")
        self.assertEqual(dev("no such command")[:2], (2, output))


unittest.main()
