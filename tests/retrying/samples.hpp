// SPDX-License-Identifier: BSL-1.0
#pragma once
// What the tests of the engine share: errors, an expected-like result, a clock that counts, operations that fail.

#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <grit/retry.hpp>

#include "support/catch.hpp"

namespace samples {

using namespace std::chrono_literals;
using grit::Attempt;
using grit::Duration;
using grit::Failure;
using grit::ManualTime;
using grit::StopReason;
using grit::TimedAttempt;
using Durations = std::vector<Duration>;

struct NetworkError : std::runtime_error {
    explicit NetworkError(std::string const& what = "network") : std::runtime_error(what) {}
};
struct TimeoutError : NetworkError {
    explicit TimeoutError(std::string const& what = "timeout") : NetworkError(what) {}
};
struct FatalError : std::runtime_error {
    explicit FatalError(std::string const& what = "fatal") : std::runtime_error(what) {}
};
struct CircuitOpen : grit::Rejected {
    CircuitOpen() : Rejected("breaker", 3s) {}
};

/// A result of the kind of std::expected.
template <class T, class E>
class Expected {
public:
    constexpr Expected(T value) : held_(std::in_place_index<0>, std::move(value)) {}
    static constexpr Expected failure(E error) { return Expected{std::in_place_index<1>, std::move(error)}; }

    constexpr bool has_value() const { return held_.index() == 0; }
    constexpr T const& value() const { return std::get<0>(held_); }
    constexpr E const& error() const { return std::get<1>(held_); }

private:
    constexpr Expected(std::in_place_index_t<1> where, E error) : held_(where, std::move(error)) {}

    std::variant<T, E> held_;
};

/// A ManualTime that counts how often it is read.
class CountingTime {
public:
    grit::TimePoint now() const {
        ++reads_;
        return time_.now();
    }
    void sleep(Duration d) { time_.sleep(d); }
    int reads() const { return reads_; }
    ManualTime& manual() { return time_; }

private:
    ManualTime time_;
    mutable int reads_ = 0;
};

/// Throws E in the first `failures` calls, then returns the number of the call.
template <class E>
struct FailsFirst {
    int failures;
    int calls = 0;

    int operator()() {
        if (++calls <= failures) throw E{};
        return calls;
    }
};

template <class E>
struct AlwaysFails : FailsFirst<E> {
    AlwaysFails() : FailsFirst<E>{1000000} {}
};

} // namespace samples
