// SPDX-License-Identifier: BSL-1.0
#pragma once
// The same calls are expanded twice: nested for threads that wait, flat for coroutines and callbacks. On random scripts
// nested and flat calls and a coroutine do the same, for every pair of stages in both orders: the same calls, sleeps,
// hooks, outcomes and states.
#include <cstdint>
#include <random>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <grit.hpp>

#include "support/catch.hpp"
#include "support/task.hpp"
#include "support/toy_stages.hpp"

namespace grit::test {

using namespace toy;
using namespace std::chrono_literals;

/// What happens in one run of a script, and what it is made of.
struct World {
    ManualTime time{100s};
    std::string text;
    bool stop = false;
    std::mt19937_64 draw;
    TimePoint deadline = TimePoint::max();

    explicit World(std::uint64_t seed) : draw(seed) {
        if (one_in(3)) deadline = time.now() + std::chrono::seconds{below(60)};
    }
    [[gnu::noinline]] int below(int n) { return static_cast<int>(draw() % static_cast<std::uint64_t>(n)); }
    bool one_in(int n) { return below(n) == 0; }
    Log log() { return Log{&text}; }
    [[gnu::noinline]] void write(std::string const& what) { text += what + ' '; }
};

struct Flag {
    World const& world;
    bool stop_requested() const { return world.stop; }
};

// One of each kind of stage, with what is random about it drawn from the world.

struct Notes {
    toy::Note stage;
    explicit Notes(World& w) : stage(w.log()) {}
    static std::string state() { return {}; }
};
template <bool Late>
struct Loops {
    toy::Loop<Late> stage;
    explicit Loops(World& w) : stage(1 + w.below(4), std::chrono::seconds{w.below(3)}, &w.time, w.log()) {
        stage.repeats_rejections = w.one_in(2);
        stage.stop = &w.stop;
    }
    static std::string state() { return {}; }
};
struct Gates {
    Gate stage;
    explicit Gates(World& w) : stage(w.below(12), w.log()) {}
    std::string state() const { return std::to_string(stage.left) + "/" + std::to_string(stage.inside); }
};
struct Queues {
    Queue stage;
    explicit Queues(World& w) : stage(std::chrono::seconds{w.below(4)}, &w.time, !w.one_in(4), w.log()) {}
    static std::string state() { return {}; }
};
struct Fallbacks {
    Instead stage;
    explicit Fallbacks(World& w) : stage(w.one_in(3) ? 666 : w.one_in(2) ? bad : 5, w.log()) {}
    static std::string state() { return {}; }
};
inline auto fallback(World& w) {
    return Fallback{[&w](Failure const& failure) {
                        bool const yes = !w.one_in(4);
                        w.write((yes ? "for:" : "not_for:") + failure.what());
                        return yes;
                    },
                    [&w](Attempt const& at, Failure const& failure) -> int {
                        w.write("instead" + std::to_string(at.number()));
                        if (w.one_in(4)) throw Timeout{};
                        return failure.as<Busy>() != nullptr ? 11 : 12;
                    }};
}
struct FallbacksForAny {
    decltype(fallback(std::declval<World&>())) stage;
    explicit FallbacksForAny(World& w) : stage(fallback(w)) {}
    static std::string state() { return {}; }
};
inline int of_rejection(Rejected const& error) { return error.stage()[0] == 'd' ? 13 : 14; }
struct FallbacksForRejections {
    Fallback<of_rejection> stage;
    explicit FallbacksForRejections(World&) {}
    static std::string state() { return {}; }
};
struct Harm {
    Chaos<Seed, ChaosFault<Timeout>, ChaosFault<Busy>, ChaosLatency, ChaosResult<int>, Time<ManualTime>> stage;
    explicit Harm(World& w)
        : stage(Seed{w.draw()}, ChaosFault{0.2, Timeout{}}, ChaosFault{0.2, Busy{}}, ChaosLatency{0.3, 2s},
                ChaosResult{0.3, bad}, Time{w.time}) {}
    static std::string state() { return {}; }
};
struct Deadlines {
    Deadline<> stage;
    explicit Deadlines(World& w) : stage(std::chrono::seconds{w.below(9)}) {}
    static std::string state() { return {}; }
};
inline bool is_bad(int r) { return r == bad; }
struct Breakers {
    CircuitBreaker<OpenAfterFailures<>, OpenFor<>, FailureIfResult<is_bad>, IgnoreIf<Busy>, Time<ManualTime>> stage;
    explicit Breakers(World& w)
        : stage(OpenAfterFailures{1 + w.below(3)}, OpenFor{std::chrono::seconds{1 + w.below(9)}}, Time{w.time}) {}
    std::string state() const { return to_string(stage.state()) + std::string{"@"} + std::to_string(stage.epoch()); }
};
struct Limiters {
    RateLimiter<dynamic, dynamic, dynamic, MaxWait<>, Time<ManualTime>> stage;
    explicit Limiters(World& w)
        : stage(1 + w.below(3), std::chrono::seconds{1 + w.below(9)}, 1 + w.below(3),
                MaxWait{std::chrono::seconds{w.below(5)}}, Time{w.time}) {}
    std::string state() const { return std::to_string(stage.idle()); }
};
struct Bulkheads {
    Bulkhead<dynamic, dynamic, MaxWait<>, Time<ManualTime>> stage;
    Place<decltype(stage)> taken;
    explicit Bulkheads(World& w)
        : stage(1 + w.below(2), w.below(2), MaxWait{std::chrono::seconds{w.below(5)}}, Time{w.time}),
          taken(stage.try_acquire()) {}
    std::string state() const { return std::to_string(stage.used()) + "/" + std::to_string(stage.waiting()); }
};
struct Limits {
    ConcurrencyLimit<Aimd<1s, 50>, LimitBetween<>, OverloadIf<Timeout, FullError>, WaitInLine<>, MaxWait<2s>,
                     Time<ManualTime>>
        stage;
    explicit Limits(World& w) : stage(LimitBetween{1, 1 + w.below(4), 1}, WaitInLine{w.below(2)}, Time{w.time}) {}
    std::string state() const { return std::to_string(stage.limit()) + "/" + std::to_string(stage.used()); }
};
inline auto on(World& w, char const* what) {
    return [&w, what](Attempt const& at, Failure const& failure) {
        w.write(what + std::to_string(at.number()) + to_string(failure.reason()) + (failure.as<int>() ? "i" : ""));
    };
}
inline auto retrying(World& w) {
    return Retrying{StopAfterAttempt{1 + w.below(4)},
                    WaitHint{3s, WaitIncrementing{std::chrono::seconds{w.below(2)}, 1s, 9s}},
                    RetryIf<Timeout, FullError>{},
                    RetryIfResult{[](int r) { return r == bad; }},
                    After{on(w, "after")},
                    BeforeSleep{on(w, "before_sleep")},
                    OnGiveUp{on(w, "give_up")},
                    Time{w.time},
                    AllowNested{}};
}
struct Retries {
    RetryBudget<> budget;
    decltype(retrying(std::declval<World&>()).with(StopOverBudget{std::declval<RetryBudget<>&>()})) stage;
    explicit Retries(World& w)
        : budget(1 + w.below(20), Factor{1 + w.below(3), 2}), stage(retrying(w).with(StopOverBudget{budget})) {}
    std::string state() const { return std::to_string(budget.left()); }
};
struct RetriesThatThrow {
    decltype(retrying(std::declval<World&>()).with(ThrowRetryError{})) stage;
    explicit RetriesThatThrow(World& w) : stage(retrying(w).with(ThrowRetryError{})) {}
    static std::string state() { return {}; }
};

/// One attempt of the operation: takes its time, may request the stop, then returns or throws.
[[gnu::noinline]] inline int attempt(World& w, Attempt const& at) {
    w.write("op" + std::to_string(at.number()) + "+" + std::to_string(at.last_wait().count() / 1'000'000'000) +
            (at.has_deadline() ? "d" : ""));
    w.time.advance(std::chrono::seconds{w.below(3)});
    if (w.one_in(40)) w.stop = true;
    switch (w.below(12)) {
    case 0:
    case 1:
    case 2: throw Timeout{};
    case 3: throw Busy{};
    case 4: throw FullError{"inside", 2s};
    case 5: throw Permanent{Timeout{}};
    case 6: throw TryAgain{};
    case 7: throw 7;
    case 8: throw std::system_error{std::make_error_code(std::errc::operation_canceled)};
    case 9:
    case 10: return bad;
    default: return 1 + w.below(9);
    }
}

/// Writes down how a call ends.
template <class F>
[[gnu::noinline]] void end(World& w, F const& f) {
    try {
        w.write("=" + std::to_string(f()));
    } catch (CircuitOpenError const& error) {
        w.write(std::string{"open "} + error.what() + std::to_string(error.retry_after().count()));
    } catch (Rejected const& error) {
        w.write(std::string{"rejected by "} + error.stage() + " " + error.what());
    } catch (RetryError const& error) {
        w.write("retry error " + std::to_string(error.attempts()) + to_string(error.reason()));
    } catch (std::exception const& error) {
        w.write(error.what());
    } catch (int) {
        w.write("int");
    }
}

// How the stages are driven: call(world, at, stages, op).

struct Nested {
    static int call(World&, Attempt const& at, auto const& stages, auto const& op) { return within(at, stages)(op); }
};
struct Flat {
    static int call(World&, Attempt const& at, auto const& stages, auto const& op) {
        detail::BoundOperation<std::remove_reference_t<decltype(op)>> const operation{op};
        auto one = stages.call(at);
        return detail::drive<1, detail::LeaveAsResult<1, int>>(at, operation, one);
    }
};

/// A coroutine, whose sleeps move the manual time.
struct InCoroutine {
    /// Suspends, and moves the time when it is resumed.
    struct Sleep {
        World* world;
        std::coroutine_handle<>* asleep;
        Duration wait;
        static bool await_ready() noexcept { return false; }
        void await_suspend(std::coroutine_handle<> handle) const { *asleep = handle; }
        void await_resume() const { world->time.sleep(wait); }
    };
    struct Sleeper {
        World* world;
        std::coroutine_handle<>* asleep;
        Sleep sleep(Duration d, auto const&) const { return {world, asleep, d}; } // nobody wakes the only call there is
    };

    static int call(World& w, Attempt const& at, auto const& stages, auto const& op) {
        std::coroutine_handle<> asleep;
        auto task = async(pipeline(Surround{at.context()}, stages),
                          Sleeper{&w, &asleep})([&op](Attempt const& inner) -> Task<int> { co_return op(inner); });
        task.start();
        while (!task.is_done()) asleep.resume();
        return task.get();
    }
};

template <std::size_t, class Kind>
struct Slot : Kind {
    using Kind::Kind;
};
template <class Is, class... Kinds>
struct Slots;
template <std::size_t... Is, class... Kinds>
struct Slots<std::index_sequence<Is...>, Kinds...> : Slot<Is, Kinds>... {
    explicit Slots(World& w) : Slot<Is, Kinds>(w)... {}
    auto stages() { return pipeline(Slot<Is, Kinds>::stage...); }
    std::string state() const { return ((Slot<Is, Kinds>::state() + ' ') + ...); }
};

template <class How, class... Kinds>
std::string run(std::uint64_t seed) {
    World w{seed};
    Slots<std::index_sequence_for<Kinds...>, Kinds...> made{w};
    auto const stages = made.stages();
    Flag const flag{w};
    for (int call = 0; call < 8; ++call) {
        Context const context{w.deadline, StopView{&flag}, ClockView{&w.time}};
        Attempt const at{1, 0s, context};
        auto const op = [&](Attempt const& inner) { return attempt(w, inner); };
        end(w, [&] { return How::call(w, at, stages, op); });
        w.text += made.state();
        w.time.advance(std::chrono::seconds{w.below(4)});
        if (w.one_in(4)) w.stop = false;
    }
    for (Duration const d : w.time.slept()) w.text += std::to_string(d.count() / 1'000'000'000) + "s ";
    return w.text;
}

/// Returns: how many scripts came out the same in all three ways.
template <class... Kinds>
int compare(int scripts) {
    int same = 0;
    for (std::uint64_t seed = 1; seed <= static_cast<std::uint64_t>(scripts); ++seed) {
        std::string const nested = run<Nested, Kinds...>(seed);
        std::string const flat = run<Flat, Kinds...>(seed);
        std::string const coroutine = run<InCoroutine, Kinds...>(seed);
        if (nested == flat && nested == coroutine) ++same;
        else {
            CAPTURE(seed);
            CHECK(flat == nested);
            CHECK(coroutine == nested);
            break;
        }
    }
    return same;
}

/// Compares each stage inside the outer ones, of which there may be none.
template <class... Outer, class... Inner>
void compare_with_each(Types<Inner...>) {
    (
        [&] {
            INFO("inside: " << typeid(Inner).name());
            CHECK(compare<Outer..., Inner>(300) == 300);
        }(),
        ...);
}

using Kinds = Types<Notes, Loops<false>, Loops<true>, Gates, Queues, Fallbacks, FallbacksForAny, FallbacksForRejections,
                    Deadlines, Breakers, Limiters, Bulkheads, Limits, Retries, RetriesThatThrow>;

} // namespace grit::test
