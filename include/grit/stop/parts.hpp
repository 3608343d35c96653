// SPDX-License-Identifier: BSL-1.0
#pragma once
// What StopAny and StopAll share: they hold the stops that they combine and sum up their needs.

#include <initializer_list>

#include <grit/core/hana.hpp>
#include <grit/stop/traits.hpp>

namespace grit::inline GRIT_ABI::detail {

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
class StopParts : public Hold<Ps...> {
    static_assert(detail::is_met<(sizeof...(Ps) > 0)>,
                  "grit: 'StopAny' or 'StopAll' combines nothing, because its list is empty; write "
                  "the stops to combine, or StopNever instead");
    static_assert(detail::is_met<(StopPolicy<Ps> && ...)>,
                  "grit: a stop was combined with something that is not a stop, because its type does not say "
                  "'static constexpr grit::Family family = grit::Family::stop'; write a stop policy such as "
                  "StopAfterAttempt<5>, or StopIf{f} for a callable, instead");

    static_assert(detail::is_met<(!(StopTraits<Ps>::takes || ...))>,
                  "grit: a stop that takes something was combined with another, because it is asked after all others "
                  "and given back what no attempt follows; name it beside them, as in Retrying{StopAfterAttempt<5>{}, "
                  "StopOverBudget{budget}}, instead");

public:
    static constexpr Family family = Family::stop;
    static constexpr bool needs_clock = (StopTraits<Ps>::needs_clock || ...);
    static constexpr bool needs_wait = (StopTraits<Ps>::needs_wait || ...);
    static constexpr bool needs_failure = (StopTraits<Ps>::needs_failure || ...);

    using Hold<Ps...>::Hold;
};

} // namespace grit::inline GRIT_ABI::detail
