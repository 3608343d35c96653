# SPDX-License-Identifier: BSL-1.0
import tempfile
import unittest
from pathlib import Path

from tree import HEAD, run


def sources(**headers: str) -> dict[str, str]:
    files = {f"include/grit/{name}.hpp": HEAD + text for name, text in headers.items()}
    with tempfile.TemporaryDirectory() as output:
        (Path(output) / "of_before.cpp").write_text("")
        status, printed = run("header_chains.py", files, "{tree}/include", output, *(f"{{tree}}/{name}" for name in files))
        assert status == 0, printed
        made = {path.name: path.read_text() for path in Path(output).iterdir()}
        assert sorted(printed.split()) == sorted(str(Path(output) / name) for name in made), printed
        return made


class HeaderChains(unittest.TestCase):
    def test_a_header_stands_below_what_it_includes(self) -> None:
        made = sources(
            c="#include <vector>\n#include <grit/b.hpp>\n", b="#include <grit/a.hpp>\n", a="#include <set>\n"
        )
        self.assertEqual(
            made, {"grit-c.cpp": "#include <grit/a.hpp>\n#include <grit/b.hpp>\n#include <grit/c.hpp>\n"}
        )

    def test_a_header_through_another_of_no_family_counts(self) -> None:
        made = sources(b="#include <grit/a.hpp>\n", a="#include <grit/none.hpp>\n")
        self.assertEqual(list(made), ["grit-b.cpp"])

    def test_headers_that_do_not_include_each_other_do_not_meet(self) -> None:
        made = sources(a="#include <set>\n", b="#include <set>\n", c="#include <grit/a.hpp>\n")
        self.assertEqual(sorted(made), ["grit-b.cpp", "grit-c.cpp"])
        self.assertNotIn("b.hpp", made["grit-c.cpp"])

    def test_an_include_for_some_machines_or_below_code_does_not_count(self) -> None:
        for text in (
            "#if X\n#include <grit/a.hpp>\n#endif\n",
            "#ifdef X\n#else\n# include <grit/a.hpp>\n#endif\n",
            "namespace x {}\n#include <grit/a.hpp>\n",
            "// #include <grit/a.hpp>\n",
        ):
            self.assertEqual(len(sources(a="", b=text)), 2, text)
        self.assertEqual(len(sources(a="", b="#if X\n#endif\n#include <grit/a.hpp>\n")), 1)


unittest.main()
