// SPDX-License-Identifier: BSL-1.0
#include <grit/core/stage_name.hpp>

#include <string>

#include "support/catch.hpp"

using namespace grit;

TEST_CASE("a name of a stage is held, and cut where it is long", "[R-283]") {
    STATIC_REQUIRE(StageName{"api"} == "api");
    STATIC_REQUIRE(StageName{} == "");
    STATIC_REQUIRE(std::is_trivially_copyable_v<StageName>);
    std::string text(63, 'x');
    REQUIRE(StageName{text} == text);
    text += 'x';
    REQUIRE(StageName{text} == std::string(60, 'x') + "...");
    StageName const held{text};
    text.assign(text.size(), '?');
    REQUIRE(std::string{held.c_str()} == std::string(60, 'x') + "...");
}
