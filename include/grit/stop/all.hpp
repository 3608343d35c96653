// SPDX-License-Identifier: BSL-1.0
#pragma once
// StopAll and `&`: stop if each of several stops says so.

#include <grit/stop/parts.hpp>

namespace grit::inline GRIT_ABI {

namespace detail {

template <class Indices, class... Ps>
class AllStop;
template <std::size_t... Is, class... Ps>
class AllStop<std::index_sequence<Is...>, Ps...> : public StopParts<Ps...> {
public:
    static constexpr bool has_parts = true;
    static constexpr bool bounded = (StopTraits<Ps>::bounded && ...);
    static constexpr int max_attempts = most_attempts({StopTraits<Ps>::max_attempts...});

    using StopParts<Ps...>::StopParts;

    constexpr int attempts() const { return most_attempts({StopTraits<Ps>::attempts(this->template part<Is>())...}); }

    template <class Q>
    GRIT_INLINE constexpr bool stop(Q&& q) const {
        return (agrees<Turn::at_once, Ps>(this->template part<Is>(), q) && ...) &&
               (agrees<Turn::with_time, Ps>(this->template part<Is>(), q) && ...) &&
               (agrees<Turn::with_wait, Ps>(this->template part<Is>(), q) && ...);
    }
    template <class Q>
    constexpr StopReason reason(Q const& q) const {
        StopReason last = StopReason::none;
        ((last = StopTraits<Ps>::reason(this->template part<Is>(), q)), ...);
        return last;
    }

    constexpr TimePoint deadline(TimePoint start) const
        requires(StopTraits<Ps>::has_deadline && ...)
    {
        TimePoint last = TimePoint::min();
        ((last = later(last, StopTraits<Ps>::deadline(this->template part<Is>(), start))), ...);
        return last;
    }
    GRIT_INLINE constexpr bool passed(TimePoint now) const
        requires(StopTraits<Ps>::can_pass && ...)
    {
        return (StopTraits<Ps>::passed(this->template part<Is>(), now) && ...);
    }
    GRIT_INLINE constexpr bool cancelled() const
        requires(StopTraits<Ps>::can_cancel && ...)
    {
        return (StopTraits<Ps>::cancelled(this->template part<Is>()) && ...);
    }

private:
    /// True also of a part that is asked in another turn.
    template <Turn T, class P, class Q>
    GRIT_INLINE static constexpr bool agrees(P const& p, Q&& q) {
        if constexpr (T == StopTraits<P>::turn) return StopTraits<P>::stop(p, q);
        else return true;
    }
};

} // namespace detail

/// Stops if each of Ps says so; the reason is that of the last one listed.
///
/// Those that need neither the clock nor the wait are asked first. `a & b` is StopAll{a, b}, flattened.
/// Thread safety: that of Ps.
template <class... Ps>
class StopAll : public detail::AllStop<std::index_sequence_for<Ps...>, Ps...> {
public:
    static constexpr char const* name = "StopAll";
    static consteval auto arguments() { return Types<Ps...>{}; }
    using Kind = StopAll<>;
    using detail::AllStop<std::index_sequence_for<Ps...>, Ps...>::AllStop;
};
template <class... Ps>
StopAll(Ps...) -> StopAll<Ps...>;

/// Stops if a and b say so. Returns: a flat StopAll.
template <StopPolicy A, StopPolicy B>
constexpr auto operator&(A const& a, B const& b) {
    return detail::combine<StopAll>(a, b);
}

} // namespace grit::inline GRIT_ABI
