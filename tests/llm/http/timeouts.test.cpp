// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/http/timeouts.hpp>

#include <chrono>
#include <utility>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit::llm;

namespace {
constexpr Progress::Time start{100s};
} // namespace

TEST_CASE("the default limits end whatever is silent within two minutes", "[R-716]") {
    constexpr Timeouts limits;
    STATIC_REQUIRE(limits.connect == std::chrono::seconds{5});
    STATIC_REQUIRE(limits.attempt == std::chrono::minutes{10});
    STATIC_REQUIRE(limits.idle == std::chrono::seconds{60});
    STATIC_REQUIRE(limits.first_byte == std::chrono::minutes{2});
    STATIC_REQUIRE(limits.first_token == std::chrono::seconds{60});
}

TEST_CASE("the next limit is that of the phase, or that of the attempt if it is sooner") {
    constexpr Timeouts limits{.connect = 1s, .first_byte = 2s, .idle = 3s, .attempt = 10s};
    STATIC_REQUIRE(next_limit({.start = start}, limits) == std::pair{start + 1s, TransportFailure::connect_timeout});
    STATIC_REQUIRE(next_limit({.start = start, .ready = start + 500ms}, limits) ==
                   std::pair{start + 2500ms, TransportFailure::first_byte_timeout});
    STATIC_REQUIRE(next_limit({.start = start, .ready = start, .last_piece = start + 6s}, limits) ==
                   std::pair{start + 9s, TransportFailure::idle_timeout});
    STATIC_REQUIRE(next_limit({.start = start, .ready = start, .last_piece = start + 8s}, limits) ==
                   std::pair{start + 10s, TransportFailure::attempt_timeout});
}

TEST_CASE("a stream has to begin its answer, whatever else it sends", "[R-715]") {
    using enum TransportFailure;
    constexpr Timeouts limits{.first_byte = 2s, .first_token = 5s, .idle = 3s};
    constexpr auto ends = [](Progress progress, Timeouts const& within) {
        progress.start = start;
        progress.ready = start;
        return next_limit(progress, within);
    };
    STATIC_REQUIRE(ends({.streamed = true}, limits) == std::pair{start + 2s, first_byte_timeout});
    STATIC_REQUIRE(ends({.streamed = true, .last_byte = start + 4s}, limits) ==
                   std::pair{start + 5s, first_token_timeout});
    STATIC_REQUIRE(ends({.streamed = true, .last_byte = start + 6s, .last_piece = start + 4s}, limits) ==
                   std::pair{start + 7s, idle_timeout});
    // The first token may be asked for sooner than the first byte; an answer that is no stream has none.
    constexpr Timeouts eager{.first_byte = 2s, .first_token = 1s};
    STATIC_REQUIRE(ends({.streamed = true}, eager) == std::pair{start + 1s, first_token_timeout});
    STATIC_REQUIRE(ends({}, eager) == std::pair{start + 2s, first_byte_timeout});
}

TEST_CASE("no limit is none, from the last moment of the clock too") {
    constexpr Timeouts limits{no_timeout, no_timeout, no_timeout, no_timeout, no_timeout};
    STATIC_REQUIRE(next_limit({.start = Progress::Time{100s}}, limits).first == Progress::Time::max());
    STATIC_REQUIRE(next_limit({.start = Progress::Time::max()}, limits).first == Progress::Time::max());
    STATIC_REQUIRE(next_limit({.start = Progress::Time{100s}}, {.attempt = -1ms}).first < Progress::Time{100s});
}
