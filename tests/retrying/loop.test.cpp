// SPDX-License-Identifier: BSL-1.0
#include <grit/retrying/retrying.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <system_error>

#include <grit/core/within.hpp>

#include "retrying/samples.hpp"

using namespace grit;
using namespace samples;

namespace {

constexpr Retrying<StopAfterAttempt<3>> three;

struct Immovable {
    explicit Immovable(int n) : number(n) {}
    Immovable(Immovable const&) = delete;
    Immovable& operator=(Immovable const&) = delete;
    int number;
};

struct Client {
    int calls = 0;
    int get(int x) {
        if (++calls < 2) throw NetworkError{};
        return x;
    }
    int value = 7;
};

int free_function(int x) noexcept { return x + 1; }

} // namespace

// Every kind of operation.

TEST_CASE("an operation that succeeds is called once") {
    int calls = 0;
    REQUIRE(three([&] { return ++calls; }) == 1);
    REQUIRE(calls == 1);
}

TEST_CASE("an operation that throws is called until it succeeds") {
    FailsFirst<NetworkError> operation{2};
    REQUIRE(three(operation) == 3);
}

TEST_CASE("the last exception comes out as the object that was thrown") {
    NetworkError const* last = nullptr;
    int calls = 0;
    try {
        three([&]() -> int {
            try {
                throw NetworkError{"#" + std::to_string(++calls)};
            } catch (NetworkError const& error) {
                last = &error;
                throw;
            }
        });
        FAIL("nothing was thrown");
    } catch (std::exception const& error) {
        REQUIRE(&error == last);
        REQUIRE(error.what() == std::string{"#3"});
    }
}

TEST_CASE("an operation may return nothing") {
    int calls = 0;
    STATIC_REQUIRE(std::is_void_v<decltype(three([] {}))>);
    three([&] {
        if (++calls < 3) throw NetworkError{};
    });
    REQUIRE(calls == 3);
}

TEST_CASE("an operation may return a reference, which is passed on as such") {
    int object = 1;
    int calls = 0;
    auto const lvalue = [&]() -> int& {
        if (++calls < 2) throw NetworkError{};
        return object;
    };
    STATIC_REQUIRE(std::is_same_v<decltype(three(lvalue)), int&>);
    REQUIRE(&three(lvalue) == &object);
    auto const rvalue = [&]() -> int&& { return std::move(object); };
    STATIC_REQUIRE(std::is_same_v<decltype(three(rvalue)), int&&>);
    int&& passed = three(rvalue);
    REQUIRE(&passed == &object);
}

TEST_CASE("a reference whose object is judged is still passed on as such") {
    int values[] = {0, 0, 5};
    int calls = 0;
    Retrying const not_zero{StopAfterAttempt<3>{}, RetryIfResult{[](int v) { return v == 0; }}};
    int& result = not_zero([&]() -> int& { return values[calls++]; });
    REQUIRE(&result == &values[2]);
    calls = 0;
    int&& moved = not_zero([&]() -> int&& { return std::move(values[calls++]); });
    REQUIRE(&moved == &values[2]);
}

TEST_CASE("an operation may return what can only be moved") {
    int calls = 0;
    auto const make = [&] {
        if (++calls < 2) throw NetworkError{};
        return std::make_unique<int>(calls);
    };
    REQUIRE(*three(make) == 2);
    Retrying const until_four{StopAfterAttempt<3>{},
                              RetryIfResult{[](std::unique_ptr<int> const& p) { return *p < 4; }}};
    REQUIRE(*until_four(make) == 4);
    calls = -10;
    Retrying const gives_up{StopAfterAttempt<1>{}, RetryIfResult{[](std::unique_ptr<int> const&) { return true; }}};
    REQUIRE_THROWS_AS(gives_up(make), NetworkError);
    calls = 5;
    REQUIRE(*gives_up(make) == 6);
}

TEST_CASE("an operation may return what cannot be moved at all") {
    int calls = 0;
    Immovable const made = three([&] {
        if (++calls < 3) throw NetworkError{};
        return Immovable{calls};
    });
    REQUIRE(made.number == 3);
}

TEST_CASE("an operation may be a pointer to a member, a function or a reference wrapper") {
    Client client;
    REQUIRE(three(&Client::get, client, 4) == 4);
    REQUIRE(client.calls == 2);
    REQUIRE(three(&Client::get, &client, 5) == 5);
    REQUIRE(three(&Client::get, std::ref(client), 6) == 6);
    REQUIRE(three(&Client::value, client) == 7);
    STATIC_REQUIRE(std::is_same_v<decltype(three(&Client::value, client)), int&>);
    REQUIRE(three(free_function, 1) == 2);
    REQUIRE(three(&free_function, 1) == 2);
}

TEST_CASE("an operation that cannot throw is retried for its results") {
    int calls = 0;
    Retrying const until_three{StopAfterAttempt<9>{}, RetryIfResult{[](int n) { return n < 3; }}};
    REQUIRE(until_three([&]() noexcept { return ++calls; }) == 3);
}

TEST_CASE("an operation gets the attempt only where it cannot be called without") {
    std::vector<int> numbers;
    REQUIRE_THROWS_AS(three([&](Attempt const& attempt) {
                          numbers.push_back(attempt.number());
                          throw NetworkError{};
                      }),
                      NetworkError);
    REQUIRE(numbers == std::vector{1, 2, 3});
    struct Both {
        int operator()(int x) const { return x; }
        int operator()(Attempt const&, int) const { return -1; }
    };
    REQUIRE(three(Both{}, 3) == 3);
    REQUIRE(three([](Attempt const& attempt, int x) { return x + attempt.number(); }, 3) == 4);
    REQUIRE(three([](auto const&... args) { return sizeof...(args); }) == 0);
}

TEST_CASE("an attempt knows the wait before it") {
    ManualTime time;
    Durations waits;
    Retrying const retrying{StopAfterAttempt<4>{}, WaitExponential<1s, 60s>{}, Time{time}};
    REQUIRE_THROWS_AS(retrying([&](Attempt const& attempt) {
                          waits.push_back(attempt.last_wait());
                          throw NetworkError{};
                      }),
                      NetworkError);
    REQUIRE(waits == Durations{0s, 1s, 2s, 4s});
    REQUIRE(time.slept() == Durations{1s, 2s, 4s});
}

TEST_CASE("an attempt sees the deadline that a stop sets, by the clock of the call") {
    ManualTime time{100s};
    Retrying const retrying{StopBeforeDelay<10s>{}, WaitFixed<4s>{}, Time{time}};
    Durations remaining;
    REQUIRE_THROWS_AS(retrying([&](Attempt const& attempt) {
                          time.advance(1s);
                          REQUIRE(attempt.has_deadline());
                          remaining.push_back(attempt.remaining());
                          throw NetworkError{};
                      }),
                      NetworkError);
    REQUIRE(remaining == Durations{9s, 4s});
}

TEST_CASE("without a deadline an attempt has for ever") {
    three([](Attempt const& attempt) {
        REQUIRE_FALSE(attempt.has_deadline());
        REQUIRE(attempt.remaining() == Duration::max());
        REQUIRE_FALSE(attempt.stop_requested());
    });
}

TEST_CASE("an operation that takes a timed attempt knows the time since the start of the call") {
    ManualTime time{1h};
    Retrying const retrying{StopAfterAttempt<3>{}, WaitFixed<2s>{}, Time{time}};
    Durations elapsed;
    REQUIRE_THROWS_AS(retrying([&](TimedAttempt const& attempt) {
                          elapsed.push_back(attempt.elapsed());
                          time.advance(1s);
                          throw NetworkError{};
                      }),
                      NetworkError);
    REQUIRE(elapsed == Durations{0s, 3s, 6s});
}

// Every error channel.

TEST_CASE("an error in an expected-like result is a failure of itself") {
    using Result = Expected<int, std::string>;
    int calls = 0;
    auto const operation = [&] { return ++calls < 3 ? Result::failure("busy") : Result{calls}; };
    REQUIRE(three(operation).value() == 3);
    calls = -10;
    Result const last = three(operation);
    REQUIRE_FALSE(last.has_value());
    REQUIRE(last.error() == "busy");
    REQUIRE(calls == -7);
}

TEST_CASE("an expected-like result may hold one of several errors") {
    using Error = std::variant<NetworkError, FatalError>;
    using Result = Expected<int, Error>;
    constexpr Retrying<StopAfterAttempt<5>, RetryIf<NetworkError>> network;
    int calls = 0;
    Result const fatal =
        network([&] { return ++calls < 3 ? Result::failure(TimeoutError{}) : Result::failure(FatalError{}); });
    REQUIRE(calls == 3);
    REQUIRE(std::holds_alternative<FatalError>(fatal.error()));
}

TEST_CASE("an error_code that is set is a failure of itself") {
    int calls = 0;
    std::error_code const code = three([&] {
        ++calls;
        return std::make_error_code(std::errc::timed_out);
    });
    REQUIRE(calls == 3);
    REQUIRE(code == std::errc::timed_out);
    calls = 0;
    REQUIRE_FALSE(three([&] { return ++calls < 2 ? std::make_error_code(std::errc::timed_out) : std::error_code{}; }));
    REQUIRE(calls == 2);
}

TEST_CASE("a variant is a value until a predicate names an alternative") {
    using Result = std::variant<int, NetworkError>;
    int calls = 0;
    auto const operation = [&] { return ++calls < 3 ? Result{NetworkError{}} : Result{calls}; };
    REQUIRE(std::holds_alternative<NetworkError>(three(operation)));
    REQUIRE(calls == 1);
    calls = 0;
    constexpr Retrying<StopAfterAttempt<5>, RetryIf<NetworkError>> network;
    REQUIRE(std::get<int>(network(operation)) == 3);
}

TEST_CASE("an empty optional, false and zero are results") {
    int calls = 0;
    REQUIRE_FALSE(three([&] {
                      ++calls;
                      return std::optional<int>{};
                  }).has_value());
    REQUIRE_FALSE(three([&] {
        ++calls;
        return false;
    }));
    int* const null = three([&]() -> int* {
        ++calls;
        return nullptr;
    });
    REQUIRE(null == nullptr);
    REQUIRE(calls == 3);
}

TEST_CASE("one operation may fail on both channels") {
    using Result = Expected<int, std::string>;
    int calls = 0;
    auto const operation = [&] {
        ++calls;
        if (calls == 1) throw NetworkError{};
        return calls == 2 ? Result::failure("busy") : Result{calls};
    };
    REQUIRE(three(operation).value() == 3);
}

TEST_CASE("what no predicate names is not caught") {
    constexpr Retrying<StopAfterAttempt<5>, RetryIf<NetworkError>> network;
    AlwaysFails<FatalError> fatal;
    REQUIRE_THROWS_AS(network(fatal), FatalError);
    REQUIRE(fatal.calls == 1);
    int calls = 0;
    REQUIRE_THROWS_AS(three([&] {
                          ++calls;
                          throw 5; // not derived from std::exception
                      }),
                      int);
    REQUIRE(calls == 1);
}

// Arguments.

TEST_CASE("every attempt gets the same arguments, as lvalues") {
    std::string const* first = nullptr;
    int calls = 0;
    auto const size = three(
        [&](std::string const& text) {
            if (first == nullptr) first = &text;
            REQUIRE(&text == first);
            if (++calls < 3) throw NetworkError{};
            return text.size();
        },
        std::string(100, 'x'));
    REQUIRE(size == 100);
}

TEST_CASE("an argument that is an lvalue is the caller's object") {
    int counter = 0;
    three(
        [](int& n) {
            if (++n < 3) throw NetworkError{};
        },
        counter);
    REQUIRE(counter == 3);
}

TEST_CASE("an argument taken by value is a copy at every attempt") {
    int calls = 0;
    auto const last = three(
        [&](std::string text) {
            text += "!";
            if (++calls < 3) throw NetworkError{};
            return text;
        },
        std::string{"hello"});
    REQUIRE(last == "hello!");
}

// Signals.

TEST_CASE("TryAgain is retried whatever the predicates say, and is what comes out in the end") {
    constexpr Retrying<StopAfterAttempt<3>, RetryIf<NetworkError>> network;
    AlwaysFails<TryAgain> again;
    REQUIRE_THROWS_AS(network(again), TryAgain);
    REQUIRE(again.calls == 3);
    constexpr Retrying<StopAfterAttempt<4>, RetryNever> never;
    AlwaysFails<TryAgain> again_and_again;
    REQUIRE_THROWS_AS(never(again_and_again), TryAgain);
    REQUIRE(again_and_again.calls == 4);
    constexpr Retrying<StopAfterAttempt<2>, RetryUnless<std::exception>> unless;
    AlwaysFails<TryAgain> a_base_is_vetoed;
    REQUIRE_THROWS_AS(unless(a_base_is_vetoed), TryAgain);
    REQUIRE(a_base_is_vetoed.calls == 2);
}

TEST_CASE("RetryAfter is a TryAgain whose hint only WaitHint reads") {
    ManualTime time;
    int calls = 0;
    auto const operation = [&] {
        if (++calls < 3) throw RetryAfter{7s};
    };
    Retrying{StopAfterAttempt<3>{}, WaitFixed<1s>{}, Time{time}}(operation);
    REQUIRE(time.slept() == Durations{1s, 1s});
    ManualTime other;
    calls = 0;
    Retrying{StopAfterAttempt<3>{}, WaitHint<60s, WaitFixed<1s>>{}, Time{other}}(operation);
    REQUIRE(other.slept() == Durations{7s, 7s});
}

TEST_CASE("Permanent ends the call at once with the error as its own type") {
    int calls = 0;
    auto const operation = [&] {
        ++calls;
        throw Permanent{NetworkError{"401"}};
    };
    REQUIRE_THROWS_AS(three(operation), NetworkError);
    REQUIRE(calls == 1);
    // Also where the error's own type is named, and where it is no exception at all.
    constexpr Retrying<StopAfterAttempt<3>, RetryIf<NetworkError>> network;
    REQUIRE_THROWS_WITH(network(operation), "401");
    REQUIRE(calls == 2);
    REQUIRE_THROWS_AS(network([] { throw Permanent{404}; }), int);
    constexpr Retrying<StopAfterAttempt<3>, RetryAlways> always;
    REQUIRE_THROWS_WITH(always(operation), "401");
    REQUIRE(calls == 3);
}

TEST_CASE("a signal may be the error of a result") {
    using Error = std::variant<std::string, TryAgain, RetryAfter, Permanent<FatalError>>;
    using Result = Expected<int, Error>;
    ManualTime time;
    Retrying const never{StopAfterAttempt<9>{}, WaitHint<60s>{}, RetryNever{}, Time{time}};
    int calls = 0;
    Result const last = never([&] {
        ++calls;
        if (calls == 1) return Result::failure(Error{TryAgain{}});
        if (calls == 2) return Result::failure(Error{RetryAfter{5s}});
        return Result::failure(Error{std::string{"busy"}});
    });
    REQUIRE(calls == 3);
    REQUIRE(std::holds_alternative<std::string>(last.error()));
    REQUIRE(time.slept() == Durations{5s});

    calls = 0;
    Result const permanent = three([&] {
        ++calls;
        return Result::failure(Error{Permanent{FatalError{}}});
    });
    REQUIRE(calls == 1);
    REQUIRE(std::holds_alternative<Permanent<FatalError>>(permanent.error()));
}

// Hooks.

namespace {
struct Log {
    std::vector<std::string> lines;
    auto as(std::string name) {
        return [this, name](Attempt const& attempt) { lines.push_back(name + std::to_string(attempt.number())); };
    }
};
} // namespace

TEST_CASE("hooks run in their order around every attempt, those of one kind in the order named") {
    ManualTime time;
    Log log;
    FailsFirst<NetworkError> operation{1};
    Retrying const retrying{StopAfterAttempt<2>{},
                            WaitFixed<1s>{},
                            OnSuccess{log.as("success")},
                            BeforeSleep{log.as("sleep")},
                            After{log.as("after")},
                            Before{log.as("before")},
                            After{[&] { log.lines.push_back("second after"); }},
                            OnGiveUp{log.as("give_up")},
                            Time{time}};
    retrying(operation);
    REQUIRE(log.lines ==
            std::vector<std::string>{"before1", "after1", "second after", "sleep1", "before2", "success2"});
    log.lines.clear();
    AlwaysFails<NetworkError> fails;
    REQUIRE_THROWS_AS(retrying(fails), NetworkError);
    REQUIRE(log.lines == std::vector<std::string>{"before1", "after1", "second after", "sleep1", "before2", "after2",
                                                  "second after", "give_up2"});
    log.lines.clear();
    REQUIRE_THROWS_AS(retrying([]() -> int { throw 1; }), int);
    REQUIRE(log.lines == std::vector<std::string>{"before1"});
}

TEST_CASE("hooks run in the same order where a result fails") {
    ManualTime time;
    Log log;
    int calls = 0;
    Retrying const retrying{StopAfterAttempt<2>{},        RetryIfResult{[](int n) { return n < 2; }},
                            Before{log.as("before")},     After{log.as("after")},
                            BeforeSleep{log.as("sleep")}, OnSuccess{log.as("success")},
                            OnGiveUp{log.as("give_up")},  Time{time}};
    REQUIRE(retrying([&] { return ++calls; }) == 2);
    REQUIRE(log.lines == std::vector<std::string>{"before1", "after1", "sleep1", "before2", "success2"});
    calls = -5;
    log.lines.clear();
    REQUIRE(retrying([&] { return ++calls; }) == -3);
    REQUIRE(log.lines == std::vector<std::string>{"before1", "after1", "sleep1", "before2", "after2", "give_up2"});
    REQUIRE(time.slept().empty());
}

TEST_CASE("hooks see the failure, and giving up sees its reason") {
    std::vector<std::string> seen;
    auto const see = [&](Attempt const&, Failure const& failure) {
        seen.push_back(failure.what() + " " + to_string(failure.reason()));
        REQUIRE(failure.as<NetworkError>() != nullptr);
        REQUIRE(failure.as<FatalError>() == nullptr);
    };
    ManualTime time;
    Retrying const retrying{StopAfterAttempt<2>{}, After{see}, BeforeSleep{see}, OnGiveUp{see}, Time{time}};
    AlwaysFails<TimeoutError> fails;
    REQUIRE_THROWS_AS(retrying(fails), TimeoutError);
    REQUIRE(seen == std::vector<std::string>{"timeout none", "timeout none", "timeout none", "timeout attempts"});
}

TEST_CASE("OnSuccess sees the result, and not a Permanent") {
    int seen = 0;
    Retrying const retrying{StopAfterAttempt<2>{}, OnSuccess{[&](Attempt const&, int const& n) { seen = n; }}};
    REQUIRE(retrying([] { return 5; }) == 5);
    REQUIRE(seen == 5);
    bool succeeded = false;
    Retrying const void_too{StopAfterAttempt<2>{}, OnSuccess{[&] { succeeded = true; }}};
    void_too([] {});
    REQUIRE(succeeded);
    succeeded = false;
    using Result = Expected<int, Permanent<FatalError>>;
    void_too([] { return Result::failure(Permanent{FatalError{}}); });
    REQUIRE_FALSE(succeeded);
}

TEST_CASE("an OnGiveUp that returns a value gives the call its result") {
    Retrying const or_minus_one{StopAfterAttempt<2>{}, OnGiveUp{[] { return short{-1}; }}};
    AlwaysFails<NetworkError> fails;
    REQUIRE(or_minus_one(fails) == -1);
    REQUIRE(fails.calls == 2);
    STATIC_REQUIRE(std::is_same_v<decltype(or_minus_one(fails)), int>);

    int others = 0;
    Retrying const after_a_result{StopAfterAttempt<2>{}, RetryIfResult{[](std::string const& s) { return s.empty(); }},
                                  OnGiveUp{[&] { ++others; }},
                                  OnGiveUp{[](Attempt const& a) { return std::to_string(a.number()); }},
                                  OnGiveUp{[&] { ++others; }}};
    REQUIRE(after_a_result([] { return std::string{}; }) == "2");
    REQUIRE(others == 2);
}

// The clock.

TEST_CASE("the clock is not read where nothing asks for the time") {
    CountingTime time;
    Retrying const retrying{StopAfterAttempt<3>{}, WaitFixed<1s>{}, Before{[] {}}, OnGiveUp{[] {}}, Time{time}};
    AlwaysFails<NetworkError> fails;
    REQUIRE_THROWS_AS(retrying(fails), NetworkError);
    REQUIRE(time.reads() == 0);
}

TEST_CASE("the clock is read once at the start and once for each failed attempt") {
    CountingTime time;
    AlwaysFails<NetworkError> fails;
    SECTION("for a stop") {
        Retrying const retrying{StopAfterDelay<3s>{}, WaitFixed<1s>{}, Time{time}};
        REQUIRE_THROWS_AS(retrying(fails), NetworkError);
        REQUIRE(fails.calls == 4);
        REQUIRE(time.reads() == 5);
    }
    SECTION("for several stops and hooks") {
        Retrying const retrying{StopAfterDelay<3s>{},
                                StopBeforeDelay<1h>{},
                                WaitFixed<1s>{},
                                After{[](TimedAttempt const&) {}},
                                BeforeSleep{[](TimedAttempt const&) {}},
                                OnGiveUp{[](TimedAttempt const&) {}},
                                Time{time}};
        REQUIRE_THROWS_AS(retrying(fails), NetworkError);
        REQUIRE(time.reads() == 5);
    }
    SECTION("not for the attempt that a stop without a clock ends") {
        Retrying const retrying{StopAfterDelay<1h>{}, StopAfterAttempt<3>{}, WaitFixed<1s>{}, Time{time}};
        REQUIRE_THROWS_AS(retrying(fails), NetworkError);
        REQUIRE(time.reads() == 3);
    }
    SECTION("only at the start where the first attempt succeeds") {
        Retrying const retrying{StopAfterDelay<1h>{}, WaitFixed<1s>{}, Time{time}};
        retrying([] {});
        REQUIRE(time.reads() == 1);
    }
}

TEST_CASE("an operation that takes a timed attempt has the clock read before each") {
    CountingTime time;
    Retrying const retrying{StopAfterAttempt<3>{}, Time{time}};
    REQUIRE_THROWS_AS(retrying([](TimedAttempt const&) { throw NetworkError{}; }), NetworkError);
    REQUIRE(time.reads() == 3);
}

// Ends.

TEST_CASE("a wait of zero does not call the sleeper, though before_sleep is told") {
    ManualTime time;
    int told = 0;
    Retrying const retrying{StopAfterAttempt<3>{}, WaitNone{}, BeforeSleep{[&] { ++told; }}, Time{time}};
    AlwaysFails<NetworkError> fails;
    REQUIRE_THROWS_AS(retrying(fails), NetworkError);
    REQUIRE(time.slept().empty());
    REQUIRE(told == 2);
}

namespace {
struct Flag {
    bool const* requested;
    bool stop_requested() const { return *requested; }
};
} // namespace

TEST_CASE("a stop that is requested during the sleep ends the call with the outcome before it") {
    bool requested = false;
    struct Sleeper {
        bool* requested;
        ManualTime manual{};
        TimePoint now() const { return manual.now(); }
        void sleep(Duration d) {
            manual.sleep(d);
            *requested = true;
        }
    } sleeper{&requested};
    StopReason reason = StopReason::none;
    Retrying const retrying{StopAfterAttempt<5>{}, StopWhenRequested{Flag{&requested}}, WaitFixed<1s>{},
                            OnGiveUp{[&](Attempt const&, Failure const& f) { reason = f.reason(); }}, Time{sleeper}};
    AlwaysFails<NetworkError> fails;
    REQUIRE_THROWS_AS(retrying(fails), NetworkError);
    REQUIRE(fails.calls == 1);
    REQUIRE(reason == StopReason::cancelled);

    requested = false;
    using Result = Expected<int, std::string>;
    Result const last = retrying([] { return Result::failure("first"); });
    REQUIRE(last.error() == "first");
}

TEST_CASE("a stop that is requested during the attempt ends the call without a sleep") {
    bool requested = false;
    ManualTime time;
    Retrying const retrying{StopAfterAttempt<5>{}, StopWhenRequested{Flag{&requested}}, WaitFixed<1s>{}, Time{time}};
    int calls = 0;
    REQUIRE_THROWS_AS(retrying([&](Attempt const& attempt) {
                          REQUIRE_FALSE(attempt.stop_requested());
                          requested = ++calls == 2;
                          REQUIRE(attempt.stop_requested() == requested);
                          throw NetworkError{};
                      }),
                      NetworkError);
    REQUIRE(calls == 2);
    REQUIRE(time.slept() == Durations{1s});
}

TEST_CASE("two stops that can be requested cause one sleep, and either ends it") {
    bool first = false;
    bool second = false;
    ManualTime time;
    Retrying const retrying{StopAny{StopWhenRequested{Flag{&first}}, StopAfterAttempt<3>{}},
                            StopWhenRequested{Flag{&second}}, WaitFixed<1s>{}, Time{time}};
    AlwaysFails<NetworkError> fails;
    REQUIRE_THROWS_AS(retrying(fails), NetworkError);
    REQUIRE(time.slept() == Durations{1s, 1s});
    fails.calls = 0;
    REQUIRE_THROWS_AS(retrying([&](Attempt const& attempt) {
                          ++fails.calls;
                          first = true;
                          REQUIRE(attempt.stop_requested());
                          first = false;
                          second = true;
                          REQUIRE(attempt.stop_requested());
                          throw NetworkError{};
                      }),
                      NetworkError);
    REQUIRE(fails.calls == 1);
}

// Inside a surrounding stage.

namespace {
/// The attempt of a stage around a call.
Attempt inside(Context const& outer) { return Attempt{1, Duration::zero(), outer}; }
} // namespace

TEST_CASE("a surrounding deadline refuses a sleep that would reach it") {
    ManualTime time;
    Context const outer{TimePoint{10s}, StopView{}, ClockView{&time}};
    Durations remaining;
    Retrying const retrying{StopAfterAttempt<9>{}, WaitExponential<2s, 60s>{}, Time{time}};
    int calls = 0;
    REQUIRE_THROWS_AS(within(inside(outer), retrying)([&](Attempt const& attempt) {
                          ++calls;
                          remaining.push_back(attempt.remaining());
                          time.advance(1s);
                          throw NetworkError{};
                      }),
                      NetworkError);
    REQUIRE(time.slept() == Durations{2s, 4s}); // the attempts end at 1, 4 and 9 s
    REQUIRE(remaining == Durations{10s, 7s, 2s});
    REQUIRE(calls == 3);
}

TEST_CASE("the operation sees a surrounding stop as well as the call's own") {
    bool outer_requested = false;
    bool own_requested = false;
    Flag const flag{&outer_requested};
    Context const outer{TimePoint::max(), StopView{&flag}, ClockView{}};
    Retrying const retrying{StopAfterAttempt<5>{}, StopWhenRequested{Flag{&own_requested}}};
    within(inside(outer), retrying)([&](Attempt const& attempt) {
        REQUIRE_FALSE(attempt.stop_requested());
        own_requested = true;
        REQUIRE(attempt.stop_requested());
        own_requested = false;
        outer_requested = true;
        REQUIRE(attempt.stop_requested());
    });
    outer_requested = false;
    int calls = 0;
    REQUIRE_THROWS_AS(within(inside(outer), retrying)([&](Attempt const&) {
                          ++calls;
                          outer_requested = true;
                          throw NetworkError{};
                      }),
                      NetworkError);
    REQUIRE(calls == 1);
}

TEST_CASE("a sleep watches every stop that can be requested, in one token") {
    struct Sleeper {
        ManualTime manual{};
        std::vector<bool> told{};
        std::function<void()> during{};
        TimePoint now() const { return manual.now(); }
        void sleep(Duration d) { manual.sleep(d); }
        void sleep(Duration d, StopView stop) {
            manual.sleep(d);
            during();
            told.push_back(stop.stop_requested());
        }
    } sleeper;
    bool outer_requested = false;
    bool own_requested = false;
    Flag const flag{&outer_requested};
    Context const outer{TimePoint::max(), StopView{&flag}, ClockView{}};
    auto const fails = [](Attempt const&) { throw NetworkError{}; };

    Retrying const plain{StopAfterAttempt<3>{}, WaitFixed<1s>{}, Time{sleeper}};
    Retrying const own = plain.with(StopWhenRequested{Flag{&own_requested}});
    sleeper.during = [&] { outer_requested = true; };
    REQUIRE_THROWS_AS(within(inside(outer), plain)(fails), NetworkError);
    REQUIRE(sleeper.told == std::vector{true});
    outer_requested = false;
    REQUIRE_THROWS_AS(within(inside(outer), own)(fails), NetworkError);
    REQUIRE(sleeper.told == std::vector{true, true});
    outer_requested = false;
    sleeper.during = [&] { own_requested = true; };
    REQUIRE_THROWS_AS(within(inside(outer), own)(fails), NetworkError);
    own_requested = false;
    REQUIRE_THROWS_AS(within(inside(no_context), own)(fails), NetworkError);
    REQUIRE(sleeper.told == std::vector{true, true, true, true});
    REQUIRE(sleeper.manual.slept().size() == 4);
}

// Constant expressions.

TEST_CASE("a call whose results fail can be a constant") {
    constexpr auto slept = [] {
        ManualTime time;
        int calls = 0;
        Retrying const retrying{StopAfterAttempt<4>{}, WaitExponential<1s, 60s>{},
                                RetryIfResult{[](int n) { return n < 3; }}, Time{time}};
        int const result = retrying([&]() noexcept { return ++calls; });
        return std::pair{result, time.now().time_since_epoch()};
    }();
    STATIC_REQUIRE(slept.first == 3);
    STATIC_REQUIRE(slept.second == 3s);
}
