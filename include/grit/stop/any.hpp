// SPDX-License-Identifier: BSL-1.0
#pragma once
// StopAny and `|`: stop if one of several stops says so.

#include <grit/stop/parts.hpp>

namespace grit::inline GRIT_ABI {

namespace detail {

template <class Indices, class... Ps>
class AnyStop;
template <std::size_t... Is, class... Ps>
class AnyStop<std::index_sequence<Is...>, Ps...> : public StopParts<Ps...> {
public:
    static constexpr bool bounded = (StopTraits<Ps>::bounded || ...);
    static constexpr int max_attempts = fewest_attempts({StopTraits<Ps>::max_attempts...});
    static constexpr bool has_parts = true;
    static constexpr bool asks_in_turns = true;
    static constexpr int tokens = (0 + ... + StopTraits<Ps>::tokens);

    using StopParts<Ps...>::StopParts;

    constexpr int attempts() const { return fewest_attempts({StopTraits<Ps>::attempts(this->template part<Is>())...}); }

    /// Returns: the reason of the first part of this turn that says so, in the order listed, or none.
    template <Turn T, class Q>
    GRIT_INLINE constexpr StopReason ask(Q&& q) const {
        StopReason reason = StopReason::none;
        (void)((stops(reason = StopTraits<Ps>::template ask<T>(this->template part<Is>(), q))) || ...);
        return reason;
    }
    template <class Q>
    GRIT_INLINE constexpr bool stop(Q&& q) const {
        return stops(reason(q));
    }
    template <class Q>
    constexpr StopReason reason(Q&& q) const {
        StopReason reason = StopReason::none;
        (void)(stops(reason = ask<Turn::at_once>(q)) || stops(reason = ask<Turn::with_time>(q)) ||
               stops(reason = ask<Turn::with_wait>(q)));
        return reason;
    }

    constexpr TimePoint deadline(TimePoint start) const
        requires(StopTraits<Ps>::has_deadline || ...)
    {
        TimePoint first = TimePoint::max();
        ((first = earlier(first, StopTraits<Ps>::deadline(this->template part<Is>(), start))), ...);
        return first;
    }
    GRIT_INLINE constexpr bool passed(TimePoint now) const
        requires(StopTraits<Ps>::can_pass || ...)
    {
        return (StopTraits<Ps>::passed(this->template part<Is>(), now) || ...);
    }
    GRIT_INLINE constexpr bool cancelled() const
        requires(StopTraits<Ps>::can_cancel || ...)
    {
        return (StopTraits<Ps>::cancelled(this->template part<Is>()) || ...);
    }

    template <class Use>
    GRIT_INLINE constexpr bool any_token(Use const& use) const {
        return (StopTraits<Ps>::any_token(this->template part<Is>(), use) || ...);
    }

private:
    GRIT_INLINE static constexpr bool stops(StopReason reason) noexcept { return reason != StopReason::none; }
};

} // namespace detail

/// Stops if one of Ps says so; the reason is that of the first that does, in the order in which they are asked.
///
/// Those that need neither the clock nor the wait are asked first, then those that need no wait, each as listed.
/// `a | b` is StopAny{a, b}, flattened. Thread safety: that of Ps.
template <class... Ps>
class StopAny : public detail::AnyStop<std::index_sequence_for<Ps...>, Ps...> {
public:
    static constexpr char const* name = "StopAny";
    static consteval auto arguments() { return Types<Ps...>{}; }
    using Kind = StopAny<>;
    using detail::AnyStop<std::index_sequence_for<Ps...>, Ps...>::AnyStop;
};
template <class... Ps>
StopAny(Ps...) -> StopAny<Ps...>;

/// Stops if a or b says so. Returns: a flat StopAny.
template <StopPolicy A, StopPolicy B>
constexpr auto operator|(A const& a, B const& b) {
    return detail::combine<StopAny>(a, b);
}

} // namespace grit::inline GRIT_ABI
