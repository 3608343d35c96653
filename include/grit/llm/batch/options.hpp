// SPDX-License-Identifier: BSL-1.0
#pragma once
// What a batch of completions is given, and what it counts.

#include <chrono>
#include <cstdint>
#include <optional>

#include <grit/llm/batch/account_limit.hpp>
#include <grit/llm/chat/request.hpp>
#include <grit/llm/chat/response.hpp>
#include <grit/llm/http/cancel.hpp>

namespace grit::inline GRIT_ABI::llm {

/// How many calls are begun and not ended at a time, those that wait included.
struct InFlight {
    int most = 32;
};

/// What a source of requests has: a request; nothing for now; or the end.
struct Pull {
    std::optional<ChatRequest> request = {};
    bool ended = false;
};

/// A client, and how much a minute its endpoint is to be asked. Tokens are estimated before, and counted after.
template <class C>
struct BatchEndpoint {
    C& client;
    std::optional<double> requests_per_minute = {};
    std::optional<double> tokens_per_minute = {};
    /// What its account lets through for all who share it; a call waits for both limits. It outlives the batch.
    AccountLimit* account = nullptr;
};

struct BatchOptions {
    InFlight in_flight = {};
    /// The time for all of them. Nothing: no limit.
    std::optional<std::chrono::milliseconds> deadline = {};
    /// Ends all of them when a stop is requested.
    CancelToken cancel = {};
    /// A source that has nothing for now is asked again when there is something to be read from here, if it is not
    /// negative, and now and then.
    int input_fd = -1;
    /// How often each endpoint is asked for an answer at most.
    int max_attempts = 3;
    /// A request that timed out after it was sent may have been answered and be paid for: false does not send it again.
    bool resend_after_timeout = true;
};

struct BatchCounts {
    std::int64_t pulled = 0;
    /// Those that have a result, and how many of them are answers.
    std::int64_t done = 0;
    std::int64_t succeeded = 0;
    std::int64_t failed = 0;
    /// How many requests were sent, and how many of them again.
    std::int64_t attempts = 0;
    std::int64_t retried = 0;
    std::int64_t in_flight = 0;
    /// How many wait at this moment because no endpoint lets them in.
    std::int64_t held_back = 0;
    /// How many were sent and timed out; an answer that nobody read may be paid for.
    std::int64_t sent_and_timed_out = 0;
    /// Broken off by the deadline or the stop of the whole.
    std::int64_t abandoned = 0;
    Usage usage = {};
};

} // namespace grit::inline GRIT_ABI::llm
