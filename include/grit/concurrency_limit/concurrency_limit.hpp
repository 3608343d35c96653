// SPDX-License-Identifier: BSL-1.0
#pragma once
// ConcurrencyLimit: as many calls at a time as the service bears, found out by how long they take.

#include <grit/concurrency_limit/aimd.hpp>
#include <grit/concurrency_limit/concurrency_limited.hpp>
#include <grit/concurrency_limit/gradient.hpp>
#include <grit/concurrency_limit/settings.hpp>
#include <grit/core/cause.hpp>
#include <grit/core/within.hpp>
#include <grit/time/in_line.hpp>

namespace grit::inline GRIT_ABI {
namespace detail {

/// One call under an adaptive limit: a place, and then a sample. An error that is no overload, and the end of a call
/// that is abandoned, say nothing.
template <class Stage, bool Surrounded>
class AdaptiveCall : public CallInPlace<Stage, Surrounded> {
    using Base = CallInPlace<Stage, Surrounded>;
    using Overloads = typename Stage::Overloads;

    template <class Outcome, class... Es>
    static constexpr bool is_overload(ResultCause<Outcome> const& cause, Types<Es...>) {
        return (cause.template matches<Es>() || ...);
    }
    template <class R>
    static constexpr bool failed(R const& result) {
        return detail::fails(result);
    }

public:
    using Catches = Overloads;
    template <class R>
    static constexpr bool judges = ErrorChannel<R>::exists;

    using Base::Base;

    GRIT_INLINE Answer start(Attempt const& at) { return begun(Base::start(at)); }
    Answer wake(Attempt const& at)
        requires(Stage::hears_deadline)
    {
        return begun(Base::wake(at));
    }

    template <class E>
    void caught(Attempt const&, E const&) noexcept {
        end(true);
    }
    template <class R>
    GRIT_INLINE void returned(Attempt const&, R const& result) noexcept {
        if constexpr (judges<R>) {
            bool const overload = is_overload(ResultCause<R>{__builtin_addressof(result)}, Overloads{});
            if (!overload && failed(result)) return;
            end(overload);
        } else end(false);
    }
    template <class J>
    void rejected(Attempt const&, J const&) noexcept {
        if (names_any<J>(Overloads{})) end(true);
    }

private:
    template <class J, class... Es>
    static consteval bool names_any(Types<Es...>) {
        return (names<Es, J> || ...);
    }
    GRIT_INLINE Answer begun(Answer answer) {
        if (answer == Answer::again) {
            started_ = this->stage().now();
            used_ = this->stage().used();
        }
        return answer;
    }
    GRIT_INLINE void end(bool overload) noexcept {
        Stage& stage = this->stage();
        stage.learn({started_, stage.now(), used_, overload});
    }

    TimePoint started_{};
    int used_ = 0;
};

/// What a ConcurrencyLimit asks its policies.
template <class Set>
struct LimitSettings {
    template <Family F>
    using Of = typename Set::template Of<F>;
    template <class List, class Default>
    struct OneOf {
        using type = Default;
    };
    template <class P, class Default>
    struct OneOf<Types<P>, Default> {
        using type = P;
    };
    template <class P>
    struct OverloadsOf {
        using type = Types<>;
    };
    template <class... Es>
    struct OverloadsOf<OverloadIf<Es...>> {
        using type = Types<Es...>;
    };

    using Adapt = typename OneOf<Of<LimitFamily::adapt>, Aimd<std::chrono::seconds{1}>>::type;
    using Between = typename OneOf<Of<LimitFamily::between>, LimitBetween<1, 200, 20>>::type;
    using Line = typename OneOf<Of<LimitFamily::line>, WaitInLine<0>>::type;
    using Overloads = typename OverloadsOf<typename OneOf<Of<LimitFamily::overload>, void>::type>::type;
    static constexpr bool has_line = Of<LimitFamily::line>::size != 0;

    template <class P>
    GRIT_INLINE static constexpr decltype(auto) get([[maybe_unused]] Set const& set) {
        return policy_of<P>(set);
    }
};

template <class P>
inline constexpr bool is_limit_policy =
    P::family == LimitFamily::adapt || P::family == LimitFamily::between || P::family == LimitFamily::line ||
    P::family == LimitFamily::overload || is_turn_policy<P>;

} // namespace detail

/// A bulkhead whose number of places follows what the service bears: `ConcurrencyLimit<Aimd<500ms>>`,
/// `ConcurrencyLimit<Gradient<>, LimitBetween<5, 100, 20>>`.
///
/// Policies stand in any order: one that adapts (Aimd, Gradient), and, if wanted, LimitBetween, WaitInLine, MaxWait,
/// OverloadIf, Time, Name, OnReject. A call that returns tells its latency; one that ends by an error of OverloadIf
/// tells of an overload; any other end tells nothing. Who finds no place waits in line, or is refused. It can be
/// neither copied nor moved; one of constants can be a constinit global.
///
/// Thread safety: safe from any thread. A call reads the clock twice; a sample that comes while another is weighed is
/// left out, so that no call waits for another one's arithmetic.
template <class... Ps>
class ConcurrencyLimit {
    static_assert(detail::is_met<(always_false<Ps...>)>,
                  "grit: a 'ConcurrencyLimit' was given a type that is no policy, because it names no family; list "
                  "policies such as Aimd<500ms>");
};

template <class... Ps>
    requires(Policy<Ps> && ...)
class ConcurrencyLimit<Ps...> : public StageInterface<ConcurrencyLimit<Ps...>>, public detail::PolicySet<Ps...> {
    using Set = detail::PolicySet<Ps...>;
    using Settings = detail::TurnSettings<Set>;
    using Limits = detail::LimitSettings<Set>;
    using Adapt = typename Limits::Adapt;

    static_assert(detail::is_met<((detail::is_limit_policy<Ps> && ...))>,
                  "grit: a 'ConcurrencyLimit' was given a policy of another stage, because it has no use for it; give "
                  "it Aimd or Gradient, and put the other stage into a pipeline with it, instead");
    static_assert(
        detail::check_listeners<ConcurrencyLimited, DeadlinePassed, StopRequested>(detail::RejectListeners<Set>{}));
    static_assert(detail::is_met<(Set::clash == detail::Clash::none)>,
                  "grit: a 'ConcurrencyLimit' was given two policies of one kind, because only one of them can count; "
                  "keep one of them");
    static_assert(detail::is_met<(Set::template Of<detail::LimitFamily::adapt>::size > 0)>,
                  "grit: a 'ConcurrencyLimit' was not told how to adapt, because none of its policies says so; add "
                  "Aimd<500ms> or Gradient<>");
    static_assert(detail::is_met<(Limits::has_line || !Settings::limits_wait)>,
                  "grit: a 'ConcurrencyLimit' was given a MaxWait, because nobody waits where there is no line; add "
                  "WaitInLine<100>, or leave MaxWait out");

public:
    static constexpr char const* name = "ConcurrencyLimit";
    static consteval auto arguments() { return Types<Ps...>{}; }
    using Overloads = typename Limits::Overloads;
    /// Calls may wait for a place, at most up to the deadline.
    static constexpr bool hears_deadline = Limits::has_line;

    /// Takes the policies that have a value at run time, in any order; those made of constants may be left out.
    template <class... Qs>
        requires(Policy<Qs> && ...)
    explicit(sizeof...(Qs) == 1) constexpr ConcurrencyLimit(Qs const&... given)
        : Set(detail::Given<Qs...>(given...)), places_(between().start()) {}
    ConcurrencyLimit(ConcurrencyLimit const&) = delete;
    ConcurrencyLimit& operator=(ConcurrencyLimit const&) = delete;

    /// The stage contract: one call, which whoever drives it asks step by step.
    GRIT_INLINE auto call(Attempt const&) noexcept { return detail::AdaptiveCall<ConcurrencyLimit, true>{*this}; }
    GRIT_INLINE auto call(Outermost const&) noexcept { return detail::AdaptiveCall<ConcurrencyLimit, false>{*this}; }

    /// From now on refuses every call, also those in line. Calls inside go on.
    void close() noexcept { places_.close(); }
    bool closed() const noexcept { return places_.closed(); }
    /// Closes, and waits until no call is inside, `limit` at most. Returns: whether none is.
    template <class D>
    bool drain(D limit) {
        return detail::drain(places_, time(), duration_argument(limit));
    }

    /// Returns: the limit, how many calls are inside, and how many in line, at this moment.
    int limit() const noexcept { return places_.limit(); }
    int used() const noexcept { return places_.used(); }
    int waiting() const noexcept { return places_.waiting(); }
    /// Returns: whether nobody is inside or in line, it is not closed, and its limit is that of the start: a new one
    /// would do much the same.
    bool idle() const noexcept { return can_be_forgotten() && limit() == between().start(); }
    /// Returns: the same, whatever the limit is. What it has found out goes out of date.
    bool can_be_forgotten() const noexcept { return places_.idle(); }
    /// Returns: the time on its clock.
    GRIT_INLINE TimePoint now() const { return time().now(); }

private:
    template <class, bool>
    friend class detail::CallInPlace;
    template <class, bool>
    friend class detail::AdaptiveCall;

    constexpr Set const& set() const noexcept { return *this; }
    constexpr decltype(auto) between() const noexcept { return Limits::template get<typename Limits::Between>(set()); }
    GRIT_INLINE detail::Places& places() noexcept { return places_; }
    constexpr int most_waiting() const noexcept { return Limits::template get<typename Limits::Line>(set()).length(); }
    constexpr Duration max_wait() const noexcept { return Settings::max_wait(set(), Duration::max()); }
    constexpr decltype(auto) time() const { return Settings::time(set()); }
    constexpr std::string_view stage() const noexcept { return Settings::name(set(), "concurrency_limit"); }
    constexpr ConcurrencyLimited refusal(bool closed) const noexcept { return ConcurrencyLimited{stage(), closed}; }

    void learn(detail::LimitSample const& call) noexcept {
        std::unique_lock const lock{learning_, std::try_to_lock};
        if (!lock.owns_lock()) return;
        decltype(auto) limits = between();
        int const old = places_.limit();
        int const wanted = Limits::template get<Adapt>(set()).next(state_, old, call);
        int const limit = std::clamp(wanted, limits.min(), limits.max());
        if (limit != old) places_.set_limit(limit);
    }

    detail::Places places_;
    std::mutex learning_;
    typename Adapt::State state_{};
};

template <class... Ps>
ConcurrencyLimit(Ps...) -> ConcurrencyLimit<Ps...>;

} // namespace grit::inline GRIT_ABI
