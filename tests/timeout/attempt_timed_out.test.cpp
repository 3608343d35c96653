// SPDX-License-Identifier: BSL-1.0
#include <grit/timeout/attempt_timed_out.hpp>

#include <string_view>

#include <grit/retry.hpp>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;

TEST_CASE("a timeout of an attempt is a failure of the operation, and no rejection", "[R-523]") {
    STATIC_REQUIRE_FALSE(std::is_base_of_v<Rejected, AttemptTimedOut>);
    AttemptTimedOut const error{2s};
    CHECK(error.limit() == 2s);
    CHECK(error.what() == std::string_view{"the attempt timed out"});
    ManualTime time;
    int calls = 0;
    auto const robust = Retrying{StopAfterAttempt<3>{}, WaitFixed<1s>{}, Time{time}};
    CHECK_THROWS_AS(robust([&] {
                        ++calls;
                        throw AttemptTimedOut{2s};
                    }),
                    AttemptTimedOut);
    CHECK(calls == 3);
}
