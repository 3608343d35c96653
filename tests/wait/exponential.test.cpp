// SPDX-License-Identifier: BSL-1.0
#include <grit/wait/exponential.hpp>

#include "support/catch.hpp"
#include "wait/fake_query.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

namespace {
using Wide = std::array<Duration, 8>;

/// For every number of attempts that has a closed form.
template <class Wait, int Most = 1>
constexpr bool closed_form_is_the_walk() {
    auto const waits = walk<Most>(Wait{});
    for (int n = 1; n <= Most; ++n)
        if (Wait{}.template closed_form<Most>(n) != waits[static_cast<std::size_t>(n - 1)]) return false;
    if constexpr (Most < 16) return closed_form_is_the_walk<Wait, Most + 1>();
    else return true;
}
} // namespace

TEST_CASE("WaitExponential doubles up to its maximum", "[wait]") {
    using Wait = WaitExponential<1s, 60s>;
    STATIC_REQUIRE(walk<8>(Wait{}) == Wide{1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s});
    STATIC_REQUIRE(value_at(Wait{}, 4) == 8s);
    STATIC_REQUIRE(value_at(Wait{}, 1'000'000'000) == 60s);
    STATIC_REQUIRE(bounds_at(Wait{}, 2) == Bounds{2s, 2s});
    STATIC_REQUIRE(std::is_empty_v<WaitExponential<60s, 60s>>);

    WaitExponential const wait{1s, 60s};
    STATIC_REQUIRE(std::is_same_v<decltype(wait), WaitExponential<> const>);
    STATIC_REQUIRE(sizeof(wait) == 2 * sizeof(Duration));
    REQUIRE(walk<8>(wait) == Wide{1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s});
}

TEST_CASE("WaitExponential grows by a whole factor or a ratio, with a minimum", "[wait]") {
    STATIC_REQUIRE(walk<4>(WaitExponential<1s, 60s, 3>{}) == std::array<Duration, 4>{1s, 3s, 9s, 27s});
    STATIC_REQUIRE(walk<4>(WaitExponential<8s, 60s, std::ratio<3, 2>{}>{}) ==
                   std::array<Duration, 4>{8s, 12s, 18s, 27s});
    STATIC_REQUIRE(walk<4>(WaitExponential<1s, 60s, 2, 3s>{}) == std::array<Duration, 4>{3s, 3s, 4s, 8s});
    STATIC_REQUIRE(std::is_same_v<WaitExponential<1s, 60s, std::ratio<4, 2>{}>, WaitExponential<1s, 60s>>);

    REQUIRE(walk<4>(WaitExponential{8s, 60s, Factor{3, 2}}) == std::array<Duration, 4>{8s, 12s, 18s, 27s});
    REQUIRE(walk<4>(WaitExponential{1s, 60s, 3, 2s}) == std::array<Duration, 4>{2s, 3s, 9s, 27s});
    REQUIRE(walk<3>(WaitExponential<dynamic, dynamic, 3>{1s, 60s}) == std::array<Duration, 3>{1s, 3s, 9s});
}

TEST_CASE("WaitExponential with a factor of 1 or an initial wait of 0 stays what it is", "[wait]") {
    STATIC_REQUIRE(value_at(WaitExponential<1s, 60s, 1>{}, 1'000'000'000) == 1s);
    STATIC_REQUIRE(value_at(WaitExponential<0s, 60s>{}, 1'000'000'000) == 0s);
    STATIC_REQUIRE(value_at(WaitExponential<0s, 0s>{}, 1'000'000'000) == 0s);
    REQUIRE(value_at(WaitExponential{1s, 60s, 1}, 1'000'000'000) == 1s);
}

TEST_CASE("WaitExponential says when no wait of it is zero", "[wait]") {
    STATIC_REQUIRE(WaitExponential<1s, 60s>::always_waits);
    STATIC_REQUIRE(WaitExponential<0s, 60s, 2, 1s>::always_waits);
    STATIC_REQUIRE_FALSE(WaitExponential<0s, 60s>::always_waits);
    STATIC_REQUIRE_FALSE(WaitExponential<>::always_waits);
}

TEST_CASE("WaitExponential has a closed form where it doubles and 16 attempts fit", "[wait]") {
    constexpr Duration least_too_long{std::int64_t{1} << 47};
    STATIC_REQUIRE_FALSE(WaitExponential<least_too_long, Duration::max()>::has_closed_form<16>);
    STATIC_REQUIRE_FALSE(WaitExponential<1s, 60s, 3>::has_closed_form<16>);
    STATIC_REQUIRE_FALSE(WaitExponential<>::has_closed_form<16>);
    STATIC_REQUIRE_FALSE(WaitExponential<1s, 60s>::has_closed_form<0>);
    STATIC_REQUIRE(WaitExponential<1s, 64s>::has_closed_form<7>);

    using Longest = WaitExponential<least_too_long - 1ns, Duration::max()>;
    STATIC_REQUIRE(Longest::has_closed_form<16>);
    STATIC_REQUIRE(closed_form_is_the_walk<Longest>());
    STATIC_REQUIRE(WaitExponential<1s, 60s>{}.closed_form<9>(9) == 60s);
}

TEST_CASE("WaitExponential's closed form is the walk, wherever the maximum is reached", "[wait]") {
    STATIC_REQUIRE(closed_form_is_the_walk<WaitExponential<1s, 60s>>());
    STATIC_REQUIRE(closed_form_is_the_walk<WaitExponential<1s, 64s - 1ns>>());
    STATIC_REQUIRE(closed_form_is_the_walk<WaitExponential<1s, 64s>>());
    STATIC_REQUIRE(closed_form_is_the_walk<WaitExponential<1s, 64s + 1ns>>());
    STATIC_REQUIRE(closed_form_is_the_walk<WaitExponential<1s, 1s>>());
    STATIC_REQUIRE(closed_form_is_the_walk<WaitExponential<0s, 1s>>());
}

TEST_CASE("WaitExponential saturates, whatever the factor", "[wait]") {
    constexpr auto huge = Duration::max();
    STATIC_REQUIRE(value_at(WaitExponential<1ns, huge>{}, 1'000'000'000) == huge / 2);
    STATIC_REQUIRE(value_at(WaitExponential<1ns, huge, 1'000>{}, 1'000'000'000) == huge);
    STATIC_REQUIRE(value_at(WaitExponential<1s, 24h, 1'000'000'000>{}, 2) == 24h);
    STATIC_REQUIRE(walk<2>(WaitExponential<huge, huge>{}) == std::array<Duration, 2>{huge / 2, huge / 2});
    REQUIRE(value_at(WaitExponential{1ns, huge}, 1'000'000'000) == huge / 2);
    REQUIRE(value_at(WaitExponential{1ns, huge, 7}, 1'000'000'000) == huge);
    REQUIRE(value_at(WaitExponential{1ns, huge, Factor{1'000'000'000, 999'999'999}}, 1'000'000'000) == 1ns);
}

TEST_CASE("WaitExponential rejects what it cannot use", "[wait]") {
    using Catch::Matchers::ContainsSubstring;
    REQUIRE_THROWS_WITH((WaitExponential{2s, 1s}), ContainsSubstring("grit: 'WaitExponential'"));
    REQUIRE_THROWS_AS((WaitExponential{-1s, 1s}), std::invalid_argument);
    REQUIRE_THROWS_WITH((WaitExponential{1s, 2s, 0}), ContainsSubstring("factor"));
    REQUIRE_THROWS_AS((WaitExponential{1s, 2s, Factor{2, 3}}), std::invalid_argument);
    REQUIRE_THROWS_AS((WaitExponential{1s, 2s, Factor{3, 0}}), std::invalid_argument);
    REQUIRE_THROWS_AS((WaitExponential{1s, 2s, Factor{-3, -2}}), std::invalid_argument);
    REQUIRE_THROWS_AS((WaitExponential{1s, 2s, 2'000'000'000}), std::invalid_argument);
    REQUIRE_THROWS_WITH((WaitExponential{1s, 2s, 2, 3s}), ContainsSubstring("minimum"));
    REQUIRE_THROWS_AS((WaitExponential{1s, 2s, 2, -1s}), std::invalid_argument);
}
