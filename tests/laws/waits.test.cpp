// SPDX-License-Identifier: BSL-1.0
#include "laws/waits.hpp"

#include <algorithm>
#include <set>

#include "support/catch.hpp"

using namespace grit;
using namespace laws;

namespace {
constexpr std::uint64_t seeds[] = {1, 2, 42, 0xdeadbeef};

/// Calls law(a, b) for each wait a and a few waits b.
template <class Law>
void for_each_two(Law const& law) {
    for_each_wait([&](auto const& a) {
        law(a, WaitFixed<3s>{});
        law(a, WaitRandom{0s, 2s});
        law(a, WaitExponential<100ms, 4s>{});
    });
}

/// True if a callable is asked, of which only the cap is known.
template <class W>
inline constexpr bool asks_a_callable = !detail::WaitTraits<W>::bounded_wait;
template <ConstantDuration D, auto F, class Fn>
inline constexpr bool asks_a_callable<WaitAtMost<D, WaitFrom<F, Fn>>> = true;
} // namespace

TEST_CASE("every wait is within its declared bounds for 100,000 draws") {
    constexpr int attempts = 20;
    constexpr int runs = 5000;
    for_each_wait([](auto const& wait) {
        using Traits = detail::WaitTraits<std::remove_cvref_t<decltype(wait)>>;
        std::vector<Bounds> schedule;
        detail::BoundsWalk<std::remove_cvref_t<decltype(wait)>> walk{wait};
        for (int n = 0; n < attempts; ++n) schedule.push_back(walk.step());
        int outside = 0;
        int outside_of_schedule = 0;
        for (std::uint64_t seed = 0; seed < runs; ++seed) {
            std::size_t n = 0;
            play(wait, seed, attempts, [&](auto const& state, Duration chosen) {
                Bounds const now = Traits::bounds(wait, state);
                if (chosen < now.least || chosen > now.most || chosen < 0s) ++outside;
                if (chosen < schedule[n].least || chosen > schedule[n].most) ++outside_of_schedule;
                ++n;
            });
        }
        INFO(wait.name);
        CHECK(outside == 0);
        CHECK(outside_of_schedule == 0);
    });
}

TEST_CASE("the bounds of a wait are reached, or nearly") {
    for_each_wait([](auto const& wait) {
        using Traits = detail::WaitTraits<std::remove_cvref_t<decltype(wait)>>;
        if (asks_a_callable<std::remove_cvref_t<decltype(wait)>>) return;
        Bounds const bounds = Traits::bounds(wait, Traits::first(wait));
        Duration least = Duration::max();
        Duration most = Duration::zero();
        for (std::uint64_t seed = 0; seed < 5000; ++seed) {
            Duration const first = waits_of(wait, seed, 1).front();
            least = std::min(least, first);
            most = std::max(most, first);
        }
        Duration const tolerance = (bounds.most - bounds.least) / 50;
        INFO(wait.name);
        CHECK(least <= bounds.least + tolerance);
        CHECK(most >= bounds.most - tolerance);
    });
}

TEST_CASE("the constant and the run-time form of a wait are the same wait") {
    std::apply(
        [](auto const&... pairs) {
            auto const one = [](auto const& constant, auto const& at_run_time) {
                INFO(constant.name);
                for (auto const seed : seeds) CHECK(waits_of(constant, seed) == waits_of(at_run_time, seed));
            };
            (one(pairs.first, pairs.second), ...);
        },
        wait_pairs());
}

TEST_CASE("a wait plus WaitNone is the wait, on either side") {
    for_each_wait([](auto const& a) {
        INFO(a.name);
        for (auto const seed : seeds) {
            CHECK(waits_of(a + WaitNone{}, seed) == waits_of(a, seed));
            CHECK(waits_of(WaitNone{} + a, seed) == waits_of(a, seed));
        }
    });
}

TEST_CASE("adding waits is associative, and the order counts only for the draws") {
    for_each_two([](auto const& a, auto const& b) {
        WaitIncrementing<1s, 1s, 5s> const c;
        INFO(a.name << " + " << b.name);
        for (auto const seed : seeds) CHECK(waits_of((a + b) + c, seed) == waits_of(a + (b + c), seed));
        STATIC_REQUIRE(std::is_same_v<decltype((a + b) + c), decltype(a + (b + c))>);
        if constexpr (!detail::WaitTraits<std::remove_cvref_t<decltype(a)>>::needs_random)
            for (auto const seed : seeds) CHECK(waits_of(a + b, seed) == waits_of(b + a, seed));
    });
}

TEST_CASE("a cap is never exceeded, is idempotent, and one that is high enough changes nothing") {
    for_each_wait([](auto const& a) {
        using W = std::remove_cvref_t<decltype(a)>;
        if constexpr (!detail::WaitTraits<W>::limits_hint) { // which cannot be capped: it would cut what was asked for
            INFO(a.name);
            for (Duration const limit : {Duration{0s}, Duration{1500ms}, Duration{30s}}) {
                WaitAtMost const once{limit, a};
                WaitAtMost const twice{limit, once};
                for (auto const seed : seeds) {
                    auto const capped = waits_of(once, seed);
                    CHECK(*std::max_element(capped.begin(), capped.end()) <= limit);
                    CHECK(waits_of(twice, seed) == capped);
                }
            }
            for (auto const seed : seeds) CHECK(waits_of(WaitAtMost{1h, a}, seed) == waits_of(a, seed));
        }
    });
}

TEST_CASE("jitter survives the maximum") {
    for_each_wait([](auto const& a) {
        using W = std::remove_cvref_t<decltype(a)>;
        if constexpr (detail::WaitTraits<W>::needs_random && !detail::WaitTraits<W>::limits_hint && !requires {
                          requires std::is_same_v<typename W::Kind, WaitChain<void>>;
                      }) { // the last part stays
            INFO(a.name);
            std::set<Duration> late;
            std::set<Duration> capped;
            for (std::uint64_t seed = 0; seed < 100; ++seed) {
                late.insert(waits_of(a, seed, 60).back());
                capped.insert(waits_of(WaitAtMost{2s, a}, seed, 60).back());
            }
            CHECK(late.size() > 90);
            CHECK(capped.size() > 90);
        }
    });
}

TEST_CASE("a chain of one wait is the wait, and so is a sum of one") {
    for_each_wait([](auto const& a) {
        using W = std::remove_cvref_t<decltype(a)>;
        INFO(a.name);
        for (auto const seed : seeds) {
            CHECK(waits_of(WaitSum<W>{a}, seed) == waits_of(a, seed));
            if constexpr (!detail::WaitTraits<W>::limits_hint)
                CHECK(waits_of(WaitChain<W>{a}, seed) == waits_of(a, seed));
        }
    });
}
