# SPDX-License-Identifier: BSL-1.0
import unittest

from tree import run


def docs_check(files: dict[str, str]) -> tuple[int, str]:
    return run("docs_check.py", files)


class DocsCheck(unittest.TestCase):
    def test_pages_mirror_headers(self) -> None:
        header, page = "include/grit/wait/fixed.hpp", "docs/reference/wait/fixed.md"
        public, private = "namespace grit {\nnamespace detail {\n", "namespace grit::detail {\n"
        self.assertEqual(docs_check({header: public, page: "", "include/grit/wait.hpp": ""})[0], 0)
        self.assertEqual(docs_check({header: private})[0], 0)
        self.assertEqual(docs_check({header: private, page: ""})[0], 0)
        self.assertIn("docs/reference/wait/fixed.md is missing", docs_check({header: public})[1])
        self.assertIn("docs/reference/wait/fixed.md has no header", docs_check({page: ""})[1])

    def test_links(self) -> None:
        page = "# A b\n[right](b.md#two-words) [here](#a-b) [away](https://example.org/x) `[code](gone.md)`\n"
        self.assertEqual(docs_check({"docs/a.md": page, "docs/b.md": "## Two words!\n"})[0], 0)
        self.assertIn("leads nowhere", docs_check({"docs/a.md": "[x](gone.md)"})[1])
        self.assertIn("names no heading", docs_check({"docs/a.md": "[x](b.md#gone)", "docs/b.md": ""})[1])

    def test_code_is_not_read_for_links(self) -> None:
        self.assertEqual(docs_check({"docs/a.md": "```cpp\nf = [](int);\nauto g = [&](X) {};\n```\n"})[0], 0)

    def test_no_merge_is_left_unfinished(self) -> None:
        self.assertEqual(docs_check({"docs/a.md": "A heading\n=======\n\n> a quotation\n"})[0], 0)
        page = "# A\n" + "<" * 7 + " one\nthis\n=======\nthat\n" + ">" * 7 + " other\n"
        self.assertIn("docs/a.md: a merge left its marks in it", docs_check({"docs/a.md": page})[1])

    def test_rules(self) -> None:
        rules, test = "docs/reference/semantics.md", "tests/a.test.cpp"
        self.assertEqual(docs_check({rules: "- **R-1** This.\n", test: 'TEST_CASE("this", "[R-1]")'})[0], 0)
        self.assertIn("no test carries [R-1]", docs_check({rules: "- **R-1** This.\n"})[1])
        self.assertIn("[R-2], which", docs_check({rules: "", test: "[R-2]"})[1])
        self.assertIn("two rules", docs_check({rules: "- **R-1** a\n- **R-1** b\n", test: "[R-1]"})[1])

    def test_differences(self) -> None:
        table, proofs = "docs/reference/differences.md", "docs/explanation/differences_from_tenacity.md"
        self.assertEqual(docs_check({table: "| D-1 | a |\n", proofs: "### D-1 A\n"})[0], 0)
        self.assertIn("D-1 has no proof", docs_check({table: "| D-1 | a |\n", proofs: ""})[1])
        self.assertIn("D-1 is no difference", docs_check({table: "", proofs: "## D-1 A\n"})[1])
        self.assertIn("D-1 is listed twice", docs_check({table: "| D-1 | a |\n| D-1 | b |\n", proofs: "## D-1\n"})[1])

    def test_code_that_a_reader_cannot_compile(self) -> None:
        page = "```cpp\nstd::array a{1};\n```\n"
        self.assertIn("\ndocs/a.md:1: std::array is used", "\n" + docs_check({"docs/a.md": page})[1])

    def test_what_a_header_needs(self) -> None:
        a, b = "include/grit/a.hpp", "include/grit/b.hpp"
        headers = {a: "#include <grit/b.hpp>\n", b: "#include <boost/hana/tuple.hpp>\n"}
        self.assertEqual(docs_check(headers | {"README.md": "| A | `<grit/a.hpp>` | Boost.Hana, Asio |\n"})[0], 0)
        self.assertIn("and its row does not say so", docs_check(headers | {"README.md": "| A | `<grit/a.hpp>` | Asio |\n"})[1])
        self.assertIn("and its row claims so", docs_check({a: "", "README.md": "| A | `<grit/a.hpp>` | Boost.Hana |\n"})[1])
        self.assertIn("there is no header grit/a.hpp", docs_check({"README.md": "| A | `<grit/a.hpp>` | Asio |\n"})[1])

    def test_pages_are_listed_once(self) -> None:
        line, page = "- [A](how_to/a.md)\n", {"docs/how_to/a.md": "# A\n"}
        self.assertEqual(docs_check(page | {"docs/index.md": line})[0], 0)
        self.assertIn("lists how_to/a.md 0 times", docs_check(page | {"docs/index.md": "[A](how_to/a.md)\n"})[1])
        self.assertIn("lists how_to/a.md 2 times", docs_check(page | {"docs/index.md": line + line})[1])


unittest.main()
