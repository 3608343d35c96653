// SPDX-License-Identifier: BSL-1.0
#pragma once
// All trip policies whose memory stands beside the state word, as one.

#include <grit/circuit_breaker/bucket_ring.hpp>
#include <grit/circuit_breaker/trip.hpp>
#include <grit/core/policy_set.hpp>

namespace grit::inline GRIT_ABI::detail {

/// The trip policies of a list, by where their memory is.
template <class List>
struct SplitTrips;
template <class... Ps>
struct SplitTrips<Types<Ps...>> {
    using in_word = Union<std::conditional_t<BesideWord<Ps>, Types<>, Types<Ps>>...>;
    using beside = Union<std::conditional_t<BesideWord<Ps>, Types<Ps>, Types<>>...>;
};

template <class List, class Atomics>
class BesideGroup;
template <class Atomics>
class BesideGroup<Types<>, Atomics> {
public:
    static constexpr bool exists = false;
    static constexpr bool asks_successes = false;
    static constexpr bool times_calls = false;
};

/// On lines of its own: it is written where the word beside it is read.
template <class P, class Atomics>
struct alignas(64) RingOf {
    static auto memory() {
        if constexpr (requires { typename P::template Memory<Atomics>; })
            return std::type_identity<typename P::template Memory<Atomics>>{};
        else return std::type_identity<BucketRing<Atomics, P::buckets>>{};
    }
    typename decltype(memory())::type ring;
};
template <class... Ps, class Atomics>
    requires(sizeof...(Ps) > 0)
class BesideGroup<Types<Ps...>, Atomics> : RingOf<Ps, Atomics>... {
    template <class P>
    auto& ring() {
        return static_cast<RingOf<P, Atomics>&>(*this).ring;
    }
    template <class P>
    auto const& ring() const {
        return static_cast<RingOf<P, Atomics> const&>(*this).ring;
    }

public:
    static constexpr bool exists = true;
    static constexpr bool asks_successes = (Ps::asks_successes || ...);
    static constexpr bool times_calls = (Ps::times_calls || ...);

    /// Returns: whether any of them opens the circuit.
    template <class Set, class InEpoch>
    bool ended(Set const& set, Ended const& call, InEpoch const& in_epoch) {
        bool opens = false;
        ((opens = policy_of<Ps>(set).ended(ring<Ps>(), call, in_epoch) || opens), ...);
        return opens;
    }
    template <class Set, class InEpoch>
    bool began(Set const& set, Ended& call, InEpoch const& in_epoch) {
        bool opens = false;
        auto const tell = [&]<class P>(P const& policy) {
            if constexpr (P::times_calls) opens = policy.began(ring<P>(), call, in_epoch);
        };
        (tell(policy_of<Ps>(set)), ...);
        return opens;
    }
    template <class Set>
    static bool is_slow(Set const& set, TimePoint start, TimePoint end) {
        bool slow = false;
        auto const ask = [&]<class P>(P const& policy) {
            if constexpr (P::times_calls) slow = policy.is_slow(start, end);
        };
        (ask(policy_of<Ps>(set)), ...);
        return slow;
    }
    /// Calls use(counts, trips) for each in its order.
    template <class Set, class Use>
    void each(Set const& set, std::uint32_t epoch, TimePoint now, Use const& use) const {
        auto const one = [&]<class P>(P const& policy) {
            Counts const n = policy.counts(ring<P>(), epoch, now);
            use(n, policy.reached(n));
        };
        (one(policy_of<Ps>(set)), ...);
    }
    template <class Set>
    bool is_idle(Set const& set, std::uint32_t epoch, TimePoint now) const {
        return (policy_of<Ps>(set).is_idle(ring<Ps>(), epoch, now) && ...);
    }
};

} // namespace grit::inline GRIT_ABI::detail
