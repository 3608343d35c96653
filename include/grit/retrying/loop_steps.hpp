// SPDX-License-Identifier: BSL-1.0
#pragma once
// The small steps of a call: it is made, judged, slept after and ended. T is the LoopTraits of the call.

// Not members of LoopTraits, since a compiler declares all members of a class anew for every policy set. They are
// called by their full name, so that a clock or a token of the user's does not bring functions of its namespace in.

#include <type_traits>

#include <grit/core/context.hpp>
#include <grit/core/invoke.hpp>
#include <grit/core/signal.hpp>
#include <grit/retrying/decision.hpp>
#include <grit/retrying/hook_facts.hpp>
#include <grit/retrying/query.hpp>
#include <grit/retrying/retry_error.hpp>
#include <grit/retrying/surroundings.hpp>
#include <grit/retrying/verdict.hpp>

namespace grit::detail {

/// Throws: the error that a Permanent carries.
inline void raise_if_permanent(Signal const& signal) {
    if (signal.kind() == Signal::Kind::permanent) static_cast<PermanentSignal const&>(signal).raise();
}

/// Calls the operation with what it takes.
template <class T, class RunType, class F, class... Args>
GRIT_INLINE constexpr decltype(auto) call(RunType const& run, [[maybe_unused]] Duration elapsed, F& f, Args&... args) {
    if constexpr (T::Call::takes_nothing) return detail::invoke(f, args...);
    else if constexpr (T::Call::takes_attempt)
        return detail::invoke(f, static_cast<Attempt const&>(run.attempt), args...);
    else return detail::invoke(f, TimedAttempt{run.attempt, elapsed}, args...);
}

/// After a result. Returns: false for a failure to retry; else true, and the hooks have seen it.
template <class T, class Q>
GRIT_INLINE constexpr bool accepts(Q const& query, typename T::Judged const& result) {
    [[maybe_unused]] auto const& set = query.run.set;
    Verdict verdict = Verdict::accept;
    if constexpr (T::judges_result) verdict = T::Predicates::of_result(set, result);
    if (verdict == Verdict::retry) return false;
    if constexpr (T::Hooks::watched.has(Event::permanent))
        if (verdict == Verdict::permanent) T::template On<Event::permanent>::tell(set, query);
    if constexpr (T::watches_success)
        if (verdict == Verdict::accept) {
            using Success = typename T::template On<Event::success>;
            if constexpr (std::is_void_v<typename T::Result>) Success::tell(set, query);
            else Success::tell(set, query, result);
        }
    return true;
}

// The sleep.

template <class Clock, class Token>
GRIT_INLINE constexpr void sleep_watching(Clock& time, Duration wait, Token const& token) {
    if constexpr (requires { time.sleep(wait, token); }) time.sleep(wait, token);
    else if constexpr (requires { time.sleep(wait, StopView{&token}); }) time.sleep(wait, StopView{&token});
    else time.sleep(wait);
}
template <class Stored, class Clock, class... Stops>
GRIT_INLINE constexpr void sleep_watching_own(Stored const& set, Clock& time, Duration wait, Types<Stops...>) {
    if constexpr (!(StopTraits<Stops>::has_token || ...)) time.sleep(wait);
    else {
        auto const one = [&]<class P>([[maybe_unused]] P const& stop) {
            if constexpr (StopTraits<P>::has_token) detail::sleep_watching(time, wait, stop.token());
        };
        (one(policy_of<Stops>(set)), ...);
    }
}
template <class T, class Clock>
GRIT_INLINE constexpr void sleep(typename T::Stored const& set, Context const& outer, Clock& time, Duration wait) {
    constexpr int tokens = StopFacts<typename T::StopList>::tokens;
    if (!T::Waits::always_waits && wait.count() <= 0) return;
    if constexpr (!T::watches_sleep) time.sleep(wait);
    else {
        [[maybe_unused]] bool const stops_outside = T::surrounded && outer.stop().stop_possible();
        if (tokens > 1 || (tokens == 1 && stops_outside))
            detail::sleep_watching(time, wait,
                                   StopRequests<typename T::Stored, T::surrounded, typename T::StopList>{set, outer});
        else if (stops_outside) detail::sleep_watching(time, wait, outer.stop());
        else detail::sleep_watching_own(set, time, wait, typename T::StopList{});
    }
}

template <class Stored, class Q, class... Stops>
GRIT_INLINE constexpr StopReason ended_by_stop(Stored const& set, Q const& q, Types<Stops...>) {
    StopReason reason = StopReason::none;
    auto const one = [&]<class P>(P const& stop) {
        if (reason != StopReason::none) return;
        if constexpr (StopTraits<P>::can_cancel)
            if (stop.cancelled()) reason = StopReason::cancelled;
        if constexpr (StopTraits<P>::can_pass)
            if (reason == StopReason::none && stop.passed(q.run.time.now())) reason = StopReason::deadline;
    };
    (one(policy_of<Stops>(set)), ...);
    return reason;
}
/// Asked after a sleep: has cancellation been requested, or a deadline from outside passed?
template <class T, class Q>
GRIT_INLINE constexpr StopReason ended_during_sleep(typename T::Stored const& set, Q const& q) {
    if constexpr (T::surrounded) {
        if (q.outer().stop_requested()) return StopReason::cancelled;
        if (q.outer().remaining() <= Duration::zero()) return StopReason::deadline;
    }
    return detail::ended_by_stop(set, q, typename T::StopList{});
}

// The ends.

template <class Q>
RetryError retry_error(Q const& q) {
    Failure const failure = q.failure();
    return RetryError{q.attempt().number(), q.elapsed(),    failure.reason(),
                      failure.exception(),  failure.what(), q.policy()};
}

/// Runs the give-up hooks and returns the value of the one that gives one.
template <class Result, class Q, class P, class... Rest>
GRIT_INLINE constexpr Result replaced(Q const& q, Types<P, Rest...>) {
    auto const& set = q.run.set;
    if constexpr (!GivesValue<P>) {
        policy_of<P>(set)(q);
        return detail::replaced<Result>(q, Types<Rest...>{});
    } else {
        Result value = static_cast<Result>(policy_of<P>(set)(q));
        HookCalls<Types<Rest...>>::tell(set, q);
        return static_cast<Result&&>(value);
    }
}

template <class T, class Q>
GRIT_INLINE constexpr typename T::Result give_up_result(Q const& q, [[maybe_unused]] typename T::Judged const& result) {
    if constexpr (T::value_hook) return detail::replaced<typename T::Result>(q, typename T::Hooks::GiveUp{});
    else {
        T::template On<Event::give_up>::tell(q.run.set, q);
#if GRIT_EXCEPTIONS
        using Judged = typename T::Judged;
        if constexpr (std::is_copy_constructible_v<Judged>)
            throw RetryErrorWith<Judged>{detail::retry_error(q), result};
        else throw detail::retry_error(q);
#else
        reject<false>("grit: 'ThrowRetryError' gave up where it cannot throw, because exceptions are disabled");
#endif
    }
}

/// After a failure to retry: after, decide, before_sleep. Returns: true if the call ends, with the query's reason set.
template <class T, class Q>
GRIT_INLINE constexpr bool failed(Q& query, Duration& wait) {
    auto const& set = query.run.set;
    if constexpr (T::hooks_need_clock) query.read_clock();
    if constexpr (T::Hooks::watched.has(Event::after)) T::template On<Event::after>::tell(set, query);
    if (gives_up(set, query)) return true;
    using BeforeSleeps = typename T::template On<Event::before_sleep>;
    if constexpr (requires { typename BeforeSleeps::Hook; }) typename BeforeSleeps::Hook{}(query);
    else if constexpr (T::Hooks::watched.has(Event::before_sleep)) BeforeSleeps::tell(set, query);
    wait = query.wait();
    if constexpr (T::checks_after_sleep) {
        // Inside the handler, or while the result lives: it is the outcome of the call if this ends it.
        detail::sleep<T>(set, query.outer(), query.run.time, wait);
        StopReason const reason = detail::ended_during_sleep<T>(set, query);
        query.set_reason(reason);
        return reason != StopReason::none;
    }
    return false;
}

#if GRIT_EXCEPTIONS
/// Passes on, from its handler, an exception that is not the operation's or not to be retried.
template <class T, class Q, class E>
GRIT_INLINE constexpr void must_retry(Q const& query, E const& error, [[maybe_unused]] bool judging) {
    if constexpr (T::guards)
        if (judging) throw;
    if constexpr (is_base_of<Signal, E>) {
        if constexpr (T::Hooks::watched.has(Event::permanent))
            if (error.kind() == Signal::Kind::permanent) T::template On<Event::permanent>::tell(query.run.set, query);
        detail::raise_if_permanent(error);
    } else if constexpr (!T::Predicates::template always_retries<E>)
        if (!T::Predicates::retries(query.run.set, error)) throw;
}

template <class T, class Q>
GRIT_INLINE constexpr typename T::Result give_up_thrown(Q const& q) {
    if constexpr (T::value_hook) return detail::replaced<typename T::Result>(q, typename T::Hooks::GiveUp{});
    else {
        if constexpr (T::Hooks::watched.has(Event::give_up)) T::template On<Event::give_up>::tell(q.run.set, q);
        if constexpr (T::throws_retry_error) throw detail::retry_error(q);
        else throw;
    }
}
#endif

} // namespace grit::detail
