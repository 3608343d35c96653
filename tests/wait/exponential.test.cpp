// SPDX-License-Identifier: BSL-1.0
#include <grit/wait/exponential.hpp>

#include <algorithm>
#include <array>

#include "support/catch.hpp"
#include "wait/fake_query.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

namespace {
using Wide = std::array<Duration, 8>;

/// True if the first waits are Initial * 2^(n - 1), up to Max. Requires: none of these products is too large.
template <class Wait>
constexpr bool doubles(Duration initial, Duration most) {
    auto const waits = walk<16>(Wait{});
    for (std::size_t n = 0; n < 16; ++n)
        if (waits[n] != std::min(initial * (1 << n), most)) return false;
    return true;
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

TEST_CASE("WaitExponential doubles exactly, wherever the maximum is reached", "[wait]") {
    STATIC_REQUIRE(doubles<WaitExponential<1s, 60s>>(1s, 60s));
    STATIC_REQUIRE(doubles<WaitExponential<1s, 64s - 1ns>>(1s, 64s - 1ns));
    STATIC_REQUIRE(doubles<WaitExponential<1s, 64s>>(1s, 64s));
    STATIC_REQUIRE(doubles<WaitExponential<1s, 64s + 1ns>>(1s, 64s + 1ns));
    STATIC_REQUIRE(doubles<WaitExponential<1s, 1s>>(1s, 1s));
    STATIC_REQUIRE(doubles<WaitExponential<0s, 1s>>(0s, 1s));

    constexpr Duration most = Duration::max() / 2; // what a doubled wait is limited to
    constexpr Duration longest{(std::int64_t{1} << 47) - 1};
    STATIC_REQUIRE(doubles<WaitExponential<longest, Duration::max()>>(longest, most));
    STATIC_REQUIRE(walk<16>(WaitExponential<longest + 1ns, Duration::max()>{})[15] == most);
    STATIC_REQUIRE(value_at(WaitExponential<1s, 64s>{}, 7) == 64s);
}

TEST_CASE("WaitExponential saturates, whatever the factor", "[wait]") {
    constexpr auto huge = Duration::max();
    STATIC_REQUIRE(value_at(WaitExponential<1ns, huge>{}, 1'000'000'000) == huge / 2);
    STATIC_REQUIRE(value_at(WaitExponential<1ns, huge, 1'000>{}, 1'000'000'000) == huge);
    STATIC_REQUIRE(value_at(WaitExponential<1s, 24h, 1'000'000'000>{}, 2) == 24h);
    STATIC_REQUIRE(walk<2>(WaitExponential<huge, huge>{}) == std::array<Duration, 2>{huge / 2, huge / 2});
    // Up to a factor of 64 the maximum is limited, so that no product is too large.
    STATIC_REQUIRE(value_at(WaitExponential<1ns, huge, 64>{}, 1'000'000'000) == huge / 64);
    STATIC_REQUIRE(value_at(WaitExponential<1ns, huge, 65>{}, 1'000'000'000) == huge);
    STATIC_REQUIRE(value_at(WaitExponential<1s, huge, 2, huge>{}, 1) == huge / 2);
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
    REQUIRE(value_at(WaitExponential{2s, 2s, 2, 2s}, 1) == 2s);
    REQUIRE(value_at(WaitExponential{0s, 0s, 1, 0s}, 3) == 0s);
}
