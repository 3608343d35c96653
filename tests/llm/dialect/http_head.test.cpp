// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/dialect/http_head.hpp>

#include "support/catch.hpp"

using namespace grit::llm;

TEST_CASE("what was set by hand is not replaced by a default") {
    Headers headers{{"a", "1"}};
    detail::set_default(headers, "A", "2");
    detail::set_default(headers, "B", "3");
    detail::set_default(headers, "C", "");
    detail::set_default(headers, "D", "Bearer ", ApiKey{});
    CHECK(headers.find("a") == "1");
    CHECK(headers.find("b") == "3");
    CHECK_FALSE(headers.find("c").has_value());
    CHECK_FALSE(headers.find("d").has_value());
}
