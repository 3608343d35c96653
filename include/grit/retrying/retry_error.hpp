// SPDX-License-Identifier: BSL-1.0
#pragma once
// RetryError: what a call throws on giving up where ThrowRetryError is named, instead of the last error itself.

#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>

#include <grit/core/concepts.hpp>
#include <grit/core/stop_reason.hpp>

namespace grit {

/// The end of a call that gave up: how many attempts, how long, why, and the last outcome.
class RetryError : public std::runtime_error {
public:
    RetryError(int attempts, Duration elapsed, StopReason reason, std::exception_ptr last, std::string const& what,
               std::string_view policy = {})
        : std::runtime_error("gave up after " + std::to_string(attempts) + " attempts (" + to_string(reason) +
                             "): " + what),
          last_(std::move(last)), policy_(policy), elapsed_(elapsed), attempts_(attempts), reason_(reason) {}

    int attempts() const noexcept { return attempts_; }
    Duration elapsed() const noexcept { return elapsed_; }
    StopReason reason() const noexcept { return reason_; }

    /// Returns: the last exception, or one made of the last result's error; null if a plain value failed.
    std::exception_ptr exception() const noexcept { return last_; }

    /// Returns: the policies of the call, as describe() writes them; a constant.
    std::string_view policy() const noexcept { return policy_; }

private:
    std::exception_ptr last_;
    std::string_view policy_;
    Duration elapsed_;
    int attempts_;
    StopReason reason_;
};

/// A RetryError whose last outcome was a result, which it holds.
template <class R>
class RetryErrorWith : public RetryError {
public:
    RetryErrorWith(RetryError const& error, R result) : RetryError(error), result_(std::move(result)) {}

    R const& result() const noexcept { return result_; }

private:
    R result_;
};

/// Makes giving up throw a RetryError (a RetryErrorWith where the last outcome was a result that can be copied).
struct ThrowRetryError {
    static constexpr Family family = Family::outcome;
    using Kind = ThrowRetryError;
    static constexpr char const* name = "ThrowRetryError";
};

} // namespace grit
