// SPDX-License-Identifier: BSL-1.0
#include <grit/stop/traits.hpp>

#include "stop/fake_query.hpp"
#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;

namespace {
struct OnlyCallable {
    static constexpr Family family = Family::stop;
    constexpr bool operator()(Attempt const& attempt) const { return attempt.number() == 2; }
};
struct WantsTime {
    static constexpr Family family = Family::stop;
    constexpr bool operator()(TimedAttempt const& attempt) const { return attempt.elapsed() >= 1s; }
};
struct WantsFailure {
    static constexpr Family family = Family::stop;
    bool operator()(Attempt const&, Failure const&) const { return true; }
};
struct AsksQuery {
    static constexpr Family family = Family::stop;
    constexpr bool stop(auto const&) const { return true; }
};
struct SaysMore {
    static constexpr Family family = Family::stop;
    static constexpr bool bounded = true;
    static constexpr int max_attempts = 4;
    constexpr bool operator()(Attempt const& attempt) const { return attempt.number() == 4; }
    constexpr TimePoint deadline(TimePoint start) const { return start + 1s; }
    constexpr bool cancelled() const { return true; }
};
static_assert(StopPolicy<OnlyCallable> && StopPolicy<WantsTime> && StopPolicy<WantsFailure> && StopPolicy<AsksQuery> &&
              StopPolicy<SaysMore>);
} // namespace

TEST_CASE("a stop that is only a callable has defaults for the rest") {
    using Traits = detail::StopTraits<OnlyCallable>;
    constexpr OnlyCallable stop;
    STATIC_REQUIRE_FALSE(Traits::stop(stop, FakeQuery{.number = 1}));
    STATIC_REQUIRE(Traits::stop(stop, FakeQuery{.number = 2}));
    STATIC_REQUIRE(Traits::reason(stop, FakeQuery{}) == StopReason::custom);
    STATIC_REQUIRE_FALSE(Traits::bounded);
    STATIC_REQUIRE_FALSE(Traits::late);
    STATIC_REQUIRE_FALSE(Traits::needs_failure);
    STATIC_REQUIRE(Traits::max_attempts == 0);
    STATIC_REQUIRE(Traits::attempts(stop) == 0);
    STATIC_REQUIRE(Traits::deadline(stop, TimePoint{}) == TimePoint::max());
    STATIC_REQUIRE_FALSE(Traits::passed(stop, TimePoint::max()));
    STATIC_REQUIRE_FALSE(Traits::cancelled(stop));
    STATIC_REQUIRE_FALSE(Traits::has_token);
}

TEST_CASE("what a callable stop takes says what it needs") {
    STATIC_REQUIRE(detail::StopTraits<WantsTime>::needs_clock);
    STATIC_REQUIRE(detail::StopTraits<WantsTime>::late);
    STATIC_REQUIRE(detail::StopTraits<WantsTime>::stop(WantsTime{}, FakeQuery{.since_start = 1s}));
    STATIC_REQUIRE(detail::StopTraits<WantsFailure>::needs_failure);
    STATIC_REQUIRE(detail::StopTraits<AsksQuery>::needs_failure); // nothing says that it does not ask for it
}

TEST_CASE("a stop may say more, one thing at a time") {
    using Traits = detail::StopTraits<SaysMore>;
    STATIC_REQUIRE(Traits::bounded);
    STATIC_REQUIRE(Traits::attempts(SaysMore{}) == 4);
    STATIC_REQUIRE(Traits::deadline(SaysMore{}, TimePoint{}) == TimePoint{1s});
    STATIC_REQUIRE(Traits::cancelled(SaysMore{}));
    STATIC_REQUIRE(Traits::stop(SaysMore{}, FakeQuery{.number = 4}));
}

TEST_CASE("a stop is asked in one of the two halves") {
    constexpr FakeQuery q{.number = 2, .since_start = 1s};
    STATIC_REQUIRE(detail::StopTraits<OnlyCallable>::stops<false>(OnlyCallable{}, q));
    STATIC_REQUIRE_FALSE(detail::StopTraits<OnlyCallable>::stops<true>(OnlyCallable{}, q));
    STATIC_REQUIRE_FALSE(detail::StopTraits<WantsTime>::stops<false>(WantsTime{}, q));
    STATIC_REQUIRE(detail::StopTraits<WantsTime>::stops<true>(WantsTime{}, q));
}

TEST_CASE("a stop is asked once for whether and why") {
    using Early = detail::StopTraits<OnlyCallable>;
    using Late = detail::StopTraits<WantsTime>;
    constexpr FakeQuery q{.number = 2, .since_start = 1s};
    STATIC_REQUIRE(Early::first_early(OnlyCallable{}, q) == 0);
    STATIC_REQUIRE(Early::first_early(OnlyCallable{}, FakeQuery{}) == -1);
    STATIC_REQUIRE(Late::first_early(WantsTime{}, q) == -1);
    STATIC_REQUIRE(Early::first_reason(OnlyCallable{}, q, 0) == StopReason::custom);
    STATIC_REQUIRE(Early::first_reason(OnlyCallable{}, q, -1) == StopReason::none);
    STATIC_REQUIRE(Late::first_reason(WantsTime{}, q, -1) == StopReason::custom);
    STATIC_REQUIRE(Late::first_reason(WantsTime{}, FakeQuery{}, 1) == StopReason::none);
}

TEST_CASE("of several limits one of which is enough the lowest counts") {
    STATIC_REQUIRE(detail::fewest_attempts({0, 5, 3}) == 3);
    STATIC_REQUIRE(detail::fewest_attempts({3, 0, 5}) == 3);
    STATIC_REQUIRE(detail::fewest_attempts({0, 0}) == 0);
    STATIC_REQUIRE(detail::fewest_attempts({5, -1}) == -1);
    REQUIRE(detail::fewest_attempts({}) == 0);
    REQUIRE(detail::fewest_attempts({0, 5, 3}) == 3);
    REQUIRE(detail::fewest_attempts({5, -1}) == -1);
}
