// SPDX-License-Identifier: BSL-1.0
#pragma once
// What a caller gets from a limiter that does not let the call through: an error value, and an exception.

#include <grit/core/rejected.hpp>
#include <grit/core/stage_name.hpp>

namespace grit::inline GRIT_ABI {

/// Thrown by the call operator of a RateLimiter that did not run the operation.
///
/// retry_after() is the time after which the call would have gone in at once; zero if the limiter is closed.
class RateLimitedError : public Rejected {
public:
    /// Holds a copy of the name.
    explicit RateLimitedError(Duration retry_after, char const* name = "rate_limiter", bool closed = false)
        : Rejected(name, retry_after), closed_(closed) {}

    /// Returns: whether the limiter lets nothing through any more.
    bool closed() const noexcept { return closed_; }
    char const* what() const noexcept override {
        return closed_ ? "the rate limiter is closed" : "the rate limit is reached";
    }

private:
    bool closed_;
};

/// The same as a value, made without an allocation.
///
/// In a result it is what RateLimitedError is as an exception: a predicate that names RateLimitedError or Rejected
/// names it, and WaitHint reads its retry_after().
class RateLimited {
public:
    using Thrown = RateLimitedError;
    static constexpr errc code = errc::rate_limited;

    /// No rejection.
    constexpr RateLimited() noexcept : RateLimited(Duration::zero(), {}) {}
    /// Holds the name as a StageName does.
    explicit constexpr RateLimited(Duration retry_after, std::string_view name = "rate_limiter",
                                   bool closed = false) noexcept
        : retry_after_(retry_after), name_(name), closed_(closed) {}

    constexpr Duration retry_after() const noexcept { return retry_after_; }
    /// Returns: the name of the limiter that refused.
    constexpr char const* stage() const noexcept { return name_.c_str(); }
    /// Returns: whether the limiter lets nothing through any more.
    constexpr bool closed() const noexcept { return closed_; }
    explicit operator RateLimitedError() const { return RateLimitedError{retry_after_, name_.c_str(), closed_}; }

    /// Whoever refused.
    friend constexpr bool operator==(RateLimited const& a, RateLimited const& b) noexcept {
        return a.retry_after_ == b.retry_after_ && a.closed_ == b.closed_;
    }

private:
    Duration retry_after_;
    StageName name_;
    bool closed_;
};

} // namespace grit::inline GRIT_ABI
