// SPDX-License-Identifier: BSL-1.0
#pragma once
// How many processes open the circuit of all, how often they ask, and how long they wait for the store.

#include <grit/core/concepts.hpp>
#include <grit/core/value.hpp>

namespace grit::inline GRIT_ABI::fleet {

namespace detail {
// The families of the policies of a fleet's breaker.
inline constexpr Family quorum_family{23};
inline constexpr Family refresh_family{24};
inline constexpr Family grace_family{25};

inline constexpr Duration two_time_limits = std::chrono::milliseconds{100}; // of a store
constexpr bool is_refresh(Duration d) noexcept {
    return d >= std::chrono::milliseconds{1} && d <= std::chrono::seconds{1};
}
constexpr bool outlasts(Duration grace, Duration refresh) noexcept {
    return grace >= saturating_add(refresh, saturating_add(refresh / 2, two_time_limits));
}
/// How long the right to probe is given for: longer than from one exchange to the second next.
constexpr Duration lease_of(Duration refresh) noexcept { return 5 * refresh + two_time_limits; }
} // namespace detail

/// So many processes must have opened their circuits before that of all opens: `Quorum<3>`, or `Quorum{n}`.
///
/// `Quorum<1>` lets one bad host stop the fleet; the default, QuorumShare<25>, does not. Requires: one or more. Throws:
/// std::invalid_argument if it is less. Thread safety: a const value.
template <ConstantInt N = dynamic>
class Quorum : grit::detail::IntValue<N> {
    static_assert(grit::detail::is_met<(N.is_dynamic() || N.value() >= 1)>,
                  "grit: a 'Quorum' was given no process, because a circuit that nobody opens cannot open; write "
                  "Quorum<3> instead");

public:
    static constexpr Family family = detail::quorum_family;
    static constexpr char const* name = "Quorum";
    static consteval auto arguments() { return Types<Constant<N>>{}; }

    constexpr Quorum() = default;
    template <class Count, bool Exceptions = GRIT_EXCEPTIONS>
        requires(N.is_dynamic())
    explicit constexpr Quorum(Count n) : grit::detail::IntValue<N>(grit::detail::as_count(n)) {
        if (count() < 1)
            reject<Exceptions>("grit: a 'Quorum' was given no process, because a circuit that nobody opens cannot "
                               "open; write Quorum{3} instead");
    }
    constexpr int count() const noexcept { return this->get(); }
    static constexpr int percent() noexcept { return 0; }
};
template <class Count>
Quorum(Count) -> Quorum<>;

/// The same as a share of the members that live, and two at least where there are two: `QuorumShare<25>`, the default,
/// or `QuorumShare{percent}`.
///
/// Requires: 1 to 100. Throws: std::invalid_argument if that does not hold. Thread safety: a const value.
template <ConstantInt Percent = dynamic>
class QuorumShare : grit::detail::IntValue<Percent> {
    static constexpr bool is_share(int n) noexcept { return n >= 1 && n <= 100; }
    static_assert(grit::detail::is_met<(Percent.is_dynamic() || is_share(Percent.value()))>,
                  "grit: a 'QuorumShare' was given no share, because it is below 1 or above 100 percent; write "
                  "QuorumShare<25> instead");

public:
    static constexpr Family family = detail::quorum_family;
    static constexpr char const* name = "QuorumShare";
    static consteval auto arguments() { return Types<Constant<Percent>>{}; }

    constexpr QuorumShare() = default;
    template <class Count, bool Exceptions = GRIT_EXCEPTIONS>
        requires(Percent.is_dynamic())
    explicit constexpr QuorumShare(Count n) : grit::detail::IntValue<Percent>(grit::detail::as_count(n)) {
        if (!is_share(percent()))
            reject<Exceptions>("grit: a 'QuorumShare' was given no share, because it is below 1 or above 100 percent; "
                               "write QuorumShare{25} instead");
    }
    static constexpr int count() noexcept { return 0; }
    constexpr int percent() const noexcept { return this->get(); }
};
template <class Count>
QuorumShare(Count) -> QuorumShare<>;

/// How often a process asks the store, each time after 50 to 150 percent of it: `Refresh<100ms>`, the default, or
/// `Refresh{d}`.
///
/// Requires: 1 ms to 1 s, since votes are kept for three seconds. Throws: std::invalid_argument if that does not hold.
/// Thread safety: a const value.
template <ConstantDuration D = dynamic>
class Refresh : grit::detail::DurationValue<D> {
    static_assert(grit::detail::is_met<(D.is_dynamic() || detail::is_refresh(D.value()))>,
                  "grit: a 'Refresh' was given a time that it cannot use, because it is below 1 ms or above 1 s, and "
                  "votes are kept for three seconds; write Refresh<100ms> instead");

public:
    static constexpr Family family = detail::refresh_family;
    static constexpr char const* name = "Refresh";
    static consteval auto arguments() { return Types<Constant<D>>{}; }

    constexpr Refresh() = default;
    template <class T, bool Exceptions = GRIT_EXCEPTIONS>
        requires(D.is_dynamic())
    explicit constexpr Refresh(T d) : grit::detail::DurationValue<D>(duration_argument(d)) {
        if (!detail::is_refresh(span()))
            reject<Exceptions>("grit: a 'Refresh' was given a time that it cannot use, because it is below 1 ms or "
                               "above 1 s, and votes are kept for three seconds; write Refresh{100ms} instead");
    }
    constexpr Duration span() const noexcept { return this->get(); }
};
template <class T>
Refresh(T) -> Refresh<>;

/// How much longer than the fleet says a circuit stays open, and up to half of it more: `Grace<1s>`, the default, or
/// `Grace{d}`. An outage of the store that is shorter by one and a half Refresh costs no probes.
///
/// Requires: one and a half Refresh and 100 ms, two time limits of a store, or more. Throws: std::invalid_argument,
/// from the SharedBreaker, if it is less. Thread safety: a const value.
template <ConstantDuration D = dynamic>
class Grace : grit::detail::DurationValue<D> {
public:
    static constexpr Family family = detail::grace_family;
    static constexpr char const* name = "Grace";
    static consteval auto arguments() { return Types<Constant<D>>{}; }

    constexpr Grace() = default;
    template <class T>
        requires(D.is_dynamic())
    explicit constexpr Grace(T d) : grit::detail::DurationValue<D>(duration_argument(d)) {}
    constexpr Duration span() const noexcept { return this->get(); }
};
template <class T>
Grace(T) -> Grace<>;

} // namespace grit::inline GRIT_ABI::fleet
