// SPDX-License-Identifier: BSL-1.0
#pragma once
// RateLimiter: so many calls in a period and no more; the others wait for their turn, or are refused.

#include <grit/core/within.hpp>
#include <grit/rate_limiter/pace.hpp>
#include <grit/rate_limiter/rate_limited.hpp>
#include <grit/time/max_wait.hpp>

namespace grit::inline GRIT_ABI {
namespace detail {

/// One call through a limiter. Surrounded: whether the attempt around it may have a deadline or a stop.
///
/// Abandoned while it waits for its turn, it gives the turn back if it is the last one.
template <class Limiter, bool Surrounded>
class LimitedCall {
    static constexpr bool hears = Surrounded && Limiter::hears_deadline;
    enum class Refusal : unsigned char { limit, deadline, stop };

public:
    using Rejections = Conditional<hears, Types<RateLimited, DeadlinePassed, StopRequested>, Types<RateLimited>>;

    GRIT_INLINE constexpr LimitedCall(Limiter& limiter, Duration cost) noexcept : limiter_(limiter), cost_(cost) {}
    LimitedCall(LimitedCall const&) = delete;
    LimitedCall& operator=(LimitedCall const&) = delete;
    GRIT_INLINE ~LimitedCall() {
        if constexpr (Limiter::hears_deadline)
            if (waits_) limiter_.give_back(turn_, cost_);
    }

    GRIT_INLINE Answer start([[maybe_unused]] Attempt const& at) {
        Duration longest = limiter_.max_wait();
        if constexpr (hears)
            if (refuses(at, longest)) return refuse(limiter_.set(), *this);
        turn_ = limiter_.take(cost_, longest);
        if (!turn_.taken) return refuse(limiter_.set(), *this);
        if constexpr (!Limiter::hears_deadline) return Answer::again;
        waits_ = turn_.wait > Duration::zero();
        return waits_ ? Answer::sleep : Answer::again;
    }
    Duration wait() const noexcept
        requires(Limiter::hears_deadline)
    {
        return turn_.wait;
    }
    decltype(auto) time() const
        requires(Limiter::hears_deadline)
    {
        return limiter_.time();
    }
    Answer wake([[maybe_unused]] Attempt const& at) {
        if constexpr (hears)
            if (Duration longest = turn_.wait; refuses(at, longest))
                return refuse(limiter_.set(), *this); // the destructor gives back
        waits_ = false;
        return Answer::again;
    }

    template <class F>
    decltype(auto) with_rejection(F const& f) const {
        if constexpr (hears) {
            if (refusal_ == Refusal::stop) return f(StopRequested{limiter_.stage()});
            if (refusal_ == Refusal::deadline) return f(DeadlinePassed{limiter_.stage()});
        }
        return f(limiter_.refusal(turn_));
    }

private:
    /// Nothing starts after a deadline or a requested stop. Else `longest` becomes a wait that ends before the
    /// deadline.
    bool refuses(Attempt const& at, Duration& longest) {
        if (at.stop_requested()) {
            refusal_ = Refusal::stop;
            return true;
        }
        if (!at.has_deadline()) return false;
        Duration const left = at.remaining();
        if (left <= Duration::zero()) {
            refusal_ = Refusal::deadline;
            return true;
        }
        if (left <= longest) longest = left - Duration{1};
        return false;
    }

    Limiter& limiter_;
    Duration cost_;
    ArrivalTime::Turn turn_{};
    bool waits_ = false;
    Refusal refusal_ = Refusal::limit;
};

} // namespace detail

/// The calls through a limiter that each count as several: `limiter.with_cost(5)`. A stage that refers to the limiter.
///
/// Thread safety: a const value.
template <class Limiter>
class LimiterWithCost : public StageInterface<LimiterWithCost<Limiter>> {
public:
    static constexpr char const* name = "LimiterWithCost";
    static consteval auto arguments() { return Types<Limiter>{}; }
    static constexpr bool hears_deadline = Limiter::hears_deadline;

    constexpr LimiterWithCost(Limiter& limiter, Duration cost) noexcept : limiter_(&limiter), cost_(cost) {}
    GRIT_INLINE auto call(Attempt const&) const noexcept {
        return detail::LimitedCall<Limiter, true>{*limiter_, cost_};
    }
    GRIT_INLINE auto call(Outermost const&) const noexcept {
        return detail::LimitedCall<Limiter, false>{*limiter_, cost_};
    }

private:
    Limiter* limiter_;
    Duration cost_;
};

/// Lets `N` calls in `Per` through, and up to `Burst` at once after a pause: `RateLimiter<100, 1s>`, where the burst is
/// N, `RateLimiter<100, 1s, 1>` for an even flow, or `RateLimiter{n, per, burst}` with values at run time.
///
/// In any time t at most Burst + N * t / Per calls go in. A call beyond that is refused; with MaxWait<D> it waits for
/// its turn, D at most and never up to the deadline of its attempt. Further policies: Time, Name, OnReject. Constant
/// policies take no room; such a limiter can be a constinit global. It can be neither copied nor moved.
///
/// Units: the time for one call, Per / N, is rounded up to a nanosecond. Requires: at least one call in the period and
/// in a burst. Throws: std::invalid_argument if that does not hold. Thread safety: safe from any thread, without a
/// lock; a call is one read-modify-write. Source: the generic cell rate algorithm, ITU-T I.371.
template <ConstantInt N = dynamic, ConstantDuration Per = dynamic, ConstantInt Burst = N, class... Ps>
class RateLimiter : public StageInterface<RateLimiter<N, Per, Burst, Ps...>>,
                    detail::Pace<N, Per, Burst>,
                    public detail::PolicySet<Ps...> {
    using Pace = detail::Pace<N, Per, Burst>;
    using Set = detail::PolicySet<Ps...>;
    using Settings = detail::TurnSettings<Set>;

    static_assert(detail::is_met<(detail::one_form(N, Per, Burst))>,
                  "grit: a 'RateLimiter' was given some of its numbers as constants, because the others are missing or "
                  "come at run time; write RateLimiter<100, 1s>, or RateLimiter{n, per} with all of them at run time");
    static_assert(detail::is_met<(N.is_dynamic() || Per.is_dynamic() || Pace::is_rate(N.value(), Per.value()))>,
                  "grit: a 'RateLimiter' was given a rate that it cannot keep, because it lets through less than one "
                  "call in its period, or more than one in a nanosecond; write RateLimiter<100, 1s> instead");
    static_assert(detail::is_met<(N.is_dynamic() || Per.is_dynamic() || !Pace::is_rate(N.value(), Per.value()) ||
                                  Pace::is_burst(N.value(), Per.value(), Burst.value()))>,
                  "grit: a 'RateLimiter' was given a burst that it cannot let through, because it is less than one "
                  "call, or comes back in more than ten years; write RateLimiter<100, 1s, 10> instead");
    static_assert(detail::is_met<((detail::is_turn_policy<Ps> && ...))>,
                  "grit: a 'RateLimiter' was given a policy of another stage, because it has no use for it; give it "
                  "MaxWait, Time, Name or OnReject, and put the other stage into a pipeline with it, instead");
    static_assert(detail::check_listeners<RateLimited, DeadlinePassed, StopRequested>(detail::RejectListeners<Set>{}));
    static_assert(detail::is_met<(Set::clash == detail::Clash::none)>,
                  "grit: a 'RateLimiter' was given two policies of one kind, because only one of them can count; keep "
                  "one of them");

public:
    static constexpr char const* name = "RateLimiter";
    static consteval auto arguments() { return Types<Constant<N>, Constant<Per>, ConstantOr<Burst, N>, Ps...>{}; }
    /// Calls may wait for their turn, and then they end before the deadline.
    static constexpr bool hears_deadline = Settings::limits_wait;

    /// Takes the policies that have a value at run time; those made of constants may be left out.
    template <class... Qs>
        requires(!N.is_dynamic() && (Policy<Qs> && ...))
    explicit(sizeof...(Qs) == 1) constexpr RateLimiter(Qs const&... given) : Set(detail::Given<Qs...>(given...)) {}

    constexpr RateLimiter()
        requires(N.is_dynamic())
        : RateLimiter(1, Duration{1}) {
        static_assert(detail::is_met<(!N.is_dynamic())>,
                      "grit: a 'RateLimiter' was constructed without its numbers, because they come at run time where "
                      "its brackets are empty; write RateLimiter<100, 1s>, or RateLimiter{n, per}, instead");
    }

    template <class T>
        requires(N.is_dynamic() && detail::GivenAlone<RateLimiter, T>)
    explicit constexpr RateLimiter(T const&) : RateLimiter(1, Duration{1}) {
        static_assert(detail::is_met<(always_false<T>)>,
                      "grit: a 'RateLimiter' was given one value only, because it cannot guess the period; write "
                      "RateLimiter{100, 1s} instead");
    }

    template <class Count, class D, class... Qs, bool Exceptions = GRIT_EXCEPTIONS>
        requires(N.is_dynamic() && (Policy<Qs> && ...))
    constexpr RateLimiter(Count n, D per, Qs const&... given) : RateLimiter(n, per, detail::as_count(n), given...) {}

    template <class Count, class D, class Most, class... Qs, bool Exceptions = GRIT_EXCEPTIONS>
        requires(N.is_dynamic() && !Policy<Most> && (Policy<Qs> && ...))
    constexpr RateLimiter(Count n, D per, Most burst, Qs const&... given)
        : Pace(checked<Exceptions>(detail::as_count(n), duration_argument(per), detail::as_count(burst))),
          Set(detail::Given<Qs...>(given...)) {}

    RateLimiter(RateLimiter const&) = delete;
    RateLimiter& operator=(RateLimiter const&) = delete;

    /// The stage contract: one call, which whoever drives it asks step by step. It counts once.
    GRIT_INLINE auto call(Attempt const&) noexcept { return detail::LimitedCall<RateLimiter, true>{*this, one()}; }
    GRIT_INLINE auto call(Outermost const&) noexcept { return detail::LimitedCall<RateLimiter, false>{*this, one()}; }

    /// Returns: a stage whose calls each count as several, such as the tokens of a request. It refers to this.
    /// Throws: std::invalid_argument if no call could ever go in, since the cost is below one or above the burst.
    template <class Count, bool Exceptions = GRIT_EXCEPTIONS>
    auto with_cost(Count cost) {
        return LimiterWithCost<RateLimiter>{*this, of_cost<Exceptions>(detail::as_count(cost))};
    }

    /// Asks for a turn now and never waits. Returns: nothing, or why there is none.
    TryResult<void, RateLimited> try_acquire() { return acquire(one()); }
    template <class Count, bool Exceptions = GRIT_EXCEPTIONS>
    TryResult<void, RateLimited> try_acquire(Count cost) {
        return acquire(of_cost<Exceptions>(detail::as_count(cost)));
    }

    /// From now on refuses every call. A call that waits for its turn keeps it.
    void close() noexcept { arrival_.close(); }
    bool closed() const noexcept { return arrival_.closed(); }
    /// Closes, and sleeps until the last turn that was taken has come, `limit` at most. Returns: whether it has.
    template <class D>
    bool drain(D limit) {
        Duration const longest = duration_argument(limit);
        Duration const ahead = saturating_subtract(arrival_.close(), now());
        if (ahead <= this->credit()) return true;
        Duration const left = ahead - this->credit();
        decltype(auto) time = this->time();
        if (Duration const wait = left < longest ? left : longest; wait > Duration::zero())
            detail::sleep_unwatched(time, wait);
        return left <= longest;
    }
    /// Returns: how many calls could go in at this moment without a wait; none if it is closed.
    int permits() const {
        Duration const left = this->credit() - arrival_.ahead(now()); // neither is negative
        return left > Duration::zero() ? static_cast<int>(left / this->interval()) : 0;
    }
    /// Returns: whether it remembers nothing: a new limiter would do the same.
    bool idle() const { return arrival_.idle(now()); }
    /// Returns: the time on its clock.
    GRIT_INLINE TimePoint now() const { return time().now(); }

private:
    friend class detail::LimitedCall<RateLimiter, true>;
    friend class detail::LimitedCall<RateLimiter, false>;

    constexpr Set const& set() const noexcept { return *this; }
    GRIT_INLINE constexpr Duration max_wait() const noexcept { return Settings::max_wait(set(), Duration::zero()); }
    GRIT_INLINE constexpr decltype(auto) time() const { return Settings::time(set()); }
    constexpr std::string_view stage() const noexcept { return Settings::name(set(), "rate_limiter"); }

    GRIT_INLINE constexpr Duration one() const noexcept { return this->interval(); }
    template <bool Exceptions>
    constexpr Duration of_cost(int cost) const {
        if (cost < 1 || cost > this->burst())
            reject<Exceptions>("grit: a 'RateLimiter' was given a call that can never go in, because its cost is below "
                               "one or above the burst; give it a larger burst, or split the call");
        return this->interval() * cost;
    }
    GRIT_INLINE detail::ArrivalTime::Turn take(Duration cost, Duration longest) {
        detail::ArrivalTime::Turn const turn = arrival_.take(now(), cost, this->credit(), Duration::zero());
        if (turn.taken) [[likely]]
            return turn;
        // Read anew: a thread that was held up since it looked at the clock would seem to come before its time.
        return arrival_.take(now(), cost, this->credit(), longest);
    }
    GRIT_COLD void give_back(detail::ArrivalTime::Turn turn, Duration cost) noexcept { arrival_.give_back(turn, cost); }
    TryResult<void, RateLimited> acquire(Duration cost) {
        detail::ArrivalTime::Turn const turn = take(cost, Duration::zero());
        if (turn.taken) return {std::in_place, [] {}};
        RateLimited const rejection = refusal(turn);
        if constexpr (detail::RejectListeners<Set>::size != 0) detail::tell_rejection(set(), rejection);
        return rejection;
    }
    constexpr RateLimited refusal(detail::ArrivalTime::Turn const& turn) const noexcept {
        return RateLimited{turn.wait, stage(), turn.closed};
    }

    template <bool Exceptions>
    static constexpr Pace checked(int n, Duration per, int burst) {
        if (!Pace::is_rate(n, per))
            reject<Exceptions>("grit: a 'RateLimiter' was given a rate that it cannot keep, because it lets through "
                               "less than one call in its period, or more than one in a nanosecond; write "
                               "RateLimiter{100, 1s} instead");
        if (!Pace::is_burst(n, per, burst))
            reject<Exceptions>("grit: a 'RateLimiter' was given a burst that it cannot let through, because it is less "
                               "than one call, or comes back in more than ten years; write RateLimiter{100, 1s, 10} "
                               "instead");
        return Pace{n, per, burst};
    }

    detail::ArrivalTime arrival_;
};

template <class T>
RateLimiter(T) -> RateLimiter<>;
template <class Count, class D, class... Qs>
    requires(Policy<Qs> && ...)
RateLimiter(Count, D, Qs...) -> RateLimiter<dynamic, dynamic, dynamic, Qs...>;
template <class Count, class D, class Most, class... Qs>
    requires(!Policy<Most> && (Policy<Qs> && ...))
RateLimiter(Count, D, Most, Qs...) -> RateLimiter<dynamic, dynamic, dynamic, Qs...>;

} // namespace grit::inline GRIT_ABI
