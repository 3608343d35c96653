# SPDX-License-Identifier: BSL-1.0
import unittest

from tree import HEAD, run


def headers_check(files: dict[str, str]) -> tuple[int, str]:
    complete = {"include/grit.hpp": f"{HEAD}#include <grit/retry.hpp>\n", "include/grit/retry.hpp": HEAD}
    return run("headers_check.py", complete | files)


class HeadersCheck(unittest.TestCase):
    def test_complete_tree(self) -> None:
        status, output = headers_check({"tests/a.test.cpp": "// SPDX-License-Identifier: BSL-1.0\n"})
        self.assertEqual(status, 0, output)

    def test_heads(self) -> None:
        wrong = {
            "include/grit/llm/a.hpp": "#pragma once\n",
            "include/grit/llm/b.hpp": "// SPDX-License-Identifier: BSL-1.0\n\n",
            "include/grit/llm/c.hpp": "// SPDX-License-Identifier: BSL-1.0\n#pragma once\n\n",
            "tests/d.test.cpp": "int i;\n",
        }
        status, output = headers_check(wrong)
        self.assertEqual(status, 1)
        for place in ("llm/a.hpp:1", "llm/b.hpp:2", "llm/c.hpp:3", "d.test.cpp:1"):
            self.assertIn(place, output)

    def test_asio_comes_after_the_standard_library(self) -> None:
        status, output = headers_check({"include/grit/llm.hpp": f"{HEAD}#include <asio/post.hpp>\n#include <version>\n"})
        self.assertEqual(status, 1)
        self.assertIn("llm.hpp:4: Asio is included before", output)
        self.assertEqual(headers_check({"include/grit/llm.hpp": f"{HEAD}#include <version>\n#include <asio/post.hpp>\n"})[0], 0)

    def test_misuse_begins_with_what_it_expects(self) -> None:
        misuse = "// expect-error: grit\n// SPDX-License-Identifier: BSL-1.0\n"
        self.assertEqual(headers_check({"tests/compile_fail/a.cpp": misuse})[0], 0)
        self.assertEqual(headers_check({"tests/compile_fail/a.cpp": "// expect-error: grit\n"})[0], 1)

    def test_umbrella_beside_its_folder(self) -> None:
        status, output = headers_check({"include/grit/llm.hpp": HEAD, "include/grit/llm/a.hpp": HEAD})
        self.assertEqual(status, 1)
        self.assertIn("grit/llm.hpp does not reach grit/llm/a.hpp", output)
        status, output = headers_check({"include/grit/llm.hpp": HEAD, "include/grit/llm/chat/a.hpp": HEAD})
        self.assertEqual(status, 1)
        self.assertIn("grit/llm.hpp does not reach grit/llm/chat/a.hpp", output)

    def test_engine_and_everything(self) -> None:
        _, output = headers_check({"include/grit/wait/a.hpp": HEAD})
        self.assertIn("grit/retry.hpp does not reach grit/wait/a.hpp", output)
        self.assertIn("grit.hpp does not reach grit/wait/a.hpp", output)


unittest.main()
