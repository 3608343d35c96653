// SPDX-License-Identifier: BSL-1.0
#pragma once
// Histogram and EachAttempt: that durations are measured, in which buckets, and of what.

#include <array>
#include <span>
#include <string>

#include <grit/core/concepts.hpp>
#include <grit/core/duration.hpp>
#include <grit/core/name.hpp>
#include <grit/core/policy_set.hpp>
#include <grit/core/types.hpp>
#include <grit/measure/metrics.hpp>

namespace grit::inline GRIT_ABI {

/// The families of the policies of Measured and Traced, beside Family::time and name.
struct MeasureFamily {
    static constexpr Family histogram = Family{16};
    static constexpr Family extent = Family{17};
};

/// Measures durations, in buckets with these upper bounds: `Histogram<>` from 5 ms to 10 s, or
/// `Histogram<1ms, 10ms, 100ms>`. Without it no clock is read.
///
/// Requires: bounds above zero that grow. Complexity: two counts for each value. Thread safety: a const value.
template <ConstantDuration... Bounds>
class Histogram {
    static constexpr bool are_constant = !(Bounds.is_dynamic() || ...);
    static_assert(detail::is_met<(are_constant)>,
                  "grit: a 'Histogram' was given a bound that comes at run time, because its buckets are laid out by "
                  "its type; write constants, as in Histogram<10ms, 100ms>, instead");
    static consteval bool grow() {
        Duration last = Duration::zero();
        bool grow = true;
        ((grow = grow && Bounds.value() > last, last = Bounds.value()), ...);
        return grow;
    }
    static_assert(detail::is_met<(!are_constant || grow())>,
                  "grit: a 'Histogram' was given bounds that do not grow, because each of them ends a bucket that "
                  "begins at the one before, and the first begins at zero; write them from the least to the greatest "
                  "instead");

public:
    static constexpr Family family = MeasureFamily::histogram;
    static constexpr char const* name = "Histogram";
    static consteval auto arguments() { return Types<Constant<Bounds>...>{}; }
    using Kind = Histogram<>;

    static constexpr auto bounds = [] {
        using namespace std::chrono_literals;
        if constexpr (sizeof...(Bounds) != 0) return std::array<Duration, sizeof...(Bounds)>{Bounds.value()...};
        else return std::array<Duration, 11>{5ms, 10ms, 25ms, 50ms, 100ms, 250ms, 500ms, 1s, 2500ms, 5s, 10s};
    }();
};

/// The stage stands inside a retry and measures its attempts, each for itself; without it, whole calls.
///
/// Thread safety: a const value.
struct EachAttempt {
    static constexpr Family family = MeasureFamily::extent;
    using Kind = EachAttempt;
    static constexpr char const* name = "EachAttempt";
};

namespace detail {

/// The cells of a histogram for each of some labels, or nothing where none is named.
template <class... Hs>
class Buckets {
public:
    static constexpr bool exist = false;
    Buckets(Metrics&, Metric const&, std::vector<Labels> const&) noexcept {}
};
template <class H>
class Buckets<H> {
    static constexpr std::size_t buckets = H::bounds.size() + 1;

public:
    static constexpr bool exist = true;
    Buckets(Metrics& metrics, Metric const& metric, std::vector<Labels> const& each)
        : first_(metrics.histograms(metric, each, H::bounds)) {}

    /// Counts a value for the i-th of the labels. One below zero, from a clock that went back, is zero.
    GRIT_INLINE void observe(std::size_t i, Duration d) const noexcept {
        std::size_t bucket = 0;
        for (Duration const bound : H::bounds) bucket += std::size_t{bound < d};
        CellPlace const mine = first_ + i * (buckets + 1);
        count_in_both(mine + bucket, 1, mine + buckets,
                      d > Duration::zero() ? static_cast<std::uint64_t>(d.count()) : 0);
    }

private:
    CellPlace first_;
};

/// The Buckets of the Histogram in a list, or those of none.
template <class List>
struct BucketsIn;
template <class... Hs>
struct BucketsIn<Types<Hs...>> {
    using type = Buckets<Hs...>;
};
template <class List>
using BucketsOf = typename BucketsIn<List>::type;

/// The policies of a listener that counts: one Name, and a Histogram if there is one.
template <class... Ps>
struct CountingPolicies {
    using Set = PolicySet<Ps...>;
    using Names = typename Set::template Of<Family::name>;
    using Buckets = BucketsOf<typename Set::template Of<MeasureFamily::histogram>>;
    static constexpr bool are_right = ((Ps::family == Family::name || Ps::family == MeasureFamily::histogram) && ...) &&
                                      Set::clash == Clash::none && Names::size == 1;

    template <class... Qs>
    static std::string name_in(Qs const&... given) {
        return std::string{detail::name_in(Set{Given<Qs...>(given...)}, Names{}, {})};
    }
};

} // namespace detail
} // namespace grit::inline GRIT_ABI
