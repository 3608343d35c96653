# SPDX-License-Identifier: BSL-1.0
import tempfile
import unittest
from pathlib import Path

from tree import run

PAGE = """\
# A page
<!-- cpp-prologue
#include <vector>
int three() { return 3; }
-->
```cpp
#include <string>
assert(three() == 3);
```
```sh
not this
```
```cpp global
struct Later {};
```
```cpp fail
Later later = 1;
```
```text
no conversion (really)
```
```cpp
int main() {}
```
"""


def doc_examples(page: str) -> tuple[int, dict[str, str], str]:
    with tempfile.TemporaryDirectory() as output:
        status, printed = run("doc_examples.py", {"docs/how_to/page.md": page}, "{tree}", output)
        return status, {path.name: path.read_text() for path in Path(output).iterdir()}, printed


class DocExamples(unittest.TestCase):
    def test_page(self) -> None:
        status, programs, printed = doc_examples(PAGE)
        self.assertEqual(status, 0, printed)
        self.assertEqual(
            sorted(programs),
            ["docs-how_to-page.cpp", "docs-how_to-page.fail-1.cpp", "docs-how_to-page.program-2.cpp"],
        )
        self.assertEqual(len(printed.splitlines()), 3)

        fragments = programs["docs-how_to-page.cpp"]
        self.assertTrue(fragments.startswith("#include <cassert>\n#include <vector>\n#include <string>\n"))
        self.assertLess(fragments.index("int three()"), fragments.index("void fragment_1()"))
        self.assertLess(fragments.index("void fragment_1()"), fragments.index("struct Later"))
        self.assertIn("    fragment_1();\n}", fragments)
        self.assertNotIn("not this", fragments)
        self.assertNotIn("fragment_2", fragments)
        self.assertRegex(fragments, '#line 7 ".*page.md"\n\nassert')

        misuse = programs["docs-how_to-page.fail-1.cpp"]
        self.assertTrue(misuse.startswith("// expect-error: no\\ conversion\\ \\(really\\)\n"))
        self.assertIn("struct Later", misuse)
        self.assertIn("Later later = 1;", misuse)

    def test_page_without_blocks(self) -> None:
        self.assertEqual(doc_examples("text\n")[1], {})

    def test_misuse_needs_its_error(self) -> None:
        status, _, printed = doc_examples("```cpp fail\nint i = x;\n```\n")
        self.assertNotEqual(status, 0)
        self.assertIn("page.md:1: a ```text block", printed)

    def test_unknown_kind(self) -> None:
        self.assertNotEqual(doc_examples("```cpp skip\n```\n")[0], 0)


unittest.main()
