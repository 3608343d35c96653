// SPDX-License-Identifier: BSL-1.0
#pragma once
// What the files of rows have in common: the policies around the one that a row is about, and the loops by hand, which
// are macros so that they are exactly what one writes.

#include <algorithm>
#include <chrono>
#include <exception>
#include <optional>

#include <grit/retry.hpp>

#include "rows.hpp"

namespace rows {

using namespace std::chrono_literals;
using opaque::Lost;
using opaque::Overloaded;
using opaque::Refused;
using opaque::Reply;
using opaque::Settings;
using opaque::Timeout;
using opaque::TooMany;
using opaque::Unknown;
using Duration = std::chrono::nanoseconds;

// What both sides call, inlined on both.

struct OpaqueTime {
    static constexpr bool never_negative = true; // as SteadyTime, which it stands for
    grit::TimePoint now() const noexcept { return grit::TimePoint{grit::Duration{opaque::now()}}; }
    void sleep(grit::Duration d) const noexcept { opaque::sleep(d.count()); }
};
struct OpaqueRandom {
    std::uint64_t operator()() const noexcept { return opaque::random(); }
};
inline Duration now() noexcept { return Duration{opaque::now()}; }
inline void sleep(Duration d) noexcept { opaque::sleep(d.count()); }
constexpr bool is_busy(int result) noexcept { return result != 0; }

/// By hand: a random wait from least to most.
inline Duration draw(Duration least, Duration most) noexcept {
    __extension__ using Wide = unsigned __int128;
    auto const span = static_cast<std::uint64_t>((most - least).count()) + 1;
    return least + Duration{static_cast<std::int64_t>((Wide{opaque::random()} * span) >> 64)};
}
/// By hand: what an operation or a hook is told of the attempt.
struct Attempt {
    int number = 1;
    Duration last_wait{};
};

/// By hand: what a report tells of a call.
struct Report {
    std::optional<int> value;
    std::exception_ptr exception;
    int attempts = 0;
    Duration elapsed{}, slept{};
    enum Reason : unsigned char { none, gave_up, not_retryable } reason = none;
};

// The usual policies.
using Five = grit::StopAfterAttempt<5>;
using Backoff = grit::WaitExponential<100ms, 10s>;
using IfBusy = grit::RetryIfResult<is_busy>;
using IfTimeout = grit::RetryIf<Timeout>;
using Clock = grit::Time<OpaqueTime>;
using Draws = grit::Random<OpaqueRandom>;

template <class... Ps>
using ByResult = grit::Retrying<Five, Backoff, IfBusy, Clock, Ps...>;
template <class... Ps>
using ByTimeout = grit::Retrying<Five, Backoff, IfTimeout, Clock, Ps...>;

} // namespace rows

// A loop is a function of its own: the unwinder walks the table of a function's calls from its start, so that a throw
// costs more the more loops stand before it in one function.
#define LOOP(name) [[gnu::noinline]] auto name([[maybe_unused]] void const* object)
#define SETTINGS [[maybe_unused]] Settings const& s = *static_cast<Settings const*>(object)

// Adds the rows of the loops <id>_library and <id>_by_hand. What follows is as add() takes it.
#define ADD(id, name, plans, ...)                                                                                      \
    [[maybe_unused]] bool const id##_added =                                                                           \
        add(family, name, plans, call<id##_library>, call<id##_by_hand> __VA_OPT__(, ) __VA_ARGS__)

// By hand: `start` stands before the loop, `enough` ends it after attempt n, and `pause` leads to the next one.
#define START Duration wait = 100ms
#define ENOUGH n == 5
#define PAUSE                                                                                                          \
    sleep(wait);                                                                                                       \
    wait = std::min<Duration>(2 * wait, 10s)

#define RESULT_BY_HAND(start, enough, pause)                                                                           \
    start;                                                                                                             \
    for ([[maybe_unused]] int n = 1;; ++n) {                                                                           \
        int const result = opaque::result_operation();                                                                 \
        if (!is_busy(result) || (enough)) return result;                                                               \
        pause;                                                                                                         \
    }
#define EXCEPTION_BY_HAND(start, enough, pause)                                                                        \
    start;                                                                                                             \
    for ([[maybe_unused]] int n = 1;; ++n) {                                                                           \
        try {                                                                                                          \
            return opaque::operation();                                                                                \
        } catch (Timeout const&) {                                                                                     \
            if (enough) throw;                                                                                         \
        }                                                                                                              \
        pause;                                                                                                         \
    }

// What a policy that names a base of them has in its clauses before it: signals overrule predicates, and rejections are
// retried only if they are named.
#define SIGNALS_AND_REJECTIONS                                                                                         \
    catch (grit::Signal const& signal) {                                                                               \
        if (signal.kind() == grit::Signal::Kind::permanent) static_cast<grit::PermanentSignal const&>(signal).raise(); \
        if (ENOUGH) throw;                                                                                             \
    }                                                                                                                  \
    catch (grit::Rejected const&) {                                                                                    \
        throw;                                                                                                         \
    }

#define REPORT_BY_HAND                                                                                                 \
    Report report;                                                                                                     \
    Duration const start = now();                                                                                      \
    for (Duration wait = 100ms;;) {                                                                                    \
        ++report.attempts;                                                                                             \
        report.value = opaque::result_operation();                                                                     \
        if (!is_busy(*report.value)) break;                                                                            \
        if (report.attempts == 5) {                                                                                    \
            report.reason = Report::gave_up;                                                                           \
            break;                                                                                                     \
        }                                                                                                              \
        report.slept += wait;                                                                                          \
        PAUSE;                                                                                                         \
    }                                                                                                                  \
    report.elapsed = now() - start;                                                                                    \
    return report

// Rows of policies that are constants, on both channels, with `most` attempts, which are five if nothing is said.
// `policies` is a list in brackets, without predicate and clock.
#define WITHOUT_BRACKETS(...) __VA_ARGS__
#define ROWS_BY_RESULT_OF(most, id, name, policies, start, enough, pause)                                              \
    LOOP(id##_result_library) {                                                                                        \
        return grit::Retrying<WITHOUT_BRACKETS policies, IfBusy, Clock>{}(opaque::result_operation);                   \
    }                                                                                                                  \
    LOOP(id##_result_by_hand) { RESULT_BY_HAND(start, enough, pause); }                                                \
    ADD(id##_result, name, by_result(most))
#define ROWS_BY_EXCEPTION_OF(most, id, name, policies, start, enough, pause)                                           \
    LOOP(id##_exception_library) {                                                                                     \
        return grit::Retrying<WITHOUT_BRACKETS policies, IfTimeout, Clock>{}(opaque::operation);                       \
    }                                                                                                                  \
    LOOP(id##_exception_by_hand) { EXCEPTION_BY_HAND(start, enough, pause); }                                          \
    ADD(id##_exception, name, by_exception(Fails::by_timeout, most))
#define ROWS_OF(most, ...)                                                                                             \
    ROWS_BY_RESULT_OF(most, __VA_ARGS__);                                                                              \
    ROWS_BY_EXCEPTION_OF(most, __VA_ARGS__)
#define ROWS_BY_RESULT(...) ROWS_BY_RESULT_OF(5, __VA_ARGS__)
#define ROWS(...) ROWS_OF(5, __VA_ARGS__)
