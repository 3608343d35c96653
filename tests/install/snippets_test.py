# SPDX-License-Identifier: BSL-1.0
"""Builds and runs what docs/how_to/install.md shows: snippets_test.py <source dir> <build dir> <prefix> <C++ compiler> [flags]"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

source, build, prefix = (Path(argument).resolve() for argument in sys.argv[1:4])
compiler, flags = sys.argv[4], " ".join(sys.argv[5:])
page = (source / "docs/how_to/install.md").read_text("utf-8")


def has_libcxx() -> bool:
    """Whether clang++-19 is there, with a libc++ beside it."""
    if not shutil.which("clang++-19"):
        return False
    asked = subprocess.run(["clang++-19", *LIBCXX, "-"], input="#include <version>", capture_output=True, text=True)
    return asked.returncode == 0


LIBCXX = ["-std=c++20", "-stdlib=libc++", "-fsyntax-only", "-x", "c++"]


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


class Snippets(unittest.TestCase):
    def setUp(self) -> None:
        self.app = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.app)
        (self.app / "main.cpp").write_text(*blocks("cpp"), "utf-8")

    def build(self, marker: str, *options: str) -> None:
        (lists,) = [block for block in blocks("cmake") if marker in block]
        (self.app / "CMakeLists.txt").write_text(lists, "utf-8")
        told = [f"-DCMAKE_CXX_COMPILER={compiler}", f"-DCMAKE_CXX_FLAGS={flags}", "-DCMAKE_BUILD_TYPE=Debug"]
        for command in (["cmake", "-S", ".", "-B", "out", *told, *options], ["cmake", "--build", "out"], ["out/app"]):
            done = subprocess.run(command, cwd=self.app, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            self.assertEqual(done.returncode, 0, done.stdout)

    def test_installed(self) -> None:
        self.build("find_package", f"-DCMAKE_PREFIX_PATH={prefix}")

    def test_component_that_is_missing(self) -> None:
        """The sentence of a find_package that fails says which component is missing."""
        ask = "cmake_minimum_required(VERSION 3.25)\nproject(app NONE)\nfind_package(grit 0.1 REQUIRED COMPONENTS curl)\n"
        (self.app / "CMakeLists.txt").write_text(ask, "utf-8")
        command = ["cmake", "-B", "out", f"-DCMAKE_PREFIX_PATH={prefix}"]
        done = subprocess.run(command, cwd=self.app, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("grit has no component 'curl'; its only component is llm.", " ".join(done.stdout.split()))

    def test_fetched(self) -> None:
        subprocess.run(["cpack", "--config", "CPackSourceConfig.cmake"], cwd=build, check=True, stdout=subprocess.DEVNULL)
        (sources,) = build.glob("grit-*.tar.gz")
        (self.app / "archive").mkdir()
        shutil.copy(sources, self.app / "archive" / sources.name.replace("grit-", "v"))
        self.build("FetchContent", f"-DGRIT_HOME_URL=file://{self.app}")

    def test_subdirectory(self) -> None:
        (self.app / "third_party").mkdir()
        (self.app / "third_party/grit").symlink_to(source)
        self.build("add_subdirectory")

    @unittest.skipUnless(shutil.which("pkg-config"), "needs pkg-config")
    def test_pkg_config(self) -> None:
        (command,) = blocks("sh")
        with_compiler = re.sub(r"^c\+\+", f"{compiler} {flags}", command)
        there = {**os.environ, "PKG_CONFIG_PATH": str(prefix / "share/pkgconfig")}
        subprocess.run(f"set -e\n{with_compiler}./app", shell=True, cwd=self.app, env=there, check=True)

    @unittest.skipUnless(has_libcxx(), "needs clang++-19 and its libc++")
    def test_libcxx_as_it_comes(self) -> None:
        """libc++ 19 has no std::stop_token unless it is asked to: every header is content without."""
        code = "#include <grit.hpp>\n" + (self.app / "main.cpp").read_text("utf-8")
        command = ["clang++-19", *LIBCXX, f"-I{source}/include", "-"]
        done = subprocess.run(command, input=code, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.assertEqual(done.returncode, 0, done.stdout)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
