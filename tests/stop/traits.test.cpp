// SPDX-License-Identifier: BSL-1.0
#include <grit/stop/traits.hpp>

#include <grit/stop/after_attempt.hpp>
#include <grit/stop/all.hpp>
#include <grit/stop/any.hpp>

#include "stop/fake_query.hpp"
#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;
using detail::Turn;

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
struct WantsWait {
    static constexpr Family family = Family::stop;
    static constexpr bool needs_clock = true;
    static constexpr bool needs_wait = true;
    constexpr bool stop(auto const& q) const { return q.elapsed() + q.wait() >= 3s; }
    constexpr StopReason reason(auto const&) const { return StopReason::budget; }
};
struct CountsQuestions {
    [[maybe_unused]] static constexpr Family family = Family::stop;
    int* asked;
    bool operator()(Attempt const&) const { return ++*asked > 0; }
};
struct OneReason : OnlyCallable {
    static constexpr StopReason reason = StopReason::budget;
};
struct SaysNoReason : OnlyCallable {
    constexpr StopReason reason(auto const&) const { return StopReason::none; }
};
static_assert(StopPolicy<OnlyCallable> && StopPolicy<WantsTime> && StopPolicy<WantsFailure> && StopPolicy<AsksQuery> &&
              StopPolicy<SaysMore> && StopPolicy<WantsWait>);

template <Turn T, class P>
constexpr StopReason ask(P const& stop, FakeQuery const& q) {
    return detail::StopTraits<P>::template ask<T>(stop, q);
}
} // namespace

TEST_CASE("a stop that is only a callable has defaults for the rest") {
    using Traits = detail::StopTraits<OnlyCallable>;
    constexpr OnlyCallable stop;
    STATIC_REQUIRE_FALSE(Traits::stop(stop, FakeQuery{.number = 1}));
    STATIC_REQUIRE(Traits::stop(stop, FakeQuery{.number = 2}));
    STATIC_REQUIRE(Traits::reason(stop, FakeQuery{}) == StopReason::custom);
    STATIC_REQUIRE_FALSE(Traits::bounded);
    STATIC_REQUIRE(Traits::turn == Turn::at_once);
    STATIC_REQUIRE_FALSE(Traits::needs_failure);
    STATIC_REQUIRE(Traits::max_attempts == 0);
    STATIC_REQUIRE(Traits::attempts(stop) == 0);
    STATIC_REQUIRE(Traits::deadline(stop, TimePoint{}) == TimePoint::max());
    STATIC_REQUIRE_FALSE(Traits::passed(stop, TimePoint::max()));
    STATIC_REQUIRE_FALSE(Traits::cancelled(stop));
    STATIC_REQUIRE(Traits::tokens == 0);
    STATIC_REQUIRE_FALSE(Traits::any_token(stop, [](auto const&) { return true; }));
}

TEST_CASE("what a callable stop takes says what it needs") {
    STATIC_REQUIRE(detail::StopTraits<WantsTime>::needs_clock);
    STATIC_REQUIRE(detail::StopTraits<WantsTime>::turn == Turn::with_time);
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

TEST_CASE("a stop is asked in the first turn in which all that it needs is known") {
    STATIC_REQUIRE(detail::StopTraits<OnlyCallable>::turn == Turn::at_once);
    STATIC_REQUIRE(detail::StopTraits<WantsFailure>::turn == Turn::at_once);
    STATIC_REQUIRE(detail::StopTraits<WantsTime>::turn == Turn::with_time);
    STATIC_REQUIRE(detail::StopTraits<WantsWait>::turn == Turn::with_wait);
}

TEST_CASE("a stop is asked once, in its turn, for whether and why") {
    constexpr FakeQuery q{.number = 2, .since_start = 1s, .next_wait = 2s};
    STATIC_REQUIRE(ask<Turn::at_once>(OnlyCallable{}, q) == StopReason::custom);
    STATIC_REQUIRE(ask<Turn::with_time>(OnlyCallable{}, q) == StopReason::none);
    STATIC_REQUIRE(ask<Turn::with_wait>(OnlyCallable{}, q) == StopReason::none);
    STATIC_REQUIRE(ask<Turn::at_once>(OnlyCallable{}, FakeQuery{}) == StopReason::none);
    STATIC_REQUIRE(ask<Turn::at_once>(WantsTime{}, q) == StopReason::none);
    STATIC_REQUIRE(ask<Turn::with_time>(WantsTime{}, q) == StopReason::custom);
    STATIC_REQUIRE(ask<Turn::with_time>(WantsTime{}, FakeQuery{}) == StopReason::none);
    STATIC_REQUIRE(ask<Turn::with_time>(WantsWait{}, q) == StopReason::none);
    STATIC_REQUIRE(ask<Turn::with_wait>(WantsWait{}, q) == StopReason::budget);
    STATIC_REQUIRE(ask<Turn::with_wait>(WantsWait{}, FakeQuery{}) == StopReason::none);

    int asked = 0;
    CountsQuestions const stop{&asked};
    REQUIRE(ask<Turn::at_once>(stop, q) == StopReason::custom);
    REQUIRE(ask<Turn::with_time>(stop, q) == StopReason::none);
    REQUIRE(ask<Turn::with_wait>(stop, q) == StopReason::none);
    REQUIRE(asked == 1);
}

TEST_CASE("a stop with one reason says so by a constant") {
    STATIC_REQUIRE(detail::StopTraits<OneReason>::reason(OneReason{}, FakeQuery{}) == StopReason::budget);
    STATIC_REQUIRE(ask<Turn::at_once>(OneReason{}, FakeQuery{.number = 2}) == StopReason::budget);
    STATIC_REQUIRE(ask<Turn::at_once>(OneReason{}, FakeQuery{.number = 1}) == StopReason::none);
    STATIC_REQUIRE((OneReason{} | StopAfterAttempt<2>{}).reason(FakeQuery{.number = 2}) == StopReason::budget);
    STATIC_REQUIRE((StopAfterAttempt<2>{} & OneReason{}).reason(FakeQuery{.number = 2}) == StopReason::budget);
}

TEST_CASE("a stop that ends the call without a reason ends it all the same") {
    STATIC_REQUIRE(ask<Turn::at_once>(SaysNoReason{}, FakeQuery{.number = 2}) == StopReason::custom);
    STATIC_REQUIRE(ask<Turn::at_once>(SaysNoReason{}, FakeQuery{.number = 1}) == StopReason::none);
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
