// SPDX-License-Identifier: BSL-1.0
#include <grit/hook/observe.hpp>

#include <grit/core/within.hpp>
#include <grit/retry.hpp>

#include "retrying/samples.hpp"

using namespace grit;
using namespace samples;

namespace {

using Lines = std::vector<std::string>;

std::string with_number(char const* what, Attempt const& attempt) {
    return std::string(what) + " #" + std::to_string(attempt.number());
}
std::string in_seconds(Duration d) { return std::to_string(d / 1s) + "s"; }

/// Watches every moment, with all that it tells.
struct All {
    Lines lines{};

    void on_start(Attempt const& attempt) { lines.push_back(with_number("start", attempt)); }
    void on_attempt(Attempt const& attempt) {
        lines.push_back(with_number("attempt", attempt) + " after " + in_seconds(attempt.last_wait()));
    }
    void on_failure(Attempt const& attempt, Failure const& failure) {
        lines.push_back(with_number("failure", attempt) + " " + failure.what());
    }
    void on_sleep(Attempt const& attempt, Failure const& failure, Duration wait) {
        lines.push_back(with_number("sleep", attempt) + " " + failure.what() + " " + in_seconds(wait));
    }
    void on_success(Attempt const& attempt, int const& result) {
        lines.push_back(with_number("success", attempt) + " = " + std::to_string(result));
    }
    void on_give_up(Attempt const& attempt, Failure const& failure) {
        lines.push_back(with_number("give_up", attempt) + " " + failure.what() + " " + to_string(failure.reason()));
    }
    void on_end(Attempt const& attempt, StopReason reason) noexcept {
        lines.push_back(with_number("end", attempt) + " " + to_string(reason));
    }
};

/// The same moments, each with nothing.
struct Silent {
    std::string letters{};
    void on_start() { letters += '('; }
    void on_attempt() { letters += 'a'; }
    void on_failure() { letters += 'f'; }
    void on_sleep() { letters += 's'; }
    void on_success() { letters += '+'; }
    void on_give_up() { letters += '-'; }
    void on_end() noexcept { letters += ')'; }
};

struct TakesAnyResult {
    int told = 0;
    std::string last{};
    template <class R>
    void on_success(Attempt const&, R const& result) {
        ++told;
        if constexpr (std::is_same_v<R, std::string>) last = result;
    }
};

constexpr Retrying<StopAfterAttempt<3>, WaitIncrementing<1s, 1s, 9s>, RetryIf<NetworkError>> three;

auto in_time(ManualTime& time) { return three.with(Time{time}); }

} // namespace

TEST_CASE("Observe tells one object every moment in order, with its facts", "[R-63]") {
    ManualTime time;
    All all;
    auto const watched = in_time(time).with(Observe{all});
    SECTION("of a success after a failure") {
        FailsFirst<NetworkError> fails_once{1};
        REQUIRE(watched(fails_once) == 2);
        REQUIRE(all.lines == Lines{"start #1", "attempt #1 after 0s", "failure #1 network", "sleep #1 network 1s",
                                   "attempt #2 after 1s", "success #2 = 2", "end #2 none"});
    }
    SECTION("of a call that gives up") {
        AlwaysFails<TimeoutError> fails;
        REQUIRE_THROWS_AS(watched(fails), TimeoutError);
        REQUIRE(all.lines == Lines{"start #1", "attempt #1 after 0s", "failure #1 timeout", "sleep #1 timeout 1s",
                                   "attempt #2 after 1s", "failure #2 timeout", "sleep #2 timeout 2s",
                                   "attempt #3 after 2s", "failure #3 timeout", "give_up #3 timeout attempts",
                                   "end #3 attempts"});
    }
    SECTION("of a result that fails") {
        auto const judging = watched.with(StopAfterAttempt<1>{}, RetryIfResult{[](int n) { return n < 0; }});
        REQUIRE(judging([] { return -1; }) == -1);
        REQUIRE(all.lines.size() == 5);
        REQUIRE(all.lines.back() == "end #1 attempts");
        REQUIRE(all.lines.at(3).starts_with("give_up #1 "));
    }
    SECTION("of an error that nothing names: only the end") {
        AlwaysFails<FatalError> fatal;
        REQUIRE_THROWS_AS(watched(fatal), FatalError);
        REQUIRE(all.lines == Lines{"start #1", "attempt #1 after 0s", "end #1 not_retryable"});
    }
    SECTION("of a Permanent: only the end") {
        REQUIRE_THROWS_AS(watched([]() -> int { throw Permanent{FatalError{}}; }), FatalError);
        REQUIRE(all.lines == Lines{"start #1", "attempt #1 after 0s", "end #1 permanent"});
    }
    SECTION("of a call inside another, and of one that is stepped") {
        FailsFirst<NetworkError> fails_once{1};
        Lines const expected{
            "start #1",       "attempt #1 after 0s", "failure #1 network", "sleep #1 network 1s", "attempt #2 after 1s",
            "success #2 = 2", "end #2 none"};
        REQUIRE(within(Attempt{}, watched)(fails_once) == 2);
        REQUIRE(all.lines == expected);
        all.lines.clear();
        {
            NetworkError const error;
            int const result = 2;
            Stepper stepper{watched};
            stepper.start();
            REQUIRE(stepper.failed(error) == Step::sleep(1s));
            REQUIRE(stepper.wake() == Step::again());
            REQUIRE(stepper.returned(result) == Step::done());
        }
        REQUIRE(all.lines == expected);
    }
}

TEST_CASE("Observe calls members that take nothing") {
    ManualTime time;
    Silent silent;
    auto const watched = in_time(time).with(Observe{silent});
    FailsFirst<NetworkError> fails_once{1};
    watched(fails_once);
    REQUIRE(silent.letters == "(afsa+)");
    silent.letters.clear();
    AlwaysFails<NetworkError> fails;
    REQUIRE_THROWS_AS(watched(fails), NetworkError);
    REQUIRE(silent.letters == "(afsafsaf-)");
}

TEST_CASE("Observe tells the moment before the first attempt once, before all hooks of the attempt", "[R-63]") {
    std::string log;
    struct Starts {
        std::string* log;
        void on_start() { *log += 's'; }
        void on_attempt() { *log += 'a'; }
    } starts{&log};
    ManualTime time;
    FailsFirst<NetworkError> fails_once{1};
    in_time(time).with(Before{[&log] { log += 'b'; }}, Observe{starts})(fails_once);
    REQUIRE(log == "sbaba");
}

TEST_CASE("members may leave out what they do not want, from the right but for the attempt") {
    struct Some {
        Lines lines{};
        void on_failure(Attempt const& attempt) { lines.push_back(with_number("failure", attempt)); }
        void on_sleep(Attempt const& attempt, Duration wait) {
            lines.push_back(with_number("sleep", attempt) + " " + in_seconds(wait));
        }
        void on_success(Attempt const& attempt) { lines.push_back(with_number("success", attempt)); }
        void on_give_up(Attempt const& attempt) { lines.push_back(with_number("give_up", attempt)); }
        void on_end(StopReason reason) noexcept { lines.push_back(to_string(reason)); }
    } some;
    struct Others {
        Lines lines{};
        void on_sleep(Duration wait) { lines.push_back("sleep " + in_seconds(wait)); }
        void on_success(int result) { lines.push_back("success = " + std::to_string(result)); }
        void on_end(Attempt const& attempt) noexcept { lines.push_back(with_number("end", attempt)); }
    } others;
    struct SleepAndFailure {
        Lines lines{};
        void on_sleep(Attempt const& attempt, Failure const& failure) {
            lines.push_back(with_number("sleep", attempt) + " " + failure.what());
        }
    } sleep_and_failure;
    struct SleepAlone {
        Lines lines{};
        void on_sleep(Attempt const& attempt) { lines.push_back(with_number("sleep", attempt)); }
    } sleep_alone;

    ManualTime time;
    FailsFirst<NetworkError> fails_once{1};
    auto const watched =
        in_time(time).with(Observe{some}, Observe{others}, Observe{sleep_and_failure}, Observe{sleep_alone});
    REQUIRE(watched(fails_once) == 2);
    REQUIRE(some.lines == Lines{"failure #1", "sleep #1 1s", "success #2", "none"});
    REQUIRE(others.lines == Lines{"sleep 1s", "success = 2", "end #2"});
    REQUIRE(sleep_and_failure.lines == Lines{"sleep #1 network"});
    REQUIRE(sleep_alone.lines == Lines{"sleep #1"});
    AlwaysFails<NetworkError> fails;
    REQUIRE_THROWS_AS(watched(fails), NetworkError);
    REQUIRE(some.lines.at(some.lines.size() - 2) == "give_up #3");
}

TEST_CASE("on_success may take any result, and is told of a call that returns nothing") {
    TakesAnyResult any;
    struct Nothing {
        int told = 0;
        void on_success() { ++told; }
    } nothing;
    Retrying const watched{StopAfterAttempt<2>{}, Observe{any}};
    watched([] { return std::string{"page"}; });
    watched([] { return 7; });
    REQUIRE(any.told == 2);
    REQUIRE(any.last == "page");
    Retrying const unasked{StopAfterAttempt<2>{}, Observe{nothing}};
    unasked([] {});
    unasked([] { return 1; });
    REQUIRE(nothing.told == 2);
    AlwaysFails<NetworkError> fails;
    REQUIRE_THROWS_AS(unasked(fails), NetworkError);
    REQUIRE(nothing.told == 2);
}

TEST_CASE("with a timed attempt the clock is read, and only then") {
    struct Plain {
        void on_attempt(Attempt const&) const {}
        void on_success(Attempt const&, int) const {}
        void on_end(Attempt const&, StopReason) const noexcept {}
    } plain;
    struct Timed {
        Durations elapsed{};
        void on_attempt(TimedAttempt const& attempt) { elapsed.push_back(attempt.elapsed()); }
        void on_failure(TimedAttempt const& attempt, Failure const&) { elapsed.push_back(attempt.elapsed()); }
        void on_sleep(TimedAttempt const& attempt, Duration) { elapsed.push_back(attempt.elapsed()); }
        void on_success(TimedAttempt const& attempt, int) { elapsed.push_back(attempt.elapsed()); }
        void on_end(TimedAttempt const& attempt, StopReason) noexcept { elapsed.push_back(attempt.elapsed()); }
    } timed;
    CountingTime time;
    auto const operation = [&] {
        time.manual().advance(10s);
        return 1;
    };
    Retrying const unread{StopAfterAttempt<3>{}, WaitFixed<1s>{}, RetryIf<NetworkError>{}, Observe{plain}, Time{time}};
    unread(operation);
    REQUIRE(time.reads() == 0);
    auto const read = unread.with(Observe{timed});
    int calls = 0;
    auto const fails_once = [&] {
        operation();
        return ++calls == 1 ? throw NetworkError{} : calls;
    };
    read(fails_once);
    REQUIRE(timed.elapsed == Durations{0s, 10s, 10s, 11s, 21s, 21s});
    STATIC_REQUIRE_FALSE(decltype(Observe{plain})::needs_clock);
    STATIC_REQUIRE(decltype(Observe{timed})::needs_clock);
    timed.elapsed.clear();
    calls = 0;
    within(Attempt{}, read)(fails_once);
    REQUIRE(timed.elapsed == Durations{0s, 10s, 10s, 11s, 21s, 21s});
}

TEST_CASE("an on_success alone says whether it wants the time") {
    struct WantsTime {
        Duration elapsed{};
        void on_success(TimedAttempt const& attempt, int) { elapsed = attempt.elapsed(); }
    } wants_time;
    struct WantsNone {
        void on_success(Attempt const&, int) const {}
    } wants_none;
    STATIC_REQUIRE(decltype(Observe{wants_time})::needs_clock);
    STATIC_REQUIRE_FALSE(decltype(Observe{wants_none})::needs_clock);
    ManualTime time;
    Retrying const watched{StopAfterAttempt<2>{}, Observe{wants_time}, Time{time}};
    watched([&] {
        time.advance(4s);
        return 1;
    });
    REQUIRE(wants_time.elapsed == 4s);
}

TEST_CASE("an object with state is held by reference, a temporary and one without state by value") {
    All all;
    STATIC_REQUIRE(std::is_same_v<decltype(Observe{all}), Observe<All&>>);
    struct Counts {
        int* calls;
        void on_attempt() const { ++*calls; }
    };
    int calls = 0;
    STATIC_REQUIRE(std::is_same_v<decltype(Observe{Counts{&calls}}), Observe<Counts>>);
    Retrying const by_value{StopAfterAttempt<1>{}, Observe{Counts{&calls}}};
    by_value([] {});
    REQUIRE(calls == 1);
    Counts const constant{&calls};
    Retrying const by_const_reference{StopAfterAttempt<1>{}, Observe{constant}};
    by_const_reference([] {});
    REQUIRE(calls == 2);

    static int stateless_calls = 0;
    struct Stateless {
        void on_attempt() const { ++stateless_calls; }
    } stateless;
    STATIC_REQUIRE(std::is_same_v<decltype(Observe{stateless}), Observe<Stateless>>);
    STATIC_REQUIRE(sizeof(Retrying<StopAfterAttempt<1>, Observe<Stateless>>) == 1);
    Retrying<StopAfterAttempt<1>, Observe<Stateless>>{}([] {});
    REQUIRE(stateless_calls == 1);
}

TEST_CASE("Observe watches the moments for which its object has a member, and needs what those need") {
    struct Ends {
        void on_end(StopReason) const noexcept {}
    } ends;
    struct Fails {
        void on_failure(Attempt const&, Failure const&) const {}
        void on_give_up() const {}
    } fails;
    using OfEnds = decltype(Observe{ends});
    using OfFails = decltype(Observe{fails});
    auto const bit = [](Event e) constexpr { return 1u << static_cast<unsigned>(e); };
    STATIC_REQUIRE(Hook<OfEnds>);
    STATIC_REQUIRE(OfEnds::events == bit(Event::end));
    STATIC_REQUIRE(OfFails::events == (bit(Event::after) | bit(Event::give_up)));
    STATIC_REQUIRE(decltype(Observe{std::declval<All&>()})::events == 127);
    STATIC_REQUIRE(decltype(Observe{std::declval<Silent&>()})::events == 127);
    STATIC_REQUIRE(OfFails::needs_failure);
    STATIC_REQUIRE_FALSE(OfEnds::needs_failure);
    STATIC_REQUIRE_FALSE(decltype(Observe{std::declval<Silent&>()})::needs_failure);
    STATIC_REQUIRE_FALSE(OfEnds::needs_clock);
}

TEST_CASE("several observers and hooks are told in the order named") {
    std::string log;
    struct Writes {
        std::string* log;
        char letter;
        void on_attempt() { *log += letter; }
        void on_end() noexcept { *log += static_cast<char>(letter - 'a' + 'A'); }
    };
    struct Other : Writes {};
    Writes first{&log, 'a'};
    Other second{{&log, 'c'}};
    Retrying const watched{StopAfterAttempt<1>{}, Observe{first}, Before{[&log] { log += 'b'; }}, Observe{second},
                           OnEnd{[&log](StopReason) noexcept { log += '.'; }}};
    watched([] {});
    REQUIRE(log == "abcAC.");
}

TEST_CASE("what a member throws ends the call, and on_end hears that too") {
    struct Throws {
        Lines lines{};
        void on_failure(Attempt const&) { throw FatalError{}; }
        void on_give_up() { lines.push_back("give_up"); }
        void on_end(StopReason reason) noexcept { lines.push_back(to_string(reason)); }
    } throws;
    Retrying const watched{StopAfterAttempt<3>{}, Observe{throws}};
    AlwaysFails<NetworkError> fails;
    REQUIRE_THROWS_AS(watched(fails), FatalError);
    REQUIRE(fails.calls == 1);
    REQUIRE(throws.lines == Lines{"custom"});
}

TEST_CASE("on_end hears a call that is cancelled") {
    bool raised = false;
    struct Flag {
        bool const* raised;
        bool stop_requested() const { return *raised; }
    };
    struct Cancels {
        bool* raised;
        Lines lines{};
        void on_sleep() { *raised = true; }
        void on_give_up(Attempt const&, Failure const& failure) {
            lines.push_back(failure.what() + " " + to_string(failure.reason()));
        }
        void on_end(StopReason reason) noexcept { lines.push_back(to_string(reason)); }
    } cancels{&raised};
    ManualTime time;
    auto const watched = in_time(time).with(StopWhenRequested{Flag{&raised}}, Observe{cancels});
    AlwaysFails<NetworkError> fails;
    Lines const expected{"network cancelled", "cancelled"};
    REQUIRE_THROWS_AS(watched(fails), NetworkError);
    REQUIRE(cancels.lines == expected);
    cancels.lines.clear();
    raised = false;
    REQUIRE_THROWS_AS(within(Attempt{}, watched)(fails), NetworkError);
    REQUIRE(cancels.lines == expected);
    cancels.lines.clear();
    raised = false;
    {
        NetworkError const error;
        Stepper stepper{watched};
        stepper.start();
        REQUIRE(stepper.failed(error) == Step::sleep(1s));
        REQUIRE(stepper.wake() == Step::give_up(StopReason::cancelled));
    }
    REQUIRE(cancels.lines == expected);
}

TEST_CASE("Observe works in a constant expression") {
    struct Counts {
        int attempts = 0;
        int ends = 0;
        constexpr void on_attempt(Attempt const&) { ++attempts; }
        constexpr void on_end(StopReason) noexcept { ++ends; }
    };
    constexpr auto counted = [] {
        Counts counts;
        Retrying const watched{StopAfterAttempt<3>{}, RetryIfResult{[](int n) { return n < 0; }}, Observe{counts}};
        watched([]() noexcept { return -1; });
        return counts.attempts * 10 + counts.ends;
    }();
    STATIC_REQUIRE(counted == 31);
}

TEST_CASE("R-808: One object hears how long each attempt took, where it takes the time", "[hook][R-808]") {
    struct Durations {
        std::vector<Duration> failed{};
        Duration succeeded{};
        Duration begun{};
        std::string ended{};
        void on_attempt(TimedAttempt const& attempt) { begun = attempt.elapsed(); }
        void on_failure(TimedAttempt const& attempt) { failed.push_back(attempt.elapsed() - begun); }
        void on_success(TimedAttempt const& attempt) { succeeded = attempt.elapsed() - begun; }
        void on_end(CallEnd const& end) noexcept {
            ended = std::string{end.name} + " " + to_string(end) + " " + std::to_string(end.attempts);
        }
    } durations;
    ManualTime time;
    Retrying const retrying{StopAfterAttempt<5>{}, WaitFixed<10s>{}, Observe{durations}, Time{time}, Name<"chat">{}};
    int calls = 0;
    retrying([&] {
        time.advance(++calls * 1s);
        if (calls < 3) throw std::runtime_error{"down"};
    });
    REQUIRE(durations.failed == std::vector<Duration>{1s, 2s});
    REQUIRE(durations.succeeded == 3s);
    REQUIRE(durations.ended == "chat none 3");
}
