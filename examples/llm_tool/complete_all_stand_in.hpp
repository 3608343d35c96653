// SPDX-License-Identifier: BSL-1.0
#pragma once
// One request after the other, until the library has complete_all.

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>

#include <grit/llm.hpp>
#include <poll.h>

namespace grit::llm {

struct InFlight {
    int most = 32;
};
struct Pull {
    std::optional<ChatRequest> request = {};
    bool ended = false;
};
struct BatchOptions {
    InFlight in_flight = {};
    std::optional<std::chrono::milliseconds> deadline = {};
    CancelToken cancel = {};
    int input_fd = -1;
    int max_attempts = 3;
    bool resend_after_timeout = true;
};
struct BatchCounts {
    std::int64_t done = 0, succeeded = 0, failed = 0, attempts = 0, retried = 0, in_flight = 0, held_back = 0,
                 sent_and_timed_out = 0;
    Usage usage = {};
};
template <class Client>
struct BatchEndpoint {
    Client& client;
    std::optional<double> requests_per_minute = {};
    std::optional<double> tokens_per_minute = {};
};

template <class Client, class Next, class Done, class Tick>
BatchCounts complete_all(std::span<BatchEndpoint<Client>> endpoints, Next&& next, Done&& done,
                         BatchOptions const& options, Tick&& tick) {
    BatchCounts counts;
    std::int64_t index = 0;
    while (!options.cancel.stop_requested()) {
        Pull pull = next();
        if (pull.ended) break;
        if (!pull.request) {
            pollfd waiting{options.input_fd, POLLIN, 0};
            ::poll(&waiting, 1, 50);
            tick(counts);
            continue;
        }
        pull.request->cancel = options.cancel;
        auto result = [&] {
            if (endpoints.size() == 1) return production_complete(endpoints[0].client, *pull.request);
            Fallback both{endpoints[0].client, endpoints[1].client};
            return production_complete(both, *pull.request);
        }();
        ++counts.done;
        ++(result.success ? counts.succeeded : counts.failed);
        counts.attempts += result.attempts;
        counts.retried += result.attempts > 1;
        counts.usage.total_tokens += result.tokens;
        done(index++, std::move(result));
        tick(counts);
    }
    return counts;
}

} // namespace grit::llm
