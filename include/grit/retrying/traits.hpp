// SPDX-License-Identifier: BSL-1.0
#pragma once
// What one call of one operation under one policy set needs: everything that types alone decide, and the small steps.

#include <type_traits>
#include <variant>

#include <grit/core/callable.hpp>
#include <grit/retry_if/never.hpp>
#include <grit/retrying/decision.hpp>
#include <grit/retrying/query.hpp>
#include <grit/retrying/retry_error.hpp>
#include <grit/retrying/verdict.hpp>
#include <grit/time/steady.hpp>

namespace grit::detail {

/// What a hook is asked with when only the type of its answer matters.
struct ProbeQuery {
    Attempt const& attempt() const;
    Duration wait() const;
    Duration elapsed() const;
    Failure failure() const;
    std::string_view name() const;
};

template <class P>
consteval bool gives_value() {
    if constexpr (P::event == Event::give_up)
        return !std::is_void_v<decltype(std::declval<P const&>()(std::declval<ProbeQuery const&>()))>;
    else return false;
}

/// Facts about the hooks of a set.
template <class Hooks>
struct HookFacts;
template <class... Ps>
struct HookFacts<Types<Ps...>> {
    template <Event E>
    static constexpr bool any = ((Ps::event == E) || ...);
    static constexpr bool need_clock = (Ps::needs_clock || ...);
    static constexpr bool tell_reason = ((Ps::event == Event::give_up && Ps::needs_failure) || ...);
    static constexpr int values = (0 + ... + int(gives_value<Ps>()));
};

/// A deadline or a token that a stop hands to the operation.
template <class P>
concept GivesDeadline = requires(P const& p, TimePoint t) { p.deadline(t); };
template <class P>
concept GivesToken = requires(P const& p) { p.token(); };
template <class P>
concept CanBeCancelled = requires(P const& p) { p.cancelled(); };
template <class P>
concept CanPass = requires(P const& p, TimePoint t) { p.passed(t); };

template <class Stops>
struct StopFacts;
template <class... Ps>
struct StopFacts<Types<Ps...>> {
    static constexpr int tokens = (0 + ... + int(GivesToken<Ps>));
    static constexpr bool can_be_requested = ((GivesToken<Ps> || CanBeCancelled<Ps>) || ...);
    static constexpr bool narrows = can_be_requested || (GivesDeadline<Ps> || ...);
    static constexpr bool asked_after_sleep = ((CanBeCancelled<Ps> || CanPass<Ps>) || ...);
    static constexpr bool limit_attempts = ((StopTraits<Ps>::max_attempts != 0) || ...);
    static constexpr bool few_attempts =
        ((StopTraits<Ps>::max_attempts > 0 && StopTraits<Ps>::max_attempts <= 16) || ...);
};

/// A token that says that a stop was requested if one of the stops does, or what surrounds the call.
template <class Set, bool Surrounded, class Stops>
struct StopRequests;
template <class Set, bool Surrounded, class... Ps>
struct StopRequests<Set, Surrounded, Types<Ps...>> {
    Set const& set;
    Context const& outer;

    GRIT_INLINE constexpr bool stop_requested() const {
        if constexpr (Surrounded)
            if (outer.stop_requested()) return true;
        return (requested(set.template get<Ps>()) || ...);
    }
    /// The tokens themselves, for a sleep that registers with each.
    StopLeaf leaf(int& left) const {
        StopLeaf found{};
        (void)((find(set.template get<Ps>(), left, found)) || ...);
        if constexpr (Surrounded)
            if (found.token == nullptr) found = outer.stop().leaf(left);
        return found;
    }

private:
    template <class P>
    static bool find([[maybe_unused]] P const& stop, [[maybe_unused]] int& left, [[maybe_unused]] StopLeaf& found) {
        if constexpr (GivesToken<P>) found = StopView{&stop.token()}.leaf(left);
        return found.token != nullptr;
    }
    template <class P>
    GRIT_INLINE static constexpr bool requested([[maybe_unused]] P const& stop) {
        if constexpr (CanBeCancelled<P>) return stop.cancelled();
        else if constexpr (GivesToken<P>) return static_cast<bool>(stop.token().stop_requested());
        else return false;
    }
};

template <class T>
inline constexpr T instance_of{};

/// The context of a call that nothing surrounds and no stop narrows, where the clock has no state.
template <class Clock>
inline constexpr Context context_of{TimePoint::max(), StopView{}, ClockView{&instance_of<Clock>}};

/// A call of its own, because it stands in every loop: what is small there, Clang unrolls.
#if defined(__GNUC__)
[[gnu::cold, gnu::noinline]]
#endif
inline void raise_if_permanent(Signal const& signal) {
    if (signal.kind() == Signal::Kind::permanent) static_cast<PermanentSignal const&>(signal).raise();
}

template <class Set, int Exceptions, bool Surrounded, class F, class... Args>
struct LoopTraits {
    using StopList = typename Set::template Of<Family::stop>;
    using HookList = typename Set::template Of<Family::hook>;
    using Stops = StopGroup<StopList>;
    using Waits = WaitGroup<typename Set::template Of<Family::wait_if>, typename Set::template Of<Family::wait>>;
    using Predicates = Judge<typename Set::template Of<Family::retry>>;
    using Hooks = HookFacts<HookList>;

    static constexpr bool takes_nothing = std::is_invocable_v<F&, Args&...>;
    // Asked one after the other: to ask a callable with a deduced result what it takes is to compile its body.
    static consteval bool can_take_attempt() {
        if constexpr (takes_nothing) return false;
        else return std::is_invocable_v<F&, Attempt const&, Args&...>;
    }
    static constexpr bool takes_attempt = can_take_attempt();
    static constexpr bool takes_timed = !takes_nothing && !takes_attempt;
    static consteval bool can_be_called() {
        if constexpr (takes_timed) return std::is_invocable_v<F&, TimedAttempt const&, Args&...>;
        else return true;
    }
    static constexpr bool callable = can_be_called();

    static consteval auto result_type() {
        if constexpr (takes_nothing) return std::type_identity<std::invoke_result_t<F&, Args&...>>{};
        else if constexpr (takes_attempt)
            return std::type_identity<std::invoke_result_t<F&, Attempt const&, Args&...>>{};
        else if constexpr (callable)
            return std::type_identity<std::invoke_result_t<F&, TimedAttempt const&, Args&...>>{};
        else return std::type_identity<void>{};
    }
    static consteval bool cannot_throw() {
        if constexpr (takes_nothing) return std::is_nothrow_invocable_v<F&, Args&...>;
        else if constexpr (takes_attempt) return std::is_nothrow_invocable_v<F&, Attempt const&, Args&...>;
        else return std::is_nothrow_invocable_v<F&, TimedAttempt const&, Args&...>;
    }
    using Result = typename decltype(result_type())::type;
    using Judged = std::conditional_t<std::is_void_v<Result>, std::monostate, std::remove_cvref_t<Result>>;

    /// RetryNever is named in order that nothing is retried; of every other predicate it is expected to act.
    static constexpr bool expects_retries =
        Set::template Of<Family::retry>::size > 0 && !contains<RetryNever, typename Set::template Of<Family::retry>>;
    static constexpr bool judges_result = Predicates::template looks_at<Judged>;
    static constexpr bool catches = Exceptions != 0 && !cannot_throw();
    using Clauses =
        CatchList<Union<typename Predicates::Named, typename Waits::Interests>, typename Predicates::Vetoes>;
    static constexpr std::size_t clauses = catches ? Clauses::size : 0;

    static constexpr bool watches_success = Hooks::template any<Event::success>;
    static constexpr bool guards = judges_result || watches_success;
    static constexpr bool value_hook = Hooks::values > 0;
    static constexpr bool throws_retry_error = Set::template Of<Family::outcome>::size > 0;
    static constexpr bool tells_reason = Hooks::tell_reason || throws_retry_error;
    static constexpr bool hooks_need_clock = Hooks::need_clock || Waits::needs_clock || throws_retry_error;
    static constexpr bool measures_start = Stops::needs_clock || hooks_need_clock || takes_timed;
    // Beside handlers, GCC does better with a wait that is carried, Clang, which unrolls the loop, with a computed one.
#if defined(__clang__)
    static constexpr bool has_few_attempts = StopFacts<StopList>::few_attempts;
#else
    static constexpr bool has_few_attempts = (clauses == 0 || judges_result) && StopFacts<StopList>::few_attempts;
#endif
    static constexpr bool limits_attempts = StopFacts<StopList>::limit_attempts;
    static constexpr bool checks_after_sleep = Surrounded || StopFacts<StopList>::asked_after_sleep;

    // The environment.
    template <class... Ts>
    GRIT_INLINE static constexpr decltype(auto) time_of(Set const& set, Types<Ts...>) {
        if constexpr (sizeof...(Ts) == 0) return SteadyTime{};
        else return (set.template get<Ts>(), ...).get();
    }
    template <class... Rs>
    GRIT_INLINE static constexpr decltype(auto) random_of(Set const& set, Types<Rs...>) {
        if constexpr (sizeof...(Rs) == 0) return ThreadRandom{};
        else return (set.template get<Rs>(), ...).get();
    }
    GRIT_INLINE static constexpr decltype(auto) time(Set const& set) {
        return time_of(set, typename Set::template Of<Family::time>{});
    }
    GRIT_INLINE static constexpr decltype(auto) random(Set const& set) {
        return random_of(set, typename Set::template Of<Family::random>{});
    }

    using TimeType = std::remove_cvref_t<decltype(time(std::declval<Set const&>()))>;
    static constexpr bool own_clock = !std::is_same_v<TimeType, SteadyTime>;
    static constexpr bool own_context = own_clock || StopFacts<StopList>::narrows;
    static constexpr bool has_constant_context =
        !Surrounded && own_clock && !StopFacts<StopList>::narrows && std::is_empty_v<TimeType>;

    /// The context that the attempts of a call are in: `inner` where it has to be built.
    GRIT_INLINE static constexpr Context const& choose_context(Context const& inner, Context const& outer) {
        if constexpr (has_constant_context) return context_of<TimeType>;
        else if constexpr (own_context) return inner;
        else return outer;
    }

    /// The context of the operation: the outer one, narrowed by what the stops know.
    using Requests = StopRequests<Set, Surrounded, StopList>;
    template <class Clock>
    GRIT_INLINE static constexpr Context context(Requests const& requests, TimePoint start, Clock const& time) {
        if constexpr (!own_context || has_constant_context) return Context{};
        else {
            Context const& outer = requests.outer;
            ClockView clock = outer.clock();
            if constexpr (own_clock && std::is_empty_v<Clock>) clock = ClockView{&instance_of<Clock>};
            else if constexpr (own_clock) clock = ClockView{&time};
            StopView stop = outer.stop();
            if constexpr (StopFacts<StopList>::can_be_requested) stop = StopView{&requests};
            return narrow(requests.set, Context{outer.deadline(), stop, clock}, start, StopList{});
        }
    }
    template <class... Ps>
    GRIT_INLINE static constexpr Context narrow(Set const& set, Context context, TimePoint start, Types<Ps...>) {
        auto const one = [&]<class P>(P const& stop) {
            if constexpr (GivesDeadline<P>) context = context.narrowed(stop.deadline(start));
        };
        (one(set.template get<Ps>()), ...);
        return context;
    }

    // The steps.
    /// Read outside the try block of the attempt: what the clock throws is not the operation's.
    template <class RunType>
    GRIT_INLINE static constexpr Duration elapsed_at_start(RunType const& run) {
        if constexpr (takes_timed)
            if (run.attempt.number() != 1) return saturating_subtract(run.time.now(), run.start);
        return Duration::zero();
    }
    template <class RunType>
    GRIT_INLINE static constexpr decltype(auto) call(RunType const& run, [[maybe_unused]] Duration elapsed, F& f,
                                                     Args&... args) {
        if constexpr (takes_nothing) return detail::invoke(f, args...);
        else if constexpr (takes_attempt) return detail::invoke(f, static_cast<Attempt const&>(run.attempt), args...);
        else return detail::invoke(f, TimedAttempt{run.attempt, elapsed}, args...);
    }

    template <Event E, class Q, class... Extra>
    GRIT_INLINE static constexpr void watch(Set const& set, Q const& q, Extra const&... extra) {
        watch_each<E>(set, HookList{}, q, extra...);
    }
    template <Event E, class... Ps, class Q, class... Extra>
    GRIT_INLINE static constexpr void watch_each(Set const& set, Types<Ps...>, Q const& q, Extra const&... extra) {
        (watch_one<E, Ps>(set, q, extra...), ...);
    }
    template <Event E, class P, class Q, class... Extra>
    GRIT_INLINE static constexpr void watch_one(Set const& set, Q const& q, Extra const&... extra) {
        if constexpr (P::event == E) (void)set.template get<P>()(q, extra...);
    }

    template <class RunType>
    using PlainQuery = Query<RunType, NoCause, Surrounded, false>;

    template <class RunType, class R>
    GRIT_INLINE static constexpr void accepted(RunType const& run, R const& result, Verdict verdict) {
        if constexpr (Hooks::template any<Event::permanent>)
            if (verdict == Verdict::permanent) watch<Event::permanent>(run.set, PlainQuery<RunType>{run, NoCause{}});
        if constexpr (watches_success)
            if (verdict == Verdict::accept) watch<Event::success>(run.set, PlainQuery<RunType>{run, NoCause{}}, result);
    }
    template <class RunType>
    GRIT_INLINE static constexpr void succeeded(RunType const& run) {
        if constexpr (watches_success) watch<Event::success>(run.set, PlainQuery<RunType>{run, NoCause{}});
    }

    GRIT_INLINE static constexpr Verdict judge(Set const& set, Judged const& result) {
        if constexpr (judges_result) return Predicates::of_result(set, result);
        else return Verdict::accept;
    }

    template <class Clock>
    GRIT_INLINE static constexpr void sleep(Set const& set, Context const& outer, Clock& time, Duration wait) {
        if (Waits::always_waits || wait.count() > 0) sleep_until_stopped(set, outer, time, wait);
    }
    template <class Clock>
    GRIT_INLINE static constexpr void sleep_until_stopped(Set const& set, Context const& outer, Clock& time,
                                                          Duration wait) {
        constexpr int tokens = StopFacts<StopList>::tokens;
        [[maybe_unused]] bool const stops_outside = Surrounded && outer.stop().stop_possible();
        if constexpr (tokens == 0 && !Surrounded) time.sleep(wait);
        else if (tokens > 1 || (tokens == 1 && stops_outside)) sleep_watching(time, wait, Requests{set, outer});
        else if (stops_outside) sleep_watching(time, wait, outer.stop());
        else sleep_watching_own(set, time, wait, StopList{});
    }
    template <class Clock, class... Ps>
    GRIT_INLINE static constexpr void sleep_watching_own(Set const& set, Clock& time, Duration wait, Types<Ps...>) {
        if constexpr (!(GivesToken<Ps> || ...)) time.sleep(wait);
        else {
            auto const one = [&]<class P>([[maybe_unused]] P const& stop) {
                if constexpr (GivesToken<P>) sleep_watching(time, wait, stop.token());
            };
            (one(set.template get<Ps>()), ...);
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
    GRIT_INLINE static constexpr StopReason ended_during_sleep(Set const& set, Q const& q) {
        if constexpr (Surrounded) {
            if (q.outer().stop_requested()) return StopReason::cancelled;
            if (q.outer().remaining() <= Duration::zero()) return StopReason::deadline;
        }
        return ended_by_stop(set, q, StopList{});
    }
    template <class Q, class... Ps>
    GRIT_INLINE static constexpr StopReason ended_by_stop(Set const& set, Q const& q, Types<Ps...>) {
        StopReason reason = StopReason::none;
        auto const one = [&]<class P>(P const& stop) {
            if (reason != StopReason::none) return;
            if constexpr (CanBeCancelled<P>)
                if (stop.cancelled()) reason = StopReason::cancelled;
            if constexpr (CanPass<P>)
                if (reason == StopReason::none && stop.passed(q.time().now())) reason = StopReason::deadline;
        };
        (one(set.template get<Ps>()), ...);
        return reason;
    }

    // The ends.
    template <class Q>
    static RetryError retry_error(Q const& q) {
        Failure const failure = q.failure();
        return RetryError{q.attempt().number(), q.elapsed(), failure.reason(), failure.exception(), failure.what()};
    }

    /// Runs the give-up hooks and returns the value of the one that gives one.
    template <class Q, class... Ps>
    GRIT_INLINE static constexpr Result replaced(Set const& set, Q const& q, Types<Ps...>) {
        return first_value<Ps...>(set, q);
    }
    template <class P, class... Rest, class Q>
    GRIT_INLINE static constexpr Result first_value(Set const& set, Q const& q) {
        if constexpr (P::event != Event::give_up) return first_value<Rest...>(set, q);
        else if constexpr (!gives_value<P>()) {
            set.template get<P>()(q);
            return first_value<Rest...>(set, q);
        } else {
            Result value = static_cast<Result>(set.template get<P>()(q));
            (watch_one<Event::give_up, Rest>(set, q), ...);
            return static_cast<Result&&>(value);
        }
    }

    template <class Q>
    GRIT_INLINE static constexpr Result give_up_result(Q const& q, [[maybe_unused]] Judged const& result) {
        if constexpr (value_hook) return replaced(q.set(), q, HookList{});
        else {
            watch<Event::give_up>(q.set(), q);
#if GRIT_EXCEPTIONS
            if constexpr (std::is_copy_constructible_v<Judged>) throw RetryErrorWith<Judged>{retry_error(q), result};
            else throw retry_error(q);
#else
            reject<false>("grit: 'ThrowRetryError' gave up where it cannot throw, because exceptions are disabled");
#endif
        }
    }

#if GRIT_EXCEPTIONS
    /// Passes on, from its handler, an exception that is not to be retried.
    template <class RunType, class Cause>
    GRIT_INLINE static constexpr void must_retry(Set const& set, RunType const& run, Cause const& cause) {
        using E = typename Cause::Error;
        if constexpr (std::is_base_of_v<Signal, E>) {
            if constexpr (Hooks::template any<Event::permanent>)
                if (cause.error.kind() == Signal::Kind::permanent)
                    watch<Event::permanent>(set, PlainQuery<RunType>{run, NoCause{}});
            raise_if_permanent(cause.error);
        } else if (!Predicates::retries(set, cause.error)) throw;
    }

    template <class Q>
    GRIT_INLINE static constexpr Result give_up_thrown(Q const& q) {
        if constexpr (value_hook) return replaced(q.set(), q, HookList{});
        else {
            watch<Event::give_up>(q.set(), q);
            if constexpr (throws_retry_error) throw retry_error(q);
            else throw;
        }
    }
#endif
};

} // namespace grit::detail
