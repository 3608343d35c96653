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

TEST_CASE("a name of a stage is cut between two characters", "[R-283]") {
    std::string const ends(10, 'y');
    for (std::string const character : {"\u00FC", "\u20AC", "\U0001F600"})
        for (std::size_t inside = 0; inside <= character.size(); ++inside) {
            std::string const before(60 - inside, 'x');
            CAPTURE(character, inside);
            CHECK(StageName{before + character + ends} ==
                  (inside == character.size() ? before + character : before) + "...");
        }
    std::string const no_text(70, '\x80'); // no UTF-8: it is cut somewhere
    CHECK(StageName{no_text} == std::string(57, '\x80') + "...");
}
