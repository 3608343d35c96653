// SPDX-License-Identifier: BSL-1.0
#pragma once
// FleetLimit: the requests and tokens of an account as a limit that the processes of a fleet share.

#include <algorithm>
#include <cmath>
#include <cstdint>

#include <grit/fleet/rate_limiter.hpp>
#include <grit/llm/batch/account_limit.hpp>

namespace grit::inline GRIT_ABI::llm {

/// A `fleet::RateLimiter` of one or two limits as what an account lets through: requests, and tokens if there is a
/// second. `FleetLimit account{limits};`
///
/// Tokens are whole, rounded up. A request that is estimated above the burst of tokens takes the burst, and settles the
/// rest as a debt. Requires: the limiter outlives it. Thread safety: safe from any thread.
template <class Limiter>
class FleetLimit final : public AccountLimit {
    static constexpr std::size_t limits = Limiter::limits;
    static_assert(limits <= 2,
                  "grit: a 'FleetLimit' was given a limiter of more than two limits, because an account has "
                  "requests and tokens; give it a limiter of these");

public:
    explicit FleetLimit(Limiter& limiter) noexcept : limiter_(limiter) {}

    Duration take(double tokens) noexcept override {
        auto const got = acquire(cost(tokens));
        if (!got) return std::max(got.error().retry_after(), least_wait);
        owe(tokens);
        return Duration::zero();
    }
    /// Returns: what such a request can take at once.
    std::int64_t cost(double tokens) const noexcept {
        if constexpr (limits == 1) return 0;
        else return std::clamp(whole(tokens), std::int64_t{0}, limiter_.burst(1));
    }
    /// Settles what a request needs beyond its cost, after that was taken.
    void owe(double tokens) noexcept { settle_both(0, whole(tokens) - cost(tokens)); }

    void give_back(double tokens) noexcept override { settle_both(-1, -whole(tokens)); }
    void settle(double tokens) noexcept override { settle_both(0, whole(tokens)); }
    void observe(RateLimits const& seen) noexcept override {
        std::int64_t const requests = seen.requests.remaining.value_or(-1);
        if constexpr (limits == 1) limiter_.observe(requests);
        else limiter_.observe(requests, std::int64_t{seen.tokens.remaining.value_or(-1)});
    }
    void pause(Duration d) noexcept override { limiter_.pause(d); }

private:
    static constexpr Duration least_wait = std::chrono::milliseconds{1};
    static constexpr double most = 1e15;

    static std::int64_t whole(double tokens) noexcept {
        return static_cast<std::int64_t>(std::clamp(std::ceil(tokens), -most, most));
    }
    auto acquire([[maybe_unused]] std::int64_t tokens) {
        if constexpr (limits == 1) return limiter_.try_acquire();
        else return limiter_.try_acquire(std::int64_t{1}, tokens);
    }
    void settle_both(std::int64_t requests, [[maybe_unused]] std::int64_t tokens) noexcept {
        if constexpr (limits == 1) limiter_.settle(requests);
        else limiter_.settle(requests, tokens);
    }

    Limiter& limiter_;
};

} // namespace grit::inline GRIT_ABI::llm
