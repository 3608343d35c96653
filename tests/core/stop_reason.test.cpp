// SPDX-License-Identifier: BSL-1.0
#include <grit/core/stop_reason.hpp>

#include <set>
#include <string>

#include "support/catch.hpp"

using grit::StopReason;
using grit::to_string;

TEST_CASE("every StopReason has a name of its own") {
    STATIC_REQUIRE(std::string_view{to_string(StopReason::none)} == "none");
    std::set<std::string> names;
    for (int i = 0; i <= static_cast<int>(StopReason::custom); ++i) names.insert(to_string(static_cast<StopReason>(i)));
    REQUIRE(names == std::set<std::string>{"none", "attempts", "delay", "deadline", "cancelled", "permanent",
                                           "not_retryable", "hint", "budget", "custom"});
    REQUIRE(std::string{to_string(static_cast<StopReason>(200))} == "unknown");
}
