// SPDX-License-Identifier: BSL-1.0
#pragma once
// StopAny and `|`: stop if one of several stops says so.

#include <grit/stop/parts.hpp>

namespace grit {

namespace detail {

template <class Indices, class... Ps>
class AnyStop;
template <std::size_t... Is, class... Ps>
class AnyStop<std::index_sequence<Is...>, Ps...> : public StopParts<Ps...> {
    template <class P>
    static constexpr bool has_token = StopTraits<P>::has_token;
    static constexpr int tokens = (0 + ... + int(has_token<Ps>));

public:
    static constexpr bool bounded = (StopTraits<Ps>::bounded || ...);
    static constexpr int stop_count = (StopTraits<Ps>::count + ... + 0);
    static constexpr int max_attempts = fewest_attempts({StopTraits<Ps>::max_attempts...});

    using StopParts<Ps...>::StopParts;

    constexpr int attempts() const { return fewest_attempts({StopTraits<Ps>::attempts(this->template part<Is>())...}); }

    template <bool Late, class Q>
    GRIT_INLINE constexpr bool stops(Q const& q) const {
        return (StopTraits<Ps>::template stops<Late>(this->template part<Is>(), q) || ...);
    }
    template <class Q>
    GRIT_INLINE constexpr bool stop(Q const& q) const {
        return stops<false>(q) || stops<true>(q);
    }
    template <class Q>
    GRIT_INLINE constexpr int first_early(Q const& q) const {
        int found = -1;
        int before = 0;
        (void)(((found = StopTraits<Ps>::first_early(this->template part<Is>(), q)) >= 0 ||
                (before += StopTraits<Ps>::count, false)) ||
               ...);
        return found < 0 ? -1 : before + found;
    }
    template <class Q>
    GRIT_INLINE constexpr StopReason first_reason(Q const& q, int early) const {
        StopReason first = StopReason::none;
        (void)(((first = StopTraits<Ps>::first_reason(this->template part<Is>(), q, early)) != StopReason::none ||
                (early -= StopTraits<Ps>::count, false)) ||
               ...);
        return first;
    }
    template <class Q>
    constexpr StopReason reason(Q const& q) const {
        return first_reason(q, first_early(q));
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

    /// As a token of its own, for a sleep that shall end as soon as one of several tokens says so.
    GRIT_INLINE constexpr bool stop_requested() const
        requires(tokens > 1)
    {
        return cancelled();
    }
    /// The tokens themselves, for a sleep that registers with each.
    StopLeaf leaf(int& left) const
        requires(tokens > 1)
    {
        StopLeaf found{};
        auto const one = [&]<class P>([[maybe_unused]] P const& stop) {
            if constexpr (has_token<P>) found = StopView{&StopTraits<P>::token(stop)}.leaf(left);
            return found.token != nullptr;
        };
        (void)((one(this->template part<Is>())) || ...);
        return found;
    }
    /// Returns: the token of the only stop that has one, so that a sleep can use all that it offers, or itself.
    GRIT_INLINE constexpr auto const& token() const
        requires(tokens > 0)
    {
        if constexpr (tokens == 1) return this->template part<(0 + ... + (has_token<Ps> ? Is : 0))>().token();
        else if constexpr (BuiltOnDemand<AnyStop>) return instance<AnyStop>;
        else return *this;
    }
};

} // namespace detail

/// Stops if one of Ps says so; the reason is that of the first that does, in the order listed.
///
/// Those that need neither the clock nor the wait are asked first. `a | b` is StopAny{a, b}, flattened.
/// Thread safety: that of Ps.
template <class... Ps>
class StopAny : public detail::AnyStop<std::index_sequence_for<Ps...>, Ps...> {
public:
    static constexpr char const* name = "StopAny";
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

} // namespace grit
