// SPDX-License-Identifier: BSL-1.0
// The bugs that retry loops have had, each a test.
#include <grit/retry.hpp>

#include <limits>
#include <set>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include <grit/core/within.hpp>

#include "retrying/samples.hpp"

using namespace grit;
using namespace samples;

namespace {

constexpr auto longest = Duration::max();

/// Counts how often it is moved from and copied.
struct Counted {
    int* moves;
    int* copies;
    std::string text = "intact";

    Counted(int* m, int* c) : moves(m), copies(c) {}
    Counted(Counted const& other) : moves(other.moves), copies(other.copies), text(other.text) { ++*copies; }
    Counted(Counted&& other) noexcept : moves(other.moves), copies(other.copies), text(std::move(other.text)) {
        ++*moves;
        other.text = "moved from";
    }
};

} // namespace

TEST_CASE("the last exception is rethrown while it is handled, not after its handler ended") {
    // The sleep that follows the failure throws and catches an exception of its own, as does a hook.
    struct Sleeper {
        ManualTime manual{};
        TimePoint now() const { return manual.now(); }
        void sleep(Duration d) {
            try {
                throw FatalError{"inside the sleeper"};
            } catch (FatalError const&) {
                manual.sleep(d);
            }
        }
    } sleeper;
    auto const throws_inside = [] {
        try {
            throw FatalError{"inside a hook"};
        } catch (FatalError const&) {
        }
    };
    bool cancelled = false;
    struct Flag {
        bool const* requested;
        bool stop_requested() const { return *requested; }
    };
    Retrying const retrying{StopAfterAttempt<3>{},  WaitFixed<1s>{},      StopWhenRequested{Flag{&cancelled}},
                            Time{sleeper},          After{throws_inside}, BeforeSleep{throws_inside},
                            OnGiveUp{throws_inside}};
    int calls = 0;
    REQUIRE_THROWS_WITH(retrying([&] {
                            ++calls;
                            throw NetworkError{"#" + std::to_string(calls)};
                        }),
                        "#3");
    calls = 0;
    REQUIRE_THROWS_WITH(retrying.with(BeforeSleep{[&] { cancelled = true; }})([&] { throw NetworkError{"cancelled"}; }),
                        "cancelled");
}

TEST_CASE("no exception is left in flight once a call has succeeded") {
    FailsFirst<NetworkError> operation{1};
    constexpr Retrying<StopAfterAttempt<2>> twice;
    Retrying const looks{StopAfterAttempt<2>{}, Before{[] { REQUIRE(std::current_exception() == nullptr); }}};
    REQUIRE(looks(operation) == 2);
    operation.calls = 0;
    REQUIRE(twice(operation) == 2);
    REQUIRE(std::current_exception() == nullptr);
    REQUIRE(std::uncaught_exceptions() == 0);
}

TEST_CASE("a call inside a handler leaves that handler's exception in flight") {
    constexpr Retrying<StopAfterAttempt<2>> twice;
    try {
        throw FatalError{"outer"};
    } catch (FatalError const&) {
        FailsFirst<NetworkError> operation{1};
        twice(operation);
        REQUIRE_THROWS_WITH(throw, "outer");
    }
}

TEST_CASE("an argument has not been moved from before the second attempt") {
    int moves = 0;
    int copies = 0;
    int calls = 0;
    constexpr Retrying<StopAfterAttempt<3>> three;
    three(
        [&](Counted const& argument) {
            REQUIRE(argument.text == "intact");
            if (++calls < 3) throw NetworkError{};
        },
        Counted{&moves, &copies});
    REQUIRE(moves == 0);
    REQUIRE(copies == 0);
    calls = 0;
    three(
        [&](Counted argument) {
            REQUIRE(argument.text == "intact");
            argument.text = "changed";
            if (++calls < 3) throw NetworkError{};
        },
        Counted{&moves, &copies});
    REQUIRE(moves == 0);
    REQUIRE(copies == 3);
}

TEST_CASE("an operation that wraps an argument is not moved from either") {
    int moves = 0;
    int copies = 0;
    constexpr Retrying<StopAfterAttempt<3>> three;
    int calls = 0;
    auto const wrapped = three.wrap([&, held = Counted{&moves, &copies}] {
        REQUIRE(held.text == "intact");
        if (++calls % 3 != 0) throw NetworkError{};
        return held.text;
    });
    copies = 0;
    REQUIRE(wrapped() == "intact");
    REQUIRE(wrapped() == "intact");
    REQUIRE(copies == 0); // but for the one that is returned
}

TEST_CASE("no second attempt starts after a deadline") {
    ManualTime time;
    AlwaysFails<NetworkError> operation;
    SECTION("a sleep that would reach it is refused, not clipped") {
        REQUIRE_THROWS_AS((Retrying{StopBeforeDelay<10s>{}, WaitFixed<10s>{}, Time{time}}(operation)), NetworkError);
        REQUIRE_THROWS_AS((Retrying{StopBefore{TimePoint{10s}}, WaitFixed<10s>{}, Time{time}}(operation)),
                          NetworkError);
        REQUIRE(time.slept().empty());
        REQUIRE(operation.calls == 2);
    }
    SECTION("nor one that has overslept") {
        struct Oversleeps {
            ManualTime manual{};
            TimePoint now() const { return manual.now(); }
            void sleep(Duration d) { manual.sleep(2 * d); }
        } late;
        REQUIRE_THROWS_AS((Retrying{StopBefore{TimePoint{10s}}, WaitFixed<9s>{}, Time{late}}(operation)), NetworkError);
        REQUIRE(operation.calls == 1);
        Context const outer{TimePoint{100s}, StopView{}, ClockView{&late}};
        Retrying const inside{StopAfterAttempt<5>{}, WaitFixed<60s>{}, Time{late}};
        int calls = 0;
        REQUIRE_THROWS_AS(within(Attempt{1, Duration::zero(), outer}, inside)([&](Attempt const&) {
                              ++calls;
                              throw NetworkError{};
                          }),
                          NetworkError);
        REQUIRE(calls == 1); // at 18 s; a sleep of 60 s ends before 100 s, but took 120 s
    }
}

TEST_CASE("elapsed time and wait near the maximum do not overflow") {
    ManualTime time{-longest};
    AlwaysFails<NetworkError> operation;
    SECTION("the elapsed time saturates") {
        Retrying const retrying{StopAfterDelay<longest>{}, WaitFixed<longest>{}, Time{time}};
        REQUIRE_THROWS_AS(retrying(operation), NetworkError);
        REQUIRE(operation.calls == 2);
        REQUIRE(time.slept() == Durations{longest});
    }
    SECTION("elapsed and wait are compared with the limit without being added") {
        Retrying const retrying{StopBeforeDelay<longest>{}, WaitFixed<longest - 1ns>{}, Time{time}};
        REQUIRE_THROWS_AS(retrying([&] {
                              operation.calls++;
                              time.advance(1ns);
                              throw NetworkError{};
                          }),
                          NetworkError);
        REQUIRE(operation.calls == 1);
    }
    SECTION("the sum of waits saturates") {
        Retrying const retrying{StopAfterAttempt<3>{}, WaitFixed<longest>{} + WaitFixed<longest>{}, Time{time}};
        REQUIRE_THROWS_AS(retrying(operation), NetworkError);
        REQUIRE(time.slept() == Durations{longest, longest});
        REQUIRE(time.now() == TimePoint::max());
        auto const report = retrying.report(operation);
        REQUIRE(report.slept() == longest);
    }
    SECTION("a point in time near the end of the clock refuses the sleep that would pass it") {
        ManualTime late{longest - 1s};
        Retrying const retrying{StopBefore{TimePoint::max()}, WaitFixed<2s>{}, Time{late}};
        REQUIRE_THROWS_AS(retrying(operation), NetworkError);
        REQUIRE(operation.calls == 1);
    }
}

TEST_CASE("a factor of 1 does not divide by zero or grow") {
    ManualTime time;
    AlwaysFails<NetworkError> operation;
    REQUIRE_THROWS_AS((Retrying{StopAfterAttempt<200>{}, WaitExponential<1s, 60s, 1>{}, Time{time}}(operation)),
                      NetworkError);
    REQUIRE(time.slept() == Durations(199, 1s));
    STATIC_REQUIRE(Retrying<StopAfterAttempt<1001>, WaitExponential<1s, 60s, 1>>::worst_case_wait == 1000s);
}

TEST_CASE("an exponential wait stays at its maximum for ever") {
    ManualTime time;
    AlwaysFails<NetworkError> operation;
    REQUIRE_THROWS_AS((Retrying{StopAfterAttempt<5000>{}, WaitExponential<1ns, longest>{}, Time{time}}(operation)),
                      NetworkError);
    REQUIRE(time.slept().size() == 4999);
    for (std::size_t i = 1; i < time.slept().size(); ++i) REQUIRE(time.slept()[i] >= time.slept()[i - 1]);
    STATIC_REQUIRE(Retrying<StopAfterAttempt<10>, WaitExponential<0s, 60s>>::worst_case_wait == 0s);
}

TEST_CASE("attempts beyond 2^31 do not overflow") {
    Attempt attempt{std::numeric_limits<int>::max() - 1};
    attempt.advance(1s);
    REQUIRE(attempt.number() == std::numeric_limits<int>::max());
    attempt.advance(1s);
    REQUIRE(attempt.number() == std::numeric_limits<int>::max());
    REQUIRE(StopAfterAttempt{std::int64_t{1} << 40}.attempts() == std::numeric_limits<int>::max());
}

TEST_CASE("naming std::runtime_error does not retry a rejection") {
    AlwaysFails<CircuitOpen> open;
    REQUIRE_THROWS_AS((Retrying<StopAfterAttempt<3>, RetryIf<std::runtime_error>>{}(open)), CircuitOpen);
    REQUIRE_THROWS_AS((Retrying<StopAfterAttempt<3>, RetryIf<std::exception>>{}(open)), CircuitOpen);
    REQUIRE_THROWS_AS((Retrying<StopAfterAttempt<3>, RetryUnless<FatalError>>{}(open)), CircuitOpen);
    REQUIRE_THROWS_AS((Retrying<StopAfterAttempt<3>>{}(open)), CircuitOpen);
    Retrying const asks{StopAfterAttempt<3>{}, RetryIfException{[](std::exception const&) { return true; }}};
    REQUIRE_THROWS_AS(asks(open), CircuitOpen);
    REQUIRE(open.calls == 5);
    REQUIRE_THROWS_AS((Retrying<StopAfterAttempt<3>, RetryIf<Rejected>>{}(open)), CircuitOpen);
    REQUIRE_THROWS_AS((Retrying<StopAfterAttempt<3>, RetryIf<CircuitOpen, std::runtime_error>>{}(open)), CircuitOpen);
    REQUIRE(open.calls == 11);
    // The error of a result is no different.
    using Result = Expected<int, std::variant<std::runtime_error, CircuitOpen>>;
    int calls = 0;
    Retrying<StopAfterAttempt<3>, RetryIf<std::runtime_error>>{}([&] {
        ++calls;
        return Result::failure(CircuitOpen{});
    });
    REQUIRE(calls == 1);
}

TEST_CASE("jitter is not in step across threads") {
    std::set<std::uint64_t> draws;
    std::vector<std::uint64_t> of_thread(8);
    std::vector<std::thread> threads;
    for (auto& draw : of_thread) threads.emplace_back([&draw] { draw = ThreadRandom{}(); });
    for (auto& thread : threads) thread.join();
    draws.insert(of_thread.begin(), of_thread.end());
    draws.insert(ThreadRandom{}());
    REQUIRE(draws.size() == 9);
}

TEST_CASE("jitter is not in step across forks") {
    constexpr int children = 3;
    std::set<Durations> schedules;
    auto const schedule = [] {
        ManualTime time;
        AlwaysFails<NetworkError> operation;
        try {
            Retrying{StopAfterAttempt<4>{}, WaitRandomExponential<1s, 60s>{}, Time{time}}(operation);
        } catch (NetworkError const&) {
        }
        return time.slept();
    };
    schedule(); // seeds this thread's generator, which the children inherit
    for (int child = 0; child < children; ++child) {
        int ends[2];
        REQUIRE(pipe(ends) == 0);
        pid_t const process = fork();
        REQUIRE(process >= 0);
        if (process == 0) {
            Durations const mine = schedule();
            std::size_t const bytes = mine.size() * sizeof(Duration);
            _exit(write(ends[1], mine.data(), bytes) == static_cast<ssize_t>(bytes) ? 0 : 1);
        }
        Durations theirs(3);
        REQUIRE(read(ends[0], theirs.data(), theirs.size() * sizeof(Duration)) > 0);
        int status = 1;
        REQUIRE(waitpid(process, &status, 0) == process);
        REQUIRE(status == 0);
        close(ends[0]);
        close(ends[1]);
        schedules.insert(theirs);
    }
    schedules.insert(schedule());
    REQUIRE(schedules.size() == children + 1);
}

TEST_CASE("an operation may call the same object again") {
    ManualTime time;
    Retrying const retrying{StopAfterAttempt<3>{}, WaitDecorrelatedJitter<1s, 9s>{}, StopAfterDelay<1h>{}, Time{time}};
    std::vector<std::pair<int, int>> calls;
    int const result = retrying([&](Attempt const& outer) {
        int const inner = retrying([&](Attempt const& attempt) {
            calls.emplace_back(outer.number(), attempt.number());
            if (attempt.number() < 2) throw NetworkError{};
            return attempt.number();
        });
        if (outer.number() < 3) throw NetworkError{};
        return 10 * outer.number() + inner;
    });
    REQUIRE(result == 32);
    REQUIRE(calls == std::vector<std::pair<int, int>>{{1, 1}, {1, 2}, {2, 1}, {2, 2}, {3, 1}, {3, 2}});
}

TEST_CASE("a predicate and a hook may call the same object again") {
    int inner_calls = 0;
    struct Asks {
        int* inner_calls;
        bool operator()(int n) const {
            constexpr Retrying<StopAfterAttempt<2>> same;
            same([this] { ++*inner_calls; });
            return n < 3;
        }
    };
    Retrying const retrying{StopAfterAttempt<5>{}, RetryIfResult{Asks{&inner_calls}}};
    int calls = 0;
    REQUIRE(retrying([&] { return ++calls; }) == 3);
    REQUIRE(inner_calls == 3);
}

TEST_CASE("one object serves many threads") {
    Retrying<StopAfterAttempt<3>, RetryIf<NetworkError>> const three;
    std::vector<int> results(8);
    std::vector<std::thread> threads;
    for (auto& result : results)
        threads.emplace_back([&result, &three] {
            FailsFirst<NetworkError> operation{2};
            for (int i = 0; i < 100; ++i) {
                operation.calls = 0;
                result += three(operation);
            }
        });
    for (auto& thread : threads) thread.join();
    REQUIRE(results == std::vector<int>(8, 300));
}

// What a policy throws ends the call, even if its type is a named one. The operation fails on whichever channel.

namespace {

struct ThrowingWait {
    static constexpr Family family = Family::wait;
    Duration operator()(Attempt const&) const { throw NetworkError{"wait"}; }
};
struct ThrowingStop {
    static constexpr Family family = Family::stop;
    bool operator()(Attempt const&) const { throw NetworkError{"stop"}; }
};
struct ThrowingSleeper {
    TimePoint now() const { return {}; }
    void sleep(Duration) const { throw NetworkError{"sleeper"}; }
};
/// Throws at its `at`-th reading.
struct ThrowingClock {
    int at;
    mutable int reads = 0;
    TimePoint now() const {
        if (++reads == at) throw NetworkError{"clock"};
        return {};
    }
    void sleep(Duration) const {}
};
struct ThrowingRandom {
    std::uint64_t operator()() const { throw NetworkError{"random"}; }
};

/// Requires that a call under the policies makes `calls` calls of an operation that throws, and of one whose result
/// fails, and ends with a NetworkError that says `what`.
template <class... Ps>
void require_ends_with(std::string const& what, int expected_calls, Ps const&... policies) {
    Retrying const by_exception{StopAfterAttempt<5>{}, RetryIf<NetworkError>{}, policies...};
    int calls = 0;
    REQUIRE_THROWS_WITH(by_exception([&]() -> int {
                            ++calls;
                            throw NetworkError{"operation"};
                        }),
                        what);
    REQUIRE(calls == expected_calls);
    Retrying const by_result{StopAfterAttempt<5>{}, RetryIf<NetworkError>{}, RetryIfResult{[](int n) { return n < 0; }},
                             policies...};
    calls = 0;
    REQUIRE_THROWS_WITH(by_result([&] {
                            ++calls;
                            return -1;
                        }),
                        what);
    REQUIRE(calls == expected_calls);
}

} // namespace

TEST_CASE("a hook that throws ends the call") {
    auto const throws = [] { throw NetworkError{"hook"}; };
    require_ends_with("hook", 0, Before{throws});
    require_ends_with("hook", 1, After{throws});
    require_ends_with("hook", 1, BeforeSleep{throws});
    require_ends_with("hook", 5, OnGiveUp{throws});
    require_ends_with("hook", 5, OnGiveUp{[]() -> int { throw NetworkError{"hook"}; }});
    int calls = 0;
    Retrying const success{StopAfterAttempt<5>{}, RetryIf<NetworkError>{}, OnSuccess{throws}};
    REQUIRE_THROWS_WITH(success([&] { ++calls; }), "hook");
    REQUIRE_THROWS_WITH(success([&] { return ++calls; }), "hook");
    REQUIRE(calls == 2);
}

TEST_CASE("a predicate that throws ends the call") {
    Retrying const of_exception{StopAfterAttempt<5>{},
                                RetryIfException{[](NetworkError const&) -> bool { throw NetworkError{"predicate"}; }}};
    AlwaysFails<NetworkError> fails;
    REQUIRE_THROWS_WITH(of_exception(fails), "predicate");
    REQUIRE(fails.calls == 1);
    Retrying const of_result{StopAfterAttempt<5>{}, RetryIf<NetworkError>{},
                             RetryIfResult{[](int) -> bool { throw NetworkError{"predicate"}; }}};
    int calls = 0;
    REQUIRE_THROWS_WITH(of_result([&] { return ++calls; }), "predicate");
    REQUIRE(calls == 1);
}

TEST_CASE("a wait that throws ends the call") {
    require_ends_with("wait", 1, ThrowingWait{});
    require_ends_with("wait", 1, WaitFrom{[]() -> Duration { throw NetworkError{"wait"}; }});
    require_ends_with("random", 1, WaitRandom<1s, 2s>{}, Random<ThrowingRandom>{});
}

TEST_CASE("a stop that throws ends the call") {
    require_ends_with("stop", 1, ThrowingStop{});
    require_ends_with("stop", 1, StopIf{[]() -> bool { throw NetworkError{"stop"}; }});
}

TEST_CASE("a sleeper that throws ends the call") {
    require_ends_with("sleeper", 1, WaitFixed<1s>{}, Time<ThrowingSleeper>{});
    struct Never {
        bool stop_requested() const { return false; }
    };
    require_ends_with("sleeper", 1, WaitFixed<1s>{}, Time<ThrowingSleeper>{}, StopWhenRequested{Never{}});
}

TEST_CASE("a clock that throws ends the call") {
    for (int at = 1; at <= 3; ++at) {
        ThrowingClock clock{at};
        Retrying const retrying{StopAfterDelay<1h>{}, WaitFixed<1s>{}, RetryIf<NetworkError>{}, Time{clock}};
        AlwaysFails<NetworkError> fails;
        REQUIRE_THROWS_WITH(retrying(fails), "clock");
        REQUIRE(fails.calls == at - 1);
    }
    SECTION("also where it is read for an operation that takes the time") {
        ThrowingClock clock{2};
        Retrying const retrying{StopAfterAttempt<5>{}, WaitFixed<1s>{}, RetryIf<NetworkError>{}, Time{clock}};
        int calls = 0;
        REQUIRE_THROWS_WITH(retrying([&](TimedAttempt const&) {
                                ++calls;
                                throw NetworkError{"operation"};
                            }),
                            "clock");
        REQUIRE(calls == 1);
        REQUIRE(clock.reads == 2);
    }
    SECTION("also after the sleep") {
        ThrowingClock clock{3};
        Retrying const retrying{StopBefore{TimePoint{1h}}, WaitFixed<1s>{}, RetryIf<NetworkError>{}, Time{clock}};
        AlwaysFails<NetworkError> fails;
        REQUIRE_THROWS_WITH(retrying(fails), "clock");
        REQUIRE(fails.calls == 1);
    }
}
