// SPDX-License-Identifier: BSL-1.0
#pragma once
// A value that is a template argument or comes at run time; what is constant takes no room.

#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>

#include <grit/core/duration.hpp>
#include <grit/core/types.hpp>

namespace grit::inline GRIT_ABI {

/// A count or a percentage as a template argument: `StopAfterAttempt<5>`. What an int cannot hold becomes its limit.
struct ConstantInt {
    int number; // public, because a template argument must be structural
    bool is_known;

    constexpr ConstantInt(Dynamic) noexcept : number(0), is_known(false) {}

    template <std::integral Number>
    constexpr ConstantInt(Number n) noexcept
        : number(n > Number{0} && !std::in_range<int>(n) ? std::numeric_limits<int>::max()
                 : !std::in_range<int>(n)                ? std::numeric_limits<int>::min()
                                                         : static_cast<int>(n)),
          is_known(true) {}

    template <std::floating_point Number>
    constexpr ConstantInt(Number) noexcept : number(0), is_known(true) {
        static_assert(detail::is_met<(always_false<Number>)>,
                      "grit: a count was given as a floating-point number, because it looked "
                      "like a fraction; write a whole number such as 5 instead");
    }

    template <class Rep, class Period>
    constexpr ConstantInt(std::chrono::duration<Rep, Period>) noexcept : number(0), is_known(true) {
        static_assert(detail::is_met<(always_false<Rep>)>,
                      "grit: a count was given as a duration, because it has a unit; write a whole "
                      "number such as 5 instead");
    }

    constexpr bool is_dynamic() const noexcept { return !is_known; }
    constexpr int value() const noexcept { return number; }
    friend constexpr bool operator==(ConstantInt const&, ConstantInt const&) = default;
};

namespace detail {

/// The duration D, or one that is held if D is dynamic. A policy derives from one for each of its values; the tag keeps
/// equal values apart, since two bases of one type are not allowed.
template <ConstantDuration D = dynamic, int Tag = 0>
class DurationValue {
public:
    constexpr DurationValue() noexcept = default;
    static constexpr Duration get() noexcept { return D.value(); }
};

template <ConstantDuration D, int Tag>
    requires(D.is_dynamic())
class DurationValue<D, Tag> {
public:
    explicit constexpr DurationValue(Duration value) noexcept : value_(value) {}
    constexpr Duration get() const noexcept { return value_; }

private:
    Duration value_;
};

/// The same as DurationValue for a count.
template <ConstantInt N = dynamic, int Tag = 0>
class IntValue {
public:
    constexpr IntValue() noexcept = default;
    static constexpr int get() noexcept { return N.value(); }
};

template <ConstantInt N, int Tag>
    requires(N.is_dynamic())
class IntValue<N, Tag> {
public:
    explicit constexpr IntValue(int value) noexcept : value_(value) {}
    constexpr int get() const noexcept { return value_; }

private:
    int value_;
};

/// True if T is the only argument of a constructor of P, and no P.
template <class P, class T>
concept GivenAlone = !std::is_same_v<std::remove_cvref_t<T>, P>;

/// A count that comes at run time.
template <class Count>
constexpr int as_count(Count n) noexcept {
    constexpr bool is_count = std::is_integral_v<Count> && !std::is_same_v<Count, bool>;
    static_assert(is_count, "grit: a policy was given something that is no count, because calls and percentages are "
                            "whole numbers; write a number such as 5 instead");
    if constexpr (is_count) return ConstantInt{n}.value();
    else return 1;
}

/// True if the values of a policy are all constant, or all given at run time.
template <class... Values>
constexpr bool one_form(Values... values) noexcept {
    return (values.is_dynamic() && ...) || (!values.is_dynamic() && ...);
}

/// A policy without state: built when it is asked for, so that it takes no room.
template <class P>
concept BuiltOnDemand = is_empty<P> && requires { P(); };

/// Where to point if a reference must outlive an object that is built on demand.
template <class T>
inline constexpr T instance{};

/// The policy P, from itself or from a set that has it: built if it has no state, else a reference.
template <class P, class From>
GRIT_INLINE constexpr decltype(auto) policy_of([[maybe_unused]] From const& from) {
    if constexpr (BuiltOnDemand<P>) return P{};
    else if constexpr (std::is_same_v<From, P>) return (from);
    else return from.template stored<P>();
}

} // namespace detail
} // namespace grit::inline GRIT_ABI
