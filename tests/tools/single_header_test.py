# SPDX-License-Identifier: BSL-1.0
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from tree import HEAD, TOOLS


class SingleHeader(unittest.TestCase):
    def test_each_header_once_and_before_who_includes_it(self) -> None:
        headers = {
            "grit.hpp": "#include <grit/b.hpp>\n#include <grit/a.hpp>\n",
            "grit/a.hpp": "#include <string>\nint a;\n",
            "grit/b.hpp": "int before;\n#if SOMETHING\n#include <grit/a.hpp>\n#endif\nint b;\n",
            "grit/adapter/c.hpp": "int c;\n",
        }
        with tempfile.TemporaryDirectory() as tree:
            for name, text in headers.items():
                path = Path(tree) / "include" / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(HEAD + text, "utf-8")
            (Path(tree) / "LICENSE").write_text("Take it.\n\nAs is.\n", "utf-8")
            out = Path(tree) / "out"
            subprocess.run([sys.executable, TOOLS / "single_header.py", out, tree], check=True, stdout=subprocess.DEVNULL)
            text = (out / "grit.hpp").read_text("utf-8")
            self.assertLess(text.index("int a;"), text.index("#if SOMETHING"))
            self.assertEqual([text.count(part) for part in ("int a;", "#pragma once", "<grit/a.hpp>", "int c;")], [1, 1, 1, 0])
            self.assertIn("// Take it.\n//\n// As is.\n", text)
            self.assertEqual((out / "grit/b.hpp").read_text("utf-8"), "#pragma once\n#include <grit.hpp>\n")
            self.assertFalse((out / "grit/adapter").exists())


if __name__ == "__main__":
    unittest.main()
