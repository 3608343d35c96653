// SPDX-License-Identifier: BSL-1.0
#pragma once
// ManualTime: a clock that moves only when it is told to or slept on, so that tests of a long schedule take no time.

#include <cstddef>

#include <grit/core/concepts.hpp>

namespace grit::inline GRIT_ABI {

/// The sleeps of a ManualTime, in order: a range that compares with any range of durations, such as a std::vector.
///
/// Not a std::vector itself: that header alone would cost every user of the engine a tenth of its compile time.
/// Thread safety: none; one thread at a time.
class Sleeps {
public:
    constexpr Sleeps() = default;
    constexpr Sleeps(Sleeps const& other) {
        for (Duration const d : other) push_back(d);
    }
    constexpr Sleeps(Sleeps&& other) noexcept { swap(other); }
    constexpr Sleeps& operator=(Sleeps other) noexcept {
        swap(other);
        return *this;
    }
    constexpr ~Sleeps() { delete[] data_; }

    constexpr std::size_t size() const noexcept { return size_; }
    constexpr bool empty() const noexcept { return size_ == 0; }
    constexpr Duration const* begin() const noexcept { return data_; }
    constexpr Duration const* end() const noexcept { return data_ + size_; }
    /// Requires: i < size().
    constexpr Duration operator[](std::size_t i) const { return data_[i]; }
    constexpr Duration front() const { return data_[0]; }
    constexpr Duration back() const { return data_[size_ - 1]; }

    /// Returns: the same as a container of durations, such as a std::vector.
    template <class Container>
        requires std::same_as<typename Container::value_type, Duration>
    constexpr operator Container() const {
        return Container(begin(), end());
    }

    /// Complexity: constant, amortised.
    constexpr void push_back(Duration d) {
        if (size_ == capacity_) {
            std::size_t const capacity = capacity_ == 0 ? 8 : 2 * capacity_;
            Duration* const data = new Duration[capacity]{};
            for (std::size_t i = 0; i < size_; ++i) data[i] = data_[i];
            delete[] data_;
            data_ = data;
            capacity_ = capacity;
        }
        data_[size_++] = d;
    }

    /// True if the other range has as many durations, each the same.
    template <class Range>
        requires requires(Range const& r) {
            { *r.begin() == Duration{} } -> std::convertible_to<bool>;
            { r.size() } -> std::convertible_to<std::size_t>;
        }
    friend constexpr bool operator==(Sleeps const& a, Range const& b) {
        if (a.size() != b.size()) return false;
        auto other = b.begin();
        for (Duration const d : a)
            if (d != *other++) return false;
        return true;
    }

private:
    constexpr void swap(Sleeps& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(size_, other.size_);
        std::swap(capacity_, other.capacity_);
    }

    Duration* data_ = nullptr;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

/// A clock that starts where you say and a sleep that only moves it, and remembers. Usable in constant expressions.
///
/// Thread safety: none; one thread at a time.
class ManualTime {
public:
    constexpr ManualTime() = default;

    /// Requires: start is a std::chrono duration since the epoch of this clock.
    template <class D>
    explicit constexpr ManualTime(D start) : now_(duration_argument(start)) {}

    constexpr TimePoint now() const noexcept { return now_; }

    /// Moves the clock by d and remembers the sleep.
    constexpr void sleep(Duration d) {
        slept_.push_back(d);
        now_ = saturating_add(now_, d);
    }

    /// Moves the clock without a sleep, as an operation that takes its time does. Requires: a std::chrono duration.
    template <class D>
    constexpr void advance(D d) {
        now_ = saturating_add(now_, duration_argument(d));
    }

    /// Returns: every sleep so far, in order.
    constexpr Sleeps const& slept() const noexcept { return slept_; }

private:
    TimePoint now_{};
    Sleeps slept_;
};

} // namespace grit::inline GRIT_ABI
