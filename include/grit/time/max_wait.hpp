// SPDX-License-Identifier: BSL-1.0
#pragma once
// MaxWait: how long a stage lets a call wait for its turn, and what else such a stage is told by its policies.

#include <grit/core/name.hpp>
#include <grit/core/on_reject.hpp>
#include <grit/core/policy_set.hpp>
#include <grit/time/steady.hpp>

namespace grit::inline GRIT_ABI {

/// A call waits for its turn at a stage for `D` at most: `MaxWait<500ms>`, or `MaxWait{d}` with a value at run time.
///
/// Requires: a time of zero or more; zero is no wait. Throws: std::invalid_argument if it is negative.
/// Thread safety: a const value.
template <ConstantDuration D = dynamic>
class MaxWait : detail::DurationValue<D> {
    static_assert(detail::is_met<(D.is_dynamic() || D.value() >= Duration::zero())>,
                  "grit: 'MaxWait' was given a negative time, because time does not run backwards; write a time of "
                  "zero or more instead");

public:
    static constexpr Family family = Family{31}; // the last of those of the stages, which share it
    static constexpr char const* name = "MaxWait";
    static consteval auto arguments() { return Types<Constant<D>>{}; }
    using Kind = MaxWait<>;

    constexpr MaxWait() = default;
    template <class T, bool Exceptions = GRIT_EXCEPTIONS>
        requires(D.is_dynamic())
    explicit constexpr MaxWait(T time) : detail::DurationValue<D>(duration_argument(time)) {
        if (limit() < Duration::zero())
            reject<Exceptions>("grit: 'MaxWait' was given a negative time, because time does not run backwards; write "
                               "a time of zero or more instead");
    }

    constexpr Duration limit() const noexcept { return this->get(); }
};
template <class T>
MaxWait(T) -> MaxWait<>;

namespace detail {

/// True for the policies of a stage that lets calls in by turns.
template <class P>
inline constexpr bool is_turn_policy =
    P::family == MaxWait<>::family || P::family == Family::time || P::family == Family::name || P::family == on_reject;

/// What such a stage asks its policies, each with what holds where none is named.
template <class Set>
struct TurnSettings {
    template <Family F>
    using Of = typename Set::template Of<F>;
    static constexpr bool limits_wait = Of<MaxWait<>::family>::size != 0;

    GRIT_INLINE static constexpr Duration max_wait(Set const& set, Duration otherwise) {
        return max_wait(set, otherwise, Of<MaxWait<>::family>{});
    }
    GRIT_INLINE static constexpr decltype(auto) time(Set const& set) { return time(set, Of<Family::time>{}); }
    static constexpr std::string_view name(Set const& set, std::string_view otherwise) {
        return name_in(set, Of<Family::name>{}, otherwise);
    }

private:
    template <class... Ps>
    GRIT_INLINE static constexpr Duration max_wait([[maybe_unused]] Set const& set, Duration otherwise, Types<Ps...>) {
        ((otherwise = policy_of<Ps>(set).limit()), ...);
        return otherwise;
    }
    template <class... Ts>
    GRIT_INLINE static constexpr decltype(auto) time([[maybe_unused]] Set const& set, Types<Ts...>) {
        if constexpr (sizeof...(Ts) == 0) return SteadyTime{};
        else return (policy_of<Ts>(set).get(), ...);
    }
};

} // namespace detail
} // namespace grit::inline GRIT_ABI
