// SPDX-License-Identifier: BSL-1.0
#include <grit/timeout/attempt_timeout.hpp>

#include <stdexcept>
#include <string>
#include <vector>

#include <grit/pipeline.hpp>
#include <grit/retry.hpp>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;

TEST_CASE("an attempt in a thread has its time anew, and asks for what remains", "[R-630]") {
    ManualTime time{100s};
    Context const context{TimePoint::max(), StopView{}, ClockView{&time}};
    Retrying const retrying{StopAfterAttempt<3>{}, WaitFixed<1s>{}, Time{time}};
    std::vector<Duration> remaining;
    auto const all = pipeline(retrying, AttemptTimeout<2s>{});
    REQUIRE_THROWS_AS(within(Attempt{1, 0s, context}, all)([&](Attempt const& at) {
                          time.advance(500ms);
                          remaining.push_back(at.remaining());
                          throw std::runtime_error{"x"};
                      }),
                      std::runtime_error);
    REQUIRE(remaining == std::vector<Duration>{1500ms, 1500ms, 1500ms});
    // Nothing ends it.
    REQUIRE(within(Attempt{1, 0s, context}, all)([&](Attempt const& at) {
                time.advance(1h);
                return at.remaining() < 0s;
            }) == true);
}

TEST_CASE("the time of an attempt in a thread is never later than the deadline around it", "[R-626]") {
    ManualTime time{100s};
    Context const context{TimePoint{101s}, StopView{}, ClockView{&time}};
    auto const deadline = [](Attempt const& at) { return at.deadline(); };
    REQUIRE(within(Attempt{1, 0s, context}, AttemptTimeout<2s>{})(deadline) == TimePoint{101s});
    REQUIRE(within(Attempt{1, 0s, context}, AttemptTimeout{500ms})(deadline) == TimePoint{100s + 500ms});
    time.advance(1s);
    try {
        within(Attempt{1, 0s, context}, AttemptTimeout<2s>{})(deadline);
        FAIL("nothing starts after it");
    } catch (DeadlineExceeded const& error) {
        REQUIRE(std::string{error.stage()} == "attempt_timeout");
    }
}

TEST_CASE("a time of an attempt that comes at run time is checked", "[R-627]") {
    REQUIRE(AttemptTimeout{2s}.limit() == 2s);
    REQUIRE(AttemptTimeout<2s>{}.limit() == 2s);
    REQUIRE(AttemptTimeout{0s}.limit() == 0s);
    REQUIRE_THROWS_AS(AttemptTimeout{-1s}, std::invalid_argument);
    STATIC_REQUIRE(sizeof(AttemptTimeout<2s>) == 1);
    STATIC_REQUIRE(std::is_same_v<decltype(AttemptTimeout{2s}), AttemptTimeout<>>);
}
