// SPDX-License-Identifier: BSL-1.0
#pragma once
// The engine for whoever runs the operation and sleeps himself: the call of a stage, and the Stepper around it.

#include <exception>
#include <new>
#include <utility>

#include <grit/core/stage.hpp>
#include <grit/retrying/engine.hpp>

namespace grit::inline GRIT_ABI {
namespace detail {

/// Stands for the failure where it cannot be looked at again: nothing but the reason can be asked of it.
struct UnknownCause : NoCause {
    constexpr UnknownCause() noexcept = default;
    static constexpr Failure failure(StopReason reason) { return Failure::of_result(instance<std::monostate>, reason); }
};

/// One call of a Retrying by the stage contract. Holder: the Retrying, or a reference to it. Surrounded: whether the
/// attempt around it says anything.
///
/// It keeps what the loop has on its stack, and makes the engine of it for each question.
template <class Holder, class Set, bool Surrounded>
class RetryCall {
    using T = SetTraits<Set>;
    using Stored = typename T::Stored;
    using Waits = typename T::Waits;
    using TimeResult = typename T::Time::type;
    using RandomResult = typename T::Random::type;
    using Time = std::remove_reference_t<TimeResult>;
    using Engine = detail::Engine<Set, Surrounded, Time, std::remove_reference_t<RandomResult>>;
    static constexpr bool own_context = needs_own_context<T, Surrounded, Time>;
    static constexpr bool tells_end = Engine::Hooks::template watch<Event::end>;

public:
    using Catches = typename T::Catches;
    static constexpr bool ends_late = Engine::ends_late;
    /// A hook looks at the outcome when the sleep that it was for has ended the call.
    static constexpr bool needs_outcome_to_wake = ends_late && (Engine::Hooks::need_failure_at_end || T::replaces);
    template <class R>
    static constexpr bool judges = T::Predicates::template looks_at<R>;

    using Rejections = Conditional<Engine::can_refuse, Types<DeadlinePassed, StopRequested>, Types<>>;
    template <class F>
    constexpr decltype(auto) with_rejection(F const& f) const
        requires Engine::can_refuse
    {
        return with_not_started(end_, f);
    }

    explicit constexpr RetryCall(Holder retrying) : retrying_(static_cast<Holder&&>(retrying)) {}
    constexpr RetryCall(RetryCall const& other) = default;
    RetryCall& operator=(RetryCall const&) = delete;
    constexpr ~RetryCall() {
        if constexpr (tells_end)
            if (started_) tell_end();
    }

    /// Asked before start() where the operation takes a TimedAttempt.
    constexpr void measure(Attempt const&)
        requires(!T::measures_start)
    {
        start_ = T::Time::get(set()).now();
    }
    constexpr Answer start(Attempt const& at) {
        if constexpr (T::measures_start) start_ = T::Time::get(set()).now();
        if constexpr (tells_end)
            if (std::exchange(started_, false)) tell_end();
        states_ = Waits::first(set());
        if constexpr (T::takes) taken_.give_back();
        number_ = 1;
        last_wait_ = Duration::zero();
        place(at); // may read the clock, as before a call that has not started
        started_ = true;
        return with_engine(at, [&](Engine const& engine) GRIT_INLINE_LAMBDA {
            end_ = engine.begin();
            return end_ == StopReason::none ? Answer::again : Answer::reject;
        });
    }

    /// Makes the context of the attempts, which points into this: for start(), and for a copy.
    constexpr void place([[maybe_unused]] Attempt const& at) {
        if constexpr (own_context) {
            requests_ = {&set(), &at.context()};
            decltype(auto) time = T::Time::get(set());
            context_ = OwnContext<T, Surrounded, Time>::make(requests_, start_, time);
        }
    }
    /// Returns: the attempt that is going on, or that is slept for. Valid until the next question.
    GRIT_INLINE constexpr Attempt attempt(Attempt const& at) const {
        if constexpr (own_context) return Attempt{number_, last_wait_, context_};
        else if constexpr (Surrounded) return Attempt{number_, last_wait_, at.context()};
        else return Attempt{number_, last_wait_, context_of<std::remove_cv_t<Time>>};
    }
    constexpr TimedAttempt timed_attempt(Attempt const& at) {
        Duration elapsed = Duration::zero();
        if (number_ != 1) {
            end_ = StopReason::custom; // if the clock throws
            elapsed = saturating_subtract(T::Time::get(set()).now(), start_);
            end_ = StopReason::cancelled;
        }
        return TimedAttempt{attempt(at), elapsed};
    }

    GRIT_INLINE constexpr Duration wait() const { return wait_; }
    GRIT_INLINE constexpr StopReason reason() const { return end_; }
    GRIT_INLINE constexpr TimeResult time() const { return T::Time::get(set()); }
    /// What a sleep throws is of the user, as what a hook throws.
    constexpr void sleeps() noexcept
        requires tells_end
    {
        end_ = StopReason::custom;
    }

    template <class E>
    GRIT_INLINE constexpr Answer caught(Attempt const& at, E const& error) {
        return with_engine(at, [&](Engine const& engine) GRIT_INLINE_LAMBDA {
            Verdict const verdict = engine.retries(error);
            if (verdict == Verdict::retry) return decide(engine, ThrownCause<E>{__builtin_addressof(error)});
            end_ = verdict == Verdict::permanent ? StopReason::permanent : StopReason::not_retryable;
            return verdict == Verdict::permanent ? Answer::replace : Answer::give_up;
        });
    }
    /// Only where somebody hears the reason: a driver would have to keep every result for it.
    constexpr void thrown(Attempt const&) noexcept
        requires tells_end
    {
        passes();
    }
    /// An error passes that the policies do not name.
    constexpr void passes() noexcept { end_ = StopReason::not_retryable; }

    /// R is std::monostate where the operation returned nothing.
    template <class R>
        requires(judges<R> || Engine::Hooks::template watch<Event::success> || tells_end || T::Stops::hears_success)
    GRIT_INLINE constexpr Answer returned(Attempt const& at, R const& result) {
        return with_engine(at, [&](Engine const& engine) GRIT_INLINE_LAMBDA {
            Verdict verdict{};
            if constexpr (std::is_same_v<R, std::monostate>) verdict = engine.accepts(result);
            else verdict = engine.accepts(result, result);
            if (verdict == Verdict::retry) return decide(engine, ResultCause<R>{__builtin_addressof(result)});
            end_ = verdict == Verdict::permanent ? StopReason::permanent : StopReason::none;
            return verdict == Verdict::permanent ? Answer::give_up : Answer::done;
        });
    }

    /// An error of any type, judged as the error of an expected-like result: a rejection, or what a front was told.
    template <class E>
    GRIT_INLINE constexpr Answer rejected(Attempt const& at, E const& error) {
        using View = ErrorView<E>;
        return with_engine(at, [&](Engine const& engine) GRIT_INLINE_LAMBDA {
            View const view{error};
            Verdict verdict = Verdict::accept;
            if constexpr (judges<View>) verdict = T::Predicates::of_result(set(), view);
            if (verdict == Verdict::retry) return decide(engine, ResultCause<View>{&view});
            end_ = verdict == Verdict::permanent ? StopReason::permanent : StopReason::not_retryable;
            return Answer::give_up;
        });
    }

    /// The sleep is over. The outcome that it was for is there again, for the hooks at the end.
    template <class Outcome>
    GRIT_INLINE constexpr Answer wake(Attempt const& at, Outcome const& outcome) {
        return with_engine(at,
                           [&](Engine const& engine) GRIT_INLINE_LAMBDA { return woken(engine, cause_of(outcome)); });
    }
    GRIT_INLINE constexpr Answer wake(Attempt const& at) {
        return with_engine(at, [&](Engine const& engine)
                                   GRIT_INLINE_LAMBDA { return woken(engine, instance<UnknownCause>); });
    }

    /// Returns: what takes the place of the outcome. Throws: RetryError, or the error that a Permanent carries.
    template <class R, class Outcome>
        requires(T::replaces || is_base_of<Signal, Outcome>)
    constexpr R replacement(Attempt const& at, Outcome const& outcome) {
#if GRIT_EXCEPTIONS
        if constexpr (is_base_of<Signal, Outcome>)
            if (verdict_of(outcome) == Verdict::permanent) detail::raise(outcome);
#endif
        if constexpr (T::replaces) {
            decltype(auto) time = T::Time::get(set());
            decltype(auto) random = T::Random::get(set());
            Attempt current = attempt(at);
            Engine const engine{set(), current, states_, time, random, start_, at.context(), taken()};
            auto cause = cause_of(outcome);
            Query<Engine, decltype(cause)> q{{current}, engine, cause};
            q.ends(end_);
            if constexpr (is_thrown<Outcome> || is_rejection<Outcome>)
                return engine.template replacement<R>(q, std::monostate{});
            else return engine.template replacement<R>(q, outcome);
        } else std::terminate(); // only a Permanent is replaced, and it was thrown
    }

private:
    constexpr Stored const& set() const noexcept { return retrying_; }
    constexpr auto taken() noexcept {
        if constexpr (T::takes) return &taken_;
        else return taken_;
    }

    /// An outcome is an exception if the policies catch its type, and a rejection if it stands for an exception; else
    /// it is a result.
    template <class Outcome>
    static constexpr bool is_thrown = contains<Outcome, Catches>;
    template <class Outcome>
    static constexpr bool is_rejection =
        !is_thrown<Outcome> && !ErrorChannel<Outcome>::exists && requires { typename Outcome::Thrown; };
    template <class Outcome>
    static constexpr auto cause_of(Outcome const& outcome) {
        if constexpr (is_thrown<Outcome>) return ThrownCause<Outcome>{__builtin_addressof(outcome)};
        else if constexpr (is_rejection<Outcome>) return ErrorCause<Outcome>{{outcome}};
        else return ResultCause<Outcome>{__builtin_addressof(outcome)};
    }

    /// Writes down how far the attempts are, also where something throws.
    struct Noted {
        RetryCall& call;
        Attempt const& attempt;
        GRIT_INLINE constexpr ~Noted() {
            call.number_ = attempt.number();
            call.last_wait_ = attempt.last_wait();
        }
    };

    /// Asks the engine, made of what is kept. Where something throws there, the call ends as by any error that passes.
    template <class Use>
    GRIT_INLINE constexpr Answer with_engine(Attempt const& at, Use const& use) {
        decltype(auto) time = T::Time::get(set());
        decltype(auto) random = T::Random::get(set());
        Attempt current = attempt(at);
        end_ = StopReason::custom; // if it throws
        Noted const noted{*this, current};
        Answer const answer = use(Engine{set(), current, states_, time, random, start_, at.context(), taken()});
        if (answer == Answer::again || answer == Answer::sleep) end_ = StopReason::cancelled; // if it is abandoned
        return answer;
    }

    template <class Cause>
    GRIT_INLINE constexpr Answer decide(Engine const& engine, Cause const& cause) {
        Query<Engine, Cause> q{{engine.attempt}, engine, cause};
        if (engine.failed(q)) return give_up(engine, q);
        wait_ = q.wait();
        return wait_ > Duration::zero() ? Answer::sleep : woken(engine, cause);
    }
    template <class Cause>
    GRIT_INLINE constexpr Answer woken(Engine const& engine, Cause const& cause) {
        Query<Engine, Cause> q{{engine.attempt}, engine, cause};
        q.set_wait(wait_);
        return engine.woken(q) ? give_up(engine, q) : Answer::again;
    }
    template <class Q>
    GRIT_INLINE constexpr Answer give_up(Engine const& engine, Q const& q) {
        end_ = q.reason();
        if constexpr (T::replaces) return Answer::replace;
        else {
            engine.tell_give_up(q);
            return Answer::give_up;
        }
    }
    constexpr void tell_end() {
        decltype(auto) time = T::Time::get(set());
        decltype(auto) random = T::Random::get(set());
        Attempt attempt{number_, last_wait_};
        Engine{set(), attempt, states_, time, random, start_, no_context, taken()}.template tell<Event::end>(end_);
    }

    [[no_unique_address]] Holder retrying_;
    [[no_unique_address]] Conditional<own_context, StopRequests<T, Surrounded>, NoState> requests_{};
    [[no_unique_address]] Conditional<own_context, Context, NoState> context_{};
    [[no_unique_address]] typename Waits::State states_{Waits::first(set())};
    [[no_unique_address]] typename T::Taken taken_{set()};
    TimePoint start_{};
    Duration wait_ = Duration::zero();
    // Not an Attempt: it would point into this, and a compiler would have to keep all of it in memory.
    Duration last_wait_ = Duration::zero();
    int number_ = 1;
    StopReason end_ = StopReason::none;
    bool started_ = false;
};

template <class R>
struct SetOf;
template <class... Ps>
struct SetOf<Retrying<Ps...>> {
    using type = PolicySet<Ps...>;
};

struct NoOuter {};

/// An exception that is kept, or none. Without one it can be part of a constant expression, as an exception_ptr cannot.
class KeptException {
public:
    constexpr KeptException() noexcept = default;
    explicit KeptException(std::exception_ptr const& thrown) noexcept { hold(thrown); }
    constexpr KeptException(KeptException const& other) noexcept {
        if (other.holds_) hold(other.get());
    }
    constexpr KeptException& operator=(KeptException const& other) noexcept {
        if (this == &other) return *this;
        if (holds_) drop();
        if (other.holds_) hold(other.get());
        return *this;
    }
    constexpr ~KeptException() {
        if (holds_) drop();
    }

    /// Requires: one is kept.
    std::exception_ptr const& get() const noexcept {
        return *std::launder(reinterpret_cast<std::exception_ptr const*>(room_));
    }

private:
    void hold(std::exception_ptr const& thrown) noexcept {
        ::new (static_cast<void*>(room_)) std::exception_ptr(thrown);
        holds_ = true;
    }
    void drop() noexcept {
        std::launder(reinterpret_cast<std::exception_ptr*>(room_))->~exception_ptr();
        holds_ = false;
    }

    alignas(std::exception_ptr) unsigned char room_[sizeof(std::exception_ptr)]{};
    bool holds_ = false;
};

/// The outcome that a sleep was decided for, where a hook may have to look at it when the sleep ends the call.
template <class S, bool Kept>
struct KeptOutcome {
    void const* outcome = nullptr; // null: the exception
    Answer (*wake)(S&, void const*) = nullptr;
    KeptException exception{};
};
template <class S>
struct KeptOutcome<S, false> {};

} // namespace detail

/// Decides for an operation that somebody else runs and sleeps for: `Stepper stepper{retrying};`, or with a context
/// that surrounds the call `Stepper stepper{retrying, context};`. The decision and the hooks are those of the loop.
///
/// start() begins a call. Each outcome is fed by returned(), failed(), caught() or threw(); the Step says what follows.
/// After a sleep, wake() says whether the next attempt starts. A copy goes on from the same attempt. Nothing is
/// allocated.
///
/// Thread safety: belongs to one call; one thread at a time.
template <class R, bool Surrounded = false, int Exceptions = GRIT_EXCEPTIONS>
class Stepper {
    using Call = detail::RetryCall<R, typename detail::SetOf<R>::type, Surrounded>;
    using T = detail::SetTraits<typename detail::SetOf<R>::type>;
    static constexpr bool keeps_outcome = Call::needs_outcome_to_wake;

    static_assert(detail::is_met<(!T::value_hook)>,
                  "grit: a 'Stepper' was given an OnGiveUp that returns a value, because a step only "
                  "says what to do and the caller has the outcome; let it return void instead");
    static_assert(detail::is_met<(!T::throws_retry_error)>,
                  "grit: a 'Stepper' was given ThrowRetryError, because a step only says what "
                  "to do and the caller has the outcome; leave ThrowRetryError out instead");
    static_assert(detail::is_met<(T::Catches::size <= GRIT_MOST_CLAUSES)>,
                  "grit: the policies of a 'Stepper' name too many errors together, because each is a catch clause; "
                  "write a common base instead");

public:
    /// The exceptions that the policies want to see, in the order in which they are to be caught.
    using Catches = typename T::Catches;

    explicit constexpr Stepper(R const& retrying)
        requires(!Surrounded)
        : call_(retrying) {}

    /// Requires: what the context refers to (its stop, its clock) outlives the call.
    constexpr Stepper(R const& retrying, Context const& context)
        requires(Surrounded)
        : call_(retrying), outer_(context) {}

    constexpr Stepper(Stepper const& other) : call_(other.call_), outer_(other.outer_), kept_(other.kept_) {
        call_.place(outer());
    }
    Stepper& operator=(Stepper const&) = delete; // its policies may be closures

    /// Begins a call: the Before hooks run, and the first attempt is to start. Returns: again; or give_up, where a stop
    /// was requested or a deadline has passed already.
    constexpr Step start() { return step(call_.start(outer())); }

    /// Returns: the attempt that is going on, or that is slept for: its number, deadline and stop. It is valid until
    /// the next step.
    constexpr Attempt attempt() const { return call_.attempt(outer()); }

    /// The attempt returned a result. Returns: done unless the predicates judge it a failure to retry.
    /// Requires: where a hook looks at the failure, that the result lives until the next step.
    template <class Result>
    constexpr Step returned(Result&& result) {
        using Judged = std::remove_cvref_t<Result>;
        static_assert(check_kept<Result>());
        keep<Judged>(result);
        return returned_as<Judged>(result);
    }

    /// The attempt returned, and there is nothing to look at.
    constexpr Step returned() {
        keep<std::monostate>(detail::instance<std::monostate>);
        return returned_as<std::monostate>(detail::instance<std::monostate>);
    }

    /// The attempt failed with an error of any type, which is judged as the error of an expected-like result.
    /// Requires: where a hook looks at the failure, that the error lives until the next step.
    template <class E>
    constexpr Step failed(E&& error) {
        using Error = std::remove_cvref_t<E>;
        static_assert(check_kept<E>());
        keep<detail::ErrorView<Error>>(error);
        return step(call_.rejected(outer(), static_cast<Error const&>(error)));
    }

#if GRIT_EXCEPTIONS
    /// The attempt threw, and this is asked in the handler. Requires: E is one of Catches, and the handlers stand in
    /// that order. Complexity: nothing is thrown again, but where a hook may look at the failure when a sleep has ended
    /// the call: then the exception is kept, and thrown again for it.
    template <class E>
    constexpr Step caught(E const& error) {
        static_assert(detail::is_met<(contains<E, Catches>)>,
                      "grit: a 'Stepper' was given an exception of a type that its policies do not catch, because only "
                      "those in its list Catches are judged by type; catch those, or give threw() the pointer instead");
        if constexpr (keeps_outcome)
            kept_ = {nullptr, &wake_with<std::exception_ptr>, detail::KeptException{std::current_exception()}};
        return step(call_.caught(outer(), error));
    }

    /// The attempt threw. Complexity: it is thrown again, once, to find out what it is.
    /// Requires: thrown is not null; where a hook looks at the failure, that it lives until the next step.
    template <class Pointer>
        requires std::is_same_v<std::remove_cvref_t<Pointer>, std::exception_ptr>
    Step threw(Pointer&& thrown) {
        static_assert(check_kept<Pointer>());
        detail::Answer answer = detail::Answer::give_up;
        bool known = false;
        with_caught(thrown, [&](auto const& error) {
            known = true;
            answer = call_.caught(outer(), error);
        });
        if (!known) call_.passes();
        keep<std::exception_ptr>(thrown);
        return step(answer);
    }
#endif

    /// The sleep that a step asked for is over. Returns: again, or give_up if cancellation was requested or a deadline
    /// passed meanwhile; the outcome that the sleep was for is then the outcome of the call.
    /// Requires: the step before said to sleep.
    constexpr Step wake() {
        if constexpr (keeps_outcome)
            if (!std::is_constant_evaluated()) return step(kept_.wake(*this, kept_.outcome));
        return step(call_.wake(outer()));
    }

private:
    constexpr Attempt outer() const noexcept {
        if constexpr (Surrounded) return Attempt{1, Duration::zero(), outer_};
        else return Attempt{};
    }
    constexpr Step step(detail::Answer answer) const {
        switch (answer) {
        case detail::Answer::done: return Step::done();
        case detail::Answer::again: return Step::again();
        case detail::Answer::sleep: return Step::sleep(call_.wait());
        default: return Step::give_up(call_.reason());
        }
    }

    template <class Judged>
    constexpr Step returned_as(Judged const& result) {
        if constexpr (requires { call_.returned(outer(), result); }) return step(call_.returned(outer(), result));
        else return Step::done();
    }

    // The outcome that a sleep is for, until the sleep is over.
    template <class Given>
    static consteval bool check_kept() {
        static_assert(detail::is_met<(!keeps_outcome || std::is_lvalue_reference_v<Given>)>,
                      "grit: a 'Stepper' was fed a temporary, because a hook may look at it when the sleep is over; "
                      "keep the outcome in a variable until the next step instead");
        return true;
    }
    template <class As, class Outcome>
    constexpr void keep([[maybe_unused]] Outcome const& outcome) {
        if constexpr (keeps_outcome) kept_ = {__builtin_addressof(outcome), &wake_with<As>, {}};
    }
    template <class As>
    static detail::Answer wake_with(Stepper& self, void const* outcome) {
        if constexpr (std::is_same_v<As, std::exception_ptr>) {
            detail::Answer answer{}; // set below: a sleep is only for an exception that the policies name
#if GRIT_EXCEPTIONS
            auto const* const thrown = static_cast<std::exception_ptr const*>(outcome);
            with_caught(thrown == nullptr ? self.kept_.exception.get() : *thrown,
                        [&](auto const& error) { answer = self.call_.wake(self.outer(), error); });
#endif
            return answer;
        } else if constexpr (detail::is_error_view<As>) {
            return self.call_.wake(self.outer(), As{*static_cast<typename As::Error const*>(outcome)});
        } else return self.call_.wake(self.outer(), *static_cast<As const*>(outcome));
    }

#if GRIT_EXCEPTIONS
    /// Calls use(error) in the handler of the exception, with the type that the policies name; not at all if none does.
    template <class Use>
    static void with_caught(std::exception_ptr const& thrown, Use const& use) {
        bool judging = false; // an exception from here on is not the operation's
        try {
#define GRIT_RETHROW std::rethrow_exception(thrown);
#define GRIT_CAUGHT(I) detail::Rung<Catches, I>
#define GRIT_HANDLER(I)                                                                                                \
    judging = true;                                                                                                    \
    use(error);
            GRIT_LADDER(Catches::size, GRIT_RETHROW, GRIT_CAUGHT, GRIT_HANDLER, )
#undef GRIT_RETHROW
#undef GRIT_CAUGHT
#undef GRIT_HANDLER
        } catch (...) {
            if (judging) throw;
        }
    }
#endif

    Call call_;
    [[no_unique_address]] std::conditional_t<Surrounded, Context, detail::NoOuter> outer_{};
    [[no_unique_address]] detail::KeptOutcome<Stepper, keeps_outcome> kept_{};
};

template <class R>
Stepper(R const&) -> Stepper<R, false>;
template <class R>
Stepper(R const&, Context const&) -> Stepper<R, true>;

} // namespace grit::inline GRIT_ABI
