// SPDX-License-Identifier: BSL-1.0
#include <grit/core/query.hpp>

#include "retrying/samples.hpp"

using namespace grit;
using namespace samples;

namespace {

/// What a stop of the user's may ask.
struct Asks {
    static constexpr Family family = Family::stop;
    static constexpr bool needs_clock = true;
    static constexpr bool needs_wait = true;

    std::vector<std::string>* seen;

    template <class Q>
    bool stop(Q const& q) const {
        seen->push_back(std::to_string(q.attempt().number()) + " " + std::to_string(q.wait() / 1s) + " " +
                        std::to_string(q.elapsed() / 1s) + " " + std::to_string(q.hint() / 1s) + " " +
                        std::string{q.name()} + (q.template matches<NetworkError>() ? " network" : "") + " " +
                        q.failure().what());
        return q.attempt().number() == 3;
    }
    template <class Q>
    StopReason reason(Q const&) const {
        return StopReason::budget;
    }
};

struct TellsName {
    static constexpr Family family = Family::hook;
    static constexpr Event event = Event::give_up;
    std::string* name;
    void operator()(auto const& q) const { *name = q.name(); }
};

/// A clock of the user's that says so.
struct NeverNegative : ManualTime {
    using ManualTime::ManualTime;
    static constexpr bool never_negative = true;
};

} // namespace

TEST_CASE("a stop may ask for the attempt, the wait, the time, the hint, the name and the failure") {
    ManualTime time{1h};
    std::vector<std::string> seen;
    StopReason reason = StopReason::none;
    Retrying const retrying{Asks{&seen},
                            StopAfterAttempt<9>{},
                            WaitHint<60s, WaitIncrementing<1s, 1s, 9s>>{},
                            Name<"query">{},
                            RetryIf<NetworkError, CircuitOpen>{},
                            OnGiveUp{[&](Attempt const&, Failure const& f) { reason = f.reason(); }},
                            Time{time}};
    int calls = 0;
    REQUIRE_THROWS_AS(retrying([&] {
                          time.advance(1s);
                          if (++calls == 2) throw CircuitOpen{};
                          throw NetworkError{"#" + std::to_string(calls)};
                      }),
                      NetworkError);
    REQUIRE(seen.front() == "1 1 1 0 query network #1");
    REQUIRE(seen.at(1) == "2 3 3 3 query breaker");
    REQUIRE(seen.at(2) == "3 3 7 0 query network #3");
    REQUIRE(reason == StopReason::budget);
}

TEST_CASE("an operation without a name is called call") {
    auto const name_of = []<class... Ps>(Retrying<Ps...> const& retrying) {
        std::string name;
        REQUIRE_THROWS_AS(retrying.with(TellsName{&name})([] { throw NetworkError{}; }), NetworkError);
        return name;
    };
    REQUIRE(name_of(Retrying<StopAfterAttempt<1>>{}) == "call");
    REQUIRE(name_of(Retrying<StopAfterAttempt<1>, Name<"chat">>{}) == "chat");
}

TEST_CASE("a hint counts only where the wait chosen reads it") {
    ManualTime time;
    StopReason reason = StopReason::none;
    OnGiveUp const keep{[&](Attempt const&, Failure const& f) { reason = f.reason(); }};
    auto const asks = [] { throw CircuitOpen{}; }; // for 3 s
    Retrying const hinted{StopBeforeDelay<2s>{}, WaitHint<60s>{}, RetryIf<CircuitOpen>{}, keep, Time{time}};
    REQUIRE_THROWS_AS(hinted(asks), CircuitOpen);
    REQUIRE(reason == StopReason::hint);
    REQUIRE_THROWS_AS(hinted.with(WaitFixed<3s>{})(asks), CircuitOpen);
    REQUIRE(reason == StopReason::delay);
}

TEST_CASE("a failure without a hint asks for no wait, not even for none") {
    ManualTime time;
    StopReason reason = StopReason::none;
    Retrying const hinted{StopBeforeDelay<2s>{}, WaitHint<60s>{}, RetryIf<NetworkError>{},
                          OnGiveUp{[&](Attempt const&, Failure const& f) { reason = f.reason(); }}, Time{time}};
    auto const fails_late = [&] {
        time.advance(2s);
        throw NetworkError{};
    };
    REQUIRE_THROWS_AS(hinted(fails_late), NetworkError);
    REQUIRE(reason == StopReason::delay);
}

TEST_CASE("the time that a call took counts from its start, whatever the clock says of itself") {
    NeverNegative time{1h};
    Retrying const retrying{StopAfterDelay<3s>{}, RetryIf<NetworkError>{}, Time{time}};
    int calls = 0;
    REQUIRE_THROWS_AS(retrying([&] {
                          ++calls;
                          time.advance(1s);
                          throw NetworkError{};
                      }),
                      NetworkError);
    REQUIRE(calls == 3);
}
