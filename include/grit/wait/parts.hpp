// SPDX-License-Identifier: BSL-1.0
#pragma once
// The base of every wait that is made of other waits: it holds them, carries their states and sums up their needs.

#include <grit/core/hana.hpp>
#include <grit/wait/traits.hpp>

namespace grit::inline GRIT_ABI::detail {

/// The waits Ws inside another wait. Every part sees every attempt, also those at which another part is used.
template <class... Ws>
class WaitParts : public Hold<Ws...> {
    static_assert(detail::is_met<(WaitPolicy<Ws> && ...)>,
                  "grit: a wait was combined with something that is not a wait, because its type does not say "
                  "'static constexpr grit::Family family = grit::Family::wait'; write a wait policy such as "
                  "WaitFixed<1s>, or WaitFrom{f} for a callable, instead");
    using Indices = std::index_sequence_for<Ws...>;

public:
    using State = Hold<typename WaitTraits<Ws>::State...>;
    static constexpr bool needs_random = (WaitTraits<Ws>::needs_random || ...);
    static constexpr bool needs_hint = (WaitTraits<Ws>::needs_hint || ...);
    static constexpr bool needs_failure = (WaitTraits<Ws>::needs_failure || ...);
    static constexpr bool needs_clock = (WaitTraits<Ws>::needs_clock || ...);
    static constexpr bool bounded_wait = (WaitTraits<Ws>::bounded_wait && ...);

    using Hold<Ws...>::Hold;

    GRIT_INLINE constexpr State first() const { return first(Indices{}); }
    GRIT_INLINE constexpr State next(State const& s, Duration taken) const { return next(s, taken, Indices{}); }
    constexpr State state_at(int n) const { return state_at(n, Indices{}); }

protected:
    template <std::size_t I, class Q>
    GRIT_INLINE constexpr Duration value_of(State const& s, Q const& q) const {
        return Traits<I>::value(this->template part<I>(), s.template part<I>(), q);
    }
    template <std::size_t I>
    constexpr Bounds bounds_of(State const& s) const {
        return Traits<I>::bounds(this->template part<I>(), s.template part<I>());
    }

private:
    template <std::size_t I>
    using Traits = WaitTraits<At<Types<Ws...>, I>>;

    template <std::size_t... Is>
    GRIT_INLINE constexpr State first(std::index_sequence<Is...>) const {
        return State{WaitTraits<Ws>::first(this->template part<Is>())...};
    }
    template <std::size_t... Is>
    GRIT_INLINE constexpr State next(State const& s, Duration taken, std::index_sequence<Is...>) const {
        return State{WaitTraits<Ws>::next(this->template part<Is>(), s.template part<Is>(), taken)...};
    }
    template <std::size_t... Is>
    constexpr State state_at(int n, std::index_sequence<Is...>) const {
        return State{WaitTraits<Ws>::state_at(this->template part<Is>(), n)...};
    }
};

} // namespace grit::inline GRIT_ABI::detail
