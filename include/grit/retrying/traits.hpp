// SPDX-License-Identifier: BSL-1.0
#pragma once
// What one call of one operation under one policy set needs: everything that types alone decide, and the small steps.

#include <grit/core/callable.hpp>
#include <grit/retry_if/never.hpp>
#include <grit/retrying/call_traits.hpp>
#include <grit/retrying/decision.hpp>
#include <grit/retrying/hook_facts.hpp>
#include <grit/retrying/query.hpp>
#include <grit/retrying/retry_error.hpp>
#include <grit/retrying/surroundings.hpp>
#include <grit/retrying/verdict.hpp>

namespace grit::detail {

/// A call of its own, because it stands in every loop: what is small there, Clang unrolls.
#if defined(__GNUC__)
[[gnu::cold, gnu::noinline]]
#endif
inline void raise_if_permanent(Signal const& signal) {
    if (signal.kind() == Signal::Kind::permanent) static_cast<PermanentSignal const&>(signal).raise();
}

/// What a set names for a part of the environment, or what it is else. Without a name the same for all sets.
template <class Named, class Default>
struct EnvironmentOf;
template <class P, class Default>
struct EnvironmentOf<Types<P>, Default> {
    template <class Stored>
    GRIT_INLINE static constexpr decltype(auto) get(Stored const* set) {
        return policy_of<P>(*set).get();
    }
};
template <class Default>
struct EnvironmentOf<Types<>, Default> {
    GRIT_INLINE static constexpr Default get(void const*) { return Default{}; }
};

template <class Set, int Exceptions, bool Surrounded, class F, class... Args>
struct LoopTraits {
    using Stored = typename Set::Stored;
    using StopList = typename Set::template Of<Family::stop>;
    using HookList = typename Set::template Of<Family::hook>;
    using Stops = StopGroup<StopList>;
    using Waits = WaitsOf<Set>;
    using Predicates = Judge<typename Set::template Of<Family::retry>>;
    using Hooks = HookFacts<HookList>;
    template <Event E>
    using On = HookCalls<typename Hooks::template Watching<E>>;

    using Call = CallTraits<F, Args...>;
    using Result = typename Call::Result;
    using Judged = typename Call::Judged;

    /// RetryNever is named in order that nothing is retried; of every other predicate it is expected to act.
    static constexpr bool expects_retries =
        Set::template Of<Family::retry>::size > 0 && !contains<RetryNever, typename Set::template Of<Family::retry>>;
    static constexpr bool judges_result = Predicates::template looks_at<Judged>;
    static constexpr bool catches = Exceptions != 0 && !Call::cannot_throw();
    using Clauses =
        CatchList<Merged<typename Predicates::Named, typename Waits::Interests>, typename Predicates::Vetoes>;
    static constexpr std::size_t clauses = catches ? Clauses::size : 0;

    static constexpr bool watches_success = Hooks::template any<Event::success>;
    static constexpr bool guards = judges_result || watches_success;
    static constexpr bool value_hook = Hooks::values > 0;
    static constexpr bool throws_retry_error = Set::template Of<Family::outcome>::size > 0;
    /// A hook returns the result, or an error is thrown, where a result that failed would be returned.
    static constexpr bool replaces_result = value_hook || throws_retry_error;
    static constexpr bool tells_reason = Hooks::tell_reason || throws_retry_error;
    static constexpr bool hooks_need_clock = Hooks::need_clock || Waits::needs_clock || throws_retry_error;
    static constexpr bool measures_start = Stops::needs_clock || hooks_need_clock || Call::takes_timed;
    // Beside handlers, GCC does better with a wait that is carried, Clang, which unrolls the loop, with a computed one.
#if defined(__clang__)
    static constexpr bool has_few_attempts = StopFacts<StopList>::few_attempts;
#else
    static constexpr bool has_few_attempts = (clauses == 0 || judges_result) && StopFacts<StopList>::few_attempts;
#endif
    /// What is carried from attempt to attempt: the states of the waits, unless their number says it all.
    using Carried = Conditional<has_few_attempts && Waits::has_closed_form, NoWaits, Waits>;
    static constexpr bool limits_attempts = StopFacts<StopList>::limit_attempts;
    static constexpr bool watches_sleep = Surrounded || StopFacts<StopList>::tokens != 0;
    static constexpr bool checks_after_sleep = Surrounded || StopFacts<StopList>::asked_after_sleep;

    /// A call that gives up on an exception only passes it on.
    static constexpr bool passes_on = !value_hook && !throws_retry_error && !Hooks::template any<Event::give_up>;
    /// Of an exception of type E no step has to ask more than whether it is permanent.
    template <class E>
    static constexpr bool is_only_a_signal = !guards && is_base_of<Signal, E> && !Hooks::template any<Event::permanent>;
    /// An exception of type E is the operation's and always retried, so that no step has to look.
    template <class E>
    static constexpr bool surely_retries = !guards && !is_base_of<Signal, E> && Predicates::template always_retries<E>;

    /// True if something that is asked after a failure may look at it; where nothing does, all clauses share their
    /// code.
    static constexpr bool looks_at_failure = Waits::needs_hint || Waits::needs_failure || Waits::Interests::size > 0 ||
                                             StopFacts<StopList>::need_failure || Hooks::need_failure ||
                                             throws_retry_error;
    template <class Cause>
    using CauseOf = Conditional<looks_at_failure, Cause, NoCause>;

    using Time = EnvironmentOf<typename Set::template Of<Family::time>, SteadyTime>;
    using Random = EnvironmentOf<typename Set::template Of<Family::random>, ThreadRandom>;

    // The steps.
    template <class RunType>
    GRIT_INLINE static constexpr decltype(auto) call(RunType const& run, [[maybe_unused]] Duration elapsed, F& f,
                                                     Args&... args) {
        if constexpr (Call::takes_nothing) return detail::invoke(f, args...);
        else if constexpr (Call::takes_attempt)
            return detail::invoke(f, static_cast<Attempt const&>(run.attempt), args...);
        else return detail::invoke(f, TimedAttempt{run.attempt, elapsed}, args...);
    }

    template <class RunType>
    using PlainQuery = Query<RunType, NoCause, Surrounded, tells_reason>;

    /// After a result that is no failure. Returns: true, and the hooks have seen it.
    template <class RunType>
    GRIT_INLINE static constexpr bool accepts([[maybe_unused]] RunType const& run, Judged const& result) {
        Verdict const verdict = judge(run.set, result);
        if (verdict == Verdict::retry) return false;
        if constexpr (Hooks::template any<Event::permanent>)
            if (verdict == Verdict::permanent)
                On<Event::permanent>::tell(run.set, PlainQuery<RunType>{{run}, run, instance<NoCause>});
        if constexpr (watches_success)
            if (verdict == Verdict::accept) {
                if constexpr (std::is_void_v<Result>)
                    On<Event::success>::tell(run.set, PlainQuery<RunType>{{run}, run, instance<NoCause>});
                else On<Event::success>::tell(run.set, PlainQuery<RunType>{{run}, run, instance<NoCause>}, result);
            }
        return true;
    }

    GRIT_INLINE static constexpr Verdict judge(Stored const& set, Judged const& result) {
        if constexpr (judges_result) return Predicates::of_result(set, result);
        else return Verdict::accept;
    }

    template <class Clock>
    GRIT_INLINE static constexpr void sleep(Stored const& set, Context const& outer, Clock& time, Duration wait) {
        constexpr int tokens = StopFacts<StopList>::tokens;
        if (!Waits::always_waits && wait.count() <= 0) return;
        if constexpr (!watches_sleep) time.sleep(wait);
        else {
            [[maybe_unused]] bool const stops_outside = Surrounded && outer.stop().stop_possible();
            if (tokens > 1 || (tokens == 1 && stops_outside))
                sleep_watching(time, wait, StopRequests<Stored, Surrounded, StopList>{set, outer});
            else if (stops_outside) sleep_watching(time, wait, outer.stop());
            else sleep_watching_own(set, time, wait, StopList{});
        }
    }
    template <class Clock, class... Ps>
    GRIT_INLINE static constexpr void sleep_watching_own(Stored const& set, Clock& time, Duration wait, Types<Ps...>) {
        if constexpr (!(StopTraits<Ps>::has_token || ...)) time.sleep(wait);
        else {
            auto const one = [&]<class P>([[maybe_unused]] P const& stop) {
                if constexpr (StopTraits<P>::has_token) sleep_watching(time, wait, stop.token());
            };
            (one(policy_of<Ps>(set)), ...);
        }
    }
    template <class Clock, class Token>
    GRIT_INLINE static constexpr void sleep_watching(Clock& time, Duration wait, Token const& token) {
        if constexpr (requires { time.sleep(wait, token); }) time.sleep(wait, token);
        else if constexpr (requires { time.sleep(wait, StopView{&token}); }) time.sleep(wait, StopView{&token});
        else time.sleep(wait);
    }

    /// Asked after a sleep: has cancellation been requested, or a deadline from outside passed?
    template <class Q>
    GRIT_INLINE static constexpr StopReason ended_during_sleep(Stored const& set, Q const& q) {
        if constexpr (Surrounded) {
            if (q.outer().stop_requested()) return StopReason::cancelled;
            if (q.outer().remaining() <= Duration::zero()) return StopReason::deadline;
        }
        return ended_by_stop(set, q, StopList{});
    }
    template <class Q, class... Ps>
    GRIT_INLINE static constexpr StopReason ended_by_stop(Stored const& set, Q const& q, Types<Ps...>) {
        StopReason reason = StopReason::none;
        auto const one = [&]<class P>(P const& stop) {
            if (reason != StopReason::none) return;
            if constexpr (StopTraits<P>::can_cancel)
                if (stop.cancelled()) reason = StopReason::cancelled;
            if constexpr (StopTraits<P>::can_pass)
                if (reason == StopReason::none && stop.passed(q.run.time.now())) reason = StopReason::deadline;
        };
        (one(policy_of<Ps>(set)), ...);
        return reason;
    }

    // The ends.
    template <class Q>
    static RetryError retry_error(Q const& q) {
        Failure const failure = q.failure();
        return RetryError{q.attempt().number(), q.elapsed(),    failure.reason(),
                          failure.exception(),  failure.what(), q.policy()};
    }

    /// Runs the give-up hooks and returns the value of the one that gives one.
    template <class P, class... Rest, class Q>
    GRIT_INLINE static constexpr Result replaced(Stored const& set, Q const& q, Types<P, Rest...>) {
        if constexpr (!GivesValue<P>) {
            policy_of<P>(set)(q);
            return replaced(set, q, Types<Rest...>{});
        } else {
            Result value = static_cast<Result>(policy_of<P>(set)(q));
            HookCalls<Types<Rest...>>::tell(set, q);
            return static_cast<Result&&>(value);
        }
    }

    template <class Q>
    GRIT_INLINE static constexpr Result give_up_result(Q const& q, [[maybe_unused]] Judged const& result) {
        if constexpr (value_hook) return replaced(q.run.set, q, typename Hooks::template Watching<Event::give_up>{});
        else {
            On<Event::give_up>::tell(q.run.set, q);
#if GRIT_EXCEPTIONS
            if constexpr (std::is_copy_constructible_v<Judged>) throw RetryErrorWith<Judged>{retry_error(q), result};
            else throw retry_error(q);
#else
            reject<false>("grit: 'ThrowRetryError' gave up where it cannot throw, because exceptions are disabled");
#endif
        }
    }

#if GRIT_EXCEPTIONS
    /// Passes on, from its handler, an exception that is not the operation's or not to be retried.
    template <class Q, class E>
    GRIT_INLINE static constexpr void must_retry(Q const& query, E const& error, [[maybe_unused]] bool judging) {
        if constexpr (guards)
            if (judging) throw;
        if constexpr (is_base_of<Signal, E>) {
            if constexpr (Hooks::template any<Event::permanent>)
                if (error.kind() == Signal::Kind::permanent) On<Event::permanent>::tell(query.run.set, query);
            raise_if_permanent(error);
        } else if constexpr (!Predicates::template always_retries<E>)
            if (!Predicates::retries(query.run.set, error)) throw;
    }

    template <class Q>
    GRIT_INLINE static constexpr Result give_up_thrown(Q const& q) {
        if constexpr (value_hook) return replaced(q.run.set, q, typename Hooks::template Watching<Event::give_up>{});
        else {
            if constexpr (Hooks::template any<Event::give_up>) On<Event::give_up>::tell(q.run.set, q);
            if constexpr (throws_retry_error) throw retry_error(q);
            else throw;
        }
    }
#endif
};

} // namespace grit::detail
