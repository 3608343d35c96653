// SPDX-License-Identifier: BSL-1.0
#include <grit/fleet/voice.hpp>

#include <grit/circuit_breaker.hpp>
#include <grit/time/manual.hpp>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using grit::ChangeReason, grit::CircuitState;
using grit::fleet::Voice;

TEST_CASE("a voice knows why its circuit came into the epoch that it is in, and of no older one") {
    Voice const voice;
    CHECK_FALSE(voice.reason_of(0));
    auto const tell = [&](std::uint32_t epoch, ChangeReason reason) {
        voice({CircuitState::closed, CircuitState::open, reason, epoch, {}, {}, {}});
    };
    tell(2, ChangeReason::asked);
    tell(1, ChangeReason::tripped); // told late
    CHECK(voice.reason_of(2) == ChangeReason::asked);
    CHECK_FALSE(voice.reason_of(1));
    tell((1u << 24) - 1, ChangeReason::tripped); // long before: epochs follow the last one with zero
    CHECK(voice.reason_of(2) == ChangeReason::asked);
    tell(9, ChangeReason::shared);
    CHECK(voice.reason_of(9) == ChangeReason::shared);
    CHECK_FALSE(Voice{voice}.reason_of(9));
}

TEST_CASE("a voice hears of each call that its breaker refuses") {
    grit::CircuitBreaker breaker{grit::OpenAfterFailures<1>{}, grit::OpenFor<5s>{}, Voice{}};
    Voice const& voice = breaker.policy<Voice>();
    breaker.try_acquire().failure();
    CHECK_FALSE(voice.take_refused());
    CHECK(voice.reason_of(breaker.epoch()) == ChangeReason::tripped);
    CHECK_FALSE(breaker.try_call([] { return 1; }));
    CHECK(voice.take_refused());
    CHECK_FALSE(voice.take_refused());
}

TEST_CASE("what a fleet grants can be taken back until a call has become the first probe") {
    grit::ManualTime time;
    grit::CircuitBreaker breaker{grit::OpenAfterFailures<1>{}, grit::OpenFor<5s>{}, grit::Time{time}, Voice{}};
    breaker.open_shared(10s);
    auto const epoch = breaker.epoch();
    CHECK(breaker.probe_shared(epoch, 1));
    CHECK(breaker.keep_shared(epoch, 2s));
    CHECK(breaker.retry_after() == 2s);
    CHECK(breaker.keep_shared(epoch, 1s)); // open for longer than that
    CHECK(breaker.retry_after() == 2s);
    CHECK_FALSE(breaker.keep_shared(epoch + 1, 9s));
    CHECK(breaker.probe_shared(epoch, 1));
    auto probe = breaker.try_acquire();
    CHECK(probe);
    CHECK_FALSE(breaker.keep_shared(epoch, 2s));
    CHECK_FALSE(breaker.keep_shared(breaker.epoch(), 2s));
    probe.success();
    CHECK(breaker.state() == CircuitState::closed);
}
