// SPDX-License-Identifier: BSL-1.0
#include <grit/core/rejected.hpp>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;

namespace {
struct CircuitOpen : Rejected {
    using Rejected::Rejected;
};
struct Timeout : std::runtime_error {
    using std::runtime_error::runtime_error;
};
} // namespace

TEST_CASE("Rejected says which stage refused and when to come back") {
    Rejected const rejected{"breaker", 5s};
    REQUIRE(std::string_view{rejected.stage()} == "breaker");
    REQUIRE(std::string_view{rejected.what()} == "breaker");
    REQUIRE(rejected.retry_after() == 5s);
    REQUIRE(Rejected{"limiter"}.retry_after() == Duration::zero());
}

TEST_CASE("a type names itself and what is derived from it") {
    STATIC_REQUIRE(names<Timeout, Timeout>);
    STATIC_REQUIRE(names<std::exception, Timeout>);
    STATIC_REQUIRE(names<int, int>);
    STATIC_REQUIRE_FALSE(names<Timeout, std::runtime_error>);
    STATIC_REQUIRE_FALSE(names<std::logic_error, Timeout>);
}

TEST_CASE("a base that rejections share with others does not name them") {
    STATIC_REQUIRE(names<Rejected, CircuitOpen>);
    STATIC_REQUIRE(names<CircuitOpen, CircuitOpen>);
    STATIC_REQUIRE(names<Rejected, Rejected>);
    STATIC_REQUIRE_FALSE(names<std::runtime_error, CircuitOpen>);
    STATIC_REQUIRE_FALSE(names<std::exception, Rejected>);
    STATIC_REQUIRE_FALSE(names<CircuitOpen, Rejected>);
}
