// SPDX-License-Identifier: BSL-1.0
#pragma once
// The engine: what happens in one call of a Retrying, step by step. It neither calls the operation nor sleeps; the
// fronts do: the blocking loop, the Stepper, and the call of a stage in a pipeline.

#include <string_view>

#include <grit/core/cause.hpp>
#include <grit/core/describe.hpp>
#include <grit/core/name.hpp>
#include <grit/core/query.hpp>
#include <grit/core/rejected_as.hpp>
#include <grit/retrying/decision.hpp>
#include <grit/retrying/facts.hpp>
#include <grit/retrying/report.hpp>

namespace grit::inline GRIT_ABI {

template <class... Ps>
class Retrying;

namespace detail {

template <class Set>
struct RetryingOf;
template <class... Ps>
struct RetryingOf<PolicySet<Ps...>> {
    using type = Retrying<Ps...>;
};

/// One call under a policy set. It refers to what lives as long as the call; only the Attempt may be seen by callables
/// of the user, and all else is apart from it, so that it can stay in registers.
///
/// A front asks begin(); then it calls the operation; then accepts() for a result, or retries() for an exception; after
/// a failure failed(), then the sleep, then woken(), which begins the next attempt. Surrounded: whether a context comes
/// from outside.
template <class PolicySetType, bool Surrounded, class TimeType, class RandomType>
struct Engine {
    using Set = PolicySetType;
    using T = SetTraits<Set>;
    using Hooks = typename T::Hooks;
    using Waits = typename T::Waits;
    using States = typename Waits::State;
    using Time = TimeType;
    static constexpr bool surrounded = Surrounded;
    /// A sleep may end the call: the outcome that it is for must live until woken().
    static constexpr bool ends_late = Surrounded || T::Stops::ends_late;
    /// The same before the first attempt: the call is then refused.
    static constexpr bool can_refuse = ends_late;

    typename Set::Stored const& set;
    Attempt& attempt;
    States& states;
    TimeType& time;
    RandomType& random;
    TimePoint start;
    Context const& outer;
    /// What a stop took for the next attempt, where one takes something.
    [[no_unique_address]] Conditional<T::takes, typename T::Taken*, typename T::Taken> taken{};

    constexpr std::string_view name() const { return name_in(set, typename Set::template Of<Family::name>{}, "call"); }
    static constexpr std::string_view policy() { return describe<typename RetryingOf<Set>::type>(); }

    template <class Cause>
    using Asked = Query<Engine, Cause>;

    /// Tells a moment at which nothing has failed. Requires: a hook watches it.
    template <Event E, class... Args>
    GRIT_INLINE constexpr void tell(Args const&... args) const {
        Hooks::template Watching<E>::tell(set, Asked<NoCause>{{attempt}, *this, instance<NoCause>}, args...);
    }

    /// The call is about to start. Returns: none, and the first attempt starts; else why nothing does: a stop was
    /// requested, or a deadline has passed.
    GRIT_INLINE constexpr StopReason begin() const {
        if constexpr (Hooks::template watch<Event::start>) tell<Event::start>();
        if constexpr (can_refuse)
            if (StopReason const why = too_late(NowIs{start}); why != StopReason::none) [[unlikely]] {
                if constexpr (Hooks::template watch<Event::end>)
                    attempt = Attempt{0, Duration::zero(), attempt.context()};
                return why;
            }
        if constexpr (Hooks::template watch<Event::before>) tell<Event::before>();
        return StopReason::none;
    }

    /// After a result. Returns: retry for a failure to retry; else the hooks have seen it, unless it is permanent.
    template <class Judged, class... Result>
    GRIT_INLINE constexpr Verdict accepts([[maybe_unused]] Judged const& judged, Result const&... result) const {
        Verdict verdict = Verdict::accept;
        if constexpr (T::Predicates::template looks_at<Judged>) verdict = T::Predicates::of_result(set, judged);
        if constexpr (T::Stops::hears_success)
            if (verdict == Verdict::accept) T::Stops::succeeded(set);
        if constexpr (Hooks::template watch<Event::success>)
            if (verdict == Verdict::accept) tell<Event::success>(result...);
        return verdict;
    }

    /// After an exception of a type that is caught. Returns: retry, permanent, or accept for one that is to pass.
    template <class E>
    GRIT_INLINE constexpr Verdict retries(E const& error) const {
        if constexpr (is_base_of<Signal, E>) return verdict_of(error);
        else return T::Predicates::of_exception(set, error);
    }
    /// The type of an exception says already that it is to be retried.
    template <class E>
    static constexpr bool surely_retries = !is_base_of<Signal, E> && T::Predicates::template always_retries<E>;

    /// After a failure to retry: after, decide, before_sleep. Returns: whether the call ends; the query knows why, or
    /// how long to sleep.
    template <class Cause>
    GRIT_INLINE constexpr bool failed(Query<Engine, Cause>& q) const {
        if constexpr (T::hooks_need_clock) q.read_clock();
        if constexpr (Hooks::template watch<Event::after>) Hooks::template Watching<Event::after>::tell(set, q);
        if (gives_up<typename T::Stops, Waits>(set, q)) return true;
        if constexpr (Hooks::template watch<Event::before_sleep>)
            Hooks::template Watching<Event::before_sleep>::tell(set, q);
        return false;
    }

    /// The sleep is over. Returns: whether cancellation or a deadline ends the call, and the query knows that; else the
    /// next attempt is about to start.
    template <class Cause>
    GRIT_INLINE constexpr bool woken(Query<Engine, Cause>& q) const {
        if constexpr (ends_late)
            if (q.ends(too_late(time))) {
                if constexpr (T::takes) taken->give_back();
                return true;
            }
        advance(q.wait());
        return false;
    }
    GRIT_INLINE constexpr void advance(Duration waited) const {
        attempt.template advance<T::Stops::max_attempts != 0>(waited); // first: then one wait is live at a time
        states = Waits::next(set, states, waited, typename Waits::Indices{});
        if constexpr (Hooks::template watch<Event::before>) tell<Event::before>();
        if constexpr (T::takes) taken->spend();
    }

    // The end of a call that gives up.

    template <class Cause>
    GRIT_INLINE constexpr void tell_give_up(Query<Engine, Cause> const& q) const {
        if constexpr (Hooks::template watch<Event::give_up>) Hooks::template Watching<Event::give_up>::tell(set, q);
    }
    /// Returns: what takes the place of the last outcome. Throws: RetryError, where that is named.
    /// Requires: T::replaces. `result` is what was returned last, or std::monostate.
    template <class R, class Cause, class Judged>
    constexpr R replacement(Query<Engine, Cause> const& q, [[maybe_unused]] Judged const& result) const {
        if constexpr (T::value_hook) return Hooks::template value<R>(set, q);
        else {
            tell_give_up(q);
            throw_retry_error(q, result);
        }
    }

private:
    /// A clock that was read when the call started.
    struct NowIs {
        TimePoint start;
        GRIT_INLINE constexpr TimePoint now() const noexcept { return start; }
    };
    /// Returns: cancelled or deadline where no attempt may start any more; else none.
    template <class Clock>
    GRIT_INLINE constexpr StopReason too_late([[maybe_unused]] Clock&& clock) const {
        if constexpr (Surrounded) {
            if (outer.stop_requested()) return StopReason::cancelled;
            if (outer.remaining() <= Duration::zero()) return StopReason::deadline;
        }
        if constexpr (T::Stops::ends_late) return T::Stops::woken(set, clock);
        else return StopReason::none;
    }

    template <class Q>
    RetryError retry_error(Q const& q) const {
        Failure const failure = q.failure();
        return RetryError{attempt.number(),    q.elapsed(),    failure.reason(),
                          failure.exception(), failure.what(), q.policy()};
    }
    template <class Q, class Judged>
    [[noreturn]] void throw_retry_error([[maybe_unused]] Q const& q, [[maybe_unused]] Judged const& result) const {
#if GRIT_EXCEPTIONS
        if constexpr (std::is_copy_constructible_v<Judged> && !std::is_same_v<Judged, std::monostate>)
            throw RetryErrorWith<Judged>{retry_error(q), result};
        else throw retry_error(q);
#else
        reject<false>("grit: 'ThrowRetryError' gave up where it cannot throw, because exceptions are disabled");
#endif
    }
};

/// Calls f with the rejection of a call that did not start, for that reason.
template <class F>
constexpr decltype(auto) with_not_started(StopReason why, F const& f) {
    if (why == StopReason::cancelled) return f(StopRequested{"retrying"});
    return f(DeadlinePassed{"retrying"});
}

/// The same for a call that ends there: out of the way of those that start.
template <int Exceptions, class R>
GRIT_COLD R not_started(StopReason why) {
    return with_not_started(why, Refuse<Exceptions, R>{});
}

/// Throws: the error that a Permanent carries. Requires: it is one.
[[noreturn]] inline void raise(Signal const& signal) { static_cast<PermanentSignal const&>(signal).raise(); }

// The sleep and the context of attempts: for fronts.

/// A token that says that a stop was requested if one of the stops does, or what surrounds the call.
template <class T, bool Surrounded>
struct StopRequests {
    typename T::Stored const* set;
    Context const* outer;

    GRIT_INLINE constexpr bool stop_requested() const {
        if constexpr (Surrounded)
            if (outer->stop_requested()) return true;
        return T::Stops::requested(*set);
    }
    /// The tokens themselves, for a sleep that registers with each.
    StopLeaf leaf(int& left) const {
        StopLeaf found{};
        T::Stops::any_token(*set, [&](auto const& token) {
            found = StopView{&token}.leaf(left);
            return found.token != nullptr;
        });
        if constexpr (Surrounded)
            if (found.token == nullptr) found = outer->stop().leaf(left);
        return found;
    }
};

template <class Time, class Token>
GRIT_INLINE constexpr void sleep_watching(Time& time, Duration wait, Token const& token) {
    if constexpr (requires { time.sleep(wait, token); }) time.sleep(wait, token);
    else if constexpr (requires { time.sleep(wait, StopView{&token}); }) time.sleep(wait, StopView{&token});
    else detail::sleep_unwatched(time, wait);
}

/// Sleeps, and ends the sleep early where the time can and a token is there to watch. A zero wait is no sleep.
template <class T, bool Surrounded, class Time>
GRIT_INLINE constexpr void sleep(typename T::Stored const& set, Context const& outer, Time& time, Duration wait) {
    if (wait <= Duration::zero()) return;
    if constexpr (T::Stops::tokens == 0 && !Surrounded) detail::sleep_unwatched(time, wait);
    else if constexpr (T::Stops::tokens == 1 && !Surrounded)
        T::Stops::any_token(set, [&](auto const& token) {
            detail::sleep_watching(time, wait, token);
            return true; // it is the only one
        });
    else if (T::Stops::tokens != 0 || outer.stop().stop_possible())
        detail::sleep_watching(time, wait, StopRequests<T, Surrounded>{&set, &outer});
    else detail::sleep_unwatched(time, wait);
}

/// True if the attempts of a call need a context of their own, because a stop narrows it or the clock is another one.
template <class T, bool Surrounded, class Time>
inline constexpr bool needs_own_context =
    T::Stops::can_be_requested || T::Stops::has_deadline ||
    (!std::is_same_v<std::remove_cv_t<Time>, SteadyTime> && (Surrounded || !is_empty<Time>));

/// The context of a call that nothing surrounds and no stop narrows.
template <class Clock>
inline constexpr Context context_of{TimePoint::max(), StopView{}, ClockView{&instance<Clock>}};
template <>
inline constexpr Context context_of<SteadyTime>{};

/// The context that the attempts of a call are in: the outer one, with the clock of the call, narrowed by what the
/// stops know. Here it is one that all calls share.
template <class Time>
struct SharedContext {
    GRIT_INLINE constexpr SharedContext(void const*, Context const&, TimePoint, Time&) {}
    GRIT_INLINE static constexpr Context const& get() { return context_of<std::remove_cv_t<Time>>; }
};

/// Returns: the clock of a time. One that has its now() from SteadyTime is seen to be that clock.
template <class Time>
GRIT_INLINE constexpr ClockView clock_of(Time& time) {
    using Bare = std::remove_cv_t<Time>;
    if constexpr (requires { requires std::is_same_v<decltype(&Bare::now), decltype(&SteadyTime::now)>; }) return {};
    else if constexpr (is_empty<Bare>) return ClockView{&instance<Bare>};
    else return ClockView{&time};
}

/// Here the call has its own.
template <class T, bool Surrounded, class Time>
class OwnContext {
    static constexpr bool own_clock = !std::is_same_v<std::remove_cv_t<Time>, SteadyTime>;

public:
    GRIT_INLINE constexpr OwnContext(typename T::Stored const* set, Context const& outer, TimePoint start, Time& time)
        : requests_{set, &outer}, context_(make(requests_, start, time)) {}
    OwnContext(OwnContext const&) = delete; // the context points into it
    OwnContext& operator=(OwnContext const&) = delete;

    GRIT_INLINE constexpr Context const& get() const { return context_; }

    /// Returns: a context that refers to the requests, and to the clock if that has state.
    GRIT_INLINE static constexpr Context make(StopRequests<T, Surrounded> const& requests,
                                              [[maybe_unused]] TimePoint start, [[maybe_unused]] Time& time) {
        Context const& outer = *requests.outer;
        StopView stop = outer.stop();
        if constexpr (T::Stops::can_be_requested) stop = StopView{&requests};
        Context const timed = own_clock ? outer.on_clock(clock_of(time)) : outer;
        Context const context{timed.deadline(), stop, timed.clock(), outer.span()};
        if constexpr (T::Stops::has_deadline) return context.narrowed(T::Stops::deadline(*requests.set, start));
        else return context;
    }

private:
    StopRequests<T, Surrounded> requests_;
    Context context_;
};

} // namespace detail
} // namespace grit::inline GRIT_ABI
