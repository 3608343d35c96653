// SPDX-License-Identifier: BSL-1.0
#pragma once
// How long one attempt may take, and which limit ends it next.

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include <grit/llm/http/transport_failure.hpp>

namespace grit::llm {

/// A time-out that never ends anything.
inline constexpr auto no_timeout = std::chrono::milliseconds::max();

/// The limits of one attempt; each ends it with `ApiTimeoutError`. Zero ends it at once.
struct Timeouts {
    /// From the start until the connection is ready, TLS included.
    std::chrono::milliseconds connect = std::chrono::seconds{5};
    /// From there until the first byte of the answer; of its body, where it is streamed.
    std::chrono::milliseconds first_byte = no_timeout;
    /// Between two pieces of the answer.
    std::chrono::milliseconds idle = std::chrono::seconds{60};
    /// From the start until the last byte.
    std::chrono::milliseconds attempt = std::chrono::minutes{10};
};

/// How far an attempt has come; what has not happened yet has no time.
struct Progress {
    using Time = std::chrono::steady_clock::time_point;

    Time start = {};
    /// The connection was ready.
    std::optional<Time> ready = {};
    /// The last piece of the answer came.
    std::optional<Time> last_byte = {};
};

/// Returns: when the attempt ends if nothing more happens, and which limit ends it.
constexpr std::pair<Progress::Time, TransportFailure> next_limit(Progress const& progress,
                                                                 Timeouts const& limits) noexcept {
    auto const after = [](Progress::Time from, std::chrono::milliseconds limit) {
        auto const longest = std::chrono::floor<std::chrono::milliseconds>(Progress::Time::max() - from);
        return limit > longest ? Progress::Time::max() : from + limit;
    };
    std::pair const attempt{after(progress.start, limits.attempt), TransportFailure::attempt_timeout};
    std::pair phase{after(progress.start, limits.connect), TransportFailure::connect_timeout};
    if (progress.ready) phase = {after(*progress.ready, limits.first_byte), TransportFailure::first_byte_timeout};
    if (progress.last_byte) phase = {after(*progress.last_byte, limits.idle), TransportFailure::idle_timeout};
    return phase.first < attempt.first ? phase : attempt;
}

} // namespace grit::llm
