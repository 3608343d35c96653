// SPDX-License-Identifier: BSL-1.0
#include <grit/circuit_breaker/circuit_breaker.hpp>

#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <variant>
#include <vector>

#include <grit/circuit_breaker.hpp>

#include "circuit_breaker/samples.hpp"
#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

namespace {

constinit CircuitBreaker<OpenAfterFailures<5>, OpenFor<60s>> global;

template <class B>
bool calls(B& breaker) {
    return breaker.try_call([] {}).has_value();
}

} // namespace

TEST_CASE("The state diagram: closed, open at the threshold, half-open after the time, one probe decides",
          "[circuit_breaker][R-200]") {
    ManualTime time;
    CircuitBreaker breaker{OpenAfterFailures<3>{}, OpenFor<60s>{}, Time{time}};
    REQUIRE(breaker.state() == CircuitState::closed);
    fail(breaker, 2);
    REQUIRE(breaker.state() == CircuitState::closed);
    fail(breaker);
    REQUIRE(breaker.state() == CircuitState::open);
    REQUIRE(breaker.retry_after() == 60s);

    time.advance(60s - 1ns);
    REQUIRE(!calls(breaker));
    time.advance(1ns);
    SECTION("one failure opens again") {
        fail(breaker);
        REQUIRE(breaker.state() == CircuitState::open);
        REQUIRE(breaker.retry_after() == 60s);
    }
    SECTION("one success closes") {
        REQUIRE(calls(breaker));
        REQUIRE(breaker.state() == CircuitState::closed);
        fail(breaker, 2);
        REQUIRE(breaker.state() == CircuitState::closed);
        fail(breaker);
        REQUIRE(breaker.state() == CircuitState::open);
    }
}

TEST_CASE("Only failures in a row trip OpenAfterFailures", "[circuit_breaker][R-201]") {
    CircuitBreaker<OpenAfterFailures<2>, OpenFor<1s>> breaker;
    for (int i = 0; i < 10; ++i) {
        fail(breaker);
        succeed(breaker);
    }
    REQUIRE(breaker.state() == CircuitState::closed);
    fail(breaker, 2);
    REQUIRE(breaker.state() == CircuitState::open);

    CircuitBreaker counted{OpenAfterFailures{3}, OpenFor<1s>{}};
    fail(counted, 2);
    REQUIRE(counted.state() == CircuitState::closed);
    fail(counted);
    REQUIRE(counted.state() == CircuitState::open);
}

TEST_CASE("A failure rate counts the last calls, at a failure, from a minimum on", "[circuit_breaker][R-202]") {
    CircuitBreaker<OpenAtFailureRate<50, CountWindow<4>, MinimumCalls<3>>, OpenFor<1s>> breaker;
    SECTION("not before the minimum") {
        fail(breaker, 2);
        REQUIRE(breaker.state() == CircuitState::closed);
        fail(breaker);
        REQUIRE(breaker.state() == CircuitState::open);
    }
    SECTION("a success that completes the minimum opens nothing, the next failure does") {
        fail(breaker, 2);
        succeed(breaker);
        REQUIRE(breaker.state() == CircuitState::closed);
        fail(breaker);
        REQUIRE(breaker.state() == CircuitState::open);
    }
    SECTION("exactly half is enough, less is not") {
        succeed(breaker, 4);
        fail(breaker);
        REQUIRE(breaker.state() == CircuitState::closed);
        fail(breaker);
        REQUIRE(breaker.state() == CircuitState::open);
    }
    SECTION("what left the window does not count") {
        succeed(breaker, 3);
        fail(breaker);
        succeed(breaker, 3);
        fail(breaker);
        REQUIRE(breaker.state() == CircuitState::closed);
    }
    SECTION("the largest window, with values that come at run time") {
        CircuitBreaker large{OpenAtFailureRate{100, CountWindow{31}, MinimumCalls{31}}, OpenFor<1s>{}};
        fail(large, 30);
        REQUIRE(large.state() == CircuitState::closed);
        fail(large);
        REQUIRE(large.state() == CircuitState::open);
    }
}

TEST_CASE("Any of several trip policies opens", "[circuit_breaker][R-203]") {
    using Both =
        CircuitBreaker<OpenAfterFailures<3>, OpenAtFailureRate<50, CountWindow<10>, MinimumCalls<4>>, OpenFor<1s>>;
    Both row;
    succeed(row, 10);
    fail(row, 3);
    REQUIRE(row.state() == CircuitState::open);
    Both rate;
    for (int i = 0; i < 2; ++i) {
        succeed(rate);
        fail(rate);
    }
    REQUIRE(rate.state() == CircuitState::open);
}

TEST_CASE("A circuit is open for its time, to a millisecond, wherever the clock stands", "[circuit_breaker][R-204]") {
    constexpr Duration year = 24h * 365;
    using Starts = std::initializer_list<Duration>;
    for (Duration const start : Starts{0ns, 123'456'789ns, 5 * year, 100 * year + 1ns, 290 * year, -year}) {
        ManualTime time{start};
        CircuitBreaker breaker{OpenAfterFailures<1>{}, OpenFor<90s>{}, Time{time}};
        fail(breaker);
        Duration const left = breaker.retry_after();
        REQUIRE(left >= 90s);
        REQUIRE(left < 90s + 1ms);
        time.advance(left - 1ns);
        REQUIRE(!calls(breaker));
        REQUIRE(breaker.retry_after() == 1ns);
        time.advance(1ns);
        REQUIRE(breaker.retry_after() == 0ns);
        REQUIRE(calls(breaker));
    }
}

TEST_CASE("A circuit that nobody called is due however long ago it opened", "[circuit_breaker][R-204]") {
    constexpr Duration day = 24h;
    for (int const days : {1, 10, 11, 24, 25, 26, 49, 50, 365, 20'000}) {
        ManualTime time;
        CircuitBreaker breaker{OpenAfterFailures<1>{}, OpenFor<90s>{}, Time{time}};
        fail(breaker);
        time.advance(days * day);
        CAPTURE(days);
        REQUIRE(breaker.retry_after() == 0ns);
        REQUIRE(calls(breaker));
    }
}

TEST_CASE("A time above ten days counts as ten days, never as forever", "[circuit_breaker][R-204]") {
    for (Duration const d : {Duration{24h * 10}, Duration{24h * 365}, Duration::max()}) {
        ManualTime time{5s};
        CircuitBreaker breaker{OpenAfterFailures<1>{}, OpenFor{d}, Time{time}};
        fail(breaker);
        REQUIRE(breaker.retry_after() == 240h);
        time.advance(240h - 1ns);
        REQUIRE(!calls(breaker));
        time.advance(1ns);
        REQUIRE(calls(breaker));
    }
}

TEST_CASE("OpenForWait is asked with the openings in a row", "[circuit_breaker][R-205]") {
    ManualTime time;
    CircuitBreaker breaker{OpenAfterFailures<1>{}, OpenForWait<WaitExponential<1s, 60s>>{}, Time{time}};
    for (Duration const expected : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s}) {
        fail(breaker);
        REQUIRE(breaker.retry_after() == expected);
        time.advance(expected);
    }
    succeed(breaker);
    fail(breaker);
    REQUIRE(breaker.retry_after() == 1s);

    SplitMix64 random{1};
    CircuitBreaker jittered{OpenAfterFailures<1>{}, OpenForWait{WaitJitter<WaitFixed<60s>, 10>{}}, Random{random},
                            Time{time}};
    fail(jittered);
    REQUIRE(jittered.retry_after() >= 54s);
    REQUIRE(jittered.retry_after() < 60s);
}

TEST_CASE("What the service asks for opens a circuit or keeps it open", "[circuit_breaker][R-206]") {
    ManualTime time;
    CircuitBreaker breaker{OpenAfterFailures<5>{}, OpenFor<10s>{}, Time{time}};
    REQUIRE(breaker.open_for(30s));
    REQUIRE(breaker.retry_after() == 30s);
    REQUIRE(!breaker.open_for(20s));
    REQUIRE(breaker.open_until(TimePoint{40s}));
    REQUIRE(breaker.retry_after() == 40s);
    REQUIRE(!breaker.open_until(TimePoint{-1s}));
    time.advance(40s);
    auto probe = breaker.try_acquire();
    REQUIRE(probe);
    REQUIRE(breaker.open_for(5s)); // the probe was told to come back later
    probe.success();
    REQUIRE(breaker.state() == CircuitState::open);
    time.advance(5s);
    succeed(breaker);
    breaker.disable();
    REQUIRE(!breaker.open_for(5s));
    REQUIRE(breaker.state() == CircuitState::disabled);
}

TEST_CASE("A half-open circuit lets its probes through and no more", "[circuit_breaker][R-210]") {
    ManualTime time;
    CircuitBreaker breaker{OpenAfterFailures<1>{}, OpenFor<1s>{}, HalfOpenProbes<3>{}, Time{time}};
    fail(breaker);
    time.advance(1s);
    auto a = breaker.try_acquire();
    auto b = breaker.try_acquire();
    auto c = breaker.try_acquire();
    REQUIRE((a && b && c));
    auto const d = breaker.try_acquire();
    REQUIRE(!d);
    REQUIRE(d.rejection() == CircuitOpen{CircuitState::half_open, 0s});
    a.neutral(); // gives its place back
    REQUIRE(breaker.try_acquire());
    b.success();
    REQUIRE(breaker.state() == CircuitState::closed);
}

TEST_CASE("Successes close a half-open circuit and more failures than are allowed open it",
          "[circuit_breaker][R-211]") {
    ManualTime time;
    CircuitBreaker breaker{OpenAfterFailures<1>{},   OpenFor<1s>{},           HalfOpenProbes<4>{},
                           CloseAfterSuccesses<2>{}, AllowProbeFailures<1>{}, Time{time}};
    fail(breaker);
    time.advance(1s);
    SECTION("two of two") { succeed(breaker, 2); }
    SECTION("one may fail") {
        fail(breaker);
        succeed(breaker);
        REQUIRE(breaker.state() == CircuitState::half_open);
        succeed(breaker);
    }
    SECTION("two may not") {
        succeed(breaker);
        fail(breaker);
        REQUIRE(breaker.state() == CircuitState::half_open);
        fail(breaker);
        REQUIRE(breaker.state() == CircuitState::open);
        return;
    }
    REQUIRE(breaker.state() == CircuitState::closed);
}

TEST_CASE("Probes are as many as it takes to decide, unless they are named", "[circuit_breaker][R-211]") {
    ManualTime time;
    CircuitBreaker breaker{OpenAfterFailures<1>{}, OpenFor<1s>{}, CloseAfterSuccesses{3}, Time{time}};
    fail(breaker);
    time.advance(1s);
    auto a = breaker.try_acquire();
    auto b = breaker.try_acquire();
    REQUIRE(breaker.try_acquire());
    a.success();
    b.success();
    REQUIRE(breaker.state() == CircuitState::half_open);
    succeed(breaker);
    REQUIRE(breaker.state() == CircuitState::closed);
}

TEST_CASE("Lost probes are replaced after their lease", "[circuit_breaker][R-212]") {
    ManualTime time;
    CircuitBreaker breaker{OpenAfterFailures<1>{}, OpenFor<1s>{}, ProbeLease<5s>{}, Time{time}};
    fail(breaker);
    time.advance(1s);
    auto lost = breaker.try_acquire();
    time.advance(5s - 1ns);
    REQUIRE(!calls(breaker));
    time.advance(1ns);
    auto next = breaker.try_acquire();
    REQUIRE(next);
    REQUIRE(!breaker.try_acquire());
    lost.failure(); // too late
    REQUIRE(breaker.state() == CircuitState::half_open);
    next.success();
    REQUIRE(breaker.state() == CircuitState::closed);

    SECTION("by default as long as it was open, a minute at least") {
        for (auto const& [open, lease] : {std::pair<Duration, Duration>{1s, 60s}, {600s, 600s}}) {
            CircuitBreaker other{OpenAfterFailures<1>{}, OpenFor{open}, Time{time}};
            fail(other);
            time.advance(open);
            auto probe = other.try_acquire();
            REQUIRE(probe);
            time.advance(lease - 1ns);
            REQUIRE(!calls(other));
            time.advance(1ns);
            REQUIRE(calls(other));
        }
    }
}

TEST_CASE("What a call says after the state has changed is discarded", "[circuit_breaker][R-213]") {
    ManualTime time;
    CircuitBreaker breaker{OpenAfterFailures<2>{}, OpenFor<1s>{}, Time{time}};
    auto early_success = breaker.try_acquire();
    auto early_failure = breaker.try_acquire();
    fail(breaker, 2);
    time.advance(1s);
    auto probe = breaker.try_acquire();
    early_success.success();
    REQUIRE(breaker.state() == CircuitState::half_open);
    early_failure.failure();
    REQUIRE(breaker.state() == CircuitState::half_open);
    REQUIRE(!breaker.try_acquire());
    probe.success();
    REQUIRE(breaker.state() == CircuitState::closed);
}

TEST_CASE("A neutral end changes nothing but gives its place back", "[circuit_breaker][R-214]") {
    ManualTime time;
    CircuitBreaker breaker{OpenAfterFailures<2>{}, OpenFor<1s>{}, Time{time}};
    fail(breaker);
    {
        auto const dropped = breaker.try_acquire();
    }
    fail(breaker); // the neutral call did not reset the count
    REQUIRE(breaker.state() == CircuitState::open);
    time.advance(1s);
    {
        auto const dropped = breaker.try_acquire();
    }
    REQUIRE(breaker.state() == CircuitState::half_open);
    succeed(breaker);
    REQUIRE(breaker.state() == CircuitState::closed);
}

TEST_CASE("Without an outcome policy every exception is a failure but what says nothing of the service",
          "[circuit_breaker][R-220]") {
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<1s>> breaker;
    auto const throws = [&](auto const& error) {
        REQUIRE_THROWS_AS(breaker([&] { throw error; }), std::remove_cvref_t<decltype(error)>);
    };
    throws(Rejected{"quota"});
    throws(CircuitOpenError{CircuitState::open, 1s});
    throws(std::system_error{std::make_error_code(std::errc::operation_canceled)});
    REQUIRE(breaker.state() == CircuitState::closed);
    SECTION("another system error") { throws(std::system_error{std::make_error_code(std::errc::timed_out)}); }
    SECTION("an error") { throws(std::runtime_error{"x"}); }
    SECTION("anything") { throws(42); }
    REQUIRE(breaker.state() == CircuitState::open);
}

TEST_CASE("A failure with a stop requested is neutral", "[circuit_breaker][R-220]") {
    struct Token {
        bool requested = false;
        bool stop_requested() const { return requested; }
    } token;
    Context const context{TimePoint::max(), StopView{&token}, ClockView{}};
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<1s>> breaker;
    auto const run = [&](auto const& f) { REQUIRE_THROWS(breaker.run(f, context)); };
    run([&](Context const&) {
        token.requested = true;
        throw std::runtime_error{"cancelled"};
    });
    run([&](Context const&) { throw Rejected{"x"}; });
    breaker.run([](Context const&) { return std::make_error_code(std::errc::timed_out); }, context);
    REQUIRE(breaker.state() == CircuitState::closed);
    token.requested = false;
    run([&](Context const&) { throw std::runtime_error{"failed"}; });
    REQUIRE(breaker.state() == CircuitState::open);
}

TEST_CASE("FailureIf names the failures, and every other error is neutral", "[circuit_breaker][R-221]") {
    CircuitBreaker<OpenAfterFailures<2>, OpenFor<1s>, FailureIf<ServerError>> breaker;
    fail_with<ServerError>(breaker);
    fail_with<NotFound>(breaker);   // neither counts nor resets
    fail_with<BadGateway>(breaker); // derived from ServerError
    REQUIRE(breaker.state() == CircuitState::open);

    CircuitBreaker<OpenAfterFailures<1>, OpenFor<1s>, FailureIf<std::runtime_error>> by_base;
    REQUIRE_THROWS(by_base([] { throw Rejected{"quota"}; })); // a base does not name a rejection
    REQUIRE_THROWS(by_base([] { throw std::system_error{std::make_error_code(std::errc::operation_canceled)}; }));
    REQUIRE(by_base.state() == CircuitState::closed);
    REQUIRE_THROWS(by_base([] { throw std::system_error{std::make_error_code(std::errc::timed_out)}; }));
    REQUIRE(by_base.state() == CircuitState::open);

    CircuitBreaker<OpenAfterFailures<1>, OpenFor<1s>, FailureIf<Rejected>> by_rejection;
    REQUIRE_THROWS(by_rejection([] { throw CircuitOpenError(CircuitState::open, 1s); }));
    REQUIRE(by_rejection.state() == CircuitState::open);
}

TEST_CASE("IgnoreIf makes an error neutral, whatever names it a failure", "[circuit_breaker][R-222]") {
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<1s>, IgnoreIf<NotFound>> breaker;
    fail_with<NotFound>(breaker);
    REQUIRE(breaker.state() == CircuitState::closed);
    fail_with<ServerError>(breaker);
    REQUIRE(breaker.state() == CircuitState::open);

    CircuitBreaker<OpenAfterFailures<1>, OpenFor<1s>, FailureIf<std::runtime_error>, IgnoreIf<ServerError>> both;
    fail_with<BadGateway>(both);
    REQUIRE(both.state() == CircuitState::closed);
    fail_with<NotFound>(both);
    REQUIRE(both.state() == CircuitState::open);
}

TEST_CASE("FailureIfResult judges what the operation returned", "[circuit_breaker][R-223]") {
    CircuitBreaker breaker{OpenAfterFailures<2>{}, OpenFor<1s>{},
                           FailureIfResult{[](int status) { return status >= 500; }}};
    REQUIRE(breaker([] { return 503; }) == 503);
    REQUIRE(breaker([] { return 404; }) == 404);
    REQUIRE(breaker([] { return 503; }) == 503);
    REQUIRE(breaker([] { return std::string{"not asked"}; }) == "not asked");
    REQUIRE(breaker.state() == CircuitState::closed);
    REQUIRE(breaker([] { return 503; }) == 503);
    fail_with<ServerError>(breaker); // exceptions count as without it
    REQUIRE(breaker.state() == CircuitState::open);

    CircuitBreaker throwing{OpenAfterFailures<1>{}, OpenFor<1s>{},
                            FailureIfResult{[](int) -> bool { throw NotFound{}; }}};
    REQUIRE_THROWS_AS(throwing([] { return 1; }), NotFound);
    REQUIRE(throwing.state() == CircuitState::closed); // the predicate failed, not the service
}

TEST_CASE("Errors in results are judged like exceptions", "[circuit_breaker][R-224]") {
    using Breaker = CircuitBreaker<OpenAfterFailures<1>, OpenFor<1s>>;
    SECTION("the error of an expected-like result") {
        Breaker breaker;
        breaker([] { return Reply<ServerError>::failed(); });
        REQUIRE(breaker.state() == CircuitState::open);
    }
    SECTION("a rejection in it is neutral") {
        Breaker breaker, other;
        other.force_open();
        (void)breaker([&] { return other.try_call([] {}); });
        REQUIRE(breaker.state() == CircuitState::closed);
    }
    SECTION("an error code, but not that of a cancellation") {
        Breaker breaker;
        breaker([] { return std::make_error_code(std::errc::operation_canceled); });
        breaker([] { return std::error_code{}; });
        REQUIRE(breaker.state() == CircuitState::closed);
        breaker([] { return std::make_error_code(std::errc::timed_out); });
        REQUIRE(breaker.state() == CircuitState::open);
    }
    SECTION("a variant, if its alternative is named") {
        using Result = std::variant<int, ServerError, NotFound>;
        Breaker plain;
        plain([] { return Result{ServerError{}}; });
        REQUIRE(plain.state() == CircuitState::closed);
        CircuitBreaker<OpenAfterFailures<2>, OpenFor<1s>, FailureIf<ServerError>, IgnoreIf<NotFound>> named;
        named([] { return Result{ServerError{}}; });
        named([] { return Result{NotFound{}}; });
        named([] { return Result{ServerError{}}; });
        REQUIRE(named.state() == CircuitState::open);
    }
    SECTION("what is plain is a success") {
        CircuitBreaker<OpenAfterFailures<2>, OpenFor<1s>> breaker;
        fail(breaker);
        REQUIRE(breaker([] { return std::optional<int>{}; }) == std::nullopt);
        fail(breaker);
        REQUIRE(breaker.state() == CircuitState::closed);
    }
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

TEST_CASE("The call operator throws CircuitOpenError with state and time", "[circuit_breaker][R-230]") {
    ManualTime time;
    CircuitBreaker breaker{OpenAfterFailures<1>{}, OpenFor<9s>{}, Time{time}, Name<"payments">{}};
    fail(breaker);
    time.advance(2s);
    try {
        breaker([] {});
        FAIL("it called");
    } catch (CircuitOpenError const& error) {
        REQUIRE(error.state() == CircuitState::open);
        REQUIRE(error.retry_after() == 7s);
        REQUIRE(error.stage() == std::string{"payments"});
        REQUIRE(error.what() == std::string{"the circuit is open"});
    }
    breaker.force_open();
    REQUIRE_THROWS_WITH(breaker([] {}), "the circuit is forced open");
    int const x = 3;
    breaker.force_close();
    REQUIRE(breaker([](int a, int b) { return a + b; }, x, 4) == 7);
    REQUIRE(breaker.wrap([](int a) { return a; })(5) == 5);
}

TEST_CASE("try_call returns a reference to what gives no address away") {
    struct Shy {
        Shy* operator&() = delete;
        Shy const* operator&() const = delete;
    };
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<1s>> breaker;
    Shy shy;
    REQUIRE(std::addressof(*breaker.try_call([&]() -> Shy& { return shy; })) == std::addressof(shy));
}

TEST_CASE("try_call returns the result or the rejection by value", "[circuit_breaker][R-231]") {
    struct Immovable {
        int value;
        explicit Immovable(int v) : value(v) {}
        Immovable(Immovable const&) = delete;
    };
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<1s>> breaker;
    int x = 1;
    REQUIRE(*breaker.try_call([] { return 7; }) == 7);
    REQUIRE(&*breaker.try_call([&]() -> int& { return x; }) == &x);
    REQUIRE(breaker.try_call([] {}).has_value());
    REQUIRE(*breaker.try_call([](int a) { return std::make_unique<int>(a); }, 3).operator->()->get() == 3);
    REQUIRE(breaker.try_call([] { return Immovable{4}; })->value == 4);
    REQUIRE_THROWS_AS((void)breaker.try_call([]() -> int { throw ServerError{}; }), ServerError);
    auto const refused = breaker.try_call([] { return 7; });
    REQUIRE(!refused);
    REQUIRE(refused.error().state() == CircuitState::open);
    REQUIRE(refused.error().retry_after() > 0s);
    REQUIRE(!breaker.try_call([&]() -> int& { return x; }));
    REQUIRE(!breaker.try_call([] {}));
}

TEST_CASE("A permit tells the outcome later, once, from wherever it was moved to", "[circuit_breaker][R-232]") {
    CircuitBreaker<OpenAfterFailures<2>, OpenFor<1s>> breaker;
    STATIC_REQUIRE(!std::is_copy_constructible_v<decltype(breaker.try_acquire())>);
    STATIC_REQUIRE(std::is_nothrow_move_constructible_v<decltype(breaker.try_acquire())>);
    auto first = breaker.try_acquire();
    auto moved = std::move(first);
    REQUIRE(!first);
    REQUIRE(moved);
    moved.failure();
    REQUIRE(!moved);
    moved.failure(); // told already
    REQUIRE(breaker.state() == CircuitState::closed);
    auto other = breaker.try_acquire();
    other = breaker.try_acquire(); // the one it held is neutral now
    other.failure();
    REQUIRE(breaker.state() == CircuitState::open);
    REQUIRE(breaker.try_acquire().rejection().state() == CircuitState::open);
}

TEST_CASE("Controls hold until another control ends them", "[circuit_breaker][R-240]") {
    ManualTime time;
    CircuitBreaker breaker{OpenAfterFailures<1>{}, OpenFor<1s>{}, Time{time}};
    REQUIRE(breaker.force_open());
    REQUIRE(!breaker.force_open());
    time.advance(1000h);
    REQUIRE(breaker.try_call([] {}).error() == CircuitOpen{CircuitState::forced_open, 0s});
    REQUIRE(breaker.disable());
    fail(breaker, 10);
    REQUIRE(breaker.state() == CircuitState::disabled);
    REQUIRE(breaker.force_close());
    REQUIRE(!breaker.force_close());
    fail(breaker);
    REQUIRE(breaker.state() == CircuitState::open);
    REQUIRE(breaker.force_close());
    REQUIRE(calls(breaker));

    CircuitBreaker<OpenAfterFailures<2>, OpenFor<1s>> memory;
    fail(memory);
    REQUIRE(!memory.force_close()); // it was closed, and remembers
    auto late = memory.try_acquire();
    memory.reset();
    fail(memory);
    late.failure();
    REQUIRE(memory.state() == CircuitState::closed);
}

TEST_CASE("metrics_only reports where it would open, and does not", "[circuit_breaker][R-241]") {
    std::vector<StateChange> changes;
    CircuitBreaker breaker{OpenAfterFailures<2>{}, OpenFor<1s>{},
                           OnStateChange{[&](StateChange const& c) noexcept { changes.push_back(c); }}};
    breaker.metrics_only();
    fail(breaker, 5);
    REQUIRE(breaker.state() == CircuitState::metrics_only);
    REQUIRE(changes.size() == 3);
    REQUIRE(changes[1].from == CircuitState::metrics_only);
    REQUIRE(changes[1].to == CircuitState::metrics_only);
    REQUIRE(changes[1].reason == ChangeReason::tripped);
}

TEST_CASE("A snapshot keeps state, remaining time and openings across a restart", "[circuit_breaker][R-242]") {
    auto const make = [](ManualTime& time) {
        return CircuitBreaker<OpenAfterFailures<1>, OpenForWait<WaitExponential<1s, 60s>>, Time<ManualTime>>{
            Time{time}};
    };
    ManualTime before{1000h};
    ManualTime after;
    auto old = make(before);
    auto restored = make(after);
    fail(old);
    before.advance(1s);
    fail(old); // two openings in a row, open for two seconds
    before.advance(500ms);
    REQUIRE(old.snapshot() == CircuitSnapshot{CircuitState::open, 1500ms, 2});
    restored.restore(old.snapshot());
    REQUIRE(restored.retry_after() == 1500ms);
    REQUIRE(!calls(restored));
    after.advance(1500ms);
    fail(restored);
    REQUIRE(restored.retry_after() == 4s);

    after.advance(4s);
    auto const probe = restored.try_acquire();
    REQUIRE(restored.snapshot() == CircuitSnapshot{CircuitState::open, 0s, 3});
    auto another = make(after);
    another.restore(restored.snapshot());
    REQUIRE(calls(another));
    for (CircuitState const state :
         {CircuitState::closed, CircuitState::forced_open, CircuitState::disabled, CircuitState::metrics_only}) {
        another.restore({state, 0s, 0});
        REQUIRE(another.snapshot() == CircuitSnapshot{state, 0s, 0});
    }
}

TEST_CASE("Every change of state is told once, with its epoch, and a listener may use the breaker",
          "[circuit_breaker][R-243]") {
    ManualTime time;
    std::vector<StateChange> changes;
    std::string nested;
    using Listener = std::vector<StateChange>*;
    struct Tell {
        Listener changes;
        void operator()(StateChange const& c) const noexcept { changes->push_back(c); }
    };
    CircuitBreaker breaker{OpenAfterFailures<1>{}, OpenFor<2s>{}, OnStateChange{Tell{&changes}}, Time{time},
                           Name<"x">{}};
    fail(breaker);
    time.advance(2s);
    fail(breaker);
    time.advance(2s);
    {
        auto lost = breaker.try_acquire();
        time.advance(1h);
        auto next = breaker.try_acquire();
        next.success();
    }
    breaker.force_open();
    breaker.reset();
    breaker.open_for(1s);
    std::string told;
    for (StateChange const& c : changes)
        told += std::string{to_string(c.from)} + ">" + to_string(c.to) + ":" + to_string(c.reason) + " ";
    REQUIRE(told == "closed>open:tripped open>half_open:elapsed half_open>open:probe_failed open>half_open:elapsed "
                    "half_open>half_open:probes_lost half_open>closed:probes_succeeded closed>forced_open:control "
                    "forced_open>closed:control closed>open:asked ");
    for (std::size_t i = 0; i < changes.size(); ++i) REQUIRE(changes[i].epoch == i + 1);
    REQUIRE(changes[0].retry_after == 2s);
    REQUIRE(changes[1].retry_after == 0s);
    REQUIRE(changes[0].name == "x");
    REQUIRE(breaker.epoch() == changes.size());
}

TEST_CASE("A breaker of constants is a constinit global of one cache line", "[circuit_breaker][R-250]") {
    STATIC_REQUIRE(sizeof(global) == 64);
    STATIC_REQUIRE(alignof(decltype(global)) == 64);
    STATIC_REQUIRE(!std::is_move_constructible_v<decltype(global)>);
    succeed(global);
    REQUIRE(global.state() == CircuitState::closed);
}

TEST_CASE("Values that come at run time are checked when the breaker is made", "[circuit_breaker][R-251]") {
    using Catch::Matchers::ContainsSubstring;
    REQUIRE_THROWS_WITH(OpenAfterFailures{0}, ContainsSubstring("below 1"));
    REQUIRE_THROWS_WITH(OpenAfterFailures{1 << 20}, ContainsSubstring("above 1048575"));
    REQUIRE_THROWS_WITH(OpenFor{0s}, ContainsSubstring("'OpenFor'"));
    REQUIRE_THROWS_WITH(ProbeLease{0s}, ContainsSubstring("'ProbeLease'"));
    REQUIRE_THROWS_WITH(CountWindow{32}, ContainsSubstring("'CountWindow'"));
    REQUIRE_THROWS_WITH(CountWindow{0}, ContainsSubstring("'CountWindow'"));
    REQUIRE_THROWS_WITH(MinimumCalls{0}, ContainsSubstring("'MinimumCalls'"));
    REQUIRE_THROWS_WITH((OpenAtFailureRate{0, CountWindow{5}, MinimumCalls{5}}), ContainsSubstring("percentage"));
    REQUIRE_THROWS_WITH((OpenAtFailureRate{101, CountWindow{5}, MinimumCalls{5}}), ContainsSubstring("percentage"));
    REQUIRE_THROWS_WITH((OpenAtFailureRate{50, CountWindow{5}, MinimumCalls{6}}), ContainsSubstring("never reached"));
    REQUIRE_THROWS_WITH(HalfOpenProbes{0}, ContainsSubstring("cannot count"));
    REQUIRE_THROWS_WITH(HalfOpenProbes{1024}, ContainsSubstring("cannot count"));
    REQUIRE_THROWS_WITH(AllowProbeFailures{-1}, ContainsSubstring("cannot count"));
    using Undecided = CircuitBreaker<OpenAfterFailures<1>, OpenFor<1s>, HalfOpenProbes<>, CloseAfterSuccesses<>>;
    REQUIRE_THROWS_WITH((Undecided{HalfOpenProbes{2}, CloseAfterSuccesses{3}}), ContainsSubstring("may never decide"));
    REQUIRE_NOTHROW((Undecided{HalfOpenProbes{3}, CloseAfterSuccesses{3}}));
}
