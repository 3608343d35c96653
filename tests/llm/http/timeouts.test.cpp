// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/http/timeouts.hpp>

#include <chrono>
#include <utility>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit::llm;

TEST_CASE("the default limits are those of the official SDKs, with an end to a stalled answer") {
    constexpr Timeouts limits;
    STATIC_REQUIRE(limits.connect == std::chrono::seconds{5});
    STATIC_REQUIRE(limits.attempt == std::chrono::minutes{10});
    STATIC_REQUIRE(limits.idle == std::chrono::seconds{60});
    STATIC_REQUIRE(limits.first_byte == no_timeout);
}

TEST_CASE("the next limit is that of the phase, or that of the attempt if it is sooner") {
    constexpr Progress::Time start{100s};
    constexpr Timeouts limits{.connect = 1s, .first_byte = 2s, .idle = 3s, .attempt = 10s};
    STATIC_REQUIRE(next_limit({.start = start}, limits) == std::pair{start + 1s, TransportFailure::connect_timeout});
    STATIC_REQUIRE(next_limit({.start = start, .ready = start + 500ms}, limits) ==
                   std::pair{start + 2500ms, TransportFailure::first_byte_timeout});
    STATIC_REQUIRE(next_limit({.start = start, .ready = start, .last_byte = start + 6s}, limits) ==
                   std::pair{start + 9s, TransportFailure::idle_timeout});
    STATIC_REQUIRE(next_limit({.start = start, .ready = start, .last_byte = start + 8s}, limits) ==
                   std::pair{start + 10s, TransportFailure::attempt_timeout});
}

TEST_CASE("no limit is none, from the last moment of the clock too") {
    constexpr Timeouts limits{no_timeout, no_timeout, no_timeout, no_timeout};
    STATIC_REQUIRE(next_limit({.start = Progress::Time{100s}}, limits).first == Progress::Time::max());
    STATIC_REQUIRE(next_limit({.start = Progress::Time::max()}, limits).first == Progress::Time::max());
    STATIC_REQUIRE(next_limit({.start = Progress::Time{100s}}, {.attempt = -1ms}).first < Progress::Time{100s});
}
