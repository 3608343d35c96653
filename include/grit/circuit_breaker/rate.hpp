// SPDX-License-Identifier: BSL-1.0
#pragma once
// What the policies that open at a rate have in common: a percentage, a window and a minimum of calls.

#include <grit/circuit_breaker/family.hpp>
#include <grit/circuit_breaker/time_window.hpp>
#include <grit/circuit_breaker/window.hpp>

namespace grit::inline GRIT_ABI::detail {

template <class T>
inline constexpr bool is_count_window = false;
template <ConstantInt N>
inline constexpr bool is_count_window<CountWindow<N>> = true;
template <class T>
inline constexpr bool is_minimum = false;
template <ConstantInt M>
inline constexpr bool is_minimum<MinimumCalls<M>> = true;

template <class T>
inline constexpr bool is_window = is_count_window<T> || is_time_window<T>;

/// The calls that a window can hold for certain.
template <class Window>
constexpr int room_in(Window const& window) noexcept {
    if constexpr (is_count_window<Window>) return window.size();
    else return most_minimum;
}

/// False if the minimum is known to be more than the window holds.
template <class Window, class Minimum>
consteval bool can_be_reached() {
    if constexpr (is_window<Window> && is_minimum<Minimum> && std::is_default_constructible_v<Window> &&
                  std::is_default_constructible_v<Minimum>)
        return Minimum{}.calls() <= room_in(Window{});
    else return true; // asked of the values, at construction
}

/// A percentage, of the calls in a window, once there were enough.
template <ConstantInt Percent, class Window, class Minimum>
class Rate : IntValue<Percent> {
    static_assert(detail::is_met<(Percent.is_dynamic() || (Percent.value() >= 1 && Percent.value() <= 100))>,
                  "grit: a rate was given an impossible percentage, because it is not within 1 and 100; write 50 for "
                  "half of the calls instead");
    static_assert(detail::is_met<(is_window<Window>)>,
                  "grit: a rate was given no window, because it does not say of which calls it is taken; write "
                  "OpenAtFailureRate<50, CountWindow<20>, MinimumCalls<10>> instead");
    static_assert(detail::is_met<(!is_window<Window> || is_minimum<Minimum>)>,
                  "grit: a rate was given no minimum of calls, because the first failure alone would be 100 percent; "
                  "write OpenAtFailureRate<50, CountWindow<20>, MinimumCalls<10>> instead");
    static_assert(detail::is_met<(can_be_reached<Window, Minimum>())>,
                  "grit: a rate was given a minimum of calls that is never reached, because its window holds fewer; "
                  "write a minimum of at most the size of a CountWindow, or 2097151 in a TimeWindow, instead");

public:
    static constexpr Family family = CircuitFamily::trip;
    using Calls = Window;

    constexpr Rate()
        requires(!Percent.is_dynamic())
    = default;
    template <class Number, bool Exceptions = GRIT_EXCEPTIONS>
        requires(Percent.is_dynamic())
    constexpr Rate(Number percent, Window window, Minimum minimum)
        : IntValue<Percent>(as_count(percent)), window_(window), minimum_(minimum) {
        if (this->percent() < 1 || this->percent() > 100)
            reject<Exceptions>("grit: a rate was given an impossible percentage, because it is not within 1 and 100; "
                               "write 50 for half of the calls instead");
        if (minimum_.calls() > room_in(window_))
            reject<Exceptions>("grit: a rate was given a minimum of calls that is never reached, because its window "
                               "holds fewer; write a minimum of at most the size of a CountWindow, or 2097151 in a "
                               "TimeWindow, instead");
    }

    constexpr int percent() const noexcept { return IntValue<Percent>::get(); }
    constexpr Window const& window() const noexcept { return window_; }
    constexpr int minimum() const noexcept { return minimum_.calls(); }

    /// True if so many of the calls are marked that the circuit opens.
    constexpr bool reached(Counts n) const noexcept {
        return n.calls >= minimum() && reaches(n.marked, n.calls, percent());
    }

private:
    [[no_unique_address]] Window window_;
    [[no_unique_address]] Minimum minimum_;
};

} // namespace grit::inline GRIT_ABI::detail
