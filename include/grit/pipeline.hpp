// SPDX-License-Identifier: BSL-1.0
#pragma once
// pipeline: stages around one operation, the outermost first. It knows the contract of a stage, and no stage.

#include <grit/core/concepts.hpp>
#include <grit/core/flat.hpp>
#include <grit/core/hana.hpp>
#include <grit/core/nested.hpp>
#include <grit/core/order.hpp>
#include <grit/core/types.hpp>
#include <grit/core/within.hpp>

namespace grit::inline GRIT_ABI {
namespace detail {

/// True if a stage that narrows the deadline has none inside that hears it.
template <class... Stages>
inline constexpr bool narrows_unheard = false;
template <class First, class... Rest>
inline constexpr bool narrows_unheard<First, Rest...> =
    (narrows_deadline<std::remove_cvref_t<First>> && !(hears_deadline<std::remove_cvref_t<Rest>> || ...)) ||
    narrows_unheard<Rest...>;

/// What a pipeline that is const calls of a stage that it holds.
template <class S>
using AsHeld = std::conditional_t<std::is_reference_v<S>, S, S const&>;
template <class S>
using StageOf = std::remove_reference_t<AsHeld<S>>;

/// How a pipeline holds a stage that it is given: a copy, or a reference if the stage has state that is shared and so
/// cannot be copied; or as what the stage names, such as one that owns it together with others.
template <class S>
struct HowHeld {
    static_assert(
        detail::is_met<(std::is_lvalue_reference_v<S> || std::is_copy_constructible_v<std::remove_cvref_t<S>>)>,
        "grit: a pipeline was given a temporary stage with state, because it would refer to an object that is "
        "gone; give the stage a name, as in CircuitBreaker<...> breaker, instead");
    using type = std::conditional_t<std::is_copy_constructible_v<std::remove_cvref_t<S>>, std::remove_cvref_t<S>,
                                    std::remove_reference_t<S>&>;
};

/// Runs an operation inside all stages of a pipeline. A base, so that the indices need no function of their own, which
/// a backtrace would show.
template <class Self, class Indices>
class NestedStages;
template <class Self, std::size_t... Is>
class NestedStages<Self, std::index_sequence<Is...>> {
public:
    /// Runs op(attempt) inside the stages, and inside those that follow.
    template <int Exceptions, class R, class Around, class Op, class... Rest>
    GRIT_INLINE constexpr R nest_before(Around const& at, Op& op, Rest&... rest) const {
        return detail::nest<Exceptions, R>(at, op, static_cast<Self const&>(*this).template stage<Is>()..., rest...);
    }
};

} // namespace detail

/// Stages around any operation, the outermost first: pipeline(a, b)(f, args...) runs f(args...) inside b inside a.
///
/// Its type can be written: `Pipeline<Robust, Breaker&>`; a stage whose state is shared is held by reference. A
/// pipeline is a stage. Thread safety: that of its stages; it adds no state.
template <class... Ss>
class Pipeline : public StageInterface<Pipeline<Ss...>>,
                 public detail::NestedStages<Pipeline<Ss...>, std::index_sequence_for<Ss...>>,
                 detail::Hold<Ss...> {
    static_assert(detail::is_met<(sizeof...(Ss) > 0)>,
                  "grit: a pipeline was given no stage, because its brackets are empty; write at "
                  "least one stage, or call the operation itself instead");
    static_assert(sizeof(detail::OrderChecks<std::remove_cvref_t<Ss>...>) != 0);

public:
    static constexpr char const* name = "Pipeline";
    static consteval auto arguments() { return Types<std::remove_cvref_t<Ss>...>{}; }
    using Stages = Types<Ss...>;
    static constexpr std::size_t count = sizeof...(Ss);
    static constexpr bool repeats_calls = (grit::repeats_calls<std::remove_cvref_t<Ss>> || ...);
    static constexpr bool narrows_deadline = detail::narrows_unheard<Ss...>;
    static constexpr bool hears_deadline = (grit::hears_deadline<std::remove_cvref_t<Ss>> || ...);
    static constexpr bool counts_calls = (grit::counts_calls<std::remove_cvref_t<Ss>> || ...);
    static constexpr bool races_attempts = (grit::races_attempts<std::remove_cvref_t<Ss>> || ...);
    /// All that repeat calls allow it.
    static constexpr bool allows_nested =
        ((!grit::repeats_calls<std::remove_cvref_t<Ss>> || grit::allows_nested<std::remove_cvref_t<Ss>>) && ...);

    explicit(sizeof...(Ss) ==
             1) constexpr Pipeline(std::conditional_t<std::is_reference_v<Ss>, Ss, Ss const&>... stages)
        : detail::Hold<Ss...>(stages...) {}

    /// The stage contract: the calls of all stages as one.
    template <class Around>
    constexpr auto call(Around const& at) const {
        static_assert((detail::check_stage<detail::StageOf<Ss>>() && ...));
        return detail::flat_call<0>(*this, at);
    }

    /// Returns: the I-th stage, the outermost first.
    template <std::size_t I>
    GRIT_INLINE constexpr auto& stage() const noexcept {
        using S = At<Types<Ss...>, I>;
        if constexpr (detail::BuiltOnDemand<S>) return detail::instance<S>;
        else return this->template part<I>();
    }
};

namespace detail {
template <class S>
    requires requires { typename std::remove_cvref_t<S>::HeldAs; }
struct HowHeld<S> {
    using type = typename std::remove_cvref_t<S>::HeldAs;
};
} // namespace detail

/// Returns: a pipeline of the stages, the outermost first. A stage that can be copied is; one with shared state, such
/// as a CircuitBreaker, is referred to and must outlive the pipeline.
template <class... Stages>
constexpr auto pipeline(Stages&&... stages) {
    return Pipeline<typename detail::HowHeld<Stages>::type...>{stages...};
}

} // namespace grit::inline GRIT_ABI
