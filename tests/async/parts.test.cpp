// SPDX-License-Identifier: BSL-1.0
#include <grit/async/parts.hpp>

#include <grit/hedge.hpp>
#include <grit/retry.hpp>
#include <grit/timeout.hpp>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;

TEST_CASE("a pipeline is parted where it races attempts", "[R-703]") {
    using Loop = Retrying<StopAfterAttempt<2>>;
    using Stages = Pipeline<Deadline<1s>, Loop, Hedge<50ms>, AttemptTimeout<2s>>;
    using Race = detail::RaceOf<Stages>;
    STATIC_REQUIRE(Race::index == 2);
    STATIC_REQUIRE(Race::Outside::count == 2);
    STATIC_REQUIRE(Race::Inside::count == 1);
    Stages const stages{Deadline<1s>{}, Loop{}, Hedge<50ms>{}, AttemptTimeout<2s>{}};
    typename Race::Inside const inside{stages};
    CHECK(inside.template stage<0>().limit() == 2s);
    STATIC_REQUIRE(Stage<typename Race::Outside>);
    STATIC_REQUIRE(Stage<typename Race::Inside>);
}

TEST_CASE("a hedge alone has nothing outside and nothing inside", "[R-703]") {
    using Held = detail::HeldInParts<Hedge<50ms>>;
    STATIC_REQUIRE(std::is_same_v<Held, Pipeline<Hedge<50ms>>>);
    using Race = detail::RaceOf<Held>;
    STATIC_REQUIRE(Race::Outside::count == 0);
    STATIC_REQUIRE(Race::Inside::count == 0);
    STATIC_REQUIRE(Stage<typename Race::Outside>);
    STATIC_REQUIRE(std::is_same_v<detail::HeldInParts<Deadline<1s>>, Deadline<1s>>);
}
