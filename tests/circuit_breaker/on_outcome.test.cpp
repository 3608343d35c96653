// SPDX-License-Identifier: BSL-1.0
#include <grit/circuit_breaker/on_outcome.hpp>

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <grit/circuit_breaker.hpp>
#include <grit/core/within.hpp>

#include "circuit_breaker/samples.hpp"
#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

namespace {

using Told = std::vector<std::string>;

struct WriteDown {
    Told* told;
    void operator()(CircuitOutcome const& outcome) const noexcept {
        told->push_back(std::string{to_string(outcome.kind)} + " in " + to_string(outcome.state));
    }
};

/// A result that cannot be moved.
struct Fixed {
    explicit Fixed(int) {}
    Fixed(Fixed const&) = delete;
};

/// The ways to make a call.
struct Direct {
    template <class B, class F>
    static void call(B& breaker, F const& f) {
        breaker(f);
    }
};
struct Tried {
    template <class B, class F>
    static void call(B& breaker, F const& f) {
        (void)breaker.try_call(f);
    }
};
struct Inside {
    template <class B, class F>
    static void call(B& breaker, F const& f) {
        within(Attempt{}, breaker)(f);
    }
};
using Calls = std::tuple<Direct, Tried, Inside>;

/// Atomics that do something just before an exchange, once.
struct Disturbed {
    static inline std::function<void()> before;
    template <class T>
    struct Atomic : std::atomic<T> {
        using std::atomic<T>::atomic;
        bool compare_exchange_weak(T& expected, T wanted, std::memory_order yes, std::memory_order no) {
            if (auto const disturb = std::exchange(before, nullptr)) disturb();
            return std::atomic<T>::compare_exchange_weak(expected, wanted, yes, no);
        }
    };
};

std::atomic<int> successes{0};
std::atomic<int> others{0};
void count(CircuitOutcome const& outcome) noexcept {
    (outcome.kind == OutcomeKind::success ? successes : others).fetch_add(1, std::memory_order_relaxed);
}

} // namespace

TEST_CASE("Kinds of outcomes have words", "[circuit_breaker][R-804]") {
    auto const words = [](OutcomeKind k) { return std::string{to_string(k)}; };
    REQUIRE(words(OutcomeKind::success) == "success");
    REQUIRE(words(OutcomeKind::failure) == "failure");
    REQUIRE(words(OutcomeKind::neutral) == "neutral");
    REQUIRE(words(OutcomeKind::late) == "late");
    REQUIRE(words(static_cast<OutcomeKind>(9)) == "unknown");
}

TEMPLATE_LIST_TEST_CASE("R-804: Every call that was admitted is told once, as it counted", "[circuit_breaker][R-804]",
                        Calls) {
    Told told;
    ManualTime time;
    CircuitBreaker breaker{OpenAfterFailures<2>{}, OpenFor<1s>{}, IgnoreIf<NotFound>{}, OnOutcome{WriteDown{&told}},
                           Time{time}};
    auto const call = [&](auto const& f) {
        try {
            TestType::call(breaker, f);
        } catch (std::runtime_error const&) {
        }
    };
    call([] { return 1; });
    call([] {});
    call([] { return std::string{"text"}; });
    call([] { return Fixed{1}; });
    call([] { return Reply<int>::failed(); });
    call([] { return 2; });
    call([] { throw NotFound{}; });
    call([]() -> int { throw ServerError{}; });
    REQUIRE(told == Told{"success in closed", "success in closed", "success in closed", "success in closed",
                         "failure in closed", "success in closed", "neutral in closed", "failure in closed"});
    told.clear();
    call([]() -> Fixed { throw ServerError{}; });
    REQUIRE(breaker.state() == CircuitState::open);
    call([] { return 3; }); // refused: no outcome
    time.advance(1s);
    call([] { throw ServerError{}; });
    time.advance(1s);
    call([&] {
        call([] { return 4; }); // refused as well
        return 5;
    });
    call([&] {
        breaker.reset();
        return 6;
    });
    breaker.disable();
    call([] { throw ServerError{}; });
    REQUIRE(told == Told{"failure in closed", "failure in half_open", "success in half_open", "late in closed",
                         "failure in disabled"});
}

TEST_CASE("R-804: A permit tells its outcome, and one that is dropped is neutral", "[circuit_breaker][R-804]") {
    Told told;
    CircuitBreaker breaker{OpenAfterFailures<2>{}, OpenFor<1s>{}, OnOutcome{WriteDown{&told}}};
    breaker.try_acquire().success();
    breaker.try_acquire().failure();
    static_cast<void>(breaker.try_acquire());
    {
        auto late = breaker.try_acquire();
        breaker.force_open();
        late.failure();
        late.failure(); // it has spoken already
    }
    REQUIRE(told == Told{"success in closed", "failure in closed", "neutral in closed", "late in closed"});
}

TEST_CASE("R-804: An outcome is late if the state changes while it is counted", "[circuit_breaker][R-804]") {
    Told told;
    CircuitBreaker breaker{OpenAfterFailures<2>{}, OpenFor<1s>{}, OnOutcome{WriteDown{&told}}, Atomics<Disturbed>{}};
    auto permit = breaker.try_acquire();
    Disturbed::before = [&] { breaker.reset(); };
    permit.failure();
    REQUIRE(told == Told{"late in closed"});
    fail(breaker);
    REQUIRE(breaker.state() == CircuitState::closed);
}

TEST_CASE("R-804: The outcome is told after the change that it brought about, with the name",
          "[circuit_breaker][R-804]") {
    std::string told;
    std::string name;
    auto const change = [&](StateChange const& c) noexcept { told += std::string{"to "} + to_string(c.to) + ", "; };
    auto const outcome = [&](CircuitOutcome const& o) noexcept {
        told += std::string{to_string(o.kind)} + ", ";
        name = o.name;
    };
    CircuitBreaker breaker{OpenAfterFailures<1>{}, OpenFor<1s>{}, OnOutcome{outcome}, OnStateChange{change},
                           Name{"host"}};
    fail(breaker);
    REQUIRE(told == "to open, failure, ");
    REQUIRE(name == "host");
}

TEST_CASE("R-805: An outcome has its duration where the breaker times calls, a late one too",
          "[circuit_breaker][R-805]") {
    struct Seen {
        OutcomeKind kind;
        bool timed;
        Duration duration;
        bool operator==(Seen const&) const = default;
    };
    std::vector<Seen> seen;
    auto const keep = [&](CircuitOutcome const& o) noexcept { seen.push_back({o.kind, o.timed, o.duration}); };
    ManualTime time;
    SECTION("by its slow calls") {
        CircuitBreaker breaker{OpenAtSlowCallRate{50, SlowerThan{2s}, TimeWindow{10s}, MinimumCalls{3}}, OpenFor<1s>{},
                               OnOutcome{keep}, Time{time}};
        breaker([&] { time.advance(3s); });
        auto neutral = breaker.try_acquire();
        auto late = breaker.try_acquire();
        time.advance(1s);
        neutral.neutral();
        breaker.force_open();
        time.advance(1s);
        late.success();
        breaker.disable();
        breaker([&] { time.advance(7s); });
        REQUIRE(seen == std::vector<Seen>{{OutcomeKind::success, true, 3s},
                                          {OutcomeKind::neutral, true, 1s},
                                          {OutcomeKind::late, true, 2s},
                                          {OutcomeKind::success, true, 7s}});
    }
    SECTION("a slow probe has failed") {
        CircuitBreaker breaker{OpenAtSlowCallRate{50, SlowerThan{2s}, TimeWindow{10s}, MinimumCalls{3}}, OpenFor<1s>{},
                               OnOutcome{keep}, Time{time}};
        breaker.open_for(1s);
        time.advance(1s);
        breaker([&] { time.advance(3s); });
        REQUIRE(seen == std::vector<Seen>{{OutcomeKind::failure, true, 3s}});
    }
    SECTION("not by a window of time alone") {
        CircuitBreaker breaker{OpenAtFailureRate{50, TimeWindow{10s}, MinimumCalls{3}}, OpenFor<1s>{}, OnOutcome{keep},
                               Time{time}};
        breaker([&] { time.advance(3s); });
        fail(breaker);
        REQUIRE(seen == std::vector<Seen>{{OutcomeKind::success, false, 0s}, {OutcomeKind::failure, false, 0s}});
    }
}

TEST_CASE("R-806: Several listeners are told in the order named, and constant ones take no room",
          "[circuit_breaker][R-806]") {
    static std::string told;
    constexpr auto constant = [](CircuitOutcome const&) noexcept { told += "a "; };
    auto const held = [](CircuitOutcome const&) noexcept { told += "b "; };
    told.clear();
    STATIC_REQUIRE(std::is_empty_v<OnOutcome<constant>>);
    STATIC_REQUIRE(sizeof(CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>, OnOutcome<constant>>) == 64);
    CircuitBreaker breaker{OpenAfterFailures<5>{}, OpenFor<1s>{}, OnOutcome<constant>{}, OnOutcome{held}};
    succeed(breaker, 2);
    REQUIRE(told == "a b a b ");
}

TEST_CASE("R-806: Threads tell at once, and each end is counted", "[circuit_breaker][R-806]") {
    static constinit CircuitBreaker<OpenAtFailureRate<60, CountWindow<20>, MinimumCalls<20>>, OpenFor<1h>,
                                    OnOutcome<count>>
        breaker;
    breaker.reset();
    successes = 0;
    others = 0;
    auto const calls = [] {
        for (int i = 0; i != 1'000; ++i) {
            auto permit = breaker.try_acquire();
            if (i % 2 == 0) permit.success();
            else permit.neutral();
        }
    };
    std::thread other{calls};
    calls();
    other.join();
    REQUIRE(successes == 1'000);
    REQUIRE(others == 1'000);
}
