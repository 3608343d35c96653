// SPDX-License-Identifier: BSL-1.0
#pragma once
// One table of scenarios, and the fronts that run it: each writes down what it does, event by event.

#include <array>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include <grit/retry.hpp>
#include <grit/retrying/step.hpp>

namespace scenarios {

using namespace std::chrono_literals;
using grit::Attempt;
using grit::Duration;
using grit::StopReason;
using grit::TimePoint;

/// What happened: a hook ran, the operation was called, the call slept or ended.
struct Happened {
    enum What : unsigned char { before, call, after, before_sleep, sleep, success, give_up, ended };

    What what;
    int attempt = 0; // of `ended`: which outcome came out
    Duration wait{};
    StopReason reason = StopReason::none;

    friend constexpr bool operator==(Happened const&, Happened const&) = default;
};
using Log = std::vector<Happened>;

// Literal types, so that they can be failures in a constant expression.
struct Transient {
    Duration asks{};
    constexpr Duration retry_after() const { return asks; }
};
struct Fatal {};

/// What the operation does in one attempt, and what happens to the sleep after it.
struct Say {
    enum How : unsigned char { value, transient, fatal };

    How how = transient;
    Duration takes{};
    Duration asks{};
    Duration oversleeps{};
    bool cancels_in_call = false;
    bool cancels_in_sleep = false;
};

/// A result of the kind of std::expected that knows which attempt it comes from.
struct Outcome {
    Say::How how;
    int attempt;
    std::variant<Transient, Fatal> held;

    constexpr bool has_value() const { return how == Say::value; }
    constexpr std::variant<Transient, Fatal> const& error() const { return held; }
};

/// Ends a call that nothing ends; a constant expression that comes here does not compile.
[[noreturn]] inline void stop_for_good() {
#if GRIT_EXCEPTIONS
    throw std::logic_error("nothing ends this call");
#else
    std::abort();
#endif
}

/// The world around one call: it answers by a script, and writes down what is done to it.
struct World {
    std::vector<Say> script;
    Log log{};
    TimePoint time{100s};
    bool cancelled = false;
    int calls = 0;

    constexpr Say const& said() const {
        auto const index = static_cast<std::size_t>(calls - 1);
        return index < script.size() ? script[index] : script.back();
    }

    constexpr Outcome call() {
        if (++calls > 20) stop_for_good();
        log.push_back({Happened::call, calls});
        time += said().takes;
        cancelled = cancelled || said().cancels_in_call;
        if (said().how == Say::fatal) return {Say::fatal, calls, Fatal{}};
        return {said().how, calls, Transient{said().asks}};
    }
    constexpr void end(int outcome) { log.push_back({Happened::ended, outcome}); }

    // As a time.
    constexpr TimePoint now() const { return time; }
    constexpr void sleep(Duration d) {
        log.push_back({Happened::sleep, 0, d});
        time += d + said().oversleeps;
        cancelled = cancelled || said().cancels_in_sleep;
    }
};

/// As a token.
struct Token {
    World const* world;
    constexpr bool stop_requested() const { return world->cancelled; }
};

/// A hook that writes down that it ran, with what it knows.
template <grit::Event E>
struct Recorder {
    static constexpr grit::Family family = grit::Family::hook;
    static constexpr grit::Event event = E;
    static constexpr bool needs_clock = false;
    static constexpr bool needs_failure = E == grit::Event::give_up;

    World* world;

    template <class Q, class... Result>
    constexpr void operator()(Q const& q, Result const&...) const {
        using grit::Event;
        Happened now{Happened::before, q.attempt().number()};
        if (E == Event::before) now.wait = q.attempt().last_wait();
        if (E == Event::after) now.what = Happened::after;
        if (E == Event::before_sleep) now = {Happened::before_sleep, q.attempt().number(), q.wait()};
        if (E == Event::success) now.what = Happened::success;
        if (E == Event::give_up) now = {Happened::give_up, q.attempt().number(), {}, q.reason()};
        world->log.push_back(now);
    }
};

/// The policies of a scenario in its world.
template <class S>
constexpr auto retrying_of(World& world) {
    return S::policies(world).with(grit::Time{world}, Recorder<grit::Event::before>{&world},
                                   Recorder<grit::Event::after>{&world}, Recorder<grit::Event::before_sleep>{&world},
                                   Recorder<grit::Event::success>{&world}, Recorder<grit::Event::give_up>{&world});
}

template <class S>
constexpr World world_of() {
    return World{{S::script.begin(), S::script.end()}};
}

// The fronts. Each returns what it wrote down.

/// The blocking loop over results.
template <class S>
constexpr Log blocking() {
    World world = world_of<S>();
    Outcome const last = retrying_of<S>(world)([&] { return world.call(); });
    world.end(last.attempt);
    return world.log;
}

/// Feeds the outcomes of a call to a stepper with `feed`, and sleeps as it says.
template <class S, class Feed>
constexpr Log stepping(Feed const& feed) {
    World world = world_of<S>();
    auto const retrying = retrying_of<S>(world);
    grit::Stepper stepper{retrying};
    grit::Step step = stepper.start();
    while (step.is_again()) {
        Outcome const outcome = world.call();
        step = feed(stepper, outcome);
        if (step.sleeps()) {
            world.sleep(step.wait);
            step = stepper.wake();
        }
    }
    world.end(world.calls);
    return world.log;
}

/// The step API over results.
template <class S>
constexpr Log steps() {
    return stepping<S>([](auto& stepper, Outcome const& outcome) { return stepper.returned(outcome); });
}

/// The step API over errors without a result around them.
template <class S>
constexpr Log steps_of_errors() {
    return stepping<S>([](auto& stepper, Outcome const& outcome) {
        return outcome.has_value() ? stepper.returned(outcome) : stepper.failed(outcome.error());
    });
}

#if GRIT_EXCEPTIONS
struct Thrown {
    int attempt;
};
struct ThrownTransient : Transient, Thrown {};
struct ThrownFatal : Fatal, Thrown {};

inline void raise(Outcome const& outcome) {
    if (outcome.how == Say::transient)
        throw ThrownTransient{std::get<Transient>(outcome.held), Thrown{outcome.attempt}};
    if (outcome.how == Say::fatal) throw ThrownFatal{Fatal{}, Thrown{outcome.attempt}};
}

/// The blocking loop over exceptions.
template <class S>
Log throwing() {
    World world = world_of<S>();
    try {
        world.end(retrying_of<S>(world)([&] {
            Outcome const outcome = world.call();
            raise(outcome);
            return outcome.attempt;
        }));
    } catch (Thrown const& last) {
        world.end(last.attempt);
    }
    return world.log;
}

/// The step API over exceptions.
template <class S>
Log steps_of_exceptions() {
    std::exception_ptr thrown;
    return stepping<S>([&thrown](auto& stepper, Outcome const& outcome) {
        try {
            raise(outcome);
        } catch (...) {
            thrown = std::current_exception();
            return stepper.threw(thrown);
        }
        return stepper.returned(outcome);
    });
}

/// The step API in the handlers of exceptions, which live until the next step.
template <class S>
Log steps_of_caught() {
    std::exception_ptr alive;
    auto const judge = [&alive]<class Stepper, class E>(Stepper& stepper, E const& error) {
        alive = std::current_exception();
        if constexpr (grit::contains<E, typename Stepper::Catches>) return stepper.caught(error);
        else return stepper.threw(alive);
    };
    return stepping<S>([&judge](auto& stepper, Outcome const& outcome) {
        try {
            raise(outcome);
        } catch (Transient const& error) {
            return judge(stepper, error);
        } catch (Fatal const& error) {
            return judge(stepper, error);
        }
        return stepper.returned(outcome);
    });
}
#endif

// The table.

constexpr Happened before(int n, Duration waited = {}) { return {Happened::before, n, waited}; }
constexpr Happened call(int n) { return {Happened::call, n}; }
constexpr Happened after(int n) { return {Happened::after, n}; }
constexpr Happened before_sleep(int n, Duration wait) { return {Happened::before_sleep, n, wait}; }
constexpr Happened sleep(Duration wait) { return {Happened::sleep, 0, wait}; }
constexpr Happened success(int n) { return {Happened::success, n}; }
constexpr Happened give_up(int n, StopReason reason) { return {Happened::give_up, n, {}, reason}; }
constexpr Happened ended(int outcome) { return {Happened::ended, outcome}; }

constexpr Say value{Say::value};
constexpr Say transient{};
constexpr Say fatal{Say::fatal};
constexpr Say takes(Duration d) { return {Say::transient, d}; }
constexpr Say asks(Duration d) { return {Say::transient, {}, d}; }
constexpr Say oversleeps(Duration d) { return {Say::transient, {}, {}, d}; }
constexpr Say cancels_in_call{Say::transient, {}, {}, {}, true};
constexpr Say cancels_in_sleep{Say::transient, {}, {}, {}, false, true};

using RetryTransient = grit::RetryIf<Transient>;

struct SucceedsAtOnce {
    static constexpr char const* name = "succeeds at once";
    static constexpr auto policies(World&) { return grit::Retrying{grit::StopAfterAttempt<3>{}, RetryTransient{}}; }
    static constexpr std::array script{value};
    static constexpr std::array expected{before(1), call(1), success(1), ended(1)};
};

struct SucceedsThird {
    static constexpr char const* name = "succeeds at the third attempt, after waits that double";
    static constexpr auto policies(World&) {
        return grit::Retrying{grit::StopAfterAttempt<5>{}, grit::WaitExponential<1s, 60s>{}, RetryTransient{}};
    }
    static constexpr std::array script{transient, transient, value};
    static constexpr std::array expected{before(1),           call(1),       after(1),      before_sleep(1, 1s),
                                         sleep(1s),           before(2, 1s), call(2),       after(2),
                                         before_sleep(2, 2s), sleep(2s),     before(3, 2s), call(3),
                                         success(3),          ended(3)};
};

struct RunsOutOfAttempts {
    static constexpr char const* name = "runs out of attempts";
    static constexpr auto policies(World&) {
        return grit::Retrying{grit::StopAfterAttempt<2>{}, grit::WaitFixed<1s>{}, RetryTransient{}};
    }
    static constexpr std::array script{transient, transient, value};
    static constexpr std::array expected{before(1),
                                         call(1),
                                         after(1),
                                         before_sleep(1, 1s),
                                         sleep(1s),
                                         before(2, 1s),
                                         call(2),
                                         after(2),
                                         give_up(2, StopReason::attempts),
                                         ended(2)};
};

struct WithoutWait {
    static constexpr char const* name = "does not sleep where nothing says to wait";
    static constexpr auto policies(World&) { return grit::Retrying{grit::StopAfterAttempt<3>{}, RetryTransient{}}; }
    static constexpr std::array script{transient, value};
    static constexpr std::array expected{before(1), call(1), after(1),   before_sleep(1, 0s),
                                         before(2), call(2), success(2), ended(2)};
};

struct RunTimeValues {
    static constexpr char const* name = "takes its values at run time";
    static constexpr auto policies(World&) {
        return grit::Retrying{grit::StopAfterAttempt{3}, grit::WaitExponential{3s, 5s}, RetryTransient{}};
    }
    static constexpr std::array script{transient, transient, transient};
    static constexpr std::array expected{before(1),
                                         call(1),
                                         after(1),
                                         before_sleep(1, 3s),
                                         sleep(3s),
                                         before(2, 3s),
                                         call(2),
                                         after(2),
                                         before_sleep(2, 5s),
                                         sleep(5s),
                                         before(3, 5s),
                                         call(3),
                                         after(3),
                                         give_up(3, StopReason::attempts),
                                         ended(3)};
};

struct TimeRunsOut {
    static constexpr char const* name = "ends once a time has gone by, inclusively";
    static constexpr auto policies(World&) {
        return grit::Retrying{grit::StopAfterDelay<5s>{}, grit::WaitFixed<1s>{}, RetryTransient{}};
    }
    static constexpr std::array script{takes(2s), takes(2s), value};
    static constexpr std::array expected{before(1),     call(1), after(1), before_sleep(1, 1s),           sleep(1s),
                                         before(2, 1s), call(2), after(2), give_up(2, StopReason::delay), ended(2)};
};

struct TimeIsLeft {
    static constexpr char const* name = "goes on while a nanosecond is left";
    static constexpr auto policies(World& world) { return TimeRunsOut::policies(world); }
    static constexpr std::array script{takes(2s), takes(2s - 1ns), value};
    static constexpr std::array expected{before(1),           call(1),       after(1),      before_sleep(1, 1s),
                                         sleep(1s),           before(2, 1s), call(2),       after(2),
                                         before_sleep(2, 1s), sleep(1s),     before(3, 1s), call(3),
                                         success(3),          ended(3)};
};

struct SleepRefused {
    static constexpr char const* name = "refuses a sleep that would reach the limit, inclusively";
    static constexpr auto policies(World&) {
        return grit::Retrying{grit::StopBeforeDelay<5s>{}, grit::WaitIncrementing<1s, 1s, 9s>{}, RetryTransient{}};
    }
    static constexpr std::array script{takes(1s), takes(1s), value};
    static constexpr std::array expected{before(1),     call(1), after(1), before_sleep(1, 1s),           sleep(1s),
                                         before(2, 1s), call(2), after(2), give_up(2, StopReason::delay), ended(2)};
};

struct SleepFits {
    static constexpr char const* name = "sleeps until just before the limit";
    static constexpr auto policies(World& world) { return SleepRefused::policies(world); }
    static constexpr std::array script{takes(1s), takes(1s - 1ns), value};
    static constexpr std::array expected{before(1),           call(1),       after(1),      before_sleep(1, 1s),
                                         sleep(1s),           before(2, 1s), call(2),       after(2),
                                         before_sleep(2, 2s), sleep(2s),     before(3, 2s), call(3),
                                         success(3),          ended(3)};
};

struct DeadlineRefuses {
    static constexpr char const* name = "refuses a sleep that would reach a point in time";
    static constexpr auto policies(World&) {
        return grit::Retrying{grit::StopBefore{TimePoint{103s}}, grit::WaitFixed<1s>{}, RetryTransient{}};
    }
    static constexpr std::array script{takes(1s), takes(0s), value};
    static constexpr std::array expected{before(1),
                                         call(1),
                                         after(1),
                                         before_sleep(1, 1s),
                                         sleep(1s),
                                         before(2, 1s),
                                         call(2),
                                         after(2),
                                         give_up(2, StopReason::deadline),
                                         ended(2)};
};

struct DeadlineOverslept {
    static constexpr char const* name = "starts no attempt after a point in time that a sleep overran";
    static constexpr auto policies(World&) {
        return grit::Retrying{grit::StopBefore{TimePoint{110s}}, grit::WaitFixed<1s>{}, RetryTransient{}};
    }
    static constexpr std::array script{oversleeps(1s), oversleeps(7s), value};
    static constexpr std::array expected{before(1),
                                         call(1),
                                         after(1),
                                         before_sleep(1, 1s),
                                         sleep(1s),
                                         before(2, 1s),
                                         call(2),
                                         after(2),
                                         before_sleep(2, 1s),
                                         sleep(1s),
                                         give_up(2, StopReason::deadline),
                                         ended(2)};
};

struct CancelledInCall {
    static constexpr char const* name = "is cancelled while an attempt goes on";
    static constexpr auto policies(World& world) {
        return grit::Retrying{grit::StopAfterAttempt<9>{}, grit::StopWhenRequested{Token{&world}},
                              grit::WaitFixed<1s>{}, RetryTransient{}};
    }
    static constexpr std::array script{transient, cancels_in_call};
    static constexpr std::array expected{before(1),
                                         call(1),
                                         after(1),
                                         before_sleep(1, 1s),
                                         sleep(1s),
                                         before(2, 1s),
                                         call(2),
                                         after(2),
                                         give_up(2, StopReason::cancelled),
                                         ended(2)};
};

struct CancelledInSleep {
    static constexpr char const* name = "is cancelled while it sleeps";
    static constexpr auto policies(World& world) {
        return grit::Retrying{grit::StopWhenRequested{Token{&world}}, grit::StopAfterAttempt<9>{},
                              grit::WaitFixed<1s>{}, RetryTransient{}};
    }
    static constexpr std::array script{transient, cancels_in_sleep};
    static constexpr std::array expected{before(1),
                                         call(1),
                                         after(1),
                                         before_sleep(1, 1s),
                                         sleep(1s),
                                         before(2, 1s),
                                         call(2),
                                         after(2),
                                         before_sleep(2, 1s),
                                         sleep(1s),
                                         give_up(2, StopReason::cancelled),
                                         ended(2)};
};

struct FirstAskedReason {
    static constexpr char const* name = "gives the reason of the first stop that is asked and says so";
    static constexpr auto policies(World&) {
        return grit::Retrying{grit::StopAfterDelay<2s>{}, grit::StopAfterAttempt<2>{}, grit::WaitFixed<1s>{},
                              RetryTransient{}};
    }
    static constexpr std::array script{takes(0s), takes(1s)};
    static constexpr std::array expected{before(1),
                                         call(1),
                                         after(1),
                                         before_sleep(1, 1s),
                                         sleep(1s),
                                         before(2, 1s),
                                         call(2),
                                         after(2),
                                         give_up(2, StopReason::attempts),
                                         ended(2)};
};

struct HintFollowed {
    static constexpr char const* name = "waits as long as the failure asks for";
    static constexpr auto policies(World&) {
        return grit::Retrying{grit::StopAfterAttempt<3>{}, grit::WaitHint<60s, grit::WaitFixed<1s>>{},
                              RetryTransient{}};
    }
    static constexpr std::array script{asks(60s), asks(61s)};
    static constexpr std::array expected{before(1),      call(1), after(1), before_sleep(1, 60s),         sleep(60s),
                                         before(2, 60s), call(2), after(2), give_up(2, StopReason::hint), ended(2)};
};

struct WaitByError {
    static constexpr char const* name = "waits by the kind of error";
    static constexpr auto policies(World&) {
        return grit::Retrying{grit::StopAfterAttempt<3>{}, grit::WaitIf<Fatal, grit::WaitFixed<7s>>{},
                              grit::WaitFixed<1s>{}, grit::RetryIf<Transient, Fatal>{}};
    }
    static constexpr std::array script{transient, fatal, value};
    static constexpr std::array expected{before(1),           call(1),       after(1),      before_sleep(1, 1s),
                                         sleep(1s),           before(2, 1s), call(2),       after(2),
                                         before_sleep(2, 7s), sleep(7s),     before(3, 7s), call(3),
                                         success(3),          ended(3)};
};

/// The same number again and again.
struct Seeded {
    constexpr std::uint64_t operator()() const { return grit::SplitMix64{42}(); }
};
constexpr Duration drawn(Duration most) { return grit::draw_between(0s, most, Seeded{}()); }

struct RandomWaits {
    static constexpr char const* name = "draws the same jitter from the same seed";
    static constexpr auto policies(World&) {
        return grit::Retrying{grit::StopAfterAttempt<3>{}, grit::WaitRandomExponential<1s, 60s>{},
                              grit::Random<Seeded>{}, RetryTransient{}};
    }
    static constexpr std::array script{transient, transient, transient};
    static constexpr std::array expected{before(1),
                                         call(1),
                                         after(1),
                                         before_sleep(1, drawn(1s)),
                                         sleep(drawn(1s)),
                                         before(2, drawn(1s)),
                                         call(2),
                                         after(2),
                                         before_sleep(2, drawn(2s)),
                                         sleep(drawn(2s)),
                                         before(3, drawn(2s)),
                                         call(3),
                                         after(3),
                                         give_up(3, StopReason::attempts),
                                         ended(3)};
};

using All = std::tuple<SucceedsAtOnce, SucceedsThird, RunsOutOfAttempts, WithoutWait, RunTimeValues, TimeRunsOut,
                       TimeIsLeft, SleepRefused, SleepFits, DeadlineRefuses, DeadlineOverslept, CancelledInCall,
                       CancelledInSleep, FirstAskedReason, HintFollowed, WaitByError, RandomWaits>;

template <class S>
constexpr bool as_expected(Log const& log) {
    if (log.size() != S::expected.size()) return false;
    for (std::size_t i = 0; i != log.size(); ++i)
        if (log[i] != S::expected[i]) return false;
    return true;
}

/// Returns: what happened, a line each, to compare and to read.
inline std::string in_words(auto const& log) {
    constexpr std::array names{"before", "call", "after", "before_sleep", "sleep", "success", "give_up", "ended"};
    std::string words;
    for (Happened const& one : log)
        words += std::string(names[one.what]) + " #" + std::to_string(one.attempt) + " " +
                 std::to_string(one.wait.count()) + " ns " + to_string(one.reason) + "\n";
    return words;
}

} // namespace scenarios
