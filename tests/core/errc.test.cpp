// SPDX-License-Identifier: BSL-1.0
#include <grit/core/errc.hpp>

#include <string>

#include "support/catch.hpp"

using namespace grit;

TEST_CASE("a reason why an operation was not called is a std::error_code") {
    std::error_code const code = errc::circuit_open;
    REQUIRE(code == errc::circuit_open);
    REQUIRE(code != errc::rate_limited);
    REQUIRE(code.category() == grit_category());
    REQUIRE(std::string{code.category().name()} == "grit");
    REQUIRE(code.message() == "the circuit is open");
    REQUIRE(std::error_code{99, grit_category()}.message() == "unknown");
    REQUIRE(bool(make_error_code(errc::deadline_exceeded)));
}

TEST_CASE("a deadline and a cancellation mean what they mean elsewhere") {
    REQUIRE(make_error_code(errc::deadline_exceeded) == std::errc::timed_out);
    REQUIRE(make_error_code(errc::attempt_timed_out) == std::errc::timed_out);
    REQUIRE(make_error_code(errc::cancelled) == std::errc::operation_canceled);
    REQUIRE(make_error_code(errc::bulkhead_full) != std::errc::timed_out);
}
