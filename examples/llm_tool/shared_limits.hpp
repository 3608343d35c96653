// SPDX-License-Identifier: BSL-1.0
#pragma once
// The limits of an account that several runs of a tool keep together, over a Redis.

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <grit/fleet.hpp>
#include <grit/llm/batch/fleet_limit.hpp>

#if __has_include(<asio.hpp>)
#include <grit/adapter/asio_redis.hpp>
#endif

#include "usage.hpp"

namespace llm_tool {

/// What the options say of it: where the Redis is, and by what name its limits are known.
struct SharedLimitOptions {
    std::string redis = {};
    std::string account = "llm_batch";
};

#if __has_include(<asio.hpp>)

/// A member of the fleet of an account, with the limits of each endpoint.
///
/// A Redis that is away ends nothing: each run then keeps to its share.
class SharedLimits {
public:
    explicit SharedLimits(SharedLimitOptions const& options)
        : store_(redis_at(options.redis)),
          agent_(store_, grit::Name{options.account}, grit::fleet::OnFleetEvent{&tell}) {}

    /// Returns: the limits of an endpoint, or null if it has none.
    grit::llm::AccountLimit* add(std::string const& endpoint, std::optional<double> requests_per_minute,
                                 std::optional<double> tokens_per_minute) {
        if (!requests_per_minute && !tokens_per_minute) return nullptr;
        // A second of requests and ten of tokens at once, so that a minute is not much more than its limit.
        auto const requests = limit(endpoint + "/requests", requests_per_minute, 60);
        auto const tokens = limit(endpoint + "/tokens", tokens_per_minute, 6);
        limits_.push_back(std::make_unique<Limits>(agent_, requests, tokens));
        return &limits_.back()->account;
    }
    /// From now on the limits are kept.
    void start() {
        ticks_ = std::jthread{[this](std::stop_token const& stop) { agent_.run(stop); }};
    }

private:
    using PerMinute = grit::fleet::PerMinute<>;
    struct Limits {
        Limits(grit::fleet::Agent& agent, PerMinute const& requests, PerMinute const& tokens)
            : limiter(agent, requests, tokens), account(limiter) {}
        grit::fleet::RateLimiter<PerMinute, PerMinute> limiter;
        grit::llm::FleetLimit<decltype(limiter)> account;
    };

    static PerMinute limit(std::string const& name, std::optional<double> per_minute, int parts) {
        constexpr int none = 1'000'000'000;
        int const n = per_minute ? static_cast<int>(std::clamp(std::round(*per_minute), 1.0, double{none})) : none;
        return PerMinute{n, name, std::max(1, n / parts)};
    }
    static grit::RedisOptions redis_at(std::string const& address) {
        auto const colon = address.rfind(':');
        grit::RedisOptions options{.host = address.substr(0, colon)};
        if (colon != address.npos) {
            auto const* const end = address.data() + address.size();
            auto const [last, failed] = std::from_chars(address.data() + colon + 1, end, options.port);
            if (failed != std::errc{} || last != end) throw UsageError{"--redis must be HOST or HOST:PORT"};
        }
        if (auto const* const password = std::getenv("REDIS_PASSWORD")) options.password = password;
        return options;
    }
    static void tell(grit::fleet::FleetEvent const& event) noexcept {
        if (event.moment == grit::fleet::FleetMoment::store_lost)
            std::fprintf(stderr, "the Redis of the limits does not answer (%.*s); this run keeps to its share\n",
                         static_cast<int>(event.error.size()), event.error.data());
        if (event.moment == grit::fleet::FleetMoment::store_back)
            std::fputs("the Redis of the limits is back\n", stderr);
    }

    grit::AsioStore store_;
    grit::fleet::Agent agent_;
    std::vector<std::unique_ptr<Limits>> limits_ = {};
    std::jthread ticks_ = {}; // ends first
};

#else

class SharedLimits {
public:
    explicit SharedLimits(SharedLimitOptions const&) {
        throw UsageError{"--redis is not to be had, because this program was built without Asio"};
    }
    static grit::llm::AccountLimit* add(std::string const&, std::optional<double>, std::optional<double>) {
        return nullptr;
    }
    static void start() {}
};

#endif

} // namespace llm_tool
