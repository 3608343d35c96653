// SPDX-License-Identifier: BSL-1.0
#pragma once
// WaitChain: one wait after another, attempt by attempt.

#include <grit/wait/parts.hpp>

namespace grit::inline GRIT_ABI {

/// After attempt k waits as the k-th of its parts says; the last one stays.
///
/// Every part sees the number of the attempt in the call: an exponential wait in the third place starts with its third
/// value. `WaitChain<WaitFixed<1s>, WaitFixed<5s>>`, or `WaitChain{wait, wait}`. Requires: at least one part.
/// Thread safety: that of its parts. Source: tenacity's wait_chain.
template <class... Ws>
class WaitChain : public detail::WaitParts<Ws...> {
    using Parts = detail::WaitParts<Ws...>;
    using Indices = std::index_sequence_for<Ws...>;
    static constexpr int size = static_cast<int>(sizeof...(Ws));

    static_assert(detail::is_met<(size > 0)>,
                  "grit: 'WaitChain' was given no wait, because its brackets are empty; write at least one, "
                  "such as WaitChain<WaitFixed<1s>, WaitFixed<5s>>, instead");
    static_assert(detail::is_met<(!(detail::WaitTraits<Ws>::limits_hint || ...))>,
                  "grit: 'WaitChain' was given a WaitHint, because a limit on hints holds for all attempts; write "
                  "WaitHint<60s, WaitChain<...>> instead");

public:
    static constexpr Family family = Family::wait;
    static constexpr char const* name = "WaitChain";
    static consteval auto arguments() { return Types<Ws...>{}; }
    using Kind = WaitChain<void>;

    struct State {
        typename Parts::State parts;
        int position; // of the part whose turn it is
    };

    using Parts::Parts;

    GRIT_INLINE constexpr State first() const { return {Parts::first(), 0}; }
    GRIT_INLINE constexpr State next(State const& s, Duration taken) const {
        return {Parts::next(s.parts, taken), s.position + 1 < size ? s.position + 1 : s.position};
    }
    constexpr State state_at(int n) const { return {Parts::state_at(n), n < size ? (n < 1 ? 0 : n - 1) : size - 1}; }

    template <class Q>
    GRIT_INLINE constexpr Duration value(State const& s, Q const& q) const {
        return value(s, q, Indices{});
    }
    constexpr Bounds bounds(State const& s) const { return bounds(s, Indices{}); }

private:
    template <class Q, std::size_t... Is>
    GRIT_INLINE constexpr Duration value(State const& s, Q const& q, std::index_sequence<Is...>) const {
        Duration result = Duration::zero();
        (void)((s.position == int{Is} && (result = this->template value_of<Is>(s.parts, q), true)) || ...);
        return result;
    }
    template <std::size_t... Is>
    constexpr Bounds bounds(State const& s, std::index_sequence<Is...>) const {
        Bounds result{};
        (void)((s.position == int{Is} && (result = this->template bounds_of<Is>(s.parts), true)) || ...);
        return result;
    }
};
template <class... Ws>
WaitChain(Ws...) -> WaitChain<Ws...>;

} // namespace grit::inline GRIT_ABI
