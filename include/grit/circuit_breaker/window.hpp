// SPDX-License-Identifier: BSL-1.0
#pragma once
// CountWindow and MinimumCalls: a rate is taken of the last N calls, and only once there are M.

#include <grit/circuit_breaker/trip.hpp>

namespace grit::inline GRIT_ABI {

/// The last `N` calls, as one bit each in the state word: `CountWindow<20>`, or `CountWindow{n}` at run time.
///
/// Once it is full of successes, nothing is written while calls succeed. Requires: 1 <= N <= 31.
/// Throws: std::invalid_argument if that does not hold. Thread safety: a const value.
template <ConstantInt N = dynamic>
class CountWindow : detail::IntValue<N> {
    static_assert(detail::is_met<(N.is_dynamic() || (N.value() >= 1 && N.value() <= 31))>,
                  "grit: 'CountWindow' was given a size it cannot use, because it lives in the state word and holds 1 "
                  "to 31 calls; write CountWindow<31>, or TimeWindow<10s, 10> for any number of calls, instead");

public:
    static constexpr char const* name = "CountWindow";
    static consteval auto arguments() { return Types<Constant<N>>{}; }
    static constexpr int most = N.is_dynamic() ? 31 : N.value();

    constexpr CountWindow() = default;
    template <class Count, bool Exceptions = GRIT_EXCEPTIONS>
        requires(N.is_dynamic())
    explicit constexpr CountWindow(Count n) : detail::IntValue<N>(detail::as_count(n)) {
        if (size() < 1 || size() > 31)
            reject<Exceptions>("grit: 'CountWindow' was given a size it cannot use, because it lives in the state word "
                               "and holds 1 to 31 calls; write CountWindow{31} or less, or TimeWindow{t} for any "
                               "number of calls, instead");
    }

    constexpr int size() const noexcept { return this->get(); }
};
template <class Count>
CountWindow(Count) -> CountWindow<>;

/// A rate counts only once there were `M` calls in its window: `MinimumCalls<10>`, or `MinimumCalls{m}` at run time.
///
/// Requires: at least one call. Throws: std::invalid_argument if it is less. Thread safety: a const value.
template <ConstantInt M = dynamic>
class MinimumCalls : detail::IntValue<M> {
    static_assert(detail::is_met<(M.is_dynamic() || M.value() >= 1)>,
                  "grit: 'MinimumCalls' was given less than one call, because a rate of no calls means nothing; write "
                  "MinimumCalls<1> or more instead");

public:
    static constexpr char const* name = "MinimumCalls";
    static consteval auto arguments() { return Types<Constant<M>>{}; }
    constexpr MinimumCalls() = default;
    template <class Count, bool Exceptions = GRIT_EXCEPTIONS>
        requires(M.is_dynamic())
    explicit constexpr MinimumCalls(Count m) : detail::IntValue<M>(detail::as_count(m)) {
        if (calls() < 1)
            reject<Exceptions>("grit: 'MinimumCalls' was given less than one call, because a rate of no calls means "
                               "nothing; write MinimumCalls{1} or more instead");
    }

    constexpr int calls() const noexcept { return this->get(); }
};
template <class Count>
MinimumCalls(Count) -> MinimumCalls<>;

namespace detail {

/// True if `part` of `whole` is at least the percentage, in integers.
constexpr bool reaches(std::int64_t part, std::int64_t whole, int percent) noexcept {
    return part * 100 >= whole * percent;
}

/// A count window as the bits of a number: the newest call lowest, above them how many calls it holds so far.
struct CountBits {
    int size;
    int fill_shift;

    constexpr std::uint64_t full() const noexcept { return static_cast<std::uint64_t>(size) << fill_shift; }
    constexpr std::uint64_t next(std::uint64_t memory, bool counts) const noexcept {
        std::uint64_t const calls = (std::uint64_t{1} << size) - 1;
        std::uint64_t const fill = memory >> fill_shift;
        std::uint64_t const grown = fill < static_cast<std::uint64_t>(size) ? fill + 1 : fill;
        return grown << fill_shift | (((memory & calls) << 1 | std::uint64_t{counts}) & calls);
    }
    constexpr int fill(std::uint64_t memory) const noexcept { return static_cast<int>(memory >> fill_shift); }
    constexpr int marked(std::uint64_t memory) const noexcept {
        return std::popcount(memory & ((std::uint64_t{1} << size) - 1));
    }
};

} // namespace detail
} // namespace grit::inline GRIT_ABI
