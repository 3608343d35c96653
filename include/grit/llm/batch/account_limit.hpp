// SPDX-License-Identifier: BSL-1.0
#pragma once
// AccountLimit: what all who ask in the name of one account may ask together.

#include <grit/core/duration.hpp>
#include <grit/llm/error/rate_limits.hpp>

namespace grit::inline GRIT_ABI::llm {

/// So many requests and tokens for one account, whoever asks: several batches, threads or processes.
///
/// `BatchEndpoint::account` refers to one. FleetLimit is one over a store that a fleet shares; a limit that is kept
/// elsewhere implements this. Requires: no member waits for anybody. Thread safety: safe from any thread.
class AccountLimit {
public:
    AccountLimit() = default;
    AccountLimit(AccountLimit const&) = delete;
    AccountLimit& operator=(AccountLimit const&) = delete;
    virtual ~AccountLimit() = default;

    /// Takes one request and so many tokens, both or neither. Returns: zero if they were taken; else how long to wait
    /// before it is worth asking again.
    virtual Duration take(double tokens) noexcept = 0;
    /// Nothing was sent of what was taken.
    virtual void give_back(double tokens) noexcept = 0;
    /// So many more tokens were used than were taken; if it is negative, fewer.
    virtual void settle(double tokens) noexcept = 0;
    /// The provider says what is left.
    virtual void observe(RateLimits const&) noexcept {}
    /// The provider asks to be left alone for so long.
    virtual void pause(Duration) noexcept {}
};

} // namespace grit::inline GRIT_ABI::llm
