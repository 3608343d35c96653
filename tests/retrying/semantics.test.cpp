// SPDX-License-Identifier: BSL-1.0
// The numbered rules of docs/reference/semantics.md, a test for each.
#include <grit/retry.hpp>

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <grit/core/within.hpp>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using grit::Attempt;
using grit::Duration;
using grit::ManualTime;
using grit::StopReason;

namespace {

struct Base : std::runtime_error {
    Base() : std::runtime_error("base") {}
};
struct Derived : Base {};
struct Other : std::runtime_error {
    Other() : std::runtime_error("other") {}
};
struct Busy {
    Duration wait;
    Duration retry_after() const { return wait; }
};
struct Fatal {};
struct Throttled : std::runtime_error {
    Throttled() : std::runtime_error("throttled") {}
    std::optional<std::chrono::seconds> retry_after() const { return 7s; }
};
struct CircuitOpen : grit::Rejected {
    CircuitOpen() : Rejected("breaker", 3s) {}
};

template <class T, class E>
struct Expected {
    std::variant<T, E> held;
    bool has_value() const { return held.index() == 0; }
    T const& value() const { return std::get<0>(held); }
    E const& error() const { return std::get<1>(held); }
};

struct CountingTime {
    ManualTime manual{};
    int mutable reads = 0;
    grit::TimePoint now() const {
        ++reads;
        return manual.now();
    }
    void sleep(Duration d) { manual.sleep(d); }
};

using Three = grit::Retrying<grit::StopAfterAttempt<3>>;
constexpr Three three;

/// Calls an operation that throws E each time. Returns: how often it was called before something came out.
template <class E, class R>
int calls_until_thrown(R const& retrying) {
    int calls = 0;
    CHECK_THROWS_AS(retrying([&] {
                        ++calls;
                        throw E();
                    }),
                    E);
    return calls;
}

} // namespace

TEST_CASE("attempts count from 1 and include the first call", "[R-1]") {
    std::vector<int> numbers;
    CHECK_THROWS_AS(three([&](Attempt const& a) {
                        numbers.push_back(a.number());
                        throw Base();
                    }),
                    Base);
    CHECK(numbers == std::vector{1, 2, 3});
}

TEST_CASE("an operation gets the attempt only if it cannot be called without", "[R-2]") {
    struct Both {
        int operator()(int) const { return 1; }
        int operator()(Attempt const&, int) const { return 2; }
    };
    CHECK(three(Both{}, 0) == 1);
    CHECK(three([](Attempt const& a, int x) { return a.number() + x; }, 10) == 11);
}

TEST_CASE("arguments are lvalues at every attempt and never moved from", "[R-3]") {
    int calls = 0;
    auto const size = three(
        [&](std::string const& s) {
            if (++calls < 3) throw Base();
            return s.size();
        },
        std::string("hello, a string too long to be short"));
    CHECK(size == 36);
    CHECK(calls == 3);
}

TEST_CASE("last_wait is the wait before the attempt", "[R-4]") {
    ManualTime time;
    grit::Retrying const retrying{grit::StopAfterAttempt<3>{}, grit::WaitIncrementing<1s, 2s, 10s>{}, grit::Time{time}};
    std::vector<Duration> waits;
    CHECK_THROWS_AS(retrying([&](Attempt const& a) {
                        waits.push_back(a.last_wait());
                        throw Base();
                    }),
                    Base);
    CHECK(waits == std::vector<Duration>{0s, 1s, 3s});
}

TEST_CASE("operations of every kind", "[R-5]") {
    struct Immovable {
        explicit Immovable(int v) : value(v) {}
        Immovable(Immovable&&) = delete;
        int value;
    };
    struct Device {
        int value = 5;
        int read() const { return value; }
    } device;
    CHECK(three(&Device::read, device) == 5);
    CHECK(three(&Device::value, &device) == 5);
    int& reference = three([&]() -> int& { return device.value; });
    CHECK(&reference == &device.value);
    CHECK(*three([] { return std::make_unique<int>(3); }) == 3);
    CHECK(three([] { return Immovable{4}; }).value == 4);
    STATIC_REQUIRE(std::is_void_v<decltype(three([] {}))>);
}

TEST_CASE("TimedAttempt knows the time since the start", "[R-6]") {
    ManualTime time;
    grit::Retrying const retrying{grit::StopAfterAttempt<2>{}, grit::WaitFixed<3s>{}, grit::Time{time}};
    std::vector<Duration> elapsed;
    CHECK_THROWS_AS(retrying([&](grit::TimedAttempt const& a) {
                        elapsed.push_back(a.elapsed());
                        time.advance(2s);
                        throw Base();
                    }),
                    Base);
    CHECK(elapsed == std::vector<Duration>{0s, 5s});
}

TEST_CASE("by default every std::exception is retried, rejections are not", "[R-10]") {
    CHECK(calls_until_thrown<Base>(three) == 3);
    CHECK(calls_until_thrown<CircuitOpen>(three) == 1);
    CHECK(calls_until_thrown<Fatal>(three) == 1); // not derived from std::exception
}

TEST_CASE("by default the error of a result is retried, a plain value is not", "[R-11]") {
    int calls = 0;
    CHECK_FALSE(three([&] {
                    ++calls;
                    return Expected<int, Fatal>{Fatal{}};
                }).has_value());
    CHECK(calls == 3);
    CHECK(three([&]() -> std::error_code {
              ++calls;
              return std::make_error_code(std::errc::timed_out);
          }) == std::errc::timed_out);
    CHECK(calls == 6);
    three([&]() -> std::optional<int> {
        ++calls;
        return std::nullopt;
    });
    three([&] {
        ++calls;
        return false;
    });
    CHECK(calls == 8);
}

TEST_CASE("a named predicate replaces the default on all channels", "[R-12]") {
    grit::Retrying const retrying{grit::StopAfterAttempt<3>{}, grit::RetryIfResult{[](int x) { return x < 0; }}};
    CHECK(calls_until_thrown<Base>(grit::Retrying{grit::StopAfterAttempt<3>{}, grit::RetryIf<Other>{}}) == 1);
    int calls = 0;
    CHECK_THROWS_AS(retrying([&]() -> int {
                        ++calls;
                        throw Base();
                    }),
                    Base);
    CHECK(calls == 1);
}

TEST_CASE("RetryIf names a type on whichever channel", "[R-13]") {
    grit::Retrying const retrying{grit::StopAfterAttempt<3>{}, grit::RetryIf<Base, Busy>{}};
    CHECK(calls_until_thrown<Derived>(retrying) == 3);
    int calls = 0;
    auto const call = [&](auto result) {
        calls = 0;
        retrying([&] {
            ++calls;
            return result;
        });
        return calls;
    };
    CHECK(call(Expected<int, Busy>{Busy{1s}}) == 3);
    CHECK(call(Expected<int, Derived>{Derived{}}) == 3);
    CHECK(call(Expected<int, std::variant<Fatal, Busy>>{std::variant<Fatal, Busy>{Busy{1s}}}) == 3);
    CHECK(call(Expected<int, std::variant<Fatal, Busy>>{std::variant<Fatal, Busy>{Fatal{}}}) == 1);
}

TEST_CASE("one positive predicate says retry and none vetoes", "[R-14]") {
    grit::Retrying const retrying{grit::StopAfterAttempt<3>{}, grit::RetryIf<Base, Other>{},
                                  grit::RetryUnless<Derived>{}};
    CHECK(calls_until_thrown<Base>(retrying) == 3);
    CHECK(calls_until_thrown<Other>(retrying) == 3);
    CHECK(calls_until_thrown<Derived>(retrying) == 1);
}

TEST_CASE("RetryUnless alone retries every other std::exception", "[R-15]") {
    grit::Retrying const retrying{grit::StopAfterAttempt<3>{}, grit::RetryUnless<Base>{}};
    CHECK(calls_until_thrown<Base>(retrying) == 1);
    CHECK(calls_until_thrown<Derived>(retrying) == 1);
    CHECK(calls_until_thrown<Other>(retrying) == 3);
    CHECK(calls_until_thrown<Fatal>(retrying) == 1);
}

TEST_CASE("a base does not name a rejection", "[R-16]") {
    CHECK(calls_until_thrown<CircuitOpen>(
              grit::Retrying{grit::StopAfterAttempt<3>{}, grit::RetryIf<std::runtime_error>{}}) == 1);
    CHECK(calls_until_thrown<CircuitOpen>(
              grit::Retrying{grit::StopAfterAttempt<3>{}, grit::RetryIf<grit::Rejected>{}}) == 3);
    CHECK(calls_until_thrown<CircuitOpen>(grit::Retrying{grit::StopAfterAttempt<3>{}, grit::RetryIf<CircuitOpen>{}}) ==
          3);
}

TEST_CASE("an unnamed error passes as the same object and reaches no hook but OnEnd and Observe", "[R-17]") {
    struct Watcher {
        std::string seen{};
        void on_failure() { seen += "failure "; }
        void on_sleep() { seen += "sleep "; }
        void on_success() { seen += "success "; }
        void on_give_up() { seen += "give_up "; }
        void on_end(StopReason reason) noexcept { seen += to_string(reason); }
    } watcher;
    int hooks = 0;
    StopReason heard = StopReason::none;
    grit::Retrying const retrying{grit::StopAfterAttempt<3>{},
                                  grit::RetryIf<Other>{},
                                  grit::After{[&] { ++hooks; }},
                                  grit::BeforeSleep{[&] { ++hooks; }},
                                  grit::OnSuccess{[&] { ++hooks; }},
                                  grit::OnGiveUp{[&] { ++hooks; }},
                                  grit::OnEnd{[&](StopReason reason) noexcept { heard = reason; }},
                                  grit::Observe{watcher}};
    Base* thrown = nullptr;
    try {
        retrying([&] {
            try {
                throw Base();
            } catch (Base& e) {
                thrown = &e;
                throw;
            }
        });
    } catch (Base& e) {
        CHECK(&e == thrown);
    }
    CHECK(hooks == 0);
    CHECK(heard == StopReason::not_retryable);
    CHECK(watcher.seen == "not_retryable");
    CHECK(retrying.report([] { throw Base(); }).reason() == StopReason::not_retryable);
    CHECK(hooks == 0);
}

TEST_CASE("a variant is a value until one of its alternatives is named", "[R-18]") {
    int calls = 0;
    auto const failing = [&]() -> std::variant<int, Busy> {
        ++calls;
        return Busy{1s};
    };
    three(failing);
    CHECK(calls == 1);
    grit::Retrying{grit::StopAfterAttempt<3>{}, grit::RetryIf<Busy>{}}(failing);
    CHECK(calls == 4);
}

TEST_CASE("predicates combine as boolean functions", "[R-19]") {
    auto const any = grit::RetryIf<Other>{} | grit::RetryIfMessage<"base">{};
    auto const all = grit::RetryIf<Base>{} & grit::RetryUnless<Derived>{};
    CHECK(calls_until_thrown<Base>(grit::Retrying{grit::StopAfterAttempt<3>{}, any}) == 3);
    CHECK(calls_until_thrown<Other>(grit::Retrying{grit::StopAfterAttempt<3>{}, any}) == 3);
    CHECK(calls_until_thrown<Base>(grit::Retrying{grit::StopAfterAttempt<3>{}, all}) == 3);
    CHECK(calls_until_thrown<Derived>(grit::Retrying{grit::StopAfterAttempt<3>{}, all}) == 1);
}

TEST_CASE("TryAgain overrides predicates, not stops", "[R-20]") {
    CHECK(calls_until_thrown<grit::TryAgain>(grit::Retrying{grit::StopAfterAttempt<3>{}, grit::RetryIf<Other>{}}) == 3);
    CHECK(calls_until_thrown<grit::TryAgain>(three.with(grit::RetryNever{})) == 3);
}

TEST_CASE("Permanent gives the error as its own type", "[R-21]") {
    int calls = 0;
    auto const fail = [&] {
        ++calls;
        throw grit::Permanent{Base{}};
    };
    CHECK_THROWS_AS(three(fail), Base);
    CHECK(calls == 1);
    CHECK(three.report(fail).reason() == StopReason::permanent);
}

TEST_CASE("RetryAfter is read by WaitHint only", "[R-22]") {
    ManualTime time;
    auto const fail = [] { throw grit::RetryAfter{4s}; };
    grit::Retrying const plain{grit::StopAfterAttempt<2>{}, grit::WaitFixed<1s>{}, grit::Time{time}};
    CHECK_THROWS_AS(plain(fail), grit::RetryAfter);
    CHECK_THROWS_AS(plain.with(grit::WaitHint<10s, grit::WaitFixed<1s>>{})(fail), grit::RetryAfter);
    CHECK(time.slept() == std::vector<Duration>{1s, 4s});
}

TEST_CASE("the error of an expected-like result may be a signal", "[R-23]") {
    int calls = 0;
    using Again = Expected<int, std::variant<Fatal, grit::TryAgain, grit::Permanent<int>>>;
    grit::Retrying const retrying{grit::StopAfterAttempt<3>{}, grit::RetryIf<Other>{}};
    retrying([&] {
        ++calls;
        return Again{decltype(Again{}.error()){}};
    });
    CHECK(calls == 1);
    retrying([&] {
        ++calls;
        return Again{std::variant<Fatal, grit::TryAgain, grit::Permanent<int>>{grit::TryAgain{}}};
    });
    CHECK(calls == 4);
    auto const report = three.report([&] {
        ++calls;
        return Again{std::variant<Fatal, grit::TryAgain, grit::Permanent<int>>{grit::Permanent{1}}};
    });
    CHECK(calls == 5);
    CHECK(report.reason() == StopReason::permanent);
}

TEST_CASE("a zero wait does not sleep, but before_sleep hooks run", "[R-30]") {
    ManualTime time;
    int hooks = 0;
    grit::Retrying const retrying{grit::StopAfterAttempt<3>{}, grit::Time{time}, grit::BeforeSleep{[&] { ++hooks; }}};
    CHECK_THROWS_AS(retrying([] { throw Base(); }), Base);
    CHECK(time.slept().empty());
    CHECK(hooks == 2);
}

TEST_CASE("the first WaitIf that matches decides, else the plain wait", "[R-31]") {
    ManualTime time;
    grit::Retrying const retrying{grit::StopAfterAttempt<4>{}, grit::WaitIf<Derived, grit::WaitFixed<5s>>{},
                                  grit::WaitIf<Base, grit::WaitFixed<3s>>{}, grit::WaitFixed<1s>{}, grit::Time{time}};
    CHECK_THROWS(retrying([](Attempt const& a) {
        if (a.number() == 1) throw Derived();
        if (a.number() == 2) throw Base();
        throw Other();
    }));
    CHECK(time.slept() == std::vector<Duration>{5s, 3s, 1s});
}

TEST_CASE("WaitHint waits the longer of its wait and the hint", "[R-32]") {
    ManualTime time;
    grit::Retrying const retrying{grit::StopAfterAttempt<3>{}, grit::RetryIf<Throttled, Base>{},
                                  grit::WaitHint<10s, grit::WaitFixed<2s>>{}, grit::Time{time}};
    CHECK_THROWS(retrying([](Attempt const& a) {
        if (a.number() == 1) throw Throttled();
        throw Base();
    }));
    CHECK(time.slept() == std::vector<Duration>{7s, 2s});
}

TEST_CASE("a hint beyond its maximum or a deadline ends the call", "[R-33]") {
    ManualTime time;
    grit::Retrying const retrying{grit::StopAfterAttempt<3>{}, grit::RetryIf<Throttled>{},
                                  grit::WaitHint<5s, grit::WaitFixed<2s>>{}, grit::Time{time}};
    auto const fail = [] { throw Throttled(); };
    auto const report = retrying.report(fail);
    CHECK(report.attempts() == 1);
    CHECK(report.reason() == StopReason::hint);
    auto const limited =
        retrying.with(grit::WaitHint<10s, grit::WaitFixed<2s>>{}, grit::StopBeforeDelay<6s>{}).report(fail);
    CHECK(limited.attempts() == 1);
    CHECK(limited.reason() == StopReason::hint);
    CHECK(time.slept().empty());
}

TEST_CASE("the last wait is computed only if a stop looks at it", "[R-34]") {
    int asked = 0;
    ManualTime time;
    grit::Retrying const retrying{grit::StopAfterAttempt<3>{}, grit::WaitFrom{[&](Attempt const&) {
                                      ++asked;
                                      return Duration{1s};
                                  }},
                                  grit::Time{time}};
    CHECK_THROWS(retrying([] { throw Base(); }));
    CHECK(asked == 2);
    CHECK_THROWS(retrying.with(grit::StopBeforeDelay<100s>{})([] { throw Base(); }));
    CHECK(asked == 4); // the stop that needs no wait comes first
}

TEST_CASE("the constants agree with what the loop does", "[R-35]") {
    using Robust = grit::Retrying<grit::StopAfterAttempt<5>, grit::WaitExponential<1s, 6s>>;
    STATIC_REQUIRE(Robust::max_attempts == 5);
    STATIC_REQUIRE(Robust::worst_case_wait == 13s);
    STATIC_REQUIRE(Robust::schedule<4>() == std::array{1s, 2s, 4s, 6s});
    ManualTime time;
    CHECK(calls_until_thrown<Base>(Robust{}.with(grit::Time{time})) == 5);
    CHECK(Robust::schedule<4>() ==
          std::array<Duration, 4>{time.slept()[0], time.slept()[1], time.slept()[2], time.slept()[3]});
}

TEST_CASE("several stops mean any, and the first that is asked gives the reason", "[R-40]") {
    ManualTime time;
    int asked = 0;
    auto const count = [&] {
        ++asked;
        return false;
    };
    grit::Retrying const retrying{grit::StopAfterDelay<3s>{}, grit::StopIf{count}, grit::StopAfterAttempt<4>{},
                                  grit::WaitFixed<1s>{}, grit::Time{time}};
    auto const fail = [] { throw Base(); };
    auto const report = retrying.report(fail);
    CHECK(report.attempts() == 4);
    CHECK(report.reason() == StopReason::attempts); // 3 s and 4 attempts at once: the one that needs no clock
    CHECK(asked == 4);

    auto const reason_of = [&](auto const&... stops) {
        return grit::Retrying{stops..., grit::WaitFixed<1s>{}, grit::Time{time}}.report(fail).reason();
    };
    grit::StopIf const at_once{[](Attempt const& attempt) { return attempt.number() == 4; }};
    grit::StopIf const by_time{[](grit::TimedAttempt const& attempt) { return attempt.elapsed() >= 3s; }};
    grit::StopAfterDelay<3s> const delay;
    grit::StopBeforeDelay<4s> const with_wait; // the fourth attempt ends at 3 s, and a sleep of 1 s would reach it
    grit::StopAfterAttempt<4> const attempts;
    // Of those that are asked together the first listed counts.
    CHECK(reason_of(at_once, attempts) == StopReason::custom);
    CHECK(reason_of(attempts, at_once) == StopReason::attempts);
    CHECK(reason_of(delay, by_time) == StopReason::delay);
    CHECK(reason_of(by_time, delay) == StopReason::custom);
    // Those that look at the wait are asked last, wherever they stand.
    CHECK(reason_of(with_wait, by_time) == StopReason::custom);
    CHECK(reason_of(with_wait, by_time, attempts) == StopReason::attempts);
    CHECK(reason_of(with_wait, grit::StopBefore{time.now() + 100s}) == StopReason::delay);
    CHECK(reason_of(grit::StopBefore{time.now() + 4s}, with_wait) == StopReason::deadline);
    CHECK(reason_of(with_wait, grit::StopBefore{time.now() + 4s}) == StopReason::delay);
    // The same for the stops inside a StopAny.
    CHECK(reason_of(grit::StopAny{with_wait, delay}, attempts) == StopReason::attempts);
    CHECK(reason_of(grit::StopAny{with_wait, by_time}, delay) == StopReason::custom);
}

TEST_CASE("StopAfterDelay looks at the time when the attempt ended", "[R-41]") {
    ManualTime time;
    grit::Retrying const retrying{grit::StopAfterDelay<5s>{}, grit::WaitExponential<1s, 60s>{}, grit::Time{time}};
    CHECK_THROWS_AS(retrying([&] {
                        time.advance(100ms);
                        throw Base();
                    }),
                    Base);
    CHECK(time.slept() == std::vector<Duration>{1s, 2s, 4s});
}

TEST_CASE("StopBeforeDelay and StopBefore refuse a sleep that would reach them", "[R-42]") {
    ManualTime time{100s};
    auto const fail = [&] {
        time.advance(100ms);
        throw Base();
    };
    grit::Retrying const before_delay{grit::StopBeforeDelay<5s>{}, grit::WaitExponential<1s, 60s>{}, grit::Time{time}};
    CHECK(before_delay.report(fail).reason() == StopReason::delay);
    CHECK(time.slept() == std::vector<Duration>{1s, 2s});
    grit::Retrying const before{grit::StopBefore{time.now() + 3s}, grit::WaitFixed<1s>{}, grit::Time{time}};
    auto const report = before.report(fail);
    CHECK(report.attempts() == 3);
    CHECK(report.reason() == StopReason::deadline);
}

TEST_CASE("after the sleep a cancellation ends the call with the outcome that caused it", "[R-43]") {
    struct Token {
        bool const* stop;
        bool stop_requested() const { return *stop; }
    };
    bool stop = false;
    ManualTime time;
    grit::Retrying const retrying{grit::StopAfterAttempt<5>{}, grit::StopWhenRequested{Token{&stop}},
                                  grit::WaitFixed<1s>{}, grit::Time{time},
                                  grit::BeforeSleep{[&](Attempt const& a) { stop = a.number() == 2; }}};
    int calls = 0;
    auto const report = retrying.report([&]() -> int {
        ++calls;
        throw Base();
    });
    CHECK(calls == 2);
    CHECK(report.reason() == StopReason::cancelled);
    CHECK_THROWS_AS(report.value(), Base);

    stop = false;
    auto const results = retrying.with(grit::RetryAlways{}).report([&]() -> int { return ++calls; });
    CHECK(results.value() == 4);
    CHECK(results.reason() == StopReason::cancelled);
}

TEST_CASE("a deadline from outside refuses a sleep and an attempt", "[R-44]") {
    ManualTime time;
    int calls = 0;
    grit::Retrying const retrying{grit::StopAfterAttempt<9>{}, grit::WaitFixed<1s>{}, grit::Time{time}};
    grit::Context const outer{grit::TimePoint{2500ms}, {}, grit::ClockView{&time}};
    CHECK_THROWS_AS(within(grit::Attempt{1, {}, outer}, retrying)([&](grit::Attempt const& inner) {
                        ++calls;
                        CHECK(inner.deadline() == outer.deadline());
                        throw Base();
                    }),
                    Base);
    CHECK(calls == 3);
    CHECK(time.slept() == std::vector<Duration>{1s, 1s});

    struct Oversleeper { // wakes after the deadline
        ManualTime* time;
        grit::TimePoint now() const { return time->now(); }
        void sleep(Duration) const { time->sleep(10s); }
    } oversleeper{&time};
    calls = 0;
    auto const late = retrying.with(grit::Time{oversleeper});
    grit::Context const next{time.now() + 5s, {}, grit::ClockView{&time}};
    CHECK_THROWS_AS(within(grit::Attempt{1, {}, next}, late)([&](grit::Attempt const&) {
                        ++calls;
                        throw Base();
                    }),
                    Base);
    CHECK(calls == 1);
}

TEST_CASE("the clock is read only if something asks", "[R-45]") {
    CountingTime time;
    auto const fail = [] { throw Base(); };
    grit::Retrying const plain{grit::StopAfterAttempt<3>{}, grit::WaitFixed<1s>{}, grit::Time{time}};
    CHECK_THROWS(plain(fail));
    CHECK(time.reads == 0);
    CHECK_THROWS(plain.with(grit::StopAfterDelay<100s>{})(fail));
    CHECK(time.reads == 3); // at the start, and for the two failures that the count did not end
}

TEST_CASE("giving up gives the last outcome as it was", "[R-50]") {
    Base* thrown = nullptr;
    try {
        three([&] {
            try {
                throw Base();
            } catch (Base& e) {
                thrown = &e;
                throw;
            }
        });
    } catch (Base& e) {
        CHECK(&e == thrown);
    }
    int calls = 0;
    grit::Retrying const results{grit::StopAfterAttempt<3>{}, grit::RetryIfResult{[](int x) { return x < 10; }}};
    CHECK(results([&] { return ++calls; }) == 3);
}

TEST_CASE("ThrowRetryError wraps the last outcome", "[R-51]") {
    ManualTime time;
    grit::Retrying const retrying{grit::StopAfterAttempt<3>{}, grit::WaitFixed<1s>{}, grit::Time{time},
                                  grit::ThrowRetryError{}};
    try {
        retrying([] { throw Base(); });
        FAIL("nothing was thrown");
    } catch (grit::RetryError const& e) {
        CHECK(e.attempts() == 3);
        CHECK(e.elapsed() == 2s);
        CHECK(e.reason() == StopReason::attempts);
        CHECK_THROWS_AS(std::rethrow_exception(e.exception()), Base);
    }
    try {
        retrying.with(grit::RetryAlways{})([] { return 42; });
        FAIL("nothing was thrown");
    } catch (grit::RetryErrorWith<int> const& e) {
        CHECK(e.result() == 42);
    }
}

TEST_CASE("an OnGiveUp that returns a value replaces the result", "[R-52]") {
    grit::Retrying const retrying{grit::StopAfterAttempt<3>{}, grit::OnGiveUp{[] { return 7; }}};
    CHECK(retrying([]() -> int { throw Base(); }) == 7);
    CHECK(retrying([] { return 1; }) == 1);
}

TEST_CASE("report tells what happened", "[R-53]") {
    ManualTime time;
    grit::Retrying const retrying{grit::StopAfterAttempt<3>{}, grit::WaitFixed<1s>{}, grit::Time{time}};
    auto const report = retrying.report([&](Attempt const& a) {
        time.advance(500ms);
        if (a.number() < 3) throw Base();
        return a.number();
    });
    CHECK(report.succeeded());
    CHECK(report.value() == 3);
    CHECK(report.attempts() == 3);
    CHECK(report.slept() == 2s);
    CHECK(report.elapsed() == 3500ms);
    CHECK(report.reason() == StopReason::none);
}

TEST_CASE("hooks run in order", "[R-60]") {
    std::string log;
    auto const note = [&](char const* text) { return [&log, text] { log += text; }; };
    grit::Retrying const retrying{grit::StopAfterAttempt<2>{},      grit::Before{note("b")},
                                  grit::After{note("a")},           grit::BeforeSleep{note("s")},
                                  grit::OnSuccess{note("+")},       grit::OnGiveUp{note("-")},
                                  grit::Before{[&] { log += "B"; }}};
    CHECK_THROWS(retrying([] { throw Base(); }));
    CHECK(log == "bBasbBa-");
    log.clear();
    retrying([] {});
    CHECK(log == "bB+");
}

TEST_CASE("what a policy throws ends the call, even a named type", "[R-61]") {
    int calls = 0;
    auto const fail = [&]() -> int {
        ++calls;
        throw Other();
    };
    auto const raise = [](auto const&...) -> bool { throw Base(); };
    grit::Retrying const named{grit::StopAfterAttempt<3>{}, grit::RetryIf<Base, Other>{}};
    CHECK_THROWS_AS(named.with(grit::After{[&](Attempt const&) { throw Base(); }})(fail), Base);
    CHECK_THROWS_AS(named.with(grit::BeforeSleep{[] { throw Base(); }})(fail), Base);
    CHECK_THROWS_AS(named.with(grit::StopIf{[](Attempt const&) -> bool { throw Base(); }})(fail), Base);
    CHECK_THROWS_AS(named.with(grit::WaitFrom{[](Attempt const&) -> Duration { throw Base(); }})(fail), Base);
    CHECK(calls == 4);
    CHECK_THROWS_AS(named.with(grit::OnSuccess{[] { throw Base(); }})([&] { return ++calls; }), Base);
    CHECK_THROWS_AS(named.with(grit::RetryIfResult{[&](int) { return raise(); }})([&] { return ++calls; }), Base);
    CHECK(calls == 6);
}

TEST_CASE("a Retrying is const and re-entrant", "[R-70]") {
    int outer = 0;
    int inner = 0;
    CHECK_THROWS_AS(three([&] {
                        ++outer;
                        three([&] {
                            ++inner;
                            throw Base();
                        });
                    }),
                    Base);
    CHECK(outer == 3);
    CHECK(inner == 9);
}

TEST_CASE("constant policies cost no byte", "[R-71]") {
    STATIC_REQUIRE(sizeof(Three) == 1);
    STATIC_REQUIRE(
        sizeof(
            grit::Retrying<grit::StopAny<grit::StopAfterAttempt<5>, grit::StopAfterDelay<1s>>,
                           grit::StopAfterAttempt<5>, grit::WaitSum<grit::WaitFixed<1s>, grit::WaitFixed<1s>>,
                           grit::RetryIf<Base>, grit::BeforeSleepLog<>, grit::Name<"chat">, grit::ThrowRetryError>) ==
        1);
}

TEST_CASE("with replaces what has the same kind", "[R-72]") {
    auto const changed = three.with(grit::StopAfterAttempt{2}, grit::RetryIf<Base>{});
    CHECK(calls_until_thrown<Base>(changed) == 2);
    CHECK(calls_until_thrown<Other>(changed) == 1);
    CHECK(calls_until_thrown<Other>(three) == 3);
}
