// SPDX-License-Identifier: BSL-1.0
#pragma once
// AttemptTimedOut: one attempt took longer than it may.

#include <stdexcept>

#include <grit/core/duration.hpp>
#include <grit/core/errc.hpp>

namespace grit::inline GRIT_ABI {

/// An attempt was ended, or given up, because its time was over. It is a failure of the operation and no Rejected: the
/// default predicate retries it, and a breaker counts it.
class AttemptTimedOut : public std::runtime_error {
public:
    explicit AttemptTimedOut(Duration limit) : std::runtime_error("the attempt timed out"), limit_(limit) {}

    /// Returns: how long the attempt was allowed to take.
    Duration limit() const noexcept { return limit_; }

private:
    Duration limit_;
};

namespace detail {
/// The same as a value.
struct TimedOut {
    using Thrown = AttemptTimedOut;
    static constexpr errc code = errc::attempt_timed_out;
    Duration limit;
    explicit operator AttemptTimedOut() const { return AttemptTimedOut{limit}; }
};
} // namespace detail

} // namespace grit::inline GRIT_ABI
