// SPDX-License-Identifier: BSL-1.0
#pragma once
// Errors and results for the tests of the retry predicates.

#include <stdexcept>
#include <string>
#include <variant>

#include <grit/core/rejected.hpp>

struct HttpError : std::runtime_error {
    explicit HttpError(int s = 503) : std::runtime_error("http " + std::to_string(s)), status(s) {}
    bool is_transient() const { return status >= 500; }
    int status;
};
struct RateLimited : HttpError {
    RateLimited() : HttpError(429) {}
};
struct Timeout : std::runtime_error {
    Timeout() : std::runtime_error("timed out") {}
};
struct CircuitOpen : grit::Rejected {
    CircuitOpen() : grit::Rejected("circuit breaker") {}
};

enum class Code { busy, broken, gone };

/// The least that is expected-like.
template <class T, class E>
class Expected {
public:
    constexpr Expected(T value) : held_(std::in_place_index<0>, std::move(value)) {}
    constexpr Expected(std::in_place_t, E error) : held_(std::in_place_index<1>, std::move(error)) {}

    constexpr bool has_value() const { return held_.index() == 0; }
    constexpr E const& error() const { return std::get<1>(held_); }

private:
    std::variant<T, E> held_;
};

template <class E>
constexpr Expected<int, E> failed(E error) {
    return {std::in_place, std::move(error)};
}
template <class E>
Expected<int, E> const success = 1;
