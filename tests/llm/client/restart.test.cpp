// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/client/restart.hpp>

#include <string_view>

#include "support/catch.hpp"

using namespace grit::llm;

TEST_CASE("a callable takes a restart if it says so", "[R-719]") {
    auto const text = [](std::string_view) {};
    auto const delta = [](Delta const&) {};
    struct Both {
        void operator()(Delta const&) {}
        void operator()(Restart const&) {}
    };
    STATIC_REQUIRE_FALSE(TakesRestart<decltype(text)>);
    STATIC_REQUIRE_FALSE(TakesRestart<decltype(delta)>);
    STATIC_REQUIRE(TakesRestart<Both>);
    STATIC_REQUIRE(TakesRestart<Unseen>);
}
