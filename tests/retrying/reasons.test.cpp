// SPDX-License-Identifier: BSL-1.0
// How a call ended is the same whoever asks: one table of situations, run through every front.
#include <grit.hpp>

#include <exception>
#include <stdexcept>
#include <tuple>
#include <vector>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;

namespace {

struct Failed : std::runtime_error {
    Failed() : std::runtime_error("failed") {}
};
struct Other : std::runtime_error {
    Other() : std::runtime_error("other") {}
};
struct OfUser : std::runtime_error { // what the user's policies throw
    OfUser() : std::runtime_error("of the user") {}
};

/// A call, seen from outside: the clock, and what goes wrong when.
struct World {
    TimePoint time{100h};
    int calls = 0;
    bool stop = false;
    bool stop_in_sleep = false;
    bool clock_throws = false;
    bool sleeper_throws = false;
};
struct TimeOf {
    World* world;
    TimePoint now() const {
        if (world->clock_throws && world->calls != 0) throw OfUser{};
        return world->time;
    }
    void sleep(Duration d) const {
        if (world->sleeper_throws) throw OfUser{};
        world->time += d;
        world->stop = world->stop || world->stop_in_sleep;
    }
};
struct Token {
    World const* world;
    bool stop_requested() const noexcept { return world->stop; }
};
struct Draw {
    std::uint64_t operator()() const { throw OfUser{}; }
};

/// What was heard of the end of one call.
struct Heard {
    std::vector<StopReason> reasons;
    void on_end(StopReason why) noexcept { reasons.push_back(why); }
};

// The fronts. Each runs the operation, and returns the reason that it knows by itself, if it knows one.

using Known = std::vector<StopReason>;

struct Blocking {
    static constexpr char const* name = "operator()";
    static constexpr bool sleeps = true;
    template <class R, class Op>
    static Known run(R const& r, TimeOf, Op const& op) {
        r(op);
        return {};
    }
};
struct Reporting {
    static constexpr char const* name = "report";
    static constexpr bool sleeps = true;
    template <class R, class Op>
    static Known run(R const& r, TimeOf, Op const& op) {
        return {r.report(op).reason()};
    }
};
struct Stepping {
    static constexpr char const* name = "a Stepper";
    static constexpr bool sleeps = false; // what its owner does in a sleep is no policy's
    template <class R, class Op>
    static Known run(R const& r, TimeOf time, Op const& op) {
        Stepper stepper{r};
        Step step = stepper.start();
        std::exception_ptr thrown;
        int result = 0;
        while (step.kind == Step::Kind::again || step.kind == Step::Kind::sleep) {
            if (step.kind == Step::Kind::sleep) {
                time.sleep(step.wait);
                step = stepper.wake();
                continue;
            }
            thrown = nullptr;
            try {
                result = op();
            } catch (...) {
                thrown = std::current_exception();
            }
            step = thrown ? stepper.threw(thrown) : stepper.returned(result);
        }
        return {step.reason};
    }
};
struct Nested {
    static constexpr char const* name = "a stage between others, nested";
    static constexpr bool sleeps = true;
    template <class R, class Op>
    static Known run(R const& r, TimeOf, Op const& op) {
        CircuitBreaker<OpenAfterFailures<99>, OpenFor<1s>> breaker;
        pipeline(Deadline<1000h>{}, r, breaker)(op);
        return {};
    }
};
struct Flat {
    static constexpr char const* name = "a stage, flat";
    static constexpr bool sleeps = true;
    template <class R, class Op>
    static Known run(R const& r, TimeOf, Op const& op) {
        CircuitBreaker<OpenAfterFailures<99>, OpenFor<1s>> breaker;
        (void)pipeline(r, breaker).try_call(op);
        return {};
    }
};

// The situations: policies, the operation, what happens in the world, and the reason.

bool throws(Failed const&) { throw OfUser{}; }
bool is_failed(Failed const&) { return true; }
int fails(World& world) {
    ++world.calls;
    throw Failed{};
}
int succeeds(World& world) { return ++world.calls; }
void nothing(World&) {}

// The operation and what happens are pointers: situations with the same policies are then one type, which is compiled
// once for each front.
template <class... Ps>
struct Situation {
    char const* name;
    StopReason reason;
    int (*op)(World& world);
    void (*prepare)(World& world);
    std::tuple<Ps...> policies;
};
template <class... Ps>
auto situation(char const* name, StopReason reason, int (*op)(World& world), void (*prepare)(World& world),
               Ps... policies) {
    return Situation<Ps...>{name, reason, op, prepare, {policies...}};
}

template <class Front, class S>
void check(S const& s) {
    World world;
    Heard by_hook;
    Heard by_observer;
    s.prepare(world);
    TimeOf const time{&world};
    Known known;
    std::apply(
        [&](auto const&... policies) {
            Retrying const base{StopAfterAttempt<3>{}, WaitFixed<1s>{}, RetryIfException{&is_failed},
                                StopWhenRequested{Token{&world}}};
            Retrying const r = base.with(policies..., OnEnd{[&](StopReason why) noexcept { by_hook.on_end(why); }},
                                         Observe{by_observer}, Time{time});
            try {
                known = Front::run(r, time, [&] { return s.op(world); });
            } catch (std::exception const&) {
            }
        },
        s.policies);
    CAPTURE(Front::name, s.name);
    CHECK(by_hook.reasons == Known{s.reason});
    CHECK(by_observer.reasons == Known{s.reason});
    CHECK((known.empty() || known == Known{s.reason}));
}

template <class Front>
void check_all() {
    auto const all = [](auto const&... s) { (check<Front>(s), ...); };
    // What the operation does.
    all(situation("success", StopReason::none, succeeds, nothing),
        situation("every attempt fails", StopReason::attempts, fails, nothing),
        situation(
            "an error that nobody names", StopReason::not_retryable, [](World&) -> int { throw Other{}; }, nothing),
        situation(
            "a Permanent", StopReason::permanent, [](World&) -> int { throw Permanent{Failed{}}; }, nothing),
        situation("a stop of the user says so", StopReason::custom, fails, nothing,
                  StopIf{[](Attempt const&) { return true; }}));
    // Cancellation, wherever it falls.
    all(situation("cancelled before the call", StopReason::cancelled, fails, [](World& w) { w.stop = true; }),
        situation(
            "cancelled in an attempt", StopReason::cancelled,
            [](World& w) -> int {
                w.stop = ++w.calls == 2;
                throw Failed{};
            },
            nothing),
        situation("cancelled in a sleep", StopReason::cancelled, fails, [](World& w) { w.stop_in_sleep = true; }),
        situation(
            "cancelled in the attempt that succeeds", StopReason::none, [](World& w) { return w.stop = true, 1; },
            nothing));
    // What the user's policies throw.
    all(situation("Before throws, at the second attempt", StopReason::custom, fails, nothing,
                  Before{[](Attempt const& at) {
                      if (at.number() == 2) throw OfUser{};
                  }}),
        situation("After throws", StopReason::custom, fails, nothing, After{[] { throw OfUser{}; }}),
        situation("BeforeSleep throws", StopReason::custom, fails, nothing, BeforeSleep{[] { throw OfUser{}; }}),
        situation("OnSuccess throws", StopReason::custom, succeeds, nothing, OnSuccess{[] { throw OfUser{}; }}),
        situation("StopIf throws", StopReason::custom, fails, nothing,
                  StopIf{[](Attempt const&) -> bool { throw OfUser{}; }}),
        situation("WaitFrom throws", StopReason::custom, fails, nothing,
                  WaitFrom{[](Attempt const&) -> Duration { throw OfUser{}; }}),
        situation("RetryIfException throws", StopReason::custom, fails, nothing, RetryIfException{&throws}),
        situation("RetryIfResult throws", StopReason::custom, succeeds, nothing,
                  RetryIfResult{[](int) -> bool { throw OfUser{}; }}),
        situation("the generator throws", StopReason::custom, fails, nothing, WaitRandom<1s, 2s>{}, Random<Draw>{}),
        situation(
            "the clock throws", StopReason::custom, fails, [](World& w) { w.clock_throws = true; },
            StopAfterDelay<9s>{}),
        // The call gives up, and then a hook throws: it has given up for its own reason.
        situation("OnGiveUp throws", StopReason::attempts, fails, nothing, OnGiveUp{[] { throw OfUser{}; }}));
    if constexpr (Front::sleeps) // else the sleep is no part of the call, which is abandoned
        all(situation("the sleep throws", StopReason::custom, fails, [](World& w) { w.sleeper_throws = true; }));
}

} // namespace

TEMPLATE_TEST_CASE("a call ends for the same reason in every front, and all who hear it hear the same", "[R-644]",
                   Blocking, Reporting, Stepping, Nested, Flat) {
    check_all<TestType>();
}
