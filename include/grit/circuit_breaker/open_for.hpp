// SPDX-License-Identifier: BSL-1.0
#pragma once
// OpenFor and OpenForWait: how long a circuit stays open.

#include <grit/circuit_breaker/family.hpp>
#include <grit/core/hana.hpp>
#include <grit/core/random.hpp>
#include <grit/core/value.hpp>
#include <grit/wait/traits.hpp>

namespace grit::inline GRIT_ABI {

/// Stays open for `D`: `OpenFor<60s>`, or `OpenFor{d}` with a value that comes at run time.
///
/// Units: rounded up to a millisecond of the clock; ten days at most, more counts as ten days. Requires: a time above
/// zero. Throws: std::invalid_argument if it is not. Thread safety: a const value.
template <ConstantDuration D = dynamic>
class OpenFor : detail::DurationValue<D> {
    static_assert(
        detail::is_met<(D.is_dynamic() || D.value() > Duration::zero())>,
        "grit: 'OpenFor' was given no time, because a circuit that is open for none protects nothing; write a "
        "time above zero instead");

public:
    static constexpr Family family = CircuitFamily::open;
    static constexpr char const* name = "OpenFor";
    static consteval auto arguments() { return Types<Constant<D>>{}; }
    using Kind = std::integral_constant<Family, CircuitFamily::open>;

    constexpr OpenFor() = default;
    template <class T, bool Exceptions = GRIT_EXCEPTIONS>
        requires(D.is_dynamic())
    explicit constexpr OpenFor(T time) : detail::DurationValue<D>(duration_argument(time)) {
        if (this->get() <= Duration::zero())
            reject<Exceptions>("grit: 'OpenFor' was given no time, because a circuit that is open for none protects "
                               "nothing; write a time above zero instead");
    }

    template <class Random>
    constexpr Duration duration(int, Random const&) const noexcept {
        return this->get();
    }
    constexpr Duration longest(int) const noexcept { return this->get(); }
};
template <class T>
OpenFor(T) -> OpenFor<>;

namespace detail {

/// What a wait policy may ask about an opening: its number in a row, and random bits.
template <class Random>
struct OpeningQuery {
    Attempt const& attempt_;
    Random const& random;

    constexpr Attempt const& attempt() const noexcept { return attempt_; }
    constexpr std::uint64_t draw() const { return random.get()(); }
};

} // namespace detail

/// Stays open as long as the wait policy W waits after as many failed attempts as there were openings in a row:
/// `OpenForWait<WaitExponential<1s, 60s>>`, `OpenForWait<WaitJitter<WaitFixed<60s>, 10>>`, or `OpenForWait{wait}`.
///
/// Openings in a row are those without a close between them, up to 63. A wait that carries the wait before it, such as
/// WaitDecorrelatedJitter, counts every wait before as the longest possible. Units and limits: those of OpenFor.
/// Thread safety: that of W.
template <class W>
class OpenForWait : detail::Hold<W> {
    using Traits = detail::WaitTraits<W>;
    static_assert(detail::is_met<(WaitPolicy<W>)>,
                  "grit: 'OpenForWait' was given something that is not a wait, because it does not name "
                  "that family; write a wait policy such as WaitExponential<1s, 60s> instead");
    static_assert(detail::is_met<(!Traits::needs_hint && !Traits::needs_failure && !Traits::needs_clock)>,
                  "grit: 'OpenForWait' was given a wait that asks for the failure, because a circuit opens by many "
                  "failures; write a wait without a hint, and open_until for what a service asks for, instead");

public:
    static constexpr Family family = CircuitFamily::open;
    static constexpr char const* name = "OpenForWait";
    static consteval auto arguments() { return Types<W>{}; }
    using Kind = std::integral_constant<Family, CircuitFamily::open>;
    static constexpr bool needs_random = Traits::needs_random;

    constexpr OpenForWait()
        requires std::is_default_constructible_v<W>
    = default;
    explicit constexpr OpenForWait(W wait) : detail::Hold<W>(wait) {}

    template <class Random>
    constexpr Duration duration(int openings, Random const& random) const {
        Attempt const attempt{openings};
        auto const& wait = this->template part<0>();
        return Traits::value(wait, Traits::state_at(wait, openings), detail::OpeningQuery<Random>{attempt, random});
    }
    constexpr Duration longest(int openings) const {
        auto const& wait = this->template part<0>();
        return Traits::bounds(wait, Traits::state_at(wait, openings)).most;
    }
};
template <class W>
OpenForWait(W) -> OpenForWait<W>;

} // namespace grit::inline GRIT_ABI
