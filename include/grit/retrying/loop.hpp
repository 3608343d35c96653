// SPDX-License-Identifier: BSL-1.0
#pragma once
// The blocking loop: call, judge, decide, sleep. It only obeys the decision.

#include <grit/core/callable.hpp>
#include <grit/core/name.hpp>
#include <grit/retrying/checks.hpp>
#include <grit/retrying/decision.hpp>
#include <grit/core/ladder.hpp>
#include <grit/retrying/query.hpp>
#include <grit/retrying/retry_error.hpp>
#include <grit/retrying/traits.hpp>
#include <grit/retrying/verdict.hpp>

namespace grit::detail {

/// One call of an operation F under a policy set. Everything here is chosen by types; an object holds one call's state.
template <class Set, int Exceptions, bool Surrounded, class F, class... Args>
class Loop : CallChecks<LoopTraits<Set, Exceptions, Surrounded, F, Args...>> {
    using T = LoopTraits<Set, Exceptions, Surrounded, F, Args...>;
    using R = typename T::Result;
    using Judge = typename T::Predicates;
    using Waits = typename T::Waits;
    using Stops = typename T::Stops;

public:
    GRIT_INLINE static constexpr R run(Set const& set, Context const& outer, F& f, Args&... args) {
        auto&& time = T::time(set);
        auto&& random = T::random(set);
        TimePoint start{};
        if constexpr (T::measures_start) start = time.now();
        [[maybe_unused]] typename T::Requests const requests{set, outer};
        [[maybe_unused]] Context const inner = T::context(requests, start, time);
        Attempt attempt{1, Duration::zero(), T::choose_context(inner, outer)};
        auto states = Waits::first(set);
        using RunType = Run<Set, decltype(states), std::remove_reference_t<decltype(time)>,
                            std::remove_reference_t<decltype(random)>, T::has_few_attempts>;
        RunType const run{set, attempt, states, time, random, start, &outer};

        for (;;) {
            T::template watch<Event::before>(set, Query<RunType, NoCause, Surrounded, false>{run, NoCause{}});
            [[maybe_unused]] Duration const elapsed = T::elapsed_at_start(run);
            [[maybe_unused]] bool judging = false; // an exception from here on is not the operation's
            Duration wait = Duration::zero();

// The attempt: what must stand in the try block itself, so that a result is returned in place.
#define GRIT_ATTEMPT                                                                                                   \
    if constexpr (!T::judges_result && !T::watches_success) return T::call(run, elapsed, f, args...);                  \
    else if constexpr (std::is_void_v<R>) {                                                                            \
        T::call(run, elapsed, f, args...);                                                                             \
        judging = true;                                                                                                \
        if constexpr (!T::judges_result) return T::succeeded(run);                                                     \
        else if (T::judge(set, std::monostate{}) != Verdict::retry) return T::succeeded(run);                          \
        constexpr std::monostate nothing{};                                                                            \
        ResultCause<std::monostate> const cause{nothing};                                                              \
        Query<RunType, ResultCause<std::monostate>, Surrounded, T::tells_reason> query{run, cause};                    \
        if (failed(query, wait)) {                                                                                     \
            if constexpr (T::value_hook || T::throws_retry_error) return T::give_up_result(query, nothing);            \
            else return T::template watch<Event::give_up>(set, query);                                                 \
        }                                                                                                              \
    } else {                                                                                                           \
        R result = T::call(run, elapsed, f, args...);                                                                  \
        judging = true;                                                                                                \
        Verdict const verdict = T::judge(set, result);                                                                 \
        if (verdict != Verdict::retry) {                                                                               \
            T::accepted(run, result, verdict);                                                                         \
            if constexpr (std::is_reference_v<R>) return static_cast<R>(result);                                       \
            else return result;                                                                                        \
        }                                                                                                              \
        ResultCause<std::remove_cvref_t<R>> const cause{result};                                                       \
        Query<RunType, ResultCause<std::remove_cvref_t<R>>, Surrounded, T::tells_reason> query{run, cause};            \
        if (failed(query, wait)) {                                                                                     \
            if constexpr (T::value_hook || T::throws_retry_error) return T::give_up_result(query, result);             \
            else {                                                                                                     \
                T::template watch<Event::give_up>(set, query);                                                         \
                if constexpr (std::is_reference_v<R>) return static_cast<R>(result);                                   \
                else return result;                                                                                    \
            }                                                                                                          \
        }                                                                                                              \
    }
#define GRIT_CLAUSE(I)                                                                                                 \
    catch (At<typename T::Clauses, I> const& error) {                                                                  \
        if constexpr (T::guards)                                                                                       \
            if (judging) throw;                                                                                        \
        ThrownCause<At<typename T::Clauses, I>> const cause{error};                                                    \
        T::must_retry(set, run, cause);                                                                                \
        Query<RunType, ThrownCause<At<typename T::Clauses, I>>, Surrounded, T::tells_reason> query{run, cause};        \
        if (failed(query, wait)) return T::give_up_thrown(query);                                                      \
    }
#if GRIT_EXCEPTIONS
            if constexpr (T::clauses != 0) {
                GRIT_LADDER(T::clauses, GRIT_ATTEMPT, GRIT_CLAUSE)
            } else
#endif
            {
                GRIT_ATTEMPT
            }
#undef GRIT_ATTEMPT
#undef GRIT_CLAUSE

            if constexpr (!T::checks_after_sleep) T::sleep(set, outer, time, wait);
            attempt.template advance<T::limits_attempts>(wait); // before the waits: then one wait is live at a time
            Waits::advance(set, states, wait);
        }
    }

private:
    /// After a failure to retry: after, decide, before_sleep. Returns: true if the call ends, with query's reason set.
    template <class Q>
    GRIT_INLINE static constexpr bool failed(Q& query, Duration& wait) {
        auto const& set = query.set();
        if constexpr (T::hooks_need_clock) query.read_clock();
        T::template watch<Event::after>(set, query);
        if (gives_up(set, query)) return true;
        T::template watch<Event::before_sleep>(set, query);
        wait = query.wait();
        if constexpr (T::checks_after_sleep) {
            // Inside the handler, or while the result lives: it is the outcome of the call if this ends it.
            T::sleep(set, query.outer(), query.time(), wait);
            StopReason const reason = T::ended_during_sleep(set, query);
            query.set_reason(reason);
            return reason != StopReason::none;
        }
        return false;
    }
};

} // namespace grit::detail
