// SPDX-License-Identifier: BSL-1.0
// The loops themselves: each policy as grit composes it, and as a careful engineer writes it out.

#include <grit/retry.hpp>

#include <algorithm>
#include <chrono>

#include "cases.hpp"

namespace cases {
namespace {

using namespace std::chrono_literals;
using opaque::Fails;
using opaque::Overloaded;
using opaque::Refused;
using opaque::Timeout;

// What both sides call, inlined away on both.

struct OpaqueTime {
    static constexpr bool never_negative = true; // as SteadyTime, which it stands for
    grit::TimePoint now() const noexcept { return grit::TimePoint{grit::Duration{opaque::now()}}; }
    void sleep(grit::Duration d) const noexcept { opaque::sleep(d.count()); }
};
struct OpaqueRandom {
    std::uint64_t operator()() const noexcept { return opaque::random(); }
};
constexpr bool is_busy(int result) noexcept { return result != 0; }

using Nanoseconds = std::int64_t;
constexpr Nanoseconds first_wait = 100'000'000;
constexpr Nanoseconds longest_wait = 10'000'000'000;
constexpr Nanoseconds time_limit = 60'000'000'000;

/// What the user of the twin has configured, where the values come at run time.
struct Settings {
    int attempts;
    Nanoseconds first;
    Nanoseconds longest;
};

using Five = grit::StopAfterAttempt<5>;
using Backoff = grit::WaitExponential<100ms, 10s>;
using Env = grit::Time<OpaqueTime>;
using IfBusy = grit::RetryIfResult<is_busy>;

template <class... Ps>
using ByResult = grit::Retrying<Five, Backoff, IfBusy, Env, Ps...>;
template <class... Ps>
using ByOne = grit::Retrying<Five, Backoff, grit::RetryIf<Timeout>, Env, Ps...>;
template <class... Ps>
using ByThree = grit::Retrying<Five, Backoff, grit::RetryIf<Timeout, Refused, Overloaded>, Env, Ps...>;

#define LOOP [[gnu::noinline]] int

// Results -----------------------------------------------------------------------------------------------------------

LOOP result_library(void const*) { return ByResult<>{}(opaque::result_operation); }
LOOP result_by_hand(void const*) {
    Nanoseconds wait = first_wait;
    for (int n = 1;; ++n) {
        int const result = opaque::result_operation();
        if (!is_busy(result) || n == 5) return result;
        opaque::sleep(wait);
        wait = std::min(2 * wait, longest_wait);
    }
}

LOOP throwing_result_library(void const*) { return ByResult<>{}(opaque::operation); }
LOOP throwing_result_by_hand(void const*) {
    Nanoseconds wait = first_wait;
    for (int n = 1;; ++n) {
        int const result = opaque::operation();
        if (!is_busy(result) || n == 5) return result;
        opaque::sleep(wait);
        wait = std::min(2 * wait, longest_wait);
    }
}

// Exceptions --------------------------------------------------------------------------------------------------------

LOOP one_type_library(void const*) { return ByOne<>{}(opaque::operation); }
LOOP one_type_by_hand(void const*) {
    Nanoseconds wait = first_wait;
    for (int n = 1;; ++n) {
        try {
            return opaque::operation();
        } catch (Timeout const&) {
            if (n == 5) throw;
        }
        opaque::sleep(wait);
        wait = std::min(2 * wait, longest_wait);
    }
}

LOOP three_types_library(void const*) { return ByThree<>{}(opaque::operation); }
LOOP three_types_by_hand(void const*) {
    Nanoseconds wait = first_wait;
    for (int n = 1;; ++n) {
        try {
            return opaque::operation();
        } catch (Timeout const&) {
            if (n == 5) throw;
        } catch (Refused const&) {
            if (n == 5) throw;
        } catch (Overloaded const&) {
            if (n == 5) throw;
        }
        opaque::sleep(wait);
        wait = std::min(2 * wait, longest_wait);
    }
}

// Exceptions and results --------------------------------------------------------------------------------------------

LOOP both_library(void const*) { return ByOne<IfBusy>{}(opaque::operation); }
LOOP both_by_hand(void const*) {
    Nanoseconds wait = first_wait;
    for (int n = 1;; ++n) {
        try {
            int const result = opaque::operation();
            if (!is_busy(result) || n == 5) return result;
        } catch (Timeout const&) {
            if (n == 5) throw;
        }
        opaque::sleep(wait);
        wait = std::min(2 * wait, longest_wait);
    }
}

// Values that come at run time --------------------------------------------------------------------------------------

using TunedByResult = grit::Retrying<grit::StopAfterAttempt<>, grit::WaitExponential<>, IfBusy, Env>;
using TunedByOne = grit::Retrying<grit::StopAfterAttempt<>, grit::WaitExponential<>, grit::RetryIf<Timeout>, Env>;

LOOP tuned_result_library(void const* object) {
    return (*static_cast<TunedByResult const*>(object))(opaque::result_operation);
}
LOOP tuned_result_by_hand(void const* object) {
    Settings const& settings = *static_cast<Settings const*>(object);
    Nanoseconds wait = settings.first;
    for (int n = 1;; ++n) {
        int const result = opaque::result_operation();
        if (!is_busy(result) || n >= settings.attempts) return result;
        if (wait > 0) opaque::sleep(wait); // configured waits may be zero
        wait = std::min(2 * wait, settings.longest);
    }
}

LOOP tuned_exception_library(void const* object) {
    return (*static_cast<TunedByOne const*>(object))(opaque::operation);
}
LOOP tuned_exception_by_hand(void const* object) {
    Settings const& settings = *static_cast<Settings const*>(object);
    Nanoseconds wait = settings.first;
    for (int n = 1;; ++n) {
        try {
            return opaque::operation();
        } catch (Timeout const&) {
            if (n >= settings.attempts) throw;
        }
        if (wait > 0) opaque::sleep(wait);
        wait = std::min(2 * wait, settings.longest);
    }
}

// A hook ------------------------------------------------------------------------------------------------------------

using Hook = grit::BeforeSleep<opaque::hook>;

LOOP hook_result_library(void const*) { return ByResult<Hook>{}(opaque::result_operation); }
LOOP hook_result_by_hand(void const*) {
    Nanoseconds wait = first_wait;
    for (int n = 1;; ++n) {
        int const result = opaque::result_operation();
        if (!is_busy(result) || n == 5) return result;
        opaque::hook();
        opaque::sleep(wait);
        wait = std::min(2 * wait, longest_wait);
    }
}

LOOP hook_exception_library(void const*) { return ByOne<Hook>{}(opaque::operation); }
LOOP hook_exception_by_hand(void const*) {
    Nanoseconds wait = first_wait;
    for (int n = 1;; ++n) {
        try {
            return opaque::operation();
        } catch (Timeout const&) {
            if (n == 5) throw;
            opaque::hook();
        }
        opaque::sleep(wait);
        wait = std::min(2 * wait, longest_wait);
    }
}

// A time limit alone, and beside a number of attempts ---------------------------------------------------------------

using Limit = grit::StopAfterDelay<60s>;

LOOP limit_result_library(void const*) {
    return grit::Retrying<Limit, Backoff, IfBusy, Env>{}(opaque::result_operation);
}
LOOP limit_result_by_hand(void const*) {
    Nanoseconds const start = opaque::now();
    Nanoseconds wait = first_wait;
    for (;;) {
        int const result = opaque::result_operation();
        if (!is_busy(result) || opaque::now() - start >= time_limit) return result;
        opaque::sleep(wait);
        wait = std::min(2 * wait, longest_wait);
    }
}

LOOP limit_exception_library(void const*) {
    return grit::Retrying<Limit, Backoff, grit::RetryIf<Timeout>, Env>{}(opaque::operation);
}
LOOP limit_exception_by_hand(void const*) {
    Nanoseconds const start = opaque::now();
    Nanoseconds wait = first_wait;
    for (;;) {
        try {
            return opaque::operation();
        } catch (Timeout const&) {
            if (opaque::now() - start >= time_limit) throw;
        }
        opaque::sleep(wait);
        wait = std::min(2 * wait, longest_wait);
    }
}

LOOP two_stops_result_library(void const*) { return ByResult<Limit>{}(opaque::result_operation); }
LOOP two_stops_result_by_hand(void const*) {
    Nanoseconds const start = opaque::now();
    Nanoseconds wait = first_wait;
    for (int n = 1;; ++n) {
        int const result = opaque::result_operation();
        if (!is_busy(result) || n == 5 || opaque::now() - start >= time_limit) return result;
        opaque::sleep(wait);
        wait = std::min(2 * wait, longest_wait);
    }
}

LOOP two_stops_exception_library(void const*) { return ByOne<Limit>{}(opaque::operation); }
LOOP two_stops_exception_by_hand(void const*) {
    Nanoseconds const start = opaque::now();
    Nanoseconds wait = first_wait;
    for (int n = 1;; ++n) {
        try {
            return opaque::operation();
        } catch (Timeout const&) {
            if (n == 5 || opaque::now() - start >= time_limit) throw;
        }
        opaque::sleep(wait);
        wait = std::min(2 * wait, longest_wait);
    }
}

// An operation that takes the attempt: by hand it gets the same, a number and the last wait
// -----------------------------

struct HandAttempt {
    int number = 1;
    Nanoseconds last_wait = 0;
};
[[gnu::noinline]] int see_library(grit::Attempt const& attempt) noexcept {
    return opaque::numbered_operation(attempt.number());
}
[[gnu::noinline]] int see_by_hand(HandAttempt const& attempt) noexcept {
    return opaque::numbered_operation(attempt.number);
}

LOOP attempt_library(void const*) { return ByResult<>{}(see_library); }
LOOP attempt_by_hand(void const*) {
    HandAttempt attempt;
    Nanoseconds wait = first_wait;
    for (;;) {
        int const result = see_by_hand(attempt);
        if (!is_busy(result) || attempt.number == 5) return result;
        opaque::sleep(wait);
        ++attempt.number;
        attempt.last_wait = wait;
        wait = std::min(2 * wait, longest_wait);
    }
}

// Full jitter -------------------------------------------------------------------------------------------------------

using Jittered = grit::Retrying<Five, grit::WaitRandomExponential<100ms, 10s>, IfBusy, Env, grit::Random<OpaqueRandom>>;

Nanoseconds draw(Nanoseconds most) noexcept {
    __extension__ using Wide = unsigned __int128;
    return static_cast<Nanoseconds>((Wide{opaque::random()} * (static_cast<std::uint64_t>(most) + 1)) >> 64);
}

LOOP jitter_library(void const*) { return Jittered{}(opaque::result_operation); }
LOOP jitter_by_hand(void const*) {
    Nanoseconds most = first_wait;
    for (int n = 1;; ++n) {
        int const result = opaque::result_operation();
        if (!is_busy(result) || n == 5) return result;
        Nanoseconds const wait = draw(most);
        if (wait > 0) opaque::sleep(wait);
        most = std::min(2 * most, longest_wait);
    }
}

#undef LOOP

// -------------------------------------------------------------------------------------------------------------------

Settings const settings{5, first_wait, longest_wait};
TunedByResult const tuned_by_result{grit::StopAfterAttempt{settings.attempts}, grit::WaitExponential{100ms, 10s}};
TunedByOne const tuned_by_one{grit::StopAfterAttempt{settings.attempts}, grit::WaitExponential{100ms, 10s}};

using enum Fails;
using enum Tolerance;

constexpr Case list[] = {
    // name, loops, objects, how and how often it fails, calls, sleeps, hooks, tolerance
    {"success, result", result_library, result_by_hand, {}, {}, by_result, 0, 1, 0, 0, none},
    {"success, exception, 1 type", one_type_library, one_type_by_hand, {}, {}, by_timeout, 0, 1, 0, 0, none},
    {"success, exception, 3 types", three_types_library, three_types_by_hand, {}, {}, by_timeout, 0, 1, 0, 0, none},
    {"success, exception and result", both_library, both_by_hand, {}, {}, by_timeout, 0, 1, 0, 0, both_channels},
    {"success, run-time values, result", tuned_result_library, tuned_result_by_hand, &tuned_by_result, &settings,
     by_result, 0, 1, 0, 0, none},
    {"success, run-time values, exception", tuned_exception_library, tuned_exception_by_hand, &tuned_by_one, &settings,
     by_timeout, 0, 1, 0, 0, none},
    {"success, hook, result", hook_result_library, hook_result_by_hand, {}, {}, by_result, 0, 1, 0, 0, none},
    {"success, hook, exception", hook_exception_library, hook_exception_by_hand, {}, {}, by_timeout, 0, 1, 0, 0, none},
    {"success, time limit, result", limit_result_library, limit_result_by_hand, {}, {}, by_result, 0, 1, 0, 0, none},
    {"success, time limit, exception",
     limit_exception_library,
     limit_exception_by_hand,
     {},
     {},
     by_timeout,
     0,
     1,
     0,
     0,
     none},
    {"success, two stops, result",
     two_stops_result_library,
     two_stops_result_by_hand,
     {},
     {},
     by_result,
     0,
     1,
     0,
     0,
     none},
    {"success, two stops, exception",
     two_stops_exception_library,
     two_stops_exception_by_hand,
     {},
     {},
     by_timeout,
     0,
     1,
     0,
     0,
     none},
    {"success, takes Attempt", attempt_library, attempt_by_hand, {}, {}, by_result, 0, 1, 0, 0, none},
    {"success, full jitter", jitter_library, jitter_by_hand, {}, {}, by_result, 0, 1, 0, 0, none},

    {"two failures, result", result_library, result_by_hand, {}, {}, by_result, 2, 3, 2, 0, per_failed_result},
    {"two failures, exception, 1 type",
     one_type_library,
     one_type_by_hand,
     {},
     {},
     by_timeout,
     2,
     3,
     2,
     0,
     two_percent},
    {"two failures, exception, 3 types",
     three_types_library,
     three_types_by_hand,
     {},
     {},
     by_overloaded,
     2,
     3,
     2,
     0,
     two_percent},
    {"two failures, both, by result", both_library, both_by_hand, {}, {}, by_result, 2, 3, 2, 0, both_channels},
    {"two failures, both, by exception", both_library, both_by_hand, {}, {}, by_timeout, 2, 3, 2, 0, two_percent},
    {"two failures, run-time values, result", tuned_result_library, tuned_result_by_hand, &tuned_by_result, &settings,
     by_result, 2, 3, 2, 0, per_failed_result},
    {"two failures, run-time values, exception", tuned_exception_library, tuned_exception_by_hand, &tuned_by_one,
     &settings, by_timeout, 2, 3, 2, 0, two_percent},
    {"two failures, hook, result",
     hook_result_library,
     hook_result_by_hand,
     {},
     {},
     by_result,
     2,
     3,
     2,
     2,
     per_failed_result},
    {"two failures, hook, exception",
     hook_exception_library,
     hook_exception_by_hand,
     {},
     {},
     by_timeout,
     2,
     3,
     2,
     2,
     two_percent},
    {"two failures, time limit, result",
     limit_result_library,
     limit_result_by_hand,
     {},
     {},
     by_result,
     2,
     3,
     2,
     0,
     per_failed_result},
    {"two failures, time limit, exception",
     limit_exception_library,
     limit_exception_by_hand,
     {},
     {},
     by_timeout,
     2,
     3,
     2,
     0,
     two_percent},
    {"two failures, two stops, result",
     two_stops_result_library,
     two_stops_result_by_hand,
     {},
     {},
     by_result,
     2,
     3,
     2,
     0,
     per_failed_result},
    {"two failures, two stops, exception",
     two_stops_exception_library,
     two_stops_exception_by_hand,
     {},
     {},
     by_timeout,
     2,
     3,
     2,
     0,
     two_percent},
    {"two failures, takes Attempt", attempt_library, attempt_by_hand, {}, {}, by_result, 2, 3, 2, 0, per_failed_result},
    {"two failures, full jitter", jitter_library, jitter_by_hand, {}, {}, by_result, 2, 3, 2, 0, per_failed_result},
    {"five failures, result", result_library, result_by_hand, {}, {}, by_result, 5, 5, 4, 0, per_failed_result},

    {"five failures, exception, 1 type",
     one_type_library,
     one_type_by_hand,
     {},
     {},
     by_timeout,
     5,
     5,
     4,
     0,
     two_percent},
    // The library also catches signals, so that an unnamed type is compared with one type more than by hand.
    {"a type not named passes, 3 types",
     three_types_library,
     three_types_by_hand,
     {},
     {},
     by_unknown,
     1,
     1,
     0,
     0,
     published},
    // Here by hand there is no handler at all.
    {"success, result, may throw",
     throwing_result_library,
     throwing_result_by_hand,
     {},
     {},
     by_result,
     0,
     1,
     0,
     0,
     none},
    {"two failures, result, may throw",
     throwing_result_library,
     throwing_result_by_hand,
     {},
     {},
     by_result,
     2,
     3,
     2,
     0,
     per_failed_result},
};

} // namespace

std::span<Case const> all() { return list; }

} // namespace cases
