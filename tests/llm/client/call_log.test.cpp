// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/client/call_log.hpp>

#include <chrono>
#include <stdexcept>

#include <grit/llm/error/status_error.hpp>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit::llm;

TEST_CASE("a log knows whose pieces the caller has seen", "[R-719]") {
    CallLog log;
    log.pass_over(); // before the first attempt there is nobody to count for
    log.deliver();
    CHECK(log.seen_before() == nullptr);
    log.begin("http://a", "m", 0s);
    CHECK(log.seen_before() == nullptr);
    log.deliver();
    log.pass_over();
    CHECK(log.seen_before() == nullptr);
    log.begin("http://a", "m", 0s);
    log.begin("http://b", "m", 0s);
    REQUIRE(log.seen_before() != nullptr);
    CHECK(log.seen_before()->number == 1);
    CHECK(log.seen_before()->malformed_events == 1);
    log.deliver();
    CHECK(log.seen_before() == nullptr);
}

TEST_CASE("a call is written down attempt by attempt") {
    CallLog log;
    log.begin("http://a", "m", 0s);
    log.sent();
    log.fail(RateLimitError{{.status = 429, .message = "slow down"}});
    log.begin("http://a", "m", 2s);
    log.fail(grit::Rejected{"breaker"}); // refused: nothing was sent
    log.begin("http://b", "n", 0s);
    log.sent();
    REQUIRE(log.records().size() == 3);
    CHECK(log.attempts() == 2);
    auto const& first = log.records()[0];
    CHECK(first.number == 1);
    CHECK(first.endpoint == "http://a");
    CHECK(first.model == "m");
    CHECK(first.error == "Error code: 429 - slow down");
    CHECK(first.error_type == "RateLimitError");
    CHECK(first.category == Category::retryable);
    CHECK(first.wait == 2s);
    CHECK(log.records()[1].error_type == "Rejected");
    CHECK(log.records()[1].category == Category::retryable);
    CHECK(log.records()[2].number == 3);
    CHECK_FALSE(log.records()[2].category.has_value());
}

TEST_CASE("an error takes the attempts along, and its copies too") {
    CallLog log;
    log.fail(std::runtime_error{"before anything began"});
    log.begin("http://a", "m", 0s);
    log.sent();
    RateLimitError error{{.status = 429}};
    CHECK(error.attempts() == 0);
    CHECK(error.history() == nullptr);
    log.fail(error);
    ApiError const copy{error};
    CHECK(copy.attempts() == 1);
    REQUIRE(copy.history() != nullptr);
    CHECK(copy.history()->at(0).error_type == "RateLimitError");
}

TEST_CASE("a call of many attempts copies none of them") {
    CallLog log;
    auto const* const list = &log.records();
    for (int i = 0; i < 3; ++i) {
        log.begin("http://a", "m", 0s);
        RateLimitError error{{.status = 429}};
        log.fail(error);
        CHECK(error.history().get() == list);
    }
    CHECK(&log.records() == list);
    CHECK(list->size() == 3);
}

TEST_CASE("an error that is kept says what had happened by then, whatever happens later") {
    CallLog log;
    log.begin("http://a", "m", 0s);
    RateLimitError first{{.status = 429}};
    log.fail(first);
    log.begin("http://b", "m", 2s);
    RateLimitError second{{.status = 429}};
    log.fail(second);
    log.pass_over();
    REQUIRE(first.history()->size() == 1);
    CHECK(first.history()->front().wait == 0s);
    REQUIRE(second.history()->size() == 2);
    CHECK(second.history()->front().wait == 2s);
    CHECK(second.history()->back().malformed_events == 0);
    CHECK(log.records().back().malformed_events == 1);
}
