# SPDX-License-Identifier: BSL-1.0
import subprocess
import tempfile
import unittest
from pathlib import Path

from tree import run

PAGE = """\
# A page
```cpp global
#include <cassert>

int three() { return 3; }
```
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
#include <set>
int main() {}
```
"""


def doc_examples(page: str, **headers: str) -> tuple[int, dict[str, str], str]:
    tree = {"docs/how_to/page.md": page} | {f"include/grit/{name}.hpp": text for name, text in headers.items()}
    with tempfile.TemporaryDirectory() as output:
        status, printed = run("doc_examples.py", tree, "{tree}", output)
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
        self.assertTrue(fragments.startswith("#include <cassert>\n#include <string>\n\n"))
        self.assertLess(fragments.index("int three()"), fragments.index("void fragment_1()"))
        self.assertLess(fragments.index("void fragment_1()"), fragments.index("struct Later"))
        self.assertIn("    fragment_1();\n}", fragments)
        self.assertNotIn("not this", fragments)
        self.assertNotIn("fragment_2", fragments)
        self.assertRegex(fragments, '#line 8 ".*page.md"\n\nassert')

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

    def refused(self, page: str, sentence: str) -> None:
        status, programs, printed = doc_examples(page)
        self.assertEqual((status, programs), (1, {}), page)
        self.assertIn(sentence, printed)

    def test_what_is_used_is_included_where_the_reader_sees_it(self) -> None:
        self.refused(
            "```cpp\nint main() { std::array a{1}; }\n```\n",
            "page.md:1: std::array is used, and it does not include <array>; a reader compiles what is shown",
        )
        later = "```cpp\nstd::array a{1};\n```\n```cpp\n#include <array>\nstd::array b{1};\n```\n"
        self.refused(later, "page.md:1: std::array is used, and this block, or one above it, does not include <array>")
        program = "```cpp\n#include <array>\nint main() {}\n```\n"
        self.refused(program + "```cpp\nstd::array a{1};\n```\n", "page.md:5: std::array is used")
        self.refused("```cpp\nassert(true);\n```\n", "assert is used, and this block, or one above it, does not include <cassert>")

    def test_what_is_said_or_brought_along_is_not_used(self) -> None:
        for code in (
            "// std::array",
            'auto text = "std::array";',
            'auto text = R"(std::array)";',
            "static_assert(true);",
            "std::string text;",
            "my::array a;",
            "#include <array>\nstd::array a{1};",
        ):
            self.assertEqual(doc_examples(f"```cpp\n{code}\n```\n")[0], 0, code)

    def test_nothing_is_hidden(self) -> None:
        sentence = "page.md:2: this comment holds C++ that no reader sees; show it, in a ```cpp global block"
        self.refused("# A\n<!-- cpp-prologue\nint i;\n-->\n", sentence)
        self.refused("# A\n<!--\n#include <array>\n-->\n", sentence)
        self.assertEqual(doc_examples("<!-- a word to the author -->\n```html\n<!-- #include -->\n```\n")[0], 0)

    def test_a_comment_is_no_main(self) -> None:
        _, programs, _ = doc_examples("```cpp\n// int main() { goes around this }\nint i = 1;\n```\n")
        self.assertIn("// int main()", programs["docs-how_to-page.cpp"])

    def test_blocks_of_the_first_page_are_programs(self) -> None:
        with tempfile.TemporaryDirectory() as output:
            status, printed = run("doc_examples.py", {"README.md": "```cpp\nint i;\n```\n"}, "{tree}", output)
        self.assertEqual(status, 1)
        self.assertIn("README.md:1: this block has no main()", printed)

    def test_programs_that_include_the_same_are_one(self) -> None:
        program = "```cpp\n#include <vector>\nint main() {}\n```\n"
        fragment = "```cpp\n#include <set>\nint i = 1;\n```\n"
        _, programs, printed = doc_examples(program + program + fragment)
        self.assertEqual(sorted(programs), ["docs-how_to-page.cpp", "together-docs-how_to-page.program-1.cpp"])
        self.assertEqual(len(printed.splitlines()), 2)
        both = programs["together-docs-how_to-page.program-1.cpp"]
        self.assertTrue(both.startswith("#include <vector>\nnamespace program_1 {\n"))
        self.assertRegex(both, r'failed \+= run\(".*page.md", 2, program_1::main\)')
        self.assertRegex(both, r'failed \+= run\(".*page.md", 6, program_2::main\)')
        self.assertRegex(both, '#line 6 ".*page.md"\n\nint main\\(\\) {return 0;\n}\n}')

    def test_what_must_be_alone_is(self) -> None:
        plain = "```cpp\nint main() {}\n```\n"
        for line in (
            "// compiled with -fno-exceptions",
            "#define X",
            "namespace std {",
            "template <>",
            "int (*f)() = ::get;",
            "int main(int, char** arguments) {}",
        ):
            _, programs, _ = doc_examples(plain + f"```cpp\n{line}\nint main() {{}}\n```\n" + plain)
            self.assertEqual(
                sorted(programs), ["docs-how_to-page.program-2.cpp", "together-docs-how_to-page.program-1.cpp"], line
            )

    def test_a_program_that_includes_more_stands_below(self) -> None:
        pages = "".join(f"```cpp\n#include <grit/{name}.hpp>\nint main() {{}}\n```\n" for name in ("b", "a", "c"))
        _, programs, _ = doc_examples(
            pages, a="#include <set>\n", b="#include <array>\n#include <grit/a.hpp>\n", c="#include <map>\n"
        )
        self.assertEqual(
            sorted(programs), ["docs-how_to-page.program-3.cpp", "together-docs-how_to-page.program-2.cpp"]
        )
        both = programs["together-docs-how_to-page.program-2.cpp"]
        self.assertRegex(both, r"(?s)<grit/a.hpp>\n.* program_1 .*<grit/b.hpp>\n.* program_2 ")

    def test_a_program_without_a_library_is_not_with_one_that_needs_it(self) -> None:
        for header in ("sqlite3.h", "curl/curl.h", "boost/asio.hpp", "grit/llm/a.hpp"):
            page = f"```cpp\nint main() {{}}\n```\n```cpp\n#include <{header}>\nint main() {{}}\n```\n"
            self.assertEqual(len(doc_examples(page)[1]), 2, header)
        page = "".join(f"```cpp\n{more}#include <boost/a.hpp>\nint main() {{}}\n```\n" for more in ("", "#include <set>\n"))
        self.assertEqual(len(doc_examples(page)[1]), 1)

    def test_at_most_twelve_are_together(self) -> None:
        _, programs, _ = doc_examples("```cpp\nint main() {}\n```\n" * 25)
        self.assertEqual(
            sorted(programs),
            [
                "docs-how_to-page.program-25.cpp",
                "together-docs-how_to-page.program-1.cpp",
                "together-docs-how_to-page.program-13.cpp",
            ],
        )

    def test_joined_programs_run_and_name_the_one_that_fails(self) -> None:
        page = "".join(f"```cpp\nint main() {{ if ({i} == 2) return 7; }}\n```\n" for i in (1, 2, 3))
        _, programs, _ = doc_examples(page)
        with tempfile.TemporaryDirectory() as folder:
            source, program = Path(folder) / "a.cpp", Path(folder) / "a"
            source.write_text(programs["together-docs-how_to-page.program-1.cpp"])
            subprocess.run(["c++", source, "-o", program], check=True)
            ran = subprocess.run([program], stderr=subprocess.PIPE, text=True)
        self.assertEqual(ran.returncode, 1)
        self.assertRegex(ran.stderr, r"page.md:5\nmain returned 7\n.*page.md:8\n$")


unittest.main()
