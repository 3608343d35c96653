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

/// The rest of a pipeline as an operation: it gets the attempt if it takes one, else the context.
template <class Next>
struct AsOperation {
    Next& next;
    Context const& context; // of the call, from outside

    GRIT_INLINE constexpr decltype(auto) operator()(Attempt const& attempt) const {
        if constexpr (CallableWith<Next&, Attempt const&>) return next(attempt);
        else return next(attempt.context());
    }
};
/// True for that operation, which brings the context of the call.
template <class F>
inline constexpr bool is_surrounded = false;
template <class Next>
inline constexpr bool is_surrounded<AsOperation<Next>&> = true;

/// A policy set that calls operations. Everything here is chosen by types; all state is on the stack.
template <class... Ps>
class Loop : public PolicySet<Ps...> {
    using Stored = typename PolicySet<Ps...>::Stored;

public:
    using PolicySet<Ps...>::PolicySet;

    // The call operator of Retrying, and no function between, into which a compiler would inline it whole once more.
    template <int Exceptions = GRIT_EXCEPTIONS, class F, class... Args>
    GRIT_INLINE constexpr decltype(auto) operator()(F&& f, Args&&... args) const {
        constexpr bool surrounded = is_surrounded<F>;
        using Set = PolicySet<Ps...>;
        using T = LoopTraits<Set, Exceptions, surrounded, F, Args...>;
        static_assert(sizeof(CallChecks<T>) != 0); // its sentences come before the errors of the call itself
        using R = typename T::Result;
        Stored const& set = *this;
        Context const* outer = &no_context;
        if constexpr (surrounded) outer = &f.context;

        decltype(auto) time = T::Time::get(&set);
        decltype(auto) random = T::Random::get(&set);
        TimePoint start{};
        if constexpr (T::measures_start) start = time.now();
        using TimeType = std::remove_reference_t<decltype(time)>;
        Surroundings<Set, surrounded, std::remove_cv_t<TimeType>> const surroundings{&set, *outer, start, time};
        Attempt attempt{1, Duration::zero(), surroundings.context()};
        auto states = T::Carried::first(set);
        using RunType =
            Run<Set, decltype(states), TimeType, std::remove_reference_t<decltype(random)>, T::few_attempts>;
        RunType const run{{attempt, start, outer}, set, states, time, random};

        for (;;) {
            // Asked where there is no failure or nothing looks at it: one for all clauses.
            [[maybe_unused]] typename T::template Asked<RunType, NoCause> plain{{run}, run, instance<NoCause>};
            if constexpr (T::Hooks::watched.has(Event::before)) T::template On<Event::before>::tell(set, plain);
            [[maybe_unused]] Duration elapsed{};
            [[maybe_unused]] bool judging = false; // an exception from here on is not the operation's
            Duration wait{};
            if constexpr (T::Call::takes_timed) // outside the try block: what the clock throws is not the operation's
                if (attempt.number() != 1) elapsed = saturating_subtract(time.now(), start);

// The attempt, and what follows its exception: what must stand in the try statement itself, so that a result is
// returned in place. Short, because the ladder repeats it for each number of clauses.
#define GRIT_ATTEMPT                                                                                                   \
    if constexpr (!T::guards && T::Call::takes_nothing) return detail::invoke(f, args...);                             \
    else if constexpr (!T::guards) return detail::call<T>(run, elapsed, f, args...);                                   \
    else if constexpr (std::is_void_v<R>) {                                                                            \
        detail::call<T>(run, elapsed, f, args...);                                                                     \
        judging = true;                                                                                                \
        if (detail::accepts<T>(plain, std::monostate{})) return;                                                       \
        GRIT_FAILED(ResultCause<std::monostate>, instance<std::monostate>, GRIT_GIVE_UP_VOID)                          \
    } else {                                                                                                           \
        R result = detail::call<T>(run, elapsed, f, args...);                                                          \
        judging = true;                                                                                                \
        if (detail::accepts<T>(plain, result)) GRIT_RETURN(result)                                                     \
        GRIT_FAILED(ResultCause<typename T::Judged>, result, GRIT_GIVE_UP_RESULT)                                      \
    }
#define GRIT_RETURN(RESULT)                                                                                            \
    {                                                                                                                  \
        if constexpr (std::is_reference_v<R>) return static_cast<R>(RESULT);                                           \
        else return RESULT;                                                                                            \
    }
#define GRIT_FAILED(CAUSE, OUTCOME, GIVE_UP)                                                                           \
    if constexpr (T::looks_at_failure) {                                                                               \
        CAUSE const cause{__builtin_addressof(OUTCOME)};                                                               \
        typename T::template Asked<RunType, CAUSE> query{{run}, run, cause};                                           \
        if (detail::failed<T>(query, wait)) GIVE_UP(query)                                                             \
    } else if (detail::failed<T>(plain, wait)) GIVE_UP(plain)
#define GRIT_GIVE_UP_VOID(QUERY)                                                                                       \
    {                                                                                                                  \
        if constexpr (T::replaces_result) return detail::give_up_result<T>(QUERY, std::monostate{});                   \
        else return T::template On<Event::give_up>::tell(set, QUERY);                                                  \
    }
#define GRIT_GIVE_UP_RESULT(QUERY)                                                                                     \
    {                                                                                                                  \
        if constexpr (T::replaces_result) return detail::give_up_result<T>(QUERY, result);                             \
        T::template On<Event::give_up>::tell(set, QUERY);                                                              \
        GRIT_RETURN(result)                                                                                            \
    }
#define GRIT_GIVE_UP_THROWN(QUERY)                                                                                     \
    {                                                                                                                  \
        if constexpr (T::passes_on) throw;                                                                             \
        else return detail::give_up_thrown<T>(QUERY);                                                                  \
    }
#define GRIT_CAUGHT(I) Rung<typename T::Clauses, I>
#define GRIT_HANDLER(I)                                                                                                \
    using Error = At<typename T::Clauses, I>;                                                                          \
    if constexpr (T::template is_only_a_signal<Error>) detail::raise_if_permanent(error);                              \
    else if constexpr (!T::template surely_retries<Error>) detail::must_retry<T>(plain, error, judging);               \
    GRIT_FAILED(ThrownCause<Error>, error, GRIT_GIVE_UP_THROWN)
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
#undef GRIT_FAILED
#undef GRIT_GIVE_UP_VOID
#undef GRIT_GIVE_UP_RESULT
#undef GRIT_GIVE_UP_THROWN
#undef GRIT_CAUGHT
#undef GRIT_HANDLER

            if constexpr (!T::checks_after_sleep) {
                if constexpr (T::Waits::always_waits && !T::watches_sleep) time.sleep(wait);
                else detail::sleep<T>(set, *outer, time, wait);
            }
            attempt.template advance<T::limits_attempts>(wait); // before the waits: then one wait is live at a time
            if constexpr (T::Carried::steps_alone) states = typename T::Carried::Wait{}.next(states, wait);
            else T::Carried::advance(set, states, wait);
        }
    }
};

} // namespace grit::detail
