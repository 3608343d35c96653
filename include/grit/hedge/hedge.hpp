// SPDX-License-Identifier: BSL-1.0
#pragma once
// Hedge: a further attempt beside a slow one; the first acceptable outcome wins.

#include <atomic>

#include <grit/budget/stop_over_budget.hpp>
#include <grit/hedge/delay_at_quantile.hpp>
#include <grit/hook/on_give_up.hpp>
#include <grit/retrying/retrying.hpp>
#include <grit/stop/after_attempt.hpp>

namespace grit::inline GRIT_ABI {

namespace detail {

/// What only whoever can run several attempts at a time can do.
struct HedgeCall {
    template <class Around>
    static constexpr void start(Around const&) {
        static_assert(is_met<(always_false<Around>)>,
                      "grit: a 'Hedge' was called by a thread that waits, because it runs several attempts at a time; "
                      "write co_await grit::async(pipeline)(f), or async_invoke(executor, pipeline, f, token)");
    }
};

/// The policy of a list that is of that family, or void.
template <Family F, class... Ps>
struct OfFamily {
    using type = void;
};
template <Family F, class P, class... Ps>
struct OfFamily<F, P, Ps...> : Conditional<P::family == F, std::type_identity<P>, OfFamily<F, Ps...>> {};

/// The delay of a hedge: that of the constants, or one that moves.
template <class Moving>
class HedgeDelay {
public:
    explicit constexpr HedgeDelay(Duration start) noexcept : delay_(Moving::within_bounds(start).count()) {}
    HedgeDelay(HedgeDelay const&) = delete;
    HedgeDelay& operator=(HedgeDelay const&) = delete;

    Duration get(Duration) const noexcept { return Duration{delay_.load(std::memory_order_relaxed)}; }
    /// A step that comes while another one is made may be lost.
    void told(bool in_time) noexcept {
        delay_.store(Moving::next(get({}), in_time).count(), std::memory_order_relaxed);
    }

private:
    std::atomic<Duration::rep> delay_;
};
template <>
class HedgeDelay<void> {
public:
    explicit constexpr HedgeDelay(Duration) noexcept {}
    static constexpr Duration get(Duration start) noexcept { return start; }
    static constexpr void told(bool) noexcept {}
};

} // namespace detail

/// Starts a further attempt where one has not ended after the delay `D`, until `N` have been started: `Hedge<50ms, 2>`,
/// or `Hedge{delay, n}` with values at run time. The first acceptable outcome ends the call. It is for coroutines
/// and callbacks: what stands inside it is run once for each attempt.
///
/// Acceptable is what retry predicates would not retry: a result that is no error, and an error that they do not name.
/// They stand behind the numbers: `Hedge<50ms, 2, RetryIf<TimeoutError>>`; without one they are those of a Retrying. An
/// attempt that fails starts the next one at once. A rejection from inside, such as that of a limit, is never
/// acceptable. If all attempts fail, the last error is the outcome, and a rejection only if there is no other.
///
/// The others are cancelled and not waited for: an operation owns what it uses. A cancellation from outside ends all
/// attempts, and waits for them. Further policies: StopOverBudget{budget}, by which every further attempt takes a token
/// and a success brings some; DelayAtQuantile<95>, a delay that follows the calls.
///
/// Requires: a delay of zero or more, and 2 to 64 attempts. Throws: std::invalid_argument if that does not hold.
/// Thread safety: a const value; with a DelayAtQuantile it has state, which is safe from any thread, and can be neither
/// copied nor moved.
template <ConstantDuration D = dynamic, ConstantInt N = D.is_dynamic() ? ConstantInt{dynamic} : ConstantInt{2},
          class... Ps>
class Hedge : detail::PolicySet<Ps...> {
    using Set = detail::PolicySet<Ps...>;
    using Moving = typename detail::OfFamily<detail::HedgeFamily::delay, Ps...>::type;
    using Budget = typename detail::OfFamily<Family::stop, Ps...>::type;
    static constexpr int most = 64;
    static constexpr bool has_budget = !std::is_void_v<Budget>;
    template <class P>
    static constexpr bool is_known =
        P::family == Family::retry || P::family == detail::HedgeFamily::delay || requires(P const& p) { p.try_pay(); };

    static_assert(detail::is_met<(detail::one_form(D, N))>,
                  "grit: a 'Hedge' was given some of its numbers as constants, because the others come at run time; "
                  "write Hedge<50ms, 2>, or Hedge{delay, n} with both at run time");
    static_assert(
        detail::is_met<(D.is_dynamic() || (D.value() >= Duration::zero() && N.value() >= 2 && N.value() <= most))>,
        "grit: a 'Hedge' was given numbers that it cannot use, because its delay is negative, or it has "
        "less than two attempts or more than 64; write Hedge<50ms, 2> instead");
    static_assert(detail::is_met<(is_known<Ps> && ...)>,
                  "grit: a 'Hedge' was given a policy of another stage, because it has no use for it; give it retry "
                  "predicates, a StopOverBudget or a DelayAtQuantile, and put the rest into a Retrying around it");
    static_assert(detail::is_met<(Set::clash == detail::Clash::none && (0 + ... + (Ps::family == Family::stop)) <= 1)>,
                  "grit: a 'Hedge' was given two policies of one kind, because only one of them can count; keep one of "
                  "them");

public:
    static constexpr char const* name = "Hedge";
    static consteval auto arguments() { return Types<Constant<D>, Constant<N>, Ps...>{}; }
    static constexpr bool races_attempts = true;

    template <class... Qs>
        requires(!D.is_dynamic() && (Policy<Qs> && ...))
    explicit(sizeof...(Qs) == 1) constexpr Hedge(Qs const&... given)
        : Set(detail::Given<Qs...>(given...)), delay_(D.value()) {}
    constexpr Hedge()
        requires(D.is_dynamic())
        : Hedge(Duration{}, 2) {
        static_assert(detail::is_met<(!D.is_dynamic())>,
                      "grit: a 'Hedge' was constructed without its numbers, because they come at run time where its "
                      "brackets are empty; write Hedge<50ms, 2>, or Hedge{delay, n}, instead");
    }
    template <class T>
        requires(D.is_dynamic() && detail::GivenAlone<Hedge, T>)
    explicit constexpr Hedge(T const&) : Hedge(Duration{}, 2) {
        static_assert(detail::is_met<(always_false<T>)>,
                      "grit: a 'Hedge' was given one value only, because it cannot guess the number of attempts; write "
                      "Hedge{50ms, 2} instead");
    }
    template <class T, class Count, class... Qs, bool Exceptions = GRIT_EXCEPTIONS>
        requires(D.is_dynamic() && (Policy<Qs> && ...))
    constexpr Hedge(T delay, Count n, Qs const&... given)
        : Set(detail::Given<Qs...>(given...)), start_(duration_argument(delay)), n_(detail::as_count(n)),
          delay_(checked<Exceptions>(duration_argument(delay), detail::as_count(n))) {}

    /// Returns: how many attempts a call may start, the first included.
    constexpr int attempts() const noexcept { return n_.get(); }
    /// Returns: the delay before a further attempt, as it is now.
    constexpr Duration delay() const noexcept { return delay_.get(start_.get()); }

    /// The stage contract: drivers that can do so run it themselves, and others cannot.
    constexpr detail::HedgeCall call(Attempt const&) const noexcept { return {}; }

    // For drivers.

    /// Takes a token for a further attempt. Returns: whether there was one.
    bool try_pay() const {
        if constexpr (has_budget) return policy_of<Budget>(static_cast<Set const&>(*this)).try_pay();
        else return true;
    }
    void succeeded() const {
        if constexpr (has_budget) policy_of<Budget>(static_cast<Set const&>(*this)).succeeded();
    }
    /// The first attempt has ended before the delay, or not.
    void told(bool in_time) noexcept { delay_.told(in_time); }
    void told(bool) const noexcept
        requires std::is_void_v<Moving>
    {}
    /// Returns: a retry of one attempt, whose failure is one that is not acceptable. It then sets `failed`.
    constexpr auto judge(bool& failed) const {
        auto const fail = [&failed] { failed = true; };
        return judge_by(Types<>{}, Types<Ps...>{}, OnGiveUp{fail});
    }

private:
    template <bool Exceptions>
    static constexpr Duration checked(Duration delay, int n) {
        if (delay < Duration::zero() || n < 2 || n > most)
            reject<Exceptions>("grit: a 'Hedge' was given numbers that it cannot use, because its delay is negative, "
                               "or it has less than two attempts or more than 64; write Hedge{50ms, 2} instead");
        return delay;
    }
    template <class... Predicates, class Hook>
    constexpr auto judge_by(Types<Predicates...>, Types<>, Hook const& hook) const {
        return Retrying{StopAfterAttempt<1>{}, hook, policy_of<Predicates>(static_cast<Set const&>(*this))...};
    }
    template <class... Predicates, class P, class... Rest, class Hook>
    constexpr auto judge_by(Types<Predicates...>, Types<P, Rest...>, Hook const& hook) const {
        if constexpr (P::family == Family::retry) return judge_by(Types<Predicates..., P>{}, Types<Rest...>{}, hook);
        else return judge_by(Types<Predicates...>{}, Types<Rest...>{}, hook);
    }

    [[no_unique_address]] detail::DurationValue<D> start_;
    [[no_unique_address]] detail::IntValue<N> n_;
    [[no_unique_address]] detail::HedgeDelay<Moving> delay_;
};
template <class T>
Hedge(T) -> Hedge<>;
template <class T, class Count, class... Qs>
Hedge(T, Count, Qs...) -> Hedge<dynamic, dynamic, Qs...>;

} // namespace grit::inline GRIT_ABI
