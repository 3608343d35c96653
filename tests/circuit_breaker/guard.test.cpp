// SPDX-License-Identifier: BSL-1.0
#include <grit/circuit_breaker/guard.hpp>

#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include <grit/circuit_breaker.hpp>
#include <grit/core/within.hpp>

#include "circuit_breaker/samples.hpp"
#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

TEST_CASE("A failure with a stop requested is neutral", "[circuit_breaker][R-220]") {
    struct Token {
        bool requested = false;
        bool stop_requested() const { return requested; }
    } token;
    Context const context{TimePoint::max(), StopView{&token}, ClockView{}};
    Attempt const at{1, 0s, context};
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<1s>> breaker;
    auto const run = [&](auto const& f) { REQUIRE_THROWS(within(at, breaker)(f)); };
    run([&] {
        token.requested = true;
        throw std::runtime_error{"cancelled"};
    });
    run([&] { throw Rejected{"x"}; });
    REQUIRE(within(at, breaker)([] { return std::make_error_code(std::errc::timed_out); }) == std::errc::timed_out);
    REQUIRE(breaker.state() == CircuitState::closed);
    token.requested = false;
    run([&] { throw std::runtime_error{"failed"}; });
    REQUIRE(breaker.state() == CircuitState::open);
}

TEST_CASE("An exception passes as the same object", "[circuit_breaker][R-225]") {
    struct Tagged : ServerError {
        Tagged() = default;
        Tagged(Tagged const&) = delete;
    };
    auto const passes = [](auto& breaker) {
        void const* thrown = nullptr;
        try {
            breaker([&] {
                try {
                    throw Tagged{};
                } catch (Tagged const& e) {
                    thrown = &e;
                    throw;
                }
            });
        } catch (Tagged const& e) {
            REQUIRE(&e == thrown);
        }
        REQUIRE(thrown != nullptr);
        REQUIRE(breaker.state() == CircuitState::open);
    };
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<1s>> plain;
    passes(plain);
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<1s>, FailureIf<ServerError>> named;
    passes(named);
}

TEST_CASE("A call made while an exception unwinds the stack is judged by its own end", "[circuit_breaker][R-226]") {
    using Breaker = CircuitBreaker<OpenAfterFailures<2>, OpenFor<1s>>;
    struct Immovable {
        Immovable() = default;
        Immovable(Immovable const&) = delete;
    };
    struct AtExit {
        Breaker& breaker;
        bool fails;
        ~AtExit() {
            try {
                breaker([&] {
                    if (fails) throw ServerError{};
                });
                (void)breaker([&]() -> Immovable { return {}; });
            } catch (ServerError const&) {
            }
        }
    };
    Breaker breaker;
    fail(breaker);
    try {
        AtExit const at_exit{breaker, false};
        throw NotFound{};
    } catch (NotFound const&) {
    }
    fail(breaker); // the success between them has reset the count
    REQUIRE(breaker.state() == CircuitState::closed);
    try {
        AtExit const at_exit{breaker, true};
        throw NotFound{};
    } catch (NotFound const&) {
    }
    REQUIRE(breaker.state() == CircuitState::open);
}

namespace {

/// A circuit that keeps what it is told.
struct Told {
    std::vector<Outcome> outcomes;
    static constexpr bool may_leave_unchanged = true;
    bool is_unchanged_by(Outcome) const { return false; }
    void end(int, Outcome outcome) { outcomes.push_back(outcome); }
    void count(int, Outcome outcome) { outcomes.push_back(outcome); }
};
using Judge = detail::Classify<Types<>>;

} // namespace

TEST_CASE("A guard tells every way out once, whatever the operation returns", "[circuit_breaker]") {
    struct Immovable {
        Immovable() = default;
        Immovable(Immovable const&) = delete;
    };
    Told circuit;
    int const token = 0;
    int x = 0;
    auto const run = [&](auto&& next) -> decltype(auto) {
        auto const operation = [&](Attempt const&) -> decltype(auto) { return next(); };
        return detail::GuardedCall<1, Judge>::run(detail::PolicySet<>{detail::Given<>{}}, circuit, token, operation);
    };
    auto const both_ways = [&](auto const& next) {
        circuit.outcomes.clear();
        next(false);
        REQUIRE(circuit.outcomes == std::vector{Outcome::success});
        REQUIRE_THROWS_AS(next(true), ServerError);
        REQUIRE(circuit.outcomes == std::vector{Outcome::success, Outcome::failure});
    };
    auto const maybe = [](bool throws) {
        if (throws) throw ServerError{};
    };
    both_ways([&](bool throws) { run([&] { maybe(throws); }); });
    both_ways([&](bool throws) { (void)run([&] { return maybe(throws), 1; }); });
    both_ways([&](bool throws) { (void)run([&]() -> int& { return maybe(throws), x; }); });
    both_ways([&](bool throws) { (void)run([&] { return maybe(throws), std::string{"text"}; }); });
    both_ways([&](bool throws) { (void)run([&]() -> Immovable { return maybe(throws), Immovable{}; }); });
}
