// SPDX-License-Identifier: BSL-1.0
#pragma once
// What the policies that open at a rate have in common: a percentage, a window and a minimum of calls.

#include <grit/circuit_breaker/window.hpp>

namespace grit::detail {

template <class T>
inline constexpr bool is_count_window = false;
template <ConstantInt N>
inline constexpr bool is_count_window<CountWindow<N>> = true;
template <class T>
inline constexpr bool is_minimum = false;
template <ConstantInt M>
inline constexpr bool is_minimum<MinimumCalls<M>> = true;

/// A rate over a count window. Its memory is a part of the state word.
template <ConstantInt Percent, class Window, class Minimum>
class Rate : IntValue<Percent> {
    static_assert(Percent.is_dynamic() || (Percent.value() >= 1 && Percent.value() <= 100),
                  "grit: a rate was given an impossible percentage, because it is not within 1 and 100; write 50 for "
                  "half of the calls instead");
    static_assert(is_count_window<Window>,
                  "grit: a rate was given no window, because it does not say of which calls it is taken; write "
                  "OpenAtFailureRate<50, CountWindow<20>, MinimumCalls<10>> instead");
    static_assert(!is_count_window<Window> || is_minimum<Minimum>,
                  "grit: a rate was given no minimum of calls, because the first failure alone would be 100 percent; "
                  "write OpenAtFailureRate<50, CountWindow<20>, MinimumCalls<10>> instead");

public:
    static constexpr Family family = Family::trip;
    static constexpr int fill_shift = Window::most;
    static constexpr int bits = Window::most + bits_for(Window::most);

    constexpr Rate()
        requires std::is_default_constructible_v<IntValue<Percent>>
    {
        static_assert(Minimum{}.calls() <= Window{}.size(),
                      "grit: a rate was given a minimum of calls that is never reached, because its window holds "
                      "fewer; write a minimum of at most the size of the window instead");
    }
    template <class Number, bool Exceptions = GRIT_EXCEPTIONS>
        requires(Percent.is_dynamic())
    constexpr Rate(Number percent, Window window, Minimum minimum)
        : IntValue<Percent>(as_count(percent)), window_(window), minimum_(minimum) {
        if (this->percent() < 1 || this->percent() > 100)
            reject<Exceptions>("grit: a rate was given an impossible percentage, because it is not within 1 and 100; "
                               "write 50 for half of the calls instead");
        if (minimum_.calls() > window_.size())
            reject<Exceptions>("grit: a rate was given a minimum of calls that is never reached, because its window "
                               "holds fewer; write a minimum of at most the size of the window instead");
    }

    constexpr int percent() const noexcept { return IntValue<Percent>::get(); }
    constexpr Window const& window() const noexcept { return window_; }
    constexpr int minimum() const noexcept { return minimum_.calls(); }

    constexpr std::uint64_t healthy() const noexcept { return calls().full(); }

protected:
    constexpr std::uint64_t next_memory(std::uint64_t memory, bool counts) const noexcept {
        return calls().next(memory, counts);
    }
    constexpr bool reached(std::uint64_t memory) const noexcept {
        return calls().reach(memory, percent(), minimum());
    }

private:
    constexpr CountBits calls() const noexcept { return {window_.size(), fill_shift}; }

    [[no_unique_address]] Window window_;
    [[no_unique_address]] Minimum minimum_;
};

} // namespace grit::detail
