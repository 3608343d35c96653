// SPDX-License-Identifier: BSL-1.0
#pragma once
// What StopAny and StopAll share: they hold the stops that they combine and sum up their needs.

#include <initializer_list>

#include <grit/stop/traits.hpp>

namespace grit::detail {

constexpr TimePoint earlier(TimePoint a, TimePoint b) noexcept { return b < a ? b : a; }
constexpr TimePoint later(TimePoint a, TimePoint b) noexcept { return a < b ? b : a; }

/// The most attempts of several stops that must agree; 0 if one of them sets no limit, -1 if it is known at run time.
constexpr int most_attempts(std::initializer_list<int> limits) noexcept {
    int most = 0;
    bool at_run_time = false;
    for (int const n : limits) {
        if (n == 0) return 0;
        if (n < 0) at_run_time = true;
        if (n > most) most = n;
    }
    return at_run_time ? -1 : most;
}

/// The stops Ps inside another stop.
template <class... Ps>
class StopParts : public HeldAll<Ps...> {
    static_assert(sizeof...(Ps) > 0, "grit: 'StopAny' or 'StopAll' combines nothing, because its list is empty; write "
                                     "the stops to combine, or StopNever instead");
    static_assert((StopPolicy<Ps> && ...),
                  "grit: a stop was combined with something that is not a stop, because its type does not say "
                  "'static constexpr grit::Family family = grit::Family::stop'; write a stop policy such as "
                  "StopAfterAttempt<5>, or StopIf{f} for a callable, instead");

public:
    static constexpr Family family = Family::stop;
    static constexpr bool needs_clock = (StopTraits<Ps>::needs_clock || ...);
    static constexpr bool needs_wait = (StopTraits<Ps>::needs_wait || ...);
    static constexpr bool needs_failure = (StopTraits<Ps>::needs_failure || ...);

    constexpr StopParts() = default;
    explicit constexpr StopParts(Ps... parts)
        requires(sizeof...(Ps) > 0)
        : HeldAll<Ps...>(static_cast<Ps&&>(parts)...) {}

    /// Returns: f(parts...).
    template <class F>
    constexpr auto unpack(F const& f) const {
        return unpack(f, std::index_sequence_for<Ps...>{});
    }

private:
    template <class F, std::size_t... Is>
    constexpr auto unpack(F const& f, std::index_sequence<Is...>) const {
        return f(this->template part<Is>()...);
    }
};

template <template <class...> class Combined, class P>
inline constexpr bool is_combined = false;
template <template <class...> class Combined, class... Ps>
inline constexpr bool is_combined<Combined, Combined<Ps...>> = true;

template <template <class...> class Combined, class P>
constexpr auto as_combined(P const& p) {
    if constexpr (is_combined<Combined, P>) return p;
    else return Combined<P>{p};
}

/// Returns: a flat Combined<...> of a and b, each of which may be a Combined already.
template <template <class...> class Combined, class A, class B>
constexpr auto combine(A const& a, B const& b) {
    return detail::as_combined<Combined>(a).unpack([&]<class... As>(As const&... as) {
        return detail::as_combined<Combined>(b).unpack(
            [&]<class... Bs>(Bs const&... bs) { return Combined<As..., Bs...>{as..., bs...}; });
    });
}

} // namespace grit::detail
