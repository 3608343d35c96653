// SPDX-License-Identifier: BSL-1.0
#pragma once
// How long one attempt may take, and which limit ends it next.

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include <grit/llm/http/transport_failure.hpp>

namespace grit::inline GRIT_ABI::llm {

/// A timeout that never ends anything.
inline constexpr auto no_timeout = std::chrono::milliseconds::max();

/// The limits of one attempt; each ends it with `ApiTimeoutError`. Zero ends it at once.
struct Timeouts {
    /// From the start until the connection is ready, TLS included.
    std::chrono::milliseconds connect = std::chrono::seconds{5};
    /// From there until the first byte that comes, of the head or of the body. An answer that is not streamed may be
    /// written for all of this time before its first byte goes out.
    std::chrono::milliseconds first_byte = std::chrono::minutes{2};
    /// Of a stream: from there until its first piece that holds something of the answer. Comments, pings and the name
    /// of the role are nothing of it.
    std::chrono::milliseconds first_token = std::chrono::seconds{60};
    /// Between two pieces of the answer; of a stream, between two that hold something of it.
    std::chrono::milliseconds idle = std::chrono::seconds{60};
    /// From the start until the last byte.
    std::chrono::milliseconds attempt = std::chrono::minutes{10};
};

/// How far an attempt has come; what has not happened yet has no time.
struct Progress {
    using Time = std::chrono::steady_clock::time_point;

    Time start = {};
    /// The answer is streamed, so that there is a first token to wait for.
    bool streamed = false;
    /// The connection was ready.
    std::optional<Time> ready = {};
    /// The last byte came, whatever it was.
    std::optional<Time> last_byte = {};
    /// The last piece of the answer came; of a stream, the last one that held something of it.
    std::optional<Time> last_piece = {};
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
    if (progress.last_piece) {
        phase = {after(*progress.last_piece, limits.idle), TransportFailure::idle_timeout};
    } else if (progress.ready) {
        std::pair const byte{after(*progress.ready, limits.first_byte), TransportFailure::first_byte_timeout};
        std::pair const token{after(*progress.ready, limits.first_token), TransportFailure::first_token_timeout};
        phase = !progress.streamed ? byte : progress.last_byte || token.first < byte.first ? token : byte;
    }
    return phase.first < attempt.first ? phase : attempt;
}

} // namespace grit::inline GRIT_ABI::llm
