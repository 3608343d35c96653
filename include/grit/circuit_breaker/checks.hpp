// SPDX-License-Identifier: BSL-1.0
#pragma once
// Wrong compositions of a breaker: the sentences that a user reads, and the values that are refused.

#include <grit/circuit_breaker/circuit_open.hpp>
#include <grit/circuit_breaker/family.hpp>
#include <grit/circuit_breaker/settings.hpp>

namespace grit::inline GRIT_ABI {
namespace detail {

template <class P>
inline constexpr bool is_circuit_policy =
    P::family == CircuitFamily::trip || P::family == CircuitFamily::open || P::family == CircuitFamily::half_open ||
    P::family == CircuitFamily::classify || P::family == CircuitFamily::listener ||
    P::family == CircuitFamily::outcome_listener || P::family == CircuitFamily::atomics || P::family == on_reject ||
    P::family == Family::time || P::family == Family::random || P::family == Family::name;

template <class... Ps>
consteval bool all_built_on_demand(Types<Ps...>) {
    return (!is_stored<Ps> && ...);
}

/// Builds the policies of half-open on demand, where all of them are constants.
template <class Set>
struct ConstantCounts {
    template <class... Ps>
    static constexpr int count(Types<Ps...>, int otherwise) {
        ((otherwise = Ps{}.count()), ...);
        return otherwise;
    }
    template <class Kind>
    using Half = typename CircuitSettings<Set>::template Half<Kind>;
    static constexpr bool are_constant = all_built_on_demand(Half<HalfOpenProbes<>>{}) &&
                                         all_built_on_demand(Half<CloseAfterSuccesses<>>{}) &&
                                         all_built_on_demand(Half<AllowProbeFailures<>>{});

    static consteval bool can_decide() {
        if constexpr (!are_constant) return true; // asked of the values, at construction
        else {
            int const needed = count(Half<CloseAfterSuccesses<>>{}, 1) + count(Half<AllowProbeFailures<>>{}, 0);
            return needed <= count(Half<HalfOpenProbes<>>{}, needed) && needed <= most_probes;
        }
    }
};

template <int Exceptions, class Set>
constexpr void check_circuit(Set const& set) {
    using Settings = CircuitSettings<Set>;
    int const needed = Settings::successes(set) + Settings::allowed_failures(set);
    if (needed > Settings::probes(set) || needed > most_probes)
        reject<Exceptions != 0>(
            "grit: a half-open 'CircuitBreaker' may never decide, because the successes to close and "
            "the failures allowed are more than its probes; give it more HalfOpenProbes, 1023 at "
            "most, or fewer of the others");
}

} // namespace detail

/// The requirements on the policies of a CircuitBreaker, a sentence for each.
template <class... Ps>
struct CircuitChecks {
    static_assert(detail::is_met<(detail::is_circuit_policy<Ps> && ...)>,
                  "grit: a 'CircuitBreaker' was given a policy of another stage, because it has no use for it; put it "
                  "into a Retrying, and both into a pipeline, instead");
    using Set = detail::PolicySet<Ps...>;
    static_assert(detail::check_listeners<CircuitOpen>(detail::RejectListeners<Set>{}));
    static_assert(detail::is_met<(Set::clash == detail::Clash::none)>,
                  "grit: a 'CircuitBreaker' was given two policies of one kind, because only one of them can count; "
                  "keep one, with all error types or both times in it");
    static_assert(detail::is_met<(Set::template Of<CircuitFamily::trip>::size > 0)>,
                  "grit: a 'CircuitBreaker' was given nothing that opens it, because none of its policies says when; "
                  "add OpenAfterFailures<5>");
    static_assert(detail::is_met<(Set::template Of<CircuitFamily::open>::size > 0)>,
                  "grit: a 'CircuitBreaker' was not told how long it stays open, because none of its policies says so; "
                  "add OpenFor<60s>");
    static_assert(detail::is_met<(detail::CircuitSettings<Set>::Trips::bits <= detail::payload_bits)>,
                  "grit: a 'CircuitBreaker' was given trip policies that do not fit into its state word, because "
                  "together they need more than 37 bits; make a window smaller, or its values constant");
    static_assert(
        detail::is_met<(detail::ConstantCounts<Set>::can_decide())>,
        "grit: a half-open 'CircuitBreaker' may never decide, because the successes to close and the failures "
        "allowed are more than its probes; give it more HalfOpenProbes, 1023 at most, or fewer of the others");
};

} // namespace grit::inline GRIT_ABI
