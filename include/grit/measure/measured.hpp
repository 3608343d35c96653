// SPDX-License-Identifier: BSL-1.0
#pragma once
// Measured: counts calls or attempts by how they ended, and how long they took if that is asked for.

#include <grit/core/name.hpp>
#include <grit/core/policy_set.hpp>
#include <grit/core/rejected.hpp>
#include <grit/core/result.hpp>
#include <grit/core/within.hpp>
#include <grit/measure/histogram.hpp>
#include <grit/measure/metrics.hpp>
#include <grit/time/steady.hpp>

namespace grit::inline GRIT_ABI {

/// How a call ended, as its caller sees it.
enum class CallOutcome : unsigned char {
    ok,
    error,   ///< an exception passed, or the result is an error
    rejected ///< a stage inside refused it
};

/// Returns: the enumerator's name, a string literal.
constexpr char const* to_string(CallOutcome outcome) noexcept {
    switch (outcome) {
    case CallOutcome::ok: return "ok";
    case CallOutcome::error: return "error";
    case CallOutcome::rejected: return "rejected";
    }
    return "unknown";
}

namespace detail {

/// One call whose end is told to its stage. Abandoned, it tells nothing.
///
/// Only rejections are caught, to be told from errors; every other exception is seen as it passes.
template <class Stage>
class MeasuredCall {
public:
    using Catches = Types<Rejected>;

    GRIT_INLINE explicit constexpr MeasuredCall(Stage const& stage) noexcept : stage_(stage) {}
    MeasuredCall(MeasuredCall const&) = delete;
    MeasuredCall& operator=(MeasuredCall const&) = delete;

    template <class Around>
    GRIT_INLINE void start([[maybe_unused]] Around const& at) {
        if constexpr (Stage::times_calls) start_ = stage_.now(at);
    }
    GRIT_INLINE void caught(Attempt const& at, Rejected const&) noexcept { end(at, CallOutcome::rejected); }
    GRIT_INLINE void thrown(Attempt const& at) noexcept { end(at, CallOutcome::error); }
    template <class J>
    GRIT_INLINE void rejected(Attempt const& at, J const&) noexcept {
        end(at, CallOutcome::rejected);
    }
    template <class R>
    GRIT_INLINE void returned(Attempt const& at, R const& result) noexcept {
        end(at, fails(result) ? CallOutcome::error : CallOutcome::ok);
    }

private:
    GRIT_INLINE void end([[maybe_unused]] Attempt const& at, CallOutcome outcome) noexcept {
        if constexpr (Stage::times_calls) stage_.count(outcome, saturating_subtract(stage_.now(at), start_));
        else stage_.count(outcome);
    }

    struct Nothing {};
    Stage const& stage_;
    [[no_unique_address]] std::conditional_t<Stage::times_calls, TimePoint, Nothing> start_{};
};

} // namespace detail

/// Counts calls by how they ended: `Measured{metrics, Name<"chat">{}}`. It stands outermost; inside a retry it counts
/// attempts, and says so: `Measured{metrics, Name<"chat">{}, EachAttempt{}}`.
///
/// It fills grit.calls{grit.name, outcome}, or grit.attempts; outcome is ok, error or rejected. With Histogram<> it
/// reads the clock at both ends and fills grit.call.duration or grit.attempt.duration as well. A call that was
/// abandoned is not counted. Further policies: Time; without it the clock is that of the context.
///
/// Requires: the Metrics outlives it. Complexity: one count; a rejection that is an exception is caught and thrown on.
/// Thread safety: a const value.
template <class... Ps>
class Measured : public StageInterface<Measured<Ps...>> {
    using Set = detail::PolicySet<Ps...>;
    template <Family F>
    using Of = typename Set::template Of<F>;
    template <class P>
    static constexpr bool is_known = P::family == Family::name || P::family == Family::time ||
                                     P::family == MeasureFamily::histogram || P::family == MeasureFamily::extent;

    static_assert(detail::is_met<((is_known<Ps> && ...))>,
                  "grit: a 'Measured' was given a policy of another stage, because it has no use for it; give it Name, "
                  "Histogram, EachAttempt and Time only, and put the other stage into a pipeline with it, instead");
    static_assert(detail::is_met<(Set::clash == detail::Clash::none)>,
                  "grit: a 'Measured' was given two policies of one kind, because only one of them can count; keep one "
                  "of them");
    static_assert(detail::is_met<(Of<Family::name>::size != 0)>,
                  "grit: a 'Measured' was given no Name, because nobody could tell its series from those of another; "
                  "add Name<\"chat\">{}, or Name{host}, instead");

    static constexpr bool is_attempt = Of<MeasureFamily::extent>::size != 0;
    using Buckets = detail::BucketsOf<Of<MeasureFamily::histogram>>;
    template <class... Ts>
    static detail::PolicySet<Ts...> time_of(Types<Ts...>);
    using TimeSet = decltype(time_of(Of<Family::time>{}));

public:
    static constexpr char const* name = "Measured";
    static consteval auto arguments() { return Types<Ps...>{}; }
    /// What it counts is wrong inside a stage that repeats calls, or outside all of them.
    static constexpr bool measures_calls = !is_attempt;
    static constexpr bool measures_attempts = is_attempt;
    static constexpr bool times_calls = Buckets::exist;

    /// Takes the policies that have a value at run time; those made of constants may be left out.
    /// Throws: std::invalid_argument if the name is taken by series that do not fit.
    template <class... Qs>
        requires(Policy<Qs> && ...)
    explicit(sizeof...(Qs) == 0) Measured(Metrics& metrics, Qs const&... given)
        : Measured(metrics, detail::Given<Qs...>(given...), labels(Set{detail::Given<Qs...>(given...)})) {}

    /// The stage contract: one call, which whoever drives it asks step by step.
    GRIT_INLINE constexpr auto call(Attempt const&) const noexcept { return detail::MeasuredCall<Measured>{*this}; }

private:
    friend class detail::MeasuredCall<Measured>;

    template <class... Qs>
    Measured(Metrics& metrics, detail::Given<Qs...> const& given, std::vector<Labels> const& each)
        : ended_(metrics.counters(is_attempt ? metric::attempts : metric::calls, each)),
          buckets_(metrics, is_attempt ? metric::attempt_duration : metric::call_duration, each), time_(given) {}

    static std::vector<Labels> labels(Set const& set) {
        std::string const of{detail::name_in(set, Of<Family::name>{}, {})};
        return detail::labels_for_each(
            of, "outcome",
            {to_string(CallOutcome::ok), to_string(CallOutcome::error), to_string(CallOutcome::rejected)});
    }

    GRIT_INLINE void count(CallOutcome outcome) const noexcept { ended_[static_cast<std::size_t>(outcome)].add(); }
    GRIT_INLINE void count(CallOutcome outcome, Duration took) const noexcept {
        count(outcome);
        buckets_.observe(static_cast<std::size_t>(outcome), took);
    }
    GRIT_INLINE TimePoint now(Attempt const& at) const { return now(at, Of<Family::time>{}); }
    template <class... Ts>
    GRIT_INLINE TimePoint now([[maybe_unused]] Attempt const& at, Types<Ts...>) const {
        if constexpr (sizeof...(Ts) == 0) return at.context().now();
        else return (detail::policy_of<Ts>(time_).get().now(), ...);
    }

    Counters ended_;
    [[no_unique_address]] Buckets buckets_;
    [[no_unique_address]] TimeSet time_;
};
template <class... Ps>
    requires(Policy<Ps> && ...)
Measured(Metrics&, Ps...) -> Measured<Ps...>;

} // namespace grit::inline GRIT_ABI
