// SPDX-License-Identifier: BSL-1.0
#pragma once
// watch: values that a stage knows by itself, asked at each read and counted nowhere.

#include <algorithm>
#include <map>

#include <grit/circuit_breaker.hpp>
#include <grit/core/name.hpp>
#include <grit/measure/count_circuit.hpp>
#include <grit/measure/metrics.hpp>
#include <grit/measure/names_up_to.hpp>

namespace grit::inline GRIT_ABI {
namespace detail {

template <class S>
concept WatchedCircuit = requires(S const& s) { s.state(), s.counts(), s.epoch(); };
template <class S>
concept WatchedLimiter = requires(S const& s) { s.permits(); };
template <class S>
concept WatchedPlaces = requires(S const& s) { s.used(), s.waiting(); };
template <class S>
concept WatchedLimit = WatchedPlaces<S> && requires(S const& s) { s.limit(); };
template <class S>
concept WatchedBudget = requires(S const& s) { s.left(), s.tokens(); };
template <class S>
concept Watchable = WatchedCircuit<S> || WatchedLimiter<S> || WatchedPlaces<S> || WatchedBudget<S>;

/// Where the trip policies of a breaker that make a gauge stand in its counts(), or past the end.
template <class B>
struct TripPlaces;
template <class... Ps>
struct TripPlaces<CircuitBreaker<Ps...>> {
    template <class Kind, class... Trips>
    static consteval std::size_t place(Types<Trips...>) {
        bool const is_it[] = {std::is_same_v<NamedKind<Trips>, Kind>..., true};
        std::size_t i = 0;
        while (!is_it[i]) ++i;
        return i;
    }
    template <class Kind>
    static constexpr std::size_t of = place<Kind>(typename PolicySet<Ps...>::template Of<CircuitFamily::trip>{});
};
template <class B>
    requires requires { typename B::Breaker; }
struct TripPlaces<B> : TripPlaces<typename B::Breaker> {};

/// Gives use(metric, labels beside the name, value) for each gauge of a stage.
template <class S, class Use>
void gauges_of(S const& stage, Use const& use) {
    if constexpr (WatchedCircuit<S>) {
        CircuitState const state = stage.state();
        for (CircuitState const one : circuit_states)
            use(metric::circuit_state, Labels{{"state", to_string(one)}}, one == state ? 1 : 0);
        auto const counts = stage.counts();
        using In = TripPlaces<S>;
        constexpr std::size_t rate = In::template of<OpenAtFailureRate<>>;
        constexpr std::size_t slow = In::template of<OpenAtSlowCallRate<>>;
        if constexpr (rate < std::tuple_size_v<decltype(stage.counts())>) {
            CircuitCounts const& n = counts[rate];
            double const calls = static_cast<double>(n.calls);
            use(metric::failure_rate, {}, n.calls == 0 ? 0 : static_cast<double>(n.failures) / calls);
        }
        if constexpr (slow < std::tuple_size_v<decltype(stage.counts())>)
            use(metric::slow_calls, {}, static_cast<double>(counts[slow].failures));
    } else if constexpr (WatchedLimiter<S>) use(metric::limiter_permits, {}, stage.permits());
    else if constexpr (WatchedLimit<S>) {
        use(metric::concurrency_limit, {}, stage.limit());
        use(metric::concurrency_used, {}, stage.used());
        use(metric::concurrency_waiting, {}, stage.waiting());
    } else if constexpr (WatchedPlaces<S>) {
        use(metric::bulkhead_used, {}, stage.used());
        use(metric::bulkhead_waiting, {}, stage.waiting());
    } else if constexpr (WatchedBudget<S>) use(metric::budget_tokens, {}, stage.left());
    else
        static_assert(always_false<S>, "grit: 'watch' was given something that has no gauges, because it is none of "
                                       "these; give it a CircuitBreaker, RateLimiter, Bulkhead, ConcurrencyLimit, "
                                       "RetryBudget, or a Keyed of one");
}

inline Labels with_name(std::string_view name, Labels const& labels) {
    Labels all{{"grit.name", std::string{name}}};
    all.insert(all.end(), labels.begin(), labels.end());
    return all;
}

} // namespace detail

/// Asks a stage for its gauges at each read: `auto const watch = grit::watch(metrics, Name<"chat">{}, breaker);`
///
/// A CircuitBreaker gives grit.circuit_breaker.state{state}, .failure_rate of OpenAtFailureRate and .slow_calls of
/// OpenAtSlowCallRate; a RateLimiter grit.rate_limiter.permits; a Bulkhead grit.bulkhead.used and .waiting; a
/// ConcurrencyLimit these and .limit; a RetryBudget grit.retry_budget.tokens. Calls pay nothing for it. Returns: what
/// ends that. Requires: it ends before the stage.
template <ConstantText Text, class S>
Metrics::Watch watch(Metrics& metrics, Name<Text> const& name, S const& stage) {
    return metrics.watch([name = std::string{name.get()}, &stage](Reading& reading) {
        detail::gauges_of(stage, [&](Metric const& metric, Labels const& labels, double value) {
            reading.add(metric, detail::with_name(name, labels), value);
        });
    });
}

/// The same for each entry of a Keyed, under the name that `names` has for its key. Where several have one name, as
/// all beyond the bound have, their values are added; of failure_rate the largest is taken.
template <class K>
    requires requires(K const& keyed) { keyed.for_each([](auto const&, auto const&) {}); }
Metrics::Watch watch(Metrics& metrics, NamesUpTo& names, K const& keyed) {
    return metrics.watch([&names, &keyed](Reading& reading) {
        std::map<std::pair<std::string_view, Labels>, std::pair<Metric const*, double>> all;
        keyed.for_each([&](auto const& key, auto const& stage) {
            Name<> const name = names(key);
            detail::gauges_of(stage, [&](Metric const& metric, Labels const& labels, double value) {
                auto& [which, sum] = all[{metric.name, detail::with_name(name.get(), labels)}];
                which = &metric;
                sum = &metric == &metric::failure_rate ? std::max(sum, value) : sum + value;
            });
        });
        for (auto const& [series, value] : all) reading.add(*value.first, series.second, value.second);
    });
}

} // namespace grit::inline GRIT_ABI
