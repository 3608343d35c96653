// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/client/policies.hpp>

#include <chrono>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit::llm;

TEST_CASE("the default policy is three attempts and at most 60 seconds between two") {
    STATIC_REQUIRE(CompletionRetrying::max_attempts == 3);
    STATIC_REQUIRE(CompletionRetrying::worst_case_wait == 120s);
    STATIC_REQUIRE(sizeof(CompletionRetrying) == 1);
}

TEST_CASE("the default policy asks nobody again who has been silent for a minute and a half", "[R-716]") {
    auto const attempts_of = [](std::chrono::seconds each, bool silent) {
        grit::ManualTime time;
        int attempts = 0;
        CHECK_THROWS_AS(CompletionRetrying{}.with(grit::Time{time})([&] {
            ++attempts;
            time.advance(each);
            if (silent) throw ApiTimeoutError{TransportFailure::first_token_timeout, "x"};
            throw ApiConnectionError{TransportFailure::reset, "x"};
        }),
                        ApiConnectionError);
        return attempts;
    };
    CHECK(attempts_of(5s, true) == 3);
    CHECK(attempts_of(60s, true) == 2);
    CHECK(attempts_of(120s, true) == 1);
    CHECK(attempts_of(120s, false) == 3); // what breaks is no silence
}
