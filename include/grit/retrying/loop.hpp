// SPDX-License-Identifier: BSL-1.0
#pragma once
// The blocking loop: call, judge, decide, sleep. It only obeys the decision.

#include <grit/core/callable.hpp>
#include <grit/core/ladder.hpp>
#include <grit/core/name.hpp>
#include <grit/retrying/checks.hpp>
#include <grit/retrying/decision.hpp>
#include <grit/retrying/loop_steps.hpp>
#include <grit/retrying/query.hpp>
#include <grit/retrying/traits.hpp>

namespace grit::detail {

/// One call of an operation F under a policy set. Everything here is chosen by types; all state is on the stack.
template <class Set, int Exceptions, bool Surrounded, class F, class... Args>
class Loop : CallChecks<LoopTraits<Set, Exceptions, Surrounded, F, Args...>> {
    using T = LoopTraits<Set, Exceptions, Surrounded, F, Args...>;
    using Stored = typename T::Stored;
    using R = typename T::Result;

    template <class Error>
    using Thrown = typename T::template CauseOf<ThrownCause<Error>>;
    template <class Result>
    using Returned = typename T::template CauseOf<ResultCause<Result>>;
    template <class RunType, class Cause>
    using Asked = Query<RunType, Cause, Surrounded, T::tells_reason>;

public:
    GRIT_INLINE static constexpr R run(Stored const& set, Context const& outer, F& f, Args&... args) {
        auto&& time = T::Time::get(&set);
        auto&& random = T::Random::get(&set);
        TimePoint start{};
        if constexpr (T::measures_start) start = time.now();
        using TimeType = std::remove_reference_t<decltype(time)>;
        Surroundings<Set, Surrounded, std::remove_cv_t<TimeType>> const surroundings{&set, outer, start, time};
        Attempt attempt{1, Duration::zero(), surroundings.context()};
        auto states = T::Carried::first(set);
        using RunType =
            Run<Set, decltype(states), TimeType, std::remove_reference_t<decltype(random)>, T::few_attempts>;
        RunType const run{{attempt, start, &outer}, set, states, time, random};

        for (;;) {
            if constexpr (T::Hooks::watched.has(Event::before))
                T::template On<Event::before>::tell(
                    set, typename T::template PlainQuery<RunType>{{run}, run, instance<NoCause>});
            [[maybe_unused]] Duration elapsed = Duration::zero();
            if constexpr (T::Call::takes_timed) // outside the try block: what the clock throws is not the operation's
                if (attempt.number() != 1) elapsed = saturating_subtract(time.now(), start);
            [[maybe_unused]] bool judging = false; // an exception from here on is not the operation's
            Duration wait = Duration::zero();

// The attempt, and what follows its exception: what must stand in the try statement itself, so that a result is
// returned in place. Short, because the ladder repeats it for each number of clauses.
#define GRIT_ATTEMPT                                                                                                   \
    if constexpr (!T::guards && T::Call::takes_nothing) return detail::invoke(f, args...);                             \
    else if constexpr (!T::guards) return detail::call<T>(run, elapsed, f, args...);                                   \
    else if constexpr (std::is_void_v<R>) {                                                                            \
        detail::call<T>(run, elapsed, f, args...);                                                                     \
        judging = true;                                                                                                \
        if (detail::accepts<T>(run, std::monostate{})) return;                                                         \
        Returned<std::monostate> cause{&instance<std::monostate>};                                                     \
        Asked<RunType, decltype(cause)> query{{run}, run, cause};                                                      \
        if (failed(set, query, wait)) {                                                                                \
            if constexpr (T::replaces_result) return detail::give_up_result<T>(query, std::monostate{});               \
            else return T::template On<Event::give_up>::tell(set, query);                                              \
        }                                                                                                              \
    } else {                                                                                                           \
        R result = detail::call<T>(run, elapsed, f, args...);                                                          \
        judging = true;                                                                                                \
        if (detail::accepts<T>(run, result)) GRIT_RETURN(result)                                                       \
        Returned<typename T::Judged> cause{__builtin_addressof(result)};                                               \
        Asked<RunType, decltype(cause)> query{{run}, run, cause};                                                      \
        if (failed(set, query, wait)) {                                                                                \
            if constexpr (T::replaces_result) return detail::give_up_result<T>(query, result);                         \
            T::template On<Event::give_up>::tell(set, query);                                                          \
            GRIT_RETURN(result)                                                                                        \
        }                                                                                                              \
    }
#define GRIT_RETURN(RESULT)                                                                                            \
    {                                                                                                                  \
        if constexpr (std::is_reference_v<R>) return static_cast<R>(RESULT);                                           \
        else return RESULT;                                                                                            \
    }
#define GRIT_CAUGHT(I) Rung<typename T::Clauses, I>
#define GRIT_HANDLER(I)                                                                                                \
    using Error = At<typename T::Clauses, I>;                                                                          \
    Thrown<Error> cause{__builtin_addressof(error)};                                                                   \
    Asked<RunType, Thrown<Error>> query{{run}, run, cause};                                                            \
    if constexpr (T::template is_only_a_signal<Error>) detail::raise_if_permanent(error);                              \
    else if constexpr (!T::template surely_retries<Error>) detail::must_retry<T>(query, error, judging);               \
    if (failed(set, query, wait)) {                                                                                    \
        if constexpr (T::passes_on) throw;                                                                             \
        else return detail::give_up_thrown<T>(query);                                                                  \
    }
#if GRIT_EXCEPTIONS
            if constexpr (T::clauses != 0) {
                GRIT_LADDER(T::clauses, GRIT_ATTEMPT, GRIT_CAUGHT, GRIT_HANDLER)
            } else
#endif
            {
                GRIT_ATTEMPT
            }
#undef GRIT_ATTEMPT
#undef GRIT_RETURN
#undef GRIT_CAUGHT
#undef GRIT_HANDLER

            if constexpr (!T::checks_after_sleep) {
                if constexpr (T::Waits::always_waits && !T::watches_sleep) time.sleep(wait);
                else detail::sleep<T>(set, outer, time, wait);
            }
            attempt.template advance<T::limits_attempts>(wait); // before the waits: then one wait is live at a time
            T::Carried::advance(set, states, wait);
        }
    }

private:
    /// After a failure to retry: after, decide, before_sleep. Returns: true if the call ends, with query's reason set.
    template <class Q>
    GRIT_INLINE static constexpr bool failed(Stored const& set, Q& query, Duration& wait) {
        if constexpr (T::hooks_need_clock) query.read_clock();
        if constexpr (T::Hooks::watched.has(Event::after)) T::template On<Event::after>::tell(set, query);
        if (gives_up(set, query)) return true;
        if constexpr (T::Hooks::watched.has(Event::before_sleep)) T::template On<Event::before_sleep>::tell(set, query);
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
};

} // namespace grit::detail
