# SPDX-License-Identifier: BSL-1.0
import unittest

from tree import run


def layering(**headers: str) -> tuple[int, str]:
    """Runs the tool on headers named like stop__never, each given by what it includes."""
    return run(
        "layering.py",
        {
            f"include/grit/{name.replace('__', '/')}.hpp": "".join(f"#include <{header}>\n" for header in included.split())
            for name, included in headers.items()
        },
    )


class Layering(unittest.TestCase):
    def test_down_is_right(self) -> None:
        status, output = layering(core__a="vector", stop__b="grit/core/a.hpp", stop="grit/stop/b.hpp", retry="grit/stop.hpp")
        self.assertEqual(status, 0, output)

    def test_up_is_wrong(self) -> None:
        status, output = layering(core__a="grit/stop/b.hpp", stop__b="")
        self.assertEqual(status, 1)
        self.assertIn("grit/core/a.hpp (core, layer 2) -> grit/stop/b.hpp (stop, layer 4)", output)

    def test_sideways_is_wrong(self) -> None:
        status, output = layering(wait__a="grit/stop/b.hpp", stop__b="")
        self.assertEqual(status, 1)
        self.assertIn("grit/wait/a.hpp (wait, layer 4) -> grit/stop/b.hpp (stop, layer 4)", output)

    def test_umbrella_stands_where_its_folder_stands(self) -> None:
        self.assertEqual(layering(wait__a="grit/stop.hpp", stop="")[0], 1)
        self.assertEqual(layering(circuit_breaker__a="grit/retry.hpp", retry="")[0], 1)

    def test_rooms_of_a_folder_have_layers_of_their_own(self) -> None:
        down = layering(llm__http__a="grit/retry.hpp", retry="", llm__client__b="grit/llm/http/a.hpp", llm="grit/llm/client/b.hpp")
        self.assertEqual(down[0], 0, down[1])
        status, output = layering(llm__http__a="grit/llm/client/b.hpp", llm__client__b="")
        self.assertEqual(status, 1)
        self.assertRegex(output, r"grit/llm/http/a.hpp \(llm/http, layer \d+\) -> grit/llm/client/b.hpp \(llm/client, layer \d+\)")
        self.assertEqual(layering(llm__dialect__a="grit/llm/transport/b.hpp", llm__transport__b="")[0], 1)
        self.assertEqual(layering(llm__client__a="grit/llm.hpp", llm="")[0], 1)
        self.assertEqual(layering(core__a="grit/llm/http/b.hpp", llm__http__b="")[0], 1)

    def test_unknown_room_is_an_error(self) -> None:
        self.assertIn("grit/llm/attic/a.hpp stands on no layer", layering(llm__attic__a="")[1])

    def test_relative_include_is_seen(self) -> None:
        files = {"include/grit/wait/a.hpp": '#include "../stop/b.hpp"\n', "include/grit/stop/b.hpp": ""}
        self.assertEqual(run("layering.py", files)[0], 1)

    def test_cycle_is_printed(self) -> None:
        status, output = layering(core__a="grit/core/b.hpp", core__b="grit/core/c.hpp", core__c="grit/core/a.hpp")
        self.assertEqual(status, 1)
        self.assertIn("grit/core/a.hpp -> grit/core/b.hpp -> grit/core/c.hpp -> grit/core/a.hpp: a cycle", output)

    def test_unknown_folder_is_an_error(self) -> None:
        self.assertIn("stands on no layer", layering(other__a="")[1])

    def test_missing_header_is_an_error(self) -> None:
        self.assertIn("does not exist", layering(core__a="grit/core/gone.hpp")[1])

    def test_confined_libraries(self) -> None:
        self.assertEqual(layering(core__hana="boost/hana/basic_tuple.hpp", llm__dialect__json_value="nlohmann/json.hpp")[0], 0)
        self.assertEqual(layering(core__a="boost/hana/basic_tuple.hpp")[0], 1)
        self.assertEqual(layering(llm__transport__curl="curl/curl.h")[0], 0)
        self.assertEqual(layering(llm__dialect__any="nlohmann/json.hpp")[0], 1)
        self.assertEqual(layering(llm__transport__scripted="curl/curl.h")[0], 1)

    def test_what_a_folder_does_without_is_not_reached(self) -> None:
        headers = {"llm__dialect__json_value": "nlohmann/json.hpp", "llm__transport__curl": "curl/curl.h"}
        self.assertEqual(layering(**headers, llm="grit/llm/dialect/json_value.hpp grit/llm/transport/curl.hpp")[0], 0)
        status, output = layering(**headers, llm__client__a="grit/llm/dialect/json_value.hpp")
        self.assertEqual(status, 1)
        chain = "grit/llm/client/a.hpp -> grit/llm/dialect/json_value.hpp -> nlohmann/json.hpp"
        self.assertIn(f"{chain}: llm/client does without it", output)
        self.assertEqual(layering(**headers, llm__client__a="grit/llm/transport/curl.hpp")[0], 1)

    def test_heavy_header_is_printed_with_its_chain(self) -> None:
        status, output = layering(core__a="random", stop="grit/core/a.hpp", retry="grit/stop.hpp")
        self.assertEqual(status, 1)
        self.assertIn("grit/retry.hpp -> grit/stop.hpp -> grit/core/a.hpp -> random: too heavy", output)
        self.assertEqual(layering(core__a="random", retry="")[0], 0)


unittest.main()
