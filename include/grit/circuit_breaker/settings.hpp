// SPDX-License-Identifier: BSL-1.0
#pragma once
// What the protocol asks of the policies of a breaker, each with what holds where none is named.

#include <array>

#include <grit/circuit_breaker/atomics.hpp>
#include <grit/circuit_breaker/beside_word.hpp>
#include <grit/circuit_breaker/family.hpp>
#include <grit/circuit_breaker/half_open.hpp>
#include <grit/circuit_breaker/on_outcome.hpp>
#include <grit/circuit_breaker/on_state_change.hpp>
#include <grit/circuit_breaker/open_for.hpp>
#include <grit/circuit_breaker/trip.hpp>
#include <grit/circuit_breaker/word.hpp>
#include <grit/core/name.hpp>
#include <grit/core/on_reject.hpp>
#include <grit/core/policy_set.hpp>
#include <grit/time/steady.hpp>

namespace grit::inline GRIT_ABI::detail {

/// All trip policies in the word as one: each has its part of the payload, and any of them opens the circuit.
template <class List>
struct TripGroup;
template <class... Ps>
struct TripGroup<Types<Ps...>> {
    static constexpr int bits = (0 + ... + Ps::bits);

    template <class Set>
    GRIT_INLINE static constexpr Word healthy(Set const& set) {
        Word all = 0;
        [[maybe_unused]] int shift = 0;
        ((all |= policy_of<Ps>(set).healthy() << shift, shift += Ps::bits), ...);
        return all;
    }
    template <class Set>
    static constexpr Word next(Set const& set, [[maybe_unused]] Word memory, [[maybe_unused]] Sample sample) {
        Word all = 0;
        [[maybe_unused]] int shift = 0;
        ((all |= policy_of<Ps>(set).next(part<Ps>(memory, shift), sample) << shift, shift += Ps::bits), ...);
        return all;
    }
    /// Calls use(counts, trips) for each in its order: what it has counted, and whether it opens the circuit.
    template <class Set, class Use>
    static constexpr void each(Set const& set, [[maybe_unused]] Word memory, [[maybe_unused]] Use const& use) {
        [[maybe_unused]] int shift = 0;
        [[maybe_unused]] auto const one = [&]<class P>(P const& policy) {
            Word const part_of_it = part<P>(memory, shift);
            use(policy.counts(part_of_it), policy.trips(part_of_it, Sample{true}));
            shift += P::bits;
        };
        (one(policy_of<Ps>(set)), ...);
    }
    template <class Set>
    static constexpr bool trips(Set const& set, [[maybe_unused]] Word memory, [[maybe_unused]] Sample sample) {
        bool any = false;
        [[maybe_unused]] int shift = 0;
        ((any = policy_of<Ps>(set).trips(part<Ps>(memory, shift), sample) || any, shift += Ps::bits), ...);
        return any;
    }

private:
    template <class P>
    static constexpr Word part(Word memory, int shift) noexcept {
        return memory >> shift & ((Word{1} << P::bits) - 1);
    }
};

/// The policies of the list that have a kind.
template <class Kind, class List>
struct OfKind;
template <class Kind, class... Ps>
struct OfKind<Kind, Types<Ps...>> {
    using type = Union<std::conditional_t<std::is_same_v<typename Ps::Kind, Kind>, Types<Ps>, Types<>>...>;
};

template <class L>
concept HearsRefusals = requires(L const& listener) {
    { listener.refused() } noexcept;
};

template <class Set>
struct CircuitSettings {
    template <Family F>
    using Of = typename Set::template Of<F>;
    template <class Kind>
    using Half = typename OfKind<Kind, Of<CircuitFamily::half_open>>::type;

    template <class... As>
    static auto atomics_of(Types<As...>) {
        if constexpr (sizeof...(As) == 0) return grit::Atomics<>{};
        else return (As{}, ...);
    }
    using Atomics = decltype(atomics_of(Of<CircuitFamily::atomics>{}));

    using Split = SplitTrips<Of<CircuitFamily::trip>>;
    using Trips = TripGroup<typename Split::in_word>;
    static constexpr std::size_t trip_count = Of<CircuitFamily::trip>::size;
    using Beside = BesideGroup<typename Split::beside, Atomics>;
    /// Where in the list each trip policy stands, in the order in which they are asked: first those in the word.
    static constexpr auto trip_places = []<class... Ps, class... In, class... Others>(Types<Ps...>, Types<In...>,
                                                                                      Types<Others...>) {
        return std::array<std::size_t, sizeof...(Ps)>{index_of<In, Ps...>()..., index_of<Others, Ps...>()...};
    }(Of<CircuitFamily::trip>{}, typename Split::in_word{}, typename Split::beside{});

    // Half-open.
    static constexpr int successes(Set const& set) { return count(set, Half<CloseAfterSuccesses<>>{}, 1); }
    static constexpr int allowed_failures(Set const& set) { return count(set, Half<AllowProbeFailures<>>{}, 0); }
    static constexpr int probes(Set const& set) {
        return count(set, Half<HalfOpenProbes<>>{}, successes(set) + allowed_failures(set));
    }
    static Duration lease(Set const& set, int openings) { return lease(set, openings, Half<ProbeLease<>>{}); }

    // Open.
    static Duration open_duration(Set const& set, int openings) {
        return open_duration(set, openings, Of<CircuitFamily::open>{});
    }

    // The environment.
    static TimePoint now(Set const& set) { return now(set, Of<Family::time>{}); }
    static constexpr std::string_view name(Set const& set) {
        return name_in(set, Of<Family::name>{}, "circuit_breaker");
    }
    static void tell(Set const& set, StateChange const& change) { tell(set, change, Of<CircuitFamily::listener>{}); }
    static constexpr bool tells_outcomes = Of<CircuitFamily::outcome_listener>::size != 0;
    static void tell(Set const& set, CircuitOutcome const& outcome) {
        tell(set, outcome, Of<CircuitFamily::outcome_listener>{});
    }
    /// Whether a listener hears of each call that is refused, too: by `refused()`.
    static constexpr bool hears_refusals = []<class... Ls>(Types<Ls...>) {
        return (HearsRefusals<Ls> || ...);
    }(Of<CircuitFamily::listener>{});
    static void tell_refused(Set const& set) noexcept {
        [&]<class... Ls>(Types<Ls...>) { (tell_refused(policy_of<Ls>(set)), ...); }(Of<CircuitFamily::listener>{});
    }

private:
    template <class L>
    static void tell_refused(L const& listener) noexcept {
        if constexpr (HearsRefusals<L>) listener.refused();
    }
    static constexpr Duration shortest_lease = std::chrono::minutes{1};

    template <class... Ps>
    static constexpr int count([[maybe_unused]] Set const& set, Types<Ps...>, int otherwise) {
        ((otherwise = policy_of<Ps>(set).count()), ...);
        return otherwise;
    }
    template <class... Ps>
    static Duration lease(Set const& set, int openings, Types<Ps...>) {
        if constexpr (sizeof...(Ps) != 0) return (policy_of<Ps>(set).lease(), ...);
        else return longer(shortest_lease, shorter(longest(set, openings, Of<CircuitFamily::open>{}), longest_open));
    }
    template <class... Ps>
    static Duration longest(Set const& set, int openings, Types<Ps...>) {
        return (policy_of<Ps>(set).longest(openings), ...);
    }
    template <class... Ps>
    static Duration open_duration(Set const& set, int openings, Types<Ps...>) {
        return (policy_of<Ps>(set).duration(openings, random(set, Of<Family::random>{})), ...);
    }
    template <class... Rs>
    static decltype(auto) random(Set const& set, Types<Rs...>) {
        if constexpr (sizeof...(Rs) == 0) return Random<>{};
        else return (policy_of<Rs>(set), ...);
    }
    template <class... Ts>
    static TimePoint now(Set const& set, Types<Ts...>) {
        if constexpr (sizeof...(Ts) == 0) return SteadyTime{}.now();
        else return (policy_of<Ts>(set).get().now(), ...);
    }
    template <class Told, class... Ls>
    static void tell([[maybe_unused]] Set const& set, [[maybe_unused]] Told const& told, Types<Ls...>) {
        (policy_of<Ls>(set)(told), ...);
    }
};

} // namespace grit::inline GRIT_ABI::detail
