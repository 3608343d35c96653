# SPDX-License-Identifier: BSL-1.0
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from tree import HEAD, TOOLS


def run(*arguments: str) -> int:
    return subprocess.run([sys.executable, TOOLS / "abi_namespace.py", *arguments], stdout=subprocess.DEVNULL).returncode


class AbiNamespace(unittest.TestCase):
    def check(self, before: str, after: str) -> None:
        with tempfile.TemporaryDirectory() as tree:
            header = Path(tree) / "include" / "grit" / "a.hpp"
            header.parent.mkdir(parents=True)
            header.write_text(before, "utf-8")
            self.assertEqual(run("--check", tree), 1)
            self.assertEqual(header.read_text("utf-8"), before)
            for _ in range(2):  # a second time changes nothing
                self.assertEqual(run(tree), 0)
                self.assertEqual(header.read_text("utf-8"), after)
            self.assertEqual(run("--check", tree), 0)

    def test_namespaces_are_versioned(self) -> None:
        include = f"{HEAD}\n#include <grit/b.hpp>\n\n"
        self.check(
            include + "namespace grit {\nnamespace detail {\n} // namespace detail\n} // namespace grit\n",
            include + "namespace grit::inline GRIT_ABI {\nnamespace detail {\n} // namespace detail\n"
            "} // namespace grit::inline GRIT_ABI\n",
        )
        self.check(
            include + "namespace grit::llm::detail {\n} // namespace grit::llm::detail\n",
            include + "namespace grit::inline GRIT_ABI::llm::detail {\n} // namespace grit::inline GRIT_ABI::llm::detail\n",
        )

    def test_a_header_that_includes_none_of_grit_gets_the_version(self) -> None:
        opened, closed = "namespace grit::inline GRIT_ABI {\n", "} // namespace grit::inline GRIT_ABI\n"
        plain = "namespace grit {\n} // namespace grit\n"
        self.check(f"{HEAD}\n{plain}", f"{HEAD}\n#include <grit/version.hpp>\n\n{opened}{closed}")
        self.check(
            f"{HEAD}\n#include <string>\n\n{plain}",
            f"{HEAD}\n#include <string>\n\n#include <grit/version.hpp>\n\n{opened}{closed}",
        )


if __name__ == "__main__":
    unittest.main()
