// SPDX-License-Identifier: BSL-1.0
#pragma once
// Stepper: the policies without the loop, for event loops and bare metal: feed an outcome, get what to do next.

#include <exception>

#include <grit/core/stage.hpp>
#include <grit/retrying/loop.hpp>
#include <grit/retrying/retrying.hpp>

namespace grit {

namespace detail {

/// Stands for the operation, of which a Stepper knows nothing.
struct UnknownOperation {
    void operator()() const noexcept;
};

/// An error without a result around it, seen as an expected-like result that holds it.
template <class E>
struct ErrorView {
    E const& held;

    static constexpr bool has_value() noexcept { return false; }
    GRIT_INLINE constexpr E const& error() const noexcept { return held; }
};

template <class R>
struct SetOf;
template <class... Ps>
struct SetOf<Retrying<Ps...>> {
    using type = PolicySet<Ps...>;
};

struct NoOuter {};

/// Stands for the failure in a constant expression, where nothing but the reason can be asked of one.
struct UnknownFailure {
    static constexpr Failure failure(StopReason reason) { return Failure::of_result(instance<std::monostate>, reason); }
};

/// The outcome that a sleep was decided for, where a hook may have to look at it when the sleep ends the call.
template <class S, bool Kept>
struct KeptOutcome {
    void const* outcome = nullptr;
    void (*tell)(S&, void const*, StopReason) = nullptr;
};
template <class S>
struct KeptOutcome<S, false> {};

} // namespace detail

/// Decides for an operation that somebody else runs and sleeps for: `Stepper stepper{retrying};`, or with a context
/// that surrounds the call `Stepper stepper{retrying, context};`. The decision and the hooks are those of the loop.
///
/// start() begins a call. Each outcome is fed by returned(), failed() or threw(); the Step says what follows. After a
/// sleep, wake() says whether the next attempt starts. A copy goes on from the same attempt. Nothing is allocated.
///
/// Thread safety: belongs to one call; one thread at a time.
template <class R, bool Surrounded = false, int Exceptions = GRIT_EXCEPTIONS>
class Stepper {
    using Set = typename detail::SetOf<R>::type;
    using T = detail::LoopTraits<Set, Exceptions, Surrounded, detail::UnknownOperation>;
    using Predicates = typename T::Predicates;
    using Waits = typename T::Waits;
    using States = decltype(Waits::first(std::declval<typename Set::Stored const&>()));
    using RunType =
        detail::Run<Set, States,
                    std::remove_reference_t<decltype(T::Time::get(std::declval<typename Set::Stored const*>()))>,
                    std::remove_reference_t<decltype(T::Random::get(std::declval<typename Set::Stored const*>()))>>;
    template <class Cause>
    using Query = detail::Query<RunType, Cause, Surrounded, true>;
    using Surroundings = detail::Surroundings<Set, Surrounded, typename RunType::Time>;

    static constexpr bool keeps_outcome = T::checks_after_sleep && T::GiveUp::need_failure;

    static_assert(!T::value_hook, "grit: a 'Stepper' was given an OnGiveUp that returns a value, because a step only "
                                  "says what to do and the caller has the outcome; let it return void instead");
    static_assert(!T::throws_retry_error, "grit: a 'Stepper' was given ThrowRetryError, because a step only says what "
                                          "to do and the caller has the outcome; leave ThrowRetryError out instead");
    static_assert(T::Clauses::size <= GRIT_MOST_CLAUSES,
                  "grit: the policies of a 'Stepper' name too many errors together, because each is a catch clause; "
                  "write a common base instead");

public:
    explicit constexpr Stepper(R const& retrying)
        requires(!Surrounded)
        : retrying_(retrying) {}

    /// Requires: what the context refers to (its stop, its clock) outlives the call.
    constexpr Stepper(R const& retrying, Context const& context)
        requires(Surrounded)
        : retrying_(retrying), outer_(context) {}

    constexpr Stepper(Stepper const& other)
        : retrying_(other.retrying_), outer_(other.outer_), states_(other.states_), kept_(other.kept_),
          start_(other.start_), wait_(other.wait_) {
        place(other.attempt_.number(), other.attempt_.last_wait());
    }
    Stepper& operator=(Stepper const&) = delete; // its policies may be closures

    /// Begins a call: the Before hooks run, and the first attempt is to start. Returns: again.
    constexpr Step start() {
        if constexpr (T::measures_start) start_ = T::Time::get(&set()).now();
        states_ = Waits::first(set());
        place(1, Duration::zero());
        return begin_attempt();
    }

    /// Returns: the attempt that is going on, or that is slept for: its number, deadline and stop.
    constexpr Attempt const& attempt() const noexcept { return attempt_; }

    /// The attempt returned a result. Returns: done unless the predicates judge it a failure to retry.
    /// Requires: where a hook looks at the failure, that the result lives until the next step.
    template <class Result>
    constexpr Step returned(Result&& result) {
        using Judged = std::remove_cvref_t<Result>;
        check_kept<Result>();
        if constexpr (Predicates::template looks_at<Judged>) {
            detail::Verdict const verdict = Predicates::of_result(set(), static_cast<Judged const&>(result));
            if (verdict == detail::Verdict::permanent) return Step::give_up(StopReason::permanent);
            if (verdict == detail::Verdict::retry) {
                keep<detail::ResultCause<Judged>>(static_cast<Judged const&>(result));
                return decide(detail::ResultCause<Judged>{__builtin_addressof(result)});
            }
        }
        with_run(
            [&](RunType const& run) { T::template On<Event::success>::tell(set(), without_failure(run), result); });
        return Step::done();
    }

    /// The attempt returned, and there is nothing to look at.
    constexpr Step returned() {
        if constexpr (Predicates::template looks_at<std::monostate>) {
            constexpr std::monostate nothing{};
            if (Predicates::of_result(set(), nothing) == detail::Verdict::retry) {
                keep<detail::ResultCause<std::monostate>>(detail::instance<std::monostate>);
                return decide(detail::ResultCause<std::monostate>{&nothing});
            }
        }
        with_run([&](RunType const& run) { T::template On<Event::success>::tell(set(), without_failure(run)); });
        return Step::done();
    }

    /// The attempt failed with an error of any type, which is judged as the error of an expected-like result.
    /// Requires: where a hook looks at the failure, that the error lives until the next step.
    template <class E>
    constexpr Step failed(E&& error) {
        using View = detail::ErrorView<std::remove_cvref_t<E>>;
        check_kept<E>();
        if constexpr (Predicates::template looks_at<View>) {
            View const view{error};
            detail::Verdict const verdict = Predicates::of_result(set(), view);
            if (verdict == detail::Verdict::permanent) return Step::give_up(StopReason::permanent);
            if (verdict == detail::Verdict::retry) {
                keep<View>(view.held);
                return decide(detail::ResultCause<View>{&view});
            }
        }
        return Step::give_up(StopReason::not_retryable);
    }

#if GRIT_EXCEPTIONS
    /// The attempt threw. Complexity: it is thrown again, once, to find out what it is.
    /// Requires: thrown is not null; where a hook looks at the failure, that it lives until the next step.
    template <class Pointer>
        requires std::is_same_v<std::remove_cvref_t<Pointer>, std::exception_ptr>
    Step threw(Pointer&& thrown) {
        check_kept<Pointer>();
        Step step = Step::give_up(StopReason::not_retryable);
        with_caught(thrown, [&](auto const& cause) {
            if (!retries(*cause.error, step)) return;
            keep<std::exception_ptr>(thrown);
            step = decide(cause);
        });
        return step;
    }
#endif

    /// The sleep that a step asked for is over. Returns: again, or give_up if cancellation was requested or a deadline
    /// passed meanwhile; the outcome that the sleep was for is then the outcome of the call.
    /// Requires: the step before said to sleep.
    constexpr Step wake() {
        return with_run([&](RunType const& run) {
            Query<detail::NoCause> query = without_failure(run);
            return woken(query, [&](StopReason reason) {
                if constexpr (!keeps_outcome) T::template On<Event::give_up>::tell(set(), query);
                else if (std::is_constant_evaluated()) tell(run, detail::UnknownFailure{}, reason);
                else kept_.tell(*this, kept_.outcome, reason);
            });
        });
    }

private:
    constexpr typename Set::Stored const& set() const noexcept { return retrying_; }
    constexpr Context const& outer() const noexcept {
        if constexpr (Surrounded) return outer_;
        else return no_context;
    }

    static constexpr Query<detail::NoCause> without_failure(RunType const& run) {
        return {{run}, run, detail::instance<detail::NoCause>};
    }

    /// The run of the loop, made of what is kept from step to step.
    template <class Use>
    constexpr decltype(auto) with_run(Use const& use) {
        auto&& time = T::Time::get(&set());
        auto&& random = T::Random::get(&set());
        return use(RunType{{attempt_, start_, &outer()}, set(), states_, time, random});
    }

    constexpr void place(int number, Duration last_wait) {
        auto&& time = T::Time::get(&set());
        if constexpr (requires { Surroundings::make(requests_, start_, time); }) {
            context_ = Surroundings::make(requests_, start_, time);
            attempt_ = Attempt{number, last_wait, context_};
        } else attempt_ = Attempt{number, last_wait, Surroundings{&set(), outer(), start_, time}.context()};
    }

    constexpr Step begin_attempt() {
        with_run([&](RunType const& run) { T::template On<Event::before>::tell(set(), without_failure(run)); });
        return Step::again();
    }

    template <class Cause>
    constexpr Step decide(Cause const& cause) {
        return with_run([&](RunType const& run) {
            Query<Cause> query{{run}, run, cause};
            if constexpr (T::hooks_need_clock) query.read_clock();
            T::template On<Event::after>::tell(set(), query);
            if (gives_up(set(), query)) {
                T::template On<Event::give_up>::tell(set(), query);
                return Step::give_up(query.reason());
            }
            T::template On<Event::before_sleep>::tell(set(), query);
            wait_ = query.wait();
            if (wait_ > Duration::zero()) return Step::sleep(wait_);
            return woken(query, [&](StopReason) { T::template On<Event::give_up>::tell(set(), query); });
        });
    }

    template <class Q, class Tell>
    constexpr Step woken(Q& query, Tell const& tell) {
        if constexpr (T::checks_after_sleep) {
            StopReason const reason = detail::ended_during_sleep<T>(set(), query);
            if (reason != StopReason::none) {
                query.set_reason(reason);
                tell(reason);
                return Step::give_up(reason);
            }
        }
        attempt_.advance(wait_);
        Waits::advance(set(), states_, wait_);
        return begin_attempt();
    }

    // The outcome that a sleep was for, until the sleep is over.
    template <class Given>
    static constexpr void check_kept() {
        static_assert(!keeps_outcome || std::is_lvalue_reference_v<Given>,
                      "grit: a 'Stepper' was fed a temporary, because a hook may look at it when the sleep is over; "
                      "keep the outcome in a variable until the next step instead");
    }
    template <class As, class Outcome>
    constexpr void keep([[maybe_unused]] Outcome const& outcome) {
        if constexpr (keeps_outcome) kept_ = {__builtin_addressof(outcome), &tell_kept<As>};
    }
    template <class Cause>
    constexpr void tell(RunType const& run, Cause const& cause, StopReason reason) const {
        Query<Cause> query{{run}, run, cause};
        query.set_wait(wait_);
        query.set_reason(reason);
        T::template On<Event::give_up>::tell(set(), query);
    }
    template <class As>
    static void tell_kept(Stepper& self, void const* outcome, StopReason reason) {
        auto const give_up = [&](auto const& cause) {
            self.with_run([&](RunType const& run) { self.tell(run, cause, reason); });
        };
        if constexpr (std::is_same_v<As, std::exception_ptr>) {
#if GRIT_EXCEPTIONS
            with_caught(*static_cast<std::exception_ptr const*>(outcome), give_up);
#endif
        } else if constexpr (requires { As::has_value(); }) {
            using E = std::remove_cvref_t<decltype(std::declval<As const&>().error())>;
            As const view{*static_cast<E const*>(outcome)};
            give_up(detail::ResultCause<As>{&view});
        } else give_up(As{static_cast<decltype(As::result)>(outcome)});
    }

#if GRIT_EXCEPTIONS
    template <class E>
    constexpr bool retries(E const& error, Step& step) const {
        if constexpr (detail::is_base_of<Signal, E>) {
            if (error.kind() != Signal::Kind::permanent) return true;
            step = Step::give_up(StopReason::permanent);
            return false;
        } else return Predicates::retries(set(), error);
    }

    /// Calls use(cause) in the handler of the exception, with the type that the policies name; not at all if none does.
    template <class Use>
    static void with_caught(std::exception_ptr const& thrown, Use const& use) {
        bool judging = false; // an exception from here on is not the operation's
        try {
#define GRIT_RETHROW std::rethrow_exception(thrown);
#define GRIT_CAUGHT(I) detail::Rung<typename T::Clauses, I>
#define GRIT_HANDLER(I)                                                                                                \
    judging = true;                                                                                                    \
    use(detail::ThrownCause<At<typename T::Clauses, I>>{__builtin_addressof(error)});
            GRIT_LADDER(T::Clauses::size, GRIT_RETHROW, GRIT_CAUGHT, GRIT_HANDLER)
#undef GRIT_RETHROW
#undef GRIT_CAUGHT
#undef GRIT_HANDLER
        } catch (...) {
            if (judging) throw;
        }
    }
#endif

    R retrying_;
    [[no_unique_address]] std::conditional_t<Surrounded, Context, detail::NoOuter> outer_{};
    detail::StopRequests<typename Set::Stored, Surrounded, typename T::StopList> requests_{retrying_, outer()};
    [[no_unique_address]] States states_ = Waits::first(set());
    [[no_unique_address]] detail::KeptOutcome<Stepper, keeps_outcome> kept_{};
    Context context_{};
    Attempt attempt_{};
    TimePoint start_{};
    Duration wait_ = Duration::zero();
};

template <class R>
Stepper(R const&) -> Stepper<R, false>;
template <class R>
Stepper(R const&, Context const&) -> Stepper<R, true>;

} // namespace grit
