// SPDX-License-Identifier: BSL-1.0
#include <grit/stop/never.hpp>

#include <limits>

#include "stop/fake_query.hpp"
#include "support/catch.hpp"

using namespace grit;
using Traits = detail::StopTraits<StopNever>;

TEST_CASE("StopNever never stops") {
    constexpr FakeQuery last{.number = std::numeric_limits<int>::max(), .since_start = Duration::max()};
    STATIC_REQUIRE_FALSE(StopNever{}.stop(FakeQuery{}));
    STATIC_REQUIRE_FALSE(StopNever{}.stop(last));
    REQUIRE_FALSE(Traits::stop(StopNever{}, last));
}

TEST_CASE("StopNever needs nothing and is not bounded") {
    STATIC_REQUIRE(StopPolicy<StopNever>);
    STATIC_REQUIRE(std::is_empty_v<StopNever>);
    STATIC_REQUIRE_FALSE(Traits::bounded);
    STATIC_REQUIRE(Traits::turn == detail::Turn::at_once);
    STATIC_REQUIRE_FALSE(Traits::needs_failure);
    STATIC_REQUIRE(Traits::max_attempts == 0);
    STATIC_REQUIRE_FALSE(Traits::has_deadline);
}
