// SPDX-License-Identifier: BSL-1.0
#pragma once
// ChaosFault, ChaosLatency, ChaosResult, Seed: what a Chaos does to calls, and how often.

#include <cstdint>

#include <grit/core/concepts.hpp>
#include <grit/core/contract.hpp>
#include <grit/core/duration.hpp>
#include <grit/core/errc.hpp>
#include <grit/core/failure.hpp>
#include <grit/core/invoke.hpp>
#include <grit/core/random.hpp>

namespace grit::inline GRIT_ABI {

/// The families of the policies of a Chaos, beside Family::time and random.
struct ChaosFamily {
    static constexpr Family fault = Family{28};
    static constexpr Family latency = Family{29};
    static constexpr Family result = Family{30};
};

namespace detail {

/// A probability from 0 to 1, as a bound on 64 random bits.
class ChaosRate {
public:
    template <bool Exceptions>
    static constexpr ChaosRate checked(double rate) {
        if (!(rate >= 0.0 && rate <= 1.0)) // a NaN too
            reject<Exceptions>("grit: a 'Chaos' was given an impossible rate, because it is not within 0 and 1; write "
                               "0.1 for one call in ten instead");
        return ChaosRate{rate};
    }
    constexpr bool hits(std::uint64_t bits) const noexcept { return always_ || bits < bound_; }

private:
    explicit constexpr ChaosRate(double rate) noexcept
        : bound_(rate < 1.0 ? static_cast<std::uint64_t>(rate * 18446744073709551616.0) : 0), always_(rate >= 1.0) {}

    std::uint64_t bound_;
    bool always_;
};

/// What a callable makes, or the value itself.
template <class F>
constexpr auto made_by(F const& f) {
    if constexpr (CallableWith<F const&>) return f();
    else return f;
}

/// An error that takes the place of a call, on its way as a rejection is: the operation was not called.
template <class E>
class Injected {
public:
    using Thrown = E;
    static constexpr errc code = errc::rejected;

    explicit constexpr Injected(E error) : error_(std::move(error)) {}
    explicit constexpr operator E() const { return error_; }
    constexpr E const& error() const noexcept { return error_; }

private:
    E error_;
};
/// Whoever looks at it as a value sees the error itself, as it would where that is thrown.
template <class E>
struct ErrorView<Injected<E>> {
    using Error = E;
    Injected<E> const& held;

    static constexpr bool has_value() noexcept { return false; }
    constexpr E const& error() const noexcept { return held.error(); }
};

} // namespace detail

/// At this rate the operation is not called, and an error stands in its place: `ChaosFault{0.1, HttpError{503}}`, or
/// what a callable makes: `ChaosFault{0.1, [] { return HttpError{503}; }}`.
///
/// Thrown, or as a value where rejections are values; predicates name it by its own type. Requires: a rate from 0 to 1.
/// Throws: std::invalid_argument if it is not. Thread safety: that of calls to the callable through const.
template <class F>
class ChaosFault {
public:
    static constexpr Family family = ChaosFamily::fault;
    static constexpr char const* name = "ChaosFault";
    using Error = decltype(detail::made_by(std::declval<F const&>()));

    template <bool Exceptions = GRIT_EXCEPTIONS>
    constexpr ChaosFault(double rate, F make)
        : rate_(detail::ChaosRate::checked<Exceptions>(rate)), make_(std::move(make)) {}

    constexpr bool hits(std::uint64_t bits) const noexcept { return rate_.hits(bits); }
    constexpr Error make() const { return detail::made_by(make_); }

private:
    detail::ChaosRate rate_;
    [[no_unique_address]] F make_;
};

/// At this rate a call is kept waiting before it goes in: `ChaosLatency{0.05, 2s}`.
///
/// Requires: a rate from 0 to 1, a time of zero or more. Throws: std::invalid_argument if that does not hold.
/// Thread safety: a const value.
class ChaosLatency {
public:
    static constexpr Family family = ChaosFamily::latency;
    static constexpr char const* name = "ChaosLatency";

    template <class D, bool Exceptions = GRIT_EXCEPTIONS>
    constexpr ChaosLatency(double rate, D latency)
        : rate_(detail::ChaosRate::checked<Exceptions>(rate)), latency_(duration_argument(latency)) {
        if (latency_ < Duration::zero())
            reject<Exceptions>("grit: 'ChaosLatency' was given a negative time, because time does not run backwards; "
                               "write a time of zero or more instead");
    }

    constexpr bool hits(std::uint64_t bits) const noexcept { return rate_.hits(bits); }
    constexpr Duration latency() const noexcept { return latency_; }

private:
    detail::ChaosRate rate_;
    Duration latency_;
};

/// At this rate what the operation returned is replaced: `ChaosResult{0.01, Reply{}}`, or by what a callable makes.
///
/// The operation was called. Requires: a rate from 0 to 1. Throws: std::invalid_argument if it is not.
/// Thread safety: that of calls to the callable through const.
template <class F>
class ChaosResult {
public:
    static constexpr Family family = ChaosFamily::result;
    static constexpr char const* name = "ChaosResult";
    using Result = decltype(detail::made_by(std::declval<F const&>()));

    template <bool Exceptions = GRIT_EXCEPTIONS>
    constexpr ChaosResult(double rate, F make)
        : rate_(detail::ChaosRate::checked<Exceptions>(rate)), make_(std::move(make)) {}

    constexpr bool hits(std::uint64_t bits) const noexcept { return rate_.hits(bits); }
    constexpr Result make() const { return detail::made_by(make_); }

private:
    detail::ChaosRate rate_;
    [[no_unique_address]] F make_;
};

/// Makes what a Chaos draws repeatable: `Seed{42}`. Which call gets which draw depends on their order.
///
/// Thread safety: a const value.
class Seed {
public:
    static constexpr Family family = Family::random;
    static constexpr char const* name = "Seed";

    explicit constexpr Seed(std::uint64_t seed) noexcept : seed_(seed) {}
    /// Returns: 64 random bits, the n-th of this seed.
    constexpr std::uint64_t draw(std::uint64_t n) const noexcept {
        return SplitMix64{seed_ + n * 0x9e3779b97f4a7c15u}();
    }

private:
    std::uint64_t seed_;
};

} // namespace grit::inline GRIT_ABI
