// SPDX-License-Identifier: BSL-1.0
#pragma once
// pipeline: stages around one operation, the outermost first. It knows the contract of a stage, and no stage.

#include <grit/core/attempt.hpp>
#include <grit/core/concepts.hpp>
#include <grit/core/invoke.hpp>
#include <grit/core/types.hpp>
#include <grit/core/value.hpp>

namespace grit {
namespace detail {

/// The end of every chain: the operation, as f(args...), or f(attempt, args...) if only that is possible.
template <int Exceptions, class F, class... Args>
class Operation {
    static constexpr bool takes_nothing = std::is_invocable_v<F&, Args&...>;
    static consteval bool can_be_called() {
        if constexpr (takes_nothing) return true;
        else return std::is_invocable_v<F&, Attempt const&, Args&...>;
    }
    static_assert(can_be_called(),
                  "grit: an operation cannot be called with these arguments, because a pipeline passes them as lvalues, "
                  "after a grit::Attempt const& or without; take them by value or by const reference");
    static consteval bool cannot_throw() {
        if constexpr (takes_nothing) return std::is_nothrow_invocable_v<F&, Args&...>;
        else return std::is_nothrow_invocable_v<F&, Attempt const&, Args&...>;
    }

public:
    GRIT_INLINE constexpr Operation(F& f, Args&... args) noexcept : f_(f), args_{args...} {}

    GRIT_INLINE constexpr decltype(auto) operator()(Attempt const& attempt) const noexcept(cannot_throw()) {
        return call(attempt, std::index_sequence_for<Args...>{});
    }
    GRIT_INLINE constexpr decltype(auto) operator()(Context const& context) const noexcept(cannot_throw()) {
        return call(Attempt{1, Duration::zero(), context}, std::index_sequence_for<Args...>{});
    }

private:
    template <std::size_t I, class T>
    struct Argument {
        T& value;
    };
    template <class Indices>
    struct Arguments;
    template <std::size_t... Is>
    struct Arguments<std::index_sequence<Is...>> : Argument<Is, Args>... {};

    template <std::size_t... Is>
    GRIT_INLINE constexpr decltype(auto) call([[maybe_unused]] Attempt const& attempt,
                                              std::index_sequence<Is...>) const noexcept(cannot_throw()) {
        if constexpr (takes_nothing) return detail::invoke(f_, static_cast<Argument<Is, Args> const&>(args_).value...);
        else return detail::invoke(f_, attempt, static_cast<Argument<Is, Args> const&>(args_).value...);
    }

    F& f_;
    Arguments<std::index_sequence_for<Args...>> args_;
};

/// What a stage that was given a Context is to call: it puts the number of the attempt back.
template <class Next>
class SameAttempt {
public:
    GRIT_INLINE constexpr SameAttempt(Next& next, Attempt const& attempt) noexcept : next_(next), attempt_(attempt) {}

    GRIT_INLINE constexpr decltype(auto) operator()(Context const& context) const
        noexcept(std::is_nothrow_invocable_v<Next&, Attempt const&>) {
        return next_(Attempt{attempt_.number(), attempt_.last_wait(), context});
    }
    GRIT_INLINE constexpr decltype(auto) operator()(Attempt const& attempt) const
        noexcept(std::is_nothrow_invocable_v<Next&, Attempt const&>) {
        return next_(attempt);
    }

private:
    Next& next_;
    Attempt const& attempt_;
};

/// One stage and what runs inside it. An attempt keeps its number on the way through stages that know only contexts.
template <int Exceptions, class S, class Next>
class Link {
public:
    GRIT_INLINE constexpr Link(S& stage, Next& next) noexcept : stage_(stage), next_(next) {}

    GRIT_INLINE constexpr decltype(auto) operator()(Context const& context) const { return run(next_, context); }
    GRIT_INLINE constexpr decltype(auto) operator()(Attempt const& attempt) const {
        SameAttempt<Next> next{next_, attempt};
        return run(next, attempt.context());
    }

private:
    template <class Inner>
    GRIT_INLINE constexpr decltype(auto) run(Inner& next, Context const& context) const {
        static_assert(requires(S& stage) { &stage; stage.run(next, context); },
                      "grit: a pipeline was given something that is no stage, because it has no run(next, context); "
                      "give it stages such as Retrying and CircuitBreaker, and the operation to the call instead");
        return stage_.run(next, context);
    }

    S& stage_;
    Next& next_;
};

/// True if a stage that counts calls stands outside one that repeats them.
template <class... Stages>
inline constexpr bool hides_attempts = false;
template <class First, class... Rest>
inline constexpr bool hides_attempts<First, Rest...> =
    (counts_calls<std::remove_cvref_t<First>> && (repeats_calls<std::remove_cvref_t<Rest>> || ...)) ||
    hides_attempts<Rest...>;

/// Holds one stage: a value, or a reference to an object that lives elsewhere.
template <std::size_t I, class S>
class HeldStage {
public:
    explicit constexpr HeldStage(S const& stage) : stage_(stage) {}
    GRIT_INLINE constexpr S const& stage() const noexcept { return stage_; }

private:
    [[no_unique_address]] S stage_;
};
template <std::size_t I, class S>
class HeldStage<I, S&> {
public:
    explicit constexpr HeldStage(S& stage) noexcept : stage_(&stage) {}
    GRIT_INLINE constexpr S& stage() const noexcept { return *stage_; }

private:
    S* stage_;
};

template <class Indices, class... Stages>
class HeldStages;
template <std::size_t... Is, class... Stages>
class HeldStages<std::index_sequence<Is...>, Stages...> : HeldStage<Is, Stages>... {
public:
    explicit constexpr HeldStages(std::conditional_t<std::is_reference_v<Stages>, Stages, Stages const&>... stages)
        : HeldStage<Is, Stages>(stages)... {}

    template <std::size_t I>
    GRIT_INLINE constexpr auto& stage() const noexcept {
        return static_cast<HeldStage<I, At<Types<Stages...>, I>> const&>(*this).stage();
    }
};

/// How a pipeline holds a stage that it is given: a copy, or a reference if the stage has state that is shared and so
/// cannot be copied.
template <class S>
struct HowHeld {
    static_assert(std::is_lvalue_reference_v<S> || std::is_copy_constructible_v<std::remove_cvref_t<S>>,
                  "grit: a pipeline was given a temporary stage with state, because it would refer to an object that is "
                  "gone; give the stage a name, as in CircuitBreaker<...> breaker, instead");
    using type = std::conditional_t<std::is_copy_constructible_v<std::remove_cvref_t<S>>, std::remove_cvref_t<S>,
                                    std::remove_reference_t<S>&>;
};

} // namespace detail

/// Stages around any operation, the outermost first: pipeline(a, b)(f, args...) is a run around b run around f(args...).
///
/// Its type can be written: `Pipeline<Robust, Breaker&>`; a stage whose state is shared is held by reference. A pipeline
/// is a stage. Thread safety: that of its stages; it adds no state.
template <class... Stages>
class Pipeline : detail::HeldStages<std::index_sequence_for<Stages...>, Stages...> {
    using Held = detail::HeldStages<std::index_sequence_for<Stages...>, Stages...>;
    static_assert(sizeof...(Stages) > 0, "grit: a pipeline was given no stage, because its brackets are empty; write at "
                                         "least one stage, or call the operation itself instead");
    static_assert(!detail::hides_attempts<Stages...>,
                  "grit: a pipeline was given a circuit breaker outside a retry, because it would see one outcome where "
                  "the service sees every attempt, and go on hammering it; write pipeline(retrying, breaker) instead");

public:
    static constexpr bool repeats_calls = (grit::repeats_calls<std::remove_cvref_t<Stages>> || ...);
    static constexpr bool counts_calls = (grit::counts_calls<std::remove_cvref_t<Stages>> || ...);

    explicit(sizeof...(Stages) == 1) constexpr Pipeline(
        std::conditional_t<std::is_reference_v<Stages>, Stages, Stages const&>... stages)
        : Held(stages...) {}

    /// Calls f(args...), or f(attempt, args...) if only that is possible, inside the stages.
    ///
    /// Arguments are passed as lvalues. Returns: what the outermost stage returns. Throws: what the stages and f throw.
    template <int Exceptions = GRIT_EXCEPTIONS, class F, class... Args>
    GRIT_INLINE constexpr decltype(auto) operator()(F&& f, Args&&... args) const {
        using Operation = detail::Operation<Exceptions, std::remove_reference_t<F>, std::remove_reference_t<Args>...>;
        Operation operation{f, args...};
        return chain<Exceptions, 0>(operation, no_context);
    }

    /// The stage contract.
    template <int Exceptions = GRIT_EXCEPTIONS, class Next>
    GRIT_INLINE constexpr decltype(auto) run(Next&& next, Context const& context) const {
        return chain<Exceptions, 0>(next, context);
    }

    /// Returns: a callable that runs f inside the stages; it holds copies of this and f.
    template <int Exceptions = GRIT_EXCEPTIONS, class F>
    constexpr auto wrap(F f) const {
        return [self = *this, f = static_cast<F&&>(f)]<class... Args>(Args&&... args) -> decltype(auto) {
            return self.template operator()<Exceptions>(f, static_cast<Args&&>(args)...);
        };
    }

private:
    /// Builds the chain from the inside out, and enters it at its outer end.
    template <int Exceptions, std::size_t Outside, class Next>
    GRIT_INLINE constexpr decltype(auto) chain(Next& next, Context const& context) const {
        if constexpr (Outside == sizeof...(Stages)) return next(context);
        else {
            auto& stage = this->template stage<sizeof...(Stages) - 1 - Outside>();
            detail::Link<Exceptions, std::remove_reference_t<decltype(stage)>, Next> link{stage, next};
            return chain<Exceptions, Outside + 1>(link, context);
        }
    }
};

/// Returns: a pipeline of the stages, the outermost first. A stage that can be copied is; one with shared state, such as
/// a CircuitBreaker, is referred to and must outlive the pipeline.
template <class... Stages>
constexpr auto pipeline(Stages&&... stages) {
    return Pipeline<typename detail::HowHeld<Stages>::type...>{stages...};
}

} // namespace grit
