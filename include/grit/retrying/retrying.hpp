// SPDX-License-Identifier: BSL-1.0
#pragma once
// Retrying: policies combined into a loop around any callable.

#include <grit/core/order.hpp>
#include <grit/core/wrapped.hpp>
#include <grit/hook/observe.hpp>
#include <grit/retrying/allow_nested.hpp>
#include <grit/retrying/bounds.hpp>
#include <grit/retrying/checks.hpp>
#include <grit/retrying/engine.hpp>
#include <grit/retrying/report.hpp>
#include <grit/retrying/step.hpp>

namespace grit::inline GRIT_ABI {
namespace detail {

/// Tells the end of a call in its destructor, so that every way out is told.
template <class Call>
class EndTeller {
public:
    constexpr explicit EndTeller(Call const* call) : call_(*call) {}
    EndTeller(EndTeller const&) = delete;
    EndTeller& operator=(EndTeller const&) = delete;
    constexpr ~EndTeller() {
        // The operation is left, and nothing was thrown: its thread was cancelled.
        if (reason_ == StopReason::not_retryable && !std::is_constant_evaluated() && std::uncaught_exceptions() == 0)
            reason_ = StopReason::cancelled;
        call_.template tell<Event::end>(reason_);
    }
    GRIT_INLINE constexpr void ends(StopReason why) { reason_ = why; }

private:
    Call const& call_;
    StopReason reason_ = StopReason::custom; // what a hook, a predicate, a wait or a clock says that throws
};
struct NoEndTeller {
    GRIT_INLINE constexpr explicit NoEndTeller(void const*) {}
    GRIT_INLINE static constexpr void ends(StopReason) {}
};

/// After a failure to retry: decides, and where a sleep may end the call sleeps while the outcome lives.
/// Returns: whether the call ends.
template <class Call, class Q>
GRIT_INLINE constexpr bool ends_after(Call const& call, Q& q) {
    if (call.failed(q)) return true;
    if constexpr (!Call::ends_late) return false;
    else {
        detail::sleep<typename Call::T, Call::surrounded>(call.set, call.outer, call.time, q.wait());
        return call.woken(q);
    }
}

/// The policies that a Retrying was given, without those that grit adds for a call of its own.
template <class P>
concept Undescribed = requires { requires P::undescribed; };

template <class P, class... Qs>
struct ReplacedBy {
    using type = P;
};
template <class P, class Q, class... Qs>
struct ReplacedBy<P, Q, Qs...>
    : std::conditional_t<std::is_same_v<KindOf<P>, KindOf<Q>>, std::type_identity<Q>, ReplacedBy<P, Qs...>> {};

template <class N, class Old, class... Qs>
constexpr decltype(auto) new_or_old([[maybe_unused]] Old const& old, [[maybe_unused]] Given<Qs...> const& given) {
    if constexpr (contains<N, Types<Qs...>>) return given.template take<N>();
    else return policy_of<N>(old);
}

/// Watches a call for its report.
struct Record {
    int attempts = 0;
    Duration slept = Duration::zero();
    StopReason reason = StopReason::none;
    std::exception_ptr* failure = nullptr; // it is trivial itself, so that an exception that passes need not stop at it

    constexpr void on_attempt(Attempt const& attempt) { attempts = attempt.number(); }
    constexpr void on_sleep(Attempt const&, Duration wait) { slept = saturating_add(slept, wait); }
    void on_failure(Attempt const&, Failure const& last) { *failure = last.exception(); }
    constexpr void on_end(StopReason why) noexcept { reason = why; }
};

struct RecordIn : Observe<Record&> {
    using Kind = RecordIn;
    static constexpr bool undescribed = true;
    using Observe<Record&>::Observe;
};

struct Reporter {
    template <int Exceptions, class... Ps, class F, class... Args>
    static auto report(Retrying<Ps...> const& retrying, F& f, Args&... args) {
        using Set = PolicySet<Ps...>;
        using Result = typename CallTraits<F, Args...>::Result;
        Report<Result> report;
        Record record;
        record.failure = &report.failure_;
        Set const& set = retrying;
        Retrying<RecordIn, Ps...> const recorded{RecordIn{record}, policy_of<Ps>(set)...}; // first: others may throw
        auto&& time = SetTraits<Set>::Time::get(set);
        TimePoint const start = time.now();
        auto const call = [&] {
            if constexpr (std::is_void_v<Result>) {
                recorded.template operator()<Exceptions>(f, args...);
                report.hold(std::monostate{});
            } else report.hold(recorded.template operator()<Exceptions>(f, args...));
        };
#if GRIT_EXCEPTIONS
        if constexpr (Exceptions != 0) {
            try {
                call();
            } catch (std::exception const&) {
                report.exception_ = std::current_exception();
            }
        } else
#endif
            call();
        report.elapsed_ = saturating_subtract(time.now(), start);
        report.attempts_ = record.attempts;
        report.slept_ = record.slept;
        report.reason_ = record.reason;
        return report;
    }
};

} // namespace detail

/// Calls an operation until it succeeds or its policies give up.
///
/// Policies stand in any order: stops, a wait, predicates, hooks, and at most one each of Time, Random, Name and
/// ThrowRetryError. A stop must be named. Constant policies take no room.
///
/// Thread safety: const calls on one object are safe from any thread and re-entrant, as far as the callables in its
/// policies are; all state of a call is on its stack. Source: the semantics of tenacity 9.1;
/// docs/reference/semantics.md.
template <class... Ps>
class Retrying {
    static_assert(detail::is_met<(always_false<Ps...>)>,
                  "grit: a 'Retrying' was given a type that is no policy, because it names no family; list policies "
                  "such as StopAfterAttempt<3>, or declare static constexpr grit::Family family in your own");
};

template <class... Ps>
    requires(Policy<Ps> && ...)
class Retrying<Ps...> : PolicyChecks<Ps...>, public detail::PolicySet<Ps...> {
    using Set = detail::PolicySet<Ps...>;
    using T = detail::SetTraits<Set>;
    using Stops = typename PolicyChecks<Ps...>::Stops;
    using Waits = typename PolicyChecks<Ps...>::Waits;

public:
    static constexpr char const* name = "Retrying";
    static consteval auto arguments() {
        return Union<std::conditional_t<detail::Undescribed<Ps>, Types<>, Types<Ps>>...>{};
    }
    /// A pipeline with a stage outside this one that counts calls would hide attempts from it.
    static constexpr bool repeats_calls = true;
    static constexpr bool allows_nested = contains<AllowNested, Types<Ps...>>;

    /// Takes the policies that have a value at run time, in any order; those made of constants may be left out.
    ///
    /// Throws: std::invalid_argument if nothing ends the attempts and a wait may be zero.
    constexpr Retrying()
        requires(!detail::is_stored<Ps> && ...)
    = default;
    template <int Exceptions = GRIT_EXCEPTIONS, class... Qs>
        requires(Policy<Qs> && ...)
    explicit(sizeof...(Qs) == 1) constexpr Retrying(Qs const&... given) : Set(detail::Given<Qs...>(given...)) {
        static_assert(detail::is_met<(contains<Qs, Types<Ps...>> && ...)>,
                      "grit: a 'Retrying' was constructed with a policy that is not in its list, because its type or "
                      "its constants differ; name it in the list (a run-time value has empty brackets, as "
                      "StopAfterAttempt<>; decltype of the value is always right), or let the list be deduced");
        detail::check_values<Exceptions>(static_cast<Set const&>(*this), Stops{}, Waits{});
    }

    /// The most attempts a call makes, the first included. Not available without a constant limit.
    static constexpr int max_attempts = detail::known_attempts<Stops>();
    /// The longest that one call can wait in all; the operation's own time is not counted. Not available unbounded.
    static constexpr Duration worst_case_wait = detail::known_worst_case<Stops, Waits>();
    /// Returns: the first N waits; the longest that each may be where they are drawn.
    template <std::size_t N>
    static constexpr Schedule<N> schedule() {
        return detail::known_schedule<N>(Waits{});
    }

    /// Calls f(args...), or f(attempt, args...) if only that is possible, until it succeeds or a policy gives up.
    ///
    /// Arguments are passed as lvalues to every attempt. Returns: what f returned last. Throws: what f threw last; what
    /// a hook, predicate, wait, clock or sleeper throws ends the call.
    template <int Exceptions = GRIT_EXCEPTIONS, class F, class... Args>
    GRIT_INLINE constexpr decltype(auto) operator()(F&& f, Args&&... args) const {
        using C = detail::CallFacts<Set, Exceptions, std::remove_reference_t<F>, std::remove_reference_t<Args>...>;
        static_assert(detail::is_in_order<Retrying, std::remove_reference_t<F>>);
        static_assert(sizeof(detail::CallChecks<C>) != 0); // its sentences come before the errors of the call itself
        using R = typename C::Result;
        typename Set::Stored const& set = *this;

        decltype(auto) time = T::Time::get(set);
        decltype(auto) random = T::Random::get(set);
        TimePoint start{};
        if constexpr (C::measures_start) start = time.now();
        using Time = std::remove_reference_t<decltype(time)>;
        detail::Conditional<detail::needs_own_context<T, false, Time>, detail::OwnContext<T, false, Time>,
                            detail::SharedContext<Time>> const context{&set, no_context, start, time};
        Attempt attempt{1, Duration::zero(), context.get()};
        auto states = T::Waits::first(set);
        using Engine = detail::Engine<Set, false, Time, std::remove_reference_t<decltype(random)>>;
        [[maybe_unused]] typename T::Taken taken{set};
        Engine const engine = [&]() GRIT_INLINE_LAMBDA {
            if constexpr (T::takes) return Engine{set, attempt, states, time, random, start, no_context, &taken};
            else return Engine{set, attempt, states, time, random, start, no_context};
        }();
        detail::Conditional<Engine::Hooks::template watch<Event::end>, detail::EndTeller<Engine>, detail::NoEndTeller>
            end{&engine};

        if constexpr (Engine::can_refuse || Engine::Hooks::template watch<Event::start, Event::before>) {
            [[maybe_unused]] StopReason const refused = engine.begin();
            if constexpr (Engine::can_refuse)
                if (refused != StopReason::none) [[unlikely]] {
                    end.ends(refused);
                    return detail::not_started<Exceptions, R>(refused);
                }
        }
        for (;;) {
            // Outside the try block: what the clock throws is not the operation's.
            [[maybe_unused]] Duration elapsed{};
            if constexpr (C::wants == detail::Wants::timed)
                if (attempt.number() != 1) elapsed = saturating_subtract(time.now(), start);
            auto const& seen = [&]() GRIT_INLINE_LAMBDA -> decltype(auto) {
                if constexpr (C::wants == detail::Wants::timed) return TimedAttempt{attempt, elapsed};
                else return static_cast<Attempt const&>(attempt);
            }();
            [[maybe_unused]] detail::Late<R> result;
            [[maybe_unused]] Duration wait{};
            end.ends(StopReason::not_retryable); // what an exception of the operation says that nobody names

// Only the call stands in the try block. Where nothing looks at the result, it is returned in place.
#define GRIT_CALL                                                                                                      \
    if constexpr (C::holds_result) {                                                                                   \
        GRIT_HOLD(R, result, detail::call_operation(f, seen, args...))                                                 \
    } else return detail::call_operation(f, seen, args...);
#define GRIT_CAUGHT(I) detail::Rung<typename T::Catches, I>
#define GRIT_HANDLER(I)                                                                                                \
    using Error = At<typename T::Catches, I>;                                                                          \
    end.ends(StopReason::custom);                                                                                      \
    if constexpr (detail::is_base_of<Signal, Error>) {                                                                 \
        if (detail::verdict_of(error) == detail::Verdict::permanent)                                                   \
            end.ends(StopReason::permanent), detail::raise(error);                                                     \
    } else if constexpr (!Engine::template surely_retries<Error>) {                                                    \
        if (engine.retries(error) != detail::Verdict::retry) {                                                         \
            end.ends(StopReason::not_retryable);                                                                       \
            throw;                                                                                                     \
        }                                                                                                              \
    }                                                                                                                  \
    using Cause = detail::Conditional<T::looks_at_failure, detail::ThrownCause<Error>, detail::NoCause>;               \
    Cause const cause{__builtin_addressof(error)};                                                                     \
    detail::Query<Engine, Cause> query{{attempt}, engine, cause};                                                      \
    if (detail::ends_after(engine, query)) return give_up_thrown<R>(engine, query, end);                               \
    wait = query.wait();
#if GRIT_EXCEPTIONS
            if constexpr (C::clauses != 0) {
                GRIT_LADDER(C::clauses, GRIT_CALL, GRIT_CAUGHT, GRIT_HANDLER, )
            } else
#endif
            {
                GRIT_CALL
            }
#undef GRIT_CALL
#undef GRIT_CAUGHT
#undef GRIT_HANDLER

            if constexpr (C::holds_result)
                if (result) {
                    end.ends(StopReason::custom);
                    using Judged = typename C::Judged;
                    Judged const& judged = result->told();
                    detail::Verdict verdict = detail::Verdict::accept;
                    if constexpr (std::is_void_v<R>) verdict = engine.accepts(judged);
                    else verdict = engine.accepts(judged, judged);
                    if (verdict != detail::Verdict::retry) {
                        end.ends(verdict == detail::Verdict::permanent ? StopReason::permanent : StopReason::none);
                        return result->give();
                    }
                    using Cause =
                        detail::Conditional<T::looks_at_failure, detail::ResultCause<Judged>, detail::NoCause>;
                    Cause const cause{__builtin_addressof(judged)};
                    detail::Query<Engine, Cause> query{{attempt}, engine, cause};
                    if (detail::ends_after(engine, query)) {
                        end.ends(query.reason());
                        if constexpr (T::replaces) return engine.template replacement<R>(query, judged);
                        else {
                            engine.tell_give_up(query);
                            return result->give();
                        }
                    }
                    wait = query.wait();
                }

            if constexpr (!Engine::ends_late) {
                detail::sleep<T, false>(set, no_context, time, wait);
                engine.advance(wait);
            }
        }
    }

    /// The stage contract: one call, which whoever drives it asks step by step. It refers to this.
    constexpr auto call(Attempt const&) const { return detail::RetryCall<Retrying const&, Set, true>{*this}; }
    constexpr auto call(Outermost const&) const { return detail::RetryCall<Retrying const&, Set, false>{*this}; }

    /// Returns: a callable that retries f; it holds copies of both.
    template <int Exceptions = GRIT_EXCEPTIONS, class F>
    constexpr auto wrap(F f) const {
        return detail::wrapped<Exceptions>(*this, static_cast<F&&>(f));
    }

    /// Returns: this with the given policies: each replaces what has the same kind, or is added.
    template <int Exceptions = GRIT_EXCEPTIONS, class... Qs>
    constexpr auto with(Qs... given) const {
        detail::Given<Qs...> const all{given...};
        return [&]<class... Ns>(Types<Ns...>) {
            return Retrying<Ns...>(detail::new_or_old<Ns>(static_cast<Set const&>(*this), all)...);
        }(Union<Types<typename detail::ReplacedBy<Ps, Qs...>::type...>, Types<Qs...>>{});
    }

    /// Calls f as operator() does and returns what happened instead of throwing.
    ///
    /// Throws: what is not derived from std::exception. Reads the clock at the start and at the end.
    template <int Exceptions = GRIT_EXCEPTIONS, class F, class... Args>
    auto report(F&& f, Args&&... args) const {
        return detail::Reporter::report<Exceptions>(*this, f, args...);
    }

private:
#if GRIT_EXCEPTIONS
    template <class R, class Engine, class Q, class End>
    GRIT_INLINE static R give_up_thrown(Engine const& engine, Q const& query, End& end) {
        end.ends(query.reason());
        if constexpr (T::replaces) return engine.template replacement<R>(query, std::monostate{});
        else {
            if constexpr (Engine::Hooks::template watch<Event::give_up>) engine.tell_give_up(query);
            throw;
        }
    }
#endif
};

template <class... Ps>
Retrying(Ps...) -> Retrying<Ps...>;

} // namespace grit::inline GRIT_ABI
