// SPDX-License-Identifier: BSL-1.0
#pragma once
// LimitBetween, WaitInLine and OverloadIf: how far a limit may go, who waits, and which errors are an overload.

#include <grit/concurrency_limit/family.hpp>
#include <grit/core/types.hpp>
#include <grit/core/value.hpp>

namespace grit::inline GRIT_ABI {

/// The limit starts at `Start` and stays from `Min` to `Max`: `LimitBetween<1, 200, 20>`, which is the default, or
/// `LimitBetween{min, max, start}` with values at run time.
///
/// Requires: 1 <= Min <= Start <= Max <= a million. Throws: std::invalid_argument if that does not hold.
/// Thread safety: a const value.
template <ConstantInt Min = dynamic, ConstantInt Max = dynamic, ConstantInt Start = dynamic>
class LimitBetween : detail::IntValue<Min, 0>, detail::IntValue<Max, 1>, detail::IntValue<Start, 2> {
    static constexpr bool are_in_order(int min, int start, int max) noexcept {
        return 1 <= min && min <= start && start <= max && max <= 1'000'000;
    }
    static_assert(detail::is_met<(detail::one_form(Min, Max, Start))>,
                  "grit: 'LimitBetween' was given some of its numbers as constants, because the others are missing; "
                  "write LimitBetween<1, 200, 20>, or LimitBetween{min, max, start} with all at run time");
    static_assert(detail::is_met<(Min.is_dynamic() || are_in_order(Min.value(), Start.value(), Max.value()))>,
                  "grit: 'LimitBetween' was given limits that contradict each other, because they are not 1 <= min <= "
                  "start <= max <= 1000000; write LimitBetween<1, 200, 20> instead");

public:
    static constexpr Family family = detail::LimitFamily::between;
    static constexpr char const* name = "LimitBetween";
    static consteval auto arguments() { return Types<Constant<Min>, Constant<Max>, Constant<Start>>{}; }
    using Kind = LimitBetween<>;

    constexpr LimitBetween()
        requires(!Min.is_dynamic())
    = default;
    template <class A, class B, class C, bool Exceptions = GRIT_EXCEPTIONS>
        requires(Min.is_dynamic())
    constexpr LimitBetween(A min, B max, C start)
        : detail::IntValue<Min, 0>(detail::as_count(min)), detail::IntValue<Max, 1>(detail::as_count(max)),
          detail::IntValue<Start, 2>(detail::as_count(start)) {
        if (!are_in_order(this->min(), this->start(), this->max()))
            reject<Exceptions>("grit: 'LimitBetween' was given limits that contradict each other, because they are not "
                               "1 <= min <= start <= max <= 1000000; write LimitBetween{1, 200, 20} instead");
    }

    constexpr int min() const noexcept { return detail::IntValue<Min, 0>::get(); }
    constexpr int max() const noexcept { return detail::IntValue<Max, 1>::get(); }
    constexpr int start() const noexcept { return detail::IntValue<Start, 2>::get(); }
};
template <class A, class B, class C>
LimitBetween(A, B, C) -> LimitBetween<>;

/// Up to `N` callers wait for a place, in the order in which they came: `WaitInLine<100>`, or `WaitInLine{n}`.
///
/// Requires: zero to a million. Throws: std::invalid_argument if that does not hold. Thread safety: a const value.
template <ConstantInt N = dynamic>
class WaitInLine : detail::IntValue<N> {
    static constexpr bool is_length(int n) noexcept { return n >= 0 && n <= 1'000'000; }
    static_assert(detail::is_met<(N.is_dynamic() || is_length(N.value()))>,
                  "grit: 'WaitInLine' was given a line that cannot be, because it is shorter than nobody or longer "
                  "than a million; write WaitInLine<100> instead");

public:
    static constexpr Family family = detail::LimitFamily::line;
    static constexpr char const* name = "WaitInLine";
    static consteval auto arguments() { return Types<Constant<N>>{}; }
    using Kind = WaitInLine<>;

    constexpr WaitInLine() = default;
    template <class Count, bool Exceptions = GRIT_EXCEPTIONS>
        requires(N.is_dynamic())
    explicit constexpr WaitInLine(Count n) : detail::IntValue<N>(detail::as_count(n)) {
        if (!is_length(length()))
            reject<Exceptions>("grit: 'WaitInLine' was given a line that cannot be, because it is shorter than nobody "
                               "or longer than a million; write WaitInLine{100} instead");
    }
    constexpr int length() const noexcept { return this->get(); }
};
template <class Count>
WaitInLine(Count) -> WaitInLine<>;

/// These errors say that the service is overloaded, thrown or in a result: `OverloadIf<TimeoutError, BusyError>`. Any
/// other error says nothing about the limit.
template <class... Es>
struct OverloadIf {
    static_assert(detail::is_met<(sizeof...(Es) > 0)>,
                  "grit: 'OverloadIf' names nothing, because its list is empty; write the errors of "
                  "a service that is overloaded, or leave it out");
    static_assert(detail::is_met<(detail::are_plain<Es...>)>,
                  "grit: 'OverloadIf' names a reference or const type, because errors are named by their "
                  "own type; write OverloadIf<E> instead of OverloadIf<E const&>");
    static constexpr Family family = detail::LimitFamily::overload;
    static constexpr char const* name = "OverloadIf";
    static consteval auto arguments() { return Types<Es...>{}; }
    using Kind = std::integral_constant<Family, detail::LimitFamily::overload>;
    using Errors = Types<Es...>;
};

} // namespace grit::inline GRIT_ABI
